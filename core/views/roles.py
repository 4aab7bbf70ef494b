"""Cards about roles: what each may do, how they are changed, and to whom they are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.cards import Card, Field, Say, Table, Text, Tone, When, text
from core.permissions import Role
from core.text import plural
from core.views.common import confirming, list_of, quiet
from core.views.members import HeldRole, role_words

CHECK = "✓"
#: Permissions with the same roles share a row of the table while their names are not longer together than this.
ROW_AT_MOST = 32


class RoleFacts(NamedTuple):
    """A role as cards show it. ``above`` and ``below`` are its neighbours by rank, ``holders`` the first few by name."""

    role: Role
    workspace: str
    plan: str
    own: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    above: str = ""
    below: str = ""
    held: int = 0
    holders: tuple[str, ...] = ()
    newcomers: str = "no role"
    editable: bool = False


#: How many other roles a question names.
_NAMED = 3


# --- the table -------------------------------------------------------------------------------------------------------


def role_list(roles: Sequence[Role], default: str, workspace: str, plan: str) -> Card:
    """The roles next to each other, from the top down: who may do what."""
    newcomers = next((role.name for role in roles if role.role_id == default), "no role")
    alone = [role.name for role in roles if role.exactly_one]
    left_out = [role.name for role in roles if not role.on(plan)]
    fields = [Field("Newcomers get", text(newcomers))]
    if alone:
        fields.append(Field("Held by exactly one member", text(list_of(alone))))
    if left_out:
        fields.append(Field(f"Not on the {plan} plan", text(list_of(left_out))))
    return Card(
        f"Roles in {workspace}",
        fields=tuple(fields),
        table=comparison(roles, default, plan),
        footer=text("More about one: ", Say("role show")),
    )


def comparison(roles: Sequence[Role], default: str, plan: str) -> Table:
    """Permissions down, roles across; those that the same roles hold stand together, the widely held ones first."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for permission in sorted(frozenset().union(*(role.permissions for role in roles))):
        cells = tuple(CHECK if permission in role.permissions else "" for role in roles)
        groups.setdefault(cells, []).append(permission)
    order = sorted(groups, key=lambda cells: (-cells.count(CHECK), groups[cells]))
    rows = tuple((names, *cells) for cells in order for names in _packed(groups[cells]))
    words = tuple(_in_words(role, roles[number + 1 :], default, plan) for number, role in enumerate(roles))
    return Table(("", *(role.name for role in roles)), rows, words)


def _packed(permissions: list[str]) -> list[str]:
    """Names in as few lines as they fit, in their order."""
    lines: list[str] = []
    for permission in permissions:
        if lines and len(lines[-1]) + 2 + len(permission) <= ROW_AT_MOST:
            lines[-1] = f"{lines[-1]}, {permission}"
        else:
            lines.append(permission)
    return lines


def _in_words(role: Role, lower: Sequence[Role], default: str, plan: str) -> str:
    """What a role may do, beyond all of the largest role below it that it contains."""
    within = [other for other in lower if other.permissions and other.permissions <= role.permissions]
    part = max(within, key=lambda other: len(other.permissions), default=None)
    more = sorted(role.permissions - part.permissions if part else role.permissions)
    said = [f"all of {part.name}"] if part else []
    said += [", ".join(more)] if more else []
    marks = [
        "newcomers" if role.role_id == default else "",
        "exactly one member" if role.exactly_one else "",
        "" if role.on(plan) else f"not on the {plan} plan",
    ]
    mark = ", ".join(filter(None, marks))
    return f"{role.name}{f' ({mark})' if mark else ''}: {', and '.join(said) or 'nothing'}"


# --- one role --------------------------------------------------------------------------------------------------------


def role_shown(facts: RoleFacts) -> Card:
    role = facts.role
    fields = [
        Field("Rank", text(_rank(facts))),
        Field("In Usher", text(", ".join(facts.own) or "nothing")),
        Field("In the product", text(", ".join(facts.product) or "nothing")),
        Field("Held by", text(_holders(facts))),
        Field("Newcomers", text(f"get {facts.newcomers}")),
    ]
    if role.plans:
        counts = "" if role.on(facts.plan) else f"; it does not count on {facts.plan}, the plan of now"
        fields.append(Field("Only on", text(f"the {list_of(role.plans)} plan{counts}")))
    change = text("Change it: ", Say("role edit", f'name:"{role.name}"')) if facts.editable else ()
    return Card(role.name, fields=tuple(fields), footer=quiet(f"in {facts.workspace}", change))


def _rank(facts: RoleFacts) -> str:
    where = [
        f"above {facts.below}" if facts.below else "",
        f"below {facts.above}" if facts.above else "",
    ]
    return ", ".join([str(facts.role.rank), *filter(None, where)])


def _holders(facts: RoleFacts) -> str:
    if not facts.held:
        return "nobody"
    names = list(facts.holders)
    if facts.held > len(names):
        names.append(f"{facts.held - len(names):,} more")
    alone = "always exactly one member" if facts.role.exactly_one else plural(facts.held, "member")
    return f"{alone}: {list_of(names)}"


def role_created(facts: RoleFacts, copied: str, new: Sequence[tuple[str, str]], *, chosen: bool) -> Card:
    """``copied``: the role it began as. ``new``: see ``Wanted``. ``chosen``: whether the rank was named."""
    fields = [
        Field("Rank", text(_rank(facts), "" if chosen else " (chosen for you, since you named none)")),
        Field("In Usher", text(", ".join(facts.own) or "nothing")),
        Field("In the product", text(", ".join(facts.product) or "nothing")),
    ]
    if copied:
        fields.append(Field("Began as a copy of", text(copied)))
    return Card(
        f"New role: {facts.role.name}",
        Tone.GOOD,
        fields=(*fields, *_new_fields(new)),
        footer=text("Give it to somebody: ", Say("role assign", f'role:"{facts.role.name}"')),
    )


def role_edited(before: Role, facts: RoleFacts, new: Sequence[tuple[str, str]]) -> Card:
    """What a role was, and what it is."""
    return Card(
        f"Changed: {facts.role.name}",
        Tone.GOOD,
        fields=(*_differences(before, facts), *_new_fields(new)),
        footer=text("All of it: ", Say("role show", f'name:"{facts.role.name}"')),
    )


def role_edit_announced(
    before: Role, facts: RoleFacts, lost: Sequence[str], beyond: Sequence[str], subject: str
) -> Card:
    """``lost``: those of Usher's own permissions that nobody could give back to the role.

    ``beyond``: the roles that whoever asks could change no more, since they hold this one themselves.
    """
    body = []
    if lost:
        said = f"Nobody who can change {before.name} would hold {list_of(list(lost))} any more."
        body.append(text(said, " Nobody can give a permission that they lack: this could not be undone."))
    if beyond:
        more = len(beyond) - _NAMED
        named = list_of([*beyond[:_NAMED], f"{more:,} more"] if more > 0 else list(beyond))
        said = f"You are {before.name} yourself: you would stand below {named}."
        body.append(text(said, " Only somebody above you could change that back."))
    return Card(
        f"Change {before.name} for good?",
        Tone.WAITING,
        body=tuple(body),
        fields=_differences(before, facts),
        buttons=confirming(subject),
    )


def _differences(before: Role, facts: RoleFacts) -> tuple[Field, ...]:
    after = facts.role
    more, less = (
        sorted(after.permissions - before.permissions),
        sorted(before.permissions - after.permissions),
    )
    fields = []
    if before.name != after.name:
        fields.append(Field("Name", text(f"{before.name} → {after.name}")))
    if before.rank != after.rank:
        fields.append(Field("Rank", text(f"{before.rank} → {_rank(facts)}")))
    if before.plans != after.plans:
        plans = (list_of(list(role.plans)) or "every plan" for role in (before, after))
        fields.append(Field("Counts on", text(" → ".join(plans))))
    if more:
        fields.append(Field("Added", text(", ".join(more))))
    if less:
        fields.append(Field("Taken away", text(", ".join(less))))
    fields.append(Field("Held by", text(_holders(facts))))
    return tuple(fields)


def _new_fields(new: Sequence[tuple[str, str]]) -> tuple[Field, ...]:
    """The product's permissions that nobody had named here before, and what they may have been meant to be."""
    if not new:
        return ()
    near = [f"{like} instead of {permission}" for permission, like in new if like]
    named = Field("New here", text(", ".join(permission for permission, _ in new)))
    return (named, Field("Did you mean", text(f"{', '.join(near)}?"))) if near else (named,)


def role_deleted(name: str, workspace: str) -> Card:
    return Card(
        f"Deleted: {name}",
        Tone.GOOD,
        body=(text("Nobody held it, and nothing that is open named it."),),
        footer=quiet(f"in {workspace}", text("What is left: ", Say("role list"))),
    )


# --- who holds what --------------------------------------------------------------------------------------------------


def roles_assigned(
    name: str, role: HeldRole, before: tuple[HeldRole, ...], after: tuple[HeldRole, ...], workspace: str
) -> Card:
    """Somebody was given a role, for good or until its end."""
    title = f"{name} is now {role.name}" if role.ends_at is None else f"{name} is {role.name} for a time"
    return Card(title, Tone.GOOD, fields=_before_and_now(before, after), footer=quiet(f"in {workspace}"))


def roles_unassigned(
    name: str, role: str, before: tuple[HeldRole, ...], after: tuple[HeldRole, ...], workspace: str
) -> Card:
    return Card(
        f"{name} is no longer {role}",
        Tone.GOOD,
        fields=_before_and_now(before, after),
        footer=quiet(f"in {workspace}"),
    )


def _before_and_now(before: tuple[HeldRole, ...], after: tuple[HeldRole, ...]) -> tuple[Field, ...]:
    return (Field("Before", role_words(before)), Field("Now", role_words(after)))


def role_given(role: HeldRole, held: tuple[HeldRole, ...], by: str, workspace: str) -> Card:
    """To the member: somebody gave them a role."""
    lasting = [each for each in held if each.ends_at is None]
    if role.ends_at is not None:
        title = f"You are {role.name} in {workspace} for a time"
    elif len(lasting) > 1:
        title = f"You are now {role.name} in {workspace} too"
    else:
        title = f"Your role in {workspace} is now {role.name}"
    fields = [Field("Changed by", text(by))]
    if role.ends_at is not None:
        fields.append(Field("Until", text(When(role.ends_at))))
    return Card(title, Tone.GOOD, fields=(*fields, _yours(held)), footer=_me())


def role_taken(role: str, held: tuple[HeldRole, ...], by: str, workspace: str) -> Card:
    """To the member: somebody took a role away from them."""
    fields = (Field("Changed by", text(by)), _yours(held))
    return Card(f"You are no longer {role} in {workspace}", fields=fields, footer=_me())


def role_ended(role: str, ended_at: int, held: tuple[HeldRole, ...], workspace: str) -> Card:
    """To the member: the time for which they had a role is over."""
    fields = (Field("Ended", text(When(ended_at))), _yours(held))
    return Card(f"Your time as {role} in {workspace} is over", fields=fields, footer=_me())


def _yours(held: tuple[HeldRole, ...]) -> Field:
    return Field("Your role" if len(held) < 2 else "Your roles", role_words(held))


def _me() -> Text:
    return text("What you may do: ", Say("me"))
