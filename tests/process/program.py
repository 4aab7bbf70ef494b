"""Usher as an operator runs it: a process of its own, started, killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections import deque
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
READY_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Program:
    """``usher run`` with ``settings`` in its environment; nothing of this environment's own settings reaches it."""

    def __init__(self, folder: Path, settings: Mapping[str, str], *parts: str) -> None:
        self._folder = folder
        self._parts = parts
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self.port = free_port()
        self._environment = {
            **kept,
            "HOME": str(folder),
            "PORT": str(self.port),
            "PYTHONPATH": str(ROOT),
            **settings,
        }
        self.log: deque[str] = deque(maxlen=2_000)
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Returns when the process says that it is ready."""
        self._ready.clear()
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "run", *self._parts),
            cwd=self._folder,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reader = asyncio.create_task(self._read(self._process))
        ready = asyncio.create_task(self._ready.wait())
        try:
            async with asyncio.timeout(READY_SECONDS):
                await asyncio.wait({ready, self._reader}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            ready.cancel()
        if not self._ready.is_set():
            await self._process.wait()
            raise RuntimeError("it ended instead of becoming ready:\n" + "\n".join(self.log))

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            written = line.decode(errors="replace").rstrip()
            self.log.append(written)
            if "ready" in written.split() or '"event": "ready"' in written or "event=ready" in written:
                self._ready.set()

    async def kill(self) -> None:
        """Kills it at once, as the machine would that loses its power: nothing is finished, nothing is closed."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> int:
        """Asks it to stop, and returns its exit code."""
        return await self._end(signal.SIGTERM)

    async def _end(self, number: signal.Signals) -> int:
        process = self._process
        if process is None:
            return 0
        if process.returncode is None:
            process.send_signal(number)
        code = await process.wait()
        assert self._reader is not None
        await self._reader
        self._process = None
        return code

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def faults(self) -> list[str]:
        """The lines of its log that tell of something unexpected."""
        return [line for line in self.log if "Traceback" in line or "fault" in line.split()]
