"""By how much longer: an invitation, and what somebody has for a time."""

from __future__ import annotations

from dataclasses import dataclass

from core import durations
from core.cards import Card, Choice, Say, When
from core.catalogue import Kind, Opening, action, option
from core.context import Context
from core.durations import DAY
from core.invitation_changes import check_extendable, extend_by
from core.invitations import find as find_invitation
from core.language import says, t
from core.policy import INVITE
from core.settings import LONGEST_LIFE
from core.time_box_answers import ask_longer, check_held

_DAYS = (1, 3, 7, 14, 30, 60)


@dataclass(frozen=True, slots=True)
class ExtendBy:
    by: int = option(Kind.LENGTH, "how much longer it lasts", "7d", required=True)


def _opening_invitation(ctx: Context, invitation_id: str) -> Opening:
    row = find_invitation(ctx, invitation_id)
    check_extendable(ctx, row)
    longest = LONGEST_LIFE - (row.expires_at - ctx.at)
    fitting = [durations.show(days * DAY) for days in _DAYS if days * DAY <= longest]
    return Opening(
        t("Choose how long"),
        (says("{label} lasts until {when} now.", label=row.label, when=When(row.expires_at)),),
        (Say("invite extend", f"invite:{row.invitation_id} by:7d"),),
        t("Extend"),
        choices={"by": tuple(Choice(each, each) for each in fitting)},
    )


@action("invite.extend_by", "Choose how long", needs=INVITE, shape=ExtendBy, opening=_opening_invitation)
def extend(ctx: Context, invitation_id: str, ask: ExtendBy) -> Card:
    return extend_by(ctx, find_invitation(ctx, invitation_id), ask.by)


@dataclass(frozen=True, slots=True)
class AskLonger:
    for_: int | None = option(Kind.DURATION, "for how much longer; as long again without it", "7d")
    reason: str = option(Kind.NOTE, "why, for whoever decides", "The shoot moved by a week", default="")


def _opening_box(ctx: Context, subject: str) -> Opening:
    what, typed = check_held(ctx, subject)
    return Opening(
        t("Ask for longer"),
        (what,),
        (typed._replace(options=f'{typed.options} for:7d reason:"…"'),),
        t("Ask"),
    )


@action("time_box.extend_by", "Choose how long", needs="member", shape=AskLonger, opening=_opening_box)
def longer(ctx: Context, subject: str, ask: AskLonger) -> Card:
    return ask_longer(ctx, subject, ask.for_, ask.reason)
