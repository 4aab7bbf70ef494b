"""Many rows that fall due: changed, and told of in the outbox, by the database itself, in pieces.

A piece is one statement on PostgreSQL; on SQLite it is one for each notice and one for the change, with nobody else
writing in between. Rows come into this process only where they are asked for. Each change names what it expects, and
each notice has a key of its own: sweeping twice, or in two processes at once, is sweeping once. PostgreSQL leaves out
rows that somebody else is changing just then; they are found again.
"""
# ruff: noqa: S608 - every part of these statements is written in the code itself

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, text


class Notice(NamedTuple):
    """A notice for each row: ``about`` and ``to`` are SQL over its columns, ``only`` says for which rows."""

    view: str
    about: str
    to: str
    only: str = "TRUE"

    @property
    def into_outbox(self) -> str:
        """Up to where it says which rows."""
        return (
            "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) "
            f"SELECT workspace_id, 'note/{self.view}/' || {self.about} || '/' || {self.to}, 1, :now, 0, ''"
        )


_ONCE = "ON CONFLICT (workspace_id, key) DO NOTHING"


class Batches:
    """What is done with the rows of ``table`` for which ``where`` holds, those that come first in ``order`` first.

    ``change``: what is set; empty, where they are deleted. All of it is SQL that is written here in the code, with
    ``:now`` among its parameters; ``:most`` is how many rows make a piece. ``returning``: what is read of them.
    ``patient``: a row that somebody else is changing is waited for, instead of left for the next time.
    """

    def __init__(
        self,
        table: str,
        where: str,
        order: str,
        change: str,
        *notices: Notice,
        returning: str = "",
        patient: bool = False,
    ) -> None:
        begun = f"UPDATE {table} SET {change}" if change else f"DELETE FROM {table}"
        self._any = text(f"SELECT 1 FROM {table} WHERE {where} LIMIT 1")
        # The order is a full one: both sides of a piece are the same rows.
        pick = f"SELECT rowid FROM {table} WHERE {where} ORDER BY {order}, rowid LIMIT :most"
        these = f"WHERE rowid IN ({pick})"
        self._tell = [text(f"{n.into_outbox} FROM {table} {these} AND {n.only} {_ONCE}") for n in notices]
        self._change = text(f"{begun} {these}{f' RETURNING {returning}' if returning else ''}")
        picked = f"SELECT ctid FROM {table} WHERE {where} ORDER BY {order} LIMIT :most FOR UPDATE"
        picked += "" if patient else " SKIP LOCKED"
        parts = [
            f"picked AS MATERIALIZED ({picked})",
            f"changed AS ({begun} WHERE ctid = ANY (ARRAY (SELECT ctid FROM picked)) RETURNING *)",
            *(
                f"told{number} AS ({n.into_outbox} FROM changed WHERE {n.only} {_ONCE})"
                for number, n in enumerate(notices)
            ),
        ]
        self._at_once = text(f"WITH {', '.join(parts)} SELECT {returning or 'count(*)'} FROM changed")

    def any_due(self, connection: Connection, params: dict[str, Any]) -> bool:
        """Whether there is anything to do: looking costs no write lock."""
        return connection.execute(self._any, params).first() is not None

    def run(self, connection: Connection, params: dict[str, Any]) -> int:
        """Does the next piece and returns how many rows it was."""
        if connection.dialect.name != "sqlite":
            return int(connection.execute(self._at_once, params).scalar_one())
        self._tell_all(connection, params)
        return connection.execute(self._change, params).rowcount

    def rows(self, connection: Connection, params: dict[str, Any]) -> list[Row[Any]]:
        """Does the next piece and returns what ``returning`` says of its rows."""
        if connection.dialect.name != "sqlite":
            return list(connection.execute(self._at_once, params).all())
        self._tell_all(connection, params)
        return list(connection.execute(self._change, params).all())

    def _tell_all(self, connection: Connection, params: dict[str, Any]) -> None:
        for statement in self._tell:
            connection.execute(statement, params)
