"""A modal as a person sees it, and the data of its submission."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import components as c
from tests.fakes.discord.commands import CHANNEL_OPTION, MENTIONABLE, ROLE_OPTION, USER_OPTION
from tests.fakes.discord.errors import Refused
from tests.fakes.discord.render import walk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.discord.delivery import Delivery
    from tests.fakes.discord.picking import Resolved

Json = dict[str, Any]

PICKS = {5: USER_OPTION, 6: ROLE_OPTION, 7: MENTIONABLE, 8: CHANNEL_OPTION}


@dataclass(frozen=True)
class Field:
    label: str
    custom_id: str
    type: int
    required: bool
    value: str
    body: Json
    about: str = ""


class Modal:
    """The form shown by a callback of type 9."""

    def __init__(self, data: Json, opener: Delivery) -> None:
        self.title: str = data["title"]
        self.custom_id: str = data["custom_id"]
        self.components = c.numbered(data["components"])
        self.opener = opener

    @property
    def text(self) -> str:
        shown = [body["content"] for body in walk(self.components) if body["type"] == c.TEXT_DISPLAY]
        return "\n".join([self.title, *shown, *(field.label for field in self.fields)])

    @property
    def fields(self) -> list[Field]:
        found = []
        for top in self.components:
            if top["type"] == c.LABEL:
                found.append(_field(top["component"], top["label"], top.get("description") or ""))
            elif top["type"] == c.ROW:
                found += [_field(child, child.get("label") or "") for child in top["components"]]
        return found

    def submission(self, values: Mapping[str, Any], resolved: Resolved) -> Json:
        """Interaction data for what the person filled in, keyed by label or custom id."""
        chosen = dict(values)
        answers = {}
        for field in self.fields:
            given = chosen.pop(field.custom_id, chosen.pop(field.label, None))
            answers[field.custom_id] = answer(field, given, resolved)
        if chosen:
            raise Refused(f"no field {sorted(chosen)}; there are {[f.label for f in self.fields]}")
        data: Json = {
            "custom_id": self.custom_id,
            "components": [_submitted(t, answers) for t in self.components],
        }
        return data | ({"resolved": resolved.data} if resolved.data else {})


def _field(body: Json, label: str, about: str = "") -> Field:
    return Field(
        label,
        body["custom_id"],
        body["type"],
        body.get("required") is not False,
        body.get("value") or "",
        body,
        about,
    )


def _submitted(top: Json, answers: Mapping[str, Json]) -> Json:
    base = {"type": top["type"], "id": top["id"]}
    if top["type"] == c.LABEL:
        return base | {"component": answers[top["component"]["custom_id"]]}
    if top["type"] == c.ROW:
        return base | {"components": [answers[child["custom_id"]] for child in top["components"]]}
    return base


def answer(field: Field, given: Any, resolved: Resolved) -> Json:
    base: Json = {"type": field.type, "id": field.body["id"], "custom_id": field.custom_id}
    if field.type == c.TEXT_INPUT:
        return base | {"value": _typed(field, field.value if given is None else given)}
    if field.type == c.CHECKBOX:
        return base | {"value": bool(field.body.get("default") if given is None else given)}
    values = _default(field.body) if given is None else given if isinstance(given, list) else [given]
    if field.required and not values:
        raise Refused(f"{field.label} must be answered")
    picked = picked_values(field.body, values, resolved, least=int(field.required))
    if field.type == c.RADIO:
        return base | {"value": picked[0] if picked else None}
    return base | {"values": picked}


def _default(select: Json) -> list[Any]:
    """What is picked already when the form opens."""
    picked = [option["value"] for option in select.get("options") or [] if option.get("default")]
    return picked + [known["id"] for known in select.get("default_values") or []]


def _typed(field: Field, text: Any) -> str:
    if not isinstance(text, str):
        raise Refused(f"{field.label} takes text")
    if not text and not field.required:
        return text
    low, high = field.body.get("min_length") or int(field.required), field.body.get("max_length") or 4000
    if not low <= len(text) <= high:
        raise Refused(f"{field.label}: {len(text)} characters, allowed are {low} to {high}")
    return text


def picked_values(select: Json, values: list[Any], resolved: Resolved, least: int | None = None) -> list[str]:
    """The values of a select as sent: options by label or value, people and roles by object or id."""
    low = select.get("min_values", 1) if least is None else least
    if not low <= len(values) <= select.get("max_values", 1 if select["type"] in c.SELECTS else 10):
        raise Refused(f"{len(values)} values picked of {select.get('custom_id')}")
    if select["type"] in PICKS:
        return [resolved.add(PICKS[select["type"]], value) for value in values]
    picked = []
    for value in values:
        found = [o["value"] for o in select["options"] if value in {o["value"], o["label"]}]
        if not found:
            raise Refused(f"{value!r} is not among {[o['label'] for o in select['options']]}")
        picked.append(found[0])
    return picked
