"""Inviting people: a link, or one personal invitation for each of many."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core import views
from core.asking_to_invite import offer
from core.calls import EmailAddress, Identity
from core.cards import Card
from core.carried import Carried, Words, carried_in, in_words, read_groups, read_resources
from core.catalogue import Kind, command, option
from core.context import Context
from core.house_rules import may_invite
from core.invitation_making import Made, Wish, lasting, make
from core.invitation_options import InvitationOptions
from core.invitations import code_of, for_whom, is_personal, role_names
from core.lifecycle import InvitationStatus
from core.seats import effect, seats_of
from core.views.bulk import BulkLine
from core.views.invitations import InvitationFacts


@dataclass(frozen=True, slots=True)
class InviteCreate(InvitationOptions):
    emails: tuple[EmailAddress | Identity, ...] = option(
        Kind.PEOPLE,
        "who it is for: e-mail addresses or mentions, pasted as they are",
        "ada@example.com",
        default=(),
    )


@command(
    "invite create",
    "Invite people: a link, or one personal invitation for each address",
    InviteCreate,
    needs="member",
)
def create(ctx: Context, ask: InviteCreate) -> Card:
    """Whoever may not invite is offered to ask somebody who may."""
    wish = _wish(ctx, ask)
    return _card(ctx, make(ctx, wish)) if may_invite(ctx) else offer(ctx, wish)


def _wish(ctx: Context, ask: InviteCreate) -> Wish:
    roles = dict.fromkeys(ctx.role(name).role_id for name in ask.role)
    life, until = lasting(ctx, ask.expires)
    carried = Carried(read_groups(ctx, ask.group), read_resources(ctx, ask.resource))
    return Wish(ask.emails, tuple(roles), life, ask.uses, ask.domain, ask.name, ask.note, until, carried)


def _card(ctx: Context, made: Made) -> Card:
    if len(made.rows) == 1 and len(made.lines) <= 1:
        return views.invitation_ready(_new_facts(ctx, made.rows[0]))
    lines = [_with_code(ctx, line) if line.short_id else line for line in made.lines]
    roles = role_names(ctx, made.rows[0]["roles"]) if made.rows else ""
    with_them = in_words(ctx, carried_in(made.rows[0])) if made.rows else Words()
    return views.bulk_result(
        lines,
        made.expires_at,
        roles,
        ctx.workspace.name,
        effect(seats_of(ctx), len(made.rows)),
        with_them.groups,
        with_them.resources,
    )


def _with_code(ctx: Context, line: BulkLine) -> BulkLine:
    code = code_of(ctx, line.short_id, 0)
    return line._replace(code=code, link=ctx.link(code).url)


def _new_facts(ctx: Context, row: dict[str, Any]) -> InvitationFacts:
    code = code_of(ctx, row["invitation_id"], row["generation"])
    with_it = in_words(ctx, carried_in(row))
    return InvitationFacts(
        subject=ctx.subject(row["invitation_id"]),
        short_id=row["invitation_id"],
        workspace=ctx.workspace.name,
        label=row["label"],
        roles=role_names(ctx, row["roles"]),
        status=InvitationStatus.PENDING,
        for_whom=for_whom(row["email"], row["domain"], row["person_platform"], row["person_subject"]),
        inviter=ctx.me.name,
        expires_at=row["expires_at"],
        uses_limit=row["uses_limit"],
        uses_taken=0,
        personal=is_personal(row["email"], row["person_subject"]),
        note=row["note"],
        code=code,
        link=ctx.link(code).url,
        seats=effect(seats_of(ctx), row["uses_limit"]),
        groups=with_it.groups,
        resources=with_it.resources,
    )
