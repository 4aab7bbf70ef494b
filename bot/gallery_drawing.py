"""What the gallery shows of one card, form or Home: each platform's own renderer makes what would be sent, and that is drawn."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Final

from markupsafe import Markup

from adapters.web.drawing import console, discord, slack
from adapters.web.drawing.parts import Look
from adapters.web.gallery import Drawn
from bot.printing import shortened
from core.cards import Card, Home, Section, plain_home, plain_text

if TYPE_CHECKING:
    from bot.gallery_story import Opened, Shown

_CHART: Final = "chart"
#: What the accounts and channels of the examples are called.
_NAMES: Final = {"U012345678": "Nia", "123456789012345678": "nia", "C0123456789": "approvals"}
_UNSAFE: Final = re.compile(r"[^\w-]")


def draw(card: Card, unique: str, *, at_home: bool = False) -> Drawn:
    """A card as each platform shows it, in the spoken language. ``at_home``: one that stands on Homes alone."""
    if at_home:
        return Drawn(card.title, _of_home(Home((Section(card.title, (card,)),)), unique, alone=True))
    text = console.draw_text(plain_text(shortened(card)), columns=card.table is not None)
    return Drawn(
        card.title, {"slack": in_slack(card, unique), "discord": in_discord(card, unique), "console": text}
    )


def in_slack(card: Card, unique: str) -> Markup:
    from adapters import chart
    from adapters.slack import render

    made = chart.drawn(card.chart) if card.chart is not None else None
    payload = render.message(card, own=True, picture=_CHART if made is not None else "")
    return slack.draw_message(payload, look(unique, {_CHART: made} if made is not None else {}))


def in_discord(card: Card, unique: str) -> Markup:
    from adapters.discord.letters import letter

    made = letter(card)
    pictures = {each.name: each.content for each in made.enclosed}
    return discord.draw_message(made.message(as_layout=made.wants_layout), look(unique, pictures))


def look(unique: str, pictures: dict[str, bytes]) -> Look:
    def picture(name: str) -> str:
        content = pictures.get(name)
        return f"data:image/png;base64,{base64.b64encode(content).decode()}" if content else ""

    return Look(lambda known: _NAMES.get(known, known), picture, unique, heading=4)


def draw_form(opened: Opened) -> Drawn:
    """A form as each platform opens it, in the spoken language; the console asks for one field after the other."""
    from adapters.discord.forms import modal
    from adapters.slack.forms import Opened as Kept
    from adapters.slack.forms import view
    from bot.prompts import line_of

    form = opened.form
    unique = _UNSAFE.sub("-", opened.name)
    lines = [line_of(entry, lambda known: known.subject) for entry in form.entries]
    asked = Card(form.title, body=form.body, lines=tuple(lines))
    on = {
        "slack": slack.draw_form(view(form, Kept("key")), look(f"{unique}-slack", {})),
        "discord": discord.draw_form(
            modal(form, opened.found, in_server=True), look(f"{unique}-discord", {})
        ),
        "console": console.draw_text(plain_text(asked)),
    }
    return Drawn(form.title, on)


def draw_home(shown: Shown) -> Drawn:
    """A whole Home: Slack's App Home, and what the console shows of it. Discord has no such place."""
    return Drawn(shown.home.sections[0].title, _of_home(shown.home, _UNSAFE.sub("-", shown.name)))


def _of_home(home: Home, unique: str, *, alone: bool = False) -> dict[str, Markup]:
    """``alone``: without the headings, which stand above one card for nothing."""
    from adapters.slack.home import home_view

    view = home_view(home)
    if alone:
        view["blocks"] = view["blocks"][1:]
    words = "\n".join(plain_text(card) for each in home.sections for card in each.cards)
    text = words if alone else plain_home(home)
    return {"slack": slack.draw_home(view, look(unique, {})), "console": console.draw_text(text)}
