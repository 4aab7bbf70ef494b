"""Cards about groups: who is in them, what they reach, and how that changes."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Span, Text, Tone, When, joined, text
from core.text import plural
from core.views.common import PAGE, confirming, list_of, paging, quiet

#: So many resources that a group reaches are named.
REACHED = 10
#: So many names stand in one field.
_NAMED = 10


class Reached(NamedTuple):
    """A resource that somebody reaches, how far and until when."""

    name: str
    level: str
    ends_at: int | None = None


class GroupFacts(NamedTuple):
    """A group as cards show it. ``reaches``: None where whoever looks may not know; ``more``: how many are not named."""

    short_id: str
    name: str
    workspace: str
    members: int
    reaches: tuple[Reached, ...] | None = None
    more: int = 0
    answers: tuple[str, ...] = ()


class GroupMember(NamedTuple):
    """Somebody in a group. ``source`` says in words how they came into it."""

    name: str
    added_at: int
    source: str


class GroupLine(NamedTuple):
    """A group in a list. ``own``: whoever looks is in it."""

    name: str
    members: int
    own: bool


class AddedLine(NamedTuple):
    """What became of one entry of a list of members."""

    who: Span
    outcome: str  # added, removed, already, absent, unknown, ambiguous, above, yourself


def reached_words(reached: tuple[Reached, ...], more: int = 0) -> Text:
    """``Site (edit), Plans (view, until …)``; ``more``: how many further ones there are."""
    parts = [
        (each.name, f" ({each.level}", *(text(", until ", When(each.ends_at)) if each.ends_at else ()), ")")
        for each in reached
    ]
    out = joined(parts) or text("nothing yet")
    return (*out, f" and {more:,} more") if more else out


def _what(facts: GroupFacts) -> tuple[Field, ...]:
    fields = [Field("Members", text(f"{facts.members:,}" if facts.members else "nobody yet"))]
    if facts.reaches is not None:
        fields.append(Field("Reaches", reached_words(facts.reaches, facts.more)))
    if facts.answers:
        fields.append(Field("Answers", text(f"requests for {list_of(facts.answers)}")))
    return tuple(fields)


def group_created(facts: GroupFacts) -> Card:
    return Card(
        f"New group: {facts.name}",
        Tone.GOOD,
        body=(text("Nobody is in it yet. Put people in with ", Say("group add", _named(facts.name)), "."),),
        footer=quiet(facts.short_id, f"in {facts.workspace}"),
    )


def _named(name: str) -> str:
    return f'group:"{name}"'


def group_shown(
    facts: GroupFacts,
    found: list[GroupMember],
    page: int,
    subject: str,
    more: tuple[Button, ...] = (),
    *,
    manages: bool,
) -> Card:
    """A group with one page of its members. ``manages``: whether whoever looks may say who is in it.

    ``more``: what else they may press.
    """
    pages = max(1, -(-facts.members // PAGE))
    lines = tuple(
        Line(text(f"{each.name} — since ", When(each.added_at, "date"), f", {each.source}")) for each in found
    )
    add = text("Put people in: ", Say("group add", _named(facts.name))) if manages else ()
    return Card(
        f"Group: {facts.name}",
        fields=_what(facts),
        lines=lines,
        buttons=(*paging("group.show", subject, page, pages), *more),
        footer=quiet(facts.short_id, f"page {page + 1:,} of {pages:,}" if pages > 1 else "", add),
    )


def group_list(
    found: list[GroupLine], total: int, page: int, subject: str, workspace: str, *, manages: bool
) -> Card:
    """One page of groups; ``total`` counts all."""
    pages = max(1, -(-total // PAGE))
    make = text(" Make one with ", Say("group create"), ".") if manages else ()
    return Card(
        f"Groups in {workspace} ({total:,})",
        body=() if found else (text("There are no groups yet.", *make),),
        lines=tuple(map(_line, found)),
        buttons=paging("group.list", subject, page, pages),
        footer=quiet(
            f"page {page + 1:,} of {pages:,}" if pages > 1 else "",
            text("More about one: ", Say("group show")) if found else "",
        ),
    )


def _line(group: GroupLine) -> Line:
    own = ", you among them" if group.own else ""
    return Line(text(f"{group.name} — {plural(group.members, 'member')}{own}"))


_RESULTS = {
    "added": "is in it now",
    "removed": "is no longer in it",
    "already": "was in it already",
    "absent": "was not in it",
    "unknown": "is nobody here: use a mention, an e-mail address or a name from the list of members",
    "ambiguous": "is the name of several members: use a mention or the short id",
    "above": "stands above you",
    "yourself": "is you: the group reaches more than you could give yourself",
}
_COUNTED = {
    "added": "{} added",
    "removed": "{} removed",
    "already": "{} in it already",
    "absent": "{} not in it",
    "unknown": "{} unknown",
    "ambiguous": "{} not clear",
    "above": "{} above you",
    "yourself": "not you yourself",
}


def members_moved(facts: GroupFacts, lines: list[AddedLine]) -> Card:
    """To whoever put people into a group or took them out: how many of each, and a line each for what was no success."""
    of = Counter(line.outcome for line in lines)
    moved = of["added"] + of["removed"]
    done = "removed" if of["removed"] or of["absent"] else "added"
    if moved == len(lines) == 1:
        title = f"{_name(lines[0])} is {'in' if done == 'added' else 'no longer in'} {facts.name}"
        lines = []
    else:
        counts = [words.format(f"{of[outcome]:,}") for outcome, words in _COUNTED.items() if of[outcome]]
        title = f"{facts.name}: {', '.join(counts)}"
    ordered = sorted(lines, key=lambda line: line.outcome in {"added", "removed"})
    return Card(
        title,
        Tone.GOOD if moved else Tone.PLAIN,
        fields=_what(facts),
        lines=tuple(
            Line((line.who, f" {_RESULTS[line.outcome]}"), dead=line.outcome not in {"added", "removed"})
            for line in ordered
        ),
        footer=quiet(facts.short_id, text("Who is in it: ", Say("group show", f'name:"{facts.name}"'))),
    )


def _name(line: AddedLine) -> str:
    return line.who if isinstance(line.who, str) else "One person"


def group_deletion(
    facts: GroupFacts, names: tuple[str, ...], invitations: tuple[str, ...], subject: str
) -> Card:
    """What goes with a group, before it is deleted. ``names``: the first of its members; ``invitations``: that carry it."""
    fields = []
    if names:
        more = facts.members - len(names)
        fields.append(Field("Its members", text(_some(names, more))))
    fields += [field for field in _what(facts) if field.label != "Members"]
    if invitations:
        some = invitations[:_NAMED]
        fields.append(Field("Invitations with it", text(_some(some, len(invitations) - len(some)))))
    return Card(
        f"Delete the group {facts.name}?",
        Tone.WAITING,
        body=(
            text(
                f"{_people(facts.members)} What it reaches, they reach only if they have it in another way. "
                "This can't be undone."
            ),
        ),
        fields=tuple(fields),
        buttons=confirming(subject),
        footer=quiet(facts.short_id, f"in {facts.workspace}"),
    )


def _people(count: int) -> str:
    if not count:
        return "Nobody is in it."
    return f"{plural(count, 'person is', 'people are')} in it and stay members of the workspace."


def _some(names: tuple[str, ...], more: int) -> str:
    return f"{', '.join(names)} and {more:,} more" if more > 0 else ", ".join(names)


def group_deleted(name: str, members: int, grants: int, workspace: str) -> Card:
    gone = f"{plural(members, 'person was', 'people were')} in it; it reached {plural(grants, 'resource')}."
    return Card(
        f"Deleted: {name}",
        Tone.GOOD,
        body=(text(gone),),
        footer=quiet(f"in {workspace}", text("What is left: ", Say("group list"))),
    )


def group_joined(name: str, by: str, reaches: tuple[Reached, ...], more: int, workspace: str) -> Card:
    """To a member: somebody put them into a group."""
    fields = (Field("Changed by", text(by)), Field("You reach through it", reached_words(reaches, more)))
    return Card(f"You are in the group {name} in {workspace}", Tone.GOOD, fields=fields, footer=_me())


def group_left(name: str, by: str, workspace: str, *, deleted: bool = False) -> Card:
    """To a member: somebody took them out of a group, or ``deleted`` it."""
    gone = text("The group was deleted. What it reached, you reach only if you have it in another way.")
    return Card(
        f"You are no longer in the group {name} in {workspace}",
        body=(gone,) if deleted else (),
        fields=(Field("Changed by", text(by)),),
        footer=_me(),
    )


def _me() -> Text:
    return text("What you have now: ", Say("me"))
