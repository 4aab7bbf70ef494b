"""What only Discord has: a menu on a person, forms as modals, names in the reader's language, servers that let Usher in."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from adapters.discord import commands, layout
from core import examples
from core.catalogue import COMMANDS, COMPLETED
from core.terms import typed
from tests.contract.stories import invite, start
from tests.drivers.base import HOUR, Seen
from tests.drivers.discord import DiscordDriver
from tests.drivers.worlds import Both, Door
from tests.fakes.discord.commands import check_command
from tests.fakes.discord.form import Form
from tests.fakes.discord.messages import REPLY, check_message
from tests.fakes.discord.state import Guild

discord_only = pytest.mark.parametrize("door", ["discord-sqlite"], indirect=True)


def driver(door: Door) -> DiscordDriver:
    assert isinstance(door.driver, DiscordDriver)
    return door.driver


async def menu(door: Door, who: str, whom: Any) -> Seen:
    """Somebody right-clicks on a person and chooses the entry of Usher's."""
    on = driver(door)
    target = on._people[whom] if isinstance(whom, str) else whom
    sent = await on.fake.context_menu(on._people[who], "Access…", target, guild=on.guild)
    return await on._answer(sent, who)


async def suggested(door: Door, who: str, command: str, option: str, typed: str, **given: str) -> list[str]:
    on = driver(door)
    found = await on.fake.autocomplete(
        on._people[who], command, focused=option, value=typed, options=given, guild=on.guild
    )
    return [each["name"] for each in found]


@discord_only
async def test_the_menu_of_a_person_shows_what_they_have_and_offers_what_the_reader_may_do(
    door: Door,
) -> None:
    await start(door)
    stranger = await menu(door, "Ada", "Bob")
    assert (stranger.title, stranger.labels, stranger.private) == ("Not in Studio yet", ["Invite"], True)

    form = await door.click("Ada", stranger, "Invite")
    assert form.form is not None
    assert form.form.fields["emails"].value == "@Bob"
    made = await door.fill("Ada", form, role="Designer")
    assert made.title.startswith("Invitation ready"), made.text
    await door.run("Bob", f"join code:{made.code}")
    await door.settle()
    await door.click("Ada", door.last("Ada"), "Approve")

    shown = await menu(door, "Ada", "Bob")
    assert shown.title == "Bob"
    assert "Designer" in shown.text
    assert {"Assign a role", "Remove"} <= set(shown.labels)
    assigned = await door.fill("Ada", await door.click("Ada", shown, "Assign a role"), role="Commenter")
    assert "Commenter" in assigned.text
    own = await menu(door, "Bob", "Ada")
    assert (own.title, own.labels) == ("Ada", [])

    bot = await menu(door, "Ada", driver(door).fake.world.bot)
    assert bot.title == "I can't find “usher” here"
    assert not (await menu(door, "Cleo", "Ada")).buttons
    forged = await door.press(
        "Ada", "person.invite", f"{stranger.buttons[0].subject.partition('/')[0]}/nobody"
    )
    assert "no longer" in forged.text or "button" in forged.text.lower()


@discord_only
async def test_a_deny_with_a_reason_is_a_modal_that_keeps_what_was_wrong(door: Door) -> None:
    await start(door)
    code = (await invite(door)).code
    await door.run("Nia", f"join code:{code}")
    await door.settle()
    form = await door.click("Ada", door.last("Ada"), "Deny with a reason")
    assert form.form is not None
    assert form.form.title == "Deny with a reason"

    await door.restart()
    denied = await door.fill("Ada", form, reason="We are full until March")
    assert "Denied" in denied.text
    assert "already" in (await door.fill("Ada", form, reason="Once more")).text.lower()
    await door.settle()
    assert "We are full until March" in door.last("Nia").text

    again = await door.fill("Ada", await door.run("Ada", "role create"), name="Owner", rank="5")
    assert again.form is None
    assert "Fill in" in again.labels
    kept = (await door.click("Ada", again, "Fill in")).form
    assert kept is not None
    assert kept.fields["name"].value == "Owner"
    assert kept.fields["rank"].value == "5"


@discord_only
async def test_whoever_reads_german_is_answered_in_german(door: Door) -> None:
    await start(door)
    on = driver(door)
    on._people["Ada"].locale = "de"
    try:
        shown = await door.run("Ada", "member list")
        helped = await door.run("Ada", "status")
    finally:
        on._people["Ada"].locale = "en-US"
    assert "Mitglied" in shown.text
    assert "Arbeitsbereich" in helped.text or "Workspace" in helped.text
    assert (await door.run("Ada", "status")).title == "Usher is here and well"


@discord_only
async def test_what_names_something_is_completed_and_of_several_the_last(door: Door) -> None:
    await start(door)
    for line in (
        "group create name:Crew",
        "group create name:Cast",
        "resource create kind:folder name:Renders",
    ):
        await door.run("Ada", line)

    assert await suggested(door, "Ada", "invite create", "role", "Designer, comm") == ["Designer, Commenter"]
    assert await suggested(door, "Ada", "invite create", "group", "crew, ca") == ["crew, Cast"]
    (found,) = await suggested(door, "Ada", "invite create", "resource", "ren")
    assert found.startswith("Renders")
    assert await suggested(door, "Ada", "group add", "member", "ad", group="Crew") == ["Ada"]
    assert await suggested(door, "Ada", "access grant", "to", "c") == ["Cast (group)", "Crew (group)"]
    assert await suggested(door, "Ada", "role edit", "permissions", "+member:inv", name="Admin") == [
        "+member:invite"
    ]
    # Whoever is no member may know of nothing.
    for command, option in (("role show", "name"), ("group show", "name"), ("member show", "member")):
        assert await suggested(door, "Eve", command, option, "") == []


def test_every_option_that_names_something_is_completed() -> None:
    made = {command["name"]: command for command in commands.payload() if command["type"] == 1}
    for declared in COMMANDS.values():
        options = made[declared.noun]["options"]
        if declared.verb:
            options = next(verb for verb in options if verb["name"] == declared.verb)["options"]
        completed = {option["name"] for option in options if option.get("autocomplete")}
        assert completed == {o.name for o in declared.options if o.kind in COMPLETED and not o.choices}


def test_the_commands_fit_discord_in_every_language() -> None:
    form = Form()
    for command in commands.payload():
        check_command(form, command, (command["name"],))
        _check_apart(command)
    form.finish()
    german = {
        c["name"]: c["name_localizations"]["de"] for c in commands.payload() if c.get("name_localizations")
    }
    assert german["invite"] == "einladung"
    assert german["Access…"] == "Zugriff…"
    assert typed("invite create", "role:Designer expires:7d") == "/invite create role:Designer expires:7d"


def _check_apart(part: dict[str, Any]) -> None:
    """No two of the same level are called the same in any language."""
    for key in ("options", "choices"):
        found = [inner.get("name_localizations", {}).get("de", inner["name"]) for inner in part.get(key, ())]
        assert len(set(found)) == len(found), (part["name"], found)
        for inner in part.get(key, ()):
            _check_apart(inner)


async def heard(door: Door, event: str, happens: Callable[[], None]) -> None:
    """Something happens to the server, and Usher has dealt with it."""
    client = driver(door).client
    waiting = asyncio.create_task(client.wait_for(event, timeout=5))
    await asyncio.sleep(0)
    happens()
    await waiting
    await asyncio.gather(*(t for t in asyncio.all_tasks() if t.get_name() == f"discord.py: on_{event}"))


@pytest.mark.parametrize("both", ["sqlite"], indirect=True)
async def test_a_server_that_takes_usher_out_gets_nothing_until_it_is_back(both: Both) -> None:
    door, other = both.discord, both.slack
    await start(door)
    code = (await door.run("Ada", "workspace link")).link_code
    await other.run("Ada", f"workspace link code:{code}")
    on = driver(door)
    await door.run("Ada", "workspace set setting:approvals_place value:here")
    admin = (await invite(door, options="role:Admin")).code
    await other.run("Bob", f"join code:{admin}")
    await both.settle()
    await door.click("Ada", door.cards()[-1], "Approve")
    await both.settle()
    shown, invitation = len(door.cards()), (await invite(door)).code
    await heard(door, "guild_remove", lambda: on.fake.remove_bot(on.guild))

    before = len(on.fake.log.requests("POST"))
    await other.run("Nia", f"join code:{invitation}")
    await both.settle()
    await both.advance(HOUR)
    assert len(door.cards()) == shown
    there = {str(channel.id) for channel in on.guild.channels.values()}
    tries = [sent.name.split("/") for sent in on.fake.log.requests("POST")[before:]]
    assert not [path for path in tries if there & set(path)]
    assert "taken out of it" in (await other.run("Bob", "status")).text
    assert "asks to join" in other.last("Bob").text

    await heard(door, "guild_join", lambda: on.fake.let_bot_in(on.guild))
    assert "taken out of it" not in (await other.run("Bob", "status")).text
    assert (await door.run("Ada", "member list")).title == "Members (2)"
    assert [seen.title for seen in door.inbox("Ada")] == [
        "Bob joined Studio"
    ]  # no hello: they know each other
    assert [event.event for event in both.audit() if event.event in {"place.left", "place.back"}] == [
        "place.left",
        "place.back",
    ]


@discord_only
async def test_whoever_owns_a_new_server_reads_the_first_step_and_it_works(door: Door) -> None:
    on = driver(door)
    await on.client.wait_until_ready()
    made: list[Guild] = []
    owner = on._people["Bob"]
    await heard(door, "guild_join", lambda: made.append(on.fake.add_guild("Atelier", owner=owner)))

    hello = door.last("Bob")
    assert hello.title == "Usher is on Atelier now"
    sent = await on.fake.command(owner, "workspace create", {"name": "Atelier"}, guild=made[0])
    assert "Atelier is ready" in (await on._answer(sent, "Bob")).title


def test_every_card_fits_a_layout() -> None:
    picture, file = (
        layout.Shown("table.png", "words", is_picture=True),
        layout.Shown("f", "", is_picture=False),
    )
    for _, card in [*examples.of_views(), *examples.of_refusals()]:
        enclosed = [picture] if card.table or card.chart else [file]
        made = layout.components(card, enclosed)
        check_message({"flags": layout.FLAG, "components": made}, REPLY)
        assert layout.fits(card, enclosed)
