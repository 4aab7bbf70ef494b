"""What happened, in order: requests, gateway frames, answers to interactions; and what broke a rule."""

from __future__ import annotations

import itertools
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(slots=True)
class Entry:
    """One line of the log; ``kind`` is request, answer, gateway_in or gateway_out."""

    seq: int
    kind: str
    name: str
    data: Any = None
    status: int | None = None
    route: str = ""
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.seq} {self.kind} {self.name} {self.status or ''}".strip()


@dataclass(slots=True)
class Violation:
    """A request or frame that the real platform would have refused as malformed."""

    seq: int
    where: str
    what: str
    data: Any = None

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Log(deque[Entry]):
    """The newest entries (a benchmark must not run out of memory), with a few ways to look at them."""

    def __init__(self, keep: int) -> None:
        super().__init__(maxlen=keep)
        self._count = itertools.count(1)

    def add(
        self, kind: str, name: str, data: Any = None, *, route: str = "", reason: str | None = None
    ) -> Entry:
        entry = Entry(next(self._count), kind, name, data, route=route, reason=reason)
        self.append(entry)
        return entry

    def requests(self, method: str = "", part: str = "") -> list[Entry]:
        return [e for e in self if e.kind == "request" and e.name.startswith(method) and part in e.name]

    def frames(self, name: str = "") -> list[Entry]:
        return [e for e in self if e.kind.startswith("gateway") and name in e.name]


class Violations(list[Violation]):
    def __init__(self) -> None:
        super().__init__()
        self._count = itertools.count(1)

    def record(self, where: str, what: str, data: Any = None) -> None:
        self.append(Violation(next(self._count), where, what, data))

    @contextmanager
    def expected(self, containing: str) -> Iterator[list[Violation]]:
        found: list[Violation] = []
        before = len(self)
        try:
            yield found
        finally:  # the refusal may well travel through here as an exception
            new = self[before:]
            found.extend(v for v in new if containing in str(v))
            self[before:] = [v for v in new if containing not in str(v)]
        if not found:
            raise AssertionError(
                f"no violation containing {containing!r} was recorded, but: {[*map(str, new)]}"
            )

    def assert_none(self) -> None:
        if self:
            raise AssertionError("Discord would have refused:\n" + "\n".join(f"- {v}" for v in self))
