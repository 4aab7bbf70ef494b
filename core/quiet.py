"""Quiet hours: when in a day a workspace's people are left in peace, and until when what can wait is held back.

They are told by the clock on the wall in the workspace's zone, so on the days on which clocks are put forward or back
they end when that clock says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any, NamedTuple

from core.durations import HOUR, MINUTE
from core.weeks import zone_of

SETTING = "quiet_hours"
_MINUTES = 24 * 60
#: So many minutes of a day stay open at least.
LEAST_OPEN = 60
_HALF = r"(\d{1,2})(?:[:.h](\d{2}))?(?:h| uhr| ?(am|pm))?"
_TYPED = re.compile(rf"{_HALF}\s*(?:-|–|—|−|to|until|till)\s*{_HALF}", re.IGNORECASE)


class Hours(NamedTuple):
    """From a minute of the day to another one, over midnight where the end is the smaller one. The end is not part of it."""

    begins: int
    ends: int

    def holds(self, minute: int) -> bool:
        if self.begins < self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends

    @property
    def open_for(self) -> int:
        """How many minutes of a day they leave open."""
        return (self.begins - self.ends) % _MINUTES

    def __str__(self) -> str:
        return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in self)


def read(typed: str) -> Hours | None:
    """``22:00-07:00`` in the forms in which people write it; None where it is none, or would never end."""
    found = _TYPED.fullmatch(typed.strip())
    if found is None:
        return None
    begins, ends = _minute(*found.groups()[:3]), _minute(*found.groups()[3:])
    return None if begins is None or ends is None or begins == ends else Hours(begins, ends)


def _minute(hour: str, minute: str | None, half: str | None) -> int | None:
    hours, minutes = int(hour), int(minute or 0)
    if half:
        if not 1 <= hours <= 12:
            return None
        hours = hours % 12 + (12 if half.lower() == "pm" else 0)
    found = hours * 60 + minutes
    # 24:00 is how some write midnight.
    return found % _MINUTES if found <= _MINUTES and minutes < 60 else None


def ends_at(hours: Hours, zone: tzinfo, at: int) -> int | None:
    """When the quiet hours in which ``at`` is are over; None where it is in none."""
    now = datetime.fromtimestamp(at, zone)
    if not hours.holds(now.hour * 60 + now.minute):
        return None
    today = now.replace(hour=hours.ends // 60, minute=hours.ends % 60, second=0, microsecond=0, fold=0)
    tomorrow = (now.hour * 60 + now.minute) >= hours.ends
    end = today + timedelta(1) if tomorrow else today
    found = int(end.timestamp())
    if found <= at:  # clocks were put back, and this is the second time today that it is so late
        found = int(end.replace(fold=1).timestamp())
    # Where clocks were put forward over the end, they are over when that happened.
    while found - MINUTE > at and not _holds(hours, zone, found - MINUTE):
        found -= MINUTE
    return found


def _holds(hours: Hours, zone: tzinfo, at: int) -> bool:
    now = datetime.fromtimestamp(at, zone)
    return hours.holds(now.hour * 60 + now.minute)


def quiet_until(kept: Mapping[str, Any], at: int) -> int | None:
    """When the quiet hours of a workspace with these settings are over, if it is in them."""
    hours = read(str(kept.get(SETTING) or ""))
    return None if hours is None else ends_at(hours, zone_of(kept), at)


#: No quiet hours are longer: a day, and by how much clocks are put back.
LONGEST = 26 * HOUR
