"""Looking at one member: who is meant, what is shown, and to whom."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import DAY
from tests.core.world import Person, World, code, field_of, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


def id_of(world: World, name: str) -> str:
    return world.one("SELECT member_id FROM members WHERE name = :name AND left_at IS NULL", name=name)


# --- who is meant ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["Ada", "ada", "ＡＤＡ", "@Ada", "<@ADA>", "ada@acme.example", "ADA@Acme.Example", "{id}", "{low}"],
)
def test_a_member_is_found_by_mention_address_name_and_short_id(world: World, owner: Person, typed):
    world.member(owner, "Ada", email="ada@acme.example")
    short = id_of(world, "Ada")

    assert made(owner.say(f"member show {typed.format(id=short, low=short.lower())}")).title == "Ada"


def test_without_a_name_it_is_oneself(world: World, owner: Person):
    assert made(owner.say("member show")).title == "Olga"


def test_me_is_oneself(world: World, owner: Person):
    assert made(owner.say("member show me")).title == "Olga"
    assert made(owner.say("member show member:Me")).title == "Olga"


def test_two_of_one_name_are_told_apart_by_their_short_ids(world: World, owner: Person):
    for subject in ("S1", "S2"):
        world.member(owner, "Sam", subject=subject)
    world.member(owner, "Bea")
    card = owner.say("member show Sam")
    assert code(card) == "AMBIGUOUS_MEMBER"
    assert "short id" in words(card)

    lines = [plain(line.text) for line in made(owner.say("member list")).lines]
    ids = sorted(row.member_id for row in world.rows("SELECT member_id FROM members WHERE name = 'Sam'"))
    assert sorted(line.split(" — ")[0] for line in lines) == [
        "Bea",
        "Olga",
        *(f"Sam ({each})" for each in ids),
    ]
    assert made(owner.say(f"member show {ids[0]}")).footer[0] == ids[0]
    assert owner.complete("member show", "member", "sam") == [f"Sam ({each})" for each in ids]


def test_nobody_takes_another_s_place_by_calling_themselves_as_their_id(world: World, owner: Person):
    world.member(owner, "Ada")
    short = id_of(world, "Ada")
    world.member(owner, short, subject="EVIL")

    assert made(owner.say(f"member show {short}")).title == "Ada"
    assert made(owner.say(f"member remove {short}")).title == "Remove Ada from Studio?"


def test_somebody_with_two_accounts_of_one_address_is_one_person(world: World, owner: Person):
    world.member(owner, "Ada", email="ada@acme.example")
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id, email) "
        "SELECT workspace_id, 'discord', '', 'A2', member_id, 'ada@acme.example' FROM members WHERE name = 'Ada'"
    )

    assert made(owner.say("member show ada@acme.example")).title == "Ada"


def test_somebody_who_left_is_not_found(world: World, owner: Person):
    ada = world.member(owner, "Ada", email="ada@acme.example")
    short = id_of(world, "Ada")
    world.leave(ada)

    for typed in ("Ada", "ada@acme.example", short):
        assert code(owner.say(f"member show {typed}")) == "UNKNOWN_MEMBER"
    # Whoever is mentioned has an account here, and could be invited again.
    assert made(owner.say("member show <@ADA>")).title == "Not in Studio yet"


def test_L17_a_short_id_means_nobody_of_another_workspace(world: World, owner: Person):
    other = world.person("Otto", realm="T2", place_admin=True)
    made(other.say("workspace create name:Other scheme:studio"))

    assert code(other.say(f"member show {id_of(world, 'Olga')}")) == "UNKNOWN_MEMBER"


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_a_member_is_shown_with_role_source_accounts_and_how_they_came(world: World, owner: Person):
    made(owner.say("invite create name:Spring role:Designer"))
    link = owner.say("invite show Spring")
    ada = world.person("Ada", email="ada@acme.example")
    made(ada.say(f"join {plain(next(f.value for f in link.fields if f.label == 'Code'))}"))
    card = made(owner.say("member show Ada"))

    assert field_of(card, "Role") == "Designer (invitation Spring)"
    assert field_of(card, "Accounts") == "Slack (ada@acme.example)"
    assert field_of(card, "Through") == "invitation Spring, from Olga"
    assert field_of(card, "Joined") == "15 January 2027"


def test_whoever_began_it_created_the_workspace(world: World, owner: Person):
    card = made(owner.say("member show"))

    assert field_of(card, "Role") == "Owner (workspace created)"
    assert field_of(card, "Through") == "created the workspace"


def test_a_role_given_by_somebody_names_them(world: World, owner: Person):
    world.member(owner, "Ada", "Designer")
    made(owner.say("role assign member:Ada role:Commenter for:2d"))
    card = made(owner.say("member show Ada"))

    assert "Commenter until 17 January 2027 08:00 UTC (assigned by Olga)" in field_of(card, "Role")


def test_a_role_that_has_ended_is_not_shown(world: World, owner: Person):
    world.member(owner, "Ada", "Admin")
    world.change("UPDATE member_roles SET ends_at = :end WHERE role_id = 'admin'", end=world.at + DAY)
    world.forward(DAY)

    assert field_of(made(owner.say("member show Ada")), "Role") == "no role"
    assert "Ada — no role" in words(made(owner.say("member list")))


def test_L36_addresses_are_for_oneself_and_for_those_who_oversee_members(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Designer", email="ada@acme.example")
    bob = world.member(owner, "Bob", "Admin", email="bob@acme.example")

    assert "ada@acme.example" in words(made(bob.say("member show Ada")))
    assert "ada@acme.example" in words(made(ada.say("member show")))
    assert field_of(made(ada.say("member show Bob")), "Accounts") == "Slack"
    assert "@" not in words(made(ada.say("member list")))


def test_L36_an_invitation_that_is_called_as_an_address_tells_it_to_nobody_else(world: World, owner: Person):
    card = made(owner.say("invite create emails:ada@acme.example"))
    ada = world.person("Ada", email="ada@acme.example")
    secret = next(f.value for f in card.fields if f.label == "Code")
    made(ada.say(f"join {plain(secret)}"))
    bob = world.member(owner, "Bob", "Designer")
    shown = made(bob.say("member show Ada"))

    assert "ada@acme.example" not in words(shown)
    assert field_of(shown, "Through") == "invitation for one person, from Olga"
    assert field_of(shown, "Role") == "Commenter (invitation for one person)"
    assert field_of(made(owner.say("member show Ada")), "Through") == "invitation ada@acme.example, from Olga"


def test_the_buttons_are_those_that_whoever_looks_may_press(world: World, owner: Person):
    ada, bob = world.member(owner, "Ada", "Admin"), world.member(owner, "Bob", "Designer")

    def buttons(who: Person, of: str) -> list[str]:
        return [button.label for button in made(who.say(f"member show {of}")).buttons]

    assert buttons(ada, "Bob") == ["Assign a role", "Remove"]
    assert buttons(ada, "Ada") == ["Leave"]
    assert buttons(ada, "Olga") == []
    assert buttons(bob, "Ada") == []
    assert buttons(bob, "Bob") == ["Leave"]
    assert made(bob.click(made(bob.say("member show")), "Leave")).title == "Leave Studio?"
    assert made(ada.click(made(ada.say("member show Bob")), "Remove")).title == "Remove Bob from Studio?"


def test_the_drop_down_with_roles_is_for_those_who_may_give_them(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")

    assert [menu.label for menu in made(owner.say("member show Bob")).menus] == ["Change role"]
    assert made(bob.say("member show Olga")).menus == ()


# --- oneself ---------------------------------------------------------------------------------------------------------


def test_me_says_until_when_a_role_lasts(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Admin")
    world.change("UPDATE member_roles SET ends_at = :end WHERE role_id = 'admin'", end=world.at + DAY)

    for where in (ada, ada.at()):
        assert field_of(made(where.say("me")), "Role") == "Admin until 16 January 2027 08:00 UTC"


def test_me_without_a_role_says_what_that_means(world: World):
    owner = world.studio("computers", "join_policy instant")
    bob = world.member(owner, "Bob")
    card = made(bob.say("me"))

    assert field_of(card, "Role") == "no role"
    assert "What else you may do comes with a role" in words(card)
    assert made(bob.say("member list")).title == "Members (2)"
