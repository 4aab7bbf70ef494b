"""Cards about an invitation that is for one chat user: what they get, and what their inviter hears of it."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, Field, Say, Tone, When, text
from core.lifecycle import InvitationStatus
from core.views.common import button, quiet
from core.views.invitations import InvitationFacts, what_fields

#: As which an invitation would still ask for something, or tell of an end that is none.
_OPEN = frozenset({InvitationStatus.PENDING, InvitationStatus.USED_UP, InvitationStatus.EXPIRED})


def you_are_invited(facts: InvitationFacts, *, here: bool = False) -> Card:
    """To the chat user for whom a personal invitation was made: the question, and what became of it.

    ``here``: they have come in by another door.
    """
    if here and facts.status in _OPEN:
        return Card(
            f"No longer needed: {facts.inviter}'s invitation to {facts.workspace}",
            Tone.GOOD,
            body=(text(f"You are in {facts.workspace} already."),),
            footer=quiet(facts.short_id),
        )
    if facts.status is not InvitationStatus.PENDING:
        return _no_longer_invited(facts)
    return Card(
        f"{facts.inviter} invites you to {facts.workspace}",
        Tone.WAITING,
        body=(text("Press Accept, or type ", Say("join", f"code:{facts.code}"), "."),),
        fields=tuple(
            field
            for field in (
                *what_fields(facts),
                Field("Ends", text(When(facts.expires_at))),
                Field("Note", text(facts.note)),
            )
            if field.value
        ),
        buttons=(button("invite.accept", facts.subject), button("invite.decline", facts.subject)),
        footer=quiet(facts.short_id),
    )


def _no_longer_invited(facts: InvitationFacts) -> Card:
    when = When(facts.ended_at or facts.expires_at)
    ask = f" Ask {facts.inviter} for a new one."
    of = f"{facts.inviter}'s invitation to {facts.workspace}"
    tone = Tone.PLAIN
    match facts.status:
        case InvitationStatus.ACCEPTED:
            title, body, tone = f"Accepted: {of}", text("You came in on ", when, "."), Tone.GOOD
        case InvitationStatus.USED_UP:
            waits = "You asked to join. You will get a message as soon as somebody has answered."
            title, body, tone = f"Waiting for approval: {of}", text(waits), Tone.WAITING
        case InvitationStatus.DECLINED:
            change = f" If you would like to come after all, ask {facts.inviter} for a new one."
            title, body = f"Declined: {of}", text("You declined on ", when, f".{change}")
        case InvitationStatus.EXPIRED:
            title, body = f"Expired: {of}", text("It expired on ", when, f".{ask}")
        case _:
            title, body = f"No longer open: {of}", text("It ended on ", when, f".{ask}")
    return Card(title, tone, body=(body,), footer=quiet(facts.short_id))


def you_declined(facts: InvitationFacts) -> Card:
    """To whoever has just declined."""
    return Card(
        f"Declined: {facts.inviter}'s invitation to {facts.workspace}",
        Tone.GOOD,
        body=(
            text(
                f"{facts.inviter} hears of it now. If you would like to come after all, ask them for a new one."
            ),
        ),
        footer=quiet(facts.short_id),
    )


def invitation_declined(facts: InvitationFacts) -> Card:
    """To the inviter: the person does not want to come."""
    return Card(
        f"Declined: your invitation “{facts.label}”",
        body=(text(*facts.for_whom, f" declined the invitation to {facts.workspace}."),),
        fields=tuple(what_fields(facts)),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def invitation_waits(facts: InvitationFacts) -> Card:
    """The same, two days before its end, once."""
    return replace(
        you_are_invited(facts), title=f"Your invitation to {facts.workspace} from {facts.inviter} ends soon"
    )
