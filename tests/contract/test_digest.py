"""The weekly digest, through every door: one on Monday morning for those who run the workspace, or none."""

from __future__ import annotations

import pytest

from tests.contract.stories import ask, change, invite, link, member, start
from tests.drivers.base import DAY, HOUR, MINUTE, Seen, Trouble
from tests.drivers.worlds import Both, Door

#: Monday, 9 February 2026, 09:00 UTC: the worlds of these tests begin in the night to the Monday before.
MONDAY = 1_770_627_600
WEEK = 7 * DAY


def told(cards: list[Seen]) -> list[str]:
    return [seen.title for seen in cards if seen.title.startswith("Last week in")]


async def until(door: Door | Both, at: int, *, jobs: bool = True) -> None:
    await door.advance(at - door.world.clock(), jobs=jobs)


def last(cards: list[Seen]) -> Seen:
    return [seen for seen in cards if seen.title.startswith("Last week in")][-1]


async def test_on_monday_at_nine_those_who_run_the_workspace_read_who_joined(door: Door) -> None:
    await start(door)
    await member(door, "Nia")
    await door.advance(MINUTE)
    await member(door, "Bob", "Admin")
    await until(door, MONDAY - 1)
    assert told(door.inbox("Ada")) == []

    await until(door, MONDAY)

    for who in ("Ada", "Bob"):
        assert told(door.inbox(who)) == ["Last week in Studio: 2 joined"]
    seen = last(door.inbox("Ada"))
    assert "Joined: Nia and Bob" in seen.text
    assert "Requests: 2 asked, 2 approved" in seen.text
    assert "2 to 8 February 2026" in seen.text
    assert seen.chart == (
        "2 to 8 February 2026: Joined 2, Asked 2, Approved 2, Denied 0, Expired 0, Invited 2, Unused 0"
    )
    assert seen.labels == []
    assert told(door.inbox("Nia")) == []
    assert told(door.cards()) == []


async def test_with_a_place_for_approvals_it_stands_there_and_in_nobody_s_messages(door: Door) -> None:
    await start(door)
    door.channel("door-keepers")
    await change(door, "approvals_place", "#door-keepers")
    await member(door, "Nia")

    await until(door, MONDAY)

    assert told(door.cards("door-keepers")) == ["Last week in Studio: 1 joined"]
    assert told(door.cards()) == told(door.inbox("Ada")) == []


async def test_it_is_sent_once_whatever_restarts_and_however_the_clock_goes(door: Door) -> None:
    await start(door)
    await member(door, "Nia")
    await until(door, MONDAY, jobs=False)
    await door.restart()
    for step in (0, 0, MINUTE, DAY, -DAY, DAY, 2 * DAY):
        await door.advance(step)
        await door.restart()
        await door.advance(0)

    assert told(door.inbox("Ada")) == ["Last week in Studio: 1 joined"]


async def test_who_was_not_there_on_monday_makes_up_for_it_and_for_the_latest_week_only(door: Door) -> None:
    await start(door)
    await member(door, "Nia")
    await until(door, MONDAY + WEEK - DAY, jobs=False)
    await member(door, "Bob")
    await until(door, MONDAY + WEEK + 2 * DAY)

    assert told(door.inbox("Ada")) == ["Last week in Studio: 1 joined, 1 ends this week"]
    assert "Joined: Bob" in last(door.inbox("Ada")).text


async def test_switched_off_it_is_not_sent_and_switched_on_again_it_is(door: Door) -> None:
    await start(door)
    await change(door, "digest", "off")
    await member(door, "Nia")
    await until(door, MONDAY)
    assert told(door.inbox("Ada")) == []

    await change(door, "digest", "on")
    await member(door, "Bob")
    await until(door, MONDAY + WEEK)
    assert told(door.inbox("Ada")) == ["Last week in Studio: 1 joined"]


async def test_nobody_is_told_of_a_week_in_which_nothing_happened(door: Door) -> None:
    await start(door)

    await until(door, MONDAY)
    await until(door, MONDAY + WEEK)

    assert door.inbox("Ada") == door.cards() == []


async def test_what_waits_is_shown_with_the_command_that_answers_it(door: Door) -> None:
    await start(door)
    await until(door, MONDAY - DAY, jobs=False)
    asked = await ask(door)
    await until(door, MONDAY)

    seen = last(door.inbox("Ada"))
    assert seen.title == "Last week in Studio: 1 waits, 1 ends this week"
    assert f"{asked.short_id} Nia asks to join as Designer" in seen.text
    typed = f"request approve request:{asked.short_id}"
    assert typed in seen.text.replace("`", "")
    assert (await door.run("Ada", typed)).title == "Approved: Nia"


async def test_it_is_read_again_at_the_moment_of_sending(door: Door) -> None:
    await start(door)
    await until(door, MONDAY - DAY, jobs=False)
    asked = await ask(door)
    await until(door, MONDAY, jobs=False)
    door.world.core.sweep(MONDAY)
    await door.run("Ada", f"request approve request:{asked.short_id}")
    await door.settle()

    assert "waits" not in last(door.inbox("Ada")).title


@pytest.mark.parametrize("trouble", ["forbidden", "gone"])
async def test_a_place_that_refuses_it_is_stood_in_for_by_direct_messages(
    door: Door, trouble: Trouble
) -> None:
    await start(door)
    await change(door, "approvals_place", "here")
    await member(door, "Nia")
    door.fail_next(trouble)

    await until(door, MONDAY)
    await door.advance(2 * HOUR)

    assert told(door.cards()) == []
    assert told(door.inbox("Ada")) == ["Last week in Studio: 1 joined"]
    assert "I can't post in the approvals place of Studio" in [seen.title for seen in door.inbox("Ada")]


@pytest.mark.parametrize("trouble", ["rate limited", "unavailable", "lost"])
async def test_passing_trouble_delays_it_and_makes_no_twin(door: Door, trouble: Trouble) -> None:
    await start(door)
    await change(door, "approvals_place", "here")
    await member(door, "Nia")
    door.fail_next(trouble)

    await until(door, MONDAY)
    await door.advance(2 * MINUTE)

    assert told(door.cards()) == ["Last week in Studio: 1 joined"]
    assert told(door.inbox("Ada")) == []


async def test_a_workspace_of_sunday_evening_waits_a_week(door: Door) -> None:
    await until(door, MONDAY - 12 * HOUR)
    await start(door)
    await member(door, "Nia")
    await until(door, MONDAY)
    assert told(door.inbox("Ada")) == []

    await invite(door)
    await until(door, MONDAY + WEEK)
    assert len(told(door.inbox("Ada"))) == 1


async def test_L32_names_and_labels_call_nobody_and_link_nowhere(door: Door) -> None:
    await start(door)
    shown = "<@everyone> *Mal* [x](https://evil.example)"
    door.person("Mal", email="mal@evil.example", shows=shown)
    await until(door, MONDAY - DAY, jobs=False)
    asked = await ask(door, "Mal")
    assert (await door.run("Ada", f"request approve request:{asked.short_id}")).title == f"Approved: {shown}"
    door.person("Mel", email="mel@evil.example", shows="@here ```Mel")
    await ask(door, "Mel")
    await invite(door, options='name:"@here https://evil.example"')
    await until(door, MONDAY)

    assert len(told(door.inbox("Ada"))) == 1
    assert door.pings() == []


async def test_admins_on_two_platforms_each_read_it_where_they_are(both: Both) -> None:
    await link(both)
    await until(both, MONDAY)

    for card in (last(both.slack.inbox("Ada")), last(both.discord.inbox("Cleo"))):
        assert card.title == "Last week in Studio: 1 joined"
        assert "Joined: Cleo" in card.text
