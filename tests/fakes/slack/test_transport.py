"""Events and their redelivery, Socket Mode connections, signed HTTP, and the fake as a process of its own."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack.apps import bolt_app, over_http, over_socket, web_client
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.remote import fake_slack_process

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.slack import FakeSlack


def listening(slack: FakeSlack, heard: list[dict[str, Any]]) -> AsyncApp:
    """It keeps each event together with the retry headers that came with it."""
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any, command: dict[str, Any]) -> None:
        await ack(f"heard {command['text']}")

    @app.action("go")
    async def go(ack: Any, respond: Any) -> None:
        await ack()
        await respond("gone")

    @app.event({"type": "message"})
    @app.event("team_join")
    @app.event("tokens_revoked")
    @app.event("app_uninstalled")
    async def hear(request: Any, body: dict[str, Any]) -> None:
        retry = request.headers.get("x-slack-retry-num"), request.headers.get("x-slack-retry-reason")
        heard.append(
            {"id": body["event_id"], "retry": tuple(each and each[0] for each in retry), **body["event"]}
        )
        slack.changed()

    return app


async def told(slack: FakeSlack, heard: list[dict[str, Any]], count: int = 1) -> None:
    """Bolt acknowledges events by itself, before its listeners have run."""
    await slack.wait_for(lambda: len(heard) >= count, what=f"{count} events")


GO = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


# -- events ---------------------------------------------------------------------------------------------------


async def test_what_people_write_to_the_bot_comes_as_an_event(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    async with over_socket(slack, listening(slack, heard)):
        delivery = await slack.say(ada, "hello")
        await told(slack, heard)

    assert delivery.acked
    assert (heard[0]["text"], heard[0]["channel_type"], heard[0]["user"]) == ("hello", "im", ada.id)
    assert [message.text for message in slack.messages(ada)] == ["hello"]


async def test_an_event_can_be_delivered_again_under_the_same_id(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    async with over_socket(slack, listening(slack, heard)):
        delivery = await slack.say(ada, "hello")
        await slack.redeliver(delivery)
        assert delivery.event_id is not None
        await slack.redeliver(delivery.event_id)
        await told(slack, heard, 3)

    assert {each["id"] for each in heard} == {delivery.event_id}
    assert [each["retry"] for each in heard] == [("0", ""), ("1", "timeout"), ("2", "timeout")]


async def test_an_event_that_nobody_could_take_comes_with_the_next_connection(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    delivery = await slack.say(ada, "hello")
    assert delivery.error == "no_connection"

    async with over_socket(slack, listening(slack, heard)):
        await told(slack, heard)

    assert delivery.acked
    assert [each["retry"] for each in heard] == [("1", "timeout")]


async def test_an_event_whose_connection_died_before_the_ack_comes_again(slack: FakeSlack):
    ada = slack.add_user("ada")
    async with raw_socket(slack):
        delivery = await slack.say(ada, "hello", wait=False)
        slack.abort()
        await slack.wait_for(lambda: not slack.socket.connections)
    async with raw_socket(slack) as again:
        envelope = await again.receive_json()
        await again.send_json({"envelope_id": envelope["envelope_id"]})
        await slack.wait_for(lambda: delivery.acked)

    assert envelope["payload"]["event_id"] == delivery.event_id
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")


async def test_a_command_whose_connection_died_is_lost(slack: FakeSlack):
    ada = slack.add_user("ada")
    async with raw_socket(slack):
        delivery = await slack.command(ada, "/usher", "first", wait=False)
        slack.abort()
        await delivery.finished(5)
        await slack.wait_for(lambda: not slack.socket.connections)
    async with raw_socket(slack) as again:
        await slack.command(ada, "/usher", "second", wait=False)
        assert (await again.receive_json())["payload"]["text"] == "second"

    assert delivery.error == "connection_lost"


async def test_newcomers_and_removal_are_told(slack: FakeSlack):
    heard: list[dict[str, Any]] = []
    client = web_client(slack)
    async with over_socket(slack, listening(slack, heard)):
        bob = await slack.join_team("bob", is_restricted=True)
        assert bob.id in slack.general(bob.team_id).members
        # Bolt asks auth.test once and keeps the answer, so the app still hears of its own end.
        await slack.uninstall()
        await told(slack, heard, 3)

    assert [each["type"] for each in heard] == ["team_join", "tokens_revoked", "app_uninstalled"]
    assert heard[0]["user"]["profile"]["email"] == "bob@acme.example"
    with pytest.raises(SlackApiError, match="account_inactive"):
        await client.auth_test()


# -- socket mode ----------------------------------------------------------------------------------------------


@asynccontextmanager
async def raw_socket(slack: FakeSlack) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    """A connection without the SDK, past its hello."""
    opened = await web_client(slack).apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        hello = await socket.receive_json()
        assert hello["type"] == "hello"
        assert hello["connection_info"] == {"app_id": slack.app_id}
        assert hello["num_connections"] == len(slack.socket.connections)
        yield socket


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_the_app_connects_again_when_told_to_go(slack: FakeSlack, reason: str):
    ada = slack.add_user("ada")
    async with over_socket(slack, listening(slack, [])):
        await slack.disconnect(reason)
        await slack.connected(made=2)
        await slack.wait_for(lambda: len(slack.socket.connections) == 1)
        delivery = await slack.command(ada, "/usher", "again")

    assert delivery.ack == {"text": "heard again"}


async def test_the_app_connects_again_after_a_broken_connection(slack: FakeSlack):
    ada = slack.add_user("ada")
    async with over_socket(slack, listening(slack, []), ping_interval=0.3):
        slack.abort()
        await slack.connected(made=2)
        delivery = await slack.command(ada, "/usher", "again")

    assert delivery.ack == {"text": "heard again"}


async def test_the_app_connects_again_when_nobody_answers_its_pings(slack: FakeSlack):
    async with over_socket(slack, listening(slack, []), ping_interval=0.3):
        slack.socket.mute = True
        await slack.connected(made=2)
        slack.socket.mute = False


async def test_connections_take_turns(slack: FakeSlack):
    ada = slack.add_user("ada")
    async with raw_socket(slack) as first, raw_socket(slack) as second:
        for text in ("one", "two"):
            await slack.command(ada, "/usher", text, wait=False)
        assert (await first.receive_json())["payload"]["text"] == "one"
        assert (await second.receive_json())["payload"]["text"] == "two"


async def test_the_eleventh_connection_is_sent_away(slack: FakeSlack):
    slack.socket.connections += [None] * 10  # type: ignore[list-item]
    opened = await web_client(slack).apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session, session.ws_connect(opened["url"]) as socket:
        assert (await socket.receive_json())["reason"] == "too_many_websockets"
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
    slack.socket.connections.clear()


async def test_an_address_for_a_socket_opens_one(slack: FakeSlack):
    opened = await web_client(slack).apps_connections_open(app_token=slack.app_token)
    async with aiohttp.ClientSession() as session:
        async with session.ws_connect(opened["url"]):
            pass
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await session.ws_connect(opened["url"])


@pytest.mark.parametrize(
    ("times", "answer", "complaint"),
    [
        (1, {"envelope_id": "nobody's"}, "unknown_or_repeated"),
        (2, {}, "unknown_or_repeated"),
        (1, {"colour": "red"}, "unknown_argument"),
        (1, "not an object", "not_an_acknowledgement"),
    ],
)
async def test_an_envelope_is_acknowledged_once_and_properly(
    slack: FakeSlack, times: int, answer: Any, complaint: str
):
    ada = slack.add_user("ada")
    async with raw_socket(slack) as socket:
        await slack.command(ada, "/usher", wait=False)
        envelope = await socket.receive_json()
        assert envelope["accepts_response_payload"] is True
        if isinstance(answer, dict):
            answer = {"envelope_id": envelope["envelope_id"], **answer}
        with slack.expect_violation(complaint):
            for _ in range(times):
                await socket.send_str(json.dumps(answer))
            await slack.wait_for(lambda: slack.violations)


# -- http -----------------------------------------------------------------------------------------------------


async def test_everything_works_over_signed_http_too(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    async with over_http(slack, listening(slack, heard)):
        command = await slack.command(ada, "/usher", "me & you=us")
        await web_client(slack).chat_postMessage(
            channel=ada.id, text="x", blocks=[{"type": "actions", "elements": [GO]}]
        )
        click = await slack.click(ada, slack.messages(ada)[0], "Go")
        await click.reply()
        event = await slack.say(ada, "hello")
        await slack.redeliver(event)
        await told(slack, heard, 2)

    assert slack.text(command.replies[0]) == "heard me & you=us"
    assert (command.status, click.status, event.status) == (200, 200, 200)
    assert command.in_time
    assert [each["retry"] for each in heard] == [(None, None), ("1", "http_timeout")]


@pytest.mark.parametrize("signing", ["forged", "old", "missing"])
async def test_a_bad_signature_is_refused(slack: FakeSlack, signing: Any):
    ada, heard = slack.add_user("ada"), []
    async with over_http(slack, listening(slack, heard)):
        slack.http.signing = signing
        command = await slack.command(ada, "/usher")
        event = await slack.say(ada, "hello")

    assert (command.status, command.error, command.acked) == (401, "http_401", False)
    assert event.status == 401
    assert heard == []


async def test_slack_may_check_the_address(slack: FakeSlack):
    async with over_http(slack, listening(slack, [])):
        checked = await slack.url_verification("abc")
        alive = await slack.ssl_check()

    assert checked.ack == {"challenge": "abc"}
    assert (alive.status, alive.body) == (200, "")


async def test_an_event_is_delivered_again_with_the_reason(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    async with over_http(slack, listening(slack, heard)):
        address, slack.request_url = slack.request_url, "http://127.0.0.1:1/nobody"
        event = await slack.say(ada, "hello")
        assert event.error == "connection_failed"
        slack.request_url = address
        await slack.redeliver(event)
        await told(slack, heard)

    assert [each["retry"] for each in heard] == [("1", "connection_failed")]


async def test_an_http_answer_that_takes_too_long_times_out(slack: FakeSlack):
    app, release = bolt_app(slack), asyncio.Event()
    slack.ack_timeout = 0.2

    @app.command("/usher")
    async def usher(ack: Any) -> None:
        await release.wait()
        await ack()

    async with over_http(slack, app):
        delivery = await slack.command(slack.add_user("ada"), "/usher")
        release.set()

    assert (delivery.error, delivery.acked) == ("operation_timeout", False)


async def test_several_commands_can_be_under_way_at_once(slack: FakeSlack):
    ada = slack.add_user("ada")
    async with over_http(slack, listening(slack, [])):
        sent = await asyncio.gather(*(slack.command(ada, "/usher", str(n)) for n in range(20)))
        unwaited = await slack.command(ada, "/usher", "later", wait=False)
        await unwaited.reply()

    assert [delivery.ack for delivery in sent] == [{"text": f"heard {n}"} for n in range(20)]


# -- teams, manifest, process ---------------------------------------------------------------------------------


async def test_teams_are_kept_apart(slack: FakeSlack):
    other = slack.add_team("Other Corp")
    ada, eve = slack.add_user("ada"), slack.add_user("eve", team=other)

    here, there = web_client(slack), web_client(slack, other)
    assert (await there.auth_test())["team_id"] == other.id
    await there.chat_postMessage(channel=eve.id, text="hello")
    with pytest.raises(SlackApiError, match="user_not_found"):
        await here.users_info(user=eve.id)
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await here.chat_postMessage(channel=eve.id, text="hello")
    assert (await slack.command(eve, "/usher")).payload["team_domain"] == "other-corp"
    assert slack.messages(ada) == []


@pytest.mark.parametrize("escape", [True, False])
async def test_mentions_in_a_command_come_as_the_manifest_asks(slack: FakeSlack, escape: bool):
    ada, manifest = slack.add_user("ada"), minimal()
    manifest["features"]["slash_commands"][0]["should_escape"] = escape
    slack.install(manifest)

    delivery = await slack.command(
        ada, "/usher", f"invite {slack.mention(ada)} to {slack.mention(slack.general(ada.team_id))}"
    )

    general = slack.general(ada.team_id).id
    assert delivery.payload["text"] == (
        f"invite <@{ada.id}|ada> to <#{general}|general>" if escape else "invite @ada to #general"
    )


def minimal() -> dict[str, Any]:
    return {
        "display_information": {"name": "Usher"},
        "features": {
            "bot_user": {"display_name": "Usher"},
            "slash_commands": [{"command": "/usher", "description": "x"}],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "chat:write"]}},
        "settings": {"socket_mode_enabled": True, "event_subscriptions": {"bot_events": []}},
    }


async def test_what_the_manifest_does_not_name_does_not_work(slack: FakeSlack):
    ada, heard = slack.add_user("ada"), []
    slack.install(minimal())
    async with over_socket(slack, listening(slack, heard)):
        assert (await slack.command(ada, "/usher")).acked
        with pytest.raises(NotPossible, match="no command /other"):
            await slack.command(ada, "/other")
        assert (await slack.say(ada, "hello")).error == "not_subscribed"
        with pytest.raises(SlackApiError, match="missing_scope"):
            await web_client(slack).users_info(user=ada.id)
    with pytest.raises(AssertionError, match="would be refused"):
        slack.install({})
    assert heard == []


@pytest.mark.process
async def test_the_fake_runs_as_a_process_of_its_own():
    async with fake_slack_process() as remote:
        info = remote.info
        client = AsyncWebClient(info["bot_token"], base_url=info["api_url"])
        ada = await remote.do("add_user", name="ada", is_admin=True)
        await remote.do("set", ack_timeout=0.1, clock_offset=60)
        fault = await remote.do("fail_next", method="chat.postMessage", kind="is_archived")

        with pytest.raises(SlackApiError, match="is_archived"):
            await client.chat_postMessage(channel=ada["id"], text="x")
        await client.chat_postMessage(
            channel=ada["id"], text="x", blocks=[{"type": "actions", "elements": [GO]}]
        )

        message = await remote.do("wait_message", where=ada["id"])
        assert message["buttons"] == [{"text": "Go", "action_id": "go", "value": ""}]
        where = {key: message[key] for key in ("channel", "ts")}
        delivery = await remote.do("click", user=ada["id"], where=where, button="Go")
        assert delivery["error"] == "no_connection"
        assert fault == {"fault": 0, "hits": 0}
        assert await remote.do("violations") == []
        kinds = [entry["kind"] for entry in await remote.do("log")]
        assert kinds == ["request", "request", "delivery"]
        with pytest.raises(AssertionError, match="no such verb"):
            await remote.do("explode")
        with pytest.raises(AssertionError, match="0 buttons"):
            await remote.do("click", user=ada["id"], where=where, button="Stop")


@pytest.mark.process
async def test_an_app_answers_a_fake_in_another_process():
    async with fake_slack_process() as remote:
        info = remote.info
        ada = await remote.do("add_user", name="ada")
        app = AsyncApp(client=AsyncWebClient(info["bot_token"], base_url=info["api_url"]))

        @app.command("/usher")
        async def usher(ack: Any, respond: Any) -> None:
            await ack()
            await respond("hello")

        from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

        handler = AsyncSocketModeHandler(app, info["app_token"])
        await handler.connect_async()
        await remote.do("connected")
        delivery = await remote.do("command", user=ada["id"], name="/usher", reply=5)
        await handler.close_async()

    assert delivery["in_time"]
    assert [reply["text"] for reply in delivery["replies"]] == ["hello"]
