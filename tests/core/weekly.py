"""A week in which something happened, and the digests that were sent of it."""

from __future__ import annotations

from datetime import UTC, datetime

from core.cards import Card
from tests.core.world import Person, World

#: The first Monday at nine after the worlds of these tests begin, which is on a Friday.
MONDAY = int(datetime(2027, 1, 18, 9, tzinfo=UTC).timestamp())


TITLE = "Last week in Studio: "


def sweep(world: World, at: int) -> int:
    world.at = at
    found = world.core.sweep(at)
    world.desk.drain(at)
    return found


def digests(world: World) -> list[Card]:
    return [message.card for message in world.desk.cards("Last week in")]


def the_digest(world: World) -> Card:
    (card,) = digests(world)
    return card


def busy(world: World, *settings: str) -> Person:
    """Studio, where Dana came in the week before MONDAY."""
    owner = world.studio("studio", *settings)
    world.member(owner, "Dana", "Designer")
    return owner
