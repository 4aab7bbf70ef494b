"""How far somebody reaches on a resource: a chain of live facts, from them or a group of theirs to it or one above it.

``best`` is the one rule, a pure function; the rest reads what it needs. The end of a grant is part of it: from that second
on it is no fact any more, whether or not anybody has tidied it away.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, literal_column, select, union_all

from core.context import Context
from core.models import grants, group_members
from core.permissions import Level
from core.policy import On
from core.schemes import schemes

#: The layer of what was taken in an emergency: it is for doing the work, and nobody gives anything on by it.
IN_EMERGENCY = "emergency"

_MINE = select(grants, literal_column("''").label("group_id")).where(
    grants.c.workspace_id == bindparam("ws"), grants.c.holder == bindparam("member")
)
_OF_MY_GROUPS = (
    select(grants, group_members.c.group_id)
    .join(
        group_members,
        (group_members.c.workspace_id == grants.c.workspace_id)
        & (group_members.c.group_id == grants.c.holder),
    )
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.member_id == bindparam("member"))
)
_ALL = union_all(_MINE, _OF_MY_GROUPS)
_ON_PATH = grants.c.resource_id.in_(bindparam("path", expanding=True))
_ON_RESOURCE = union_all(_MINE.where(_ON_PATH), _OF_MY_GROUPS.where(_ON_PATH))


class Fact(NamedTuple):
    """A grant to somebody: to themselves, or (``group_id``) to a group that they are in now."""

    resource_id: str
    level: Level
    ends_at: int | None
    group_id: str
    given_at: int
    given_by: str
    source: str
    layer: str = ""

    def live(self, at: int) -> bool:
        return self.ends_at is None or self.ends_at > at

    def manages(self, at: int) -> bool:
        """Whether it lets somebody give access to others."""
        return self.level >= Level.MANAGE and self.layer != IN_EMERGENCY and self.live(at)


def ids_on(path: str) -> list[str]:
    """A resource's ancestors from the top and itself, of its ``path``."""
    return [part for part in path.split("/") if part]


def best(facts: Iterable[Fact], path: Sequence[str], at: int) -> Fact | None:
    """The live fact about a resource or one above it that goes furthest; of equals the one that lasts longest.

    None: nothing reaches it. ``path``: the ids from the top to the resource itself.
    """
    depth = {resource_id: number for number, resource_id in enumerate(path)}
    live = [fact for fact in facts if fact.resource_id in depth and fact.live(at)]
    return max(live, key=lambda fact: _strength(fact, depth), default=None)


def _strength(fact: Fact, depth: dict[str, int]) -> tuple[int, bool, int, int, bool]:
    return (fact.level, fact.ends_at is None, fact.ends_at or 0, depth[fact.resource_id], not fact.group_id)


def facts_of(ctx: Context, member_id: str, path: Sequence[str] | None = None) -> list[Fact]:
    """All grants to a member and to their groups, ended ones too; only those on ``path`` where it is given."""
    params: dict[str, Any] = {"ws": ctx.workspace.workspace_id, "member": member_id}
    if path is None:
        rows = ctx.connection.execute(_ALL, params)
    else:
        rows = ctx.connection.execute(_ON_RESOURCE, {**params, "path": list(path)})
    return [
        Fact(
            row.resource_id,
            Level(row.level),
            row.ends_at,
            row.group_id,
            row.given_at,
            row.given_by,
            row.source,
            row.layer,
        )
        for row in rows
    ]


def reach(ctx: Context, member_id: str, path: str) -> Fact | None:
    """What brings a member furthest on the resource with that path now."""
    ids = ids_on(path)
    return best(facts_of(ctx, member_id, ids), ids, ctx.at)


def on(ctx: Context, member_id: str, resource: Any, permission: str) -> On:
    """What ``core.policy.decide`` has to know about a resource's row: what it takes there, and how far the member reaches."""
    ids = ids_on(resource.path)
    facts = facts_of(ctx, member_id, ids)
    needs = schemes()[ctx.workspace.scheme].level(permission)
    return on_by(ctx, resource, needs, facts)


def on_by(ctx: Context, resource: Any, needs: Level, facts: Sequence[Fact]) -> On:
    """The same, of the facts on the path of the resource."""
    found = best(facts, ids_on(resource.path), ctx.at)
    gives_on = any(fact.manages(ctx.at) for fact in facts)
    return On(resource.kind, needs, found.level if found else None, gives_on)
