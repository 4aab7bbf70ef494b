"""files.* methods and the address that takes what is uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from aiohttp import web

from tests.fakes.slack.chat import new_message, readable
from tests.fakes.slack.errors import SlackError
from tests.fakes.slack.faults import AFTER_EFFECT, HELD
from tests.fakes.slack.validate import check_message
from tests.fakes.slack.webapi import method, whole

if TYPE_CHECKING:
    from tests.fakes.slack.entities import Channel, Team
    from tests.fakes.slack.server import FakeSlack

UPLOAD: Final = "upload"
"""The name under which faults and the log know the addresses that files are sent to."""
FILE_AT_MOST: Final = 1024**3
_NAMED: Final = frozenset({"id", "title", "highlight_type"})


@dataclass(slots=True, eq=False)
class File:
    """A file that was announced; with `content` once it was uploaded, and `shared` once it stands somewhere."""

    id: str
    team_id: str
    name: str
    size: int
    content: bytes | None = None
    title: str = ""
    completed: bool = False
    shared: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        assert self.content is not None
        return self.content.decode()

    def public(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": self.name,
            "title": self.title,
            "size": self.size,
            "mode": "hosted",
            "is_public": False,
            "channels": [channel for channel in self.shared if channel[0] != "D"],
            "ims": [channel for channel in self.shared if channel[0] == "D"],
        }


@method("files.getUploadURLExternal", "filename length", "alt_txt snippet_type", scope="files:write")
def get_upload_url(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    size = whole(args, "length", 0)
    if not 0 < size <= FILE_AT_MOST:
        raise SlackError("invalid_arguments", "must be a size in bytes [json-pointer:/length]")
    file = File(slack.state.new_id("F"), team.id, str(args["filename"]), size)
    slack.state.files[file.id] = file
    return {"upload_url": f"{slack.url}/{UPLOAD}/{file.id}", "file_id": file.id}


@method(
    "files.completeUploadExternal",
    "files",
    "blocks channel_id channels initial_comment thread_ts",
    scope="files:write",
)
def complete_upload(slack: FakeSlack, team: Team, args: dict[str, Any]) -> dict[str, Any]:
    files = [_finished(slack, team, each) for each in _listed(args["files"])]
    channel = _target(slack, team, args)
    content = {"text": args.get("initial_comment") or "", "blocks": args.get("blocks")}
    if content["text"]:
        content["blocks"] = None  # Slack ignores them then
    if any(content.values()):
        check_message(content)
    for file, title in files:
        file.completed, file.title = True, title
    if channel is not None:
        message = new_message(slack, team, channel, content)
        message.files = [file for file, _ in files]
        channel.messages[message.ts] = message
        for file, _ in files:
            file.shared.append(channel.id)
    return {"files": [{"id": file.id, "title": file.title} for file, _ in files]}


def _listed(given: Any) -> list[dict[str, str]]:
    shaped = isinstance(given, list) and given and all(isinstance(each, dict) for each in given)
    if not shaped or not all("id" in each and _NAMED.issuperset(each) for each in given):
        raise SlackError("invalid_arguments", "must be an array of ids with titles [json-pointer:/files]")
    return list(given)


def _finished(slack: FakeSlack, team: Team, given: dict[str, str]) -> tuple[File, str]:
    file = slack.state.files.get(given["id"])
    if file is None or file.team_id != team.id or file.content is None or file.completed:
        raise SlackError("file_not_found")
    return file, given.get("title", "")


def _target(slack: FakeSlack, team: Team, args: dict[str, Any]) -> Channel | None:
    """Where it is shared; None for a file that only the app can see."""
    if args.get("channel_id") and args.get("channels"):
        raise SlackError("invalid_arguments", "either channel_id or channels [json-pointer:/channels]")
    wanted = args.get("channel_id") or args.get("channels")
    if not wanted:
        return None
    channel = readable(slack, team, wanted)
    if team.bot_user_id not in channel.members:
        raise SlackError("not_in_channel")
    if channel.is_archived:
        raise SlackError("is_archived")
    return channel


class Uploads:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    async def handle(self, request: web.Request) -> web.StreamResponse:
        slack, file_id = self._slack, request.match_info["file"]
        content = b"".join([chunk async for chunk in request.content.iter_any()])
        entry = slack.record("request", UPLOAD, file=file_id, size=len(content), type=request.content_type)
        fault = slack.faults.take(UPLOAD, {"file": file_id})
        if fault is not None and fault.kind not in AFTER_EFFECT | HELD:
            return fault.answer(request)
        if fault is not None and fault.kind == "stuck":
            await fault.hold()
        response = self._take(file_id, content, request.content_type)
        entry.data["status"] = response.status
        slack.changed()
        if fault is not None and fault.kind == "slow":
            await fault.hold()
        return fault.answer(request) if fault is not None and fault.kind == "lost" else response

    def _take(self, file_id: str, content: bytes, kind: str) -> web.Response:
        file = self._slack.state.files.get(file_id)
        if file is None or file.completed:
            return web.Response(status=404, text="no such upload")
        if kind.startswith("multipart/"):  # Slack takes it, this server does not
            self._slack.violate(UPLOAD, "multipart")
            return web.Response(status=400, text="raw bytes only")
        if len(content) != file.size:
            problem = f"announced {file.size} bytes, sent {len(content)}"
            self._slack.violate(UPLOAD, "wrong_length", problem)
            return web.Response(status=400, text=problem)
        file.content = content
        return web.Response(text=f"OK - {len(content)}")
