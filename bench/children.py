"""Processes that the bench starts, watches, and stops by their id."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

ROOT = Path(__file__).resolve().parent.parent
_KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")


class Broken(Exception):
    """Something did not do what it has to: there is nothing to measure."""


class Child:
    """A process whose lines are read as they come; ``begun`` is the moment before it was started.

    ``asks``: it can be asked something; otherwise it has nothing to read.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path = ROOT,
        environment: Mapping[str, str] | None = None,
        asks: bool = True,
    ) -> None:
        # Nothing of the operator's own settings: no real token may reach a bench.
        clean = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self._command = command
        self.errors: list[str] = []
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.begun = time.perf_counter()
        self._process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**clean, "PYTHONPATH": str(ROOT), **(environment or {})},
            stdin=subprocess.PIPE if asks else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        for stream, report in ((self._process.stdout, True), (self._process.stderr, False)):
            threading.Thread(target=self._read, args=(stream, report), daemon=True).start()

    def _read(self, stream: IO[str], report: bool) -> None:
        for line in stream:
            if report or '"event": "ready"' in line or '"event":"ready"' in line:
                self._lines.put(line)
            if not report and len(self.errors) < 200:
                self.errors.append(line.rstrip())
        if report:
            self._lines.put(None)

    @property
    def pid(self) -> int:
        return self._process.pid

    def words(self, within: float) -> str:
        """The next line."""
        try:
            line = self._lines.get(timeout=within)
        except queue.Empty:
            raise Broken(self.trouble(f"said nothing for {within:.0f} s")) from None
        if line is None:
            raise Broken(self.trouble("ended"))
        return line

    def line(self, within: float) -> dict[str, Any]:
        """The next line, which has to be JSON."""
        found: dict[str, Any] = json.loads(self.words(within))
        if "error" in found:
            raise Broken(self.trouble(found["error"]))
        return found

    def ask(self, within: float = 60, **what: Any) -> dict[str, Any]:
        """Sends one line of JSON and returns the answer."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()
        return self.line(within)

    def trouble(self, what: str) -> str:
        """What is wrong with it, and what it said of that itself."""
        return "\n".join([f"{' '.join(self._command)}: {what}", *self.errors[-20:]])

    def processor_seconds(self) -> float:
        """Of all its threads. The scheduler's own count: that of /proc/*/stat misses what is short."""
        spent = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            with contextlib.suppress(FileNotFoundError):  # a thread that has just ended
                spent += int((task / "schedstat").read_text(encoding="utf-8").split()[0])
        return spent / 1e9

    def resident(self) -> float:
        """Megabytes of memory that are its own or shared with others."""
        for line in Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8").splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise Broken(self.trouble("has no memory"))

    def stop(self) -> None:
        """Asks it to end, and ends it, with all that it has started, if it does not."""
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.pid, signal.SIGKILL)
            self._process.wait(10)
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def people(*fakes: str) -> Child:
    """The fakes and the people in them, who type the commands: see ``bench.people``."""
    return Child([sys.executable, "-m", "bench.people", *fakes])


def empty(kind: str, environment: Mapping[str, str]) -> Child:
    """A bot whose only command does nothing: see ``bench.empty``."""
    return Child([sys.executable, "-m", "bench.empty", kind], environment=environment)


def usher(cwd: Path, environment: Mapping[str, str], *parts: str) -> Child:
    """The program itself, as an operator starts it."""
    script = Path(sys.executable).with_name("usher")
    command = [str(script)] if script.exists() else [sys.executable, "-m", "bot"]
    return Child([*command, "run", *parts], cwd=cwd, environment=environment)
