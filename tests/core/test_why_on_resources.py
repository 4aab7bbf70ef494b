"""``can`` and ``why`` on a resource: which grant it is, what is missing, who could give it, and what nobody else may read."""

from __future__ import annotations

import pytest

from core.cards import plain_text
from core.durations import HOUR
from core.errors import RefusalCode
from tests.core.world import Person, World, field_of, made, refusal_in

LAUNCH = "permission:application:launch"


@pytest.fixture
def olga(world: World) -> Person:
    """The owner of computers: a room with Render 1 in it, and Bob, a Contributor in the group Crew."""
    olga = world.studio("computers", "join_policy instant")
    world.member(olga, "Bob", "Contributor")
    for line in (
        "resource create kind:room name:Hall",
        'resource create kind:computer name:"Render 1" parent:Hall',
        "group create name:Crew",
        "group add group:Crew member:Bob",
    ):
        made(olga.say(line))
    return olga


@pytest.fixture
def bob(olga: Person) -> Person:
    return olga.world.person("Bob")


def why(person: Person, who: str = "", resource: str = '"Render 1"', asked: str = LAUNCH) -> str:
    typed = f"why {f'member:{who} ' if who else ''}{asked} resource:{resource}"
    return plain_text(made(person.say(typed)))


def test_why_names_the_grant_with_its_place_its_group_its_giver_and_its_end(olga, bob):
    made(olga.say("access grant resource:Hall to:Crew level:use for:8h"))
    made(olga.say("access grant resource:Hall to:Bob level:view"))
    said = why(bob)
    assert said.startswith("Yes: you may application:launch on Render 1")
    assert "A grant of use or more reaches you on Render 1; of several grants the highest counts." in said
    assert "use on Hall, to the group Crew — granted by Olga, since 15 January 2027, until" in said
    assert "view on Hall does not go far enough — granted by Olga" in said
    assert "Contributor (rank 10) has it" in said
    short = plain_text(made(bob.say(f'can {LAUNCH} resource:"Render 1"')))
    assert "a grant of use on Hall, through your group Crew, reaches Render 1, until" in short


def test_it_is_over_with_what_ends_first_of_the_role_and_the_grant(olga, bob):
    made(olga.say("access grant resource:Hall to:Bob level:use for:8h"))
    assert "Until: 15 January 2027 16:00 UTC" in why(bob)
    made(olga.say("access grant resource:Hall to:Crew level:edit for:2d"))
    assert "Until: 17 January 2027 08:00 UTC" in why(bob)
    made(olga.say("role unassign member:Bob role:Contributor"))
    made(olga.say("role assign member:Bob role:Contributor for:3h"))
    assert "Until: 15 January 2027 11:00 UTC" in why(bob)


def test_what_ended_is_named_with_its_end_and_what_is_missing_with_what_there_is(olga, bob):
    made(olga.say("access grant resource:Hall to:Bob level:use for:1h"))
    made(olga.say("access grant resource:Hall to:Crew level:view"))
    olga.world.forward(HOUR)
    said = why(bob)
    assert said.startswith("No: you may not application:launch on Render 1")
    assert "use on Hall — granted by Olga, since 15 January 2027, ended on 15 January 2027 09:00 UTC" in said
    assert "Missing: use on Render 1: you have view" in said
    assert "Could give it: Olga" in said
    assert "No: Bob may not" in why(olga, "Bob")
    assert "they have view" in why(olga, "Bob")


def test_who_could_give_it_are_those_who_may_give_access_and_those_who_manage_it_but_never_oneself(olga, bob):
    world = olga.world
    world.member(olga, "Max", "Member Manager")
    world.member(olga, "Mia", "")
    world.member(olga, "Ann", "")
    made(olga.say("access grant resource:Hall to:Mia level:manage"))
    made(olga.say('access grant resource:"Render 1" to:Ann level:manage for:5h'))
    made(olga.say("access grant resource:Hall to:Bob level:view"))
    card = made(bob.say(f'why {LAUNCH} resource:"Render 1"'))
    assert field_of(card, "Could give it") == "Max, Olga and Mia; Ann for a time"
    # Who manages the room and not the computer is asked about the computer only where they could give it.
    assert "Ann" not in why(bob, resource="Hall")
    mia = world.person("Mia")
    assert "Yes: you may resource:grant on Render 1" in why(mia, asked="permission:resource:grant")
    assert "lets you manage Render 1" in why(mia, asked="permission:resource:grant")
    assert "You manage Hall" in plain_text(mia.say("can permission:resource:grant resource:Hall"))


def test_who_may_give_roles_for_a_time_only_is_named_as_that(olga, bob):
    world = olga.world
    world.member(olga, "Ann", "")
    made(olga.say('role assign member:Ann role:"Member Manager" for:5h'))
    zed = world.member(olga, "Zed", "")
    card = made(zed.say(f"why {LAUNCH}"))
    assert field_of(card, "Could give it") == "Olga; Ann for a time"
    assert "Olga" in field_of(card, "Could approve it")
    card = made(zed.say(f"why {LAUNCH} resource:Hall"))
    assert field_of(card, "Missing") == "use on Hall: nothing reaches it"
    assert field_of(card, "Could give access") == "Olga; Ann for a time"


def test_who_decides_is_said_in_the_words_of_the_policy(olga, bob):
    made(olga.say("access grant resource:Hall to:Bob level:view"))
    assert "Olga, when it is asked for with" in why(bob)
    made(olga.say('workspace set setting:approvals value:"access: 1 of role:Owner"'))
    card = made(bob.say(f"why {LAUNCH} resource:Hall"))
    assert field_of(card, "Could approve it").startswith("the Owner, when it is asked for with ")
    assert [button.label for button in card.buttons] == ["Ask", "Ask with a reason"]


def test_a_role_that_reaches_everything_is_named_with_the_permission_by_which_it_does(olga, bob):
    said = why(olga)
    assert "Owner reaches every resource by resource:all." in said
    assert "Owner reaches every resource by resource:all" in plain_text(
        olga.say(f"can {LAUNCH} resource:Hall")
    )
    assert "It is about all of the workspace" in why(olga, asked="permission:member:remove")


def test_a_resource_that_one_may_not_know_of_reads_as_one_that_is_not_there(olga, bob):
    for command in ("can", "why"):
        hidden = bob.say(f'{command} {LAUNCH} resource:"Render 1"')
        absent = bob.say(f'{command} {LAUNCH} resource:"Render 9"')
        about = bob.say(f'{command} member:Olga {LAUNCH} resource:"Render 1"')
        assert refusal_in(hidden) is refusal_in(absent) is refusal_in(about) is RefusalCode.UNKNOWN_RESOURCE
        assert plain_text(hidden).replace("Render 1", "Render 9") == plain_text(absent)


def test_who_stands_where_is_known_to_those_who_reach_it_and_what_they_do_not_reach_stays_unnamed(olga, bob):
    world = olga.world
    cy = world.member(olga, "Cy", "")
    made(olga.say("resource create kind:room name:Cellar parent:Hall"))
    made(olga.say('resource create kind:computer name:"Render 2" parent:Cellar'))
    made(olga.say("access grant resource:Cellar to:Crew level:use"))
    # Of the hall he knows the name, which tells him nothing about others.
    for command in ("can", "why"):
        assert refusal_in(cy.say(f"{command} member:Bob {LAUNCH} resource:Hall")) is RefusalCode.NOT_REACHED
        assert made(cy.say(f"{command} {LAUNCH} resource:Hall"))
    made(olga.say('access grant resource:"Render 2" to:Cy level:view'))
    said = why(cy, "Bob", '"Render 2"')
    assert said.startswith("Yes: Bob may application:launch on Render 2")
    assert "use on …, to the group Crew — granted by Olga" in said
    assert "Cellar" not in said
    assert "Cellar" not in plain_text(cy.say(f'can member:Bob {LAUNCH} resource:"Render 2"'))
    assert "use on Cellar, to the group Crew" in why(olga, "Bob", '"Render 2"')
    assert "use on Cellar, to the group Crew" in why(bob, resource='"Render 2"')
