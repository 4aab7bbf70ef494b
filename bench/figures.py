"""Figures with their spread, and the rows of the table."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plan:
    """How long a run is: ``rounds`` of ``amount`` (pairs or commands), ``flight`` commands at a time."""

    rounds: int
    pairs: int
    commands: int
    starts: int
    flight: int = 16
    longer: bool = True


FULL = Plan(rounds=5, pairs=600, commands=1_000, starts=5)
QUICK = Plan(rounds=3, pairs=200, commands=300, starts=2, longer=False)


@dataclass(frozen=True)
class Row:
    """One line of the table. ``values`` are those of the rounds; the median counts."""

    name: str
    values: Sequence[float]
    show: Callable[[float], str]
    target: float | None = None
    at_most: bool = False

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def cells(self) -> tuple[str, str, str, str]:
        spread = (
            f"{self.show(min(self.values))} – {self.show(max(self.values))}" if len(self.values) > 1 else ""
        )
        if self.target is None:
            return self.name, self.show(self.median), spread, ""
        bound = "≤" if self.at_most else "≥"
        reached = self.median <= self.target if self.at_most else self.median >= self.target
        verdict = f"{bound} {self.show(self.target)}: {'reached' if reached else 'MISSED'}"
        return self.name, self.show(self.median), spread, verdict


@dataclass
class Report:
    """What one measure found."""

    title: str
    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(
        self, name: str, values: Sequence[float], show: Callable[[float], str], **bound: float | bool
    ) -> None:
        self.rows.append(Row(name, values, show, **bound))  # type: ignore[arg-type]


HEAD = ("measure", "median", "min – max", "target")


def as_text(report: Report) -> str:
    lines = [HEAD, *(row.cells() for row in report.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    shown = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines]
    shown.insert(1, "  ".join("-" * width for width in widths))
    body = "\n".join(f"  {line.rstrip()}" for line in shown)
    return "\n".join([report.title, "", body, "", *(f"  {note}" for note in report.notes)]).rstrip() + "\n"


def as_markdown(report: Report) -> str:
    lines = [" | ".join(HEAD), " | ".join(["---"] * len(HEAD)), *(" | ".join(r.cells()) for r in report.rows)]
    table = "\n".join(f"| {line} |" for line in lines)
    return "\n\n".join([f"## {report.title}", table, *report.notes]) + "\n"


def per_second(value: float) -> str:
    return f"{value:,.0f}/s"


def percent(value: float) -> str:
    return f"{value:.0%}"


def millis(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value >= 0.00995 else f"{value * 1000:.2f} ms"


def micros(value: float) -> str:
    return f"{value * 1_000_000:.1f} µs"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def megabytes(value: float) -> str:
    return f"{value:.0f} MB"


def times(value: float) -> str:
    return f"{value:.2f} ×"


def ratios(ours: Sequence[float], bare: Sequence[float]) -> list[float]:
    """Of each round: both sides had the same machine, as far as that can be had."""
    return [a / b for a, b in zip(ours, bare, strict=True)]
