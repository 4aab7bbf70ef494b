"""What Usher has given for one resource, and another one that is the same thing on the platform wants: it is handed over.

A resource may be deleted, or linked to something else, and another be linked to what it was before the first one's people are
taken out. Then nobody is put out and let in again, or put out for good: what was given counts for the other resource from
then on, and is taken away when nobody reaches that one any more.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, or_, select, update
from sqlalchemy import text as sql

from core.context import Context
from core.models import outbox, platform_access, resources
from core.platform_access import KEY
from core.platform_accounts import members_with
from core.ports import Access
from core.reach import reach

ASKED, GIVEN, OWN, FAILED = "asked", "given", "own", "failed"

_SAME = (
    platform_access.c.platform == bindparam("platform"),
    platform_access.c.realm == bindparam("realm"),
    platform_access.c.outside_id == bindparam("outside_id"),
    platform_access.c.subject == bindparam("person"),
    or_(platform_access.c.workspace_id != bindparam("ws"), platform_access.c.resource_id != bindparam("res")),
)
#: It is looked for in all workspaces: one that is gone may not have taken away yet what it gave.
_LET_GO = (
    delete(platform_access)
    .where(*_SAME, platform_access.c.state.in_([ASKED, GIVEN]))
    .returning(platform_access.c.state)
)
_TAKE_ON = sql(
    "INSERT INTO platform_access (workspace_id, resource_id, member_id, platform, realm, kind, outside_id, subject, "
    "state, trouble, since) VALUES (:ws, :res, :member, :platform, :realm, :kind, :outside_id, :person, :state, '', :now) "
    "ON CONFLICT (workspace_id, resource_id, platform, realm, outside_id, subject) DO UPDATE SET "
    "member_id = excluded.member_id, trouble = '', since = excluded.since, state = CASE "
    "WHEN platform_access.state IN ('asked', 'given') THEN platform_access.state ELSE excluded.state END"
)
_NOW_BOUND = select(resources.c.resource_id, resources.c.path).where(
    resources.c.workspace_id == bindparam("ws"),
    resources.c.platform == bindparam("platform"),
    resources.c.realm == bindparam("realm"),
    resources.c.outside_id == bindparam("outside_id"),
)
_HELD_ELSEWHERE = (
    select(platform_access.c.workspace_id, platform_access.c.resource_id, platform_access.c.member_id)
    .join(
        resources,
        (resources.c.workspace_id == platform_access.c.workspace_id)
        & (resources.c.resource_id == platform_access.c.resource_id)
        & (resources.c.platform == platform_access.c.platform)
        & (resources.c.realm == platform_access.c.realm)
        & (resources.c.outside_id == platform_access.c.outside_id),
    )
    .where(*_SAME, platform_access.c.state != FAILED)
)
_UNSURE = (
    update(platform_access)
    .where(
        platform_access.c.workspace_id == bindparam("in_ws"),
        platform_access.c.resource_id == bindparam("in_res"),
        platform_access.c.platform == bindparam("on"),
        platform_access.c.realm == bindparam("in_realm"),
        platform_access.c.outside_id == bindparam("outside"),
        platform_access.c.subject == bindparam("whose"),
    )
    .values(state=ASKED, trouble="", since=bindparam("now"))
)
_DUE = (
    update(outbox)
    .where(outbox.c.workspace_id == bindparam("in_ws"), outbox.c.key == bindparam("name"))
    .values(due_at=bindparam("now"), version=outbox.c.version + 1, attempts=0, parked_at=None)
)


class Heir(NamedTuple):
    """Who is to have it now, and of which resource."""

    resource_id: str
    member_id: str


def heir_of(ctx: Context, resource_id: str, access: Access) -> Heir | None:
    """Who reaches, in this workspace, what the thing is now, with that account."""
    params = _params(ctx, resource_id, access)
    resource = ctx.connection.execute(_NOW_BOUND, params).first()
    if resource is None:
        return None
    whose = members_with(ctx.connection, params["ws"], params["person"], params["platform"], params["realm"])
    for member_id in whose:
        if reach(ctx, member_id, resource.path) is not None:
            return Heir(resource.resource_id, member_id)
    return None


def held_elsewhere(ctx: Context, resource_id: str, access: Access) -> bool:
    """Whether another resource that is the thing now, in whichever workspace, has it written down for that account."""
    return ctx.connection.execute(_HELD_ELSEWHERE, _params(ctx, resource_id, access)).first() is not None


def take_on(ctx: Context, heir: Heir, access: Access) -> bool:
    """What was given for other resources counts for this one from now on; whether there was anything."""
    params = _params(ctx, heir.resource_id, access)
    states = list(ctx.connection.execute(_LET_GO, params).scalars())
    return bool(states) and _write(ctx, heir, access, GIVEN if GIVEN in states else ASKED)


def hand_over(ctx: Context, heir: Heir, access: Access, state: str) -> None:
    """As ``take_on``, from the side of who has given it: the heir looks whether there is anything left to do."""
    if not take_on(ctx, heir, access):
        # The same resource, and the account is somebody else's now.
        _write(ctx, heir, access, state)
    ctx.look_again(f"{KEY}/{heir.resource_id}/{heir.member_id}")


def taken_from(ctx: Context, resource_id: str, access: Access) -> None:
    """An account was put out just now: where it is wanted for another resource meanwhile, it is let in again."""
    held = ctx.connection.execute(_HELD_ELSEWHERE, _params(ctx, resource_id, access)).all()
    for row in held:
        this = {"in_ws": row.workspace_id, "now": ctx.at}
        thing = {"on": access.platform, "in_realm": access.realm, "outside": access.outside_id}
        one = {"in_res": row.resource_id, "whose": access.person}
        ctx.connection.execute(_UNSURE, {**this, **thing, **one})
        name = f"{KEY}/{row.resource_id}/{row.member_id}"
        if row.workspace_id == ctx.workspace.workspace_id:
            ctx.look_again(name)
        else:
            ctx.connection.execute(_DUE, {**this, "name": name})


def _write(ctx: Context, heir: Heir, access: Access, state: str) -> bool:
    params = _params(ctx, heir.resource_id, access)
    ctx.connection.execute(_TAKE_ON, {**params, "member": heir.member_id, "state": state})
    return True


def _params(ctx: Context, resource_id: str, access: Access) -> dict[str, Any]:
    return {
        "ws": ctx.workspace.workspace_id,
        "res": resource_id,
        "now": ctx.at,
        **access._asdict(),
    }
