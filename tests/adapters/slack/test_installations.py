"""Where Usher is installed in Slack: what is kept of it, sealed, and what counts when several things happen at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from slack_sdk.oauth.installation_store import Installation

from adapters.slack.installations import Installations, SealedStore, seal_of
from adapters.slack.states import STATE_SECONDS, States
from adapters.slack.teams import Departures
from core.schema import migrate
from core.store import Store
from tests.fakes.slack import FakeSlack


async def test_of_a_word_that_comes_back_several_times_at_once_one_counts(tmp_path):
    with stored(tmp_path) as sealed, ThreadPoolExecutor(4) as executor:
        one, other = (States(key, sealed.engine, executor, lambda: 0) for key in (b"a key", b"another"))
        word = await one.async_issue()
        assert await one.async_unused(word)
        assert not await other.async_unused(word)
        assert sorted(await asyncio.gather(*(one.async_consume(word) for _ in range(4)))) == [False] * 3 + [
            True
        ]
        assert not await one.async_unused(word)


async def test_a_word_counts_once_although_another_process_is_ahead_and_has_cleared_up(tmp_path):
    with stored(tmp_path) as sealed, ThreadPoolExecutor(1) as executor:
        now = 0
        slow, fast = (
            States(b"a key", sealed.engine, executor, lambda ahead=ahead: now + ahead) for ahead in (0, 10)
        )
        word = await slow.async_issue()
        now = STATE_SECONDS - 5
        assert await slow.async_consume(word)
        assert await fast.async_consume(await fast.async_issue())
        assert not await slow.async_unused(word)
        assert not await slow.async_consume(word)


def test_what_is_forgotten_is_what_was_looked_at_and_no_later_installation(tmp_path):
    with stored(tmp_path) as sealed:
        sealed.save(installation("xoxb-old", team_id="T1"))
        old = sealed.of_team("T1", None)
        assert old is not None
        # While Slack is asked whether the old token is dead, the team installs it again.
        sealed.save(installation("xoxb-new", team_id="T1"))
        sealed.forget(old)
        assert token(sealed, "T1", None) == "xoxb-new"
        sealed.forget(found := sealed.of_team("T1", None) or old)
        assert found.bot_token == "xoxb-new"
        assert sealed.installed() == []


async def test_who_installs_it_again_while_it_is_being_forgotten_is_served(tmp_path):
    told: list[bool] = []
    with stored(tmp_path) as sealed, ThreadPoolExecutor(1) as executor:
        sealed.save(installation("xoxb-dead", team_id="T1"))

        async def moved(team: str, gone: bool) -> None:
            assert team == "T1"
            told.append(gone)
            if gone:  # the way back from Slack, in another process
                sealed.save(installation("xoxb-new", team_id="T1"))

        known = Installations(sealed, executor)
        bot = await known.of_team("T1")
        assert bot is not None
        async with FakeSlack() as slack:
            await Departures(known, slack.api_url, moved).look(bot, "T1")
        assert (told, token(sealed, "T1", None)) == ([True, False], "xoxb-new")


async def test_a_team_stays_with_its_organization_whosever_people_write_in_its_channels(tmp_path):
    def whole(enterprise: str) -> Any:
        return installation(f"xoxb-{enterprise}", enterprise_id=enterprise, is_enterprise_install=True)

    with stored(tmp_path) as sealed, ThreadPoolExecutor(1) as executor:
        for enterprise in ("E1", "E2"):
            sealed.save(whole(enterprise))
        known = Installations(sealed, executor)
        for enterprise in ("E1", "E2", None):  # E2: a guest of a shared channel fills in a form
            bot = await known.of_team("T1", enterprise)
            assert bot is not None
            assert bot.bot_token == "xoxb-E1"
        assert await known.teams_of("E2") == []
        # It has moved to the other one.
        await known.forget(bot)
        assert await known.of_team("T1") is None
        moved = await known.of_team("T1", "E2")
        assert moved is not None
        assert (moved.bot_token, await known.teams_of("E2")) == ("xoxb-E2", ["T1"])
        assert await known.of_team("", "E2") is not None
        assert await known.teams_of("E2") == ["T1"]


@contextmanager
def stored(tmp_path: Path) -> Iterator[Any]:
    store = Store(f"sqlite:///{tmp_path}/installations.db")
    migrate(store)
    try:
        yield SealedStore("1.2", store.engine, seal_of(b"a secret of some length"))
    finally:
        store.close()


def installation(bot_token: str, **where: Any) -> Any:
    return Installation(app_id="A1", user_id="U1", bot_id="B1", bot_token=bot_token, **where)


def token(sealed: Any, team: str, enterprise: str | None) -> str | None:
    found = sealed.of_team(team, enterprise)
    return None if found is None else found.bot_token


def test_installations_are_kept_on_postgresql_too(databases, tmp_path):
    with databases.fresh("postgres", tmp_path) as url:
        kept_sealed(url)


def kept_sealed(url: str) -> None:
    store = Store(url)
    migrate(store)
    try:
        sealed = SealedStore("1.2", store.engine, seal_of(b"a secret of some length"))
        for number in (1, 2):
            sealed.save(
                Installation(
                    app_id="A1",
                    team_id="T1",
                    user_id="U1",
                    bot_token=f"xoxb-{'x' * 150}-{number}",
                    bot_id="B1",
                )
            )
        found = sealed.of_team("T1", None)
        assert found is not None
        assert found.bot_token is not None
        assert found.bot_token.endswith("-2")
        assert len(sealed.installed()) == 1
        assert sealed.of_team("T2", None) is None
        # With another secret nothing can be read, and nothing breaks.
        assert (
            SealedStore("1.2", store.engine, seal_of(b"another secret of length")).of_team("T1", None) is None
        )
    finally:
        store.close()
