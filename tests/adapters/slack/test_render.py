"""Cards as blocks: nothing that a card holds may be refused by Slack, or become more than words."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits
from adapters.slack.render import blocks, fallback_text, message, total
from core.cards import Button, Card, Code, Field, Line, Link, Say, Style, Text, Tone, When, text
from tests.fakes.slack.render import plain
from tests.fakes.slack.validate import check_message

AT = 1_772_532_000  # 3 March 2026 10:00 UTC
HOSTILE = "<!channel> <@U123> *bold* <https://evil.example|Approve> & `code` :tada: @here"


def _all(shown: Any, kind: str) -> list[dict[str, Any]]:
    """Every object of this type, however deep."""
    found = []
    if isinstance(shown, dict):
        found += [shown] if shown.get("type") == kind else []
        shown = list(shown.values())
    if isinstance(shown, list):
        for inner in shown:
            found += _all(inner, kind)
    return found


def _words(shown: list[dict[str, Any]]) -> str:
    return plain("", shown, str)


def _accepted(card: Card) -> list[dict[str, Any]]:
    """The blocks, after Slack's own rules and ours have been held against them."""
    made = message(card)
    check_message(made, text_at_most=limits.FALLBACK_TEXT)
    shown: list[dict[str, Any]] = made["blocks"]
    assert len(shown) <= limits.BLOCKS
    assert total(shown) <= limits.ALL_BLOCKS
    ids = [button["action_id"] for button in _all(shown, "button")]
    assert len(set(ids)) == len(ids)
    return shown


def test_a_card_is_shown_in_the_order_of_its_parts() -> None:
    card = Card(
        "Ann asks to join Studio",
        Tone.WAITING,
        body=(text("She was invited by ", "Bob", "."),),
        fields=(Field("Role", text("Designer")), Field("Ends", text(When(AT)))),
        lines=(Line(text("first")), Line(text("second"), dead=True)),
        buttons=(
            Button("Approve", "join.approve", "r1", Style.PRIMARY),
            Button("Deny", "join.deny", "r1", Style.DANGER),
        ),
        footer=text("req-2M9C · asked ", When(AT)),
    )

    assert _accepted(card) == [
        {"type": "header", "text": {"type": "plain_text", "text": "Ann asks to join Studio", "emoji": False}},
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "She was invited by "},
                        {"type": "text", "text": "Bob"},
                        {"type": "text", "text": "."},
                    ],
                }
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Role: ", "style": {"bold": True}},
                        {"type": "text", "text": "Designer"},
                    ],
                },
                {
                    "type": "rich_text_section",
                    "elements": [
                        {"type": "text", "text": "Ends: ", "style": {"bold": True}},
                        {
                            "type": "date",
                            "timestamp": AT,
                            "format": "{date_short} at {time}",
                            "fallback": "3 March 2026 10:00 UTC",
                        },
                    ],
                },
            ],
        },
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
                        {
                            "type": "rich_text_section",
                            "elements": [{"type": "text", "text": "second", "style": {"strike": True}}],
                        },
                    ],
                }
            ],
        },
        {
            "type": "actions",
            "elements": [
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Approve", "emoji": False},
                    "action_id": "join.approve",
                    "value": "r1",
                    "style": "primary",
                },
                {
                    "type": "button",
                    "text": {"type": "plain_text", "text": "Deny", "emoji": False},
                    "action_id": "join.deny",
                    "value": "r1",
                    "style": "danger",
                },
            ],
        },
        {
            "type": "context",
            "elements": [
                {"type": "plain_text", "text": "req-2M9C · asked", "emoji": False},
                {
                    "type": "mrkdwn",
                    "text": f"<!date^{AT}^{{date_short}} at {{time}}|3 March 2026 10:00 UTC>",
                    "verbatim": True,
                },
            ],
        },
    ]


@pytest.mark.parametrize(
    ("span", "shown"),
    [
        (Code("ABCD-EFGH"), {"type": "text", "text": "ABCD-EFGH", "style": {"code": True}}),
        (Link("https://usher.example/i/AB"), {"type": "link", "url": "https://usher.example/i/AB"}),
        (Link("javascript:alert(1)"), {"type": "text", "text": "javascript:alert(1)"}),
        (Link("https://a.example/ b"), {"type": "text", "text": "https://a.example/ b"}),
        (
            Say("invite list", "status:all"),
            {"type": "text", "text": "/door invite list status:all", "style": {"code": True}},
        ),
        (Say("help"), {"type": "text", "text": "/door help", "style": {"code": True}}),
        (
            When(AT, "date"),
            {"type": "date", "timestamp": AT, "format": "{date_long}", "fallback": "3 March 2026"},
        ),
        (
            When(AT, "relative"),
            {"type": "date", "timestamp": AT, "format": "{ago}", "fallback": "3 March 2026 10:00 UTC"},
        ),
        (When(-5), {"type": "text", "text": "31 December 1969 23:59 UTC"}),
        (When(10**15), {"type": "text", "text": "1000000000000000"}),
    ],
)
def test_each_kind_of_span_has_its_own_look(span: Any, shown: dict[str, Any]) -> None:
    [_, body] = blocks(Card("x", body=(text(span),)), "/door")

    assert body["elements"][0]["elements"] == [shown]


def test_a_drawing_of_several_lines_keeps_its_columns() -> None:
    [_, body] = _accepted(Card("x", body=(text(Code("Owner  Admin\n  ✓      ✓")),)))

    assert body["elements"] == [
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Owner  Admin\n  ✓      ✓"}]}
    ]


@pytest.mark.parametrize(
    "card",
    [
        Card(HOSTILE),
        Card("x", body=(text(HOSTILE),)),
        Card("x", fields=(Field(HOSTILE, text(HOSTILE)),)),
        Card("x", lines=(Line(text(HOSTILE)), Line(text(HOSTILE), dead=True))),
        Card("x", buttons=(Button(HOSTILE, "a", HOSTILE),)),
        Card("x", footer=text(HOSTILE, When(AT), HOSTILE)),
    ],
)
def test_L32_words_from_people_stay_words(card: Card) -> None:
    shown = _accepted(card)

    assert HOSTILE[:75] in _words(shown) + json.dumps(shown)
    for kind in ("link", "user", "broadcast", "emoji", "channel", "usergroup"):
        assert _all(shown, kind) == []
    assert all(found["text"].startswith("<!date^") for found in _all(shown, "mrkdwn"))
    assert all(found["emoji"] is False for found in _all(shown, "plain_text"))


def test_L32_the_fallback_text_can_neither_mention_nor_link() -> None:
    shown = fallback_text(Card(HOSTILE, body=(text(HOSTILE),)))

    assert "<" not in shown
    assert ">" not in shown
    assert shown.startswith("&lt;!channel&gt; &lt;@U123&gt;")


def test_the_fallback_text_holds_the_whole_card_but_the_buttons() -> None:
    card = Card(
        "Invitations",
        body=(text("Make one with ", Say("invite create"), "."),),
        fields=(Field("Code", text(Code("ABCD"))),),
        lines=(Line(text("a & b")),),
        buttons=(Button("Next", "invite.list", "1"),),
        footer=text(Link("https://usher.example"), " ", When(AT)),
    )

    assert fallback_text(card, "/door") == (
        "Invitations\nMake one with /door invite create.\nCode: ABCD\n- a &amp; b\n"
        "https://usher.example 3 March 2026 10:00 UTC"
    )


def test_buttons_of_one_action_get_distinct_ids() -> None:
    [_, actions] = blocks(Card("x", buttons=(Button("Previous", "list", "0"), Button("Next", "list", "2"))))

    assert [(found["action_id"], found["value"]) for found in actions["elements"]] == [
        ("list", "0"),
        ("list#2", "2"),
    ]


def test_the_buttons_of_a_private_answer_say_so() -> None:
    card = Card("x", buttons=tuple(Button(str(n), "list", str(n)) for n in range(7)))

    assert [found.get("block_id") for found in blocks(card, own=True)[1:]] == ["own0", "own1"]
    assert [found.get("block_id") for found in blocks(card)[1:]] == [None, None]


# --- limits --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "ends"), [(limits.HEADER, "x"), (limits.HEADER + 1, "…")])
def test_a_title_is_cut_where_it_no_longer_fits(length: int, ends: str) -> None:
    title = _accepted(Card("x" * length))[0]["text"]["text"]

    assert (len(title), title[-1]) == (limits.HEADER, ends)


@pytest.mark.parametrize(("length", "ends"), [(limits.BUTTON_LABEL, "x"), (limits.BUTTON_LABEL + 1, "…")])
def test_a_label_is_cut_where_it_no_longer_fits(length: int, ends: str) -> None:
    [button] = _all(_accepted(Card("x", buttons=(Button("x" * length, "a", "b"),))), "button")

    assert (len(button["text"]["text"]), button["text"]["text"][-1]) == (limits.BUTTON_LABEL, ends)


@pytest.mark.parametrize(
    ("button", "kept"),
    [
        (Button("x", "a" * limits.ACTION_ID, "s"), 1),
        (Button("x", "a" * (limits.ACTION_ID + 1), "s"), 0),
        (Button("x", "a", "s" * limits.BUTTON_VALUE), 1),
        (Button("x", "a", "s" * (limits.BUTTON_VALUE + 1)), 0),
        (Button("x", "", "s"), 0),
        (Button("x", "a#2", "s"), 0),
        (Button("x", "a", ""), 1),
        (Button("", "a", "s"), 1),
    ],
)
def test_a_button_that_slack_would_refuse_is_left_out_and_never_given_another_id(
    button: Button, kept: int
) -> None:
    found = _all(_accepted(Card("x", buttons=(button,))), "button")

    assert len(found) == kept
    assert all(
        (each["action_id"], each.get("value", "")) == (button.action, button.subject) for each in found
    )


@pytest.mark.parametrize(("count", "rows"), [(5, [5]), (6, [5, 1]), (25, [5] * 5), (26, [5] * 5)])
def test_buttons_stand_in_rows_of_five(count: int, rows: list[int]) -> None:
    shown = _accepted(Card("x", buttons=tuple(Button("x", "a", str(n)) for n in range(count))))

    assert [len(block["elements"]) for block in shown if block["type"] == "actions"] == rows


@pytest.mark.parametrize(("length", "cut"), [(limits.BODY, False), (limits.BODY + 1, True)])
def test_a_body_is_cut_where_its_share_ends(length: int, cut: bool) -> None:
    shown = _words(_accepted(Card("x", body=(text("y" * (length - 10)), text("z" * 10)))))

    assert shown.endswith("…") is cut


def test_what_follows_a_body_that_used_up_its_share_leaves_an_ellipsis() -> None:
    shown = _accepted(Card("x", body=(text("y" * limits.BODY), text("more"))))

    assert _words(shown).splitlines()[2] == "…"


@pytest.mark.parametrize(("length", "cut"), [(limits.FIELDS, False), (limits.FIELDS + 1, True)])
def test_facts_are_cut_where_their_share_ends(length: int, cut: bool) -> None:
    shown = _words(_accepted(Card("x", fields=(Field("Note", text("y" * (length - len("Note: ")))),))))

    assert shown.endswith("…") is cut


@pytest.mark.parametrize(("length", "cut"), [(limits.LINE, False), (limits.LINE + 1, True)])
def test_an_entry_is_cut_where_it_no_longer_fits(length: int, cut: bool) -> None:
    shown = _words(_accepted(Card("x", lines=(Line(text("y" * length)),))))

    assert shown.endswith("…") is cut


def test_a_code_that_is_cut_says_so() -> None:
    shown = _words(_accepted(Card("x", lines=(Line(text("a" * 990, Code("ABCD-EFGH-JKMN"))),))))

    assert shown.endswith("ABCD-EFGH…")


def test_what_cannot_be_cut_is_left_out_with_an_ellipsis() -> None:
    shown = _words(_accepted(Card("x", lines=(Line(text("a" * 990, When(AT))),))))

    assert shown.endswith("a…")


def test_a_list_that_is_too_long_says_how_many_are_left() -> None:
    lines = tuple(Line(text(f"{n:03} " + "y" * 96)) for n in range(200))

    shown = _words(_accepted(Card("x", lines=lines, footer=text("end")))).splitlines()

    entries = [line for line in shown if line.startswith("• ") and "more" not in line]
    assert shown[-2] == f"• … and {200 - len(entries)} more"
    assert len(entries) > 100


def test_a_list_that_just_fits_is_whole() -> None:
    room = limits.ALL_BLOCKS - total(blocks(Card("x"))) - limits.BLOCK_OVERHEAD
    entry, rest = divmod(room, 100)
    lines = [Line(text("y" * 100)) for _ in range(entry)] + ([Line(text("z" * rest))] if rest else [])

    assert "more" not in _words(_accepted(Card("x", lines=tuple(lines))))
    assert "… and" in _words(_accepted(Card("x", lines=(*lines, Line(text("one"))))))


@pytest.mark.parametrize(
    ("spans", "elements"), [(limits.CONTEXT_ELEMENTS, 10), (limits.CONTEXT_ELEMENTS + 1, 1)]
)
def test_a_footer_of_too_many_parts_becomes_one(spans: int, elements: int) -> None:
    footer: Text = tuple(When(AT + n) if n % 2 else f"word {n} " for n in range(spans))

    [context] = _all(_accepted(Card("x", footer=footer)), "context")

    assert len(context["elements"]) == elements


@pytest.mark.parametrize(("length", "ends"), [(limits.FOOTER, "x"), (limits.FOOTER + 1, "…")])
def test_a_footer_is_cut_where_it_no_longer_fits(length: int, ends: str) -> None:
    [context] = _all(_accepted(Card("x", footer=text("x" * length))), "context")

    assert context["elements"][0]["text"][-1] == ends
    assert len(context["elements"][0]["text"]) == limits.FOOTER


@pytest.mark.parametrize(("length", "ends"), [(limits.FALLBACK_TEXT, "x"), (limits.FALLBACK_TEXT + 1, "…")])
def test_the_fallback_text_is_cut_where_it_no_longer_fits(length: int, ends: str) -> None:
    shown = fallback_text(Card("x" * length))

    assert (len(shown), shown[-1]) == (limits.FALLBACK_TEXT, ends)


@pytest.mark.parametrize("before", range(3_990, 4_001))
def test_the_fallback_text_is_never_cut_within_an_entity(before: int) -> None:
    shown = fallback_text(Card("x" * before + "&" * 20))

    assert len(shown) <= limits.FALLBACK_TEXT
    assert shown.rstrip("…").replace("&amp;", "").strip("x") == ""


@pytest.mark.parametrize("title", ["", " ", "\n"])
def test_an_empty_card_is_still_a_card(title: str) -> None:
    card = Card(title, body=((), text("")), fields=(Field("", ()),), lines=(Line(()),), footer=(" ",))

    assert _accepted(card)[0]["text"]["text"] == "Usher"
    assert fallback_text(card)


_wild = st.text(max_size=400) | st.sampled_from(["", " ", HOSTILE, "x" * 5_000, "&" * 5_000, "\0\u202e"])
_spans = st.one_of(
    _wild,
    st.builds(When, st.integers(-(10**18), 10**18), st.sampled_from(["date", "time", "relative", "odd"])),
    st.builds(Code, _wild),
    st.builds(Link, st.sampled_from(["https://usher.example/i/A", "ftp://x", "", "https://" + "x" * 4_000])),
    st.builds(Say, _wild, _wild),
)
_texts = st.lists(_spans, max_size=14).map(tuple)
_cards = st.builds(
    Card,
    title=_wild,
    tone=st.sampled_from(Tone),
    body=st.lists(_texts, max_size=6).map(tuple),
    fields=st.lists(st.builds(Field, _wild, _texts), max_size=8).map(tuple),
    lines=st.lists(st.builds(Line, _texts, st.booleans()), max_size=40).map(tuple),
    buttons=st.lists(
        st.builds(
            Button, _wild, st.sampled_from(["a", "b", "a#2", "", "x" * 255]), _wild, st.sampled_from(Style)
        ),
        max_size=30,
    ).map(tuple),
    footer=_texts,
)


@settings(max_examples=80, deadline=None)
@given(_cards)
def test_slack_accepts_every_card(card: Card) -> None:
    shown = _accepted(card)

    assert len(fallback_text(card)) <= limits.FALLBACK_TEXT
    for kind in ("user", "broadcast", "emoji", "channel", "usergroup"):
        assert _all(shown, kind) == []
