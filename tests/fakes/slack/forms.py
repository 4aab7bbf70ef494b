"""What a person types and picks in the fields of a view or message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.slack.blocks import interactive
from tests.fakes.slack.errors import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.slack.entities import Message, View

_SINGLE = {
    "plain_text_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "number_input": "value",
    "rich_text_input": "rich_text_value",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "users_select": "selected_user",
    "channels_select": "selected_channel",
    "conversations_select": "selected_conversation",
    "multi_users_select": "selected_users",
    "multi_channels_select": "selected_channels",
    "multi_conversations_select": "selected_conversations",
}
_ONE_OPTION = frozenset({"static_select", "external_select", "radio_buttons", "overflow"})
_MANY_OPTIONS = frozenset({"multi_static_select", "multi_external_select", "checkboxes"})
_INITIAL = {
    "value": "initial_value",
    "rich_text_value": "initial_value",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "selected_user": "initial_user",
    "selected_channel": "initial_channel",
    "selected_conversation": "initial_conversation",
    "selected_users": "initial_users",
    "selected_channels": "initial_channels",
    "selected_conversations": "initial_conversations",
    "selected_option": "initial_option",
    "selected_options": "initial_options",
}


def find(where: Message | View, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block and the element with this action_id."""
    for block in where.blocks:
        for element in interactive(block):
            if element["action_id"] == name:
                return block, element
    raise NotPossible(f"there is nothing with action_id {name!r} here")


def picked(element: dict[str, Any], chosen: Any) -> dict[str, Any]:
    """What the payload says when a person has put `chosen` into this element."""
    kind = element["type"]
    if kind in _SINGLE:
        return {_SINGLE[kind]: chosen}
    if kind in _ONE_OPTION:
        return {"selected_option": None if chosen is None else _option(element, chosen)}
    if kind in _MANY_OPTIONS:
        return {"selected_options": [_option(element, each) for each in chosen or ()]}
    raise NotPossible(f"nothing can be picked in a {kind}")


def _option(element: dict[str, Any], chosen: Any) -> dict[str, Any]:
    if isinstance(chosen, dict):
        return chosen
    offered = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        offered += group["options"]
    for option in offered:
        if chosen in {option["value"], option["text"]["text"]}:
            return option
    raise NotPossible(f"{chosen!r} is not offered by {element['action_id']}: {[o['value'] for o in offered]}")


def fill(view: View, values: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """`view.state.values`. A field is named by its action_id, its block_id or its label."""
    fields = [
        (block, element) for block in view.blocks for element in interactive(block) if _takes_input(element)
    ]
    unknown = set(values).difference(*(_names(block, element) for block, element in fields))
    if unknown:
        raise NotPossible(f"the form has no fields {sorted(unknown)}")
    state: dict[str, dict[str, Any]] = {}
    for block, element in fields:
        given = _given(block, element, values, view.values)
        if block["type"] == "input":
            _acceptable(block, element, given)
        state.setdefault(block["block_id"], {})[element["action_id"]] = {"type": element["type"], **given}
    return state


def _takes_input(element: dict[str, Any]) -> bool:
    return element["type"] not in {"button", "overflow", "workflow_button"}


def _names(block: dict[str, Any], element: dict[str, Any]) -> tuple[str, ...]:
    return element["action_id"], block["block_id"], block.get("label", {}).get("text", "")


def _given(
    block: dict[str, Any],
    element: dict[str, Any],
    values: Mapping[str, Any],
    before: Mapping[str, Mapping[str, dict[str, Any]]],
) -> dict[str, Any]:
    """What is in a field: put in now, left in it since the form was last sent, or in it from the beginning."""
    for name in _names(block, element):
        if name in values:
            return picked(element, values[name])
    left = before.get(block["block_id"], {}).get(element["action_id"])
    if left is not None and left["type"] == element["type"]:
        return {key: value for key, value in left.items() if key != "type"}
    empty = picked(element, None)
    return {key: element.get(_INITIAL[key], value) for key, value in empty.items()}


def _acceptable(block: dict[str, Any], element: dict[str, Any], given: dict[str, Any]) -> None:
    """What the client itself checks before it sends a form."""
    label = block["label"]["text"]
    (value,) = given.values()
    if value in (None, "", []):
        if not block.get("optional", False):
            raise NotPossible(f"the field {label!r} must be filled in")
    elif element["type"] == "plain_text_input":
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(value) <= most:
            raise NotPossible(f"the field {label!r} takes {least} to {most} characters")
