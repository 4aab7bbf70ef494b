"""The playground's first three steps: a workspace, an invitation to it, and somebody whom one lets in."""

from __future__ import annotations

import contextlib

from adapters.memory import bare
from core.cards import Card, Code, Tone
from core.typed import parse


class Steps:
    """Which of them are ``done``, and the invite ``code`` that the third one needs."""

    def __init__(self) -> None:
        self.done = [False, False, False]
        self.code = ""

    def typed(self, line: str, card: Card) -> None:
        """A line was typed and answered."""
        if card.form is not None or _is_refusal(card):
            return
        with contextlib.suppress(Exception):
            name = parse(bare(line))[0].name
            self.done[0] |= name == "workspace create"
            if name == "invite create" and (code := _code_on(card)):
                self.done[1], self.code = True, code

    def pressed(self, action: str, card: Card) -> None:
        """A button was pressed and answered."""
        self.done[2] |= action == "request.approve" and not _is_refusal(card)


def _is_refusal(card: Card) -> bool:
    return card.tone in {Tone.REFUSED, Tone.BROKEN}


def _code_on(card: Card) -> str:
    spans = [span for field in card.fields for span in field.value] + [s for text in card.body for s in text]
    return next((s.text for s in spans if isinstance(s, Code) and s.text.count("-") == 3), "")
