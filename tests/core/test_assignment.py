"""Giving and taking roles: what replaces what, for how long, and who may."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from tests.core.assigned import choose, held, menu_of, steward
from tests.core.world import Person, World, code, facts_of, field_of, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Designer")


# --- for good --------------------------------------------------------------------------------------------------------


def test_where_everybody_has_one_role_another_one_takes_its_place(world: World, owner: Person, bob: Person):
    card = made(owner.say("role assign Bob role:Admin"))

    assert card.title == "Bob is now Admin"
    assert (field_of(card, "Before"), field_of(card, "Now")) == ("Designer", "Admin")
    assert held(world, "Bob") == {"Admin": None}
    made(bob.say("role create name:New"))


def test_where_there_are_several_roles_they_add_up(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    assert held(world, "Bob") == {}
    made(owner.say("role assign Bob role:Contributor"))
    card = made(owner.say('role assign Bob role:"Member Manager"'))

    assert field_of(card, "Now") == "Member Manager, Contributor"
    assert held(world, "Bob") == {"Contributor": None, "Member Manager": None}
    made(owner.say("role unassign Bob role:Contributor"))
    card = made(owner.say('role unassign Bob role:"Member Manager"'))
    assert field_of(card, "Now") == "no role"
    assert held(world, "Bob") == {}


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("role assign Bob role:Designer", "NOTHING_TO_CHANGE"),
        ("role assign Bob role:designer", "NOTHING_TO_CHANGE"),
        ("role assign Bob role:Designer for:8h", "HELD_FOR_GOOD"),
        ("role unassign Bob role:Admin", "NOTHING_TO_CHANGE"),
        ("role assign Zoe role:Admin", "UNKNOWN_MEMBER"),
        ("role assign Bob role:King", "UNKNOWN_ROLE"),
        ("role assign Bob role:Owner", "ONE_HOLDER"),
        ("role assign Bob role:Owner for:8h", "ONE_HOLDER"),
        ("role unassign Olga role:Owner", "ONE_HOLDER"),
        ("role assign Olga role:Admin", "ONE_HOLDER"),
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(
    world: World, owner: Person, bob: Person, line: str, refused: str
):
    assert code(owner.say(line)) == refused
    assert (held(world, "Bob"), held(world, "Olga")) == ({"Designer": None}, {"Owner": None})
    assert world.events("role.assigned", "role.unassigned") == []


def test_a_member_is_found_by_mention_address_name_or_short_id(world: World, owner: Person):
    bob = world.person("Bob", email="bob@studio.example")
    bob.say(f"join {owner.link()}")
    short = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    for typed, role in (
        ("<@BOB>", "Designer"),
        ("bob@studio.example", "Admin"),
        ("Bob", "Designer"),
        (short, "Admin"),
    ):
        made(owner.say(f"role assign member:{typed} role:{role}"))
        assert list(held(world, "Bob")) == [role]


# --- for a time ------------------------------------------------------------------------------------------------------


def test_a_role_for_a_time_comes_on_top_and_ends_by_itself(world: World, owner: Person, bob: Person):
    card = made(owner.say("role assign Bob role:Admin for:8h"))
    assert card.title == "Bob is Admin for a time"
    assert held(world, "Bob") == {"Designer": None, "Admin": world.at + 8 * HOUR}
    made(bob.say("role create name:New"))

    world.forward(8 * HOUR - 1)
    made(bob.say("role delete New"))
    world.forward(1)  # and no sweep has been there
    assert code(bob.say("role create name:New")) == "NOT_ALLOWED"
    assert field_of(made(bob.say("me")), "Role") == "Designer"
    assert held(world, "Bob") == {"Designer": None}


@pytest.mark.parametrize(
    ("length", "refused"),
    [
        ("4m", "BAD_TIME"),
        ("5m", ""),
        ("90d", ""),
        ("91d", "BAD_TIME"),
        ("0m", "BAD_OPTION"),
        ("2001-01-01", "BAD_OPTION"),
        ("soon", "BAD_OPTION"),
    ],
)
def test_a_time_is_from_five_minutes_to_ninety_days(
    world: World, owner: Person, bob: Person, length: str, refused: str
):
    assert code(owner.say(f"role assign Bob role:Admin for:{length}")) == refused
    assert ("Admin" in held(world, "Bob")) is not bool(refused)


def test_a_time_can_be_a_day_and_lasts_until_it_is_over(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:2027-01-20"))
    ends = held(world, "Bob")["Admin"]
    assert ends is not None
    assert ends % DAY == 0
    assert "20 January 2027" in words(made(owner.say("member show Bob"))) or ends - world.at < 6 * DAY


def test_a_role_for_a_time_can_be_made_longer_shorter_and_lasting(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert code(owner.say("role assign Bob role:Admin for:8h")) == "NOTHING_TO_CHANGE"
    made(owner.say("role assign Bob role:Admin for:2d"))
    assert held(world, "Bob")["Admin"] == world.at + 2 * DAY
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert held(world, "Bob")["Admin"] == world.at + HOUR
    card = made(owner.say("role assign Bob role:Admin"))
    assert field_of(card, "Now") == "Admin"
    assert held(world, "Bob") == {"Admin": None}
    world.forward(90 * DAY)
    world.core.sweep(world.at)
    assert held(world, "Bob") == {"Admin": None}


def test_another_role_for_good_leaves_one_that_is_for_a_time_and_the_card_says_so(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    card = made(owner.say("role assign Bob role:Commenter"))
    assert field_of(card, "Now").startswith("Admin until ")
    assert field_of(card, "Now").endswith(", Commenter")
    made(owner.say("role unassign Bob role:Admin"))
    assert held(world, "Bob") == {"Commenter": None}


def test_a_role_whose_time_is_over_can_be_given_again_though_its_row_is_still_there(
    world: World, owner: Person, bob: Person
):
    for typed, ends in (("for:1h", HOUR), ("for:2h", 2 * HOUR), ("", None)):
        made(owner.say(f"role assign Bob role:Admin {typed}"))
        assert held(world, "Bob")["Admin"] == (None if ends is None else world.at + ends)
        world.forward(3 * HOUR)
    assert held(world, "Bob") == {"Admin": None}
    assert len(facts_of(world, "role.ended")) == 2  # each end is on record all the same
    world.sound()


def test_in_a_scheme_of_several_roles_a_time_ends_too(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor for:1h"))
    world.forward(HOUR)
    assert held(world, "Bob") == {}
    assert world.core.sweep(world.at) == 1


# --- taking ----------------------------------------------------------------------------------------------------------


def test_without_their_only_role_somebody_is_what_newcomers_are(world: World, owner: Person, bob: Person):
    card = made(owner.say("role unassign Bob role:Designer"))
    assert card.title == "Bob is no longer Designer"
    assert held(world, "Bob") == {"Commenter": None}
    assert code(owner.say("role unassign Bob role:Commenter")) == "ONLY_ROLE"
    made(owner.say("workspace set default_role none"))
    made(owner.say("role assign Bob role:Designer"))
    assert code(owner.say("role unassign Bob role:Designer")) == "ONLY_ROLE"
    assert held(world, "Bob") == {"Designer": None}


def test_what_newcomers_are_is_given_by_nobody_below_it(world: World, owner: Person, bob: Person):
    made(owner.say("role create name:Steward rank:8 permissions:role:assign"))
    made(owner.say("role create name:Lowest rank:7"))
    world.member(owner, "Stew", "Steward")
    world.member(owner, "Lou", "Lowest")
    stew = world.person("Stew")
    assert code(stew.say("role unassign Lou role:Lowest")) == "ABOVE_CEILING"
    assert held(world, "Lou") == {"Lowest": None}


def test_taking_a_role_for_a_time_leaves_the_other(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:8h"))
    made(owner.say("role unassign Bob role:Admin"))
    assert held(world, "Bob") == {"Designer": None}
    world.forward(8 * HOUR)
    assert world.core.sweep(world.at) == 0
    assert world.events("role.ended") == []


def test_the_role_of_newcomers_held_for_a_time_becomes_lasting_when_the_other_is_taken(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Commenter for:8h"))
    made(owner.say("role unassign Bob role:Designer"))
    assert held(world, "Bob") == {"Commenter": None}


# --- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("assign Cleo role:Commenter", ""),
        ('assign Cleo role:"Content Editor"', "NOTHING_TO_CHANGE"),
        ("assign Cleo role:Designer", "ABOVE_CEILING"),
        ("assign Cleo role:Admin for:5m", "ABOVE_CEILING"),
        ("assign Cleo role:Steward", ""),
        ("assign Cleo role:Auditor", "ABOVE_CEILING"),  # of the lowest rank, but it holds what Stew lacks
        ("assign Cleo role:Product", ""),  # the product's permissions are the product's business
        ("assign Ada role:Commenter", "MEMBER_ABOVE"),
        ("unassign Ada role:Admin", "MEMBER_ABOVE"),
        ("assign Olga role:Commenter", "MEMBER_ABOVE"),
        ("assign Abe role:Commenter", "ABOVE_CEILING"),  # that would take away what Stew could not give
        ("unassign Abe role:Auditor", "ABOVE_CEILING"),
        ("assign Stew role:Designer", "ABOVE_CEILING"),
        ("assign Stew role:Commenter", ""),
        ("unassign Stew role:Steward", ""),
        ('unassign Cleo role:"Content Editor"', ""),
    ],
)
def test_L15_nobody_gives_or_takes_more_than_they_have_or_from_somebody_above_them(
    world: World, owner: Person, line: str, refused: str
):
    stew = steward(world, owner)
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    made(owner.say("role create name:Product rank:3 permissions:project:everything"))
    for name, role in (("Ada", "Admin"), ("Abe", "Auditor"), ("Cleo", "Content Editor")):
        world.member(owner, name, role)
    before = {name: held(world, name) for name in ("Olga", "Ada", "Abe", "Cleo", "Stew")}

    assert code(stew.say(f"role {line}")) == refused
    if refused:
        assert {name: held(world, name) for name in before} == before
        assert world.refused() == [refused] * (refused != "NOTHING_TO_CHANGE")


def test_somebody_raised_for_a_time_stands_above_for_that_time(world: World, owner: Person, bob: Person):
    stew = steward(world, owner, 35)
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert code(stew.say("role assign Bob role:Commenter")) == "MEMBER_ABOVE"
    world.forward(HOUR)
    made(stew.say("role assign Bob role:Commenter"))


@pytest.mark.parametrize("role", ["Designer", "Commenter"])
def test_only_who_may_assign_roles_does(world: World, owner: Person, bob: Person, role: str):
    someone = world.member(owner, "Dana", role)
    assert code(someone.say("role assign Bob role:Commenter")) == "NOT_ALLOWED"
    assert code(someone.say("role unassign Bob role:Designer")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say("role assign Bob role:Commenter")) == "NOT_A_MEMBER"


def test_whoever_is_something_for_a_time_does_not_make_themselves_that_for_longer(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    for line in ("", "for:9h", "for:90d"):
        card = bob.say(f"role assign Bob role:Admin {line}")
        assert code(card) == "ABOVE_CEILING"
        assert "for a time only" in words(card)
    made(bob.say("role create name:Same copy:Admin"))
    assert code(bob.say("role assign Bob role:Same")) == "ABOVE_CEILING"
    made(bob.say("role assign Bob role:Admin for:1h"))  # shorter is theirs to choose
    assert held(world, "Bob")["Admin"] == world.at + HOUR
    made(bob.say("role unassign Bob role:Admin"))
    assert code(bob.say("role assign Bob role:Admin")) == "NOT_ALLOWED"


@pytest.mark.parametrize("line", ["role:Viewer", "role:Developer for:8h"])
def test_a_role_that_the_plan_leaves_out_is_not_given_and_the_refusal_names_the_plan(world: World, line: str):
    owner = world.studio("animation", "join_policy instant")
    world.member(owner, "Bob")
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    card = owner.say(f"role assign Bob {line}")
    assert code(card) == "NOT_ON_PLAN"
    assert "pro plan" in card.title
    assert "enterprise" in words(card)
    assert held(world, "Bob") == {"Editor": None}
    assert owner.complete("role assign", "role") == ["Admin", "Editor"]


# --- the top ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        'assign Olga role:"Workspace Viewer"',
        'assign Olga role:"Workspace Editor"',
        'unassign Olga role:"Workspace Admin"',
    ],
)
def test_L12_the_last_who_can_run_the_workspace_cannot_be_lowered(world: World, line: str):
    owner = world.studio("simple", "join_policy instant")
    world.member(owner, "Bob", "Workspace Editor")
    made(owner.say('role assign Bob role:"Workspace Admin" for:8h'))  # who is that for a time does not count
    assert code(owner.say(f"role {line}")) == "LAST_HOLDER"
    assert code(world.person("Bob").say(f"role {line}")) == "LAST_HOLDER"
    assert held(world, "Olga") == {"Workspace Admin": None}
    assert world.refused() == ["LAST_HOLDER"] * 2

    made(owner.say('role assign Bob role:"Workspace Admin"'))
    made(owner.say(f"role {line}"))


def test_L12_the_drop_down_is_no_way_around_it(world: World):
    owner = world.studio("simple")
    menu = menu_of(made(owner.say("member show Olga")))
    assert menu is not None
    assert code(choose(owner, menu, "Workspace Viewer")) == "LAST_HOLDER"
