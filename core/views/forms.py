"""The card that stands where a form cannot be opened."""

from __future__ import annotations

from core.cards import Card, Text, Tone
from core.language import says


def form_waits(title: str, body: tuple[Text, ...], typed: Text) -> Card:
    """Something has still to be said. ``typed``: the command that does the same."""
    return Card(
        title,
        Tone.WAITING,
        body=body,
        footer=says("or type {command}", command=typed) if typed else (),
    )
