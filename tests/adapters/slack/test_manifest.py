"""The manifest: Slack takes it, and it asks for no more than the app uses."""

from __future__ import annotations

import dataclasses

import pytest

from adapters.slack import limits, parse
from adapters.slack.manifest import DESCRIPTION, SCOPES, SHORTCUTS, command_name, manifest, usage_hint
from core import catalogue
from tests.adapters.slack.conftest import Start
from tests.adapters.slack.stub import COMMANDS, StubCore
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.manifest import check_manifest

URL = "https://usher.example/slack/events"


@pytest.mark.parametrize("url", [None, URL])
def test_slack_takes_the_manifest(url: str | None) -> None:
    assert check_manifest(manifest(url)) == []


def test_without_an_address_the_app_uses_socket_mode() -> None:
    made = manifest()

    assert made["settings"]["socket_mode_enabled"] is True
    assert "url" not in str(made)


def test_an_address_serves_commands_clicks_and_events() -> None:
    made = manifest(URL)

    assert made["settings"]["socket_mode_enabled"] is False
    assert made["features"]["slash_commands"][0]["url"] == URL
    assert made["settings"]["interactivity"]["request_url"] == URL
    assert made["settings"]["interactivity"]["message_menu_options_url"] == URL
    assert made["settings"]["event_subscriptions"]["request_url"] == URL


def test_slack_tells_of_links_to_where_usher_is_and_of_no_others() -> None:
    made = manifest(public_url="https://usher.example:8443/door")

    assert made["features"]["unfurl_domains"] == ["usher.example"]
    assert check_manifest(made) == []
    assert "unfurl_domains" not in manifest()["features"]


def test_people_may_write_to_the_bot() -> None:
    made = manifest()

    assert made["features"]["app_home"]["home_tab_enabled"] is True
    assert made["features"]["app_home"]["messages_tab_enabled"] is True
    assert made["features"]["app_home"]["messages_tab_read_only_enabled"] is False
    assert made["settings"]["event_subscriptions"]["bot_events"] == [
        "app_home_opened",
        "app_uninstalled",
        "link_shared",
        "message.im",
        "tokens_revoked",
    ]


def test_the_bot_may_read_and_write_no_more_than_it_has_to() -> None:
    assert set(SCOPES) == {
        "channels:history",
        "channels:manage",
        "channels:read",
        "chat:write",
        "commands",
        "files:write",
        "groups:history",
        "groups:read",
        "groups:write",
        "im:history",
        "im:write",
        "links:read",
        "links:write",
        "users:read",
        "users:read.email",
    }


def test_the_hint_names_every_command_of_the_catalogue() -> None:
    assert usage_hint() == "help · invite create|list · join · member show · group add · workspace create|set"


def test_an_empty_catalogue_still_has_a_hint() -> None:
    catalogue.COMMANDS.clear()

    assert usage_hint() == "help"


@pytest.mark.parametrize(("verb", "ends"), [("x" * 995, "x"), ("x" * 996, "…")])
def test_a_hint_is_cut_where_it_no_longer_fits(verb: str, ends: str) -> None:
    catalogue.COMMANDS.clear()
    catalogue.COMMANDS["thing"] = dataclasses.replace(COMMANDS["help"], name=f"make {verb}")

    hint = usage_hint()

    assert (len(hint), hint[-1]) == (limits.USAGE_HINT, ends)
    assert check_manifest(manifest()) == []


@pytest.mark.parametrize(("length", "ends"), [(limits.APP_NAME, "U"), (limits.APP_NAME + 1, "…")])
def test_a_name_is_cut_where_it_no_longer_fits(length: int, ends: str) -> None:
    made = manifest(name="U" * length)

    assert made["display_information"]["name"][-1] == ends
    assert check_manifest(made) == []
    assert len(DESCRIPTION) <= limits.APP_DESCRIPTION


def test_a_bots_name_is_cut_where_it_no_longer_fits() -> None:
    assert check_manifest(manifest(name="U" * (limits.BOT_NAME + 1))) == []


@pytest.mark.parametrize(
    ("command", "name"), [("/usher", "/usher"), ("door", "/door"), ("/" + "x" * 31, "/" + "x" * 31)]
)
def test_the_command_may_have_another_name(command: str, name: str) -> None:
    made = manifest(command=command)

    assert made["features"]["slash_commands"][0]["command"] == name == command_name(command)
    assert check_manifest(made) == []


@pytest.mark.parametrize("command", ["", "/", "/Usher", "/us her", "/us/her", "/" + "x" * 32, "/a\tb"])
def test_a_name_that_slack_would_refuse_is_refused_with_the_rule(command: str) -> None:
    with pytest.raises(ValueError, match="no spaces or capitals"):
        manifest(command=command)


def test_every_shortcut_opens_the_form_of_a_command() -> None:
    shortcuts = manifest()["features"]["shortcuts"]

    assert {each["callback_id"] for each in shortcuts} == set(parse.SHORTCUTS) == set(SHORTCUTS)
    assert [each["name"] for each in shortcuts] == ["Invite someone", "Request access"]


async def test_what_the_manifest_asks_for_is_enough(slack: FakeSlack, core: StubCore, start: Start) -> None:
    slack.install(manifest())
    await start()
    ann = slack.add_user("ann", is_admin=True)

    sent = await slack.command(ann, "/usher", "workspace create name:Studio")
    await slack.say(ann, "join code:ABCD")
    await slack.wait_for(lambda: len(slack.messages(ann)) == 2)

    assert "Done: workspace create" in sent.lines
    assert core.calls[0].actor.place_admin
    assert core.calls[1].actor.email == ann.email
