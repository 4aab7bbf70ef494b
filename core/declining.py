"""Accepting and declining a personal invitation: by the buttons on its message, or by its code."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select, update

from core import requests as asking
from core import text, views
from core.calls import Identity
from core.cards import Card, Style
from core.catalogue import Kind, Scope, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.invitation_changes import ALIVE
from core.invitations import facts_of, is_personal, load
from core.join_requests import JOIN
from core.joins import by_code, redeem, refuse_over
from core.models import IS_PENDING, invitations, requests
from core.names import names_of

_DECLINE = (
    update(invitations)
    .where(*ALIVE, invitations.c.code_index == bindparam("code"))
    .values(declined_at=bindparam("now"))
)
_ASKED = select(requests).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.invitation_id == bindparam("inv"),
    requests.c.person == bindparam("who"),
    requests.c.kind == JOIN,
    IS_PENDING,
)


@dataclass(frozen=True, slots=True)
class Decline:
    code: str = option(
        Kind.CODE, "the code of the invitation that is for you", "XXXX-XXXX-XXXX-XXXX", required=True
    )


@command(
    "decline",
    "Say no to an invitation that is for you alone",
    Decline,
    scope=Scope.NONE,
    facts=frozenset({"email"}),
)
def decline(ctx: Context, ask: Decline) -> Card:
    row = by_code(ctx, ask.code)
    if not is_personal(row.email, row.person_subject):
        raise Refusal(RefusalCode.NOTHING_TO_DECLINE)
    return _decline(ctx, row)


def _decline(ctx: Context, row: Row[Any]) -> Card:
    """Ends it once; a request to join that waits through it goes with it. The inviter hears of it."""
    params = {"ws": row.workspace_id, "inv": row.invitation_id, "now": ctx.at}
    for asked in ctx.connection.execute(_ASKED, {**params, "who": ctx.person}).all():
        _ = asking.expire(ctx, asked) or asking.withdraw(ctx, asked)
        row = load(ctx, row.invitation_id) or row
    refuse_over(ctx, row)
    if not ctx.connection.execute(_DECLINE, {**params, "code": row.code_index}).rowcount:
        refuse_over(ctx, load(ctx, row.invitation_id) or row)
        raise Refusal(RefusalCode.UNKNOWN_CODE)
    ctx.record("invitation.declined", row.invitation_id, person=ctx.person, name=ctx.actor.name)
    if row.person_subject is not None:
        ctx.stale(row.invitation_id)
    ctx.notify(f"member:{row.created_by}", "declined", row.invitation_id)
    now = load(ctx, row.invitation_id) or row
    return views.you_declined(facts_of(ctx, now, names_of(ctx, {row.created_by})))


# --- the buttons on the message --------------------------------------------------------------------------------------


def _mine(ctx: Context, invitation_id: str) -> Row[Any]:
    """The invitation, if it is for whoever presses. Nobody else learns whether there is one."""
    row = load(ctx, invitation_id)
    if row is None or not _is_for(ctx, row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    ctx.revisit(row.invitation_id)
    return row


def _is_for(ctx: Context, row: Row[Any]) -> bool:
    if row.person_subject is not None:
        return Identity(row.person_platform, row.person_realm, row.person_subject) == ctx.actor.identity
    return row.email is not None and row.email == text.email(ctx.actor.email or "")


@action("invite.accept", "Accept", style=Style.PRIMARY, facts=frozenset({"email"}), live=True)
def press_accept(ctx: Context, invitation_id: str) -> Card:
    return redeem(ctx, _mine(ctx, invitation_id), elsewhere=False)


@action("invite.decline", "Decline", style=Style.DANGER, facts=frozenset({"email"}), live=True)
def press_decline(ctx: Context, invitation_id: str) -> Card:
    return _decline(ctx, _mine(ctx, invitation_id))
