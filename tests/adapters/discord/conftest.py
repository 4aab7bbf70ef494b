"""Every test here fails when something was logged as an error, or when Discord would have refused a request."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import structlog

from core import catalogue
from tests.adapters.discord.sample import Scene, declare, scene
from tests.fakes.discord import FakeDiscord


@pytest.fixture(autouse=True)
def sample_catalogue() -> Iterator[None]:
    """The sample's commands and buttons instead of the real ones, in the same dictionaries, and nothing left of them."""
    tables: list[dict[str, Any]] = [catalogue.COMMANDS, catalogue.ACTIONS]
    kept = [dict(table) for table in tables]
    for table in tables:
        table.clear()
    declare()
    yield
    for table, real in zip(tables, kept, strict=True):
        table.clear()
        table.update(real)


@pytest.fixture
def logged() -> Iterator[list[Any]]:
    """What was logged; a test that expects errors takes them out with ``sample.faults``."""
    with structlog.testing.capture_logs() as entries:
        yield entries


@pytest.fixture(autouse=True)
def nothing_breaks_unseen(logged: list[Any], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    yield
    assert [entry for entry in logged if entry["log_level"] == "error"] == []
    assert [r.getMessage() for r in caplog.get_records("call") if r.levelno >= logging.ERROR] == []


@pytest.fixture
async def fake(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as server:
        server.patch(monkeypatch)
        yield server
        server.assert_clean()


@pytest.fixture
async def on(fake: FakeDiscord) -> AsyncIterator[Scene]:
    async with scene(fake=fake) as ready:
        yield ready
