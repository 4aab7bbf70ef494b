"""What is held for a time: its holder is told a day and an hour before the end, each once.

``reminded`` counts which of the two are done, or never were due. The subject of a notice carries the end for which it was
written and which of the two it is: one about another end is dropped when it is read again. A group reads nothing: of what
a group has for a time whoever gave it is told, or some of those who may give it once they have left.
"""

from __future__ import annotations

from core.batches import Batches, Notice
from core.durations import DAY, HOUR

#: Which of the two, and how long before the end; the later one first, so that the earlier is not made up for beside it.
STAGES = ((2, HOUR), (1, DAY))

_WHERE = "ends_at > :now AND ends_at <= :soon AND reminded < :which"
_ORDER = "ends_at, reminded"
_WHEN = "'@' || CAST(ends_at AS TEXT) || '@' || CAST(:which AS TEXT)"
#: Whoever reads about a grant.
READER = "CASE WHEN substr(holder, 1, 4) = 'mem-' THEN holder ELSE given_by END"
REMINDERS = (
    Batches(
        "member_roles",
        _WHERE,
        _ORDER,
        "reminded = :which",
        Notice("role_ending", f"role_id || {_WHEN}", "'member:' || member_id"),
    ),
    Batches(
        "grants",
        _WHERE,
        _ORDER,
        "reminded = :which",
        Notice("access_ending", f"resource_id || '.' || holder || {_WHEN}", f"'member:' || {READER}"),
    ),
)


def reminded_at_start(life: int | None) -> int:
    """How many of the two notices are not due for something that lasts so long: each only where it lasts longer than that.

    None: it has no end. That is what ``reminded`` begins with in the tables, and again with every new end.
    """
    if life is None or life > DAY:
        return 0
    return 1 if life > HOUR else 2
