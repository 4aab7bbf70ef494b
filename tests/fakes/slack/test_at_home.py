"""App Home and unfurling: the fake refuses what Slack's reference says is refused."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.apps import web_client

_BLOCKS = [{"type": "section", "text": {"type": "plain_text", "text": "Studio"}}]
_HOME = {"type": "home", "blocks": _BLOCKS}


async def _refused(slack: FakeSlack, method: str, **sent: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        await web_client(slack).api_call(method, json=sent)
    return str(refused.value.response["error"])


async def test_a_home_is_published_by_its_hash_for_people_who_are_there(slack: FakeSlack) -> None:
    ada, client = slack.add_user("ada"), web_client(slack)
    first = (await client.views_publish(user_id=ada.id, view=_HOME))["view"]["hash"]
    await client.views_publish(user_id=ada.id, view=_HOME, hash=first)

    assert await _refused(slack, "views.publish", user_id=ada.id, view=_HOME, hash=first) == "hash_conflict"
    assert await _refused(slack, "views.publish", user_id="U0", view=_HOME) == "user_not_found"
    slack.has_home = False
    assert await _refused(slack, "views.publish", user_id=ada.id, view=_HOME) == "not_enabled"
    ada.deleted, slack.has_home = True, True
    assert await _refused(slack, "views.publish", user_id=ada.id, view=_HOME) == "user_not_found"


async def test_only_links_of_a_message_are_unfurled_and_only_where_both_words_for_it_are_said(
    slack: FakeSlack,
) -> None:
    ada, url = slack.add_user("ada"), "https://usher.example/i/A"
    slack.unfurl_domains = ["usher.example"]
    room = slack.general(slack.team.id)
    message, told = await slack.share(ada, f"{url} https://other.example", channel=room)
    assert told is not None
    assert [each["url"] for each in told.payload["event"]["links"]] == [url]
    assert (await slack.share(ada, "https://other.example", channel=room))[1] is None
    where = {"channel": room.id, "ts": message.ts}
    shown = {url: {"blocks": _BLOCKS}}

    for wrong, code in (
        ({"ts": message.ts}, "missing_channel"),
        ({"channel": room.id}, "missing_ts"),
        ({"channel": room.id, "ts": "1.0"}, "cannot_find_message"),
        ({"channel": "C0", "ts": message.ts}, "cannot_find_channel"),
        ({"unfurl_id": "x"}, "missing_source"),
        ({"unfurl_id": "x", "source": "mail"}, "invalid_source"),
        ({"source": "composer"}, "missing_unfurl_id"),
    ):
        assert await _refused(slack, "chat.unfurl", **wrong, unfurls=shown) == code
    other = {"https://usher.example/i/B": {"blocks": _BLOCKS}}
    assert await _refused(slack, "chat.unfurl", **where, unfurls=other) == "cannot_unfurl_url"
    assert await _refused(slack, "chat.unfurl", **where, unfurls={url: "words"}) == "invalid_unfurls_format"
    slack.team.scopes.discard("links:write")
    assert await _refused(slack, "chat.unfurl", **where, unfurls=shown) == "missing_scope"
    slack.team.scopes.add("links:write")
    await web_client(slack).api_call("chat.unfurl", json={**where, "unfurls": shown})
    assert slack.unfurled(message) == {url: "Studio"}
