"""The fields of a form: how each option is filled in, by whom there is and what this person may name; and what stands in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy import and_, bindparam, exists, or_, select

from core import text
from core.binding import RAW_LIMIT
from core.calls import Channel, ChatRole, Identity, Value
from core.cards import Choice, Control, Entry
from core.catalogue import COMPLETED, Kind, Option
from core.completion import MENU, one_of
from core.context import Context
from core.form_words import FIELDS
from core.groups import all_names
from core.language import t, translated
from core.models import identities, members
from core.settings import find_setting
from core.terms import CHOICE, called

#: What is typed, in one line unless it says otherwise.
_TYPED = {
    Kind.NOTE: Control.LINES,
    Kind.PERMISSIONS: Control.LINES,
    Kind.PEOPLE: Control.PEOPLE,
    Kind.DURATION: Control.DATE,
    Kind.SINCE: Control.DATE,
    Kind.OUTSIDE: Control.CHANNEL,
}
#: What is there to choose from: in a menu while it fits in one, else looked for.
_THERE = COMPLETED - {Kind.SETTING_VALUE, Kind.COMMAND, Kind.PERMISSIONS}
#: Of these there are few, and they are seen all at once.
_IN_A_MENU = frozenset(
    {Kind.ROLE, Kind.ROLES, Kind.GROUP, Kind.GROUPS, Kind.SETTING, Kind.SCHEME, Kind.WORKSPACE}
)
SEVERAL = frozenset({Kind.ROLES, Kind.GROUPS, Kind.RESOURCES, Kind.MEMBERS})
_OF_PEOPLE = frozenset({Kind.MEMBER, Kind.MEMBERS, Kind.HOLDER})
#: Settings that can be nothing but what is offered; of the others something else can be typed.
_CLOSED = frozenset({"join_policy", "default_role", "members_can_invite", "invite_links", "digest"})
_LIMITS = {
    Kind.NOTE: text.NOTE_LIMIT,
    Kind.CODE: 200,
    Kind.PEOPLE: RAW_LIMIT,
    Kind.PERMISSIONS: text.NOTE_LIMIT * 4,
    Kind.SETTING_VALUE: RAW_LIMIT,
    Kind.OUTSIDE: 200,
    Kind.DOMAIN: 253,
    Kind.DOMAIN_OR_NONE: 253,
}
_SWITCH = ("on", "off")

#: Whether there is a member whom nobody could pick in a place, since they have no account there.
_ANY_WITHOUT = (
    select(members.c.member_id)
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.left_at.is_(None),
        ~exists().where(
            and_(
                identities.c.workspace_id == members.c.workspace_id,
                identities.c.member_id == members.c.member_id,
                identities.c.platform == bindparam("on"),
                or_(identities.c.realm == bindparam("in_realm"), identities.c.realm == ""),
            )
        ),
    )
    .limit(1)
)


def entry(
    ctx: Context,
    option: Option,
    options: Mapping[str, Value],
    error: str,
    fixed: tuple[Choice, ...] | None,
) -> Entry | None:
    """The field for an option with what was given for it; None where there is nothing to give.

    ``fixed``: between what it is chosen, where that is known already.
    """
    given = options.get(option.name, "")
    if fixed is not None:
        control, choices = (Control.CHOICES if option.kind in SEVERAL else Control.CHOICE), fixed
    else:
        control, choices = _control(ctx, option, options)
    if control in {Control.CHOICE, Control.CHOICES} and not choices:
        if not option.required:
            return None
        control = Control.LINE
    value = _VALUES[control](ctx, choices, given)
    if control in {Control.SEARCH, Control.SEARCHES}:
        choices = _named(ctx, option, value)
    typed = len(value) if isinstance(value, str) else 0
    return Entry(
        option.name,
        t(FIELDS[option.name]),
        control,
        _sentence(translated(option.help)),
        option.example,
        option.required,
        choices,
        value,
        error,
        min(RAW_LIMIT, max(typed, _LIMITS.get(option.kind, text.LABEL_LIMIT))),
    )


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}"


# --- how it is filled in -------------------------------------------------------------------------------------------


def _control(
    ctx: Context, option: Option, options: Mapping[str, Value]
) -> tuple[Control, tuple[Choice, ...]]:
    kind = option.kind
    if kind is Kind.CHOICE:
        return Control.CHOICE, tuple(Choice(each, called(CHOICE, each)) for each in option.choices)
    if kind is Kind.SWITCH:
        return Control.CHOICE, tuple(Choice(each, called(CHOICE, each)) for each in _SWITCH)
    if kind is Kind.SETTING_VALUE:
        return _of_setting(ctx, option, options)
    if kind is Kind.OUTSIDE and options.get(option.name) and isinstance(options[option.name], str):
        return Control.LINE, ()
    if kind in _THERE:
        return _of_what_is_there(ctx, option, options.get(option.name, ""))
    return _TYPED.get(kind, Control.LINE), ()


def _of_setting(
    ctx: Context, option: Option, options: Mapping[str, Value]
) -> tuple[Control, tuple[Choice, ...]]:
    setting = find_setting(str(options.get("setting", "")))
    if setting is None:
        return Control.LINE, ()
    given = options.get(option.name, "")
    if setting.name == "approvals_place" and (not given or isinstance(given, Channel)):
        return Control.CHANNEL, ()
    if setting.name in _CLOSED:
        found = one_of(ctx, option, "")
        return Control.CHOICE, tuple(Choice(value, label) for value, label in found[:MENU])
    return Control.LINE, ()


def _of_what_is_there(ctx: Context, option: Option, given: Value) -> tuple[Control, tuple[Choice, ...]]:
    kind = option.kind
    several = kind in SEVERAL
    if kind in _IN_A_MENU:
        found = one_of(ctx, option, "")
        if len(found) <= MENU:
            choices = tuple(Choice(value, label) for value, label in found)
            return (Control.CHOICES if several else Control.CHOICE), choices
    elif kind in _OF_PEOPLE and _can_be_picked(ctx, kind, given):
        return (Control.PEOPLE if several else Control.PERSON), ()
    if ctx.member is None:
        return Control.LINE, ()
    return (Control.SEARCHES if several else Control.SEARCH), ()


def _can_be_picked(ctx: Context, kind: Kind, given: Value) -> bool:
    """Whether everybody who may be meant has an account in this place; a name that was typed is no account."""
    if ctx.found is None or (isinstance(given, str) and given):
        return False
    if kind is Kind.HOLDER and all_names(ctx):
        return False
    where = ctx.call.where
    params = {"ws": ctx.workspace.workspace_id, "on": where.platform, "in_realm": where.realm}
    return bool(where.realm) and ctx.connection.execute(_ANY_WITHOUT, params).first() is None


# --- what stands in it ---------------------------------------------------------------------------------------------


def parts_of(given: Value) -> tuple[Value, ...]:
    """A value as several."""
    if isinstance(given, tuple) and not isinstance(given, Identity | Channel | ChatRole):
        return given
    return (given,) if given != "" else ()


def _line(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    del ctx, choices
    said = [str(part) for part in parts_of(given) if isinstance(part, str | int)]
    return ", ".join(said)


def _choice(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    del ctx
    wanted = text.key(str(given))
    return next(
        (each.value for each in choices if wanted in {text.key(each.value), text.key(each.label)}), ""
    )


def _choices(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    typed = [
        name
        for part in parts_of(given)
        for name in (str(part).replace(";", ",").split(",") if isinstance(part, str) else [])
    ]
    found = [_choice(ctx, choices, name) for name in typed]
    return tuple(dict.fromkeys(value for value in found if value))


def _search(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    """A mention of a member is looked for by their id."""
    del choices
    if not isinstance(given, Identity):
        return str(given) if isinstance(given, str | int) else ""
    member = ctx.find_member(given) if ctx.found is not None else None
    return member.member_id if member is not None else ""


def _searches(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    parts: list[Value] = []
    for part in parts_of(given):
        parts += [each.strip() for each in part.split(",")] if isinstance(part, str) else [part]
    found = [_search(ctx, choices, part) for part in parts]
    return tuple(dict.fromkeys(value for value in found if value))


def _person(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    del ctx, choices
    return given if isinstance(given, Identity) else ""


def _people(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    del ctx, choices
    return tuple(part for part in parts_of(given) if isinstance(part, Identity | str))


def _channel(ctx: Context, choices: tuple[Choice, ...], given: Value) -> Value:
    del ctx, choices
    return given if isinstance(given, Channel) else ""


_VALUES: dict[Control, Callable[[Context, tuple[Choice, ...], Value], Value]] = {
    Control.LINE: _line,
    Control.LINES: _line,
    Control.DATE: _line,
    Control.CHOICE: _choice,
    Control.CHOICES: _choices,
    Control.SEARCH: _search,
    Control.SEARCHES: _searches,
    Control.PERSON: _person,
    Control.PEOPLE: _people,
    Control.CHANNEL: _channel,
}


def _named(ctx: Context, option: Option, value: Value) -> tuple[Choice, ...]:
    """What stands in a field that is looked for, with the words that people know it by."""
    out = []
    for part in map(str, parts_of(value)):
        known = dict(one_of(ctx, option, part)) if ctx.member is not None else {}
        out.append(Choice(part, known.get(part, part)))
    return tuple(out)
