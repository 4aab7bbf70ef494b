"""Cards as Block Kit.

Words stand in ``rich_text`` and ``plain_text`` elements, which Slack never reads as markup: what a person wrote can
become no link, no mention and no formatting. The one exception is a time in the footer, where only Slack's own date
markup shows the reader's zone; no word of a person comes near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from adapters.slack import limits
from adapters.slack.controls import Controls
from adapters.slack.pieces import CUT, Json, plain, rich, section, size, total, words
from adapters.slack.tables import table_block
from core.cards import (
    Account,
    Card,
    Chart,
    Code,
    Line,
    Link,
    Room,
    Say,
    Span,
    Term,
    Text,
    When,
    bars,
    elsewhere,
    moment,
)
from core.language import mark, number, t
from core.text import shorten

#: Without the forms that say "today": a sentence goes "It expired on …".
_DATES = {"date": "{date_long}", "time": mark("{date_short} at {time}"), "relative": "{ago}"}
_TAIL = 40
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def message(card: Card, command: str = "/usher", *, own: bool = False, picture: str = "") -> Json:
    """A card as the arguments of any method that takes a message. ``own``: only its reader will ever see it.

    ``picture``: the file that shows the card's chart, where there is one.
    """
    shown = blocks(card, command, own=own, picture=picture)
    return {"text": fallback_text(card, command), "blocks": shown}


def blocks(card: Card, command: str = "/usher", *, own: bool = False, picture: str = "") -> list[Json]:
    """A card as blocks that Slack accepts, whatever the card holds; what is too long ends with an ellipsis."""
    top = [header(card.title)]
    top += paragraphs(card.body, command)
    top += facts(card, command)
    if card.chart is not None:
        top += _chart(card.chart, picture)
    files = ([words(f"{file.name}: ", bold=True), words(file.description or CUT)] for file in card.files)
    below = rich(_sections(files, limits.FILES))
    controls = Controls(own=own)
    buttons, footer = controls.buttons(card.buttons), context(card.footer, command)

    left = limits.ALL_BLOCKS - total([*top, *below, *buttons, *footer])
    menus = controls.menus(card.menus, left - limits.ROOM)
    left -= total(menus)
    middle = _middle(card, command, left)
    return [*top, *middle, *below, *menus, *buttons, *footer]


def facts(card: Card, command: str) -> list[Json]:
    """A card's facts, each with its label."""
    rows = ([words(f"{field.label}: ", bold=True), *_inline(field.value, command)] for field in card.fields)
    return rich(_sections(rows, limits.FIELDS))


def paragraphs(body: tuple[Text, ...], command: str) -> list[Json]:
    """A card's or a form's sentences."""
    return rich(_sections((_inline(paragraph, command) for paragraph in body), limits.BODY))


def _middle(card: Card, command: str, left: int) -> list[Json]:
    """The table and the list, in ``left`` characters. A table that does not fit is told in its words."""
    if card.table is None:
        return listed(card.lines, command, left)
    room = left - (limits.ROOM if card.lines else 0)
    block = table_block(card.table, room)
    told = [block] if block else listed(tuple(Line((row,)) for row in card.table.words), command, room)
    return [*told, *listed(card.lines, command, left - total(told))]


def _chart(chart: Chart, picture: str) -> list[Json]:
    if picture:
        alt = shorten(chart.words, limits.ALT_TEXT)
        return [{"type": "image", "slack_file": {"id": picture}, "alt_text": alt}]
    drawing = "\n".join(bars(chart)) or CUT
    return rich([{"type": "rich_text_preformatted", "elements": [words(drawing[: limits.FIELDS])]}])


def header(title: str) -> Json:
    shown = shorten(title.strip() or "Usher", limits.HEADER)
    return {"type": "header", "text": plain(shown)}


def _sections(rows: Iterable[list[Json]], most: int) -> list[Json]:
    """A section for each row, as many as ``most`` characters hold."""
    out = []
    for row in rows:
        if not row:
            continue
        if most <= 0:
            out.append(section([words(CUT)]))
            break
        cut = _cut(row, most)
        most -= size(cut)
        out.append(_preformatted(cut) if _is_drawing(cut) else section(cut))
    return out


def _is_drawing(elements: list[Json]) -> bool:
    """Code of several lines and nothing else: a table, say, whose columns must stay below each other."""
    return len(elements) == 1 and "code" in elements[0].get("style", ()) and "\n" in elements[0]["text"]


def _preformatted(elements: list[Json]) -> Json:
    return {"type": "rich_text_preformatted", "elements": [words(elements[0]["text"])]}


def listed(lines: tuple[Line, ...], command: str, left: int) -> list[Json]:
    """The entries that fit into ``left`` characters, and how many did not."""
    items = []
    left -= limits.BLOCK_OVERHEAD
    for at, line in enumerate(lines):
        row = _cut(_inline(line.text, command, strike=line.dead) or [words(CUT)], limits.LINE)
        length = size(row)
        if length + (_TAIL if at + 1 < len(lines) else 0) > left:
            left_out = t("… and {count} more", count=number(len(lines) - at))
            items.append(section([words(left_out, italic=True)]))
            break
        left -= length
        items.append(section(row))
    return rich([{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else [])


def _inline(value: Text, command: str, *, strike: bool = False) -> list[Json]:
    shown = [_span(span, command) for span in value if not isinstance(span, str) or span]
    if strike:
        return [{**element, "style": {**element.get("style", {}), "strike": True}} for element in shown]
    return shown


def _span(span: Span, command: str) -> Json:  # noqa: PLR0911 - one line for each kind of span
    match span:
        case When():
            return _date(span)
        case Code():
            return words(span.text or " ", code=True)
        case Link() if _ADDRESS.fullmatch(span.url) and len(span.url) <= limits.URL:
            return {"type": "link", "url": span.url}
        case Say():
            return words(said(span, command), code=True)
        case Term():
            return words(span.name, code=span.code)
        case Account("slack", subject) if _USER.fullmatch(subject):
            return {"type": "user", "user_id": subject}
        case Room("slack", channel) if _CHANNEL.fullmatch(channel):
            return {"type": "channel", "channel_id": channel}
        case Account() | Room():
            return words(elsewhere(span))
        case str():
            return words(span)
    return words(span.url or " ")


def _date(when: When) -> Json:
    fallback = _utc(when)
    if when.at < 0 or fallback == str(when.at):
        return words(fallback)
    return {"type": "date", "timestamp": when.at, "format": _format(when), "fallback": fallback}


def _format(when: When) -> str:
    return t(_DATES.get(when.style, _DATES["time"]))


def _utc(when: When) -> str:
    try:
        return moment(when)
    except (ValueError, OverflowError, OSError):
        return str(when.at)  # beyond the calendar


def said(say: Say, command: str) -> str:
    """A command as it is typed in Slack."""
    return f"{command} {say.command} {say.options}".strip()


def _cut(elements: list[Json], most: int) -> list[Json]:
    """The elements, or their beginning with an ellipsis."""
    if size(elements) <= most:
        return elements
    out: list[Json] = []
    left = most - len(CUT)
    for element in elements:
        length = size(element)
        if length > left:
            if element["type"] == "text":
                return [*out, {**element, "text": element["text"][:left] + CUT}]
            break
        left -= length
        out.append(element)
    return [*out, words(CUT)]


def context(footer: Text, command: str) -> list[Json]:
    """The quiet line: words as they are, and times in the reader's zone."""
    pieces: list[str | When] = []
    for span in footer:
        if isinstance(span, When):
            pieces.append(span)
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += _spoken(span, command)
        else:
            pieces.append(_spoken(span, command))
    pieces = [piece for piece in pieces if isinstance(piece, When) or piece.strip()]
    spoken = "".join(_spoken(span, command) for span in footer)
    if len(pieces) > limits.CONTEXT_ELEMENTS or len(spoken) > limits.FOOTER:
        pieces = [shorten(spoken, limits.FOOTER)]
    elements = [_stamp(piece) if isinstance(piece, When) else plain(piece.strip()) for piece in pieces]
    return [{"type": "context", "elements": elements}] if elements else []


def _stamp(when: When) -> Json:
    fallback = _utc(when)
    if when.at < 0 or fallback == str(when.at):
        return plain(fallback)
    return {"type": "mrkdwn", "text": f"<!date^{when.at}^{_format(when)}|{fallback}>", "verbatim": True}


def _spoken(span: Span, command: str) -> str:
    match span:
        case When():
            return _utc(span)
        case Say():
            return said(span, command)
        case Code() | Link():
            return span[0]
        case Term():
            return span.name
        case Account() | Room():
            return elsewhere(span)
    return span


def fallback_text(card: Card, command: str = "/usher") -> str:
    """The card for notifications and screen readers. Escaped, so that nothing in it can mention or link."""
    rows = [card.title.strip() or "Usher", *(_flat(paragraph, command) for paragraph in card.body)]
    rows += [f"{field.label}: {_flat(field.value, command)}" for field in card.fields]
    rows += [card.chart.words] if card.chart is not None else []
    rows += card.table.words if card.table is not None else ()
    rows += [f"- {_flat(line.text, command)}" for line in card.lines]
    rows += [f"{file.name}: {file.description}" for file in card.files]
    rows.append(_flat(card.footer, command))
    return _escaped("\n".join(row for row in rows if row))


def _flat(value: Text, command: str) -> str:
    return "".join(_spoken(span, command) for span in value)


def _escaped(text: str) -> str:
    # Cut first: escaping only makes longer, so no more than this can be left, however long the list is.
    text = text[: limits.FALLBACK_TEXT + 1]
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if len(text) <= limits.FALLBACK_TEXT:
        return text
    return _HALF_ENTITY.sub("", text[: limits.FALLBACK_TEXT - len(CUT)]) + CUT
