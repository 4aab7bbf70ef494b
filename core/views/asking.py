"""Cards about asking somebody else to invite people."""

from __future__ import annotations

from typing import NamedTuple

from core import durations
from core.cards import Card, Code, Field, Line, Link, Span, Text, Tone, When, text
from core.language import n, says, says_n, t
from core.lifecycle import RequestStatus
from core.views.bulk import BulkLine, counts_of, lines_of
from core.views.common import button, decided_by, or_type, quiet, status_word, what_field
from core.views.joins import approver_names, question_buttons


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


class AskOutcome(NamedTuple):
    """What an approval has made: a line for each person, or the one link (its code empty when it is dead by now)."""

    lines: tuple[BulkLine, ...] = ()
    code: str = ""
    link: str = ""
    ends: int | None = None


def cannot_invite(rule: str, who: str, approvers: tuple[str, ...], people: int, subject: str) -> Card:
    """To whoever may not invite: the rule, who could, and the way to ask them. ``people``: how many, none for a link."""
    ask = n(
        "Press Ask to send your request to invite {count} person to those who can decide it.",
        "Press Ask to send your request to invite {count} people to those who can decide it.",
        people,
    )
    if not people:
        ask = t("Press Ask to send your request for an invite link to those who can decide it.")
    return Card(
        t("You can't invite people here"),
        Tone.REFUSED,
        body=(
            text(f"{rule} {who}"),
            text(ask),
        ),
        fields=(Field(t("Who can approve"), text(approver_names(approvers))),),
        buttons=(button("invite.ask", subject), button("invite.ask_why", subject)),
    )


def _facts(facts: AskFacts) -> tuple[Field, ...]:
    account = f" ({facts.account})" if facts.account else ""
    out = [Field(t("Who"), text(f"{facts.name}{account}"))]
    if facts.for_whom:
        out.append(Field(t("For"), _link(facts)))
    out.append(_what(facts))
    if not facts.for_whom:
        lasts = Field(t("Lasts"), text(durations.show(facts.life)))
        out.append(lasts if facts.until is None else Field(t("Ends"), text(When(facts.until))))
    if facts.why:
        out.append(Field(t("Why"), text(facts.why)))
    return tuple(out)


def _link(facts: AskFacts) -> Text:
    """Who could use the link, and for how long."""
    if facts.until is not None:
        return says("{who}, until {when}", who=facts.for_whom, when=When(facts.until))
    return says("{who}, for {time}", who=facts.for_whom, time=durations.show(facts.life))


def _words(facts: AskFacts) -> tuple[Text, ...]:
    """What the invitations are called, and what they say to who gets them."""
    if facts.label and facts.note:
        return (says("Called {label}, with the note “{note}”.", label=facts.label, note=facts.note),)
    if facts.note:
        return (says("With the note “{note}”.", note=facts.note),)
    return (says("Called {label}.", label=facts.label),) if facts.label else ()


def _what(facts: AskFacts) -> Field:
    return what_field(facts.roles, facts.groups, facts.resources)


def _seats(facts: AskFacts) -> tuple[Field, ...]:
    return (Field(t("Seats"), text(facts.seats)),) if facts.seats else ()


def _people(facts: AskFacts) -> tuple[Line, ...]:
    return tuple(Line(text(person)) for person in facts.people)


def invite_request(facts: AskFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards. Both show everybody who is meant."""
    if facts.status is RequestStatus.PENDING:
        about = {"name": facts.name, "workspace": facts.workspace}
        title = n(
            "{name} asks to invite {count} person to {workspace}",
            "{name} asks to invite {count} people to {workspace}",
            len(facts.people),
            **about,
        )
        if not facts.people:
            title = t("{name} asks for an invite link to {workspace}", **about)
        return Card(
            title,
            Tone.WAITING,
            body=(
                says(
                    "With a yes, the invitations are made in your name, and {name} gets the codes.",
                    name=facts.name,
                ),
                *_words(facts),
                *((text(f"{facts.tally}."),) if facts.tally else ()),
            ),
            fields=(*_facts(facts), *_seats(facts), Field(t("Answer until"), text(When(facts.expires_at)))),
            lines=_people(facts),
            buttons=question_buttons(facts.subject),
            footer=quiet(facts.short_id, or_type("request approve", f"request:{facts.short_id}")),
        )
    fields = _facts(facts)
    if facts.reason:
        fields = (*fields, Field(t("Reason"), text(facts.reason)))
    return Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        body=_words(facts),
        fields=fields,
        lines=_people(facts),
        footer=quiet(facts.short_id, decided_by(facts.decided_by, _end(facts), facts.status)),
    )


def _end(facts: AskFacts) -> When:
    return When(facts.decided_at or facts.expires_at)


def _outcome_title(facts: AskFacts) -> str:
    """To those who decide."""
    about = {"outcome": status_word(facts.status), "name": facts.name}
    if not facts.people:
        return t("{outcome}: {name}'s request for an invite link", **about)
    return n(
        "{outcome}: {name}'s request to invite {count} person",
        "{outcome}: {name}'s request to invite {count} people",
        len(facts.people),
        **about,
    )


def _own_title(facts: AskFacts, outcome: str) -> str:
    """To whoever asked."""
    about = {"outcome": outcome, "workspace": facts.workspace}
    if not facts.people:
        return t("{outcome}: your request for an invite link to {workspace}", **about)
    return n(
        "{outcome}: your request to invite {count} person to {workspace}",
        "{outcome}: your request to invite {count} people to {workspace}",
        len(facts.people),
        **about,
    )


def invite_asked(facts: AskFacts, approvers: tuple[str, ...]) -> Card:
    """To whoever has just asked: who can say yes, until when, what happens then."""
    title = n(
        "You asked to invite {count} person to {workspace}",
        "You asked to invite {count} people to {workspace}",
        len(facts.people),
        workspace=facts.workspace,
    )
    if not facts.people:
        title = t("You asked for an invite link to {workspace}", workspace=facts.workspace)
    return Card(
        title,
        Tone.WAITING,
        body=(says("You will get a message here, with the codes, as soon as somebody has said yes."),),
        fields=(
            _what(facts),
            Field(t("Who can approve"), text(approver_names(approvers))),
            Field(t("Answer until"), text(When(facts.expires_at))),
        ),
        lines=_people(facts),
        buttons=(button("request.withdraw", facts.subject),),
        footer=quiet(facts.short_id),
    )


def invite_withdrawn(facts: AskFacts) -> Card:
    """To whoever has just taken it back."""
    return Card(
        _own_title(facts, status_word(RequestStatus.WITHDRAWN)),
        Tone.GOOD,
        body=(says("It is off the approvers' list. Nobody was invited."),),
        footer=quiet(facts.short_id),
    )


def invite_decided(facts: AskFacts, outcome: AskOutcome) -> Card:
    """To the approver who has just decided."""
    if facts.status is not RequestStatus.APPROVED:
        body = says("Nobody was invited. {name} hears of it now.", name=facts.name)
    elif outcome.lines:
        counts = counts_of(list(outcome.lines))
        body = says("{counts}. {name} gets the codes now.", counts=counts, name=facts.name)
    else:
        body = says("{name} gets the link now.", name=facts.name)
    return Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        body=(body,),
        footer=quiet(facts.short_id),
    )


def invite_outcome(facts: AskFacts, outcome: AskOutcome) -> Card:
    """To whoever asked: what became of it, and what to send to whom."""
    fields = []
    if facts.status is RequestStatus.APPROVED:
        fields.append(_what(facts))
        if outcome.code:
            fields += [Field(t("Code"), text(Code(outcome.code))), Field(t("Link"), text(Link(outcome.link)))]
        if outcome.ends is not None:
            fields.append(Field(t("Ends"), text(When(outcome.ends))))
    if facts.decided_by:
        fields.append(Field(t("Decided by"), text(facts.decided_by)))
    if facts.reason:
        fields.append(Field(t("Reason"), text(facts.reason)))
    return Card(
        _own_title(facts, status_word(facts.status)),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.REFUSED,
        body=(_advice(facts, outcome),),
        fields=tuple(fields),
        lines=lines_of(list(outcome.lines)),
        footer=quiet(facts.short_id),
    )


def _advice(facts: AskFacts, outcome: AskOutcome) -> Text:
    match facts.status:
        case RequestStatus.APPROVED:
            return _to_send(facts, outcome)
        case RequestStatus.DENIED:
            return says(
                "Nobody was invited. If you think that is a mistake, talk to {who}.", who=facts.decided_by
            )
        case RequestStatus.WITHDRAWN:
            return says("It is off the approvers' list. Nobody was invited.")
        case _:
            return says("Nobody answered by {when}. You can ask again.", when=When(facts.expires_at))


def _to_send(facts: AskFacts, outcome: AskOutcome) -> Text:
    if outcome.lines:
        counts = counts_of(list(outcome.lines))
        return says("{counts}. Send each person their own code.", counts=counts)
    if outcome.code:
        return says("Pass the link or the code on to whoever it is for.")
    if facts.decided_by:
        return says("The link has ended since. Ask {who}.", who=facts.decided_by)
    return says("The link has ended since. Ask for a new one.")


def ask_line(facts: AskFacts, own: bool) -> Line:
    """A request for invitations in a list; ``own``: to whoever asked."""
    count, when = len(facts.people), When(facts.expires_at)
    if own and count:
        return Line(
            says_n(
                "{request} your own request to invite {count} person — until {when}",
                "{request} your own request to invite {count} people — until {when}",
                count,
                request=facts.short_id,
                when=when,
            )
        )
    if own:
        return Line(
            says(
                "{request} your own request for an invite link — until {when}",
                request=facts.short_id,
                when=when,
            )
        )
    about: dict[str, Span] = {
        "request": facts.short_id,
        "name": facts.name,
        "roles": facts.roles,
        "when": when,
    }
    if not count:
        return Line(says("{request} {name} asks for an invite link as {roles} — until {when}", **about))
    return Line(
        says_n(
            "{request} {name} asks to invite {count} person as {roles} — until {when}",
            "{request} {name} asks to invite {count} people as {roles} — until {when}",
            count,
            **about,
        )
    )
