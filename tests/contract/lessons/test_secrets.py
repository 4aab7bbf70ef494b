"""Codes and identities: each opens its own door only, shows nowhere, and claims nothing; nobody skips the approval."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from core.ids import normal
from core.models import metadata
from tests.contract.refusals import NOBODYS_CODE
from tests.contract.stories import ask, assign, change, invite, member, start
from tests.drivers.base import DIRECT
from tests.drivers.discord import DiscordDriver
from tests.drivers.web import visit
from tests.drivers.worlds import Door


async def test_L17_a_code_opens_its_own_workspace_and_no_other(door: Door) -> None:
    await start(door)
    door.channel("side")
    await door.run("Ada", "workspace create name:Side scheme:simple", "side")
    await door.run("Ada", "workspace set setting:join_policy value:instant", "side")
    made = await door.run("Ada", 'invite create role:"Workspace Editor"', "side")

    seen = await door.run("Nia", f"join code:{made.code}")

    assert seen.title == "Welcome to Side"
    assert "The code belongs to Side, not to the workspace of this place." in seen.text
    assert (await door.run("Nia", "me")).title == "You are not in Studio"
    assert (await door.run("Nia", "member list")).title == "You are not a member of this workspace"
    assert "Role: Workspace Editor" in (await door.run("Nia", "me", "side")).text


async def test_L17_a_request_of_another_workspace_cannot_be_decided_from_here(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    door.channel("side")
    await door.run("Ada", "workspace create name:Side", "side")
    made = await door.run("Ada", "invite create", "side")
    asked = await door.run("Nia", f"join code:{made.code}", "side")
    await door.settle()
    approve = door.last("Ada").button("Approve")
    here = (await invite(door)).buttons[0].subject.partition("/")[0]

    for subject in (approve.subject, f"{here}/{asked.short_id}", asked.short_id, f"{here}/{approve.subject}"):
        await door.press("Bob", approve.action, subject)
    await door.run("Bob", f"request approve request:{asked.short_id}")

    assert door.audit("request.approved")[-1].subject != asked.short_id
    assert door.world.count("members", "name = 'Nia'") == 0


async def test_L18_nothing_that_a_code_or_button_claims_is_believed(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door, options="role:Commenter")
    swapped = made.code[:-1] + ("2" if made.code[-1] != "2" else "3")
    for claim in (
        swapped,
        f"{made.code}?role=Admin",
        f"{made.code}:admin",
        f"{made.code}{made.code}",
        made.code[:-5],
        NOBODYS_CODE,
    ):
        assert (await door.run("Nia", f'join code:"{claim}"')).title == "That code opens nothing", claim
    assert door.world.count("members") == 1

    revoke = made.button("Revoke")
    for subject in (f"{revoke.subject}/admin", f"{revoke.subject}?by=Ada", revoke.subject + " "):
        seen = await door.press("Eve", revoke.action, subject)
        assert seen.title == "You are not a member of this workspace"
    assert "Role: Commenter" in (await door.run("Nia", f"join code:{made.code}")).text


async def test_L18_a_link_code_is_no_invite_code_and_the_other_way_round(door: Door) -> None:
    await start(door, policy="instant")
    door.channel("side")
    made = await invite(door)
    linking = await door.run("Ada", "workspace link")

    assert (await door.run("Nia", f"join code:{linking.link_code}")).title == "That code opens nothing"
    seen = await door.run("Ada", f"workspace link code:{made.code} here:on", "side")
    assert seen.title == "That code opens nothing"


async def test_L19_lists_and_records_show_no_code_to_anybody(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Designer")
    made = await invite(door, options="name:Spring role:Designer")
    asked = await ask(door, "Nia")
    await door.settle()
    lines = (
        "invite list",
        "request list",
        "member list",
        "member show",
        "workspace show",
        "status",
        "help",
        "me",
    )
    for who in ("Ada", "Bob"):
        for line in lines:
            seen = await door.run(who, line)
            assert seen.codes == [], (who, line)
            assert "/i/" not in seen.text, (who, line)
    assert (await door.run("Bob", f"invite show invite:{made.short_id}")).title.startswith("I can't find")
    assert all(seen.codes == [] for who in ("Ada", "Bob", "Nia") for seen in door.inbox(who))
    for event in door.audit():
        assert made.code not in event.facts
        assert normal(made.code) not in event.facts
    assert asked.short_id


async def test_L19_a_stolen_database_yields_no_code(door: Door) -> None:
    await start(door)
    made = await invite(door, options="emails:@Nia")
    linking = await door.run("Ada", "workspace link")
    await door.settle()
    with door.world.store.reading() as connection:
        rows = [
            str(tuple(row))
            for table in metadata.tables
            for row in connection.execute(text(f"SELECT * FROM {table}"))
        ]
    held = "\n".join(rows)

    assert made.short_id in held
    for code in (made.code, linking.link_code):
        assert code not in held
        assert normal(code) not in held


@pytest.mark.parametrize("door", ["discord-sqlite"], indirect=True)
async def test_L19_suggestions_name_only_what_the_person_manages_and_no_code(door: Door) -> None:
    driver = door.driver
    assert isinstance(driver, DiscordDriver)
    await start(door)
    await member(door, "Bob", "Designer")
    made = await invite(door, options="name:Spring")
    found = {}
    for who in ("Ada", "Bob", "Eve"):
        found[who] = await driver.fake.autocomplete(
            driver._people[who], "invite show", focused="invite", value="Spr", guild=driver.guild
        )

    assert found["Ada"] == [{"name": f"Spring ({made.short_id})", "value": made.short_id}]
    assert found["Bob"] == found["Eve"] == []


@pytest.mark.parametrize(
    "options",
    ["", "role:Designer", "uses:1", "emails:@Nia", "emails:nia@acme.example", "domain:acme.example"],
)
async def test_L21_no_kind_of_invitation_skips_the_approval(door: Door, options: str) -> None:
    await start(door)
    made = await invite(door, options=options)
    await visit(door.world, made.code)

    seen = await door.run("Nia", f"join code:https://usher.example/i/{made.code}", DIRECT)

    proven = door.name != "discord" or ("@acme" not in options and "domain" not in options)
    assert seen.title == (
        "You asked to join Studio" if proven else "This invitation is for an e-mail address"
    )
    assert (await door.run("Nia", "me")).title != "You are in Studio"
    assert door.world.count("members") == 1


async def test_L21_the_policy_of_the_moment_counts_and_not_that_of_the_invitation(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    await change(door, "join_policy", "approval")

    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


async def test_L21_an_inviter_who_lost_the_right_lets_nobody_in_unseen(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    await change(door, "join_policy", "instant")
    made = await invite(door, "Bob", "role:Designer")
    await assign(door, "Bob", "Commenter")

    assert (await door.run("Nia", f"join code:{made.code}")).title == "You asked to join Studio"


async def test_L24_addresses_have_one_form_whatever_their_case_and_spaces(door: Door) -> None:
    await start(door)
    await invite(door, options="emails:Ada.Lovelace@Acme.Example")

    seen = await door.run(
        "Ada", 'invite create emails:"  ADA.lovelace@ACME.example ; ada.lovelace+x@acme.example"'
    )

    assert seen.title == "1 invited, 1 invited before"
    assert door.world.count("invitations", "email = 'ada.lovelace@acme.example'") == 1
    assert "ada.lovelace+x@acme.example" in seen.text


@pytest.mark.without("discord")  # it vouches for no address
async def test_L24_a_profile_in_capitals_takes_the_invitation_and_a_member_is_invited_once(
    door: Door,
) -> None:
    await start(door, policy="instant")
    door.person("Cap", email="Cap.ITAL@ACME.Example")
    made = await invite(door, options="emails:cap.ital@acme.example")

    assert (await door.run("Cap", f"join code:{made.code}")).title == "Welcome to Studio"
    again = await door.run("Ada", "invite create emails:CAP.ital@acme.example")
    assert again.title == "0 invited, 1 is a member already"
    assert (await door.run("Ada", "member show member:cap.ITAL@acme.example")).title == "Cap"
