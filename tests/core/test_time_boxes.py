"""Whoever holds something for a time is told a day and an hour before its end, each once, of what is still theirs."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import DAY, HOUR, MINUTE
from core.time_boxes import reminded_at_start
from core.views.time_boxes import in_words
from tests.core.boxed import BEGINS, give, studio, take, told
from tests.core.world import Person, World, made, words

LIVES = {
    "5m": [],
    "1h": [],
    "61m": ["in 1 hour"],
    "8h": ["in 1 hour"],
    "1d": ["in 1 hour"],
    "25h": ["tomorrow", "in 1 hour"],
    "7d": ["tomorrow", "in 1 hour"],
}


@pytest.fixture
def owner(world: World) -> Person:
    return studio(world)


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


@pytest.fixture(params=BEGINS)
def what(request: pytest.FixtureRequest) -> str:
    return request.param


def test_L39_a_holder_is_told_a_day_and_an_hour_before_the_end_each_once_and_only_of_what_lasts_longer(
    world: World, owner: Person, what: str
):
    begun = world.at
    for number, life in enumerate(LIVES):
        world.member(owner, f"P{number}", "Designer")
        give(owner, what, life, f"P{number}")
    table = "member_roles" if what == "role" else "grants"
    ends = [row.ends_at for row in world.rows(f"SELECT ends_at FROM {table} WHERE ends_at IS NOT NULL")]
    assert len(ends) == len(LIVES)
    moments = {end - before - early for end in ends for before in (DAY, HOUR) for early in (1, 0)}
    for world.at in sorted(moment for moment in moments if moment >= begun):
        before = [told(world, f"P{number}") for number in range(len(LIVES))]
        for _ in range(2):
            world.core.sweep(world.at)
            world.desk.drain(world.at)
        after = [told(world, f"P{number}") for number in range(len(LIVES))]
        if after != before:
            assert world.at in {end - left for end in ends for left in (DAY, HOUR)}
    assert {life: told(world, f"P{number}") for number, life in enumerate(LIVES)} == LIVES


@pytest.mark.parametrize(
    ("life", "done"), [(None, 0), (DAY + 1, 0), (DAY, 1), (HOUR + 1, 1), (HOUR, 2), (1, 2)]
)
def test_how_much_is_due_is_known_when_it_is_given(life, done):
    assert reminded_at_start(life) == done


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (DAY, "tomorrow"),
        (DAY - MINUTE, "tomorrow"),
        (20 * HOUR, "in 20 hours"),
        (HOUR + 1, "in 1 hour"),
        (HOUR, "in 1 hour"),
        (59 * MINUTE, "in 1 hour"),
        (40 * MINUTE, "in 40 minutes"),
        (MINUTE, "in 1 minute"),
        (1, "in 1 minute"),
    ],
)
def test_a_notice_that_comes_late_says_how_little_is_left(left, said):
    assert in_words(left) == said


def test_after_an_outage_the_later_notice_is_sent_and_not_the_earlier_one_beside_it(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(3 * DAY - 40 * MINUTE)
    world.core.sweep(world.at)
    assert told(world) == ["in 40 minutes"]


def test_a_first_notice_that_was_not_delivered_for_a_day_is_not_sent_beside_the_second(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(2 * DAY)
    world.core.sweep(world.at)
    world.forward(23 * HOUR)
    world.core.sweep(world.at)
    assert told(world) == ["in 1 hour"]


def test_a_clock_that_goes_forward_and_back_by_a_day_tells_nobody_twice(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(2 * DAY)
    for hours in (0, -24, 24, -24, 24, 23, -23, 23):
        world.forward(hours * HOUR)
        for each in (world, world.another()):
            each.core.sweep(world.at)
        told(world)
    assert sorted(told(world)) == ["in 1 hour", "tomorrow"]


def test_a_new_end_is_told_of_again(world: World, owner: Person, dana: Person, what):
    give(owner, what, "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    assert told(world) == ["tomorrow"]
    give(owner, what, "5d")
    world.core.sweep(world.at)
    world.forward(4 * DAY)
    world.core.sweep(world.at)
    assert told(world) == ["tomorrow", "tomorrow"]


def test_L39_nobody_is_told_of_an_end_that_is_not_theirs_any_more_when_it_is_sent(
    world: World, owner: Person, what: str
):
    people = {name: world.member(owner, name, "Designer") for name in ("Ann", "Bob", "Cleo", "Dana", "Eve")}
    for name in people:
        give(owner, what, "2d", name)
    world.desk.drain(world.at)
    world.forward(DAY)
    assert world.core.sweep(world.at) == 5
    take(owner, what, "Ann")
    give(owner, what, "3d", "Bob")
    give(owner, what, "", "Cleo")
    world.leave(people["Dana"])
    assert [told(world, name.upper()) for name in people] == [[], [], [], [], ["tomorrow"]]


@pytest.mark.parametrize("change", ["switched off", "over"])
def test_L39_a_notice_that_nobody_wants_or_that_is_over_is_not_sent(
    world: World, owner: Person, dana: Person, change
):
    give(owner, "role", "2d")
    give(owner, "grant", "2d")
    world.desk.drain(world.at)
    world.forward(DAY)
    assert world.core.sweep(world.at) == 2
    if change == "switched off":
        made(owner.say("workspace set setting:reminders value:access,roles"))
    else:
        world.forward(DAY)
    assert told(world) == []


def test_nobody_hears_of_an_end_who_has_as_much_by_another_way(world: World, owner: Person, dana: Person):
    made(owner.say("access grant resource:Cut to:Dana level:edit for:1h"))
    made(owner.say("access grant resource:Renders to:Dana level:manage"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert not [card for card in world.desk.to("DANA") if "is over" in card.title]
    assert world.one("SELECT count(*) FROM grants") == 1


def test_of_what_a_group_has_for_a_time_whoever_gave_it_is_told_while_they_are_a_member(
    world: World, owner: Person, dana: Person
):
    admin = world.member(owner, "Ann", "Admin")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(admin.say("access grant resource:Renders to:Crew level:view for:3d"))
    world.forward(2 * DAY)
    world.core.sweep(world.at)
    assert told(world) == []
    (card,) = [card for card in world.desk.to("ANN") if "ends" in card.title]
    assert card.title == "Crew's access to Renders (view) ends tomorrow"
    assert not card.buttons
    assert 'to:"Crew" level:view for:7d' in words(card)
    world.leave(admin)
    for name in ("Bea", "Cid", "Dov"):
        world.member(owner, name, "Admin")
    world.forward(23 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    heard = {
        name: [card.title for card in world.desk.to(name.upper()) if "'s access" in card.title]
        for name in ("Ann", "Olga", "Bea", "Cid", "Dov", "Dana")
    }
    # Some of those who may give it hear of it instead, not all.
    assert heard.pop("Ann") == ["Crew's access to Renders (view) ends tomorrow"]
    assert heard.pop("Dana") == []
    soon = ["Crew's access to Renders (view) ends in 1 hour"]
    assert sorted(heard.values()) == [[], soon, soon, soon]


def test_a_notice_says_what_ends_and_what_is_left(world: World, owner: Person, dana: Person):
    give(owner, "role", "2d")
    give(owner, "grant", "2d")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(owner.say("access grant resource:Renders to:Crew level:view"))
    world.forward(DAY)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    role, grant = (next(c for c in world.desk.to("DANA") if c.title.startswith(b)) for b in BEGINS.values())

    assert {field.label: words_of(field) for field in role.fields} == {
        "Through": "assigned by Olga",
        "Ends": "17 January 2027 08:00 UTC",
        "Ends with it": "audit:view, group:manage, member:remove, project:transfer, request:approve, "
        "resource:grant, 5 more",
        "Afterwards you are": "Designer",
    }
    assert {field.label: words_of(field) for field in grant.fields} == {
        "Resource": "Renders",
        "Through": "granted by Olga",
        "Ends": "17 January 2027 08:00 UTC",
        "Ends with it": "edit on Renders, and with it 1 resource under it",
        "Afterwards": "view, from Renders, group Crew",
    }
    assert [button.label for button in role.buttons] == ["Extend", "Choose how long", "I'm done"]


def words_of(field) -> str:
    return plain(field.value)
