"""The seats of a workspace: what joining does to them, in words, and whose cards say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core.language import n, number, t
from core.models import HAS_POLICY, IS_PENDING, requests
from core.plans import Seats, seats

if TYPE_CHECKING:
    from core.context import Context

_OPEN = select(requests.c.request_id).where(
    requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at > bindparam("now")
)
_UNDER_POLICY = _OPEN.where(HAS_POLICY)
#: A yes to one of these takes seats, now or later.
_ABOUT_SEATS = _OPEN.where(requests.c.kind.in_(("join", "invite")))


def seats_of(ctx: Context) -> Seats:
    workspace = ctx.workspace
    return seats(workspace.plan, workspace.seats, workspace.member_count)


def effect(found: Seats, people: int | None = 1) -> str:
    """What so many newcomers do to the seats; None: nobody knows how many. Empty where there is no limit."""
    if found.free is None or found.limit is None:
        return ""
    if not found.collaboration:
        return t("none for others: the {plan} plan is for one person", plan=found.plan)
    if found.full:
        all_of = t("none is free: all {count} are taken", count=number(found.limit))
        return t("none is free: the only one is taken") if found.limit == 1 else all_of
    if people is None:
        return n(
            "each newcomer uses 1 of {count} free seat",
            "each newcomer uses 1 of {count} free seats",
            found.free,
        )
    many = number(people)
    if people > found.free:
        return n(
            "{count} free seat for {people} people",
            "{count} free seats for {people} people",
            found.free,
            people=many,
        )
    return n(
        "uses {people} of {count} free seat", "uses {people} of {count} free seats", found.free, people=many
    )


def in_words(found: Seats) -> str:
    """A plan with what is taken of it: ``pro, 7 of 10 seats``."""
    if found.limit is None:
        return found.plan
    if not found.collaboration:
        return t("{plan}, for one person", plan=found.plan)
    return n(
        "{plan}, {taken} of {count} seat",
        "{plan}, {taken} of {count} seats",
        found.limit,
        plan=found.plan,
        taken=number(found.taken),
    )


def open_requests(ctx: Context) -> list[str]:
    """The requests that wait in the workspace."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    return list(ctx.connection.execute(_OPEN, params).scalars())


def people_moved(ctx: Context) -> None:
    """Who may do what has changed: requests under a policy of their own may go to others, and votes count otherwise."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    for request_id in ctx.connection.execute(_UNDER_POLICY, params).scalars():
        ctx.stale(request_id)


def seats_moved(ctx: Context) -> None:
    """The number of members has changed: the cards of open requests say how many seats are free."""
    if seats_of(ctx).limit is not None:
        params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
        for request_id in ctx.connection.execute(_ABOUT_SEATS, params).scalars():
            ctx.stale(request_id)
