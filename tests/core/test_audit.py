from __future__ import annotations

import json

import pytest

from core.audit import FIRST_HASH, next_event
from core.models import NOWHERE
from tests.core.world import World, made

WS = "(SELECT workspace_id FROM workspaces WHERE name = 'Studio')"


@pytest.fixture
def recorded(world: World) -> World:
    owner = world.studio()
    world.member(owner, "Dana", "Designer").say("workspace settings")
    world.person("Eve", realm="T9").say("join code:AAAA")
    assert world.one(f"SELECT audit_length FROM workspaces WHERE workspace_id = {WS}") == 8
    return world


def broken(world: World) -> list[int]:
    return [first for first in world.core.verify_audit().values() if first is not None]


def test_an_untouched_record_holds_in_every_workspace(recorded: World):
    found = recorded.core.verify_audit()
    assert len(found) == 2
    assert NOWHERE in found
    assert set(found.values()) == {None}


COLUMNS = ["at", "actor", "origin", "event", "subject", "facts", "previous", "hash"]


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [1, 4, 8])
def test_a_changed_event_is_found(recorded: World, column, number):
    value = 5 if column == "at" else "0" * 63 + "x" if column in {"hash", "previous"} else '{"role":"owner"}'
    statement = f"UPDATE audit_events SET {column} = :v WHERE workspace_id = {WS} AND number = :n"
    assert recorded.change(statement, v=value, n=number) == 1
    assert broken(recorded) == [number]


@pytest.mark.parametrize("number", range(1, 9))
def test_a_missing_event_is_found_at_the_beginning_in_the_middle_and_at_the_end(recorded: World, number):
    recorded.change(f"DELETE FROM audit_events WHERE workspace_id = {WS} AND number = :n", n=number)
    assert broken(recorded) == [number]


@pytest.mark.parametrize("kept", [0, 1, 7])
def test_a_tail_that_was_cut_off_is_found(recorded: World, kept):
    recorded.change(f"DELETE FROM audit_events WHERE workspace_id = {WS} AND number > :n", n=kept)
    assert broken(recorded) == [kept + 1]


def test_events_that_changed_places_are_found(recorded: World):
    for before, after in ((4, 99), (5, 4), (99, 5)):
        recorded.change(
            f"UPDATE audit_events SET number = :a WHERE workspace_id = {WS} AND number = :b",
            a=after,
            b=before,
        )
    assert broken(recorded) == [4]


def test_an_event_that_was_put_in_is_found(recorded: World):
    recorded.change(
        "INSERT INTO audit_events SELECT workspace_id, number + 1, at, actor, origin, event, subject, facts, hash, hash "
        f"FROM audit_events WHERE workspace_id = {WS} AND number = 8"
    )
    assert broken(recorded) == [9]


def test_an_event_with_a_right_hash_behind_the_known_head_is_found(recorded: World):
    head = recorded.rows(f"SELECT * FROM audit_events WHERE workspace_id = {WS} AND number = 8")[0]
    forged = next_event(head.workspace_id, 9, head.at, "eve", "", "member.joined", "mem-EVE", {}, head.hash)
    names = ", ".join(forged._fields)
    values = ", ".join(f":{name}" for name in forged._fields)
    recorded.change(f"INSERT INTO audit_events ({names}) VALUES ({values})", **forged._asdict())
    assert broken(recorded) == [9]


def test_a_rewritten_chain_does_not_fit_the_known_head(recorded: World):
    """Whoever can recompute every hash must also change the workspace's row, which a copy elsewhere gives away."""
    rows = recorded.rows(f"SELECT * FROM audit_events WHERE workspace_id = {WS} ORDER BY number")
    previous = FIRST_HASH
    for row in rows:
        facts = {} if row.number == 7 else json.loads(row.facts)
        made_ = next_event(*tuple(row)[:7], facts, previous)
        previous = made_.hash
        recorded.change(
            "UPDATE audit_events SET facts = :facts, previous = :previous, hash = :hash "
            "WHERE workspace_id = :workspace_id AND number = :number",
            **{
                k: v
                for k, v in made_._asdict().items()
                if k in {"facts", "previous", "hash", "workspace_id", "number"}
            },
        )
    assert len(broken(recorded)) == 1


def test_events_of_another_workspace_do_not_count(recorded: World):
    recorded.change(f"UPDATE audit_events SET subject = 'x' WHERE workspace_id <> {WS}")
    found = recorded.core.verify_audit()
    assert found[NOWHERE] == 1
    assert [first for name, first in found.items() if name != NOWHERE] == [None]


def test_two_different_events_never_have_the_same_content():
    one = next_event("W", 1, 1, "ab", "c", "e", "s", {}, FIRST_HASH)
    other = next_event("W", 1, 1, "a", "bc", "e", "s", {}, FIRST_HASH)
    assert one.hash != other.hash


def test_every_change_is_recorded_with_who_from_where_and_what(world: World):
    owner = world.studio()
    code = owner.link(role="Designer")
    request = world.person("Nora").ask(code)
    made(owner.say(f"request approve request:{request} reason:welcome"))
    denied = world.person("Dora").ask(code)
    made(owner.say(f"request deny request:{denied} reason:not now"))
    invitation = world.one("SELECT invitation_id FROM invitations")
    made(owner.say(f"invite extend invite:{invitation} by:1d"))
    made(owner.say(f"invite revoke invite:{invitation}"))
    made(owner.say("workspace link"))

    rows = world.rows("SELECT * FROM audit_events ORDER BY number")
    assert [row.event for row in rows] == [
        "workspace.created",
        "place.linked",
        "member.joined",
        "invitation.created",
        "join.asked",
        "request.approved",
        "member.joined",
        "join.asked",
        "request.denied",
        "invitation.extended",
        "invitation.revoked",
        "link.created",
    ]
    olga = world.one("SELECT member_id FROM members WHERE name = 'Olga'")
    assert {row.actor for row in rows} == {"slack/T1/OLGA", olga, "slack/T1/NORA", "slack/T1/DORA"} | {
        row.actor for row in rows if row.event == "member.joined"
    }
    assert {row.origin for row in rows} == {"slack/T1/C1"}
    told = {row.event: row.facts for row in rows}
    assert "welcome" in told["request.approved"]
    assert "not now" in told["request.denied"]
    assert '"before"' in told["invitation.extended"]
    world.sound()


def test_reading_leaves_no_trace_and_a_failed_command_leaves_only_the_attempt(world: World):
    owner = world.studio()
    before = world.events()
    for typed in (
        "me",
        "status",
        "help",
        "invite list",
        "member list",
        "role list",
        "request list",
        "workspace show",
    ):
        made(owner.say(typed))
    owner.say("invite show invite:nothing")
    owner.say("invite create uses:many")

    assert world.events() == [*before, "refused"]
    world.sound()
