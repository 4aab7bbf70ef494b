"""The app against the fake Slack, with the unmodified libraries in between."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import threading
import time
from typing import Any

import aiohttp
import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from adapters.desk import Desk
from adapters.slack import listeners
from adapters.slack.app import SlackApp, build_app, start_socket_mode
from adapters.slack.listeners import Listeners
from adapters.slack.platform import SlackPlatform
from core.calls import Identity, MessageRef, Where
from core.cards import Card, Tone
from core.ports import DeliveryError, Disconnected, Target, Unavailable
from tests.adapters.slack.conftest import NOW, Start
from tests.adapters.slack.stub import ASKED, LIST, StubCore
from tests.fakes.slack import FakeSlack


def _asked(slack: FakeSlack) -> list[str]:
    """The Web API methods that were called, without those of starting up and looks at who somebody is."""
    others = {"apps.connections.open", "auth.test", "users.info"}
    return [entry.name for entry in slack.log if entry.kind == "request" and entry.name not in others]


def _looks(slack: FakeSlack) -> int:
    return sum(entry.kind == "request" and entry.name == "users.info" for entry in slack.log)


# --- commands ----------------------------------------------------------------------------------------------------


async def test_the_answer_to_a_command_rides_on_the_acknowledgement(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    core.answers["invite list"] = LIST

    sent = await slack.command(ann, "/usher", "invite list")

    assert "Invitations (12 waiting)" in sent.lines
    assert sent.ack
    assert sent.ack["response_type"] == "ephemeral"
    assert _asked(slack) == []
    [call] = core.calls
    assert call.command == "invite list"
    assert call.at == NOW
    assert call.actor.identity == Identity("slack", slack.team.id, ann.id)
    assert call.actor.name == "ann"
    assert call.where == Where("slack", slack.team.id, slack.general(slack.team.id).id)


async def test_an_answer_that_takes_longer_follows_an_empty_acknowledgement(
    slack: FakeSlack, core: StubCore, start: Start
) -> None:
    await start(ack_within=0)
    ann = slack.add_user("ann")
    core.hold.clear()

    sent = await slack.command(ann, "/usher", "invite list")

    assert sent.ack == {}
    assert not sent.replies
    core.hold.set()
    answer = await sent.reply()
    assert slack.text(answer).startswith("Done: invite list")
    assert answer.ephemeral_to == ann.id


@pytest.mark.parametrize("kind", ["used_url", "http_500", "http_503", "reset"])
async def test_an_answer_finds_another_way_when_its_address_is_used_up_or_broken(
    slack: FakeSlack, core: StubCore, start: Start, kind: str
) -> None:
    await start(ack_within=0)
    ann = slack.add_user("ann")
    core.hold.clear()
    slack.fail_next("response_url", kind, times=9)

    await slack.command(ann, "/usher", "invite list")
    core.hold.set()

    await slack.wait_for(lambda: slack.seen_by(ann))
    assert slack.text(slack.seen_by(ann)[0]).startswith("Done: invite list")


async def test_an_answer_goes_to_direct_messages_when_the_channel_is_closed_to_the_bot(
    slack: FakeSlack, core: StubCore, start: Start
) -> None:
    await start(ack_within=0)
    ann = slack.add_user("ann")
    closed = slack.add_channel("closed", ann, private=True, bot=False)
    core.hold.clear()
    slack.fail_next("response_url", "expired_url", times=9)

    await slack.command(ann, "/usher", "invite list", channel=closed)
    core.hold.set()

    await slack.wait_for(lambda: slack.messages(ann))
    assert slack.text(slack.messages(ann)[0]).startswith("Done: invite list")


async def test_an_answer_that_nobody_takes_is_logged(
    slack: FakeSlack, core: StubCore, start: Start, logged: list[Any]
) -> None:
    app = await start(ack_within=0)
    ann = slack.add_user("ann")
    core.hold.clear()
    for method in ("response_url", "chat.postEphemeral", "conversations.open"):
        slack.fail_next(method, "not_allowed", times=9)

    await slack.command(ann, "/usher", "invite list")
    core.hold.set()
    await app.drain()

    assert logged[-1] == {
        "event": "answer lost",
        "log_level": "error",
        "person": ann.id,
        "title": "Done: invite list",
    }


async def test_an_answer_to_a_message_that_nobody_takes_is_logged(
    slack: FakeSlack, app: SlackApp, logged: list[Any]
) -> None:
    slack.fail_next("chat.postMessage", "not_allowed", times=9)

    await slack.say(slack.add_user("ann"), "invite list")
    await app.drain()

    assert logged[-1]["event"] == "answer lost"


async def test_a_command_may_be_called_something_else_and_says_so(slack: FakeSlack, app: SlackApp) -> None:
    sent = await slack.command(slack.add_user("ann"), "/door", "invite list stray words")

    assert "stray" in sent.lines
    assert "/door invite list" in sent.lines


@pytest.mark.parametrize(
    "text", ["", "   ", "“", '"', "\0", "a" * 10_000, "x:" * 3_000, "<@", "<@>", "&lt;&amp;"]
)
async def test_every_text_gets_an_answer(slack: FakeSlack, app: SlackApp, text: str) -> None:
    sent = await slack.command(slack.add_user("ann"), "/usher", text)

    assert sent.in_time
    assert sent.lines


async def test_a_fault_in_the_core_is_answered_with_a_reference(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    core.answers["invite list"] = RuntimeError("no more disk")

    sent = await slack.command(slack.add_user("ann"), "/usher", "invite list")

    assert "Something broke on our side (ref" in sent.lines
    assert "disk" not in sent.lines


async def test_commands_are_answered_side_by_side(slack: FakeSlack, core: StubCore, app: SlackApp) -> None:
    ann, bob = slack.add_user("ann"), slack.add_user("bob")
    together = threading.Barrier(2)
    answer = core.handle

    def both(call: object) -> Card:
        together.wait(5)
        return answer(call)  # type: ignore[arg-type]

    core.handle = both  # type: ignore[method-assign,assignment]

    first, second = await asyncio.gather(
        slack.command(ann, "/usher", "invite list"), slack.command(bob, "/usher", "help")
    )

    assert "invite list" in first.lines
    assert "help" in second.lines


# --- what Slack is asked about a person ---------------------------------------------------------------------------


async def test_slack_is_asked_about_a_person_only_where_the_command_needs_it(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann", is_admin=True, email="ann@acme.example")

    await slack.command(ann, "/usher", "invite list")
    await app.drain()
    await slack.command(ann, "/usher", "join code:ABCD")
    await slack.command(ann, "/usher", "workspace create name:Studio")

    await app.drain()
    assert _looks(slack) == 3  # the first one behind its answer: what they read
    plain, joins, creates = (call.actor for call in core.calls)
    assert (plain.email, plain.place_admin) == (None, False)
    assert (joins.email, joins.place_admin) == ("ann@acme.example", False)
    assert (creates.email, creates.place_admin) == (None, True)


@pytest.mark.parametrize("kind", ["http_500", "reset", "ratelimited"])
async def test_a_hiccup_while_asking_about_a_person_is_waited_out(
    slack: FakeSlack, core: StubCore, app: SlackApp, kind: str
) -> None:
    slack.fail_next("users.info", kind, retry_after=0)

    sent = await slack.command(slack.add_user("ann"), "/usher", "join code:ABCD")

    assert (await sent.reply()).text.startswith("Done: join")


async def test_somebody_whom_slack_does_not_vouch_for_is_asked_to_try_again(
    slack: FakeSlack, core: StubCore, app: SlackApp, logged: list[Any]
) -> None:
    slack.fail_next("users.info", "internal_error", times=9)

    sent = await slack.command(slack.add_user("ann"), "/usher", "join code:ABCD")

    assert "Something broke on our side" in sent.lines
    assert core.calls == []
    assert "ABCD" not in str([{**entry, "exc_info": None} for entry in logged])


# --- clicks --------------------------------------------------------------------------------------------------------


async def _shown(slack: FakeSlack, core: StubCore, card: Card) -> tuple[object, object]:
    ann = slack.add_user("ann")
    core.answers["invite list"] = card
    sent = await slack.command(ann, "/usher", "invite list")
    return ann, await sent.reply()


async def test_a_list_pages_in_place(slack: FakeSlack, core: StubCore, app: SlackApp) -> None:
    ann, shown = await _shown(slack, core, LIST)
    core.answers["invite.list"] = Card("Invitations, page 3", buttons=LIST.buttons[:1])

    clicked = await slack.click(ann, shown, "Next")  # type: ignore[arg-type]
    await clicked.reply()

    assert [slack.text(seen) for seen in slack.seen_by(ann)] == ["Invitations, page 3"]  # type: ignore[arg-type]
    assert (core.calls[-1].action, core.calls[-1].subject) == ("invite.list", "w1/2")
    assert core.calls[-1].message is None


async def test_a_refusal_stands_beside_the_card_that_was_clicked(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann, shown = await _shown(slack, core, LIST)
    core.answers["invite.list"] = Card("Not for you", Tone.REFUSED)

    await (await slack.click(ann, shown, "Next")).reply()  # type: ignore[arg-type]

    assert [slack.text(seen) for seen in slack.seen_by(ann)] == [  # type: ignore[arg-type]
        "Invitations (12 waiting)",
        "Not for you",
    ]


async def test_a_click_on_a_shared_card_is_answered_privately_and_leaves_the_card_alone(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    general = slack.general(slack.team.id)
    platform = SlackPlatform.connect(slack.bot_token, slack.api_url)
    ref = await platform.post(Target("slack", slack.team.id, general.id), ASKED, "k1", look_first=False)
    [card] = slack.messages(general)

    clicked = await slack.click(ann, card, "Approve")
    answer = await clicked.reply()

    assert clicked.ack == {}
    assert answer.ephemeral_to == ann.id
    assert answer is not card
    assert card.revision == 0
    [call] = core.calls
    assert (call.action, call.subject) == ("join.approve", "w1/req-1")
    assert call.actor.identity == Identity("slack", slack.team.id, ann.id)
    assert call.message == ref == MessageRef("slack", slack.team.id, general.id, card.ts)


async def test_a_forged_button_reaches_the_core_and_is_answered(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")

    clicked = await slack.raw_action(ann, "no such\naction\0" + "x" * 400, "y" * 3000)
    await clicked.reply()

    [call] = core.calls
    assert len(call.action) <= 255
    assert len(call.subject) <= 2000
    assert "\0" not in call.action


async def test_two_clicks_on_buttons_of_one_action_are_told_apart_by_their_subject(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann, shown = await _shown(slack, core, LIST)

    for label in ("Previous", "Next"):
        core.answers["invite.list"] = LIST
        await (await slack.click(ann, shown, label)).reply()  # type: ignore[arg-type]

    assert [(call.action, call.subject) for call in core.calls[1:]] == [
        ("invite.list", "w1/0"),
        ("invite.list", "w1/2"),
    ]


# --- messages to the bot -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["invite list", "/usher invite list", "`/usher invite list`"])
async def test_a_command_may_be_written_to_the_bot(
    slack: FakeSlack, core: StubCore, app: SlackApp, text: str
) -> None:
    ann = slack.add_user("ann")

    await slack.say(ann, text)
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    assert slack.text(slack.messages(ann)[1]).startswith("Done: invite list")
    assert core.calls[0].where == Where("slack", slack.team.id, "")
    assert core.calls[0].actor.name == "ann"


async def test_a_list_that_was_written_for_pages_in_place_too(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    core.answers["invite list"] = LIST
    core.answers["invite.list"] = Card("Invitations, page 3", buttons=LIST.buttons[:1])
    await slack.say(ann, "invite list")
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    await (await slack.click(ann, slack.messages(ann)[1], "Next")).reply()

    assert slack.text(slack.messages(ann)[1]) == "Invitations, page 3"
    assert slack.seen_by(ann) == []
    assert core.calls[-1].message is None


@pytest.mark.parametrize("typed", ["invite list", "invite create name:Studio", "invite create colour:red"])
async def test_an_event_that_is_delivered_again_is_handled_once(
    slack: FakeSlack, core: StubCore, app: SlackApp, typed: str
) -> None:
    ann = slack.add_user("ann")
    event = await slack.say(ann, typed)
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    again = await slack.redeliver(event)
    await app.drain()

    assert again.acked
    assert len(core.calls) == ("colour" not in typed)
    assert len(slack.messages(ann)) == 2


@pytest.mark.parametrize(("typed", "answers"), [("invite list", 2), ("invite create name:Studio", 1)])
async def test_what_another_process_did_is_not_done_again_and_what_it_only_said_is_said_again(
    slack: FakeSlack, core: StubCore, app: SlackApp, desk: Desk, typed: str, answers: int
) -> None:
    """Whether a process that was killed had answered nobody knows."""
    ann = slack.add_user("ann")
    event = await slack.say(ann, typed)
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    another = Listeners(desk, app.client, app.spawn, command="/usher", ack_within=1)
    await another.on_message(event.payload)
    await app.drain()

    assert len(core.calls) == answers
    assert len(slack.messages(ann)) == 1 + answers


async def test_only_so_many_events_are_remembered(
    slack: FakeSlack, core: StubCore, app: SlackApp, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listeners, "_HEARD", 2)
    heard = Listeners(desk, app.client, app.spawn, command="/usher", ack_within=1)

    assert [heard._news(event) for event in ("a", "b", "c", "c", "b", "a")] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]


async def test_a_person_without_a_known_name_goes_by_their_id(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    slack.team.scopes.remove("users:read")

    await slack.say(ann, "invite list")
    await slack.wait_for(lambda: core.calls)

    assert core.calls[0].actor.name == ann.id


async def test_what_is_said_in_a_channel_is_nobodys_command(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    sent = await slack.say(slack.add_user("ann"), "invite list", channel=slack.general(slack.team.id))
    await app.drain()

    assert sent.acked
    assert core.calls == []


async def test_the_bot_does_not_talk_to_itself(slack: FakeSlack, core: StubCore, app: SlackApp) -> None:
    ann = slack.add_user("ann")
    event = {"type": "message", "channel_type": "im", "channel": slack.dm(ann).id, "text": "help"}

    for more in (
        {"user": slack.team.bot_user_id},
        {"user": ann.id, "bot_id": "B1"},
        {"user": ann.id, "subtype": "message_changed"},
        {"user": ann.id, "text": ""},
        {},
    ):
        assert (await slack.event({**event, **more})).acked
    await app.drain()

    assert core.calls == []


# --- what is not for us --------------------------------------------------------------------------------------------


async def test_what_usher_has_no_use_for_is_acknowledged_without_a_word(
    slack: FakeSlack, core: StubCore, app: SlackApp, caplog: pytest.LogCaptureFixture
) -> None:
    ann = slack.add_user("ann")

    assert (await slack.event({"type": "reaction_added", "user": ann.id})).acked
    assert (await slack.open_home(ann)).acked
    assert (await slack.shortcut(ann, "something")).acked

    assert core.calls == []
    assert [record.message for record in caplog.records] == []


async def test_a_new_connection_is_made_when_slack_takes_one_away(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    await slack.disconnect()
    await slack.connected(made=2)

    sent = await slack.command(slack.add_user("ann"), "/usher", "invite list")

    assert sent.in_time


@pytest.mark.parametrize(
    ("kind", "error"), [("invalid_auth", Disconnected), ("http_500", Unavailable), ("reset", Unavailable)]
)
async def test_a_connection_that_cannot_be_made_is_told_at_the_start(
    slack: FakeSlack, desk: Desk, kind: str, error: type[DeliveryError]
) -> None:
    slack.fail_next("apps.connections.open", kind, times=9)
    app = build_app(desk, token=slack.bot_token, api_url=slack.api_url)

    with pytest.raises(error):
        await start_socket_mode(app, slack.app_token)


async def test_a_token_that_slack_no_longer_takes_is_said_to_the_person(
    slack: FakeSlack, start: Start
) -> None:
    await start()
    slack.team.token_error = "token_revoked"

    sent = await slack.command(slack.add_user("ann"), "/usher", "help")

    assert "not connected to Slack" in sent.lines


async def test_a_fault_in_the_library_is_answered_too(
    slack: FakeSlack, core: StubCore, http_app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    slack.fail_next("auth.test", "lost", times=99)

    sent = await slack.command(ann, "/usher", "help")
    clicked = await slack.raw_action(ann, "join.approve", "w1/req-1")

    assert "Something broke on our side" in sent.lines
    assert "Something broke on our side" in slack.text(await clicked.reply())
    assert core.calls == []


async def test_an_event_that_the_library_could_not_take_comes_again(
    slack: FakeSlack, core: StubCore, http_app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    slack.fail_next("auth.test", "lost", times=99)

    lost = await slack.say(ann, "help")
    assert lost.status == 500
    slack.faults.clear()
    again = await slack.redeliver(lost)
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    assert again.acked
    assert len(core.calls) == 1


# --- over HTTP -----------------------------------------------------------------------------------------------------


async def test_over_http_it_is_the_same(slack: FakeSlack, core: StubCore, http_app: SlackApp) -> None:
    ann = slack.add_user("ann")
    core.answers["invite list"] = LIST

    sent = await slack.command(ann, "/usher", "invite list")
    clicked = await slack.click(ann, await sent.reply(), "Next")
    await clicked.reply()
    await slack.say(ann, "help")
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    assert [call.command or call.action for call in core.calls] == ["invite list", "invite.list", "help"]


async def test_a_command_may_hold_the_word_payload(
    slack: FakeSlack, core: StubCore, http_app: SlackApp
) -> None:
    sent = await slack.command(slack.add_user("ann"), "/usher", 'invite create name:"payload team"')

    assert sent.in_time
    assert core.calls[0].options == {"name": "payload team"}


@pytest.mark.parametrize("signing", ["forged", "old", "missing"])
async def test_only_what_slack_signed_a_moment_ago_is_served(
    slack: FakeSlack, core: StubCore, http_app: SlackApp, signing: str
) -> None:
    slack.http.signing = signing  # type: ignore[assignment]

    sent = await slack.command(slack.add_user("ann"), "/usher", "invite list")

    assert sent.status == 401
    assert core.calls == []


async def test_the_checks_that_slack_makes_of_an_address_are_passed(
    slack: FakeSlack, http_app: SlackApp
) -> None:
    assert (await slack.url_verification("abc")).body in {"abc", '{"challenge": "abc"}'}
    assert (await slack.ssl_check()).status == 200


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"payload=nonsense", {}, 400),
        (b"[1]", {"Content-Type": "application/json"}, 400),
        (b"\xff\xfe", {}, 400),
        (b'{"team": [], "event": 3}', {"Content-Type": "application/json"}, 400),
        (b"[" * 90_000, {"Content-Type": "application/json"}, 400),
        (b"command=%2Fusher", {"X-Slack-Request-Timestamp": "soon"}, 401),
        (b"command=%2Fusher", {"X-Slack-Request-Timestamp": "9" * 5000}, 401),
        (b"command=%2Fusher", {"X-Slack-Signature": "v0=\xe4"}, 401),
        (b"command=%2Fusher", {}, 401),
        (b"a" * 1_000_001, {}, 413),
    ],
)
async def test_whatever_a_stranger_sends_is_turned_away_quietly(
    slack: FakeSlack,
    core: StubCore,
    http_app: SlackApp,
    caplog: pytest.LogCaptureFixture,
    body: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    assert slack.request_url
    async with (
        aiohttp.ClientSession() as stranger,
        stranger.post(slack.request_url, data=body, headers=headers) as answer,
    ):
        assert answer.status in {status, 401}
    assert core.calls == []
    assert [record.message for record in caplog.records] == []


async def test_without_a_signing_secret_nobody_can_sign(desk: Desk) -> None:
    app = build_app(desk, token="x", signing_secret=None)
    stamp, body = str(int(time.time())), "command=%2Fusher&text=help"
    signature = "v0=" + hmac.new(b"", f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"x-slack-request-timestamp": stamp, "x-slack-signature": signature}

    answer = await app.async_dispatch(AsyncBoltRequest(body=body, headers=headers))

    assert answer.status == 401
