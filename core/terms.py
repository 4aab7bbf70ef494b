"""What commands, options and choices are called in the spoken language, where a platform calls them in its reader's.

The words stand among the translations under ``/create``, ``:role`` and ``=pending``, so that none of them is taken for a
word of the same letters in a sentence. Whatever the reader sees, Usher is sent the names of the catalogue.
"""

from __future__ import annotations

import re
from functools import cache

from core.catalogue import COMMANDS, Kind, Option
from core.language import LANGUAGES, speaking, translated

COMMAND, OPTION, CHOICE = "/", ":", "="
#: Options with their values, as they are typed.
GIVEN = ""
_GIVEN = re.compile(r'(?<!\S)([a-z_]+):("[^"]*"?|\S*)')


def called(kind: str, name: str) -> str:
    """The name of a command, an option or a choice; of ``GIVEN`` all that it says."""
    if kind == COMMAND:
        return " ".join(_word(COMMAND, word) for word in name.split(" "))
    return _options(None, name) if kind == GIVEN else _word(kind, name)


def typed(command: str, options: str = "") -> str:
    """A command as it is typed, with the options that stand behind it."""
    words = f"{command} {options}".strip().split(" ")
    length = next((size for size in (2, 1) if " ".join(words[:size]) in COMMANDS), 1)
    name = " ".join(words[:length])
    return f"/{called(COMMAND, name)} {_options(name, ' '.join(words[length:]))}".rstrip()


def in_english(words: str) -> str:
    """The command, or the kind of thing, that somebody names in any language; what names none stays as it is."""
    wanted = " ".join(words.strip().removeprefix("/").lower().split())
    return wanted if wanted in COMMANDS else _in_all_languages().get(wanted, words)


@cache
def _in_all_languages() -> dict[str, str]:
    found: dict[str, str] = {}
    names = {**{name: name for name in COMMANDS}, **{each.noun: each.noun for each in COMMANDS.values()}}
    for language in LANGUAGES:
        with speaking(language):
            found |= {called(COMMAND, name): name for name in names if called(COMMAND, name) not in found}
    return found


def _word(kind: str, word: str) -> str:
    sign = kind + word
    return translated(sign).removeprefix(kind)


def _options(command: str | None, words: str) -> str:
    def one(found: re.Match[str]) -> str:
        return f"{_word(OPTION, found[1])}:{_value(_option(command, found[1]), found[2])}"

    return _GIVEN.sub(one, words)


def _option(command: str | None, name: str) -> Option | None:
    """The option of that name; of any command, where none is named that has it."""
    declared = COMMANDS.get(command or "")
    among = [declared] if declared is not None else list(COMMANDS.values())
    return next((found for each in among if (found := each.option(name)) is not None), None)


def _value(option: Option | None, value: str) -> str:
    if option is None:
        return value
    if option.kind is Kind.COMMAND and value:
        said = called(COMMAND, value.strip('"'))
        return f'"{said}"' if value.startswith('"') else said
    if option.kind is Kind.SWITCH or value in option.choices:
        return _word(CHOICE, value)
    return value
