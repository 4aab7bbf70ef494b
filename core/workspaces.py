"""Workspaces and the places linked to them."""

from __future__ import annotations

import secrets
from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from core import ids, text, views
from core.admission import add_member
from core.audit import FIRST_HASH
from core.calls import Where
from core.cards import Card, Term, When
from core.catalogue import Kind, Scope, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.guesses import check_guesses
from core.language import n, says, t
from core.models import IS_PENDING, link_codes, places, requests, roles, workspaces
from core.schemes import schemes
from core.seats import in_words, seats_of
from core.state import Config
from core.terms import GIVEN
from core.weeks import latest, zone_of

LINK_LIFE = 15 * 60
_PLACE_ADMIN = frozenset({"place_admin"})

_INSERT_WORKSPACE = insert(workspaces)
_INSERT_PLACE = insert(places)
_INSERT_ROLES = insert(roles)
_PLACE = (
    select(places.c.workspace_id, workspaces.c.name)
    .join(workspaces, workspaces.c.workspace_id == places.c.workspace_id)
    .where(
        places.c.platform == bindparam("platform"),
        places.c.realm == bindparam("realm"),
        places.c.channel == bindparam("channel"),
    )
)
_CREATED = select(workspaces.c.created_at).where(workspaces.c.workspace_id == bindparam("ws"))
_INSERT_LINK = insert(link_codes)
_LINK = select(link_codes).where(link_codes.c.code_index == bindparam("code"))
_USE_LINK = (
    update(link_codes)
    .where(
        link_codes.c.workspace_id == bindparam("ws"),
        link_codes.c.code_index == bindparam("code"),
        link_codes.c.used_at.is_(None),
        link_codes.c.expires_at > bindparam("now"),
    )
    .values(used_at=bindparam("now"))
)
_WAITING = select(func.count()).where(
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
#: Every workspace has a place.
_PLACES_AND_WAITING = (
    select(places.c.platform, places.c.channel, _WAITING.scalar_subquery().label("waiting"))
    .where(places.c.workspace_id == bindparam("ws"))
    .order_by(places.c.linked_at, places.c.platform, places.c.realm, places.c.channel)
)


@dataclass(frozen=True, slots=True)
class WorkspaceCreate:
    name: str = option(Kind.LABEL, "what it is called", "Studio", required=True)
    scheme: str = option(Kind.SCHEME, "the set of roles to begin with", "studio", default="simple")


@command(
    "workspace create",
    "Start a workspace in this place",
    WorkspaceCreate,
    scope=Scope.NONE,
    facts=_PLACE_ADMIN,
)
def create(ctx: Context, ask: WorkspaceCreate) -> Card:
    where = ctx.call.where
    if not where.realm:
        raise Refusal(RefusalCode.NO_PLACE)
    channel = _channel_for_new(ctx, where)
    scheme = schemes().get(text.key(ask.scheme))
    if scheme is None:
        raise Refusal(RefusalCode.UNKNOWN_SCHEME, name=text.shorten(ask.scheme), schemes=", ".join(schemes()))
    workspace_id = insert_workspace(ctx.connection, ctx.config, ask.name, scheme.name, ctx.at)
    ctx.connection.execute(
        _INSERT_ROLES,
        [
            {
                "workspace_id": workspace_id,
                "role_id": role.role_id,
                "name": role.name,
                "rank": role.rank,
                "permissions": sorted(role.permissions),
                "exactly_one": role.exactly_one,
                "plans": list(role.plans),
            }
            for role in scheme.roles
        ],
    )
    ctx.enter(workspace_id)
    ctx.record("workspace.created", workspace_id, name=ask.name, scheme=scheme.name)
    _link_place(ctx, channel)
    top = ctx.workspace.roles[scheme.top.role_id]
    add_member(ctx, ctx.actor.identity, ctx.actor.name, ctx.actor.email, [top], None)
    return views.workspace_created(ask.name, scheme.name, top.name, place_name(where, channel))


def insert_workspace(connection: Connection, config: Config, name: str, scheme: str, at: int) -> str:
    """A new workspace's row; its id is random, so that it says nothing and cannot be guessed."""
    workspace_id = "".join(secrets.choice(ids.ALPHABET) for _ in range(8))
    connection.execute(
        _INSERT_WORKSPACE,
        {
            "workspace_id": workspace_id,
            "name": name,
            "scheme": scheme,
            "plan": config.default_plan,
            "settings": {},
            "counter": 0,
            "audit_length": 0,
            "audit_hash": FIRST_HASH,
            "roles_version": 1,
            "standing_version": 1,
            "member_count": 0,
            "declared": [],
            "created_at": at,
            "digest_at": latest(at, zone_of({})).next_due,
        },
    )
    return workspace_id


def _channel_for_new(ctx: Context, where: Where) -> str:
    """Empty where the whole team or server is free; else the channel that a further workspace is linked to."""
    ctx.enter_place(only_linked=True)
    if ctx.found is None:
        if not ctx.actor.place_admin:
            raise Refusal(RefusalCode.NOT_PLACE_ADMIN)
        return ""
    if not ctx.actor.place_admin:
        ctx.require("workspace:create")
    if not where.channel:
        raise Refusal(RefusalCode.NEEDS_CHANNEL)
    taken = _place_of(ctx, where.channel)
    if taken is not None:
        raise Refusal(RefusalCode.PLACE_TAKEN, workspace=taken.name, hint=t("Type it in another channel."))
    return where.channel


def _place_of(ctx: Context, channel: str) -> Any:
    where = ctx.call.where
    params = {"platform": where.platform, "realm": where.realm, "channel": channel}
    return ctx.connection.execute(_PLACE, params).first()


def _link_place(ctx: Context, channel: str) -> None:
    where = ctx.call.where
    ctx.connection.execute(
        _INSERT_PLACE,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "platform": where.platform,
            "realm": where.realm,
            "channel": channel,
            "linked_at": ctx.at,
            "linked_by": ctx.person,
        },
    )
    ctx.record("place.linked", f"{where.platform}/{where.realm}/{channel}")


def place_name(where: Where, channel: str) -> str:
    whole = {"slack": t("this Slack team"), "discord": t("this Discord server")}
    return t("this channel") if channel else whole.get(where.platform, text.platform_name(where.platform))


def _place_words(platform: str, count: int, *, channel: bool) -> str:
    if channel:
        name = text.platform_name(platform)
        return n("a channel on {platform}", "{count} channels on {platform}", count, platform=name)
    match platform:
        case "slack":
            return n("a Slack team", "{count} Slack teams", count)
        case "discord":
            return n("a Discord server", "{count} Discord servers", count)
        case _:
            return n("a place in this console", "{count} places in this console", count)


@dataclass(frozen=True, slots=True)
class WorkspaceShow:
    pass


@command("workspace show", "See the workspace of this place", WorkspaceShow, needs="member", reads=True)
def show(ctx: Context, ask: WorkspaceShow) -> Card:
    del ask
    workspace = ctx.workspace
    linked, waiting = linked_and_waiting(ctx)
    created = int(ctx.connection.execute(_CREATED, {"ws": workspace.workspace_id}).scalar_one())
    return views.workspace_shown(
        workspace.name,
        workspace.scheme,
        in_words(seats_of(ctx)),
        workspace.member_count,
        waiting,
        linked,
        created,
    )


def linked_and_waiting(ctx: Context) -> tuple[tuple[str, ...], int]:
    """The places of this workspace in words, each with how many there are of it, and how many requests wait in it."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    rows = ctx.connection.execute(_PLACES_AND_WAITING, params).all()
    kinds = Counter((row.platform, bool(row.channel)) for row in rows)
    words = tuple(
        _place_words(platform, count, channel=channel) for (platform, channel), count in kinds.items()
    )
    return words, rows[0].waiting if rows else 0


@dataclass(frozen=True, slots=True)
class WorkspaceLink:
    code: str = option(
        Kind.CODE, "the code that the workspace made for you; without it, makes one", "ABCD-EFGH", default=""
    )
    here: bool = option(
        Kind.SWITCH, "link only this channel, not the whole team or server", "on", default=False
    )


@command(
    "workspace link",
    "Link another team, server or channel to the workspace",
    WorkspaceLink,
    scope=Scope.NONE,
    facts=_PLACE_ADMIN,
)
def link(ctx: Context, ask: WorkspaceLink) -> Card:
    return _use_link_code(ctx, ask) if ask.code else _make_link_code(ctx)


def _make_link_code(ctx: Context) -> Card:
    ctx.enter_place()
    ctx.require("workspace:configure")
    workspace = ctx.workspace
    workspace.counter += 1
    code = ctx.config.codes.link(workspace.workspace_id, workspace.counter, ctx.at)
    ctx.connection.execute(
        _INSERT_LINK,
        {
            "workspace_id": workspace.workspace_id,
            "code_index": ctx.config.codes.index(code),
            "created_by": ctx.me.member_id,
            "expires_at": ctx.at + LINK_LIFE,
        },
    )
    ctx.record("link.created", workspace.workspace_id, expires_at=ctx.at + LINK_LIFE)
    return views.link_code(workspace.name, code, ctx.at + LINK_LIFE)


def _use_link_code(ctx: Context, ask: WorkspaceLink) -> Card:
    where = ctx.call.where
    if not where.realm or (ask.here and not where.channel):
        raise Refusal(RefusalCode.NO_PLACE)
    if not ctx.actor.place_admin:
        raise Refusal(RefusalCode.NOT_PLACE_ADMIN)
    check_guesses(ctx)
    code = ctx.config.codes.index(ask.code)
    row = ctx.connection.execute(_LINK, {"code": code}).first()
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_CODE)
    channel = where.channel if ask.here else ""
    taken = _place_of(ctx, channel)
    if taken is not None:
        if taken.workspace_id == row.workspace_id:
            raise Refusal(RefusalCode.ALREADY_LINKED, workspace=taken.name)
        hint = (
            says("Type it in another channel.")
            if ask.here
            else says("Add {option} to link only the channel you are in.", option=Term(GIVEN, "here:on"))
        )
        raise Refusal(RefusalCode.PLACE_TAKEN, workspace=taken.name, hint=hint)
    if not ctx.enter(row.workspace_id):  # deleted since
        raise Refusal(RefusalCode.UNKNOWN_CODE)
    maker = ctx.standing_of(row.created_by)
    if maker is None or not maker.has("workspace:configure"):
        # It is worth what its maker may do now.
        raise Refusal(RefusalCode.LINK_CODE_DEAD, until=When(ctx.at))
    if not ctx.connection.execute(_USE_LINK, {"ws": row.workspace_id, "code": code, "now": ctx.at}).rowcount:
        raise Refusal(RefusalCode.LINK_CODE_DEAD, until=When(row.expires_at))
    _link_place(ctx, channel)
    return views.place_linked(ctx.workspace.name, place_name(where, channel))
