"""Cards about what somebody has for a time: before its end, when they gave it back, and when it is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.cards import Button, Card, Field, Say, Text, Tone, When, text
from core.durations import DAY, HOUR, MINUTE
from core.language import n, says, says_n, t
from core.text import whose
from core.views.access import HeldGrant, level_words
from core.views.common import button, more_of, quiet
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
        return t("tomorrow") if left <= DAY else n("in {count} day", "in {count} days", -(-left // DAY))
    if left >= _ABOUT:
        return n("in {count} hour", "in {count} hours", max(1, round(left / HOUR)))
    return n("in {count} minute", "in {count} minutes", max(1, -(-left // MINUTE)))


def role_ending(end: Ending, role: str, lost: Sequence[str], kept: tuple[HeldRole, ...]) -> Card:
    """To its holder. ``lost``: the permissions that nothing else of theirs gives. ``kept``: the roles they have then."""
    named = [*lost[:_NAMED], *([more_of(len(lost) - _NAMED)] if len(lost) > _NAMED else [])]
    return Card(
        t("Your {role} role ends {when}", role=role, when=in_words(end.left)),
        Tone.WAITING,
        fields=(
            *_through(end),
            Field(t("Ends"), text(When(end.ends_at))),
            Field(t("Ends with it"), text(", ".join(named) or t("nothing: your other roles give the same"))),
            Field(t("Afterwards you are"), role_words(kept)),
        ),
        buttons=ending_buttons(end),
        footer=quiet(t("in {workspace}", workspace=end.workspace), _me()),
    )


def access_ending(end: Ending, reach: Reach, left: HeldGrant | None) -> Card:
    """To its holder, or to whoever gave it to a group. ``left``: what the holder of it has there afterwards."""
    facts = {"resource": reach.name, "level": reach.level, "when": in_words(end.left)}
    title = t("Your access to {resource} ({level}) ends {when}", **facts)
    if reach.holder:
        title = t("{whose} access to {resource} ({level}) ends {when}", whose=whose(reach.holder), **facts)
    with_it = says("{level} on {resource}", level=reach.level, resource=reach.name)
    if reach.under:
        with_it = says_n(
            "{level} on {resource}, and with it {count} resource under it",
            "{level} on {resource}, and with it {count} resources under it",
            reach.under,
            level=reach.level,
            resource=reach.name,
        )
    after = says("no access there") if left is None else _left(left)
    if left is not None and left.source:
        after = (*after, f", {left.source}")
    fields = [
        Field(t("Resource"), text(reach.path)),
        *_through(end),
        Field(t("Ends"), text(When(end.ends_at))),
        Field(t("Ends with it"), with_it),
        Field(t("Afterwards"), after),
    ]
    more: Text = ()
    if reach.holder:
        what = f'resource:{reach.short_id or reach.name} to:"{reach.holder}" level:{reach.level} for:7d'
        more = says("It can be given for longer: {command}", command=Say("access grant", what))
    return Card(
        title,
        Tone.WAITING,
        fields=tuple(fields),
        buttons=() if reach.holder else ending_buttons(end),
        footer=quiet(t("in {workspace}", workspace=end.workspace), more),
    )


def _left(left: HeldGrant) -> Text:
    """What is left of somebody's access, and where it comes from."""
    return says("{level}, from {path}", level=level_words(left.level, left.ends_at), path=left.path)


def _through(end: Ending) -> tuple[Field, ...]:
    return (Field(t("Through"), text(end.source)),) if end.source else ()


def ending_buttons(end: Ending) -> tuple[Button, ...]:
    names = ("time_box.extend", "time_box.extend_by") if end.extends else ()
    extend = tuple(button(name, end.subject) for name in names)
    return (*extend, button("time_box.done", end.subject))


def access_ended(reach: Reach, ended_at: int, left: HeldGrant | None, workspace: str) -> Card:
    """To its holder: the time is over."""
    fields = [Field(t("Resource"), text(reach.path)), Field(t("Ended"), text(When(ended_at)))]
    if left is not None:
        fields.append(Field(t("You still have"), _left(left)))
    return Card(
        t("Your access to {resource} ({level}) is over", resource=reach.name, level=reach.level),
        fields=tuple(fields),
        footer=quiet(
            t("in {workspace}", workspace=workspace),
            says("Ask for it again: {command}", command=_asks(reach)),
        ),
    )


def _asks(reach: Reach) -> Say:
    return Say("request access", f'resource:"{reach.path}" level:{reach.level}')


def role_done(role: str, kept: tuple[HeldRole, ...], workspace: str) -> Card:
    """To whoever pressed I'm done."""
    return Card(
        t("You are no longer {role}", role=role),
        Tone.GOOD,
        fields=(Field(t("Your role") if len(kept) < 2 else t("Your roles"), role_words(kept)),),
        footer=quiet(t("in {workspace}", workspace=workspace), _me()),
    )


def access_done(reach: Reach, left: HeldGrant | None, workspace: str) -> Card:
    """To whoever pressed I'm done."""
    fields = [Field(t("Resource"), text(reach.path))]
    if left is not None:
        fields.append(Field(t("You still have"), _left(left)))
    return Card(
        t("You gave back your access to {resource} ({level})", resource=reach.name, level=reach.level),
        Tone.GOOD,
        fields=tuple(fields),
        footer=quiet(t("in {workspace}", workspace=workspace), says("What you reach: {/access list}")),
    )


def _me() -> Text:
    return says("What you may do: {/me}")
