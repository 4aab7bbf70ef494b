"""The list of members: paged from a member at its border, so that a page costs the same however many there are.

A page's button carries the id of the member where the page before it ended. That member may have left or be called
otherwise by now: the page goes on from where the name stands in the order today.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from core import groups, views
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.members import held_by, load, shown_roles
from core.models import group_members, member_roles, members
from core.views.common import PAGE
from core.views.members import Count, MemberFacts

#: How far members are counted where the workspace's row does not say how many there are.
COUNTED = 500

_OTHER = members.alias("other")
_STATUS: dict[str, ColumnElement[bool]] = {
    "active": members.c.left_at.is_(None),
    "left": members.c.left_at.is_not(None),
    "all": true(),
}
_LIVE = and_(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.role_id == bindparam("role"),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
#: The holders of a role that few have are gathered first; of one that many have, the next by name is never far.
_GATHERED = select(member_roles.c.member_id).where(_LIVE).cte("holders").prefix_with("MATERIALIZED")
_HOLDS = exists().where(_LIVE, member_roles.c.member_id == members.c.member_id)
_IN_GROUP = and_(
    group_members.c.workspace_id == bindparam("ws"), group_members.c.group_id == bindparam("group_id")
)
_GROUPED = exists().where(_IN_GROUP, group_members.c.member_id == members.c.member_id)
_OF_GROUP = select(group_members.c.member_id).where(_IN_GROUP)
_OF_BOTH = _OF_GROUP.where(exists().where(_LIVE, member_roles.c.member_id == group_members.c.member_id))
_BORDER = tuple_(bindparam("name"), bindparam("border"))
_ALIKE = (
    exists()
    .where(
        _OTHER.c.workspace_id == bindparam("ws"),
        _OTHER.c.name_key == members.c.name_key,
        _OTHER.c.member_id != members.c.member_id,
        _OTHER.c.left_at.is_(None),
    )
    .label("alike")
)


class _Steps(NamedTuple):
    """The statements of one way to go through members, each for one entry more than a page."""

    first: Select[Any]
    after: Select[Any]
    before: Select[Any]
    until: Select[Any]


def _steps(found: Select[Any], name_key: ColumnElement[str] = members.c.name_key) -> _Steps:
    place = tuple_(name_key, members.c.member_id)
    onwards = found.order_by(name_key, members.c.member_id)
    back = found.order_by(name_key.desc(), members.c.member_id.desc())
    return _Steps(
        *(
            statement.limit(PAGE + 1)
            for statement in (
                onwards,
                onwards.where(place > _BORDER),
                back.where(place < _BORDER),
                back.where(place <= _BORDER),
            )
        )
    )


def _of(status: str) -> Select[Any]:
    return select(members, _ALIKE).where(members.c.workspace_id == bindparam("ws"), _STATUS[status])


def _few(ids: Select[Any]) -> _Steps:
    """By no index of the names: SQLite would go through all of them to find the few."""
    return _steps(_of("active").where(members.c.member_id.in_(ids)), members.c.name_key.concat(""))


_WAYS = {status: _steps(_of(status)) for status in _STATUS} | {
    "many role": _steps(_of("active").where(_HOLDS)),
    "few role": _few(select(_GATHERED.c.member_id)),
    "many group": _steps(_of("active").where(_GROUPED)),
    "few group": _few(_OF_GROUP),
    "many both": _steps(_of("active").where(_HOLDS, _GROUPED)),
    "few both": _few(_OF_BOTH),
}


def _counting(*where: ColumnElement[bool]) -> Select[Any]:
    few = select(literal(1)).where(*where).limit(COUNTED + 1).subquery()
    return select(func.count()).select_from(few)


_COUNTS = {
    "role": _counting(_LIVE),
    "group": _counting(_IN_GROUP),
    "both": select(func.count()).select_from(_OF_BOTH.limit(COUNTED + 1).subquery()),
}
_COUNT_LEFT = _counting(members.c.workspace_id == bindparam("ws"), _STATUS["left"])


@dataclass(frozen=True, slots=True)
class MemberList:
    role: str = option(Kind.ROLE, "only those with this role", "Designer", default="")
    group: str = option(Kind.GROUP, "only those in this group", "Design leads", default="")
    status: str = option(
        Kind.CHOICE,
        "only those that are so; those who left are shown with when",
        "left",
        choices=tuple(_STATUS),
        default="active",
    )


class _Asked(NamedTuple):
    """Whose members are listed: the ids of a role and a group, empty for any, and whether they are here or have left."""

    role: str
    group: str
    status: str

    @property
    def by(self) -> str:
        return "both" if self.role and self.group else "role" if self.role else "group" if self.group else ""

    @property
    def where(self) -> str:
        return f"list/{self.role or '-'}/{self.group or '-'}/{self.status}"


@command("member list", "See who is in the workspace", MemberList, needs="member", reads=True)
def list_(ctx: Context, ask: MemberList) -> Card:
    role_id = ctx.role(ask.role).role_id if ask.role else ""
    group_id = groups.find(ctx, ask.group).group_id if ask.group else ""
    return _page(ctx, _Asked(role_id, group_id, ask.status), 0, "", None)


@action("member.list", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    """``list/<role or ->/<group or ->/<status>/<page>/<border>``; the border is ``>`` or ``<`` and a member's id.

    Cards from before there were groups carry none.
    """
    parts = rest.removeprefix("list/").split("/")
    if len(parts) == 4:
        parts.insert(1, "-")
    if len(parts) != 5:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    role_id, group_id, status, page, border = parts
    known = (role_id == "-" or role_id in ctx.workspace.roles) and status in _STATUS
    known = known and (group_id == "-" or groups.load(ctx, group_id) is not None)
    row = load(ctx, border[1:]) if border[:1] in {"<", ">"} else None
    if not known or not page.isdecimal() or len(page) > 6 or row is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    asked = _Asked(role_id.removeprefix("-"), group_id.removeprefix("-"), status)
    return _page(ctx, asked, int(page), border[0], row)


def _page(ctx: Context, asked: _Asked, page: int, direction: str, border: Row[Any] | None) -> Card:
    """The page behind (``>``) or before (``<``) the border; without one the first."""
    params: dict[str, Any] = {"ws": ctx.workspace.workspace_id}
    if asked.role:
        params |= {"role": asked.role, "now": ctx.at}
    if asked.group:
        params["group_id"] = asked.group
    total = _count(ctx, asked, params)
    rows: list[Row[Any]] = []
    is_first = is_last = True
    if total.number:
        rows, is_first, is_last = _rows(ctx, _way(asked, total), params, direction, border)
    pages = -(-total.number // PAGE)
    # Members come and go while somebody turns pages: what the button said is put right where that is known.
    page = 0 if is_first else max(pages - 1, 1) if is_last and not total.open_end else max(page, 1)
    shown = _facts(ctx, rows)
    return views.member_list(
        shown,
        total,
        asked.status,
        page,
        "" if is_first else ctx.subject(f"{asked.where}/{page - 1}/<{rows[0].member_id}"),
        "" if is_last else ctx.subject(f"{asked.where}/{page + 1}/>{rows[-1].member_id}"),
    )


def _way(asked: _Asked, total: Count) -> _Steps:
    if not asked.by:
        return _WAYS[asked.status]
    return _WAYS[f"{'many' if total.open_end else 'few'} {asked.by}"]


def _rows(
    ctx: Context, way: _Steps, params: dict[str, Any], direction: str, border: Row[Any] | None
) -> tuple[list[Row[Any]], bool, bool]:
    """The rows of a page in order; whether it is the first one, and the last."""
    first, after, before, until = way
    if border is not None:
        at_border = {**params, "name": border.name_key, "border": border.member_id}
        if direction == ">":
            rows = ctx.connection.execute(after, at_border).all()
            if rows:
                return list(rows[:PAGE]), False, len(rows) <= PAGE
            before = until  # all behind the border have left: the last page is the one that ends there
        back = ctx.connection.execute(before, at_border).all()
        if len(back) > PAGE:
            return list(reversed(back[:PAGE])), False, direction == ">"
    rows = ctx.connection.execute(first, params).all()
    return list(rows[:PAGE]), True, len(rows) <= PAGE


def _count(ctx: Context, asked: _Asked, params: dict[str, Any]) -> Count:
    """How many there are in all: the workspace's row says how many members, anything else is counted up to a limit."""
    if asked.by:
        return _bounded(ctx, _COUNTS[asked.by], params) if asked.status != "left" else Count(0)
    here = ctx.workspace.member_count if asked.status != "left" else 0
    if asked.status == "active":
        return Count(here)
    left = _bounded(ctx, _COUNT_LEFT, params)
    return Count(here + left.number, left.open_end)


def _bounded(ctx: Context, statement: Select[Any], params: dict[str, Any]) -> Count:
    found = int(ctx.connection.execute(statement, params).scalar_one())
    return Count(min(found, COUNTED), found > COUNTED)


def _facts(ctx: Context, rows: list[Row[Any]]) -> list[MemberFacts]:
    held = held_by(ctx, [row.member_id for row in rows])
    return [
        MemberFacts(
            subject=ctx.subject(row.member_id),
            short_id=row.member_id,
            name=row.name,
            roles=shown_roles(ctx, held[row.member_id]),
            joined_at=row.joined_at,
            left_at=row.left_at,
            alike=row.alike,
        )
        for row in rows
    ]
