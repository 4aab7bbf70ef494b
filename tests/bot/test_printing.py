"""Tables, files and menus at the console."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform
from bot.clock import MovableClock
from bot.console import Console
from bot.console_words import words_card
from bot.printing import FILE_LINES, indented
from core.calls import Call
from core.cards import Button, Card, Choice, File, Menu, Table, plain_text

CHOICES = (Choice("content-editor", "Content editor"), Choice("rol-7F3K", "Designer"))


def _member(name: str, subject: str) -> Card:
    return Card(name, menus=(Menu("Change role", "member.role", subject, CHOICES),))


@dataclass
class Story:
    """A console whose core answers with the cards that a test lays ready."""

    answers: list[Card] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def handle(self, call: Call) -> Card:
        self.calls.append(call)
        return self.answers.pop(0) if self.answers else Card("Done")

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        return []

    async def tell(self, line: str) -> str:
        self.said.clear()
        assert await self.console.obey(line)
        return "\n".join(self.said)

    console: Console = field(init=False)


@pytest.fixture
def story() -> Iterator[Story]:
    made = Story()

    async def settle() -> None:
        pass

    with ThreadPoolExecutor(1) as executor:
        memory = Memory(Desk(made, executor, lambda: 0, lambda: None), MemoryPlatform())
        made.console = Console(memory, MovableClock(lambda: 0.0), settle, made.said.append)
        yield made


def test_the_columns_of_a_table_stand_below_each_other():
    table = Table(("Name", "Role"), (("Ada", "Owner"), ("李明", "Guest")), ("Ada: Owner", "李明: Guest"))

    assert indented(Card("Members", table=table)).splitlines() == [
        "  Members",
        "    Name  Role",
        "    Ada   Owner",
        "    李明  Guest",
    ]


@pytest.mark.parametrize(
    ("lines", "last"),
    [
        (FILE_LINES, f"line {FILE_LINES - 1}"),
        (FILE_LINES + 1, "… 1 more line"),
        (FILE_LINES + 2_000, "… 2,000 more lines"),
    ],
)
def test_a_file_is_printed_with_its_first_lines(lines: int, last: str):
    content = "\n".join(f"line {number}" for number in range(lines))

    printed = indented(Card("Export", files=(File("a.csv", content, "all of it"),))).splitlines()

    assert printed[:3] == ["  Export", "    a.csv: all of it", "      line 0"]
    assert printed[-1] == f"      {last}"
    assert len(printed) == 2 + min(lines, FILE_LINES + 1)


@pytest.mark.parametrize(
    "typed",
    [
        'click "Change role" Designer',
        "click Change role Designer",
        'click "change role" "designer"',
        "click “Change role” rol-7F3K",
    ],
)
async def test_a_choice_is_made_as_a_button_is_pressed(story: Story, typed: str):
    story.answers.append(_member("Ada", "w/mem-2222"))
    assert "[ Change role: Content editor | Designer ]" in await story.tell("me")

    assert "Done" in await story.tell(typed)

    call = story.calls[-1]
    assert (call.action, call.subject, call.options) == ("member.role", "w/mem-2222", {"choice": "rol-7F3K"})


async def test_of_several_cards_an_id_picks_one(story: Story):
    story.answers += [_member("Ada", "w/mem-2222"), _member("Bob", "w/mem-3333")]
    await story.tell("me")
    await story.tell("me")

    await story.tell('click "Change role" "Content editor" mem-2222')
    assert story.calls[-1].subject == "w/mem-2222"
    await story.tell('click "Change role" Content editor')
    assert story.calls[-1].subject == "w/mem-3333"


async def test_a_choice_that_is_not_there_is_answered_with_those_that_are(story: Story):
    card = _member("Ada", "w/mem-2222")
    story.answers.append(Card("Ada", menus=card.menus, buttons=(Button("Remove", "member.remove", "w/m"),)))
    await story.tell("me")

    printed = await story.tell('click "Change role" Emperor')

    assert "There is no button" in printed
    assert "Remove, Change role (Content editor or Designer)" in printed
    assert len(story.calls) == 1


def test_the_help_says_how_to_choose():
    assert 'click "Change role" Designer' in plain_text(words_card())
