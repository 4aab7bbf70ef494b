"""What is to be given and taken away on the platforms themselves: what members reach now against what Usher has given.

Whoever reaches a resource that is a channel or a role is to be in it, with each of their accounts there. First it is looked
whether an account is in already, and that is written down before anything is given: so that Usher takes away what it has
given, and only that, whatever was killed between a platform's act and its record. Giving and taking are harmless when
repeated.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, delete, select, update
from sqlalchemy import text as sql

from core import effects
from core.approvers import holders_of
from core.context import Context
from core.language import mark
from core.models import platform_access, resources
from core.outbox_types import Apply, Check, Step
from core.platform_access import KEY
from core.platform_accounts import accounts_of
from core.platform_heirs import (
    ASKED,
    FAILED,
    GIVEN,
    OWN,
    Heir,
    hand_over,
    heir_of,
    held_elsewhere,
    take_on,
    taken_from,
)
from core.ports import Access
from core.reach import facts_of, ids_on, reach

#: What failed is tried again in this time: somebody may have mended it.
TRY_AGAIN = 3_600
#: Of the same trouble with the same thing the admins hear once in this time, and so many of them.
TELL_AGAIN = 24 * 3_600
MOST_TOLD = 5
TROUBLE_LIMIT = 300
#: Why nothing is given in the name of somebody who is not there any more.
NOBODY_VOUCHES = mark("whoever linked it is no member here any more, or has no account there")

_RESOURCE = select(resources).where(
    resources.c.workspace_id == bindparam("ws"),
    resources.c.resource_id == bindparam("res"),
    resources.c.platform.is_not(None),
)
_ROWS = select(platform_access).where(
    platform_access.c.workspace_id == bindparam("ws"),
    platform_access.c.resource_id == bindparam("res"),
    platform_access.c.member_id == bindparam("member"),
)
_WRITE = sql(
    "INSERT INTO platform_access (workspace_id, resource_id, member_id, platform, realm, kind, outside_id, subject, "
    "state, trouble, since) VALUES (:ws, :res, :member, :platform, :realm, :kind, :outside_id, :person, :state, "
    ":trouble, :now) ON CONFLICT (workspace_id, resource_id, platform, realm, outside_id, subject) DO UPDATE SET "
    "member_id = excluded.member_id, state = excluded.state, trouble = excluded.trouble, since = excluded.since"
)
_THIS = (
    platform_access.c.workspace_id == bindparam("ws"),
    platform_access.c.resource_id == bindparam("res"),
    platform_access.c.platform == bindparam("on"),
    platform_access.c.realm == bindparam("in_realm"),
    platform_access.c.outside_id == bindparam("outside"),
    platform_access.c.subject == bindparam("person"),
)
_ONE = select(platform_access).where(*_THIS)
_FORGET = delete(platform_access).where(*_THIS)
#: These name the state they expect: a process that hung for longer than its lease may report late.
_GAVE = (
    update(platform_access)
    .where(*_THIS, platform_access.c.state == ASKED, platform_access.c.since == bindparam("seen"))
    .values(state=GIVEN, trouble="", since=bindparam("now"))
)
_TOOK = delete(platform_access).where(
    *_THIS, platform_access.c.state.in_([ASKED, GIVEN]), platform_access.c.since == bindparam("seen")
)
_TROUBLED = update(platform_access).where(*_THIS).values(trouble=bindparam("why"), since=bindparam("now"))


class Key(NamedTuple):
    """An account and what it is to be in, as a row of the table has it."""

    platform: str
    realm: str
    kind: str
    outside_id: str
    subject: str


def plan(ctx: Context, rest: str) -> list[Step]:
    """What is still to do for one member and one resource; ``rest`` names them."""
    resource_id, _, member_id = rest.partition("/")
    resource = bound(ctx, resource_id)
    rows = {_key(row): row for row in _rows(ctx, resource_id, member_id)}
    reached = _reached(ctx, resource, member_id)
    wanted = _wanted(ctx, resource, member_id) if reached else []
    new = [key for key in wanted if key not in rows or rows[key].state == FAILED]
    taken_on = [take_on(ctx, Heir(resource_id, member_id), Access(*key)) for key in new]
    if any(taken_on):
        rows = {_key(row): row for row in _rows(ctx, resource_id, member_id)}
    if not reached:
        # What was approved and is over before it was in place is not on its way any more.
        effects.over(ctx, resource_id, member_id)
    steps: list[Step] = []
    if wanted and resource is not None:
        vouchers = _accounts(ctx, resource.bound_by, resource)
        voucher = vouchers[0] if vouchers else ""
        for key in wanted:
            step = _toward(ctx, resource, member_id, key, rows.get(key), voucher)
            steps += [step] if step is not None else []
        if not steps and all(key in rows and rows[key].state in {GIVEN, OWN} for key in wanted):
            effects.settle(ctx, resource_id, member_id, applied=True)
    for key, row in rows.items():
        if key not in wanted:
            step = _away(ctx, row, key)
            steps += [step] if step is not None else []
    return steps


def _reached(ctx: Context, resource: Any | None, member_id: str) -> bool:
    """Whether a live grant reaches it for the member now."""
    return resource is not None and reach(ctx, member_id, resource.path) is not None


def _wanted(ctx: Context, resource: Any, member_id: str) -> list[Key]:
    """What a member who reaches it is to have there, with each of their accounts."""
    return [
        Key(resource.platform, resource.realm, resource.kind, resource.outside_id, subject)
        for subject in _accounts(ctx, member_id, resource)
    ]


def _toward(
    ctx: Context, resource: Any, member_id: str, key: Key, row: Row[Any] | None, voucher: str
) -> Step | None:
    if row is not None and (row.state in {GIVEN, OWN} or _rests(ctx, row)):
        if row.state == GIVEN and row.trouble:
            # It was to be taken away, could not be, and is wanted again.
            ctx.connection.execute(_TROUBLED, {**_params(ctx, resource.resource_id, key), "why": ""})
        return None
    access = Access(*key, voucher)
    if not voucher:
        _failed(ctx, resource.resource_id, member_id, access, NOBODY_VOUCHES)
        return None
    if row is not None and row.state == ASKED:
        return Apply(resource.resource_id, member_id, access, give=True, reason=_reason(ctx), seen=row.since)
    return Check(resource.resource_id, member_id, access)


def _away(ctx: Context, row: Row[Any], key: Key) -> Step | None:
    heir = heir_of(ctx, row.resource_id, Access(*key)) if row.state in {ASKED, GIVEN} else None
    if heir is not None:
        hand_over(ctx, heir, Access(*key), row.state)
        return None
    if row.state in {OWN, FAILED} or held_elsewhere(ctx, row.resource_id, Access(*key)):
        ctx.connection.execute(_FORGET, _params(ctx, row.resource_id, key))
        return None
    if _rests(ctx, row):
        return None
    return Apply(
        row.resource_id, row.member_id, Access(*key), give=False, reason=_reason(ctx), seen=row.since
    )


def _rests(ctx: Context, row: Row[Any]) -> bool:
    """It has just failed: not again yet."""
    return bool(row.trouble) and int(row.since) + TRY_AGAIN > ctx.at


def _reason(ctx: Context) -> str:
    return f"Usher, for the workspace {ctx.workspace.name}"


# --- how it went ------------------------------------------------------------------------------------------------------


def done(ctx: Context, step: Check | Apply, found: bool) -> None:
    """Records what was found, or that it was given or taken away."""
    access = step.access
    if isinstance(step, Check):
        before = ctx.connection.execute(_ONE, _params(ctx, step.resource, _key_of(access))).first()
        # What Usher gave to who has left and come back since is still what Usher gave.
        ours = before is not None and before.state in {GIVEN, ASKED}
        ours = take_on(ctx, Heir(step.resource, step.member), access) or ours
        if found:
            _write(ctx, step, GIVEN if ours else OWN)
            effects.settle(ctx, step.resource, step.member, applied=True)
        else:
            # Where it failed before, the trouble is over only when it is given; it is tried right now.
            _write(ctx, step, ASKED, before.trouble if before is not None else "", since=0)
        return
    if not step.give:
        taken_from(ctx, step.resource, access)
    params = {**_params(ctx, step.resource, _key_of(access)), "seen": step.seen}
    if not ctx.connection.execute(_GAVE if step.give else _TOOK, params).rowcount:
        # Somebody else was at it: what is there now nobody knows, so it is Usher's to bring to what it should be.
        _write(ctx, step, ASKED, since=ctx.at)
        ctx.look_again(f"{KEY}/{step.resource}/{step.member}")
        return
    ctx.record(
        f"platform.{'given' if step.give else 'taken'}", step.resource, member=step.member, **_told(access)
    )
    if step.give:
        effects.settle(ctx, step.resource, step.member, applied=True)


def refused(ctx: Context, step: Check | Apply, reason: str) -> None:
    """Records that a platform did not let Usher do it: it is tried again, and meanwhile seen by those who can mend it."""
    if isinstance(step, Check) or step.give:
        _failed(ctx, step.resource, step.member, step.access, reason)
        return
    params = _params(ctx, step.resource, _key_of(step.access))
    before = ctx.connection.execute(_ONE, params).first()
    why = reason[:TROUBLE_LIMIT]
    if before is not None:
        ctx.connection.execute(_TROUBLED, {**params, "why": why})
        _tell(ctx, step.resource, step.member, step.access, why, before.trouble, give=False)


def stuck(ctx: Context, rest: str, reason: str) -> None:
    """Tried so often in vain that it is told, too. What was asked for may have happened: that stays written down.

    As it is told of what could not even be looked at.
    """
    resource_id, _, member_id = rest.partition("/")
    why = reason[:TROUBLE_LIMIT]
    resource = bound(ctx, resource_id)
    wanted = _wanted(ctx, resource, member_id) if _reached(ctx, resource, member_id) else []
    rows = {_key(row): row for row in _rows(ctx, resource_id, member_id)}
    for key in wanted:
        if key not in rows or rows[key].state == FAILED:
            _failed(ctx, resource_id, member_id, Access(*key), why)
    for key, row in rows.items():
        if row.state == ASKED or (row.state == GIVEN and key not in wanted):
            ctx.connection.execute(_TROUBLED, {**_params(ctx, resource_id, key), "why": why})
            _tell(ctx, resource_id, member_id, Access(*key), why, row.trouble, give=row.state == ASKED)
    effects.settle(ctx, resource_id, member_id, applied=False)


def _failed(ctx: Context, resource_id: str, member_id: str, access: Access, reason: str) -> None:
    why = reason[:TROUBLE_LIMIT]
    before = ctx.connection.execute(_ONE, _params(ctx, resource_id, _key_of(access))).first()
    _write(ctx, Check(resource_id, member_id, access), FAILED, why)
    _tell(ctx, resource_id, member_id, access, why, before.trouble if before else "", give=True)
    effects.settle(ctx, resource_id, member_id, applied=False)


def _tell(
    ctx: Context, resource_id: str, member_id: str, access: Access, why: str, before: str, *, give: bool
) -> None:
    """Of one trouble the record has one event, however often it is met again; the admins hear of it each day."""
    if why != before:
        ctx.record("platform.failed", resource_id, member=member_id, give=give, why=why, **_told(access))
    for admin in holders_of(ctx, "workspace:configure")[:MOST_TOLD]:
        ctx.notify(
            f"member:{admin}", "barred", f"{resource_id}@{effects.mark_of(why)}@{ctx.at // TELL_AGAIN}"
        )


def _told(access: Access) -> dict[str, str]:
    return {
        "platform": access.platform,
        "realm": access.realm,
        "what": f"{access.kind} {access.outside_id}",
        "account": access.person,
    }


def look_again_at(ctx: Context, rest: str) -> tuple[str, int | None]:
    """What is in the way of it, and when it is looked at again by itself: at the end of a grant, or after a failure."""
    resource_id, _, member_id = rest.partition("/")
    rows = _rows(ctx, resource_id, member_id)
    times = [max(row.since + TRY_AGAIN, ctx.at + 60) for row in rows if row.trouble]
    resource = bound(ctx, resource_id)
    if resource is not None and rows:
        facts = facts_of(ctx, member_id, ids_on(resource.path))
        times += [fact.ends_at for fact in facts if fact.ends_at is not None and fact.live(ctx.at)]
    why = "; ".join(dict.fromkeys(row.trouble for row in rows if row.trouble))
    return why[:TROUBLE_LIMIT], min(times, default=None)


# --- reading ----------------------------------------------------------------------------------------------------------


def bound(ctx: Context, resource_id: str) -> Row[Any] | None:
    """The resource, if it is something on a platform."""
    params = {"ws": ctx.workspace.workspace_id, "res": resource_id}
    return ctx.connection.execute(_RESOURCE, params).first()


def _accounts(ctx: Context, member_id: str | None, resource: Any) -> list[str]:
    """The accounts that a member has in the place where a resource is something."""
    ws = ctx.workspace.workspace_id
    return accounts_of(ctx.connection, ws, member_id, resource.platform, resource.realm)


def _rows(ctx: Context, resource_id: str, member_id: str) -> list[Row[Any]]:
    params = {"ws": ctx.workspace.workspace_id, "res": resource_id, "member": member_id}
    return list(ctx.connection.execute(_ROWS, params).all())


def _key(row: Any) -> Key:
    return Key(row.platform, row.realm, row.kind, row.outside_id, row.subject)


def _key_of(access: Access) -> Key:
    return Key(*access[:-1])


def _params(ctx: Context, resource_id: str, key: Key) -> dict[str, Any]:
    return {
        "ws": ctx.workspace.workspace_id,
        "res": resource_id,
        "on": key.platform,
        "in_realm": key.realm,
        "outside": key.outside_id,
        "person": key.subject,
        "now": ctx.at,
    }


def _write(
    ctx: Context, step: Check | Apply, state: str, trouble: str = "", *, since: int | None = None
) -> None:
    ctx.connection.execute(
        _WRITE,
        {
            "ws": ctx.workspace.workspace_id,
            "res": step.resource,
            "member": step.member,
            **step.access._asdict(),
            "state": state,
            "trouble": trouble,
            "now": ctx.at if since is None else since,
        },
    )
