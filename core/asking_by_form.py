"""The button Ask with words: for how long, and why."""

from __future__ import annotations

from dataclasses import dataclass

from core import intents
from core.approval_policy import Act
from core.approvals import policy_for
from core.asking import thing_in_words
from core.asking_for_access import ACCESS_KIND, LEVELS, ask_for_access, pressed_for
from core.asking_for_longer import typed as typed_for
from core.asking_for_roles import ROLE_KIND, ask_for_role
from core.asking_to_invite import INVITE_KIND, ask_as_announced
from core.cards import Card, Say
from core.catalogue import Kind, Opening, action, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import says, t
from core.permissions import Level, Role


def _required(ctx: Context, kind: str) -> frozenset[str]:
    return frozenset({"reason"}) if policy_for(ctx, kind).needs_reason(Act.ASK) else frozenset()


# --- access ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskForAccess:
    level: str = option(
        Kind.CHOICE, "how far: each level includes those before it", "edit", choices=LEVELS, default="view"
    )
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")
    reason: str = option(Kind.NOTE, "why, for whoever decides", "I render the trailer", default="")


def _opening_access(ctx: Context, wanted: str) -> Opening:
    row, level = pressed_for(ctx, wanted)
    return Opening(
        t("Ask for access"),
        (says("You ask for {what}.", what=row.name),),
        (Say("request access", f'resource:{row.resource_id} level:{level.word} reason:"…"'),),
        t("Ask"),
        values={"level": level.word},
        required=_required(ctx, ACCESS_KIND),
    )


@action("access.ask_why", "Ask with a reason", needs="member", shape=AskForAccess, opening=_opening_access)
def ask_access(ctx: Context, wanted: str, ask: AskForAccess) -> Card:
    row, _ = pressed_for(ctx, wanted)
    return ask_for_access(ctx, row, Level[ask.level.upper()], ask.for_, ask.reason)


# --- a role ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskForRole:
    for_: int | None = option(Kind.DURATION, "for how long, 5m to 90d; for good without it", "8h")
    reason: str = option(Kind.NOTE, "why, for whoever decides", "I design the spring campaign", default="")


def _role(ctx: Context, role_id: str) -> Role:
    role = ctx.workspace.roles.get(role_id)
    if role is None:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return role


def _opening_role(ctx: Context, role_id: str) -> Opening:
    name = _role(ctx, role_id).name
    typed = typed_for(name, None)
    return Opening(
        t("Ask for a role"),
        (says("You ask for {what}.", what=thing_in_words(name, None)),),
        (typed._replace(options=f'{typed.options} reason:"…"'),),
        t("Ask"),
        required=_required(ctx, ROLE_KIND),
    )


@action("role.ask_why", "Ask with a reason", needs="member", shape=AskForRole, opening=_opening_role)
def ask_role(ctx: Context, role_id: str, ask: AskForRole) -> Card:
    return ask_for_role(ctx, _role(ctx, role_id), ask.for_, ask.reason)


# --- to invite -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskToInvite:
    reason: str = option(
        Kind.NOTE, "why, for whoever decides", "They join the spring campaign", required=True
    )


def _opening_invite(ctx: Context, intent_id: str) -> Opening:
    intents.open_one(ctx, intent_id, INVITE_KIND)
    return Opening(t("Ask for invitations"), typed=(Say("request invite", 'reason:"…"'),), submit=t("Ask"))


@action("invite.ask_why", "Ask with a reason", needs="member", shape=AskToInvite, opening=_opening_invite)
def ask_to_invite(ctx: Context, intent_id: str, ask: AskToInvite) -> Card:
    return ask_as_announced(ctx, intents.take(ctx, intent_id), ask.reason)
