from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bot import relay as relays
from bot.relay import Relay, Setback, backoff, together
from core.ports import Disconnected, Forbidden, Gone, RateLimited, Unavailable
from tests.bot.stub import TRIES, Clock, StubOutbox, StubPlatform, edit, post


@dataclass
class World:
    relay: Relay
    outbox: StubOutbox
    slack: StubPlatform
    discord: StubPlatform
    clock: Clock
    executor: ThreadPoolExecutor
    options: dict = field(default_factory=dict)

    def another(self, *platforms: StubPlatform, **options) -> Relay:
        served = {platform.name: platform for platform in platforms}
        return Relay(self.outbox, served, self.executor, self.clock, jitter=lambda: 1.0, **options)


@pytest.fixture
def world() -> Iterator[World]:
    with ThreadPoolExecutor(2) as executor:
        outbox, clock = StubOutbox(), Clock()
        slack, discord = StubPlatform("slack"), StubPlatform("discord")
        served = {"slack": slack, "discord": discord}
        relay = Relay(outbox, served, executor, clock, jitter=lambda: 1.0, poll=0.01, patience=5)
        yield World(relay, outbox, slack, discord, clock, executor)


async def test_each_missing_copy_is_posted_or_edited_and_the_row_is_settled(world: World):
    row = world.outbox.add("card/a", post(1), edit(2, "discord", ""))

    assert await world.relay.drain() == 1

    assert [ref.message for _, ref in row.done] == ["of k1", "m2"]
    assert (row.due, row.reasons) == (None, [])


@pytest.mark.parametrize("no", [Gone("channel_not_found"), Forbidden("50007")])
async def test_a_copy_that_cannot_be_delivered_is_given_up_and_the_others_go_on(world: World, no):
    row = world.outbox.add("card/a", post(1), post(2))
    world.slack.answers = [no]

    await world.relay.drain()

    assert [(step.message, reason) for step, reason in row.given_up] == [(1, no.detail)]
    assert [step.message for step, _ in row.done] == [2]
    assert row.due is None


async def test_a_rate_limit_is_waited_out_as_long_as_the_platform_says_and_does_not_count(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [RateLimited("ratelimited", 17)]

    await world.relay.drain()
    assert (row.due, row.attempts) == (world.clock.at + 17, 0)

    world.clock.forward(16)
    assert await world.relay.drain() == 0
    world.clock.forward(1)
    await world.relay.drain()
    assert row.due is None


async def test_a_rate_limit_of_nothing_is_still_no_hot_loop(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [RateLimited("ratelimited", 0)] * 3

    await world.relay.drain()

    assert row.due == world.clock.at + 1
    assert len(world.slack.posts) == 1


async def test_an_unwell_platform_is_tried_again_later_and_later_looking_first(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [Unavailable("503")] * 3
    waits = []
    for _ in range(3):
        await world.relay.drain()
        waits.append(row.due - world.clock.at)
        world.clock.forward(waits[-1])
    await world.relay.drain()

    assert waits == [2, 4, 8]
    assert world.slack.posts == [("k1", False), ("k1", True), ("k1", True), ("k1", True)]
    assert row.due is None


async def test_one_platform_s_trouble_does_not_keep_another_s_copy_waiting(world: World):
    row = world.outbox.add("card/a", post(1), post(2, "discord", ""))
    world.slack.answers = [Unavailable("503")]

    await world.relay.drain()

    assert [step.message for step, _ in row.done] == [2]
    assert row.due == world.clock.at + 2


async def test_after_too_many_tries_a_row_is_parked_and_that_is_logged(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [Unavailable("503")] * 99
    with capture_logs() as logs:
        for _ in range(20):
            await world.relay.drain()
            world.clock.forward(relays.LONGEST_WAIT)

    assert row.parked
    assert len(world.slack.posts) == TRIES
    assert [log["work"] for log in logs if log["event"] == "parked"] == ["card/a"]


async def test_where_the_token_is_refused_nothing_more_is_posted_and_it_is_said_once(world: World):
    rows = [world.outbox.add(f"card/{i}", post(i)) for i in range(5)]
    elsewhere = world.outbox.add("card/other", post(9, "discord", ""))
    world.slack.answers = [Disconnected("token_revoked")]
    alone = world.another(world.slack, world.discord, width=1)
    with capture_logs() as logs:
        await alone.drain()
        world.clock.forward(relays.DISCONNECTED_SECONDS - 1)
        await alone.drain()

    assert len(world.slack.posts) == 1
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["disconnected"]
    assert {row.attempts for row in rows} == {0}
    assert elsewhere.due is None


async def test_when_the_token_works_again_everything_goes_out(world: World):
    rows = [world.outbox.add(f"card/{i}", post(i)) for i in range(3)]
    world.slack.answers = [Disconnected("token_revoked")]
    alone = world.another(world.slack, width=1)
    with capture_logs() as logs:
        await alone.drain()
        world.clock.forward(relays.DISCONNECTED_SECONDS)
        await alone.drain()

    assert [row.due for row in rows] == [None] * 3
    assert [log["event"] for log in logs].count("connected_again") == 1


async def test_a_relay_is_not_well_while_a_platform_has_thrown_it_out(world: World):
    world.outbox.add("card/a", post(1))
    world.slack.answers = [Disconnected("token_revoked")] * 2
    with capture_logs():
        well = [world.relay.healthy]
        for _ in range(3):
            await world.relay.drain()
            well.append(world.relay.healthy)
            world.clock.forward(relays.DISCONNECTED_SECONDS)

    assert well == [True, False, False, True]


async def test_a_platform_for_which_nothing_waits_any_more_does_not_stay_unwell(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [Disconnected("token_revoked")]
    with capture_logs():
        await world.relay.drain()
    row.due = None

    world.clock.forward(2 * relays.DISCONNECTED_SECONDS - 1)
    assert not world.relay.healthy
    world.clock.forward(1)
    assert world.relay.healthy


async def test_a_copy_on_a_platform_that_is_not_served_here_is_left_to_another_process(world: World):
    row = world.outbox.add("card/a", post(1, "discord", ""), post(2))
    slack_only, discord_only = world.another(world.slack), world.another(world.discord)

    await slack_only.drain()
    assert [step.message for step, _ in row.done] == [2]
    assert (row.due, row.attempts) == (world.clock.at + relays.ELSEWHERE_SECONDS, 0)

    world.clock.forward(relays.ELSEWHERE_SECONDS)
    await discord_only.drain()
    assert row.due is None


async def test_another_process_gets_its_rows_within_seconds(world: World):
    row = world.outbox.add("card/a", post(1, "discord", ""))
    slack_only = world.another(world.slack)

    for _ in range(relays.ELSEWHERE_TRIES):
        await slack_only.drain()
        assert 1 <= row.due - world.clock.at <= 6
        world.clock.forward(row.due - world.clock.at)


async def test_a_row_that_no_process_seems_to_serve_is_looked_at_once_a_minute(world: World):
    row = world.outbox.add("card/a", post(1, "discord", ""))
    slack_only = world.another(world.slack)
    start = world.outbox.claims

    for _ in range(relays.ELSEWHERE_TRIES + 1):
        await slack_only.drain()
        assert await slack_only.drain() == 0  # nothing is due at this moment any more
        wait = row.due - world.clock.at
        world.clock.forward(wait)

    assert (wait, row.attempts) == (relays.ELSEWHERE_LONG_SECONDS, 0)
    assert world.outbox.claims - start < 30


async def test_rows_of_other_processes_are_not_counted_for_ever(world: World, monkeypatch):
    monkeypatch.setattr(relays, "ELSEWHERE_ROWS", 3)
    for number in range(10):
        world.outbox.add(f"card/{number}", post(number, "discord", ""))
    slack_only = world.another(world.slack)

    await slack_only.drain()
    assert len(slack_only._elsewhere) <= 3


async def test_two_processes_do_not_look_in_step(world: World, monkeypatch):
    pauses = []
    jitter = iter([0.0, 0.5, 1.0])
    relay = Relay(world.outbox, {}, world.executor, world.clock, jitter=lambda: next(jitter), poll=1.0)
    relay.wake()
    timeout = asyncio.timeout
    monkeypatch.setattr(asyncio, "timeout", lambda seconds: pauses.append(seconds) or timeout(seconds))
    for _ in range(3):
        await relay._rest()

    assert pauses == [0.5, 0.75, 1.0]


async def test_an_adapter_s_bug_costs_its_own_step_only(world: World):
    row = world.outbox.add("card/a", post(1), post(2))
    other = world.outbox.add("card/b", post(3))
    world.slack.answers = [KeyError("ts")]
    with capture_logs() as logs:
        await world.another(world.slack, width=1).drain()

    assert [step.message for step, _ in row.done] == [2]
    assert (row.attempts, other.due) == (1, None)
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["step_broke"]


@pytest.mark.parametrize("where", ["plan", "delivered"])
async def test_a_database_that_fails_in_between_brings_the_row_back_later(world: World, where: str):
    row = world.outbox.add("card/a", post(1))
    world.outbox.fail = [where]

    with capture_logs() as logs:
        await world.relay.drain()

    assert (row.due, row.attempts) == (world.clock.at + 2, 1)
    assert [log["event"] for log in logs if log["log_level"] == "error"] == ["delivery_broke"]
    world.clock.forward(2)
    await world.relay.drain()
    assert row.due is None


async def test_a_row_that_cannot_even_be_given_back_is_claimed_again_when_its_lease_is_over(world: World):
    row = world.outbox.add("card/a", post(1))
    world.outbox.fail = ["plan", "retry"]

    await world.relay.drain()
    assert await world.relay.drain() == 0

    world.clock.forward(60)
    assert await world.relay.drain() == 1
    assert row.due is None


async def test_a_row_under_lease_is_not_delivered_by_a_second_process(world: World):
    row = world.outbox.add("card/a", post(1))
    held = asyncio.Event()
    world.slack.answers = [held]
    first = asyncio.create_task(world.relay.drain())
    await world.slack.reached.wait()

    assert await world.another(world.slack).drain() == 0

    held.set()
    await first
    assert len(row.done) == 1


async def test_a_platform_that_answers_too_late_counts_as_unwell(world: World):
    row = world.outbox.add("card/a", post(1))
    world.slack.answers = [asyncio.Event()]

    await world.another(world.slack, patience=0.01).drain()

    assert (row.due, row.attempts) == (world.clock.at + 2, 1)
    assert "no answer" in row.reasons[0]


async def test_a_row_with_many_slow_copies_lets_go_before_its_lease_is_over(world: World, monkeypatch):
    row = world.outbox.add("card/a", *(post(i) for i in range(10)))
    seconds = iter(range(0, 1000, 4))
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: float(next(seconds)))
    relay = world.another(world.slack, patience=30)

    await relay._serve(world.outbox.claim(world.clock(), 1)[0])

    assert 0 < len(row.done) < 10
    assert (row.due, row.attempts) == (world.clock.at + 1, 0)


async def test_what_changes_faster_than_it_is_shown_lets_others_go_first(world: World, monkeypatch):
    row = world.outbox.add("card/a", post(1))
    monkeypatch.setattr(world.outbox, "delivered", lambda *args: None)

    await world.relay.drain()

    assert len(world.slack.posts) == relays.PASSES
    assert (row.due, row.attempts) == (world.clock.at + 1, 0)


# --- the loop ----------------------------------------------------------------------------------------------------


async def running(relay: Relay) -> asyncio.Task:
    task = asyncio.create_task(relay.run())
    await asyncio.sleep(0)
    return task


async def test_a_wake_is_answered_at_once(world: World):
    relay = world.another(world.slack, poll=3600)
    task = await running(relay)
    row = world.outbox.add("card/a", post(1))

    relay.wake()
    await asyncio.wait_for(world.slack.reached.wait(), 5)
    await relay.stop()
    await task

    assert len(row.done) == 1


async def test_without_a_wake_the_outbox_is_looked_at_each_second(world: World):
    task = await running(world.relay)
    world.outbox.add("card/a", post(1))

    await asyncio.wait_for(world.slack.reached.wait(), 5)
    await world.relay.stop()
    await task


async def test_no_more_than_the_width_is_under_way_and_a_slow_one_keeps_nobody_else_waiting(world: World):
    relay = world.another(world.slack, width=3, poll=3600)
    slow = asyncio.Event()
    world.slack.answers = [slow]
    rows = [world.outbox.add(f"card/{i}", post(i)) for i in range(20)]
    task = await running(relay)

    async with asyncio.timeout(5):
        while sum(row.due is None for row in rows) < 19:
            await asyncio.sleep(0)
    assert (world.slack.most <= 3, rows[0].due) == (True, 0)

    slow.set()
    await relay.stop()
    await task
    assert rows[0].due is None


async def test_a_database_that_is_down_does_not_end_the_loop(world: World):
    world.outbox.fail = ["claim"] * 3
    row = world.outbox.add("card/a", post(1))
    with capture_logs() as logs:
        task = await running(world.relay)
        async with asyncio.timeout(5):
            while row.due is not None:
                await asyncio.sleep(0)
        await world.relay.stop()
        await task

    assert [log["times"] for log in logs if log["event"] == "claim_failed"] == [1, 2, 3]
    assert world.relay.healthy


async def test_a_database_that_is_down_is_not_hammered_by_being_woken(world: World):
    relay = world.another(world.slack, poll=3600)
    world.outbox.fail = ["claim"] * 99
    with capture_logs():
        task = await running(relay)
        async with asyncio.timeout(5):
            while relay.healthy:
                await asyncio.sleep(0)
        for _ in range(50):
            relay.wake()
            await asyncio.sleep(0)
        claims = world.outbox.claims
        await relay.stop()
        await task

    assert (claims, relay.healthy) == (1, False)


async def test_stopping_lets_what_is_under_way_finish_and_claims_nothing_more(world: World):
    held = asyncio.Event()
    world.slack.answers = [held]
    first = world.outbox.add("card/a", post(1))
    task = await running(world.relay)
    await world.slack.reached.wait()

    stop = asyncio.create_task(world.relay.stop())
    await asyncio.sleep(0)
    second = world.outbox.add("card/b", post(2))
    held.set()
    await stop
    await task

    assert (first.due, second.due) == (None, 0)


async def test_stopping_does_not_wait_for_ever(world: World):
    world.slack.answers = [asyncio.Event()]
    row = world.outbox.add("card/a", post(1))
    task = await running(world.relay)
    await world.slack.reached.wait()

    await world.relay.stop(grace=0.01)
    await task

    assert (row.done, row.lease > 0) == ([], True)


# --- numbers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempts", "jitter", "seconds"),
    [(0, 0.0, 1), (0, 1.0, 2), (3, 1.0, 16), (3, 0.0, 8), (8, 1.0, 512), (9, 1.0, 900), (10_000, 1.0, 900)],
)
def test_waits_double_up_to_a_quarter_of_an_hour(attempts, jitter, seconds):
    assert backoff(attempts, jitter) == seconds


def test_a_row_comes_back_when_its_first_step_can_be_tried_again():
    slow, soon = Setback(600, "a", counted=False), Setback(2, "b")

    assert together(slow, soon) == Setback(2, "a; b", counted=True)
    assert together(None, soon) == soon
    assert together(slow, None) == slow
