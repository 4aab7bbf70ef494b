"""The button Invite beside somebody who is not in the workspace yet."""

from __future__ import annotations

from core.calls import Identity
from core.cards import Card, Say
from core.catalogue import Opening, action
from core.context import Context, identity_of
from core.errors import Refusal, RefusalCode
from core.inviting import InviteCreate, create
from core.language import t

#: What is about links alone, or says whom it is for.
_NOT_FOR_ONE = frozenset({"uses", "domain", "name"})


def whom(local: str) -> Identity:
    """The account that a button is about."""
    try:
        return identity_of(local)
    except ValueError:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON) from None


def _opening(ctx: Context, local: str) -> Opening:
    del ctx
    return Opening(
        t("Invite somebody"),
        typed=(Say("invite create", "emails:…"),),
        submit=t("Invite"),
        values={"emails": (whom(local),)},
        left_out=_NOT_FOR_ONE,
        required=frozenset({"emails"}),
    )


@action("person.invite", "Invite", needs="member", shape=InviteCreate, opening=_opening)
def invite(ctx: Context, local: str, ask: InviteCreate) -> Card:
    del local
    return create(ctx, ask)
