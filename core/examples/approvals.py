"""Cards about requests that take the answers of several."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL, LARGEST_REQUEST, LATER, NAMES, NOW, REQUEST
from core.examples.invitations import LARGEST_ASK
from core.lifecycle import RequestStatus

SHORT = "1 of 2 approvals · Ada said yes"
#: As long as it gets: the panels of a policy, and five people on either side.
LONGEST = f"{'p' * 600} · {', '.join([LABEL] * 4)} and 9 others said yes · {', '.join([LABEL] * 4)} and 9 others said no"


def _examples() -> Iterator[tuple[str, Card]]:
    for tally in (SHORT, LONGEST):
        for facts in (REQUEST, LARGEST_REQUEST._replace(reason="")):
            asked = views.join_request(facts._replace(tally=tally))
            yield "join_request", asked
            yield "still_waits", views.still_waits(asked, "req-2M9C")
        invite = views.invite_request(LARGEST_ASK._replace(tally=tally))
        yield "invite_request", invite
        yield "still_waits", views.still_waits(invite, "req-2M9C")
        for question in (invite.title, f"{LABEL} asks to join {LABEL}"):
            yield "still_waiting", views.still_waiting(question, tally, LATER)
        for waiting in ((), ("Bob",), NAMES):
            for name in ("Nia", LABEL):
                yield "vote_counted", views.vote_counted(name, tally, waiting, LATER, "req-2M9C", yes=True)
        yield "story_vote", views.story_vote("Ada", tally, yes=tally == SHORT)
    yield "story_vote", views.story_vote(LABEL, "", yes=False)
    for names in (("Bob",), NAMES):
        yield "story_escalated", views.story_escalated(names, LATER)
    for facts in (REQUEST, LARGEST_REQUEST):
        over = facts._replace(status=RequestStatus.APPROVED, decided_by="Ada", decided_at=NOW)
        yield "story_ended", views.story_ended(views.join_request(over))
    yield "still_waiting", views.still_waiting(views.join_request(REQUEST).title, "", LATER)
    yield "join_asked", views.join_asked(REQUEST, ("w" * 600,))


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
