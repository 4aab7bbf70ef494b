"""Whoever is something for a time gives it for no longer, by whatever way."""

from __future__ import annotations

import pytest

from core.durations import HOUR, MINUTE
from tests.core.assigned import held, told
from tests.core.world import Person, World, code, code_in, id_in, made, words


@pytest.fixture
def simple(world: World) -> tuple[Person, Person]:
    """A workspace with somebody who runs it for an hour."""
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Viewer")
    made(owner.say('role assign Ada role:"Workspace Admin" for:1h'))
    return owner, ada


@pytest.mark.parametrize(
    "line",
    [
        'workspace set setting:default_role value:"Workspace Admin"',
        'invite create name:Second role:"Workspace Admin"',
        'invite create emails:ada@other.example role:"Workspace Admin"',
        'role assign Bob role:"Workspace Admin"',
        "role edit name:Lead rank:21",
        "role edit name:Lead permissions:+member:remove",
        'role edit name:Lead copy:"Workspace Admin"',
    ],
)
def test_L06_what_has_no_end_is_given_only_by_who_has_it_for_good(
    world: World, simple: tuple[Person, Person], line: str
):
    owner, ada = simple
    world.member(owner, "Bob", "Workspace Viewer")
    made(owner.say("role create name:Lead rank:5 permissions:content:edit"))
    card = ada.say(line)
    assert code(card) == "ABOVE_CEILING"
    assert "for a time only" in words(card)
    made(ada.say("role edit name:Lead rename:Head"))  # that gives nobody anything
    made(owner.say(line.replace("Lead", "Head")))


def test_L06_nobody_makes_their_hour_last_by_what_newcomers_are(world: World, simple: tuple[Person, Person]):
    owner, ada = simple
    made(owner.say('workspace set setting:default_role value:"Workspace Admin"'))
    assert code(ada.say('role unassign Ada role:"Workspace Viewer"')) == "ABOVE_CEILING"
    assert held(world, "Ada") == {"Workspace Viewer": None, "Workspace Admin": world.at + HOUR}
    world.member(owner, "Bob", "Workspace Viewer")
    assert code(ada.say('role unassign Bob role:"Workspace Viewer"')) == "ABOVE_CEILING"


def test_L06_an_invitation_raised_by_who_may_for_a_time_only_is_refused(
    world: World, simple: tuple[Person, Person]
):
    _, ada = simple
    short_id = id_in(made(ada.say('invite create name:x role:"Workspace Viewer"')))
    assert code(ada.say(f'invite edit invite:{short_id} role:"Workspace Admin"')) == "ABOVE_CEILING"


def test_L06_for_a_time_a_role_is_given_until_the_giver_s_own_end_at_most(
    world: World, simple: tuple[Person, Person]
):
    owner, ada = simple
    world.member(owner, "Bob", "Workspace Viewer")
    world.forward(10 * MINUTE)
    card = ada.say('role assign Bob role:"Workspace Admin" for:51m')
    assert code(card) == "ABOVE_CEILING"
    assert "until then at most" in words(card)
    made(ada.say('role assign Bob role:"Workspace Admin" for:50m'))
    assert held(world, "Bob")["Workspace Admin"] == world.at + 50 * MINUTE
    made(owner.say('role assign Bob role:"Workspace Admin" for:8h'))


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_L06_a_join_through_the_default_role_waits_for_somebody_who_has_it_for_good(
    world: World, simple: tuple[Person, Person], policy: str
):
    owner, ada = simple
    invite = code_in(made(ada.say("invite create name:x")))
    made(owner.say('workspace set setting:default_role value:"Workspace Admin"'))
    if policy != "instant":
        made(owner.say(f"workspace set setting:join_policy value:{policy}"))
    asked = world.person("Second").say(f"join code:{invite}")
    assert "Second" not in world.members()
    card = ada.say(f"request approve request:{id_in(asked)}")
    assert code(card) == "ABOVE_CEILING"
    assert "for a time only" in words(card)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    assert world.members()["Second"] == "Workspace Admin"


def test_L37_who_could_give_it_for_a_time_only_is_not_asked(world: World, simple: tuple[Person, Person]):
    """They would be refused at the click: nobody is named or sent a card who could not say yes."""
    owner, _ = simple
    made(owner.say("workspace set setting:join_policy value:approval"))
    invite = code_in(made(owner.say('invite create name:x role:"Workspace Admin"')))
    before = len(told(world, "Ada"))
    card = world.person("Bob").say(f"join code:{invite}")
    assert "Olga" in words(card)
    assert "Ada" not in words(card)
    assert len(told(world, "Ada")) == before


def test_whoever_may_approve_for_a_time_lets_people_in_as_what_they_are_for_good(
    world: World, simple: tuple[Person, Person]
):
    owner, ada = simple
    made(owner.say("workspace set setting:join_policy value:approval"))
    invite = code_in(made(owner.say('invite create name:x role:"Workspace Viewer"')))
    asked = world.person("Bob").say(f"join code:{invite}")
    made(ada.say(f"request approve request:{id_in(asked)}"))
    assert world.members()["Bob"] == "Workspace Viewer"
