"""Slack's messages and modals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from markupsafe import Markup, escape

from adapters.web.drawing import discord_text
from adapters.web.drawing.controls import Attributes, Field, Option, button, form, menu
from adapters.web.drawing.parts import ALONE, Json, Look, bar, file, picture, tag, together, wide
from adapters.web.drawing.slack_text import mrkdwn, rich, text
from core.language import mark, t

_TABLE, _CLOSE, _NONE = mark("Table"), mark("Cancel"), mark("Choose…")
_NO_ERRORS: Final[Mapping[str, str]] = {}
#: Selects of a message that are searched: a page has to complete them.
_SEARCHED: Final = ("external_select", "users_select", "conversations_select", "channels_select")
_TYPES: Final = {
    "email_text_input": "email",
    "url_text_input": "url",
    "number_input": "number",
    "datepicker": "date",
    "timepicker": "time",
    "datetimepicker": "datetime-local",
    "file_input": "file",
}
_VALUES: Final = ("initial_value", "initial_date", "initial_time")


def draw_message(payload: Json, look: Look = ALONE) -> Markup:
    """A message as ``chat.postMessage`` takes it."""
    shown = blocks(payload.get("blocks") or (), look)
    if not shown:
        shown = tag("p", mrkdwn(payload.get("text", ""), look))
    below = [_attachment(each, look) for each in payload.get("attachments", ())]
    below += [file(each["name"], "", look) for each in payload.get("files", ())]
    return tag("div", shown, *below, class_="message message-slack", data_platform="slack")


def draw_form(view: Json, look: Look = ALONE, errors: Mapping[str, str] = _NO_ERRORS) -> Markup:
    """A modal as ``views.open`` takes it. ``errors`` as ``response_action`` has them: by ``block_id``.

    Fields are sent by their ``block_id``; the element's ``action_id`` stands beside it.
    """
    return form(
        view["title"]["text"],
        [_block(each, look, number, errors) for number, each in enumerate(view.get("blocks", ()))],
        view.get("submit", {}).get("text", ""),
        view.get("close", {}).get("text", "") or t(_CLOSE),
        look.unique,
        data_platform="slack",
        data_callback_id=view.get("callback_id"),
        data_view_id=view.get("id"),
        data_private_metadata=view.get("private_metadata"),
    )


def draw_home(view: Json, look: Look = ALONE) -> Markup:
    """A Home as ``views.publish`` takes it."""
    return tag(
        "div", blocks(view["blocks"], look), class_="message message-slack home", data_platform="slack"
    )


def blocks(shown: Sequence[Json], look: Look = ALONE) -> Markup:
    """Blocks below each other: of a message, a modal or a Home tab."""
    return together(_block(each, look, number, _NO_ERRORS) for number, each in enumerate(shown))


def _attachment(attachment: Json, look: Look) -> Markup:
    colour = str(attachment.get("color", ""))
    inside = blocks(attachment.get("blocks") or (), look)
    if not inside:
        inside = tag("p", mrkdwn(attachment.get("text") or attachment.get("fallback") or "", look))
    line = bar(colour if colour.startswith("#") else f"#{colour}")
    return tag("div", line, tag("div", inside), class_="embed")


def _block(block: Json, look: Look, number: int, errors: Mapping[str, str]) -> Markup:  # noqa: PLR0911 - one for each kind
    match block["type"]:
        case "header":
            return tag(f"h{look.heading}", text(block["text"], look))
        case "section":
            return _section(block, look)
        case "rich_text":
            return together(rich(each, look) for each in block["elements"])
        case "context":
            return tag("div", *(_quiet(each, look) for each in block["elements"]), class_="quiet")
        case "actions":
            return tag("div", *(_control(each, block) for each in block["elements"]), class_="actions")
        case "divider":
            return tag("hr")
        case "image":
            return _image(block, look)
        case "table":
            return _table(block, look)
        case "input":
            return _input(block, look, f"{look.unique}-{number}", errors)
    return tag("div", discord_text.draw(block.get("text", ""), look), class_="markdown")


def _section(block: Json, look: Look) -> Markup:
    inside = [tag("p", text(block["text"], look))] if "text" in block else []
    if block.get("fields"):
        inside.append(tag("div", *(tag("p", text(each, look)) for each in block["fields"]), class_="fields"))
    accessory = block.get("accessory")
    if not accessory:
        return together(inside)
    beside = _image(accessory, look) if accessory["type"] == "image" else _control(accessory, block)
    return tag("div", tag("div", *inside), beside, class_="beside")


def _quiet(element: Json, look: Look) -> Markup:
    return _image(element, look) if element["type"] == "image" else tag("span", text(element, look))


def _image(block: Json, look: Look) -> Markup:
    known = block.get("image_url") or next(iter(block.get("slack_file", {}).values()), "")
    shown = picture(known, block["alt_text"], look)
    if "title" not in block:
        return shown
    return tag("figure", tag("figcaption", block["title"]["text"]), shown)


def _table(block: Json, look: Look) -> Markup:
    head, *rows = ([_cell(cell, look) for cell in row] for row in block["rows"])
    body = (
        tag("tr", tag("th", first, scope="row"), *(tag("td", cell) for cell in rest)) for first, *rest in rows
    )
    table = tag(
        "table",
        tag("thead", tag("tr", *(tag("th", cell, scope="col") for cell in head))),
        tag("tbody", *body),
    )
    return wide(table, t(_TABLE))


def _cell(cell: Json, look: Look) -> Markup:
    if cell["type"] == "rich_text":
        return together(rich(each, look) for each in cell["elements"])
    return escape(cell["text"])


def _control(element: Json, block: Json) -> Markup:
    """A button or a drop-down of a message."""
    kind = element["type"]
    data: Attributes = {
        "data_action_id": element.get("action_id"),
        "data_block_id": block.get("block_id"),
        **_confirm(element),
    }
    if kind == "button":
        style = element.get("style", "plain")
        data |= {"data_value": element.get("value"), "aria_label": element.get("accessibility_label")}
        return button(element["text"]["text"], kind, style, element.get("url", ""), **data)
    words = element.get("placeholder", {}).get("text") or "…"
    if kind in _SEARCHED:
        return button(words, kind, data_min_query_length=element.get("min_query_length"), **data)
    return menu(words, list(_options(element)), kind, **data)


def _confirm(element: Json) -> Attributes:
    asked = element.get("confirm") or {}
    return {
        f"data_confirm_{key}": asked[key]["text"]
        for key in ("title", "text", "confirm", "deny")
        if key in asked
    }


def _options(element: Json) -> Iterator[Option]:
    chosen = [*element.get("initial_options", ())]
    if "initial_option" in element:
        chosen.append(element["initial_option"])
    values = {each["value"] for each in chosen}
    offered = [*element.get("options", ())]
    for group in element.get("option_groups", ()):
        offered += group["options"]
    for each in offered or chosen:
        about = each.get("description", {}).get("text", "")
        yield Option(each["value"], each["text"]["text"], about, chosen=each["value"] in values)


def _picked(element: Json, look: Look) -> list[Option]:
    """What stands in a menu of people or channels from the start."""
    found = [value for key, value in element.items() if key.startswith("initial_") and "option" not in key]
    ids = [known for value in found for known in (value if isinstance(value, list) else [value])]
    return [Option(known, look.name(known), chosen=True) for known in ids]


def _input(block: Json, look: Look, unique: str, errors: Mapping[str, str]) -> Markup:
    element = block["element"]
    kind = element["type"]
    name = block.get("block_id") or element.get("action_id", "")
    field = Field(
        unique,
        name,
        block["label"]["text"],
        block.get("hint", {}).get("text", ""),
        errors.get(name, ""),
        required=not block.get("optional"),
    )
    data: Attributes = {"data_action_id": element.get("action_id")}
    placeholder = element.get("placeholder", {}).get("text")
    options = list(_options(element))
    if kind in {"radio_buttons", "checkboxes", "multi_static_select"}:
        type_ = "radio" if kind == "radio_buttons" else "checkbox"
        closed = placeholder or t(_NONE) if kind == "multi_static_select" else ""
        return field.boxes(options, type_, closed, data_kind=kind, **data)
    if kind == "static_select":
        return field.choice(options, placeholder or t(_NONE), data_kind=kind, **data)
    if kind.endswith("_select"):
        data["data_min_query_length"] = element.get("min_query_length")
        chosen = options or _picked(element, look)
        return field.search(kind, chosen, several=kind.startswith("multi_"), placeholder=placeholder, **data)
    return _typed(field, element, placeholder, data)


def _typed(field: Field, element: Json, placeholder: str | None, data: Attributes) -> Markup:
    """A field for words, numbers, dates or files."""
    kind = element["type"]
    value = next((str(element[key]) for key in _VALUES if key in element), "")
    if kind == "rich_text_input":
        return field.lines("", data_kind=kind, placeholder=placeholder, **data)
    data |= {
        "data_kind": kind,
        "placeholder": placeholder,
        "minlength": element.get("min_length"),
        "maxlength": element.get("max_length"),
        "min": element.get("min_value"),
        "max": element.get("max_value"),
        "data_timestamp": element.get("initial_date_time"),
        "autofocus": bool(element.get("focus_on_load")),
    }
    if element.get("multiline"):
        return field.lines(value, **data)
    return field.line(_TYPES.get(kind, "text"), value=value or None, **data)
