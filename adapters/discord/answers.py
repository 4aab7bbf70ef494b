"""Hands people their answers, privately.

At once where the core is quick, after a sign of life where it is not, and by direct message where the interaction can no
longer be answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord
import structlog
from discord import InteractionResponseType as Kind

from adapters.desk import Desk
from adapters.discord import controls, forms, layout, letters, limits, names, parse, render
from adapters.discord.callback import Callbacks, Malformed, Outcome
from adapters.discord.letters import Letter
from adapters.discord.platform import DiscordPlatform
from core.calls import Call
from core.cards import Card, Form
from core.language import speaking
from core.ports import DeliveryError, Target

log = structlog.get_logger("usher.discord")

Interaction = discord.Interaction[Any]

_PRIVATE = {"flags": discord.MessageFlags(ephemeral=True).value}
_MALFORMED = 400


class SignOfLife:
    """Shows a person that Usher is thinking, once their answer has taken longer than ``patience``."""

    def __init__(self, patience: float, show: Callable[[], Coroutine[Any, Any, Outcome]]) -> None:
        self._show = show
        self._showing: asyncio.Task[Outcome] | None = None
        self._timer = asyncio.get_running_loop().call_later(patience, self._begin)

    def _begin(self) -> None:
        self._showing = asyncio.ensure_future(self._show())

    async def shown(self) -> bool:
        """Whether the person has seen it; from now on it is too late for it."""
        self._timer.cancel()
        try:
            return self._showing is not None and await self._showing is not Outcome.REFUSED
        except Malformed:
            return False  # whatever is wrong, the answer itself is going to meet it too, and is accounted for


class Answers:
    """``patience``: seconds before a person is shown that Usher is thinking."""

    def __init__(self, desk: Desk, callbacks: Callbacks, platform: DiscordPlatform, patience: float) -> None:
        self._desk = desk
        self._callbacks = callbacks
        self._platform = platform
        self._patience = patience

    async def give(
        self, interaction: Interaction, read: Callable[[Interaction], Call], *, in_place: bool = False
    ) -> None:
        """Answers a command, a click or a form; never raises. ``in_place``: the answer replaces the card that was clicked."""
        with speaking(parse.language(interaction)):
            await self._give(interaction, read, in_place=in_place)

    async def _give(
        self, interaction: Interaction, read: Callable[[Interaction], Call], *, in_place: bool
    ) -> None:
        sign = SignOfLife(self._patience, lambda: self._think(interaction, in_place=in_place))
        try:
            call = read(interaction)
            card = await self._desk.handle(call)
            if card is not None and await self._opened(interaction, call, card, sign):
                return
            letter = None if card is None else await letters.write(card)
        except Exception as fault:  # noqa: BLE001 - whatever breaks, the person hears of it
            letter = Letter(self._desk.fault(fault, interaction=str(interaction.id)))
        begun = await sign.shown()
        if letter is None:
            return  # another process takes care: each one that is connected hears every interaction
        try:
            await self._show(interaction, letter, begun=begun, in_place=in_place)
        except Exception as fault:  # noqa: BLE001 - the same, for what the card itself breaks
            await self._confess(interaction, fault, begun=begun)

    async def _opened(self, interaction: Interaction, call: Call, card: Card, sign: SignOfLife) -> bool:
        """Opens the card's form, where it has one; False where it is too late for that, and the card has to be shown.

        A form can only be the first answer, and never the answer to a form.
        """
        if card.form is None or interaction.type is discord.InteractionType.modal_submit:
            return False
        in_server = interaction.guild_id is not None
        found = await self._offered(card.form, call, in_server=in_server)
        if await sign.shown():
            return False
        try:
            data = forms.modal(card.form, found, in_server=in_server)
            outcome = await self._callbacks.answer(interaction, Kind.modal, data)
        except Malformed as fault:
            self._desk.fault(fault, interaction=str(interaction.id))
            return False
        return outcome is not Outcome.REFUSED

    async def _offered(self, form: Form, call: Call, *, in_server: bool) -> dict[str, list[tuple[str, str]]]:
        """What there is to choose from; what cannot be found in time is typed."""
        found: dict[str, list[tuple[str, str]]] = {}
        try:
            async with asyncio.timeout(limits.OFFERING):
                for name in forms.searched(form, in_server=in_server):
                    found[name] = await self._desk.complete_form(form.key, name, "", call)
        except TimeoutError:
            log.info("nothing offered in time")
        except Exception as fault:  # noqa: BLE001 - it is logged, and the form works without
            self._desk.fault(fault, form=form.key)
        return found

    async def suggest(self, interaction: Interaction) -> None:
        """Answers autocompletion; suggestions that fail or come late are none, and the person types on."""
        choices: list[dict[str, Any]] = []
        try:
            call, option, typed = parse.completion(interaction, self._desk.clock())
            pairs = await self._found(interaction, call, option, typed)
            choices = [choice.to_dict() for choice in controls.choices(pairs)]
        except TimeoutError:
            log.info("suggestions too late")
        except Exception as fault:  # noqa: BLE001 - it is logged; there is no place to show a card
            self._desk.fault(fault, interaction=str(interaction.id))
        try:
            await self._callbacks.answer(interaction, Kind.autocomplete_result, {"choices": choices})
        except Malformed as fault:
            self._desk.fault(fault, interaction=str(interaction.id))

    async def _found(
        self, interaction: Interaction, call: Call, option: str, typed: str
    ) -> list[tuple[str, str]]:
        if parse.is_of_command(call, option):
            with speaking(parse.language(interaction)):
                return names.alike(typed)
        async with asyncio.timeout(limits.SUGGESTING):
            return await self._desk.complete(call, option, typed)

    async def _think(self, interaction: Interaction, *, in_place: bool) -> Outcome:
        if in_place:
            return await self._callbacks.answer(interaction, Kind.deferred_message_update)
        return await self._callbacks.answer(interaction, Kind.deferred_channel_message, _PRIVATE)

    async def _show(self, interaction: Interaction, letter: Letter, *, begun: bool, in_place: bool) -> None:
        """``begun``: the person has seen a sign of life, which the letter completes."""
        outcome = Outcome.ALREADY
        if not begun and letter.size > limits.AT_ONCE:
            thought = await self._think(interaction, in_place=in_place)
            outcome = Outcome.REFUSED if thought is Outcome.REFUSED else Outcome.ALREADY
        elif not begun:
            outcome = await self._at_once(interaction, letter, in_place=in_place)
        # Whatever answer stands there already, this makes it show the letter.
        as_layout = _is_layout(interaction, letter, in_place=in_place)
        if outcome is Outcome.ALREADY and not await self._complete(interaction, letter, as_layout=as_layout):
            outcome = Outcome.REFUSED
        if outcome is Outcome.REFUSED:
            await self._direct(interaction, letter)

    async def _at_once(self, interaction: Interaction, letter: Letter, *, in_place: bool) -> Outcome:
        kind, data = Kind.channel_message, letter.message(as_layout=_is_layout(interaction, letter))
        data["flags"] = data.get("flags", 0) | _PRIVATE["flags"]
        if in_place:
            # What was enclosed with the page before goes with it.
            shown = letter.message(as_layout=_is_layout(interaction, letter, in_place=True))
            kind, data = Kind.message_update, {"attachments": []} | shown
        return await self._callbacks.answer(interaction, kind, data, letter.enclosed)

    async def _complete(self, interaction: Interaction, letter: Letter, *, as_layout: bool) -> bool:
        if interaction.client.is_closed():
            return False
        try:
            async with asyncio.timeout(
                limits.UPLOADING if letter.size > limits.AT_ONCE else limits.DELIVERING
            ):
                if as_layout:
                    await interaction.edit_original_response(
                        view=layout.Layout(letter.as_layout()), attachments=letter.files()
                    )
                else:
                    await interaction.edit_original_response(
                        embed=render.embed(letter.card),
                        view=controls.view(letter.card),
                        attachments=letter.files(),
                    )
        except discord.HTTPException as refused:
            if refused.status == _MALFORMED:
                raise
            log.info("answer not completed", detail=str(refused))
            return False
        except (aiohttp.ClientError, OSError, TimeoutError) as lost:
            log.info("answer not completed", detail=repr(lost))
            return False
        return True

    async def _direct(self, interaction: Interaction, letter: Letter) -> None:
        """Too late, or Discord is unwell: the work is done, so the person hears of it in their direct messages."""
        target = Target.direct(parse.actor(interaction).identity)
        try:
            await self._platform.send(target, letter, str(interaction.id))
        except DeliveryError as closed:
            log.warning("answer lost", title=letter.card.title, detail=closed.detail)

    async def _confess(self, interaction: Interaction, fault: Exception, *, begun: bool) -> None:
        card = self._desk.fault(fault, interaction=str(interaction.id))
        try:
            await self._show(interaction, Letter(card), begun=begun, in_place=False)
        except Exception as again:  # noqa: BLE001 - nothing is left to try
            self._desk.fault(again, interaction=str(interaction.id))


def _is_layout(interaction: Interaction, letter: Letter, *, in_place: bool = False) -> bool:
    """Whether the answer is a layout. What a message once is it stays: Discord takes no embed in place of a layout."""
    if in_place and interaction.message is not None:
        return interaction.message.flags.components_v2
    return letter.wants_layout
