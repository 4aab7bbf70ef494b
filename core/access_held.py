"""What members and groups hold of resources, and who holds a resource, as cards show it to whoever looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, and_, bindparam, func, select

from core import groups
from core.context import Context
from core.language import t
from core.members import sources_of
from core.models import grants, members
from core.models import groups as group_rows
from core.permissions import Level
from core.reach import Fact, best, facts_of, ids_on
from core.resources import Sight, paths, rows_of, sight_of
from core.views.access import HeldGrant, Holding
from core.views.common import PAGE

_ON = (
    select(
        grants,
        func.coalesce(members.c.name, group_rows.c.name).label("name"),
        func.count().over().label("total"),
    )
    .outerjoin(
        members,
        and_(members.c.workspace_id == grants.c.workspace_id, members.c.member_id == grants.c.holder),
    )
    .outerjoin(
        group_rows,
        and_(group_rows.c.workspace_id == grants.c.workspace_id, group_rows.c.group_id == grants.c.holder),
    )
    .where(
        grants.c.workspace_id == bindparam("ws"),
        grants.c.resource_id.in_(bindparam("path", expanding=True)),
        (grants.c.ends_at.is_(None)) | (grants.c.ends_at > bindparam("now")),
    )
)
#: Groups first, then members by name.
_PAGE = (
    _ON.order_by(
        group_rows.c.group_id.is_(None),
        func.coalesce(members.c.name_key, group_rows.c.name_key),
        grants.c.holder,
        grants.c.resource_id,
        grants.c.level.desc(),
    )
    .limit(PAGE)
    .offset(bindparam("skip"))
)
#: So many grants one holder has on one resource at most: for good, for a time of each level, in an emergency.
_LAYERS = 2 + len(Level)
_DIRECT = _ON.order_by(
    group_rows.c.group_id.is_(None),
    func.coalesce(members.c.name_key, group_rows.c.name_key),
    grants.c.holder,
    grants.c.level.desc(),
).limit(bindparam("most"))


# --- what somebody holds -----------------------------------------------------------------------------------------------


def held(ctx: Context, holder: str, sight: Sight | None = None) -> tuple[HeldGrant, ...]:
    """The live grants of a member with their groups, or of a group, by path; of these those that ``sight`` reaches, where it is given."""
    return shown(ctx, facts_of(ctx, holder), sight)


def shown(ctx: Context, facts: Iterable[Fact], sight: Sight | None = None) -> tuple[HeldGrant, ...]:
    """Live facts as cards show them, by path; all of one's own, else what ``sight`` reaches."""
    live = [fact for fact in facts if fact.live(ctx.at)]
    rows = rows_of(ctx, (fact.resource_id for fact in live))
    if sight is not None:
        rows = {resource_id: row for resource_id, row in rows.items() if sight.reaches(row)}
    live = [fact for fact in live if fact.resource_id in rows]
    words = paths(ctx, rows.values(), sight or Sight(False, frozenset(), frozenset(rows)))
    through = groups.names_of(ctx, (fact.group_id for fact in live if fact.group_id))
    sources = sources_of(ctx, live, private=False)
    found = [
        HeldGrant(
            rows[fact.resource_id].name,
            words[fact.resource_id],
            fact.level.word,
            fact.ends_at,
            t("group {name}", name=through.get(fact.group_id, fact.group_id))
            if fact.group_id
            else sources[fact.source],
        )
        for fact in live
    ]
    return tuple(sorted(found, key=lambda each: (each.path.casefold(), each.source)))


def best_of(ctx: Context, holder: str, row: Any, *, above: bool = False) -> HeldGrant | None:
    """What brings a member or a group furthest on a resource; ``above``: only by what stands above it."""
    ids = ids_on(row.path)[: -1 if above else None]
    found = best(facts_of(ctx, holder, ids), ids, ctx.at) if ids else None
    return shown(ctx, [found])[0] if found is not None else None


# --- who holds it ------------------------------------------------------------------------------------------------------


def holders(ctx: Context, row: Any, page: int = 0) -> tuple[list[Holding], int]:
    """One page of those who have live grants on a resource or above it, groups first; and how many grants there are."""
    params = {"ws": row.workspace_id, "path": ids_on(row.path), "now": ctx.at, "skip": page * PAGE}
    found = ctx.connection.execute(_PAGE, params).all()
    if not found and page:
        return holders(ctx, row)
    above = rows_of(ctx, {each.resource_id for each in found} - {row.resource_id})
    sight = sight_of(ctx)
    words = paths(ctx, (each for each in above.values() if sight.knows(each)), sight)
    return [
        Holding(
            each.name or each.holder,
            Level(each.level).word,
            each.ends_at,
            each.holder.startswith("grp-"),
            "" if each.resource_id == row.resource_id else words.get(each.resource_id, t("further up")),
        )
        for each in found
    ], found[0].total if found else 0


def direct(ctx: Context, row: Any, most: int) -> list[Row[Any]]:
    """The live grants on a resource itself, with their holders' names; of several of one holder the furthest."""
    params = {"ws": row.workspace_id, "path": [row.resource_id], "now": ctx.at}
    furthest: dict[str, Row[Any]] = {}
    for each in ctx.connection.execute(_DIRECT, {**params, "most": most * _LAYERS}):
        furthest.setdefault(each.holder, each)
    return list(furthest.values())[:most]
