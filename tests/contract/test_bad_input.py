"""Whatever people type or forge: a clear private answer, a record where it was an attempt, nothing lost, nothing pinged."""

from __future__ import annotations

import pytest

from tests.contract.refusals import NOBODYS_CODE
from tests.contract.stories import ask, invite, member, start
from tests.drivers.base import Seen
from tests.drivers.worlds import Door

TABLES = ("members", "invitations", "requests", "places", "member_roles", "workspaces")
LONG = "x" * 10_000

#: A line of Ada's, what the answer has to say, and whether it counts as an attempt at something.
LINES = [
    ("", "What you can do in Studio", False),
    ("frobnicate", "help", False),
    ("invite burn", "did you mean", False),
    ("invite", "what you can do in studio with invite", False),
    ("invite create expires:soon", "7d", False),
    ("invite create expires:-1d", "7d", False),
    ("invite create expires:2020-01-01", "past", False),
    ("invite create uses:0", "1 or more", False),
    ("invite create uses:many", "1 or more", False),
    ("invite create uses:²", "1 or more", False),
    ("invite create domain:not_a_domain", "domain", False),
    ("invite create colour:red", "name", False),
    ("invite create role:King", "Designer", False),
    ("invite create emails:,,,", "no address", False),
    ("invite create emails:", "no address", False),
    ("invite create emails: name:Spring", "no address", False),
    ("invite create domain: uses:1", "domain", False),
    ("invite create uses: name:Spring", "1 or more", False),
    ("invite list status:nice", "pending", False),
    ("invite show", "short id", False),
    ("invite show invite:inv-2222", "invite list", True),
    ("invite show invite:Nothing", "invite list", True),
    ("invite revoke invite:req-2222", "invite list", True),
    ("request approve request:req-2222", "request list", True),
    ("request deny request:nonsense", "request list", True),
    ("member show member:Zoe", "member list", False),
    ("member show member:zoe@acme.example", "member list", False),
    ("member list role:King", "Designer", False),
    ("join code:", "XXXX-XXXX-XXXX-XXXX", False),
    (f"join code:{NOBODYS_CODE}", "typo", True),
    ("join code:OOOO-0000-IIII-1111", "typo", True),
    ("workspace link code:2222-3333", "typo", True),
    ("workspace set setting:join_policy", "instant", False),
    ("workspace set setting:colour value:red", "join_policy", False),
    (f"invite create name:{LONG}", "at most", False),
    (f"invite create note:{LONG}", "at most", False),
    (f"join code:{LONG}", "at most", False),
    (f"member show member:{LONG}", "at most", False),
    (f"help command:{LONG}", "at most", False),
    (LONG, "help", False),
    ('invite create name:"\u202e\u200b\x00\x07"', "can be seen", False),
]


async def test_bad_lines_get_a_clear_private_answer_and_change_nothing(door: Door) -> None:
    await start(door)
    for line, words, attempt in LINES:
        rows = door.world.counts(TABLES)
        refused = len(door.audit("refused"))
        seen = await door.run("Ada", line)
        assert seen.private, line[:80]
        assert words.lower() in seen.text.lower(), (line[:80], seen.text)
        assert len(seen.text) < 4_000, line[:80]  # help itself is the longest
        assert "broke" not in seen.title
        assert door.world.counts(TABLES) == rows, line[:80]
        assert len(door.audit("refused")) == refused + attempt, line[:80]
    assert door.pings() == []


#: What people put into names, labels, notes, reasons.
HOSTILE = [
    "@everyone",
    "@here and @channel",
    "<!channel> <!everyone|all>",
    "<@U000000001> <@!123456789012345678> <#C000000001>",
    "https://evil.example/login",
    "[click me](https://evil.example)",
    "<https://evil.example|usher.example>",
    "**bold** __under__ _it_ ~~gone~~ ||secret||",
    "`code` ```block```",
    "# Heading",
    "> quoted",
    "-# small",
    ":tada: :wave::skin-tone-2:",
    "Approve <!date^1|x> <t:1:R>",
    "&lt;!channel&gt; &amp;",
    "\\*escaped\\* \\",
]


@pytest.mark.parametrize("words", HOSTILE)
async def test_words_of_people_stay_words_wherever_they_are_shown(door: Door, words: str) -> None:
    """In labels, notes, reasons and names; on answers, on the approvers' card in a channel, in messages."""
    await start(door)
    door.person("Mal", shows=words)
    await door.run("Ada", "workspace set setting:approvals_place value:here")
    made = await door.run("Ada", f'invite create name:"{words}" note:"{words}" role:Designer')
    asked = await door.run("Mal", f"join code:{made.code}")
    await door.settle()
    (card,) = door.cards()
    decided = await door.run("Ada", f'request approve request:{asked.short_id} reason:"{words}"')
    listed = await door.run("Ada", "invite list")
    await door.run("Ada", "member list")
    await door.run("Ada", f'member show member:"{words}"')
    await door.run("Ada", f'invite show invite:"{words}"')
    await door.run("Ada", f'workspace set setting:"{words}" value:"{words}"')
    await door.run("Ada", f'invite create role:"{words}"')
    await door.run("Ada", f'invite revoke invite:"{words}"')
    await door.settle()

    assert door.pings() == []
    for seen in (made, card, decided, listed, *door.cards(), door.last("Mal")):
        assert words in seen.text, seen.text


async def test_characters_that_cannot_be_seen_are_dropped_and_the_rest_is_kept(door: Door) -> None:
    await start(door)

    made = await invite(door, options='name:"Gnp\u202eexe\u200b \x07 Team\tof\u00a0two" note:"👩‍🚀 ok"')

    assert made.title == "Invitation ready: Gnpexe Team of two"
    assert "👩‍🚀 ok" in made.text


FORGED = [
    ("", ""),
    ("request.approve", ""),
    ("request.approve", "req-2222"),
    ("request.approve", "/req-2222"),
    ("request.approve", "-/req-2222"),
    ("request.approve", "NOWHERE2/req-2222"),
    ("request.approve", "../../req-2222"),
    ("no.such.action", "NOWHERE2/req-2222"),
    ("request.approve:extra", "x"),
    ("invite.list", "NOWHERE2/list/all/1"),
    ("request.approve", "'; DROP TABLE members; --/x"),
    ("request.approve", "\u202e\x00/\x00"),
    ("x" * 80, "y"),
]


@pytest.mark.parametrize(("action", "subject"), FORGED)
async def test_forged_buttons_are_answered_recorded_and_do_nothing(
    door: Door, action: str, subject: str
) -> None:
    await start(door)
    await ask(door)
    rows = door.world.counts(TABLES)
    refused = len(door.audit("refused"))

    seen = await door.press("Ada", action, subject, door.last("Ada"))

    assert seen.private
    assert seen.title == "That button does nothing here"
    assert door.world.counts(TABLES) == rows
    assert len(door.audit("refused")) == refused + 1


@pytest.mark.parametrize(
    ("action", "rest"),
    [
        ("invite.list", "list/all/-1"),
        ("invite.list", "list/all/99999"),
        ("invite.list", "list/nice/1"),
        ("invite.list", "list/all/²"),
        ("member.list", "list/king/1"),
        ("member.list", "list/-/9999999"),
        ("request.list", "list/one"),
        ("request.list", ""),
    ],
)
async def test_forged_pages_are_refused(door: Door, action: str, rest: str) -> None:
    await start(door)
    made = await invite(door)
    workspace = made.buttons[0].subject.partition("/")[0]

    seen = await door.press("Ada", action, f"{workspace}/{rest}")

    assert seen.title == "That button does nothing here"


async def test_a_stranger_who_presses_is_told_so_and_the_card_stays(door: Door) -> None:
    await start(door)
    await door.run("Ada", "workspace set setting:approvals_place value:here")
    await ask(door)
    (card,) = door.cards()
    for who, title in (
        ("Eve", "You are not a member of this workspace"),
        ("Nia", "Your request to join Studio still waits"),
    ):
        for label in ("Approve", "Deny"):
            seen = await door.click(who, card, label)
            assert seen.private
            assert seen.title == title
    await door.settle()

    assert door.cards() == [card]
    assert len(door.audit("refused")) == 4


async def test_ids_of_another_workspace_mean_nothing_here(door: Door) -> None:
    await start(door)
    await member(door, "Bob", "Admin")
    door.channel("side")
    await door.run("Cleo", "workspace create name:Side", "side")
    await door.run("Ada", "workspace create name:Side", "side")
    foreign = await door.run("Ada", "invite create name:Foreign", "side")
    asked = await door.run("Nia", f"join code:{foreign.code}")
    await door.settle()

    for line, title in (
        (f"invite show invite:{foreign.short_id}", "I can't find the invitation"),
        (f"invite revoke invite:{foreign.short_id}", "I can't find the invitation"),
        ("invite show invite:Foreign", "I can't find the invitation"),
        (f"request approve request:{asked.short_id}", "I can't find the request"),
    ):
        assert (await door.run("Bob", line)).title.startswith(title), line
    for button in (*foreign.buttons, *door.last("Ada").buttons):
        pressed: Seen = await door.press("Bob", button.action, button.subject)
        assert pressed.title == "You are not a member of this workspace"
    assert (await door.run("Ada", "request list", "side")).title == "Requests (1 waits for you)"


@pytest.mark.parametrize(
    ("option", "limit", "title"),
    [("name", 80, "Invitation ready"), ("note", 500, "Invitation ready")],
)
async def test_texts_are_taken_up_to_their_limit_and_refused_one_beyond(
    door: Door, option: str, limit: int, title: str
) -> None:
    await start(door)

    at = await door.run("Ada", f'invite create {option}:"{"*" * limit}"')
    beyond = await door.run("Ada", f'invite create {option}:"{"*" * (limit + 1)}"')

    assert at.title.startswith(title)
    assert "*" * limit in at.text
    assert beyond.title == f"{option} is too long"
    assert f"{limit + 1} characters" in beyond.text
    assert door.pings() == []


async def test_five_thousand_addresses_are_taken_and_one_more_is_not(door: Door) -> None:
    await start(door)
    pasted = ",".join(f"p{number}@a.example" for number in range(5_000))

    beyond = await door.run("Ada", f"invite create emails:{pasted},last@a.example")
    assert beyond.title == "That is too many at once"
    assert door.world.count("invitations") == 0

    at = await door.run("Ada", f"invite create emails:{pasted}")
    assert at.title == "5,000 invited"
    ((name, table),) = at.files
    assert (name, len(table.splitlines())) == ("invitations.csv", 5_001)
    assert door.world.count("invitations") == 5_000
    listed = await door.run("Ada", "invite list")
    assert listed.labels == ["Next"]
