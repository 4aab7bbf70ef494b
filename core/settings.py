"""The settings of a workspace: what each means, its default, and how a typed value is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core import durations
from core.calls import Channel, Where
from core.cards import Room, Text

LONGEST_LIFE = 90 * durations.DAY


@dataclass(frozen=True, slots=True)
class Setting:
    """``read`` turns a typed value into what is kept, or raises ``ValueError`` with a sentence; ``show`` is its reverse.

    What is kept is JSON. A role is kept by its id; ``read`` gets the workspace's roles by their compared name.
    """

    name: str
    meaning: str
    example: str
    default: Any
    read: Callable[[str | Channel, Where, dict[str, str]], Any]
    show: Callable[[Any, dict[str, str]], Text]


def _one_of(*allowed: str) -> Callable[[str | Channel, Where, dict[str, str]], str]:
    def read(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
        del where, roles
        if not isinstance(value, str) or value.lower() not in allowed:
            raise ValueError(f"It can be {' or '.join(allowed)}.")
        return value.lower()

    return read


def _life(value: str | Channel, where: Where, roles: dict[str, str]) -> int:
    del where, roles
    seconds = durations.parse(value, 0) if isinstance(value, str) and value[:5].count("-") == 0 else None
    if seconds is None:
        raise ValueError("Write a duration such as 12h, 7d or 2w.")
    if not durations.HOUR <= seconds <= LONGEST_LIFE:
        raise ValueError("It can be from 1h to 90d.")
    return seconds


def _role(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
    del where
    typed = value if isinstance(value, str) else ""
    if typed.lower() in {"none", "-"}:
        return ""
    found = roles.get(typed.casefold())
    if found is None:
        raise ValueError("There is no such role here; type none for no role.")
    return found


def _place(value: str | Channel, where: Where, roles: dict[str, str]) -> list[str]:
    del roles
    if isinstance(value, Channel):
        return list(value)
    typed = value.lower()
    if typed in {"none", "dm", "off", "-"}:
        return []
    if typed == "here":
        if not where.channel:
            raise ValueError(
                "This is a direct message: type it in the channel you mean, or mention the channel."
            )
        return [where.platform, where.realm, where.channel]
    raise ValueError(
        "Mention a channel, or type here for this one, or none for direct messages to each approver."
    )


def _show_place(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return (Room(kept[0], kept[2]),) if kept else ("none (a direct message to each approver)",)


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "join_policy",
            "approval: someone with the right says yes to every newcomer first. instant: a good code is enough.",
            "instant",
            "approval",
            _one_of("approval", "instant"),
            lambda kept, _roles: (str(kept),),
        ),
        Setting(
            "default_role",
            "The role of newcomers whose invitation names none.",
            "Designer",
            None,  # the scheme's
            _role,
            lambda kept, roles: (roles.get(kept, "none"),),
        ),
        Setting(
            "approvals_place",
            "The channel where requests are shown for approval. With none, each approver gets a direct message.",
            "here",
            [],
            _place,
            _show_place,
        ),
        Setting(
            "invite_expires",
            "How long an invitation lasts when its maker says nothing else.",
            "7d",
            7 * durations.DAY,
            _life,
            lambda kept, _roles: (durations.show(kept),),
        ),
    )
}
