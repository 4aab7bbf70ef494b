"""Forms against the fake Slack: opened, searched in, sent; and whatever can come between."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack import forming
from adapters.slack.app import SlackApp
from adapters.slack.manifest import manifest
from core.calls import OPEN, Identity
from core.cards import Button, Card, Control, Entry, Form, Tone, text
from tests.adapters.slack.conftest import Start
from tests.adapters.slack.stub import StubCore
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.errors import NotPossible

KEY = "a-random-key"
FORM = Form(
    KEY,
    "Ask for access",
    "Ask",
    (
        Entry("resource", "Resource", Control.SEARCH, required=True),
        Entry("for", "For how long", Control.DATE, example="8h"),
        Entry("reason", "Reason", Control.LINES),
    ),
)
ASKS = Card(
    "Ask for access",
    body=(text("Type it."),),
    buttons=(Button("Fill in", "form.open", f"-/{KEY}"),),
    form=FORM,
)
LONG = "A group with a name that is longer than Slack takes as the value of an option, by some words"


def _again(**errors: str) -> Card:
    entries = tuple(entry._replace(error=errors.get(entry.name.rstrip("_"), "")) for entry in FORM.entries)
    return Card("That can't be read", Tone.REFUSED, form=FORM._replace(entries=entries))


@pytest.fixture
def asking(core: StubCore) -> StubCore:
    core.answers |= {"invite list": ASKS, "form.open": ASKS, "request.begin": ASKS}
    core.found = [("res-1", "Render farm"), ("res-2", "Archive"), (LONG, LONG)]
    return core


async def test_a_form_opens_in_place_of_the_answer_and_its_answer_is_private(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")

    sent = await slack.command(ann, "/usher", "invite list")
    form = await sent.form()
    assert sent.ack == {}
    assert not sent.replies
    [archive] = (await slack.suggest(ann, form, "resource", "arch")).ack["options"]  # type: ignore[index]
    done = await slack.submit(ann, {"resource": archive, "for+": "8h"})
    await app.drain()

    assert done.ack == {}
    with pytest.raises(NotPossible):
        slack.modal(ann)
    assert slack.text(sent.replies[0]).startswith(f"Done: {KEY}")
    assert sent.replies[0].ephemeral_to == ann.id
    call = asking.calls[-1]
    assert (call.form, call.command, call.action) == (KEY, "", "")
    assert call.options == {"resource": "res-2", "for": "8h", "reason": ""}
    assert call.where == asking.calls[0].where
    assert asking.searched == [(KEY, "resource", "arch")]


@pytest.mark.usefixtures("http_app")
async def test_forms_work_over_http_as_well(slack: FakeSlack, asking: StubCore) -> None:
    slack.install(manifest("https://usher.example/slack/events"))
    ann = slack.add_user("ann")
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    [archive] = (await slack.suggest(ann, form, "resource", "arch")).ack["options"]  # type: ignore[index]
    nothing = await slack.suggest(ann, form, "resource", "nothing like it")
    asking.answers[KEY] = _again(resource="Not that one.")

    refused = await slack.submit(ann, {"resource": archive})
    asking.answers[KEY] = Card("Asked")
    done = await slack.submit(ann, {"resource": archive})

    assert nothing.ack == {"options": []}
    assert refused.errors == {"resource": "Not that one."}
    assert (done.status, done.ack) == (200, {})


async def test_nothing_stands_between_a_command_and_its_form(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    await (await slack.command(ann, "/usher", "help")).reply()  # Bolt has asked who it is
    await app.drain()
    began = len(slack.log)

    sent = await slack.command(ann, "/usher", "invite list")
    await sent.form()

    between = [entry.name for entry in slack.log[began:] if entry.kind == "request"]
    assert between == ["views.open"]


async def test_a_form_that_a_private_answer_opened_is_answered_in_its_place(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    asking.answers["invite list"] = replace(ASKS, form=None)
    card = await (await slack.command(ann, "/usher", "invite list")).reply()

    await (await slack.click(ann, card, "Fill in")).form()
    assert slack.text(card).startswith("Ask for access")
    await slack.submit(ann, {"resource": {"text": {"type": "plain_text", "text": "x"}, "value": "x"}})
    await app.drain()

    assert slack.text(card).startswith(f"Done: {KEY}")


@pytest.mark.parametrize(
    "kind", ["expired_trigger_id", "exchanged_trigger_id", "http_500", "reset", "fatal_error"]
)
async def test_a_form_that_cannot_open_is_a_card_that_opens_it_again(
    slack: FakeSlack, asking: StubCore, app: SlackApp, kind: str
) -> None:
    ann = slack.add_user("ann")
    slack.fail_next("views.open", kind, times=9 if "trigger" not in kind else 1)

    sent = await slack.command(ann, "/usher", "invite list")
    card = await sent.reply()
    slack.faults.clear()

    assert "Type it." in slack.text(card)
    assert (await (await slack.click(ann, card, "Fill in")).form()).body["title"]["text"] == "Ask for access"


async def test_a_form_that_slack_leaves_waiting_is_a_card(
    slack: FakeSlack, asking: StubCore, app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.slack.answers.OPEN_WITHIN", 0.05)
    slack.fail_next("views.open", "stuck")

    sent = await slack.command(slack.add_user("ann"), "/usher", "invite list")

    assert "Type it." in slack.text(await sent.reply())


async def test_an_answer_after_the_time_for_forms_is_a_card(
    slack: FakeSlack, asking: StubCore, start: Start
) -> None:
    await start(ack_within=0)
    slack.clock = lambda: 1_000.0
    asking.hold.clear()
    sent = await slack.command(slack.add_user("ann"), "/usher", "invite list")

    slack.clock = lambda: 1_004.0
    asking.hold.set()

    assert "Type it." in slack.text(await sent.reply())


async def test_a_message_opens_no_form_and_its_card_does(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    await slack.say(ann, "invite list")
    card = await slack.wait_message(ann, "Type it.")

    form = await (await slack.click(ann, card, "Fill in")).form()
    assert form.body["title"]["text"] == "Ask for access"


async def test_what_is_wrong_with_a_field_is_said_at_it_and_the_form_stays(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    asking.answers[KEY] = _again(resource="You may not know that.", **{"for": "That is too long."})
    picked = {"resource": (await slack.suggest(ann, form, "resource")).ack["options"][0], "for+": "900d"}  # type: ignore[index]

    sent = await slack.submit(ann, picked)

    assert sent.errors == {"resource": "You may not know that.", "for+": "That is too long."}
    assert slack.modal(ann) is form
    asking.answers[KEY] = Card("Asked")
    done = await slack.submit(ann, picked)
    assert done.ack == {}


async def test_a_date_and_a_length_of_time_are_one_too_many(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    picked = (await slack.suggest(ann, form, "resource")).ack["options"][0]  # type: ignore[index]

    sent = await slack.submit(ann, {"resource": picked, "for": "2026-12-24", "for+": "8h"})

    assert sent.errors == {"for+": "A date, or a length of time: one of the two."}
    assert len(asking.calls) == 1


async def test_a_refusal_about_no_field_stands_above_the_form_with_what_was_typed(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    kept = tuple(
        entry._replace(value="Please") if entry.name == "reason" else entry for entry in FORM.entries
    )
    asking.answers[KEY] = Card(
        "You already wait", Tone.REFUSED, (text("Since today."),), buttons=ASKS.buttons
    )
    asking.answers["form.open"] = replace(ASKS, form=FORM._replace(entries=kept))
    picked = (await slack.suggest(ann, form, "resource")).ack["options"][0]  # type: ignore[index]

    await slack.submit(ann, {"resource": picked, "reason": "Please"})

    shown = slack.modal(ann)
    assert shown is form
    assert "You already wait" in str(shown.blocks)
    assert "Please" in str(shown.blocks)


async def test_a_refusal_after_which_there_is_nothing_to_fill_in_closes_the_form(
    slack: FakeSlack, asking: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    sent = await slack.command(ann, "/usher", "invite list")
    form = await sent.form()
    asking.answers[KEY] = Card("You have sent that already", Tone.REFUSED)
    picked = (await slack.suggest(ann, form, "resource")).ack["options"][0]  # type: ignore[index]

    await slack.submit(ann, {"resource": picked})
    await app.drain()
    await slack.submit(ann, {"resource": picked}, view=form)
    await app.drain()

    assert [slack.text(each) for each in sent.replies] == ["You have sent that already"] * 2


async def test_slow_work_closes_the_form_in_time_and_the_answer_follows(
    slack: FakeSlack, asking: StubCore, start: Start
) -> None:
    app = await start(ack_within=0.2)
    ann = slack.add_user("ann")
    sent = await slack.command(ann, "/usher", "invite list")
    form = await sent.form()
    picked = (await slack.suggest(ann, form, "resource")).ack["options"][0]  # type: ignore[index]
    asking.answers[KEY] = _again(resource="You may not know that.")
    asking.hold.clear()

    done = await slack.submit(ann, {"resource": picked})

    assert done.in_time
    assert done.ack == {}
    asking.hold.set()
    again = await done.form()
    assert "⚠ You may not know that." in str(again.blocks)
    asking.answers[KEY] = Card("Asked")
    await slack.submit(ann, {"resource": picked})
    await app.drain()
    assert slack.text(sent.replies[-1]) == "Asked"


async def test_a_value_too_long_for_slack_comes_back_whole_whichever_process_offered_it(
    slack: FakeSlack, asking: StubCore, app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = slack.add_user("ann")
    for learns in (True, False):
        if not learns:
            monkeypatch.setattr(forming.Marks, "meant", lambda _self, _mark: None)
        form = await (await slack.command(ann, "/usher", "invite list")).form()
        [offered] = (await slack.suggest(ann, form, "resource", "a group")).ack["options"]  # type: ignore[index]
        await slack.submit(ann, {"resource": offered})
        await app.drain()

        assert asking.calls[-1].options["resource"] == LONG


async def test_choices_that_cannot_be_found_in_time_are_none(
    slack: FakeSlack, asking: StubCore, app: SlackApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forming, "SUGGEST_WITHIN", 0.05)
    ann = slack.add_user("ann")
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    asking.hold.clear()

    sent = await slack.suggest(ann, form, "resource")

    assert sent.ack == {"options": []}
    asking.hold.set()


@pytest.mark.parametrize("facts", [frozenset({"email"}), frozenset({"place_admin"})])
async def test_slack_is_asked_what_the_form_needs_to_be_known(
    slack: FakeSlack, asking: StubCore, app: SlackApp, facts: frozenset[str]
) -> None:
    ann = slack.add_user("ann", is_admin=True, email="ann@acme.example")
    asking.facts = facts
    form = await (await slack.command(ann, "/usher", "invite list")).form()
    picked = (await slack.suggest(ann, form, "resource")).ack["options"][0]  # type: ignore[index]

    await slack.submit(ann, {"resource": picked})
    await app.drain()

    actor = asking.calls[-1].actor
    assert (actor.email is not None, actor.place_admin) == ("email" in facts, "place_admin" in facts)


# --- shortcuts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("callback", "command"), [("usher.invite", "invite create"), ("usher.request_access", "request access")]
)
async def test_a_shortcut_opens_the_form_of_its_command_and_is_answered_directly(
    slack: FakeSlack, core: StubCore, app: SlackApp, callback: str, command: str
) -> None:
    slack.install(manifest())
    ann = slack.add_user("ann")
    core.answers[command] = replace(ASKS, form=FORM._replace(entries=FORM.entries[1:]))

    sent = await slack.shortcut(ann, callback)
    await sent.form()
    await slack.submit(ann, {"reason": "I need it"})

    assert slack.text(await slack.wait_message(ann)).startswith(f"Done: {KEY}")
    begun, filled = core.calls
    assert (begun.command, begun.form, begun.where.channel) == (command, OPEN, "")
    assert filled.where == begun.where
    assert filled.actor.identity == Identity("slack", slack.team.id, ann.id)


async def test_a_shortcut_that_is_refused_is_answered_directly(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    core.answers["invite create"] = Card("Which workspace?", Tone.REFUSED)

    await slack.shortcut(ann, "usher.invite")

    await slack.wait_message(ann, "Which workspace?")


async def test_forms_and_shortcuts_of_others_are_left_alone(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")

    assert (await slack.shortcut(ann, "somebody.else")).ack == {}
    assert core.calls == []


# --- languages ---------------------------------------------------------------------------------------------------------


async def test_what_somebody_reads_is_known_from_their_second_call_and_no_call_waits_for_it(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    dora = slack.add_user("dora", locale="de-AT")
    fault = slack.fail_next("users.info", "slow")

    sent = await slack.command(dora, "/usher", "invite list")
    assert sent.replies
    fault.release()
    await app.drain()
    card = await slack.command(dora, "/usher", "help")
    await slack.click(
        dora, await (await slack.command(dora, "/usher", "help")).reply(), "Next"
    ) if False else None

    assert core.calls[0].actor.language == ""
    assert core.read == {dora.id: "de"}
    assert card.ack
    assert core.calls[-1].actor.language == "de"
    looks = [entry for entry in slack.log if entry.kind == "request" and entry.name == "users.info"]
    assert len(looks) == 1
