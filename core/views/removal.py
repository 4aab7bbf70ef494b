"""Cards about members who go, and about the list of members as a file."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, File, Line, Text, Tone, text
from core.language import mark, n, number, says, says_n, t
from core.plans import Seats
from core.views.access import HeldGrant, grant_words
from core.views.common import button, confirming, quiet, some_of
from core.views.members import HeldRole, role_words


class RemovalFacts(NamedTuple):
    """What ends with a membership. ``own``: the reader is the one who leaves.

    ``sent`` and ``held``: living invitations by them and for them; ``waiting``: people who asked to join through the
    first and still wait; ``asked``: their own open requests; ``transfers``: offers of a role by them or to them.
    ``groups``: those they are in; ``grants``: their own, not their groups'; ``unseen``: how many more, on what the reader
    may not know of. ``stays``: emergencies of theirs that others still look at.
    """

    subject: str
    short_id: str
    name: str
    workspace: str
    own: bool
    roles: tuple[HeldRole, ...]
    sent: int = 0
    held: int = 0
    waiting: int = 0
    asked: int = 0
    transfers: int = 0
    reason: str = ""
    seats: Seats | None = None
    groups: tuple[str, ...] = ()
    grants: tuple[HeldGrant, ...] = ()
    unseen: int = 0
    stays: int = 0


def removal_warning(facts: RemovalFacts) -> Card:
    """Before somebody is taken out or leaves: what will end."""
    if facts.own:
        title = t("Leave {workspace}?", workspace=facts.workspace)
        body = says(
            "With Confirm your membership ends at once, and everything named here with it. "
            "You can come back by a new invitation, which brings none of this back."
        )
    else:
        title = t("Remove {name} from {workspace}?", name=facts.name, workspace=facts.workspace)
        body = says(
            "With Confirm their membership ends at once, and everything named here with it. "
            "They can come back by a new invitation, which brings none of this back."
        )
    return Card(
        title,
        Tone.WAITING,
        body=(body,),
        fields=_fields(facts, over=False),
        lines=_endings(facts),
        buttons=(*confirming(facts.subject), *_with_words(facts)),
        footer=quiet(facts.short_id, t("this can be confirmed for 15 minutes")),
    )


def _with_words(facts: RemovalFacts) -> tuple[Button, ...]:
    """Whoever is taken out is told why, if somebody says so; nobody explains to themselves why they leave."""
    return () if facts.own or facts.reason else (button("member.remove_why", facts.subject),)


def member_removed(facts: RemovalFacts) -> Card:
    """To whoever confirmed it."""
    if facts.own:
        title = t("You left {workspace}", workspace=facts.workspace)
        body = says("To come back you need a new invitation.")
    else:
        title = t("Removed: {name}", name=facts.name)
        body = says("{name} hears of it now.", name=facts.name)
    return Card(
        title,
        Tone.GOOD,
        body=(body,),
        fields=_fields(facts, over=True),
        lines=_endings(facts),
        footer=quiet(
            facts.short_id,
            says("Who waits: {/request list}") if facts.waiting and not facts.own else "",
        ),
    )


def _fields(facts: RemovalFacts, *, over: bool) -> tuple[Field, ...]:
    out = [Field(t("Role"), role_words(facts.roles))]
    if facts.reason:
        out.append(Field(t("Reason"), text(facts.reason)))
    if facts.seats is not None and facts.seats.limit is not None:
        free = max(0, facts.seats.limit - facts.seats.taken + (not over))
        seats = mark("frees 1, {free} of {limit} free then")
        if over:
            seats = mark("freed 1, {free} of {limit} free then")
        out.append(Field(t("Seats"), says(seats, free=number(free), limit=number(facts.seats.limit))))
    return tuple(out)


def _endings(facts: RemovalFacts) -> tuple[Line, ...]:
    """One line for each kind of thing that ends, and one for what stays."""
    lines: list[Text] = []
    if facts.groups:
        in_groups = n("Ends: being in {count} group", "Ends: being in {count} groups", len(facts.groups))
        lines.append(text(f"{in_groups} — {some_of(facts.groups)}"))
    if facts.grants or facts.unseen:
        lines.append(_grants(facts))
    words = _yours(facts) if facts.own else _theirs(facts)
    lines += [said for count, said in words if count]
    return tuple(map(Line, lines))


def _grants(facts: RemovalFacts) -> Text:
    count = len(facts.grants) + facts.unseen
    ends = n("Ends: their {count} grant", "Ends: their {count} grants", count)
    if facts.own:
        ends = n("Ends: your {count} grant", "Ends: your {count} grants", count)
    named = (" — ", *grant_words(facts.grants)) if facts.grants else ()
    hidden = t(", {count} of them on what you have no access to", count=number(facts.unseen))
    return text(ends, *named, hidden if facts.unseen else "")


def _yours(facts: RemovalFacts) -> list[tuple[int, Text]]:
    """How much else ends or stays, each in words, to the one who leaves."""
    return [
        (
            facts.sent,
            says_n(
                "Ends: {count} invitation that you sent",
                "Ends: {count} invitations that you sent",
                facts.sent,
            ),
        ),
        (
            facts.held,
            says_n(
                "Ends: {count} invitation for you",
                "Ends: {count} invitations for you",
                facts.held,
            ),
        ),
        (
            facts.asked,
            says_n(
                "Ends: your {count} open request",
                "Ends: your {count} open requests",
                facts.asked,
            ),
        ),
        (
            facts.transfers,
            says_n(
                "Ends: {count} offer to pass on a role, by you or for you",
                "Ends: {count} offers to pass on a role, by you or for you",
                facts.transfers,
            ),
        ),
        (
            facts.stays,
            says_n(
                "Stays: others still look at what you took in an emergency",
                "Stays: others still look at what you took in {count} emergencies",
                facts.stays,
            ),
        ),
        (
            facts.waiting,
            says_n(
                "Stays: {count} person who asked to join through your invitations stays on the approvers' list",
                "Stays: {count} people who asked to join through your invitations stay on the approvers' list",
                facts.waiting,
            ),
        ),
    ]


def _theirs(facts: RemovalFacts) -> list[tuple[int, Text]]:
    """The same to whoever takes somebody out."""
    return [
        (
            facts.sent,
            says_n(
                "Ends: {count} invitation that they sent",
                "Ends: {count} invitations that they sent",
                facts.sent,
            ),
        ),
        (
            facts.held,
            says_n(
                "Ends: {count} invitation for them",
                "Ends: {count} invitations for them",
                facts.held,
            ),
        ),
        (
            facts.asked,
            says_n(
                "Ends: their {count} open request",
                "Ends: their {count} open requests",
                facts.asked,
            ),
        ),
        (
            facts.transfers,
            says_n(
                "Ends: {count} offer to pass on a role, by them or for them",
                "Ends: {count} offers to pass on a role, by them or for them",
                facts.transfers,
            ),
        ),
        (
            facts.stays,
            says_n(
                "Stays: others still look at what they took in an emergency",
                "Stays: others still look at what they took in {count} emergencies",
                facts.stays,
            ),
        ),
        (
            facts.waiting,
            says_n(
                "Stays: {count} person who asked to join through their invitations stays on the approvers' list",
                "Stays: {count} people who asked to join through their invitations stay on the approvers' list",
                facts.waiting,
            ),
        ),
    ]


def removed_notice(workspace: str, by: str, reason: str) -> Card:
    """To the person who was taken out: the last thing that reaches them."""
    return Card(
        t("You are no longer in {workspace}", workspace=workspace),
        Tone.REFUSED,
        body=(says("{name} removed you. If you think that is a mistake, talk to them.", name=by),),
        fields=(Field(t("Reason"), text(reason)),) if reason else (),
    )


def members_exported(workspace: str, count: int, file: File) -> Card:
    return Card(
        n("{count} member of {workspace}", "{count} members of {workspace}", count, workspace=workspace),
        Tone.GOOD,
        body=(
            says("The file holds what people here are called and their addresses: pass it on with care."),
            says("That you took it is on record."),
        ),
        files=(file,),
    )
