"""Posting and editing for the relay: once, whatever goes wrong, and in the port's own words."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.errors import as_delivery_error
from adapters.slack.platform import PAGE, PAGES, SlackPlatform, patient_client
from core.cards import Card
from core.ports import (
    ChatPlatform,
    DeliveryError,
    Disconnected,
    Forbidden,
    Gone,
    MessageRef,
    RateLimited,
    Target,
    Unavailable,
)
from tests.adapters.slack.stub import ASKED
from tests.fakes.slack import FakeSlack

DECIDED = Card("Ann joined Studio as Designer")


@pytest.fixture
def platform(slack: FakeSlack) -> SlackPlatform:
    return SlackPlatform.connect(slack.bot_token, slack.api_url)


def _to_channel(slack: FakeSlack, channel: str = "") -> Target:
    return Target("slack", slack.team.id, channel or slack.general(slack.team.id).id)


def _to_person(slack: FakeSlack, person: str) -> Target:
    return Target("slack", slack.team.id, person=person)


async def _post(
    platform: ChatPlatform, target: Target, key: str = "k1", *, again: bool = False
) -> MessageRef:
    return await platform.post(target, ASKED, key, look_first=again)


async def test_a_card_is_posted_in_a_channel_with_its_key(slack: FakeSlack, platform: SlackPlatform) -> None:
    general = slack.general(slack.team.id)

    ref = await _post(platform, _to_channel(slack))

    [message] = slack.messages(general)
    assert ref == MessageRef("slack", slack.team.id, general.id, message.ts)
    assert slack.text(message).startswith("Ann asks to join Studio")
    assert message.metadata == {"event_type": "usher", "event_payload": {"key": "k1"}}
    assert message.text.startswith("Ann asks to join Studio")


async def test_a_persons_conversation_is_opened_once(slack: FakeSlack, platform: SlackPlatform) -> None:
    ann = slack.add_user("ann")

    first = await _post(platform, _to_person(slack, ann.id))
    second = await _post(platform, _to_person(slack, ann.id), "k2")

    assert first.channel == second.channel == slack.dm(ann).id
    assert len(slack.messages(ann)) == 2
    assert len(slack.calls("conversations.open")) == 1


async def test_after_a_failure_a_persons_conversation_is_opened_anew(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    ann = slack.add_user("ann")
    await _post(platform, _to_person(slack, ann.id))
    slack.fail_next("chat.postMessage", "channel_not_found")

    with pytest.raises(Gone):
        await _post(platform, _to_person(slack, ann.id), "k2")
    await _post(platform, _to_person(slack, ann.id), "k2")

    assert len(slack.calls("conversations.open")) == 2


async def test_a_card_is_edited_in_its_place_and_keeps_its_key(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    ref = await _post(platform, _to_channel(slack))

    await platform.edit(ref, DECIDED)

    [message] = slack.messages(ref.channel)
    assert slack.text(message) == "Ann joined Studio as Designer"
    assert message.text == "Ann joined Studio as Designer"
    assert slack.buttons(message) == []
    assert message.metadata


async def test_commands_on_a_card_are_called_what_they_are_called_here(slack: FakeSlack) -> None:
    from core.cards import Say, text

    platform = SlackPlatform.connect(slack.bot_token, slack.api_url, command="/door")
    ref = await platform.post(_to_channel(slack), Card("x", body=(text(Say("help")),)), "k", look_first=False)

    assert "/door help" in slack.text(slack.messages(ref.channel)[0])


# --- an earlier try may have arrived -------------------------------------------------------------------------------


@pytest.mark.parametrize("direct", [True, False])
async def test_a_message_whose_answer_was_lost_is_found_again(
    slack: FakeSlack, platform: SlackPlatform, direct: bool
) -> None:
    ann = slack.add_user("ann")
    target = _to_person(slack, ann.id) if direct else _to_channel(slack)
    slack.fail_next("chat.postMessage", "lost")

    with pytest.raises(Unavailable):
        await _post(platform, target)
    ref = await _post(platform, target, again=True)

    [message] = slack.messages(ref.channel)
    assert ref.message == message.ts
    assert len(slack.calls("chat.postMessage")) == 1


async def test_a_message_that_never_arrived_is_posted(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.fail_next("chat.postMessage", "http_503")

    with pytest.raises(Unavailable):
        await _post(platform, _to_channel(slack))
    ref = await _post(platform, _to_channel(slack), again=True)

    assert [message.ts for message in slack.messages(ref.channel)] == [ref.message]


async def test_another_key_is_another_message(slack: FakeSlack, platform: SlackPlatform) -> None:
    first = await _post(platform, _to_channel(slack), "k1")
    second = await _post(platform, _to_channel(slack), "k2", again=True)

    assert first.message != second.message


async def test_a_key_that_somebody_else_wrote_is_not_ours(slack: FakeSlack, platform: SlackPlatform) -> None:
    first = await _post(platform, _to_channel(slack))
    slack.messages(first.channel)[0].bot_id = "B0OTHER"

    second = await _post(platform, _to_channel(slack), again=True)

    assert second.message != first.message


async def test_an_earlier_message_is_looked_for_some_pages_back_and_no_further(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    first = await _post(platform, _to_channel(slack))
    ann = slack.add_user("ann")
    slack.subscriptions = set()
    for _ in range(PAGE + 5):
        await slack.say(ann, "chatter", channel=first.channel)

    assert await _post(platform, _to_channel(slack), again=True) == first
    assert len(slack.calls("conversations.history")) == 2

    for _ in range(PAGE * PAGES):
        await slack.say(ann, "chatter", channel=first.channel)
    assert await _post(platform, _to_channel(slack), again=True) != first
    assert len(slack.calls("conversations.history")) == 2 + PAGES


@pytest.mark.parametrize("kind", ["missing_scope", "not_in_channel"])
async def test_a_history_that_cannot_be_read_does_not_keep_a_card_back(
    slack: FakeSlack, platform: SlackPlatform, kind: str
) -> None:
    slack.fail_next("conversations.history", kind)

    ref = await _post(platform, _to_channel(slack), again=True)

    assert len(slack.messages(ref.channel)) == 1


@pytest.mark.parametrize(("kind", "error"), [("http_500", Unavailable), ("ratelimited", RateLimited)])
async def test_while_slack_is_unwell_nothing_is_posted_on_suspicion(
    slack: FakeSlack, platform: SlackPlatform, kind: str, error: type[DeliveryError]
) -> None:
    slack.fail_next("conversations.history", kind)

    with pytest.raises(error):
        await _post(platform, _to_channel(slack), again=True)

    assert slack.calls("chat.postMessage") == []


# --- what can go wrong ---------------------------------------------------------------------------------------------

ERRORS = [
    ("channel_not_found", Gone),
    ("user_not_found", Gone),
    ("users_not_found", Gone),
    ("user_disabled", Gone),
    ("is_archived", Gone),
    ("message_not_found", Gone),
    ("not_in_channel", Forbidden),
    ("cannot_dm_bot", Forbidden),
    ("restricted_action", Forbidden),
    ("missing_scope", Forbidden),
    ("cant_update_message", Forbidden),
    ("msg_too_long", Forbidden),
    ("invalid_blocks", Forbidden),
    ("token_revoked", Disconnected),
    ("token_expired", Disconnected),
    ("invalid_auth", Disconnected),
    ("account_inactive", Disconnected),
    ("not_authed", Disconnected),
    ("internal_error", Unavailable),
    ("fatal_error", Unavailable),
    ("a_word_of_next_year", Unavailable),
    ("http_500", Unavailable),
    ("http_502", Unavailable),
    ("http_503", Unavailable),
    ("http_504", Unavailable),
    ("reset", Unavailable),
    ("lost", Unavailable),
    ("ratelimited", RateLimited),
]


@pytest.mark.parametrize(("kind", "error"), ERRORS)
async def test_each_failure_of_posting_has_its_meaning(
    slack: FakeSlack, platform: SlackPlatform, kind: str, error: type[DeliveryError]
) -> None:
    fault = slack.fail_next("chat.postMessage", kind, times=9)

    with pytest.raises(DeliveryError) as failed:
        await _post(platform, _to_channel(slack))

    assert type(failed.value) is error
    assert fault.hits == 1, "a message must not be posted again by the library"


@pytest.mark.parametrize(("kind", "error"), ERRORS)
async def test_each_failure_of_editing_has_its_meaning(
    slack: FakeSlack, platform: SlackPlatform, kind: str, error: type[DeliveryError]
) -> None:
    ref = await _post(platform, _to_channel(slack))
    slack.fail_next("chat.update", kind, times=9)

    with pytest.raises(DeliveryError) as failed:
        await platform.edit(ref, DECIDED)

    assert type(failed.value) is error


async def test_a_rate_limit_says_how_long_to_wait(slack: FakeSlack, platform: SlackPlatform) -> None:
    slack.fail_next("chat.postMessage", "ratelimited", retry_after=30)

    with pytest.raises(RateLimited) as limited:
        await _post(platform, _to_channel(slack))

    assert limited.value.after == 30


@pytest.mark.parametrize(("more", "error"), [({"deleted": True}, Gone), ({"is_bot": True}, Forbidden)])
async def test_some_people_cannot_be_written_to(
    slack: FakeSlack, platform: SlackPlatform, more: dict[str, Any], error: type[DeliveryError]
) -> None:
    with pytest.raises(error):
        await _post(platform, _to_person(slack, slack.add_user("ann", **more).id))


async def test_a_place_that_is_not_there_is_gone(slack: FakeSlack, platform: SlackPlatform) -> None:
    for target in (_to_channel(slack, "C0NOWHERE"), _to_person(slack, "U0NOBODY")):
        with pytest.raises(Gone):
            await _post(platform, target)


async def test_a_message_that_somebody_deleted_is_gone(slack: FakeSlack, platform: SlackPlatform) -> None:
    ref = await _post(platform, _to_channel(slack))

    with pytest.raises(Gone):
        await platform.edit(ref._replace(message="1.000001"), DECIDED)


async def test_a_platform_that_cannot_be_reached_is_unavailable() -> None:
    platform = SlackPlatform(patient_client("xoxb-x", "http://127.0.0.1:9/api/"))

    with pytest.raises(Unavailable):
        await platform.edit(MessageRef("slack", "T1", "C1", "1.2"), DECIDED)


@pytest.mark.parametrize("error", [TimeoutError(), ValueError("a bug"), KeyError("channel")])
def test_whatever_else_fails_is_unavailable(error: Exception) -> None:
    assert type(as_delivery_error(error)) is Unavailable
