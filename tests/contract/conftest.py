"""Worlds for the contract suite: each platform on each database, and both chat platforms on one core."""

from __future__ import annotations

import itertools
import logging
from collections.abc import AsyncIterator, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.drivers.databases import KINDS, Databases
from tests.drivers.worlds import DRIVERS, Both, Door, opened

EVERYWHERE = [f"{driver}-{database}" for driver, database in itertools.product(DRIVERS, KINDS)]
#: For tests that are about the platforms, not about the database.
ONCE = ["memory-sqlite", "slack-postgres", "discord-sqlite"]


class Logged(list[MutableMapping[str, Any]]):
    """What Usher logged. Whatever it logs as an error fails the test, unless the test expects it by name."""

    def __init__(self) -> None:
        super().__init__()
        self._expected: set[str] = set()

    def expect(self, event: str) -> None:
        self._expected.add(event)

    @property
    def errors(self) -> list[MutableMapping[str, Any]]:
        return [
            entry
            for entry in self
            if entry["log_level"] in {"error", "critical"} and entry["event"] not in self._expected
        ]


@pytest.fixture
def logged(caplog: pytest.LogCaptureFixture) -> Iterator[Logged]:
    kept = Logged()
    with capture_logs() as entries:
        yield kept
        kept.extend(entries)
    assert not kept.errors
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bolt reads these by itself."""
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_CLIENT_ID"):
        monkeypatch.delenv(name, raising=False)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "playground: runs through the playground's page, too")
    config.addinivalue_line("markers", "once: runs on each platform, but not on each database")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``door`` runs a test on every platform and database; the mark ``once`` on each platform only."""
    if "door" in metafunc.fixturenames and not _chosen(metafunc, "door"):
        where = ONCE if metafunc.definition.get_closest_marker("once") else EVERYWHERE
        if metafunc.definition.get_closest_marker("playground"):
            where = [*where, "playground-sqlite"]
        metafunc.parametrize("door", where, indirect=True)
    if "both" in metafunc.fixturenames and not _chosen(metafunc, "both"):
        metafunc.parametrize("both", KINDS, indirect=True)


def _chosen(metafunc: pytest.Metafunc, fixture: str) -> bool:
    return any(fixture in mark.args[0] for mark in metafunc.definition.iter_markers("parametrize"))


@pytest.fixture
async def door(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, logged: Logged
) -> AsyncIterator[Door]:
    """One platform with its people, in front of a core on an empty database."""
    name, _, kind = request.param.partition("-")
    with databases.fresh(kind, tmp_path) as url:
        async with opened(url, name) as world:
            yield Door(world, world.drivers[0])


@pytest.fixture
async def both(
    request: pytest.FixtureRequest, databases: Databases, tmp_path: Path, logged: Logged
) -> AsyncIterator[Both]:
    """Slack and Discord in front of one core on an empty database."""
    with databases.fresh(request.param, tmp_path) as url:
        async with opened(url, "slack", "discord") as world:
            yield Both(world)
