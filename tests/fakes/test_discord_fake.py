"""The fake Discord server, driven with the unmodified discord.py: people, messages, state."""

from __future__ import annotations

import asyncio
import io

import pytest
import yarl

from tests.fakes.discord import FakeDiscord, InteractionFailed, Refused
from tests.fakes.discord.remote import RemoteError, remote_discord
from tests.fakes.discord.sample import SampleBot, Scene, bot_on, card, discord, running, scene, ui, world


@pytest.fixture
async def on(monkeypatch):
    async with scene(monkeypatch) as ready:
        yield ready


async def test_a_bot_logs_in_registers_its_commands_and_is_ready(on: Scene):
    names = {c["name"] for c in on.fake.registry.all(None)}

    assert {"ping", "invite", "Inspect"} <= names
    assert on.bot.ready_count == 1
    assert [g.name for g in on.bot.guilds] == ["Acme"]
    assert on.bot.guilds[0].me.guild_permissions.manage_roles


async def test_a_wrong_token_is_refused_at_login(monkeypatch):
    async with FakeDiscord() as fake:
        fake.patch(monkeypatch)
        client = discord.Client(intents=discord.Intents.none())
        with pytest.raises(discord.LoginFailure):
            await client.login("wrong")
        await client.close()


async def test_a_command_is_answered_privately(on: Scene):
    reply = await (await on.fake.command(on.alice, "/ping", {"text": "hello"}, guild=on.acme)).reply()

    assert (reply.text, reply.ephemeral, reply.visible_to) == ("pong hello", True, on.alice.id)
    assert on.fake.messages(on.general) == []


async def test_a_command_works_in_direct_messages(on: Scene):
    delivery = await on.fake.command(on.alice, "ping", {"text": "x"})

    assert (await delivery.reply()).text == "pong x"
    assert "member" not in delivery.payload
    assert delivery.payload["user"]["username"] == "alice"


async def test_options_arrive_typed_and_resolved(on: Scene):
    editor = on.fake.add_role(on.acme, "Editor")
    options = {"name": "spring", "uses": 3, "role": editor, "member": on.bob, "kind": "As a link"}
    delivery = await on.fake.command(on.alice, "invite create", options, guild=on.acme)

    assert (await delivery.reply()).text == "spring 3 Editor bob link"


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("nothing", {}),
        ("invite", {}),
        ("invite burn", {}),
        ("invite create", {}),
        ("invite create", {"name": "x"}),
        ("invite create", {"name": "x" * 11}),
        ("invite create", {"name": 5}),
        ("invite create", {"name": "ok", "uses": 0}),
        ("invite create", {"name": "ok", "uses": 101}),
        ("invite create", {"name": "ok", "uses": True}),
        ("invite create", {"name": "ok", "kind": "mail"}),
        ("invite create", {"name": "ok", "role": "1"}),
        ("invite create", {"name": "ok", "colour": "red"}),
    ],
)
async def test_the_application_refuses_what_is_not_offered(on: Scene, path, options):
    with pytest.raises(Refused):
        await on.fake.command(on.alice, path, options, guild=on.acme)


async def test_only_members_use_a_guilds_commands(on: Scene):
    eve = on.fake.add_user("eve")
    with pytest.raises(Refused):
        await on.fake.command(eve, "ping", {"text": "x"}, guild=on.acme)


async def test_an_unregistered_command_can_be_forced_and_fails(on: Scene):
    delivery = await on.fake.raw_command(on.alice, {"name": "gone"}, guild=on.acme)
    on.fake.advance(3.1)

    assert delivery.failed
    with pytest.raises(InteractionFailed):
        await delivery.reply()


@pytest.mark.parametrize("private", [True, False])
async def test_the_first_message_after_a_defer_completes_it_and_keeps_who_sees_it(on: Scene, private):
    delivery = await on.fake.command(on.alice, "slow", {"private": private}, guild=on.acme)

    assert await delivery.initial() == 5
    assert delivery.original.loading
    assert delivery.messages == []

    on.bot.gate.set()
    reply, more = await delivery.reply(), await delivery.follow_up()

    assert (reply.text, reply.ephemeral, reply.loading) == ("done", private, False)
    assert reply is delivery.original
    assert (more.text, more.ephemeral) == ("and more", True)


async def test_autocomplete_proposes_choices(on: Scene):
    found = await on.fake.autocomplete(on.alice, "invite show", focused="invite", value="de", guild=on.acme)

    assert found == [{"name": "design", "value": "de"}, {"name": "dev", "value": "de"}]
    with pytest.raises(Refused):
        await on.fake.autocomplete(on.alice, "invite create", focused="name", guild=on.acme)


async def test_the_persons_language_arrives(on: Scene):
    reply = await (await on.fake.command(on.alice, "invite show", {"invite": "x"}, guild=on.acme)).reply()

    assert reply.text == "invite x de"


async def test_a_button_updates_its_message(on: Scene):
    shown = await (await on.fake.command(on.alice, "card", {"number": 7}, guild=on.acme)).reply()
    assert shown.text == "Card 7"
    assert [b.label for b in shown.buttons] == ["Approve", "Note", "Ask", "Think"]

    delivery = await on.fake.click(on.bob, shown, "Approve")

    assert await delivery.reply() is shown
    assert (delivery.callback_type, shown.content, shown.buttons, shown.edits) == (7, "approve 7", [], 1)
    with pytest.raises(Refused):
        await on.fake.click(on.bob, shown, "Approve")


async def test_a_deferred_update_is_seen_when_the_message_is_edited(on: Scene):
    shown = await (await on.fake.command(on.alice, "card", {"number": 7}, guild=on.acme)).reply()
    delivery = await on.fake.click(on.alice, shown, "Think")

    assert (await delivery.reply()).content == "thought about 7"
    assert delivery.callback_type == 6


async def test_a_dynamic_button_is_served_by_a_later_client(monkeypatch):
    async with world() as fake:
        fake.patch(monkeypatch)
        async with bot_on(fake) as first:
            on = Scene(fake, first)
            shown = await (await fake.command(on.alice, "card", {"number": 9}, guild=on.acme)).reply()
        async with bot_on(fake):
            reply = await (await fake.click(on.bob, shown, "act:note:9")).reply()
        assert (reply.text, reply.visible_to) == ("noted 9", on.bob.id)


async def test_a_forged_press_reaches_the_bot(on: Scene):
    shown = await (await on.fake.command(on.alice, "card", {"number": 7}, guild=on.acme)).reply()
    delivery = await on.fake.raw_component(on.bob, "act:note:666", message=shown)

    assert (await delivery.reply()).text == "noted 666"


async def test_an_ephemeral_message_is_for_one_person(on: Scene):
    shown = await (await on.fake.command(on.alice, "picker", guild=on.acme)).reply()
    with pytest.raises(Refused):
        await on.fake.select(on.bob, shown, ["Editor"])

    assert (await (await on.fake.select(on.alice, shown, ["Editor"])).reply()).text == "picked ['e']"
    assert (await (await on.fake.select(on.alice, shown, [on.bob], "pick-user")).reply()).text == "picked bob"
    with pytest.raises(Refused):
        await on.fake.select(on.alice, shown, ["Owner"])


async def test_a_form_is_opened_filled_in_and_submitted(on: Scene):
    shown = await (await on.fake.command(on.alice, "card", {"number": 7}, guild=on.acme)).reply()
    form = await (await on.fake.click(on.alice, shown, "Ask")).modal()

    assert (form.title, [f.label for f in form.fields]) == ("Why?", ["Reason", "Days"])
    for wrong in ({}, {"Reason": "x" * 21}, {"Reason": "x", "Colour": "red"}):
        with pytest.raises(Refused):
            await on.fake.submit_modal(on.alice, form, wrong)

    reply = await (await on.fake.submit_modal(on.alice, form, {"Reason": "work"})).reply()
    assert (reply.text, reply.ephemeral) == ("work for 7", True)


async def test_a_context_menu_entry_is_used_on_a_person(on: Scene):
    reply = await (await on.fake.context_menu(on.alice, "Inspect", on.bob, guild=on.acme)).reply()

    assert reply.text == "this is bob"


async def test_a_direct_message_reaches_whoever_is_open_to_it(on: Scene):
    options = {"member": on.bob, "text": "psst"}
    reply = await (await on.fake.command(on.alice, "write", options, guild=on.acme)).reply()

    assert reply.text == "written"
    assert [m.text for m in on.fake.messages(on.bob)] == ["psst"]


@pytest.mark.parametrize(("known", "code"), [(True, 50007), (False, 50278)])
async def test_a_closed_or_unknown_person_gets_no_direct_message(on: Scene, known, code):
    if known:
        on.bob.dm_open = False
    else:
        on.fake.remove_member(on.acme, on.bob)
    person = await on.bot.fetch_user(on.bob.id)

    with pytest.raises(discord.Forbidden) as caught:
        await person.send("psst")
    assert caught.value.code == code


async def test_the_same_nonce_posts_once(on: Scene):
    channel = on.bot.get_channel(on.general.id)
    first = await channel.send("once", nonce="n-1")
    second = await channel.send("once", nonce="n-1")
    on.fake.advance(600)
    third = await channel.send("once", nonce="n-1")

    assert first.id == second.id != third.id
    assert len(on.fake.messages(on.general)) == 2


async def test_messages_are_listed_edited_and_deleted(on: Scene):
    channel = on.bot.get_channel(on.general.id)
    sent = [await channel.send(str(n)) for n in range(5)]
    await sent[0].edit(content="zero", embed=discord.Embed(title="T"), view=card(1))
    await sent[4].delete()

    assert [m.content async for m in channel.history(limit=3)] == ["3", "2", "1"]
    assert [m.content async for m in channel.history(before=sent[2])] == ["1", "zero"]
    assert [m.content async for m in channel.history(after=sent[1], oldest_first=True)] == ["2", "3"]
    assert [m.content async for m in channel.history(around=sent[2], limit=3)] == ["3", "2", "1"]
    assert (await channel.fetch_message(sent[0].id)).embeds[0].title == "T"
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(sent[4].id)


async def test_a_message_of_somebody_else_is_not_edited(on: Scene):
    said = on.fake.say(on.bob, on.general, "mine")
    with pytest.raises(discord.Forbidden) as caught:
        await on.bot.get_channel(on.general.id).get_partial_message(said.id).edit(content="yours")
    assert caught.value.code == 50005


async def test_a_file_can_be_sent_and_fetched(on: Scene):
    file = discord.File(io.BytesIO(b"a,b\n"), "members.csv")
    sent = await on.bot.get_channel(on.general.id).send("list", file=file)

    assert on.fake.messages(on.general)[0].files[0].content == b"a,b\n"
    assert sent.attachments[0].filename == "members.csv"
    assert await sent.attachments[0].read() == b"a,b\n"


async def test_a_reply_names_its_message_and_an_edit_keeps_its_files(on: Scene):
    said = on.fake.say(on.bob, on.general, "question")
    channel = on.bot.get_channel(on.general.id)
    sent = await (await channel.fetch_message(said.id)).reply(
        "answer", file=discord.File(io.BytesIO(b"1"), "a.txt")
    )
    await sent.edit(content="better", attachments=sent.attachments)

    shown = on.fake.messages(on.general)[-1]
    assert (shown.content, [f.filename for f in shown.files]) == ("better", ["a.txt"])
    assert sent.reference.message_id == said.id


async def test_members_roles_and_channels_are_changed_by_the_bot_within_its_rights(monkeypatch):
    async with scene(monkeypatch) as on:
        on.fake.remove_bot(on.acme)
        rights = discord.Permissions(manage_roles=True, kick_members=True, view_channel=True).value
        beta = on.fake.add_guild("Beta", owner=on.alice, bot_permissions=rights)
        on.fake.add_member(beta, on.bob)
        guild = await on.bot.fetch_guild(beta.id)
        role = await guild.create_role(name="Editor", permissions=discord.Permissions.none())
        bob, alice = await guild.fetch_member(on.bob.id), await guild.fetch_member(on.alice.id)

        await bob.edit(roles=[role])
        assert on.fake.roles_of(beta, on.bob) == {"Editor"}
        await role.edit(name="Writer")
        assert on.fake.roles_of(beta, on.bob) == {"Writer"}
        await role.delete()
        assert on.fake.roles_of(beta, on.bob) == set()
        await bob.kick()
        assert on.bob.id not in beta.members
        for attempt in (
            alice.kick(),
            alice.edit(nick="Al"),
            guild.create_role(permissions=discord.Permissions.all()),
        ):
            with pytest.raises(discord.Forbidden):
                await attempt


async def test_a_layout_of_new_components_is_read_and_pressed(on: Scene):
    class Layout(ui.LayoutView):
        box = ui.Container(
            ui.TextDisplay("Hello"), ui.Section("Aside", accessory=ui.Button(label="Go", custom_id="go"))
        )

    await on.bot.get_channel(on.general.id).send(view=Layout(timeout=None))
    shown = on.fake.messages(on.general)[0]

    assert shown.text == "Hello\nAside"
    assert [(b.label, b.style) for b in shown.buttons] == [("Go", "secondary")]


@pytest.mark.parametrize(
    ("above", "managed", "code"), [(False, False, None), (True, False, 50013), (False, True, 50013)]
)
async def test_roles_are_given_only_below_the_bots_own(on: Scene, above, managed, code):
    role = on.fake.add_role(on.acme, "Target", above_bot=above, managed=managed)
    member = await on.bot.guilds[0].fetch_member(on.bob.id)
    if code:
        with pytest.raises(discord.Forbidden) as caught:
            await member.add_roles(discord.Object(role.id))
        assert caught.value.code == code
        return

    await member.add_roles(discord.Object(role.id))
    assert on.fake.roles_of(on.acme, on.bob) == {"Target"}
    await member.remove_roles(discord.Object(role.id))
    assert on.fake.roles_of(on.acme, on.bob) == set()


async def test_what_is_not_there_is_named(on: Scene):
    guild, channel = on.bot.guilds[0], on.bot.get_channel(on.general.id)
    hidden = on.fake.add_channel(on.acme, "secret", hidden_from_bot=True)
    member = await guild.fetch_member(on.bob.id)
    stranger = on.fake.add_user("stranger")
    tries = {
        10003: on.bot.fetch_channel(1),
        10007: guild.fetch_member(stranger.id),
        10008: channel.fetch_message(1),
        10011: member.add_roles(discord.Object(1)),
        10013: on.bot.fetch_user(1),
        50001: on.bot.fetch_channel(hidden.id),
    }
    for code, attempt in tries.items():
        with pytest.raises(discord.HTTPException) as caught:
            await attempt
        assert caught.value.code == code


async def test_joining_a_guild_is_noticed(on: Scene):
    joined = asyncio.create_task(on.bot.wait_for("guild_join", timeout=5))
    await asyncio.sleep(0)
    on.fake.add_guild("Beta", owner=on.bob)

    assert (await joined).name == "Beta"


async def test_a_person_sees_their_own_ephemeral_messages_only(on: Scene):
    await on.bot.get_channel(on.general.id).send("for all")
    await (await on.fake.command(on.alice, "ping", {"text": "x"}, guild=on.acme)).reply()

    assert [m.text for m in on.fake.seen_by(on.alice, on.general)] == ["for all", "pong x"]
    assert [m.text for m in on.fake.seen_by(on.bob, on.general)] == ["for all"]
    assert (await on.fake.wait_message(on.general, "all")).text == "for all"


async def test_only_allowed_mentions_ping(on: Scene):
    editor = on.fake.add_role(on.acme, "Editor")
    text = f"<@{on.bob.id}> <@&{editor.id}> @everyone"
    channel = on.bot.get_channel(on.general.id)
    await channel.send(text)
    await channel.send(text, allowed_mentions=discord.AllowedMentions.none())
    loud, quiet = on.fake.messages(on.general)

    assert (loud.mentions, loud.mention_roles, loud.mention_everyone) == ([on.bob], [editor.id], False)
    assert (quiet.mentions, quiet.mention_roles) == ([], [])


async def test_it_runs_as_a_process_and_is_told_what_to_do_over_http(monkeypatch):
    async with remote_discord() as remote:
        monkeypatch.setattr(discord.http.Route, "BASE", remote.api_url)
        monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", yarl.URL(remote.gateway_url))
        alice = (await remote("add_user", username="alice"))["id"]
        guild = await remote("add_guild", name="Acme", owner=alice)
        async with running(SampleBot(), remote.token):
            with pytest.raises(RemoteError, match="Refused"):
                await remote("command", user=alice, path="nothing")
            delivery = await remote(
                "command", user=alice, path="card", options={"number": 7}, guild=guild["id"]
            )
            shown = await remote("reply", delivery=delivery["id"])
            assert shown["text"] == "Card 7"
            delivery = await remote("click", user=alice, message=shown["id"], label_or_custom_id="Ask")
            delivery = await remote(
                "submit_modal", user=alice, delivery=delivery["id"], values={"Reason": "work"}
            )
            assert (await remote("reply", delivery=delivery["id"]))["text"] == "work for 7"
            assert [m["text"] for m in await remote("seen_by", user=alice, where=guild["channel"])] == [
                "Card 7",
                "work for 7",
            ]
