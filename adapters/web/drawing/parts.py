"""The pieces that every drawing is made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from core.cards import When, moment
from core.language import n, number

Json = dict[str, Any]

_VOID: Final = frozenset({"br", "hr", "img", "input"})
_ADDRESS = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_PICTURE = re.compile(r"(data:image/|https?://|/|[\w-]+[\w./-]*$)", re.IGNORECASE)


def _as_it_is(known: str) -> str:
    return known


def _nowhere(known: str) -> str:
    del known
    return ""


class Held(NamedTuple):
    """Where a page has a file, and how long that is."""

    url: str
    size: int


def _no_file(known: str) -> Held | None:
    del known
    return None


class Look(NamedTuple):
    """What a drawing has to know of the page that it stands on.

    ``name``: what a person or a channel with this id is called. ``picture``: where the page has an uploaded file, by its id or
    name; empty where it has none. ``unique`` begins the id of every element. ``heading`` is the rank of a card's title.
    ``file``: where it has any other file, by its name.
    """

    name: Callable[[str], str] = _as_it_is
    picture: Callable[[str], str] = _nowhere
    unique: str = "card"
    heading: int = 3
    file: Callable[[str], Held | None] = _no_file


ALONE: Final = Look()


def tag(name: str, /, *inside: str, **attributes: str | int | bool | None) -> Markup:
    """An element. Words are escaped, ``Markup`` stands as it is.

    ``data_kind`` becomes ``data-kind``, ``class_`` becomes ``class``; what is None or False is left out.
    """
    shown = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in _VOID:
        return _made(f"<{name}{shown}>")
    return _made(f"<{name}{shown}>{together(inside)}</{name}>")


def together(pieces: Iterable[str]) -> Markup:
    """Several pieces behind each other, each escaped unless it is markup already."""
    return _made("".join(str(escape(piece)) for piece in pieces))


def _made(markup: str) -> Markup:
    return Markup(markup)  # noqa: S704 - the one place: names are ours, words and attributes were escaped


NOTHING: Final = Markup("")


def time(at: int, style: str, fallback: str = "") -> Markup:
    """A moment; the page's script shows it in the reader's zone. ``style`` as in ``core.cards.When``."""
    try:
        shown = fallback or moment(When(at, style))
        stamp = datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return escape(fallback or str(at))
    return tag("time", shown, datetime=stamp, data_style=style)


def link(url: str, words: str = "") -> Markup:
    """An address that can be followed; one that leads elsewhere than into the web stays words."""
    if not _ADDRESS.fullmatch(url):
        return escape(words or url)
    return tag("a", words or url, href=url, rel="noreferrer noopener nofollow", target="_blank")


def mention(sign: str, known: str, look: Look) -> Markup:
    """A person or a channel by the name that the platform shows."""
    return tag("span", f"{sign}{look.name(known)}", class_="mention", data_id=known)


def picture(known: str, words: str, look: Look) -> Markup:
    """A picture with its description, which stands in its place where the page has no such picture."""
    source = known if known.startswith(("http://", "https://")) else look.picture(known)
    if source and _PICTURE.match(source):
        return tag("img", class_="picture", src=source, alt=words, loading="lazy")
    return tag("p", words, class_="no-picture")


def file(name: str, about: str, look: Look) -> Markup:
    """A file, to be fetched where the page has it."""
    held = look.file(name)
    named = tag("b", name)
    if held is not None:
        named = together(
            [tag("a", named, href=held.url, download=name), tag("small", f" {_weight(held.size)}")]
        )
    return tag("p", named, f" {about}" if about else "", class_="file", data_file=name)


def _weight(size: int) -> str:
    """Bytes as people count them."""
    if size < 1_000:
        return n("{count} byte", "{count} bytes", size)
    if size < 1_000_000:
        return f"{number(round(size / 1_000))} KB"
    return f"{number(round(size / 1_000_000))} MB"


def bar(colour: str) -> Markup:
    """The coloured line beside a message. A picture, because a page may allow no style in place."""
    fill = colour if re.fullmatch("#[0-9a-fA-F]{6}", colour) else "#80848e"
    return tag("svg", tag("rect", width="100%", height="100%", fill=fill), class_="bar", aria_hidden="true")


def wide(table: Markup, words: str) -> Markup:
    """What may be wider than a phone: it scrolls alone, also by keyboard."""
    return tag("div", table, class_="wide", role="region", aria_label=words, tabindex=0)
