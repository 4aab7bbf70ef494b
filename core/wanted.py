"""What should stand where for a row of the outbox, from the present state of everything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from core import deciding, invitations, reminding, requests, stories, transfers, views
from core.calls import Identity
from core.cards import Card
from core.context import Context
from core.language import LANGUAGES, speaking, spoken
from core.lifecycle import InvitationStatus, RequestStatus, TransferStatus, request_status
from core.names import names_of
from core.notices import FAREWELLS, VIEWS
from core.ports import MessageRef, Target
from core.recipients import accounts, at_person, at_place, name_of, place_of, refused
from core.request_kinds import kind_of
from core.time_box_notices import for_one_who_left
from core.views.invitations import InvitationFacts

#: How the recipient of a notice begins: a member, anybody by their account, or the place for approvals (with the
#: permission of those who stand in for it).
_RECIPIENTS = ("/member:", "/person:", "/place:")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What should stand where: the present card, who has to have a copy of it now, and under which message it stands.

    ``card`` makes it, in the language that is spoken then. ``quiet``: see ``Target``.
    """

    card: Callable[[], Card]
    targets: dict[str, Target]
    under: Mapping[str, MessageRef] = field(default_factory=dict)
    quiet: bool = False


def _request(ctx: Context, subject: str) -> Wanted | None:
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


def _offer(ctx: Context, subject: str) -> Wanted | None:
    """The offer of a workspace: posted to whoever is to have it, wherever they are, and kept up to date there."""
    row = transfers.load(ctx, subject)
    if row is None:
        return None
    facts = transfers.facts_of(ctx, row)
    asked = facts.status is TransferStatus.PENDING and ctx.standing_of(row.to_member) is not None
    theirs = accounts(ctx, f"member:{row.to_member}") if asked else []
    direct = {name_of(account): Target.direct(account) for account in theirs}
    return Wanted(lambda: views.transfer_asked(transfers.facts_of(ctx, row)), direct)


def _invitation(ctx: Context, invitation_id: str) -> Wanted | None:
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
_CARDS = {"req": _request, "trf": _offer, "inv": _invitation}


def of_card(ctx: Context, subject: str) -> Wanted | None:
    wanted = _CARDS.get(subject.partition("-")[0])
    return wanted(ctx, subject) if wanted else None


def of_note(ctx: Context, rest: str, *, fresh: bool) -> Wanted | None:
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
