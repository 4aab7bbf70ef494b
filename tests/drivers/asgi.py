"""Asks an application as a server would."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Server = tuple[str, int]


async def ask(
    app: Any, method: str, path: str, headers: Mapping[str, str], server: Server, body: bytes = b""
) -> list[dict[str, Any]]:
    """What the application sends to one request; what stands behind a question mark in the path is its query."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(dict(message))

    path, _, query = path.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "server": server,
        "client": ("127.0.0.1", 1),
    }
    await app(scope, receive, send)
    return sent
