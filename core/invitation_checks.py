"""What is asked wherever an invitation is made, changed, sent again or asked for: the same questions at every door."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, func, select

from core import durations
from core.carried import Carried, carried_by, check_may_give
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.house_rules import check_domain, check_links, check_on_plan, gone, may_invite
from core.language import t
from core.models import invitations
from core.permissions import Role, Standing
from core.policy import INVITE, OVERSEE
from core.roles import check_lasting
from core.settings import LONGEST_LIFE

BULK_LIMIT = 5_000
MENTIONS_AT_ONCE = 20
MENTIONS_AN_HOUR = 60
MENTIONS_WITHIN = 3_600

#: One that was sent again counts as often as it was ever sent: at worst this is too careful.
_MENTIONED = select(func.coalesce(func.sum(invitations.c.generation + 1), 0)).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.created_at > bindparam("since"),
    invitations.c.person_subject.is_not(None),
)


def check_may_invite(ctx: Context) -> None:
    """Refuses whoever may not invite, by their role or by the workspace's setting: they may ask for it."""
    if not may_invite(ctx):
        raise cannot_invite(ctx)


def cannot_invite(ctx: Context) -> Refusal:
    missing = lacking(ctx, ctx.me.member_id, ctx.standing)
    who = ctx.who_has(missing)
    if ctx.standing.has(INVITE):
        rule = t("Here only those invite who may also remove members.")
    else:
        rule = t("It needs the permission {permission}, which your role does not have.", permission=INVITE)
    return Refusal(RefusalCode.CANNOT_INVITE, rule=rule, who=who)


def lacking(ctx: Context, member_id: str, standing: Standing) -> str:
    """The permission that a member of this standing lacks to invite people; empty when they may."""
    del member_id
    if may_invite(ctx, standing):
        return ""
    return OVERSEE if standing.has(INVITE) else INVITE


def check_again(ctx: Context, row: Any, *, other_roles: bool = False, carried: Carried | None = None) -> None:
    """Whether the person could make this invitation as it stands today: before it lasts longer or is sent again.

    ``other_roles``: whether it is to get other ones now. ``carried``: what it is to carry from now on, None for as it was.
    """
    check_may_invite(ctx)
    if not other_roles:
        check_there(ctx, row.roles)
    check_ceiling(ctx, ctx.workspace.roles_of(row.roles))
    check_may_give(ctx, carried_by(row) if carried is None else carried)
    if row.email is None and row.person_subject is None:
        check_links(ctx)
    domain = row.domain or (row.email or "").rpartition("@")[2]
    if domain:
        check_domain(ctx, domain)


def check_there(ctx: Context, role_ids: Iterable[str]) -> None:
    """Refuses where a role was deleted since it was chosen: what is left would be another choice, or no role at all."""
    if gone(ctx, role_ids):
        raise Refusal(RefusalCode.ROLE_GONE)


def check_ceiling(ctx: Context, roles: list[Role]) -> None:
    """Refuses roles that this person may not give, and those that no invitation gives."""
    for role in roles:
        check_lasting(role, ctx.standing, ctx.who_has("role:define"))
        check_givable([role])
    check_on_plan(ctx, roles)


def check_givable(roles: list[Role]) -> None:
    for role in roles:
        if role.exactly_one:
            raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)


def check_number(ctx: Context, roles: list[Role]) -> None:
    """Refuses several roles where everybody has one."""
    if len(roles) > 1 and ctx.workspace.single:
        raise Refusal(RefusalCode.ONE_ROLE, roles=ctx.workspace.names_of([role.role_id for role in roles]))


def check_life(seconds: int) -> int:
    if seconds > LONGEST_LIFE:
        raise Refusal(RefusalCode.TOO_LONG_LIFE, limit=durations.show(LONGEST_LIFE))
    return seconds


def check_mentions(ctx: Context, count: int) -> None:
    """Each mentioned person gets a message: a limit keeps that from being a way to send unwanted ones."""
    if not count:
        return
    if count > MENTIONS_AT_ONCE:
        raise Refusal(RefusalCode.TOO_MANY_PEOPLE, limit=str(MENTIONS_AT_ONCE), within=t("at a time"))
    params = {"ws": ctx.workspace.workspace_id, "since": ctx.at - MENTIONS_WITHIN}
    if ctx.connection.execute(_MENTIONED, params).scalar_one() + count > MENTIONS_AN_HOUR:
        raise Refusal(RefusalCode.TOO_MANY_PEOPLE, limit=str(MENTIONS_AN_HOUR), within=t("within an hour"))
