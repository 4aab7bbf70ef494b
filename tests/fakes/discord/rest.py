"""The REST side: finds the route, checks the token, reads the body, plays planned faults, answers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from aiohttp import web

from tests.fakes.discord import uploads
from tests.fakes.discord.errors import ApiError, InvalidForm, OverLimit, known, over, unauthorized
from tests.fakes.discord.faults import AFTER, BEFORE, Fault, tear
from tests.fakes.discord.form import Form

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.discord.server import FakeDiscord
    from tests.fakes.discord.state import File

PREFIX = "/api/v10"
MAX_REQUEST = 25 * 1024 * 1024


@dataclass
class Answer:
    status: int = 200
    body: Any = None


NOTHING = Answer(204)


@dataclass
class Call:
    """What a route's handler gets."""

    fake: FakeDiscord
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: list[File] = field(default_factory=list)

    def id(self, name: str) -> int:
        return snowflake(self.params[name], (name,))

    def number(self, name: str, default: int, low: int, high: int) -> int:
        form = Form()
        value = self.query.get(name, str(default))
        number = form.number({name: int(value) if value.isdecimal() else value}, name, (), low, high)
        form.finish()
        return number or 0

    def fields(self, *allowed: str) -> dict[str, Any]:
        """The body as an object of these keys at most."""
        form = Form()
        body = form.keys(self.body, frozenset(allowed))
        form.finish()
        return body


def snowflake(value: Any, path: tuple[str | int, ...]) -> int:
    if str(value).isdecimal():
        return int(value)
    form = Form()
    form.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
    form.finish()
    return 0


Handler = "Callable[[Call], Answer | Awaitable[Answer]]"


@dataclass(frozen=True)
class Route:
    method: str
    template: str
    segments: tuple[str, ...]
    handler: Callable[[Call], Answer]
    auth: bool

    def match(self, segments: list[str]) -> dict[str, str] | None:
        params = {}
        for wanted, found in zip(self.segments, segments, strict=True):
            if wanted[0] == "{":
                params[wanted[1:-1]] = found
            elif wanted != found:
                return None
        return params


ROUTES: dict[tuple[str, int], list[Route]] = {}


def route(method: str, template: str, *, auth: bool = True) -> Callable[[Any], Any]:
    def register(handler: Callable[[Call], Answer]) -> Callable[[Call], Answer]:
        segments = tuple(template.strip("/").split("/"))
        candidates = ROUTES.setdefault((method, len(segments)), [])
        candidates.append(Route(method, template, segments, handler, auth))
        candidates.sort(key=lambda r: [s[0] == "{" for s in r.segments])  # literal steps go before parameters
        return handler

    return register


def find(method: str, path: str) -> tuple[Route, dict[str, str]] | None:
    segments = path.strip("/").split("/")
    for candidate in ROUTES.get((method, len(segments)), []):
        params = candidate.match(segments)
        if params is not None:
            return candidate, params
    return None


def json_response(status: int, body: Any, headers: dict[str, str] | None = None) -> web.Response:
    if body is None:
        return web.Response(status=status, headers=headers)
    data = json.dumps(body, separators=(",", ":")).encode()
    # discord.py compares the header with exactly this text: no charset may follow.
    return web.Response(status=status, body=data, content_type="application/json", headers=headers)


async def serve(fake: FakeDiscord, request: web.BaseRequest) -> web.StreamResponse:
    path = request.path.removeprefix(PREFIX)
    name = f"{request.method} {path}"
    entry = fake.log.add("request", name, reason=request.headers.get("X-Audit-Log-Reason"))
    fault = fake.faults.take(request.method, path)
    headers: dict[str, str] = {}
    try:
        call, matched = await _read(fake, request, path)
        entry.route, entry.data = f"{matched.method} {matched.template}", call.body
        if fault and (torn := await _play(fake, fault, BEFORE, request)):
            return torn
        headers = fake.limits.spend(matched, path)
        answer = matched.handler(call)
        response = json_response(answer.status, answer.body, headers)
        if fault and (torn := await _play(fake, fault, AFTER, request)):
            response = torn
    except ApiError as error:
        _note(fake, name, error, entry.data)
        response = json_response(error.status, error.body(), headers)
    except TooFast as error:
        response = error.response
    except Exception as error:
        # A status the library neither knows nor retries; the violation makes the test fail at its end.
        fake.violations.record(name, f"the fake itself cannot handle this: {error!r}", entry.data)
        response = json_response(418, {"message": repr(error), "code": 0})
    entry.status = response.status
    fake.changed()
    return response


class TooFast(Exception):
    """A rate limit was hit; carries the whole answer."""

    def __init__(self, response: web.Response) -> None:
        super().__init__("rate limited")
        self.response = response


def _note(fake: FakeDiscord, name: str, error: ApiError, body: Any) -> None:
    if isinstance(error, InvalidForm):
        fake.violations.record(name, "; ".join(error.problems), body)
    elif isinstance(error, OverLimit):
        fake.violations.record(name, f"{error.code} {error.message}", body)


async def _read(fake: FakeDiscord, request: web.BaseRequest, path: str) -> tuple[Call, Route]:
    matched = find(request.method, path)
    if matched is None:
        fake.violations.record(f"{request.method} {path}", "no such route")
        raise ApiError(404, 0, "404: Not Found")
    found, params = matched
    if found.auth and request.headers.get("Authorization") != f"Bot {fake.token}":
        raise unauthorized()
    call = Call(fake, params, dict(request.query))
    if (request.content_length or 0) > MAX_REQUEST:
        raise over(40005)
    if request.content_type.startswith("multipart/"):
        call.body, call.files = await uploads.read(request, fake.world.new_id)
    elif request.body_exists:
        call.body = _decode(fake, request, await request.read())
    return call, found


def _decode(fake: FakeDiscord, request: web.BaseRequest, raw: bytes) -> Any:
    if not raw:
        return None
    if request.content_type == "application/json":
        try:
            return json.loads(raw)
        except ValueError:
            pass
    fake.violations.record(
        f"{request.method} {request.path}", f"a body that is not JSON ({request.content_type})"
    )
    raise known(50109)


async def _play(fake: FakeDiscord, fault: Fault, when: str, request: web.BaseRequest) -> web.Response | None:
    """Do what the fault says at this moment; a response replaces the ordinary one."""
    if fault.when != when:
        return None
    if fault.kind == "slow":
        await fake.faults.hold(fault)
        return None
    if fault.kind in {"reset", "lost"}:
        if fault.kind == "reset":
            tear(request)
        elif request.transport:
            request.transport.close()
        return web.Response(status=500)  # nobody is left to read it
    if fault.kind == "ratelimited":
        return limited(fault.retry_after, is_global=fault.is_global, via=fault.via)
    if fault.kind in {"http_502", "http_503", "http_504"}:
        return web.Response(status=fault.error.status, text="upstream connect error")
    hollow = fault.kind == "hollow"  # it says that it is done, and nothing happens
    return json_response(204, None) if hollow else json_response(fault.error.status, fault.error.body())


def limited(
    retry_after: float, *, is_global: bool = False, via: bool = True, scope: str = "user"
) -> web.Response:
    """429 as the API words it; without ``Via`` as the guard in front of it does: a page, not JSON."""
    if not via:
        return web.Response(status=429, text="error code: 1015", headers={"Retry-After": "600"})
    headers = {"Via": "1.1 google", "Retry-After": str(retry_after), "X-RateLimit-Scope": scope}
    if is_global:
        headers["X-RateLimit-Global"] = "true"
    else:
        headers |= {
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset-After": str(retry_after),
        }
    body = {"message": "You are being rate limited.", "retry_after": retry_after, "global": is_global}
    return json_response(429, body, headers)
