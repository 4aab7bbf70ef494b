"""Cards that answer whether somebody may do something, and why."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Button, Card, Code, Field, Line, Say, Text, Tone, When, text
from core.policy import Answer, Rule
from core.text import plural
from core.views import access_answers as access
from core.views.access_answers import OnResource
from core.views.common import button, list_of, quiet

_NAMED = 3
_LINES = 12
_FIELDS = 6


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
    ``givers`` could give one of them for good, ``for_a_time`` until their own right to do so ends; ``approvers`` decide when
    ``asked``, a role, is asked for. ``known``: whether anybody knows of such a permission here; ``meant``: one that is alike.
    ``on``: the resource that is asked about, if any. ``ask``: the button for what is missing, and what it carries.
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
    for_a_time: tuple[str, ...] = ()
    approvers: tuple[str, ...] = ()
    asked: str = ""
    on: OnResource | None = None
    ask: tuple[str, str] | None = None

    @property
    def by_role(self) -> bool:
        """Whether their roles give it, wherever it is."""
        return self.answer.rule not in {Rule.NOT_HELD, Rule.MANAGES}


def can_answer(facts: Explanation) -> Card:
    """Yes or No, with what decides it."""
    options = [f"member:{facts.short_id}"] if facts.name else []
    options.append(f"permission:{facts.permission}")
    if facts.on is not None:
        options.append(f"resource:{facts.on.short_id}")
    return Card(
        _title(facts),
        _tone(facts),
        body=(_short(facts),),
        buttons=_ask(facts),
        footer=text("How that comes about: ", Say("why", " ".join(options))),
    )


def why_answer(facts: Explanation) -> Card:
    """Yes or No, and everything that it follows from."""
    on = facts.on
    fields = [Field("Rule", _rule(facts))]
    if facts.answer.allowed:
        ends = _ends(facts)
        fields.append(Field("Until", text(When(ends)) if ends is not None else text("no end is set")))
    else:
        if on is not None and not on.enough:
            fields.append(access.missing(on, own=not facts.name))
        if not facts.by_role:
            fields += _who_could_give_a_role(facts)
        if on is not None and not on.enough:
            fields += access.who_could(on, "Could give it" if facts.by_role else "Could give access")
    lines = tuple(_line(held, facts.plan) for held in facts.held[:_LINES])
    more = len(facts.held) - _LINES
    if more > 0:
        lines = (*lines, Line(text(f"{plural(more, 'more role')}")))
    if on is not None and on.needs:
        lines = (*lines, *access.lines(on))
    where = f"{on.kind} {on.short_id}" if on is not None else ""
    return Card(
        _title(facts),
        _tone(facts),
        fields=tuple(fields[:_FIELDS]),
        lines=lines,
        buttons=_ask(facts),
        footer=quiet(where, f"in {facts.workspace}", f"plan {facts.plan}"),
    )


def _ask(facts: Explanation) -> tuple[Button, ...]:
    """To whoever may ask those who decide: one button, for what is missing first."""
    return (button(*facts.ask),) if facts.ask is not None else ()


def _who_could_give_a_role(facts: Explanation) -> list[Field]:
    fields = [
        Field("Roles that have it", text(_some(facts.roles_with_it) or "none here")),
        Field("Could give it", _givers(facts)),
    ]
    if facts.approvers:
        fields.append(access.asked_for(facts.approvers, Say("request role", f'role:"{facts.asked}"')))
    return fields


def _title(facts: Explanation) -> str:
    who = facts.name or "you"
    where = f" on {facts.on.name}" if facts.on is not None else ""
    if facts.answer.allowed:
        return f"Yes: {who} may {facts.permission}{where}"
    return f"No: {who} may not {facts.permission}{where}"


def _tone(facts: Explanation) -> Tone:
    return Tone.GOOD if facts.answer.allowed else Tone.REFUSED


def _of(facts: Explanation, *bearings: Bearing) -> list[HeldRole]:
    return [held for held in facts.held if held.bearing in bearings]


def _short(facts: Explanation) -> Text:
    whose = "Their" if facts.name else "Your"
    rule, on = facts.answer.rule, facts.on
    if on is not None and rule is Rule.MANAGES:
        return access.managing(on, own=not facts.name)
    if facts.by_role:
        giving = _of(facts, Bearing.GIVES)
        ends = _ends(facts) if facts.answer.allowed else None
        return text(
            f"{whose} {_roles(giving)} {'has' if len(giving) == 1 else 'have'} it",
            *((", as part of ", Code(facts.through)) if facts.through else ()),
            *(access.through(on, rule, own=not facts.name) if on is not None else ()),
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
    rule = facts.answer.rule
    there = access.rule_of(facts.on, rule, own=not facts.name) if facts.on is not None else ()
    if rule is Rule.MANAGES:
        return there
    if facts.through:
        return text(f"One of {whose} roles has ", Code(facts.through), ", which includes it.", *there)
    if facts.by_role:
        return text(f"One of {whose} roles has it.", *there)
    counting = "" if all(held.bearing is Bearing.LACKS for held in facts.held) else " that counts now"
    said = (
        f"No role of {whose}s{counting} has it." if facts.held else "Without a role nobody may do anything."
    )
    if facts.known:
        return text(said)
    meant = (" Did you mean ", Code(facts.meant), "?") if facts.meant else ()
    return text(f"{said} Nobody here knows of it.", *meant)


def _givers(facts: Explanation) -> Text:
    if facts.givers or facts.for_a_time:
        able = [_some(facts.givers)] if facts.givers else []
        return text(
            "; ".join([*able, *([f"{_some(facts.for_a_time)} for a time"] if facts.for_a_time else [])])
        )
    if facts.by_transfer and facts.by_transfer == facts.roles_with_it:
        return text(
            f"nobody: {_some(facts.by_transfer)} passes on with ", Say("workspace transfer"), " alone"
        )
    if facts.roles_with_it:
        return text("nobody here")
    return text("whoever may change roles: ", Say("role edit")) if facts.known else text("nobody")


def _ends(facts: Explanation) -> int | None:
    """When it is over: with the last of the roles that give it, or with what reaches the resource if that ends before."""
    ends = [held.ends_at for held in _of(facts, Bearing.GIVES)]
    of_roles = max((end for end in ends if end is not None), default=None) if None not in ends else None
    known = [of_roles, facts.on.until if facts.on is not None else None]
    return min((end for end in known if end is not None), default=None)


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
