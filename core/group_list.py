"""Groups as they are listed and shown: any member sees them; what they reach is for those in them and for who gives it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from core import views
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.granting import buttons_for
from core.groups import MANAGE, find, kinds_named_by, load
from core.language import mark, t
from core.members import sources_of
from core.models import grants, group_members, groups, members, resources
from core.permissions import Level
from core.policy import GRANT, decide
from core.views.common import PAGE
from core.views.groups import REACHED, GroupFacts, GroupLine, GroupMember, Reached

#: In words of people, what a policy is for.
_KINDS = {
    "join": mark("joining"),
    "role": mark("roles"),
    "access": mark("access"),
    "invite": mark("invitations"),
    "extension": mark("more time"),
}

_HERE = (
    (group_members.c.workspace_id == members.c.workspace_id)
    & (group_members.c.member_id == members.c.member_id)
    & members.c.left_at.is_(None)
)
_COUNT = select(func.count()).select_from(groups).where(groups.c.workspace_id == bindparam("ws"))
_OF_GROUP = (
    select(func.count())
    .select_from(group_members)
    .join(members, _HERE)
    .where(
        group_members.c.workspace_id == groups.c.workspace_id,
        group_members.c.group_id == groups.c.group_id,
    )
)
_PAGE = (
    select(
        groups,
        _OF_GROUP.scalar_subquery().label("many"),
        _OF_GROUP.where(group_members.c.member_id == bindparam("me")).scalar_subquery().label("own"),
    )
    .where(groups.c.workspace_id == bindparam("ws"))
    .order_by(groups.c.name_key)
    .limit(PAGE)
    .offset(bindparam("skip"))
)
_IN = (
    select(members.c.name, members.c.member_id, group_members.c.added_at, group_members.c.source)
    .select_from(group_members)
    .join(members, _HERE)
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.group_id == bindparam("group_id"))
    .order_by(members.c.name_key, members.c.member_id)
    .limit(PAGE)
    .offset(bindparam("skip"))
)
_COUNT_IN = (
    select(func.count())
    .select_from(group_members)
    .join(members, _HERE)
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.group_id == bindparam("group_id"))
)
_IS_IN = _COUNT_IN.where(group_members.c.member_id == bindparam("me"))
_REACHES = (
    select(resources.c.name, grants.c.level, grants.c.ends_at, func.count().over().label("total"))
    .join(
        resources,
        (resources.c.workspace_id == grants.c.workspace_id)
        & (resources.c.resource_id == grants.c.resource_id),
    )
    .where(
        grants.c.workspace_id == bindparam("ws"),
        grants.c.holder == bindparam("group_id"),
        or_(grants.c.ends_at.is_(None), grants.c.ends_at > bindparam("now")),
    )
    .order_by(resources.c.name_key, resources.c.resource_id)
    .limit(REACHED)
)


# --- all of them -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupList:
    pass


@command("group list", "See the groups and how many are in each", GroupList, needs="member", reads=True)
def list_(ctx: Context, ask: GroupList) -> Card:
    del ask
    return _list_page(ctx, 0)


@action("group.list", "Next", needs="member", reads=True)
def turn_list(ctx: Context, rest: str) -> Card:
    return _list_page(ctx, _page_in(rest.removeprefix("list/")))


def _page_in(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal()) or len(typed) > 5:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return int(typed)


def _list_page(ctx: Context, page: int) -> Card:
    ws = ctx.workspace.workspace_id
    total = int(ctx.connection.execute(_COUNT, {"ws": ws}).scalar_one())
    page = min(page, max(0, -(-total // PAGE) - 1))
    rows = ctx.connection.execute(_PAGE, {"ws": ws, "me": ctx.me.member_id, "skip": page * PAGE}).all()
    found = [GroupLine(row.name, row.many, bool(row.own)) for row in rows]
    manages = decide(ctx.standing, MANAGE).allowed
    return views.group_list(found, total, page, ctx.subject("list"), ctx.workspace.name, manages=manages)


# --- one of them -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupShow:
    name: str = option(Kind.GROUP, "the name of the group", "Design leads", required=True)


@command(
    "group show", "See one group: who is in it and what it reaches", GroupShow, needs="member", reads=True
)
def show(ctx: Context, ask: GroupShow) -> Card:
    return _show(ctx, find(ctx, ask.name), 0)


@action("group.show", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    """``<id>/<page>``."""
    group_id, _, page = rest.partition("/")
    row = load(ctx, group_id)
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _show(ctx, row, _page_in(page))


def _show(ctx: Context, row: Row[Any], page: int) -> Card:
    facts = facts_of(ctx, row)
    page = min(page, max(0, -(-facts.members // PAGE) - 1))
    params = {"ws": row.workspace_id, "group_id": row.group_id, "skip": page * PAGE}
    rows: list[Any] = list(ctx.connection.execute(_IN, params).all())
    sources = sources_of(ctx, rows, private=False)
    found = [GroupMember(each.name, each.added_at, sources[each.source]) for each in rows]
    manages = decide(ctx.standing, MANAGE).allowed
    subject, buttons = ctx.subject(row.group_id), buttons_for(ctx, row.group_id)
    return views.group_shown(facts, found, page, subject, buttons, manages=manages)


def facts_of(ctx: Context, row: Any) -> GroupFacts:
    """A group as cards show it to whoever looks."""
    params = {"ws": ctx.workspace.workspace_id, "group_id": row.group_id, "me": ctx.me.member_id}
    standing = ctx.standing
    may_know = decide(standing, GRANT).allowed or decide(standing, MANAGE).allowed
    may_know = may_know or bool(ctx.connection.execute(_IS_IN, params).scalar_one())
    reaches, more = reached_by(ctx, row.group_id) if may_know else (None, 0)
    return GroupFacts(
        row.group_id,
        row.name,
        ctx.workspace.name,
        int(ctx.connection.execute(_COUNT_IN, params).scalar_one()),
        reaches,
        more,
        tuple(t(_KINDS[kind]) for kind in kinds_named_by(ctx, row.group_id)),
    )


def first_names(ctx: Context, group_id: str) -> tuple[str, ...]:
    """The first of those in a group, by name."""
    params = {"ws": ctx.workspace.workspace_id, "group_id": group_id, "skip": 0}
    return tuple(row.name for row in ctx.connection.execute(_IN, params))


def reached_by(ctx: Context, group_id: str) -> tuple[tuple[Reached, ...], int]:
    """What a group reaches by its own live grants, the first by name; and how many more."""
    params = {"ws": ctx.workspace.workspace_id, "group_id": group_id, "now": ctx.at}
    rows = ctx.connection.execute(_REACHES, params).all()
    found = tuple(Reached(row.name, Level(row.level).word, row.ends_at) for row in rows)
    return found, rows[0].total - len(rows) if rows else 0
