"""In which Slack teams Usher is installed, and the bot token of each: kept in the database, encrypted.

The SDK's own store for SQLAlchemy does the keeping. Beside what it does, tokens are sealed with a key that is derived from
Usher's secret, and nothing is kept of whoever installed: Usher acts as its bot alone.
Source: https://docs.slack.dev/tools/python-slack-sdk/oauth
"""

from __future__ import annotations

import asyncio
import base64
import copy
from collections.abc import Callable
from concurrent.futures import Executor
from typing import Any, Final, TypeVar

import structlog
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.sqlalchemy import SQLAlchemyInstallationStore
from sqlalchemy import Engine, bindparam, delete, or_, select, text

from core.models import slack_teams

log = structlog.get_logger("usher.slack")

_SEALED: Final = ("bot_token", "bot_refresh_token")
_ORGANIZATION = select(slack_teams.c.enterprise_id).where(slack_teams.c.team_id == bindparam("team"))
_TEAMS = select(slack_teams.c.team_id).where(slack_teams.c.enterprise_id == bindparam("enterprise"))
_LEARN = text(
    "INSERT INTO slack_teams (team_id, enterprise_id) VALUES (:team, :enterprise) "
    "ON CONFLICT (team_id) DO UPDATE SET enterprise_id = excluded.enterprise_id "
    "WHERE slack_teams.enterprise_id <> excluded.enterprise_id"
)
T = TypeVar("T")


def key_of(secret: bytes, purpose: bytes) -> bytes:
    """A key for one purpose: another one than codes are derived with, from the same secret."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"usher slack " + purpose).derive(secret)


def seal_of(secret: bytes) -> Fernet:
    """The key for tokens."""
    return Fernet(base64.urlsafe_b64encode(key_of(secret, b"tokens")))


class SealedStore(SQLAlchemyInstallationStore):
    """The SDK's store, of bots alone and with their tokens sealed."""

    def __init__(self, client_id: str, engine: Engine, seal: Fernet) -> None:
        super().__init__(client_id, engine, logger=_quiet())
        self._seal = seal
        bots = self.bots.c
        # A team's own installation goes before that of its whole organization, a later one before an earlier one.
        self._of_team = (
            select(self.bots)
            .where(
                bots.client_id == client_id,
                or_(
                    bots.team_id == bindparam("team"),
                    bots.is_enterprise_install & (bots.enterprise_id == bindparam("enterprise")),
                ),
            )
            .order_by(bots.is_enterprise_install, bots.installed_at.desc(), bots.id.desc())
            .limit(1)
        )

    def save(self, installation: Installation) -> None:
        """Keeps the bot, and forgets an earlier installation in the same place."""
        self.delete_bot(enterprise_id=installation.enterprise_id, team_id=installation.team_id)
        self.save_bot(installation.to_bot())

    def save_bot(self, bot: Bot) -> None:
        sealed = copy.copy(bot)
        for name in _SEALED:
            token = getattr(bot, name)
            setattr(sealed, name, self._seal.encrypt(token.encode()).decode() if token else None)
        super().save_bot(sealed)

    def of_team(self, team: str, enterprise: str | None) -> Bot | None:
        """The bot that serves a team: its own, or that of its organization. None where Usher is not installed.

        Which organization that is was learned before; only for a team that is new, or whose organization has taken Usher out,
        ``enterprise`` is believed: in channels that two organizations share, Slack names that of the person with the other's team.
        """
        with self.engine.connect() as connection:
            known = connection.scalar(_ORGANIZATION, {"team": team})
            for each in dict.fromkeys((known, enterprise)):
                row = connection.execute(self._of_team, {"team": team, "enterprise": each}).mappings().first()
                if row is not None:
                    return self._opened(self.build_bot_entity(row))
        return None

    def forget(self, bot: Bot) -> None:
        """Forgets this installation, and no other that came to the same place meanwhile."""
        bots = self.bots.c
        there = select(self.bots).where(
            bots.client_id == self.client_id,
            bots.enterprise_id == bot.enterprise_id,
            bots.team_id == bot.team_id,
        )
        with self.engine.begin() as connection:
            for row in connection.execute(there).mappings().all():
                found = self._opened(self.build_bot_entity(row))
                if found is not None and found.bot_token == bot.bot_token:
                    connection.execute(delete(self.bots).where(bots.id == row["id"]))

    def _opened(self, bot: Bot) -> Bot | None:
        try:
            for name in _SEALED:
                token = getattr(bot, name)
                if token:
                    setattr(bot, name, self._seal.decrypt(token.encode()).decode())
        except InvalidToken:
            log.error(  # noqa: TRY400 - a word for the operator, not a fault
                "slack_token_unreadable",
                team=bot.team_id,
                do="put USHER_SECRET back, or install Usher there again",
            )
            return None
        return bot

    def installed(self) -> list[Bot]:
        """Every installation that can be used, the oldest first."""
        bots = self.bots.c
        query = select(self.bots).where(bots.client_id == self.client_id).order_by(bots.id)
        with self.engine.connect() as connection:
            found = [self.build_bot_entity(row) for row in connection.execute(query).mappings()]
        return [bot for bot in map(self._opened, found) if bot is not None]


class Installations(AsyncInstallationStore):
    """The store beside the event loop: ``executor`` runs it."""

    def __init__(self, store: SealedStore, executor: Executor) -> None:
        self._store = store
        self._executor = executor

    async def of_team(self, team: str, enterprise: str | None = None) -> Bot | None:
        """The bot that serves a team, whose ``enterprise`` is looked up where it is not known."""
        found = await self._run(lambda: self._store.of_team(team, enterprise))
        organization = found.enterprise_id if found is not None and found.is_enterprise_install else None
        if organization and enterprise and team:
            await self._run(lambda: self._learn(team, organization))
        return found

    def _learn(self, team: str, enterprise: str) -> None:
        """Which organization a team belongs to: when something is to be posted there, nobody says so."""
        with self._store.engine.begin() as connection:
            if connection.scalar(_ORGANIZATION, {"team": team}) != enterprise:
                connection.execute(_LEARN, {"team": team, "enterprise": enterprise})

    async def async_save(self, installation: Installation) -> None:
        await self._run(lambda: self._store.save(installation))

    async def forget(self, bot: Bot) -> None:
        """Usher is not installed there any more, unless it was again in the meantime."""
        await self._run(lambda: self._store.forget(bot))

    async def teams_of(self, enterprise: str) -> list[str]:
        """The teams of an organization that were heard of."""

        def read() -> list[str]:
            with self._store.engine.connect() as connection:
                return list(connection.scalars(_TEAMS, {"enterprise": enterprise}))

        return await self._run(read)

    async def installed(self) -> list[Bot]:
        """Every installation."""
        return await self._run(self._store.installed)

    async def _run(self, step: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, step)


def _quiet() -> Any:
    import logging

    return logging.getLogger("usher.slack.installations")
