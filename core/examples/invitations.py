"""Cards about inviting many, editing, sending again, declining, and asking somebody else to invite."""

from __future__ import annotations

from collections.abc import Iterator

from core.asking_to_invite import ASK_LIMIT
from core.cards import Account, Card, When, text
from core.example_words import views
from core.examples import (
    ADDRESS,
    BULK,
    CODE,
    INVITATION,
    INVITATIONS,
    LABEL,
    LARGEST_INVITATION,
    LATER,
    LINK,
    NAMES,
    NOTE,
    NOW,
    OPEN,
)
from core.language import n, t
from core.lifecycle import InvitationStatus, RequestStatus
from core.views.asking import AskFacts, AskOutcome
from core.views.bulk import SHOWN, BulkLine
from core.views.invitations import Change

_ADDRESS = ADDRESS[: len(LABEL)]
_INVITED = BulkLine(_ADDRESS, "invited", CODE, "inv-7F3K", link=LINK)
_WAITING = BulkLine(_ADDRESS, "waiting", until=LATER)
_FORMULA = BulkLine("=HYPERLINK(1)", "bad")
_ASK = AskFacts(
    subject="FEV8GJNK/req-2M9C",
    short_id="req-2M9C",
    workspace="Studio",
    name="Bob",
    account="Slack",
    people=("new@acme.example", Account("discord", "123456789012345678")),
    for_whom="",
    label="",
    roles="Designer",
    life=7 * 86_400,
    note="",
    why="",
    created_at=NOW,
    expires_at=LATER,
    status=RequestStatus.PENDING,
)
_FOR_LINK = _ASK._replace(
    people=(),
    for_whom="anyone with an address at acme.example",
    until=LATER,
)
LARGEST_ASK = _ASK._replace(
    workspace=LABEL,
    name=LABEL,
    people=(LABEL,) * ASK_LIMIT,
    label=LABEL,
    roles=", ".join(NAMES[:5]),
    note=NOTE,
    why=NOTE,
    decided_by=LABEL,
    decided_at=NOW,
    reason=NOTE,
    seats="none for others: the free plan is for one person",
)
_ASKED = [
    facts._replace(status=status, decided_at=NOW, decided_by=by)
    for facts in (_ASK, _FOR_LINK, LARGEST_ASK)
    for status in RequestStatus
    for by in ("", "Ada")
]
_OUTCOMES = (
    AskOutcome(),
    AskOutcome(tuple(BULK), ends=LATER),
    AskOutcome((BulkLine(LABEL, "invited", CODE, "inv-7F3K"),) * ASK_LIMIT, ends=LATER),
    AskOutcome((BulkLine(LABEL, "invited", "", "inv-7F3K"), _WAITING)),
    AskOutcome(code=CODE, link=LINK, ends=LATER),
)
_CHANGES = (
    Change("Name", text("Design team"), text(LABEL)),
    Change("Role", text("Designer"), text(", ".join(NAMES[:5]))),
    Change("For", text("anyone with the code"), text("anyone with an address at acme.example")),
    Change("Ends", text(When(NOW)), text(When(LATER))),
    Change("Uses", text("no limit"), text("999,999")),
    Change("Note", text(NOTE), text(NOTE)),
)


def _seats(people: int) -> str:
    return n("uses {people} of {count} free seat", "uses {people} of {count} free seats", 3, people=people)


def _examples() -> Iterator[tuple[str, Card]]:
    for results in (
        BULK[:1],
        BULK,
        BULK[-1:],
        [_WAITING, _FORMULA],
        [_INVITED] * SHOWN,
        [_INVITED] * 5_000,
        [_FORMULA, _WAITING] * 2_500,
    ):
        for seats in ("", _seats(2)):
            yield "bulk_result", views.bulk_result(results, LATER, LABEL, LABEL, seats)
    for facts in OPEN:
        yield "invitation_resent", views.invitation_resent(facts)
    for facts in INVITATIONS:
        if facts.personal and facts.status is InvitationStatus.DECLINED:
            yield "invitation_declined", views.invitation_declined(facts)
            yield "you_declined", views.you_declined(facts)
        yield "invitation_shown", views.invitation_shown(facts._replace(came=NAMES, came_too=1_234_567))
    for facts in (INVITATION, LARGEST_INVITATION):
        for changes in (_CHANGES[:1], _CHANGES):
            yield "invitation_edited", views.invitation_edited(facts, changes)
    for approvers in (("Ada",), NAMES):
        usual = t("Here only those invite who may also remove members.")
        for rule, who in ((usual, ""), (NOTE, LABEL)):
            yield "cannot_invite", views.cannot_invite(rule, who, approvers, 25, "FEV8GJNK/cnf-7F3K")
        for ask in _ASKED:
            yield "invite_asked", views.invite_asked(ask, approvers)
    for ask in _ASKED:
        yield "invite_request", views.invite_request(ask)
        yield "invite_withdrawn", views.invite_withdrawn(ask)
        for outcome in _OUTCOMES if ask.status is not RequestStatus.PENDING else ():
            yield "invite_decided", views.invite_decided(ask, outcome)
            yield "invite_outcome", views.invite_outcome(ask, outcome)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
