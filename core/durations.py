"""Durations as people write them (``30m``, ``8h``, ``7d``, ``2w``) and dates (``2026-12-24``)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta, tzinfo

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

_UNITS = {"m": MINUTE, "h": HOUR, "d": DAY, "w": WEEK}
_PART = re.compile(r"(\d{1,6})\s*(?:(m)(?:in(?:ute)?s?)?|(h)(?:(?:ou)?rs?)?|(d)(?:ays?)?|(w)(?:(?:ee)?ks?)?)")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class UntilDate(int):
    """Seconds from now to the end of a date that somebody typed: that moment is meant, whenever it comes to count."""


def parse(value: str, now: int) -> int | None:
    """Seconds from ``now``, or None when it cannot be read. A date lasts until it is over, in UTC: see ``in_zone``."""
    typed = value.strip().lower()
    if _DATE.fullmatch(typed):
        try:
            day = datetime.fromisoformat(typed).replace(tzinfo=UTC)
        except ValueError:
            return None
        return UntilDate(int(day.timestamp()) + DAY - now)
    total, end = 0, 0
    for part in _PART.finditer(typed):
        if typed[end : part.start()].strip():
            return None
        total += int(part[1]) * _UNITS[next(unit for unit in part.groups()[1:] if unit)]
        end = part.end()
    return total if end and not typed[end:].strip() else None


def in_zone(value: UntilDate, zone: tzinfo, now: int) -> UntilDate:
    """The same date until it is over by the clocks of a zone."""
    day = datetime.fromtimestamp(now + value - DAY, UTC).date()
    return UntilDate(int(datetime.combine(day + timedelta(1), time(), zone).timestamp()) - now)


def is_date(value: str) -> bool:
    return bool(_DATE.fullmatch(value.strip()))


def show(seconds: int) -> str:
    """The shortest exact form: ``7d``, ``90m``, ``1d 12h``."""
    parts = []
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return " ".join(parts) or "0m"
