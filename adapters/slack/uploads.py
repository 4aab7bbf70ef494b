"""Handing a file over to Slack. Nobody sees it until it stands in a message."""

from __future__ import annotations

import io

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient


class NotTaken(Exception):
    """The address to which a file was to be sent did not take it."""


async def upload(client: AsyncWebClient, name: str, content: bytes) -> str:
    """Hands a file over, which is not empty; its id. It still has to be completed."""
    made = await client.files_getUploadURLExternal(filename=name, length=len(content))
    # Not by the library: it sends the whole of a file at once, while everybody else waits.
    timeout = aiohttp.ClientTimeout(total=client.timeout)
    async with (
        aiohttp.ClientSession(timeout=timeout) as session,
        session.post(
            str(made["upload_url"]),
            data=io.BytesIO(content),
            headers={"Content-Type": "application/octet-stream"},
            proxy=client.proxy,
            ssl=client.ssl if client.ssl is not None else True,
        ) as answer,
    ):
        if answer.status != 200:
            raise NotTaken(f"upload: {answer.status} {(await answer.text())[:200]}")
    return str(made["file_id"])
