"""The settings of a workspace as its admins see and change them."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select, update

from core import text, views
from core.calls import Channel
from core.cards import Card, Text
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.models import IS_PENDING, places, requests, workspaces
from core.settings import SETTINGS, Setting

_SETTINGS = (
    update(workspaces).where(workspaces.c.workspace_id == bindparam("ws")).values(settings=bindparam("kept"))
)
_PLACES = select(places).where(places.c.workspace_id == bindparam("ws"))
_OPEN = select(requests.c.request_id).where(
    requests.c.workspace_id == bindparam("ws"), IS_PENDING, requests.c.expires_at > bindparam("now")
)


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    pass


@command(
    "workspace settings",
    "See every setting and why it matters",
    WorkspaceSettings,
    needs="workspace:configure",
    reads=True,
)
def settings(ctx: Context, ask: WorkspaceSettings) -> Card:
    del ask
    values = [(setting, shown(ctx, setting)) for setting in SETTINGS.values()]
    return views.settings_shown(ctx.workspace.name, values)


def shown(ctx: Context, setting: Setting) -> Text:
    """The present value of a setting, in words."""
    return setting.show(ctx.workspace.setting(setting.name), ctx.workspace.role_names())


@dataclass(frozen=True, slots=True)
class WorkspaceSet:
    setting: str = option(Kind.SETTING, "the name of the setting", "join_policy", required=True)
    value: Channel | str = option(Kind.SETTING_VALUE, "what it becomes", "instant", required=True)


@command("workspace set", "Change a setting", WorkspaceSet, needs="workspace:configure")
def set_(ctx: Context, ask: WorkspaceSet) -> Card:
    setting = SETTINGS.get(text.key(ask.setting).replace(" ", "_").replace("-", "_"))
    if setting is None:
        raise Refusal(
            RefusalCode.UNKNOWN_SETTING, name=text.shorten(ask.setting), settings=", ".join(SETTINGS)
        )
    workspace = ctx.workspace
    by_name = {role.name.casefold(): role.role_id for role in workspace.roles.values()}
    try:
        kept = setting.read(ask.value, ctx.call.where, by_name)
    except ValueError as problem:
        typed = ask.value if isinstance(ask.value, str) else "that channel"
        raise Refusal(
            RefusalCode.BAD_SETTING, setting=setting.name, value=text.shorten(typed), problem=str(problem)
        ) from None
    if setting.name == "default_role" and kept:
        _check_default_role(ctx, kept)
    if setting.name == "approvals_place" and kept:
        _check_place(ctx, kept)
    before = shown(ctx, setting)
    if kept == workspace.setting(setting.name):
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=(f"{setting.name} is ", *before, " already."))
    ctx.record("setting.changed", setting.name, before=workspace.setting(setting.name), after=kept)
    workspace.kept = {**workspace.kept, setting.name: kept}
    ctx.connection.execute(_SETTINGS, {"ws": workspace.workspace_id, "kept": workspace.kept})
    if setting.name == "approvals_place":
        for request_id in open_requests(ctx):
            ctx.stale(request_id)
    return views.setting_changed(setting.name, before, shown(ctx, setting), setting.meaning)


def _check_default_role(ctx: Context, role_id: str) -> None:
    role = ctx.workspace.roles[role_id]
    if not ctx.standing.may_give(role):
        raise Refusal(RefusalCode.ABOVE_CEILING, role=role.name, who="")
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)


def _check_place(ctx: Context, place: list[str]) -> None:
    """Cards with names and requests on them go only where the workspace is linked."""
    for row in ctx.connection.execute(_PLACES, {"ws": ctx.workspace.workspace_id}):
        if (row.platform, row.realm) == (place[0], place[1]) and row.channel in {"", place[2]}:
            return
    raise Refusal(
        RefusalCode.BAD_SETTING,
        setting="approvals_place",
        value="that channel",
        problem="It has to be in a team or server that is linked to this workspace.",
    )


def open_requests(ctx: Context) -> list[str]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    return list(ctx.connection.execute(_OPEN, params).scalars())
