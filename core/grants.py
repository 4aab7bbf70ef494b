"""Grants: who may give access to what and for how long, and the one way in which it is given, changed and taken.

A holder, a member or a group, has up to one grant in each layer on a resource: one for good, on top of it one for a time
of each level, and one that was taken in an emergency. The furthest of those that live counts, so the end of one never
takes what lies under it. Of those for a time a lower one is kept only where it lasts longer. Whoever may give access at all may give any level; never for longer than their own right to do so lasts.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import Row, and_, bindparam, delete, func, or_, select
from sqlalchemy import text as sql

from core import platform_access
from core.cards import When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import grants, member_roles, resources
from core.permissions import Level, Standing, standing_on
from core.policy import GRANT, decide
from core.reach import IN_EMERGENCY, Fact, facts_of, ids_on, on_by
from core.resources import UNDER, below
from core.time_boxes import reminded_at_start

LASTING, EMERGENCY = "lasting", IN_EMERGENCY
_TIMED = "timed"
#: Gives, or changes what is held in that layer; what is held already at that level until that moment is left alone.
_GIVE = sql(
    "INSERT INTO grants (workspace_id, resource_id, holder, layer, level, given_at, ends_at, given_by, source, reminded) "
    "VALUES (:ws, :res, :holder, :layer, :level, :now, :until, :by, :source, :reminded) "
    "ON CONFLICT (workspace_id, resource_id, holder, layer) DO UPDATE SET level = excluded.level, "
    "given_at = excluded.given_at, ends_at = excluded.ends_at, given_by = excluded.given_by, "
    "source = excluded.source, reminded = excluded.reminded "
    "WHERE grants.level <> excluded.level OR grants.ends_at IS DISTINCT FROM excluded.ends_at"
)
_THIS = (
    grants.c.workspace_id == bindparam("ws"),
    grants.c.resource_id == bindparam("res"),
    grants.c.holder == bindparam("holder"),
)
LIVE = or_(grants.c.ends_at.is_(None), grants.c.ends_at > bindparam("now"))
#: The furthest first, of equals the one that lasts longest.
_LAYERS = (
    select(grants)
    .where(*_THIS, LIVE)
    .order_by(grants.c.level.desc(), grants.c.ends_at.is_(None).desc(), grants.c.ends_at.desc())
)
_ENDED = delete(grants).where(*_THIS, grants.c.ends_at <= bindparam("now")).returning(*grants.c)
#: Names the state it expects: zero rows means that somebody, or the clock, was first.
_TAKE = delete(grants).where(*_THIS, LIVE).returning(*grants.c)
_TAKE_ONE = delete(grants).where(*_THIS, LIVE, grants.c.layer == bindparam("layer")).returning(*grants.c)
#: What another one takes the place of.
_TAKE_OFF = (
    delete(grants)
    .where(*_THIS, LIVE, grants.c.layer.in_(bindparam("layers", expanding=True)))
    .returning(*grants.c)
)
_OF_HOLDERS = select(grants).where(
    grants.c.workspace_id == bindparam("ws"),
    grants.c.holder.in_(bindparam("ids", expanding=True)),
    LIVE,
)
_END_OF_HOLDER = (
    delete(grants)
    .where(grants.c.workspace_id == bindparam("ws"), grants.c.holder == bindparam("holder"))
    .returning(*grants.c)
)
_ON_OR_BELOW = and_(
    grants.c.workspace_id == bindparam("ws"),
    grants.c.resource_id.in_(
        select(resources.c.resource_id).where(resources.c.workspace_id == bindparam("ws"), UNDER)
    ),
)
_END_OF_RESOURCE = delete(grants).where(_ON_OR_BELOW).returning(grants.c.resource_id, grants.c.holder)


_COUNT = select(func.count()).select_from(grants).where(_ON_OR_BELOW, LIVE)
#: What is something on a platform, of a resource and of what is under it.
_BOUND_BELOW = select(resources.c.resource_id).where(
    resources.c.workspace_id == bindparam("ws"), UNDER, resources.c.platform.is_not(None)
)


_ROLES = select(member_roles.c.role_id, member_roles.c.ends_at).where(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id == bindparam("member"),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)


class Right(NamedTuple):
    """How far somebody may give access to a resource, and until when they may; None: for good."""

    level: Level
    until: int | None


class Given(NamedTuple):
    """What a grant was, None for nothing, and is. ``changed``: whether these are two."""

    before: Row[Any] | None
    level: Level
    ends_at: int | None
    changed: bool


# --- who may give -----------------------------------------------------------------------------------------------------


def right_of(ctx: Context, resource: Any, member_id: str = "") -> Right | None:
    """What right a member, without ``member_id`` whoever runs the call, has now to give access to a resource."""
    mine = not member_id or (ctx.member is not None and member_id == ctx.member.member_id)
    who = ctx.me.member_id if mine else member_id
    standing = ctx.standing if mine else ctx.standing_of(who)
    facts = facts_of(ctx, who, ids_on(resource.path))
    if not decide(standing, GRANT, on_by(ctx, resource, Level.MANAGE, facts)).allowed:
        return None
    ends = [fact.ends_at for fact in facts if fact.manages(ctx.at)]
    ends += ends_of_roles(ctx, who, standing, GRANT)
    known = [end for end in ends if end is not None]
    return Right(Level.MANAGE, None if len(known) < len(ends) else max(known))


def ends_of_roles(
    ctx: Context, member_id: str, standing: Standing | None, permission: str
) -> list[int | None]:
    """When each of somebody's roles ends that has a permission; None: never."""
    if standing is None or not standing.has(permission):
        return []
    plan, roles = ctx.workspace.plan, ctx.workspace.roles
    params = {"ws": ctx.workspace.workspace_id, "member": member_id, "now": ctx.at}
    return [
        held.ends_at
        for held in ctx.connection.execute(_ROLES, params)
        if held.role_id in roles and standing_on(plan, [roles[held.role_id]]).has(permission)
    ]


def may_give(ctx: Context, resource: Any, level: Level, until: int | None, by: str = "") -> bool:
    """Whether a member, without ``by`` whoever runs the call, may give that now."""
    right = right_of(ctx, resource, by)
    return right is not None and level <= right.level and not _later(until, right.until)


def check_may_give(
    ctx: Context, resource: Any, level: Level, until: int | None, before: Any | None = None
) -> Right:
    """Refuses whoever may not give that. What takes nothing but a right to it makes less of ``before``."""
    right = right_of(ctx, resource)
    if right is None or level > right.level:
        raise _cannot(ctx, resource)
    less = before is not None and level <= before.level and not _later(until, before.ends_at)
    if not less and right.until is not None and _later(until, right.until):
        raise Refusal(RefusalCode.GRANT_OUTLASTS, resource=resource.name, until=When(right.until))
    return right


def check_may_take(ctx: Context, resource: Any) -> None:
    """Whoever may give access to something may take it, whoever gave it."""
    if right_of(ctx, resource) is None:
        raise _cannot(ctx, resource)


def _cannot(ctx: Context, resource: Any) -> Refusal:
    facts = facts_of(ctx, ctx.me.member_id, ids_on(resource.path))
    taken = any(_taken_to_manage(fact, ctx.at) for fact in facts)
    who = ctx.who_has(GRANT)
    if taken:
        who = f"{t('What you took in an emergency gives nothing to others.')} {who}"
    return Refusal(RefusalCode.CANNOT_GRANT, resource=resource.name, who=who)


def _taken_to_manage(fact: Fact, at: int) -> bool:
    return fact.layer == EMERGENCY and fact.level >= Level.MANAGE and fact.live(at)


def _later(end: int | None, other: int | None) -> bool:
    """Whether something lasts longer than another; None: for good."""
    return other is not None and (end is None or end > other)


# --- giving and taking ------------------------------------------------------------------------------------------------


def layers(ctx: Context, resource_id: str, holder: str) -> list[Row[Any]]:
    """The grants that a holder has on a resource itself now, the furthest first."""
    return list(ctx.connection.execute(_LAYERS, _of(ctx, resource_id, holder)).all())


def live_one(ctx: Context, resource_id: str, holder: str) -> Row[Any] | None:
    """The grant that counts of those that a holder has on a resource itself now."""
    return next(iter(layers(ctx, resource_id, holder)), None)


def in_layer(ctx: Context, resource_id: str, holder: str, layer: str) -> Row[Any] | None:
    """The grant that a holder has in one layer on a resource itself now."""
    return next((row for row in layers(ctx, resource_id, holder) if row.layer == layer), None)


def held_until(ctx: Context, resource_id: str, holder: str, end: int, level: int = 0) -> Row[Any] | None:
    """The grant with that very end that a holder has on a resource itself now, unless they have as much for good.

    ``level``: only one of that level.
    """
    found = layers(ctx, resource_id, holder)
    for_good = max((row.level for row in found if row.ends_at is None), default=0)
    return next(
        (row for row in found if row.ends_at == end and row.level > for_good and level in {0, row.level}),
        None,
    )


def replaced(
    ctx: Context, resource_id: str, holder: str, level: Level, until: int, *, less: bool = False
) -> list[Row[Any]]:
    """The grants for a time, the furthest first, whose place one of that level until that moment takes.

    They go no further and last no longer; with ``less`` also those that go further and last as long.
    """
    return [
        row
        for row in layers(ctx, resource_id, holder)
        if row.layer.startswith(_TIMED)
        and ((row.level <= level and row.ends_at <= until) or (less and _covers(row, level, until)))
    ]


def _covers(row: Row[Any], level: Level, until: int) -> bool:
    """Whether a grant for a time goes as far, and lasts as long."""
    return bool(row.level >= level and row.ends_at >= until)


def timed(level: int) -> str:
    """The layer of what is given at that level for a time."""
    return f"{_TIMED}-{int(level)}"


def live_of(ctx: Context, holders: Iterable[str]) -> list[Row[Any]]:
    """The live grants of these members or groups themselves."""
    params = {"ws": ctx.workspace.workspace_id, "ids": sorted(set(holders)), "now": ctx.at}
    return list(ctx.connection.execute(_OF_HOLDERS, params).all()) if params["ids"] else []


def give(
    ctx: Context,
    resource: Any,
    holder: str,
    level: Level,
    until: int | None,
    source: str = "",
    *,
    by: str = "",
    tell: bool = True,
    emergency: bool = False,
    less: bool = False,
) -> Given:
    """Gives a member or a group a level until a moment, or for good. It checks no rights: see ``check_may_give``.

    What is given for a time and goes no further than what is held for good changes nothing, and so does what goes no
    further and lasts no longer than something for a time, unless ``less`` is meant to take its place. ``by``: the member in whose
    name, without it whoever runs the call. ``source``: what it comes from. ``tell``: the member hears of it, unless they
    did it themselves. ``emergency``: it was taken in one, and lies on top of all else.
    """
    by = by or ctx.me.member_id
    _settle(ctx, resource, holder)
    before = live_one(ctx, resource.resource_id, holder)
    layer = LASTING if until is None else EMERGENCY if emergency else timed(level)
    there = {row.layer: row for row in layers(ctx, resource.resource_id, holder)}
    instead: list[Row[Any]] = []
    if until is not None and not emergency:
        for_time = [row for row in there.values() if row.layer.startswith(_TIMED)]
        enough = not less and any(_covers(row, level, until) for row in for_time)
        if enough or (LASTING in there and there[LASTING].level >= level):
            return Given(before, level, until, changed=False)
        instead = replaced(ctx, resource.resource_id, holder, level, until, less=less)
    params = {
        **_of(ctx, resource.resource_id, holder),
        "layer": layer,
        "level": int(level),
        "until": until,
        "by": by,
        "source": source or f"granted by {by}",
        "reminded": reminded_at_start(None if until is None else until - ctx.at),
    }
    if not ctx.connection.execute(_GIVE, params).rowcount:
        return Given(before, level, until, changed=False)
    after = {"level": int(level), "ends_at": until, "given_by": by, "source": params["source"]}
    about = {"resource": resource.resource_id, "layer": layer, "level": level.word, "had": _word(before)}
    off = {
        **_of(ctx, resource.resource_id, holder),
        "layers": [row.layer for row in instead if row.layer != layer],
    }
    gone = [[row.layer, row.level, row.ends_at] for row in ctx.connection.execute(_TAKE_OFF, off)]
    if gone:
        about["instead"] = sorted(gone)
    ctx.record("access.granted", holder, **about, before=_kept(there.get(layer)), after=after)
    ctx.standing_changed(taken=False)
    platform_access.mark(ctx, resource.resource_id, holder)
    if tell:
        _tell(ctx, "access_given", holder, f"{resource.resource_id}@{ctx.at}@{until or 0}@{int(level)}@{by}")
    return Given(before, level, until, changed=True)


def take(ctx: Context, resource: Any, holder: str, layer: str = "", *, tell: bool = True) -> Row[Any] | None:
    """Takes away what a holder has on a resource itself, or one ``layer`` of it; what counted of it.

    None where there is nothing. It checks no rights.
    """
    params = _of(ctx, resource.resource_id, holder)
    before = live_one(ctx, resource.resource_id, holder)
    if layer:
        before = in_layer(ctx, resource.resource_id, holder, layer)
        taken = ctx.connection.execute(_TAKE_ONE, {**params, "layer": layer}).all()
    else:
        taken = ctx.connection.execute(_TAKE, params).all()
    if not taken:
        return None
    for row in taken:
        about = {"resource": resource.resource_id, "layer": row.layer, "had": _word(row)}
        ctx.record("access.revoked", holder, **about, before=_kept(row), after=None)
    ctx.standing_changed(taken=False)
    platform_access.mark(ctx, resource.resource_id, holder)
    if tell:
        _tell(ctx, "access_taken", holder, f"{resource.resource_id}@{ctx.at}@{ctx.me.member_id}")
    return before


def end_of_holder(ctx: Context, holder: str) -> list[Row[Any]]:
    """Ends all grants of a member or a group, who is about to be no more; what they were. The caller records it."""
    params = {"ws": ctx.workspace.workspace_id, "holder": holder}
    ended: list[Row[Any]] = list(ctx.connection.execute(_END_OF_HOLDER, params).all())
    ended.sort(key=lambda row: str(row.resource_id))
    for row in ended:
        platform_access.mark(ctx, row.resource_id, holder)
    if ended:
        ctx.standing_changed(taken=False)
    return ended


def end_of_resource(ctx: Context, resource: Any) -> list[Any]:
    """Ends all grants on a resource and on what is under it: each one's resource and holder.

    The caller deletes the resources afterwards, and records it.
    """
    params = {"ws": ctx.workspace.workspace_id, "below": below(resource)}
    for resource_id in ctx.connection.execute(_BOUND_BELOW, params).scalars().all():
        platform_access.mark_resource(ctx, resource_id)
    ended: list[Any] = list(ctx.connection.execute(_END_OF_RESOURCE, params).all())
    if ended:
        ctx.standing_changed(taken=False)
    return ended


def on_or_below(ctx: Context, resource: Any) -> int:
    """How many live grants there are on a resource and on what is under it."""
    params = {"ws": ctx.workspace.workspace_id, "below": below(resource), "now": ctx.at}
    return int(ctx.connection.execute(_COUNT, params).scalar_one())


def _of(ctx: Context, resource_id: str, holder: str) -> dict[str, Any]:
    return {"ws": ctx.workspace.workspace_id, "res": resource_id, "holder": holder, "now": ctx.at}


def _settle(ctx: Context, resource: Any, holder: str) -> None:
    """So that what is given now does not take the place of something whose end nobody recorded."""
    rows = ctx.connection.execute(_ENDED, _of(ctx, resource.resource_id, holder)).all()
    if rows:
        ended = sorted([row.resource_id, row.holder, row.layer, row.level, row.ends_at] for row in rows)
        ctx.record("access.ended", ctx.workspace.workspace_id, actor="usher", count=len(ended), ended=ended)


def _word(row: Any | None) -> str:
    return Level(row.level).word if row is not None else ""


def _kept(row: Any | None) -> dict[str, Any] | None:
    if row is None:
        return None
    return {
        "level": row.level,
        "ends_at": row.ends_at,
        "given_by": row.given_by,
        "source": row.source,
    }


def _tell(ctx: Context, view: str, holder: str, about: str) -> None:
    """To a member, unless they did it themselves; the members of a group are told nothing, that would be too loud."""
    own = ctx.member is not None and holder == ctx.member.member_id
    if holder.startswith("mem-") and not own:
        ctx.notify(f"member:{holder}", view, about)
