from __future__ import annotations

import os
import socket

import pytest


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """No setting of whoever runs the tests reaches them, and files are made where they are thrown away."""
    for name in list(os.environ):
        if name.startswith(("USHER_", "SLACK_", "DISCORD_")) or name == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        return bound.getsockname()[1]
