"""Cards about an invitation that is for one chat user: what they get, and what their inviter hears of it."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, Field, Say, Text, Tone, When, text
from core.language import mark, says, t
from core.lifecycle import InvitationStatus
from core.views.common import button, quiet
from core.views.invitations import InvitationFacts, gets

#: As which an invitation would still ask for something, or tell of an end that is none.
_OPEN = frozenset({InvitationStatus.PENDING, InvitationStatus.USED_UP, InvitationStatus.EXPIRED})


def you_are_invited(facts: InvitationFacts, *, here: bool = False) -> Card:
    """To the chat user for whom a personal invitation was made: the question, and what became of it.

    ``here``: they have come in by another door.
    """
    if here and facts.status in _OPEN:
        return Card(
            _title(mark("No longer needed: {inviter}'s invitation to {workspace}"), facts),
            Tone.GOOD,
            body=(says("You are in {workspace} already.", workspace=facts.workspace),),
            footer=quiet(facts.short_id),
        )
    if facts.status is not InvitationStatus.PENDING:
        return _no_longer_invited(facts)
    return Card(
        _title(mark("{inviter} invites you to {workspace}"), facts),
        Tone.WAITING,
        body=(says("Press Accept, or type {command}.", command=Say("join", f"code:{facts.code}")),),
        fields=tuple(
            field
            for field in (
                gets(facts),
                Field(t("Ends"), text(When(facts.expires_at))),
                Field(t("Note"), text(facts.note)),
            )
            if field.value
        ),
        buttons=(button("invite.accept", facts.subject), button("invite.decline", facts.subject)),
        footer=quiet(facts.short_id),
    )


def _title(sentence: str, facts: InvitationFacts) -> str:
    return t(sentence, inviter=facts.inviter, workspace=facts.workspace)


def _no_longer_invited(facts: InvitationFacts) -> Card:
    title, sentence, tone = _OVER.get(facts.status, _ENDED)
    when = When(facts.ended_at or facts.expires_at)
    body: Text = says(sentence, when=when, inviter=facts.inviter)
    return Card(_title(title, facts), tone, body=(body,), footer=quiet(facts.short_id))


#: What an invitation that is over is called, and what is said of it.
_OVER = {
    InvitationStatus.ACCEPTED: (
        mark("Accepted: {inviter}'s invitation to {workspace}"),
        mark("You came in on {when}."),
        Tone.GOOD,
    ),
    InvitationStatus.USED_UP: (
        mark("Waiting for approval: {inviter}'s invitation to {workspace}"),
        mark("You asked to join. You will get a message as soon as somebody has answered."),
        Tone.WAITING,
    ),
    InvitationStatus.DECLINED: (
        mark("Declined: {inviter}'s invitation to {workspace}"),
        mark("You declined on {when}. If you would like to come after all, ask {inviter} for a new one."),
        Tone.PLAIN,
    ),
    InvitationStatus.EXPIRED: (
        mark("Expired: {inviter}'s invitation to {workspace}"),
        mark("It expired on {when}. Ask {inviter} for a new one."),
        Tone.PLAIN,
    ),
}
_ENDED = (
    mark("No longer open: {inviter}'s invitation to {workspace}"),
    mark("It ended on {when}. Ask {inviter} for a new one."),
    Tone.PLAIN,
)


def you_declined(facts: InvitationFacts) -> Card:
    """To whoever has just declined."""
    return Card(
        _title(mark("Declined: {inviter}'s invitation to {workspace}"), facts),
        Tone.GOOD,
        body=(
            says(
                "{inviter} hears of it now. If you would like to come after all, ask them for a new one.",
                inviter=facts.inviter,
            ),
        ),
        footer=quiet(facts.short_id),
    )


def invitation_declined(facts: InvitationFacts) -> Card:
    """To the inviter: the person does not want to come."""
    return Card(
        t("Declined: your invitation “{label}”", label=facts.label),
        body=(
            says(
                "{who} declined the invitation to {workspace}.", who=facts.for_whom, workspace=facts.workspace
            ),
        ),
        fields=(gets(facts),),
        footer=quiet(facts.short_id, t("to {workspace}", workspace=facts.workspace)),
    )


def invitation_waits(facts: InvitationFacts) -> Card:
    """The same, two days before its end, once."""
    return replace(
        you_are_invited(facts),
        title=_title(mark("Your invitation to {workspace} from {inviter} ends soon"), facts),
    )
