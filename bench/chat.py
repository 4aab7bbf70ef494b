"""What the measures of Slack and Discord share: rounds of commands to Usher and to an empty handler in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bench.children import Child
from bench.figures import Plan, Report, millis, per_second, percent, ratios
from bench.people import NAME


@dataclass
class Taken:
    """The rounds of one bot."""

    rate: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # seconds of the bot's own for one command
    share: list[float] = field(default_factory=list)  # of one core, by the bot
    fakes: list[float] = field(default_factory=list)  # of one core, by the fakes


@dataclass
class Bot:
    """``on`` is the fake that it is connected to; each answer has to contain ``want``."""

    child: Child
    on: int
    command: str
    want: str
    taken: Taken = field(default_factory=Taken)

    def round(self, people: Child, count: int, flight: int) -> None:
        before = self.child.processor_seconds()
        found = people.ask(
            120, do="run", on=self.on, command=self.command, count=count, flight=flight, want=self.want
        )
        seconds, taken = found["seconds"], self.taken
        own = self.child.processor_seconds() - before
        taken.rate.append(count / seconds)
        taken.p50.append(found["p50"])
        taken.p95.append(found["p95"])
        taken.processor.append(own / count)
        taken.share.append(own / seconds)
        taken.fakes.append(found["busy"])


def usher_on(child: Child, on: int, people: Child) -> Bot:
    made = people.ask(do="create", on=on)
    if NAME not in made["text"]:
        raise AssertionError(made["text"])
    return Bot(child, on, "me", NAME)


@dataclass(frozen=True)
class Bare:
    """An empty handler, and the least share of its throughput that Usher is to reach."""

    label: str
    bot: Bot
    target: float


def compare(
    report: Report, plan: Plan, people: Child, ours: Bot, bare: list[Bare], name: Callable[[str], str] = str
) -> None:
    """Warms all up, then lets them take turns; adds the rows."""
    bots = [ours, *(each.bot for each in bare)]
    _turns(bots, people, 1, max(100, plan.commands // 4), plan.flight)
    alone = _turns(bots, people, plan.rounds, max(100, plan.commands // 6), 1)
    busy = _turns(bots, people, plan.rounds, plan.commands, plan.flight)
    mine, theirs = busy[0], busy[1:]
    labels = ["Usher", *(each.label for each in bare)]
    for label, taken in zip(labels, busy, strict=True):
        report.add(name(f"commands, {label}"), taken.rate, per_second)
    for each, taken in zip(bare, theirs, strict=True):
        shares = ratios(mine.rate, taken.rate)
        report.add(name(f"Usher's share of {each.label}"), shares, percent, target=each.target)
    for label, taken in zip(labels, busy, strict=True):
        report.add(name(f"processor time a command, {label}"), taken.processor, millis)
    for each, taken in zip(bare, theirs, strict=True):
        shares = ratios(taken.processor, mine.processor)
        report.add(name(f"the same, {each.label} to Usher"), shares, percent)
    for way, rounds in ((f"{plan.flight} in flight", busy), ("one at a time", alone)):
        for label, taken in zip(labels, rounds, strict=True):
            report.add(name(f"first answer p50, {way}, {label}"), taken.p50, millis)
            report.add(name(f"first answer p95, {way}, {label}"), taken.p95, millis)
    shares = "; ".join(
        f"{label}: {_share(taken.share)} and {_share(taken.fakes)}"
        for label, taken in zip(labels, busy, strict=True)
    )
    report.notes.append(
        name(
            f"{plan.commands:,} commands a round, {plan.flight} in flight. How much of a core was busy in the bot, "
            f"and in the fake with its people: {shares}."
        )
    )


def _turns(bots: list[Bot], people: Child, rounds: int, count: int, flight: int) -> list[Taken]:
    """Each bot begins as often as the others, or nearly so."""
    for bot in bots:
        bot.taken = Taken()
    for number in range(rounds):
        first = number % len(bots)
        for bot in bots[first:] + bots[:first]:
            bot.round(people, count, flight)
    return [bot.taken for bot in bots]


def _share(values: list[float]) -> str:
    return percent(sorted(values)[len(values) // 2])


def addresses(people: Child) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = people.line(20)["fakes"]
    return found
