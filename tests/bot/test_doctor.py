from __future__ import annotations

import shutil
import time
from collections.abc import AsyncIterator
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from discord import Permissions
from pydantic import SecretStr

from bot import config, engine
from bot.checks import Check
from bot.config import Settings
from bot.doctor import MOST_SKEW, clock_check, examine
from core.calls import Actor, Call, Identity, Where
from core.outbox import LEASE
from tests.fakes.discord import FakeDiscord
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET

ADA = Identity("discord", "", "1")


@pytest.fixture
async def slack() -> AsyncIterator[FakeSlack]:
    async with FakeSlack() as slack:
        yield slack


@pytest.fixture
async def discord() -> AsyncIterator[FakeDiscord]:
    async with FakeDiscord() as discord:
        yield discord


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the first start leaves: the database and the secret."""
    folder = tmp_path_factory.mktemp("opened")
    engine.open_engine(config.load(USHER_DATABASE_URL=f"sqlite:///{folder}/usher.db"), lambda: 0).close()
    return folder


@pytest.fixture
def settings(slack: FakeSlack, discord: FakeDiscord, opened: Path, tmp_path: Path) -> Settings:
    for file in opened.iterdir():
        shutil.copy2(file, tmp_path)
    return config.load(
        SLACK_BOT_TOKEN=slack.bot_token,
        SLACK_APP_TOKEN=slack.app_token,
        DISCORD_TOKEN=discord.token,
        USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db",
        USHER_PUBLIC_URL="https://usher.example",
        USHER_SLACK_API_URL=slack.api_url,
        USHER_DISCORD_API_URL=discord.api_url,
        USHER_DISCORD_GATEWAY_URL=discord.gateway_url,
    )


async def found(settings: Settings, **changed: Any) -> dict[str, Check]:
    checks = await examine(settings.model_copy(update=changed))
    return {check.name: check for check in checks}


async def test_when_all_is_well_every_line_says_so(settings: Settings):
    checks = await examine(settings)

    assert [check.name for check in checks if not str(check).startswith("ok")] == []
    assert {"Slack token", "Slack scopes", "Slack Socket Mode", "Discord token", "database", "clock"} <= {
        check.name for check in checks
    }


async def test_the_link_that_lets_usher_into_a_server_asks_for_what_it_needs(
    settings: Settings, discord: FakeDiscord
):
    link = (await found(settings))["Discord invite"].found
    needed = Permissions(
        view_channel=True, send_messages=True, embed_links=True, attach_files=True, read_message_history=True
    )
    assert f"client_id={discord.world.bot.id}&scope=bot+applications.commands" in link
    assert link.endswith(f"&permissions={needed.value}")


async def test_a_missing_scope_is_named_with_the_way_to_get_it(settings: Settings, slack: FakeSlack):
    slack.team.scopes.discard("users:read.email")
    check = (await found(settings))["Slack scopes"]

    assert (check.failed, check.found) == (True, "missing users:read.email")
    assert "usher manifest" in check.do


@pytest.mark.parametrize(
    ("setting", "name", "do"),
    [
        ("slack_bot_token", "Slack token", "SLACK_BOT_TOKEN"),
        ("slack_app_token", "Slack Socket Mode", "SLACK_APP_TOKEN"),
        ("discord_token", "Discord token", "DISCORD_TOKEN"),
    ],
)
async def test_a_token_that_is_refused_is_a_failure_with_what_to_do(settings: Settings, setting, name, do):
    check = (await found(settings, **{setting: SecretStr("xoxb-wrong")}))[name]

    assert check.failed
    assert check.found.startswith("refused (")
    assert do in check.do


async def test_a_platform_that_cannot_be_reached_is_said_and_the_rest_is_checked(settings: Settings):
    checks = await found(settings, slack_api_url="http://127.0.0.1:1/api/")

    assert checks["Slack"].failed
    assert "cannot be reached" in checks["Slack"].found
    assert not checks["Discord token"].failed


async def test_nothing_configured_is_a_failure_that_says_how(settings: Settings):
    checks = await found(settings, slack_bot_token=None, slack_app_token=None, discord_token=None)

    assert checks["platforms"].failed
    for words in ("SLACK_BOT_TOKEN", "SLACK_CLIENT_ID", "DISCORD_TOKEN", "usher playground", "usher console"):
        assert words in checks["platforms"].do
    assert checks["clock"].found == "not compared: no platform answered"


async def test_half_of_slack_is_one_thing_to_mend(settings: Settings):
    checks = await found(
        settings,
        slack_bot_token=None,
        slack_app_token=None,
        discord_token=None,
        slack_signing_secret=SecretStr("s"),
    )

    assert [check.name for check in checks.values() if check.failed] == ["Slack settings"]


@pytest.mark.parametrize(
    ("changed", "name", "says"),
    [
        ({"slack_app_token": None}, "Slack settings", "SLACK_SIGNING_SECRET"),
        ({"slack_bot_token": None}, "Slack settings", "bot token"),
        ({"smtp_url": SecretStr("smtp://h"), "mail_from": None}, "mail", "USHER_MAIL_FROM"),
        ({"database": SecretStr("postgresql://u:p@127.0.0.1:1/x")}, "database", "can't be used"),
        ({"database": SecretStr("postgresql://u:p@127.0.0.1:1/x")}, "secret", "USHER_SECRET"),
        (
            {"database": SecretStr("sqlite:////nowhere/at/all/usher.db")},
            "database",
            "Make the folder /nowhere/at/all",
        ),
    ],
)
async def test_settings_that_do_not_go_together_are_said(settings: Settings, changed, name, says):
    check = (await found(settings, **changed))[name]

    assert check.failed
    assert says in check.do


async def test_slack_over_http_is_as_good_as_socket_mode(settings: Settings):
    check = (await found(settings, slack_app_token=None, slack_signing_secret=SecretStr("s")))[
        "Slack settings"
    ]

    assert (check.do, check.found) == ("", "over HTTP, at https://usher.example/slack/events")


async def test_for_several_teams_the_app_itself_is_looked_at(settings: Settings):
    several = {
        "slack_bot_token": None,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": SecretStr(CLIENT_SECRET),
    }
    checks = await found(settings, **several)

    assert [str(check) for check in checks.values() if check.failed] == []
    assert {"Slack app", "Slack Socket Mode"} <= checks.keys()
    assert "Slack token" not in checks
    assert "over Socket Mode: they install Usher at https://usher.example/slack/install" in (
        checks["Slack settings"].found
    )
    wrong: list[tuple[dict[str, Any], str, str]] = [
        ({"slack_app_token": SecretStr("xapp-wrong")}, "Slack Socket Mode", "SLACK_APP_TOKEN"),
        ({"slack_client_secret": SecretStr("wrong")}, "Slack app", "SLACK_CLIENT_SECRET"),
        ({"slack_app_token": None}, "Slack settings", "SLACK_SIGNING_SECRET"),
        ({"slack_client_secret": None}, "Slack settings", "Set both"),
        ({"slack_bot_token": settings.slack_bot_token}, "Slack settings", "Unset SLACK_BOT_TOKEN"),
    ]
    for changed, name, do in wrong:
        failed = (await found(settings, **{**several, **changed}))[name]
        assert (failed.failed, do in failed.do) == (True, True), failed


async def test_a_slack_that_is_busy_vouches_for_no_app(settings: Settings, slack: FakeSlack):
    several = {
        "slack_bot_token": None,
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": SecretStr("wrong"),
    }
    slack.fail_next("oauth.v2.access", "ratelimited")
    check = (await found(settings, **several))["Slack app"]

    assert "takes its id" not in check.found
    assert check.do


async def test_links_that_only_this_machine_can_open_are_a_note_and_no_failure(settings: Settings):
    check = (await found(settings, public_address=None))["invite links"]

    assert (check.failed, str(check)[:4]) == (False, "note")
    assert "USHER_PUBLIC_URL" in check.do


async def test_a_database_without_the_tables_is_a_failure(settings: Settings, tmp_path):
    (tmp_path / "empty.db").touch()
    check = (await found(settings, database=SecretStr(f"sqlite:///{tmp_path}/empty.db")))["database"]

    assert check.failed
    assert "usher migrate" in check.do


async def test_a_new_database_is_no_failure_and_is_not_made_by_looking(settings: Settings, tmp_path):
    checks = await found(settings, database=SecretStr(f"sqlite:///{tmp_path}/new.db"))

    assert checks["database"].found.endswith("will be made at the first start")
    assert checks["secret"].found.endswith("will be made at the first start")
    assert not (tmp_path / "new.db").exists()


@pytest.mark.parametrize(("mode", "failed", "says"), [(0o644, True, "chmod 600"), (0o600, False, "")])
async def test_a_secret_that_others_can_read_is_a_failure(settings: Settings, tmp_path, mode, failed, says):
    (tmp_path / "usher.db.secret").chmod(mode)
    check = (await found(settings))["secret"]

    assert check.failed is failed
    assert says in check.do


async def test_another_secret_than_the_database_was_used_with_is_a_failure(settings: Settings):
    assert (await found(settings))["codes"].found == "made with this secret"
    check = (await found(settings, secret=SecretStr("another secret, long enough")))["codes"]

    assert check.failed
    assert "USHER_SECRET" in check.do


async def test_a_secret_that_is_lost_is_not_made_anew_by_looking(settings: Settings, tmp_path):
    (tmp_path / "usher.db.secret").unlink()
    await found(settings)

    assert not (tmp_path / "usher.db.secret").exists()


async def test_a_damaged_secret_is_a_failure(settings: Settings, tmp_path):
    (tmp_path / "usher.db.secret").write_text("x")

    assert "too short" in (await found(settings))["secret"].do


@pytest.mark.parametrize(("off", "failed"), [(0, False), (-9, False), (12, True), (-12, True), (-7200, True)])
def test_a_clock_more_than_ten_seconds_off_is_a_failure(off: int, failed: bool):
    now = time.time()

    assert clock_check(now + off, [formatdate(now, usegmt=True)]).failed is failed


def test_two_clocks_that_pass_never_see_each_other_s_leases_run_out():
    assert MOST_SKEW < LEASE / 2


async def test_no_line_holds_a_secret(settings: Settings, slack: FakeSlack):
    lines = "\n".join(map(str, await examine(settings)))

    assert slack.bot_token not in lines
    assert slack.app_token not in lines


async def test_places_that_usher_was_taken_out_of_are_named(settings: Settings):
    opened = engine.open_engine(settings, lambda: 0)
    linked = Call(
        Actor(ADA, "Ada", place_admin=True), Where("discord", "42", "7"), 0, "workspace create", {"name": "X"}
    )
    opened.core.handle(linked)
    opened.core.moved("discord", "42", 0, gone=True)
    lost = (await found(settings))["places"]
    opened.core.moved("discord", "42", 0, gone=False)
    opened.close()

    assert (lost.failed, lost.found) == (False, "Usher was taken out of discord/42")
    assert "add Usher there again" in lost.do
    assert not (await found(settings))["places"].do


async def test_more_shards_are_recommended_where_discord_does(settings: Settings, discord: FakeDiscord):
    discord.gateway.recommended_shards = 3

    assert "DISCORD_SHARDS" in (await found(settings))["Discord shards"].do
    auto = (await found(settings, discord_shards="auto"))["Discord shards"]
    assert (auto.do, auto.found) == ("", "3, as many as Discord recommends")
    some = (await found(settings, discord_shards="3", discord_shard_ids="0,1"))["Discord shards"]
    assert (some.do, some.found) == ("", "3, here 0,1")
