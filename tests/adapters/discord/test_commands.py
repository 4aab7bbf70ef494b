"""The application commands: all of the catalogue, within Discord's limits, registered only when they changed."""

from __future__ import annotations

from dataclasses import dataclass, make_dataclass
from typing import Any

import pytest

from adapters.discord import commands, limits
from core import catalogue
from core.catalogue import COMMANDS, Kind, option
from tests.adapters.discord.sample import CARD, Nothing, Scene, StubCore, never, running
from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.commands import check_command
from tests.fakes.discord.form import Form
from tests.fakes.discord.patience import without_waiting

ON = {"name": "on", "value": "on", "name_localizations": {"de": "an"}}
OFF = {"name": "off", "value": "off", "name_localizations": {"de": "aus"}}


def checked() -> dict[str, Any]:
    """The payload by name, after the local server has accepted it."""
    form = Form()
    made = [check_command(form, command, (command["name"],)) for command in commands.payload()]
    form.finish()
    return {command["name"]: command for command in made}


def declare(name: str, **options: Any) -> None:
    """A command with these options."""
    shape = make_dataclass("Shape", [(key, Any, value) for key, value in options.items()])
    catalogue.command(name, "Does it", shape)(never)


def only(**options: Any) -> dict[str, Any]:
    """The one option of a command that has only this one."""
    declare("sample", **options)
    (found,) = checked()["sample"]["options"]
    return dict(found)


def test_nouns_with_verbs_are_groups_and_lone_commands_stand_alone():
    made = checked()

    assert list(made) == ["invite", "workspace", "me"]
    assert [(verb["name"], verb["type"]) for verb in made["invite"]["options"]] == [
        ("create", 1),
        ("show", 1),
    ]
    assert (made["me"]["options"], made["me"]["description"]) == ([], "Who you are here")


def test_commands_work_in_servers_and_with_the_bot_and_install_in_servers():
    assert {(tuple(c["contexts"]), tuple(c["integration_types"])) for c in checked().values()} == {
        ((0, 1), (0,))
    }


def test_every_declared_command_and_option_is_there():
    made = {
        f"{noun} {verb['name']}".strip(): [o["name"] for o in verb["options"]]
        for noun, command in checked().items()
        for verb in (command["options"] or [{"name": "", "options": []}])
    }

    assert {name: sorted(o.name for o in c.options) for name, c in COMMANDS.items()} == {
        name: sorted(options) for name, options in made.items()
    }


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.COUNT, {"type": 4, "min_value": 1, "max_value": 999_999}),
        (Kind.SWITCH, {"type": 3, "choices": [ON, OFF]}),
        (Kind.ROLE, {"type": 3, "autocomplete": True}),
        (Kind.ROLES, {"type": 3, "autocomplete": True}),
        (Kind.MEMBER, {"type": 3, "autocomplete": True}),
        (Kind.INVITE, {"type": 3, "autocomplete": True}),
        (Kind.REQUEST, {"type": 3, "autocomplete": True}),
        (Kind.SETTING, {"type": 3, "autocomplete": True}),
        (Kind.SCHEME, {"type": 3, "autocomplete": True}),
        (Kind.COMMAND, {"type": 3, "autocomplete": True}),
        (Kind.LABEL, {"type": 3, "max_length": 80}),
        (Kind.NOTE, {"type": 3, "max_length": 500}),
        (Kind.PEOPLE, {"type": 3, "max_length": 6000}),
        (Kind.DURATION, {"type": 3}),
        (Kind.CODE, {"type": 3}),
        (Kind.SETTING_VALUE, {"type": 3, "autocomplete": True}),
    ],
)
def test_every_kind_of_option_has_its_type(kind, expected):
    found = only(it=option(kind, "what it is", "x"))

    assert found == {"name": "it", "description": "What it is", "required": False} | expected


def test_a_choice_offers_its_choices():
    found = only(it=option(Kind.CHOICE, "Which", "a", choices=("a", "b")))

    assert found["choices"] == [{"name": "a", "value": "a"}, {"name": "b", "value": "b"}]


def test_required_options_come_first():
    declare("sample", late=option(Kind.LABEL, "Late", "x"))

    @dataclass
    class Shape:
        early: str = option(Kind.LABEL, "Early", "x", default="")
        must: str = dataclass_field_required()

    catalogue.command("other", "Does it", Shape)(never)

    assert [o["name"] for o in checked()["other"]["options"]] == ["must", "early"]


def dataclass_field_required() -> Any:
    """A required option behind an optional one, which a keyword-only dataclass may have."""
    import dataclasses

    made = option(Kind.LABEL, "Must", "x", required=True)
    return dataclasses.field(kw_only=True, metadata=made.metadata)


# --- limits -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "fits"), [(limits.COMMAND_NAME, True), (limits.COMMAND_NAME + 1, False)])
def test_names_have_a_limit(size, fits):
    declare("n" * size)
    if fits:
        checked()
    else:
        with pytest.raises(ValueError, match="no name for Discord"):
            commands.payload()


@pytest.mark.parametrize("name", ["Invite", "in.vite", "in/vite"])
def test_names_are_lower_case_words(name):
    declare(name)
    with pytest.raises(ValueError, match="no name for Discord"):
        commands.payload()


@pytest.mark.parametrize(("size", "fits"), [(1, True), (100, True), (0, False), (101, False)])
def test_descriptions_have_a_limit(size, fits):
    declare("sample", it=option(Kind.LABEL, "d" * size, "x"))
    if fits:
        checked()
    else:
        with pytest.raises(ValueError, match="needs a description"):
            commands.payload()


@pytest.mark.parametrize(
    ("count", "fits"), [(limits.COMMAND_OPTIONS, True), (limits.COMMAND_OPTIONS + 1, False)]
)
def test_options_have_a_limit(count, fits):
    declare("sample", **{f"o{n}": option(Kind.LABEL, "It", "x") for n in range(count)})
    if fits:
        checked()
    else:
        with pytest.raises(ValueError, match="26 options"):
            commands.payload()


@pytest.mark.parametrize(
    ("count", "fits"), [(limits.COMMAND_OPTIONS, True), (limits.COMMAND_OPTIONS + 1, False)]
)
def test_verbs_have_a_limit(count, fits):
    for number in range(count):
        declare(f"sample verb{number}")
    if fits:
        assert len(checked()["sample"]["description"]) <= limits.COMMAND_DESCRIPTION
    else:
        with pytest.raises(ValueError, match="26 options"):
            commands.payload()


@pytest.mark.parametrize(
    ("choices", "fits"),
    [
        (tuple(map(str, range(25))), True),
        (tuple(map(str, range(26))), False),
        (("c" * 100,), True),
        (("c" * 101,), False),
    ],
)
def test_choices_have_limits(choices, fits):
    declare("sample", it=option(Kind.CHOICE, "It", "x", choices=choices))
    if fits:
        checked()
    else:
        with pytest.raises(ValueError, match="do not fit Discord"):
            commands.payload()


@pytest.mark.parametrize(("over", "fits"), [(0, True), (1, False)])
def test_a_command_has_a_limit_in_all(over, fits):
    for verb in "abc":
        declare(f"sample {verb}", **{chr(97 + n): option(Kind.LABEL, "d" * 97, "x") for n in range(25)})
    last = len(", z" + "z" + "Does it")  # in the overview of the noun, and the verb itself
    left = limits.COMMAND_TOTAL - commands._size(commands.payload()[-1]) - last
    sizes = [left // 7 - 1] * 6
    sizes.append(left - sum(sizes) - 7 + over)
    declare("sample z", **{chr(97 + n): option(Kind.LABEL, "d" * size, "x") for n, size in enumerate(sizes)})
    if fits:
        assert commands._size(commands.payload()[-1]) == limits.COMMAND_TOTAL
        checked()
    else:
        with pytest.raises(ValueError, match="8001 characters"):
            commands.payload()


@pytest.mark.parametrize(("count", "fits"), [(limits.COMMANDS, True), (limits.COMMANDS + 1, False)])
def test_commands_have_a_limit(count, fits):
    for number in range(count - 3):
        declare(f"sample{number}")
    if fits:
        assert len(checked()) == limits.COMMANDS
    else:
        with pytest.raises(ValueError, match="101 nouns"):
            commands.payload()


def test_a_noun_cannot_stand_alone_and_have_verbs():
    catalogue.command("me show", "Shows you", Nothing)(never)
    with pytest.raises(ValueError, match="stands alone although"):
        commands.payload()


# --- registration -------------------------------------------------------------------------------------------------


async def test_commands_are_registered_at_the_first_start(on: Scene):
    assert [command["name"] for command in on.fake.registry.all(None)] == ["invite", "workspace", "me"]


async def test_a_second_start_asks_once_and_registers_nothing(fake: FakeDiscord):
    async with running(fake, StubCore()):
        pass
    async with running(fake, StubCore()) as client:
        assert client._syncing is not None
        await client._syncing

    path = f"/applications/{fake.world.bot.id}/commands"
    assert [(r.name, r.status) for r in fake.log.requests("", path)] == [
        (f"GET {path}", 200),
        (f"PUT {path}", 200),
        (f"GET {path}", 200),
    ]


async def test_a_changed_command_is_registered_again(fake: FakeDiscord):
    async with running(fake, StubCore()):
        pass
    declare("me2")
    async with running(fake, StubCore()):
        await fake.wait_for(lambda: len(fake.registry.all(None)) == 4)


async def test_coming_back_after_a_lost_session_registers_nothing_again(on: Scene, monkeypatch):
    without_waiting(monkeypatch)
    on.fake.gateway.invalidate()
    await on.fake.wait_for(lambda: on.fake.gateway.identifies == 2)
    await on.type("me")

    assert len(on.fake.log.requests("PUT")) == 1


async def test_commands_that_cannot_be_compared_are_registered_anew(fake: FakeDiscord, logged):
    fake.fail_next("GET", "/applications/*/commands", "error", code=50001)
    async with fake_started(fake) as client:
        await fake.wait_for(lambda: fake.gateway.connected)
        assert client._syncing is not None
        assert await client._syncing is True

    assert len(fake.log.requests("PUT")) == 1


async def test_a_registration_that_failed_is_tried_again_when_ready_again(fake: FakeDiscord, logged):
    fake.fail_next("PUT", "/applications/*/commands", "error", code=50001)
    async with fake_started(fake) as client:
        await fake.wait_for(lambda: fake.gateway.connected)
        assert client._syncing is not None
        assert await client._syncing is False
        await client.on_ready()
        await fake.wait_for(lambda: fake.registry.all(None))

    assert [entry["event"] for entry in logged if entry["log_level"] == "warning"] == [
        "discord commands not registered"
    ]


def fake_started(fake: FakeDiscord) -> Any:
    return running(fake, StubCore(answer=lambda _: CARD), registered=False)
