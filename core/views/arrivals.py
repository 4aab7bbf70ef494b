"""What Usher says where it has just been let in."""

from __future__ import annotations

from core.cards import Card, Tone, text
from core.language import says, t


def arrived(place: str) -> Card:
    """To whoever runs a server or team to which Usher was added: the first step."""
    return Card(
        t("Usher is on {place} now", place=place),
        Tone.GOOD,
        body=(
            says(
                "Type {/workspace create} there and give the workspace a name: it is then linked to everything there, and you "
                "are its owner."
            ),
            says(
                "Is there a workspace in another chat already? {/workspace link} there makes a code for here."
            ),
            text(t("Nobody else is told anything until you have done one of them.")),
        ),
    )
