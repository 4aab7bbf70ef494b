"""Stands in for the platforms and the relay: delivers outbox rows to messages that it keeps, one step at a time."""

from __future__ import annotations

from dataclasses import dataclass, field

from core.calls import MessageRef
from core.cards import Card
from core.outbox_types import Apply, Check, Edit, Later, Look, Post, Result, Step, Work
from core.ports import Target
from core.service import Core


@dataclass
class Message:
    ref: MessageRef
    target: Target
    card: Card
    key: str
    edits: int = 0
    under: MessageRef | None = None


@dataclass
class Desk:
    """Messages, and who is in what, as it stands on the platforms; several processes may share them.

    ``barred``: why the platforms let Usher put nobody in or out; ``acts``: what they were asked to do, in order.
    """

    core: Core
    messages: list[Message] = field(default_factory=list)
    inside: set[tuple[str, str]] = field(default_factory=set)
    barred: str = ""
    acts: list[str] = field(default_factory=list)

    def drain(self, at: int) -> int:
        """Delivers everything that is due; the number of rows."""
        count = 0
        while claimed := self.core.claim(at, 10):
            for work in claimed:
                self.serve(work, at)
                count += 1
            assert count < 10_000, "the outbox does not come to rest"
        return count

    def serve(self, work: Work, at: int) -> None:
        for _ in range(5):
            steps = self.core.plan(work, at)
            if isinstance(steps, Later):
                self.core.retry(work, at, steps.until - at, steps.reason, counted=False)
                return
            if not steps:
                self.core.settle(work, at)
                return
            for step in steps:
                if self.barred and isinstance(step, Apply):
                    self.core.given_up(work, step, self.barred, at)
                else:
                    self.core.delivered(work, step, self.send(step), at)
        raise AssertionError(f"{work} never comes to rest")

    def send(self, step: Step) -> Result:
        """What a platform does with a step, without recording that it was done."""
        if isinstance(step, Check | Apply):
            return self._access(step)
        if isinstance(step, Edit):
            message = next(m for m in self.messages if m.ref == step.ref)
            message.card, message.edits = step.card, message.edits + 1
            return step.ref
        if isinstance(step, Look):
            return next((message.ref for message in self.messages if message.key == step.key), None)
        assert isinstance(step, Post)
        if step.look_first:
            found = next((m for m in self.messages if m.key == step.key), None)
            if found is not None:
                return found.ref
        channel = step.target.channel or f"D{step.target.person}"
        ref = MessageRef(step.target.platform, step.target.realm, channel, f"m{len(self.messages) + 1}")
        self.messages.append(Message(ref, step.target, step.card, step.key, under=step.under))
        return ref

    def _access(self, step: Check | Apply) -> bool:
        there = (step.access.outside_id, step.access.person)
        if isinstance(step, Apply):
            self.acts.append(f"{'give' if step.give else 'take'} {there[0]} {there[1]}")
            (self.inside.add if step.give else self.inside.discard)(there)
        return there in self.inside

    def keep(self, ref: MessageRef) -> None:
        """A message that stands on a platform although nobody wrote it down."""
        target = Target(ref.platform, ref.realm, ref.channel)
        self.messages.append(Message(ref, target, Card("not written down"), ref.message))

    def to(self, person: str) -> list[Card]:
        """The cards in the direct messages of a person (their subject), in the order in which they were sent."""
        return [message.card for message in self.messages if message.target.person == person]

    def cards(self, beginning: str) -> list[Message]:
        return [message for message in self.messages if message.card.title.startswith(beginning)]
