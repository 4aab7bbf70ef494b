"""Who may talk to the playground: its own pages in a browser on this machine, and nobody else.

A page of some other site can make a browser send requests to this machine, by its address or by a name that suddenly leads
here (DNS rebinding). So the name in ``Host`` has to be ours, ``Origin`` has to be the page's own, and whatever changes
something carries a word that only our page was given.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from ipaddress import ip_address

from starlette.requests import Request

#: A header cannot be set across origins without being asked beforehand, which nobody here answers.
TOKEN = "x-usher-playground"  # noqa: S105 - the name of the header
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_SAME = frozenset({"same-origin", "none"})

HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
        "trusted-types usher"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


class Guard:
    """``host`` is where it listens: where that is more than this machine, any number of an address will do, but no name."""

    def __init__(self, host: str, port: int) -> None:
        self._port = port
        self._wide = not is_loopback(host)
        self.token = secrets.token_urlsafe(24)

    def _knows(self, host: str) -> bool:
        name, colon, port = host.lower().rpartition(":")
        if (port if colon else "80") != str(self._port):
            return False
        name = name if colon else host.lower()
        return name in _LOOPBACK or (self._wide and _is_address(name))

    def may_read(self, request: Request) -> bool:
        """Asked for by one of our names, and by no page of another site."""
        if not self._knows(request.headers.get("host", "")):
            return False
        return request.headers.get("sec-fetch-site", "none") in _SAME or _follows_a_link(request)

    def may_change(self, request: Request) -> bool:
        """The same, from our own page, with the word that it was given."""
        origin = request.headers.get("origin")
        ours = origin is None or origin.lower() == f"http://{request.headers.get('host', '').lower()}"
        return ours and self.may_read(request) and self._has_token(request)

    def _has_token(self, request: Request) -> bool:
        given = request.headers.get(TOKEN, "").encode("latin-1", "replace")
        return hmac.compare_digest(given, self.token.encode())


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return host.lower() == "localhost" or (_is_address(host) and ip_address(host.strip("[]")).is_loopback)


def _is_address(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _follows_a_link(request: Request) -> bool:
    """Somebody clicked on a link to a page, on whatever site: that shows them our page and tells the other nothing."""
    return request.method == "GET" and request.headers.get("sec-fetch-mode") == "navigate"
