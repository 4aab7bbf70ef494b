"""Charts as pictures in a message, and replies: whatever goes wrong with either, the words are posted, once."""

from __future__ import annotations

import pytest

from adapters.slack.platform import SlackPlatform, patient_client
from core.cards import Card, Chart, bars
from core.ports import MessageRef, RateLimited, Target, Unavailable
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.entities import Message

CHART = Chart("16 to 22 November 2026", (("Joined", 3), ("Asked", 5)))
WEEK = Card("Last week in Studio", chart=CHART)
REMINDER = Card("Still waiting: Ann asks to join Studio")


@pytest.fixture
def platform(slack: FakeSlack) -> SlackPlatform:
    return SlackPlatform(patient_client(slack.bot_token, slack.api_url), pauses=(0.0, 0.0))


def _here(slack: FakeSlack) -> Target:
    return Target("slack", slack.team.id, slack.general(slack.team.id).id)


def _posted(slack: FakeSlack) -> Message:
    return slack.messages(slack.general(slack.team.id))[-1]


def _pictures(message: Message) -> list[str]:
    return [block["alt_text"] for block in message.blocks if block["type"] == "image"]


async def test_a_chart_is_a_picture_that_its_words_describe(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    await platform.post(_here(slack), WEEK, "k1", look_first=False)

    (file,) = slack.state.files.values()
    assert (file.content or b"").startswith(b"\x89PNG")
    assert file.shared == []
    assert _pictures(_posted(slack)) == ["16 to 22 November 2026: Joined 3, Asked 5"]


@pytest.mark.parametrize(
    ("method", "kind"),
    [
        ("files.getUploadURLExternal", "missing_scope"),
        ("files.getUploadURLExternal", "ratelimited"),
        ("files.completeUploadExternal", "http_503"),
        ("upload", "http_503"),
    ],
)
async def test_without_its_picture_a_message_shows_bars_of_letters(
    slack: FakeSlack, platform: SlackPlatform, method: str, kind: str
) -> None:
    slack.fail_next(method, kind)
    await platform.post(_here(slack), WEEK, "k1", look_first=False)

    assert _pictures(_posted(slack)) == []
    assert "\n".join(bars(CHART)) in slack.text(_posted(slack))


async def test_a_picture_that_slack_still_looks_at_is_waited_for_a_little(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.fail_next("chat.postMessage", "invalid_blocks")
    await platform.post(_here(slack), WEEK, "k1", look_first=False)
    assert len(_pictures(_posted(slack))) == 1

    slack.fail_next("chat.postMessage", "invalid_blocks", 2)
    await platform.post(_here(slack), WEEK, "k2", look_first=False)
    assert _pictures(_posted(slack)) == []
    assert len(slack.messages(slack.general(slack.team.id))) == 2


async def test_a_message_that_is_tried_again_hands_its_picture_over_once(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    slack.fail_next("chat.postMessage", "ratelimited")
    with pytest.raises(RateLimited):
        await platform.post(_here(slack), WEEK, "k1", look_first=False)
    ref = await platform.post(_here(slack), WEEK, "k1", look_first=True)
    await platform.edit(ref, WEEK)

    assert len(slack.state.files) == 1
    assert len(_pictures(_posted(slack))) == 1


async def test_a_reply_stands_in_the_thread_and_is_found_there_again(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    above = await platform.post(_here(slack), Card("Ann asks to join Studio"), "k1", look_first=False)
    slack.fail_next("chat.postMessage", "lost")
    with pytest.raises(Unavailable):
        await platform.post(_here(slack), REMINDER, "k2", look_first=False, under=above)

    found = await platform.find(_here(slack), REMINDER, "k2", under=above)
    again = await platform.post(_here(slack), REMINDER, "k2", look_first=True, under=above)

    assert found == again
    assert [message.thread_ts for message in slack.messages(slack.general(slack.team.id))] == [
        None,
        above.message,
    ]


async def test_a_reply_is_seen_in_its_channel_too_and_in_direct_messages_only_below_the_card(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    ann = Target("slack", slack.team.id, person=slack.add_user("ann").id)
    for target in (_here(slack), ann):
        above = await platform.post(target, Card("Bob asks to join Studio"), "k1", look_first=False)
        await platform.post(target, REMINDER, "k2", look_first=False, under=above)

    shown = [entry.data["args"].get("reply_broadcast") for entry in slack.calls("chat.postMessage")]
    assert [str(each) for each in shown] == ["None", "True", "None", "False"]


@pytest.mark.parametrize("kind", ["cannot_reply_to_message", "thread_not_found"])
async def test_where_no_reply_is_taken_the_message_stands_by_itself(
    slack: FakeSlack, platform: SlackPlatform, kind: str
) -> None:
    above = MessageRef("slack", slack.team.id, _here(slack).channel, "1770000000.000100")
    slack.fail_next("chat.postMessage", kind)
    ref = await platform.post(_here(slack), REMINDER, "k2", look_first=True, under=above)

    assert _posted(slack).ts == ref.message
    assert _posted(slack).thread_ts is None
