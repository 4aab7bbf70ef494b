"""What the platforms are sent, drawn as HTML: everything in sight, everything to press named, nothing of a person's taken as markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from itertools import count
from typing import Any

import pytest

from adapters.web.drawing import console, discord, slack
from adapters.web.drawing.parts import Look

Json = dict[str, Any]
HOSTILE = "\"><img src=x onerror=alert(1)><script>x</script>' & </p><b onclick=x>"
HARMLESS = frozenset(
    """
    a b blockquote br button code datalist details div fieldset figcaption figure form h2 h3 hr i img input label legend li ol
    option p pre rect s select small span summary svg table tbody td textarea th thead time tr u ul
    """.split()  # noqa: SIM905 - easier to read
)


class Page(HTMLParser):
    """The elements and the words of a drawing."""

    def __init__(self, drawn: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(str(drawn))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str, **attributes: str) -> list[dict[str, str | None]]:
        wanted = {key.rstrip("_").replace("_", "-"): value for key, value in attributes.items()}
        return [found for name, found in self.elements if name == tag and wanted.items() <= found.items()]

    def one(self, tag: str, **attributes: str) -> dict[str, str | None]:
        (found,) = self.all(tag, **attributes)
        return found


def words(text: str, kind: str = "plain_text") -> Json:
    return {"type": kind, "text": text}


def option(value: str, label: str = "") -> Json:
    return {"text": words(label or value), "value": value}


def slack_message(text: str) -> Json:
    rich = [
        {"type": "text", "text": text, "style": {"bold": True, "code": True, "strike": True, "italic": True}},
        {"type": "link", "url": "https://usher.example/i/X", "text": text},
        {"type": "link", "url": f"javascript:alert({text})"},
        {"type": "date", "timestamp": 1_770_000_000, "format": "{date_short} at {time}", "fallback": text},
        {"type": "user", "user_id": "U1"},
        {"type": "channel", "channel_id": "C1"},
        {"type": "broadcast", "range": "here"},
        {"type": "emoji", "name": text},
    ]
    section = {"type": "rich_text_section", "elements": rich}
    select = {"type": "static_select", "action_id": "pick", "placeholder": words(text)}
    return {
        "text": text,
        "blocks": [
            {"type": "header", "text": words(text)},
            {"type": "section", "text": words(f"*{text}*", "mrkdwn"), "fields": [words(text)]},
            {
                "type": "section",
                "text": words(text),
                "accessory": {"type": "image", "alt_text": text, "image_url": text},
            },
            {
                "type": "rich_text",
                "elements": [
                    section,
                    {"type": "rich_text_list", "style": "bullet", "elements": [section]},
                    {"type": "rich_text_quote", "elements": rich},
                    {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]},
                ],
            },
            {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * 2] * 2},
            {"type": "image", "alt_text": text, "slack_file": {"id": text}, "title": words(text)},
            {"type": "divider"},
            {
                "type": "actions",
                "block_id": text,
                "elements": [
                    {
                        "type": "button",
                        "text": words(text),
                        "action_id": text,
                        "value": text,
                        "style": "danger",
                    },
                    {**select, "options": [option(text)]},
                    {**select, "type": "users_select", "action_id": "who"},
                ],
            },
            {
                "type": "context",
                "elements": [words(text), words(f"<!date^1770000000^{{ago}}|{text}>", "mrkdwn")],
            },
            {"type": "markdown", "text": f"**{text}**"},
        ],
        "attachments": [{"color": text, "text": text}],
    }


def slack_form(text: str) -> Json:
    numbers = count()
    elements: list[Json] = [
        {"type": "plain_text_input", "initial_value": text, "placeholder": words(text), "max_length": 80},
        {"type": "plain_text_input", "multiline": True, "initial_value": text},
        {
            "type": "static_select",
            "options": [option("a", text), option(text)],
            "initial_option": option(text),
        },
        {
            "type": "multi_static_select",
            "options": [option("a", text), option("b")],
            "initial_options": [option("b")],
        },
        {"type": "radio_buttons", "options": [option("a", text)]},
        {"type": "checkboxes", "options": [{**option("a", text), "description": words(text)}]},
        {"type": "external_select", "initial_option": option("x", text), "min_query_length": 0},
        {"type": "multi_external_select", "initial_options": [option("x", text)]},
        {"type": "users_select", "initial_user": "U1"},
        {"type": "multi_users_select", "initial_users": ["U1"]},
        {"type": "conversations_select", "initial_conversation": "C1"},
        {"type": "datepicker", "initial_date": "2026-12-24"},
        {"type": "timepicker", "initial_time": "10:00"},
        {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3", "min_value": "1"},
        {"type": "email_text_input"},
        {"type": "url_text_input"},
        {"type": "file_input"},
    ]
    return {
        "type": "modal",
        "title": words(text),
        "submit": words(text),
        "callback_id": text,
        "private_metadata": text,
        "blocks": [
            {"type": "section", "text": words(text)},
            *(
                {
                    "type": "input",
                    "block_id": f"field{next(numbers)}",
                    "label": words(text),
                    "hint": words(text),
                    "element": {"action_id": "value", **element},
                }
                for element in elements
            ),
        ],
    }


def discord_message(text: str) -> Json:
    return {
        "content": f"**{text}** `{text}` [{text}](https://usher.example) <t:1770000000:R> <@1> <#2>\n> {text}\n- {text}\n# {text}",
        "embeds": [
            {
                "title": text,
                "description": f"{text}\n```\n{text}\n```",
                "color": 0x2D9D5F,
                "fields": [{"name": text, "value": f"~~{text}~~", "inline": True}],
                "footer": {"text": text},
                "image": {"url": "attachment://table.png", "description": text},
            }
        ],
        "attachments": [
            {"id": 0, "filename": "table.png", "description": text},
            {"id": 1, "filename": text, "description": text},
        ],
        "components": [
            {
                "type": 1,
                "components": [
                    {"type": 2, "style": 4, "label": text, "custom_id": text},
                    {"type": 2, "style": 5, "label": text, "url": "https://usher.example"},
                ],
            },
            {"type": 1, "components": [{"type": 3, "custom_id": text, "placeholder": text, "options": [
                {"label": text, "value": text, "description": text}
            ]}]},
            {
                "type": 17,
                "accent_color": 0xD83C3E,
                "components": [
                    {"type": 10, "content": text},
                    {"type": 14},
                    {
                        "type": 9,
                        "components": [{"type": 10, "content": f"### {text}"}],
                        "accessory": {"type": 2, "style": 1, "label": text, "custom_id": "x"},
                    },
                    {"type": 12, "items": [{"media": {"url": "attachment://chart.png"}, "description": text}]},
                    {"type": 13, "file": {"url": f"attachment://{text}"}},
                ],
            },
        ],
    }  # fmt: skip


def discord_form(text: str) -> Json:
    numbers = count()
    options = [{"label": text, "value": "a", "default": True}, {"label": "b", "value": text}]
    fields: list[Json] = [
        {"type": 4, "style": 1, "value": text, "placeholder": text},
        {"type": 4, "style": 2, "value": text, "required": False},
        {"type": 3, "options": options},
        {"type": 3, "options": options, "max_values": 2},
        {"type": 5, "default_values": [{"id": "1", "type": "user"}]},
        {"type": 8},
        {"type": 21, "options": options},
        {"type": 22, "options": options},
        {"type": 23},
        {"type": 19},
    ]
    labels = [
        {
            "type": 18,
            "label": text,
            "description": text,
            "component": {"custom_id": f"field{next(numbers)}", **field},
        }
        for field in fields
    ]
    return {"title": text, "custom_id": text, "components": [{"type": 10, "content": text}, *labels]}


EVERYTHING = {
    "slack message": lambda text: slack.draw_message(slack_message(text)),
    "slack text": lambda text: slack.draw_message({"text": text}),
    "slack form": lambda text: slack.draw_form(slack_form(text), errors={f"field{n}": text for n in range(20)}),
    "discord message": lambda text: discord.draw_message(discord_message(text)),
    "discord form": lambda text: discord.draw_form(discord_form(text), errors={f"field{n}": text for n in range(20)}),
    "console": console.draw_text,
}  # fmt: skip


@pytest.mark.parametrize("draw", EVERYTHING.values(), ids=EVERYTHING.keys())
def test_nothing_that_people_write_becomes_markup(draw: Any) -> None:
    page = Page(draw(HOSTILE))
    assert {name for name, _ in page.elements} <= HARMLESS
    for name, attributes in page.elements:
        assert not any(key.startswith("on") or key == "style" for key in attributes), (name, attributes)
        assert (attributes.get("href") or "https://").startswith("https://")
        assert (attributes.get("src") or "https://").startswith(("https://", "x"))
    assert "<script>x</script>" in page.text


def test_marks_within_marks_have_an_end() -> None:
    assert "*" * 1_000 in Page(discord.draw_message({"content": "*" * 4_000})).text


def test_names_and_pictures_are_those_of_the_page() -> None:
    look = Look(name=lambda known: f"<b>{known}</b>", picture=lambda known: f"/pictures/{known}.png")
    page = Page(slack.draw_message(slack_message("x"), look))
    assert "@<b>U1</b>" in page.text
    assert [each["alt"] for each in page.all("img", src="/pictures/x.png")] == ["x", "x"]
    unsafe = Look(picture=lambda known: "javascript:alert(1)")
    assert not Page(slack.draw_message(slack_message("x"), unsafe)).all("img")


def test_what_can_be_pressed_says_what_it_sends() -> None:
    of_slack = Page(slack.draw_message(slack_message("x")))
    assert of_slack.one("button", data_kind="button")["data-value"] == "x"
    assert of_slack.one("details")["data-action-id"] == "pick"
    assert of_slack.one("button", data_kind="option")["data-value"] == "x"
    assert of_slack.one("button", data_kind="users_select")["data-action-id"] == "who"
    of_discord = Page(discord.draw_message(discord_message("x")))
    assert {each["data-custom-id"] for each in of_discord.all("button", data_kind="button")} == {"x"}
    assert of_discord.one("a", class_="button plain")["href"] == "https://usher.example"
    assert of_discord.one("details", data_kind="string_select")["data-custom-id"] == "x"
    assert of_discord.one("button", data_kind="option")["data-value"] == "x"


@pytest.mark.parametrize(
    "drawn",
    [
        slack.draw_form(slack_form("x"), errors={"field0": "Wrong", "field3": "Wrong"}),
        discord.draw_form(discord_form("x"), errors={"field0": "Wrong", "field3": "Wrong"}),
    ],
    ids=["slack", "discord"],
)
def test_each_field_has_its_label_its_hint_and_its_error(drawn: str) -> None:
    page = Page(drawn)
    ids = [found["id"] for _, found in page.elements if "id" in found]
    assert len(ids) == len(set(ids))
    labelled = {found["for"] for found in page.all("label")}
    for name in ("input", "select", "textarea"):
        for control in page.all(name):
            assert control.get("type") == "hidden" or control["id"] in labelled, control
    for _, found in page.elements:
        for told in (found.get("aria-describedby") or found.get("aria-labelledby") or "").split():
            assert told in ids
    assert page.text.count("Wrong") == 2
    assert len(page.all("input", aria_invalid="true")) == 1
    wrong = next(found for _, found in page.elements if found.get("aria-invalid"))
    assert wrong["id"] + "-error" in wrong["aria-describedby"]
    assert page.one("button", type="submit")


def test_what_was_filled_in_stands_in_the_fields() -> None:
    page = Page(slack.draw_form(slack_form("x")))
    assert page.one("input", name="field0")["value"] == "x"
    assert page.one("option", value="x")["selected"] is None  # there, without a value
    assert "checked" in page.one("input", name="field3", value="b")
    assert page.one("input", name="field7", type="hidden")["data-label"] == "x"
    assert page.one("input", name="field8", type="hidden")["value"] == "U1"
    assert page.one("input", name="field11")["value"] == "2026-12-24"


def test_discords_markdown_is_drawn_as_discord_shows_it() -> None:
    drawn = discord.draw_message(
        {"content": "**a** *b* __c__ ~~d~~ `e*` \\*f\\* a_b_c ||g||\n• one\n• ~~two~~\nend"}
    )
    assert re.sub(r"^<div[^>]*>|</div>$", "", drawn) == (
        "<p><b>a</b> <i>b</i> <u>c</u> <s>d</s> <code>e*</code> *f* a_b_c "
        '<span class="spoiler">g</span></p><ul><li>one</li><li><s>two</s></li></ul><p>end</p>'
    )
    assert "<b>" not in discord.draw_message({"content": r"\*\*a\*\* \[b\](https\://c)"})


def test_slacks_markup_is_drawn_as_slack_shows_it() -> None:
    drawn = slack.draw_message(
        {"text": "*a* _b_ ~c~ `d*` &lt;b&gt; <https://usher.example|here> <@U1> 2*3*4"}
    )
    assert re.sub(r"^<div[^>]*><p>|</p></div>$", "", drawn) == (
        "<b>a</b> <i>b</i> <s>c</s> <code>d*</code> &lt;b&gt; "
        '<a href="https://usher.example" rel="noreferrer noopener nofollow" target="_blank">here</a> '
        '<span class="mention" data-id="U1">@U1</span> 2*3*4'
    )
