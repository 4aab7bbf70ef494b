"""Cards for people who are in several workspaces, and about the end of one."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from core.cards import Card, Field, Line, Text, Tone, When, plain, text
from core.language import number, says, says_n, t
from core.views.common import PAGE, page_of, paging, quiet


class Mine(NamedTuple):
    """A workspace in which somebody is, with their roles there."""

    workspace_id: str
    name: str
    roles: str


def workspace_list(found: list[Mine], meant: str, page: int, *, direct: bool) -> Card:
    """One page of a person's workspaces. ``meant``: the id of the one that is meant here; ``direct``: in a direct message."""
    if not found:
        return Card(t("You are in no workspace yet"), body=(says("With an invite code, type {/join}."),))
    pages = -(-len(found) // PAGE)
    twins = {each.name for each in found if sum(each.name == other.name for other in found) > 1}
    here = next((each.name for each in found if each.workspace_id == meant), "")
    body: tuple[Text, ...] = ()
    if direct and len(found) > 1:
        choose = says("Choose which one direct messages are about: {/workspace use}.")
        if here:
            choose = says(
                "Direct messages are about {workspace}; choose another with {/workspace use}.", workspace=here
            )
        body = (choose,)
    return Card(
        t("Your workspaces ({count})", count=number(len(found))),
        body=body,
        lines=tuple(_line(each, meant, twins) for each in found[page * PAGE : (page + 1) * PAGE]),
        buttons=paging("workspace.list", f"{found[0].workspace_id}/list", page, pages),
        footer=quiet(
            t("meant here: {workspace}", workspace=here) if here else t("none of them is meant here"),
            page_of(page, pages),
        ),
    )


def _line(each: Mine, meant: str, twins: set[str]) -> Line:
    name = f"{each.name} ({each.workspace_id})" if each.name in twins else each.name
    if each.workspace_id == meant:
        return Line(says("{workspace} — {roles} — meant here", workspace=name, roles=each.roles))
    return Line(text(f"{name} — {each.roles}"))


def workspace_chosen(which: Mine) -> Card:
    return Card(
        t("Direct messages are now about {workspace}", workspace=which.name),
        Tone.GOOD,
        body=(
            says("So it stays until you choose another one. In a channel, the place decides as before."),
            says("All that you are in: {/workspace list}"),
        ),
        fields=(Field(t("Role"), text(which.roles)),),
    )


def in_workspace(card: Card, workspace: str) -> Card:
    """The card with the workspace's name in its quiet line, unless it says it already; empty: for whom there is only one."""
    if not workspace or _says(card, workspace):
        return card
    return replace(card, footer=quiet(card.footer, t("in {workspace}", workspace=workspace)))


def _says(card: Card, workspace: str) -> bool:
    said = (card.title, plain(card.footer), *(plain(field.value) for field in card.fields))
    name = re.compile(rf"(?<!\w){re.escape(workspace)}(?!\w)")
    return any(name.search(each) for each in said)


def workspace_deleted(name: str, people: int, invitations: int, requests: int, grants: int = 0) -> Card:
    """To whoever deleted it. The numbers are of those who were in it, of what still worked, and of those who waited."""
    return Card(
        t("Deleted: {name}", name=name),
        Tone.GOOD,
        body=(
            says("Its codes and links open nothing any more; the record of what happened in it is kept."),
            says("Its places are free for another one: {/workspace create}"),
        ),
        fields=(
            Field(t("Members"), says("{count}, none of whom is in it any more", count=number(people))),
            Field(
                t("Invitations"), says_n("{count} live one revoked", "{count} live ones revoked", invitations)
            ),
            Field(
                t("Requests"), says_n("{count} open one withdrawn", "{count} open ones withdrawn", requests)
            ),
            *(
                [Field(t("Access"), says_n("{count} grant ended", "{count} grants ended", grants))]
                if grants
                else []
            ),
        ),
    )


def workspace_gone(name: str, by: str, at: int, *, asked: bool = False) -> Card:
    """To the others who could configure it; ``asked``: to somebody whose request waited in it."""
    words = says(
        "Nobody is in it any more, its invitations are dead, and its places are free for another one."
    )
    if asked:
        words = says("What you asked for there has ended with it. There is nothing for you to do.")
    fields = (Field(t("By"), text(by)), Field(t("When"), text(When(at))))
    return Card(
        t("{name} was deleted", name=name),
        body=(words,),
        fields=tuple(field for field in fields if field.value),
    )
