"""The Web API of the fake: every method, what it answers and what it refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.apps import web_client
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.webapi import METHODS

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.fakes.slack import FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return web_client(slack)


def code_of(refused: pytest.ExceptionInfo[SlackApiError]) -> str:
    return refused.value.response["error"]


# -- tokens and scopes ----------------------------------------------------------------------------------------


async def test_the_bot_learns_who_it_is(slack: FakeSlack, client: AsyncWebClient):
    answer = await client.auth_test()

    assert (answer["team_id"], answer["user_id"]) == (slack.team.id, slack.team.bot_user_id)
    assert "chat:write" in answer.headers["x-oauth-scopes"]


@pytest.mark.parametrize(
    ("method", "token", "code"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-wrong", "invalid_auth"),
        ("auth.test", "{app}", "not_allowed_token_type"),
        ("apps.connections.open", "{bot}", "not_allowed_token_type"),
        ("apps.connections.open", "xapp-wrong", "invalid_auth"),
    ],
)
async def test_the_token_must_be_the_right_one(slack: FakeSlack, method: str, token: str, code: str):
    client = web_client(slack)
    client.token = token.format(app=slack.app_token, bot=slack.bot_token)

    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method)
    assert code_of(refused) == code
    assert refused.value.response.status_code == 200


@pytest.mark.parametrize("code", ["token_revoked", "account_inactive", "token_expired"])
async def test_a_dead_token_gets_the_same_answer_from_every_method(
    slack: FakeSlack, client: AsyncWebClient, code: str
):
    slack.team.token_error = code
    for method in METHODS.keys() - {"apps.connections.open", "oauth.v2.access"}:
        with pytest.raises(SlackApiError, match=code):
            await client.api_call(method)


@pytest.mark.parametrize(
    ("method", "scope"),
    [
        ("chat.postMessage", "chat:write"),
        ("users.info", "users:read"),
        ("users.list", "users:read"),
        ("users.lookupByEmail", "users:read.email"),
        ("team.info", "team:read"),
    ],
)
async def test_a_missing_scope_is_named(slack: FakeSlack, client: AsyncWebClient, method: str, scope: str):
    slack.team.scopes.discard(scope)
    with pytest.raises(SlackApiError) as refused:
        await client.api_call(method)
    assert code_of(refused) == "missing_scope"
    assert refused.value.response["needed"] == scope


async def test_without_the_scope_a_profile_has_no_email(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    assert (await client.users_info(user=ada.id))["user"]["profile"]["email"] == "ada@acme.example"
    slack.team.scopes.discard("users:read.email")
    assert "email" not in (await client.users_info(user=ada.id))["user"]["profile"]


# -- strictness -----------------------------------------------------------------------------------------------


async def test_an_unknown_method_is_a_violation(slack: FakeSlack, client: AsyncWebClient):
    with slack.expect_violation("unknown_method"), pytest.raises(SlackApiError, match="unknown_method"):
        await client.api_call("chat.shout")


async def test_an_unknown_argument_is_ignored_and_a_violation(slack: FakeSlack, client: AsyncWebClient):
    with slack.expect_violation("unknown_argument colour"):
        assert (await client.api_call("auth.test", params={"colour": "red"}))["ok"]


async def test_a_missing_argument_is_a_violation(slack: FakeSlack, client: AsyncWebClient):
    with slack.expect_violation("missing required field: user"), pytest.raises(SlackApiError):
        await client.api_call("users.info")


async def test_an_unknown_route_is_a_violation(slack: FakeSlack):
    async with aiohttp.ClientSession() as session:
        with slack.expect_violation("GET /services/hook"):
            async with session.get(f"{slack.url}/services/hook") as answer:
                assert answer.status == 404


async def test_an_unexpected_violation_fails_the_test(slack: FakeSlack, client: AsyncWebClient):
    await client.api_call("auth.test", params={"colour": "red"})

    with pytest.raises(AssertionError, match=r"auth\.test: unknown_argument colour"):
        slack.assert_clean()
    with pytest.raises(AssertionError, match="no violation"), slack.expect_violation():
        pass
    slack.violations.clear()


async def test_arguments_may_come_as_json_as_a_form_or_in_the_query(slack: FakeSlack):
    ada = slack.add_user("ada")
    headers = {"Authorization": f"Bearer {slack.bot_token}"}
    block = '[{"type": "divider"}]'
    whole = {"channel": ada.id, "text": "x", "blocks": block}
    async with aiohttp.ClientSession(headers=headers) as session:
        url = f"{slack.api_url}chat.postMessage"
        form = aiohttp.FormData(whole)
        form.add_field("username", "u", content_type="text/plain")
        for given in ({"json": whole}, {"data": whole}, {"params": whole}, {"data": form}):
            async with session.post(url, **given) as answer:
                assert (await answer.json())["ok"]
        with slack.expect_violation("invalid_blocks_format"):
            async with session.post(url, data={**whole, "blocks": "[{"}) as answer:
                assert (await answer.json())["error"] == "invalid_blocks_format"
        with slack.expect_violation("invalid_json"):
            async with session.post(url, data=b"{", headers={"Content-Type": "application/json"}) as answer:
                assert (await answer.json())["error"] == "invalid_json"

    stored = [message.blocks for message in slack.messages(ada)]
    assert [[each["type"] for each in blocks] for blocks in stored] == [["divider"]] * 4


# -- posting --------------------------------------------------------------------------------------------------


async def test_a_message_to_a_person_stands_in_their_conversation_with_the_bot(
    slack: FakeSlack, client: AsyncWebClient
):
    ada = slack.add_user("ada")
    opened = await client.conversations_open(users=ada.id)
    posted = await client.chat_postMessage(channel=ada.id, text="hello")
    again = await client.conversations_open(users=[ada.id], return_im=True)

    assert posted["channel"] == opened["channel"]["id"] == slack.dm(ada).id
    assert "already_open" not in opened.data
    assert again["already_open"] is True
    assert again["channel"]["user"] == ada.id
    assert [message.text for message in slack.messages(ada)] == ["hello"]
    assert slack.messages(ada)[0].ts == posted["ts"]


async def test_a_message_to_a_channel_may_name_it(slack: FakeSlack, client: AsyncWebClient):
    doors = slack.add_channel("doors")
    for name in (doors.id, "#doors", "doors"):
        assert (await client.chat_postMessage(channel=name, text="x"))["channel"] == doors.id


async def test_timestamps_are_unique_and_increase_even_when_the_clock_stands(
    slack: FakeSlack, client: AsyncWebClient
):
    slack.clock = lambda: 1_700_000_000.5
    ada = slack.add_user("ada")
    stamps = [(await client.chat_postMessage(channel=ada.id, text="x"))["ts"] for _ in range(3)]
    assert stamps == ["1700000000.500000", "1700000000.500001", "1700000000.500002"]


@pytest.mark.parametrize("place", ["public", "private", "archived", "nowhere", "gone", "bot", "eve"])
async def test_a_message_that_cannot_be_posted_says_why(slack: FakeSlack, client: AsyncWebClient, place: str):
    slack.team.scopes.discard("chat:write.public")
    archived = slack.add_channel("old")
    archived.is_archived = True
    places = {
        "public": (slack.add_channel("talk", bot=False).id, "not_in_channel"),
        "private": (slack.add_channel("secret", private=True, bot=False).id, "channel_not_found"),
        "archived": (archived.id, "is_archived"),
        "nowhere": ("C0", "channel_not_found"),
        "gone": (slack.add_user("gone", deleted=True).id, "channel_not_found"),
        "bot": (slack.team.bot_user_id, "channel_not_found"),
        "eve": (slack.add_user("eve", team=slack.add_team("Other")).id, "channel_not_found"),
    }
    channel, code = places[place]

    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=channel, text="x")
    assert code_of(refused) == code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"text": ""}, "no_text"),
        ({"text": "x" * 40_001}, "msg_too_long"),
        ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ({"text": "x", "blocks": "blocks"}, "invalid_blocks_format"),
        ({"text": "x", "attachments": [1]}, "invalid_attachments"),
        ({"text": "x", "markdown_text": "x"}, "invalid_arguments"),
    ],
)
async def test_content_that_breaks_a_rule_is_refused(
    slack: FakeSlack, client: AsyncWebClient, content: dict[str, Any], code: str
):
    ada = slack.add_user("ada")
    with slack.expect_violation(code), pytest.raises(SlackApiError) as refused:
        await client.api_call("chat.postMessage", json={"channel": ada.id, **content})
    assert code_of(refused) == code
    assert slack.messages(ada) == []


async def test_blocks_and_buttons_get_ids_when_they_have_none(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}}
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, "accessory": element}
    await client.chat_postMessage(
        channel=ada.id, text="x", blocks=[section, {"type": "actions", "elements": [element]}]
    )

    buttons = slack.buttons(slack.messages(ada)[0])
    assert len({button.block_id for button in buttons}) == 2
    assert len({button.action_id for button in buttons}) == 2


async def test_an_ephemeral_message_is_for_one_person_and_in_no_history(
    slack: FakeSlack, client: AsyncWebClient
):
    ada, bob = slack.add_user("ada"), slack.add_user("bob")
    doors = slack.add_channel("doors", ada)
    await client.chat_postEphemeral(channel=doors.id, user=ada.id, text="psst")

    assert [message.text for message in slack.seen_by(ada)] == ["psst"]
    assert (await client.conversations_history(channel=doors.id))["messages"] == []
    with pytest.raises(SlackApiError, match="user_not_in_channel"):
        await client.chat_postEphemeral(channel=doors.id, user=bob.id, text="psst")


async def test_an_update_changes_what_it_names(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "old"}}]
    metadata = {"event_type": "outbox", "event_payload": {"id": "1"}}
    posted = await client.chat_postMessage(channel=ada.id, text="old", blocks=blocks, metadata=metadata)
    where = {"channel": posted["channel"], "ts": posted["ts"]}
    (message,) = slack.messages(ada)

    blocks[0]["text"]["text"] = "new"
    await client.chat_update(**where, text="new", blocks=blocks)
    assert (slack.text(message), message.edited_ts, message.metadata) == ("new", None, metadata)

    await client.chat_update(**where, text="newer", metadata={})
    assert (slack.text(message), message.blocks, message.metadata) == ("newer", [], None)
    assert message.edited_ts is not None
    assert message.revision == 2

    with slack.expect_violation("msg_too_long"), pytest.raises(SlackApiError, match="msg_too_long"):
        await client.chat_update(**where, text="x" * 4001)


async def test_only_its_own_messages_can_be_changed(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    await slack.say(ada, "mine")
    (hers,) = slack.messages(ada)

    with pytest.raises(SlackApiError, match="cant_update_message"):
        await client.chat_update(channel=hers.channel_id, ts=hers.ts, text="x")
    with pytest.raises(SlackApiError, match="cant_delete_message"):
        await client.chat_delete(channel=hers.channel_id, ts=hers.ts)
    with pytest.raises(SlackApiError, match="message_not_found"):
        await client.chat_update(channel=hers.channel_id, ts="1.0", text="x")


async def test_a_deleted_message_is_gone(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    posted = await client.chat_postMessage(channel=ada.id, text="x")
    (message,) = slack.messages(ada)
    await client.chat_delete(channel=posted["channel"], ts=posted["ts"])

    assert slack.messages(ada) == []
    with pytest.raises(NotPossible, match="does not see"):
        await slack.click(ada, message, "Go")
