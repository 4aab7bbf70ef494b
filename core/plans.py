"""The plans and their limits, as data."""

from __future__ import annotations

import functools
import re
import tomllib
from importlib import resources
from typing import Any, NamedTuple

_NAME = re.compile(r"[a-z][a-z-]{0,19}")
_KEYS = frozenset({"name", "collaboration", "seats"})


class Plan(NamedTuple):
    """``collaboration``: whether anybody but the owner can be in. ``seats``: for how many members, None for any number."""

    name: str
    collaboration: bool
    seats: int | None


class PlanError(ValueError):
    """The file of plans does not make sense; the message says where."""


def load(source: str, text: str) -> dict[str, Plan]:
    """The plans by name, from their file's text. Raises ``PlanError``."""
    try:
        entries = tomllib.loads(text)["plan"]
        found = [_plan(entry) for entry in entries]
    except tomllib.TOMLDecodeError as error:
        raise PlanError(f"{source}: {error}") from error
    except KeyError as missing:
        raise PlanError(f"{source}: {missing} is missing") from missing
    except ValueError as problem:
        raise PlanError(f"{source}: {problem}") from problem
    if len({plan.name for plan in found}) < len(found):
        raise PlanError(f"{source}: two plans have the same name")
    return {plan.name: plan for plan in found}


def _plan(data: dict[str, Any]) -> Plan:
    name, collaboration, seats = data["name"], data["collaboration"], data.get("seats")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name for a plan")
    odd = sorted(set(data) - _KEYS)
    if odd:
        raise ValueError(f"{name} has {odd[0]!r}, which is not known")
    if not isinstance(collaboration, bool):
        raise ValueError(f"collaboration of {name} is true or false")
    if seats is not None and (isinstance(seats, bool) or not isinstance(seats, int) or seats < 1):
        raise ValueError(f"seats of {name} is a whole number, 1 or more")
    if not collaboration and seats != 1:
        raise ValueError(f"{name} is for one person: it has one seat")
    return Plan(name, collaboration, seats)


@functools.cache
def plans() -> dict[str, Plan]:
    """The plans that Usher knows, by name."""
    return load("plans.toml", (resources.files("core") / "plans.toml").read_text())


class Seats(NamedTuple):
    """How many of a workspace's seats are taken. ``limit``: None where there is none."""

    plan: str
    collaboration: bool
    limit: int | None
    taken: int

    @property
    def free(self) -> int | None:
        """How many more can join; None for any number."""
        return None if self.limit is None else max(0, self.limit - self.taken)

    @property
    def full(self) -> bool:
        return self.free == 0


def seats(plan: str, own: int | None, taken: int) -> Seats:
    """The seats of a workspace: ``own`` is its own number, instead of its plan's."""
    known = plans().get(plan, Plan(plan, collaboration=True, seats=None))
    limit = known.seats if own is None or not known.collaboration else own
    return Seats(plan, known.collaboration, limit, taken)
