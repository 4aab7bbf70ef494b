"""Requests to join: what they look like, and what a yes to them does."""

from __future__ import annotations

from typing import Any

from core import text, uses, views, votes
from core.admission import admit
from core.approval_terms import Terms
from core.cards import Card, Line
from core.carried import Lacking, carried_in, in_words
from core.context import Context, identity_of
from core.invitations import load as load_invitation
from core.invitations import names_in_short
from core.language import t
from core.less import ASKED, GIVEN, agreed, exists
from core.lifecycle import RequestStatus, request_status
from core.names import names_of
from core.request_kinds import Less, RequestKind, declare
from core.seats import effect, seats_of
from core.views.joins import Given, JoinFacts, join_line
from core.welcoming import welcome_facts

JOIN = "join"


def facts_of(ctx: Context, row: Any, tally: str = "") -> JoinFacts:
    """A request to join as cards show it. ``tally``: how far it is, where it takes several."""
    invitation = load_invitation(ctx, row.invitation_id) if row.invitation_id else None
    names = names_of(ctx, {invitation.created_by if invitation else None})
    with_it = in_words(ctx, carried_in(row.facts))
    return JoinFacts(
        subject=ctx.subject(row.request_id),
        short_id=row.request_id,
        workspace=ctx.workspace.name,
        name=row.name,
        account=", ".join(filter(None, (text.platform_name(row.platform), row.email or ""))),
        roles=_roles(ctx, row),
        invitation=_label(invitation),
        inviter=names.get(invitation.created_by, "") if invitation else "",
        created_at=row.created_at,
        expires_at=row.expires_at,
        status=request_status(row, ctx.at),
        decided_at=row.decided_at,
        decided_by=votes.deciders(ctx, row),
        reason=votes.reason_of(row),
        seats=effect(seats_of(ctx)),
        tally=tally,
        less=request_status(row, ctx.at) is RequestStatus.PENDING and exists(ctx, row),
        groups=with_it.groups,
        resources=with_it.resources,
        given=_given(ctx, row),
    )


def _label(invitation: Any) -> str:
    if invitation is None:
        return t("none")
    if invitation.revoked_at is not None:
        return t("{label} (revoked since)", label=invitation.label)
    if invitation.switched_off_at is not None:
        return t("{label} (links were switched off since)", label=invitation.label)
    return str(invitation.label)


def _roles(ctx: Context, row: Any) -> str:
    """What the newcomer would get, or got; a role that does not count on the plan can't be given, so that is said."""
    less = agreed(row)
    if less is not None:
        return less.roles
    names = names_in_short(ctx, row.roles)
    off = [role for role in ctx.workspace.roles_of(row.roles) if not role.on(ctx.workspace.plan)]
    waits = request_status(row, ctx.at) is RequestStatus.PENDING
    if not off or not waits:
        return names
    return t("{roles} (does not count on the {plan} plan)", roles=names, plan=ctx.workspace.plan)


def _given(ctx: Context, row: Any) -> Given:
    if agreed(row) is None:
        return Given.ROLES if ctx.workspace.roles_of(row.roles) else Given.NONE
    if any(row.facts[GIVEN]["roles"].values()):
        return Given.ROLES
    return Given.NONE_OF_THEM if any(row.facts[ASKED]["roles"].values()) else Given.NONE


def _allow(ctx: Context, row: Any, given: Terms) -> None:
    admit(ctx, row, [role for role in given.roles if role is not None])


def _release(ctx: Context, row: Any) -> None:
    uses.give_back(ctx, row.invitation_id, row.person)


def _outcome(ctx: Context, row: Any) -> Card | None:
    facts = facts_of(ctx, row)
    if row.status != RequestStatus.APPROVED.value:
        return views.outcome(facts)
    member = ctx.find_member(identity_of(row.person))
    if member is None:
        return None  # let in, and gone since
    gone = in_words(ctx, carried_in(row.facts)).gone
    return views.outcome(facts, welcome_facts(ctx, member.member_id, facts.roles, gone))


def _line(ctx: Context, row: Any, own: bool) -> Line:
    return join_line(facts_of(ctx, row), own)


declare(
    RequestKind(
        JOIN,
        allow=_allow,
        release=_release,
        lacks=lambda facts: Lacking(carried_in(facts)),
        card=lambda ctx, row, tally: views.join_request(facts_of(ctx, row, tally)),
        decided=lambda ctx, row: views.decided(facts_of(ctx, row)),
        withdrawn=lambda ctx, row: views.join_withdrawn(facts_of(ctx, row)),
        outcome=_outcome,
        line=_line,
        less=frozenset({Less.ROLE}),
    )
)
