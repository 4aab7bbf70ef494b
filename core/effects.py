"""Whether what was approved has happened: in Usher at once, on a platform itself when the platform has let Usher do it.

A request about something that is on a platform is decided first, then carried out (``core.platform_delivery``), and only
then called done. Until that is so its card and what its person reads say so; that the platform refused is a state of its own.

A kind of request whose yes gives access keeps the ids of its ``resource`` and of its ``member`` in its facts, and calls
``begin`` when it allows what was asked; every other kind has no effect but the one in its own transaction.
"""

from __future__ import annotations

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, or_, select, update

from core.context import Context
from core.language import t
from core.lifecycle import RequestStatus
from core.models import grants, identities, messages, platform_access, requests, resources
from core.platform_accounts import accounts_of

APPLIED, FAILED = "applied", "failed"
#: It ended, or was taken back, before it was in place: it is never called done any more.
OVER = "over"

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
_BOUND = select(resources.c.platform, resources.c.realm, resources.c.outside_id, resources.c.path).where(
    resources.c.workspace_id == bindparam("ws"), resources.c.resource_id == bindparam("res")
)
_GRANTS = select(grants).where(
    grants.c.workspace_id == bindparam("ws"),
    grants.c.resource_id == bindparam("res"),
    grants.c.holder == bindparam("member"),
    or_(grants.c.ends_at.is_(None), grants.c.ends_at > bindparam("now")),
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
        requests.c.effect.not_in([APPLIED, OVER]),
    )
)
#: Names the state it expects. What has happened once is not called undone afterwards.
_SETTLE = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        requests.c.status == RequestStatus.APPROVED.value,
        requests.c.effect.not_in([APPLIED, OVER]),
        requests.c.effect != bindparam("to"),
    )
    .values(effect=bindparam("to"))
)
#: With the very thing that the resource is now, whatever it was before.
_STATES = (
    select(platform_access.c.subject, platform_access.c.state, platform_access.c.trouble)
    .where(
        platform_access.c.workspace_id == bindparam("ws"),
        platform_access.c.resource_id == bindparam("res"),
        platform_access.c.member_id == bindparam("member"),
        platform_access.c.platform == bindparam("on"),
        platform_access.c.realm == bindparam("in_realm"),
        platform_access.c.outside_id == bindparam("outside"),
    )
    .order_by(platform_access.c.subject)
)
_TOLD = select(messages.c.message_id).where(
    messages.c.workspace_id == bindparam("ws"),
    messages.c.key == bindparam("name"),
    messages.c.message.is_not(None),
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
    if found is None or found.platform is None or _is_in(ctx, row, found):
        ctx.connection.execute(_BEGIN, {"ws": row.workspace_id, "req": row.request_id})


def effect_of(ctx: Context, row: Any) -> Effect:
    """How far the effect of an approved request is, in words that are true for whoever reads them."""
    if row.status != RequestStatus.APPROVED.value or "resource" not in row.facts:
        return Effect(done=row.status == RequestStatus.APPROVED.value)
    found = _bound(ctx, row)
    if row.effect == APPLIED:
        return Effect(True, t("and in place") if found is not None and found.platform is not None else "")
    return _to_come(ctx, row, found)


def _to_come(ctx: Context, row: Any, found: Any | None) -> Effect:
    """The same, of what has not happened yet."""
    if found is None or found.platform is None:
        return Effect(False, t("and not in place"), t("What it is about is there no more."))
    there = found.platform.title()
    if row.effect == OVER or not _stands(ctx, row, found):
        return Effect(
            False, t("but over by now"), t("It ended before {platform} had let Usher do it.", platform=there)
        )
    if row.effect == FAILED:
        troubles = [each.trouble for each in _states(ctx, row, found) if each.trouble]
        why = t(troubles[0]) if troubles else t("no reason was given")
        return Effect(
            False,
            t("but not in place yet"),
            t(
                "{platform} has not let Usher do it yet: {why}. Usher tries again, and the admins know.",
                platform=there,
                why=why,
            ),
        )
    if not _accounts(ctx, row, found):
        return Effect(
            False,
            t("but not in place yet"),
            t("It takes an account on {platform}, and none is known here so far.", platform=there),
        )
    return Effect(
        False, t("and being put in place"), t("Usher is putting it in place on {platform}.", platform=there)
    )


def settle(ctx: Context, resource_id: str, member_id: str, *, applied: bool) -> None:
    """It has happened on the platform, or the platform has refused: whoever asked and whoever decided are told the truth.

    Of each request that is still open in that way only what is true of it: it may be over, or stand for one account alone.
    """
    for row in _open(ctx, resource_id, member_id):
        found = _bound(ctx, row)
        to = APPLIED if applied else FAILED
        if not _stands(ctx, row, found):
            to = OVER
        elif applied and not _is_in(ctx, row, found):
            continue
        moved = ctx.connection.execute(_SETTLE, {"ws": row.workspace_id, "req": row.request_id, "to": to})
        if moved.rowcount:
            ctx.record(f"request.{to}", row.request_id, person=row.person, before=row.effect, after=to)
            _tell(ctx, row, to)


def over(ctx: Context, resource_id: str, member_id: str) -> None:
    """What was approved is over, or was taken back, before it was in place: it is not called on its way any more."""
    open_ = _open(ctx, resource_id, member_id)
    settle(ctx, resource_id, member_id, applied=False)
    for row in open_:
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
    """The card and the message about the decision are brought up to date; what went wrong, and its end, is news.

    That it is over is none: of the end of what they had its person hears anyhow.
    """
    person, key = f"person:{row.person}", _bring_up_to_date(ctx, row)
    if to == OVER or (to == APPLIED and row.effect == ""):
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


def _stands(ctx: Context, row: Any, found: Any | None) -> bool:
    """Whether what the request's yes gave is still had: as it was given, or in what has taken its place and goes as far."""
    ends_at = row.facts.get("gave", {}).get("ends_at")
    if found is None or (ends_at is not None and ends_at <= ctx.at):
        return False
    held = ctx.connection.execute(_GRANTS, {**_whom(row), "now": ctx.at}).all()
    return any(
        f"request {row.request_id} " in f"{each.source} "
        or (
            each.level >= row.facts.get("level", 0)
            and (each.ends_at is None or (ends_at is not None and each.ends_at >= ends_at))
        )
        for each in held
    )


def _is_in(ctx: Context, row: Any, found: Any) -> bool:
    """Whether each account of the member's has what the resource is now."""
    states = _states(ctx, row, found)
    there = {each.subject for each in states if each.state in {"given", "own"} and not each.trouble}
    accounts = _accounts(ctx, row, found)
    return bool(accounts) and accounts <= there


def _states(ctx: Context, row: Any, found: Any) -> list[Any]:
    params = {"on": found.platform, "in_realm": found.realm, "outside": found.outside_id}
    return list(ctx.connection.execute(_STATES, {**_whom(row), **params}).all())


def _accounts(ctx: Context, row: Any, found: Any) -> set[str]:
    """The accounts of the member in the place where the resource is something."""
    whose = row.facts.get("member", "")
    return set(accounts_of(ctx.connection, row.workspace_id, whose, found.platform, found.realm))
