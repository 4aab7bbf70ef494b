"""Invitations as they are found and shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from core import text, views
from core.cards import Account, Card, Text
from core.carried import ROOM, Lacking, carried_by, in_words
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.lifecycle import InvitationStatus, ended_at, invitation_status
from core.models import IS_PENDING, invitations, requests, uses
from core.names import names_of
from core.policy import INVITE, OVERSEE
from core.seats import effect, seats_of
from core.views.invitations import InvitationFacts

#: So many of those who came are named.
_NAMED = 20

_ONE = select(invitations).where(
    invitations.c.workspace_id == bindparam("ws"), invitations.c.invitation_id == bindparam("inv")
)
_BY_LABEL = (
    select(invitations)
    .where(invitations.c.workspace_id == bindparam("ws"), invitations.c.label_key == bindparam("label"))
    .order_by(invitations.c.created_at.desc())
    .limit(50)
)
_CAME = (
    select(uses.c.name, func.count().over().label("total"))
    .where(
        uses.c.workspace_id == bindparam("ws"),
        uses.c.invitation_id == bindparam("inv"),
        uses.c.member_id.is_not(None),
    )
    .order_by(uses.c.used_at, uses.c.person)
    .limit(_NAMED)
)
#: Uses held by requests whose time is over are free, whether or not a sweep has been there.
OVER = (
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at <= bindparam("now"),
)
_LAPSED = (
    select(requests.c.invitation_id, func.count().label("uses"))
    .where(*OVER)
    .group_by(requests.c.invitation_id)
)


def code_of(ctx: Context, invitation_id: str, generation: int) -> str:
    return ctx.config.codes.invite(ctx.workspace.workspace_id, invitation_id, generation)


def role_names(ctx: Context, role_ids: list[str]) -> str:
    default = ctx.workspace.setting("default_role")
    return names_in_short(ctx, role_ids or ([default] if default else []))


def names_in_short(ctx: Context, role_ids: Sequence[str]) -> str:
    """Of many roles the first: what comes with them is told in the same fact."""
    names = [role.name for role in ctx.workspace.roles_of(role_ids)]
    return ", ".join(text.some(names, len(names), ROOM)) or t("no role")


def for_whom(email: str | None, domain: str | None, platform: str | None, subject: str | None) -> Text:
    """Who may use an invitation, in words."""
    if email:
        return (email,)
    if domain:
        return (anyone_with(domain),)
    if platform and subject:
        return (Account(platform, subject),)
    return (anyone_with(""),)


def anyone_with(domain: str) -> str:
    """Who may use a link: anyone, or anyone with an address at a domain."""
    if domain:
        return t("anyone with an address at {domain}", domain=domain)
    return t("anyone with the code")


def is_personal(email: str | None, person: str | None) -> bool:
    return bool(email or person)


def facts_of(
    ctx: Context,
    row: Row[Any],
    names: dict[str, str],
    *,
    secret: bool = False,
    came: bool = False,
    over: dict[str, int] | None = None,
) -> InvitationFacts:
    """An invitation as cards show it; its code only where ``secret``, and while it is alive."""
    over = lapsed(ctx) if over is None else over
    free_again = over.get(row.invitation_id, 0)
    status = invitation_status(row, ctx.at, free_again)
    alive = status is InvitationStatus.PENDING
    code = code_of(ctx, row.invitation_id, row.generation) if secret and alive else ""
    params = {"ws": row.workspace_id, "inv": row.invitation_id}
    with_it = in_words(ctx, carried_by(row))
    who_came = ctx.connection.execute(_CAME, params).all() if came else []
    return InvitationFacts(
        subject=ctx.subject(row.invitation_id),
        short_id=row.invitation_id,
        workspace=ctx.workspace.name,
        label=row.label,
        roles=role_names(ctx, row.roles),
        status=status,
        for_whom=for_whom(row.email, row.domain, row.person_platform, row.person_subject),
        inviter=names.get(row.created_by, t("someone")),
        expires_at=row.expires_at,
        uses_limit=row.uses_limit,
        uses_taken=row.uses_taken - free_again,
        personal=is_personal(row.email, row.person_subject),
        note=row.note,
        code=code,
        link=ctx.link(code).url if code else "",
        ended_at=ended_at(row) or row.expires_at,
        ended_by=names.get(row.revoked_by or "", ""),
        came=tuple(each.name for each in who_came),
        came_too=who_came[0].total - len(who_came) if who_came else 0,
        seats=effect(seats_of(ctx), row.uses_limit and row.uses_limit - row.uses_taken + free_again)
        if secret and alive
        else "",
        groups=with_it.groups,
        resources=with_it.resources,
    )


def lapsed(ctx: Context) -> dict[str, int]:
    """How many uses of each invitation are held by requests whose time is over."""
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    return {row.invitation_id: row.uses for row in ctx.connection.execute(_LAPSED, params)}


def load(ctx: Context, invitation_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "inv": invitation_id}).first()


def may_manage(ctx: Context, row: Any) -> bool:
    """Its maker, and whoever oversees members, as far as they could have made it themselves."""
    if not ctx.standing.has(INVITE) and not ctx.standing.has(OVERSEE):
        return False
    if row.created_by == ctx.me.member_id:
        return True
    if not ctx.standing.has(OVERSEE):
        return False
    if not all(ctx.standing.may_give(role) for role in ctx.workspace.roles_of(row.roles)):
        return False
    return not Lacking(carried_by(row))(ctx, ctx.me.member_id, ctx.standing)


def find(ctx: Context, typed: str) -> Row[Any]:
    """The invitation with that short id or unique label, among those this person may manage.

    Refused in the same words whether it does not exist or is not theirs to see.
    """
    wanted = typed.strip().lower()
    digits = wanted.removeprefix("inv-")
    row = load(ctx, f"inv-{digits.upper()}")
    if row is not None and may_manage(ctx, row):
        return row
    labelled = ctx.connection.execute(
        _BY_LABEL, {"ws": ctx.workspace.workspace_id, "label": text.key(typed)[:160]}
    ).all()
    mine = [row for row in labelled if may_manage(ctx, row)]
    live = [row for row in mine if invitation_status(row, ctx.at) is InvitationStatus.PENDING]
    for candidates in (live, mine):
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            raise Refusal(RefusalCode.AMBIGUOUS_INVITATION, name=text.shorten(typed))
    raise Refusal(RefusalCode.UNKNOWN_INVITATION, name=text.shorten(typed))


@dataclass(frozen=True, slots=True)
class InviteShow:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)


@command("invite show", "See one invitation with its code and link", InviteShow, needs=INVITE, reads=True)
def show(ctx: Context, ask: InviteShow) -> Card:
    row = find(ctx, ask.invite)
    names = names_of(ctx, {row.created_by, row.revoked_by})
    return views.invitation_shown(facts_of(ctx, row, names, secret=True, came=True))


@action("invite.show", "Show", needs=INVITE, reads=True)
def press_show(ctx: Context, invitation_id: str) -> Card:
    return show(ctx, InviteShow(invitation_id))
