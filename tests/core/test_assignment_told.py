"""Roles that were given or taken: what is recorded, who is told, and what the end of a time leaves."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import HOUR, MINUTE
from tests.core.assigned import held, told
from tests.core.together import at_once
from tests.core.world import Person, World, facts_of, field_of, made


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Designer")


# --- telling and recording -------------------------------------------------------------------------------------------


def test_every_change_is_recorded_with_before_and_after(world: World, owner: Person, bob: Person):
    member = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    made(owner.say("role assign Bob role:Admin for:8h"))
    made(owner.say("role assign Bob role:Commenter"))
    made(owner.say("role unassign Bob role:Admin"))
    ends = world.at + 8 * HOUR

    assert facts_of(world, "role.assigned") == [
        {
            "role": "admin",
            "before": {"designer": None},
            "after": {"designer": None, "admin": ends},
            "ends_at": ends,
        },
        {
            "role": "commenter",
            "before": {"designer": None, "admin": ends},
            "after": {"commenter": None, "admin": ends},
            "ends_at": None,
        },
    ]
    assert facts_of(world, "role.unassigned") == [
        {
            "role": "admin",
            "before": {"commenter": None, "admin": ends},
            "after": {"commenter": None},
            "ends_at": ends,
        }
    ]
    subjects = world.rows("SELECT subject FROM audit_events WHERE event LIKE 'role.%'")
    assert {row.subject for row in subjects} == {member}
    world.sound()


def test_the_member_is_told_once_by_whom_and_until_when(world: World, owner: Person, bob: Person):
    before = len(told(world, "Bob"))
    made(owner.say("role assign Bob role:Admin"))
    assert told(world, "Bob")[before:] == ["Your role in Studio is now Admin"]
    assert field_of(world.desk.to("BOB")[-1], "Changed by") == "Olga"
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Commenter for:8h"))
    made(owner.say("role unassign Bob role:Admin"))
    assert told(world, "Bob")[before + 1 :] == ["You are no longer Admin in Studio"]
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert told(world, "Bob")[before + 2 :] == ["You are Admin in Studio for a time"]
    card = world.desk.to("BOB")[-1]
    assert plain(card.fields[1].value) == field_of(card, "Your roles").split(",")[0].removeprefix(
        "Admin until "
    )
    made(owner.say("role list"))
    assert len(told(world, "Bob")) == before + 3


def test_in_a_scheme_of_several_roles_the_notice_says_that_it_is_one_more(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor"))
    assert told(world, "Bob")[-1] == "Your role in Studio is now Contributor"
    made(owner.say('role assign Bob role:"Member Manager"'))
    assert told(world, "Bob")[-1] == "You are now Member Manager in Studio too"


def test_whoever_lost_a_role_hears_of_it_though_it_was_deleted_before_they_could(world: World):
    owner = world.studio("computers", "join_policy instant")
    for name in ("Bob", "Ada"):
        world.member(owner, name)
    made(owner.say("role create name:@everyone/@x rank:5"))
    made(owner.say("role assign Bob role:@everyone/@x"))
    made(owner.say("role assign Ada role:@everyone/@x for:1h"))
    before = {name: len(told(world, name)) for name in ("Ada", "Bob")}
    made(owner.say("role unassign Bob role:@everyone/@x"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    made(owner.say("role edit name:@everyone/@x rename:Artist"))
    made(owner.say("role delete name:Artist"))
    assert told(world, "Bob")[before["Bob"] :] == ["You are no longer Artist in Studio"]
    assert ["Artist" in title for title in told(world, "Ada")[before["Ada"] :]] == [True]


def test_a_notice_that_is_no_longer_true_is_not_sent(world: World, owner: Person, bob: Person):
    before = told(world, "Bob")
    made(owner.say("role assign Bob role:Admin for:1h"))
    made(owner.say("role assign Bob role:Commenter"))
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Designer"))
    world.forward(HOUR)
    assert told(world, "Bob")[len(before) :] == ["Your role in Studio is now Designer"]


def test_nobody_is_told_what_they_did_themselves_or_after_they_left_or_where_it_is_switched_off(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    before = {name: len(told(world, name)) for name in ("Ada", "Bob")}
    made(ada.say("role unassign Ada role:Admin"))
    made(owner.say("role assign Bob role:Admin"))
    world.leave(bob)
    made(owner.say("role assign Ada role:Designer"))
    made(owner.say("workspace set reminders off"))
    assert {name: len(told(world, name)) - before[name] for name in before} == {"Ada": 0, "Bob": 0}


def test_whoever_may_decide_from_now_on_gets_the_cards_of_what_is_open(
    world: World, owner: Person, bob: Person
):
    made(owner.say("workspace set join_policy approval"))
    world.person("Nia").ask(owner.link(role="Commenter"))
    before = len(told(world, "Bob"))
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert sorted(told(world, "Bob")[before:]) == [
        "Nia asks to join Studio",
        "You are Admin in Studio for a time",
    ]


# --- the end of a time -----------------------------------------------------------------------------------------------


def test_the_end_of_a_time_is_recorded_once_and_told_once_whatever_sweeps(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    ends = world.at + 8 * HOUR
    before = len(told(world, "Bob"))
    standing = "SELECT standing_version FROM workspaces WHERE name = 'Studio'"
    seen = world.one(standing)
    world.forward(8 * HOUR - 1)
    assert world.core.sweep(world.at) == 1  # the word an hour before
    assert told(world, "Bob")[before:] == ["Your Admin role ends in 1 minute"]
    before += 1
    world.forward(1)
    other = world.another()
    assert sum(at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, other) * 3))) == 1

    member = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    assert facts_of(world, "role.ended") == [{"role": "admin", "ends_at": ends}]
    assert world.rows("SELECT subject, actor FROM audit_events WHERE event = 'role.ended'") == [
        (member, "usher")
    ]
    assert world.one(standing) > seen
    assert told(world, "Bob")[before:] == ["Your time as Admin in Studio is over"]
    assert field_of(world.desk.to("BOB")[-1], "Your role") == "Designer"
    world.sound()


def test_a_late_sweep_tells_nobody_that_something_ended_which_they_have_again(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:1h"))
    world.forward(HOUR)
    made(owner.say("role assign Bob role:Admin"))
    world.core.sweep(world.at)
    assert "Your time as Admin in Studio is over" not in told(world, "Bob")
    assert held(world, "Bob") == {"Admin": None}


def test_a_time_ends_for_whoever_left_without_a_word(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:1h"))
    before = len(told(world, "Bob"))
    world.vanish(bob)
    world.forward(HOUR)
    assert world.core.sweep(world.at) == 1
    assert told(world, "Bob")[before:] == []
