"""Cards about requests that take the answers of several."""

from __future__ import annotations

from dataclasses import replace

from core.cards import Card, Field, Menu, Tone, When, text
from core.language import says, t
from core.views.common import confirming, or_type, quiet
from core.views.joins import approver_names


def vote_counted(
    name: str, tally: str, waiting: tuple[str, ...], until: int, short_id: str, *, yes: bool
) -> Card:
    """To an approver whose answer does not end the request. ``waiting``: whose yes would bring it further."""
    title = t("You said no: {name}'s request waits for more answers", name=name)
    if yes:
        title = t("You said yes: {name}'s request waits for more answers", name=name)
    return Card(
        title,
        Tone.WAITING,
        body=(text(f"{tally}."), says("You can change your answer until it is decided.")),
        fields=(
            *((Field(t("Who can approve"), text(approver_names(waiting))),) if waiting else ()),
            Field(t("Answer until"), text(When(until))),
        ),
        footer=quiet(short_id),
    )


def still_waiting(question: str, tally: str, until: int) -> Card:
    """A reminder under the card, which has everything else."""
    body = says("Until {when}.", when=When(until))
    if tally:
        body = says("Until {when}, {tally}.", when=When(until), tally=tally)
    return Card(t("Still waiting: {question}", question=question), Tone.WAITING, body=(body,))


def still_waits(card: Card, short_id: str) -> Card:
    """A reminder to an approver: what its card asks; the buttons stand on that one alone."""
    return replace(
        card,
        title=t("Still waits for you: {question}", question=card.title),
        body=(*card.body, says("Press a button of its card.")),
        buttons=(),
        footer=quiet(short_id, or_type("request approve", f"request:{short_id}")),
    )


def story_vote(name: str, tally: str, *, yes: bool) -> Card:
    """Under the card of a request that takes several answers: one of them."""
    title = t("{name} said yes", name=name) if yes else t("{name} said no", name=name)
    return Card(title, body=(text(f"{tally}."),) if tally else ())


def story_escalated(names: tuple[str, ...], until: int) -> Card:
    """Under the card: it goes to others now. ``names``: whose answer would bring it further."""
    body = says("{names} can answer until {when}.", names=approver_names(names), when=When(until))
    return Card(t("Nobody has decided so far: others are asked now"), Tone.WAITING, body=(body,))


def story_ended(card: Card) -> Card:
    """Under the card: what it says now, for whoever has followed the replies."""
    return Card(card.title, card.tone, footer=card.footer)


def less_offered(
    name: str, short_id: str, fields: tuple[Field, ...], menus: tuple[Menu, ...], trouble: str, confirm: str
) -> Card:
    """To an approver who would give less than was asked for. ``confirm``: what Confirm carries, empty while there is none."""
    todo = t("Choose what to give. Nothing is decided yet.")
    if confirm:
        todo = t("Press Confirm to give that, or choose something else. Nothing is decided yet.")
    return Card(
        t("Approve {name}'s request with less", name=name),
        Tone.WAITING,
        body=(text(trouble or todo),),
        fields=fields,
        menus=menus,
        buttons=confirming(confirm, takes=False) if confirm else (),
        footer=quiet(short_id, or_type("request approve", f"request:{short_id} …")),
    )
