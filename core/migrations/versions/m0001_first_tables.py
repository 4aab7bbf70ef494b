"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "audit_events",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("origin", sa.String(length=200), nullable=False),
        sa.Column("event", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "number", name=op.f("pk_audit_events")),
    )
    op.create_table(
        "events_seen",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("event_id", sa.String(length=200), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("platform", "event_id", name=op.f("pk_events_seen")),
    )
    op.create_table(
        "guesses",
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_guesses")),
    )
    op.create_table(
        "identities",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "platform", "realm", "subject", name=op.f("pk_identities")),
    )
    op.create_index(
        op.f("ix_identities_platform_realm_subject"),
        "identities",
        ["platform", "realm", "subject"],
        unique=False,
    )
    op.create_index(
        op.f("ix_identities_workspace_id_email"), "identities", ["workspace_id", "email"], unique=False
    )
    op.create_index(
        op.f("ix_identities_workspace_id_member_id"),
        "identities",
        ["workspace_id", "member_id"],
        unique=False,
    )
    op.create_table(
        "invitation_uses",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "invitation_id", "person", name=op.f("pk_invitation_uses")),
    )
    op.create_table(
        "invitations",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("invitation_id", sa.String(length=64), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=80), nullable=False),
        sa.Column("label_key", sa.String(length=160), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("domain", sa.String(length=253), nullable=True),
        sa.Column("person_platform", sa.String(length=20), nullable=True),
        sa.Column("person_realm", sa.String(length=64), nullable=True),
        sa.Column("person_subject", sa.String(length=64), nullable=True),
        sa.Column("uses_limit", sa.Integer(), nullable=True),
        sa.Column("uses_taken", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("accepted_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_by", sa.String(length=64), nullable=True),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "invitation_id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_index", name=op.f("uq_invitations_code_index")),
    )
    op.create_index(
        "ix_invitations_remind",
        "invitations",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("reminded_at IS NULL"),
        postgresql_where=sa.text("reminded_at IS NULL"),
    )
    op.create_index(
        op.f("ix_invitations_workspace_id_created_by"),
        "invitations",
        ["workspace_id", "created_by"],
        unique=False,
    )
    op.create_index(
        op.f("ix_invitations_workspace_id_email"), "invitations", ["workspace_id", "email"], unique=False
    )
    op.create_index(
        op.f("ix_invitations_workspace_id_label_key"),
        "invitations",
        ["workspace_id", "label_key"],
        unique=False,
    )
    op.create_table(
        "link_codes",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("code_index", sa.String(length=64), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "code_index", name=op.f("pk_link_codes")),
        sa.UniqueConstraint("code_index", name=op.f("uq_link_codes_code_index")),
    )
    op.create_table(
        "member_roles",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("role_id", sa.String(length=64), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", "role_id", name=op.f("pk_member_roles")),
    )
    op.create_index(
        op.f("ix_member_roles_workspace_id_role_id"),
        "member_roles",
        ["workspace_id", "role_id"],
        unique=False,
    )
    op.create_table(
        "members",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("member_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=160), nullable=False),
        sa.Column("invitation_id", sa.String(length=64), nullable=True),
        sa.Column("joined_at", sa.BigInteger(), nullable=False),
        sa.Column("left_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "member_id", name=op.f("pk_members")),
    )
    op.create_index(
        op.f("ix_members_workspace_id_name_key"), "members", ["workspace_id", "name_key"], unique=False
    )
    op.create_table(
        "messages",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("recipient", sa.String(length=300), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("message", sa.String(length=64), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.Column("given_up_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("workspace_id", "message_id", name=op.f("pk_messages")),
        sa.UniqueConstraint(
            "workspace_id", "key", "recipient", name=op.f("uq_messages_workspace_id_key_recipient")
        ),
    )
    op.create_table(
        "outbox",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("parked_at", sa.BigInteger(), nullable=True),
        sa.Column("trouble", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "key", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["due_at"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_table(
        "places",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("linked_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "platform", "realm", "channel", name=op.f("pk_places")),
        sa.UniqueConstraint("platform", "realm", "channel", name=op.f("uq_places_platform_realm_channel")),
    )
    op.create_table(
        "requests",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("request_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("realm", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("invitation_id", sa.String(length=64), nullable=True),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "request_id", name=op.f("pk_requests")),
    )
    op.create_index(
        "ix_requests_due",
        "requests",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(
        "ix_requests_open",
        "requests",
        ["workspace_id", "expires_at"],
        unique=False,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_index(op.f("ix_requests_person"), "requests", ["person"], unique=False)
    op.create_index(
        "uq_requests_open",
        "requests",
        ["workspace_id", "kind", "person"],
        unique=True,
        sqlite_where=sa.text("status = 'pending'"),
        postgresql_where=sa.text("status = 'pending'"),
    )
    op.create_table(
        "roles",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("role_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("exactly_one", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", "role_id", name=op.f("pk_roles")),
    )
    op.create_table(
        "workspaces",
        sa.Column("workspace_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("scheme", sa.String(length=40), nullable=False),
        sa.Column("plan", sa.String(length=20), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("counter", sa.BigInteger(), nullable=False),
        sa.Column("audit_length", sa.BigInteger(), nullable=False),
        sa.Column("audit_hash", sa.String(length=64), nullable=False),
        sa.Column("roles_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("workspace_id", name=op.f("pk_workspaces")),
    )


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first tables: restore a backup instead.")
