"""The core as the adapters see it: asynchronous, and with a reference number for whatever breaks."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Executor
from functools import partial
from typing import Protocol

import structlog

from core.calls import Actor, Call, Identity
from core.cards import Card, Home
from core.catalogue import ACTIONS, COMMANDS
from core.errors import Repeated
from core.language import speaking
from core.views import broken

log = structlog.get_logger("usher")


class SyncCore(Protocol):
    """The part of ``core.service.Core`` that adapters use."""

    def handle(self, call: Call) -> Card: ...
    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]: ...
    def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]: ...
    def form_facts(self, call: Call) -> frozenset[str]: ...
    def reads(self, actor: Actor) -> None: ...
    def realms(self, platform: str) -> dict[str, bool]: ...
    def moved(self, platform: str, realm: str, at: int, *, gone: bool) -> bool: ...
    def first_time(self, platform: str, event: str, at: int) -> bool: ...
    def home_opened(self, person: Identity, at: int, stands: str = "") -> None: ...
    def home(self, person: Identity, at: int, language: str = "") -> Home: ...
    def unfurled(self, code: str, at: int) -> tuple[Card, str] | None: ...


class Desk:
    """Runs the core in ``executor``; ``clock`` gives seconds since 1970; ``wake`` tells the relay that rows may wait.

    With ``local`` (the database is a file on this machine) light commands are answered where they arrive: the way to
    another thread and back costs more than their few look-ups. See decision 0009.
    """

    def __init__(
        self,
        core: SyncCore,
        executor: Executor,
        clock: Callable[[], int],
        wake: Callable[[], None],
        *,
        local: bool = False,
    ) -> None:
        self._core = core
        self._executor = executor
        self._wake = wake
        self._local = local
        self.clock = clock

    async def handle(self, call: Call) -> Card | None:
        """The answer to a command or click, private to the person. Never raises: a fault becomes a card with a reference.

        None where a call with an ``event`` was handled before: platforms deliver some more than once.
        """
        try:
            if self._local and _is_light(call):
                return self._core.handle(call)
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._executor, self._core.handle, call)
        except Repeated:
            return None
        except Exception as fault:  # noqa: BLE001 - the one place where the unexpected is logged and becomes an answer
            with speaking(call.actor.language):
                return self.fault(fault, command=call.command or call.action)
        finally:
            if not _reads(call):
                self._wake()

    async def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        """Up to 25 ``(value, label)`` that complete ``typed``; ``call.command`` names the command."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.complete, call, option, typed)

    async def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]:
        """Up to 100 ``(value, label)`` that complete ``typed`` in a field of a form."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.complete_form, key, name, typed, call)

    async def form_facts(self, call: Call) -> frozenset[str]:
        """What the platform is to be asked about the person before ``call``, which sends a form or opens it again."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.form_facts, call)

    async def reads(self, actor: Actor) -> None:
        """Remembers what the person reads, for what is written to them when they are not there. Never raises."""
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._executor, self._core.reads, actor)
        except Exception as fault:  # noqa: BLE001 - it is told at their next call anyway
            log.warning("language not kept", error=str(fault))

    async def realms(self, platform: str) -> dict[str, bool]:
        """The teams or servers in which something is linked, and whether Usher is there, as far as is known."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.realms, platform)

    async def moved(self, platform: str, realm: str, *, gone: bool) -> bool:
        """Usher was taken out of a team or server, or is there (again); whether anything is linked there."""
        loop = asyncio.get_running_loop()
        tell = partial(self._core.moved, platform, realm, self.clock(), gone=gone)
        linked = await loop.run_in_executor(self._executor, tell)
        self._wake()
        return linked

    async def first_time(self, platform: str, event: str) -> bool:
        """Whether nobody, of whatever process, has taken care of this event before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._executor, self._core.first_time, platform, event, self.clock()
        )

    async def home_opened(self, person: Identity, stands: str = "") -> None:
        """Somebody looks at their Home, where ``stands`` is what they see; it is shown to them as it should be."""
        loop = asyncio.get_running_loop()
        opened = partial(self._core.home_opened, person, self.clock(), stands)
        await loop.run_in_executor(self._executor, opened)
        self._wake()

    async def home(self, person: Identity, language: str = "") -> Home:
        """What somebody's Home would show now, for places that show it when they are asked."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.home, person, self.clock(), language)

    async def unfurled(self, code: str) -> tuple[Card, str] | None:
        """What stands under an invite link that somebody posts, and its language; None for one that leads nowhere."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, self._core.unfurled, code, self.clock())

    def fault(self, fault: BaseException, **facts: str) -> Card:
        """Logs what broke under a reference number and returns the card that shows the number."""
        reference = secrets.token_hex(3).upper()
        log.error("fault", reference=reference, exc_info=fault, **facts)
        return broken(reference)


def _is_light(call: Call) -> bool:
    declared = COMMANDS.get(call.command)
    return declared is not None and declared.light and not call.action


def _reads(call: Call) -> bool:
    """Whether a call only looks: it leaves nothing behind for the relay."""
    declared = ACTIONS.get(call.action) if call.action else COMMANDS.get(call.command)
    return declared is not None and declared.reads
