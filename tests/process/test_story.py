"""The main job, by the program as a process of its own, over both platforms' own protocols."""

from __future__ import annotations

import pytest

from tests.process.world import World, code_in, link_code_in

pytestmark = pytest.mark.process


async def test_a_workspace_lives_in_slack_from_its_creation_to_a_decision(world: World) -> None:
    assert "Studio is ready" in await world.type_slack(
        world.owner, "workspace create name:Studio scheme:studio"
    )
    code = code_in(await world.type_slack(world.owner, 'invite create name:"Design team" role:Designer'))
    assert "You asked to join Studio" in await world.type_slack(world.newcomer, f"join code:{code}")

    card = await world.card_slack(world.owner, "Newcomer asks to join Studio", buttons=True)
    assert "Approved" in await world.press_slack(world.owner, card, "Approve")

    decided = await world.card_slack(world.owner, "by Owner", buttons=False)
    assert decided.ts == card.ts
    await world.card_slack(world.newcomer, "welcome to Studio")
    assert "Designer" in await world.type_slack(world.newcomer, "me")


async def test_a_workspace_lives_in_discord_from_its_creation_to_a_decision(world: World) -> None:
    assert "Studio is ready" in await world.type_discord(
        world.host, "workspace create", name="Studio", scheme="studio"
    )
    code = code_in(await world.type_discord(world.host, "invite create", name="Design team", role="Designer"))
    assert "You asked to join Studio" in await world.type_discord(world.guest, "join", code=code)

    card = await world.card_discord(world.host, "asks to join Studio", buttons=True)
    assert "Denied" in await world.press_discord(world.host, card, "Deny")

    decided = await world.card_discord(world.host, "Denied", buttons=False)
    assert decided.id == card.id
    await world.card_discord(world.guest, "Denied")
    assert "Denied" in await world.type_discord(world.guest, "me")


async def test_linked_places_decide_for_each_other_and_every_copy_shows_the_outcome(world: World) -> None:
    await world.type_slack(world.owner, "workspace create name:Studio scheme:studio")
    link = link_code_in(await world.type_slack(world.owner, "workspace link"))
    assert "Linked to Studio" in await world.type_discord(world.host, "workspace link", code=link)

    # Somebody on Discord becomes an approver: asked there, decided in Slack.
    code = code_in(await world.type_slack(world.owner, "invite create name:Leads role:Admin"))
    await world.type_discord(world.host, "join", code=code)
    card = await world.card_slack(world.owner, "asks to join Studio", buttons=True)
    await world.press_slack(world.owner, card, "Approve")
    await world.card_discord(world.host, "welcome to Studio")

    # Asked in Slack, decided on Discord: both approvers' copies show it.
    code = code_in(await world.type_slack(world.owner, "invite create name:Team role:Designer"))
    await world.type_slack(world.newcomer, f"join {code}")
    await world.card_slack(world.owner, "Newcomer asks to join", buttons=True)
    copy = await world.card_discord(world.host, "Newcomer asks to join", buttons=True)
    await world.press_discord(world.host, copy, "Approve")
    await world.card_slack(world.owner, "by Host", buttons=False)
    await world.card_discord(world.host, "by Host", buttons=False)
    await world.card_slack(world.newcomer, "welcome to Studio")


async def test_it_stops_when_it_is_asked_to_and_says_so(world: World) -> None:
    assert await world.program.stop() == 0
    assert any("stopped" in line for line in world.program.log)
