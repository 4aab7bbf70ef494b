"""Charts as pictures that stand in a message. Whatever goes wrong with one, the message is sent without it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from typing import Final

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters import chart
from adapters.slack.uploads import upload
from core.cards import Chart

log = structlog.get_logger("usher.slack")

NAME: Final = "chart.png"
#: Seconds for drawing a picture and handing it over; the words do not wait longer.
PATIENCE: Final = 4.0
_KEPT: Final = 50


class Pictures:
    """Hands pictures over, each once while it is remembered: a message may be tried several times."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._known: OrderedDict[Chart, str] = OrderedDict()

    async def of(self, shown: Chart) -> str:
        """The id of the file that shows a chart, empty where there is none. Never raises."""
        if shown in self._known:
            return self._known[shown]
        try:
            async with asyncio.timeout(PATIENCE):
                made = await self._handed_over(shown)
        except Exception as error:  # noqa: BLE001 - the words are sent whatever becomes of the picture
            log.warning("picture not sent", error=str(error) or type(error).__name__)
            return ""
        if made:
            self._known[shown] = made
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
        return made

    async def _handed_over(self, shown: Chart) -> str:
        content = await asyncio.to_thread(chart.drawn, shown)
        if content is None:
            return ""
        made = await upload(self._client, NAME, content)
        # Without a channel: it is seen where the message stands, and nowhere else.
        await self._client.files_completeUploadExternal(files=[{"id": made, "title": NAME}])
        return made
