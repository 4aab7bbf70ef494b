"""Cards that answer whether somebody may do something, and why."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Card, Code, Field, Line, Say, Text, Tone, When, text
from core.policy import Answer, Rule
from core.text import plural
from core.views.common import list_of, quiet

_NAMED = 3
_LINES = 12


class Bearing(Enum):
    """What a role has to do with a permission; those that count come first."""

    GIVES = "has it"
    ENDED = "had it and is over"
    OFF_PLAN = "has it, but does not count on this plan"
    LACKS = "does not have it"


class HeldRole(NamedTuple):
    """A role that a member was given, as it bears on a permission. ``source`` says in words where it comes from."""

    name: str
    rank: int
    bearing: Bearing
    given_at: int
    source: str = ""
    ends_at: int | None = None
    plans: tuple[str, ...] = ()


class Explanation(NamedTuple):
    """A decision and what bears on it. ``name`` is empty for whoever asks about themselves.

    ``through``: the permission that includes it. ``by_transfer``: the roles with it that pass from one member to another.
    ``known``: whether anybody knows of such a permission here; ``meant``: one that is alike.
    """

    name: str
    short_id: str
    workspace: str
    plan: str
    permission: str
    answer: Answer
    held: tuple[HeldRole, ...]
    through: str = ""
    roles_with_it: tuple[str, ...] = ()
    by_transfer: tuple[str, ...] = ()
    givers: tuple[str, ...] = ()
    known: bool = True
    meant: str = ""


def can_answer(facts: Explanation) -> Card:
    """Yes or No, with the role that decides it."""
    return Card(
        _title(facts),
        _tone(facts),
        body=(_short(facts),),
        footer=text(
            "How that comes about: ",
            Say(
                "why", f"{'' if not facts.name else f'member:{facts.short_id} '}permission:{facts.permission}"
            ),
        ),
    )


def why_answer(facts: Explanation) -> Card:
    """Yes or No, and everything that it follows from."""
    fields = [Field("Rule", _rule(facts))]
    if facts.answer.allowed:
        ends = _ends(facts)
        fields.append(Field("Until", text(When(ends)) if ends is not None else text("no end is set")))
    else:
        fields.append(Field("Roles that have it", text(_some(facts.roles_with_it) or "none here")))
        fields.append(Field("Could give it", _givers(facts)))
    lines = tuple(_line(held, facts.plan) for held in facts.held[:_LINES])
    more = len(facts.held) - _LINES
    if more > 0:
        lines = (*lines, Line(text(f"{plural(more, 'more role')}")))
    return Card(
        _title(facts),
        _tone(facts),
        fields=tuple(fields),
        lines=lines,
        footer=quiet(f"in {facts.workspace}", f"plan {facts.plan}"),
    )


def _title(facts: Explanation) -> str:
    who = facts.name or "you"
    if facts.answer.allowed:
        return f"Yes: {who} may {facts.permission}"
    return f"No: {who} may not {facts.permission}"


def _tone(facts: Explanation) -> Tone:
    return Tone.GOOD if facts.answer.allowed else Tone.REFUSED


def _of(facts: Explanation, *bearings: Bearing) -> list[HeldRole]:
    return [held for held in facts.held if held.bearing in bearings]


def _short(facts: Explanation) -> Text:
    whose = "Their" if facts.name else "Your"
    if facts.answer.allowed:
        giving = _of(facts, Bearing.GIVES)
        ends = _ends(facts)
        return text(
            f"{whose} {_roles(giving)} {'has' if len(giving) == 1 else 'have'} it",
            *((", as part of ", Code(facts.through)) if facts.through else ()),
            *((", until ", When(ends)) if ends is not None else ()),
            ".",
        )
    here = _of(facts, Bearing.LACKS, Bearing.OFF_PLAN)
    if not here:
        begin = f"{'They have' if facts.name else 'You have'} no role here."
    elif len(here) == 1:
        begin = f"{whose} {_roles(here)} does not give it{_off(here[0], facts.plan)}."
    else:
        begin = f"No role of {'theirs' if facts.name else 'yours'} gives it."
    return text(f"{begin} ", *_others(facts))


def _others(facts: Explanation) -> Text:
    """Which roles would give it, if any."""
    if facts.roles_with_it:
        verb = "has" if len(facts.roles_with_it) == 1 else "have"
        return text(f"{_some(facts.roles_with_it)} {verb} it.")
    if facts.meant:
        return text("Nobody knows of it here. Did you mean ", Code(facts.meant), "?")
    return text("No role here has it." if facts.known else "Nobody knows of it here.")


def _off(held: HeldRole, plan: str) -> str:
    if held.bearing is not Bearing.OFF_PLAN:
        return ""
    return f": it counts on the {list_of(held.plans, 'or')} plan only, and this workspace is on {plan}"


def _roles(held: list[HeldRole]) -> str:
    return f"{'role' if len(held) == 1 else 'roles'} {_some(tuple(each.name for each in held))}"


def _rule(facts: Explanation) -> Text:
    """The rule in a sentence, and what else has to be known."""
    whose = "their" if facts.name else "your"
    if facts.answer.rule is Rule.INCLUDED:
        return text(f"One of {whose} roles has ", Code(facts.through), ", which includes it.")
    if facts.answer.allowed:
        return text(f"One of {whose} roles has it.")
    counting = "" if all(held.bearing is Bearing.LACKS for held in facts.held) else " that counts now"
    said = (
        f"No role of {whose}s{counting} has it." if facts.held else "Without a role nobody may do anything."
    )
    if facts.known:
        return text(said)
    meant = (" Did you mean ", Code(facts.meant), "?") if facts.meant else ()
    return text(f"{said} Nobody here knows of it.", *meant)


def _givers(facts: Explanation) -> Text:
    if facts.givers:
        return text(_some(facts.givers))
    if facts.by_transfer and facts.by_transfer == facts.roles_with_it:
        return text(
            f"nobody: {_some(facts.by_transfer)} passes on with ", Say("workspace transfer"), " alone"
        )
    if facts.roles_with_it:
        return text("nobody here")
    return text("whoever may change roles: ", Say("role edit")) if facts.known else text("nobody")


def _ends(facts: Explanation) -> int | None:
    """When the last of the roles that give it ends."""
    ends = [held.ends_at for held in _of(facts, Bearing.GIVES)]
    return max((end for end in ends if end is not None), default=None) if None not in ends else None


def _line(held: HeldRole, plan: str) -> Line:
    dead = held.bearing in {Bearing.ENDED, Bearing.OFF_PLAN}
    what = f"{held.name} (rank {held.rank}) {held.bearing.value}"
    why = f" ({plan}), only on {list_of(held.plans, 'or')}" if held.bearing is Bearing.OFF_PLAN else ""
    until = text(", until ", When(held.ends_at)) if held.ends_at is not None else ()
    return Line(text(f"{what}{why} — {held.source}, since ", When(held.given_at, "date"), *until), dead=dead)


def _some(names: tuple[str, ...]) -> str:
    """At most a few names, and how many more there are."""
    more = len(names) - _NAMED
    return list_of([*names[:_NAMED], f"{more:,} more"] if more > 0 else names)
