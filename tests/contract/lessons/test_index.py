"""No lesson is forgotten: each has a test that goes through the doors."""

from __future__ import annotations

import re
from pathlib import Path

LESSONS = set(range(1, 41))
DOORS = Path(__file__).parents[1]


def test_every_lesson_has_its_test_through_the_doors() -> None:
    names = re.findall(
        r"def test_((?:L\d\d_)+)", "".join(file.read_text() for file in DOORS.rglob("test_*.py"))
    )

    assert {int(number) for name in names for number in re.findall(r"\d\d", name)} == LESSONS
