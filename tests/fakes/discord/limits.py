"""Rate limits: buckets by header, and 50 requests a second in all; kept only when a test asks for it.

Otherwise every answer tells of a wide bucket. Without such headers the library would send the requests of one
route and channel one after the other, which it does not do in real life.
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from tests.fakes.discord.rest import TooFast, limited

if TYPE_CHECKING:
    from tests.fakes.discord.rest import Route

GLOBAL_PER_SECOND = 50
POSTING = (5, 5.0)
OTHER = (10, 1.0)
WIDE = 1000
EXEMPT = ("/interactions/", "/webhooks/")


class Limits:
    """Time here is the machine's own: the library sleeps by it."""

    def __init__(self) -> None:
        self.enforced = False
        self.refused = 0
        self._all: deque[float] = deque()
        self._buckets: dict[str, tuple[float, int]] = {}

    def spend(self, route: Route, path: str) -> dict[str, str]:
        """Headers for the answer; raises ``TooFast`` when the request is one too many."""
        if path.startswith(EXEMPT):
            return {}
        if not self.enforced:
            return _headers(route, WIDE, WIDE - 1, 1.0)
        now = time.monotonic()
        while self._all and self._all[0] < now - 1:
            self._all.popleft()
        if len(self._all) >= GLOBAL_PER_SECOND:
            self.refused += 1
            raise TooFast(limited(round(self._all[0] + 1 - now, 3), is_global=True, scope="global"))
        self._all.append(now)
        return self._spend_bucket(route, path, now)

    def _spend_bucket(self, route: Route, path: str, now: float) -> dict[str, str]:
        posting = route.method == "POST" and route.template == "/channels/{channel}/messages"
        most, window = POSTING if posting else OTHER
        major = path.strip("/").split("/")[1:2]
        key = f"{route.method} {route.template} {major}"
        started, used = self._buckets.get(key, (now, 0))
        if now - started >= window:
            started, used = now, 0
        left = round(started + window - now, 3)
        if used >= most:
            self.refused += 1
            raise TooFast(limited(left))
        self._buckets[key] = (started, used + 1)
        return _headers(route, most, most - used - 1, left)


def _headers(route: Route, most: int, remaining: int, left: float) -> dict[str, str]:
    return {
        "X-RateLimit-Bucket": f"{route.method} {route.template}",
        "X-RateLimit-Limit": str(most),
        "X-RateLimit-Remaining": str(remaining),
        "X-RateLimit-Reset": str(round(time.time() + left, 3)),
        "X-RateLimit-Reset-After": str(left),
    }
