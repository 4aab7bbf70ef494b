"""The shapes of blocks, and the rules that hold over all blocks of one message or view."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from tests.fakes.slack.checks import (
    anything,
    boolean,
    by_type,
    complain,
    exactly_one_of,
    items,
    needs_one_of,
    one_of,
    shape,
    string,
)
from tests.fakes.slack.elements import (
    IN_ACTIONS,
    IN_INPUT,
    IN_SECTION,
    MODAL_ONLY,
    any_text,
    image,
    image_source,
    plain_text,
)
from tests.fakes.slack.richtext import check_block as rich_text

if TYPE_CHECKING:
    from collections.abc import Iterator

Surface = Literal["message", "modal", "home"]
BLOCKS_AT_MOST: Final = {"message": 50, "modal": 100, "home": 100}
MARKDOWN_AT_MOST: Final = 12_000
CELLS_AT_MOST: Final = 10_000
"""Characters over all cells of the message's table."""
_BLOCK_OVERHEAD: Final = 125
"""Adding an empty divider lowered the room for text by this many characters (slackapi/bolt-js issue 2509)."""
TOTAL_AT_MOST: Final = 13_200

_type = {"type": anything}
_block_id = {"block_id": string(255)}
_cell = by_type(
    {
        "raw_text": shape({**_type, "text": string()}, {}),
        "rich_text": rich_text,
    }
)


def _cells_fit(table: dict[str, Any], path: str, problems: list[str]) -> None:
    if _text_length(table.get("rows")) > CELLS_AT_MOST:
        complain(problems, f"all cells must be less than {CELLS_AT_MOST + 1} characters", path)


_column = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})

_BLOCKS = {
    "section": shape(
        _type,
        {
            **_block_id,
            "text": any_text(3000),
            "fields": items(any_text(2000), most=10),
            "accessory": IN_SECTION,
            "expand": boolean,
        },
        needs_one_of("text", "fields"),
    ),
    "header": shape({**_type, "text": plain_text(150)}, _block_id),
    "divider": shape(_type, _block_id),
    "actions": shape({**_type, "elements": items(IN_ACTIONS, most=25)}, _block_id),
    "context": shape(
        {
            **_type,
            "elements": items(
                by_type(
                    {
                        "image": image,
                        "mrkdwn": shape({**_type, "text": string(3000)}, {"verbatim": boolean}),
                        "plain_text": shape({**_type, "text": string(3000)}, {"emoji": boolean}),
                    }
                ),
                most=10,
            ),
        },
        _block_id,
    ),
    "image": shape(
        {**_type, "alt_text": string(2000)},
        {**_block_id, **image_source, "title": plain_text(2000)},
        exactly_one_of("image_url", "slack_file"),
    ),
    "input": shape(
        {**_type, "label": plain_text(2000), "element": IN_INPUT},
        {**_block_id, "hint": plain_text(2000), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": rich_text,
    "markdown": shape({**_type, "text": string(MARKDOWN_AT_MOST)}, _block_id),
    "table": shape(
        {**_type, "rows": items(items(_cell, most=20), most=100)},
        {**_block_id, "column_settings": items(_column, most=20)},
        _cells_fit,
    ),
}
_check_block = by_type(_BLOCKS)
_ONLY_IN_MESSAGES = frozenset({"markdown", "table"})


def check_blocks(value: Any, surface: Surface, path: str, problems: list[str]) -> None:
    items(_check_block, least=0, most=BLOCKS_AT_MOST[surface])(value, path, problems)
    if isinstance(value, list) and all(isinstance(block, dict) for block in value):
        _check_surface(value, surface, path, problems)
        _check_ids(value, path, problems)
        _check_totals(value, path, problems)


def _check_surface(blocks: list[dict[str, Any]], surface: Surface, path: str, problems: list[str]) -> None:
    for index, block in enumerate(blocks):
        kind = block.get("type")
        if surface != "message" and kind in _ONLY_IN_MESSAGES:
            complain(problems, f"unsupported type: {kind} in a {surface}", f"{path}/{index}/type")
        element = block.get("element")
        if surface != "modal" and isinstance(element, dict) and element.get("type") in MODAL_ONLY:
            complain(
                problems, f"unsupported type: {element['type']} in a {surface}", f"{path}/{index}/element"
            )


def _check_ids(blocks: list[dict[str, Any]], path: str, problems: list[str]) -> None:
    seen: set[str] = set()
    focused = 0
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str):
            if block_id in seen:
                complain(problems, f"block_id already exists: {block_id}", f"{path}/{index}/block_id")
            seen.add(block_id)
        actions: set[str] = set()
        for element in interactive(block):
            focused += bool(element.get("focus_on_load"))
            action = element.get("action_id")
            if isinstance(action, str):
                if action in actions:
                    complain(problems, f"action_id already exists: {action}", f"{path}/{index}")
                actions.add(action)
    if focused > 1:
        complain(problems, "only one element can have focus_on_load", path)


def _check_totals(blocks: list[dict[str, Any]], path: str, problems: list[str]) -> None:
    markdown = sum(
        len(b["text"]) for b in blocks if b.get("type") == "markdown" and isinstance(b.get("text"), str)
    )
    if markdown > MARKDOWN_AT_MOST:
        complain(problems, f"all markdown must be less than {MARKDOWN_AT_MOST + 1} characters", path)


def tables(blocks: Any) -> int:
    """How many tables stand in them; a message may hold one."""
    return sum(isinstance(block, dict) and block.get("type") == "table" for block in blocks or ())


def interactive(block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Every element of a block that a person can use: buttons, menus, fields."""
    kind = block.get("type")
    if kind == "actions":
        candidates = block.get("elements")
    elif kind == "section":
        candidates = [block.get("accessory")]
    elif kind == "input":
        candidates = [block.get("element")]
    else:
        return
    for element in candidates if isinstance(candidates, list) else ():
        if isinstance(element, dict) and element.get("type") != "image":
            yield element


def total_length(blocks: list[dict[str, Any]]) -> int:
    return sum(_text_length(block) + _BLOCK_OVERHEAD for block in blocks)


def _text_length(value: Any) -> int:
    if isinstance(value, dict):
        return sum(
            len(inner) if key == "text" and isinstance(inner, str) else _text_length(inner)
            for key, inner in value.items()
            if not isinstance(inner, bool)
        )
    if isinstance(value, list):
        return sum(_text_length(inner) for inner in value)
    return 0
