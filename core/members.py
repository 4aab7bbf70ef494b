"""Members and roles, as far as they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from core import text, views
from core.calls import Identity
from core.cards import Card
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitations import load as load_invitation
from core.models import identities, member_roles, members
from core.views.common import PAGE
from core.views.members import MemberFacts

_HOLDS = (
    select(member_roles.c.member_id)
    .where(
        member_roles.c.workspace_id == members.c.workspace_id,
        member_roles.c.member_id == members.c.member_id,
        member_roles.c.role_id == bindparam("role"),
        or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
    )
    .exists()
)
_HERE = (members.c.workspace_id == bindparam("ws"), members.c.left_at.is_(None))
_PAGE = (
    select(members)
    .where(*_HERE)
    .order_by(members.c.name_key, members.c.member_id)
    .limit(PAGE)
    .offset(bindparam("skip"))
)
_PAGE_OF_ROLE = _PAGE.where(_HOLDS)
_COUNT = select(func.count()).select_from(members).where(*_HERE)
_COUNT_OF_ROLE = _COUNT.where(_HOLDS)
_ONE = select(members).where(*_HERE, members.c.member_id == bindparam("member"))
_BY_NAME = select(members).where(*_HERE, members.c.name_key == bindparam("name")).limit(2)
_BY_EMAIL = (
    select(members)
    .join(
        identities,
        (identities.c.workspace_id == members.c.workspace_id)
        & (identities.c.member_id == members.c.member_id),
    )
    .where(*_HERE, identities.c.email == bindparam("email"))
    .limit(2)
)
_ROLES = select(member_roles.c.member_id, member_roles.c.role_id).where(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id.in_(bindparam("ids", expanding=True)),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
_ACCOUNTS = (
    select(identities)
    .where(identities.c.workspace_id == bindparam("ws"), identities.c.member_id == bindparam("member"))
    .order_by(identities.c.platform)
)


@dataclass(frozen=True, slots=True)
class MemberList:
    role: str = option(Kind.ROLE, "only those with this role", "Designer", default="")


@command("member list", "See who is in the workspace", MemberList, needs="member", reads=True)
def list_(ctx: Context, ask: MemberList) -> Card:
    return _list_page(ctx, ctx.role(ask.role).role_id if ask.role else "", 0)


def _list_page(ctx: Context, role_id: str, page: int) -> Card:
    params: dict[str, Any] = {"ws": ctx.workspace.workspace_id}
    if role_id:
        params |= {"role": role_id, "now": ctx.at}
    total = int(ctx.connection.execute(_COUNT_OF_ROLE if role_id else _COUNT, params).scalar_one())
    page = min(page, max(0, (total - 1) // PAGE))
    rows = ctx.connection.execute(_PAGE_OF_ROLE if role_id else _PAGE, {**params, "skip": page * PAGE}).all()
    held = roles_of(ctx, rows)
    found = [
        MemberFacts(row.name, ctx.workspace.names_of(held[row.member_id]), (), row.joined_at) for row in rows
    ]
    return views.member_list(found, total, page, ctx.subject(f"list/{role_id or '-'}"))


@action("member.list", "Next", needs="member", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    role_id, _, page = rest.removeprefix("list/").partition("/")
    if (role_id != "-" and role_id not in ctx.workspace.roles) or not page.isdecimal() or len(page) > 6:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, "" if role_id == "-" else role_id, int(page))


def roles_of(ctx: Context, rows: Sequence[Row[Any]]) -> dict[str, list[str]]:
    """The live roles of members, highest first, by member id."""
    held: dict[str, list[str]] = {row.member_id: [] for row in rows}
    if held:
        params = {"ws": ctx.workspace.workspace_id, "ids": list(held), "now": ctx.at}
        for row in ctx.connection.execute(_ROLES, params):
            held[row.member_id].append(row.role_id)
    order = list(ctx.workspace.roles)
    return {member_id: sorted(ids, key=order.index) for member_id, ids in held.items()}


@dataclass(frozen=True, slots=True)
class MemberShow:
    member: Identity | str | None = option(
        Kind.MEMBER, "a mention, an e-mail address or a name; yourself without", "Ada"
    )


@command("member show", "See a member's roles and accounts", MemberShow, needs="member", reads=True)
def show(ctx: Context, ask: MemberShow) -> Card:
    row = find(ctx, ask.member)
    return views.member_shown(facts_of(ctx, row), ctx.workspace.name)


def find(ctx: Context, typed: Identity | str | None) -> Row[Any]:
    """The member meant by a mention, an e-mail address or a unique name; oneself when nothing is typed."""
    workspace = ctx.workspace.workspace_id
    if typed is None or isinstance(typed, Identity):
        found = ctx.find_member(typed) if isinstance(typed, Identity) else ctx.me
        if found is None:
            raise Refusal(RefusalCode.UNKNOWN_MEMBER, name="that person")
        return ctx.connection.execute(_ONE, {"ws": workspace, "member": found.member_id}).one()
    address = text.email(typed)
    if address:
        rows = ctx.connection.execute(_BY_EMAIL, {"ws": workspace, "email": address}).all()
    else:
        wanted = text.key(typed.removeprefix("@"))[:160]
        rows = ctx.connection.execute(_BY_NAME, {"ws": workspace, "name": wanted}).all()
    if not rows:
        raise Refusal(RefusalCode.UNKNOWN_MEMBER, name=text.shorten(typed))
    if len(rows) > 1:
        raise Refusal(RefusalCode.AMBIGUOUS_MEMBER, name=text.shorten(typed))
    return rows[0]


def facts_of(ctx: Context, row: Row[Any]) -> MemberFacts:
    held = roles_of(ctx, [row])[row.member_id]
    params = {"ws": ctx.workspace.workspace_id, "member": row.member_id}
    accounts = tuple(
        f"{text.platform_name(account.platform)}{f' ({account.email})' if account.email else ''}"
        for account in ctx.connection.execute(_ACCOUNTS, params)
    )
    through = load_invitation(ctx, row.invitation_id) if row.invitation_id else None
    return MemberFacts(
        row.name,
        ctx.workspace.names_of(held),
        accounts,
        row.joined_at,
        through.label if through else "created the workspace",
    )


@dataclass(frozen=True, slots=True)
class RoleList:
    pass


@command("role list", "See the roles and what each may do", RoleList, needs="member", reads=True)
def role_list(ctx: Context, ask: RoleList) -> Card:
    del ask
    return views.role_list(
        list(ctx.workspace.roles.values()), ctx.workspace.setting("default_role"), ctx.workspace.name
    )
