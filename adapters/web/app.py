"""The web side: the page behind an invite link, the health of the process, and Slack's door where it comes over HTTP.

Every page here answers a GET and changes nothing: link previews and mail scanners open links too.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Message, Receive

from adapters.web.render import Pages
from core.cards import Card, Tone
from core.language import says, speaking, spoken, t, wished

#: What is looked at of a code in an address; real ones have 16 letters and three hyphens.
CODE_LIMIT = 64
#: The largest body taken from Slack, whose own limit for a view is 250 kB.
BODY_LIMIT = 1_000_000

Handler = Callable[[Request], Awaitable[Response]]
Landing = Callable[[str], Awaitable[Card]]
Health = Callable[[], Awaitable[Mapping[str, bool]]]
Fault = Callable[[BaseException, str], Card]


class Install(NamedTuple):
    """How a Slack team gets Usher: ``begin`` gives an address to go to and a cookie to take along, ``finish`` what became of it.

    ``begin`` is told which team is meant, empty for any; ``finish`` the query and the cookies with which somebody came back.
    """

    begin: Callable[[str], Awaitable[tuple[str, str]]]
    finish: Callable[[Mapping[str, str], str], Awaitable[Card]]


def build(
    landing: Landing,
    health: Health,
    fault: Fault,
    slack: Handler | None = None,
    install: Install | None = None,
) -> Starlette:
    """The application. ``fault`` logs what broke and gives the card that shows its reference."""
    site = _Site(landing, health, fault, Pages())
    routes = [
        Route("/healthz", site.guarded(site.healthz), methods=["GET"]),
        Route("/i/{code}", site.guarded(site.invitation), methods=["GET"]),
    ]
    if slack is not None:
        routes.append(Route("/slack/events", site.guarded(_bounded(slack)), methods=["POST"]))
    if install is not None:
        routes += [
            Route("/slack/install", site.guarded(site.sent_to_slack(install)), methods=["GET"]),
            Route("/slack/oauth_redirect", site.guarded(site.back_from_slack(install)), methods=["GET"]),
        ]
    return Starlette(routes=routes, exception_handlers={HTTPException: site.refused})


class _Site:
    def __init__(self, landing: Landing, health: Health, fault: Fault, pages: Pages) -> None:
        self._landing = landing
        self._health = health
        self._fault = fault
        self._pages = pages
        self._headers = {
            "Content-Security-Policy": pages.policy,
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex, nofollow",
        }

    def page(
        self, card: Card, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
    ) -> Response:
        shown = {"Content-Language": spoken(), "Vary": "Accept-Language", **self._headers}
        return HTMLResponse(self._pages.render(card), status, {**(headers or {}), **shown})

    async def invitation(self, request: Request) -> Response:
        """Who invites where, and what to type. A code that leads nowhere gets one and the same answer, whatever the reason."""
        card = await self._landing(request.path_params["code"][:CODE_LIMIT])
        return self.page(card, HTTPStatus.NOT_FOUND if card.tone is Tone.REFUSED else HTTPStatus.OK)

    def sent_to_slack(self, install: Install) -> Handler:
        """Sends whoever wants to install Usher to Slack. Of a HEAD, as link previews make, nothing is begun."""

        async def answer(request: Request) -> Response:
            if request.method == "HEAD":
                return Response(headers=self._headers)
            url, cookie = await install.begin(request.query_params.get("team", ""))
            return RedirectResponse(url, HTTPStatus.FOUND, {"Set-Cookie": cookie, **self._headers})

        return answer

    def back_from_slack(self, install: Install) -> Handler:
        """Where Slack sends them back. It takes what was begun in this browser, once: a preview of the link changes nothing."""

        async def answer(request: Request) -> Response:
            if request.method == "HEAD":
                return Response(headers=self._headers)
            card = await install.finish(dict(request.query_params), request.headers.get("cookie", ""))
            return self.page(card, HTTPStatus.BAD_REQUEST if card.tone is Tone.REFUSED else HTTPStatus.OK)

        return answer

    async def healthz(self, request: Request) -> Response:
        """200 while every part works, 503 otherwise; the parts by name."""
        del request
        parts = await self._health()
        well = all(parts.values())
        status = HTTPStatus.OK if well else HTTPStatus.SERVICE_UNAVAILABLE
        return JSONResponse({"ok": well, **parts}, status, {"Cache-Control": "no-store"})

    async def refused(self, request: Request, error: Exception) -> Response:
        """An address that does not exist, or a method that it does not take."""
        status = error.status_code if isinstance(error, HTTPException) else HTTPStatus.BAD_REQUEST
        headers = error.headers if isinstance(error, HTTPException) else None
        with speaking(wished(request.headers.get("accept-language", ""))):
            return self.page(_refusal(status), status, headers)

    def guarded(self, endpoint: Handler) -> Handler:
        """In the reader's language. Whatever breaks becomes a page with a reference number; nothing of the fault is shown."""

        async def answer(request: Request) -> Response:
            with speaking(wished(request.headers.get("accept-language", ""))):
                try:
                    return await endpoint(request)
                except HTTPException:
                    raise
                except Exception as fault:  # noqa: BLE001 - logged under its reference
                    card = self._fault(fault, request.scope["route"].path)
                    return self.page(card, HTTPStatus.INTERNAL_SERVER_ERROR)

        return answer


def _refusal(status: int) -> Card:
    if status == HTTPStatus.NOT_FOUND:
        body = says("Check the address, or open the link from your invitation again.")
        return Card(t("There is nothing here"), Tone.REFUSED, body=(body,))
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return Card(t("Method Not Allowed"), Tone.REFUSED)
    return Card(HTTPStatus(status).phrase, Tone.REFUSED)


def _bounded(endpoint: Handler) -> Handler:
    """Reads no more of a body than ``BODY_LIMIT``: the signature is checked only when all of it is in memory."""

    async def answer(request: Request) -> Response:
        return await endpoint(Request(request.scope, _limited(request.receive)))

    return answer


def _limited(receive: Receive) -> Receive:
    left = BODY_LIMIT

    async def bounded() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return bounded
