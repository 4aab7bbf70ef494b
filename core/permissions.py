"""Roles, permissions and the ready-made role schemes.

A permission is ``thing:action``. Those about members, roles, groups, resources, requests, workspaces and the audit are
Usher's own; every other one belongs to the product behind the workspace.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any, NamedTuple

#: How a permission reads.
PERMISSION = re.compile(r"[a-z][a-z_]{0,39}:[a-z][a-z_]{0,39}")
#: Usher's own permissions: a closed set.
OWN = frozenset(
    {
        "member:invite",
        "member:remove",
        "role:assign",
        "role:define",
        "group:manage",
        "resource:manage",
        "resource:grant",
        "resource:all",
        "request:approve",
        "workspace:create",
        "workspace:configure",
        "workspace:delete",
        "audit:view",
    }
)
OWN_THINGS = frozenset(permission.partition(":")[0] for permission in OWN)

#: Holding the first includes holding the others.
INCLUDED = {
    "workspace:configure": ("role:define", "group:manage", "resource:manage", "resource:grant", "audit:view")
}
#: Whoever holds it can mend everything else: in every workspace some member does.
TOP = "workspace:configure"


class Role(NamedTuple):
    """A named set of permissions. Of two roles the one with the higher ``rank`` stands above the other.

    ``plans``: on which plans it counts; empty for all. ``exactly_one``: held by one member, neither more nor fewer.
    """

    role_id: str
    name: str
    rank: int
    permissions: frozenset[str]
    exactly_one: bool = False
    plans: tuple[str, ...] = ()

    def on(self, plan: str) -> bool:
        """Whether it counts on that plan."""
        return not self.plans or plan in self.plans


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
    """Whether it is about what Usher keeps itself: nobody gives one of these that they lack."""
    return permission.partition(":")[0] in OWN_THINGS


def unknown_own(permission: str) -> bool:
    """Whether it reads like one of Usher's own and is none: no role may hold it."""
    return is_own(permission) and permission not in OWN


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
    try:
        data = tomllib.loads(text)
        scheme = Scheme(data["name"], data["default"], data["single"], tuple(map(_role, data["role"])))
    except tomllib.TOMLDecodeError as error:
        raise SchemeError(f"{source}: {error}") from error
    except KeyError as missing:
        raise SchemeError(f"{source}: {missing} is missing") from missing
    problem = _problem(scheme)
    if problem:
        raise SchemeError(f"{source}: {problem}")
    return scheme


def _role(data: dict[str, Any]) -> Role:
    return Role(
        data["name"].lower().replace(" ", "-"),
        data["name"],
        data["rank"],
        expanded(data["permissions"]),
        data.get("exactly_one", False),
        tuple(data.get("plans", ())),
    )


def _problem(scheme: Scheme) -> str:
    """What makes no sense about a scheme, or empty."""
    if not scheme.roles:
        return "there is no role"
    ranks = [role.rank for role in scheme.roles]
    if ranks != sorted(set(ranks), reverse=True):
        return "ranks must differ and fall from the top role down"
    if len({role.role_id for role in scheme.roles}) < len(scheme.roles):
        return "two roles have the same name"
    if scheme.default and scheme.default not in {role.name for role in scheme.roles}:
        return f"the default role {scheme.default!r} is not among the roles"
    odd = [p for role in scheme.roles for p in sorted(role.permissions) if not PERMISSION.fullmatch(p)]
    return f"{odd[0]!r} is not a permission" if odd else ""


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
