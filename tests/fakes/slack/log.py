"""The log of everything that crossed the wire, and the list of broken rules."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

LogKind = Literal["request", "delivery", "ack", "response_url", "socket"]


@dataclass(slots=True)
class LogEntry:
    seq: int
    at: float
    kind: LogKind
    name: str
    data: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.seq}. {self.kind} {self.name} {self.data}"


@dataclass(frozen=True, slots=True)
class Violation:
    seq: int
    where: str
    code: str
    problems: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.where}: {self.code} {'; '.join(self.problems)}".rstrip()
