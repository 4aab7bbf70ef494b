"""The reader's language: every sentence stands in English where it is said, and in each other language in one folder.

``core/languages/<language>/*.po`` hold the translations (GNU gettext's form, read with Babel). A sentence without one stays
English; a test finds it. Which language is spoken is set for the time of one answer: see ``speaking``.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from pathlib import Path

from core.cards import Say, Span, Text, is_span

#: What Usher speaks; the first is what it speaks to those whose language it does not.
LANGUAGES = ("en", "de")
FOLDER = Path(__file__).parent / "languages"

_spoken: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])
#: So much is read of what a browser wishes, and how it says how much it wishes something.
_LONGEST_WISH = 500
_WEIGHT = re.compile(r"q=([01](?:\.\d{0,3})?)", re.IGNORECASE)
_HOLE = re.compile(r"\{(/?)([a-z_ ]+)\}")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """What is said inside is said in this language; one that Usher does not speak, or an empty one, is English."""
    before = _spoken.set(language if language in LANGUAGES else LANGUAGES[0])
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The language of the present answer."""
    return _spoken.get()


def nearest(locale: str | None) -> str:
    """The language for a platform's or a browser's locale (``de-AT``, ``de_CH``): English for one that Usher does not speak.

    Empty for no locale at all.
    """
    if not locale:
        return ""
    found = re.split("[-_]", locale.strip().lower())[0]
    return found if found in LANGUAGES else LANGUAGES[0]


def wished(header: str) -> str:
    """The language of a browser's ``Accept-Language`` (``de-AT,de;q=0.9,en;q=0.8``): the one it wishes most that Usher speaks.

    Empty where it names none of them; nothing in it can be wrong enough to fail.
    """
    wishes: list[tuple[float, str]] = []
    for part in header[:_LONGEST_WISH].split(","):
        name, _, how_much = part.partition(";")
        found = re.split("[-_]", name.strip().lower())[0]
        weight = _WEIGHT.fullmatch(how_much.replace(" ", "") or "q=1")
        if found in LANGUAGES and weight is not None and float(weight[1]) > 0:
            wishes.append((float(weight[1]), found))
    return max(wishes, key=lambda wish: wish[0])[1] if wishes else ""


@cache
def _translations(language: str) -> gettext.NullTranslations:
    """All of a language's sentences, read once, by the first who needs them."""
    if language == LANGUAGES[0]:
        return gettext.NullTranslations()
    from babel.messages.catalog import Catalog
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    together = Catalog(locale=language)
    for part in sorted((FOLDER / language).glob("*.po")):
        with part.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    together.add(message.id, message.string)
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def prepare() -> None:
    """Reads every language's sentences, so that no reader waits for it."""
    for language in LANGUAGES:
        _translations(language)
        _months(language)


def mark(sentence: str) -> str:
    """Marks a sentence that is said later, by ``t`` with a variable, as one to be translated."""
    return sentence


def translated(sentence: str) -> str:
    """The sentence in the spoken language, its holes left open."""
    return _translations(spoken()).gettext(sentence) if sentence else ""


def t(sentence: str, /, **facts: object) -> str:
    """The sentence in the spoken language, with each ``{name}`` replaced by that fact."""
    return _put(translated(sentence), facts)


def n(one: str, many: str, count: int, /, **facts: object) -> str:
    """The same for a number of things: ``{count}`` is written as the language writes numbers.

    ``n("{count} use", "{count} uses", 2)``
    """
    return _put(_translations(spoken()).ngettext(one, many, count), {"count": number(count), **facts})


def says(sentence: str, /, **facts: Span | Text) -> Text:
    """The same as a card's text: each ``{name}`` is replaced by that span or text, each ``{/command}`` by a command to type."""
    return fill(translated(sentence), facts)


def says_n(one: str, many: str, count: int, /, **facts: Span | Text) -> Text:
    """The same for a number of things: ``says_n("{count} request: {/request list}", "{count} requests: …", 2)``."""
    return fill(_translations(spoken()).ngettext(one, many, count), {"count": number(count), **facts})


def number(value: int) -> str:
    """``12,345`` as the language writes it."""
    return f"{value:,}" if spoken() == "en" else f"{value:,}".replace(",", ".")


@cache
def _months(language: str) -> tuple[str, ...]:
    from babel.dates import get_month_names

    names = get_month_names("wide", locale=language)
    return tuple(names[month] for month in range(1, 13))


def month(of_year: int) -> str:
    """The name of a month."""
    return _months(spoken())[of_year - 1]


def date(at: datetime) -> str:
    """``3 March 2026`` as the language writes it."""
    if spoken() == LANGUAGES[0]:
        return f"{at.day} {at:%B %Y}"
    from babel.dates import format_date

    return format_date(at, "long", locale=spoken())


def everywhere(sentence: str) -> frozenset[str]:
    """A sentence in every language: to recognise one of Usher's own words."""
    return frozenset(_translations(language).gettext(sentence) for language in LANGUAGES)


def fill(template: str, facts: Mapping[str, Span | Text]) -> Text:
    """The template with each ``{name}`` replaced by that fact, and each ``{/command}`` by a command to type."""
    out: list[Span] = []
    end = 0
    for hole in _HOLE.finditer(template):
        out.append(template[end : hole.start()])
        if hole[1]:
            out.append(Say(hole[2]))
        else:
            value = facts[hole[2]]
            out.extend([value] if is_span(value) else value)
        end = hole.end()
    out.append(template[end:])
    return _together(out)


def _together(spans: list[Span]) -> Text:
    """Words that stand next to each other are one span: what comes in the middle of a line is not taken for its beginning."""
    out: list[Span] = []
    for span in spans:
        if isinstance(span, str) and out and isinstance(out[-1], str):
            out[-1] += span
        elif span != "":
            out.append(span)
    return tuple(out)


def _put(template: str, facts: Mapping[str, object]) -> str:
    """Facts are put in once and never read again: what people wrote may have braces."""
    if not facts:
        return template
    return _HOLE.sub(lambda hole: str(facts[hole[2]]) if hole[2] in facts else hole[0], template)
