"""A chart as a picture: bars on a light ground, in letters that a phone shows at the size of a message's own.

All measures are points as a phone shows them; ``SCALE`` makes pixels of them. It is as wide as a phone's column of
messages, so that it is not made smaller there.
"""

from __future__ import annotations

import io
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

import structlog

from core.cards import Chart
from core.language import number

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

log = structlog.get_logger("usher")

#: More than this nobody reads at a glance.
BARS = 12
SCALE = 3
GROUND, INK, SOFT, BAR, TRACK = (255, 255, 255), (29, 28, 29), (97, 96, 97), (34, 107, 172), (237, 240, 244)

WIDTH = 340
EDGE, GAP = 14, 12
TITLE, TEXT = 13, 14
HEAD, ROW, THICK, ROUND = 38, 30, 16, 4
_LABEL_AT_MOST = 150

_ALONE = threading.Lock()


def drawn(chart: Chart) -> bytes | None:
    """The chart as a PNG; None where it cannot be drawn."""
    try:
        with _ALONE:  # fonts are shared, and FreeType wants one thread at a time
            return _drawn(chart)
    except Exception:  # whatever ails the picture: its words are there
        log.exception("chart_not_drawn")
        return None


@lru_cache(8)
def _drawn(chart: Chart) -> bytes | None:
    if not 0 < len(chart.bars) <= BARS or any(value < 0 for _, value in chart.bars):
        return None
    if not all(_can_write(text) for text in (chart.title, *(label for label, _ in chart.bars))):
        return None
    from PIL import Image, ImageDraw

    labels = max(_wide(label) for label, _ in chart.bars)
    if labels > _LABEL_AT_MOST:
        return None
    numbers = max(_wide(number(value)) for _, value in chart.bars)
    image = Image.new("RGB", (_px(WIDTH), _px(height(chart))), GROUND)
    draw = ImageDraw.Draw(image)
    draw.text((_px(EDGE), _px(HEAD / 2 + 3)), chart.title, SOFT, _font(TITLE), anchor="lm")
    begins, ends = EDGE + labels + GAP, WIDTH - EDGE - numbers - GAP
    most = max(value for _, value in chart.bars)
    for place, (label, value) in enumerate(chart.bars):
        middle = HEAD + place * ROW + ROW / 2
        draw.text((_px(EDGE), _px(middle)), label, INK, _font(TEXT), anchor="lm")
        draw.text((_px(WIDTH - EDGE), _px(middle)), number(value), INK, _font(TEXT), anchor="rm")
        _bar(draw, begins, ends, middle, TRACK)
        if value:
            # Whatever is not nothing is seen.
            long = max(2 * ROUND, (ends - begins) * value / most)
            _bar(draw, begins, begins + long, middle, BAR)
    out = io.BytesIO()
    image.quantize(64, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def height(chart: Chart) -> int:
    return HEAD + len(chart.bars) * ROW + EDGE


def _bar(draw: object, left: float, right: float, middle: float, colour: tuple[int, int, int]) -> None:
    from PIL.ImageDraw import ImageDraw

    assert isinstance(draw, ImageDraw)
    box = (_px(left), _px(middle - THICK / 2), _px(right), _px(middle + THICK / 2))
    draw.rounded_rectangle(box, _px(ROUND), colour)


def _can_write(text: str) -> bool:
    font = _font(TEXT)
    missing = bytes(font.getmask("\uffff"))
    return all(letter.isprintable() and bytes(font.getmask(letter)) != missing for letter in set(text))


def _wide(text: str) -> float:
    return _font(TEXT).getlength(text) / SCALE


@lru_cache(2)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size * SCALE)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _px(points: float) -> int:
    return round(points * SCALE)
