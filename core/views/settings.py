"""Cards about settings."""

from __future__ import annotations

from core.cards import Card, Code, Field, Line, Room, Say, Text, Tone, plain, text
from core.settings import Setting


def settings_shown(workspace: str, values: list[tuple[Setting, Text]]) -> Card:
    """Every setting with its value and why it matters."""
    return Card(
        f"Settings of {workspace}",
        lines=tuple(
            Line((Code(setting.name), " = ", *value, " — ", setting.meaning)) for setting, value in values
        ),
        footer=text("Change one: ", Say("workspace set", "setting:join_policy value:instant")),
    )


def setting_changed(name: str, before: Text, after: Text, meaning: str) -> Card:
    return Card(
        f"{name} is now {plain(after)}",
        Tone.GOOD,
        body=(text(meaning),),
        fields=(Field("Before", before), Field("Now", after)),
    )


def approvals_misplaced(workspace: str, place: Room) -> Card:
    """To those who may change settings, at most once a day: cards cannot be posted where they should stand."""
    return Card(
        f"I can't post in the approvals place of {workspace}",
        Tone.REFUSED,
        body=(
            text("Requests go to each approver directly until that is mended."),
            text(
                "Let me into the channel, or choose another with ",
                Say("workspace set", "setting:approvals_place value:here"),
                ".",
            ),
        ),
        fields=(Field("Place", text(place)),),
    )
