"""Joining: redeeming a code, whatever door it was typed at.

Approval belongs to joining, not to a kind of invitation; expiry is part of the statement that takes the use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from core import requests as asking
from core import text, uses, views
from core.admission import add_member, tell_inviter
from core.approvals import approvers_in_words, new_question, not_enough
from core.approvers import find_approvers, holders_of
from core.calls import Identity
from core.cards import Card, When
from core.carried import NOTHING, Carried, Lacking, carried_by, hand_over, in_words, may_all_give
from core.catalogue import Kind, Scope, command, option
from core.context import Context
from core.durations import DAY
from core.errors import Refusal, RefusalCode
from core.guesses import check_guesses, refuse_guesser
from core.house_rules import check_newcomer, domains, gone, waits
from core.invitations import is_personal, load
from core.join_requests import JOIN, facts_of
from core.language import n, t
from core.lifecycle import InvitationStatus, invitation_status
from core.models import guesses, identities, invitations, places
from core.names import names_of
from core.permissions import TOP, Role
from core.seats import seats_of
from core.views.common import list_of
from core.welcoming import welcome_facts

#: So many of those who could help are named.
_NAMED = 3

_HERE = (
    select(places.c.workspace_id)
    .where(
        places.c.platform == bindparam("platform"),
        places.c.realm == bindparam("realm"),
        or_(places.c.channel == "", places.c.channel == bindparam("channel")),
    )
    .order_by(places.c.channel.desc())
    .limit(1)
    .scalar_subquery()
)
_SINCE = select(guesses.c.since).where(guesses.c.person == bindparam("person")).scalar_subquery()
_WRONG = select(guesses.c.wrong).where(guesses.c.person == bindparam("person")).scalar_subquery()
_BY_CODE = select(invitations, _HERE.label("here"), _SINCE.label("since"), _WRONG.label("wrong")).where(
    invitations.c.code_index == bindparam("code")
)

#: The member that this account is or was.
_WAS = select(identities.c.member_id).where(
    identities.c.workspace_id == bindparam("ws"),
    identities.c.platform == bindparam("platform"),
    identities.c.realm == bindparam("realm"),
    identities.c.subject == bindparam("subject"),
)


@dataclass(frozen=True, slots=True)
class Join:
    code: str = option(
        Kind.CODE, "the code of your invitation, or its link", "XXXX-XXXX-XXXX-XXXX", required=True
    )


@command("join", "Join a workspace with an invite code", Join, scope=Scope.NONE, facts=frozenset({"email"}))
def join(ctx: Context, ask: Join) -> Card:
    row = by_code(ctx, ask.code)
    return redeem(ctx, row, elsewhere=row.here not in {None, row.workspace_id})


def by_code(ctx: Context, typed: str) -> Row[Any]:
    """Enters the workspace of the invitation with that code; what opens nothing is refused and counted."""
    code = ctx.config.codes.index(typed.rstrip("/").rpartition("/")[2])
    where = ctx.call.where
    params = {"code": code, "person": ctx.person, "platform": where.platform, "realm": where.realm}
    row = ctx.connection.execute(_BY_CODE, {**params, "channel": where.channel}).first()
    if row is None:
        check_guesses(ctx)
        raise Refusal(RefusalCode.UNKNOWN_CODE)
    refuse_guesser(ctx, row.since, row.wrong)
    if not ctx.enter(row.workspace_id):
        raise Refusal(RefusalCode.UNKNOWN_CODE)  # what was deleted is as unknown as what never was
    if not ctx.serial:
        # What was read before the workspace was locked may have changed while this waited for the lock.
        row = ctx.connection.execute(_BY_CODE, {**params, "channel": where.channel}).first()
        if row is None:
            raise Refusal(RefusalCode.UNKNOWN_CODE)
        refuse_guesser(ctx, row.since, row.wrong)
    return row


def redeem(ctx: Context, row: Row[Any], *, elsewhere: bool) -> Card:
    """The one way in: every door that takes an invitation ends here."""
    if ctx.member is not None:
        return views.already_member(ctx.workspace.name, ctx.workspace.names_of(ctx.member.role_ids))
    waiting, settled = asking.in_the_way(ctx, JOIN, row.invitation_id)
    if waiting is not None:
        raise Refusal(
            RefusalCode.ALREADY_WAITING,
            workspace=ctx.workspace.name,
            request=waiting.request_id,
            until=When(waiting.expires_at),
        )
    if settled:  # they gave their uses back
        row = load(ctx, row.invitation_id) or row
    roles = roles_to_give(ctx, row)
    refuse(ctx, row)
    _check_roles(ctx, row, roles)
    _check_seat(ctx, row)
    answering = [who for who in (row.created_by, row.vouched_by) if who]
    carried = carried_by(row)
    answerable = [ctx.standing_of(who) for who in answering]
    if waits(ctx, answerable, roles) or _asked_for_it(ctx, row) or not may_all_give(ctx, carried, answering):
        return _ask(ctx, row, roles, carried)
    member_id = ctx.new_id("mem")
    take_use(ctx, row, member_id=member_id, accepted=is_personal(row.email, row.person_subject))
    add_member(ctx, ctx.actor.identity, ctx.actor.name, ctx.actor.email, roles, row.invitation_id, member_id)
    hand_over(ctx, carried, member_id, row.created_by, f"invitation {row.invitation_id}")
    tell_inviter(ctx, row, member_id)
    gone = in_words(ctx, carried).gone
    role_names = ctx.workspace.names_of([role.role_id for role in roles])
    return views.welcome(welcome_facts(ctx, member_id, role_names, gone), elsewhere)


def _asked_for_it(ctx: Context, row: Row[Any]) -> bool:
    """Whether it was made for whoever comes with it now: what they asked for others is no way back for themselves."""
    if row.asked_by is None:
        return False
    me = {"ws": row.workspace_id, **ctx.actor.identity._asdict()}
    return bool(ctx.connection.execute(_WAS, me).scalar() == row.asked_by)


def roles_to_give(ctx: Context, row: Any) -> list[Role]:
    """The invitation's roles, or the workspace's default role of this moment."""
    if row.roles:
        return ctx.workspace.roles_of(row.roles)
    default = ctx.workspace.setting("default_role")
    return ctx.workspace.roles_of([default] if default else [])


def _check_roles(ctx: Context, row: Row[Any], roles: list[Role]) -> None:
    """Refuses what nobody could say yes to: a role that was deleted, or that does not count on the plan of now.

    Who comes for a role that is gone is given no other one instead: somebody has to choose it.
    """
    off = next((role for role in roles if not role.on(ctx.workspace.plan)), None)
    if off is None and not gone(ctx, row.roles):
        return
    inviter = names_of(ctx, {row.created_by}).get(row.created_by, t("whoever sent it"))
    if off is None:
        raise Refusal(RefusalCode.INVITED_ROLE_GONE, inviter=inviter)
    todo = t("The invitation needs another role.")
    if not row.roles:
        able = holders_of(ctx, TOP)[:_NAMED]
        names = names_of(ctx, set(able))
        todo = t(
            "{names} can choose another default role.", names=list_of([names[each] for each in able], "or")
        )
    raise Refusal(RefusalCode.INVITED_ROLE_OFF, role=off.name, inviter=inviter, todo=todo)


def _check_seat(ctx: Context, row: Row[Any]) -> None:
    """Refuses where no seat is free, and tells the inviter, or whoever runs the workspace in their place.

    The workspace's row is locked: the number of members cannot change before this transaction ends.
    """
    found = seats_of(ctx)
    if not found.full:
        return
    told = row.created_by
    if ctx.standing_of(told) is None:
        told = next(iter(holders_of(ctx, TOP)), told)
    ctx.tell_anyway(f"member:{told}", "full", f"{ctx.person}@{ctx.at // DAY}")
    name = names_of(ctx, {told}).get(told, t("Whoever invited you"))
    if not found.collaboration:
        raise Refusal(RefusalCode.WORKSPACE_ALONE, workspace=ctx.workspace.name, told=name)
    seats = n("{count} seat", "{count} seats", found.limit or 0)
    raise Refusal(RefusalCode.WORKSPACE_FULL, workspace=ctx.workspace.name, told=name, seats=seats)


def take_use(ctx: Context, row: Row[Any], *, member_id: str | None, accepted: bool) -> None:
    """Takes one use for this person, or refuses with why there is none: over, for somebody else, used up."""
    refuse(ctx, row)
    if not uses.take(ctx, row, member_id=member_id, accepted=accepted):
        refuse(ctx, load(ctx, row.invitation_id) or row)
        raise Refusal(RefusalCode.UNKNOWN_CODE)


def refuse(ctx: Context, row: Row[Any]) -> None:
    """Refuses an invitation that is over, with the date, or that is for somebody else; and whoever may not join at all."""
    refuse_over(ctx, row)
    if domains(ctx):
        check_newcomer(ctx, names_of(ctx, {row.created_by}).get(row.created_by, t("whoever sent it")))


def refuse_over(ctx: Context, row: Row[Any]) -> None:
    """Refuses an invitation that is over, with the date, or that is for somebody else."""
    status = invitation_status(row, ctx.at)
    if status is not InvitationStatus.PENDING or row.email or row.domain or row.person_subject:
        names = names_of(ctx, {row.created_by, row.revoked_by})
        inviter = names.get(row.created_by, t("whoever sent it"))
        if status is InvitationStatus.EXPIRED:
            raise Refusal(RefusalCode.INVITATION_EXPIRED, until=When(row.expires_at), inviter=inviter)
        if status is InvitationStatus.REVOKED:
            by = names.get(row.revoked_by, t("Somebody"))
            raise Refusal(
                RefusalCode.INVITATION_REVOKED, by=by, when=When(row.revoked_at, "date"), inviter=inviter
            )
        if status is InvitationStatus.SWITCHED_OFF:
            off_since = When(row.switched_off_at, "date")
            raise Refusal(RefusalCode.INVITATION_SWITCHED_OFF, when=off_since, inviter=inviter)
        _refuse_foreign(ctx, row, inviter)
        if status is InvitationStatus.ACCEPTED:
            raise Refusal(RefusalCode.INVITATION_ACCEPTED, inviter=inviter)
        if status is InvitationStatus.DECLINED:
            raise Refusal(
                RefusalCode.INVITATION_DECLINED, when=When(row.declined_at, "date"), inviter=inviter
            )
        if status is InvitationStatus.USED_UP:
            count = n("{count} use", "{count} uses", row.uses_limit)
            raise Refusal(RefusalCode.INVITATION_USED_UP, uses=count, inviter=inviter)


def _refuse_foreign(ctx: Context, row: Row[Any], inviter: str) -> None:
    if row.person_subject is not None:
        if Identity(row.person_platform, row.person_realm, row.person_subject) != ctx.actor.identity:
            raise Refusal(RefusalCode.NOT_FOR_YOU, inviter=inviter)
        return
    if row.email is None and row.domain is None:
        return
    proven = text.email(ctx.actor.email or "")
    if proven is None:
        raise Refusal(RefusalCode.EMAIL_NOT_PROVEN, inviter=inviter)
    # Exact after normalising: a sub-domain or a look-alike suffix is another domain.
    wrong_address = row.email is not None and proven != row.email
    wrong_domain = row.domain is not None and proven.rpartition("@")[2] != row.domain
    if wrong_address or wrong_domain:
        raise Refusal(RefusalCode.EMAIL_DIFFERS, inviter=inviter)


def _ask(ctx: Context, row: Row[Any], roles: list[Role], carried: Carried) -> Card:
    found = find_approvers(ctx, new_question(ctx, JOIN, roles, Lacking(carried)))
    role_ids = [role.role_id for role in roles]
    if not found.answerable:
        inviter = names_of(ctx, {row.created_by}).get(row.created_by, t("whoever sent it"))
        what = ctx.workspace.names_of(role_ids)
        if carried == NOTHING:
            nobody = t("No member here may give {roles}", roles=what)
        else:
            nobody = t("No member here may give {roles} with all that comes with it", roles=what)
        rule = not_enough(ctx, found, nobody)
        raise Refusal(RefusalCode.NO_APPROVER, rule=rule, inviter=inviter)
    take_use(ctx, row, member_id=None, accepted=False)
    facts = {} if carried == NOTHING else carried.kept()
    asked = asking.open_one(ctx, JOIN, role_ids, invitation_id=row.invitation_id, facts=facts)
    name = ctx.actor.name
    ctx.record(
        "join.asked", asked.request_id, invitation=row.invitation_id, roles=role_ids, name=name, **facts
    )
    return views.join_asked(facts_of(ctx, asked), approvers_in_words(ctx, found))
