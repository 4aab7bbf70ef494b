from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.core.world import World
from tests.databases import BACKENDS, database

_SHARED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
#: The same examples each time, so that a red run can be repeated; ``HYPOTHESIS_PROFILE=wide`` looks further.
settings.register_profile("usual", derandomize=True, database=None, max_examples=100, **_SHARED)
settings.register_profile("wide", max_examples=2_000, **_SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


@pytest.fixture(params=BACKENDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with every table, on SQLite and on PostgreSQL."""
    with database(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def world(url: str) -> Iterator[World]:
    made = World(url)
    yield made
    made.close()
