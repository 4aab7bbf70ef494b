"""Languages of people, forms that were opened, and places that Usher was taken out of."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def _id(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=64), nullable=False)


def _text(name: str, length: int) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=False)


def upgrade() -> None:
    op.create_table(
        "people",
        _text("platform", 20),
        _id("realm"),
        _id("subject"),
        _text("language", 10),
        sa.PrimaryKeyConstraint("platform", "realm", "subject", name=op.f("pk_people")),
    )
    op.create_table(
        "drafts",
        _id("draft_id"),
        _text("platform", 20),
        _id("realm"),
        _id("subject"),
        _id("channel"),
        _id("place"),
        _text("command", 80),
        _text("action", 120),
        _text("about", 120),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("draft_id", name=op.f("pk_drafts")),
    )
    op.create_index("ix_drafts_expires_at", "drafts", ["expires_at"])
    op.add_column("places", sa.Column("gone_at", sa.BigInteger(), nullable=True))
