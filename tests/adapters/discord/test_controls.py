"""Drop-downs: what Discord takes of them, and what a choice becomes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import controls, limits, render
from core.cards import Button, Card, Choice, Menu
from tests.adapters.discord.sample import Scene, settled
from tests.fakes.discord import Refused, messages
from tests.fakes.discord.components import STRING_SELECT

ROLES = Menu("Change role", "give", "ws/mem-1", (Choice("rol-1", "Editor"), Choice("rol-2", "Designer")))


def rows(card: Card, mark: int = 0) -> list[list[dict[str, Any]]]:
    """The rows of controls, after the local server has accepted them."""
    made = controls.components(card, mark)
    body = {"embeds": [render.embed(card).to_dict()], "components": made}
    messages.check_message(json.loads(json.dumps(body)), messages.REPLY, path=())
    return [row["components"] for row in made]


def select(**changes: Any) -> dict[str, Any]:
    """The one select of a card with one menu."""
    ((made,),) = rows(Card("T", menus=(ROLES._replace(**changes),)))
    return made


def menus(count: int) -> tuple[Menu, ...]:
    return tuple(ROLES._replace(subject=f"ws/{n}") for n in range(count))


def buttons(count: int) -> tuple[Button, ...]:
    return tuple(Button("b", "do", str(n)) for n in range(count))


# --- what a menu looks like ---------------------------------------------------------------------------------------


def test_a_menu_is_a_select():
    assert select() == {
        "type": 3,
        "custom_id": "usher:give:ws/mem-1",
        "placeholder": "Change role",
        "options": [{"label": "Editor", "value": "rol-1"}, {"label": "Designer", "value": "rol-2"}],
    }


@pytest.mark.parametrize("over", [0, 1])
def test_a_menu_offers_no_more_than_discord_shows(over: int):
    given = tuple(Choice(f"v{n}", f"l{n}") for n in range(limits.OPTIONS + over))
    made = select(choices=given)["options"]

    assert [option["value"] for option in made] == [f"v{n}" for n in range(limits.OPTIONS)]


@pytest.mark.parametrize("over", [0, 1])
def test_words_of_a_menu_are_cut_at_their_limits(over: int):
    given = (Choice("v", "l" * (limits.OPTION + over)),)
    made = select(label="p" * (limits.PLACEHOLDER + over), choices=given)
    label = made["options"][0]["label"]

    assert (len(made["placeholder"]), len(label)) == (limits.PLACEHOLDER, limits.OPTION)
    assert [made["placeholder"].endswith("…"), label.endswith("…")] == [bool(over)] * 2


@pytest.mark.parametrize("over", [0, 1])
def test_a_choice_that_could_not_come_back_whole_is_left_out(over: int):
    given = (Choice("v" * (limits.OPTION + over), "long"), Choice("", "empty"), Choice("x", " "))

    assert [option["label"] for option in select(choices=given)["options"]] == (
        [render.NOTHING] if over else ["long", render.NOTHING]
    )


def test_the_same_value_is_offered_once():
    assert len(select(choices=(Choice("v", "One"), Choice("v", "Two")))["options"]) == 1


def test_a_menu_without_choices_is_left_out():
    assert rows(Card("T", menus=(ROLES._replace(choices=()),), buttons=buttons(1)))[0][0]["type"] == 2


def test_a_menu_and_a_button_of_the_same_meaning_are_shown_once():
    made = rows(Card("T", menus=(ROLES, ROLES), buttons=(Button("B", "give", "ws/mem-1"),)))

    assert [[each["type"] for each in row] for row in made] == [[3]]


@pytest.mark.parametrize(
    ("selects", "pressed", "shown"),
    [
        (5, 0, [1, 1, 1, 1, 1]),
        (6, 0, [1, 1, 1, 1, 1]),
        (5, 1, [1, 1, 1, 1, 1]),
        (1, 20, [1, 5, 5, 5, 5]),
        (1, 21, [1, 5, 5, 5, 5]),
        (4, 6, [1, 1, 1, 1, 5]),
    ],
)
def test_menus_have_a_row_each_and_leave_one_for_buttons(selects: int, pressed: int, shown: list[int]):
    made = rows(Card("T", menus=menus(selects), buttons=buttons(pressed)))

    assert [len(row) for row in made] == shown
    assert (made[-1][0]["type"] == 2) == bool(pressed)


def test_the_mark_is_on_the_first_control():
    assert rows(Card("T", menus=(ROLES,), buttons=buttons(1)), 77)[0][0]["id"] == 77


LETTERS = st.text(max_size=120)
CHOICES = st.lists(st.builds(Choice, LETTERS, LETTERS), max_size=30).map(tuple)
MENUS = st.lists(st.builds(Menu, LETTERS, LETTERS, LETTERS, CHOICES), max_size=7).map(tuple)


@settings(deadline=None, max_examples=50)
@given(MENUS, st.integers(0, 30), st.integers(0, 2**31 - 1))
def test_discord_takes_every_menu(given: tuple[Menu, ...], pressed: int, mark: int):
    rows(Card("T", menus=given, buttons=buttons(pressed)), mark)


# --- what a choice becomes ----------------------------------------------------------------------------------------


def on_menu(on: Scene) -> None:
    on.core.answer = lambda call: (
        Card("Done") if call.action or not call.command else Card("T", menus=(ROLES,))
    )


async def test_a_choice_is_a_click_with_what_was_chosen(on: Scene):
    on_menu(on)
    reply = await on.type("me")
    answer = await (await on.fake.select(on.alice, reply, ["Designer"], "Change role")).reply()
    call = on.core.calls[-1]

    assert (call.action, call.subject, call.options) == ("give", "ws/mem-1", {"choice": "rol-2"})
    assert (answer.text, answer.visible_to) == ("Done", on.alice.id)  # type: ignore[union-attr]
    assert reply.text == "T"  # the card stays, so that another choice can be made


async def test_a_choice_on_a_card_in_a_channel_knows_its_message(on: Scene):
    on_menu(on)
    message = await on.card(Card("T", menus=(ROLES,)))
    await (await on.fake.select(on.alice, message, ["rol-1"])).reply()
    call = on.core.calls[-1]

    assert call.message is not None
    assert call.message.message == str(message.id)
    assert call.event


async def test_only_what_is_offered_can_be_chosen(on: Scene):
    on_menu(on)
    reply = await on.type("me")

    for values in (["Emperor"], [], ["Editor", "Designer"]):
        with pytest.raises(Refused):
            await on.fake.select(on.alice, reply, values)


@pytest.mark.parametrize("values", [None, [], [""], ["a", "b"], [7], ["x" * 101], "rol-1", {"a": 1}, [None]])
async def test_a_choice_of_anything_else_is_a_click_on_nothing(on: Scene, values: Any):
    on_menu(on)
    reply = await on.type("me")
    forged = await on.fake.raw_component(
        on.alice, "usher:give:ws/mem-1", message=reply, component_type=STRING_SELECT, values=values
    )
    answer = await forged.reply()
    call = on.core.calls[-1]

    assert (call.command, call.action, call.subject, call.options) == ("", "", "", {})
    assert answer.text == "Done"


async def test_a_forged_choice_reaches_the_core_as_any_other(on: Scene):
    on_menu(on)
    reply = await on.type("me")
    forged = await on.fake.raw_component(
        on.alice, "usher:give:ws/mem-9", message=reply, component_type=STRING_SELECT, values=["rol-9"]
    )
    await forged.reply()

    assert (on.core.calls[-1].subject, on.core.calls[-1].options) == ("ws/mem-9", {"choice": "rol-9"})


async def test_values_that_come_with_a_button_mean_nothing(on: Scene):
    message = await on.card()
    await (
        await on.fake.raw_component(on.alice, "usher:approve:ws/1", message=message, values=["rol-1"])
    ).reply()

    assert (on.core.calls[-1].action, on.core.calls[-1].options) == ("approve", {})


async def test_a_select_of_people_under_our_name_carries_no_choice(on: Scene):
    """Usher sends none; a message of another program can still have one under this custom id."""
    message = on.fake.say(on.alice, on.general, "x")
    await on.fake.raw_component(
        on.alice, "usher:give:ws/mem-1", message=message, component_type=5, values=[str(on.alice.id)]
    )
    await settled()

    assert all(call.options == {} for call in on.core.calls)
