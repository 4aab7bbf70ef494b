"""A clock that can be moved forward, for trying Usher out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core import durations

#: The furthest that time is moved at once.
FURTHEST = 3_660 * durations.DAY


class MovableClock:
    """The real time, moved forward by ``ahead`` seconds."""

    def __init__(self, real: Callable[[], float]) -> None:
        self._real = real
        self.ahead = 0

    def __call__(self) -> int:
        return int(self._real()) + self.ahead

    def distance(self, far: str) -> int | None:
        """``7d`` in seconds; None for what makes no sense."""
        seconds = durations.parse(far, self())
        return seconds if seconds is not None and 0 < seconds <= FURTHEST else None

    async def forward(self, seconds: int, settle: Callable[[], Awaitable[None]]) -> None:
        """In steps, as time passes: what is due on the way is done on the way."""
        step = max(durations.HOUR, seconds // 336)
        while seconds > 0:
            self.ahead += min(step, seconds)
            seconds -= step
            await settle()
