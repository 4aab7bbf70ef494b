"""Cards about asking somebody else to invite people."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Code, Field, Line, Link, Say, Span, Text, Tone, When, text
from core.lifecycle import RequestStatus
from core.text import plural
from core.views.bulk import BulkLine, counts_of, lines_of
from core.views.common import button, carried_fields, quiet
from core.views.joins import approver_names


class AskFacts(NamedTuple):
    """A request for invitations as cards show it. ``people``: for whom; empty for a link, of which ``for_whom`` tells."""

    subject: str
    short_id: str
    workspace: str
    name: str
    account: str
    people: tuple[Span, ...]
    for_whom: str
    label: str
    roles: str
    life: int
    note: str
    why: str
    created_at: int
    expires_at: int
    status: RequestStatus
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    tally: str = ""
    until: int | None = None
    seats: str = ""
    groups: str = ""
    resources: str = ""

    @property
    def what(self) -> str:
        if not self.people:
            return "an invite link"
        return f"to invite {plural(len(self.people), 'person', 'people')}"

    @property
    def asks(self) -> str:
        return f"asks {'' if self.people else 'for '}{self.what}"

    @property
    def request(self) -> str:
        return f"request {'' if self.people else 'for '}{self.what}"


class AskOutcome(NamedTuple):
    """What an approval has made: a line for each person, or the one link (its code empty when it is dead by now)."""

    lines: tuple[BulkLine, ...] = ()
    code: str = ""
    link: str = ""
    ends: int | None = None


def cannot_invite(rule: str, who: str, approvers: tuple[str, ...], asked: str, subject: str) -> Card:
    """To whoever may not invite: the rule, who could, and the way to ask them. ``asked``: what would be asked for."""
    return Card(
        "You can't invite people here",
        Tone.REFUSED,
        body=(
            text(f"{rule} {who}"),
            text(f"Press Ask to send your request {asked} to those who can decide it."),
        ),
        fields=(Field("Who can approve", text(approver_names(approvers))),),
        buttons=(button("invite.ask", subject),),
    )


def _facts(facts: AskFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    out = [Field("Who", text(f"{facts.name}{account}"))]
    if facts.for_whom:
        out.append(Field("For", text(facts.for_whom)))
    if facts.label:
        out.append(Field("Name", text(facts.label)))
    lasts = Field("Lasts", text(durations.show(facts.life)))
    ends = lasts if facts.until is None else Field("Ends", text(When(facts.until)))
    out += [*_what(facts), ends]
    if facts.note:
        out.append(Field("Note", text(facts.note)))
    if facts.why:
        out.append(Field("Why", text(facts.why)))
    return tuple(out)


def _what(facts: AskFacts) -> list[Field]:
    return [Field("Role", text(facts.roles)), *carried_fields(facts.groups, facts.resources)]


def _seats(facts: AskFacts) -> tuple[Field, ...]:
    return (Field("Seats", text(facts.seats)),) if facts.seats else ()


def _people(facts: AskFacts) -> tuple[Line, ...]:
    return tuple(Line(text(person)) for person in facts.people)


def invite_request(facts: AskFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards. Both show everybody who is meant."""
    if facts.status is RequestStatus.PENDING:
        return Card(
            f"{facts.name} {facts.asks} to {facts.workspace}",
            Tone.WAITING,
            body=(
                text("With a yes, the invitations are made in your name, and the codes go to who asked."),
                *((text(f"{facts.tally}."),) if facts.tally else ()),
            ),
            fields=(*_facts(facts), *_seats(facts), Field("Answer until", text(When(facts.expires_at)))),
            lines=_people(facts),
            buttons=(button("request.approve", facts.subject), button("request.deny", facts.subject)),
            footer=quiet(
                facts.short_id, text("or type ", Say("request approve", f"request:{facts.short_id}"))
            ),
        )
    fields = _facts(facts)
    if facts.reason:
        fields = (*fields, Field("Reason", text(facts.reason)))
    return Card(
        f"{_word(facts)}: {facts.name}'s {facts.request}",
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        fields=fields,
        lines=_people(facts),
        footer=quiet(facts.short_id, _decided(facts)),
    )


def _word(facts: AskFacts) -> str:
    return "Waiting" if facts.status is RequestStatus.PENDING else facts.status.value.capitalize()


def _decided(facts: AskFacts) -> Text:
    at = When(facts.decided_at or facts.expires_at)
    if facts.decided_by:
        return text(f"by {facts.decided_by}, ", at)
    return text("nobody answered by ", at) if facts.status is RequestStatus.EXPIRED else text(at)


def invite_asked(facts: AskFacts, approvers: tuple[str, ...]) -> Card:
    """To whoever has just asked: who can say yes, until when, what happens then."""
    return Card(
        f"You asked {'' if facts.people else 'for '}{facts.what} to {facts.workspace}",
        Tone.WAITING,
        body=(text("You will get a message here, with the codes, as soon as somebody has said yes."),),
        fields=(
            *_what(facts),
            Field("Who can approve", text(approver_names(approvers))),
            Field("Answer until", text(When(facts.expires_at))),
        ),
        lines=_people(facts),
        buttons=(button("request.withdraw", facts.subject),),
        footer=quiet(facts.short_id),
    )


def invite_withdrawn(facts: AskFacts) -> Card:
    """To whoever has just taken it back."""
    return Card(
        f"Withdrawn: your {facts.request} to {facts.workspace}",
        Tone.GOOD,
        body=(text("It is off the approvers' list. Nobody was invited."),),
        footer=quiet(facts.short_id),
    )


def invite_decided(facts: AskFacts, outcome: AskOutcome) -> Card:
    """To the approver who has just decided."""
    if facts.status is not RequestStatus.APPROVED:
        body = text(f"Nobody was invited. {facts.name} hears of it now.")
    elif outcome.lines:
        body = text(f"{counts_of(list(outcome.lines))}. {facts.name} gets the codes now.")
    else:
        body = text(f"{facts.name} gets the link now.")
    return Card(
        f"{_word(facts)}: {facts.name}'s {facts.request}",
        Tone.GOOD,
        body=(body,),
        footer=quiet(facts.short_id),
    )


def invite_outcome(facts: AskFacts, outcome: AskOutcome) -> Card:
    """To whoever asked: what became of it, and what to send to whom."""
    title = f"{_word(facts)}: your {facts.request} to {facts.workspace}"
    fields = []
    if facts.status is RequestStatus.APPROVED:
        fields += _what(facts)
        if outcome.code:
            fields += [Field("Code", text(Code(outcome.code))), Field("Link", text(Link(outcome.link)))]
        if outcome.ends is not None:
            fields.append(Field("Ends", text(When(outcome.ends))))
    if facts.decided_by:
        fields.append(Field("Decided by", text(facts.decided_by)))
    if facts.reason:
        fields.append(Field("Reason", text(facts.reason)))
    return Card(
        title,
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.REFUSED,
        body=(_advice(facts, outcome),),
        fields=tuple(fields),
        lines=lines_of(list(outcome.lines)),
        footer=quiet(facts.short_id),
    )


def _advice(facts: AskFacts, outcome: AskOutcome) -> Text:
    match facts.status:
        case RequestStatus.APPROVED if outcome.lines:
            return text(f"{counts_of(list(outcome.lines))}. Send each person their own code.")
        case RequestStatus.APPROVED if outcome.code:
            return text("Send the link or the code to whom it is for.")
        case RequestStatus.APPROVED:
            return text(f"The link has ended since. Ask {facts.decided_by or 'for a new one'}.")
        case RequestStatus.DENIED:
            return text(f"Nobody was invited. If you think that is a slip, talk to {facts.decided_by}.")
        case RequestStatus.WITHDRAWN:
            return text("It is off the approvers' list. Nobody was invited.")
        case _:
            return text("Nobody answered by ", When(facts.expires_at), ". You can ask again.")


def ask_line(facts: AskFacts, own: bool) -> Line:
    """A request for invitations in a list; ``own``: to whoever asked."""
    asks = f"your own {facts.request}" if own else f"{facts.name} {facts.asks} as {facts.roles}"
    return Line(text(f"{facts.short_id} {asks} — until ", When(facts.expires_at)))
