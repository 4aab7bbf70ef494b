"""Asking for a role: under policy, within the giver's own, and with a true word about what came of it."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, field_of, id_in, made, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    world.forward(60)
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def bob(world: World, ada: Person) -> Person:
    return world.member(ada, "Bob", "Commenter")


def request(person: Person, typed: str) -> str:
    return id_in(made(person.say(f"request role {typed}")))


def held(world: World, name: str) -> dict[str, int | None]:
    rows = world.rows(
        "SELECT h.role_id, h.ends_at FROM member_roles h JOIN members m ON m.workspace_id = h.workspace_id "
        "AND m.member_id = h.member_id WHERE m.name = :name",
        name=name,
    )
    return {row.role_id: row.ends_at for row in rows}


def told(world: World, person: str, request_id: str) -> list[str]:
    world.desk.drain(world.at)
    return [words(card) for card in world.desk.to(person) if request_id in words(card)]


def member_id(world: World, name: str) -> str:
    return world.one("SELECT member_id FROM members WHERE name = :name", name=name)


# --- asking --------------------------------------------------------------------------------------------------------------


def test_who_asks_reads_who_can_say_yes_and_those_get_a_card_that_says_what_it_does(
    world: World, owner, ada, bob
):
    asked = made(bob.say('request role role:Designer reason:"the spring campaign"'))
    assert asked.title == "You asked for Designer"
    assert field_of(asked, "Who can approve") == "Olga or Ada"
    assert [button.label for button in asked.buttons] == ["Withdraw"]

    world.desk.drain(world.at)
    [card] = [card for card in world.desk.to("ADA") if id_in(asked) in words(card)]
    assert card.title == "Bob asks for Designer"
    assert field_of(card, "Asks for") == "Designer, for good"
    assert field_of(card, "Has now") == "Commenter"
    assert field_of(card, "Why") == "the spring campaign"
    assert "takes the place of Commenter" in words(card)


def test_a_yes_gives_the_role_in_the_approver_s_name_and_takes_the_place_of_the_one_before(
    world: World, owner, ada, bob
):
    asked = request(bob, "role:Designer")
    made(ada.say(f"request approve {asked} reason:Welcome"))

    assert held(world, "Bob") == {"designer": None}
    [row] = world.rows("SELECT effect, status FROM requests WHERE request_id = :r", r=asked)
    assert (row.status, row.effect) == ("approved", "applied")
    source = world.one("SELECT source FROM member_roles WHERE role_id = 'designer'")
    assert source == f"request {asked} approved by {member_id(world, 'Ada')}"
    [note] = told(world, "BOB", asked)
    assert note.startswith("Approved: your request for Designer")
    assert "Ada" in note
    assert "Welcome" in note
    assert told(world, "BOB", asked) == [note]
    assert f"request {asked} approved by Ada" in words(made(owner.say("member show member:Bob")))
    world.sound()


def test_a_role_for_a_time_comes_on_top_and_counts_from_the_yes(world: World, ada, bob):
    asked = request(bob, "role:Designer for:8h")
    world.forward(DAY)
    made(ada.say(f"request approve {asked}"))

    assert held(world, "Bob") == {"commenter": None, "designer": world.at + 8 * HOUR}
    assert world.core.can(*_who(world), "content:edit", world.at + 8 * HOUR - 1).allowed
    assert not world.core.can(*_who(world), "content:edit", world.at + 8 * HOUR).allowed


def _who(world: World) -> tuple[str, str]:
    return world.one(
        "SELECT workspace_id FROM workspaces WHERE workspace_id <> '' AND name = 'Studio'"
    ), member_id(world, "Bob")


def test_a_date_stays_that_date_and_an_answer_that_comes_too_late_for_it_is_none(world: World, ada, bob):
    asked = request(bob, "role:Designer for:2027-01-16")
    until = world.one("SELECT expires_at FROM requests WHERE request_id = :r", r=asked) + 300
    made(ada.say(f"request approve {asked}"))

    assert held(world, "Bob")["designer"] == until


def test_L05_the_age_of_a_request_is_checked_at_the_click(world: World, ada, bob):
    asked = request(bob, "role:Designer")
    world.forward(3 * DAY)

    for verb in ("approve", "deny"):
        assert code(ada.say(f"request {verb} {asked}")) == "REQUEST_EXPIRED"
    assert held(world, "Bob") == {"commenter": None}


def test_what_one_has_what_passes_on_otherwise_and_what_is_none_is_not_asked_for(world: World, ada, bob):
    for typed, refused in {
        "role:Commenter": "NOTHING_TO_CHANGE",
        "role:Owner": "ONE_HOLDER",
        "role:King": "UNKNOWN_ROLE",
        "role:Designer for:1m": "BAD_ASKED_TIME",
        "role:Designer for:91d": "BAD_ASKED_TIME",
    }.items():
        assert code(bob.say(f"request role {typed}")) == refused
    assert world.one("SELECT count(*) FROM requests") == 0


def test_a_role_that_does_not_count_on_the_plan_is_not_asked_for(world: World):
    owner = world.studio("animation", "join_policy instant")
    bob = world.member(owner, "Bob", "Editor")
    world.change("UPDATE workspaces SET plan = 'pro'")

    assert code(bob.say("request role role:Viewer")) == "ROLE_NOT_ON_PLAN"


def test_who_may_give_it_to_themselves_is_told_how(world: World, ada):
    answer = ada.say("request role role:Designer")
    assert code(answer) == "NOTHING_TO_CHANGE"
    assert 'role assign member:me role:"Designer"' in words(answer)


def test_who_holds_the_role_of_exactly_one_does_not_give_it_up_by_asking(world: World, owner):
    world.change("UPDATE roles SET permissions = '[\"request:approve\"]' WHERE role_id = 'owner'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1")
    assert code(owner.say("request role role:Designer")) == "ONE_HOLDER"


# --- twice, and too much ---------------------------------------------------------------------------------------------------


def test_the_same_is_asked_for_once_and_again_when_that_is_over(world: World, ada, bob):
    asked = request(bob, "role:Designer")
    again = bob.say("request role role:designer reason:please")
    assert code(again) == "ALREADY_ASKED"
    assert asked in words(again)
    made(ada.say(f"request deny {asked}"))
    assert request(bob, "role:Designer") != asked


def test_the_accounts_of_one_member_are_one_person(world: World, ada, bob):
    asked = request(bob, "role:Designer")
    elsewhere = world.person("Bob", realm="T2", subject="B2", where=bob.where)
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        "SELECT workspace_id, platform, 'T2', 'B2', member_id FROM identities WHERE subject = 'BOB'"
    )

    assert code(elsewhere.say("request role role:Designer")) == "ALREADY_ASKED"
    assert asked in words(made(elsewhere.say("request list")))
    assert code(elsewhere.say(f"request approve {asked}")) == "NOT_ALLOWED"
    world.give(bob, "Admin")
    assert code(elsewhere.say(f"request approve {asked}")) == "OWN_REQUEST"


def test_a_few_requests_of_a_kind_wait_at_a_time(world: World, owner, ada, bob):
    for number in range(6):
        made(owner.say(f"role create name:Extra{number} rank:{number + 3} permissions:comment:write"))
    for number in range(5):
        request(bob, f"role:Extra{number}")

    sixth = bob.say("request role role:Extra5")
    assert code(sixth) == "TOO_MANY_WAITING"
    assert "5 of your requests for a role" in words(sixth)
    world.forward(3 * DAY)
    request(bob, "role:Extra5")


def test_one_s_own_requests_stand_in_the_list_and_under_me(world: World, ada, bob):
    asked = request(bob, "role:Designer")

    assert f"{asked} your own request for Designer" in words(made(bob.say("request list")))
    assert asked in words(made(bob.say("me")))
    assert asked in words(made(ada.say("request list")))
    made(bob.say(f"request cancel {asked}"))
    assert asked not in words(made(bob.say("me")))


# --- nobody to ask ---------------------------------------------------------------------------------------------------------


def test_L37_that_nobody_could_give_it_is_said_at_once(world: World, owner, ada, bob):
    made(owner.say('role create name:Chief rank:45 permissions:"workspace:delete, request:approve"'))
    world.vanish(owner)
    answer = bob.say("request role role:Chief")

    assert code(answer) == "NOBODY_TO_ASK"
    assert "No member may both approve requests and give you the role Chief" in words(answer)
    assert world.one("SELECT count(*) FROM requests") == 0


def test_L37_with_a_policy_of_one_s_own_it_is_said_whom_it_takes(world: World, owner, ada, bob):
    made(owner.say('workspace set setting:approvals value:"role: 2 of role:Owner or role:Admin"'))
    world.vanish(owner)
    answer = bob.say("request role role:Designer")

    assert code(answer) == "NOBODY_TO_ASK"
    assert "two of" in words(answer)


def test_who_stands_below_whoever_asks_is_not_asked_and_may_not_answer(world: World, owner, ada):
    made(owner.say('role create name:Deputy rank:32 permissions:"request:approve, member:invite"'))
    made(owner.say('role create name:Guard rank:35 permissions:"comment:write"'))
    dora = world.member(owner, "Dora", "Deputy")
    gus = world.member(owner, "Gus", "Guard")
    asked = made(gus.say("request role role:Commenter for:8h"))

    assert field_of(asked, "Who can approve") == "Olga or Ada"
    assert code(dora.say(f"request approve {id_in(asked)}")) == "MEMBER_ABOVE"


# --- at the click ----------------------------------------------------------------------------------------------------------


def test_L13_L14_nobody_says_yes_to_more_than_they_have_and_the_role_may_have_grown_meanwhile(
    world: World, owner, ada, bob
):
    asked = request(bob, "role:Designer")
    made(owner.say("role edit name:Designer permissions:+workspace:delete"))
    world.desk.drain(world.at)

    assert code(ada.say(f"request approve {asked}")) == "ABOVE_CEILING"
    made(owner.say(f"request approve {asked}"))


def test_who_is_an_approver_for_a_time_gives_it_for_no_longer(world: World, owner, ada, bob):
    cora = world.member(owner, "Cora", "Commenter")
    made(owner.say("role assign member:Cora role:Admin for:4h"))
    for_good = request(bob, "role:Designer")
    assert code(cora.say(f"request approve {for_good}")) == "ABOVE_CEILING"
    made(bob.say(f"request cancel {for_good}"))

    longer = request(bob, "role:Designer for:8h")
    assert code(cora.say(f"request approve {longer}")) == "ABOVE_CEILING"
    made(bob.say(f"request cancel {longer}"))
    made(cora.say(f"request approve {request(bob, 'role:Designer for:3h')}"))
    assert held(world, "Bob")["designer"] == world.at + 3 * HOUR


@pytest.mark.parametrize("how", ["given", "left"])
def test_a_request_of_which_nothing_can_come_is_closed_with_a_word_by_whoever_comes_to_answer(
    world: World, owner, ada, bob, how
):
    asked = request(bob, "role:Designer")
    if how == "given":
        made(owner.say("role assign member:Bob role:Designer"))
    else:
        world.vanish(bob)
    answer = ada.say(f"request approve {asked}")

    assert answer.title == "Withdrawn: Bob's request for Designer"
    said = {"given": "It was given meanwhile.", "left": "Whoever asked is no longer a member."}[how]
    assert said in words(answer)
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=asked) == "withdrawn"
    notes = [note for note in told(world, "BOB", asked) if note.startswith("Withdrawn")]
    assert [said in note for note in notes] == ([True] if how == "given" else [])
    assert code(owner.say(f"request approve {asked}")) == "ALREADY_DECIDED"
    world.sound()


def test_a_yes_does_not_shorten_what_was_given_meanwhile(world: World, owner, ada, bob):
    asked = request(bob, "role:Designer for:8h")
    made(owner.say("role assign member:Bob role:Designer for:30d"))
    answer = made(ada.say(f"request approve {asked}"))
    assert "It was given meanwhile." in words(answer)
    assert held(world, "Bob")["designer"] == world.at + 30 * DAY


def test_only_who_may_answer_learns_that_nothing_can_come_of_it(world: World, owner, bob):
    cora = world.member(owner, "Cora", "Commenter")
    asked = request(bob, "role:Designer")
    world.vanish(bob)

    assert code(cora.say(f"request approve {asked}")) == "NOT_ALLOWED"
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=asked) == "pending"


def test_a_role_that_somebody_asks_for_is_not_deleted(world: World, owner, ada, bob):
    made(owner.say("role create name:Extra rank:5 permissions:comment:write"))
    asked = request(bob, "role:Extra")
    assert code(owner.say("role delete name:Extra")) == "ROLE_IN_USE"
    made(bob.say(f"request cancel {asked}"))
    made(owner.say("role delete name:Extra"))


def test_removal_ends_what_somebody_asked_for(world: World, owner, ada, bob):
    asked = request(bob, "role:Designer")
    world.remove(owner, bob)
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=asked) == "withdrawn"
    assert code(ada.say(f"request approve {asked}")) == "ALREADY_DECIDED"


# --- several approvers, reasons ---------------------------------------------------------------------------------------------


def test_it_takes_as_many_as_the_policy_says_and_the_last_one_gives_it(world: World, owner, ada, bob):
    made(owner.say('workspace set setting:approvals value:"role: 2 of request:approve"'))
    asked = request(bob, "role:Designer")
    first = made(ada.say(f"request approve {asked}"))
    assert "1 of 2 approvals" in words(first)
    assert held(world, "Bob") == {"commenter": None}
    world.desk.drain(world.at)
    [card] = [card for card in world.desk.to("OLGA") if asked in words(card)]
    assert "1 of 2 approvals · Ada said yes" in words(card)
    made(owner.say(f"request approve {asked}"))

    assert held(world, "Bob") == {"designer": None}
    [note] = told(world, "BOB", asked)
    assert "Ada and Olga" in note


def test_a_reason_that_the_policy_asks_for_is_asked_for_by_the_button_too(world: World, owner, ada, bob):
    made(owner.say('workspace set setting:approvals value:"role: 1 of request:approve; reason on ask"'))
    subject = f"{_who(world)[0]}/designer"
    answer = bob.press("role.ask", subject)

    assert answer.form is not None
    assert [entry.name for entry in answer.form.entries if entry.required] == ["reason"]
    assert code(bob.say("request role role:Designer")) == "REASON_NEEDED"
    assert 'request role role:"Designer" reason:"…"' in words(answer)
    made(bob.say("request role role:Designer reason:spring"))


# --- the button ------------------------------------------------------------------------------------------------------------


def test_the_button_asks_at_once_and_opens_nothing_that_is_not_there(world: World, ada, bob):
    workspace = _who(world)[0]
    assert made(bob.press("role.ask", f"{workspace}/designer")).title == "You asked for Designer"
    assert code(bob.press("role.ask", f"{workspace}/king")) == "UNKNOWN_BUTTON"
    assert code(world.person("Eve").press("role.ask", f"{workspace}/designer")) == "NOT_A_MEMBER"


def test_what_can_be_asked_for_is_offered_while_typing(world: World, owner, ada, bob):
    offered = bob.complete("request role", "role")
    assert offered == ["Admin", "Designer", "Content Editor"]
    made(owner.say("role assign member:Bob role:Designer for:8h"))
    assert "Designer" in bob.complete("request role", "role", "des")
