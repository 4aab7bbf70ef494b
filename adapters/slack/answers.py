"""Private answers that come after the acknowledgement: none is lost without a trace."""

from __future__ import annotations

import asyncio
import json
from typing import Any, NamedTuple

import structlog
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.builtin_interval_calculators import FixedValueRetryIntervalCalculator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.files import Files
from adapters.slack.forms import Opened, view
from adapters.slack.render import message
from core.cards import Card, Tone
from core.language import speaking

log = structlog.get_logger("usher.slack")


#: A person is waiting, and an acknowledgement, too.
RETRY_SECONDS = 0.2
#: A form can be opened for three seconds after what was typed or pressed.
OPEN_WITHIN = 2.5
_BESIDE = {"replace_original": False, "response_type": "ephemeral"}


def retries() -> list[AsyncRetryHandler]:
    """For questions and private answers, where twice does no harm. The relay's client has none of these."""
    soon = FixedValueRetryIntervalCalculator(RETRY_SECONDS)
    return [
        AsyncConnectionErrorRetryHandler(max_retry_count=2, interval_calculator=soon),
        AsyncRateLimitErrorRetryHandler(max_retry_count=2),
        AsyncServerErrorRetryHandler(max_retry_count=2, interval_calculator=soon),
    ]


class Reader(NamedTuple):
    """Whom an answer goes to.

    ``url`` is the interaction's response_url; ``own``: a private answer was clicked, whose place the next one takes.
    ``trigger`` opens one form, while it is fresh. Both are of the moment ``at``.
    """

    person: str
    channel: str
    command: str
    url: str = ""
    own: bool = False
    trigger: str = ""
    language: str = ""
    at: int = 0


class Answers:
    """Ways to one person, the best first: the interaction's own address, then the channel, then direct messages.

    A form opens instead, where it can.
    """

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._files = Files(client)

    async def send(self, card: Card, reader: Reader) -> None:
        """Shows ``card`` to the reader alone. Never raises; an answer that cannot be shown is logged."""
        with speaking(reader.language):
            if not await self._opened(card, reader):
                await self._shown(card, reader)

    async def _opened(self, card: Card, reader: Reader) -> bool:
        """Whether the form that the card has is open. Too late, say, the card tells what to type, and opens it again."""
        if card.form is None or not reader.trigger:
            return False
        opened = Opened(card.form.key, reader.channel, reader.url, reader.own, reader.at, reader.person)
        try:
            opening = self._client.views_open(
                trigger_id=reader.trigger, view=view(card.form, opened, reader.command)
            )
            await asyncio.wait_for(opening, OPEN_WITHIN)
        except Exception as error:  # noqa: BLE001 - whatever failed, the card says how else to go on
            log.warning("form not opened", person=reader.person, form=card.form.title, error=str(error))
            return False
        return True

    async def _shown(self, card: Card, reader: Reader) -> None:
        # A refusal stands beside what was clicked, and so does what is still to be filled in: with the card gone there
        # would be nothing left to try again on.
        replace = reader.own and card.tone not in {Tone.REFUSED, Tone.BROKEN} and card.form is None
        card = await self._files.sent(card, reader.person)
        shown = message(card, reader.command, own=True)
        tries = [
            ("response_url", self._by_url, reader.url),
            ("ephemeral", self._beside, reader.channel if not is_direct(reader.channel) else ""),
            ("direct message", self._directly, reader.person),
        ]
        for way, deliver, possible in tries:
            if not possible:
                continue
            try:
                await deliver(shown, reader._replace(own=replace))
            except Exception as error:  # noqa: BLE001 - whatever failed, the next way may work
                log.warning("answer not taken", way=way, person=reader.person, error=str(error))
            else:
                return
        log.error("answer lost", person=reader.person, title=card.title)

    async def write(self, card: Card, reader: Reader) -> None:
        """Answers in the conversation with the bot, where the question was written."""
        try:
            with speaking(reader.language):
                card = await self._files.sent(card, reader.person)
                await self._post(reader.channel, message(card, reader.command, own=True))
        except Exception:
            log.exception("answer lost", person=reader.person, title=card.title)

    async def _by_url(self, shown: dict[str, Any], reader: Reader) -> None:
        # Slack puts the answer to a click in the place of what was clicked unless it is told not to.
        how = {"replace_original": True} if reader.own else _BESIDE
        answer = await AsyncWebhookClient(reader.url, retry_handlers=retries()).send_dict(how | shown)
        # The SDK raises for no refusal; some are told by the status, some only in the body.
        if answer.status_code != 200 or not _accepted(answer.body):
            raise RuntimeError(f"{answer.status_code} {answer.body[:200]}")

    async def _beside(self, shown: dict[str, Any], reader: Reader) -> None:
        await self._client.chat_postEphemeral(channel=reader.channel, user=reader.person, **shown)

    async def _directly(self, shown: dict[str, Any], reader: Reader) -> None:
        opened = await self._client.conversations_open(users=reader.person)
        await self._post(str(opened["channel"]["id"]), shown)

    async def _post(self, channel: str, shown: dict[str, Any]) -> None:
        await self._client.chat_postMessage(
            channel=channel, parse="none", unfurl_links=False, unfurl_media=False, **shown
        )


def is_direct(channel: str) -> bool:
    return channel.startswith("D")


def _accepted(body: str) -> bool:
    try:
        found = json.loads(body)
    except ValueError:
        return True  # "ok", as text
    return not isinstance(found, dict) or found.get("ok") is not False
