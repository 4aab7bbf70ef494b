"""Making a person a member: the only place where membership begins."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, insert, select
from sqlalchemy import text as sql

from core import text, uses
from core.calls import Identity
from core.carried import carried_in, hand_over, may_all_give
from core.context import Context, identity_of, person_key
from core.errors import Refusal, RefusalCode
from core.house_rules import check_on_plan, domain_words, domains, takes_address
from core.invitations import load
from core.language import n
from core.models import IS_INTACT, invitations, member_roles, members
from core.permissions import Role
from core.seats import seats_of

_INSERT_MEMBER = insert(members)
_INSERT_ROLES = insert(member_roles)
#: Those of which they have a message, which need not ask any more.
_ASKED_TO_COME = select(invitations.c.invitation_id).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.person_subject == bindparam("subject"),
    invitations.c.person_platform == bindparam("platform"),
    invitations.c.person_realm == bindparam("realm"),
    IS_INTACT,
)
#: Whoever left and comes back keeps the identity and becomes a new member: nothing is restored.
_BIND_IDENTITY = sql(
    "INSERT INTO identities (workspace_id, platform, realm, subject, member_id, email) "
    "VALUES (:ws, :platform, :realm, :subject, :member, :email) "
    "ON CONFLICT (workspace_id, platform, realm, subject) DO UPDATE SET "
    "member_id = excluded.member_id, email = excluded.email"
)


def add_member(
    ctx: Context,
    identity: Identity,
    name: str,
    email: str | None,
    roles: list[Role],
    invitation_id: str | None,
    member_id: str = "",
) -> str:
    """Makes a person a member with these roles and returns the new member's id."""
    _check_seat(ctx, name)
    workspace = ctx.workspace.workspace_id
    member_id = member_id or ctx.new_id("mem")
    ctx.connection.execute(
        _INSERT_MEMBER,
        {
            "workspace_id": workspace,
            "member_id": member_id,
            "name": name,
            "name_key": text.key(name)[:160],
            "invitation_id": invitation_id,
            "joined_at": ctx.at,
        },
    )
    bound = {"ws": workspace, **identity._asdict(), "member": member_id, "email": text.email(email or "")}
    ctx.connection.execute(_BIND_IDENTITY, bound)
    if roles:
        source = f"invitation {invitation_id}" if invitation_id else "workspace created"
        shared = {"workspace_id": workspace, "member_id": member_id, "given_at": ctx.at, "source": source}
        ctx.connection.execute(_INSERT_ROLES, [{**shared, "role_id": role.role_id} for role in roles])
    for other in ctx.connection.execute(_ASKED_TO_COME, {"ws": workspace, **identity._asdict()}).scalars():
        ctx.stale(other)
    ctx.standing_changed(joined=1, taken=False)
    ctx.record(
        "member.joined",
        member_id,
        person=person_key(identity),
        name=name,
        roles=[role.role_id for role in roles],
        invitation=invitation_id,
    )
    return member_id


def _check_seat(ctx: Context, name: str) -> None:
    """Nobody comes in without a seat, by whatever door: the workspace's row is locked, so the count stands."""
    found = seats_of(ctx)
    if found.full:
        raise Refusal(
            RefusalCode.NO_SEAT,
            name=name,
            workspace=ctx.workspace.name,
            seats=n("{count} seat", "{count} seats", found.limit or 0),
            plan=found.plan,
        )


def admit(ctx: Context, request: Row[Any], roles: list[Role]) -> None:
    """Lets the person of an approved request in with these roles; who came in by another door meanwhile stays as they are."""
    identity = identity_of(request.person)
    if ctx.find_member(identity) is not None:
        uses.give_back(ctx, request.invitation_id, request.person)
        return
    _check(ctx, request, roles)
    member_id = add_member(ctx, identity, request.name, request.email, roles, request.invitation_id)
    if request.invitation_id is None:
        return
    invitation = load(ctx, request.invitation_id)
    carried, source = carried_in(request.facts), f"invitation {request.invitation_id}"
    # Whoever has lost the right to it since gives nothing: then it is the approver who does.
    by = ctx.me.member_id
    if invitation is not None:
        answering = [who for who in (invitation.created_by, invitation.vouched_by) if who]
        by = invitation.created_by if may_all_give(ctx, carried, answering) else by
    hand_over(ctx, carried, member_id, by, source)
    uses.fill(ctx, request.invitation_id, request.person, member_id)
    tell_inviter(ctx, invitation, member_id)


def _check(ctx: Context, request: Row[Any], roles: list[Role]) -> None:
    """What the workspace allows may have changed since the request was made."""
    if domains(ctx) and not (request.email and takes_address(ctx, request.email)):
        raise Refusal(RefusalCode.NEWCOMER_OUTSIDE, name=request.name, domains=domain_words(ctx))
    check_on_plan(ctx, roles)


def tell_inviter(ctx: Context, invitation: Any, member_id: str) -> None:
    if invitation is not None:
        ctx.notify(f"member:{invitation.created_by}", "arrived", f"{invitation.invitation_id}/{member_id}")
