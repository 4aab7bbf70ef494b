"""Roles, permissions and the ready-made role schemes.

A permission is ``thing:action``. Those about members, roles, groups, resources, requests, workspaces and the audit are
Usher's own; every other one belongs to the product behind the workspace.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import NamedTuple

OWN_THINGS = frozenset({"member", "role", "group", "resource", "request", "workspace", "audit"})

#: Holding the first includes holding the others.
INCLUDED = {
    "workspace:configure": ("role:define", "group:manage", "resource:manage", "resource:grant", "audit:view")
}


class Role(NamedTuple):
    """A named set of permissions. Of two roles the one with the higher ``rank`` stands above the other."""

    role_id: str
    name: str
    rank: int
    permissions: frozenset[str]
    exactly_one: bool = False


@dataclass(frozen=True, slots=True)
class Scheme:
    """A ready set of roles, from the top down. ``default``: the role of a newcomer, empty for none."""

    name: str
    default: str
    single: bool
    roles: tuple[Role, ...]

    @property
    def top(self) -> Role:
        return self.roles[0]


def is_own(permission: str) -> bool:
    return permission.partition(":")[0] in OWN_THINGS


def expanded(permissions: Iterable[str]) -> frozenset[str]:
    """The permissions with those that they include."""
    held = set(permissions)
    for permission in tuple(held):
        held.update(INCLUDED.get(permission, ()))
    return frozenset(held)


class SchemeError(ValueError):
    """A scheme's file does not make sense; the message names the file."""


def load(source: str, text: str) -> Scheme:
    """A scheme from its file's text. Raises ``SchemeError``."""
    data = tomllib.loads(text)
    made = tuple(
        Role(
            role["name"].lower().replace(" ", "-"),
            role["name"],
            role["rank"],
            expanded(role["permissions"]),
            role.get("exactly_one", False),
        )
        for role in data["role"]
    )
    ranks = [role.rank for role in made]
    if ranks != sorted(set(ranks), reverse=True):
        raise SchemeError(f"{source}: ranks must differ and fall from the top role down")
    if data["default"] and data["default"] not in {role.name for role in made}:
        raise SchemeError(f"{source}: the default role {data['default']!r} is not among the roles")
    return Scheme(data["name"], data["default"], data["single"], made)


@functools.cache
def schemes() -> dict[str, Scheme]:
    """The schemes that come with Usher, by name."""
    folder = resources.files("core") / "schemes"
    found = [load(file.name, file.read_text()) for file in folder.iterdir() if file.name.endswith(".toml")]
    return {scheme.name: scheme for scheme in sorted(found, key=lambda scheme: scheme.name)}


class Standing(NamedTuple):
    """What a member may do at a moment: their rank is that of their highest live role."""

    rank: int
    permissions: frozenset[str]

    def has(self, permission: str) -> bool:
        return permission in self.permissions

    def may_give(self, role: Role) -> bool:
        """The ceiling: not above the giver, and none of Usher's own permissions that the giver lacks.

        Ranks and permissions are compared, never names.
        """
        return role.rank <= self.rank and all(p in self.permissions for p in role.permissions if is_own(p))


NO_STANDING = Standing(-1, frozenset())


@functools.lru_cache(maxsize=4096)
def standing(held: frozenset[Role]) -> Standing:
    """The standing that a set of live roles gives."""
    if not held:
        return NO_STANDING
    return Standing(max(role.rank for role in held), frozenset().union(*(role.permissions for role in held)))
