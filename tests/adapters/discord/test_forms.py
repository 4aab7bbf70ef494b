"""Forms as Discord opens them, what comes back from them, and everything that can go wrong on the way."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord import forms, limits
from core.calls import Call, Channel, ChatRole, Identity
from core.cards import Button, Card, Choice, Control, Entry, Form, text
from core.language import speaking
from tests.adapters.discord.sample import Scene, faults, scene
from tests.fakes.discord import FakeDiscord, Modal
from tests.fakes.discord.components import check_modal
from tests.fakes.discord.permissions import MANAGE_ROLES
from tests.fakes.discord.state import Message

CALLBACK = "/interactions/*/*/callback"
REASON = Entry("reason", "Reason", Control.LINES, "They read it.", "We are full", required=True, limit=500)
FORM = Form("key-1", "Deny with a reason", "Deny", (REASON,))
MISSING = Card(
    "A reason is needed",
    body=(text("Type it behind the command."),),
    buttons=(Button("Fill in", "form.open", "-/key-1"),),
    form=FORM,
)
ROLES = [("Designer", "Designer"), ("Owner", "Owner")]


def opened(*entries: Entry, found: Any = None, in_server: bool = True, **form: Any) -> dict[str, Any]:
    """A form with these entries as Discord takes it."""
    made = replace_form(Form("key-1", "Title", "Send", entries), **form)
    return check_modal(forms.modal(made, found or {}, in_server=in_server))


def replace_form(made: Form, **changes: Any) -> Form:
    return made._replace(**changes)


def field(entry: Entry, **how: Any) -> dict[str, Any]:
    """The label with the one field in it."""
    (made,) = opened(entry, **how)["components"]
    return dict(made)


# --- what each kind of entry becomes ------------------------------------------------------------------------------


def test_a_line_and_several_lines_are_typed():
    assert field(REASON) == {
        "type": 18,
        "label": "Reason",
        "description": "They read it.",
        "component": {
            "type": 4,
            "custom_id": "reason",
            "required": True,
            "style": 2,
            "min_length": 1,
            "max_length": 500,
            "placeholder": "We are full",
        },
    }
    assert field(REASON._replace(control=Control.LINE))["component"]["style"] == 1
    assert field(Entry("until", "Until", Control.DATE, example="2026-12-24"))["component"]["style"] == 1


def test_what_was_typed_is_kept_and_what_is_wrong_with_it_stands_on_the_field():
    shown = field(REASON._replace(value="no", error="A little longer, please."))

    assert shown["description"] == "⚠ A little longer, please."
    assert shown["component"]["value"] == "no"


def test_choices_are_a_drop_down_with_what_was_picked():
    choices = (Choice("view", "See it"), Choice("use", "Use it"))
    one = Entry("level", "Level", Control.CHOICE, choices=choices, value="use")
    some = one._replace(control=Control.CHOICES, value=("view", "use"))

    assert field(one)["component"] == {
        "type": 3,
        "custom_id": "level",
        "required": False,
        "min_values": 0,
        "max_values": 1,
        "options": [
            {"label": "See it", "value": "view"},
            {"label": "Use it", "value": "use", "default": True},
        ],
    }
    shown = field(some)["component"]
    assert (shown["custom_id"], shown["max_values"]) == ("level*", 2)
    assert all(option["default"] for option in shown["options"])


def test_names_that_fit_a_drop_down_are_one_and_others_are_typed():
    role = Entry("role", "Role", Control.SEARCH, "The role they get", required=True)

    assert field(role, found={"role": ROLES})["component"]["type"] == 3
    assert field(role._replace(value="designer"), found={"role": ROLES})["component"]["options"][0]["default"]
    # Nothing of what was typed is lost for being no name.
    unknown = field(role._replace(value="Desinger", error="No such role"), found={"role": ROLES})
    assert (unknown["component"]["type"], unknown["component"]["value"]) == (4, "Desinger")
    assert field(role)["component"]["type"] == 4


@pytest.mark.parametrize(("count", "kind"), [(limits.OPTIONS, 3), (limits.OPTIONS + 1, 4)])
def test_a_drop_down_has_room_for_so_many_and_beyond_that_names_are_typed(count, kind):
    many = [(f"role-{n}", f"Role {n}") for n in range(count)]
    chosen = tuple(Choice(*pair) for pair in many)

    for entry, found in (
        (Entry("role", "Role", Control.SEARCH), {"role": many}),
        (Entry("role", "Role", Control.SEARCHES), {"role": many}),
        (Entry("role", "Role", Control.CHOICE, choices=chosen), {}),
    ):
        shown = field(entry, found=found)
        assert shown["component"]["type"] == kind
        assert ("Too many" in shown.get("description", "")) == (kind == 4)


def test_people_are_picked_on_a_server_and_named_elsewhere():
    person = Entry("member", "Member", Control.PERSON, required=True)
    bob = Identity("discord", "", "42")

    assert field(person)["component"]["type"] == 5
    assert field(person._replace(value=bob))["component"]["default_values"] == [{"id": "42", "type": "user"}]
    assert field(person._replace(value="bob@example.com"))["component"]["value"] == "bob@example.com"
    assert field(person, in_server=False)["component"]["type"] == 4
    assert field(person, in_server=False, found={"member": [("Bob", "Bob")]})["component"]["type"] == 3
    people = Entry("emails", "Who", Control.PEOPLE)
    assert field(people)["component"]["style"] == 2
    shown = field(people._replace(value=(bob,)))["component"]
    assert (shown["type"], shown["custom_id"], shown["max_values"]) == (5, "emails*", 25)
    mixed = field(people._replace(value=(bob, "ada@example.com")))["component"]
    assert mixed["value"] == "<@42>, ada@example.com"


def test_channels_are_picked_on_a_server():
    channel = Entry("place", "Place", Control.CHANNEL, value=Channel("discord", "1", "7"))

    shown = field(channel)["component"]
    assert (shown["type"], shown["default_values"]) == (8, [{"id": "7", "type": "channel"}])
    assert field(channel, in_server=False)["component"]["value"] == "<#7>"


def test_words_above_the_entries_take_the_room_of_one():
    five = tuple(REASON._replace(name=f"reason{n}") for n in range(5))
    words = (text("Bob is told *why*."),)

    assert opened(REASON, body=words)["components"][0] == {"type": 10, "content": r"Bob is told \*why\*."}
    assert [part["type"] for part in opened(*five, body=words)["components"]] == [18] * 5


def test_of_more_entries_than_fit_the_weightiest_are_shown():
    many = tuple(REASON._replace(name=f"reason{n}") for n in range(limits.MODAL_PARTS + 1))

    shown = opened(*many)["components"]
    assert [part["component"]["custom_id"] for part in shown] == [f"reason{n}" for n in range(5)]
    assert forms.searched(
        Form("k", "T", "S", (*many[:5], Entry("role", "Role", Control.SEARCH))), in_server=True
    ) == []  # fmt: skip


@pytest.mark.parametrize("over", [0, 1])
def test_nothing_exceeds_a_limit_of_a_modal(over):
    def long(size: int) -> str:
        return "x" * (size + over)

    entry = Entry(
        long(90 - over),
        long(limits.MODAL_LABEL),
        Control.LINES,
        long(limits.MODAL_DESCRIPTION),
        long(limits.MODAL_PLACEHOLDER),
        value=long(limits.MODAL_TEXT),
        limit=limits.MODAL_TEXT + over,
    )
    menu = Entry(
        "menu",
        "Menu",
        Control.CHOICE,
        choices=(Choice("v" * limits.OPTION, long(limits.OPTION)),),
        example=long(limits.PLACEHOLDER),
    )
    made = opened(
        entry,
        menu,
        key="k" * (limits.CUSTOM_ID - len("usher-form:") + over),
        title=long(limits.MODAL_TITLE),
        body=(text(long(limits.MODAL_WORDS)),),
    )

    words, first, second = made["components"]
    ends = "…" * over
    assert made["title"] == "x" * (limits.MODAL_TITLE - over) + ends
    assert len(made["custom_id"]) == limits.CUSTOM_ID
    assert words["content"] == "x" * (limits.MODAL_WORDS - over) + ends
    assert first["label"] == "x" * (limits.MODAL_LABEL - over) + ends
    assert first["description"] == "x" * (limits.MODAL_DESCRIPTION - over) + ends
    assert len(first["component"]["value"]) == limits.MODAL_TEXT == first["component"]["max_length"]
    assert "placeholder" not in second["component"]  # an example in a menu reads as what is chosen already
    assert len(second["component"]["options"][0]["label"]) == limits.OPTION


def test_a_value_that_cannot_be_sent_back_is_typed_instead():
    entry = Entry("role", "Role", Control.SEARCH)

    assert field(entry, found={"role": [("v" * 101, "Long")]})["component"]["type"] == 4
    assert field(entry, found={"role": [("a", "A"), ("a", "B")]})["component"]["type"] == 4
    assert field(entry._replace(label=" ", help=" "))["label"] == "\u200b"


def test_a_modal_speaks_the_readers_language():
    many = [(f"{n}", f"Role {n}") for n in range(26)]
    with speaking("de"):
        shown = field(Entry("role", "Rolle", Control.SEARCH), found={"role": many})
    assert shown["description"].startswith("Zu viele")


# --- opened, filled in, sent --------------------------------------------------------------------------------------


def asks(call: Call) -> Card:
    return Card("Denied") if call.form else MISSING


@pytest.fixture
async def asking(on: Scene) -> Scene:
    on.core.answer = asks
    return on


async def form_of(on: Scene) -> Modal:
    delivery = await on.fake.command(on.alice, "me", guild=on.acme)
    return await delivery.modal()


async def filled(on: Scene, modal: Modal, values: dict[str, Any] | None = None) -> Message:
    reply = await (await on.fake.submit_modal(on.alice, modal, values)).reply()
    assert isinstance(reply, Message)
    return reply


async def test_a_command_opens_its_form_and_what_is_filled_in_is_answered_privately(asking: Scene):
    reply = await filled(asking, await form_of(asking), {"Reason": "We are full"})

    sent = asking.core.calls[-1]
    assert (reply.text, reply.visible_to) == ("Denied", asking.alice.id)
    assert (sent.form, dict(sent.options)) == ("key-1", {"reason": "We are full"})
    assert (sent.command, sent.action, sent.subject) == ("", "", "")
    assert (sent.where.realm, sent.actor.identity.subject) == (str(asking.acme.id), str(asking.alice.id))


async def test_a_button_opens_its_form_and_the_message_it_stands_on_is_known(asking: Scene):
    message = await asking.card()
    modal = await (await asking.fake.click(asking.alice, message, "Deny")).modal()
    await filled(asking, modal, {"Reason": "no"})

    ref = asking.core.calls[-1].message
    assert ref is not None
    assert ref.message == str(message.id)


async def test_every_kind_of_field_comes_back_as_what_it_holds(on: Scene):
    bob, role = on.fake.add_user("bob"), on.fake.add_role(on.acme, "Crew", permissions=MANAGE_ROLES)
    on.fake.add_member(on.acme, bob)
    on.core.offered = {"roles": ROLES}
    on.core.answer = asks
    entries = (
        Entry("who", "Who", Control.PERSON),
        Entry("people", "People", Control.PEOPLE),
        Entry("roles", "Roles", Control.SEARCHES),
        Entry("place", "Place", Control.CHANNEL),
        Entry("role", "Role", Control.LINE),
    )
    on.core.answer = lambda call: (
        Card("Done") if call.form else replace(MISSING, form=Form("k", "T", "S", entries))
    )
    given = {
        "Who": bob,
        "People": f"<@{bob.id}>, ada@example.com",
        "Roles": ["Designer", "Owner"],
        "Place": on.general,
        "Role": f"<@&{role.id}>",
    }
    await filled(on, await form_of(on), given)

    known = Identity("discord", "", str(bob.id))
    call = on.core.calls[-1]
    assert dict(call.options) == {
        "who": known,
        "people": (known, "ada@example.com"),
        "roles": ("Designer", "Owner"),
        "place": Channel("discord", str(on.acme.id), str(on.general.id)),
        "role": ChatRole("discord", str(on.acme.id), str(role.id)),
    }
    assert call.actor.outside is not None
    assert "Manage Roles" in call.actor.outside.why_not
    await filled(on, await form_of(on))
    assert dict(on.core.calls[-1].options) == {
        "who": "",
        "people": "",
        "roles": (),
        "place": "",
        "role": "",
    }


async def test_the_card_itself_is_shown_when_a_form_was_filled_in_wrongly(on: Scene):
    on.core.answer = lambda _: MISSING
    reply = await filled(on, await form_of(on), {"Reason": "no"})

    assert [button.label for button in reply.buttons] == ["Fill in"]
    again = await (await on.fake.click(on.alice, reply, "Fill in")).modal()
    assert again.title == "Deny with a reason"
    assert (on.core.calls[-1].action, on.core.calls[-1].subject) == ("form.open", "-/key-1")


async def test_a_form_that_would_follow_a_sign_of_life_is_the_card_with_its_button(fake: FakeDiscord):
    async with scene(fake=fake, patience=0.0) as on:
        on.core.answer = asks
        on.core.hold()
        delivery = await fake.command(on.alice, "me", guild=on.acme)
        assert await delivery.initial() == 5
        on.core.release()
        reply = await delivery.reply()
    assert isinstance(reply, Message)
    assert [button.label for button in reply.buttons] == ["Fill in"]


@pytest.mark.parametrize("kind", ["lost", "http_500"])
async def test_a_form_whose_receipt_is_lost_is_open(asking: Scene, kind):
    asking.fake.fail_next("POST", CALLBACK, kind, after_effect=True)
    delivery = await asking.fake.command(asking.alice, "me", guild=asking.acme)
    modal = await delivery.modal()
    await asking.fake.wait_for(lambda: delivery.rejections)

    assert delivery.rejections == [40060]
    assert (await filled(asking, modal, {"Reason": "no"})).text == "Denied"
    assert asking.fake.messages(asking.alice) == []


async def test_a_form_that_comes_too_late_is_a_direct_message_that_opens_it(asking: Scene):
    asking.core.hold()
    delivery = await asking.fake.command(asking.alice, "me", guild=asking.acme)
    await asking.core.asked()
    asking.fake.advance(3.5)
    asking.core.release()
    message = await asking.fake.wait_message(asking.alice, "A reason is needed")

    assert set(delivery.rejections) == {10062}
    assert (await (await asking.fake.click(asking.alice, message, "Fill in")).modal()).title == FORM.title


async def test_a_form_filled_in_before_a_restart_or_sent_twice_goes_to_the_core_each_time(asking: Scene):
    modal = await form_of(asking)
    for _ in range(2):
        assert (await filled(asking, modal, {"Reason": "no"})).text == "Denied"
    assert [call.form for call in asking.core.calls] == ["", "key-1", "key-1"]


async def test_a_form_that_discord_does_not_take_is_a_card_and_is_logged(asking: Scene, logged, monkeypatch):
    monkeypatch.setattr(limits, "MODAL_TITLE", 90)
    asking.core.answer = lambda _: replace(MISSING, form=FORM._replace(title="t" * 90))
    with asking.fake.expect_violation():
        reply = await asking.type("me")

    assert [button.label for button in reply.buttons] == ["Fill in"]
    assert [entry["event"] for entry in faults(logged)] == ["fault"]


async def test_what_cannot_be_offered_is_typed(asking: Scene, logged):
    def breaks(*_: Any) -> Any:
        raise RuntimeError("search")

    asking.core.complete_form = breaks  # type: ignore[method-assign]
    form = FORM._replace(entries=(Entry("role", "Role", Control.SEARCH),))
    asking.core.answer = lambda _: replace(MISSING, form=form)

    modal = await form_of(asking)
    assert [found.type for found in modal.fields] == [4]
    assert len(faults(logged)) == 1


async def test_what_is_no_form_of_ours_is_answered_too(asking: Scene):
    modal = await form_of(asking)
    modal.custom_id = "somebody-else"

    assert (await filled(asking, modal, {"Reason": "no"})).text == "Denied"
    assert asking.core.calls[-1].form == "somebody-else"
