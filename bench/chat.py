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
        before = self.child.processor_seconds(), people.processor_seconds()
        found = people.ask(
            120, do="run", on=self.on, command=self.command, count=count, flight=flight, want=self.want
        )
        seconds, taken = found["seconds"], self.taken
        own = self.child.processor_seconds() - before[0]
        taken.rate.append(count / seconds)
        taken.p50.append(found["p50"])
        taken.p95.append(found["p95"])
        taken.processor.append(own / count)
        taken.share.append(own / seconds)
        taken.fakes.append((people.processor_seconds() - before[1]) / seconds)


def usher_on(child: Child, on: int, people: Child) -> Bot:
    made = people.ask(do="create", on=on)
    if NAME not in made["text"]:
        raise AssertionError(made["text"])
    return Bot(child, on, "me", NAME)


def compare(
    report: Report,
    plan: Plan,
    people: Child,
    ours: Bot,
    bare: Bot,
    *,
    target: float,
    name: Callable[[str], str],
) -> None:
    """Warms both up, then lets them take turns; adds the rows."""
    for bot in (ours, bare):
        bot.round(people, max(100, plan.commands // 4), plan.flight)
        bot.taken = Taken()
    for number in range(plan.rounds):
        for bot in (ours, bare) if number % 2 else (bare, ours):
            bot.round(people, plan.commands, plan.flight)
    one = [Bot(bot.child, bot.on, bot.command, bot.want) for bot in (ours, bare)]
    for number in range(plan.rounds):
        for bot in one if number % 2 else reversed(one):
            bot.round(people, max(100, plan.commands // 6), 1)
    mine, theirs = ours.taken, bare.taken
    report.add(name("Usher, commands"), mine.rate, per_second)
    report.add(name("empty handler, commands"), theirs.rate, per_second)
    report.add(name("throughput, Usher to empty"), ratios(mine.rate, theirs.rate), percent, target=target)
    report.add(name("bot's processor time a command, Usher"), mine.processor, millis)
    report.add(name("bot's processor time a command, empty"), theirs.processor, millis)
    report.add(name("the same as a ratio, empty to Usher"), ratios(theirs.processor, mine.processor), percent)
    for label, taken in (("Usher", mine), ("empty", theirs)):
        report.add(name(f"first answer p50, {plan.flight} in flight, {label}"), taken.p50, millis)
        report.add(name(f"first answer p95, {plan.flight} in flight, {label}"), taken.p95, millis)
    for label, bot in zip(("Usher", "empty"), one, strict=True):
        report.add(name(f"first answer p50, one at a time, {label}"), bot.taken.p50, millis)
        report.add(name(f"first answer p95, one at a time, {label}"), bot.taken.p95, millis)
    report.notes.append(
        name(
            f"{plan.commands:,} commands a round, {plan.flight} in flight. Busy while Usher answered: the bot "
            f"{_share(mine.share)} and the fake with its people {_share(mine.fakes)} of a core; while the empty handler "
            f"answered: {_share(theirs.share)} and {_share(theirs.fakes)}."
        )
    )


def _share(values: list[float]) -> str:
    return percent(sorted(values)[len(values) // 2])


def plain(text: str) -> str:
    return text


def addresses(people: Child) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = people.line(20)["fakes"]
    return found
