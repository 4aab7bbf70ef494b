"""The application commands that Discord shows, made from the catalogue, and their registration when they changed.

One command per noun; a noun with verbs is a group of subcommands. Data only: what is typed comes in by the client's
one door (``app.UsherClient.on_interaction``), so that even a command that Discord still offers and Usher no longer
knows gets an answer from the core.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import discord
import structlog
from discord.http import Route

from adapters.discord import limits, names
from core import catalogue, text
from core.catalogue import COMPLETED, Command, Kind, Option
from core.terms import CHOICE, COMMAND, OPTION, called

log = structlog.get_logger("usher.discord")

Payload = dict[str, Any]

_SUBCOMMAND, _STRING, _INTEGER = 1, 3, 4
_IN_GUILDS, _WITH_THE_BOT = 0, 1
_INSTALLED_IN_GUILD = 0
_MANAGE_SERVER = str(discord.Permissions(manage_guild=True).value)
_NAME = re.compile(r"[-_'\w]+")

#: The longest text per kind: Discord counts along while a person types, which is kinder than a refusal afterwards.
_LONGEST = {
    Kind.LABEL: text.LABEL_LIMIT,
    Kind.NOTE: text.NOTE_LIMIT,
    Kind.DOMAIN: text.EMAIL_LIMIT,
    Kind.DOMAIN_OR_NONE: text.EMAIL_LIMIT,
    Kind.PEOPLE: limits.COMMAND_TEXT,
}


def payload() -> list[Payload]:
    """Every application command, checked against Discord's limits: a ``ValueError`` says what to shorten."""
    typed = [_command(noun, declared) for noun, declared in catalogue.nouns().items()]
    if len(typed) > limits.COMMANDS:
        raise ValueError(f"Discord takes {limits.COMMANDS} commands; the catalogue has {len(typed)} nouns")
    menu = [_entry(command) for command in catalogue.COMMANDS.values() if command.menu]
    if len(menu) > limits.USER_COMMANDS:
        raise ValueError(f"Discord takes {limits.USER_COMMANDS} entries in the menu of a person")
    commands = typed + menu
    for command in commands:
        if (size := _size(command)) > limits.COMMAND_TOTAL:
            raise ValueError(
                f"/{command['name']} has {size} characters; Discord takes {limits.COMMAND_TOTAL}"
            )
    return commands


def _command(noun: str, declared: Sequence[Command]) -> Payload:
    alone = len(declared) == 1 and not declared[0].verb
    made = _described(noun, declared[0].summary) if alone else _named(noun) | _overview(noun, declared)
    made |= {
        "type": discord.AppCommandType.chat_input.value,
        "contexts": [_IN_GUILDS, _WITH_THE_BOT],
        "integration_types": [_INSTALLED_IN_GUILD],
        "default_member_permissions": _permissions(declared),
    }
    if alone:
        return made | {"options": _options(declared[0])}
    return made | {"options": _within([_verb(command) for command in declared], noun)}


def _permissions(declared: Sequence[Command]) -> str | None:
    """Who sees a noun until a server's admins say otherwise: everybody, unless every verb asks who those admins are.

    What somebody may do here is decided by their role in the workspace, of which Discord knows nothing; and of a noun
    Discord hides all verbs or none.
    """
    return _MANAGE_SERVER if all("place_admin" in command.facts for command in declared) else None


def _entry(command: Command) -> Payload:
    """An entry in the menu of a person, which has a name and nothing else."""
    elsewhere = {language: _menu_name(name) for language, name in names.described(command.menu).items()}
    return {
        "type": discord.AppCommandType.user.value,
        "name": _menu_name(command.menu),
        "contexts": [_IN_GUILDS],
        "integration_types": [_INSTALLED_IN_GUILD],
        "default_member_permissions": None,
    } | _in_others("name", elsewhere)


def _menu_name(name: str) -> str:
    if not 1 <= len(name) <= limits.COMMAND_NAME:
        raise ValueError(f"{name!r} is no name for an entry: at most {limits.COMMAND_NAME} characters")
    return name


def _verb(command: Command) -> Payload:
    if not command.verb:
        # Discord has no command that both stands alone and has subcommands.
        raise ValueError(f"{command.name!r} stands alone although its noun has verbs")
    return _described(command.verb, command.summary) | {"type": _SUBCOMMAND, "options": _options(command)}


def _overview(noun: str, declared: Sequence[Command]) -> Payload:
    def overview() -> str:
        verbs = ", ".join(called(COMMAND, command.verb) for command in declared)
        noun_called = called(COMMAND, noun).capitalize()
        return text.shorten(f"{noun_called}: {verbs}", limits.COMMAND_DESCRIPTION)

    return {"description": overview()} | _in_others("description", names.elsewhere(overview))


def _in_others(key: str, found: dict[str, str]) -> Payload:
    """The same in other languages; nothing where it is the same there."""
    return {f"{key}_localizations": found} if found else {}


def _options(command: Command) -> list[Payload]:
    # Discord insists on required options first.
    ordered = sorted(command.options, key=lambda option: not option.required)
    return _within([_option(option) for option in ordered], command.name)


def _option(option: Option) -> Payload:
    made = _described(option.name, option.help, OPTION) | {"required": option.required}
    if option.kind is Kind.COUNT:
        return made | {"type": _INTEGER, "min_value": 1, "max_value": 999_999}
    made["type"] = _STRING
    choices = names.SWITCH if option.kind is Kind.SWITCH else option.choices
    if choices:
        return made | {"choices": [_choice(choice, option) for choice in choices]}
    if option.kind in COMPLETED:
        made["autocomplete"] = True
    if option.kind in _LONGEST:
        made["max_length"] = _LONGEST[option.kind]
    return made


def _choice(choice: str, option: Option) -> Payload:
    if not 1 <= len(choice) <= limits.COMMAND_CHOICE or len(option.choices) > limits.COMMAND_CHOICES:
        raise ValueError(f"the choices of {option.name!r} do not fit Discord")
    found = names.localized(CHOICE, choice)
    return {"name": choice, "value": choice} | _in_others("name", found)


def _named(name: str, kind: str = COMMAND) -> Payload:
    elsewhere = names.localized(kind, name)
    for each in (name, *elsewhere.values()):
        if not (_NAME.fullmatch(each) and each == each.lower() and len(each) <= limits.COMMAND_NAME):
            raise ValueError(
                f"{each!r} is no name for Discord: lower case, at most {limits.COMMAND_NAME} characters"
            )
    return {"name": name} | _in_others("name", elsewhere)


def _described(name: str, description: str, kind: str = COMMAND) -> Payload:
    elsewhere = names.described(description)
    for each in (description, *elsewhere.values()):
        if not 1 <= len(each) <= limits.COMMAND_DESCRIPTION:
            most = limits.COMMAND_DESCRIPTION
            raise ValueError(f"{name!r} needs a description of at most {most} characters: {each!r}")
    described = {"description": names.sentence_case(description)}
    return _named(name, kind) | described | _in_others("description", elsewhere)


def _within(options: list[Payload], name: str) -> list[Payload]:
    if len(options) > limits.COMMAND_OPTIONS:
        raise ValueError(f"{name!r} has {len(options)} options; Discord takes {limits.COMMAND_OPTIONS}")
    return options


def _size(part: Payload) -> int:
    """What Discord counts: all names, descriptions and values; of what is there in several languages, the longest."""
    own = len(str(part.get("value", "")))
    for key in ("name", "description"):
        own += max(len(each) for each in (part.get(key, ""), *part.get(f"{key}_localizations", {}).values()))
    return own + sum(_size(inner) for key in ("options", "choices") for inner in part.get(key, ()))


async def sync(client: discord.Client, wanted: list[Payload]) -> bool:
    """Registers the commands if Discord has others; True when it had. One request when nothing changed."""
    assert client.application_id is not None, "sync needs a client that has logged in"
    try:
        registered = await client.http.request(
            Route("GET", "/applications/{application_id}/commands", application_id=client.application_id),
            params={"with_localizations": "true"},
        )
    except discord.HTTPException as error:
        # What cannot be compared is registered anew; where that is refused too, the refusal is raised.
        log.info("discord commands unread", detail=str(error))
    else:
        if essence(registered) == essence(wanted):
            return False
    await client.http.bulk_upsert_global_commands(client.application_id, wanted)
    return True


def essence(commands: Sequence[Any]) -> dict[str, Any]:
    """What two lists of commands are compared by: only what is declared here, without Discord's ids and defaults."""
    return {f"{command['type']} {command['name']}": _essence(command) for command in commands}


def _essence(part: Payload) -> Payload:
    kept: Payload = {}
    for key in (
        "name",
        "description",
        "type",
        "required",
        "autocomplete",
        "min_value",
        "max_value",
        "max_length",
        "name_localizations",
        "description_localizations",
        "default_member_permissions",
    ):
        if part.get(key):
            kept[key] = part[key]
    kept |= {key: sorted(part[key]) for key in ("contexts", "integration_types") if part.get(key)}
    kept["choices"] = [
        (choice["name"], choice["value"], choice.get("name_localizations") or {})
        for choice in part.get("choices") or ()
    ]
    kept["options"] = [_essence(option) for option in part.get("options") or ()]
    return kept
