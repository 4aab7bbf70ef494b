"""Where people and places are reached: which account takes a message, and who stands in for a place that takes none."""

from __future__ import annotations

from sqlalchemy import bindparam, select

from core.approvers import holders_of
from core.calls import Identity
from core.context import Context, identity_of
from core.models import identities, messages
from core.ports import MessageRef, Target
from core.presence import is_gone

#: What is told to those who may change settings is told to this many of them.
MOST_TOLD = 5

_ACCOUNTS = (
    select(identities.c.platform, identities.c.realm, identities.c.subject)
    .where(identities.c.workspace_id == bindparam("ws"), identities.c.member_id == bindparam("member"))
    .order_by(identities.c.platform)
)
_OF_RECIPIENT = (
    messages.c.workspace_id == bindparam("ws"),
    messages.c.key == bindparam("name"),
    messages.c.recipient == bindparam("recipient"),
)
_REFUSED = select(messages.c.message_id).where(*_OF_RECIPIENT, messages.c.given_up_at.is_not(None))
_STANDS = select(messages.c.platform, messages.c.realm, messages.c.channel, messages.c.message).where(
    *_OF_RECIPIENT, messages.c.given_up_at.is_(None), messages.c.message.is_not(None)
)


def name_of(account: Identity) -> str:
    """The recipient of a copy that stands in the direct messages of an account."""
    return f"{account.platform}/{account.realm}/@{account.subject}"


def accounts(ctx: Context, recipient: str) -> list[Identity]:
    """Where somebody can be reached: when one account takes no messages, the next one may."""
    kind, _, who = recipient.partition(":")
    if kind == "person":
        return [identity_of(who)]
    rows = ctx.connection.execute(_ACCOUNTS, {"ws": ctx.workspace.workspace_id, "member": who})
    return [Identity(*row) for row in rows]


def refused(ctx: Context, key: str, recipient: str) -> bool:
    """Whether a platform has refused the copy for a recipient."""
    return ctx.connection.execute(_REFUSED, _copy(ctx, key, recipient)).first() is not None


def standing(ctx: Context, key: str, recipient: str) -> MessageRef | None:
    """The copy for a recipient, where it stands and a platform takes changes of it."""
    row = ctx.connection.execute(_STANDS, _copy(ctx, key, recipient)).first()
    return None if row is None else MessageRef(*row)


def _copy(ctx: Context, key: str, recipient: str) -> dict[str, str]:
    return {"ws": ctx.workspace.workspace_id, "name": key, "recipient": recipient}


def place_of(ctx: Context) -> tuple[str, Target] | None:
    """The place for approvals as a recipient, where one is set and Usher still is there."""
    place = ctx.workspace.setting("approvals_place")
    if not place or is_gone(ctx, place[0], place[1]):
        return None
    return "/".join(place), Target(place[0], place[1], channel=place[2])


def at_person(ctx: Context, key: str, recipient: str, *, fresh: bool = False) -> dict[str, Target]:
    """One account of theirs: the first one that takes messages. ``fresh``: nobody has tried yet."""
    for number, account in enumerate(accounts(ctx, recipient)):
        copy = f"{recipient}#{number}" if number else recipient
        if fresh or not refused(ctx, key, copy):
            return {copy: Target.direct(account)}
    return {}


def at_place(ctx: Context, key: str, permission: str) -> dict[str, Target]:
    """The place for approvals; where there is none, or none that can be reached, some of those who hold a permission."""
    place = place_of(ctx)
    if place is not None and not refused(ctx, key, place[0]):
        return dict([place])
    direct: dict[str, Target] = {}
    for member_id in holders_of(ctx, permission)[:MOST_TOLD]:
        direct |= at_person(ctx, key, f"member:{member_id}")
    return direct
