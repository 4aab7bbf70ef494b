"""How much is asked for, and how much of it an approver gives: a lower role, a lower level, a shorter time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from core import durations
from core.language import t
from core.permissions import Level, Role, expanded, is_own


class Terms(NamedTuple):
    """How much is asked for, or given.

    ``roles``: a place for each role that was asked for, in that order, None where nothing is given for it. ``level``
    None: it is not about a resource. ``seconds`` None: without an end.
    """

    roles: tuple[Role | None, ...] = ()
    level: Level | None = None
    seconds: int | None = None


#: Yes or no: no part of it could be given alone.
PLAIN = Terms()


def within(role: Role, other: Role) -> bool:
    """Whether a role is no more than another: by its rank, and by Usher's own permissions that it holds."""
    mine, theirs = expanded(role.permissions), expanded(other.permissions)
    return role.rank <= other.rank and all(held in theirs for held in mine if is_own(held))


def least(asked: Terms, *given: Terms | None) -> Terms:
    """What everybody agrees to: the lowest role of each place, the lowest level, the shortest time; None gives as asked.

    Whoever agreed to more agreed to what is within it. Where none of a place's roles is within all others, nothing is
    left there: a role of a lower rank that holds what another approver's choice does not is nothing they agreed to. Each
    is held to what is asked for first: a role that is not within it is given by nobody, whatever others give.
    """
    return _in_all([asked, *(_in_all([asked, each]) for each in given if each is not None)])


def _in_all(terms: list[Terms]) -> Terms:
    return Terms(
        tuple(_lowest(place) for place in zip(*(each.roles for each in terms), strict=True)),
        min((each.level for each in terms if each.level is not None), default=None),
        min((each.seconds for each in terms if each.seconds is not None), default=None),
    )


def is_within(given: Terms, asked: Terms) -> bool:
    """Whether it can be given to somebody who asked for that: no more of anything."""
    return least(asked, given) == given


def _lowest(roles: tuple[Role | None, ...]) -> Role | None:
    there = [role for role in roles if role is not None]
    if len(there) < len(roles):
        return None
    return next((role for role in there if all(within(role, other) for other in there)), None)


# --- kept as JSON -----------------------------------------------------------------------------------------------------


def kept_terms(terms: Terms, asked: Terms) -> dict[str, Any]:
    """As it is kept with a vote and with a request: for each role that was asked for the one that is given."""
    places = zip(asked.roles, terms.roles, strict=True)
    return {
        "roles": {wanted.role_id: role and role.role_id for wanted, role in places if wanted},
        "level": None if terms.level is None else int(terms.level),
        "seconds": terms.seconds,
    }


def read_terms(kept: Mapping[str, Any], asked: Iterable[Role], roles: Mapping[str, Role]) -> Terms:
    """The reverse, with the roles of now; for one that is gone nothing is given."""
    return Terms(
        tuple(roles.get(kept["roles"].get(wanted.role_id) or "") for wanted in asked),
        None if kept["level"] is None else Level(kept["level"]),
        kept["seconds"],
    )


# --- in words ---------------------------------------------------------------------------------------------------------


def roles_in_words(terms: Terms) -> str:
    return ", ".join(role.name for role in terms.roles if role) or t("no role")


def time_in_words(terms: Terms) -> str:
    return t("for good") if terms.seconds is None else t("for {time}", time=durations.show(terms.seconds))


def beside(given: str, asked: str) -> str:
    """``Viewer (asked: Admin)``; just the one where both are the same."""
    return given if given == asked else t("{given} (asked: {asked})", given=given, asked=asked)


def less_in_words(asked: Terms, given: Terms) -> str:
    """What is less than asked for: ``to Viewer``, ``to view, for 4h``; empty where nothing is."""
    said = []
    if given.roles != asked.roles:
        said.append(t("to {what}", what=roles_in_words(given)))
    if given.level is not None and given.level != asked.level:
        said.append(t("to {what}", what=given.level.word))
    if given.seconds != asked.seconds:
        said.append(time_in_words(given))
    return ", ".join(said)
