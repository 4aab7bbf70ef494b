"""In which language each copy of a card is said: a person's own in their direct messages, the workspace's where several read.

Somebody whose platform has not said what they read gets the workspace's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any

from core.calls import Identity
from core.cards import Card
from core.context import Context
from core.language import LANGUAGES, speaking
from core.people import languages_of
from core.ports import Target

#: So long is what is kept of a card, with its language before it where that is not English.
_DIGEST = 64


class Cards:
    """One card in the languages that its readers speak, each made once, and only if somebody reads it."""

    def __init__(self, make: Callable[[], Card]) -> None:
        self._make = make
        self._said: dict[str, Card] = {}

    def said(self, language: str) -> Card:
        if language not in self._said:
            with speaking(language):
                self._said[language] = self._make()
        return self._said[language]


def digest(card: Card, language: str = LANGUAGES[0]) -> str:
    """What is kept of the card that a copy shows: enough to see whether it is another one now."""
    found = hashlib.sha256(repr(card).encode()).hexdigest()
    return found if language == LANGUAGES[0] else f"{language}:{found}"[:_DIGEST]


def language_shown(kept: str) -> str:
    """The language of the card that a copy shows; empty where nobody knows what it shows."""
    language, found, _ = kept.partition(":")
    return language if found else kept and LANGUAGES[0]


def languages(ctx: Context, copies: Mapping[str, Any], targets: Mapping[str, Target]) -> dict[str, str]:
    """The language of each recipient, of copies that there are and of those that are to come."""
    shared: str = ctx.workspace.setting("language")
    readers = {recipient: who for recipient, row in copies.items() if (who := _reader(row)) is not None}
    for recipient, target in targets.items():
        if target.person:
            readers[recipient] = Identity(target.platform, target.realm, target.person)
    known = languages_of(ctx.connection, readers.values()) if readers else {}
    found = {recipient: known.get(who) or shared for recipient, who in readers.items()}
    in_channel = {row.channel: found[recipient] for recipient, row in copies.items() if recipient in found}
    for recipient, row in copies.items():
        if recipient not in found:
            found[recipient] = _as_before(row) or in_channel.get(row.channel, shared)
    return {**dict.fromkeys(targets, shared), **found}


def _reader(row: Any) -> Identity | None:
    """Whose direct messages a copy of a card stands in, or is to stand in; None for a channel, and for most notices."""
    if row.message is None:
        person = row.channel.rpartition("@")[2]
        return Identity(row.platform, row.realm, person) if person else None
    place, found, person = row.recipient.partition("/@")
    platform, _, realm = place.partition("/")
    return Identity(platform, realm, person.partition("#")[0]) if found else None


def _as_before(row: Any) -> str:
    """A notice that stands is for one person, whoever that was: it stays in its language."""
    return language_shown(row.digest) if row.recipient.startswith(("member:", "person:")) else ""
