"""A small workspace for tests of approval policies, and strategies for policies, people and votes in it."""

from __future__ import annotations

import itertools

from hypothesis import strategies as st

from core.approval_judging import Person, Vote
from core.approval_policy import (
    LONGEST,
    LONGEST_EMERGENCY,
    SHORTEST,
    Act,
    By,
    Emergency,
    Escalation,
    Panel,
    Policy,
    Who,
    first_reminder,
)
from core.approval_reading import Known
from core.approval_terms import Terms
from core.durations import DAY, HOUR, MINUTE
from core.permissions import OWN, Level, Role, standing

OWNER = Role("owner", "Owner", 50, OWN | {"project:publish"}, exactly_one=True)
ADMIN = Role(
    "admin", "Admin", 40, frozenset({"request:approve", "member:remove", "role:assign", "member:invite"})
)
KEEPER = Role("keeper", "Keeper", 30, frozenset({"member:remove"}))
LEAD = Role("lead", "Design lead", 25, frozenset({"member:invite", "project:publish"}))
DESIGNER = Role("designer", "Designer", 20, frozenset({"member:invite"}))
COMMENTER = Role("commenter", "Commenter", 10, frozenset({"comment:write"}))
ROLES = (OWNER, ADMIN, KEEPER, LEAD, DESIGNER, COMMENTER)
GROUPS = {"ops": "Ops", "night": "Night shift"}
KNOWN = Known({role.role_id: role for role in ROLES}, GROUPS)

START = 1_800_014_400


def role(role: Role) -> Who:
    return Who(By.ROLE, role.role_id)


def group(group_id: str) -> Who:
    return Who(By.GROUP, group_id)


def permission(name: str) -> Who:
    return Who(By.PERMISSION, name)


def someone(*roles: Role, groups: tuple[str, ...] = (), own: bool = False, able: bool = True) -> Person:
    """A member with these roles and groups."""
    held = frozenset(roles)
    return Person(standing(held), frozenset(each.role_id for each in held), frozenset(groups), own, able)


def for_a_time(role: Role, end: int, *for_good: Role) -> Person:
    """A member with that role until then, and others for good."""
    both, lasting = standing(frozenset({role, *for_good})), standing(frozenset(for_good))
    ids = frozenset(each.role_id for each in (role, *for_good))
    return Person(both._replace(lasting=lasting), ids, until=((end, both),))


LEADS, ADMINS, OPS = role(LEAD), role(ADMIN), group("ops")
#: A policy that says something of everything.
FULL = Policy(
    (Panel((LEADS,), 2), Panel((ADMINS, OPS))),
    denials=2,
    own=True,
    life=5 * DAY,
    remind=90 * MINUTE,
    escalate=Escalation((role(OWNER),), 36 * HOUR),
    backups=(ADMINS, permission("member:remove")),
    reasons=frozenset({Act.DENY, Act.ASK}),
)
BROKEN_GLASS = Policy(emergency=Emergency("resource:manage", 2 * HOUR))

# --- strategies -----------------------------------------------------------------------------------------------------
#
# Drawn so that most people may do something, most votes say yes, and most policies can be fulfilled: rules about what is
# approved say little where next to nothing is.

NAMES = ("ada", "bo", "cy", "di", "ed", "flo")

_NAMED = [
    *map(role, ROLES),
    group("ops"),
    group("night"),
    permission("member:remove"),
    permission("project:publish"),
]
who_all = st.sampled_from([*_NAMED, role(LEAD), role(ADMIN), *([permission("request:approve")] * 2)])
lists = st.lists(who_all, min_size=1, max_size=3, unique=True).map(tuple)
panels = st.builds(Panel, lists, st.sampled_from([1, 1, 1, 2, 3]))


emergencies = st.builds(
    Emergency,
    st.sampled_from(["resource:manage", "project:publish"]),
    st.integers(SHORTEST // MINUTE, LONGEST_EMERGENCY // MINUTE).map(lambda count: count * MINUTE),
)


@st.composite
def policies(draw: st.DrawFn, *, emergency: bool = False) -> Policy:
    """Any policy; small numbers of people, as there are few in the tests."""
    life = draw(st.sampled_from([3 * DAY]) | st.integers(SHORTEST // MINUTE, LONGEST // MINUTE).map(_minutes))
    within = st.none()
    if life > SHORTEST:
        within = st.integers(SHORTEST // MINUTE, life // MINUTE - 1).map(_minutes)
    after = draw(st.none() | within)
    return Policy(
        tuple(draw(st.lists(panels, min_size=1, max_size=3))),
        denials=draw(st.sampled_from([1, 2, 2, 3])),
        own=draw(st.booleans()),
        life=life,
        remind=draw(st.sampled_from([first_reminder(life)]) | within),
        escalate=None if after is None else Escalation(draw(lists), after),
        backups=draw(st.just(()) | st.just(()) | lists),
        reasons=draw(st.frozensets(st.sampled_from(Act))),
        emergency=draw(st.none() | emergencies) if emergency else None,
    )


def _minutes(count: int) -> int:
    return count * MINUTE


#: Everybody there could be, made once: one draw is quicker than one for each of their roles.
_PLAIN = [
    someone(*roles, groups=groups)
    for count in (1, 2, 2)
    for roles in itertools.combinations(ROLES, count)
    for groups in ((), ("ops",), ("ops", "night"))
]
_SPECIAL = [
    changed
    for person in [someone(), *_PLAIN]
    for changed in (
        person._replace(own=True),
        person._replace(able=False),
        person._replace(own=True, able=False),
        person._replace(standing=None),
    )
]
members = st.sampled_from([someone(), *_PLAIN, *(each for each in _SPECIAL if each.standing is not None)])
people = st.sampled_from(_PLAIN * 12 + _SPECIAL)
crowds = st.lists(people, min_size=4, max_size=len(NAMES)).map(
    lambda drawn: dict(zip(NAMES, drawn, strict=False))
)

_some_role = st.none() | st.sampled_from(ROLES)
terms = st.builds(
    Terms,
    st.tuples(_some_role, _some_role),
    st.sampled_from(Level),
    st.none() | st.integers(1, 90 * DAY),
)
asks = st.builds(
    Terms,
    st.tuples(st.sampled_from([*ROLES, *([COMMENTER] * 12)]), st.none() | st.just(COMMENTER) | _some_role),
    st.sampled_from(Level),
    st.none() | st.integers(1, 90 * DAY),
)

_yes = st.sampled_from([True, True, True, True, False])
#: What one person says, in this order; mostly one thing, mostly as asked.
_says = st.lists(st.tuples(_yes, st.none() | st.none() | terms), min_size=1, max_size=1) | st.lists(
    st.tuples(_yes, st.none() | terms), max_size=2
)


@st.composite
def ballots(draw: st.DrawFn) -> list[Vote]:
    names = draw(st.permutations([*NAMES, "ghost"]))
    said = [[Vote(name, *each) for each in draw(_says)] for name in names[: draw(st.integers(1, len(names)))]]
    return [vote for round_ in itertools.zip_longest(*said) for vote in round_ if vote is not None]
