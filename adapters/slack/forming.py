"""What is done with forms: one that was sent, one that is searched in, and the shortcuts that open one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.desk import Desk
from adapters.slack import limits, parse
from adapters.slack.answers import Answers, Reader
from adapters.slack.fields import BESIDE
from adapters.slack.forms import Filled, Opened, TooLarge, fields_of, filled, opened_of, view
from adapters.slack.options import Marks, begins, marked, options
from adapters.slack.people import People
from core.calls import OPEN as NEW
from core.calls import Call, Value
from core.cards import Card
from core.forms import OPEN
from core.language import speaking, t

log = structlog.get_logger("usher.slack")

#: Choices are of no use after three seconds.
SUGGEST_WITHIN = 2.5
#: An address for an answer is left alone when it is about to expire.
_SOON = 60


class Forming:
    """Bolt calls these. ``ack_within``: for how many seconds the work may hold up the acknowledgement."""

    def __init__(
        self,
        desk: Desk,
        answers: Answers,
        people: People,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
        *,
        command: str,
        ack_within: float,
    ) -> None:
        self._desk = desk
        self._answers = answers
        self._people = people
        self._spawn = spawn
        self._command = command
        self._ack_within = ack_within
        self._marks = Marks()

    async def on_shortcut(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._spawn(self._begun(body))

    async def _begun(self, body: dict[str, Any]) -> None:
        actor, where = parse.elsewhere(body)
        call = Call(
            self._people.reading(actor),
            where,
            self._desk.clock(),
            parse.shortcut(body),
            form=NEW,
        )
        card = await self._desk.handle(call)
        assert card is not None  # Slack sends a shortcut once
        await self._answers.send(card, self._reader(body, call, Opened("")))
        self._people.look_later(call.actor)

    async def on_submit(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """What is wrong is said in the form if it is known soon; else the form closes, and the answer follows."""
        opened = opened_of(body)
        if opened is None:
            await ack()
            return
        actor, where = parse.elsewhere(body, opened.channel)
        call = Call(self._people.reading(actor), where, self._desk.clock(), form=opened.key)
        reader = self._reader(body, call, opened)
        read = filled(body, opened, where.realm)
        if read.twice:
            with speaking(call.actor.language):
                await ack(response_action="errors", errors=_both(read))
            return
        answering = asyncio.ensure_future(self._sent(call, read))
        await asyncio.wait({answering}, timeout=self._ack_within)
        with speaking(call.actor.language):
            again = self._again(answering.result(), opened, read, body) if answering.done() else {}
        await ack(**again)
        if not again:
            self._spawn(self._follow(answering, reader))

    async def _follow(self, answering: asyncio.Future[Card], reader: Reader) -> None:
        await self._answers.send(await answering, reader)

    async def _sent(self, call: Call, read: Filled) -> Card:
        """Never raises."""
        with speaking(call.actor.language):
            return await self._carried(call, read)

    async def _carried(self, call: Call, read: Filled) -> Card:
        try:
            options = await self._unmarked(call, read)
            facts = await self._desk.form_facts(call)
            actor = await self._people.informed(call.actor, call.where, facts)
            if "outside" in facts:
                actor = await self._people.reaching(actor, options)
        except Exception as fault:  # noqa: BLE001 - Slack did not say who this is
            return self._desk.fault(fault, form=call.form)
        call = replace(call, actor=actor, options=options)
        card = await self._desk.handle(call)
        assert card is not None  # Slack sends a form once
        return await self._with_form(card, call)

    async def _with_form(self, card: Card, call: Call) -> Card:
        """A refusal after which the form can be sent again, with the form: it is said above it."""
        button = next((button for button in card.buttons if button.action == OPEN), None)
        if card.form is not None or button is None:
            return card
        call = replace(call, options={}, form="", action=OPEN, subject=button.subject)
        form = await self._desk.handle(call)
        return card if form is None else replace(card, form=form.form)

    async def _unmarked(self, call: Call, read: Filled) -> dict[str, Value]:
        """What was picked, with the values themselves in the place of marks."""
        meant = dict(read.options)
        for name, labels in read.marks.items():
            found = {mark: await self._meant(call, name, mark, label) for mark, label in labels.items()}
            picked = meant[name]
            meant[name] = (
                tuple(found.get(str(each), each) for each in picked)
                if type(picked) is tuple
                else found[str(picked)]
            )
        return meant

    async def _meant(self, call: Call, name: str, mark: str, label: str) -> str:
        """The value under a mark; one that another process offered is asked for again."""
        known = self._marks.meant(mark)
        if known is None:
            choices = await self._desk.complete_form(call.form, name, begins(label), call)
            known = next((value for value, _ in choices if marked(value) == mark), label)
        return known

    async def on_options(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """What is typed into a drop-down that is searched. Without an answer in time nothing is offered, and one types on."""
        opened, name = opened_of(body), str(body.get("action_id") or "")
        choices: list[tuple[str, str]] = []
        if opened is not None and name:
            actor, where = parse.elsewhere(body, opened.channel)
            given = filled(body, opened, where.realm).options
            call = Call(
                self._people.reading(actor), where, self._desk.clock(), options=given, form=opened.key
            )
            try:
                asking = self._desk.complete_form(opened.key, name, str(body.get("value") or ""), call)
                choices = await asyncio.wait_for(asking, SUGGEST_WITHIN)
            except Exception as fault:  # noqa: BLE001 - whatever broke, one can still type
                self._desk.fault(fault, form=opened.key)
        self._marks.learn(value for value, _ in choices)
        await ack(options=options(choices))

    def _again(self, card: Card, opened: Opened, read: Filled, body: dict[str, Any]) -> dict[str, Any]:
        """The form once more, with what is wrong: at the fields where they are still the ones, and above them otherwise.

        Empty where there is nothing to be filled in any more.
        """
        form = card.form
        if form is None:
            return {}
        errors = {_blamed(entry.name, read): entry.error for entry in form.entries if entry.error}
        there = fields_of(body)
        if errors and form.key == opened.key and there.issuperset(errors):
            return {"response_action": "errors", "errors": errors}
        try:
            shown = view(form, opened._replace(key=form.key), self._command, above=None if errors else card)
        except TooLarge:
            return {}
        return {"response_action": "update", "view": shown}

    def _reader(self, body: dict[str, Any], call: Call, opened: Opened) -> Reader:
        person = call.actor.identity.subject
        good = call.at - opened.at < limits.RESPONSE_URL_SECONDS - _SOON and person == opened.person
        return Reader(
            person,
            opened.channel,
            self._command,
            opened.url if good else "",
            own=opened.own and good,
            trigger=parse.trigger(body),
            language=call.actor.language,
            at=opened.at,
        )


def _blamed(name: str, read: Filled) -> str:
    """The id of the block to which an error of an option belongs: the one that was used, of two."""
    return name + BESIDE if name in read.beside else name


def _both(read: Filled) -> dict[str, str]:
    return {name: t("A date, or a length of time: one of the two.") for name in read.twice}
