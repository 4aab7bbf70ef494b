"""Cards about workspaces and places."""

from __future__ import annotations

from core.cards import Card, Code, Field, Line, Say, Text, Tone, When, text
from core.catalogue import Command
from core.text import plural, shorten


def workspace_created(name: str, scheme: str, top_role: str, place: str) -> Card:
    return Card(
        f"{name} is ready",
        Tone.GOOD,
        body=(
            text("Invite people with ", Say("invite create"), ", see the roles with ", Say("role list"), "."),
            text(
                "Everybody who comes is approved first. Change that and more with ",
                Say("workspace settings"),
                ".",
            ),
        ),
        fields=(
            Field("You are", text(top_role)),
            Field("Role scheme", text(scheme)),
            Field("Linked to", text(place)),
        ),
    )


def workspace_shown(
    name: str, scheme: str, plan: str, people: int, waiting: int, places: tuple[str, ...], created_at: int
) -> Card:
    return Card(
        name,
        fields=(
            Field("Members", text(f"{people:,}")),
            Field("Waiting", text(plural(waiting, "request"))),
            Field("Linked to", text(", ".join(places))),
            Field("Role scheme", text(scheme)),
            Field("Plan", text(plan)),
            Field("Since", text(When(created_at, "date"))),
        ),
        footer=text("Settings: ", Say("workspace settings")),
    )


def link_code(workspace: str, code: str, expires_at: int) -> Card:
    return Card(
        f"Link another place to {workspace}",
        body=(
            text(
                "In the other chat, one of its own admins types ", Say("workspace link", f"code:{code}"), "."
            ),
            text("Add ", Code("here:on"), " to link only that channel."),
        ),
        fields=(Field("Code", text(Code(code))), Field("Ends", text(When(expires_at)))),
        footer=text("It works once. Do not post it where others read it."),
    )


def place_linked(workspace: str, place: str) -> Card:
    return Card(
        f"Linked to {workspace}",
        Tone.GOOD,
        body=(text("People here can now join with an invite code, and requests are decided here too."),),
        fields=(Field("This place", text(place)),),
    )


def help_overview(workspace: str, commands: list[Command], noun: str = "") -> Card:
    """What this person may do here; with ``noun``, as far as that is concerned."""
    title = f"What you can do in {workspace}" if workspace else "What you can do here"
    return Card(
        f"{title} with {noun}" if noun else title,
        lines=_one_each(commands),
        footer=text("More about one: ", Say("help", 'command:"invite create"')),
    )


def help_unknown(typed: str, nearest: Command | None, commands: list[Command], more: int = 0) -> Card:
    """For words that name no command: what comes nearest of what this person may do; and how much ``more`` there is."""
    body = (
        text("Did you mean ", Say(nearest.name), "? You can do this:")
        if nearest
        else text("You can do this:")
    )
    rest = (Line(text(f"… and {more:,} more: ", Say("help"))),) if more else ()
    lines = (*_one_each(commands), *rest)
    return Card(f"I don't know “{shorten(typed)}”", Tone.REFUSED, body=(body,), lines=lines)


def _one_each(commands: list[Command]) -> tuple[Line, ...]:
    return tuple(Line(text(Say(command.name), f" — {command.summary}")) for command in commands)


def help_command(command: Command) -> Card:
    """One command with its options."""
    body: list[Text] = [text(f"{command.summary}."), text("For example: ", Say(command.example))]
    if command.needs not in {"", "member"}:
        body.append(text("It needs the permission ", Code(command.needs), "."))
    return Card(
        command.name,
        body=tuple(body),
        lines=tuple(
            Line(text(Code(option.name), f"{' (required)' if option.required else ''} — {option.help}"))
            for option in command.options
        ),
    )


def status_shown(
    place: str,
    workspace: str,
    waiting: int | None = None,
    undelivered: list[tuple[str, str]] | None = None,
    *,
    linked: tuple[str, ...] = (),
    plan: str = "",
) -> Card:
    """How things stand here. ``undelivered``: what could not be sent and the platform's word for why.

    None for what this person is not told.
    """
    title = "Usher is here and well"
    if undelivered:
        title = f"{plural(len(undelivered), 'message')} could not be delivered"
    fields = [Field("Workspace", text(workspace or "none here yet")), Field("This place", text(place))]
    if linked:
        fields.append(Field("Linked to", text(", ".join(linked))))
    if plan:
        fields.append(Field("Plan", text(plan)))
    if waiting is not None:
        fields.append(Field("Requests waiting", text(str(waiting))))
    if undelivered is not None:
        fields.append(Field("Undelivered", text("none" if not undelivered else "these; I go on trying")))
    return Card(
        title,
        Tone.WAITING if undelivered else Tone.GOOD,
        fields=tuple(fields),
        lines=tuple(Line(text(f"{what}: {why}")) for what, why in undelivered or ()),
    )
