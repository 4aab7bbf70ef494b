"""What the operator's commands about workspaces print."""

from __future__ import annotations

from bot.faults import SettingsError
from core.cards import Table, columns, plain
from core.errors import Refusal, refusal_card
from core.operating import Listed, PlanChange
from core.plans import Seats
from core.text import key, plural

_HEADER = ("ID", "NAME", "SCHEME", "PLAN", "MEMBERS", "PLACES")


def table(found: list[Listed]) -> list[str]:
    """A line for each workspace, under a header."""
    if not found:
        return ["There is no workspace yet. One begins in chat: workspace create name:Studio"]
    rows = tuple(
        (
            each.workspace_id,
            each.name,
            each.scheme,
            each.seats.plan,
            taken(each.seats),
            " ".join(each.places) or "-",
        )
        for each in found
    )
    return [line.removeprefix("  ") for line in columns(Table(_HEADER, rows, ()))]


def find(found: list[Listed], named: str) -> str:
    """The id of the workspace with that name or id. Raises ``SettingsError`` where there is none, or more than one."""
    wanted = key(named)
    same = [each.workspace_id for each in found if named == each.workspace_id or wanted == key(each.name)]
    if len(same) == 1:
        return same[0]
    if not same:
        raise SettingsError(f"There is no workspace {named!r}. See: usher workspace list")
    raise SettingsError(f"Several workspaces are called {named!r}; use the id: {', '.join(same)}")


def taken(seats: Seats) -> str:
    return f"{seats.taken:,}" if seats.limit is None else f"{seats.taken:,} of {seats.limit:,}"


def told(change: PlanChange) -> list[str]:
    """What setting a plan has done, and what is to be thought of."""
    after = change.after
    if change.before == after:
        return [f"{change.name} is on the {after.plan} plan already: {_room(after)}."]
    lines = [f"{change.name} is on the {after.plan} plan now: {_room(after)}."]
    if after.limit is not None and after.taken > after.limit:
        lines.append(
            f"It has {plural(after.taken, 'member')} and {plural(after.limit, 'seat')}: nobody is removed, "
            "and nobody new gets in."
        )
    for role, held in change.asleep:
        lines.append(
            f"{role} does not count on this plan: {plural(held, 'member holds', 'members hold')} it."
        )
    if change.default_role:
        lines.append(
            f"{change.default_role}, the role of newcomers, does not count on this plan: an admin of the workspace "
            "has to choose another, with “workspace set setting:default_role”."
        )
    return lines


def refused(refusal: Refusal) -> str:
    """A refusal on one line."""
    card = refusal_card(refusal)
    return " ".join([f"{card.title}.", *map(plain, card.body)])


def _room(seats: Seats) -> str:
    if seats.limit is None:
        return f"{plural(seats.taken, 'member')}, no limit"
    if not seats.collaboration:
        return "for one person"
    return f"{seats.taken:,} of {plural(seats.limit, 'seat')}"
