"""A database connection beside the pool, for short reads that are asked very often."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from sqlalchemy import Engine, Select, event

_Found = TypeVar("_Found")
_Row = tuple[Any, ...]
#: On SQLite: a number that is another one when any other connection has committed since.
_COMMITS = "PRAGMA data_version"


class Asked:
    """A statement in the words of the driver, for columns that need no conversion."""

    def __init__(self, statement: Select[Any], engine: Engine) -> None:
        compiled = statement.compile(engine)
        self.words = str(compiled)
        self._order = compiled.positiontup

    def values(self, params: Mapping[str, Any]) -> Any:
        return params if self._order is None else [params[name] for name in self._order]


class OwnConnection(Generic[_Found]):
    """Never writes; each statement is a transaction of its own. Opened at first use, and again when it is lost."""

    def __init__(self, engine: Engine, empty: Callable[[], _Found]) -> None:
        self._engine = engine
        self._empty = empty
        driver = engine.dialect.loaded_dbapi
        #: What a lost connection says; anything else is about what was asked, and would be said by a new one too.
        self._lost: tuple[type[Exception], ...] = (driver.OperationalError, driver.InterfaceError)
        if engine.dialect.name == "sqlite":
            self._lost += (driver.ProgrammingError,)  # so does a file that was closed
        self._not_there: tuple[type[Exception], ...] = (AttributeError, *self._lost)  # not open yet, or lost
        self._turn = threading.Lock()
        self._connection: Any = None
        self._cursor: Any = None
        self._seen: Any = None
        self._found = empty()
        event.listen(engine, "engine_disposed", self._disposed)

    def first(self, asked: Asked, params: Mapping[str, Any]) -> _Row | None:
        with self._turn:
            found: _Row | None = self._execute(asked.words, asked.values(params)).fetchone()
            return found

    def all(self, asked: Asked, params: Mapping[str, Any]) -> list[_Row]:
        with self._turn:
            found: list[_Row] = self._execute(asked.words, asked.values(params)).fetchall()
            return found

    def since_last_commit(self) -> _Found:
        """On SQLite: a place to keep what is found, empty again when any other connection has committed.

        Whoever adds to it what they read later cannot do harm: it is looked at only while nothing else was committed.
        """
        with self._turn:
            try:
                seen = self._cursor.execute(_COMMITS).fetchone()
            except self._not_there:
                seen = self._execute(_COMMITS).fetchone()
            if seen != self._seen:
                self._seen, self._found = seen, self._empty()
            return self._found

    def _execute(self, words: str, values: Any = ()) -> Any:
        if self._cursor is not None:
            try:
                return self._cursor.execute(words, values)
            except self._lost:
                # The server was restarted, or the line was cut: a new connection tells whether that was all.
                self._close()
        self._open()
        return self._cursor.execute(words, values)

    def _open(self) -> None:
        lent = self._engine.raw_connection()
        lent.detach()
        self._connection = lent.dbapi_connection
        if self._engine.dialect.name != "sqlite":
            self._connection.autocommit = True
        self._cursor = self._connection.cursor()
        # Another connection counts differently.
        self._seen, self._found = None, self._empty()

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = self._cursor = None

    def _disposed(self, engine: Engine) -> None:
        del engine
        with self._turn:
            self._close()
