"""The playground's HTML: the page itself, items of the chats, forms and the record. Everything is escaped by the environment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web.playground import forms
from adapters.web.playground.stage import CHATS, DIRECT, HOME, ROOMS, WITH_HOME, Record
from adapters.web.playground.words import PAGE, page_words
from core.cards import Form
from core.language import speaking, t

_TEMPLATES = Path(__file__).parent.parent / "templates"
#: What Usher speaks, each by its own name.
NAMES = {"en": "English", "de": "Deutsch"}
#: The length of time on each button of the clock, and its name among the words.
STEPS = {"1h": "hour", "1d": "day", "7d": "week"}
#: What the first three steps type, and in which chat.
TOUR = (
    ("slack", "workspace create name:Studio scheme:studio", "step_create"),
    ("slack", 'invite create name:"Design team" role:Designer', "step_invite"),
    ("discord", "join code:{code}", "step_join"),
)


class Pages:
    """Renders in the language that is spoken at the moment."""

    def __init__(self) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(iso=iso, sentences=PAGE, word=t, words=page_words)

    def page(self, language: str, token: str, first: Mapping[str, str]) -> str:
        """The page without anything in its chats; ``first``: who one is in each chat at first."""
        with speaking(language):
            return self._render(
                "page.html",
                language=language,
                languages=NAMES,
                chats=CHATS,
                rooms=ROOMS,
                direct=DIRECT,
                home=HOME,
                with_home=WITH_HOME,
                steps=STEPS,
                tour=TOUR,
                token=token,
                first=first,
            )

    def item(
        self,
        platform: str,
        title: str,
        drawn: Markup,
        at: int,
        *,
        private: bool = False,
        typed_by: str = "",
        typed: str = "",
        pressed: bool = False,
        under: str = "",
    ) -> str:
        """An item of a chat around what was drawn; ``typed`` (or ``pressed``) is what it answers, by whom."""
        return self._render(
            "item.html",
            platform=platform,
            title=title,
            drawn=drawn,
            at=at,
            private=private,
            typed_by=t(PAGE["pressed" if pressed else "typed"], name=typed_by),
            typed=typed,
            pressed=pressed,
            under=under,
        )

    def home(self, drawn: Markup) -> str:
        """Somebody's Home around what was drawn."""
        return self._render("home.html", drawn=drawn)

    def moved(self, at: int) -> str:
        """The line that says that the clock was moved."""
        before, _, after = t(PAGE["later"]).partition("{now}")
        return self._render("time.html", at=at, before=before, after=after)

    def form(self, platform: str, asked: Form, people: forms.Pairs, rooms: forms.Pairs) -> str:
        """The inside of a dialog."""
        return forms.draw(asked, platform, people, rooms, page_words())

    def record(self, records: Sequence[Record]) -> str:
        return self._render("record.html", records=records)

    def _render(self, template: str, **facts: Any) -> str:
        return self._environment.get_template(f"playground/{template}").render(w=page_words(), **facts)


def iso(at: int) -> str:
    return datetime.fromtimestamp(at, tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
