from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.fakes.slack import FakeSlack


@pytest.fixture
def client(slack: FakeSlack) -> AsyncWebClient:
    return AsyncWebClient(slack.bot_token, base_url=slack.api_url)


async def announced(client: AsyncWebClient, size: int, name: str = "a.csv") -> dict[str, Any]:
    return dict((await client.files_getUploadURLExternal(filename=name, length=size)).data)  # type: ignore[arg-type]


async def put(url: str, content: bytes) -> int:
    async with aiohttp.ClientSession() as session, session.post(url, data=content) as answer:
        return answer.status


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


async def test_an_uploaded_file_stands_in_the_conversation_that_it_was_shared_in(
    slack: FakeSlack, client: AsyncWebClient
) -> None:
    ada, bob = slack.add_user("ada"), slack.add_user("bob")

    await client.files_upload_v2(channel=slack.dm(ada).id, filename="a.csv", content="name\nÄnn\n")

    (file,) = slack.files(ada)
    assert (file.name, file.text, file.title) == ("a.csv", "name\nÄnn\n", "a.csv")
    assert slack.files(bob) == []
    (message,) = slack.messages(ada)
    assert message.public()["files"][0]["ims"] == [slack.dm(ada).id]


async def test_a_file_without_a_place_is_seen_by_nobody(slack: FakeSlack, client: AsyncWebClient) -> None:
    ada = slack.add_user("ada")

    await client.files_upload_v2(filename="a.csv", content="x")

    assert slack.messages(ada) == []


async def test_what_was_announced_is_what_must_come(slack: FakeSlack, client: AsyncWebClient) -> None:
    ada = slack.add_user("ada")
    made = await announced(client, 3)
    complete = client.files_completeUploadExternal

    assert (
        await refused(complete(files=[{"id": made["file_id"]}], channel_id=slack.dm(ada).id))
        == "file_not_found"
    )
    with slack.expect_violation("wrong_length"):
        assert await put(made["upload_url"], b"four") == 400
    assert await put(made["upload_url"], b"few") == 200
    await complete(files=[{"id": made["file_id"], "title": "A"}], channel_id=slack.dm(ada).id)
    assert (
        await refused(complete(files=[{"id": made["file_id"]}], channel_id=slack.dm(ada).id))
        == "file_not_found"
    )
    assert await put(made["upload_url"], b"new") == 404
    assert [file.text for file in slack.files(ada)] == ["few"]


async def test_arguments_are_checked(slack: FakeSlack, client: AsyncWebClient) -> None:
    for files in ("{}", "[]", '[{"title": "no id"}]', '[{"id": "F1", "name": "x"}]', "no json"):
        with slack.expect_violation("invalid_arguments"):
            assert (
                await refused(client.api_call("files.completeUploadExternal", params={"files": files}))
                == "invalid_arguments"
            )
    with slack.expect_violation("invalid_arguments"):
        assert await refused(announced(client, 0)) == "invalid_arguments"
    assert (
        await refused(client.files_upload_v2(channel="C404", filename="a", content="x"))
        == "channel_not_found"
    )


async def test_without_the_scope_nothing_is_taken(slack: FakeSlack, client: AsyncWebClient) -> None:
    slack.team.scopes.discard("files:write")

    assert await refused(announced(client, 3)) == "missing_scope"


@pytest.mark.parametrize(("kind", "status"), [("http_503", 503), ("ratelimited", 429)])
async def test_the_upload_itself_can_fail(
    slack: FakeSlack, client: AsyncWebClient, kind: str, status: int
) -> None:
    made = await announced(client, 1)
    slack.fail_next("upload", kind)

    assert await put(made["upload_url"], b"x") == status
    assert await put(made["upload_url"], b"x") == 200
