"""Approving less than was asked for: a lower role, or none; by the button and by its typed twin, by one and by several."""

from __future__ import annotations

import json

import pytest

from core.calls import Call
from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, field_of, id_in, made, words


def policy(owner: Person, typed: str) -> None:
    made(owner.run("workspace set", setting="approvals", value=typed))


def status(world: World, request: str) -> str:
    return world.one("SELECT status FROM requests WHERE request_id = :r", r=request)


def approve(person: Person, request: str, **options: str):
    return person.run("request approve", request=request, **options)


def press(person: Person, request: str):
    workspace = person.world.one("SELECT workspace_id FROM requests WHERE request_id = :r", r=request)
    return person.press("request.less", f"{workspace}/{request}")


def choose(person: Person, card, menu: str, choice: str):
    found = next(each for each in card.menus if each.label == menu)
    value = next(each.value for each in found.choices if each.label.startswith(choice))
    call = Call(
        person.actor,
        person.where,
        person.world.at,
        action=found.action,
        subject=found.subject,
        options={"choice": value},
    )
    return person.world.core.handle(call)


def mail(world: World, who: str) -> list:
    world.desk.drain(world.at)
    return world.desk.to(who)


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def nora(world: World) -> Person:
    return world.person("Nora")


# --- by one ------------------------------------------------------------------------------------------------------------


def test_a_lower_role_is_typed_and_everybody_hears_what_was_given_and_what_was_asked(
    world: World, owner, nora
):
    request = nora.ask(owner.link(role="Admin"))
    (question,) = mail(world, "OLGA")[-1:]
    assert [button.label for button in question.buttons] == [
        "Approve",
        "Approve with less",
        "Deny",
        "Deny with a reason",
    ]

    decided = made(approve(owner, request, role="designer"))

    assert "Nora is in as Designer (asked: Admin)." in words(decided)
    assert world.members()["Nora"] == "Designer"
    assert field_of(mail(world, "NORA")[-1], "Role") == "Designer (asked: Admin)"
    shown = next(card for card in mail(world, "OLGA") if card.title.startswith("Joined"))
    assert shown.title == "Joined: Nora is in Studio as Designer (asked: Admin)"
    facts = json.loads(world.one("SELECT facts FROM audit_events WHERE event = 'request.approved'"))
    assert facts["given"] == {"level": None, "roles": {"admin": "designer"}, "seconds": None}
    world.sound()


def test_it_is_chosen_from_a_drop_down_and_confirmed(world: World, owner, ada, nora):
    request = nora.ask(owner.link(role="Admin"))
    card = made(press(ada, request))
    assert card.title == "Approve Nora's request with less"
    assert card.buttons == ()
    (menu,) = card.menus
    assert (menu.label, [choice.label for choice in menu.choices]) == (
        "Instead of Admin",
        ["Designer", "Content Editor", "Commenter", "Admin, as asked"],
    )
    first = made(choose(ada, card, "Instead of Admin", "Commenter"))
    assert field_of(first, "Role") == "Commenter (asked: Admin)"
    second = made(choose(ada, first, "Instead of Admin", "Designer"))
    back = made(choose(ada, second, "Instead of Admin", "Admin"))
    assert back.buttons == ()
    assert status(world, request) == "pending"

    # What a card shows is what its own Confirm gives, whatever was chosen on another one since.
    assert made(ada.click(first, "Confirm")).title == "Approved: Nora"
    assert world.members()["Nora"] == "Commenter"
    assert code(ada.click(second, "Confirm")) == "ALREADY_DECIDED"
    assert code(choose(ada, first, "Instead of Admin", "Designer")) == "ALREADY_DECIDED"


def test_who_may_not_give_what_was_asked_may_give_less_of_it(world: World, owner, ada, nora):
    made(owner.say("role create name:Lead rank:45 permissions:request:approve,member:invite"))
    made(owner.say("role create name:Boss rank:48 permissions:request:approve,member:invite"))
    lead = world.member(owner, "Lea", "Lead")
    request = nora.ask(owner.link(role="Boss"))
    assert code(approve(lead, request)) == "ABOVE_CEILING"

    made(choose(lead, made(press(lead, request)), "Instead of Boss", "Lead"))
    assert made(approve(lead, request, role="Commenter")).title == "Approved: Nora"
    assert world.members()["Nora"] == "Commenter"


def test_more_than_was_asked_and_what_was_not_asked_at_all_is_no_less(world: World, owner, ada, nora):
    request = nora.ask(owner.link(role="Designer"))

    for options in (
        {"role": "Admin"},
        {"role": "none"},
        {"role": "Designer, Commenter"},
        {"level": "view"},
        {"for": "4h"},
        {"role": "Commenter", "for": "4h"},
    ):
        assert code(approve(owner, request, **options)) == "NOT_LESS"
    assert "You can choose a lower role with role." in words(approve(owner, request, role="Admin"))
    assert code(approve(owner, request, role="King")) == "UNKNOWN_ROLE"
    assert status(world, request) == "pending"
    assert made(approve(owner, request, role="Designer")).title == "Approved: Nora"
    assert "given" not in world.one("SELECT facts FROM audit_events WHERE event = 'request.approved'")


def test_where_there_is_nothing_less_there_is_no_button_and_a_forged_click_says_so(world: World, owner, nora):
    request = nora.ask(owner.link(role="Commenter"))
    assert [button.label for button in mail(world, "OLGA")[-1].buttons] == [
        "Approve",
        "Deny",
        "Deny with a reason",
    ]
    assert code(press(owner, request)) == "NOTHING_LESS"


def test_everything_is_read_again_when_it_is_confirmed(world: World, owner, ada, nora):
    request = nora.ask(owner.link(role="Admin"))
    card = made(choose(ada, made(press(ada, request)), "Instead of Admin", "Designer"))
    bob = world.member(owner, "Bob", "Admin")
    assert code(bob.click(card, "Confirm")) == "UNKNOWN_BUTTON"
    assert code(choose(bob, card, "Instead of Admin", "Commenter")) == "UNKNOWN_BUTTON"

    made(owner.run("role assign", member=ada.identity, role="Designer"))
    assert code(ada.click(card, "Confirm")) == "NOT_ALLOWED"
    assert code(choose(ada, card, "Instead of Admin", "Commenter")) == "NOT_ALLOWED"
    made(owner.run("role assign", member=ada.identity, role="Admin"))
    edited = made(owner.say("role edit name:Designer permissions:+workspace:delete"))
    if edited.buttons:
        made(owner.click(edited, "Confirm"))  # it is no longer within an Admin
    assert code(ada.click(card, "Confirm")) == "NOT_LESS"
    world.forward(HOUR)
    assert code(ada.click(card, "Confirm")) == "CONFIRM_TOO_LATE"
    assert code(choose(ada, card, "Instead of Admin", "Commenter")) == "CONFIRM_TOO_LATE"
    assert status(world, request) == "pending"


def test_outsiders_learn_nothing_of_what_a_request_asks_for(world: World, owner, ada, nora):
    dora = world.member(owner, "Dora", "Designer")
    request = nora.ask(owner.link(role="Admin"))
    for card in (
        press(dora, request),
        approve(dora, request, role="Commenter"),
        approve(dora, request, level="view"),
    ):
        assert code(card) == "NOT_ALLOWED"
        assert "Admin" not in words(card).replace("Owner or Admin", "")
    card = press(nora, request)
    assert code(card) == "STILL_WAITING"
    assert "Admin" not in words(card)


def test_where_several_roles_are_held_one_of_them_or_none_can_be_given(world: World):
    owner = world.studio("computers")
    first, second = (
        world.person(name).ask(owner.link(role="Member Manager, Contributor")) for name in ("Nora", "Nils")
    )

    decided = made(approve(owner, first, role="Contributor"))
    assert "Nora is in as Contributor (asked: Member Manager, Contributor)." in words(decided)
    card = made(choose(owner, made(press(owner, second)), "Instead of Member Manager", "no role"))
    card = made(choose(owner, card, "Instead of Contributor", "no role"))
    decided = made(owner.click(card, "Confirm"))
    assert "Nils is in with no role (asked: Member Manager, Contributor)." in words(decided)
    assert world.members() == {"Olga": "Owner", "Nora": "Contributor", "Nils": ""}


def test_a_reason_where_the_policy_asks_for_one_is_asked_for(world: World, owner, nora):
    policy(owner, "join: 1 of request:approve; reason on approve")
    request = nora.ask(owner.link(role="Admin"))
    refused = press(owner, request)
    assert refused.form is not None
    assert [entry.name for entry in refused.form.entries if entry.required] == ["reason"]
    assert f'request approve request:{request} role:"…" reason:"…"' in words(refused)
    made(approve(owner, request, role="Designer", reason="For a start"))
    assert field_of(mail(world, "NORA")[-1], "Reason") == "For a start"


# --- by several --------------------------------------------------------------------------------------------------------


def test_of_two_the_lower_one_decides_and_the_card_says_so_before(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link(role="Admin"))

    first = made(approve(ada, request, role="Designer"))
    assert "1 of 2 approvals · Ada said yes, to Designer." in words(first)
    assert "1 of 2 approvals · Ada said yes, to Designer." in words(mail(world, "OLGA")[-1])
    assert code(approve(ada, request, role="Designer")) == "ALREADY_SAID"
    changed = made(approve(ada, request, role="Commenter"))
    assert "Ada said yes, to Commenter." in words(changed)

    made(approve(owner, request))
    assert world.members()["Nora"] == "Commenter"
    kept = [str(row.facts) for row in world.rows("SELECT facts FROM votes WHERE request_id = :r", r=request)]
    assert sorted(("given" in facts, "counted" in facts) for facts in kept) == [(False, True), (True, True)]
    world.sound()


def test_what_a_demoted_one_gave_is_no_longer_the_least(world: World, owner, ada, nora):
    bob = world.member(owner, "Bob", "Admin")
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link(role="Admin"))
    made(approve(ada, request, role="Commenter"))
    made(owner.run("role assign", member=ada.identity, role="Designer"))
    made(approve(bob, request, role="Designer"))
    made(approve(owner, request))
    assert world.members()["Nora"] == "Designer"


def test_two_who_give_what_has_nothing_in_common_are_told_and_nothing_is_decided(
    world: World, owner, ada, nora
):
    policy(owner, "join: 2 of request:approve")
    made(owner.say("role create name:Remover rank:15 permissions:member:remove"))
    request = nora.ask(owner.link(role="Admin"))
    made(approve(ada, request, role="Remover"))

    assert code(approve(owner, request, role="Designer")) == "NOTHING_AGREED"
    assert status(world, request) == "pending"
    assert world.one("SELECT count(*) FROM votes WHERE request_id = :r", r=request) == 1
    made(approve(owner, request, role="Remover"))
    assert world.members()["Nora"] == "Remover"


def test_L14_a_role_that_was_deleted_since_is_given_by_nobody(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    made(owner.say("role create name:Guest rank:5 permissions:comment:write"))
    request = nora.ask(owner.link(role="Designer"))
    made(approve(ada, request, role="Guest"))
    made(owner.say("role delete Guest"))
    assert code(approve(owner, request)) == "NOTHING_AGREED"
    made(approve(ada, request))
    assert made(approve(owner, request)).title == "Approved: Nora"
    assert world.members()["Nora"] == "Designer"


def test_L26_who_is_an_approver_for_a_time_gives_nothing_for_longer(world: World, owner, nora):
    dora = world.member(owner, "Dora", "Designer")
    made(owner.run("role assign", member=dora.identity, role="Admin", **{"for": "2d"}))
    request = nora.ask(owner.link(role="Admin"))

    refused = approve(dora, request)
    assert code(refused) == "ABOVE_CEILING"
    assert "for a time only" in words(refused)
    assert code(approve(dora, request, role="Content Editor")) == ""
    assert world.members()["Nora"] == "Content Editor"
    other = world.person("Nils").ask(owner.link(role="Admin"))
    world.forward(2 * DAY)
    assert code(approve(dora, other, role="Content Editor")) == "NOT_ALLOWED"


def test_the_typed_twin_and_the_card_name_the_request(world: World, owner, nora):
    request = nora.ask(owner.link(role="Admin"))
    assert id_in(made(press(owner, request))) == request


# --- of a role, of access, of more time ----------------------------------------------------------------------------------


@pytest.fixture
def dora(world: World, owner: Person) -> Person:
    made(owner.say("resource create kind:folder name:Vault"))
    return world.member(owner, "Dora", "Commenter")


def test_of_access_a_lower_level_and_a_shorter_time_by_typing_and_by_choosing(world: World, owner, ada, dora):
    request = id_in(made(dora.say("request access resource:Vault level:edit")))
    assert [button.label for button in mail(world, "OLGA")[-1].buttons] == [
        "Approve",
        "Approve with less",
        "Deny",
        "Deny with a reason",
    ]
    card = made(press(owner, request))
    assert [(menu.label, [choice.label for choice in menu.choices]) for menu in card.menus] == [
        ("Level", ["use", "view", "edit, as asked"]),
        (
            "For how long",
            [
                "for 1h",
                "for 4h",
                "for 8h",
                "for 1d",
                "for 3d",
                "for 7d",
                "for 30d",
                "for 90d",
                "for good, as asked",
            ],
        ),
    ]
    for subject, value in (
        ("level", "4"),
        ("level", "9"),
        ("for", "0"),
        ("for", "-1"),
        ("for", "9" * 9),
        ("role.0", "admin"),
    ):
        forged = Call(
            owner.actor,
            owner.where,
            world.at,
            action="request.choose",
            subject=card.menus[0].subject.replace(".level", f".{subject}"),
            options={"choice": value},
        )
        assert code(world.core.handle(forged)) in {"NOT_LESS", "BAD_GRANT_TIME", "UNKNOWN_BUTTON"}
    card = made(choose(owner, card, "Level", "use"))
    card = made(choose(owner, card, "For how long", "for 4h"))
    assert (field_of(card, "Level"), field_of(card, "Lasts")) == (
        "use (asked: edit)",
        "for 4h (asked: for good)",
    )
    world.forward(5 * 60)
    decided = made(owner.click(card, "Confirm"))
    assert "use on Vault" in words(decided)
    assert "(asked: edit on Vault, for good)" in words(decided)
    assert "(asked: edit on Vault, for good)" in words(mail(world, "DORA")[-1])
    ((level, ends),) = world.rows("SELECT level, ends_at FROM grants")
    assert (level, ends) == (2, world.at + 4 * HOUR)

    other = world.member(owner, "Nils", "Commenter")
    request = id_in(made(other.say("request access resource:Vault level:edit for:8h")))
    for options in ({"level": "manage"}, {"for": "9h"}, {"role": "Designer"}):
        assert code(approve(owner, request, **options)) == "NOT_LESS"
    assert code(approve(owner, request, **{"for": "1m"})) == "BAD_GRANT_TIME"
    made(approve(owner, request, level="view", **{"for": "1h"}))
    assert world.one("SELECT ends_at FROM grants WHERE level = 1") == world.at + HOUR


def test_of_access_nothing_is_given_that_is_less_than_they_have(world: World, owner, ada, dora):
    made(owner.say("access grant resource:Vault to:Dora level:use"))
    request = id_in(made(dora.say("request access resource:Vault level:manage")))
    card = made(press(owner, request))
    assert [choice.label for choice in card.menus[0].choices] == ["edit", "manage, as asked"]
    for level in ("use", "view"):
        assert code(approve(owner, request, level=level)) == "NOT_LESS"
    made(approve(owner, request, level="edit"))
    assert [tuple(row) for row in world.rows("SELECT level, ends_at FROM grants")] == [(3, None)]


def test_of_access_who_manages_for_a_time_gives_no_more_than_their_time(world: World, owner, ada, dora):
    made(owner.run("access grant", resource="Vault", to=ada.identity, level="manage", **{"for": "1d"}))
    edited = made(owner.say("role edit name:Admin permissions:-workspace:configure"))
    if edited.buttons:
        made(owner.click(edited, "Confirm"))
    request = id_in(made(dora.say("request access resource:Vault level:edit")))

    assert code(approve(ada, request)) == "GRANT_OUTLASTS"
    card = made(press(ada, request))
    longer = made(choose(ada, card, "For how long", "for 3d"))
    assert longer.buttons == ()
    assert "more than you may give yourself" in words(longer)
    made(approve(ada, request, **{"for": "8h"}))
    assert world.one("SELECT ends_at FROM grants WHERE level = 3") == world.at + 8 * HOUR


def test_of_a_role_a_lower_one_or_one_for_a_time(world: World, owner, ada, dora):
    request = id_in(made(dora.say("request role role:Admin")))
    card = made(press(owner, request))
    # A Commenter is made nothing less than that.
    assert [choice.label for choice in card.menus[0].choices] == [
        "Designer",
        "Content Editor",
        "Admin, as asked",
    ]
    assert code(approve(owner, request, role="Commenter")) == "NOT_LESS"
    assert code(approve(owner, request, role="none")) == "NOT_LESS"
    card = made(choose(owner, card, "Instead of Admin", "Designer"))
    card = made(choose(owner, card, "For how long", "for 1d"))
    made(owner.click(card, "Confirm"))
    rows = world.rows(
        "SELECT role_id, ends_at FROM member_roles WHERE member_id = "
        "(SELECT member_id FROM members WHERE name = 'Dora') ORDER BY role_id"
    )
    assert [tuple(row) for row in rows] == [("commenter", None), ("designer", world.at + DAY)]
    assert "(asked: Admin, for good)" in words(mail(world, "DORA")[-1])


def test_of_more_time_less_of_it(world: World, owner, ada, dora):
    made(owner.run("role assign", member=dora.identity, role="Designer", **{"for": "2d"}))
    ends = world.at + 2 * DAY
    request = id_in(made(dora.say("request role role:Designer")))
    assert code(approve(owner, request, role="Content Editor")) == "NOT_LESS"
    made(approve(owner, request, **{"for": "1d"}))
    assert world.one("SELECT ends_at FROM member_roles WHERE role_id = 'designer'") == ends + DAY


def test_of_two_each_giving_less_of_something_else_the_least_of_both_is_given(world: World, owner, ada, dora):
    policy(owner, "access: 2 of request:approve")
    request = id_in(made(dora.say("request access resource:Vault level:manage for:7d")))
    first = made(approve(ada, request, level="edit"))
    assert "Ada said yes, to edit." in words(first)
    made(approve(owner, request, **{"for": "8h"}))
    ((level, ends),) = world.rows("SELECT level, ends_at FROM grants")
    assert (level, ends) == (3, world.at + 8 * HOUR)
    world.sound()
