"""The database: one engine, transactions for reading and for writing.

SQLite runs in WAL mode with ``synchronous=FULL``: what a person was told is on the disk. A write takes the lock at its
beginning (``BEGIN IMMEDIATE``), so that nothing it read can change before it writes; threads of one process queue for it
in order instead of polling. On PostgreSQL a write locks its workspace's row first and reads afterwards.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event, make_url
from sqlalchemy.pool import QueuePool

BUSY_SECONDS = 15
#: A process that hangs with a lock in its hands must not hold up all others: its transaction is ended, and theirs try again.
_POSTGRESQL_PATIENCE = (
    "-c lock_timeout=5s -c statement_timeout=30s -c idle_in_transaction_session_timeout=15s"
)


class Store:
    """Opens transactions on ``url`` (SQLAlchemy's form; SQLite or PostgreSQL through psycopg 3)."""

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.url = parsed
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._turn = threading.Lock()
        if self.is_sqlite:
            self.engine = create_engine(
                parsed,
                poolclass=QueuePool,
                pool_size=8,
                hide_parameters=True,
                connect_args={"isolation_level": None, "check_same_thread": False, "timeout": BUSY_SECONDS},
            )
            event.listen(self.engine, "connect", _prepare_sqlite(synchronous))
        else:
            self.engine = create_engine(
                parsed,
                pool_size=8,
                pool_pre_ping=True,
                hide_parameters=True,
                connect_args={"options": _POSTGRESQL_PATIENCE},
            )
        # PostgreSQL would show each statement the state of its own moment.
        self._snapshots = (
            self.engine
            if self.is_sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        )

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back by an exception."""
        if not self.is_sqlite:
            with self.engine.begin() as connection:
                yield connection
            return
        with self._turn, self.engine.begin() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("BEGIN IMMEDIATE")
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self._snapshots.connect() as connection:
            if self.is_sqlite:
                # At the driver: a plain word to it costs a fifth of what a statement costs.
                driver: Any = connection.connection.driver_connection
                driver.execute("BEGIN")
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _prepare_sqlite(synchronous: str) -> Any:
    def prepare(connection: Any, record: Any) -> None:
        del record
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            # Checkpoints copy each changed page once: rarer ones copy less. The log stays below 16 MB.
            "wal_autocheckpoint=4000",
            f"busy_timeout={BUSY_SECONDS * 1000}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return prepare
