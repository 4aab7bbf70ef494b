"""Plans and seats, custom roles, declined and switched-off invitations, confirmations, transfers."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_OPEN = sa.text("status = 'pending'")
_HERE = sa.text("left_at IS NULL")
_PRESENT = sa.text("deleted_at IS NULL")
_ASKED_FOR = sa.text("asked_by IS NOT NULL")
_FOR_SOMEBODY = sa.text("person_subject IS NOT NULL")
#: Columns that may not be empty get these values in rows that are there already.
_FILLED: dict[str, dict[str, tuple[sa.types.TypeEngine[Any], str]]] = {
    "workspaces": {
        "standing_version": (sa.BigInteger(), "1"),
        "member_count": (sa.Integer(), "0"),
        "declared": (sa.JSON(), "[]"),
    },
    "roles": {"plans": (sa.JSON(), "[]")},
    "requests": {"topic": (sa.String(length=120), ""), "facts": (sa.JSON(), "{}")},
}


#: No role stands higher.
_HIGHEST = 999
_ROLES = sa.table(
    "roles",
    sa.column("workspace_id", sa.String),
    sa.column("role_id", sa.String),
    sa.column("rank", sa.Integer),
    sa.column("permissions", sa.JSON),
    sa.column("exactly_one", sa.Boolean),
)
_WORKSPACES = sa.table(
    "workspaces", sa.column("workspace_id", sa.String), sa.column("roles_version", sa.Integer)
)


def _time(name: str, *, nullable: bool = True) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _maybe(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=True)


def _spread_ranks(connection: sa.Connection) -> None:
    """Roles of one workspace that had the same rank get neighbouring ones; whichever stood above another stays there.

    Of two with the same rank the one that may hold one member alone, and then the one with more permissions, stands
    above; else their ids decide.
    """
    held: dict[str, list[Any]] = {}
    for row in connection.execute(sa.select(_ROLES)):
        held.setdefault(row.workspace_id, []).append(row)
    for workspace_id, rows in sorted(held.items()):
        rows.sort(key=lambda row: (row.rank, row.exactly_one, len(row.permissions), row.role_id))
        moved = False
        for row, rank in zip(rows, _apart([row.rank for row in rows]), strict=True):
            if rank != row.rank:
                here = (_ROLES.c.workspace_id == workspace_id) & (_ROLES.c.role_id == row.role_id)
                connection.execute(sa.update(_ROLES).where(here).values(rank=rank))
                moved = True
        if moved:
            here = _WORKSPACES.c.workspace_id == workspace_id
            connection.execute(
                sa.update(_WORKSPACES).where(here).values(roles_version=_WORKSPACES.c.roles_version + 1)
            )


def _apart(ranks: list[int]) -> list[int]:
    """Ranks in rising order, each moved up as far as needed to differ, and down again where that went too high."""
    out: list[int] = []
    for rank in ranks:
        out.append(max(rank, out[-1] + 1) if out else rank)
    top = max([_HIGHEST, *ranks])
    return [min(rank, top - above) for above, rank in zip(reversed(range(len(out))), out, strict=True)]


def upgrade() -> None:
    for table, columns in _FILLED.items():
        with op.batch_alter_table(table) as batch:
            for name, (kind, value) in columns.items():
                batch.add_column(sa.Column(name, kind, nullable=False, server_default=value))
        with op.batch_alter_table(table) as batch:
            for name, (kind, _) in columns.items():
                batch.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    with op.batch_alter_table("workspaces") as batch:
        batch.add_column(sa.Column("seats", sa.Integer(), nullable=True))
        batch.add_column(_time("deleted_at"))
        batch.add_column(_time("digest_at"))
    op.create_index(
        "ix_workspaces_digest_at",
        "workspaces",
        ["digest_at"],
        sqlite_where=_PRESENT,
        postgresql_where=_PRESENT,
    )
    op.execute(
        "UPDATE workspaces SET member_count = (SELECT count(*) FROM members "
        "WHERE members.workspace_id = workspaces.workspace_id AND left_at IS NULL)"
    )
    _spread_ranks(op.get_bind())
    with op.batch_alter_table("roles") as batch:
        batch.create_unique_constraint(op.f("uq_roles_workspace_id_rank"), ["workspace_id", "rank"])
    with op.batch_alter_table("invitations") as batch:
        batch.add_column(_time("declined_at"))
        batch.add_column(_time("switched_off_at"))
        batch.add_column(_maybe("vouched_by"))
        batch.add_column(_maybe("asked_by"))
    op.create_index(
        "ix_invitations_asked_by",
        "invitations",
        ["workspace_id", "asked_by"],
        sqlite_where=_ASKED_FOR,
        postgresql_where=_ASKED_FOR,
    )
    op.create_index(
        "ix_invitations_person",
        "invitations",
        ["workspace_id", "person_subject"],
        sqlite_where=_FOR_SOMEBODY,
        postgresql_where=_FOR_SOMEBODY,
    )
    op.drop_index("uq_requests_open", table_name="requests")
    op.create_index(
        "uq_requests_open",
        "requests",
        ["workspace_id", "kind", "person", "topic"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.drop_index(op.f("ix_members_workspace_id_name_key"), table_name="members")
    op.create_index(
        op.f("ix_members_workspace_id_name_key_member_id"),
        "members",
        ["workspace_id", "name_key", "member_id"],
    )
    op.create_index(
        "ix_members_here",
        "members",
        ["workspace_id", "name_key", "member_id"],
        sqlite_where=_HERE,
        postgresql_where=_HERE,
    )
    op.create_table(
        "intents",
        _id("workspace_id"),
        _id("intent_id"),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        _id("created_by"),
        _time("created_at", nullable=False),
        _time("expires_at", nullable=False),
        _time("done_at"),
        sa.PrimaryKeyConstraint("workspace_id", "intent_id", name=op.f("pk_intents")),
    )
    op.create_index("ix_intents_expires_at", "intents", ["expires_at"])
    op.create_table(
        "transfers",
        _id("workspace_id"),
        _id("transfer_id"),
        _id("role_id"),
        _id("from_member"),
        _id("to_member"),
        sa.Column("status", sa.String(length=20), nullable=False),
        _time("created_at", nullable=False),
        _time("expires_at", nullable=False),
        _time("decided_at"),
        sa.PrimaryKeyConstraint("workspace_id", "transfer_id", name=op.f("pk_transfers")),
    )
    op.create_index(
        "uq_transfers_open",
        "transfers",
        ["workspace_id"],
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_table(
        "chosen_workspaces",
        sa.Column("person", sa.String(length=200), nullable=False),
        _id("workspace_id"),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_chosen_workspaces")),
    )
