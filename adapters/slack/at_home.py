"""What is done beside commands: a Home that is opened, and invite links that people post."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.desk import Desk
from adapters.slack import parse
from adapters.slack.home import unfurled
from adapters.slack.people import People
from core.language import speaking

log = structlog.get_logger("usher.slack")

#: What comes before the code in an invite link.
_PATH = "/i/"
#: So many links of one message are looked at.
_LINKS = 5


class AtHome:
    """Bolt calls these. Nothing here is owed to anybody: what goes wrong is logged, and no more."""

    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        people: People,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        command: str,
    ) -> None:
        self._desk = desk
        self._client = client
        self._people = people
        self._spawn = spawn
        self._command = command

    async def on_opened(self, body: dict[str, Any]) -> None:
        opened = parse.opened(body)
        if opened is not None:
            self._spawn(self._show(opened))

    async def _show(self, opened: parse.Opened) -> None:
        """The Home is shown through the outbox: whatever else changes it meanwhile, the last state stands."""
        try:
            actor = await self._people.named(opened.actor)
            await self._desk.reads(replace(actor, name=""))
            await self._desk.home_opened(actor.identity, opened.stands)
        except Exception as fault:  # noqa: BLE001 - it is shown when it is opened again
            self._desk.fault(fault, event="app_home_opened")

    async def pressed(self, body: dict[str, Any]) -> None:
        """Something on a Home was pressed and done: it is looked at at once, even if nothing came of that."""
        opened = parse.opened(body)
        if opened is not None:
            try:
                await self._desk.home_opened(opened.actor.identity, opened.stands)
            except Exception as fault:  # noqa: BLE001 - as above
                self._desk.fault(fault, event="home")

    async def on_link(self, body: dict[str, Any]) -> None:
        self._spawn(self._unfurl(body))

    async def _unfurl(self, body: dict[str, Any]) -> None:
        """Says under invite links who invites where. To do it twice does no harm."""
        where, urls = parse.links(body)
        try:
            shown = {}
            for url in urls[:_LINKS]:
                found = await self._desk.unfurled(_code(url))
                if found is not None:
                    card, language = found
                    with speaking(language):
                        shown[url] = {"blocks": unfurled(card, self._command)}
            if shown and all(where.values()):
                await self._client.api_call("chat.unfurl", json={**where, "unfurls": shown})
        except Exception as error:  # noqa: BLE001 - the link works without it
            log.info("not unfurled", error=str(error))


def _code(url: str) -> str:
    """The code in an invite link; nothing for any other page."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    return path.removeprefix(_PATH).strip("/") if path.startswith(_PATH) else ""
