"""A form in a terminal: its fields are asked for one by one, and in a script they are typed in one line."""

from __future__ import annotations

import re
from collections.abc import Callable

from adapters.filling import shown
from core.calls import Identity
from core.cards import Control, Entry, Form, Line, text
from core.language import t
from core.typed import words

_NAME = re.compile("[A-Za-z_]+")
_QUOTES = '"“”„'
#: So many choices are named in one line.
_NAMED = 12


def read(rest: str) -> dict[str, str]:
    """``name:value name:"several words"`` by the names; words without a name go on with the value before them."""
    found: dict[str, str] = {}
    name = ""
    for word in words(rest):
        head, colon, value = word.partition(":")
        if colon and _NAME.fullmatch(head):
            name = head.lower()
            found[name] = value.strip(_QUOTES)
        elif name:
            found[name] = f"{found[name]} {word.strip(_QUOTES)}".strip()
        else:
            raise LookupError(word)
    return found


def line_of(entry: Entry, name_of: Callable[[Identity], str], told: str = "") -> Line:
    """A field as it is listed: what it is called, what stands in it, what it takes.

    ``told``: the title of the card above it; what is wrong is not explained twice.
    """
    standing = shown(entry, name_of)
    said = f"{entry.name}{'*' if entry.required else ''}"
    parts = [f"{said} — {entry.label}"]
    if standing:
        parts.append(f"= {standing}")
    if choices_of(entry):
        parts.append(f"({choices_of(entry)})")
    if entry.error:
        parts.append(f"! {told}" if told and entry.error.startswith(told) else f"! {entry.error}")
    return Line(text(" ".join(parts)))


def choices_of(entry: Entry) -> str:
    """The choices of a field in one line; what is searched is typed."""
    if entry.control not in {Control.CHOICE, Control.CHOICES}:
        return ""
    named = [each.label for each in entry.choices[:_NAMED]]
    more = [t("{count} more", count=len(entry.choices) - _NAMED)] if len(entry.choices) > _NAMED else []
    return ", ".join([*named, *more])


def questions(form: Form, name_of: Callable[[Identity], str]) -> list[tuple[str, str]]:
    """Each field that is asked for in turn, with its question; of what was sent already only what was wrong is asked again."""
    wrong = [entry for entry in form.entries if entry.error]
    lacks = any(entry.required and entry.value in ("", ()) and not entry.error for entry in form.entries)
    asked = wrong if wrong and not lacks else form.entries
    return [(entry.name, _question(entry, name_of)) for entry in asked]


def _question(entry: Entry, name_of: Callable[[Identity], str]) -> str:
    standing = shown(entry, name_of)
    said = f"  {entry.label}{' *' if entry.required else ''} ({choices_of(entry) or entry.help})"
    kept = f" [{standing}]" if standing else ""
    wrong = f"  ! {entry.error}\n" if entry.error else ""
    return f"{wrong}{said}{kept}: "


#: Typed in a terminal, this empties a field; nothing at all leaves it as it stands.
EMPTY = "-"


def answered(asked: list[tuple[str, str]], ask: Callable[[str], str]) -> dict[str, str] | None:
    """What somebody types to one question after another; None where they leave."""
    found: dict[str, str] = {}
    for name, question in asked:
        try:
            said = ask(question).strip()
        except (EOFError, KeyboardInterrupt):
            return None
        if said:
            found[name] = "" if said == EMPTY else said
    return found
