"""Asking for a role: whoever may give it does so with a yes, in their own name and under the same rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from core import asking, assignment, views
from core.approval_terms import Terms
from core.approvers import Lacks
from core.asking import Wanted, life_given
from core.asking_for_longer import ask_for_longer, typed
from core.cards import Card, Line, Say, Style
from core.catalogue import Kind, action, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import mark, says, t
from core.members import held_by, load, shown_roles
from core.permissions import Role, Standing
from core.request_kinds import Less, RequestKind, declare, not_able
from core.views.members import role_words
from core.views.wants import WantFacts, want_line

ROLE_KIND = "role"


# --- asking ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RequestRole:
    role: str = option(Kind.ROLE, "the role you want", "Designer", required=True)
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")
    reason: str = option(Kind.NOTE, "why, for whoever decides", "I design the spring campaign", default="")


@command("request role", "Ask for a role, for good or for a time", RequestRole, needs="member")
def request_role(ctx: Context, wanted: RequestRole) -> Card:
    return ask_for_role(ctx, ctx.role(wanted.role), wanted.for_, wanted.reason)


@action("role.ask", "Ask", style=Style.PRIMARY, needs="member", asks="role.ask_why")
def press_ask(ctx: Context, role_id: str) -> Card:
    role = ctx.workspace.roles.get(role_id)
    if role is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return ask_for_role(ctx, role)


def ask_for_role(ctx: Context, role: Role, life: int | None = None, why: str = "") -> Card:
    """Asks those who may give it; for longer, where the person has it for a time already."""
    held = _held(ctx, ctx.me.member_id)
    if role.role_id in held:
        if held[role.role_id] is None:
            raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=t("You are {role} already.", role=role.name))
        return ask_for_longer(ctx, role.role_id, life, why)
    _check(ctx, role, life, held)
    facts = asking.facts_for(ctx, role.name, life, why, role=role.role_id)
    row, approvers = asking.ask(
        ctx,
        Wanted(
            ROLE_KIND,
            role.role_id,
            [role],
            facts,
            _lacks(facts),
            asking.terms_of(facts),
            t("No member may both approve requests and give you the role {role}", role=role.name),
            typed(role.name, None),
            asking.too_late(ctx, facts),
        ),
    )
    return views.want_asked(facts_of(ctx, row), approvers)


def _check(ctx: Context, role: Role, life: int | None, held: Mapping[str, int | None]) -> None:
    """Refuses what nobody could give, and what needs nobody's answer."""
    workspace = ctx.workspace
    if role.exactly_one:
        raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    if not role.on(workspace.plan):
        raise Refusal(RefusalCode.ROLE_NOT_ON_PLAN, role=role.name, plan=workspace.plan)
    asking.check_time(life)
    for each in _replaced(ctx, role.role_id, life, held):
        if each.exactly_one:
            raise Refusal(RefusalCode.ONE_HOLDER, role=each.name)
    if ctx.standing.has(assignment.ASSIGN) and ctx.standing.may_give_for_good(role):
        how = Say("role assign", f'member:me role:"{role.name}"')
        raise Refusal(
            RefusalCode.NOTHING_TO_CHANGE, detail=says("You may give it to yourself: {command}.", command=how)
        )


def _held(ctx: Context, member_id: str) -> dict[str, int | None]:
    """The live roles of a member, with their ends."""
    return {row.role_id: row.ends_at for row in held_by(ctx, [member_id])[member_id]}


def _replaced(ctx: Context, role_id: str, life: int | None, held: Mapping[str, int | None]) -> list[Role]:
    """What a role takes the place of: where everybody has one, what is held for good by one for good."""
    if life is not None or not ctx.workspace.single:
        return []
    return ctx.workspace.roles_of(each for each in held if held[each] is None and each != role_id)


# --- who may give it ---------------------------------------------------------------------------------------------------


def _lacks(facts: Mapping[str, Any]) -> Lacks:
    """What an approver lacks beside the ceiling: nobody changes the roles of who stands above them, or holds more."""
    found: list[tuple[Standing | None, list[Role]]] = []

    def missing(ctx: Context, member_id: str, standing: Standing) -> str:
        del member_id
        if all(map(standing.may_give, ctx.workspace.roles.values())):
            return ""  # nobody stands above them, or holds more
        if not found:
            asker = facts["member"]
            replaced = _replaced(ctx, facts["role"], facts["for"], _held(ctx, asker))
            found.append((ctx.standing_of(asker), replaced))
        theirs, replaced = found[0]
        above = theirs is not None and theirs.rank > standing.rank
        return assignment.ASSIGN if above or not all(map(standing.may_give, replaced)) else ""

    return missing


def unable(ctx: Context, row: Any) -> Refusal:
    """To an approver who may not change the roles of whoever asked."""
    theirs = ctx.standing_of(row.facts["member"])
    if theirs is not None and theirs.rank > ctx.standing.rank:
        return Refusal(RefusalCode.MEMBER_ABOVE, name=row.name)
    return not_able(ctx, row)


# --- deciding --------------------------------------------------------------------------------------------------------


def _void(ctx: Context, row: Any) -> str:
    if asking.has_left(ctx, row):
        return asking.HAS_LEFT
    role_id = row.facts["role"]
    if role_id not in ctx.workspace.roles:
        return mark("The role was deleted.")
    held = _held(ctx, row.facts["member"])
    if role_id not in held:
        return ""
    end, life = held[role_id], life_given(ctx, row, asking.terms_of(row.facts))
    given = end is None or (life is not None and end >= ctx.at + life)
    return mark("It was given meanwhile.") if given else ""


def _allow(ctx: Context, row: Row[Any], given: Terms) -> None:
    """The approver gives the role, or the lower one that all approvers agreed to, as far as they may."""
    role = given.roles[0] if given.roles else None
    member = load(ctx, row.facts["member"])
    if role is None or member is None:
        detail = t("There is no role that all who said yes agree to. Say no, or agree on one first.")
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=detail)
    life = life_given(ctx, row, given)
    end = _held(ctx, member.member_id).get(role.role_id)
    if life is not None and end is not None and end >= ctx.at + life:
        asking.keep(ctx, row, role.name, end)  # held for longer by now: nothing is taken
        return
    assignment.give(ctx, member, role, life, asking.source_of(ctx, row), tell=False)
    asking.keep(ctx, row, role.name, None if life is None else ctx.at + life)


# --- showing ---------------------------------------------------------------------------------------------------------


def facts_of(ctx: Context, row: Any, tally: str = "") -> WantFacts:
    kept = row.facts
    roles = ctx.workspace.roles
    name = roles[kept["role"]].name if kept["role"] in roles else kept["name"]
    held = held_by(ctx, [kept["member"]])[kept["member"]]
    has = shown_roles(ctx, held)
    replaced = _replaced(ctx, kept["role"], kept["for"], {each.role_id: each.ends_at for each in held})
    return asking.shown(
        ctx,
        row,
        name,
        again=typed(name, None),
        tally=tally,
        has=role_words(has),
        instead=", ".join(role.name for role in replaced),
    )


def _card(ctx: Context, row: Any, tally: str) -> Card:
    return views.want_request(facts_of(ctx, row, tally))


def _line(ctx: Context, row: Any, own: bool) -> Line:
    return want_line(facts_of(ctx, row), own)


declare(
    RequestKind(
        ROLE_KIND,
        allow=_allow,
        release=asking.hold_nothing,
        lacks=_lacks,
        card=_card,
        decided=lambda ctx, row: views.want_decided(facts_of(ctx, row)),
        withdrawn=lambda ctx, row: views.want_withdrawn(facts_of(ctx, row)),
        outcome=lambda ctx, row: asking.outcome(ctx, row, facts_of(ctx, row)),
        line=_line,
        terms=asking.terms_of,
        less=frozenset({Less.ROLE, Less.TIME}),
        unable=unable,
        void=_void,
    )
)
