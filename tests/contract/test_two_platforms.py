"""One workspace on Slack and on Discord: linked in either direction, asked on one, decided on the other."""

from __future__ import annotations

import pytest

from tests.contract.stories import ask, change, invite, link, start
from tests.drivers.base import DAY, DIRECT, MINUTE
from tests.drivers.worlds import Both, Door


async def test_a_workspace_begun_in_slack_is_linked_to_a_discord_server(both: Both) -> None:
    await link(both)

    shown = (await both.discord.run("Cleo", "workspace show")).text
    assert "a Slack team" in shown
    assert "a Discord server" in shown
    assert "Members: 2" in shown


async def test_a_workspace_begun_in_discord_is_linked_to_a_slack_channel_alone(both: Both) -> None:
    await start(both.discord)
    both.slack.channel("side")
    made = await both.discord.run("Ada", "workspace link")

    linked = await both.slack.run("Ada", f"workspace link code:{made.link_code} here:on", "side")

    assert linked.title == "Linked to Studio"
    assert "Where: this channel" in linked.text
    assert (await both.slack.run("Bob", "me", "side")).title == "You are not in Studio"
    assert (await both.slack.run("Bob", "me")).title == "You are in no workspace here"


async def test_linking_takes_an_admin_of_the_place_and_a_code_within_fifteen_minutes_once(both: Both) -> None:
    await start(both.slack)
    made = await both.slack.run("Ada", "workspace link")
    line = f"workspace link code:{made.link_code}"

    assert (await both.discord.run("Bob", line)).title == "Only this place's own admins can do that"
    await both.advance(15 * MINUTE - 1, jobs=False)
    assert (await both.discord.run("Ada", line)).title == "Linked to Studio"
    both.discord.channel("side")
    again = await both.discord.run("Ada", f"{line} here:on", "side")
    assert again.title == "That link code no longer works"

    late = await both.slack.run("Ada", "workspace link")
    await both.advance(15 * MINUTE, jobs=False)
    dead = await both.discord.run("Ada", f"workspace link code:{late.link_code} here:on", "side")
    assert dead.title == "That link code no longer works"
    assert "2 February 2026" in dead.text


async def test_only_members_who_configure_make_link_codes(both: Both) -> None:
    await link(both)

    assert (await both.discord.run("Bob", "workspace link")).title == "You are not a member of this workspace"
    assert (await both.discord.run("Ada", "workspace link")).title == "You are not a member of this workspace"
    assert (await both.discord.run("Cleo", "workspace link")).title == "Link another place to Studio"


async def _asked(asking: Door, inviting: Door) -> str:
    made = await invite(inviting, options="role:Designer")
    asked = await asking.run("Nia", f"join code:{made.code}")
    assert asked.title == "You asked to join Studio"
    assert "Ada" in asked.text
    assert "Cleo" in asked.text
    await asking.settle()
    return asked.short_id


async def test_a_join_asked_on_discord_is_decided_in_slack_and_every_copy_shows_it(both: Both) -> None:
    await link(both)
    await _asked(both.discord, both.slack)
    assert both.discord.last("Cleo").labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]

    decided = await both.slack.click("Ada", both.slack.last("Ada"), "Approve")
    await both.settle()

    assert decided.title == "Approved: Nia"
    for card in (both.slack.inbox("Ada")[-2], both.discord.last("Cleo")):
        assert card.title == "Joined: Nia is in Studio as Designer"
        assert "by Ada" in card.text
        assert card.labels == []
    (told,) = both.discord.inbox("Nia")
    assert "Decided by: Ada" in told.text
    assert both.slack.inbox("Nia") == []
    assert "Role: Designer" in (await both.discord.run("Nia", "me", DIRECT)).text


async def test_a_join_asked_in_slack_is_decided_on_discord_and_every_copy_shows_it(both: Both) -> None:
    await link(both)
    await _asked(both.slack, both.slack)
    stale = both.slack.last("Ada")

    decided = await both.discord.click("Cleo", both.discord.last("Cleo"), "Deny")
    late = await both.slack.click("Ada", stale, "Approve")
    await both.settle()

    assert decided.title == "Denied: Nia"
    assert late.title == "Somebody was first"
    assert "Denied by Cleo" in late.text
    for card in (both.slack.last("Ada"), both.discord.last("Cleo")):
        assert card.title == "Denied: Nia"
        assert "by Cleo" in card.text
        assert card.labels == []
    assert [seen.title for seen in both.slack.inbox("Nia")] == ["Denied: your request to join Studio"]


async def test_the_place_for_approvals_on_one_platform_serves_both(both: Both) -> None:
    await link(both)
    both.discord.channel("door")
    seen = await both.discord.run("Cleo", "workspace set setting:approvals_place value:#door")
    assert seen.title.startswith("approvals_place is now"), seen.text
    before = len(both.slack.inbox("Ada"))
    await _asked(both.slack, both.slack)

    (card,) = both.discord.cards("door")
    assert len(both.slack.inbox("Ada")) == before
    await both.discord.click("Cleo", card, "Approve")
    await both.settle()

    assert both.discord.cards("door")[0].labels == []
    assert both.slack.last("Nia").title == "Approved: welcome to Studio"


async def test_a_request_expires_on_both_platforms(both: Both) -> None:
    await link(both)
    await _asked(both.discord, both.slack)
    await both.advance(3 * DAY)

    for card in (both.slack.last("Ada"), both.discord.last("Cleo")):
        assert card.title == "Expired: Nia"
        assert card.labels == []


async def test_trouble_on_one_platform_keeps_no_other_waiting(both: Both) -> None:
    await link(both)
    both.slack.fail_next("unavailable", times=3)
    await _asked(both.discord, both.slack)
    assert both.discord.last("Cleo").labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    assert all("Nia" not in seen.title for seen in both.slack.inbox("Ada"))

    for _ in range(6):
        await both.advance(10 * MINUTE)

    assert [seen.labels for seen in both.slack.inbox("Ada") if "Nia asks" in seen.title] == [
        ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    ]
    assert len([seen for seen in both.discord.inbox("Cleo") if "Nia asks" in seen.title]) == 1


async def test_an_invitation_made_for_an_account_is_for_that_platform_only(both: Both) -> None:
    await link(both)
    await change(both.slack, "join_policy", "instant")
    made = await invite(both.slack, options="emails:@Nia")

    assert (
        await both.discord.run("Nia", f"join code:{made.code}")
    ).title == "This invitation is for someone else"
    assert (await both.slack.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


@pytest.mark.parametrize("both", ["sqlite"], indirect=True)
async def test_in_a_team_with_two_workspaces_in_channels_a_direct_message_asks_which(both: Both) -> None:
    await start(both.discord)
    both.discord.channel("side")
    await both.discord.run("Ada", "workspace create name:Side", "side")
    for channel in ("general", "side"):
        both.slack.channel(f"to-{channel}")
        made = await both.discord.run("Ada", "workspace link", channel)
        linked = await both.slack.run("Ada", f"workspace link code:{made.link_code} here:on", f"to-{channel}")
        assert linked.title.startswith("Linked to")
        await both.discord.run("Ada", "workspace set setting:join_policy value:instant", channel)
        invited = await both.discord.run("Ada", "invite create", channel)
        await both.slack.run("Nia", f"join code:{invited.code}", DIRECT)

    seen = await both.slack.run("Nia", "member list", DIRECT)

    assert seen.title == "Which workspace?"
    assert "Side, Studio" in seen.text
    assert (await both.slack.run("Nia", "member list", "to-side")).title == "Members (2)"


async def test_a_code_of_discord_works_in_a_linked_team(both: Both) -> None:
    await link(both)
    await ask(both.slack, "Bob", "role:Commenter")
    made = await both.discord.run("Cleo", "invite create role:Designer")

    assert (await both.slack.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"
