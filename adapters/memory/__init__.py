"""The smallest complete adapter: people, places and messages in memory.

The console speaks through it, and the contract suite runs on it first. It keeps to what the real platforms do: facts
about a person are handed over only where a command asks for them, a channel's message can be edited, an answer is
private.
"""

from __future__ import annotations

from adapters.memory.door import Memory, bare, button_on, choice_on
from adapters.memory.people import CHANNEL, PLATFORM, REALM, Person, Place
from adapters.memory.platform import MemoryPlatform, Message

__all__ = [
    "CHANNEL",
    "PLATFORM",
    "REALM",
    "Memory",
    "MemoryPlatform",
    "Message",
    "Person",
    "Place",
    "bare",
    "button_on",
    "choice_on",
]
