"""Answers that go wrong on purpose, as the unmodified client meets them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.webhook.async_client import AsyncWebhookClient

from tests.fakes.slack.apps import web_client

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.fakes.slack import FakeSlack
    from tests.fakes.slack.entities import User


@pytest.fixture
def ada(slack: FakeSlack) -> User:
    return slack.add_user("ada")


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    """Without the library's one retry after connection errors, so that each failure is seen."""
    client = web_client(slack)
    client.retry_handlers.clear()
    return client


async def test_an_error_code_is_answered_and_nothing_happens(
    slack: FakeSlack, client: AsyncWebClient, ada: User
):
    slack.fail_next("chat.postMessage", "is_archived", times=2)
    for _ in range(2):
        with pytest.raises(SlackApiError, match="is_archived"):
            await client.chat_postMessage(channel=ada.id, text="x")
    assert slack.messages(ada) == []
    await client.chat_postMessage(channel=ada.id, text="x")
    assert len(slack.messages(ada)) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
async def test_a_server_error_is_answered_and_nothing_happens(
    slack: FakeSlack, client: AsyncWebClient, ada: User, status: int
):
    slack.fail_next("chat.postMessage", f"http_{status}")
    with pytest.raises(SlackApiError) as failed:
        await client.chat_postMessage(channel=ada.id, text="x")
    assert failed.value.response.status_code == status
    assert slack.messages(ada) == []


async def test_too_many_requests_say_how_long_to_wait(slack: FakeSlack, client: AsyncWebClient, ada: User):
    slack.fail_next("chat.postMessage", "ratelimited", retry_after=7)
    with pytest.raises(SlackApiError, match="ratelimited") as limited:
        await client.chat_postMessage(channel=ada.id, text="x")
    assert limited.value.response.status_code == 429
    assert limited.value.response.headers["Retry-After"] == "7"


async def test_the_library_waits_and_tries_again_when_it_is_told_to(
    slack: FakeSlack, client: AsyncWebClient, ada: User
):
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler())
    slack.fail_next("chat.postMessage", "ratelimited", retry_after=0)
    await client.chat_postMessage(channel=ada.id, text="x")
    assert len(slack.messages(ada)) == 1


async def test_after_a_reset_nothing_has_happened(slack: FakeSlack, client: AsyncWebClient, ada: User):
    slack.fail_next("chat.postMessage", "reset")
    with pytest.raises((aiohttp.ClientConnectionError, ConnectionResetError)):
        await client.chat_postMessage(channel=ada.id, text="x")
    assert slack.messages(ada) == []


async def test_after_a_lost_answer_it_has_happened(slack: FakeSlack, client: AsyncWebClient, ada: User):
    slack.fail_next("chat.postMessage", "lost")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.chat_postMessage(channel=ada.id, text="x")
    assert len(slack.messages(ada)) == 1


async def test_by_default_the_library_posts_twice_when_the_answer_is_lost(slack: FakeSlack, ada: User):
    slack.fail_next("chat.postMessage", "lost")
    await web_client(slack).chat_postMessage(channel=ada.id, text="x")
    assert len(slack.messages(ada)) == 2


async def test_a_slow_answer_comes_when_it_is_released(slack: FakeSlack, client: AsyncWebClient, ada: User):
    fault = slack.fail_next("chat.postMessage", "slow")
    posting = asyncio.create_task(client.chat_postMessage(channel=ada.id, text="x"))
    await fault.reached()
    await slack.wait_message(ada, "x")
    assert not posting.done()
    fault.release()
    assert (await posting)["ok"]


async def test_a_stuck_request_has_no_effect_before_it_is_released(
    slack: FakeSlack, client: AsyncWebClient, ada: User
):
    fault = slack.fail_next("chat.postMessage", "stuck")
    posting = asyncio.create_task(client.chat_postMessage(channel=ada.id, text="x"))
    await fault.reached()
    assert slack.messages(ada) == []
    fault.release()
    await posting
    assert len(slack.messages(ada)) == 1


async def test_a_fault_may_pick_its_victims(slack: FakeSlack, client: AsyncWebClient, ada: User):
    fault = slack.fail_next("*", "fatal_error", where=lambda args: args.get("text") == "bad")
    await client.chat_postMessage(channel=ada.id, text="good")
    with pytest.raises(SlackApiError, match="fatal_error"):
        await client.chat_postMessage(channel=ada.id, text="bad")
    assert fault.hits == 1
    with pytest.raises(ValueError, match="no such method"):
        slack.fail_next("chat.shout", "fatal_error")


async def test_planned_faults_can_be_called_off(slack: FakeSlack, client: AsyncWebClient):
    slack.fail_next("auth.test", "fatal_error", times=100)
    slack.faults.clear()
    await client.auth_test()


@pytest.mark.parametrize("kind", ["http_500", "ratelimited", "reset", "lost", "slow", "stuck"])
async def test_a_response_url_can_fail_too(slack: FakeSlack, ada: User, kind: str):
    url = (await slack.command(ada, "/usher")).payload["response_url"]
    fault = slack.fail_next("response_url", kind)
    hook = AsyncWebhookClient(url, retry_handlers=[])
    answering = asyncio.create_task(hook.send(text="x"))
    await fault.reached()
    fault.release()
    (answer,) = await asyncio.gather(answering, return_exceptions=True)

    happened = kind in {"lost", "slow", "stuck"}
    assert [message.text for message in slack.seen_by(ada)] == ["x"] * happened
    assert getattr(answer, "status_code", None) == {"http_500": 500, "ratelimited": 429}.get(kind, 200 if
        kind in {"slow", "stuck"} else None)  # fmt: skip


async def test_a_channel_takes_about_one_message_a_second(
    slack: FakeSlack, client: AsyncWebClient, ada: User
):
    slack.enforce_rate_limits = True
    now = slack.clock()
    slack.clock = lambda: now
    for _ in range(3):
        await client.chat_postMessage(channel=ada.id, text="x")
    with pytest.raises(SlackApiError, match="ratelimited") as limited:
        await client.chat_postMessage(channel=ada.id, text="x")
    assert limited.value.response.headers["Retry-After"] == "1"
    await client.chat_postMessage(channel=slack.add_channel("doors").id, text="x")
    slack.clock = lambda: now + 1
    await client.chat_postMessage(channel=ada.id, text="x")


async def test_the_log_has_everything_in_order(slack: FakeSlack, client: AsyncWebClient, ada: User):
    await client.chat_postMessage(channel=ada.id, text="x")
    delivery = await slack.command(ada, "/usher")
    await AsyncWebhookClient(delivery.payload["response_url"]).send(text="x")

    assert [(entry.seq, entry.kind, entry.name) for entry in slack.log[:2]] == [
        (1, "request", "chat.postMessage"),
        (2, "delivery", "slash_commands"),
    ]
    assert slack.log[2].kind == "response_url"
    (call,) = slack.calls("chat.postMessage")
    assert (call.data["args"]["text"], call.data["token"]) == ("x", slack.bot_token)
    slack.forget()
    assert slack.log == []


async def test_waiting_in_vain_shows_what_happened(slack: FakeSlack, client: AsyncWebClient):
    await client.auth_test()
    with pytest.raises(TimeoutError, match=r"a miracle; the log ends with\n +1. request auth.test"):
        await slack.wait_for(lambda: False, 0.01, what="a miracle")
    with pytest.raises(ZeroDivisionError):
        await slack.wait_for(lambda: 1 / 0)
