"""What can be pressed or picked on a card: buttons and drop-downs."""

from __future__ import annotations

from collections import Counter
from typing import Final

from adapters.slack import limits
from adapters.slack.pieces import Json, plain, size
from core.cards import Button, Choice, Menu, Style
from core.text import shorten

#: Begins the block id of the controls on a private answer: a click there may put the next answer in its place.
OWN: Final = "own"
#: Stands between an action and a number where several controls of a message share the action.
NUMBERED: Final = "#"
#: Stands between the subject and the choice in the value of a drop-down's option.
PICK: Final = "|"


class Controls:
    """The action blocks of one message, whose action and block ids must differ from each other.

    ``own``: only its reader will ever see the message.
    """

    def __init__(self, *, own: bool) -> None:
        self._own = own
        self._rows = 0
        self._named: Counter[str] = Counter()

    def buttons(self, buttons: tuple[Button, ...]) -> list[Json]:
        """Rows of buttons. One that Slack would refuse is left out: a shortened id would be the id of something else."""
        elements: list[Json] = []
        for button in buttons:
            if len(elements) == limits.BUTTONS:
                break
            action_id = self._action_id(button.action)
            if action_id and len(button.subject) <= limits.BUTTON_VALUE:
                elements.append(_button(button, action_id))
        return self._in_rows(elements)

    def menus(self, menus: tuple[Menu, ...], left: int) -> list[Json]:
        """Rows of drop-downs, of at most ``left`` characters: each with as many choices as its share of them holds.

        What is left out can still be typed as a command.
        """
        elements: list[Json] = []
        shown = menus[: limits.MENUS]
        left -= limits.BLOCK_OVERHEAD * -(-len(shown) // limits.BUTTONS_IN_ROW)
        for number, menu in enumerate(shown):
            action_id = self._action_id(menu.action)
            options = _options(menu, left // (len(shown) - number))
            if action_id and options:
                elements.append(_menu(menu, action_id, options))
                left -= size(elements[-1])
        return self._in_rows(elements)

    def _action_id(self, action: str) -> str:
        """A name of its own for each control of the message; empty for an action that Slack would refuse."""
        self._named[action] += 1
        count = self._named[action]
        action_id = action if count == 1 else f"{action}{NUMBERED}{count}"
        fits = action and NUMBERED not in action and len(action_id) <= limits.ACTION_ID
        return action_id if fits else ""

    def _in_rows(self, elements: list[Json]) -> list[Json]:
        out: list[Json] = []
        for start in range(0, len(elements), limits.BUTTONS_IN_ROW):
            named = {"block_id": f"{OWN}{self._rows}"} if self._own else {}
            self._rows += 1
            out.append(
                {"type": "actions", "elements": elements[start : start + limits.BUTTONS_IN_ROW], **named}
            )
        return out


def _button(button: Button, action_id: str) -> Json:
    label = shorten(button.label.strip() or button.action, limits.BUTTON_LABEL)
    out: Json = {"type": "button", "text": plain(label), "action_id": action_id}
    if button.subject:
        out["value"] = button.subject
    if button.style is not Style.PLAIN:
        out["style"] = button.style.value
    return out


def _menu(menu: Menu, action_id: str, options: list[Json]) -> Json:
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": plain(_label(menu)),
        "options": options,
    }


def _label(menu: Menu) -> str:
    return shorten(menu.label.strip() or menu.action, limits.PLACEHOLDER)


def _options(menu: Menu, left: int) -> list[Json]:
    out: list[Json] = []
    left -= len(_label(menu))
    for choice in menu.choices:
        value = picked(menu.subject, choice)
        label = shorten(choice.label.strip() or choice.value, limits.OPTION_LABEL)
        if not value:
            continue
        if len(out) == limits.OPTIONS or len(label) > left:
            break
        left -= len(label)
        out.append({"text": plain(label), "value": value})
    return out


def picked(subject: str, choice: Choice) -> str:
    """The value of an option; empty where Slack or the way back would make something else of it."""
    value = f"{subject}{PICK}{choice.value}"
    fits = subject and choice.value and PICK not in choice.value and len(value) <= limits.OPTION_VALUE
    return value if fits else ""


def unpicked(value: str) -> tuple[str, str]:
    """Subject and choice of an option's value; both empty when it is none of ours."""
    subject, _, choice = value.rpartition(PICK)
    return (subject, choice) if subject and choice and len(value) <= limits.OPTION_VALUE else ("", "")
