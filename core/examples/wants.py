"""Cards about asking for a role, for access, and for more time."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card, Choice, Menu, Say, When
from core.example_words import said, views
from core.examples import LABEL, LATER, NAMES, NOTE, NOW
from core.lifecycle import RequestStatus
from core.views.emergencies import in_an_emergency
from core.views.wants import WantFacts, want_line

ROLE = WantFacts(
    subject="FEV8GJNK/req-2M9C",
    short_id="req-2M9C",
    name="Bob",
    account="Slack",
    thing="Designer",
    created_at=NOW,
    expires_at=LATER,
    status=RequestStatus.PENDING,
    again=Say("request role", 'role:"Designer"'),
    has=("Commenter",),
    instead="Commenter",
    why="I design the spring campaign",
)
ACCESS = ROLE._replace(
    thing="edit on Renders",
    again=Say("request access", 'resource:"Renders" level:edit'),
    life=8 * 3_600,
    has=(),
    instead="",
    why="",
    divides=True,
)
LONGER = ACCESS._replace(held_until=LATER)
LARGEST = ROLE._replace(
    name=LABEL,
    thing=f"manage on {LABEL}",
    until=LATER,
    again=Say("request access", f'resource:"{LABEL}" level:manage'),
    has=("manage until ", When(LATER)),
    instead="what they have now",
    why=NOTE,
)
ALL = (ROLE, ACCESS, LONGER, LARGEST, LARGEST._replace(held_until=LATER, instead=""))
DECIDED = [
    facts._replace(
        status=status,
        decided_at=NOW,
        decided_by=by,
        reason=reason,
        given=facts.thing if less else "",
        given_until=LATER if less else None,
        less=less,
    )
    for facts in ALL
    for status in RequestStatus
    for by, reason, less in (("", "", False), ("Ada", "Welcome", True), (LABEL, NOTE, True))
]
LATE = [
    facts._replace(
        effect_title="but not in place yet",
        effect=f"Slack has not let Usher do it yet: {NOTE[:300]}. Usher tries again, and the admins know.",
    )
    for facts in DECIDED
    if facts.status is RequestStatus.APPROVED
]


def _examples() -> Iterator[tuple[str, Card]]:
    for facts in (*ALL, *DECIDED, *LATE, LARGEST._replace(tally="p" * 600)):
        yield "want_request", views.want_request(facts)
        if facts.status is RequestStatus.WITHDRAWN or facts.name == LABEL:
            yield "want_withdrawn", views.want_withdrawn(facts)
        if facts.status is not RequestStatus.PENDING:
            yield "want_decided", views.want_decided(facts)
            yield "want_outcome", views.want_outcome(facts)
        for approvers in (("Ada",), NAMES, ("w" * 600,)) if facts in ALL else ():
            yield "want_asked", views.want_asked(facts, approvers)
    at_once = in_an_emergency(7_200, "res-7F3K", "edit")
    yield "want_asked", views.want_asked(ROLE, NAMES, at_once, "FEV8GJNK/res-7F3K@edit")
    lines = [want_line(said(facts), own) for facts in (ROLE, LARGEST, LONGER) for own in (False, True)]
    for page in (0, 1):
        yield "request_list", views.request_list(lines, "req-2M9C", "req-2M9D", 3, page, 2, "FEV8GJNK/list")
    yield "me_member", views.me_member(LABEL, (), frozenset(), 3, own=(want_line(LARGEST, True),) * 10)
    choices = tuple(Choice(f"res-{number}@manage", f"manage on {LABEL}") for number in range(25))
    menu = Menu("Ask for", "access.ask", "FEV8GJNK/any", choices)
    yield "what_to_ask_for", views.what_to_ask_for((), more=False)
    yield "what_to_ask_for", views.what_to_ask_for((menu,), more=True)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
