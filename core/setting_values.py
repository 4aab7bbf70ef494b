"""How the typed value of a setting is read, and how a kept one is shown."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from core import durations, quiet, text, weeks
from core.calls import Channel, Where
from core.cards import Room, Text
from core.language import mark, number, t

LONGEST_LIFE = 90 * durations.DAY
MOST_DOMAINS = 50
#: Of a long list so much is shown.
_SHOWN = 600

#: The notices that can be switched off, each with who gets it and when.
NOTICES = {
    "invitee": mark("to whoever was invited by mention, 2 days before their invitation ends"),
    "inviter": mark("to inviters, 2 days before an invitation of theirs ends"),
    "approvers": mark(
        "to approvers who have not answered, 4 hours after somebody asked and ever more rarely"
    ),
    "arrival": mark("to inviters, when somebody came"),
    "roles": mark("to members, when their roles were changed"),
    "access": mark("to members, when they can reach something or no longer can"),
    "time-boxes": mark("to whoever has something for a time, a day and an hour before its end"),
}

POLICY_NEEDED = mark("Write what it is for, and who approves: join: 2 of request:approve.")

#: Turns a typed value into what is kept, or raises ``ValueError`` with a sentence. It gets the ids of the workspace's roles
#: by their compared name.
Reader = Callable[[str | Channel, Where, dict[str, str]], Any]

_NONE = frozenset({"none", "-"})
_ON = frozenset({"on", "yes", "true"})
_OFF = frozenset({"off", "no", "false"})
_SEPARATORS = re.compile(r"[,;\s]+")
#: What no organisation has to itself: ``co.uk`` and its like.
_SHARED = re.compile(r"(?:ac|co|com|edu|gob|gov|mil|ne|net|or|org)\.[a-z]{2}")


def one_of(*allowed: str) -> Reader:
    def read(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
        del where, roles
        if not isinstance(value, str) or value.lower() not in allowed:
            raise ValueError(t("It can be {values}.", values=text.either(allowed)))
        return value.lower()

    return read


def switch(value: str | Channel, where: Where, roles: dict[str, str]) -> bool:
    del where, roles
    typed = value.lower() if isinstance(value, str) else ""
    if typed not in _ON | _OFF:
        raise ValueError(t("It can be on or off."))
    return typed in _ON


def life(value: str | Channel, where: Where, roles: dict[str, str]) -> int:
    del where, roles
    seconds = durations.parse(value, 0) if isinstance(value, str) and not durations.is_date(value) else None
    if seconds is None:
        raise ValueError(t("Write a duration such as 12h, 7d or 2w."))
    if not durations.HOUR <= seconds <= LONGEST_LIFE:
        raise ValueError(t("It can be from 1h to 90d."))
    return seconds


def role(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
    del where
    typed = text.key(value) if isinstance(value, str) else ""
    if typed in _NONE and typed not in roles:
        return ""
    found = roles.get(typed)
    if found is None:
        raise ValueError(t("There is no such role here; type none for no role."))
    return found


def place(value: str | Channel, where: Where, roles: dict[str, str]) -> list[str]:
    del roles
    if isinstance(value, Channel):
        return list(value)
    typed = value.lower()
    if typed in _NONE | {"dm", "off"}:
        return []
    if typed == "here":
        if not where.channel:
            raise ValueError(
                t("This is a direct message: type it in the channel you mean, or mention the channel.")
            )
        return [where.platform, where.realm, where.channel]
    raise ValueError(
        t("Mention a channel, or type here for this one, or none for direct messages to each approver.")
    )


def domains(value: str | Channel, where: Where, roles: dict[str, str]) -> list[str]:
    """Domains in their normal form, each once, in order."""
    del where, roles
    typed = [part for part in _SEPARATORS.split(value) if part] if isinstance(value, str) else []
    if len(typed) == 1 and typed[0].lower() in _NONE | {"any", "off"}:
        return []
    if not typed:
        raise ValueError(
            t("Write domains such as example.com, with commas between them, or none for any address.")
        )
    found = sorted({_domain(part) for part in typed})
    if len(found) > MOST_DOMAINS:
        raise ValueError(
            t("There are {count} domains; at most {most} fit.", count=number(len(found)), most=MOST_DOMAINS)
        )
    return found


def _domain(typed: str) -> str:
    short = text.shorten(typed)
    if typed.startswith(("@", "*")) or "@" in typed:
        raise ValueError(
            t(
                "Of “{typed}” write only the domain, such as example.com. A sub-domain counts as another domain.",
                typed=short,
            )
        )
    found = text.domain(typed)
    if found is None or found.rpartition(".")[2].isdecimal():
        raise ValueError(
            t("No address can be at “{typed}”. Write a domain such as example.com.", typed=short)
        )
    if _SHARED.fullmatch(found):
        raise ValueError(
            t(
                "Nobody has “{typed}” to themselves. Write the whole domain, such as example.{found}.",
                typed=short,
                found=found,
            )
        )
    return found


def notices(value: str | Channel, where: Where, roles: dict[str, str]) -> str | list[str]:
    """``on``, ``off``, or the kinds that are sent, in the order of ``NOTICES``."""
    del where, roles
    typed = [part.lower() for part in _SEPARATORS.split(value) if part] if isinstance(value, str) else []
    if len(typed) == 1 and typed[0] in _ON | _OFF | _NONE | {"all"}:
        return "on" if typed[0] in _ON | {"all"} else "off"
    if not typed or not set(typed) <= set(NOTICES):
        raise ValueError(t("It can be on, off, or some of {kinds}.", kinds=", ".join(NOTICES)))
    kinds = [kind for kind in NOTICES if kind in typed]
    return "on" if len(kinds) == len(NOTICES) else kinds


def sends(kept: Any, kind: str) -> bool:
    """Whether notices of that kind are sent."""
    return bool(kept == "on" or (kept != "off" and kind in kept))


def zone(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
    """The name of a time zone, as the IANA writes it."""
    del where, roles
    found = weeks.find_zone(value) if isinstance(value, str) else ""
    if not found:
        raise ValueError(t("Write a time zone such as Europe/Berlin, America/New_York or UTC."))
    return found


def quiet_hours(value: str | Channel, where: Where, roles: dict[str, str]) -> str:
    """``22:00-07:00``, or empty for none."""
    del where, roles
    typed = value.strip().lower() if isinstance(value, str) else ""
    if typed in _NONE | _OFF:
        return ""
    found = quiet.read(typed)
    if found is None:
        raise ValueError(t("Write from when to when, such as 22:00-07:00, or none."))
    if found.open_for < quiet.LEAST_OPEN:
        raise ValueError(
            t(
                "That leaves less than an hour of the day for messages. Leave an hour open at least, such as 22:00-07:00."
            )
        )
    return str(found)


def policies(value: str | Channel, where: Where, roles: dict[str, str]) -> Any:
    """A policy names what only the workspace knows: ``core.approval_settings`` reads what is typed."""
    del value, where, roles
    raise ValueError(POLICY_NEEDED)


def show_policies(kept: Any, roles: dict[str, str]) -> Text:
    """What is said of it where the workspace is not known; see ``core.approval_settings``."""
    del roles
    return (", ".join(kept) or "default",)


def show_switch(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return ("on" if kept else "off",)


def show_role(kept: Any, roles: dict[str, str]) -> Text:
    return (roles.get(kept, "none"),)


def show_life(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return (durations.show(kept),)


def show_place(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return (Room(kept[0], kept[2]),) if kept else (t("none (a direct message to each approver)"),)


def show_domains(kept: Any, roles: dict[str, str]) -> Text:
    """As many as fit, and how many more there are."""
    del roles
    shown, length = 0, 0
    for name in kept:
        length += len(name) + 2
        if length > _SHOWN:
            break
        shown += 1
    more = len(kept) - shown
    return (
        ", ".join((*kept[:shown], t("and {count} more", count=more)) if more else kept)
        or t("none (any address)"),
    )


def show_words(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return (str(kept) or "none",)


def show_list(kept: Any, roles: dict[str, str]) -> Text:
    del roles
    return (kept if isinstance(kept, str) else ", ".join(kept),)
