"""The first card of a newcomer: what they are, what they reach, and what they could ask for."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Text, Tone, joined, text
from core.language import says, says_n, t
from core.views.access import HeldGrant, grant_words
from core.views.common import button, first_of, quiet, some_of


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
        says("You are in. See what you can do with {/help}, and who you are here with {/me}."),
        *gone_words(facts),
    ]
    if elsewhere:
        other = says(
            "The code belongs to {workspace}, not to the workspace of this place.", workspace=facts.workspace
        )
        body.insert(0, other)
    return Card(
        t("Welcome to {workspace}", workspace=facts.workspace),
        Tone.GOOD,
        tuple(body),
        welcome_fields(facts),
        buttons=welcome_buttons(facts),
        footer=quiet(),
    )


def gone_words(facts: WelcomeFacts) -> tuple[Text, ...]:
    if not facts.gone:
        return ()
    lost = says_n(
        "Your invitation was to give you more: {count} thing that it carried is not there any more.",
        "Your invitation was to give you more: {count} things that it carried are not there any more.",
        facts.gone,
    )
    return (lost,)


def welcome_fields(facts: WelcomeFacts) -> tuple[Field, ...]:
    """What they are, what they reach and what not yet."""
    fields = [Field(t("Role"), text(facts.roles))]
    if facts.groups:
        fields.append(Field(t("Groups"), text(some_of(facts.groups))))
    if facts.any:
        fields.append(Field(t("You reach"), _reach(facts)))
    if facts.beyond:
        known = len(facts.beyond)
        named = first_of(facts.beyond, known, known + facts.more) if facts.more else ", ".join(facts.beyond)
        fields.append(Field(t("Not yet"), text(named)))
    return tuple(fields)


def _reach(facts: WelcomeFacts) -> Text:
    every = [says("every {kind}", kind=kind) if kind else says("everything") for kind in facts.every]
    granted = [grant_words(facts.reaches)] if facts.reaches else []
    return joined([*every, *granted]) or says("nothing yet")


def welcome_buttons(facts: WelcomeFacts) -> tuple[Button, ...]:
    return (button("access.ask", facts.ask),) if facts.ask else ()
