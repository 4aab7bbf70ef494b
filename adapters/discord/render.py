"""Cards as embeds. Pure; nothing here can exceed a limit.

Menus and buttons are a matter of ``controls``; tables and files, of ``letters``.

Text from people is escaped, so that it never becomes markup, a mention, a link, a heading, a list or a quote.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import discord

from adapters.discord import limits
from core.cards import (
    Account,
    Card,
    Code,
    Line,
    Link,
    Room,
    Say,
    Span,
    Term,
    Text,
    Tone,
    When,
    elsewhere,
    joined,
    plain,
)
from core.language import number, t
from core.terms import called, typed
from core.text import shorten

COLOURS = {
    Tone.PLAIN: 0x5865F2,
    Tone.GOOD: 0x2D9D5F,
    Tone.WAITING: 0xE0A526,
    Tone.REFUSED: 0x80848E,
    Tone.BROKEN: 0xD83C3E,
}
_WHEN = {"date": "D", "time": "f", "relative": "R"}
#: Where Discord insists on a text and there is none.
NOTHING = "\u200b"

_MARKUP = re.compile(
    r"[\\*_~`|<\[\]]"  # emphasis, code, spoilers, mentions and timestamps, masked links
    r"|:(?=//)"  # addresses, which would link themselves
    r"|:(?=[\w+-]+:)"  # names of emoji
    r"|@(?=everyone|here)",
    re.IGNORECASE,
)
_LINE_START = re.compile(r"^(\s*)([-+#>])|^(\s*\d+)([.)])", re.MULTILINE)
_TICKS = re.compile(r"`+")
#: What is never broken in the middle of a narrow column: several lines, and what is to be copied.
_WHOLE = re.compile("[\n`]")
#: Facts of so many characters stand beside each other where there is room.
_SHORT = 32
#: Room for the line that counts what was left out.
_REST = 24


def embed(card: Card, mark: int = 0) -> discord.Embed:
    """The card without its menus and buttons. ``mark`` tints the colour, see ``tinted``."""
    shown = discord.Embed(title=title(card), colour=tinted(COLOURS[card.tone], mark))
    room = limits.EMBED_TOTAL - len(shown.title or "")
    if card.footer:
        # Footers are shown as they are: no markup, so nothing to escape, and no native times.
        footer = shorten(quiet(card.footer), limits.FOOTER) or NOTHING
        shown.set_footer(text=footer)
        room -= len(footer)
    if card.body:
        shown.description = said(joined(card.body, "\n\n"), min(limits.DESCRIPTION, room))
        room -= len(shown.description)
    if card.fields:
        _add_fields(shown, card, room)
    elif card.lines:
        _add_list(shown, card.lines, room)
    return shown


def title(card: Card) -> str:
    """What stands above the card, with what it names called as it is here."""
    return said((quiet(card.heading) if card.heading else card.title,), limits.TITLE)


def quiet(words: Text) -> str:
    """Words without markup, which Discord shows as it is in the quiet line; a command begins as it is typed here."""
    return "".join(map(_unmarked, words)).strip()


def _unmarked(span: Span) -> str:
    match span:
        case Say():
            return typed(span.command, span.options)
        case Term():
            return called(span.kind, span.name)
    return plain((span,))


def _add_fields(shown: discord.Embed, card: Card, room: int) -> None:
    """Facts, then list lines, which stand behind facts in fields of their own; facts without room are counted."""
    for index, field in enumerate(card.fields):
        left = len(card.fields) - index
        name = said((field.label,), limits.FIELD_NAME)
        value = said(field.value, max(1, min(limits.FIELD_VALUE, room - len(name))))
        too_many = left > 1 and len(shown.fields) == limits.FIELDS - 1
        if too_many or len(name) + len(value) + (_REST if left > 1 else 0) > room:
            _add_field(shown, NOTHING, _rest(left), room)
            return
        room = _add_field(shown, name, value, room, beside=len(card.fields) > 2)
    if card.lines:
        chunks = limits.FIELDS - len(shown.fields)
        for chunk in _pages(card.lines, limits.FIELD_VALUE, chunks, room - chunks):
            shown.add_field(name=NOTHING, value=chunk, inline=False)


def _add_field(shown: discord.Embed, name: str, value: str, room: int, *, beside: bool = False) -> int:
    """Adds a field if there is room for it; the room that is left. ``beside``: short ones may share a line."""
    size = len(name) + len(value)
    if size > room:
        return room
    shown.add_field(
        name=name, value=value, inline=beside and len(value) <= _SHORT and not _WHOLE.search(value)
    )
    return room - size


def _add_list(shown: discord.Embed, lines: Sequence[Line], room: int) -> None:
    """List lines below the paragraphs."""
    above = f"{shown.description}\n\n" if shown.description else ""
    limit = min(limits.DESCRIPTION - len(above), room - 2)
    for chunk in _pages(lines, limit, 1, limit):
        shown.description = above + chunk


def listed(lines: Sequence[Line], room: int) -> str:
    """List lines as one text of at most that length; empty where not even one fits."""
    return "".join(_pages(lines, room, 1, room))


def _pages(lines: Sequence[Line], limit: int, chunks: int, room: int) -> list[str]:
    """The lines in at most so many chunks of at most ``limit``; those that do not fit are counted at the end."""
    whole, count = _packed(lines, limit, chunks, room)
    if count == len(lines):
        return whole
    cut, count = _packed(lines, limit - _REST, chunks, room - _REST)
    if not cut:
        return []
    cut[-1] += "\n" + _rest(len(lines) - count)
    return cut


def _packed(lines: Sequence[Line], limit: int, chunks: int, room: int) -> tuple[list[str], int]:
    """As many of the lines as fit, in chunks, and how many these are."""
    out: list[str] = []
    longest = min(limit, room)
    if longest < _REST:
        return out, 0
    for index, line in enumerate(lines):
        row = _row(line, longest)
        goes_on = bool(out) and len(out[-1]) + 1 + len(row) <= limit
        room -= len(row) + goes_on
        if room < 0 or (not goes_on and len(out) == chunks):
            return out, index
        if goes_on:
            out[-1] += "\n" + row
        else:
            out.append(row)
    return out, len(lines)


def _row(line: Line, limit: int) -> str:
    if line.dead:
        return f"• ~~{said(line.text, limit - 6)}~~"
    return f"• {said(line.text, limit - 2)}"


def _rest(count: int) -> str:
    return t("… and {count} more", count=number(count))


def said(text: Text, limit: int) -> str:
    """A text in Discord's markup, at most ``limit`` long and never empty; what is cut off ends in an ellipsis."""
    spans = _merged(text) if len(text) > 1 else list(text)
    out = "".join(map(_span, spans)).strip()
    return (out if len(out) <= limit else _cut(spans, limit)) or NOTHING


def _merged(text: Text) -> list[Span]:
    """Neighbouring strings as one, so that no markup hides across their border."""
    out: list[Span] = []
    for span in text:
        if isinstance(span, str) and out and isinstance(out[-1], str):
            out[-1] += span
        else:
            out.append(span)
    return out


def _cut(spans: list[Span], limit: int) -> str:
    """As many whole spans as fit, and the beginning of a string that does not."""
    out, room = "", limit - 1
    for span in spans:
        shown = _span(span)
        if len(out) + len(shown) > room:
            if isinstance(span, str):
                out += _beginning(span, room - len(out))
            break
        out += shown
    return out.strip() + "…"


def _beginning(text: str, room: int) -> str:
    """As much of a string as fits once it is escaped."""
    text = text[:room]
    while len(shown := escape(text)) > room:
        text = text[: len(text) - max(1, (len(shown) - room) // 2)]
    return shown


def _span(span: Span) -> str:  # noqa: PLR0911 - one line for each kind of span
    match span:
        case str():
            return escape(span)
        case When():
            return f"<t:{span.at}:{_WHEN.get(span.style, 'f')}>"
        case Code():
            return _code(span.text)
        case Link():
            return span.url
        case Say():
            return _code(typed(span.command, span.options))
        case Term():
            return _code(_unmarked(span)) if span.code else escape(_unmarked(span))
        case Account() | Room():
            return _named(span)


def _named(span: Account | Room) -> str:
    """An account or channel of Discord's by the name that Discord shows; in an embed it calls nobody."""
    match span:
        case Account("discord", known) if known.isdecimal():
            return f"<@{known}>"
        case Room("discord", known) if known.isdecimal():
            return f"<#{known}>"
    return escape(elsewhere(span))


def escape(text: str) -> str:
    """Text from people with a backslash before whatever Discord would take for markup."""
    if text.isalnum():
        return text
    text = _MARKUP.sub(r"\\\g<0>", text)
    return _LINE_START.sub(r"\1\3\\\2\4", text)


def _code(text: str) -> str:
    """Inline code; a longer fence where the text holds backticks of its own."""
    if not text.strip():
        return text
    text = " ".join(text.split("\n"))
    if "`" not in text:
        return f"`{text}`"
    # Three ticks and more would open a block, so runs of them are shown by a look-alike.
    return f"`` {_TICKS.sub(lambda run: run[0] if len(run[0]) == 1 else 'ˋ' * len(run[0]), text)} ``"


def tinted(colour: int, mark: int) -> int:
    """``colour`` with twelve bits of ``mark`` in the lowest four of red, green and blue, which nobody sees."""
    if not mark:
        return colour
    low = (mark >> 8 & 0xF) << 16 | (mark >> 4 & 0xF) << 8 | (mark & 0xF)
    return colour & 0xF0F0F0 | low
