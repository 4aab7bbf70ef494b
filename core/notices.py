"""What Usher says by itself: each notice is read again at the moment of sending, and dropped when it is no longer true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select

from core import (
    access_notices,
    digest,
    group_notices,
    intents,
    invitations,
    platform_notices,
    reminding,
    requests,
    role_notices,
    stories,
    taking_in_emergency,
    time_box_notices,
    transfers,
    views,
)
from core.cards import Account, Card, Room
from core.context import Context, identity_of
from core.deletion import deleted_at
from core.invitation_people import has_come
from core.language import t
from core.lifecycle import (
    InvitationStatus,
    RequestStatus,
    TransferStatus,
    invitation_status,
    request_status,
    transfer_status,
)
from core.members import roles_of
from core.models import identities, members
from core.names import names_of
from core.request_kinds import kind_of
from core.seats import in_words, seats_of
from core.setting_values import sends

_MEMBER = (
    select(members, identities.c.platform)
    .join(
        identities,
        (identities.c.workspace_id == members.c.workspace_id)
        & (identities.c.member_id == members.c.member_id),
    )
    .where(members.c.workspace_id == bindparam("ws"), members.c.member_id == bindparam("member"))
    .limit(1)
)
View = Callable[[Context, str, str], Card | None]
#: What is told to a member who has left; every other notice to them is dropped.
FAREWELLS = frozenset({"removed", "deleted"})


def _outcome(ctx: Context, subject: str, recipient: str) -> Card | None:
    del recipient
    row = requests.load(ctx, subject)
    if row is None or request_status(row, ctx.at) is RequestStatus.PENDING:
        return None
    return kind_of(row).outcome(ctx, row)


def _arrived(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To the inviter, unless they came themselves or have left."""
    invitation_id, _, member_id = subject.partition("/")
    row = invitations.load(ctx, invitation_id)
    who: Any = ctx.connection.execute(
        _MEMBER, {"ws": ctx.workspace.workspace_id, "member": member_id}
    ).first()
    if row is None or who is None or who.left_at is not None or recipient == f"member:{member_id}":
        return None
    if ctx.standing_of(recipient.removeprefix("member:")) is None:
        return None
    names = ctx.workspace.names_of(roles_of(ctx, [who])[member_id])
    return views.newcomer_arrived(who.name, ctx.workspace.name, row.label, names)


def _declined(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To the inviter, once: the person does not want to come."""
    del recipient
    row = invitations.load(ctx, subject)
    if row is None or invitation_status(row, ctx.at) is not InvitationStatus.DECLINED:
        return None
    return views.invitation_declined(invitations.facts_of(ctx, row, {}))


def _ending(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To the inviter, while it is alive, still theirs, and waits for somebody. ``subject`` carries the end it was written for."""
    invitation_id, _, until = subject.partition("@")
    row = invitations.load(ctx, invitation_id)
    if row is None or str(row.expires_at) != until:
        return None
    if invitation_status(row, ctx.at) is not InvitationStatus.PENDING or has_come(ctx, row):
        return None
    if ctx.standing_of(recipient.removeprefix("member:")) is None:
        return None
    return views.invitation_ending(invitations.facts_of(ctx, row, {}, came=True))


def _misplaced(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To those who can mend it: the place for approvals refuses cards. ``subject`` says which place it was."""
    place = ctx.workspace.setting("approvals_place")
    if not place or ".".join(place) != subject.partition("@")[0]:
        return None
    if ctx.standing_of(recipient.removeprefix("member:")) is None:
        return None
    return views.approvals_misplaced(ctx.workspace.name, Room(place[0], place[2]))


def _removed(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To whoever was taken out: the last thing that they hear. ``subject`` is the intent that was confirmed."""
    del recipient
    intent = intents.load(ctx, subject)
    if intent is None:
        return None
    by = names_of(ctx, {intent.created_by}).get(intent.created_by, t("Somebody"))
    return views.removed_notice(ctx.workspace.name, by, intent.facts["reason"])


def _full(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To the inviter, while it is still so: somebody came and found no seat. ``subject``: that person, and the day."""
    who = identity_of(subject.rpartition("@")[0])
    if not seats_of(ctx).full or ctx.find_member(who) is not None:
        return None
    if ctx.standing_of(recipient.removeprefix("member:")) is None:
        return None
    return views.no_seat_for(ctx.workspace.name, in_words(seats_of(ctx)), Account(who.platform, who.subject))


def _reminded(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To the person whom a personal invitation waits for, before its end. ``subject`` carries the end it was written for."""
    invitation_id, _, until = subject.partition("@")
    row = invitations.load(ctx, invitation_id)
    if row is None or str(row.expires_at) != until:
        return None
    if invitation_status(row, ctx.at) is not InvitationStatus.PENDING:
        return None
    if ctx.find_member(identity_of(recipient.removeprefix("person:"))) is not None:
        return None
    names = names_of(ctx, {row.created_by})
    return views.invitation_waits(invitations.facts_of(ctx, row, names, secret=True))


def _while_on(kind: str, view: View) -> View:
    """A notice that is sent only while the setting ``reminders`` says so, at the moment of sending."""

    def read(ctx: Context, subject: str, recipient: str) -> Card | None:
        return view(ctx, subject, recipient) if sends(ctx.workspace.setting("reminders"), kind) else None

    return read


def _transfer(ctx: Context, subject: str, recipient: str) -> Card | None:
    """What became of an offer to hand the workspace over, to either side."""
    row = transfers.load(ctx, subject)
    if row is None or transfer_status(row, ctx.at) is TransferStatus.PENDING:
        return None
    to_giver = recipient == f"member:{row.from_member}"
    return views.transfer_outcome(transfers.facts_of(ctx, row), to_giver=to_giver)


def _deleted(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To those who could configure it: ``subject`` says who deleted it. To who waited: it is their request."""
    at = deleted_at(ctx)
    if at is None:
        return None
    asked = recipient.startswith("person:")
    by = "" if asked else names_of(ctx, {subject}).get(subject, "")
    return views.workspace_gone(ctx.workspace.name, by, at, asked=asked)


#: What waits for the end of quiet hours. Everything else is sent at any hour: somebody waits for it, or has to act on it.
CAN_WAIT = frozenset(
    {
        "access_ended",
        "access_ending",
        "access_given",
        "access_taken",
        "arrived",
        "declined",
        "digest",
        "ending",
        "group_joined",
        "group_left",
        "reminded",
        "role_ended",
        "role_ending",
        "role_given",
        "role_taken",
        "waits",
    }
)
VIEWS: dict[str, View] = {
    "outcome": _outcome,
    "arrived": _while_on("arrival", _arrived),
    "declined": _declined,
    "ending": _while_on("inviter", _ending),
    "reminded": _while_on("invitee", _reminded),
    "waits": _while_on("approvers", reminding.waits),
    stories.VOTED: stories.voted,
    stories.ESCALATED: stories.escalated,
    stories.ENDED: stories.ended,
    "full": _full,
    "misplaced": _misplaced,
    "effect": platform_notices.effect,
    "emergency": taking_in_emergency.notice,
    "barred": platform_notices.barred,
    "removed": _removed,
    "deleted": _deleted,
    "transfer": _transfer,
    "digest": digest.notice,
    "role_given": _while_on("roles", role_notices.role_given),
    "role_taken": _while_on("roles", role_notices.role_taken),
    "group_joined": _while_on("access", group_notices.group_joined),
    "group_left": _while_on("access", group_notices.group_left),
    "role_ended": _while_on("roles", role_notices.role_ended),
    "role_ending": _while_on("time-boxes", time_box_notices.role_ending),
    "access_ending": _while_on("time-boxes", time_box_notices.access_ending),
    "access_ended": _while_on("access", time_box_notices.access_ended),
    "access_given": _while_on("access", access_notices.access_given),
    "access_taken": _while_on("access", access_notices.access_taken),
}
