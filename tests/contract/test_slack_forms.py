"""Forms in Slack with all of Usher behind them: from its menus, in the reader's language, and with more to choose from than fits."""

from __future__ import annotations

import asyncio

import pytest

from core.calls import Actor, Call, Identity, Where
from core.catalogue import COMMANDS
from tests.contract.stories import member, start
from tests.drivers.base import DAY, DIRECT, HOUR
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Door

pytestmark = pytest.mark.parametrize("door", ["slack-sqlite"], indirect=True)


def _slack(door: Door) -> SlackDriver:
    assert isinstance(door.driver, SlackDriver)
    return door.driver


async def test_people_are_invited_and_access_is_asked_for_from_slacks_own_menus(door: Door) -> None:
    slack = _slack(door)
    nowhere = await slack.shortcut("Ada", "usher.invite")
    assert nowhere.title == "No workspace here yet"
    await start(door)
    await member(door, "Bob")

    form = await slack.shortcut("Ada", "usher.invite")
    made = await door.fill("Ada", form, name="Design team", role="Designer", expires="2d")
    assert form.form is not None
    assert form.form.title == "Create an invitation"
    assert "Design team" in made.title
    assert made == door.last("Ada")
    assert made.code

    await door.run("Ada", "resource create kind:folder name:Drafts")
    form = await slack.shortcut("Bob", "usher.request_access")
    asked = await door.fill("Bob", form, resource="Drafts", for_="8h", reason="For the\nnew brochure")
    assert asked.title.startswith("You asked")
    await door.settle()
    assert "brochure" in door.last("Ada").text


async def test_a_form_is_in_the_readers_language_from_the_second_time_on(door: Door) -> None:
    slack = _slack(door)
    await start(door)
    slack.reads("Ada", "de-AT")
    await door.advance(2 * DAY, jobs=False)
    assert (await door.run("Ada", "role create")).title == "Create a role"
    await slack.app.drain()

    form = (await door.run("Ada", "role create")).form
    refused = await door.fill("Ada", await door.run("Ada", "role create"), name="Designer")
    shown = await door.run("Ada", "invite show nothing")

    assert form is not None
    assert (form.title, form.submit) != ("Create a role", "Create")
    assert refused.form is not None
    assert "already" not in str(refused.form.errors)
    assert shown.title != "There is no invitation nothing"
    assert door.world.count("people", "language = 'de'") == 1


async def test_more_than_fits_a_drop_down_is_searched_by_whoever_may_know_it(door: Door) -> None:
    await start(door)
    me = Identity("slack", _slack(door).fake.team.id, _slack(door).id_of("Ada"))
    where = Where("slack", me.realm, "")
    await asyncio.gather(
        *(
            door.world.desk.handle(
                Call(Actor(me, "Ada"), where, door.world.clock(), "group create", {"name": f"Crew {n:03}"})
            )
            for n in range(101)
        )
    )

    form = await door.run("Ada", "group show")
    shown = await door.fill("Ada", form, name="Crew 099")

    assert form.form is not None
    assert form.form.fields["name"].choices == ()
    assert "Crew 099" in shown.title


async def test_people_and_channels_are_picked(door: Door) -> None:
    await start(door)
    await member(door, "Bob")

    form = await door.run("Ada", "member remove", DIRECT)
    warned = await door.fill("Ada", form, member="@Bob")

    assert "Bob" in warned.title
    card = await door.run("Ada", "role assign member:@Bob")
    assert card.form is not None
    assert card.form.fields["member"].value == "@Bob"


async def test_an_answer_that_comes_long_after_its_form_was_opened_is_a_direct_message(door: Door) -> None:
    await start(door)
    form = await door.run("Ada", "group create", DIRECT)

    await door.restart()
    await door.advance(HOUR, jobs=False)
    made = await door.fill("Ada", form, name="Crew")

    assert "Crew" in made.title
    assert made == door.last("Ada")


async def test_slack_takes_the_form_of_every_command(door: Door) -> None:
    slack = _slack(door)
    await start(door)
    for language in ("en-GB", "de-DE"):
        slack.reads("Ada", language)
        await door.advance(2 * DAY, jobs=False)
        await door.run("Ada", "help")
        await slack.app.drain()
        for command in COMMANDS.values():
            if any(option.required for option in command.options):
                shown = await door.run("Ada", command.name)
                assert shown.form is not None, shown.text
