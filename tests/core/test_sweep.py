"""Expiry and reminders: sweeps settle and remind once each, and nothing depends on one having run."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from tests.core.world import World, made, words


def test_a_sweep_settles_what_is_over_once_and_tells_the_requester_and_every_copy(world: World):
    owner = world.studio()
    world.person("Nora").ask(owner.link(uses=1))
    world.desk.drain(world.at)
    world.forward(3 * DAY - 1)
    assert world.core.sweep(world.at) == 0
    world.forward(1)
    assert world.core.sweep(world.at) == 1
    assert world.core.sweep(world.at) == 0
    world.desk.drain(world.at)

    assert world.events("request.expired") == ["request.expired"]
    assert world.one("SELECT uses_taken FROM invitations") == 0
    assert [card.title for card in world.desk.to("NORA")] == ["Expired: your request to join Studio"]
    assert [card.title for card in world.desk.to("OLGA")] == ["Expired: Nora"]
    world.sound()


def test_a_sweep_that_comes_a_year_late_says_when_it_really_ended(world: World):
    owner = world.studio()
    world.person("Nora").ask(owner.link())
    ended = world.at + 3 * DAY
    world.forward(365 * DAY)
    world.core.sweep(world.at)

    assert world.one("SELECT decided_at FROM requests") == ended


def test_a_clock_that_goes_back_brings_nothing_back_to_life(world: World):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    world.forward(3 * DAY)
    world.core.sweep(world.at)
    world.forward(-3 * DAY)

    assert "expired" in words(owner.say(f"request approve {request}")).lower()
    assert world.core.sweep(world.at) == 0
    world.sound()


@pytest.mark.parametrize("swept", [True, False])
def test_L02_the_answer_is_the_same_whether_or_not_a_sweep_has_run(world: World, swept):
    owner = world.studio()
    link = owner.link(uses=1)
    nora = world.person("Nora")
    request = nora.ask(link)
    world.forward(3 * DAY)
    if swept:
        world.core.sweep(world.at)

    assert made(nora.say("me")).title == "Expired: your request to join Studio"
    assert "It ended on 18 January 2027" in words(owner.say(f"request approve {request}"))
    assert "Requests (0 wait" in words(owner.say("request list"))
    assert made(owner.say("invite list")).title == "Invitations (1 waiting)"
    assert made(world.person("Dora").say(f"join {link}")).title.startswith("You asked")


# --- reminders -------------------------------------------------------------------------------------------------------


def reminders(world: World) -> list[str]:
    world.desk.drain(world.at)
    return [m.card.title for m in world.desk.messages if "ends soon" in m.card.title]


@pytest.mark.parametrize(("life", "reminded"), [("4d", True), ("95h", False), ("30d", True), ("1h", False)])
def test_L39_the_inviter_is_reminded_once_two_days_before_the_end_of_what_lasts_four_days_or_more(
    world: World, life, reminded
):
    owner = world.studio()
    made(owner.say(f"invite create name:crew expires:{life}"))
    end = world.one("SELECT expires_at FROM invitations")
    world.core.sweep(end - 2 * DAY - 1)
    assert reminders(world) == []
    world.at = end - 2 * DAY
    for _ in range(3):
        world.core.sweep(world.at)
        world.another().core.sweep(world.at)
        world.forward(HOUR)

    assert reminders(world) == (["Your invitation “crew” ends soon"] if reminded else [])


def test_a_clock_that_goes_forward_and_back_reminds_no_second_time(world: World):
    owner = world.studio()
    made(owner.say("invite create name:crew"))
    for days in (5, -3, 2, 2, -1):
        world.forward(days * DAY)
        world.core.sweep(world.at)
        reminders(world)
    assert len(reminders(world)) == 1


def test_an_invitation_that_was_extended_is_reminded_of_again_before_its_new_end(world: World):
    owner = world.studio()
    made(owner.say("invite create name:crew"))
    world.forward(5 * DAY)
    world.core.sweep(world.at)
    assert len(reminders(world)) == 1
    made(owner.click(world.desk.cards("Your invitation")[0].card, "Extend"))
    world.forward(DAY)
    world.core.sweep(world.at)
    assert len(reminders(world)) == 1
    world.forward(6 * DAY)
    world.core.sweep(world.at)
    assert len(reminders(world)) == 2


@pytest.mark.parametrize("change", ["revoked", "inviter left", "over", "extended", "used up"])
def test_L39_nobody_is_reminded_of_what_is_no_longer_true_when_it_is_sent(world: World, change):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    made(dana.say("invite create name:crew uses:1"))
    world.desk.drain(world.at)
    world.forward(5 * DAY)
    assert world.core.sweep(world.at) >= 1
    if change == "revoked":
        made(dana.say("invite revoke crew"))
    elif change == "inviter left":
        world.leave(dana)
    elif change == "over":
        world.forward(2 * DAY)
    elif change == "extended":
        made(dana.say("invite extend crew by:9d"))
    else:
        made(world.person("Nora").say(f"join {dana.say('invite show crew').fields[2].value[0].text}"))
    assert "Your invitation “crew” ends soon" not in reminders(world)


def test_L38_many_workspaces_and_many_requests_are_all_settled(world: World):
    for number in range(3):
        owner = world.person(f"O{number}", realm=f"T{number}", place_admin=True)
        made(owner.say(f"workspace create name:W{number} scheme:studio"))
        link = owner.link()
        for person in range(5):
            world.person(f"P{number}{person}", realm=f"T{number}").ask(link)
    world.forward(3 * DAY)

    assert world.core.sweep(world.at) == 15
    assert world.core.sweep(world.at) == 0
    assert world.one("SELECT count(*) FROM requests WHERE status = 'expired'") == 15
    world.sound()
