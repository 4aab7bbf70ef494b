"""Checks on a resource for the product: right the moment a grant, a group or a resource changes, and when a grant ends."""

from __future__ import annotations

import itertools
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from core import checks
from core.calls import Identity
from core.durations import DAY, HOUR
from core.permissions import Level
from core.policy import Answer, Rule
from tests.core.world import Person, World, made, refusal_in
from tests.drivers.databases import KINDS, shared

GRANTED = Answer(allowed=True, rule=Rule.GRANTED)
NO_GRANT = Answer(allowed=False, rule=Rule.NO_GRANT)
TOO_LOW = Answer(allowed=False, rule=Rule.LEVEL_TOO_LOW)
NOT_HELD = Answer(allowed=False, rule=Rule.NOT_HELD)
NOBODY = Answer(allowed=False, rule=Rule.NOT_A_MEMBER)
NOT_THERE = Answer(allowed=False, rule=Rule.NO_RESOURCE)
#: From the top down; beside it stands another one.
TREE = ("Site", "Hall", "Rack", "Shelf", "Render 1")
BESIDE = "Render 2"
LAUNCH = "application:launch"


class Farm(NamedTuple):
    """Olga's computers with Bob as a Contributor, the product that asks, and another process that changes things."""

    world: World
    other: World
    olga: Person
    bob: Person
    workspace: str

    def may(
        self, resource: str = TREE[-1], permission: str = LAUNCH, who: Identity | str | None = None
    ) -> Answer:
        who = self.bob.identity if who is None else who
        return self.world.core.can(self.workspace, who, permission, self.world.at, self.id_of(resource))

    def id_of(self, name: str) -> str:
        found = {row.name: row.resource_id for row in self.world.rows("SELECT * FROM resources")}
        return found.get(name, name)


def farm_in(world: World) -> Farm:
    olga = world.studio("computers", "join_policy instant")
    bob = world.member(olga, "Bob", "Contributor")
    parent = ""
    for name in TREE:
        kind = "computer" if name == TREE[-1] else "room"
        made(olga.say(f'resource create kind:{kind} name:"{name}"{parent}'))
        parent = f' parent:"{name}"'
    made(olga.say(f'resource create kind:computer name:"{BESIDE}"'))
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    return Farm(world, world.another(), olga, bob, workspace)


@pytest.fixture
def farm(world: World) -> Farm:
    return farm_in(world)


def test_a_role_alone_reaches_nothing_and_a_grant_reaches_what_is_under_it(farm):
    assert [farm.may(name) for name in (*TREE, BESIDE)] == [NO_GRANT] * 6
    made(farm.olga.say("access grant resource:Rack to:Bob level:use"))
    seen = [farm.may(name) for name in (*TREE, BESIDE)]
    assert seen == [NO_GRANT, NO_GRANT, GRANTED, GRANTED, GRANTED, NO_GRANT]
    member = farm.world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    assert farm.may(who=member) == GRANTED
    assert farm.may(permission="member:remove") == NOT_HELD
    assert farm.may(who=Identity("slack", "T1", "EVE")) == farm.may(who="mem-2222") == NOBODY


def test_the_level_has_to_be_what_the_permission_needs_there(farm):
    for level, expected in (("view", TOO_LOW), ("use", GRANTED), ("edit", GRANTED), ("manage", GRANTED)):
        made(farm.olga.say(f'access grant resource:"Render 1" to:Bob level:{level}'))
        assert farm.may() == expected
    assert farm.may(permission="resource:grant") == Answer(allowed=True, rule=Rule.MANAGES)
    assert farm.may(BESIDE, "resource:grant") == NOT_HELD


def test_of_several_grants_on_the_way_the_highest_counts_wherever_it_is(farm):
    made(farm.olga.say("group create name:Crew"))
    made(farm.olga.say("group add group:Crew member:Bob"))
    made(farm.olga.say('access grant resource:"Render 1" to:Bob level:view'))
    assert farm.may() == TOO_LOW
    made(farm.olga.say("access grant resource:Site to:Crew level:use"))
    assert farm.may() == GRANTED


def test_a_role_that_reaches_everything_needs_no_grant_but_the_resource_has_to_be_there(farm):
    olga = farm.olga.identity
    assert farm.may(who=olga) == Answer(allowed=True, rule=Rule.REACHES_ALL)
    for gone in ("res-2222", "", "Render 1\x00", "\ud800"):
        assert farm.may(gone, who=olga) == farm.may(gone) == NOT_THERE
    made(farm.olga.click(made(farm.olga.say('resource delete "Render 2"')), "Confirm"))
    assert farm.may(BESIDE, who=olga) == NOT_THERE


def test_a_resource_can_be_named_by_its_kind_and_the_id_that_it_has_outside(farm):
    made(farm.olga.say("access grant resource:Site to:Bob level:use"))
    made(farm.olga.say('resource create kind:computer name:"Render 17" parent:Rack outside:i-17'))

    def may(*which: str) -> Answer:
        who = farm.bob.identity
        return farm.world.core.can(farm.workspace, who, LAUNCH, farm.world.at, (which[0], which[1]))

    assert may("computer", "i-17") == GRANTED
    assert may("room", "i-17") == may("computer", "i-18") == may("computer", "i-17\x00") == NOT_THERE
    # Of two that claim to be the same one neither is meant.
    farm.world.change("UPDATE resources SET outside_id = 'i-17' WHERE name = 'Render 2'")
    farm.world.change("UPDATE workspaces SET standing_version = standing_version + 1")
    assert may("computer", "i-17") == NOT_THERE


def test_a_resource_of_one_workspace_is_none_in_another(farm):
    other = farm.olga.at("C2").with_(place_admin=True)
    made(other.say("workspace create name:Second scheme:computers"))
    second = farm.world.one("SELECT workspace_id FROM workspaces WHERE name = 'Second'")
    who, there = farm.olga.identity, farm.id_of("Site")
    assert farm.world.core.can(second, who, LAUNCH, farm.world.at, there) == NOT_THERE
    assert farm.world.core.can("NOWHERE2", who, LAUNCH, farm.world.at, there) == NOBODY


# --- at once ---------------------------------------------------------------------------------------------------------

#: What is done, and what Bob may do on the lowest resource then.
STORY = [
    ('access grant resource:"Render 1" to:Bob level:use', GRANTED),
    ('access grant resource:"Render 1" to:Bob level:view', TOO_LOW),
    ('access revoke resource:"Render 1" from:Bob', NO_GRANT),
    ("group create name:Crew", NO_GRANT),
    ("access grant resource:Hall to:Crew level:use", NO_GRANT),
    ("group add group:Crew member:Bob", GRANTED),
    ("group remove group:Crew member:Bob", NO_GRANT),
    ("group add group:Crew member:Bob", GRANTED),
    ("access revoke resource:Hall from:Crew", NO_GRANT),
    ("access grant resource:Site to:Crew level:use", GRANTED),
    ("role unassign member:Bob role:Contributor", NOT_HELD),
    ("role assign member:Bob role:Contributor", GRANTED),
    ("group delete name:Crew", NO_GRANT),
    ("access grant resource:Shelf to:Bob level:use", GRANTED),
    ("resource delete Rack", NOT_THERE),
]


@pytest.mark.parametrize("by", ["the same process", "another process"])
def test_what_is_given_and_taken_counts_at_once(farm, by):
    olga = farm.olga if by == "the same process" else farm.olga.on(farm.other)
    lowest, member = farm.id_of(TREE[-1]), farm.bob.identity

    def may() -> Answer:
        return farm.world.core.can(farm.workspace, member, LAUNCH, farm.world.at, lowest)

    assert may() == NO_GRANT
    for typed, expected in STORY:
        card = made(olga.say(typed.replace(" from:", " to:")))
        if any(button.label == "Confirm" for button in card.buttons):
            made(olga.click(card, "Confirm"))
        assert may() == expected, typed
    made(olga.say(f'access grant resource:"{BESIDE}" to:Bob level:use'))
    assert farm.may(BESIDE) == GRANTED
    farm.other.remove(farm.olga.on(farm.other), farm.bob.on(farm.other))
    assert farm.may(BESIDE) == NOBODY


def test_L06_a_grant_for_a_time_ends_by_the_clock_alone_and_with_it_what_a_group_gave(farm):
    made(farm.olga.say("group create name:Crew"))
    made(farm.olga.say("group add group:Crew member:Bob"))
    made(farm.olga.say('access grant resource:"Render 1" to:Bob level:use for:1h'))
    made(farm.olga.say("access grant resource:Site to:Crew level:use for:3h"))
    made(farm.olga.say("access grant resource:Site to:Bob level:view"))
    begun, lowest = farm.world.at, farm.id_of(TREE[-1])

    def at(moment: int, where: str = lowest) -> Answer:
        return farm.world.core.can(farm.workspace, farm.bob.identity, LAUNCH, moment, where)

    for moment in (0, HOUR - 1, HOUR, 3 * HOUR - 1):
        assert at(begun + moment) == GRANTED
    assert at(begun + 3 * HOUR) == TOO_LOW
    # A clock that goes back brings back what was then.
    assert [at(begun), at(begun + DAY), at(begun + HOUR)] == [GRANTED, TOO_LOW, GRANTED]


def test_a_role_for_a_time_ends_what_a_grant_for_good_reaches(farm):
    made(farm.olga.say("role unassign member:Bob role:Contributor"))
    made(farm.olga.say("role assign member:Bob role:Contributor for:2h"))
    made(farm.olga.say("access grant resource:Site to:Bob level:use"))
    assert farm.may() == GRANTED
    farm.world.forward(2 * HOUR)
    assert farm.may() == NOT_HELD


def test_no_more_is_kept_than_there_is_room_for_and_all_answers_stay_right(farm, monkeypatch):
    monkeypatch.setattr(checks, "MOST", 2)
    for name in TREE[:3]:
        made(farm.olga.say(f"access grant resource:{name} to:Bob level:use"))
    people = (farm.bob.identity, farm.olga.identity, Identity("slack", "T1", "EVE"))
    for name, who, _ in itertools.product(TREE, people, range(2)):
        assert farm.may(name, who=who).allowed is (who != people[-1])
    made(farm.olga.say("access revoke resource:Site to:Bob"))
    assert [farm.may(name).allowed for name in TREE] == [False, True, True, True, True]


def test_checks_on_resources_change_nothing(farm):
    before = farm.world.dump()
    for name in (*TREE, "res-2222"):
        farm.may(name)
        farm.may(name, who="mem-2222")
    assert farm.world.dump() == before


# --- any story at all ------------------------------------------------------------------------------------------------

PEOPLE = ("Ada", "Bo")
GROUPS = ("Day", "Night")
NAMES = ("Site", "Hall", "Rack", "Lone")
PARENTS = {"Hall": "Site", "Rack": "Hall"}
ASKED = (LAUNCH, "resource:grant", "report:read")


class Stories(RuleBasedStateMachine):
    """Anything is done in either process; after each step every kept answer is that of the database and of the book."""

    backend = "sqlite"
    folder = Path()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world = World(self.stack.enter_context(shared().fresh(self.backend, self.folder)))
        self.stack.callback(self.world.close)
        self.other = self.world.another()
        self.olga = self.world.studio("computers", "join_policy instant")
        self.people = {name: self.world.member(self.olga, name, "Contributor") for name in PEOPLE}
        self.workspace = self.world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
        for name in NAMES:
            self.make(name, other=False)
        for group in GROUPS:
            made(self.olga.say(f"group create name:{group}"))

    def teardown(self) -> None:
        self.stack.close()

    def does(self, typed: str, *, other: bool) -> None:
        world = self.other if other else self.world
        world.at = self.world.at
        card = self.olga.on(world).say(typed)
        if refusal_in(card) is None and any(button.label == "Confirm" for button in card.buttons):
            made(self.olga.on(world).click(card, "Confirm"))

    @rule(name=st.sampled_from(NAMES), other=st.booleans())
    def make(self, name: str, other: bool) -> None:
        if not self.world.rows("SELECT 1 FROM resources WHERE name = :name", name=name):
            above = f" parent:{PARENTS[name]}" if name in PARENTS else ""
            self.does(f"resource create kind:computer name:{name}{above}", other=other)

    @rule(name=st.sampled_from(NAMES[1:]), other=st.booleans())
    def delete(self, name: str, other: bool) -> None:
        self.does(f"resource delete {name}", other=other)

    @rule(
        name=st.sampled_from(NAMES),
        to=st.sampled_from(PEOPLE + GROUPS),
        level=st.sampled_from([level.word for level in Level]),
        life=st.sampled_from(["", " for:1h", " for:3h"]),
        other=st.booleans(),
    )
    def give(self, name: str, to: str, level: str, life: str, other: bool) -> None:
        self.does(f"access grant resource:{name} to:{to} level:{level}{life}", other=other)

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from(PEOPLE + GROUPS), other=st.booleans())
    def take(self, name: str, to: str, other: bool) -> None:
        self.does(f"access revoke resource:{name} to:{to}", other=other)

    @rule(
        group=st.sampled_from(GROUPS),
        who=st.sampled_from(PEOPLE),
        verb=st.sampled_from(["add", "add", "remove"]),
        other=st.booleans(),
    )
    def regroup(self, group: str, who: str, verb: str, other: bool) -> None:
        self.does(f"group {verb} group:{group} member:{who}", other=other)

    @rule(who=st.sampled_from(PEOPLE), other=st.booleans())
    def goes_and_comes_back(self, who: str, other: bool) -> None:
        self.does(f"member remove member:{who}", other=other)
        self.world.member(self.olga, who, "Contributor")

    @rule(seconds=st.sampled_from([1, HOUR - 1, HOUR, 2 * HOUR]))
    def time_passes(self, seconds: int) -> None:
        self.world.forward(seconds)

    @rule(other=st.booleans())
    def is_swept(self, other: bool) -> None:
        (self.other if other else self.world).core.sweep(self.world.at)

    @invariant()
    def what_is_kept_is_what_the_database_has_and_what_the_book_says(self) -> None:
        product, at = self.world.core._checks, self.world.at
        ids = {
            row.name: row.resource_id for row in self.world.rows("SELECT name, resource_id FROM resources")
        }
        reached = self.by_the_book()
        for name, who, permission in itertools.product(NAMES, PEOPLE, ASKED):
            asked = (self.workspace, self.people[who].identity, permission, at, ids.get(name, name))
            level = reached.get((who, name), 0)
            expected = name in ids and (
                level >= Level.USE if permission == LAUNCH
                else level >= Level.MANAGE if permission == "resource:grant"
                else False
            )  # fmt: skip
            assert product.can(*asked) == product.read(*asked), asked
            assert product.can(*asked).allowed is expected, asked

    def by_the_book(self) -> dict[tuple[str, str], int]:
        """How far each member reaches on each resource, by the words of the contract alone."""
        rows = self.world.rows
        tree = rows("SELECT resource_id, parent_id, name FROM resources")
        up = {row.resource_id: row.parent_id for row in tree}
        live = rows("SELECT * FROM grants WHERE ends_at IS NULL OR ends_at > :now", now=self.world.at)
        groups = rows("SELECT group_id, member_id FROM group_members")
        found: dict[tuple[str, str], int] = {}
        for member in rows("SELECT member_id, name FROM members WHERE left_at IS NULL"):
            holders = {member.member_id} | {m.group_id for m in groups if m.member_id == member.member_id}
            for row in tree:
                way = [row.resource_id]
                while up[way[-1]] is not None:
                    way.append(up[way[-1]])
                levels = [g.level for g in live if g.holder in holders and g.resource_id in way]
                found[member.name, row.name] = max(levels, default=0)
        return found


@pytest.mark.parametrize("backend", KINDS)
def test_after_any_story_every_kept_answer_on_a_resource_is_that_of_the_database(backend, tmp_path):
    machine = type("Machine", (Stories,), {"backend": backend, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=8 if backend == "sqlite" else 3,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
