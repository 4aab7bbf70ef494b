"""Sets up the console's world: a database of its own (or the configured one), demo people, a clock that can be moved."""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform, Message
from bot import config, logs
from bot.clock import MovableClock
from bot.config import Settings
from bot.console import Console
from bot.console_words import welcome
from bot.engine import Engine, open_engine
from bot.printing import indented
from bot.prompts import answered
from bot.relay import Relay
from bot.schedule import Schedule


def run_console() -> None:
    """``usher console``, from a terminal or from what is piped in; ends quietly, whatever ends it."""
    with contextlib.suppress(KeyboardInterrupt), _scratch() as (settings, kept_in):
        logs.configure(level="WARNING", secrets=settings.secrets(), tracebacks=not sys.stderr.isatty())
        clock = MovableClock(time.time)
        engine = open_engine(settings, clock)
        try:
            _converse(engine, clock, kept_in)
        except BrokenPipeError:  # whoever read along has left
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        finally:
            engine.close()


@contextlib.contextmanager
def _scratch() -> Iterator[tuple[Settings, str]]:
    """The settings, and where data is kept; without a configured database a folder that goes away at the end."""
    if os.environ.get("USHER_DATABASE_URL"):
        settings = config.load()
        yield settings, str(settings.sqlite_file or "PostgreSQL")
        return
    with tempfile.TemporaryDirectory(prefix="usher-", ignore_cleanup_errors=True) as folder:
        yield config.load(USHER_DATABASE_URL=f"sqlite:///{Path(folder, 'console.db')}"), ""


def build(engine: Engine, clock: MovableClock, write: Callable[[str], None]) -> Console:
    """A console on an opened core. One thing at a time, so that a story reads the same each time."""
    console: Console

    def told(message: Message, posted: bool) -> None:
        console.told(message, posted=posted)

    platform = MemoryPlatform(told)
    relay = Relay(engine.core, {platform.name: platform}, engine.executor, clock, jitter=lambda: 0.0, width=1)
    desk = Desk(engine.core, engine.executor, clock, relay.wake)
    schedule = Schedule(engine.core.sweep, engine.executor, clock, relay.wake)

    async def settle() -> None:
        await schedule.sweep()
        await relay.drain()

    console = Console(Memory(desk, platform), clock, settle, write)
    return console


def _converse(engine: Engine, clock: MovableClock, kept_in: str) -> None:
    """Reads, obeys, prints, until the lines end. Printing waits for the end of each line's work, in which it must not fail."""
    said: list[str] = []
    console = build(engine, clock, said.append)
    live = sys.stdin.isatty()
    said.append(indented(welcome(kept_in), "") + "\n")
    with asyncio.Runner() as runner:
        for line in _typed(console, said) if live else _piped(console, said):
            go_on = runner.run(console.obey(line))
            if line.strip():
                said.append("")
            if not go_on:
                break
    _print(said)


def _typed(console: Console, said: list[str]) -> Iterator[str]:
    """Lines from a terminal, with history where the system has it."""
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401 - input() edits lines as soon as it is there
    console.live = True
    while True:
        _print(said)
        if asked := console.questions():
            typed = answered(asked, input)
            if typed is None:
                said += ["", f"  {console.stopped()}"]
            else:
                console.typed = typed
                yield "fill"
            continue
        try:
            yield input(console.prompt)
        except (EOFError, KeyboardInterrupt):
            said.append("")
            return


def _piped(console: Console, said: list[str]) -> Iterator[str]:
    """Lines of a script, each shown as if it were typed."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    _print(said)
    for raw in sys.stdin:
        line = raw.strip()
        if line.startswith("#"):
            said.append(line)
        elif line:
            said.append(f"{console.prompt}{console.fill(line)}")
        yield line
        _print(said)


def _print(said: list[str]) -> None:
    for line in said:
        print(line)  # noqa: T201 - a terminal is what this is for
    said.clear()
    sys.stdout.flush()
