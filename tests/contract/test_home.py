"""A person's Home: what is theirs and what waits for them, kept fresh for who looks at it; and invite links in a chat."""

from __future__ import annotations

from typing import Any

import pytest

from core.language import LANGUAGES
from tests.contract.stories import ask, change, invite, member, remove, start
from tests.drivers.base import DAY, HOUR, PUBLIC_URL, Seen
from tests.drivers.slack import SlackDriver
from tests.drivers.worlds import Door

WITH_HOMES = pytest.mark.without("discord")  # it has none
ON_SLACK = pytest.mark.parametrize("door", ["slack-sqlite"], indirect=True)


def _of(door: Door) -> Any:
    """The driver, which can open Homes."""
    return door.driver


def _slack(door: Door) -> SlackDriver:
    assert isinstance(door.driver, SlackDriver)
    return door.driver


async def opened(door: Door, who: str) -> Seen:
    await _of(door).open_home(who)
    await door.settle()
    return home(door, who)


def home(door: Door, who: str) -> Seen:
    return _of(door).home(who)  # type: ignore[no-any-return]


def published(door: Door) -> int:
    return int(_of(door).published())


@WITH_HOMES
async def test_a_home_shows_what_is_theirs_and_what_waits_for_them_and_goes_with_it(door: Door) -> None:
    assert "You are in no workspace here" in (await opened(door, "Nia")).text
    await start(door)
    await member(door, "Bob")
    bobs = await opened(door, "Bob")
    assert "You are in Studio" in bobs.text
    assert "Change a setting" not in bobs.labels
    adas = await opened(door, "Ada")
    assert "Change a setting" in adas.labels
    assert "join_policy" in adas.text

    asked = await ask(door, "Nia")
    waits = home(door, "Ada")
    assert "1 request waits for you" in waits.text
    assert "Nia asks to join Studio" in waits.text
    assert {"Approve", "Deny"} <= set(waits.labels)
    assert "waits for you" not in home(door, "Bob").text
    assert asked.short_id in home(door, "Nia").text
    assert home(door, "Nia").labels == ["Withdraw"]

    before = published(door)
    await door.run("Ada", "request list")
    await door.run("Ada", "can permission:member:remove")
    assert await door.settle() == 0, "nothing has changed"
    if door.name == "slack":
        said = await door.click("Ada", waits, "Approve")
        assert said.title == "Approved: Nia"
        assert said == door.last("Ada"), "there is no message on which to answer"
    else:
        await door.run("Ada", f"request approve request:{asked.short_id}")
    await door.settle()
    assert "waits for you" not in home(door, "Ada").text
    assert "You are in Studio" in home(door, "Nia").text
    assert home(door, "Nia").labels == []
    assert published(door) == before + 2, "each of those whose Home tells something else, once"

    made = await invite(door, options='role:Designer name:"Design team" uses:3')
    await door.settle()
    mine = home(door, "Ada")
    assert "Design team" in mine.text
    assert {"Show", "Extend", "Choose how long", "Revoke"} <= set(mine.labels)
    if isinstance(door.driver, SlackDriver):
        subject = next(each.subject for each in mine.buttons if each.subject.endswith(f"/{made.short_id}"))
        fake, ada = door.driver.fake, door.driver._people["Ada"]
        await fake.click(ada, mine.held, "Show", value=subject)
        await door.driver.app.drain()
        assert door.last("Ada").code == made.code
    assert made.code not in mine.text, "who shares a screen gives no code away"
    await change(door, "join_policy", "instant")
    await door.run("Eve", f"join code:{made.code}")
    await door.settle()
    assert "2 of 3 left" in home(door, "Ada").text
    assert "instant" in home(door, "Ada").text


@WITH_HOMES
async def test_what_ends_is_on_a_home_until_it_is_over_though_nobody_touches_anything(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    await door.run("Ada", "resource create kind:scene name:Renders")
    await opened(door, "Bob")
    await door.run("Ada", "access grant resource:Renders to:@Bob level:edit for:3h")
    await door.run("Ada", "role assign member:@Bob role:Admin for:2h")
    await door.settle()
    mine = home(door, "Bob")
    assert mine.labels.count("I'm done") == 2
    assert "edit on Renders" in mine.text
    assert "What holds here" in mine.text

    if isinstance(door.driver, SlackDriver):
        subject = next(each for each in mine.buttons if each.label == "I'm done" and "res-" in each.subject)
        said = await door.driver._on_page(
            door.driver._people["Bob"],
            mine.held,
            "I'm done",
            subject.subject,
        )
        assert said.title == "You gave back your access to Renders (edit)"
        await door.settle()
        assert "edit on Renders" not in home(door, "Bob").text
    await door.advance(2 * HOUR + 1, jobs=False)
    await door.settle()
    assert "What holds here" not in home(door, "Bob").text, "it is over though no sweep has run"
    await door.advance(DAY)
    assert "What ends by itself" not in home(door, "Bob").text


@WITH_HOMES
async def test_whoever_is_taken_out_sees_no_more_of_it_and_nobody_of_what_was_deleted(door: Door) -> None:
    await start(door)
    await member(door, "Bob")
    assert "You are in Studio" in (await opened(door, "Bob")).text
    await opened(door, "Ada")

    await remove(door, "Bob")
    await door.settle()
    assert "You are in Studio" not in home(door, "Bob").text

    await door.run("Ada", "workspace delete name:Studio")
    await door.settle()
    assert "Studio" not in home(door, "Ada").text


@WITH_HOMES
async def test_a_home_that_nobody_looks_at_costs_nothing_until_it_is_opened_again(door: Door) -> None:
    await start(door)
    await opened(door, "Ada")
    await opened(door, "Ada")
    assert published(door) == 1, "what stands there is so"
    await door.advance(8 * DAY)
    before = published(door)
    await ask(door, "Nia")
    assert published(door) == before
    assert "waits for you" not in home(door, "Ada").text

    assert "1 request waits for you" in (await opened(door, "Ada")).text
    assert door.world.count("outbox", "key LIKE 'home/%'") == 1


@ON_SLACK
async def test_a_home_is_in_its_readers_language_and_its_forms_open_and_refresh_it(door: Door) -> None:
    slack = _slack(door)
    await start(door)
    slack.reads("Ada", "de-DE")
    await door.advance(2 * DAY, jobs=False)
    await door.run("Ada", "me")
    await slack.app.drain()
    mine = await opened(door, "Ada")
    assert "Du bist in Studio" in mine.text
    assert LANGUAGES[0] != "de"
    label = next(each.label for each in mine.buttons if each.action == "setting.set")

    form = await door.click("Ada", mine, label)
    assert form.form is not None
    done = await door.fill("Ada", form, setting="join_policy", value="instant")
    assert "join_policy" in done.title
    await door.settle()
    assert "instant" in home(door, "Ada").text


@ON_SLACK
async def test_a_home_written_by_somebody_else_is_written_again_from_what_is_so(door: Door) -> None:
    slack = _slack(door)
    await start(door)
    await opened(door, "Ada")
    view = slack.fake.home(slack._people["Ada"])
    assert view is not None
    view.hash = "somebody else's"

    await ask(door, "Nia")

    assert "1 request waits for you" in home(door, "Ada").text
    assert published(door) == 3, "once, refused, and once more"


@ON_SLACK
@pytest.mark.parametrize("code", ["user_not_found", "not_enabled", "account_inactive"])
async def test_a_home_that_cannot_be_shown_is_let_go_and_comes_back_when_it_is_opened(
    door: Door, code: str, logged: Any
) -> None:
    slack = _slack(door)
    logged.expect("disconnected")
    await start(door)
    await opened(door, "Ada")
    slack.fake.fail_next("views.publish", code)
    await invite(door)
    await door.settle()

    assert door.world.count("homes") == 0
    assert door.world.count("outbox", "key LIKE 'home/%' AND due_at IS NOT NULL") == 0
    before = published(door)
    await invite(door)
    await door.settle()
    assert published(door) == before, "nothing loops"

    await door.advance(HOUR)
    assert (await opened(door, "Ada")).labels.count("Revoke") == 2


@ON_SLACK
async def test_a_link_in_a_chat_says_who_invites_where_and_uses_nothing_up(door: Door) -> None:
    slack = _slack(door)
    await start(door)
    made = await invite(door, options="role:Designer uses:1")
    link = f"{PUBLIC_URL}/i/{made.code}"
    before = door.world.counts(["audit_events", "invitation_uses", "outbox", "guesses"])

    shown = await slack.share(
        "Ada", f"Come in: {link} or {PUBLIC_URL}/i/ABCD-EFGH-JKMN-PQRS {PUBLIC_URL}/health"
    )

    assert list(shown) == [link], "what leads nowhere is like any other page"
    assert "Ada invites you to Studio" in shown[link]
    assert "Designer" not in shown[link]
    assert "1" not in shown[link].replace(made.code, "").split("until")[0], "not how often it works"
    assert door.world.counts(["audit_events", "invitation_uses", "outbox", "guesses"]) == before

    slack.fake.fail_next("chat.unfurl", "cannot_unfurl_url")
    assert await slack.share("Ada", link) == {}, "and no harm is done"
    await door.run("Ada", f"invite revoke invite:{made.short_id}")
    assert await slack.share("Ada", link) == {}
    assert len(slack.fake.calls("chat.unfurl")) == 2
    assert await slack.share("Ada", "https://elsewhere.example/i/ABCD-EFGH-JKMN-PQRS") == {}
