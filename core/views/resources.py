"""Cards about resources: what there is, where it stands, and what goes with it."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Say, Text, Tone, joined, text
from core.language import n, number, says, says_n, t
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
    give = says("Give access: {command}", command=Say("access grant", f"resource:{facts.short_id}"))
    return Card(
        t("New {kind}: {name}", kind=facts.kind, name=facts.name),
        Tone.GOOD,
        body=(says("Nobody reaches it yet, unless by what stands above it or by their role."),),
        fields=_what(facts),
        footer=quiet(facts.short_id, give),
    )


def _what(facts: ResourceFacts) -> tuple[Field, ...]:
    fields = [Field(t("Path"), text(facts.path)), Field(t("Kind"), text(facts.kind))]
    if facts.outside_id:
        fields.append(Field(t("Outside id"), text(facts.outside_id)))
    if facts.place:
        fields.append(Field(t("On the platform"), facts.place))
    return tuple(fields)


def _named(facts: ResourceFacts) -> str:
    return t("Resource: {name}", name=facts.name)


def resource_shown(facts: ResourceFacts, more: tuple[Button, ...] = ()) -> Card:
    """``more``: further buttons behind Grant and Revoke."""
    if not facts.reached:
        return Card(
            _named(facts),
            body=(says("You have no access to it. Ask for it with {/request access}."),),
            fields=(Field(t("Kind"), text(facts.kind)),),
            buttons=more,
            footer=quiet(facts.short_id, t("in {workspace}", workspace=facts.workspace)),
        )
    fields = [*_what(facts)]
    if facts.inside:
        fields.append(Field(t("Holds"), says_n("{count} resource", "{count} resources", facts.inside)))
    fields.append(Field(t("You have"), _yours(facts)))
    grants = says_n("{count} grant", "{count} grants", facts.held)
    fields.append(Field(t("Access"), grants if facts.held else says("nobody has a grant")))
    hidden = facts.held - len(facts.holders)
    rest = says(
        "{count} more: {command}",
        count=number(hidden),
        command=Say("access list", f"resource:{facts.short_id}"),
    )
    return Card(
        _named(facts),
        fields=tuple(fields),
        lines=(*map(holding_line, facts.holders), *facts.troubles),
        buttons=(
            *both_ways(facts.subject, give=facts.may_give, take=facts.may_give and facts.held > 0),
            *more,
        ),
        footer=quiet(
            facts.short_id, t("in {workspace}", workspace=facts.workspace), rest if hidden > 0 else ""
        ),
    )


def _yours(facts: ResourceFacts) -> Text:
    parts = []
    if facts.yours is not None:
        parts.append(
            (*level_words(facts.yours.level, facts.yours.ends_at), *text(f" ({facts.yours.source})"))
        )
    if facts.everything:
        parts.append(says("your role reaches it"))
    return joined(parts) or says("no grant")


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
    body: tuple[Text, ...] = ()
    if not found:
        empty = says("Nothing fits.") if kind or under else says("There is nothing here yet.")
        hint = (" ", *says("Make something with {/resource create}.")) if makes else ()
        body = ((*empty, *hint),)
    elif not whole:
        body = (says("What you reach, and what stands at the top: ask for that with {/request access}."),)
    return Card(
        _title(kind, under),
        body=body,
        lines=tuple(map(_line, found)),
        buttons=tuple(
            Button(label, "resource.list", subject)
            for label, subject in ((t("Previous"), earlier), (t("Next"), later))
            if subject
        ),
        footer=says("More about one: {/resource show}"),
    )


def _title(kind: str, under: str) -> str:
    if under:
        words = t("Resources: {kind} under {under}", kind=kind, under=under)
        return words if kind else t("Resources under {under}", under=under)
    return t("Resources: {kind}", kind=kind) if kind else t("Resources")


def _line(line: ResourceLine) -> Line:
    step = f"{'  ' * (line.depth - 1)}└ " if line.depth else ""
    return Line(text(f"{step}{line.path or line.name} — {line.kind} ({line.short_id})"))


# --- deleting ------------------------------------------------------------------------------------------------------------


def resource_deletion(facts: ResourceFacts, going: Going, subject: str) -> Card:
    """Before it is deleted: what goes with it."""
    return Card(
        t("Delete {name}?", name=facts.name),
        Tone.WAITING,
        body=(says("When you press Confirm, it is gone for good, with everything named here."),),
        fields=_what(facts),
        lines=_going(going),
        buttons=confirming(subject),
        footer=quiet(facts.short_id, t("this can be confirmed for 15 minutes")),
    )


def resource_deleted(facts: ResourceFacts, going: Going) -> Card:
    return Card(
        t("Deleted: {name}", name=facts.name),
        Tone.GOOD,
        fields=_what(facts),
        lines=_going(going),
        footer=quiet(facts.short_id, t("in {workspace}", workspace=facts.workspace)),
    )


def _going(going: Going) -> tuple[Line, ...]:
    lines = []
    if going.under:
        lines.append(n("Goes: {count} resource under it", "Goes: {count} resources under it", going.under))
    if going.grants:
        lines.append(n("Ends: {count} grant", "Ends: {count} grants", going.grants))
    if going.requests:
        lines.append(
            n(
                "Ends: {count} open request about it; its asker hears of it",
                "Ends: {count} open requests about it; their askers hear of it",
                going.requests,
            )
        )
    if going.invitations:
        lines.append(
            n(
                "Stays: {count} invitation that carries it, and no longer gives it",
                "Stays: {count} invitations that carry it, and no longer gives it",
                going.invitations,
            )
        )
    return tuple(Line(text(line)) for line in lines)
