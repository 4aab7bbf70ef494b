"""The platforms' limits as far as commands reach them: at each and one beyond, on what the platform holds afterwards."""

from __future__ import annotations

import warnings

import pytest

from core.invitation_checks import MENTIONS_AT_ONCE
from core.schemes import schemes
from core.text import LABEL_LIMIT, NAME_LIMIT, NOTE_LIMIT
from core.views.common import PAGE
from tests.contract.stories import ask, change, invite, member, start
from tests.drivers.discord import DiscordDriver
from tests.drivers.worlds import Door

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    from adapters.discord import limits as discord

#: What each platform makes the most of: Discord escapes the stars, Slack the ampersands.
WIDEST = ("*", "&", "<", "ß", "😀")


@pytest.mark.parametrize("sign", WIDEST)
async def test_the_longest_names_labels_notes_and_reasons_fit_every_card(door: Door, sign: str) -> None:
    label, note = sign * LABEL_LIMIT, sign * NOTE_LIMIT
    door.person("Max", shows=sign * 60)
    await door.run("Ada", f'workspace create name:"{label}" scheme:studio')
    await door.run("Ada", "workspace set setting:approvals_place value:here")
    made = await door.run("Ada", f'invite create name:"{label}" note:"{note}" role:Designer')
    assert label in made.text
    assert note in made.text
    asked = await door.run("Max", f"join code:{made.code}")
    await door.settle()

    (card,) = door.cards()
    assert f"Who: {sign * 60}" in card.text
    assert label in card.text
    assert card.labels == ["Approve", "Approve with less", "Deny", "Deny with a reason"]
    await door.run("Ada", f'request deny request:{asked.short_id} reason:"{note}"')
    await door.settle()

    (card,) = door.cards()
    assert f"Reason: {note}" in card.text
    assert card.labels == []
    assert f"Reason: {note}" in door.last("Max").text
    assert door.pings() == []


@pytest.mark.parametrize(
    ("line", "option", "limit"),
    [
        ('workspace create name:"{}"', "name", LABEL_LIMIT),
        ('invite create note:"{}"', "note", NOTE_LIMIT),
        ('request deny request:req-2222 reason:"{}"', "reason", NOTE_LIMIT),
        ('invite show invite:"{}"', "invite", LABEL_LIMIT),
        ("join code:{}", "code", 200),
        ('member show member:"{}"', "member", 254),
        ('help command:"{}"', "command", LABEL_LIMIT),
    ],
)
async def test_an_option_is_read_up_to_its_limit_and_refused_one_beyond(
    door: Door, line: str, option: str, limit: int
) -> None:
    if not line.startswith("workspace"):
        await start(door)

    at = await door.run("Ada", line.format("x" * limit))
    beyond = await door.run("Ada", line.format("x" * (limit + 1)))

    assert "too long" not in at.title, at.text
    assert beyond.title == f"{option} is too long"
    assert f"at most {limit} fit" in beyond.text


@pytest.mark.parametrize("size", [NAME_LIMIT, NAME_LIMIT + 1, 200])
@pytest.mark.without("memory")  # its accounts' ids are made of their names
async def test_a_name_of_any_length_is_shown_as_far_as_it_goes(door: Door, size: int) -> None:
    await start(door)
    door.person("Max", shows="M" * size)
    made = await invite(door)
    await door.run("Max", f"join code:{made.code}")
    await door.settle()

    shown = "M" * NAME_LIMIT if size == NAME_LIMIT else "M" * (NAME_LIMIT - 1) + "…"
    assert f"Who: {shown} (" in door.last("Ada").text


@pytest.mark.parametrize(("life", "fits"), [("90d", True), ("91d", False), ("2161h", False), ("2160h", True)])
async def test_an_invitation_lasts_ninety_days_at_most(door: Door, life: str, fits: bool) -> None:
    await start(door)

    seen = await door.run("Ada", f"invite create expires:{life}")

    assert seen.title == ("Invitation ready: Invite link" if fits else "That is too long")


async def test_an_invitation_is_not_extended_beyond_ninety_days_from_now(door: Door) -> None:
    await start(door)
    made = await invite(door, options="expires:83d")

    assert (await door.click("Ada", made, "Extend")).title.startswith("Extended")
    assert (await door.click("Ada", made, "Extend")).title == "That is too long"


@pytest.mark.parametrize(("uses", "fits"), [("1", True), ("0", False), ("999999", True), ("1000000", False)])
async def test_uses_are_counted_from_one_to_six_digits(door: Door, uses: str, fits: bool) -> None:
    await start(door)

    seen = await door.run("Ada", f"invite create uses:{uses}")

    assert seen.title == ("Invitation ready: Invite link" if fits else "I can't read uses")


async def test_a_page_of_the_longest_entries_is_whole(door: Door) -> None:
    await start(door)
    ids = [
        (await invite(door, options=f'name:"{"*" * LABEL_LIMIT}" role:Designer')).short_id
        for _ in range(PAGE + 1)
    ]

    first = await door.run("Ada", "invite list")
    second = await door.click("Ada", first, "Next")

    assert sum(short_id in first.text for short_id in ids) == PAGE
    assert sum(short_id in second.text for short_id in ids) == 1
    assert "more" not in second.text.lower().replace("and more", "")


async def test_one_page_has_no_buttons_and_one_entry_more_has(door: Door) -> None:
    await start(door)
    for _ in range(PAGE):
        await invite(door)
    assert (await door.run("Ada", "invite list")).labels == []

    await invite(door)

    assert (await door.run("Ada", "invite list")).labels == ["Next"]


@pytest.mark.parametrize("scheme", schemes())
async def test_help_roles_and_settings_are_shown_whole(door: Door, scheme: str) -> None:
    await start(door, scheme=scheme)

    roles, helped = await door.run("Ada", "role list"), await door.run("Ada", "help")
    settings = await door.run("Ada", "workspace settings")

    assert all(f"{role.name}" in roles.text for role in schemes()[scheme].roles)
    for seen in (roles, helped, settings):
        assert "…" not in seen.text
    assert "status — " in helped.text.replace("`", "")


@pytest.mark.without("memory")  # its messages are of any length
async def test_a_result_too_long_for_a_message_says_how_many_are_left_and_where_they_are(door: Door) -> None:
    await start(door)
    pasted = ",".join(f"person-number-{number}@department.example" for number in range(300))

    seen = await door.run("Ada", f"invite create emails:{pasted}")

    assert seen.title == "300 invited"
    assert len(seen.codes) <= 25
    assert "Here are 25 of 300; every one of them is in the file invitations.csv." in seen.text
    assert "invite list" in seen.text
    [(name, content)] = seen.files
    assert name == "invitations.csv"
    rows = content.strip().splitlines()[1:]
    assert [row.partition(",")[0] for row in rows] == [f'"{address}"' for address in pasted.split(",")]
    assert all(code in content for code in seen.codes)


@pytest.mark.parametrize("count", [discord.COMMAND_CHOICES, discord.COMMAND_CHOICES + 1])
@pytest.mark.parametrize("door", ["discord-sqlite"], indirect=True)
async def test_suggestions_are_as_many_as_discord_takes(door: Door, count: int) -> None:
    driver = door.driver
    assert isinstance(driver, DiscordDriver)
    await start(door)
    for _ in range(count):
        await invite(door, options=f'name:"{"L" * LABEL_LIMIT}"')

    found = await driver.fake.autocomplete(
        driver._people["Ada"], "invite show", focused="invite", value="l", guild=driver.guild
    )

    assert len(found) == discord.COMMAND_CHOICES
    assert all(each["name"].startswith("L" * LABEL_LIMIT) for each in found)


async def test_the_longest_id_that_a_button_can_carry_is_carried_whole(door: Door) -> None:
    """A shortened id would be the id of something else: pages far away, of the longest role there is."""
    await start(door)
    role = max(
        (role for scheme in schemes().values() for role in scheme.roles), key=lambda role: len(role.role_id)
    )
    await member(door, "Bob")
    workspace = (await invite(door)).buttons[0].subject.partition("/")[0]
    bob = next(event.subject for event in reversed(door.world.audit("member.joined")))
    for action, rest in (
        ("invite.list", "list/accepted/9999"),
        ("request.list", "list/9999"),
        ("member.list", f"list/content-editor/active/999999/>{bob}"),
        ("audit.show", f"log/{bob}/9999999999/<{10**12}"),
    ):
        subject = f"{workspace}/{rest}"
        longest = subject.replace("content-editor", role.role_id)
        assert len(f"usher:{action}:{longest}") <= discord.CUSTOM_ID
        assert (await door.press("Ada", action, subject)).title != "That button does nothing here"


async def test_many_approvers_are_each_asked_and_named_as_far_as_it_helps(door: Door) -> None:
    await start(door)
    await change(door, "join_policy", "instant")
    made = await invite(door, options="role:Admin")
    for number in range(7):
        door.person(f"Boss{number}")
        await door.run(f"Boss{number}", f"join code:{made.code}")
    await change(door, "join_policy", "approval")
    await door.settle()

    asked = await ask(door)

    assert "or 4 others" in asked.text
    assert all(door.last(f"Boss{number}").title == "Nia asks to join Studio" for number in range(7))


@pytest.mark.parametrize("count", [MENTIONS_AT_ONCE, MENTIONS_AT_ONCE + 1])
async def test_so_many_people_are_invited_by_mention_at_once_and_no_more(door: Door, count: int) -> None:
    await start(door)
    names = [f"Guest{chr(ord('a') + number)}" for number in range(count)]
    for name in names:
        door.person(name)

    seen = await door.run("Ada", f"invite create emails:{' '.join(f'@{name}' for name in names)}")
    await door.settle()

    fits = count == MENTIONS_AT_ONCE
    assert seen.title == (f"{count} invited" if fits else "That is too many people at once")
    assert [len(door.inbox(name)) for name in names] == [int(fits)] * count
    assert door.pings() == []
