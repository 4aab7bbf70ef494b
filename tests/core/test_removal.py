"""Removing a member and leaving: announced first, read again when it is confirmed, done at once or not at all."""

from __future__ import annotations

import json

import pytest

from core.calls import Where
from core.cards import Card, plain
from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, code_in, field_of, id_in, made, words


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
    assert [button.label for button in card.buttons] == ["Confirm", "Cancel", "Remove with a reason"]
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
    due = "SELECT count(*) FROM outbox WHERE due_at <= :now AND key = :key"
    assert world.one(due, key=f"card/{request}", now=world.at) == 0
    world.remove(owner, ada)
    assert world.one(due, key=f"card/{request}", now=world.at) == 1
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
