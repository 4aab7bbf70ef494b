"""What commands, options and choices are called in Discord, in each language that Discord is set to.

A person who reads German sees and types `/einladung erstellen`; Discord sends Usher the names of the catalogue all the same.
The words stand among the translations under ``/create``, ``:role`` and ``=pending``, so that none of them is taken for a
word of the same letters in a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from core.catalogue import COMMANDS
from core.language import LANGUAGES, speaking, translated

_OTHERS = LANGUAGES[1:]
_TYPED_OPTION = re.compile(r"(?<!\S)([a-z_]+)(?=:)")
COMMAND, OPTION, CHOICE = "/", ":", "="
SWITCH = ("on", "off")


def said(kind: str, name: str) -> str:
    """A name in the spoken language."""
    word = kind + name
    return translated(word).removeprefix(kind)


def localized(kind: str, name: str) -> dict[str, str]:
    """A name in every language in which it is another one, by the name that Discord has for that language."""
    return _elsewhere(name, lambda: said(kind, name))


def described(sentence: str) -> dict[str, str]:
    """A description in every language in which it is another one."""
    return _elsewhere(sentence_case(sentence), lambda: sentence_case(translated(sentence)))


def elsewhere(words: Callable[[], str]) -> dict[str, str]:
    """What ``words`` are in every language in which they are others."""
    return _elsewhere(words(), words)


def _elsewhere(here: str, words: Callable[[], str]) -> dict[str, str]:
    found = {}
    for language in _OTHERS:
        with speaking(language):
            found[language] = words()
    return {language: there for language, there in found.items() if there != here}


def sentence_case(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def typed(command: str, options: str) -> str:
    """A command as it is typed in the spoken language."""
    words = " ".join(said(COMMAND, word) for word in command.split(" "))
    return f"/{words} {_TYPED_OPTION.sub(lambda found: said(OPTION, found[1]), options)}".rstrip()


def every() -> set[str]:
    """All that has to be called something in every language."""
    found = {CHOICE + choice for choice in SWITCH}
    for command in COMMANDS.values():
        found |= {COMMAND + word for word in command.name.split(" ")}
        found |= {OPTION + option.name for option in command.options}
        found |= {CHOICE + choice for option in command.options for choice in option.choices}
    return found
