"""The outbound port: posts and edits arrive once, and every failure has a name that the relay knows."""

from __future__ import annotations

import asyncio
import dataclasses

import aiohttp
import discord
import pytest

from adapters.discord import limits
from adapters.discord.platform import DiscordPlatform, delivery_error, mark
from core.cards import Button, Card, Tone
from core.ports import (
    DeliveryError,
    Disconnected,
    Forbidden,
    Gone,
    MessageRef,
    RateLimited,
    Target,
    Unavailable,
)
from tests.adapters.discord.sample import ASKED, Scene, direct, target
from tests.fakes.discord.board import NONCE_KEPT_SECONDS
from tests.fakes.discord.patience import without_waiting
from tests.fakes.discord.permissions import EMBED_LINKS, READ_HISTORY, SEND_MESSAGES

POST = "/channels/*/messages"
NOTE = Card("Ana joined Studio", Tone.GOOD)
KEY = "0123456789abcdef012345678"


@pytest.fixture
def platform(on: Scene) -> DiscordPlatform:
    return on.client.platform


async def test_a_card_is_posted_in_a_channel(on: Scene, platform):
    ref = await platform.post(target(on.general), ASKED, KEY, look_first=False)
    (message,) = on.fake.messages(on.general)

    assert ref == MessageRef("discord", str(on.acme.id), str(on.general.id), str(message.id))
    assert message.text == "Ana asks to join"
    assert [button.label for button in message.buttons] == ["Approve", "Deny"]
    assert message.nonce == KEY


async def test_a_card_is_posted_to_a_person(on: Scene, platform):
    ref = await platform.post(direct(on.alice), NOTE, KEY, look_first=False)
    (message,) = on.fake.messages(on.alice)

    assert ref == MessageRef("discord", "", str(on.fake.direct(on.alice).id), str(message.id))


async def test_the_channel_of_a_person_is_asked_for_once(on: Scene, platform):
    for key in ("a", "b"):
        await platform.post(direct(on.alice), NOTE, key, look_first=False)

    assert len(on.fake.log.requests("POST", "/users/@me/channels")) == 1


async def test_only_so_many_channels_of_people_are_remembered(on: Scene, platform, monkeypatch):
    monkeypatch.setattr(limits, "DIRECT_CHANNELS", 1)
    for key, person in (("a", on.alice), ("b", on.owner)):
        await platform.post(direct(person), NOTE, key, look_first=False)

    assert list(platform._direct) == [str(on.owner.id)]


async def test_an_edited_message_shows_the_new_card(on: Scene, platform):
    ref = await platform.post(target(on.general), ASKED, KEY, look_first=False)
    await platform.edit(ref, Card("Ana joined Studio", Tone.GOOD))
    (message,) = on.fake.messages(on.general)

    assert (message.text, message.buttons, message.edits) == ("Ana joined Studio", [], 1)


async def test_nobody_is_pinged_by_a_card(on: Scene, platform):
    await platform.post(target(on.general), Card(f"@everyone {on.alice.mention}"), KEY, look_first=False)
    (message,) = on.fake.messages(on.general)
    request = on.fake.log.requests("POST", f"/channels/{on.general.id}/messages")[0]

    assert (message.mentions, message.mention_everyone) == ([], False)
    assert request.data["allowed_mentions"] == {"parse": []}


# --- once ---------------------------------------------------------------------------------------------------------


async def test_a_lost_answer_does_not_make_a_twin(on: Scene, platform, monkeypatch):
    without_waiting(monkeypatch)
    on.fake.fail_next("POST", POST, "http_500", after_effect=True)
    ref = await platform.post(target(on.general), ASKED, KEY, look_first=False)

    assert [str(message.id) for message in on.fake.messages(on.general)] == [ref.message]


@pytest.mark.parametrize("card", [ASKED, NOTE])
async def test_a_message_is_found_again_after_its_nonce_is_forgotten(on: Scene, platform, card):
    first = await platform.post(target(on.general), card, KEY, look_first=False)
    on.fake.say(on.alice, on.general, "hello")
    on.fake.advance(NONCE_KEPT_SECONDS + 1)

    assert await platform.post(target(on.general), card, KEY, look_first=True) == first
    assert len(on.fake.messages(on.general)) == 2


async def test_a_message_whose_card_has_changed_meanwhile_is_found_by_its_buttons(on: Scene, platform):
    first = await platform.post(target(on.general), ASKED, KEY, look_first=False)
    on.fake.advance(NONCE_KEPT_SECONDS + 1)
    later = dataclasses.replace(ASKED, title="Ana still asks to join")

    assert await platform.post(target(on.general), later, KEY, look_first=True) == first


@pytest.mark.parametrize("card", [ASKED, NOTE])
async def test_the_same_card_under_another_key_is_another_message(on: Scene, platform, card):
    first = await platform.post(target(on.general), card, "key 1", look_first=True)

    assert await platform.post(target(on.general), card, "key 2", look_first=True) != first


async def test_a_note_with_another_title_is_another_message_even_if_the_colours_agree(on: Scene, platform):
    other = next(f"k{n}" for n in range(100_000) if mark(f"k{n}") & 0xFFF == mark(KEY) & 0xFFF)
    first = await platform.post(target(on.general), NOTE, KEY, look_first=False)

    assert await platform.post(target(on.general), Card("Bo joined"), other, look_first=True) != first


async def test_a_message_of_somebody_else_is_never_ours(on: Scene, platform):
    ours = await platform.post(target(on.general), ASKED, KEY, look_first=False)
    message = on.fake.world.messages[int(ours.message)]
    message.author = on.alice
    on.fake.advance(NONCE_KEPT_SECONDS + 1)

    assert await platform.post(target(on.general), ASKED, KEY, look_first=True) != ours


async def test_looking_first_takes_one_request(on: Scene, platform):
    for number in range(limits.HISTORY + 5):
        on.fake.say(on.alice, on.general, str(number))
    await platform.post(target(on.general), ASKED, KEY, look_first=True)

    assert len(on.fake.log.requests("GET", f"/channels/{on.general.id}/messages")) == 1


async def test_where_the_history_is_closed_the_card_is_posted_all_the_same(on: Scene, platform):
    on.fake.deny(on.general, on.fake.world.bot, READ_HISTORY)
    await platform.post(target(on.general), ASKED, KEY, look_first=True)

    assert len(on.fake.messages(on.general)) == 1


def test_marks_fit_the_number_of_a_component_and_are_never_nothing():
    marks = {mark(str(number)) for number in range(10_000)}

    assert len(marks) == 10_000
    assert min(marks) >= 1
    assert max(marks) < 2**31


# --- failures -----------------------------------------------------------------------------------------------------


async def refused(platform: DiscordPlatform, where: Target) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        await platform.post(where, NOTE, KEY, look_first=False)
    return caught.value


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (10003, Gone),
        (10004, Gone),
        (10008, Gone),
        (10013, Gone),
        (50033, Gone),
        (50001, Forbidden),
        (50007, Forbidden),
        (50013, Forbidden),
        (50278, Forbidden),
    ],
)
async def test_a_refusal_has_a_name(on: Scene, platform, code, kind):
    on.fake.fail_next("POST", POST, "error", code=code)
    error = await refused(platform, target(on.general))

    assert type(error) is kind
    assert str(code) in error.detail


async def test_a_form_that_discord_refuses_needs_a_person(on: Scene, platform):
    on.fake.fail_next("POST", POST, "error", code=50035, status=400)

    assert type(await refused(platform, target(on.general))) is Forbidden


async def test_a_token_that_is_no_longer_accepted_means_disconnected(on: Scene, platform):
    on.fake.token = "another"

    assert type(await refused(platform, target(on.general))) is Disconnected


async def test_closed_direct_messages_are_forbidden(on: Scene, platform):
    on.alice.dm_open = False

    assert type(await refused(platform, direct(on.alice))) is Forbidden


async def test_a_person_who_never_was_is_gone(on: Scene, platform):
    assert type(await refused(platform, Target("discord", "", person="1"))) is Gone


@pytest.mark.parametrize("place", ["", "abc", "٣", "-1"])
async def test_an_id_that_is_none_is_gone(on: Scene, platform, place):
    where = Target("discord", "1", channel=place) if place else Target("discord", "", person="nobody")

    assert type(await refused(platform, where)) is Gone


async def test_nothing_is_posted_in_a_channel_of_another_server(on: Scene, platform):
    other = on.fake.add_guild("Other", owner=on.alice)
    theirs = next(iter(other.channels.values()))
    forged = Target("discord", str(on.acme.id), str(theirs.id))

    for look_first in (False, True):
        with pytest.raises(Forbidden, match="channel of another server"):
            await platform.post(forged, NOTE, KEY, look_first=look_first)
    assert on.fake.messages(theirs) == []
    assert on.fake.log.requests("GET", f"/channels/{theirs.id}/messages") == []


async def test_nothing_is_posted_in_a_channel_of_no_server(on: Scene, platform):
    await platform.post(direct(on.alice), NOTE, KEY, look_first=False)
    forged = Target("discord", str(on.acme.id), str(on.fake.direct(on.alice).id))

    assert type(await refused(platform, forged)) is Forbidden


async def test_without_a_connection_discord_is_asked_once_whose_a_channel_is(
    on: Scene, platform, monkeypatch
):
    other = on.fake.add_guild("Other", owner=on.alice)
    theirs = next(iter(other.channels.values()))
    monkeypatch.setattr(on.client, "get_channel", lambda _: None)  # as in a worker that only posts
    for key in ("a", "b"):
        await platform.post(target(on.general), NOTE, key, look_first=False)
        with pytest.raises(Forbidden):
            await platform.post(
                Target("discord", str(on.acme.id), str(theirs.id)), NOTE, key, look_first=False
            )

    assert len(on.fake.log.requests("GET", f"/channels/{on.general.id}")) == 1
    assert len(on.fake.log.requests("GET", f"/channels/{theirs.id}")) == 1
    assert on.fake.messages(theirs) == []


async def test_the_servers_of_only_so_many_channels_are_remembered(on: Scene, platform, monkeypatch):
    monkeypatch.setattr(limits, "CHANNELS_KNOWN", 1)
    extra = on.fake.add_channel(on.acme, "extra")
    for channel in (on.general, extra):
        await platform.post(target(channel), NOTE, str(channel.id), look_first=False)

    assert list(platform._servers) == [extra.id]


async def test_a_channel_that_was_deleted_is_gone(on: Scene, platform):
    extra = on.fake.add_channel(on.acme, "extra")
    on.fake.remove_channel(extra)

    assert type(await refused(platform, target(extra))) is Gone


@pytest.mark.parametrize("bits", [SEND_MESSAGES, EMBED_LINKS])
async def test_a_channel_that_is_closed_to_us_is_forbidden(on: Scene, platform, bits):
    on.fake.deny(on.general, on.fake.world.bot, bits)

    assert type(await refused(platform, target(on.general))) is Forbidden


async def test_a_deleted_message_cannot_be_edited(on: Scene, platform):
    ref = await platform.post(target(on.general), NOTE, KEY, look_first=False)
    on.fake.world.remove_message(on.fake.world.messages[int(ref.message)])

    with pytest.raises(Gone):
        await platform.edit(ref, NOTE)


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_503"])
async def test_a_server_that_is_unwell_is_unavailable(on: Scene, platform, monkeypatch, kind):
    without_waiting(monkeypatch)
    on.fake.fail_next("POST", POST, kind, times=5)

    assert type(await refused(platform, target(on.general))) is Unavailable


async def test_a_connection_that_breaks_is_unavailable(on: Scene, platform, monkeypatch):
    without_waiting(monkeypatch)
    on.fake.fail_next("POST", POST, "reset", times=5)

    assert type(await refused(platform, target(on.general))) is Unavailable


async def test_an_answer_that_does_not_come_is_unavailable(on: Scene):
    on.fake.fail_next("POST", POST, "slow")
    hurried = DiscordPlatform(on.client, on.client._signed_in, deadline=0.05)

    assert type(await refused(hurried, target(on.general))) is Unavailable


async def test_before_signing_in_discord_is_unavailable(fake):
    client = discord.Client(intents=discord.Intents.none())

    error = await refused(DiscordPlatform(client, asyncio.Event(), deadline=0.0), Target("discord", "1", "2"))
    assert type(error) is Unavailable


async def test_too_many_requests_say_how_long_to_wait(on: Scene, platform):
    on.fake.fail_next("POST", POST, "ratelimited", via=False)

    error = await refused(platform, target(on.general))
    assert isinstance(error, RateLimited)
    assert error.after == 600


async def test_a_short_wait_is_the_librarys_business(on: Scene, platform):
    on.fake.fail_next("POST", POST, "ratelimited", retry_after=0.01)
    await platform.post(target(on.general), NOTE, KEY, look_first=False)

    assert len(on.fake.messages(on.general)) == 1


async def test_a_long_wait_is_handed_to_the_relay(on: Scene, platform):
    on.fake.fail_next("POST", POST, "ratelimited", retry_after=45.0)

    error = await refused(platform, target(on.general))
    assert isinstance(error, RateLimited)
    assert error.after == 45.0


async def test_opening_direct_messages_too_fast_is_a_rate_limit(on: Scene, platform):
    on.fake.fail_next("POST", "/users/@me/channels", "error", code=40003, status=400)

    assert type(await refused(platform, direct(on.alice))) is RateLimited


async def test_an_address_that_is_not_discord_is_unavailable(on: Scene, platform):
    on.fake.fail_next("POST", POST, "error", code=0, status=404)

    assert type(await refused(platform, target(on.general))) is Unavailable


@pytest.mark.parametrize(
    "error", [aiohttp.ClientError("x"), OSError("x"), TimeoutError(), discord.DiscordException()]
)
def test_whatever_else_fails_on_the_way_is_unavailable(error):
    assert type(delivery_error(error)) is Unavailable


async def test_a_button_of_a_posted_card_works_whatever_its_number(on: Scene, platform):
    card = Card("T", buttons=(Button("Approve", "approve", "ws/1"), Button("Deny", "deny", "ws/1")))
    await platform.post(target(on.general), card, KEY, look_first=False)
    (message,) = on.fake.messages(on.general)
    await (await on.fake.click(on.alice, message, "Approve")).reply()

    assert on.core.calls[0].subject == "ws/1"
    assert message.components[0]["components"][0]["id"] == mark(KEY)
