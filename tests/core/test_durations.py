from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.durations import DAY, HOUR, MINUTE, WEEK, parse, show

NOON = 1_800_014_400  # 2027-01-15 12:00 UTC


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("30m", 30 * MINUTE),
        ("8h", 8 * HOUR),
        ("7d", 7 * DAY),
        ("2w", 2 * WEEK),
        (" 7D ", 7 * DAY),
        ("7 d", 7 * DAY),
        ("1d 12h", 36 * HOUR),
        ("1d12h30m", 36 * HOUR + 30 * MINUTE),
        ("90min", 90 * MINUTE),
        ("1 minute", MINUTE),
        ("2 hours", 2 * HOUR),
        ("3hrs", 3 * HOUR),
        ("1 day", DAY),
        ("2 weeks", 2 * WEEK),
        ("0d", 0),
        ("999999w", 999_999 * WEEK),
        ("2027-01-15", 12 * HOUR),
        ("2027-01-16", 36 * HOUR),
        ("2027-01-14", -12 * HOUR),
        ("2027-02-30", None),
        ("0000-01-01", None),
        ("2027-1-15", None),
        ("7", None),
        ("d", None),
        ("7y", None),
        ("7 months", None),
        ("-7d", None),
        ("1.5d", None),
        ("7d!", None),
        ("in 7d", None),
        ("7d and 8h", None),
        ("9999999d", None),
        ("soon", None),
        ("", None),
    ],
)
def test_durations_and_dates_are_read_as_people_write_them(typed, seconds):
    assert parse(typed, NOON) == seconds


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (7 * DAY, "7d"),
        (90 * DAY, "90d"),
        (36 * HOUR, "1d 12h"),
        (90 * MINUTE, "1h 30m"),
        (59, "0m"),
        (0, "0m"),
    ],
)
def test_a_duration_is_shown_in_its_shortest_exact_form(seconds, shown):
    assert show(seconds) == shown


@given(st.integers(1, 100 * 365 * 24 * 60))
def test_what_is_shown_reads_back_the_same(minutes):
    assert parse(show(minutes * MINUTE), NOON) == minutes * MINUTE


@given(st.text())
def test_any_text_is_a_duration_or_none(typed):
    assert isinstance(parse(typed, NOON), int | None)
