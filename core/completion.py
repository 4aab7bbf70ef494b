"""Completing half-typed values: only with what this person may know."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlalchemy import bindparam, exists, select

from core import text
from core.catalogue import COMMANDS, Kind, Option
from core.context import Context
from core.deciding import is_own, verdict
from core.groups import all_names
from core.invitations import may_manage
from core.lifecycle import InvitationStatus, invitation_status
from core.models import IS_PENDING, invitations, members, requests, resources
from core.policy import Verdict
from core.request_kinds import kind_of
from core.resources import paths, sight_of
from core.role_permissions import known_permissions
from core.schemes import schemes
from core.setting_changes import default_roles
from core.settings import SETTINGS, find_setting
from core.several import mine
from core.weeks import zones

MOST = 25
#: So many entries a menu in a form can have; one more is looked for, to know whether there are more.
MENU = 100
_FOUND = MENU + 1
#: The longest value that a platform takes as a suggestion.
LONGEST = 100
_LOOK_AT = 200

_OTHER = members.alias("other")
_MEMBERS = (
    select(
        members.c.name,
        members.c.member_id,
        exists()
        .where(
            _OTHER.c.workspace_id == bindparam("ws"),
            _OTHER.c.name_key == members.c.name_key,
            _OTHER.c.member_id != members.c.member_id,
            _OTHER.c.left_at.is_(None),
        )
        .label("alike"),
    )
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        members.c.name_key.startswith(bindparam("begin"), autoescape=False),
    )
    .order_by(members.c.name_key)
    .limit(_FOUND)
)
_INVITATIONS = (
    select(invitations)
    .where(invitations.c.workspace_id == bindparam("ws"), invitations.c.expires_at > bindparam("after"))
    .order_by(invitations.c.created_at.desc())
    .limit(_LOOK_AT)
)
_REQUESTS = (
    select(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
    )
    .order_by(requests.c.created_at)
    .limit(_LOOK_AT)
)

_RESOURCES = (
    select(resources)
    .where(
        resources.c.workspace_id == bindparam("ws"),
        resources.c.name_key.startswith(bindparam("begin"), autoescape=False),
    )
    .order_by(resources.c.name_key, resources.c.resource_id)
    .limit(_LOOK_AT)
)

_ROLE_CHANGES = frozenset({"role edit", "role delete", "role assign", "role unassign"})

#: Kinds of which several are typed with something between them.
_SEVERAL = frozenset({Kind.ROLES, Kind.GROUPS, Kind.RESOURCES, Kind.MEMBERS, Kind.PERMISSIONS})
_AMONG = re.compile("[,;]")

Choices = list[tuple[str, str]]


def complete(ctx: Context, option: str, typed: str) -> Choices:
    """Up to 25 ``(value, label)`` that go on from ``typed`` for an option of the call's command."""
    declared = COMMANDS.get(ctx.call.command)
    found = declared.option(option) if declared else None
    return [] if found is None else of_option(ctx, found, typed)[:MOST]


def one_of(ctx: Context, found: Option, typed: str) -> Choices:
    """As ``of_option``, of an option that takes several: one of them alone."""
    return of_option(ctx, found, typed if found.kind not in _SEVERAL else _AMONG.sub(" ", typed))


def of_option(ctx: Context, found: Option, typed: str) -> Choices:
    """Up to ``MENU`` and one more ``(value, label)`` that go on from ``typed``."""
    if found.kind in _ANYONE:
        return _named(_ANYONE[found.kind](), typed)
    if found.kind is Kind.WORKSPACE:
        return _workspaces(ctx, typed)
    if ctx.member is None:
        return []
    if found.kind is Kind.ROLE:
        return _roles(ctx, found.name, typed)
    return _MEMBER[found.kind](ctx, typed) if found.kind in _MEMBER else []


def _workspaces(ctx: Context, typed: str) -> Choices:
    """Those that the person is in; of two with the same name, the ids tell which is which."""
    wanted = text.key(typed[:100])
    found = mine(ctx)
    names = [text.key(each.name) for each in found]
    choices = [
        (each.name, each.name)
        if names.count(name) == 1
        else (each.workspace_id, f"{each.name} ({each.workspace_id})")
        for each, name in zip(found, names, strict=True)
    ]
    return [choice for choice in choices if wanted in text.key(choice[1])][:_FOUND]


def _named(names: list[str], typed: str) -> Choices:
    wanted = text.key(typed[:100])
    return [(name, name) for name in names if wanted in text.key(name)][:_FOUND]


def _members(ctx: Context, typed: str) -> Choices:
    begin = text.key(text.clean(typed[:80])).replace("%", "").replace("_", "")
    rows = ctx.connection.execute(_MEMBERS, {"ws": ctx.workspace.workspace_id, "begin": begin})
    return [
        (row.member_id, f"{row.name} ({row.member_id})") if row.alike else (row.name, row.name)
        for row in rows
    ]


def _invitations(ctx: Context, typed: str) -> Choices:
    """Those that are alive; what has expired only where it can be sent again."""
    wanted = text.key(typed[:80])
    again = ctx.call.command == "invite resend"
    fitting = {InvitationStatus.PENDING, *([InvitationStatus.EXPIRED] if again else [])}
    params = {"ws": ctx.workspace.workspace_id, "after": 0 if again else ctx.at}
    rows = ctx.connection.execute(_INVITATIONS, params)
    return [
        (row.invitation_id, f"{row.label} ({row.invitation_id})")
        for row in rows
        if (wanted in row.label_key or wanted in row.invitation_id.lower())
        and invitation_status(row, ctx.at) in fitting
        and may_manage(ctx, row)
    ][:_FOUND]


def _requests(ctx: Context, typed: str) -> Choices:
    """One's own to take back, and those that one may decide."""
    wanted = text.key(typed[:80])
    cancel = ctx.call.command == "request cancel"
    rows = ctx.connection.execute(_REQUESTS, {"ws": ctx.workspace.workspace_id, "now": ctx.at})
    return [
        (row.request_id, f"{row.name} ({row.request_id})")
        for row in rows
        if (wanted in text.key(row.name) or wanted in row.request_id.lower())
        and (is_own(ctx, row) and not kind_of(row).stays if cancel else verdict(ctx, row) is Verdict.MAY)
    ][:_FOUND]


def _roles(ctx: Context, option: str, typed: str) -> Choices:
    """Those that will not be refused: to be changed or given only up to one's own; to be seen or copied, all."""
    found = list(ctx.workspace.roles.values())
    if ctx.call.command in _ROLE_CHANGES and option in {"name", "role"}:
        found = [role for role in found if ctx.standing.may_give(role)]
        if ctx.call.command != "role edit":
            found = [role for role in found if not role.exactly_one]
        if ctx.call.command == "role assign":
            found = [role for role in found if role.on(ctx.workspace.plan)]
    elif ctx.call.command == "request role":
        mine = ctx.member.role_ids if ctx.member else ()
        lasting = set(mine) - {role_id for role_id, _ in (ctx.member.ends if ctx.member else ())}
        found = [
            role
            for role in found
            if not role.exactly_one and role.on(ctx.workspace.plan) and role.role_id not in lasting
        ]
    return _named([role.name for role in found], typed)


def _roles_to_give(ctx: Context, typed: str) -> Choices:
    """Completes the last of several names with roles within the ceiling; those before it stay."""
    before, _, last = typed[:100].rpartition(",")
    kept = f"{before.strip()}, " if before.strip() else ""
    names = [role.name for role in ctx.workspace.roles.values() if ctx.standing.may_give_for_good(role)]
    return [(kept + name, kept + name) for name, _ in _named(names, last)]


def _last_group(ctx: Context, typed: str) -> Choices:
    """Completes the last of several names of groups; those before it stay."""
    return _behind(typed, lambda last: _named(all_names(ctx), last))


def _last_member(ctx: Context, typed: str) -> Choices:
    """Completes the last of several members; those before it stay."""
    return _behind(typed, lambda last: _members(ctx, last))


def _behind(typed: str, found: Callable[[str], Choices]) -> Choices:
    before, _, last = typed.rpartition(",")
    kept = f"{before.strip()}, " if before.strip() else ""
    choices = [(kept + value, kept + label) for value, label in found(last)]
    return [(value, label) for value, label in choices if len(value) <= LONGEST and len(label) <= LONGEST]


def _resources(ctx: Context, typed: str) -> Choices:
    """Those that this person knows of, by the beginning of their names, each with its path."""
    begin = text.key(text.clean(typed[:80])).replace("%", "").replace("_", "")
    params = {"ws": ctx.workspace.workspace_id, "begin": begin}
    sight = sight_of(ctx)
    rows = [row for row in ctx.connection.execute(_RESOURCES, params) if sight.knows(row)][:_FOUND]
    words = paths(ctx, rows, sight)
    return [(row.resource_id, f"{text.shorten(words[row.resource_id], 50)} ({row.kind})") for row in rows]


def _last_resource(ctx: Context, typed: str) -> Choices:
    """Completes the last of several resources; those before it stay."""
    return _behind(typed, lambda last: _resources(ctx, last))


def _holders(ctx: Context, typed: str) -> Choices:
    """Groups first: there are few of them."""
    found = [(name, f"{name} (group)") for name, _ in _named(all_names(ctx), typed)]
    return [*found, *_members(ctx, typed)][:_FOUND]


def _setting_values(ctx: Context, typed: str) -> Choices:
    """What the setting that is named beside it is usually set to."""
    setting = find_setting(str(ctx.call.options.get("setting", "")))
    if setting is None or not ctx.standing.has("workspace:configure"):
        return []
    if setting.name == "time_zone" and typed:
        return _named(zones(), typed.strip().replace(" ", "_"))
    if setting.name != "default_role":
        return _named(list(setting.offers), typed)
    roles = [role.name for role in default_roles(ctx)]
    return _named([*roles, "none"], typed)


def _permissions_here(ctx: Context) -> list[str]:
    return sorted(known_permissions(ctx))


def _last_permission(ctx: Context, typed: str) -> Choices:
    """Completes the last of several permissions; those before it stay, and so does its sign."""
    kept, _, last = typed.rpartition(" ")
    sign = last[:1] if last[:1] in {"+", "-"} else ""
    before = f"{kept} {sign}".lstrip()
    found = _named(_permissions_here(ctx), last.lstrip("+-"))
    return [(before + name, before + name) for name, _ in found if len(before + name) <= 100]


_ANYONE: dict[Kind, Callable[[], list[str]]] = {
    Kind.SCHEME: lambda: list(schemes()),
    Kind.COMMAND: lambda: list(COMMANDS),
}
_MEMBER: dict[Kind, Callable[[Context, str], Choices]] = {
    Kind.SETTING: lambda _ctx, typed: _named(list(SETTINGS), typed),
    Kind.SETTING_VALUE: _setting_values,
    Kind.ROLES: _roles_to_give,
    Kind.MEMBER: _members,
    Kind.MEMBERS: _last_member,
    Kind.GROUP: lambda ctx, typed: _named(all_names(ctx), typed),
    Kind.GROUPS: _last_group,
    Kind.RESOURCE: _resources,
    Kind.RESOURCES: _last_resource,
    Kind.HOLDER: _holders,
    Kind.INVITE: _invitations,
    Kind.REQUEST: _requests,
    Kind.PERMISSION: lambda ctx, typed: _named(_permissions_here(ctx), typed),
    Kind.PERMISSIONS: _last_permission,
}
