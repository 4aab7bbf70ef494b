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
    Style,
    Text,
    Tone,
    When,
    joined,
    text,
)
from core.language import mark, n, number, says, t
from core.permissions import Level
from core.text import whose
from core.views.common import PAGE, page_of, paging, quiet

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
    return says("{level} until {when}", level=level, when=When(ends_at)) if ends_at is not None else (level,)


def _held_words(held: HeldGrant | None) -> Text:
    return says("no grant") if held is None else level_words(held.level, held.ends_at)


def grant_words(held: tuple[HeldGrant, ...], most: int = NAMED) -> Text:
    """``Renders (edit), Cut 3 (view until …) and 4 more``; nothing where there is none."""
    shown = joined([(each.name, " (", *level_words(each.level, each.ends_at), ")") for each in held[:most]])
    return _and_more(shown, len(held) - most)


def _and_more(shown: Text, more: int) -> Text:
    return says("{list} and {count} more", list=shown, count=number(more)) if more > 0 else shown


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
    return Field(label, _and_more(shown, len(held) - NAMED))


def _grant_line(held: HeldGrant) -> Line:
    source = f" ({held.source})" if held.source else ""
    return Line((f"{held.path} — ", *level_words(held.level, held.ends_at), *text(source)))


def holding_line(held: Holding) -> Line:
    who = t("{name} (group)", name=held.name) if held.group else held.name
    level = level_words(held.level, held.ends_at)
    if held.above:
        return Line(says("{who} — {level}, from {resource}", who=who, level=level, resource=held.above))
    return Line((f"{who} — ", *level))


# --- given, and taken --------------------------------------------------------------------------------------------------


def access_granted(change: Change) -> Card:
    """To whoever gave it: what was, and what is."""
    after = change.after
    level, ends_at = (after.level, after.ends_at) if after else ("", None)
    has = {"holder": change.holder, "level": level, "resource": change.resource}
    title = t("{holder} has {level} on {resource}", **has)
    if ends_at:
        title = t("{holder} has {level} on {resource} for a time", **has)
    body = []
    above = change.from_above
    if above is not None:
        body.append(says("{path} gives them {level} here already.", path=above.path, level=above.level))
    if change.group:
        body.append(_for_a_group(change))
    return Card(title, Tone.GOOD, body=tuple(body), fields=_before_and_now(change), footer=_foot(change))


def access_revoked(change: Change) -> Card:
    body = []
    above = change.from_above
    if above is not None:
        still = mark("{path} still gives them {level} here. Take that away there.")
        body.append(says(still, path=above.path, level=above.level))
    if change.group:
        body.append(_for_a_group(change))
    title = t("{holder} has no grant on {resource} any more", holder=change.holder, resource=change.resource)
    return Card(title, Tone.GOOD, body=tuple(body), fields=_before_and_now(change), footer=_foot(change))


def _for_a_group(change: Change) -> Text:
    return says("It holds for whoever is in {group}. Nobody in it is told one by one.", group=change.holder)


def _before_and_now(change: Change) -> tuple[Field, ...]:
    return (
        Field(t("Resource"), text(change.path)),
        Field(t("Before"), _held_words(change.before)),
        Field(t("Now"), _with_those_beside(change)),
    )


def _with_those_beside(change: Change) -> Text:
    """What counts now, and when that is over, or beside it until then: ``…, then view for good, and edit until …``."""
    out = _held_words(change.after)
    for held in change.beside:
        after, level = _comes_after(held, change.after), held.level
        if held.ends_at is None and after:
            out = says("{before}, then {level} for good", before=out, level=level)
        elif held.ends_at is None:
            out = says("{before}, and {level} for good", before=out, level=level)
        elif after:
            out = says(
                "{before}, then {level} until {when}", before=out, level=level, when=When(held.ends_at)
            )
        else:
            out = says("{before}, and {level} until {when}", before=out, level=level, when=When(held.ends_at))
    return out


def _comes_after(held: HeldGrant, other: HeldGrant | None) -> bool:
    """Whether it counts only once the other is over."""
    if other is None or Level[held.level.upper()] > Level[other.level.upper()]:
        return False
    return other.ends_at is not None and (held.ends_at is None or held.ends_at > other.ends_at)


def _foot(change: Change) -> Text:
    who = says("Who has access: {command}", command=Say("resource show", f"name:{change.short_id}"))
    return quiet(change.short_id, who)


def access_given(held: HeldGrant, by: str, workspace: str) -> Card:
    """To a member: somebody gave them access, or changed it."""
    fields = [
        Field(t("Changed by"), text(by)),
        Field(t("Resource"), text(held.path)),
        Field(t("You have"), level_words(held.level, held.ends_at)),
    ]
    has = {"level": held.level, "name": held.name, "workspace": workspace}
    title = t("You have {level} on {name} in {workspace}", **has)
    if held.ends_at:
        title = t("You have {level} on {name} in {workspace} for a time", **has)
    return Card(title, Tone.GOOD, fields=tuple(fields), footer=_mine())


def access_taken(name: str, left: HeldGrant | None, by: str, workspace: str) -> Card:
    """To a member: somebody took a grant from them. ``left``: what they still have there."""
    fields = [Field(t("Changed by"), text(by))]
    title = t("Your access to {name} in {workspace} has ended", name=name, workspace=workspace)
    if left is not None:
        level = level_words(left.level, left.ends_at)
        fields.append(Field(t("You still have"), says("{level}, from {path}", level=level, path=left.path)))
        title = t("Your grant on {name} in {workspace} has ended", name=name, workspace=workspace)
    return Card(title, fields=tuple(fields), footer=_mine())


def _mine() -> Text:
    return says("What you reach: {/access list}")


# --- lists -------------------------------------------------------------------------------------------------------------


def access_of_member(
    name: str, own: bool, found: list[HeldGrant], total: int, page: int, subject: str, everything: bool
) -> Card:
    """What a member reaches by grants, theirs and their groups'. ``everything``: a role of theirs reaches all."""
    pages = -(-total // PAGE)
    body = []
    if everything:
        body.append(
            says("Your role reaches every resource, without any grant.")
            if own
            else says("Their role reaches every resource, without any grant.")
        )
    elif not total and own:
        body.append(says("You reach nothing yet. What there is: {/resource list}"))
    elif not total:
        body.append(says("{name} reaches nothing yet. What there is: {/resource list}", name=name))
    title = n("What {name} reaches ({count} grant)", "What {name} reaches ({count} grants)", total, name=name)
    if own:
        title = n("What you reach ({count} grant)", "What you reach ({count} grants)", total)
    return Card(
        title,
        body=tuple(body),
        lines=tuple(map(_grant_line, found)),
        buttons=paging("access.list", subject, page, pages),
        footer=quiet(page_of(page, pages)),
    )


def access_on_resource(
    path: str, short_id: str, found: list[Holding], total: int, page: int, subject: str
) -> Card:
    """Who has access to a resource, through grants on it and above it."""
    pages = -(-total // PAGE)
    empty = says("Nobody has a grant on it. Give one with {/access grant}.")
    return Card(
        n(
            "Who has access to {path} ({count} grant)",
            "Who has access to {path} ({count} grants)",
            total,
            path=path,
        ),
        body=() if total else (empty,),
        lines=tuple(map(holding_line, found)),
        buttons=paging("access.list", subject, page, pages),
        footer=quiet(short_id, page_of(page, pages)),
    )


# --- menus -------------------------------------------------------------------------------------------------------------


def access_whom(resource: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Grant on a resource: the question is to whom. ``more``: not everybody fits into the menu."""
    return _choosing(t("Who gets access to {resource}?", resource=resource), menu, more, "access grant")


def access_what(holder: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Grant on a member: the question is on what."""
    return _choosing(t("What should {holder} have access to?", holder=holder), menu, more, "access grant")


def access_whose(name: str, menu: Menu, more: bool) -> Card:
    """Somebody pressed Revoke: the question is which grant."""
    return _choosing(t("Which grant on {name} ends?", name=name), menu, more, "access revoke")


def access_of_whom(name: str, menu: Menu, more: bool) -> Card:
    return _choosing(t("Which of {whose} grants ends?", whose=whose(name)), menu, more, "access revoke")


def access_level(holder: str, resource: str, subject: str) -> Card:
    """The last question before it is given: how far? It is given for good; a time takes the typed form."""
    choices = tuple(Choice(level.word, level.word) for level in Level)
    timed = says("It has no end then. For a time, type {/access grant} with for.")
    return Card(
        t("How much may {holder} do on {resource}?", holder=holder, resource=resource),
        Tone.WAITING,
        body=(says("Each level includes those before it: view, use, edit, manage."), timed),
        menus=(Menu(t("Level"), "access.level", subject, choices),),
    )


def _choosing(title: str, menu: Menu, more: bool, command: str) -> Card:
    nothing = says("There is nothing to choose from here.")
    rest = says("Not everything fits into the menu: for the rest type {command}.", command=Say(command))
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
        out.append(Button(t("Grant"), "access.grant", subject))
    if take:
        out.append(Button(t("Revoke"), "access.revoke", subject, Style.DANGER))
    return tuple(out)
