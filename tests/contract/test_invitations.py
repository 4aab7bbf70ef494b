"""Invitations: links and personal ones, what their makers see, how they end."""

from __future__ import annotations

import pytest

from tests.contract.stories import change, invite, member, start, vanish
from tests.drivers.base import DAY, HOUR
from tests.drivers.worlds import Door


async def test_an_invitation_lasts_seven_days_unless_told_otherwise(door: Door) -> None:
    await start(door)

    assert "Ends: 9 February 2026 02:40 UTC" in (await invite(door)).text
    assert "Ends: 4 February 2026 02:40 UTC" in (await invite(door, options="expires:2d")).text
    await change(door, "invite_expires", "1d")
    assert "Ends: 3 February 2026 02:40 UTC" in (await invite(door)).text


async def test_a_link_serves_as_many_people_as_it_has_uses(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="uses:2")

    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"
    assert (await door.run("Bob", f"join code:{made.code}")).title == "You are already in Studio"
    assert (await door.run("Cleo", f"join code:{made.code}")).title == "Welcome to Studio"
    assert (await door.run("Nia", f"join code:{made.code}")).title == "This invitation is used up"
    shown = await door.run("Ada", f"invite show invite:{made.short_id}")
    assert "0 of 2 uses left" in shown.text
    assert "Came through it: Bob, Cleo" in shown.text


async def test_a_personal_invitation_by_mention_reaches_the_person_and_nobody_else_can_use_it(
    door: Door,
) -> None:
    await start(door, policy="instant")
    made = await invite(door, options='emails:@Nia name:Nia role:Designer note:"See you on Monday"')
    await door.settle()

    (told,) = door.inbox("Nia")
    assert told.title == "Ada invites you to Studio"
    assert told.code == made.code
    assert "See you on Monday" in told.text
    assert (await door.run("Eve", f"join code:{made.code}")).title == "This invitation is for someone else"
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"
    assert "accepted on" in (await door.run("Ada", "invite list")).text
    await door.settle()
    assert door.last("Ada").title == "Nia joined Studio"


@pytest.mark.without("discord")  # it vouches for no address
async def test_a_personal_invitation_by_address_takes_the_address_that_the_platform_vouches_for(
    door: Door,
) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:NIA@Acme.Example")

    refused = await door.run("Eve", f"join code:{made.code}")
    assert refused.title == "This invitation is for another e-mail address"
    assert "nia@" not in refused.text
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


@pytest.mark.without("discord")  # it vouches for no address
async def test_a_domain_is_met_by_exactly_that_domain(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="domain:ACME.example")
    door.person("Sub", email="sub@mail.acme.example")
    door.person("Like", email="like@evil-acme.example")

    for who in ("Sub", "Like", "Eve"):
        assert (await door.run(who, f"join code:{made.code}")).title.startswith(
            "This invitation is for another"
        )
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"


async def test_pasted_addresses_become_one_invitation_each_with_a_result_for_every_one(door: Door) -> None:
    await start(door, policy="instant")
    await invite(door, options="emails:old@acme.example")

    seen = await door.run(
        "Ada",
        "invite create role:Designer emails:new@acme.example, OLD@acme.example; nonsense; new@acme.example @Bob",
    )

    assert seen.title == "2 invited, 1 invited before, 1 twice in the list, 1 bad address"
    assert len(seen.codes) == 2
    assert "old@acme.example was invited before" in seen.text.lower()
    assert "nonsense is not an e-mail address" in seen.text


async def test_a_list_shows_dead_invitations_with_why_and_no_code_of_any(door: Door) -> None:
    await start(door, policy="instant")
    codes = {
        label: await invite(door, options=f"name:{label} uses:1 expires:2d")
        for label in ("One", "Two", "Three")
    }
    await door.click("Ada", codes["One"], "Revoke")
    await door.run("Bob", f"join code:{codes['Two'].code}")
    await door.advance(2 * DAY, jobs=False)
    await invite(door, options="name:Four")

    seen = await door.run("Ada", "invite list")

    assert seen.title == "Invitations (1 waiting)"
    assert seen.codes == []
    assert "One — Commenter — revoked by Ada on 2 February 2026" in seen.text
    assert "Three — Commenter — expired on 4 February 2026" in seen.text
    assert "Four — Commenter — Invited, ends 11 February 2026" in seen.text
    assert "Four" not in (await door.run("Ada", "invite list status:expired")).text
    assert "Four" in (await door.run("Ada", "invite list status:pending")).text


async def test_extending_moves_the_end_and_the_code_works_until_then(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="expires:1d")
    extended = await door.run("Ada", f"invite extend invite:{made.short_id} by:1d")
    assert "4 February 2026 02:40 UTC" in extended.text

    await door.advance(2 * DAY - 1, jobs=False)
    assert (await door.run("Nia", f"join code:{made.code}")).title == "Welcome to Studio"
    await door.advance(1, jobs=False)
    assert (await door.run("Bob", f"join code:{made.code}")).title == "This invitation has expired"


async def test_a_dead_invitation_says_who_ended_it_and_stops_nobody_from_making_a_new_one(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia")
    await door.run("Ada", f"invite revoke invite:{made.short_id}")

    dead = await door.run("Nia", f"join code:{made.code}")
    assert "Ada revoked it on 2 February 2026." in dead.text
    again = await invite(door, options="emails:@Nia")
    assert (await door.run("Nia", f"join code:{again.code}")).title == "Welcome to Studio"


async def test_a_code_is_read_however_it_is_typed_and_as_its_link(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    for who, typed in {
        "Bob": made.code.lower(),
        "Cleo": made.code.replace("-", ""),
        "Eve": f'"{made.code.replace("-", " ")}"',
        "Nia": f"https://usher.example/i/{made.code}",
    }.items():
        assert (await door.run(who, f"join code:{typed}")).title == "Welcome to Studio", typed


async def test_members_manage_their_own_invitations_and_overseers_those_within_their_ceiling(
    door: Door,
) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    await member(door, "Cleo", "Admin")
    of_bob = await invite(door, "Bob", "name:Bobs role:Designer")
    of_ada = await invite(door, "Ada", "name:Adas role:Admin")

    assert (await door.run("Bob", f"invite show invite:{of_ada.short_id}")).title.startswith("I can't find")
    assert (await door.press("Bob", "invite.revoke", of_ada.button("Revoke").subject)).title.startswith(
        "I can't find"
    )
    assert "Adas" not in (await door.run("Bob", "invite list")).text
    assert (await door.run("Cleo", f"invite show invite:{of_bob.short_id}")).code == of_bob.code
    assert (await door.run("Cleo", f"invite revoke invite:{of_bob.short_id}")).title == "Revoked: Bobs"
    assert (await door.run("Bob", "invite extend invite:Bobs")).title == "That invitation is over"


async def test_the_inviter_hears_two_days_before_the_end_once(door: Door) -> None:
    await start(door)
    made = await invite(door, options="name:Spring")
    await door.advance(5 * DAY - 1)
    assert door.inbox("Ada") == []

    for _ in range(3):
        await door.advance(1)
        await door.restart()

    (told,) = door.inbox("Ada")
    assert told.title == "Your invitation “Spring” ends soon"
    assert told.codes == []
    extended = await door.click("Ada", told, "Extend")
    assert extended.title == "Extended: Spring"
    assert made.short_id in extended.text


async def test_a_short_invitation_brings_no_reminder(door: Door) -> None:
    await start(door)
    await invite(door, options="expires:3d")
    await door.advance(2 * DAY)
    await door.advance(DAY - HOUR)

    assert door.inbox("Ada") == []


async def test_whoever_left_made_no_invitation_that_lets_anybody_in_unseen(door: Door) -> None:
    await start(door, policy="instant")
    await member_now(door, "Bob", "Designer")
    made = await invite(door, "Bob", "role:Designer")
    vanish(door, "Bob")  # by leaving, their invitations would end

    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


async def member_now(door: Door, who: str, role: str) -> None:
    """A member in a workspace where a good code is enough."""
    made = await invite(door, options=f"role:{role}")
    assert (await door.run(who, f"join code:{made.code}")).title == "Welcome to Studio"


# --- editing and sending again -----------------------------------------------------------------------------------------


async def test_an_edited_invitation_shows_what_was_and_what_is_and_its_code_stays(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="name:Spring role:Designer uses:3")

    seen = await door.run(
        "Ada",
        f'invite edit invite:{made.short_id} name:"Late spring" role:Commenter uses:1 expires:1d note:Hi',
    )

    assert seen.private
    assert seen.title == "Changed: Late spring"
    for line in (
        "Name: Spring → Late spring",
        "Role: Designer → Commenter",
        "Ends: 9 February 2026 02:40 UTC → 3 February 2026 02:40 UTC",
        "Uses: 3 → 1",
        "Note: none → Hi",
    ):
        assert line in seen.text
    assert "Role: Commenter" in (await door.run("Nia", f"join code:{made.code}")).text
    assert (await door.run("Bob", f"join code:{made.code}")).title == "This invitation is used up"
    (event,) = door.audit("invitation.edited")
    assert '"label":"Spring"' in event.facts


async def test_sent_again_an_invitation_has_a_new_code_and_the_old_one_opens_nothing(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="name:Spring expires:2d")
    await door.advance(3 * DAY)
    shown = await door.run("Ada", f"invite show invite:{made.short_id}")
    assert shown.labels == ["Resend"]
    assert shown.codes == []

    again = await door.click("Ada", shown, "Resend")

    assert again.title == "Sent again: Spring"
    assert again.code != made.code
    assert "Ends: 7 February 2026 02:40 UTC" in again.text
    assert (await door.run("Nia", f"join code:{made.code}")).title == "That code opens nothing"
    assert (await door.run("Nia", f"join code:{again.code}")).title == "Welcome to Studio"
    twice = await door.run("Ada", f"invite resend invite:{made.short_id}")
    assert twice.title == "It was sent again a moment ago"
    assert twice.code == again.code


async def test_whoever_was_mentioned_gets_a_fresh_message_with_each_sending(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia expires:2d")
    await door.settle()
    await door.advance(2 * DAY)

    again = await door.run("Ada", f"invite resend invite:{made.short_id}")
    await door.settle()

    assert [seen.code for seen in door.inbox("Nia")] == [again.code] * 2
    assert (await door.click("Nia", door.last("Nia"), "Accept")).title == "Welcome to Studio"
    await door.settle()
    assert all(seen.labels == [] for seen in door.inbox("Nia"))


# --- accepting and declining -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", ["instant", "approval"])
async def test_a_personal_invitation_is_accepted_by_its_button(door: Door, policy: str) -> None:
    await start(door, policy="instant" if policy == "instant" else "")
    await invite(door, options="emails:@Nia role:Designer")
    await door.settle()
    told = door.last("Nia")
    assert told.labels == ["Accept", "Decline"]

    seen = await door.click("Nia", told, "Accept")
    await door.settle()

    assert seen.private
    if policy == "instant":
        assert seen.title == "Welcome to Studio"
    else:
        assert seen.title == "You asked to join Studio"
        assert door.inbox("Nia")[0].title == "Waiting for approval: Ada's invitation to Studio"
        await door.run("Ada", f"request approve request:{seen.short_id}")
        await door.settle()
    mine = door.inbox("Nia")[0]
    assert mine.title == "Accepted: Ada's invitation to Studio"
    assert mine.labels == []
    assert "Role: Designer" in (await door.run("Nia", "me")).text


async def test_a_personal_invitation_is_declined_by_its_button_and_the_inviter_hears_of_it(
    door: Door,
) -> None:
    await start(door, policy="instant")
    made = await invite(door, options='emails:@Nia name:"For Nia"')
    await door.settle()
    told = door.last("Nia")

    seen = await door.click("Nia", told, "Decline")
    await door.settle()

    assert seen.title == "Declined: Ada's invitation to Studio"
    assert door.last("Nia").title == "Declined: Ada's invitation to Studio"
    assert door.last("Nia").labels == []
    assert [note.title for note in door.inbox("Ada")] == ["Declined: your invitation “For Nia”"]
    late = await door.click("Nia", told, "Accept")
    assert late.title == "You declined this invitation"
    assert "2 February 2026" in late.text
    assert made.short_id in (await door.run("Ada", "invite list status:declined")).text
    again = await invite(door, options="emails:@Nia")
    await door.settle()
    assert door.last("Nia").code == again.code


async def test_a_typed_no_is_a_no_too_and_only_for_whom_it_is(door: Door) -> None:
    await start(door, policy="instant")
    link = await invite(door)
    made = await invite(door, options="emails:@Nia")

    assert (await door.run("Nia", f"decline code:{link.code}")).title == "There is nothing to decline"
    assert (await door.run("Eve", f"decline code:{made.code}")).title == "This invitation is for someone else"
    seen = await door.run("Nia", f"decline code:{made.code}")
    assert seen.title == "Declined: Ada's invitation to Studio"


async def test_nobody_else_presses_the_buttons_of_an_invitation(door: Door) -> None:
    await start(door, policy="instant")
    await member_now(door, "Bob", "Admin")
    await invite(door, options="emails:@Nia")
    await door.settle()
    told = door.last("Nia")

    for who in ("Ada", "Bob", "Eve"):
        for label in ("Accept", "Decline"):
            button = told.button(label)
            seen = await door.press(who, button.action, button.subject)
            assert seen.title == "That button does nothing here"
            assert "Studio" not in seen.text
    assert len(door.audit("refused")) == 6
    assert (await door.click("Nia", told, "Accept")).title == "Welcome to Studio"


# --- asking instead ----------------------------------------------------------------------------------------------------


async def test_whoever_may_not_invite_asks_and_gets_the_code_once_somebody_says_yes(door: Door) -> None:
    await start(door, policy="instant")
    await member_now(door, "Bob", "Designer")
    await change(door, "members_can_invite", "off")
    await door.settle()

    offer = await door.run("Bob", "invite create role:Designer uses:2 note:Welcome")
    assert offer.title == "You can't invite people here"
    assert "Who can approve: Ada" in offer.text
    asked = await door.click("Bob", offer, "Ask")
    await door.settle()
    assert asked.title == "You asked for an invite link to Studio"
    card = door.last("Ada")
    assert card.title == "Bob asks for an invite link to Studio"
    assert "For: anyone with the code, 2 uses" in card.text
    assert card.labels == ["Approve", "Deny", "Deny with a reason"]
    assert card.codes == []

    seen = await door.click("Ada", card, "Approve")
    await door.settle()

    assert seen.title == "Approved: Bob's request for an invite link"
    assert door.last("Ada").title == "Approved: Bob's request for an invite link"
    assert door.last("Ada").labels == []
    told = door.last("Bob")
    assert told.title == "Approved: your request for an invite link to Studio"
    assert (await door.run("Nia", f"join code:{told.code}")).title == "Welcome to Studio"
    assert "asked by Bob" in (await door.run("Ada", "invite list")).text
    assert door.pings() == []


async def test_asked_for_people_become_one_invitation_each_with_a_result(door: Door) -> None:
    await start(door, "simple")
    await member(door, "Bob", "")
    offer = await door.run("Bob", "invite create emails:new@acme.example,nonsense @Nia")
    asked = await door.click("Bob", offer, "Ask")
    assert asked.title == "You asked to invite 3 people to Studio"
    await door.settle()

    await door.run("Ada", f"request approve request:{asked.short_id}")
    await door.settle()

    told = door.last("Bob")
    assert "2 invited, 1 bad address" in told.text
    assert len(told.codes) == 2
    assert door.last("Nia").title == "Ada invites you to Studio"


async def test_what_was_asked_is_taken_back_by_its_button(door: Door) -> None:
    await start(door, "simple")
    await member(door, "Bob", "")
    asked = await door.click("Bob", await door.run("Bob", "invite create"), "Ask")
    await door.settle()

    seen = await door.click("Bob", asked, "Withdraw")
    await door.settle()

    assert seen.title == "Withdrawn: your request for an invite link to Studio"
    assert door.last("Ada").title == "Withdrawn: Bob's request for an invite link"
    assert door.last("Ada").labels == []
    late = await door.run("Ada", f"request approve request:{asked.short_id}")
    assert late.title == "Somebody was first"
