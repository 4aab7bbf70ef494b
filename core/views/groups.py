"""Cards about groups: who is in them, what they reach, and how that changes."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Span, Text, Tone, When, joined, text
from core.language import mark, n, number, says, t
from core.views.common import PAGE, confirming, list_of, page_of, paging, quiet

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
    out = joined([_reached(each) for each in reached]) or says("nothing yet")
    return says("{list} and {count} more", list=out, count=number(more)) if more else out


def _reached(each: Reached) -> Text:
    if each.ends_at is None:
        return text(f"{each.name} ({each.level})")
    return says("{name} ({level}, until {when})", name=each.name, level=each.level, when=When(each.ends_at))


def _what(facts: GroupFacts) -> tuple[Field, ...]:
    fields = [
        Field(t("Members"), text(number(facts.members) if facts.members else t("nobody yet"))),
        *_means(facts),
    ]
    return tuple(fields)


def _means(facts: GroupFacts) -> list[Field]:
    """What it is to be in it."""
    fields = []
    if facts.reaches is not None:
        fields.append(Field(t("Reaches"), reached_words(facts.reaches, facts.more)))
    if facts.answers:
        fields.append(Field(t("Answers"), says("requests for {kinds}", kinds=list_of(facts.answers))))
    return fields


def group_created(facts: GroupFacts) -> Card:
    add = Say("group add", _named(facts.name))
    return Card(
        t("New group: {group}", group=facts.name),
        Tone.GOOD,
        body=(says("Nobody is in it yet. Put people in with {command}.", command=add),),
        footer=quiet(facts.short_id, t("in {workspace}", workspace=facts.workspace)),
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
        Line(
            says(
                "{name} — since {when}, {source}",
                name=each.name,
                when=When(each.added_at, "date"),
                source=each.source,
            )
        )
        for each in found
    )
    add = says("Put people in: {command}", command=Say("group add", _named(facts.name))) if manages else ()
    return Card(
        t("Group: {group}", group=facts.name),
        fields=_what(facts),
        lines=lines,
        buttons=(*paging("group.show", subject, page, pages), *more),
        footer=quiet(facts.short_id, page_of(page, pages), add),
    )


def group_list(
    found: list[GroupLine], total: int, page: int, subject: str, workspace: str, *, manages: bool
) -> Card:
    """One page of groups; ``total`` counts all."""
    pages = max(1, -(-total // PAGE))
    empty = says("There are no groups yet.")
    if manages:
        empty = says("There are no groups yet. Make one with {/group create}.")
    return Card(
        t("Groups in {workspace} ({count})", workspace=workspace, count=number(total)),
        body=() if found else (empty,),
        lines=tuple(map(_line, found)),
        buttons=paging("group.list", subject, page, pages),
        footer=quiet(page_of(page, pages), says("More about one: {/group show}") if found else ""),
    )


def _line(group: GroupLine) -> Line:
    if group.own:
        many = n(
            "{group} — {count} member, you among them",
            "{group} — {count} members, you among them",
            group.members,
            group=group.name,
        )
        return Line(text(many))
    return Line(
        text(n("{group} — {count} member", "{group} — {count} members", group.members, group=group.name))
    )


_RESULTS = {
    "added": mark("{who} is in it now"),
    "removed": mark("{who} is no longer in it"),
    "already": mark("{who} was in it already"),
    "absent": mark("{who} was not in it"),
    "unknown": mark(
        "{who} is nobody here: use a mention, an e-mail address or a name from the list of members"
    ),
    "ambiguous": mark("{who} is the name of several members: use a mention or the short id"),
    "above": mark("{who} stands above you"),
    "yourself": mark("{who} is you: the group reaches more than you could give yourself"),
}
_COUNTED = {
    "added": mark("{count} added"),
    "removed": mark("{count} removed"),
    "already": mark("{count} in it already"),
    "absent": mark("{count} not in it"),
    "unknown": mark("{count} unknown"),
    "ambiguous": mark("{count} not clear"),
    "above": mark("{count} above you"),
    "yourself": mark("not you yourself"),
}


def members_moved(facts: GroupFacts, lines: list[AddedLine]) -> Card:
    """To whoever put people into a group or took them out: how many of each, and a line each for what was no success."""
    of = Counter(line.outcome for line in lines)
    moved = of["added"] + of["removed"]
    if moved == len(lines) == 1:
        now = mark("{name} is in {group}") if of["added"] else mark("{name} is no longer in {group}")
        title = t(now, name=_name(lines[0]), group=facts.name)
        lines = []
    else:
        counts = [t(words, count=number(of[outcome])) for outcome, words in _COUNTED.items() if of[outcome]]
        title = f"{facts.name}: {', '.join(counts)}"
    ordered = sorted(lines, key=lambda line: line.outcome in {"added", "removed"})
    show = Say("group show", f'name:"{facts.name}"')
    return Card(
        title,
        Tone.GOOD if moved else Tone.PLAIN,
        fields=_what(facts),
        lines=tuple(
            Line(says(_RESULTS[line.outcome], who=line.who), dead=line.outcome not in {"added", "removed"})
            for line in ordered
        ),
        footer=quiet(facts.short_id, says("Who is in it: {command}", command=show)),
    )


def _name(line: AddedLine) -> str:
    return line.who if isinstance(line.who, str) else t("One person")


def group_deletion(
    facts: GroupFacts, names: tuple[str, ...], invitations: tuple[str, ...], subject: str
) -> Card:
    """What goes with a group, before it is deleted. ``names``: the first of its members; ``invitations``: that carry it."""
    fields = []
    if names:
        more = facts.members - len(names)
        fields.append(Field(t("Its members"), text(_some(names, more))))
    fields += _means(facts)
    if invitations:
        some = invitations[:_NAMED]
        fields.append(Field(t("Invitations with it"), text(_some(some, len(invitations) - len(some)))))
    lost = t("What it reaches, they reach only if they have it in another way. This can't be undone.")
    return Card(
        t("Delete the group {group}?", group=facts.name),
        Tone.WAITING,
        body=(text(f"{_people(facts.members)} {lost}"),),
        fields=tuple(fields),
        buttons=confirming(subject),
        footer=quiet(facts.short_id, t("in {workspace}", workspace=facts.workspace)),
    )


def _people(count: int) -> str:
    if not count:
        return t("Nobody is in it.")
    return n(
        "{count} person is in it and stays a member of the workspace.",
        "{count} people are in it and stay members of the workspace.",
        count,
    )


def _some(names: tuple[str, ...], more: int) -> str:
    listed = ", ".join(names)
    return t("{list} and {count} more", list=listed, count=number(more)) if more > 0 else listed


def group_deleted(name: str, members: int, grants: int, workspace: str) -> Card:
    reached = n("{count} resource", "{count} resources", grants)
    gone = n(
        "{count} person was in it; it reached {resources}.",
        "{count} people were in it; it reached {resources}.",
        members,
        resources=reached,
    )
    return Card(
        t("Deleted: {name}", name=name),
        Tone.GOOD,
        body=(text(gone),),
        footer=quiet(t("in {workspace}", workspace=workspace), says("What is left: {/group list}")),
    )


def group_joined(name: str, by: str, reaches: tuple[Reached, ...], more: int, workspace: str) -> Card:
    """To a member: somebody put them into a group."""
    fields = (
        Field(t("Changed by"), text(by)),
        Field(t("You reach through it"), reached_words(reaches, more)),
    )
    title = t("You are in the group {name} in {workspace}", name=name, workspace=workspace)
    return Card(title, Tone.GOOD, fields=fields, footer=_me())


def group_left(name: str, by: str, workspace: str, *, deleted: bool = False) -> Card:
    """To a member: somebody took them out of a group, or ``deleted`` it."""
    gone = says("The group was deleted. What it reached, you reach only if you have it in another way.")
    return Card(
        t("You are no longer in the group {name} in {workspace}", name=name, workspace=workspace),
        body=(gone,) if deleted else (),
        fields=(Field(t("Changed by"), text(by)),),
        footer=_me(),
    )


def _me() -> Text:
    return says("What you have now: {/me}")
