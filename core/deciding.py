"""Who may answer a request, and what their answers come to: asked beforehand, at the click and for the typed twin alike.

Everything is read again each time: the request's own copy of the policy, the votes, and what their voters may do now.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row, bindparam, update

from core import text, views, votes
from core.approval_judging import Outcome, may_vote
from core.approval_policy import Act
from core.approval_terms import Terms, kept_terms, least
from core.approval_words import who_approves
from core.approvals import LONGEST, is_plain, kept_policy, known_in
from core.approvers import Found, Question, find_approvers, person_of
from core.assignment import check_until
from core.cards import Card, Say, When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.less import GIVEN, agreement, check_left
from core.lifecycle import RequestStatus, request_status
from core.models import requests
from core.policy import APPROVE, Verdict
from core.request_kinds import kind_of
from core.requests import IS_OPEN, close, load
from core.roles import check_ceiling, check_lasting
from core.views.common import status_word

_DECIDE = (
    update(requests)
    .where(*IS_OPEN)
    .values(
        status=bindparam("to"),
        decided_at=bindparam("now"),
        decided_by=bindparam("by"),
        reason=bindparam("why"),
        facts=bindparam("kept"),
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
    kind = kind_of(row)
    return Question(
        kept_policy(row),
        tuple(ctx.workspace.roles_of(row.roles)),
        row.person,
        row.facts.get("member", ""),
        row.created_at,
        kind.lacks(row.facts),
        kind.terms(row.facts),
        lambda given: kind.lacks({**row.facts, "level": given.level, "for": given.seconds}),
    )


def verdict(ctx: Context, row: Any, given: Terms | None = None) -> Verdict:
    """Whether this person may answer the request now; ``given``: with less than was asked for."""
    question = question_of(ctx, row)
    return may_vote(
        question.policy,
        person_of(ctx, question, own=is_own(ctx, row), given=given),
        question.asked,
        given,
        created_at=row.created_at,
        now=ctx.at,
        status=request_status(row, ctx.at),
    )


def approvers_of(ctx: Context, row: Any) -> Found:
    """Who could say yes to it now, and who has said something."""
    question = question_of(ctx, row)
    given = () if is_plain(question.policy) else [each.vote for each in votes.votes_on(ctx, row)]
    return find_approvers(ctx, question, given)


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
    found, given = approvers_of(ctx, row), votes.votes_on(ctx, row)
    return votes.tally(ctx, found, found.judged(each.vote for each in given), given)


def looked_at_again(ctx: Context, request_id: str) -> list[int]:
    """When something about an open request happens by itself: its approvers are reminded, or it escalates."""
    row = load(ctx, request_id)
    if row is None or request_status(row, ctx.at) is not RequestStatus.PENDING:
        return []
    policy = kept_policy(row)
    times = [*policy.reminders_at(row.created_at), policy.escalates_at(row.created_at)]
    return [at for at in times if at is not None and at > ctx.at]


# --- deciding --------------------------------------------------------------------------------------------------------


def decide(ctx: Context, row: Row[Any], to: RequestStatus, reason: str, less: Terms | None = None) -> Card:
    """One approver's yes or no, if they may and nobody was first; everything is read again at this moment.

    What all answers that count now come to is decided with it: the request is over, or it waits for more of them.
    ``less``: what they give of what was asked for.
    """
    check_verdict(ctx, row, less)
    why = kind_of(row).void(ctx, row)
    if why and close(ctx, row, why):
        return kind_of(row).decided(ctx, load(ctx, row.request_id))
    policy = kept_policy(row)
    check_reason(row, to, reason)
    plain = is_plain(policy)
    before = (
        None if plain else next((v for v in votes.votes_on(ctx, row) if v.voter == ctx.me.member_id), None)
    )
    asked = question_of(ctx, row).asked
    kept = None if less is None else kept_terms(less, asked)
    if not votes.cast(ctx, row, to, reason, kept):
        _refuse_late(ctx, row)
    if plain:
        given_then = less or asked
        return _end(ctx, row, to, ctx.me.member_id, reason, given_then, {})
    found = approvers_of(ctx, row)
    given = votes.votes_on(ctx, row)
    outcome = found.judged(each.vote for each in given)
    # What others' answers have come to meanwhile is no act of whoever says no now.
    if outcome.status is RequestStatus.DENIED or outcome.status is to:
        who = outcome.deniers if outcome.status is RequestStatus.DENIED else outcome.approvers
        votes.mark_counted(ctx, row, given, who)
        by = ctx.me.member_id if ctx.me.member_id in who else who[-1]
        why = reason or next((v.reason for v in reversed(given) if v.voter in who and v.reason), "")
        given_then = outcome.given or asked
        said = why if outcome.status is to else ""
        return _end(ctx, row, outcome.status, by, said, given_then, {"votes": list(who)})
    tally = votes.tally(ctx, found, outcome, given)
    if before is not None and (before.to, before.given) == (to, less):
        ctx.revisit(row.request_id)
        said = t("yes") if to is RequestStatus.APPROVED else t("no")
        raise Refusal(RefusalCode.ALREADY_SAID, said=said, tally=tally)
    was = "" if before is None else before.to.value
    more: dict[str, Any] = {} if kept is None else {GIVEN: kept}
    ctx.record(
        "request.voted",
        row.request_id,
        person=row.person,
        vote=to.value,
        before=was,
        reason=reason,
        **more,
    )
    ctx.stale(row.request_id)
    return _counted(row, to, found, outcome, tally)


def check_verdict(ctx: Context, row: Row[Any], less: Terms | None = None) -> None:
    """Refuses whoever may not answer the request now, with so much."""
    _refuse(ctx, row, verdict(ctx, row, less), less)


def check_answerable(ctx: Context, row: Row[Any]) -> None:
    """Refuses whoever may not answer the request at all now, be it with less than was asked for."""
    found = verdict(ctx, row)
    if found not in {Verdict.ABOVE_CEILING, Verdict.NOT_ABLE}:
        _refuse(ctx, row, found)


def needs_reason(row: Any, to: RequestStatus) -> bool:
    """Whether an answer to this request has to say why."""
    act = Act.APPROVE if to is RequestStatus.APPROVED else Act.DENY
    return kept_policy(row).needs_reason(act)


def check_reason(row: Any, to: RequestStatus, reason: str) -> None:
    """Where a reason is needed, the buttons ask for it in a form, and a typed answer brings it along."""
    if needs_reason(row, to) and not reason:
        verb = "approve" if to is RequestStatus.APPROVED else "deny"
        how = (Say(f"request {verb}", f'request:{row.request_id} reason:"…"'),)
        what = t("to approve this") if to is RequestStatus.APPROVED else t("to deny this")
        raise Refusal(RefusalCode.REASON_NEEDED, what=what, how=how)


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
    asked = question_of(ctx, row).asked
    kept = row.facts
    if to is RequestStatus.APPROVED and given != asked:
        check_left(ctx, row, asked, given)
        kept = {**kept, **agreement(asked, given)}
        more = {**more, GIVEN: kept_terms(given, asked)}
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    answer = {"to": to.value, "by": by, "why": reason, "kept": kept}
    if not ctx.connection.execute(_DECIDE, {**params, **answer}).rowcount:
        _refuse_late(ctx, row)
    ctx.record(
        f"request.{to.value}", row.request_id, person=row.person, roles=row.roles, reason=reason, **more
    )
    kind = kind_of(row)
    row = load(ctx, row.request_id) or row
    if to is RequestStatus.APPROVED:
        kind.allow(ctx, row, given)
    else:
        kind.release(ctx, row)
    ctx.stale(row.request_id)
    ctx.notify(f"person:{row.person}", "outcome", row.request_id)
    return kind.decided(ctx, load(ctx, row.request_id))


def _counted(row: Any, to: RequestStatus, found: Found, outcome: Outcome, tally: str) -> Card:
    """To whoever has just answered a request that waits for more."""
    waiting = tuple(found.approvers[who].name for who in outcome.could)
    return views.vote_counted(
        row.name,
        tally,
        waiting,
        row.expires_at,
        row.request_id,
        yes=to is RequestStatus.APPROVED,
    )


def _refuse(ctx: Context, row: Any, found: Verdict, less: Terms | None = None) -> None:
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
            raise kind_of(row).unable(ctx, row)
        case Verdict.OWN:
            raise Refusal(RefusalCode.OWN_REQUEST, permission=APPROVE)
        case Verdict.ABOVE_CEILING:
            _refuse_above(ctx, least(question_of(ctx, row).asked, less))
        case Verdict.EXPIRED | Verdict.DECIDED:
            refuse_over(ctx, row)


def _refuse_above(ctx: Context, terms: Terms) -> None:
    """Which of the roles is above their own, or is theirs for a shorter time than they would give it."""
    for role in filter(None, terms.roles):
        if terms.seconds is None:
            check_lasting(role, ctx.standing)
        check_ceiling(role, ctx.standing)
        check_until(ctx, role, ctx.at + (terms.seconds or 0))


def refuse_outsider(ctx: Context) -> None:
    """Whoever may approve nothing does not learn what there is to approve."""
    if not ctx.standing.has(APPROVE):
        raise Refusal(RefusalCode.NOT_ALLOWED, permission=APPROVE, who=ctx.who_has(APPROVE))


def refuse_over(ctx: Context, row: Any) -> None:
    """Says when a request that is over ended, and by whom; the card that still asked is brought up to date."""
    ctx.revisit(row.request_id)
    if request_status(row, ctx.at) is RequestStatus.EXPIRED:
        raise Refusal(RefusalCode.REQUEST_EXPIRED, until=When(row.expires_at), who=row.name)
    by = votes.deciders(ctx, row) or t("the person who asked")
    word = status_word(RequestStatus(row.status))
    when = When(row.decided_at or row.expires_at)
    raise Refusal(RefusalCode.ALREADY_DECIDED, outcome=word, by=by, when=when)
