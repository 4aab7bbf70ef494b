"""Members: finding the one who is meant, and what is theirs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Row, bindparam, or_, select

from core import text
from core.calls import Identity
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import mark, t
from core.models import identities, invitations, member_roles, members
from core.names import names_of
from core.views.members import HeldRole

#: Whoever holds it takes members out, and sees what is theirs alone: e-mail addresses.
REMOVE = "member:remove"

HERE = (members.c.workspace_id == bindparam("ws"), members.c.left_at.is_(None))
_ONE = select(members).where(
    members.c.workspace_id == bindparam("ws"), members.c.member_id == bindparam("member")
)
_BY_NAME = select(members).where(*HERE, members.c.name_key == bindparam("name")).limit(2)
_BY_EMAIL = (
    select(members)
    .join(
        identities,
        (identities.c.workspace_id == members.c.workspace_id)
        & (identities.c.member_id == members.c.member_id),
    )
    .where(*HERE, identities.c.email == bindparam("email"))
    .distinct()
    .limit(2)
)
_ROLES = select(member_roles).where(
    member_roles.c.workspace_id == bindparam("ws"),
    member_roles.c.member_id.in_(bindparam("ids", expanding=True)),
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
#: Put in order afterwards: SQLite would go through all accounts for the sake of the order.
_ACCOUNTS = select(identities).where(
    identities.c.workspace_id == bindparam("ws"), identities.c.member_id.in_(bindparam("ids", expanding=True))
)
_LABELS = select(invitations.c.invitation_id, invitations.c.label, invitations.c.email).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.invitation_id.in_(bindparam("ids", expanding=True)),
)


# --- finding ---------------------------------------------------------------------------------------------------------


def load(ctx: Context, member_id: str) -> Row[Any] | None:
    """A member by their id, also one who has left."""
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "member": member_id}).first()


def find(ctx: Context, typed: Identity | str | None) -> Row[Any]:
    """The member meant by a mention, an e-mail address, a short id or a unique name; oneself for ``me`` and nothing.

    Whoever has left is as unknown as whoever never was here.
    """
    workspace = ctx.workspace.workspace_id
    if isinstance(typed, str) and text.key(typed) == "me":
        typed = None
    if typed is None or isinstance(typed, Identity):
        found = ctx.find_member(typed) if isinstance(typed, Identity) else ctx.me
        if found is None:
            raise Refusal(RefusalCode.UNKNOWN_MEMBER, name=t("that person"))
        return ctx.connection.execute(_ONE, {"ws": workspace, "member": found.member_id}).one()
    address = text.email(typed)
    if address:
        rows = ctx.connection.execute(_BY_EMAIL, {"ws": workspace, "email": address}).all()
    else:
        # Before the names: nobody can take another's place by calling themselves as that one's id.
        known = load(ctx, f"mem-{typed[4:].upper()}") if typed[:4].lower() == "mem-" else None
        if known is not None and known.left_at is None:
            return known
        wanted = text.key(typed.removeprefix("@"))[:160]
        rows = ctx.connection.execute(_BY_NAME, {"ws": workspace, "name": wanted}).all()
    if not rows:
        raise Refusal(RefusalCode.UNKNOWN_MEMBER, name=text.shorten(typed))
    if len(rows) > 1:
        raise Refusal(RefusalCode.AMBIGUOUS_MEMBER, name=text.shorten(typed))
    return rows[0]


# --- what is theirs --------------------------------------------------------------------------------------------------


def held_by(ctx: Context, member_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The live roles of members as they hold them, highest first, by member id."""
    held: dict[str, list[Row[Any]]] = {member_id: [] for member_id in member_ids}
    if held:
        params = {"ws": ctx.workspace.workspace_id, "ids": list(held), "now": ctx.at}
        for row in ctx.connection.execute(_ROLES, params).all():
            if row.role_id in ctx.workspace.roles:
                held[row.member_id].append(row)
    order = {role_id: place for place, role_id in enumerate(ctx.workspace.roles)}
    for rows in held.values():
        if len(rows) > 1:
            rows.sort(key=lambda row: order[row.role_id])
    return held


def roles_of(ctx: Context, rows: Sequence[Row[Any]]) -> dict[str, list[str]]:
    """The ids of the live roles of members, highest first, by member id."""
    held = held_by(ctx, [row.member_id for row in rows])
    return {member_id: [row.role_id for row in rows] for member_id, rows in held.items()}


def accounts_of(ctx: Context, member_ids: Sequence[str]) -> dict[str, list[Row[Any]]]:
    """The accounts of members, by member id."""
    found: dict[str, list[Row[Any]]] = {member_id: [] for member_id in member_ids}
    if found:
        params = {"ws": ctx.workspace.workspace_id, "ids": list(found)}
        for row in ctx.connection.execute(_ACCOUNTS, params).all():
            found[row.member_id].append(row)
    for rows in found.values():
        if len(rows) > 1:
            rows.sort(key=lambda row: (row.platform, row.realm, row.subject))
    return found


def shown_roles(
    ctx: Context, held: Iterable[Row[Any]], sources: dict[str, str] | None = None
) -> tuple[HeldRole, ...]:
    """Roles as cards show them, with where they come from if that is known."""
    names = ctx.workspace.roles
    return tuple(
        HeldRole(names[row.role_id].name, row.ends_at, (sources or {}).get(row.source, "")) for row in held
    )


def sources_of(ctx: Context, held: Iterable[Any], *, private: bool) -> dict[str, str]:
    """Where roles come from, in words: a source names members and invitations by their ids.

    ``private``: whether the reader may know for which address an invitation was.
    """
    sources = {row.source for row in held}
    parts = {part for source in sources for part in source.split()}
    known: dict[str, str] = dict(names_of(ctx, {part for part in parts if part.startswith("mem-")}))
    params = {"ws": ctx.workspace.workspace_id, "ids": [part for part in parts if part.startswith("inv-")]}
    for row in ctx.connection.execute(_LABELS, params):
        known[row.invitation_id] = label_of(row, private=private)
    return {source: _source_in_words(source, known) for source in sources}


#: Where something comes from, as the record keeps it: in English, with ids in the place of names.
_SOURCES = (
    (re.compile(r"emergency (?P<request>\S+)"), mark("taken in an emergency ({request})")),
    (re.compile(r"assigned by (?P<who>\S+)"), mark("assigned by {who}")),
    (re.compile(r"granted by (?P<who>\S+)"), mark("granted by {who}")),
    (re.compile(r"added by (?P<who>\S+)"), mark("added by {who}")),
    (re.compile(r"invitation (?P<label>\S+)"), mark("invitation {label}")),
    (
        re.compile(r"request (?P<request>\S+) approved by (?P<who>\S+)"),
        mark("request {request} approved by {who}"),
    ),
    (re.compile(r"transfer (?P<id>\S+)"), mark("transfer {id}")),
    (re.compile(r"workspace created"), mark("workspace created")),
)


def _source_in_words(source: str, known: dict[str, str]) -> str:
    for pattern, sentence in _SOURCES:
        found = pattern.fullmatch(source)
        if found is not None:
            return t(sentence, **{name: known.get(part, part) for name, part in found.groupdict().items()})
    return " ".join(known.get(part, part) for part in source.split())


def label_of(invitation: Any, *, private: bool) -> str:
    """An invitation's label; one for an address is mostly called as that address, which not everybody may know."""
    return invitation.label if private or not invitation.email else t("for one person")


def may_remove(ctx: Context, row: Row[Any]) -> bool:
    """Whether this person may take out that other member: not somebody of higher rank than their own."""
    theirs = ctx.standing_of(row.member_id)
    return ctx.standing.has(REMOVE) and (theirs is None or theirs.rank <= ctx.standing.rank)
