from __future__ import annotations

from importlib import resources

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from core.models import metadata
from core.schema import SCRIPTS, is_current, migrate
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
    # A person chooses among their workspaces, reads in one language and fills in forms; guesses and deliveries are nobody's.
    without = {"chosen_workspaces", "drafts", "events_seen", "guesses", "homes", "people"} | {
        "slack_bots",
        "slack_oauth_states",
        "slack_teams",
    }
    for table in metadata.sorted_tables:
        if table.name not in without:
            assert next(iter(table.primary_key)).name == "workspace_id"


def test_an_sqlite_file_keeps_what_was_told_to_people(tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'usher.db'}")
    with store.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2  # FULL
    store.close()


# --- databases of earlier versions -----------------------------------------------------------------------------------


def begun(store: Store) -> None:
    """The tables as the first version made them."""
    config = Config()
    config.set_main_option("script_location", str(resources.files(SCRIPTS)))
    with store.writing() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")


def workspace(store: Store, name: str, *roles: tuple[str, int, str, bool]) -> None:
    """A workspace with roles (id, rank, permissions, whether one member holds it), two members, and one who has left."""
    columns = "(workspace_id, name, scheme, plan, settings, counter, audit_length, audit_hash, roles_version, created_at)"
    with store.writing() as connection:
        connection.exec_driver_sql(
            f"INSERT INTO workspaces {columns} VALUES ('{name}', '{name}', 'studio', 'pro', '{{}}', 0, 0, '', 4, 1)"
        )
        for role_id, rank, permissions, one in roles:
            connection.exec_driver_sql(
                "INSERT INTO roles (workspace_id, role_id, name, rank, permissions, exactly_one) "
                f"VALUES ('{name}', '{role_id}', '{role_id}', {rank}, '{permissions}', {str(one).lower()})"
            )
        for number, left in enumerate(("NULL", "NULL", "7")):
            connection.exec_driver_sql(
                "INSERT INTO members (workspace_id, member_id, name, name_key, joined_at, left_at) "
                f"VALUES ('{name}', 'mem-{number}', 'Ada', 'ada', 1, {left})"
            )


def ranks(store: Store, name: str) -> dict[str, int]:
    with store.reading() as connection:
        found = connection.exec_driver_sql(
            f"SELECT role_id, rank FROM roles WHERE workspace_id = '{name}' ORDER BY rank"
        )
        return {row.role_id: row.rank for row in found}


def test_an_earlier_database_with_roles_of_one_rank_is_upgraded_and_these_stand_side_by_side(empty: Store):
    begun(empty)
    few, many = '["a:b"]', '["a:b", "member:invite"]'
    workspace(empty, "W1", ("top", 40, many, True), ("b", 30, many, False), ("c", 30, few, False))
    workspace(empty, "W2", ("d", 20, few, False), ("b", 20, few, False), ("c", 21, few, False))
    workspace(empty, "W3", ("top", 40, many, False), ("b", 30, few, False))
    workspace(empty, "W4", ("b", 999, few, False), ("a", 999, many, True), ("c", 998, few, False))

    migrate(empty)

    assert is_current(empty)
    assert ranks(empty, "W1") == {"c": 30, "b": 31, "top": 40}
    assert ranks(empty, "W2") == {"b": 20, "d": 21, "c": 22}
    assert ranks(empty, "W3") == {"b": 30, "top": 40}
    assert ranks(empty, "W4") == {"c": 997, "b": 998, "a": 999}
    with empty.reading() as connection:
        kept = connection.exec_driver_sql(
            "SELECT workspace_id, member_count, standing_version, roles_version FROM workspaces ORDER BY workspace_id"
        ).all()
    assert [tuple(row) for row in kept] == [
        ("W1", 2, 1, 5),
        ("W2", 2, 1, 5),
        ("W3", 2, 1, 4),
        ("W4", 2, 1, 5),
    ]
