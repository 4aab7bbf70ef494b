"""Weeks: from Monday to Sunday in a workspace's zone, each told of on the Monday morning after it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

HOUR_OF_DAY = time(9)
_OTHER_NAMES = ("Etc/", "posix/", "right/", "SystemV/", "US/", "Canada/", "Mexico/", "Brazil/", "Chile/")


class Week(NamedTuple):
    """A week from Monday to Sunday, as its digest tells of it on the Monday after it. Moments are in seconds."""

    name: str  # as ISO 8601 has it: 2026-W47
    first_day: date
    begins: int
    ends: int
    due: int
    next_due: int  # and so long this one may still be sent


def zone_of(kept: Mapping[str, Any]) -> tzinfo:
    """The zone in which a workspace's days and weeks begin, by what it has set."""
    return _zone(str(kept.get("time_zone") or "UTC"))


@lru_cache(600)
def _zone(name: str) -> tzinfo:
    try:
        return UTC if name == "UTC" else ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # this machine does not know it
        return UTC


def find_zone(typed: str) -> str:
    """The name of a zone as the IANA has it, however it was typed, or of its city alone; empty where there is none."""
    return _by_key().get("_".join(typed.split()).lower(), "")


def zones() -> list[str]:
    """The names of all zones."""
    return sorted(set(_by_key().values()))


@lru_cache(1)
def _by_key() -> dict[str, str]:
    """Zones that stand for a place, and UTC: not the many old names, of which some mean one offset all year."""
    named = sorted(
        name for name in available_timezones() if "/" in name and not name.startswith(_OTHER_NAMES)
    )
    by_city: dict[str, list[str]] = {}
    for name in named:
        by_city.setdefault(name.rpartition("/")[2].lower(), []).append(name)
    cities = {city: names[0] for city, names in by_city.items() if len(names) == 1}
    return cities | {name.lower(): name for name in named} | {"utc": "UTC", "gmt": "UTC"}


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
