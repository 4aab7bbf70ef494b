"""The commands and buttons about requests: what waits, the answer to it, and taking one's own back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, Subquery, Text, bindparam, case, cast, exists, func, not_, or_, select

from core import text, views
from core.approval_judging import may_vote
from core.approvals import policy_in
from core.approvers import Question, person_of
from core.cards import Card, Line, Style
from core.catalogue import Kind, Scope, action, command, option
from core.context import Context
from core.deciding import check_answerable, decide, is_own, refuse_outsider, refuse_over
from core.errors import Refusal, RefusalCode
from core.less import read as read_less
from core.lifecycle import RequestStatus, request_status
from core.models import HAS_POLICY, IS_PENDING, requests, votes
from core.permissions import Level
from core.policy import APPROVE, Verdict
from core.request_kinds import kind_of
from core.requests import load, withdraw
from core.views.common import PAGE

_HERE = (
    requests.c.workspace_id == bindparam("ws"),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
#: As ``is_own`` has it: with whichever of their accounts they asked.
_OWN = or_(
    requests.c.person == bindparam("person"),
    func.coalesce(requests.c.facts["member"].as_string(), "") == bindparam("me"),
)
_ROLES, _POLICY = cast(requests.c.roles, Text), cast(requests.c.policy, Text)
_CARRIED = [func.coalesce(cast(requests.c.facts[name], Text), "[]") for name in ("groups", "resources")]
#: What beside roles decides who could say yes: for these kinds only what newcomers would get with them.
_FACTS = case(
    (
        requests.c.kind.in_(("join", "invite")),
        '{"groups":' + _CARRIED[0] + ',"resources":' + _CARRIED[1] + "}",
    ),
    else_=cast(requests.c.facts, Text),
)
_ESCALATED = case((requests.c.escalated_at <= bindparam("now"), "late"), else_="early")
#: What is asked for, and under which policy, as one text: whether a member may answer depends on nothing else.
_ASKED = requests.c.kind + "/" + _ESCALATED + "/" + _ROLES + "/" + _POLICY + "/" + _FACTS
_ANSWERED = exists().where(
    votes.c.workspace_id == requests.c.workspace_id,
    votes.c.request_id == requests.c.request_id,
    votes.c.member_id == bindparam("me"),
)
_OTHERS = (not_(_OWN), not_(_ANSWERED))
_COUNTED = select(
    requests.c.kind.label("kind"),
    _ESCALATED.label("escalated"),
    _ROLES.label("roles"),
    _POLICY.label("policy"),
    _FACTS.label("facts"),
).where(*_HERE, *_OTHERS)
_EACH = _COUNTED.subquery()
_EACH_UNDER_POLICY = _COUNTED.where(HAS_POLICY).subquery()


def _counts(each: Subquery) -> Select[Any]:
    asked = (
        each.c.kind + "/" + each.c.escalated + "/" + each.c.roles + "/" + each.c.policy + "/" + each.c.facts
    )
    return select(*each.c, asked.label("asked"), func.count().label("many")).group_by(*each.c)


_COUNTS, _COUNTS_UNDER_POLICY = _counts(_EACH), _counts(_EACH_UNDER_POLICY)
_COUNT_OWN = select(func.count()).select_from(requests).where(*_HERE, _OWN)
_PAGE = (
    select(requests)
    .where(*_HERE)
    .order_by(requests.c.created_at, requests.c.request_id)
    .limit(bindparam("most"))
    .offset(bindparam("skipped"))
)
_PAGE_OF_OTHERS = _PAGE.where(*_OTHERS, _ASKED.in_(bindparam("askeds", expanding=True)))
_PAGE_OF_OWN = _PAGE.where(_OWN)
#: A person's request by its short id, wherever it was made; what is open goes before what is over.
_MINE = (
    select(requests.c.workspace_id)
    .where(requests.c.person == bindparam("person"), requests.c.request_id == bindparam("req"))
    .order_by(IS_PENDING.desc(), requests.c.created_at.desc())
    .limit(1)
)


# --- what waits ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestList:
    pass


@command("request list", "See what waits for your answer, and what you wait for", RequestList, reads=True)
def list_(ctx: Context, ask: RequestList) -> Card:
    del ask
    return _list_page(ctx, 0)


def _list_page(ctx: Context, page: int) -> Card:
    """What this person could answer, the oldest first, and then what they wait for themselves."""
    params = _params(ctx)
    answerable = _answerable(ctx)
    theirs = sum(answerable.values())
    mine = ctx.connection.execute(_COUNT_OWN, params).scalar_one()
    if ctx.member is None and not mine:
        ctx.require("member")
    pages = max(1, -(-(theirs + mine) // PAGE))
    page = min(page, pages - 1)
    others: Sequence[Row[Any]] = []
    skipped = page * PAGE
    if skipped < theirs:
        of_others = {**params, "askeds": list(answerable), "most": PAGE, "skipped": skipped}
        others = ctx.connection.execute(_PAGE_OF_OTHERS, of_others).all()
    of_own = {**params, "most": PAGE - len(others), "skipped": max(0, skipped - theirs)}
    own = ctx.connection.execute(_PAGE_OF_OWN, of_own).all()
    lines = [kind_of(row).line(ctx, row, False) for row in others]
    lines += [kind_of(row).line(ctx, row, True) for row in own]
    first = others[0].request_id if others else ""
    first_own = next((row.request_id for row in own if not kind_of(row).stays), "")
    return views.request_list(lines, first, first_own, theirs, page, pages, ctx.subject("list"))


def _params(ctx: Context) -> dict[str, Any]:
    me = ctx.member.member_id if ctx.member else "-"
    return {"ws": ctx.workspace.workspace_id, "now": ctx.at, "person": ctx.person, "me": me}


def _answerable(ctx: Context) -> dict[str, int]:
    """What this person could say yes to now and has not answered, with how many ask for it; counted by the database."""
    if not ctx.anything_waits or ctx.member is None:
        return {}
    # Only a policy of its own makes a request wait for somebody who may not approve requests otherwise.
    which = _COUNTS if ctx.standing.has(APPROVE) else _COUNTS_UNDER_POLICY
    found = ctx.connection.execute(which, _params(ctx)).all()
    return {row.asked: row.many for row in found if _may_answer(ctx, row)}


def _may_answer(ctx: Context, row: Any) -> bool:
    """Whether this person may answer somebody else's open request for that."""
    policy = policy_in(row.policy)
    roles = tuple(ctx.workspace.roles_of(json.loads(row.roles)))
    # Of its time nothing matters here but whether it has escalated.
    after = policy.escalate.after if policy.escalate and row.escalated == "late" else 0
    facts = json.loads(row.facts)
    kind = kind_of(row)
    question = Question(policy, roles, "", "", ctx.at - after, kind.lacks(facts), kind.terms(facts))
    person = person_of(ctx, question, own=False)
    found = may_vote(policy, person, question.asked, created_at=question.created_at, now=ctx.at)
    return found is Verdict.MAY


@action("request.list", "Next", reads=True)
def turn_page(ctx: Context, rest: str) -> Card:
    page = rest.removeprefix("list/")
    if not page.isdecimal() or len(page) > 4:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _list_page(ctx, int(page))


def waiting_for(ctx: Context) -> int:
    """How many requests this member could decide now."""
    return sum(_answerable(ctx).values())


def own_waiting(ctx: Context) -> tuple[Line, ...]:
    """What this member waits for themselves, the oldest first."""
    if not ctx.anything_waits:
        return ()
    rows = ctx.connection.execute(_PAGE_OF_OWN, {**_params(ctx), "most": PAGE, "skipped": 0}).all()
    return tuple(kind_of(row).line(ctx, row, True) for row in rows)


def waiting_rows(ctx: Context, most: int) -> tuple[list[Row[Any]], int]:
    """The first of what this member could decide now, and how many there are."""
    answerable = _answerable(ctx)
    if not answerable:
        return [], 0
    params = {**_params(ctx), "askeds": list(answerable), "most": most, "skipped": 0}
    return list(ctx.connection.execute(_PAGE_OF_OTHERS, params).all()), sum(answerable.values())


def own_rows(ctx: Context) -> list[Row[Any]]:
    """The first of what this person waits for themselves."""
    params = {**_params(ctx), "most": PAGE, "skipped": 0}
    return list(ctx.connection.execute(_PAGE_OF_OWN, params).all())


# --- deciding --------------------------------------------------------------------------------------------------------


def short_id(typed: str) -> str:
    return f"req-{typed.strip().lower().removeprefix('req-').upper()}"


def find(ctx: Context, typed: str) -> Row[Any]:
    """The request with that short id. Whoever may not answer requests does not learn which exist."""
    row = load(ctx, short_id(typed))
    if row is None:
        refuse_outsider(ctx)
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=text.shorten(typed))
    return row


@dataclass(frozen=True, slots=True)
class RequestApprove:
    request: str = option(Kind.REQUEST, "the short id on its card", "req-2M9C", required=True)
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Welcome", default="")
    role: tuple[str, ...] = option(
        Kind.ROLES, "a lower role than was asked for; none for no role", "Viewer", default=()
    )
    level: str = option(
        Kind.CHOICE,
        "a lower level than was asked for",
        "view",
        choices=tuple(level.word for level in Level),
        default="",
    )
    for_: int | None = option(Kind.DURATION, "a shorter time than was asked for", "4h")


@command("request approve", "Say yes to a request, to all of it or to less", RequestApprove, needs="member")
def approve(ctx: Context, ask: RequestApprove) -> Card:
    row = find(ctx, ask.request)
    if (ask.role, ask.level, ask.for_) != ((), "", None):
        check_answerable(ctx, row)  # whoever has no business with it learns nothing of what it asks for
    less = read_less(ctx, row, ask.role, ask.level, ask.for_)
    return decide(ctx, row, RequestStatus.APPROVED, ask.reason, less)


@dataclass(frozen=True, slots=True)
class RequestDeny:
    request: str = option(Kind.REQUEST, "the short id on its card", "req-2M9C", required=True)
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Not now", default="")


@command("request deny", "Say no to a request", RequestDeny, needs="member")
def deny(ctx: Context, ask: RequestDeny) -> Card:
    return decide(ctx, find(ctx, ask.request), RequestStatus.DENIED, ask.reason)


@action(
    "request.approve",
    "Approve",
    style=Style.PRIMARY,
    needs="member",
    live=True,
    asks="request.approve_why",
)
def press_approve(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.APPROVED, "")


@action("request.deny", "Deny", style=Style.DANGER, needs="member", live=True, asks="request.deny_why")
def press_deny(ctx: Context, request_id: str) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.DENIED, "")


# --- taking back -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestCancel:
    request: str = option(Kind.REQUEST, "the short id on your card", "req-2M9C", required=True)


@command("request cancel", "Take back a request of your own", RequestCancel, scope=Scope.NONE)
def cancel(ctx: Context, ask: RequestCancel) -> Card:
    """A newcomer is in no workspace yet: the request says which one it is about."""
    params = {"person": ctx.person, "req": short_id(ask.request)}
    found = ctx.connection.execute(_MINE, params).scalar()
    row = load(ctx, params["req"]) if found is not None and ctx.enter(found) else None
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_REQUEST, name=text.shorten(ask.request))
    return _take_back(ctx, row)


@action("request.withdraw", "Withdraw", style=Style.DANGER)
def press_withdraw(ctx: Context, request_id: str) -> Card:
    row = load(ctx, request_id)
    if row is None or not is_own(ctx, row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return _take_back(ctx, row)


def _take_back(ctx: Context, row: Row[Any]) -> Card:
    if kind_of(row).stays and request_status(row, ctx.at) is RequestStatus.PENDING:
        raise Refusal(RefusalCode.REVIEW_STAYS)
    if not withdraw(ctx, row):
        refuse_over(ctx, load(ctx, row.request_id) or row)
    return kind_of(row).withdrawn(ctx, load(ctx, row.request_id))
