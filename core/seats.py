"""The seats of a workspace: what joining does to them, in words, and whose cards say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select

from core.models import HAS_POLICY, IS_PENDING, requests
from core.plans import Seats, seats
from core.text import plural

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
        return f"none for others: the {found.plan} plan is for one person"
    if found.full:
        return "none is free: " + (
            "the only one is taken" if found.limit == 1 else f"all {found.limit:,} are taken"
        )
    free = plural(found.free, "free seat")
    if people is None:
        return f"each newcomer uses 1 of {free}"
    if people > found.free:
        return f"{free} for {people:,} people"
    return f"uses {people:,} of {free}"


def in_words(found: Seats) -> str:
    """A plan with what is taken of it: ``pro, 7 of 10 seats``."""
    if found.limit is None:
        return found.plan
    if not found.collaboration:
        return f"{found.plan}, for one person"
    return f"{found.plan}, {found.taken:,} of {plural(found.limit, 'seat')}"


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
