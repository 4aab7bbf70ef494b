"""The first card of a newcomer: what they are, what they reach, and what they could ask for."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Say, Text, Tone, joined, text
from core.text import plural
from core.views.access import HeldGrant, grant_words
from core.views.common import button, quiet, some_of


class WelcomeFacts(NamedTuple):
    """What a newcomer has.

    ``every``: the kinds of resources of which they reach all; one that is empty: all of any kind. ``beyond``: the first
    of what stands at the top and they do not reach, ``more`` how many others there are. ``any``: whether there are
    resources here at all. ``gone``: how much of what their invitation carried is there no more. ``ask``: what the button
    to ask for access carries, empty for none.
    """

    workspace: str
    roles: str
    groups: tuple[str, ...] = ()
    reaches: tuple[HeldGrant, ...] = ()
    every: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    more: int = 0
    any: bool = False
    gone: int = 0
    ask: str = ""


def welcome(facts: WelcomeFacts, elsewhere: bool) -> Card:
    """To the newcomer who is in. ``elsewhere``: the code led to another workspace than the one of this place."""
    body = [
        text(
            "You are in. See what you can do with ",
            Say("help"),
            ", and who you are here with ",
            Say("me"),
            ".",
        ),
        *gone_words(facts),
    ]
    if elsewhere:
        body.insert(0, text(f"The code belongs to {facts.workspace}, not to the workspace of this place."))
    return Card(
        f"Welcome to {facts.workspace}",
        Tone.GOOD,
        tuple(body),
        welcome_fields(facts),
        buttons=welcome_buttons(facts),
        footer=quiet(),
    )


def gone_words(facts: WelcomeFacts) -> tuple[Text, ...]:
    if not facts.gone:
        return ()
    lost = plural(facts.gone, "thing that it carried is", "things that it carried are")
    return (text(f"Your invitation was to give you more: {lost} not there any more."),)


def welcome_fields(facts: WelcomeFacts) -> tuple[Field, ...]:
    """What they are, what they reach and what not yet."""
    fields = [Field("Role", text(facts.roles))]
    if facts.groups:
        fields.append(Field("Groups", text(some_of(facts.groups))))
    if facts.any:
        fields.append(Field("You reach", _reach(facts)))
    if facts.beyond:
        more = f" and {facts.more:,} more" if facts.more else ""
        fields.append(Field("Not yet", text(f"{', '.join(facts.beyond)}{more}")))
    return tuple(fields)


def _reach(facts: WelcomeFacts) -> Text:
    every = [text(f"every {kind}" if kind else "everything") for kind in facts.every]
    granted = [grant_words(facts.reaches)] if facts.reaches else []
    return joined([*every, *granted]) or text("nothing yet")


def welcome_buttons(facts: WelcomeFacts) -> tuple[Button, ...]:
    return (button("access.ask", facts.ask),) if facts.ask else ()
