"""Scheduling: sweeps are idempotent, several may run or none, and nobody hears twice or of what is no longer so."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from core.ids import Codes
from core.service import Core
from core.state import Config
from core.store import Store
from tests.contract.stories import ask, invite, leave, member, start
from tests.drivers.base import DAY, HOUR, PUBLIC_URL, SECRET
from tests.drivers.worlds import Door


async def _swept_by(door: Door, workers: int) -> None:
    """Several processes sweep in the same moment."""
    stores = [Store(door.world.store.url.render_as_string(hide_password=False)) for _ in range(workers)]
    cores = [Core(store, Config(Codes(SECRET), PUBLIC_URL)) for store in stores]
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(workers) as executor:
        at = door.world.clock()
        await asyncio.gather(*(loop.run_in_executor(executor, core.sweep, at) for core in cores))
    for store in stores:
        store.close()


@pytest.mark.everywhere
async def test_L38_two_workers_that_sweep_together_do_everything_once(door: Door) -> None:
    await start(door)
    for who in ("Nia", "Eve", "Bob"):
        await ask(door, who)
    await door.advance(5 * DAY, jobs=False)

    await _swept_by(door, 2)
    await door.settle()
    await _swept_by(door, 2)
    await door.settle()

    assert len(door.audit("request.expired")) == 3
    for who in ("Nia", "Eve", "Bob"):
        assert [seen.title for seen in door.inbox(who)] == ["Expired: your request to join Studio"]
    ending = [seen for seen in door.inbox("Ada") if "ends soon" in seen.title]
    assert len(ending) == 3


async def test_L38_what_was_due_while_nothing_ran_is_done_after_the_restart(door: Door) -> None:
    await start(door)
    await ask(door)
    await door.advance(10 * DAY, jobs=False)
    assert door.inbox("Nia") == []
    await door.restart()

    await door.advance(0)

    assert [seen.title for seen in door.inbox("Nia")] == ["Expired: your request to join Studio"]
    assert door.last("Ada").labels == []


async def test_L39_a_reminder_comes_once_whatever_restarts_and_however_often_is_swept(door: Door) -> None:
    await start(door)
    await invite(door, options="name:Spring")
    for _ in range(4):
        await door.advance(5 * DAY // 4 + 1)
        await door.restart()
        await door.advance(0)
        await _swept_by(door, 2)
        await door.settle()
    await door.advance(HOUR)

    assert [seen.title for seen in door.inbox("Ada")] == ["Your invitation “Spring” ends soon"]


@pytest.mark.parametrize("why", ["revoked", "extended", "accepted", "left"])
async def test_L39_nobody_is_reminded_of_what_is_no_longer_so(door: Door, why: str) -> None:
    """The sweep has marked the reminder; before it is sent, somebody acts."""
    await start(door, policy="instant")
    if why == "left":
        made = await invite(door, options="role:Designer expires:1d")
        await door.run("Bob", f"join code:{made.code}")
    inviter = "Bob" if why == "left" else "Ada"
    spring = await invite(door, inviter, "name:Spring emails:@Nia")
    await door.settle()
    before = len(door.inbox(inviter))
    await door.advance(5 * DAY, jobs=False)
    door.world.core.sweep(door.world.clock())
    if why == "revoked":
        await door.click("Ada", spring, "Revoke")
    elif why == "extended":
        await door.click("Ada", spring, "Extend")
    elif why == "accepted":
        await door.run("Nia", f"join code:{spring.code}")
    else:
        await leave(door, "Bob")

    await door.settle()

    told = door.inbox(inviter)[before:]
    assert [seen.title for seen in told if "ends soon" in seen.title] == []


async def test_L39_after_an_extension_the_reminder_comes_for_the_new_end(door: Door) -> None:
    await start(door)
    made = await invite(door, options="name:Spring")
    await door.advance(5 * DAY)
    await door.click("Ada", made, "Extend")
    await door.advance(DAY)
    assert len(door.inbox("Ada")) == 1

    await door.advance(6 * DAY)

    ending = [seen.title for seen in door.inbox("Ada") if "ends soon" in seen.title]
    assert ending == ["Your invitation “Spring” ends soon"] * 2


async def test_L39_an_outcome_is_told_once_to_the_one_who_asked(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    await door.click("Bob", door.last("Bob"), "Approve")
    for _ in range(3):
        await door.settle()
        await door.restart()
        await door.advance(DAY)

    assert len(door.inbox("Nia")) == 1
