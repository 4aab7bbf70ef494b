"""Cards about members and roles."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Menu, Say, Text, When, joined, text
from core.language import mark, number, says, says_n, t
from core.views.access import NAMED, HeldGrant, access_field
from core.views.common import PAGE, button, first_of, page_of, quiet


class HeldRole(NamedTuple):
    """A role of a member's. ``source`` says in words where it comes from."""

    name: str
    ends_at: int | None = None
    source: str = ""


class MemberFacts(NamedTuple):
    """A member as cards show it. ``alike``: another member has the same name.

    ``button``: what whoever looks may do about them, as the word on the button, or empty.
    """

    subject: str
    short_id: str
    name: str
    roles: tuple[HeldRole, ...]
    joined_at: int
    accounts: tuple[str, ...] = ()
    through: str = ""
    left_at: int | None = None
    alike: bool = False
    button: str = ""
    access: tuple[HeldGrant, ...] = ()
    groups: tuple[str, ...] = ()


class Count(NamedTuple):
    """How many there are; ``open_end``: at least that many, nobody counted further."""

    number: int
    open_end: bool = False

    def __str__(self) -> str:
        return t("more than {count}", count=number(self.number)) if self.open_end else number(self.number)


_LISTS = {
    "active": mark("Members ({count})"),
    "left": mark("Former members ({count})"),
    "all": mark("Members, present and former ({count})"),
}


def role_words(roles: tuple[HeldRole, ...], *, sources: bool = False) -> Text:
    """The roles with their ends and, where asked for, their sources."""
    return joined([_role(role, sources=sources) for role in roles]) or says("no role")


def _role(role: HeldRole, *, sources: bool) -> Text:
    name: Text = text(role.name)
    if role.ends_at is not None:
        name = says("{role} until {when}", role=role.name, when=When(role.ends_at))
    return (*name, *text(f" ({role.source})" if sources and role.source else ""))


def member_list(
    found: list[MemberFacts], total: Count, status: str, page: int, earlier: str = "", later: str = ""
) -> Card:
    """One page of members; ``total`` counts all. ``earlier`` and ``later`` are the subjects of the pages beside it."""
    pages = max(page + 1 + bool(later), -(-total.number // PAGE))
    which = t("page {page}", page=number(page + 1)) if total.open_end else page_of(page, pages)
    empty = says("Nobody fits. Leave out the options to see everybody.")
    if status == "left":
        empty = says("Nobody has left.")
    return Card(
        t(_LISTS[status], count=total),
        body=() if found else (empty,),
        lines=tuple(map(_line, found)),
        buttons=tuple(
            Button(label, "member.list", subject)
            for label, subject in ((t("Previous"), earlier), (t("Next"), later))
            if subject
        ),
        footer=quiet(which if earlier or later else "", says("More: {/member show}")),
    )


def _line(facts: MemberFacts) -> Line:
    name = f"{facts.name} ({facts.short_id})" if facts.alike else facts.name
    if facts.left_at is not None:
        return Line(says("{name} — left on {when}", name=name, when=When(facts.left_at, "date")), dead=True)
    since = When(facts.joined_at, "date")
    return Line(says("{name} — {roles}, since {when}", name=name, roles=role_words(facts.roles), when=since))


def member_shown(
    facts: MemberFacts, workspace: str, menus: tuple[Menu, ...] = (), more: tuple[Button, ...] = ()
) -> Card:
    """``more``: the buttons that stand before the one that ends their membership."""
    fields = [
        Field(t("Role"), role_words(facts.roles, sources=True)),
        *groups_field(facts.groups),
        *([access_field(t("Access"), facts.access, sources=True)] if facts.access else []),
        Field(t("Accounts"), text(", ".join(facts.accounts) or t("none"))),
        Field(t("Joined"), text(When(facts.joined_at, "date"))),
    ]
    if facts.through:
        fields.append(Field(t("Through"), text(facts.through)))
    buttons = (button("member.remove", facts.subject)._replace(label=facts.button),) if facts.button else ()
    return Card(
        facts.name,
        fields=tuple(fields),
        menus=menus,
        buttons=(*more, *buttons),
        footer=quiet(
            facts.short_id,
            t("in {workspace}", workspace=workspace),
            says("All of it: {command}", command=Say("access list", f"member:{facts.short_id}"))
            if len(facts.access) > NAMED
            else "",
        ),
    )


def groups_field(groups: tuple[str, ...]) -> tuple[Field, ...]:
    """The groups that somebody is in, the first few by name; nothing where there are none."""
    named = first_of(groups, NAMED) if len(groups) > NAMED else ", ".join(groups)
    return (Field(t("Groups"), text(named)),) if groups else ()


def me_member(
    workspace: str,
    roles: tuple[HeldRole, ...],
    permissions: frozenset[str],
    waiting: int,
    own: tuple[Line, ...] = (),
    access: tuple[HeldGrant, ...] = (),
    groups: tuple[str, ...] = (),
) -> Card:
    """Who I am here and what I may do. ``own``: what I have asked for, and wait for."""
    allowed = ", ".join(sorted(permissions)) or t("nothing yet")
    fields = [Field(t("Role"), role_words(roles)), *groups_field(groups), Field(t("You may"), text(allowed))]
    if access:
        fields.append(access_field(t("You reach"), access))
    if waiting:
        asked = says_n("{count} request: {/request list}", "{count} requests: {/request list}", waiting)
        fields.append(Field(t("Waiting for you"), asked))
    without = says(
        "You are a member and see who is here. What else you may do comes with a role: ask for one with {/request role}. "
        "The roles: {/role list}."
    )
    return Card(
        t("You are in {workspace}", workspace=workspace),
        body=() if roles else (without,),
        fields=tuple(fields),
        lines=own,
        footer=says("What you can type: {/help}"),
    )


def me_waiting(workspace: str, short_id: str, expires_at: int) -> Card:
    return Card(
        t("You asked to join {workspace}", workspace=workspace),
        body=(says("Your request waits for an answer until {when}.", when=When(expires_at)),),
        footer=quiet(short_id),
    )


def me_stranger(workspace: str) -> Card:
    """To somebody who is no member here; ``workspace`` is empty where there is none."""
    if workspace:
        body = says("With an invite code, type {/join}. Without one, ask somebody in it for an invitation.")
        return Card(t("You are not in {workspace}", workspace=workspace), body=(body,))
    return Card(
        t("You are in no workspace here"),
        body=(
            says("With an invite code, type {/join}."),
            says("This place's own admins can start a workspace with {/workspace create}."),
        ),
    )
