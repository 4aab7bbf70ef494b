"""Asking to invite: whoever may not invite is told who may, asks them by a button, and gets the codes."""

from __future__ import annotations

import json

import pytest

from core.asking_to_invite import ASK_LIMIT
from core.cards import plain
from core.durations import DAY
from tests.core.world import Person, World, code, code_in, field_of, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    """Members cannot invite here."""
    return world.studio("studio", "members_can_invite off", "join_policy instant")


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


def ask(person: Person, typed: str = "") -> str:
    """The short id of what was asked for."""
    return id_in(made(person.click(person.say(f"invite create {typed}"), "Ask")))


def outcome(world: World, person: str = "DANA"):
    world.desk.drain(world.at)
    return world.desk.to(person)[-1]


# --- the offer ---------------------------------------------------------------------------------------------------------


def test_whoever_may_not_invite_hears_the_rule_who_could_and_how_to_ask(world: World, owner, dana):
    card = dana.say("invite create emails:nora@example.com role:Designer")

    assert code(card) == "CANNOT_INVITE"
    assert "Here only those invite who may also remove members." in words(card)
    assert "Ask someone who is Owner or Admin." in words(card)
    assert "Press Ask to send your request to invite 1 person to those who can decide it." in words(card)
    assert field_of(card, "Who can approve") == "Olga"
    assert [button.label for button in card.buttons] == ["Ask", "Ask with a reason"]
    assert world.refused() == ["CANNOT_INVITE"]
    assert world.one("SELECT count(*) FROM invitations WHERE email IS NOT NULL") == 0


def test_a_role_without_the_permission_is_a_reason_of_its_own(world: World):
    owner = world.studio("simple")
    dana = world.member(owner, "Dana", "Workspace Viewer")
    card = dana.say("invite create")

    assert "It needs the permission member:invite, which your role does not have." in words(card)
    assert "Ask someone who is Workspace Admin." in words(card)


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("role:Owner", "ONE_HOLDER"),
        ("role:King", "UNKNOWN_ROLE"),
        ("role:Designer,Commenter", "ONE_ROLE"),
        ("expires:91d", "TOO_LONG_LIFE"),
        ("emails:a@example.com uses:2", "USES_OF_PERSONAL"),
        ("emails:" + ",".join(f"p{n}@example.com" for n in range(ASK_LIMIT + 1)), "TOO_MANY"),
        ("emails:" + " ".join(f"<@P{n}>" for n in range(21)), "TOO_MANY_PEOPLE"),
        ("domain:evil.org", "DOMAIN_CLOSED"),
    ],
)
def test_what_nobody_could_make_is_not_asked_for(world: World, owner, dana, typed, refused):
    made(owner.say("workspace set allowed_domains example.com"))
    assert code(dana.run("invite create", **_options(dana, typed))) == refused
    assert code(dana.run("request invite", **_options(dana, typed))) == refused
    assert world.one("SELECT count(*) FROM requests WHERE kind = 'invite'") == 0


def _options(person: Person, typed: str):
    from core.typed import parse

    return parse(f"invite create {typed}", person.lift)[1]


def test_links_are_not_asked_for_where_they_are_off(world: World, owner, dana):
    made(owner.say("workspace set invite_links off"))
    assert code(dana.say("invite create")) == "LINKS_OFF"
    ask(dana, "emails:nora@example.com")


@pytest.mark.parametrize("who", ["Eve", "owner"])
def test_the_button_is_for_the_one_who_typed(world: World, owner, dana, who):
    card = dana.say("invite create")
    someone = owner if who == "owner" else world.member(owner, "Eve", "Designer")

    assert code(someone.click(card, "Ask")) == "UNKNOWN_BUTTON"
    assert world.one("SELECT count(*) FROM requests WHERE kind = 'invite'") == 0


def test_the_button_works_once_and_for_a_quarter_of_an_hour(world: World, owner, dana):
    card, other = dana.say("invite create name:A"), dana.say("invite create name:B")
    made(dana.click(card, "Ask"))
    assert code(dana.click(card, "Ask")) == "ALREADY_CONFIRMED"
    world.forward(15 * 60)
    assert code(dana.click(other, "Ask")) == "CONFIRM_TOO_LATE"


def test_other_announcements_are_not_confirmed_by_this_button(world: World, owner, dana):
    announced = made(owner.say("member remove member:Dana"))
    subject = announced.buttons[0].subject

    assert code(owner.press("invite.ask", subject)) == "UNKNOWN_BUTTON"
    assert "Dana" in world.members()


def test_whoever_may_invite_by_now_is_told_so(world: World, owner, dana):
    card = dana.say("invite create")
    made(owner.say("workspace set members_can_invite on"))

    assert code(dana.click(card, "Ask")) == "NOTHING_TO_CHANGE"
    assert code(owner.say("request invite")) == "NOTHING_TO_CHANGE"


def test_help_offers_asking_to_those_who_have_to_ask(world: World, owner, dana):
    assert "request invite" in words(dana.say("help request"))
    assert "request invite" not in words(owner.say("help request"))
    assert "invite create" in words(dana.say("help invite"))


# --- the request -------------------------------------------------------------------------------------------------------


def test_the_request_carries_everything_that_was_asked(world: World, owner, dana):
    typed = 'role:Commenter expires:2d uses:5 domain:corp.com name:"Spring" note:"See you"'
    card = made(dana.click(dana.say(f"invite create {typed}"), "Ask"))
    world.desk.drain(world.at)
    [shown] = [note for note in world.desk.to("OLGA") if id_in(card) in words(note)]

    assert card.title == "You asked for an invite link to Studio"
    assert [button.label for button in card.buttons] == ["Withdraw"]
    assert shown.title == "Dana asks for an invite link to Studio"
    assert field_of(shown, "For") == "anyone with an address at corp.com, 5 uses, for 2d"
    assert field_of(shown, "Role") == "Commenter"
    assert "Called Spring, with the note “See you”." in words(shown)
    world.forward(3_600)
    made(owner.click(shown, "Approve"))
    row = world.rows("SELECT * FROM invitations WHERE label LIKE 'Spring%'")[0]
    assert row.label == "Spring (asked by Dana)"
    assert (row.uses_limit, row.domain, row.note, row.expires_at) == (
        5,
        "corp.com",
        "See you",
        world.at + 2 * DAY,
    )
    assert json.loads(row.roles) if isinstance(row.roles, str) else row.roles == ["commenter"]


def test_the_approver_reads_everybody_who_is_meant(world: World, owner, dana):
    many = [f"p{n}@example.com" for n in range(ASK_LIMIT - 1)]
    request = ask(dana, f"emails:{','.join(many)} <@NORA>")
    world.desk.drain(world.at)
    [shown] = [note for note in world.desk.to("OLGA") if request in words(note)]

    assert shown.title == "Dana asks to invite 25 people to Studio"
    assert [plain(line.text) for line in shown.lines] == [*many, "a Slack account"]


def test_the_same_asked_twice_waits_once_and_another_ask_is_another(world: World, owner, dana):
    first = ask(dana, "emails:nora@example.com,Dora@example.com role:Designer")
    again = dana.click(
        dana.say("invite create role:designer emails:dora@Example.com,NORA@example.com"), "Ask"
    )

    assert code(again) == "ALREADY_ASKED"
    assert first in words(again)
    assert ask(dana, "emails:nora@example.com role:Designer") != first
    other = world.member(owner, "Dora", "Designer")
    assert ask(other, "emails:nora@example.com,Dora@example.com role:Designer") != first


def test_the_same_can_be_asked_again_once_it_is_over(world: World, owner, dana):
    first = ask(dana)
    made(owner.say(f"request deny {first}"))
    second = ask(dana)
    world.forward(3 * DAY)
    third = ask(dana)  # though no sweep has settled the second
    made(dana.say(f"request cancel {third}"))
    ask(dana)
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=second) == "expired"


def test_asking_can_be_typed_with_a_reason(world: World, owner, dana):
    card = made(dana.say('request invite emails:nora@example.com reason:"She starts on Monday"'))
    world.desk.drain(world.at)
    [shown] = [note for note in world.desk.to("OLGA") if id_in(card) in words(note)]

    assert field_of(shown, "Why") == "She starts on Monday"


@pytest.mark.parametrize("role", ["Admin", "Designer"])
def test_L37_who_could_say_yes_may_approve_invite_and_give_the_role(world: World, owner, dana, role):
    ada = world.member(owner, "Ada", "Admin")
    helper = world.member(owner, "Helper", "Content Editor")
    world.change(
        "UPDATE roles SET permissions = '[\"request:approve\", \"member:invite\"]' WHERE role_id = 'content-editor'"
    )
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")
    request = ask(dana, f"role:{role}")
    world.desk.drain(world.at)

    asked = {m.target.person for m in world.desk.messages if request in words(m.card)}
    assert asked == {"OLGA", "ADA"}
    verdict = helper.say(f"request approve {request}")
    assert code(verdict) in {"NOT_ALLOWED", "ABOVE_CEILING"}
    made(ada.say(f"request approve {request}"))


def test_an_approver_who_may_not_invite_is_told_what_they_lack(world: World, owner, dana):
    world.member(owner, "Helper", "Content Editor")
    helper = world.person("Helper")
    world.change(
        "UPDATE roles SET permissions = '[\"request:approve\", \"member:invite\"]' WHERE role_id = 'content-editor'"
    )
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")
    card = helper.say(f"request approve {ask(dana, 'role:Commenter')}")

    assert code(card) == "NOT_ALLOWED"
    assert "member:remove" in words(card)


# --- the decision ------------------------------------------------------------------------------------------------------


def test_a_yes_makes_a_link_in_the_approver_s_name_and_the_asker_gets_its_code(world: World, owner, dana):
    ada = world.member(owner, "Ada", "Admin")
    card = made(ada.say(f"request approve {ask(dana, 'role:Designer')}"))
    told = outcome(world)

    assert card.title == "Approved: Dana's request for an invite link"
    assert told.title == "Approved: your request for an invite link to Studio"
    row = world.rows("SELECT * FROM invitations WHERE label = 'Designer link (asked by Dana)'")[0]
    assert row.created_by == world.one("SELECT member_id FROM members WHERE name = 'Ada'")
    assert field_of(told, "Decided by") == "Ada"
    assert field_of(told, "Link") == f"https://door.example/i/{code_in(told)}"
    made(world.person("Nora").say(f"join {code_in(told)}"))
    assert world.members()["Nora"] == "Designer"
    facts = world.rows("SELECT facts FROM audit_events WHERE event = 'invitation.created' ORDER BY number")[
        -1
    ]
    assert json.loads(facts.facts)["asked_by"] == world.one(
        "SELECT member_id FROM members WHERE name = 'Dana'"
    )


def test_a_yes_for_people_has_a_result_for_each_and_their_codes(world: World, owner, dana):
    world.member(owner, "Max", "Designer", email="max@example.com")
    request = ask(
        dana, "emails:nora@example.com,max@example.com,olga@studio.example,nonsense,NORA@example.com <@NIA>"
    )
    card = made(owner.say(f"request approve {request}"))
    told = outcome(world)

    counts = "2 invited, 2 are members already, 1 twice in the list, 1 bad address"
    assert counts in words(card)
    assert counts in words(told)
    assert [plain(line.text).partition(" ")[2] for line in told.lines[:4]] == [
        "is a member already",
        "is a member already",
        "is not an e-mail address",
        "stands in the list twice",
    ]
    assert len(told.lines) == 6
    made(world.person("Nora", email="nora@example.com").say(f"join {code_in(told)}"))
    [note] = world.desk.to("NIA")
    assert note.title == "Olga invites you to Studio"


def test_what_was_denied_names_who_and_why_and_makes_nothing(world: World, owner, dana):
    request = ask(dana)
    made(owner.say(f"request deny {request} reason:not this week"))
    told = outcome(world)

    assert told.title == "Denied: your request for an invite link to Studio"
    assert field_of(told, "Reason") == "not this week"
    assert world.one("SELECT count(*) FROM invitations WHERE label LIKE '%asked%'") == 0


def test_L14_the_approver_s_standing_counts_when_the_code_is_used(world: World, owner, dana):
    ada = world.member(owner, "Ada", "Admin")
    made(ada.say(f"request approve {ask(dana, 'role:Designer')}"))
    secret = code_in(outcome(world))
    world.give(ada, "Designer")

    assert world.person("Nora").say(f"join {secret}").title == "You asked to join Studio"


def test_what_can_no_longer_be_made_is_refused_to_the_approver_and_stays_open(world: World, owner, dana):
    request = ask(dana, "domain:corp.com")
    made(owner.say("workspace set allowed_domains example.com"))
    assert code(owner.say(f"request approve {request}")) == "DOMAIN_CLOSED"
    made(owner.say("workspace set allowed_domains none"))
    made(owner.say("workspace set invite_links off"))
    assert code(owner.say(f"request approve {request}")) == "LINKS_OFF"

    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=request) == "pending"
    made(owner.say(f"request deny {request}"))


def test_a_code_that_died_before_its_message_went_out_is_not_in_it(world: World, owner, dana):
    made(owner.say(f"request approve {ask(dana)}"))
    made(owner.say('invite revoke "Invite link (asked by Dana)"'))
    told = outcome(world)

    assert "The link has ended since." in words(told)
    assert "Code" not in [field.label for field in told.fields]


def test_whoever_left_meanwhile_gets_no_codes_and_their_request_is_gone(world: World, owner, dana):
    request = ask(dana)
    approved = ask(dana, "name:Other")
    made(owner.say(f"request approve {approved}"))
    world.remove(owner, dana)
    world.desk.drain(world.at)

    assert code(owner.say(f"request approve {request}")) == "ALREADY_DECIDED"
    assert not [note for note in world.desk.to("DANA") if "request for an invite link" in note.title]


def test_who_came_and_left_waits_for_nothing_as_a_stranger(world: World, owner, dana):
    ask(dana)
    world.vanish(dana)
    assert dana.say("me").title == "You are not in Studio"


def test_no_code_stands_in_the_request_its_record_or_the_approver_s_card(world: World, owner, dana):
    request = ask(dana, "emails:nora@example.com")
    made(owner.say(f"request approve {request}"))
    secret = code_in(outcome(world))

    assert secret not in world.dump()
    assert not [note for note in world.desk.to("OLGA") if secret in words(note)]


@pytest.mark.parametrize("label", ["@everyone", "<!channel>", "<https://evil.example|click>", "*x*"])
def test_L32_what_was_typed_stands_on_the_card_as_the_text_it_is(world: World, owner, dana, label):
    card = dana.run("invite create", name=label, note=label, emails=f"{label} nora@example.com")
    request = id_in(made(dana.click(card, "Ask")))
    world.desk.drain(world.at)
    [shown] = [note for note in world.desk.to("OLGA") if request in words(note)]

    assert f"Called {label}, with the note “{label}”." in words(shown)
    assert all(isinstance(span, str) for line in shown.lines for span in line.text)
