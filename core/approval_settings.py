"""The setting ``approvals`` as it is typed, shown, and told of."""

from __future__ import annotations

import re
from typing import Any

from core import text
from core.approval_policy import DEFAULT, KINDS, Act, Policy
from core.approval_reading import Known, policy_of, write
from core.approval_reading import read as read_policy
from core.approval_typed import parse, show
from core.approval_words import in_words, who_approves
from core.approvals import LONGEST, SETTING, known_in
from core.approvers import Question, find_approvers, nothing
from core.calls import Channel
from core.cards import Text
from core.cards import text as spans
from core.context import Context
from core.language import mark, says, t
from core.seats import open_requests
from core.setting_values import POLICY_NEEDED

_DEFAULTS = frozenset({"default", "none", "off"})
_CALLED = {
    "join": mark("to join"),
    "role": mark("for a role"),
    "access": mark("for access"),
    "invite": mark("for invitations"),
    "extension": mark("for more time"),
}


def read(ctx: Context, value: str | Channel) -> dict[str, Any]:
    """The policies that are kept from now on: what was typed is about one kind of request, the others stay."""
    if not isinstance(value, str):
        raise ValueError(t(POLICY_NEEDED))
    if value.strip().lower() in _DEFAULTS:
        return {}
    kept = dict(ctx.workspace.setting(SETTING))
    kind, policy = parse(re.sub(r"\s+", " ", value), known_in(ctx))
    if policy.own and not (kind in kept and read_policy(kept[kind]).own) and not _at_the_top(ctx):
        raise ValueError(
            t("Only whoever has the highest role here can let people answer their own requests.")
        )
    if kind == "join" and policy.needs_reason(Act.ASK):
        raise ValueError(
            t("Newcomers are never asked for a reason. For join: write reason on approve, deny.")
        )
    if policy == DEFAULT:
        kept.pop(kind, None)
    else:
        kept[kind] = write(policy)
    return {kind: kept[kind] for kind in sorted(kept)}


def _at_the_top(ctx: Context) -> bool:
    workspace = ctx.workspace
    ranks = [role.rank for role in workspace.roles.values() if role.on(workspace.plan)]
    return ctx.standing.rank >= max(ranks, default=0)


def shown(ctx: Context, kept: dict[str, Any]) -> Text:
    """What could be typed to get it."""
    if not kept:
        return ("default",)
    known = known_in(ctx)
    return (text.shorten(" / ".join(show(kind, policy_of(kept, kind), known) for kind in kept), LONGEST),)


def does(ctx: Context, kept: dict[str, Any]) -> str:
    known = known_in(ctx)
    said = [
        t(
            "Requests {kind}: {policy}",
            kind=called(kind),
            policy=" ".join(in_words(policy_of(kept, kind), known)),
        )
        for kind in kept
    ]
    if set(kept) != set(KINDS):
        said.append(t("For everything else one who may approve requests is enough."))
    return text.shorten(" ".join(said), 2 * LONGEST)


def called(kind: str) -> str:
    return t(_CALLED[kind])


def effects(ctx: Context, kept: dict[str, Any]) -> tuple[Text, ...]:
    """That it is about what is asked from now on, and what nobody could answer as things stand."""
    said: list[Text] = []
    if open_requests(ctx):
        said.append(says("Requests that are open already keep the policy under which they were made."))
    known = known_in(ctx)
    for kind in kept:
        policy = policy_of(kept, kind)
        if not _fillable(ctx, policy):
            said.append(spans(_unfilled(policy, kind, known)))
    return tuple(said)


def _fillable(ctx: Context, policy: Policy) -> bool:
    """Whether the members of now could fill every place, for whoever is none of them."""
    return find_approvers(ctx, Question(policy, (), "", "", ctx.at, nothing)).answerable


def _unfilled(policy: Policy, kind: str, known: Known) -> str:
    who = text.shorten(who_approves(policy, known), LONGEST)
    return t(
        "Nobody can ask {kind} yet: it takes {who}, and there are not enough members who could.",
        kind=called(kind),
        who=who,
    )
