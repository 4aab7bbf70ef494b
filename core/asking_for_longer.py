"""Asking to keep something longer: a role or access that somebody has for a time. Nobody lengthens their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row

from core import asking, assignment, grants, resources, views
from core import requests as open_requests
from core.approval_terms import Terms
from core.approvers import Lacks
from core.asking import Wanted
from core.assignment import LONGEST, SHORTEST
from core.cards import Card, Say, When
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import mark, says, t
from core.members import held_by, load
from core.permissions import Level, Role, Standing
from core.policy import GRANT
from core.request_kinds import Less, RequestKind, declare, not_able
from core.views.wants import WantFacts, want_line

LONGER_KIND = "extension"


class Held(NamedTuple):
    """What somebody has for a time: a role, or a level on a resource; exactly one of ``role`` and ``resource`` is there."""

    role: Role | None
    resource: Any | None
    level: Level | None
    given_at: int
    ends_at: int
    source: str

    @property
    def name(self) -> str:
        return self.role.name if self.role else str(getattr(self.resource, "name", ""))


def held_for_a_time(ctx: Context, member_id: str, what: str, level: int | None = None) -> Held | None:
    """What a member has of a role, or of a level on a resource itself, by its id, if it is theirs now and has an end.

    It is asked about only where it ends: not where they have as much on that resource for good. What was taken in an
    emergency is not made longer: who needs it asks for access, which its approver answers for.
    """
    role = ctx.workspace.roles.get(what)
    if role is not None:
        for row in held_by(ctx, [member_id])[member_id]:
            if row.role_id == what and row.ends_at is not None:
                return Held(role, None, None, row.given_at, row.ends_at, row.source)
        return None
    if level is None:
        return None
    grant = grants.in_layer(ctx, what, member_id, grants.timed(level))
    resource = resources.load(ctx, what)
    if grant is None or resource is None or grant.level != level:
        return None
    if grants.held_until(ctx, what, member_id, grant.ends_at) is None:
        return None
    return Held(None, resource, Level(grant.level), grant.given_at, grant.ends_at, grant.source)


def typed(name: str, level: int | None) -> Say:
    """The command that asks for it, and for longer where somebody has it for a time."""
    if level is None:
        return Say("request role", f'role:"{name}"')
    return Say("request access", f'resource:"{name}" level:{Level(level).word}')


# --- asking ----------------------------------------------------------------------------------------------------------


def ask_for_longer(
    ctx: Context, what: str, life: int | None = None, why: str = "", *, level: int | None = None
) -> Card:
    """Asks to keep a role or access that the person has for a time, by the id of the role or resource.

    ``level``: which, on a resource. ``life``: for how much longer than now, or until which date; without it as long again as it was given for.
    """
    held = held_for_a_time(ctx, ctx.me.member_id, what, level)
    if held is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    asking.check_time(life)
    facts = asking.facts_for(
        ctx, held.name, _length(ctx, held) if life is None else life, why, ends=held.ends_at
    )
    if facts["until"] is not None:
        facts["for"] = facts["until"] - held.ends_at
        if facts["for"] <= 0:
            said = says("You have it until {when} already. Choose a later date.", when=When(held.ends_at))
            raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    if held.role is not None:
        facts |= {"role": what}
    else:
        facts |= {"resource": what, "level": held.level}
    row, approvers = asking.ask(
        ctx,
        Wanted(
            LONGER_KIND,
            what,
            [held.role] if held.role else [],
            facts,
            _lacks(facts),
            asking.terms_of(facts),
            t(
                "No member may both approve requests and let you keep {what} for that long",
                what=asking.thing_in_words(held.name, held.level),
            ),
            typed(held.name, held.level),
            held.ends_at,
        ),
    )
    return views.want_asked(facts_of(ctx, row), approvers)


def _length(ctx: Context, held: Held) -> int:
    """For how long it was given; of what was lengthened, by how much that was last time."""
    parts = held.source.split()
    before = open_requests.load(ctx, parts[1]) if parts[:1] == ["request"] and len(parts) > 1 else None
    if before is not None and before.kind == LONGER_KIND:
        length = before.facts["for"]
    else:
        length = held.ends_at - held.given_at
    return min(max(int(length), SHORTEST), LONGEST)


# --- deciding --------------------------------------------------------------------------------------------------------


def _about(facts: Mapping[str, Any]) -> str:
    return str(facts.get("role") or facts.get("resource"))


def _lacks(facts: Mapping[str, Any]) -> Lacks:
    """What an approver lacks: nobody changes the roles of who stands above them, or gives access that they may not give."""
    found: list[Any] = []

    def missing(ctx: Context, member_id: str, standing: Standing) -> str:
        by_role = "role" in facts
        if not by_role and asking.for_good(standing).has(GRANT):
            return ""
        if not found:
            found.append(
                ctx.standing_of(facts["member"]) if by_role else resources.load(ctx, facts["resource"])
            )
        if found[0] is None:
            return ""
        if by_role:
            return assignment.ASSIGN if found[0].rank > standing.rank else ""
        until = facts["ends"] + facts["for"]
        able = grants.may_give(ctx, found[0], Level(facts["level"]), until, by=member_id)
        return "" if able else GRANT

    return missing


def _unable(ctx: Context, row: Any) -> Refusal:
    if "role" in row.facts:
        return Refusal(RefusalCode.MEMBER_ABOVE, name=row.name)
    return cannot_give(ctx, row, row.facts["ends"] + row.facts["for"])


def cannot_give(ctx: Context, row: Any, until: int | None) -> Refusal:
    """Why whoever runs the call may not give the access that a request asks for."""
    resource = resources.load(ctx, row.facts["resource"])
    if resource is not None and resources.sight_of(ctx).knows(resource):
        try:
            grants.check_may_give(ctx, resource, Level(row.facts["level"]), until)
        except Refusal as refusal:
            return refusal
    return not_able(ctx, row)


def _void(ctx: Context, row: Any) -> str:
    if asking.has_left(ctx, row):
        return asking.HAS_LEFT
    held = held_for_a_time(ctx, row.facts["member"], _about(row.facts), row.facts.get("level"))
    if held is None:
        return mark("It is not held for a time any more.")
    if held.ends_at != row.facts["ends"]:
        return mark("It was given another end meanwhile.")
    return ""


def _allow(ctx: Context, row: Row[Any], given: Terms) -> None:
    """The approver gives it for longer, from its end on, as far as they may."""
    kept = row.facts
    held = held_for_a_time(ctx, kept["member"], _about(kept), kept.get("level"))
    assert held is not None  # asked a moment ago
    until = held.ends_at + (kept["for"] if given.seconds is None else given.seconds)
    life = min(until, kept["until"] or until) - ctx.at
    life = min(life, LONGEST)
    source = asking.source_of(ctx, row)
    if held.role is not None:
        member = load(ctx, kept["member"])
        assert member is not None
        assignment.give(ctx, member, held.role, life, source, tell=False)
    else:
        assert held.level is not None
        grants.check_may_give(ctx, held.resource, held.level, ctx.at + life)
        grants.give(ctx, held.resource, kept["member"], held.level, ctx.at + life, source, tell=False)
    asking.keep(ctx, row, held.name, ctx.at + life, held.level)


# --- showing ---------------------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any, tally: str = "") -> WantFacts:
    kept = row.facts
    role = ctx.workspace.roles.get(kept.get("role", ""))
    name, level = role.name if role else kept["name"], kept.get("level")
    return asking.shown(ctx, row, asking.thing_in_words(name, level), again=typed(name, level), tally=tally)


declare(
    RequestKind(
        LONGER_KIND,
        allow=_allow,
        release=asking.hold_nothing,
        lacks=_lacks,
        card=lambda ctx, row, tally: views.want_request(facts_of(ctx, row, tally)),
        decided=lambda ctx, row: views.want_decided(facts_of(ctx, row)),
        withdrawn=lambda ctx, row: views.want_withdrawn(facts_of(ctx, row)),
        outcome=lambda ctx, row: asking.outcome(ctx, row, facts_of(ctx, row)),
        line=lambda ctx, row, own: want_line(facts_of(ctx, row), own),
        terms=asking.terms_of,
        less=frozenset({Less.TIME}),
        unable=_unable,
        void=_void,
    )
)
