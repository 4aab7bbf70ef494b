"""Both platforms, and the program between them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.process.program import Program
from tests.process.world import World


@pytest.fixture
async def world(tmp_path: Path, database_url: str) -> AsyncIterator[World]:
    async with FakeSlack() as slack, FakeDiscord() as discord:
        settings = {
            "SLACK_BOT_TOKEN": slack.bot_token,
            "SLACK_APP_TOKEN": slack.app_token,
            "USHER_SLACK_API_URL": slack.api_url,
            "DISCORD_TOKEN": discord.token,
            "USHER_DISCORD_API_URL": discord.api_url,
            "USHER_DISCORD_GATEWAY_URL": discord.gateway_url,
            "USHER_DATABASE_URL": database_url,
            "USHER_SECRET": "a secret for the process tests",
        }
        program = Program(tmp_path, settings)
        made = World(slack, discord, program)
        try:
            await program.start()
            await made.connected()
            yield made
        finally:
            await program.kill()
        assert not program.faults(), "\n".join(program.log)
        slack.assert_clean()
        discord.assert_clean()
