"""Codes and short ids: one alphabet without look-alike letters.

An invite code is derived from the secret and the invitation's id, so it can be shown again to whoever may see it, and
the database, which keeps only a keyed hash of it, is useless to a thief who has not the secret too.
"""

from __future__ import annotations

import hashlib
import hmac
import re

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
BASE = len(ALPHABET)
_NOISE = re.compile(r"[\s\-‐‑‒–—_.]+")


def _letters(number: int, length: int) -> str:
    out = []
    for _ in range(length):
        number, digit = divmod(number, BASE)
        out.append(ALPHABET[digit])
    return "".join(out)


def _grouped(letters: str) -> str:
    return "-".join(letters[i : i + 4] for i in range(0, len(letters), 4))


class Codes:
    """Derives and recognises codes with ``secret`` (at least 16 bytes)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) < 16:
            raise ValueError("the secret needs at least 16 bytes")
        self._derive = hmac.new(secret, b"usher code v1", hashlib.sha256).digest()
        self._index = hmac.new(secret, b"usher index v1", hashlib.sha256).digest()
        own = hmac.new(secret, b"usher fingerprint v1", hashlib.sha256).digest()
        #: Tells whether two secrets are the same, and nothing about either.
        self.fingerprint = hmac.digest(own, b"usher", "sha256").hex()

    def invite(self, workspace: str, invitation: str, generation: int) -> str:
        """``XXXX-XXXX-XXXX-XXXX``: 16 letters of 30, about 78 bits."""
        return self._code(f"invite/{workspace}/{invitation}/{generation}", 16)

    def link(self, workspace: str, number: int, at: int) -> str:
        """``XXXX-XXXX``, for one use within minutes."""
        return self._code(f"link/{workspace}/{number}/{at}", 8)

    def _code(self, subject: str, length: int) -> str:
        digest = hmac.digest(self._derive, subject.encode(), "sha256")
        return _grouped(_letters(int.from_bytes(digest), length))

    def index(self, typed: str) -> str:
        """What the database keeps of a code; the same for every way of typing it."""
        return hmac.digest(self._index, normal(typed).encode(errors="replace"), "sha256").hex()


def normal(typed: str) -> str:
    """A typed code without what does not matter: case, spaces, hyphens."""
    return _NOISE.sub("", typed).upper()


#: Coprime to every power of 30, so that multiplying permutes each range of ids.
_STEP = 7_368_787


def short(number: int, salt: int) -> str:
    """The ``number``-th short id: four letters, more when those are used up. Distinct numbers give distinct ids."""
    length = 4
    while number >= BASE**length:
        number -= BASE**length
        length += 1
    size = BASE**length
    return _letters((number * _STEP + salt) % size, length)
