"""What goes to Discord for one card: the card as it can be shown, and what is enclosed with it.

A table becomes a picture, with the table's words as its description, and so does a chart, unless it cannot be drawn: what
it shows is said in words too. (As an attachment and not inside the embed: pictures in
embeds have no description.) A file that is too big is packed; one that is still too big is said to be.
"""

from __future__ import annotations

import asyncio
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import discord

from adapters import chart
from adapters.discord import controls, layout, limits, picture, render
from core.cards import Card, Code, File, Line, Table
from core.language import t
from core.text import shorten

PICTURE, CHART = "table.png", "chart.png"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_MIB = 1024 * 1024


class Enclosure(NamedTuple):
    """A file as it is sent."""

    name: str
    content: bytes
    description: str


@dataclass(frozen=True, slots=True)
class Letter:
    """``card`` has no table, no chart and no files any more: they are lines of it or enclosed."""

    card: Card
    enclosed: tuple[Enclosure, ...] = ()

    @property
    def size(self) -> int:
        return sum(len(each.content) for each in self.enclosed)

    def as_layout(self) -> list[dict[str, Any]]:
        """The letter as components that show what is enclosed in its place."""
        return layout.components(self.card, self._shown())

    @property
    def wants_layout(self) -> bool:
        """Whether it encloses something, all of which a layout can show."""
        return bool(self.enclosed) and layout.fits(self.card, self._shown())

    def _shown(self) -> list[layout.Shown]:
        pictures = {PICTURE, CHART}
        return [layout.Shown(each.name, each.description, each.name in pictures) for each in self.enclosed]

    def message(self, *, as_layout: bool = False) -> dict[str, Any]:
        """The letter as the data of an answer; the enclosed files themselves come beside it."""
        if as_layout:
            return {
                "flags": layout.FLAG,
                "components": self.as_layout(),
                "allowed_mentions": {"parse": []},
            } | ({"attachments": self.listed()} if self.enclosed else {})
        return {
            "embeds": [render.embed(self.card).to_dict()],
            "components": controls.components(self.card),
            "allowed_mentions": {"parse": []},
        } | ({"attachments": self.listed()} if self.enclosed else {})

    def listed(self) -> list[dict[str, Any]]:
        """What is enclosed, as the message has to announce it."""
        return [
            {"id": place, "filename": each.name}
            | ({"description": each.description} if each.description else {})
            for place, each in enumerate(self.enclosed)
        ]

    def files(self) -> list[discord.File]:
        """The same for the library."""
        return [
            discord.File(io.BytesIO(each.content), each.name, description=each.description or None)
            for each in self.enclosed
        ]


async def write(card: Card) -> Letter:
    """The letter for a card; what takes a while is done beside the event loop."""
    if card.table is None and card.chart is None and not card.files:
        return Letter(card)
    return await asyncio.to_thread(letter, card)


def letter(card: Card) -> Letter:
    """The letter for a card, made here and now."""
    enclosed: list[Enclosure] = []
    lines = list(card.lines)
    if card.chart is not None and (shown := chart.drawn(card.chart)) is not None:
        enclosed.append(Enclosure(CHART, shown, shorten(card.chart.words, limits.FILE_DESCRIPTION)))
    if card.table is not None:
        drawn = picture.drawn(card.table)
        if drawn is None:
            lines[:0] = [Line((row,)) for row in card.table.words]
        else:
            enclosed.append(Enclosure(PICTURE, drawn, described(card.table)))
    lines.extend(_enclose(file, enclosed) for file in card.files)
    return Letter(replace(card, table=None, chart=None, files=(), lines=tuple(lines)), tuple(enclosed))


def described(table: Table) -> str:
    """The table in words: whole lines, as many as a description takes."""
    return _whole_lines(table.words, limits.FILE_DESCRIPTION)


def _whole_lines(rows: Sequence[str], limit: int) -> str:
    text = "\n".join(rows)
    if len(text) <= limit:
        return text
    # Room for a line of its own that says there is more.
    text = text[: limit - 1]
    end = text.rfind("\n")
    return f"{text[: end + 1]}…" if end >= 0 else f"{text}…"


def _enclose(file: File, enclosed: list[Enclosure]) -> Line:
    """Encloses a file if that can be done; the line that says so, or why not."""
    name, content = _safe(file.name), file.content.encode()
    if len(enclosed) == limits.FILES:
        return _told(name, t("not sent, because a message takes {most} files at most", most=limits.FILES))
    room = min(limits.FILE, limits.FILES_TOTAL - sum(len(each.content) for each in enclosed))
    if len(content) > room:
        name, content = f"{name}.zip", _packed(name, content)
    if len(content) > room:
        size = f"{len(content) / _MIB:,.1f}"
        return _told(
            file.name,
            t("not sent, because it is too large for Discord ({size} MiB even when packed)", size=size),
        )
    enclosed.append(Enclosure(name, content, shorten(file.description, limits.FILE_DESCRIPTION)))
    return _told(name, file.description)


def _told(name: str, what: str) -> Line:
    return Line((Code(name), f": {what}" if what else ""))


def _packed(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return out.getvalue()


def _safe(name: str) -> str:
    """A name that Discord leaves as it is; its end, which says what kind of file it is, stays."""
    return _UNSAFE.sub("_", name).lstrip(".")[-limits.FILE_NAME + len(".zip") :] or "file"
