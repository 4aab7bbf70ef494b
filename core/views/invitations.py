"""Cards about invitations."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Code, Field, Line, Link, Say, Text, Tone, When, text
from core.language import mark, n, number, says, says_n, t
from core.lifecycle import InvitationStatus
from core.terms import typed
from core.views.common import PAGE, button, first_of, page_of, paging, quiet, what_field


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
        return n("no limit, {count} use so far", "no limit, {count} uses so far", facts.uses_taken)
    return t("{left} of {limit} left", left=facts.uses_limit - facts.uses_taken, limit=facts.uses_limit)


def _facts(facts: InvitationFacts) -> tuple[Field, ...]:
    out = [Field(t("For"), _for_whom(facts)), gets(facts)]
    if facts.code:
        out.append(Field(t("Code"), text(Code(facts.code))))
        out.append(Field(t("Link"), text(Link(facts.link))))
    out.append(Field(t("Ends"), text(When(facts.expires_at))))
    if facts.seats:
        out.append(Field(t("Seats"), text(facts.seats)))
    return tuple(out)


def _for_whom(facts: InvitationFacts) -> Text:
    """Who may use it, and a link how often."""
    if facts.personal:
        return facts.for_whom
    if facts.uses_limit is None:
        return (*facts.for_whom, f", {_uses(facts)}")
    left = facts.uses_limit - facts.uses_taken
    return (*facts.for_whom, f", {t('{left} of {limit} uses left', left=left, limit=facts.uses_limit)}")


def gets(facts: InvitationFacts) -> Field:
    """What newcomers get through it."""
    return what_field(facts.roles, facts.groups, facts.resources)


def _note(facts: InvitationFacts) -> tuple[Text, ...]:
    return (says("Its note: “{note}”", note=facts.note),) if facts.note else ()


def _buttons(facts: InvitationFacts) -> tuple[Button, ...]:
    if facts.status is not InvitationStatus.PENDING:
        return ()
    names = ("invite.extend", "invite.extend_by", "invite.revoke")
    return tuple(button(name, facts.subject) for name in names)


def _all_buttons(facts: InvitationFacts) -> tuple[Button, ...]:
    """What can still be done with it: what has expired can be sent again, what is used up can be ended."""
    names = {
        InvitationStatus.PENDING: ("invite.extend", "invite.extend_by", "invite.resend", "invite.revoke"),
        InvitationStatus.EXPIRED: ("invite.resend",),
        InvitationStatus.USED_UP: ("invite.revoke",),
    }.get(facts.status, ())
    return tuple(button(name, facts.subject) for name in names)


def _came(facts: InvitationFacts) -> str:
    if facts.came_too:
        return first_of(facts.came, len(facts.came), len(facts.came) + facts.came_too)
    return ", ".join(facts.came)


def _quiet(facts: InvitationFacts) -> Text:
    return quiet(facts.short_id, t("to {workspace}", workspace=facts.workspace))


def _typed(facts: InvitationFacts) -> Say:
    return Say("join", f"code:{facts.code}")


def invitation_ready(facts: InvitationFacts) -> Card:
    """A new invitation, for whoever made it."""
    return Card(
        t("Invitation ready: {label}", label=facts.label),
        Tone.GOOD,
        body=(
            says("Send the link or the code. A code is typed as {command}.", command=_typed(facts)),
            *_note(facts),
        ),
        fields=_facts(facts),
        buttons=_buttons(facts),
        footer=_quiet(facts),
    )


def invitation_shown(facts: InvitationFacts) -> Card:
    """One invitation with its secret, for whoever may see it."""
    return Card(
        t("Invitation: {label}", label=facts.label),
        Tone.WAITING if facts.status is InvitationStatus.PENDING else Tone.PLAIN,
        body=(_begun(status_words(facts)), *_note(facts)),
        fields=_facts(facts),
        lines=(Line(says("Came through it: {names}", names=_came(facts))),) if facts.came else (),
        buttons=_all_buttons(facts),
        footer=quiet(_quiet(facts), t("made by {name}", name=facts.inviter)),
    )


def invitation_extended(facts: InvitationFacts) -> Card:
    return Card(
        t("Extended: {label}", label=facts.label),
        Tone.GOOD,
        body=(says("It now ends on {when}.", when=When(facts.expires_at)),),
        buttons=_buttons(facts),
        footer=_quiet(facts),
    )


def invitation_resent(facts: InvitationFacts) -> Card:
    """The same invitation with a new code; ``note`` and all else are as they were."""
    return Card(
        t("Sent again: {label}", label=facts.label),
        Tone.GOOD,
        body=(
            says(
                "It has a new code and a new link; the old ones open nothing any more. A code is typed as {command}.",
                command=_typed(facts),
            ),
            *_note(facts),
        ),
        fields=_facts(facts),
        buttons=_buttons(facts),
        footer=_quiet(facts),
    )


class Change(NamedTuple):
    """One thing that was edited."""

    what: str
    before: Text
    after: Text


def invitation_edited(facts: InvitationFacts, changes: tuple[Change, ...]) -> Card:
    """What was and what is; the code stays the same."""
    return Card(
        t("Changed: {label}", label=facts.label),
        Tone.GOOD,
        body=(says("Its code and link stay the same."),),
        fields=tuple(Field(what, (*before, " → ", *after)) for what, before, after in changes),
        buttons=_buttons(facts),
        footer=_quiet(facts),
    )


def invitation_revoked(facts: InvitationFacts, waiting: int = 0) -> Card:
    """``waiting``: how many people asked to join through it and still wait; that is for the approvers to answer."""
    body = [says("Its code and link no longer work. Whoever already joined through it stays.")]
    if waiting:
        body.append(
            says_n(
                "{count} person who asked through it before still waits for an answer: {/request list}.",
                "{count} people who asked through it before still wait for an answer: {/request list}.",
                waiting,
            )
        )
    return Card(
        t("Revoked: {label}", label=facts.label),
        body=tuple(body),
        footer=_quiet(facts),
    )


_ENDED = {
    InvitationStatus.EXPIRED: mark("expired on {when}"),
    InvitationStatus.ACCEPTED: mark("accepted on {when}"),
    InvitationStatus.DECLINED: mark("declined on {when}"),
    InvitationStatus.SWITCHED_OFF: mark("ended when links were switched off on {when}"),
}


def status_words(facts: InvitationFacts) -> Text:
    """The status in words; a live invitation reads Invited."""
    when = When(facts.ended_at or facts.expires_at, "date")
    match facts.status:
        case InvitationStatus.PENDING:
            return says("Invited, ends {when}", when=When(facts.expires_at, "date"))
        case InvitationStatus.REVOKED:
            return says("revoked by {who} on {when}", who=facts.ended_by or "Usher", when=when)
        case InvitationStatus.USED_UP if facts.personal:
            return says("asked to join, waiting for approval")
        case _ if facts.status in _ENDED:
            return says(_ENDED[facts.status], when=when)
        case _:
            return says("used up")


def _begun(words: Text) -> Text:
    """As a line of its own, which begins with a capital."""
    first, *rest = words
    return (first[:1].upper() + first[1:], *rest) if isinstance(first, str) else words


def _what(facts: InvitationFacts) -> str:
    """In a list: the role, and that it carries more than that."""
    if facts.groups and facts.resources:
        return t("{roles}, with groups and access", roles=facts.roles)
    if facts.groups:
        return t("{roles}, with groups", roles=facts.roles)
    return t("{roles}, with access", roles=facts.roles) if facts.resources else facts.roles


#: An empty list, by what was asked for.
_NONE = {
    "all": mark("There are no invitations. Make one with {/invite create}."),
    "pending": mark("There are no invitations that are pending. Make one with {/invite create}."),
    "accepted": mark("There are no invitations that are accepted. Make one with {/invite create}."),
    "declined": mark("There are no invitations that are declined. Make one with {/invite create}."),
    "expired": mark("There are no invitations that are expired. Make one with {/invite create}."),
    "revoked": mark("There are no invitations that are revoked. Make one with {/invite create}."),
}


def invitation_list(
    found: list[InvitationFacts], total: int, status: str, page: int, subject: str, waiting: int
) -> Card:
    """One page of invitations without their secrets; dead ones stay, with why. ``total`` counts all that fit."""
    lines = tuple(
        Line(
            (f"{facts.short_id} {facts.label} — {_what(facts)} — ", *status_words(facts)),
            dead=facts.status not in {InvitationStatus.PENDING, InvitationStatus.USED_UP},
        )
        for facts in found
    )
    pages = max(1, -(-total // PAGE))
    return Card(
        t("Invitations ({count} waiting)", count=number(waiting)),
        body=() if lines else (says(_NONE[status]),),
        lines=lines,
        buttons=paging("invite.list", f"{subject}/{status}", page, pages),
        footer=quiet(page_of(page, pages), says("Details: {/invite show}") if lines else ""),
    )


def invitation_ending(facts: InvitationFacts) -> Card:
    """Two days before its end, to the inviter, once."""
    fields = [gets(facts), Field(t("Ends"), text(When(facts.expires_at)))]
    if not facts.personal:
        fields.append(Field(t("Uses"), text(_uses(facts))))
    if facts.came:
        fields.append(Field(t("Came through it"), text(_came(facts))))
    return Card(
        t("Your invitation “{label}” ends soon", label=facts.label),
        Tone.WAITING,
        fields=tuple(fields),
        buttons=(button("invite.extend", facts.subject), button("invite.extend_by", facts.subject)),
        footer=_quiet(facts),
    )


def landing(workspace: str, inviter: str, code: str, expires_at: int) -> Card:
    """The page behind an invite link. It shows no more than the code's holder may know, and changes nothing."""
    return Card(
        t("{inviter} invites you to {workspace}", inviter=inviter, workspace=workspace),
        Tone.WAITING,
        body=(
            says("In Slack, type {command} in any channel.", command=Code(f"/usher join code:{code}")),
            says("In Discord, type {command}.", command=Code(typed("join", f"code:{code}"))),
        ),
        fields=(Field(t("Ends"), text(When(expires_at))),),
        footer=says("Opening this page used nothing up."),
    )


def landing_dead() -> Card:
    """For every link that leads nowhere, whatever the reason."""
    return Card(
        t("This link leads nowhere any more"),
        Tone.REFUSED,
        body=(
            says(
                "It may have expired, been revoked or been mistyped. Ask whoever sent it to you for a new one."
            ),
        ),
    )
