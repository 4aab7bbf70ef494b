"""Cards about members and roles."""

from __future__ import annotations

from typing import NamedTuple

from core.cards import Button, Card, Field, Line, Menu, Say, Text, When, joined, text
from core.text import plural
from core.views.access import NAMED, HeldGrant, access_field
from core.views.common import PAGE, button, quiet


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
        return f"more than {self.number:,}" if self.open_end else f"{self.number:,}"


_LISTS = {"active": "Members", "left": "Former members", "all": "Members, present and former"}


def role_words(roles: tuple[HeldRole, ...], *, sources: bool = False) -> Text:
    """The roles with their ends and, where asked for, their sources."""
    return joined([_role(role, sources=sources) for role in roles]) or text("no role")


def _role(role: HeldRole, *, sources: bool) -> Text:
    until = text(" until ", When(role.ends_at)) if role.ends_at is not None else ()
    return (role.name, *until, *text(f" ({role.source})" if sources and role.source else ""))


def member_list(
    found: list[MemberFacts], total: Count, status: str, page: int, earlier: str = "", later: str = ""
) -> Card:
    """One page of members; ``total`` counts all. ``earlier`` and ``later`` are the subjects of the pages beside it."""
    pages = max(page + 1 + bool(later), -(-total.number // PAGE))
    counted = "" if total.open_end else f" of {pages:,}"
    empty = "Nobody has left." if status == "left" else "Nobody fits. Leave out the options to see everybody."
    return Card(
        f"{_LISTS[status]} ({total})",
        body=() if found else (text(empty),),
        lines=tuple(map(_line, found)),
        buttons=tuple(
            Button(label, "member.list", subject)
            for label, subject in (("Previous", earlier), ("Next", later))
            if subject
        ),
        footer=quiet(
            f"page {page + 1:,}{counted}" if earlier or later else "", text("More: ", Say("member show"))
        ),
    )


def _line(facts: MemberFacts) -> Line:
    name = f"{facts.name} ({facts.short_id})" if facts.alike else facts.name
    if facts.left_at is not None:
        return Line(text(f"{name} — left on ", When(facts.left_at, "date")), dead=True)
    since = text(", since ", When(facts.joined_at, "date"))
    return Line((f"{name} — ", *role_words(facts.roles), *since))


def member_shown(
    facts: MemberFacts, workspace: str, menus: tuple[Menu, ...] = (), more: tuple[Button, ...] = ()
) -> Card:
    """``more``: the buttons that stand before the one that ends their membership."""
    fields = [
        Field("Role", role_words(facts.roles, sources=True)),
        *groups_field(facts.groups),
        *([access_field("Access", facts.access, sources=True)] if facts.access else []),
        Field("Accounts", text(", ".join(facts.accounts) or "none")),
        Field("Joined", text(When(facts.joined_at, "date"))),
    ]
    if facts.through:
        fields.append(Field("Through", text(facts.through)))
    buttons = (button("member.remove", facts.subject)._replace(label=facts.button),) if facts.button else ()
    return Card(
        facts.name,
        fields=tuple(fields),
        menus=menus,
        buttons=(*more, *buttons),
        footer=quiet(
            facts.short_id,
            f"in {workspace}",
            text("All of it: ", Say("access list", f"member:{facts.short_id}"))
            if len(facts.access) > NAMED
            else "",
        ),
    )


def groups_field(groups: tuple[str, ...]) -> tuple[Field, ...]:
    """The groups that somebody is in, the first few by name; nothing where there are none."""
    more = len(groups) - NAMED
    named = f"{', '.join(groups[:NAMED])} and {more:,} more" if more > 0 else ", ".join(groups)
    return (Field("Groups", text(named)),) if groups else ()


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
    allowed = ", ".join(sorted(permissions)) or "nothing yet"
    fields = [Field("Role", role_words(roles)), *groups_field(groups), Field("You may", text(allowed))]
    if access:
        fields.append(access_field("You reach", access))
    if waiting:
        fields.append(Field("Waiting for you", text(plural(waiting, "request"), ": ", Say("request list"))))
    without = text(
        "You are a member and see who is here. What else you may do comes with a role: somebody with role:assign gives "
        "you one, or you ask for it with ",
        Say("request role"),
        ". The roles: ",
        Say("role list"),
        ".",
    )
    return Card(
        f"You are in {workspace}",
        body=() if roles else (without,),
        fields=tuple(fields),
        lines=own,
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
