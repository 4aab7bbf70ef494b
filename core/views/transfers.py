"""Cards about handing a workspace over."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Field, Text, Tone, When, text
from core.lifecycle import TransferStatus
from core.views.common import button, quiet


class TransferFacts(NamedTuple):
    """An offer of the top role as cards show it. ``then``: the roles that its giver will be left with."""

    subject: str
    short_id: str
    workspace: str
    role: str
    giver: str
    receiver: str
    then: str
    created_at: int
    expires_at: int
    status: TransferStatus
    decided_at: int | None = None


def transfer_offered(facts: TransferFacts, *, before: bool = False) -> Card:
    """To the giver, who can take it back. ``before``: it was offered earlier, and this is how it stands."""
    title = f"You offered {facts.workspace} to {facts.receiver}"
    if before:
        title = f"{facts.workspace} is already offered to {facts.receiver}"
    return Card(
        title,
        Tone.WAITING,
        body=(
            text(
                f"Nothing changes until {facts.receiver} accepts. The question has reached them as a message."
            ),
        ),
        fields=(
            Field("Who", text(facts.receiver)),
            Field("Role", text(facts.role)),
            Field("Answer until", text(When(facts.expires_at))),
            Field("You will be", text(facts.then)),
        ),
        buttons=(button("transfer.withdraw", facts.subject),),
        footer=quiet(facts.short_id, text("offered ", When(facts.created_at)) if before else ""),
    )


def transfer_elsewhere(facts: TransferFacts) -> Card:
    """To another member who could hand the workspace over, while an offer of somebody else's is open."""
    return Card(
        f"{facts.workspace} is already offered to {facts.receiver}",
        Tone.REFUSED,
        body=(
            text(
                f"{facts.giver} offered it. One offer is open at a time: ask {facts.giver}, or wait for the answer."
            ),
        ),
        fields=(
            Field("Who", text(facts.receiver)),
            Field("Role", text(facts.role)),
            Field("Answer until", text(When(facts.expires_at))),
        ),
        footer=quiet(facts.short_id),
    )


def transfer_asked(facts: TransferFacts) -> Card:
    """The receiver's card: a question while it is open, the outcome afterwards."""
    if facts.status is not TransferStatus.PENDING:
        return transfer_outcome(facts, to_giver=False)
    return Card(
        f"{facts.giver} offers you {facts.workspace}",
        Tone.WAITING,
        body=(
            text(
                f"If you accept, you run it as {facts.role} from that moment on, in place of {facts.giver}."
            ),
        ),
        fields=(
            Field("Who", text(facts.giver)),
            Field("Role", text(facts.role)),
            Field("Answer until", text(When(facts.expires_at))),
            Field("Afterwards", text(f"{facts.giver} has {facts.then}")),
        ),
        buttons=(button("transfer.accept", facts.subject), button("transfer.decline", facts.subject)),
        footer=quiet(facts.short_id),
    )


def transfer_outcome(facts: TransferFacts, *, to_giver: bool) -> Card:
    """What became of an offer, to either side."""
    good = facts.status is TransferStatus.ACCEPTED
    return Card(
        _outcome_title(facts, to_giver=to_giver),
        Tone.GOOD if good else Tone.PLAIN,
        body=(_outcome_words(facts, to_giver=to_giver),),
        fields=(
            Field("Who", text(facts.receiver if to_giver else facts.giver)),
            Field("Role", text(facts.role)),
        ),
        footer=quiet(facts.short_id, text(When(facts.decided_at or facts.expires_at))),
    )


def _outcome_title(facts: TransferFacts, *, to_giver: bool) -> str:
    if facts.status is TransferStatus.ACCEPTED:
        now = f"{facts.receiver} is" if to_giver else "you are"
        return f"Accepted: {now} {facts.role} of {facts.workspace}"
    which = f"your offer of {facts.workspace}" if to_giver else f"the offer of {facts.workspace}"
    return f"{outcome_word(facts.status)}: {which}"


def outcome_word(status: TransferStatus) -> str:
    return {
        TransferStatus.PENDING: "Waiting",
        TransferStatus.ACCEPTED: "Accepted",
        TransferStatus.DECLINED: "Declined",
        TransferStatus.WITHDRAWN: "Withdrawn",
        TransferStatus.EXPIRED: "Expired",
        TransferStatus.ENDED: "Ended",
    }[status]


def _outcome_words(facts: TransferFacts, *, to_giver: bool) -> Text:
    stays = "You are" if to_giver else f"{facts.giver} is"
    match facts.status:
        case TransferStatus.ACCEPTED:
            return text(f"{'You have' if to_giver else f'{facts.giver} has'} {facts.then} now.")
        case TransferStatus.DECLINED:
            return text(f"{facts.receiver if to_giver else 'You'} declined. {stays} {facts.role} as before.")
        case TransferStatus.WITHDRAWN:
            return text(f"{'You' if to_giver else facts.giver} took it back. {stays} {facts.role} as before.")
        case TransferStatus.EXPIRED:
            return text("Nobody answered by ", When(facts.expires_at), f". {stays} {facts.role} as before.")
        case _:
            return text("One of the two left, or lost the role that was offered. Nothing was handed over.")
