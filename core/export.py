"""The members as a file for spreadsheets: only the columns named here leave the house."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, bindparam, select, tuple_

from core import groups, resources, text, views
from core.cards import Card, File
from core.catalogue import command
from core.context import Context
from core.durations import DAY
from core.grants import live_of
from core.language import mark, n, t
from core.members import REMOVE, accounts_of, held_by
from core.models import invitations, members
from core.permissions import Level
from core.sheets import sheet

COLUMNS = (
    mark("Name"),
    mark("E-mail"),
    mark("Accounts"),
    mark("Roles"),
    mark("Role ends (UTC)"),
    mark("Joined (UTC)"),
    mark("Invitation"),
    mark("Invited by"),
    mark("Groups"),
    mark("Access"),
)
NAME = "members.csv"
_CHUNK = 500

_INVITER = members.alias("inviter")
#: From a member at the border to the next, so that memory holds a chunk at a time on every database.
_NEXT = (
    select(
        members.c.member_id,
        members.c.name,
        members.c.name_key,
        members.c.joined_at,
        invitations.c.label,
        _INVITER.c.name.label("inviter"),
    )
    .outerjoin(
        invitations,
        and_(
            invitations.c.workspace_id == members.c.workspace_id,
            invitations.c.invitation_id == members.c.invitation_id,
        ),
    )
    .outerjoin(
        _INVITER,
        and_(
            _INVITER.c.workspace_id == invitations.c.workspace_id,
            _INVITER.c.member_id == invitations.c.created_by,
        ),
    )
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        tuple_(members.c.name_key, members.c.member_id) > tuple_(bindparam("name"), bindparam("border")),
    )
    .order_by(members.c.name_key, members.c.member_id)
    .limit(_CHUNK)
)


@dataclass(frozen=True, slots=True)
class MemberExport:
    pass


@command(
    "member export",
    "Get the members as a file that is safe to open in a spreadsheet",
    MemberExport,
    needs=REMOVE,
    exports=True,
)
def export(ctx: Context, ask: MemberExport) -> Card:
    del ask
    content, count = sheet(tuple(map(t, COLUMNS)), _rows(ctx))
    ctx.record_afterwards("members.exported", ctx.workspace.workspace_id, count=count)
    description = n(
        "{count} member of {workspace}, one in a row",
        "{count} members of {workspace}, one in a row",
        count,
        workspace=ctx.workspace.name,
    )
    return views.members_exported(ctx.workspace.name, count, File(NAME, content, description))


def _rows(ctx: Context) -> Iterator[tuple[str, ...]]:
    name, border = "", ""
    while True:
        params = {"ws": ctx.workspace.workspace_id, "name": name, "border": border}
        found = ctx.connection.execute(_NEXT, params).all()
        yield from _of(ctx, found)
        if len(found) < _CHUNK:
            return
        name, border = found[-1].name_key, found[-1].member_id


def _of(ctx: Context, found: Sequence[Any]) -> Iterator[tuple[str, ...]]:
    ids = [row.member_id for row in found]
    held, accounts = held_by(ctx, ids), accounts_of(ctx, ids)
    names = ctx.workspace.role_names()
    in_groups, access = groups.of_members(ctx, ids), _access(ctx, ids)
    for member_id, name, _, joined_at, label, inviter in found:
        mine, roles = accounts[member_id], held[member_id]
        yield (
            name,
            "; ".join(dict.fromkeys([each.email for each in mine if each.email])),
            "; ".join([f"{text.platform_name(each.platform)} {each.subject}" for each in mine]),
            "; ".join([names[each.role_id] for each in roles]),
            "; ".join([f"{names[each.role_id]} {_minute(each.ends_at)}" for each in roles if each.ends_at]),
            _day(joined_at // DAY),
            label or "",
            inviter or "",
            "; ".join(in_groups[member_id].values()),
            "; ".join(access.get(member_id, ())),
        )


def _access(ctx: Context, ids: Sequence[str]) -> dict[str, list[str]]:
    """What members were given themselves, as far as they still have it; what their groups reach is the groups'.

    Only on what whoever asks may know of.
    """
    held = live_of(ctx, ids)
    about = resources.rows_of(ctx, {row.resource_id for row in held})
    sight = resources.sight_of(ctx)
    called = {resource_id: row.name for resource_id, row in about.items() if sight.reaches(row)}
    rows = [row for row in held if row.resource_id in called]
    found: dict[str, list[str]] = {}
    for row in sorted(rows, key=lambda row: called[row.resource_id].casefold()):
        name, word = called[row.resource_id], Level(row.level).word
        what = f"{name} ({word})"
        if row.ends_at:
            what = t("{name} ({level} until {when})", name=name, level=word, when=_minute(row.ends_at))
        found.setdefault(row.holder, []).append(what)
    return found


def _minute(at: int) -> str:
    return f"{datetime.fromtimestamp(at, tz=UTC):%Y-%m-%d %H:%M}"


@functools.lru_cache(maxsize=4096)
def _day(number: int) -> str:
    """A day of UTC by its number since 1970."""
    return f"{datetime.fromtimestamp(number * DAY, tz=UTC):%Y-%m-%d}"
