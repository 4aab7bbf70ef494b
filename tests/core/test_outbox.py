"""Cards and notices find their people, once, whatever is late, repeated, lost or done twice."""

from __future__ import annotations

import pytest

from core.approval_policy import REMIND
from core.cards import plain
from core.outbox import LEASE, PARKED_PAUSE, TRIES
from core.outbox_types import Edit, Post
from tests.core.world import World, code_in, made, words


@pytest.fixture
def asked(world: World):
    """A request that two approvers can decide, with nothing delivered yet."""
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    world.desk.drain(world.at)
    world.desk.messages.clear()
    request = world.person("Nora").ask(owner.link())
    return world, owner, ada, request


def due(world: World) -> list[str]:
    return [
        row.key
        for row in world.rows("SELECT key FROM outbox WHERE due_at <= :at ORDER BY key", at=world.at + LEASE)
    ]


def test_each_approver_gets_one_card_and_every_copy_shows_the_outcome(asked):
    world, _owner, ada, _request = asked
    world.desk.drain(world.at)
    cards = world.desk.cards("Nora asks to join Studio")
    assert {m.target.person for m in cards} == {"OLGA", "ADA"}
    labels = ["Approve", "Deny", "Deny with a reason"]
    assert all([b.label for b in m.card.buttons] == labels for m in cards)

    made(ada.click(cards[0].card, "Approve"))
    world.desk.drain(world.at)
    assert [m.edits for m in cards] == [1, 1]
    assert {m.card.title for m in cards} == {"Joined: Nora is in Studio as Commenter"}
    assert all("by Ada" in plain(m.card.footer) and not m.card.buttons for m in cards)
    assert [card.title for card in world.desk.to("NORA")] == ["Approved: welcome to Studio"]
    assert due(world) == []


def test_with_a_place_set_the_card_stands_there_and_nowhere_else(world: World):
    owner = world.studio("studio", "approvals_place here")
    world.person("Nora").ask(owner.link())
    world.desk.drain(world.at)

    [message] = world.desk.messages
    assert (message.target.channel, message.target.person) == ("C1", "")


def test_draining_again_and_again_sends_nothing_more(asked):
    world, *_ = asked
    world.desk.drain(world.at)
    before = [(m.card, m.edits) for m in world.desk.messages]
    for _ in range(3):
        world.forward(3_600)
        assert world.desk.drain(world.at) == 0
    assert [(m.card, m.edits) for m in world.desk.messages] == before


def test_a_row_that_became_stale_while_it_was_leased_stays_due(asked):
    world, owner, _, request = asked
    [work] = world.core.claim(world.at, 10)
    steps = world.core.plan(work, world.at)
    made(owner.say(f"request deny {request}"))
    for step in steps:
        world.core.delivered(work, step, world.desk.send(step), world.at)
    world.core.settle(work, world.at)

    assert f"card/{request}" in due(world)
    world.desk.drain(world.at)
    assert {m.card.title for m in world.desk.messages if m.target.person != "NORA"} == {"Denied: Nora"}
    assert due(world) == []


def test_a_lease_keeps_a_row_for_its_holder_until_it_runs_out(asked):
    world, *_ = asked
    other = world.another().core
    [work] = world.core.claim(world.at, 10)

    assert other.claim(world.at, 10) == []
    assert other.claim(world.at + LEASE - 1, 10) == []
    assert other.claim(world.at + LEASE, 10) == [work]


def test_settling_late_after_somebody_else_did_it_does_no_harm(asked):
    world, *_ = asked
    [work] = world.core.claim(world.at, 10)
    other = world.another()
    other.desk.messages = world.desk.messages
    assert other.desk.drain(world.at + LEASE) == 1
    assert len(world.desk.messages) == 2

    assert world.core.plan(work, world.at + LEASE) == []
    world.core.settle(work, world.at + LEASE)
    assert due(world) == []


@pytest.mark.parametrize("arrived", [True, False])
def test_after_a_crash_between_planning_and_recording_the_next_looks_first(asked, arrived):
    world, _owner, _, _request = asked
    [work] = world.core.claim(world.at, 10)
    steps = world.core.plan(work, world.at)
    assert all(isinstance(step, Post) and not step.look_first for step in steps)
    if arrived:
        for step in steps:
            world.desk.send(step)
    # The process dies here: nothing was recorded.
    again = world.another()
    again.desk.messages = world.desk.messages
    [work] = again.core.claim(world.at + LEASE, 10)
    found = again.core.plan(work, world.at)
    assert sorted((step.key, step.look_first) for step in found) == sorted((s.key, True) for s in steps)
    again.desk.serve(work, world.at + LEASE)

    assert len(world.desk.messages) == 2
    assert len({m.key for m in world.desk.messages}) == 2
    assert all(len(m.key) <= 25 for m in world.desk.messages)


def test_what_was_found_after_a_crash_is_brought_up_to_date(asked):
    world, owner, _, request = asked
    [work] = world.core.claim(world.at, 10)
    for step in world.core.plan(work, world.at):
        world.desk.send(step)
    made(owner.say(f"request deny {request}"))
    world.forward(LEASE)
    world.desk.drain(world.at)

    assert {m.card.title for m in world.desk.messages if m.target.person != "NORA"} == {"Denied: Nora"}


def test_failures_are_counted_and_the_twelfth_parks_the_row_where_status_shows_it(asked):
    world, owner, _, request = asked
    for number in range(TRIES):
        [work] = world.core.claim(world.at, 10)
        assert work.attempts == number
        parked = world.core.retry(work, world.at, 5, "slack: 503")
        assert parked is (number == TRIES - 1)
        assert world.core.claim(world.at + 4, 10) == []
        world.forward(5)

    assert world.core.claim(world.at + PARKED_PAUSE - 10, 10) == []
    assert [work.key for work in world.core.claim(world.at + PARKED_PAUSE, 10)] == [f"card/{request}"]
    assert f"card of {request}: slack: 503" in words(owner.say("status"))
    assert world.one("SELECT parked_at FROM outbox WHERE parked_at IS NOT NULL")


def test_a_parked_row_comes_back_when_it_becomes_stale_again(asked):
    world, owner, _, request = asked
    for _ in range(TRIES):
        [work] = world.core.claim(world.at, 10)
        world.core.retry(work, world.at, 1, "slack: 503")
        world.forward(1)
    made(owner.say(f"request deny {request}"))

    assert {work.key: work.attempts for work in world.core.claim(world.at, 10)}[f"card/{request}"] == 0
    assert made(owner.say("status")).title != ""


def test_a_wait_that_the_platform_asked_for_is_not_counted(asked):
    world, *_ = asked
    for _ in range(TRIES + 3):
        [work] = world.core.claim(world.at, 10)
        assert not world.core.retry(work, world.at, 30, "slack asks to wait", counted=False)
        world.forward(30)
    assert work.attempts == 0


def test_a_retry_of_a_row_that_became_stale_meanwhile_leaves_it_due_at_once(asked):
    world, owner, _, request = asked
    [work] = world.core.claim(world.at, 10)
    made(owner.say(f"request deny {request}"))
    world.core.retry(work, world.at, 900, "slack: 503")

    assert f"card/{request}" in [found.key for found in world.core.claim(world.at, 10)]


def test_a_copy_that_cannot_be_delivered_is_given_up_and_the_others_go_on(asked):
    world, owner, ada, request = asked
    [work] = world.core.claim(world.at, 10)
    first, second = world.core.plan(work, world.at)
    world.core.given_up(work, first, "cannot_dm_bot", world.at)
    assert [step.message for step in world.core.plan(work, world.at)] == [second.message]
    world.core.delivered(work, second, world.desk.send(second), world.at)
    assert world.core.plan(work, world.at) == []
    world.core.settle(work, world.at)

    assert "cannot_dm_bot" in words(owner.say("status"))
    made(ada.say(f"request approve {request}"))
    world.desk.drain(world.at)
    assert len(world.desk.cards("Joined")) == 1


def test_a_demoted_approver_s_copy_is_still_kept_up_to_date(asked):
    world, owner, ada, request = asked
    world.desk.drain(world.at)
    world.give(ada, "Designer")
    made(owner.say(f"request deny {request}"))
    world.desk.drain(world.at)

    assert [card.title for card in world.desk.to("ADA")] == ["Denied: Nora"]


def test_who_became_an_approver_before_the_card_went_out_gets_it_and_who_stopped_does_not(asked):
    world, _owner, ada, _request = asked
    world.give(ada, "Designer")
    world.desk.drain(world.at)
    assert world.desk.to("ADA") == []


def test_a_card_that_was_decided_before_it_was_sent_is_not_sent(asked):
    world, owner, _, request = asked
    made(owner.say(f"request deny {request}"))
    world.desk.drain(world.at)
    assert [m.target.person for m in world.desk.messages] == ["NORA"]


def test_a_late_click_on_an_out_of_date_card_heals_it(asked):
    world, owner, ada, request = asked
    world.desk.drain(world.at)
    card = next(m for m in world.desk.messages if m.target.person == "ADA")
    old = card.card
    made(owner.say(f"request deny {request}"))
    world.desk.drain(world.at)
    card.card = old  # an edit that the platform answered with success and did not do
    world.forward(5)
    ada.click(old, "Approve", message=card.ref)
    world.desk.drain(world.at)

    assert card.card.title == "Denied: Nora"
    assert len(world.desk.cards("Denied: Nora")) == 2


def test_a_twin_from_a_crash_works_when_pressed_and_shows_the_outcome(asked):
    world, _owner, ada, _request = asked
    world.desk.drain(world.at)
    original = world.desk.messages[0]
    twin = type(original)(original.ref._replace(message="twin"), original.target, original.card, "twin")
    world.desk.messages.append(twin)
    made(ada.click(twin.card, "Approve", message=twin.ref))
    world.desk.drain(world.at)

    assert twin.card.title.startswith("Joined")
    assert original.card == twin.card
    assert len(world.desk.cards("Joined")) == 3


def test_L39_a_notice_that_is_no_longer_true_is_not_sent(world: World):
    owner = world.studio("studio", "join_policy instant")
    card = made(owner.say("invite create <@NORA>"))
    made(owner.click(card, "Revoke"))
    world.desk.drain(world.at)
    assert world.desk.messages == []
    assert due(world) == []


def test_the_inviter_hears_who_came_unless_they_have_left(world: World):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link()
    world.desk.drain(world.at)
    world.desk.messages.clear()
    made(world.person("Nora").say(f"join {link}"))
    world.desk.drain(world.at)
    assert [card.title for card in world.desk.to("DANA")] == ["Nora joined Studio"]

    made(world.person("Dora").say(f"join {link}"))
    world.leave(dana)
    world.desk.drain(world.at)
    assert len(world.desk.to("DANA")) == 1


def test_people_on_two_platforms_each_get_their_copy_where_they_are(world: World):
    owner = world.studio()
    dan = world.member(owner, "Dan", "Admin", platform="discord")
    request = dan.world.person("Nora").ask(owner.link())
    world.desk.drain(world.at)
    cards = world.desk.cards("Nora asks")
    assert {(m.target.platform, m.target.person) for m in cards} == {("slack", "OLGA"), ("discord", "DAN")}
    made(dan.say(f"join {code_in(made(owner.say('invite create')))}"))
    made(owner.say(f"request approve {request}"))
    world.desk.drain(world.at)
    assert all(m.card.title.startswith("Joined") for m in cards)


def test_the_next_time_that_anything_is_due_is_known(asked):
    world, *_ = asked
    assert world.core.next_due() == world.at
    world.desk.drain(world.at)
    assert world.core.next_due() == world.at + REMIND


def test_an_edit_is_asked_for_where_the_message_stands(asked):
    world, owner, _, request = asked
    world.desk.drain(world.at)
    made(owner.say(f"request deny {request}"))
    work = next(w for w in world.core.claim(world.at, 10) if w.key == f"card/{request}")
    steps = world.core.plan(work, world.at)
    assert all(isinstance(step, Edit) for step in steps)
    assert {step.ref for step in steps} == {m.ref for m in world.desk.messages}
