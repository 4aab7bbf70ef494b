"""Cards about joining and the requests that joining makes."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Text, Tone, When, text
from core.language import mark, n, says, t
from core.lifecycle import RequestStatus
from core.policy import MOST_ASKED
from core.views.common import button, list_of, page_of, paging, quiet, what_field
from core.views.several import in_workspace
from core.views.welcome import WelcomeFacts, gone_words, welcome_buttons, welcome_fields


class Given(Enum):
    """Whether the newcomer gets a role: none because that is how it was asked, or because they were given less."""

    ROLES = "roles"
    NONE = "none"
    NONE_OF_THEM = "none of them"


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
    given: Given = Given.ROLES


def _facts(facts: JoinFacts) -> tuple[Field, ...]:
    through = facts.invitation
    if facts.inviter:
        through = t("{invitation}, from {inviter}", invitation=through, inviter=facts.inviter)
    return (
        Field(t("Who"), text(facts.name, f" ({facts.account})" if facts.account else "")),
        what_field(facts.roles, facts.groups, facts.resources),
        Field(t("Invitation"), text(through)),
    )


def join_request(facts: JoinFacts) -> Card:
    """The approvers' card: a question while it is open, the outcome afterwards. Both show the same facts."""
    if facts.status is RequestStatus.PENDING:
        return Card(
            t("{name} asks to join {workspace}", name=facts.name, workspace=facts.workspace),
            Tone.WAITING,
            body=(text(f"{facts.tally}."),) if facts.tally else (),
            fields=(
                *_facts(facts),
                Field(t("Asked"), text(When(facts.created_at))),
                Field(t("Answer until"), text(When(facts.expires_at))),
                *((Field(t("Seats"), text(facts.seats)),) if facts.seats else ()),
            ),
            buttons=question_buttons(facts.subject, less=facts.less),
            footer=quiet(facts.short_id, or_typed(facts.short_id)),
        )
    fields = _facts(facts)
    if facts.reason:
        fields = (*fields, Field(t("Reason"), text(facts.reason)))
    card = Card(
        _outcome_title(facts),
        Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN,
        fields=fields,
        footer=quiet(facts.short_id, _decided(facts)),
    )
    return in_workspace(card, facts.workspace)


def or_typed(short_id: str) -> Text:
    """The typed twin of a yes."""
    return says("or type {command}", command=Say("request approve", f"request:{short_id}"))


def question_buttons(subject: str, *, less: bool = False) -> tuple[Button, ...]:
    """The answers to a request; ``less``: something between a yes and a no could be given."""
    between = ("request.less",) if less else ()
    names = ("request.approve", *between, "request.deny", "request.deny_why")
    return tuple(button(name, subject) for name in names)


def _outcome_title(facts: JoinFacts) -> str:
    if facts.status is RequestStatus.APPROVED:
        return t(_JOINED[facts.given], name=facts.name, workspace=facts.workspace, roles=facts.roles)
    return t(_OVER[facts.status], name=facts.name)


_JOINED = {
    Given.ROLES: mark("Joined: {name} is in {workspace} as {roles}"),
    Given.NONE: mark("Joined: {name} is in {workspace}"),
    Given.NONE_OF_THEM: mark("Joined: {name} is in {workspace} with {roles}"),
}
_OVER = {
    RequestStatus.DENIED: mark("Denied: {name}"),
    RequestStatus.EXPIRED: mark("Expired: {name}"),
    RequestStatus.WITHDRAWN: mark("Withdrawn: {name}"),
}


def _decided(facts: JoinFacts) -> Text:
    if facts.decided_by:
        return says("by {who}, {when}", who=facts.decided_by, when=When(facts.decided_at or facts.expires_at))
    if facts.status is RequestStatus.EXPIRED:
        return says("nobody answered by {when}", when=When(facts.expires_at))
    return text(When(facts.decided_at or facts.expires_at))


def join_asked(facts: JoinFacts, approvers: tuple[str, ...]) -> Card:
    """The newcomer's own answer: what they wait for, who can say yes, what happens then."""
    return Card(
        t("You asked to join {workspace}", workspace=facts.workspace),
        Tone.WAITING,
        body=(
            says(
                "You will get a message here as soon as somebody has answered. There is nothing more to do."
            ),
        ),
        fields=(
            what_field(facts.roles, facts.groups, facts.resources),
            Field(t("Who can approve"), text(approver_names(approvers))),
            Field(t("Answer until"), text(When(facts.expires_at))),
        ),
        buttons=(button("request.withdraw", facts.subject),),
        footer=quiet(facts.short_id),
    )


def join_withdrawn(facts: JoinFacts) -> Card:
    """To the newcomer who has just taken their request back."""
    return Card(
        t("Withdrawn: your request to join {workspace}", workspace=facts.workspace),
        Tone.GOOD,
        body=(says("It is off the approvers' list. You can ask again with {/join} and the same code."),),
        footer=quiet(facts.short_id),
    )


def approver_names(approvers: tuple[str, ...]) -> str:
    if len(approvers) <= 5:
        return list_of(approvers, "or")
    names = ", ".join(approvers[:4])
    if len(approvers) >= MOST_ASKED:  # there may be more of them
        return t("{names} or others", names=names)
    return t("{names} or {count} others", names=names, count=len(approvers) - 4)


def already_member(workspace: str, roles: str) -> Card:
    """Accepting twice is harmless."""
    return Card(
        t("You are already in {workspace}", workspace=workspace),
        Tone.GOOD,
        body=(says("Nothing was used up. See what you can do with {/help}."),),
        fields=(Field(t("Role"), text(roles)),),
    )


def outcome(facts: JoinFacts, has: WelcomeFacts | None = None) -> Card:
    """To the requester: the outcome, who decided and why; ``has``: what they have now that they are in."""
    fields = []
    if facts.decided_by:
        fields.append(Field(t("Decided by"), text(facts.decided_by)))
    if facts.reason:
        fields.append(Field(t("Reason"), text(facts.reason)))
    if facts.status is RequestStatus.APPROVED:
        has = has or WelcomeFacts(facts.workspace, facts.roles)
        return Card(
            t("Approved: welcome to {workspace}", workspace=facts.workspace),
            Tone.GOOD,
            body=(says("You are in. See what you can do with {/help}."), *gone_words(has)),
            fields=(*welcome_fields(has), *fields),
            buttons=welcome_buttons(has),
            footer=quiet(facts.short_id),
        )
    if facts.status is RequestStatus.DENIED:
        body = says(
            "You were not let in. If you think that is a mistake, talk to {name}.",
            name=facts.decided_by or facts.inviter,
        )
        return Card(
            t("Denied: your request to join {workspace}", workspace=facts.workspace),
            Tone.REFUSED,
            (body,),
            tuple(fields),
            footer=quiet(facts.short_id),
        )
    if facts.status is RequestStatus.WITHDRAWN:
        return Card(
            t("Withdrawn: your request to join {workspace}", workspace=facts.workspace),
            body=(says("It is off the approvers' list."),),
            footer=quiet(facts.short_id),
        )
    return Card(
        t("Expired: your request to join {workspace}", workspace=facts.workspace),
        Tone.REFUSED,
        body=(
            says(
                "Nobody answered by {when}. Ask again with {/join} and the same code.",
                when=When(facts.expires_at),
            ),
        ),
        footer=quiet(facts.short_id),
    )


def decided(facts: JoinFacts) -> Card:
    """To the approver who has just decided."""
    if facts.status is RequestStatus.APPROVED:
        title = t("Approved: {name}", name=facts.name)
        body = says(_IS_IN[facts.given], name=facts.name, roles=facts.roles)
    else:
        title = t("Denied: {name}", name=facts.name)
        body = says("{name} was not let in. They hear of it now.", name=facts.name)
    tone = Tone.GOOD if facts.status is RequestStatus.APPROVED else Tone.PLAIN
    return Card(title, tone, body=(body,), footer=quiet(facts.short_id))


_IS_IN = {
    Given.ROLES: mark("{name} is in as {roles}. They hear of it now."),
    Given.NONE: mark("{name} is in. They hear of it now."),
    Given.NONE_OF_THEM: mark("{name} is in with {roles}. They hear of it now."),
}


def newcomer_arrived(name: str, workspace: str, invitation: str, roles: str) -> Card:
    """To the inviter: somebody came."""
    return Card(
        t("{name} joined {workspace}", name=name, workspace=workspace),
        Tone.GOOD,
        fields=(Field(t("Role"), text(roles)), Field(t("Through"), text(invitation))),
    )


def join_line(facts: JoinFacts, own: bool) -> Line:
    """A request to join in a list; ``own``: to the newcomer."""
    until = When(facts.expires_at)
    if own:
        asks = says(
            "your own request to join {workspace} — until {when}", workspace=facts.workspace, when=until
        )
    else:
        asks = says(
            "{name} asks to join, with no role — until {when}"
            if facts.given is Given.NONE
            else "{name} asks to join as {roles} — until {when}",
            name=facts.name,
            roles=facts.roles,
            when=until,
        )
    return Line((f"{facts.short_id} ", *asks))


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
        body.append(says("Decide with {command} or {/request deny}.", command=ask))
    if own:
        body.append(
            says("Take your own back with {command}.", command=Say("request cancel", f"request:{own}"))
        )
    if not lines:
        body.append(
            says("Nothing waits for you. When somebody asks, a card with buttons reaches the approvers.")
        )
    return Card(
        n("Requests ({count} waits for you)", "Requests ({count} wait for you)", waiting),
        body=tuple(body),
        lines=tuple(lines),
        buttons=paging("request.list", subject, page, pages),
        footer=quiet(page_of(page, pages)),
    )
