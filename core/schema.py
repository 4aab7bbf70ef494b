"""Bringing a database to the present schema, and telling whether it is there."""

from __future__ import annotations

from importlib import resources

from sqlalchemy import Connection

from core.store import Store

SCRIPTS = "core.migrations"


def migrate(store: Store) -> None:
    """Runs every migration that this database has not had yet, in one transaction where the database can."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(resources.files(SCRIPTS)))
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
            connection.exec_driver_sql("SET LOCAL lock_timeout = 0")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def is_current(store: Store) -> bool:
    """Whether the database has had every migration."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(resources.files(SCRIPTS)))
    head = ScriptDirectory.from_config(config).get_current_head()
    with store.reading() as connection:
        return _present(connection) == head


def _present(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()
