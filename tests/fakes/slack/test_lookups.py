"""Conversations, people, teams and views through the Web API of the fake."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.apps import web_client

if TYPE_CHECKING:
    from slack_sdk.web.async_client import AsyncWebClient

    from tests.fakes.slack import FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return web_client(slack)


# -- who is inside ---------------------------------------------------------------------------------------------


async def test_people_are_let_into_a_channel_and_put_out_of_it(slack: FakeSlack, client: AsyncWebClient):
    ada, bob = slack.add_user("ada"), slack.add_user("bob")
    room = slack.add_channel("design", ada, private=True)

    await client.conversations_invite(channel=room.id, users=[bob.id])
    inside = (await client.conversations_members(channel=room.id))["members"]
    assert set(inside) == {ada.id, bob.id, slack.team.bot_user_id}
    assert len((await client.conversations_members(channel=room.id, limit=2))["members"]) == 2
    with pytest.raises(SlackApiError, match="already_in_channel"):
        await client.conversations_invite(channel=room.id, users=[bob.id])

    await client.conversations_kick(channel=room.id, user=bob.id)
    assert bob.id not in room.members
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_kick(channel=room.id, user=bob.id)


async def test_a_channel_that_the_bot_is_not_in_or_that_is_archived_takes_nobody(
    slack: FakeSlack, client: AsyncWebClient
):
    ada = slack.add_user("ada")
    away, archived = slack.add_channel("away", bot=False), slack.add_channel("old")
    archived.is_archived = True

    for channel, error in (
        (away, "not_in_channel"),
        (archived, "is_archived"),
        (slack.general(slack.team.id), "cant_kick_from_general"),
    ):
        with pytest.raises(SlackApiError, match=error):
            await client.conversations_kick(channel=channel.id, user=ada.id)


# -- conversations --------------------------------------------------------------------------------------------


async def test_the_history_comes_in_pages_newest_first(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    stamps = [(await client.chat_postMessage(channel=ada.id, text=str(n)))["ts"] for n in range(5)]
    channel = slack.dm(ada).id

    first = await client.conversations_history(channel=channel, limit=2)
    assert first["has_more"] is True
    assert [
        message["text"]
        async for page in await client.conversations_history(channel=channel, limit=2)
        for message in page["messages"]
    ] == ["4", "3", "2", "1", "0"]

    between = {"channel": channel, "oldest": stamps[1], "latest": stamps[3]}
    assert [m["text"] for m in (await client.conversations_history(**between))["messages"]] == ["2"]
    inclusive = await client.conversations_history(**between, inclusive=True)
    assert [m["text"] for m in inclusive["messages"]] == ["3", "2", "1"]
    with pytest.raises(SlackApiError, match="invalid_cursor"):
        await client.conversations_history(channel=channel, cursor="?")


async def test_the_history_shows_metadata_to_who_asks_for_it(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    metadata = {"event_type": "outbox", "event_payload": {"id": "1"}}
    await client.chat_postMessage(channel=ada.id, text="x", metadata=metadata)
    channel = slack.dm(ada).id

    without = await client.conversations_history(channel=channel)
    with_it = await client.conversations_history(channel=channel, include_all_metadata=True)
    assert "metadata" not in without["messages"][0]
    assert with_it["messages"][0]["metadata"] == metadata


@pytest.mark.parametrize(("private", "scope"), [(False, "channels:history"), (True, "groups:history")])
async def test_the_history_needs_the_scope_of_its_kind(
    slack: FakeSlack, client: AsyncWebClient, private: bool, scope: str
):
    slack.team.scopes.discard(scope)
    channel = slack.add_channel("talk", private=private)
    with pytest.raises(SlackApiError) as refused:
        await client.conversations_history(channel=channel.id)
    assert refused.value.response["needed"] == scope


async def test_the_history_is_for_members(slack: FakeSlack, client: AsyncWebClient):
    with pytest.raises(SlackApiError, match="not_in_channel"):
        await client.conversations_history(channel=slack.add_channel("talk", bot=False).id)


async def test_a_conversation_can_be_asked_for(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    secret = slack.add_channel("secret", ada, private=True)
    info = (await client.conversations_info(channel=secret.id, include_num_members=True))["channel"]

    assert (info["name"], info["is_private"], info["is_member"], info["num_members"]) == (
        "secret",
        True,
        True,
        2,
    )
    assert (await client.conversations_info(channel=slack.dm(ada).id))["channel"]["is_im"] is True


@pytest.mark.parametrize(
    ("who", "code"),
    [("nobody", "user_not_found"), ("gone", "user_disabled"), ("bot", "cannot_dm_bot")],
)
async def test_a_conversation_that_cannot_be_opened_says_why(
    slack: FakeSlack, client: AsyncWebClient, who: str, code: str
):
    gone = slack.add_user("gone", deleted=True)
    users = {"nobody": "U0", "gone": gone.id, "bot": slack.team.bot_user_id}
    with pytest.raises(SlackApiError, match=code):
        await client.conversations_open(users=users[who])


async def test_several_people_and_the_bot_have_a_conversation_of_their_own(
    slack: FakeSlack, client: AsyncWebClient
):
    users = [slack.add_user("ada").id, slack.add_user("bob").id]
    opened = await client.conversations_open(users=users, return_im=True)
    assert opened["channel"]["is_mpim"] is True
    with pytest.raises(SlackApiError, match="users_list_not_supplied"):
        await client.conversations_open(users=[])


# -- people ---------------------------------------------------------------------------------------------------


async def test_a_person_is_shown_with_what_they_are(slack: FakeSlack, client: AsyncWebClient):
    owner = slack.add_user("ada", is_admin=True, is_owner=True, tz="Asia/Tokyo", locale="ja-JP")
    guest = slack.add_user("eve", is_ultra_restricted=True)

    shown = (await client.users_info(user=owner.id, include_locale=True))["user"]
    assert (shown["is_admin"], shown["is_owner"], shown["is_restricted"]) == (True, True, False)
    assert (shown["tz"], shown["locale"], shown["is_bot"], shown["deleted"]) == (
        "Asia/Tokyo",
        "ja-JP",
        False,
        False,
    )
    shown = (await client.users_info(user=guest.id))["user"]
    assert (shown["is_restricted"], shown["is_ultra_restricted"]) == (True, True)
    assert "locale" not in shown
    with pytest.raises(SlackApiError, match="user_not_found"):
        await client.users_info(user="U0")


async def test_a_person_is_found_by_email_whatever_the_case(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada", email="Ada@Acme.example")
    slack.add_user("gone", email="gone@acme.example", deleted=True)

    assert (await client.users_lookupByEmail(email="ada@acme.EXAMPLE"))["user"]["id"] == ada.id
    for email in ("gone@acme.example", "nobody@acme.example"):
        with pytest.raises(SlackApiError, match="users_not_found"):
            await client.users_lookupByEmail(email=email)


async def test_everybody_is_listed_in_pages(slack: FakeSlack, client: AsyncWebClient):
    people = [slack.add_user(name).id for name in ("ada", "bob", "eve")]
    listed = [user["id"] async for page in await client.users_list(limit=2) for user in page["members"]]
    assert listed == [slack.team.bot_user_id, *people]


async def test_the_team_is_shown(slack: FakeSlack, client: AsyncWebClient):
    assert (await client.team_info())["team"]["domain"] == "acme"


# -- views ----------------------------------------------------------------------------------------------------


async def test_views_are_refused_with_the_place_of_the_mistake(slack: FakeSlack, client: AsyncWebClient):
    ada = slack.add_user("ada")
    view = {"type": "home", "blocks": [{"type": "hologram"}]}
    with slack.expect_violation("json-pointer:/view/blocks/0"), pytest.raises(SlackApiError) as refused:
        await client.views_publish(user_id=ada.id, view=view)
    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"][0].startswith("[ERROR] unsupported type")


async def test_an_external_id_is_used_once(slack: FakeSlack, client: AsyncWebClient):
    ada, bob = slack.add_user("ada"), slack.add_user("bob")
    view = {"type": "home", "external_id": "home", "blocks": []}
    await client.views_publish(user_id=ada.id, view=view)
    await client.views_publish(user_id=ada.id, view=view)
    with slack.expect_violation(), pytest.raises(SlackApiError, match="duplicate_external_id"):
        await client.views_publish(user_id=bob.id, view=view)
