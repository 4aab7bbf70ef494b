"""The Slack app: Bolt with Usher's listeners, over Socket Mode or over HTTP."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any
from urllib.parse import parse_qsl

from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.desk import Desk
from adapters.slack import parse
from adapters.slack.answers import retries
from adapters.slack.errors import as_delivery_error
from adapters.slack.installations import Installations
from adapters.slack.listeners import Listeners, OnlyOurs
from adapters.slack.platform import API_URL
from adapters.slack.teams import Departures, PerTeam, authorize

#: How long a command's answer may hold up its acknowledgement; Slack waits for 3 seconds.
ACK_WITHIN = 1.5
#: What Slack sends is far smaller.
BODY_LIMIT = 1_000_000
_ANY = re.compile("")
_NOT_CONNECTED = "Usher is not connected to Slack at the moment. Please tell whoever runs it."


class SlackApp(AsyncApp):
    """Bolt's app, with the answers that are still under way."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self._under_way: set[asyncio.Task[None]] = set()

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs ``work`` after the acknowledgement."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def drain(self) -> None:
        """Waits until every answer that is owed has been given: before a stop, so that none is lost."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))


def build_app(
    desk: Desk,
    *,
    token: str | None = None,
    installations: Installations | None = None,
    departures: Departures | None = None,
    signing_secret: str | None = None,
    api_url: str | None = None,
    command: str = "/usher",
    ack_within: float = ACK_WITHIN,
) -> SlackApp:
    """The app, which asks nothing of Slack before the first request comes.

    ``token``: of the one team that it serves; else ``installations`` knows those of several, and ``departures`` what is done
    when one takes Usher out. ``command`` is what the manifest calls the slash command; whatever name a command comes under,
    it is answered.
    """
    several = installations is not None
    app = SlackApp(
        name="slack",
        token=token,
        authorize=authorize(installations) if installations is not None else None,
        # Without a secret nothing that comes over HTTP may pass; an empty one could be used by anybody to sign.
        signing_secret=signing_secret or secrets.token_hex(32),
        # A listener returns as soon as it has acknowledged. This lets its response go at that moment, where Bolt
        # would otherwise look for one every 10 ms, and would lose it if the listener failed in between.
        process_before_response=True,
        user_facing_authorize_error_message=_NOT_CONNECTED,
    )
    # Set here and not in a client of our own, of which Bolt would warn that it outdoes the token in the environment.
    app.client.base_url = (api_url or API_URL).rstrip("/") + "/"
    app.client.retry_handlers = retries()

    def make(client: AsyncWebClient) -> Listeners:
        return Listeners(desk, client, app.spawn, command=command, ack_within=ack_within)

    def of_team(token: str) -> Listeners:
        return make(AsyncWebClient(token, base_url=app.client.base_url, retry_handlers=retries()))

    one = None if several else make(app.client)
    listeners = PerTeam(of_team if one is None else lambda _: one)
    app.use(OnlyOurs())
    app.command(_ANY)(listeners.on_command)
    app.action(_ANY)(listeners.on_click)
    app.view(parse.FORM)(listeners.on_submit)
    app.options(_ANY)(listeners.on_options)
    app.shortcut(_ANY)(listeners.on_shortcut)
    app.event("message")(listeners.on_message)
    app.event("app_home_opened")(listeners.on_home)
    app.event("link_shared")(listeners.on_link)
    gone = departures.on_gone if departures is not None else _nothing
    app.event("app_uninstalled")(gone)
    app.event("tokens_revoked")(gone)
    app.error(listeners.on_error)
    return app


async def _nothing(body: dict[str, Any]) -> None:
    """Where there is one team its token says so itself, at the next try."""
    del body


async def start_socket_mode(
    app: SlackApp, app_token: str, *, ping_interval: float = 10
) -> AsyncSocketModeHandler:
    """Connects. ``close_async`` of what is returned ends it; after that, ``app.drain``.

    Raises ``DeliveryError`` when Slack cannot be reached or refuses the token, which the library would try for ever.
    ``ping_interval``: a connection that died is noticed within two of these seconds.
    """
    handler = AsyncSocketModeHandler(app, app_token, ping_interval=ping_interval)
    try:
        handler.client.wss_uri = await handler.client.issue_new_wss_url()
    except Exception as error:
        await handler.close_async()  # type: ignore[no-untyped-call]
        raise as_delivery_error(error) from error
    await handler.connect_async()  # type: ignore[no-untyped-call]
    return handler


def http_handler(app: SlackApp) -> Callable[[Request], Awaitable[Response]]:
    """The Starlette endpoint for ``POST /slack/events``: commands, clicks and events alike."""

    async def endpoint(request: Request) -> Response:
        if not _plausible(request.headers):
            return PlainTextResponse("", status_code=401)
        if int(request.headers.get("content-length", "0")) > BODY_LIMIT:
            return PlainTextResponse("", status_code=413)
        try:
            bolt_request = _read(await request.body(), request.headers)
        except Exception:  # noqa: BLE001 - nothing is verified yet: anybody may have written anything
            return PlainTextResponse("", status_code=400)
        return to_starlette_response(await app.async_dispatch(bolt_request))

    return endpoint


def _plausible(headers: Mapping[str, str]) -> bool:
    """Whether Bolt can judge the signature: on headers that are no numbers or no ASCII it fails instead."""
    stamp = headers.get("x-slack-request-timestamp", "0")
    size = headers.get("content-length", "0")
    numbers = all(found.isascii() and found.isdigit() and len(found) < 20 for found in (stamp, size))
    return numbers and headers.get("x-slack-signature", "").isascii()


def _read(raw: bytes, headers: Mapping[str, str]) -> AsyncBoltRequest:
    """Reads the body as Slack wrote it. ``ValueError`` when it did not.

    Bolt's own reading takes every form in which the word "payload" occurs for a click and finds nothing in it, a
    command like ``name:"payload team"`` too.
    """
    text = raw.decode()
    if headers.get("content-type", "").partition(";")[0].strip() == "application/json":
        body = json.loads(text)
    else:
        form = dict(parse_qsl(text, keep_blank_values=True))
        body = json.loads(form["payload"]) if "payload" in form else form
    if not isinstance(body, dict):
        raise ValueError("the body is no object")
    request = AsyncBoltRequest(body=body, headers=dict(headers), mode="socket_mode")
    # Only now does it count as HTTP, with the signature to be verified over the raw text.
    request.mode, request.raw_body = "http", text
    return request
