"""Cards that belong to no single subject."""

from __future__ import annotations

from core.cards import Card, Code, Tone, text


def broken(reference: str) -> Card:
    """Something unexpected happened; an operator finds the fault in the log by its reference."""
    return Card(
        title=f"Something broke on our side (ref {reference})",
        tone=Tone.BROKEN,
        body=(
            text(
                "Nothing was changed. Please try again; if it happens again, give the reference ",
                Code(reference),
                " to whoever runs Usher.",
            ),
        ),
    )
