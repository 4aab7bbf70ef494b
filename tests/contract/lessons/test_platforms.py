"""Lessons about what Usher does on the platforms themselves."""

from __future__ import annotations

import pytest

from tests.contract.on_platforms import approve, ask, begin, card_of
from tests.drivers.base import HOUR
from tests.drivers.discord import DiscordDriver
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Door
from tests.fakes.discord import permissions


async def test_L09_what_a_platform_has_not_done_is_not_called_done(door: Door) -> None:
    await begin(door)
    request = await ask(door)
    decided = await approve(door, request)
    assert decided.title.startswith("Approved, and being put in place")
    door.fail_next("forbidden", "access")
    await door.settle()
    assert "Bob" not in door.access("design")
    assert "but not in place yet" in card_of(door, request).title
    assert "but not in place yet" in door.last("Bob").title

    await door.advance(HOUR)

    assert "Bob" in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and in place")
    assert door.last("Bob").title.startswith("Approved, and in place")


@pytest.mark.parametrize("door", ["slack-sqlite", "discord-sqlite"], indirect=True)
async def test_L35_a_platform_that_says_yes_and_does_nothing_is_not_believed(door: Door) -> None:
    await begin(door)
    request = await ask(door)
    await approve(door, request)
    door.refuse("hollow")
    await door.settle()

    assert "Bob" not in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and being put in place")
    assert not door.audit("platform.given")

    await door.advance(60)

    assert "Bob" in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and in place")


@pytest.mark.parametrize("door", ["discord-sqlite"], indirect=True)
async def test_L30_the_bot_gives_no_role_that_whoever_linked_it_could_not_give_themselves(door: Door) -> None:
    await begin(door)
    discord = door.driver
    assert isinstance(discord, DiscordDriver)
    role, keepers = discord.roles["design"], discord.keepers
    assert keepers is not None
    request = await ask(door)
    await approve(door, request)

    # Between the decision and the act Ada comes to stand below the role that she had linked.
    role.position = keepers.position + 1
    await door.settle()
    assert "Bob" not in door.access("design")
    assert "whoever linked it cannot give that role themselves any more" in card_of(door, request).text

    # … the role comes to stand above Usher's own …
    role.position = 120
    await door.advance(HOUR)
    assert "Bob" not in door.access("design")
    shown = await door.run("Ada", "resource show name:design")
    assert "the role does not stand below Usher's own" in shown.text

    # … and Ada loses Manage Roles.
    role.position, keepers.permissions = 10, 0
    await door.advance(HOUR)
    assert "Bob" not in door.access("design")

    keepers.permissions = permissions.MANAGE_ROLES
    await door.advance(HOUR)
    assert "Bob" in door.access("design")


@pytest.mark.parametrize("door", ["slack-sqlite"], indirect=True)
async def test_L30_the_bot_lets_nobody_in_where_whoever_linked_it_could_not(door: Door) -> None:
    await begin(door)
    slack = door.driver
    assert isinstance(slack, SlackDriver)
    door.put("design", "Ada", into=False)
    slack.demote("Ada")
    await door.run("Ada", "access grant resource:design to:@Bob")
    await door.settle()
    assert "Bob" not in door.access("design")
    shown = await door.run("Ada", "resource show name:design")
    assert "whoever linked it may not do that there themselves any more" in shown.text

    door.put("design", "Ada")
    await door.advance(HOUR)
    assert "Bob" in door.access("design")
