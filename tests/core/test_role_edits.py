"""Changing roles: what an edit does, that nobody makes more than they are, and that somebody stays above."""

from __future__ import annotations

import json

import pytest

from core.intents import LIFE
from tests.core.role_rows import kept
from tests.core.world import Person, World, code, facts_of, field_of, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


# --- changing --------------------------------------------------------------------------------------------------------


def test_a_list_without_signs_is_the_whole_list_and_signs_are_changes(world: World, owner: Person):
    before = kept(world, "Commenter")[1]
    made(owner.say("role edit name:Commenter permissions:+content:edit -comment:write"))
    assert kept(world, "Commenter")[1] == before - {"comment:write"} | {"content:edit"}
    card = made(owner.say("role edit name:Commenter permissions:comment:write"))
    assert kept(world, "Commenter")[1] == {"comment:write"}
    assert field_of(card, "Taken away").split(", ") == sorted({"content:edit", *before} - {"comment:write"})
    assert code(owner.say("role edit name:Commenter permissions:content:edit,-comment:write")) == (
        "MIXED_PERMISSIONS"
    )


def test_an_edit_shows_before_and_after_and_records_both(world: World, owner: Person):
    world.member(owner, "Bob", "Designer")
    card = made(owner.say("role edit name:designer rename:Artist rank:35 permissions:+script:add"))

    assert card.title == "Changed: Artist"
    assert field_of(card, "Name") == "Designer → Artist"
    assert field_of(card, "Rank") == "30 → 35, above Content Editor, below Admin"
    assert field_of(card, "Added") == "script:add"
    assert field_of(card, "Held by") == "1 member: Bob"
    [facts] = facts_of(world, "role.edited")
    assert (facts["before"]["name"], facts["after"]["name"]) == ("Designer", "Artist")
    assert (facts["before"]["rank"], facts["after"]["rank"]) == (30, 35)
    assert set(facts["after"]["permissions"]) - set(facts["before"]["permissions"]) == {"script:add"}
    assert world.members()["Bob"] == "Artist"
    world.sound()


def test_L20_what_is_taken_over_by_an_edit_counts_on_the_same_plans_as_a_copy(world: World):
    owner = world.studio("animation")
    made(owner.say("role create name:Copied copy:Developer"))
    made(owner.say("role create name:Edited permissions:content:view"))
    card = made(owner.say("role edit name:Edited copy:Developer"))
    assert field_of(card, "Counts on").startswith("every plan → ")
    plans = dict(world.rows("SELECT name, CAST(plans AS TEXT) FROM roles"))
    assert plans["Edited"] == plans["Copied"] == plans["Developer"] != "[]"
    assert facts_of(world, "role.edited")[0]["after"]["plans"] == json.loads(plans["Developer"])
    made(owner.say("role edit name:Edited permissions:+content:view"))
    assert dict(world.rows("SELECT name, CAST(plans AS TEXT) FROM roles"))["Edited"] == plans["Developer"]


def test_an_edit_can_take_over_the_permissions_of_another_role(world: World, owner: Person):
    made(owner.say("role edit name:Designer copy:Commenter permissions:+content:edit"))
    assert kept(world, "Designer")[1] == kept(world, "Commenter")[1] | {"content:edit"}


@pytest.mark.parametrize(
    "line", ["", "rank:30", "rename:Designer", "permissions:+content:edit", "copy:Designer"]
)
def test_an_edit_that_changes_nothing_says_so(world: World, owner: Person, line: str):
    assert code(owner.say(f"role edit name:Designer {line}")) == "NOTHING_TO_CHANGE"
    assert world.events("role.edited") == []


def test_the_case_of_a_name_can_be_changed(world: World, owner: Person):
    made(owner.say("role edit name:designer rename:DESIGNER"))
    assert kept(world, "DESIGNER")[0] == 30


def test_the_default_role_stays_the_default_under_another_name(world: World, owner: Person):
    made(owner.say("role edit name:Commenter rename:Visitor"))
    made(owner.say("role create name:Commenter copy:Admin"))

    assert field_of(made(owner.say("role list")), "Newcomers get") == "Visitor"
    world.member(owner, "Nia")
    assert world.members()["Nia"] == "Visitor"


def test_what_a_role_holds_counts_for_its_holders_from_the_next_command_on(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Commenter")
    assert code(bob.say("role create name:Mine")) == "NOT_ALLOWED"
    other = world.another()
    assert code(bob.on(other).say("role create name:Mine")) == "NOT_ALLOWED"
    made(owner.say("role edit name:Commenter permissions:+role:define"))
    made(bob.on(other).say("role create name:Mine"))
    made(owner.say("role edit name:Commenter permissions:-role:define"))
    assert code(bob.on(other).say("role create name:Other")) == "NOT_ALLOWED"


# --- ceilings --------------------------------------------------------------------------------------------------------


def definer(world: World, owner: Person, rank: int = 35) -> Person:
    """Dora, who may define roles and invite, and nothing else of Usher's own."""
    made(
        owner.say(f"role create name:Definer rank:{rank} permissions:role:define,member:invite,content:edit")
    )
    return world.member(owner, "Dora", "Definer")


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("create name:New rank:34", ""),
        ("create name:New rank:36", "ABOVE_CEILING"),
        ("create name:New permissions:member:invite", ""),
        (
            "create name:New permissions:member:remove",
            "ABOVE_CEILING",
        ),  # low in rank, but more than they hold
        ("create name:New permissions:project:anything", ""),  # the product's business
        ("create name:New copy:Designer", ""),
        ("create name:New copy:Admin", "ABOVE_CEILING"),
        ("edit name:Designer rank:34", ""),
        ("edit name:Designer rank:36", "ABOVE_CEILING"),
        ("edit name:Designer permissions:+member:remove", "ABOVE_CEILING"),
        ("edit name:Designer permissions:+script:add", ""),
        ("edit name:Admin rank:12", "ABOVE_CEILING"),  # what it is before counts too
        ("edit name:Admin permissions:comment:write", "ABOVE_CEILING"),
        ("edit name:Owner rename:King", "ABOVE_CEILING"),
        ("edit name:Auditor permissions:-audit:view", "ABOVE_CEILING"),
        ("edit name:Definer permissions:-member:invite", ""),
        ("delete Auditor", "ABOVE_CEILING"),
        ("delete Admin", "ABOVE_CEILING"),
        ("delete Designer", ""),
    ],
)
def test_L15_nobody_makes_or_changes_a_role_that_is_more_than_they_are(
    world: World, owner: Person, line: str, refused: str
):
    dora = definer(world, owner)
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    before = len(world.refused())

    assert code(dora.say(f"role {line}")) == refused
    assert len(world.refused()) == before + bool(refused)


@pytest.mark.parametrize("command", ["create name:New", "edit name:Commenter rank:9", "delete Designer"])
def test_only_who_may_define_roles_does(world: World, owner: Person, command: str):
    for role in ("Designer", "Commenter"):
        someone = world.member(owner, f"{role}s", role)
        assert code(someone.say(f"role {command}")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say(f"role {command}")) == "NOT_A_MEMBER"


def test_whoever_may_define_roles_for_a_time_makes_nothing_of_it_for_themselves(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(owner.say("role assign Bob role:Admin for:8h"))

    for line in ("permissions:+workspace:configure", "rank:39"):
        card = bob.say(f"role edit name:Designer {line}")
        assert code(card) == "ABOVE_CEILING"
        assert "for a time only" in words(card)
    # Nor do they raise what others hold for good: that would outlast their time as well.
    assert code(bob.say("role edit name:Commenter permissions:+member:remove")) == "ABOVE_CEILING"
    made(bob.say("role edit name:Commenter rename:Reader"))


@pytest.mark.parametrize("change", ["rank:35", "permissions:+request:approve"])
def test_L14_a_role_raised_by_a_later_edit_sends_the_join_to_approval(world: World, change: str):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    raised, same = dana.link(role="Content Editor"), dana.link(role="Commenter")
    made(owner.say(f'role edit name:"Content Editor" {change}'))

    assert world.person("Nia").say(f"join {raised}").title == "You asked to join Studio"
    assert world.person("Nora").say(f"join {same}").title == "Welcome to Studio"
    assert world.members() == {"Olga": "Owner", "Dana": "Designer", "Nora": "Commenter"}


def test_L14_an_invitation_to_a_raised_role_is_extended_by_nobody_below_it(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    invitation = id_in(made(dana.say("invite create role:Designer")))
    made(owner.say("role create name:Lower rank:28 permissions:member:invite"))
    made(owner.say("role assign Dana role:Lower"))
    made(owner.say("role edit name:Designer rank:45"))

    assert code(dana.say(f"invite extend {invitation}")) == "ABOVE_CEILING"


# --- the top ---------------------------------------------------------------------------------------------------------


def test_L12_the_last_who_can_run_the_workspace_does_not_lose_that_by_an_edit(world: World):
    owner = world.studio("simple")
    for line in ("-workspace:configure", "member:invite", "-workspace:configure,+role:define"):
        assert code(owner.say(f'role edit name:"Workspace Admin" permissions:{line}')) == "LAST_HOLDER"
    assert "workspace:configure" in kept(world, "Workspace Admin")[1]
    assert world.events("role.edited", "intent.announced") == []


def test_L12_a_holder_for_a_time_does_not_count_as_one_who_can_run_the_workspace(world: World):
    owner = world.studio("simple")
    world.member(owner, "Bob", "Workspace Editor")
    made(owner.say('role create name:Deputy copy:"Workspace Admin"'))
    made(owner.say("role assign Bob role:Deputy for:8h"))
    card = owner.say('role edit name:"Workspace Admin" permissions:-workspace:configure')
    if code(card) == "":
        card = owner.click(card, "Confirm")
    assert code(card) == "LAST_HOLDER"


def test_the_role_of_exactly_one_stays_that_whatever_is_changed(world: World, owner: Person):
    made(owner.say("role edit name:Owner rename:Founder permissions:+script:run"))
    assert world.one("SELECT exactly_one FROM roles WHERE name = 'Founder'")
    assert code(owner.say("role delete Founder")) == "ONE_HOLDER"


def test_what_nobody_could_give_back_is_announced_and_done_at_the_second_click(world: World, owner: Person):
    card = made(owner.say("role edit name:Owner permissions:-workspace:delete"))
    assert "workspace:delete" in kept(world, "Owner")[1]
    assert "could not be undone" in words(card)
    assert [button.label for button in card.buttons] == ["Confirm", "Cancel"]

    done = made(owner.click(card, "Confirm"))
    assert field_of(done, "Taken away") == "workspace:delete"
    assert "workspace:delete" not in kept(world, "Owner")[1]
    assert code(owner.say("role edit name:Owner permissions:+workspace:delete")) == "ABOVE_CEILING"
    world.sound()


@pytest.mark.parametrize("line", ["rank:1", "rank:39", "rank:39 permissions:-workspace:delete"])
def test_the_top_role_is_moved_below_no_other(world: World, owner: Person, line: str):
    assert code(owner.say(f"role edit name:Owner {line}")) == "TOP_ROLE"
    assert kept(world, "Owner")[0] == 50
    made(owner.say("role edit name:Owner rank:45"))  # the order is the same


def test_the_top_role_stays_above_where_everybody_may_hold_it(world: World):
    owner = world.studio("simple")
    for rank in (1, 15):
        assert code(owner.say(f'role edit name:"Workspace Admin" rank:{rank}')) == "TOP_ROLE"
    made(owner.say('role edit name:"Workspace Editor" rank:5'))


def test_no_role_is_raised_above_those_who_run_the_workspace(world: World):
    """By whoever stands above them without running it."""
    owner = world.studio("simple", "join_policy instant")
    made(owner.say("role create name:Low rank:5"))
    made(owner.say("role create name:Chief rank:6 permissions:role:define"))
    ada = world.member(owner, "Ada", "Chief")
    world.change("UPDATE roles SET rank = 99 WHERE name = 'Chief'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1")
    assert code(ada.say("role edit name:Low rank:98")) == "TOP_ROLE"
    made(ada.say("role edit name:Low rank:6"))


def test_whoever_lowers_their_own_role_below_another_is_asked_first(
    world: World, owner: Person, admin: Person
):
    rank = kept(world, "Admin")[0]
    made(admin.say(f"role edit name:Admin rank:{rank - 1}"))  # the order is the same
    card = made(admin.say("role edit name:Admin rank:25"))
    assert "you would stand below Designer" in words(card)
    assert kept(world, "Admin")[0] == rank - 1
    made(admin.click(card, "Confirm"))
    assert kept(world, "Admin")[0] == 25
    assert code(admin.say(f"role edit name:Admin rank:{rank}")) == "ABOVE_CEILING"
    made(owner.say(f"role edit name:Admin rank:{rank}"))  # somebody above, who does not hold it, is not asked
    made(owner.say("role edit name:Admin rank:25"))
    assert kept(world, "Admin")[0] == 25


def test_what_somebody_above_could_give_back_is_done_at_once(world: World, admin: Person):
    made(admin.say("role edit name:Admin permissions:-audit:view,-workspace:configure,+role:define"))
    assert "audit:view" not in kept(world, "Admin")[1]


def test_an_announced_edit_is_not_made_when_anything_has_changed_since(
    world: World, owner: Person, admin: Person
):
    announced = [made(owner.say("role edit name:Owner permissions:-workspace:delete")) for _ in range(4)]
    made(owner.click(announced[0], "Cancel"))
    assert code(owner.click(announced[0], "Confirm")) == "ALREADY_CONFIRMED"
    assert code(admin.click(announced[1], "Confirm")) == "UNKNOWN_BUTTON"
    made(admin.say("role edit name:Commenter permissions:+content:edit"))
    assert code(owner.click(announced[1], "Confirm")) == "ROLES_CHANGED"
    world.forward(LIFE)
    assert code(owner.click(announced[2], "Confirm")) == "CONFIRM_TOO_LATE"
    assert "workspace:delete" in kept(world, "Owner")[1]
