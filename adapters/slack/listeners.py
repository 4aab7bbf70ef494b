"""What is done with each thing that Slack sends: a command, a click, a message to the bot."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.desk import Desk
from adapters.slack import parse
from adapters.slack.answers import Answers, Reader
from adapters.slack.at_home import AtHome
from adapters.slack.forming import Forming
from adapters.slack.people import People
from adapters.slack.render import message
from core.calls import Actor, Call
from core.cards import Card
from core.catalogue import ACTIONS
from core.errors import Refusal, refusal_card
from core.forms import OPEN
from core.language import speaking

#: Events that are remembered; Slack tells of one again for an hour at the most.
_HEARD = 10_000


class OnlyOurs(AsyncMiddleware):
    """Acknowledges what Usher has no use for. Bolt would warn and leave it open, and Slack would send it again."""

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,
        next: Callable[[], Awaitable[BoltResponse]],
    ) -> BoltResponse | None:
        del resp
        return await next() if parse.is_ours(req.body) else BoltResponse(status=200, body="")


class Listeners:
    """Bolt calls these.

    ``spawn`` runs what goes on after the acknowledgement; ``ack_within``: for how many seconds a command's answer may
    hold up the acknowledgement on which it rides.
    """

    def __init__(
        self,
        desk: Desk,
        client: AsyncWebClient,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        *,
        command: str,
        ack_within: float,
    ) -> None:
        self._desk = desk
        self._answers = Answers(client)
        self._people = People(desk, client, spawn)
        self._spawn = spawn
        self._command = command
        self._ack_within = ack_within
        self.forms = Forming(desk, self._answers, self._people, spawn, command=command, ack_within=ack_within)
        self.at_home = AtHome(desk, client, self._people, spawn, command)
        self._heard: OrderedDict[str, None] = OrderedDict()

    async def on_command(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """The answer rides on the acknowledgement if it is ready soon, and follows it otherwise."""
        asked = parse.slash(body)
        asked = replace(asked, actor=self._people.reading(asked.actor))
        answering = asyncio.ensure_future(self._answer(asked))
        await asyncio.wait({answering}, timeout=self._ack_within)
        if answering.done():
            card = answering.result()
            assert card is not None  # Slack sends a command once
            # To send files takes longer than Slack waits, and a form opens in the place of an answer.
            if not card.files and card.form is None:
                with speaking(asked.actor.language):
                    shown = message(card, asked.command, own=True)
                await ack(response_type="ephemeral", **shown)
                self._people.look_later(asked.actor)
                return
        await ack()
        self._spawn(self._follow(answering, self._reader(body, asked.actor, asked.command), asked.actor))

    async def _follow(self, answering: asyncio.Future[Card | None], reader: Reader, actor: Actor) -> None:
        card = await answering
        assert card is not None  # as above
        await self._answers.send(card, reader)
        self._people.look_later(actor)

    async def on_click(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._spawn(self._pressed(body))

    async def _pressed(self, body: dict[str, Any]) -> None:
        call = parse.click(body, self._desk.clock())
        call = replace(call, actor=self._people.reading(call.actor))
        card = await self._clicked(call)
        reader = self._reader(body, call.actor)
        await self._answers.send(card, reader._replace(own=parse.on_own_answer(body)))
        await self.at_home.pressed(body)
        self._people.look_later(call.actor)

    async def _clicked(self, call: Call) -> Card:
        with speaking(call.actor.language):
            return await self._done(call)

    async def _done(self, call: Call) -> Card:
        declared = ACTIONS.get(call.action)
        try:
            facts = declared.facts if declared is not None else frozenset[str]()
            if call.action == OPEN:
                facts = await self._desk.form_facts(call)
            call = replace(call, actor=await self._people.informed(call.actor, call.where, facts))
        except Exception as fault:  # noqa: BLE001 - Slack did not say who this is
            return self._desk.fault(fault, action=call.action)
        card = await self._desk.handle(call)
        assert card is not None  # Slack sends a click once
        return card

    async def on_message(self, body: dict[str, Any]) -> None:
        asked = parse.message(body, self._command)
        if asked is not None:
            self._spawn(self._written(asked, body))

    async def _written(self, asked: parse.Asked, body: dict[str, Any]) -> None:
        """Answers a command that was written to the bot, once, however often Slack tells of it.

        This process knows what it has heard. What another one has done the core knows; what it has only said, or was
        about to when it was killed, is said again.
        """
        event = str(body.get("event_id") or "")
        if event and not self._news(event):
            return
        try:
            asked = replace(asked, actor=await self._people.named(asked.actor))
            card = await self._answer(asked, event)
        except Exception as fault:  # noqa: BLE001 - an answer is owed whatever broke
            card = self._desk.fault(fault, event="message")
        if card is not None:
            await self._answers.write(card, self._reader(body, asked.actor))
            self._people.look_later(asked.actor)

    def _news(self, event: str) -> bool:
        if event in self._heard:
            return False
        self._heard[event] = None
        if len(self._heard) > _HEARD:
            self._heard.popitem(last=False)
        return True

    async def _answer(self, asked: parse.Asked, event: str = "") -> Card | None:
        """Never raises: a refusal and a fault are answers, too. None where ``event`` was handled before."""
        with speaking(asked.actor.language):
            return await self._asked(asked, event)

    async def _asked(self, asked: parse.Asked, event: str) -> Card | None:
        try:
            declared, options = parse.command(asked.text, asked.where)
            actor = await self._people.informed(asked.actor, asked.where, declared.facts)
            if "outside" in declared.facts:
                actor = await self._people.reaching(actor, options)
            call = Call(actor, asked.where, self._desk.clock(), declared.name, options, event=event)
        except Refusal as refusal:
            return refusal_card(refusal)
        except Exception as fault:  # noqa: BLE001 - Slack did not say who this is, or parsing has a bug
            # No more than the first word: behind it may stand a code.
            return self._desk.fault(fault, command=asked.text.partition(" ")[0][:40])
        return await self._desk.handle(call)

    async def on_error(self, error: Exception, body: dict[str, Any]) -> BoltResponse | None:
        """The last resort, for what breaks outside the functions above: in Bolt, or while authorizing."""
        command = body.get("command")
        typed = isinstance(command, str)
        actor = self._people.reading(parse.slash(body).actor if typed else parse.click(body, 0).actor)
        with speaking(actor.language):
            card = self._desk.fault(error, payload=str(body.get("type") or command))
            if typed:
                shown = message(card, str(command))
                return BoltResponse(status=200, body={"response_type": "ephemeral", **shown})
        if parse.is_click(body):
            self._spawn(self._answers.send(card, self._reader(body, actor)))
            return BoltResponse(status=200, body="")
        return None  # an event: without an acknowledgement Slack sends it again

    def _reader(self, body: dict[str, Any], actor: Actor, command: str = "") -> Reader:
        url = body.get("response_url")
        return Reader(
            person=actor.identity.subject,
            channel=parse.channel_of(body),
            command=command or self._command,
            url=url if isinstance(url, str) else "",
            trigger=parse.trigger(body),
            language=actor.language,
            at=self._desk.clock(),
        )
