"""Cards about resources: what there is, where it stands, and what goes with it."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Text, Tone, joined, text
from core.text import plural
from core.views.access import HeldGrant, Holding, both_ways, holding_line, level_words
from core.views.common import confirming, quiet


class ResourceFacts(NamedTuple):
    """A resource as cards show it to somebody. ``reached``: they may know all about it, else only that it is there.

    ``yours``: what their best grant gives them, None for no grant; ``everything``: a role of theirs reaches it anyway.
    ``holders``: the first of those who have access, of ``held`` grants. ``inside``: how many stand directly under it.
    ``may_give``: the reader may give and take access to it.
    """

    subject: str
    short_id: str
    workspace: str
    kind: str
    name: str
    path: str
    outside_id: str = ""
    reached: bool = True
    yours: HeldGrant | None = None
    everything: bool = False
    holders: tuple[Holding, ...] = ()
    held: int = 0
    inside: int = 0
    may_give: bool = False
    place: Text = ()
    troubles: tuple[Line, ...] = ()


class ResourceLine(NamedTuple):
    """A resource in a list. ``depth``: how far it stands under the first level shown; ``path``: where the tree is not shown."""

    short_id: str
    kind: str
    name: str
    depth: int = 0
    path: str = ""


class Going(NamedTuple):
    """What goes with a resource: how many under it, grants on all of them, open requests, invitations that carry them."""

    under: int
    grants: int
    requests: int
    invitations: int


def resource_created(facts: ResourceFacts) -> Card:
    give = text("Give access: ", Say("access grant", f"resource:{facts.short_id}"))
    return Card(
        f"New {facts.kind}: {facts.name}",
        Tone.GOOD,
        body=(text("Nobody reaches it yet, unless by what stands above it or by their role."),),
        fields=_what(facts),
        footer=quiet(facts.short_id, give),
    )


def _what(facts: ResourceFacts) -> tuple[Field, ...]:
    fields = [Field("Path", text(facts.path)), Field("Kind", text(facts.kind))]
    if facts.outside_id:
        fields.append(Field("Outside id", text(facts.outside_id)))
    if facts.place:
        fields.append(Field("On the platform", facts.place))
    return tuple(fields)


def resource_shown(facts: ResourceFacts, more: tuple[Button, ...] = ()) -> Card:
    """``more``: further buttons behind Grant and Revoke."""
    if not facts.reached:
        return Card(
            facts.name,
            body=(text("You have no access to it. Ask for it with ", Say("request access"), "."),),
            fields=(Field("Kind", text(facts.kind)),),
            buttons=more,
            footer=quiet(facts.short_id, f"in {facts.workspace}"),
        )
    fields = [*_what(facts)]
    if facts.inside:
        fields.append(Field("Holds", text(plural(facts.inside, "resource"))))
    fields.append(Field("You have", _yours(facts)))
    fields.append(Field("Access", text(plural(facts.held, "grant") if facts.held else "nobody has a grant")))
    hidden = facts.held - len(facts.holders)
    rest = text(f"{hidden:,} more: ", Say("access list", f"resource:{facts.short_id}")) if hidden > 0 else ()
    return Card(
        facts.name,
        fields=tuple(fields),
        lines=(*map(holding_line, facts.holders), *facts.troubles),
        buttons=(
            *both_ways(facts.subject, give=facts.may_give, take=facts.may_give and facts.held > 0),
            *more,
        ),
        footer=quiet(facts.short_id, f"in {facts.workspace}", rest),
    )


def _yours(facts: ResourceFacts) -> Text:
    parts = []
    if facts.yours is not None:
        parts.append(
            (*level_words(facts.yours.level, facts.yours.ends_at), *text(f" ({facts.yours.source})"))
        )
    if facts.everything:
        parts.append(text("your role reaches it"))
    return joined(parts) or text("no grant")


# --- the list ------------------------------------------------------------------------------------------------------------


def resource_list(
    found: list[ResourceLine],
    *,
    under: str,
    kind: str,
    whole: bool,
    makes: bool,
    earlier: str = "",
    later: str = "",
) -> Card:
    """One page. ``whole``: the reader knows of everything; else of what they reach and what stands at the top."""
    what = f"Resources: {kind}" if kind else "Resources"
    title = f"{what} under {under}" if under else what
    empty = ["Nothing fits." if kind or under else "There is nothing here yet."]
    hint = text(" Make something with ", Say("resource create"), ".") if makes else ()
    body: tuple[Text, ...] = () if found else ((*text(*empty), *hint),)
    if found and not whole:
        body = (
            text(
                "What you reach, and what stands at the top: ask for that with ", Say("request access"), "."
            ),
        )
    return Card(
        title,
        body=body,
        lines=tuple(map(_line, found)),
        buttons=tuple(
            Button(label, "resource.list", subject)
            for label, subject in (("Previous", earlier), ("Next", later))
            if subject
        ),
        footer=text("More about one: ", Say("resource show")),
    )


def _line(line: ResourceLine) -> Line:
    step = f"{'  ' * (line.depth - 1)}└ " if line.depth else ""
    return Line(text(f"{step}{line.path or line.name} — {line.kind} ({line.short_id})"))


# --- deleting ------------------------------------------------------------------------------------------------------------


def resource_deletion(facts: ResourceFacts, going: Going, subject: str) -> Card:
    """Before it is deleted: what goes with it."""
    return Card(
        f"Delete {facts.name}?",
        Tone.WAITING,
        body=(text("When you press Confirm, it is gone for good, with everything named here."),),
        fields=_what(facts),
        lines=_going(going),
        buttons=confirming(subject),
        footer=quiet(facts.short_id, "this can be confirmed for 15 minutes"),
    )


def resource_deleted(facts: ResourceFacts, going: Going) -> Card:
    return Card(
        f"Deleted: {facts.name}",
        Tone.GOOD,
        fields=_what(facts),
        lines=_going(going),
        footer=quiet(facts.short_id, f"in {facts.workspace}"),
    )


def _going(going: Going) -> tuple[Line, ...]:
    lines = []
    if going.under:
        lines.append(f"Goes: {plural(going.under, 'resource')} under it")
    if going.grants:
        lines.append(f"Ends: {plural(going.grants, 'grant')}")
    if going.requests:
        who = "its asker hears" if going.requests == 1 else "their askers hear"
        lines.append(f"Ends: {plural(going.requests, 'open request')} about it; {who} of it")
    if going.invitations:
        verb = "carries" if going.invitations == 1 else "carry"
        lines.append(
            f"Stays: {plural(going.invitations, 'invitation')} that {verb} it, and no longer gives it"
        )
    return tuple(Line(text(line)) for line in lines)
