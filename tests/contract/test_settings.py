"""Workspaces, their places and settings."""

from __future__ import annotations

import re

import pytest

from tests.contract.stories import ask, change, invite, member, start
from tests.drivers.base import DAY, DIRECT
from tests.drivers.worlds import Door


async def test_only_admins_of_the_place_start_a_workspace_there_and_guests_never(door: Door) -> None:
    for who in ("Bob", "Gus"):
        seen = await door.run(who, "workspace create name:Mine")
        assert seen.title == "Only this place's own admins can do that"
    assert [event.actor.split("/")[0] for event in door.audit("refused")] == [door.name] * 2

    made = await start(door)
    assert "You are: Owner" in made.text
    assert "Role: Owner" in (await door.run("Ada", "me")).text


async def test_a_workspace_begins_with_the_documented_defaults(door: Door) -> None:
    await start(door, scheme="simple")

    seen = await door.run("Ada", "workspace settings")

    assert "join_policy = approval" in seen.text
    assert "default_role = Workspace Viewer" in seen.text
    assert "approvals_place = none" in seen.text
    assert "invite_expires = 7d" in seen.text
    shown = (await door.run("Ada", "workspace show")).text
    assert "Role scheme: simple" in shown
    assert "Plan: enterprise" in shown


async def test_settings_are_changed_by_name_and_show_before_and_after(door: Door) -> None:
    await start(door)

    seen = await door.run("Ada", "workspace set setting:JOIN-POLICY value:Instant")

    assert seen.title == "join_policy is now instant"
    assert "Before: approval" in seen.text
    assert "Now: instant" in seen.text
    assert "join_policy = instant" in (await door.run("Ada", "workspace settings")).text
    (event,) = door.audit("setting.changed")
    assert '"before":"approval"' in event.facts


async def test_every_setting_says_what_it_does_what_it_was_and_how_to_change_it(door: Door) -> None:
    await start(door)
    await change(door, "invite_links", "off")

    shown = (await door.run("Ada", "workspace settings")).text.replace("`", "")
    assert "invite_links = off — Only personal invitations work." in shown
    assert "Default: on." in shown
    assert "join_policy = approval — " in shown
    assert "workspace set setting:join_policy value:instant" in shown
    assert shown.count("Default: ") == 1


async def test_links_switched_off_are_dead_at_once_and_for_good_and_personal_ones_live(door: Door) -> None:
    await start(door, policy="instant")
    link = await invite(door, options="name:Spring")
    mine = await invite(door, options="emails:@Nia")
    seen = await door.run("Ada", "workspace set setting:invite_links value:off")
    assert "1 live link ended, for good." in seen.text

    assert (await door.run("Eve", f"join code:{link.code}")).title == "Invite links are switched off"
    assert (await door.run("Ada", "invite create")).title == "Invite links are switched off here"
    assert "ended when links were switched off on" in (await door.run("Ada", "invite list")).text
    assert (await door.run("Nia", f"join code:{mine.code}")).title == "Welcome to Studio"
    seen = await door.run("Ada", "workspace set setting:invite_links value:on")
    assert "stay dead" in seen.text
    assert (await door.run("Eve", f"join code:{link.code}")).title == "Invite links are switched off"
    fresh = await invite(door)
    assert (await door.run("Eve", f"join code:{fresh.code}")).title == "Welcome to Studio"


async def test_who_asked_through_a_link_that_ended_is_still_answered(door: Door) -> None:
    await start(door)
    await ask(door)
    seen = await door.run("Ada", "workspace set setting:invite_links value:off")
    assert "1 person who asked through one before still waits for an answer" in seen.text
    await door.settle()

    card = door.last("Ada")
    assert "links were switched off since" in card.text
    assert (await door.click("Ada", card, "Approve")).title == "Approved: Nia"


async def test_where_members_cannot_invite_theirs_wait_for_an_approval(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await change(door, "join_policy", "instant")
    theirs, hers = await invite(door, "Bob"), await invite(door)
    await change(door, "members_can_invite", "off")

    assert (await door.run("Nia", f"join code:{theirs.code}")).title == "You asked to join Studio"
    assert (await door.run("Eve", f"join code:{hers.code}")).title == "Welcome to Studio"


async def test_allowed_domains_say_whom_they_shut_out(door: Door) -> None:
    await start(door)
    await invite(door, options="emails:x@evil.example")
    await ask(door, "Eve")

    seen = await door.run("Ada", "workspace set setting:allowed_domains value:acme.example")
    assert seen.title == "allowed_domains is now acme.example"
    assert "1 open invitation and 1 person who asked to join" in seen.text
    assert "Members stay" in seen.text


async def test_settings_are_changed_without_typing(door: Door) -> None:
    await start(door)
    every = await door.run("Ada", "workspace settings")
    assert every.menus["Choose a setting"][:2] == ["join_policy", "default_role"]

    one = await door.choose("Ada", every, "Choose a setting", "default_role")
    assert one.title == "default_role is Commenter"
    # The Owner's role is nobody's default, and nobody's need not be typed.
    assert one.menus["Set it to"] == ["Admin", "Designer", "Content Editor", "Commenter", "none"]
    assert (await door.choose("Ada", one, "Set it to", "Designer")).title == "default_role is now Designer"
    assert (await door.choose("Ada", one, "Set it to", "none")).title == "default_role is now none"

    for name, value in {
        "members_can_invite": "off",
        "invite_links": "off",
        "invite_expires": "30d",
        "reminders": "off",
    }.items():
        one = await door.choose("Ada", every, "Choose a setting", name)
        if name == "reminders":  # in the list in a few words, and in full where it is changed
            assert "to inviters, when somebody came" in one.text
            assert "to inviters, when somebody came" not in every.text
        done = await door.choose("Ada", one, "Set it to", value)
        assert done.title == f"{name} is now {value}"
    again = await door.choose("Ada", one, "Set it to", "off")
    assert again.title == "Nothing to change"
    place = await door.choose("Ada", every, "Choose a setting", "approvals_place")
    done = await door.choose("Ada", place, "Set it to", "here")
    assert done.title.startswith("approvals_place is now")


async def test_nothing_that_was_not_offered_can_be_chosen(door: Door) -> None:
    await start(door)
    studio = next(each.workspace_id for each in door.world.core.workspaces())

    for action, subject, choice in (
        ("setting.choose", "settings", "colour"),
        ("setting.change", "colour", "red"),
        ("setting.change", "join_policy", "perhaps"),
        ("setting.change", "default_role", "owner"),
        ("setting.change", "default_role", "nobody"),
        ("setting.change", "allowed_domains", "evil.example"),
    ):
        seen = await door.press("Ada", action, f"{studio}/{subject}", choice=choice)
        assert seen.title == "That button does nothing here", (action, subject, choice)
    assert door.audit("setting.changed") == []


async def test_a_preset_is_shown_and_then_applied_or_not(door: Door) -> None:
    await start(door, policy="instant")
    link = await invite(door)
    seen = await door.run("Ada", "workspace preset preset:large-org")
    assert seen.title == "Set Studio up as large-org?"
    assert seen.labels == ["Confirm", "Cancel"]
    for line in (
        "join_policy: instant → approval",
        "members_can_invite: on → off",
        "invite_links: on → off (1 live link ends, for good)",
    ):
        assert line in seen.text.replace("`", "")
    assert "default_role" not in seen.text
    assert (await door.click("Ada", seen, "Cancel")).title == "Nothing was changed"
    assert door.audit("preset.applied") == []

    seen = await door.run("Ada", "workspace preset preset:large-org")
    done = await door.click("Ada", seen, "Confirm")
    assert done.title == "Studio is set up as large-org"
    assert "setting:allowed_domains value:example.com" in done.text
    assert (await door.run("Nia", f"join code:{link.code}")).title == "Invite links are switched off"
    again = await door.run("Ada", "workspace preset preset:large-org")
    assert again.title == "Studio is set up as large-org already"
    assert again.labels == []


async def test_who_was_invited_by_mention_is_reminded_once_and_only_while_it_waits(door: Door) -> None:
    await start(door, policy="instant")
    await invite(door, options="emails:@Nia")
    await invite(door, options="emails:@Bob")
    await door.settle()
    await door.click("Bob", door.last("Bob"), "Accept")
    for days in (5, 1, 0):
        await door.advance(days * DAY)
        await door.restart()

    reminder = "Your invitation to Studio from Ada ends soon"
    assert [seen.title for seen in door.inbox("Nia")].count(reminder) == 1
    assert reminder not in [seen.title for seen in door.inbox("Bob")]


async def test_reminders_can_be_switched_off_by_kind(door: Door) -> None:
    await start(door, policy="instant")
    await invite(door, options="emails:@Nia name:Nia")
    await door.settle()
    await change(door, "reminders", "inviter")
    await door.advance(5 * DAY)

    assert not [seen for seen in door.inbox("Nia") if "ends soon" in seen.title]
    assert [seen.title for seen in door.inbox("Ada")] == ["Your invitation “Nia” ends soon"]


async def test_cards_stand_in_the_place_for_approvals_and_nowhere_else(door: Door) -> None:
    await start(door)
    await change(door, "approvals_place", "here")
    await ask(door)

    (card,) = door.cards()
    assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    assert not card.private
    assert door.inbox("Ada") == []
    await door.click("Ada", card, "Approve")
    await door.settle()

    (card,) = door.cards()
    assert card.title == "Joined: Nia is in Studio as Designer"
    assert card.labels == []
    assert len(door.inbox("Nia")) == 1


async def test_the_place_for_approvals_can_be_a_channel_that_is_mentioned_and_be_taken_back(
    door: Door,
) -> None:
    await start(door)
    door.channel("door-keepers")
    await change(door, "approvals_place", "#door-keepers")
    await ask(door)
    assert len(door.cards("door-keepers")) == 1
    assert door.cards() == []

    await change(door, "approvals_place", "none")
    await ask(door, "Eve")
    assert len(door.cards("door-keepers")) == 1
    # What was open moves along; which of the two arrives first is nobody's concern.
    assert {card.title for card in door.inbox("Ada")} == {
        "Nia asks to join Studio",
        "Eve asks to join Studio",
    }


async def test_a_direct_message_is_no_place_for_approvals(door: Door) -> None:
    await start(door)

    seen = await door.run("Ada", "workspace set setting:approvals_place value:here", DIRECT)

    assert seen.title == "“here” does not fit approvals_place"
    assert "direct message" in seen.text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("setting:join_policy value:perhaps", "approval or instant"),
        ("setting:invite_expires value:91d", "from 1h to 90d"),
        ("setting:invite_expires value:59m", "from 1h to 90d"),
        ("setting:invite_expires value:2026-12-24", "a duration such as"),
        ("setting:default_role value:King", "no such role"),
        ("setting:approvals_place value:nowhere", "Mention a channel"),
        ("setting:members_can_invite value:admins", "on or off"),
        ("setting:invite_links value:maybe", "on or off"),
        ("setting:allowed_domains value:@acme.example", "write only the domain"),
        ('setting:allowed_domains value:"acme.example, com"', "No address can be at"),
        ("setting:reminders value:weather", "some of invitee, inviter, approvers, arrival, roles"),
    ],
)
async def test_a_value_that_does_not_fit_is_refused_with_what_would(
    door: Door, line: str, words: str
) -> None:
    await start(door)

    seen = await door.run("Ada", f"workspace set {line}")

    assert "does not fit" in seen.title
    assert words in seen.text
    assert door.audit("setting.changed") == []


@pytest.mark.parametrize("value", ["1h", "90d"])
async def test_invitations_last_an_hour_at_least_and_ninety_days_at_most(door: Door, value: str) -> None:
    await start(door)

    await change(door, "invite_expires", value)


async def test_a_further_workspace_is_linked_to_its_channel_alone(door: Door) -> None:
    await start(door)
    door.channel("side")
    made = await door.run("Ada", "workspace create name:Side scheme:simple", "side")
    assert "Linked to: this channel" in made.text

    assert (await door.run("Ada", "workspace show", "side")).title == "Side"
    assert (await door.run("Ada", "workspace show")).title == "Studio"
    assert "Role: Workspace Admin" in (await door.run("Ada", "me", "side")).text


async def test_a_direct_message_is_about_the_only_workspace_of_the_person(door: Door) -> None:
    await start(door)
    await member(door, "Bob")

    assert (await door.run("Bob", "me", DIRECT)).title == "You are in Studio"
    assert (await door.run("Ada", "workspace show", DIRECT)).title == "Studio"


async def test_help_shows_what_this_person_may_do_and_a_near_miss_is_guessed(door: Door) -> None:
    await start(door, scheme="simple")
    await member(door, "Bob", "Workspace Viewer")

    owner, viewer = (await door.run("Ada", "help")).text, (await door.run("Bob", "help")).text
    assert re.search(r"workspace\W+.*set,", owner)
    assert not re.search(r"workspace\W+.*set,", viewer)
    assert re.search(r"member\W+list", viewer)
    chosen = await door.choose("Ada", await door.run("Ada", "help"), "More about", "workspace")
    assert "workspace set — Change a setting" in chosen.text.replace("`", "")
    told = await door.choose("Ada", chosen, "More about", "workspace set")
    assert "workspace set" in told.title
    assert "join" in (await door.run("Eve", "help")).text
    guessed = (await door.run("Ada", "invite craete")).text
    assert "Did you mean" in guessed
    assert "invite create" in guessed
    assert "expires" in (await door.run("Ada", 'help command:"invite create"')).text


async def test_status_says_what_could_not_be_delivered_and_why(door: Door) -> None:
    await start(door)
    made = await invite(door)
    door.shut("Ada")
    await door.run("Nia", f"join code:{made.code}")
    await door.settle()

    seen = await door.run("Ada", "status")

    assert seen.title == "1 message could not be delivered"
    assert "card of req-" in seen.text
