"""Cards about access: who has what level on what, how it is given and taken, and what members hear of it."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import (
    Button,
    Card,
    Choice,
    Field,
    Line,
    Menu,
    Say,
    Span,
    Style,
    Text,
    Tone,
    When,
    joined,
    text,
)
from core.permissions import Level
from core.text import plural, whose
from core.views.common import PAGE, paging, quiet

#: So much of what somebody reaches is named on a card about more than that.
NAMED = 5


class HeldGrant(NamedTuple):
    """A live grant as cards show it. ``path``: where the resource stands, in names; ``source``: in words."""

    name: str
    path: str
    level: str
    ends_at: int | None = None
    source: str = ""


class Holding(NamedTuple):
    """Somebody who has access to a resource. ``group``: it is a group; ``above``: the resource further up it comes from."""

    name: str
    level: str
    ends_at: int | None = None
    group: bool = False
    above: str = ""


class Change(NamedTuple):
    """A grant that was changed. ``group``: to a group; ``before`` and ``after``: none for no grant.

    ``from_above``: what further up gives the holder, and how much. ``beside``: what they have there beside ``after``, which
    counts once that is over, or as long as it goes further.
    """

    holder: str
    resource: str
    path: str
    short_id: str
    group: bool = False
    before: HeldGrant | None = None
    after: HeldGrant | None = None
    from_above: HeldGrant | None = None
    beside: tuple[HeldGrant, ...] = ()


# --- phrases -----------------------------------------------------------------------------------------------------------


def level_words(level: str, ends_at: int | None) -> Text:
    """``edit``, or ``edit until …``."""
    return text(level, *((" until ", When(ends_at)) if ends_at is not None else ()))


def _held_words(held: HeldGrant | None) -> Text:
    return text("no grant") if held is None else level_words(held.level, held.ends_at)


def grant_words(held: tuple[HeldGrant, ...], most: int = NAMED) -> Text:
    """``Renders (edit), Cut 3 (view until …) and 4 more``; nothing where there is none."""
    shown = joined([(each.name, " (", *level_words(each.level, each.ends_at), ")") for each in held[:most]])
    more = len(held) - most
    return (*shown, f" and {more:,} more") if more > 0 else shown


def access_field(label: str, held: tuple[HeldGrant, ...], *, sources: bool = False) -> Field:
    """What somebody reaches, the first few; where asked for, each with where it comes from."""
    if not sources:
        return Field(label, grant_words(held))
    shown = joined(
        [
            (
                each.name,
                " (",
                *level_words(each.level, each.ends_at),
                *text(f", {each.source}" if each.source else ""),
                ")",
            )
            for each in held[:NAMED]
        ]
    )
    more = len(held) - NAMED
    return Field(label, (*shown, f" and {more:,} more") if more > 0 else shown)


def _grant_line(held: HeldGrant) -> Line:
    source = f" ({held.source})" if held.source else ""
    return Line((f"{held.path} — ", *level_words(held.level, held.ends_at), *text(source)))


def holding_line(held: Holding) -> Line:
    who = f"{held.name} (group)" if held.group else held.name
    above = text(f", from {held.above}") if held.above else ()
    return Line((f"{who} — ", *level_words(held.level, held.ends_at), *above))


# --- given, and taken --------------------------------------------------------------------------------------------------


def access_granted(change: Change) -> Card:
    """To whoever gave it: what was, and what is."""
    after = change.after
    level, ends_at = (after.level, after.ends_at) if after else ("", None)
    title = f"{change.holder} has {level} on {change.resource}" + (" for a time" if ends_at else "")
    body = []
    if change.from_above is not None:
        has = (f"{change.from_above.path} gives them ", *level_words(change.from_above.level, None))
        body.append((*has, " here already."))
    if change.group:
        body.append(text(f"It holds for whoever is in {change.holder}. Nobody in it is told one by one."))
    return Card(title, Tone.GOOD, body=tuple(body), fields=_before_and_now(change), footer=_foot(change))


def access_revoked(change: Change) -> Card:
    body = []
    if change.from_above is not None:
        has = (f"{change.from_above.path} still gives them ", *level_words(change.from_above.level, None))
        body.append((*has, " here. Take that away there."))
    if change.group:
        body.append(text(f"It holds for whoever is in {change.holder}. Nobody in it is told one by one."))
    title = f"{change.holder} has no grant on {change.resource} any more"
    return Card(title, Tone.GOOD, body=tuple(body), fields=_before_and_now(change), footer=_foot(change))


def _before_and_now(change: Change) -> tuple[Field, ...]:
    return (
        Field("Resource", text(change.path)),
        Field("Before", _held_words(change.before)),
        Field("Now", (*_held_words(change.after), *_beside(change))),
    )


def _beside(change: Change) -> Text:
    """What counts when this is over, or beside it until then: ``, then view for good``, ``, and edit until …``."""
    out: list[Span] = []
    for held in change.beside:
        end = (" for good",) if held.ends_at is None else (" until ", When(held.ends_at))
        out += [", then " if _comes_after(held, change.after) else ", and ", held.level, *end]
    return tuple(out)


def _comes_after(held: HeldGrant, other: HeldGrant | None) -> bool:
    """Whether it counts only once the other is over."""
    if other is None or Level[held.level.upper()] > Level[other.level.upper()]:
        return False
    return other.ends_at is not None and (held.ends_at is None or held.ends_at > other.ends_at)


def _foot(change: Change) -> Text:
    who = text("Who has access: ", Say("resource show", f"name:{change.short_id}"))
    return quiet(change.short_id, who)


def access_given(held: HeldGrant, by: str, workspace: str) -> Card:
    """To a member: somebody gave them access, or changed it."""
    fields = [
        Field("Changed by", text(by)),
        Field("Resource", text(held.path)),
        Field("You have", level_words(held.level, held.ends_at)),
    ]
    title = f"You have {held.level} on {held.name} in {workspace}"
    return Card(
        f"{title} for a time" if held.ends_at else title, Tone.GOOD, fields=tuple(fields), footer=_mine()
    )


def access_taken(name: str, left: HeldGrant | None, by: str, workspace: str) -> Card:
    """To a member: somebody took a grant from them. ``left``: what they still have there."""
    fields = [Field("Changed by", text(by))]
    if left is not None:
        fields.append(
            Field("You still have", (*level_words(left.level, left.ends_at), f", from {left.path}"))
        )
    title = f"Your access to {name} in {workspace} has ended"
    if left is not None:
        title = f"Your grant on {name} in {workspace} has ended"
    return Card(title, fields=tuple(fields), footer=_mine())


def _mine() -> Text:
    return text("What you reach: ", Say("access list"))


# --- lists -------------------------------------------------------------------------------------------------------------


def access_of_member(
    name: str, own: bool, found: list[HeldGrant], total: int, page: int, subject: str, everything: bool
) -> Card:
    """What a member reaches by grants, theirs and their groups'. ``everything``: a role of theirs reaches all."""
    pages = -(-total // PAGE)
    body = []
    if everything:
        reaches = "Your role reaches" if own else "Their role reaches"
        body.append(text(f"{reaches} every resource, without any grant."))
    elif not total:
        who = "You reach" if own else f"{name} reaches"
        body.append(text(f"{who} nothing yet. What there is: ", Say("resource list")))
    title = "What you reach" if own else f"What {name} reaches"
    return Card(
        f"{title} ({plural(total, 'grant')})",
        body=tuple(body),
        lines=tuple(map(_grant_line, found)),
        buttons=paging("access.list", subject, page, pages),
        footer=quiet(f"page {page + 1:,} of {pages:,}" if pages > 1 else ""),
    )


def access_on_resource(
    path: str, short_id: str, found: list[Holding], total: int, page: int, subject: str
) -> Card:
    """Who has access to a resource, through grants on it and above it."""
    pages = -(-total // PAGE)
    empty = text("Nobody has a grant on it. Give one with ", Say("access grant"), ".")
    return Card(
        f"Who has access to {path} ({plural(total, 'grant')})",
        body=() if total else (empty,),
        lines=tuple(map(holding_line, found)),
        buttons=paging("access.list", subject, page, pages),
        footer=quiet(short_id, f"page {page + 1:,} of {pages:,}" if pages > 1 else ""),
    )


# --- menus -------------------------------------------------------------------------------------------------------------


def access_whom(resource: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Grant on a resource: the question is to whom. ``more``: not everybody fits into the menu."""
    return _choosing(f"Who gets access to {resource}?", menu, more, "access grant")


def access_what(holder: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Grant on a member: the question is on what."""
    return _choosing(f"What should {holder} have access to?", menu, more, "access grant")


def access_whose(name: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Revoke: the question is which grant."""
    return _choosing(f"Which grant on {name} ends?", menu, more, "access revoke")


def access_of_whom(name: str, menu: Menu, more: bool) -> Card:
    return _choosing(f"Which of {whose(name)} grants ends?", menu, more, "access revoke")


def access_level(holder: str, resource: str, subject: str) -> Card:
    """The last question before it is given: how far? It is given for good; a time takes the typed form."""
    choices = tuple(Choice(level.word, level.word) for level in Level)
    timed = text("It has no end then. For a time, type ", Say("access grant"), " with for.")
    return Card(
        f"How much may {holder} do on {resource}?",
        Tone.WAITING,
        body=(text("Each level includes those before it: view, use, edit, manage."), timed),
        menus=(Menu("Level", "access.level", subject, choices),),
    )


def _choosing(title: str, menu: Menu, more: bool, command: str) -> Card:
    nothing = text("There is nothing to choose from here.")
    rest = text("Not everything fits into the menu: for the rest type ", Say(command), ".")
    return Card(
        title,
        Tone.WAITING,
        body=() if menu.choices and not more else (rest,) if menu.choices else (nothing,),
        menus=(menu,) if menu.choices else (),
    )


def both_ways(subject: str, *, give: bool, take: bool) -> tuple[Button, ...]:
    """Grant and Revoke, on the card of a member or a resource, as far as whoever looks may."""
    out = []
    if give:
        out.append(Button("Grant", "access.grant", subject))
    if take:
        out.append(Button("Revoke", "access.revoke", subject, Style.DANGER))
    return tuple(out)
