"""Buttons that ask in a form what is to become of something: a member's role, a setting, a member who goes."""

from __future__ import annotations

from dataclasses import dataclass

from core import intents
from core.assignment import ASSIGN, give, roles_to_give
from core.cards import Card, Choice, Say
from core.catalogue import Kind, Opening, action, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import says, t
from core.members import held_by, load, shown_roles
from core.removal import WARNED, check, confirmed
from core.setting_changes import CONFIGURE, WorkspaceSet, facts_of, set_
from core.settings import SETTINGS
from core.views.members import role_words

#: What the button carries that is about no setting in particular.
ANY = "settings"

# --- a role ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AssignRole:
    role: str = option(Kind.ROLE, "the role they get", "Designer", required=True)
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")


def _opening_role(ctx: Context, member_id: str) -> Opening:
    row = load(ctx, member_id)
    if row is None or row.left_at is not None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    held = shown_roles(ctx, held_by(ctx, [member_id])[member_id])
    return Opening(
        t("Assign a role"),
        (says("{name} has now: {roles}.", name=row.name, roles=role_words(held)),),
        (Say("role assign", f'member:{member_id} role:"…"'),),
        t("Assign"),
        choices={"role": tuple(Choice(role.name, role.name) for role in roles_to_give(ctx))},
    )


@action("role.assign", "Assign a role", needs=ASSIGN, shape=AssignRole, opening=_opening_role)
def assign(ctx: Context, member_id: str, ask: AssignRole) -> Card:
    row = load(ctx, member_id)
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return give(ctx, row, ctx.role(ask.role), ask.for_)


# --- a setting -------------------------------------------------------------------------------------------------------


def _opening_setting(ctx: Context, name: str) -> Opening:
    """``name``: a setting, or ``ANY``."""
    setting = SETTINGS.get(name)
    if setting is None and name != ANY:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if setting is None:
        return Opening(t("Change a setting"), typed=(Say("workspace set"),), submit=t("Save"))
    facts = facts_of(ctx, setting)
    return Opening(
        t("Change a setting"),
        ((facts.meaning,), (facts.does,)),
        (Say("workspace set", f'setting:{name} value:"{facts.example}"'),),
        t("Save"),
        values={"setting": name},
    )


@action("setting.set", "Change a setting", needs=CONFIGURE, shape=WorkspaceSet, opening=_opening_setting)
def set_setting(ctx: Context, name: str, ask: WorkspaceSet) -> Card:
    del name
    return set_(ctx, ask)


# --- who goes --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RemoveWhy:
    reason: str = option(Kind.NOTE, "why, for them and for the record", "The project is over", required=True)


def _opening_removal(ctx: Context, intent_id: str) -> Opening:
    announced = intents.open_one(ctx, intent_id, WARNED)
    row = load(ctx, announced.subject)
    if row is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    check(ctx, row)
    return Opening(
        t("Remove with a reason"),
        (says("{name} reads it, and the record keeps it.", name=row.name),),
        (Say("member remove", f'member:{row.member_id} reason:"…"'),),
        t("Remove"),
    )


@action(
    "member.remove_why", "Remove with a reason", needs="member", shape=RemoveWhy, opening=_opening_removal
)
def remove(ctx: Context, intent_id: str, ask: RemoveWhy) -> Card:
    announced = intents.take(ctx, intent_id, reason=ask.reason)
    facts = {**announced.facts, "intent": announced.intent_id, "reason": ask.reason}
    return confirmed(ctx, announced.subject, facts)
