"""Cards about joining and the requests that joining makes."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Text, Tone, When, text
from core.lifecycle import RequestStatus
from core.policy import MOST_ASKED
from core.text import plural
from core.views.common import button, carried_fields, list_of, paging, quiet
from core.views.several import in_workspace
from core.views.welcome import WelcomeFacts, gone_words, welcome_buttons, welcome_fields


class JoinFacts(NamedTuple):
    """A join request as cards show it. ``less``: something between a yes and a no could be given."""

    subject: str
    short_id: str
    workspace: str
    name: str
    account: str
    roles: str
    invitation: str
    inviter: str
    created_at: int
    expires_at: int
    status: RequestStatus
    decided_at: int | None = None
    decided_by: str = ""
    reason: str = ""
    seats: str = ""
    tally: str = ""
    less: bool = False
    groups: str = ""
    resources: str = ""


def _facts(facts: JoinFacts) -> tuple[Field, ...]:
    through = f"{facts.invitation}, from {facts.inviter}" if facts.inviter else facts.invitation
    return (
        Field("Who", text(facts.name, f" ({facts.account})" if facts.account else "")),
        Field("Role", text(facts.roles)),
        *carried_fields(facts.groups, facts.resources),
        Field("Invitation", text(through)),
    )


def join_request(facts: JoinFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards. Both show the same facts."""
    if facts.status is RequestStatus.PENDING:
        return Card(
            f"{facts.name} asks to join {facts.workspace}",
            Tone.WAITING,
            body=(text(f"{facts.tally}."),) if facts.tally else (),
            fields=(
                *_facts(facts),
                Field("Asked", text(When(facts.created_at))),
                Field("Answer until", text(When(facts.expires_at))),
                *((Field("Seats", text(facts.seats)),) if facts.seats else ()),
            ),
            buttons=question_buttons(facts.subject, less=facts.less),
            footer=quiet(
                facts.short_id, text("or type ", Say("request approve", f"request:{facts.short_id}"))
            ),
        )
    fields = _facts(facts)
    if facts.reason:
        fields = (*fields, Field("Reason", text(facts.reason)))
    card = Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        fields=fields,
        footer=quiet(facts.short_id, _decided(facts)),
    )
    return in_workspace(card, facts.workspace)


def question_buttons(subject: str, *, less: bool = False) -> tuple[Button, ...]:
    """The answers to a request; ``less``: something between a yes and a no could be given."""
    between = ("request.less",) if less else ()
    return tuple(button(name, subject) for name in ("request.approve", *between, "request.deny"))


def _outcome_title(facts: JoinFacts) -> str:
    if facts.status is RequestStatus.APPROVED:
        return f"Joined: {facts.name} is in {facts.workspace}{_as(facts.roles)}"
    return f"{outcome_word(facts.status)}: {facts.name}"


def _as(roles: str) -> str:
    if roles.startswith("no role"):
        return "" if roles == "no role" else f" with {roles}"
    return f" as {roles}"


def outcome_word(status: RequestStatus) -> str:
    return {
        RequestStatus.PENDING: "Waiting",
        RequestStatus.APPROVED: "Joined",
        RequestStatus.DENIED: "Denied",
        RequestStatus.EXPIRED: "Expired",
        RequestStatus.WITHDRAWN: "Withdrawn",
    }[status]


def _decided(facts: JoinFacts) -> Text:
    if facts.decided_by:
        return text(f"by {facts.decided_by}, ", When(facts.decided_at or facts.expires_at))
    if facts.status is RequestStatus.EXPIRED:
        return text("nobody answered by ", When(facts.expires_at))
    return text(When(facts.decided_at or facts.expires_at))


def join_asked(facts: JoinFacts, approvers: tuple[str, ...]) -> Card:
    """The newcomer's own answer: what they wait for, who can say yes, what happens then."""
    return Card(
        f"You asked to join {facts.workspace}",
        Tone.WAITING,
        body=(
            text(
                "You will get a message here as soon as somebody has answered. There is nothing more to do."
            ),
        ),
        fields=(
            Field("Role", text(facts.roles)),
            *carried_fields(facts.groups, facts.resources),
            Field("Who can approve", text(approver_names(approvers))),
            Field("Answer until", text(When(facts.expires_at))),
        ),
        buttons=(button("request.withdraw", facts.subject),),
        footer=quiet(facts.short_id),
    )


def join_withdrawn(facts: JoinFacts) -> Card:
    """To the newcomer who has just taken their request back."""
    return Card(
        f"Withdrawn: your request to join {facts.workspace}",
        Tone.GOOD,
        body=(
            text(
                "It is off the approvers' list. You can ask again with ", Say("join"), " and the same code."
            ),
        ),
        footer=quiet(facts.short_id),
    )


def approver_names(approvers: tuple[str, ...]) -> str:
    if len(approvers) <= 5:
        return list_of(approvers, "or")
    many = f"{len(approvers) - 4} " if len(approvers) < MOST_ASKED else ""  # there may be more of them
    return f"{', '.join(approvers[:4])} or {many}others"


def already_member(workspace: str, roles: str) -> Card:
    """Accepting twice is harmless."""
    return Card(
        f"You are already in {workspace}",
        Tone.GOOD,
        body=(text("Nothing was used up. See what you can do with ", Say("help"), "."),),
        fields=(Field("Role", text(roles)),),
    )


def outcome(facts: JoinFacts, has: WelcomeFacts | None = None) -> Card:
    """To the requester: the outcome, who decided and why; ``has``: what they have now that they are in."""
    fields = []
    if facts.decided_by:
        fields.append(Field("Decided by", text(facts.decided_by)))
    if facts.reason:
        fields.append(Field("Reason", text(facts.reason)))
    if facts.status is RequestStatus.APPROVED:
        has = has or WelcomeFacts(facts.workspace, facts.roles)
        return Card(
            f"Approved: welcome to {facts.workspace}",
            Tone.GOOD,
            body=(text("You are in. See what you can do with ", Say("help"), "."), *gone_words(has)),
            fields=(*welcome_fields(has), *fields),
            buttons=welcome_buttons(has),
            footer=quiet(facts.short_id),
        )
    if facts.status is RequestStatus.DENIED:
        body = text(
            "You were not let in. If you think that is a slip, talk to ",
            facts.decided_by or facts.inviter,
            ".",
        )
        return Card(
            f"Denied: your request to join {facts.workspace}",
            Tone.REFUSED,
            (body,),
            tuple(fields),
            footer=quiet(facts.short_id),
        )
    if facts.status is RequestStatus.WITHDRAWN:
        return Card(
            f"Withdrawn: your request to join {facts.workspace}",
            body=(text("It is off the approvers' list."),),
            footer=quiet(facts.short_id),
        )
    return Card(
        f"Expired: your request to join {facts.workspace}",
        Tone.REFUSED,
        body=(
            text(
                "Nobody answered by ",
                When(facts.expires_at),
                ". Ask again with ",
                Say("join"),
                " and the same code.",
            ),
        ),
        footer=quiet(facts.short_id),
    )


def decided(facts: JoinFacts) -> Card:
    """To the approver who has just decided."""
    word = "Approved" if facts.status is RequestStatus.APPROVED else "Denied"
    then = f"{facts.name} is in{_as(facts.roles)}." if word == "Approved" else f"{facts.name} was not let in."
    return Card(
        f"{word}: {facts.name}",
        Tone.GOOD,
        body=(text(f"{then} They hear of it now."),),
        footer=quiet(facts.short_id),
    )


def newcomer_arrived(name: str, workspace: str, invitation: str, roles: str) -> Card:
    """To the inviter: somebody came."""
    return Card(
        f"{name} joined {workspace}",
        Tone.GOOD,
        fields=(Field("Role", text(roles)), Field("Through", text(invitation))),
    )


def join_line(facts: JoinFacts, own: bool) -> Line:
    """A request to join in a list; ``own``: to the newcomer."""
    asks = (
        f"{facts.short_id} your own request to join {facts.workspace} — until "
        if own
        else f"{facts.short_id} {facts.name} asks to join as {facts.roles} — until "
    )
    return Line(text(asks, When(facts.expires_at)))


def request_list(
    lines: list[Line], first: str, own: str, waiting: int, page: int, pages: int, subject: str
) -> Card:
    """One page of what waits for this person's decision and of what they wait for themselves.

    ``first`` and ``own``: the short ids of the first of either on this page, empty for none. ``waiting`` counts all that
    they could decide.
    """
    body: list[Text] = []
    if first:
        ask = Say("request approve", f"request:{first}")
        body.append(text("Decide with ", ask, " or ", Say("request deny"), "."))
    if own:
        body.append(text("Take your own back with ", Say("request cancel", f"request:{own}"), "."))
    if not lines:
        body.append(
            text("Nothing waits for you. When somebody asks, a card with buttons reaches the approvers.")
        )
    return Card(
        f"Requests ({plural(waiting, 'waits', 'wait')} for you)",
        body=tuple(body),
        lines=tuple(lines),
        buttons=paging("request.list", subject, page, pages),
        footer=quiet(f"page {page + 1} of {pages}" if pages > 1 else ""),
    )
