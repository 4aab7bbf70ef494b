"""Modals, home tabs, menus that ask, shortcuts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.apps import bolt_app, over_socket, web_client
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.manifest import check_manifest

if TYPE_CHECKING:
    from slack_bolt.async_app import AsyncApp

    from tests.fakes.slack import FakeSlack
    from tests.fakes.slack.entities import User


@pytest.fixture
def ada(slack: FakeSlack) -> User:
    return slack.add_user("ada")


def text(words: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


ASK = {"type": "button", "action_id": "ask", "text": {"type": "plain_text", "text": "Ask"}}


def question() -> dict[str, Any]:
    element = {"type": "plain_text_input", "action_id": "reason", "max_length": 20}
    block = {
        "type": "input",
        "block_id": "why",
        "label": {"type": "plain_text", "text": "Why"},
        "element": element,
    }
    return modal(block, submit={"type": "plain_text", "text": "Send"})


def modal(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    title = {"type": "plain_text", "text": "Form"}
    return {
        "type": "modal",
        "callback_id": "form",
        "title": title,
        "blocks": list(blocks) or [text("x")],
        **more,
    }


def opening(slack: FakeSlack, view: dict[str, Any]) -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/usher")
    async def usher(ack: Any, body: dict[str, Any], client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    return app


async def test_a_form_is_opened_filled_in_and_sent(slack: FakeSlack, ada: User):
    app, seen = opening(slack, question()), []

    @app.view("form")
    async def form(ack: Any, view: dict[str, Any]) -> None:
        seen.append(view["state"]["values"])
        await ack()

    async with over_socket(slack, app):
        opened = await (await slack.command(ada, "/usher")).form()
        assert slack.modal(ada) is opened
        await slack.submit(ada, {"Why": "new here"})

    assert seen == [{"why": {"reason": {"type": "plain_text_input", "value": "new here"}}}]
    assert slack.state.modals[ada.id] == []


async def test_a_form_checks_what_the_client_checks(slack: FakeSlack, ada: User):
    async with over_socket(slack, opening(slack, question())):
        await slack.command(ada, "/usher")

    for values, complaint in (
        ({}, "must be filled in"),
        ({"why": "x" * 21}, "0 to 20"),
        ({"what": "x"}, "no fields"),
    ):
        with pytest.raises(NotPossible, match=complaint):
            await slack.submit(ada, values)


async def test_a_form_can_be_answered_with_errors_an_update_another_form_or_the_end(
    slack: FakeSlack, ada: User
):
    app = opening(slack, question())
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"why": "Say more"}},
        {"response_action": "update", "view": modal(callback_id="form")},
        {"response_action": "push", "view": modal(callback_id="form")},
        {"response_action": "clear"},
    ]

    @app.view("form")
    async def form(ack: Any) -> None:
        await ack(**answers.pop(0))

    async with over_socket(slack, app):
        first = await (await slack.command(ada, "/usher")).form()
        refused = await slack.submit(ada, {"why": "x"})
        assert refused.errors == {"why": "Say more"}
        assert await (await slack.submit(ada, {"why": "x"})).form() is first
        pushed = await (await slack.submit(ada)).form()
        assert slack.state.modals[ada.id] == [first, pushed]
        assert pushed.root_view_id == pushed.previous_view_id == first.id
        await slack.submit(ada)
    assert slack.state.modals[ada.id] == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"who": "No such block"}},
        {"response_action": "explode"},
        {"response_action": "push", "view": {"type": "modal"}},
    ],
)
async def test_a_form_refuses_an_answer_that_slack_refuses(
    slack: FakeSlack, ada: User, answer: dict[str, Any]
):
    app = opening(slack, question())

    @app.view("form")
    async def form(ack: Any) -> None:
        await ack(**answer)

    async with over_socket(slack, app):
        await slack.command(ada, "/usher")
        with slack.expect_violation("invalid_view_submission_response"):
            await slack.submit(ada, {"why": "x"})


async def test_closing_a_form_is_told_only_to_who_asked(slack: FakeSlack, ada: User):
    app, closed = opening(slack, modal(notify_on_close=True)), []

    @app.view_closed("form")
    async def form(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        closed.append(body["is_cleared"])

    async with over_socket(slack, app):
        await slack.command(ada, "/usher")
        assert (await slack.close_modal(ada)) is not None
    async with over_socket(slack, opening(slack, modal())):
        await slack.command(ada, "/usher")
        assert (await slack.close_modal(ada)) is None
    assert closed == [False]


async def test_a_trigger_works_once_and_for_three_seconds(slack: FakeSlack, ada: User):
    now = slack.clock()
    slack.clock = lambda: now
    client = web_client(slack)
    delivery = await slack.command(ada, "/usher")

    slack.clock = lambda: now + 3.1
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await client.views_open(trigger_id=delivery.payload["trigger_id"], view=modal())
    slack.clock = lambda: now + 3
    await client.views_open(trigger_id=delivery.payload["trigger_id"], view=modal())
    with slack.expect_violation(), pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        await client.views_open(trigger_id=delivery.payload["trigger_id"], view=modal())
    with slack.expect_violation(), pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id="1.2.3", view=modal())


async def test_two_forms_at_most_can_be_pushed(slack: FakeSlack, ada: User):
    client = web_client(slack)

    async def trigger() -> str:
        return (await slack.command(ada, "/usher")).payload["trigger_id"]

    await client.views_open(trigger_id=await trigger(), view=modal())
    await client.views_push(trigger_id=await trigger(), view=modal())
    await client.views_push(trigger_id=await trigger(), view=modal())
    with slack.expect_violation(), pytest.raises(SlackApiError, match="push_limit_reached"):
        await client.views_push(trigger_id=await trigger(), view=modal())
    assert len(slack.state.modals[ada.id]) == 3


async def test_a_view_changed_by_somebody_else_is_a_hash_conflict(slack: FakeSlack, ada: User):
    client = web_client(slack)
    trigger = (await slack.command(ada, "/usher")).payload["trigger_id"]
    view = (await client.views_open(trigger_id=trigger, view=modal(external_id="mine")))["view"]

    fresh = await client.views_update(view_id=view["id"], hash=view["hash"], view=modal(text("New")))
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id="V0", view=modal())

    assert fresh["view"]["hash"] != view["hash"]
    assert slack.text(slack.modal(ada)) == "New"


async def test_options_can_be_asked_for_while_typing(slack: FakeSlack, ada: User):
    option = {"text": {"type": "plain_text", "text": "Bob"}, "value": "bob"}
    element = {"type": "external_select", "action_id": "who", "min_query_length": 1}
    view = modal({"type": "section", "text": {"type": "mrkdwn", "text": "Who"}, "accessory": element})
    app = opening(slack, view)

    @app.options("who")
    async def who(ack: Any, body: dict[str, Any]) -> None:
        await ack(options=[option] if body["value"] == "bo" else [])

    async with over_socket(slack, app):
        opened = await (await slack.command(ada, "/usher")).form()
        assert (await slack.suggest(ada, opened, "who", "bo")).ack == {"options": [option]}
        assert (await slack.suggest(ada, opened, "who", "zz")).ack == {"options": []}


async def test_shortcuts_reach_the_app(slack: FakeSlack, ada: User):
    app, seen = bolt_app(slack), []

    @app.shortcut("invite")
    async def invite(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append((body["type"], body.get("message", {}).get("text")))

    async with over_socket(slack, app):
        await web_client(slack).chat_postMessage(channel=ada.id, text="Join?")
        (card,) = slack.messages(ada)
        await slack.shortcut(ada, "invite")
        await slack.shortcut(ada, "invite", message=card)

    assert seen == [("shortcut", None), ("message_action", "Join?")]


async def test_what_the_manifest_does_not_name_is_not_there_to_use(slack: FakeSlack, ada: User):
    url = "https://app.example/slack"
    settings: dict[str, Any] = {"interactivity": {"is_enabled": True, "request_url": url}}
    shortcut = {"name": "Invite", "type": "global", "callback_id": "invite", "description": "Invites"}
    made = {
        "display_information": {"name": "App"},
        "features": {"bot_user": {"display_name": "App"}, "shortcuts": [shortcut]},
        "oauth_config": {"scopes": {"bot": ["commands"]}},
        "settings": settings,
    }
    element = {"type": "external_select", "action_id": "who"}
    view = modal({"type": "section", "text": {"type": "mrkdwn", "text": "Who"}, "accessory": element})
    app = opening(slack, view)
    slack.install(made)
    slack.commands = None

    async with over_socket(slack, app):
        opened = await (await slack.command(ada, "/usher")).form()
        with pytest.raises(NotPossible, match="no address"):
            await slack.suggest(ada, opened, "who", "bo")
        with pytest.raises(NotPossible, match="no shortcut"):
            await slack.shortcut(ada, "ask")
    twice = made | {"features": made["features"] | {"shortcuts": [shortcut, shortcut]}, "settings": {}}  # type: ignore[operator]
    assert len(check_manifest(twice)) == 2


async def test_pickers_show_no_more_than_a_person_sees(slack: FakeSlack, ada: User):
    fields = [
        {"type": "input", "label": {"type": "plain_text", "text": name}, "element": element, "optional": True}
        for name, element in {
            "who": {"type": "users_select", "action_id": "who"},
            "where": {"type": "conversations_select", "action_id": "where"},
        }.items()
    ]
    app = opening(slack, modal(*fields, submit={"type": "plain_text", "text": "Send"}))
    stranger = slack.add_user("eve", team=slack.add_team("Evil"))
    closed = slack.add_channel("closed", private=True)

    async with over_socket(slack, app):
        await (await slack.command(ada, "/usher")).form()
        for picked in ({"who": stranger.id}, {"where": closed.id}):
            with pytest.raises(NotPossible):
                await slack.submit(ada, picked)


async def test_a_home_tab_is_published_and_its_buttons_work(slack: FakeSlack, ada: User):
    app, seen = bolt_app(slack), []

    @app.event("app_home_opened")
    async def opened(event: dict[str, Any], client: Any) -> None:
        view = {"type": "home", "blocks": [text("Welcome"), {"type": "actions", "elements": [ASK]}]}
        await client.views_publish(user_id=event["user"], view=view)

    @app.action("ask")
    async def ask(ack: Any, body: dict[str, Any]) -> None:
        await ack()
        seen.append(body["container"])

    async with over_socket(slack, app):
        await slack.open_home(ada)
        home = await slack.wait_for(lambda: slack.home(ada))
        await slack.click(ada, home, "Ask")
        await slack.open_home(ada)

    assert slack.text(home) == "Welcome"
    assert seen == [{"type": "view", "view_id": home.id}]
