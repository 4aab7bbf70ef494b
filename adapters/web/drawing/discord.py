"""Discord's messages, with embeds or with the newer components, and its modals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from markupsafe import Markup

from adapters.web.drawing import discord_text
from adapters.web.drawing.controls import Attributes, Field, Option, button, form, menu
from adapters.web.drawing.discord_text import inline, plainly
from adapters.web.drawing.parts import ALONE, NOTHING, Json, Look, bar, file, picture, tag, together
from core.language import mark, t

_CLOSE, _SUBMIT, _NONE = mark("Cancel"), mark("Submit"), mark("Choose…")
_NO_ERRORS: Final[Mapping[str, str]] = {}
_BUTTONS: Final = {1: "primary", 3: "good", 4: "danger"}
_SELECTS: Final = {3: "string", 5: "user", 6: "role", 7: "mentionable", 8: "channel"}
#: The flag of a message made of the newer components.
_LAYOUT: Final = 1 << 15
_NONE_THERE = "\u200b"
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def draw_message(payload: Json, look: Look = ALONE) -> Markup:
    """A message as Discord takes it: content, embeds, attachments and components."""
    inside = [discord_text.draw(payload["content"], look)] if payload.get("content") else []
    inside += [_embed(each, look) for each in payload.get("embeds", ())]
    if not payload.get("flags", 0) & _LAYOUT:  # where what is enclosed stands is said by its components
        inside += [_attached(each, look) for each in payload.get("attachments", ())]
    inside += [_component(each, look) for each in payload.get("components", ())]
    return tag("div", *inside, class_="message message-discord", data_platform="discord")


def draw_form(modal: Json, look: Look = ALONE, errors: Mapping[str, str] = _NO_ERRORS) -> Markup:
    """A modal as a callback of type 9 has it in ``data``. ``errors`` by ``custom_id``, by which fields are sent too."""
    inside: list[Markup] = []
    for number, each in enumerate(modal["components"]):
        unique = f"{look.unique}-{number}"
        if each["type"] == 18:
            inside.append(
                _field(each["component"], each["label"], each.get("description"), unique, look, errors)
            )
        elif each["type"] == 1:
            inside += [
                _field(field, field.get("label", ""), "", unique, look, errors)
                for field in each["components"]
            ]
        else:
            inside.append(_component(each, look))
    return form(
        modal["title"],
        inside,
        t(_SUBMIT),
        t(_CLOSE),
        look.unique,
        data_platform="discord",
        data_custom_id=modal["custom_id"],
    )


def _embed(embed: Json, look: Look) -> Markup:
    inside = []
    if embed.get("title"):
        inside.append(tag(f"h{look.heading}", inline(embed["title"], look)))
    if embed.get("description"):
        inside.append(discord_text.draw(embed["description"], look))
    if embed.get("fields"):
        inside.append(_facts(embed["fields"], look))
    if (embed.get("image") or {}).get("url"):
        inside.append(picture(_file(embed["image"]["url"]), embed["image"].get("description", ""), look))
    footer = (embed.get("footer") or {}).get("text")
    if footer:
        inside.append(tag("p", footer, class_="quiet"))
    return tag("div", bar(_colour(embed.get("color"))), tag("div", *inside), class_="embed")


def _facts(fields: Iterable[Json], look: Look) -> Markup:
    """Facts with their labels; a field without a name goes on where the one before it ends."""
    out: list[Markup] = []
    for each in fields:
        name = each["name"].replace(_NONE_THERE, "")
        told = discord_text.draw(each["value"], look)
        label = tag("p", inline(name, look), class_="label") if name.strip() else NOTHING
        out.append(tag("div", label, told, class_="inline" if each.get("inline") else "fact"))
    return tag("div", *out, class_="facts")


def _colour(number: int | None) -> str:
    return "#80848e" if number is None else f"#{number:06x}"


def _file(url: str) -> str:
    return url.removeprefix("attachment://")


def _attached(attachment: Json, look: Look) -> Markup:
    """A picture, or the name of a file."""
    name, about = attachment.get("filename", ""), attachment.get("description", "")
    if name.lower().endswith(_PICTURES):
        return picture(name, about, look)
    return file(name, about, look)


def _component(component: Json, look: Look) -> Markup:  # noqa: PLR0911 - one for each kind
    match component["type"]:
        case 1:
            return tag("div", *(_control(each) for each in component["components"]), class_="actions")
        case 9:
            said = tag("div", *(_component(each, look) for each in component["components"]))
            return tag("div", said, _beside(component.get("accessory"), look), class_="beside")
        case 10:
            return discord_text.draw(component["content"], look)
        case 12:
            items = (
                picture(_file(each["media"]["url"]), each.get("description") or "", look)
                for each in component["items"]
            )
            return together(items)
        case 13:
            return file(_file(component["file"]["url"]), "", look)
        case 14:
            return tag("hr") if component.get("divider", True) else NOTHING
        case 17:
            inside = (_component(each, look) for each in component["components"])
            colour = component.get("accent_color")
            line = NOTHING if colour is None else bar(_colour(colour))
            return tag("div", line, tag("div", *inside), class_="embed")
    return _control(component)


def _beside(accessory: Json | None, look: Look) -> Markup:
    if not accessory:
        return NOTHING
    if accessory["type"] == 11:
        return picture(_file(accessory["media"]["url"]), accessory.get("description") or "", look)
    return _control(accessory)


def _control(component: Json) -> Markup:
    """A button or a select of a message."""
    data: Attributes = {
        "data_custom_id": component.get("custom_id"),
        "disabled": bool(component.get("disabled")),
    }
    if component["type"] == 2:
        style = _BUTTONS.get(component["style"], "plain")
        return button(plainly(component), "button", style, component.get("url") or "", **data)
    del data["disabled"]
    words = component.get("placeholder") or t(_NONE)
    kind = _SELECTS[component["type"]]
    if kind != "string":
        return button(words, f"{kind}_select", **data)
    return menu(words, _options(component), "string_select", **data)


def _options(component: Json) -> list[Option]:
    return [
        Option(each["value"], each["label"], each.get("description") or "", chosen=bool(each.get("default")))
        for each in component.get("options", ())
    ]


def _field(
    body: Json, label: str, about: str | None, unique: str, look: Look, errors: Mapping[str, str]
) -> Markup:
    name, kind = body["custom_id"], body["type"]
    required = body.get("required") is not False and kind != 23
    field = Field(unique, name, label, about or "", errors.get(name, ""), required)
    placeholder = body.get("placeholder")
    most = body.get("max_values", 1)
    if kind == 4:
        return _typed(field, body)
    if kind in {21, 22} or (kind == 3 and most > 1):
        type_ = "radio" if kind == 21 else "checkbox"
        closed = placeholder or t(_NONE) if kind == 3 else ""
        return field.boxes(_options(body), type_, closed, data_kind=_boxes_kind(kind), data_max_values=most)
    if kind == 3:
        return field.choice(_options(body), placeholder or t(_NONE), data_kind="string_select")
    if kind == 23:
        one = [Option("true", label, chosen=bool(body.get("default")))]
        return field.boxes(one, "checkbox", data_kind="checkbox")
    if kind == 19:
        return field.line("file", data_kind="file_upload")
    chosen = [
        Option(each["id"], look.name(each["id"]), chosen=True) for each in body.get("default_values", ())
    ]
    return field.search(
        f"{_SELECTS[kind]}_select", chosen, several=most > 1, placeholder=placeholder, data_max_values=most
    )


def _boxes_kind(kind: int) -> str:
    return {21: "radio_group", 22: "checkbox_group"}.get(kind, "string_select")


def _typed(field: Field, body: Json) -> Markup:
    data: Attributes = {
        "data_kind": "text_input",
        "placeholder": body.get("placeholder"),
        "minlength": body.get("min_length"),
        "maxlength": body.get("max_length"),
    }
    value = body.get("value") or ""
    if body.get("style") == 2:
        return field.lines(value, **data)
    return field.line(value=value or None, **data)
