"""The fake Slack, driven by unmodified Bolt apps over Socket Mode: commands, clicks, forms, events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from tests.fakes.slack import FakeSlack
from tests.fakes.slack.apps import bolt_app, over_socket, web_client
from tests.fakes.slack.errors import NotPossible

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from slack_bolt.async_app import AsyncApp

    from tests.fakes.slack.entities import Message, User


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack
        slack.assert_clean()


@pytest.fixture
def ada(slack: FakeSlack) -> User:
    return slack.add_user("ada", is_admin=True)


@pytest.fixture
def bob(slack: FakeSlack) -> User:
    return slack.add_user("bob")


def text(words: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def choice(*labels: str, value: str = "7") -> dict[str, Any]:
    elements = [
        {
            "type": "button",
            "text": {"type": "plain_text", "text": label},
            "action_id": label.lower(),
            "value": value,
        }
        for label in labels
    ]
    return {"type": "actions", "block_id": "choice", "elements": elements}


def answering(slack: FakeSlack, **answer: Any) -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any) -> None:
        await ack(**answer)

    return app


def asking(slack: FakeSlack, clicks: list[dict[str, Any]]) -> AsyncApp:
    """Its command answers with two buttons, and what is clicked goes into the list."""
    app = answering(slack, text="Join?", blocks=[text("*Join?*"), choice("Approve", "Deny")])

    @app.action("approve")
    async def approve(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        clicks.append(body)
        await respond(text="Approved", replace_original=True)

    @app.action("deny")
    async def deny(ack: Any, body: dict[str, Any], respond: Any) -> None:
        await ack()
        clicks.append(body)
        await respond(delete_original=True)

    return app


# -- commands -------------------------------------------------------------------------------------------------


async def test_the_answer_to_a_command_rides_on_its_acknowledgement(slack: FakeSlack, ada: User, bob: User):
    async with over_socket(slack, answering(slack, text="x", blocks=[text(f"Hello <@{ada.id}>")])):
        delivery = await slack.command(ada, "/usher", "help")

        assert delivery.acked
        assert delivery.in_time
        assert slack.text(await delivery.reply()) == "Hello @ada"
        assert slack.seen_by(ada) == delivery.replies
        assert slack.seen_by(bob) == []
        assert slack.messages(slack.general(ada.team_id)) == []


async def test_a_command_carries_all_that_slack_sends(slack: FakeSlack, ada: User):
    seen: list[dict[str, Any]] = []
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any, body: dict[str, Any]) -> None:
        seen.append(body)
        await ack()

    async with over_socket(slack, app):
        await slack.command(ada, "/usher", "invite create", channel=slack.dm(ada))

    (body,) = seen
    assert body.keys() == {
        *(
            [
                "token",
                "team_id",
                "team_domain",
                "channel_id",
                "channel_name",
                "user_id",
                "user_name",
                "command",
                "text",
            ]
        ),
        *(["response_url", "trigger_id", "api_app_id", "is_enterprise_install"]),
    }
    assert body["channel_name"] == "directmessage"
    assert (body["user_id"], body["command"], body["text"]) == (ada.id, "/usher", "invite create")


async def test_the_answer_may_follow_through_the_response_url(slack: FakeSlack, ada: User):
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any, respond: Any) -> None:
        await ack()
        await respond("One moment")
        await respond("Done", replace_original=True)
        await respond("All may know", response_type="in_channel")

    async with over_socket(slack, app):
        delivery = await slack.command(ada, "/usher")
        await delivery.reply(number=3)

    assert delivery.ack == {}
    assert [slack.text(each) for each in slack.seen_by(ada)] == ["Done"]
    assert [slack.text(each) for each in slack.messages(slack.general(ada.team_id))] == ["All may know"]


async def test_a_command_without_an_acknowledgement_times_out(slack: FakeSlack, ada: User):
    slack.ack_timeout = 0.05
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher() -> None:
        raise ZeroDivisionError

    async with over_socket(slack, app):
        delivery = await slack.command(ada, "/usher")

    assert not delivery.acked
    assert not delivery.in_time
    assert delivery.error == "operation_timeout"


async def test_an_acknowledgement_that_comes_too_late_is_not_shown(slack: FakeSlack, ada: User):
    slack.ack_timeout, release = 0.05, asyncio.Event()
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any) -> None:
        await release.wait()
        await ack("Sorry to be late")

    async with over_socket(slack, app):
        delivery = await slack.command(ada, "/usher")
        assert not delivery.acked
        release.set()
        await slack.wait_for(lambda: delivery.acked)

    assert (delivery.in_time, delivery.error) == (False, "operation_timeout")
    assert slack.seen_by(ada) == []


async def test_a_command_that_nobody_listens_to_fails_at_once(slack: FakeSlack, ada: User):
    assert (await slack.command(ada, "/usher")).error == "no_connection"


async def test_an_answer_that_slack_would_refuse_is_not_shown(slack: FakeSlack, ada: User):
    async with over_socket(slack, answering(slack, text="x", blocks=[{"type": "hologram"}])):
        with slack.expect_violation("unsupported type: hologram"):
            delivery = await slack.command(ada, "/usher")

    assert delivery.error == "invalid_ack"
    assert slack.seen_by(ada) == []


async def test_people_do_only_what_their_client_lets_them(slack: FakeSlack, ada: User, bob: User):
    secret = slack.add_channel("secret", bob, private=True)
    gone = slack.add_user("gone", deleted=True)

    with pytest.raises(NotPossible, match="ada is not in secret"):
        await slack.command(ada, "/usher", channel=secret)
    with pytest.raises(NotPossible, match="no account"):
        await slack.command(gone, "/usher")
    with pytest.raises(NotPossible, match="no modal"):
        await slack.submit(ada)


# -- clicks ---------------------------------------------------------------------------------------------------


async def test_a_click_on_an_ephemeral_message_carries_no_message(slack: FakeSlack, ada: User):
    clicks: list[dict[str, Any]] = []
    async with over_socket(slack, asking(slack, clicks)):
        asked = await (await slack.command(ada, "/usher")).reply()
        delivery = await slack.click(ada, asked, "Approve")
        await delivery.reply()

    assert delivery.in_time
    assert "message" not in clicks[0]
    assert clicks[0]["container"]["is_ephemeral"] is True
    assert clicks[0]["actions"][0]["value"] == "7"
    assert [slack.text(each) for each in slack.seen_by(ada)] == ["Approved"]


async def test_a_click_on_a_message_carries_it(slack: FakeSlack, ada: User):
    clicks: list[dict[str, Any]] = []
    async with over_socket(slack, asking(slack, clicks)):
        card = await posted(slack, ada)
        await (await slack.click(ada, card, "approve", value="7")).reply()

    (body,) = clicks
    assert body["message"]["ts"] == card.ts
    assert body["message"]["blocks"] == [text("Join?") | {"block_id": "b"}, choice("Approve", "Deny")]
    assert body["container"] == {
        "type": "message",
        "message_ts": card.ts,
        "channel_id": card.channel_id,
        "is_ephemeral": False,
    }
    assert body.keys() >= {"type", "user", "api_app_id", "token", "trigger_id", "team", "enterprise", "state"}
    assert body["user"] == {"id": ada.id, "username": "ada", "name": "ada", "team_id": ada.team_id}
    assert slack.text(card) == "Approved"
    assert slack.buttons(card) == []


async def test_a_message_can_be_deleted_through_the_response_url(slack: FakeSlack, ada: User):
    clicks: list[dict[str, Any]] = []
    async with over_socket(slack, asking(slack, clicks)):
        asked = await (await slack.command(ada, "/usher")).reply()
        await slack.click(ada, asked, "Deny")
        await slack.wait_for(lambda: asked.deleted)

    assert slack.seen_by(ada) == []


async def test_only_buttons_that_are_there_can_be_clicked(slack: FakeSlack, ada: User, bob: User):
    clicks: list[dict[str, Any]] = []
    async with over_socket(slack, asking(slack, clicks)):
        asked = await (await slack.command(ada, "/usher")).reply()
        with pytest.raises(NotPossible, match="Approve"):
            await slack.click(ada, asked, "Explode")
        with pytest.raises(NotPossible, match="bob does not see"):
            await slack.click(bob, asked, "Approve")
        await (await slack.click(ada, asked, "Approve")).reply()
        with pytest.raises(NotPossible, match="0 buttons"):
            await slack.click(ada, asked, "Approve")


async def test_a_stale_or_forged_click_can_be_sent_all_the_same(slack: FakeSlack, ada: User, bob: User):
    clicks: list[dict[str, Any]] = []
    async with over_socket(slack, asking(slack, clicks)):
        card = await posted(slack, ada)
        await (await slack.click(ada, card, "Approve")).reply()
        await (await slack.raw_action(ada, "approve", "7", message=card)).reply()
        await (await slack.raw_action(bob, "deny", "99", channel=slack.general(bob.team_id))).finished(1)

    assert [click["actions"][0]["value"] for click in clicks] == ["7", "7", "99"]


async def posted(slack: FakeSlack, user: User) -> Message:
    blocks = [text("Join?") | {"block_id": "b"}, choice("Approve", "Deny")]
    await web_client(slack).chat_postMessage(channel=user.id, text="Join?", blocks=blocks)
    return slack.messages(user)[-1]


async def test_a_menu_can_be_chosen_from(slack: FakeSlack, ada: User):
    seen: list[dict[str, Any]] = []
    app = bolt_app(slack)

    @app.action("role")
    async def role(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body)

    option = {"text": {"type": "plain_text", "text": "Designer"}, "value": "designer"}
    menu = {
        "type": "actions",
        "elements": [{"type": "static_select", "action_id": "role", "options": [option]}],
    }
    async with over_socket(slack, app):
        await web_client(slack).chat_postMessage(channel=ada.id, text="x", blocks=[menu])
        await slack.choose(ada, slack.messages(ada)[0], "role", "Designer")

    assert seen[0]["actions"][0]["selected_option"] == option
    with pytest.raises(NotPossible, match="not offered"):
        await slack.choose(ada, slack.messages(ada)[0], "role", "Emperor")


async def test_what_the_acknowledgement_of_a_click_carries_is_lost(slack: FakeSlack, ada: User):
    app = bolt_app(slack)

    @app.action("approve")
    async def approve(ack: Any) -> None:
        await ack("Nobody will read this")

    async with over_socket(slack, app):
        with slack.expect_violation("the platform ignores"):
            await slack.click(ada, await posted(slack, ada), "Approve")

    assert slack.seen_by(ada) == []


# -- response_url ---------------------------------------------------------------------------------------------


async def test_a_response_url_works_five_times(slack: FakeSlack, ada: User):
    app = bolt_app(slack)
    statuses: list[int] = []

    @app.command("/usher")
    async def usher(ack: Any, respond: Any) -> None:
        await ack()
        for number in range(6):
            statuses.append((await respond(f"{number}")).status_code)

    async with over_socket(slack, app):
        with slack.expect_violation("used_url"):
            await slack.command(ada, "/usher")
            await slack.wait_for(lambda: len(slack.violations) == 1)

    assert len(slack.seen_by(ada)) == 5
    assert [entry.data["status"] for entry in slack.log if entry.kind == "response_url"] == [200] * 5 + [404]


@pytest.mark.parametrize(("minutes", "status"), [(30, 200), (31, 404)])
async def test_a_response_url_lives_thirty_minutes(slack: FakeSlack, ada: User, minutes: int, status: int):
    from slack_sdk.webhook.async_client import AsyncWebhookClient

    now = slack.clock()
    slack.clock = lambda: now
    delivery = await slack.command(ada, "/usher")
    slack.clock = lambda: now + 60 * minutes

    answer = await AsyncWebhookClient(delivery.payload["response_url"]).send(text="late")

    assert answer.status_code == status
    assert [each.code for each in slack.violations] == ["expired_url"] * (status == 404)
    slack.violations.clear()


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "x", "colour": "red"},
        {"text": "x", "response_type": "loud"},
        {"text": "x", "replace_original": "yes"},
        {"blocks": [{"type": "hologram"}]},
    ],
)
async def test_a_response_url_refuses_what_slack_refuses(slack: FakeSlack, ada: User, body: dict[str, Any]):
    from slack_sdk.webhook.async_client import AsyncWebhookClient

    delivery = await slack.command(ada, "/usher")

    with slack.expect_violation("response_url"):
        answer = await AsyncWebhookClient(delivery.payload["response_url"]).send_dict(body)
    assert answer.status_code == 400
    assert slack.seen_by(ada) == []


# -- what a person sees ---------------------------------------------------------------------------------------


async def test_the_words_of_a_message_are_read_as_a_person_sees_them(slack: FakeSlack, ada: User):
    date = {"type": "date", "timestamp": 0, "format": "{date}", "fallback": "1 January"}
    rich = [
        {"type": "text", "text": "By "},
        {"type": "user", "user_id": ada.id},
        {"type": "text", "text": ", "},
        date,
    ]
    cells = [{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "2"}]
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Header *as is*"}},
        text("*Bold* _and_ `code` &amp; <https://e.example|a link>, <mailto:a@b.example> <!date^0^{date}|then> snake_case_name"),
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "<!here> <#C9|random>"}]},
        {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": rich}]},
        {"type": "table", "rows": [cells]},
        choice("Approve"),
    ]  # fmt: skip
    await web_client(slack).chat_postMessage(channel=ada.id, text="fallback", blocks=blocks)

    assert slack.text(slack.messages(ada)[0]).splitlines() == [
        "Header *as is*",
        "Bold and code & a link, a@b.example then snake_case_name",
        "@here #random",
        "By @ada, 1 January",
        "a | 2",
    ]
    (button,) = slack.buttons(slack.messages(ada)[0])
    assert (button.text, button.action_id, button.value, button.block_id) == (
        "Approve",
        "approve",
        "7",
        "choice",
    )
