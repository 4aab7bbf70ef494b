"""What ``can`` and ``why`` say about a resource: how far somebody reaches on it, by what, and who could change that."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Field, Line, Say, Text, When, text
from core.language import mark, n, says, t
from core.policy import Rule
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


def through(said: Text, on: OnResource, rule: Rule, *, own: bool) -> Text:
    """What a role gives, as ``said`` in a short answer, and what else a Yes or No follows from."""
    match rule:
        case Rule.GRANTED:
            return says(
                "{said}, and {grant} reaches {resource}",
                said=said,
                grant=_by_what(on, own=own),
                resource=on.name,
            )
        case Rule.REACHES_ALL:
            return says("{said}, and {roles_reach_all}", said=said, roles_reach_all=_everywhere(on))
        case Rule.NO_GRANT:
            nothing = mark("{said}, but nothing reaches {resource}: it takes {level} there")
            return says(nothing, said=said, resource=on.name, level=on.needs)
        case Rule.LEVEL_TOO_LOW:
            low = mark("{said}, but on {resource} they have {has} only: it takes {level}")
            if own:
                low = mark("{said}, but on {resource} you have {has} only: it takes {level}")
            return says(low, said=said, resource=on.name, has=on.has, level=on.needs)
        case _:
            return said


def managing(on: OnResource, *, own: bool) -> Text:
    """The short answer where somebody may give access because they manage the resource."""
    if on.until is None and own:
        return says("You manage {resource}, and so may give access to it.", resource=on.name)
    if on.until is None:
        return says("They manage {resource}, and so may give access to it.", resource=on.name)
    said = mark("They manage {resource}, and so may give access to it until {when}.")
    if own:
        said = mark("You manage {resource}, and so may give access to it until {when}.")
    return says(said, resource=on.name, when=When(on.until))


def rule_of(on: OnResource, rule: Rule, *, own: bool) -> Text:
    """What is said behind what the roles say, in a whole explanation."""
    match rule:
        case Rule.GRANTED:
            return says(_reaching(several=len(on.grants) > 1, own=own), level=on.needs, resource=on.name)
        case Rule.REACHES_ALL:
            return text(f"{_sentence(_everywhere(on))}.") if on.everywhere else ()
        case Rule.NO_GRANT:
            return says("No grant, no access: none that counts now is on it or above it.")
        case Rule.LEVEL_TOO_LOW:
            return says("No grant that counts now goes as far as it takes.")
        case Rule.MANAGES:
            said = mark(
                "Who manages a resource may give access to it, and a grant lets them manage {resource}."
            )
            if own:
                said = mark(
                    "Who manages a resource may give access to it, and a grant lets you manage {resource}."
                )
            return says(said, resource=on.name)
        case _:
            return () if on.needs else says("It is about all of the workspace, whichever the resource.")


def _reaching(*, several: bool, own: bool) -> str:
    if several and own:
        return mark(
            "A grant of {level} or more reaches you on {resource}; of several grants the highest counts."
        )
    if several:
        return mark(
            "A grant of {level} or more reaches them on {resource}; of several grants the highest counts."
        )
    if own:
        return mark("A grant of {level} or more reaches you on {resource}.")
    return mark("A grant of {level} or more reaches them on {resource}.")


def missing(on: OnResource, *, own: bool) -> Field:
    """What it takes on the resource, and how far they reach."""
    said = mark("{level} on {resource}: nothing reaches it")
    if on.has:
        said = (
            mark("{level} on {resource}: you have {has}")
            if own
            else mark("{level} on {resource}: they have {has}")
        )
    return Field(t("Missing"), text(t(said, level=on.needs, resource=on.name, has=on.has)))


def who_could(on: OnResource, label: str) -> tuple[Field, ...]:
    """Who gives access to it, and who decides when it is asked for."""
    if on.yourself:
        return (Field(label, on.yourself),)
    names = [some_of(on.givers)] if on.givers else []
    if on.for_a_time:
        names.append(t("{names} for a time", names=some_of(on.for_a_time)))
    fields = [Field(label, text("; ".join(names) or t("nobody here")))]
    if on.approvers:
        fields.append(
            asked_for(on.approvers, Say("request access", f"resource:{on.short_id} level:{on.needs}"))
        )
    if on.at_once:
        fields.append(Field(t("In an emergency"), on.at_once))
    return tuple(fields)


def give_yourself(who: str, short_id: str, level: str, until: int | None) -> Text:
    """Whoever may give access gives it to themselves. ``who``: their name, empty for the reader."""
    if who and until is None:
        return says("{who} themselves", who=who)
    if who:
        return says("{who} themselves until {when}", who=who, when=When(until or 0))
    command = Say("access grant", f"resource:{short_id} to:me level:{level}")
    if until is None:
        return says("you: {command}", command=command)
    return says("you: {command} until {when}", command=command, when=When(until))


def asked_for(approvers: tuple[str, ...], how: Say) -> Field:
    """Who decides when it is asked for, and how it is."""
    how_to_ask = says("{names}, when it is asked for with {command}", names=some_of(approvers), command=how)
    return Field(t("Could approve it"), how_to_ask)


def lines(on: OnResource) -> tuple[Line, ...]:
    """A line for each grant on the way to the resource."""
    shown = tuple(_line(grant) for grant in on.grants[:_LINES])
    more = len(on.grants) - _LINES
    return (*shown, Line(text(n("{count} more grant", "{count} more grants", more)))) if more > 0 else shown


def _line(grant: HeldGrant) -> Line:
    what = t("{level} on {resource}", level=grant.level, resource=grant.resource)
    if grant.group:
        what = t("{grant}, to the group {group}", grant=what, group=grant.group)
    if grant.going is Going.TOO_LOW:
        what = t("{grant} does not go far enough", grant=what)
    elif grant.going is Going.NOT_ON:
        what = t("{grant} gives nothing to others", grant=what)
    said = since(what, grant.source, grant.given_at)
    if grant.ends_at is not None and grant.going is Going.ENDED:
        said = says("{line}, ended on {when}", line=said, when=When(grant.ends_at))
    elif grant.ends_at is not None:
        said = says("{line}, until {when}", line=said, when=When(grant.ends_at))
    return Line(said, dead=grant.going is not Going.ENOUGH)


def since(what: str, source: str, at: int) -> Text:
    """What somebody has, where it comes from and since when."""
    return says("{what} — {source}, since {when}", what=what, source=source, when=When(at, "date"))


def _by_what(on: OnResource, *, own: bool) -> str:
    best = next((grant for grant in on.grants if grant.going is Going.ENOUGH), None)
    if best is None:
        return t("a grant")
    found = t("a grant of {level}", level=best.level)
    if best.resource != on.name:
        found = t("a grant of {level} on {resource}", level=best.level, resource=best.resource)
    if best.group and own:
        return t("{grant}, through your group {group},", grant=found, group=best.group)
    return t("{grant}, through their group {group},", grant=found, group=best.group) if best.group else found


def _everywhere(on: OnResource) -> str:
    roles = list_of(list(dict.fromkeys(each.role for each in on.everywhere)))
    held = list_of(list(dict.fromkeys(each.permission for each in on.everywhere)))
    count = len({each.role for each in on.everywhere})
    if any(each.permission.startswith("resource:") for each in on.everywhere):
        return n(
            "{roles} reaches every resource by {permissions}",
            "{roles} reach every resource by {permissions}",
            count,
            roles=roles,
            permissions=held,
        )
    return n(
        "{roles} reaches every {kind} by {permissions}",
        "{roles} reach every {kind} by {permissions}",
        count,
        roles=roles,
        kind=on.kind,
        permissions=held,
    )


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
