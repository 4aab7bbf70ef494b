"""Many ends, swept and changed at once, and clocks that go back and forth."""

from __future__ import annotations

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert

from core.durations import DAY
from core.models import grants, identities, members
from core.schema import migrate
from core.store import Store
from core.sweep import MOST_REMINDED
from tests.core.boxed import BEGINS, studio
from tests.core.together import at_once
from tests.core.world import Person, World, made


@pytest.fixture
def owner(world: World) -> Person:
    return studio(world)


@pytest.fixture(params=BEGINS)
def what(request: pytest.FixtureRequest) -> str:
    return request.param


def many(world: World, owner: Person, count: int, left: int, *, life: int = 2 * DAY) -> None:
    """So many members with a grant each, whose ends are in about ``left`` seconds."""
    ws = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    resource = world.one("SELECT resource_id FROM resources WHERE name = 'Renders'")
    with world.store.writing() as connection:
        ids = [f"mem-{n:05}" for n in range(count)]
        connection.execute(
            insert(members),
            [
                {"workspace_id": ws, "member_id": m, "name": m, "name_key": m, "joined_at": world.at}
                for m in ids
            ],
        )
        connection.execute(
            insert(identities),
            [
                {"workspace_id": ws, "platform": "slack", "realm": "T1", "subject": m, "member_id": m}
                for m in ids
            ],
        )
        connection.execute(
            insert(grants),
            [
                {
                    "workspace_id": ws,
                    "resource_id": resource,
                    "holder": m,
                    "layer": "timed-3",
                    "level": 3,
                    "given_at": world.at + left - life,
                    "ends_at": world.at + left,
                    "given_by": "mem-00000",
                    "source": "granted by mem-00000",
                }
                for m in ids
            ],
        )


def test_L38_sweeps_at_once_put_each_notice_into_the_outbox_once_however_many_there_are(
    world: World, owner: Person
):
    count = MOST_REMINDED + 700
    many(world, owner, count, DAY)
    others = [world.another() for _ in range(2)]
    found = at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, *others, world)))
    assert sum(found) == count
    assert world.one("SELECT count(*) FROM outbox WHERE key LIKE 'note/access_ending/%'") == count
    assert world.one("SELECT count(*) FROM grants WHERE reminded <> 1") == 0
    world.forward(DAY)
    found = at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, *others, world)))
    assert sum(found) == count
    assert world.one("SELECT count(*) FROM grants") == 0
    ended = [
        json.loads(row.facts)
        for row in world.rows("SELECT facts FROM audit_events WHERE event = 'access.ended'")
    ]
    gone = Counter(holder for facts in ended for _, holder, *_ in facts["ended"])
    assert set(gone.values()) == {1}
    assert len(gone) == count == sum(facts["count"] for facts in ended)
    world.sound()


def test_L38_a_sweep_beside_people_who_change_what_falls_due_loses_neither(world: World, owner: Person):
    many(world, owner, 40, DAY)
    other = world.another()

    def extend() -> None:
        for number in range(0, 40, 4):
            made(owner.on(other).say(f"access grant resource:Renders to:mem-{number:05} level:edit for:9d"))

    at_once(lambda: world.core.sweep(world.at), extend)
    world.core.sweep(world.at)
    left = {row.holder: (row.ends_at, row.reminded) for row in world.rows("SELECT * FROM grants")}
    for number in range(40):
        wanted = (world.at + 9 * DAY, 0) if number % 4 == 0 else (world.at + DAY, 1)
        assert left[f"mem-{number:05}"] == wanted
    world.desk.drain(world.at)
    titles = Counter(
        message.target.person for message in world.desk.messages if " ends " in message.card.title
    )
    assert titles == {f"mem-{number:05}": 1 for number in range(40) if number % 4}


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_a_row_that_somebody_is_changing_is_left_for_the_next_sweep(world: World, owner: Person):
    many(world, owner, 10, DAY)
    with world.store.engine.begin() as connection:
        connection.execute(grants.select().where(grants.c.holder == "mem-00003").with_for_update())
        assert world.another().core.sweep(world.at) == 9
    assert world.core.sweep(world.at) == 1
    assert world.core.sweep(world.at) == 0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(-DAY, 2 * DAY)),
        st.tuples(st.just("give"), st.integers(5, 3 * 24 * 60)),
        st.tuples(st.just("sweep"), st.booleans()),
        st.tuples(st.just("deliver"), st.none()),
        st.tuples(st.just("done"), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=8)
@given(steps=STEPS)
@pytest.mark.parametrize("what", BEGINS)
def test_however_clocks_go_no_end_is_told_of_twice_nor_too_early_nor_when_it_is_over(
    tmp_path_factory, what, steps
):
    url = f"sqlite:///{tmp_path_factory.mktemp('boxes')}/usher.db"
    store = Store(url, synchronous="OFF")
    migrate(store)
    store.close()
    world = World(url)
    try:
        _play(world, what, steps)
    finally:
        world.close()


def _play(world: World, what: str, steps) -> None:
    owner = world.studio("studio", "join_policy instant")
    made(owner.say("resource create kind:scene name:Renders"))
    dana = world.member(owner, "Dana", "Designer")
    table = "member_roles" if what == "role" else "grants"
    for step, value in steps:
        if step == "wait":
            world.forward(value)
        elif step == "give":
            owner.say(
                f"role assign Dana role:Admin for:{value}m"
                if what == "role"
                else f"access grant resource:Renders to:Dana level:edit for:{value}m"
            )
        elif step == "sweep":
            (world.another() if value else world).core.sweep(world.at)
        elif step == "done":
            cards = [card for card in world.desk.to("DANA") if card.title.startswith(BEGINS[what])]
            if cards:
                dana.click(cards[-1], "I'm done")
        else:
            before = len(world.desk.messages)
            world.desk.drain(world.at)
            for message in world.desk.messages[before:]:
                if message.card.title.startswith(BEGINS[what]):
                    end = int(message.card.buttons[0].subject.rpartition("@")[2])
                    assert 0 < end - world.at <= DAY
                    rows = world.rows(f"SELECT ends_at FROM {table} WHERE ends_at = :end", end=end)
                    assert rows, "told of an end that is not so"
    keys = [row.key for row in world.rows("SELECT key FROM outbox WHERE key LIKE 'note/%_ending/%'")]
    assert len(keys) == len(set(keys))
    shown = Counter(
        (message.card.buttons[0].subject, message.card.title)
        for message in world.desk.messages
        if message.card.title.startswith(BEGINS[what])
    )
    by_end = Counter(subject for subject, _ in shown.elements())
    assert all(count <= 2 for count in by_end.values())
    world.sound()
