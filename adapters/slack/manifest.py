"""The Slack app manifest, from the catalogue: what an operator pastes to make the app."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from adapters.slack import limits
from core.catalogue import nouns
from core.text import shorten

DESCRIPTION: Final = "Runs your workspace's door: invitations, join approvals, roles."
COMMAND_DESCRIPTION: Final = "Invite people, answer requests, manage members and roles"

#: What stands in Slack's own menus, and what each is for. The manifest knows one language.
SHORTCUTS: Final = {
    "usher.invite": ("Invite someone", "Make an invitation to your workspace"),
    "usher.request_access": ("Request access", "Ask for access to something in your workspace"),
}
#: What Slack is to tell by itself: messages to the bot, that a team has taken Usher out,
#: that somebody opens their Home, and that a link of Usher's is posted.
EVENTS: Final = ("app_home_opened", "app_uninstalled", "link_shared", "message.im", "tokens_revoked")
#: As little as the app can do its work with.
SCOPES: Final = (
    # Let people into a public channel that is a resource and put them out again, and see who is in it.
    "channels:manage",
    "channels:read",
    # Look for an earlier try of a card in the approvals place before it is posted again. Slack gives a bot the
    # history of those channels only that it was invited to.
    "channels:history",
    "chat:write",
    "commands",
    # Hand a person the file that they asked for, in their direct messages.
    "files:write",
    "groups:history",
    # The same in a private channel that Usher was invited to.
    "groups:read",
    "groups:write",
    # Commands written to the bot directly, and the same look there.
    "im:history",
    "im:write",
    # Say under an invite link who invites where. Slack tells of links to Usher's own address alone.
    "links:read",
    "links:write",
    # Whether a person is an admin here, for creating and linking a workspace; their name.
    "users:read",
    # Whether an invitation for an address may be used by this person.
    "users:read.email",
)


def manifest(
    request_url: str | None = None,
    command: str = "/usher",
    name: str = "Usher",
    *,
    redirect_url: str | None = None,
    public_url: str | None = None,
) -> dict[str, Any]:
    """``request_url`` is the public address of ``/slack/events``; without one the app uses Socket Mode.

    ``redirect_url``: that of ``/slack/oauth_redirect``, where several teams install the app. ``public_url``: where invite links
    lead, of which Slack then tells.
    """
    redirects = {} if redirect_url is None else {"redirect_urls": [redirect_url]}
    url = {} if request_url is None else {"url": request_url}
    domain = urlsplit(public_url or "").hostname
    unfurls = {"unfurl_domains": [domain]} if domain else {}
    events = {} if request_url is None else {"request_url": request_url}
    # What is typed into a drop-down that is searched comes to an address of its own.
    searches = {} if request_url is None else {"message_menu_options_url": request_url}
    return {
        "display_information": {
            "name": shorten(name, limits.APP_NAME),
            "description": shorten(DESCRIPTION, limits.APP_DESCRIPTION),
        },
        "features": {
            # People write commands to the bot in its messages tab, which is closed by default.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": shorten(name, limits.BOT_NAME), "always_online": True},
            "shortcuts": [
                {"name": words, "type": "global", "callback_id": callback, "description": about}
                for callback, (words, about) in SHORTCUTS.items()
            ],
            **unfurls,
            "slash_commands": [
                {
                    "command": command_name(command),
                    "description": COMMAND_DESCRIPTION,
                    "usage_hint": usage_hint(),
                    # Mentions come with the person's id only if Slack may escape them.
                    "should_escape": True,
                    **url,
                }
            ],
        },
        "oauth_config": {**redirects, "scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(EVENTS), **events},
            "interactivity": {"is_enabled": True, **events, **searches},
            "org_deploy_enabled": redirect_url is not None,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def command_name(command: str) -> str:
    """The command with its slash. ``ValueError`` when Slack would not take it."""
    named = command if command.startswith("/") else f"/{command}"
    plain = named.isprintable() and named == named.lower() and not set(named[1:]) & set("/ ")
    if not plain or not 2 <= len(named) <= limits.COMMAND_NAME:
        raise ValueError(
            f"a Slack command has no spaces or capitals and at most {limits.COMMAND_NAME} characters: {command!r}"
        )
    return named


def usage_hint() -> str:
    """What can stand behind the command: every noun with its verbs, as many as Slack shows."""
    parts = []
    for noun, commands in nouns().items():
        verbs = "|".join(found.verb for found in commands if found.verb)
        parts.append(f"{noun} {verbs}" if verbs else noun)
    return shorten(" · ".join(parts) or "help", limits.USAGE_HINT)
