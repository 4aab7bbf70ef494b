"""Usher is thrown away and made anew, between any two steps; what the platforms and the database hold stays."""

from __future__ import annotations

import pytest

from core.outbox import LEASE
from tests.contract.stories import ask, invite, link, start
from tests.drivers.base import DAY
from tests.drivers.worlds import Both, Door

pytestmark = pytest.mark.everywhere


async def test_a_restart_between_any_two_steps_loses_and_doubles_nothing(door: Door) -> None:
    await door.restart()
    await start(door)
    await door.restart()
    made = await invite(door, options="role:Designer")
    await door.restart()
    asked = await door.run("Nia", f"join code:{made.code}")
    await door.restart()
    await door.settle()
    await door.restart()
    (card,) = door.inbox("Ada")
    decided = await door.click("Ada", card, "Approve")
    await door.restart()
    await door.settle()
    await door.restart()
    await door.settle()

    assert asked.title == "You asked to join Studio"
    assert decided.title == "Approved: Nia"
    assert [seen.title for seen in door.inbox("Ada")] == [
        "Joined: Nia is in Studio as Designer",
        "Nia joined Studio",
    ]
    assert door.inbox("Ada")[0].labels == []
    assert len(door.inbox("Nia")) == 1
    assert door.world.count("members") == 2


async def test_buttons_of_private_answers_and_of_cards_work_after_a_restart(door: Door) -> None:
    await start(door)
    made = await invite(door, options="name:Spring")
    await ask(door)
    card = door.last("Ada")
    await door.restart()

    assert (await door.click("Ada", made, "Extend")).title == "Extended: Spring"
    assert (await door.click("Ada", card, "Deny")).title == "Denied: Nia"


async def test_what_expired_while_usher_was_away_is_settled_afterwards(door: Door) -> None:
    await start(door)
    await ask(door)
    await door.advance(4 * DAY, jobs=False)
    await door.restart()
    await door.advance(1)

    assert door.last("Ada").title == "Expired: Nia"
    assert [seen.title for seen in door.inbox("Nia")] == ["Expired: your request to join Studio"]


async def test_a_delivery_that_another_process_died_over_is_taken_up_when_its_lease_has_run_out(
    door: Door,
) -> None:
    await start(door)
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")
    claimed = door.world.core.claim(door.world.clock(), 10)
    assert claimed
    await door.restart()
    await door.advance(LEASE - 1)
    assert door.inbox("Ada") == []

    await door.advance(1)

    assert len(door.inbox("Ada")) == 1


async def test_a_process_that_died_between_posting_and_recording_leaves_one_card(door: Door) -> None:
    """The message stands, nobody wrote that down: whoever comes next looks for it first."""
    await start(door)
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")
    core, clock = door.world.core, door.world.clock
    (work,) = core.claim(clock(), 10)
    (step,) = core.plan(work, clock())
    await door.driver.platform.post(step.target, step.card, step.key, look_first=step.look_first)
    await door.restart()
    await door.advance(LEASE)

    (card,) = door.inbox("Ada")
    await door.click("Ada", card, "Approve")
    await door.settle()
    assert [seen.labels for seen in door.inbox("Ada")] == [[], []]


async def test_copies_on_two_platforms_survive_a_restart(both: Both) -> None:
    await link(both)
    made = await invite(both.slack, options="role:Designer")
    await both.discord.run("Nia", f"join code:{made.code}")
    await both.restart()
    await both.settle()
    await both.restart()

    await both.slack.click("Ada", both.slack.last("Ada"), "Approve")
    await both.restart()
    await both.settle()

    assert both.discord.last("Cleo").title == "Joined: Nia is in Studio as Designer"
    assert both.discord.last("Nia").title == "Approved: welcome to Studio"
