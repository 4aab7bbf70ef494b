"""Cards about requests that take the answers of several."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, Field, Menu, Say, Tone, When, text
from core.views.common import confirming, quiet
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


def still_waiting(question: str, tally: str, until: int) -> Card:
    """A reminder under the card, which has everything else."""
    return Card(
        f"Still waiting: {question}",
        Tone.WAITING,
        body=(text("Until ", When(until), *((f", {tally}",) if tally else ()), "."),),
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


def less_offered(
    name: str, short_id: str, fields: tuple[Field, ...], menus: tuple[Menu, ...], trouble: str, confirm: str
) -> Card:
    """To an approver who would give less than was asked for. ``confirm``: what Confirm carries, empty while there is none."""
    todo = "Choose what to give. Nothing is decided yet."
    if confirm:
        todo = "Press Confirm to give that, or choose something else. Nothing is decided yet."
    return Card(
        f"Approve {name}'s request with less",
        Tone.WAITING,
        body=(text(trouble or todo),),
        fields=fields,
        menus=menus,
        buttons=confirming(confirm) if confirm else (),
        footer=quiet(short_id, text("or type ", Say("request approve", f"request:{short_id} …"))),
    )
