"""Removals in the same moment, from two processes on one database."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from core.cards import Card
from tests.core.together import at_once
from tests.core.world import Person, World, code, made


def asked(by: Person, person: Person, reason: str = "") -> Card:
    return made(by.run("member remove", member=person.identity, reason=reason))


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


# --- at once ---------------------------------------------------------------------------------------------------------


def test_two_who_remove_the_same_member_at_once_do_it_once(world: World, owner: Person):
    other = world.another()
    ada = world.member(owner, "Ada", "Admin").on(other)
    for number in range(8):
        bob = world.member(owner, f"B{number}", "Designer")
        cards = {who: asked(who, bob) for who in (owner, ada)}
        found = at_once(*(lambda w=who, c=card: w.click(c, "Confirm") for who, card in cards.items()))

        assert sorted(map(code, found)) == ["", "ALREADY_LEFT"]
    assert world.one("SELECT member_count FROM workspaces WHERE name = 'Studio'") == 2
    assert len(world.events("member.removed")) == 8
    world.sound()


def test_one_confirmation_pressed_ten_times_at_once_is_one(world: World, owner: Person):
    other = world.another()
    card = asked(owner, world.member(owner, "Bob"))
    found = at_once(*(lambda n=n: owner.on([world, other][n % 2]).click(card, "Confirm") for n in range(10)))

    assert sorted(map(code, found)) == ["", *["ALREADY_CONFIRMED"] * 9]


def test_L12_of_the_last_two_admins_who_remove_each_other_at_once_one_stays(world: World):
    other = world.another()
    for number in range(8):
        place = f"R{number}"
        one = world.person(f"A{number}", realm=place, place_admin=True)
        made(one.say("workspace create name:Duel"))
        made(one.say("workspace set join_policy instant"))
        two = other.person(f"B{number}", realm=place)
        made(two.say(f"join {one.link(role='Workspace Admin')}"))
        cards = {one: asked(one, two), two: asked(two, one)}
        found = dict(
            zip(
                cards,
                at_once(*(lambda w=w, c=c: w.click(c, "Confirm") for w, c in cards.items())),
                strict=True,
            )
        )

        assert sorted(map(code, found.values())) == ["", "NOT_A_MEMBER"]
        [loser] = [card for card in found.values() if code(card)]
        assert loser.title == "You are not a member of this workspace"
    assert world.one("SELECT count(*) FROM members WHERE left_at IS NULL") == 8
    world.sound()


def test_L12_of_the_last_two_admins_who_leave_at_once_one_stays(world: World):
    other = world.another()
    for number in range(8):
        place = f"R{number}"
        one = world.person(f"A{number}", realm=place, place_admin=True)
        made(one.say("workspace create name:Duel"))
        made(one.say("workspace set join_policy instant"))
        two = other.person(f"B{number}", realm=place)
        made(two.say(f"join {one.link(role='Workspace Admin')}"))
        cards = {who: asked(who, who) for who in (one, two)}
        found = at_once(*(lambda w=w, c=c: w.click(c, "Confirm") for w, c in cards.items()))

        assert sorted(map(code, found)) == ["", "LAST_HOLDER"]
    assert world.one("SELECT count(*) FROM members WHERE left_at IS NULL") == 8
    world.sound()


def test_L25_a_link_used_in_the_moment_in_which_its_maker_is_removed_is_one_or_the_other(
    world: World, owner: Person
):
    other = world.another()
    for number in range(8):
        bob = world.member(owner, f"B{number}", "Designer")
        link, card = bob.link(), asked(owner, bob)
        nia = other.person(f"N{number}")
        joined, _ = at_once(
            lambda p=nia, c=link: p.say(f"join {c}"), lambda c=card: owner.click(c, "Confirm")
        )
        assert code(joined) in {"", "INVITATION_REVOKED"}
        assert (f"N{number}" in world.members()) is (code(joined) == "")
    world.sound()


# --- much that ends --------------------------------------------------------------------------------------------------


def test_however_many_invitations_end_it_is_one_statement_and_a_short_fact(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Admin")
    made(ada.say("invite create emails:" + ",".join(f"u{number}@x.example" for number in range(120))))
    made(ada.run("invite create", emails=(world.person("Nora").identity,)))
    made(owner.run("invite create", name="hers", emails=(world.person("Ann", subject="ADA").identity,)))
    card = asked(owner, ada)
    updates = []

    def note(connection, cursor, statement, *rest):
        updates.extend([statement] if statement.startswith("UPDATE invitations") else [])

    event.listen(world.store.engine, "before_cursor_execute", note)
    made(owner.click(card, "Confirm"))
    event.remove(world.store.engine, "before_cursor_execute", note)

    assert len(updates) == 1
    by_hand = world.rows(
        "SELECT invitation_id FROM invitations WHERE revoked_at IS NOT NULL ORDER BY invitation_id"
    )
    ended = [row.invitation_id for row in by_hand]
    revoked = world.rows("SELECT subject FROM audit_events WHERE event = 'invitation.revoked'")
    assert sorted(row.subject for row in revoked) == ended
    facts = json.loads(world.one("SELECT facts FROM audit_events WHERE event = 'member.removed'"))
    assert facts["invitations_count"] == len(ended) > 120
    assert len(facts["invitations"]) == 50
    assert set(facts["invitations"]) <= set(ended)
    world.sound()
