"""Roles given and taken at once: one order is found, and somebody stays who can run the workspace."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.core.assigned import choose, held, menu_of, told
from tests.core.together import at_once
from tests.core.world import Person, World, code, facts_of, made


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Designer")


def test_of_two_admins_who_demote_each_other_at_once_one_stays(world: World, owner: Person):
    other = world.another()
    for number in range(12):
        ada = world.member(owner, f"A{number}", "Admin")
        abe = world.member(owner, f"B{number}", "Admin")
        cards = at_once(
            lambda a=ada, n=number: a.say(f"role assign B{n} role:Commenter"),
            lambda b=abe, n=number: b.on(other).say(f"role assign A{n} role:Commenter"),
        )
        assert sorted(map(code, cards)) == ["", "NOT_ALLOWED"]
        assert sorted([*held(world, f"A{number}"), *held(world, f"B{number}")]) == ["Admin", "Commenter"]
    world.sound()


def test_one_role_given_by_eight_at_once_through_command_and_drop_down_is_given_once(
    world: World, owner: Person, bob: Person
):
    other = world.another()
    menu = menu_of(made(owner.say("member show Bob")))
    assert menu is not None
    cards = at_once(
        *(
            (lambda w=w: owner.on(w).say("role assign Bob role:Admin"))
            if number % 2
            else (lambda w=w: choose(owner.on(w), menu, "Admin"))
            for number, w in enumerate((world, other) * 4)
        )
    )
    assert Counter(map(code, cards)) == {"": 1, "NOTHING_TO_CHANGE": 7}
    assert held(world, "Bob") == {"Admin": None}
    assert len(facts_of(world, "role.assigned")) == 1
    assert told(world, "Bob").count("Your role in Studio is now Admin") == 1


def test_two_roles_given_at_once_are_one_in_the_end(world: World, owner: Person, bob: Person):
    other = world.another()
    ada = world.member(owner, "Ada", "Admin")
    for first, second in (("Admin", "Commenter"), ("Designer", '"Content Editor"')) * 4:
        cards = at_once(
            lambda r=first: owner.say(f"role assign Bob role:{r}"),
            lambda r=second: ada.on(other).say(f"role assign Bob role:{r}"),
        )
        assert [code(card) for card in cards] == ["", ""]
        last = facts_of(world, "role.assigned")[-1]["after"]
        assert len(held(world, "Bob")) == len(last) == 1
    world.sound()


@pytest.mark.parametrize("how", ['unassign {} role:"Workspace Admin"', 'assign {} role:"Workspace Viewer"'])
def test_L12_two_last_admins_who_step_down_at_once_leave_one(world: World, how: str):
    owner = world.studio("simple", "join_policy instant")
    other = world.another()
    bob = world.member(owner, "Bob", "Workspace Admin")
    for _ in range(10):
        cards = at_once(
            lambda: owner.say(f"role {how.format('Olga')}"),
            lambda: bob.on(other).say(f"role {how.format('Bob')}"),
        )
        assert sorted(map(code, cards)) == ["", "LAST_HOLDER"]
        left, gone = (owner, "Bob") if code(cards[0]) else (bob, "Olga")
        made(left.say(f'role assign {gone} role:"Workspace Admin"'))
    world.sound()


def test_L12_stepping_down_against_being_taken_out_leaves_one_who_can_run_the_workspace(world: World):
    owner = world.studio("simple", "join_policy instant")
    other = world.another()
    for number in range(8):
        name = f"B{number}"
        bob = world.member(owner, name, "Workspace Admin")
        asked = made(owner.run("member remove", member=bob.identity))
        removed, lowered = at_once(
            lambda a=asked: owner.click(a, "Confirm"),
            lambda b=bob: b.on(other).say('role unassign Olga role:"Workspace Admin"'),
        )
        outcome = {code(removed) or "done", code(lowered) or "done"}
        assert "done" in outcome
        admins = [who for who in ("Olga", name) if "Workspace Admin" in held(world, who)]
        assert len(admins) == 1, outcome
        if admins == [name]:
            made(bob.say('role assign Olga role:"Workspace Admin"'))
            world.leave(bob)
    world.sound()


def test_a_role_given_in_the_moment_in_which_somebody_is_taken_out_is_held_by_nobody(
    world: World, owner: Person
):
    other = world.another()
    ada = world.member(owner, "Ada", "Admin")
    for number in range(8):
        bob = world.member(owner, f"B{number}", "Commenter")
        asked = made(owner.run("member remove", member=bob.identity))
        removed, given = at_once(
            lambda a=asked: owner.click(a, "Confirm"),
            lambda n=number: ada.on(other).say(f"role assign B{n} role:Designer"),
        )
        assert code(removed) == ""
        assert code(given) in {"", "UNKNOWN_MEMBER"}
        gone = world.one("SELECT member_id FROM members WHERE name = :n", n=f"B{number}")
        assert world.one("SELECT count(*) FROM member_roles WHERE member_id = :m", m=gone) == 0
    world.sound()
