"""A Discord for tests."""

from tests.fakes.discord.errors import InteractionFailed, Refused
from tests.fakes.discord.server import FakeDiscord

__all__ = ["FakeDiscord", "InteractionFailed", "Refused"]
