"""Approvers by the hundred: some of them are asked, each of them may answer."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.policy import MOST_ASKED
from tests.core.world import Person, World, field_of, made, refusal_in

MANY = 230


@pytest.fixture
def owner(world: World) -> Person:
    owner = world.studio("studio")
    made(owner.say("role create name:Low permissions:request:approve rank:1"))
    made(owner.say("role create name:Doorkeeper permissions:request:approve rank:25"))
    return owner


def crowd(world: World, role: str, plan: str = "") -> None:
    """Members D0 to D229 with that role, each here longer than the next and all longer than Olga."""
    (studio,) = world.core.workspace_ids("Studio")
    role_id = world.one(
        "SELECT role_id FROM roles WHERE workspace_id = :ws AND name = :name", ws=studio, name=role
    )
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {MANY - 1})"
    for table, columns, values in (
        (
            "members",
            "member_id, name, name_key, joined_at",
            f"'mem-D' || n.i, 'D' || n.i, 'd' || n.i, {world.at - MANY} + n.i",
        ),
        ("identities", "platform, realm, subject, member_id", "'slack', 'T1', 'D' || n.i, 'mem-D' || n.i"),
        ("member_roles", "member_id, role_id, given_at, source", f"'mem-D' || n.i, '{role_id}', 0, ''"),
    ):
        world.change(
            f"INSERT INTO {table} (workspace_id, {columns}) {numbers} SELECT '{studio}', {values} FROM n"
        )
    world.change(
        "UPDATE workspaces SET member_count = member_count + :n WHERE workspace_id = :ws", n=MANY, ws=studio
    )


def asked(world: World) -> set[str | None]:
    """Who has a message about a request."""
    world.desk.drain(world.at)
    return {m.target.person for m in world.desk.messages if m.card.title.startswith("Nia asks")}


def test_the_longest_here_are_asked_and_the_last_may_answer_too(world: World, owner: Person):
    link = owner.link(role="Low")
    crowd(world, "Doorkeeper")
    card = made(world.person("Nia").say(f"join code:{link}"))

    assert field_of(card, "Who can approve") == "D0, D1, D2, D3 or others"
    assert asked(world) == {f"D{number}" for number in range(MOST_ASKED)}
    last = world.person(f"D{MANY - 1}")
    made(last.say(f"request approve request:{world.one('SELECT request_id FROM requests')}"))
    assert "Nia" in world.members()


def test_whoever_may_not_give_the_role_is_never_asked_however_many_they_are(world: World, owner: Person):
    link = owner.link(role="Doorkeeper")
    crowd(world, "Low")
    card = made(world.person("Nia").say(f"join code:{link}"))

    assert field_of(card, "Who can approve") == "Olga"
    assert asked(world) == {"OLGA"}


def test_whoever_lacks_what_is_given_is_passed_over_page_by_page(world: World, owner: Person):
    made(owner.say("role create name:Removers permissions:member:remove rank:21"))
    link = owner.link(role="Removers")
    crowd(world, "Doorkeeper")
    card = made(world.person("Nia").say(f"join code:{link}"))

    assert field_of(card, "Who can approve") == "Olga"
    assert asked(world) == {"OLGA"}


def test_no_statement_reads_all_of_them(world: World, owner: Person):
    link = owner.link(role="Low")
    crowd(world, "Doorkeeper")
    read = []

    def note(connection, cursor, statement, *rest):
        read.extend([statement] if statement.startswith("SELECT members.member_id") else [])

    event.listen(world.store.engine, "before_cursor_execute", note)
    made(world.person("Nia").say(f"join code:{link}"))
    event.remove(world.store.engine, "before_cursor_execute", note)
    assert read
    assert all("LIMIT" in statement for statement in read if "joined_at" in statement)


def test_whoever_s_role_does_not_count_on_the_plan_is_not_asked_and_not_told(world: World, owner: Person):
    link = owner.link(role="Low")
    crowd(world, "Doorkeeper")
    world.change("UPDATE roles SET plans = '[\"pro\"]' WHERE name = 'Doorkeeper'")
    other = world.another()  # it has kept nothing of the roles as they were
    card = made(world.person("Nia").on(other).say(f"join code:{link}"))

    assert field_of(card, "Who can approve") == "Olga"
    assert (
        refusal_in(world.person("D0").on(other).say("request approve request:req-2222")).name == "NOT_ALLOWED"
    )
