from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from bot import config
from bot.clock import MovableClock
from bot.console import PEOPLE, Console
from bot.console_words import FIRST_STEPS, WORDS, welcome
from bot.engine import Engine, open_engine
from bot.prompts import answered
from bot.stage import build
from core.cards import Card, plain_text

MAKE = "workspace create name:Studio scheme:studio"
INVITE = 'invite create name:"Design team" role:Designer'


@dataclass
class Story:
    """Lines go in, what is printed comes out."""

    console: Console
    engine: Engine
    said: list[str] = field(default_factory=list)

    async def tell(self, *lines: str) -> str:
        """What the last of ``lines`` printed."""
        for line in lines:
            self.said.clear()
            assert await self.console.obey(line)
        return "\n".join(self.said)


@pytest.fixture
def engine(tmp_path) -> Iterator[Engine]:
    clock = MovableClock(lambda: 1_795_000_000.5)
    engine = open_engine(config.load(USHER_DATABASE_URL=f"sqlite:///{tmp_path / 'console.db'}"), clock)
    yield engine
    engine.close()


@pytest.fixture
def story(engine: Engine) -> Story:
    said: list[str] = []
    assert isinstance(engine.clock, MovableClock)
    return Story(build(engine, engine.clock, said.append), engine, said)


async def test_the_first_steps_that_the_first_card_names_work_as_they_are(story: Story):
    lines = re.findall(r"^  (\S.*)$", plain_text(welcome("")), re.MULTILINE)
    assert lines == list(FIRST_STEPS)
    printed = [await story.tell(line) for line in lines]

    assert "Studio is ready" in printed[0]
    assert "Invitation ready" in printed[1]
    assert "You asked to join Studio" in printed[3]
    assert "Approved: Newcomer" in printed[5]


async def test_what_a_line_causes_is_printed_before_the_next_one_is_read(story: Story):
    printed = await story.tell(MAKE, INVITE, "as Newcomer", "join {code}")
    assert "  → Owner: Newcomer asks to join Studio" in printed

    printed = await story.tell("as Owner", "click Approve")
    assert "  → Newcomer: Approved: welcome to Studio" in printed
    assert re.search(
        r"  ↻ Owner: the card now reads “Joined: Newcomer is in Studio as Designer” \(.*by Owner", printed
    )


async def test_a_home_is_shown_when_it_is_asked_for_and_what_is_on_it_can_be_pressed(story: Story):
    assert "You are in no workspace here" in await story.tell("home")
    await story.tell(MAKE, INVITE, "as Newcomer", "join {code}")

    assert "You wait for an answer" in await story.tell("home")
    shown = await story.tell("as Owner", "home")
    assert "1 request waits for you" in shown
    assert "join_policy" in shown
    assert "Settings of Studio" in shown
    await story.tell("as Newcomer", "home", "click Withdraw")
    assert "waits for you" not in await story.tell("as Owner", "home")


async def test_braces_stand_for_what_was_shown_last(story: Story):
    await story.tell(MAKE, INVITE)
    first = story.console.fill("{code} {invite} {request}")
    await story.tell(INVITE)
    second = story.console.fill("{code} {invite} {request}")

    assert re.fullmatch(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){3} inv-[2-9A-Z]{4} \{request\}", first)
    assert first != second


async def test_braces_never_stand_for_an_example_out_of_a_help_text(story: Story):
    await story.tell(MAKE, INVITE)
    before = story.console.fill("{code} {invite}")
    for line in ("help", "help command:join", "join", "invite show", 'help command:"invite show"'):
        await story.tell(line)

    assert story.console.fill("{code} {invite}") == before


async def test_braces_for_something_not_shown_yet_are_refused(story: Story):
    assert "There is no {code} yet" in await story.tell("join {code}")


async def test_being_somebody_new_says_so_and_an_address_can_be_given(story: Story):
    assert "Ada Lovelace is here now" in await story.tell("as Ada Lovelace ada@corp.example")
    assert (story.console.me.name, story.console.me.email) == ("Ada Lovelace", "ada@corp.example")
    assert await story.tell("as owner") == ""
    assert story.console.me == PEOPLE[0]
    assert await story.tell("as Ada Lovelace") == ""
    assert story.console.me.email == "ada@corp.example"
    assert "As whom?" in await story.tell("as")
    assert "Which button?" in await story.tell("click")


async def test_the_prompt_says_who_types_where(story: Story):
    prompts = []
    for line in ("# nothing", "as Member", "in #Doors", "dm", "in", "in DM", "in #dm", "in general"):
        await story.tell(line)
        prompts.append(story.console.prompt)

    assert prompts == [
        "Owner> ",
        "Member> ",
        "Member (#doors)> ",
        "Member (direct message)> ",
        "Member> ",
        "Member (direct message)> ",
        "Member (#dm)> ",
        "Member> ",
    ]


async def test_what_is_typed_in_dm_comes_from_no_channel(story: Story):
    assert "Linked to: this console" in await story.tell(MAKE)

    assert "Where: this console" in await story.tell("status")
    assert "linked to a single channel" in await story.tell("in dm", MAKE)


async def test_a_click_takes_the_newest_button_in_sight_or_the_one_on_the_card_with_the_id(story: Story):
    await story.tell(MAKE, INVITE, "as Ann", "join {code}")
    first = story.console.fill("{request}")
    await story.tell("as Bea", "join {code}")
    second = story.console.fill("{request}")

    await story.tell("as Owner")
    assert "Denied: Ann" in await story.tell(f"click Deny {first.lower()}")
    assert "Denied: Bea" in await story.tell("click deny")
    assert first != second


async def test_a_click_on_what_is_not_there_says_what_is(story: Story):
    printed = await story.tell(MAKE, INVITE, "click Approve")
    assert "There is no button “Approve” in sight of Owner" in printed
    assert "Extend, Choose how long, Revoke" in printed

    printed = await story.tell("as Newcomer", "click Approve inv-AAAA")
    assert "There is no button “Approve” for inv-AAAA in sight of Newcomer" in printed
    assert "No card in sight has a button" in printed


async def test_nobody_presses_a_button_that_was_shown_to_somebody_else(story: Story):
    printed = await story.tell(MAKE, INVITE, "as Newcomer", "click Revoke")

    assert "There is no button “Revoke”" in printed


async def test_a_card_in_a_channel_can_be_pressed_by_whoever_reads_it(story: Story):
    await story.tell(MAKE, "workspace set setting:approvals_place value:#doors", INVITE)
    printed = await story.tell("as Newcomer", "join {code}")
    assert "  → #doors: Newcomer asks to join Studio" in printed

    printed = await story.tell("as Member", "click Approve")
    assert "Approved" not in printed
    assert "Approved: Newcomer" in await story.tell("as Owner", "click Approve")


async def test_moving_the_clock_sends_what_falls_due_on_the_way_at_its_time(story: Story):
    printed = await story.tell(MAKE, INVITE, "advance 8d")

    at = printed.index("Your invitation “Design team” ends soon")
    assert re.search(r"^  23 November 2026 .* UTC:$", printed[:at], re.MULTILINE)
    assert "expired on" in await story.tell("invite list")
    assert "This invitation has expired" in await story.tell("as Newcomer", "join {code}")


@pytest.mark.parametrize("far", ["", "abc", "-3d", "0m", "99999w", "2020-01-01"])
async def test_a_distance_in_time_that_makes_no_sense_moves_nothing(story: Story, far: str):
    assert "How far?" in await story.tell(f"advance {far}")
    assert story.engine.clock() == 1_795_000_000


async def test_inbox_and_cards_show_messages_as_they_stand_now(story: Story):
    assert "Owner has no messages" in await story.tell("inbox")
    await story.tell(MAKE, INVITE, "as Newcomer", "join {code}", "as Owner", "click Approve")

    for word in ("inbox", "cards"):
        printed = await story.tell(word)
        assert "Owner: Joined: Newcomer is in Studio as Designer" in printed
        assert "[ Approve ]" not in printed
        assert "welcome to Studio" not in printed
    assert "welcome to Studio" in await story.tell("as Newcomer", "inbox")


async def test_people_are_listed_with_what_the_place_knows_of_them(story: Story):
    printed = await story.tell("as Ann", "people")

    assert "Admin (admin@example.com), an admin of this place" in printed
    assert "Ann (ann@example.com)" in printed


async def test_help_tells_the_console_s_own_words_too(story: Story):
    printed = await story.tell(MAKE, "help")

    assert "invite create" in printed
    assert all(words in printed for words in WORDS.values())


async def test_a_wrong_command_is_refused_and_the_story_goes_on(story: Story):
    for line in (
        "frobnicate",
        "invite create expires:never",
        "join ABCD",
        "x" * 10_000,
        "\x00\x1b[31m",
        "workspace",
    ):
        assert await story.tell(line) != ""
    assert "Studio is ready" in await story.tell(MAKE)


async def test_comments_and_empty_lines_do_nothing(story: Story):
    assert [await story.tell(line) for line in ("", "   ", "# join us", "\ufeff# first")] == [""] * 4


@pytest.mark.parametrize("word", ["quit", "exit", "QUIT"])
async def test_quit_ends_it(story: Story, word: str):
    assert await story.console.obey(word) is False


async def test_nobody_ever_sees_a_traceback(story: Story, monkeypatch):
    def broken(*args: object) -> Card:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(story.engine.core, "handle", broken)
    printed = await story.tell("me")
    assert "Something broke on our side (ref " in printed

    monkeypatch.setattr(story.console, "_people", broken)
    printed += await story.tell("people")
    assert printed.count("Something broke on our side (ref ") == 2
    assert "Traceback" not in printed
    assert "secret" not in printed


async def test_control_characters_from_people_do_not_reach_the_terminal(story: Story):
    await story.tell(MAKE, 'invite create name:"\x1b[31mred\x07" role:Designer')

    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", await story.tell("invite list"))


def test_the_first_card_says_where_data_goes():
    assert "forgotten when you leave" in plain_text(welcome(""))
    assert "stays in usher.db" in plain_text(welcome("usher.db"))


async def test_each_person_reads_the_console_in_a_language_of_their_own(story: Story):
    await story.tell(MAKE)
    assert "Owner liest jetzt Deutsch" in await story.tell("language de")
    assert "Du darfst" in await story.tell("me")
    assert "In dieser Konsole kannst du auch tippen" in await story.tell("help")
    assert "Wie weit?" in await story.tell("advance never")
    assert "Bekannt sind: en, de." in await story.tell("language xx")

    assert "People here" in await story.tell("as Newcomer", "people")
    assert "Wer hier ist" in await story.tell("as Owner", "people")
    assert "Owner reads English now" in await story.tell("language en")


async def test_whoever_reads_german_gets_german_cards_and_presses_german_buttons(story: Story):
    printed = await story.tell("language de", MAKE, "invite create name:Team role:Designer")
    assert "Einladung bereit: Team" in printed

    printed = await story.tell("as Newcomer", "join code:{code}")
    assert "Newcomer möchte Studio beitreten" in printed
    assert "You asked to join Studio" in printed

    printed = await story.tell("as Owner", "click Genehmigen")
    assert "Beigetreten: Newcomer ist jetzt in Studio als Designer" in printed
    assert "Approved: welcome to Studio" in printed


# --- forms -----------------------------------------------------------------------------------------------------------


async def test_a_script_fills_in_the_form_that_was_opened_last(story: Story):
    shown = await story.tell(MAKE, "role create rank:x")
    assert "“role create” needs name" in shown
    assert "name* — Name" in shown
    assert "rank — Rank = x ! Write a whole number, 1 or more." in shown
    assert "! Write a whole number" in await story.tell("fill name:Reviewer")
    odd = await story.tell("fill colour:red")
    assert "There is no field “colour” in it" in odd
    assert "New role: Reviewer" in await story.tell('fill rank:25 permissions:"content:edit, comment:write"')
    assert "That was sent already" in await story.tell("fill name:Reader")


async def test_fill_without_a_form_says_what_opens_one(story: Story):
    assert "No form is open" in await story.tell("fill name:Reviewer")


async def test_in_a_terminal_fields_are_asked_for_one_by_one_and_what_was_wrong_again(story: Story):
    console = story.console
    console.live = True
    await story.tell(MAKE, "role create rank:x")
    asked = console.questions()
    assert [name for name, _ in asked] == ["name", "rank", "permissions", "copy"]
    assert asked[0][1] == "  Name * (What the role is called): "
    assert "[x]" in asked[1][1]

    said = iter(["Reviewer", "", "content:edit", "-"])
    console.typed = answered(asked, lambda _: next(said))
    assert console.typed == {"name": "Reviewer", "permissions": "content:edit", "copy": ""}
    await story.tell("fill")
    again = console.questions()
    assert [name for name, _ in again] == ["rank"]
    assert "! Write a whole number, 1 or more." in again[0][1]
    console.typed = answered(again, lambda _: "25")
    assert "New role: Reviewer" in await story.tell("fill")
    assert console.questions() == []


async def test_whoever_leaves_a_form_half_way_sends_nothing_and_can_go_on(story: Story):
    def leave(_: str) -> str:
        raise KeyboardInterrupt

    console = story.console
    console.live = True
    await story.tell(MAKE, "role create")
    assert answered(console.questions(), leave) is None
    assert console.stopped() == "Nothing was sent. To go on with it, type fill."
    assert console.questions() == []
    await story.tell("fill")
    console.typed = answered(console.questions(), lambda question: "Reviewer" if "Name" in question else "")
    assert "New role: Reviewer" in await story.tell("fill")
