from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.core.world import World
from tests.drivers.databases import KINDS, Databases

_SHARED = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
}
#: The same examples each time, so that a red run can be repeated; ``HYPOTHESIS_PROFILE=wide`` looks further.
settings.register_profile("usual", derandomize=True, database=None, max_examples=100, **_SHARED)
settings.register_profile("wide", max_examples=2_000, **_SHARED)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[str]:
    """A fresh database with every table, on SQLite and on PostgreSQL."""
    with databases.fresh(request.param, tmp_path) as found:
        yield found


@pytest.fixture
def world(url: str) -> Iterator[World]:
    made = World(url)
    yield made
    made.close()
