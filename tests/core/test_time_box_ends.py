"""What is over is over at its second, whether or not a sweep was there."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections import Counter

import pytest
from sqlalchemy import CompoundSelect, Delete, Select, Update

import core
from core.cards import Tone
from core.durations import HOUR
from tests.core.boxed import give, studio
from tests.core.world import Person, World, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return studio(world)


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


# --- the end -------------------------------------------------------------------------------------------------------------


def test_ends_of_grants_are_one_event_with_all_of_them_and_each_holder_hears(world: World, owner: Person):
    people = [world.member(owner, name, "Designer") for name in ("Dana", "Bob")]
    made(owner.say("group create name:Crew"))
    for to in ("Dana", "Bob", "Crew"):
        made(owner.say(f"access grant resource:Cut to:{to} level:use for:1h"))
    world.desk.drain(world.at)
    end = world.at + HOUR
    world.forward(HOUR)
    assert world.core.sweep(world.at) == 3
    assert world.core.sweep(world.at) == 0
    world.desk.drain(world.at)

    (facts,) = [
        json.loads(r.facts) for r in world.rows("SELECT facts FROM audit_events WHERE event = 'access.ended'")
    ]
    cut = world.one("SELECT resource_id FROM resources WHERE name = 'Cut'")
    ids = [
        *world.rows("SELECT member_id FROM members WHERE name <> 'Olga'"),
        *world.rows("SELECT group_id FROM groups"),
    ]
    assert facts == {"count": 3, "ended": sorted([cut, row[0], "timed-2", 2, end] for row in ids)}
    for person in people:
        assert world.desk.to(person.identity.subject)[-1].title == "Your access to Cut (use) is over"
    assert world.one("SELECT count(*) FROM grants") == 0
    world.sound()


@pytest.mark.parametrize("again", ["given again", "resource gone", "left"])
def test_nobody_hears_of_an_end_that_is_none_any_more(world: World, owner: Person, dana: Person, again):
    give(owner, "grant", "1h")
    world.desk.drain(world.at)
    world.forward(HOUR)
    world.core.sweep(world.at)
    if again == "given again":
        give(owner, "grant", "2h")
    elif again == "resource gone":
        made(owner.click(made(owner.say("resource delete Renders")), "Confirm"))
    else:
        world.leave(dana)
    world.desk.drain(world.at)
    assert not [card for card in world.desk.to("DANA") if card.title.endswith("is over")]


def test_a_kept_check_and_the_sweep_agree_on_the_second(world: World, owner: Person, dana: Person):
    give(owner, "grant", "1h")
    workspace, member = world.rows("SELECT workspace_id, member_id FROM members WHERE name = 'Dana'")[0]
    cut = world.one("SELECT resource_id FROM resources WHERE name = 'Cut'")
    can = lambda at: world.core.can(workspace, member, "content:edit", at, cut).allowed  # noqa: E731
    end = world.at + HOUR
    assert (can(end - 1), can(end), can(end - 1)) == (True, False, True)
    world.core.sweep(end)
    assert (can(end - 1), can(end)) == (False, False)


# --- without a sweep: whatever reads roles, grants and groups --------------------------------------------------------------


def unswept(world: World, owner: Person, dana: Person) -> None:
    """Dana was Admin, had access herself and through a group, each for an hour; the hour is over and nobody swept."""
    give(owner, "role", "1h")
    give(owner, "grant", "1h")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(owner.say("access grant resource:Cut to:Crew level:manage for:1h"))
    world.member(owner, "Bob", "Commenter")
    world.forward(HOUR)


DEAD = (
    "can member:Dana permission:member:remove",
    "can member:Dana permission:content:edit resource:Renders",
    "can member:Dana permission:content:edit resource:Cut",
    "why member:Dana permission:content:edit resource:Cut",
    "why member:Dana permission:member:remove",
)
RIGHTS = (
    "access grant resource:Renders to:Bob level:view",
    "access grant resource:Cut to:Bob level:view",
    "access revoke resource:Cut to:Crew",
    "role assign Bob role:Editor",
    "group create name:More",
    "group add group:Crew member:Bob",
    "resource create kind:shot name:New parent:Renders",
    "request approve {request}",
    "workspace set setting:join_policy value:instant",
    "audit show",
    "member remove Bob",
    "invite create role:Admin",
)


def test_L06_nothing_that_had_an_end_answers_after_it(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    for typed in DEAD:
        assert made(owner.say(typed)).title.startswith("No"), typed


def test_L06_who_had_a_right_for_a_time_uses_it_no_more(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    made(owner.say("workspace set setting:join_policy value:approval"))
    request = world.person("Nora").ask(owner.link())
    before = Counter(world.events())
    for typed in RIGHTS:
        card = dana.say(typed.format(request=request))
        assert card.tone is Tone.REFUSED, (typed, card)
    assert Counter(world.events()) - before == Counter(refused=len(RIGHTS))


def test_L06_lists_and_cards_show_nothing_that_is_over(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    assert "Admin" not in words(made(dana.say("me")))
    for typed in (
        "member show Dana",
        "access list member:Dana",
        "access list resource:Cut",
        "resource show Cut",
    ):
        said = words(made(owner.say(typed)))
        assert "edit until" not in said, typed
        assert "manage until" not in said, typed
        assert "Admin until" not in said, typed
    assert "Dana" not in words(made(owner.say("member list role:Admin")))
    assert "edit" not in words(made(owner.say("access list resource:Renders")))


def test_L06_an_invitation_of_somebody_whose_time_is_over_gives_no_more_than_they_could(
    world: World, owner: Person, dana: Person
):
    give(owner, "role", "1h")
    code = dana.link(role="Commenter")
    world.forward(HOUR)
    assert made(world.person("Nora").say(f"join {code}")).title.startswith("Welcome")
    give(owner, "role", "1h")
    refused = dana.say("invite create role:Admin")
    assert refused.tone.name == "REFUSED"  # what is held for a time gives nothing for good


_LATER = "what it reads is asked for its end afterwards"
_ANYHOW = "whether or not it is over"
#: The statements about roles and grants that do not ask for the end themselves, and why they need not.
NEED_NOT = {
    "checks._COLUMNS": _LATER,
    "checks._BY_ID": _LATER,
    "checks._BY_IDENTITY": _LATER,
    "deletion._NO_ROLES": _ANYHOW,
    "deletion._NO_GRANTS": _ANYHOW,
    "explaining._HELD": _LATER,
    "grants._ONE": _LATER,
    "grants._END_OF_HOLDER": _ANYHOW,
    "grants._END_OF_RESOURCE": _ANYHOW,
    "kept_reach._GRANTS": _LATER,
    "homes._OF_ROLES": "a Home is looked at for nothing: what it shows asks for the end",
    "platform_access._GRANTED_TO": _LATER,
    "platform_access._ON_PATH": _LATER,
    "reach._MINE": _LATER,
    "reach._OF_MY_GROUPS": _LATER,
    "reach._ALL": _LATER,
    "reach._ON_RESOURCE": _LATER,
    "removal._NO_ROLES": _ANYHOW,
    "role_changes._DELETE": "what is over is recorded right before it",
}


def test_L06_every_statement_that_reads_roles_or_grants_asks_whether_they_are_over():
    found = set()
    for module in pkgutil.iter_modules(core.__path__):
        for name, value in vars(importlib.import_module(f"core.{module.name}")).items():
            if isinstance(value, Select | CompoundSelect | Update | Delete):
                typed = str(value)
                if re.search(r"\b(?:member_roles|grants)\b", typed) and not re.search(
                    r"ends_at (?:>|<=|IS NULL)", typed
                ):
                    found.add(f"{module.name}.{name}")
    assert found <= set(NEED_NOT), "ask for the end, or say here why that is not needed"
