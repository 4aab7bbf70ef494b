"""Cards about roles: what each may do, how they are changed, and to whom they are given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from core.cards import Card, Field, Line, Say, Table, Text, Tone, When, text
from core.language import n, says, t
from core.permissions import Role
from core.views.common import confirming, first_of, list_of, quiet
from core.views.members import HeldRole, role_words

CHECK = "✓"
#: Permissions with the same roles share a row of the table while their names are not longer together than this.
ROW_AT_MOST = 32


class RoleFacts(NamedTuple):
    """A role as cards show it. ``above`` and ``below`` are its neighbours by rank, ``holders`` the first few by name.

    ``newcomers``: the role that they get, empty for none.
    """

    role: Role
    workspace: str
    plan: str
    own: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    above: str = ""
    below: str = ""
    held: int = 0
    holders: tuple[str, ...] = ()
    newcomers: str = ""
    editable: bool = False


#: How many other roles a question names.
_NAMED = 3


# --- the table -------------------------------------------------------------------------------------------------------


def role_list(roles: Sequence[Role], default: str, workspace: str, plan: str) -> Card:
    """The roles next to each other, from the top down: who may do what."""
    newcomers = next((role.name for role in roles if role.role_id == default), t("no role"))
    alone = [role.name for role in roles if role.exactly_one]
    left_out = [role.name for role in roles if not role.on(plan)]
    fields = [Field(t("Newcomers get"), text(newcomers))]
    if alone:
        fields.append(Field(t("Held by exactly one member"), text(list_of(alone))))
    if left_out:
        fields.append(Field(t("Not on the {plan} plan", plan=plan), text(list_of(left_out))))
    table = comparison(roles, default, plan)
    return Card(
        t("Roles in {workspace}", workspace=workspace),
        fields=tuple(fields),
        table=table if table.rows else None,
        lines=() if table.rows else tuple(Line((words,)) for words in table.words),
        footer=says("More about one: {/role show}"),
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
    return Table((t("Permission"), *(role.name for role in roles)), rows, words)


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
    what = ", ".join(more) or t("nothing")
    if part and more:
        what = t("all of {role}, and {permissions}", role=part.name, permissions=what)
    elif part:
        what = t("all of {role}", role=part.name)
    marks = [
        t("newcomers") if role.role_id == default else "",
        t("exactly one member") if role.exactly_one else "",
        "" if role.on(plan) else t("not on the {plan} plan", plan=plan),
    ]
    marked = ", ".join(filter(None, marks))
    return f"{role.name}{f' ({marked})' if marked else ''}: {what}"


# --- one role --------------------------------------------------------------------------------------------------------


def role_shown(facts: RoleFacts) -> Card:
    role = facts.role
    fields = [
        Field(t("Rank"), text(_rank(facts))),
        Field(t("In Usher"), text(", ".join(facts.own) or t("nothing"))),
        Field(t("In the product"), text(", ".join(facts.product) or t("nothing"))),
        Field(t("Held by"), text(_holders(facts))),
        Field(t("Newcomers"), text(_newcomers(facts))),
    ]
    if role.plans:
        plans = list_of(role.plans)
        only = t("the {plans} plan", plans=plans)
        if not role.on(facts.plan):
            only = t(
                "the {plans} plan; it does not count on {plan}, the plan of now", plans=plans, plan=facts.plan
            )
        fields.append(Field(t("Only on"), text(only)))
    change = says("Change it: {command}", command=Say("role edit", f'name:"{role.name}"'))
    return Card(
        t("Role: {role}", role=role.name),
        fields=tuple(fields),
        footer=quiet(t("in {workspace}", workspace=facts.workspace), change if facts.editable else ""),
    )


def _newcomers(facts: RoleFacts) -> str:
    if not facts.newcomers:
        return t("get no role")
    if facts.newcomers == facts.role.name:
        return t("get this role")
    return t("get {role}", role=facts.newcomers)


def _rank(facts: RoleFacts) -> str:
    where = [
        t("above {role}", role=facts.below) if facts.below else "",
        t("below {role}", role=facts.above) if facts.above else "",
    ]
    return ", ".join([str(facts.role.rank), *filter(None, where)])


def _holders(facts: RoleFacts) -> str:
    if not facts.held:
        return t("nobody")
    names = first_of(facts.holders, len(facts.holders), facts.held)
    if facts.role.exactly_one:
        return t("always exactly one member: {names}", names=names)
    return n("{count} member: {names}", "{count} members: {names}", facts.held, names=names)


def role_created(facts: RoleFacts, copied: str, new: Sequence[tuple[str, str]], *, chosen: bool) -> Card:
    """``copied``: the role it began as. ``new``: see ``Wanted``. ``chosen``: whether the rank was named."""
    rank = _rank(facts)
    if not chosen:
        rank = t("{rank} (chosen for you, since you named none)", rank=rank)
    fields = [
        Field(t("Rank"), text(rank)),
        Field(t("In Usher"), text(", ".join(facts.own) or t("nothing"))),
        Field(t("In the product"), text(", ".join(facts.product) or t("nothing"))),
    ]
    if copied:
        fields.append(Field(t("Began as a copy of"), text(copied)))
    return Card(
        t("New role: {role}", role=facts.role.name),
        Tone.GOOD,
        body=_new(new),
        fields=tuple(fields),
        footer=says(
            "Give it to somebody: {command}", command=Say("role assign", f'role:"{facts.role.name}"')
        ),
    )


def role_edited(before: Role, facts: RoleFacts, new: Sequence[tuple[str, str]]) -> Card:
    """What a role was, and what it is."""
    return Card(
        t("Changed: {role}", role=facts.role.name),
        Tone.GOOD,
        body=_new(new),
        fields=_differences(before, facts),
        footer=says("All of it: {command}", command=Say("role show", f'name:"{facts.role.name}"')),
    )


def role_edit_announced(
    before: Role, facts: RoleFacts, lost: Sequence[str], beyond: Sequence[str], subject: str
) -> Card:
    """``lost``: those of Usher's own permissions that nobody could give back to the role.

    ``beyond``: the roles that whoever asks could change no more, since they hold this one themselves.
    """
    body = []
    if lost:
        body.append(
            says(
                "Nobody who can change {role} would hold {permissions} any more. Nobody can give a permission that they "
                "lack: this could not be undone.",
                role=before.name,
                permissions=list_of(list(lost)),
            )
        )
    if beyond:
        body.append(
            says(
                "You are {role} yourself: you would stand below {roles}. Only somebody above you could change that back.",
                role=before.name,
                roles=first_of(list(beyond), _NAMED),
            )
        )
    return Card(
        t("Change {role} for good?", role=before.name),
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
        fields.append(Field(t("Name"), text(f"{before.name} → {after.name}")))
    if before.rank != after.rank:
        fields.append(Field(t("Rank"), text(f"{before.rank} → {_rank(facts)}")))
    if before.plans != after.plans:
        plans = (list_of(list(role.plans)) or t("every plan") for role in (before, after))
        fields.append(Field(t("Counts on"), text(" → ".join(plans))))
    if more:
        fields.append(Field(t("Added"), text(", ".join(more))))
    if less:
        fields.append(Field(t("Taken away"), text(", ".join(less))))
    fields.append(Field(t("Held by"), text(_holders(facts))))
    return tuple(fields)


def _new(new: Sequence[tuple[str, str]]) -> tuple[Text, ...]:
    """The product's permissions that nobody had named here before, and what they may have been meant to be."""
    if not new:
        return ()
    near = [
        t("{like} instead of {permission}", like=like, permission=permission)
        for permission, like in new
        if like
    ]
    named = says("New here: {permissions}.", permissions=", ".join(permission for permission, _ in new))
    return (named, says("Did you mean {near}?", near=", ".join(near))) if near else (named,)


def role_deleted(name: str, workspace: str) -> Card:
    return Card(
        t("Deleted: {name}", name=name),
        Tone.GOOD,
        body=(says("Nobody held it, and nothing that is open named it."),),
        footer=quiet(t("in {workspace}", workspace=workspace), says("What is left: {/role list}")),
    )


# --- who holds what --------------------------------------------------------------------------------------------------


def roles_assigned(
    name: str, role: HeldRole, before: tuple[HeldRole, ...], after: tuple[HeldRole, ...], workspace: str
) -> Card:
    """Somebody was given a role, for good or until its end."""
    title = t("{name} is now {role}", name=name, role=role.name)
    if role.ends_at is not None:
        title = t("{name} is {role} for a time", name=name, role=role.name)
    return Card(
        title,
        Tone.GOOD,
        fields=_before_and_now(before, after),
        footer=quiet(t("in {workspace}", workspace=workspace)),
    )


def roles_unassigned(
    name: str, role: str, before: tuple[HeldRole, ...], after: tuple[HeldRole, ...], workspace: str
) -> Card:
    return Card(
        t("{name} is no longer {role}", name=name, role=role),
        Tone.GOOD,
        fields=_before_and_now(before, after),
        footer=quiet(t("in {workspace}", workspace=workspace)),
    )


def _before_and_now(before: tuple[HeldRole, ...], after: tuple[HeldRole, ...]) -> tuple[Field, ...]:
    return (Field(t("Before"), role_words(before)), Field(t("Now"), role_words(after)))


def role_given(role: HeldRole, held: tuple[HeldRole, ...], by: str, workspace: str) -> Card:
    """To the member: somebody gave them a role."""
    lasting = [each for each in held if each.ends_at is None]
    if role.ends_at is not None:
        title = t("You are {role} in {workspace} for a time", role=role.name, workspace=workspace)
    elif len(lasting) > 1:
        title = t("You are now {role} in {workspace} too", role=role.name, workspace=workspace)
    else:
        title = t("Your role in {workspace} is now {role}", role=role.name, workspace=workspace)
    fields = [Field(t("Changed by"), text(by))]
    if role.ends_at is not None:
        fields.append(Field(t("Until"), text(When(role.ends_at))))
    return Card(title, Tone.GOOD, fields=(*fields, _yours(held)), footer=_me())


def role_taken(role: str, held: tuple[HeldRole, ...], by: str, workspace: str) -> Card:
    """To the member: somebody took a role away from them."""
    fields = (Field(t("Changed by"), text(by)), _yours(held))
    return Card(
        t("You are no longer {role} in {workspace}", role=role, workspace=workspace),
        fields=fields,
        footer=_me(),
    )


def role_ended(role: str, ended_at: int, held: tuple[HeldRole, ...], workspace: str) -> Card:
    """To the member: the time for which they had a role is over."""
    fields = (Field(t("Ended"), text(When(ended_at))), _yours(held))
    return Card(
        t("Your time as {role} in {workspace} is over", role=role, workspace=workspace),
        fields=fields,
        footer=_me(),
    )


def _yours(held: tuple[HeldRole, ...]) -> Field:
    return Field(t("Your role") if len(held) < 2 else t("Your roles"), role_words(held))


def _me() -> Text:
    return says("What you may do: {/me}")
