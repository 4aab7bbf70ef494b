"""The answers to a request that take more than a click: a reason, or how much of it is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from core import durations
from core.cards import Card, Choice, Say
from core.catalogue import Kind, Opening, action, option
from core.context import Context
from core.deciding import check_answerable, check_verdict, decide, needs_reason
from core.errors import Refusal, RefusalCode
from core.language import t
from core.less import (
    NONE,
    asked_of,
    in_words,
    levels_below,
    may_be_none,
    not_less,
    read,
    roles_below,
    times_below,
)
from core.lifecycle import RequestStatus
from core.permissions import Level
from core.request_commands import find
from core.request_kinds import kind_of

_WHY = 'request:{request} reason:"…"'


@dataclass(frozen=True, slots=True)
class DenyWhy:
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Not now", required=True)


@dataclass(frozen=True, slots=True)
class ApproveWhy:
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Welcome", required=True)


def _opening_no(ctx: Context, request_id: str) -> Opening:
    row = find(ctx, request_id)
    check_verdict(ctx, row)
    return _about(ctx, row, t("Deny with a reason"), t("Deny"), "request deny")


def _opening_yes(ctx: Context, request_id: str) -> Opening:
    row = find(ctx, request_id)
    check_verdict(ctx, row)
    return _about(ctx, row, t("Approve with a reason"), t("Approve"), "request approve")


def _about(ctx: Context, row: Row[Any], title: str, submit: str, command: str) -> Opening:
    typed = Say(command, _WHY.format(request=row.request_id))
    return Opening(title, (kind_of(row).line(ctx, row, False).text,), (typed,), submit)


@action(
    "request.deny_why", "Deny with a reason", needs="member", live=True, shape=DenyWhy, opening=_opening_no
)
def deny(ctx: Context, request_id: str, ask: DenyWhy) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.DENIED, ask.reason)


@action(
    "request.approve_why",
    "Approve with a reason",
    needs="member",
    live=True,
    shape=ApproveWhy,
    opening=_opening_yes,
)
def approve(ctx: Context, request_id: str, ask: ApproveWhy) -> Card:
    return decide(ctx, find(ctx, request_id), RequestStatus.APPROVED, ask.reason)


# --- less ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class GiveLess:
    role: str = option(Kind.ROLE, "a lower role than was asked for", "Viewer", default="")
    roles: tuple[str, ...] = option(Kind.ROLES, "the roles to give of these", "Viewer", default=())
    level: str = option(
        Kind.CHOICE,
        "a lower level than was asked for",
        "view",
        choices=tuple(level.word for level in Level),
        default="",
    )
    for_: int | None = option(Kind.DURATION, "a shorter time than was asked for", "4h")
    reason: str = option(Kind.NOTE, "why, for the person who asked", "Enough for now", default="")


def _opening_less(ctx: Context, request_id: str) -> Opening:
    row = find(ctx, request_id)
    check_answerable(ctx, row)
    asked = asked_of(ctx, row)
    choices = {
        **_roles(ctx, row),
        "level": tuple(Choice(level.word, level.word) for level in levels_below(ctx, row, asked)),
        "for": tuple(_time(each) for each in times_below(row, asked)),
    }
    choices = {name: found for name, found in choices.items() if found}
    if not choices:
        raise Refusal(RefusalCode.NOTHING_LESS, name=row.name, asked=in_words(asked))
    about = _about(ctx, row, t("Approve with less"), t("Approve"), "request approve")
    needed = needs_reason(row, RequestStatus.APPROVED)
    less = {"role": 'role:"…"', "roles": 'role:"…"', "level": "level:…", "for": "for:…"}
    how = [less[next(iter(choices))], *(['reason:"…"'] if needed else [])]
    return about._replace(
        typed=(Say("request approve", " ".join([f"request:{row.request_id}", *how])),),
        choices=choices,
        left_out=frozenset({"role", "roles", "level", "for"} - choices.keys()),
        required=frozenset({"reason"}) if needed else frozenset(),
    )


def _roles(ctx: Context, row: Row[Any]) -> dict[str, tuple[Choice, ...]]:
    """Instead of one role another one; of several some, or others."""
    wanted = [role for role in asked_of(ctx, row).roles if role]
    below = {
        each.name for role in wanted for each in roles_below(ctx, row, role) if ctx.standing.may_give(each)
    }
    none = [Choice(NONE, t("no role"))] if may_be_none(ctx, row, asked_of(ctx, row)) else []
    if len(wanted) > 1:
        own = [role.name for role in wanted if ctx.standing.may_give(role)]
        names = dict.fromkeys([*own, *sorted(below)])
        return {"roles": (*(Choice(name, name) for name in names), *none)}
    return {"role": (*(Choice(name, name) for name in sorted(below)), *none)}


def _time(seconds: int) -> Choice:
    return Choice(durations.show(seconds), t("for {time}", time=durations.show(seconds)))


@action(
    "request.give_less", "Approve with less", needs="member", live=True, shape=GiveLess, opening=_opening_less
)
def give_less(ctx: Context, request_id: str, ask: GiveLess) -> Card:
    row = find(ctx, request_id)
    check_answerable(ctx, row)
    less = read(ctx, row, ask.roles or ((ask.role,) if ask.role else ()), ask.level, ask.for_)
    if less is None:
        raise not_less(row, asked_of(ctx, row))
    return decide(ctx, row, RequestStatus.APPROVED, ask.reason, less)
