"""What somebody wants to invite with, and the invitations that come of it: all of them or none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import insert

from core import text
from core.calls import EmailAddress, Identity
from core.carried import NOTHING, Carried, check_may_give
from core.context import Context
from core.durations import UntilDate
from core.errors import Refusal, RefusalCode
from core.house_rules import check_domain, check_links, check_on_plan
from core.invitation_checks import (
    BULK_LIMIT,
    check_ceiling,
    check_givable,
    check_life,
    check_mentions,
    check_number,
    check_there,
)
from core.invitation_people import PersonRow, each_person
from core.language import t
from core.models import invitations
from core.permissions import Role
from core.views.bulk import BulkLine

_INSERT = insert(invitations)


@dataclass(frozen=True, slots=True)
class Wish:
    """Read and complete, but neither allowed nor made yet; ``roles`` are ids.

    ``life`` counts from the moment of making, unless there is ``until``: then that moment was meant.
    """

    people: tuple[EmailAddress | Identity, ...]
    roles: tuple[str, ...]
    life: int
    uses: int | None
    domain: str
    name: str
    note: str
    until: int | None = None
    carried: Carried = NOTHING

    @property
    def mentions(self) -> int:
        return sum(isinstance(item, Identity) for item in self.people)


class Made(NamedTuple):
    """The rows that were written, and for each of the people who were named what became of it."""

    rows: list[dict[str, Any]]
    lines: list[BulkLine]
    expires_at: int


class Asker(NamedTuple):
    """The member who asked for invitations that somebody else makes for them."""

    member_id: str
    name: str
    request_id: str


def lasting(ctx: Context, typed: int | None) -> tuple[int, int | None]:
    """``life`` and ``until`` of a wish, from what was typed of its end."""
    if typed is None:
        return ctx.workspace.setting("invite_expires"), None
    return typed, ctx.at + typed if isinstance(typed, UntilDate) else None


def check_wish(ctx: Context, wish: Wish) -> None:
    """Refuses what nobody here could make, whoever they are."""
    check_there(ctx, wish.roles)
    roles = ctx.workspace.roles_of(wish.roles)
    check_givable(roles)
    check_on_plan(ctx, roles)
    check_number(ctx, roles)
    check_life(wish.life)
    if wish.people:
        if len(wish.people) > BULK_LIMIT:
            raise Refusal(RefusalCode.TOO_MANY, count=f"{len(wish.people):,}", limit=f"{BULK_LIMIT:,}")
        if wish.uses is not None:
            raise Refusal(RefusalCode.USES_OF_PERSONAL)
        if wish.domain:
            raise Refusal(RefusalCode.DOMAIN_OF_PERSONAL)
        check_mentions(ctx, wish.mentions)
        return
    check_links(ctx)
    if wish.domain:
        check_domain(ctx, wish.domain)


def make(ctx: Context, wish: Wish, asker: Asker | None = None) -> Made:
    """Makes the invitations in the person's own name, as far as they may now."""
    roles = ctx.workspace.roles_of(wish.roles)
    check_ceiling(ctx, roles)
    check_may_give(ctx, wish.carried)
    check_wish(ctx, wish)
    expires_at = ctx.at + wish.life if wish.until is None else wish.until
    lines: list[BulkLine] = []
    rows: list[dict[str, Any]] = []
    if wish.people:
        for line, person in each_person(ctx, wish.people, own=asker is None):
            if person is None:
                lines.append(line)
                continue
            row = _of_person(ctx, wish, roles, expires_at, person, asker)
            lines.append(line._replace(short_id=row["invitation_id"]))
            rows.append(row)
    else:
        label = _label(
            wish.name or (t("{role} link", role=roles[0].name) if roles else t("Invite link")), asker
        )
        row = _new_row(ctx, wish, roles, expires_at, label)
        rows.append({**row, "uses_limit": wish.uses, "domain": wish.domain or None})
    _insert(ctx, rows, asker)
    return Made(rows, lines, expires_at)


def _label(label: str, asker: Asker | None) -> str:
    """Whoever asked for it is part of what it is called."""
    if asker is None:
        return text.shorten(label, text.LABEL_LIMIT)
    by = " " + t("(asked by {name})", name=text.shorten(asker.name, 30))
    return text.shorten(label, text.LABEL_LIMIT - len(by)) + by


def _of_person(
    ctx: Context,
    wish: Wish,
    roles: list[Role],
    expires_at: int,
    person: PersonRow,
    asker: Asker | None,
) -> dict[str, Any]:
    row = _new_row(ctx, wish, roles, expires_at, _label(wish.name or person.label, asker))
    if person.account is not None:
        ctx.stale(row["invitation_id"])  # they get a message
    platform, realm, subject = person.account or (None, None, None)
    return {
        **row,
        "uses_limit": 1,
        "email": person.email,
        "person_platform": platform,
        "person_realm": realm,
        "person_subject": subject,
    }


def _new_row(ctx: Context, wish: Wish, roles: list[Role], expires_at: int, label: str) -> dict[str, Any]:
    invitation_id = ctx.new_id("inv")
    code = ctx.config.codes.invite(ctx.workspace.workspace_id, invitation_id, 0)
    return {
        "workspace_id": ctx.workspace.workspace_id,
        "invitation_id": invitation_id,
        "code_index": ctx.config.codes.index(code),
        "generation": 0,
        "label": label,
        "label_key": text.key(label)[:160],
        "note": wish.note,
        "roles": [role.role_id for role in roles],
        **wish.carried.kept(),
        "email": None,
        "domain": None,
        "person_platform": None,
        "person_realm": None,
        "person_subject": None,
        "uses_limit": None,
        "uses_taken": 0,
        "created_by": ctx.me.member_id,
        "created_at": ctx.at,
        "expires_at": expires_at,
    }


def _insert(ctx: Context, rows: list[dict[str, Any]], asker: Asker | None) -> None:
    if not rows:
        return
    asked_by = asker.member_id if asker else None
    ctx.connection.execute(_INSERT, [{**row, "asked_by": asked_by} for row in rows])
    more = {"asked_by": asker.member_id, "request": asker.request_id} if asker else {}
    for row in rows:
        ctx.record(
            "invitation.created",
            row["invitation_id"],
            label=row["label"],
            roles=row["roles"],
            email=row["email"],
            domain=row["domain"],
            person=row["person_subject"],
            uses=row["uses_limit"],
            expires_at=row["expires_at"],
            groups=row["groups"],
            resources=row["resources"],
            **more,
        )
