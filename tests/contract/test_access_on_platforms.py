"""Resources that are channels and roles of a platform: given and taken there, as far as the platform lets Usher."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from tests.contract.on_platforms import approve, ask, begin, card_of
from tests.contract.stories import member, start
from tests.drivers.base import HOUR
from tests.drivers.discord import DiscordDriver
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Door
from tests.fakes.discord import permissions


async def test_who_has_a_grant_is_in_the_channel_or_has_the_role(door: Door) -> None:
    await begin(door)
    request = await ask(door)
    decided = await approve(door, request)
    assert decided.title.startswith("Approved, and being put in place"), "it has not happened yet"
    assert "Bob" not in door.access("design")

    await door.settle()

    assert "Bob" in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and in place")
    told = [seen for seen in door.inbox("Bob") if "design" in seen.text]
    assert [seen.title.startswith("Approved, and in place") for seen in told] == [True]

    await door.run("Ada", "access revoke resource:design to:@Bob")
    await door.settle()
    assert door.access("design") - {"Ada"} == set()


async def test_what_has_an_end_ends_there_too_and_who_was_in_before_stays(door: Door) -> None:
    await begin(door)
    await member(door, "Cleo", "Contributor")
    door.put("design", "Cleo")
    for who in ("Bob", "Cleo"):
        given = await door.run("Ada", f"access grant resource:design to:@{who} for:8h")
        assert "design" in given.title, given.text
    await door.settle()
    assert {"Bob", "Cleo"} <= door.access("design")

    await door.advance(8 * HOUR)

    assert "Bob" not in door.access("design")
    assert "Cleo" in door.access("design"), "Usher had not let them in"


class Trouble(NamedTuple):
    """What a platform answers, and how that reads."""

    code: str
    words: str


SLACK = [
    Trouble("is_archived", "the channel is archived"),
    Trouble("channel_not_found", "the channel is no more, or is private and Usher is not in it"),
    Trouble("not_in_channel", "Usher is not in the channel: invite it there"),
    Trouble("cant_invite", "they cannot be invited to this channel"),
    Trouble("user_not_found", "they are not in this Slack workspace any more"),
    Trouble("missing_scope", "the Slack app lacks a permission"),
    Trouble("restricted_action", "this Slack workspace does not let apps do that"),
    Trouble("user_is_ultra_restricted", "they are a guest of a single channel"),
    Trouble("a_word_of_next_year", "Slack said a_word_of_next_year"),
    Trouble("token_revoked", "token_revoked"),
]
DISCORD = [
    Trouble("10007", "they are not on the server"),
    Trouble("10011", "the role is no more"),
    Trouble("10004", "Usher is not on that server any more"),
    Trouble("50001", "Usher cannot see that server"),
    Trouble("50013", "Usher may not give that role"),
]


@pytest.mark.parametrize(
    ("door", "trouble"),
    [
        *(pytest.param("slack-sqlite", each, id=f"slack-{each.code}") for each in SLACK),
        *(pytest.param("discord-sqlite", each, id=f"discord-{each.code}") for each in DISCORD),
    ],
    indirect=["door"],
)
async def test_a_platform_that_refuses_is_told_to_everybody_concerned_and_tried_again(
    door: Door, trouble: Trouble, logged
) -> None:
    """The table of all refusals: the end state is right, and at every moment the truth is told."""
    logged.expect("disconnected")
    await begin(door)
    request = await ask(door)
    await approve(door, request)
    door.refuse(trouble.code)
    await door.settle()

    assert "Bob" not in door.access("design")
    there = door.name.title()
    said = f"{there} has not let Usher do it yet: {trouble.words}"
    if trouble.code != "token_revoked":  # then nothing reaches anybody there
        assert "but not in place yet" in card_of(door, request).title
        assert said in card_of(door, request).text
        assert said in door.last("Bob").text
        barred = [seen for seen in door.inbox("Ada") if seen.title.startswith(f"{there} does not let Usher")]
        assert len(barred) == 1
        assert trouble.words in barred[0].text
    shown = await door.run("Ada", "resource show name:design")
    assert f"not given on {there} yet ({trouble.words}" in shown.text
    assert trouble.words in (await door.run("Ada", "status")).text

    # Somebody has mended it: an hour later it is in place, and that is told, too.
    await door.advance(HOUR)

    assert "Bob" in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and in place")
    assert door.last("Bob").title.startswith("Approved, and in place")
    assert "not given" not in (await door.run("Ada", "resource show name:design")).text


@pytest.mark.parametrize("trouble", ["unavailable", "lost", "rate limited"])
async def test_a_platform_that_is_unwell_is_asked_again_and_meanwhile_nothing_is_called_done(
    door: Door, trouble: str
) -> None:
    await begin(door)
    request = await ask(door)
    await approve(door, request)
    door.fail_next(trouble, "access")  # type: ignore[arg-type]
    await door.settle()
    # Discord's library asks again by itself where an answer is lost.
    done = (door.name, trouble) == ("discord", "lost")
    word = "and in place" if done else "and being put in place"
    assert card_of(door, request).title.startswith(f"Approved, {word}")

    await door.advance(61)

    assert "Bob" in door.access("design")
    assert card_of(door, request).title.startswith("Approved, and in place")
    assert len(door.audit("platform.given")) == 1


async def test_what_cannot_be_taken_away_stands_on_the_card_until_it_is(door: Door) -> None:
    await begin(door)
    await door.run("Ada", "access grant resource:design to:@Bob")
    await door.settle()
    assert "Bob" in door.access("design")
    door.refuse("restricted_action" if door.name == "slack" else "50013", give=False)
    await door.run("Ada", "access revoke resource:design to:@Bob")
    await door.settle()
    assert "Bob" in door.access("design")
    shown = await door.run("Ada", "resource show name:design")
    assert f"Bob: not taken away on {door.name.title()} yet" in shown.text

    await door.advance(HOUR)

    assert "Bob" not in door.access("design")


async def test_only_who_could_give_it_there_links_it(door: Door) -> None:
    """Cleo runs the workspace with Ada and looks after resources, but has no say on the platform."""
    await start(door, "simple")
    await member(door, "Cleo", "Workspace Admin")
    thing = door.thing("design")

    refused = await door.run("Cleo", f"resource create kind:{thing.kind} name:design outside:{thing.typed}")
    assert refused.title == f"You may not give that to others on {door.name.title()}", refused.text

    made = await door.run("Ada", f"resource create kind:{thing.kind} name:design")
    assert made.title == f"New {thing.kind}: design"
    refused = await door.run("Cleo", f"resource link name:design outside:{thing.typed}")
    assert refused.title == f"You may not give that to others on {door.name.title()}"
    linked = await door.run("Ada", f"resource link name:design outside:{thing.typed}")
    assert linked.title == f"design is linked to {door.name.title()}", linked.text


async def _removed_from_the_channel(slack: SlackDriver) -> None:
    slack.room("design").members.discard(slack.fake.team.bot_user_id)


async def _back_in_the_channel(slack: SlackDriver) -> None:
    slack.room("design").members.add(slack.fake.team.bot_user_id)


async def _archived(slack: SlackDriver) -> None:
    slack.room("design").is_archived = True


async def _in_use_again(slack: SlackDriver) -> None:
    slack.room("design").is_archived = False


async def _scope_taken(slack: SlackDriver) -> None:
    slack.fake.team.scopes.discard("groups:read")


async def _scope_given(slack: SlackDriver) -> None:
    slack.fake.team.scopes.add("groups:read")


async def _bob_gone(discord: DiscordDriver) -> None:
    discord.leave("Bob")


async def _bob_back(discord: DiscordDriver) -> None:
    discord.come("Bob")


async def _no_manage_roles(discord: DiscordDriver) -> None:
    discord.bot_role.permissions &= ~permissions.MANAGE_ROLES


async def _manage_roles(discord: DiscordDriver) -> None:
    discord.bot_role.permissions |= permissions.MANAGE_ROLES


STATES = [
    ("slack", _removed_from_the_channel, _back_in_the_channel, "is private and Usher is not in it"),
    ("slack", _archived, _in_use_again, "the channel is archived"),
    ("slack", _scope_taken, _scope_given, "the Slack app lacks a permission"),
    ("discord", _bob_gone, _bob_back, "they are not on the server"),
    ("discord", _no_manage_roles, _manage_roles, "it needs Manage Roles"),
]


@pytest.mark.parametrize(
    ("door", "harm", "mend", "words"),
    [
        pytest.param(f"{where}-sqlite", harm, mend, said, id=harm.__name__.strip("_"))
        for where, harm, mend, said in STATES
    ],
    indirect=["door"],
)
async def test_whatever_is_in_the_way_there_is_named_and_once_it_is_mended_it_is_done(
    door: Door, harm, mend, words: str
) -> None:
    await begin(door)
    await harm(door.driver)
    await door.run("Ada", "access grant resource:design to:@Bob")
    await door.settle()
    assert words in (await door.run("Ada", "resource show name:design")).text
    assert words in next(seen.text for seen in door.inbox("Ada") if "does not let Usher" in seen.title)

    await mend(door.driver)
    # Whoever mended it need not wait: what is changed about it is tried at once.
    await door.run("Ada", "access grant resource:design to:@Bob level:edit")
    await door.settle()

    assert "Bob" in door.access("design")
    assert words not in (await door.run("Ada", "resource show name:design")).text


@pytest.mark.parametrize("door", ["discord-sqlite"], indirect=True)
async def test_a_role_that_is_no_more_has_nothing_left_to_take_away(door: Door) -> None:
    await begin(door)
    await door.run("Ada", "access grant resource:design to:@Bob")
    await door.settle()
    discord = door.driver
    assert isinstance(discord, DiscordDriver)
    discord.fake.remove_role(discord.roles["design"])
    await door.run("Ada", "access revoke resource:design to:@Bob")
    await door.settle()

    assert door.world.count("platform_access") == 0
    assert [event.event for event in door.audit() if event.event.startswith("platform.")] == [
        "platform.given",
        "platform.taken",
    ]
