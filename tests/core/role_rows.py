"""Roles as the database has them."""

from __future__ import annotations

import json

from tests.core.world import World


def kept(world: World, name: str) -> tuple[int, frozenset[str]]:
    """The rank and the permissions of a role as the database has them."""
    [row] = world.rows("SELECT rank, permissions FROM roles WHERE name = :name", name=name)
    listed = json.loads(row.permissions) if isinstance(row.permissions, str) else row.permissions
    return row.rank, frozenset(listed)


def declared(world: World) -> list[str]:
    found = world.one("SELECT declared FROM workspaces WHERE name = 'Studio'")
    return json.loads(found) if isinstance(found, str) else found
