"""Cards as layouts: the order of the card, words on every picture, and nothing beyond a limit."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.discord import layout, limits
from adapters.discord.layout import Shown
from adapters.discord.render import COLOURS
from core.cards import Button, Card, Choice, Field, Line, Menu, Tone, When, text
from tests.fakes.discord.messages import REPLY, check_message
from tests.fakes.discord.render import walk

PICTURE, FILE = Shown("table.png", "Owner: all", is_picture=True), Shown("roles.csv", "all", is_picture=False)
CARD = Card(
    "Roles *here*",
    Tone.GOOD,
    body=(text("All of them."),),
    fields=(Field("Since", text(When(1_770_000_000))),),
    lines=(Line(text("Owner")), Line(text("Gone"), dead=True)),
    buttons=(Button("Next", "list_page", "ws/2"),),
    footer=text("in *Studio*"),
)


def shown(card: Card, *enclosed: Shown) -> list[dict[str, Any]]:
    """The parts of the one frame, after the platform has taken them."""
    made = layout.components(card, enclosed)
    check_message({"flags": layout.FLAG, "components": made}, REPLY)
    (frame,) = made
    assert frame["accent_color"] == COLOURS[card.tone]
    return list(frame["components"])


def test_a_layout_has_the_order_of_the_card_and_words_on_its_picture():
    parts = shown(CARD, PICTURE, FILE)

    assert [part.get("content", part["type"]) for part in parts] == [
        r"### Roles \*here\*",
        "All of them.",
        "**Since**\n<t:1770000000:f>",
        12,
        "• Owner\n• ~~Gone~~",
        13,
        1,
        r"-# in \*Studio\*",
    ]
    assert parts[3]["items"] == [{"media": {"url": "attachment://table.png"}, "description": "Owner: all"}]


@pytest.mark.parametrize("over", [0, 1])
def test_more_components_than_fit_leave_out_files_alone(over):
    menus = tuple(Menu(f"M{n}", "m", f"ws/{n}", (Choice("a", "A"),)) for n in range(4))
    buttons = tuple(Button(f"B{n}", "b", f"ws/{n}") for n in range(5))
    files = [Shown(f"{n}.csv", "", is_picture=False) for n in range(22 + over)]
    card = Card("T", menus=menus, buttons=buttons, lines=(Line(text("x")),), footer=text("f"))
    parts = shown(card, *files)
    assert layout.fits(card, files) is not bool(over)

    every = list(walk(parts))
    assert 1 + len(every) == limits.LAYOUT
    assert sum(part["type"] == 13 for part in every) == 22
    assert sum(part["type"] == 2 for part in every) == 5


@pytest.mark.parametrize("over", [0, 1])
def test_more_text_than_fits_is_counted(over):
    lines = tuple(Line(text("x" * 77)) for _ in range(49 + over))
    parts = shown(Card("T" * 70, lines=lines))

    assert ("more" in parts[-1]["content"]) == bool(over)
    assert sum(len(part["content"]) for part in parts) <= limits.LAYOUT_TEXT
