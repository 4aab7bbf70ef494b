"""The settings of a workspace: what each means, what it does, its default, and how a typed value is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core import durations, text
from core import setting_values as values
from core.cards import Text
from core.language import LANGUAGES, mark, t
from core.setting_values import LONGEST_LIFE, NOTICES

__all__ = ["LONGEST_LIFE", "NOTICES", "SETTINGS", "Setting", "find_setting"]


#: Of the many time zones one for each hour in which many people live; any other one can be typed.
ZONES = (
    "UTC",
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Denver",
    "America/Chicago",
    "America/New_York",
    "America/Sao_Paulo",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Africa/Lagos",
    "Africa/Johannesburg",
    "Africa/Nairobi",
    "Asia/Dubai",
    "Asia/Karachi",
    "Asia/Kolkata",
    "Asia/Dhaka",
    "Asia/Bangkok",
    "Asia/Shanghai",
    "Asia/Tokyo",
    "Australia/Sydney",
    "Pacific/Auckland",
)


@dataclass(frozen=True, slots=True)
class Setting:
    """``read`` turns a typed value into what is kept (JSON), ``show`` is its reverse, ``does`` what that means at present.

    A role is kept by its id; ``show`` and ``does`` get the workspace's roles by their ids. ``default`` None: the scheme's.
    ``offers``: values to choose from a drop-down; others can be typed. ``parts``: what its value may be made of, each with what
    that stands for.
    """

    name: str
    meaning: str
    does: Callable[[Any, dict[str, str]], str]
    example: str
    default: Any
    read: values.Reader
    show: Callable[[Any, dict[str, str]], Text]
    offers: tuple[str, ...] = ()
    parts: Mapping[str, str] = field(default_factory=dict)


def _does_policy(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if kept == "instant":
        return t("A good code lets people in at once.")
    return t("Somebody with the right says yes to every newcomer first, whatever door they come by.")


def _does_role(kept: Any, roles: dict[str, str]) -> str:
    role = roles.get(kept, "")
    if role:
        return t("Newcomers whose invitation names no role get the role {role}.", role=role)
    return t("Newcomers whose invitation names no role get none.")


def _does_members(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if kept:
        return t("Whoever's role has member:invite may invite.")
    return t("Only those who may also remove members invite; everybody else can ask for it.")


def _does_links(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if kept:
        return t("Links can be made, for whoever gets hold of one.")
    return t("Only personal invitations work. Links that were ended stay dead, even when this is on again.")


def _does_domains(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if not kept:
        return t("People can join whatever their address is.")
    return t(
        "Only people with a confirmed address at exactly these domains join, whatever their invitation says."
    )


def _does_life(kept: Any, roles: dict[str, str]) -> str:
    del roles
    return t("An invitation lasts {time} when its maker says nothing else.", time=durations.show(kept))


def _does_notices(kept: Any, roles: dict[str, str]) -> str:
    del roles
    sent = [kind for kind in NOTICES if values.sends(kept, kind)]
    if not sent:
        return t("Usher reminds and tells nobody by itself.")
    if len(sent) == len(NOTICES):
        return t("Usher reminds people of what ends or waits for them, and tells them what has changed.")
    return t("Usher sends only these by itself: {notices}.", notices=", ".join(sent))


def _does_digest(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if kept:
        return t(
            "Every Monday one message tells who joined, what waits and what ends soon; after a quiet week, none does."
        )
    return t("Nobody gets a summary of the week.")


def _does_zone(kept: Any, roles: dict[str, str]) -> str:
    del roles
    return t(
        "Quiet hours and the Monday of the digest go by the clocks of {zone}. Times on cards are in each reader's own zone.",
        zone=kept,
    )


def _does_quiet(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if not kept:
        return t("Reminders and news are sent at any hour.")
    begins, _, ends = kept.partition("-")
    return t(
        "From {begins} to {ends} reminders and news wait. Requests, their outcomes and whatever somebody waits for are sent "
        "all the same.",
        begins=begins,
        ends=ends,
    )


def _does_place(kept: Any, roles: dict[str, str]) -> str:
    del roles
    if kept:
        return t("Requests are shown there for approval.")
    return t("Whoever can approve a request gets it as a direct message.")


#: What the languages are called.
_CALLED = {"en": mark("English"), "de": mark("German")}


def _does_language(kept: Any, roles: dict[str, str]) -> str:
    del roles
    return t(
        "What several people read is in {language}, and so is what goes to people whose own language Usher does not know yet.",
        language=t(_CALLED[kept]),
    )


def _does_approvals(kept: Any, roles: dict[str, str]) -> str:
    del kept, roles
    return t("One who may approve requests is enough, and nobody answers their own request.")


SETTINGS: dict[str, Setting] = {
    setting.name: setting
    for setting in (
        Setting(
            "join_policy",
            mark("Who lets newcomers in."),
            _does_policy,
            "instant",
            "approval",
            values.one_of("approval", "instant"),
            lambda kept, _roles: (str(kept),),
            ("approval", "instant"),
        ),
        Setting(
            "default_role",
            mark("The role of newcomers whose invitation names none."),
            _does_role,
            "Designer",
            None,
            values.role,
            values.show_role,
        ),
        Setting(
            "members_can_invite",
            mark("Whether all whose role lets them may invite."),
            _does_members,
            "off",
            True,
            values.switch,
            values.show_switch,
            ("on", "off"),
        ),
        Setting(
            "invite_links",
            mark("Whether there are invitations for whoever gets hold of them."),
            _does_links,
            "off",
            True,
            values.switch,
            values.show_switch,
            ("on", "off"),
        ),
        Setting(
            "allowed_domains",
            mark("From which e-mail domains people join."),
            _does_domains,
            "example.com, example.org",
            [],
            values.domains,
            values.show_domains,
            ("none",),
        ),
        Setting(
            "invite_expires",
            mark("How long invitations last."),
            _does_life,
            "14d",
            7 * durations.DAY,
            values.life,
            values.show_life,
            ("1d", "3d", "7d", "14d", "30d", "90d"),
        ),
        Setting(
            "approvals",
            mark("Who says yes to what is asked for, how many of them, and how long it waits."),
            _does_approvals,
            "join: 2 of request:approve; life 2d",
            {},
            values.policies,
            values.show_policies,
        ),
        Setting(
            "reminders",
            mark("What Usher tells people by itself."),
            _does_notices,
            "inviter, arrival",
            "on",
            values.notices,
            values.show_list,
            ("on", "off"),
            NOTICES,
        ),
        Setting(
            "digest",
            mark("Whether those who run the workspace get a summary each week."),
            _does_digest,
            "off",
            True,
            values.switch,
            values.show_switch,
            ("on", "off"),
        ),
        Setting(
            "quiet_hours",
            mark("When people are left in peace."),
            _does_quiet,
            "22:00-07:00",
            "",
            values.quiet_hours,
            values.show_words,
            ("none", "20:00-08:00", "21:00-07:00", "22:00-06:00", "22:00-07:00", "23:00-08:00"),
        ),
        Setting(
            "time_zone",
            mark("By which clocks the hours and days of the workspace go."),
            _does_zone,
            "Europe/Berlin",
            "UTC",
            values.zone,
            values.show_words,
            ZONES,
        ),
        Setting(
            "approvals_place",
            mark("Where requests are shown for approval."),
            _does_place,
            "here",
            [],
            values.place,
            values.show_place,
            ("here", "none"),
        ),
        Setting(
            "language",
            mark("In which language Usher writes where several people read."),
            _does_language,
            "de",
            LANGUAGES[0],
            values.one_of(*LANGUAGES),
            values.show_words,
            LANGUAGES,
        ),
    )
}


def find_setting(typed: str) -> Setting | None:
    """The setting of that name, however its words are joined and in whatever case."""
    return SETTINGS.get(text.key(typed).replace(" ", "_").replace("-", "_"))
