"""Who is in a group: people are put into it, one by one or as a list, and taken out of it.

Being in a group has no end: it is given by who may say for good who is in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, delete
from sqlalchemy import text as sql

from core import text, views
from core.calls import Identity
from core.cards import Account, Card, Span
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import live_of, may_give
from core.group_list import facts_of
from core.groups import MANAGE, check_may_add, find, needed_for
from core.language import mark, t
from core.members import find as find_member
from core.models import group_members
from core.permissions import TOP, Level
from core.platform_access import mark_member
from core.resources import rows_of
from core.views.groups import AddedLine

#: So many are taken at a time.
MOST = 100

_ADD = sql(
    "INSERT INTO group_members (workspace_id, group_id, member_id, added_at, source) "
    "VALUES (:ws, :group_id, :member, :now, :source) ON CONFLICT (workspace_id, group_id, member_id) DO NOTHING"
)
_REMOVE = delete(group_members).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id == bindparam("group_id"),
    group_members.c.member_id == bindparam("member"),
)
#: How a refusal of one among several is told.
_OUTCOMES = {
    RefusalCode.UNKNOWN_MEMBER: "unknown",
    RefusalCode.AMBIGUOUS_MEMBER: "ambiguous",
    RefusalCode.GROUP_MEMBER_ABOVE: "above",
    RefusalCode.GROUP_NOT_YOURSELF: "yourself",
}


class _Entry(NamedTuple):
    """One of those who were named: the member that is meant, or why there is nobody to be moved."""

    who: Span
    row: Row[Any] | None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class GroupAdd:
    group: str = option(Kind.GROUP, "the name of the group", "Design leads", required=True)
    member: tuple[Identity | str, ...] = option(
        Kind.MEMBERS,
        "who: mentions, e-mail addresses or names with commas between them",
        "Ada",
        required=True,
    )


@command("group add", "Put members into a group", GroupAdd, needs=MANAGE)
def add(ctx: Context, ask: GroupAdd) -> Card:
    group = find(ctx, ask.group)
    check_may_add(ctx, group)
    return _move(ctx, group, ask.member, into=True)


@dataclass(frozen=True, slots=True)
class GroupRemove:
    group: str = option(Kind.GROUP, "the name of the group", "Design leads", required=True)
    member: tuple[Identity | str, ...] = option(
        Kind.MEMBERS,
        "who: mentions, e-mail addresses or names with commas between them",
        "Ada",
        required=True,
    )


@command("group remove", "Take members out of a group", GroupRemove, needs=MANAGE)
def remove(ctx: Context, ask: GroupRemove) -> Card:
    group = find(ctx, ask.group)
    if needed_for(ctx, group.group_id) == TOP and not ctx.standing.has(TOP):
        raise Refusal(RefusalCode.GROUP_ANSWERS, group=group.name, permission=TOP, who=ctx.who_has(TOP))
    return _move(ctx, group, ask.member, into=False)


def _move(ctx: Context, group: Row[Any], named: tuple[Identity | str, ...], *, into: bool) -> Card:
    """Moves all who can be moved; of one alone, a refusal is a refusal."""
    if len(named) > MOST:
        raise Refusal(RefusalCode.TOO_MANY, count=f"{len(named):,}", limit=str(MOST))
    entries = [_entry(ctx, group, who, into=into) for who in named]
    if len(entries) == 1 and entries[0].refusal is not None:
        raise entries[0].refusal
    lines: list[AddedLine] = []
    moved: dict[str, bool] = {}
    for who, row, refusal in entries:
        if refusal is not None or row is None:
            lines.append(AddedLine(who, _refused(ctx, group, refusal)))
        elif row.member_id not in moved:
            moved[row.member_id] = _add(ctx, group, row) if into else _take_out(ctx, group, row)
            lines.append(AddedLine(row.name, _outcome(moved[row.member_id], into=into)))
    if len(lines) == 1 and not any(moved.values()):
        said = mark("{group}: {who} is in it already.") if into else mark("{group}: {who} is not in it.")
        detail = t(said, group=group.name, who=text.shorten(str(lines[0].who)))
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)
    if any(moved.values()):
        ctx.standing_changed(taken=False)
    return views.members_moved(facts_of(ctx, group), lines)


def _outcome(done: bool, *, into: bool) -> str:
    if into:
        return "added" if done else "already"
    return "removed" if done else "absent"


def _entry(ctx: Context, group: Row[Any], who: Identity | str, *, into: bool) -> _Entry:
    shown: Span = Account(who.platform, who.subject) if isinstance(who, Identity) else text.shorten(who)
    try:
        row = find_member(ctx, who)
        _check_member(ctx, group, row, into=into)
    except Refusal as refusal:
        if refusal.code not in _OUTCOMES:
            raise
        return _Entry(shown, None, refusal)
    return _Entry(row.name, row)


def _check_member(ctx: Context, group: Row[Any], row: Row[Any], *, into: bool) -> None:
    """Nobody changes the groups of somebody above them, or gives themselves through a group what they could not give."""
    if row.member_id == ctx.me.member_id:
        if into and _reaches_too_far(ctx, group.group_id):
            raise Refusal(RefusalCode.GROUP_NOT_YOURSELF, group=group.name)
        return
    theirs = ctx.standing_of(row.member_id)
    if theirs is not None and theirs.rank > ctx.standing.rank:
        raise Refusal(RefusalCode.GROUP_MEMBER_ABOVE, name=row.name)


def _reaches_too_far(ctx: Context, group_id: str) -> bool:
    """Whether a group reaches what this person could not give themselves: nobody takes that by joining it."""
    given = live_of(ctx, [group_id])
    rows = rows_of(ctx, (each.resource_id for each in given))
    return not all(
        may_give(ctx, rows[each.resource_id], Level(each.level), each.ends_at)
        for each in given
        if each.resource_id in rows
    )


def _refused(ctx: Context, group: Row[Any], refusal: Refusal | None) -> str:
    """What became of one who was not moved; an attempt is on record although the others were moved."""
    assert refusal is not None
    if refusal.code.sentence.attempt:
        what = ctx.call.command
        ctx.record("refused", what, what=what, code=refusal.code.name, group=group.group_id)
    return _OUTCOMES[refusal.code]


def put_into(ctx: Context, group_id: str, name: str, member_id: str, source: str, by: str = "") -> bool:
    """Puts a member into a group, once; whoever calls it has asked whether that may be, and says that standings changed.

    ``by``: in whose name, where that is not whoever runs the call.
    """
    params = {"ws": ctx.workspace.workspace_id, "group_id": group_id, "member": member_id}
    if not ctx.connection.execute(_ADD, {**params, "now": ctx.at, "source": source}).rowcount:
        return False
    about = {"by": by} if by else {}
    ctx.record("group.added", group_id, group=name, member=member_id, source=source, **about)
    mark_member(ctx, member_id)
    return True


def _add(ctx: Context, group: Row[Any], row: Row[Any]) -> bool:
    source = f"added by {ctx.me.member_id}"
    if not put_into(ctx, group.group_id, group.name, row.member_id, source):
        return False
    _tell(ctx, row, "group_joined", group)
    return True


def _take_out(ctx: Context, group: Row[Any], row: Row[Any]) -> bool:
    params = {"ws": ctx.workspace.workspace_id, "group_id": group.group_id, "member": row.member_id}
    if not ctx.connection.execute(_REMOVE, params).rowcount:
        return False
    ctx.record("group.removed", group.group_id, group=group.name, member=row.member_id)
    mark_member(ctx, row.member_id)
    _tell(ctx, row, "group_left", group)
    return True


def _tell(ctx: Context, row: Any, view: str, group: Any) -> None:
    """One notice for each change, unless they made it themselves."""
    if row.member_id != ctx.me.member_id:
        ctx.notify(f"member:{row.member_id}", view, f"{group.group_id}@{ctx.at}@{ctx.me.member_id}")
