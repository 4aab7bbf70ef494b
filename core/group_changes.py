"""Making and deleting groups."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, delete, func, insert, select

from core import text, views
from core.cards import Card, Say
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import end_of_holder
from core.group_list import facts_of, first_names
from core.group_notices import deletion_of
from core.groups import MANAGE, by_name, find, kinds_named_by, load, needed_for
from core.intents import announce, confirms
from core.language import t
from core.models import IS_INTACT, group_members, groups, invitations
from core.platform_access import mark_member
from core.views.common import list_of
from core.views.groups import GroupFacts

MOST = 500
#: So many of its members and grants are named in the record of a group that was deleted.
MOST_NAMED = 200
#: So many of its members hear that it was deleted.
MOST_TOLD = 100
_SEPARATORS = re.compile(r"[,;]")

_INSERT = insert(groups)
_COUNT = select(func.count()).select_from(groups).where(groups.c.workspace_id == bindparam("ws"))
_ONE = (groups.c.workspace_id == bindparam("ws"), groups.c.group_id == bindparam("group_id"))
_DELETE = delete(groups).where(*_ONE)
_EMPTY = (
    delete(group_members)
    .where(group_members.c.workspace_id == bindparam("ws"), group_members.c.group_id == bindparam("group_id"))
    .returning(group_members.c.member_id)
)
#: Lists of ids are kept as JSON: in its text each id stands in quotes.
_CARRYING = (
    select(invitations.c.invitation_id, invitations.c.label, invitations.c.email)
    .where(
        invitations.c.workspace_id == bindparam("ws"),
        IS_INTACT,
        invitations.c.expires_at > bindparam("now"),
        cast(invitations.c.groups, String).contains(bindparam("quoted"), autoescape=False),
    )
    .order_by(invitations.c.created_at.desc(), invitations.c.invitation_id)
)


# --- making ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupCreate:
    name: str = option(Kind.LABEL, "what the group is called", "Design leads", required=True)


@command("group create", "Make a group of members", GroupCreate, needs=MANAGE)
def create(ctx: Context, ask: GroupCreate) -> Card:
    ws = ctx.workspace.workspace_id
    name = _free_name(ctx, ask.name)
    if ctx.connection.execute(_COUNT, {"ws": ws}).scalar_one() >= MOST:
        raise Refusal(RefusalCode.TOO_MANY_GROUPS, limit=str(MOST))
    row: dict[str, Any] = {
        "workspace_id": ws,
        "group_id": ctx.new_id("grp"),
        "name": name,
        "name_key": text.key(name)[:160],
        "created_at": ctx.at,
    }
    ctx.connection.execute(_INSERT, row)
    ctx.record("group.created", row["group_id"], name=name)
    return views.group_created(GroupFacts(row["group_id"], name, ctx.workspace.name, 0))


def _free_name(ctx: Context, name: str) -> str:
    """The name, unless it is another group's or would mean something else where groups are typed."""
    if _SEPARATORS.search(name) or text.key(name) in {"none", "-"} or name[:4].lower() in {"grp-", "mem-"}:
        raise Refusal(RefusalCode.BAD_GROUP_NAME, name=text.shorten(name))
    there = by_name(ctx, name)
    if there is not None:
        raise Refusal(RefusalCode.GROUP_EXISTS, name=there.name)
    return name


# --- deleting --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GroupDelete:
    name: str = option(Kind.GROUP, "the name of the group", "Design leads", required=True)


@command("group delete", "Delete a group, with what it reaches", GroupDelete, needs=MANAGE)
def delete_(ctx: Context, ask: GroupDelete) -> Card:
    """Announced with what goes with it, and done when it is confirmed."""
    row = find(ctx, ask.name)
    _check_deletable(ctx, row)
    carrying = tuple(
        t("one for a single person") if each.email else each.label for each in _carrying(ctx, row.group_id)
    )
    intent = announce(ctx, "group.delete", row.group_id, {"name": row.name})
    return views.group_deletion(facts_of(ctx, row), first_names(ctx, row.group_id), carrying, intent)


def _check_deletable(ctx: Context, row: Row[Any]) -> None:
    """What the policy of now names stays; what open requests name is taken away only by who could change the policy."""
    kinds = kinds_named_by(ctx, row.group_id)
    ctx.require(needed_for(ctx, row.group_id))
    if kinds:
        how = (Say("workspace set", f"setting:approvals value:{kinds[0]}: …"),)
        raise Refusal(RefusalCode.GROUP_NAMED, group=row.name, kinds=list_of(kinds), how=how)


def _carrying(ctx: Context, group_id: str) -> Sequence[Any]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, "quoted": json.dumps(group_id)}
    return ctx.connection.execute(_CARRYING, params).all()


@confirms("group.delete")
def confirmed(ctx: Context, group_id: str, facts: dict[str, Any]) -> Card:
    ctx.require(MANAGE)
    row = load(ctx, group_id)
    if row is None:
        raise Refusal(RefusalCode.GROUP_GONE, group=facts["name"])
    _check_deletable(ctx, row)
    params = {"ws": row.workspace_id, "group_id": group_id}
    reached = [(each.resource_id, each.level) for each in end_of_holder(ctx, group_id)]
    people = sorted(ctx.connection.execute(_EMPTY, params).scalars())
    if not ctx.connection.execute(_DELETE, params).rowcount:
        raise Refusal(RefusalCode.GROUP_GONE, group=row.name)
    ctx.record(
        "group.deleted",
        group_id,
        name=row.name,
        members=people[:MOST_NAMED],
        members_count=len(people),
        grants=[list(each) for each in reached[:MOST_NAMED]],
        grants_count=len(reached),
    )
    ctx.standing_changed(taken=False)
    for member_id in people if reached else []:
        mark_member(ctx, member_id)
    about = deletion_of(group_id, row.name, ctx.at, ctx.me.member_id)
    for member_id in [each for each in people if each != ctx.me.member_id][:MOST_TOLD]:
        ctx.notify(f"member:{member_id}", "group_left", about)
    return views.group_deleted(row.name, len(people), len(reached), ctx.workspace.name)
