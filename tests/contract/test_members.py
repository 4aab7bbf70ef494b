"""Members through every door: listed, shown, taken out, leaving, exported."""

from __future__ import annotations

import asyncio
import csv
import io
import json

import pytest

from tests.contract.stories import ask, change, give, invite, leave, link, member, remove, start
from tests.drivers.base import MINUTE
from tests.drivers.worlds import Both, Door

FORMULAS = ("=", "+", "-", "@", "\t", "\r")


async def asked(door: Door, who: str = "Bob", by: str = "Ada"):
    seen = await door.run(by, f"member remove member:@{who}")
    assert seen.title == f"Remove {who} from Studio?", seen.text
    return seen


def cells(content: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.removeprefix("\ufeff"), newline="")))


# --- the list --------------------------------------------------------------------------------------------------------


async def crowd(door: Door, count: int) -> None:
    made = await invite(door)
    for number in range(count):
        door.person(f"P{number:02}")
        await door.run(f"P{number:02}", f"join code:{made.code}")


async def test_the_members_are_paged_to_the_end_and_back(door: Door) -> None:
    await start(door, policy="instant")
    await crowd(door, 22)
    first = await door.run("Ada", "member list")
    second = await door.click("Ada", first, "Next")
    third = await door.click("Ada", second, "Next")

    assert [seen.title for seen in (first, second, third)] == ["Members (23)"] * 3
    assert [seen.labels for seen in (first, second, third)] == [["Next"], ["Previous", "Next"], ["Previous"]]
    assert "page 3 of 3" in third.text
    for number in range(22):
        shown = [f"P{number:02} — Commenter" in seen.text for seen in (first, second, third)]
        assert shown.count(True) == 1, number
    assert (await door.click("Ada", third, "Previous")).text == second.text
    assert (await door.click("Ada", second, "Previous")).text == first.text


async def test_a_page_goes_on_though_the_member_at_its_border_has_left(door: Door) -> None:
    await start(door, policy="instant")
    await crowd(door, 12)
    first = await door.run("Ada", "member list")
    await leave(door, "P08")

    second = await door.click("Ada", first, "Next")
    assert [name for name in ("P09", "P10", "P11") if name in second.text] == ["P09", "P10", "P11"]


async def test_those_who_left_are_listed_apart(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    await leave(door, "Bob")

    assert "Bob" not in (await door.run("Ada", "member list")).text
    former = await door.run("Ada", "member list status:left")
    assert former.title == "Former members (1)"
    assert "Bob — left on" in former.text
    assert (await door.run("Ada", "member list status:all")).title == "Members, present and former (2)"


async def test_two_of_one_name_are_told_apart_and_can_be_named(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    door.person("One", shows="Sam")
    door.person("Two", shows="Ｓam")  # as wide as a Chinese sign, and the same name all the same
    for who in ("One", "Two"):
        await door.run(who, f"join code:{made.code}")
    listed = await door.run("Ada", "member list")
    ids = [word.strip("()") for word in listed.text.split() if word.startswith("(mem-")]
    assert len(set(ids)) == 2

    shown = await door.run("Ada", f"member show member:{ids[0]}")
    assert shown.title in {"Sam", "Ｓam"}
    assert ids[0] in shown.text


@pytest.mark.parametrize(
    "local", ["list/-/active/1/>mem-2222", "list/king/active/1/>mem-2222", "list/-/active/0", "x"]
)
async def test_a_forged_page_is_no_page(door: Door, local: str) -> None:
    made = await start(door)
    del made
    workspace = door.audit("workspace.created")[0].workspace

    seen = await door.press("Ada", "member.list", f"{workspace}/{local}")
    assert seen.title == "That button does nothing here"


# --- one member ------------------------------------------------------------------------------------------------------


async def test_L36_addresses_are_shown_to_oneself_and_to_those_who_oversee_members(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await member(door, "Cleo", "Designer")
    known = door.name != "discord"  # which vouches for no addresses

    assert ("bob@acme.example" in (await door.run("Ada", "member show member:@Bob")).text) is known
    assert ("bob@acme.example" in (await door.run("Bob", "member show")).text) is known
    seen = await door.run("Cleo", "member show member:@Bob")
    assert seen.title == "Bob"
    assert "@acme.example" not in seen.text


async def test_the_buttons_are_those_that_whoever_looks_may_press(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await member(door, "Cleo", "Admin")

    assert (await door.run("Cleo", "member show member:@Bob")).labels == ["Assign a role", "Remove"]
    assert (await door.run("Cleo", "member show member:@Ada")).labels == []
    assert (await door.run("Bob", "member show member:@Cleo")).labels == []
    own = await door.run("Bob", "member show")
    assert own.labels == ["Leave"]
    assert (await door.click("Bob", own, "Leave")).title == "Leave Studio?"


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


# --- coming back -----------------------------------------------------------------------------------------------------


async def test_L25_nothing_of_a_removed_member_s_lets_anybody_in(door: Door) -> None:
    await start(door, policy="instant")
    old = await invite(door)
    await door.run("Bob", f"join code:{old.code}")
    give(door, "Bob", "designer")
    sent = await invite(door, "Bob", "role:Designer")
    await remove(door, "Bob")
    await door.settle()

    assert (await door.run("Nia", f"join code:{sent.code}")).title == "This invitation was revoked"
    assert (await door.run("Bob", f"join code:{sent.code}")).title == "This invitation was revoked"
    assert (await door.run("Bob", f"join code:{old.code}")).title == "You have used this invitation before"
    assert (await door.run("Bob", "me")).title == "You are not in Studio"


async def test_L25_a_personal_invitation_dies_with_the_membership(door: Door) -> None:
    await start(door, policy="instant")
    personal = await invite(door, options="emails:@Bob role:Admin")
    made = await invite(door)
    await door.run("Bob", f"join code:{made.code}")
    warning = await asked(door)
    assert "1 invitation for them" in warning.text
    await door.click("Ada", warning, "Confirm")

    assert (await door.run("Bob", f"join code:{personal.code}")).title == "This invitation was revoked"


async def test_L25_coming_back_restores_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await remove(door, "Bob")
    await change(door, "join_policy", "instant")
    made = await invite(door)
    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"

    shown = await door.run("Ada", "member show member:@Bob")
    assert "Role: Commenter" in shown.text
    assert (await door.run("Bob", "workspace settings")).title == "You can't do that here"
    joined = [event.subject for event in door.audit("member.joined")]
    assert len(set(joined)) == len(joined) == 3


async def test_L26_a_removed_approver_s_card_decides_nothing(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await ask(door)
    card = door.last("Bob")
    await remove(door, "Bob")
    await door.settle()

    for label in ("Approve", "Deny"):
        assert (await door.click("Bob", card, label)).title == "You are not a member of this workspace"
    assert (await door.click("Ada", door.last("Ada"), "Approve")).title == "Approved: Nia"


# --- the file --------------------------------------------------------------------------------------------------------


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
