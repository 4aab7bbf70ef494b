"""Editing invitations and sending them again: asked about as if they were made anew, and never a second life for the dead."""

from __future__ import annotations

import json

import pytest

from core.cards import plain
from core.durations import DAY, HOUR
from core.lifecycle import InvitationStatus
from tests.core.together import at_once
from tests.core.world import Person, World, code, code_in, field_of, id_in, made, words


def instant(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


def kept(world: World, invitation: str):
    return world.rows("SELECT * FROM invitations WHERE invitation_id = :i", i=invitation)[0]


def recorded(world: World, name: str) -> list[dict]:
    return [
        json.loads(row.facts)
        for row in world.rows("SELECT facts FROM audit_events WHERE event = :e ORDER BY number", e=name)
    ]


# --- editing ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "label", "shown"),
    [
        ('name:"Night shift"', "Name", "Spring → Night shift"),
        ("role:Designer", "Role", "Content Editor → Designer"),
        ("expires:2d", "Ends", "22 January 2027 08:00 UTC → 17 January 2027 08:00 UTC"),
        ("uses:9", "Uses", "5 → 9"),
        (
            "domain:Corp.com",
            "For",
            "anyone with an address at example.com → anyone with an address at corp.com",
        ),
        ("domain:none", "For", "anyone with an address at example.com → anyone with the code"),
        ("note:Welcome", "Note", "none → Welcome"),
    ],
)
def test_each_thing_is_edited_and_shown_with_what_it_was(world: World, typed, label, shown):
    owner = instant(world)
    card = made(owner.say('invite create name:Spring role:"Content Editor" uses:5 domain:example.com'))
    invitation, secret = id_in(card), code_in(card)

    changed = made(owner.say(f"invite edit {invitation} {typed}"))

    assert [field.label for field in changed.fields] == [label]
    assert field_of(changed, label) == shown
    [facts] = recorded(world, "invitation.edited")
    assert list(facts["before"]) == list(facts["after"])
    assert len(facts["before"]) == 1
    shown_again = made(owner.say(f"invite show {invitation}"))
    assert code_in(shown_again) == secret
    world.sound()


def test_several_things_are_edited_at_once(world: World):
    owner = instant(world)
    invitation = id_in(made(owner.say("invite create")))
    card = made(
        owner.say(f"invite edit {invitation} name:A role:Designer expires:1d uses:3 domain:x.org note:hi")
    )

    assert [field.label for field in card.fields] == ["Name", "Role", "For", "Ends", "Uses", "Note"]
    row = kept(world, invitation)
    assert (row.label, row.label_key, row.uses_limit, row.domain, row.note) == ("A", "a", 3, "x.org", "hi")
    assert row.expires_at == world.at + DAY
    assert id_in(made(owner.say("invite show A"))) == invitation


@pytest.mark.parametrize(
    "typed", ["", "name:Spring", "uses:5", 'role:"content editor"', "domain:EXAMPLE.com"]
)
def test_nothing_new_is_nothing_to_change(world: World, typed):
    owner = instant(world)
    card = made(owner.say('invite create name:Spring role:"Content Editor" uses:5 domain:example.com'))
    refused = owner.say(f"invite edit {id_in(card)} {typed}")

    assert code(refused) == "NOTHING_TO_CHANGE"
    assert world.events("invitation.edited") == []


def test_what_was_edited_counts_for_whoever_comes_next(world: World):
    owner = instant(world)
    card = made(owner.say("invite create uses:1"))
    link = code_in(card)
    made(world.person("Nora").say(f"join {link}"))
    assert code(world.person("Dora").say(f"join {link}")) == "INVITATION_USED_UP"
    made(owner.say(f"invite edit {id_in(card)} uses:2 role:Designer domain:example.com"))

    assert code(world.person("Eve", email="e@evil.org").say(f"join {link}")) == "EMAIL_DIFFERS"
    made(world.person("Dora", email="d@example.com").say(f"join {link}"))
    assert world.members()["Dora"] == "Designer"
    assert world.members()["Nora"] == "Commenter"


def test_uses_are_never_fewer_than_those_taken(world: World):
    owner = instant(world)
    card = made(owner.say("invite create"))
    for name in ("Nora", "Dora"):
        made(world.person(name).say(f"join {code_in(card)}"))
    refused = owner.say(f"invite edit {id_in(card)} uses:1")

    assert code(refused) == "USES_TAKEN"
    assert "2 uses of it are taken; choose 2 or more." in words(refused)
    made(owner.say(f"invite edit {id_in(card)} uses:2"))
    assert code(world.person("Eve").say(f"join {code_in(card)}")) == "INVITATION_USED_UP"


def test_a_use_held_by_a_request_whose_time_is_over_is_free(world: World):
    owner = world.studio()
    card = made(owner.say("invite create uses:2 expires:30d"))
    for name in ("Nora", "Dora"):
        world.person(name).ask(code_in(card))
    world.forward(3 * DAY)

    made(owner.say(f"invite edit {id_in(card)} uses:1"))
    assert kept(world, id_in(card)).uses_taken == 0
    assert len(world.events("request.expired")) == 2


@pytest.mark.parametrize(
    ("typed", "refused"), [("uses:2", "USES_OF_PERSONAL"), ("domain:x.org", "DOMAIN_OF_PERSONAL"),
                           ("domain:none", "DOMAIN_OF_PERSONAL"), ("expires:91d", "TOO_LONG_LIFE"),
                           ("role:Owner", "ONE_HOLDER"), ("role:King", "UNKNOWN_ROLE"),
                           ("role:Designer,Commenter", "ONE_ROLE"), ("name:\u200b", "BAD_OPTION"),
                           ("note:Hello", ""), ("expires:3d", ""), ("role:Designer", "")],
)  # fmt: skip
def test_a_personal_invitation_is_edited_within_what_it_is(world: World, typed, refused):
    owner = instant(world)
    invitation = id_in(made(owner.say("invite create emails:nora@example.com")))
    before = kept(world, invitation)

    assert code(owner.say(f"invite edit {invitation} {typed}")) == refused
    assert (kept(world, invitation) == before) is (refused != "")


@pytest.mark.parametrize("scheme", ["studio", "computers"])
def test_several_roles_are_for_schemes_in_which_members_have_several(world: World, scheme):
    roles = {"studio": "Designer, Commenter", "computers": "Member Manager, Contributor"}[scheme]
    owner = world.studio(scheme, "join_policy instant")
    refused = "" if scheme == "computers" else "ONE_ROLE"
    assert code(owner.say(f'invite create role:"{roles}"')) == refused
    assert code(owner.say(f'invite create role:"{roles}" emails:a@example.com,b@example.com')) == refused
    card = made(owner.say("invite create"))
    assert code(owner.say(f'invite edit {id_in(card)} role:"{roles}"')) == refused

    if not refused:
        made(world.person("Nora").say(f"join {code_in(card)}"))
        held = world.rows(
            "SELECT role_id FROM member_roles NATURAL JOIN members WHERE name = 'Nora' ORDER BY role_id"
        )
        assert [row.role_id for row in held] == ["contributor", "member-manager"]


# --- whose ceiling, at every door --------------------------------------------------------------------------------------


def test_L14_an_invitation_is_not_raised_above_who_edits_it(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Content Editor")
    invitation = id_in(made(dana.say("invite create role:Commenter")))

    assert code(dana.say(f"invite edit {invitation} role:Designer")) == "ABOVE_CEILING"
    made(dana.say(f'invite edit {invitation} role:"Content Editor"'))


@pytest.mark.parametrize("typed", ["name:Other", "role:Commenter", "expires:1d", "note:hi"])
def test_L14_who_could_not_make_it_as_it_is_does_not_edit_it_either(world: World, typed):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    invitation = id_in(made(dana.say("invite create role:Designer")))
    world.give(dana, "Commenter")

    assert code(dana.say(f"invite edit {invitation} {typed}")) == "ABOVE_CEILING"
    assert code(dana.say(f"invite resend {invitation}")) == "ABOVE_CEILING"
    assert code(dana.say(f"invite extend {invitation}")) == "ABOVE_CEILING"
    shown = owner.say(f"invite show {invitation}")
    assert code(dana.click(shown, "Extend")) == "ABOVE_CEILING"
    assert code(dana.click(shown, "Resend")) == "ABOVE_CEILING"
    made(dana.click(shown, "Revoke"))


def test_L14_what_an_overseer_raised_above_its_maker_goes_to_approval_when_it_is_used(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Content Editor")
    card = made(dana.say("invite create role:Commenter"))
    made(owner.say(f"invite edit {id_in(card)} role:Designer"))

    assert world.person("Nora").say(f"join {code_in(card)}").title == "You asked to join Studio"
    assert "Nora" not in world.members()
    made(owner.say(f"invite edit {id_in(card)} role:Commenter"))
    assert world.person("Dora").say(f"join {code_in(card)}").title == "Welcome to Studio"


def test_an_overseer_edits_what_others_made_and_others_do_not(world: World):
    owner = instant(world)
    dana, dora = world.member(owner, "Dana", "Designer"), world.member(owner, "Dora", "Designer")
    invitation = id_in(made(dana.say("invite create")))

    for typed in (f"edit {invitation} name:Mine", f"resend {invitation}"):
        assert code(dora.say(f"invite {typed}")) == "UNKNOWN_INVITATION"
    made(owner.say(f"invite edit {invitation} name:Ours"))
    assert kept(world, invitation).created_by == world.one(
        "SELECT member_id FROM members WHERE name = 'Dana'"
    )


def test_L16_where_members_cannot_invite_they_do_not_by_changing_what_they_made_before(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    invitation = id_in(made(dana.say("invite create")))
    made(owner.say("workspace set members_can_invite off"))

    for typed in (f"edit {invitation} name:New", f"extend {invitation}", f"resend {invitation}"):
        assert code(dana.say(f"invite {typed}")) == "CANNOT_INVITE"
    made(dana.say(f"invite show {invitation}"))
    made(dana.say(f"invite revoke {invitation}"))


def test_L16_where_links_are_off_none_comes_back_by_any_door(world: World):
    owner = instant(world)
    card = made(owner.say("invite create expires:1d"))
    world.forward(DAY)
    made(owner.say("workspace set invite_links off"))

    assert code(owner.say(f"invite resend {id_in(card)}")) == "LINKS_OFF"
    assert code(owner.say("invite create")) == "LINKS_OFF"
    made(owner.say("invite create emails:nora@example.com"))


def test_L22_a_domain_from_which_nobody_may_join_is_refused_at_every_door(world: World):
    owner = instant(world)
    card = made(owner.say("invite create domain:evil.org expires:1d"))
    personal = made(owner.say("invite create emails:eve@evil.org"))
    plain_one = made(owner.say("invite create"))
    made(owner.say("workspace set allowed_domains corp.com"))

    assert code(owner.say("invite create domain:evil.org")) == "DOMAIN_CLOSED"
    assert code(owner.say("invite create domain:sub.corp.com")) == "DOMAIN_CLOSED"
    assert code(owner.say(f"invite edit {id_in(plain_one)} domain:evil-corp.com")) == "DOMAIN_CLOSED"
    for invitation in (id_in(card), id_in(personal)):
        for typed in (f"edit {invitation} note:hi", f"extend {invitation}", f"resend {invitation}"):
            assert code(owner.say(f"invite {typed}")) == "DOMAIN_CLOSED"
    made(owner.say(f"invite edit {id_in(plain_one)} domain:corp.com"))


# --- what is over ------------------------------------------------------------------------------------------------------


def end(world: World, owner: Person, how: str):
    """An invitation that ended so; its card."""
    card = made(
        owner.say("invite create uses:1 expires:1d" if how != "declined" else "invite create <@NORA>")
    )
    nora = world.person("Nora")
    match how:
        case "expired":
            world.forward(DAY)
        case "revoked":
            made(owner.click(card, "Revoke"))
        case "used up":
            made(nora.say(f"join {code_in(card)}"))
        case "declined":
            made(nora.say(f"decline {code_in(card)}"))
        case "accepted":
            world.change("UPDATE invitations SET accepted_at = :t", t=world.at)
        case "switched off":
            made(owner.say("workspace set invite_links off"))
    return card


DEATHS = [status.value for status in InvitationStatus if status is not InvitationStatus.PENDING]


@pytest.mark.parametrize("how", DEATHS)
def test_L04_what_is_over_is_not_edited_extended_or_sent_again_and_what_has_expired_only_sent_again(
    world: World, how
):
    owner = instant(world)
    invitation = id_in(end(world, owner, how))
    before = kept(world, invitation)
    typed = {
        "edit": f"edit {invitation} name:Other",
        "extend": f"extend {invitation}",
        "resend": f"resend {invitation}",
    }
    allowed = {"expired": {"resend"}, "used up": {"edit"}}.get(how, set())

    for name, line in typed.items():
        if name not in allowed:
            off = how == "switched off" and name == "extend"
            assert code(owner.say(f"invite {line}")) == ("LINKS_OFF" if off else "INVITATION_DEAD"), name
            assert kept(world, invitation) == before
    for name in allowed:
        made(owner.say(f"invite {typed[name]}"))


@pytest.mark.parametrize("how", DEATHS)
def test_the_buttons_of_a_card_are_those_that_can_still_be_pressed(world: World, how):
    owner = instant(world)
    invitation = id_in(end(world, owner, how))
    card = made(owner.say(f"invite show {invitation}"))

    buttons = {"expired": ["Resend"], "used up": ["Revoke"]}.get(how, [])
    assert [button.label for button in card.buttons] == buttons
    for label in buttons:
        made(owner.click(card, label))


def test_L04_an_edit_and_a_revocation_at_once_end_in_a_revoked_one(world: World):
    owner = instant(world)
    other = world.another()
    for number in range(5):
        invitation = id_in(made(owner.say(f"invite create name:n{number}")))
        at_once(
            lambda i=invitation: owner.say(f"invite edit {i} note:late"),
            lambda i=invitation: owner.on(other).say(f"invite revoke {i}"),
        )
        assert kept(world, invitation).revoked_at is not None
    world.sound()


# --- sending again -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alive", [True, False])
def test_sending_again_makes_a_new_code_and_a_new_end_and_the_old_code_opens_nothing(world: World, alive):
    owner = instant(world)
    card = made(owner.say("invite create role:Designer expires:2d uses:2"))
    world.forward(HOUR if alive else 5 * DAY)
    again = made(owner.say(f"invite resend {id_in(card)}"))

    assert id_in(again) == id_in(card)
    assert code_in(again) != code_in(card)
    assert field_of(again, "Link").endswith(code_in(again))
    assert kept(world, id_in(card)).expires_at == world.at + 2 * DAY
    nora = world.person("Nora")
    assert code(nora.say(f"join {code_in(card)}")) == "UNKNOWN_CODE"
    assert nora.say(f"join {code_in(again)}").title == "Welcome to Studio"
    assert world.members()["Nora"] == "Designer"
    [facts] = recorded(world, "invitation.resent")
    assert facts["generation"] == 1
    assert (facts["before"], facts["after"]) == (facts["before"], world.at + 2 * DAY)
    world.sound()


def test_uses_that_were_taken_stay_taken(world: World):
    owner = instant(world)
    card = made(owner.say("invite create uses:2"))
    made(world.person("Nora").say(f"join {code_in(card)}"))
    again = made(owner.click(made(owner.say(f"invite show {id_in(card)}")), "Resend"))

    assert field_of(again, "For") == "anyone with the code, 1 of 2 uses left"
    made(world.person("Dora").say(f"join {code_in(again)}"))
    assert code(world.person("Eve").say(f"join {code_in(again)}")) == "INVITATION_USED_UP"


def test_a_double_click_makes_one_new_code_and_the_second_answer_tells_it(world: World):
    owner = instant(world)
    card = made(owner.say("invite create"))
    shown = made(owner.say(f"invite show {id_in(card)}"))
    first = made(owner.click(shown, "Resend"))
    world.forward(59)
    second = owner.click(shown, "Resend")

    assert code(second) == "RESENT_JUST_NOW"
    assert code_in(second) == code_in(first)
    assert kept(world, id_in(card)).generation == 1
    world.forward(1)
    third = made(owner.click(shown, "Resend"))
    assert code_in(third) not in {code_in(card), code_in(first)}


def test_twenty_clicks_at_once_make_one_new_code(world: World):
    owner = instant(world)
    other = world.another()
    card = made(owner.say("invite create"))
    shown = made(owner.say(f"invite show {id_in(card)}"))
    answers = at_once(
        *(lambda n=n: owner.on((world, other)[n % 2]).click(shown, "Resend") for n in range(20))
    )

    assert sorted(map(code, answers), key=str).count("RESENT_JUST_NOW") == 19
    assert kept(world, id_in(card)).generation == 1
    assert len(recorded(world, "invitation.resent")) == 1


def test_a_life_longer_than_any_new_one_is_cut_to_ninety_days(world: World):
    owner = instant(world)
    card = made(owner.say("invite create expires:90d"))
    world.forward(60 * DAY)
    made(owner.say(f"invite extend {id_in(card)} by:60d"))
    made(owner.say(f"invite resend {id_in(card)}"))

    assert kept(world, id_in(card)).expires_at == world.at + 90 * DAY


def test_a_person_who_was_mentioned_gets_a_fresh_message_and_the_old_one_shows_the_new_code_too(world: World):
    owner = instant(world)
    card = made(owner.say("invite create <@NORA>"))
    world.desk.drain(world.at)
    world.forward(7 * DAY)
    again = made(owner.say(f"invite resend {id_in(card)}"))
    world.desk.drain(world.at)

    told = world.desk.to("NORA")
    assert len(told) == 2
    assert all(code_in(again) in words(note) for note in told)
    assert not any(code_in(card) in words(note) for note in told)


def test_an_invitation_that_was_sent_again_is_reminded_of_again(world: World):
    owner = instant(world)
    card = made(owner.say("invite create name:Spring"))
    for _ in range(2):
        world.forward(5 * DAY)
        world.core.sweep(world.at)
        world.desk.drain(world.at)
        made(owner.say(f"invite resend {id_in(card)}"))

    told = [note.title for note in world.desk.to("OLGA") if "Spring" in note.title]
    assert told == ["Your invitation “Spring” ends soon"] * 2


def test_sending_again_and_redeeming_at_once_leaves_one_code_that_works(world: World):
    owner = instant(world)
    other = world.another()
    for number in range(5):
        card = made(owner.say(f"invite create name:n{number}"))
        nora = other.person(f"N{number}")
        joined, again = at_once(
            lambda p=nora, c=card: p.say(f"join {code_in(c)}"),
            lambda c=card: owner.say(f"invite resend {id_in(c)}"),
        )
        assert code(joined) in {"", "UNKNOWN_CODE"}
        assert world.person(f"D{number}").say(f"join {code_in(again)}").title == "Welcome to Studio"
        assert code(world.person(f"E{number}").say(f"join {code_in(card)}")) == "UNKNOWN_CODE"


def test_what_has_expired_is_offered_where_it_can_be_sent_again_and_nowhere_else(world: World):
    owner = instant(world)
    dead = id_in(made(owner.say("invite create name:Dead")))
    gone = id_in(made(owner.say("invite create name:Gone expires:1h")))
    made(owner.say(f"invite revoke {dead}"))
    world.forward(HOUR)
    made(owner.say("invite create name:Alive"))

    assert {label.split()[0] for label in owner.complete("invite resend", "invite")} == {"Gone", "Alive"}
    assert {label.split()[0] for label in owner.complete("invite edit", "invite")} == {"Alive"}
    assert gone in str(owner.complete("invite resend", "invite"))


# --- who came ----------------------------------------------------------------------------------------------------------


def test_an_invitation_shows_who_came_through_it_and_counts_the_others(world: World):
    owner = instant(world)
    card = made(owner.say("invite create"))
    for number in range(22):
        world.forward(1)
        made(world.person(f"N{number:02}").say(f"join {code_in(card)}"))
    (line,) = made(owner.say(f"invite show {id_in(card)}")).lines
    came = plain(line.text)

    assert came.startswith("Came through it: N00, N01, ")
    assert came.endswith("N19 and 2 more")


@pytest.mark.parametrize("how", DEATHS)
def test_a_dead_one_is_listed_with_why(world: World, how):
    owner = instant(world)
    invitation = id_in(end(world, owner, how))
    [line] = [plain(line.text) for line in owner.say("invite list").lines if invitation in plain(line.text)]

    date = "16 January 2027" if how == "expired" else "15 January 2027"
    why = {
        "expired": f"expired on {date}",
        "revoked": f"revoked by Olga on {date}",
        "accepted": f"accepted on {date}",
        "declined": f"declined on {date}",
        "switched off": f"ended when links were switched off on {date}",
        "used up": "used up",
    }
    assert line.endswith(f" — {why[how]}")
    if how == "declined":
        assert invitation in words(owner.say("invite list status:declined"))
