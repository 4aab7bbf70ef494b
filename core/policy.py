"""Who may do what, and who may decide a request: pure functions, asked beforehand and again at the click."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from core.lifecycle import RequestStatus
from core.permissions import INCLUDED_IN, Level, Role, Standing, is_own

#: What an approver needs.
APPROVE = "request:approve"
#: So many of those who could answer a request get a message about it; any other who could may answer it all the same.
MOST_ASKED = 20
#: What an inviter needs.
INVITE = "member:invite"
#: What it takes to invite where members can't, and to look after other people's invitations.
OVERSEE = "member:remove"
#: What it takes to give access to any resource; on those that somebody manages, they may do so without it.
GRANT = "resource:grant"
#: Whoever holds it reaches every resource; who sees all of a kind reaches all of that kind.
ALL = "resource:all"
VIEW_ALL = "{kind}:view_all"


class Rule(Enum):
    """Why a permission is there or not."""

    HELD = "a role of theirs has it"
    INCLUDED = "a permission that a role of theirs has includes it"
    NOT_HELD = "no role of theirs has it"
    NOT_A_MEMBER = "not a member"
    GRANTED = "a role of theirs has it, and a grant reaches the resource"
    REACHES_ALL = "a role of theirs has it, and a role reaches every such resource"
    MANAGES = "a grant lets them manage the resource"
    NO_GRANT = "a role of theirs has it, but no grant reaches the resource"
    LEVEL_TOO_LOW = "a role of theirs has it, but no grant goes far enough on the resource"
    NO_RESOURCE = "there is no such resource"


class On(NamedTuple):
    """A resource in a question: its kind, the level that the permission needs, and the best live one that reaches it.

    ``gives_on``: whether one that reaches far enough may be given on, which what was taken in an emergency may not.
    """

    kind: str
    needs: Level
    reaches: Level | None
    gives_on: bool = True


#: What is asked about is not there (any more): nobody may do anything on it.
NO_RESOURCE = On("", Level.MANAGE, None)


class Answer(NamedTuple):
    """May somebody do this? With the rule that said so."""

    allowed: bool
    rule: Rule


_HELD = Answer(allowed=True, rule=Rule.HELD)
_INCLUDED = Answer(allowed=True, rule=Rule.INCLUDED)
_NOT_HELD = Answer(allowed=False, rule=Rule.NOT_HELD)
_NOT_A_MEMBER = Answer(allowed=False, rule=Rule.NOT_A_MEMBER)


_GRANTED = Answer(allowed=True, rule=Rule.GRANTED)
_REACHES_ALL = Answer(allowed=True, rule=Rule.REACHES_ALL)
_MANAGES = Answer(allowed=True, rule=Rule.MANAGES)
_NO_GRANT = Answer(allowed=False, rule=Rule.NO_GRANT)
_LEVEL_TOO_LOW = Answer(allowed=False, rule=Rule.LEVEL_TOO_LOW)
_NO_SUCH_RESOURCE = Answer(allowed=False, rule=Rule.NO_RESOURCE)


def decide(standing: Standing | None, permission: str, on: On | None = None) -> Answer:
    """The one decision about a permission: behind ``can`` and ``why``, every command's check and every click.

    ``standing`` is that of the moment, None for somebody who is no member. ``on``: the resource that it is about, if any.
    Usher's own permissions are about all of a workspace, whatever the resource; but who manages one may give access to it.
    """
    held = _of_roles(standing, permission)
    if on is None or standing is None:
        return held
    if not on.kind:
        return _NO_SUCH_RESOURCE
    if is_own(permission):
        manages = on.reaches is not None and on.reaches >= Level.MANAGE and on.gives_on
        return _MANAGES if permission == GRANT and manages and not held.allowed else held
    if not held.allowed:
        return held
    return _of_reach(standing, on)


def _of_reach(standing: Standing, on: On) -> Answer:
    """Whether who may do something by their roles reaches the resource for it."""
    if standing.has(ALL) or standing.has(VIEW_ALL.format(kind=on.kind)):
        return _REACHES_ALL
    if on.reaches is None:
        return _NO_GRANT
    return _GRANTED if on.reaches >= on.needs else _LEVEL_TOO_LOW


def _of_roles(standing: Standing | None, permission: str) -> Answer:
    """What somebody's roles say, whatever the resource."""
    if standing is None:
        return _NOT_A_MEMBER
    if not standing.has(permission):
        return _NOT_HELD
    whole = INCLUDED_IN.get(permission)
    return _HELD if whole is None or not standing.has(whole) else _INCLUDED


class Verdict(Enum):
    """A closed set of answers; each but the first has its own sentence."""

    MAY = "may"
    NOT_A_MEMBER = "not a member"
    NOT_ALLOWED = "not allowed"
    OWN = "own request"
    EXPIRED = "expired"
    DECIDED = "decided"
    ABOVE_CEILING = "above ceiling"
    NOT_ABLE = "not able"


def may_decide(  # noqa: PLR0911 - one line for each verdict reads best
    standing: Standing | None,
    *,
    own: bool,
    status: RequestStatus,
    roles: Iterable[Role],
    able: bool = True,
) -> Verdict:
    """Whether a member of this standing (None: no member) may answer a request for ``roles``.

    ``able``: whether they could do themselves what is asked for. The order matters: who has no business here learns
    nothing about the request.
    """
    if standing is None:
        return Verdict.NOT_A_MEMBER
    if not decide(standing, APPROVE).allowed:
        return Verdict.NOT_ALLOWED
    if own:
        return Verdict.OWN
    if status is RequestStatus.EXPIRED:
        return Verdict.EXPIRED
    if status is not RequestStatus.PENDING:
        return Verdict.DECIDED
    if not all(standing.may_give_for_good(role) for role in roles):
        return Verdict.ABOVE_CEILING
    return Verdict.MAY if able else Verdict.NOT_ABLE


def may_invite(standing: Standing | None, *, everyone: bool, floor: int | None) -> bool:
    """Whether a member of this standing (None: no member) may invite.

    ``everyone``: whoever's role has the permission; else only those who may also remove members, or who stand above the
    lowest role that may. ``floor`` is that role's rank, None where there is no such role.
    """
    if standing is None or not decide(standing, INVITE).allowed:
        return False
    if everyone or decide(standing, OVERSEE).allowed:
        return True
    return floor is not None and standing.rank > floor


def needs_approval(
    join_policy: str,
    inviter: Standing | None,
    roles: Iterable[Role],
    *,
    everyone: bool = True,
    floor: int | None = None,
) -> bool:
    """Whether a join waits for an approver: by the workspace's policy, or because the inviter could not invite so today.

    ``everyone`` and ``floor`` are those of ``may_invite``.
    """
    if join_policy != "instant":
        return True
    if inviter is None or not may_invite(inviter, everyone=everyone, floor=floor):
        return True
    return not all(inviter.may_give_for_good(role) for role in roles)
