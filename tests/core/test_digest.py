"""When the week's digest is sent, and that it is sent once."""

from __future__ import annotations

import threading

import pytest

from core import digest
from core.cards import plain
from core.durations import DAY, HOUR, WEEK
from core.workspaces import insert_workspace
from tests.core.weekly import MONDAY, TITLE, busy, digests, sweep, the_digest
from tests.core.world import START, World, field_of, made, words


def test_the_digest_comes_on_monday_at_nine_and_not_a_second_earlier(world: World):
    busy(world)
    assert sweep(world, MONDAY - 1) == 0
    assert digests(world) == []
    assert sweep(world, MONDAY) == 1
    assert the_digest(world).title.startswith(f"{TITLE}1 joined")


def test_L39_it_is_sent_once_however_often_anybody_sweeps_and_whatever_restarts(world: World):
    busy(world)
    for moment in range(MONDAY, MONDAY + WEEK, 11 * HOUR):
        sweep(world, moment)
        other = world.another()
        other.desk.messages = world.desk.messages
        assert sweep(other, moment) == 0
    assert len(digests(world)) == 1


def test_L38_two_processes_that_sweep_in_the_same_moment_make_one_digest(world: World):
    busy(world)
    others = [world, world.another(), world.another()]
    gate = threading.Barrier(len(others))
    found: list[int] = []

    def run(one: World) -> None:
        gate.wait()
        found.append(one.core.sweep(MONDAY))

    threads = [threading.Thread(target=run, args=(one,)) for one in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    world.desk.drain(MONDAY)

    assert sum(found) == 1
    assert len(digests(world)) == 1


def test_a_workspace_in_which_somebody_is_at_work_is_not_waited_for_and_not_forgotten(world: World):
    if world.store.is_sqlite:
        return  # there a sweep waits for its turn
    busy(world)
    world.core.sweep(MONDAY - 1)
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    with world.store.writing() as connection:
        connection.exec_driver_sql(f"SELECT 1 FROM workspaces WHERE workspace_id = '{workspace}' FOR UPDATE")
        assert world.another().core.sweep(MONDAY) == 0
    assert world.core.sweep(MONDAY) == 1


@pytest.mark.parametrize("late", [HOUR, 3 * DAY, WEEK - 1])
def test_who_was_not_there_on_monday_makes_up_for_it_within_the_week(world: World, late):
    busy(world)
    sweep(world, MONDAY + late)
    assert "11 to 17 January 2027" in words(the_digest(world))


def test_after_weeks_of_absence_only_the_latest_week_is_told_of(world: World):
    owner = busy(world)
    world.at = MONDAY + 2 * WEEK - 3 * DAY
    world.member(owner, "Eve")
    sweep(world, MONDAY + 2 * WEEK + DAY)
    sweep(world, MONDAY + 2 * WEEK + 2 * DAY)

    card = the_digest(world)
    assert "25 to 31 January 2027" in words(card)
    assert field_of(card, "Joined") == "Eve"


def test_a_digest_that_could_not_be_delivered_within_its_week_is_dropped(world: World):
    owner = busy(world)
    world.core.sweep(MONDAY)
    world.at = MONDAY + WEEK - DAY
    world.member(owner, "Eve")
    sweep(world, MONDAY + WEEK)

    card = the_digest(world)
    assert field_of(card, "Joined") == "Eve"


@pytest.mark.parametrize("days", [-1, 1, -6, 6])
def test_a_clock_that_goes_forth_and_back_changes_nothing(world: World, days):
    owner = busy(world)
    for monday in range(MONDAY, MONDAY + 4 * WEEK, WEEK):
        world.at = monday - HOUR
        world.member(owner, f"N{monday}")
        for moment in (monday, monday + days * DAY, monday, monday + days * DAY + HOUR, monday + HOUR):
            sweep(world, moment)
    told = [plain(card.footer).partition(" ·")[0] for card in digests(world)]
    assert told == [
        "11 to 17 January 2027",
        "18 to 24 January 2027",
        "25 to 31 January 2027",
        "1 to 7 February 2027",
    ]


def test_what_was_announced_before_the_clock_went_back_is_still_sent(world: World):
    busy(world)
    world.core.sweep(MONDAY)
    world.desk.drain(MONDAY - DAY)
    world.desk.drain(MONDAY + DAY)
    assert len(digests(world)) == 1


@pytest.mark.parametrize("years", [-40, 40])
def test_a_clock_that_was_wrong_by_years_ends_no_digests(world: World, years):
    owner = busy(world)
    wrong = MONDAY + years * 365 * DAY
    world.core.sweep(wrong)
    world.core.sweep(MONDAY)
    world.desk.drain(MONDAY)
    assert len(digests(world)) == 1
    world.at = MONDAY + DAY
    world.member(owner, "Eve")
    sweep(world, MONDAY + WEEK)
    assert len(digests(world)) == 2


@pytest.mark.parametrize(("made_at", "mondays"), [(MONDAY - DAY, 0), (MONDAY - DAY + 1, 1), (MONDAY - 1, 1)])
def test_a_workspace_that_is_younger_than_a_day_on_monday_waits_for_the_next_one(
    world: World, made_at, mondays
):
    world.at = made_at
    owner = busy(world)
    sweep(world, made_at + 1)
    sweep(world, MONDAY)
    assert len(digests(world)) == 1 - mondays
    world.at = MONDAY + DAY
    world.member(owner, "Eve")
    sweep(world, MONDAY + WEEK)
    assert len(digests(world)) == 2 - mondays


def test_a_deleted_workspace_gets_none_even_if_it_was_announced(world: World):
    busy(world)
    world.core.sweep(MONDAY)
    world.change("UPDATE workspaces SET deleted_at = :at WHERE name = 'Studio'", at=MONDAY)
    world.desk.drain(MONDAY)
    sweep(world, MONDAY + WEEK)
    assert digests(world) == []
    assert world.rows("SELECT key FROM outbox WHERE key LIKE 'note/digest%' AND due_at IS NOT NULL") == []


def test_the_digest_is_switched_off_and_on_and_the_setting_is_read_when_it_is_sent(world: World):
    owner = busy(world)
    world.core.sweep(MONDAY)
    made(owner.say("workspace set setting:digest value:off"))
    world.desk.drain(MONDAY)
    assert digests(world) == []

    made(owner.say("workspace set setting:digest value:on"))
    sweep(world, MONDAY + DAY)
    assert digests(world) == []
    world.member(owner, "Eve")
    sweep(world, MONDAY + WEEK)
    assert field_of(the_digest(world), "Joined") == "Eve"


def test_L29_digests_are_on_unless_somebody_switches_them_off(world: World):
    owner = world.studio()
    shown = "\n".join(plain(line.text) for line in made(owner.say("workspace settings")).lines)
    assert "digest = on" in shown


def test_every_workspace_gets_its_own_in_as_many_sweeps_as_it_takes(world: World, monkeypatch):
    monkeypatch.setattr(digest, "AT_ONCE", 3)
    for number in range(7):
        owner = world.person(f"O{number}", realm=f"T{number}", place_admin=True)
        made(owner.say(f"workspace create name:W{number}"))
        made(owner.say("invite create name:crew"))
    found = [sweep(world, MONDAY + minute) for minute in range(10)]

    assert sum(found) == 7
    assert max(found) <= 3
    assert found[-3:] == [0, 0, 0]
    assert len({card.title.partition(":")[0] for card in digests(world)}) == 7


def test_looking_for_what_is_due_reads_an_index_however_many_workspaces_there_are(world: World):
    with world.store.writing() as connection:
        for number in range(2_000):
            insert_workspace(connection, world.core.config, f"W{number}", "studio", START)
    while world.core.sweep(MONDAY):
        pass
    look = digest._DUE.compile()
    values = {**look.params, "now": MONDAY, "too_far": MONDAY + digest.TOO_FAR, "most": digest.AT_ONCE}
    with world.store.writing() as connection:
        if not world.store.is_sqlite:
            connection.exec_driver_sql("ANALYZE workspaces")
    explain = "EXPLAIN QUERY PLAN" if world.store.is_sqlite else "EXPLAIN"
    plan = "\n".join(str(row) for row in world.rows(f"{explain} {look}", **values))

    assert digest_rows(world) == 2_000
    assert plan.count("ix_workspaces_digest_at") == 3
    assert "Seq Scan" not in plan


def digest_rows(world: World) -> int:
    return int(world.one("SELECT count(*) FROM outbox WHERE key LIKE 'note/digest/%'"))
