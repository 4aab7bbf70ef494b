"""Tables and menus: at Slack's limits and one beyond, and what comes back from a menu."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import limits, parse
from adapters.slack.app import SlackApp
from adapters.slack.controls import picked, unpicked
from adapters.slack.render import message, total
from core.cards import Button, Card, Choice, Line, Menu, Table, Tone, text
from tests.adapters.slack.stub import StubCore
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.validate import check_message

ROLES = Menu(
    "Change role",
    "member.role",
    "FEV8GJNK/mem-2M9C",
    (Choice("content-editor", "Content editor"), Choice("rol-7F3K", "Designer")),
)


def _shown(card: Card, *, own: bool = False) -> list[dict[str, Any]]:
    made = message(card, own=own)
    check_message(made, text_at_most=limits.FALLBACK_TEXT)
    shown: list[dict[str, Any]] = made["blocks"]
    assert total(shown) <= limits.ALL_BLOCKS
    return shown


def _of(shown: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    inner = [element for block in shown if block["type"] == "actions" for element in block["elements"]]
    return [part for part in [*shown, *inner] if part["type"] == kind]


def _table(rows: int = 2, columns: int = 2, cell: str = "x") -> Table:
    head = tuple(f"c{number}" for number in range(columns))
    return Table(head, ((cell,) * columns,) * rows, tuple(f"row {number}" for number in range(rows)))


# --- tables ------------------------------------------------------------------------------------------------------


def test_a_table_stands_under_its_header_with_its_words_for_who_cannot_see_it() -> None:
    table = Table(
        ("Name", "Role"), (("Ada <b>", "Owner"), ("Bob", "")), ("Ada <b> is Owner", "Bob has no role")
    )
    card = Card("Members", table=table, lines=(Line(text("and more")),), footer=text("2 in all"))

    shown = _shown(card)

    assert [block["type"] for block in shown] == ["header", "table", "rich_text", "context"]
    (block,) = _of(shown, "table")
    cells = [[cell["text"] for cell in row] for row in block["rows"]]
    assert cells == [["Name", "Role"], ["Ada <b>", "Owner"], ["Bob", "–"]]
    assert "Ada &lt;b&gt; is Owner\nBob has no role" in message(card)["text"]


@pytest.mark.parametrize(
    ("table", "fits"),
    [
        (_table(rows=99), True),
        (_table(rows=100), False),
        (_table(columns=20), True),
        (_table(columns=21), False),
        (_table(rows=1, columns=1, cell="x" * 9_998), True),
        (_table(rows=1, columns=1, cell="x" * 9_999), False),
        (_table(rows=0), True),
        (Table((), (), ("nothing",)), False),
        (Table(("a", "b"), (("uneven",),), ("uneven",)), False),
    ],
)
def test_a_table_that_slack_would_refuse_is_told_in_words(table: Table, *, fits: bool) -> None:
    shown = _shown(Card("Table", table=table))

    assert bool(_of(shown, "table")) is fits
    assert bool(_of(shown, "rich_text")) is not fits
    if not fits:
        (words,) = _of(shown, "rich_text")
        first = words["elements"][0]["elements"][0]["elements"][0]["text"]
        assert first == table.words[0]


def test_a_table_leaves_room_for_everything_else() -> None:
    card = Card(
        "T" * 200,
        body=(text("b" * 4_000),),
        table=_table(rows=99, cell="x" * 40),
        lines=tuple(Line(text("l" * 900)) for _ in range(40)),
        menus=tuple(ROLES._replace(choices=_many(150)) for _ in range(4)),
        buttons=tuple(Button("b" * 75, "a", str(number)) for number in range(25)),
        footer=text("f" * 600),
    )

    shown = _shown(card)

    assert not _of(shown, "table")
    assert len(_of(shown, "button")) == 25
    assert len(_of(shown, "rich_text")) == 3


# --- menus -------------------------------------------------------------------------------------------------------


def _many(count: int) -> tuple[Choice, ...]:
    return tuple(Choice(f"rol-{number}", f"Role {number}") for number in range(count))


def test_a_menu_carries_the_subject_and_the_choice() -> None:
    (menu,) = _of(_shown(Card("Ada", menus=(ROLES,))), "static_select")

    assert menu["action_id"] == "member.role"
    assert menu["placeholder"]["text"] == "Change role"
    assert [(each["text"]["text"], each["value"]) for each in menu["options"]] == [
        ("Content editor", "FEV8GJNK/mem-2M9C|content-editor"),
        ("Designer", "FEV8GJNK/mem-2M9C|rol-7F3K"),
    ]


@pytest.mark.parametrize("count", [1, 100, 101, 1_000])
def test_of_many_choices_the_first_hundred_are_shown(count: int) -> None:
    (menu,) = _of(_shown(Card("Ada", menus=(ROLES._replace(choices=_many(count)),))), "static_select")

    assert [each["text"]["text"] for each in menu["options"]] == [
        f"Role {number}" for number in range(min(count, 100))
    ]


def test_menus_and_buttons_of_one_action_have_ids_of_their_own() -> None:
    card = Card("Ada", menus=(ROLES,) * 7, buttons=(Button("Remove", "member.role", "w/m"),) * 2)

    shown = _shown(card, own=True)

    ids = [control["action_id"] for control in [*_of(shown, "static_select"), *_of(shown, "button")]]
    assert set(ids) == {"member.role", *(f"member.role#{number}" for number in range(2, 10))}
    assert {block["block_id"] for block in _of(shown, "actions")} == {"own0", "own1", "own2"}


def test_labels_are_cut_and_choices_that_could_not_come_back_left_out() -> None:
    longest = 75 - len("s|")
    choices = (
        Choice("c" * longest, "L" * 76),
        Choice("c" * (longest + 1), "one beyond"),
        Choice("a|b", "ambiguous"),
        Choice("", "empty"),
        Choice("kept", ""),
    )
    card = Card("Ada", menus=(Menu("M" * 151, "a", "s", choices), Menu("none", "b", "s", choices[1:4])))

    (menu,) = _of(_shown(card), "static_select")

    assert menu["placeholder"]["text"] == "M" * 149 + "…"
    assert [each["text"]["text"] for each in menu["options"]] == ["L" * 74 + "…", "kept"]


@given(st.text(), st.text())
def test_what_is_packed_comes_back_as_it_was(subject: str, choice: str) -> None:
    value = picked(subject, Choice(choice, "x"))

    assert unpicked(value) == ((subject, choice) if value else ("", ""))


# --- the click ---------------------------------------------------------------------------------------------------


async def test_a_choice_reaches_the_core_and_its_answer_takes_the_menus_place(
    slack: FakeSlack, core: StubCore, app: SlackApp
) -> None:
    ann = slack.add_user("ann")
    core.answers["invite list"] = Card("Ada", menus=(ROLES, ROLES._replace(label="Also", subject="w/mem-2")))
    asked = await slack.command(ann, "/usher", "invite list")
    card = await asked.reply()

    sent = await slack.choose(ann, card, "member.role#2", "Designer")

    assert await sent.reply() is card
    assert slack.text(card) == "Done: member.role"
    call = core.calls[-1]
    assert (call.action, call.subject, call.options) == ("member.role", "w/mem-2", {"choice": "rol-7F3K"})
    assert call.message is None


async def test_a_refused_choice_leaves_the_menu(slack: FakeSlack, core: StubCore, app: SlackApp) -> None:
    ann = slack.add_user("ann")
    core.answers |= {
        "invite list": Card("Ada", menus=(ROLES,)),
        "member.role": Card("Not yours", Tone.REFUSED),
    }
    card = await (await slack.command(ann, "/usher", "invite list")).reply()

    answer = await (await slack.choose(ann, card, "member.role", "Designer")).reply()

    assert (slack.text(card), slack.text(answer)) == ("Ada", "Not yours")


GARBAGE: list[dict[str, Any]] = [
    {"type": "static_select"},
    {"type": "static_select", "selected_option": None},
    {"type": "static_select", "selected_option": "w/mem-1|x"},
    {"type": "static_select", "selected_option": {"value": 7}},
    {"type": "static_select", "selected_option": {"value": ""}},
    {"type": "static_select", "selected_option": {"value": "no separator"}},
    {"type": "static_select", "selected_option": {"value": "|choice"}},
    {"type": "static_select", "selected_option": {"value": "subject|"}},
    {"type": "static_select", "selected_option": {"value": "s|" + "x" * 5_000}},
    {"type": "users_select", "selected_user": "U1"},
    {"type": "multi_static_select", "selected_options": [{"value": "w/mem-1|x"}]},
]


@pytest.mark.parametrize("forged", GARBAGE)
async def test_what_no_menu_of_ours_says_is_a_click_on_nothing(
    slack: FakeSlack, core: StubCore, app: SlackApp, forged: dict[str, Any]
) -> None:
    sent = await slack.raw_action(slack.add_user("ann"), "member.role", forged=forged)

    await sent.reply()
    call = core.calls[-1]
    assert (call.action, call.subject, call.options) == ("?", "", {})


def test_a_button_has_no_options_whatever_else_its_click_holds() -> None:
    pressed = {
        "type": "button",
        "action_id": "member.role",
        "value": "w/m",
        "selected_option": {"value": "w/m|x"},
    }

    call = parse.click({"type": "block_actions", "actions": [pressed], "user": {"id": "U1"}}, 0)

    assert (call.action, call.subject, call.options) == ("member.role", "w/m", {})
