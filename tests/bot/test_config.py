from __future__ import annotations

import stat

import pytest
from sqlalchemy import make_url
from structlog.testing import capture_logs

from bot import keys
from bot.config import Settings, load
from bot.faults import SettingsError


def test_with_nothing_set_the_defaults_are_those_of_the_documentation():
    settings = load()

    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8080, "http://127.0.0.1:8080")
    assert (settings.database_url, settings.default_plan) == ("sqlite:///usher.db", "enterprise")
    assert (settings.slack_over_socket, settings.slack_over_http, settings.discord_token) == (
        False,
        False,
        None,
    )


def test_an_empty_variable_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "")

    assert (load().port, load().slack_bot_token) == (8080, None)


def test_every_variable_of_the_documentation_is_read(monkeypatch):
    given = {
        "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_SIGNING_SECRET": "signing",
        "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "client",
        "DISCORD_TOKEN": "discord", "DISCORD_SHARDS": "4", "DISCORD_SHARD_IDS": "0, 1", "USHER_DATABASE_URL": "postgresql://u:p@h/d", "USHER_SECRET": "0123456789abcdef",
        "USHER_PUBLIC_URL": "https://usher.example/", "PORT": "9000", "USHER_HOST": "0.0.0.0",
        "USHER_SMTP_URL": "smtp://u:p@h:587", "USHER_MAIL_FROM": "usher@example.com",
        "USHER_SLACK_API_URL": "http://127.0.0.1:1/api/", "USHER_DISCORD_API_URL": "http://127.0.0.1:1/api/v10",
        "USHER_DISCORD_GATEWAY_URL": "ws://127.0.0.1:1/gateway", "USHER_DEFAULT_PLAN": "pro",
    }  # fmt: skip
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = load()

    assert {field.alias for field in Settings.model_fields.values()} == set(given)
    assert (settings.public_url, settings.port, settings.host) == ("https://usher.example", 9000, "0.0.0.0")
    assert (settings.slack_over_socket, settings.slack_over_http, settings.sqlite_file) == (True, True, None)


def test_an_sqlite_file_is_the_one_that_sqlalchemy_means():
    for url in (
        "sqlite:///usher.db",
        "sqlite:////var/lib/usher%20one.db",
        "sqlite+pysqlite:///a.db?timeout=3",
    ):
        assert str(load(USHER_DATABASE_URL=url).sqlite_file) == make_url(url).database


def test_settings_cannot_be_changed():
    with pytest.raises(ValueError, match="frozen"):
        load().port = 1


def test_no_secret_shows_where_settings_are_printed():
    settings = load(
        SLACK_BOT_TOKEN="xoxb-very-secret",
        SLACK_SIGNING_SECRET="very-secret",
        DISCORD_TOKEN="very-secret",
        USHER_SECRET="very-secret-indeed",
        USHER_DATABASE_URL="postgresql://u:very-secret@h/d",
        USHER_SMTP_URL="smtp://u:very-secret@h",
    )

    assert "very-secret" not in repr(settings) + str(settings)
    assert len([secret for secret in settings.secrets() if "very-secret" in secret]) == 6


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "http", "a whole number from 1 to 65535"),
        ("PORT", "0", "a whole number from 1 to 65535"),
        ("PORT", "65536", "a whole number from 1 to 65535"),
        ("SLACK_BOT_TOKEN", "xapp-1-secret", "begins with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1-secret", "begins with xapp-"),
        ("SLACK_BOT_TOKEN", "xoxb-...", "put your own in their place"),
        ("DISCORD_TOKEN", "...", "put your own in their place"),
        ("SLACK_SIGNING_SECRET", "secret…", "put your own in their place"),
        ("USHER_DATABASE_URL", "mysql://u:secret@h/d", "sqlite:///usher.db or postgresql://"),
        ("USHER_DATABASE_URL", "sqlite://", "must name a file"),
        ("USHER_DATABASE_URL", "sqlite:///:memory:", "must name a file"),
        ("USHER_SECRET", "secret", "at least 16 characters"),
        ("USHER_PUBLIC_URL", "usher.example", "begins with http:// or https://"),
        ("USHER_SMTP_URL", "mail.secret.example", "smtp://user:password@host:587"),
        ("USHER_SLACK_API_URL", "http://127.0.0.1:1/", "must end in /api/"),
        ("USHER_DISCORD_API_URL", "http://127.0.0.1:1/api", "must end in /api/v10"),
        ("USHER_DISCORD_GATEWAY_URL", "http://127.0.0.1:1/gateway", "begins with ws:// or wss://"),
        ("USHER_DEFAULT_PLAN", "gold", "'free', 'pro' or 'enterprise'"),
    ],
)
def test_a_wrong_variable_is_named_with_what_to_do_and_its_value_is_not_repeated(
    monkeypatch, name, value, says
):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as wrong:
        load()

    (line,) = str(wrong.value).splitlines()
    assert line.startswith(f"{name} can't be used: ")
    assert says in line
    assert "secret" not in line


def test_every_wrong_variable_gets_a_line_of_its_own(monkeypatch):
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("USHER_SECRET", "x")
    with pytest.raises(SettingsError) as wrong:
        load()

    assert len(str(wrong.value).splitlines()) == 2


def test_the_slash_at_the_end_of_an_address_does_not_matter(monkeypatch):
    monkeypatch.setenv("USHER_SLACK_API_URL", "http://127.0.0.1:1/api")
    monkeypatch.setenv("USHER_DISCORD_API_URL", "http://127.0.0.1:1/api/v10/")

    assert load().slack_api_url == "http://127.0.0.1:1/api/"
    assert load().discord_api_url == "http://127.0.0.1:1/api/v10"


# --- the secret --------------------------------------------------------------------------------------------------


def test_a_secret_is_made_once_and_kept_beside_the_database_for_its_owner_only(tmp_path):
    settings = load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db")
    first, second = keys.secret(settings), keys.secret(settings)

    path = tmp_path / "usher.db.secret"
    assert first == second
    assert len(first) >= 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [file.name for file in tmp_path.iterdir()] == ["usher.db.secret"]


def test_the_first_of_two_processes_that_make_the_secret_wins(tmp_path):
    path = tmp_path / "usher.db.secret"
    assert keys._make(path) == keys._make(path) == keys.kept(path)


def test_a_secret_that_others_may_read_is_used_but_warned_about(tmp_path):
    settings = load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db")
    made = keys.secret(settings)
    (tmp_path / "usher.db.secret").chmod(0o644)
    with capture_logs() as logs:
        assert keys.secret(settings) == made

    assert [(log["event"], log["log_level"]) for log in logs] == [("secret_readable_by_others", "warning")]
    assert logs[0]["do"] == f"chmod 600 {tmp_path}/usher.db.secret"


def test_a_damaged_secret_is_not_replaced_in_silence(tmp_path):
    (tmp_path / "usher.db.secret").write_bytes(b"")

    with pytest.raises(SettingsError, match="too short"):
        keys.secret(load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db"))


def test_with_postgresql_the_secret_has_to_be_given():
    with pytest.raises(SettingsError, match="USHER_SECRET is missing"):
        keys.secret(load(USHER_DATABASE_URL="postgresql://u:p@h/d"))


def test_the_given_secret_goes_before_the_kept_one(tmp_path):
    settings = load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db", USHER_SECRET="0123456789abcdef")

    assert keys.secret(settings) == b"0123456789abcdef"
    assert list(tmp_path.iterdir()) == []


def test_where_no_secret_can_be_kept_the_sentence_names_the_variable(tmp_path):
    with pytest.raises(SettingsError, match="set USHER_SECRET"):
        keys.secret(load(USHER_DATABASE_URL=f"sqlite:///{tmp_path}/nowhere/usher.db"))


def test_shards_are_counted_by_discord_or_named():
    auto, some = load(DISCORD_SHARDS="auto"), load(DISCORD_SHARDS="4", DISCORD_SHARD_IDS="0, 3")

    assert (load().shard_count, load().shard_ids) == (None, ())
    assert (auto.shard_count, auto.shard_ids) == (None, ())
    assert (some.shard_count, some.shard_ids) == (4, (0, 3))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"DISCORD_SHARDS": "many"}, "DISCORD_SHARDS can't be used: it must be auto"),
        ({"DISCORD_SHARDS": "0"}, "DISCORD_SHARDS"),
        ({"DISCORD_SHARDS": "4", "DISCORD_SHARD_IDS": "0-2"}, "such as 0,1"),
        ({"DISCORD_SHARDS": "auto", "DISCORD_SHARD_IDS": "0"}, "needs DISCORD_SHARDS"),
        ({"DISCORD_SHARD_IDS": "0"}, "needs DISCORD_SHARDS"),
        ({"DISCORD_SHARDS": "2", "DISCORD_SHARD_IDS": "2"}, "the shards are 0 to 1"),
        ({"DISCORD_SHARDS": "2", "DISCORD_SHARD_IDS": "1,1"}, "each named once"),
    ],
)
def test_shards_that_cannot_be_are_explained(given, says):
    with pytest.raises(SettingsError, match=says):
        load(**given)
