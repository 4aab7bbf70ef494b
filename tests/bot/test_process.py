"""The program itself, started as an operator or a visitor starts it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import pty
import select
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack

pytestmark = pytest.mark.process

USHER = [sys.executable, "-m", "bot"]
ROOT = Path(__file__).parents[2]
STORY = """\
workspace create name:Studio scheme:studio
invite create name:"Design team" role:Designer
as Newcomer
join {code}
as Owner
frobnicate
click Approve
advance 8d
as Member
join {code}
"""


#: Makes its standard input the terminal of its session, so that Ctrl-C reaches it, and becomes the program. Where the tests
#: run in the background of a script, they, and what they start, are told to ignore Ctrl-C.
AT_TERMINAL = (
    "import fcntl, os, signal, sys, termios; "
    "signal.signal(signal.SIGINT, signal.SIG_DFL); "
    "fcntl.ioctl(0, termios.TIOCSCTTY, 0); "
    "os.execv(sys.argv[1], sys.argv[1:])"
)


def environment(**more: str) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1", **more}


def console(script: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*USHER, "console"],
        input=script,
        capture_output=True,
        text=True,
        env=environment(**more),
        timeout=60,
        check=False,
    )


# --- the console -------------------------------------------------------------------------------------------------


def test_a_piped_script_is_told_as_a_story_and_leaves_nothing_behind(tmp_path):
    done = console(STORY, TMPDIR=str(tmp_path), HOME=str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    order = [
        "Usher's console",
        "Owner> workspace create name:Studio scheme:studio",
        "Newcomer> join ",
        "→ Owner: Newcomer asks to join Studio",
        "I don't know “frobnicate”",
        "Approved: Newcomer",
        "→ Newcomer: Approved: welcome to Studio",
        "It is now ",
        "Member> join ",
        "This invitation has expired",
    ]
    places = [done.stdout.index(words) for words in order]
    assert places == sorted(places)
    assert list(tmp_path.iterdir()) == []


def test_with_a_database_of_its_own_the_console_keeps_its_data(tmp_path):
    at = {"USHER_DATABASE_URL": f"sqlite:///{tmp_path}/kept.db"}
    console("workspace create name:Studio\n", **at)
    done = console("workspace show\n", **at)

    assert "Studio" in done.stdout
    assert f"Your data stays in {tmp_path}/kept.db" in done.stdout


def test_a_wrong_setting_ends_the_console_with_two():
    done = console("help\n", USHER_DATABASE_URL="mysql://h")

    assert done.returncode == 2
    assert done.stderr.startswith("usher: USHER_DATABASE_URL can't be used")


def test_whoever_stops_reading_ends_it_quietly():
    with subprocess.Popen(
        [*USHER, "console"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    ) as process:
        process.stdout.read(1)
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.write(b"help\n" * 50)
            process.stdin.close()
        process.stdin = None
        assert process.wait(30) == 0
        assert process.stderr.read() == b""


def test_bytes_that_are_no_text_are_refused_and_the_script_goes_on():
    done = subprocess.run(
        [*USHER, "console"], input=b"\xff\xfe\x00 hello\nme\n", capture_output=True, env=environment(), timeout=60, check=False
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Owner> me" in done.stdout


@pytest.mark.parametrize("end", [b"\x04", b"\x03", b"quit\n"], ids=["Ctrl-D", "Ctrl-C", "quit"])
def test_at_a_terminal_it_prompts_answers_and_ends_quietly(end: bytes):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", AT_TERMINAL, *USHER, "console"],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=environment(TERM="dumb"),
        start_new_session=True,
    ) as process:
        os.close(theirs)
        try:
            screen = _until(ours, b"Owner> ")
            os.write(ours, b"me\n")
            screen += _until(ours, b"Owner> ")
            screen += _press_until_it_ends(ours, end)
            os.close(ours)
            assert process.wait(30) == 0
        finally:
            process.kill()  # or a failure above would wait for it for ever
    assert b"Traceback" not in screen
    assert screen.count(b"workspace create") == 2  # on the first card, and in the answer


def _press_until_it_ends(screen: int, key: bytes) -> bytes:
    """Presses a key, again and again as a person would, until the terminal is closed. Python looks for a Ctrl-C before it
    waits for keys and when it interrupts the waiting; one that comes right between the two waits for the next key. They are
    patient: one more Ctrl-C, while it is ending already, would kill it."""
    seen = b""
    for _ in range(10):
        with contextlib.suppress(OSError):  # it ended in this moment
            os.write(screen, key)
        while select.select([screen], [], [], 10)[0]:
            try:
                read = os.read(screen, 4096)
            except OSError:
                return seen
            if not read:
                return seen
            seen += read
    raise AssertionError(seen)


def _until(screen: int, wanted: bytes) -> bytes:
    """What a terminal shows up to ``wanted``."""
    seen = b""
    while wanted not in seen:
        assert select.select([screen], [], [], 60)[0], seen
        seen += os.read(screen, 4096)
    return seen


# --- what is tried without any account -------------------------------------------------------------------------------


@pytest.mark.parametrize("reads", ["nothing", "closed", "a terminal"])
async def test_with_nothing_piped_in_the_playground_opens_and_ends_when_asked(
    reads: str, tmp_path, unused_port
):
    ours, theirs = pty.openpty() if reads == "a terminal" else (-1, -1)
    process = await asyncio.create_subprocess_exec(
        *(["sh", "-c", 'exec "$@" <&-', "sh"] if reads == "closed" else []),
        *USHER,
        "try",
        stdin=theirs if reads == "a terminal" else asyncio.subprocess.DEVNULL,
        stdout=PIPE,
        stderr=PIPE,
        env=environment(TMPDIR=str(tmp_path), PORT=str(unused_port)),
        cwd=tmp_path,
    )
    try:
        said = (await asyncio.wait_for(process.stdout.readline(), 60)).decode()
        assert f"http://127.0.0.1:{unused_port}/" in said
        async with (
            aiohttp.ClientSession() as web,
            web.get(f"http://127.0.0.1:{unused_port}/") as page,
            web.get(f"http://127.0.0.1:{unused_port}/play/events") as stream,
        ):
            assert page.status == 200
            assert await stream.content.readline() == b"event: anew\n"
            process.send_signal(signal.SIGINT)
            out, errors = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, out, errors) == (0, b"", b"")
        assert list(tmp_path.iterdir()) == []
    finally:
        if process.returncode is None:
            process.kill()
        for end in (ours, theirs):
            with contextlib.suppress(OSError):
                os.close(end)


def test_with_a_story_piped_in_the_console_tells_it(tmp_path):
    file = tmp_path / "story.txt"
    file.write_text("me\n")
    for pipe in (True, False):
        with file.open() as given:
            done = subprocess.run(
                [*USHER, "try"],
                **({"input": "me\n"} if pipe else {"stdin": given}),
                capture_output=True,
                text=True,
                env=environment(),
                timeout=60,
                check=False,
            )
        assert (done.returncode, done.stderr) == (0, "")
        assert "Owner> me" in done.stdout


# --- usher run ---------------------------------------------------------------------------------------------------


@pytest.fixture
async def given(tmp_path, unused_port) -> AsyncIterator[tuple[FakeSlack, FakeDiscord, dict[str, str]]]:
    async with FakeSlack() as slack, FakeDiscord() as discord:
        settings = environment(
            SLACK_BOT_TOKEN=slack.bot_token,
            SLACK_APP_TOKEN=slack.app_token,
            DISCORD_TOKEN=discord.token,
            USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db",
            USHER_SLACK_API_URL=slack.api_url,
            USHER_DISCORD_API_URL=discord.api_url,
            USHER_DISCORD_GATEWAY_URL=discord.gateway_url,
            PORT=str(unused_port),
        )
        yield slack, discord, settings


@asynccontextmanager
async def run(settings: dict[str, str], *parts: str) -> AsyncIterator[Process]:
    process = await asyncio.create_subprocess_exec(*USHER, "run", *parts, env=settings, stderr=PIPE)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def event(process: Process, name: str) -> dict[str, object]:
    async with asyncio.timeout(30):
        while line := await process.stderr.readline():
            found = json.loads(line)
            if found["event"] == name:
                return found
    raise AssertionError(f"it ended without {name}")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_it_gets_ready_serves_and_stops_when_asked(given, number):
    slack, discord, settings = given
    ann = slack.add_user("ann", is_admin=True)
    async with run(settings) as process:
        ready = await event(process, "ready")
        assert ready["parts"] == ["slack", "discord", "web", "worker"]
        async with (
            aiohttp.ClientSession() as web,
            web.get(f"http://127.0.0.1:{settings['PORT']}/healthz") as answer,
        ):
            assert (answer.status, (await answer.json())["ok"]) == (200, True)
        await slack.command(ann, "/usher", "workspace create name:Studio")

        process.send_signal(number)
        await event(process, "stopped")
        assert await asyncio.wait_for(process.wait(), 10) == 0

    assert not slack.violations
    assert not discord.violations


async def test_a_refused_token_ends_it_with_one_and_what_to_do(given):
    _, _, settings = given
    async with run({**settings, "DISCORD_TOKEN": "wrong"}) as process:
        said = await event(process, "cannot_run")
        assert "DISCORD_TOKEN" in str(said["reason"])
        assert await asyncio.wait_for(process.wait(), 10) == 1


async def test_killed_in_the_middle_of_everything_it_starts_again_as_if_nothing_had_been(given):
    slack, _, settings = given
    ann = slack.add_user("ann", is_admin=True)
    async with run(settings) as process:
        await event(process, "ready")
        await slack.command(ann, "/usher", "workspace create name:Studio")
        process.kill()
        await process.wait()
    async with run(settings) as process:
        await event(process, "ready")
        await slack.command(ann, "/usher", "workspace show")
        await slack.wait_for(
            lambda: any("Studio" in slack.text(m) for m in slack.seen_by(ann)), 5, what="an answer"
        )
