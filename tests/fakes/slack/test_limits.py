"""Every documented limit, at the limit and one beyond, through the unmodified client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from slack_sdk.errors import SlackApiError

from tests.fakes.slack.apps import web_client
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.manifest import check_manifest
from tests.fakes.slack.validate import check_message, check_options, check_view

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack import FakeSlack

    Block = dict[str, Any]
    Make = Callable[[int], Block]


def plain(size: int) -> Block:
    return {"type": "plain_text", "text": "x" * size}


def section(**fields: Any) -> Block:
    return {"type": "section", "text": {"type": "mrkdwn", "text": "x"}, **fields}


def actions(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def button(size: int = 1, **fields: Any) -> Block:
    return {"type": "button", "text": plain(size), **fields}


def option(number: int = 0, **fields: Any) -> Block:
    return {"text": plain(1), "value": f"v{number}", **fields}


def many(count: int) -> list[Block]:
    return [option(number) for number in range(count)]


def select(count: int = 1, **fields: Any) -> Block:
    return {"type": "static_select", "action_id": "a", "options": many(count), **fields}


def grouped(groups: int) -> Block:
    each = {"label": plain(1), "options": [option()]}
    return {"type": "static_select", "option_groups": [each] * groups}


def confirm(**fields: Any) -> Block:
    whole = {"title": plain(1), "text": plain(1), "confirm": plain(1), "deny": plain(1), **fields}
    return actions(button(confirm=whole))


def image(**fields: Any) -> Block:
    return {"type": "image", "alt_text": "x", "image_url": "https://e.example/", **fields}


def link(size: int) -> str:
    return "https://e.example/".ljust(size, "x")


def table(rows: int, columns: int) -> Block:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def wide_table(characters: int) -> Block:
    cell = {"type": "raw_text", "text": "x" * (characters // 2)}
    return {
        "type": "table",
        "rows": [[cell, {"type": "raw_text", "text": "x" * (characters - characters // 2)}]],
    }


def field(**fields: Any) -> Block:
    element = {"type": "plain_text_input", "action_id": "a"}
    return {"type": "input", "label": plain(1), "element": element, **fields}


def text_input(**fields: Any) -> Block:
    return field(element={"type": "plain_text_input", **fields})


BLOCK_LIMITS: list[tuple[str, int, Make]] = [
    ("section text", 3000, lambda n: section(text=plain(n))),
    ("section fields", 10, lambda n: section(fields=[plain(1)] * n)),
    ("section field", 2000, lambda n: section(fields=[plain(n)])),
    ("block_id", 255, lambda n: section(block_id="x" * n)),
    ("header", 150, lambda n: {"type": "header", "text": plain(n)}),
    ("actions elements", 25, lambda n: actions(*[button()] * n)),
    ("context elements", 10, lambda n: {"type": "context", "elements": [plain(1)] * n}),
    ("image alt_text", 2000, lambda n: image(alt_text="x" * n)),
    ("image url", 3000, lambda n: image(image_url=link(n))),
    ("image title", 2000, lambda n: image(title=plain(n))),
    ("input label", 2000, lambda n: field(label=plain(n))),
    ("input hint", 2000, lambda n: field(hint=plain(n))),
    ("table rows", 100, lambda n: table(n, 1)),
    ("table characters", 10_000, wide_table),
    ("table columns", 20, lambda n: table(1, n)),
    ("button text", 75, lambda n: actions(button(n))),
    ("button value", 2000, lambda n: actions(button(value="x" * n))),
    ("button url", 3000, lambda n: actions(button(url=link(n)))),
    ("button accessibility_label", 75, lambda n: actions(button(accessibility_label="x" * n))),
    ("action_id", 255, lambda n: actions(button(action_id="x" * n))),
    ("select options", 100, lambda n: actions(select(n))),
    ("select option groups", 100, lambda n: actions(grouped(n))),
    ("select placeholder", 150, lambda n: actions(select(placeholder=plain(n)))),
    ("option text", 75, lambda n: actions(select(options=[option(text=plain(n))]))),
    ("option value", 150, lambda n: actions(select(options=[option(value="x" * n)]))),
    ("option description", 75, lambda n: actions(select(options=[option(description=plain(n))]))),
    ("overflow options", 5, lambda n: actions({"type": "overflow", "options": many(n)})),
    ("overflow option url", 3000, lambda n: actions({"type": "overflow", "options": [option(url=link(n))]})),
    ("checkboxes", 10, lambda n: actions({"type": "checkboxes", "options": many(n)})),
    ("radio buttons", 10, lambda n: actions({"type": "radio_buttons", "options": many(n)})),
    ("multi select options", 100, lambda n: section(accessory=select(n, type="multi_static_select"))),
    ("confirm title", 100, lambda n: confirm(title=plain(n))),
    ("confirm text", 300, lambda n: confirm(text=plain(n))),
    ("confirm button", 30, lambda n: confirm(confirm=plain(n))),
    ("deny button", 30, lambda n: confirm(deny=plain(n))),
    ("text input placeholder", 150, lambda n: text_input(placeholder=plain(n))),
    ("text input max_length", 3000, lambda n: text_input(max_length=n)),
]


@pytest.mark.parametrize(
    ("limit", "make"), [row[1:] for row in BLOCK_LIMITS], ids=[row[0] for row in BLOCK_LIMITS]
)
async def test_a_block_may_reach_its_limit_and_not_pass_it(slack: FakeSlack, limit: int, make: Make):
    client, ada = web_client(slack), slack.add_user("ada")

    await client.chat_postMessage(channel=ada.id, text="x", blocks=[make(limit)])

    with slack.expect_violation("json-pointer:/blocks/0"), pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=ada.id, text="x", blocks=[make(limit + 1)])
    assert refused.value.response["error"] == "invalid_blocks"
    assert refused.value.response["errors"]
    assert len(slack.messages(ada)) == 1


def modal(**fields: Any) -> Block:
    return {"type": "modal", "title": plain(1), "blocks": [section()], **fields}


VIEW_LIMITS: list[tuple[str, int, Make]] = [
    ("modal title", 24, lambda n: modal(title=plain(n))),
    ("modal submit", 24, lambda n: modal(submit=plain(n))),
    ("modal close", 24, lambda n: modal(close=plain(n))),
    ("modal blocks", 100, lambda n: modal(blocks=[section()] * n)),
    ("private_metadata", 3000, lambda n: modal(private_metadata="x" * n)),
    ("callback_id", 255, lambda n: modal(callback_id="x" * n)),
    ("external_id", 255, lambda n: modal(external_id="x" * n)),
    ("home blocks", 100, lambda n: {"type": "home", "blocks": [section()] * n}),
]


@pytest.mark.parametrize(
    ("limit", "make"), [row[1:] for row in VIEW_LIMITS], ids=[row[0] for row in VIEW_LIMITS]
)
def test_a_view_may_reach_its_limit_and_not_pass_it(limit: int, make: Make):
    check_view(make(limit), "modal", "home")

    with pytest.raises(Exception, match="invalid_arguments"):
        check_view(make(limit + 1), "modal", "home")


MESSAGE_LIMITS: list[tuple[str, str, int, Make]] = [
    ("blocks", "invalid_blocks", 50, lambda n: {"blocks": [{"type": "divider"}] * n}),
    ("text", "msg_too_long", 40_000, lambda n: {"text": "x" * n}),
    ("all blocks", "msg_blocks_too_long", 13_200, lambda n: {"blocks": long_blocks(n)}),
    ("attachments", "too_many_attachments", 100, lambda n: {"text": "x", "attachments": [{"text": "x"}] * n}),
    ("markdown", "invalid_blocks", 12_000, lambda n: {"blocks": [{"type": "markdown", "text": "x" * n}]}),
    ("markdown in all", "invalid_blocks", 12_000, lambda n: {"blocks": [markdown(6000), markdown(n - 6000)]}),
]


def markdown(size: int) -> Block:
    return {"type": "markdown", "text": "x" * size}


def long_blocks(total: int) -> list[Block]:
    """Five sections whose text, with 125 characters of overhead each, comes to `total`."""
    return [section(text=plain(3000))] * 4 + [section(text=plain(total - 5 * 125 - 12_000))]


@pytest.mark.parametrize(
    ("code", "limit", "make"), [row[1:] for row in MESSAGE_LIMITS], ids=[row[0] for row in MESSAGE_LIMITS]
)
def test_a_message_may_reach_its_limit_and_not_pass_it(code: str, limit: int, make: Make):
    check_message(make(limit))

    with pytest.raises(Exception, match=code):
        check_message(make(limit + 1))


WRONG: list[tuple[str, Block]] = [
    ("an unknown block", {"type": "hologram"}),
    ("an unknown key", section(colour="red")),
    ("an unknown element", actions({"type": "lever"})),
    ("an unknown key of an element", actions(button(shape="round"))),
    ("mrkdwn on a button", actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}})),
    ("emoji on mrkdwn", section(text={"type": "mrkdwn", "text": "x", "emoji": True})),
    ("a button style of its own", actions(button(style="warning"))),
    ("an empty text", section(text=plain(0))),
    ("a section of nothing", {"type": "section"}),
    ("a text that is no object", section(text="x")),
    ("actions without elements", actions()),
    ("the same action_id twice in a block", actions(button(action_id="a"), button(action_id="a"))),
    ("options and option groups", actions(select(option_groups=[{"label": plain(1), "options": many(1)}]))),
    ("an initial option that is not offered", actions(select(initial_option=option(7)))),
    ("a url that is none", actions(button(url="javascript:alert(1)"))),
    ("an image without a text", {"type": "image", "image_url": link(30)}),
    ("a picture in two places", image(slack_file={"id": "F1"})),
    ("an input without a label", {"type": "input", "element": {"type": "plain_text_input"}}),
    ("a button in an input", field(element=button())),
    ("a text input in actions", actions({"type": "plain_text_input"})),
    ("an e-mail input in a message", field(element={"type": "email_text_input"})),
    ("min_length above max_length", text_input(min_length=5, max_length=4)),
    ("a date that is none", actions({"type": "datepicker", "initial_date": "tomorrow"})),
    ("rich text without elements", {"type": "rich_text", "elements": []}),
    ("a rich text style", {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": "x", "style": {"blink": True}}]}]}),
    ("a list in a list", {"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet",
        "elements": [{"type": "rich_text_list", "style": "bullet", "elements": []}]}]}),
    ("a date format", {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "date", "timestamp": 1, "format": "{when}"}]}]}),
]  # fmt: skip


@pytest.mark.parametrize("block", [row[1] for row in WRONG], ids=[row[0] for row in WRONG])
async def test_what_block_kit_does_not_know_is_refused(slack: FakeSlack, block: Block):
    with slack.expect_violation("invalid_blocks"), pytest.raises(SlackApiError, match="invalid_blocks"):
        await web_client(slack).chat_postMessage(channel=slack.add_user("ada").id, text="x", blocks=[block])


def test_block_ids_are_unique_in_a_message():
    with pytest.raises(Exception, match="block_id already exists"):
        check_message({"blocks": [section(block_id="a"), section(block_id="a")]})


@pytest.mark.parametrize(
    "cell",
    [
        {"type": "raw_text", "text": ""},
        {"type": "raw_text"},
        {"type": "raw_number", "value": 2},
        {"type": "mrkdwn", "text": "x"},
        "x",
    ],
)
def test_a_cell_is_raw_or_rich_text_and_not_empty(cell: Any):
    with pytest.raises(SlackError, match="invalid_blocks"):
        check_message({"blocks": [{"type": "table", "rows": [[cell]]}]})


def test_a_table_in_an_attachment_is_counted_too():
    with pytest.raises(SlackError, match="only_one_table_allowed"):
        check_message({"blocks": [table(1, 1)], "attachments": [{"blocks": [table(1, 1)]}]})


def test_a_message_has_one_table_at_most():
    with pytest.raises(Exception, match="only_one_table_allowed"):
        check_message({"blocks": [table(1, 1), table(1, 1)]})


def test_everything_that_usher_shows_is_accepted():
    inline = [
        {"type": "text", "text": "Hello ", "style": {"bold": True}},
        {"type": "user", "user_id": "U1"},
        {"type": "emoji", "name": "wave"},
        {"type": "link", "url": "https://e.example/", "text": "here"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1_700_000_000, "format": "{date_long} at {time}", "fallback": "then"},
    ]
    line = {"type": "rich_text_section", "elements": inline}
    rich = {
        "type": "rich_text",
        "elements": [
            line,
            {"type": "rich_text_list", "style": "ordered", "elements": [line], "indent": 1},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "code"}], "border": 0},
            {"type": "rich_text_quote", "elements": inline},
        ],
    }
    menus = [
        select(),
        {"type": "users_select", "placeholder": plain(1)},
        {"type": "external_select", "min_query_length": 0},
        {"type": "datepicker", "initial_date": "2026-12-24"},
    ]
    blocks = [
        rich,
        section(accessory=button(style="danger")),
        actions(*menus),
        {"type": "divider"},
        table(2, 2),
    ]
    metadata = {
        "event_type": "outbox",
        "event_payload": {"id": "1", "try": 2, "more": {"a": True}, "list": ["x"]},
    }

    check_message({"text": "x", "blocks": blocks, "metadata": metadata})


@pytest.mark.parametrize(
    "metadata",
    [
        {"event_type": "a"},
        {"event_type": "a b", "event_payload": {}},
        {"event_type": "a", "event_payload": {}, "more": 1},
        {"event_type": "a", "event_payload": {"x": None}},
        {"event_type": "a", "event_payload": {"x": {"y": {"z": 1}}}},
    ],
)
def test_metadata_is_a_word_and_a_flat_object(metadata: Block):
    with pytest.raises(Exception, match="invalid_metadata_format"):
        check_message({"text": "x", "metadata": metadata})


@pytest.mark.parametrize(
    ("code", "view"),
    [
        ("submit", modal(blocks=[field()])),
        ("unsupported type: markdown", modal(blocks=[markdown(1)])),
        ("unsupported type: None", {"title": plain(1), "blocks": []}),
        ("invalid additional property: colour", modal(colour="red")),
        ("view_too_large", modal(blocks=[section(text=plain(3000))] * 100)),
        ("view_too_large", modal(private_metadata="x" * 260_000)),
    ],
)
def test_a_view_that_slack_would_refuse_is_refused(code: str, view: Block):
    with pytest.raises(Exception, match=code):
        check_view(view, "modal", "home")


def test_a_block_suggestion_holds_a_hundred_options():
    assert check_options({"options": many(100)}) == []
    assert check_options({"options": []}) == []
    assert check_options({"options": many(101)})
    assert check_options({"options": [], "option_groups": []})
    assert check_options({})


def manifest(**fields: Any) -> Block:
    return {
        "display_information": {"name": "Usher", "description": "x"},
        "features": {
            "bot_user": {"display_name": "Usher"},
            "slash_commands": [{"command": "/usher", "description": "x", "usage_hint": "x"}],
        },
        "oauth_config": {"scopes": {"bot": ["commands", "im:history"]}},
        "settings": {"socket_mode_enabled": True, "event_subscriptions": {"bot_events": ["message.im"]}},
        **fields,
    }


def features(**fields: Any) -> Block:
    return manifest(features={**manifest()["features"], **fields})


def command(name: str = "/usher", **fields: Any) -> Block:
    return features(slash_commands=[{"command": name, "description": "x", **fields}])


def commands(count: int) -> Block:
    return features(slash_commands=[{"command": f"/c{n}", "description": "x"} for n in range(count)])


def shortcuts(count: int = 1, size: int = 1) -> Block:
    each = {"name": "x" * size, "type": "global", "description": "x"}
    made = features(shortcuts=[{**each, "callback_id": f"x{n}"} for n in range(count)])
    return {**made, "settings": {**made["settings"], "interactivity": {"is_enabled": True}}}


MANIFEST_LIMITS: list[tuple[str, int, Make]] = [
    ("name", 35, lambda n: manifest(display_information={"name": "x" * n})),
    ("description", 140, lambda n: manifest(display_information={"name": "x", "description": "x" * n})),
    ("bot name", 80, lambda n: features(bot_user={"display_name": "x" * n})),
    ("commands", 50, commands),
    ("command", 32, lambda n: command("/" + "x" * (n - 1))),
    ("command description", 2000, lambda n: command(description="x" * n)),
    ("usage hint", 1000, lambda n: command(usage_hint="x" * n)),
    ("shortcuts", 10, shortcuts),
    ("shortcut name", 24, lambda n: shortcuts(size=n)),
    (
        "scopes",
        255,
        lambda n: manifest(oauth_config={"scopes": {"bot": ["commands", "im:history"] + ["x"] * (n - 2)}}),
    ),
]


@pytest.mark.parametrize(
    ("limit", "make"), [row[1:] for row in MANIFEST_LIMITS], ids=[row[0] for row in MANIFEST_LIMITS]
)
def test_a_manifest_may_reach_its_limit_and_not_pass_it(limit: int, make: Make):
    assert check_manifest(make(limit)) == []
    assert check_manifest(make(limit + 1))


@pytest.mark.parametrize(
    "wrong",
    [
        command("usher"),
        command("/"),
        command("/two words"),
        manifest(oauth_config={"scopes": {"bot": ["commands"]}}),
        manifest(settings={"socket_mode_enabled": False}),
        manifest(more={}),
    ],
)
def test_a_manifest_that_slack_would_refuse_is_refused(wrong: Block):
    assert check_manifest(wrong)
