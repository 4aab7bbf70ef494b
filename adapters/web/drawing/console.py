"""A card as a terminal shows it."""

from __future__ import annotations

from markupsafe import Markup

from adapters.web.drawing.parts import tag


def draw_text(text: str, *, columns: bool = False) -> Markup:
    """The words of the console, in a face of fixed width. ``columns``: with a table, whose lines may be wider than a phone."""
    return tag("pre", text, class_=f"message message-console{' columns' * columns}", tabindex=0)
