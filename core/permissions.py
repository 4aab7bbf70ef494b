"""Roles, permissions, and what a set of roles gives.

A permission is ``thing:action``. Those about members, roles, groups, resources, requests, workspaces and the audit are
Usher's own; every other one belongs to the product behind the workspace. The ready-made sets of roles are in
``core.schemes``.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

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
INCLUDED_IN = {part: whole for whole, parts in INCLUDED.items() for part in parts}
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


class Level(IntEnum):
    """How far a grant on a resource goes; each includes those before it."""

    VIEW = 1
    USE = 2
    EDIT = 3
    MANAGE = 4

    @property
    def word(self) -> str:
        return self.name.lower()


class Row(NamedTuple):
    """One line of a scheme's table: these permissions are held by these roles."""

    permissions: tuple[str, ...]
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A ready set of roles, from the top down. ``default``: the role of a newcomer, empty for none.

    ``rows``: its table as people read it. ``levels``: what a permission of the product needs on a resource. ``working``:
    the role of whoever does the everyday work, which a small team gives to newcomers.
    """

    name: str
    default: str
    single: bool
    roles: tuple[Role, ...]
    rows: tuple[Row, ...]
    levels: Mapping[str, Level]
    working: str = ""

    @property
    def top(self) -> Role:
        return self.roles[0]

    def level(self, permission: str) -> Level:
        """The level that a permission needs on a resource; the highest where the scheme does not know it."""
        return self.levels.get(permission, Level.MANAGE)


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


class Standing(NamedTuple):
    """What a member may do at a moment: their rank is that of their highest live role.

    ``lasting``: what the roles alone give that they hold for good; None where that is the same.
    """

    rank: int
    permissions: frozenset[str]
    lasting: Standing | None = None

    def has(self, permission: str) -> bool:
        """The one rule about permissions: a live role has it, itself or through another that includes it."""
        return permission in self.permissions

    def may_give(self, role: Role) -> bool:
        """The ceiling: not above the giver, and none of Usher's own permissions that the giver lacks.

        Ranks and permissions are compared, never names.
        """
        return role.rank <= self.rank and all(self.has(p) for p in role.permissions if is_own(p))

    def may_give_for_good(self, role: Role) -> bool:
        """The ceiling for what has no end of its own: who is something for a time makes nobody that for longer."""
        return (self if self.lasting is None else self.lasting).may_give(role)


NO_STANDING = Standing(-1, frozenset())


@functools.lru_cache(maxsize=4096)
def standing(held: frozenset[Role]) -> Standing:
    """The standing that a set of live roles gives."""
    if not held:
        return NO_STANDING
    return Standing(
        max(role.rank for role in held), expanded(frozenset().union(*(role.permissions for role in held)))
    )


def standing_on(plan: str, held: Iterable[Role]) -> Standing:
    """What these live roles give together on a plan."""
    return standing(frozenset(role for role in held if role.on(plan)))
