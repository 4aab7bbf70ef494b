"""No lesson of this slice is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

#: Those whose feature is there. The others come with theirs.
LESSONS = {
    *range(1, 6),
    *range(7, 25),
    *range(26, 36),
    *range(37, 41),
}


def test_every_lesson_of_this_slice_has_its_test() -> None:
    source = "".join(file.read_text() for file in Path(__file__).parent.glob("test_*.py"))

    assert {int(number) for number in re.findall(r"def test_L(\d\d)_", source)} == LESSONS
