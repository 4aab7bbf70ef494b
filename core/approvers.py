"""Who could answer a request now, by the same rule that is asked again at the click."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_

from core.calls import Identity
from core.context import Context, person_key
from core.lifecycle import RequestStatus
from core.members import accounts_of, held_by
from core.models import member_roles, members
from core.permissions import Role, Standing, is_own
from core.policy import APPROVE, MOST_ASKED, Verdict, may_decide
from core.state import Member


def _live(held: Any) -> ColumnElement[bool]:
    return and_(
        held.c.workspace_id == bindparam("ws"),
        or_(held.c.ends_at.is_(None), held.c.ends_at > bindparam("now")),
    )


def _with_one_of(name: str) -> Select[Any]:
    """Those who hold one of certain roles now."""
    key = member_roles.alias(f"key_{name}")
    return select(key.c.member_id).where(_live(key), key.c.role_id.in_(bindparam(name, expanding=True)))


#: Members who hold one of certain roles, longest here first, behind a border.
_HOLDERS = (
    select(members.c.member_id, members.c.name, members.c.joined_at)
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        members.c.member_id.in_(_with_one_of("role_ids")),
        tuple_(members.c.joined_at, members.c.member_id) > tuple_(bindparam("joined"), bindparam("border")),
    )
    .order_by(members.c.joined_at, members.c.member_id)
    .limit(bindparam("most"))
)
#: So many are looked at together: few at first, since they mostly do, and more each time that was not enough.
_CHUNK, _MOST_IN_CHUNK = 100, 10_000


@functools.cache
def _holders_with(more: int) -> Select[Any]:
    """Of these, those who hold one of so many further sets of roles each."""
    return _HOLDERS.where(
        *(members.c.member_id.in_(_with_one_of(f"more_{number}")) for number in range(more))
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
    """Who could say yes now to a request of this person for these roles, longest here first; ``MOST_ASKED`` at most."""
    sets = _needed(ctx, roles)
    params = {**_params(ctx, APPROVE, _CHUNK), **{f"more_{number}": ids for number, ids in enumerate(sets)}}
    out: list[Approver] = []
    while True:
        found = ctx.connection.execute(_holders_with(len(sets)), params).all()
        out += _able(ctx, found, roles, requester, lacks)
        if len(found) < params["most"] or len(out) >= MOST_ASKED:
            return out[:MOST_ASKED]
        params |= {"joined": found[-1].joined_at, "border": found[-1].member_id}
        params["most"] = min(params["most"] * 10, _MOST_IN_CHUNK)


def _needed(ctx: Context, roles: list[Role]) -> list[list[str]]:
    """Sets of roles, of each of which whoever is to give these roles holds one: what the ceiling comes to in a database."""
    if not roles:
        return []
    workspace = ctx.workspace
    top = max(role.rank for role in roles)
    high = [role for role in workspace.roles.values() if role.rank >= top and role.on(workspace.plan)]
    own = sorted({permission for role in roles for permission in role.permissions if is_own(permission)})
    sets = [high, *(workspace.roles_with(permission) for permission in own)]
    return [list(ids) for ids in sorted({tuple(role.role_id for role in each) for each in sets})]


def _able(
    ctx: Context, found: Sequence[Any], roles: list[Role], requester: str, lacks: Lacks
) -> Iterator[Approver]:
    """Those of the members found who could say yes."""
    ids = [row.member_id for row in found]
    held, bound = held_by(ctx, ids), accounts_of(ctx, ids)
    for member_id, name, _ in found:
        theirs = {row.role_id: row.ends_at for row in held[member_id]}
        accounts = tuple(Identity(row.platform, row.realm, row.subject) for row in bound[member_id])
        standing = ctx.workspace.standing_with_ends(theirs)
        own = requester in {person_key(identity) for identity in accounts}
        verdict = may_decide(
            standing, own=own, status=RequestStatus.PENDING, roles=roles, able=not lacks(ctx, standing)
        )
        if verdict is Verdict.MAY:
            yield Approver(Member(member_id, name, None, tuple(theirs), standing), accounts)


def holders_of(ctx: Context, permission: str, most: int = MOST_ASKED) -> list[str]:
    """The members who hold a permission now, longest here first."""
    return list(ctx.connection.execute(_HOLDERS, _params(ctx, permission, most)).scalars())


def _params(ctx: Context, permission: str, most: int) -> dict[str, Any]:
    able = [role.role_id for role in ctx.workspace.roles_with(permission)]
    ws = ctx.workspace.workspace_id
    return {"ws": ws, "role_ids": able, "now": ctx.at, "joined": -1, "border": "", "most": most}
