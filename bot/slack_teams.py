"""Builds Slack for several teams: who installed it, whose token each message goes out with, what happens when one leaves."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import NamedTuple

from adapters.desk import Desk
from adapters.slack.app import SlackApp, build_app
from adapters.slack.install import Installing
from adapters.slack.installations import Installations, SealedStore, key_of, seal_of
from adapters.slack.states import States
from adapters.slack.teams import Departures, SlackTeams
from adapters.web.app import Install
from bot import keys
from bot.config import Settings
from bot.engine import Engine


class Several(NamedTuple):
    """``app`` listens, ``platform`` posts, ``installing`` is on the web side."""

    app: SlackApp
    platform: SlackTeams
    installing: Install


def store_of(settings: Settings, engine: Engine) -> SealedStore:
    """Where the installations are kept."""
    assert settings.slack_client_id is not None
    return SealedStore(settings.slack_client_id, engine.store.engine, seal_of(keys.secret(settings)))


def several(settings: Settings, engine: Engine, desk: Desk, wake: Callable[[], None]) -> Several:
    """All of it, on one engine; ``wake`` tells the relay that rows may wait."""
    assert settings.slack_client_id is not None
    assert settings.slack_client_secret is not None
    api_url = settings.slack_api_url
    installations = Installations(store_of(settings, engine), engine.executor)

    async def moved(team: str, gone: bool) -> None:
        def tell() -> None:
            engine.core.moved("slack", team, engine.clock(), gone=gone)

        await asyncio.get_running_loop().run_in_executor(engine.executor, tell)
        wake()

    departures = Departures(installations, api_url, moved)
    signing = settings.slack_signing_secret
    app = build_app(
        desk,
        installations=installations,
        departures=departures,
        signing_secret=None if signing is None else signing.get_secret_value(),
        api_url=api_url,
    )
    installing = Installing(
        installations,
        States(key_of(keys.secret(settings), b"states"), engine.store.engine, engine.executor, engine.clock),
        moved,
        client_id=settings.slack_client_id,
        client_secret=settings.slack_client_secret.get_secret_value(),
        public_url=settings.public_url,
        api_url=api_url,
    )
    platform = SlackTeams(installations, departures, api_url)
    return Several(app, platform, Install(installing.begin, installing.finish))
