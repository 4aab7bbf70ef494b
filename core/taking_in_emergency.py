"""Taking access in an emergency: at once, for a time, with a reason; loudly, and looked at by somebody else afterwards.

It gives access to resources and never a role, to whoever takes it and to nobody else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, or_, select

from core import durations, grants, requests, resources, text, views, votes
from core.approval_policy import Emergency
from core.approvals import approvers_in_words, new_question, policy_for
from core.approvers import Found, find_approvers, holders_of, nothing
from core.assignment import SHORTEST
from core.cards import Card, When
from core.catalogue import Kind, command, option
from core.context import Context, identity_of
from core.emergencies import REVIEW, end, may_take, source_of
from core.errors import Refusal, RefusalCode
from core.language import t
from core.lifecycle import RequestStatus, request_status
from core.models import IS_PENDING
from core.models import requests as request_rows
from core.models import resources as resource_rows
from core.permissions import TOP, Level
from core.reach import ids_on, reach
from core.recipients import place_of
from core.request_kinds import RequestKind, declare
from core.views.emergencies import EmergencyFacts, emergency_line

LEVELS = tuple(level.word for level in Level)
#: For so long after a denial nothing is taken again on the same resource, above it or under it.
PAUSE = durations.DAY
#: So many may be open at a time, wherever they are.
MOST_OPEN = 3

_THEIRS = (
    request_rows.c.workspace_id == bindparam("ws"),
    request_rows.c.person.in_(bindparam("keys", expanding=True)),
    request_rows.c.kind == REVIEW,
)
#: On the resource, on what it stands under, or on what stands under it: each of these gives the others away.
_NEAR = or_(
    request_rows.c.topic.in_(bindparam("path", expanding=True)),
    request_rows.c.topic.in_(
        select(resource_rows.c.resource_id).where(
            resource_rows.c.workspace_id == bindparam("ws"), resources.UNDER
        )
    ),
)
_OPEN = (*_THEIRS, IS_PENDING, request_rows.c.expires_at > bindparam("now"))
_WAITING = select(request_rows).where(*_OPEN, _NEAR).order_by(request_rows.c.created_at.desc()).limit(1)
_COUNT_OPEN = select(func.count()).select_from(request_rows).where(*_OPEN)
_DENIED = (
    select(request_rows)
    .where(
        *_THEIRS,
        _NEAR,
        request_rows.c.status == RequestStatus.DENIED.value,
        request_rows.c.decided_at > bindparam("since"),
    )
    .order_by(request_rows.c.decided_at.desc())
    .limit(1)
)


# --- taking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AccessEmergency:
    resource: str = option(
        Kind.RESOURCE, "what you need: its name, path or short id", "Renders", required=True
    )
    reason: str = option(Kind.NOTE, "why it cannot wait, for those who look at it", "It burns", required=True)
    level: str = option(
        Kind.CHOICE, "how far: each level includes those before it", "edit", choices=LEVELS, default="edit"
    )
    for_: int | None = option(Kind.DURATION, "for how long; as long as the policy allows without it", "1h")


@command(
    "access emergency",
    "Take access at once in an emergency; others look at it afterwards",
    AccessEmergency,
    needs="member",
)
def take(ctx: Context, ask: AccessEmergency) -> Card:
    allowed = allowed_to(ctx)
    resource = resources.find(ctx, ask.resource, anywhere=True)
    level, until = Level[ask.level.upper()], _until(ctx, ask.for_, allowed)
    _check_before(ctx, resource)
    _check_needed(ctx, resource, level, until)
    facts = {
        "member": ctx.me.member_id,
        "on": resource.resource_id,
        "name": resource.name,
        "level": int(level),
        "ends": until,
        "why": ask.reason,
    }
    found = find_approvers(ctx, new_question(ctx, REVIEW, [], nothing))
    row = requests.open_one(ctx, REVIEW, [], topic=resource.resource_id, facts=facts)
    source = source_of(row.request_id)
    grants.give(ctx, resource, ctx.me.member_id, level, until, source, tell=False, emergency=True)
    ctx.record(
        "access.emergency",
        ctx.me.member_id,
        request=row.request_id,
        resource=resource.resource_id,
        level=level.word,
        lasts=durations.show(until - ctx.at),
        ends_at=until,
        reason=ask.reason,
    )
    told = _tell(ctx, row, found)
    reviewers = approvers_in_words(ctx, found) if found.answerable else ()
    return views.emergency_mine(facts_of(ctx, row), reviewers, told)


def allowed_to(ctx: Context) -> Emergency:
    """What the policy lets whoever runs the call take; refuses where that is nothing."""
    emergency = policy_for(ctx, "access").emergency
    if emergency is None:
        raise Refusal(RefusalCode.NO_EMERGENCY)
    if may_take(ctx) is None:
        who = ctx.who_has(emergency.permission)
        raise Refusal(RefusalCode.NOT_ALLOWED, permission=emergency.permission, who=who)
    return emergency


def _until(ctx: Context, wanted: int | None, allowed: Emergency) -> int:
    """Never for longer than whoever takes it may take it, which a role that they have for a time sets an end to."""
    if wanted is not None and not SHORTEST <= wanted <= allowed.most:
        shortest, longest = map(durations.show, (SHORTEST, allowed.most))
        raise Refusal(RefusalCode.EMERGENCY_TIME, shortest=shortest, longest=longest)
    until = ctx.at + (allowed.most if wanted is None else int(wanted))
    ends = grants.ends_of_roles(ctx, ctx.me.member_id, ctx.standing, allowed.permission)
    known = [end for end in ends if end is not None]
    return until if len(known) < len(ends) else min(until, max(known))


def _check_before(ctx: Context, resource: Any) -> None:
    """One at a time up and down a tree, few in all, and none for a while after others have said that it was not right."""
    requests.in_the_way(ctx, REVIEW, topic=resource.resource_id)  # settles one whose time is over
    theirs = {"ws": ctx.workspace.workspace_id, "keys": requests.keys_of(ctx), "now": ctx.at}
    near = {**theirs, "path": ids_on(resource.path), "below": resources.below(resource)}
    waiting = ctx.connection.execute(_WAITING, near).first()
    if waiting is not None:
        name, until = waiting.facts["name"], When(waiting.expires_at)
        raise Refusal(RefusalCode.EMERGENCY_OPEN, resource=name, request=waiting.request_id, until=until)
    denied = ctx.connection.execute(_DENIED, {**near, "since": ctx.at - PAUSE}).first()
    if denied is not None:
        name, by, when = denied.facts["name"], votes.deciders(ctx, denied), When(denied.decided_at)
        raise Refusal(RefusalCode.EMERGENCY_DENIED, resource=name, by=by, when=when)
    if ctx.connection.execute(_COUNT_OPEN, theirs).scalar_one() >= MOST_OPEN:
        raise Refusal(RefusalCode.EMERGENCIES_OPEN, limit=str(MOST_OPEN))


def _check_needed(ctx: Context, resource: Any, level: Level, until: int) -> None:
    """Refuses what would add nothing."""
    reached = reach(ctx, ctx.me.member_id, resource.path)
    enough = reached is not None and reached.level >= level
    if reached is not None and enough and (reached.ends_at is None or reached.ends_at >= until):
        detail = t(
            "You have {level} on {resource} already.", level=reached.level.word, resource=resource.name
        )
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)


def _tell(ctx: Context, row: Row[Any], reviewers: Found) -> str:
    """Loud: no switch and no quiet hour keeps it back. Who hears of it, in words.

    Whoever is asked to look at it has a card that says the same.
    """
    if place_of(ctx) is not None:
        ctx.notify(f"place:{TOP}", "emergency", row.request_id)
        return t("It stands in the place for approvals now.")
    others = [each for each in holders_of(ctx, TOP) if each != ctx.me.member_id]
    asked = {approver.member.member_id for approver in reviewers.asked}
    for member_id in (each for each in others if each not in asked):
        ctx.notify(f"member:{member_id}", "emergency", row.request_id)
    return t("Everybody who runs this workspace has been told.") if others else ""


def notice(ctx: Context, subject: str, recipient: str) -> Card | None:
    """To those who run the workspace: that it was taken stays true, and how it stands by now is said."""
    del recipient
    row = requests.load(ctx, subject)
    return None if row is None else views.emergency_taken(facts_of(ctx, row))


# --- what others say to it -------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any, tally: str = "") -> EmergencyFacts:
    facts = row.facts
    held = grants.in_layer(ctx, facts["on"], facts["member"], grants.EMERGENCY)
    return EmergencyFacts(
        subject=ctx.subject(row.request_id),
        short_id=row.request_id,
        workspace=ctx.workspace.name,
        name=row.name,
        account=text.platform_name(row.platform),
        resource=facts["name"],
        level=Level(facts["level"]).word,
        taken_at=row.created_at,
        ends_at=facts["ends"],
        why=facts["why"],
        expires_at=row.expires_at,
        status=request_status(row, ctx.at),
        live=held is not None and held.source == source_of(row.request_id),
        decided_at=row.decided_at,
        decided_by=votes.deciders(ctx, row),
        reason=votes.reason_of(row),
        tally=tally,
    )


def _release(ctx: Context, row: Row[Any]) -> None:
    """A denial ends it; that nobody answered, or that its holder has left, changes nothing about it."""
    if row.status == RequestStatus.DENIED.value:
        end(ctx, row)


def _outcome(ctx: Context, row: Any) -> Card | None:
    if ctx.find_member(identity_of(row.person)) is None:
        return None
    return views.emergency_outcome(facts_of(ctx, row))


declare(
    RequestKind(
        REVIEW,
        allow=lambda _ctx, _row, _given: None,
        release=_release,
        lacks=lambda _facts: nothing,
        card=lambda ctx, row, tally: views.emergency_review(facts_of(ctx, row, tally)),
        decided=lambda ctx, row: views.emergency_decided(facts_of(ctx, row)),
        withdrawn=lambda ctx, row: views.emergency_outcome(facts_of(ctx, row)),
        outcome=_outcome,
        line=lambda ctx, row, own: emergency_line(facts_of(ctx, row), own),
        stays=True,
    )
)
