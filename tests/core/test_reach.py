"""The rule about a resource as a table, and which of several grants it is that brings somebody there."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.kept_reach import Grants, Kept, Place, joined
from core.permissions import Level, Standing
from core.policy import GRANT, NO_RESOURCE, On, Rule, decide
from core.reach import Fact, best, ids_on

LAUNCH = "application:launch"
R = Rule
#: (permissions of their roles, None for no member; permission; level it needs; level that reaches) → rule.
RULES = [
    (None, LAUNCH, Level.USE, Level.MANAGE, R.NOT_A_MEMBER),
    (None, "resource:grant", Level.MANAGE, Level.MANAGE, R.NOT_A_MEMBER),
    ([], LAUNCH, Level.USE, Level.MANAGE, R.NOT_HELD),
    (["resource:all"], LAUNCH, Level.USE, Level.MANAGE, R.NOT_HELD),
    (["computer:view_all"], LAUNCH, Level.USE, None, R.NOT_HELD),
    ([LAUNCH], LAUNCH, Level.USE, None, R.NO_GRANT),
    ([LAUNCH], LAUNCH, Level.USE, Level.VIEW, R.LEVEL_TOO_LOW),
    ([LAUNCH], LAUNCH, Level.USE, Level.USE, R.GRANTED),
    ([LAUNCH], LAUNCH, Level.USE, Level.EDIT, R.GRANTED),
    ([LAUNCH], LAUNCH, Level.MANAGE, Level.EDIT, R.LEVEL_TOO_LOW),
    ([LAUNCH, "resource:all"], LAUNCH, Level.MANAGE, None, R.REACHES_ALL),
    ([LAUNCH, "resource:all"], LAUNCH, Level.USE, Level.VIEW, R.REACHES_ALL),
    ([LAUNCH, "computer:view_all"], LAUNCH, Level.USE, None, R.REACHES_ALL),
    ([LAUNCH, "project:view_all"], LAUNCH, Level.USE, None, R.NO_GRANT),
    ([LAUNCH, "computer:view"], LAUNCH, Level.USE, None, R.NO_GRANT),
    (["computer:view_all"], "computer:view_all", Level.VIEW, None, R.REACHES_ALL),
    (["member:remove"], "member:remove", Level.MANAGE, None, R.HELD),
    (["workspace:configure", "audit:view"], "audit:view", Level.MANAGE, None, R.INCLUDED),
    ([], "member:remove", Level.MANAGE, Level.MANAGE, R.NOT_HELD),
    (["resource:grant"], "resource:grant", Level.MANAGE, None, R.HELD),
    ([], "resource:grant", Level.MANAGE, Level.MANAGE, R.MANAGES),
    ([LAUNCH], "resource:grant", Level.MANAGE, Level.EDIT, R.NOT_HELD),
    ([], "resource:manage", Level.MANAGE, Level.MANAGE, R.NOT_HELD),
]
YES = {R.HELD, R.INCLUDED, R.GRANTED, R.REACHES_ALL, R.MANAGES}


@pytest.mark.parametrize(("held", "permission", "needs", "reaches", "rule"), RULES)
def test_the_rule_about_a_resource(held, permission, needs, reaches, rule):
    standing = None if held is None else Standing(1, frozenset(held))
    answer = decide(standing, permission, On("computer", needs, reaches))
    assert (answer.rule, answer.allowed) == (rule, rule in YES)


@pytest.mark.parametrize("permission", [LAUNCH, "member:remove", "resource:grant"])
def test_what_is_not_there_is_a_no_even_to_whoever_reaches_everything(permission):
    everything = Standing(1, frozenset({LAUNCH, "member:remove", "resource:grant", "resource:all"}))
    assert decide(everything, permission, NO_RESOURCE).rule is Rule.NO_RESOURCE
    assert decide(None, permission, NO_RESOURCE).rule is Rule.NOT_A_MEMBER
    assert not decide(everything, permission, NO_RESOURCE).allowed


def test_a_no_about_the_whole_workspace_is_never_a_yes_on_a_resource_but_for_giving_access():
    permissions = (LAUNCH, "member:remove", "resource:manage", "resource:all", "computer:view_all")
    for asked, held, needs, reaches in itertools.product(permissions, permissions, Level, (None, *Level)):
        standing = Standing(1, frozenset({held}))
        if not decide(standing, asked).allowed:
            assert not decide(standing, asked, On("computer", needs, reaches)).allowed


# --- which grant it is ----------------------------------------------------------------------------------------------------

PATH = ("res-1", "res-2", "res-3")


def fact(resource: str, level: Level, ends_at: int | None = None, group: str = "") -> Fact:
    return Fact(resource, level, ends_at, group, 0, "mem-1", "")


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ([], None),
        ([fact("res-9", Level.MANAGE)], None),
        ([fact("res-1", Level.VIEW, 10)], None),
        ([fact("res-1", Level.VIEW, 11)], 0),
        ([fact("res-3", Level.VIEW), fact("res-1", Level.EDIT, 11)], 1),
        ([fact("res-1", Level.EDIT, 10), fact("res-3", Level.VIEW)], 1),
        ([fact("res-1", Level.USE, 90), fact("res-3", Level.USE)], 1),
        ([fact("res-1", Level.USE, 90), fact("res-3", Level.USE, 80)], 0),
        ([fact("res-1", Level.USE), fact("res-3", Level.USE)], 1),
        ([fact("res-3", Level.USE, None, "grp-1"), fact("res-3", Level.USE)], 1),
    ],
)
def test_of_several_grants_the_one_that_goes_furthest_then_lasts_longest_then_is_nearest(facts, expected):
    assert best(facts, PATH, 10) == (None if expected is None else facts[expected])


def test_a_path_is_the_ids_from_the_top():
    assert ids_on("/res-1/res-2/") == ["res-1", "res-2"]
    assert ids_on("/") == []


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["res-1", "res-2", "res-3", "res-4"]),
            st.sampled_from(list(Level)),
            st.one_of(st.none(), st.integers(1, 5)),
        )
    ),
    st.integers(0, 3),
    st.integers(0, 6),
)
def test_what_the_checks_keep_reaches_as_far_as_the_rule_says(found, depth, at):
    """Two ways to the same: the fact that ``why`` names, and the levels that the product's checks keep."""
    path = ("res-1", "res-2", "res-3")[:depth]
    levels: dict[str, Level] = {}
    for resource, level, end in found:
        if end is None or end > at:
            levels[resource] = max(level, levels.get(resource, Level.VIEW))
    access = joined(Kept(None, None), Place(None, "", "computer", path), Grants(None, levels, 0, 9))
    named = best([fact(*each) for each in found], path, at)
    assert access.reaches == (named.level if named else None)


@pytest.mark.parametrize("gives_on", [True, False])
def test_who_manages_a_resource_gives_access_to_it_but_not_by_what_was_taken_in_an_emergency(gives_on):
    answer = decide(Standing(1, frozenset()), GRANT, On("computer", Level.MANAGE, Level.MANAGE, gives_on))
    assert answer == (gives_on, Rule.MANAGES if gives_on else Rule.NOT_HELD)
