"""Turns what a person picked or typed into interaction data, refusing what the application would not offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.fakes.discord import payloads, permissions
from tests.fakes.discord.commands import (
    BOOLEAN,
    CHANNEL_OPTION,
    GROUP,
    INTEGER,
    MENTIONABLE,
    NUMBER,
    ROLE_OPTION,
    STRING,
    SUBCOMMAND,
    USER_OPTION,
)
from tests.fakes.discord.errors import Refused
from tests.fakes.discord.state import Channel, Guild, Member, Role, User

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.fakes.discord.commands import Registry
    from tests.fakes.discord.state import World

Json = dict[str, Any]


class Resolved:
    """Collects the objects behind picked ids, as the ``resolved`` part of the interaction data."""

    def __init__(self, world: World, guild: Guild | None, channel: Channel) -> None:
        self._world, self._guild, self._channel = world, guild, channel
        self.data: dict[str, dict[str, Json]] = {}

    def add(self, kind: int, value: Any) -> str:
        """Note one picked thing (an object of the state, or an id) and return its id as text."""
        target = self._lookup(value)
        fits = {USER_OPTION: User, ROLE_OPTION: Role, CHANNEL_OPTION: Channel, MENTIONABLE: User | Role}[kind]
        if not isinstance(target, fits):
            raise Refused(f"{target!r} cannot be picked here")
        if isinstance(target, User):
            self._note_user(target)
        elif isinstance(target, Role):
            self._note("roles", target.id, payloads.role(target))
        else:
            self._note("channels", target.id, payloads.partial_channel(target, permissions.ALL))
        return str(target.id)

    def _lookup(self, value: Any) -> Any:
        if isinstance(value, Member):
            return value.user
        if not isinstance(value, str | int):
            return value
        roles = self._guild.roles if self._guild else {}
        number = int(value)
        return self._world.users.get(number) or roles.get(number) or self._world.channels.get(number)

    def _note_user(self, person: User) -> None:
        self._note("users", person.id, payloads.user(person))
        member = self._guild.members.get(person.id) if self._guild else None
        if member:
            body = payloads.member(member, with_user=False)
            body["permissions"] = str(self._world.allowed(person.id, self._channel))
            self._note("members", person.id, body)

    def _note(self, group: str, number: int, body: Json) -> None:
        self.data.setdefault(group, {})[str(number)] = body


def offered(registry: Registry, name: str, kind: int, guild: Guild | None, bits: int) -> Json:
    """The registered command, if the application would offer it to this person in this place."""
    command = registry.find(name, kind, guild.id if guild else None)
    if command is None:
        raise Refused(f"no command {name!r} is registered here")
    if "guild_id" not in command:
        contexts = command["contexts"]
        if contexts is not None and (0 if guild else 1) not in contexts:
            raise Refused(f"{name!r} is not offered in this kind of place")
        if guild is None and not command["dm_permission"]:
            raise Refused(f"{name!r} is not offered in direct messages")
    needed = command["default_member_permissions"]
    if guild and needed is not None and not bits & permissions.ADMINISTRATOR:
        lacking = needed == "0" or int(needed) & ~bits
        if lacking:
            raise Refused(f"{name!r} is not offered to this member")
    return command


def find_options(command: Json, path: list[str]) -> tuple[list[Json], list[tuple[str, int]]]:
    """Follow ``path`` through groups and sub-commands; the option definitions, and the steps taken."""
    options, steps = command["options"], []
    for step in path:
        found = next((o for o in options if o["name"] == step and o["type"] in {SUBCOMMAND, GROUP}), None)
        if found is None:
            raise Refused(f"/{command['name']} has no sub-command {step!r}")
        steps.append((step, found["type"]))
        options = found.get("options") or []
    if any(o["type"] in {SUBCOMMAND, GROUP} for o in options):
        raise Refused(f"/{' '.join([command['name'], *path])} needs a sub-command")
    return options, steps


def nest(steps: list[tuple[str, int]], values: list[Json]) -> list[Json]:
    for name, kind in reversed(steps):
        values = [{"name": name, "type": kind, "options": values}]
    return values


def fill(definitions: list[Json], given: Mapping[str, Any], resolved: Resolved) -> list[Json]:
    """Option values in the order of the definition, each checked as the application checks them."""
    unknown = given.keys() - {d["name"] for d in definitions}
    if unknown:
        raise Refused(f"no option {sorted(unknown)}; there are {[d['name'] for d in definitions]}")
    missing = [d["name"] for d in definitions if d.get("required") and given.get(d["name"]) is None]
    if missing:
        raise Refused(f"required and missing: {missing}")
    return [
        {"name": d["name"], "type": d["type"], "value": pick(d, given[d["name"]], resolved)}
        for d in definitions
        if given.get(d["name"]) is not None
    ]


def pick(definition: Json, value: Any, resolved: Resolved) -> Any:
    kind = definition["type"]
    if kind in {USER_OPTION, ROLE_OPTION, CHANNEL_OPTION, MENTIONABLE}:
        return resolved.add(kind, value)
    wanted = {STRING: str, INTEGER: int, BOOLEAN: bool, NUMBER: (int, float)}[kind]
    if not isinstance(value, wanted) or (isinstance(value, bool) and kind != BOOLEAN):
        raise Refused(f"{definition['name']} does not take {value!r}")
    if definition.get("choices"):
        return _choice(definition, value)
    size, low, high = value, "min_value", "max_value"
    if kind == STRING:
        if not value:
            raise Refused(f"{definition['name']} is empty")
        size, low, high = len(value), "min_length", "max_length"
    if kind != BOOLEAN and not definition.get(low, size) <= size <= definition.get(high, max(size, 6000)):
        raise Refused(
            f"{definition['name']}: {value!r} is outside {definition.get(low)}..{definition.get(high)}"
        )
    return value


def _choice(definition: Json, value: Any) -> Any:
    """People pick a choice by its name; tests may name its value too."""
    for choice in definition["choices"]:
        if value in (choice["name"], choice["value"]):
            return choice["value"]
    raise Refused(
        f"{definition['name']}: {value!r} is not among {[c['name'] for c in definition['choices']]}"
    )
