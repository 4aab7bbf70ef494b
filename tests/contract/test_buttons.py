"""Every button and drop-down on every platform: for those who may, and refused to those who may not."""

from __future__ import annotations

import pytest

from tests.contract.catalogued import BUTTONS, MENUS, OF_ONE_PERSON, READERS
from tests.contract.shown import shown
from tests.contract.stories import start
from tests.drivers.worlds import Door


@pytest.mark.parametrize("action", BUTTONS)
async def test_every_button_refuses_strangers_records_it_and_works_for_those_who_may(
    door: Door, action: str
) -> None:
    await start(door)
    label, title = BUTTONS[action]
    seen = await shown(door, action)
    button = seen.button(label)
    before = len(door.audit("refused"))

    refused = await door.press("Eve", button.action, button.subject)

    assert refused.private
    known = (
        "That button does nothing here"
        if action in OF_ONE_PERSON
        else "You are not a member of this workspace"
    )
    assert refused.title == known
    assert len(door.audit("refused")) == before + 1

    if action == "request.less":
        door.no_forms()
    answer = await door.click(READERS.get(action, "Ada"), seen, label)

    assert answer.private
    assert answer.title.startswith(title), answer.text


@pytest.mark.parametrize("action", MENUS)
async def test_every_drop_down_works_for_those_who_may_and_refuses_strangers(door: Door, action: str) -> None:
    await start(door)
    label, choice, title = MENUS[action]
    seen = await shown(door, action)
    before = len(door.audit("refused"))

    studio = next(each.workspace_id for each in door.world.core.workspaces())
    forged = await door.press("Eve", action, f"{studio}/anything", choice="anything")
    assert forged.title == "You are not a member of this workspace"
    assert len(door.audit("refused")) == before + 1
    answer = await door.choose("Ada", seen, label, choice)

    assert answer.private
    assert answer.title.startswith(title), answer.text


async def test_pages_are_turned_to_the_end_and_back(door: Door) -> None:
    await start(door)
    first = await shown(door, "invite.list")
    assert first.labels == ["Next"]
    assert "page 1 of 2" in first.text

    second = await door.click("Ada", first, "Next")
    assert second.labels == ["Previous"]
    assert "page 2 of 2" in second.text

    back = await door.click("Ada", second, "Previous")
    assert back.text == first.text
