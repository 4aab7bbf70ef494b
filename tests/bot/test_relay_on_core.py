"""The relay on the real core and a real database, delivering to the memory platform."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform, Message, Person
from bot.relay import Relay
from core import deliveries, outbox
from core.cards import Card
from core.ports import Disconnected, Forbidden, MessageRef, RateLimited, Target, Unavailable
from core.service import Core
from tests.bot.stub import Clock

OWNER = Person("Owner", place_admin=True)
GUEST = Person("Guest")
REMINDED = "Still waiting: Guest asks to join Studio"
OTHER = Person("Other")


class Held(MemoryPlatform):
    """Posts, and holds the answer back until ``go_on`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.arrived = asyncio.Event()
        self.go_on = asyncio.Event()

    async def post(
        self, target: Target, card: Card, key: str, *, look_first: bool, under: MessageRef | None = None
    ) -> MessageRef:
        ref = await super().post(target, card, key, look_first=look_first, under=under)
        self.arrived.set()
        await self.go_on.wait()
        return ref


@dataclass
class World:
    core: Core
    clock: Clock
    executor: ThreadPoolExecutor
    memory: Memory

    @property
    def platform(self) -> MemoryPlatform:
        return self.memory.platform

    def relay(self, platform: MemoryPlatform | None = None) -> Relay:
        served = {"memory": platform or self.platform}
        return Relay(self.core, served, self.executor, self.clock, jitter=lambda: 1.0, width=1)

    async def asked(self, *people: Person) -> None:
        """A workspace in which people ask to join."""
        await self.memory.run(OWNER, "workspace create name:Studio")
        card = await self.memory.run(OWNER, "invite create")
        code = next(field.value[0][0] for field in card.fields if field.label == "Code")
        for person in people:
            await self.memory.run(person, f"join code:{code}")

    def titles(self, person: Person = OWNER) -> list[str]:
        return [message.card.title for message in self.platform.inbox(person)]

    def card(self) -> Message:
        return self.platform.inbox(OWNER)[0]


@pytest.fixture
def world(core: Core) -> Iterator[World]:
    with ThreadPoolExecutor(2) as executor:
        clock = Clock(1_795_000_000)
        memory = Memory(Desk(core, executor, clock, lambda: None), MemoryPlatform(), (OWNER, GUEST, OTHER))
        yield World(core, clock, executor, memory)


async def test_a_request_is_shown_to_its_approver_and_its_outcome_everywhere(world: World):
    await world.asked(GUEST)
    await world.relay().drain()
    assert world.titles() == ["Guest asks to join Studio"]

    await world.memory.click(OWNER, world.card(), "Approve")
    await world.relay().drain()

    assert world.card().card.title.startswith("Joined: Guest")
    assert world.card().card.buttons == ()
    assert len(world.titles(GUEST)) == 1
    assert await world.relay().drain() == 0


async def test_an_answer_that_was_lost_makes_no_second_card(world: World):
    await world.asked(GUEST)
    world.platform.fail_next(Unavailable("reset"), after_effect=True)
    relay = world.relay()
    await relay.drain()
    world.clock.forward(2)
    await relay.drain()

    assert world.titles() == ["Guest asks to join Studio"]


async def test_a_process_that_dies_between_posting_and_recording_makes_no_second_card(world: World):
    await world.asked(GUEST)
    held = Held()
    held.messages = world.platform.messages
    dying = asyncio.create_task(world.relay(held).drain())
    await held.arrived.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)

    assert await world.relay().drain() == 0
    world.clock.forward(outbox.LEASE)
    await world.relay().drain()
    assert world.titles() == ["Guest asks to join Studio"]


async def test_one_that_wakes_up_after_its_lease_was_taken_over_changes_nothing(world: World):
    await world.asked(GUEST)
    held = Held()
    held.messages = world.platform.messages
    sleepy = asyncio.create_task(world.relay(held).drain())
    await held.arrived.wait()

    world.clock.forward(outbox.LEASE)
    await world.relay().drain()
    await world.memory.click(OWNER, world.card(), "Approve")
    await world.relay().drain()
    held.go_on.set()
    await sleepy
    world.clock.forward(outbox.LEASE)
    await world.relay().drain()

    assert [title for title in world.titles() if "asks" in title] == []
    assert world.card().card.title.startswith("Joined: Guest")


async def test_what_changes_while_it_is_being_posted_is_shown_as_it_is_now(world: World):
    await world.asked(GUEST)
    held = Held()
    held.messages = world.platform.messages
    posting = asyncio.create_task(world.relay(held).drain())
    await held.arrived.wait()
    await world.memory.click(OWNER, world.card(), "Deny")
    held.go_on.set()
    await posting

    assert world.card().card.title.startswith("Denied: Guest")


async def test_after_too_many_failures_a_row_is_parked_and_the_next_change_takes_it_up_again(world: World):
    await world.asked(GUEST)
    relay = world.relay()
    world.platform.fail_next(Unavailable("503"), times=outbox.TRIES)
    for _ in range(outbox.TRIES):
        await relay.drain()
        world.clock.forward(900)
    assert world.titles() == []
    assert world.platform.calls >= outbox.TRIES

    await world.memory.run(OWNER, "request deny request:" + await open_request(world))
    await relay.drain()
    assert world.platform.calls > outbox.TRIES


async def test_an_outage_longer_than_all_tries_loses_no_card(world: World):
    await world.asked(GUEST)
    relay = world.relay()
    world.platform.fail_next(Unavailable("503"), times=outbox.TRIES + 3)
    for _ in range(outbox.TRIES + 10):
        await relay.drain()
        world.clock.forward(1_800)

    # Such a long outage outlasts the first reminder too, and neither is lost.
    assert world.titles() == ["Guest asks to join Studio", REMINDED]


async def test_a_place_that_refuses_cards_sends_them_to_the_approvers_and_its_admins_hear_of_it(world: World):
    await world.asked(GUEST)
    await world.memory.run(OWNER, "workspace set approvals_place here")
    world.platform.fail_next(Forbidden("not_in_channel"))
    relay = world.relay()
    await relay.drain()

    direct = [message.card.title for message in world.platform.inbox(OWNER)]
    assert sorted(direct) == ["Guest asks to join Studio", "I can't post in the approvals place of Studio"]
    world.clock.forward(deliveries.TRY_AGAIN)
    await relay.drain()
    assert [message.card.title for message in world.platform.shared()] == ["Guest asks to join Studio"]


async def test_moving_the_place_for_approvals_moves_open_requests(world: World):
    await world.asked(GUEST)
    await world.relay().drain()
    await world.memory.run(OWNER, "workspace set approvals_place here")
    await world.relay().drain()

    assert [message.card.title for message in world.platform.shared()] == ["Guest asks to join Studio"]


@pytest.mark.parametrize("error", [RateLimited("slow", 30), Disconnected("token_revoked")])
async def test_waiting_as_told_never_parks_a_row(world: World, error):
    await world.asked(GUEST)
    world.platform.fail_next(error, times=outbox.TRIES * 2)
    relay = world.relay()
    for _ in range(outbox.TRIES * 3):
        await relay.drain()
        world.clock.forward(600)

    assert world.titles() == ["Guest asks to join Studio", REMINDED]


async def test_a_closed_inbox_keeps_neither_the_request_nor_other_people_s_cards(world: World):
    await world.asked(GUEST, OTHER)
    world.platform.fail_next(Forbidden("closed"))
    await world.relay().drain()
    assert len(world.titles()) == 1

    await world.memory.run(OWNER, "request approve request:" + await open_request(world))
    await world.relay().drain()
    assert len(world.titles(GUEST)) + len(world.titles(OTHER)) == 1


async def test_two_relays_at_once_deliver_each_card_once(world: World):
    people = [Person(f"Guest{number}") for number in range(12)]
    await world.asked(*people)
    await asyncio.gather(world.relay().drain(), world.relay().drain())

    assert sorted(world.titles()) == sorted(f"{person.name} asks to join Studio" for person in people)


async def open_request(world: World) -> str:
    """The id of the oldest request that waits."""
    card = await world.memory.run(OWNER, "request list")
    return next(
        word for line in card.lines for word in str(line.text).replace("'", " ").split() if word[:4] == "req-"
    )
