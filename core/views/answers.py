"""Cards that answer whether somebody may do something, and why."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from core.cards import Button, Card, Code, Field, Line, Say, Text, Tone, When, joined, text
from core.language import mark, n, says, t
from core.policy import Answer, Rule
from core.views import access_answers as access
from core.views.access_answers import OnResource
from core.views.common import button, first_of, list_of, quiet

_NAMED = 3
_LINES = 12
_FIELDS = 6


class Bearing(Enum):
    """What a role has to do with a permission, in words; those that count come first."""

    GIVES = mark("{role} (rank {rank}) has it")
    ENDED = mark("{role} (rank {rank}) had it and is over")
    OFF_PLAN = mark("{role} (rank {rank}) has it, but does not count on this plan ({plan}), only on {plans}")
    LACKS = mark("{role} (rank {rank}) does not have it")


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
    ``on``: the resource that is asked about, if any. ``ask``: the button for what is missing, and what it carries;
    ``emergency``: what the button carries that takes it at once, if that may be.
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
    emergency: str = ""

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
        footer=says("How that comes about: {command}", command=Say("why", " ".join(options))),
    )


def why_answer(facts: Explanation) -> Card:
    """Yes or No, and everything that it follows from."""
    on = facts.on
    fields = [Field(t("Rule"), _rule(facts))]
    if facts.answer.allowed:
        ends = _ends(facts)
        fields.append(Field(t("Until"), text(When(ends)) if ends is not None else says("no end is set")))
    else:
        if on is not None and not on.enough:
            fields.append(access.missing(on, own=not facts.name))
        if not facts.by_role:
            fields += _who_could_give_a_role(facts)
        if on is not None and not on.enough:
            fields += access.who_could(on, t("Could give it") if facts.by_role else t("Could give access"))
    lines = tuple(_line(held, facts.plan) for held in facts.held[:_LINES])
    more = len(facts.held) - _LINES
    if more > 0:
        lines = (*lines, Line(text(n("{count} more role", "{count} more roles", more))))
    if on is not None and on.needs:
        lines = (*lines, *access.lines(on))
    where = f"{on.kind} {on.short_id}" if on is not None else ""
    return Card(
        _title(facts),
        _tone(facts),
        fields=tuple(fields[:_FIELDS]),
        lines=lines,
        buttons=_ask(facts),
        footer=quiet(
            where, t("in {workspace}", workspace=facts.workspace), t("plan {plan}", plan=facts.plan)
        ),
    )


def _ask(facts: Explanation) -> tuple[Button, ...]:
    """To whoever may ask those who decide for what is missing first: at once, or saying for how long and why."""
    if facts.ask is None:
        return ()
    name, subject = facts.ask
    need = (button("access.emergency", facts.emergency),) if facts.emergency else ()
    return (button(name, subject), button(f"{name}_why", subject), *need)


def _who_could_give_a_role(facts: Explanation) -> list[Field]:
    fields = [
        Field(t("Roles that have it"), text(_some(facts.roles_with_it) or t("none here"))),
        Field(t("Could give it"), _givers(facts)),
    ]
    if facts.approvers:
        fields.append(access.asked_for(facts.approvers, Say("request role", f'role:"{facts.asked}"')))
    return fields


def _title(facts: Explanation) -> str:
    about = {"name": facts.name, "permission": facts.permission}
    if facts.on is None and facts.answer.allowed:
        return t("Yes: {name} may {permission}" if facts.name else "Yes: you may {permission}", **about)
    if facts.on is None:
        return t("No: {name} may not {permission}" if facts.name else "No: you may not {permission}", **about)
    about["resource"] = facts.on.name
    if facts.answer.allowed:
        said = mark("Yes: {name} may {permission} on {resource}")
        return t(said if facts.name else "Yes: you may {permission} on {resource}", **about)
    said = mark("No: {name} may not {permission} on {resource}")
    return t(said if facts.name else "No: you may not {permission} on {resource}", **about)


def _tone(facts: Explanation) -> Tone:
    return Tone.GOOD if facts.answer.allowed else Tone.REFUSED


def _of(facts: Explanation, *bearings: Bearing) -> list[HeldRole]:
    return [held for held in facts.held if held.bearing in bearings]


def _short(facts: Explanation) -> Text:
    rule, on = facts.answer.rule, facts.on
    if on is not None and rule is Rule.MANAGES:
        return access.managing(on, own=not facts.name)
    if facts.by_role:
        return _by_roles(facts)
    here = _of(facts, Bearing.LACKS, Bearing.OFF_PLAN)
    if not here:
        begin = t("They have no role here." if facts.name else "You have no role here.")
    elif len(here) == 1:
        begin = _not_by(here[0], facts)
    else:
        begin = t("No role of theirs gives it." if facts.name else "No role of yours gives it.")
    return joined([text(begin), _others(facts)], " ")


def _by_roles(facts: Explanation) -> Text:
    """Which roles give it, what else is needed, and until when."""
    giving = _of(facts, Bearing.GIVES)
    count, roles = len(giving), _some(tuple(each.name for each in giving))
    own = n("Your role {roles} has it", "Your roles {roles} have it", count, roles=roles)
    theirs = n("Their role {roles} has it", "Their roles {roles} have it", count, roles=roles)
    said = text(theirs if facts.name else own)
    if facts.through:
        said = says("{said}, as part of {permission}", said=said, permission=Code(facts.through))
    if facts.on is not None:
        said = access.through(said, facts.on, facts.answer.rule, own=not facts.name)
    ends = _ends(facts) if facts.answer.allowed else None
    if ends is not None:
        said = says("{line}, until {when}", line=said, when=When(ends))
    return (*said, ".")


def _others(facts: Explanation) -> Text:
    """Which roles would give it, if any."""
    if facts.roles_with_it:
        roles = _some(facts.roles_with_it)
        return text(n("{roles} has it.", "{roles} have it.", len(facts.roles_with_it), roles=roles))
    if facts.meant:
        return says("Nobody knows of it here. Did you mean {permission}?", permission=Code(facts.meant))
    return says("No role here has it." if facts.known else "Nobody knows of it here.")


def _not_by(held: HeldRole, facts: Explanation) -> str:
    """That the only role somebody has does not give it, or would on another plan."""
    role, plans = held.name, list_of(held.plans, "or")
    if held.bearing is not Bearing.OFF_PLAN:
        return t(
            "Their role {role} does not give it." if facts.name else "Your role {role} does not give it.",
            role=role,
        )
    said = mark(
        "Your role {role} does not give it: it counts on the {plans} plan only, and this workspace is on {plan}."
    )
    if facts.name:
        said = mark(
            "Their role {role} does not give it: it counts on the {plans} plan only, and this workspace is on {plan}."
        )
    return t(said, role=role, plans=plans, plan=facts.plan)


def _rule(facts: Explanation) -> Text:
    """The rule in a sentence, and what else has to be known."""
    rule = facts.answer.rule
    there = access.rule_of(facts.on, rule, own=not facts.name) if facts.on is not None else ()
    if rule is Rule.MANAGES:
        return there
    if facts.through or facts.by_role:
        return joined([_by_one_role(facts), *([there] if there else [])], " ")
    said = [_without(facts)]
    if not facts.known:
        said.append(says("Nobody here knows of it."))
        if facts.meant:
            said.append(says("Did you mean {permission}?", permission=Code(facts.meant)))
    return joined(said, " ")


def _by_one_role(facts: Explanation) -> Text:
    if not facts.through:
        return says("One of their roles has it." if facts.name else "One of your roles has it.")
    return says(
        "One of their roles has {permission}, which includes it."
        if facts.name
        else "One of your roles has {permission}, which includes it.",
        permission=Code(facts.through),
    )


def _without(facts: Explanation) -> Text:
    if not facts.held:
        return says("Without a role nobody may do anything.")
    if all(held.bearing is Bearing.LACKS for held in facts.held):
        return says("No role of theirs has it." if facts.name else "No role of yours has it.")
    return says(
        "No role of theirs that counts now has it."
        if facts.name
        else "No role of yours that counts now has it."
    )


def _givers(facts: Explanation) -> Text:
    if facts.givers or facts.for_a_time:
        able = [_some(facts.givers)] if facts.givers else []
        if facts.for_a_time:
            able.append(t("{names} for a time", names=_some(facts.for_a_time)))
        return text("; ".join(able))
    if facts.by_transfer and facts.by_transfer == facts.roles_with_it:
        return says(
            "nobody: {roles} passes on with {/workspace transfer} alone", roles=_some(facts.by_transfer)
        )
    if facts.roles_with_it:
        return says("nobody here")
    return says("whoever may change roles: {/role edit}") if facts.known else says("nobody")


def _ends(facts: Explanation) -> int | None:
    """When it is over: with the last of the roles that give it, or with what reaches the resource if that ends before."""
    ends = [held.ends_at for held in _of(facts, Bearing.GIVES)]
    of_roles = max((end for end in ends if end is not None), default=None) if None not in ends else None
    known = [of_roles, facts.on.until if facts.on is not None else None]
    return min((end for end in known if end is not None), default=None)


def _line(held: HeldRole, plan: str) -> Line:
    dead = held.bearing in {Bearing.ENDED, Bearing.OFF_PLAN}
    plans = list_of(held.plans, "or")
    what = t(held.bearing.value, role=held.name, rank=held.rank, plan=plan, plans=plans)
    said = access.since(what, held.source, held.given_at)
    if held.ends_at is not None:
        said = says("{line}, until {when}", line=said, when=When(held.ends_at))
    return Line(said, dead=dead)


def _some(names: tuple[str, ...]) -> str:
    """At most a few names, and how many more there are."""
    return first_of(names, _NAMED)
