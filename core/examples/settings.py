"""Cards about settings, presets and seats."""

from __future__ import annotations

from collections.abc import Iterator

from core.calls import Where
from core.cards import Account, Card, Choice, Menu, Room, Text, text
from core.example_words import views
from core.examples import (
    BULK,
    INVITATION,
    LABEL,
    LARGEST_INVITATION,
    LATER,
    OPEN,
)
from core.language import n, t
from core.plans import seats
from core.seats import effect, in_words
from core.settings import SETTINGS
from core.views.settings import Difference, SettingFacts

_HERE = Where("slack", "T1", "C0123456789")
_ROLES = {"designer": LABEL}
#: As long as a list can be: at most fifty, each as long as a domain is.
_DOMAINS = [f"{number:02}{'d' * 61}.{'e' * 63}.{'f' * 63}.{'g' * 57}.eu" for number in range(50)]
_KEPT = {
    "approvals": {"invite": {}, "join": {}},
    "allowed_domains": _DOMAINS,
    "approvals_place": ["discord", "1", "123456789012345678"],
    "default_role": "designer",
}
MENU = Menu("Set it to", "setting.change", "FEV8GJNK/default_role", (Choice("designer", LABEL),) * 30)
_PLANS = (
    ("enterprise", None, 1_234_567),
    ("pro", None, 0),
    ("pro", None, 7),
    ("pro", None, 12),
    ("pro", 1, 1),
    ("pro", 1_234_567, 7),
    ("free", None, 1),
)


def _facts(name: str, kept: object) -> SettingFacts:
    setting = SETTINGS[name]
    value, default = setting.show(kept, _ROLES), setting.show(setting.default, _ROLES)
    if name == "approvals" and kept:
        return SettingFacts(name, t(setting.meaning), text("k" * 600), "D" * 1_200, default, setting.example)
    parts = tuple((part, t(stands_for)) for part, stands_for in setting.parts.items())
    does = setting.does(kept, _ROLES)
    return SettingFacts(name, t(setting.meaning), value, does, default, setting.example, parts)


def usual_facts() -> list[SettingFacts]:
    """Every setting as it is without anybody's doing."""
    return [_facts(name, setting.default) for name, setting in SETTINGS.items()]


def _each() -> Iterator[tuple[str, Card]]:
    usual = usual_facts()
    largest = [
        _facts(
            name,
            _KEPT[name] if name in _KEPT else setting.read(setting.example, _HERE, {"designer": "designer"}),
        )
        for name, setting in SETTINGS.items()
    ]
    ended = n("{count} live link ended, for good.", "{count} live links ended, for good.", 3)
    effects: tuple[Text, ...] = (text(ended),)
    for facts in (usual, largest):
        yield "settings_shown", views.settings_shown(LABEL, facts, "FEV8GJNK/settings")
        for each in facts:
            for menus in ((), (MENU,)):
                yield "setting_shown", views.setting_shown(each, menus)
            yield "setting_changed", views.setting_changed(each, text(each.example))
            told = effects if each.name == "invite_links" else ()
            yield "setting_changed", views.setting_changed(each, text(each.example), told)
    changes = [
        Difference("invite_links", text("on"), text("off"), "3 live links will end"),
        *(Difference(each.name, each.value, each.default) for each in largest),
    ]
    for asks in ((), text("Now say from which domains people may join.")):
        for found in (changes[:1], changes):
            yield (
                "preset_announced",
                views.preset_announced("large-org", LABEL, found, asks, "FEV8GJNK/cnf-7F3K"),
            )
            yield "preset_applied", views.preset_applied("large-org", LABEL, found, asks)
        yield "preset_unneeded", views.preset_unneeded("small-team", LABEL, asks)


def _seats() -> Iterator[tuple[str, Card]]:
    for plan, own, taken in _PLANS:
        found = seats(plan, own, taken)
        for person in (Account("slack", "U012345678"), Account("discord", "123456789012345678")):
            yield "no_seat_for", views.no_seat_for(LABEL, in_words(found), person)
        for people in (None, 1, 5, 5_000):
            words = effect(found, people)
            for facts in (INVITATION, LARGEST_INVITATION):
                yield "invitation_ready", views.invitation_ready(facts._replace(seats=words))
                yield "invitation_shown", views.invitation_shown(facts._replace(seats=words))
            yield "bulk_result", views.bulk_result(BULK, LATER, LABEL, LABEL, words)
    for facts in OPEN:
        if facts.personal:
            yield "invitation_waits", views.invitation_waits(facts)
    yield "approvals_misplaced", views.approvals_misplaced(LABEL, Room("memory", "general"))


def examples() -> Iterator[tuple[str, Card]]:
    yield from _each()
    yield from _seats()
