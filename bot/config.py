"""The operator's settings: read once from the environment, checked, frozen."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.faults import SettingsError

SECRET_BYTES = 16
MOST_SHARDS = 10_000
DEFAULT_DATABASE = "sqlite:///usher.db"


def _address(*schemes: str, end: str = "") -> Any:
    """An address with one of ``schemes``; with ``end``, one whose path ends so."""

    def check(value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in schemes or not parts.netloc:
            raise ValueError(
                f"it must be an address that begins with {' or '.join(f'{s}://' for s in schemes)}"
            )
        path = parts.path.rstrip("/")
        if not path.endswith(end.rstrip("/")):
            raise ValueError(f"it must end in {end}")
        return urlunsplit(parts._replace(path=path + "/" * end.endswith("/")))

    return AfterValidator(check)


def _not_beginning(*wrong: str, meant: str) -> Any:
    """Slack's tokens look alike and are easily swapped: their beginnings tell them apart."""

    def check(value: SecretStr) -> SecretStr:
        if value.get_secret_value().startswith(wrong):
            raise ValueError(f"it must be {meant}; find it at api.slack.com/apps under your app")
        return value

    return AfterValidator(check)


def _own(value: SecretStr) -> SecretStr:
    """Not what stands in the instructions for it, which was pasted as it was."""
    if value.get_secret_value().endswith(("...", "…")):
        raise ValueError("it still ends with the dots of the instructions: put your own in their place")
    return value


def _database(value: SecretStr) -> SecretStr:
    scheme = urlsplit(value.get_secret_value()).scheme.partition("+")[0]
    if scheme not in {"sqlite", "postgresql", "postgres"}:
        raise ValueError("it must be such as sqlite:///usher.db or postgresql://user:password@host/usher")
    if scheme == "sqlite" and _sqlite_path(value.get_secret_value()) in {"", ":memory:"}:
        raise ValueError("it must name a file, such as sqlite:///usher.db")
    return value


def _sqlite_path(url: str) -> str:
    return unquote(urlsplit(url).path.removeprefix("/"))


def _long_enough(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value().encode()) < SECRET_BYTES:
        raise ValueError(
            f"it needs at least {SECRET_BYTES} characters: take what “openssl rand -hex 32” prints"
        )
    return value


def _mail_server(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("it must be such as smtp://user:password@host:587")
    return value


def _shards(value: str) -> str:
    if value != "auto" and not (value.isascii() and value.isdigit() and 1 <= int(value) <= MOST_SHARDS):
        raise ValueError("it must be auto, or how many shards there are in all")
    return value


def _shard_ids(value: str, info: ValidationInfo) -> str:
    ids = [part.strip() for part in value.split(",")]
    if not all(part.isascii() and part.isdigit() for part in ids):
        raise ValueError("it must be the numbers of this process's shards, such as 0,1")
    count = info.data.get("discord_shards") or ""
    if not count.isdigit():
        raise ValueError("it needs DISCORD_SHARDS to say how many shards there are in all")
    if len(set(ids)) < len(ids) or not all(int(part) < int(count) for part in ids):
        raise ValueError(f"with DISCORD_SHARDS={count} the shards are 0 to {int(count) - 1}, each named once")
    return ",".join(ids)


Secret = Annotated[SecretStr, AfterValidator(_own)]
BotToken = Annotated[Secret, _not_beginning("xapp-", "xoxp-", meant="the bot token, which begins with xoxb-")]
AppToken = Annotated[
    Secret, _not_beginning("xoxb-", "xoxp-", meant="the app-level token, which begins with xapp-")
]
Web = Annotated[str, _address("http", "https")]
SlackApi = Annotated[str, _address("http", "https", end="/api/")]
DiscordApi = Annotated[str, _address("http", "https", end="/api/v10")]
Gateway = Annotated[str, _address("ws", "wss")]


class Settings(BaseSettings):
    """One attribute for each variable of the environment. Secrets show as stars wherever settings are printed."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore", case_sensitive=True)

    slack_bot_token: BotToken | None = Field(None, alias="SLACK_BOT_TOKEN")
    slack_app_token: AppToken | None = Field(None, alias="SLACK_APP_TOKEN")
    slack_signing_secret: Secret | None = Field(None, alias="SLACK_SIGNING_SECRET")
    slack_client_id: str | None = Field(None, alias="SLACK_CLIENT_ID")
    slack_client_secret: Secret | None = Field(None, alias="SLACK_CLIENT_SECRET")
    discord_token: Secret | None = Field(None, alias="DISCORD_TOKEN")
    discord_shards: Annotated[str, AfterValidator(_shards)] | None = Field(None, alias="DISCORD_SHARDS")
    discord_shard_ids: Annotated[str, AfterValidator(_shard_ids)] | None = Field(
        None, alias="DISCORD_SHARD_IDS"
    )
    database: Annotated[SecretStr, AfterValidator(_database)] = Field(
        SecretStr(DEFAULT_DATABASE), alias="USHER_DATABASE_URL"
    )
    secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(None, alias="USHER_SECRET")
    public_address: Web | None = Field(None, alias="USHER_PUBLIC_URL")
    host: str = Field("127.0.0.1", alias="USHER_HOST")
    port: int = Field(8080, ge=1, le=65535, alias="PORT")
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = Field(None, alias="USHER_SMTP_URL")
    mail_from: str | None = Field(None, alias="USHER_MAIL_FROM")
    slack_api_url: SlackApi | None = Field(None, alias="USHER_SLACK_API_URL")
    discord_api_url: DiscordApi | None = Field(None, alias="USHER_DISCORD_API_URL")
    discord_gateway_url: Gateway | None = Field(None, alias="USHER_DISCORD_GATEWAY_URL")
    default_plan: Literal["free", "pro", "enterprise"] = Field("enterprise", alias="USHER_DEFAULT_PLAN")

    @property
    def database_url(self) -> str:
        return self.database.get_secret_value()

    @property
    def sqlite_file(self) -> Path | None:
        """The SQLite file, or None where the database is PostgreSQL."""
        return Path(_sqlite_path(self.database_url)) if self.database_url.startswith("sqlite") else None

    @property
    def public_url(self) -> str:
        """Where invite links point, without a slash at the end."""
        return self.public_address or f"http://127.0.0.1:{self.port}"

    @property
    def slack_several(self) -> bool:
        """Whether teams install Usher by themselves; else it serves the one team of its bot token."""
        return self.slack_client_id is not None and self.slack_client_secret is not None

    @property
    def slack(self) -> bool:
        """Whether there is what it takes to post to Slack."""
        return self.slack_bot_token is not None or self.slack_several

    @property
    def slack_over_socket(self) -> bool:
        return self.slack and self.slack_app_token is not None

    @property
    def slack_over_http(self) -> bool:
        return self.slack and self.slack_signing_secret is not None

    @property
    def shard_count(self) -> int | None:
        """How many shards there are in all; None where Discord says it, or where there is one connection."""
        return int(self.discord_shards) if self.discord_shards and self.discord_shards != "auto" else None

    @property
    def shard_ids(self) -> tuple[int, ...]:
        """The shards of this process; empty for all."""
        return tuple(map(int, self.discord_shard_ids.split(","))) if self.discord_shard_ids else ()

    def secrets(self) -> list[str]:
        """Every secret value, so that logs can hide them."""
        values = (getattr(self, name) for name in type(self).model_fields)
        return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def load(**given: Any) -> Settings:
    """The settings of this process; ``given`` (by variable) goes before the environment."""
    try:
        return Settings(**given)
    except ValidationError as wrong:
        raise SettingsError(_sentence(wrong)) from None


def _sentence(wrong: ValidationError) -> str:
    """One sentence for each wrong variable. What stood in it is not repeated: it may be a secret."""
    lines = []
    for error in wrong.errors(include_url=False, include_input=False):
        name = str(error["loc"][0])
        hint = "it must be a whole number from 1 to 65535" if name == "PORT" else error["msg"]
        hint = hint.removeprefix("Value error, ").replace("Input should be", "it must be")
        lines.append(f"{name} can't be used: {hint}.")
    return "\n".join(lines)
