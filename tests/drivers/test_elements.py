"""Tables, files and menus as each driver reads them back, and choices as each of them makes them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import pytest

from adapters.desk import Desk
from core.calls import Call
from core.cards import Card, Choice, File, Menu, Table
from tests.drivers.base import Clock, Driver
from tests.drivers.discord import DiscordDriver
from tests.drivers.memory import MemoryDriver
from tests.drivers.slack import SlackDriver

CARD = Card(
    "Ada",
    table=Table(("Name", "Role"), (("Ada", "Owner"), ("Bob", "Guest")), ("Ada: Owner", "Bob: Guest")),
    files=(File("members.csv", "name\nÄda\n", "the members"),),
    menus=(
        Menu(
            "Change role",
            "member.role",
            "FEV8GJNK/mem-2M9C",
            (Choice("r-1", "Editor"), Choice("r-2", "Designer")),
        ),
        Menu("Take away", "member.take", "FEV8GJNK/mem-2M9C", (Choice("r-1", "Editor"),)),
    ),
)


class Answering:
    """A core that gives the same answer to every command and keeps the calls."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def handle(self, call: Call) -> Card:
        self.calls.append(call)
        return Card("Done") if call.action else CARD

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        return []


class Stage(NamedTuple):
    driver: Driver
    core: Answering


@pytest.fixture(params=[MemoryDriver, SlackDriver, DiscordDriver], ids=lambda kind: kind.name)
async def stage(request: pytest.FixtureRequest) -> AsyncIterator[Stage]:
    driver, core, clock = request.param(), Answering(), Clock()
    await driver.open(clock)
    with ThreadPoolExecutor(2) as executor:
        await driver.connect(Desk(core, executor, clock, lambda: None))
        driver.person("Ada")
        yield Stage(driver, core)
        await driver.disconnect()
    await driver.close()


async def test_what_a_card_holds_is_read_back(stage: Stage):
    seen = await stage.driver.run("Ada", "invite list")

    assert seen.private
    if stage.driver.name == "discord":
        assert "Bob: Guest" in "\n".join(seen.table_words)
    else:
        assert seen.table == (("Name", "Role"), ("Ada", "Owner"), ("Bob", "Guest"))
    assert seen.files == (("members.csv", "name\nÄda\n"),)
    assert seen.menus == {"Change role": ["Editor", "Designer"], "Take away": ["Editor"]}
    assert seen.labels == []


async def test_a_choice_is_made_by_what_stands_on_it_and_can_be_made_late(stage: Stage):
    seen = await stage.driver.run("Ada", "invite list")

    for menu, choice, meant in (
        ("Change role", "Designer", ("member.role", "r-2")),
        ("Take away", "Editor", ("member.take", "r-1")),  # the menu may have gone with the first answer
    ):
        assert (await stage.driver.choose("Ada", seen, menu, choice)).title == "Done"
        call = stage.core.calls[-1]
        assert (call.action, call.options) == (meant[0], {"choice": meant[1]})
        assert call.subject == "FEV8GJNK/mem-2M9C"


async def test_there_is_no_choosing_what_is_not_offered(stage: Stage):
    seen = await stage.driver.run("Ada", "invite list")

    for menu, choice in (("Change role", "Emperor"), ("Change", "Editor")):
        with pytest.raises(AssertionError):
            await stage.driver.choose("Ada", seen, menu, choice)
    assert [call.action for call in stage.core.calls] == [""]


async def test_a_forged_choice_reaches_the_core_as_any_other(stage: Stage):
    await stage.driver.press("Ada", "member.role", "FEV8GJNK/mem-9999", choice="r-9")

    call = stage.core.calls[-1]
    assert (call.action, call.subject, call.options) == (
        "member.role",
        "FEV8GJNK/mem-9999",
        {"choice": "r-9"},
    )
