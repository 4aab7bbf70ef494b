"""Cards about settings and presets."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Account, Card, Choice, Code, Field, Line, Menu, Room, Say, Text, Tone, plain, text
from core.language import mark, says, t
from core.views.common import button, confirming


class SettingFacts(NamedTuple):
    """A setting as cards show it: what it is for, what it is and does now, and what it was before anybody set it.

    ``parts``: what its value may be made of, each with what that stands for.
    """

    name: str
    meaning: str
    value: Text
    does: str
    default: Text
    example: str
    parts: tuple[tuple[str, str], ...] = ()


class Difference(NamedTuple):
    """What a preset changes of one setting. ``note``: what that brings about beside."""

    name: str
    before: Text
    after: Text
    note: str = ""


def settings_shown(workspace: str, settings: list[SettingFacts], subject: str) -> Card:
    """Every setting with what it does now, and what it is without anybody's doing where somebody changed it."""
    return Card(
        t("Settings of {workspace}", workspace=workspace),
        lines=tuple(
            Line(
                says(
                    mark("{name} = {value} — {does}")
                    if facts.value == facts.default
                    else mark("{name} = {value} — {does} Default: {default}."),
                    name=Code(facts.name),
                    value=facts.value,
                    does=facts.does,
                    default=facts.default,
                )
            )
            for facts in settings
        ),
        buttons=(button("setting.set", subject),),
        menus=(
            Menu(
                t("Choose a setting"),
                "setting.choose",
                subject,
                tuple(Choice(facts.name, facts.name) for facts in settings),
            ),
        ),
        footer=says(
            "Change one: {command}", command=Say("workspace set", "setting:join_policy value:instant")
        ),
    )


def setting_shown(facts: SettingFacts, menus: tuple[Menu, ...]) -> Card:
    """One setting. ``menus``: what it can become, where that can be chosen rather than typed."""
    return Card(
        t("{name} is {value}", name=facts.name, value=plain(facts.value)),
        body=(text(facts.meaning), text(facts.does)),
        fields=(Field(t("Default"), facts.default),),
        lines=tuple(
            Line(says("{name} — {help}", name=Code(name), help=stands_for))
            for name, stands_for in facts.parts
        ),
        menus=menus,
        footer=says(
            "By typing: {command}",
            command=Say("workspace set", f'setting:{facts.name} value:"{facts.example}"'),
        ),
    )


def setting_changed(facts: SettingFacts, before: Text, effects: tuple[Text, ...] = ()) -> Card:
    """``effects``: what the change has brought about beside."""
    return Card(
        t("{name} is now {value}", name=facts.name, value=plain(facts.value)),
        Tone.GOOD,
        body=(text(facts.does), *effects),
        fields=(Field(t("Before"), before), Field(t("Now"), facts.value)),
    )


def preset_announced(
    preset: str, workspace: str, changes: list[Difference], asks: Text, subject: str
) -> Card:
    """What a preset would change, and nothing else; ``asks``: what is still to be chosen by hand afterwards."""
    return Card(
        t("Set {workspace} up as {preset}?", workspace=workspace, preset=preset),
        Tone.WAITING,
        body=(says("These settings change, and nothing else:"),),
        lines=_lines(changes),
        buttons=confirming(subject, takes=False),
        footer=asks,
    )


def preset_applied(preset: str, workspace: str, changes: list[Difference], asks: Text) -> Card:
    return Card(
        t("{workspace} is set up as {preset}", workspace=workspace, preset=preset),
        Tone.GOOD,
        lines=_lines(changes),
        footer=asks or says("All of them: {/workspace settings}"),
    )


def preset_unneeded(preset: str, workspace: str, asks: Text) -> Card:
    """Everything is as the preset wants it."""
    return Card(
        t("{workspace} is set up as {preset} already", workspace=workspace, preset=preset),
        Tone.GOOD,
        body=(says("There is nothing to change."),),
        footer=asks or says("All settings: {/workspace settings}"),
    )


def _lines(changes: list[Difference]) -> tuple[Line, ...]:
    return tuple(
        Line(
            text(
                Code(change.name),
                ": ",
                *change.before,
                " → ",
                *change.after,
                f" ({change.note})" if change.note else "",
            )
        )
        for change in changes
    )


def no_seat_for(workspace: str, seats: str, person: Account) -> Card:
    """To the inviter, once for each person: somebody came with a good code and found no seat."""
    return Card(
        t("Somebody could not join {workspace}: no seat is free", workspace=workspace),
        Tone.WAITING,
        body=(
            says("Nothing was used up: their code works again as soon as there is a seat."),
            says("Whoever runs the workspace can make room, or have its plan changed by whoever runs Usher."),
        ),
        fields=(Field(t("Who"), text(person)), Field(t("Plan"), text(seats))),
    )


def approvals_misplaced(workspace: str, place: Room) -> Card:
    """To those who may change settings, at most once a day: cards cannot be posted where they should stand."""
    return Card(
        t("I can't post in the approvals place of {workspace}", workspace=workspace),
        Tone.REFUSED,
        body=(
            says("Requests go to each approver directly until that is fixed."),
            says(
                "Let me into the channel, or choose another with {command}.",
                command=Say("workspace set", "setting:approvals_place value:here"),
            ),
        ),
        fields=(Field(t("Place"), text(place)),),
    )
