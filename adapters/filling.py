"""What somebody types into the fields of a form, as the values that are handed over."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from core.calls import Channel, Identity, Value
from core.cards import Choice, Control, Entry, Form
from core.typed import words as words_of

#: Turns ``@name`` or ``#channel`` into what it means, or leaves the word.
Lift = Callable[[str], Value]

_AMONG = re.compile(r"\s*[,;]\s*")
_TYPED = frozenset({Control.LINE, Control.LINES, Control.DATE})


def read(form: Form, typed: Mapping[str, str], lift: Lift) -> dict[str, Value]:
    """Every field of the form: as typed now, or as it stood. ``LookupError`` for a name that none has."""
    odd = next((name for name in typed if all(entry.name != name for entry in form.entries)), None)
    if odd is not None:
        raise LookupError(odd)
    return {
        entry.name: _read(entry, typed[entry.name].strip(), lift) if entry.name in typed else entry.value
        for entry in form.entries
    }


def _read(entry: Entry, said: str, lift: Lift) -> Value:
    if not said or entry.control in _TYPED:
        return said
    if entry.control in {Control.CHANNEL, Control.PERSON}:
        return lift(said)
    if entry.control is Control.PEOPLE:
        return _people(said, lift)
    if entry.control in {Control.CHOICES, Control.SEARCHES}:
        return tuple(_chosen(entry.choices, part) for part in _AMONG.split(said) if part)
    return _chosen(entry.choices, said)


def _people(said: str, lift: Lift) -> Value:
    """Mentions among names and addresses: names stand between commas."""
    found: list[Value] = []
    for part in _AMONG.split(said):
        lifted = [lift(word) for word in words_of(part)]
        mentioned = any(isinstance(each, Identity | Channel) for each in lifted)
        found += lifted if mentioned else [part] if part else []
    return tuple(found)


def _chosen(choices: tuple[Choice, ...], said: str) -> str:
    """The value of the choice with these words on it; others stay, and are judged by whoever gets them."""
    wanted = said.casefold()
    return next(
        (each.value for each in choices if wanted in {each.label.casefold(), each.value.casefold()}), said
    )


def shown(entry: Entry, name_of: Callable[[Identity], str]) -> str:
    """What stands in a field, in words that ``read`` understands."""
    given = entry.value
    several = isinstance(given, tuple) and not isinstance(given, Identity | Channel)
    parts = given if isinstance(given, tuple) and several else (given,)
    labels = {each.value: each.label for each in entry.choices}
    out = []
    for part in parts:
        if isinstance(part, Identity):
            out.append(f"@{name_of(part)}")
        elif isinstance(part, Channel):
            out.append(f"#{part.channel}")
        else:
            out.append(labels.get(str(part), str(part)))
    return ", ".join(out)
