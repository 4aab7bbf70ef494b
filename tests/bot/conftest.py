from __future__ import annotations

import os

import pytest


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """No setting of whoever runs the tests reaches them, and files are made where they are thrown away."""
    for name in list(os.environ):
        if name.startswith(("USHER_", "SLACK_", "DISCORD_")) or name == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
