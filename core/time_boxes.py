"""What is held for a time: its holder is told a day and an hour before the end, each once."""

from __future__ import annotations

from core.durations import DAY, HOUR


def reminded_at_start(life: int | None) -> int:
    """How many of the two notices are not due for something that lasts so long: each only where it lasts longer than that.

    None: it has no end. That is what ``reminded`` begins with in the tables, and again with every new end.
    """
    if life is None or life > DAY:
        return 0
    return 1 if life > HOUR else 2
