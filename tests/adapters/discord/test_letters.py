"""What is enclosed with an answer: pictures of tables with their words, files, and what is too much for Discord."""

from __future__ import annotations

import io
import random
import zipfile

import pytest

from adapters.discord import letters, limits
from adapters.discord.letters import Letter
from core.cards import Button, Card, File, Line, Table, plain
from tests.adapters.discord.sample import CARD, Scene, direct, faults, scene, target
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.state import Message

WORDS = ("Owner: everything", "Guest: nothing")
TABLE = Table(("Permission", "Owner", "Guest"), (("invite:create", "✓", ""),), WORDS)
FILE = File("roles.json", '{"Köchin": []}\n', "all roles")
FULL = Card("Roles", table=TABLE, files=(FILE,))
CALLBACK = "/interactions/*/*/callback"


@pytest.fixture
async def hasty(fake: FakeDiscord):
    """A client that shows that it is thinking at once."""
    async with scene(fake=fake, patience=0.0) as ready:
        yield ready


def held(message: Message) -> list[tuple[str, str | None]]:
    return [(file.filename, file.description) for file in message.files]


def noise(size: int) -> str:
    """Text that cannot be packed much."""
    return random.Random(size).randbytes(size // 2).hex()


def lines(letter: Letter) -> list[str]:
    return [plain(line.text) for line in letter.card.lines]


# --- letters ------------------------------------------------------------------------------------------------------


def test_a_table_is_a_picture_that_its_words_describe():
    letter = letters.letter(Card("Roles", table=TABLE, lines=(Line(("a line",)),)))
    (shown,) = letter.enclosed

    assert (shown.name, shown.description) == ("table.png", "Owner: everything\nGuest: nothing")
    assert shown.content.startswith(b"\x89PNG")
    assert lines(letter) == ["a line"]


def test_a_table_that_makes_no_picture_stands_in_its_words_before_the_lines():
    japanese = TABLE._replace(columns=("Permission", "オーナー", "Guest"))
    letter = letters.letter(Card("Roles", table=japanese, lines=(Line(("a line",)),)))

    assert letter.enclosed == ()
    assert lines(letter) == [*WORDS, "a line"]


@pytest.mark.parametrize("over", [0, 1])
def test_a_description_ends_with_a_whole_line(over: int):
    words = ("x" * 500, "y" * 500, "z" * (22 + over))
    text = letters.described(TABLE._replace(words=words))

    assert len(text) <= limits.FILE_DESCRIPTION
    assert text.split("\n") == [*words[:2], "…" if over else words[2]]


def test_a_description_of_one_endless_line_is_cut_all_the_same():
    text = letters.described(TABLE._replace(words=("x" * 2_000,)))

    assert text == "x" * (limits.FILE_DESCRIPTION - 1) + "…"


@pytest.mark.parametrize("over", [0, 1])
def test_a_larger_file_than_discord_takes_is_packed(over: int):
    content = "x" * (limits.FILE + over)
    letter = letters.letter(Card("T", files=(File("all.csv", content, "everybody"),)))
    (sent,) = letter.enclosed

    assert sent.name == ("all.csv.zip" if over else "all.csv")
    assert lines(letter) == [f"{sent.name}: everybody"]
    if over:
        with zipfile.ZipFile(io.BytesIO(sent.content)) as packed:
            assert packed.read("all.csv").decode() == content


def test_a_file_that_is_too_large_even_when_packed_is_said_to_be(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "FILE", 100_000)
    letter = letters.letter(Card("T", files=(File("all.csv", noise(400_000), "everybody"), FILE)))

    assert [each.name for each in letter.enclosed] == ["roles.json"]
    assert lines(letter) == [
        "all.csv: not sent, because it is too large for Discord (0.2 MiB even when packed)",
        "roles.json: all roles",
    ]


@pytest.mark.parametrize("over", [0, 1])
def test_files_are_packed_once_the_request_is_full(over: int, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limits, "FILES_TOTAL", 3_000)
    files = (File("a.txt", "a" * 1_500, ""), File("b.txt", "b" * (1_500 + over), ""))
    letter = letters.letter(Card("T", files=files))

    assert [each.name for each in letter.enclosed] == ["a.txt", "b.txt.zip" if over else "b.txt"]
    assert letter.size <= 3_000


@pytest.mark.parametrize("over", [0, 1])
def test_no_more_files_than_a_message_takes(over: int):
    files = tuple(File(f"{n}.txt", "x", "") for n in range(limits.FILES - 1 + over))
    letter = letters.letter(Card("T", table=TABLE, files=files))

    assert len(letter.enclosed) == limits.FILES
    assert lines(letter)[-1] == (
        "9.txt: not sent, because a message takes 10 files at most" if over else "8.txt"
    )


@pytest.mark.parametrize(
    ("name", "safe"),
    [("a b/ü.csv", "a_b_.csv"), (".hidden", "hidden"), ("…", "_"), ("", "file"), ("x" * 200 + ".csv", None)],
)
def test_names_are_such_as_discord_leaves_them(name: str, safe: str | None):
    (sent,) = letters.letter(Card("T", files=(File(name, "x", ""),))).enclosed

    assert len(sent.name) <= limits.FILE_NAME
    assert sent.name == safe or (safe is None and sent.name.endswith(".csv"))


# --- on the wire --------------------------------------------------------------------------------------------------


async def test_the_first_answer_carries_what_is_enclosed_for_its_reader_alone(on: Scene):
    on.core.answer = lambda _: FULL
    reply = await on.type("me")

    assert held(reply) == [("table.png", "\n".join(WORDS)), ("roles.json", "all roles")]
    assert reply.files[1].content.decode() == FILE.content
    assert (reply.visible_to, reply.text) == (on.alice.id, "### Roles\n• `roles.json`: all roles")
    assert on.fake.messages(on.general) == []
    assert on.fake.log.requests("", "/webhooks/") == []


async def test_an_answer_that_took_long_carries_it_too(hasty: Scene):
    hasty.core.answer = lambda _: FULL
    hasty.core.hold()
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    assert await delivery.initial() == 5
    hasty.core.release()
    reply = await delivery.reply()

    assert isinstance(reply, Message)
    assert [file.filename for file in reply.files] == ["table.png", "roles.json"]
    assert reply.visible_to == hasty.alice.id


@pytest.mark.parametrize("kind", ["http_500", "reset", "lost"])
async def test_what_is_enclosed_is_there_once_however_often_it_was_sent(on: Scene, kind: str):
    on.core.answer = lambda _: FULL
    on.fake.fail_next("POST", CALLBACK, kind, times=2)
    reply = await on.type("me")
    if kind == "lost":
        await on.fake.wait_for(lambda: reply.edits)

    assert [file.filename for file in reply.files] == ["table.png", "roles.json"]


@pytest.mark.parametrize("over", [0, 1])
async def test_a_large_answer_follows_a_sign_of_life(on: Scene, over: int):
    on.core.answer = lambda _: Card("T", files=(File("all.csv", "x" * (limits.AT_ONCE + over), ""),))
    delivery = await on.fake.command(on.alice, "me", guild=on.acme)
    reply = await delivery.reply()

    assert isinstance(reply, Message)
    assert delivery.callback_type == (5 if over else 4)
    assert [len(file.content) for file in reply.files] == [limits.AT_ONCE + over]


@pytest.mark.parametrize("size", [10, limits.AT_ONCE + 1])
async def test_an_answer_that_discord_does_not_take_is_enclosed_with_a_direct_message(on: Scene, size: int):
    on.core.answer = lambda _: Card("T", table=TABLE, files=(File("all.csv", "x" * size, ""),))
    on.fake.fail_next("POST", CALLBACK, "http_500", times=3)
    await on.fake.command(on.alice, "me", guild=on.acme)
    message = await on.fake.wait_message(on.alice)

    assert [file.filename for file in message.files] == ["table.png", "all.csv"]


async def test_a_page_without_a_table_does_not_keep_the_picture_of_the_one_before(on: Scene):
    turn = (Button("Next", "list_page", "ws/2"),)
    on.core.answer = lambda call: Card(
        "Page" if call.action else "T", table=None if call.action else TABLE, buttons=turn
    )
    reply = await on.type("me")
    assert len(reply.files) == 1
    await (await on.fake.click(on.alice, reply, "Next")).reply()

    assert (reply.text, reply.files) == ("### Page", [])
    # And back: what was a layout once stays one, with the picture in it.
    on.core.answer = lambda _: Card("T", table=TABLE, buttons=turn)
    await (await on.fake.click(on.alice, reply, "Next")).reply()
    assert (reply.text, len(reply.files), reply.edits) == ("### T", 1, 2)


async def test_a_page_of_an_embed_stays_one(on: Scene):
    turn = (Button("Next", "list_page", "ws/2"),)
    on.core.answer = lambda call: Card("P", table=TABLE if call.action else None, buttons=turn)
    reply = await on.type("me")
    await (await on.fake.click(on.alice, reply, "Next")).reply()

    assert (reply.embeds[0]["title"], len(reply.files), reply.edits) == ("P", 1, 1)


async def test_drawing_that_breaks_is_answered_with_a_reference(on: Scene, logged, monkeypatch):
    def breaks(_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("adapters.discord.picture.drawn", breaks)
    on.core.answer = lambda _: FULL
    reply = await on.type("me")
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text


# --- the relay ----------------------------------------------------------------------------------------------------


async def test_a_file_goes_into_direct_messages_and_never_into_a_channel(on: Scene):
    platform = on.client.platform
    await platform.post(direct(on.alice), FULL, "one", look_first=False)
    await platform.post(target(on.general), FULL, "two", look_first=False)
    (private,), (public,) = on.fake.messages(on.alice), on.fake.messages(on.general)

    assert [file.filename for file in private.files] == ["table.png", "roles.json"]
    assert [file.filename for file in public.files] == ["table.png"]
    assert "roles.json" not in public.text


async def test_an_edit_replaces_what_is_enclosed(on: Scene):
    platform = on.client.platform
    ref = await platform.post(direct(on.alice), FULL, "one", look_first=False)
    (message,) = on.fake.messages(on.alice)
    await platform.edit(ref, Card("T", files=(File("new.txt", "n", ""),)))
    assert [file.filename for file in message.files] == ["new.txt"]

    await platform.edit(ref, CARD)
    assert message.files == []
