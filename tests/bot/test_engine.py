from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest
from pydantic import SecretStr
from sqlalchemy import text as sql
from structlog.testing import capture_logs

from bot import config
from bot.config import Settings
from bot.engine import database_trouble, migrate, open_engine, secret_fits
from bot.faults import SettingsError, StartError
from core.store import Store

SECRET = "0123456789abcdef"


def settings(url: str) -> Settings:
    return config.load(USHER_DATABASE_URL=url, USHER_SECRET=SECRET)


def empty(url: str) -> None:
    store = Store(url)
    with store.writing() as connection:
        connection.execute(sql("DROP SCHEMA public CASCADE"))
        connection.execute(sql("CREATE SCHEMA public"))
    store.close()


def test_an_sqlite_file_is_made_with_its_tables_at_the_first_start(tmp_path):
    at = settings(f"sqlite:///{tmp_path}/usher.db")
    for _ in range(2):
        engine = open_engine(at, lambda: 0)
        assert engine.well()
        engine.close()

    assert database_trouble(at) == ""


def test_postgresql_without_the_tables_is_refused_until_it_is_migrated(databases, tmp_path):
    with databases.fresh("postgres", tmp_path) as url:
        empty(url)
        assert "run .venv/bin/usher migrate" in database_trouble(settings(url))
        with pytest.raises(StartError, match="usher migrate"):
            open_engine(settings(url), lambda: 0)

        migrate(settings(url))
        migrate(settings(url))
        engine = open_engine(settings(url), lambda: 0)
        assert engine.well()
        engine.close()
        assert database_trouble(settings(url)) == ""


@pytest.mark.parametrize("use", [lambda s: open_engine(s, lambda: 0), migrate])
def test_a_database_that_cannot_be_reached_is_said_without_its_password(use):
    with pytest.raises(StartError) as wrong:
        use(settings("postgresql://usher:hunter2@127.0.0.1:1/usher"))

    assert "127.0.0.1" in str(wrong.value)
    assert "USHER_DATABASE_URL" in str(wrong.value)
    assert "hunter2" not in str(wrong.value)


def test_an_sqlite_file_that_cannot_be_made_is_said():
    with pytest.raises(StartError, match="its folder"):
        open_engine(settings("sqlite:////nowhere/at/all/usher.db"), lambda: 0)


def test_a_file_that_is_no_database_is_said(tmp_path):
    (tmp_path / "usher.db").write_text("Dear diary, " * 1_000)

    with pytest.raises(StartError, match="not a database"):
        open_engine(settings(f"sqlite:///{tmp_path}/usher.db"), lambda: 0)


def test_an_address_that_cannot_be_read_is_a_wrong_setting():
    with pytest.raises(SettingsError, match="USHER_DATABASE_URL can't be read"):
        migrate(settings("postgresql://u:p@h:port/d"))


def test_a_database_of_a_later_version_is_left_alone(tmp_path):
    at = settings(f"sqlite:///{tmp_path}/usher.db")
    open_engine(at, lambda: 0).close()
    with sqlite3.connect(tmp_path / "usher.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()

    with pytest.raises(StartError, match="another version of Usher"):
        open_engine(at, lambda: 0)


def other(at: Settings) -> Settings:
    return at.model_copy(update={"secret": SecretStr("fedcba9876543210")})


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_process_with_another_secret_does_not_start(kind: str, databases, tmp_path):
    with databases.fresh(kind, tmp_path) as url:
        at = settings(url)
        for _ in range(2):
            open_engine(at, lambda: 0).close()

        with pytest.raises(StartError, match=r"USHER_SECRET .*usher migrate --new-secret") as wrong:
            open_engine(other(at), lambda: 0)
        assert SECRET not in str(wrong.value)
        assert (secret_fits(at), secret_fits(other(at))) == (True, False)

        open_engine(at, lambda: 0).close()
        migrate(other(at))
        assert not secret_fits(other(at))
        migrate(other(at), new_secret=True)
        open_engine(other(at), lambda: 0).close()
        with pytest.raises(StartError, match="not the secret"):
            open_engine(at, lambda: 0)


def test_a_database_from_before_the_secret_was_known_takes_the_first_one(tmp_path):
    at = settings(f"sqlite:///{tmp_path}/usher.db")
    open_engine(at, lambda: 0).close()
    with sqlite3.connect(tmp_path / "usher.db") as connection:
        connection.execute("UPDATE workspaces SET settings = '{}'")
    connection.close()

    open_engine(other(at), lambda: 0).close()
    assert (secret_fits(at), secret_fits(other(at))) == (False, True)


def test_health_notices_a_database_that_is_gone(tmp_path):
    engine = open_engine(settings(f"sqlite:///{tmp_path}/usher.db"), lambda: 0)
    store = Store(f"sqlite:///{tmp_path}/usher.db")
    with store.writing() as connection:
        connection.execute(sql("DROP TABLE workspaces"))
    store.close()

    assert not engine.well()
    engine.close()


def test_closing_does_not_wait_for_ever_for_a_database_that_hangs(tmp_path):
    engine = open_engine(settings(f"sqlite:///{tmp_path}/usher.db"), lambda: 0)
    hanging, answer = threading.Event(), threading.Event()

    def hang() -> None:
        hanging.set()
        answer.wait(10)

    under_way = engine.executor.submit(hang)
    hanging.wait(10)
    waiting = [engine.executor.submit(hang) for _ in range(20)]
    never_begun = [future for future in waiting if not future.running()]
    with capture_logs() as logs:
        assert not engine.close(0.01)

    assert [log["event"] for log in logs] == ["database_hangs"]
    assert all(future.cancelled() for future in never_begun)
    answer.set()
    under_way.result(10)
    engine.store.close()


_HANGS = """
import threading
from concurrent.futures import ThreadPoolExecutor
from bot.engine import leave

hanging = threading.Event()
executor = ThreadPoolExecutor(1, "usher-core")
if {hang}:
    executor.submit(lambda: (hanging.set(), threading.Event().wait()))
    hanging.wait()
print("the last word")
leave(3)
"""


@pytest.mark.parametrize("hang", [True, False])
def test_the_process_ends_with_its_code_whatever_still_waits_for_the_database(hang: bool):
    ended = subprocess.run(
        [sys.executable, "-c", _HANGS.format(hang=hang)],
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert (ended.returncode, ended.stdout) == (3, "the last word\n")
