"""The main job from end to end, on every platform and database."""

from __future__ import annotations

import pytest

from tests.contract.stories import ask, invite, start
from tests.drivers.worlds import Door

pytestmark = pytest.mark.everywhere


async def test_a_newcomer_is_invited_asks_is_approved_by_button_and_is_in(door: Door) -> None:
    await start(door)
    made = await invite(door, options='name:"Design team" role:Designer')
    assert made.private
    assert f"https://usher.example/i/{made.code}" in made.text

    asked = await door.run("Nia", f"join code:{made.code}")
    assert asked.private
    assert "Who can approve: Ada" in asked.text

    await door.settle()
    card = door.last("Ada")
    assert card.title == "Nia asks to join Studio"
    assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]

    decided = await door.click("Ada", card, "Approve")
    assert decided.private
    assert decided.title == "Approved: Nia"

    await door.settle()
    (card, arrived) = door.inbox("Ada")
    assert card.title == "Joined: Nia is in Studio as Designer"
    assert "by Ada" in card.text
    assert card.labels == []
    assert arrived.title == "Nia joined Studio"
    (told,) = door.inbox("Nia")
    assert told.title == "Approved: welcome to Studio"
    assert "Decided by: Ada" in told.text
    assert "Role: Designer" in (await door.run("Nia", "me")).text


async def test_a_newcomer_is_denied_by_button_and_hears_it_once(door: Door) -> None:
    await start(door)
    await ask(door)

    decided = await door.click("Ada", door.last("Ada"), "Deny")
    assert decided.title == "Denied: Nia"
    await door.settle()
    await door.settle()

    card = door.last("Ada")
    assert card.title == "Denied: Nia"
    assert "by Ada" in card.text
    assert card.labels == []
    assert [seen.title for seen in door.inbox("Nia")] == ["Denied: your request to join Studio"]
    assert (await door.run("Nia", "member list")).title == "You are not a member of this workspace"
