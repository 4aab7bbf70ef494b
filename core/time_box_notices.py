"""What holders hear of the ends of what they have for a time; read again when it is sent, and dropped when it is not so."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from core import views
from core.access_held import shown
from core.approvers import holders_of
from core.cards import Card
from core.context import Context
from core.durations import HOUR
from core.grants import held_until
from core.groups import load as load_group
from core.members import held_by, shown_roles, sources_of
from core.models import resources
from core.permissions import Level
from core.policy import GRANT
from core.reach import IN_EMERGENCY, best, facts_of, ids_on
from core.resources import HERE, UNDER, Sight, below, load, paths
from core.views.access import HeldGrant
from core.views.time_boxes import Ending, Reach

#: So many are told instead of one who left.
MOST_INSTEAD = 3

_UNDER = select(func.count()).select_from(resources).where(HERE, UNDER)


def role_ending(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While they hold it with that very end. ``subject``: the role, its end, and which of the two notices it is."""
    role_id, end, which = subject.split("@")
    member_id = recipient.removeprefix("member:")
    held = held_by(ctx, [member_id])[member_id]
    row = next((each for each in held if each.role_id == role_id and str(each.ends_at) == end), None)
    if row is None or _comes_too_late(ctx, row.ends_at, which):
        return None
    kept = [each for each in held if each.ends_at is None or each.ends_at > row.ends_at]
    have, keep = (ctx.workspace.standing(each.role_id for each in some) for some in (held, kept))
    source = sources_of(ctx, [row], private=False)[row.source]
    return views.role_ending(
        _ending(ctx, role_id, row.ends_at, source),
        ctx.workspace.roles[role_id].name,
        sorted(have.permissions - keep.permissions),
        shown_roles(ctx, kept),
    )


def access_ending(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While it stands with that very end: to its holder, or for a group to whoever gave it; see ``for_one_who_left``.

    ``subject``: the resource with the holder, its end, and which of the two notices it is.
    """
    what, end, which = subject.split("@")
    resource_id, _, holder = what.partition(".")
    grant, resource = held_until(ctx, resource_id, holder, int(end)), load(ctx, resource_id)
    if grant is None or resource is None:
        return None
    own = holder.startswith("mem-")
    group = None if own else load_group(ctx, holder)
    reader = holder if own else grant.given_by
    if recipient != f"member:{reader}" or (group is None and not own):
        return None
    if _comes_too_late(ctx, grant.ends_at, which):
        return None
    reach = reach_of(ctx, resource, grant.level, "" if group is None else group.name)
    source = sources_of(ctx, [grant], private=False)[grant.source]
    left = left_of(ctx, holder, resource, grant.ends_at)
    if left is not None and Level[left.level.upper()] >= grant.level:
        return None  # nothing ends for them
    ending = _ending(ctx, resource_id, grant.ends_at, source, f"@{grant.level}")._replace(
        extends=grant.layer != IN_EMERGENCY
    )
    return views.access_ending(ending, reach, left)


def for_one_who_left(ctx: Context, view: str) -> list[str]:
    """Who is told instead of whoever gave something to a group and is no member any more: some who may give it."""
    return holders_of(ctx, GRANT, MOST_INSTEAD) if view == "access_ending" else []


def access_ended(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While they do not reach as far again. ``subject``: the resource, when the time was over, and the level."""
    resource_id, end, level = subject.split("@")
    member_id = recipient.removeprefix("member:")
    resource = load(ctx, resource_id)
    if resource is None:
        return None
    left = left_of(ctx, member_id, resource, ctx.at)
    if left is not None and Level[left.level.upper()] >= int(level):
        return None  # by whatever way: nothing is over for them
    return views.access_ended(reach_of(ctx, resource, int(level)), int(end), left, ctx.workspace.name)


def reach_of(ctx: Context, resource: Any, level: int, group: str = "") -> Reach:
    """A grant as its holder reads of it, with how much is under it."""
    params = {"ws": resource.workspace_id, "below": below(resource)}
    under = ctx.connection.execute(_UNDER, params).scalar_one() - 1
    sight = Sight(everything=False, kinds=frozenset(), given=frozenset({resource.resource_id}))
    path = paths(ctx, [resource], sight)[resource.resource_id]
    return Reach(resource.name, path, Level(level).word, under, group, resource.resource_id)


def left_of(ctx: Context, holder: str, resource: Any, at: int) -> HeldGrant | None:
    """What brings a member or a group furthest on a resource at a moment, of what is given now."""
    ids = ids_on(resource.path)
    found = best(facts_of(ctx, holder, ids), ids, at)
    return None if found is None else next(iter(shown(ctx, [found])), None)


def _comes_too_late(ctx: Context, end: int, which: str) -> bool:
    """The first of the two is not sent any more when the second one is due."""
    return which == "1" and end - ctx.at <= HOUR


def _ending(ctx: Context, what: str, end: int, source: str, level: str = "") -> Ending:
    return Ending(ctx.subject(f"{what}@{end}{level}"), ctx.workspace.name, end, end - ctx.at, source)
