"""What is particular to each kind of request; how requests wait, are decided, expire and are withdrawn is the same for all.

A kind is declared once, by the module that makes such requests; ``core.requests`` asks it at each step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from core.approval_policy import UNDER
from core.approval_terms import PLAIN, Terms
from core.approvers import Lacks
from core.cards import Card, Line
from core.context import Context
from core.errors import Refusal, RefusalCode


def not_able(ctx: Context, row: Any) -> Refusal:
    """What is said to an approver who lacks the permission that this request takes beside theirs."""
    missing = kind_of(row).lacks(row.facts)(ctx, ctx.me.member_id, ctx.standing)
    return Refusal(RefusalCode.NOT_ALLOWED, permission=missing, who=ctx.who_has(missing))


def still_sensible(ctx: Context, row: Any) -> str:
    """Nothing can happen to what is asked for, but by an answer."""
    del ctx, row
    return ""


class Less(StrEnum):
    """What of a request an approver can give less of."""

    ROLE = "role"
    LEVEL = "level"
    TIME = "for"


@dataclass(frozen=True, slots=True)
class RequestKind:
    """``allow`` does what was asked for, or as much of it as all approvers agreed to, in the name of whoever runs the call.

    It gets the request as it is once it is decided. A refusal undoes the decision. ``release`` gives back what the request held while it was open, when nothing comes of it.
    ``lacks``, of what the request keeps: the permission that an approver would need beside ``request:approve`` and the
    ceiling, and has not. ``terms``, of the same: how much is asked for beside roles. ``less``: of what an approver may give
    less than that; ``lacks`` is then asked with the given ``level`` and ``for`` (seconds) in the place of those kept. What
    was agreed to, where it is less, is kept in the request's facts: see ``core.less``. ``stays``: it cannot be taken back.
    ``unable``: the refusal for an approver who could not give that themselves. ``void``: why a yes would have no sense any
    more, as a sentence; such a request is closed by whoever comes to answer it.

    The others show a request: ``card`` to its approvers (a question while it is open, with how far it is where it takes
    several; the outcome afterwards), ``decided`` to the one who has just decided, ``withdrawn`` to whoever has just taken
    it back, ``outcome`` to whoever asked (None: nothing to tell any more), ``line`` in a list (true: to whoever asked).
    """

    name: str
    allow: Callable[[Context, Any, Terms], None]
    release: Callable[[Context, Any], None]
    lacks: Callable[[Mapping[str, Any]], Lacks]
    card: Callable[[Context, Any, str], Card]
    decided: Callable[[Context, Any], Card]
    withdrawn: Callable[[Context, Any], Card]
    outcome: Callable[[Context, Any], Card | None]
    line: Callable[[Context, Any, bool], Line]
    terms: Callable[[Mapping[str, Any]], Terms] = lambda _facts: PLAIN
    less: frozenset[Less] = frozenset()
    stays: bool = False
    unable: Callable[[Context, Any], Refusal] = not_able
    void: Callable[[Context, Any], str] = still_sensible


_KINDS: dict[str, RequestKind] = {}


def declare(kind: RequestKind) -> RequestKind:
    if kind.name in _KINDS:
        raise ValueError(f"requests of the kind {kind.name!r} are declared twice")
    _KINDS[kind.name] = kind
    return kind


def kinds() -> list[str]:
    """What can be asked for, each under a policy of its own."""
    return [name for name in _KINDS if name not in UNDER]


def kind_of(row: Any) -> RequestKind:
    """The kind of a request's row."""
    return _KINDS[row.kind]
