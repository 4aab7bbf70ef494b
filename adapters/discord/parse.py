"""Discord's interactions as calls to the core. Total: whatever arrives becomes a call, and the core judges it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import discord

from adapters.discord import access as roles
from adapters.discord.limits import CUSTOM_ID, OPTION
from core.calls import Actor, Call, Channel, ChatRole, Identity, MessageRef, Outside, Value, Where
from core.catalogue import COMMANDS, Kind
from core.language import nearest
from core.terms import in_english
from core.text import display_name

PLATFORM = "discord"
#: The option that holds what was chosen from a drop-down.
CHOICE = "choice"
#: Every custom id of ours, well formed or not.
BUTTON = re.compile(r"usher:(?P<action>[^:]*):?(?P<subject>.*)", re.DOTALL)
#: Every custom id of a form of ours.
FORM = re.compile(r"usher-form:(?P<key>.+)", re.DOTALL)
#: Behind the name of an entry that holds several values.
SEVERAL = "*"

_MENTION = re.compile(r"<@!?(\d{1,20})>")
_CHANNEL = re.compile(r"<#(\d{1,20})>")
_ROLE = re.compile(r"<@&(\d{1,20})>")
_SUBCOMMANDS = (1, 2)
_OF_A_PERSON = discord.AppCommandType.user.value
_SELECT = discord.ComponentType.string_select.value
_USER_SELECT = discord.ComponentType.user_select.value
_CHANNEL_SELECT = discord.ComponentType.channel_select.value


class Typed(NamedTuple):
    """A command as Discord sends it: its full name, the options with a value, and the one being typed."""

    command: str
    options: Sequence[Mapping[str, Any]]
    focused: str


def custom_id(action: str, subject: str) -> str:
    """What a button or a drop-down carries: which action, on what. Never more than Discord takes."""
    return f"usher:{action}:{subject}"[:CUSTOM_ID]


def form_id(key: str) -> str:
    """What a form carries: the key that names it."""
    return f"usher-form:{key}"[:CUSTOM_ID]


def command(interaction: discord.Interaction[Any], at: int) -> Call:
    """A command as typed, or as chosen from the menu of a person."""
    typed = _typed(interaction)
    options = _values(typed, interaction.guild)
    if _data(interaction).get("type") == _OF_A_PERSON:
        typed, options = _from_menu(_data(interaction))
    return Call(
        replace(actor(interaction), outside=_outside(interaction, typed.command, options)),
        where(interaction),
        at,
        command=typed.command,
        options=options,
        event=str(interaction.id),
    )


def completion(interaction: discord.Interaction[Any], at: int) -> tuple[Call, str, str]:
    """The call as far as it is typed, the option that is being typed, and its text so far."""
    typed = _typed(interaction)
    text = next((str(o.get("value", "")) for o in typed.options if o.get("focused")), "")
    options = _values(typed, interaction.guild)
    options.pop(typed.focused, None)
    call = Call(actor(interaction), where(interaction), at, command=typed.command, options=options)
    return call, typed.focused, text


def is_of_command(call: Call, option: str) -> bool:
    """Whether an option is filled with the name of a command."""
    declared = COMMANDS.get(call.command)
    found = declared.option(option) if declared else None
    return found is not None and found.kind is Kind.COMMAND


def click(interaction: discord.Interaction[Any], action: str, subject: str, at: int) -> Call:
    """A press on a button or a choice from a drop-down; a choice of anything but one value is a click on nothing."""
    options: dict[str, Value] = {}
    if _data(interaction).get("component_type") == _SELECT:
        chosen = _chosen(_data(interaction).get("values"))
        if chosen is None:
            action = subject = ""
        else:
            options[CHOICE] = chosen
    return Call(
        actor(interaction),
        where(interaction),
        at,
        options=options,
        action=action,
        subject=subject,
        message=shown_on(interaction),
        event=str(interaction.id),
    )


def submission(interaction: discord.Interaction[Any], at: int) -> Call:
    """A form as it was filled in; what was left empty is there as well, and empty."""
    named = str(_data(interaction).get("custom_id", ""))
    found = FORM.fullmatch(named)
    options = _filled(_data(interaction).get("components"), interaction.guild)
    return Call(
        replace(actor(interaction), outside=_role_of(interaction, options)),
        where(interaction),
        at,
        options=options,
        message=shown_on(interaction),
        event=str(interaction.id),
        form=found["key"] if found else named or "?",
    )


def _filled(components: Any, server: discord.Guild | None) -> dict[str, Value]:
    options: dict[str, Value] = {}
    for top in components or ():
        for part in (top.get("component"), *(top.get("components") or ())):
            if part and part.get("custom_id"):
                named = str(part["custom_id"])
                several = named.endswith(SEVERAL)
                options[named.removesuffix(SEVERAL)] = _answered(part, server, several=several)
    return options


def _answered(part: Mapping[str, Any], server: discord.Guild | None, *, several: bool) -> Value:
    """What one field of a form holds."""
    if "values" not in part:
        return _lifted(str(part.get("value") or ""), server, several=several)
    values: list[Value] = []
    for each in map(str, part["values"] or ()):
        if part.get("type") == _USER_SELECT:
            values.append(_member(f"<@{each}>"))
        elif part.get("type") == _CHANNEL_SELECT:
            values.append(_channel(f"<#{each}>", server))
        else:
            values.append(each)
    if several:
        return tuple(values)
    return values[0] if values else ""


def _lifted(text: str, server: discord.Guild | None, *, several: bool) -> Value:
    """Typed words; a mention among them is whom or what it mentions."""
    if several:
        return _people(text)
    for meant in (_member(text), _channel(text, server), _role(text, server)):
        if meant != text:
            return meant
    return text


def _chosen(values: object) -> str | None:
    match values:
        case [str(value)] if 1 <= len(value) <= OPTION:
            return value
    return None


def pressed(interaction: discord.Interaction[Any]) -> discord.Button | None:
    """The button that was clicked, as its message shows it."""
    clicked = _data(interaction).get("custom_id")
    shown = _within(interaction.message.components) if interaction.message else ()
    return next(
        (each for each in shown if isinstance(each, discord.Button) and each.custom_id == clicked), None
    )


def _within(components: Iterable[Any]) -> Iterator[Any]:
    """Every component of a message: in a layout they stand in one another."""
    for component in components:
        yield component
        yield from _within(getattr(component, "children", ()))


def actor(interaction: discord.Interaction[Any]) -> Actor:
    """Who asks. Discord vouches for the account and for its permissions in the server, never for an e-mail address."""
    user, allowed = interaction.user, interaction.permissions
    return Actor(
        Identity(PLATFORM, "", str(user.id)),
        display_name(user.display_name, user.name),
        place_admin=interaction.guild_id is not None and (allowed.manage_guild or allowed.administrator),
        language=language(interaction),
    )


def language(interaction: discord.Interaction[Any]) -> str:
    """What the person has set their Discord to; where it does not say, what their server has."""
    own, server = interaction.locale, interaction.guild_locale
    return nearest(str(own) if own else str(server) if server else None)


def where(interaction: discord.Interaction[Any]) -> Where:
    """The place of a call; a thread belongs to its channel."""
    if interaction.guild_id is None:
        return Where(PLATFORM, "", "")
    channel = interaction.channel
    found = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
    return Where(PLATFORM, str(interaction.guild_id), str(found or ""))


def _outside(
    interaction: discord.Interaction[Any], command: str, options: Mapping[str, Value]
) -> Outside | None:
    """Of a command that asks for it: the role that it names, and why this person could not give it to others."""
    declared = COMMANDS.get(command)
    if declared is None or "outside" not in declared.facts:
        return None
    return _role_of(interaction, options)


def _role_of(interaction: discord.Interaction[Any], options: Mapping[str, Value]) -> Outside | None:
    named = next((value for value in options.values() if isinstance(value, ChatRole)), None)
    server, user = interaction.guild, interaction.user
    if named is None or server is None:
        return None
    held = [role.id for role in user.roles] if isinstance(user, discord.Member) else []
    return Outside(named.role, roles.why_not_outside(server, int(named.role), user.id, held))


def shown_on(interaction: discord.Interaction[Any]) -> MessageRef | None:
    """The message of a click; nobody but its reader can reach a private answer, so that one has no address."""
    message = interaction.message
    if message is None or message.flags.ephemeral:
        return None
    return MessageRef(PLATFORM, str(interaction.guild_id or ""), str(message.channel.id), str(message.id))


def _data(interaction: discord.Interaction[Any]) -> Mapping[str, Any]:
    return interaction.data or {}


def _typed(interaction: discord.Interaction[Any]) -> Typed:
    """Walks down through groups and subcommands to the options that hold values."""
    data = _data(interaction)
    names, options = [str(data.get("name", ""))], data.get("options") or []
    while options and options[0].get("type") in _SUBCOMMANDS:
        names.append(str(options[0].get("name", "")))
        options = options[0].get("options") or []
    focused = next((str(o["name"]) for o in options if o.get("focused")), "")
    return Typed(" ".join(names), options, focused)


def _from_menu(data: Mapping[str, Any]) -> tuple[Typed, dict[str, Value]]:
    """The command that stands in the menu under this name, with the person in its first option."""
    name, person = str(data.get("name", "")), str(data.get("target_id", ""))
    declared = next((command for command in COMMANDS.values() if command.menu == name), None)
    if declared is None:
        return Typed(name, (), ""), {}
    known = ((data.get("resolved") or {}).get("users") or {}).get(person) or {}
    # An app is nobody: it is looked for by its name, and not found.
    whom = str(known.get("username", "")) if known.get("bot") else Identity(PLATFORM, "", person)
    return Typed(declared.name, (), ""), {declared.options[0].name: whom}


def _values(typed: Typed, server: discord.Guild | None) -> dict[str, Value]:
    if not typed.options:
        return {}
    declared = COMMANDS.get(typed.command)
    kinds = {option.name: option.kind for option in declared.options} if declared else {}
    return {
        str(given["name"]): _value(given.get("value"), kinds.get(given["name"]), server)
        for given in typed.options
    }


def _value(given: object, kind: Kind | None, server: discord.Guild | None) -> Value:
    if isinstance(given, bool):
        return "on" if given else "off"
    if isinstance(given, int):
        return given
    return _written(str(given), kind, server)


def _written(text: str, kind: Kind | None, server: discord.Guild | None) -> Value:
    match kind:
        case Kind.MEMBER | Kind.HOLDER:
            return _member(text)
        case Kind.PEOPLE | Kind.MEMBERS:
            return _people(text)
        case Kind.SETTING_VALUE:
            return _channel(text, server)
        case Kind.OUTSIDE:
            return _role(text, server)
        case Kind.COMMAND:
            return in_english(text)
    return text


def _channel(text: str, server: discord.Guild | None) -> Value:
    """A channel only if it is one of this server: anybody can type the id of any other in the world."""
    found = _CHANNEL.fullmatch(text.strip())
    if found is None or server is None or server.get_channel_or_thread(int(found[1])) is None:
        return text
    return Channel(PLATFORM, str(server.id), found[1])


def _role(text: str, server: discord.Guild | None) -> Value:
    """A role only if it is one of this server."""
    found = _ROLE.fullmatch(text.strip())
    if found is None or server is None or server.get_role(int(found[1])) is None:
        return text
    return ChatRole(PLATFORM, str(server.id), found[1])


def _member(text: str) -> Value:
    found = _MENTION.fullmatch(text.strip())
    return Identity(PLATFORM, "", found[1]) if found else text


def _people(text: str) -> Value:
    """Mentions among pasted addresses; a text without any stays as it was pasted."""
    words = _MENTION.split(text)
    if len(words) == 1:
        return text
    # Splitting at a pattern with one group leaves texts at even places and what the group matched at odd ones.
    parts = [
        Identity(PLATFORM, "", word) if place % 2 else word.strip(" ,;\n") for place, word in enumerate(words)
    ]
    return tuple(part for part in parts if part)
