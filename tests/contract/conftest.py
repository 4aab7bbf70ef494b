"""Worlds for the contract suite: each door on one database or the other, and both chat platforms on one core."""

from __future__ import annotations

import itertools
import logging
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, MutableMapping
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from tests.drivers.databases import KINDS, Databases
from tests.drivers.worlds import DRIVERS, FURTHER, Both, Door, opened

#: Every way to Usher that has people.
DOORS = (*DRIVERS, *FURTHER)
#: For tests of where database and platform meet.
CROSS = [f"{door}-{database}" for door, database in itertools.product(DOORS, KINDS)]


def dealt(test: str, doors: Iterable[str] = DOORS) -> list[str]:
    """Each of these doors once, one of them on PostgreSQL: which one, the test's name decides."""
    doors = list(doors)
    chosen = zlib.crc32(test.encode()) % max(len(doors), len(KINDS))
    return [f"{door}-{'postgres' if place == chosen else 'sqlite'}" for place, door in enumerate(doors)]


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
    config.addinivalue_line("markers", "everywhere: runs through each door on each database")
    config.addinivalue_line(
        "markers", "without(*doors): does not run through these, for the reason beside it"
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``door`` runs a test through each door, on one database or the other; the mark ``everywhere`` on both."""
    if "door" in metafunc.fixturenames and not _chosen(metafunc, "door"):
        metafunc.parametrize("door", _where(metafunc.definition), indirect=True)
    if "both" in metafunc.fixturenames and not _chosen(metafunc, "both"):
        metafunc.parametrize("both", KINDS, indirect=True)


def _where(test: pytest.Function) -> list[str]:
    without = {door for mark in test.iter_markers("without") for door in mark.args}
    if test.get_closest_marker("everywhere"):
        return [where for where in CROSS if where.partition("-")[0] not in without]
    return dealt(test.originalname, [door for door in DOORS if door not in without])


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
