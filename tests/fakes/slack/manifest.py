"""The app manifest, checked as Slack checks it when an app is made from it."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.fakes.slack.checks import boolean, complain, integer, items, one_of, shape, string, url

_SCOPE_OF_EVENT: Final = {
    "message.im": "im:history",
    "message.channels": "channels:history",
    "message.groups": "groups:history",
    "message.mpim": "mpim:history",
    "app_mention": "app_mentions:read",
    "team_join": "users:read",
    "user_change": "users:read",
    "member_joined_channel": "channels:read",
    "member_left_channel": "channels:read",
    "link_shared": "links:read",
}
_COMMAND = re.compile(r"/[^\s/A-Z]+")


def _command_name(value: Any, path: str, problems: list[str]) -> None:
    string(32, 2)(value, path, problems)
    if isinstance(value, str) and not _COMMAND.fullmatch(value):
        complain(problems, "must start with / and have no spaces or capitals", path)


_COMMAND_SHAPE = shape(
    {"command": _command_name, "description": string(2000)},
    {"url": url(), "usage_hint": string(1000), "should_escape": boolean},
)
_SHORTCUT = shape(
    {
        "name": string(24),
        "type": one_of("global", "message"),
        "callback_id": string(255),
        "description": string(150),
    },
    {},
)
_scopes = items(string(), least=0, most=255)
_events = items(string(), least=0, most=100)
_MANIFEST = shape(
    {
        "display_information": shape(
            {"name": string(35)},
            {
                "description": string(140),
                "long_description": string(4000, 174),
                "background_color": string(7, 4),
            },
        )
    },
    {
        "_metadata": shape({}, {"major_version": integer(1), "minor_version": integer(0)}),
        "features": shape(
            {},
            {
                "app_home": shape(
                    {},
                    dict.fromkeys(
                        ("home_tab_enabled", "messages_tab_enabled", "messages_tab_read_only_enabled"),
                        boolean,
                    ),
                ),
                "bot_user": shape({"display_name": string(80)}, {"always_online": boolean}),
                "shortcuts": items(_SHORTCUT, most=10),
                "slash_commands": items(_COMMAND_SHAPE, most=50),
                "unfurl_domains": items(string(), most=5),
            },
        ),
        "oauth_config": shape(
            {},
            {
                "redirect_urls": items(url(), most=1000),
                "scopes": shape({}, {"bot": _scopes, "user": _scopes}),
                "token_management_enabled": boolean,
            },
        ),
        "settings": shape(
            {},
            {
                "event_subscriptions": shape(
                    {}, {"request_url": url(), "bot_events": _events, "user_events": _events}
                ),
                "interactivity": shape(
                    {"is_enabled": boolean}, {"request_url": url(), "message_menu_options_url": url()}
                ),
                "allowed_ip_address_ranges": items(string(), most=10),
                "org_deploy_enabled": boolean,
                "socket_mode_enabled": boolean,
                "token_rotation_enabled": boolean,
                "is_hosted": boolean,
            },
        ),
    },
)


def check_manifest(manifest: dict[str, Any]) -> list[str]:
    """Everything that is wrong with it; empty when Slack would take it."""
    problems: list[str] = []
    _MANIFEST(manifest, "", problems)
    if problems:
        return problems
    _check_commands(manifest, problems)
    _check_shortcuts(manifest, problems)
    _check_events(manifest, problems)
    return problems


def _check_commands(manifest: dict[str, Any], problems: list[str]) -> None:
    features, settings = manifest.get("features", {}), manifest.get("settings", {})
    commands = [each["command"] for each in features.get("slash_commands", [])]
    if len(set(commands)) != len(commands):
        complain(problems, "commands must be unique", "/features/slash_commands")
    if commands and "commands" not in _bot_scopes(manifest):
        complain(problems, "slash commands need the scope commands", "/oauth_config/scopes/bot")
    if _bot_scopes(manifest) and "bot_user" not in features:
        complain(problems, "bot scopes need a bot user", "/features/bot_user")
    if not settings.get("socket_mode_enabled"):
        for index, each in enumerate(features.get("slash_commands", [])):
            if "url" not in each:
                complain(problems, "missing required field: url", f"/features/slash_commands/{index}")


def _check_shortcuts(manifest: dict[str, Any], problems: list[str]) -> None:
    shortcuts = manifest.get("features", {}).get("shortcuts", [])
    path = "/features/shortcuts"
    callbacks = [each["callback_id"] for each in shortcuts]
    if len(set(callbacks)) != len(callbacks):
        complain(problems, "callback ids must be unique", path)
    if shortcuts and "commands" not in _bot_scopes(manifest):
        complain(problems, "shortcuts need the scope commands", "/oauth_config/scopes/bot")
    if shortcuts and not manifest.get("settings", {}).get("interactivity", {}).get("is_enabled"):
        complain(problems, "shortcuts need interactivity", "/settings/interactivity")


def _check_events(manifest: dict[str, Any], problems: list[str]) -> None:
    settings, scopes = manifest.get("settings", {}), _bot_scopes(manifest)
    subscribed = settings.get("event_subscriptions", {})
    for event in subscribed.get("bot_events", []):
        scope = _SCOPE_OF_EVENT.get(event)
        if scope is not None and scope not in scopes:
            complain(problems, f"{event} needs the scope {scope}", "/settings/event_subscriptions/bot_events")
    if settings.get("socket_mode_enabled"):
        return
    if subscribed.get("bot_events") and "request_url" not in subscribed:
        complain(problems, "missing required field: request_url", "/settings/event_subscriptions")
    interactivity = settings.get("interactivity", {})
    if interactivity.get("is_enabled") and "request_url" not in interactivity:
        complain(problems, "missing required field: request_url", "/settings/interactivity")


def _bot_scopes(manifest: dict[str, Any]) -> list[str]:
    return manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
