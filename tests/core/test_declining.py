"""Accepting and declining a personal invitation: by the buttons on its message and by its code, by nobody else."""

from __future__ import annotations

import pytest

from core.calls import MessageRef
from core.durations import DAY
from tests.core.together import at_once
from tests.core.world import Person, World, code, code_in, id_in, made, words


def instant(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


def message(world: World, person: str):
    """The latest message to somebody, with where it stands."""
    world.desk.drain(world.at)
    return [m for m in world.desk.messages if m.target.person == person][-1]


def invite(world: World, owner: Person, typed: str = ""):
    """Nora is invited by mention: the card of the maker, and the message that she gets."""
    card = made(owner.say(f"invite create <@NORA> {typed}"))
    return card, message(world, "NORA")


def invited(world: World) -> str | None:
    return world.one("SELECT declined_at FROM invitations")


# --- the buttons -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "answer", "then"),
    [
        ("instant", "Welcome to Studio", "Accepted: Olga's invitation to Studio"),
        ("approval", "You asked to join Studio", "Waiting for approval: Olga's invitation to Studio"),
    ],
)
def test_accepting_does_what_the_code_does_and_the_message_shows_it(world: World, policy, answer, then):
    owner = world.studio("studio", *(["join_policy instant"] if policy == "instant" else []))
    _, sent = invite(world, owner, "role:Designer")
    nora = world.person("Nora", email="nora@example.com")
    assert [button.label for button in sent.card.buttons] == ["Accept", "Decline"]

    assert nora.click(sent.card, "Accept", sent.ref).title == answer
    world.desk.drain(world.at)

    assert sent.card.title == then
    assert sent.card.buttons == ()
    assert ("Nora" in world.members()) is (policy == "instant")
    if policy == "approval":
        made(owner.say(f"request approve {world.one('SELECT request_id FROM requests')}"))
        world.desk.drain(world.at)
        assert sent.card.title == "Accepted: Olga's invitation to Studio"
    assert world.members()["Nora"] == "Designer"
    assert world.one("SELECT email FROM identities WHERE subject = 'NORA'") == "nora@example.com"
    world.sound()


@pytest.mark.parametrize("end", ["denied", "expired", "withdrawn"])
def test_when_a_request_comes_to_nothing_the_message_asks_again(world: World, end):
    owner = world.studio()
    _, sent = invite(world, owner, "expires:30d")
    nora = world.person("Nora")
    asked = made(nora.click(sent.card, "Accept", sent.ref))
    if end == "denied":
        made(owner.say(f"request deny {id_in(asked)}"))
    elif end == "expired":
        world.forward(3 * DAY)
        world.core.sweep(world.at)
    else:
        made(nora.click(asked, "Withdraw"))
    world.desk.drain(world.at)

    assert sent.card.title == "Olga invites you to Studio"
    made(nora.click(sent.card, "Accept", sent.ref))


def test_declining_ends_it_and_the_inviter_hears_of_it_once(world: World):
    owner = instant(world)
    card, sent = invite(world, owner, 'name:"For Nora"')
    nora = world.person("Nora")

    answer = made(nora.click(sent.card, "Decline", sent.ref))
    assert answer.title == "Declined: Olga's invitation to Studio"
    for _ in range(3):
        world.desk.drain(world.at)
    assert sent.card.title == "Declined: Olga's invitation to Studio"
    assert sent.card.buttons == ()
    assert [note.title for note in world.desk.to("OLGA")] == ["Declined: your invitation “For Nora”"]
    assert world.events("invitation.declined") == ["invitation.declined"]
    assert code(nora.say(f"join {code_in(card)}")) == "INVITATION_DECLINED"
    world.sound()


@pytest.mark.parametrize("label", ["Accept", "Decline"])
def test_a_second_click_changes_nothing_and_says_so(world: World, label):
    owner = instant(world)
    _, sent = invite(world, owner)
    before = sent.card
    nora = world.person("Nora")
    made(nora.click(before, "Decline", sent.ref))
    world.forward(DAY)
    refused = nora.click(before, label, sent.ref)

    assert code(refused) == "INVITATION_DECLINED"
    assert "That was on 15 January 2027." in words(refused)
    assert "ask Olga for a new one" in words(refused)
    assert len(world.events("invitation.declined")) == 1


@pytest.mark.parametrize("label", ["Accept", "Decline"])
@pytest.mark.parametrize("end", ["expired", "revoked"])
def test_a_click_on_what_is_over_says_why_and_mends_the_message(world: World, label, end):
    owner = instant(world)
    card, sent = invite(world, owner, "expires:1d")
    if end == "expired":
        world.forward(DAY)
    else:
        made(owner.click(card, "Revoke"))
    before = sent.card
    assert code(world.person("Nora").click(before, label, sent.ref)) == f"INVITATION_{end.upper()}"
    world.desk.drain(world.at)

    assert sent.card.buttons == ()
    assert sent.card.title.startswith({"expired": "Expired: ", "revoked": "No longer open: "}[end])
    assert invited(world) is None


def test_a_message_that_was_never_seen_to_arrive_is_not_sent_once_it_is_over(world: World):
    owner = instant(world)
    card = made(owner.say("invite create <@NORA>"))
    made(owner.click(card, "Revoke"))
    world.desk.drain(world.at)

    assert world.desk.to("NORA") == []


def test_a_longer_life_or_another_role_is_seen_on_the_message(world: World):
    owner = instant(world)
    card, sent = invite(world, owner, "role:Commenter")
    made(owner.say(f"invite edit {id_in(card)} role:Designer note:Welcome"))
    made(owner.click(card, "Extend"))
    world.desk.drain(world.at)

    assert "Designer" in words(sent.card)
    assert "Welcome" in words(sent.card)
    assert "29 January 2027" in words(sent.card)
    assert len(world.desk.to("NORA")) == 1


@pytest.mark.parametrize("label", ["Accept", "Decline"])
@pytest.mark.parametrize("who", ["stranger", "member", "owner", "namesake elsewhere"])
def test_L27_nobody_else_presses_these_buttons_or_learns_what_they_are_about(world: World, label, who):
    owner = instant(world)
    _, sent = invite(world, owner)
    someone = {
        "stranger": world.person("Eve", email="nora@example.com"),
        "member": world.member(owner, "Dana", "Admin"),
        "owner": owner,
        "namesake elsewhere": world.person("Nora", realm="T2"),
    }[who]
    refused = someone.click(sent.card, label, MessageRef("slack", "T1", "DEVE", "m1"))

    assert code(refused) == "UNKNOWN_BUTTON"
    assert "Studio" not in words(refused)
    assert world.refused() == ["UNKNOWN_BUTTON"]
    assert invited(world) is None
    world.desk.drain(world.at)
    assert sent.card.buttons


@pytest.mark.parametrize("label", ["accept", "decline"])
def test_links_and_invitations_of_others_are_not_found_by_forged_buttons(world: World, label):
    owner = instant(world)
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    for typed in ("invite create", "invite create emails:dora@example.com"):
        invitation = id_in(made(owner.say(typed)))
        card = world.person("Nora", email="nora@example.com").press(
            f"invite.{label}", f"{workspace}/{invitation}"
        )
        assert code(card) == "UNKNOWN_BUTTON"


def test_an_address_that_is_proven_is_as_good_as_the_account(world: World):
    owner = instant(world)
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    invitation = id_in(made(owner.say("invite create emails:Nora@example.com")))
    nora = world.person("Nora", email="nora@Example.com")

    assert made(nora.press("invite.accept", f"{workspace}/{invitation}")).title == "Welcome to Studio"


def test_whoever_is_a_member_by_now_is_told_so_and_uses_nothing_up(world: World):
    owner = instant(world)
    _, sent = invite(world, owner)
    nora = world.person("Nora")
    made(nora.say(f"join {owner.link()}"))

    assert nora.click(sent.card, "Accept", sent.ref).title == "You are already in Studio"
    assert world.one("SELECT uses_taken FROM invitations WHERE person_subject = 'NORA'") == 0
    made(nora.click(sent.card, "Decline", sent.ref))


def test_L08_accepting_and_declining_at_once_has_one_outcome(world: World):
    owner = instant(world)
    other = world.another()
    for number in range(6):
        card = made(owner.say(f"invite create <@N{number}>"))
        sent = message(world, f"N{number}")
        nora = world.person(f"N{number}")
        yes, no = at_once(
            lambda p=nora, c=sent.card: p.click(c, "Accept"),
            lambda p=nora, c=sent.card: p.on(other).click(c, "Decline"),
        )
        came = f"N{number}" in world.members()
        assert (code(yes) == "") is came
        assert (code(no) == "") is not came
        row = world.rows(
            "SELECT accepted_at, declined_at FROM invitations WHERE invitation_id = :i", i=id_in(card)
        )[0]
        assert (row.accepted_at is None) is (row.declined_at is not None)
    world.sound()


# --- the typed twin ----------------------------------------------------------------------------------------------------


def test_a_personal_invitation_is_declined_by_its_code_from_anywhere(world: World):
    owner = instant(world)
    card = made(owner.say("invite create emails:nora@example.com"))
    nora = world.person("Nora", realm="T9", email="NORA@example.com")

    assert made(nora.say(f"decline {code_in(card)}")).title == "Declined: Olga's invitation to Studio"
    assert code(nora.say(f"join {code_in(card)}")) == "INVITATION_DECLINED"
    assert id_in(card) in words(owner.say("invite list status:declined"))


@pytest.mark.parametrize(
    ("typed", "who", "refused"),
    [
        ("", {"name": "Nora"}, "NOTHING_TO_DECLINE"),
        ("domain:example.com", {"name": "Nora", "email": "nora@example.com"}, "NOTHING_TO_DECLINE"),
        ("emails:nora@example.com", {"name": "Nora"}, "EMAIL_NOT_PROVEN"),
        ("emails:nora@example.com", {"name": "Eve", "email": "eve@example.com"}, "EMAIL_DIFFERS"),
        ("<@NORA>", {"name": "Eve"}, "NOT_FOR_YOU"),
        ("<@NORA>", {"name": "Nora", "realm": "T2"}, "NOT_FOR_YOU"),
    ],
)
def test_only_the_person_it_is_for_declines(world: World, typed, who, refused):
    owner = instant(world)
    card = made(owner.say(f"invite create {typed}"))

    assert code(world.person(**who).say(f"decline {code_in(card)}")) == refused
    assert invited(world) is None


def test_where_people_from_elsewhere_may_not_join_they_may_still_decline(world: World):
    owner = instant(world)
    card = made(owner.say("invite create <@NORA>"))
    made(owner.say("workspace set allowed_domains corp.com"))
    nora = world.person("Nora")

    assert code(nora.say(f"join {code_in(card)}")) == "DOMAIN_NOT_PROVEN"
    made(nora.say(f"decline {code_in(card)}"))


def test_wrong_codes_count_whichever_command_they_are_typed_at(world: World):
    owner = instant(world)
    link = owner.link()
    nora = world.person("Nora")
    for verb in ("join", "decline") * 5:
        assert code(nora.say(f"{verb} 2222-3333-4444-5555")) == "UNKNOWN_CODE"

    for verb in ("join", "decline"):
        assert code(nora.say(f"{verb} {link}")) == "TOO_MANY_CODES"


def test_declining_takes_back_the_request_that_waits_through_it(world: World):
    owner = world.studio()
    card, sent = invite(world, owner)
    nora = world.person("Nora")
    request = nora.ask(code_in(card))
    world.desk.drain(world.at)
    made(nora.say(f"decline {code_in(card)}"))
    world.desk.drain(world.at)

    assert world.one("SELECT status FROM requests") == "withdrawn"
    assert code(owner.say(f"request approve {request}")) == "ALREADY_DECIDED"
    assert world.desk.cards("Withdrawn: Nora")
    assert sent.card.title.startswith("Declined: ")
    assert world.one("SELECT uses_taken FROM invitations") == 0
    made(owner.say("invite create <@NORA>"))


def test_L03_whoever_declined_can_be_invited_again(world: World):
    owner = instant(world)
    card, sent = invite(world, owner)
    nora = world.person("Nora")
    made(nora.click(sent.card, "Decline", sent.ref))

    assert code(owner.say(f"invite resend {id_in(card)}")) == "INVITATION_DEAD"
    assert made(owner.say("invite create <@NORA>")).title.startswith("Invitation ready")
    again = message(world, "NORA")
    assert again is not sent
    assert nora.click(again.card, "Accept", again.ref).title == "Welcome to Studio"


def test_an_inviter_who_has_left_hears_nothing(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    card = made(dana.say("invite create <@NORA>"))
    world.desk.drain(world.at)
    world.vanish(dana)
    made(world.person("Nora").say(f"decline {code_in(card)}"))
    world.desk.drain(world.at)

    assert not [note for note in world.desk.to("DANA") if note.title.startswith("Declined")]


def test_when_the_inviter_is_taken_out_the_message_no_longer_asks(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    made(dana.say("invite create <@NORA>"))
    sent = message(world, "NORA")
    world.remove(owner, dana)
    world.desk.drain(world.at)

    assert sent.card.title == "No longer open: Dana's invitation to Studio"
    assert sent.card.buttons == ()
