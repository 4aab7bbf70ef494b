"""Cards about members and roles."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Card, Code, Field, Line, Say, Text, When, text
from core.permissions import Role
from core.text import plural
from core.views.common import PAGE, paging, quiet


class MemberFacts(NamedTuple):
    """A member as cards show them."""

    name: str
    roles: str
    accounts: tuple[str, ...]
    joined_at: int
    through: str = ""


def member_list(found: list[MemberFacts], total: int, page: int, subject: str) -> Card:
    """One page of members; ``total`` counts all."""
    pages = max(1, -(-total // PAGE))
    lines = tuple(Line(text(f"{facts.name} — {facts.roles}")) for facts in found)
    return Card(
        f"Members ({total:,})",
        body=() if found else (text("Nobody fits. Leave out the options to see everybody."),),
        lines=lines,
        buttons=paging("member.list", subject, page, pages),
        footer=quiet(f"page {page + 1} of {pages}" if pages > 1 else "", text("More: ", Say("member show"))),
    )


def member_shown(facts: MemberFacts, workspace: str) -> Card:
    fields = [
        Field("Role", text(facts.roles)),
        Field("Accounts", text(", ".join(facts.accounts))),
        Field("Joined", text(When(facts.joined_at, "date"))),
    ]
    if facts.through:
        fields.append(Field("Through", text(facts.through)))
    return Card(facts.name, fields=tuple(fields), footer=quiet(f"in {workspace}"))


def me_member(workspace: str, roles: str, permissions: frozenset[str], waiting: int) -> Card:
    """Who I am here and what I may do."""
    allowed = ", ".join(sorted(permissions)) or "nothing yet"
    fields = [Field("Role", text(roles)), Field("You may", text(allowed))]
    if waiting:
        fields.append(Field("Waiting for you", text(plural(waiting, "request"), ": ", Say("request list"))))
    return Card(
        f"You are in {workspace}",
        fields=tuple(fields),
        footer=text("What you can type: ", Say("help")),
    )


def me_waiting(workspace: str, short_id: str, expires_at: int) -> Card:
    return Card(
        f"You asked to join {workspace}",
        body=(text("Your request waits for an answer until ", When(expires_at), "."),),
        footer=quiet(short_id),
    )


def me_stranger(workspace: str) -> Card:
    """To somebody who is no member here; ``workspace`` is empty where there is none."""
    if workspace:
        body = text(
            "With an invite code, type ", Say("join"), ". Without one, ask somebody in it for an invitation."
        )
        return Card(f"You are not in {workspace}", body=(body,))
    return Card(
        "You are in no workspace here",
        body=(
            text("With an invite code, type ", Say("join"), "."),
            text("This place's own admins can start a workspace with ", Say("workspace create"), "."),
        ),
    )


def role_list(roles: list[Role], default: str, workspace: str) -> Card:
    """The roles from the top down, each with what it may do beyond the one below it."""
    lines: list[Line] = []
    for number, role in enumerate(roles):
        below = roles[number + 1].permissions if number + 1 < len(roles) else frozenset()
        more = sorted(role.permissions - below)
        inherits = number + 1 < len(roles) and below <= role.permissions
        words: Text = text(f"{role.name}{' (newcomers)' if role.role_id == default else ''}: ")
        words += text(
            f"all of {roles[number + 1].name}, and " if inherits and below else "",
            ", ".join(more) or "nothing more",
        )
        lines.append(Line(words))
    return Card(
        f"Roles in {workspace}",
        lines=tuple(lines),
        footer=text("Invite with one: ", Code("role:NAME")),
    )
