"""Interactions become calls; nothing that arrives can break it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.discord import parse
from core.calls import Actor, Channel, Identity, MessageRef, Where
from core.catalogue import Kind
from tests.adapters.discord.sample import ASKED, MANAGE_GUILD, NOW, Scene
from tests.fakes.discord.permissions import EVERYONE


class Server:
    """As much of a server as the parser looks at: it has one channel."""

    id = 9

    def get_channel_or_thread(self, channel: int) -> object | None:
        return self if channel == 77 else None


SERVER: Any = Server()
ANA = Identity("discord", "", "41")
BO = Identity("discord", "", "42")


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        (Kind.MEMBER, "<@41>", ANA),
        (Kind.MEMBER, " <@!41> ", ANA),
        (Kind.MEMBER, "ana", "ana"),
        (Kind.MEMBER, "<@41> and more", "<@41> and more"),
        (Kind.MEMBER, "<@&41>", "<@&41>"),
        (Kind.PEOPLE, "a@b.co, c@d.co", "a@b.co, c@d.co"),
        (Kind.PEOPLE, "<@41>", (ANA,)),
        (Kind.MEMBERS, "<@41> <@!42>, Bo Bo, c@d.co", (ANA, BO, "Bo Bo, c@d.co")),
        (Kind.MEMBERS, "Ana, Bo", "Ana, Bo"),
        (Kind.PEOPLE, "<@41>,<@!42>", (ANA, BO)),
        (Kind.PEOPLE, "a@b.co <@41>; Bo <c@d.co>", ("a@b.co", ANA, "Bo <c@d.co>")),
        (Kind.LABEL, "<@41>", "<@41>"),
        (Kind.SETTING_VALUE, " <#77> ", Channel("discord", "9", "77")),
        (Kind.SETTING_VALUE, "<#78>", "<#78>"),
        (Kind.SETTING_VALUE, "<#77> and more", "<#77> and more"),
        (Kind.SETTING_VALUE, "77", "77"),
        (Kind.SETTING_VALUE, "on", "on"),
        (Kind.LABEL, "<#77>", "<#77>"),
        (None, "<@41>", "<@41>"),
        (Kind.COUNT, 3, 3),
        (Kind.SWITCH, True, "on"),
        (Kind.SWITCH, False, "off"),
        (Kind.LABEL, 1.5, "1.5"),
    ],
)
def test_a_mention_is_an_account_where_people_are_meant_and_text_elsewhere(kind, typed, value):
    assert parse._value(typed, kind, SERVER) == value


def test_in_a_direct_message_no_channel_can_be_meant():
    assert parse._value("<#77>", Kind.SETTING_VALUE, None) == "<#77>"


async def test_a_channel_of_another_server_is_only_text(on: Scene):
    other = on.fake.add_guild("Other", owner=on.alice)
    theirs = next(iter(other.channels.values()))
    fresh = on.fake.add_channel(on.acme, "fresh")
    for channel in (theirs, on.general, fresh):
        await on.type("workspace set", {"value": f"<#{channel.id}>"})

    assert [call.options["value"] for call in on.core.calls] == [
        f"<#{theirs.id}>",
        Channel("discord", str(on.acme.id), str(on.general.id)),
        Channel("discord", str(on.acme.id), str(fresh.id)),
    ]


async def test_a_command_says_who_asks_from_where_for_what(on: Scene):
    await on.type(
        "invite create", {"name": "Design team", "uses": 3, "member": on.owner.mention, "here": "on"}
    )

    (call,) = on.core.calls
    assert call.actor == Actor(Identity("discord", "", str(on.alice.id)), "Alice A.", language="en")
    assert call.where == Where("discord", str(on.acme.id), str(on.general.id))
    assert (call.at, call.command, call.action, call.message) == (NOW, "invite create", "", None)
    assert call.options == {
        "name": "Design team",
        "uses": 3,
        "member": Identity("discord", "", str(on.owner.id)),
        "here": "on",
    }


async def test_a_direct_message_is_no_place(on: Scene):
    await on.fake.command(on.alice, "me")
    await on.fake.wait_for(lambda: on.core.calls)

    assert on.core.calls[0].where == Where("discord", "", "")


async def test_the_name_is_the_one_that_the_server_shows(on: Scene):
    on.acme.members[on.alice.id].nick = "Al\u202eice  B."
    await on.type("me")

    assert on.core.calls[0].actor.name == "Alice B."


@pytest.mark.parametrize(
    ("bits", "admin"), [(EVERYONE, False), (EVERYONE | MANAGE_GUILD, True), (1 << 3, True)]
)
async def test_who_may_manage_the_server_is_admin_of_the_place(on: Scene, bits, admin):
    on.fake.set_roles(on.acme, on.alice, [on.fake.add_role(on.acme, "Some", permissions=bits)])
    await on.type("me")

    assert on.core.calls[0].actor.place_admin is admin


async def test_nobody_is_admin_of_a_direct_message(on: Scene):
    await on.fake.command(on.owner, "me")
    await on.fake.wait_for(lambda: on.core.calls)

    assert not on.core.calls[0].actor.place_admin


async def test_a_thread_belongs_to_its_channel(on: Scene):
    delivery = on.fake.desk.open(2, on.alice, on.acme, on.general, {"id": "1", "name": "me", "type": 1})
    thread = {
        "id": "5",
        "type": 11,
        "parent_id": str(on.general.id),
        "guild_id": str(on.acme.id),
        "name": "t",
    }
    meta = {"archived": False, "auto_archive_duration": 60, "archive_timestamp": "2026-01-01T00:00:00+00:00"}
    counts = {"owner_id": "1", "message_count": 0, "member_count": 0, "thread_metadata": meta}
    delivery.payload |= {"channel_id": "5", "channel": thread | counts}
    on.fake.gateway.dispatch("INTERACTION_CREATE", delivery.payload)
    await delivery.reply()

    assert on.core.calls[0].where.channel == str(on.general.id)


async def test_a_click_names_its_action_subject_and_message(on: Scene):
    message = await on.card(ASKED)
    await (await on.fake.click(on.alice, message, "Approve")).reply()

    (call,) = on.core.calls
    assert (call.command, call.action, call.subject) == ("", "approve", "ws/1")
    assert call.message == MessageRef("discord", str(on.acme.id), str(on.general.id), str(message.id))


async def test_a_private_message_has_no_address(on: Scene):
    on.core.answer = lambda _: ASKED
    reply = await on.type("me")
    await (await on.fake.click(on.alice, reply, "Approve")).reply()

    assert on.core.calls[1].message is None


async def test_the_address_in_a_direct_message_is_the_one_it_was_posted_to(on: Scene):
    from tests.adapters.discord.sample import direct

    ref = await on.client.platform.post(direct(on.alice), ASKED, "k", look_first=False)
    await (await on.fake.click(on.alice, on.fake.messages(on.alice)[0], "Deny")).reply()

    assert on.core.calls[0].message == ref
    assert on.core.calls[0].where == Where("discord", "", "")


@pytest.mark.parametrize(
    ("custom_id", "action", "subject"),
    [
        ("usher:approve:ws/1", "approve", "ws/1"),
        ("usher:approve:", "approve", ""),
        ("usher:approve", "approve", ""),
        ("usher::", "", ""),
        ("usher:", "", ""),
        ("usher:a:b:c\nd", "a", "b:c\nd"),
    ],
)
def test_every_custom_id_of_ours_can_be_read(custom_id, action, subject):
    found = parse.BUTTON.fullmatch(custom_id)

    assert found is not None
    assert (found["action"], found["subject"]) == (action, subject)


@pytest.mark.parametrize("custom_id", ["", "approve:1", "Usher:approve:1", " usher:approve:1"])
def test_other_custom_ids_are_not_ours(custom_id):
    assert parse.BUTTON.fullmatch(custom_id) is None


@settings(deadline=None)
@given(st.text(max_size=20).filter(lambda action: ":" not in action), st.text(max_size=70))
def test_what_a_button_carries_comes_back(action: str, subject: str):
    made = parse.custom_id(action, subject)
    found = parse.BUTTON.fullmatch(made)

    assert len(made) <= 100
    assert found is not None
    assert (found["action"], found["subject"]) == (action, subject)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


@settings(deadline=None)
@given(st.sampled_from([None, *Kind]), JSON)
def test_no_value_breaks_the_parser(kind: Kind | None, given_value: Any):
    parse._value(given_value, kind, SERVER)
