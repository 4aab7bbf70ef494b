"""Pictures and files for as long as there is room: a page fetches them a moment after it was told where they are."""

from __future__ import annotations

import hashlib

#: So many pieces are kept, and so many bytes of all together; the piece that came last is kept whatever its size.
MOST = 200
MOST_BYTES = 30_000_000


class Shelf:
    """Pieces by a word made of what is in them. What was put there first, or not for longest, goes first."""

    def __init__(self) -> None:
        self._pieces: dict[str, tuple[str, bytes]] = {}
        self._bytes = 0

    def put(self, name: str, content: bytes) -> str:
        """Keeps a piece and gives the word for it."""
        word = hashlib.sha256(name.encode() + b"/" + content).hexdigest()[:24]
        self._take(word)
        self._pieces[word] = name, content
        self._bytes += len(content)
        while len(self._pieces) > 1 and (len(self._pieces) > MOST or self._bytes > MOST_BYTES):
            self._take(next(iter(self._pieces)))
        return word

    def find(self, word: str) -> tuple[str, bytes] | None:
        """The piece with its name, if it is still there."""
        return self._pieces.get(word)

    def _take(self, word: str) -> None:
        _, content = self._pieces.pop(word, ("", b""))
        self._bytes -= len(content)
