"""Whose Home is open to them, what it shows, and when it may have to show something else.

A Home tells of all workspaces of a person, so its row of the outbox belongs to none: ``home/<person>``, one for each person,
so that never two deliveries write the same Home. It is marked for those alone who have looked at it lately: for all others
it is made anew when they open it again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, select, text, update

from core.audit import Event
from core.calls import Identity
from core.durations import DAY
from core.models import NOWHERE, homes, identities, invitations, member_roles, outbox

KEY = "home"
#: For so long after it was opened a Home is kept up to date behind its reader's back.
WATCHED = 7 * DAY
#: So many Homes are looked at again because of one change; the others when they are opened.
MOST = 200

_OPENED = text(
    "INSERT INTO homes (platform, realm, subject, opened_at, digest, version) "
    "VALUES (:platform, :realm, :subject, :at, '', '') "
    "ON CONFLICT (platform, realm, subject) DO UPDATE SET opened_at = excluded.opened_at, "
    "digest = CASE WHEN homes.version = :stands THEN homes.digest ELSE '' END, "
    "version = CASE WHEN homes.version = :stands THEN homes.version ELSE '' END"
)
_STALE = text(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :key, 1, :due, 0, '') "
    "ON CONFLICT (workspace_id, key) DO UPDATE SET version = outbox.version + 1, due_at = excluded.due_at, "
    "attempts = 0, parked_at = NULL"
)
_MINE = (
    homes.c.platform == bindparam("in_platform"),
    homes.c.realm == bindparam("in_realm"),
    homes.c.subject == bindparam("of_subject"),
)
_ONE = select(homes).where(*_MINE)
_SHOWS = update(homes).where(*_MINE).values(digest=bindparam("shows"), version=bindparam("called"))
_CLOSE = delete(homes).where(*_MINE)
_ANY = select(homes.c.subject).where(homes.c.opened_at > bindparam("since")).limit(1)
_LATEST = (
    select(homes.c.platform, homes.c.realm, homes.c.subject)
    .where(homes.c.opened_at > bindparam("since"))
    .order_by(homes.c.opened_at.desc())
    .limit(MOST)
)
_ACCOUNT = (
    identities.c.workspace_id == bindparam("ws"),
    identities.c.platform == homes.c.platform,
    identities.c.realm == homes.c.realm,
    identities.c.subject == homes.c.subject,
)
#: Everybody with an account in the workspace, members with these ids, and those who hold one of these roles.
_OF_ALL = _LATEST.where(exists().where(*_ACCOUNT))
_OF_MEMBERS = _LATEST.where(
    exists().where(*_ACCOUNT, identities.c.member_id.in_(bindparam("members", expanding=True)))
)
_OF_ROLES = _LATEST.where(
    exists().where(
        *_ACCOUNT,
        member_roles.c.workspace_id == identities.c.workspace_id,
        member_roles.c.member_id == identities.c.member_id,
        member_roles.c.role_id.in_(bindparam("roles", expanding=True)),
    )
)
_MAKERS = select(invitations.c.created_by).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.invitation_id.in_(bindparam("made", expanding=True)),
)
_SETTLE = (
    update(outbox)
    .where(
        outbox.c.workspace_id == NOWHERE,
        outbox.c.key == bindparam("name"),
        outbox.c.version == bindparam("seen"),
    )
    .values(due_at=bindparam("again"), lease_until=None, attempts=0, parked_at=None, trouble="")
)
_RELEASE = (
    update(outbox)
    .where(outbox.c.workspace_id == NOWHERE, outbox.c.key == bindparam("name"))
    .values(lease_until=None)
)

_MEMBER, _INVITATION = re.compile(r"mem-[0-9A-Z]+"), re.compile(r"inv-[0-9A-Z]+")
#: What happens to one thing or person, who are named in it; whatever else there is concerns everybody.
_ABOUT_SOME = frozenset(
    {
        "access",
        "invitation",
        "invite",
        "member",
        "platform",
        "refused",
        "request",
        "resource",
        "transfer",
        "vote",
    }
)
_ROLE_OF_ONE = frozenset({"role.assigned", "role.unassigned", "role.ended"})


def name_of(person: Identity) -> str:
    """The row of the outbox that is about somebody's Home."""
    return f"{KEY}/{'/'.join(person)}"


def person_in(name: str) -> Identity:
    _, platform, realm, subject = name.split("/", 3)
    return Identity(platform, realm, subject)


# --- what it shows ---------------------------------------------------------------------------------------------------


def opened(connection: Connection, person: Identity, at: int, stands: str) -> None:
    """Somebody looks at their Home; ``stands``: the platform's word for what they see there, empty for nothing."""
    connection.execute(_OPENED, {**person._asdict(), "at": at, "stands": stands or "-"})
    mark(connection, [person], at)


def load(connection: Connection, person: Identity) -> Any:
    return connection.execute(_ONE, _params(person)).first()


def shows(connection: Connection, person: Identity, digest: str, version: str) -> None:
    connection.execute(_SHOWS, {**_params(person), "shows": digest, "called": version[:100]})


def closed(connection: Connection, person: Identity) -> None:
    """It cannot be shown any more: nobody looks at it, until it is opened again."""
    connection.execute(_CLOSE, _params(person))


def settle(connection: Connection, name: str, version: int, again: int | None) -> None:
    """The row is done, unless it became stale meanwhile; it comes back at ``again``."""
    if not connection.execute(_SETTLE, {"name": name, "seen": version, "again": again}).rowcount:
        connection.execute(_RELEASE, {"name": name})


def _params(person: Identity) -> dict[str, str]:
    return {"in_platform": person.platform, "in_realm": person.realm, "of_subject": person.subject}


# --- when it may show something else ---------------------------------------------------------------------------------


def mark(connection: Connection, people: Iterable[Identity], at: int) -> None:
    """These Homes have to be looked at again."""
    rows = [{"ws": NOWHERE, "key": name_of(person), "due": at} for person in people]
    if rows:
        connection.execute(_STALE, rows)


def touched(
    connection: Connection,
    workspace: str,
    at: int,
    events: Iterable[Event],
    told: Iterable[str],
    approvers: Iterable[str] | None,
) -> None:
    """Marks the Homes that may tell of what has just happened in a workspace.

    ``told``: who hears of it, as ``member:<id>`` or ``person:<key>``. ``approvers``: the roles that answer requests; None
    where others may, too.
    """
    since = {"since": at - WATCHED}
    if connection.execute(_ANY, since).first() is None:
        return
    events = list(events)
    words = " ".join(word for event in events for word in (event.actor, event.subject, event.facts))
    named = " ".join(told)
    asked = any(
        event.event.partition(".")[0] in {"request", "vote"} or ".asked" in event.event for event in events
    )
    params = {"ws": workspace, **since}
    if any(map(_is_wide, events)) or (asked and approvers is None):
        found = set(connection.execute(_OF_ALL, params).all())
    else:
        members = {*_MEMBER.findall(words), *_MEMBER.findall(named)}
        made = set(_INVITATION.findall(words))
        if made:
            members |= set(connection.execute(_MAKERS, {"ws": workspace, "made": sorted(made)}).scalars())
        found = set(connection.execute(_OF_MEMBERS, {**params, "members": sorted(members)}).all())
        if asked and approvers:
            found |= set(connection.execute(_OF_ROLES, {**params, "roles": list(approvers)}).all())
    # Newcomers are no members yet: they are known by their accounts.
    others = {
        each for each in connection.execute(_LATEST, since).all() if "/".join(each) in f"{words} {named}"
    }
    mark(connection, (Identity(*each) for each in sorted(found | others)), at)


def _is_wide(event: Event) -> bool:
    if event.event in _ROLE_OF_ONE:
        return False
    return "grp-" in f"{event.subject}{event.facts}" or event.event.partition(".")[0] not in _ABOUT_SOME
