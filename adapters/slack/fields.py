"""One field of a form as the blocks of a view: the control that Slack has for it, with what was filled in so far."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from adapters.slack import limits
from adapters.slack.options import option, options
from adapters.slack.parse import PLATFORM
from adapters.slack.pieces import Json, plain
from core.calls import Channel, Identity, Value
from core.cards import Control, Entry
from core.language import t
from core.text import shorten

#: Ends the id of a second block that fills the same option, with what the control of the first cannot take.
BESIDE: Final = "+"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_USER = re.compile(r"[UW][A-Z0-9]{2,30}")
_ROOM = re.compile(r"[CG][A-Z0-9]{2,30}")
#: In the order of their listing a person sees the channels they are in, and no conversation between people.
_CHANNELS: Final = {"include": ["public", "private"], "exclude_bot_users": True}


class Shown(NamedTuple):
    """A control, the words over it and whether it may be left empty; ``name``: the id of its block."""

    name: str
    label: str
    element: Json
    optional: bool


def field(entry: Entry, room: int) -> list[Json]:
    """The blocks of one field. ``room``: how many bytes the options of its drop-down may take."""
    shown = _controls(entry, room)
    out = [
        {
            "type": "input",
            "block_id": each.name,
            "label": plain(shorten(each.label.strip() or entry.name, limits.LABEL)),
            "element": {**each.element, "action_id": each.name},
            "optional": each.optional,
        }
        for each in shown
    ]
    if entry.help.strip():
        out[-1]["hint"] = plain(shorten(entry.help, limits.HINT))
    if entry.error.strip():
        out.append({"type": "context", "elements": [plain(shorten(f"⚠ {entry.error}", limits.CONTEXT_TEXT))]})
    return out


def _controls(entry: Entry, room: int) -> list[Shown]:
    if entry.control is Control.PEOPLE:
        return _people(entry)
    if entry.control is Control.DATE:
        return _date(entry)
    return [Shown(entry.name, entry.label, _element(entry, room), optional=not entry.required)]


def _element(entry: Entry, room: int) -> Json:
    match entry.control:
        case Control.PERSON if _account(entry.value) or not entry.value:
            return _person(entry.value)
        case Control.CHANNEL if _room(entry.value) or not entry.value:
            return _channel(entry.value)
        case Control.CHOICE | Control.SEARCH | Control.PERSON:
            return _one_of(entry, room)
        case Control.CHOICES | Control.SEARCHES:
            return _some_of(entry, room)
    return _typed(words(entry.value), entry, several=entry.control is Control.LINES)


def _typed(value: str, entry: Entry, *, several: bool = False, example: str | None = None) -> Json:
    """A place to type. What is there already stays, though it be too long: it is refused with its reason."""
    value = value[: limits.INPUT]
    most = max(1, min(limits.INPUT, max(entry.limit, len(value))))
    out: Json = {"type": "plain_text_input", "multiline": several, "max_length": most}
    if value:
        out["initial_value"] = value
    hint = entry.example if example is None else example
    if hint.strip():
        out["placeholder"] = plain(shorten(t("For example: {example}", example=hint), limits.PLACEHOLDER))
    return out


def _people(entry: Entry) -> list[Shown]:
    """Those who have an account here are picked, others are named by their addresses."""
    accounts = [each.subject for each in values(entry.value) if _account(each) and isinstance(each, Identity)]
    rest = ", ".join(words(each) for each in values(entry.value) if not _account(each) and words(each))
    picked: Json = {"type": "multi_users_select"}
    if accounts:
        picked["initial_users"] = accounts[: limits.OPTIONS]
    # Either will do, so that Slack can ask for neither.
    return [
        Shown(entry.name, entry.label, picked, optional=True),
        Shown(
            entry.name + BESIDE,
            t("Or by e-mail"),
            _typed(rest, entry, several=True),
            optional=True,
        ),
    ]


def _date(entry: Entry) -> list[Shown]:
    """A day is picked, a length of time is typed."""
    value = words(entry.value)
    day = _DAY.fullmatch(value) is not None
    picked: Json = {"type": "datepicker"}
    if day:
        picked["initial_date"] = value
    example = "" if _DAY.fullmatch(entry.example) else entry.example
    return [
        Shown(entry.name, entry.label, picked, optional=True),
        Shown(
            entry.name + BESIDE,
            t("Or as a length of time"),
            _typed("" if day else value, entry, example=example),
            optional=True,
        ),
    ]


def _person(value: Value) -> Json:
    out: Json = {"type": "users_select"}
    if isinstance(value, Identity):
        out["initial_user"] = value.subject
    return out


def _channel(value: Value) -> Json:
    out: Json = {"type": "conversations_select", "filter": _CHANNELS}
    if isinstance(value, Channel):
        out["initial_conversation"] = value.channel
    return out


def _one_of(entry: Entry, room: int) -> Json:
    """A drop-down, or one that is searched where there are too many choices or none are known."""
    value = words(entry.value)
    offered = _offered(entry, room)
    labels = dict(entry.choices)
    picked = option(value, labels.get(value, value)) if value else None
    if offered and (picked is None or picked in offered):
        out: Json = {"type": "static_select", "options": offered}
    else:
        out = {"type": "external_select", "min_query_length": 0}
    if picked:
        out["initial_option"] = picked
    return out


def _some_of(entry: Entry, room: int) -> Json:
    labels = dict(entry.choices)
    offered = _offered(entry, room)
    picked = options((words(each), labels.get(words(each), words(each))) for each in values(entry.value))
    if offered and all(each in offered for each in picked):
        out: Json = {"type": "multi_static_select", "options": offered}
    else:
        out = {"type": "multi_external_select", "min_query_length": 0}
    if picked:
        out["initial_options"] = picked
    return out


def _offered(entry: Entry, room: int) -> list[Json]:
    """The choices as options; none where they are more than Slack or the view takes."""
    if entry.control not in {Control.CHOICE, Control.CHOICES} or len(entry.choices) > limits.OPTIONS:
        return []
    out = options(entry.choices)
    return out if weight(out) <= room else []


def weight(value: object) -> int:
    """About how many bytes something takes in a view."""
    if isinstance(value, dict):
        return sum(len(key) + 4 + weight(inner) for key, inner in value.items()) + 2
    if isinstance(value, list):
        return sum(weight(inner) + 1 for inner in value) + 2
    return len(value.encode("ascii", "backslashreplace")) + 2 if isinstance(value, str) else 6


def values(value: Value) -> tuple[Value, ...]:
    """The parts of a list; nothing where nothing was filled in."""
    if type(value) is tuple:
        return tuple(each for each in value if each != "")
    return (value,) if value != "" else ()


def words(value: Value) -> str:
    """A value as it is typed; lists with commas."""
    if isinstance(value, str):
        return value
    if isinstance(value, Identity):
        return f"<@{value.subject}>"
    if isinstance(value, Channel):
        return f"<#{value.channel}>"
    if type(value) is tuple:
        return ", ".join(words(each) for each in value)
    return str(value)


def _account(value: Value) -> bool:
    return (
        isinstance(value, Identity)
        and value.platform == PLATFORM
        and _USER.fullmatch(value.subject) is not None
    )


def _room(value: Value) -> bool:
    return (
        isinstance(value, Channel)
        and value.platform == PLATFORM
        and _ROOM.fullmatch(value.channel) is not None
    )
