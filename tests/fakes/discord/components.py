"""Buttons, selects, layout and modals: what may stand where, and how long it may be."""

from __future__ import annotations

import copy
from typing import Any

from tests.fakes.discord.form import Form, Path
from tests.fakes.discord.render import walk

Json = dict[str, Any]

ROW, BUTTON, STRING_SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT_DISPLAY, THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17
LABEL, UPLOAD, RADIO, CHECKBOXES, CHECKBOX = 18, 19, 21, 22, 23
SELECTS = {3, 5, 6, 7, 8}
MAX_V2_COMPONENTS, MAX_V2_TEXT = 40, 4000

_SELECT = {"custom_id", "placeholder", "min_values", "max_values", "disabled", "required"}
KEYS: dict[int, set[str]] = {
    ROW: {"components"},
    BUTTON: {"style", "label", "emoji", "custom_id", "url", "disabled", "sku_id"},
    STRING_SELECT: _SELECT | {"options"},
    TEXT_INPUT: {
        "custom_id",
        "style",
        "label",
        "placeholder",
        "value",
        "required",
        "min_length",
        "max_length",
    },
    5: _SELECT | {"default_values"},
    6: _SELECT | {"default_values"},
    7: _SELECT | {"default_values"},
    8: _SELECT | {"default_values", "channel_types"},
    SECTION: {"components", "accessory"},
    TEXT_DISPLAY: {"content"},
    THUMBNAIL: {"media", "description", "spoiler"},
    GALLERY: {"items"},
    FILE: {"file", "spoiler", "name", "size"},
    SEPARATOR: {"divider", "spacing"},
    CONTAINER: {"components", "accent_color", "spoiler"},
    LABEL: {"label", "description", "component"},
    UPLOAD: {"custom_id", "min_values", "max_values", "required"},
    RADIO: {"custom_id", "options", "required"},
    CHECKBOXES: {"custom_id", "options", "min_values", "max_values", "required"},
    CHECKBOX: {"custom_id", "default"},
}
TOP_V2 = {ROW, SECTION, TEXT_DISPLAY, GALLERY, FILE, SEPARATOR, CONTAINER}
IN_LABEL = {TEXT_INPUT, UPLOAD, RADIO, CHECKBOXES, CHECKBOX} | SELECTS


def check_components(form: Form, components: list[Any], path: Path, *, v2: bool) -> None:
    if not components:
        return
    for index, component in enumerate(components):
        _check(form, component, (*path, index), TOP_V2 if v2 else {ROW}, modal=False)
    shown = [*walk([c for c in components if isinstance(c, dict) and "type" in c])]
    _check_unique(form, shown, path)
    if v2 and len(shown) > MAX_V2_COMPONENTS:
        text = f"Total number of components exceeds maximum of {MAX_V2_COMPONENTS}"
        form.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", text)
    if v2 and sum(len(c.get("content") or "") for c in shown) > MAX_V2_TEXT:
        text = f"Components displayable text size exceeds maximum size of {MAX_V2_TEXT}"
        form.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", text)


def check_modal(data: Any) -> Json:
    form = Form()
    data = form.keys(data, frozenset({"title", "custom_id", "components"}), ("data",))
    form.text(data, "title", ("data",), 1, 45, required=True)
    form.text(data, "custom_id", ("data",), 1, 100, required=True)
    path = ("data", "components")
    components = form.items(data, "components", ("data",), 1, 5)
    for index, component in enumerate(components):
        _check(form, component, (*path, index), {ROW, LABEL, TEXT_DISPLAY}, modal=True)
    _check_unique(form, [*walk([c for c in components if isinstance(c, dict) and "type" in c])], path)
    form.finish()
    return data


def numbered(components: list[Json]) -> list[Json]:
    """A copy in which every component has an id, as the platform numbers them."""
    components = copy.deepcopy(components)
    every = [*walk(components)]
    taken = {c["id"] for c in every if c.get("id")}
    fresh = (n for n in range(1, len(every) + len(taken) + 1) if n not in taken)
    for component in every:
        if not component.get("id"):
            component["id"] = next(fresh)
    return components


def _check_unique(form: Form, shown: list[Json], path: Path) -> None:
    for key, code in (("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"), ("id", "COMPONENT_ID_DUPLICATED")):
        seen = set()
        for component in shown:
            value = component.get(key)
            if value and value in seen:
                form.add(path, code, f"Component {key.replace('_', ' ')} cannot be duplicated: {value!r}")
            seen.add(value)


def _check(form: Form, component: Any, path: Path, allowed: set[int], *, modal: bool) -> None:
    if not isinstance(component, dict):
        form.keys(component, frozenset(), path)
        return
    kind = form.choice(component, "type", path, allowed)
    if kind is None:
        return
    form.keys(component, KEYS[kind] | {"type", "id"}, path)
    if "custom_id" in KEYS[kind] and kind != BUTTON:
        form.text(component, "custom_id", path, 1, 100, required=True)
    if kind == ROW:
        _check_row(form, component, path, modal=modal)
    elif kind == BUTTON:
        _check_button(form, component, path)
    elif kind in SELECTS:
        _check_select(form, component, path, modal=modal)
    elif kind == TEXT_INPUT:
        _check_text_input(form, component, path, in_label=bool(path) and path[-1] == "component")
    elif kind == LABEL:
        form.text(component, "label", path, 1, 45, required=True)
        form.text(component, "description", path, 0, 100)
        _check(form, component.get("component"), (*path, "component"), IN_LABEL, modal=True)
    else:
        _check_layout(form, kind, component, path)


def _check_row(form: Form, row: Json, path: Path, *, modal: bool) -> None:
    children = form.items(row, "components", path, 1, 1 if modal else 5)
    allowed = {TEXT_INPUT} if modal else {BUTTON, *SELECTS}
    for index, child in enumerate(children):
        _check(form, child, (*path, "components", index), allowed, modal=modal)
    kinds = [child.get("type") for child in children if isinstance(child, dict)]
    if len(kinds) > 1 and any(kind in SELECTS for kind in kinds):
        form.add(
            (*path, "components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def _check_button(form: Form, button: Json, path: Path) -> None:
    style = form.choice(button, "style", path, {1, 2, 3, 4, 5, 6})
    form.text(button, "label", path, 0, 80)
    form.flag(button, "disabled", path)
    needed = {5: "url", 6: "sku_id"}.get(style or 1, "custom_id")
    for key in ({"custom_id", "url", "sku_id"} - {needed}) & button.keys():
        form.add(
            (*path, key), "BUTTON_COMPONENT_INVALID_FIELD", f"A button of style {style} cannot have {key}"
        )
    if needed == "custom_id":
        form.text(button, "custom_id", path, 1, 100, required=True)
    elif needed == "url":
        form.text(button, "url", path, 1, 512, required=True)
        form.url(button.get("url"), (*path, "url"), ("http", "https", "discord"))
    if style != 6 and not button.get("label") and not button.get("emoji"):
        form.required((*path, "label"))


def _check_select(form: Form, select: Json, path: Path, *, modal: bool) -> None:
    form.text(select, "placeholder", path, 0, 150)
    low = form.number(select, "min_values", path, 0, 25)
    high = form.number(select, "max_values", path, 1, 25)
    if low is not None and high is not None and low > high:
        form.add(
            (*path, "min_values"), "SELECT_COMPONENT_MIN_OVER_MAX", "min_values must not exceed max_values"
        )
    if modal and select.get("disabled"):
        form.add((*path, "disabled"), "MODAL_COMPONENT_DISABLED", "Modals cannot have disabled components")
    if select["type"] == STRING_SELECT:
        options = form.items(select, "options", path, 1, 25)
        _check_options(form, options, path)
        if isinstance(select.get("max_values"), int) and select["max_values"] > max(len(options), 1):
            form.add(
                (*path, "max_values"), "SELECT_COMPONENT_MAX_OVER_OPTIONS", "max_values exceeds the options"
            )


def _check_options(form: Form, options: list[Any], path: Path) -> None:
    values = set()
    for index, given in enumerate(options):
        where = (*path, "options", index)
        option = form.keys(given, frozenset({"label", "value", "description", "emoji", "default"}), where)
        form.text(option, "label", where, 1, 100, required=True)
        value = form.text(option, "value", where, 1, 100, required=True)
        form.text(option, "description", where, 0, 100)
        if value in values:
            form.add(
                (*where, "value"),
                "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                "The specified option value is already used",
            )
        values.add(value)


def _check_text_input(form: Form, field: Json, path: Path, *, in_label: bool) -> None:
    form.choice(field, "style", path, {1, 2})
    if not in_label:
        form.text(field, "label", path, 1, 45, required=True)
    elif field.get("label"):
        form.add(
            (*path, "label"),
            "TEXT_INPUT_LABEL_IN_LABEL",
            "Inside a label component the text input has no label",
        )
    low = form.number(field, "min_length", path, 0, 4000)
    high = form.number(field, "max_length", path, 1, 4000)
    if low is not None and high is not None and low > high:
        form.add((*path, "min_length"), "TEXT_INPUT_MIN_OVER_MAX", "min_length must not exceed max_length")
    form.text(field, "value", path, 0, 4000)
    form.text(field, "placeholder", path, 0, 100)


def _check_layout(form: Form, kind: int, component: Json, path: Path) -> None:
    if kind == TEXT_DISPLAY:
        form.text(component, "content", path, 1, MAX_V2_TEXT, required=True)
    elif kind == SECTION:
        for index, child in enumerate(form.items(component, "components", path, 1, 3)):
            _check(form, child, (*path, "components", index), {TEXT_DISPLAY}, modal=False)
        _check(form, component.get("accessory"), (*path, "accessory"), {BUTTON, THUMBNAIL}, modal=False)
    elif kind == CONTAINER:
        form.number(component, "accent_color", path, 0, 0xFFFFFF)
        for index, child in enumerate(form.items(component, "components", path, 1, 40)):
            _check(form, child, (*path, "components", index), TOP_V2 - {CONTAINER}, modal=False)
    elif kind == GALLERY:
        form.items(component, "items", path, 1, 10)
    elif kind == THUMBNAIL:
        form.text(component, "description", path, 0, 1024)
    elif kind == SEPARATOR and component.get("spacing") is not None:
        form.choice(component, "spacing", path, {1, 2})
    elif kind in {RADIO, CHECKBOXES}:
        options = form.items(component, "options", path, 2 if kind == RADIO else 1, 10)
        _check_options(form, options, path)
