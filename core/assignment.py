"""Who has which role: giving roles, for good or for a time, and taking them away.

Where everybody has one role, giving another for good replaces it; one for a time comes on top of it, and when that time is
over the other still stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, delete, or_
from sqlalchemy import text as sql

from core import durations, views
from core.calls import Identity
from core.cards import Card, Choice, Menu, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.endings import settle_roles
from core.errors import Refusal, RefusalCode
from core.language import says, t
from core.members import find, held_by, load, shown_roles
from core.models import member_roles
from core.permissions import Role, Standing
from core.policy import APPROVE
from core.roles import check_ceiling, check_lasting
from core.seats import open_requests
from core.text import either
from core.time_boxes import reminded_at_start
from core.views.members import HeldRole

ASSIGN = "role:assign"
SHORTEST, LONGEST = 5 * durations.MINUTE, 90 * durations.DAY

#: Gives the role, or another end to one that is held for a time; one that is held for good is left alone.
_GIVE = sql(
    "INSERT INTO member_roles (workspace_id, member_id, role_id, given_at, ends_at, source, reminded) "
    "VALUES (:ws, :member, :role, :now, :until, :source, :reminded) "
    "ON CONFLICT (workspace_id, member_id, role_id) DO UPDATE SET "
    "given_at = excluded.given_at, ends_at = excluded.ends_at, source = excluded.source, "
    "reminded = excluded.reminded WHERE member_roles.ends_at IS NOT NULL"
)
_OF_MEMBER = (
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id == bindparam("member"),
)
_TAKE = delete(member_roles).where(
    *_OF_MEMBER,
    member_roles.c.role_id == bindparam("role"),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
#: Gives back what was held until that very end: zero rows means that it is something else by now.
_GIVE_BACK = delete(member_roles).where(
    *_OF_MEMBER,
    member_roles.c.role_id == bindparam("role"),
    member_roles.c.ends_at == bindparam("end"),
    member_roles.c.ends_at > bindparam("now"),
)
_REPLACE = delete(member_roles).where(
    *_OF_MEMBER, member_roles.c.role_id != bindparam("role"), member_roles.c.ends_at.is_(None)
)


# --- giving ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleAssign:
    member: Identity | str = option(
        Kind.MEMBER, "a mention, an e-mail address or a name", "Ada", required=True
    )
    role: str = option(Kind.ROLE, "the role they get", "Designer", required=True)
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")


@command("role assign", "Give somebody a role, for good or for a time", RoleAssign, needs=ASSIGN)
def assign(ctx: Context, ask: RoleAssign) -> Card:
    return give(ctx, find(ctx, ask.member), ctx.role(ask.role), ask.for_)


@action("role.choose", "Change role", needs=ASSIGN)
def choose(ctx: Context, member_id: str) -> Card:
    row = load(ctx, member_id)
    role = ctx.workspace.roles.get(str(ctx.call.options.get("choice", "")))
    if row is None or row.left_at is not None or role is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return give(ctx, row, role, None)


def give(
    ctx: Context, row: Row[Any], role: Role, life: int | None, source: str = "", *, tell: bool = True
) -> Card:
    """Gives a member a role for good, or for so many seconds.

    ``source``: what it comes from, if it is not whoever runs the call. ``tell``: the member hears of it, unless they did
    it themselves.
    """
    settle_roles(ctx, member_id=row.member_id)  # what is given now takes the place of nothing unrecorded
    held = _held(ctx, row.member_id)
    now = next((each for each in held if each.role_id == role.role_id), None)
    until = None if life is None else ctx.at + life
    _check_member(ctx, row)
    _check_role(ctx, role)
    if life is not None and not SHORTEST <= life <= LONGEST:
        raise Refusal(
            RefusalCode.BAD_TIME, shortest=durations.show(SHORTEST), longest=durations.show(LONGEST)
        )
    if now is not None and now.ends_at is None:
        if until is not None:
            raise Refusal(RefusalCode.HELD_FOR_GOOD, name=row.name, role=role.name)
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE,
            detail=t("{name} is {role} already.", name=row.name, role=role.name),
        )
    if now is not None and until is not None and now.ends_at == until:
        said = says("{name} is {role} until {when} already.", name=row.name, role=role.name, when=When(until))
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    if until is None:
        check_lasting(role, ctx.standing)
    elif now is None or until > now.ends_at:
        _check_own(ctx, row, role)
        check_until(ctx, role, until)
    if until is None and ctx.workspace.single:
        _drop(ctx, row, [each for each in held if each.ends_at is None], role)
    if not ctx.connection.execute(_GIVE, _given(ctx, row, role, until, source)).rowcount:
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE,
            detail=t("{name} is {role} already.", name=row.name, role=role.name),
        )
    after = _changed(ctx, "role.assigned", row.member_id, role, held, until)
    if tell:
        _tell(ctx, row, "role_given", role, until)
    given = HeldRole(role.name, until)
    return views.roles_assigned(row.name, given, shown_roles(ctx, held), after, ctx.workspace.name)


def _given(ctx: Context, row: Row[Any], role: Role, until: int | None, source: str = "") -> dict[str, Any]:
    return {
        **_of(ctx, row),
        "role": role.role_id,
        "now": ctx.at,
        "until": until,
        "source": source or f"assigned by {ctx.me.member_id}",
        "reminded": reminded_at_start(None if until is None else until - ctx.at),
    }


def _of(ctx: Context, row: Row[Any]) -> dict[str, Any]:
    return {"ws": ctx.workspace.workspace_id, "member": row.member_id}


def _drop(ctx: Context, row: Row[Any], replaced: Sequence[Row[Any]], role: Role) -> None:
    """Takes away what a role that is given for good stands in the place of."""
    for each in replaced:
        _check_taken(ctx, ctx.workspace.roles[each.role_id])
    ctx.connection.execute(_REPLACE, {**_of(ctx, row), "role": role.role_id})


# --- taking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RoleUnassign:
    member: Identity | str = option(
        Kind.MEMBER, "a mention, an e-mail address or a name", "Ada", required=True
    )
    role: str = option(Kind.ROLE, "the role they lose", "Designer", required=True)


@command("role unassign", "Take a role away from somebody", RoleUnassign, needs=ASSIGN)
def unassign(ctx: Context, ask: RoleUnassign) -> Card:
    row, role = find(ctx, ask.member), ctx.role(ask.role)
    settle_roles(ctx, member_id=row.member_id)
    held = _held(ctx, row.member_id)
    now = next((each for each in held if each.role_id == role.role_id), None)
    _check_member(ctx, row)
    _check_taken(ctx, role)
    if now is None:
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE, detail=t("{name} is not {role}.", name=row.name, role=role.name)
        )
    instead = _instead(ctx, row, role) if ctx.workspace.single and now.ends_at is None else None
    params = {**_of(ctx, row), "role": role.role_id, "now": ctx.at}
    if not ctx.connection.execute(_TAKE, params).rowcount:
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE, detail=t("{name} is not {role}.", name=row.name, role=role.name)
        )
    if instead is not None:
        ctx.connection.execute(_GIVE, _given(ctx, row, instead, None))
    after = _changed(ctx, "role.unassigned", row.member_id, role, held, now.ends_at)
    _tell(ctx, row, "role_taken", role, None)
    return views.roles_unassigned(row.name, role.name, shown_roles(ctx, held), after, ctx.workspace.name)


def give_back(ctx: Context, role: Role, end: int) -> bool:
    """Whoever runs the call gives back a role that they have until ``end``; False when that is not so any more."""
    me = ctx.me.member_id
    held = _held(ctx, me)
    params = {"ws": ctx.workspace.workspace_id, "member": me, "role": role.role_id, "end": end, "now": ctx.at}
    if not ctx.connection.execute(_GIVE_BACK, params).rowcount:
        return False
    _changed(ctx, "role.unassigned", me, role, held, end)
    return True


def _instead(ctx: Context, row: Row[Any], role: Role) -> Role:
    """What somebody is without their only role: what newcomers are, where that is something else."""
    default = ctx.workspace.roles.get(ctx.workspace.setting("default_role"))
    if default is None or default.role_id == role.role_id:
        raise Refusal(RefusalCode.ONLY_ROLE, name=row.name, role=role.name)
    _check_role(ctx, default)
    check_lasting(default, ctx.standing)
    return default


# --- the rules -------------------------------------------------------------------------------------------------------


def _held(ctx: Context, member_id: str) -> list[Row[Any]]:
    return held_by(ctx, [member_id])[member_id]


def _is_above(ctx: Context, member_id: str) -> bool:
    theirs = ctx.standing_of(member_id)
    return theirs is not None and theirs.rank > ctx.standing.rank


def _check_member(ctx: Context, row: Row[Any]) -> None:
    """Nobody changes the roles of somebody who stands above them."""
    if _is_above(ctx, row.member_id):
        raise Refusal(RefusalCode.MEMBER_ABOVE, name=row.name)


def _check_role(ctx: Context, role: Role) -> None:
    """A role that this person may give, that can be given, and that counts here."""
    check_ceiling(role, ctx.standing)
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    if not role.on(ctx.workspace.plan):
        raise Refusal(
            RefusalCode.NOT_ON_PLAN, role=role.name, plan=ctx.workspace.plan, plans=either(role.plans)
        )


def _check_taken(ctx: Context, role: Role) -> None:
    check_ceiling(role, ctx.standing)
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)


def lasting_standing(ctx: Context, member_id: str) -> tuple[frozenset[str], Standing]:
    """The roles that somebody holds for good, and what they would be with these alone."""
    ids = frozenset(each.role_id for each in _held(ctx, member_id) if each.ends_at is None)
    return ids, ctx.workspace.standing(ids)


def _check_own(ctx: Context, row: Row[Any], role: Role) -> None:
    """Who is something for a time does not make themselves that for longer."""
    if row.member_id == ctx.me.member_id:
        check_ceiling(
            role, lasting_standing(ctx, row.member_id)[1], t("You hold more than that for a time only.")
        )


def check_until(ctx: Context, role: Role, until: int) -> None:
    """Who is something for a time gives nobody that for longer than they have it themselves."""
    if ctx.standing.may_give_for_good(role):
        return
    ends = dict(ctx.me.ends)
    for last in sorted(ends.values(), reverse=True):
        held_then = [each for each in ctx.me.role_ids if each not in ends or ends[each] >= last]
        if ctx.workspace.standing(held_then).may_give(role):
            if until > last:
                said = says(
                    "You hold more than that only until {when}: give it until then at most.", when=When(last)
                )
                raise Refusal(RefusalCode.ABOVE_CEILING, role=role.name, who=said)
            return


def _changed(
    ctx: Context, event: str, member_id: str, role: Role, held: Sequence[Row[Any]], until: int | None
) -> tuple[HeldRole, ...]:
    """Records what was held before and what is held now, which it returns, and sees to what follows from it."""
    now = _held(ctx, member_id)
    before, after = ({each.role_id: each.ends_at for each in some} for some in (held, now))
    ctx.record(event, member_id, role=role.role_id, before=before, after=after, ends_at=until)
    ctx.standing_changed()
    was, becomes = (ctx.workspace.standing(some) for some in (before, after))
    if becomes.has(APPROVE) and not was.has(APPROVE):
        # Whoever may decide from now on gets the cards of what is open.
        for request_id in open_requests(ctx):
            ctx.stale(request_id)
    return shown_roles(ctx, now)


# --- telling ---------------------------------------------------------------------------------------------------------


def _tell(ctx: Context, row: Row[Any], view: str, role: Role, until: int | None) -> None:
    """One notice for each change, unless they made it themselves."""
    if row.member_id != ctx.me.member_id:
        about = f"{role.role_id}@{ctx.at}@{until or 0}@{ctx.me.member_id}"
        ctx.notify(f"member:{row.member_id}", view, about)


# --- the drop-down ---------------------------------------------------------------------------------------------------


def roles_to_give(ctx: Context) -> list[Role]:
    """The roles that whoever looks may give, be it for a time only."""
    return [
        role
        for role in ctx.workspace.roles.values()
        if ctx.standing.may_give(role) and not role.exactly_one and role.on(ctx.workspace.plan)
    ]


def menu_for(ctx: Context, row: Row[Any]) -> tuple[Menu, ...]:
    """A drop-down with the roles that whoever looks may give this member, where there are any."""
    if not ctx.standing.has(ASSIGN) or row.left_at is not None or _is_above(ctx, row.member_id):
        return ()
    lasting, _ = lasting_standing(ctx, row.member_id)
    workspace = ctx.workspace
    if workspace.single and not all(
        ctx.standing.may_give(role) and not role.exactly_one for role in workspace.roles_of(lasting)
    ):
        return ()
    choices = tuple(
        Choice(role.role_id, role.name)
        for role in workspace.roles.values()
        if role.role_id not in lasting
        and ctx.standing.may_give_for_good(role)
        and not role.exactly_one
        and role.on(workspace.plan)
    )
    label = t("Change role") if workspace.single else t("Give a role")
    return (Menu(label, "role.choose", ctx.subject(row.member_id), choices),) if choices else ()
