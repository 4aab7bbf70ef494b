from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

import core.service  # declares the commands
from adapters.desk import Desk
from adapters.memory import Memory, MemoryPlatform, Person, bare, button_on, choice_on
from core.calls import Call, Channel, Identity, MessageRef, Where
from core.cards import Button, Card, Choice, Menu, Tone
from core.ports import Gone, RateLimited, Target, Unavailable

ADA = Person("Ada Lovelace", "ada@example.com", place_admin=True)
BOB = Person("Bob", "bob@example.com")
CARD = Card("Join?", buttons=(Button("Approve", "request.approve", "ws/req-1"),))
CHANNEL = Target("memory", "local", channel="approvals")


class Listening:
    """A core that keeps the calls it gets."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def handle(self, call: Call) -> Card:
        self.calls.append(call)
        return Card("heard")

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        return []


@pytest.fixture
def core() -> Listening:
    return Listening()


@pytest.fixture
def memory(core: Listening) -> Iterator[Memory]:
    with ThreadPoolExecutor(1) as executor:
        yield Memory(Desk(core, executor, lambda: 1_000, lambda: None), MemoryPlatform(), (ADA, BOB))


# --- typing and pressing -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["me", "/usher me", "/me", "  /USHER   me ", "usher me"],
)
async def test_a_command_may_begin_as_on_slack_or_with_a_slash_or_with_nothing(
    memory: Memory, core: Listening, typed
):
    await memory.run(ADA, typed)

    assert [call.command for call in core.calls] == ["me"]


async def test_a_call_says_who_where_and_when(memory: Memory, core: Listening):
    await memory.run(BOB, "me", channel="")

    (call,) = core.calls
    assert call.actor.identity == Identity("memory", "local", "bob")
    assert (call.actor.name, call.where, call.at) == ("Bob", Where("memory", "local", ""), 1_000)


async def test_a_mention_means_the_person_and_a_channel_the_channel(memory: Memory, core: Listening):
    await memory.run(ADA, "invite create emails:@bob")
    await memory.run(ADA, "invite create emails:@Bob, @ada-lovelace @stranger")
    await memory.run(ADA, "workspace set setting:approvals_place value:#Doors")

    bob, ada = BOB.identity, ADA.identity
    assert [call.options for call in core.calls] == [
        {"emails": bob},
        {"emails": (bob, ada, "@stranger")},
        {"setting": "approvals_place", "value": Channel("memory", "local", "doors")},
    ]


async def test_facts_are_handed_over_only_where_the_command_asks_for_them(memory: Memory, core: Listening):
    for typed in ("me", "join code:X", "workspace create name:Studio"):
        await memory.run(ADA, typed)

    facts = [(call.actor.email, call.actor.place_admin) for call in core.calls]
    assert facts[0] == (None, False)
    assert facts[1][0] == "ada@example.com"
    assert facts[2][1]


async def test_what_is_no_command_is_a_question_to_help(memory: Memory, core: Listening):
    await memory.run(ADA, "frobnicate")

    [call] = core.calls
    assert (call.command, call.options) == ("help", {"command": "frobnicate"})


async def test_what_cannot_be_read_is_refused_without_asking_the_core(memory: Memory, core: Listening):
    card = await memory.run(ADA, "me colour:red")

    assert (card.tone, core.calls) == (Tone.REFUSED, [])


async def test_a_click_carries_the_action_the_subject_and_the_message(memory: Memory, core: Listening):
    ref = await memory.platform.post(CHANNEL, CARD, "k1", look_first=False)
    (message,) = memory.platform.shared()
    await memory.click(BOB, message, "approve")
    await memory.click(BOB, CARD, "Approve", channel="general")

    on_message, on_answer = core.calls
    assert (on_message.action, on_message.subject, on_message.message) == ("request.approve", "ws/req-1", ref)
    assert on_message.where.channel == "approvals"
    assert (on_answer.message, on_answer.where.channel) == (None, "general")


async def test_a_click_in_an_inbox_comes_from_a_direct_message(memory: Memory, core: Listening):
    await memory.platform.post(Target.direct(BOB.identity), CARD, "k1", look_first=False)
    await memory.click(BOB, memory.platform.inbox(BOB)[0], "Approve")

    assert core.calls[0].where.channel == ""


async def test_a_choice_carries_its_value(memory: Memory, core: Listening):
    menu = Menu(
        "Change role", "member.role", "ws/mem-1", (Choice("rol-1", "Designer"), Choice("rol-2", "Editor"))
    )
    card = Card("Ada", menus=(menu,))

    assert (
        choice_on(card, "change role designer")
        == choice_on(card, "Change role rol-1")
        == (menu, menu.choices[0])
    )
    assert choice_on(card, "Change role") is choice_on(card, "Designer") is None

    await memory.press(ADA, menu, choice="rol-1")
    (call,) = core.calls
    assert (call.action, call.subject, call.options) == ("member.role", "ws/mem-1", {"choice": "rol-1"})


async def test_there_is_no_pressing_a_button_that_is_not_there(memory: Memory):
    with pytest.raises(LookupError):
        await memory.click(BOB, CARD, "Revoke")


def test_what_is_typed_after_the_beginning_stays_as_it_is():
    assert bare('/usher invite create name:"/usher x"') == 'invite create name:"/usher x"'
    assert bare("") == bare("/usher") == bare("/") == ""
    assert button_on(CARD, "APPROVE") == CARD.buttons[0]


# --- messages ----------------------------------------------------------------------------------------------------


async def test_direct_messages_are_seen_by_their_person_only_and_channels_by_all():
    platform = MemoryPlatform()
    await platform.post(Target.direct(BOB.identity), CARD, "k1", look_first=False)
    await platform.post(CHANNEL, Card("hello"), "k2", look_first=False)
    await platform.post(Target.direct(Identity("memory", "elsewhere", "bob")), CARD, "k3", look_first=False)

    assert [m.card.title for m in platform.inbox(BOB)] == ["Join?"]
    assert platform.inbox(ADA) == []
    assert [m.card.title for m in platform.shared()] == ["hello"]
    assert platform.shared("general") == []


async def test_an_edit_changes_the_message_where_it_stands():
    platform = MemoryPlatform()
    ref = await platform.post(CHANNEL, CARD, "k1", look_first=False)
    await platform.edit(ref, CARD.without_buttons())

    (message,) = platform.shared()
    assert message.card.buttons == ()
    assert message.shown == [CARD, CARD.without_buttons()]


async def test_looking_first_finds_the_message_with_that_key_and_not_looking_makes_a_twin():
    platform = MemoryPlatform()
    first = await platform.post(CHANNEL, CARD, "k1", look_first=False)

    assert await platform.post(CHANNEL, CARD, "k1", look_first=True) == first
    assert await platform.post(CHANNEL, CARD, "k1", look_first=False) != first
    assert len(platform.shared()) == 2


async def test_a_staged_failure_comes_as_often_as_asked_and_leaves_nothing_behind():
    platform = MemoryPlatform()
    platform.fail_next(RateLimited("slow", 3), times=2)
    for _ in range(2):
        with pytest.raises(RateLimited):
            await platform.post(CHANNEL, CARD, "k1", look_first=False)
    await platform.post(CHANNEL, CARD, "k1", look_first=False)

    assert (len(platform.shared()), platform.calls) == (1, 3)


async def test_an_answer_can_be_lost_after_the_message_arrived():
    platform = MemoryPlatform()
    platform.fail_next(Unavailable("lost"), after_effect=True)
    with pytest.raises(Unavailable):
        await platform.post(CHANNEL, CARD, "k1", look_first=False)
    await platform.post(CHANNEL, CARD, "k1", look_first=True)

    assert len(platform.shared()) == 1


async def test_a_deleted_message_is_gone():
    platform = MemoryPlatform()
    ref = await platform.post(CHANNEL, CARD, "k1", look_first=False)
    platform.remove(platform.shared()[0])

    with pytest.raises(Gone):
        await platform.edit(ref, CARD)


async def test_a_message_of_an_earlier_process_appears_again_when_it_changes():
    platform = MemoryPlatform()
    await platform.edit(MessageRef("memory", "local", "@bob", "ws-7"), CARD)

    assert [m.ref.message for m in platform.inbox(BOB)] == ["ws-7"]


async def test_whoever_listens_hears_of_each_message_and_each_change():
    heard: list[tuple[str, bool]] = []
    platform = MemoryPlatform(lambda message, posted: heard.append((message.card.title, posted)))
    ref = await platform.post(CHANNEL, CARD, "k1", look_first=False)
    await platform.edit(ref, Card("Joined"))

    assert heard == [("Join?", True), ("Joined", False)]


async def test_many_at_once_each_get_a_message_of_their_own():
    platform = MemoryPlatform()
    await asyncio.gather(*(platform.post(CHANNEL, CARD, f"k{i}", look_first=False) for i in range(50)))

    assert len({m.ref for m in platform.shared()}) == 50
