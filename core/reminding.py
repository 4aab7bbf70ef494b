"""Reminders to approvers: a short word under the card that they have, once for each time at which one is due.

Where the card stands in the place for approvals the word stands there too, and not in anybody's direct messages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core import deciding, recipients, requests, views
from core.approvals import kept_policy
from core.cards import Card
from core.context import Context
from core.lifecycle import RequestStatus, request_status
from core.policy import APPROVE
from core.ports import MessageRef, Target
from core.request_kinds import kind_of

#: The recipient of a word in the place for approvals.
PLACE = f"place:{APPROVE}"


class Reminder(NamedTuple):
    """A card, who gets it, and the messages under which it stands there."""

    card: Card
    targets: dict[str, Target]
    under: Mapping[str, MessageRef]


def _open(ctx: Context, request_id: str) -> Any:
    row = requests.load(ctx, request_id)
    return None if row is None or request_status(row, ctx.at) is not RequestStatus.PENDING else row


def _due(ctx: Context, row: Any) -> int:
    """How many reminders about a request have been due by now."""
    return sum(at <= ctx.at for at in kept_policy(row).reminders_at(row.created_at))


def remind_approvers(ctx: Context, request_id: str) -> None:
    """Reminds those who have not answered, once for each time at which that falls due; of several only of the last."""
    row = _open(ctx, request_id)
    due = 0 if row is None else _due(ctx, row)
    if not due:
        return
    why = kind_of(row).void(ctx, row)
    if why:  # nobody is reminded of what nothing can come of any more
        requests.close(ctx, row, why)
        return
    waiting = deciding.still_to_answer(ctx, row)
    place = recipients.place_of(ctx)
    if waiting and place is not None and recipients.standing(ctx, f"card/{request_id}", place[0]):
        ctx.notify(PLACE, "waits", f"{request_id}@{due}")
        return
    for member_id in waiting:
        ctx.notify(f"member:{member_id}", "waits", f"{request_id}@{due}")


def waits(ctx: Context, subject: str, recipient: str) -> Card | None:
    """While an answer would help, and no later reminder is due. ``subject`` carries the reminder's number."""
    request_id, _, number = subject.partition("@")
    row = _open(ctx, request_id)
    if row is None or int(number) < _due(ctx, row) or kind_of(row).void(ctx, row):
        return None
    waiting = deciding.still_to_answer(ctx, row)
    if not waiting or (recipient != PLACE and recipient.removeprefix("member:") not in waiting):
        return None
    return views.still_waits(kind_of(row).card(ctx, row, deciding.tally_of(ctx, row)), row.request_id)


def placed(ctx: Context, key: str, subject: str, recipient: str, card: Card) -> Reminder:
    """Where a reminder stands: under the card, and short; where there is none to be seen, by itself and with all of it."""
    row: Any = requests.load(ctx, subject.partition("@")[0])
    about = f"card/{row.request_id}"
    place = recipients.place_of(ctx)
    if recipient == PLACE:
        above = place and recipients.standing(ctx, about, place[0])
        if place and above and not recipients.refused(ctx, key, place[0]):
            return Reminder(_short(ctx, row), dict([place]), {place[0]: above})
        targets: dict[str, Target] = {}
        for member_id in deciding.still_to_answer(ctx, row):
            targets |= recipients.at_person(ctx, key, f"member:{member_id}")
        return Reminder(card, targets, {})
    reply = f"{recipient}#under"
    for account in recipients.accounts(ctx, recipient):
        above = recipients.standing(ctx, about, recipients.name_of(account))
        if above and not recipients.refused(ctx, key, reply):
            return Reminder(_short(ctx, row), {reply: Target.direct(account)}, {reply: above})
    return Reminder(card, recipients.at_person(ctx, key, recipient), {})


def _short(ctx: Context, row: Any) -> Card:
    tally = deciding.tally_of(ctx, row)
    return views.still_waiting(kind_of(row).card(ctx, row, tally).title, tally, row.expires_at)
