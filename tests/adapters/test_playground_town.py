"""What a visitor can do at the playground's page, asked of the page itself: what stands in the chats is read as it gets there."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.web.playground.app import Site
from bot import logs
from bot.playground import Playground, playground
from tests.adapters.doors import HOST, PORT, Answer, knock

HOME = "@home"
CREATE = "workspace create name:Studio scheme:studio"


class Visitor:
    """Somebody at the page; the item of the last answer is ``answer``."""

    def __init__(self, app: Playground) -> None:
        self.app = app
        self.site = Site(app._opened, app.guard, app._fault)
        self.answer: dict[str, Any] = {}

    async def read(self, path: str, **headers: str) -> Answer:
        return await knock(self.app, path, **headers)

    async def post(self, verb: str, **asked: Any) -> Answer:
        headers = {
            "x_usher_playground": self.app.guard.token,
            "content_type": "application/json",
            "origin": f"http://{HOST}",
        }
        body = json.dumps(asked).encode()
        return await knock(self.app, f"/play/{verb}", method="POST", body=body, **headers)

    async def run(self, person: str, line: str, chat: str = "slack", room: str = "general") -> str:
        """Types a command; the HTML of its answer, or of the form that opens."""
        found = await self.post("run", platform=chat, person=person, channel=room, line=line)
        self.answer = found.json["item"] or {}
        return str(found.json["form"] or self.answer["html"])

    async def press(self, person: str, words: str, item: str, room: str = "general") -> dict[str, Any]:
        """Presses a button of Slack's on an item; what comes of it."""
        stage = await self.app.town
        shown = next(each for each in stage.feed.since(0).items if each.id == item)
        action, value = re.findall(
            rf'data-action-id="([^"]+)"[^>]*data-value="([^"]*)">{words}<', shown.html
        )[0]
        control = {"kind": "button", "action_id": action, "value": value}
        found = await self.post(
            "press", platform="slack", person=person, channel=room, item=item, control=control
        )
        return found.json  # type: ignore[no-any-return]

    async def sees_at_home(self, person: str, *words: str, gone: str = "\0") -> str:
        """Waits until all of these words stand on their Home, and the others do not."""
        stage = await self.app.town
        async with asyncio.timeout(10):
            async for _ in stage.feed.changes(0, 1):
                for html in await self.shown("slack", person, HOME):
                    if all(word in html for word in words) and gone not in html:
                        return html
        raise AssertionError

    async def shown(self, chat: str, person: str, room: str = "") -> list[str]:
        """What a page that comes now shows there."""
        stage = await self.app.town
        return [
            item.html
            for item in stage.feed.since(0).items
            if (item.platform, item.channel) == (chat, room) and item.person in {"", person}
        ]


@pytest.fixture
async def visitor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visitor]:
    monkeypatch.setattr(logs, "configure", lambda **_: None)
    async with playground(tmp_path, "127.0.0.1", PORT, f"http://{HOST}") as app:
        made = Visitor(app)
        assert (await made.read("/")).status == 200
        await app.town
        yield made


async def test_everybody_reads_what_the_page_speaks_unless_one_of_them_was_told_otherwise(visitor: Visitor):
    assert "is ready" in await visitor.run("owner", CREATE)
    await visitor.post("speak", platform="discord", person="member", channel="general", language="en")
    await visitor.post("greet", language="de")
    await visitor.post("join", name="Zoe")

    read = {chat: await visitor.run("member", "help", chat) for chat in ("slack", "discord")}
    assert "Nur du kannst das sehen" in read["slack"]
    assert "Only you can see this" in read["discord"]
    assert "Nur du kannst das sehen" in await visitor.run("zoe", "help", "discord")
    assert (await visitor.post("greet", language="xx")).status == 404


async def test_files_can_be_fetched_with_their_names_and_by_nobody_else(visitor: Visitor):
    await visitor.run("owner", CREATE)
    assert "Sent to you as a direct message: </b>members.csv" in await visitor.run("owner", "member export")
    await visitor.run("owner", "workspace create name:Guild scheme:studio", "discord")
    beside = await visitor.run("owner", "audit export", "discord")
    (sent,) = await visitor.shown("slack", "owner")
    assert await visitor.shown("slack", "admin") == []

    for html, column in ((sent, "Joined (UTC)"), (beside, "hash")):
        address, name, weight = re.findall(
            r'href="(/play/file/\w+)" download="([^"]+)">.*?<small>([^<]+)', html
        )[0]
        file = await visitor.read(address)
        assert column in file.text.splitlines()[0]
        size = len(file.content)
        assert weight.strip() == (f"{size} bytes" if size < 1_000 else f"{round(size / 1_000)} KB")
        assert file.headers["content-disposition"] == f"attachment; filename*=UTF-8''{name}"
        assert "default-src 'none'" in file.headers["content-security-policy"]
        assert (
            await visitor.read(address, sec_fetch_site="cross-site", sec_fetch_mode="no-cors")
        ).status == 403
    assert (await visitor.read("/play/file/none")).status == 404


async def test_a_home_is_shown_kept_fresh_and_can_be_used(visitor: Visitor):
    at_home = {"platform": "slack", "person": "owner", "channel": HOME}
    await visitor.post("home", **at_home)
    await visitor.sees_at_home("owner", "Welcome")
    await visitor.run("owner", CREATE)
    await visitor.run("owner", 'invite create name:"Design team" role:Designer')
    code = re.findall(r"\b\w{4}(?:-\w{4}){3}\b", visitor.answer["html"])[0]
    await visitor.run("newcomer", f"join code:{code}", "discord")
    await visitor.sees_at_home("owner", "You are in Studio", "1 request waits for you", "Design team")
    assert await visitor.shown("slack", "admin", HOME) == []

    # The answer to what is pressed there is a direct message, as on Slack; a form opens in front of it.
    assert (
        "Invitation: Design team"
        in (await visitor.press("owner", "Show", "home-owner", HOME))["item"]["html"]
    )
    form = (await visitor.press("owner", "Deny with a reason", "home-owner", HOME))["form"]
    key = re.findall(r'data-form="([^"]+)"', form)[0]
    filled = await visitor.post("fill", **at_home, form=key, values={"reason": "We are full"})
    item = filled.json["item"]
    assert (item["channel"], item["kind"], item["person"]) == ("", "message", "owner")
    await visitor.sees_at_home("owner", "Design team", gone="1 request waits")

    await visitor.post("speak", **at_home, language="de")
    await visitor.post("home", **at_home)
    await visitor.sees_at_home("owner", "Deine Einladungen", gone="Your invitations")
    for nobody in ({"platform": "discord"}, {"person": "nobody"}, {"channel": "@other"}):
        assert (await visitor.post("home", **{**at_home, **nobody})).status == 404


async def test_what_is_shown_at_home_is_shown_again_though_it_was_forgotten_meanwhile(visitor: Visitor):
    at_home = {"platform": "slack", "person": "owner", "channel": HOME}
    await visitor.post("home", **at_home)
    await visitor.sees_at_home("owner", "Welcome")
    (await visitor.app.town).feed._items.clear()
    await visitor.post("home", **at_home)
    await visitor.sees_at_home("owner", "Welcome")


async def test_starting_over_forgets_everything_and_takes_along_whoever_reads(
    visitor: Visitor, tmp_path: Path
):
    assert "is ready" in await visitor.run("owner", CREATE)
    await visitor.post("join", name="Zoe")
    await visitor.post("advance", far="1h")
    before = await visitor.app.town
    reading = visitor.site._stream("")
    for _ in range(2):
        seen = await anext(reading)

    ours = {"x_usher_playground": "guessed", "origin": f"http://{HOST}"}
    assert (await knock(visitor.app, "/play/anew", method="POST", **ours)).status == 403
    asked = [visitor.post("anew"), visitor.run("owner", "help"), visitor.post("anew")]
    done, _, again = await asyncio.gather(*asked)
    assert (done.status, again.status) == (200, 200)

    after = await visitor.app.town
    told = [await anext(reading) for _ in range(2)]
    assert told[0] == f'event: anew\ndata: {{"epoch": "{after.feed.epoch}"}}\n\n' != seen
    assert "Zoe" not in told[1]
    assert after.now() < before.now()
    assert "No workspace here yet" in await visitor.run("owner", "member list")
    assert len(list(tmp_path.iterdir())) == 1
    await reading.aclose()


async def test_a_channel_of_one_s_own_is_there_in_both_chats(visitor: Visitor):
    assert (await visitor.post("room", name=" #Night  shift ")).json == {"room": "night-shift"}
    for chat in ("slack", "discord"):
        assert "What you can do here" in await visitor.run("owner", "help", chat, "night-shift")
    for wrong in ("", "-", "@home", "x" * 31, "a/b"):
        assert (await visitor.post("room", name=wrong)).status == 404
