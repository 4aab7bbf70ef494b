"""Quiet hours: what can wait is held back by the clock on the workspace's wall, and is read again when they end."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.durations import DAY, HOUR, MINUTE
from core.notices import CAN_WAIT, VIEWS
from core.quiet import Hours, ends_at, quiet_until, read
from core.weeks import find_zone, zone_of, zones
from tests.core.world import Person, World, made

NIGHT = "quiet_hours 22:00-07:00"
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = st.sampled_from(
    [
        UTC,
        BERLIN,
        *map(
            ZoneInfo,
            (
                "America/New_York",
                "Asia/Kathmandu",
                "Australia/Lord_Howe",
                "America/Havana",
                "Africa/Cairo",
                "Pacific/Apia",
            ),
        ),
    ]
)
#: Of the clock on the wall, and not of midnight alone: some zones put their clocks on at that hour.
MINUTES = st.integers(0, 24 * 60 - 1)


def moment(words: str, zone=UTC) -> int:
    return int(datetime.fromisoformat(words).replace(tzinfo=zone).timestamp())


# --- when ------------------------------------------------------------------------------------------------------------


@given(st.integers(0, 3_000_000_000), ZONES, MINUTES, MINUTES)
@example(moment("2026-03-29T01:30", BERLIN), BERLIN, 22 * 60, 2 * 60 + 30)
@example(moment("2026-10-25T02:10", BERLIN) + HOUR, BERLIN, 2 * 60, 2 * 60 + 30)
def test_quiet_hours_end_by_the_clock_on_the_wall_whatever_is_done_to_it(at, zone, begins, ends):
    hours = Hours(begins, ends)

    def quiet(moment: int) -> bool:
        wall = datetime.fromtimestamp(moment, zone)
        return hours.holds(wall.hour * 60 + wall.minute)

    until = ends_at(hours, zone, at)

    if begins == ends:
        return
    assert (until is not None) is quiet(at)
    if until is not None:
        assert at < until <= at + 26 * HOUR or zone.key == "Pacific/Apia"
        assert not quiet(until)
        assert quiet(until - 1) or until - 1 < at


@pytest.mark.parametrize(
    ("hours", "zone", "at", "until"),
    [
        ("22:00-07:00", UTC, "2026-11-22T21:59", None),
        ("22:00-07:00", UTC, "2026-11-22T22:00", "2026-11-23T07:00"),
        ("22:00-07:00", UTC, "2026-11-23T06:59", "2026-11-23T07:00"),
        ("22:00-07:00", UTC, "2026-11-23T07:00", None),
        ("12:00-13:30", UTC, "2026-11-23T13:00", "2026-11-23T13:30"),
        # In the night in which an hour is left out, and in the one that has an hour twice.
        ("22:00-07:00", BERLIN, "2026-03-28T23:00", "2026-03-29T07:00"),
        ("22:00-07:00", BERLIN, "2026-10-24T23:00", "2026-10-25T07:00"),
        ("22:00-02:30", BERLIN, "2026-03-28T23:00", "2026-03-29T03:00"),
    ],
)
def test_quiet_hours_go_over_midnight_and_over_changes_of_the_clock(hours, zone, at, until):
    found = ends_at(read(hours), zone, moment(at, zone))
    assert found == (moment(until, zone) if until else None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("22:00-07:00", "22:00-07:00"),
        ("22-7", "22:00-07:00"),
        ("22:00–07:00", "22:00-07:00"),
        ("22.30 — 7", "22:30-07:00"),
        ("10pm-7am", "22:00-07:00"),
        ("10 PM to 7:15 am", "22:00-07:15"),
        ("0-24", None),
        ("22-24", "22:00-00:00"),
        ("12am-6am", "00:00-06:00"),
        ("7-7", None),
        ("25-7", None),
        ("22:60-7", None),
        ("13pm-2", None),
        ("night", None),
        ("22", None),
    ],
)
def test_hours_are_read_as_people_write_them(typed, kept):
    found = read(typed)
    assert (found and str(found)) == kept


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("utc", "UTC"),
        ("Etc/GMT+5", ""),
        ("EST", ""),
        ("../../etc/passwd", ""),
        ("Mars", ""),
        ("", ""),
    ],
)
def test_a_zone_is_found_by_its_name_or_its_city(typed, name):
    assert find_zone(typed) == name


def test_every_zone_that_can_be_set_is_one_and_what_no_machine_knows_is_utc():
    assert all(str(zone_of({"time_zone": name})) == name for name in zones())
    assert zone_of({"time_zone": "Europe/Atlantis"}) is UTC
    assert quiet_until({"time_zone": "Europe/Berlin", "quiet_hours": "22:00-07:00"}, 0) == 6 * HOUR


# --- what ------------------------------------------------------------------------------------------------------------


#: What is sent at any hour: somebody waits for it, or has to act on it.
AT_ANY_HOUR = {
    "ended",
    "escalated",
    "voted",
    "barred",
    "deleted",
    "effect",
    "emergency",
    "full",
    "misplaced",
    "outcome",
    "removed",
    "transfer",
}


def test_of_each_notice_it_was_decided_whether_it_can_wait():
    assert set(VIEWS) == CAN_WAIT | AT_ANY_HOUR
    assert not CAN_WAIT & AT_ANY_HOUR


def asked_in(world: World, *settings: str) -> tuple[Person, str]:
    """Nora asks Olga at 18:30 UTC; the reminder to Olga is due at 22:30."""
    owner = world.studio("studio", *settings)
    link = owner.link()
    world.at = moment("2027-01-15T18:30")
    request = world.person("Nora").ask(link)
    world.desk.drain(world.at)
    return owner, request


def reminders(world: World) -> list[str]:
    return [message.card.title for message in world.desk.messages if message.card.title.startswith("Still")]


def run_at(world: World, words: str) -> int:
    world.at = moment(words)
    world.core.sweep(world.at)
    return world.desk.drain(world.at)


def held(world: World) -> int:
    return world.one(
        "SELECT count(*) FROM outbox WHERE due_at = :at AND attempts = 0 AND lease_until IS NULL AND trouble = ''",
        at=moment("2027-01-16T07:00"),
    )


def test_a_reminder_in_the_night_is_sent_in_the_morning_and_nobody_looks_at_it_before(world: World):
    asked_in(world, NIGHT)
    run_at(world, "2027-01-15T22:31")
    assert reminders(world) == []
    assert held(world) == 1
    assert [run_at(world, f"2027-01-16T{at}") for at in ("00:00", "02:29", "06:59")] == [0, 0, 2]
    assert reminders(world) == []

    run_at(world, "2027-01-16T07:00")
    assert len(reminders(world)) == 1
    run_at(world, "2027-01-16T08:00")
    assert len(reminders(world)) == 1


def test_what_is_no_longer_true_in_the_morning_is_not_sent(world: World):
    owner, request = asked_in(world, NIGHT)
    run_at(world, "2027-01-15T22:31")
    made(owner.say(f"request deny request:{request}"))
    run_at(world, "2027-01-16T07:00")
    assert reminders(world) == []


def test_the_hours_are_those_of_the_workspace_s_zone(world: World):
    asked_in(world, "quiet_hours 23:00-07:00", "time_zone Europe/Berlin")
    run_at(world, "2027-01-15T22:31")
    assert reminders(world) == []
    run_at(world, "2027-01-16T05:59")
    assert reminders(world) == []
    run_at(world, "2027-01-16T06:00")
    assert len(reminders(world)) == 1


def test_what_somebody_waits_for_is_sent_at_any_hour(world: World):
    owner, request = asked_in(world, NIGHT)
    world.at = moment("2027-01-15T23:00")
    world.person("Eve").ask(owner.link())
    made(owner.say(f"request approve request:{request}"))
    world.desk.drain(world.at)
    assert "Eve asks to join Studio" in [card.title for card in world.desk.to("OLGA")]
    assert len(world.desk.to("NORA")) == 1

    made(owner.click(made(owner.say("member remove member:Nora")), "Confirm"))
    world.desk.drain(world.at)
    assert len(world.desk.to("NORA")) == 2


def test_without_quiet_hours_any_more_what_was_held_back_is_sent_at_once(world: World):
    owner, _ = asked_in(world, NIGHT)
    run_at(world, "2027-01-15T22:31")
    made(owner.say("workspace set quiet_hours 22-6"))
    world.desk.drain(world.at)
    assert reminders(world) == []
    made(owner.say("workspace set quiet_hours none"))
    world.desk.drain(world.at)
    assert len(reminders(world)) == 1


def test_however_many_are_held_back_one_look_is_enough(world: World):
    asked_in(world, NIGHT)
    with world.store.writing() as connection:
        for number in range(300):
            connection.exec_driver_sql(
                "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) "
                f"SELECT workspace_id, 'note/arrived/inv-{number}/mem-1/member:mem-2', 1, {world.at}, 0, '' "
                "FROM workspaces WHERE name = 'Studio'"
            )
    world.at = moment("2027-01-15T22:31")
    assert world.desk.drain(world.at) <= 20
    assert held(world) >= 300


@pytest.mark.parametrize(
    "wrong", ["quiet_hours 7-7", "quiet_hours 07:00-06:01", "quiet_hours always", "time_zone Mars"]
)
def test_what_is_no_time_is_refused_in_words(world: World, wrong):
    owner = world.studio()
    name, _, value = wrong.partition(" ")
    card = owner.say(f"workspace set setting:{name} value:{value}")
    assert "such as" in str(card.body)
    assert f"“{value}”" in str(card)


def test_settings_show_both(world: World):
    owner = world.studio("studio", NIGHT, "time_zone berlin")
    words = "\n".join(str(line) for line in owner.say("workspace settings").lines)
    assert "22:00-07:00" in words
    assert "Europe/Berlin" in words


# --- the digest -------------------------------------------------------------------------------------------------------


def test_the_digest_comes_at_nine_in_the_workspace_s_zone_also_after_it_was_changed(world: World):
    owner = world.studio("studio", "time_zone America/New_York")
    world.member(owner, "Dana", "Designer")
    run_at(world, "2027-01-18T13:59")
    assert world.desk.cards("Last week in") == []
    run_at(world, "2027-01-18T14:00")
    assert len(world.desk.cards("Last week in")) == 1

    made(owner.say("workspace set time_zone Europe/Berlin"))
    world.member(owner, "Eve", "Designer")
    run_at(world, "2027-01-25T07:59")
    assert len(world.desk.cards("Last week in")) == 1
    run_at(world, "2027-01-25T08:00")
    assert len(world.desk.cards("Last week in")) == 2


def test_a_digest_that_falls_into_quiet_hours_comes_when_they_end(world: World):
    owner = world.studio("studio", "quiet_hours 08:00-10:00")
    world.member(owner, "Dana", "Designer")
    run_at(world, "2027-01-18T09:00")
    assert world.desk.cards("Last week in") == []
    run_at(world, "2027-01-18T10:00")
    assert len(world.desk.cards("Last week in")) == 1


def test_the_first_digest_of_an_old_workspace_waits_for_monday(world: World):
    owner = world.studio()
    world.member(owner, "Dana", "Designer")
    world.change("UPDATE workspaces SET digest_at = NULL")
    run_at(world, "2027-01-20T12:00")
    assert world.desk.cards("Last week in") == []
    world.at += DAY + MINUTE
    world.member(owner, "Eve", "Designer")
    run_at(world, "2027-01-25T09:00")
    assert len(world.desk.cards("Last week in")) == 1
