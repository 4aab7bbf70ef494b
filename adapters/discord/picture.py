"""A table as a picture, because columns of a fixed-width face break on a phone.

Drawn on a dark ground of its own, so that it looks the same in a light and in a dark client. All measures are points as a
phone shows them; ``SCALE`` makes pixels of them. A picture is at best as wide as a phone's column of messages, so that
it is not made smaller there: names of columns that would make it wider stand aslant.
"""

from __future__ import annotations

import io
import math
import threading
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from core.cards import Table

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont

#: More than this nobody reads as a picture.
COLUMNS, ROWS = 12, 60
SCALE = 3
CHECKS = frozenset({"✓", "✔"})

GROUND, STRIPE, RULE = (30, 31, 34), (39, 41, 45), (78, 80, 88)
INK, SOFT, CHECK = (242, 243, 245), (181, 186, 193), (87, 214, 141)

_PHONE = 340
_EDGE, _GAP = 14, 16
_TEXT, _HEAD = 14, 13
_ROW, _LINE = 30, 17
_NAMES_AT_MOST, _HEAD_AT_MOST, _ASLANT_AT_MOST, _CELL_AT_MOST = 230, 72, 150, 110
_NARROWEST = 34
_ASLANT = 62
_TICK = (-5.6, 0.4), (-1.7, 4.4), (6.0, -4.8)
_DOT = ((0.0, 0.0),)
#: Half as wide as the lines of a mark.
_PEN = 1.3


class Plan(NamedTuple):
    """Where things stand, in points. ``heads`` are the names of the columns in lines; empty where they stand aslant."""

    table: Table
    heads: tuple[tuple[str, ...], ...]
    names: float
    columns: tuple[float, ...]
    head: float
    width: float
    height: float

    def middle(self, row: int, column: int) -> tuple[float, float]:
        """The middle of a cell; ``column`` counts from the first one behind the names."""
        before = sum(self.columns[:column])
        return (
            _EDGE + self.names + _GAP + before + self.columns[column] / 2,
            self.top(row) + _ROW / 2,
        )

    def top(self, row: int) -> float:
        return self.head + row * _ROW


#: Fonts are shared, and FreeType wants one thread at a time.
_ALONE = threading.Lock()


def drawn(table: Table) -> bytes | None:
    """The table as a PNG; None where it is too big for a picture or has letters that the font lacks."""
    with _ALONE:
        return _drawn(table)


@lru_cache(8)
def _drawn(table: Table) -> bytes | None:
    planned = plan(table)
    return None if planned is None else _png(planned)


def plan(table: Table) -> Plan | None:
    if not table.rows or not 2 <= len(table.columns) <= COLUMNS + 1 or len(table.rows) > ROWS:
        return None
    if not _can_write(cell for row in (table.columns, *table.rows) for cell in row if cell not in CHECKS):
        return None
    if not _distinct(table) or any(
        _wide(cell, _TEXT) > _CELL_AT_MOST for row in table.rows for cell in row[1:]
    ):
        return None
    names = max(_wide(cut(row[0], _NAMES_AT_MOST, _TEXT), _TEXT) for row in table.rows)
    names = max(names, _wide(cut(table.columns[0], _NAMES_AT_MOST, _HEAD), _HEAD))
    cells = [_widest(column) for column in list(zip(*table.rows, strict=True))[1:]]
    heads = tuple(wrapped(head) for head in table.columns[1:])
    upright = tuple(
        max(_NARROWEST, cell, *(_wide(line, _HEAD) + 12 for line in lines))
        for cell, lines in zip(cells, heads, strict=True)
    )
    bottom = len(table.rows) * _ROW + _EDGE
    width = 2 * _EDGE + names + _GAP
    head: float
    if width + sum(upright) <= _PHONE:
        head = _EDGE + max(map(len, heads)) * _LINE + 8
        return Plan(table, heads, names, upright, head, width + sum(upright), head + bottom)
    columns = tuple(max(_NARROWEST, cell) for cell in cells)
    reach = [_wide(cut(name, _ASLANT_AT_MOST, _HEAD), _HEAD) for name in table.columns[1:]]
    head = _EDGE + max(reach) * _sin() + 16
    # A name that leans out over the last columns needs room beside the table.
    over = max(
        sum(columns[:place]) + columns[place] / 2 + wide * _cos() + 10 for place, wide in enumerate(reach)
    )
    return Plan(table, (), names, columns, head, width + max(sum(columns), over), head + bottom)


def wrapped(name: str) -> tuple[str, ...]:
    """The name of a column in two lines at most, broken where there is a space."""
    if _wide(name, _HEAD) <= _HEAD_AT_MOST or " " not in name:
        return (name,)
    words = name.split(" ")
    breaks = [(" ".join(words[:place]), " ".join(words[place:])) for place in range(1, len(words))]
    return min(breaks, key=lambda pair: max(_wide(line, _HEAD) for line in pair))


def cut(text: str, limit: float, size: int) -> str:
    """As much of a text as fits."""
    if _wide(text, size) <= limit:
        return text
    while text and _wide(f"{text}…", size) > limit:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _png(planned: Plan) -> bytes:
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (_px(planned.width), _px(planned.height)), GROUND)
    draw = ImageDraw.Draw(image)
    _rows(image, draw, planned)
    _names_of_columns(image, draw, planned)
    out = io.BytesIO()
    # Few colours make a third of the bytes; this way of choosing them is the quick one.
    image.quantize(128, Image.Quantize.FASTOCTREE).save(out, "PNG")
    return out.getvalue()


def _rows(image: Image, draw: ImageDraw, planned: Plan) -> None:
    group = ""
    for number, row in enumerate(planned.table.rows):
        top = planned.top(number)
        if number % 2 == 0:
            draw.rectangle(_box(0, top, planned.width, top + _ROW), STRIPE)
        before, colon, _ = row[0].partition(":")
        if number and colon and before != group:
            draw.rectangle(_box(_EDGE, top - 0.5, planned.width - _EDGE, top + 0.5), RULE)
        group = before if colon else ""
        _name_of_row(draw, cut(row[0], _NAMES_AT_MOST, _TEXT), top + _ROW / 2)
        for column, cell in enumerate(row[1:]):
            _cell(image, draw, cell, planned.middle(number, column))
    draw.rectangle(_box(_EDGE, planned.head - 0.5, planned.width - _EDGE, planned.head + 0.5), RULE)


def _name_of_row(draw: ImageDraw, name: str, middle: float) -> None:
    """What stands before a colon is the same in many rows, so the rest is set off from it."""
    before, colon, rest = name.partition(":")
    left, right = (f"{before}{colon}", rest) if rest else ("", name)
    where, font = (_px(_EDGE), _px(middle)), _font(_TEXT)
    draw.text(where, left, SOFT, font, anchor="lm")
    draw.text((where[0] + round(font.getlength(left)), where[1]), right, INK, font, anchor="lm")


def _cell(image: Image, draw: ImageDraw, cell: str, middle: tuple[float, float]) -> None:
    x, y = map(_px, middle)
    if cell in CHECKS or not cell:
        mask = _mark(bool(cell))
        image.paste(CHECK if cell else RULE, (x - mask.width // 2, y - mask.height // 2), mask)
    else:
        draw.text((x, y), cell, INK, _font(_TEXT), anchor="mm")


@lru_cache(2)
def _mark(check: bool) -> Image:
    """A check mark of lines with round ends, which no font has to know, or a dot that leads the eye along.

    Drawn four times as big and made smaller, because Pillow's lines have hard edges.
    """
    from PIL import Image, ImageDraw

    fine = 4 * SCALE
    side = 20 * fine
    mask = Image.new("L", (side, side), 0)
    draw = ImageDraw.Draw(mask)
    points = [(side / 2 + x * fine, side / 2 + y * fine) for x, y in (_TICK if check else _DOT)]
    draw.line(points, 255, round(2 * _PEN * fine))
    for x, y in points:
        draw.ellipse((x - _PEN * fine, y - _PEN * fine, x + _PEN * fine, y + _PEN * fine), 255)
    return mask.resize((side // 4, side // 4), Image.Resampling.LANCZOS)


def _names_of_columns(image: Image, draw: ImageDraw, planned: Plan) -> None:
    first, *others = planned.table.columns
    font = _font(_HEAD)
    draw.text((_px(_EDGE), _px(planned.head - 8)), cut(first, _NAMES_AT_MOST, _HEAD), SOFT, font, anchor="ls")
    for column, name in enumerate(others):
        x, _ = planned.middle(0, column)
        if planned.heads:
            lines = planned.heads[column]
            for up, line in enumerate(reversed(lines)):
                draw.text((_px(x), _px(planned.head - 8 - up * _LINE)), line, INK, font, anchor="ms")
        else:
            _aslant(image, cut(name, _ASLANT_AT_MOST, _HEAD), x, planned.head - 8)


def _aslant(image: Image, name: str, x: float, y: float) -> None:
    """A name that begins above its column and rises to the right."""
    from PIL import Image, ImageDraw

    font = _font(_HEAD)
    side = 2 * (round(font.getlength(name)) + _px(_HEAD))
    mask = Image.new("L", (side, side), 0)
    ImageDraw.Draw(mask).text((side // 2, side // 2), name, 255, font, anchor="lm")
    mask = mask.rotate(_ASLANT, resample=Image.Resampling.BICUBIC)
    image.paste(INK, (_px(x) - side // 2, _px(y) - side // 2), mask)


def _distinct(table: Table) -> bool:
    """Whether names that are cut still tell rows and columns apart: who may do what is no place for doubt."""
    rows, columns = {row[0] for row in table.rows}, set(table.columns[1:])
    return len({cut(name, _NAMES_AT_MOST, _TEXT) for name in rows}) == len(rows) and (
        len({cut(name, _ASLANT_AT_MOST, _HEAD) for name in columns}) == len(columns)
    )


def _can_write(texts: Iterable[str]) -> bool:
    font = _font(_TEXT)
    missing = bytes(font.getmask("\uffff"))
    letters = set("".join(texts))
    # What is not printable may change how its neighbours look; and has no form of its own to look at.
    return all(letter.isprintable() for letter in letters) and not any(
        bytes(font.getmask(letter)) == missing for letter in letters
    )


def _widest(cells: Iterable[str]) -> float:
    return max(
        (_wide(cell, _TEXT) + 12 for cell in cells if cell not in CHECKS),
        default=0,
    )


def _wide(text: str, size: int) -> float:
    return _font(size).getlength(text) / SCALE


@lru_cache(8)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size * SCALE)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font


def _sin() -> float:
    return math.sin(math.radians(_ASLANT))


def _cos() -> float:
    return math.cos(math.radians(_ASLANT))


def _box(left: float, top: float, right: float, bottom: float) -> tuple[int, int, int, int]:
    return _px(left), _px(top), _px(right), _px(bottom)


def _px(points: float) -> int:
    return round(points * SCALE)
