"""What whoever runs Usher does to workspaces: lists them, and sets their plans."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from core import audit
from core.context import Context
from core.deletion import deleted_at
from core.errors import Refusal, RefusalCode
from core.models import NOWHERE, member_roles, members, places, workspaces
from core.plans import Seats, plans, seats
from core.seats import open_requests, seats_of
from core.text import key

#: How the record names whoever runs Usher.
OPERATOR = "operator"

_LIST = (
    select(
        workspaces.c.workspace_id,
        workspaces.c.name,
        workspaces.c.scheme,
        workspaces.c.plan,
        workspaces.c.seats,
        workspaces.c.member_count,
    )
    .where(workspaces.c.workspace_id != NOWHERE, workspaces.c.deleted_at.is_(None))
    .order_by(workspaces.c.created_at, workspaces.c.workspace_id)
)
_PLACES = select(places.c.workspace_id, places.c.platform, places.c.realm, places.c.channel).order_by(
    places.c.linked_at
)
#: Names the plan that it takes the place of.
_SET = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"), workspaces.c.plan == bindparam("before"))
    .values(plan=bindparam("after"), seats=bindparam("own"))
)
_HOLDERS = (
    select(member_roles.c.role_id, func.count().label("held"))
    .join(
        members,
        and_(
            members.c.workspace_id == member_roles.c.workspace_id,
            members.c.member_id == member_roles.c.member_id,
        ),
    )
    .where(
        member_roles.c.workspace_id == bindparam("ws"),
        or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
        members.c.left_at.is_(None),
    )
    .group_by(member_roles.c.role_id)
)

_HEADS = select(workspaces.c.workspace_id, workspaces.c.audit_length, workspaces.c.audit_hash)
_NAMES = select(workspaces.c.workspace_id, workspaces.c.name, workspaces.c.deleted_at).where(
    workspaces.c.workspace_id != NOWHERE
)


class Listed(NamedTuple):
    """A workspace as its operator sees it."""

    workspace_id: str
    name: str
    scheme: str
    seats: Seats
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlanChange:
    """What setting a plan has done. ``asleep``: roles that members hold and that do not count any more, and how many do."""

    name: str
    before: Seats
    after: Seats
    asleep: tuple[tuple[str, int], ...]
    default_role: str = ""


def listed(connection: Connection) -> list[Listed]:
    """Every workspace that was not deleted, the oldest first."""
    linked: dict[str, list[str]] = {}
    for row in connection.execute(_PLACES):
        place = "/".join(part for part in (row.platform, row.realm, row.channel) if part)
        linked.setdefault(row.workspace_id, []).append(place)
    return [
        Listed(
            row.workspace_id,
            row.name,
            row.scheme,
            seats(row.plan, row.seats, row.member_count),
            tuple(linked.get(row.workspace_id, ())),
        )
        for row in connection.execute(_LIST)
    ]


def ids_of(connection: Connection, named: str) -> list[str]:
    """The ids of the workspaces that have this id or this name, without regard to case.

    One that was deleted is meant by its id alone, as long as another one has the name.
    """
    wanted = key(named)
    rows = connection.execute(_NAMES).all()
    of_name = [row for row in rows if key(row.name) == wanted]
    of_name = [row for row in of_name if row.deleted_at is None] or of_name
    return [row.workspace_id for row in rows if row.workspace_id == named or row in of_name]


def verified(connection: Connection) -> dict[str, int | None]:
    """For each workspace the first event of its record that is changed or missing, None where the chain holds."""
    return {
        row.workspace_id: audit.verify(connection, row.workspace_id, row.audit_length, row.audit_hash)
        for row in connection.execute(_HEADS).all()
    }


def problem(plan: str, own: int | None) -> str:
    """Why there can be no such plan with so many seats, or empty."""
    known = plans().get(plan)
    if known is None:
        return f"There is no plan {plan!r}; there are {', '.join(plans())}."
    if own is not None and own < 1:
        return "A workspace has one seat or more."
    if own is not None and not known.collaboration:
        return f"The {plan} plan is for one person: it takes no number of seats."
    return ""


def set_plan(ctx: Context, plan: str, own: int | None) -> PlanChange:
    """Puts the workspace on a plan, with a number of seats of its own where one is given.

    Nobody is removed. Raises ``Refusal`` where nobody would be left who can run the workspace, or where it was deleted.
    """
    workspace = ctx.workspace
    wrong = problem(plan, own)
    if wrong:
        raise ValueError(wrong)
    if deleted_at(ctx) is not None:
        raise Refusal(RefusalCode.NOT_LINKED)
    before = seats_of(ctx)
    if (plan, own) == (workspace.plan, workspace.seats):
        return PlanChange(workspace.name, before, before, ())
    counted = {role.role_id for role in workspace.roles.values() if role.on(workspace.plan)}
    was = {"plan": workspace.plan, "seats": workspace.seats}
    params = {"ws": workspace.workspace_id, "before": workspace.plan, "after": plan, "own": own}
    changed = ctx.connection.execute(_SET, params).rowcount
    assert changed, "the workspace's row is locked"
    workspace.plan, workspace.seats = plan, own
    ctx.record(
        "plan.changed", workspace.workspace_id, actor=OPERATOR, before=was, after={"plan": plan, "seats": own}
    )
    # Which roles count depends on the plan; what a yes does to the seats stands on the cards.
    ctx.standing_changed()
    for request_id in open_requests(ctx):
        ctx.stale(request_id)
    held = {
        row.role_id: row.held
        for row in ctx.connection.execute(_HOLDERS, {"ws": workspace.workspace_id, "now": ctx.at})
    }
    asleep = [
        (role.name, held[role.role_id])
        for role in workspace.roles.values()
        if role.role_id in counted and not role.on(plan) and role.role_id in held
    ]
    default = workspace.roles.get(workspace.setting("default_role"))
    return PlanChange(
        workspace.name,
        before,
        seats_of(ctx),
        tuple(asleep),
        default.name if default is not None and not default.on(plan) else "",
    )
