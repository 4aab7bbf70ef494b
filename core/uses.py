"""The uses of an invitation: taken by one statement that checks everything, given back by requests that come to nothing."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, or_, text, update

from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import IS_INTACT, invitations, uses

#: Expiry, revocation and the number of uses are checked here, in the statement that takes the use, and nowhere else.
_TAKE = (
    update(invitations)
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        invitations.c.invitation_id == bindparam("inv"),
        invitations.c.code_index == bindparam("code"),
        invitations.c.expires_at > bindparam("now"),
        IS_INTACT,
        or_(invitations.c.uses_limit.is_(None), invitations.c.uses_taken < invitations.c.uses_limit),
    )
    .values(uses_taken=invitations.c.uses_taken + 1, accepted_at=bindparam("accepted"))
)
_INSERT = text(
    "INSERT INTO invitation_uses (workspace_id, invitation_id, person, name, member_id, used_at) "
    "VALUES (:ws, :inv, :person, :name, :member, :now) ON CONFLICT (workspace_id, invitation_id, person) DO NOTHING"
)
_FILL = (
    update(uses)
    .where(
        uses.c.workspace_id == bindparam("ws"),
        uses.c.invitation_id == bindparam("inv"),
        uses.c.person == bindparam("who"),
    )
    .values(member_id=bindparam("member"))
)
_DROP = delete(uses).where(
    uses.c.workspace_id == bindparam("ws"),
    uses.c.invitation_id == bindparam("inv"),
    uses.c.person == bindparam("who"),
    uses.c.member_id.is_(None),
)
_GIVE_BACK = (
    update(invitations)
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        invitations.c.invitation_id == bindparam("inv"),
        invitations.c.uses_taken > 0,
    )
    .values(uses_taken=invitations.c.uses_taken - 1)
    .returning(invitations.c.person_subject)
)
_ACCEPT_PERSONAL = (
    update(invitations)
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        invitations.c.invitation_id == bindparam("inv"),
        invitations.c.accepted_at.is_(None),
        or_(invitations.c.email.is_not(None), invitations.c.person_subject.is_not(None)),
    )
    .values(accepted_at=bindparam("now"))
    .returning(invitations.c.person_subject)
)


def take(ctx: Context, row: Any, *, member_id: str | None, accepted: bool) -> bool:
    """Takes one use for this person; False when there was none to take. A person uses an invitation once."""
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at}
    used = ctx.connection.execute(
        _INSERT, {**params, "person": ctx.person, "name": ctx.actor.name, "member": member_id}
    )
    if not used.rowcount:
        raise Refusal(RefusalCode.ALREADY_USED)
    taken = ctx.connection.execute(
        _TAKE, {**params, "code": row.code_index, "accepted": ctx.at if accepted else None}
    )
    _show(ctx, row.invitation_id, row.person_subject)
    return bool(taken.rowcount)


def _show(ctx: Context, invitation_id: str, person: str | None) -> None:
    """A chat user has their invitation in a message, which says how things stand."""
    if person is not None:
        ctx.stale(invitation_id)


def give_back(ctx: Context, invitation_id: str | None, person: str) -> None:
    """A request that came to nothing gives its use back."""
    if invitation_id is None:
        return
    params = {"ws": ctx.workspace.workspace_id, "inv": invitation_id}
    if ctx.connection.execute(_DROP, {**params, "who": person}).rowcount:
        _show(ctx, invitation_id, ctx.connection.execute(_GIVE_BACK, params).scalar())


def fill(ctx: Context, invitation_id: str, person: str, member_id: str) -> None:
    """The person who held this use became a member; a personal invitation is accepted by that."""
    params = {"ws": ctx.workspace.workspace_id, "inv": invitation_id}
    ctx.connection.execute(_FILL, {**params, "who": person, "member": member_id})
    accepted = ctx.connection.execute(_ACCEPT_PERSONAL, {**params, "now": ctx.at})
    _show(ctx, invitation_id, accepted.scalar())
