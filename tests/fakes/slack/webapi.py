"""The door of the Web API: arguments, tokens, scopes, rate limits, faults; then the method itself."""

from __future__ import annotations

import base64
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from aiohttp import web

from tests.fakes.slack.errors import CONTRACT_CODES, RateLimited, SlackError
from tests.fakes.slack.faults import AFTER_EFFECT, HELD, too_many

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.slack.entities import Team
    from tests.fakes.slack.faults import Fault
    from tests.fakes.slack.log import LogEntry
    from tests.fakes.slack.server import FakeSlack

    Handler = Callable[[FakeSlack, Team, dict[str, Any]], dict[str, Any]]

_JSON_ARGS: Final = {
    "blocks": "invalid_blocks_format",
    "attachments": "invalid_attachments",
    "files": "invalid_arguments",
    "metadata": "invalid_metadata_format",
    "view": "invalid_arguments",
    "unfurls": "invalid_unfurls_format",
}
_BURST: Final = 3.0


@dataclass(frozen=True, slots=True)
class Method:
    name: str
    handler: Handler
    required: tuple[str, ...]
    known: frozenset[str]
    scope: str | None
    app_token: bool
    open_to_all: bool = False
    """Called without a token, by an app that is not installed yet."""


METHODS: Final[dict[str, Method]] = {}


def method(
    name: str,
    required: str = "",
    optional: str = "",
    *,
    scope: str | None = None,
    app_token: bool = False,
    open_to_all: bool = False,
) -> Callable[[Handler], Handler]:
    """Declare a Web API method with the arguments that its documentation names."""

    def register(handler: Handler) -> Handler:
        needed = tuple(required.split())
        # Bolt gives its clients the team_id as a default argument of every call.
        known = frozenset((*needed, *optional.split(), "token", "team_id"))
        METHODS[name] = Method(name, handler, needed, known, scope, app_token, open_to_all)
        return handler

    return register


def truth(value: Any) -> bool:
    return value in (True, 1, "1", "true", "True")


def whole(args: dict[str, Any], key: str, default: int) -> int:
    try:
        return int(args.get(key, default))
    except (TypeError, ValueError):
        raise SlackError("invalid_arguments", f"must be an integer [json-pointer:/{key}]") from None


class WebAPI:
    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack
        self._buckets: dict[str, tuple[float, float]] = {}

    async def handle(self, request: web.Request) -> web.StreamResponse:
        slack, name = self._slack, request.match_info["method"]
        args, broken = await _read(request)
        args |= _client(request)
        token = _token(request, args)
        entry = slack.record("request", name, args=args, token=token)
        fault = slack.faults.take(name, args)
        if fault is not None:
            entry.data["fault"] = fault.kind
        if fault is not None and fault.kind not in AFTER_EFFECT | HELD:
            return fault.answer(request)
        if fault is not None and fault.kind == "stuck":
            await fault.hold()
        response = self._answer(name, args, token, broken, entry)
        return await self._finish(request, response, fault)

    @staticmethod
    async def _finish(
        request: web.Request, response: web.Response, fault: Fault | None
    ) -> web.StreamResponse:
        if fault is not None and fault.kind == "slow":
            await fault.hold()
        if fault is not None and fault.kind == "lost":
            return fault.answer(request)
        return response

    def _answer(
        self, name: str, args: dict[str, Any], token: str | None, broken: SlackError | None, entry: LogEntry
    ) -> web.Response:
        slack = self._slack
        headers: dict[str, str] = {}
        try:
            if broken is not None:
                raise broken
            found = METHODS.get(name)
            if found is None:
                raise SlackError("unknown_method", req_method=name)
            team = self._authorize(found, token)
            headers["x-oauth-scopes"] = ",".join(sorted(team.scopes))
            self._check_arguments(found, args)
            self._check_rate(found, args)
            body = {"ok": True, **found.handler(slack, team, args)}
        except RateLimited as limited:
            entry.data |= {"status": 429, "answer": "ratelimited"}
            return too_many(limited.after)
        except SlackError as error:
            body = error.body()
            if error.code in CONTRACT_CODES:
                slack.violate(name, error.code, *error.problems)
        entry.data["answer"] = body
        slack.changed()
        return web.json_response(body, headers=headers)

    def _authorize(self, found: Method, token: str | None) -> Team:
        slack = self._slack
        if found.open_to_all:
            return slack.team
        if not token:
            raise SlackError("not_authed")
        if token == slack.app_token:
            if not found.app_token:
                raise SlackError("not_allowed_token_type")
            return slack.team
        team = next((team for team in slack.state.teams.values() if team.bot_token == token), None)
        if team is None:
            raise SlackError("invalid_auth")
        if found.app_token:
            raise SlackError("not_allowed_token_type")
        if team.token_error is not None:
            raise SlackError(team.token_error)
        if found.scope is not None and not team.scopes.intersection(found.scope.split("|")):
            raise missing_scope(team, found.scope)
        return team

    def _check_arguments(self, found: Method, args: dict[str, Any]) -> None:
        unknown = sorted(set(args) - found.known)
        if unknown:
            # The real platform ignores these; a caller that sends them believes in something that is not there.
            self._slack.violate(found.name, "unknown_argument", *unknown)
        missing = [key for key in found.required if args.get(key) in (None, "")]
        if missing:
            raise SlackError("invalid_arguments", *(f"missing required field: {key}" for key in missing))

    def _check_rate(self, found: Method, args: dict[str, Any]) -> None:
        if not self._slack.enforce_rate_limits or found.name not in {
            "chat.postMessage",
            "chat.postEphemeral",
        }:
            return
        now, channel = self._slack.clock(), str(args.get("channel"))
        room, since = self._buckets.get(channel, (_BURST, now))
        room = min(_BURST, room + max(0.0, now - since))
        if room < 1:
            self._buckets[channel] = (room, now)
            raise RateLimited(math.ceil(1 - room))
        self._buckets[channel] = (room - 1, now)


def missing_scope(team: Team, scope: str) -> SlackError:
    needed = scope.split("|", maxsplit=1)[0]
    return SlackError("missing_scope", needed=needed, provided=",".join(sorted(team.scopes)))


def _token(request: web.Request, args: dict[str, Any]) -> str | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else args.get("token")


def _client(request: web.Request) -> dict[str, Any]:
    """An app's own id and secret, by HTTP's basic authorization."""
    scheme, _, both = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return {}
    client_id, _, client_secret = base64.b64decode(both).decode().partition(":")
    return {"client_id": client_id, "client_secret": client_secret}


async def _read(request: web.Request) -> tuple[dict[str, Any], SlackError | None]:
    """Arguments may come as a query string, a form or JSON; structures in a form are JSON in a string."""
    args: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.read() or b"{}")
        except ValueError:
            return args, SlackError("invalid_json")
        if not isinstance(body, dict):
            return args, SlackError("json_not_object")
        args |= body
    elif request.content_type.startswith("multipart/"):
        args |= {key: value for key, value in (await request.post()).items() if isinstance(value, str)}
    else:
        args |= parse_qsl((await request.read()).decode(), keep_blank_values=True)
    for key, code in _JSON_ARGS.items():
        if isinstance(args.get(key), str):
            try:
                args[key] = json.loads(args[key])
            except ValueError:
                return args, SlackError(code)
    return args, None
