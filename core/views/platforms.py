"""Cards about what resources are on the platforms themselves, and how Usher fares there."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Field, Line, Room, Say, Text, Tone, text
from core.language import mark, n, says, says_n, t
from core.views.common import NAMED, quiet, some_of


class Outside(NamedTuple):
    """What a resource is on a platform. ``outside_id`` is the platform's own id."""

    platform: str
    kind: str
    outside_id: str


class Trouble(NamedTuple):
    """What a platform did not let Usher do for a member last time. ``give``: or else take away."""

    name: str
    why: str
    give: bool = True


def outside_words(outside: Outside) -> Text:
    """What it is there: shown by its own platform where that can."""
    there = outside.platform.title()
    if outside.kind.endswith("-channel"):
        return says("{channel} on {there}", channel=Room(outside.platform, outside.outside_id), there=there)
    return says("a role on {there} ({role})", there=there, role=outside.outside_id)


def platform_barred(resource: str, short_id: str, outside: Outside, found: tuple[Trouble, ...]) -> Card:
    """To those who can mend it: the platform does not let Usher give, or take away, what members are to have there."""
    there = outside.platform.title()
    who = tuple(each.name for each in found)
    waiting = all(each.give for each in found)
    return Card(
        t("{there} does not let Usher look after {resource}", there=there, resource=resource),
        Tone.REFUSED,
        body=(
            says("Once this is fixed there is nothing more to do: Usher tries again every hour."),
            says("See who is concerned with {command}.", command=Say("access list", f"resource:{short_id}")),
        ),
        fields=(
            Field(t("Who waits for it") if waiting else t("Who is concerned"), text(some_of(who))),
            Field(t("What"), outside_words(outside)),
            Field(t("Why"), text(found[0].why)),
        ),
        footer=quiet(short_id, n("{count} person", "{count} people", len(found))),
    )


def effect_told(name: str, resource: str, short_id: str, title: str, words: str, *, done: bool) -> Card:
    """To who decided a request: what it came to on the platform, where that was not at once what they decided."""
    return Card(
        t("Approved, {how_far}: {name}", how_far=title, name=name),
        Tone.GOOD if done else Tone.WAITING,
        body=(text(words or t("The platform has let Usher do it now.")),),
        fields=(Field(t("Who"), text(name)), Field(t("What"), text(resource))),
        footer=quiet(short_id),
    )


def platform_lines(outside: Outside, found: tuple[Trouble, ...]) -> tuple[Line, ...]:
    """Of a resource: what could not be done on its platform, each with why."""
    there = outside.platform.title()
    lines = [
        Line(
            says(
                mark("{name}: not given on {there} yet ({why}); tried again every hour")
                if each.give
                else mark("{name}: not taken away on {there} yet ({why}); tried again every hour"),
                name=each.name,
                there=there,
                why=each.why,
            )
        )
        for each in found[:NAMED]
    ]
    more = len(found) - NAMED
    if more > 0:
        lines.append(Line(says_n("… and {count} person more", "… and {count} people more", more)))
    return tuple(lines)


def resource_linked(resource: str, short_id: str, outside: Outside, people: int) -> Card:
    """A resource was said to be something on a platform. ``people``: how many are looked at because of it."""
    there = outside.platform.title()
    return Card(
        t("{resource} is linked to {there}", resource=resource, there=there),
        Tone.GOOD,
        body=(
            says(
                "Whoever has access to it, at any level, is put in by Usher, and taken out when it ends. Who was in on "
                "{there} before is left alone.",
                there=there,
            ),
        ),
        fields=(
            Field(t("What"), outside_words(outside)),
            Field(
                t("Effect"), says_n("{count} person to look at now", "{count} people to look at now", people)
            ),
        ),
        footer=quiet(short_id),
    )
