"""Cards as the console prints them."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, plain_text
from core.language import n

#: So many lines of a file are printed: enough to see what is in it, without the rest scrolling away.
FILE_LINES = 20


def indented(card: Card, lead: str = "  ") -> str:
    """A card as lines: ``lead`` before the title, the rest below it; what arrives stands further in than an answer."""
    first, *rest = plain_text(shortened(card)).splitlines()
    margin = "  " if lead == "  " else "    "
    return "\n".join([lead + first, *(margin + line for line in rest)])


def shortened(card: Card) -> Card:
    """The card with the beginnings of its files."""
    return replace(card, files=tuple(file._replace(content=_beginning(file.content)) for file in card.files))


def _beginning(content: str) -> str:
    lines = content.splitlines()
    more = len(lines) - FILE_LINES
    if more <= 0:
        return content
    return "\n".join([*lines[:FILE_LINES], n("… {count} more line", "… {count} more lines", more)])
