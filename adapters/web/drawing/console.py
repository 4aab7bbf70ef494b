"""A card as a terminal shows it."""

from __future__ import annotations

from markupsafe import Markup

from adapters.web.drawing.parts import tag


def draw_text(text: str) -> Markup:
    """The words of the console, in a face of fixed width."""
    return tag("pre", text, class_="message message-console", tabindex=0)
