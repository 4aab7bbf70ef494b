"""Faults on demand, deadlines of interactions, and what the library makes of them."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest

from tests.fakes.discord import InteractionFailed
from tests.fakes.discord.patience import without_waiting
from tests.fakes.discord.sample import Scene, discord, scene

POSTS = "/channels/{channel}/messages"
CALLBACK = "/interactions/*/*/callback"


@pytest.fixture
async def on(monkeypatch):
    async with scene(monkeypatch) as ready:
        ready.slept = without_waiting(monkeypatch)
        yield ready


def room(on: Scene):
    return on.bot.get_channel(on.general.id)


async def test_an_error_is_answered_once(on: Scene):
    fault = on.fake.fail_next("POST", POSTS, "error", code=50013)
    with pytest.raises(discord.Forbidden) as caught:
        await room(on).send("x")
    await room(on).send("y")

    assert (caught.value.code, fault.hits) == (50013, 1)
    assert [m.text for m in on.fake.messages(on.general)] == ["y"]


@pytest.mark.parametrize("kind", ["http_500", "http_502", "http_504"])
async def test_the_library_tries_again_after_a_server_error(on: Scene, kind):
    on.fake.fail_next("POST", POSTS, kind, times=2)
    await room(on).send("x")

    assert [m.text for m in on.fake.messages(on.general)] == ["x"]
    assert on.slept == [1, 3]


async def test_the_library_does_not_retry_a_503_of_the_api_but_of_a_webhook(on: Scene):
    on.fake.fail_next("POST", POSTS, "http_503")
    with pytest.raises(discord.DiscordServerError):
        await room(on).send("x")

    on.fake.fail_next("POST", CALLBACK, "http_503")
    reply = await (await on.fake.command(on.alice, "ping", {"text": "x"}, guild=on.acme)).reply()
    assert reply.text == "pong x"


async def test_a_server_error_after_the_effect_posts_once_thanks_to_the_nonce(on: Scene):
    on.fake.fail_next("POST", POSTS, "http_502", after_effect=True)
    await room(on).send("x")

    assert [m.text for m in on.fake.messages(on.general)] == ["x"]
    assert len(on.fake.log.requests("POST", "/messages")) == 2


@pytest.mark.parametrize("is_global", [True, False])
async def test_a_rate_limit_is_waited_out(on: Scene, is_global):
    on.fake.fail_next("POST", POSTS, "ratelimited", retry_after=12.5, is_global=is_global)
    await room(on).send("x")

    assert on.slept == [12.5]
    assert [m.text for m in on.fake.messages(on.general)] == ["x"]


async def test_a_rate_limit_of_the_guard_in_front_is_an_error(on: Scene):
    on.fake.fail_next("POST", POSTS, "ratelimited", via=False)
    with pytest.raises(discord.HTTPException) as caught:
        await room(on).send("x")
    assert caught.value.status == 429


async def test_a_reset_connection_has_no_effect(on: Scene):
    on.fake.fail_next("POST", POSTS, "reset")
    with pytest.raises(aiohttp.ClientOSError):
        await room(on).send("x")
    assert on.fake.messages(on.general) == []


async def test_a_lost_answer_had_its_effect(on: Scene):
    on.fake.fail_next("POST", POSTS, "lost")
    with pytest.raises(aiohttp.ClientError):
        await room(on).send("x")
    assert [m.text for m in on.fake.messages(on.general)] == ["x"]


async def test_giving_a_role_is_tried_again_below_the_library_when_the_answer_is_lost(on: Scene):
    editor = on.fake.add_role(on.acme, "Editor")
    member = await on.bot.guilds[0].fetch_member(on.bob.id)
    on.fake.fail_next("PUT", "/guilds/*/members/*/roles/*", "lost")
    await member.add_roles(discord.Object(editor.id))

    assert on.fake.roles_of(on.acme, on.bob) == {"Editor"}
    assert len(on.fake.log.requests("PUT", "/roles/")) == 2


async def test_a_slow_answer_is_held_until_it_is_released(on: Scene):
    fault = on.fake.fail_next("POST", POSTS, "slow")
    sending = asyncio.create_task(room(on).send("x"))
    await on.fake.wait_for(lambda: fault.hits)
    await on.fake.wait_for(lambda: on.fake.messages(on.general))
    assert not sending.done()

    fault.release()
    assert (await sending).content == "x"


async def test_a_fault_can_skip_requests_first(on: Scene):
    on.fake.fail_next("*", POSTS, "error", status=418, skip=1)
    await room(on).send("x")
    with pytest.raises(discord.HTTPException) as caught:
        await room(on).send("y")
    assert caught.value.status == 418


async def test_a_second_initial_answer_is_refused(on: Scene):
    delivery = await on.fake.command(on.alice, "twice", guild=on.acme)
    await on.fake.wait_for(lambda: delivery.rejections)

    assert delivery.rejections == [40060]
    assert (await delivery.reply()).text == "one"


async def test_a_callback_whose_answer_was_lost_is_refused_at_the_second_try(on: Scene):
    on.fake.fail_next("POST", CALLBACK, "http_502", after_effect=True)
    delivery = await on.fake.command(on.alice, "ping", {"text": "x"}, guild=on.acme)
    await on.fake.wait_for(lambda: delivery.rejections)

    assert delivery.rejections == [40060]
    assert (await delivery.reply()).text == "pong x"


async def test_an_answer_after_three_seconds_is_refused(on: Scene):
    delivery = await on.fake.command(on.alice, "late", guild=on.acme)
    waiting = asyncio.create_task(delivery.reply())
    await asyncio.sleep(0)
    on.fake.advance(3.1)
    with pytest.raises(InteractionFailed):
        await waiting

    on.bot.gate.set()
    await on.fake.wait_for(lambda: delivery.rejections)
    assert (delivery.rejections, delivery.failed, delivery.in_time) == ([10062], True, False)


async def test_an_answer_just_in_time_is_taken(on: Scene):
    delivery = await on.fake.command(on.alice, "late", guild=on.acme)
    on.fake.advance(2.5)
    on.bot.gate.set()

    assert (await delivery.reply()).text == "here"
    assert delivery.in_time


async def test_the_token_lives_fifteen_minutes(on: Scene):
    delivery = await on.fake.command(on.alice, "slow", {"private": True}, guild=on.acme)
    await delivery.initial()
    on.fake.advance(15 * 60 + 1)
    on.bot.gate.set()
    await on.fake.wait_for(lambda: on.fake.log.requests("POST", "/webhooks"))
    entry = on.fake.log.requests("POST", "/webhooks")[0]
    await on.fake.wait_for(lambda: entry.status)

    assert entry.status == 401
    assert delivery.messages == []


async def test_nothing_follows_up_before_the_initial_answer(on: Scene):
    delivery = await on.fake.command(on.alice, "late", guild=on.acme)
    route = discord.http.Route("POST", f"/webhooks/{on.fake.world.bot.id}/{delivery.token}")
    with pytest.raises(discord.NotFound) as caught:
        await on.bot.http.request(route, json={"content": "x"})

    assert caught.value.code == 10015
    on.bot.gate.set()
    await delivery.reply()


async def test_rate_limits_are_kept_when_asked_for(on: Scene):
    on.fake.enforce_rate_limits = True
    await room(on).send("1")
    headers = {"Authorization": f"Bot {on.fake.token}"}
    async with aiohttp.ClientSession(f"{on.fake.api_url}/", headers=headers) as session:
        answers = []
        for number in range(2, 7):
            async with session.post(
                f"channels/{on.general.id}/messages", json={"content": str(number)}
            ) as answer:
                answers.append((answer.status, answer.headers["X-RateLimit-Remaining"]))

    assert answers == [(200, "3"), (200, "2"), (200, "1"), (200, "0"), (429, "0")]
    assert [m.text for m in on.fake.messages(on.general)] == ["1", "2", "3", "4", "5"]
    assert any(bucket.limit == 5 for bucket in on.bot.http._buckets.values())


async def test_the_log_has_everything_in_order(on: Scene):
    await (await on.fake.command(on.alice, "ping", {"text": "x"}, guild=on.acme)).reply()
    names = [entry.name for entry in on.fake.log]

    assert names[0] == "GET /users/@me"
    assert names.index("READY") < names.index("INTERACTION_CREATE") < names.index("type 4")
    assert [entry.seq for entry in on.fake.log] == sorted(entry.seq for entry in on.fake.log)
