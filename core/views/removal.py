"""Cards about members who go, and about the list of members as a file."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Field, File, Line, Say, Text, Tone, text
from core.plans import Seats
from core.text import plural
from core.views.access import HeldGrant, grant_words
from core.views.common import confirming, quiet, some_of
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
    whose = "your" if facts.own else "their"
    title = f"Leave {facts.workspace}?" if facts.own else f"Remove {facts.name} from {facts.workspace}?"
    back = "you come back" if facts.own else "they come back"
    return Card(
        title,
        Tone.WAITING,
        body=(
            text(
                f"When you press Confirm, {whose} membership ends at once, with everything named here. "
                f"If {back} one day, it is by a new invitation, and nothing of this returns."
            ),
        ),
        fields=_fields(facts, "frees"),
        lines=_endings(facts),
        buttons=confirming(facts.subject),
        footer=quiet(facts.short_id, "this can be confirmed for 15 minutes"),
    )


def member_removed(facts: RemovalFacts) -> Card:
    """To whoever confirmed it."""
    if facts.own:
        title, body = f"You left {facts.workspace}", text("To come back you need a new invitation.")
    else:
        title, body = f"Removed: {facts.name}", text(f"{facts.name} hears of it now.")
    return Card(
        title,
        Tone.GOOD,
        body=(body,),
        fields=_fields(facts, "freed"),
        lines=_endings(facts),
        footer=quiet(
            facts.short_id,
            text("Who waits: ", Say("request list")) if facts.waiting and not facts.own else "",
        ),
    )


def _fields(facts: RemovalFacts, verb: str) -> tuple[Field, ...]:
    out = [Field("Role", role_words(facts.roles))]
    if facts.reason:
        out.append(Field("Reason", text(facts.reason)))
    if facts.seats is not None and facts.seats.limit is not None:
        free = max(0, facts.seats.limit - facts.seats.taken + (verb == "frees"))
        out.append(Field("Seats", text(f"{verb} 1, {free:,} of {facts.seats.limit:,} free then")))
    return tuple(out)


def _endings(facts: RemovalFacts) -> tuple[Line, ...]:
    """One line for each kind of thing that ends, and one for what stays."""
    they, their, for_them = ("you", "your", "for you") if facts.own else ("they", "their", "for them")
    lines: list[Text] = []
    if facts.groups:
        lines.append(text(f"Ends: being in {plural(len(facts.groups), 'group')} — {some_of(facts.groups)}"))
    if facts.grants or facts.unseen:
        count = plural(len(facts.grants) + facts.unseen, "grant")
        named = (" — ", *grant_words(facts.grants)) if facts.grants else ()
        hidden = f", {facts.unseen:,} of them on what you have no access to" if facts.unseen else ""
        lines.append(text(f"Ends: {their} {count}", *named, hidden))
    if facts.sent:
        lines.append(text(f"Ends: {plural(facts.sent, 'invitation')} that {they} sent"))
    if facts.held:
        lines.append(text(f"Ends: {plural(facts.held, 'invitation')} {for_them}"))
    if facts.asked:
        lines.append(text(f"Ends: {their} {plural(facts.asked, 'open request')}"))
    if facts.transfers:
        lines.append(
            text(
                f"Ends: {plural(facts.transfers, 'offer')} to pass on a role, by {'you' if facts.own else 'them'} or {for_them}"
            )
        )
    if facts.stays:
        taken = f"{facts.stays:,} emergencies" if facts.stays > 1 else "an emergency"
        lines.append(text(f"Stays: others still look at what {they} took in {taken}"))
    if facts.waiting:
        who = plural(facts.waiting, "person who asked", "people who asked")
        verb = "stays" if facts.waiting == 1 else "stay"
        lines.append(text(f"Stays: {who} to join through {their} invitations {verb} on the approvers' list"))
    return tuple(map(Line, lines))


def removed_notice(workspace: str, by: str, reason: str) -> Card:
    """To the person who was taken out: the last thing that reaches them."""
    return Card(
        f"You are no longer in {workspace}",
        Tone.REFUSED,
        body=(text(f"{by} removed you. If you think that is a slip, talk to them."),),
        fields=(Field("Reason", text(reason)),) if reason else (),
    )


def members_exported(workspace: str, count: int, file: File) -> Card:
    return Card(
        f"{plural(count, 'member')} of {workspace}",
        Tone.GOOD,
        body=(
            text("The file holds what people here are called and their addresses: pass it on with care."),
            text("That you took it is on record."),
        ),
        files=(file,),
    )
