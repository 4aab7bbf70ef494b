"""The button In an emergency: what it is about is known, why it cannot wait is asked."""

from __future__ import annotations

from dataclasses import dataclass

from core import durations
from core.asking_for_access import pressed_for
from core.cards import Card, Say
from core.catalogue import Kind, Opening, action, option
from core.context import Context
from core.language import says, t
from core.taking_in_emergency import LEVELS, AccessEmergency, allowed_to, take


@dataclass(frozen=True, slots=True)
class InEmergency:
    reason: str = option(Kind.NOTE, "why it cannot wait, for those who look at it", "It burns", required=True)
    level: str = option(
        Kind.CHOICE, "how far: each level includes those before it", "edit", choices=LEVELS, default="edit"
    )
    for_: int | None = option(Kind.DURATION, "for how long; as long as the policy allows without it", "1h")


def _opening(ctx: Context, wanted: str) -> Opening:
    row, level = pressed_for(ctx, wanted)
    most = durations.show(allowed_to(ctx).most)
    return Opening(
        t("Access in an emergency"),
        (
            says(
                "You get {resource} at once, for {most} at most. Others are told, and look at it afterwards.",
                resource=row.name,
                most=most,
            ),
        ),
        (Say("access emergency", f'resource:{row.resource_id} level:{level.word} reason:"…"'),),
        t("Take it"),
        values={"level": level.word},
    )


@action("access.emergency", "In an emergency", needs="member", shape=InEmergency, opening=_opening)
def in_emergency(ctx: Context, wanted: str, ask: InEmergency) -> Card:
    row, _ = pressed_for(ctx, wanted)
    return take(ctx, AccessEmergency(row.resource_id, ask.reason, ask.level, ask.for_))
