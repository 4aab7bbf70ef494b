"""What anyone may ask anywhere: help, who am I, how do things stand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from core import access_held, platform_access, trouble_words, views
from core.cards import Card
from core.catalogue import COMMANDS, Command, Kind, action, command, nearest, option
from core.context import Context
from core.emergencies import may_take
from core.granting import gives_any
from core.groups import of_member
from core.house_rules import may_invite
from core.join_requests import JOIN
from core.language import t
from core.lifecycle import RequestStatus, request_status
from core.models import outbox, requests, workspaces
from core.presence import gone_places
from core.request_commands import own_waiting, waiting_for
from core.request_kinds import kind_of
from core.seats import in_words, seats_of
from core.transfers import top_role
from core.views.members import HeldRole
from core.views.workspaces import Undelivered
from core.workspaces import linked_and_waiting, place_name

#: A decision that could not be sent, to closed direct messages say, is found here for a week, in a direct message too,
#: where no workspace is named: what is one's own is found in every workspace.
_RECENT = 7 * 24 * 3_600
#: So many commands answer a word that is none, each of them so much like it, where it begins with no kind of thing.
_MOST = 5
_ALIKE = 0.6
#: What was passed on with an invitation, typed by itself: the code, or the link that ends with it.
_CODE = re.compile(r"^\S*?\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}/?$")
_MINE = (
    select(requests)
    .join(workspaces, workspaces.c.workspace_id == requests.c.workspace_id)
    .where(
        requests.c.person == bindparam("person"),
        requests.c.kind == JOIN,
        requests.c.expires_at > bindparam("since"),
        workspaces.c.deleted_at.is_(None),
    )
    .order_by(requests.c.created_at.desc())
    .limit(1)
)
_PARKED = (
    select(outbox.c.key, outbox.c.trouble)
    .where(outbox.c.workspace_id == bindparam("ws"), outbox.c.trouble != "")
    .order_by(outbox.c.key)
    .limit(10)
)


@dataclass(frozen=True, slots=True)
class Help:
    command: str = option(
        Kind.COMMAND, "the command you want to know more about", "invite create", default=""
    )


@command("help", "See what you can do here", Help, light=True)
def help_(ctx: Context, ask: Help) -> Card:
    return _told(ctx, ask.command)


@action("help.about", "More about", needs="member")
def about(ctx: Context, local: str) -> Card:
    """What was chosen from the menu under an overview, as if it had been asked for."""
    del local
    return _told(ctx, str(ctx.call.options.get("choice", "")))


def _told(ctx: Context, asked: str) -> Card:
    allowed = [declared for declared in COMMANDS.values() if _may(ctx, declared)]
    workspace = ctx.workspace.name if ctx.member else ""
    wanted = " ".join(asked.lower().removeprefix("/usher").removeprefix("/").split())
    if wanted in COMMANDS:
        return views.help_command(COMMANDS[wanted])
    of_noun = [declared for declared in allowed if declared.noun == wanted]
    if of_noun or not wanted:
        subject = ctx.subject("help") if ctx.member is not None else ""
        return views.help_overview(workspace, of_noun or allowed, wanted, subject)
    if _CODE.search(wanted):
        return views.help_unknown(asked, COMMANDS["join"], [COMMANDS["join"]])
    near = nearest(wanted, allowed)
    return views.help_unknown(asked, near, _alike(wanted, near, allowed)[:_MOST])


def _alike(typed: str, near: Command | None, allowed: list[Command]) -> list[Command]:
    """What may have been meant, the nearest first: of the same noun, with the same verb, or of a name that resembles it."""
    first = typed.partition(" ")[0]
    of_noun = [declared for declared in allowed if declared.noun == first]
    of_verb = [declared for declared in allowed if declared.verb == first]
    matcher = difflib.SequenceMatcher(b=typed[:100])

    def ratio(declared: Command) -> float:
        matcher.set_seq1(declared.name)
        return matcher.ratio()

    found = of_noun or of_verb or [declared for declared in allowed if ratio(declared) >= _ALIKE]
    return sorted(found, key=lambda declared: (declared is not near, -ratio(declared)))


#: What help offers where more than ``needs`` decides.
_OFFERED: dict[str, Callable[[Context], bool]] = {
    "workspace create": lambda ctx: ctx.found is None or ctx.standing.has("workspace:create"),
    "workspace link": lambda ctx: ctx.found is None or ctx.standing.has("workspace:configure"),
    "workspace use": lambda ctx: not ctx.call.where.channel and (ctx.found is None or ctx.spoken_of != ""),
    "workspace transfer": lambda ctx: ctx.member is not None and top_role(ctx).role_id in ctx.member.role_ids,
    "access grant": gives_any,
    "access revoke": gives_any,
    "access emergency": lambda ctx: may_take(ctx) is not None,
    "request list": lambda ctx: ctx.member is not None,
    "request cancel": lambda ctx: ctx.member is not None,
    "request invite": lambda ctx: ctx.member is not None and not may_invite(ctx),
    "request approve": lambda ctx: ctx.standing.has("request:approve"),
    "request deny": lambda ctx: ctx.standing.has("request:approve"),
}


def _may(ctx: Context, declared: Command) -> bool:
    if declared.name in _OFFERED:
        return _OFFERED[declared.name](ctx)
    if not declared.needs:
        return True
    return ctx.member is not None and (declared.needs == "member" or ctx.standing.has(declared.needs))


@dataclass(frozen=True, slots=True)
class Me:
    pass


@command("me", "See who you are here and what you may do", Me, light=True)
def me(ctx: Context, ask: Me) -> Card:
    del ask
    if ctx.member is not None:
        ends = dict(ctx.member.ends)
        held = [role for role in ctx.workspace.roles.values() if role.role_id in ctx.member.role_ids]
        roles = tuple(HeldRole(role.name, ends.get(role.role_id)) for role in held)
        reached = access_held.held(ctx, ctx.member.member_id)
        groups = tuple(of_member(ctx, ctx.member.member_id).values())
        return views.me_member(
            ctx.workspace.name,
            roles,
            ctx.standing.permissions,
            waiting_for(ctx),
            own_waiting(ctx),
            reached,
            groups,
        )
    mine = ctx.connection.execute(_MINE, {"person": ctx.person, "since": ctx.at - _RECENT}).first()
    if mine is None or (ctx.found is not None and mine.workspace_id != ctx.found.workspace_id):
        return views.me_stranger(ctx.found.name if ctx.found else "")
    if ctx.found is None and not ctx.enter(mine.workspace_id):
        return views.me_stranger("")
    if request_status(mine, ctx.at) is RequestStatus.PENDING:
        return views.me_waiting(ctx.workspace.name, mine.request_id, mine.expires_at)
    # Whoever was let in and is here no more hears no welcome.
    return kind_of(mine).outcome(ctx, mine) or views.me_stranger(ctx.workspace.name)


@dataclass(frozen=True, slots=True)
class Status:
    pass


@command("status", "See how things stand here", Status, light=True)
def status(ctx: Context, ask: Status) -> Card:
    del ask
    where = ctx.call.where
    place = place_name(where, "") if where.realm else t("a direct message")
    if ctx.member is None:
        return views.status_shown(place, ctx.found.name if ctx.found else "")
    troubles: list[Undelivered] | None = None
    if ctx.standing.has("workspace:configure"):
        rows: Any = ctx.connection.execute(_PARKED, {"ws": ctx.workspace.workspace_id})
        troubles = [
            Undelivered(_what(row.key), trouble_words.in_words(row.trouble), row.trouble) for row in rows
        ]
    linked, waiting = linked_and_waiting(ctx)
    plan = in_words(seats_of(ctx))
    gone = gone_places(ctx)
    return views.status_shown(
        place, ctx.workspace.name, waiting, troubles, linked=linked, plan=plan, gone=gone
    )


def _what(key: str) -> str:
    kind, _, rest = key.partition("/")
    if kind == platform_access.KEY:
        return t("access to {resource} on its platform", resource=rest.partition("/")[0])
    if kind == "card":
        return t("card of {id}", id=rest)
    return t("message about {id}", id=rest.split("/")[1])
