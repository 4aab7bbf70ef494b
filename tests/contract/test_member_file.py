"""The members as a file, on every platform."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.contract.stories import invite, member, start
from tests.drivers.worlds import Door

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def cells(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


async def test_L36_the_members_are_exported_with_what_is_named_and_nothing_else(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    made = await invite(door)
    seen = await door.run("Ada", "member export")

    assert seen.private
    assert seen.title == "2 members of Studio"
    [(name, content)] = seen.files
    assert name == "members.csv"
    head, *rows = cells(content)
    assert head == [
        "Name",
        "E-mail",
        "Accounts",
        "Roles",
        "Role ends (UTC)",
        "Joined (UTC)",
        "Invitation",
        "Invited by",
        "Groups",
        "Access",
    ]
    assert [(row[0], row[3], row[7]) for row in rows] == [("Ada", "Owner", ""), ("Bob", "Designer", "Ada")]
    kept = [made.code, made.short_id, door.audit("workspace.created")[0].workspace]
    assert not [each for each in (*kept, "mem-", "inv-") if each in content]
    [event] = door.audit("members.exported")
    assert json.loads(event.facts) == {"count": 2}


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
async def test_no_name_is_a_formula(door: Door, name: str) -> None:
    await start(door, policy="instant")
    door.person("Mal", shows=name)
    made = await invite(door)
    await door.run("Mal", f"join code:{made.code}")
    seen = await door.run("Ada", "member export")

    [(_, content)] = seen.files
    found = cells(content)[1:]
    assert f"'{name}" in [row[0] for row in found]
    assert not [cell for row in found for cell in row if cell.startswith(FORMULAS)]


async def test_L36_the_file_is_for_those_who_oversee_members(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")

    for who, title in (("Bob", "You can't do that here"), ("Eve", "You are not a member of this workspace")):
        seen = await door.run(who, "member export")
        assert seen.title == title
        assert seen.files == ()
    assert door.audit("members.exported") == []
