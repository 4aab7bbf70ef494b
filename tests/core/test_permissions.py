from __future__ import annotations

import pytest

from core.permissions import (
    INCLUDED,
    INCLUDED_IN,
    NO_STANDING,
    OWN,
    OWN_THINGS,
    PERMISSION,
    Role,
    expanded,
    is_own,
    standing,
    unknown_own,
)


def test_configuring_a_workspace_includes_what_the_contract_says():
    assert INCLUDED == {
        "workspace:configure": (
            "role:define",
            "group:manage",
            "resource:manage",
            "resource:grant",
            "audit:view",
        )
    }


@pytest.mark.parametrize(
    ("permission", "own"),
    [
        ("member:invite", True),
        ("role:assign", True),
        ("group:manage", True),
        ("resource:grant", True),
        ("request:approve", True),
        ("workspace:configure", True),
        ("audit:view", True),
        ("project:create", False),
        ("members:invite", False),
        ("comment:write", False),
    ],
)
def test_usher_s_own_permissions_are_known_by_their_thing(permission, own):
    assert is_own(permission) is own


def test_usher_s_own_permissions_are_a_closed_set_of_the_things_that_the_contract_names():
    assert {"member", "role", "group", "resource", "request", "workspace", "audit"} == OWN_THINGS
    assert {permission for permission in OWN if not PERMISSION.fullmatch(permission)} == set()
    assert {included for each in INCLUDED.values() for included in each} | set(INCLUDED) <= OWN


@pytest.mark.parametrize(
    ("permission", "unknown"),
    [
        ("member:invite", False),
        ("member:fly", True),
        ("workspace:manage", True),
        ("audit:edit", True),
        ("project:fly", False),
        ("members:fly", False),
    ],
)
def test_what_reads_like_one_of_usher_s_own_and_is_none_is_known_for_that(permission, unknown):
    assert unknown_own(permission) is unknown


def test_a_permission_brings_those_that_it_includes_and_none_brings_others():
    assert expanded(["workspace:configure"]) == {"workspace:configure", *INCLUDED["workspace:configure"]}
    assert expanded(["audit:view", "project:edit"]) == {"audit:view", "project:edit"}
    assert dict.fromkeys(INCLUDED["workspace:configure"], "workspace:configure") == INCLUDED_IN


def test_a_standing_has_what_its_roles_permissions_include_however_they_are_kept():
    bare = Role("bare", "bare", 1, frozenset({"workspace:configure"}))
    assert standing(frozenset({bare})).has("audit:view")


LOW = Role("low", "low", 10, frozenset({"member:invite"}))
MIDDLE = Role("middle", "middle", 20, frozenset({"member:invite", "project:edit"}))
TWISTED = Role("twisted", "twisted", 10, frozenset({"member:remove"}))
FOREIGN = Role("foreign", "foreign", 10, frozenset({"project:everything"}))


@pytest.mark.parametrize(
    ("held", "given", "may"),
    [
        ([], LOW, False),
        ([LOW], LOW, True),
        ([LOW], MIDDLE, False),
        ([MIDDLE], LOW, True),
        ([MIDDLE], MIDDLE, True),
        ([MIDDLE], TWISTED, False),  # below, but it holds one of Usher's own that the giver lacks
        ([MIDDLE, TWISTED], TWISTED, True),
        ([LOW], FOREIGN, True),  # the product's permissions are the product's business
        ([LOW, MIDDLE], MIDDLE, True),
        ([MIDDLE], Role("admin", "admin", 30, frozenset()), False),
        ([MIDDLE], Role("admin", "admin", 5, frozenset()), True),
    ],
)
def test_the_ceiling_compares_ranks_and_permissions_and_never_names(held, given, may):
    assert standing(frozenset(held)).may_give(given) is may


def test_nobody_without_a_role_has_any_standing():
    assert standing(frozenset()) is NO_STANDING
    assert not NO_STANDING.has("member:invite")
