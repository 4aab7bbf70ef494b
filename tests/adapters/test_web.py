from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.web import app as web
from core.cards import Card, Code, Field, Line, Link, Say, Tone, When, text
from core.views import broken

LIVE = Card(
    "Ada <b>Lovelace</b> invites you to Studio",
    Tone.WAITING,
    body=(text("In Slack, type ", Code("/usher join code:ABCD-EFGH-JKMN-PQRS"), "."),),
    fields=(Field("Ends", text(When(1_800_000_000))),),
)
DEAD = Card("This link leads nowhere any more", Tone.REFUSED)


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Site:
    """The application, called as a server calls it."""

    cards: dict[str, Card] = field(default_factory=lambda: {"ABCD-EFGH-JKMN-PQRS": LIVE})
    parts: dict[str, bool] = field(default_factory=lambda: {"database": True, "relay": True})
    asked: list[str] = field(default_factory=list)
    faults: list[BaseException] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = web.build(self.landing, self.health, self.fault, self.slack)

    async def landing(self, code: str) -> Card:
        self.asked.append(code)
        if code == "BREAK":
            raise RuntimeError("postgresql://user:password@host")
        return self.cards.get(code, DEAD)

    async def health(self) -> dict[str, bool]:
        return self.parts

    def fault(self, fault: BaseException, path: str) -> Card:
        self.faults.append(fault)
        return broken("ABC123")

    async def slack(self, request: Request) -> Response:
        return PlainTextResponse(f"{len(await request.body())} bytes")

    async def __call__(self, path: str, method: str = "GET", body: bytes = b"", language: str = "") -> Answer:
        sent: list[dict] = []
        raw = path.encode()
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": raw, "query_string": b"",
            "headers": [(b"accept-language", language.encode())],
            "scheme": "http", "server": ("127.0.0.1", 8080), "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "",
        }  # fmt: skip

        async def receive() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict) -> None:
            sent.append(message)

        await self.app(scope, receive, send)
        headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return Answer(sent[0]["status"], headers, b"".join(m.get("body", b"") for m in sent[1:]).decode())


@pytest.fixture
def site() -> Site:
    return Site()


async def test_an_invite_link_shows_who_invites_where_and_what_to_type(site: Site):
    answer = await site("/i/ABCD-EFGH-JKMN-PQRS")

    assert answer.status == 200
    assert "/usher join code:ABCD-EFGH-JKMN-PQRS" in answer.body
    assert '<time datetime="2027-01-15T08:00:00Z">15 January 2027 08:00 UTC</time>' in answer.body


async def test_text_from_people_is_text(site: Site):
    answer = await site("/i/ABCD-EFGH-JKMN-PQRS")

    assert "Ada &lt;b&gt;Lovelace&lt;/b&gt; invites" in answer.body
    assert "<b>" not in answer.body


async def test_codes_that_lead_nowhere_get_one_and_the_same_answer(site: Site):
    answers = [await site(path) for path in ("/i/AAAA", "/i/<script>", "/i/" + "A" * 5_000, "/i/%00")]

    assert {answer.status for answer in answers} == {404}
    assert len({answer.body for answer in answers}) == 1
    assert all(len(code) <= web.CODE_LIMIT for code in site.asked)


@pytest.mark.parametrize("path", ["/i/ABCD-EFGH-JKMN-PQRS", "/i/nothing", "/nowhere", "/i/BREAK"])
async def test_no_page_may_be_kept_framed_scripted_indexed_or_tell_where_it_was(site: Site, path: str):
    headers = (await site(path)).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-robots-tag"] == "noindex, nofollow"
    policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
    assert "script-src" not in policy


async def test_the_page_s_policy_lets_exactly_its_own_style_through(site: Site):
    answer = await site("/i/ABCD-EFGH-JKMN-PQRS")
    style = re.search(r"<style>(.*?)</style>", answer.body, re.DOTALL)[1]

    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "style=" not in answer.body
    assert "<script" not in answer.body


async def test_asking_for_the_head_alone_is_answered(site: Site):
    assert (await site("/i/ABCD-EFGH-JKMN-PQRS", "HEAD")).status == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_an_invite_link_takes_no_other_method(site: Site, method: str):
    answer = await site("/i/ABCD-EFGH-JKMN-PQRS", method)

    assert (answer.status, site.asked) == (405, [])
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD"}


async def test_an_unknown_address_gets_a_plain_page(site: Site):
    answer = await site("/wp-admin/setup.php")

    assert answer.status == 404
    assert "There is nothing here" in answer.body


async def test_what_breaks_becomes_a_page_with_a_reference_and_nothing_else(site: Site):
    answer = await site("/i/BREAK")

    assert answer.status == 500
    assert "ABC123" in answer.body
    assert "password" not in answer.body
    assert [str(fault) for fault in site.faults] == ["postgresql://user:password@host"]


@pytest.mark.parametrize(("relay", "status"), [(True, 200), (False, 503)])
async def test_health_is_good_while_every_part_works(site: Site, relay: bool, status: int):
    site.parts["relay"] = relay
    answer = await site("/healthz")

    assert answer.status == status
    assert json.loads(answer.body) == {"ok": relay, "database": True, "relay": relay}


async def test_slack_s_door_takes_posts_and_no_bodies_beyond_its_limit(site: Site):
    assert (await site("/slack/events", "POST", b"x" * web.BODY_LIMIT)).body == "1000000 bytes"
    assert (await site("/slack/events", "POST", b"x" * (web.BODY_LIMIT + 1))).status == 413
    assert (await site("/slack/events")).status == 405


async def test_without_slack_over_http_its_door_is_not_there():
    site = Site()
    site.app = web.build(site.landing, site.health, site.fault)

    assert (await site("/slack/events", "POST")).status == 404


async def test_every_kind_of_span_has_a_form(site: Site):
    site.cards["ALL"] = Card(
        "All",
        body=(
            text("a", Code("b"), Link("https://usher.example/i/x"), When(0, "date"), Say("join", "code:Y")),
        ),
        lines=(Line(text("alive")), Line(text("over"), dead=True)),
        footer=text("quiet"),
    )
    body = (await site("/i/ALL")).body

    assert (
        '<a href="https://usher.example/i/x" rel="noreferrer nofollow">https://usher.example/i/x</a>' in body
    )
    assert "<code>/usher join code:Y</code> (in Discord <code>/join code:Y</code>)" in body
    assert "<li><s>over</s></li>" in body
    assert "<footer>quiet</footer>" in body


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("de-AT,de;q=0.9,en;q=0.8", "de"),
        ("fr-CH, de;q=0.3, *;q=0.1", "de"),
        ("en-GB,de;q=0.9", "en"),
        ("de;q=0, en", "en"),
        ("DE", "de"),
        ("fr", "en"),
        (";;q=zz,,=", "en"),
        ("de;q=nan", "en"),
    ],
)
async def test_a_page_is_in_the_language_that_the_browser_wishes_most_of_those_that_there_are(
    site, asked, language
):
    page = await site("/nowhere", language=asked)

    assert page.headers["content-language"] == language
    assert f'<html lang="{language}">' in page.body
    assert ("Hier ist nichts" in page.body) == (language == "de")
