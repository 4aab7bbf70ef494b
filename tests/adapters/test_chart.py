"""A chart as a picture: its bars are as long as their numbers, and what cannot be drawn is not."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from adapters import chart
from core.cards import Chart, bars

WEEK = Chart("16 to 22 November 2026", (("Joined", 3), ("Asked", 6), ("Denied", 0), ("Expired", 1)))


def _blue(drawn: bytes | None) -> list[int]:
    """How many points of each row's middle are a bar."""
    assert drawn is not None
    image = Image.open(io.BytesIO(drawn)).convert("RGB")
    assert image.width == chart.WIDTH * chart.SCALE
    out = []
    for place in range(len(WEEK.bars)):
        middle = round((chart.HEAD + (place + 0.5) * chart.ROW) * chart.SCALE)
        row = [image.getpixel((x, middle)) for x in range(image.width)]
        out.append(sum(_near(pixel) for pixel in row))
    return out


def _near(pixel: object) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) < 12 for one, other in zip(pixel, chart.BAR, strict=True))


def test_a_bar_is_as_long_as_its_number_and_nothing_has_none():
    joined, asked, denied, expired = _blue(chart.drawn(WEEK))
    assert denied == 0
    assert 0 < expired < joined < asked
    assert abs(asked - 2 * joined) < 12


def test_its_ground_is_light():
    image = Image.open(io.BytesIO(chart.drawn(WEEK) or b"")).convert("L")
    assert min(image.getpixel((0, 0)), image.getpixel((200, 20))) > 250


@pytest.mark.parametrize(
    "bad",
    [
        Chart("week", ()),
        Chart("week", (("Joined", 1),) * (chart.BARS + 1)),
        Chart("週", (("Joined", 1),)),
        Chart("week", (("w" * 80, 1),)),
        Chart("week", (("Joined", -1),)),
    ],
)
def test_what_cannot_be_drawn_or_read_is_no_picture(bad):
    assert chart.drawn(bad) is None


def test_a_fault_of_the_drawing_is_no_picture_either(monkeypatch):
    monkeypatch.setattr(chart, "_drawn", lambda _: 1 / 0)
    assert chart.drawn(WEEK) is None


def test_the_largest_numbers_fit_beside_their_bars():
    assert chart.drawn(Chart("week", (("Approved", 4_938_268), ("Unused", 1)))) is not None


def test_bars_of_letters_say_the_same():
    assert bars(WEEK) == [
        "Joined   ▇▇▇▇▇▇ 3",
        "Asked    ▇▇▇▇▇▇▇▇▇▇▇▇ 6",
        "Denied   0",
        "Expired  ▇▇ 1",
    ]
    assert bars(Chart("week", (("Joined", 1), ("Asked", 1_000)))) == [
        "Joined  ▇ 1",
        "Asked   ▇▇▇▇▇▇▇▇▇▇▇▇ 1,000",
    ]
    assert bars(Chart("week", ())) == []
    assert WEEK.words == "16 to 22 November 2026: Joined 3, Asked 6, Denied 0, Expired 1"
