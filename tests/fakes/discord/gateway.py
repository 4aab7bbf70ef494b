"""The gateway: sessions that outlive their sockets, heartbeats, resuming, and ways to make it fail."""

from __future__ import annotations

import json
import time
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSMsgType, web

from tests.fakes.discord import payloads
from tests.fakes.discord.errors import InvalidForm
from tests.fakes.discord.form import Form
from tests.fakes.discord.wire import Socket

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.discord.record import Log, Violations
    from tests.fakes.discord.state import World

GUILDS, GUILD_MEMBERS, PRESENCES = 1 << 0, 1 << 1, 1 << 8
GUILD_MESSAGES, DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 9, 1 << 12, 1 << 15
PRIVILEGED = {"members": GUILD_MEMBERS, "presences": PRESENCES, "message_content": MESSAGE_CONTENT}
KNOWN_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25

MAX_PAYLOAD, MAX_EVENTS, EVENTS_WINDOW = 4096, 120, 60.0
REPLAY_KEEP, CHUNK = 5_000, 1000

KEYS = {
    "identify": frozenset(
        ["token", "properties", "compress", "large_threshold", "shard", "presence", "intents"]
    ),
    "resume": frozenset({"token", "session_id", "seq"}),
    "members": frozenset(["guild_id", "query", "limit", "presences", "user_ids", "nonce"]),
}


class Session:
    """What a bot that comes back may resume: its intents, its events, and the socket if there is one."""

    def __init__(self, number: int, intents: int, shard: tuple[int, int] = (0, 1)) -> None:
        self.id = f"session-{number}"
        self.shard = shard
        self.intents = intents
        self.seq = 0
        self.events: deque[tuple[int, str]] = deque(maxlen=REPLAY_KEEP)
        self.socket: Socket | None = None

    def push(self, name: str, body: str) -> None:
        self.seq += 1
        text = f'{{"op":0,"t":"{name}","s":{self.seq},"d":{body}}}'
        self.events.append((self.seq, text))
        if self.socket:
            self.socket.push(text)

    def serves(self, guild_id: int) -> bool:
        """Whether it is told of this guild; direct messages (0) come to the first shard."""
        number, count = self.shard
        return (guild_id >> 22) % count == number

    def replay(self, after: int) -> bool:
        """Send again what came after ``after``; false when that is no longer known."""
        if after > self.seq or (self.events and after < self.events[0][0] - 1):
            return False
        assert self.socket
        for seq, text in self.events:
            if seq > after:
                self.socket.push(text)
        return True


def _guild_of(name: str, body: Any) -> int:
    """The guild that an event is about, 0 for none."""
    key = "id" if name in {"GUILD_CREATE", "GUILD_DELETE", "GUILD_UPDATE"} else "guild_id"
    return int(body.get(key) or 0) if isinstance(body, dict) else 0


def _is_shard(given: Any) -> bool:
    match given:
        case [int(number), int(count)]:
            return 0 <= number < count
    return False


class Gateway:
    """``fake.gateway``. The switches are plain attributes; the blows (drop, abort, ...) are methods."""

    def __init__(
        self, world: World, log: Log, violations: Violations, token: str, changed: Callable[[], None]
    ) -> None:
        self._world, self._log, self._violations, self._token = world, log, violations, token
        self.changed = changed
        self.url = ""
        self.privileged: set[str] = {"members"}
        self.ack_heartbeats = True
        self.accepting = True
        self.heartbeat_interval_ms = 41_250
        self.identifies = self.resumes = 0
        self.recommended_shards = 1
        self._sockets: set[Socket] = set()
        self._sessions: dict[str, Session] = {}
        self._numbers = 0

    @property
    def connected(self) -> bool:
        """Some bot has identified (or resumed) and its socket is open."""
        return any(session.socket for session in self._sessions.values())

    @property
    def shards(self) -> list[tuple[int, int]]:
        """The shards that are connected."""
        return sorted(session.shard for session in self._sessions.values() if session.socket)

    # what the server sends --------------------------------------------------------------------------------

    def wanted(self, intent: int | None) -> bool:
        return any(intent is None or session.intents & intent for session in self._sessions.values())

    def dispatch(self, name: str, body: Any, intent: int | None = None, bare: Any = None) -> None:
        """Queue an event for every session with this intent; ``bare`` goes to those without message content."""
        about = _guild_of(name, body)
        listening = [
            s for s in self._sessions.values() if (intent is None or s.intents & intent) and s.serves(about)
        ]
        if listening:
            self._log.add("gateway_out", name, body)
            full = json.dumps(body, separators=(",", ":"))
        for session in listening:
            hidden = bare is not None and not session.intents & MESSAGE_CONTENT
            session.push(name, json.dumps(bare) if hidden else full)
        self.changed()

    async def drop(self, code: int = 4000) -> None:
        """Close every socket with this code; sessions can be resumed, except after 4007 and 4009."""
        if code in {4007, 4009}:
            self.forget_sessions()
        for socket in list(self._sockets):
            await socket.close(code)

    def abort(self) -> None:
        """Tear the TCP connections without a close frame."""
        for socket in list(self._sockets):
            socket.abort()

    def request_reconnect(self) -> None:
        """Op 7."""
        self._to_all({"op": 7, "d": None})

    def invalidate(self, *, resumable: bool = False) -> None:
        """Op 9."""
        self._to_all({"op": 9, "d": resumable})
        if not resumable:
            self.forget_sessions()

    def forget_sessions(self) -> None:
        """Every later RESUME is answered with op 9 d=false."""
        for session in self._sessions.values():
            session.socket = None
        self._sessions.clear()

    def _to_all(self, frame: dict[str, Any]) -> None:
        for socket in self._sockets:
            self._send(socket, frame)

    def _send(self, socket: Socket, frame: dict[str, Any]) -> None:
        self._log.add("gateway_out", f"op {frame['op']}", frame.get("d"))
        socket.push(json.dumps(frame))

    async def close(self) -> None:
        for socket in list(self._sockets):
            await socket.close(1001)

    # what a bot sends -------------------------------------------------------------------------------------

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        if not self.accepting:
            return web.Response(status=503)
        socket = Socket(request)
        await socket.open(zlib_stream=request.query.get("compress") == "zlib-stream")
        self._sockets.add(socket)
        self._send(
            socket, {"op": 10, "d": {"heartbeat_interval": self.heartbeat_interval_ms, "_trace": ["fake"]}}
        )
        try:
            async for message in socket.ws:
                if message.type in {WSMsgType.TEXT, WSMsgType.BINARY}:
                    await self._receive(socket, message.data)
        finally:
            self._sockets.discard(socket)
            self._detach(socket)
            await socket.done()
            self.changed()
        return socket.ws

    def _detach(self, socket: Socket) -> None:
        session = socket.session
        if session and session.socket is socket:
            session.socket = None
            if socket.ws.close_code in {1000, 1001} and not socket.closed_by_us:
                self._sessions.pop(session.id, None)  # the bot said goodbye: nothing to resume

    async def _receive(self, socket: Socket, raw: str | bytes) -> None:
        size = len(raw.encode()) if isinstance(raw, str) else len(raw)
        if size > MAX_PAYLOAD:
            await self._refuse(socket, 4002, f"payload of {size} bytes, at most {MAX_PAYLOAD}")
            return
        now = time.monotonic()
        socket.events.append(now)
        while socket.events[0] < now - EVENTS_WINDOW:
            socket.events.popleft()
        if len(socket.events) > MAX_EVENTS:
            await self._refuse(socket, 4008, f"more than {MAX_EVENTS} events in {EVENTS_WINDOW:.0f} s")
            return
        try:
            frame = json.loads(raw)
            op, data = frame["op"], frame.get("d")
        except (ValueError, KeyError, TypeError):
            await self._refuse(socket, 4002, "not a gateway payload")
            return
        self._log.add("gateway_in", f"op {op}", data)
        await self._handle(socket, op, data)
        self.changed()

    async def _refuse(self, socket: Socket, code: int, why: str, data: Any = None) -> None:
        self._violations.record("gateway", why, data)
        await socket.close(code)

    async def _handle(self, socket: Socket, op: int, data: Any) -> None:
        if op == 1:
            if self.ack_heartbeats:
                self._send(socket, {"op": 11})
        elif op == 2:
            await self._identify(socket, data)
        elif op == 6:
            await self._resume(socket, data)
        elif socket.session is None:
            await socket.close(4003)
        elif op == 8:
            self._request_members(socket.session, data)
        elif op not in {3, 4}:  # presence and voice state are taken and ignored
            await self._refuse(socket, 4001, f"unknown opcode {op}")

    def _check(self, what: str, data: Any) -> dict[str, Any]:
        form = Form()
        data = form.keys(data, KEYS[what])
        try:
            form.finish()
        except InvalidForm as error:
            for problem in error.problems:
                self._violations.record(f"gateway {what}", problem, data)
        return data

    async def _identify(self, socket: Socket, data: Any) -> None:
        data = self._check("identify", data)
        intents = data.get("intents")
        if socket.session:
            await self._refuse(socket, 4005, "identified twice")
        elif data.get("token") != self._token:
            await socket.close(4004)
        elif not isinstance(intents, int) or intents & ~KNOWN_INTENTS:
            await self._refuse(socket, 4013, f"invalid intents {intents}")
        elif any(intents & bit for name, bit in PRIVILEGED.items() if name not in self.privileged):
            await socket.close(4014)
        elif not _is_shard(shard := data.get("shard") or [0, 1]):
            await self._refuse(socket, 4010, f"shard {shard}")
        else:
            self._greet(socket, intents, (shard[0], shard[1]))

    def _greet(self, socket: Socket, intents: int, shard: tuple[int, int]) -> None:
        self.identifies += 1
        self._numbers += 1
        session = Session(self._numbers, intents, shard)
        session.socket, socket.session = socket, session
        self._sessions[session.id] = session
        bot = self._world.bot
        guilds = [g for g in self._world.guilds.values() if bot.id in g.members and session.serves(g.id)]
        ready = {
            "v": 10,
            "user": payloads.own_user(bot),
            "guilds": [{"id": str(g.id), "unavailable": True} for g in guilds],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": self.url,
            "shard": list(shard),
            "application": {"id": str(bot.id), "flags": self.application_flags},
        }
        self._push(session, "READY", ready)
        if intents & GUILDS:
            for guild in guilds:
                self._push(session, "GUILD_CREATE", payloads.guild_create(guild, bot))

    @property
    def application_flags(self) -> int:
        limited = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
        return sum(bit for name, bit in limited.items() if name in self.privileged)

    def _push(self, session: Session, name: str, body: Any) -> None:
        self._log.add("gateway_out", name, body)
        session.push(name, json.dumps(body))

    async def _resume(self, socket: Socket, data: Any) -> None:
        data = self._check("resume", data)
        session = self._sessions.get(data.get("session_id") or "")
        if data.get("token") != self._token:
            await socket.close(4004)
            return
        if session:
            session.socket, socket.session = socket, session
        if session is None or not session.replay(data.get("seq") or 0):
            socket.session = None
            self._send(socket, {"op": 9, "d": False})
            return
        self.resumes += 1
        self._push(session, "RESUMED", {"_trace": ["fake"]})

    def _request_members(self, session: Session, data: Any) -> None:
        data = self._check("members", data)
        guild = self._world.guilds.get(int(data.get("guild_id") or 0))
        query, limit, ids = data.get("query"), data.get("limit") or 0, data.get("user_ids")
        if guild is None:
            return
        if not query and not ids and not session.intents & GUILD_MEMBERS:
            self._violations.record("gateway members", "the whole list needs the members intent", data)
            return
        wanted = {int(i) for i in ([ids] if isinstance(ids, str | int) else ids or [])}
        found = [m for m in guild.members.values() if not ids or m.user.id in wanted]
        if query:
            found = [m for m in found if (m.nick or m.user.username).lower().startswith(query.lower())][
                : limit or 100
            ]
        parts = [found[i : i + CHUNK] for i in range(0, len(found), CHUNK)] or [[]]
        for index, part in enumerate(parts):
            body = {"guild_id": str(guild.id), "members": [payloads.member(m) for m in part]}
            body |= {"chunk_index": index, "chunk_count": len(parts)}
            body |= {"not_found": [str(i) for i in wanted - {m.user.id for m in found}]}
            self._push(
                session, "GUILD_MEMBERS_CHUNK", body | ({"nonce": data["nonce"]} if data.get("nonce") else {})
            )
