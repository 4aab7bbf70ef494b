"""Who may decide a request: a pure function, asked when the request is made and again at the click."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum

from core.lifecycle import RequestStatus
from core.permissions import Role, Standing

#: What an approver needs.
APPROVE = "request:approve"


class Verdict(Enum):
    """A closed set of answers; each but the first has its own sentence."""

    MAY = "may"
    NOT_A_MEMBER = "not a member"
    NOT_ALLOWED = "not allowed"
    OWN = "own request"
    EXPIRED = "expired"
    DECIDED = "decided"
    ABOVE_CEILING = "above ceiling"


def may_decide(  # noqa: PLR0911 - one line for each verdict reads best
    standing: Standing | None, *, own: bool, status: RequestStatus, roles: Iterable[Role]
) -> Verdict:
    """Whether a member of this standing (None: no member) may answer a request for ``roles``.

    The order matters: who has no business here learns nothing about the request.
    """
    if standing is None:
        return Verdict.NOT_A_MEMBER
    if not standing.has(APPROVE):
        return Verdict.NOT_ALLOWED
    if own:
        return Verdict.OWN
    if status is RequestStatus.EXPIRED:
        return Verdict.EXPIRED
    if status is not RequestStatus.PENDING:
        return Verdict.DECIDED
    if not all(standing.may_give(role) for role in roles):
        return Verdict.ABOVE_CEILING
    return Verdict.MAY


def needs_approval(join_policy: str, inviter: Standing | None, roles: Iterable[Role]) -> bool:
    """Whether a join waits for an approver: by the workspace's policy, or because the inviter could not invite so today."""
    if join_policy != "instant":
        return True
    if inviter is None or not inviter.has("member:invite"):
        return True
    return not all(inviter.may_give(role) for role in roles)
