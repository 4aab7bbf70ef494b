"""Weeks: which one is the latest, when it is told of, and its name."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.durations import DAY, WEEK
from core.weeks import latest, named, week_from
from tests.core.weekly import MONDAY

MOMENTS = st.integers(0, 6_000_000_000)
ZONES = st.sampled_from(
    [UTC, *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"))]
)


@given(MOMENTS, ZONES)
@example(MONDAY, UTC)
@example(MONDAY - 1, UTC)
def test_at_every_moment_exactly_one_week_is_the_latest_and_its_monday_has_been(at, zone):
    week = latest(at, zone)

    assert week.begins < week.ends < week.due <= at < week.next_due
    assert latest(week.due, zone) == week
    assert latest(week.next_due, zone).begins == week.ends
    assert latest(week.due - 1, zone).ends == week.begins


@given(MOMENTS, ZONES)
def test_a_week_goes_from_monday_to_monday_and_is_told_of_at_nine_in_the_workspace_s_zone(at, zone):
    week = latest(at, zone)

    begins, ends, due = (datetime.fromtimestamp(moment, zone) for moment in week[2:5])
    assert (begins.weekday(), begins.hour, begins.minute) == (0, 0, 0)
    assert (ends.weekday(), ends.hour, ends.minute) == (0, 0, 0)
    assert (due.date(), due.hour, due.minute) == (ends.date(), 9, 0)
    assert ends.date() - begins.date() == timedelta(7)
    # Where clocks are put forward or back, and where a whole day was left out.
    assert abs(week.ends - week.begins - WEEK) <= DAY


@given(MOMENTS, ZONES)
def test_a_week_is_found_again_by_its_name_and_names_sort_like_weeks(at, zone):
    week = latest(at, zone)
    assert named(week.name, zone) == week
    assert week.name < week_from(week.first_day + timedelta(7), zone).name


@pytest.mark.parametrize(
    ("monday", "name"),
    [
        (date(2026, 11, 16), "2026-W47"),
        (date(2026, 12, 21), "2026-W52"),
        (date(2026, 12, 28), "2026-W53"),
        (date(2027, 1, 4), "2027-W01"),
        (date(2024, 12, 30), "2025-W01"),
        (date(2029, 12, 31), "2030-W01"),
    ],
)
def test_the_weeks_at_the_end_of_a_year_have_the_names_of_iso_8601(monday, name):
    assert week_from(monday, UTC).name == name
    assert named(name, UTC).first_day == monday


def test_no_two_weeks_of_a_century_share_a_name():
    mondays = [date(2000, 1, 3) + timedelta(7 * number) for number in range(5_218)]
    found = [week_from(monday, UTC) for monday in mondays]
    assert len({week.name for week in found}) == len(found)
    assert all(one.ends == other.begins for one, other in itertools.pairwise(found))
