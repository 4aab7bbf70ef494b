"""What an invite link shows to anybody who opens it, and under the link in a chat: who invites where, and what to type.

Whatever is wrong with a code, nothing tells it apart: a page that says no more, or nothing at all.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, select

from core import invitations, views
from core.cards import Card
from core.context import Context
from core.language import speaking
from core.lifecycle import InvitationStatus
from core.models import invitations as invitation_rows
from core.names import names_of

_BY_CODE = select(invitation_rows).where(invitation_rows.c.code_index == bindparam("code"))
#: Of what somebody may have typed behind the address, so much is looked for.
_LONGEST = 200


def page(ctx: Context, code: str) -> Card:
    """In the language that is spoken."""
    row = _invited_by(ctx, code)
    card = None if row is None else _page(ctx, row)
    return views.landing_dead() if card is None else card


def unfurled(ctx: Context, code: str) -> tuple[Card, str] | None:
    """What the page says, in the workspace's language, and that language; None where it would not say who invites where."""
    row = _invited_by(ctx, code)
    if row is None:
        return None
    language = str(ctx.workspace.setting("language"))
    with speaking(language):
        card = _page(ctx, row)
    return None if card is None else (card.without_buttons(), language)


def _invited_by(ctx: Context, code: str) -> Row[Any] | None:
    """The invitation with this code; its workspace is entered."""
    wanted = {"code": ctx.config.codes.index(code[:_LONGEST])}
    row = ctx.connection.execute(_BY_CODE, wanted).first()
    if row is not None:
        ctx.enter(row.workspace_id)
    return row


def _page(ctx: Context, row: Row[Any]) -> Card | None:
    facts = invitations.facts_of(ctx, row, names_of(ctx, {row.created_by}), secret=True)
    if facts.status is not InvitationStatus.PENDING:
        return None
    return views.landing(facts.workspace, facts.inviter, facts.code, facts.expires_at)
