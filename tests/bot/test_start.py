"""What the playground's first page waits for."""

from __future__ import annotations

import subprocess
import sys

#: What the core and its settings need, and no page does: more than half of the time until the page would be theirs.
LATER = {
    "aiohttp",
    "bot.config",
    "bot.engine",
    "core.service",
    "discord",
    "pydantic",
    "sqlalchemy",
    "structlog",
}
STARTED = """
import sys
import bot.cli, bot.listening, bot.playground, uvicorn, adapters.web.playground.app
print(*sys.modules)
"""


def test_the_first_page_waits_for_nothing_of_the_core():
    found = subprocess.run([sys.executable, "-c", STARTED], check=True, capture_output=True, text=True)

    assert "adapters.web.playground.pages" in found.stdout.split()
    assert LATER & set(found.stdout.split()) == set()
