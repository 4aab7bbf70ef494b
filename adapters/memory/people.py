"""Who types, and where: people and places in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple

from core.calls import Identity

PLATFORM = "memory"
REALM = "local"
CHANNEL = "general"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who types; ``place_admin`` and ``email`` are what the platform vouches for.

    ``subject``: their account's id, where that is not made of their name. ``language``: what they read there.
    """

    name: str
    email: str | None = None
    place_admin: bool = False
    realm: str = REALM
    platform: str = PLATFORM
    subject: str = ""
    language: str = ""

    @property
    def identity(self) -> Identity:
        return Identity(self.platform, self.realm, self.subject or self.key)

    @property
    def key(self) -> str:
        """The name as it is compared and typed."""
        return "-".join(self.name.lower().split())


class Place(NamedTuple):
    """A team or server: its id, what stands for it in direct messages, and its channels' ids by their names."""

    realm: str = REALM
    direct: str = REALM
    channels: Mapping[str, str] = MappingProxyType({})
