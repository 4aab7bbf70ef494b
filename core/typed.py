"""The typed form of a command, as Slack, the console and the playground take it.

``invite create name:"Design team" role:Designer expires:7d``: options are ``key:value`` (canonical), ``key=value`` or
``--key value``; quotes may be straight or curly; a phone's em dash counts as ``--``. Words without a key fill the
required options in their order, or go on with the option before them where that takes several words. A permission is one
by its form: ``can @Ada project:edit`` needs no keys.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from core.binding import unknown
from core.calls import Channel, Identity, Value
from core.cards import Say
from core.catalogue import COMMANDS, GREEDY, Command, Kind
from core.errors import Refusal, RefusalCode
from core.permissions import OWN, PERMISSION
from core.text import shorten

#: Turns one ``<...>`` word of a platform (a mention, a link it made) into a value, or leaves the word.
Lift = Callable[[str], Value]

_QUOTES = {'"': '"', "“": "”", "”": "”", "„": "”", "«": "»"}
#: Kinds whose values can be mentions.
_OF_PEOPLE = frozenset({Kind.MEMBER, Kind.MEMBERS, Kind.PEOPLE, Kind.HOLDER})
_CLOSING = frozenset('"“”»')
_KEY = re.compile(r"(?:--|[—–])?([A-Za-z_]+)[:=]")
_LONG_KEY = re.compile(r"(?:--|[—–])([A-Za-z_]+)$")


class Word(NamedTuple):
    """One word; ``quoted`` when all or part of it stood in quotes, ``key`` when it named an option."""

    text: str
    quoted: bool = False
    key: str = ""


def words(typed: str) -> list[str]:
    """Splits at white space outside quotes and outside ``<...>``; quotes stay in the words."""
    out: list[str] = []
    current = ""
    closing = ""
    for char in typed:
        if closing:
            current += char
            if char in closing:
                closing = ""
        elif char.isspace():
            if current:
                out.append(current)
            current = ""
        else:
            current += char
            closing = _opens(char, current)
    if current:
        out.append(current)
    return out


def _opens(char: str, current: str) -> str:
    """What closes the quote or bracket that ``char`` opens; quotes open only at the start of a word or value."""
    if char == "<" and current[-2:-1] in {"", ":", "=", ","}:
        return ">"
    if char in _QUOTES and (len(current) == 1 or current[-2] in ":=,"):
        return "".join(_CLOSING) if char in "“”„" else _QUOTES[char] + ("”" if char == '"' else "")
    return ""


def _unquote(word: str) -> Word:
    if len(word) >= 2 and word[0] in _QUOTES and word[-1] in _CLOSING:
        return Word(word[1:-1], quoted=True)
    if word[:1] in _QUOTES and len(word) > 1:
        return Word(word[1:], quoted=True)
    return Word(word)


def as_is(word: str) -> Value:
    return word


def parse(typed: str, lift: Lift = as_is) -> tuple[Command, dict[str, Value]]:
    """A command line as a command and its options. Raises ``Refusal`` with what to do instead.

    Words that name no command are a question to ``help``, which knows what this person may do here.
    """
    tokens = words(typed)
    lowered = [token.lower() for token in tokens[:2]]
    for length in (2, 1):
        name = " ".join(lowered[:length])
        if len(lowered) >= length and name in COMMANDS:
            declared = COMMANDS[name]
            return declared, options_of(declared, tokens[length:], lift)
    asked = shorten(" ".join(lowered))
    return COMMANDS["help"], {"command": asked} if asked else {}


def options_of(declared: Command, tokens: list[str], lift: Lift) -> dict[str, Value]:
    """The options that the words behind a command give."""
    given: dict[str, list[Value]] = {}
    open_key = ""
    by_form = _by_form(declared)
    positional = [o.name for o in declared.options if (o.required or by_form) and o.name != by_form] or [
        o.name for o in declared.options[:1]
    ]
    waiting_for_value = ""
    for token in tokens:
        if waiting_for_value and _begins_option(token, declared):
            waiting_for_value = ""  # “name: role:Designer”: nothing was given for the name
        key, value = ("", token) if waiting_for_value else _keyed(token, declared, open_key)
        if waiting_for_value:
            key, waiting_for_value = waiting_for_value, ""
        if key and not value:
            waiting_for_value = open_key = key
            given.setdefault(key, [])
            continue
        if not key:
            free = [name for name in positional if name not in given]
            key = _home(declared, open_key, given, free, is_mention(_lifted(lift, value)))
        if not key:
            raise Refusal(RefusalCode.STRAY_WORDS, words=shorten(token), example=Say(declared.example))
        word = _unquote(value)
        given.setdefault(key, []).append(word.text if word.quoted else _lifted(lift, word.text))
        open_key = key
    return {key: _together(values) for key, values in given.items()}


def _lifted(lift: Lift, word: str) -> Value:
    """What a word means; a comma behind a mention is no part of it."""
    found = lift(word.rstrip(",;"))
    return found if isinstance(found, Identity) else lift(word)


def _by_form(declared: Command) -> str:
    """The option whose value shows by its form where it belongs, if the command has one."""
    return next((o.name for o in declared.options if o.kind is Kind.PERMISSION), "")


def _keyed(token: str, declared: Command, open_key: str) -> tuple[str, str]:
    """The option that a word names and the value behind it; an unknown option is refused by name.

    In a list of permissions ``content:edit`` is the next of them, unless there is an option of that name. Where one
    permission is asked for it is that; so is one of Usher's own, though ``member:invite`` could be a member's name.
    """
    match = _LONG_KEY.match(token)
    if match:
        return _known(match[1], declared), ""
    match = _KEY.match(token)
    if not match or token[match.end() :].startswith("//"):
        return "", token
    before, named = declared.option(open_key), declared.option(match[1].lower())
    if before is not None and before.kind in {Kind.PERMISSIONS, Kind.RESOURCES} and named is None:
        return "", token
    typed = token.lower()
    if _by_form(declared) and PERMISSION.fullmatch(typed) and (named is None or typed in OWN):
        return _by_form(declared), token
    return _known(match[1], declared), token[match.end() :]


def _begins_option(token: str, declared: Command) -> bool:
    match = _LONG_KEY.match(token) or _KEY.match(token)
    return match is not None and declared.option(match[1].lower()) is not None


def _known(key: str, declared: Command) -> str:
    key = key.lower()
    if declared.option(key) is None:
        raise unknown(declared, key)
    return key


def is_mention(value: Value) -> bool:
    """Whether a word names a person by their account, read already or as Slack writes it."""
    return isinstance(value, Identity) or (isinstance(value, str) and value.startswith("<@"))


def _home(
    declared: Command, open_key: str, given: dict[str, list[Value]], free: list[str], mentions: bool
) -> str:
    """Where a word without a key belongs: the option before it if that takes several words, else the next free one.

    A mention is the whole of a member: what follows it is something else, where something else is missing. And behind
    what is no member, a mention is something else too.
    """
    before = declared.option(open_key)
    if before is None or before.kind not in GREEDY:
        return free[0] if free else ""
    whole = before.kind in {Kind.MEMBER, Kind.HOLDER} and any(map(is_mention, given[open_key]))
    if mentions and before.kind not in _OF_PEOPLE:
        missing = (option for option in declared.options if option.required and option.name in free)
        return next((option.name for option in missing if option.kind in _OF_PEOPLE), open_key)
    return free[0] if whole and free else open_key


def _together(values: list[Value]) -> Value:
    if len(values) == 1:
        return values[0]
    if any(isinstance(value, Identity | Channel) for value in values):
        return tuple(values)
    return " ".join(str(value) for value in values)
