"""What platforms answer when they refuse something, in words that a person who can mend it would use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from core.language import mark, t

#: Slack's words for what is in the way, as a person who can mend it would say them.
SLACK: Final[Mapping[str, str]] = {
    "cant_invite": mark("they cannot be invited to this channel"),
    "cant_kick_from_general": mark("nobody can be taken out of the general channel"),
    "cant_kick_self": mark("that is Usher itself"),
    "channel_not_found": mark("the channel is no more, or is private and Usher is not in it"),
    "channel_type_not_supported": mark("people cannot be put into a conversation of this kind"),
    "ekm_access_denied": mark("Slack's administrators have suspended access to it"),
    "is_archived": mark("the channel is archived"),
    "method_not_supported_for_channel_type": mark("people cannot be put into a conversation of this kind"),
    "missing_scope": mark(
        "the Slack app lacks a permission that is in its manifest; it has to be installed again"
    ),
    "no_permission": mark("Slack does not let Usher do that in this channel"),
    "not_in_channel": mark("Usher is not in the channel: invite it there"),
    "org_user_not_in_team": mark("they are not in this Slack workspace"),
    "restricted_action": mark("this Slack workspace does not let apps do that: its admins can change that"),
    "team_access_not_granted": mark("the Slack app was not allowed to work in this Slack workspace"),
    "too_many_members": mark("there are too many people in the channel"),
    "ura_max_channels": mark("they are a guest, and in as many channels as a guest can be"),
    "user_disabled": mark("their Slack account is deactivated"),
    "user_is_bot": mark("that is an app's account"),
    "user_is_restricted": mark("they are a guest in this Slack workspace"),
    "user_is_ultra_restricted": mark("they are a guest of a single channel"),
    "user_not_found": mark("they are not in this Slack workspace any more"),
    "user_team_not_in_channel": mark("their Slack workspace is not in this channel"),
    "users_not_found": mark("they are not in this Slack workspace any more"),
}
#: What is in the way of a message, beside that.
_SLACK_MESSAGES: Final[Mapping[str, str]] = {
    "cannot_dm_bot": mark("that is an app's account"),
    "messages_tab_disabled": mark("the Slack app cannot be written to: its Messages tab is off"),
    "method_not_supported_for_channel_type": mark("messages cannot be sent to a conversation of this kind"),
    "no_permission": mark("Slack does not let Usher write there"),
    "restricted_action_read_only_channel": mark("only some people may write in the channel"),
    "restricted_action_thread_only_channel": mark("the channel takes replies only"),
    "user_not_visible": mark("they are not in this Slack workspace any more"),
}
_DISCORD_MESSAGES: Final[Mapping[str, str]] = {
    "10003": mark("the channel is no more"),
    "10008": mark("the message was deleted"),
    "10013": mark("their Discord account is no more"),
    "50001": mark("Usher cannot see the channel: let it in"),
    "50007": mark("they take no direct messages from Usher"),
    "50013": mark("Usher may not write in the channel: it needs Send Messages and Embed Links"),
}
_OF_DISCORD = re.compile(r"\d{3} (\d+)\b")


def in_words(answer: str) -> str:
    """Why a message could not be sent; empty for an answer that nobody has put into words."""
    code = _OF_DISCORD.match(answer)
    known = _DISCORD_MESSAGES.get(code[1]) if code else _SLACK_MESSAGES.get(answer) or SLACK.get(answer)
    return t(known) if known else ""
