"""Several workspaces in one place, handing one over, and its end: through every door."""

from __future__ import annotations

from tests.contract.stories import ask, change, invite, leave, link, member, start
from tests.drivers.base import DAY, DIRECT, Seen
from tests.drivers.worlds import Both, Door


async def side(door: Door, policy: str = "") -> Seen:
    """Ada starts a further workspace in a channel of the same place."""
    door.channel("side")
    made = await door.run("Ada", "workspace create name:Side scheme:studio", "side")
    assert made.title == "Side is ready", made.text
    if policy:
        await change(door, "join_policy", policy, "side")
    return made


async def both_of(door: Door, who: str) -> None:
    """Somebody is in Studio and in Side."""
    await start(door, policy="instant")
    await side(door, "instant")
    for channel in ("general", "side"):
        made = await door.run("Ada", "invite create", channel)
        joined = await door.run(who, f"join code:{made.code}")
        assert joined.title.startswith("Welcome to"), joined.text


# --- which one -------------------------------------------------------------------------------------------------------


async def test_the_workspace_is_that_of_the_channel_and_in_a_direct_message_the_chosen_one(
    door: Door,
) -> None:
    await both_of(door, "Nia")
    assert (await door.run("Nia", "me")).title == "You are in Studio"
    assert (await door.run("Nia", "me", "side")).title == "You are in Side"

    for name in ("side", "STUDIO"):
        chosen = await door.run("Nia", f"workspace use workspace:{name}", DIRECT)
        assert chosen.title == f"Direct messages are now about {name.title()}"
        assert (await door.run("Nia", "me", DIRECT)).title == f"You are in {name.title()}"
        assert name.title() in (await door.run("Nia", "member list", DIRECT)).text
    assert (await door.run("Nia", "me", "side")).title == "You are in Side"


async def test_the_list_of_one_s_workspaces_says_which_is_meant_here(door: Door) -> None:
    await both_of(door, "Nia")

    for channel, here in (("general", "Studio"), ("side", "Side")):
        seen = await door.run("Nia", "workspace list", channel)
        assert seen.title == "Your workspaces (2)"
        assert f"{here} — Commenter — meant here" in seen.text
        assert f"meant here: {here}" in seen.text
    assert (await door.run("Eve", "workspace list")).title == "You are in no workspace yet"


async def test_in_a_channel_the_choice_is_refused_and_says_why(door: Door) -> None:
    await both_of(door, "Nia")
    seen = await door.run("Nia", "workspace use workspace:Studio", "side")
    assert seen.title == "In a channel the place decides"
    assert "about Side" in seen.text


async def test_every_answer_says_which_one_it_is_about_to_who_is_in_several(door: Door) -> None:
    await both_of(door, "Nia")
    door.person("Mia")
    await door.run("Mia", f"join code:{(await invite(door)).code}")

    for line in ("member list", "role list", "invite create name:x", "invite list", "status", "help", "me"):
        for channel, name in (("general", "Studio"), ("side", "Side")):
            assert name in (await door.run("Nia", line, channel)).text, (line, channel)
    refused = await door.run("Nia", "workspace settings", "side")
    assert refused.title == "You can't do that here"
    assert "in Side" in refused.text
    assert "Studio" not in (await door.run("Mia", "member list")).text


async def test_the_choice_outlives_a_restart_and_ends_with_the_membership(door: Door) -> None:
    await both_of(door, "Nia")
    await door.run("Nia", "workspace use workspace:Side", DIRECT)
    await door.restart()
    assert (await door.run("Nia", "me", DIRECT)).title == "You are in Side"

    asked = await door.run("Nia", "member remove member:Nia", "side")
    await door.click("Nia", asked, "Confirm")

    assert (await door.run("Nia", "me", DIRECT)).title == "You are in Studio"


async def test_only_those_who_may_make_a_further_workspace_make_one(door: Door) -> None:
    await start(door, scheme="project")
    await member(door, "Bob", "Project Member")
    await member(door, "Cleo", "Project Guest")
    door.channel("side")

    line = "workspace create name:Side"
    assert (await door.run("Eve", line, "side")).title == "You are not a member of this workspace"
    assert (await door.run("Cleo", line, "side")).title == "You can't do that here"
    assert (await door.run("Bob", line, "side")).title == "Side is ready"
    assert (await door.run("Ada", line, "side")).title == "This place already belongs to a workspace"
    assert "You are: Workspace Admin" not in (await door.run("Bob", "me", "side")).text
    assert "Role: Workspace Admin" in (await door.run("Bob", "me", "side")).text


async def test_a_workspace_of_a_channel_is_linked_to_a_further_channel(door: Door) -> None:
    await start(door)
    await side(door)
    door.channel("annex")
    made = await door.run("Ada", "workspace link", "side")

    linked = await door.run("Ada", f"workspace link code:{made.link_code} here:on", "annex")

    assert linked.title == "Linked to Side"
    assert (await door.run("Ada", "me", "annex")).title == "You are in Side"
    shown = (await door.run("Ada", "workspace show", "annex")).text
    assert "2 channels on" in shown
    status = (await door.run("Ada", "status", "annex")).text
    assert "2 channels on" in status
    assert "Plan: enterprise" in status


# --- between two of them ---------------------------------------------------------------------------------------------


async def test_L17_a_code_of_one_opens_that_one_alone_wherever_it_is_typed(door: Door) -> None:
    await start(door, policy="instant")
    await side(door, "instant")
    made = await door.run("Ada", "invite create role:Admin", "side")

    joined = await door.run("Nia", f"join code:{made.code}")

    assert joined.title == "Welcome to Side"
    assert "belongs to Side, not to the workspace of this place" in joined.text
    assert (await door.run("Nia", "me")).title == "You are not in Studio"
    assert (await door.run("Nia", "member list")).title == "You are not a member of this workspace"
    assert "Role: Admin" in (await door.run("Nia", "me", "side")).text


async def test_L17_an_id_or_a_button_of_one_means_nothing_in_the_other(door: Door) -> None:
    await start(door)
    await side(door)
    asked = await ask(door)
    made = await invite(door, options="name:Hers")
    studio = made.button("Revoke").subject.partition("/")[0]
    there = await door.run("Ada", "invite create name:Theirs role:Admin", "side")
    other = there.button("Revoke").subject.partition("/")[0]
    await change(door, "join_policy", "instant", "side")
    await door.run("Cleo", f"join code:{there.code}")

    for line, title in (
        (f"invite show invite:{made.short_id}", f"I can't find the invitation “{made.short_id}”"),
        ("invite revoke invite:Hers", "I can't find the invitation “Hers”"),
        (f"request approve request:{asked.short_id}", f"I can't find the request “{asked.short_id}”"),
    ):
        assert (await door.run("Cleo", line, "side")).title == title
    for action, local in (
        ("request.approve", asked.short_id),
        ("request.deny", asked.short_id),
        ("invite.revoke", made.short_id),
    ):
        foreign = await door.press("Cleo", action, f"{studio}/{local}")
        assert foreign.title == "You are not a member of this workspace"
        assert "I can't find" in (await door.press("Cleo", action, f"{other}/{local}")).title
    assert "Hers" not in (await door.run("Cleo", "invite list", "side")).text
    assert (await door.run("Ada", "request list")).title == "Requests (1 waits for you)"


# --- handing over ----------------------------------------------------------------------------------------------------


async def offer(door: Door, role: str = "Designer") -> tuple[Seen, Seen]:
    """Ada offers Studio to Bob: her answer, and his message."""
    await start(door)
    await member(door, "Bob", role)
    mine = await door.run("Ada", "workspace transfer to:Bob")
    await door.settle()
    return mine, door.last("Bob")


async def test_a_workspace_is_handed_over_when_both_agree(door: Door) -> None:
    mine, asked = await offer(door)
    assert mine.title == "You offered Studio to Bob"
    assert "You will be: Admin" in mine.text
    assert mine.labels == ["Withdraw"]
    assert asked.title == "Ada offers you Studio"
    assert asked.labels == ["Accept", "Decline"]

    answer = await door.click("Bob", asked, "Accept")
    await door.settle()

    assert answer.private
    assert answer.title == "Accepted: you are Owner of Studio"
    assert door.last("Bob").labels == []
    assert door.last("Bob").title == "Accepted: you are Owner of Studio"
    assert door.last("Ada").title == "Accepted: Bob is Owner of Studio"
    assert "Role: Owner" in (await door.run("Bob", "me")).text
    assert "Role: Admin" in (await door.run("Ada", "me")).text
    assert (await door.run("Ada", "workspace delete name:Studio")).title == "You can't do that here"
    (event,) = door.audit("transfer.accepted")
    assert '"before":{"giver":["owner"],"receiver":["designer"]}' in event.facts


async def test_an_offer_that_is_declined_or_taken_back_changes_nothing(door: Door) -> None:
    mine, asked = await offer(door)
    assert (await door.click("Bob", asked, "Decline")).title == "Declined: the offer of Studio"
    await door.settle()
    assert door.last("Ada").title == "Declined: your offer of Studio"
    assert (await door.click("Bob", asked, "Accept")).title == "That offer is over"
    assert (await door.click("Ada", mine, "Withdraw")).title == "That offer is over"

    again = await door.run("Ada", "workspace transfer to:Bob")
    await door.settle()
    asked = door.last("Bob")
    assert (await door.click("Ada", again, "Withdraw")).title == "Withdrawn: your offer of Studio"
    await door.settle()
    assert (await door.click("Bob", asked, "Accept")).title == "That offer is over"
    assert all(seen.labels == [] for seen in door.inbox("Bob") if "offer" in seen.title)
    assert "Role: Owner" in (await door.run("Ada", "me")).text


async def test_an_offer_ends_after_three_days_and_both_hear_of_it(door: Door) -> None:
    _, asked = await offer(door)
    await door.advance(3 * DAY)

    assert "Expired: your offer of Studio" in [seen.title for seen in door.inbox("Ada")]
    assert "Expired: the offer of Studio" in [seen.title for seen in door.inbox("Bob")]
    late = await door.click("Bob", asked, "Accept")
    assert late.title == "That offer is over"
    assert "5 February 2026" in late.text
    assert "Role: Designer" in (await door.run("Bob", "me")).text


async def test_an_offer_outlives_a_restart_and_shows_how_it_stands_when_typed_again(door: Door) -> None:
    await offer(door)
    await door.restart()

    again = await door.run("Ada", "workspace transfer to:Bob")
    assert again.title == "Studio is already offered to Bob"
    assert again.labels == ["Withdraw"]
    answer = await door.click("Bob", door.last("Bob"), "Accept")
    assert answer.title == "Accepted: you are Owner of Studio"


async def test_whoever_takes_no_messages_finds_the_question_by_typing(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    door.shut("Bob")
    await door.run("Ada", "workspace transfer to:Bob")
    await door.settle()

    asked = await door.run("Bob", "workspace transfer to:Ada")
    assert asked.labels == ["Accept", "Decline"]
    assert (await door.click("Bob", asked, "Accept")).title == "Accepted: you are Owner of Studio"


async def test_nobody_else_can_press_what_is_on_the_offer(door: Door) -> None:
    mine, asked = await offer(door)
    await member(door, "Cleo", "Admin")
    for who, title in (
        ("Eve", "You are not a member of this workspace"),
        ("Cleo", "That button does nothing here"),
        ("Ada", "That button does nothing here"),
    ):
        for label in ("Accept", "Decline"):
            button = asked.button(label)
            assert (await door.press(who, button.action, button.subject)).title == title
    button = mine.button("Withdraw")
    assert (await door.press("Bob", button.action, button.subject)).title == "That button does nothing here"
    assert "Role: Owner" in (await door.run("Ada", "me")).text


async def test_the_offer_ends_with_the_membership_of_who_got_it(door: Door) -> None:
    _, asked = await offer(door)
    await leave(door, "Bob")
    await door.settle()

    assert door.last("Ada").title == "Ended: your offer of Studio"
    assert (await door.click("Bob", asked, "Accept")).title == "You are not a member of this workspace"


async def test_a_workspace_is_handed_from_slack_to_discord(both: Both) -> None:
    await link(both)
    mine = await both.slack.run("Ada", "workspace transfer to:Cleo")
    assert mine.title == "You offered Studio to Cleo"
    await both.settle()

    answer = await both.discord.click("Cleo", both.discord.last("Cleo"), "Accept")
    await both.settle()

    assert answer.title == "Accepted: you are Owner of Studio"
    assert both.slack.last("Ada").title == "Accepted: Cleo is Owner of Studio"
    assert (await both.slack.click("Ada", mine, "Withdraw")).title == "That offer is over"


# --- deleting --------------------------------------------------------------------------------------------------------


async def test_deleting_takes_the_name_and_ends_everything_at_once(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    made = await invite(door)
    asked = await ask(door)
    linking = await door.run("Ada", "workspace link")
    approver = door.last("Bob")

    wrong = await door.run("Ada", "workspace delete name:Stud")
    assert wrong.title == "Nothing was deleted"
    assert "Studio" in wrong.text
    assert (await door.run("Bob", "workspace delete name:Studio")).title == "You can't do that here"
    gone = await door.run("Ada", "workspace delete name:studio")
    await door.settle()

    assert gone.private
    assert gone.title == "Deleted: Studio"
    assert door.last("Nia").title == "Studio was deleted"
    assert "Studio was deleted" in [seen.title for seen in door.inbox("Bob")]
    assert all(seen.labels == [] for who in ("Ada", "Bob", "Nia") for seen in door.inbox(who))
    assert (await door.click("Bob", approver, "Approve")).title == "That button does nothing here"
    assert (await door.run("Eve", f"join code:{made.code}")).title == "That code opens nothing"
    dead = await door.run("Ada", f"workspace link code:{linking.link_code}")
    assert dead.title == "That code opens nothing"
    for where in ("general", DIRECT):
        assert (await door.run("Ada", "member list", where)).title == "No workspace here yet"
    assert asked.short_id in [event.subject for event in door.audit("request.withdrawn")]
    assert await door.settle() == 0
    await door.advance(8 * DAY)
    assert await door.settle() == 0


async def test_in_its_place_another_one_begins(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    made = await invite(door)
    await door.run("Ada", "workspace delete name:Studio")
    await door.settle()

    again = await start(door, scheme="simple", policy="instant")
    assert "You are: Workspace Admin" in again.text
    assert "Members: 1" in (await door.run("Ada", "workspace show")).text
    assert (await door.run("Bob", "me")).title == "You are not in Studio"
    assert (await door.run("Bob", f"join code:{made.code}")).title == "That code opens nothing"
    fresh = await invite(door)
    assert (await door.run("Bob", f"join code:{fresh.code}")).title == "Welcome to Studio"


async def test_deleting_the_one_of_a_channel_leaves_that_of_the_place(door: Door) -> None:
    await both_of(door, "Nia")
    await door.run("Nia", "workspace use workspace:Side", DIRECT)

    assert (await door.run("Ada", "workspace delete name:Side", "side")).title == "Deleted: Side"

    assert (await door.run("Nia", "me", "side")).title == "You are in Studio"
    assert (await door.run("Nia", "me", DIRECT)).title == "You are in Studio"
    assert (await door.run("Nia", "workspace list")).title == "Your workspaces (1)"


async def test_a_workspace_of_two_platforms_is_deleted_on_both(both: Both) -> None:
    await link(both)
    await ask(both.slack)
    await both.slack.run("Ada", "workspace delete name:Studio")
    await both.settle()

    assert "Studio was deleted" in [seen.title for seen in both.discord.inbox("Cleo")]
    assert all(seen.labels == [] for seen in both.discord.inbox("Cleo"))
    assert (await both.discord.run("Cleo", "member list")).title == "No workspace here yet"
    assert (await both.discord.run("Ada", "workspace create name:Second")).title == "Second is ready"
