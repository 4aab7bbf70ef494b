"""Less than was asked for: what of it there is, as it is typed, and what was agreed to in the end."""

from __future__ import annotations

from typing import Any, NamedTuple

from core import durations
from core.approval_policy import seat
from core.approval_terms import Terms, beside, is_within, kept_terms, roles_in_words, time_in_words, within
from core.assignment import LONGEST, SHORTEST
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import live_one
from core.language import t
from core.members import held_by
from core.permissions import Level, Role
from core.request_kinds import Less, kind_of
from core.text import either

#: Where a request keeps what was agreed to, and what was asked for then, where that is less.
GIVEN, ASKED = "given", "asked"
#: Times that are offered.
TIMES = tuple(
    count * unit
    for unit, counts in ((durations.HOUR, (1, 4, 8)), (durations.DAY, (1, 3, 7, 30, 90)))
    for count in counts
)
NONE = "none"


def asked_of(ctx: Context, row: Any) -> Terms:
    """What a request asks for, with the roles of now."""
    roles = tuple(ctx.workspace.roles_of(row.roles))
    return kind_of(row).terms(row.facts)._replace(roles=roles)


# --- what there is ---------------------------------------------------------------------------------------------------


def roles_below(ctx: Context, row: Any, role: Role) -> list[Role]:
    """The roles that could be given instead: within it, and more than whoever asked has already."""
    workspace = ctx.workspace
    if Less.ROLE not in kind_of(row).less:
        return []
    member_id = row.facts.get("member", "")
    held = {each.role_id for each in held_by(ctx, [member_id])[member_id]} if member_id else set()
    floor = max((each.rank for each in workspace.roles_of(held)), default=-1) if workspace.single else -1
    return [
        each
        for each in workspace.roles.values()
        if each.role_id != role.role_id
        and within(each, role)
        and each.on(workspace.plan)
        and not each.exactly_one
        and each.role_id not in held
        and each.rank > floor
    ]


def may_be_none(ctx: Context, row: Any, asked: Terms) -> bool:
    """Whether one of the roles could be left out."""
    return (
        Less.ROLE in kind_of(row).less and not ctx.workspace.single and (_joins(row) or len(asked.roles) > 1)
    )


def _joins(row: Any) -> bool:
    """Whether something is left of it without a role."""
    return row.invitation_id is not None


def levels_below(ctx: Context, row: Any, asked: Terms) -> list[Level]:
    """The levels that could be given instead: lower, and more than whoever asked has there already."""
    if asked.level is None or Less.LEVEL not in kind_of(row).less:
        return []
    held = live_one(ctx, row.facts["resource"], row.facts["member"])
    floor = 0 if held is None else held.level
    return [level for level in reversed(Level) if floor < level < asked.level]


def times_below(row: Any, asked: Terms) -> list[int]:
    if Less.TIME not in kind_of(row).less:
        return []
    return [each for each in TIMES if asked.seconds is None or each < asked.seconds]


def exists(ctx: Context, row: Any) -> bool:
    """Whether there is something between a yes and a no, for some approver."""
    asked = asked_of(ctx, row)
    if levels_below(ctx, row, asked) or times_below(row, asked):
        return True
    return any(roles_below(ctx, row, role) for role in asked.roles if role) or (
        bool(asked.roles) and may_be_none(ctx, row, asked)
    )


# --- typed -----------------------------------------------------------------------------------------------------------


def read(ctx: Context, row: Any, names: tuple[str, ...], level: str, seconds: int | None) -> Terms | None:
    """What an approver types beside a yes; None where that is all of it. Raises ``Refusal`` for what is not less."""
    if not names and not level and seconds is None:
        return None
    asked, fits = asked_of(ctx, row), kind_of(row).less
    given = asked
    if names:
        if Less.ROLE not in fits:
            raise not_less(row, asked)
        given = given._replace(roles=_placed(ctx, row, asked, names))
    if level:
        if asked.level is None or Less.LEVEL not in fits:
            raise not_less(row, asked)
        given = given._replace(level=Level[level.upper()])
    if seconds is not None:
        if Less.TIME not in fits:
            raise not_less(row, asked)
        given = given._replace(seconds=int(seconds))
    check(ctx, row, asked, given)
    return None if given == asked else given


def check(ctx: Context, row: Any, asked: Terms, given: Terms) -> None:
    """Refuses what is not what was asked for, or less of it."""
    odd = given.seconds is not None and not SHORTEST <= given.seconds <= LONGEST
    if odd and given.seconds != asked.seconds:
        shortest, longest = map(durations.show, (SHORTEST, LONGEST))
        if asked.level is not None:
            raise Refusal(RefusalCode.BAD_GRANT_TIME, shortest=shortest, longest=longest)
        raise Refusal(RefusalCode.BAD_TIME, shortest=shortest, longest=longest)
    fits = is_within(given, asked)
    for wanted, role in zip(asked.roles, given.roles, strict=True):
        if role is None:
            fits = fits and may_be_none(ctx, row, asked)
        elif wanted is not None and role != wanted:
            fits = fits and role in roles_below(ctx, row, wanted)
    if given.level is not None and given.level != asked.level:
        fits = fits and given.level in levels_below(ctx, row, asked)
    if not fits or not _something(row, given):
        raise not_less(row, asked)


def _something(row: Any, given: Terms) -> bool:
    """Whether anything is left of it: who joins may come without a role."""
    return _joins(row) or not given.roles or any(given.roles)


def _placed(ctx: Context, row: Any, asked: Terms, names: tuple[str, ...]) -> tuple[Role | None, ...]:
    """The typed roles, each in the place of one that was asked for, which it is or lies within; the others get none."""
    typed = [] if [name.lower() for name in names] == [NONE] else [ctx.role(name) for name in names]
    places = {}
    for role in dict.fromkeys(typed):
        own = [number for number, wanted in enumerate(asked.roles) if wanted == role]
        lower = [n for n, wanted in enumerate(asked.roles) if wanted and within(role, wanted)]
        places[role.role_id] = frozenset(own or lower)
    seated = seat(places, [1] * len(asked.roles))
    if len(seated) < len(places):
        raise not_less(row, asked)
    by_place = {number: ctx.workspace.roles[role_id] for role_id, number in seated.items()}
    return tuple(by_place.get(number) for number in range(len(asked.roles)))


def in_words(asked: Terms) -> str:
    """All of it in a few words: ``Admin, for 8h``; ``edit, for good``."""
    said = [roles_in_words(asked)] if asked.roles else []
    said += [] if asked.level is None else [asked.level.word]
    return ", ".join([*said, *([] if asked.seconds is None else [time_in_words(asked)])]) or t("a yes")


def not_less(row: Any, asked: Terms) -> Refusal:
    """What could be chosen instead of what somebody typed."""
    words = {
        Less.ROLE: t("a lower role with role"),
        Less.LEVEL: t("a lower level with level"),
        Less.TIME: t("a time with for"),
    }
    fits = [words[each] for each in Less if each in kind_of(row).less]
    hint = t("It can only be approved as it is, or denied.")
    if fits:
        hint = t("You can choose {what}.", what=either(fits))
    return Refusal(RefusalCode.NOT_LESS, name=row.name, asked=in_words(asked), hint=hint)


# --- what was agreed to ----------------------------------------------------------------------------------------------


class Agreed(NamedTuple):
    """What came of a request in words, with what was asked for beside it where that was more: ``Viewer (asked: Admin)``."""

    roles: str
    level: str
    time: str


def agreement(asked: Terms, given: Terms) -> dict[str, Any]:
    """What an approved request keeps of it; with the names that the roles have now."""
    return {
        name: {**kept_terms(terms, asked), "names": ", ".join(role.name for role in terms.roles if role)}
        for name, terms in ((GIVEN, given), (ASKED, asked))
    }


def agreed(row: Any) -> Agreed | None:
    """What was given of an approved request, where it is less than was asked for; None where it is all of it."""
    if GIVEN not in row.facts:
        return None
    words = [
        (
            kept["names"] if any(kept["roles"].values()) else t("no role") if kept["roles"] else "",
            Level(kept["level"]).word if kept["level"] else "",
            time_in_words(Terms(seconds=kept["seconds"])),
        )
        for kept in (row.facts[GIVEN], row.facts[ASKED])
    ]
    return Agreed(*(beside(less, more) for less, more in zip(*words, strict=True)))


def check_left(ctx: Context, row: Any, asked: Terms, given: Terms) -> None:
    """Refuses an outcome in which nothing is left that all approvers agree to."""
    emptied = [wanted for wanted, role in zip(asked.roles, given.roles, strict=True) if wanted and not role]
    if emptied and (ctx.workspace.single or not _something(row, given)):
        raise Refusal(RefusalCode.NOTHING_AGREED, name=row.name)
