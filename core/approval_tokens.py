"""The words, quoted names and separators of which the typed form of an approval policy is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from core import text
from core.language import t

#: Each opening quote with what closes it.
_QUOTES = {"'": "'’", "‘": "’'", '"': '"”', "“": '”“"', "„": '“”"', "«": "»"}


class Token(NamedTuple):
    text: str
    quoted: bool = False

    @property
    def word(self) -> str:
        """In lower case, to be compared with words of the language; a quoted name is none of them."""
        return "" if self.quoted else self.text.lower()


def split(tokens: Iterable[Token], at: set[str]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.word in at:
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def tokenize(typed: str) -> Iterator[Token]:
    """Words, quoted names, and separators. A quote opens only at the beginning of a word or of what stands behind a colon."""
    at = 0
    while at < len(typed):
        char = typed[at]
        if char in _QUOTES:
            name, at = _until_closed(typed, at)
            yield Token(name, quoted=True)
            continue
        end = at + 1
        while not _separates(char) and end < len(typed) and not _ends(typed, end):
            end += 1
        if not char.isspace():
            yield Token(typed[at:end])
        at = end


def _ends(typed: str, at: int) -> bool:
    """Whether a word that began before this character is over with it."""
    return _separates(typed[at]) or (typed[at] in _QUOTES and typed[at - 1] == ":")


def _until_closed(typed: str, at: int) -> tuple[str, int]:
    closing, name, begun = _QUOTES[typed[at]], "", at
    at += 1
    while at < len(typed):
        twice = typed[at : at + 2] == typed[at] * 2
        if typed[at] in closing and not twice:
            return name, at + 1
        name += typed[at]
        at += 2 if typed[at] in closing else 1
    raise ValueError(t("This quote is not closed: {typed}", typed=text.shorten(typed[begun:])))


def together(tokens: list[Token]) -> str:
    return " ".join(token.word for token in tokens)


def _separates(char: str) -> bool:
    return char.isspace() or char in ";,"
