"""Cards that enclose something, as a layout: Discord's newer components, in which a picture stands where it belongs.

Beside an embed a picture or a file stands above the title and out of its frame. In a layout the order is that of the card,
and each picture has its words with it. Pure; nothing here can exceed a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import discord

from adapters.discord import controls, limits, render
from core.cards import Card, Text, joined
from core.text import shorten

Json = dict[str, Any]

FLAG = discord.MessageFlags(components_v2=True).value
_KIND = discord.ComponentType
_CONTAINER, _WORDS = _KIND.container.value, _KIND.text_display.value
_GALLERY, _FILE = _KIND.media_gallery.value, _KIND.file.value


class Shown(NamedTuple):
    """Something enclosed: a picture with what it shows in words, or any other file."""

    name: str
    description: str
    is_picture: bool


class Layout(controls.Controls):
    """A layout for the library, to which it is one more view that nobody listens to."""

    def has_components_v2(self) -> bool:
        return True


def components(card: Card, enclosed: Sequence[Shown] = ()) -> list[Json]:
    """The whole card in one frame. What does not fit is left out from the end, and counted where it is a list."""
    rows = controls.components(card)
    room = limits.LAYOUT_TEXT
    parts: list[Json] = []
    footer = _footer(card)
    room -= len(footer)
    for words in _above(card):
        if room > 0:
            parts.append(_words(_cut(words, room)))
            room -= len(parts[-1]["content"])
    parts += [_picture(each) for each in enclosed if each.is_picture]
    if card.lines and (lines := render.listed(card.lines, room)):
        parts.append(_words(lines))
    # Whatever can be pressed comes before files: those are named in the lines above as well.
    taken = 2 + len(parts) + sum(1 + len(row["components"]) for row in rows)
    files = [each for each in enclosed if not each.is_picture][: limits.LAYOUT - taken]
    parts += [{"type": _FILE, "file": {"url": f"attachment://{each.name}"}} for each in files]
    parts += rows
    if footer:
        parts.append(_words(footer))
    return [{"type": _CONTAINER, "accent_color": render.COLOURS[card.tone], "components": parts}]


def fits(card: Card, enclosed: Sequence[Shown]) -> bool:
    """Whether there is room for everything enclosed: a layout hides what it does not name."""
    (frame,) = components(card, enclosed)
    return sum(part["type"] in {_GALLERY, _FILE} for part in frame["components"]) == len(enclosed)


def _above(card: Card) -> list[str]:
    """Title, paragraphs and facts."""
    found = [f"### {render.title(card)}"]
    if card.body:
        found.append(render.said(joined(card.body, "\n\n"), limits.DESCRIPTION))
    if card.fields:
        found.append("\n\n".join(_fact(field.label, field.value) for field in card.fields))
    return found


def _fact(label: str, value: Text) -> str:
    """As an embed shows one: the label above, and what it says below."""
    return f"**{render.said((label,), limits.FIELD_NAME)}**\n{render.said(value, limits.FIELD_VALUE)}"


def _footer(card: Card) -> str:
    """The quiet line: as in an embed its words are shown as they are."""
    words = shorten(render.quiet(card.footer), limits.LAYOUT_FOOTER)
    return f"-# {render.escape(words)}" if words else ""


def _picture(each: Shown) -> Json:
    item: Json = {"media": {"url": f"attachment://{each.name}"}}
    if each.description:
        item["description"] = each.description
    return {"type": _GALLERY, "items": [item]}


def _words(words: str) -> Json:
    return {"type": _WORDS, "content": words}


def _cut(words: str, room: int) -> str:
    """Whole lines as far as they fit: a cut inside one could leave half of its markup."""
    if len(words) <= room:
        return words
    kept = words[: room - 1].rpartition("\n")[0]
    return f"{kept}…" if kept else "…"
