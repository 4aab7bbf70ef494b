"""Languages of people, forms that were opened, Homes, places that Usher was taken out of, and Slack teams that installed it."""

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
    op.create_index("ix_drafts_person", "drafts", ["platform", "realm", "subject"])
    op.create_table(
        "homes",
        _text("platform", 20),
        _id("realm"),
        _id("subject"),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        _text("digest", 64),
        _text("version", 100),
        sa.PrimaryKeyConstraint("platform", "realm", "subject", name=op.f("pk_homes")),
    )
    op.create_index("ix_homes_opened_at", "homes", ["opened_at"])
    op.create_table(
        "slack_bots",
        sa.Column("id", sa.Integer(), nullable=False),
        *(_text(name, 32) for name in ("client_id", "app_id")),
        *(
            sa.Column(name, sa.String(length=length), nullable=True)
            for name, length in (
                ("enterprise_id", 32),
                ("enterprise_name", 200),
                ("team_id", 32),
                ("team_name", 200),
            )
        ),
        sa.Column("bot_token", sa.Text(), nullable=True),
        sa.Column("bot_id", sa.String(length=32), nullable=True),
        sa.Column("bot_user_id", sa.String(length=32), nullable=True),
        sa.Column("bot_scopes", sa.String(length=1000), nullable=True),
        sa.Column("bot_refresh_token", sa.Text(), nullable=True),
        sa.Column("bot_token_expires_at", sa.DateTime(), nullable=True),
        sa.Column("is_enterprise_install", sa.Boolean(), nullable=False),
        sa.Column("installed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slack_bots")),
    )
    op.create_index("slack_bots_idx", "slack_bots", ["client_id", "enterprise_id", "team_id", "installed_at"])
    op.create_table(
        "slack_teams",
        _id("team_id"),
        _id("enterprise_id"),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_slack_teams")),
    )
    op.create_table(
        "slack_oauth_states",
        _id("state"),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("state", name=op.f("pk_slack_oauth_states")),
    )
    op.add_column("places", sa.Column("gone_at", sa.BigInteger(), nullable=True))
