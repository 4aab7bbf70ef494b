"""Making resources, and deleting them: announced with what goes with it, and done in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, String, bindparam, cast, delete, func, insert, select

from core import platform_words, text, views
from core import requests as asking
from core.access_held import best_of, holders
from core.asking_for_access import usual_level
from core.calls import Channel, ChatRole
from core.cards import Card
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import end_of_resource, on_or_below, right_of
from core.intents import announce, confirms
from core.language import mark, t
from core.models import IS_INTACT, IS_PENDING, invitations, requests, resources
from core.outside import outside_of
from core.platform_access import mark_resource
from core.policy import ALL, VIEW_ALL
from core.reach import ids_on
from core.resources import DEEPEST, HERE, KIND, MANAGE, UNDER, below, find, load, paths, rows_of, sight_of
from core.views.common import button
from core.views.resources import Going, ResourceFacts

MOST = 100_000
OUTSIDE_LIMIT = 200
#: What can be asked for about a resource; the request's topic is its id.
ABOUT_RESOURCES = ("access", "extension")

_INSERT = insert(resources)
_COUNT = select(func.count()).where(HERE)
_INSIDE = select(func.count()).where(HERE, resources.c.parent_id == bindparam("res"))
_COUNT_UNDER = select(func.count()).where(HERE, UNDER, resources.c.resource_id != bindparam("res"))
_DELETE = delete(resources).where(HERE, UNDER)
_SAME = select(resources).where(
    HERE, resources.c.name_key == bindparam("name"), resources.c.kind == bindparam("kind")
)
_OUTSIDE = select(resources).where(
    HERE, resources.c.outside_id == bindparam("outside"), resources.c.kind == bindparam("kind")
)
_OPEN = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
    requests.c.kind.in_(ABOUT_RESOURCES),
    requests.c.topic.like("res-%"),
)
_CARRYING = select(invitations.c.invitation_id, invitations.c.resources).where(
    invitations.c.workspace_id == bindparam("ws"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
    cast(invitations.c.resources, String) != "[]",
)


# --- making --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResourceCreate:
    kind: str = option(
        Kind.LABEL, "what it is, in one word: computer, project, folder, …", "folder", required=True
    )
    name: str = option(Kind.LABEL, "what it is called", "Renders", required=True)
    parent: str = option(
        Kind.RESOURCE, "what it stands in: who reaches that reaches it too", "Studio", default=""
    )
    outside: Channel | ChatRole | str = option(
        Kind.OUTSIDE, "its id in the product, or the channel or role that it is", "fld_8812", default=""
    )


@command(
    "resource create",
    "Make something that access can be given to",
    ResourceCreate,
    needs=MANAGE,
    facts=frozenset({"outside"}),
)
def create(ctx: Context, ask: ResourceCreate) -> Card:
    kind = ask.kind.lower()
    if not KIND.fullmatch(kind):
        raise Refusal(RefusalCode.BAD_RESOURCE_KIND, kind=text.shorten(ask.kind))
    parent = find(ctx, ask.parent) if ask.parent else None
    there = outside_of(ctx, kind, ask.outside)
    row = make(ctx, kind, ask.name, parent, there.pop("outside_id") or "", **there)
    if row.platform is not None:
        mark_resource(ctx, row.resource_id, row.path)
    return views.resource_created(facts_of(ctx, row))


def make(ctx: Context, kind: str, name: str, parent: Any | None, outside: str = "", **more: Any) -> Row[Any]:
    """Writes a resource down. ``more``: the columns of what it is on a platform."""
    _check(ctx, kind, name, parent, outside)
    resource_id = ctx.new_id("res")
    above = parent.path if parent is not None else "/"
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "resource_id": resource_id,
            "kind": kind,
            "name": name,
            "name_key": text.key(name)[:160],
            "parent_id": parent.resource_id if parent is not None else None,
            "path": f"{above}{resource_id}/",
            "outside_id": outside or None,
            "platform": None,
            "realm": None,
            "bound_by": None,
            "created_at": ctx.at,
            **more,
        },
    )
    row = load(ctx, resource_id)
    assert row is not None
    kept = {column: getattr(row, column) for column in ("kind", "name", "parent_id", "path", "outside_id")}
    ctx.record("resource.created", resource_id, **kept, **more)
    ctx.standing_changed(taken=False)
    return row


def _check(ctx: Context, kind: str, name: str, parent: Any | None, outside: str) -> None:
    if parent is not None and len(ids_on(parent.path)) >= DEEPEST:
        raise Refusal(RefusalCode.RESOURCE_TOO_DEEP, limit=str(DEEPEST))
    ws = {"ws": ctx.workspace.workspace_id}
    wanted = parent.resource_id if parent is not None else None
    same = ctx.connection.execute(_SAME, {**ws, "name": text.key(name)[:160], "kind": kind}).all()
    for row in same:
        if row.parent_id == wanted:
            raise Refusal(RefusalCode.RESOURCE_EXISTS, kind=kind, name=name, resource=row.resource_id)
    taken = ctx.connection.execute(_OUTSIDE, {**ws, "outside": outside, "kind": kind}).first()
    if outside and taken is not None:
        raise Refusal(RefusalCode.OUTSIDE_TAKEN, kind=kind, name=taken.name, resource=taken.resource_id)
    if int(ctx.connection.execute(_COUNT, ws).scalar_one()) >= MOST:
        raise Refusal(RefusalCode.TOO_MANY_RESOURCES, limit=f"{MOST:,}")


# --- one of them -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResourceShow:
    name: str = option(Kind.RESOURCE, "its name, its path or its short id", "Studio/Renders", required=True)
    kind: str = option(Kind.LABEL, "what it is, where several have that name", "folder", default="")
    parent: str = option(
        Kind.RESOURCE, "what it stands in, where several have that name", "Studio", default=""
    )


@command(
    "resource show",
    "See one resource: where it stands and who has access",
    ResourceShow,
    needs="member",
    reads=True,
)
def show(ctx: Context, ask: ResourceShow) -> Card:
    row = _meant(ctx, ask)
    facts = facts_of(ctx, row)
    nothing = facts.yours is None and not facts.everything
    wanted = ctx.subject(f"{row.resource_id}@{usual_level(ctx).word}")
    return views.resource_shown(
        facts, (button("access.ask", wanted),) if nothing and not facts.may_give else ()
    )


def _meant(ctx: Context, ask: ResourceShow | ResourceDelete) -> Row[Any]:
    return find(ctx, ask.name, ask.kind, find(ctx, ask.parent) if ask.parent else None)


def facts_of(ctx: Context, row: Any) -> ResourceFacts:
    """A resource as cards show it to whoever runs the call."""
    sight = sight_of(ctx)
    reached = sight.reaches(row)
    who, total = holders(ctx, row) if reached else ([], 0)
    all_of_it = ctx.standing.has(ALL) or ctx.standing.has(VIEW_ALL.format(kind=row.kind))
    params = {"ws": row.workspace_id, "res": row.resource_id}
    there, troubles = platform_words.of_resource(ctx, row)
    return ResourceFacts(
        subject=ctx.subject(row.resource_id),
        short_id=row.resource_id,
        workspace=ctx.workspace.name,
        kind=row.kind,
        name=row.name,
        path=paths(ctx, [row], sight)[row.resource_id],
        outside_id="" if row.platform else row.outside_id or "",
        reached=reached,
        yours=best_of(ctx, ctx.me.member_id, row),
        everything=all_of_it,
        holders=tuple(who),
        held=total,
        inside=int(ctx.connection.execute(_INSIDE, params).scalar_one()) if reached else 0,
        may_give=right_of(ctx, row) is not None,
        place=there if reached else (),
        troubles=troubles if ctx.standing.has(MANAGE) else (),
    )


# --- deleting --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ResourceDelete:
    name: str = option(Kind.RESOURCE, "its name, its path or its short id", "Studio/Renders", required=True)
    kind: str = option(Kind.LABEL, "what it is, where several have that name", "folder", default="")
    parent: str = option(
        Kind.RESOURCE, "what it stands in, where several have that name", "Studio", default=""
    )


@command(
    "resource delete",
    "Delete a resource with everything under it, after a look at what goes with it",
    ResourceDelete,
    needs=MANAGE,
)
def delete_(ctx: Context, ask: ResourceDelete) -> Card:
    row = _meant(ctx, ask)
    subject = announce(ctx, "resource.delete", row.resource_id, {"name": row.name})
    return views.resource_deletion(facts_of(ctx, row), _going(ctx, row), subject)


@confirms("resource.delete")
def confirmed(ctx: Context, resource_id: str, facts: dict[str, Any]) -> Card:
    """Everything is read again at this moment: what was true when it was announced may no longer be."""
    ctx.require(MANAGE)
    row = load(ctx, resource_id)
    if row is None:
        said = t("{name} has been deleted already.", name=facts["name"])
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    shown, going = facts_of(ctx, row), _going(ctx, row)
    closed = [each.request_id for each in _about(ctx, row) if asking.close(ctx, each, GONE)]
    ended = end_of_resource(ctx, row)
    params = {"ws": row.workspace_id, "below": below(row)}
    gone = ctx.connection.execute(_DELETE, params).rowcount
    ctx.record(
        "resource.deleted",
        resource_id,
        kind=row.kind,
        name=row.name,
        path=row.path,
        outside_id=row.outside_id,
        resources=gone,
        grants=len(ended),
        requests=closed,
    )
    ctx.standing_changed(taken=False)
    return views.resource_deleted(shown, going)


#: What those hear who had asked for it.
GONE = mark("What it was about has been deleted.")


def _going(ctx: Context, row: Any) -> Going:
    params = {"ws": row.workspace_id, "below": below(row), "res": row.resource_id}
    return Going(
        int(ctx.connection.execute(_COUNT_UNDER, params).scalar_one()),
        on_or_below(ctx, row),
        len(_about(ctx, row)),
        len(_carrying(ctx, row)),
    )


def _about(ctx: Context, row: Any) -> list[Row[Any]]:
    """The open requests about a resource or what is under it."""
    params = {"ws": row.workspace_id, "now": ctx.at}
    found = list(ctx.connection.execute(_OPEN, params).all())
    under = _within(ctx, row, {_id_in(each.topic) for each in found})
    return [each for each in found if _id_in(each.topic) in under]


def _carrying(ctx: Context, row: Any) -> list[str]:
    """The living invitations that carry a resource or what is under it."""
    params = {"ws": row.workspace_id, "now": ctx.at}
    found = ctx.connection.execute(_CARRYING, params).all()
    under = _within(ctx, row, {pair[0] for each in found for pair in each.resources})
    return [each.invitation_id for each in found if any(pair[0] in under for pair in each.resources)]


def _id_in(topic: str) -> str:
    """The resource that a topic begins with: ``res-XXXX``, with or without more behind it."""
    return topic.partition("@")[0].partition("/")[0]


def _within(ctx: Context, row: Any, ids: set[str]) -> set[str]:
    """Of these resources, those that are this one or stand under it."""
    return {each.resource_id for each in rows_of(ctx, ids).values() if each.path.startswith(row.path)}
