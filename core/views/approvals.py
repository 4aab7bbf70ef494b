"""Cards about requests that take the answers of several."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, Field, Say, Tone, When, text
from core.views.common import quiet
from core.views.joins import approver_names


def vote_counted(
    name: str, said: str, tally: str, waiting: tuple[str, ...], until: int, short_id: str
) -> Card:
    """To an approver whose answer does not end the request. ``waiting``: whose yes would bring it further."""
    return Card(
        f"You said {said}: {name}'s request waits for more answers",
        Tone.WAITING,
        body=(text(f"{tally}."), text("You can change your answer until it is decided.")),
        fields=(
            *((Field("Who can approve", text(approver_names(waiting))),) if waiting else ()),
            Field("Answer until", text(When(until))),
        ),
        footer=quiet(short_id),
    )


def still_waits(card: Card, short_id: str) -> Card:
    """A reminder to an approver: what its card asks; the buttons stand on that one alone."""
    return replace(
        card,
        title=f"Still waits for you: {card.title}",
        body=(*card.body, text("Press a button of its card.")),
        buttons=(),
        footer=quiet(short_id, text("or type ", Say("request approve", f"request:{short_id}"))),
    )
