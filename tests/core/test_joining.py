"""Redeeming a code: for whom, how often, until when, and with what approval."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from tests.core.world import World, code, code_in, field_of, id_in, made, words


def instant(world: World):
    return world.studio("studio", "join_policy instant")


# --- ceilings at redeeming -------------------------------------------------------------------------------------------


def test_a_good_code_is_enough_where_the_policy_says_so_and_the_inviter_could_give_the_role(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    nora = world.person("Nora")

    assert nora.say(f"join {dana.link(role='Designer')}").title == "Welcome to Studio"
    assert world.members()["Nora"] == "Designer"
    assert world.rows("SELECT * FROM requests") == []


@pytest.mark.parametrize("what", ["lost rank", "left", "lost the right to invite", "default role rose"])
def test_L14_a_join_waits_for_approval_where_the_inviter_could_not_give_the_role_today(world: World, what):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Content Editor")
    link = dana.link(role="" if what == "default role rose" else "Content Editor")
    if what == "lost rank":
        world.give(dana, "Commenter")
    elif what == "left":
        world.vanish(dana)  # their invitations end with them: this is for one that did not
    elif what == "lost the right to invite":
        world.change("UPDATE roles SET permissions = '[]' WHERE role_id = 'content-editor'")
        world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
    else:
        made(owner.say("workspace set default_role Admin"))
    nora = world.person("Nora")

    assert nora.say(f"join {link}").title == "You asked to join Studio"
    assert "Nora" not in world.members()


def test_an_inviter_who_rose_again_lets_people_in_again(world: World):
    owner = instant(world)
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link(role="Designer")
    world.give(dana, "Commenter")
    waiting = world.person("Nora").ask(link)
    world.give(dana, "Designer")

    assert world.person("Dora").say(f"join {link}").title == "Welcome to Studio"
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=waiting) == "pending"


@pytest.mark.parametrize("door", ["link", "email", "mention", "domain", "owner's own link"])
def test_L21_approval_belongs_to_joining_whatever_the_door(world: World, door):
    owner = world.studio()
    typed = {"email": "emails:nora@example.com", "mention": "<@NORA>", "domain": "domain:example.com"}
    card = made(owner.say(f"invite create {typed.get(door, '')}"))

    world.person("Nora", email="nora@example.com").ask(code_in(card))
    assert world.members() == {"Olga": "Owner"}


def test_the_default_role_is_that_of_the_moment_of_joining(world: World):
    owner = instant(world)
    link = owner.link()
    made(owner.say("workspace set default_role Designer"))
    made(world.person("Nora").say(f"join {link}"))
    made(owner.say("workspace set default_role none"))
    made(world.person("Dora").say(f"join {link}"))

    assert world.members() == {"Olga": "Owner", "Nora": "Designer", "Dora": ""}


# --- for whom ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proven", "refused"),
    [
        ("nora@example.com", ""),
        (" NORA@Example.COM ", ""),
        ("nora+door@example.com", "EMAIL_DIFFERS"),
        ("nora@mail.example.com", "EMAIL_DIFFERS"),
        ("eve@example.com", "EMAIL_DIFFERS"),
        ("nora@evil-example.com", "EMAIL_DIFFERS"),
        ("nora@example.com.evil.org", "EMAIL_DIFFERS"),
        ("", "EMAIL_NOT_PROVEN"),
        (None, "EMAIL_NOT_PROVEN"),
        ("not an address", "EMAIL_NOT_PROVEN"),
    ],
)
def test_L22_an_invitation_for_an_address_is_met_by_that_proven_address_only(world: World, proven, refused):
    link = code_in(made(instant(world).say("invite create emails:Nora@Example.com")))
    card = world.person("Nora", email=proven).say(f"join {link}")

    assert code(card) == refused
    assert ("Nora" in world.members()) is (refused == "")
    assert world.refused() == ([refused] if refused else [])


@pytest.mark.parametrize(
    ("proven", "refused"),
    [
        ("nora@corp.com", ""),
        ("NORA@CORP.COM", ""),
        ("nora+x@corp.com", ""),
        ("nora@evil-corp.com", "EMAIL_DIFFERS"),
        ("nora@mail.corp.com", "EMAIL_DIFFERS"),
        ("nora@corp.com.evil.org", "EMAIL_DIFFERS"),
        ("corp.com@evil.org", "EMAIL_DIFFERS"),
        (None, "EMAIL_NOT_PROVEN"),
    ],
)
def test_L22_a_domain_is_met_exactly(world: World, proven, refused):
    link = code_in(made(instant(world).say("invite create domain:@Corp.com")))
    assert code(world.person("Nora", email=proven).say(f"join {link}")) == refused


@pytest.mark.parametrize("typed", ["emails:nora@münchen.example", "domain:münchen.example"])
@pytest.mark.parametrize("proven", ["nora@münchen.example", "nora@xn--mnchen-3ya.example"])
def test_a_domain_in_either_of_its_forms_is_the_same_domain(world: World, typed, proven):
    link = code_in(made(instant(world).say(f"invite create {typed}")))
    assert world.person("Nora", email=proven).say(f"join {link}").title == "Welcome to Studio"


def test_an_invitation_for_a_chat_user_is_for_that_account_and_no_other(world: World):
    link = code_in(made(instant(world).say("invite create <@NORA>")))

    for other in (
        world.person("Eve"),
        world.person("Nora", realm="T2"),
        world.person("Nora", platform="discord"),
    ):
        assert code(other.say(f"join {link}")) == "NOT_FOR_YOU"
    assert world.person("Nora").say(f"join {link}").title == "Welcome to Studio"
    assert code(world.person("Eve").say(f"join {link}")) == "NOT_FOR_YOU"


# --- how often, until when -------------------------------------------------------------------------------------------


def test_accepting_twice_is_harmless_and_uses_nothing_up(world: World):
    owner = instant(world)
    link = owner.link(uses=2)
    nora = world.person("Nora")
    made(nora.say(f"join {link}"))

    for _ in range(3):
        assert nora.say(f"join {link}").title == "You are already in Studio"
    assert world.one("SELECT uses_taken FROM invitations") == 1
    assert owner.say(f"join {link}").title == "You are already in Studio"


def test_L10_a_link_for_two_lets_two_in_and_says_that_it_is_used_up(world: World):
    link = instant(world).link(uses=2)
    for name in ("Nora", "Dora"):
        made(world.person(name).say(f"join {link}"))
    card = world.person("Eve").say(f"join {link}")

    assert code(card) == "INVITATION_USED_UP"
    assert "It allowed 2 uses. Ask Olga" in words(card)


def test_a_person_who_left_does_not_come_back_by_the_invitation_that_they_used(world: World):
    link = instant(world).link()
    nora = world.person("Nora")
    made(nora.say(f"join {link}"))
    world.leave(nora)

    assert code(nora.say(f"join {link}")) == "ALREADY_USED"


def test_coming_back_by_another_invitation_restores_nothing(world: World):
    owner = instant(world)
    nora = world.member(owner, "Nora", "Admin")
    world.leave(nora)
    made(nora.say(f"join {owner.link()}"))

    assert world.members()["Nora"] == "Commenter"
    assert code(nora.say("workspace settings")) == "NOT_ALLOWED"


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_L01_a_code_is_good_until_its_last_second_and_not_at_the_next_with_no_sweep_at_all(
    world: World, policy
):
    owner = world.studio("studio", *(["join_policy instant"] if policy == "instant" else []))
    link = owner.link(expires="1h")
    world.forward(HOUR - 1)
    made(world.person("Nora").say(f"join {link}"))
    world.forward(1)
    card = world.person("Dora").say(f"join {link}")

    assert code(card) == "INVITATION_EXPIRED"
    assert "It expired on 15 January 2027 09:00 UTC. Ask Olga" in words(card)
    assert world.core.sweep(world.at) == 0


def test_L40_the_answer_to_a_dead_code_says_when_and_why_it_died(world: World):
    owner = instant(world)
    card = made(owner.say("invite create"))
    made(owner.click(card, "Revoke"))

    told = world.person("Nora").say(f"join {code_in(card)}")
    assert code(told) == "INVITATION_REVOKED"
    assert "Olga revoked it on 15 January 2027" in words(told)


def test_a_personal_invitation_that_was_accepted_tells_only_its_owner_so(world: World):
    link = code_in(made(instant(world).say("invite create emails:nora@example.com")))
    nora = world.person("Nora", email="nora@example.com")
    made(nora.say(f"join {link}"))
    twin = world.person("Nora Two", email="nora@example.com")

    assert code(twin.say(f"join {link}")) == "INVITATION_ACCEPTED"
    assert code(world.person("Eve", email="eve@example.com").say(f"join {link}")) == "EMAIL_DIFFERS"


# --- waiting ---------------------------------------------------------------------------------------------------------


def test_an_open_request_holds_one_use_and_asking_again_makes_no_second_one(world: World):
    owner = world.studio()
    link, other = owner.link(uses=1), owner.link()
    nora = world.person("Nora")
    request = nora.ask(link)

    for again in (link, other):
        card = nora.say(f"join {again}")
        assert code(card) == "ALREADY_WAITING"
        assert request in words(card)
    assert code(world.person("Dora").say(f"join {link}")) == "INVITATION_USED_UP"
    assert world.one("SELECT count(*) FROM requests") == 1


@pytest.mark.parametrize("ending", ["denied", "expired, swept", "expired, not swept"])
def test_a_request_that_came_to_nothing_gives_its_use_back(world: World, ending):
    owner = world.studio()
    link = owner.link(uses=1)
    request = world.person("Nora").ask(link)
    if ending == "denied":
        made(owner.say(f"request deny {request}"))
    else:
        world.forward(3 * DAY)
        if ending == "expired, swept":
            assert world.core.sweep(world.at) == 1
    assert made(world.person("Dora").say(f"join {link}")).title == "You asked to join Studio"
    assert world.one("SELECT uses_taken FROM invitations") == 1


@pytest.mark.parametrize("ending", ["denied", "expired"])
def test_who_was_denied_or_forgotten_may_ask_again_with_the_same_code(world: World, ending):
    owner = world.studio()
    link = owner.link(uses=1)
    nora = world.person("Nora")
    first = nora.ask(link)
    if ending == "denied":
        made(owner.say(f"request deny {first}"))
    else:
        world.forward(3 * DAY)
    second = nora.ask(link)

    assert first != second
    made(owner.say(f"request approve {second}"))
    assert world.members()["Nora"] == "Commenter"
    assert world.one("SELECT uses_taken FROM invitations") == 1


def test_L01_an_invitation_is_as_free_as_the_clock_says_before_any_sweep(world: World):
    owner = world.studio()
    link = owner.link(uses=1, expires="30d")
    invitation = world.one("SELECT invitation_id FROM invitations")
    world.person("Nora").ask(link)
    world.forward(3 * DAY)

    assert world.core.landing(link, world.at).title == "Olga invites you to Studio"
    card = made(owner.say(f"invite show {invitation}"))
    assert field_of(card, "For") == "anyone with the code, 1 of 1 uses left"
    assert made(owner.say("invite list")).title == "Invitations (1 waiting)"
    made(owner.say(f"invite extend {invitation} by:1d"))


def test_a_person_who_came_in_by_another_door_meanwhile_stays_as_they_are(world: World):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link(role="Designer", uses=1))
    world.change("UPDATE requests SET person = 'x/y/z' WHERE request_id = :r", r=request)
    nora = world.member(owner, "Nora", "Commenter")
    world.change("UPDATE requests SET person = 'slack/T1/NORA' WHERE request_id = :r", r=request)
    world.change("UPDATE invitation_uses SET person = 'slack/T1/NORA' WHERE member_id IS NULL")
    made(owner.say(f"request approve {request}"))

    assert world.members()["Nora"] == "Commenter"
    assert nora.say("me").title == "You are in Studio"


def test_L37_a_request_that_nobody_could_decide_is_refused_when_it_is_made(world: World):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    link = ada.link(role="Admin", uses=1)
    for person in (owner, ada):
        world.give(person, "Commenter")
    card = world.person("Nora").say(f"join {link}")

    assert code(card) == "NO_APPROVER"
    assert world.rows("SELECT * FROM requests WHERE person LIKE '%NORA'") == []
    assert world.one("SELECT max(uses_taken) FROM invitations WHERE uses_limit = 1") == 0


def test_the_newcomer_hears_what_they_wait_for_and_until_when(world: World):
    owner = world.studio()
    world.forward(1)
    world.member(owner, "Ada", "Admin")
    nora = world.person("Nora")
    card = made(nora.say(f"join {owner.link(role='Designer')}"))

    assert field_of(card, "Who can approve") == "Olga or Ada"
    assert field_of(card, "Role") == "Designer"
    assert field_of(card, "Answer until") == "18 January 2027 08:00 UTC"
    assert id_in(card) in words(nora.say("me"))
