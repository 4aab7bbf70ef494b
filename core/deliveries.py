"""The copies of cards and notices: the steps by which they come to show the present state, and what came of each.

Every copy is written down before it is sent: a row of ``messages`` without a platform's id means that it may have arrived.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select, update

from core import (
    deciding,
    invitations,
    outbox,
    platform_access,
    platform_delivery,
    reminding,
    requests,
    stories,
    transfers,
    views,
    wanted,
)
from core.approvers import holders_of
from core.cards import Card
from core.context import Context
from core.copies import Cards, digest, language_shown, languages
from core.holding import held_until
from core.lifecycle import (
    InvitationStatus,
    RequestStatus,
    TransferStatus,
    invitation_status,
    request_status,
    transfer_status,
)
from core.models import messages
from core.notices import CAN_WAIT
from core.outbox_types import Apply, Check, Edit, Later, Look, Post, Result, Step, Work
from core.ports import MessageRef, Target
from core.recipients import MOST_TOLD
from core.wanted import Wanted

#: A copy that a platform refused is tried again in this time, while its request is open: somebody may have mended it.
TRY_AGAIN = 3_600
#: That the place for approvals cannot be reached is told once in this time.
TELL_AGAIN = 24 * 3_600

_COPIES = select(messages).where(
    messages.c.workspace_id == bindparam("ws"), messages.c.key == bindparam("name")
)
_INSERT = insert(messages)
#: Nobody knows what such a copy shows: it is edited whatever was recorded.
_DOUBT = (
    update(messages)
    .where(
        messages.c.workspace_id == bindparam("ws"),
        messages.c.platform == bindparam("in_platform"),
        messages.c.channel == bindparam("in_channel"),
        messages.c.message == bindparam("ref"),
    )
    .values(digest="")
)
_STANDS = (
    update(messages)
    .where(messages.c.workspace_id == bindparam("ws"), messages.c.message_id == bindparam("id"))
    .values(
        realm=bindparam("in_realm"),
        channel=bindparam("in_channel"),
        message=bindparam("ref"),
        digest=bindparam("shows"),
        trouble="",
        given_up_at=None,
    )
)
_SHOWS = (
    update(messages)
    .where(messages.c.workspace_id == bindparam("ws"), messages.c.message_id == bindparam("id"))
    .values(digest=bindparam("shows"), trouble="")
)
_FORGET = delete(messages).where(
    messages.c.workspace_id == bindparam("ws"),
    messages.c.message_id == bindparam("id"),
    messages.c.message.is_(None),
)
_GIVE_UP = (
    update(messages)
    .where(messages.c.workspace_id == bindparam("ws"), messages.c.message_id == bindparam("id"))
    .values(given_up_at=bindparam("now"), trouble=bindparam("why"))
)
_TROUBLES = select(messages.c.trouble).where(
    messages.c.workspace_id == bindparam("ws"), messages.c.key == bindparam("name"), messages.c.trouble != ""
)

CardStep = Post | Edit | Look | Check | Apply


def plan(ctx: Context, work: Work) -> list[Step] | Later:
    """What is still to be done for this row, from the present state of everything."""
    kind, _, rest = work.key.partition("/")
    if kind == platform_access.KEY:
        return platform_delivery.plan(ctx, rest)
    copies = {
        row.recipient: row
        for row in ctx.connection.execute(_COPIES, {"ws": work.workspace, "name": work.key})
    }
    if kind == "note":
        until = held_until(ctx, CAN_WAIT) if rest.partition("/")[0] in CAN_WAIT else None
        if until is not None:
            return Later(until, "quiet hours")
    found = wanted.of_card(ctx, rest) if kind == "card" else wanted.of_note(ctx, rest, fresh=not copies)
    if found is None:
        return []
    if kind == "card" and rest.startswith("req-") and any(row.message for row in copies.values()):
        reminding.remind_approvers(ctx, rest)
        stories.tell(ctx, rest)
    # What comes by itself says where it comes from: its reader may be in several workspaces.
    cards = Cards(lambda: views.in_workspace(found.card(), ctx.workspace.name))
    reads = languages(ctx, copies, found.targets)
    steps = [
        step
        for row in copies.values()
        if (step := _of_copy(ctx, row, found, cards, reads[row.recipient])) is not None
    ]
    for recipient, target in found.targets.items():
        if recipient not in copies:
            post = _new_copy(ctx, work.key, recipient, target, cards.said(reads[recipient]))
            steps.append(post._replace(under=found.under.get(recipient), language=reads[recipient]))
    return steps


def _of_copy(ctx: Context, row: Row[Any], found: Wanted, cards: Cards, language: str) -> Step | None:
    """The step that an existing copy needs, if any; ``language``: its reader's of now.

    A copy that was never seen to stand is not posted for whoever is not asked any more: a decision is no news to them.
    It is only looked for, since an answer may have been lost. One that stands is changed when it says something else, not
    because its reader has come to read another language.
    """
    asked, under = row.recipient in found.targets, found.under.get(row.recipient)
    if row.message is None:
        if row.given_up_at is not None and (not asked or row.given_up_at + TRY_AGAIN > ctx.at):
            return None
        channel, _, person = row.channel.rpartition("@")
        target = Target(row.platform, row.realm, channel, person, found.quiet)
        if not asked:
            key = message_key(ctx, row.message_id)
            return Look(row.message_id, target, cards.said(language), key, under, language)
        key = message_key(ctx, row.message_id)
        return Post(row.message_id, target, cards.said(language), key, True, under, language)
    said = language_shown(row.digest)
    if row.given_up_at is not None or (said and row.digest == digest(cards.said(said), said)):
        return None
    ref = MessageRef(row.platform, row.realm, row.channel, row.message)
    return Edit(row.message_id, ref, cards.said(language), language)


def _new_copy(ctx: Context, key: str, recipient: str, target: Target, card: Card) -> Post:
    """Written down before it is sent: whoever comes after a crash knows that it may have arrived."""
    ctx.workspace.counter += 1
    message_id = ctx.workspace.counter
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": ctx.workspace.workspace_id,
            "message_id": message_id,
            "key": key,
            "recipient": recipient,
            "platform": target.platform,
            "realm": target.realm,
            "channel": f"{target.channel}@{target.person}",
            "message": None,
            "digest": "",
            "trouble": "",
        },
    )
    ctx.touch()
    return Post(message_id, target, card, message_key(ctx, message_id), look_first=False)


def message_key(ctx: Context, message_id: int) -> str:
    """Marks a message on its platform; at most 25 characters."""
    return f"{ctx.workspace.workspace_id}-{message_id}"


def delivered(ctx: Context, work: Work, step: CardStep, ref: Result) -> bool:
    """Records what came of a step; True when the row is settled with it: a notice that stands is not read once more."""
    _record(ctx, step, ref)
    if not work.key.startswith("note/") or isinstance(step, Check | Apply):
        return False
    row, shows = {"ws": work.workspace, "name": work.key}, digest(step.card, step.language)
    copies = ctx.connection.execute(_COPIES, row).all()
    if not copies or not all(copy.message and copy.digest == shows for copy in copies):
        return False
    return outbox.settled(ctx.connection, work)


def _record(ctx: Context, step: CardStep, ref: Result) -> None:
    """What a copy shows now. After a look for an earlier try nobody knows what was found: it is edited next."""
    if isinstance(step, Check | Apply):
        platform_delivery.done(ctx, step, found=ref is True)
        return
    assert not isinstance(ref, bool | str)
    params = {"ws": ctx.workspace.workspace_id, "id": step.message}
    if ref is None:
        ctx.connection.execute(_FORGET, params)
        return
    if isinstance(step, Edit):
        ctx.connection.execute(_SHOWS, {**params, "shows": digest(step.card, step.language)})
        return
    shows = "" if isinstance(step, Look) or step.look_first else digest(step.card, step.language)
    ctx.connection.execute(
        _STANDS,
        {**params, "in_realm": ref.realm, "in_channel": ref.channel, "ref": ref.message, "shows": shows},
    )


def given_up(ctx: Context, step: CardStep, reason: str) -> None:
    """Records that a platform refused a copy. Where that is the place for approvals, those who can mend it hear of it."""
    if isinstance(step, Check | Apply):
        platform_delivery.refused(ctx, step, reason)
        return
    params = {"ws": ctx.workspace.workspace_id, "id": step.message, "now": ctx.at}
    ctx.connection.execute(_GIVE_UP, {**params, "why": reason[: outbox.TROUBLE_LIMIT]})
    place = ctx.workspace.setting("approvals_place")
    if (
        isinstance(step, Post)
        and place
        and not step.target.quiet
        and tuple(place) == (step.target.platform, step.target.realm, step.target.channel)
    ):
        for member_id in holders_of(ctx, "workspace:configure")[:MOST_TOLD]:
            ctx.notify(f"member:{member_id}", "misplaced", f"{'.'.join(place)}@{ctx.at // TELL_AGAIN}")


def settle(ctx: Context, work: Work) -> None:
    """The row is done, unless it became stale meanwhile.

    While it matters it comes back: with copies that were refused, and when approvers are to be reminded or others asked.
    """
    params = {"ws": work.workspace, "name": work.key}
    troubles = [row.trouble for row in ctx.connection.execute(_TROUBLES, params)]
    why = "; ".join(dict.fromkeys(troubles))[: outbox.TROUBLE_LIMIT]
    times = [ctx.at + TRY_AGAIN] if troubles and _still_open(ctx, work.key) else []
    kind, _, subject = work.key.partition("/")
    if kind == platform_access.KEY:
        why, at = platform_delivery.look_again_at(ctx, subject)
        times = [] if at is None else [at]
    if kind == "card" and subject.startswith("req-"):
        times += deciding.looked_at_again(ctx, subject)
    again = min(times, default=None)
    if not outbox.settled(ctx.connection, work, why=why, again=again):
        outbox.release(ctx.connection, work)


def stuck(ctx: Context, work: Work, reason: str) -> None:
    """A row that is a promise (see ``outbox.is_promise``) was parked."""
    platform_delivery.stuck(ctx, work.key.partition("/")[2], reason)


def _still_open(ctx: Context, key: str) -> bool:
    kind, _, subject = key.partition("/")
    if kind != "card":
        return False
    if subject.startswith("trf-"):
        offer = transfers.load(ctx, subject)
        return offer is not None and transfer_status(offer, ctx.at) is TransferStatus.PENDING
    if subject.startswith("inv-"):
        sent = invitations.load(ctx, subject)
        return sent is not None and invitation_status(sent, ctx.at) is InvitationStatus.PENDING
    row = requests.load(ctx, subject)
    return row is not None and request_status(row, ctx.at) is RequestStatus.PENDING


def adopt(ctx: Context, subject: str, ref: MessageRef) -> None:
    """Takes a card that was pressed among the copies to look at again.

    One that is written down may still show its buttons although the platform said that it was changed; one that is not
    is a twin from a crash.
    """
    workspace = ctx.workspace.workspace_id
    where = {"ws": workspace, "in_platform": ref.platform, "in_channel": ref.channel, "ref": ref.message}
    if ctx.connection.execute(_DOUBT, where).rowcount:
        return
    ctx.workspace.counter += 1
    ctx.connection.execute(
        _INSERT,
        {
            "workspace_id": workspace,
            "message_id": ctx.workspace.counter,
            "key": f"card/{subject}",
            "recipient": f"twin/{ref.channel}/{ref.message}",
            **ref._asdict(),
            "digest": "",
            "trouble": "",
        },
    )
    ctx.touch()
    ctx.stale(subject)
