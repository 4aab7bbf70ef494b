"""Plays whoever opens an invite link: a person, a link preview, a mail scanner."""

from __future__ import annotations

import html
import re
from typing import Any, NamedTuple

from adapters.web import app as web
from core.cards import Card
from core.language import spoken
from core.views import broken
from tests.drivers.base import World

_TAG = re.compile(r"<[^>]*>")
_STYLE = re.compile(r"<style.*?</style>", re.DOTALL)


class Page(NamedTuple):
    status: int
    text: str


async def visit(world: World, code: str, method: str = "GET") -> Page:
    """The page behind ``/i/{code}``, as a server of the application would send it."""

    async def landing(asked: str) -> Card:
        return world.core.landing(asked, world.clock(), spoken())

    async def health() -> dict[str, bool]:
        return {}

    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    path = f"/i/{code}"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"usher.example")],
        "server": ("usher.example", 80),
        "client": ("127.0.0.1", 1),
    }
    site = web.build(landing, health, lambda fault, where: broken("000000"))
    await site(scope, receive, send)  # type: ignore[arg-type]
    body = b"".join(message.get("body", b"") for message in sent).decode()
    return Page(sent[0]["status"], html.unescape(_TAG.sub("", _STYLE.sub("", body))))
