"""Deleting roles: what still uses one keeps it."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from core.durations import HOUR
from tests.core.world import Person, World, code, facts_of, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


def test_a_role_that_nothing_uses_is_deleted_and_recorded(world: World, owner: Person):
    made(owner.say("role create name:Reviewer rank:25 permissions:content:edit"))
    card = made(owner.say("role delete reviewer"))

    assert card.title == "Deleted: Reviewer"
    assert world.one("SELECT count(*) FROM roles WHERE name = 'Reviewer'") == 0
    assert facts_of(world, "role.deleted") == [
        {"name": "Reviewer", "permissions": ["content:edit"], "plans": [], "rank": 25}
    ]
    assert code(owner.say("role show Reviewer")) == "UNKNOWN_ROLE"
    made(owner.say("role create name:Reviewer rank:25"))


def test_a_role_that_somebody_holds_is_not_deleted_for_a_time_or_for_good(world: World, owner: Person):
    for name in ("Bea", "Bob", "Bill", "Bo"):
        world.member(owner, name, "Designer")
    card = owner.say("role delete Designer")
    assert code(card) == "ROLE_IN_USE"
    assert "give another role to Bea, Bill, Bo and 1 more with `role assign`" in words(card)

    made(owner.say("role create name:Reviewer"))
    made(owner.say("role assign Bob role:Reviewer for:1h"))
    assert code(owner.say("role delete Reviewer")) == "ROLE_IN_USE"
    world.forward(HOUR)
    made(owner.say("role delete Reviewer"))  # no sweep has been there
    assert world.events("role.ended") == ["role.ended"]
    assert world.one("SELECT count(*) FROM member_roles") == 5


def test_of_many_holders_three_are_read_and_named_and_the_others_counted(world: World, owner: Person):
    for number in range(7):
        world.member(owner, f"P{number}", "Designer")
    rows = 0

    def count(connection, cursor, statement, *rest):
        nonlocal rows
        rows += "member_roles" in statement and "ORDER BY members.name_key" in statement
        assert "ORDER BY members.name_key" not in statement or "LIMIT" in statement

    event.listen(world.store.engine, "after_cursor_execute", count)
    card = owner.say("role delete name:Designer")
    event.remove(world.store.engine, "after_cursor_execute", count)
    assert rows == 1
    assert "P0, P1, P2 and 4 more" in words(card)


def test_a_role_that_a_live_invitation_gives_is_not_deleted(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    invitation = id_in(made(owner.say("invite create name:Spring role:Reviewer")))
    card = owner.say("role delete Reviewer")
    assert code(card) == "ROLE_IN_USE"
    assert f"revoke 1 invitation that gives it: Spring ({invitation}) with `invite revoke`" in words(card)

    made(owner.say(f"invite revoke {invitation}"))
    made(owner.say("role delete Reviewer"))
    # What refers to it from then on is shown all the same.
    assert "Spring" in words(made(owner.say("invite list status:all")))
    assert "Spring" in words(made(owner.say(f"invite show {invitation}")))


def test_an_invitation_that_is_over_keeps_no_role(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    made(owner.say("invite create role:Reviewer expires:1h"))
    world.forward(HOUR)
    made(owner.say("role delete Reviewer"))


def test_a_role_that_an_open_request_is_about_is_not_deleted(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    request = world.person("Nia").ask(owner.link(role="Reviewer", uses=1))
    card = owner.say("role delete Reviewer")
    assert code(card) == "ROLE_IN_USE"
    assert "decide 1 open request that names it in `request list`" in words(card)
    assert "invitation" not in words(card)  # its only use is held by the request

    made(owner.say(f"request deny {request}"))
    assert "invitation" in words(owner.say("role delete Reviewer"))


def test_the_role_of_newcomers_is_not_deleted_by_default_or_by_setting(world: World, owner: Person):
    card = owner.say("role delete Commenter")
    assert code(card) == "ROLE_IN_USE"
    assert "choose another default_role with `workspace set`" in words(card)
    made(owner.say("workspace set default_role Designer"))
    made(owner.say("role delete Commenter"))
    assert code(owner.say("role delete Designer")) == "ROLE_IN_USE"


def test_whoever_left_keeps_no_role(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(owner.say("role create name:Reviewer"))
    made(owner.say("role assign Bob role:Reviewer"))
    assert code(owner.say("role delete Reviewer")) == "ROLE_IN_USE"
    world.leave(bob)
    made(owner.say("role delete Reviewer"))
