"""Asking for access to a resource: those answer who could give it themselves, and nobody hears of more than they may know."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, field_of, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("computers", "join_policy instant")


@pytest.fixture
def mia(world: World, owner: Person) -> Person:
    world.forward(60)
    return world.member(owner, "Mia", "Member Manager")


@pytest.fixture
def bob(world: World, owner: Person, mia: Person) -> Person:
    made(owner.say("resource create kind:computer name:Farm"))
    made(owner.say("resource create kind:computer name:Node parent:Farm"))
    return world.member(owner, "Bob", "Contributor")


def request(person: Person, typed: str) -> str:
    return id_in(made(person.say(f"request access {typed}")))


def resource(world: World, name: str) -> str:
    return world.one("SELECT resource_id FROM resources WHERE name = :name", name=name)


def workspace(world: World) -> str:
    return world.one("SELECT workspace_id FROM resources LIMIT 1")


def member_id(world: World, name: str) -> str:
    return world.one("SELECT member_id FROM members WHERE name = :name", name=name)


def held(world: World, name: str) -> dict[str, tuple[int, int | None]]:
    rows = world.rows(
        "SELECT r.name, g.level, g.ends_at FROM grants g JOIN resources r ON r.workspace_id = g.workspace_id "
        "AND r.resource_id = g.resource_id WHERE g.holder = :who",
        who=member_id(world, name),
    )
    return {row.name: (row.level, row.ends_at) for row in rows}


def told(world: World, person: str, request_id: str) -> list[str]:
    world.desk.drain(world.at)
    return [words(card) for card in world.desk.to(person) if request_id in words(card)]


# --- asking --------------------------------------------------------------------------------------------------------------


def test_who_asks_and_who_answers_read_the_same_and_a_yes_gives_it(world: World, owner, mia, bob):
    assert not world.core.can(
        workspace(world), member_id(world, "Bob"), "application:launch", world.at, resource(world, "Farm")
    ).allowed
    asked = made(bob.say('request access resource:farm level:use for:8h reason:"the trailer"'))
    assert asked.title == "You asked for use on Farm"
    assert field_of(asked, "Who can approve") == "Olga or Mia"
    request_id = id_in(asked)
    world.desk.drain(world.at)
    [card] = [card for card in world.desk.to("MIA") if request_id in words(card)]
    assert card.title == "Bob asks for use on Farm"
    assert field_of(card, "Asks for") == "use on Farm, for 8h"
    assert field_of(card, "Why") == "the trailer"
    world.forward(HOUR)
    made(mia.click(card, "Approve"))

    until = world.at + 8 * HOUR
    assert held(world, "Bob") == {"Farm": (2, until)}
    source = world.one("SELECT source FROM grants")
    assert source == f"request {request_id} approved by {member_id(world, 'Mia')}"
    assert world.one("SELECT effect FROM requests WHERE request_id = :r", r=request_id) == "applied"
    node = (workspace(world), member_id(world, "Bob"), "application:launch")
    assert world.core.can(*node, until - 1, resource(world, "Node")).allowed
    assert not world.core.can(*node, until, resource(world, "Node")).allowed
    [note] = told(world, "BOB", request_id)
    assert note.startswith("Approved: your request for use on Farm")
    assert "Mia" in note
    world.sound()


def test_a_no_gives_nothing_and_says_who_and_why(world: World, mia, bob):
    asked = request(bob, "resource:Farm level:use")
    made(mia.say(f'request deny {asked} reason:"not this week"'))

    assert held(world, "Bob") == {}
    [note] = told(world, "BOB", asked)
    assert note.startswith("Denied: your request for use on Farm")
    assert "Mia" in note
    assert "not this week" in note


def test_L05_the_age_is_checked_at_the_click(world: World, mia, bob):
    asked = request(bob, "resource:Farm level:use")
    world.forward(3 * DAY)
    assert code(mia.say(f"request approve {asked}")) == "REQUEST_EXPIRED"
    assert held(world, "Bob") == {}


def test_what_one_has_is_answered_kindly(world: World, owner, mia, bob):
    made(owner.say("access grant resource:Farm to:Bob level:edit"))
    for name in ("Farm", f"{resource(world, 'Node')}"):
        answer = bob.say(f"request access resource:{name} level:use")
        assert code(answer) == "NOTHING_TO_CHANGE"
        assert "already" in words(answer)
    request(bob, "resource:Farm level:manage")


def test_who_may_give_it_to_themselves_is_told_how(mia, bob):
    answer = mia.say("request access resource:Farm level:edit")
    assert code(answer) == "NOTHING_TO_CHANGE"
    assert "access grant" in words(answer)


def test_the_same_resource_is_asked_for_once_at_whatever_level(world: World, mia, bob):
    asked = request(bob, "resource:Farm level:view")
    assert code(bob.say("request access resource:Farm level:edit")) == "ALREADY_ASKED"
    made(mia.say(f"request deny {asked}"))
    request(bob, "resource:Farm level:edit")


def test_what_somebody_may_not_know_of_reads_as_unknown(world: World, mia, bob):
    for command in ("can application:launch", "why application:launch", "access list", "resource show"):
        named = "name" if command == "resource show" else "resource"
        assert code(bob.say(f"{command} {named}:Node")) == "UNKNOWN_RESOURCE"
    assert (
        code(bob.press("access.ask", f"{workspace(world)}/{resource(world, 'Node')}@use")) == "UNKNOWN_BUTTON"
    )


def test_what_is_not_given_can_be_asked_for_by_its_whole_name(world: World, owner, mia, bob):
    for unknown in ("Nod", "Nowhere"):
        assert code(bob.say(f"request access resource:{unknown} level:use")) == "UNKNOWN_RESOURCE"
    made(owner.say("resource create kind:computer name:Barn"))
    made(owner.say("resource create kind:computer name:Node parent:Barn"))
    answer = bob.say("request access resource:Node level:use")
    assert code(answer) == "UNKNOWN_RESOURCE"  # two of them, and neither is shown
    assert "Barn" not in words(answer)
    asked = request(bob, "resource:Farm/Node level:use for:1h")
    made(mia.say(f"request approve {asked}"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    over = world.desk.to("BOB")[-1]
    assert over.title == "Your access to Node (use) is over"
    again = words(over).partition("Ask for it again: ")[2].strip(" `")
    request(bob, again.removeprefix("request access "))


# --- who may answer --------------------------------------------------------------------------------------------------------


def test_L37_where_nobody_could_give_it_that_is_said_at_once(world: World, owner, mia, bob):
    made(owner.say('workspace set setting:approvals value:"access: 1 of role:Contributor"'))
    answer = bob.say("request access resource:Farm level:use")
    assert code(answer) == "NOBODY_TO_ASK"
    assert world.one("SELECT count(*) FROM requests") == 0


def test_who_could_not_give_it_themselves_does_not_approve_it_and_a_manager_may(
    world: World, owner, mia, bob
):
    cora = world.member(owner, "Cora", "Contributor")
    made(owner.say('workspace set setting:approvals value:"access: 1 of role:Contributor or role:Owner"'))
    asked = request(bob, "resource:Farm level:use")
    assert code(cora.say(f"request approve {asked}")) == "CANNOT_GRANT"
    assert asked not in words(cora.say("request list"))
    made(owner.say("access grant resource:Farm to:Cora level:manage"))

    assert asked in words(cora.say("request list"))
    made(cora.say(f"request approve {asked}"))
    assert held(world, "Bob") == {"Farm": (2, None)}


def test_who_may_give_it_for_a_time_gives_it_for_no_longer(world: World, owner, mia, bob):
    cora = world.member(owner, "Cora", "Contributor")
    made(owner.say('workspace set setting:approvals value:"access: 1 of role:Contributor or role:Owner"'))
    made(owner.say("access grant resource:Farm to:Cora level:manage for:4h"))
    for_good = request(bob, "resource:Farm level:use")
    assert code(cora.say(f"request approve {for_good}")) == "GRANT_OUTLASTS"
    made(bob.say(f"request cancel {for_good}"))
    made(cora.say(f"request approve {request(bob, 'resource:Farm level:use for:3h')}"))
    assert held(world, "Bob") == {"Farm": (2, world.at + 3 * HOUR)}


def test_L26_who_may_give_it_no_more_decides_nothing(world: World, owner, mia, bob):
    asked = request(bob, "resource:Farm level:use")
    made(owner.say('role unassign member:Mia role:"Member Manager"'))
    assert code(mia.say(f"request approve {asked}")) == "NOT_ALLOWED"
    assert held(world, "Bob") == {}


def test_L28_nobody_answers_their_own(world: World, owner, mia, bob):
    asked = request(bob, "resource:Farm level:use")
    made(owner.say('role assign member:Bob role:"Member Manager"'))
    assert code(bob.say(f"request approve {asked}")) == "OWN_REQUEST"


# --- at the click ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["given", "left"])
def test_a_request_of_which_nothing_can_come_is_closed_by_whoever_answers(world: World, owner, mia, bob, how):
    asked = request(bob, "resource:Farm level:use")
    if how == "given":
        made(owner.say("access grant resource:Farm to:Bob level:edit"))
    else:
        world.vanish(bob)
    answer = mia.say(f"request approve {asked}")

    assert answer.title == "Withdrawn: Bob's request for use on Farm"
    assert {"given": "It was given meanwhile.", "left": "no longer a member"}[how] in words(answer)
    assert world.one("SELECT status FROM requests") == "withdrawn"


def test_with_the_resource_goes_what_was_asked_about_it(world: World, owner, mia, bob):
    asked = request(bob, "resource:Farm level:use")
    made(owner.click(made(owner.say("resource delete name:Farm")), "Confirm"))

    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=asked) == "withdrawn"
    assert code(mia.say(f"request approve {asked}")) == "ALREADY_DECIDED"
    [note] = told(world, "BOB", asked)
    assert note.startswith("Withdrawn: your request for use on Farm")


# --- the button ------------------------------------------------------------------------------------------------------------


def test_the_button_asks_at_once_or_shows_what_could_be_meant(world: World, owner, mia, bob):
    made(owner.say("resource create kind:computer name:Lab"))
    made(owner.say("access grant resource:Lab to:Bob level:view"))
    offered = made(bob.press("access.ask", f"{workspace(world)}/any"))
    [menu] = offered.menus
    assert [choice.label for choice in menu.choices] == ["use on Farm"]
    assert menu.choices[0].value == f"{resource(world, 'Farm')}@use"

    asked = made(bob.press("access.ask", f"{workspace(world)}/{menu.choices[0].value}"))
    assert asked.title == "You asked for use on Farm"
    for odd in ("res-2222@use", f"{resource(world, 'Farm')}@own", "x", "@"):
        assert code(bob.press("access.ask", f"{workspace(world)}/{odd}")) == "UNKNOWN_BUTTON"


def test_who_asks_why_not_is_offered_to_ask_for_what_is_missing_first(world: World, owner, mia, bob):
    farm = resource(world, "Farm")
    for verb in ("can", "why"):
        answer = made(bob.say(f"{verb} permission:application:launch resource:Farm"))
        assert answer.title == "No: you may not application:launch on Farm"
        [button, _] = answer.buttons
        assert (button.label, button.subject) == ("Ask", f"{workspace(world)}/{farm}@use")
    dana = world.member(owner, "Dana", "")
    [button, _] = made(dana.say("can permission:application:launch resource:Farm")).buttons
    assert button.subject == f"{workspace(world)}/contributor"
    assert made(dana.press(button.action, button.subject)).title == "You asked for Contributor"

    assert not made(mia.say("can member:Bob permission:application:launch resource:Farm")).buttons
    made(owner.say("access grant resource:Farm to:Bob level:use"))
    assert not made(bob.say("can permission:application:launch resource:Farm")).buttons
    made(owner.say('workspace set setting:approvals value:"access: 1 of role:Contributor"'))
    assert not made(bob.say("why permission:workspace:delete")).buttons


def test_an_approver_gives_less_and_both_sides_read_what_was_asked_beside_it(world: World, owner, mia, bob):
    asked = request(bob, "resource:Farm level:edit for:8h")
    world.desk.drain(world.at)
    [card] = [card for card in world.desk.to("MIA") if asked in words(card)]
    assert [button.label for button in card.buttons] == [
        "Approve",
        "Approve with less",
        "Deny",
        "Deny with a reason",
    ]
    done = made(mia.say(f"request approve {asked} level:use for:2h"))

    assert held(world, "Bob") == {"Farm": (2, world.at + 2 * HOUR)}
    for said in (words(done), *told(world, "BOB", asked)):
        assert "use on Farm until" in said
        assert "(asked: edit on Farm, for 8h)" in said
    answered = next(card for card in world.desk.to("MIA") if card.title.startswith("Approved: Bob's"))
    assert "edit on Farm, for 8h" in field_of(answered, "Asks for")
    assert "(asked:" not in words(answered)


def test_what_is_typed_as_the_answer_says_gives_it_to_oneself(world: World, mia, bob):
    answer = mia.say("request access resource:Farm level:edit")
    made(mia.say(f"access grant resource:{resource(world, 'Farm')} to:me level:edit"))
    assert "to:me level:edit" in words(answer)
    assert held(world, "Mia") == {"Farm": (3, None)}


def test_a_little_is_asked_for_as_a_little_whatever_more_is_held_for_a_time(world: World, owner, mia, bob):
    made(owner.say("access grant resource:Farm to:Bob level:edit for:1h"))
    asked = made(bob.say("request access resource:Farm level:view for:30d"))
    assert asked.title == "You asked for view on Farm"
    world.desk.drain(world.at)
    assert "takes the place" not in words(world.desk.to("MIA")[-1])
    made(mia.say(f"request approve {id_in(asked)}"))
    rows = world.rows("SELECT level, ends_at FROM grants ORDER BY level")
    assert rows == [(1, world.at + 30 * DAY), (3, world.at + HOUR)]
    assert made(bob.say("request access resource:Farm level:edit for:2h")).title.startswith(
        "You asked to keep edit"
    )


def test_a_yes_takes_nothing_away_that_was_given_meanwhile(world: World, owner, mia, bob):
    asked = request(bob, "resource:Farm level:view for:8h")
    made(owner.say("access grant resource:Farm to:Bob level:edit for:2d"))
    answer = made(mia.say(f"request approve {asked}"))
    assert answer.title == "Withdrawn: Bob's request for view on Farm"
    assert "It was given meanwhile." in words(answer)
    assert held(world, "Bob") == {"Farm": (3, world.at + 2 * DAY)}
    world.sound()


def test_less_than_was_asked_for_takes_nothing_of_what_is_held_for_good(world: World, owner, mia, bob):
    made(owner.say("access grant resource:Farm to:Bob level:use"))
    asked = request(bob, "resource:Farm level:manage")
    mia.say(f"request approve {asked} level:view")
    assert held(world, "Bob") == {"Farm": (2, None)}


def test_approvers_are_not_reminded_of_what_nothing_can_come_of(world: World, owner, mia, bob):
    request(bob, "resource:Farm level:view for:8h")
    world.desk.drain(world.at)
    made(owner.say("access grant resource:Farm to:Bob level:edit"))
    world.forward(5 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert not [card for card in world.desk.to("MIA") if "Still waits" in card.title]
    assert world.one("SELECT status FROM requests") == "withdrawn"


def test_what_is_held_for_good_is_not_asked_for_though_more_is_held_for_a_time(world: World, owner, mia, bob):
    made(owner.say("access grant resource:Farm to:Bob level:view"))
    made(mia.say(f"request approve {request(bob, 'resource:Farm level:edit for:8h')}"))
    assert code(bob.say("request access resource:Farm level:view")) == "NOTHING_TO_CHANGE"
    asked = made(bob.say("request access resource:Farm level:use"))
    assert asked.title == "You asked for use on Farm"
    world.forward(8 * HOUR)

    assert made(bob.say("can permission:application:launch resource:Farm")).title.startswith("No:")
    assert code(bob.say("request access resource:Farm level:view")) == "NOTHING_TO_CHANGE"
