"""Removing a member and leaving: announced first, read again when it is confirmed, done at once or not at all."""

from __future__ import annotations

import json

import pytest

from core.calls import Where
from core.cards import Card, plain
from core.durations import DAY, HOUR, MINUTE
from core.intents import LIFE
from tests.core.together import at_once
from tests.core.world import Person, World, code_in, field_of, id_in, made, refusal_in, words


def code(card: Card) -> str:
    found = refusal_in(card)
    return found.name if found else ""


def asked(by: Person, person: Person, reason: str = "") -> Card:
    return made(by.run("member remove", member=person.identity, reason=reason))


def facts_of(world: World, event: str) -> dict:
    return json.loads(world.one("SELECT facts FROM audit_events WHERE event = :event", event=event))


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


# --- the first card --------------------------------------------------------------------------------------------------


def test_removing_asks_first_and_changes_nothing_until_it_is_confirmed(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    card = asked(owner, bob)

    assert card.title == "Remove Bob from Studio?"
    assert [button.label for button in card.buttons] == ["Confirm", "Cancel"]
    assert field_of(card, "Role") == "Designer"
    assert world.members() == {"Olga": "Owner", "Bob": "Designer"}
    assert world.events("member.removed") == []


def test_the_first_card_says_what_will_end_and_what_stays(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    links = [bob.link(role="Designer"), bob.link()]
    made(owner.say("workspace set join_policy approval"))
    world.person("Nia").ask(links[0])
    card = asked(owner, bob, "the project is over")

    assert [plain(line.text) for line in card.lines] == [
        "Ends: 2 invitations that they sent",
        "Stays: 1 person who asked to join through their invitations stays on the approvers' list",
    ]
    assert field_of(card, "Reason") == "the project is over"


def test_whoever_sent_nothing_and_waits_for_nothing_has_nothing_listed(world: World, owner: Person):
    assert asked(owner, world.member(owner, "Bob")).lines == ()


def test_the_first_card_says_what_becomes_of_the_seats_where_they_are_counted(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    assert "Seats" not in {field.label for field in asked(owner, bob).fields}

    world.change("UPDATE workspaces SET seats = 5 WHERE name = 'Studio'")
    assert field_of(asked(owner, bob), "Seats") == "frees 1, 4 of 5 free then"
    assert field_of(world.remove(owner, bob), "Seats") == "freed 1, 4 of 5 free then"


def test_cancelling_changes_nothing_and_cannot_be_confirmed_afterwards(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    card = asked(owner, bob)

    assert made(owner.click(card, "Cancel")).title == "Nothing was changed"
    assert code(owner.click(card, "Confirm")) == "ALREADY_CONFIRMED"
    assert "Bob" in world.members()


def test_two_announcements_are_two(world: World, owner: Person):
    bob, cy = world.member(owner, "Bob"), world.member(owner, "Cy")
    first, second = asked(owner, bob), asked(owner, cy)

    made(owner.click(second, "Confirm"))
    assert set(world.members()) == {"Olga", "Bob"}
    made(owner.click(first, "Confirm"))
    assert set(world.members()) == {"Olga"}


# --- what ends -------------------------------------------------------------------------------------------------------


def test_a_removed_member_is_a_stranger_at_once(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Admin")
    card = world.remove(owner, bob)

    assert card.title == "Removed: Bob"
    assert world.members() == {"Olga": "Owner"}
    assert world.one("SELECT member_count FROM workspaces WHERE name = 'Studio'") == 1
    assert (
        world.rows(
            "SELECT * FROM member_roles WHERE member_id <> (SELECT member_id FROM members WHERE left_at IS NULL)"
        )
        == []
    )
    for typed in ("member list", "invite create", "workspace settings", "member remove Olga"):
        assert code(bob.say(typed)) == "NOT_A_MEMBER"
    world.sound()


def test_L25_what_a_removed_member_sent_lets_nobody_in(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    link = bob.link()
    personal = code_in(made(bob.say("invite create emails:nia@acme.example")))
    world.remove(owner, bob)

    assert code(world.person("Nia", email="nia@acme.example").say(f"join {link}")) == "INVITATION_REVOKED"
    assert code(world.person("Nia", email="nia@acme.example").say(f"join {personal}")) == "INVITATION_REVOKED"
    assert code(bob.say(f"join {link}")) == "INVITATION_REVOKED"
    revoked_by = {
        row.revoked_by
        for row in world.rows("SELECT revoked_by FROM invitations WHERE revoked_at IS NOT NULL")
    }
    assert revoked_by == {world.one("SELECT member_id FROM members WHERE name = 'Olga'")}


def test_L25_what_was_made_out_to_a_removed_member_does_not_let_them_back_in(world: World, owner: Person):
    bob = world.person("Bob", email="bob@acme.example")
    codes = [
        code_in(made(owner.say(f"invite create emails:{who}"))) for who in ("bob@acme.example", "<@BOB>")
    ]
    made(bob.say(f"join {owner.link()}"))
    assert [plain(line.text) for line in asked(owner, bob).lines] == ["Ends: 2 invitations for them"]
    world.remove(owner, bob)

    assert [code(bob.say(f"join {each}")) for each in codes] == ["INVITATION_REVOKED"] * 2


def test_L10_L25_a_code_that_they_used_before_is_used(world: World, owner: Person):
    link, bob = owner.link(), world.person("Bob")
    made(bob.say(f"join {link}"))
    world.remove(owner, bob)

    assert code(bob.say(f"join {link}")) == "ALREADY_USED"
    assert "Bob" not in world.members()


def test_invitations_that_were_over_stay_as_they_ended(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(bob.say("invite create name:short expires:1h"))
    spent = made(bob.say("invite create emails:nia@acme.example"))
    made(world.person("Nia", email="nia@acme.example").say(f"join {code_in(spent)}"))
    world.forward(HOUR)
    assert asked(owner, bob).lines == ()
    world.remove(owner, bob)

    assert world.rows("SELECT * FROM invitations WHERE revoked_at IS NOT NULL") == []
    assert "Nia" in world.members()


def test_who_came_through_a_removed_member_stays(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(world.person("Nia").say(f"join {bob.link()}"))
    world.remove(owner, bob)

    assert set(world.members()) == {"Olga", "Nia"}


def test_who_asked_through_a_removed_member_still_waits_and_needs_an_answer(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    link = bob.link()
    made(owner.say("workspace set join_policy approval"))
    nia = world.person("Nia")
    request = nia.ask(link)
    world.desk.drain(world.at)
    card = world.remove(owner, bob)
    world.desk.drain(world.at)

    assert "request list" in words(card)
    assert "Nia" not in world.members()
    assert any("(revoked since)" in words(each) for each in world.desk.to("OLGA"))
    made(owner.say(f"request approve {request}"))
    assert "Nia" in world.members()


def test_their_open_requests_are_withdrawn(world: World):
    owner = world.studio("simple", "join_policy instant")
    bob = world.member(owner, "Bob", "Workspace Viewer")
    made(bob.say("request invite emails:nia@acme.example"))
    request = world.one("SELECT request_id FROM requests")
    world.desk.drain(world.at)
    assert [plain(line.text) for line in asked(owner, bob).lines] == ["Ends: their 1 open request"]
    world.remove(owner, bob)
    world.desk.drain(world.at)

    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=request) == "withdrawn"
    assert facts_of(world, "member.removed")["requests"] == [request]
    assert code(owner.say(f"request approve {request}")) == "ALREADY_DECIDED"
    [card] = [each for each in world.desk.to("OLGA") if request in words(each)]
    assert not card.buttons
    assert [each.title for each in world.desk.to("BOB")][-1] == "You are no longer in Studio"


def test_a_request_that_was_over_stays_as_it_ended(world: World):
    owner = world.studio("simple", "join_policy instant")
    bob = world.member(owner, "Bob", "Workspace Viewer")
    made(bob.say("request invite emails:nia@acme.example"))
    world.forward(3 * DAY)
    assert asked(owner, bob).lines == ()
    world.remove(owner, bob)
    world.core.sweep(world.at)

    assert world.one("SELECT status FROM requests") == "expired"


def test_the_cards_of_requests_that_they_could_decide_are_looked_at_again(world: World, owner: Person):
    ada = world.member(owner, "Ada", "Admin")
    made(owner.say("workspace set join_policy approval"))
    request = world.person("Nia").ask(owner.link())
    world.desk.drain(world.at)
    due = "SELECT count(*) FROM outbox WHERE due_at IS NOT NULL AND key = :key"
    assert world.one(due, key=f"card/{request}") == 0
    world.remove(owner, ada)
    assert world.one(due, key=f"card/{request}") == 1
    world.desk.drain(world.at)

    assert len(world.desk.cards("Nia asks")) == 2
    assert code(ada.say(f"request approve {request}")) == "NOT_A_MEMBER"


def test_a_workspace_that_they_chose_is_chosen_no_more(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    other = world.person("Otto", where=Where("slack", "T1", "C9"), place_admin=True)
    made(other.say("workspace create name:Other scheme:simple"))
    made(other.say("workspace set join_policy instant"))
    made(bob.at("C9").say(f"join {other.link()}"))
    made(bob.at().say("workspace use workspace:Studio"))
    assert world.one("SELECT count(*) FROM chosen_workspaces") == 1
    world.remove(owner, bob)

    assert world.one("SELECT count(*) FROM chosen_workspaces") == 0


@pytest.mark.parametrize("who_goes", ["giver", "receiver"])
def test_an_offer_to_pass_on_a_role_ends_with_either_side(world: World, who_goes):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Admin")
    bob = world.member(owner, "Bob", "Workspace Editor")
    made(owner.say("workspace transfer to:Bob"))
    goes = owner if who_goes == "giver" else bob
    assert plain(asked(ada, goes).lines[-1].text) == "Ends: 1 offer to pass on a role, by them or for them"
    world.remove(ada, goes)
    world.desk.drain(world.at)

    transfer = world.one("SELECT transfer_id FROM transfers")
    assert world.one("SELECT status FROM transfers") == "ended"
    assert facts_of(world, "member.removed")["transfers"] == [transfer]
    assert "Bob" in world.members() if who_goes == "giver" else "Olga" in world.members()
    last = world.desk.to(goes.identity.subject)[-1]
    assert last.title == "You are no longer in Studio"


def test_a_link_code_that_they_made_is_dead(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Admin")
    secret = code_in(made(bob.say("workspace link")))
    world.remove(owner, bob)

    there = world.person("Pat", realm="T2", place_admin=True)
    assert code(there.say(f"workspace link code:{secret}")) == "LINK_CODE_DEAD"


def test_what_they_had_announced_themselves_is_void(world: World, owner: Person):
    bob, cy = world.member(owner, "Bob", "Admin"), world.member(owner, "Cy")
    card = asked(bob, cy)
    world.remove(owner, bob)

    assert code(bob.click(card, "Confirm")) == "NOT_A_MEMBER"
    made(bob.say(f"join {owner.link()}"))
    assert code(bob.click(card, "Confirm")) == "UNKNOWN_BUTTON"
    assert "Cy" in world.members()


def test_the_record_says_who_did_what_to_whom_and_what_ended_with_it(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    sent = id_in(made(bob.say("invite create name:Spring")))
    bob_id = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    world.remove(owner, bob, "the project is over")

    row = world.rows("SELECT actor, subject FROM audit_events WHERE event = 'member.removed'")[0]
    facts = facts_of(world, "member.removed")
    assert row.subject == bob_id
    assert row.actor == world.one("SELECT member_id FROM members WHERE name = 'Olga'")
    assert facts["name"] == "Bob"
    assert [role["role"] for role in facts["roles"]] == ["designer"]
    assert facts["reason"] == "the project is over"
    assert facts["invitations"] == [sent]
    assert world.events("invitation.revoked") == ["invitation.revoked"]
    world.sound()


# --- coming back -----------------------------------------------------------------------------------------------------


def test_L25_coming_back_restores_nothing(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Admin")
    link = bob.link(role="Designer")
    before = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    world.remove(owner, bob)
    made(bob.say(f"join {owner.link()}"))

    assert world.members()["Bob"] == "Commenter"
    now = world.one("SELECT member_id FROM members WHERE name = 'Bob' AND left_at IS NULL")
    assert now != before
    assert code(world.person("Nia").say(f"join {link}")) == "INVITATION_REVOKED"
    assert code(bob.say("workspace settings")) == "NOT_ALLOWED"
    former = made(owner.say("member list status:left"))
    assert [plain(line.text) for line in former.lines] == [f"Bob ({before}) — left on 15 January 2027"]


# --- notices ---------------------------------------------------------------------------------------------------------


def test_the_removed_person_hears_who_and_why_and_then_nothing_more(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Admin")
    link = dana.link()
    made(owner.say("workspace set join_policy approval"))
    nia = world.person("Nia")
    request = nia.ask(link)
    world.desk.drain(world.at)
    before = len(world.desk.to("DANA"))
    made(owner.say(f"request approve {request}"))  # Dana would hear that Nia came
    world.remove(owner, dana, "the project is over")
    world.desk.drain(world.at)
    world.forward(6 * DAY)
    world.core.sweep(world.at)
    world.desk.drain(world.at)

    [told] = world.desk.to("DANA")[before:]
    assert told.title == "You are no longer in Studio"
    assert "Olga removed you" in words(told)
    assert field_of(told, "Reason") == "the project is over"


def test_whoever_leaves_needs_no_message_about_it(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    world.desk.drain(world.at)
    before = len(world.desk.to("BOB"))
    world.leave(bob)
    world.desk.drain(world.at)

    assert len(world.desk.to("BOB")) == before


def test_somebody_who_was_let_in_and_taken_out_again_is_not_welcomed_afterwards(world: World, owner: Person):
    made(owner.say("workspace set join_policy approval"))
    nia = world.person("Nia")
    request = nia.ask(owner.link())
    made(owner.say(f"request approve {request}"))
    world.remove(owner, nia)
    world.desk.drain(world.at)

    assert [card.title for card in world.desk.to("NIA")] == ["You are no longer in Studio"]
    assert not world.desk.cards("Nia joined Studio")


def test_whoever_came_back_before_the_message_does_not_get_it(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    world.desk.drain(world.at)
    world.desk.messages.clear()
    link = owner.link()
    world.remove(owner, bob)
    made(bob.say(f"join {link}"))
    world.desk.drain(world.at)

    assert world.desk.to("BOB") == []


def test_an_account_that_takes_no_messages_is_passed_over_for_the_next_one(world: World, owner: Person):
    bob = world.member(owner, "Bob")
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        "SELECT workspace_id, 'discord', '', 'BOB2', member_id FROM members WHERE name = 'Bob'"
    )
    world.desk.drain(world.at)
    world.remove(owner, bob)
    [work] = [each for each in world.core.claim(world.at, 10) if "removed" in each.key]
    [step] = world.core.plan(work, world.at)
    assert step.target.platform == "discord"
    world.core.given_up(work, step, "closed", world.at)
    [step] = world.core.plan(work, world.at)
    assert step.target.platform == "slack"


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
