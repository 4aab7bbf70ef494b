"""What a platform delivers twice is done once, and what was not done is done at the next delivery."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import IntegrityError

from core.calls import Call
from core.cards import Card
from core.catalogue import COMMANDS
from core.context import Context
from core.errors import RefusalCode, Repeated
from tests.core.world import Person, World, made, refusal_in


def call(person: Person, command: str, event: str = "Ev1", **options: str) -> Call:
    return Call(person.actor, person.where, person.world.at, command, options, event=event)


def seen(world: World) -> int:
    return world.one("SELECT count(*) FROM events_seen")


def test_a_call_that_comes_again_is_not_handled_again(world: World):
    owner = world.studio()
    made(world.core.handle(call(owner, "invite create", name="One")))
    for process in (world, world.another()):
        with pytest.raises(Repeated):
            process.core.handle(call(owner, "invite create", name="One"))
    made(world.core.handle(call(owner, "invite create", "Ev2", name="Two")))

    assert world.one("SELECT count(*) FROM invitations") == 2


def test_the_ids_of_two_platforms_have_nothing_to_do_with_each_other(world: World):
    owner = world.studio()
    newcomer = world.person("Dia", "discord")
    made(world.core.handle(call(owner, "invite create")))

    world.core.handle(call(newcomer, "join", code="ABCD"))
    assert seen(world) == 2


def test_what_broke_is_done_at_the_next_delivery(world: World, monkeypatch):
    owner = world.studio()
    finish = Context.finish

    def broken(ctx: Context) -> None:
        finish(ctx)
        raise OSError("killed before the commit")

    monkeypatch.setattr(Context, "finish", broken)
    with pytest.raises(OSError, match="killed"):
        world.core.handle(call(owner, "invite create"))
    assert seen(world) == 0

    monkeypatch.setattr(Context, "finish", finish)
    made(world.core.handle(call(owner, "invite create")))
    assert world.one("SELECT count(*) FROM invitations") == 1


def test_a_wrong_code_that_is_delivered_again_counts_once(world: World):
    world.studio()
    nora = world.person("Nora")
    assert refusal_in(world.core.handle(call(nora, "join", code="ABCD-EFGH"))) is RefusalCode.UNKNOWN_CODE
    with pytest.raises(Repeated):
        world.core.handle(call(nora, "join", code="ABCD-EFGH"))

    assert world.one("SELECT wrong FROM guesses") == 1
    assert len(world.refused()) == 1


def test_a_refusal_that_leaves_nothing_behind_is_said_again(world: World):
    owner = world.studio()
    for _ in range(2):
        assert (
            refusal_in(world.core.handle(call(owner, "workspace set", setting="colour", value="red")))
            is RefusalCode.UNKNOWN_SETTING
        )

    assert seen(world) == 0


def test_what_only_reads_is_answered_again_and_writes_nothing(world: World):
    owner = world.studio()
    for _ in range(2):
        assert isinstance(world.core.handle(call(owner, "me")), Card)

    assert COMMANDS["me"].reads
    assert seen(world) == 0


def test_of_many_deliveries_at_once_one_does_the_work(world: World):
    owner = world.studio()
    processes = [world, world.another()]

    def deliver(number: int) -> bool:
        try:
            made(processes[number % 2].core.handle(call(owner, "invite create")))
        except Repeated:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        done = list(threads.map(deliver, range(16)))

    assert done.count(True) == 1
    assert world.one("SELECT count(*) FROM invitations") == 1


def test_a_try_after_a_clash_is_no_repetition(world: World, monkeypatch):
    owner = world.studio()
    finish, tries = Context.finish, []

    def clashes(ctx: Context) -> None:
        finish(ctx)
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception())

    monkeypatch.setattr(Context, "finish", clashes)
    made(world.core.handle(call(owner, "invite create")))
    assert (len(tries), seen(world)) == (2, 1)
