"""What commands, options and choices are called in Discord, in each language that Discord is set to.

A person who reads German sees and types `/einladung erstellen`; Discord sends Usher the names of the catalogue all the same.
"""

from __future__ import annotations

from collections.abc import Callable

from core.catalogue import COMMANDS
from core.language import LANGUAGES, speaking, translated
from core.terms import CHOICE, COMMAND, OPTION, called

_OTHERS = LANGUAGES[1:]
SWITCH = ("on", "off")


def localized(kind: str, name: str) -> dict[str, str]:
    """A name in every language in which it is another one, by the name that Discord has for that language."""
    return _elsewhere(name, lambda: called(kind, name))


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


def alike(words: str) -> list[tuple[str, str]]:
    """The commands that somebody may go on to from ``words``, each with what it is called in the spoken language."""
    wanted = words.strip().removeprefix("/").casefold()
    names = [(name, called(COMMAND, name)) for name in COMMANDS]
    return [(name, known) for name, known in names if wanted in known.casefold() or wanted in name]


def every() -> set[str]:
    """All that has to be called something in every language."""
    found = {CHOICE + choice for choice in SWITCH}
    for command in COMMANDS.values():
        found |= {COMMAND + word for word in command.name.split(" ")}
        found |= {OPTION + option.name for option in command.options}
        found |= {CHOICE + choice for option in command.options for choice in option.choices}
    return found
