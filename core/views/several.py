"""Cards for people who are in several workspaces, and about the end of one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from core.cards import Card, Field, Line, Say, Text, Tone, When, plain, text
from core.text import plural
from core.views.common import PAGE, paging, quiet


class Mine(NamedTuple):
    """A workspace in which somebody is, with their roles there."""

    workspace_id: str
    name: str
    roles: str


def workspace_list(found: list[Mine], meant: str, page: int, *, direct: bool) -> Card:
    """One page of a person's workspaces. ``meant``: the id of the one that is meant here; ``direct``: in a direct message."""
    if not found:
        return Card(
            "You are in no workspace yet", body=(text("With an invite code, type ", Say("join"), "."),)
        )
    pages = -(-len(found) // PAGE)
    twins = {each.name for each in found if sum(each.name == other.name for other in found) > 1}
    here = next((each.name for each in found if each.workspace_id == meant), "")
    body: tuple[Text, ...] = ()
    if direct and len(found) > 1:
        which = "Direct messages are about" if here else "Choose which one direct messages are about:"
        body = (text(which, f" {here}; choose another with " if here else " ", Say("workspace use"), "."),)
    return Card(
        f"Your workspaces ({len(found):,})",
        body=body,
        lines=tuple(_line(each, meant, twins) for each in found[page * PAGE : (page + 1) * PAGE]),
        buttons=paging("workspace.list", f"{found[0].workspace_id}/list", page, pages),
        footer=quiet(
            f"meant here: {here}" if here else "none of them is meant here",
            f"page {page + 1} of {pages}" if pages > 1 else "",
        ),
    )


def _line(each: Mine, meant: str, twins: set[str]) -> Line:
    name = f"{each.name} ({each.workspace_id})" if each.name in twins else each.name
    return Line(text(f"{name} — {each.roles}", " — meant here" if each.workspace_id == meant else ""))


def workspace_chosen(which: Mine) -> Card:
    return Card(
        f"Direct messages are now about {which.name}",
        Tone.GOOD,
        body=(
            text("So it stays until you choose another one. In a channel, the place decides as before."),
            text("All that you are in: ", Say("workspace list")),
        ),
        fields=(Field("Role", text(which.roles)),),
    )


def in_workspace(card: Card, workspace: str) -> Card:
    """The card with the workspace's name in its quiet line, unless it says it already; empty: for whom there is only one."""
    if not workspace or _says(card, workspace):
        return card
    return replace(card, footer=quiet(card.footer, f"in {workspace}"))


def _says(card: Card, workspace: str) -> bool:
    said = (card.title, plain(card.footer), *(plain(field.value) for field in card.fields))
    name = re.compile(rf"(?<!\w){re.escape(workspace)}(?!\w)")
    return any(name.search(each) for each in said)


def workspace_deleted(name: str, people: int, invitations: int, requests: int, grants: int = 0) -> Card:
    """To whoever deleted it. The numbers are of those who were in it, of what still worked, and of those who waited."""
    return Card(
        f"Deleted: {name}",
        Tone.GOOD,
        body=(
            text("Its codes and links open nothing any more; the record of what happened in it is kept."),
            text("Its places are free for another one: ", Say("workspace create")),
        ),
        fields=(
            Field("Members", text(f"{people:,}, none of whom is in it any more")),
            Field("Invitations", text(f"{plural(invitations, 'live one')} revoked")),
            Field("Requests", text(f"{plural(requests, 'open one')} withdrawn")),
            *([Field("Access", text(f"{plural(grants, 'grant')} ended"))] if grants else []),
        ),
    )


def workspace_gone(name: str, by: str, at: int, *, asked: bool = False) -> Card:
    """To the others who could configure it; ``asked``: to somebody whose request waited in it."""
    words = "Nobody is in it any more, its invitations are dead, and its places are free for another one."
    if asked:
        words = "What you asked for there has ended with it. There is nothing for you to do."
    fields = (Field("By", text(by)), Field("When", text(When(at))))
    return Card(
        f"{name} was deleted", body=(text(words),), fields=tuple(field for field in fields if field.value)
    )
