"""What a holder answers to the notice before an end: Extend asks for longer, I'm done gives it back at once.

The buttons carry what it is and the end that the notice was about. Whoever presses them has something only if it is
theirs now with that very end; everybody else hears what is so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete

from core import platform_access, requests, views
from core.asking import thing_in_words
from core.asking_for_longer import LONGER_KIND, ask_for_longer
from core.asking_for_longer import typed as typed_for
from core.assignment import give_back
from core.cards import Card, Say, Text, When
from core.catalogue import action
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.grants import EMERGENCY, held_until, live_one
from core.language import says, t
from core.members import held_by, shown_roles
from core.models import grants
from core.permissions import Level
from core.resources import load
from core.time_box_notices import left_of, reach_of

#: Names the state it expects: zero rows means that somebody, or the clock, was first.
_GIVE_BACK = delete(grants).where(
    grants.c.workspace_id == bindparam("ws"),
    grants.c.resource_id == bindparam("res"),
    grants.c.holder == bindparam("holder"),
    grants.c.layer == bindparam("layer"),
    grants.c.ends_at == bindparam("end"),
    grants.c.ends_at > bindparam("now"),
)


@action("time_box.extend", "Extend", needs="member", asks="time_box.extend_by")
def extend(ctx: Context, subject: str) -> Card:
    """Whoever could give it to themselves asks all the same: nobody lengthens their own."""
    return ask_longer(ctx, subject, None, "")


def ask_longer(ctx: Context, subject: str, life: int | None, why: str) -> Card:
    what, level = _to_extend(ctx, subject)
    return ask_for_longer(ctx, what, life, why, level=level)


def check_held(ctx: Context, subject: str) -> tuple[Text, Say]:
    """What a button Extend is about and the command that asks for it; refuses where it is theirs no more."""
    what, level = _to_extend(ctx, subject)
    of = ctx.workspace.roles.get(what) or load(ctx, what)
    name = of.name if of is not None else ""
    words = says(
        "You have {what} until {when}.", what=thing_in_words(name, level), when=When(_read(subject)[1])
    )
    return words, typed_for(name, level)


def _to_extend(ctx: Context, subject: str) -> tuple[str, int | None]:
    """The id of a role or resource, and of this the level; refuses what is not theirs, and what is not made longer."""
    what, end, level = _read(subject)
    if not _holds(ctx, what, end, level):
        raise _as_it_is(ctx, what, end)
    of_grant = None if what in ctx.workspace.roles else held_until(ctx, what, ctx.me.member_id, end, level)
    if of_grant is not None and of_grant.layer == EMERGENCY:
        how = Say("request access", f"resource:{what} level:{Level(of_grant.level).word}")
        said = says(
            "What you took in an emergency is not made longer. Ask for access: {command}.", command=how
        )
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
    return what, of_grant.level if of_grant is not None else None


@action("time_box.done", "I'm done", needs="member")
def done(ctx: Context, subject: str) -> Card:
    what, end, level = _read(subject)
    role = ctx.workspace.roles.get(what)
    if not _holds(ctx, what, end, level):
        raise _as_it_is(ctx, what, end)
    if role is not None:
        if not give_back(ctx, role, end):
            raise _as_it_is(ctx, what, end)
        _ask_no_more(ctx, what, end)
        held = held_by(ctx, [ctx.me.member_id])[ctx.me.member_id]
        return views.role_done(role.name, shown_roles(ctx, held), ctx.workspace.name)
    return _give_back_access(ctx, what, end, level)


def _give_back_access(ctx: Context, resource_id: str, end: int, level: int) -> Card:
    me, resource = ctx.me.member_id, load(ctx, resource_id)
    before = held_until(ctx, resource_id, me, end, level)
    if before is None or resource is None:
        raise _as_it_is(ctx, resource_id, end)
    params = {
        "ws": ctx.workspace.workspace_id,
        "res": resource_id,
        "holder": me,
        "layer": before.layer,
        "end": end,
        "now": ctx.at,
    }
    if not ctx.connection.execute(_GIVE_BACK, params).rowcount:
        raise _as_it_is(ctx, resource_id, end)
    was = {
        "level": before.level,
        "ends_at": before.ends_at,
        "given_by": before.given_by,
        "source": before.source,
    }
    ctx.record("access.revoked", me, resource=resource_id, layer=before.layer, before=was, after=None)
    ctx.standing_changed(taken=False)
    platform_access.mark(ctx, resource_id, me)
    _ask_no_more(ctx, resource_id, end)
    left = left_of(ctx, me, resource, ctx.at)
    return views.access_done(reach_of(ctx, resource, before.level), left, ctx.workspace.name)


def _ask_no_more(ctx: Context, what: str, end: int) -> None:
    """Whoever has asked to keep that longer, and not something else there, no longer does."""
    waiting, _ = requests.in_the_way(ctx, LONGER_KIND, topic=what)
    if waiting is not None and waiting.facts["ends"] == end:
        requests.withdraw(ctx, waiting)


# --- what a button is about ------------------------------------------------------------------------------------------


def _read(subject: str) -> tuple[str, int, int]:
    """What it is, its end, and of access the level; 0 where the button says none."""
    what, _, rest = subject.partition("@")
    end, _, level = rest.partition("@")
    if level not in {"", *(str(int(each)) for each in Level)}:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    if not end.isascii() or not end.isdecimal() or len(end) > 12:
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    return what, int(end), int(level or 0)


def _held(ctx: Context, what: str) -> tuple[Any | None, str]:
    """What whoever presses has of it themselves now, and what it is in words."""
    me = ctx.me.member_id
    role = ctx.workspace.roles.get(what)
    if role is not None:
        return next((row for row in held_by(ctx, [me])[me] if row.role_id == what), None), role.name
    row, resource = live_one(ctx, what, me), load(ctx, what)
    if row is None or resource is None:
        return None, ""
    return row, t("{level} on {resource}", level=Level(row.level).word, resource=resource.name)


def _holds(ctx: Context, what: str, end: int, level: int) -> bool:
    """Whether it is theirs now with that very end and level, whatever else they have there."""
    if what not in ctx.workspace.roles:
        return held_until(ctx, what, ctx.me.member_id, end, level) is not None
    row, _ = _held(ctx, what)
    return row is not None and row.ends_at == end


def _as_it_is(ctx: Context, what: str, end: int) -> Refusal:
    """To a click on a notice that is out of date. What is gone is not named: it may never have been theirs."""
    row, called = _held(ctx, what)
    if row is None:
        said = says("You no longer have what this was about.")
        if end <= ctx.at:
            said = says("What this was about ended on {when}.", when=When(end))
    elif row.ends_at is None:
        said = says("You have {what} for good now.", what=called)
    elif row.ends_at == end:
        said = says(
            "You have {what} until {when} now: this was about another level.", what=called, when=When(end)
        )
    else:
        until = When(row.ends_at)
        said = says(
            "You have {what} until {when} now: this was about an earlier time.", what=called, when=until
        )
    return Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=said)
