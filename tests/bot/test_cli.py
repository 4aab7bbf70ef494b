from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator

import pytest
from click.testing import CliRunner, Result

from bot import config, logs
from bot.cli import cli
from bot.engine import open_engine
from core.calls import Actor, Call, Identity, Where


@pytest.fixture(autouse=True)
def quiet_logs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logs, "configure", lambda **options: None)


@pytest.fixture
def usher() -> Iterator[object]:
    runner = CliRunner()

    def run(*words: str, **environment: str) -> Result:
        return runner.invoke(cli, list(words), env=environment)

    return run


@pytest.mark.parametrize(
    ("words", "environment", "says"),
    [
        (["run"], {}, "Nothing is configured"),
        (["run", "slack"], {}, "SLACK_BOT_TOKEN is missing"),
        (["run"], {"PORT": "x"}, "PORT can't be used"),
        (["run", "mastodon"], {}, "'mastodon' is not one of"),
        (["migrate"], {"USHER_DATABASE_URL": "oracle://h"}, "USHER_DATABASE_URL can't be used"),
        (["manifest", "--http"], {}, "USHER_PUBLIC_URL is missing"),
        (["manifest", "--several"], {}, "USHER_PUBLIC_URL is missing"),
        (["manifest", "--command", "/Two Words"], {}, "no spaces or capitals"),
        (["frobnicate"], {}, "No such command"),
        (["playground"], {"DISCORD_TOKEN": "x"}, "DISCORD_TOKEN is set"),
        (["playground"], {"SLACK_SIGNING_SECRET": "x"}, "no place for real tokens"),
        (["playground", "--host", "0.0.0.0"], {}, "can be reached by others"),
        (["playground", "--host", "usher.example"], {}, "add --i-know"),
        (["playground"], {"PORT": "7x"}, "PORT can't be used"),
        (
            ["playground"],
            {"PORT": "0", "USHER_DISCORD_API_URL": "here"},
            "USHER_DISCORD_API_URL can't be used",
        ),
    ],
)
def test_wrong_use_ends_with_two_and_a_sentence(usher, words, environment, says):
    result = usher(*words, **environment)

    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.output


def test_a_database_that_cannot_be_reached_ends_with_one(usher):
    result = usher("migrate", USHER_DATABASE_URL="postgresql://u:p@127.0.0.1:1/d")

    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)


def test_another_secret_is_taken_only_where_that_is_said(usher, tmp_path):
    database = {"USHER_DATABASE_URL": f"sqlite:///{tmp_path}/usher.db"}
    first, second = "0123456789abcdef", "fedcba9876543210"
    assert usher("audit", "verify", **database, USHER_SECRET=first).exit_code == 0

    result = usher("audit", "verify", **database, USHER_SECRET=second)
    assert (result.exit_code, "--new-secret" in result.stderr) == (1, True)
    assert usher("migrate", "--new-secret", **database, USHER_SECRET=second).exit_code == 0
    assert usher("audit", "verify", **database, USHER_SECRET=second).exit_code == 0


def test_migrate_makes_the_tables_and_may_be_repeated(usher, tmp_path):
    for _ in range(2):
        result = usher("migrate", USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db")
        assert (result.exit_code, result.output) == (0, "The database is up to date.\n")


def test_the_manifest_is_json_with_every_command_s_noun(usher):
    socket = json.loads(usher("manifest").output)
    http = json.loads(usher("manifest", "--http", USHER_PUBLIC_URL="https://usher.example").output)

    assert socket["settings"]["socket_mode_enabled"] is True
    assert "invite" in socket["features"]["slash_commands"][0]["usage_hint"]
    assert http["features"]["slash_commands"][0]["url"] == "https://usher.example/slack/events"
    assert "redirect_urls" not in http["oauth_config"]


def test_the_manifest_for_several_teams_has_the_way_back(usher):
    made = json.loads(
        usher("manifest", "--http", "--several", USHER_PUBLIC_URL="https://usher.example").output
    )

    assert made["oauth_config"]["redirect_urls"] == ["https://usher.example/slack/oauth_redirect"]
    assert made["settings"]["org_deploy_enabled"] is True


def test_the_doctor_ends_with_one_when_something_is_to_be_mended(usher):
    result = usher("doctor")

    assert result.exit_code == 1
    assert "FIX   platforms: none is configured" in result.output


def test_the_doctor_says_which_settings_are_wrong(usher):
    result = usher("doctor", PORT="x", USHER_SECRET="short")

    assert result.exit_code == 1
    assert result.output.count("FIX   settings: ") == 2


@pytest.mark.parametrize("words", [["--help"], ["run", "--help"], ["console", "--help"], ["--version"]])
def test_help_is_help(usher, words):
    assert usher(*words).exit_code == 0


def test_help_imports_nothing_heavy():
    code = (
        "import sys\nfrom bot.cli import cli\ntry:\n cli(['--help'])\nexcept SystemExit:\n pass\n"
        "heavy = {'sqlalchemy', 'discord', 'slack_sdk', 'aiohttp', 'starlette', 'pydantic'} & set(sys.modules)\n"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_the_record_is_verified_and_a_changed_event_is_found(usher, tmp_path):
    url = f"sqlite:///{tmp_path}/usher.db"
    settings = config.load(USHER_DATABASE_URL=url)
    opened = open_engine(settings, lambda: 1_000)
    owner = Actor(Identity("slack", "T1", "U1"), "Owner", place_admin=True)
    call = Call(owner, Where("slack", "T1", "C1"), 1_000, "workspace create", {"name": "Studio"})
    opened.core.handle(call)
    opened.close()

    held = usher("audit", "verify", USHER_DATABASE_URL=url)
    with sqlite3.connect(tmp_path / "usher.db") as database:
        database.execute("UPDATE audit_events SET actor = 'somebody' WHERE event = 'member.joined'")
    database.close()
    broken = usher("audit", "verify", USHER_DATABASE_URL=url)

    assert (held.exit_code, broken.exit_code) == (0, 1)
    assert "broken at event 3" in broken.output


def test_the_record_is_exported_and_the_export_can_be_verified_without_the_database(usher, tmp_path):
    url = f"sqlite:///{tmp_path}/usher.db"
    opened = open_engine(config.load(USHER_DATABASE_URL=url), lambda: 1_000)
    owner = Actor(Identity("slack", "T1", "U1"), "Owner", place_admin=True)
    for channel, name in (("C1", "Studio"), ("C2", "Studio"), ("C3", "Atelier")):
        place = Where("slack", "T1", channel)
        opened.core.handle(Call(owner, place, 1_000, "workspace create", {"name": name}))
    opened.close()

    exported = usher("audit", "export", "atelier", USHER_DATABASE_URL=url)
    file = tmp_path / "audit.jsonl"
    file.write_text(exported.output)
    held = usher("audit", "verify", str(file))
    file.write_text(exported.output.replace("mem-", "men-"))
    changed = usher("audit", "verify", str(file))

    assert (exported.exit_code, held.exit_code, changed.exit_code) == (0, 0, 1)
    assert len(exported.output.splitlines()) == 3
    assert "broken at line" in changed.output
    assert usher("audit", "export", "Studio", USHER_DATABASE_URL=url).exit_code == 2
    assert usher("audit", "export", "Nowhere", USHER_DATABASE_URL=url).exit_code == 2
