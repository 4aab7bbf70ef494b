"""A person's Home: what is theirs in each of their workspaces, and what waits for them there. It only reads."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from sqlalchemy import Connection, bindparam, select

from core import access_held, deciding, views
from core.calls import Actor, Call, Identity, Where
from core.cards import Card, Home, Section, Text, When, is_span
from core.context import Context, person_key
from core.copies import digest
from core.errors import Refusal
from core.groups import of_member
from core.invitation_list import mine_open
from core.language import LANGUAGES, n, says, says_n, speaking, t
from core.models import IS_PENDING, requests, workspaces
from core.people import language_of
from core.policy import INVITE
from core.reach import IN_EMERGENCY, facts_of
from core.request_commands import own_rows, waiting_rows
from core.request_kinds import kind_of
from core.resources import rows_of
from core.setting_changes import CONFIGURE
from core.setting_changes import facts_of as setting_facts
from core.settings import SETTINGS
from core.state import Config, RoleCache
from core.views.members import HeldRole
from core.views.time_boxes import Ending

#: So many workspaces are shown; the others are named.
WORKSPACES = 3
#: So many of each kind are shown.
MOST = 5

_WAITING_ELSEWHERE = (
    select(requests.c.workspace_id)
    .join(workspaces, workspaces.c.workspace_id == requests.c.workspace_id)
    .where(
        requests.c.person == bindparam("person"),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
        workspaces.c.deleted_at.is_(None),
    )
    .distinct()
)


class Homes:
    """Makes Homes. All on one connection: what they tell is of one moment."""

    def __init__(self, config: Config, cache: RoleCache) -> None:
        self._config = config
        self._cache = cache

    def of(self, connection: Connection, person: Identity, at: int, language: str = "") -> tuple[Home, str]:
        """The Home of a person, and the language it is in: ``language``, or what they were last seen to read."""
        first = self._context(connection, person, at)
        mine = first.my_workspaces()
        spoken = language or language_of(connection, person)
        if not spoken:
            spoken = self._shared(first, mine)
        with speaking(spoken):
            return Home(tuple(self._sections(connection, person, at, mine))), spoken

    def _context(self, connection: Connection, person: Identity, at: int) -> Context:
        where = Where(person.platform, person.realm, "")
        call = Call(Actor(person, ""), where, at)
        return Context(connection, call, self._config, self._cache, writes=False)

    def _shared(self, ctx: Context, mine: list[tuple[str, str]]) -> str:
        """The language of the workspace that somebody is in, of whom nobody knows what they read."""
        if mine and ctx.enter(mine[0][0]):
            return str(ctx.workspace.setting("language"))
        return LANGUAGES[0]

    def _sections(
        self, connection: Connection, person: Identity, at: int, mine: list[tuple[str, str]]
    ) -> list[Section]:
        out: list[Section] = []
        for workspace, _ in mine[:WORKSPACES]:
            ctx = self._context(connection, person, at)
            if ctx.enter(workspace) and ctx.member is not None:
                out += _of_member(ctx)
        elsewhere = {"person": person_key(person), "now": at}
        known = {workspace for workspace, _ in mine}
        for workspace in sorted(set(connection.execute(_WAITING_ELSEWHERE, elsewhere).scalars()) - known):
            ctx = self._context(connection, person, at)
            if ctx.enter(workspace):
                out += _own(ctx)
        if not mine:
            out.append(Section(t("Welcome"), (self._stranger(connection, person, at),)))
        if len(mine) > WORKSPACES:
            also = ", ".join(name for _, name in mine[WORKSPACES:][:MOST])
            more = says_n(
                "{count} more workspace: {/workspace list}",
                "{count} more workspaces: {/workspace list}",
                len(mine) - WORKSPACES,
            )
            out.append(Section(also, (), more))
        return out

    def _stranger(self, connection: Connection, person: Identity, at: int) -> Card:
        """How to get in; with the name of the workspace of this place, as ``me`` tells it."""
        ctx = self._context(connection, person, at)
        with suppress(Refusal):
            ctx.enter_place()
        return views.me_stranger(ctx.found.name if ctx.found else "")


def _of_member(ctx: Context) -> list[Section]:
    return [_me(ctx), *_waiting(ctx), *_time_boxes(ctx), *_own(ctx), *_invitations(ctx), *_settings(ctx)]


def _me(ctx: Context) -> Section:
    ends = dict(ctx.me.ends)
    held = [role for role in ctx.workspace.roles.values() if role.role_id in ctx.me.role_ids]
    roles = tuple(HeldRole(role.name, ends.get(role.role_id)) for role in held)
    groups = tuple(of_member(ctx, ctx.me.member_id).values())
    reached = access_held.held(ctx, ctx.me.member_id)
    return Section(ctx.workspace.name, (views.home_me(ctx.workspace.name, roles, groups, reached),))


def _waiting(ctx: Context) -> list[Section]:
    """Other people's requests, as their approvers have them elsewhere."""
    rows, total = waiting_rows(ctx, MOST)
    if not rows:
        return []
    cards = tuple(kind_of(row).card(ctx, row, deciding.tally_of(ctx, row)) for row in rows)
    more: Text = ()
    if total > len(rows):
        more = says_n(
            "{count} more request: {/request list}",
            "{count} more requests: {/request list}",
            total - len(rows),
        )
    title = n("{count} request waits for you", "{count} requests wait for you", total)
    return [Section(title, cards, more)]


def _time_boxes(ctx: Context) -> list[Section]:
    """What is theirs by themselves and ends: what a group has ends for all of it, and nobody there is done with it."""
    cards = [
        views.home_time_box(_ending(ctx, f"{role_id}@{end}", end), ctx.workspace.roles[role_id].name)
        for role_id, end in sorted(ctx.me.ends, key=lambda each: each[1])
    ]
    facts = [
        (fact, fact.ends_at)
        for fact in facts_of(ctx, ctx.me.member_id)
        if fact.ends_at is not None and fact.live(ctx.at) and not fact.group_id
    ]
    names = rows_of(ctx, (fact.resource_id for fact, _ in facts))
    for fact, end in sorted(facts, key=lambda each: (each[1], each[0].resource_id)):
        if fact.resource_id in names:
            subject = f"{fact.resource_id}@{end}@{int(fact.level)}"
            ending = _ending(ctx, subject, end)._replace(extends=fact.layer != IN_EMERGENCY)
            what = t("{level} on {resource}", level=fact.level.word, resource=names[fact.resource_id].name)
            cards.append(views.home_time_box(ending, what))
    return _some(t("What ends by itself"), cards, says("All you reach: {/access list}"))


def _ending(ctx: Context, subject: str, end: int) -> Ending:
    return Ending(ctx.subject(subject), ctx.workspace.name, end, end - ctx.at)


def _own(ctx: Context) -> list[Section]:
    cards = []
    for row in own_rows(ctx):
        kind = kind_of(row)
        subject = "" if kind.stays else ctx.subject(row.request_id)
        cards.append(views.home_own(kind.line(ctx, row, True).text, subject))
    return _some(t("What you wait for"), cards, says("All of it: {/request list}"))


def _invitations(ctx: Context) -> list[Section]:
    if not ctx.standing.has(INVITE):
        return []
    found, total = mine_open(ctx)
    more = says_n(
        "{count} more invitation: {/invite list}", "{count} more invitations: {/invite list}", total - MOST
    )
    return _some(t("Your invitations"), [views.home_invitation(facts) for facts in found], more)


def _settings(ctx: Context) -> list[Section]:
    if not ctx.standing.has(CONFIGURE):
        return []
    every = [setting_facts(ctx, setting) for setting in SETTINGS.values()]
    return [
        Section(
            t("What holds here"), (views.home_settings(ctx.workspace.name, every, ctx.subject("settings")),)
        )
    ]


def _some(title: str, cards: list[Card], more: Text) -> list[Section]:
    if not cards:
        return []
    return [Section(title, tuple(cards[:MOST]), more if len(cards) > MOST else ())]


# --- what is kept of it ----------------------------------------------------------------------------------------------


def digest_of(home: Home, language: str) -> str:
    """Enough to see whether it is another one now."""
    return digest(Card(repr(home)), language)


def next_end(home: Home, at: int) -> int | None:
    """When the first of the moments that it tells of is over."""
    ends = [when.at for section in home.sections for card in section.cards for when in _moments(card)]
    return min((end for end in ends if end > at), default=None)


def _moments(card: Card) -> list[When]:
    texts: list[Any] = [
        *card.body,
        *(field.value for field in card.fields),
        *(line.text for line in card.lines),
    ]
    return [span for each in texts for span in each if is_span(span) and isinstance(span, When)]
