"""Deciding requests, by button and by its typed twin: who may, until when, and what the loser hears."""

from __future__ import annotations

import pytest

from core.durations import DAY
from tests.core.world import World, code, made, words

VERBS = ("approve", "deny")


class Door:
    """The two ways of deciding, which must not differ."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def __call__(self, person, verb: str, request: str):
        if self.kind == "typed":
            return person.say(f"request {verb} request:{request}")
        workspace = person.world.one("SELECT workspace_id FROM requests WHERE request_id = :r", r=request)
        return person.press(f"request.{verb}", f"{workspace}/{request}")


@pytest.fixture(params=["button", "typed"])
def decide(request) -> Door:
    return Door(request.param)


def status(world: World, request: str) -> str:
    return world.one("SELECT status FROM requests WHERE request_id = :r", r=request)


def test_a_yes_makes_a_member_with_the_role_that_was_asked_for(world: World, decide):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link(role="Designer"))

    assert made(decide(owner, "approve", request)).title == "Approved: Nora"
    assert world.members()["Nora"] == "Designer"
    assert world.events("request.approved", "member.joined")[-2:] == ["request.approved", "member.joined"]
    world.sound()


def test_a_no_lets_nobody_in(world: World, decide):
    owner = world.studio()
    nora = world.person("Nora")
    request = nora.ask(owner.link())

    assert made(decide(owner, "deny", request)).title == "Denied: Nora"
    assert "Nora" not in world.members()
    assert made(nora.say("me")).title == "Denied: your request to join Studio"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("first", VERBS)
def test_L08_the_second_hears_who_was_first_and_when_and_changes_nothing(world: World, decide, first, verb):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    request = world.person("Nora").ask(owner.link())
    made(decide(ada, first, request))
    world.forward(60)
    card = decide(owner, verb, request)

    assert code(card) == "ALREADY_DECIDED"
    word = {"approve": "Approved", "deny": "Denied"}[first]
    assert f"{word} by Ada on 15 January 2027 08:00 UTC. Your click changed nothing." in words(card)
    assert ("Nora" in world.members()) is (first == "approve")
    assert len(world.events("request.approved", "request.denied")) == 2


@pytest.mark.parametrize("verb", VERBS)
def test_L05_a_request_is_decided_until_its_last_second_and_not_at_the_next(world: World, decide, verb):
    owner = world.studio()
    link = owner.link()
    early, late = world.person("Nora").ask(link), world.person("Dora").ask(link)
    world.forward(3 * DAY - 1)
    made(decide(owner, verb, early))
    world.forward(1)
    card = decide(owner, verb, late)

    assert code(card) == "REQUEST_EXPIRED"
    assert "It ended on 18 January 2027 08:00 UTC without an answer. Dora can ask again" in words(card)
    assert "Dora" not in world.members()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(
    "who", ["stranger", "other place", "requester", "Commenter", "Content Editor", "Designer"]
)
def test_L27_only_an_approver_decides_and_every_other_try_is_on_record(world: World, decide, verb, who):
    owner = world.studio()
    nora = world.person("Nora")
    request = nora.ask(owner.link())
    someone = {
        "stranger": world.person("Eve"),
        "other place": world.person("Eve", realm="T9"),
        "requester": nora,
    }.get(who) or world.member(owner, "Dana", who)
    card = decide(someone, verb, request)

    assert code(card) in {"NOT_A_MEMBER", "NOT_ALLOWED", "NOT_LINKED", "STILL_WAITING"}
    assert status(world, request) == "pending"
    assert len(world.refused()) == (0 if code(card) == "NOT_LINKED" else 1)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", ["demoted", "left"])
def test_L26_who_was_an_approver_when_the_card_came_but_is_none_now_decides_nothing(
    world: World, decide, verb, how
):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    request = world.person("Nora").ask(owner.link())
    if how == "demoted":
        world.give(ada, "Designer")
    else:
        world.leave(ada)

    assert code(decide(ada, verb, request)) == {"demoted": "NOT_ALLOWED", "left": "NOT_A_MEMBER"}[how]
    assert status(world, request) == "pending"


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_decides_their_own_request_though_they_became_an_approver_meanwhile(
    world: World, decide, verb
):
    owner = world.studio()
    nora = world.person("Nora")
    request = nora.ask(owner.link())
    world.change("UPDATE requests SET person = 'x', subject = 'X' WHERE request_id = :r", r=request)
    world.member(owner, "Nora", "Admin")
    world.change(
        "UPDATE requests SET person = 'slack/T1/NORA', subject = 'NORA' WHERE request_id = :r", r=request
    )

    assert code(decide(nora, verb, request)) == "OWN_REQUEST"
    assert status(world, request) == "pending"


@pytest.mark.parametrize("verb", VERBS)
def test_a_request_above_the_approver_s_ceiling_needs_somebody_higher(world: World, decide, verb):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    link = owner.link(role="Admin")
    world.change("UPDATE invitations SET roles = '[\"admin\", \"owner\"]' WHERE label = 'Admin link'")
    request = world.person("Nora").ask(link)

    assert code(decide(ada, verb, request)) == "ABOVE_CEILING"
    made(decide(owner, verb, request))


def test_the_role_of_a_request_is_fixed_when_it_is_made(world: World, decide):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    made(owner.say("workspace set default_role Admin"))
    made(decide(owner, "approve", request))

    assert world.members()["Nora"] == "Commenter"


def test_a_revoked_invitation_does_not_undo_an_open_request(world: World, decide):
    owner = world.studio()
    link = owner.link()
    request = world.person("Nora").ask(link)
    made(owner.say(f"invite revoke {world.one('SELECT invitation_id FROM invitations')}"))
    made(decide(owner, "approve", request))

    assert "Nora" in world.members()


def test_an_approver_s_list_holds_what_they_may_decide_and_nobody_else_s(world: World):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    dana = world.member(owner, "Dana", "Designer")
    link = owner.link(role="Admin")
    request = world.person("Nora").ask(link)
    world.change("UPDATE requests SET roles = '[\"owner\"]' WHERE request_id = :r", r=request)

    assert request in words(owner.say("request list"))
    assert request not in words(ada.say("request list"))
    assert request not in words(dana.say("request list"))
    assert owner.complete("request approve", "request") == [f"Nora ({request})"]
    assert ada.complete("request approve", "request") == []
    world.forward(3 * DAY)
    assert request not in words(owner.say("request list"))


def test_the_reason_reaches_the_person_who_asked(world: World):
    owner = world.studio()
    nora = world.person("Nora")
    request = nora.ask(owner.link())
    made(owner.say(f"request deny {request} reason:not this week"))
    world.desk.drain(world.at)

    [told] = world.desk.to("NORA")
    assert "not this week" in words(told)
    assert "Olga" in words(told)


def test_a_request_is_named_in_any_case_and_without_its_beginning(world: World):
    owner = world.studio()
    link = owner.link()
    for number, form in enumerate((str, str.lower, str.upper, lambda typed: typed[4:])):
        request = world.person(f"N{number}").ask(link)
        made(owner.say(f"request approve {form(request)}"))


def test_a_member_on_another_platform_decides_in_the_linked_place_there(world: World, decide):
    owner = world.studio()
    dan = world.member(owner, "Dan", "Admin", platform="discord")
    made_code = owner.say("workspace link").fields[0].value[0].text
    admin = dan.with_(place_admin=True)
    made(admin.say(f"workspace link code:{made_code}"))
    request = world.person("Nora").ask(owner.link())

    made(decide(dan, "approve", request))
    assert "by Dan" in words(decide(owner, "deny", request))
