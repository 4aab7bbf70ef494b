"""Weeks: from Monday to Sunday in a workspace's zone, each told of on the Monday morning after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, NamedTuple

HOUR_OF_DAY = time(9)


class Week(NamedTuple):
    """A week from Monday to Sunday, as its digest tells of it on the Monday after it. Moments are in seconds."""

    name: str  # as ISO 8601 has it: 2026-W47
    first_day: date
    begins: int
    ends: int
    due: int
    next_due: int  # and so long this one may still be sent


def zone_of(kept: Mapping[str, Any]) -> tzinfo:
    """The zone in which a workspace's weeks begin, by what it has set."""
    del kept
    return UTC


def week_from(monday: date, zone: tzinfo) -> Week:
    """The week that begins on that Monday."""

    def moment(days: int, hour: time) -> int:
        return int(datetime.combine(monday + timedelta(days), hour, zone).timestamp())

    year, number, _ = monday.isocalendar()
    name = f"{year:04}-W{number:02}"
    return Week(
        name, monday, moment(0, time()), moment(7, time()), moment(7, HOUR_OF_DAY), moment(14, HOUR_OF_DAY)
    )


def latest(at: int, zone: tzinfo) -> Week:
    """The latest week whose digest was due by then."""
    today = datetime.fromtimestamp(at, zone).date()
    monday = today - timedelta(today.weekday() + 7)
    found = week_from(monday, zone)
    return found if found.due <= at else week_from(monday - timedelta(7), zone)


def named(name: str, zone: tzinfo) -> Week:
    """The week of that name."""
    year, _, number = name.partition("-W")
    return week_from(date.fromisocalendar(int(year), int(number), 1), zone)
