"""What need not be repeated on PostgreSQL, where a test takes four times as long as on SQLite.

A test of the core whose statements others send to PostgreSQL, too, runs on SQLite alone: ``spared.txt`` names them. Where
several act at once a test runs on both: there it is the database that decides. ``--every-database`` runs all there is.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Sequence
from typing import TypeVar

import pytest

from tests import statements
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
    spared = statements.spared()
    elsewhere = {item.nodeid.partition("[")[0] for item in items if _kind(item) == KINDS[0]}

    def runs(item: pytest.Item) -> bool:
        return item.nodeid not in spared or several(item) or item.nodeid.partition("[")[0] not in elsewhere

    return [item for item in items if runs(item)], [item for item in items if not runs(item)]


def several(item: pytest.Item) -> bool:
    """Whether several act at once in it."""
    code = getattr(getattr(item, "function", None), "__code__", None)
    return bool(_LESSONS.search(item.nodeid)) or (code is not None and not _AT_ONCE.isdisjoint(code.co_names))


def some(cases: Iterable[Case], *, all_of_them: bool) -> list[Case]:
    """All, or each third, spread without a pattern: for a test that goes through all cases by itself."""
    return [case for case in cases if all_of_them or not zlib.crc32(repr(case).encode()) % ONE_OF]


def _kind(item: pytest.Item) -> str:
    """The database on which it runs, if it has one of each."""
    params = getattr(item, "callspec", None)
    found = (params.params.get(name, "") for name in _FIXTURES) if params is not None else ()
    return next((kind for kind in found if kind in KINDS), "")
