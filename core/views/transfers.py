"""Cards about handing a workspace over."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Field, Text, Tone, When, text
from core.language import mark, says, t
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
    title = _said(mark("You offered {workspace} to {receiver}"), facts)
    if before:
        title = _said(mark("{workspace} is already offered to {receiver}"), facts)
    return Card(
        title,
        Tone.WAITING,
        body=(
            says(
                "Nothing changes until {name} accepts. The question has reached them as a message.",
                name=facts.receiver,
            ),
        ),
        fields=(
            Field(t("Who"), text(facts.receiver)),
            Field(t("Role"), text(facts.role)),
            Field(t("Answer until"), text(When(facts.expires_at))),
            Field(t("You will be"), text(facts.then)),
        ),
        buttons=(button("transfer.withdraw", facts.subject),),
        footer=quiet(facts.short_id, says("offered {when}", when=When(facts.created_at)) if before else ""),
    )


def transfer_elsewhere(facts: TransferFacts) -> Card:
    """To another member who could hand the workspace over, while an offer of somebody else's is open."""
    return Card(
        _said(mark("{workspace} is already offered to {receiver}"), facts),
        Tone.REFUSED,
        body=(
            says(
                "{name} offered it. One offer is open at a time: ask {name}, or wait for the answer.",
                name=facts.giver,
            ),
        ),
        fields=(
            Field(t("Who"), text(facts.receiver)),
            Field(t("Role"), text(facts.role)),
            Field(t("Answer until"), text(When(facts.expires_at))),
        ),
        footer=quiet(facts.short_id),
    )


def transfer_asked(facts: TransferFacts) -> Card:
    """The receiver's card: a question while it is open, the outcome afterwards."""
    if facts.status is not TransferStatus.PENDING:
        return transfer_outcome(facts, to_giver=False)
    return Card(
        _said(mark("{giver} offers you {workspace}"), facts),
        Tone.WAITING,
        body=(
            says(
                "If you accept, you run it as {role} from that moment on, in place of {name}.",
                role=facts.role,
                name=facts.giver,
            ),
        ),
        fields=(
            Field(t("Who"), text(facts.giver)),
            Field(t("Role"), text(facts.role)),
            Field(t("Answer until"), text(When(facts.expires_at))),
            Field(t("Afterwards"), says("{name} has {roles}", name=facts.giver, roles=facts.then)),
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
            Field(t("Who"), text(facts.receiver if to_giver else facts.giver)),
            Field(t("Role"), text(facts.role)),
        ),
        footer=quiet(facts.short_id, text(When(facts.decided_at or facts.expires_at))),
    )


def _said(sentence: str, facts: TransferFacts) -> str:
    return t(
        sentence,
        workspace=facts.workspace,
        role=facts.role,
        giver=facts.giver,
        receiver=facts.receiver,
        outcome=outcome_word(facts.status),
    )


def _outcome_title(facts: TransferFacts, *, to_giver: bool) -> str:
    if facts.status is TransferStatus.ACCEPTED:
        if to_giver:
            return _said(mark("Accepted: {receiver} is {role} of {workspace}"), facts)
        return _said(mark("Accepted: you are {role} of {workspace}"), facts)
    if to_giver:
        return _said(mark("{outcome}: your offer of {workspace}"), facts)
    return _said(mark("{outcome}: the offer of {workspace}"), facts)


_OUTCOMES = {
    TransferStatus.PENDING: mark("Waiting"),
    TransferStatus.ACCEPTED: mark("Accepted"),
    TransferStatus.DECLINED: mark("Declined"),
    TransferStatus.WITHDRAWN: mark("Withdrawn"),
    TransferStatus.EXPIRED: mark("Expired"),
    TransferStatus.ENDED: mark("Ended"),
}


def outcome_word(status: TransferStatus) -> str:
    return t(_OUTCOMES[status])


#: What became of an offer, first to who made it, then to who was to have it.
_WORDS = {
    TransferStatus.ACCEPTED: (mark("You have {roles} now."), mark("{giver} has {roles} now.")),
    TransferStatus.DECLINED: (
        mark("{receiver} declined. You are {role} as before."),
        mark("You declined. {giver} is {role} as before."),
    ),
    TransferStatus.WITHDRAWN: (
        mark("You took it back. You are {role} as before."),
        mark("{giver} took it back. {giver} is {role} as before."),
    ),
    TransferStatus.EXPIRED: (
        mark("Nobody answered by {when}. You are {role} as before."),
        mark("Nobody answered by {when}. {giver} is {role} as before."),
    ),
}


def _outcome_words(facts: TransferFacts, *, to_giver: bool) -> Text:
    sentences = _WORDS.get(facts.status)
    if sentences is None:
        return says("One of the two left, or lost the role that was offered. Nothing was handed over.")
    return says(
        sentences[0] if to_giver else sentences[1],
        giver=facts.giver,
        receiver=facts.receiver,
        role=facts.role,
        roles=facts.then,
        when=When(facts.expires_at),
    )
