"""What a person sees of a message: its words and its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import interactive

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Names = Callable[[str], str]

_ANGLE = re.compile(r"<([^<>]+)>")
_MARKUP = re.compile(r"(?<![\w`])([*_~`])(?!\s)([^\n]*?\S)\1(?!\w)")
_FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action_id: str
    value: str
    block_id: str
    style: str | None
    url: str | None
    element: dict[str, Any]


def buttons(blocks: list[dict[str, Any]]) -> list[Button]:
    return [
        Button(
            text=element["text"]["text"],
            action_id=element["action_id"],
            value=element.get("value", ""),
            block_id=block["block_id"],
            style=element.get("style"),
            url=element.get("url"),
            element=element,
        )
        for block in blocks
        for element in interactive(block)
        if element["type"] == "button"
    ]


def plain(text: str, blocks: list[dict[str, Any]], names: Names) -> str:
    """The words on the screen, one line for each block or list item. `text` shows only where there are no blocks."""
    if not blocks:
        return mrkdwn(text, names)
    return "\n".join(line for block in blocks for line in _lines(block, names))


def mrkdwn(text: str, names: Names) -> str:
    """Slack's markup as it looks: links by their label, mentions by name, no asterisks."""
    pieces = _FENCE.split(text)
    shown = [piece if index % 2 else _strip(piece) for index, piece in enumerate(pieces)]
    return _unescape(_ANGLE.sub(lambda found: _angle(found[1], names), "".join(shown)))


def _strip(text: str) -> str:
    while (once := _MARKUP.sub(r"\2", text)) != text:
        text = once
    return text


def _unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _angle(inside: str, names: Names) -> str:
    target, _, label = inside.partition("|")
    if target[:1] in {"@", "#"}:
        name = names(target[1:])
        return f"{target[:1]}{label if label and name == target[1:] else name}"
    if target.startswith("!date^"):
        return label
    if target[:1] == "!":
        return label or f"@{target[1:]}"
    return label or target.removeprefix("mailto:")


def _lines(block: dict[str, Any], names: Names) -> Iterator[str]:
    kind = block["type"]
    if kind in {"section", "header"}:
        if "text" in block:
            yield _text(block["text"], names)
        for shown in block.get("fields", ()):
            yield _text(shown, names)
    elif kind == "context":
        yield " ".join(e["alt_text"] if e["type"] == "image" else _text(e, names) for e in block["elements"])
    elif kind == "rich_text":
        for element in block["elements"]:
            yield from rich(element, names)
    elif kind == "markdown":
        yield block["text"]
    elif kind == "image":
        yield block["alt_text"]
    elif kind == "table":
        for row in block["rows"]:
            yield " | ".join(_cell(cell, names) for cell in row)
    elif kind == "input":
        yield block["label"]["text"]


def _text(shown: dict[str, Any], names: Names) -> str:
    return mrkdwn(shown["text"], names) if shown["type"] == "mrkdwn" else shown["text"]


def _cell(cell: dict[str, Any], names: Names) -> str:
    if cell["type"] == "rich_text":
        return " ".join(line for element in cell["elements"] for line in rich(element, names))
    return str(cell.get("text") or cell.get("value"))


def rich(element: dict[str, Any], names: Names) -> Iterator[str]:
    if element["type"] != "rich_text_list":
        yield "".join(_inline(inner, names) for inner in element["elements"])
        return
    for number, item in enumerate(element["elements"], 1 + element.get("offset", 0)):
        mark = f"{number}." if element["style"] == "ordered" else "•"
        yield f"{mark} {''.join(_inline(inner, names) for inner in item['elements'])}"


def _inline(inner: dict[str, Any], names: Names) -> str:
    match inner["type"]:
        case "text" | "link":
            shown = inner.get("text") or inner["url"]
        case "emoji":
            shown = f":{inner['name']}:"
        case "date":
            moment = datetime.fromtimestamp(inner["timestamp"], UTC)
            shown = inner.get("fallback") or moment.isoformat(sep=" ", timespec="minutes")
        case "user":
            shown = f"@{names(inner['user_id'])}"
        case "channel":
            shown = f"#{names(inner['channel_id'])}"
        case "broadcast":
            shown = f"@{inner['range']}"
        case _:
            shown = ""
    return shown
