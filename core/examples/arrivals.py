"""What whoever added Usher to a place reads."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL


def examples() -> Iterator[tuple[str, Card]]:
    yield "arrived", views.arrived("Acme")
    yield "arrived", views.arrived(LABEL)
