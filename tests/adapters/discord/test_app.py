"""Commands and clicks get an answer, privately, whatever happens on the way; and a start that fails says why."""

from __future__ import annotations

import asyncio
import gc

import discord
import pytest

from adapters.discord import app, limits
from adapters.discord.app import DiscordSetupError, build_client, configure
from core.calls import Call
from core.cards import Button, Card, Line
from tests.adapters.discord.sample import (
    ASKED,
    CARD,
    NOW,
    Scene,
    StubCore,
    faults,
    running,
    scene,
    settled,
    yields,
)
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.patience import without_waiting

CALLBACK = "/interactions/*/*/callback"
ORIGINAL = "/webhooks/*/*/messages/@original"
LIST = Card(
    "Invitations",
    lines=(Line(("one",)),),
    buttons=(
        Button("Previous", "list_page", "ws/0"),
        Button("Next", "list_page", "ws/2"),
        Button("Show", "show", "ws/1"),
    ),
)


@pytest.fixture
async def hasty(fake: FakeDiscord):
    """A client that shows that it is thinking at once."""
    async with scene(fake=fake, patience=0.0) as ready:
        yield ready


def texts(scene: Scene) -> list[str]:
    """What Alice finds in her direct messages."""
    return [message.text for message in scene.fake.messages(scene.alice)]


# --- commands -----------------------------------------------------------------------------------------------------


async def test_a_command_is_answered_for_one_person_only(on: Scene):
    on.core.answer = lambda _: ASKED
    reply = await on.type("me")

    assert (reply.text, reply.visible_to) == ("Ana asks to join", on.alice.id)
    assert [button.label for button in reply.buttons] == ["Approve", "Deny"]
    assert on.fake.messages(on.general) == []


async def test_a_command_works_in_direct_messages_too(on: Scene):
    assert (await (await on.fake.command(on.alice, "me")).reply()).text == "Done"


async def test_a_quick_answer_takes_one_request(on: Scene):
    await on.type("me")

    assert [entry.data for entry in on.fake.log if entry.kind == "answer"] == [
        {
            "type": 4,
            "data": {
                "embeds": [{"title": "Done", "color": 0x5865F2, "type": "rich", "flags": 0}],
                "components": [],
                "allowed_mentions": {"parse": []},
                "flags": 64,
            },
        }
    ]
    assert on.fake.log.requests("", "/webhooks/") == []


async def test_a_command_that_usher_no_longer_knows_is_answered_by_the_core(on: Scene):
    await (await on.fake.raw_command(on.alice, {"name": "gone"}, guild=on.acme)).reply()

    assert on.core.calls[0].command == "gone"


async def test_a_slow_answer_follows_a_sign_of_life(hasty: Scene):
    hasty.core.hold()
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)

    assert await delivery.initial() == 5
    assert delivery.original is not None
    assert delivery.original.loading
    hasty.core.release()
    reply = await delivery.reply()
    assert (reply.text, reply.visible_to) == ("Done", hasty.alice.id)


async def test_many_commands_at_once_are_each_answered(on: Scene):
    on.core.answer = lambda call: Card(str(call.options["name"]))
    names = [f"number {n}" for n in range(50)]
    given = [await on.fake.command(on.alice, "invite create", {"name": n}, guild=on.acme) for n in names]

    assert [(await delivery.reply()).text for delivery in given] == names


async def test_the_second_process_that_hears_of_a_change_leaves_it_alone(on: Scene):
    async with running(on.fake, on.core):
        await on.type("invite create", {"name": "Design team"})
        await on.fake.wait_for(lambda: on.core.events)
        await on.type("me")

    assert [call.command for call in on.core.calls].count("invite create") == 1
    assert len(on.core.events) == 1


# --- answers that get lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "http_500"])
async def test_an_answer_whose_receipt_is_lost_is_an_answer(on: Scene, kind):
    on.fake.fail_next("POST", CALLBACK, kind, after_effect=True)
    delivery = await on.fake.command(on.alice, "me", guild=on.acme)

    assert (await delivery.reply()).text == "Done"
    await on.fake.wait_for(lambda: on.fake.log.requests("PATCH", "@original"))
    assert delivery.rejections == [40060]
    assert texts(on) == []


async def test_a_sign_of_life_whose_receipt_is_lost_is_completed(hasty: Scene):
    hasty.core.hold()
    hasty.fake.fail_next("POST", CALLBACK, "lost")
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    await hasty.fake.wait_for(lambda: delivery.rejections == [40060])
    hasty.core.release()

    assert (await delivery.reply()).text == "Done"
    assert texts(hasty) == []


@pytest.mark.parametrize("kind", ["http_500", "http_503", "reset"])
async def test_an_answer_is_tried_again_at_once(on: Scene, kind):
    on.fake.fail_next("POST", CALLBACK, kind, times=2)

    assert (await on.type("me")).text == "Done"


async def test_while_discord_takes_no_answers_they_come_as_direct_messages(on: Scene):
    on.fake.fail_next("POST", CALLBACK, "http_500", times=3)
    await on.fake.command(on.alice, "me", guild=on.acme)
    await on.fake.wait_for(lambda: texts(on))

    assert texts(on) == ["Done"]


async def test_an_answer_that_is_too_late_comes_as_a_direct_message(hasty: Scene):
    hasty.core.hold()
    delivery = hasty.fake.desk.open(
        2, hasty.alice, hasty.acme, hasty.general, {"id": "1", "name": "me", "type": 1}
    )
    hasty.fake.advance(4)
    hasty.fake.gateway.dispatch("INTERACTION_CREATE", delivery.payload)
    await hasty.fake.wait_for(lambda: delivery.rejections == [10062])
    hasty.core.release()
    await hasty.fake.wait_for(lambda: texts(hasty))

    assert texts(hasty) == ["Done"]
    assert len(hasty.core.calls) == 1


async def test_a_replayed_command_that_has_expired_is_answered_by_direct_message(on: Scene):
    delivery = on.fake.desk.open(2, on.alice, on.acme, on.general, {"id": "1", "name": "me", "type": 1})
    on.fake.advance(10)
    on.fake.gateway.dispatch("INTERACTION_CREATE", delivery.payload)
    await on.fake.wait_for(lambda: texts(on))

    assert texts(on) == ["Done"]


@pytest.mark.parametrize("code", [50027, 10015, 10008])
async def test_an_interaction_that_has_ended_is_answered_by_direct_message(hasty: Scene, code):
    hasty.core.hold()
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    await delivery.initial()
    hasty.fake.fail_next("PATCH", ORIGINAL, "error", code=code)
    hasty.core.release()
    await hasty.fake.wait_for(lambda: texts(hasty))

    assert texts(hasty) == ["Done"]


async def test_after_fifteen_minutes_the_answer_comes_as_a_direct_message(hasty: Scene):
    hasty.core.hold()
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    await delivery.initial()
    hasty.fake.advance(15 * 60 + 1)
    hasty.core.release()
    await hasty.fake.wait_for(lambda: texts(hasty))

    assert texts(hasty) == ["Done"]


async def test_an_answer_that_reaches_nobody_is_logged(on: Scene, logged):
    on.alice.dm_open = False
    on.fake.fail_next("POST", CALLBACK, "error", code=10062)
    await on.fake.command(on.alice, "me", guild=on.acme)
    await on.core.asked()
    await settled()

    (lost,) = [entry for entry in logged if entry["event"] == "answer lost"]
    assert (lost["log_level"], lost["title"]) == ("warning", "Done")
    assert "50007" in lost["detail"]


# --- faults -------------------------------------------------------------------------------------------------------


async def test_a_fault_in_the_core_is_shown_with_the_reference_that_is_logged(on: Scene, logged):
    def breaks(call: Call) -> Card:
        raise RuntimeError("broken")

    on.core.answer = breaks
    reply = await on.type("me")
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text
    assert reply.visible_to == on.alice.id


async def test_a_fault_of_our_own_is_shown_with_the_reference_that_is_logged(on: Scene, logged, monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("adapters.discord.parse.where", breaks)
    reply = await on.type("me")
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text


async def test_a_card_that_discord_finds_malformed_is_a_fault_of_ours(on: Scene, logged, monkeypatch):
    monkeypatch.setattr(limits, "TITLE", 300)
    on.core.answer = lambda _: Card("x" * 300)
    with on.fake.expect_violation("title"):
        reply = await on.type("me")
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text


async def test_a_sign_of_life_that_discord_finds_malformed_does_not_cost_the_answer(hasty: Scene):
    hasty.core.hold()
    hasty.fake.fail_next("POST", CALLBACK, "error", code=50035, status=400, after_effect=False)
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    await hasty.core.asked()
    hasty.core.release()

    assert (await delivery.reply()).text == "Done"


async def test_a_fault_behind_a_sign_of_life_completes_it(hasty: Scene, logged, monkeypatch):
    monkeypatch.setattr(limits, "TITLE", 300)
    hasty.core.answer = lambda _: Card("x" * 300)
    hasty.core.hold()
    delivery = await hasty.fake.command(hasty.alice, "me", guild=hasty.acme)
    await delivery.initial()
    with hasty.fake.expect_violation("title"):
        hasty.core.release()
        reply = await delivery.reply()
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text


async def test_when_even_the_fault_cannot_be_shown_both_are_logged(on: Scene, logged, monkeypatch):
    def breaks(_: Card) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("adapters.discord.controls.components", breaks)
    delivery = await on.fake.command(on.alice, "me", guild=on.acme)
    await on.core.asked()
    await settled()

    assert len(faults(logged)) == 2
    assert not delivery.answered


async def test_an_event_of_the_library_that_breaks_is_logged_with_a_reference(on: Scene, logged, monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(on.client, "_sync", breaks)
    on.client.dispatch("ready")
    await settled()
    (fault,) = faults(logged)

    assert fault["event"] == "fault"
    assert fault["where"] == "on_ready"


# --- suggestions --------------------------------------------------------------------------------------------------


async def suggested(on: Scene, **given) -> list[dict[str, str]]:
    return await on.fake.autocomplete(on.alice, "invite create", guild=on.acme, **given)


async def test_what_exists_is_suggested_while_typing(on: Scene):
    on.core.completions = [("Designer", "Designer"), ("Editor", "Content Editor")]
    found = await suggested(on, focused="role", value="De", options={"name": "Team"})

    assert [(choice["value"], choice["name"]) for choice in found] == [
        ("Designer", "Designer"),
        ("Editor", "Content Editor"),
    ]
    ((call, option, typed),) = on.core.completed
    assert (call.command, dict(call.options), call.at) == ("invite create", {"name": "Team"}, NOW)
    assert (option, typed) == ("role", "De")


async def test_suggestions_that_break_are_none_and_logged(on: Scene, logged):
    on.core.completions = None  # type: ignore[assignment]
    delivery = on.fake.desk.open(
        4, on.alice, on.acme, on.general, {"id": "1", "name": "me", "type": 1, "options": []}
    )
    on.fake.gateway.dispatch("INTERACTION_CREATE", delivery.payload)

    assert await delivery.choices() == []
    assert len(faults(logged)) == 1


# --- clicks -------------------------------------------------------------------------------------------------------


async def test_a_click_on_a_shared_card_is_answered_privately_and_the_card_stays(on: Scene):
    message = await on.card(ASKED)
    delivery = await on.fake.click(on.alice, message, "Approve")
    reply = await delivery.reply()

    assert reply is not message
    assert (reply.text, reply.visible_to) == ("Done", on.alice.id)
    assert message.edits == 0


async def test_a_click_on_a_message_from_before_a_restart_is_answered(fake: FakeDiscord):
    async with scene(fake=fake) as before:
        message = await before.card(ASKED)
    core = StubCore()
    async with running(fake, core):
        await (await fake.click(before.alice, message, "Deny")).reply()

    assert [(call.action, call.subject) for call in core.calls] == [("deny", "ws/1")]


@pytest.mark.parametrize(
    ("custom_id", "action", "subject"),
    [
        ("usher:approve:someone elses", "approve", "someone elses"),
        ("usher:destroy:ws/1", "destroy", "ws/1"),
        ("usher:", "", ""),
        ("usher:approve", "approve", ""),
        ("usher:" + "x" * 94, "x" * 94, ""),
        ("usher:a:\n*:b", "a", "\n*:b"),
    ],
)
async def test_a_forged_click_reaches_the_core_and_is_answered(on: Scene, custom_id, action, subject):
    message = await on.card(ASKED)
    await (await on.fake.raw_component(on.alice, custom_id, message=message)).reply()

    assert [(call.action, call.subject) for call in on.core.calls] == [(action, subject)]


async def test_a_select_with_our_name_is_answered_like_a_button(on: Scene):
    message = await on.card(ASKED)
    forged = await on.fake.raw_component(
        on.alice, "usher:a:b", message=message, component_type=3, values=["x"]
    )

    assert (await forged.reply()).text == "Done"


async def test_a_click_on_somebody_elses_button_is_not_ours(on: Scene):
    message = await on.card(ASKED)
    delivery = await on.fake.raw_component(on.alice, "other:approve:1", message=message)
    await on.type("me")

    assert not delivery.answered
    assert [call.command for call in on.core.calls] == ["me"]


@pytest.mark.parametrize("label", ["Next", "Previous"])
async def test_ones_own_list_turns_its_page_in_place(on: Scene, label):
    on.core.answer = lambda call: LIST if call.command else Card("Page 2")
    reply = await on.type("me")
    delivery = await on.fake.click(on.alice, reply, label)

    assert await delivery.reply() is reply
    assert (reply.text, reply.buttons, reply.visible_to) == ("Page 2", [], on.alice.id)


async def test_other_buttons_of_ones_own_list_answer_anew(on: Scene):
    on.core.answer = lambda call: LIST if call.command else Card("One")
    reply = await on.type("me")

    assert await (await on.fake.click(on.alice, reply, "Show")).reply() is not reply


async def test_a_list_that_others_see_is_not_turned_by_one_of_them(on: Scene):
    message = await on.card(LIST)
    reply = await (await on.fake.click(on.alice, message, "Next")).reply()

    assert reply is not message
    assert reply.visible_to == on.alice.id


async def test_a_page_that_is_slow_to_turn_turns_in_place(hasty: Scene):
    hasty.core.answer = lambda call: LIST if call.command else Card("Page 2")
    reply = await hasty.type("me")
    hasty.core.hold()
    delivery = await hasty.fake.click(hasty.alice, reply, "Next")
    assert await delivery.initial() == 6
    hasty.core.release()
    await delivery.reply()

    assert reply.text == "Page 2"


async def test_a_click_that_breaks_shows_the_reference_that_is_logged(on: Scene, logged, monkeypatch):
    def breaks(*_: object) -> None:
        raise RuntimeError("broken")

    message = await on.card(ASKED)
    monkeypatch.setattr("adapters.discord.parse.shown_on", breaks)
    reply = await (await on.fake.click(on.alice, message, "Approve")).reply()
    (fault,) = faults(logged)

    assert fault["reference"] in reply.text


# --- life ---------------------------------------------------------------------------------------------------------


async def test_the_client_asks_for_as_little_as_it_can(on: Scene):
    assert on.client.intents == discord.Intents(guilds=True)
    assert on.client.allowed_mentions is not None
    assert on.client.allowed_mentions.to_dict() == {"parse": []}
    (identify,) = on.fake.log.frames("op 2")
    assert identify.data["intents"] == 1


async def test_nothing_is_kept_of_people_and_messages(on: Scene):
    for _ in range(3):
        message = await on.card(ASKED)
        await (await on.fake.click(on.alice, message, "Approve")).reply()
    gc.collect()

    assert list(on.client.cached_messages) == []
    assert {member.id for guild in on.client.guilds for member in guild.members} == {on.fake.world.bot.id}


async def test_commands_are_answered_after_the_connection_was_dropped(on: Scene):
    await on.fake.gateway.drop()
    await on.fake.wait_for(lambda: on.fake.gateway.resumes == 1)

    assert (await on.type("me")).text == "Done"


async def test_commands_are_answered_after_a_lost_session(on: Scene, monkeypatch):
    without_waiting(monkeypatch)
    on.fake.gateway.invalidate()
    await on.fake.wait_for(lambda: on.fake.gateway.identifies == 2)
    await on.fake.wait_connected()

    assert (await on.type("me")).text == "Done"


async def test_a_command_typed_while_disconnected_is_answered_afterwards(on: Scene):
    await on.fake.gateway.drop()
    delivery = await on.fake.command(on.alice, "me", guild=on.acme)

    assert (await delivery.reply()).text == "Done"
    assert len(on.core.calls) == 1


def client_of(core: StubCore) -> app.UsherClient:
    from concurrent.futures import ThreadPoolExecutor

    from adapters.desk import Desk

    return build_client(Desk(core, ThreadPoolExecutor(1), lambda: NOW, lambda: None), pause=yields)


async def test_a_wrong_token_says_what_to_do(fake: FakeDiscord):
    with pytest.raises(DiscordSetupError, match="Reset Token"):
        await client_of(StubCore()).start("wrong")


@pytest.mark.parametrize(
    ("code", "words"), [(4004, "Reset Token"), (4013, "intents"), (4014, "intents"), (4011, "4011")]
)
async def test_a_connection_that_is_refused_for_good_says_what_to_do(fake: FakeDiscord, code, words):
    client = client_of(StubCore())
    serving = asyncio.create_task(client.start(fake.token))
    await fake.wait_connected()
    await fake.gateway.drop(code)

    with pytest.raises(DiscordSetupError, match=words):
        await serving
    assert client.is_closed()


async def test_usher_waits_for_discord_to_be_there(fake: FakeDiscord, logged):
    fake.fail_next("GET", "/users/@me", "http_503", times=2)
    async with running(fake, StubCore()):
        pass

    assert [(e["event"], e["again_in"]) for e in logged if e["log_level"] == "warning"] == [
        ("discord cannot be reached", 1.0),
        ("discord cannot be reached", 2.0),
    ]


async def test_closing_is_quiet_at_any_moment(fake: FakeDiscord):
    client = client_of(StubCore())
    serving = asyncio.create_task(client.start(fake.token))
    await fake.wait_connected()
    await client.close()
    await serving

    assert client.is_closed()


async def test_signing_in_alone_is_enough_to_post(fake: FakeDiscord):
    from tests.adapters.discord.sample import direct

    alice = fake.add_user("alice")
    fake.dm_needs_mutual_guild = False
    client = client_of(StubCore())
    await client.login(fake.token)
    await client.platform.post(direct(alice), CARD, "k", look_first=False)
    await client.close()

    assert [message.text for message in fake.messages(alice)] == ["Done"]


def test_addresses_are_set_only_where_they_are_given(monkeypatch):
    monkeypatch.setattr(discord.http.Route, "BASE", "before")
    monkeypatch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", "before")
    configure(None, None)
    assert (discord.http.Route.BASE, discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == ("before", "before")

    configure("http://127.0.0.1:1/api/v10/", "ws://127.0.0.1:1/gateway")
    assert discord.http.Route.BASE == "http://127.0.0.1:1/api/v10"
    assert str(discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY) == "ws://127.0.0.1:1/gateway"
