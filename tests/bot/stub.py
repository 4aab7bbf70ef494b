"""An outbox and platforms for tests of the relay: the core's promises, kept in a dictionary."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from dataclasses import replace as changed

from core.cards import Card
from core.outbox_types import Edit, Post, Step, Work
from core.ports import DeliveryError, MessageRef, Target

LEASE = 60
TRIES = 5


class Clock:
    """Time that stands still until it is moved."""

    def __init__(self, at: int = 1_000_000) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at

    def forward(self, seconds: float) -> None:
        self.at += int(seconds)


@dataclass
class Row:
    steps: list[Step]
    due: float | None = 0
    lease: int = 0
    attempts: int = 0
    parked: bool = False
    done: list[tuple[Step, MessageRef]] = field(default_factory=list)
    given_up: list[tuple[Step, str]] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)


class StubOutbox:
    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.claims = 0
        self.fail: list[str] = []

    def add(self, key: str, *steps: Step) -> Row:
        self.rows[key] = Row(list(steps))
        return self.rows[key]

    def _trip(self, name: str) -> None:
        if name in self.fail:
            self.fail.remove(name)
            raise OSError(f"no database in {name}")

    def claim(self, at: int, limit: int) -> list[Work]:
        self.claims += 1
        self._trip("claim")
        due = [
            (key, row)
            for key, row in self.rows.items()
            if row.due is not None and row.due <= at and row.lease <= at and not row.parked
        ]
        for _, row in due[:limit]:
            row.lease = at + LEASE
        return [Work("ws", key, 1, row.attempts) for key, row in due[:limit]]

    def plan(self, work: Work, at: int) -> list[Step]:
        self._trip("plan")
        row = self.rows[work.key]
        return [
            changed_look(step, first=row.attempts > 0)
            for step in row.steps
            if step.message not in finished(row)
        ]

    def delivered(self, work: Work, step: Step, ref: MessageRef, at: int) -> bool:
        self._trip("delivered")
        self.rows[work.key].done.append((step, ref))
        return False

    def given_up(self, work: Work, step: Step, reason: str, at: int) -> None:
        self.rows[work.key].given_up.append((step, reason))

    def settle(self, work: Work, at: int) -> None:
        self.rows[work.key].due = None
        self.rows[work.key].lease = 0

    def retry(self, work: Work, at: int, after: float, reason: str, *, counted: bool = True) -> bool:
        self._trip("retry")
        row = self.rows[work.key]
        row.reasons.append(reason)
        row.attempts += counted
        row.due, row.lease = at + after, 0
        row.parked = row.attempts >= TRIES
        return row.parked


def changed_look(step: Step, *, first: bool) -> Step:
    return step._replace(look_first=first) if isinstance(step, Post) else step


def finished(row: Row) -> set[int]:
    return {step.message for step, _ in [*row.done, *row.given_up]}


class StubPlatform:
    """Answers as told: ``answers`` are raised (an exception), awaited (an event) or, when used up, success."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.answers: list[Exception | asyncio.Event] = []
        self.posts: list[tuple[str, bool]] = []
        self.edits: list[str] = []
        self.under_way = 0
        self.most = 0
        self.reached = asyncio.Event()

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        self.posts.append((key, look_first))
        await self._answer()
        return MessageRef(self.name, target.realm, target.channel, f"of {key}")

    async def edit(self, ref: MessageRef, card: Card) -> None:
        self.edits.append(ref.message)
        await self._answer()

    async def _answer(self) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        self.reached.set()
        try:
            answer = self.answers.pop(0) if self.answers else None
            if isinstance(answer, asyncio.Event):
                await answer.wait()
            elif answer is not None:
                raise answer
        finally:
            self.under_way -= 1


def post(message: int, platform: str = "slack", realm: str = "T1") -> Post:
    return Post(
        message, Target(platform, realm, "C1"), Card(f"card {message}"), f"k{message}", look_first=False
    )


def edit(message: int, platform: str = "slack", realm: str = "T1") -> Edit:
    return Edit(message, MessageRef(platform, realm, "C1", f"m{message}"), Card(f"card {message}"))


__all__ = ["Clock", "DeliveryError", "Row", "StubOutbox", "StubPlatform", "changed", "edit", "post"]
