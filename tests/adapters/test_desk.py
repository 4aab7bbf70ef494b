from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from structlog.testing import capture_logs

import core.service  # noqa: F401 - declares the commands
from adapters.desk import Desk
from core.calls import Actor, Call, Identity, Where
from core.cards import Card, plain_text
from core.errors import Repeated


class Stub:
    def handle(self, call: Call) -> Card:
        if call.subject == "break":
            raise RuntimeError("password inside")
        if call.event:
            raise Repeated
        return Card("done")

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        return [(option, typed)]


@pytest.fixture
def woken() -> list[bool]:
    return []


@pytest.fixture
def desk(woken: list[bool]) -> Iterator[Desk]:
    with ThreadPoolExecutor(1) as executor:
        yield Desk(Stub(), executor, lambda: 7, lambda: woken.append(True))


def call(**what: str) -> Call:
    return Call(Actor(Identity("memory", "", "ann"), "Ann"), Where("memory", "", ""), 7, **what)


@pytest.mark.parametrize(
    ("what", "wakes"),
    [
        ({"command": "invite create"}, True),
        ({"action": "invite.revoke"}, True),
        ({"command": "me"}, False),
        ({"command": "invite list"}, False),
        ({"command": "unknown"}, True),
        ({"action": "unknown"}, True),
    ],
)
async def test_the_relay_is_woken_by_what_may_have_changed_something(desk: Desk, woken, what, wakes):
    await desk.handle(call(**what))

    assert bool(woken) is wakes


async def test_a_fault_becomes_a_card_with_the_reference_under_which_it_is_logged(desk: Desk, woken):
    with capture_logs() as logs:
        card = await desk.handle(call(action="invite.revoke", subject="break"))

    assert logs[0]["reference"] in card.title
    assert "password" not in plain_text(card)
    assert woken == [True]


async def test_the_rest_is_handed_to_the_core(desk: Desk):
    assert await desk.complete(call(command="me"), "role", "Des") == [("role", "Des")]


async def test_what_was_handled_before_has_no_answer_and_is_no_fault(desk: Desk):
    with capture_logs() as logs:
        assert await desk.handle(call(command="invite create", event="Ev1")) is None

    assert logs == []
