"""The machine that the figures come from, and who else was busy on it."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from importlib.metadata import version
from pathlib import Path

LIBRARIES = ("SQLAlchemy", "slack-bolt", "slack-sdk", "discord.py", "aiohttp", "starlette", "uvicorn")
BUSY = 1.5
_TICKS = os.sysconf("SC_CLK_TCK")


def facts() -> list[tuple[str, str]]:
    libraries = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return [
        ("Machine", f"{_cpu()}, {os.cpu_count()} cores, {_memory()} of memory, {platform.system()}"),
        (
            "Python",
            f"{platform.python_implementation()} {platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        ),
        ("Libraries", libraries),
    ]


def date() -> str:
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())


def load() -> float:
    return os.getloadavg()[0]


def file_system(path: Path) -> str:
    """The kind of file system that holds ``path``: what an fsync costs depends on it."""
    found, longest = "unknown", -1
    for line in Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, mount, kind = line.split()[:3]
        if len(mount) > longest and path.resolve().is_relative_to(mount):
            found, longest = kind, len(mount)
    return found


def _cpu() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory() -> str:
    kilobytes = int(Path("/proc/meminfo").read_text(encoding="utf-8").split()[1])
    return f"{kilobytes / 1024 / 1024:.0f} GB"


def busy_seconds() -> float:
    """Processor time that everything on this machine has used so far."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / _TICKS


class Others:
    """How much of the machine went to other work while this one ran, in percent of all cores."""

    def __init__(self) -> None:
        self._begun, self._busy, self._own = time.monotonic(), busy_seconds(), _own()

    def share(self) -> float:
        """Call it when every child has been waited for: only then their time counts as ours."""
        passed = time.monotonic() - self._begun
        others = busy_seconds() - self._busy - (_own() - self._own)
        return max(0.0, others / passed / (os.cpu_count() or 1))


def _own() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
