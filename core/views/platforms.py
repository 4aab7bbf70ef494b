"""Cards about what resources are on the platforms themselves, and how Usher fares there."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Field, Line, Room, Text, Tone, text
from core.text import plural
from core.views.common import NAMED, quiet, say, some_of


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
        return text(Room(outside.platform, outside.outside_id), f" on {there}")
    return text(f"a role on {there} ({outside.outside_id})")


def platform_barred(resource: str, short_id: str, outside: Outside, found: tuple[Trouble, ...]) -> Card:
    """To those who can mend it: the platform does not let Usher give, or take away, what members are to have there."""
    there = outside.platform.title()
    who = tuple(each.name for each in found)
    waiting = all(each.give for each in found)
    return Card(
        f"{there} does not let Usher look after {resource}",
        Tone.REFUSED,
        body=(
            text("Once this is mended nothing more is to be done: Usher tries again every hour."),
            text("See who is concerned with ", say("access list", f"resource:{short_id}"), "."),
        ),
        fields=(
            Field("Who waits for it" if waiting else "Who is concerned", text(some_of(who))),
            Field("What", outside_words(outside)),
            Field("Why", text(found[0].why)),
        ),
        footer=quiet(short_id, plural(len(found), "person", "people")),
    )


def effect_told(name: str, resource: str, short_id: str, title: str, words: str, *, done: bool) -> Card:
    """To who decided a request: what it came to on the platform, where that was not at once what they decided."""
    return Card(
        f"Approved, {title}: {name}",
        Tone.GOOD if done else Tone.WAITING,
        body=(text(words or "The platform has let Usher do it now."),),
        fields=(Field("Who", text(name)), Field("What", text(resource))),
        footer=quiet(short_id),
    )


def platform_lines(outside: Outside, found: tuple[Trouble, ...]) -> tuple[Line, ...]:
    """Of a resource: what could not be done on its platform, each with why."""
    there = outside.platform.title()
    lines = [
        Line(
            text(
                each.name,
                f": {'not given' if each.give else 'not taken away'} on {there} yet ({each.why}); tried again every hour",
            )
        )
        for each in found[:NAMED]
    ]
    more = len(found) - NAMED
    return (
        (*lines, Line(text(f"… and {plural(more, 'person', 'people')} more"))) if more > 0 else tuple(lines)
    )


def resource_linked(resource: str, short_id: str, outside: Outside, people: int) -> Card:
    """A resource was said to be something on a platform. ``people``: how many are looked at because of it."""
    there = outside.platform.title()
    return Card(
        f"{resource} is linked to {there}",
        Tone.GOOD,
        body=(
            text(
                f"Whoever has access to it, at any level, is put in by Usher, and taken out when it ends. Who was in "
                f"on {there} before is left alone."
            ),
        ),
        fields=(
            Field("What", outside_words(outside)),
            Field("Effect", text(f"{plural(people, 'person', 'people')} to look at now")),
        ),
        footer=quiet(short_id),
    )
