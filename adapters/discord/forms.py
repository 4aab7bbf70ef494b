"""Forms as modals, and what was filled in. Pure; nothing here can exceed a limit.

A modal has room for five entries, knows nothing of what is typed until it is sent, and completes nothing: what could be
searched is a drop-down as long as it fits one, and a line to type into beyond that.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from adapters.discord import limits, render
from adapters.discord.parse import PLATFORM, SEVERAL, form_id
from core.calls import Channel, ChatRole, Identity, Value
from core.cards import Control, Entry, Form, joined
from core.language import t
from core.text import shorten

Json = dict[str, Any]
Pairs = Sequence[tuple[str, str]]

#: Stands before what is wrong with a field, where else its help stands.
WRONG = "⚠ "

_KIND = discord.ComponentType
_TEXT, _SELECT = _KIND.text_input.value, _KIND.select.value
_USER, _CHANNEL = _KIND.user_select.value, _KIND.channel_select.value
_LABEL, _WORDS = _KIND.label.value, _KIND.text_display.value
_SHORT, _LONG = discord.TextStyle.short.value, discord.TextStyle.paragraph.value
_TEXT_CHANNELS = [discord.ChannelType.text.value, discord.ChannelType.news.value]
_MANY = frozenset({Control.CHOICES, Control.SEARCHES, Control.PEOPLE})
_LONG_ONES = frozenset({Control.LINES, Control.PEOPLE})


def searched(form: Form, *, in_server: bool) -> list[str]:
    """The entries for which a drop-down needs to know what there is to choose from."""
    return [entry.name for entry in _shown(form) if _is_searched(entry, in_server=in_server)]


def _is_searched(entry: Entry, *, in_server: bool) -> bool:
    if entry.control is Control.PERSON:
        return not _picks_people(entry, in_server=in_server)
    return entry.control in {Control.SEARCH, Control.SEARCHES}


def _shown(form: Form) -> tuple[Entry, ...]:
    return form.entries[: limits.MODAL_PARTS]


def modal(form: Form, found: Mapping[str, Pairs], *, in_server: bool) -> Json:
    """The data of an answer that opens the form. ``found``: what there is to choose from, for what ``searched`` named."""
    parts = [_entry(entry, found.get(entry.name, ()), in_server=in_server) for entry in _shown(form)]
    if form.body and len(parts) < limits.MODAL_PARTS:
        words = render.said(joined(form.body, "\n\n"), limits.MODAL_WORDS)
        parts.insert(0, {"type": _WORDS, "content": words})
    return {
        "custom_id": form_id(form.key),
        "title": _line(form.title, limits.MODAL_TITLE),
        "components": parts,
    }


def _entry(entry: Entry, found: Pairs, *, in_server: bool) -> Json:
    several = entry.control in _MANY
    made: Json = {"custom_id": entry.name + SEVERAL * several, "required": entry.required}
    options = [(c.value, c.label) for c in entry.choices] if entry.choices else list(found)
    about = entry.help
    if _picks_people(entry, in_server=in_server):
        made |= _picker(_USER, entry, "user", _people(entry.value))
    elif entry.control is Control.CHANNEL and in_server:
        known = [entry.value.channel] if isinstance(entry.value, Channel) else []
        made |= _picker(_CHANNEL, entry, "channel", known) | {"channel_types": _TEXT_CHANNELS}
    elif _fits_a_menu(entry, options):
        made |= _menu(entry, options)
    else:
        made |= _typed(entry)
        if len(options) > limits.OPTIONS:
            about = t("Too many to list here. Type the name; as a command it is completed while you type.")
    if entry.error:
        about = WRONG + entry.error
    label: Json = {"type": _LABEL, "label": _line(entry.label, limits.MODAL_LABEL), "component": made}
    return label | ({"description": _line(about, limits.MODAL_DESCRIPTION)} if about.strip() else {})


def _picks_people(entry: Entry, *, in_server: bool) -> bool:
    """Whether people are picked from those on the server: not where a name or an address stands already, or may be meant."""
    if not in_server:
        return False
    if entry.control is Control.PERSON:
        return not entry.value or isinstance(entry.value, Identity)
    return entry.control is Control.PEOPLE and bool(_people(entry.value))


def _people(value: Value) -> list[str]:
    """The accounts, if there are no others than of Discord's."""
    parts = _parts(value)
    known = [each.subject for each in parts if isinstance(each, Identity) and each.platform == PLATFORM]
    return known if len(known) == len(parts) <= limits.OPTIONS else []


def _parts(value: Value) -> tuple[Value, ...]:
    """The values of an entry that may hold several; an account is a tuple too, and one value."""
    if isinstance(value, tuple) and not isinstance(value, Identity | Channel | ChatRole):
        return value
    return (value,) if value != "" else ()


def _picker(kind: int, entry: Entry, of: str, known: Sequence[str]) -> Json:
    most = limits.OPTIONS if entry.control in _MANY else 1
    made: Json = {"type": kind, "min_values": int(entry.required), "max_values": most}
    if known:
        made["default_values"] = [{"id": each, "type": of} for each in known[:most]]
    return made


def _fits_a_menu(entry: Entry, options: Pairs) -> bool:
    """Whether all there is to choose from fits a drop-down, and what was typed so far with it."""
    if not 1 <= len(options) <= limits.OPTIONS:
        return False
    if len({value for value, _ in options}) < len(options):
        return False
    if not all(1 <= len(value.strip()) <= len(value) <= limits.OPTION for value, _ in options):
        return False
    chosen = _chosen(entry.value, options)
    return bool(entry.choices) or None not in chosen


def _menu(entry: Entry, options: Pairs) -> Json:
    chosen = _chosen(entry.value, options)
    shown = [
        {"label": _line(label or value, limits.OPTION), "value": value}
        | ({"default": True} if value in chosen else {})
        for value, label in options
    ]
    most = len(shown) if entry.control in _MANY else 1
    made: Json = {"type": _SELECT, "options": shown, "min_values": int(entry.required), "max_values": most}
    # Without the example: in a menu it reads as what is chosen already.
    return made


def _chosen(value: Value, options: Pairs) -> list[str | None]:
    """What was picked or typed so far, as values among the options; None for what is not among them."""
    known = {name.casefold(): each for each, label in reversed(options) for name in (label, each)}
    return [known.get(words(each).casefold()) for each in _parts(value)]


def _typed(entry: Entry) -> Json:
    so_far = words(entry.value)[: limits.MODAL_TEXT]
    most = max(1, min(max(entry.limit, len(so_far)), limits.MODAL_TEXT))
    style = _LONG if entry.control in _LONG_ONES else _SHORT
    made: Json = {"type": _TEXT, "style": style, "max_length": most}
    if entry.required:
        made["min_length"] = 1
    if so_far:
        made["value"] = so_far
    return made | ({"placeholder": _line(entry.example, limits.MODAL_PLACEHOLDER)} if entry.example else {})


def words(value: Value) -> str:
    """A value as somebody would type it."""
    match value:
        case Identity():
            return f"<@{value.subject}>"
        case Channel():
            return f"<#{value.channel}>"
        case ChatRole():
            return f"<@&{value.role}>"
        case tuple():
            return ", ".join(map(words, value))
    return str(value)


def _line(text: str, limit: int) -> str:
    return shorten(text.strip(), limit) or render.NOTHING
