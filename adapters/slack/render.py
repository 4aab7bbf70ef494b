"""Cards as Block Kit.

Words stand in ``rich_text`` and ``plain_text`` elements, which Slack never reads as markup: what a person wrote can
become no link, no mention and no formatting. The one exception is a time in the footer, where only Slack's own date
markup shows the reader's zone; no word of a person comes near it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from adapters.slack import limits
from core.cards import (
    Account,
    Button,
    Card,
    Code,
    Line,
    Link,
    Room,
    Say,
    Span,
    Style,
    Text,
    When,
    elsewhere,
    moment,
)
from core.text import shorten

Json = dict[str, Any]

#: Begins the block id of the buttons on a private answer: a click there may put the next answer in its place.
OWN = "own"
#: Stands between an action and a number where several buttons of a message share the action.
NUMBERED = "#"
#: Without the forms that say "today": a sentence goes "It expired on …".
_DATES = {"date": "{date_long}", "time": "{date_short} at {time}", "relative": "{ago}"}
_CUT = "…"
_TAIL = 40
_HALF_ENTITY = re.compile(r"&[a-z]{0,3}$")
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,30}")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+")


def message(card: Card, command: str = "/usher", *, own: bool = False) -> Json:
    """A card as the arguments of any method that takes a message. ``own``: only its reader will ever see it."""
    return {"text": fallback_text(card, command), "blocks": blocks(card, command, own=own)}


def blocks(card: Card, command: str = "/usher", *, own: bool = False) -> list[Json]:
    """A card as blocks that Slack accepts, whatever the card holds; what is too long ends with an ellipsis."""
    out = [_header(card.title)]
    out += _rich(_sections((_inline(paragraph, command) for paragraph in card.body), limits.BODY))
    facts = ([_words(f"{field.label}: ", bold=True), *_inline(field.value, command)] for field in card.fields)
    out += _rich(_sections(facts, limits.FIELDS))
    end = [*_actions(card.buttons, own=own), *_context(card.footer, command)]
    if not card.lines:
        return [*out, *end]
    # One more block for the list itself.
    left = limits.ALL_BLOCKS - total([*out, *end]) - limits.BLOCK_OVERHEAD
    return [*out, *_rich(_list(card.lines, command, left)), *end]


def total(shown: Iterable[Json]) -> int:
    """What blocks count towards ``limits.ALL_BLOCKS``."""
    return sum(limits.BLOCK_OVERHEAD + _size(block) for block in shown)


def _size(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(inner) if key in {"text", "url", "fallback"} and isinstance(inner, str) else _size(inner)
            for key, inner in value.items()
        )
    return sum(_size(inner) for inner in value) if isinstance(value, list) else 0


def _header(title: str) -> Json:
    shown = shorten(title.strip() or "Usher", limits.HEADER)
    return {"type": "header", "text": _plain(shown)}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _rich(elements: list[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def _sections(rows: Iterable[list[Json]], most: int) -> list[Json]:
    """A section for each row, as many as ``most`` characters hold."""
    out = []
    for row in rows:
        if not row:
            continue
        if most <= 0:
            out.append(_section([_words(_CUT)]))
            break
        cut = _cut(row, most)
        most -= _size(cut)
        out.append(_preformatted(cut) if _is_drawing(cut) else _section(cut))
    return out


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _is_drawing(elements: list[Json]) -> bool:
    """Code of several lines and nothing else: a table, say, whose columns must stay below each other."""
    return len(elements) == 1 and "code" in elements[0].get("style", ()) and "\n" in elements[0]["text"]


def _preformatted(elements: list[Json]) -> Json:
    return {"type": "rich_text_preformatted", "elements": [_words(elements[0]["text"])]}


def _list(lines: tuple[Line, ...], command: str, left: int) -> list[Json]:
    """The entries that fit into ``left`` characters, and how many did not."""
    items = []
    for number, line in enumerate(lines):
        row = _cut(_inline(line.text, command, strike=line.dead) or [_words(_CUT)], limits.LINE)
        size = _size(row)
        if size + (_TAIL if number + 1 < len(lines) else 0) > left:
            items.append(_section([_words(f"{_CUT} and {len(lines) - number:,} more", italic=True)]))
            break
        left -= size
        items.append(_section(row))
    return [{"type": "rich_text_list", "style": "bullet", "elements": items}] if items else []


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
            return _words(span.text or " ", code=True)
        case Link() if _ADDRESS.fullmatch(span.url) and len(span.url) <= limits.URL:
            return {"type": "link", "url": span.url}
        case Say():
            return _words(said(span, command), code=True)
        case Account("slack", subject) if _USER.fullmatch(subject):
            return {"type": "user", "user_id": subject}
        case Room("slack", channel) if _CHANNEL.fullmatch(channel):
            return {"type": "channel", "channel_id": channel}
        case Account() | Room():
            return _words(elsewhere(span))
        case str():
            return _words(span)
    return _words(span.url or " ")


def _words(text: str, **style: bool) -> Json:
    kept = {name: True for name, on in style.items() if on}
    return {"type": "text", "text": text, "style": kept} if kept else {"type": "text", "text": text}


def _date(when: When) -> Json:
    fallback = _utc(when)
    if when.at < 0 or fallback == str(when.at):
        return _words(fallback)
    return {"type": "date", "timestamp": when.at, "format": _format(when), "fallback": fallback}


def _format(when: When) -> str:
    return _DATES.get(when.style, _DATES["time"])


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
    if _size(elements) <= most:
        return elements
    out: list[Json] = []
    left = most - len(_CUT)
    for element in elements:
        size = _size(element)
        if size > left:
            if element["type"] == "text":
                return [*out, {**element, "text": element["text"][:left] + _CUT}]
            break
        left -= size
        out.append(element)
    return [*out, _words(_CUT)]


def _actions(buttons: tuple[Button, ...], *, own: bool) -> list[Json]:
    """Rows of buttons. One that Slack would refuse is left out: a shortened id would be the id of something else."""
    seen: dict[str, int] = {}
    elements: list[Json] = []
    for button in buttons:
        if len(elements) == limits.BUTTONS:
            break
        seen[button.action] = count = seen.get(button.action, 0) + 1
        action_id = button.action if count == 1 else f"{button.action}{NUMBERED}{count}"
        if _fits(button, action_id):
            elements.append(_button(button, action_id))
    rows = [elements[i : i + limits.BUTTONS_IN_ROW] for i in range(0, len(elements), limits.BUTTONS_IN_ROW)]
    named = [{"block_id": f"{OWN}{number}"} if own else {} for number in range(len(rows))]
    return [{"type": "actions", "elements": row, **name} for row, name in zip(rows, named, strict=True)]


def _fits(button: Button, action_id: str) -> bool:
    named = 0 < len(button.action) <= len(action_id) <= limits.ACTION_ID and NUMBERED not in button.action
    return named and len(button.subject) <= limits.BUTTON_VALUE


def _button(button: Button, action_id: str) -> Json:
    label = shorten(button.label.strip() or button.action, limits.BUTTON_LABEL)
    out: Json = {"type": "button", "text": _plain(label), "action_id": action_id}
    if button.subject:
        out["value"] = button.subject
    if button.style is not Style.PLAIN:
        out["style"] = button.style.value
    return out


def _context(footer: Text, command: str) -> list[Json]:
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
    words = "".join(_spoken(span, command) for span in footer)
    if len(pieces) > limits.CONTEXT_ELEMENTS or len(words) > limits.FOOTER:
        pieces = [shorten(words, limits.FOOTER)]
    elements = [_stamp(piece) if isinstance(piece, When) else _plain(piece.strip()) for piece in pieces]
    return [{"type": "context", "elements": elements}] if elements else []


def _stamp(when: When) -> Json:
    fallback = _utc(when)
    if when.at < 0 or fallback == str(when.at):
        return _plain(fallback)
    return {"type": "mrkdwn", "text": f"<!date^{when.at}^{_format(when)}|{fallback}>", "verbatim": True}


def _spoken(span: Span, command: str) -> str:
    match span:
        case When():
            return _utc(span)
        case Say():
            return said(span, command)
        case Code() | Link():
            return span[0]
        case Account() | Room():
            return elsewhere(span)
    return span


def fallback_text(card: Card, command: str = "/usher") -> str:
    """The card for notifications and screen readers. Escaped, so that nothing in it can mention or link."""
    rows = [card.title.strip() or "Usher", *(_flat(paragraph, command) for paragraph in card.body)]
    rows += [f"{field.label}: {_flat(field.value, command)}" for field in card.fields]
    rows += [f"- {_flat(line.text, command)}" for line in card.lines]
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
    return _HALF_ENTITY.sub("", text[: limits.FALLBACK_TEXT - len(_CUT)]) + _CUT
