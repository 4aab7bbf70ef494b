"""Who may answer a request, and what their answers come to: asked beforehand, at the click and for the typed twin alike.

Everything is read again each time: the request's own copy of the policy, the votes, and what their voters may do now.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, update

from core import text, views, votes
from core.approval_judging import Outcome, may_vote
from core.approval_policy import Act, Policy
from core.approval_terms import Terms
from core.approval_words import who_approves
from core.approvals import LONGEST, is_plain, kept_policy, known_in
from core.approvers import Found, Question, find_approvers, person_of
from core.cards import Card, Say, When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.lifecycle import RequestStatus, request_status
from core.models import requests
from core.policy import APPROVE, Verdict
from core.request_kinds import kind_of
from core.requests import IS_OPEN, load
from core.roles import check_lasting

_DECIDE = (
    update(requests)
    .where(*IS_OPEN)
    .values(
        status=bindparam("to"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        reason=bindparam("why"),
    )
)


# --- who may ---------------------------------------------------------------------------------------------------------


def is_own(ctx: Context, row: Any) -> bool:
    """Whether this person asked, with whichever of their accounts."""
    if row.person == ctx.person:
        return True
    return ctx.member is not None and row.facts.get("member") == ctx.member.member_id


def question_of(ctx: Context, row: Any) -> Question:
    """What a request asks, under its own copy of the policy."""
    return Question(
        kept_policy(row),
        tuple(ctx.workspace.roles_of(row.roles)),
        row.person,
        row.facts.get("member", ""),
        row.created_at,
        kind_of(row).lacks(row.facts),
        kind_of(row).terms(row.facts),
    )


def verdict(ctx: Context, row: Any) -> Verdict:
    """Whether this person may answer the request now."""
    question = question_of(ctx, row)
    return may_vote(
        question.policy,
        person_of(ctx, question, own=is_own(ctx, row)),
        question.asked,
        created_at=row.created_at,
        now=ctx.at,
        status=request_status(row, ctx.at),
    )


def approvers_of(ctx: Context, row: Any) -> Found:
    """Who could say yes to it now, and who has said something."""
    question = question_of(ctx, row)
    voters = () if is_plain(question.policy) else [each.voter for each in votes.votes_on(ctx, row)]
    return find_approvers(ctx, question, voters)


def still_to_answer(ctx: Context, row: Any) -> list[str]:
    """The members who were asked and whose yes would bring an open request further, and who have not answered."""
    found = approvers_of(ctx, row)
    asked = {approver.member.member_id for approver in found.asked}
    could = found.judged(each.vote for each in votes.votes_on(ctx, row)).could
    return [member_id for member_id in could if member_id in asked]


def tally_of(ctx: Context, row: Any) -> str:
    """How far an open request is, where one answer is not enough; else empty."""
    if is_plain(kept_policy(row)):
        return ""
    found = approvers_of(ctx, row)
    return votes.tally(ctx, found, found.judged(each.vote for each in votes.votes_on(ctx, row)))


def looked_at_again(ctx: Context, request_id: str) -> list[int]:
    """When something about an open request happens by itself: its approvers are reminded, or it escalates."""
    row = load(ctx, request_id)
    if row is None or request_status(row, ctx.at) is not RequestStatus.PENDING:
        return []
    policy = kept_policy(row)
    times = [*policy.reminders_at(row.created_at), policy.escalates_at(row.created_at)]
    return [at for at in times if at is not None and at > ctx.at]


def remind_approvers(ctx: Context, request_id: str) -> None:
    """Reminds those who have not answered, once for each time at which that falls due; of several only of the last."""
    row = load(ctx, request_id)
    if row is None or request_status(row, ctx.at) is not RequestStatus.PENDING:
        return
    due = sum(at <= ctx.at for at in kept_policy(row).reminders_at(row.created_at))
    if due:
        for member_id in still_to_answer(ctx, row):
            ctx.notify(f"member:{member_id}", "waits", f"{request_id}@{due}")


# --- deciding --------------------------------------------------------------------------------------------------------


def decide(ctx: Context, row: Row[Any], to: RequestStatus, reason: str) -> Card:
    """One approver's yes or no, if they may and nobody was first; everything is read again at this moment.

    What all answers that count now come to is decided with it: the request is over, or it waits for more of them.
    """
    _refuse(ctx, row, verdict(ctx, row))
    policy = kept_policy(row)
    _check_reason(row, policy, to, reason)
    plain = is_plain(policy)
    before = (
        "" if plain else next((v.to for v in votes.votes_on(ctx, row) if v.voter == ctx.me.member_id), "")
    )
    if not votes.cast(ctx, row, to, reason):
        _refuse_late(ctx, row)
    if plain:
        return _end(ctx, row, to, ctx.me.member_id, reason, question_of(ctx, row).asked, {})
    found = approvers_of(ctx, row)
    given = votes.votes_on(ctx, row)
    outcome = found.judged(each.vote for each in given)
    # What others' answers have come to meanwhile is no act of whoever says no now.
    if outcome.status is RequestStatus.DENIED or outcome.status is to:
        who = outcome.deniers if outcome.status is RequestStatus.DENIED else outcome.approvers
        votes.mark_counted(ctx, row, who)
        by = ctx.me.member_id if ctx.me.member_id in who else who[-1]
        why = reason or next((v.reason for v in reversed(given) if v.voter in who and v.reason), "")
        given_then = outcome.given or question_of(ctx, row).asked
        said = why if outcome.status is to else ""
        return _end(ctx, row, outcome.status, by, said, given_then, {"votes": list(who)})
    if before == to:
        ctx.revisit(row.request_id)
        said = "yes" if to is RequestStatus.APPROVED else "no"
        raise Refusal(RefusalCode.ALREADY_SAID, said=said, tally=votes.tally(ctx, found, outcome))
    ctx.record(
        "request.voted", row.request_id, person=row.person, vote=to.value, before=str(before), reason=reason
    )
    ctx.stale(row.request_id)
    return _counted(ctx, row, to, found, outcome)


def _check_reason(row: Any, policy: Policy, to: RequestStatus, reason: str) -> None:
    """Buttons carry no words: where a reason is needed, the typed twin takes it."""
    approves = to is RequestStatus.APPROVED
    if policy.needs_reason(Act.APPROVE if approves else Act.DENY) and not reason:
        verb = "approve" if approves else "deny"
        how = (Say(f"request {verb}", f'request:{row.request_id} reason:"…"'),)
        raise Refusal(RefusalCode.REASON_NEEDED, what=f"to {verb} this", how=how)


def _refuse_late(ctx: Context, row: Row[Any]) -> None:
    changed = load(ctx, row.request_id) or row
    _refuse(ctx, changed, verdict(ctx, changed))
    raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=row.request_id)


def _end(
    ctx: Context,
    row: Row[Any],
    to: RequestStatus,
    by: str,
    reason: str,
    given: Terms,
    more: dict[str, Any],
) -> Card:
    """Ends the request, and does what follows from it. ``given``: as much as all approvers agreed to."""
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    if not ctx.connection.execute(_DECIDE, {**params, "to": to.value, "by": by, "why": reason}).rowcount:
        _refuse_late(ctx, row)
    ctx.record(
        f"request.{to.value}", row.request_id, person=row.person, roles=row.roles, reason=reason, **more
    )
    kind = kind_of(row)
    if to is RequestStatus.APPROVED:
        kind.allow(ctx, row, given)
    else:
        kind.release(ctx, row)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return kind.decided(ctx, load(ctx, row.request_id))


def _counted(ctx: Context, row: Any, to: RequestStatus, found: Found, outcome: Outcome) -> Card:
    """To whoever has just answered a request that waits for more."""
    waiting = tuple(found.approvers[who].name for who in outcome.could)
    return views.vote_counted(
        row.name,
        "yes" if to is RequestStatus.APPROVED else "no",
        votes.tally(ctx, found, outcome),
        waiting,
        row.expires_at,
        row.request_id,
    )


def _refuse(ctx: Context, row: Any, found: Verdict) -> None:
    """The refusal that belongs to a verdict; none for a yes."""
    match found:
        case Verdict.MAY:
            return
        case Verdict.NOT_A_MEMBER:
            raise Refusal(RefusalCode.NOT_A_MEMBER)
        case Verdict.NOT_ALLOWED:
            refuse_outsider(ctx)
            who = text.shorten(who_approves(kept_policy(row), known_in(ctx)), LONGEST)
            raise Refusal(RefusalCode.NOT_AN_APPROVER, who=who)
        case Verdict.NOT_ABLE:
            missing = kind_of(row).lacks(row.facts)(ctx, ctx.me.member_id, ctx.standing)
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=missing, who=ctx.who_has(missing))
        case Verdict.OWN:
            raise Refusal(RefusalCode.OWN_REQUEST, permission=APPROVE)
        case Verdict.ABOVE_CEILING:
            for role in ctx.workspace.roles_of(row.roles):
                check_lasting(role, ctx.standing)
        case Verdict.EXPIRED | Verdict.DECIDED:
            refuse_over(ctx, row)


def refuse_outsider(ctx: Context) -> None:
    """Whoever may approve nothing does not learn what there is to approve."""
    if not ctx.standing.has(APPROVE):
        raise Refusal(RefusalCode.NOT_ALLOWED, permission=APPROVE, who=ctx.who_has(APPROVE))


def refuse_over(ctx: Context, row: Any) -> None:
    """Says when a request that is over ended, and by whom; the card that still asked is brought up to date."""
    ctx.revisit(row.request_id)
    if request_status(row, ctx.at) is RequestStatus.EXPIRED:
        raise Refusal(RefusalCode.REQUEST_EXPIRED, until=When(row.expires_at), who=row.name)
    by = votes.deciders(ctx, row) or "the person who asked"
    word = {"approved": "Approved", "denied": "Denied", "withdrawn": "Withdrawn"}[row.status]
    when = When(row.decided_at or row.expires_at)
    raise Refusal(RefusalCode.ALREADY_DECIDED, outcome=word, by=by, when=when)
