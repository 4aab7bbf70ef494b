"""Relays, sweeps and whole processes at work on one database at once."""

from __future__ import annotations

import multiprocessing
from collections import Counter
from typing import Any

import pytest

from core.durations import DAY
from core.store import Store
from tests.core.together import at_once
from tests.core.world import World, made


@pytest.fixture
def processes(world: World) -> list[World]:
    """Two processes on one database: each has its own engine, its own cache and its own queue."""
    return [world, world.another()]


# --- relays and sweeps -----------------------------------------------------------------------------------------------


def test_two_relays_never_claim_the_same_row(processes):
    world, other = processes
    link = world.studio().link()
    for number in range(30):
        world.person(f"N{number}").ask(link)
    claimed = at_once(*(lambda c=c: c.core.claim(world.at, 7) for c in (world, other) * 3))
    keys = [work.key for works in claimed for work in works]
    keys += [work.key for work in world.core.claim(world.at, 100)]

    assert len(keys) == len(set(keys)) == 30


def test_two_relays_at_work_at_once_send_each_card_once(processes):
    world, other = processes
    link = world.studio().link()
    for number in range(20):
        world.person(f"N{number}").ask(link)
    other.desk.messages = world.desk.messages
    at_once(lambda: world.desk.drain(world.at), lambda: other.desk.drain(world.at))
    world.desk.drain(world.at)

    assert Counter(Counter(m.key for m in world.desk.messages).values()) == {1: 20}
    assert len({m.card.title for m in world.desk.messages}) == 20


def test_L38_four_sweeps_at_once_expire_each_request_once_and_tell_each_person_once(processes):
    world, other = processes
    link = world.studio().link(expires="7d")
    for number in range(20):
        world.person(f"N{number}").ask(link)
    world.forward(5 * DAY)
    changed = at_once(*(lambda c=c: c.core.sweep(world.at) for c in (world, other) * 2))
    world.desk.drain(world.at)

    assert sum(changed) == 22  # and one reminder, and the digest of the week
    assert len(world.events("request.expired")) == 20
    assert len(world.desk.cards("Expired: your request")) == 20
    assert len(world.desk.cards("Your invitation")) == 1
    assert len(world.desk.cards("Last week")) == 1
    world.sound()


def test_the_record_holds_while_it_is_written(processes):
    world, other = processes
    owner = world.studio()

    def write() -> None:
        for _ in range(30):
            made(owner.say("invite create"))

    found = at_once(write, *[lambda: [set(other.core.verify_audit().values()) for _ in range(10)]] * 2)
    assert all(values == {None} for checks in found[1:] for values in checks)


def test_the_short_ids_of_one_workspace_never_clash(processes):
    world = processes[0]
    owner = world.studio()
    at_once(
        *(lambda n=n: [owner.on(processes[n % 2]).say("invite create") for _ in range(5)] for n in range(8))
    )
    assert world.one("SELECT count(DISTINCT invitation_id) FROM invitations") == 40
    world.sound()


# --- real processes --------------------------------------------------------------------------------------------------


def _join_in_a_process(url: str, name: str, link: str, gate: Any) -> None:
    world = World(url)
    nora = world.person(name)
    gate.wait(60)
    nora.say(f"join {link}")
    world.close()


def test_a_code_for_two_redeemed_by_four_processes_lets_two_in(world: World, url: str):
    link = world.studio("studio", "join_policy instant").link(uses=2)
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(4)
    running = [context.Process(target=_join_in_a_process, args=(url, f"N{n}", link, gate)) for n in range(4)]
    for process in running:
        process.start()
    for process in running:
        process.join(60)

    assert [process.exitcode for process in running] == [0] * 4
    assert len(world.members()) == 3
    assert world.refused() == ["INVITATION_USED_UP"] * 2
    world.sound()


def test_a_reader_is_never_held_up_by_a_writer(world: World):
    owner = world.studio()
    writer = Store(world.url, synchronous="OFF")
    with writer.writing() as connection:
        connection.exec_driver_sql("UPDATE workspaces SET counter = counter")
        assert made(owner.say("me")).title == "You are in Studio"
        assert made(owner.say("invite list"))
    writer.close()
