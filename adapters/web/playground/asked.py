"""What a page sends, read with care: it may be anything."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request

Json = dict[str, Any]

BODY_LIMIT = 100_000


async def body(request: Request) -> bytes:
    """The body, or nothing of one that is too long."""
    if not request.headers.get("content-type", "").startswith("application/json"):
        return b""
    out = b""
    async for piece in request.stream():
        out += piece
        if len(out) > BODY_LIMIT:
            return b""
    return out


def read(sent: bytes) -> Json | None:
    """What was sent, if it can be sent back: JSON can name halves of characters, which nothing can be made of."""
    try:
        found = json.loads(sent)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def word(asked: Json, name: str) -> str:
    found = asked.get(name)
    return found if isinstance(found, str) else ""


def typed(value: object) -> str | list[str]:
    return [str(each) for each in value] if isinstance(value, list) else str(value)
