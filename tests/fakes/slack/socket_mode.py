"""Socket Mode: connections, envelopes, acknowledgements, and the ways to break them."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, Any, Final

from aiohttp import WSMsgType, web

from tests.fakes.slack.answers import accept
from tests.fakes.slack.faults import abort

if TYPE_CHECKING:
    from tests.fakes.slack.delivery import Delivery
    from tests.fakes.slack.server import FakeSlack

CONNECTIONS_AT_MOST: Final = 10


class Connection:
    def __init__(self, number: int, request: web.Request, ws: web.WebSocketResponse) -> None:
        self.number = number
        self.ws = ws
        self.waiting: dict[str, Delivery] = {}
        self._request = request

    def abort(self) -> None:
        abort(self._request, reset=True)


class SocketMode:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self.connections: list[Connection] = []
        self.made = 0
        self.mute = False
        """Do not answer pings: a connection that looks alive and is dead."""
        self._tickets: set[str] = set()
        self._ids = itertools.count(1)
        self._envelopes: dict[str, Delivery] = {}
        self._undelivered: list[Delivery] = []

    def open(self) -> str:
        ticket = f"ticket-{next(self._ids)}"
        self._tickets.add(ticket)
        return f"ws://127.0.0.1:{self._slack.port}/link?ticket={ticket}&app_id={self._slack.app_id}"

    async def handle(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("ticket") not in self._tickets:
            return web.Response(status=403)
        self._tickets.discard(request.query["ticket"])
        ws = web.WebSocketResponse(autoping=False, compress=False)
        await ws.prepare(request)
        if len(self.connections) >= CONNECTIONS_AT_MOST:
            await ws.send_json({"type": "disconnect", "reason": "too_many_websockets", "debug_info": {}})
            await ws.close()
            return ws
        self.made += 1
        connection = Connection(self.made, request, ws)
        self.connections.append(connection)
        self._slack.record("socket", "connected", number=connection.number)
        try:
            await self._greet(connection)
            await self._listen(connection)
        finally:
            self._gone(connection)
        return ws

    async def _greet(self, connection: Connection) -> None:
        await connection.ws.send_json(
            {
                "type": "hello",
                "num_connections": len(self.connections),
                "connection_info": {"app_id": self._slack.app_id},
                "debug_info": {
                    "host": "applink-fake",
                    "build_number": 1,
                    "approximate_connection_time": 18060,
                },
            }
        )
        self._slack.changed()
        waiting, self._undelivered = self._undelivered, []
        for delivery in waiting:
            delivery.attempt += 1
            delivery.reason = "timeout"
            await self.send(delivery)

    async def _listen(self, connection: Connection) -> None:
        async for frame in connection.ws:
            if frame.type is WSMsgType.TEXT:
                self._acknowledge(connection, frame.data)
            elif frame.type is WSMsgType.PING and not self.mute:
                await connection.ws.pong(frame.data)

    def _gone(self, connection: Connection) -> None:
        self.connections.remove(connection)
        self._slack.record("socket", "closed", number=connection.number)
        for delivery in connection.waiting.values():
            if delivery.kind == "events_api" and not delivery.acked:
                self._undelivered.append(delivery)
            else:
                delivery.failed("connection_lost")
        self._slack.changed()

    async def send(self, delivery: Delivery) -> None:
        """Hand it to any one of the connections; they take turns."""
        delivery.started()
        if not self.connections:
            self._nobody(delivery)
            return
        connection = self.connections.pop(0)
        self.connections.append(connection)
        delivery.envelope_id = f"envelope-{next(self._ids)}"
        connection.waiting[delivery.envelope_id] = delivery
        self._envelopes[delivery.envelope_id] = delivery
        envelope: dict[str, Any] = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "accepts_response_payload": delivery.wants_payload,
            "payload": delivery.payload,
        }
        if delivery.kind == "events_api":
            envelope |= {"retry_attempt": delivery.attempt, "retry_reason": delivery.reason}
        self._slack.record_delivery(delivery, connection=connection.number)
        try:
            await connection.ws.send_json(envelope)
        except ConnectionError:
            # The listening side notices too and then treats everything that waits on this connection.
            delivery.failed("connection_lost")

    def _nobody(self, delivery: Delivery) -> None:
        if delivery.kind == "events_api":
            self._undelivered.append(delivery)
        delivery.failed("no_connection")
        self._slack.record_delivery(delivery, connection=None)

    def _acknowledge(self, connection: Connection, data: str) -> None:
        slack = self._slack
        try:
            answer = json.loads(data)
            envelope_id = answer["envelope_id"]
        except (ValueError, TypeError, KeyError):
            slack.violate("ack", "not_an_acknowledgement", data[:200])
            return
        delivery = self._envelopes.pop(envelope_id, None)
        connection.waiting.pop(envelope_id, None)
        if delivery is None:
            slack.violate("ack", "unknown_or_repeated_envelope", str(envelope_id))
            return
        if unknown := sorted(set(answer) - {"envelope_id", "payload"}):
            slack.violate("ack", "unknown_argument", *unknown)
        if delivery.envelope_id == envelope_id:
            accept(slack, delivery, answer.get("payload"))
        slack.changed()

    async def disconnect(self, reason: str) -> None:
        for connection in list(self.connections):
            await connection.ws.send_json(
                {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-fake"}}
            )

    async def close(self) -> None:
        for connection in list(self.connections):
            await connection.ws.close(code=1001)

    def forget(self) -> None:
        self._envelopes = {key: each for key, each in self._envelopes.items() if not each.acked}
