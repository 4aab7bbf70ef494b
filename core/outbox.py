"""The outbox: rows that say what is stale, and what has to be sent so that it no longer is.

A row ``card/<request>`` means that some copy of that request's card may not show its present state; ``note/...`` that
a person has not heard of something yet. The relay claims a row with a lease, asks for the steps, carries them out one by
one and settles the row; late, repeated and reordered rows end in the same state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, func, insert, or_, select, update

from core import (
    deciding,
    invitations,
    platform_access,
    platform_delivery,
    reminding,
    requests,
    stories,
    transfers,
    views,
)
from core.approvers import holders_of
from core.calls import Identity
from core.cards import Card
from core.context import Context
from core.copies import Cards, digest, language_shown, languages
from core.holding import held_until
from core.language import LANGUAGES, speaking, spoken
from core.lifecycle import (
    InvitationStatus,
    RequestStatus,
    TransferStatus,
    invitation_status,
    request_status,
    transfer_status,
)
from core.models import messages, outbox
from core.names import names_of
from core.notices import CAN_WAIT, FAREWELLS, VIEWS
from core.outbox_types import Apply, Check, Edit, Later, Look, Post, Result, Step, Work
from core.ports import MessageRef, Target
from core.recipients import MOST_TOLD, accounts, at_person, at_place, name_of, place_of, refused
from core.request_kinds import kind_of
from core.time_box_notices import for_one_who_left
from core.views.invitations import InvitationFacts

#: Longer than the relay's patience with one delivery; what a process that died had leased waits for this long.
LEASE = 25
#: After this many failures a row is parked, and seen in ``status``.
TRIES = 12
TROUBLE_LIMIT = 300
#: A parked row is tried once in this time, for as long as PARKED_FOR: an outage ends, and what it held up is still true.
PARKED_PAUSE = 30 * 60
PARKED_FOR = 3 * 24 * 3_600
#: A copy that a platform refused is tried again in this time, while its request is open: somebody may have mended it.
TRY_AGAIN = 3_600
#: That the place for approvals cannot be reached is told once in this time.
TELL_AGAIN = 24 * 3_600

#: How the recipient of a notice begins: a member, anybody by their account, or the place for approvals (with the
#: permission of those who stand in for it).
_RECIPIENTS = ("/member:", "/person:", "/place:")

_DUE = (
    select(outbox.c.workspace_id, outbox.c.key, outbox.c.version, outbox.c.attempts)
    .where(
        outbox.c.due_at <= bindparam("now"),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
    )
    .order_by(outbox.c.due_at)
    .limit(bindparam("most"))
)
_CLAIM_DUE = _DUE.with_for_update(skip_locked=True)
_LEASE = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
    )
    .values(lease_until=bindparam("until"))
)
#: Settled unless it became stale again while the relay was at work: then it stays due, and only the lease goes.
_SETTLE = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
        outbox.c.version == bindparam("seen"),
    )
    .values(due_at=bindparam("again"), lease_until=None, attempts=0, parked_at=None, trouble=bindparam("why"))
)
_RELEASE = (
    update(outbox)
    .where(outbox.c.workspace_id == bindparam("ws"), outbox.c.key == bindparam("name"))
    .values(lease_until=None)
)
_VOID = update(outbox).where(outbox.c.lease_until.is_not(None)).values(lease_until=None)
_RETRY = (
    update(outbox)
    .where(
        outbox.c.workspace_id == bindparam("ws"),
        outbox.c.key == bindparam("name"),
        outbox.c.version == bindparam("seen"),
    )
    .values(
        due_at=bindparam("when"),
        lease_until=None,
        attempts=bindparam("tried"),
        parked_at=bindparam("parked"),
        trouble=bindparam("why"),
    )
)
_PARKED_AT = select(outbox.c.parked_at).where(
    outbox.c.workspace_id == bindparam("ws"), outbox.c.key == bindparam("name")
)
_NEXT = select(func.min(outbox.c.due_at))
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


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should stand where: the present card, who has to have a copy of it now, and under which message it stands.

    ``card`` makes it, in the language that is spoken then. ``quiet``: see ``Target``.
    """

    card: Callable[[], Card]
    targets: dict[str, Target]
    under: Mapping[str, MessageRef] = field(default_factory=dict)
    quiet: bool = False


def claim(connection: Connection, at: int, most: int) -> list[Work]:
    """Leases up to ``most`` rows that are due. A lease that has run out counts as none: its holder died or hangs."""
    rows = connection.execute(_CLAIM_DUE, {"now": at, "most": most}).all()
    if rows:
        # Nobody else can have leased them since they were read: they are locked, on SQLite with everything else.
        until = at + LEASE
        connection.execute(
            _LEASE, [{"ws": row.workspace_id, "name": row.key, "until": until} for row in rows]
        )
    return [Work(row.workspace_id, row.key, row.version, row.attempts) for row in rows]


def void_leases(connection: Connection) -> None:
    """For whoever knows that no other process is alive."""
    connection.execute(_VOID)


def any_due(connection: Connection, at: int) -> bool:
    """Whether a claim would find something: looking costs no write lock."""
    return connection.execute(_DUE, {"now": at, "most": 1}).first() is not None


def next_due(connection: Connection) -> int | None:
    return connection.execute(_NEXT).scalar()


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
    wanted = _wanted_card(ctx, rest) if kind == "card" else _wanted_note(ctx, rest, fresh=not copies)
    if wanted is None:
        return []
    if kind == "card" and rest.startswith("req-") and any(row.message for row in copies.values()):
        reminding.remind_approvers(ctx, rest)
        stories.tell(ctx, rest)
    # What comes by itself says where it comes from: its reader may be in several workspaces.
    cards = Cards(lambda: views.in_workspace(wanted.card(), ctx.workspace.name))
    reads = languages(ctx, copies, wanted.targets)
    steps = [
        step
        for row in copies.values()
        if (step := _of_copy(ctx, row, wanted, cards, reads[row.recipient])) is not None
    ]
    for recipient, target in wanted.targets.items():
        if recipient not in copies:
            post = _new_copy(ctx, work.key, recipient, target, cards.said(reads[recipient]))
            steps.append(post._replace(under=wanted.under.get(recipient), language=reads[recipient]))
    return steps


def _of_copy(ctx: Context, row: Row[Any], wanted: Wanted, cards: Cards, language: str) -> Step | None:
    """The step that an existing copy needs, if any; ``language``: its reader's of now.

    A copy that was never seen to stand is not posted for whoever is not asked any more: a decision is no news to them.
    It is only looked for, since an answer may have been lost. One that stands is changed when it says something else, not
    because its reader has come to read another language.
    """
    asked, under = row.recipient in wanted.targets, wanted.under.get(row.recipient)
    if row.message is None:
        if row.given_up_at is not None and (not asked or row.given_up_at + TRY_AGAIN > ctx.at):
            return None
        channel, _, person = row.channel.rpartition("@")
        target = Target(row.platform, row.realm, channel, person, wanted.quiet)
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


def _wanted_request(ctx: Context, subject: str) -> Wanted | None:
    """A request's card: posted to its approvers while it is open, brought up to date wherever it stands."""
    row = requests.load(ctx, subject)
    if row is None:
        return None
    open_ = request_status(row, ctx.at) is RequestStatus.PENDING

    def card() -> Card:
        return kind_of(row).card(ctx, row, deciding.tally_of(ctx, row) if open_ else "")

    if not open_:
        return Wanted(card, {})
    place = place_of(ctx)
    shared = dict([place]) if place else {}
    if place and not refused(ctx, f"card/{subject}", place[0]):
        return Wanted(card, shared)
    # No place, or one that cannot be reached: nobody has to miss a request because of that.
    approvers = deciding.approvers_of(ctx, row).asked
    direct = {
        name_of(account): Target.direct(account) for approver in approvers for account in approver.accounts
    }
    return Wanted(card, {**shared, **direct})


def _wanted_offer(ctx: Context, subject: str) -> Wanted | None:
    """The offer of a workspace: posted to whoever is to have it, wherever they are, and kept up to date there."""
    row = transfers.load(ctx, subject)
    if row is None:
        return None
    facts = transfers.facts_of(ctx, row)
    asked = facts.status is TransferStatus.PENDING and ctx.standing_of(row.to_member) is not None
    theirs = accounts(ctx, f"member:{row.to_member}") if asked else []
    direct = {name_of(account): Target.direct(account) for account in theirs}
    return Wanted(lambda: views.transfer_asked(transfers.facts_of(ctx, row)), direct)


def _wanted_invitation(ctx: Context, invitation_id: str) -> Wanted | None:
    """The message to a chat user about their personal invitation: a fresh one whenever it was sent again."""
    row = invitations.load(ctx, invitation_id)
    if row is None or row.person_subject is None:
        return None
    names = names_of(ctx, {row.created_by, row.revoked_by})

    def facts() -> InvitationFacts:
        return invitations.facts_of(ctx, row, names, secret=True)

    account = Identity(row.person_platform, row.person_realm, row.person_subject)
    here = ctx.find_member(account) is not None
    asked = facts().status is InvitationStatus.PENDING and not here
    targets = {f"{name_of(account)}#{row.generation}": Target.direct(account)} if asked else {}
    return Wanted(lambda: views.you_are_invited(facts(), here=here), targets)


#: What a card is about, by the beginning of its subject's id.
_CARDS = {"req": _wanted_request, "trf": _wanted_offer, "inv": _wanted_invitation}


def _wanted_card(ctx: Context, subject: str) -> Wanted | None:
    wanted = _CARDS.get(subject.partition("-")[0])
    return wanted(ctx, subject) if wanted else None


def _wanted_note(ctx: Context, rest: str, *, fresh: bool) -> Wanted | None:
    """A notice, if it is still true; it stands once, in one place. ``fresh``: nobody has tried to send it."""
    view, _, about = rest.partition("/")
    kind = next(kind for kind in _RECIPIENTS if kind in about)
    subject, _, who = about.rpartition(kind)
    recipient = f"{kind[1:]}{who}"
    left = recipient.startswith("member:") and ctx.standing_of(who) is None
    others = for_one_who_left(ctx, view) if left else []
    if left and view not in FAREWELLS and not others:
        return None

    def card() -> Card | None:
        return VIEWS[view](ctx, subject, recipient)

    with speaking(LANGUAGES[0]):
        first = card()
    if first is None:
        return None

    def again() -> Card:
        return (first if spoken() == LANGUAGES[0] else card()) or first

    key = f"note/{rest}"
    if others:
        instead = (at_person(ctx, key, f"member:{other}") for other in others)
        return Wanted(again, {copy: target for targets in instead for copy, target in targets.items()})
    if view == "waits":
        _, targets, under = reminding.placed(ctx, key, subject, recipient, first)
        return Wanted(lambda: reminding.placed(ctx, key, subject, recipient, again()).card, targets, under)
    if view in stories.STORIES:
        return Wanted(again, *stories.placed(ctx, key, subject), quiet=True)
    in_place = kind == "/place:"
    return Wanted(again, at_place(ctx, key, who) if in_place else at_person(ctx, key, recipient, fresh=fresh))


def delivered(ctx: Context, work: Work, step: CardStep, ref: Result) -> bool:
    """Records what came of a step; True when the row is settled with it: a notice that stands is not read once more."""
    _record(ctx, step, ref)
    if not work.key.startswith("note/") or isinstance(step, Check | Apply):
        return False
    row, shows = {"ws": work.workspace, "name": work.key}, digest(step.card, step.language)
    copies = ctx.connection.execute(_COPIES, row).all()
    if not copies or not all(copy.message and copy.digest == shows for copy in copies):
        return False
    return bool(
        ctx.connection.execute(_SETTLE, {**row, "seen": work.version, "why": "", "again": None}).rowcount
    )


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
    ctx.connection.execute(_GIVE_UP, {**params, "why": reason[:TROUBLE_LIMIT]})
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
    why = "; ".join(dict.fromkeys(troubles))[:TROUBLE_LIMIT]
    times = [ctx.at + TRY_AGAIN] if troubles and _still_open(ctx, work.key) else []
    kind, _, subject = work.key.partition("/")
    if kind == platform_access.KEY:
        why, at = platform_delivery.look_again_at(ctx, subject)
        times = [] if at is None else [at]
    if kind == "card" and subject.startswith("req-"):
        times += deciding.looked_at_again(ctx, subject)
    again = min(times, default=None)
    settled = ctx.connection.execute(_SETTLE, {**params, "seen": work.version, "why": why, "again": again})
    if not settled.rowcount:
        ctx.connection.execute(_RELEASE, params)


def is_promise(work: Work) -> bool:
    """Whether a row that is parked leaves undone what somebody was promised, who then has to be told."""
    return work.key.startswith(f"{platform_access.KEY}/")


def stuck(ctx: Context, work: Work, reason: str) -> None:
    """A row that ``is_promise`` was parked."""
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


def retry(connection: Connection, work: Work, at: int, after: float, reason: str, *, counted: bool) -> bool:
    """Gives the row back for later; True when it was parked because it failed too often.

    A parked row is seen in ``status``, is tried rarely, and after days not at all: what was promised is tried for good.
    """
    tried = min(work.attempts + (1 if counted else 0), TRIES)
    parked = tried >= TRIES
    row = {"ws": work.workspace, "name": work.key}
    since = connection.execute(_PARKED_AT, row).scalar() if parked else None
    over = since is not None and since + PARKED_FOR <= at and not is_promise(work)
    params = {
        **row,
        "seen": work.version,
        "when": None if over else at + max(PARKED_PAUSE if parked else 1, round(after)),
        "tried": tried,
        "parked": (since or at) if parked else None,
        "why": reason[:TROUBLE_LIMIT] if parked or tried > 1 else "",
    }
    if not connection.execute(_RETRY, params).rowcount:
        connection.execute(_RELEASE, row)
    return parked


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
