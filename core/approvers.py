"""Who could answer a request now, by the same rule that is asked again at the click."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, or_, select

from core.calls import Identity
from core.context import Context, person_key
from core.lifecycle import RequestStatus
from core.models import identities, member_roles, members
from core.permissions import Role, Standing
from core.policy import APPROVE, Verdict, may_decide
from core.state import Member


def _live(held: Any) -> ColumnElement[bool]:
    return and_(
        held.c.workspace_id == bindparam("ws"),
        or_(held.c.ends_at.is_(None), held.c.ends_at > bindparam("now")),
    )


_key = member_roles.alias("key_role")
#: All live roles of those who hold one of certain roles, a row for each of their accounts.
_HOLDERS = (
    select(
        members.c.member_id,
        members.c.name,
        member_roles.c.role_id,
        member_roles.c.ends_at,
        identities.c.platform,
        identities.c.realm,
        identities.c.subject,
    )
    .join(
        member_roles,
        (member_roles.c.workspace_id == members.c.workspace_id)
        & (member_roles.c.member_id == members.c.member_id),
    )
    .join(
        identities,
        (identities.c.workspace_id == members.c.workspace_id)
        & (identities.c.member_id == members.c.member_id),
    )
    .where(
        _live(member_roles),
        members.c.left_at.is_(None),
        members.c.member_id.in_(
            select(_key.c.member_id).where(
                _live(_key), _key.c.role_id.in_(bindparam("role_ids", expanding=True))
            )
        ),
    )
    .order_by(members.c.joined_at, members.c.member_id)
)

#: The permission that a member of this standing lacks to do themselves what is asked for; empty for none.
Lacks = Callable[[Context, Standing], str]


@dataclass(frozen=True, slots=True)
class Approver:
    """A member who may decide a request, with the accounts at which they can be reached."""

    member: Member
    accounts: tuple[Identity, ...]

    @property
    def name(self) -> str:
        return self.member.name


def nothing(ctx: Context, standing: Standing) -> str:
    """Nothing more is needed than to be an approver."""
    del ctx, standing
    return ""


def approvers_for(ctx: Context, roles: list[Role], requester: str, lacks: Lacks = nothing) -> list[Approver]:
    """Who could say yes now to a request of this person for these roles."""
    held: dict[str, dict[str, int | None]] = {}
    accounts: dict[str, dict[Identity, None]] = {}
    names: dict[str, str] = {}
    for row in _holders(ctx, APPROVE):
        held.setdefault(row.member_id, {})[row.role_id] = row.ends_at
        accounts.setdefault(row.member_id, {})[Identity(row.platform, row.realm, row.subject)] = None
        names[row.member_id] = row.name
    out = []
    for member_id, of_member in held.items():
        standing = ctx.workspace.standing_with_ends(of_member)
        own = requester in {person_key(identity) for identity in accounts[member_id]}
        verdict = may_decide(
            standing, own=own, status=RequestStatus.PENDING, roles=roles, able=not lacks(ctx, standing)
        )
        if verdict is Verdict.MAY:
            member = Member(member_id, names[member_id], None, tuple(of_member), standing)
            out.append(Approver(member, tuple(accounts[member_id])))
    return out


def holders_of(ctx: Context, permission: str) -> list[str]:
    """The members who hold a permission now, longest here first."""
    return list(dict.fromkeys(row.member_id for row in _holders(ctx, permission)))


def _holders(ctx: Context, permission: str) -> Any:
    able = [role.role_id for role in ctx.workspace.roles_with(permission)]
    params = {"ws": ctx.workspace.workspace_id, "role_ids": able, "now": ctx.at}
    return ctx.connection.execute(_HOLDERS, params)
