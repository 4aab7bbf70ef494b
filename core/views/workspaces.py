"""Cards about workspaces and places."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import (
    Card,
    Choice,
    Code,
    Field,
    Line,
    Menu,
    Say,
    Term,
    Text,
    Tone,
    When,
    joined,
    plain,
    text,
)
from core.catalogue import ACTIONS, Command
from core.language import mark, n, number, says, says_n, t
from core.terms import COMMAND, GIVEN, OPTION
from core.text import shorten


def workspace_created(name: str, scheme: str, top_role: str, place: str) -> Card:
    return Card(
        t("{name} is ready", name=name),
        Tone.GOOD,
        body=(
            says("Invite people with {/invite create}, see the roles with {/role list}."),
            says("Everybody who comes is approved first. Change that and more with {/workspace settings}."),
        ),
        fields=(
            Field(t("You are"), text(top_role)),
            Field(t("Role scheme"), text(scheme)),
            Field(t("Linked to"), text(place)),
        ),
    )


def workspace_shown(
    name: str, scheme: str, plan: str, people: int, waiting: int, places: tuple[str, ...], created_at: int
) -> Card:
    return Card(
        name,
        fields=(
            Field(t("Members"), text(number(people))),
            Field(t("Waiting"), says_n("{count} request", "{count} requests", waiting)),
            *((Field(t("Linked to"), text(", ".join(places))),) if places else ()),
            Field(t("Role scheme"), text(scheme)),
            Field(t("Plan"), text(plan)),
            Field(t("Since"), text(When(created_at, "date"))),
        ),
        footer=says("Settings: {/workspace settings}"),
    )


def link_code(workspace: str, code: str, expires_at: int) -> Card:
    return Card(
        t("Link another place to {workspace}", workspace=workspace),
        body=(
            says(
                "In the other chat, one of its own admins types {command}.",
                command=Say("workspace link", f"code:{code}"),
            ),
            says("Add {option} to link only that channel.", option=Term(GIVEN, "here:on", code=True)),
        ),
        fields=(Field(t("Code"), text(Code(code))), Field(t("Ends"), text(When(expires_at)))),
        footer=says("It works once. Do not post it where others read it."),
    )


def place_linked(workspace: str, place: str) -> Card:
    return Card(
        t("Linked to {workspace}", workspace=workspace),
        Tone.GOOD,
        body=(says("People here can now join with an invite code, and requests are decided here too."),),
        fields=(Field(t("Where"), text(place)),),
    )


def help_overview(workspace: str, commands: list[Command], noun: str = "", subject: str = "") -> Card:
    """What this person may do here, a line for each kind of thing; with ``noun``, a line for each command about that.

    ``subject``: the workspace, where there is one in which more can be asked for by a menu.
    """
    grouped: dict[str, list[Command]] = {}
    for command in commands:
        grouped.setdefault(command.name if noun else command.noun, []).append(command)
    entries = [_entry(found) for found in grouped.values()]
    choices = tuple(Choice(entry.command, entry.command) for entry, _ in entries)
    menu = Menu(t(ACTIONS["help.about"].label), "help.about", subject, choices, COMMAND) if subject else None
    heading = says(_CAN[bool(workspace), bool(noun)], workspace=workspace, noun=Term(COMMAND, noun))
    return Card(
        plain(heading),
        heading=heading,
        lines=tuple(Line((entry, " — ", *what)) for entry, what in entries),
        menus=(menu,) if menu is not None and choices else (),
        footer=says("More about one: {command}", command=Say("help", 'command:"invite create"')),
    )


def _entry(commands: list[Command]) -> tuple[Say, Text]:
    """A kind of thing with what can be done about it; a single command with what it does."""
    first = commands[0]
    if len(commands) == 1:
        return Say(first.name), text(t(first.summary))
    return Say(first.noun), joined([text(Term(COMMAND, command.verb)) for command in commands])


#: The title of an overview: whether the workspace is known, and whether it is about one kind of thing.
_CAN = {
    (False, False): mark("What you can do here"),
    (False, True): mark("What you can do here with {noun}"),
    (True, False): mark("What you can do in {workspace}"),
    (True, True): mark("What you can do in {workspace} with {noun}"),
}


def help_unknown(typed: str, nearest: Command | None, commands: list[Command]) -> Card:
    """For words that name no command: what comes nearest of what this person may do, if anything does, and where all stands."""
    body = [says("Did you mean {command}?", command=Say(nearest.name))] if nearest else []
    if not body and not commands:
        body.append(says("Nothing here is called like that."))
    return Card(
        t("I don't know “{typed}”", typed=shorten(typed)),
        Tone.REFUSED,
        body=tuple(body),
        lines=_one_each(commands),
        footer=says("All you can do here: {/help}"),
    )


def _one_each(commands: list[Command]) -> tuple[Line, ...]:
    return tuple(Line(text(Say(command.name), f" — {t(command.summary)}")) for command in commands)


def help_command(command: Command) -> Card:
    """One command with its options."""
    body: list[Text] = [
        text(f"{t(command.summary)}."),
        says("For example: {command}", command=Say(command.example)),
    ]
    if command.needs not in {"", "member"}:
        body.append(says("It needs the permission {permission}.", permission=Code(command.needs)))
    return Card(
        command.name,
        heading=text(Term(COMMAND, command.name)),
        body=tuple(body),
        lines=tuple(
            Line(
                says(
                    mark("{name} (required) — {help}") if option.required else mark("{name} — {help}"),
                    name=Term(OPTION, option.name, code=True),
                    help=t(option.help),
                )
            )
            for option in command.options
        ),
    )


class Undelivered(NamedTuple):
    """What could not be sent, why in words if there are some, and the platform's own answer for whoever runs Usher."""

    what: str
    why: str
    answer: str


def status_shown(
    place: str,
    workspace: str,
    waiting: int | None = None,
    undelivered: list[Undelivered] | None = None,
    *,
    linked: tuple[str, ...] = (),
    plan: str = "",
    gone: int = 0,
) -> Card:
    """How things stand here.

    None for what this person is not told. ``gone``: how many of the places Usher was taken out of.
    """
    title = t("Usher is here and well")
    if undelivered:
        title = n(
            "{count} message could not be delivered",
            "{count} messages could not be delivered",
            len(undelivered),
        )
    fields = [
        Field(t("Workspace"), text(workspace or t("none here yet"))),
        Field(t("Where"), text(place)),
    ]
    if linked:
        fields.append(Field(t("Linked to"), text(", ".join(linked))))
    if gone:
        out = says_n(
            "{count} of these places: Usher was taken out of it. Add it there again, and all is as it was.",
            "{count} of these places: Usher was taken out of them. Add it there again, and all is as it was.",
            gone,
        )
        fields.append(Field(t("Out of reach"), out))
    if plan:
        fields.append(Field(t("Plan"), text(plan)))
    if waiting is not None:
        fields.append(Field(t("Requests waiting"), text(str(waiting))))
    if undelivered is not None:
        fields.append(Field(t("Undelivered"), says("these; I go on trying") if undelivered else says("none")))
    return Card(
        title,
        Tone.WAITING if undelivered else Tone.GOOD,
        fields=tuple(fields),
        lines=tuple(Line(_undelivered(each)) for each in undelivered or ()),
    )


def _undelivered(it: Undelivered) -> Text:
    answer = Code(it.answer)
    if not it.why:
        return says("{what}: {answer}", what=it.what, answer=answer)
    return says("{what}: {why} ({answer})", what=it.what, why=it.why, answer=answer)
