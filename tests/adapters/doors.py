"""Asks the playground's page for something, as a browser would and as nobody should."""

from __future__ import annotations

import json
from typing import Any

from starlette.types import ASGIApp

from tests.drivers.asgi import ask

PORT = 8080
HOST = f"127.0.0.1:{PORT}"


class Answer:
    def __init__(self, sent: list[dict[str, Any]]) -> None:
        self.status = sent[0]["status"]
        self.headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        self.content = b"".join(message.get("body", b"") for message in sent)

    @property
    def text(self) -> str:
        return self.content.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.content)


async def knock(app: ASGIApp, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    named = {"host": HOST, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Answer(await ask(app, method, path, named, ("127.0.0.1", PORT), body))
