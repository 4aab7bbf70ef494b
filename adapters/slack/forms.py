"""Forms as modal views, whatever they hold; and what a view that was filled in says."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from adapters.slack import limits
from adapters.slack.fields import BESIDE, field, weight
from adapters.slack.options import is_mark
from adapters.slack.parse import FORM, PLATFORM
from adapters.slack.pieces import Json, plain
from adapters.slack.render import paragraphs
from core.calls import Channel, Identity, Value
from core.cards import Card, Form
from core.language import t
from core.text import shorten


class Opened(NamedTuple):
    """What a view keeps of where it was opened, for the answer. ``own``: on a private answer, whose place the next may take.

    ``url`` is good for a while after ``at``, and leads to ``person``.
    """

    key: str
    channel: str = ""
    url: str = ""
    own: bool = False
    at: int = 0
    person: str = ""

    def kept(self) -> str:
        """As a view keeps it, which is not much. An answer finds another way without the address."""
        whole = json.dumps(list(self), separators=(",", ":"))
        return whole if len(whole) <= limits.METADATA else json.dumps(list(self._replace(url="")))


class TooLarge(ValueError):
    """The form is beyond what Slack takes as a view."""


def view(form: Form, opened: Opened, command: str = "/usher", *, above: Card | None = None) -> Json:
    """A form as a view. ``above``: why it is shown again, where that is about no single field.

    Raises ``TooLarge`` where Slack would not take it.
    """
    blocks = _top(form, command, above)
    room = limits.VIEW_OPTIONS
    for entry in form.entries:
        shown = field(entry, room)
        if len(blocks) + len(shown) > limits.VIEW_BLOCKS:
            break
        blocks += shown
        room -= weight([block["element"].get("options", []) for block in shown if "element" in block])
    out: Json = {
        "type": "modal",
        "callback_id": FORM,
        "title": plain(shorten(form.title.strip() or "Usher", limits.VIEW_TITLE)),
        "submit": plain(shorten(form.submit.strip() or t("Confirm"), limits.VIEW_BUTTON)),
        "close": plain(shorten(t("Cancel"), limits.VIEW_BUTTON)),
        "private_metadata": opened.kept(),
        "blocks": blocks or paragraphs(((form.title or "Usher",),), command),
    }
    if len(out["private_metadata"]) > limits.METADATA or weight(out) > limits.VIEW_BYTES:
        raise TooLarge(form.title)
    return out


def _top(form: Form, command: str, above: Card | None) -> list[Json]:
    """What stands above the fields: the whole title where the view's own place for it is too short, and what to know first."""
    out: list[Json] = []
    if above is not None:
        out.append({"type": "header", "text": plain(shorten(above.title.strip() or "Usher", limits.HEADER))})
        out += paragraphs(above.body, command)
    elif len(form.title.strip()) > limits.VIEW_TITLE:
        out.append({"type": "header", "text": plain(shorten(form.title.strip(), limits.HEADER))})
    return out + paragraphs(form.body, command)


# --- what comes back -------------------------------------------------------------------------------------------------


class Filled(NamedTuple):
    """A view as it was sent: where it was opened, and its options.

    ``marks``: options of which a value travelled under a mark, with the labels that stood on what was picked. ``twice``:
    the fields where both of two ways to say the same were taken; ``beside``: the options that were typed beside their control.
    """

    opened: Opened
    options: dict[str, Value]
    marks: dict[str, dict[str, str]]
    twice: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()


def opened_of(body: Mapping[str, Any]) -> Opened | None:
    """Where a view was opened; None for one that is none of ours."""
    found = _in(body, "view")
    if found.get("callback_id") != FORM:
        return None
    try:
        key, channel, url, own, at, person = json.loads(str(found.get("private_metadata")))
        kept = Opened(str(key), str(channel), str(url), own is True, int(at), str(person))
    except (ValueError, TypeError, OverflowError):
        return None
    return kept


def fields_of(body: Mapping[str, Any]) -> set[str]:
    """The ids of the blocks at which an error can be shown."""
    shown = [block for block in _listed(_in(body, "view"), "blocks") if isinstance(block, dict)]
    return {str(block.get("block_id")) for block in shown if block.get("type") == "input"}


def filled(body: Mapping[str, Any], opened: Opened, realm: str) -> Filled:
    """What was filled in; a field that was left empty is empty text."""
    read: dict[str, Value] = {}
    labels: dict[str, dict[str, str]] = {}
    for name, given in _elements(body):
        read[name] = _value(given, realm)
        found = {value: label for value, label in _picked(given) if is_mark(value)}
        if found:
            labels[name] = found
    twice: list[str] = []
    beside: set[str] = set()
    for name in [name for name in read if name.endswith(BESIDE)]:
        first, typed = name.removesuffix(BESIDE), read.pop(name)
        if typed:
            beside.add(first)
        if isinstance(read.get(first), str) and read[first] and typed:
            twice.append(name)
        read[first] = _together(read.get(first, ""), typed)
    return Filled(opened, read, labels, tuple(twice), frozenset(beside))


def _elements(body: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """What each element of a view says, by the element's name."""
    values = _in(_in(_in(body, "view"), "state"), "values")
    blocks = [block for block in values.values() if isinstance(block, dict)]
    return [(name, each) for block in blocks for name, each in block.items() if isinstance(each, dict)]


def _in(body: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = body.get(key)
    return found if isinstance(found, dict) else {}


def _listed(given: Mapping[str, Any], key: str) -> list[Any]:
    found = given.get(key)
    return found if isinstance(found, list) else []


def _value(given: Mapping[str, Any], realm: str) -> Value:
    """What one element of a view says, by its kind."""
    out: Value = str(given.get("value") or "").strip()
    match given.get("type"):
        case "users_select" if isinstance(person := given.get("selected_user"), str):
            out = Identity(PLATFORM, realm, person)
        case "multi_users_select":
            out = tuple(Identity(PLATFORM, realm, str(each)) for each in _listed(given, "selected_users"))
        case "conversations_select" if isinstance(room := given.get("selected_conversation"), str):
            out = Channel(PLATFORM, realm, room)
        case "static_select" | "external_select":
            out = next((value for value, _ in _picked(given)), "")
        case "multi_static_select" | "multi_external_select":
            out = tuple(value for value, _ in _picked(given))
        case "datepicker":
            out = str(given.get("selected_date") or "")
    return out


def _picked(given: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The values of the options that were picked, with their labels."""
    picked = [given.get("selected_option"), *_listed(given, "selected_options")]
    return [
        (str(each.get("value") or ""), str(_in(each, "text").get("text") or ""))
        for each in picked
        if isinstance(each, dict)
    ]


def _together(first: Value, beside: Value) -> Value:
    """What was picked, and what was typed beside it."""
    if type(first) is tuple:
        return (*first, beside) if beside else first
    return first or beside
