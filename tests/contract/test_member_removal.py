"""Taking members out on every platform: what is said first, who may, and what a click finds changed."""

from __future__ import annotations

import asyncio
import json

from tests.contract.stories import ask, give, invite, leave, link, member, remove, start
from tests.drivers.base import MINUTE
from tests.drivers.worlds import Both, Door


async def asked(door: Door, who: str = "Bob", by: str = "Ada"):
    seen = await door.run(by, f"member remove member:@{who}")
    assert seen.title == f"Remove {who} from Studio?", seen.text
    return seen


# --- taking somebody out ---------------------------------------------------------------------------------------------


async def test_removing_says_first_what_will_end_and_then_ends_it(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    made = await invite(door, "Bob", "role:Designer")
    waiting = await door.run("Nia", f"join code:{made.code}")
    await door.settle()
    warning = await door.run("Ada", 'member remove member:@Bob reason:"the project is over"')

    assert warning.private
    assert warning.title == "Remove Bob from Studio?"
    assert warning.labels == ["Confirm", "Cancel"]
    for words in (
        "Role: Designer",
        "the project is over",
        "1 invitation that they sent",
        "1 person who asked to join through their invitations stays",
    ):
        assert words in warning.text, warning.text
    assert (await door.run("Bob", "me")).title == "You are in Studio"

    removed = await door.click("Ada", warning, "Confirm")
    assert removed.private
    assert removed.title == "Removed: Bob"
    assert (await door.run("Bob", "member list")).title == "You are not a member of this workspace"
    assert (await door.run("Eve", f"join code:{made.code}")).title == "This invitation was revoked"
    answer = await door.run("Ada", f"request approve request:{waiting.short_id}")
    assert answer.title == "Approved: Nia"
    [event] = door.audit("member.removed")
    facts = json.loads(event.facts)
    assert (facts["name"], facts["reason"]) == ("Bob", "the project is over")
    assert [role["role"] for role in facts["roles"]] == ["designer"]
    assert len(facts["invitations"]) == 1


async def test_the_removed_person_hears_who_and_why_and_nothing_more(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    made = await invite(door, "Bob", "role:Designer")
    asked_ = await door.run("Nia", f"join code:{made.code}")
    await door.settle()
    before = len(door.inbox("Bob"))
    await door.run("Ada", f"request approve request:{asked_.short_id}")  # Bob would hear that Nia came
    await remove(door, "Bob", "the project is over")
    await door.settle()
    await ask(door, "Eve")
    await door.advance(6 * 24 * 60 * MINUTE)

    told = door.inbox("Bob")[before:]
    assert [seen.title for seen in told] == ["You are no longer in Studio"]
    assert "Ada removed you" in told[0].text
    assert "the project is over" in told[0].text
    assert told[0].labels == []


async def test_cancelling_changes_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    warning = await asked(door)

    assert (await door.click("Ada", warning, "Cancel")).title == "Nothing was changed"
    assert (await door.click("Ada", warning, "Confirm")).title == "That was answered already"
    assert (await door.run("Bob", "me")).title == "You are in Studio"


async def test_anybody_may_leave_and_is_asked_first(door: Door) -> None:
    await start(door, scheme="simple")
    await member(door, "Bob", "Workspace Viewer")
    warning = await door.run("Bob", "member remove member:@Bob")

    assert warning.title == "Leave Studio?"
    assert (await door.click("Bob", warning, "Confirm")).title == "You left Studio"
    assert (await door.run("Bob", "me")).title == "You are not in Studio"


async def test_a_reason_from_a_person_is_never_markup(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    warning = await door.run(
        "Ada", 'member remove member:@Bob reason:"@everyone <https://evil.example|free> **x**"'
    )
    await door.click("Ada", warning, "Confirm")
    await door.settle()

    assert door.last("Bob").title == "You are no longer in Studio"
    assert door.pings() == []


# --- who may, and when -----------------------------------------------------------------------------------------------


async def test_L12_the_last_who_can_run_the_workspace_is_taken_out_by_nobody(door: Door) -> None:
    await start(door, scheme="simple")
    await member(door, "Bob", "Workspace Editor")

    seen = await door.run("Ada", "member remove member:@Ada")
    assert seen.title == "Somebody has to be able to run this workspace"
    give(door, "Bob", "workspace-admin")
    for by, more in (("Ada", []), ("Bob", ["Remove with a reason"])):
        warning = await door.run(by, "member remove member:@Ada")
        assert warning.labels == ["Confirm", "Cancel", *more]
    give(door, "Bob", "workspace-editor")
    own = await door.run("Ada", "member show")
    assert (await door.click("Ada", own, "Leave")).title == "Somebody has to be able to run this workspace"
    assert (await door.run("Ada", "me")).title == "You are in Studio"


async def test_L12_the_only_owner_is_taken_out_by_nobody(door: Door) -> None:
    await start(door)
    await member(door, "Cleo", "Admin")
    for by in ("Ada", "Cleo"):
        seen = await door.run(by, "member remove member:@Ada")
        assert seen.title == "Exactly one member is Owner"
        assert seen.labels == []
    workspace = door.audit("workspace.created")[0].workspace
    [ada] = [event.subject for event in door.audit("member.joined")][:1]
    assert (
        await door.press("Cleo", "member.remove", f"{workspace}/{ada}")
    ).title == "Exactly one member is Owner"


async def test_who_may_remove_nobody_does_not_learn_who_is_here(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    titles = {
        (await door.run("Bob", f"member remove member:{name}")).title
        for name in ("@Ada", "@Eve", "Ada", "Zoe")
    }

    assert titles == {"You can't do that here"}
    assert len(door.audit("refused")) == 4


async def test_a_confirmation_is_its_maker_s_own(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    await member(door, "Cleo", "Admin")
    button = (await asked(door)).button("Confirm")

    assert (await door.press("Cleo", button.action, button.subject)).title == "That button does nothing here"
    assert (
        await door.press("Eve", button.action, button.subject)
    ).title == "You are not a member of this workspace"
    assert (await door.press("Bob", button.action, button.subject)).title == "That button does nothing here"
    assert (await door.run("Bob", "me")).title == "You are in Studio"


async def test_confirming_twice_too_late_or_after_they_left_is_answered_plainly(door: Door) -> None:
    await start(door)
    for who in ("Bob", "Cleo", "Nia"):
        await member(door, who)
    twice, gone, late = [await asked(door, who) for who in ("Bob", "Cleo", "Nia")]

    assert (await door.click("Ada", twice, "Confirm")).title == "Removed: Bob"
    assert (await door.click("Ada", twice, "Confirm")).title == "That was answered already"
    await leave(door, "Cleo")
    assert (await door.click("Ada", gone, "Confirm")).title == "Cleo has left already"
    await door.advance(15 * MINUTE, jobs=False)
    assert (await door.click("Ada", late, "Confirm")).title == "Too late to confirm"
    assert (await door.run("Nia", "me")).title == "You are in Studio"


async def test_what_has_changed_since_the_warning_counts_at_the_click(door: Door) -> None:
    await start(door, scheme="project")
    await member(door, "Bob", "Project Member")
    await member(door, "Cleo", "Admin")
    warning = await asked(door, by="Cleo")

    give(door, "Bob", "super-admin")
    assert (await door.click("Cleo", warning, "Confirm")).title == "Bob stands above you"
    give(door, "Bob", "project-member")
    give(door, "Cleo", "project-member")
    assert (await door.click("Cleo", warning, "Confirm")).title == "You can't do that here"
    assert (await door.run("Bob", "me")).title == "You are in Studio"


async def test_a_restart_between_the_warning_and_the_click_changes_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    warning = await asked(door)
    await door.restart()

    assert (await door.click("Ada", warning, "Confirm")).title == "Removed: Bob"


# --- two doors at once -----------------------------------------------------------------------------------------------


async def test_a_member_removed_at_both_doors_at_once_is_removed_once(both: Both) -> None:
    await link(both)
    made = await invite(both.slack, options="role:Designer")
    asked_ = await both.slack.run("Bob", f"join code:{made.code}")
    await both.slack.run("Ada", f"request approve request:{asked_.short_id}")
    warnings = [
        await both.slack.run("Ada", "member remove member:Bob"),
        await both.discord.run("Cleo", "member remove member:Bob"),
    ]
    answers = await asyncio.gather(
        both.slack.click("Ada", warnings[0], "Confirm"), both.discord.click("Cleo", warnings[1], "Confirm")
    )

    assert sorted(seen.title for seen in answers) == ["Bob has left already", "Removed: Bob"]
    assert len(both.audit("member.removed")) == 1
    await both.settle()
    assert [seen.title for seen in both.slack.inbox("Bob")][-1] == "You are no longer in Studio"


async def test_L12_of_the_last_two_who_remove_each_other_at_two_doors_one_stays(both: Both) -> None:
    await link(both)
    both.world.alter("UPDATE roles SET exactly_one = false")
    both.world.alter("UPDATE member_roles SET role_id = 'admin'")
    both.world.alter("UPDATE workspaces SET roles_version = roles_version + 1")
    warnings = [
        await both.slack.run("Ada", "member remove member:Cleo"),
        await both.discord.run("Cleo", "member remove member:Ada"),
    ]
    answers = await asyncio.gather(
        both.slack.click("Ada", warnings[0], "Confirm"), both.discord.click("Cleo", warnings[1], "Confirm")
    )

    titles = [seen.title for seen in answers]
    assert titles in (
        ["Removed: Cleo", "You are not a member of this workspace"],
        ["You are not a member of this workspace", "Removed: Ada"],
    )
    assert both.world.count("members", "left_at IS NULL") == 1
    await both.settle()
