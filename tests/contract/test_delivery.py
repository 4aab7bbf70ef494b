"""What Usher posts arrives once, whatever ails the platform; what cannot arrive is seen, and stops nobody."""

from __future__ import annotations

import pytest

from core.outbox import TRIES
from tests.contract.conftest import Logged
from tests.contract.stories import ask, change, invite, link, member, start
from tests.drivers.base import DAY, HOUR, MINUTE, Trouble
from tests.drivers.discord import DiscordDriver
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Both, Door


@pytest.mark.everywhere
@pytest.mark.parametrize("trouble", ["rate limited", "unavailable", "lost"])
async def test_passing_trouble_delays_a_card_and_makes_no_twin(door: Door, trouble: Trouble) -> None:
    await start(door)
    door.fail_next(trouble)
    await ask(door)
    assert [seen.labels for seen in door.inbox("Ada")] == (
        [["Approve", "Approve with less", "Deny", "Deny with a reason"]] if trouble == "lost" else []
    )

    await door.advance(2 * MINUTE)

    (card,) = door.inbox("Ada")
    assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]


@pytest.mark.parametrize("trouble", ["rate limited", "unavailable", "lost"])
async def test_passing_trouble_delays_the_outcome_on_a_card(door: Door, trouble: Trouble) -> None:
    await start(door)
    await ask(door)
    door.fail_next(trouble, "edit")
    await door.click("Ada", door.last("Ada"), "Approve")
    await door.settle()
    await door.advance(2 * MINUTE)

    (card,) = [seen for seen in door.inbox("Ada") if "Nia is in" in seen.title]
    assert card.labels == []


@pytest.mark.parametrize("trouble", ["forbidden", "gone"])
async def test_where_a_card_cannot_go_the_others_go_and_the_request_can_be_decided(
    door: Door, trouble: Trouble
) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    door.fail_next(trouble)
    asked = await ask(door)
    reached = [who for who in ("Ada", "Bob") if any("Nia asks" in seen.title for seen in door.inbox(who))]
    assert len(reached) == 1

    assert (await door.run("Ada", "status")).title == "1 message could not be delivered"
    assert (await door.run("Ada", f"request approve request:{asked.short_id}")).title == "Approved: Nia"
    await door.advance(DAY)
    assert door.last("Nia").title == "Approved: welcome to Studio"


async def test_a_newcomer_with_closed_direct_messages_finds_the_outcome_by_asking(door: Door) -> None:
    await start(door)
    door.shut("Nia")
    await ask(door)
    decided = await door.click("Ada", door.last("Ada"), "Deny")
    await door.settle()

    assert decided.title == "Denied: Nia"
    assert door.inbox("Nia") == []
    assert (await door.run("Nia", "me")).title == "Denied: your request to join Studio"
    await ask(door)
    assert (await door.run("Ada", "request list")).title == "Requests (1 waits for you)"


@pytest.mark.everywhere
async def test_a_twin_card_works_and_shows_the_outcome_once_it_was_pressed(door: Door) -> None:
    """The process was killed exactly between posting and recording, long ago: two cards stand, one is written down."""
    await start(door)
    made = await invite(door, options="role:Designer")
    await door.run("Nia", f"join code:{made.code}")
    core, clock = door.world.core, door.world.clock
    (work,) = core.claim(clock(), 10)
    (step,) = core.plan(work, clock())
    for _ in range(2):
        ref = await door.driver.platform.post(step.target, step.card, step.key, look_first=False)
        clock.at += 6 * MINUTE  # Discord remembers a nonce for five
    core.delivered(work, step, ref, clock())
    core.settle(work, clock())
    twin, known = door.inbox("Ada")

    decided = await door.click("Ada", twin, "Approve")
    await door.settle()

    assert decided.title == "Approved: Nia"
    titles = [seen.title for seen in door.inbox("Ada")]
    assert titles.count("Joined: Nia is in Studio as Designer") == 2, (titles, known)
    assert all(seen.labels == [] for seen in door.inbox("Ada"))


@pytest.mark.everywhere
async def test_a_twin_that_is_pressed_too_late_is_healed_too(door: Door) -> None:
    await start(door)
    made = await invite(door, options="role:Designer")
    asked = await door.run("Nia", f"join code:{made.code}")
    core, clock = door.world.core, door.world.clock
    (work,) = core.claim(clock(), 10)
    (step,) = core.plan(work, clock())
    await door.driver.platform.post(step.target, step.card, "another-key", look_first=False)
    core.retry(work, clock(), 1, "died", counted=False)
    await door.advance(6 * MINUTE)
    await door.run("Ada", f"request deny request:{asked.short_id}")
    await door.settle()
    twin = door.inbox("Ada")[0]
    assert twin.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]

    late = await door.click("Ada", twin, "Approve")
    await door.settle()

    assert late.title == "Somebody was first"
    assert [seen.title for seen in door.inbox("Ada")] == ["Denied: Nia", "Denied: Nia"]


@pytest.mark.parametrize("trouble", ["forbidden", "gone"])
async def test_where_the_approvals_place_takes_no_cards_the_approvers_get_them_and_its_owner_is_told(
    door: Door, trouble: Trouble
) -> None:
    await start(door)
    await change(door, "approvals_place", "here")
    door.fail_next(trouble)
    await ask(door)
    await door.advance(MINUTE)
    assert door.cards() == []
    assert sorted(seen.title for seen in door.inbox("Ada")) == [
        "I can't post in the approvals place of Studio",
        "Nia asks to join Studio",
    ]

    (card,) = [seen for seen in door.inbox("Ada") if seen.labels]
    await door.click("Ada", card, "Approve")
    await door.settle()
    assert door.last("Nia").title == "Approved: welcome to Studio"
    assert door.pings() == []


async def test_a_card_that_somebody_deleted_stops_nothing(door: Door) -> None:
    await start(door)
    asked = await ask(door)
    door.remove(door.last("Ada"))

    assert (await door.run("Ada", f"request approve request:{asked.short_id}")).title == "Approved: Nia"
    await door.settle()
    assert door.last("Nia").title == "Approved: welcome to Studio"


async def test_after_the_token_was_revoked_nothing_is_tried_until_later(door: Door, logged: Logged) -> None:
    logged.expect("disconnected")
    await start(door)
    door.fail_next("disconnected")
    await ask(door)
    await door.advance(9 * MINUTE)
    assert door.inbox("Ada") == []

    await door.advance(MINUTE)

    assert len(door.inbox("Ada")) == 1


async def test_a_card_that_never_arrives_is_parked_and_seen(door: Door, logged: Logged) -> None:
    logged.expect("parked")
    await start(door)
    door.fail_next("unavailable", times=TRIES)
    asked = await ask(door)
    for _ in range(TRIES):
        await door.advance(20 * MINUTE)
    assert door.inbox("Ada") == []
    assert (await door.run("Ada", "status")).title == "1 message could not be delivered"

    assert (await door.run("Ada", f"request deny request:{asked.short_id}")).title == "Denied: Nia"
    await door.settle()
    assert door.last("Nia").title == "Denied: your request to join Studio"


@pytest.mark.parametrize("door", ["slack-sqlite", "slack-postgres"], indirect=True)
async def test_an_event_that_slack_tells_of_again_is_handled_once(door: Door) -> None:
    driver = door.driver
    assert isinstance(driver, SlackDriver)
    await start(door)
    made = await invite(door)

    await driver.write("Nia", f"join code:{made.code}", again=2)

    assert [seen.title for seen in door.inbox("Nia")] == ["You asked to join Studio"]
    await door.restart()
    await driver.write("Nia", "me")
    assert len(door.inbox("Nia")) == 2


@pytest.mark.parametrize("door", ["discord-sqlite", "discord-postgres"], indirect=True)
async def test_an_interaction_that_discord_tells_of_again_is_handled_once(door: Door) -> None:
    driver = door.driver
    assert isinstance(driver, DiscordDriver)
    await start(door, policy="instant")
    made = await invite(door, options="uses:2")
    sent = await driver.send("Nia", f"join code:{made.code}")
    await sent.reply()

    await driver.again(sent)
    await door.restart()
    await driver.again(sent)
    assert (await door.run("Nia", "me")).title == "You are in Studio"

    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"
    assert sent.rejections == []


@pytest.mark.everywhere
async def test_pressing_twice_decides_once(door: Door) -> None:
    await start(door)
    await ask(door)
    card = door.last("Ada")

    first = await door.click("Ada", card, "Approve")
    second = await door.click("Ada", card, "Approve")
    await door.settle()

    assert first.title == "Approved: Nia"
    assert second.title == "Somebody was first"
    assert "Approved by Ada" in second.text
    assert len(door.inbox("Nia")) == 1
    assert len(door.audit("request.approved")) == 1


async def test_a_reminder_reaches_whoever_made_the_invitation_where_they_are(both: Both) -> None:
    await link(both)
    made = await both.discord.run("Cleo", "invite create name:Spring")
    await change(both.slack, "join_policy", "instant")
    await both.advance(5 * DAY + HOUR)

    assert both.discord.last("Cleo").title == "Your invitation “Spring” ends soon"
    assert made.short_id in both.discord.last("Cleo").text
