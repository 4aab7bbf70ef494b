"""What somebody who may invite reads about a person who is no member."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Account, Card
from core.example_words import views
from core.examples import LABEL


def examples() -> Iterator[tuple[str, Card]]:
    for workspace in ("Studio", LABEL):
        account = Account("discord", "123456789012345678")
        yield "stranger", views.stranger(account, workspace, "FEV8GJNK/discord//123456789012345678")
