"""Whether what was approved has happened: in Usher at once, on a platform itself when the platform has let Usher do it.

A request about something that is on a platform is decided first, then carried out (``core.platform_delivery``), and only
then called done. Until that is so its card and what its person reads say so; that the platform refused is a state of its own.

A kind of request whose yes gives access keeps the ids of its ``resource`` and of its ``member`` in its facts, and calls
``begin`` when it allows what was asked; every other kind has no effect but the one in its own transaction.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select, update

from core.context import Context
from core.lifecycle import RequestStatus
from core.models import identities, members, messages, platform_access, requests, resources
from core.reach import reach

APPLIED, FAILED = "applied", "failed"

_BEGIN = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        requests.c.status == RequestStatus.APPROVED.value,
        requests.c.effect == "",
    )
    .values(effect=APPLIED)
)
_BOUND = select(resources.c.platform, resources.c.path).where(
    resources.c.workspace_id == bindparam("ws"), resources.c.resource_id == bindparam("res")
)
#: By the person, of whom there is an index: those of a member's accounts.
_OPEN = (
    select(requests)
    .join(
        identities,
        (identities.c.workspace_id == requests.c.workspace_id)
        & (
            requests.c.person == identities.c.platform + "/" + identities.c.realm + "/" + identities.c.subject
        ),
    )
    .where(
        identities.c.workspace_id == bindparam("ws"),
        identities.c.member_id == bindparam("member"),
        requests.c.status == RequestStatus.APPROVED.value,
        requests.c.effect != APPLIED,
    )
)
#: Names the state it expects. What has happened once is not called undone afterwards.
_SETTLE = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        requests.c.status == RequestStatus.APPROVED.value,
        requests.c.effect != APPLIED,
        requests.c.effect != bindparam("to"),
    )
    .values(effect=bindparam("to"))
)
_WHY = select(platform_access.c.trouble).where(
    platform_access.c.workspace_id == bindparam("ws"),
    platform_access.c.resource_id == bindparam("res"),
    platform_access.c.member_id == bindparam("member"),
    platform_access.c.trouble != "",
)
_STATES = select(platform_access.c.state, platform_access.c.trouble).where(
    platform_access.c.workspace_id == bindparam("ws"),
    platform_access.c.resource_id == bindparam("res"),
    platform_access.c.member_id == bindparam("member"),
)
_TOLD = select(messages.c.message_id).where(
    messages.c.workspace_id == bindparam("ws"),
    messages.c.key == bindparam("name"),
    messages.c.message.is_not(None),
)
_ACCOUNTS = (
    select(identities.c.platform, identities.c.realm)
    .join(
        members,
        (members.c.workspace_id == identities.c.workspace_id)
        & (members.c.member_id == identities.c.member_id)
        & members.c.left_at.is_(None),
    )
    .where(identities.c.workspace_id == bindparam("ws"), identities.c.member_id == bindparam("member"))
)


class Effect(NamedTuple):
    """How far the effect of an approved request is. ``title`` follows “Approved”, and is empty where there is none to tell."""

    done: bool
    title: str = ""
    words: str = ""


def begin(ctx: Context, row: Any) -> None:
    """A request about a resource was approved: where that is nothing on a platform, it has happened with this.

    As it has where it only goes on, or goes further than before, with somebody who is in there already.
    """
    found = _bound(ctx, row)
    if found is None or found.platform is None or _is_in(ctx, row):
        ctx.connection.execute(_BEGIN, {"ws": row.workspace_id, "req": row.request_id})


def effect_of(ctx: Context, row: Any) -> Effect:
    """How far the effect of an approved request is, in words that are true for whoever reads them."""
    if row.status != RequestStatus.APPROVED.value or "resource" not in row.facts:
        return Effect(done=row.status == RequestStatus.APPROVED.value)
    found = _bound(ctx, row)
    if row.effect == APPLIED:
        return Effect(True, "and in place" if found is not None and found.platform is not None else "")
    return _to_come(ctx, row, found)


def _to_come(ctx: Context, row: Any, found: Any | None) -> Effect:
    """The same, of what has not happened yet."""
    if found is None or found.platform is None:
        return Effect(False, "and not in place", "What it is about is there no more.")
    there = found.platform.title()
    if reach(ctx, row.facts.get("member", ""), found.path) is None:
        return Effect(False, "but over by now", f"It ended before {there} had let Usher do it.")
    if row.effect == FAILED:
        why = ctx.connection.execute(_WHY, _whom(row)).scalar() or "no reason was given"
        return Effect(
            False,
            "but not in place yet",
            f"{there} has not let Usher do it yet: {why}. Usher tries again, and the admins know.",
        )
    if not _has_account(ctx, row, found.platform):
        return Effect(
            False, "but not in place yet", f"It takes an account on {there}, and none is known here so far."
        )
    return Effect(False, "and being put in place", f"Usher is putting it in place on {there}.")


def settle(ctx: Context, resource_id: str, member_id: str, *, applied: bool) -> None:
    """It has happened on the platform, or the platform has refused: whoever asked and whoever decided are told the truth."""
    to = APPLIED if applied else FAILED
    for row in _open(ctx, resource_id, member_id):
        moved = ctx.connection.execute(_SETTLE, {"ws": row.workspace_id, "req": row.request_id, "to": to})
        if moved.rowcount:
            ctx.record(f"request.{to}", row.request_id, person=row.person, before=row.effect, after=to)
            _tell(ctx, row, to)


def over(ctx: Context, resource_id: str, member_id: str) -> None:
    """What was approved is over, or was taken back, before it was in place: it is not called on its way any more."""
    settle(ctx, resource_id, member_id, applied=False)
    for row in _open(ctx, resource_id, member_id):
        _bring_up_to_date(ctx, row)


def _open(ctx: Context, resource_id: str, member_id: str) -> list[Row[Any]]:
    """The approved requests of a member for a resource whose effect is still to come."""
    params = {"ws": ctx.workspace.workspace_id, "member": member_id}
    about = (resource_id, member_id)
    rows = ctx.connection.execute(_OPEN, params).all()
    return [row for row in rows if (row.facts.get("resource"), row.facts.get("member")) == about]


def _bring_up_to_date(ctx: Context, row: Row[Any]) -> str:
    """The card, and the message about the decision, whose key this is."""
    key = f"note/outcome/{row.request_id}/person:{row.person}"
    ctx.stale(row.request_id)
    ctx.look_again(key)
    return key


def _tell(ctx: Context, row: Row[Any], to: str) -> None:
    """The card and the message about the decision are brought up to date; what went wrong, and its end, is news."""
    person, key = f"person:{row.person}", _bring_up_to_date(ctx, row)
    if to == APPLIED and row.effect == "":
        return
    if ctx.connection.execute(_TOLD, {"ws": row.workspace_id, "name": key}).first() is not None:
        ctx.notify(person, "effect", f"{row.request_id}@{to}")
    if row.decided_by is not None and row.decided_by != row.facts.get("member"):
        ctx.notify(f"member:{row.decided_by}", "effect", f"{row.request_id}@{to}")


def mark_of(why: str) -> str:
    """A trouble as a part of a notice's key: the same one is told of once in a while."""
    return hashlib.sha256(why.encode()).hexdigest()[:8]


def _whom(row: Any) -> dict[str, Any]:
    return {"ws": row.workspace_id, "res": row.facts["resource"], "member": row.facts.get("member", "")}


def _bound(ctx: Context, row: Any) -> Any | None:
    if "resource" not in row.facts:
        return None
    return ctx.connection.execute(_BOUND, {"ws": row.workspace_id, "res": row.facts["resource"]}).first()


def _is_in(ctx: Context, row: Any) -> bool:
    """Whether everything that Usher has looked after for this member and resource is in place."""
    states = ctx.connection.execute(_STATES, _whom(row)).all()
    return bool(states) and all(state in {"given", "own"} and not trouble for state, trouble in states)


def _has_account(ctx: Context, row: Any, platform: str) -> bool:
    found = ctx.connection.execute(_ACCOUNTS, _whom(row)).all()
    return any(each.platform == platform for each in found)
