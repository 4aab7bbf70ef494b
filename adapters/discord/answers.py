"""Hands people their answers, privately.

At once where the core is quick, after a sign of life where it is not, and by direct message where the interaction can no
longer be answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import structlog

from adapters.desk import Desk
from adapters.discord import limits, parse, render
from core.calls import Call
from core.cards import Card
from core.catalogue import ACTIONS, COMMANDS
from core.ports import ChatPlatform, DeliveryError, Target

log = structlog.get_logger("usher.discord")

Interaction = discord.Interaction[Any]
MISSING = discord.utils.MISSING

_ALREADY_ANSWERED = 40060
_BAD_REQUEST = 400


class Answers:
    """``patience``: seconds before a person is shown that Usher is thinking."""

    def __init__(self, desk: Desk, platform: ChatPlatform, patience: float = limits.PATIENCE) -> None:
        self._desk = desk
        self._platform = platform
        self._patience = patience

    async def give(
        self, interaction: Interaction, read: Callable[[Interaction], Call], *, in_place: bool = False
    ) -> None:
        """Answers a command or click; never raises. ``in_place``: the answer replaces the card that was clicked."""
        begun = False
        try:
            work = asyncio.ensure_future(self._work(read(interaction), str(interaction.id)))
            await asyncio.wait((work,), timeout=self._patience)
            if not work.done():
                begun = await self._reached(interaction.response.defer(ephemeral=True, thinking=not in_place))
            card = await work
            if card is not None:
                await self._show(interaction, card, begun=begun, in_place=in_place)
        except Exception as fault:  # noqa: BLE001 - whatever breaks, the person hears of it
            await self._confess(interaction, fault, begun=begun)

    async def suggest(self, interaction: Interaction) -> None:
        """Answers autocompletion; suggestions that fail or come late are none, and the person types on."""
        try:
            call, option, typed = parse.completion(interaction, self._desk.clock())
            async with asyncio.timeout(limits.SUGGESTING):
                pairs = await self._desk.complete(call, option, typed)
        except TimeoutError:
            pairs = []
        except Exception as fault:  # noqa: BLE001 - it is logged; there is no place to show a card
            self._desk.fault(fault, command="autocomplete")
            pairs = []
        await self._reached(interaction.response.autocomplete(render.choices(pairs)))

    async def _work(self, call: Call, event: str) -> Card | None:
        """The card, or None when another process takes care: each one that is connected hears every interaction."""
        if _changes(call) and not await self._desk.first_time(parse.PLATFORM, event):
            return None
        return await self._desk.handle(call)

    async def _show(self, interaction: Interaction, card: Card, *, begun: bool, in_place: bool) -> None:
        """``begun``: the person has seen a sign of life, which the card completes."""
        embed, view = render.embed(card), render.view(card)
        shown: Awaitable[object]
        if begun:
            shown = interaction.edit_original_response(embed=embed, view=view)
        elif in_place:
            shown = interaction.response.edit_message(embed=embed, view=view)
        else:
            shown = interaction.response.send_message(embed=embed, view=view or MISSING, ephemeral=True)
        if not await self._reached(shown):
            await self._direct(interaction, card)

    async def _reached(self, answer: Awaitable[object]) -> bool:
        """Whether Discord took the answer. Raises only what is our own doing: an answer that is malformed."""
        try:
            async with asyncio.timeout(limits.ANSWERING):
                await answer
        except discord.HTTPException as refused:
            # The library repeats a first answer whose receipt got lost, and hears that there is one already: ours.
            if refused.code == _ALREADY_ANSWERED:
                return True
            if refused.status == _BAD_REQUEST:
                raise
            log.info("interaction not answered", detail=f"{refused.status} {refused.code} {refused.text}")
            return False
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            log.info("interaction not answered", detail=repr(lost))
            return False
        return True

    async def _direct(self, interaction: Interaction, card: Card) -> None:
        """Too late, or Discord is unwell: the work is done, so the person hears of it in their direct messages."""
        target = Target.direct(parse.actor(interaction).identity)
        try:
            await self._platform.post(target, card, str(interaction.id), look_first=False)
        except DeliveryError as closed:
            log.warning("answer lost", title=card.title, detail=closed.detail)

    async def _confess(self, interaction: Interaction, fault: Exception, *, begun: bool) -> None:
        card = self._desk.fault(fault, interaction=str(interaction.id))
        try:
            await self._show(interaction, card, begun=begun, in_place=False)
        except Exception as again:  # noqa: BLE001 - nothing is left to try
            self._desk.fault(again, interaction=str(interaction.id))


def _changes(call: Call) -> bool:
    declared = COMMANDS.get(call.command) or ACTIONS.get(call.action)
    return declared is not None and not declared.reads
