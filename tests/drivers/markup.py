"""HTML as whoever looks at a page has it before them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "rect"}
_BLOCKS = {"p", "li", "h2", "h3", "h4", "div", "tr", "pre", "summary", "button"}


@dataclass
class Element:
    """A piece of HTML; words stand among its children."""

    name: str
    facts: dict[str, str]
    inside: list[Element | str] = field(default_factory=list)

    def all(self, name: str = "", **facts: str) -> Iterator[Element]:
        for child in self.inside:
            if isinstance(child, str):
                continue
            fits = name in {"", child.name}
            if fits and all(
                child.facts.get(key.rstrip("_").replace("_", "-")) == value for key, value in facts.items()
            ):
                yield child
            yield from child.all(name, **facts)

    @property
    def text(self) -> str:
        """The words in it, blocks below each other; without what can be pressed."""
        out = ""
        for child in self.inside:
            if isinstance(child, str):
                out += child
            elif child.name not in {"button", "details"}:
                out += f"{child.text}\n" if child.name in _BLOCKS else child.text
                out += " " * self.has("quiet")  # which the style sheet leaves between them
        return out

    def has(self, word: str) -> bool:
        return word in self.facts.get("class", "").split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.top = Element("", {})
        self._open = [self.top]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        made = Element(tag, {key: value or "" for key, value in attrs})
        self._open[-1].inside.append(made)
        if tag not in _VOID:
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            assert self._open.pop().name == tag, "the HTML is not well formed"

    def handle_data(self, data: str) -> None:
        self._open[-1].inside.append(data)


def read(html: str) -> Element:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader._open == [reader.top]
    return reader.top
