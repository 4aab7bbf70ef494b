"""Application commands: what the bot may register, and the registry of what it did register."""

from __future__ import annotations

import unicodedata
from collections import Counter
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.errors import known, over
from tests.fakes.discord.form import Form, Path

if TYPE_CHECKING:
    from tests.fakes.discord.state import World

Json = dict[str, Any]

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER_OPTION, CHANNEL_OPTION, ROLE_OPTION, MENTIONABLE, NUMBER = 6, 7, 8, 9, 10
MAX_COUNT = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
LOCALES = frozenset(
    [
        "id",
        "da",
        "de",
        "en-GB",
        "en-US",
        "es-ES",
        "es-419",
        "fr",
        "hr",
        "it",
        "lt",
        "hu",
        "nl",
        "no",
        "pl",
        "pt-BR",
        "ro",
        "fi",
        "sv-SE",
        "vi",
        "tr",
        "cs",
        "el",
        "bg",
        "ru",
        "uk",
        "hi",
        "th",
        "zh-CN",
        "ja",
        "zh-TW",
        "ko",
    ]
)
MAX_SIZE, MAX_CREATES = 8000, 200
SAFE_INTEGER = 2**53

COMMAND = frozenset(
    [
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "options",
        "default_member_permissions",
        "dm_permission",
        "default_permission",
        "integration_types",
        "contexts",
        "type",
        "nsfw",
        "id",
    ]
)
OPTION = frozenset(
    [
        "type",
        "name",
        "name_localizations",
        "description",
        "description_localizations",
        "required",
        "choices",
        "options",
        "channel_types",
        "min_value",
        "max_value",
        "min_length",
        "max_length",
        "autocomplete",
    ]
)


def check_command(form: Form, command: Any, path: Path) -> Json:
    command = form.keys(command, COMMAND, path)
    kind = command.get("type") or CHAT_INPUT
    form.choice({"type": kind}, "type", path, set(MAX_COUNT))
    if kind == CHAT_INPUT:
        _check_names(form, command, path)
        _check_options(form, command, path, depth=0)
    else:
        form.text(command, "name", path, 1, 32, required=True)
        for value in (command.get("name_localizations") or {}).values():
            form.length(value, (*path, "name_localizations"), 1, 32)
        if command.get("description"):
            text = "Context menu commands cannot have description"
            form.add((*path, "description"), "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID", text)
        if command.get("options"):
            form.add(
                (*path, "options"),
                "APPLICATION_COMMAND_INVALID_OPTIONS",
                "Context menu commands have no options",
            )
    if command_size(command) > MAX_SIZE:
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({MAX_SIZE})")
    for key in ("contexts", "integration_types"):
        for index, value in enumerate(form.items(command, key, path, 0, 3)):
            form.choice({index: value}, index, (*path, key), {0, 1, 2})  # type: ignore[arg-type]
    return command


def _check_names(form: Form, holder: Json, path: Path) -> None:
    for key in ("name_localizations", "description_localizations"):
        for locale in (holder.get(key) or {}).keys() - LOCALES:
            form.add((*path, key), "BASE_TYPE_CHOICES", f"{locale!r} is no locale of the platform's")
    name = form.text(holder, "name", path, 1, 32, required=True)
    if name and not valid_name(name):
        form.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
    form.text(holder, "description", path, 1, 100, required=True)
    for value in (holder.get("name_localizations") or {}).values():
        if not 1 <= len(value) <= 32 or not valid_name(value):
            form.add(
                (*path, "name_localizations"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid"
            )
    for value in (holder.get("description_localizations") or {}).values():
        form.length(value, (*path, "description_localizations"), 1, 100)


def valid_name(name: str) -> bool:
    """Letters, digits, ``-``, ``_`` and ``'``; lower case where the letter has one."""
    return name == name.lower() and all(c in "-_'" or unicodedata.category(c)[0] in "LNM" for c in name)


def _check_options(form: Form, holder: Json, path: Path, depth: int) -> None:
    options = form.items(holder, "options", path, 0, 25)
    optional_seen = False
    names: Counter[Any] = Counter()
    for index, given in enumerate(options):
        where = (*path, "options", index)
        option = form.keys(given, OPTION, where)
        kind = form.choice(option, "type", where, set(range(1, 12)))
        _check_names(form, option, where)
        names[option.get("name")] += 1
        if names[option.get("name")] > 1:
            text = "Application command options name already exists"
            form.add((*where, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", text)
        if kind in {SUBCOMMAND, GROUP}:
            _check_nesting(form, option, where, kind, depth)
        elif kind:
            _check_value_option(form, option, where, kind)
            if option.get("required") and optional_seen:
                text = "Required options must be placed before non-required options"
                form.add(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
            optional_seen = optional_seen or not option.get("required")
    kinds = {o.get("type") in {SUBCOMMAND, GROUP} for o in options if isinstance(o, dict)}
    if len(kinds) > 1:
        text = "Sub-command and sub-command group option types are mutually exclusive to all other types"
        form.add((*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", text)


def _check_nesting(form: Form, option: Json, path: Path, kind: int, depth: int) -> None:
    if depth > (1 if kind == SUBCOMMAND else 0):
        form.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Nested too deep")
    if kind == GROUP and not option.get("options"):
        form.required((*path, "options"))
    if kind == GROUP and any(o.get("type") != SUBCOMMAND for o in option.get("options") or []):
        form.add(
            (*path, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "A group holds sub-commands only"
        )
    _check_options(form, option, path, depth + 1)


def _check_value_option(form: Form, option: Json, path: Path, kind: int) -> None:
    form.flag(option, "required", path)
    choices = form.items(option, "choices", path, 0, 25)
    if (choices or option.get("autocomplete")) and kind not in {STRING, INTEGER, NUMBER}:
        form.add((*path, "choices"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "This type has no choices")
    if choices and option.get("autocomplete"):
        form.add(
            (*path, "autocomplete"),
            "APPLICATION_COMMAND_AUTOCOMPLETE_WITH_CHOICES",
            "Choices exclude autocomplete",
        )
    check_choices(form, choices, path, kind)
    if kind == STRING:
        form.number(option, "min_length", path, 0, 6000)
        form.number(option, "max_length", path, 1, 6000)
    elif "min_length" in option or "max_length" in option:
        form.add(
            (*path, "min_length"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Only strings have a length"
        )


def check_choices(form: Form, choices: list[Any], path: Path, kind: int) -> None:
    """Choices of a definition, or those answered to autocomplete."""
    for index, given in enumerate(choices):
        where = (*path, "choices", index)
        choice = form.keys(given, frozenset({"name", "name_localizations", "value"}), where)
        form.text(choice, "name", where, 1, 100, required=True)
        for localized in (choice.get("name_localizations") or {}).values():
            form.length(localized, (*where, "name_localizations"), 1, 100)
        value = choice.get("value")
        if kind == STRING:
            form.text(choice, "value", where, 0, 100, required=True)
        elif isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > SAFE_INTEGER:
            form.add((*where, "value"), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def command_size(command: Json) -> int:
    """Characters of all names, descriptions and choice values; of localizations only the longest counts."""
    size = 0
    for key in ("name", "description"):
        texts = [command.get(key) or "", *(command.get(f"{key}_localizations") or {}).values()]
        size += max(len(str(text)) for text in texts)
    size += len(str(command.get("value", "")))
    for key in ("options", "choices"):
        size += sum(command_size(inner) for inner in command.get(key) or [] if isinstance(inner, dict))
    return size


class Registry:
    """Registered commands by scope: ``None`` for the global ones, else the guild's id."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._scopes: dict[int | None, dict[tuple[int, str], Json]] = {}
        self._creates: Counter[tuple[int | None, int]] = Counter()

    def all(self, scope: int | None) -> list[Json]:
        return list(self._scopes.get(scope, {}).values())

    def get(self, scope: int | None, command_id: int) -> Json:
        for command in self.all(scope):
            if command["id"] == str(command_id):
                return command
        raise known(10063)

    def find(self, name: str, kind: int, guild_id: int | None) -> Json | None:
        """What a person who types this name gets: the guild's own command goes before the global one."""
        if guild_id is not None and (kind, name) in self._scopes.get(guild_id, {}):
            return self._scopes[guild_id][kind, name]
        return self._scopes.get(None, {}).get((kind, name))

    def overwrite(self, scope: int | None, bodies: Any) -> list[Json]:
        form = Form()
        bodies = form.items({"": bodies}, "", (), 0, 200)
        checked = [check_command(form, body, (index,)) for index, body in enumerate(bodies)]
        keys = [(b.get("type") or CHAT_INPUT, b.get("name")) for b in checked]
        for index, key in enumerate(keys):
            if key in keys[:index]:
                text = "Application command names must be unique"
                form.add((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", text)
        form.finish()
        for kind, most in MAX_COUNT.items():
            if sum(1 for found, _ in keys if found == kind) > most:
                raise over(30032)
        before = self._scopes.get(scope, {})
        self._count_creates(scope, sum(1 for key in keys if key not in before))
        self._scopes[scope] = {}
        for body in checked:
            self._store(scope, body, before)
        return self.all(scope)

    def upsert(self, scope: int | None, body: Any) -> tuple[Json, bool]:
        """Create a command, or replace the one of the same name and type; tells whether it is new."""
        form = Form()
        body = check_command(form, body, ())
        form.finish()
        kind, name = body.get("type") or CHAT_INPUT, body["name"]
        before = self._scopes.setdefault(scope, {})
        new = (kind, name) not in before
        if new and sum(1 for found, _ in before if found == kind) >= MAX_COUNT[kind]:
            raise over(30032)
        self._count_creates(scope, int(new))
        return self._store(scope, body, before), new

    def edit(self, scope: int | None, command_id: int, body: Any) -> Json:
        old = self.get(scope, command_id)
        self.delete(scope, command_id)
        merged = {key: value for key, value in old.items() if key in COMMAND and value is not None} | body
        form = Form()
        check_command(form, merged, ())
        if form_error := _problem(form):
            self._scopes[scope][old["type"], old["name"]] = old
            raise form_error
        return self._store(scope, merged, {(merged["type"], merged["name"]): old})

    def delete(self, scope: int | None, command_id: int) -> None:
        command = self.get(scope, command_id)
        del self._scopes[scope][command["type"], command["name"]]

    def _count_creates(self, scope: int | None, new: int) -> None:
        day = (scope, int(self._world.now() // 86_400))
        if self._creates[day] + new > MAX_CREATES:
            raise over(30034)
        self._creates[day] += new

    def _store(self, scope: int | None, body: Json, before: dict[tuple[int, str], Json]) -> Json:
        kind = body.get("type") or CHAT_INPUT
        old = before.get((kind, body["name"]))
        permissions = body.get("default_member_permissions")
        command = {
            "id": old["id"] if old else str(self._world.new_id()),
            "application_id": str(self._world.bot.id),
            "version": str(self._world.new_id()),
            "type": kind,
            "name": body["name"],
            "name_localizations": body.get("name_localizations"),
            "description": body.get("description") or "",
            "description_localizations": body.get("description_localizations"),
            "default_member_permissions": None if permissions is None else str(permissions),
            "nsfw": bool(body.get("nsfw")),
            "options": body.get("options") or [],
        }
        if scope is None:
            command["dm_permission"] = body.get("dm_permission") is not False
            command["contexts"] = body.get("contexts")
            command["integration_types"] = body.get("integration_types") or [0]
        else:
            command["guild_id"] = str(scope)
        self._scopes.setdefault(scope, {})[kind, body["name"]] = command
        return command


def _problem(form: Form) -> Exception | None:
    try:
        form.finish()
    except Exception as error:
        return error
    return None
