"""Checks for the product: what is kept is right the moment anything changes, whichever process changed it."""

from __future__ import annotations

import ast
import itertools
import json
import multiprocessing
import threading
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
from core.own_connection import OwnConnection
from core.policy import Answer, Rule
from tests.core.world import Person, World, made, refusal_in
from tests.drivers.databases import KINDS, shared

YES = Answer(allowed=True, rule=Rule.HELD)
NO = Answer(allowed=False, rule=Rule.NOT_HELD)
NOBODY = Answer(allowed=False, rule=Rule.NOT_A_MEMBER)


class Studio(NamedTuple):
    """Olga's workspace with Bob as a Designer in it, the product that asks, and another process that changes things."""

    world: World
    other: World
    olga: Person
    bob: Person
    workspace: str

    def may(self, permission: str, who: Identity | str | None = None) -> Answer:
        return self.world.core.can(
            self.workspace, self.bob.identity if who is None else who, permission, self.world.at
        )

    def elsewhere(self) -> Person:
        """Olga, at the other process."""
        return self.olga.on(self.other)


def studio_in(world: World, scheme: str = "studio", role: str = "Designer") -> Studio:
    olga = world.studio(scheme, "join_policy instant")
    bob = world.member(olga, "Bob", role)
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    return Studio(world, world.another(), olga, bob, workspace)


@pytest.fixture
def studio(world: World) -> Studio:
    return studio_in(world)


def test_a_member_may_what_their_role_holds_by_whichever_name_they_are_asked_about(studio):
    for who in (studio.bob.identity, id_of(studio)):
        assert studio.may("project:edit", who) == YES
        assert studio.may("member:remove", who) == NO
        assert studio.may("project:fly", who) == NO
    assert studio.may("audit:view", studio.olga.identity) == Answer(allowed=True, rule=Rule.INCLUDED)


def test_who_is_no_member_may_nothing_and_neither_may_anybody_where_there_is_no_workspace(studio):
    world = studio.world
    assert studio.may("project:edit", Identity("slack", "T1", "EVE")) == NOBODY
    assert studio.may("project:edit", Identity("slack", "T2", "BOB")) == NOBODY
    assert studio.may("project:edit", "mem-2222") == NOBODY
    assert studio.may("project:edit", "") == NOBODY
    for workspace in ("NOWHERE2", "", "-"):
        assert world.core.can(workspace, studio.bob.identity, "project:edit", world.at) == NOBODY


def test_a_member_of_one_workspace_is_nobody_in_another(studio):
    other = studio.olga.at("C2").with_(place_admin=True)
    made(other.say("workspace create name:Second scheme:studio"))
    second = studio.world.one("SELECT workspace_id FROM workspaces WHERE name = 'Second'")

    def there(who: str | Identity) -> Answer:
        return studio.world.core.can(second, who, "project:edit", studio.world.at)

    assert there(studio.bob.identity) == there(id_of(studio)) == NOBODY
    assert there(studio.olga.identity) == YES


def id_of(studio: Studio) -> str:
    return str(studio.world.one("SELECT member_id FROM members WHERE name = 'Bob'"))


# --- at once ---------------------------------------------------------------------------------------------------------

BY = ["the same process", "another process"]


@pytest.mark.parametrize("by", BY)
def test_another_role_counts_at_once(studio, by):
    olga = studio.olga if by == BY[0] else studio.elsewhere()
    for role, expected in (("Commenter", NO), ("Admin", YES), ("Commenter", NO), ("Designer", YES)):
        made(olga.say(f"role assign member:Bob role:{role}"))
        assert studio.may("project:edit") == studio.may("project:edit", id_of(studio)) == expected, role


@pytest.mark.parametrize("by", BY)
def test_L25_whoever_is_removed_may_nothing_at_once(studio, by):
    assert studio.may("project:edit") == YES
    world = studio.world if by == BY[0] else studio.other

    world.remove(studio.olga.on(world), studio.bob.on(world))

    assert studio.may("project:edit") == studio.may("project:edit", id_of(studio)) == NOBODY


@pytest.mark.parametrize("by", BY)
def test_whoever_joins_may_at_once_though_they_were_asked_about_before(studio, by):
    cy = studio.world.person("Cy")
    assert studio.may("project:edit", cy.identity) == NOBODY
    world = studio.world if by == BY[0] else studio.other

    world.member(studio.olga.on(world), "Cy", "Designer")

    assert studio.may("project:edit", cy.identity) == YES


@pytest.mark.parametrize("by", BY)
def test_what_a_role_holds_changes_at_once_for_all_who_hold_it(studio, by):
    olga = studio.olga if by == BY[0] else studio.elsewhere()
    cy = studio.world.member(studio.olga, "Cy", "Designer").identity
    assert (studio.may("project:edit"), studio.may("project:edit", cy)) == (YES, YES)

    made(olga.say("role edit name:Designer permissions:-project:edit"))
    assert (studio.may("project:edit"), studio.may("project:edit", cy)) == (NO, NO)

    made(olga.say("role edit name:Designer permissions:+project:edit"))
    assert (studio.may("project:edit"), studio.may("project:edit", cy)) == (YES, YES)


@pytest.mark.parametrize("by", BY)
def test_a_plan_on_which_a_role_does_not_count_counts_at_once(world, by):
    studio = studio_in(world, "animation", "Viewer")
    core = studio.world.core if by == BY[0] else studio.other.core
    for plan, expected in (("enterprise", YES), ("pro", NO), ("enterprise", YES), ("free", NO)):
        core.set_plan(studio.workspace, plan, None, world.at)
        assert studio.may("animation:view") == expected, plan


@pytest.mark.parametrize("by", BY)
def test_in_a_deleted_workspace_nobody_may_anything_at_once(studio, by):
    assert studio.may("project:edit", studio.olga.identity) == YES
    olga = studio.olga if by == BY[0] else studio.elsewhere()

    made(olga.say("workspace delete name:Studio"))

    assert studio.may("project:edit", studio.olga.identity) == studio.may("project:edit") == NOBODY


@pytest.mark.parametrize("by", BY)
def test_the_top_role_passes_on_at_once(studio, by):
    olga = studio.olga if by == BY[0] else studio.elsewhere()
    asked = (studio.olga.identity, studio.bob.identity)
    assert [studio.may("workspace:delete", who) for who in asked] == [YES, NO]

    made(olga.say("workspace transfer to:Bob"))
    offer = studio.world.one("SELECT transfer_id FROM transfers")
    made(studio.bob.on(olga.world).press("transfer.accept", f"{studio.workspace}/{offer}"))

    assert [studio.may("workspace:delete", who) for who in asked] == [NO, YES]


@pytest.mark.parametrize("by", BY)
def test_L06_a_role_for_a_time_ends_by_the_clock_alone(studio, by):
    olga = studio.olga if by == BY[0] else studio.elsewhere()
    assert studio.may("member:remove") == NO
    made(olga.say("role assign member:Bob role:Admin for:2h"))
    assert studio.may("member:remove") == YES

    studio.world.forward(2 * HOUR - 1)
    assert studio.may("member:remove") == YES
    studio.world.forward(1)
    assert studio.may("member:remove") == NO
    assert studio.may("project:edit") == YES  # the role they hold for good


def test_of_two_roles_for_a_time_each_ends_when_its_own_time_is_over(world):
    studio = studio_in(world, "computers", "Contributor")
    made(studio.olga.say("role unassign member:Bob role:Contributor"))
    made(studio.olga.say("role assign member:Bob role:Contributor for:1h"))
    made(studio.olga.say('role assign member:Bob role:"Member Manager" for:3h'))
    begun, seen = world.at, []
    for hour in range(5):
        at = begun + hour * HOUR
        seen.append(
            tuple(
                world.core.can(studio.workspace, studio.bob.identity, permission, at).allowed
                for permission in ("application:launch", "member:invite")
            )
        )
    assert seen == [(True, True), (False, True), (False, True), (False, False), (False, False)]


def test_a_clock_that_goes_back_brings_back_what_was_then(studio):
    made(studio.olga.say("role assign member:Bob role:Admin for:2h"))
    begun = studio.world.at

    def at(moment: int) -> Answer:
        return studio.world.core.can(studio.workspace, studio.bob.identity, "member:remove", moment)

    assert [at(begun), at(begun + DAY), at(begun), at(begun + 2 * HOUR), at(begun + HOUR)] == [
        YES, NO, YES, NO, YES,
    ]  # fmt: skip


def _assign_in_a_process(url: str, at: int, role: str) -> None:
    world = World(url, at)
    made(world.person("Olga").say(f"role assign member:Bob role:{role}"))
    world.close()


def test_a_change_by_a_process_of_its_own_counts_at_once(studio):
    processes = multiprocessing.get_context("spawn")
    for role, expected in (("Commenter", NO), ("Admin", YES)):
        before = studio.may("project:edit")
        assert before is not expected
        changing = processes.Process(
            target=_assign_in_a_process, args=(studio.world.url, studio.world.at, role)
        )
        changing.start()
        changing.join()
        assert changing.exitcode == 0
        assert studio.may("project:edit") == expected


# --- under load, and when things go wrong ----------------------------------------------------------------------------


def test_threads_that_ask_while_a_role_changes_never_hear_what_was_before(studio):
    """At even numbers Bob is a Designer, at odd ones a Commenter."""
    begun, done, stop = [0], [0], threading.Event()
    wrong: list[tuple[int, int, bool]] = []
    asked = [0] * 4

    def ask(number: int) -> None:
        while not stop.is_set():
            first = done[0]
            allowed = studio.may("project:edit").allowed
            last = begun[0]
            asked[number] += 1
            if allowed not in {change % 2 == 0 for change in range(first, last + 1)}:
                wrong.append((first, last, allowed))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, 13):
            olga = studio.olga.on((studio.world, studio.other)[number // 2 % 2])
            begun[0] = number
            made(olga.say(f"role assign member:Bob role:{('Designer', 'Commenter')[number % 2]}"))
            done[0] = number
            for _ in range(50):
                assert studio.may("project:edit").allowed is (number % 2 == 0)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wrong
    assert min(asked) > 10


def test_no_more_is_kept_than_there_is_room_for_and_all_answers_stay_right(studio, monkeypatch):
    monkeypatch.setattr(checks, "MOST", 2)
    people = [studio.bob.identity, studio.olga.identity, id_of(studio), Identity("slack", "T1", "EVE")]
    for who, _ in itertools.product(people, range(2)):
        assert studio.may("project:edit", who) == (NOBODY if who == people[-1] else YES)
    made(studio.olga.say("role assign member:Bob role:Commenter"))
    for who, expected in zip(people, (NO, YES, NO, NOBODY), strict=True):
        assert studio.may("project:edit", who) == expected


def test_a_check_goes_on_when_its_connection_is_lost(studio):
    assert studio.may("project:edit") == YES
    cut(studio.world)
    assert studio.may("project:edit") == YES
    cut(studio.world)
    made(studio.elsewhere().say("role assign member:Bob role:Commenter"))
    assert studio.may("project:edit") == NO


def cut(world: World) -> None:
    """Every connection of that process is gone: the server ends them, or the file is closed."""
    if world.store.is_sqlite:
        world.core._checks._own._connection.close()
        return
    with world.store.writing() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_a_closed_store_leaves_no_connection_open_and_can_be_used_again(studio):
    assert studio.may("project:edit") == YES
    studio.world.store.close()
    assert studio.world.core._checks._own._connection is None
    made(studio.elsewhere().say("role assign member:Bob role:Commenter"))
    assert studio.may("project:edit") == NO


def test_checks_are_not_counted_among_the_connections_of_the_pool(studio):
    assert studio.may("project:edit") == YES
    assert studio.world.store.engine.pool.checkedout() == 0


def test_a_check_leaves_no_reader_behind_that_holds_up_the_log(studio):
    if not studio.world.store.is_sqlite:
        assert studio.may("project:edit") == YES
        assert studio.world.core._checks._own._connection.info.transaction_status.name == "IDLE"
        return
    for permission in ("project:edit", "project:fly"):
        studio.may(permission)
        studio.may(permission, "mem-2222")
    with studio.world.store.engine.connect() as connection:
        busy, _, _ = connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one()
    assert not busy


def test_checks_change_nothing(studio):
    before = studio.world.dump()
    for permission in ("project:edit", "project:fly", "member:remove"):
        studio.may(permission)
        studio.may(permission, "mem-2222")
    assert studio.world.dump() == before


def test_roles_that_change_while_they_are_read_are_read_again(studio, monkeypatch):
    asked = studio.world.core._checks
    known, changed = asked._roles_at, []

    def changes_once(workspace: str, version: int):
        if not changed:
            changed.append(version)
            made(studio.elsewhere().say("role edit name:Designer permissions:-project:edit"))
        return known(workspace, version)

    monkeypatch.setattr(asked, "_roles_at", changes_once)
    asked._roles._kept.clear()

    assert studio.may("project:edit") == NO
    assert changed


# --- any story at all ------------------------------------------------------------------------------------------------

NAMES = ("Ada", "Bo", "Cy")
ROLES = ("Admin", "Designer", "Content Editor", "Commenter")
ASKED = ("project:edit", "member:remove", "audit:view", "project:publish", "workspace:delete", "project:fly")


class Stories(RuleBasedStateMachine):
    """Anything is done in either process; after each step every kept answer is that of the database."""

    backend = "sqlite"
    folder = Path()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world = World(self.stack.enter_context(shared().fresh(self.backend, self.folder)))
        self.stack.callback(self.world.close)
        self.other = self.world.another()
        self.olga = self.world.studio("studio", "join_policy instant")
        self.people = {name: self.world.person(name) for name in NAMES}
        self.workspace = self.world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")

    def teardown(self) -> None:
        self.stack.close()

    def door(self, other: bool) -> World:
        world = self.other if other else self.world
        world.at = self.world.at
        return world

    @rule(name=st.sampled_from(NAMES), role=st.sampled_from(ROLES), other=st.booleans())
    def joins(self, name: str, role: str, other: bool) -> None:
        world = self.door(other)
        world.member(self.olga.on(world), name, role)

    @rule(
        name=st.sampled_from(NAMES),
        role=st.sampled_from(ROLES),
        life=st.sampled_from(["", " for:1h", " for:3h"]),
        other=st.booleans(),
    )
    def is_given(self, name: str, role: str, life: str, other: bool) -> None:
        self.olga.on(self.door(other)).say(f'role assign member:{name} role:"{role}"{life}')

    @rule(name=st.sampled_from(NAMES), role=st.sampled_from(ROLES), other=st.booleans())
    def loses(self, name: str, role: str, other: bool) -> None:
        self.olga.on(self.door(other)).say(f'role unassign member:{name} role:"{role}"')

    @rule(name=st.sampled_from(NAMES), other=st.booleans())
    def is_removed(self, name: str, other: bool) -> None:
        world = self.door(other)
        asked = self.olga.on(world).say(f"member remove member:{name}")
        if refusal_in(asked) is None:
            made(self.olga.on(world).click(asked, "Confirm"))

    @rule(
        role=st.sampled_from(ROLES),
        change=st.sampled_from(["+", "-"]),
        permission=st.sampled_from(ASKED[:4]),
        other=st.booleans(),
    )
    def role_changes(self, role: str, change: str, permission: str, other: bool) -> None:
        self.olga.on(self.door(other)).say(f'role edit name:"{role}" permissions:{change}{permission}')

    @rule(plan=st.sampled_from(["free", "pro", "enterprise"]), other=st.booleans())
    def plan_changes(self, plan: str, other: bool) -> None:
        self.door(other).core.set_plan(self.workspace, plan, None, self.world.at)

    @rule(seconds=st.sampled_from([1, HOUR - 1, HOUR, 2 * HOUR]))
    def time_passes(self, seconds: int) -> None:
        self.world.forward(seconds)

    @rule(other=st.booleans())
    def is_swept(self, other: bool) -> None:
        self.door(other).core.sweep(self.world.at)

    @invariant()
    def what_is_kept_is_what_the_database_has(self) -> None:
        product = self.world.core._checks
        book = self.by_the_book()
        people = [self.olga.identity, *(person.identity for person in self.people.values())]
        for who, permission in itertools.product(people, ASKED):
            asked = (self.workspace, who, permission, self.world.at)
            expected = decided(book.get(who.subject), permission)
            assert product.can(*asked) == product.read(*asked) == expected, (who, permission)

    def by_the_book(self) -> dict[str, set[str]]:
        """What each member holds, by the words of the contract: what their live roles hold that count on the plan."""
        held: dict[str, set[str]] = {}
        for row in self.world.rows(
            "SELECT i.subject, r.permissions, r.plans, w.plan FROM workspaces w "
            "JOIN members m ON m.workspace_id = w.workspace_id AND m.left_at IS NULL "
            "JOIN identities i ON i.workspace_id = m.workspace_id AND i.member_id = m.member_id "
            "LEFT JOIN member_roles h ON h.workspace_id = m.workspace_id AND h.member_id = m.member_id "
            "AND (h.ends_at IS NULL OR h.ends_at > :now) "
            "LEFT JOIN roles r ON r.workspace_id = h.workspace_id AND r.role_id = h.role_id",
            now=self.world.at,
        ):
            mine = held.setdefault(row.subject, set())
            plans = listed(row.plans)
            if not plans or row.plan in plans:
                mine.update(listed(row.permissions))
        return held


def decided(held: set[str] | None, permission: str) -> Answer:
    if held is None:
        return NOBODY
    if permission not in held:
        return NO
    included = permission == "audit:view" and "workspace:configure" in held
    return Answer(allowed=True, rule=Rule.INCLUDED if included else Rule.HELD)


def listed(column: str | list[str] | None) -> list[str]:
    """A column of JSON, as either database gives it to whoever asks in plain SQL."""
    return json.loads(column) if isinstance(column, str) else column or []


@pytest.mark.parametrize("backend", KINDS)
def test_after_any_story_every_kept_answer_is_that_of_the_database(backend, tmp_path):
    machine = type("Machine", (Stories,), {"backend": backend, "folder": tmp_path})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=20 if backend == "sqlite" else 6,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


# --- names that no database keeps ------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["a\x00", "\x00", "\ud800", "mem-\udfff"])
def test_a_name_that_no_database_keeps_is_nobody_s_and_costs_no_connection(studio, typed, monkeypatch):
    opened = []
    whole = OwnConnection._open
    monkeypatch.setattr(OwnConnection, "_open", lambda own: (opened.append(1), whole(own)))
    assert studio.may("project:edit") == YES
    for _ in range(2):
        assert studio.may("project:edit", typed) == NOBODY
        assert studio.may("project:edit", Identity("slack", "T1", typed)) == NOBODY
        assert studio.may("project:edit", Identity(typed, typed, "BOB")) == NOBODY
        assert studio.world.core.can(typed, studio.bob.identity, "project:edit", studio.world.at) == NOBODY
        assert studio.may(typed) == NO
    assert len(opened) <= 1
    assert studio.may("project:edit") == YES


# --- one rule --------------------------------------------------------------------------------------------------------

#: Where permissions are looked into: the rule itself, and the table that shows what is in which role.
LOOK_INSIDE = {"permissions.py", "views/roles.py", "schemes/reading.py"}


def test_L28_no_code_but_the_one_rule_asks_whether_a_permission_is_among_others():
    """Commands, clicks, ``can``, ``why`` and the product's checks all end in ``Standing.has``."""
    folder = Path(checks.__file__).parent
    asking = {
        str(file.relative_to(folder))
        for file in folder.rglob("*.py")
        for found in ast.walk(ast.parse(file.read_text()))
        if isinstance(found, ast.Compare)
        and isinstance(found.ops[0], ast.In | ast.NotIn)
        and isinstance(found.comparators[0], ast.Attribute)
        and found.comparators[0].attr == "permissions"
    }
    assert asking <= LOOK_INSIDE
    assert "permissions.py" in asking
