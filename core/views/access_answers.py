"""What ``can`` and ``why`` say about a resource: how far somebody reaches on it, by what, and who could change that."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Field, Line, Say, Text, When, text
from core.policy import Rule
from core.text import plural
from core.views.common import list_of, some_of

_LINES = 8


class Going(Enum):
    """What a grant has to do with the question; those that count come first."""

    ENOUGH = "goes far enough"
    TOO_LOW = "does not go far enough"
    NOT_ON = "was taken in an emergency, and gives nothing on"
    ENDED = "is over"


class HeldGrant(NamedTuple):
    """A grant on the resource or above it, to somebody or (``group``) to a group of theirs."""

    level: str
    resource: str
    going: Going
    given_at: int
    source: str
    group: str = ""
    ends_at: int | None = None


class Everywhere(NamedTuple):
    """A role of theirs that reaches every such resource, whatever is granted, with the permission by which it does."""

    role: str
    permission: str


class OnResource(NamedTuple):
    """A resource in a question.

    ``needs``: the level that it takes there, empty where the permission is about all of the workspace. ``has``: how far
    they reach, empty for not at all; ``enough``: as far as it takes. ``until``: when what reaches far enough is over. ``grants``: those on the way to it. ``givers`` could give what is missing, ``for_a_time`` could until their own right ends.
    ``approvers``: who decides about it when it is asked for. ``at_once``: that the reader may take it without, in words.
    ``yourself``: that they need nobody, since they may give it to themselves; then nobody else is named.
    """

    name: str
    kind: str
    short_id: str
    needs: str
    has: str = ""
    until: int | None = None
    grants: tuple[HeldGrant, ...] = ()
    everywhere: tuple[Everywhere, ...] = ()
    givers: tuple[str, ...] = ()
    for_a_time: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    enough: bool = True
    at_once: Text = ()
    yourself: Text = ()


def through(on: OnResource, rule: Rule, *, own: bool) -> Text:
    """Behind what a role gives, in a short answer: what else a Yes or No follows from."""
    match rule:
        case Rule.GRANTED:
            return text(f", and {_by_what(on, own=own)} reaches {on.name}")
        case Rule.REACHES_ALL:
            return text(f", and {_everywhere(on)}")
        case Rule.NO_GRANT:
            return text(f", but nothing reaches {on.name}: it takes {on.needs} there")
        case Rule.LEVEL_TOO_LOW:
            who = "you have" if own else "they have"
            return text(f", but on {on.name} {who} {on.has} only: it takes {on.needs}")
        case _:
            return ()


def managing(on: OnResource, *, own: bool) -> Text:
    """The short answer where somebody may give access because they manage the resource."""
    who = "You manage" if own else "They manage"
    until = (" until ", When(on.until)) if on.until is not None else ()
    return text(f"{who} {on.name}, and so may give access to it", *until, ".")


def rule_of(on: OnResource, rule: Rule, *, own: bool) -> Text:
    """Behind what the roles say, in a whole explanation."""
    whose = "you" if own else "them"
    several = "; of several grants the highest counts" if len(on.grants) > 1 else ""
    said = {
        Rule.GRANTED: f" A grant of {on.needs} or more reaches {whose} on {on.name}{several}.",
        Rule.REACHES_ALL: f" {_sentence(_everywhere(on))}." if on.everywhere else "",
        Rule.NO_GRANT: " No grant, no access: none that counts now is on it or above it.",
        Rule.LEVEL_TOO_LOW: " No grant that counts now goes as far as it takes.",
        Rule.MANAGES: f"Who manages a resource may give access to it, and a grant lets {whose} manage {on.name}.",
    }
    other = "" if on.needs else " It is about all of the workspace, whichever the resource."
    return text(said.get(rule, other))


def missing(on: OnResource, *, own: bool) -> Field:
    """What it takes on the resource, and how far they reach."""
    who = "you have" if own else "they have"
    return Field(
        "Missing", text(f"{on.needs} on {on.name}: {f'{who} {on.has}' if on.has else 'nothing reaches it'}")
    )


def who_could(on: OnResource, label: str) -> tuple[Field, ...]:
    """Who gives access to it, and who decides when it is asked for."""
    if on.yourself:
        return (Field(label, on.yourself),)
    names = [some_of(on.givers)] if on.givers else []
    if on.for_a_time:
        names.append(f"{some_of(on.for_a_time)} for a time")
    fields = [Field(label, text("; ".join(names) or "nobody here"))]
    if on.approvers:
        fields.append(
            asked_for(on.approvers, Say("request access", f"resource:{on.short_id} level:{on.needs}"))
        )
    if on.at_once:
        fields.append(Field("In an emergency", on.at_once))
    return tuple(fields)


def give_yourself(who: str, short_id: str, level: str, until: int | None) -> Text:
    """Whoever may give access gives it to themselves. ``who``: their name, empty for the reader."""
    ends = (" until ", When(until)) if until is not None else ()
    if who:
        return text(f"{who} themselves", *ends)
    return text("you: ", Say("access grant", f"resource:{short_id} to:me level:{level}"), *ends)


def asked_for(approvers: tuple[str, ...], how: Say) -> Field:
    """Who decides when it is asked for, and how it is."""
    return Field("Could approve it", text(f"{some_of(approvers)}, when it is asked for with ", how))


def lines(on: OnResource) -> tuple[Line, ...]:
    """A line for each grant on the way to the resource."""
    shown = tuple(_line(grant) for grant in on.grants[:_LINES])
    more = len(on.grants) - _LINES
    return (*shown, Line(text(plural(more, "more grant")))) if more > 0 else shown


def _line(grant: HeldGrant) -> Line:
    over = grant.going is Going.ENDED
    to_group = f", to the group {grant.group}" if grant.group else ""
    so = {Going.TOO_LOW: " does not go far enough", Going.NOT_ON: " gives nothing to others"}.get(
        grant.going, ""
    )
    until: Text = ()
    if grant.ends_at is not None:
        until = text(", ended on " if over else ", until ", When(grant.ends_at))
    said = f"{grant.level} on {grant.resource}{to_group}{so} — {grant.source}, since "
    return Line(text(said, When(grant.given_at, "date"), *until), dead=grant.going is not Going.ENOUGH)


def _by_what(on: OnResource, *, own: bool) -> str:
    best = next((grant for grant in on.grants if grant.going is Going.ENOUGH), None)
    if best is None:
        return "a grant"
    above = f" on {best.resource}" if best.resource != on.name else ""
    group = f", through {'your' if own else 'their'} group {best.group}," if best.group else ""
    return f"a grant of {best.level}{above}{group}"


def _everywhere(on: OnResource) -> str:
    roles = list_of(list(dict.fromkeys(each.role for each in on.everywhere)))
    held = list_of(list(dict.fromkeys(each.permission for each in on.everywhere)))
    verb = "reaches" if len({each.role for each in on.everywhere}) == 1 else "reach"
    every = (
        "every resource"
        if any(e.permission.startswith("resource:") for e in on.everywhere)
        else f"every {on.kind}"
    )
    return f"{roles} {verb} {every} by {held}"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
