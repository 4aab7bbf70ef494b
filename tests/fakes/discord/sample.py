"""A small bot on the real library, with which the fake's own tests drive it."""

from __future__ import annotations

import asyncio
import contextlib
import re
import warnings
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from tests.fakes.discord import patience
from tests.fakes.discord.server import FakeDiscord

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the library imports audioop
    import discord
    from discord import app_commands, ui

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pytest

Click = discord.Interaction


class Act(ui.DynamicItem[ui.Button], template=r"act:(?P<verb>[a-z]+):(?P<number>\d+)"):
    """A button whose whole state is its custom id, so any process can serve it."""

    def __init__(self, verb: str, number: int) -> None:
        super().__init__(ui.Button(label=verb.title(), custom_id=f"act:{verb}:{number}"))
        self.verb, self.number = verb, number

    @classmethod
    async def from_custom_id(cls, interaction: Click, item: ui.Item[Any], match: re.Match[str]) -> Act:
        return cls(match["verb"], int(match["number"]))

    async def callback(self, interaction: Click) -> None:
        if self.verb == "ask":
            await interaction.response.send_modal(Form())
        elif self.verb == "note":
            await interaction.response.send_message(f"noted {self.number}", ephemeral=True)
        elif self.verb == "think":
            await interaction.response.defer()
            await interaction.edit_original_response(content=f"thought about {self.number}")
        else:
            await interaction.response.edit_message(content=f"{self.verb} {self.number}", view=None)


class Form(ui.Modal, title="Why?"):
    reason = ui.Label(text="Reason", component=ui.TextInput(max_length=20))
    days: ui.TextInput[Any] = ui.TextInput(label="Days", default="7", required=False)

    async def on_submit(self, interaction: Click) -> None:
        assert isinstance(self.reason.component, ui.TextInput)
        await interaction.response.send_message(
            f"{self.reason.component.value} for {self.days.value}", ephemeral=True
        )


class Picker(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        custom_id="pick-role",
        options=[
            discord.SelectOption(label="Editor", value="e"),
            discord.SelectOption(label="Viewer", value="v"),
        ],
    )
    async def picked(self, interaction: Click, select: ui.Select[Any]) -> None:
        await interaction.response.send_message(f"picked {select.values}", ephemeral=True)

    @ui.select(cls=ui.UserSelect, custom_id="pick-user")
    async def picked_user(self, interaction: Click, select: ui.UserSelect[Any]) -> None:
        await interaction.response.send_message(f"picked {select.values[0].name}", ephemeral=True)


def card(number: int) -> ui.View:
    view = ui.View(timeout=None)
    for verb in ("approve", "note", "ask", "think"):
        view.add_item(Act(verb, number))
    return view


class SampleBot(discord.Client):
    def __init__(self, **options: Any) -> None:
        intents = options.pop("intents", discord.Intents(guilds=True))
        options = {"chunk_guilds_at_startup": False, "guild_ready_timeout": 0.01} | options
        super().__init__(intents=intents, **options)
        self.tree = app_commands.CommandTree(self)
        self.tree.error(self.note_error)
        self.errors: list[BaseException] = []
        self.gate = asyncio.Event()
        self.started: list[str] = []
        self.ready_count = 0

    async def on_ready(self) -> None:
        self.ready_count += 1

    async def note_error(self, _: Click, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))

    async def setup_hook(self) -> None:
        self.add_dynamic_items(Act)
        self.add_view(Picker())
        add_commands(self)
        await self.tree.sync()


def add_commands(bot: SampleBot) -> None:
    tree = bot.tree
    invite = app_commands.Group(name="invite", description="Invitations")

    @tree.command(description="Say it back")
    async def ping(interaction: Click, text: str) -> None:
        bot.started.append(text)
        await interaction.response.send_message(f"pong {text}", ephemeral=True)

    @tree.command(description="Think first")
    async def slow(interaction: Click, private: bool) -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        await bot.gate.wait()
        await interaction.followup.send("done")
        await interaction.followup.send("and more", ephemeral=True)

    @tree.command(description="Answer when told to")
    async def late(interaction: Click) -> None:
        bot.started.append("late")
        await bot.gate.wait()
        await interaction.response.send_message("here", ephemeral=True)

    @tree.command(description="Answer twice")
    async def twice(interaction: Click) -> None:
        await interaction.response.send_message("one")
        interaction.response._response_type = None
        await interaction.response.send_message("two")

    @tree.command(name="card", description="Show a card")
    async def show_card(interaction: Click, number: int) -> None:
        await interaction.response.send_message(
            embed=discord.Embed(title=f"Card {number}"), view=card(number)
        )

    @tree.command(description="Pick something")
    async def picker(interaction: Click) -> None:
        await interaction.response.send_message("pick", view=Picker(), ephemeral=True)

    @tree.command(description="Write to a person")
    async def write(interaction: Click, member: discord.User, text: str) -> None:
        await interaction.response.defer(ephemeral=True)
        await member.send(text)
        await interaction.followup.send("written")

    @invite.command(name="create", description="Invite")
    @app_commands.choices(kind=[app_commands.Choice(name="As a link", value="link")])
    async def create(
        interaction: Click,
        name: app_commands.Range[str, 2, 10],
        uses: app_commands.Range[int, 1, 100] | None = None,
        role: discord.Role | None = None,
        member: discord.Member | None = None,
        kind: app_commands.Choice[str] | None = None,
    ) -> None:
        told = [name, uses, role and role.name, member and member.display_name, kind and kind.value]
        await interaction.response.send_message(" ".join(map(str, told)), ephemeral=True)

    @invite.command(name="show", description="Show one")
    async def show(interaction: Click, invite: str) -> None:
        await interaction.response.send_message(f"invite {invite} {interaction.locale}", ephemeral=True)

    @show.autocomplete("invite")
    async def propose(interaction: Click, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=n, value=n[:2]) for n in ("design", "dev") if n.startswith(current)]

    @tree.context_menu(name="Inspect")
    async def inspect(interaction: Click, member: discord.Member) -> None:
        await interaction.response.send_message(f"this is {member.display_name}", ephemeral=True)

    tree.add_command(invite)


@asynccontextmanager
async def running(bot: discord.Client, token: str) -> AsyncIterator[None]:
    """The bot is connected and ready; closed afterwards."""
    async with bot:  # closes it at the end
        task = asyncio.create_task(bot.start(token))
        ready = asyncio.create_task(bot.wait_until_ready())
        await asyncio.wait({task, ready}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            await task  # raises what made it give up
        try:
            yield
        finally:
            await patience.close(bot)
            with contextlib.suppress(Exception):
                await task


@asynccontextmanager
async def bot_on(fake: FakeDiscord, **options: Any) -> AsyncIterator[SampleBot]:
    bot = SampleBot(**options)
    async with running(bot, fake.token):
        yield bot


class Scene:
    """A guild "Acme" of alice with bob in it, and the bot at work."""

    def __init__(self, fake: FakeDiscord, bot: SampleBot) -> None:
        self.fake, self.bot = fake, bot
        self.alice, self.bob, self.acme = (
            next(u for u in fake.world.users.values() if u.username == "alice"),
            next(u for u in fake.world.users.values() if u.username == "bob"),
            next(iter(fake.world.guilds.values())),
        )
        self.general = next(iter(self.acme.channels.values()))


@asynccontextmanager
async def world() -> AsyncIterator[FakeDiscord]:
    """The fake with its people, no bot yet; at the end no rule may have been broken."""
    async with FakeDiscord() as fake:
        alice, bob = fake.add_user("alice", locale="de"), fake.add_user("bob")
        fake.add_member(fake.add_guild("Acme", owner=alice), bob)
        yield fake
        fake.assert_clean()


@asynccontextmanager
async def scene(monkeypatch: pytest.MonkeyPatch, **options: Any) -> AsyncIterator[Scene]:
    async with world() as fake:
        fake.patch(monkeypatch)
        async with bot_on(fake, **options) as bot:
            yield Scene(fake, bot)
