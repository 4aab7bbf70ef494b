"""Looking on: the log, the broken rules, and waiting for something to become true."""

from __future__ import annotations

import asyncio
import itertools
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.fakes.slack.faults import Fault
from tests.fakes.slack.log import LogEntry, Violation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.log import LogKind


class Observed:
    def __init__(self) -> None:
        self.log: list[LogEntry] = []
        self.violations: list[Violation] = []
        self.expected_violations: list[Violation] = []
        self._seq = itertools.count(1)
        self._waiters: list[tuple[Callable[[], Any], asyncio.Future[Any]]] = []

    def record(self, kind: LogKind, name: str, **data: Any) -> LogEntry:
        entry = LogEntry(next(self._seq), time.time(), kind, name, data)
        self.log.append(entry)
        return entry

    def record_delivery(self, delivery: Delivery, *, connection: int | str | None) -> None:
        self.record(
            "delivery", delivery.kind, delivery=delivery, attempt=delivery.attempt, connection=connection
        )

    def calls(self, method: str) -> list[LogEntry]:
        """The requests for one Web API method, in order."""
        return [entry for entry in self.log if entry.kind == "request" and entry.name == method]

    def violate(self, where: str, code: str, *problems: str) -> None:
        self.violations.append(Violation(next(self._seq), where, code, problems))
        self.changed()

    def assert_clean(self) -> None:
        """Raise when the app has broken a rule of the platform that no test said it would break."""
        if self.violations:
            raise AssertionError(
                "Slack's rules were broken:\n" + "\n".join(f"  {each}" for each in self.violations)
            )

    @contextmanager
    def expect_violation(self, containing: str = "") -> Iterator[list[Violation]]:
        """What is broken inside the block, and contains this, was meant to be; nothing broken is a failure."""
        before, found = len(self.violations), list[Violation]()
        yield found
        found += [each for each in self.violations[before:] if containing in str(each)]
        if not found:
            raise AssertionError(f"no violation with {containing!r}; there are {self.violations[before:]}")
        self.violations[before:] = [each for each in self.violations[before:] if each not in found]
        self.expected_violations += found

    def changed(self) -> None:
        """Wake everybody whose wish has come true."""
        if not self._waiters:
            return
        for waiter in list(self._waiters):
            predicate, future = waiter
            if not future.done():
                self._try(predicate, future)
            if future.done():
                self._waiters.remove(waiter)

    @staticmethod
    def _try(predicate: Callable[[], Any], future: asyncio.Future[Any]) -> None:
        try:
            value = predicate()
        except Exception as error:
            future.set_exception(error)
        else:
            if value:
                future.set_result(value)

    async def wait_for(self, predicate: Callable[[], Any], timeout: float = 5, *, what: str = "") -> Any:
        """The first true value of `predicate`, which is asked again whenever anything has changed."""
        value = predicate()
        if value:
            return value
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        waiter = (predicate, future)
        self._waiters.append(waiter)
        try:
            return await asyncio.wait_for(future, timeout)
        except TimeoutError:
            last = "\n".join(f"  {str(entry)[:300]}" for entry in self.log[-12:])
            raise TimeoutError(
                f"waited {timeout} s for {what or 'a condition'}; the log ends with\n{last}"
            ) from None
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)


class Faults:
    def __init__(self, observed: Observed) -> None:
        self._observed = observed
        self.planned: list[Fault] = []

    def plan(self, fault: Fault) -> Fault:
        fault.observed = self._observed
        self.planned.append(fault)
        return fault

    def take(self, method: str, args: dict[str, Any]) -> Fault | None:
        for fault in self.planned:
            if fault.matches(method, args):
                fault.hit()
                self._observed.changed()
                return fault
        return None

    def release(self) -> None:
        for fault in self.planned:
            fault.release()

    def clear(self) -> None:
        """No more failures; held answers go."""
        self.release()
        self.planned.clear()
