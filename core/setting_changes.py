"""The settings of a workspace as its admins see and change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update

from core import approval_settings, digest, text, views
from core.approvals import SETTING
from core.calls import Channel
from core.cards import Card, Text, joined
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.groups import holds_for_good
from core.holding import let_go
from core.house_rules import check_on_plan, may_invite, takes_address, takes_domain
from core.invitation_messages import default_changed
from core.language import n, says, says_n, t
from core.models import IS_INTACT, IS_PENDING, invitations, places, requests, uses, workspaces
from core.permissions import Role
from core.roles import check_lasting
from core.seats import open_requests
from core.settings import SETTINGS, Setting, find_setting
from core.views.common import list_of
from core.views.settings import SettingFacts

__all__ = ["apply", "check", "default_roles", "facts_of", "live_links", "may_invite", "set_to", "shown"]

CONFIGURE = "workspace:configure"
#: A longer value is not repeated to whoever has just typed it.
_LONGEST = 40

_SETTINGS = (
    update(workspaces).where(workspaces.c.workspace_id == bindparam("ws")).values(settings=bindparam("kept"))
)
_PLACES = select(places).where(places.c.workspace_id == bindparam("ws"))
_JOINED = (
    select(func.count())
    .where(
        uses.c.workspace_id == invitations.c.workspace_id,
        uses.c.invitation_id == invitations.c.invitation_id,
        uses.c.member_id.is_not(None),
    )
    .correlate(invitations)
    .scalar_subquery()
)
#: Links that somebody could still join through, now or once a request that holds a use comes to nothing.
_LIVE_LINK = (
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.email.is_(None),
    invitations.c.person_subject.is_(None),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
    or_(invitations.c.uses_limit.is_(None), invitations.c.uses_limit > _JOINED),
)
_LIVE_LINKS = select(func.count()).where(*_LIVE_LINK)
#: All at once and for good: nothing takes the mark away again.
_SWITCH_OFF = (
    update(invitations)
    .where(*_LIVE_LINK)
    .values(switched_off_at=bindparam("now"))
    .returning(invitations.c.invitation_id)
)
_WAITING_THROUGH = (
    select(requests.c.request_id)
    .join(
        invitations,
        (invitations.c.workspace_id == requests.c.workspace_id)
        & (invitations.c.invitation_id == requests.c.invitation_id),
    )
    .where(
        requests.c.workspace_id == bindparam("ws"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
        invitations.c.switched_off_at == bindparam("now"),
    )
)
_BOUND = select(invitations.c.email, invitations.c.domain).where(
    invitations.c.workspace_id == bindparam("ws"),
    or_(invitations.c.email.is_not(None), invitations.c.domain.is_not(None)),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_ASKING = select(requests.c.email).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.kind == "join",
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)


@dataclass(frozen=True, slots=True)
class WorkspaceSettings:
    pass


@command(
    "workspace settings",
    "See every setting and why it matters",
    WorkspaceSettings,
    needs=CONFIGURE,
    reads=True,
)
def settings(ctx: Context, ask: WorkspaceSettings) -> Card:
    del ask
    every = [facts_of(ctx, setting) for setting in SETTINGS.values()]
    return views.settings_shown(ctx.workspace.name, every, ctx.subject("settings"))


def shown(ctx: Context, setting: Setting, kept: Any) -> Text:
    """A value of a setting, in words."""
    if setting.name == SETTING:
        return approval_settings.shown(ctx, kept)
    return setting.show(kept, ctx.workspace.role_names())


def _does(ctx: Context, setting: Setting, kept: Any) -> str:
    if setting.name == SETTING and kept:
        return approval_settings.does(ctx, kept)
    return setting.does(kept, ctx.workspace.role_names())


def facts_of(ctx: Context, setting: Setting) -> SettingFacts:
    kept = ctx.workspace.setting(setting.name)
    return SettingFacts(
        setting.name,
        t(setting.meaning),
        shown(ctx, setting, kept),
        _does(ctx, setting, kept),
        shown(ctx, setting, ctx.workspace.default(setting.name)),
        setting.example,
        tuple((name, t(stands_for)) for name, stands_for in setting.parts.items()),
    )


@dataclass(frozen=True, slots=True)
class WorkspaceSet:
    setting: str = option(Kind.SETTING, "the name of the setting", "join_policy", required=True)
    value: Channel | str = option(Kind.SETTING_VALUE, "what it becomes", "instant", required=True)


@command("workspace set", "Change a setting", WorkspaceSet, needs=CONFIGURE)
def set_(ctx: Context, ask: WorkspaceSet) -> Card:
    setting = find_setting(ask.setting)
    if setting is None:
        raise Refusal(
            RefusalCode.UNKNOWN_SETTING, name=text.shorten(ask.setting), settings=", ".join(SETTINGS)
        )
    try:
        kept = _read(ctx, setting, ask.value)
    except ValueError as problem:
        value, why = _said(setting, ask.value), str(problem)
        raise Refusal(RefusalCode.BAD_SETTING, setting=setting.name, value=value, problem=why) from None
    return set_to(ctx, setting, kept)


def _said(setting: Setting, typed: str | Channel) -> str:
    """How a value that does not fit is called: what is long to read is before whoever typed it."""
    if isinstance(typed, Channel):
        return t("That channel")
    return t("That") if setting.name == SETTING or len(typed) > _LONGEST else f"“{text.shorten(typed)}”"


def _read(ctx: Context, setting: Setting, value: str | Channel) -> Any:
    if setting.name == SETTING:
        return approval_settings.read(ctx, value)
    by_name = {text.key(role.name): role.role_id for role in ctx.workspace.roles.values()}
    return setting.read(value, ctx.call.where, by_name)


def set_to(ctx: Context, setting: Setting, kept: Any) -> Card:
    """Changes one setting to a value that was read, if this person may."""
    check(ctx, setting, kept)
    was = ctx.workspace.setting(setting.name)
    before = shown(ctx, setting, was)
    if kept == was:
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE,
            detail=says("{setting} is {value} already.", setting=setting.name, value=before),
        )
    effects = apply(ctx, setting, kept)
    return views.setting_changed(facts_of(ctx, setting), before, effects)


def check(ctx: Context, setting: Setting, kept: Any) -> None:
    """Refuses a value that this person may not give the setting, or that cannot be here."""
    if setting.name == SETTING and not holds_for_good(ctx.standing, CONFIGURE):
        # It says who gives what to whom, from now on: whoever is that for a time only could make it last.
        raise Refusal(RefusalCode.POLICY_FOR_A_TIME, permission=CONFIGURE, who=ctx.who_has(CONFIGURE))
    if setting.name == "default_role" and kept:
        _check_default_role(ctx, kept)
    if setting.name == "approvals_place" and kept:
        _check_place(ctx, kept)


def _check_default_role(ctx: Context, role_id: str) -> None:
    role = ctx.workspace.roles[role_id]
    check_lasting(role, ctx.standing, "")
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    check_on_plan(ctx, [role])


def default_roles(ctx: Context) -> list[Role]:
    """The roles that this person could make the default."""
    return [
        role
        for role in ctx.workspace.roles.values()
        if ctx.standing.may_give_for_good(role) and not role.exactly_one and role.on(ctx.workspace.plan)
    ]


def _check_place(ctx: Context, place: list[str]) -> None:
    """Cards with names and requests on them go only where the workspace is linked."""
    for row in ctx.connection.execute(_PLACES, {"ws": ctx.workspace.workspace_id}):
        if (row.platform, row.realm) == (place[0], place[1]) and row.channel in {"", place[2]}:
            return
    raise Refusal(
        RefusalCode.BAD_SETTING,
        setting="approvals_place",
        value=t("That channel"),
        problem=t("It has to be in a team or server that is linked to this workspace."),
    )


def apply(ctx: Context, setting: Setting, kept: Any) -> tuple[Text, ...]:
    """Keeps a value that was checked, and does what it brings about; says what that was."""
    workspace = ctx.workspace
    ctx.record("setting.changed", setting.name, before=workspace.setting(setting.name), after=kept)
    workspace.kept = {**workspace.kept, setting.name: kept}
    ctx.connection.execute(_SETTINGS, {"ws": workspace.workspace_id, "kept": workspace.kept})
    match setting.name:
        case "default_role":
            default_changed(ctx)
        case "approvals_place":
            for request_id in open_requests(ctx):
                ctx.stale(request_id)
        case "approvals":
            return approval_settings.effects(ctx, kept)
        case "quiet_hours" | "time_zone":
            let_go(ctx)
            if setting.name == "time_zone":
                digest.zone_changed(ctx)
        case "invite_links":
            return (_links_back_on(),) if kept else _end_links(ctx)
        case "allowed_domains" if kept:
            return _outsiders(ctx)
        case "members_can_invite" if not kept:
            return (
                says(
                    "Invitations that they made before still work, but whoever uses one waits for approval."
                ),
            )
    return ()


def live_links(ctx: Context) -> int:
    """How many links would end if they were switched off now."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    return int(ctx.connection.execute(_LIVE_LINKS, params).scalar_one())


def _end_links(ctx: Context) -> tuple[Text, ...]:
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    ended = sorted(ctx.connection.execute(_SWITCH_OFF, params).scalars())
    ctx.record("links.ended", "invite_links", count=len(ended), invitations=ended)
    waiting = list(ctx.connection.execute(_WAITING_THROUGH, params).scalars()) if ended else []
    for request_id in waiting:
        ctx.stale(request_id)
    if not ended:
        return (says("There was no live link."),)
    ends = says_n("{count} live link ended, for good.", "{count} live links ended, for good.", len(ended))
    if not waiting:
        return (ends,)
    still = says_n(
        "{count} person who asked through one before still waits for an answer: {/request list}.",
        "{count} people who asked through one before still wait for an answer: {/request list}.",
        len(waiting),
    )
    return (joined([ends, still], " "),)


def _links_back_on() -> Text:
    return says("Links that were ended stay dead. Make new ones with {/invite create}.")


def _outsiders(ctx: Context) -> tuple[Text, ...]:
    """What was begun for people who can't come in while the list stands."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    bound = ctx.connection.execute(_BOUND, params)
    made = sum(
        not takes_address(ctx, row.email) if row.email else not takes_domain(ctx, row.domain) for row in bound
    )
    asked = sum(
        not (email and takes_address(ctx, email))
        for email in ctx.connection.execute(_ASKING, params).scalars()
    )
    counts = [
        n("{count} open invitation", "{count} open invitations", made) if made else "",
        n("{count} person who asked to join", "{count} people who asked to join", asked) if asked else "",
    ]
    found = list_of([count for count in counts if count])
    if not found:
        return (says("Members stay, whatever their address is."),)
    return (
        says("Members stay, whatever their address is. Shut out while this stands: {found}.", found=found),
    )
