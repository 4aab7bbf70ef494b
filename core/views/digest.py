"""The weekly digest: what came of a workspace's door in the week that ended, what waits, and what ends soon."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from core.cards import Card, Chart, Field, Line, Say, Span, Text, Tone, When, text
from core.durations import DAY, HOUR, MINUTE
from core.durations import show as duration
from core.text import plural
from core.views.common import list_of, quiet

#: How many names, waiting requests and ends a digest shows; the others it counts.
SHOWN = 5
#: Of fewer numbers than this a picture says no more than words.
_COMPARED = 2


class Waiting(NamedTuple):
    """An open request; ``words`` are those of a list."""

    short_id: str
    words: Text
    since: int


class Ending(NamedTuple):
    """What ends by itself before the next digest."""

    what: str
    at: int


class DigestFacts(NamedTuple):
    """A week of a workspace. Of ``joined``, ``waiting`` and ``ending`` the first ones; how many there are stands beside them.

    ``half_within``, ``quickest``: in how many seconds half of the answers came, and the quickest of them. ``unused``:
    how many invitations ended without anybody having come, by how they ended.
    """

    workspace: str
    first_day: date
    last_day: date
    joined: tuple[str, ...] = ()
    joined_count: int = 0
    asked: int = 0
    approved: int = 0
    denied: int = 0
    withdrawn: int = 0
    expired: int = 0
    half_within: int = 0
    quickest: int = 0
    invited: int = 0
    unused: tuple[tuple[str, int], ...] = ()
    waiting: tuple[Waiting, ...] = ()
    waiting_count: int = 0
    ending: tuple[Ending, ...] = ()
    ending_count: int = 0

    @property
    def answered(self) -> int:
        return self.approved + self.denied

    @property
    def ended_unused(self) -> int:
        return sum(count for _, count in self.unused)

    @property
    def is_quiet(self) -> bool:
        """Nothing happened, nothing waits and nothing ends: not worth a message."""
        happened = self.joined_count + self.asked + self.answered + self.withdrawn + self.expired
        return not (happened + self.invited + self.ended_unused + self.waiting_count + self.ending_count)


def digest(facts: DigestFacts) -> Card:
    return Card(
        f"Last week in {facts.workspace}: {_headline(facts)}",
        Tone.WAITING if facts.waiting_count else Tone.PLAIN,
        body=_what_to_do(facts),
        fields=tuple(_fields(facts)),
        chart=_chart(facts),
        lines=(*_waiting(facts), *_ending(facts)),
        footer=quiet(
            _days(facts.first_day, facts.last_day),
            text("no more of these: ", Say("workspace set", "setting:digest value:off")),
        ),
    )


def _chart(facts: DigestFacts) -> Chart | None:
    """The week at a glance, where there is more than one thing to compare."""
    counts = (
        ("Joined", facts.joined_count),
        ("Asked", facts.asked),
        ("Approved", facts.approved),
        ("Denied", facts.denied),
        ("Expired", facts.expired),
        ("Invited", facts.invited),
        ("Unused", facts.ended_unused),
    )
    if sum(count > 0 for _, count in counts) < _COMPARED:
        return None
    return Chart(_days(facts.first_day, facts.last_day), counts)


def _headline(facts: DigestFacts) -> str:
    first = (
        (facts.joined_count, f"{facts.joined_count:,} joined"),
        (facts.waiting_count, plural(facts.waiting_count, "waits", "wait")),
        (facts.ending_count, plural(facts.ending_count, "ends this week", "end this week")),
    )
    second = (
        (facts.asked, f"{facts.asked:,} asked"),
        (facts.answered, f"{facts.answered:,} answered"),
        (facts.invited, f"{facts.invited:,} invited"),
        (facts.expired, f"{facts.expired:,} expired"),
        (facts.withdrawn, f"{facts.withdrawn:,} withdrawn"),
        (facts.ended_unused, f"{plural(facts.ended_unused, 'invitation')} ended unused"),
    )
    chosen = [words for count, words in first if count] or [words for count, words in second if count][:2]
    return ", ".join(chosen) or "nothing new"


def _fields(facts: DigestFacts) -> list[Field]:
    out = []
    if facts.joined_count:
        out.append(Field("Joined", text(_names(facts))))
    requests = _requests(facts)
    if requests:
        out.append(Field("Requests", text(requests)))
    if facts.answered:
        out.append(Field("Answers", text(_answers(facts))))
    if facts.invited or facts.unused:
        out.append(Field("Invitations", text(_invitations(facts))))
    return out


def _names(facts: DigestFacts) -> str:
    shown = facts.joined[:SHOWN]
    more = facts.joined_count - len(shown)
    return list_of((*shown, f"{more:,} more") if more else shown)


def _requests(facts: DigestFacts) -> str:
    counts = (
        (facts.asked, "asked"),
        (facts.approved, "approved"),
        (facts.denied, "denied"),
        (facts.withdrawn, "withdrawn"),
        (facts.expired, "expired without an answer"),
    )
    return ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _answers(facts: DigestFacts) -> str:
    if facts.answered == 1:
        return f"after {_about(facts.quickest)}"
    half, quickest = _about(facts.half_within), _about(facts.quickest)
    return f"half of them within {half}" + (f", the quickest after {quickest}" if quickest != half else "")


def _about(seconds: int) -> str:
    """One unit is enough: ``5m``, ``2h``, ``3d``."""
    if seconds < MINUTE:
        return "a minute"
    unit = next(unit for unit in (DAY, HOUR, MINUTE) if seconds >= unit)
    return duration((seconds + unit // 2) // unit * unit)


def _invitations(facts: DigestFacts) -> str:
    parts = [f"{facts.invited:,} made"] if facts.invited else []
    if facts.unused:
        hows = ", ".join(f"{count:,} {how}" for how, count in facts.unused)
        parts.append(f"{facts.ended_unused:,} ended unused: {hows}")
    return "; ".join(parts)


def _what_to_do(facts: DigestFacts) -> tuple[Text, ...]:
    if not facts.waiting:
        return ()
    answer: list[Span] = [
        "Answer with ",
        Say("request approve", f"request:{facts.waiting[0].short_id}"),
        " or ",
        Say("request deny", f"request:{facts.waiting[0].short_id}"),
    ]
    if facts.waiting_count > 1:
        answer += ["; all of them: ", Say("request list")]
    return (text(*answer, "."),)


def _waiting(facts: DigestFacts) -> list[Line]:
    shown = facts.waiting[:SHOWN]
    out = [Line(text(*each.words, ", waits since ", When(each.since))) for each in shown]
    more = facts.waiting_count - len(shown)
    if more:
        out.append(Line(text(f"and {more:,} more {'waits' if more == 1 else 'wait'}")))
    return out


def _ending(facts: DigestFacts) -> list[Line]:
    shown = facts.ending[:SHOWN]
    out = [Line(text(f"{each.what} — ends ", When(each.at))) for each in shown]
    more = facts.ending_count - len(shown)
    if more:
        out.append(Line(text(f"and {more:,} more {'ends' if more == 1 else 'end'} this week")))
    return out


def _days(first: date, last: date) -> str:
    """``16 to 22 November 2026``; month and year are said again where they change."""
    beginning = f"{first.day}"
    if (first.month, first.year) != (last.month, last.year):
        beginning += f" {first:%B}"
    if first.year != last.year:
        beginning += f" {first.year}"
    return f"{beginning} to {last.day} {last:%B %Y}"
