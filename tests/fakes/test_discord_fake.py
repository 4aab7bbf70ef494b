"""The fake Discord server, driven with the unmodified discord.py."""

from __future__ import annotations

import asyncio
import contextlib
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord
    from discord import app_commands

from tests.fakes.discord import FakeDiscord


class Bot(discord.Client):
    def __init__(self) -> None:
        super().__init__(intents=discord.Intents(guilds=True), guild_ready_timeout=0.01)
        self.tree = app_commands.CommandTree(self)

    async def setup_hook(self) -> None:
        @self.tree.command(name="ping", description="Ping")
        async def ping(interaction: discord.Interaction, text: str) -> None:
            await interaction.response.send_message(f"pong {text}", ephemeral=True)

        await self.tree.sync()


async def test_smoke(monkeypatch):
    async with FakeDiscord() as fake:
        fake.patch(monkeypatch)
        alice = fake.add_user("alice")
        guild = fake.add_guild("Acme", owner=alice)
        bot = Bot()
        task = asyncio.create_task(bot.start(fake.token))
        try:
            await fake.wait_connected()
            await bot.wait_until_ready()
            delivery = await fake.command(alice, "ping", {"text": "x"}, guild=guild)
            reply = await delivery.reply()
            assert reply.text == "pong x"
            assert reply.ephemeral
            fake.assert_clean()
        finally:
            await bot.close()
            with contextlib.suppress(asyncio.CancelledError):
                await task
