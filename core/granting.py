"""Giving and taking access, typed or with the buttons on the card of a member, a group or a resource: the same either way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from core import durations, groups, members, views
from core.access_held import best_of, direct
from core.calls import Identity
from core.cards import Button, Card, Choice, Menu, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import (
    LASTING,
    check_may_give,
    check_may_take,
    give,
    in_layer,
    layers,
    live_of,
    live_one,
    right_of,
    take,
)
from core.language import says, t
from core.models import groups as group_rows
from core.models import members as member_rows
from core.models import resources as resource_rows
from core.permissions import Level
from core.policy import GRANT
from core.reach import facts_of
from core.resources import find, load, paths, rows_of, sight_of
from core.text import shorten
from core.views.access import Change, HeldGrant, both_ways

LEVELS = tuple(level.word for level in Level)
SHORTEST, LONGEST = 5 * durations.MINUTE, 90 * durations.DAY
#: So many entries a drop-down has on every platform.
MOST = 25

_SOME_GROUPS = (
    select(group_rows.c.group_id, group_rows.c.name)
    .where(group_rows.c.workspace_id == bindparam("ws"))
    .order_by(group_rows.c.name_key)
    .limit(MOST + 1)
)
_SOME_MEMBERS = (
    select(member_rows.c.member_id, member_rows.c.name)
    .where(member_rows.c.workspace_id == bindparam("ws"), member_rows.c.left_at.is_(None))
    .order_by(member_rows.c.name_key, member_rows.c.member_id)
    .limit(MOST + 1)
)
_SOME_RESOURCES = (
    select(resource_rows)
    .where(resource_rows.c.workspace_id == bindparam("ws"))
    .order_by(resource_rows.c.name_key, resource_rows.c.resource_id)
    .limit(MOST + 1)
)
_ANY_RESOURCE = (
    select(resource_rows.c.resource_id).where(resource_rows.c.workspace_id == bindparam("ws")).limit(1)
)


class Holder(NamedTuple):
    """A member or a group that access is given to."""

    holder_id: str
    name: str

    @property
    def is_group(self) -> bool:
        return self.holder_id.startswith("grp-")


# --- who, and what ---------------------------------------------------------------------------------------------------------


def find_holder(ctx: Context, typed: Identity | str) -> Holder:
    """The member or group meant by a mention, an address, a short id or a name that only one of them has."""
    if isinstance(typed, Identity):
        row = members.find(ctx, typed)
        return Holder(row.member_id, row.name)
    group = groups.load(ctx, f"grp-{typed[4:].upper()}") if typed[:4].lower() == "grp-" else None
    group = group or groups.by_name(ctx, typed)
    try:
        row = members.find(ctx, typed)
    except Refusal as refusal:
        if group is not None:
            return Holder(group.group_id, group.name)
        if refusal.code is RefusalCode.UNKNOWN_MEMBER:
            raise Refusal(RefusalCode.UNKNOWN_HOLDER, name=shorten(typed)) from None
        raise
    if group is not None:
        raise Refusal(RefusalCode.AMBIGUOUS_HOLDER, name=shorten(typed), group=group.group_id)
    return Holder(row.member_id, row.name)


def holder_of(ctx: Context, holder_id: str) -> Holder:
    """The one that a button names, as long as there is one."""
    row: Any
    if holder_id.startswith("grp-"):
        row = groups.load(ctx, holder_id)
        if row is not None:
            return Holder(holder_id, row.name)
    else:
        row = members.load(ctx, holder_id)
        if row is not None and row.left_at is None:
            return Holder(holder_id, row.name)
    raise Refusal(RefusalCode.UNKNOWN_BUTTON)


def _resource(ctx: Context, resource_id: str) -> Any:
    """The one that a button names, as long as whoever presses it may know of it."""
    row = load(ctx, resource_id)
    if row is None or not sight_of(ctx).knows(row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return row


# --- typed -----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccessGrant:
    resource: str = option(Kind.RESOURCE, "what: a name, a path or a short id", "Renders", required=True)
    to: Identity | str = option(
        Kind.HOLDER,
        "who: a mention, an e-mail address, or the name of a member or a group",
        "Ada",
        required=True,
    )
    level: str = option(
        Kind.CHOICE, "how far; each level includes those before it", "edit", choices=LEVELS, default="view"
    )
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")


@command(
    "access grant", "Give somebody or a group access to something, or change it", AccessGrant, needs="member"
)
def grant(ctx: Context, ask: AccessGrant) -> Card:
    row, to = find(ctx, ask.resource), find_holder(ctx, ask.to)
    return grant_to(ctx, row, to, Level[ask.level.upper()], ask.for_)


def grant_to(ctx: Context, row: Any, to: Holder, level: Level, life: int | None) -> Card:
    """Gives a level on a resource for good, or for so many seconds."""
    until = None if life is None else ctx.at + life
    before = live_one(ctx, row.resource_id, to.holder_id)
    check_may_give(ctx, row, level, until, before)
    if life is not None and not SHORTEST <= life <= LONGEST:
        raise Refusal(
            RefusalCode.BAD_GRANT_TIME, shortest=durations.show(SHORTEST), longest=durations.show(LONGEST)
        )
    lasting = in_layer(ctx, row.resource_id, to.holder_id, LASTING)
    if until is not None and lasting is not None and lasting.level >= level:
        word = Level(lasting.level).word
        raise Refusal(RefusalCode.HAS_FOR_GOOD, name=to.name, level=word, resource=row.name)
    given = give(ctx, row, to.holder_id, level, until, less=True)
    if not given.changed:
        has = {"name": to.name, "level": level.word, "resource": row.name}
        said = says("{name} has {level} on {resource} already.", **has)
        if until is not None:
            said = says("{name} has {level} on {resource} until {when} already.", **has, when=When(until))
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    above = best_of(ctx, to.holder_id, row, above=True)
    repeated = above if above is not None and Level[above.level.upper()] >= level else None
    after = HeldGrant(row.name, "", level.word, until)
    beside = [one for one in layers(ctx, row.resource_id, to.holder_id) if one.ends_at != until]
    beside = [one for one in beside if until is not None or one.level > level]
    rest = tuple(HeldGrant(row.name, "", Level(one.level).word, one.ends_at) for one in beside)
    change = _change(ctx, row, to, given.before, after, repeated)
    return views.access_granted(change._replace(beside=rest))


@dataclass(frozen=True, slots=True)
class AccessRevoke:
    resource: str = option(Kind.RESOURCE, "what: a name, a path or a short id", "Renders", required=True)
    to: Identity | str = option(
        Kind.HOLDER,
        "whose: a mention, an e-mail address, or the name of a member or a group",
        "Ada",
        required=True,
    )


@command("access revoke", "Take away what somebody or a group has on something", AccessRevoke, needs="member")
def revoke(ctx: Context, ask: AccessRevoke) -> Card:
    return revoke_from(ctx, find(ctx, ask.resource), find_holder(ctx, ask.to))


def revoke_from(ctx: Context, row: Any, to: Holder) -> Card:
    check_may_take(ctx, row)
    before = take(ctx, row, to.holder_id)
    above = best_of(ctx, to.holder_id, row)
    if before is None:
        said = (
            t("What they have there comes from {path}.", path=above.path) + " " if above is not None else ""
        )
        raise Refusal(RefusalCode.NO_ACCESS_TO_TAKE, name=to.name, resource=row.name, detail=said)
    return views.access_revoked(_change(ctx, row, to, before, None, above))


def _change(
    ctx: Context, row: Any, to: Holder, before: Any, after: HeldGrant | None, above: HeldGrant | None
) -> Change:
    was = HeldGrant(row.name, "", Level(before.level).word, before.ends_at) if before is not None else None
    path = paths(ctx, [row])[row.resource_id]
    return Change(to.name, row.name, path, row.resource_id, to.is_group, was, after, above)


# --- with buttons: Grant ---------------------------------------------------------------------------------------------------


@action("access.grant", "Grant", needs="member", reads=True)
def press_grant(ctx: Context, subject: str) -> Card:
    """Pressed on a resource it asks to whom, on a member or a group on what."""
    if subject.startswith("res-"):
        row = _resource(ctx, subject)
        check_may_take(ctx, row)
        ws = {"ws": ctx.workspace.workspace_id}
        found = [
            (each.group_id, t("{group} (group)", group=each.name))
            for each in ctx.connection.execute(_SOME_GROUPS, ws)
        ]
        found += [(each.member_id, each.name) for each in ctx.connection.execute(_SOME_MEMBERS, ws)]
        menu, more = _menu(ctx, t("To whom"), "access.to", subject, found)
        return views.access_whom(row.name, menu, more)
    to = holder_of(ctx, subject)
    menu, more = _menu(ctx, t("Resource"), "access.to", subject, _to_give(ctx))
    return views.access_what(to.name, menu, more)


def _to_give(ctx: Context) -> list[tuple[str, str]]:
    """Resources that whoever runs the call may give access to: any, or those that they manage."""
    if ctx.standing.has(GRANT):
        rows = list(ctx.connection.execute(_SOME_RESOURCES, {"ws": ctx.workspace.workspace_id}).all())
    else:
        facts = facts_of(ctx, ctx.me.member_id)
        managed = {fact.resource_id for fact in facts if fact.manages(ctx.at)}
        rows = sorted(rows_of(ctx, managed).values(), key=lambda row: str(row.name_key))
    words = paths(ctx, rows)
    return [(row.resource_id, words[row.resource_id]) for row in rows]


def _menu(
    ctx: Context, label: str, act: str, subject: str, found: list[tuple[str, str]]
) -> tuple[Menu, bool]:
    choices = tuple(Choice(value, name) for value, name in found[:MOST])
    return Menu(label, act, ctx.subject(subject), choices), len(found) > MOST


@action("access.to", "To whom", needs="member", reads=True)
def choose_other(ctx: Context, subject: str) -> Card:
    """Chosen: whom, or what; the last question is how far."""
    row, to = _both(ctx, subject, _chosen(ctx))
    check_may_take(ctx, row)
    return views.access_level(to.name, row.name, ctx.subject(f"{row.resource_id}:{to.holder_id}"))


@action("access.level", "Level", needs="member")
def choose_level(ctx: Context, subject: str) -> Card:
    row, to = _both(ctx, *_two(subject))
    word = _chosen(ctx)
    if word not in LEVELS:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return grant_to(ctx, row, to, Level[word.upper()], None)


def _chosen(ctx: Context) -> str:
    return str(ctx.call.options.get("choice", ""))


def _two(subject: str) -> tuple[str, str]:
    one, _, other = subject.partition(":")
    return one, other


def _both(ctx: Context, one: str, other: str) -> tuple[Any, Holder]:
    """A resource and a holder, whichever of them is named first."""
    resource_id, holder_id = (one, other) if one.startswith("res-") else (other, one)
    return _resource(ctx, resource_id), holder_of(ctx, holder_id)


# --- with buttons: Revoke --------------------------------------------------------------------------------------------------


@action("access.revoke", "Revoke", style=Style.DANGER, needs="member", reads=True)
def press_revoke(ctx: Context, subject: str) -> Card:
    """Pressed on a resource it asks whose, on a member or a group on what."""
    if subject.startswith("res-"):
        row = _resource(ctx, subject)
        check_may_take(ctx, row)
        found = [
            (each.holder, f"{each.name} ({Level(each.level).word})") for each in direct(ctx, row, MOST + 1)
        ]
        menu, more = _menu(ctx, t("Whose"), "access.end", subject, found)
        return views.access_whose(row.name, menu, more)
    to = holder_of(ctx, subject)
    menu, more = _menu(ctx, t("Resource"), "access.end", subject, _to_take(ctx, to))
    return views.access_of_whom(to.name, menu, more)


def _to_take(ctx: Context, to: Holder) -> list[tuple[str, str]]:
    """What somebody has themselves, as far as whoever runs the call may take it."""
    held = live_of(ctx, [to.holder_id])
    rows = rows_of(ctx, (each.resource_id for each in held))
    able = {resource_id: row for resource_id, row in rows.items() if right_of(ctx, row) is not None}
    words = paths(ctx, able.values())
    furthest: dict[str, int] = {}
    for each in held:
        if each.resource_id in able:
            furthest[each.resource_id] = max(each.level, furthest.get(each.resource_id, 0))
    found = [(each, f"{words[each]} ({Level(level).word})") for each, level in furthest.items()]
    return sorted(found, key=lambda each: each[1].casefold())


@action("access.end", "Whose", needs="member")
def choose_end(ctx: Context, subject: str) -> Card:
    return revoke_from(ctx, *_both(ctx, subject, _chosen(ctx)))


def gives_any(ctx: Context) -> bool:
    """Whether there is anything that whoever runs the call may give access to."""
    if ctx.member is None or ctx.standing.has(GRANT):
        return ctx.member is not None
    facts = facts_of(ctx, ctx.member.member_id)
    return any(fact.manages(ctx.at) for fact in facts)


def buttons_for(ctx: Context, holder_id: str) -> tuple[Button, ...]:
    """Grant and Revoke on the card of a member or a group, as far as whoever looks may press them."""
    ws = {"ws": ctx.workspace.workspace_id}
    gives = gives_any(ctx) and ctx.connection.execute(_ANY_RESOURCE, ws).first() is not None
    takes = gives and bool(_to_take(ctx, Holder(holder_id, "")))
    return both_ways(ctx.subject(holder_id), give=gives, take=takes)
