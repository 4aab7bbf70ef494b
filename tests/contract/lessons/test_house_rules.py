"""What a workspace allows (settings, plans, domains) holds at every door."""

from __future__ import annotations

import asyncio

from tests.contract.stories import ask, change, invite, on_plan, start
from tests.drivers.worlds import Door

#: Addresses that are not at acme.example, however much they look like it.
FOREIGN = {
    "Suffix": "x@evil-acme.example",
    "Longer": "x@acme.example.evil.example",
    "Sub": "x@mail.acme.example",
    "Short": "x@acme.exampl",
    "Plus": "acme.example@evil.example",
    "Cyrillic": "x@аcme.example",  # the first letter is Cyrillic
    "Umlaut": "x@acmé.example",
    "Hyphen": "x@acme-example.evil",
}
#: The same domain, written otherwise.
SAME = {"Upper": "X@ACME.EXAMPLE", "Dot": "x@acme.example.", "Wide": "x@ａcme.example"}
#: Discord tells no address that it has confirmed.
PROVES = {"memory", "slack"}


async def test_L11_seats_are_counted_where_they_are_taken(door: Door) -> None:
    await start(door, policy="instant")
    made = await invite(door)
    on_plan(door, "pro", 2)
    people = ("Bob", "Cleo", "Eve", "Nia")
    seen = await asyncio.gather(*(door.run(who, f"join code:{made.code}") for who in people))

    assert sorted(each.title for each in seen) == ["Studio is full"] * 3 + ["Welcome to Studio"]
    assert door.world.count("members") == 2


async def test_L22_only_exactly_the_allowed_domains_get_in_whatever_the_invitation(door: Door) -> None:
    await start(door, policy="instant")
    link = await invite(door)
    for who, address in {**FOREIGN, **SAME}.items():
        door.person(who, email=address)
    own = {who: await invite(door, options=f"emails:@{who}") for who in ("Suffix", "Eve")}
    await door.settle()
    await change(door, "allowed_domains", "Acme.Example.")

    refused = "Studio takes people with certain e-mail addresses"  # with or without an address to go by
    for who in (*FOREIGN, "Eve"):
        seen = await door.run(who, f"join code:{link.code}")
        assert seen.title == refused, who
        assert "acme.example" not in seen.text
    for who, made in own.items():
        assert (await door.run(who, f"join code:{made.code}")).title == refused
        assert (await door.click(who, door.last(who), "Accept")).title == refused
    for who in (*SAME, "Nia"):
        seen = await door.run(who, f"join code:{link.code}")
        assert seen.title == ("Welcome to Studio" if door.name in PROVES else refused), who
    inside = len(SAME) + 1 if door.name in PROVES else 0
    assert door.world.count("members") == 1 + inside


async def test_L22_a_list_that_became_shorter_is_asked_again_when_somebody_approves(door: Door) -> None:
    await start(door)
    asked = await ask(door, "Eve")
    card = door.last("Ada")
    await change(door, "allowed_domains", "acme.example")

    for seen in (
        await door.click("Ada", card, "Approve"),
        await door.run("Ada", f"request approve request:{asked.short_id}"),
    ):
        assert seen.title == "Eve can't be let in"
        assert "acme.example" in seen.text
    assert door.world.count("members") == 1
    await change(door, "allowed_domains", "none")
    assert (await door.click("Ada", card, "Approve")).title == "Approved: Eve"


async def test_L22_nobody_outside_is_invited_by_any_way_of_naming_them(door: Door) -> None:
    await start(door)
    await change(door, "allowed_domains", "acme.example, beta.example")

    for domain in ("evil.example", "mail.acme.example", "evil-acme.example"):
        assert (await door.run("Ada", f"invite create domain:{domain}")).title == (
            f"Nobody at {domain} can join here"
        )
    assert (await door.run("Ada", "invite create domain:ACME.example.")).title.startswith("Invitation ready")
    seen = await door.run(
        "Ada", "invite create emails:new@acme.example,new@beta.example,eve@evil.example,x@mail.acme.example"
    )
    assert seen.title.startswith("2 invited")
    for address in ("eve@evil.example", "x@mail.acme.example"):
        assert f"{address} is not at a domain from which people may join" in seen.text
    assert door.world.count("invitations", "email IS NOT NULL") == 2


async def test_L23_an_address_that_nobody_vouches_for_opens_nothing(door: Door) -> None:
    """Somebody who calls themselves by an address, and somebody of whom the platform knows none."""
    await start(door, policy="instant")
    await change(door, "allowed_domains", "acme.example")
    link, personal = await invite(door), await invite(door, options="emails:boss@acme.example")
    door.person("Mallory", shows="boss@acme.example")
    door.person("Zed")

    for who in ("Mallory", "Zed"):
        seen = await door.run(who, f"join code:{link.code}")
        assert seen.title == "Studio takes people with certain e-mail addresses"
        seen = await door.run(who, f"join code:{personal.code}")
        assert seen.title == "This invitation is for an e-mail address"
    assert door.world.count("members") == 1


async def test_L29_the_documented_defaults_are_the_shipped_ones(door: Door) -> None:
    await start(door)

    shown = (await door.run("Ada", "workspace settings")).text.replace("`", "")
    for line in (
        "join_policy = approval",
        "default_role = Commenter",
        "members_can_invite = on",
        "invite_links = on",
        "allowed_domains = none",
        "invite_expires = 7d",
        "reminders = on",
        "approvals_place = none",
    ):
        assert line in shown
    assert "Plan: enterprise" in (await door.run("Ada", "workspace show")).text
