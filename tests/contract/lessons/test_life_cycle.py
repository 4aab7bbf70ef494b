"""Expiry and life-cycle: what has ended has ended at its second, says when, and stands in nobody's way."""

from __future__ import annotations

import pytest

import core.joins
from tests.contract.stories import ask, invite, start
from tests.drivers.base import DAY, HOUR
from tests.drivers.web import visit
from tests.drivers.worlds import Door


async def test_L01_a_code_is_refused_at_its_second_of_expiry_with_no_job_run(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="expires:1h")
    await door.advance(HOUR - 1, jobs=False)
    assert (await visit(door.world, made.code)).status == 200
    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"

    await door.advance(1, jobs=False)

    assert (await visit(door.world, made.code)).status == 404
    seen = await door.run("Nia", f"join code:{made.code}")
    assert seen.title == "This invitation has expired"
    assert "It expired on 2 February 2026 03:40 UTC." in seen.text
    assert door.world.count("members") == 2


@pytest.mark.everywhere
@pytest.mark.parametrize("policy", ["instant", "approval"])
async def test_L01_the_statement_that_takes_a_use_looks_at_the_end_itself(
    door: Door, policy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was checked before: it was true a moment ago."""
    await start(door, policy="instant" if policy == "instant" else "")
    made = {
        options: await invite(door, options=options) for options in ("expires:1h", "uses:1", "name:Spring")
    }
    await door.click("Ada", made["name:Spring"], "Revoke")
    await door.run("Bob", f"join code:{made['uses:1'].code}")
    await door.advance(HOUR, jobs=False)
    monkeypatch.setattr(core.joins, "refuse", lambda *_: None)

    for seen in made.values():
        assert (await door.run("Nia", f"join code:{seen.code}")).title == "That code opens nothing"
    assert (await door.run("Nia", "me")).title == "You are not in Studio"


@pytest.mark.parametrize("how", ["click", "type"])
async def test_L01_a_request_cannot_be_approved_at_its_second_of_expiry_with_no_job_run(
    door: Door, how: str
) -> None:
    await start(door)
    asked = await ask(door)
    await door.advance(3 * DAY, jobs=False)

    if how == "click":
        seen = await door.click("Ada", door.last("Ada"), "Approve")
    else:
        seen = await door.run("Ada", f"request approve request:{asked.short_id}")

    assert seen.title == "That request has expired"
    assert "It ended on 5 February 2026 02:40 UTC" in seen.text
    assert door.world.count("members") == 1


@pytest.mark.parametrize("how", ["click", "type"])
async def test_L01_a_request_can_be_approved_until_its_last_second(door: Door, how: str) -> None:
    await start(door)
    asked = await ask(door)
    await door.advance(3 * DAY - 1, jobs=False)

    if how == "click":
        seen = await door.click("Ada", door.last("Ada"), "Approve")
    else:
        seen = await door.run("Ada", f"request approve request:{asked.short_id}")

    assert seen.title == "Approved: Nia"


@pytest.mark.everywhere
async def test_L02_whether_a_sweep_ran_changes_no_answer(door: Door) -> None:
    """One source of truth: facts and time, never a clean-up that has been there."""
    await start(door)
    made = await invite(door, options="name:Spring expires:1h")
    asked = await ask(door)
    await door.advance(3 * DAY, jobs=False)
    lines = {
        "Bob": f"join code:{made.code}",
        "Ada": f"request approve request:{asked.short_id}",
        "Nia": "me",
    }
    everybodys = ("invite list", "request list", "workspace show", f"invite show invite:{made.short_id}")

    async def answers() -> list[str]:
        own = [(await door.run(who, line)).text for who, line in lines.items()]
        return own + [(await door.run("Ada", line)).text for line in everybodys]

    before = await answers()
    await door.advance(0)

    assert len(door.audit("request.expired")) == 1
    assert await answers() == before


async def test_L03_a_late_accept_is_an_error_with_a_date_and_gives_nothing(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia expires:1d")
    await door.advance(DAY)

    seen = await door.run("Nia", f"join code:{made.code}")

    assert seen.title == "This invitation has expired"
    assert "3 February 2026" in seen.text
    assert (await door.run("Nia", "member list")).title == "You are not a member of this workspace"


@pytest.mark.parametrize("death", ["expired", "revoked"])
async def test_L03_a_dead_invitation_blocks_no_new_one(door: Door, death: str) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia expires:1d")
    if death == "expired":
        await door.advance(DAY)
    else:
        await door.click("Ada", made, "Revoke")

    again = await invite(door, options="emails:@Nia")

    assert (await door.run("Nia", f"join code:{again.code}")).title == "Welcome to Studio"


@pytest.mark.parametrize("change", ["extend", "revoke"])
@pytest.mark.parametrize("death", ["expired", "revoked", "accepted"])
async def test_L04_what_is_over_is_neither_extended_nor_revoked(door: Door, death: str, change: str) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia expires:1d")
    if death == "expired":
        await door.advance(DAY)
    elif death == "revoked":
        await door.run("Ada", f"invite revoke invite:{made.short_id}")
    else:
        await door.run("Nia", f"join code:{made.code}")

    typed = await door.run("Ada", f"invite {change} invite:{made.short_id}")
    pressed = await door.click("Ada", made, change.title())

    for seen in (typed, pressed):
        assert seen.title == "That invitation is over"
        assert {"expired": "It expired on", "revoked": "It was revoked on", "accepted": "It was accepted on"}[
            death
        ] in seen.text
    assert len(door.audit("invitation.extended")) == 0
    assert len(door.audit("invitation.revoked")) == (death == "revoked")


@pytest.mark.parametrize(("first", "second"), [("approve", "deny"), ("deny", "approve"), ("deny", "deny")])
async def test_L04_a_decision_is_final(door: Door, first: str, second: str) -> None:
    await start(door)
    asked = await ask(door)
    await door.run("Ada", f"request {first} request:{asked.short_id}")

    seen = await door.run("Ada", f"request {second} request:{asked.short_id}")

    assert seen.title == "Somebody was first"
    assert door.world.count("members") == (2 if first == "approve" else 1)


async def test_L05_a_request_whose_wake_up_was_lost_is_not_approvable_for_ever(door: Door) -> None:
    """No sweep runs for a month; the click itself looks at the age, and has the card brought up to date."""
    await start(door)
    await ask(door)
    await door.advance(30 * DAY, jobs=False)

    for label in ("Approve", "Deny"):
        seen = await door.click("Ada", door.last("Ada"), label)
        assert seen.title == "That request has expired"
    await door.settle()

    assert door.world.count("members") == 1
    assert door.last("Ada").title == "Expired: Nia"
    assert door.last("Ada").labels == []


async def test_L40_the_default_life_is_a_week_to_the_second_and_the_end_is_named(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    await door.advance(7 * DAY - 1)
    assert (await door.run("Bob", f"join code:{made.code}")).title == "Welcome to Studio"

    await door.advance(1)

    seen = await door.run("Nia", f"join code:{made.code}")
    assert seen.title == "This invitation has expired"
    assert "It expired on 9 February 2026 02:40 UTC. Ask Ada for a new one." in seen.text
    listed = await door.run("Ada", "invite list")
    assert "expired on 9 February 2026" in listed.text
    assert "invalid" not in (seen.text + listed.text).lower()
