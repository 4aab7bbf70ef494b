"""What all tests share: databases of both kinds, and a core on one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ids import Codes
from core.service import Core
from core.state import Config
from core.store import Store
from tests import repeated, statements
from tests.browser import present
from tests.drivers.databases import KINDS, Databases, compile_once, shared

compile_once()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-database",
        action="store_true",
        help="each test on each database, which takes half as long again",
    )
    parser.addoption(
        "--note-statements", metavar="FOLDER", help="write there what each test sends to PostgreSQL"
    )
    parser.addoption("--pictures", metavar="FOLDER", help="write pictures of the playground there")


def pytest_configure(config: pytest.Config) -> None:
    if folder := config.getoption("note_statements"):
        config.pluginmanager.register(statements.Notes(Path(folder).absolute(), repeated.several))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    kept, dropped = present.left_out(items)
    if not config.getoption("every_database"):
        kept, spared = repeated.left_out(kept)
        dropped += spared
    if dropped:
        config.hook.pytest_deselected(items=dropped)
    # They wait for programs that they start: begun last they would keep one process busy when the others are done.
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("process") is None)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Without a browser its tests are left out, and that is said aloud."""
    if words := present.sentence():
        terminalreporter.write_sep("=", words, yellow=True)


SECRET = b"a secret that tests share"
PUBLIC_URL = "https://usher.example"


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    yield shared()
    shared().stop()


@pytest.fixture(params=KINDS)
def database_url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """The address of an empty, migrated database: the test runs once on SQLite and once on PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    made = Store(database_url)
    yield made
    made.close()


@pytest.fixture
def core(store: Store) -> Core:
    made = Core(store, Config(Codes(SECRET), PUBLIC_URL))
    made.prepare()
    return made
