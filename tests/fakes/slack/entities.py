"""What a workspace is made of: teams, people, conversations, messages, views, as Slack shows them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from tests.fakes.slack.files import File

ChannelKind = Literal["public", "private", "im", "mpim"]
ALL_SCOPES: Final = frozenset(
    [
        "app_mentions:read",
        "channels:history",
        "channels:manage",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:read",
        "im:write",
        "links:read",
        "links:write",
        "metadata.message:read",
        "mpim:history",
        "mpim:read",
        "mpim:write",
        "team:read",
        "users:read",
        "users:read.email",
    ]
)


@dataclass(slots=True, eq=False)
class Team:
    id: str
    name: str
    domain: str
    bot_token: str
    bot_user_id: str
    bot_id: str
    scopes: set[str]
    token_error: str | None = None
    """`token_revoked`, `account_inactive` …: what every call with this team's token is answered."""


@dataclass(slots=True, eq=False)
class User:
    id: str
    team_id: str
    name: str
    real_name: str
    email: str | None = None
    tz: str = "Europe/Berlin"
    tz_offset: int = 3600
    locale: str = "en-GB"
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False

    def public(self, *, with_email: bool = True, with_locale: bool = False) -> dict[str, Any]:
        profile: dict[str, Any] = {
            "real_name": self.real_name,
            "display_name": self.name,
            "real_name_normalized": self.real_name,
            "display_name_normalized": self.name,
            "title": "",
            "team": self.team_id,
        }
        if with_email and self.email is not None:
            profile["email"] = self.email
        body: dict[str, Any] = {
            "id": self.id,
            "team_id": self.team_id,
            "name": self.name,
            "deleted": self.deleted,
            "profile": profile,
            "is_bot": self.is_bot,
            "is_app_user": False,
            "updated": 1_700_000_000,
        }
        if self.deleted:
            return body
        body |= {
            "real_name": self.real_name,
            "tz": self.tz,
            "tz_label": self.tz,
            "tz_offset": self.tz_offset,
            "is_admin": self.is_admin,
            "is_owner": self.is_owner,
            "is_primary_owner": False,
            "is_restricted": self.is_restricted or self.is_ultra_restricted,
            "is_ultra_restricted": self.is_ultra_restricted,
            "is_email_confirmed": self.email is not None,
        }
        if with_locale:
            body["locale"] = self.locale
        return body


@dataclass(slots=True, eq=False)
class Message:
    ts: str
    channel_id: str
    team_id: str
    user_id: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    metadata: dict[str, Any] | None = None
    bot_id: str | None = None
    app_id: str | None = None
    thread_ts: str | None = None
    edited_ts: str | None = None
    ephemeral_to: str | None = None
    deleted: bool = False
    unfurls: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What apps have put under the links in it, by link."""
    revision: int = 0
    """How often it was changed; the real platform hides this, tests like to know it."""

    def public(self, *, with_metadata: bool = False) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": "message",
            "user": self.user_id,
            "ts": self.ts,
            "text": self.text,
            "team": self.team_id,
        }
        if self.bot_id:
            body |= {"bot_id": self.bot_id, "app_id": self.app_id}
        for key, value in (
            ("blocks", self.blocks),
            ("attachments", self.attachments),
            ("files", [file.public() for file in self.files]),
            ("thread_ts", self.thread_ts),
            ("metadata", self.metadata if with_metadata else None),
        ):
            if value:
                body[key] = value
        if self.edited_ts:
            body["edited"] = {"user": self.user_id, "ts": self.edited_ts}
        return body


@dataclass(slots=True, eq=False)
class Channel:
    id: str
    team_id: str
    name: str
    kind: ChannelKind
    members: set[str]
    created: int
    is_archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)

    @property
    def payload_name(self) -> str:
        """The name that commands and clicks carry; private conversations do not tell theirs."""
        return {"public": self.name, "private": "privategroup", "mpim": "mpdm"}.get(
            self.kind, "directmessage"
        )

    def public(self, viewer: str) -> dict[str, Any]:
        body: dict[str, Any] = {
            "id": self.id,
            "created": self.created,
            "is_archived": self.is_archived,
            "is_im": self.kind == "im",
            "is_mpim": self.kind == "mpim",
            "is_group": self.kind == "private",
            "is_channel": self.kind == "public",
            "is_private": self.kind != "public",
            "context_team_id": self.team_id,
        }
        if self.kind == "im":
            body["user"] = next((member for member in sorted(self.members) if member != viewer), viewer)
        else:
            body |= {"name": self.name, "name_normalized": self.name, "is_member": viewer in self.members}
        return body


@dataclass(slots=True, eq=False)
class View:
    id: str
    team_id: str
    user_id: str
    body: dict[str, Any]
    hash: str
    root_view_id: str
    previous_view_id: str | None = None
    values: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def type(self) -> str:
        return self.body["type"]

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return self.body["blocks"]

    @property
    def external_id(self) -> str:
        return self.body.get("external_id", "")

    def public(self, team: Team, app_id: str) -> dict[str, Any]:
        return {
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "title": None,
            "close": None,
            "submit": None,
            **self.body,
            "id": self.id,
            "team_id": self.team_id,
            "state": {"values": self.values},
            "hash": self.hash,
            "previous_view_id": self.previous_view_id,
            "root_view_id": self.root_view_id,
            "app_id": app_id,
            "app_installed_team_id": self.team_id,
            "bot_id": team.bot_id,
        }
