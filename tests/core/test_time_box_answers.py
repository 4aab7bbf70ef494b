"""The buttons under a notice of an end: Extend asks, I'm done ends, and nobody answers for somebody else."""

from __future__ import annotations

import json

import pytest

from core.cards import Tone
from core.durations import DAY, HOUR
from tests.core.boxed import BEGINS, give, studio, take
from tests.core.together import at_once
from tests.core.world import Person, World, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return studio(world)


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


@pytest.fixture(params=BEGINS)
def what(request: pytest.FixtureRequest) -> str:
    return request.param


def notice(world: World, what: str):
    world.desk.drain(world.at)
    return next(card for card in reversed(world.desk.to("DANA")) if card.title.startswith(BEGINS[what]))


@pytest.fixture
def card(world: World, owner: Person, dana: Person, what: str):
    """The notice that a day is left."""
    give(owner, what, "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    return notice(world, what)


def has(world: World, dana: Person, what: str) -> bool:
    permission = "member:remove" if what == "role" else "content:edit"
    typed = f"can permission:{permission}" + ("" if what == "role" else " resource:Renders")
    return made(dana.say(typed)).title.startswith("Yes")


def test_extend_asks_for_as_long_again_and_changes_nothing_until_somebody_says_yes(
    world: World, owner: Person, dana: Person, what, card
):
    end = world.at + DAY
    asked = made(dana.click(card, "Extend"))
    assert asked.title.startswith("You asked to keep ")
    assert "Already" in dana.click(card, "Extend").title or "already" in words(dana.click(card, "Extend"))
    made(owner.say(f"request approve {id_in(asked)}"))
    world.at = end
    assert has(world, dana, what)
    world.forward(2 * DAY)
    assert not has(world, dana, what)
    world.sound()


def test_whoever_may_give_it_asks_all_the_same(world: World, owner: Person, dana: Person):
    """Nobody lengthens their own, an admin for a time neither."""
    give(owner, "role", "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    asked = made(dana.click(notice(world, "role"), "Extend"))
    dana.say(f"request approve {id_in(asked)}")
    assert world.one("SELECT max(ends_at) FROM member_roles") == world.at + DAY


def test_done_ends_it_at_once_and_withdraws_what_was_asked(
    world: World, owner: Person, dana: Person, what, card
):
    asked = made(dana.click(card, "Extend"))
    before = world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'")
    made(dana.click(card, "I'm done"))
    assert not has(world, dana, what)
    assert world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'") > before
    assert world.one("SELECT status FROM requests WHERE request_id = :id", id=id_in(asked)) == "withdrawn"
    events = {"role": "role.unassigned", "grant": "access.revoked"}
    row = world.rows("SELECT * FROM audit_events WHERE event = :event", event=events[what])[-1]
    assert row.actor == row.subject == world.one("SELECT member_id FROM members WHERE name = 'Dana'")
    assert json.loads(row.facts)["before"]
    assert "You no longer have what this was about" in words(dana.click(card, "I'm done"))
    assert "You no longer have what this was about" in words(dana.click(card, "Extend"))
    world.sound()


LABELS = ("Extend", "I'm done")


def test_a_click_on_an_old_notice_is_answered_with_what_is_so(
    world: World, owner: Person, dana: Person, what, card
):
    def said() -> list[str]:
        return [words(dana.click(card, label)) for label in LABELS]

    give(owner, what, "9d")
    assert all("25 January 2027 08:00 UTC now: this was about an earlier time" in each for each in said())
    give(owner, what, "")
    assert all("for good now" in each for each in said())
    assert has(world, dana, what)
    take(owner, what)
    assert all("You no longer have" in each for each in said())
    world.forward(2 * DAY)
    assert all("ended on 17 January 2027" in each for each in said())


def test_nobody_answers_for_the_holder(world: World, owner: Person, dana: Person, what, card):
    """Not even who could take it away: a button is worth what its presser has. A forged one is worth nothing."""
    for label in LABELS:
        said = words(owner.click(card, label))
        assert "You no longer have what this was about" in said
        assert world.person("Eve").click(card, label).tone is Tone.REFUSED
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    for subject in ("", "admin", "admin@", "admin@x", "admin@99999999999999", "@1", "res-2222@1", "mem-2@1"):
        for action in ("time_box.extend", "time_box.done"):
            assert dana.press(action, f"{workspace}/{subject}").tone is Tone.REFUSED
    assert has(world, dana, what)


def test_the_buttons_are_about_the_level_that_was_told_of(world: World, owner: Person, dana: Person):
    made(owner.say("access grant resource:Renders to:Dana level:edit for:2d"))
    world.forward(DAY)
    world.core.sweep(world.at)
    card = notice(world, "grant")
    made(owner.say("access grant resource:Renders to:Dana level:manage for:24h"))  # until the same moment
    for label in LABELS:
        said = words(dana.click(card, label))
        assert "You have manage on Renders until" in said
        assert "this was about another level" in said
    assert world.rows("SELECT level, ends_at FROM grants") == [(4, world.at + DAY)]


def test_what_is_for_good_stands_as_it_stood_when_what_lies_on_top_of_it_ends(
    world: World, owner: Person, dana: Person
):
    made(owner.say("access grant resource:Renders to:Dana level:view"))
    give(owner, "grant", "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    card = notice(world, "grant")
    assert "view, from Renders" in words(card)
    made(dana.click(card, "I'm done"))
    assert world.rows("SELECT layer, level, ends_at FROM grants") == [("lasting", 1, None)]
    give(owner, "grant", "1h")
    world.forward(HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert world.rows("SELECT layer, level, ends_at FROM grants") == [("lasting", 1, None)]
    over = world.desk.to("DANA")[-1]
    assert over.title == "Your access to Renders (edit) is over"
    assert "view, from Renders" in words(over)
    world.sound()


def test_two_who_press_done_at_once_end_it_once(world: World, owner: Person, dana: Person, what, card):
    other = world.another()
    steps = [lambda w=w: dana.on(w).click(card, "I'm done") for w in (world, other)]
    found = sorted(card.title.partition(" ")[0] for card in at_once(*steps))
    assert found[0] == "Nothing"
    assert found[1] == "You"
