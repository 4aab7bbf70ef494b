"""Asking for access to a resource: whoever may give it does so with a yes, in their own name and under the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from core import asking, grants, resources, views
from core.approval_terms import Terms
from core.approvers import Lacks
from core.asking import Wanted, life_given
from core.asking_for_longer import ask_for_longer, cannot_give, held_for_a_time, typed
from core.cards import Card, Choice, Menu, Say, Style, Text, When
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.emergencies import hint
from core.errors import Refusal, RefusalCode
from core.language import mark, says, t
from core.models import resources as resource_rows
from core.permissions import Level, Standing, is_own
from core.policy import ALL, GRANT, VIEW_ALL
from core.reach import Fact, ids_on
from core.reach import facts_of as facts_about
from core.request_kinds import Less, RequestKind, declare
from core.schemes import schemes
from core.views.wants import WantFacts, want_line

ACCESS_KIND = "access"
LEVELS = tuple(level.word for level in Level)
#: So many resources are offered in one drop-down, and so many are looked at for them.
_OFFERED, _LOOK_AT = 25, 200
#: What the button carries that asks for no resource in particular.
ANY = "any"

_TOP = (
    select(resource_rows)
    .where(resource_rows.c.workspace_id == bindparam("ws"), resource_rows.c.parent_id.is_(None))
    .order_by(resource_rows.c.name_key, resource_rows.c.resource_id)
    .limit(_LOOK_AT)
)


# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestAccess:
    resource: str = option(
        Kind.RESOURCE, "what you need: its name, path or short id", "Renders", required=True
    )
    level: str = option(
        Kind.CHOICE, "how far: each level includes those before it", "edit", choices=LEVELS, default="view"
    )
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")
    reason: str = option(Kind.NOTE, "why, for whoever decides", "I render the trailer", default="")


@command(
    "request access", "Ask for access to a resource, for good or for a time", RequestAccess, needs="member"
)
def request_access(ctx: Context, wanted: RequestAccess) -> Card:
    level = Level[wanted.level.upper()]
    return ask_for_access(
        ctx, resources.find_to_ask_for(ctx, wanted.resource), level, wanted.for_, wanted.reason
    )


@action("access.ask", "Ask", style=Style.PRIMARY, needs="member", asks="access.ask_why")
def press_ask(ctx: Context, rest: str) -> Card:
    """``rest``: a resource and a level, ``res-7F3K@edit``; for none in particular those are shown that could be meant."""
    wanted = str(ctx.call.options.get("choice", "") or rest)
    if wanted == ANY:
        return _offer(ctx)
    return ask_for_access(ctx, *pressed_for(ctx, wanted))


def pressed_for(ctx: Context, wanted: str) -> tuple[Any, Level]:
    """The resource and the level that a button carries."""
    resource_id, _, word = wanted.partition("@")
    row = resources.load(ctx, resource_id)
    if row is None or word not in LEVELS or not resources.sight_of(ctx).knows(row):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return row, Level[word.upper()]


def _offer(ctx: Context) -> Card:
    """What stands at the top and is not reached by whoever asks, to be chosen from."""
    sight = resources.sight_of(ctx)
    rows = ctx.connection.execute(_TOP, {"ws": ctx.workspace.workspace_id}).all()
    out = [row for row in rows if not sight.reaches(row)]
    level = usual_level(ctx).word
    choices = tuple(
        Choice(f"{row.resource_id}@{level}", t("{level} on {resource}", level=level, resource=row.name))
        for row in out[:_OFFERED]
    )
    menus = (Menu(t("Ask for"), "access.ask", ctx.subject(ANY), choices),) if choices else ()
    return views.what_to_ask_for(menus, more=len(out) > _OFFERED)


def usual_level(ctx: Context) -> Level:
    """The least level with which what the person's roles allow begins to be of use."""
    scheme = schemes()[ctx.workspace.scheme]
    product = [permission for permission in ctx.standing.permissions if not is_own(permission)]
    return min((scheme.level(permission) for permission in product), default=Level.VIEW)


def ask_for_access(ctx: Context, resource: Any, level: Level, life: int | None = None, why: str = "") -> Card:
    """Asks those who may give it; for longer, where the person has it for a time already."""
    asking.check_time(life)
    enough = _enough(ctx, ctx.me.member_id, resource, level)
    held = held_for_a_time(ctx, ctx.me.member_id, resource.resource_id, level)
    if held is not None and not _lasts(enough):
        return ask_for_longer(ctx, resource.resource_id, life, why, level=level)
    _check(ctx, resource, level, life, enough)
    facts = asking.facts_for(ctx, resource.name, life, why, resource=resource.resource_id, level=int(level))
    row, approvers = asking.ask(
        ctx,
        Wanted(
            ACCESS_KIND,
            resource.resource_id,
            [],
            facts,
            _lacks(facts),
            asking.terms_of(facts),
            t("No member may both approve requests and give access to {resource}", resource=resource.name),
            typed(resource.name, level),
            asking.too_late(ctx, facts),
        ),
    )
    at_once = hint(ctx, resource, level)
    needs = ctx.subject(f"{resource.resource_id}@{level.word}") if at_once else ""
    return views.want_asked(facts_of(ctx, row), approvers, at_once, needs)


def _enough(ctx: Context, member_id: str, resource: Any, level: Level) -> list[Fact]:
    """The live facts that bring somebody at least that far on a resource."""
    found = facts_about(ctx, member_id, ids_on(resource.path))
    return [fact for fact in found if fact.level >= level and fact.live(ctx.at)]


def _lasts(enough: list[Fact]) -> bool:
    """Whether one of these has no end."""
    return any(fact.ends_at is None for fact in enough)


def _check(ctx: Context, resource: Any, level: Level, life: int | None, enough: list[Fact]) -> None:
    """Refuses what the person has, and what needs nobody's answer."""
    until = None if life is None else ctx.at + life
    if grants.may_give(ctx, resource, level, until):
        how = Say("access grant", f"resource:{resource.resource_id} to:me level:{level.word}")
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE, detail=says("You may give it to yourself: {command}.", command=how)
        )
    if enough:
        word = max(fact.level for fact in enough).word
        if _lasts(enough):
            detail = t("You have {level} on {resource} already.", level=word, resource=resource.name)
            raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)
        last = max(fact.ends_at or 0 for fact in enough)
        if until is not None and until <= last:
            said = says(
                "You have {level} on {resource} until {when} already.",
                level=word,
                resource=resource.name,
                when=When(last),
            )
            raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    of_roles = ctx.standing.has(ALL) or ctx.standing.has(VIEW_ALL.format(kind=resource.kind))
    if of_roles and level < Level.MANAGE:
        detail = t(
            "Your role reaches {resource} already, as far as its permissions go.", resource=resource.name
        )
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)


# --- deciding --------------------------------------------------------------------------------------------------------


def _until(ctx: Context, facts: Mapping[str, Any]) -> int | None:
    """Until when it would be held after a yes now."""
    if facts["for"] is None:
        return None
    return min(ctx.at + int(facts["for"]), facts["until"] or ctx.at + int(facts["for"]))


def _lacks(facts: Mapping[str, Any]) -> Lacks:
    """What an approver lacks: they could give that access themselves now, for that long."""
    found: list[Any] = []

    def missing(ctx: Context, member_id: str, standing: Standing) -> str:
        if asking.for_good(standing).has(GRANT):
            return ""
        if not found:
            found.append(resources.load(ctx, facts["resource"]))
        if found[0] is None:
            return ""
        able = grants.may_give(ctx, found[0], Level(facts["level"]), _until(ctx, facts), by=member_id)
        return "" if able else GRANT

    return missing


def _void(ctx: Context, row: Any) -> str:
    if asking.has_left(ctx, row):
        return asking.HAS_LEFT
    resource = resources.load(ctx, row.facts["resource"])
    if resource is None:
        return mark("What it was about was deleted.")
    enough = _enough(ctx, row.facts["member"], resource, Level(row.facts["level"]))
    until = _until(ctx, row.facts)
    given = _lasts(enough) or any(
        until is not None and fact.ends_at is not None and fact.ends_at >= until
        for fact in enough
        if fact.layer != grants.EMERGENCY
    )
    return mark("It was given meanwhile.") if given else ""


def _allow(ctx: Context, row: Row[Any], given: Terms) -> None:
    """The approver gives access, or as much of it as all approvers agreed to, as far as they may."""
    kept = row.facts
    resource = resources.load(ctx, kept["resource"])
    level = Level(kept["level"] if given.level is None else given.level)
    life = life_given(ctx, row, given)
    until = None if life is None else ctx.at + life
    grants.check_may_give(ctx, resource, level, until)
    lasting = grants.in_layer(ctx, kept["resource"], kept["member"], grants.LASTING)
    if until is None and lasting is not None and lasting.level > level:
        level = Level(lasting.level)  # less than was asked for, and than they have by now: nothing is taken
    else:
        grants.give(ctx, resource, kept["member"], level, until, asking.source_of(ctx, row), tell=False)
    asking.keep(ctx, row, resource.name if resource else kept["name"], until, level)


# --- showing ---------------------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any, tally: str = "") -> WantFacts:
    kept = row.facts
    resource = resources.load(ctx, kept["resource"])
    name, level = resource.name if resource else kept["name"], kept["level"]
    own = grants.live_one(ctx, kept["resource"], kept["member"])
    has: Text = ()
    if own is not None:
        word = Level(own.level).word
        has = (
            says("{level} until {when}", level=word, when=When(own.ends_at))
            if own.ends_at
            else says("{level} for good", level=word)
        )
    return asking.shown(
        ctx,
        row,
        asking.thing_in_words(name, level),
        again=typed(name, level),
        tally=tally,
        has=has,
        instead=_instead(ctx, kept),
    )


def _instead(ctx: Context, kept: Mapping[str, Any]) -> str:
    """What a yes takes the place of: what is given for a time comes on top of what is held for good, or for longer."""
    resource_id, member_id, until = kept["resource"], kept["member"], _until(ctx, kept)
    if until is None:
        there = grants.in_layer(ctx, resource_id, member_id, grants.LASTING)
    else:
        there = next(iter(grants.replaced(ctx, resource_id, member_id, Level(kept["level"]), until)), None)
    if there is None:
        return ""
    word = Level(there.level).word
    if there.ends_at is None:
        return t("the {level} that they have for good now", level=word)
    return t("the {level} that they have for a time now", level=word)


declare(
    RequestKind(
        ACCESS_KIND,
        allow=_allow,
        release=asking.hold_nothing,
        lacks=_lacks,
        card=lambda ctx, row, tally: views.want_request(facts_of(ctx, row, tally)),
        decided=lambda ctx, row: views.want_decided(facts_of(ctx, row)),
        withdrawn=lambda ctx, row: views.want_withdrawn(facts_of(ctx, row)),
        outcome=lambda ctx, row: asking.outcome(ctx, row, facts_of(ctx, row)),
        line=lambda ctx, row, own: want_line(facts_of(ctx, row), own),
        terms=asking.terms_of,
        less=frozenset({Less.LEVEL, Less.TIME}),
        unable=lambda ctx, row: cannot_give(ctx, row, _until(ctx, row.facts)),
        void=_void,
    )
)
