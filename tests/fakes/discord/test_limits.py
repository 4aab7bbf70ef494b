"""Each limit holds at its value and is refused, and noted, one beyond it."""

from __future__ import annotations

import asyncio
import io
from typing import Any

import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.sample import discord, world

V2 = 1 << 15


@pytest.fixture
async def fake(monkeypatch):
    async with world() as made:
        made.patch(monkeypatch)
        yield made


@pytest.fixture
async def http(fake: FakeDiscord):
    client = discord.http.HTTPClient(asyncio.get_running_loop())
    await client.static_login(fake.token)
    yield client
    await client.close()


def row(*components: Any) -> dict[str, Any]:
    return {"type": 1, "components": list(components)}


def button(**fields: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "Go", "custom_id": "go"} | fields


def link(url: str) -> dict[str, Any]:
    return {"type": 2, "style": 5, "label": "Go", "url": url}


def many_buttons(count: int) -> list[dict[str, Any]]:
    return [button(custom_id=f"b{i}") for i in range(count)]


def select(**fields: Any) -> dict[str, Any]:
    return row({"type": 3, "custom_id": "s", "options": options(1)} | fields)


def options(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"label": f"L{i}", "value": f"v{i}"} | fields for i in range(count)]


def text_display(text: str) -> dict[str, Any]:
    return {"type": 10, "content": text}


def embed(**fields: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "T"} | fields]}


def total_of(size: int) -> dict[str, Any]:
    """Embeds whose texts add up to ``size`` over all of them."""
    parts = {"title": "t" * 10, "footer": {"text": "f" * 10}, "author": {"name": "a" * 10}}
    parts["fields"] = [{"name": "n" * 5, "value": "v" * 5}]
    return {"embeds": [parts | {"description": "d" * 3960}, {"description": "d" * (size - 4000)}]}


MESSAGES = {
    "content": (2000, lambda n: {"content": "x" * n}, "BASE_TYPE_MAX_LENGTH"),
    "embeds": (10, lambda n: {"embeds": [{"title": "t"}] * n}, "BASE_TYPE_MAX_LENGTH"),
    "nonce": (25, lambda n: {"content": "x", "nonce": "n" * n}, "BASE_TYPE_MAX_LENGTH"),
    "mentioned users": (
        100,
        lambda n: {"content": "x", "allowed_mentions": {"users": [str(i) for i in range(n)]}},
        "BASE_TYPE_MAX_LENGTH",
    ),
    "embed title": (256, lambda n: embed(title="x" * n), "BASE_TYPE_MAX_LENGTH"),
    "embed description": (4096, lambda n: embed(description="x" * n), "BASE_TYPE_MAX_LENGTH"),
    "embed fields": (25, lambda n: embed(fields=[{"name": "n", "value": "v"}] * n), "BASE_TYPE_MAX_LENGTH"),
    "field name": (256, lambda n: embed(fields=[{"name": "x" * n, "value": "v"}]), "BASE_TYPE_MAX_LENGTH"),
    "field value": (1024, lambda n: embed(fields=[{"name": "n", "value": "x" * n}]), "BASE_TYPE_MAX_LENGTH"),
    "embed footer": (2048, lambda n: embed(footer={"text": "x" * n}), "BASE_TYPE_MAX_LENGTH"),
    "embed author": (256, lambda n: embed(author={"name": "x" * n}), "BASE_TYPE_MAX_LENGTH"),
    "embed colour": (0xFFFFFF, lambda n: embed(color=n), "NUMBER_TYPE_MAX"),
    "all embeds together": (6000, total_of, "MAX_EMBED_SIZE_EXCEEDED"),
    "action rows": (5, lambda n: {"components": [row(b) for b in many_buttons(n)]}, "BASE_TYPE_MAX_LENGTH"),
    "buttons in a row": (5, lambda n: {"components": [row(*many_buttons(n))]}, "BASE_TYPE_BAD_LENGTH"),
    "button label": (80, lambda n: {"components": [row(button(label="x" * n))]}, "BASE_TYPE_MAX_LENGTH"),
    "custom id": (100, lambda n: {"components": [row(button(custom_id="x" * n))]}, "BASE_TYPE_BAD_LENGTH"),
    "link": (512, lambda n: {"components": [row(link("https://" + "x" * (n - 8)))]}, "BASE_TYPE_BAD_LENGTH"),
    "select options": (25, lambda n: {"components": [select(options=options(n))]}, "BASE_TYPE_BAD_LENGTH"),
    "option label": (
        100,
        lambda n: {"components": [select(options=options(1, label="x" * n))]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "option value": (
        100,
        lambda n: {"components": [select(options=options(1, value="x" * n))]},
        "BASE_TYPE_BAD_LENGTH",
    ),
    "option description": (
        100,
        lambda n: {"components": [select(options=options(1, description="x" * n))]},
        "BASE_TYPE_MAX_LENGTH",
    ),
    "placeholder": (150, lambda n: {"components": [select(placeholder="x" * n)]}, "BASE_TYPE_MAX_LENGTH"),
    "max values": (
        25,
        lambda n: {"components": [select(options=options(25), max_values=n)]},
        "NUMBER_TYPE_MAX",
    ),
    "new components": (
        40,
        lambda n: {"flags": V2, "components": [text_display("x") for _ in range(n)]},
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "nested new components": (
        40,
        lambda n: {"flags": V2, "components": [{"type": 17, "components": [text_display("x")] * (n - 1)}]},
        "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
    ),
    "new text together": (
        4000,
        lambda n: {"flags": V2, "components": [text_display("x" * 2000), text_display("x" * (n - 2000))]},
        "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
    ),
    "texts of a section": (
        3,
        lambda n: {
            "flags": V2,
            "components": [{"type": 9, "components": [text_display("x")] * n, "accessory": button()}],
        },
        "BASE_TYPE_BAD_LENGTH",
    ),
}


def command(**fields: Any) -> dict[str, Any]:
    return {"name": "a", "description": "d", "type": 1} | fields


def option(**fields: Any) -> dict[str, Any]:
    return {"type": 3, "name": "o", "description": "d"} | fields


def subs(count: int) -> list[dict[str, Any]]:
    return [option(type=1, name=f"s{i}") for i in range(count)]


def choices(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [{"name": f"n{i}", "value": f"v{i}"} | fields for i in range(count)]


def big(size: int) -> list[dict[str, Any]]:
    """A command whose names, descriptions and values add up to ``size``."""
    parts = []
    for i in range(3):
        inner = [{"name": "n" * 98 + f"{j:02}", "value": "v" * 30} for j in range(20)]
        parts.append(option(name=f"o{i}", description="d" * 58, choices=inner))
    rest = size - 2 - 3 * (20 * 130 + 60)
    return [command(options=[*parts, option(name="z", description="d" * (rest - 1))])]


COMMANDS = {
    "commands": (100, lambda n: [command(name=f"c{i}") for i in range(n)], "30032"),
    "user entries": (15, lambda n: [{"name": f"C {i}", "type": 2} for i in range(n)], "30032"),
    "message entries": (15, lambda n: [{"name": f"C {i}", "type": 3} for i in range(n)], "30032"),
    "command name": (32, lambda n: [command(name="x" * n)], "BASE_TYPE_BAD_LENGTH"),
    "command description": (100, lambda n: [command(description="x" * n)], "BASE_TYPE_BAD_LENGTH"),
    "options": (
        25,
        lambda n: [command(options=[option(name=f"o{i}") for i in range(n)])],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "sub-commands": (25, lambda n: [command(options=subs(n))], "BASE_TYPE_MAX_LENGTH"),
    "sub-commands of a group": (
        25,
        lambda n: [command(options=[option(type=2, options=subs(n))])],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "option name": (32, lambda n: [command(options=[option(name="x" * n)])], "BASE_TYPE_BAD_LENGTH"),
    "option description": (
        100,
        lambda n: [command(options=[option(description="x" * n)])],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "choices": (25, lambda n: [command(options=[option(choices=choices(n))])], "BASE_TYPE_MAX_LENGTH"),
    "choice name": (
        100,
        lambda n: [command(options=[option(choices=choices(1, name="x" * n))])],
        "BASE_TYPE_BAD_LENGTH",
    ),
    "choice value": (
        100,
        lambda n: [command(options=[option(choices=choices(1, value="x" * n))])],
        "BASE_TYPE_MAX_LENGTH",
    ),
    "characters": (8000, big, "APPLICATION_COMMAND_TOO_LARGE"),
}


def modal(**fields: Any) -> dict[str, Any]:
    return {"title": "T", "custom_id": "m", "components": inputs(1)} | fields


def inputs(count: int, **fields: Any) -> list[dict[str, Any]]:
    return [row({"type": 4, "style": 1, "label": "L", "custom_id": f"i{i}"} | fields) for i in range(count)]


def label(**fields: Any) -> dict[str, Any]:
    return {"type": 18, "label": "L", "component": {"type": 4, "style": 1, "custom_id": "i"}} | fields


MODALS = {
    "title": (45, lambda n: modal(title="x" * n)),
    "custom id": (100, lambda n: modal(custom_id="x" * n)),
    "components": (5, lambda n: modal(components=inputs(n))),
    "input label": (45, lambda n: modal(components=inputs(1, label="x" * n))),
    "input value": (4000, lambda n: modal(components=inputs(1, value="x" * n))),
    "input length": (4000, lambda n: modal(components=inputs(1, max_length=n))),
    "input placeholder": (100, lambda n: modal(components=inputs(1, placeholder="x" * n))),
    "label": (45, lambda n: modal(components=[label(label="x" * n)])),
    "label description": (100, lambda n: modal(components=[label(description="x" * n)])),
}

ANSWERS = {
    "choices": (25, choices),
    "choice name": (100, lambda n: choices(1, name="x" * n)),
    "choice value": (100, lambda n: choices(1, value="x" * n)),
}


async def refused(fake: FakeDiscord, request: Any, containing: str) -> None:
    with fake.expect_violation(containing), pytest.raises(discord.HTTPException) as caught:
        await request
    assert caught.value.status == 400


def post(fake: FakeDiscord, http: Any, body: Any) -> Any:
    channel = next(iter(fake.world.channels))
    return http.request(
        discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel), json=body
    )


@pytest.mark.parametrize("what", MESSAGES)
async def test_limits_of_a_message(fake, http, what):
    most, make, code = MESSAGES[what]

    await post(fake, http, make(most))
    await refused(fake, post(fake, http, make(most + 1)), code)


@pytest.mark.parametrize("what", COMMANDS)
async def test_limits_of_the_commands(fake, http, what):
    most, make, code = COMMANDS[what]
    app = fake.world.bot.id

    await http.bulk_upsert_global_commands(app, make(most))
    await refused(fake, http.bulk_upsert_global_commands(app, make(most + 1)), code)
    guild = next(iter(fake.world.guilds))
    await http.bulk_upsert_guild_commands(app, guild, make(most))


async def answer(fake: FakeDiscord, http: Any, delivery: Any, kind: int, data: Any) -> Any:
    path = f"/interactions/{delivery.id}/{delivery.token}/callback"
    return await http.request(discord.http.Route("POST", path), json={"type": kind, "data": data})


@pytest.mark.parametrize("what", MODALS)
async def test_limits_of_a_form(fake, http, what):
    most, make = MODALS[what]
    person = fake.owner
    first = await fake.raw_command(person, {"name": "x"})
    second = await fake.raw_command(person, {"name": "x"})

    await answer(fake, http, first, 9, make(most))
    await refused(fake, answer(fake, http, second, 9, make(most + 1)), "data")
    assert (first.answered, second.answered) == (True, False)


@pytest.mark.parametrize("what", ANSWERS)
async def test_limits_of_proposed_choices(fake, http, what):
    most, make = ANSWERS[what]
    app = fake.world.bot.id
    await http.upsert_global_command(app, command(options=[option(autocomplete=True)]))

    for count, fine in ((most, True), (most + 1, False)):
        asked = asyncio.create_task(fake.autocomplete(fake.owner, "a", focused="o"))
        await fake.wait_for(fake.desk.unanswered)
        sent = answer(fake, http, fake.desk.unanswered()[-1], 8, {"choices": make(count)})
        if fine:
            await sent
            assert len(await asked) == len(make(count))
        else:
            await refused(fake, sent, "choices")
            asked.cancel()


WRONG_MESSAGES = [
    ({}, "50006"),
    ({"content": "   "}, "50006"),
    ({"content": "x", "colour": 1}, "UNKNOWN_KEY"),
    ({"embeds": [{"title": "x", "kind": 1}]}, "UNKNOWN_KEY"),
    ({"embeds": [{}]}, "BASE_TYPE_REQUIRED"),
    ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, "BASE_TYPE_REQUIRED"),
    ({"embeds": [{"fields": [{"name": "n", "value": " "}]}]}, "BASE_TYPE_REQUIRED"),
    ({"components": [row(button(shape="round"))]}, "UNKNOWN_KEY"),
    ({"components": [row(button(custom_id=""))]}, "BASE_TYPE_REQUIRED"),
    ({"components": [row(button(label=None))]}, "BASE_TYPE_REQUIRED"),
    ({"components": [row(button(), button())]}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
    ({"components": [row(button(url="https://a"))]}, "BUTTON_COMPONENT_INVALID_FIELD"),
    ({"components": [row(link("ftp://a"))]}, "URL_TYPE_INVALID_SCHEME"),
    ({"components": [button()]}, "BASE_TYPE_CHOICES"),
    ({"components": [row()]}, "BASE_TYPE_BAD_LENGTH"),
    ({"components": [row(button(), select()["components"][0])]}, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ({"components": [text_display("x")]}, "BASE_TYPE_CHOICES"),
    ({"flags": V2, "content": "x", "components": [text_display("x")]}, "MESSAGE_CANNOT_USE_LEGACY_FIELDS"),
    ({"flags": V2, "components": [{"type": 17, "components": [row(button()), row(button())]}]}, "DUPLICATED"),
    ({"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}}, "EXCLUSIVE"),
    ({"content": "x", "flags": 1 << 7}, "MESSAGE_FLAGS_INVALID"),
]


@pytest.mark.parametrize(("body", "violation"), WRONG_MESSAGES)
async def test_a_malformed_message_is_refused(fake, http, body, violation):
    await refused(fake, post(fake, http, body), violation)


WRONG_COMMANDS = [
    (command(name="Upper"), "APPLICATION_COMMAND_INVALID_NAME"),
    (command(name="two words"), "APPLICATION_COMMAND_INVALID_NAME"),
    (command(description=""), "BASE_TYPE_REQUIRED"),
    (command(colour=1), "UNKNOWN_KEY"),
    (command(options=[option(), option(name="p", required=True)]), "REQUIRED_INVALID"),
    (command(options=[option(), option()]), "NAME_ALREADY_EXISTS"),
    (command(options=[option(), option(type=1, name="s")]), "TYPE_INVALID"),
    (command(options=[option(choices=choices(1), autocomplete=True)]), "AUTOCOMPLETE_WITH_CHOICES"),
    (command(options=[option(type=5, choices=choices(1))]), "TYPE_INVALID"),
    ({"name": "Inspect", "type": 2, "description": "d"}, "DESCRIPTION_INVALID"),
]


@pytest.mark.parametrize(("body", "violation"), WRONG_COMMANDS)
async def test_a_malformed_command_is_refused(fake, http, body, violation):
    await refused(fake, http.bulk_upsert_global_commands(fake.world.bot.id, [body]), violation)


async def test_a_name_is_registered_once(fake, http):
    twice = [command(), command()]
    await refused(fake, http.bulk_upsert_global_commands(fake.world.bot.id, twice), "DUPLICATE_NAME")


async def test_200_commands_are_created_a_day(fake, http):
    app = fake.world.bot.id
    for start in (0, 100):
        await http.bulk_upsert_global_commands(app, [command(name=f"c{start + i}") for i in range(100)])
    await http.bulk_upsert_global_commands(app, [command(name=f"c{100 + i}") for i in range(100)])
    await refused(fake, http.bulk_upsert_global_commands(app, [command(name="new")]), "30034")

    fake.advance(86_400)
    await http.bulk_upsert_global_commands(app, [command(name="new")])


async def test_a_command_is_replaced_edited_and_deleted(fake, http):
    app = fake.world.bot.id
    first = await http.upsert_global_command(app, command())
    again = await http.upsert_global_command(app, command(description="other"))
    await http.edit_global_command(app, first["id"], {"description": "third"})

    assert first["id"] == again["id"]
    assert [c["description"] for c in await http.get_global_commands(app)] == ["third"]
    await http.delete_global_command(app, first["id"])
    assert await http.get_global_commands(app) == []


@pytest.mark.parametrize("kind", [1, 6, 7, 8, 10])
async def test_a_command_takes_only_fitting_answers(fake, http, kind):
    delivery = await fake.raw_command(fake.owner, {"name": "x"})
    await refused(fake, answer(fake, http, delivery, kind, {}), "type")


async def test_an_unknown_route_is_refused(fake, http):
    with fake.expect_violation("no such route"), pytest.raises(discord.NotFound):
        await http.request(discord.http.Route("GET", "/guilds/1/regions"))


async def test_a_request_has_25_mib(fake, http):
    file = discord.File(io.BytesIO(bytes(25 * 1024 * 1024)), "big.bin")
    channel = next(iter(fake.world.channels))
    params = discord.http.handle_message_parameters(file=file)
    with fake.expect_violation("40005"), pytest.raises(discord.HTTPException) as caught, params:
        await http.send_message(channel, params=params)
    assert caught.value.status == 413
