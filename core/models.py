"""The tables. Every key begins with the workspace: that is isolation now, and the shard key later.

Times are whole seconds since 1970 in UTC. Status is derived from facts and time wherever time alone can change it: no
column says "expired" of an invitation, and a request is as expired as its ``expires_at`` says, whatever ``status`` holds.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    and_,
    cast,
    literal_column,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

#: The stream of audit events that belong to no workspace: codes that opened nothing, tries in unlinked places.
NOWHERE = "-"


def _time(name: str, *, nullable: bool = True) -> Column[int]:
    return Column(name, BigInteger, nullable=nullable)


def _id(name: str, *, nullable: bool = False) -> Column[str]:
    return Column(name, String(64), nullable=nullable)


workspaces = Table(
    "workspaces",
    metadata,
    _id("workspace_id"),
    Column("name", String(80), nullable=False),
    Column("scheme", String(40), nullable=False),
    Column("plan", String(20), nullable=False),
    Column("seats", Integer, nullable=True),  # instead of the plan's own limit
    Column("settings", JSON, nullable=False),  # only what differs from the defaults
    Column("counter", BigInteger, nullable=False),  # numbers short ids
    Column("audit_length", BigInteger, nullable=False),  # the head of the audit chain
    Column("audit_hash", String(64), nullable=False),
    Column("roles_version", Integer, nullable=False),  # a cached set of roles is right while this stands
    Column("standing_version", BigInteger, nullable=False),  # who may do what is unchanged while this stands
    Column("member_count", Integer, nullable=False),
    Column("declared", JSON, nullable=False),  # the product's permissions, beside those of the scheme
    _time("created_at", nullable=False),
    _time("deleted_at"),
    _time("digest_at"),  # when the next digest is due; empty: nobody has looked yet
    PrimaryKeyConstraint("workspace_id"),
    Index(
        "ix_workspaces_digest_at",
        "digest_at",
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
)

places = Table(
    "places",
    metadata,
    _id("workspace_id"),
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("channel"),  # empty: the whole team or server
    _time("linked_at", nullable=False),
    Column("linked_by", String(200), nullable=False),
    _time("gone_at"),  # since when Usher is not there any more
    PrimaryKeyConstraint("workspace_id", "platform", "realm", "channel"),
    UniqueConstraint("platform", "realm", "channel"),
)

members = Table(
    "members",
    metadata,
    _id("workspace_id"),
    _id("member_id"),
    Column("name", String(80), nullable=False),
    Column("name_key", String(160), nullable=False),
    Column("invitation_id", String(64), nullable=True),
    _time("joined_at", nullable=False),
    _time("left_at"),
    PrimaryKeyConstraint("workspace_id", "member_id"),
    Index(None, "workspace_id", "name_key", "member_id"),
    Index(
        "ix_members_here",
        "workspace_id",
        "name_key",
        "member_id",
        sqlite_where=text("left_at IS NULL"),
        postgresql_where=text("left_at IS NULL"),
    ),
)

identities = Table(
    "identities",
    metadata,
    _id("workspace_id"),
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("subject"),
    _id("member_id"),
    Column("email", String(254), nullable=True),
    PrimaryKeyConstraint("workspace_id", "platform", "realm", "subject"),
    Index(None, "platform", "realm", "subject"),
    Index(None, "workspace_id", "member_id"),
    Index(None, "workspace_id", "email"),
)

roles = Table(
    "roles",
    metadata,
    _id("workspace_id"),
    _id("role_id"),
    Column("name", String(80), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("permissions", JSON, nullable=False),
    Column("exactly_one", Boolean, nullable=False),
    Column("plans", JSON, nullable=False),  # on which it counts; empty: on every one
    PrimaryKeyConstraint("workspace_id", "role_id"),
    UniqueConstraint("workspace_id", "rank"),
)

member_roles = Table(
    "member_roles",
    metadata,
    _id("workspace_id"),
    _id("member_id"),
    _id("role_id"),
    _time("given_at", nullable=False),
    _time("ends_at"),
    Column("source", String(200), nullable=False),
    Column(
        "reminded", Integer, nullable=False, server_default="0"
    ),  # how many of the notices before its end are made
    PrimaryKeyConstraint("workspace_id", "member_id", "role_id"),
    Index(None, "workspace_id", "role_id"),
    Index(
        "ix_member_roles_ends_at",
        "ends_at",
        "reminded",
        sqlite_where=text("ends_at IS NOT NULL"),
        postgresql_where=text("ends_at IS NOT NULL"),
    ),
)

invitations = Table(
    "invitations",
    metadata,
    _id("workspace_id"),
    _id("invitation_id"),
    Column("code_index", String(64), nullable=False),
    Column("generation", Integer, nullable=False),
    Column("label", String(80), nullable=False),
    Column("label_key", String(160), nullable=False),
    Column("note", String(500), nullable=False),
    Column("roles", JSON, nullable=False),  # ids; empty: the workspace's default role at the time of joining
    Column("groups", JSON, nullable=False),  # ids
    Column("resources", JSON, nullable=False),  # pairs of an id and a level
    Column("email", String(254), nullable=True),
    Column("domain", String(253), nullable=True),
    Column("person_platform", String(20), nullable=True),
    _id("person_realm", nullable=True),
    _id("person_subject", nullable=True),
    Column("uses_limit", Integer, nullable=True),
    Column("uses_taken", Integer, nullable=False),  # members who came, and open requests
    _id("created_by"),
    _id("vouched_by", nullable=True),  # the last other member who edited, extended or sent it again
    _id("asked_by", nullable=True),  # the member for whom an approver made it
    _time("created_at", nullable=False),  # or sent again
    _time("expires_at", nullable=False),
    _time("accepted_at"),  # a personal one was accepted
    _time("declined_at"),  # a personal one was declined
    _time("switched_off_at"),  # a link that was alive when links were switched off
    _time("revoked_at"),
    _id("revoked_by", nullable=True),
    _time("reminded_at"),
    PrimaryKeyConstraint("workspace_id", "invitation_id"),
    UniqueConstraint("code_index"),
    Index(None, "workspace_id", "label_key"),
    Index(None, "workspace_id", "email"),
    Index(None, "workspace_id", "created_by"),
    Index(
        "ix_invitations_asked_by",
        "workspace_id",
        "asked_by",
        sqlite_where=text("asked_by IS NOT NULL"),
        postgresql_where=text("asked_by IS NOT NULL"),
    ),
    Index(
        "ix_invitations_person",
        "workspace_id",
        "person_subject",
        sqlite_where=text("person_subject IS NOT NULL"),
        postgresql_where=text("person_subject IS NOT NULL"),
    ),
    Index(
        "ix_invitations_remind",
        "expires_at",
        sqlite_where=text("reminded_at IS NULL"),
        postgresql_where=text("reminded_at IS NULL"),
    ),
)

#: Nobody has used it up, revoked, declined or switched it off; whether its time is over is another question.
IS_INTACT = and_(
    invitations.c.revoked_at.is_(None),
    invitations.c.accepted_at.is_(None),
    invitations.c.declined_at.is_(None),
    invitations.c.switched_off_at.is_(None),
)

uses = Table(
    "invitation_uses",
    metadata,
    _id("workspace_id"),
    _id("invitation_id"),
    Column("person", String(200), nullable=False),  # one use for each person
    Column("name", String(80), nullable=False),
    _id("member_id", nullable=True),
    _time("used_at", nullable=False),
    PrimaryKeyConstraint("workspace_id", "invitation_id", "person"),
)

requests = Table(
    "requests",
    metadata,
    _id("workspace_id"),
    _id("request_id"),
    Column("kind", String(20), nullable=False),
    Column("status", String(20), nullable=False),
    Column("person", String(200), nullable=False),
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("subject"),
    Column("name", String(80), nullable=False),
    Column("email", String(254), nullable=True),
    _id("invitation_id", nullable=True),
    Column("roles", JSON, nullable=False),
    Column("policy", JSON, nullable=False),  # as it was when the request was made; empty: the default
    Column("effect", String(20), nullable=False),  # of an approval: empty, applied, failed, over
    _time("escalated_at"),  # from then on it goes to others too, whether or not anybody looked
    Column("topic", String(120), nullable=False),  # what tells two open requests of one kind and person apart
    Column("facts", JSON, nullable=False),  # what the kind needs beside that
    _time("created_at", nullable=False),
    _time("expires_at", nullable=False),
    _time("decided_at"),
    _id("decided_by", nullable=True),
    Column("reason", String(500), nullable=False),
    PrimaryKeyConstraint("workspace_id", "request_id"),
    Index(None, "person"),
    Index(
        "uq_requests_open",
        "workspace_id",
        "kind",
        "person",
        "topic",
        unique=True,
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_requests_open",
        "workspace_id",
        "expires_at",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
    Index(
        "ix_requests_due",
        "expires_at",
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
)

#: Written out, not bound: only so does a database see that the indices of open requests serve it.
IS_PENDING = requests.c.status == literal_column("'pending'")

#: It carries the copy of a policy that somebody chose.
HAS_POLICY = cast(requests.c.policy, String) != "{}"

link_codes = Table(
    "link_codes",
    metadata,
    _id("workspace_id"),
    Column("code_index", String(64), nullable=False),
    _id("created_by"),
    _time("expires_at", nullable=False),
    _time("used_at"),
    PrimaryKeyConstraint("workspace_id", "code_index"),
    UniqueConstraint("code_index"),
)

#: One approver's answer to a request that may need several.
votes = Table(
    "votes",
    metadata,
    _id("workspace_id"),
    _id("request_id"),
    _id("member_id"),
    Column("vote", String(20), nullable=False),
    Column("reason", String(500), nullable=False),
    Column("facts", JSON, nullable=False),  # less than was asked
    _time("at", nullable=False),
    PrimaryKeyConstraint("workspace_id", "request_id", "member_id"),
)

groups = Table(
    "groups",
    metadata,
    _id("workspace_id"),
    _id("group_id"),
    Column("name", String(80), nullable=False),
    Column("name_key", String(160), nullable=False),
    _time("created_at", nullable=False),
    PrimaryKeyConstraint("workspace_id", "group_id"),
    UniqueConstraint("workspace_id", "name_key"),
)

group_members = Table(
    "group_members",
    metadata,
    _id("workspace_id"),
    _id("group_id"),
    _id("member_id"),
    _time("added_at", nullable=False),
    Column("source", String(200), nullable=False),
    PrimaryKeyConstraint("workspace_id", "group_id", "member_id"),
    Index(None, "workspace_id", "member_id"),
)

resources = Table(
    "resources",
    metadata,
    _id("workspace_id"),
    _id("resource_id"),
    Column("kind", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("name_key", String(160), nullable=False),
    _id("parent_id", nullable=True),
    Column("path", String(400), nullable=False),  # its ancestors from the top and itself: /res-A/res-B/
    Column("outside_id", String(200), nullable=True),
    Column(
        "platform", String(20), nullable=True
    ),  # it is a channel or role there, whose id is the outside one
    _id("realm", nullable=True),
    _id("bound_by", nullable=True),  # the member who said so, with their own reach on the platform
    _time("created_at", nullable=False),
    PrimaryKeyConstraint("workspace_id", "resource_id"),
    Index(None, "workspace_id", "name_key"),
    Index(None, "workspace_id", "path"),
    Index("ix_resources_children", "workspace_id", "parent_id", "name_key", "resource_id"),
    Index(None, "workspace_id", "outside_id"),
    Index(
        "ix_resources_bound",
        "workspace_id",
        sqlite_where=text("platform IS NOT NULL"),
        postgresql_where=text("platform IS NOT NULL"),
    ),
    # Two that are the same thing would give and take it from each other's holders.
    Index(
        "uq_resources_outside",
        "platform",
        "realm",
        "outside_id",
        unique=True,
        sqlite_where=text("platform IS NOT NULL"),
        postgresql_where=text("platform IS NOT NULL"),
    ),
)

#: ``holder`` is a member or a group; the end is part of the grant. What is given for a time lies on top of what was given
#: for good, and what was taken in an emergency on top of both: when it ends, what is under it stands as it stood.
grants = Table(
    "grants",
    metadata,
    _id("workspace_id"),
    _id("resource_id"),
    _id("holder"),
    Column("layer", String(10), nullable=False, server_default="lasting"),  # or timed-<level>, or emergency
    Column("level", Integer, nullable=False),
    _time("given_at", nullable=False),
    _time("ends_at"),
    _id("given_by"),
    Column("source", String(200), nullable=False),
    Column("reminded", Integer, nullable=False, server_default="0"),
    PrimaryKeyConstraint("workspace_id", "resource_id", "holder", "layer"),
    Index(None, "workspace_id", "holder"),
    Index(
        "ix_grants_ends_at",
        "ends_at",
        "reminded",
        sqlite_where=text("ends_at IS NOT NULL"),
        postgresql_where=text("ends_at IS NOT NULL"),
    ),
)

#: What Usher has given to an account on a platform itself, or tried to: only that is ever taken away again there. What it
#: is there is written down here too, since the resource may be gone, or be something else, when it is to be taken away.
platform_access = Table(
    "platform_access",
    metadata,
    _id("workspace_id"),
    _id("resource_id"),
    _id("member_id"),
    Column("platform", String(20), nullable=False),
    _id("realm"),
    Column("kind", String(40), nullable=False),
    Column("outside_id", String(200), nullable=False),
    _id("subject"),
    # asked: not there when Usher looked, and perhaps given since; given; own: there without Usher; failed: not given
    Column("state", String(20), nullable=False),
    Column("trouble", String(300), nullable=False),  # why the last try to give or take failed
    _time("since", nullable=False),  # the last change or try
    PrimaryKeyConstraint("workspace_id", "resource_id", "platform", "realm", "outside_id", "subject"),
    Index(None, "workspace_id", "member_id"),
)

#: A change that its maker has seen announced and has to confirm. The button carries the id alone.
intents = Table(
    "intents",
    metadata,
    _id("workspace_id"),
    _id("intent_id"),
    Column("kind", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("facts", JSON, nullable=False),
    _id("created_by"),
    _time("created_at", nullable=False),
    _time("expires_at", nullable=False),
    _time("done_at"),
    PrimaryKeyConstraint("workspace_id", "intent_id"),
    Index("ix_intents_expires_at", "expires_at"),
)

#: The offer of the top role to another member, who accepts or declines.
transfers = Table(
    "transfers",
    metadata,
    _id("workspace_id"),
    _id("transfer_id"),
    _id("role_id"),
    _id("from_member"),
    _id("to_member"),
    Column("status", String(20), nullable=False),
    _time("created_at", nullable=False),
    _time("expires_at", nullable=False),
    _time("decided_at"),
    PrimaryKeyConstraint("workspace_id", "transfer_id"),
    Index(
        "uq_transfers_open",
        "workspace_id",
        unique=True,
        sqlite_where=text("status = 'pending'"),
        postgresql_where=text("status = 'pending'"),
    ),
)

#: Which workspace a person means in direct messages.
chosen = Table(
    "chosen_workspaces",
    metadata,
    Column("person", String(200), nullable=False),
    _id("workspace_id"),
    PrimaryKeyConstraint("person"),
)

#: In which language a person reads, as their platform last said. Of no workspace: people are written to before they join.
people = Table(
    "people",
    metadata,
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("subject"),
    Column("language", String(10), nullable=False),
    PrimaryKeyConstraint("platform", "realm", "subject"),
)

#: Whose Home is open to them on their platform, and what it shows: it is kept up to date for those alone who look at it. Of no
#: workspace: it tells of all of theirs.
homes = Table(
    "homes",
    metadata,
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("subject"),
    _time("opened_at", nullable=False),
    Column("digest", String(64), nullable=False),  # of what it shows; empty: nobody knows
    Column("version", String(100), nullable=False),  # the platform's own word for that
    PrimaryKeyConstraint("platform", "realm", "subject"),
    Index("ix_homes_opened_at", "opened_at"),
)

#: The Slack teams in which Usher is installed, as Slack's SDK keeps them; tokens are sealed. Of no workspace: a team is there
#: before any workspace is.
slack_bots = Table(
    "slack_bots",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("client_id", String(32), nullable=False),
    Column("app_id", String(32), nullable=False),
    Column("enterprise_id", String(32), nullable=True),
    Column("enterprise_name", String(200), nullable=True),
    Column("team_id", String(32), nullable=True),  # empty: all teams of the organization
    Column("team_name", String(200), nullable=True),
    Column("bot_token", Text, nullable=True),
    Column("bot_id", String(32), nullable=True),
    Column("bot_user_id", String(32), nullable=True),
    Column("bot_scopes", String(1000), nullable=True),
    Column("bot_refresh_token", Text, nullable=True),
    Column("bot_token_expires_at", DateTime, nullable=True),
    Column("is_enterprise_install", Boolean, nullable=False),
    Column("installed_at", DateTime, nullable=False),
    Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)

#: Which organization a Slack team belongs to, where Usher is installed for all of that.
slack_teams = Table(
    "slack_teams",
    metadata,
    _id("team_id"),
    _id("enterprise_id"),
    PrimaryKeyConstraint("team_id"),
)

#: Installations in Slack of the last minutes, by the word with which each was begun: none comes back twice.
slack_states = Table(
    "slack_oauth_states",
    metadata,
    _id("state"),
    _time("expires_at", nullable=False),
    PrimaryKeyConstraint("state"),
)

#: Forms that were opened: what for, and what was typed so far. Of no workspace: some are there before one is.
drafts = Table(
    "drafts",
    metadata,
    _id("draft_id"),  # random: whoever knows it still has to be the person
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("subject"),
    _id("channel"),  # where it was opened; empty: in a direct message
    _id("place"),  # the realm of that place
    Column("command", String(80), nullable=False),  # empty: opened by a button
    Column("action", String(120), nullable=False),
    Column("about", String(120), nullable=False),  # the button's subject
    Column("options", JSON, nullable=False),
    _time("made_at", nullable=False),
    _time("expires_at", nullable=False),
    _time("done_at"),
    PrimaryKeyConstraint("draft_id"),
    Index("ix_drafts_expires_at", "expires_at"),
    Index("ix_drafts_person", "platform", "realm", "subject"),
)

guesses = Table(
    "guesses",
    metadata,
    Column("person", String(200), nullable=False),
    _time("since", nullable=False),
    Column("wrong", Integer, nullable=False),
    PrimaryKeyConstraint("person"),
)

events_seen = Table(
    "events_seen",
    metadata,
    Column("platform", String(20), nullable=False),
    Column("event_id", String(200), nullable=False),
    _time("seen_at", nullable=False),
    PrimaryKeyConstraint("platform", "event_id"),
)

audit_events = Table(
    "audit_events",
    metadata,
    _id("workspace_id"),
    Column("number", BigInteger, nullable=False),
    _time("at", nullable=False),
    Column("actor", String(200), nullable=False),
    Column("origin", String(200), nullable=False),
    Column("event", String(60), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("facts", Text, nullable=False),  # canonical JSON: what was, what is
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    PrimaryKeyConstraint("workspace_id", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    _id("workspace_id"),
    Column("key", String(300), nullable=False),  # card/<subject> or note/<view>/<subject>/<person>
    Column("version", Integer, nullable=False),  # how often it became stale
    _time("due_at"),  # empty: settled
    _time("lease_until"),
    Column("attempts", Integer, nullable=False),
    _time("parked_at"),
    Column("trouble", String(300), nullable=False),
    PrimaryKeyConstraint("workspace_id", "key"),
    Index(
        "ix_outbox_due",
        "due_at",
        sqlite_where=text("due_at IS NOT NULL"),
        postgresql_where=text("due_at IS NOT NULL"),
    ),
)

messages = Table(
    "messages",
    metadata,
    _id("workspace_id"),
    Column("message_id", BigInteger, nullable=False),
    Column("key", String(300), nullable=False),  # of the outbox row
    Column("recipient", String(300), nullable=False),
    Column("platform", String(20), nullable=False),
    _id("realm"),
    _id("channel"),
    _id("message", nullable=True),  # empty: being sent
    Column("digest", String(64), nullable=False),  # of the card it shows
    Column("trouble", String(300), nullable=False),
    _time("given_up_at"),  # the platform refused it
    PrimaryKeyConstraint("workspace_id", "message_id"),
    UniqueConstraint("workspace_id", "key", "recipient"),
)
