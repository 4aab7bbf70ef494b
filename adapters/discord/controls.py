"""What can be pressed: a card's drop-downs and buttons in up to five rows, and suggestions for what is being typed.

Pure; nothing here can exceed a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import discord

from adapters.discord import limits
from adapters.discord.parse import custom_id
from adapters.discord.render import NOTHING
from core.cards import Card, Choice, Menu, Style
from core.terms import called
from core.text import shorten

Json = dict[str, Any]

STYLES = {
    Style.PLAIN: discord.ButtonStyle.secondary.value,
    Style.PRIMARY: discord.ButtonStyle.primary.value,
    Style.DANGER: discord.ButtonStyle.danger.value,
}
_ROW, _BUTTON = discord.ComponentType.action_row.value, discord.ComponentType.button.value
_SELECT = discord.ComponentType.string_select.value


class Controls(discord.ui.View):
    """Rows of buttons and drop-downs that nobody listens to in memory: clicks are answered by what their custom id says.

    The library keeps every view that is not finished for as long as the process lives; this one always is.
    """

    def __init__(self, rows: list[Json]) -> None:
        super().__init__(timeout=None)
        self._rows = rows

    def to_components(self) -> list[Json]:
        return self._rows

    def is_finished(self) -> bool:
        return True


def view(card: Card, mark: int = 0) -> Controls | None:
    """The card's menus and buttons for the library, or None. ``mark`` becomes the id of the first one."""
    rows = components(card, mark)
    return Controls(rows) if rows else None


def components(card: Card, mark: int = 0) -> list[Json]:
    """The card's menus and buttons in rows; one that does the same as another one is shown once."""
    menus = _menus(card.menus, limits.ROWS - bool(card.buttons))
    buttons: dict[str, Json] = {}
    for button in card.buttons:
        key = custom_id(button.action, button.subject)
        if key not in menus and key not in buttons:
            label = shorten(button.label.strip(), limits.BUTTON_LABEL) or NOTHING
            buttons[key] = {"type": _BUTTON, "style": STYLES[button.style], "label": label, "custom_id": key}
    shown = list(buttons.values())[: (limits.ROWS - len(menus)) * limits.BUTTONS_IN_ROW]
    starts = range(0, len(shown), limits.BUTTONS_IN_ROW)
    rows = [[menu] for menu in menus.values()]
    rows += [shown[start : start + limits.BUTTONS_IN_ROW] for start in starts]
    if mark and rows:
        rows[0][0]["id"] = mark
    return [{"type": _ROW, "components": row} for row in rows]


def _menus(menus: Sequence[Menu], most: int) -> dict[str, Json]:
    """Selects by their custom ids; one without anything to choose is left out, as Discord takes none."""
    out: dict[str, Json] = {}
    for menu in menus:
        options: dict[str, Json] = {}
        for choice in menu.choices:
            label = shorten(_label(menu, choice), limits.OPTION) or NOTHING
            if 1 <= len(choice.value.strip()) <= len(choice.value) <= limits.OPTION:
                options.setdefault(choice.value, {"label": label, "value": choice.value})
        key = custom_id(menu.action, menu.subject)
        if options and key not in out and len(out) < most:
            out[key] = {
                "type": _SELECT,
                "custom_id": key,
                "placeholder": shorten(menu.label.strip(), limits.PLACEHOLDER) or NOTHING,
                "options": list(options.values())[: limits.OPTIONS],
            }
    return out


def _label(menu: Menu, choice: Choice) -> str:
    return called(menu.terms, choice.label) if menu.terms else choice.label.strip()


def choices(pairs: Sequence[tuple[str, str]]) -> list[discord.app_commands.Choice[str]]:
    """Suggestions for an option, from ``(value, label)``; a value too long to be sent back is left out."""
    return [
        discord.app_commands.Choice(name=shorten(label.strip() or value, limits.COMMAND_CHOICE), value=value)
        for value, label in pairs
        if 1 <= len(value.strip()) <= len(value) <= limits.COMMAND_CHOICE
    ][: limits.COMMAND_CHOICES]
