"""The smallest pieces of Block Kit, and how much they count."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from adapters.slack import limits

Json = dict[str, Any]
CUT: Final = "…"


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def words(text: str, **style: bool) -> Json:
    kept = {name: True for name, on in style.items() if on}
    return {"type": "text", "text": text, "style": kept} if kept else {"type": "text", "text": text}


def section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def rich(elements: list[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": elements}] if elements else []


def total(shown: Iterable[Json]) -> int:
    """What blocks count towards ``limits.ALL_BLOCKS``."""
    return sum(limits.BLOCK_OVERHEAD + size(block) for block in shown)


def size(value: Any) -> int:
    """The characters in it that a person may read."""
    if isinstance(value, dict):
        return sum(
            len(inner) if key in {"text", "url", "fallback"} and isinstance(inner, str) else size(inner)
            for key, inner in value.items()
        )
    return sum(size(inner) for inner in value) if isinstance(value, list) else 0
