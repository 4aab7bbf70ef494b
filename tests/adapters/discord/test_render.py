"""Cards as embeds: people's text stays text, and no card is too much for Discord."""

from __future__ import annotations

import asyncio
import gc
import json
import re
import weakref

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.discord import controls, limits, render
from core.cards import (
    Account,
    Button,
    Card,
    Code,
    Field,
    Line,
    Link,
    Room,
    Say,
    Span,
    Style,
    Text,
    Tone,
    When,
)
from tests.adapters.discord.sample import ASKED, Scene
from tests.fakes.discord import messages

AT = 1_800_000_000


def checked(card: Card, mark: int = 0) -> discord.Embed:
    """The embed, after the local server has accepted it with the buttons."""
    embed = render.embed(card, mark)
    body = {"embeds": [embed.to_dict()], "components": controls.components(card, mark)}
    messages.check_message(json.loads(json.dumps(body)), messages.REPLY, path=())
    return embed


def shown(text: Text | str) -> str:
    """How a text stands in a description."""
    return str(checked(Card("T", body=((text,) if isinstance(text, str) else text,))).description)


# --- what a card looks like ---------------------------------------------------------------------------------------


def test_a_card_stands_in_its_order():
    card = Card(
        "Invitation ready",
        Tone.GOOD,
        body=(("One.",), ("Two ", Code("X-1"), ".")),
        fields=(Field("Role", ("Designer",)), Field("Ends", (When(AT, "date"),))),
        lines=(Line(("first",)), Line(("second",), dead=True)),
        footer=("inv-7F3K · ", When(AT, "time")),
    )
    embed = checked(card)

    assert embed.title == "Invitation ready"
    assert embed.description == "One.\n\nTwo `X-1`."
    assert [(field.name, field.value) for field in embed.fields] == [
        ("Role", "Designer"),
        ("Ends", f"<t:{AT}:D>"),
        (render.NOTHING, "• first\n• ~~second~~"),
    ]
    assert embed.footer.text == "inv-7F3K · 15 January 2027 08:00 UTC"


def test_a_list_without_facts_stands_below_the_paragraphs():
    embed = checked(Card("T", body=(("Two wait.",),), lines=(Line(("a",)), Line(("b",), dead=True))))

    assert embed.description == "Two wait.\n\n• a\n• ~~b~~"
    assert embed.fields == []


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (When(AT, "date"), f"<t:{AT}:D>"),
        (When(AT, "time"), f"<t:{AT}:f>"),
        (When(AT, "relative"), f"<t:{AT}:R>"),
        (Code("ABCD-EFGH"), "`ABCD-EFGH`"),
        (Code("a`b"), "`` a`b ``"),
        (Code("a```b"), "`` aˋˋˋb ``"),
        (Code("a\nb"), "`a b`"),
        (Link("https://usher.example/i/AB_CD"), "https://usher.example/i/AB_CD"),
        (Account("discord", "41"), "<@41>"),
        (Account("discord", "41> @everyone"), "a Discord account"),
        (Account("slack", "U1"), "a Slack account"),
        (Room("discord", "77"), "<#77>"),
        (Room("slack", "C1"), "a Slack channel"),
        (Account("email", "*@b.co"), r"\*@b.co"),
        (Say("invite list"), "`/invite list`"),
        (Say("invite create", 'name:"A"'), '`/invite create name:"A"`'),
    ],
)
def test_every_span_has_a_form(span: Span, text: str):
    assert shown((span,)) == text


def test_tones_differ_in_colour():
    assert len({render.embed(Card("T", tone)).colour for tone in Tone}) == len(Tone)


def test_buttons_stand_five_in_a_row_in_their_styles():
    buttons = tuple(Button(f"B{n}", "do", str(n), style) for n, style in enumerate([*Style, *Style]))
    rows = controls.components(Card("T", buttons=buttons))

    assert [[button["label"] for button in row["components"]] for row in rows] == [
        ["B0", "B1", "B2", "B3", "B4"],
        ["B5"],
    ]
    assert [button["style"] for button in rows[0]["components"]] == [2, 1, 4, 2, 1]
    assert rows[0]["components"][3]["custom_id"] == "usher:do:3"


def test_a_card_without_buttons_has_no_view():
    assert controls.view(Card("T")) is None


def test_the_same_button_twice_is_shown_once():
    twice = (Button("One", "do", "1"), Button("Two", "do", "1"))

    assert [b["label"] for b in controls.components(Card("T", buttons=twice))[0]["components"]] == ["One"]


# --- people's text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("plain words, and more", "plain words, and more"),
        ("ana@example.com", "ana@example.com"),
        ("member:invite", "member:invite"),
        ("inv-7F3K (5 uses)", "inv-7F3K (5 uses)"),
        ("*bold* _it_ ~~gone~~", r"\*bold\* \_it\_ \~\~gone\~\~"),
        ("`code`", r"\`code\`"),
        ("||secret||", r"\|\|secret\|\|"),
        (r"a\*b", r"a\\\*b"),
        ("<@123> <#1> <@&2> <t:0> </x:1> <:e:1>", r"\<@123> \<#1> \<@&2> \<t:0> \</x:1> \<\:e:1>"),
        ("@everyone and @HERE", r"\@everyone and \@HERE"),
        ("[click](https://evil.example)", r"\[click\](https\://evil.example)"),
        ("see HTTP://evil.example", r"see HTTP\://evil.example"),
        (":smile:", r"\:smile:"),
        ("# big", r"\# big"),
        ("a # b", "a # b"),
        ("- item", r"\- item"),
        ("> quote", r"\> quote"),
        ("-# small", r"\-# small"),
        ("1. first", r"1\. first"),
        ("a\n# big\n  - item", "a\n\\# big\n  \\- item"),
    ],
)
def test_text_from_people_never_becomes_markup(typed: str, text: str):
    assert shown(typed) == text


def test_markup_cannot_hide_across_two_pieces_of_text():
    assert shown(("https:", "//evil.example ", ":smi", "le:")) == r"https\://evil.example \:smile:"


def test_titles_and_labels_are_escaped_as_well_and_footers_are_plain_anyway():
    embed = checked(Card("*T*", fields=(Field("_L_", ("`v`",)),), footer=("*f*",)))

    assert (embed.title, embed.fields[0].name, embed.fields[0].value) == (r"\*T\*", r"\_L\_", r"\`v\`")
    assert embed.footer.text == "*f*"


UNESCAPED = re.compile(r"(?<!\\)(?:\\\\)*(?:[*_~`|<\[\]]|://|@everyone|@here)", re.IGNORECASE)


@settings(deadline=None)
@given(st.text(alphabet="ab1 \n\\*_~`|<>[]()#-+.:/@everyon", max_size=40))
def test_no_text_keeps_active_markup(typed: str):
    escaped = render.escape(typed)

    assert not UNESCAPED.search(escaped)
    assert not re.search(r"^\s*(?:[-+#>]|\d+[.)])", escaped, re.MULTILINE)
    assert re.sub(r"\\([^0-9A-Za-z\s])", r"\1", escaped) == typed


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("over", [0, 1])
def test_a_title_is_cut_at_its_limit(over: int):
    title = checked(Card("x" * (limits.TITLE + over))).title or ""

    assert len(title) == limits.TITLE
    assert title.endswith("…") == bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_a_description_is_cut_at_its_limit(over: int):
    text = shown("x" * (limits.DESCRIPTION + over))

    assert len(text) == limits.DESCRIPTION
    assert text.endswith("…") == bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_labels_and_values_are_cut_at_their_limits(over: int):
    field = Field("n" * (limits.FIELD_NAME + over), ("v" * (limits.FIELD_VALUE + over),))
    embed = checked(Card("T", fields=(field,)))
    name, value = str(embed.fields[0].name), str(embed.fields[0].value)

    assert (len(name), len(value)) == (limits.FIELD_NAME, limits.FIELD_VALUE)
    assert [name.endswith("…"), value.endswith("…")] == [bool(over)] * 2


@pytest.mark.parametrize("over", [0, 1])
def test_a_footer_is_cut_at_its_limit(over: int):
    text = checked(Card("T", footer=("x" * (limits.FOOTER + over),))).footer.text or ""

    assert len(text) == limits.FOOTER
    assert text.endswith("…") == bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_more_fields_than_fit_are_counted(over: int):
    fields = tuple(Field(f"f{n}", ("v",)) for n in range(limits.FIELDS + over))
    embed = checked(Card("T", fields=fields))

    assert len(embed.fields) == limits.FIELDS
    assert embed.fields[-1].value == ("… and 2 more" if over else "v")


def test_an_embed_is_cut_at_its_total():
    def size(value: int) -> tuple[int, str]:
        fields = tuple(Field("n" * 20, ("v" * value,)) for _ in range(6))
        embed = checked(Card("t" * 240, fields=fields))
        return len(embed), str(embed.fields[-1].value)

    assert size(940) == (limits.EMBED_TOTAL, "v" * 940)
    assert size(941)[0] <= limits.EMBED_TOTAL
    assert size(941)[1].endswith("…")


def test_facts_without_any_room_left_are_counted():
    fields = tuple(Field("n", ("v" * limits.FIELD_VALUE,)) for _ in range(9))
    embed = checked(Card("T", fields=fields))

    assert str(embed.fields[-1].value).startswith("… and ")


@pytest.mark.parametrize("facts", [(), (Field("n", ("v",)),)])
def test_a_list_that_does_not_fit_ends_with_how_many_are_left_out(facts: tuple[Field, ...]):
    lines = tuple(Line((f"entry number {n:05} " + "x" * 40,)) for n in range(500))
    embed = checked(Card("T", fields=facts, lines=lines))
    text = "\n".join(
        [str(embed.description or ""), *(str(field.value) for field in embed.fields[len(facts) :])]
    )
    shown_lines = text.count("entry number")
    found = re.search(r"… and (\d+) more$", text)

    assert found is not None
    assert shown_lines + int(found[1]) == 500
    assert shown_lines > 50


@pytest.mark.parametrize("over", [0, 1])
def test_a_list_is_cut_only_where_it_has_to_be(over: int):
    lines = [Line(("x" * 61,))] * 63 + [Line(("x" * (62 + over),))]

    text = str(checked(Card("T", lines=tuple(lines))).description)

    assert len(text) <= limits.DESCRIPTION
    assert (text.count("•"), text.endswith("… and 1 more")) == ((63, True) if over else (64, False))


def test_cutting_never_splits_a_time_a_code_or_an_escape():
    for room in range(limits.DESCRIPTION - 60, limits.DESCRIPTION + 1):
        text = shown(("x" * room, When(AT), Code("ABCD"), "*" * 30))
        rest = text[room:]
        assert re.fullmatch(r"(<t:\d+:f>(`ABCD`(\\\*)*)?)?…?", rest)


@pytest.mark.parametrize("over", [0, 1])
def test_a_button_keeps_within_its_limits(over: int):
    button = Button(
        "l" * (limits.BUTTON_LABEL + over), "do", "s" * (limits.CUSTOM_ID - len("usher:do:") + over)
    )
    (made,) = controls.components(Card("T", buttons=(button,)))[0]["components"]

    checked(Card("T", buttons=(button,)))
    assert (len(made["label"]), len(made["custom_id"])) == (limits.BUTTON_LABEL, limits.CUSTOM_ID)
    assert made["label"].endswith("…") == bool(over)


@pytest.mark.parametrize("over", [0, 1])
def test_no_more_buttons_than_fit(over: int):
    buttons = tuple(Button("b", "do", str(n)) for n in range(limits.BUTTONS + over))
    card = Card("T", buttons=buttons)

    checked(card)
    assert [len(row["components"]) for row in controls.components(card)] == [
        limits.BUTTONS_IN_ROW
    ] * limits.ROWS


@pytest.mark.parametrize(
    "card", [Card(""), Card(" ", footer=(" ",)), Card("T", body=((),), fields=(Field("", ()),))]
)
def test_an_empty_text_is_still_one(card: Card):
    checked(card)


LETTERS = st.text(max_size=60) | st.text(alphabet="`*_<>[]\\\n #-1.:/@", max_size=40)
LONG = st.integers(1, 5000).map(lambda size: "x*" * (size // 2))
SPANS = st.one_of(
    LETTERS,
    LONG,
    st.builds(When, st.integers(0, 4_000_000_000), st.sampled_from(["date", "time", "relative"])),
    st.builds(Code, LETTERS),
    st.builds(Link, LETTERS.map(lambda path: f"https://usher.example/{path}")),
    st.builds(Say, LETTERS, LETTERS),
    st.builds(Account, st.sampled_from(["discord", "slack", "email"]), LETTERS),
    st.builds(Room, st.sampled_from(["discord", "slack"]), LETTERS),
)
TEXTS = st.lists(SPANS, max_size=4).map(tuple)
CARDS = st.builds(
    Card,
    title=LETTERS | LONG,
    tone=st.sampled_from(Tone),
    body=st.lists(TEXTS, max_size=3).map(tuple),
    fields=st.lists(st.builds(Field, LETTERS | LONG, TEXTS), max_size=30).map(tuple),
    lines=st.lists(st.builds(Line, TEXTS, st.booleans()), max_size=80).map(tuple),
    buttons=st.lists(
        st.builds(Button, LETTERS | LONG, LETTERS, LETTERS, st.sampled_from(Style)), max_size=30
    ).map(tuple),
    footer=TEXTS,
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(CARDS, st.integers(0, 2**31 - 1))
def test_discord_takes_every_card(card: Card, mark: int):
    checked(card, mark)


# --- suggestions --------------------------------------------------------------------------------------------------


def test_suggestions_keep_within_their_limits():
    pairs = [("v" * 100, "l" * 101), ("v" * 101, "too long to come back"), ("", "nothing"), ("bare", " ")]
    found = controls.choices([*pairs, *((str(n), str(n)) for n in range(30))])

    assert len(found) == limits.COMMAND_CHOICES
    assert [(choice.name, choice.value) for choice in found[:2]] == [
        ("l" * 99 + "…", "v" * 100),
        ("bare", "bare"),
    ]


# --- memory -------------------------------------------------------------------------------------------------------


async def test_the_library_keeps_no_view_that_was_sent(on: Scene):
    made = weakref.ref(controls.view(ASKED))  # type: ignore[type-var]
    on.core.answer = lambda _: ASKED
    for _ in range(3):
        reply = await on.type("me")
        await (await on.fake.click(on.alice, reply, "Approve")).reply()
        message = await on.card(ASKED)
        await (await on.fake.click(on.alice, message, "Deny")).reply()
    await asyncio.gather(*(task for task in asyncio.all_tasks() if task.get_name().startswith("discord-ui")))
    gc.collect()

    assert made() is None
    assert on.client.persistent_views == []
    assert not [thing for thing in gc.get_objects() if isinstance(thing, controls.Controls)]
