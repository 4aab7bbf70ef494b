"""Which tests of the core run on PostgreSQL: those that between them run every statement, and all in which several act at once.

``make statements`` runs every test there, notes what each of them sends, and writes down the tests that send nothing of their
own: ``spared.txt``. A test that is not in that list, a new one for example, runs on both databases.
"""

from __future__ import annotations

import json
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

SPARED = Path(__file__).with_name("spared.txt")
#: What differs between two runs of one statement: how long a list is, and how SQLAlchemy numbers its parameters.
_LIST, _NUMBER, _SPACE = re.compile(r"IN \([^()]*\)"), re.compile(r"_\d+"), re.compile(r"\s+")


def spared() -> frozenset[str]:
    """The tests that need not run on PostgreSQL, by their ids."""
    return frozenset(SPARED.read_text().splitlines())


class Notes:
    """A plugin of each test process: which test sends which statement to PostgreSQL, and whether several act in it."""

    def __init__(self, folder: Path, several: Any) -> None:
        self._file = folder / f"{os.environ.get('PYTEST_XDIST_WORKER', 'one')}.json"
        self._several = several
        self._sent: defaultdict[str, set[str]] = defaultdict(set)
        self._kept: set[str] = set()
        self._test = ""
        event.listen(Engine, "before_cursor_execute", self._note)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        self._test = item.nodeid
        if self._several(item):
            self._kept.add(item.nodeid)

    def pytest_sessionfinish(self) -> None:
        event.remove(Engine, "before_cursor_execute", self._note)
        found = {test: sorted(sent) for test, sent in self._sent.items()}
        self._file.write_text(json.dumps({"sent": found, "kept": sorted(self._kept)}))

    def _note(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        del cursor
        if connection.dialect.name == "postgresql" and self._test.startswith("tests/core/"):
            said = _SPACE.sub(" ", _NUMBER.sub("", _LIST.sub("IN ()", statement)))
            self._sent[self._test].add(said)


def chosen(sent: Mapping[str, set[str]], kept: set[str]) -> set[str]:
    """Few tests that send all there is, beside those that are kept anyway: always the one next that sends most that is new."""
    missing = set().union(*sent.values()) - set().union(*(sent[test] for test in kept if test in sent))
    out = {test for test in kept if test in sent}
    while missing:
        best = max(sorted(sent), key=lambda test: len(sent[test] & missing))
        out.add(best)
        missing -= sent[best]
    return out


def write(folder: Path) -> None:
    """Writes the list from what the test processes noted."""
    sent: dict[str, set[str]] = {}
    kept: set[str] = set()
    for file in sorted(folder.glob("*.json")):
        noted = json.loads(file.read_text())
        sent |= {test: set(statements) for test, statements in noted["sent"].items()}
        kept |= set(noted["kept"])
    needed = chosen(sent, kept)
    left = sorted(test for test in set(sent) - needed if "\n" not in test)
    SPARED.write_text("".join(f"{test}\n" for test in left))


if __name__ == "__main__":
    import sys

    write(Path(sys.argv[1]))
