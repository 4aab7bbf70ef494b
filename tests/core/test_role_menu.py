"""The drop-down under a member offers and gives what the command would, and no more."""

from __future__ import annotations

import pytest

from tests.core.assigned import choose, held, menu_of, pick, steward
from tests.core.world import Person, World, code, facts_of, made


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Designer")


def test_the_drop_down_offers_what_may_be_given_and_gives_it(world: World, owner: Person, bob: Person):
    ada = world.member(owner, "Ada", "Admin")
    menu = menu_of(made(ada.say("member show Bob")))

    assert menu is not None
    assert menu.label == "Change role"
    assert [choice.label for choice in menu.choices] == ["Admin", "Content Editor", "Commenter"]
    card = made(choose(ada, menu, "Admin"))
    assert card.title == "Bob is now Admin"
    assert held(world, "Bob") == {"Admin": None}
    assert facts_of(world, "role.assigned")[0]["before"] == {"designer": None}


def test_where_there_are_several_roles_the_drop_down_gives_one_more(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor"))
    menu = menu_of(made(owner.say("member show Bob")))
    assert menu is not None
    assert (menu.label, [choice.label for choice in menu.choices]) == ("Give a role", ["Member Manager"])
    made(choose(owner, menu, "Member Manager"))
    assert held(world, "Bob") == {"Contributor": None, "Member Manager": None}
    assert menu_of(made(owner.say("member show Bob"))) is None


@pytest.mark.parametrize("viewer", ["Designer", "Commenter"])
def test_whoever_may_give_nothing_sees_no_drop_down(world: World, owner: Person, bob: Person, viewer: str):
    someone = world.member(owner, "Dana", viewer)
    assert menu_of(made(someone.say("member show Bob"))) is None
    assert menu_of(made(someone.say("member show Dana"))) is None


def test_there_is_no_drop_down_for_who_stands_above_or_is_the_only_one_of_a_role(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    assert menu_of(made(ada.say("member show Olga"))) is None
    assert menu_of(made(owner.say("member show Olga"))) is None
    assert menu_of(made(owner.say("member show Ada"))) is not None


def test_L16_the_drop_down_asks_everything_that_the_command_asks(world: World, owner: Person, bob: Person):
    """What it offered, and to whom, counts for nothing at the click."""
    stew = steward(world, owner)
    world.member(owner, "Ada", "Admin")
    world.member(owner, "Cleo", "Commenter")
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    auditor = world.one("SELECT role_id FROM roles WHERE name = 'Auditor'")
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    ids = {
        row.name: f"{workspace}/{row.member_id}" for row in world.rows("SELECT name, member_id FROM members")
    }
    for who, subject, value, refused in (
        (stew, ids["Cleo"], "designer", "ABOVE_CEILING"),
        (stew, ids["Cleo"], auditor, "ABOVE_CEILING"),
        (stew, ids["Cleo"], "owner", "ABOVE_CEILING"),
        (owner, ids["Cleo"], "owner", "ONE_HOLDER"),
        (stew, ids["Ada"], "commenter", "MEMBER_ABOVE"),
        (bob, ids["Cleo"], "commenter", "NOT_ALLOWED"),
        (world.person("Eve"), ids["Cleo"], "commenter", "NOT_A_MEMBER"),
        (stew, ids["Cleo"], "king", "UNKNOWN_BUTTON"),
        (stew, ids["Cleo"], "", "UNKNOWN_BUTTON"),
        (stew, f"{workspace}/mem-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, f"{workspace}/inv-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, "elsewhere/mem-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, ids["Cleo"], "commenter", "NOTHING_TO_CHANGE"),
    ):
        assert code(pick(who, subject, value)) == refused, (subject, value)
    assert held(world, "Cleo") == {"Commenter": None}
    world.leave(world.person("Cleo"))
    assert code(pick(stew, ids["Cleo"], "content-editor")) == "UNKNOWN_BUTTON"


def test_a_drop_down_that_was_opened_before_a_demotion_gives_nothing(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    menu = menu_of(made(ada.say("member show Bob")))
    assert menu is not None
    made(owner.say("role assign Ada role:Designer"))
    assert code(choose(ada, menu, "Admin")) == "NOT_ALLOWED"


def test_L06_whoever_is_something_for_a_time_is_offered_for_others_only_what_they_are_for_good(
    world: World, owner: Person, bob: Person
):
    world.member(owner, "Ada", "Commenter")
    made(owner.say("role assign Bob role:Admin for:8h"))
    menu = menu_of(made(bob.say("member show Ada")))
    assert menu is not None
    assert [choice.label for choice in menu.choices] == ["Designer", "Content Editor"]
    assert code(choose(bob, menu, "admin")) == "ABOVE_CEILING"


def test_whoever_is_something_for_a_time_is_offered_for_themselves_only_what_they_are_for_good(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    menu = menu_of(made(bob.say("member show Bob")))
    assert menu is not None
    assert [choice.label for choice in menu.choices] == ["Content Editor", "Commenter"]
    assert code(choose(bob, menu, "admin")) == "ABOVE_CEILING"
