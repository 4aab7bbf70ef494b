"""Roles of a workspace's own: their rank, their name, and permissions that are made known."""

from __future__ import annotations

import json

import pytest

from core.permissions import INCLUDED
from core.schemes import schemes
from tests.core.role_rows import declared, kept
from tests.core.test_roles import labels
from tests.core.world import Person, World, code, facts_of, field_of, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_role_is_made_with_rank_and_permissions_and_recorded(world: World, owner: Person):
    card = made(owner.say("role create name:Reviewer rank:25 permissions:content:edit comment:write"))

    assert card.title == "New role: Reviewer"
    assert kept(world, "Reviewer") == (25, {"content:edit", "comment:write"})
    [facts] = facts_of(world, "role.created")
    assert facts == {
        "copy": None,
        "name": "Reviewer",
        "permissions": ["comment:write", "content:edit"],
        "plans": [],
        "rank": 25,
    }
    assert labels(card) == ["Rank", "In Usher", "In the product"]
    world.sound()


def test_a_new_role_can_be_given_at_once_in_another_process_too(world: World, owner: Person):
    other = world.another()
    made(owner.on(other).say("role list"))
    made(owner.say("role create name:Reviewer copy:Designer"))
    world.member(owner.on(other), "Bob", "Reviewer")
    assert world.members()["Bob"] == "Reviewer"


def test_a_copy_begins_with_the_permissions_of_the_role_and_changes_go_on_from_there(
    world: World, owner: Person
):
    designer = schemes()["studio"].roles[2].permissions
    card = made(owner.say("role create name:Reviewer copy:designer permissions:-project:create,audit:view"))

    assert kept(world, "Reviewer") == (29, designer - {"project:create"} | {"audit:view"})
    assert field_of(card, "Began as a copy of") == "Designer"
    assert "chosen for you" in field_of(card, "Rank")
    assert facts_of(world, "role.created")[0]["copy"] == "designer"


def test_a_copy_counts_on_the_same_plans_and_is_never_the_role_of_exactly_one(world: World):
    owner = world.studio("animation")
    made(owner.say("role create name:Guest copy:Viewer"))
    assert world.one(
        "SELECT count(*) FROM roles WHERE name = 'Guest' AND CAST(plans AS TEXT) LIKE '%enterprise%'"
    )
    olga = world.person("Olga2", realm="T2", place_admin=True)
    made(olga.say("workspace create name:Other scheme:studio"))
    made(olga.say("role create name:Deputy copy:Owner"))
    assert not world.one("SELECT exactly_one FROM roles WHERE name = 'Deputy'")


@pytest.mark.parametrize(
    ("before", "copied", "rank"),
    [
        ([], "Designer", 29),
        ([29], "Designer", 28),
        ([29, 28], "Designer", 27),
        ([], "Commenter", 9),
        ([], "", 9),
        ([9], "", 8),
        ([1], "", 2),  # there is no rank below the lowest: the next one that is free
        ([1, 2, 3], "", 4),
        ([], "Owner", 49),
    ],
)
def test_a_rank_that_nobody_named_is_just_below_what_was_copied_or_below_all(
    world: World, owner: Person, before: list[int], copied: str, rank: int
):
    for taken in before:
        made(owner.say(f"role create name:R{taken} rank:{taken}"))
    made(owner.say("role create name:New" + (f" copy:{copied}" if copied else "")))
    assert kept(world, "New")[0] == rank


@pytest.mark.parametrize(
    ("permissions", "rank"),
    [
        ("", 9),
        ("content:edit,project:everything", 9),  # what the product makes of it has no rank
        ("member:invite", 9),
        ("member:remove", 39),  # as little as who holds that now
        ("member:remove,audit:view,script:add", 39),
        ("workspace:delete", 49),
        ("workspace:configure,member:invite", 39),
    ],
)
def test_a_new_role_stands_below_the_lowest_that_may_as_much(
    world: World, owner: Person, permissions: str, rank: int
):
    made(owner.say("role create name:New" + (f" permissions:{permissions}" if permissions else "")))
    assert kept(world, "New")[0] == rank


def test_a_copy_of_a_role_above_one_s_own_stands_below_oneself(world: World, admin: Person):
    card = made(admin.say("role create name:Deputy copy:Owner permissions:-workspace:delete"))
    assert kept(world, "Deputy")[0] == 39
    assert "below Admin" in field_of(card, "Rank")


def test_where_no_rank_is_free_below_what_is_copied_one_has_to_be_named(world: World, owner: Person):
    made(owner.say("role create name:Last rank:1"))
    assert code(owner.say("role create name:New copy:Last")) == "NO_FREE_RANK"
    made(owner.say("role create name:New copy:Last rank:2"))


@pytest.mark.parametrize(
    ("rank", "refused", "said"),
    [
        ("30", "RANK_TAKEN", "29 and 31"),
        ("29", "", ""),
        ("50", "RANK_TAKEN", "49 and 51"),
        ("51", "ABOVE_CEILING", ""),
        ("999", "ABOVE_CEILING", ""),
        ("1000", "BAD_RANK", "999"),
        ("0", "BAD_OPTION", ""),
        ("1", "", ""),
    ],
)
def test_a_rank_is_free_from_1_to_999_and_not_above_one_s_own(
    owner: Person, rank: str, refused: str, said: str
):
    card = owner.say(f"role create name:New rank:{rank}")
    assert code(card) == refused
    assert said in words(card)


def test_next_to_a_taken_rank_those_that_are_really_free_are_named(owner: Person):
    made(owner.say("role create name:A rank:29"))
    made(owner.say("role create name:B rank:31"))
    assert "28 and 32" in words(owner.say("role create name:New rank:30"))


@pytest.mark.parametrize("name", ["DESIGNER", "content  editor", "Ｄesigner"])
def test_a_name_is_given_once_without_regard_to_case_width_or_spaces(owner: Person, name: str):
    assert code(owner.say(f'role create name:"{name}"')) == "ROLE_EXISTS"
    assert code(owner.say(f'role edit name:Commenter rename:"{name}"')) == "ROLE_EXISTS"


@pytest.mark.parametrize("name", ["Designer, Commenter", "A;B", "none", "None", "-"])
def test_a_name_that_would_mean_something_else_where_roles_are_typed_is_refused(owner: Person, name: str):
    assert code(owner.say(f'role create name:"{name}"')) == "BAD_ROLE_NAME"
    assert code(owner.say(f'role edit name:Commenter rename:"{name}"')) == "BAD_ROLE_NAME"


def test_there_are_at_most_fifty_roles(world: World, owner: Person):
    for number in range(45):
        made(owner.say(f"role create name:R{number}"))
    card = owner.say("role create name:Fifty-one")
    assert code(card) == "TOO_MANY_ROLES"
    assert world.one("SELECT count(*) FROM roles") == 50


# --- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("member:fly", ""),
        ("member:remov", "Did you mean member:remove?"),
        ("workspace:config", "Did you mean workspace:configure?"),
        ("role:asign", "Did you mean role:assign?"),
    ],
)
def test_usher_s_own_permissions_are_a_closed_set(world: World, owner: Person, typed: str, near: str):
    for line in (f"create name:New permissions:{typed}", f"edit name:Designer permissions:+{typed}"):
        card = owner.say(f"role {line}")
        assert code(card) == "UNKNOWN_PERMISSION"
        assert near in words(card)
        assert "member:invite" in words(card)
    assert declared(world) == []


def test_a_new_permission_of_the_product_is_made_known_and_the_card_says_so(world: World, owner: Person):
    card = made(owner.say("role create name:Reviewer permissions:report:view,content:edit"))

    assert "New here: report:view." in words(card)
    assert "Did you mean" not in words(card)
    assert declared(world) == ["report:view"]
    assert facts_of(world, "permissions.declared") == [{"permissions": ["report:view"]}]
    again = made(owner.say("role edit name:Designer permissions:+report:view"))
    assert "New here" not in words(again)
    assert declared(world) == ["report:view"]


def test_a_new_permission_that_resembles_a_known_one_is_questioned(owner: Person):
    card = made(owner.say("role edit name:Commenter permissions:+content:edt,+script:add"))
    assert "New here: content:edt." in words(card)
    assert "Did you mean content:edit instead of content:edt?" in words(card)


def test_what_is_made_known_stays_known_when_no_role_has_it_any_more(world: World, owner: Person):
    made(owner.say("role create name:Reviewer permissions:report:view"))
    made(owner.say("role delete Reviewer"))
    assert "New here" not in words(made(owner.say("role create name:Reader permissions:report:view")))


def test_there_is_an_end_to_the_permissions_that_are_made_known(world: World, owner: Person):
    made(owner.say("role create name:New"))
    for begin in range(0, 200, 50):
        typed = ",".join(f"+a:p{'x' * n}" for n in range(begin // 10, begin // 10 + 5))
        made(owner.say(f"role edit name:New permissions:{typed}"))
    world.change(
        "UPDATE workspaces SET declared = :full WHERE name = 'Studio'",
        full=json.dumps([f"a:q{n}" for n in range(200)]),
    )
    assert code(owner.say("role edit name:New permissions:+b:c")) == "TOO_MANY_PERMISSIONS"


def test_to_take_away_what_nobody_knows_is_refused_so_that_a_slip_leaves_nothing_behind(owner: Person):
    card = owner.say("role create name:Reviewer copy:Designer permissions:-project:crate")
    assert code(card) == "UNKNOWN_PERMISSION"
    assert "Did you mean project:create?" in words(card)


def test_configuring_the_workspace_brings_what_it_includes_and_takes_it_along(world: World, owner: Person):
    brought = {"workspace:configure", *INCLUDED["workspace:configure"]}
    made(owner.say("role create name:Keeper rank:45 permissions:workspace:configure"))
    assert kept(world, "Keeper")[1] == brought

    card = owner.say("role edit name:Keeper permissions:-audit:view")
    assert code(card) == "PERMISSION_INCLUDED"
    made(owner.say("role edit name:Keeper permissions:-workspace:configure,+audit:view"))
    assert kept(world, "Keeper")[1] == {"audit:view"}
    made(owner.say("role edit name:Keeper permissions:+workspace:configure"))
    made(owner.say("role edit name:Keeper permissions:-workspace:configure"))
    assert kept(world, "Keeper")[1] == frozenset()
