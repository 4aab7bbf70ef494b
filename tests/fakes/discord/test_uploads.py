"""Files come as Discord documents it, or they are refused."""

from __future__ import annotations

import asyncio
import io
import json
from typing import Any

import aiohttp
import pytest

from tests.fakes.discord import FakeDiscord
from tests.fakes.discord.sample import discord, world
from tests.fakes.discord.state import Message
from tests.fakes.discord.uploads import MAX_DESCRIPTION, MAX_FILE, MAX_FILES

MULTIPART = "multipart/form-data; boundary=b"
Part = tuple[str, str | None, bytes]


@pytest.fixture
async def fake():
    async with world() as made:
        yield made


def payload(**fields: Any) -> Part:
    return ("payload_json", None, json.dumps({"content": "x"} | fields).encode())


def file(slot: int, content: bytes = b"x") -> Part:
    return (f"files[{slot}]", f"{slot}.txt", content)


def named(*slots: Any, **fields: Any) -> Part:
    return payload(attachments=[{"id": slot} | fields for slot in slots])


async def send(
    fake: FakeDiscord, *parts: Part, path: str = "", method: str = "POST"
) -> tuple[int, dict[str, Any]]:
    """A multipart request of these parts; the status and what is answered."""
    body = b""
    for name, filename, content in parts:
        extra = f'; filename="{filename}"' if filename else ""
        body += f'--b\r\nContent-Disposition: form-data; name="{name}"{extra}\r\n\r\n'.encode() + content
        body += b"\r\n"
    channel = next(iter(fake.world.channels))
    url = f"{fake.api_url}{path or f'/channels/{channel}/messages'}"
    headers = {"Content-Type": MULTIPART, "Authorization": f"Bot {fake.token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, url, data=io.BytesIO(body + b"--b--\r\n"), headers=headers) as response,
    ):
        return response.status, await response.json()


def held(fake: FakeDiscord) -> Message:
    return [*fake.world.messages.values()][-1]


async def test_files_are_kept_as_the_message_describes_them(fake: FakeDiscord):
    described = payload(
        attachments=[
            {"id": "1", "description": "two"},
            {"id": 0, "filename": "a b.txt", "description": "one"},
        ]
    )
    status, body = await send(fake, described, file(0, b"zero"), file(1, b"one"))

    assert status == 200
    assert [(f.filename, f.description, f.content) for f in held(fake).files] == [
        ("1.txt", "two", b"one"),
        ("a_b.txt", "one", b"zero"),
    ]
    assert [(a["filename"], a["size"]) for a in body["attachments"]] == [("1.txt", 3), ("a_b.txt", 4)]


async def test_files_that_the_message_does_not_list_are_added(fake: FakeDiscord):
    await send(fake, payload(), file(0))

    assert [f.filename for f in held(fake).files] == ["0.txt"]


async def test_an_edit_keeps_what_it_names_and_adds_what_is_new(fake: FakeDiscord):
    await send(fake, payload(), file(0), file(1))
    message = held(fake)
    path = f"/channels/{message.channel.id}/messages/{message.id}"
    kept = str(message.files[1].id)

    await send(fake, named(kept, 0), ("files[0]", "new.txt", b"x"), path=path, method="PATCH")
    assert [f.filename for f in message.files] == ["1.txt", "new.txt"]
    await send(fake, payload(), ("files[0]", "more.txt", b"x"), path=path, method="PATCH")
    assert [f.filename for f in message.files] == ["1.txt", "new.txt", "more.txt"]
    await send(fake, named(), path=path, method="PATCH")
    assert message.files == []


WRONG = [
    ((named(0),), "ATTACHMENT_NOT_FOUND"),
    ((named(1), file(0)), "ATTACHMENT_NOT_FOUND"),
    ((named(0), file(0), file(1)), "ATTACHMENT_NOT_FOUND"),
    ((named(0, 0), file(0)), "ATTACHMENT_NOT_FOUND"),
    ((named(0, colour=1), file(0)), "UNKNOWN_KEY"),
    ((named(0, description="x" * (MAX_DESCRIPTION + 1)), file(0)), "BASE_TYPE_MAX_LENGTH"),
    ((payload(), *(file(slot) for slot in range(MAX_FILES + 1))), "BASE_TYPE_MAX_LENGTH"),
    ((payload(), ("file", "a.txt", b"x")), "UNKNOWN_KEY"),
    ((payload(), ("files[x]", "a.txt", b"x")), "UNKNOWN_KEY"),
    ((payload(), file(0), file(0)), "UNKNOWN_KEY"),
    ((payload(), ("files[0]", None, b"x")), "BASE_TYPE_REQUIRED"),
    ((payload(), file(0, bytes(MAX_FILE + 1))), "40005"),
]


@pytest.mark.parametrize(("parts", "violation"), WRONG)
async def test_what_is_not_documented_is_refused(fake: FakeDiscord, parts: tuple[Part, ...], violation: str):
    before = len(fake.world.messages)
    with fake.expect_violation(violation):
        status, _ = await send(fake, *parts)

    assert status in {400, 413}
    assert len(fake.world.messages) == before


async def test_a_payload_that_is_no_json_is_refused(fake: FakeDiscord):
    status, body = await send(fake, ("payload_json", None, b"{"), file(0))

    assert (status, body["code"]) == (400, 50109)


async def test_the_limits_themselves_are_fine(fake: FakeDiscord):
    status, _ = await send(fake, named(0, description="x" * MAX_DESCRIPTION), file(0, bytes(MAX_FILE)))
    assert status == 200
    status, _ = await send(fake, payload(), *(file(slot) for slot in range(MAX_FILES)))
    assert status == 200


async def test_the_library_sends_files_that_way(fake: FakeDiscord, monkeypatch: pytest.MonkeyPatch):
    fake.patch(monkeypatch)
    client = discord.http.HTTPClient(asyncio.get_running_loop())
    await client.static_login(fake.token)
    sent = discord.File(io.BytesIO(b"x"), "a.txt", description="what it is")
    with discord.http.handle_message_parameters(files=[sent]) as params:
        await client.send_message(next(iter(fake.world.channels)), params=params)
    await client.close()

    assert [(f.filename, f.description) for f in held(fake).files] == [("a.txt", "what it is")]
