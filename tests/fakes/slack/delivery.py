"""One thing that was sent to the app, and all that came back."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Message, View
    from tests.fakes.slack.server import FakeSlack

DeliveryKind = Literal["slash_commands", "interactive", "events_api"]


@dataclass(eq=False)
class Delivery:
    slack: FakeSlack = field(repr=False)
    kind: DeliveryKind
    payload: dict[str, Any] = field(repr=False)
    team_id: str
    user_id: str
    channel_id: str | None = None
    message: Message | None = field(default=None, repr=False)
    """The message that was clicked."""
    view: View | None = field(default=None, repr=False)
    """The view that was submitted or clicked."""
    envelope_id: str | None = None
    event_id: str | None = None
    attempt: int = 0
    reason: str = ""

    ack: dict[str, Any] | None = None
    """The payload of the acknowledgement, `{}` for an empty one; None until it comes."""
    status: int | None = None
    body: str | None = None
    headers: dict[str, str] = field(default_factory=dict, repr=False)
    error: str | None = None
    """Why there is no good acknowledgement: no_connection, connection_lost, operation_timeout, http_401 …"""
    latency: float | None = None
    """Seconds from sending to the acknowledgement."""
    replies: list[Message] = field(default_factory=list, repr=False)
    views: list[View] = field(default_factory=list, repr=False)
    errors: dict[str, str] | None = None
    """What a submitted form was told about its fields, by block id."""

    _sent: float = field(default=0.0, repr=False)
    _done: asyncio.Event = field(default_factory=asyncio.Event, repr=False)

    @property
    def acked(self) -> bool:
        return self.ack is not None

    @property
    def in_time(self) -> bool:
        return self.acked and self.latency is not None and self.latency <= self.slack.ack_timeout

    @property
    def lines(self) -> str:
        """The text of all replies so far, as the person sees them."""
        return "\n".join(self.slack.text(reply) for reply in self.replies)

    @property
    def wants_payload(self) -> bool:
        """Whether an acknowledgement may carry something; that of a click or an event may not."""
        return self.kind == "slash_commands" or self.payload.get("type") in {
            "view_submission",
            "block_suggestion",
        }

    async def reply(self, timeout: float = 5, *, number: int = 1) -> Message:
        """The first message (or the `number`th) that answers this, from the acknowledgement or a response_url."""
        return await self._wait(lambda: self.replies[number - 1 : number], timeout, "a reply")

    async def form(self, timeout: float = 5, *, number: int = 1) -> View:
        """The first view (or the `number`th) that this opened, pushed or updated."""
        return await self._wait(lambda: self.views[number - 1 : number], timeout, "a view")

    async def outcome(self, timeout: float = 5) -> Message | View:
        """Whichever comes first: a reply or a view."""
        return await self._wait(lambda: (self.replies or self.views)[:1], timeout, "a reply or a view")

    async def _wait(self, found: Any, timeout: float, what: str) -> Any:
        try:
            return (await self.slack.wait_for(found, timeout, what=what))[0]
        except TimeoutError as late:
            late.add_note(f"of {self!r}")
            raise

    def started(self) -> None:
        self.ack = self.status = self.error = self.latency = None
        self._done.clear()
        self._sent = time.perf_counter()

    def acknowledged(self, payload: dict[str, Any]) -> None:
        self.latency = time.perf_counter() - self._sent
        self.ack = payload
        if self.in_time:
            self.error = None
        self._done.set()

    def failed(self, error: str) -> None:
        if not self.acked:
            self.error = self.error or error
        self._done.set()

    async def finished(self, timeout: float) -> None:
        if self._done.is_set():
            return
        try:
            await asyncio.wait_for(self._done.wait(), timeout)
        except TimeoutError:
            self.error = "operation_timeout"
