"""What falls due before a time-box ends, and what Usher has given on the platforms themselves."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_ENDS = sa.text("ends_at IS NOT NULL")
_BOUND = sa.text("platform IS NOT NULL")


def _id(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    for table in ("member_roles", "grants"):
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column("reminded", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("grants") as batch:
        batch.add_column(sa.Column("layer", sa.String(length=10), nullable=False, server_default="lasting"))
        batch.drop_constraint("pk_grants", type_="primary")
        batch.create_primary_key("pk_grants", ["workspace_id", "resource_id", "holder", "layer"])
    op.drop_index("ix_grants_ends_at", "grants")
    for table in ("member_roles", "grants"):
        op.create_index(
            f"ix_{table}_ends_at",
            table,
            ["ends_at", "reminded"],
            sqlite_where=_ENDS,
            postgresql_where=_ENDS,
        )
    op.add_column("resources", _text("platform", 20, nullable=True))
    op.add_column("resources", _id("realm", nullable=True))
    op.add_column("resources", _id("bound_by", nullable=True))
    op.drop_index(op.f("ix_resources_workspace_id_parent_id"), "resources")
    op.create_index(
        "ix_resources_children", "resources", ["workspace_id", "parent_id", "name_key", "resource_id"]
    )
    op.create_index(op.f("ix_resources_workspace_id_outside_id"), "resources", ["workspace_id", "outside_id"])
    op.create_index(
        "ix_resources_bound", "resources", ["workspace_id"], sqlite_where=_BOUND, postgresql_where=_BOUND
    )
    op.create_index(
        "uq_resources_outside",
        "resources",
        ["platform", "realm", "outside_id"],
        unique=True,
        sqlite_where=_BOUND,
        postgresql_where=_BOUND,
    )
    op.create_table(
        "platform_access",
        _id("workspace_id"),
        _id("resource_id"),
        _id("member_id"),
        _text("platform", 20),
        _id("realm"),
        _text("kind", 40),
        _text("outside_id", 200),
        _id("subject"),
        _text("state", 20),
        _text("trouble", 300),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "workspace_id",
            "resource_id",
            "platform",
            "realm",
            "outside_id",
            "subject",
            name=op.f("pk_platform_access"),
        ),
    )
    op.create_index(
        op.f("ix_platform_access_workspace_id_member_id"), "platform_access", ["workspace_id", "member_id"]
    )
