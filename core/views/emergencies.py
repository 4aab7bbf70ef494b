"""Cards about access that somebody took in an emergency, and about what others say to that."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Field, Line, Say, Text, Tone, When, text
from core.lifecycle import RequestStatus
from core.views.common import button, quiet
from core.views.joins import approver_names


class EmergencyFacts(NamedTuple):
    """What somebody took in an emergency, and what has become of it. ``live``: it is still theirs."""

    subject: str
    short_id: str
    workspace: str
    name: str
    account: str
    resource: str
    level: str
    taken_at: int
    ends_at: int
    why: str
    expires_at: int
    status: RequestStatus
    live: bool = True
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    tally: str = ""

    @property
    def thing(self) -> str:
        return f"{self.level} on {self.resource}"


def _facts(facts: EmergencyFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    return (
        Field("Who", text(f"{facts.name}{account}")),
        Field("Access", text(facts.thing)),
        Field("Taken", text(When(facts.taken_at))),
        Field("Until", text(When(facts.ends_at))),
        Field("Why", text(facts.why)),
    )


_FOR_WORK = "It is for doing the work yourself: it lets you give access to nobody, nor take theirs."


def emergency_mine(facts: EmergencyFacts, reviewers: tuple[str, ...], told: str) -> Card:
    """To whoever has just taken it. ``reviewers``: who looks at it, empty where nobody else could; ``told``: who knows."""
    after = "Nobody else here could look at it now, so it stays open." if not reviewers else ""
    return Card(
        f"You have {facts.thing}",
        Tone.GOOD,
        body=(
            text("You took it in an emergency. It ends by itself on ", When(facts.ends_at), "."),
            *((text(_FOR_WORK),) if facts.level == "manage" else ()),
            *((text(f"{told} {after}".strip()),) if told or after else ()),
        ),
        fields=(
            *((Field("Who looks at it", text(approver_names(reviewers))),) if reviewers else ()),
            Field("Why", text(facts.why)),
        ),
        footer=quiet(facts.short_id),
    )


def emergency_taken(facts: EmergencyFacts) -> Card:
    """To those who run the workspace, at once; where it is over by then, or was looked at, it says so."""
    waits = facts.status is RequestStatus.PENDING
    deny = text("or type ", Say("request deny", f"request:{facts.short_id}")) if waits and facts.live else ()
    return Card(
        f"{'Emergency' if facts.live else 'Over'}: {facts.name} took {facts.thing}",
        Tone.WAITING if waits and facts.live else Tone.PLAIN,
        body=(
            text(
                "They took it without asking first, as the policy for access lets them. ",
                *_how_it_stands(facts),
            ),
        ),
        fields=_facts(facts),
        footer=quiet(facts.short_id, deny),
    )


def _how_it_stands(facts: EmergencyFacts) -> Text:
    by = facts.decided_by or "Somebody"
    if facts.status is RequestStatus.DENIED:
        return text(f"{by} said that it was not right, and it has ended.")
    if facts.status is RequestStatus.APPROVED:
        over = "It ends by itself." if facts.live else "It is over."
        return text(f"{by} said that it was right. {over}")
    if not facts.live:
        return text("It is over already.")
    end = Say("access revoke")
    if facts.status is RequestStatus.PENDING:
        looks = "Whoever decides about access looks at it now; to end it at once, deny it or type "
        return text(looks, end, ".")
    return text("Nobody has looked at it; to end it at once, type ", end, ".")


def emergency_review(facts: EmergencyFacts) -> Card:
    """To those who decide about access: a question while it is open, the outcome afterwards."""
    if facts.status is RequestStatus.PENDING:
        return Card(
            f"{facts.name} took {facts.thing} in an emergency",
            Tone.WAITING,
            body=(
                text("Approve: it was right, and it ends by itself. Deny: it was not, and it ends now."),
                *((text(f"{facts.tally}."),) if facts.tally else ()),
            ),
            fields=(*_facts(facts), Field("Answer until", text(When(facts.expires_at)))),
            buttons=(button("request.approve", facts.subject), button("request.deny", facts.subject)),
            footer=quiet(
                facts.short_id, text("or type ", Say("request approve", f"request:{facts.short_id}"))
            ),
        )
    reason = (Field("Reason", text(facts.reason)),) if facts.reason else ()
    return Card(
        f"{_word(facts)}: {facts.name}'s emergency access to {facts.resource}",
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        fields=(*_facts(facts), *reason),
        footer=quiet(facts.short_id, _decided(facts)),
    )


def _word(facts: EmergencyFacts) -> str:
    return "Waiting" if facts.status is RequestStatus.PENDING else facts.status.value.capitalize()


def _decided(facts: EmergencyFacts) -> Text:
    at = When(facts.decided_at or facts.expires_at)
    if facts.decided_by:
        return text(f"by {facts.decided_by}, ", at)
    return text("nobody answered by ", at) if facts.status is RequestStatus.EXPIRED else text(at)


def emergency_decided(facts: EmergencyFacts) -> Card:
    """To whoever has just said what they think of it."""
    if facts.status is not RequestStatus.APPROVED:
        body = text(f"What {facts.name} took is over, if it was not already. They hear of it now.")
    elif facts.live:
        body = text(f"{facts.name} keeps it until ", When(facts.ends_at), ". They hear of it now.")
    else:
        body = text(f"It is over already. {facts.name} hears of it now.")
    return Card(
        f"{_word(facts)}: {facts.name}'s emergency access to {facts.resource}",
        Tone.GOOD,
        body=(body,),
        footer=quiet(facts.short_id),
    )


def emergency_outcome(facts: EmergencyFacts) -> Card:
    """To whoever took it: what others say to that."""
    fields = [Field("Decided by", text(facts.decided_by))] if facts.decided_by else []
    if facts.reason:
        fields.append(Field("Reason", text(facts.reason)))
    match facts.status:
        case RequestStatus.APPROVED:
            body = text(
                "It was right to take it.", *(" You keep it until ", When(facts.ends_at), ".") * facts.live
            )
        case RequestStatus.DENIED:
            body = text(f"It has ended. If you think that is a slip, talk to {facts.decided_by}.")
        case RequestStatus.EXPIRED:
            body = text(
                "Nobody looked at it by ", When(facts.expires_at), ". There is nothing for you to do."
            )
        case _:
            body = text("There is nothing for you to do.")
    return Card(
        f"{_word(facts)}: your emergency access to {facts.resource}",
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.REFUSED,
        body=(body,),
        fields=tuple(fields),
        footer=quiet(facts.short_id),
    )


def emergency_line(facts: EmergencyFacts, own: bool) -> Line:
    """Such a request in a list; ``own``: to whoever took it."""
    took = f"what you took yourself, {facts.thing}" if own else f"{facts.name} took {facts.thing}"
    return Line(text(f"{facts.short_id} {took}, in an emergency — until ", When(facts.expires_at)))


def in_an_emergency(most: int, short_id: str, level: str) -> Text:
    """To somebody who may: that they need not wait for an answer."""
    how = Say("access emergency", f'resource:{short_id} level:{level} reason:"…"')
    return text(f"you may take it at once, for {durations.show(most)} at most: ", how)
