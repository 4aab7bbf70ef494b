"""What waits: everything is counted and found, however much it is."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.models import requests
from tests.core.world import Person, World, field_of, made, words

MANY = 1_203


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio")


def crowd(world: World, count: int, ids: str = "X") -> None:
    """So many people more ask for what Nia asks for, all of them before her."""
    changed = {
        "request_id": f"'req-{ids}' || n.i",
        "person": f"'slack/T1/{ids}' || n.i",
        "created_at": "created_at - 9",
    }
    columns = ", ".join(column.name for column in requests.columns)
    values = ", ".join(changed.get(column.name, column.name) for column in requests.columns)
    numbers = f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
    copied = f"{numbers} SELECT {values} FROM requests, n WHERE person = 'slack/T1/NIA'"
    world.change(f"INSERT INTO requests ({columns}) {copied}")


def test_all_that_wait_are_counted_and_paged(world: World, owner: Person):
    world.person("Nia").ask(owner.link())
    crowd(world, MANY - 1)

    card = made(owner.say("request list"))
    assert card.title == "Requests (1,203 wait for you)"
    assert len(card.lines) == 10
    assert plain(card.footer) == "page 1 of 121"
    assert field_of(made(owner.say("me")), "Waiting for you").startswith("1,203 requests")
    last = made(owner.press("request.list", card.buttons[0].subject.rpartition("/")[0] + "/120"))
    assert len(last.lines) == 3
    assert "Nia" in words(last)


def test_whoever_waits_behind_many_finds_their_own(world: World, owner: Person):
    nia = world.person("Nia")
    request = nia.ask(owner.link())
    crowd(world, MANY)

    card = made(nia.say("request list"))
    assert card.title == "Requests (0 wait for you)"
    assert request in words(card)
    assert len(card.lines) == 1


def test_only_what_a_member_could_answer_is_counted_for_them_and_their_own_stands_behind_it(
    world: World, owner: Person
):
    made(owner.say("role create name:Doorkeeper permissions:request:approve,member:invite rank:25"))
    ada = world.member(owner, "Ada", "Doorkeeper")
    world.person("Nia").ask(owner.link(role="Admin"))
    crowd(world, 30)
    assert made(ada.say("request list")).title == "Requests (0 wait for you)"
    made(owner.say("workspace set setting:members_can_invite value:off"))
    low = world.person("Low").ask(owner.link(role="Doorkeeper"))
    asked = made(ada.say("request invite name:mine"))
    own = plain(asked.footer).partition(" ")[0]

    card = made(ada.say("request list"))

    assert card.title == "Requests (1 waits for you)"
    assert [low in plain(line.text) or own in plain(line.text) for line in card.lines] == [True, True]
    assert own in plain(card.lines[1].text)
    assert made(owner.say("request list")).title == "Requests (33 wait for you)"
