"""Slack for several teams: each installs Usher by itself, none hears of another, and one that leaves is left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from sqlalchemy import text

from adapters.slack.states import REMEMBERED_SECONDS, STATE_SECONDS
from bot import config
from bot.config import Settings
from bot.engine import Engine, open_engine
from bot.faults import SettingsError
from bot.wiring import Process, chosen
from core.calls import Actor, Call, Identity, Where
from core.cards import Tone
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.entities import Team, User
from tests.fakes.slack.oauth import CLIENT_ID, CLIENT_SECRET, allow, refuse

SEVERAL = {"SLACK_CLIENT_ID": CLIENT_ID, "SLACK_CLIENT_SECRET": CLIENT_SECRET}
WHOLE = {**SEVERAL, "SLACK_SIGNING_SECRET": "signing", "USHER_PUBLIC_URL": "https://usher.example"}
PARTS = ("slack", "web", "worker")


@dataclass
class World:
    slack: FakeSlack
    settings: Settings
    acme: Team
    globex: Team
    #: By so many seconds Usher's clock is ahead.
    ahead: int = 0

    @asynccontextmanager
    async def running(self, *names: str) -> AsyncIterator[tuple[Process, Engine]]:
        engine = open_engine(self.settings, lambda: int(time.time()) + self.ahead)
        process = Process(self.settings, engine, names or PARTS)
        try:
            async with asyncio.timeout(20):
                await process.start()
            yield process, engine
        finally:
            async with asyncio.timeout(20):
                await process.stop()
            engine.close()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    async def install(
        self, team: Team | None, by: User, enterprise: tuple[str, str] | None = None
    ) -> tuple[int, str]:
        """Somebody installs Usher in their browser: there, allowed, and back. The page in the end."""
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            away, cookie = await self.sent(browser)
            back = allow(self.slack, away, by, team=team, enterprise=enterprise)
            return await self.returned(browser, back, cookie)

    async def sent(self, browser: aiohttp.ClientSession) -> tuple[str, str]:
        async with browser.get(f"{self.address}/slack/install", allow_redirects=False) as answer:
            assert answer.status == 302
            kept = answer.headers["Set-Cookie"]
            assert all(word in kept for word in ("Secure", "HttpOnly"))
            return answer.headers["Location"], kept.partition(";")[0]

    async def returned(self, browser: aiohttp.ClientSession, back: str, cookie: str) -> tuple[int, str]:
        parts = urlsplit(back)
        assert f"{parts.scheme}://{parts.netloc}" == self.settings.public_url
        async with browser.get(
            f"{self.address}{parts.path}?{parts.query}", headers={"Cookie": cookie}
        ) as answer:
            return answer.status, await answer.text()

    async def says(self, user: User, line: str, words: str) -> None:
        """Somebody types a command and reads these words."""
        sent = await self.slack.command(user, "/usher", line)
        await sent.outcome()
        await self.slack.wait_for(
            lambda: any(words in self.slack.text(message) for message in self.slack.seen_by(user)),
            10,
            what=f"an answer with {words!r} to {user.name}",
        )

    def asked_with(self, team_token: str) -> list[str]:
        """What was asked of Slack with a token."""
        return [entry.name for entry in self.slack.log if entry.data.get("token") == team_token]


@pytest.fixture(params=["socket", "http"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
async def world(tmp_path, unused_port, transport) -> AsyncIterator[World]:
    async with FakeSlack() as slack:
        more = {"SLACK_APP_TOKEN": slack.app_token} if transport == "socket" else {}
        settings = config.load(
            **SEVERAL,
            **more,
            SLACK_SIGNING_SECRET=slack.signing_secret,
            USHER_PUBLIC_URL="https://usher.example",
            USHER_DATABASE_URL=f"sqlite:///{tmp_path}/usher.db",
            USHER_SLACK_API_URL=slack.api_url,
            PORT=unused_port,
        )
        if transport == "http":
            slack.transport = "http"
            slack.request_url = f"http://127.0.0.1:{unused_port}/slack/events"
        globex = slack.add_team("Globex")
        # Nobody has installed it yet.
        for team in (slack.team, globex):
            team.token_error = "invalid_auth"
        yield World(slack, settings, slack.team, globex)
        slack.assert_clean()


def owner_and_guest(world: World, team: Team) -> tuple[User, User]:
    name = team.name.lower()
    return (
        world.slack.add_user(f"{name}-owner", team=team, is_admin=True),
        world.slack.add_user(f"{name}-guest", team=team),
    )


async def begin(world: World, team: Team, owner: User) -> None:
    status, page = await world.install(team, owner)
    assert (status, f"Usher is installed in {team.name}" in page) == (200, True)
    await world.says(owner, f"workspace create name:{team.name}", team.name)


async def code_of(world: World, owner: User) -> str:
    import re

    await world.says(owner, 'invite create name:"Way in"', "Invitation ready")
    shown = world.slack.text(world.slack.seen_by(owner)[-1])
    found = re.search(r"[2-9A-Z]{4}(?:-[2-9A-Z]{4}){3}", shown)
    assert found is not None
    return found[0]


async def test_two_teams_install_it_each_has_its_own_and_one_that_leaves_is_left_alone(world: World):
    slack = world.slack
    async with world.running() as (_, engine):
        people = {team.name: owner_and_guest(world, team) for team in (world.acme, world.globex)}
        for team in (world.acme, world.globex):
            owner, guest = people[team.name]
            await begin(world, team, owner)
            code = await code_of(world, owner)
            await world.says(guest, f"join code:{code}", "You asked to join")
            # The approver's card comes by the relay, with the token of its own team.
            await slack.wait_message(owner, f"asks to join {team.name}", 10)
        for team, other in ((world.acme, world.globex), (world.globex, world.acme)):
            owner, _ = people[team.name]
            await world.says(owner, "workspace list", team.name)
            shown = slack.text(slack.seen_by(owner)[-1])
            assert other.name not in shown
            assert not any(other.name in slack.text(message) for message in slack.messages(owner))
        with engine.store.reading() as connection:
            kept = connection.execute(text("SELECT team_id, bot_token FROM slack_bots ORDER BY id")).all()
        assert [row.team_id for row in kept] == [world.acme.id, world.globex.id]
        assert not any("xoxb" in row.bot_token for row in kept)  # sealed

        # Globex takes Usher out; a further request there reaches nobody, and nothing is asked of Slack for it again and again.
        owner, guest = people["Globex"]
        await slack.uninstall(team=world.globex)
        await until(lambda: not _installed(engine, world.globex))
        dead = world.globex.bot_token
        asked = len(world.asked_with(dead))
        mine, _ = people["Acme"]
        await world.says(mine, "status", "Acme")
        await until(lambda: _due(engine) == 0)
        assert len(world.asked_with(dead)) == asked
        before = len(slack.seen_by(guest))
        sent = await slack.command(guest, "/usher", "me")
        await sent.outcome()
        assert not any("Globex" in slack.text(message) for message in slack.seen_by(guest)[before:])

        # Installed again, all is as it was.
        status, _page = await world.install(world.globex, owner)
        assert status == 200
        await world.says(guest, "me", "Globex")
        await world.says(owner, "request list", "asks to join")


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_each_team_s_homes_are_its_own_and_of_one_that_has_left_none_is_touched(world: World):
    slack, teams = world.slack, (world.acme, world.globex)

    async def shows(owner: User, words: str) -> None:
        def shown() -> bool:
            home = slack.home(owner)
            return home is not None and words in slack.text(home)

        await slack.wait_for(shown, 10, what=f"{words!r} in the Home of {owner.name}")

    def published() -> list[tuple[str, str]]:
        """Whose Homes were shown, each with the token that it came with."""
        found = [entry.data for entry in slack.log if entry.name == "views.publish"]
        return [(str(data["args"]["user_id"]), str(data["token"])) for data in found]

    async with world.running() as (_, engine):
        people = {team.id: owner_and_guest(world, team) for team in teams}
        for team in teams:
            owner, guest = people[team.id]
            await begin(world, team, owner)
            code = await code_of(world, owner)
            await slack.open_home(owner)
            await shows(owner, f"You are in {team.name}")
            await world.says(guest, f"join code:{code}", "You asked to join")
        for team in teams:
            # Behind its reader's back: the relay brings it.
            await shows(people[team.id][0], f"asks to join {team.name}")
        assert set(published()) == {(people[team.id][0].id, team.bot_token) for team in teams}

        # Globex takes Usher out; what happens in its workspace from elsewhere changes no Home there, and still the others'.
        await slack.uninstall(team=world.globex)
        await until(lambda: not _installed(engine, world.globex))
        await until(lambda: _due(engine) == 0)
        before, stood = len(published()), slack.text(slack.home(people[world.globex.id][0]))
        for team in teams:
            _, guest = people[team.id]
            await asyncio.to_thread(withdraw, engine, team, guest)
        await slack.wait_for(
            lambda: "asks to join" not in slack.text(slack.home(people[world.acme.id][0])),
            10,
            what="Acme's Home",
        )
        await until(lambda: _due(engine) == 0)
        assert {token for _, token in published()[before:]} == {world.acme.bot_token}
        assert slack.text(slack.home(people[world.globex.id][0])) == stood

        # Back again, with another token.
        owner, _ = people[world.globex.id]
        assert (await world.install(world.globex, owner))[0] == 200
        await slack.open_home(owner)
        await slack.wait_for(
            lambda: "asks to join" not in slack.text(slack.home(owner)), 10, what="Globex's Home"
        )
        assert published()[-1] == (owner.id, world.globex.bot_token)


def withdraw(engine: Engine, team: Team, guest: User) -> None:
    """Somebody takes their request back, as if by another door than Slack."""
    actor = Actor(Identity("slack", team.id, guest.id), guest.name)
    with engine.store.reading() as connection:
        found = text(
            "SELECT r.request_id FROM requests r JOIN workspaces w USING (workspace_id) WHERE w.name = :name"
        )
        request = connection.execute(found, {"name": team.name}).scalar()
    call = Call(
        actor, Where("slack", team.id, ""), int(time.time()), "request cancel", {"request": str(request)}
    )
    card = engine.core.handle(call)
    assert card.tone is not Tone.REFUSED, card


async def until(true: Callable[[], bool]) -> None:
    """Looks into the database until something is so."""
    async with asyncio.timeout(10):
        while not await asyncio.to_thread(true):
            pass


def _installed(engine: Engine, team: Team) -> bool:
    with engine.store.reading() as connection:
        found = connection.execute(
            text("SELECT count(*) FROM slack_bots WHERE team_id = :team"), {"team": team.id}
        )
        return bool(found.scalar())


def _due(engine: Engine) -> int:
    """How many rows of the outbox wait for the relay now."""
    query = text("SELECT count(*) FROM outbox WHERE due_at <= :now")
    with engine.store.reading() as connection:
        return int(connection.execute(query, {"now": int(time.time())}).scalar() or 0)


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_who_leaves_unheard_is_noticed_by_the_first_message_and_served_again_when_back(world: World):
    slack = world.slack
    owner, guest = owner_and_guest(world, world.globex)
    async with world.running("slack", "web") as (_, engine):
        await begin(world, world.globex, owner)
        code = await code_of(world, owner)
        await world.says(guest, f"join code:{code}", "You asked to join")
        world.globex.token_error = "account_inactive"  # the events of it are lost
        async with _worker(world):
            await until(lambda: not _installed(engine, world.globex))
            await until(lambda: _due(engine) == 0)
            dead, asked = world.globex.bot_token, len(world.asked_with(world.globex.bot_token))
            assert not slack.messages(owner)
            status, _page = await world.install(world.globex, owner)
            assert status == 200
            await slack.wait_message(owner, "asks to join Globex", 10)
            assert len(world.asked_with(dead)) == asked


@asynccontextmanager
async def _worker(world: World) -> AsyncIterator[None]:
    """The worker as a process of its own would run it."""
    settings = world.settings
    engine = open_engine(settings, lambda: int(time.time()))
    process = Process(settings, engine, ("worker",))
    await process.start()
    try:
        yield
    finally:
        await process.stop()
        engine.close()


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_news_that_are_older_than_the_installation_change_nothing(world: World):
    owner, _ = owner_and_guest(world, world.acme)
    async with world.running() as (_, engine):
        await begin(world, world.acme, owner)
        for event in ({"type": "app_uninstalled"}, {"type": "tokens_revoked", "tokens": {"bot": ["U1"]}}):
            for _ in range(2):
                await world.slack.event(dict(event), team=world.acme)
        await world.slack.event(
            {"type": "tokens_revoked", "tokens": {"oauth": ["U1"], "bot": []}}, team=world.acme
        )
        await world.says(owner, "me", "Acme")
        assert _installed(engine, world.acme)


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_the_way_back_counts_once_in_the_browser_that_was_sent_and_not_for_ever(world: World):
    owner, _ = owner_and_guest(world, world.acme)
    async with world.running("web", "slack") as (process, engine):
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser:
            away, cookie = await world.sent(browser)
            assert parse_qs(urlsplit(away).query)["scope"]
            back = allow(world.slack, away, owner, team=world.acme)
            name, _, state = cookie.partition("=")
            tries: list[tuple[str, str, str]] = [
                (refuse(away), cookie, "was not allowed"),
                (back, "", "did not begin"),
                (back, "slack-app-oauth-state=forged", "did not begin"),
                (back.replace("state=", "state=x"), cookie, "did not begin"),
                # Their own cookie anybody can write; the word in it they cannot.
                *((back.replace(state, made), f"{name}={made}", "took too long") for made in made_up(state)),
                (f"{world.settings.public_url}/slack/oauth_redirect", cookie, "did not begin"),
            ]
            for address, sent, words in tries:
                status, page = await world.returned(browser, address, sent)
                assert (status, words in page, "Traceback" in page) == (400, True, False)
                assert not _installed(engine, world.acme)
            assert (await world.returned(browser, back, cookie))[0] == 200
            status, page = await world.returned(browser, back, cookie)
            assert (status, "used before" in page) == (400, True)
            # A code that Slack does not know.
            away, cookie = await world.sent(browser)
            back = allow(world.slack, away, owner, team=world.acme)
            status, page = await world.returned(browser, back.replace("code=code-", "code=wrong-"), cookie)
            assert (status, "did not accept" in page) == (400, True)
            # However often somebody asks for a way there, and makes up one back, nothing is kept of it.
            assert used(engine) == 1
            # One that was let lie.
            world.ahead = STATE_SECONDS + REMEMBERED_SECONDS
            status, page = await world.returned(browser, back, cookie)
            assert (status, "took too long" in page) == (400, True)
            await begin(world, world.globex, owner_and_guest(world, world.globex)[0])
            assert used(engine) == 1
            async with browser.head(f"{world.address}/slack/install") as looked:
                assert (looked.status, looked.headers.get("Set-Cookie")) == (200, None)
        assert process.web is not None
        assert _installed(engine, world.acme)


def made_up(state: str) -> list[str]:
    """Words that were never sent to Slack, after one that was."""
    name, until, mac = state.split(".")
    return [f"{name}.{int(until) + 600}.{mac}", f"x{state}", f"{name}.{until}", "word", f".{mac}"]


def used(engine: Engine) -> int:
    """How many words are kept that came back."""
    with engine.store.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM slack_oauth_states")).scalar() or 0)


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_an_organization_installs_it_for_all_its_teams(world: World):
    owner, guest = owner_and_guest(world, world.acme)
    world.slack.enterprises[world.acme.id] = "E1"
    async with world.running() as (_, engine):
        status, page = await world.install(None, owner, ("E1", "Acme Group"))
        assert (status, "Usher is installed in Acme Group" in page) == (200, True)
        await world.says(owner, "workspace create name:Acme", "Acme")
        code = await code_of(world, owner)
        await world.says(guest, f"join code:{code}", "You asked to join")
        await world.slack.wait_message(owner, "asks to join Acme", 10)
        with engine.store.reading() as connection:
            assert connection.execute(text("SELECT * FROM slack_teams")).all() == [(world.acme.id, "E1")]
        await world.slack.uninstall(team=world.acme)
        await until(lambda: not _bots(engine))


@pytest.mark.parametrize("transport", ["http"], indirect=True)
async def test_a_link_to_install_it_asks_for_nothing_else_than_usher_does(world: World):
    async with (
        world.running("web", "slack"),
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as browser,
    ):
        asked: list[dict[str, list[str]]] = []
        for team in ("", "T0123", "T1&user_scope=admin", "T1#x", "T1\r\nX-Evil: 1", "T" * 41):
            async with browser.get(
                f"{world.address}/slack/install", params={"team": team}, allow_redirects=False
            ) as answer:
                assert (answer.status, answer.headers.get("X-Evil")) == (302, None)
                asked.append(parse_qs(urlsplit(answer.headers["Location"]).query, keep_blank_values=True))
        assert [found.get("team") for found in asked] == [None, ["T0123"], None, None, None, None]
        assert all(found["user_scope"] == [""] for found in asked)
        assert len({found["redirect_uri"][0] for found in asked}) == 1


def _bots(engine: Engine) -> list[Any]:
    with engine.store.reading() as connection:
        return list(connection.execute(text("SELECT id FROM slack_bots")))


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({**WHOLE, "SLACK_BOT_TOKEN": "xoxb-1"}, "unset one or the other"),
        ({"SLACK_CLIENT_ID": "1.2"}, "belong together"),
        ({**SEVERAL, "SLACK_SIGNING_SECRET": "s"}, "USHER_PUBLIC_URL is missing"),
        ({**SEVERAL, "USHER_PUBLIC_URL": "https://usher.example"}, "SLACK_CLIENT_ID is set, but neither"),
    ],
)
def test_what_lacks_for_several_teams_is_said_in_a_sentence(given, says):
    with pytest.raises(SettingsError, match=says):
        chosen(config.load(**given), [])


def test_several_teams_need_the_web_side_where_they_install():
    assert chosen(config.load(**WHOLE), []) == ["slack", "web", "worker"]
    assert chosen(config.load(**WHOLE, SLACK_APP_TOKEN="xapp-1"), ["slack"]) == ["slack", "web"]
