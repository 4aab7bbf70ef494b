"""The answers to a request that takes several: one of each approver, their latest, counted anew whenever somebody looks."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, select, update
from sqlalchemy import text as sql

from core import text
from core.approval_judging import Outcome, Vote
from core.approval_terms import Terms, less_in_words, read_terms
from core.approval_words import progress
from core.approvals import LONGEST, is_plain, kept_policy, known_in
from core.approvers import Found
from core.context import Context
from core.language import t, translated
from core.lifecycle import RequestStatus
from core.models import votes
from core.names import names_of
from core.views.common import some_of

#: What is kept of a vote that the decision was made of, and of one that gives less than asked for.
COUNTED, GIVEN = "counted", "given"

#: As long as the request is open; a second answer of the same person takes the place of their first.
_CAST = sql(
    "INSERT INTO votes (workspace_id, request_id, member_id, vote, reason, facts, at) "
    "SELECT workspace_id, request_id, :me, :vote, :why, :facts, :now FROM requests "
    "WHERE workspace_id = :ws AND request_id = :req AND status = 'pending' AND expires_at > :now "
    "ON CONFLICT (workspace_id, request_id, member_id) DO UPDATE SET "
    "vote = excluded.vote, reason = excluded.reason, facts = excluded.facts, at = excluded.at"
).bindparams(bindparam("facts", type_=votes.c.facts.type))
_ALL = (
    select(votes)
    .where(votes.c.workspace_id == bindparam("ws"), votes.c.request_id == bindparam("req"))
    .order_by(votes.c.at, votes.c.member_id)
)
_COUNT = (
    update(votes)
    .where(
        votes.c.workspace_id == bindparam("ws"),
        votes.c.request_id == bindparam("req"),
        votes.c.member_id == bindparam("who"),
    )
    .values(facts=bindparam("kept"))
)


class Cast(NamedTuple):
    """A vote as it was given. ``given``: less than was asked for; None: as asked."""

    voter: str
    to: RequestStatus
    reason: str
    facts: dict[str, Any]
    given: Terms | None

    @property
    def counted(self) -> bool:
        return bool(self.facts.get(COUNTED))

    @property
    def vote(self) -> Vote:
        return Vote(self.voter, self.to is RequestStatus.APPROVED, self.given)


def votes_on(ctx: Context, row: Any) -> list[Cast]:
    """All votes, the earliest first."""
    rows = ctx.connection.execute(_ALL, {"ws": row.workspace_id, "req": row.request_id})
    return [
        Cast(vote.member_id, RequestStatus(vote.vote), vote.reason, vote.facts, _given(ctx, row, vote.facts))
        for vote in rows
    ]


def _given(ctx: Context, row: Any, facts: dict[str, Any]) -> Terms | None:
    if GIVEN not in facts:
        return None
    return read_terms(facts[GIVEN], ctx.workspace.roles_of(row.roles), ctx.workspace.roles)


def cast(ctx: Context, row: Row[Any], to: RequestStatus, reason: str, kept: dict[str, Any] | None) -> bool:
    """Keeps the answer of whoever acts; False when somebody, or the clock, has ended the request.

    ``kept``: what they give, where it is less than was asked for.
    """
    params = {"ws": row.workspace_id, "req": row.request_id, "now": ctx.at}
    facts = {} if kept is None else {GIVEN: kept}
    answer = {"me": ctx.me.member_id, "vote": to.value, "why": reason, "facts": facts}
    return bool(ctx.connection.execute(_CAST, {**params, **answer}).rowcount)


def mark_counted(ctx: Context, row: Row[Any], cast_: list[Cast], who: tuple[str, ...]) -> None:
    """Notes of which votes the decision was made."""
    params = {"ws": row.workspace_id, "req": row.request_id}
    for each in cast_:
        if each.voter in who:
            kept = {**each.facts, COUNTED: True}
            ctx.connection.execute(_COUNT, {**params, "who": each.voter, "kept": kept})


def reason_of(row: Any) -> str:
    """Why it ended as it did: what a person wrote as they wrote it, what Usher says where nobody decided in each language."""
    why = row.reason or ""
    return why if row.decided_by is not None else translated(why)


def deciders(ctx: Context, row: Any) -> str:
    """The names of those who decided, empty where nobody did; the one who ended it last."""
    if row.decided_by is None:
        return ""
    ids = [row.decided_by]
    if row.policy and not is_plain(kept_policy(row)):
        others = [
            each.voter
            for each in votes_on(ctx, row)
            if each.counted and each.to.value == row.status and each.voter != row.decided_by
        ]
        ids = [*others, row.decided_by]
    names = names_of(ctx, set(ids))
    return some_of(tuple(names[each] for each in ids if each in names))


def tally(ctx: Context, found: Found, outcome: Outcome, cast_: list[Cast]) -> str:
    """How far a request is, and who has said what that counts: ``1 of 2 approvals · Ada said yes, to Viewer``."""
    policy, asked = found.question.policy, found.question.asked
    parts = [text.shorten(progress(policy, outcome, known_in(ctx)), LONGEST)]
    gives = {each.voter: less_in_words(asked, each.given) for each in cast_ if each.given is not None}
    said: dict[str, list[str]] = {}
    for who in outcome.approvers:
        said.setdefault(", ".join(filter(None, (t("yes"), gives.get(who, "")))), []).append(who)
    said[t("no")] = list(outcome.deniers)
    for what, voters in said.items():
        names = tuple(found.approvers[each].name for each in voters)
        if names:
            parts.append(t("{names} said {what}", names=some_of(names), what=what))
    return " · ".join(filter(None, parts))
