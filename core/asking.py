"""What members ask for themselves, a role, access or more time for either, in the steps that are the same for all three."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, select, update

from core import durations, effects, text, views, votes
from core import requests as asking
from core.approval_policy import Act
from core.approval_terms import Terms
from core.approvals import approvers_in_words, new_question, not_enough
from core.approvers import Lacks, find_approvers
from core.assignment import LONGEST, SHORTEST
from core.cards import Card, Say, Text, When
from core.context import Context, identity_of
from core.durations import UntilDate
from core.errors import Refusal, RefusalCode
from core.language import mark, t
from core.less import agreed, exists
from core.lifecycle import RequestStatus, request_status
from core.models import IS_PENDING, requests
from core.permissions import Level, Role, Standing
from core.views.wants import WantFacts

#: Where a request keeps what was given with a yes.
GAVE = "gave"
#: So many requests of one kind and one member wait at a time.
MOST_WAITING = 5

_WAITING = select(func.count()).where(
    requests.c.workspace_id == bindparam("ws"),
    requests.c.kind == bindparam("kind"),
    requests.c.person.in_(bindparam("keys", expanding=True)),
    IS_PENDING,
    requests.c.expires_at > bindparam("now"),
)
#: What a yes has come to is kept with the request, in the transaction in which it is given.
_KEEP = (
    update(requests)
    .where(
        requests.c.workspace_id == bindparam("ws"),
        requests.c.request_id == bindparam("req"),
        requests.c.status == RequestStatus.APPROVED.value,
    )
    .values(facts=bindparam("kept"))
)


class Wanted(NamedTuple):
    """What a member asks for: of which kind, about what, and how that is kept, judged and said.

    ``facts`` hold what ``lacks`` and ``terms`` are made of. ``nobody``: what is said where nobody could give it, as the
    beginning of a sentence. ``typed``: the command that asks for the same. ``until``: when an answer would come too late.
    """

    kind: str
    topic: str
    roles: list[Role]
    facts: dict[str, Any]
    lacks: Lacks
    terms: Terms
    nobody: str
    typed: Say
    until: int | None = None


# --- asking ----------------------------------------------------------------------------------------------------------


def facts_for(ctx: Context, name: str, life: int | None, why: str, **more: Any) -> dict[str, Any]:
    """What such a request keeps. A date that was typed stays that date; a length of time counts from the yes."""
    until = ctx.at + life if isinstance(life, UntilDate) else None
    seconds = None if life is None else int(life)
    return {"member": ctx.me.member_id, "name": name, "for": seconds, "until": until, "why": why, **more}


def check_time(life: int | None) -> None:
    if life is not None and not SHORTEST <= life <= LONGEST:
        raise Refusal(
            RefusalCode.BAD_ASKED_TIME, shortest=durations.show(SHORTEST), longest=durations.show(LONGEST)
        )


def check_waiting(ctx: Context, kind: str, what: str) -> None:
    """Each request is a message to every approver: a few at a time, with all of a member's accounts together."""
    keys = asking.keys_of(ctx)
    params = {"ws": ctx.workspace.workspace_id, "kind": kind, "keys": keys, "now": ctx.at}
    if ctx.connection.execute(_WAITING, params).scalar_one() >= MOST_WAITING:
        raise Refusal(RefusalCode.TOO_MANY_WAITING, limit=str(MOST_WAITING), what=what)


#: What the requests of each kind are about, behind “requests”.
_ABOUT = {"role": mark("for a role"), "access": mark("for access"), "extension": mark("for more time")}


def ask(ctx: Context, wanted: Wanted) -> tuple[Row[Any], tuple[str, ...]]:
    """Makes the request, unless the same waits already, much waits, or nobody could answer it; and says who could."""
    waiting, _ = asking.in_the_way(ctx, wanted.kind, topic=wanted.topic)
    if waiting is not None:
        until = When(waiting.expires_at)
        raise Refusal(RefusalCode.ALREADY_ASKED, request=waiting.request_id, until=until)
    check_waiting(ctx, wanted.kind, t(_ABOUT[wanted.kind]))
    question = new_question(ctx, wanted.kind, wanted.roles, wanted.lacks, wanted.terms)
    if question.policy.needs_reason(Act.ASK) and not wanted.facts["why"]:
        raise Refusal(RefusalCode.REASON_NEEDED, what=t("to ask for this"), how=(with_reason(wanted.typed),))
    found = find_approvers(ctx, question)
    if not found.answerable:
        raise Refusal(RefusalCode.NOBODY_TO_ASK, rule=not_enough(ctx, found, wanted.nobody))
    row = asking.open_one(
        ctx,
        wanted.kind,
        [role.role_id for role in wanted.roles],
        topic=wanted.topic,
        facts=wanted.facts,
        until=wanted.until,
    )
    ctx.record("request.asked", row.request_id, kind=wanted.kind, topic=wanted.topic, **wanted.facts)
    return row, approvers_in_words(ctx, found)


def too_late(ctx: Context, facts: Mapping[str, Any]) -> int | None:
    """When a yes would not even give the shortest time any more, where it is asked for until a date."""
    return None if facts["until"] is None else max(ctx.at + 1, facts["until"] - SHORTEST)


def with_reason(typed: Say) -> Say:
    return Say(typed.command, f'{typed.options} reason:"…"')


# --- deciding --------------------------------------------------------------------------------------------------------


def terms_of(facts: Mapping[str, Any]) -> Terms:
    """How much is asked for beside the role."""
    level = facts.get("level")
    return Terms((), None if level is None else Level(level), facts["for"])


def life_given(ctx: Context, row: Row[Any], given: Terms) -> int | None:
    """For how many seconds from now it is given; None for good. A date that was asked for is that date at the latest."""
    until = row.facts["until"]
    if until is None:
        return given.seconds
    left = int(until) - ctx.at
    return left if given.seconds is None else min(given.seconds, left)


def source_of(ctx: Context, row: Row[Any]) -> str:
    """Where what is given comes from: what somebody asked for, and who gave it."""
    return f"request {row.request_id} approved by {ctx.me.member_id}"


def keep(ctx: Context, row: Row[Any], name: str, ends_at: int | None, level: Level | None = None) -> None:
    """Notes what was given, by its name, and until when; and that it is in place, unless a platform has to act first."""
    kept = {**row.facts, GAVE: {"name": name, "level": level and int(level), "ends_at": ends_at}}
    ctx.connection.execute(_KEEP, {"ws": row.workspace_id, "req": row.request_id, "kept": kept})
    effects.begin(ctx, row)


def for_good(standing: Standing) -> Standing:
    """What somebody is by the roles alone that they hold without an end."""
    return standing if standing.lasting is None else standing.lasting


def has_left(ctx: Context, row: Any) -> bool:
    """Whether whoever asked is no member any more."""
    return ctx.standing_of(row.facts["member"]) is None


HAS_LEFT = mark("Whoever asked is no longer a member.")


def thing_in_words(name: str, level: int | None) -> str:
    """What is asked for, or given: ``Admin``, ``edit on Renders``."""
    return name if level is None else t("{level} on {resource}", level=Level(level).word, resource=name)


def hold_nothing(ctx: Context, row: Row[Any]) -> None:
    """An open request for something of one's own holds nothing."""
    del ctx, row


# --- showing ---------------------------------------------------------------------------------------------------------


def shown(
    ctx: Context,
    row: Any,
    thing: str,
    *,
    again: Say,
    tally: str = "",
    has: Text = (),
    instead: str = "",
) -> WantFacts:
    """Such a request as cards show it; the rest depends on the kind."""
    kept = row.facts
    gave = kept.get(GAVE, {})
    effect = effects.effect_of(ctx, row)
    return WantFacts(
        subject=ctx.subject(row.request_id),
        short_id=row.request_id,
        name=row.name,
        account=text.platform_name(row.platform),
        thing=thing,
        created_at=row.created_at,
        expires_at=row.expires_at,
        status=request_status(row, ctx.at),
        again=again,
        held_until=kept.get("ends"),
        life=kept["for"],
        until=kept["until"],
        has=has,
        instead=instead,
        why=kept["why"],
        decided_at=row.decided_at,
        decided_by=votes.deciders(ctx, row),
        reason=votes.reason_of(row),
        tally=tally,
        given=thing_in_words(gave.get("name", ""), gave.get("level")),
        given_until=gave.get("ends_at"),
        less=agreed(row) is not None,
        divides=request_status(row, ctx.at) is RequestStatus.PENDING and exists(ctx, row),
        effect_title=effect.title,
        effect="" if effect.done else effect.words,
    )


def outcome(ctx: Context, row: Any, facts: WantFacts) -> Card | None:
    """To whoever asked, while they are a member."""
    if ctx.find_member(identity_of(row.person)) is None:
        return None
    return views.want_outcome(facts)
