"""What stands in the docs as commands: of the chats, in boxes and in sentences, and of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
#: Every page that people read; the records of decisions speak of what was, and the changelog of what is new.
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

#: In a list a box is indented.
_BOX = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SECTION = re.compile(r"^## ", re.MULTILINE)
SEEN = "# → "


class Story(NamedTuple):
    """The lines of a section's boxes, to be typed one after another."""

    name: str
    lines: tuple[str, ...]


def boxes(page: str, kind: str) -> list[str]:
    return [dedent(found[3]) for found in _BOX.finditer(page) if found[2] == kind]


def inline(page: str) -> list[str]:
    """What stands between backticks in sentences."""
    return _INLINE.findall(_BOX.sub("", page))


def stories() -> Iterator[Story]:
    """One for each section that has boxes for the console."""
    for path in PAGES:
        for section in _SECTION.split(path.read_text()):
            lines = tuple(line for box in boxes(section, "usher") for line in box.splitlines() if line)
            if lines:
                yield Story(f"{path.stem}: {section.splitlines()[0].removeprefix('# ')}", lines)


def shell() -> list[str]:
    """The lines of the boxes for a shell, without what stands behind a #."""
    lines = [line for path in PAGES for box in boxes(path.read_text(), "sh") for line in box.splitlines()]
    return [bare for line in lines if (bare := line.partition(" #")[0].strip()) and not bare.startswith("#")]
