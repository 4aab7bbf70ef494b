"""Plays whoever opens an invite link: a person, a link preview, a mail scanner."""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from adapters.web import app as web
from core.cards import Card
from core.language import spoken
from core.views import broken
from tests.drivers.asgi import ask
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

    site = web.build(landing, health, lambda fault, where: broken("000000"))
    sent = await ask(site, method, f"/i/{code}", {"host": "usher.example"}, ("usher.example", 80))
    body = b"".join(message.get("body", b"") for message in sent).decode()
    return Page(sent[0]["status"], html.unescape(_TAG.sub("", _STYLE.sub("", body))))
