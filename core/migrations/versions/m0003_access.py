"""Groups, resources, grants, votes."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_ENDS = sa.text("ends_at IS NOT NULL")
_Columns = dict[str, tuple[sa.types.TypeEngine[Any], str]]
_INVITATIONS: _Columns = {"groups": (sa.JSON(), "[]"), "resources": (sa.JSON(), "[]")}
_REQUESTS: _Columns = {"policy": (sa.JSON(), "{}"), "effect": (sa.String(length=20), "")}


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    for table, columns in (("invitations", _INVITATIONS), ("requests", _REQUESTS)):
        with op.batch_alter_table(table) as batch:
            for name, (kind, value) in columns.items():
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as batch:
            for name, (kind, _) in columns.items():
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.add_column("requests", _time("escalated_at", nullable=True))
    op.create_table(
        "votes",
        _id("workspace_id"),
        _id("request_id"),
        _id("member_id"),
        _text("vote", 20),
        _text("reason", 500),
        sa.Column("facts", sa.JSON(), nullable=False),
        _time("at"),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", "member_id", name=op.f("pk_votes")),
    )
    op.create_table(
        "groups",
        _id("workspace_id"),
        _id("group_id"),
        _text("name", 80),
        _text("name_key", 160),
        _time("created_at"),
        sa.PrimaryKeyConstraint("workspace_id", "group_id", name=op.f("pk_groups")),
        sa.UniqueConstraint("workspace_id", "name_key", name=op.f("uq_groups_workspace_id_name_key")),
    )
    op.create_table(
        "group_members",
        _id("workspace_id"),
        _id("group_id"),
        _id("member_id"),
        _time("added_at"),
        _text("source", 200),
        sa.PrimaryKeyConstraint("workspace_id", "group_id", "member_id", name=op.f("pk_group_members")),
    )
    op.create_index(
        op.f("ix_group_members_workspace_id_member_id"), "group_members", ["workspace_id", "member_id"]
    )
    op.create_table(
        "resources",
        _id("workspace_id"),
        _id("resource_id"),
        _text("kind", 40),
        _text("name", 80),
        _text("name_key", 160),
        _id("parent_id", nullable=True),
        _text("path", 400),
        _text("outside_id", 200, nullable=True),
        _time("created_at"),
        sa.PrimaryKeyConstraint("workspace_id", "resource_id", name=op.f("pk_resources")),
    )
    for name in ("name_key", "path", "parent_id"):
        op.create_index(op.f(f"ix_resources_workspace_id_{name}"), "resources", ["workspace_id", name])
    op.create_table(
        "grants",
        _id("workspace_id"),
        _id("resource_id"),
        _id("holder"),
        sa.Column("level", sa.Integer(), nullable=False),
        _time("given_at"),
        _time("ends_at", nullable=True),
        _id("given_by"),
        _text("source", 200),
        sa.PrimaryKeyConstraint("workspace_id", "resource_id", "holder", name=op.f("pk_grants")),
    )
    op.create_index(op.f("ix_grants_workspace_id_holder"), "grants", ["workspace_id", "holder"])
    op.create_index("ix_grants_ends_at", "grants", ["ends_at"], sqlite_where=_ENDS, postgresql_where=_ENDS)
