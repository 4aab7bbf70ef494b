"""Handing a workspace over: the top role is offered to another member, who accepts or declines.

Both sides agree: nothing changes at the offer, and everything is read again when it is accepted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, and_, bindparam, delete, exists, insert, literal_column, not_, or_, select, update
from sqlalchemy import text as sql

from core import views
from core.calls import Identity
from core.cards import Card, Style, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.durations import DAY
from core.errors import Refusal, RefusalCode
from core.language import t
from core.lifecycle import TransferStatus, transfer_status
from core.members import find as find_member
from core.models import member_roles, members, transfers
from core.names import names_of
from core.permissions import Role
from core.views.transfers import TransferFacts, outcome_word

LIFE = 3 * DAY

#: Written out, not bound: only so does a database see that the index of open offers serves it.
_IS_PENDING = transfers.c.status == literal_column("'pending'")
_THIS = (transfers.c.workspace_id == bindparam("ws"), transfers.c.transfer_id == bindparam("id"))
_INSERT = insert(transfers)
_ONE = select(transfers).where(*_THIS)
_OPEN = select(transfers).where(transfers.c.workspace_id == bindparam("ws"), _IS_PENDING)
#: Names the state it expects and checks the time: zero rows means that somebody, or the clock, was first.
_DECIDE = (
    update(transfers)
    .where(*_THIS, _IS_PENDING, transfers.c.expires_at > bindparam("now"))
    .values(status=bindparam("to"), decided_at=bindparam("now"))
)
_EXPIRE = (
    update(transfers)
    .where(*_THIS, _IS_PENDING, transfers.c.expires_at <= bindparam("now"))
    .values(status=TransferStatus.EXPIRED.value, decided_at=transfers.c.expires_at)
)
_END = (
    update(transfers)
    .where(*_THIS, _IS_PENDING)
    .values(status=TransferStatus.ENDED.value, decided_at=bindparam("now"))
)
#: Both are still here, and the giver still has for good what they offered.
_STANDS = and_(
    exists().where(
        member_roles.c.workspace_id == transfers.c.workspace_id,
        member_roles.c.member_id == transfers.c.from_member,
        member_roles.c.role_id == transfers.c.role_id,
        member_roles.c.ends_at.is_(None),
    ),
    *(
        exists().where(
            members.c.workspace_id == transfers.c.workspace_id,
            members.c.member_id == side,
            members.c.left_at.is_(None),
        )
        for side in (transfers.c.from_member, transfers.c.to_member)
    ),
)
_WHETHER_IT_STANDS = select(_STANDS).where(*_THIS)
#: The workspaces with an offer that is over though nobody ended it.
DUE = select(transfers.c.workspace_id).where(
    _IS_PENDING, or_(transfers.c.expires_at <= bindparam("now"), not_(_STANDS))
)
_HELD = select(member_roles.c.role_id, member_roles.c.ends_at).where(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id == bindparam("member"),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
_FOR_GOOD = (
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id == bindparam("member"),
    member_roles.c.ends_at.is_(None),
)
_TAKE = delete(member_roles).where(*_FOR_GOOD, member_roles.c.role_id == bindparam("role"))
_TAKE_ALL = delete(member_roles).where(*_FOR_GOOD)
#: Whoever had the role for a time has it for good now.
_GIVE = sql(
    "INSERT INTO member_roles (workspace_id, member_id, role_id, given_at, ends_at, source) "
    "VALUES (:ws, :member, :role, :now, NULL, :source) ON CONFLICT (workspace_id, member_id, role_id) "
    "DO UPDATE SET given_at = excluded.given_at, ends_at = NULL, source = excluded.source, reminded = 0"
)


# --- who could hand over what --------------------------------------------------------------------------------------


def top_role(ctx: Context) -> Role:
    """The role with the highest rank of those that count on the workspace's plan."""
    workspace = ctx.workspace
    live = [role for role in workspace.roles.values() if role.on(workspace.plan)]
    return max(live or workspace.roles.values(), key=lambda role: role.rank)


def _held(ctx: Context, member_id: str) -> dict[str, int | None]:
    """The live roles of a member by id, each with its end."""
    params = {"ws": ctx.workspace.workspace_id, "member": member_id, "now": ctx.at}
    return {row.role_id: row.ends_at for row in ctx.connection.execute(_HELD, params)}


def _has_for_good(held: dict[str, int | None], role: Role) -> bool:
    return role.role_id in held and held[role.role_id] is None


def _step_down(ctx: Context, role: Role) -> Role | None:
    """Where everybody has one role: the one below, which the giver gets. Elsewhere they keep what else they have."""
    if not ctx.workspace.single:
        return None
    below = [
        each
        for each in ctx.workspace.roles.values()
        if each.rank < role.rank and each.on(ctx.workspace.plan) and not each.exactly_one
    ]
    return max(below, key=lambda each: each.rank, default=None)


def _left_with(ctx: Context, giver: str, role: Role) -> str:
    """The roles of the giver afterwards, in words."""
    held = _held(ctx, giver)
    lower = _step_down(ctx, role)
    kept = {role_id for role_id, ends_at in held.items() if not ctx.workspace.single or ends_at is not None}
    kept = (kept - {role.role_id}) | ({lower.role_id} if lower else set())
    return ctx.workspace.names_of(role_id for role_id in ctx.workspace.roles if role_id in kept)


# --- finding and showing -------------------------------------------------------------------------------------------


def load(ctx: Context, transfer_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "id": transfer_id}).first()


def open_offer(ctx: Context) -> Row[Any] | None:
    """The one offer in this workspace that still stands; one that is over is settled first, and is in nobody's way."""
    row = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id}).first()
    return None if row is None or _settle(ctx, row) else row


def facts_of(ctx: Context, row: Row[Any]) -> TransferFacts:
    names = names_of(ctx, {row.from_member, row.to_member})
    role = ctx.workspace.roles.get(row.role_id)
    status = transfer_status(row, ctx.at)
    then = t("no role")
    if role is not None and status is TransferStatus.PENDING:
        then = _left_with(ctx, row.from_member, role)
    elif status is TransferStatus.ACCEPTED:
        then = ctx.workspace.names_of(_held(ctx, row.from_member))
    return TransferFacts(
        subject=ctx.subject(row.transfer_id),
        short_id=row.transfer_id,
        workspace=ctx.workspace.name,
        role=role.name if role else t("a role that is no more"),
        giver=names.get(row.from_member, t("somebody")),
        receiver=names.get(row.to_member, t("somebody")),
        then=then,
        created_at=row.created_at,
        expires_at=row.expires_at,
        status=status,
        decided_at=row.decided_at,
    )


def _facts(ctx: Context, transfer_id: str) -> TransferFacts:
    row = load(ctx, transfer_id)
    assert row is not None
    return facts_of(ctx, row)


# --- offering ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WorkspaceTransfer:
    to: Identity | str = option(
        Kind.MEMBER, "the member who is to run the workspace in your place", "Ada", required=True
    )


@command(
    "workspace transfer",
    "Hand the workspace over to another member, who has to accept",
    WorkspaceTransfer,
    needs="member",
)
def transfer(ctx: Context, ask: WorkspaceTransfer) -> Card:
    role = top_role(ctx)
    offer = open_offer(ctx)
    if offer is not None and offer.to_member == ctx.me.member_id:
        return views.transfer_asked(facts_of(ctx, offer))  # for whoever the message did not reach
    if not _has_for_good(_held(ctx, ctx.me.member_id), role):
        raise Refusal(RefusalCode.NOT_TOP, role=role.name)
    if offer is not None:
        facts = facts_of(ctx, offer)
        mine = offer.from_member == ctx.me.member_id
        return views.transfer_offered(facts, before=True) if mine else views.transfer_elsewhere(facts)
    receiver = find_member(ctx, ask.to)
    if receiver.member_id == ctx.me.member_id:
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=t("You are {role} yourself.", role=role.name))
    if _has_for_good(_held(ctx, receiver.member_id), role):
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE,
            detail=t("{name} is {role} already.", name=receiver.name, role=role.name),
        )
    transfer_id = ctx.new_id("trf")
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "transfer_id": transfer_id,
            "role_id": role.role_id,
            "from_member": ctx.me.member_id,
            "to_member": receiver.member_id,
            "status": TransferStatus.PENDING.value,
            "created_at": ctx.at,
            "expires_at": ctx.at + LIFE,
        },
    )
    ctx.record(
        "transfer.offered",
        transfer_id,
        role=role.role_id,
        giver=ctx.me.member_id,
        receiver=receiver.member_id,
        expires_at=ctx.at + LIFE,
    )
    ctx.stale(transfer_id)
    return views.transfer_offered(_facts(ctx, transfer_id))


# --- answering -----------------------------------------------------------------------------------------------------


@action("transfer.accept", "Accept", style=Style.PRIMARY, needs="member", live=True)
def accept(ctx: Context, transfer_id: str) -> Card:
    row = _asked_of_me(ctx, transfer_id)
    role = ctx.workspace.roles.get(row.role_id)
    stands = ctx.connection.execute(_WHETHER_IT_STANDS, _key(row)).scalar_one()
    if role is None or role.role_id != top_role(ctx).role_id or not stands:
        giver = names_of(ctx, {row.from_member}).get(row.from_member, t("Whoever offered it"))
        ctx.revisit(transfer_id)
        raise Refusal(RefusalCode.TRANSFER_VOID, giver=giver, role=role.name if role else t("what they were"))
    _decide(ctx, row, TransferStatus.ACCEPTED)
    before = {"giver": sorted(_held(ctx, row.from_member)), "receiver": sorted(_held(ctx, row.to_member))}
    _hand_over(ctx, row, role)
    after = {"giver": sorted(_held(ctx, row.from_member)), "receiver": sorted(_held(ctx, row.to_member))}
    ctx.standing_changed()
    ctx.record(
        "transfer.accepted",
        transfer_id,
        role=role.role_id,
        giver=row.from_member,
        receiver=row.to_member,
        before=before,
        after=after,
    )
    ctx.notify(f"member:{row.from_member}", "transfer", transfer_id)
    return views.transfer_outcome(_facts(ctx, transfer_id), to_giver=False)


def _hand_over(ctx: Context, row: Row[Any], role: Role) -> None:
    source = f"transfer {row.transfer_id}"
    giver = {"ws": row.workspace_id, "member": row.from_member, "now": ctx.at, "source": source}
    receiver = {**giver, "member": row.to_member}
    if not ctx.connection.execute(_TAKE, {**giver, "role": role.role_id}).rowcount:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if ctx.workspace.single:
        ctx.connection.execute(_TAKE_ALL, receiver)
    lower = _step_down(ctx, role)
    if lower is not None:
        ctx.connection.execute(_GIVE, {**giver, "role": lower.role_id})
    ctx.connection.execute(_GIVE, {**receiver, "role": role.role_id})


@action("transfer.decline", "Decline", needs="member", live=True)
def decline(ctx: Context, transfer_id: str) -> Card:
    row = _asked_of_me(ctx, transfer_id)
    _decide(ctx, row, TransferStatus.DECLINED)
    ctx.record("transfer.declined", transfer_id)
    ctx.notify(f"member:{row.from_member}", "transfer", transfer_id)
    return views.transfer_outcome(_facts(ctx, transfer_id), to_giver=False)


@action("transfer.withdraw", "Withdraw", style=Style.DANGER, needs="member")
def withdraw(ctx: Context, transfer_id: str) -> Card:
    row = load(ctx, transfer_id)
    if row is None or row.from_member != ctx.me.member_id:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    _decide(ctx, row, TransferStatus.WITHDRAWN)
    ctx.record("transfer.withdrawn", transfer_id)
    ctx.notify(f"member:{row.to_member}", "transfer", transfer_id)
    return views.transfer_outcome(_facts(ctx, transfer_id), to_giver=True)


def _asked_of_me(ctx: Context, transfer_id: str) -> Row[Any]:
    """An offer to this member that is open. What is somebody else's is as unknown as what does not exist."""
    row = load(ctx, transfer_id)
    if row is None or row.to_member != ctx.me.member_id:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    _refuse_over(ctx, row)
    return row


def _refuse_over(ctx: Context, row: Row[Any]) -> None:
    status = transfer_status(row, ctx.at)
    if status is TransferStatus.PENDING:
        return
    if row.to_member == ctx.me.member_id:
        ctx.revisit(row.transfer_id)
    when = When(row.decided_at if row.decided_at is not None else row.expires_at)
    raise Refusal(RefusalCode.TRANSFER_OVER, outcome=outcome_word(status), when=when)


def _decide(ctx: Context, row: Row[Any], to: TransferStatus) -> None:
    params = {**_key(row), "now": ctx.at, "to": to.value}
    if not ctx.connection.execute(_DECIDE, params).rowcount:
        _refuse_over(ctx, load(ctx, row.transfer_id) or row)
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    ctx.stale(row.transfer_id)


def _key(row: Row[Any]) -> dict[str, Any]:
    return {"ws": row.workspace_id, "id": row.transfer_id}


# --- what ends by itself -------------------------------------------------------------------------------------------


def _settle(ctx: Context, row: Row[Any]) -> bool:
    """Ends an open offer whose time is over or that no longer stands; whoever comes first to need it does the same."""
    params = {**_key(row), "now": ctx.at}
    if row.expires_at <= ctx.at:
        over, event = ctx.connection.execute(_EXPIRE, params).rowcount, "transfer.expired"
    elif not ctx.connection.execute(_WHETHER_IT_STANDS, _key(row)).scalar_one():
        over, event = ctx.connection.execute(_END, params).rowcount, "transfer.ended"
    else:
        return False
    if over:
        ctx.record(event, row.transfer_id, actor="usher", until=row.expires_at)
        ctx.stale(row.transfer_id)
        for side in (row.from_member, row.to_member):
            ctx.notify(f"member:{side}", "transfer", row.transfer_id)
    return True


def settle_due(ctx: Context) -> int:
    """For the sweep: how many offers of this workspace it found over."""
    row = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id}).first()
    return int(row is not None and _settle(ctx, row))


def end_open(ctx: Context, leaving: str = "") -> None:
    """Ends the open offer with the workspace, or because a side of it is ``leaving``: then the other one hears of it."""
    row = ctx.connection.execute(_OPEN, {"ws": ctx.workspace.workspace_id}).first()
    if row is None or (leaving and leaving not in {row.from_member, row.to_member}):
        return
    if ctx.connection.execute(_END, {**_key(row), "now": ctx.at}).rowcount:
        ctx.record("transfer.ended", row.transfer_id, member=leaving)
        ctx.stale(row.transfer_id)
        if leaving:
            other = row.to_member if leaving == row.from_member else row.from_member
            ctx.notify(f"member:{other}", "transfer", row.transfer_id)
