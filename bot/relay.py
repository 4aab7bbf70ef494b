"""Delivers outbox rows: asks the core what is still to do, does it on the platforms, tells the core how it went.

Nothing here is exactly-once. A row is leased; whoever holds the lease asks for the steps that are missing *now*, so late,
repeated and concurrent deliveries come out at the same state.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import NamedTuple, ParamSpec, Protocol, TypeVar

import structlog

from core.outbox_types import Apply, Check, Edit, Later, Look, Post, Publish, Result, Step, Work
from core.ports import (
    ChatPlatform,
    Disconnected,
    Forbidden,
    Gone,
    HomePlatform,
    RateLimited,
    Unavailable,
)

log = structlog.get_logger("usher.relay")

#: How often one delivery asks for the steps again before it lets other rows go first.
PASSES = 4
#: The wait before a platform that has thrown us out is tried again: an operator has to act first.
DISCONNECTED_SECONDS = 600
#: The wait before a row is looked at again that needs a platform which this process does not serve: short, so that the
#: process which does gets it soon, and long once a row has come back so often that there seems to be none.
ELSEWHERE_SECONDS = 5.0
ELSEWHERE_LONG_SECONDS = 60.0
ELSEWHERE_TRIES = 6
#: Rows of other processes' platforms that are counted.
ELSEWHERE_ROWS = 10_000
#: The longest wait between two tries.
LONGEST_WAIT = 900.0

P = ParamSpec("P")
R = TypeVar("R")


class Outbox(Protocol):
    """The part of ``core.service.Core`` that the relay uses."""

    def claim(self, at: int, limit: int) -> list[Work]: ...
    def plan(self, work: Work, at: int) -> list[Step] | Later: ...
    def delivered(self, work: Work, step: Step, ref: Result, at: int) -> bool: ...
    def given_up(self, work: Work, step: Step, reason: str, at: int) -> None: ...
    def settle(self, work: Work, at: int) -> None: ...
    def retry(self, work: Work, at: int, after: float, reason: str, *, counted: bool = True) -> bool: ...


class Place(NamedTuple):
    """A Slack team, or Discord: what one token opens."""

    platform: str
    realm: str


class Setback(NamedTuple):
    """Why a step is not done, and when to try again. ``counted``: it brings the row nearer to being parked."""

    after: float
    reason: str
    counted: bool = True


#: No setback at all: with this step everything is done, and the row is settled.
SETTLED = Setback(0.0, "settled", counted=False)


def backoff(attempts: int, jitter: float) -> float:
    """2, 4, 8 … seconds, of which the upper half is left to ``jitter`` (0 to 1), so that failures do not march in step."""
    full = min(LONGEST_WAIT, 2.0 ** min(attempts + 1, 20))
    return full / 2 * (1 + jitter)


def together(first: Setback | None, second: Setback | None) -> Setback | None:
    """The row comes back when its first step can be tried again; the others are cheap to look at."""
    if first is None or second is None:
        return first or second
    sooner = min(first, second, key=lambda setback: setback.after)
    return Setback(sooner.after, f"{first.reason}; {second.reason}", first.counted or second.counted)


class Relay:
    """``platforms`` by name; ``jitter`` gives numbers from 0 to 1.

    ``patience`` is the longest wait for a platform's answer; a lease has to last longer than twice that.
    """

    def __init__(
        self,
        outbox: Outbox,
        platforms: Mapping[str, ChatPlatform],
        executor: Executor,
        clock: Callable[[], int],
        *,
        jitter: Callable[[], float] = random.random,
        width: int = 8,
        poll: float = 1.0,
        patience: float = 10.0,
    ) -> None:
        self._outbox = outbox
        self._platforms = platforms
        self._executor = executor
        self._clock = clock
        self._jitter = jitter
        self._width = width
        self._poll = poll
        self._patience = patience
        self._woken = asyncio.Event()
        self._ending = asyncio.Event()
        self._busy: set[asyncio.Task[None]] = set()
        self._lost: dict[Place, int] = {}
        self._elsewhere: dict[tuple[str, str], int] = {}
        self._failures = 0

    @property
    def healthy(self) -> bool:
        """The last look into the outbox worked, and no platform that something waits for has thrown us out."""
        return self._failures == 0 and not self._thrown_out()

    def _thrown_out(self) -> bool:
        """Once the wait is over what waits is tried again; where nothing does by then, this is forgotten a while later."""
        now = self._clock()
        return any(now < until + DISCONNECTED_SECONDS for until in self._lost.values())

    def wake(self) -> None:
        """Rows may wait: look at once instead of at the next second."""
        self._woken.set()

    # --- the loop ------------------------------------------------------------------------------------------------

    async def run(self) -> None:
        """Delivers until ``stop`` is called; nothing that goes wrong ends it."""
        while not self._ending.is_set():
            self._woken.clear()
            free = self._width - len(self._busy)
            claimed = await self._claim(free) if free else []
            for work in claimed:
                self._start(work)
            if len(claimed) < free or not free:
                await self._rest()

    async def stop(self, grace: float = 3.0) -> None:
        """Claims nothing more and lets the deliveries under way finish; what does not keeps its lease until it runs out."""
        self._ending.set()
        self._woken.set()
        if self._busy:
            _, late = await asyncio.wait(self._busy, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def drain(self) -> int:
        """Delivers until nothing is due at this moment; the number of rows. Not to be mixed with ``run``."""
        count = 0
        while claimed := await self._claim(self._width):
            count += len(claimed)
            if self._width == 1:
                await self._serve(claimed[0])
            else:
                await asyncio.gather(*map(self._serve, claimed))
        return count

    def _start(self, work: Work) -> None:
        task = asyncio.create_task(self._serve(work))
        self._busy.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        if len(self._busy) == self._width:
            self._woken.set()  # every place was taken: more may wait
        self._busy.discard(task)

    async def _rest(self) -> None:
        """Until woken, a second at the most; longer and longer, woken or not, while the outbox cannot be read.

        Of differing length, or one of two processes would be the first at every row, those of the other's platform too.
        """
        pause = self._poll * 2 ** min(self._failures, 5) * (1 + self._jitter()) / 2
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await (self._ending if self._failures else self._woken).wait()

    async def _claim(self, limit: int) -> list[Work]:
        try:
            claimed = await self._in_thread(self._outbox.claim, self._clock(), limit)
        except Exception:  # the loop outlives whatever ails the database
            self._failures += 1
            log.exception("claim_failed", times=self._failures)
            return []
        self._failures = 0
        return claimed

    # --- one row -------------------------------------------------------------------------------------------------

    async def _serve(self, work: Work) -> None:
        """Delivers a row; whatever breaks, the row comes back later and the loop goes on."""
        try:
            await self._deliver(work)
        except Exception as fault:
            log.exception("delivery_broke", work=work.key, workspace=work.workspace)
            try:
                await self._give_back(work, self._later(work, f"fault {type(fault).__name__}"))
            except Exception:  # the lease runs out by itself
                log.exception("give_back_failed", work=work.key, workspace=work.workspace)

    async def _deliver(self, work: Work) -> None:
        now = asyncio.get_running_loop().time
        enough = now() + self._patience
        for _ in range(PASSES):
            steps = await self._in_thread(self._outbox.plan, work, self._clock())
            if isinstance(steps, Later):
                await self._give_back(work, Setback(steps.until - self._clock(), steps.reason, counted=False))
                return
            if not steps:
                self._elsewhere.pop((work.workspace, work.key), None)
                await self._in_thread(self._outbox.settle, work, self._clock())
                return
            setback: Setback | None = None
            for step in steps:
                if now() > enough:  # never longer than the lease: somebody else would do the rest too
                    setback = together(setback, Setback(1.0, "more to do", counted=False))
                    break
                came = await self._carry_out(work, step)
                if came is SETTLED:
                    self._elsewhere.pop((work.workspace, work.key), None)
                    return
                setback = together(setback, came)
            if setback is not None:
                await self._give_back(work, setback)
                return
        await self._give_back(work, Setback(1.0, "it changes faster than it is shown", counted=False))

    async def _give_back(self, work: Work, setback: Setback) -> None:
        after = max(1.0, setback.after)  # whatever a platform says: never a hot loop
        parked = await self._in_thread(
            self._outbox.retry, work, self._clock(), after, setback.reason[:300], counted=setback.counted
        )
        facts = {"work": work.key, "workspace": work.workspace, "reason": setback.reason}
        if parked:
            log.error("parked", tries=work.attempts + 1, **facts)
        else:
            log.info("later", after=round(after, 1), **facts)

    # --- one step ------------------------------------------------------------------------------------------------

    async def _carry_out(self, work: Work, step: Step) -> Setback | None:
        """Does a step and records it; or why it is not done. One platform's trouble never keeps another's copy waiting."""
        place = _place(step)
        blocked = self._blocked(work, place)
        if blocked is not None:
            return blocked
        try:
            async with asyncio.timeout(self._patience):
                ref = await _perform(self._platforms[place.platform], step)
        except (Gone, Forbidden) as no:
            log.warning(
                "given_up", work=work.key, workspace=work.workspace, platform=place.platform, reason=str(no)
            )
            await self._in_thread(self._outbox.given_up, work, step, no.detail[:300], self._clock())
            return None
        except Exception as trouble:  # noqa: BLE001 - an adapter's bug costs its own step only
            if isinstance(trouble, Disconnected) and isinstance(step, Check | Apply | Publish):
                # Somebody was promised this: that it has to wait for an operator is no secret. A Home waits for nobody.
                self._disconnected(place, trouble)
                await self._in_thread(self._outbox.given_up, work, step, trouble.detail[:300], self._clock())
                return None
            return self._setback(work, place, trouble)
        if self._lost.pop(place, None) is not None:
            log.info("connected_again", platform=place.platform, realm=place.realm)
        settled = await self._in_thread(self._outbox.delivered, work, step, ref, self._clock())
        return SETTLED if settled else None

    def _blocked(self, work: Work, place: Place) -> Setback | None:
        """Why nothing can be posted there at the moment, without asking the platform."""
        if place.platform not in self._platforms:
            # Another process may serve it: nothing is wrong with the message, so nothing is counted.
            after = self._elsewhere_wait(work) * (1 + self._jitter()) / 2
            return Setback(after, f"{place.platform} is not served here", counted=False)
        shut = self._lost.get(place, 0) - self._clock()
        return Setback(shut, f"{place.platform} is disconnected", counted=False) if shut > 0 else None

    def _elsewhere_wait(self, work: Work) -> float:
        row = (work.workspace, work.key)
        if len(self._elsewhere) >= ELSEWHERE_ROWS:
            self._elsewhere.clear()
        self._elsewhere[row] = self._elsewhere.get(row, 0) + 1
        return ELSEWHERE_SECONDS if self._elsewhere[row] <= ELSEWHERE_TRIES else ELSEWHERE_LONG_SECONDS

    def _setback(self, work: Work, place: Place, trouble: Exception) -> Setback:
        match trouble:
            case RateLimited():
                return Setback(trouble.after, f"{place.platform} asks to wait", counted=False)
            case Disconnected():
                return self._disconnected(place, trouble)
            case Unavailable():
                return self._later(work, f"{place.platform}: {trouble.detail}")
            case TimeoutError():
                return self._later(work, f"{place.platform} gave no answer in {self._patience:g} s")
            case _:
                log.error("step_broke", work=work.key, workspace=work.workspace, exc_info=trouble)
                return self._later(work, f"{place.platform}: fault {type(trouble).__name__}")

    def _later(self, work: Work, reason: str) -> Setback:
        return Setback(backoff(work.attempts, self._jitter()), reason)

    def _disconnected(self, place: Place, out: Disconnected) -> Setback:
        """Stops posting to this team or server for a while; says so once, not for each row."""
        if place not in self._lost:
            log.error("disconnected", **place._asdict(), reason=out.detail, do="run usher doctor")
        self._lost[place] = self._clock() + DISCONNECTED_SECONDS
        return Setback(DISCONNECTED_SECONDS, f"{place.platform} is disconnected: {out.detail}", counted=False)

    async def _in_thread(self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: function(*args, **kwargs))


def _place(step: Step) -> Place:
    match step:
        case (
            Edit(ref=where)
            | Post(target=where)
            | Look(target=where)
            | Check(access=where)
            | Apply(access=where)
            | Publish(person=where)
        ):
            return Place(where.platform, where.realm)


async def _perform(platform: ChatPlatform, step: Step) -> Result:
    if isinstance(step, Publish):
        if not isinstance(platform, HomePlatform):
            raise Forbidden("there are no Homes here")
        return await platform.show_home(step.person, step.home, step.version)
    if isinstance(step, Check):
        return await platform.read_access(step.access)
    if isinstance(step, Apply):
        await platform.apply(step.access, give=step.give, reason=step.reason)
        return step.give
    if isinstance(step, Look):
        return await platform.find(step.target, step.card, step.key, under=step.under)
    if isinstance(step, Post):
        return await platform.post(
            step.target, step.card, step.key, look_first=step.look_first, under=step.under
        )
    await platform.edit(step.ref, step.card)
    return step.ref
