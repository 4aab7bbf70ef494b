"""The workspaces of a person: which there are, which one is meant here, and which one direct messages are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy import text as sql

from core import text, views
from core.cards import Card
from core.catalogue import Kind, Scope, action, command, option
from core.context import Context
from core.entering import naming
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import identities, member_roles, members, roles, workspaces
from core.views.common import PAGE
from core.views.several import Mine

_MINE = (
    select(workspaces.c.workspace_id, workspaces.c.name, roles.c.name.label("role"))
    .select_from(identities)
    .join(
        members,
        and_(
            members.c.workspace_id == identities.c.workspace_id, members.c.member_id == identities.c.member_id
        ),
    )
    .join(workspaces, workspaces.c.workspace_id == identities.c.workspace_id)
    .outerjoin(
        member_roles,
        and_(
            member_roles.c.workspace_id == members.c.workspace_id,
            member_roles.c.member_id == members.c.member_id,
            or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
        ),
    )
    .outerjoin(
        roles,
        and_(roles.c.workspace_id == member_roles.c.workspace_id, roles.c.role_id == member_roles.c.role_id),
    )
    .where(
        identities.c.platform == bindparam("platform"),
        identities.c.realm == bindparam("realm"),
        identities.c.subject == bindparam("subject"),
        members.c.left_at.is_(None),
        workspaces.c.deleted_at.is_(None),
    )
    .order_by(workspaces.c.workspace_id, roles.c.rank.desc())
)
#: Changes nothing, and says so, where the person has chosen the same one before.
_CHOOSE = sql(
    "INSERT INTO chosen_workspaces (person, workspace_id) VALUES (:person, :ws) "
    "ON CONFLICT (person) DO UPDATE SET workspace_id = excluded.workspace_id "
    "WHERE chosen_workspaces.workspace_id <> excluded.workspace_id"
)


def mine(ctx: Context) -> list[Mine]:
    """The workspaces in which the person is a member, by name, with their roles there."""
    held: dict[tuple[str, str], list[str]] = {}
    params = {**ctx.actor.identity._asdict(), "now": ctx.at}
    for row in ctx.connection.execute(_MINE, params):
        of_one = held.setdefault((row.workspace_id, row.name), [])
        if row.role is not None:
            of_one.append(row.role)
    found = [
        Mine(workspace_id, name, ", ".join(names) or t("no role"))
        for (workspace_id, name), names in held.items()
    ]
    return sorted(found, key=lambda each: (text.key(each.name), each.workspace_id))


@dataclass(frozen=True, slots=True)
class WorkspaceList:
    pass


@command("workspace list", "See the workspaces you are in", WorkspaceList, reads=True, scope=Scope.NONE)
def list_(ctx: Context, ask: WorkspaceList) -> Card:
    del ask
    return _list_page(ctx, 0)


@action("workspace.list", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    page = rest.removeprefix("list/")
    if not page.isdecimal() or len(page) > 4:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, int(page))


def _list_page(ctx: Context, page: int) -> Card:
    found = mine(ctx)
    page = min(page, max(0, (len(found) - 1) // PAGE))
    return views.workspace_list(found, _meant(ctx), page, direct=not ctx.call.where.channel)


def _meant(ctx: Context) -> str:
    """The id of the workspace that a command typed here would be about, or empty."""
    ctx.leave()  # that of the button says only whose list it is
    try:
        ctx.enter_place()
    except Refusal:  # it could be several
        return ""
    return ctx.found.workspace_id if ctx.found else ""


@dataclass(frozen=True, slots=True)
class WorkspaceUse:
    workspace: str = option(Kind.WORKSPACE, "the name of one that you are in", "Studio", required=True)


@command(
    "workspace use",
    "Choose which workspace direct messages with me are about",
    WorkspaceUse,
    scope=Scope.NONE,
)
def use(ctx: Context, ask: WorkspaceUse) -> Card:
    if ctx.call.where.channel:
        ctx.enter_place()
        raise Refusal(
            RefusalCode.PLACE_DECIDES, workspace=ctx.found.name if ctx.found else t("no workspace so far")
        )
    found = _find(mine(ctx), ask.workspace)
    if not ctx.enter(found.workspace_id):
        raise Refusal(RefusalCode.NOT_LINKED)
    ctx.require("member")
    chosen: Any = ctx.connection.execute(_CHOOSE, {"person": ctx.person, "ws": found.workspace_id})
    if chosen.rowcount:
        ctx.record("workspace.chosen", found.workspace_id, person=ctx.person)
    return views.workspace_chosen(found)


def _find(among: list[Mine], typed: str) -> Mine:
    """The one of that name or id. What the person is not in is as unknown as what does not exist."""
    wanted = text.key(typed)
    fits = [each for each in among if text.key(each.name) == wanted]
    fits = fits or [each for each in among if each.workspace_id.casefold() == wanted]
    if len(fits) == 1:
        return fits[0]
    if fits:
        ids = ", ".join(each.workspace_id for each in fits)
        raise Refusal(RefusalCode.AMBIGUOUS_WORKSPACE, name=text.shorten(typed), ids=ids)
    names = naming([each.name for each in among]) if among else t("none so far")
    raise Refusal(RefusalCode.UNKNOWN_WORKSPACE, name=text.shorten(typed), workspaces=names)
