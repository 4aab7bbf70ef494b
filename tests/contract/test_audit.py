"""The record in chat, through every door."""

from __future__ import annotations

import json

from core.audit import verify_lines
from tests.contract.stories import invite, member, start
from tests.drivers.worlds import Door


async def test_an_admin_reads_checks_and_exports_the_record(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await door.run("Bob", "workspace settings")

    shown = await door.run("Ada", "audit show")
    assert shown.private
    assert "Bob was refused: workspace settings" in shown.text
    of_bob = await door.run("Ada", "audit show member:@Bob")
    assert "Ada let Bob in as Designer" in of_bob.text
    assert "created the workspace" not in of_bob.text

    whole = await door.run("Ada", "audit verify")
    assert whole.title == "The record of Studio is whole"

    exported = await door.run("Ada", "audit export")
    ((name, text),) = exported.files
    assert name == "audit.jsonl"
    assert verify_lines(text.splitlines()) is None
    assert "refused" in {json.loads(line)["event"] for line in text.splitlines()}


async def test_the_pages_of_the_record_turn(door: Door) -> None:
    await start(door)
    for _ in range(12):
        await invite(door)

    first = await door.run("Ada", "audit show")
    second = await door.click("Ada", first, "Next")
    again = await door.click("Ada", second, "Previous")

    assert "created the workspace" in second.text
    assert again.text == first.text


async def test_who_may_not_see_the_record_does_not(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    for line in ("audit show", "audit export", "audit verify"):
        assert (await door.run("Bob", line)).title == "You can't do that here"
        assert (await door.run("Eve", line)).title == "You are not a member of this workspace"
