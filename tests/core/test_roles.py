"""Roles as they are looked at: the table, one role, and what is completed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.cards import Card
from core.durations import HOUR
from core.permissions import OWN, Role
from core.schemes import schemes
from core.views.roles import CHECK, ROW_AT_MOST, comparison
from tests.core.world import Person, World, field_of, made, words


def labels(card: Card) -> list[str]:
    return [field.label for field in card.fields]


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", schemes())
def test_every_permission_stands_in_the_table_once_with_the_roles_that_hold_it(name: str):
    roles = schemes()[name].roles
    table = comparison(roles, "", "enterprise")

    assert table.columns == ("Permission", *(role.name for role in roles))
    found: dict[str, list[str]] = {}
    for cell, *marks in table.rows:
        for permission in cell.split(", "):
            assert permission not in found
            found[permission] = [role for role, mark in zip(table.columns[1:], marks, strict=True) if mark]
            assert set(marks) <= {CHECK, ""}
    assert found == {
        permission: [role.name for role in roles if permission in role.permissions]
        for permission in {p for role in roles for p in role.permissions}
    }


def test_permissions_with_the_same_roles_share_rows_which_stay_short_enough_for_a_phone():
    rows = [row[0] for row in comparison(schemes()["studio"].roles, "", "enterprise").rows]
    assert rows[:3] == ["comment:write, member:invite", "project:publish", "project:view_all"]
    assert rows[-1] == "workspace:delete"
    assert len(rows) == 12
    assert max(map(len, rows)) <= ROW_AT_MOST


_PERMISSIONS = st.sampled_from([*sorted(OWN), *(f"thing:do_{n}" for n in range(30))])


@given(st.lists(st.frozensets(_PERMISSIONS), min_size=1, max_size=12))
def test_whatever_the_roles_hold_the_table_and_its_words_say_it(held: list[frozenset[str]]):
    roles = [Role(f"r{n}", f"R{n}", 100 - n, may) for n, may in enumerate(held)]
    table = comparison(roles, "", "enterprise")

    for place, role in enumerate(roles, 1):
        ticked = {p for row in table.rows if row[place] for p in row[0].split(", ")}
        assert ticked == role.permissions
    # The words add up to the same: all of another role, and more.
    told: dict[str, set[str]] = {}
    for role, line in zip(reversed(roles), reversed(table.words), strict=True):
        name, _, said = line.partition(": ")
        assert name == role.name
        told[name] = set()
        for part in said.removesuffix("nothing").split(", and "):
            if part.startswith("all of "):
                told[name] |= told[part.removeprefix("all of ")]
            elif part:
                told[name] |= set(part.split(", "))
        assert told[name] == role.permissions


def test_the_table_says_who_newcomers_become_and_which_role_exactly_one_member_has(owner: Person):
    card = made(owner.say("role list"))

    assert field_of(card, "Newcomers get") == "Commenter"
    assert field_of(card, "Held by exactly one member") == "Owner"
    assert card.table is not None
    assert card.table.words[0] == "Owner (exactly one member): all of Admin, and workspace:delete"
    assert card.table.words[-1].startswith("Commenter (newcomers): comment:write, member:invite")


def test_the_table_says_which_roles_the_plan_leaves_out(world: World):
    owner = world.studio("animation")
    assert labels(made(owner.say("role list"))) == ["Newcomers get"]
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")

    card = made(owner.say("role list"))
    assert field_of(card, "Not on the pro plan") == "Developer and Viewer"
    assert card.table is not None
    assert card.table.words[-1].startswith("Viewer (not on the pro plan): ")


def test_a_role_of_the_workspace_s_own_stands_in_the_table_by_its_rank(owner: Person):
    made(owner.say("role create name:Reviewer rank:25 permissions:comment:write,report:view"))
    card = made(owner.say("role list"))

    assert card.table is not None
    assert card.table.columns == (
        *("Permission", "Owner", "Admin", "Designer", "Reviewer", "Content Editor", "Commenter"),
    )
    assert ("report:view", "", "", "", CHECK, "", "") in card.table.rows


def test_without_a_default_role_the_table_says_that_newcomers_get_none(world: World):
    assert field_of(made(world.studio("computers").say("role list")), "Newcomers get") == "no role"


# --- one role --------------------------------------------------------------------------------------------------------


def test_a_role_is_shown_with_its_place_its_permissions_and_who_holds_it(world: World, owner: Person):
    for name in ("Bea", "Bob"):
        world.member(owner, name, "Designer")
    card = made(owner.say("role show designer"))

    assert card.title == "Role: Designer"
    assert field_of(card, "Rank") == "30, above Content Editor, below Admin"
    assert field_of(card, "In Usher") == "member:invite"
    assert field_of(card, "In the product").split(", ") == sorted(
        p for p in schemes()["studio"].roles[2].permissions if p != "member:invite"
    )
    assert field_of(card, "Held by") == "2 members: Bea and Bob"
    assert field_of(card, "Newcomers") == "get Commenter"
    assert field_of(made(owner.say("role show Owner")), "Held by") == "always exactly one member: Olga"
    assert field_of(made(owner.say("role show Commenter")), "Newcomers") == "get this role"
    assert "role edit" in words(card)
    assert "role edit" not in words(made(world.person("Bob").say("role show Designer")))


def test_of_many_holders_the_first_few_are_named(world: World, owner: Person):
    for number in range(8):
        world.member(owner, f"P{number}", "Designer")
    card = made(owner.say("role show Designer"))
    assert field_of(card, "Held by") == "8 members: P0, P1, P2, P3, P4 and 3 more"


def test_a_role_that_counts_on_some_plans_says_so(world: World):
    owner = world.studio("animation")
    assert field_of(made(owner.say("role show Viewer")), "Only on") == "the enterprise plan"
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    assert "does not count on pro" in field_of(made(owner.say("role show Viewer")), "Only on")


def test_a_time_that_is_over_makes_nobody_a_holder_whether_or_not_it_was_swept(world: World, owner: Person):
    world.member(owner, "Bob", "Designer")
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert field_of(made(owner.say("role show Admin")), "Held by") == "1 member: Bob"
    world.forward(HOUR)
    assert field_of(made(owner.say("role show Admin")), "Held by") == "nobody"


# --- completing ------------------------------------------------------------------------------------------------------


def test_names_of_roles_are_completed_with_those_that_will_not_be_refused(world: World, admin: Person):
    every = ["Owner", "Admin", "Designer", "Content Editor", "Commenter"]
    for command, option, expected in (
        ("role show", "name", every),
        ("role create", "copy", every),
        ("role edit", "copy", every),
        ("role edit", "name", every[1:]),
        ("role delete", "name", every[1:]),
        ("role assign", "role", every[1:]),
        ("role unassign", "role", every[1:]),
        ("member list", "role", every),
    ):
        assert admin.complete(command, option) == expected, command
    assert admin.complete("role show", "name", "edit") == ["Content Editor"]
    assert world.person("Eve").complete("role show", "name") == []


def test_permissions_are_completed_with_their_sign_behind_those_before(owner: Person):
    made(owner.say("role create name:New permissions:report:view"))
    assert owner.complete("role edit", "permissions", "+content:edit -rep") == ["+content:edit -report:view"]


def test_a_name_is_text_on_every_card(owner: Person):
    made(owner.say('role create name:"*<!channel>* `x`" permissions:content:edit'))
    card = made(owner.say('role show name:"*<!channel>* `x`"'))
    assert card.title == "Role: *<!channel>* `x`"
    assert all(isinstance(span, str) for field in card.fields for span in field.value)
