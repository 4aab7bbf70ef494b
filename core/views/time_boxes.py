"""Cards about what somebody has for a time: before its end, when they gave it back, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.cards import Button, Card, Field, Say, Text, Tone, When, text
from core.durations import DAY, HOUR, MINUTE
from core.text import plural, whose
from core.views.access import HeldGrant, level_words
from core.views.common import button, quiet
from core.views.members import HeldRole, role_words

#: So many permissions are named.
_NAMED = 6
#: What lasts about as long as was meant is said in round words; a notice that comes late says how little is left.
_ABOUT = 55 * MINUTE
_TOMORROW = 23 * HOUR


class Ending(NamedTuple):
    """Something that ends soon. ``subject``: what its buttons carry. ``left``: seconds until the end.

    ``extends``: it can be made longer.
    """

    subject: str
    workspace: str
    ends_at: int
    left: int
    source: str = ""
    extends: bool = True


class Reach(NamedTuple):
    """A grant as its holder reads of it. ``holder``: the group that has it, empty for their own.

    ``under``: how many resources under it are reached by it too.
    """

    name: str
    path: str
    level: str
    under: int = 0
    holder: str = ""
    short_id: str = ""


def in_words(left: int) -> str:
    """``tomorrow``, ``in 1 hour``, or less where the notice comes late."""
    if left >= _TOMORROW:
        return "tomorrow" if left <= DAY else f"in {plural(-(-left // DAY), 'day')}"
    if left >= _ABOUT:
        return f"in {plural(max(1, round(left / HOUR)), 'hour')}"
    return f"in {plural(max(1, -(-left // MINUTE)), 'minute')}"


def role_ending(end: Ending, role: str, lost: Sequence[str], kept: tuple[HeldRole, ...]) -> Card:
    """To its holder. ``lost``: the permissions that nothing else of theirs gives. ``kept``: the roles they have then."""
    named = list(lost[:_NAMED])
    if len(lost) > _NAMED:
        named.append(f"{len(lost) - _NAMED:,} more")
    return Card(
        f"Your {role} role ends {in_words(end.left)}",
        Tone.WAITING,
        fields=(
            *_through(end),
            Field("Ends", text(When(end.ends_at))),
            Field("Ends with it", text(", ".join(named) or "nothing: your other roles give the same")),
            Field("Afterwards you are", role_words(kept)),
        ),
        buttons=_buttons(end),
        footer=quiet(f"in {end.workspace}", _me()),
    )


def access_ending(end: Ending, reach: Reach, left: HeldGrant | None) -> Card:
    """To its holder, or to whoever gave it to a group. ``left``: what the holder of it has there afterwards."""
    theirs = f"{whose(reach.holder)} access" if reach.holder else "Your access"
    under = f", and with it {plural(reach.under, 'resource')} under it" if reach.under else ""
    after = text("no access there")
    if left is not None:
        through = f", {left.source}" if left.source else ""
        after = (*level_words(left.level, left.ends_at), f", from {left.path}{through}")
    fields = [
        Field("Resource", text(reach.path)),
        *_through(end),
        Field("Ends", text(When(end.ends_at))),
        Field("Ends with it", text(f"{reach.level} on {reach.name}{under}")),
        Field("Afterwards", after),
    ]
    more: Text = ()
    if reach.holder:
        what = f'resource:{reach.short_id or reach.name} to:"{reach.holder}" level:{reach.level} for:7d'
        more = text("It can be given for longer: ", Say("access grant", what))
    return Card(
        f"{theirs} to {reach.name} ({reach.level}) ends {in_words(end.left)}",
        Tone.WAITING,
        fields=tuple(fields),
        buttons=() if reach.holder else _buttons(end),
        footer=quiet(f"in {end.workspace}", more),
    )


def _through(end: Ending) -> tuple[Field, ...]:
    return (Field("Through", text(end.source)),) if end.source else ()


def _buttons(end: Ending) -> tuple[Button, ...]:
    extend = (button("time_box.extend", end.subject),) if end.extends else ()
    return (*extend, button("time_box.done", end.subject))


def access_ended(reach: Reach, ended_at: int, left: HeldGrant | None, workspace: str) -> Card:
    """To its holder: the time is over."""
    fields = [Field("Resource", text(reach.path)), Field("Ended", text(When(ended_at)))]
    if left is not None:
        has = (*level_words(left.level, left.ends_at), f", from {left.path}")
        fields.append(Field("You still have", has))
    return Card(
        f"Your access to {reach.name} ({reach.level}) is over",
        fields=tuple(fields),
        footer=quiet(f"in {workspace}", text("Ask for it again: ", _asks(reach))),
    )


def _asks(reach: Reach) -> Say:
    return Say("request access", f'resource:"{reach.path}" level:{reach.level}')


def role_done(role: str, kept: tuple[HeldRole, ...], workspace: str) -> Card:
    """To whoever pressed I'm done."""
    return Card(
        f"You are no longer {role}",
        Tone.GOOD,
        fields=(Field("Your role" if len(kept) < 2 else "Your roles", role_words(kept)),),
        footer=quiet(f"in {workspace}", _me()),
    )


def access_done(reach: Reach, left: HeldGrant | None, workspace: str) -> Card:
    """To whoever pressed I'm done."""
    fields = [Field("Resource", text(reach.path))]
    if left is not None:
        has = (*level_words(left.level, left.ends_at), f", from {left.path}")
        fields.append(Field("You still have", has))
    return Card(
        f"You gave back your access to {reach.name} ({reach.level})",
        Tone.GOOD,
        fields=tuple(fields),
        footer=quiet(f"in {workspace}", text("What you reach: ", Say("access list"))),
    )


def _me() -> Text:
    return text("What you may do: ", Say("me"))
