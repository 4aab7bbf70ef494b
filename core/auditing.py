"""The record in chat: looking at it, checking that it is whole, taking it home. For those who hold ``audit:view``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, bindparam, or_, select

from core import audit, groups, resources, text, views
from core.audit import Event
from core.audit_words import after, first_ended, in_words, subject_of
from core.calls import Identity
from core.cards import Account, Card, File, Span, plain
from core.catalogue import Kind, action, command, option
from core.context import Context, identity_of, person_key
from core.errors import Refusal, RefusalCode
from core.language import n, t
from core.members import find
from core.models import audit_events, identities, members
from core.names import names_of
from core.views.audit import EventFacts, words
from core.views.common import PAGE

VIEW = "audit:view"
#: As many of the latest events fit into one file in chat; an operator exports all of them.
MOST_IN_CHAT = 50_000

_HERE = audit_events.c.workspace_id == bindparam("ws")
_SINCE = audit_events.c.at >= bindparam("since")
_ABOUT = or_(
    audit_events.c.actor.in_(bindparam("actors", expanding=True)),
    audit_events.c.subject == bindparam("member"),
    audit_events.c.facts.like(bindparam("mentioned")),
)
#: One more than a page, to know whether there is another.
_OLDER = (
    select(audit_events)
    .where(_HERE, _SINCE, audit_events.c.number < bindparam("border"))
    .order_by(audit_events.c.number.desc())
    .limit(PAGE + 1)
)
_NEWER = (
    select(audit_events)
    .where(_HERE, _SINCE, audit_events.c.number > bindparam("border"))
    .order_by(audit_events.c.number)
    .limit(PAGE + 1)
)
_PAGES: dict[tuple[str, bool], Select[Any]] = {
    ("<", False): _OLDER,
    (">", False): _NEWER,
    ("<", True): _OLDER.where(_ABOUT),
    (">", True): _NEWER.where(_ABOUT),
}
_LATEST = (
    select(audit_events).where(_HERE, _SINCE).order_by(audit_events.c.number.desc()).limit(bindparam("most"))
)
_LATEST_ABOUT = _LATEST.where(_ABOUT)
_ACCOUNTS = select(identities).where(
    identities.c.workspace_id == bindparam("ws"), identities.c.member_id == bindparam("member")
)
_BOUND = select(identities.c.member_id).where(
    identities.c.workspace_id == bindparam("ws"),
    identities.c.platform == bindparam("platform"),
    identities.c.realm == bindparam("realm"),
    identities.c.subject == bindparam("subject"),
)
_NAMED = (
    select(members.c.member_id)
    .where(members.c.workspace_id == bindparam("ws"), members.c.name_key == bindparam("name"))
    .limit(2)
)
_EXISTS = select(members.c.member_id).where(
    members.c.workspace_id == bindparam("ws"), members.c.member_id == bindparam("member")
)


@dataclass(frozen=True, slots=True)
class AuditShow:
    member: Identity | str | None = option(
        Kind.MEMBER, "only what this person did, or what was done to them", "Ada"
    )
    since: int = option(Kind.SINCE, "only from then on", "7d", default=0)


@command("audit show", "See what was changed here, and what was refused", AuditShow, needs=VIEW, reads=True)
def show(ctx: Context, ask: AuditShow) -> Card:
    member_id = "-" if ask.member is None else _whoever(ctx, ask.member)
    return _page(ctx, member_id, max(0, ask.since), "<", ctx.workspace.audit_length + 1)


@action("audit.show", "Next", needs=VIEW, reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    parts = rest.removeprefix("log/").split("/")
    if len(parts) != 3:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    member_id, since, border = parts
    if not _is_number(since) or border[:1] not in {"<", ">"} or not _is_number(border[1:]) or len(rest) > 90:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    exists = {"ws": ctx.workspace.workspace_id, "member": member_id}
    if member_id != "-" and ctx.connection.execute(_EXISTS, exists).first() is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _page(ctx, member_id, int(since), border[0], int(border[1:]))


def _is_number(typed: str) -> bool:
    """Whether it is a number that every database can compare with."""
    return typed.isascii() and typed.isdecimal() and len(typed) <= 18


def _page(ctx: Context, member_id: str, since: int, way: str, border: int) -> Card:
    """The page of events on one side of an event's number; newest first, however it was come by."""
    params = {**_about(ctx, member_id), "since": since, "border": border}
    rows = list(ctx.connection.execute(_PAGES[way, member_id != "-"], params).all())
    more, rows = len(rows) > PAGE, rows[:PAGE]
    if way == ">":
        rows.reverse()
    newest = ctx.workspace.audit_length
    newer = bool(rows) and (more if way == ">" else border <= newest)
    older = bool(rows) and (more if way == "<" else True)
    subject = ctx.subject(f"log/{member_id}/{since}")
    return views.audit_shown(
        _facts(ctx, rows, member_id),
        ctx.workspace.name,
        newer=f"{subject}/>{rows[0].number}" if newer else "",
        older=f"{subject}/<{rows[-1].number}" if older else "",
    )


def _whoever(ctx: Context, typed: Identity | str) -> str:
    """The member meant, also one who has left: their deeds stay."""
    workspace = ctx.workspace.workspace_id
    if isinstance(typed, Identity):
        bound = ctx.connection.execute(_BOUND, {"ws": workspace, **typed._asdict()}).scalar()
        if bound is not None:
            return str(bound)
    else:
        named = (
            ctx.connection.execute(_NAMED, {"ws": workspace, "name": text.key(typed)[:160]}).scalars().all()
        )
        if len(named) == 1:
            return str(named[0])
    return str(find(ctx, typed).member_id)


def _about(ctx: Context, member_id: str) -> dict[str, Any]:
    workspace = ctx.workspace.workspace_id
    if member_id == "-":
        return {"ws": workspace}
    accounts = ctx.connection.execute(_ACCOUNTS, {"ws": workspace, "member": member_id})
    keys = [person_key(Identity(row.platform, row.realm, row.subject)) for row in accounts]
    about = {"actors": [member_id, *keys], "member": member_id, "mentioned": f'%"{member_id}"%'}
    return {"ws": workspace, **about}


def _facts(ctx: Context, rows: list[Row[Any]], about: str) -> list[EventFacts]:
    """``about``: the member whom all of it is about, if any; what is theirs is named first."""
    read = {row.number: json.loads(row.facts) for row in rows}
    wanted = {text for row in rows for text in (row.actor, row.subject)}
    wanted |= {value for facts in read.values() for value in facts.values() if isinstance(value, str)}
    wanted |= {str(kept.get("given_by", "")) for facts in read.values() if (kept := after(facts))}
    wanted |= {each for facts in read.values() for ended in first_ended(facts, about) for each in ended[:2]}
    known = names_of(ctx, {who for who in wanted if who.startswith("mem-")})
    known |= ctx.workspace.role_names()
    known |= groups.names_of(ctx, {each for each in wanted if each.startswith("grp-")})
    known |= resources.names(ctx, {each for each in wanted if each.startswith("res-")})
    return [
        EventFacts(
            row.number,
            row.at,
            _who(ctx, row.actor, known),
            row.event,
            subject_of(ctx, row.event, row.subject, known),
            {name: _named(value, known) for name, value in read[row.number].items()}
            | in_words(ctx, row.event, row.subject, read[row.number], known, about),
        )
        for row in rows
    ]


class Told(NamedTuple):
    """An event in words."""

    number: int
    at: int
    who: Span
    words: str
    refused: bool


def latest(ctx: Context, most: int) -> list[Told]:
    """The latest events, newest first."""
    params = {**_about(ctx, "-"), "since": 0, "most": most}
    found = _facts(ctx, list(ctx.connection.execute(_LATEST, params).all()), "-")
    return [Told(e.number, e.at, e.who, plain(words(e)), e.event == "refused") for e in found]


def _named(value: Any, known: dict[str, str]) -> Any:
    """The value with the names of members and roles for their ids."""
    match value:
        case list():
            return [_named(each, known) for each in value]
        case dict():
            return {name: _named(each, known) for name, each in value.items()}
        case str():
            return known.get(value, value)
        case _:
            return value


def _who(ctx: Context, actor: str, known: dict[str, str]) -> Span:
    """A member by name, somebody else by their account, Usher or its operator as such."""
    if actor.count("/") < 2:
        return known.get(actor, actor.capitalize())
    identity = identity_of(actor)
    bound = ctx.connection.execute(_BOUND, {"ws": ctx.workspace.workspace_id, **identity._asdict()}).scalar()
    if bound is not None:
        return names_of(ctx, {bound}).get(bound, t("Somebody"))
    return Account(identity.platform, identity.subject)


# --- taking it home --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditExport:
    member: Identity | str | None = option(
        Kind.MEMBER, "only what this person did, or what was done to them", "Ada"
    )
    since: int = option(Kind.SINCE, "only from then on", "30d", default=0)


@command("audit export", "Get the record as a file", AuditExport, needs=VIEW, exports=True)
def export(ctx: Context, ask: AuditExport) -> Card:
    member_id = "-" if ask.member is None else _whoever(ctx, ask.member)
    params = {**_about(ctx, member_id), "since": ask.since, "most": MOST_IN_CHAT + 1}
    found = ctx.connection.execute(_LATEST if member_id == "-" else _LATEST_ABOUT, params).all()
    rows = found[:MOST_IN_CHAT][::-1]
    content = "".join(f"{audit.as_line(Event(*row))}\n" for row in rows)
    ctx.record_afterwards("audit.exported", ctx.workspace.workspace_id, events=len(rows))
    description = n(
        "{count} event, one on each line, oldest first",
        "{count} events, one on each line, oldest first",
        len(rows),
    )
    file = File("audit.jsonl", content, description)
    return views.audit_exported(ctx.workspace.name, file, cut=len(found) > MOST_IN_CHAT)


# --- checking it -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AuditVerify:
    pass


@command("audit verify", "Check that nothing in the record was changed", AuditVerify, needs=VIEW, reads=True)
def verify(ctx: Context, ask: AuditVerify) -> Card:
    del ask
    workspace = ctx.workspace
    first_bad = audit.verify(
        ctx.connection, workspace.workspace_id, workspace.audit_length, workspace.audit_hash
    )
    return views.audit_verified(workspace.name, workspace.audit_length, first_bad)
