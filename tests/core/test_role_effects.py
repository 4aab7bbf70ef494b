"""What a changed role does to cards that stand, and what becomes of those who change it at once."""

from __future__ import annotations

import itertools
from collections import Counter

import pytest

from tests.core.role_rows import declared, kept
from tests.core.together import at_once
from tests.core.world import Person, World, code, facts_of, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


# --- cards that stand ------------------------------------------------------------------------------------------------


def test_the_cards_of_open_requests_call_a_role_by_its_new_name(world: World, owner: Person):
    world.person("Nia").ask(owner.link(role="Designer"))
    world.desk.drain(world.at)
    made(owner.say("role edit name:Designer rename:Artist"))
    world.desk.drain(world.at)
    assert "Artist" in words(world.desk.to("OLGA")[-1])


@pytest.mark.parametrize("role", ["Designer", ""])
def test_the_message_of_a_personal_invitation_calls_a_role_by_its_new_name(
    world: World, owner: Person, role: str
):
    nia, eve = world.person("Nia"), world.person("Eve")
    made(owner.say("workspace set setting:default_role value:Designer"))
    made(owner.run("invite create", emails=(nia.identity,), **({"role": (role,)} if role else {})))
    made(owner.run("invite create", emails=(eve.identity,), role=("Commenter",)))
    world.desk.drain(world.at)
    made(owner.say("role edit name:Designer rename:Artist"))
    due = world.rows("SELECT key FROM outbox WHERE key LIKE 'card/inv%' AND due_at IS NOT NULL")
    assert len(due) == 1  # the other one does not name it
    world.desk.drain(world.at)
    assert "Artist" in words(world.desk.to("NIA")[-1])
    assert "Designer" not in words(world.desk.to("NIA")[-1])


def test_the_message_of_a_personal_invitation_follows_what_newcomers_get(world: World, owner: Person):
    nia = world.person("Nia")
    made(owner.run("invite create", emails=(nia.identity,)))
    world.desk.drain(world.at)
    made(owner.say('workspace set setting:default_role value:"Content Editor"'))
    world.desk.drain(world.at)
    assert "Content Editor" in words(world.desk.to("NIA")[-1])
    made(owner.run("invite revoke", invite=world.one("SELECT invitation_id FROM invitations")))
    world.desk.drain(world.at)
    made(owner.say("workspace set setting:default_role value:Designer"))
    assert not world.rows("SELECT key FROM outbox WHERE key LIKE 'card/inv%' AND due_at IS NOT NULL")


def test_whoever_may_decide_by_an_edit_gets_the_cards_of_what_is_open(world: World, owner: Person):
    world.member(owner, "Bob", "Content Editor")
    world.person("Nia").ask(owner.link(role="Commenter"))
    world.desk.drain(world.at)
    before = len(world.desk.to("BOB"))
    made(owner.say('role edit name:"Content Editor" permissions:+request:approve'))
    world.desk.drain(world.at)
    assert [card.title for card in world.desk.to("BOB")[before:]] == ["Nia asks to join Studio"]


# --- at once ---------------------------------------------------------------------------------------------------------


def test_two_edits_of_one_role_at_once_come_one_after_the_other_and_both_count(
    world: World, owner: Person, admin: Person
):
    other = world.another()
    for number in range(10):
        mine, theirs = f"a:one_{'x' * number}", f"b:two_{'x' * number}"
        cards = at_once(
            lambda p=mine: owner.say(f"role edit name:Designer permissions:+{p}"),
            lambda p=theirs: admin.on(other).say(f"role edit name:Designer permissions:+{p}"),
        )
        assert [code(card) for card in cards] == ["", ""]
        assert {mine, theirs} <= kept(world, "Designer")[1]
        assert {mine, theirs} <= set(declared(world))
    # Each took up where the one before had ended.
    edits = facts_of(world, "role.edited")
    for before, after in itertools.pairwise(edits):
        assert after["before"] == before["after"]
    world.sound()


def test_two_lists_for_one_role_at_once_are_one_of_the_two(world: World, owner: Person, admin: Person):
    other = world.another()
    cards = at_once(
        lambda: owner.say("role edit name:Designer permissions:content:edit"),
        lambda: admin.on(other).say("role edit name:Designer permissions:script:add rank:33"),
    )
    assert [code(card) for card in cards] == ["", ""]
    last = facts_of(world, "role.edited")[-1]["after"]
    assert kept(world, "Designer") == (last["rank"], frozenset(last["permissions"]))
    assert kept(world, "Designer")[1] in ({"content:edit"}, {"script:add"})


def test_an_edit_against_the_loss_of_the_right_to_it_leaves_nobody_above_a_ceiling(
    world: World, owner: Person
):
    other = world.another()
    for number in range(8):
        dora = world.member(owner, f"D{number}", "Commenter")
        made(owner.say(f"role create name:Def{number} rank:35 permissions:role:define,member:remove"))
        made(owner.say(f"role assign D{number} role:Def{number}"))
        made(owner.say(f"role create name:Low{number}"))
        edited, lowered = at_once(
            lambda d=dora, n=number: d.on(other).say(f"role edit name:Low{n} permissions:+member:remove"),
            lambda n=number: owner.say(f"role edit name:Def{n} permissions:-member:remove"),
        )
        assert code(lowered) == ""
        events = facts_of(world, "role.edited")
        order = [each["after"]["name"] for each in events if each["after"]["name"][3:] == str(number)]
        if code(edited) == "":
            assert order == [f"Low{number}", f"Def{number}"]
        else:
            assert code(edited) == "ABOVE_CEILING"
            assert order == [f"Def{number}"]
        made(owner.say(f"role assign D{number} role:Commenter"))
        made(owner.say(f"role delete Def{number}"))
    world.sound()


@pytest.mark.parametrize("what", ["name:New rank:25", "name:New"])
def test_a_role_made_by_eight_at_once_is_made_once(world: World, owner: Person, what: str):
    other = world.another()
    cards = at_once(
        *(lambda w=w: owner.on(w).say(f"role create {what}") for w in (world, other) * 4),
    )
    assert Counter(map(code, cards)) == {"": 1, "ROLE_EXISTS": 7}


def test_a_rank_wanted_by_eight_at_once_is_given_once(world: World, owner: Person):
    other = world.another()
    cards = at_once(
        *(
            lambda n=n: owner.on((world, other)[n % 2]).say(f"role create name:N{n} rank:25")
            for n in range(8)
        ),
    )
    assert Counter(map(code, cards)) == {"": 1, "RANK_TAKEN": 7}


def test_a_role_deleted_while_it_is_given_is_held_by_nobody_or_stands(
    world: World, owner: Person, admin: Person
):
    other = world.another()
    world.member(owner, "Bob", "Commenter")
    for number in range(10):
        made(owner.say(f"role create name:R{number}"))
        deleted, given_ = at_once(
            lambda n=number: owner.say(f"role delete R{n}"),
            lambda n=number: admin.on(other).say(f"role assign Bob role:R{n}"),
        )
        assert {code(deleted), code(given_)} in ({"", "UNKNOWN_ROLE"}, {"ROLE_IN_USE", ""})
        assert (world.members()["Bob"] == f"R{number}") is (code(given_) == "")
    world.sound()
