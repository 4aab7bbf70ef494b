"""Files that come with a message: the parts of a multipart request, and what the message says of them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.errors import known, over
from tests.fakes.discord.form import Form
from tests.fakes.discord.state import File

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web

Json = dict[str, Any]

MAX_FILE, MAX_FILES, MAX_DESCRIPTION = 10 * 1024 * 1024, 10, 1024
_FILE = re.compile(r"files\[(0|[1-9][0-9]?)\]")
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


async def read(request: web.BaseRequest, new_id: Callable[[], int]) -> tuple[Any, list[File]]:
    """``payload_json`` and the ``files[n]`` of a request; parts that nobody documents are refused."""
    form, files, body, seen = Form(), [], None, set()
    reader = await request.multipart()
    while (part := await reader.next()) is not None:
        name = part.name or ""  # type: ignore[union-attr]
        content = bytes(await part.read())  # type: ignore[union-attr]
        found = _FILE.fullmatch(name)
        if name in seen or not (found or name == "payload_json"):
            form.add((name,), "UNKNOWN_KEY", "This part is not documented, or there twice")
        elif found is None:
            body = _decoded(content)
        elif not part.filename:  # type: ignore[union-attr]
            form.add((name,), "BASE_TYPE_REQUIRED", "A file needs a filename")
        elif len(content) > MAX_FILE:
            raise over(40005)
        else:
            filename = _UNSAFE.sub("_", part.filename)  # type: ignore[union-attr]
            files.append(File(new_id(), filename, content, slot=int(found[1])))
        seen.add(name)
    form.finish()
    return body, files


def _decoded(content: bytes) -> Any:
    try:
        return json.loads(content)
    except ValueError:
        raise known(50109) from None


def held(body: Json, before: list[File], new: list[File]) -> list[File]:
    """The files of a message after a body was applied to it, described as the body says.

    Without ``attachments`` what was there stays and what is new is added; with them, only what they name is there.
    """
    form = Form()
    files = before + new
    if body.get("attachments") is not None:
        files = _named(form, body["attachments"], before, new)
    if len(files) > MAX_FILES:
        form.length(files, ("attachments",), 0, MAX_FILES)
    form.finish()
    return files


def _named(form: Form, given: list[Json], before: list[File], new: list[File]) -> list[File]:
    fresh, kept, files = {str(f.slot): f for f in new}, {str(f.id): f for f in before}, []
    for index, item in enumerate(given):
        where = ("attachments", index)
        form.text(item, "description", where, 0, MAX_DESCRIPTION)
        form.text(item, "filename", where, 0, 1024)
        found = fresh.pop(str(item.get("id")), None) or kept.pop(str(item.get("id")), None)
        if found is None:
            form.add((*where, "id"), "ATTACHMENT_NOT_FOUND", "Attachment data not found")
            continue
        found.description = item.get("description", found.description)
        if isinstance(item.get("filename"), str):
            found.filename = _UNSAFE.sub("_", item["filename"])
        files.append(found)
    for slot in fresh:
        form.add(("attachments",), "ATTACHMENT_NOT_FOUND", f"files[{slot}] is not among the attachments")
    return files
