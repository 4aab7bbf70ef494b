"""Cards about invitations."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Code, Field, Line, Link, Say, Text, Tone, When, text
from core.lifecycle import InvitationStatus
from core.text import plural
from core.views.common import PAGE, button, carried_fields, list_of, paging, quiet


class InvitationFacts(NamedTuple):
    """An invitation as cards show it. ``code`` and ``link`` are empty for whoever may not see them.

    ``came``: who came through it, and ``came_too`` how many more did.
    """

    subject: str
    short_id: str
    workspace: str
    label: str
    roles: str
    status: InvitationStatus
    for_whom: Text
    inviter: str
    expires_at: int
    uses_limit: int | None
    uses_taken: int
    personal: bool
    note: str = ""
    code: str = ""
    link: str = ""
    ended_at: int | None = None
    ended_by: str = ""
    came: tuple[str, ...] = ()
    came_too: int = 0
    seats: str = ""
    groups: str = ""
    resources: str = ""


def _uses(facts: InvitationFacts) -> str:
    if facts.uses_limit is None:
        return f"no limit, {plural(facts.uses_taken, 'use')} so far"
    return f"{facts.uses_limit - facts.uses_taken} of {facts.uses_limit} left"


def _facts(facts: InvitationFacts) -> tuple[Field, ...]:
    out = [Field("For", facts.for_whom), *what_fields(facts)]
    if facts.code:
        out.append(Field("Code", text(Code(facts.code))))
        out.append(Field("Link", text(Link(facts.link))))
    out.append(Field("Ends", text(When(facts.expires_at))))
    if not facts.personal:
        out.append(Field("Uses", text(_uses(facts))))
    if facts.note:
        out.append(Field("Note", text(facts.note)))
    if facts.seats:
        out.append(Field("Seats", text(facts.seats)))
    return tuple(out)


def what_fields(facts: InvitationFacts) -> list[Field]:
    """What newcomers get through it."""
    return [Field("Role", text(facts.roles)), *carried_fields(facts.groups, facts.resources)]


def _buttons(facts: InvitationFacts) -> tuple[Button, ...]:
    if facts.status is not InvitationStatus.PENDING:
        return ()
    return (button("invite.extend", facts.subject), button("invite.revoke", facts.subject))


def _all_buttons(facts: InvitationFacts) -> tuple[Button, ...]:
    """What can still be done with it: what has expired can be sent again, what is used up can be ended."""
    names = {
        InvitationStatus.PENDING: ("invite.extend", "invite.resend", "invite.revoke"),
        InvitationStatus.EXPIRED: ("invite.resend",),
        InvitationStatus.USED_UP: ("invite.revoke",),
    }.get(facts.status, ())
    return tuple(button(name, facts.subject) for name in names)


def _came(facts: InvitationFacts) -> tuple[Field, ...]:
    if not facts.came:
        return ()
    more = f" and {facts.came_too:,} more" if facts.came_too else ""
    return (Field("Came through it", text(f"{', '.join(facts.came)}{more}")),)


def invitation_ready(facts: InvitationFacts) -> Card:
    """A new invitation, for whoever made it."""
    title = f"Invitation ready: {facts.label}"
    return Card(
        title,
        Tone.GOOD,
        body=(
            text("Send the link or the code. A code is typed as ", Say("join", f"code:{facts.code}"), "."),
        ),
        fields=_facts(facts),
        buttons=_buttons(facts),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def invitation_shown(facts: InvitationFacts) -> Card:
    """One invitation with its secret, for whoever may see it."""
    return Card(
        f"Invitation: {facts.label}",
        Tone.WAITING if facts.status is InvitationStatus.PENDING else Tone.PLAIN,
        body=(status_words(facts),),
        fields=(*_facts(facts), Field("Made by", text(facts.inviter)), *_came(facts)),
        buttons=_all_buttons(facts),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def invitation_extended(facts: InvitationFacts) -> Card:
    return Card(
        f"Extended: {facts.label}",
        Tone.GOOD,
        body=(text("It now ends on ", When(facts.expires_at), "."),),
        buttons=_buttons(facts),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def invitation_resent(facts: InvitationFacts) -> Card:
    """The same invitation with a new code; ``note`` and all else are as they were."""
    return Card(
        f"Sent again: {facts.label}",
        Tone.GOOD,
        body=(
            text(
                "It has a new code and a new link; the old ones open nothing any more. A code is typed as ",
                Say("join", f"code:{facts.code}"),
                ".",
            ),
        ),
        fields=_facts(facts),
        buttons=_buttons(facts),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


class Change(NamedTuple):
    """One thing that was edited."""

    what: str
    before: Text
    after: Text


def invitation_edited(facts: InvitationFacts, changes: tuple[Change, ...]) -> Card:
    """What was and what is; the code stays the same."""
    return Card(
        f"Changed: {facts.label}",
        Tone.GOOD,
        body=(text("Its code and link stay the same."),),
        fields=tuple(Field(what, (*before, " → ", *after)) for what, before, after in changes),
        buttons=_buttons(facts),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def invitation_revoked(facts: InvitationFacts, waiting: int = 0) -> Card:
    """``waiting``: how many people asked to join through it and still wait; that is for the approvers to answer."""
    body = [text("Its code and link no longer work. Whoever already joined through it stays.")]
    if waiting:
        asked = plural(waiting, "person who asked", "people who asked")
        body.append(
            text(
                f"{asked} through it before {'still wait' if waiting > 1 else 'still waits'} for an answer: ",
                Say("request list"),
                ".",
            )
        )
    return Card(
        f"Revoked: {facts.label}",
        body=tuple(body),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


_ENDED = {
    InvitationStatus.EXPIRED: "expired",
    InvitationStatus.ACCEPTED: "accepted",
    InvitationStatus.DECLINED: "declined",
    InvitationStatus.SWITCHED_OFF: "ended when links were switched off",
}


def status_words(facts: InvitationFacts) -> Text:
    """The status in words; a live invitation reads Invited."""
    when = When(facts.ended_at or facts.expires_at, "date")
    match facts.status:
        case InvitationStatus.PENDING:
            return text("Invited, ends ", When(facts.expires_at, "date"))
        case InvitationStatus.REVOKED:
            return text("revoked by ", facts.ended_by or "Usher", " on ", when)
        case InvitationStatus.USED_UP if facts.personal:
            return text("asked to join, waiting for approval")
        case _ if facts.status in _ENDED:
            return text(f"{_ENDED[facts.status]} on ", when)
        case _:
            return text(facts.status.value)


def _more(facts: InvitationFacts) -> str:
    """In a list, that it carries more than a role."""
    more = [*(["groups"] if facts.groups else []), *(["access"] if facts.resources else [])]
    return f", with {list_of(more)}" if more else ""


def invitation_list(
    found: list[InvitationFacts], total: int, status: str, page: int, subject: str, waiting: int
) -> Card:
    """One page of invitations without their secrets; dead ones stay, with why. ``total`` counts all that fit."""
    lines = tuple(
        Line(
            (*text(f"{facts.short_id} {facts.label} — {facts.roles}{_more(facts)} — "), *status_words(facts)),
            dead=facts.status not in {InvitationStatus.PENDING, InvitationStatus.USED_UP},
        )
        for facts in found
    )
    pages = max(1, -(-total // PAGE))
    body: tuple[Text, ...] = ()
    if not lines:
        what = "" if status == "all" else f" that are {status}"
        body = (text(f"There are no invitations{what}. Make one with ", Say("invite create"), "."),)
    return Card(
        f"Invitations ({waiting:,} waiting)",
        body=body,
        lines=lines,
        buttons=paging("invite.list", f"{subject}/{status}", page, pages),
        footer=quiet(
            f"page {page + 1} of {pages}" if pages > 1 else "",
            text("Details: ", Say("invite show")) if lines else "",
        ),
    )


def invitation_ending(facts: InvitationFacts) -> Card:
    """Two days before its end, to the inviter, once."""
    fields = [Field("Ends", text(When(facts.expires_at))), *what_fields(facts)]
    if not facts.personal:
        fields.append(Field("Uses", text(_uses(facts))))
    fields += _came(facts)
    return Card(
        f"Your invitation “{facts.label}” ends soon",
        Tone.WAITING,
        fields=tuple(fields),
        buttons=(button("invite.extend", facts.subject),),
        footer=quiet(facts.short_id, f"to {facts.workspace}"),
    )


def landing(workspace: str, inviter: str, code: str, expires_at: int) -> Card:
    """The page behind an invite link. It shows no more than the code's holder may know, and changes nothing."""
    return Card(
        f"{inviter} invites you to {workspace}",
        Tone.WAITING,
        body=(
            text("In Slack, type ", Code(f"/usher join code:{code}"), " in any channel."),
            text("In Discord, type ", Code(f"/join code:{code}"), "."),
        ),
        fields=(Field("Ends", text(When(expires_at))),),
        footer=text("Opening this page used nothing up."),
    )


def landing_dead() -> Card:
    """For every link that leads nowhere, whatever the reason."""
    return Card(
        "This link leads nowhere any more",
        Tone.REFUSED,
        body=(
            text(
                "It may have expired, been revoked or been mistyped. Ask whoever sent it to you for a new one."
            ),
        ),
    )
