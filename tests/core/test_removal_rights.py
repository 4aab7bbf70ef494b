"""Who may take out whom, who may leave, and who may confirm it until when."""

from __future__ import annotations

import pytest

from core.cards import Card, plain
from core.durations import DAY, MINUTE
from core.intents import LIFE
from tests.core.world import Person, World, code, made, words


def asked(by: Person, person: Person, reason: str = "") -> Card:
    return made(by.run("member remove", member=person.identity, reason=reason))


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


# --- who may ---------------------------------------------------------------------------------------------------------


def test_removing_others_needs_the_permission(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    world.member(owner, "Cy")

    assert code(bob.say("member remove Cy")) == "NOT_ALLOWED"
    assert world.refused() == ["NOT_ALLOWED"]


@pytest.mark.parametrize("typed", ["Zoe", "zoe@acme.example", "mem-2222", "<@ZOE>", "Olga"])
def test_who_may_remove_nobody_does_not_learn_who_is_here(world: World, owner: Person, typed):
    bob = world.member(owner, "Bob", "Designer")

    assert code(bob.say(f"member remove {typed}")) == "NOT_ALLOWED"


@pytest.mark.parametrize("typed", ["Zoe", "zoe@acme.example", "mem-2222", "<@ZOE>", "Bob", "<@BOB>"])
def test_whoever_left_is_as_unknown_as_whoever_never_came(world: World, owner: Person, typed):
    world.remove(owner, world.member(owner, "Bob"))

    assert code(owner.say(f"member remove {typed}")) == "UNKNOWN_MEMBER"


def test_nobody_removes_somebody_of_higher_rank(world: World):
    owner = world.studio("project", "join_policy instant")
    world.member(owner, "Sue", "Super Admin")
    ada = world.member(owner, "Ada", "Admin")
    card = ada.say("member remove Sue")

    assert code(card) == "ABOVE_YOU"
    assert card.title == "Sue stands above you"
    assert "Ask someone who is Super Admin." in words(card)
    assert world.refused() == ["ABOVE_YOU"]


def test_L15_rank_is_compared_and_not_the_name(world: World, owner: Person):
    world.change(
        "INSERT INTO roles (workspace_id, role_id, name, rank, permissions, exactly_one, plans) "
        "SELECT workspace_id, 'boss', 'Boss', 45, '[]', false, '[]' FROM workspaces WHERE name = 'Studio'"
    )
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")
    ada = world.member(owner, "Ada", "Admin")
    world.give(world.member(owner, "Bea"), "Boss")

    assert code(ada.say("member remove Bea")) == "ABOVE_YOU"
    made(owner.say("member remove Bea"))


def test_equals_can_remove_each_other(world: World, owner: Person):
    ada, bea = world.member(owner, "Ada", "Admin"), world.member(owner, "Bea", "Admin")
    world.remove(ada, bea)

    assert set(world.members()) == {"Olga", "Ada"}


def test_L12_the_only_owner_can_be_taken_out_by_nobody(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Admin")

    for who in (ada, owner):
        card = who.run("member remove", member=owner.identity)
        assert code(card) == "ONE_HOLDER"
        assert "workspace transfer" in words(card) or "Exactly one member is Owner" in card.title


def test_L12_the_last_who_can_run_the_workspace_stays(world: World):
    owner = world.studio("simple", "join_policy instant")
    bob = world.member(owner, "Bob", "Workspace Editor")
    assert code(owner.run("member remove", member=owner.identity)) == "LAST_HOLDER"

    world.give(bob, "Workspace Admin")
    card = asked(owner, owner)
    world.give(bob, "Workspace Editor")
    assert code(owner.click(card, "Confirm")) == "LAST_HOLDER"
    assert set(world.members()) == {"Olga", "Bob"}
    world.give(bob, "Workspace Admin")
    made(owner.click(card, "Confirm"))
    assert world.members() == {"Bob": "Workspace Admin"}


def test_L12_somebody_who_can_run_it_for_a_time_only_does_not_count(world: World):
    owner = world.studio("simple", "join_policy instant")
    world.member(owner, "Bob", "Workspace Admin")
    world.change(
        "UPDATE member_roles SET ends_at = :end WHERE member_id = (SELECT member_id FROM members WHERE name = 'Bob')",
        end=world.at + DAY,
    )

    assert code(owner.run("member remove", member=owner.identity)) == "LAST_HOLDER"


def test_the_only_member_of_all_cannot_leave(world: World):
    owner = world.studio("simple")

    assert code(owner.run("member remove", member=owner.identity)) == "LAST_HOLDER"
    assert world.members() == {"Olga": "Workspace Admin"}


def test_a_forged_button_removes_nobody(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    olga = world.one("SELECT member_id FROM members WHERE name = 'Olga'")

    assert code(bob.press("member.remove", f"{workspace}/{olga}")) == "NOT_ALLOWED"
    assert code(bob.press("member.remove", f"{workspace}/mem-2222")) == "NOT_ALLOWED"
    assert code(owner.press("member.remove", f"{workspace}/mem-2222")) == "UNKNOWN_BUTTON"
    assert code(bob.press("intent.confirm", f"{workspace}/cnf-2222")) == "UNKNOWN_BUTTON"
    assert set(world.members()) == {"Olga", "Bob"}


def test_L17_the_button_of_one_workspace_takes_nobody_out_of_another(world: World, owner: Person):
    other = world.person("Otto", realm="T2", place_admin=True)
    made(other.say("workspace create name:Other scheme:studio"))
    card = asked(owner, world.member(owner, "Bob"))
    there = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Other'")
    intent = card.buttons[0].subject.partition("/")[2]

    assert code(other.press("intent.confirm", f"{there}/{intent}")) == "UNKNOWN_BUTTON"
    assert code(other.press("intent.confirm", card.buttons[0].subject)) == "NOT_A_MEMBER"
    assert "Bob" in world.members()


# --- leaving ---------------------------------------------------------------------------------------------------------


def test_anybody_may_leave_and_is_asked_first_in_their_own_words(world: World):
    owner = world.studio("simple", "join_policy instant")
    bob = world.member(owner, "Bob", "Workspace Viewer")
    card = asked(bob, bob)

    assert card.title == "Leave Studio?"
    assert "your membership ends at once" in words(card)
    left = made(bob.click(card, "Confirm"))
    assert left.title == "You left Studio"
    assert world.members() == {"Olga": "Workspace Admin"}
    assert world.rows("SELECT actor, subject FROM audit_events WHERE event = 'member.removed'")[0][
        0:1
    ] == tuple(world.rows("SELECT subject FROM audit_events WHERE event = 'member.removed'")[0])


@pytest.mark.parametrize("typed", ["Bob", "bob@acme.example", "<@BOB>"])
def test_leaving_understands_every_way_to_name_oneself(world: World, owner: Person, typed):
    bob = world.member(owner, "Bob", email="bob@acme.example")

    assert made(bob.say(f"member remove {typed}")).title == "Leave Studio?"


# --- confirming ------------------------------------------------------------------------------------------------------


def test_confirming_twice_says_that_it_was_answered(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    card = asked(owner, bob)
    made(owner.click(card, "Confirm"))

    assert code(owner.click(card, "Confirm")) == "ALREADY_CONFIRMED"
    assert world.events("member.removed") == ["member.removed"]


def test_somebody_else_cannot_confirm_not_even_another_admin(world: World, owner: Person):
    bob, ada = world.member(owner, "Bob"), world.member(owner, "Ada", "Admin")
    card = asked(owner, bob)

    assert code(ada.click(card, "Confirm")) == "UNKNOWN_BUTTON"
    assert code(world.person("Eve").click(card, "Confirm")) == "NOT_A_MEMBER"
    assert "Bob" in world.members()


def test_after_a_quarter_of_an_hour_it_is_too_late(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    card = asked(owner, bob)
    world.forward(LIFE - 1)
    other = asked(owner, bob)
    world.forward(1)

    assert LIFE == 15 * MINUTE
    assert code(owner.click(card, "Confirm")) == "CONFIRM_TOO_LATE"
    assert code(owner.click(card, "Cancel")) == "CONFIRM_TOO_LATE"
    made(owner.click(other, "Confirm"))


def test_who_left_meanwhile_is_not_removed_again(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    card = asked(owner, bob)
    world.leave(bob)
    late = owner.click(card, "Confirm")

    assert code(late) == "ALREADY_LEFT"
    assert late.title == "Bob has left already"
    assert world.events("member.removed") == ["member.removed"]


def test_who_left_and_came_back_meanwhile_is_another_member(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    card = asked(owner, bob)
    world.leave(bob)
    made(bob.say(f"join {owner.link()}"))

    assert code(owner.click(card, "Confirm")) == "ALREADY_LEFT"
    assert "Bob" in world.members()


def test_who_lost_the_right_meanwhile_cannot_confirm(world: World, owner: Person):
    ada, bob = world.member(owner, "Ada", "Admin"), world.member(owner, "Bob")
    card = asked(ada, bob)
    world.give(ada, "Designer")

    assert code(ada.click(card, "Confirm")) == "NOT_ALLOWED"
    world.give(ada, "Admin")
    made(ada.click(card, "Confirm"))


def test_who_rose_meanwhile_cannot_be_removed_from_below(world: World):
    owner = world.studio("project", "join_policy instant")
    ada, bob = world.member(owner, "Ada", "Admin"), world.member(owner, "Bob")
    card = asked(ada, bob)
    world.give(bob, "Super Admin")

    assert code(ada.click(card, "Confirm")) == "ABOVE_YOU"
    assert "Bob" in world.members()


def test_what_came_about_after_the_first_card_ends_as_well(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    card = asked(owner, bob)
    bob.link()
    done = made(owner.click(card, "Confirm"))

    assert [plain(line.text) for line in done.lines] == ["Ends: 1 invitation that they sent"]


def test_a_fault_in_the_middle_leaves_everything_as_it_was(world: World, owner: Person, monkeypatch):
    bob = world.member(owner, "Bob", "Designer")
    bob.link()
    card = asked(owner, bob)

    def broken(*args, **kwargs):
        raise RuntimeError("in the middle")

    monkeypatch.setattr("core.context.Context.standing_changed", broken)
    with pytest.raises(RuntimeError):
        owner.click(card, "Confirm")
    monkeypatch.undo()

    assert world.members()["Bob"] == "Designer"
    assert world.rows("SELECT * FROM invitations WHERE revoked_at IS NOT NULL") == []
    made(owner.click(card, "Confirm"))
    world.sound()


def test_announcements_are_forgotten_after_a_week(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    asked(owner, bob)
    world.forward(LIFE + 7 * DAY)
    world.core.sweep(world.at)
    assert world.one("SELECT count(*) FROM intents") == 1
    world.forward(1)
    world.core.sweep(world.at)
    assert world.one("SELECT count(*) FROM intents") == 0
