"""The same verbs from another process, as JSON: POST /_control/{verb} with the verb's arguments as an object."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.entities import Channel, Message, Team, User, View
from tests.fakes.slack.errors import NotPossible
from tests.fakes.slack.faults import Fault
from tests.fakes.slack.log import LogEntry, Violation
from tests.fakes.slack.render import Button
from tests.fakes.slack.server import FakeSlack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_SYNC = frozenset(
    [
        "add_team",
        "add_user",
        "add_channel",
        "dm",
        "messages",
        "seen_by",
        "modal",
        "home",
        "abort",
        "forget",
        "calls",
    ]
)
_ASYNC = frozenset(
    [
        "command",
        "click",
        "choose",
        "raw_action",
        "submit",
        "close_modal",
        "suggest",
        "shortcut",
        "event",
        "redeliver",
        "say",
        "join_team",
        "open_home",
        "uninstall",
        "connected",
        "disconnect",
    ]
)
_SETTINGS = frozenset(["transport", "request_url", "ack_timeout", "enforce_rate_limits"])


def _named(thing: User | Channel | Team) -> dict[str, Any]:
    return {"id": thing.id, "name": thing.name}


class ControlledSlack(FakeSlack):
    """A FakeSlack that another process drives."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._faults: list[Fault] = []
        self._own: dict[str, Callable[..., Awaitable[Any]]] = {
            "info": self._info,
            "set": self._set,
            "fail_next": self._fail_next,
            "release": self._release,
            "log": self._tail,
            "violations": self._broken,
            "wait_message": self._wait_message,
        }

        self._shows: dict[type, Callable[[Any], Any]] = {
            Delivery: self._delivery,
            Message: self._words,
            View: self._words,
            Button: lambda button: {
                "text": button.text,
                "action_id": button.action_id,
                "value": button.value,
            },
            User: _named,
            Channel: _named,
            Team: _named,
            Fault: lambda fault: {"fault": self._faults.index(fault), "hits": fault.hits},
            LogEntry: self._entry,
            Violation: str,
        }

    def _extend(self, app: web.Application) -> None:
        app.router.add_post("/_control/{verb}", self._control)

    async def _control(self, request: web.Request) -> web.Response:
        verb, given = request.match_info["verb"], await request.json()
        reply = given.pop("reply", None)
        try:
            result = await self._do(verb, {key: self._meant(key, value) for key, value in given.items()})
            if reply is not None:
                await result.outcome(reply)
        except (NotPossible, KeyError, TypeError, ValueError, TimeoutError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)
        return web.json_response({"result": self.shown(result)})

    async def _do(self, verb: str, given: dict[str, Any]) -> Any:
        if verb in self._own:
            return await self._own[verb](**given)
        if verb in _ASYNC:
            return await getattr(self, verb)(**given)
        if verb in _SYNC:
            members = given.pop("members", ())
            return getattr(self, verb)(*([given.pop("name"), *members] if members else ()), **given)
        raise ValueError(f"no such verb: {verb}")

    def _meant(self, key: str, value: Any) -> Any:
        """Messages and views go over the wire as {channel, ts} and {view}, teams as their id."""
        if isinstance(value, dict) and set(value) == {"channel", "ts"}:
            return self._message(value["channel"], value["ts"])
        if isinstance(value, dict) and set(value) == {"view"}:
            return self.state.view(value["view"])
        return self.state.teams[value] if key == "team" else value

    def _message(self, channel: str, ts: str) -> Message:
        found = self.state.channels[channel].messages.get(ts)
        for mine in self.state.ephemerals.values():
            found = found or mine.get(ts)
        if found is None:
            raise NotPossible(f"no message {ts} in {channel}")
        return found

    def shown(self, thing: Any) -> Any:
        """The JSON of anything that a verb gives back."""
        if isinstance(thing, (list, tuple)):
            return [self.shown(each) for each in thing]
        if isinstance(thing, dict):
            return {str(key): self.shown(value) for key, value in thing.items()}
        show = self._shows.get(type(thing))
        return show(thing) if show is not None else thing

    def _entry(self, entry: LogEntry) -> dict[str, Any]:
        shown = {"seq": entry.seq, "at": entry.at, "kind": entry.kind, "name": entry.name}
        return shown | {"data": self.shown(entry.data)}

    def _delivery(self, delivery: Delivery) -> dict[str, Any]:
        names = ("event_id", "attempt", "acked", "in_time", "latency", "error", "status", "ack", "errors")
        shown: dict[str, Any] = {name: getattr(delivery, name) for name in names}
        return shown | {"replies": self.shown(delivery.replies), "views": self.shown(delivery.views)}

    def _words(self, where: Message | View) -> dict[str, Any]:
        shown = {"text": self.text(where), "buttons": self.shown(self.buttons(where)), "blocks": where.blocks}
        if isinstance(where, View):
            return shown | {"view": where.id, "callback_id": where.body.get("callback_id", "")}
        return shown | {
            "channel": where.channel_id,
            "ts": where.ts,
            "metadata": where.metadata,
            "revision": where.revision,
            "ephemeral_to": where.ephemeral_to,
        }

    async def _info(self) -> dict[str, Any]:
        return {
            "port": self.port,
            "url": self.url,
            "api_url": self.api_url,
            "bot_token": self.bot_token,
            "app_token": self.app_token,
            "signing_secret": self.signing_secret,
            "team": self.team.id,
            "bot_user": self.team.bot_user_id,
            "connections": len(self.socket.connections),
        }

    async def _set(self, *, clock_offset: float | None = None, **settings: Any) -> None:
        for name, value in settings.items():
            if name not in _SETTINGS:
                raise ValueError(f"no such setting: {name}")
            setattr(self, name, value)
        if clock_offset is not None:
            self.clock = lambda: time.time() + clock_offset

    async def _fail_next(self, method: str, kind: str, **options: Any) -> Fault:
        self._faults.append(self.fail_next(method, kind, **options))
        return self._faults[-1]

    async def _release(self, fault: int | None = None) -> None:
        for each in self._faults if fault is None else [self._faults[fault]]:
            each.release()

    async def _tail(self, since: int = 0) -> list[LogEntry]:
        return [entry for entry in self.log if entry.seq > since]

    async def _broken(self) -> list[Violation]:
        return self.violations

    async def _wait_message(
        self, where: str, containing: str = "", *, timeout: float = 5, revision: int = 0
    ) -> Message:
        return await self.wait_message(where, containing, timeout, revision=revision)
