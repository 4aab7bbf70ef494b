"""Every command and button of the catalogue, through every door: that it works, and whom it refuses."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import adapters
from core.catalogue import ACTIONS, COMMANDS
from tests.contract.catalogued import ANYBODYS, BEFORE, BUTTONS, ELSEWHERE, FORMS, INSTEAD, MENUS, WORKS
from tests.contract.stories import ask, invite, member, start
from tests.drivers.worlds import DRIVERS, Door


def test_every_adapter_that_has_a_chat_platform_has_a_driver() -> None:
    found = set()
    for package in pkgutil.iter_modules(adapters.__path__):
        modules = [f"adapters.{package.name}"]
        if package.ispkg:
            modules.append(f"adapters.{package.name}.platform")
        for name in modules:
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError:
                continue
            kinds = [each for each in vars(module).values() if isinstance(each, type)]
            if any({"post", "edit"} <= set(vars(kind)) and kind.__module__ == name for kind in kinds):
                found.add(package.name)

    assert found == set(DRIVERS)


def test_every_command_and_button_is_tried_here() -> None:
    assert set(WORKS) == set(COMMANDS)
    assert {*BUTTONS, *MENUS, *FORMS, *ELSEWHERE} == set(ACTIONS)
    assert {name for name, declared in ACTIONS.items() if declared.shape is not None} == FORMS


async def filled(door: Door) -> dict[str, str]:
    """Studio with Ada and Bob in it, an invitation, and Nia waiting: what the holes in ``WORKS`` stand for."""
    await start(door)
    await member(door, "Bob")
    await door.run("Ada", "group create name:Crew")
    await door.run("Ada", "group add group:Crew member:Bob")
    made = await invite(door, options="name:Spring role:Designer")
    asked = await ask(door)
    return {"inv": made.short_id, "req": asked.short_id, "code": made.code}


@pytest.mark.parametrize("others", [False, True], ids=["first", "others"])
async def test_every_command_works_for_those_who_may(door: Door, *, others: bool) -> None:
    holes = await filled(door)
    door.channel("side")
    for name, (line, title) in WORKS.items():
        if (name in INSTEAD) != others:
            continue
        for before in BEFORE.get(name, ()):
            await door.run("Ada", before.format(**holes), "side")

        seen = await door.run("Ada", line.format(**holes), "side")

        assert seen.private, name
        assert seen.title.startswith(title), f"{name}: {seen.text}"


async def test_every_command_refuses_strangers_and_records_it(door: Door) -> None:
    holes = await filled(door)
    before = [door.world.count(table) for table in ("members", "invitations", "requests", "places")]
    refused = len(door.audit("refused"))
    for name in COMMANDS.keys() - ANYBODYS:
        seen = await door.run("Eve", WORKS[name][0].format(**holes))
        assert seen.private
        assert seen.title == "You are not a member of this workspace", f"{name}: {seen.text}"
        refused += 1
        assert len(door.audit("refused")) == refused, name

    assert [door.world.count(table) for table in ("members", "invitations", "requests", "places")] == before


async def test_every_command_refuses_members_without_its_permission_and_records_it(door: Door) -> None:
    await start(door, scheme="simple")
    await member(door, "Bob", "Workspace Viewer")
    made = await invite(door, options="name:Spring")
    asked = await ask(door, options="")
    holes = {"inv": made.short_id, "req": asked.short_id, "code": made.code}
    barred = [name for name, declared in COMMANDS.items() if declared.needs not in {"", "member"}]
    for name in [*barred, "request approve", "request deny", "workspace link"]:
        before = len(door.audit("refused"))
        seen = await door.run("Bob", WORKS[name][0].format(**holes))
        assert seen.private
        assert seen.title == "You can't do that here", f"{name}: {seen.text}"
        assert "Ask someone who is Workspace Admin." in seen.text
        assert len(door.audit("refused")) == before + 1, name


async def test_commands_say_where_there_is_no_workspace_yet(door: Door) -> None:
    for name in COMMANDS.keys() - ANYBODYS:
        seen = await door.run("Bob", WORKS[name][0].format(inv="inv-2222", req="req-2222", code=""))
        assert seen.title == "No workspace here yet", f"{name}: {seen.text}"
        assert "workspace create" in seen.text
