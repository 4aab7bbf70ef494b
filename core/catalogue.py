"""Every command and every button, declared once.

A command is a frozen dataclass of typed options and one handler, joined by ``@command``. Slack's parsing and manifest,
Discord's command tree and autocomplete, help, the table in the docs and the permission tests all read what is declared
here; a button is declared in the same way by ``@action``.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from core.calls import Value
from core.cards import Card, Choice, Style, Text


class Kind(StrEnum):
    """What an option holds. The value a handler sees is named behind it."""

    LABEL = "label"  # str: one short line
    NOTE = "note"  # str: a few sentences on one line
    CODE = "code"  # str: an invite or link code, as typed
    PEOPLE = "people"  # tuple[EmailAddress | Identity, ...]: pasted as is
    ROLE = "role"  # str: a role's name
    ROLES = "roles"  # tuple[str, ...]
    MEMBER = "member"  # Identity | str: mention, e-mail or name
    MEMBERS = "members"  # tuple[Identity | str, ...]: a list of the same
    GROUP = "group"  # str: a group's name
    GROUPS = "groups"  # tuple[str, ...]
    RESOURCE = "resource"  # str: short id, name, ``kind/name`` or a path of names
    RESOURCES = "resources"  # tuple[str, ...]
    HOLDER = "holder"  # Identity | str: a member, as above, or a group's name
    INVITE = "invite"  # str: short id or label
    REQUEST = "request"  # str: short id
    SETTING = "setting"  # str: a setting's name
    SETTING_VALUE = "setting value"  # Channel | str
    OUTSIDE = "outside"  # Channel | ChatRole | str: what a resource is outside of Usher
    SCHEME = "scheme"  # str: a role scheme's name
    DOMAIN = "domain"  # str: an e-mail domain, normalised
    DOMAIN_OR_NONE = "domain or none"  # str: the same, or empty for “none”
    DURATION = "duration"  # int: seconds from now; a date is read as well
    LENGTH = "length"  # int: seconds
    COUNT = "count"  # int: 1 or more
    SWITCH = "switch"  # bool: on or off
    CHOICE = "choice"  # str: one of ``choices``
    COMMAND = "command"  # str: the name of a command
    PERMISSION = "permission"  # str: ``thing:action``, in lower case
    PERMISSIONS = "permissions"  # tuple[str, ...]: each may begin with + or -
    WORKSPACE = "workspace"  # str: a workspace's name or id
    SINCE = "since"  # int: a moment; typed as a length of time before now, or as a date


#: Kinds that take all words up to the next option, so that a pasted list needs no quotes.
GREEDY = frozenset(
    {
        Kind.LABEL,
        Kind.CODE,
        Kind.NOTE,
        Kind.PEOPLE,
        Kind.ROLES,
        Kind.ROLE,
        Kind.MEMBER,
        Kind.MEMBERS,
        Kind.GROUP,
        Kind.GROUPS,
        Kind.RESOURCE,
        Kind.RESOURCES,
        Kind.HOLDER,
        Kind.COMMAND,
        Kind.INVITE,
        Kind.SETTING_VALUE,
        Kind.PERMISSIONS,
        Kind.WORKSPACE,
    }
)
#: Kinds whose values exist in the workspace, so that a platform can complete them.
COMPLETED = frozenset(
    {
        Kind.ROLE,
        Kind.ROLES,
        Kind.MEMBER,
        Kind.MEMBERS,
        Kind.GROUP,
        Kind.GROUPS,
        Kind.RESOURCE,
        Kind.RESOURCES,
        Kind.HOLDER,
        Kind.INVITE,
        Kind.REQUEST,
        Kind.SETTING,
        Kind.SETTING_VALUE,
        Kind.SCHEME,
        Kind.COMMAND,
        Kind.PERMISSION,
        Kind.PERMISSIONS,
        Kind.WORKSPACE,
    }
)


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command. ``help`` and ``example`` are shown to people."""

    name: str
    kind: Kind
    help: str
    example: str
    required: bool
    choices: tuple[str, ...] = ()

    @property
    def typed_example(self) -> str:
        """As it is typed: ``name:"Design team"``."""
        return f'{self.name}:"{self.example}"' if " " in self.example else f"{self.name}:{self.example}"


class Scope(StrEnum):
    """Which workspace a command or button is about."""

    PLACE = "place"  # the one linked to where it was typed
    SUBJECT = "subject"  # the one named by the button's id
    NONE = "none"  # the handler finds it (a code says which)


@dataclass(frozen=True, slots=True)
class Command:
    """A declared command.

    ``needs``: a permission, ``"member"`` for any member, or empty for anyone. ``reads``: it changes nothing.
    ``light``: it reads a handful of rows and never writes, not even a refusal.
    ``exports``: it reads much, and is on record before its answer is given: see ``Context.record_afterwards``.
    ``facts``: what the platform is asked about the person beforehand: ``place_admin``, ``email``, ``outside``.
    ``menu``: how it is called in the menu of a person, where a platform has one; that person is its first option.
    """

    name: str
    summary: str
    options: tuple[Option, ...]
    shape: type[Any]
    handler: Callable[..., Card]
    needs: str = ""
    reads: bool = False
    light: bool = False
    scope: Scope = Scope.PLACE
    facts: frozenset[str] = frozenset()
    exports: bool = False
    menu: str = ""

    @property
    def noun(self) -> str:
        return self.name.partition(" ")[0]

    @property
    def verb(self) -> str:
        return self.name.partition(" ")[2]

    @property
    def example(self) -> str:
        """How it is typed, with every required option."""
        options = " ".join(o.typed_example for o in self.options if o.required)
        return f"{self.name} {options}".strip()

    def option(self, name: str) -> Option | None:
        return next((o for o in self.options if o.name == name), None)


class Opening(NamedTuple):
    """What the form of a button says beside its options.

    ``body``: what it is about. ``typed``: how the same is done without a form. ``values`` stand in it already; ``choices``:
    between what an option can be chosen, where that depends on what the button is about; an option that is ``left_out`` does
    not apply to that. ``required``: options that have to be given this time.
    """

    title: str
    body: tuple[Text, ...] = ()
    typed: Text = ()
    submit: str = ""
    values: Mapping[str, Value] = {}
    choices: Mapping[str, tuple[Choice, ...]] = {}
    left_out: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Action:
    """A declared button: ``name`` travels with it, ``label`` is the word on it.

    ``facts``: what the platform is asked about the person beforehand, as for commands.
    ``live``: it stands on a card that is brought up to date wherever it was posted; one that is pressed is looked at again.
    ``shape``: its options, as of a command; pressing it opens a form for them, and sending that carries it out: its handler
    gets them as its third argument. ``opening`` refuses whoever may not do it, or what is over; it is asked at both times.
    ``asks``: the button of that kind that is pressed in its place where the policy wants a reason.
    """

    name: str
    label: str
    style: Style
    handler: Callable[..., Card]
    needs: str = ""
    reads: bool = False
    facts: frozenset[str] = frozenset()
    live: bool = False
    shape: type[Any] | None = None
    opening: Callable[..., Opening] | None = None
    asks: str = ""
    options: tuple[Option, ...] = ()

    def option(self, name: str) -> Option | None:
        return next((o for o in self.options if o.name == name), None)


COMMANDS: dict[str, Command] = {}
ACTIONS: dict[str, Action] = {}

_Handler = TypeVar("_Handler", bound=Callable[..., Card])


def option(
    kind: Kind,
    help: str,
    example: str,
    *,
    required: bool = False,
    choices: tuple[str, ...] = (),
    default: Any = None,
) -> Any:
    """A dataclass field that is an option of a command; a missing one has the value ``default``."""
    made = Option("", kind, help, example, required, choices)
    if required:
        return dataclasses.field(metadata={"option": made})
    return dataclasses.field(default=default, metadata={"option": made})


def options_of(shape: type[Any]) -> tuple[Option, ...]:
    """The options that a dataclass declares, in their order."""
    return tuple(
        dataclasses.replace(field.metadata["option"], name=field.name.rstrip("_"))
        for field in dataclasses.fields(shape)
    )


def command(
    name: str,
    summary: str,
    shape: type[Any],
    *,
    needs: str = "",
    reads: bool = False,
    light: bool = False,
    scope: Scope = Scope.PLACE,
    facts: frozenset[str] = frozenset(),
    exports: bool = False,
    menu: str = "",
) -> Callable[[_Handler], _Handler]:
    """Declares the command that ``shape`` describes; the decorated function handles it."""

    def declare(handler: _Handler) -> _Handler:
        if name in COMMANDS:
            raise ValueError(f"command {name!r} is declared twice")
        COMMANDS[name] = Command(
            name,
            summary,
            options_of(shape),
            shape,
            handler,
            needs,
            reads or light,
            light,
            scope,
            facts,
            exports,
            menu,
        )
        return handler

    return declare


def action(
    name: str,
    label: str,
    *,
    style: Style = Style.PLAIN,
    needs: str = "",
    reads: bool = False,
    facts: frozenset[str] = frozenset(),
    live: bool = False,
    shape: type[Any] | None = None,
    opening: Callable[..., Opening] | None = None,
    asks: str = "",
) -> Callable[[_Handler], _Handler]:
    """Declares a button; its subject names the workspace, so its scope is always the subject's."""

    def declare(handler: _Handler) -> _Handler:
        if name in ACTIONS:
            raise ValueError(f"action {name!r} is declared twice")
        options = () if shape is None else options_of(shape)
        ACTIONS[name] = Action(
            name, label, style, handler, needs, reads, facts, live, shape, opening, asks, options
        )
        return handler

    return declare


def nouns() -> dict[str, list[Command]]:
    """The commands by noun, in the order of their declaration; a command without a verb stands alone under its name."""
    grouped: dict[str, list[Command]] = {}
    for declared in COMMANDS.values():
        grouped.setdefault(declared.noun, []).append(declared)
    return grouped


#: The order of verbs under a noun, whichever module was imported first; others come after them.
_VERBS = (
    *("", "create", "list", "show", "approve", "deny", "cancel", "extend", "resend"),
    *("grant", "revoke", "emergency", "assign", "unassign", "edit", "add", "remove", "export"),
    *("verify", "settings", "set", "use", "transfer", "delete", "link", "preset"),
    *("access", "role", "invite"),
)


def arrange(order: tuple[str, ...]) -> None:
    """Puts the commands into the order of their nouns and verbs, whichever module was imported first."""

    def place(declared: Command) -> tuple[int, int, str]:
        verb = _VERBS.index(declared.verb) if declared.verb in _VERBS else len(_VERBS)
        return order.index(declared.noun), verb, declared.verb

    declared = sorted(COMMANDS.values(), key=place)
    COMMANDS.clear()
    COMMANDS.update({c.name: c for c in declared})


def nearest(typed: str, among: list[Command]) -> Command | None:
    """The command among these that ``typed`` most resembles: as a whole, by its beginning, or by a verb that it alone has."""
    names = {declared.name: declared for declared in among}
    for wanted in (typed.lower(), typed.lower().partition(" ")[0]):
        found = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
        if found:
            return names[found[0]]
    of_verb = [declared for declared in among if declared.name.endswith(f" {typed.lower()}")]
    return of_verb[0] if len(of_verb) == 1 else None
