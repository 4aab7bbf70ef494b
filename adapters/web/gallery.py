"""The gallery's pages: every card as each platform shows it, a page for each kind, in each language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from core.language import mark, speaking, t

_TEMPLATES = Path(__file__).with_name("templates")
#: What Usher speaks, each by its own name.
NAMES = {"en": "English", "de": "Deutsch"}
#: What stands in the page itself.
WORDS = {
    "title": mark("Every card that Usher shows"),
    "intro": mark(
        "Drawn from what Slack and Discord are really sent, and as the console prints it. Nothing is cut off."
    ),
    "kinds": mark("Kinds of card"),
    "largest": mark("At its largest"),
    "more": mark("All forms of this card"),
    "console": mark("Console"),
    "above": mark("Back to the kinds"),
    "light": mark("Light and dark follow your system."),
}


def _id_of(name: str) -> str:
    """Commands have spaces in their names, buttons have dots; ids have neither."""
    return name.replace(" ", "-").replace(".", "-")


class Drawn(NamedTuple):
    """One example as each platform shows it, by the platform's name; a platform that shows it not at all is left out."""

    title: str
    on: Mapping[str, Markup]


class Kind(NamedTuple):
    """The examples of one card. ``of``: how many there are, ``name``: what its function is called."""

    name: str
    usual: Sequence[Drawn]
    largest: Sequence[Drawn]
    of: int


class Area(NamedTuple):
    """Cards that belong together. ``file``: the name of its page; ``names``: of the cards on it, which with all else are ``of``."""

    file: str
    title: str
    names: Sequence[str]
    of: int


class Pages:
    """Renders in one language after the other; addresses are relative, so that a folder of pages works as well."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(languages=NAMES, id_of=_id_of, word=lambda name: t(WORDS[name]))

    def index(self, language: str, areas: Sequence[Area]) -> str:
        with speaking(language):
            return self._environment.get_template("gallery/index.html").render(
                language=language, areas=areas, file="index"
            )

    def area(self, language: str, areas: Sequence[Area], shown: Area, kinds: Sequence[Kind]) -> str:
        """A page with the usual examples of each kind in sight."""
        with speaking(language):
            return self._environment.get_template("gallery/area.html").render(
                language=language, areas=areas, area=shown, kinds=kinds, file=shown.file
            )
