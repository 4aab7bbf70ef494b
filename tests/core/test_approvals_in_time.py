"""Requests that wait: who else is asked and reminded, when they end, and what has to be said."""

from __future__ import annotations

import pytest

from core.cards import Say
from core.durations import DAY, HOUR
from tests.core.several_say import decide, mail, policy, press, status
from tests.core.together import at_once
from tests.core.world import Person, World, code, field_of, id_in, made, words


def reminders(world: World, who: str) -> int:
    return sum(title.startswith("Still waiting: Nora asks") for title in mail(world, who))


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def nora(world: World) -> Person:
    return world.person("Nora")


# --- escalation, back-ups, life ----------------------------------------------------------------------------------------


def test_it_escalates_by_the_clock_and_those_to_whom_it_does_get_their_card_then(
    world: World, owner, ada, nora
):
    policy(owner, "join: 1 of role:Owner; remind off; escalate 1d to role:Admin")
    request = nora.ask(owner.link())
    assert "Nora asks to join Studio" in mail(world, "OLGA")
    world.forward(DAY - 1)
    assert "Nora asks to join Studio" not in mail(world, "ADA")
    assert code(decide(ada, request)) == "NOT_AN_APPROVER"
    assert ada.say("request list").title == "Requests (0 wait for you)"
    world.forward(1)
    assert ada.say("request list").title == "Requests (1 waits for you)"
    assert world.core.next_due() == world.at
    assert mail(world, "ADA").count("Nora asks to join Studio") == 1
    world.core.sweep(world.at)
    assert mail(world, "ADA").count("Nora asks to join Studio") == 1

    assert made(decide(ada, request)).title == "Approved: Nora"


def test_whether_it_has_escalated_depends_on_no_sweep_and_no_card(world: World, owner, ada, nora):
    policy(owner, "join: 1 of role:Owner; escalate 1d to role:Admin")
    request = nora.ask(owner.link())
    world.forward(DAY)

    assert made(decide(ada, request)).title == "Approved: Nora"


def test_silent_backups_may_answer_from_the_beginning_and_hear_of_it_only_when_it_escalates(
    world: World, owner, ada, nora
):
    policy(owner, "join: 1 of role:Owner; backups role:Admin; escalate 1d to role:Owner; remind 4h")
    link = owner.link()
    request, other = nora.ask(link), world.person("Nick").ask(link)
    assert not [title for title in mail(world, "ADA") if "asks to join" in title]
    assert made(decide(ada, request)).title == "Approved: Nora"
    world.forward(5 * HOUR)
    assert not [title for title in mail(world, "ADA") if "waits" in title]
    world.forward(DAY)
    assert mail(world, "ADA").count("Nick asks to join Studio") == 1
    assert status(world, other) == "pending"


def test_L05_it_lives_as_long_as_its_policy_says(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve; life 12h")
    request = nora.ask(owner.link())
    made(decide(ada, request))
    world.forward(12 * HOUR)

    assert code(decide(owner, request)) == "REQUEST_EXPIRED"
    world.core.sweep(world.at)
    assert status(world, request) == "expired"
    assert mail(world, "NORA") == ["Expired: your request to join Studio"]


# --- reasons, own requests ---------------------------------------------------------------------------------------------


def test_where_a_reason_is_needed_the_button_asks_for_it_and_names_the_typed_twin(world: World, owner, nora):
    policy(owner, "join: 1 of request:approve; reason on deny")
    request = nora.ask(owner.link())
    asked = press(owner, request, "deny")
    assert asked.form is not None
    assert [(entry.name, entry.required) for entry in asked.form.entries] == [("reason", True)]
    assert Say("request deny", f'request:{request} reason:"…"') in asked.footer
    assert code(owner.say(f"request deny request:{request}")) == "REASON_NEEDED"
    assert status(world, request) == "pending"

    assert made(decide(owner, request, "deny", "Too early")).title == "Denied: Nora"
    mail(world, "NORA")
    assert field_of(world.desk.to("NORA")[0], "Reason") == "Too early"


def test_the_reason_that_was_given_first_is_told_where_the_last_gave_none(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    made(decide(ada, request, reason="We know her"))
    made(decide(owner, request))
    mail(world, "NORA")
    assert field_of(world.desk.to("NORA")[0], "Reason") == "We know her"


def test_who_asks_for_invitations_needs_a_reason_where_the_policy_says_so(world: World, owner):
    dana = world.member(owner, "Dana", "Designer")
    made(owner.say("workspace set members_can_invite off"))
    policy(owner, "invite: 1 of request:approve; reason on ask")

    assert code(dana.say("request invite emails:a@example.com")) == "REASON_NEEDED"
    assert made(dana.say("request invite emails:a@example.com reason:help"))


def test_invitations_that_two_have_to_agree_to(world: World, owner, ada):
    dana = world.member(owner, "Dana", "Designer")
    made(owner.say("workspace set members_can_invite off"))
    policy(owner, "invite: 2 of request:approve")
    request = id_in(made(dana.say("request invite emails:a@example.com")))
    made(decide(ada, request))
    assert world.one("SELECT count(*) FROM invitations WHERE email IS NOT NULL") == 0
    mail(world, "OLGA")
    assert "1 of 2 approvals · Ada said yes." in words(world.desk.to("OLGA")[-1])
    made(decide(owner, request))

    assert world.one("SELECT count(*) FROM invitations WHERE email IS NOT NULL") == 1
    mail(world, "DANA")
    assert field_of(world.desk.to("DANA")[-1], "Decided by") == "Ada and Olga"


# --- reminders ---------------------------------------------------------------------------------------------------------


def test_L39_approvers_are_reminded_after_four_hours_and_ever_more_rarely_once_each(
    world: World, owner, ada, nora
):
    nora.ask(owner.link())
    mail(world, "OLGA")
    counted = []
    for hours in range(1, 72):
        world.forward(HOUR)
        world.core.sweep(world.at)
        restarted = world.another()
        restarted.desk.messages = world.desk.messages
        restarted.desk.drain(world.at)
        if reminders(world, "OLGA") > len(counted):
            counted.append(hours)
        assert reminders(world, "ADA") == reminders(world, "OLGA")
    assert counted == [4, 12, 28, 60]
    world.sound()


def test_only_those_are_reminded_who_have_not_answered(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    mail(world, "OLGA")
    made(decide(ada, request))
    world.forward(4 * HOUR)

    assert (reminders(world, "OLGA"), reminders(world, "ADA")) == (1, 0)
    card = world.desk.to("OLGA")[-1]
    assert "1 of 2 approvals · Ada said yes." in words(card)
    assert card.buttons == ()


@pytest.mark.parametrize("end", ["decided", "withdrawn", "over", "demoted", "switched off"])
def test_L39_nobody_is_reminded_of_what_is_no_longer_true_when_it_is_sent(
    world: World, owner, ada, nora, end
):
    request = nora.ask(owner.link())
    mail(world, "ADA")
    world.forward(4 * HOUR)
    works = world.core.claim(world.at, 10)
    for work in works:  # the reminder is written down, and not sent yet
        assert world.core.plan(work, world.at) == []
        world.core.settle(work, world.at)
    match end:
        case "decided":
            made(decide(owner, request))
        case "withdrawn":
            made(nora.say(f"request cancel {request}"))
        case "over":
            world.forward(3 * DAY)
        case "demoted":
            made(owner.run("role assign", member=ada.identity, role="Commenter"))
        case "switched off":
            made(owner.say("workspace set reminders off"))

    assert reminders(world, "ADA") == 0


def test_L38_two_relays_and_a_clock_that_goes_back_remind_once(world: World, owner, nora):
    other = world.another()
    other.desk.messages = world.desk.messages
    nora.ask(owner.link())
    mail(world, "OLGA")
    for forward in (5 * HOUR, -DAY, DAY, 0):
        world.forward(forward)
        at_once(lambda: world.desk.drain(world.at), lambda: other.desk.drain(world.at))
    assert reminders(world, "OLGA") == 1


def test_after_an_outage_of_a_day_one_reminder_comes_and_not_three(world: World, owner, nora):
    nora.ask(owner.link())
    mail(world, "OLGA")
    world.forward(30 * HOUR)
    assert reminders(world, "OLGA") == 1
