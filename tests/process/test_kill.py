"""The program is killed with signal 9 between any two steps, and in the middle of some: nothing is lost, nothing doubled."""

from __future__ import annotations

import pytest

from tests.drivers.databases import KINDS
from tests.process.world import World, code_in

pytestmark = pytest.mark.process


@pytest.mark.parametrize("database_url", KINDS[:1], indirect=True)
async def test_a_story_survives_a_kill_after_every_step_in_slack(world: World) -> None:
    await world.type_slack(world.owner, "workspace create name:Studio scheme:studio")
    await world.restart()
    code = code_in(await world.type_slack(world.owner, "invite create name:Team role:Designer"))
    await world.restart()
    assert "You asked to join" in await world.type_slack(world.newcomer, f"join {code}")
    await world.restart()
    card = await world.card_slack(world.owner, "asks to join", buttons=True)
    await world.restart()
    assert "Approved" in await world.press_slack(world.owner, card, "Approve")
    await world.restart()
    await world.card_slack(world.owner, "by Owner", buttons=False)
    await world.card_slack(world.newcomer, "welcome to Studio")
    await world.restart()
    assert "Designer" in await world.type_slack(world.newcomer, "me")
    assert "Members (2)" in await world.type_slack(world.owner, "member list")

    assert world.count_slack(world.owner, "req-") == 1
    assert world.count_slack(world.newcomer, "welcome to Studio") == 1


@pytest.mark.parametrize("database_url", KINDS[1:], indirect=True)
async def test_a_story_survives_a_kill_after_every_step_in_discord(world: World) -> None:
    await world.type_discord(world.host, "workspace create", name="Studio", scheme="studio")
    await world.restart()
    code = code_in(await world.type_discord(world.host, "invite create", name="Team", role="Designer"))
    await world.restart()
    await world.type_discord(world.guest, "join", code=code)
    await world.restart()
    card = await world.card_discord(world.host, "asks to join", buttons=True)
    await world.restart()
    assert "Approved" in await world.press_discord(world.host, card, "Approve")
    await world.restart()
    await world.card_discord(world.host, "by Host", buttons=False)
    await world.card_discord(world.guest, "welcome to Studio")
    await world.restart()
    assert "Designer" in await world.type_discord(world.guest, "me")

    assert world.count_discord(world.host, "req-") == 1
    assert world.count_discord(world.guest, "welcome to Studio") == 1


async def test_a_kill_after_the_commit_and_before_any_message_loses_no_message(world: World) -> None:
    await world.type_slack(world.owner, "workspace create name:Studio")
    code = code_in(await world.type_slack(world.owner, "invite create"))
    fault = world.slack.fail_next("chat.postMessage", "stuck")
    await world.type_slack(world.newcomer, f"join {code}")
    await fault.reached()
    await world.program.kill()
    fault.release()
    await world.program.start()
    await world.connected()

    card = await world.card_slack(world.owner, "asks to join", buttons=True)
    assert "Denied" in await world.press_slack(world.owner, card, "Deny")
    await world.card_slack(world.newcomer, "Denied")
    assert world.count_slack(world.owner, "req-") == 1


async def test_a_kill_between_posting_and_recording_makes_no_twin(world: World) -> None:
    await world.type_slack(world.owner, "workspace create name:Studio")
    code = code_in(await world.type_slack(world.owner, "invite create"))
    fault = world.slack.fail_next("chat.postMessage", "slow")
    await world.type_slack(world.newcomer, f"join {code}")
    await fault.reached()
    card = await world.card_slack(world.owner, "asks to join", buttons=True)
    await world.program.kill()
    fault.release()
    await world.program.start()
    await world.connected()

    assert "Approved" in await world.press_slack(world.owner, card, "Approve")
    await world.card_slack(world.owner, "by Owner", buttons=False)
    await world.card_slack(world.newcomer, "welcome to Studio")
    assert world.count_slack(world.owner, "req-") == 1
