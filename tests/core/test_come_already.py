"""Whoever came in by another door is not asked to come any more."""

from __future__ import annotations

import pytest

from core.durations import DAY
from tests.core.world import Person, World, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


def told(world: World, person: str):
    world.desk.drain(world.at)
    return world.desk.to(person)


def test_who_came_in_before_the_message_went_out_gets_none(world: World, owner):
    made(owner.say("invite create <@NORA>"))
    made(world.person("Nora").say(f"join {owner.link()}"))

    assert [card.title for card in told(world, "NORA")] == []


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_the_message_that_stands_asks_nothing_any_more_of_who_came_in_by_another_door(
    world: World, owner, policy
):
    made(owner.say("invite create <@NORA>"))
    [card] = told(world, "NORA")
    assert [button.label for button in card.buttons] == ["Accept", "Decline"]
    link = owner.link()
    if policy == "approval":
        made(owner.say("workspace set join_policy approval"))
    asked = made(world.person("Nora").say(f"join {link}"))
    if policy == "approval":
        made(owner.say(f"request approve {id_in(asked)}"))

    [card] = [each for each in told(world, "NORA") if "Olga's invitation" in each.title]
    assert card.title == "No longer needed: Olga's invitation to Studio"
    assert "You are in Studio already." in words(card)
    assert card.buttons == ()


def test_who_is_called_the_same_elsewhere_is_somebody_else(world: World, owner):
    made(owner.say("invite create <@NORA>"))
    made(world.person("Nora", platform="discord").say(f"join {owner.link()}"))

    [card] = [each for each in told(world, "NORA") if "invites you" in each.title]
    assert [button.label for button in card.buttons] == ["Accept", "Decline"]


def test_what_is_sent_again_to_a_member_sends_no_message(world: World, owner):
    invitation = id_in(made(owner.say("invite create <@NORA>")))
    nora = world.person("Nora")
    made(nora.say(f"join {owner.link()}"))
    made(owner.say(f"invite resend {invitation}"))

    assert not [card for card in told(world, "NORA") if "invites you" in card.title]


@pytest.mark.parametrize("whom", ["<@NORA>", "emails:nora@example.com"])
@pytest.mark.parametrize("came", [True, False])
def test_the_inviter_is_not_reminded_of_somebody_who_has_come(world: World, owner, whom, came):
    made(owner.say(f"invite create {whom}"))
    if came:
        nora = world.person("Nora", email="nora@example.com")
        made(nora.say(f"join {owner.link(uses=1, expires='30d')}"))
    world.forward(5 * DAY + 600)
    world.core.sweep(world.at)

    ending = [card for card in told(world, "OLGA") if "ends soon" in card.title]
    assert len(ending) == (0 if came else 1)
