"""The people of a pasted list: what becomes of each, in time and memory in proportion to the list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from core import text
from core.calls import EmailAddress, Identity
from core.cards import Account, Span
from core.context import Context
from core.house_rules import takes_address
from core.language import t
from core.models import IS_INTACT, identities, invitations, members
from core.views.bulk import BulkLine

#: SQLite binds at most some thousands of values at once.
_CHUNK = 500

_LIVE = (
    invitations.c.workspace_id == bindparam("ws"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_LIVE_FOR_EMAIL = select(invitations.c.email, invitations.c.expires_at).where(
    *_LIVE, invitations.c.email.in_(bindparam("emails", expanding=True))
)
_LIVE_FOR_PERSON = (
    select(invitations.c.expires_at)
    .where(
        *_LIVE,
        invitations.c.person_platform == bindparam("platform"),
        invitations.c.person_realm == bindparam("realm"),
        invitations.c.person_subject == bindparam("subject"),
    )
    .order_by(invitations.c.expires_at.desc())
    .limit(1)
)
_MEMBER_EMAILS = (
    select(identities.c.email, identities.c.member_id)
    .join(
        members,
        (members.c.workspace_id == identities.c.workspace_id)
        & (members.c.member_id == identities.c.member_id),
    )
    .where(
        identities.c.workspace_id == bindparam("ws"),
        identities.c.email.in_(bindparam("emails", expanding=True)),
        members.c.left_at.is_(None),
    )
)


def has_come(ctx: Context, invitation: Any) -> bool:
    """Whether the one for whom a personal invitation was made is a member by now, by whatever door."""
    if invitation.person_subject is not None:
        whose = (invitation.person_platform, invitation.person_realm, invitation.person_subject)
        return ctx.find_member(Identity(*whose)) is not None
    if invitation.email is None:
        return False
    here = {"ws": invitation.workspace_id, "emails": [invitation.email]}
    return ctx.connection.execute(_MEMBER_EMAILS, here).first() is not None


class PersonRow(NamedTuple):
    """Somebody who gets an invitation: by an address in its normal form, or by an account."""

    label: str
    email: str | None = None
    account: Identity | None = None


def each_person(
    ctx: Context, people: tuple[EmailAddress | Identity, ...], *, own: bool
) -> Iterator[tuple[BulkLine, PersonRow | None]]:
    """What becomes of each entry of the list, with whom to invite where it is somebody new.

    ``own``: whether the one who reads the results is the person whose call this is, and so is told of themselves.
    """
    normal = {item.address: text.email(item.address) for item in people if isinstance(item, EmailAddress)}
    wanted = [address for address in dict.fromkeys(normal.values()) if address]
    held = {row.email: row.member_id for row in _in_chunks(ctx, _MEMBER_EMAILS, wanted)}
    waiting: dict[str, int] = {}
    for row in _in_chunks(ctx, _LIVE_FOR_EMAIL, wanted):
        waiting[row.email] = max(row.expires_at, waiting.get(row.email, 0))
    mine = ctx.me.member_id if own else ""
    seen: set[str | Identity] = set()
    for item in people:
        if isinstance(item, Identity):
            shown: Span = Account(item.platform, item.subject)
            same: str | Identity | None = item
            person = PersonRow(t("Personal invitation"), account=item)
        else:
            shown = text.shorten(text.clean(item.address), text.LABEL_LIMIT)
            same = normal[item.address]
            person = PersonRow(text.clean(item.name) or shown, same)
        if same is None:
            yield BulkLine(shown, "bad"), None
        elif same in seen:
            yield BulkLine(shown, "twice"), None
        else:
            seen.add(same)
            line = _known(ctx, shown, same, held, waiting, mine)
            yield line, person if line.outcome == "invited" else None


def _known(
    ctx: Context, shown: Span, same: str | Identity, held: dict[str, str], waiting: dict[str, int], mine: str
) -> BulkLine:
    """What becomes of somebody who stands in the list for the first time."""
    if isinstance(same, Identity):
        found = ctx.find_member(same)
        member_id = found.member_id if found else None
        until = _until(ctx, same) if member_id is None else None
    else:
        member_id, until = held.get(same), waiting.get(same)
    if member_id is not None:
        return BulkLine(shown, "you" if member_id == mine else "member")
    if not isinstance(same, Identity) and not takes_address(ctx, same):
        return BulkLine(shown, "outside")
    return BulkLine(shown, "invited") if until is None else BulkLine(shown, "waiting", until=until)


def _until(ctx: Context, person: Identity) -> int | None:
    """When the live invitation of a chat user ends, if there is one."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, **person._asdict()}
    found: int | None = ctx.connection.execute(_LIVE_FOR_PERSON, params).scalar()
    return found


def _in_chunks(ctx: Context, statement: Any, emails: list[str]) -> Iterator[Any]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    for start in range(0, len(emails), _CHUNK):
        yield from ctx.connection.execute(statement, {**params, "emails": emails[start : start + _CHUNK]})
