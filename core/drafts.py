"""Forms that were opened: what for, by whom and where, and what was typed so far.

Of no workspace: some are opened before there is one. A key alone opens nothing: whoever knows it still has to be the person.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from core.calls import Call, Channel, ChatRole, Identity, Value, Where
from core.durations import DAY
from core.models import drafts
from core.text import can_be_kept

#: How long what was typed is kept.
LIFE = DAY
#: Longer than that no field of a form can be: what is longer is not kept.
LONGEST = 3_000
#: So many forms of one person are kept: who opens more than that in a day does not fill in the first any more.
MOST = 50
_BYTES = 18
#: What was given in the fields, and what was wrong there, stand in one column.
_GIVEN, _WRONG = "given", "wrong"

_INSERT = insert(drafts)
_MINE = (
    drafts.c.draft_id == bindparam("key"),
    drafts.c.platform == bindparam("on"),
    drafts.c.realm == bindparam("in_realm"),
    drafts.c.subject == bindparam("who"),
)
_ONE = select(drafts).where(*_MINE)
_OPEN = (*_MINE, drafts.c.done_at.is_(None), drafts.c.expires_at > bindparam("now"))
_DONE = update(drafts).where(*_OPEN).values(done_at=bindparam("now"), options=bindparam("nothing"))
_TYPED = update(drafts).where(*_OPEN).values(options=bindparam("typed"))
_TOO_MANY = delete(drafts).where(
    drafts.c.draft_id.in_(
        select(drafts.c.draft_id)
        .where(*_MINE[1:], drafts.c.draft_id != bindparam("key"))
        .order_by(drafts.c.made_at.desc())
        .offset(MOST - 1)
    )
)
_FORGET = delete(drafts).where(drafts.c.expires_at <= bindparam("before"))
_NAMED: dict[str, type[Identity | Channel | ChatRole]] = {
    "identity": Identity,
    "channel": Channel,
    "role": ChatRole,
}


class Draft(NamedTuple):
    """A form that was opened for a command, or for a button and its subject. ``wrong``: what was found wrong at which field."""

    key: str
    where: Where
    command: str
    action: str
    subject: str
    options: dict[str, Value]
    wrong: dict[str, str]
    expires_at: int
    done_at: int | None


def new_key() -> str:
    return secrets.token_urlsafe(_BYTES)


def keep(connection: Connection, key: str, call: Call, options: Mapping[str, Value]) -> None:
    """Keeps what a call opened, under a key that nobody else has."""
    me, where = call.actor.identity, call.where
    connection.execute(
        _INSERT,
        {
            "draft_id": key,
            "platform": me.platform,
            "realm": me.realm,
            "subject": me.subject,
            "place": where.realm,
            "channel": where.channel,
            "command": call.command,
            "action": call.action,
            "about": call.subject,
            "options": {_GIVEN: _packed(options), _WRONG: {}},
            "made_at": call.at,
            "expires_at": call.at + LIFE,
        },
    )
    connection.execute(_TOO_MANY, _mine(me, key))


def load(connection: Connection, person: Identity, key: str) -> Draft | None:
    """What this person opened under that key; what others did is not there."""
    row = connection.execute(_ONE, _mine(person, key)).first()
    if row is None:
        return None
    where = Where(row.platform, row.place, row.channel)
    options = {name: _unpacked(value) for name, value in row.options[_GIVEN].items()}
    return Draft(
        key,
        where,
        row.command,
        row.action,
        row.about,
        options,
        row.options[_WRONG],
        row.expires_at,
        row.done_at,
    )


def mark_done(connection: Connection, person: Identity, key: str, at: int) -> bool:
    """Whether it was still to be sent, and is sent with that; what was typed is kept no longer."""
    nothing: dict[str, Any] = {_GIVEN: {}, _WRONG: {}}
    return bool(connection.execute(_DONE, {**_mine(person, key), "now": at, "nothing": nothing}).rowcount)


def keep_typed(
    connection: Connection,
    person: Identity,
    key: str,
    at: int,
    options: Mapping[str, Value],
    wrong: Mapping[str, str],
) -> None:
    """Keeps what was typed for another try, and what was wrong with it, while it is still to be sent."""
    typed = {_GIVEN: _packed(options), _WRONG: dict(wrong)}
    connection.execute(_TYPED, {**_mine(person, key), "now": at, "typed": typed})


def forget(connection: Connection, before: int) -> None:
    """Drops what could be sent until ``before`` at the latest."""
    connection.execute(_FORGET, {"before": before})


def _mine(person: Identity, key: str) -> dict[str, Any]:
    return {"key": key, "on": person.platform, "in_realm": person.realm, "who": person.subject}


def _packed(options: Mapping[str, Value]) -> dict[str, Any]:
    """As JSON, without what no field could show again or no database could keep."""
    return {name: _pack(value) for name, value in options.items() if _fits(value)}


def _fits(value: Value) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST and can_be_kept(value)
    if isinstance(value, tuple):
        return len(value) <= LONGEST and all(map(_fits, value))
    return True


def _pack(value: Value) -> Any:
    for name, kind in _NAMED.items():
        if isinstance(value, kind):
            return {name: list(value)}
    return [_pack(part) for part in value] if isinstance(value, tuple) else value


def _unpacked(kept: Any) -> Value:
    if isinstance(kept, dict):
        ((name, parts),) = kept.items()
        return _NAMED[name](*parts)
    if isinstance(kept, list):
        return tuple(_unpacked(part) for part in kept)
    found: Value = kept
    return found
