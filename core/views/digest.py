"""The weekly digest: what came of a workspace's door in the week that ended, what waits, and what ends soon."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from core.cards import Card, Chart, Field, Line, Say, Text, Tone, When, text
from core.durations import DAY, HOUR, MINUTE
from core.durations import show as duration
from core.language import mark, month, n, number, says, says_n, t
from core.views.common import first_of, quiet

#: How many names, waiting requests and ends a digest shows; the others it counts.
SHOWN = 5
#: Of fewer numbers than this a picture says no more than words.
_COMPARED = 2
#: How invitations ended without anybody having come.
_UNUSED = {
    "declined": mark("{count} declined"),
    "expired": mark("{count} expired"),
    "revoked": mark("{count} revoked"),
    "switched off": mark("{count} switched off"),
}


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
        t("Last week in {workspace}: {headline}", workspace=facts.workspace, headline=_headline(facts)),
        Tone.WAITING if facts.waiting_count else Tone.PLAIN,
        body=_what_to_do(facts),
        fields=tuple(_fields(facts)),
        chart=_chart(facts),
        lines=(*_waiting(facts), *_ending(facts)),
        footer=quiet(
            _days(facts.first_day, facts.last_day),
            says("no more of these: {command}", command=Say("workspace set", "setting:digest value:off")),
        ),
    )


def _chart(facts: DigestFacts) -> Chart | None:
    """The week at a glance, where there is more than one thing to compare."""
    counts = (
        (t("Joined"), facts.joined_count),
        (t("Asked"), facts.asked),
        (t("Approved"), facts.approved),
        (t("Denied"), facts.denied),
        (t("Expired"), facts.expired),
        (t("Invited"), facts.invited),
        (t("Unused"), facts.ended_unused),
    )
    if sum(count > 0 for _, count in counts) < _COMPARED:
        return None
    return Chart(_days(facts.first_day, facts.last_day), counts)


def _headline(facts: DigestFacts) -> str:
    first = (
        _counted(facts.joined_count, mark("{count} joined")),
        n("{count} waits", "{count} wait", facts.waiting_count) if facts.waiting_count else "",
        n("{count} ends this week", "{count} end this week", facts.ending_count)
        if facts.ending_count
        else "",
    )
    unused = n("{count} invitation ended unused", "{count} invitations ended unused", facts.ended_unused)
    second = (
        _counted(facts.asked, mark("{count} asked")),
        _counted(facts.answered, mark("{count} answered")),
        _counted(facts.invited, mark("{count} invited")),
        _counted(facts.expired, mark("{count} expired")),
        _counted(facts.withdrawn, mark("{count} withdrawn")),
        unused if facts.ended_unused else "",
    )
    chosen = list(filter(None, first)) or list(filter(None, second))[:2]
    return ", ".join(chosen) or t("nothing new")


def _counted(count: int, sentence: str) -> str:
    """A marked sentence with how many there are; nothing for none."""
    return t(sentence, count=number(count)) if count else ""


def _fields(facts: DigestFacts) -> list[Field]:
    out = []
    if facts.joined_count:
        out.append(Field(t("Joined"), text(_names(facts))))
    requests = _requests(facts)
    if requests:
        out.append(Field(t("Requests"), text(requests)))
    if facts.answered:
        out.append(Field(t("Answers"), text(_answers(facts))))
    if facts.invited or facts.unused:
        out.append(Field(t("Invitations"), text(_invitations(facts))))
    return out


def _names(facts: DigestFacts) -> str:
    return first_of(facts.joined, SHOWN, facts.joined_count)


def _requests(facts: DigestFacts) -> str:
    counts = (
        _counted(facts.asked, mark("{count} asked")),
        _counted(facts.approved, mark("{count} approved")),
        _counted(facts.denied, mark("{count} denied")),
        _counted(facts.withdrawn, mark("{count} withdrawn")),
        _counted(facts.expired, mark("{count} expired without an answer")),
    )
    return ", ".join(filter(None, counts))


def _answers(facts: DigestFacts) -> str:
    if facts.answered == 1:
        return t("after {time}", time=_about(facts.quickest))
    half, quickest = _about(facts.half_within), _about(facts.quickest)
    if quickest == half:
        return t("half of them within {time}", time=half)
    return t("half of them within {time}, the quickest after {quickest}", time=half, quickest=quickest)


def _about(seconds: int) -> str:
    """One unit is enough: ``5m``, ``2h``, ``3d``."""
    if seconds < MINUTE:
        return t("a minute")
    unit = next(unit for unit in (DAY, HOUR, MINUTE) if seconds >= unit)
    return duration((seconds + unit // 2) // unit * unit)


def _invitations(facts: DigestFacts) -> str:
    parts = [_counted(facts.invited, mark("{count} made"))]
    if facts.unused:
        hows = ", ".join(_counted(count, _UNUSED[how]) for how, count in facts.unused)
        parts.append(t("{count} ended unused: {hows}", count=number(facts.ended_unused), hows=hows))
    return "; ".join(filter(None, parts))


def _what_to_do(facts: DigestFacts) -> tuple[Text, ...]:
    if not facts.waiting:
        return ()
    first = f"request:{facts.waiting[0].short_id}"
    approve, deny = Say("request approve", first), Say("request deny", first)
    if facts.waiting_count == 1:
        return (says("Answer with {approve} or {deny}.", approve=approve, deny=deny),)
    many = mark("Answer with {approve} or {deny}; all of them: {/request list}.")
    return (says(many, approve=approve, deny=deny),)


def _waiting(facts: DigestFacts) -> list[Line]:
    shown = facts.waiting[:SHOWN]
    out = [
        Line(says("{request}, waits since {when}", request=each.words, when=When(each.since)))
        for each in shown
    ]
    more = facts.waiting_count - len(shown)
    if more:
        out.append(Line(says_n("and {count} more waits", "and {count} more wait", more)))
    return out


def _ending(facts: DigestFacts) -> list[Line]:
    shown = facts.ending[:SHOWN]
    out = [Line(says("{what} — ends {when}", what=each.what, when=When(each.at))) for each in shown]
    more = facts.ending_count - len(shown)
    if more:
        out.append(Line(says_n("and {count} more ends this week", "and {count} more end this week", more)))
    return out


def _days(first: date, last: date) -> str:
    """``16 to 22 November 2026``; month and year are said again where they change."""
    until = {"last_day": last.day, "last_month": month(last.month), "last_year": last.year}
    if first.year != last.year:
        begins = {"day": first.day, "month": month(first.month), "year": first.year}
        return t("{day} {month} {year} to {last_day} {last_month} {last_year}", **begins, **until)
    if first.month != last.month:
        begins = {"day": first.day, "month": month(first.month)}
        return t("{day} {month} to {last_day} {last_month} {last_year}", **begins, **until)
    return t("{day} to {last_day} {last_month} {last_year}", day=first.day, **until)
