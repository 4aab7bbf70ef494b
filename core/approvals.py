"""Approval policies where they are used: the one for a new request, the copy that an open one carries, both in words."""

from __future__ import annotations

import functools
import json
from typing import Any

from sqlalchemy import bindparam, select

from core import text
from core.approval_policy import DEFAULT, Policy
from core.approval_reading import Known, policy_of, read
from core.approval_terms import PLAIN, Terms
from core.approval_words import who_approves
from core.approvers import Found, Lacks, Question
from core.context import Context
from core.language import t
from core.models import groups
from core.permissions import Role

SETTING = "approvals"
#: Of a long policy so much is told on a card.
LONGEST = 600

_GROUPS = select(groups.c.group_id, groups.c.name).where(groups.c.workspace_id == bindparam("ws"))


def known_in(ctx: Context) -> Known:
    """What a policy of this workspace can name."""
    workspace = ctx.workspace
    rows = ctx.connection.execute(_GROUPS, {"ws": workspace.workspace_id})
    roles = {role.role_id: role for role in workspace.roles.values() if role.on(workspace.plan)}
    return Known(roles, {row.group_id: row.name for row in rows})


def policy_for(ctx: Context, kind: str) -> Policy:
    """The policy under which a request of this kind is made now."""
    return policy_of(ctx.workspace.setting(SETTING), kind)


def kept_policy(row: Any) -> Policy:
    """The policy of an open request: its own copy, whatever the setting has become since."""
    return policy_in(json.dumps(row.policy)) if row.policy else DEFAULT


@functools.lru_cache(maxsize=256)
def policy_in(kept: str) -> Policy:
    """The policy that is kept as that text; an empty table is the default."""
    found = json.loads(kept)
    return read(found) if found else DEFAULT


def is_plain(policy: Policy) -> bool:
    """Whether the first answer, yes or no, is the last: nothing is to be counted."""
    return policy.denials == 1 and sum(panel.needs for panel in policy.panels) == 1


def new_question(ctx: Context, kind: str, roles: list[Role], lacks: Lacks, terms: Terms = PLAIN) -> Question:
    """What whoever acts would ask now."""
    member = ctx.member.member_id if ctx.member else ""
    return Question(policy_for(ctx, kind), tuple(roles), ctx.person, member, ctx.at, lacks, terms)


def approvers_in_words(ctx: Context, found: Found) -> tuple[str, ...]:
    """Who can answer: by name, or where the policy says whom it takes, in its words."""
    policy = found.question.policy
    names = tuple(approver.name for approver in found.asked)
    if names and policy.panels == DEFAULT.panels:
        return names
    return (text.shorten(who_approves(policy, known_in(ctx)), LONGEST),)


def not_enough(ctx: Context, found: Found, otherwise: str) -> str:
    """Why nobody could say yes, as the beginning of a sentence; ``otherwise``: what is said where nobody chose a policy."""
    if found.question.policy.panels == DEFAULT.panels:
        return otherwise
    who = text.shorten(who_approves(found.question.policy, known_in(ctx)), LONGEST)
    return t("It takes {who}, and there are not enough members who could", who=who)
