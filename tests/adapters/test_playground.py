"""The playground's doors: who may come in, what is completed, and that nothing is lost on the way to a page."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.letters import letter
from adapters.slack.home import home_view
from adapters.slack.render import message
from adapters.web.playground import lines
from adapters.web.playground.app import Site, build
from adapters.web.playground.feed import Feed, Item
from adapters.web.playground.guard import Guard
from core import examples, service
from core.cards import Home, Section
from tests.adapters.doors import HOST, PORT, Answer, knock

assert service  # the use cases declare the commands


class Broken:
    """A stage on which everything breaks."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError("secret inside")


@pytest.fixture
def guard() -> Guard:
    return Guard("127.0.0.1", PORT)


async def ask(guard: Guard, path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> Answer:
    faults: list[str] = []

    async def opening() -> Any:
        return Broken()

    def fault(what: BaseException, where: str) -> str:
        faults.append(f"{where}: {what!r}")
        return "AB12"

    app = build(opening, guard, fault)
    return await knock(app, path, method=method, body=body, **headers)


@pytest.mark.parametrize("host", [HOST, f"localhost:{PORT}", f"[::1]:{PORT}", f"LOCALHOST:{PORT}"])
async def test_the_page_is_there_by_this_machine_s_own_names(guard: Guard, host: str):
    answer = await ask(guard, "/", host=host)

    assert answer.status == 200
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-frame-options"] == "DENY"
    assert guard.token in answer.text


async def test_the_page_speaks_what_the_browser_wishes_most_of_what_usher_speaks(guard: Guard):
    for wish, spoken in (("fr-FR,de;q=0.8,en;q=0.5", "de"), ("en;q=0.4,de-AT", "de"), ("fr", "en")):
        answer = await ask(guard, "/", accept_language=wish)
        assert f'<html lang="{spoken}"' in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"host": f"evil.example:{PORT}"},  # a name that suddenly leads here
        {"host": "127.0.0.1:9999"},
        {"host": "127.0.0.1"},
        {"host": ""},
        {"host": f"127.0.0.1.evil.example:{PORT}"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "no-cors"},
        {"sec_fetch_site": "same-site", "sec_fetch_mode": "cors"},
    ],
)
async def test_nobody_else_reads_anything(guard: Guard, headers: dict[str, str]):
    for path in ("/", "/play/events", "/play/record", "/static/chat.css"):
        answer = await ask(guard, path, **headers)
        assert (answer.status, guard.token in answer.text) == (403, False)


async def test_a_link_to_the_page_may_be_followed_from_anywhere(guard: Guard):
    answer = await ask(guard, "/", sec_fetch_site="cross-site", sec_fetch_mode="navigate")

    assert answer.status == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": f"https://{HOST}"},
        {"x_usher_playground": "guessed"},
        {"x_usher_playground": "gu\u00e9ssed"},
        {"x_usher_playground": ""},
        {"host": f"evil.example:{PORT}"},
        {"sec_fetch_site": "cross-site", "sec_fetch_mode": "navigate"},
    ],
)
async def test_what_changes_something_comes_from_the_page_itself(guard: Guard, wrong: dict[str, str]):
    ours = {
        "x_usher_playground": guard.token,
        "origin": f"http://{HOST}",
        "content_type": "application/json",
        "body": b'{"platform": "slack", "person": "owner", "channel": "general", "line": "help"}',
    }
    if "sec_fetch_site" in wrong:
        ours |= {"x_usher_playground": ""}  # no navigation can carry it
    assert (await ask(guard, "/play/run", method="POST", **{**ours, **wrong})).status == 403


async def test_what_breaks_is_told_by_a_number_and_nothing_else(guard: Guard):
    ours = {"x_usher_playground": guard.token, "content_type": "application/json"}
    asked = json.dumps({"platform": "slack", "person": "owner", "channel": "general", "line": "help"})
    answer = await ask(guard, "/play/run", method="POST", body=asked.encode(), **ours)

    assert (answer.status, answer.text) == (500, "Something broke (AB12).\n")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'"x"',
        b"{}",
        b'{"platform": "irc"}',
        b"x" * 200_000,
        b"[" * 50_000,
        b'{"platform": "slack", "person": "owner", "channel": "general", "line": "\\ud800"}',
    ],
)
async def test_what_no_page_sends_is_refused(guard: Guard, body: bytes):
    ours = {"x_usher_playground": guard.token, "content_type": "application/json"}
    answer = await ask(guard, "/play/run", method="POST", body=body, **ours)

    assert answer.status in {400, 404}


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "%2e%2e/app.py",
        "..",
        "",
        "playground",
        "playground/none.js",
        "/etc/passwd",
        "chat.css\0",
        f"{'x' * 5_000}.css",
    ],
)
async def test_only_what_belongs_to_the_page_is_handed_out(guard: Guard, path: str):
    assert (await ask(guard, f"/static/{path}")).status == 404


async def test_a_page_that_says_nonsense_about_what_it_saw_gets_all_of_it(guard: Guard):
    class Stage:
        feed = Feed()

    async def opening() -> Any:
        return Stage()

    Stage.feed.end()
    site = Site(opening, guard, lambda fault, path: "")
    for seen in ("", "x", f"{Stage.feed.epoch}.-1", f"{Stage.feed.epoch}.{'9' * 5_000}"):
        assert [words.partition("\n")[0] async for words in site._stream(seen)] == ["event: anew"]


async def test_everything_that_the_page_names_is_there(guard: Guard):
    import re

    page = await ask(guard, "/?lang=de")
    assert '<html lang="de">' in page.text
    for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text):
        answer = await ask(guard, path)
        assert (answer.status, answer.headers["x-content-type-options"]) == (200, "nosniff")


def test_wider_than_this_machine_only_numbers_are_names():
    wide = Guard("192.0.2.7", PORT)
    hosts = {f"192.0.2.7:{PORT}": True, f"usher.example:{PORT}": False, f"localhost:{PORT}": True}

    assert {host: wide._knows(host) for host in hosts} == hosts


# --- completion ------------------------------------------------------------------------------------------------------


async def found(line: str) -> list[str]:
    async def values(command: Any, given: Any, option: Any, typed: str) -> list[tuple[str, str]]:
        known = [("Content Editor", "Content Editor"), ("mem-1", "Ann (mem-1)")]
        return [pair for pair in known if typed.casefold() in pair[1].casefold()]

    return [each.line for each in await lines.suggestions(line, values)]


@pytest.mark.parametrize(
    ("line", "first"),
    [
        ("works", "workspace create "),
        ("/usher inv", "/usher invite create "),
        ("/inv", "/invite create "),
        ("create", "invite create "),
        ("workspace create ", "workspace create name:"),
        ("workspace create na", "workspace create name:"),
        ("workspace create name:Studio ", "workspace create name:Studio scheme:"),
        ('invite create name:"Des team" ro', 'invite create name:"Des team" role:'),
        ("invite create role:cont", 'invite create role:"Content Editor" '),
        ('invite create name:x role:"cont', 'invite create name:x role:"Content Editor" '),
        ("role assign member:an", "role assign member:mem-1 "),
        ("workspace preset ", "workspace preset preset:"),
    ],
)
async def test_a_line_is_completed_word_by_word(line: str, first: str):
    assert (await found(line))[0] == first


@pytest.mark.parametrize(
    "line",
    ["zzz", 'invite create name:"Des', "invite create name:Des", "x" * 25_000, 'invite create name:"role:'],
)
async def test_what_has_no_end_that_is_known_is_left_alone(line: str):
    assert await found(line) == []


# --- the feed --------------------------------------------------------------------------------------------------------


def item(id: str, html: str = "") -> Item:
    return Item(id, "slack", "general", "", "message", 1, id, html)


async def test_a_page_that_was_away_gets_what_it_missed_and_nothing_twice():
    feed = Feed()
    feed.put(item("a"))
    feed.put(item("b"))
    seen = feed.since(0)
    feed.put(item("a", "changed"))
    feed.remove("b")
    feed.put(item("c"))

    assert [each.id for each in seen.items] == ["a", "b"]
    assert [(each.id, each.html, each.gone) for each in feed.since(seen.number).items] == [
        ("a", "changed", False),
        ("b", "", True),
        ("c", "", False),
    ]
    assert [each.id for each in feed.since(0).items] == ["a", "c"]
    assert feed.since(feed.since(0).number).items == []


async def test_whoever_reads_along_hears_of_each_change_and_of_nothing_for_a_while():
    feed = Feed()
    changes = feed.changes(0, 0.01)
    assert (await anext(changes)).items == []
    assert (await anext(changes)).items == []  # nothing for a while
    feed.put(item("a"))
    assert [each.id for each in (await anext(changes)).items] == ["a"]
    await changes.aclose()


# --- what can be pressed ---------------------------------------------------------------------------------------------


def pressed(payload: Any) -> set[Any]:
    """The kinds of everything that can be used in a message."""
    if isinstance(payload, list):
        return set().union(*map(pressed, payload))
    if not isinstance(payload, dict):
        return set()
    used = {payload["type"]} if "action_id" in payload or "custom_id" in payload else set()
    return used.union(*map(pressed, payload.values()))


def test_messages_have_buttons_and_menus_only_and_the_page_has_both():
    """Whatever is searched, and people, channels and dates, are picked in forms alone, which have fields for all of them."""
    kinds: dict[str, set[Any]] = {"slack": set(), "discord": set()}
    alike: set[Any] = set()
    for _, card in examples.of_views():
        controls = (
            *(each.action for each in card.buttons),
            *((each.action, len(each.choices)) for each in card.menus),
        )
        if controls and controls not in alike:
            alike.add(controls)
            shown = replace(card, table=None, chart=None)
            kinds["slack"] |= pressed(message(shown)["blocks"])
            kinds["slack"] |= pressed(home_view(Home((Section("Studio", (card,)),)))["blocks"])
            kinds["discord"] |= pressed(letter(shown).message()["components"])

    assert kinds == {"slack": {"button", "static_select"}, "discord": {2, 3}}
