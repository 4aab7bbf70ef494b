from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from core.models import metadata
from core.schema import is_current, migrate
from core.store import Store
from tests.drivers.databases import KINDS, Databases


@pytest.fixture(params=KINDS)
def empty(request, databases: Databases, tmp_path):
    with databases.fresh(request.param, tmp_path, migrated=False) as url:
        store = Store(url)
        yield store
        store.close()


def test_the_migrations_make_exactly_the_tables_of_the_models(empty: Store):
    migrate(empty)

    with empty.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_every_unique_rule_and_index_is_there(empty: Store):
    migrate(empty)

    found = inspect(empty.engine)
    for table in metadata.sorted_tables:
        expected = {str(index.name): bool(index.unique) for index in table.indexes}
        # An index behind a unique constraint is listed too on PostgreSQL.
        there = {str(index["name"]): bool(index["unique"]) for index in found.get_indexes(table.name)}
        assert expected.items() <= there.items(), table.name
        assert set(found.get_pk_constraint(table.name)["constrained_columns"]) == {
            column.name for column in table.primary_key
        }


def test_an_empty_database_is_not_current_and_a_migrated_one_is(empty: Store):
    assert not is_current(empty)
    migrate(empty)
    assert is_current(empty)


def test_migrating_again_changes_nothing(empty: Store):
    migrate(empty)
    with empty.writing() as connection:
        connection.exec_driver_sql("INSERT INTO guesses (person, since, wrong) VALUES ('p', 1, 2)")

    migrate(empty)

    with empty.reading() as connection:
        assert connection.exec_driver_sql("SELECT wrong FROM guesses").scalar() == 2
    assert is_current(empty)


def test_every_table_s_key_begins_with_the_workspace_except_what_belongs_to_none():
    # A person chooses among their workspaces; guesses and deliveries are nobody's.
    without = {"chosen_workspaces", "guesses", "events_seen"}
    for table in metadata.sorted_tables:
        if table.name not in without:
            assert next(iter(table.primary_key)).name == "workspace_id"


def test_an_sqlite_file_keeps_what_was_told_to_people(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'usher.db'}")
    with store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.close()
