"""Files, which go to their reader's direct messages, and what is said when they cannot."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.slack.app import SlackApp
from adapters.slack.render import message
from core.cards import Button, Card, File, text
from tests.adapters.slack.stub import StubCore
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.entities import User
from tests.fakes.slack.validate import check_message

CSV = File("members.csv", "name,role\nÄnn,Owner\n", "2 members of *Studio* <!here>")
CARD = Card("Here are your members", body=(text("As of now."),), files=(CSV,))


@pytest.fixture
def ann(slack: FakeSlack, core: StubCore, app: SlackApp) -> User:
    core.answers["invite list"] = CARD
    return slack.add_user("ann")


async def _answer(slack: FakeSlack, ann: User) -> str:
    sent = await slack.command(ann, "/usher", "invite list")
    answer = await sent.reply()
    assert answer.ephemeral_to == ann.id
    return slack.text(answer)


def _held(slack: FakeSlack, person: User) -> list[tuple[str, str]]:
    return [(file.name, file.text) for file in slack.files(person)]


async def test_the_file_is_sent_directly_and_the_answer_says_so(slack: FakeSlack, ann: User) -> None:
    bob = slack.add_user("bob")

    sent = await slack.command(ann, "/usher", "invite list")

    assert slack.text(await sent.reply()).splitlines() == [
        "Here are your members",
        "As of now.",
        "Sent to you as a direct message: members.csv",
    ]
    assert sent.in_time
    assert sent.ack == {}
    assert _held(slack, ann) == [("members.csv", CSV.content)]
    assert _held(slack, bob) == []
    assert slack.messages(slack.general(slack.team.id)) == []


async def test_what_is_in_the_file_is_said_in_words_that_stay_words(slack: FakeSlack, ann: User) -> None:
    await _answer(slack, ann)

    (stands,) = slack.messages(ann)
    assert slack.text(stands) == "2 members of *Studio* <!here>"
    assert [block["type"] for block in stands.blocks] == ["rich_text"]
    assert stands.text == ""


async def test_several_files_come_in_one_message(slack: FakeSlack, core: StubCore, ann: User) -> None:
    core.answers["invite list"] = Card("Two", files=(CSV, File("empty.csv", "", "")))

    assert "members.csv, empty.csv" in await _answer(slack, ann)

    assert len(slack.messages(ann)) == 1
    assert _held(slack, ann) == [("members.csv", CSV.content), ("empty.csv", "\n")]


async def test_a_file_asked_for_in_the_direct_messages_comes_there(slack: FakeSlack, ann: User) -> None:
    await slack.say(ann, "invite list")

    await slack.wait_message(ann, "Sent to you as a direct message: members.csv")
    assert _held(slack, ann) == [("members.csv", CSV.content)]


async def test_a_file_asked_for_with_a_button_comes_and_the_answer_takes_the_buttons_place(
    slack: FakeSlack, core: StubCore, ann: User
) -> None:
    core.answers |= {
        "invite list": Card("Ready?", buttons=(Button("Export", "member.export", "w/1"),)),
        "member.export": CARD,
    }
    card = await (await slack.command(ann, "/usher", "invite list")).reply()

    assert await (await slack.click(ann, card, "Export")).reply() is card

    assert "Sent to you as a direct message: members.csv" in slack.text(card)
    assert _held(slack, ann) == [("members.csv", CSV.content)]


NOT_SENT: list[tuple[str, str, str]] = [
    ("files.getUploadURLExternal", "missing_scope", "files:write"),
    ("files.getUploadURLExternal", "file_uploads_disabled", "one of its admins"),
    ("files.getUploadURLExternal", "token_revoked", "whoever runs it"),
    ("files.getUploadURLExternal", "http_503", "try again"),
    ("files.getUploadURLExternal", "never_heard_of_it", "try again"),
    ("upload", "http_500", "try again"),
    ("upload", "reset", "try again"),
    ("upload", "ratelimited", "try again"),
    ("conversations.open", "cannot_dm_bot", "write to you directly"),
    ("conversations.open", "user_disabled", "write to you directly"),
    ("files.completeUploadExternal", "messages_tab_disabled", "write to you directly"),
    ("files.completeUploadExternal", "channel_not_found", "write to you directly"),
    ("files.completeUploadExternal", "restricted_action", "one of its admins"),
    ("files.completeUploadExternal", "file_not_found", "try again"),
]


@pytest.mark.parametrize(("method", "kind", "advice"), NOT_SENT)
async def test_when_it_cannot_be_sent_the_answer_says_what_to_do(
    slack: FakeSlack, ann: User, logged: list[Any], method: str, kind: str, advice: str
) -> None:
    slack.fail_next(method, kind, times=9)

    title, body, told = (await _answer(slack, ann)).splitlines()

    assert (title, body) == ("Here are your members", "As of now.")
    assert told.startswith("members.csv could not be sent: ")
    assert advice in told
    assert slack.files(ann) == []
    assert [entry["event"] for entry in logged if entry["log_level"] != "info"] == ["files not sent"]
    assert not any("exc_info" in entry for entry in logged)


async def test_a_team_that_never_granted_the_permission_is_told_which_one(
    slack: FakeSlack, ann: User
) -> None:
    slack.team.scopes.discard("files:write")

    assert "permission files:write" in await _answer(slack, ann)


@pytest.mark.parametrize("kind", ["lost", "http_502", "internal_error"])
async def test_what_may_have_arrived_is_not_sent_twice(slack: FakeSlack, ann: User, kind: str) -> None:
    slack.fail_next("files.completeUploadExternal", kind)

    assert "members.csv may not have arrived: Look at your direct messages" in await _answer(slack, ann)

    assert len(slack.calls("files.completeUploadExternal")) == 1
    assert len(slack.files(ann)) == (kind == "lost")


async def test_a_passing_failure_before_that_is_not_noticed(slack: FakeSlack, ann: User) -> None:
    slack.fail_next("files.getUploadURLExternal", "http_503")
    slack.fail_next("conversations.open", "reset")

    assert "Sent to you" in await _answer(slack, ann)


async def test_others_are_answered_while_a_large_file_is_sent(
    slack: FakeSlack, core: StubCore, ann: User
) -> None:
    core.answers["invite list"] = Card("Large", files=(CSV._replace(content="0123456789" * 1_000_000),))
    held = slack.fail_next("upload", "slow")
    asked = await slack.command(ann, "/usher", "invite list")
    await held.reached()

    other = await slack.command(slack.add_user("bob"), "/usher", "help")

    assert slack.text(await other.reply()) == "Done: help"
    assert not asked.replies
    held.release()
    assert "Sent to you" in slack.text(await asked.reply())
    assert len(slack.files(ann)[0].text) == 10_000_000


def test_a_card_that_is_posted_names_its_files() -> None:
    shown = message(CARD)

    check_message(shown)
    assert "members.csv: 2 members" in shown["text"]
    assert "members.csv: " in str(shown["blocks"])
