"""Completing what is typed into the command box: commands, then their options, then values that exist.

Pure but for ``ask``, which knows the values: a line goes in, what could stand in its place comes out.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from core.catalogue import COMMANDS, COMPLETED, Command, Kind, Option
from core.language import t

MOST = 12
#: Longer lines are not completed.
LONGEST = 2_000

_BEGINNING = re.compile(r"^\s*(?:/?usher\s+|/)?", re.IGNORECASE)
_KEY = re.compile(r"(?<!\S)([a-z_]+)[:=]")
_QUOTED = re.compile(r"[\"“]([^\"”]*)[\"”]?")
_CLOSED = re.compile(r"[\"“][^\"”]*[\"”]\s+(.*)", re.DOTALL)


class Suggestion(NamedTuple):
    """``line`` is the whole line as it would read; ``label`` and ``hint`` are shown."""

    line: str
    label: str
    hint: str


class Asked(NamedTuple):
    """A line taken apart: the option that is being typed, its beginning, and what was given before."""

    command: Command
    head: str
    option: Option | None
    typed: str
    given: Mapping[str, str]


#: Values for an option that begin with what is typed, as ``(value, label)``.
Ask = Callable[[Command, Mapping[str, str], Option, str], Awaitable[list[tuple[str, str]]]]


async def suggestions(line: str, ask: Ask) -> list[Suggestion]:
    """What the line could go on with, the likeliest first."""
    if len(line) > LONGEST:
        return []
    begun = _BEGINNING.match(line)
    head = begun[0] if begun else ""
    command = _command(line[len(head) :])
    if command is None:
        return _commands(head, line[len(head) :])
    asked = _asked(command, line, len(head))
    if asked.option is not None:
        return await _values(asked, asked.option, ask)
    return _options(asked)


def _command(typed: str) -> Command | None:
    """The command that is typed in full, with a space behind it."""
    words = typed.split(maxsplit=2)
    for length in (2, 1):
        name = " ".join(words[:length]).lower()
        if len(words) >= length and name in COMMANDS and re.match(rf"(?:\S+\s+){{{length}}}", typed):
            return COMMANDS[name]
    return None


def _commands(head: str, typed: str) -> list[Suggestion]:
    wanted = " ".join(typed.lower().split())
    names = sorted(COMMANDS, key=lambda name: (not name.startswith(wanted), _place(name, wanted)))
    found = [name for name in names if all(word in name for word in wanted.split())]
    return [Suggestion(f"{head}{name} ", name, t(COMMANDS[name].summary)) for name in found[:MOST]]


def _place(name: str, wanted: str) -> int:
    """Among those that fit alike, the catalogue's own order; a verb that begins so goes before one that holds it."""
    verb = name.partition(" ")[2]
    return 0 if verb.startswith(wanted) or not wanted else 1


def _asked(command: Command, line: str, start: int) -> Asked:
    keys = [
        key for key in _KEY.finditer(line, start) if command.option(key[1]) and not _inside_quotes(line, key)
    ]
    given = {}
    ends = [key.start() for key in keys[1:]] + [len(line)]
    for key, end in zip(keys, ends, strict=False):
        value = line[key.end() : end].strip()
        quoted = _QUOTED.match(value)
        given[key[1]] = quoted[1] if quoted else value
    if not keys or not line:
        return Asked(command, _whole_words(line), None, _last_word(line, command), given)
    last = keys[-1]
    value = line[last.end() :]
    closed = _CLOSED.fullmatch(value)
    if closed or (value.strip() and value.endswith(" ") and not _open_quote(value)):
        return Asked(command, _whole_words(line), None, closed[1].strip() if closed else "", given)
    typed = given.pop(last[1])
    return Asked(command, line[: last.end()], command.option(last[1]), typed, given)


def _inside_quotes(line: str, key: re.Match[str]) -> bool:
    return line.count('"', 0, key.start()) % 2 == 1


def _open_quote(value: str) -> bool:
    return sum(value.count(mark) for mark in '"“”') % 2 == 1


def _whole_words(line: str) -> str:
    """The line up to the word that is being typed."""
    return line[: len(line) - len(line.rpartition(" ")[2])]


def _last_word(line: str, command: Command) -> str:
    word = line.rpartition(" ")[2]
    return "" if word.lower() in command.name.split() else word


def _options(asked: Asked) -> list[Suggestion]:
    """The options that are not given yet, required ones first."""
    left = [option for option in asked.command.options if option.name not in asked.given]
    left.sort(key=lambda option: not option.required)
    wanted = asked.typed.lower()
    return [
        Suggestion(f"{asked.head}{option.name}:", f"{option.name}:", _hint(option))
        for option in left
        if option.name.startswith(wanted)
    ]


def _hint(option: Option) -> str:
    said = t(option.help)
    return t("{what} (needed)", what=said) if option.required else said


async def _values(asked: Asked, option: Option, ask: Ask) -> list[Suggestion]:
    if option.kind is Kind.SWITCH:
        found = [("on", "on"), ("off", "off")]
    elif option.choices:
        found = [(choice, choice) for choice in option.choices]
    elif option.kind in COMPLETED:
        found = await ask(asked.command, asked.given, option, asked.typed)
    else:
        found = []
    wanted = asked.typed.casefold()
    if option.kind not in COMPLETED:
        found = [(value, label) for value, label in found if wanted in label.casefold()]
    return [
        Suggestion(f"{asked.head}{_quoted(value)} ", label, "" if label == value else value)
        for value, label in found[:MOST]
        if value.casefold() != wanted
    ]


def _quoted(value: str) -> str:
    return f'"{value}"' if " " in value else value
