"""One member with everything that whoever looks may know of them and do about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from core import access_held, text, views
from core.assignment import menu_for
from core.calls import Identity
from core.cards import Account, Card
from core.catalogue import Kind, command, option
from core.context import Context, person_key
from core.granting import buttons_for
from core.groups import of_member
from core.house_rules import may_invite
from core.invitations import load as load_invitation
from core.language import mark, t
from core.members import REMOVE, accounts_of, find, held_by, label_of, may_remove, shown_roles, sources_of
from core.names import names_of
from core.resources import sight_of
from core.views.common import button
from core.views.members import MemberFacts


@dataclass(frozen=True, slots=True)
class MemberShow:
    member: Identity | str | None = option(
        Kind.MEMBER, "a mention, an e-mail address or a name; yourself without", "Ada"
    )


@command(
    "member show",
    "See a member's roles and accounts",
    MemberShow,
    needs="member",
    reads=True,
    menu=mark("Access…"),
)
def show(ctx: Context, ask: MemberShow) -> Card:
    """Whoever is no member, and could be invited, is offered to be."""
    whom = ask.member
    if isinstance(whom, Identity) and ctx.find_member(whom) is None and may_invite(ctx):
        account = Account(whom.platform, whom.subject)
        return views.stranger(account, ctx.workspace.name, ctx.subject(person_key(whom)))
    row = find(ctx, whom)
    menu = menu_for(ctx, row)
    others = menu and row.member_id != ctx.me.member_id
    assign = (button("role.assign", ctx.subject(row.member_id)),) if others else ()
    buttons = (*assign, *buttons_for(ctx, row.member_id)) if row.left_at is None else ()
    return views.member_shown(facts_of(ctx, row), ctx.workspace.name, menu, buttons)


def facts_of(ctx: Context, row: Row[Any]) -> MemberFacts:
    """A member with everything that whoever asks may know: addresses are for themselves and for those who oversee members."""
    own = row.member_id == ctx.me.member_id
    private = own or ctx.standing.has(REMOVE)
    held = held_by(ctx, [row.member_id])[row.member_id]
    through = load_invitation(ctx, row.invitation_id) if row.invitation_id else None
    return MemberFacts(
        subject=ctx.subject(row.member_id),
        short_id=row.member_id,
        name=row.name,
        roles=shown_roles(ctx, held, sources_of(ctx, held, private=private)),
        joined_at=row.joined_at,
        accounts=tuple(
            f"{text.platform_name(account.platform)}{f' ({account.email})' if private and account.email else ''}"
            for account in accounts_of(ctx, [row.member_id])[row.member_id]
        ),
        through=_through(ctx, through, private=private),
        groups=tuple(of_member(ctx, row.member_id).values()),
        access=access_held.held(ctx, row.member_id, None if own else sight_of(ctx)),
        button=t("Leave") if own else t("Remove") if may_remove(ctx, row) else "",
    )


def _through(ctx: Context, invitation: Any, *, private: bool) -> str:
    if invitation is None:
        return t("created the workspace")
    inviter = names_of(ctx, {invitation.created_by}).get(invitation.created_by, "")
    label = label_of(invitation, private=private)
    if inviter:
        return t("invitation {label}, from {inviter}", label=label, inviter=inviter)
    return t("invitation {label}", label=label)
