"""Values as options of a drop-down: how they look, and how what was picked becomes a value again.

Slack takes short values only. A longer one travels under a mark that is made from it, and is looked up when it comes back:
among those that were offered a moment ago, or by asking for the same choices again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Final

from adapters.slack import limits
from adapters.slack.pieces import CUT, Json, plain
from core.text import shorten

#: Begins the mark that stands for a value too long for Slack, and is in no value of Usher's own.
_MARK: Final = "\u2063"
_KNOWN: Final = 2_000


def option(value: str, label: str) -> Json:
    """One option of a drop-down, whatever the length of its value and label."""
    return {
        "text": plain(shorten(label.strip() or value, limits.OPTION_LABEL)),
        "value": marked(value),
    }


def options(choices: Iterable[tuple[str, str]]) -> list[Json]:
    """As many as Slack takes; an empty value is none to pick."""
    out: list[Json] = []
    for value, label in choices:
        if len(out) == limits.OPTIONS:
            break
        if value.strip():
            out.append(option(value, label))
    return out


def marked(value: str) -> str:
    """The value, or the mark for it."""
    if len(value) <= limits.OPTION_VALUE and not value.startswith(_MARK):
        return value
    return _MARK + hashlib.sha256(value.encode()).hexdigest()[:32]


def is_mark(value: str) -> bool:
    return value.startswith(_MARK)


def begins(label: str) -> str:
    """What was typed by whom would be offered this label: its beginning, where it was cut."""
    return label.removesuffix(CUT).rstrip()


class Marks:
    """The long values that this process has offered, by their marks."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def learn(self, values: Iterable[str]) -> None:
        for value in values:
            mark = marked(value)
            if is_mark(mark):
                if len(self._known) >= _KNOWN:
                    self._known.clear()
                self._known[mark] = value

    def meant(self, mark: str) -> str | None:
        return self._known.get(mark)
