"""Somebody who is in a place, and not in the workspace that is linked to it."""

from __future__ import annotations

from core.cards import Account, Card
from core.language import says, t
from core.views.common import button


def stranger(account: Account, workspace: str, subject: str) -> Card:
    """To somebody who may invite them; for everybody else there is nothing to do about it."""
    return Card(
        t("Not in {workspace} yet", workspace=workspace),
        body=(
            says(
                "{who} is no member of {workspace}. Invite them, and they can join.",
                who=account,
                workspace=workspace,
            ),
        ),
        buttons=(button("person.invite", subject),),
    )
