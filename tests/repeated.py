"""What need not be repeated on PostgreSQL, where a test takes four times as long as on SQLite.

A test with many cases runs with all of them on SQLite and with each third of them on PostgreSQL: cases differ in what they
say, hardly in the statements that they run. Where several act at once every case runs on both: there it is the database
that decides. ``--every-database`` runs all there is.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

from tests.drivers.databases import KINDS

#: On PostgreSQL one case of so many.
ONE_OF = 3
#: What lets several act at once, as tests call it, and the lessons about that.
_AT_ONCE = {"at_once", "gather", "ThreadPoolExecutor", "Process", "get_context"}
_LESSONS = re.compile("L07|L08|L12|race", re.IGNORECASE)
_FIXTURES = ("url", "database_url", "backend")
Case = TypeVar("Case")


def left_out(items: Sequence[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """The tests that run and those that do not."""
    cases: defaultdict[str, list[pytest.Item]] = defaultdict(list)
    both = set()
    for item in items:
        test = item.nodeid.partition("[")[0]
        if (kind := _kind(item)) == KINDS[1]:
            cases[test].append(item)
        elif kind:
            both.add(test)
    spared = set()
    for test, found in cases.items():
        if test in both and not _several(found[0]):
            few = min(ONE_OF, len(found))
            begin = zlib.crc32(test.encode()) % few
            spared |= {*found} - {*found[begin::few]}
    return [item for item in items if item not in spared], [item for item in items if item in spared]


def some(cases: Iterable[Case], *, all_of_them: bool) -> list[Case]:
    """All, or each third, spread without a pattern: for a test that goes through all cases by itself."""
    return [case for case in cases if all_of_them or not zlib.crc32(repr(case).encode()) % ONE_OF]


def _several(item: pytest.Item) -> bool:
    """Whether several act at once in it."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return bool(_LESSONS.search(item.nodeid)) or (code is not None and not _AT_ONCE.isdisjoint(code.co_names))


def _kind(item: pytest.Item) -> str:
    """The database on which it runs, if it has one of each."""
    params = getattr(item, "callspec", None)
    found = (params.params.get(name, "") for name in _FIXTURES) if params is not None else ()
    return next((kind for kind in found if kind in KINDS), "")
