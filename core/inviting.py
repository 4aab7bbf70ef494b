"""Making invitations: a link, or one for each of many people, all or none of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, func, insert, select

from core import durations, text, views
from core.calls import EmailAddress, Identity
from core.cards import Account, Card, Span
from core.catalogue import Kind, command, option
from core.context import Context, person_key
from core.errors import Refusal, RefusalCode
from core.house_rules import check_domain, check_links, check_on_plan, takes_address
from core.invitations import INVITE, code_of, for_whom, is_personal, role_names
from core.lifecycle import InvitationStatus
from core.models import IS_INTACT, identities, invitations, members
from core.permissions import Role, schemes
from core.seats import effect, seats_of
from core.settings import LONGEST_LIFE
from core.views.invitations import BulkLine, InvitationFacts

BULK_LIMIT = 5_000
MENTIONS_AT_ONCE = 20
MENTIONS_AN_HOUR = 60
MENTIONS_WITHIN = 3_600

_INSERT = insert(invitations)
_LIVE_FOR_EMAIL = select(invitations.c.email).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.email.in_(bindparam("emails", expanding=True)),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_LIVE_FOR_PERSON = select(invitations.c.person_subject).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.person_platform == bindparam("platform"),
    invitations.c.person_realm == bindparam("realm"),
    invitations.c.person_subject == bindparam("subject"),
    IS_INTACT,
    invitations.c.expires_at > bindparam("now"),
)
_MEMBER_EMAILS = (
    select(identities.c.email)
    .join(
        members,
        (members.c.workspace_id == identities.c.workspace_id)
        & (members.c.member_id == identities.c.member_id),
    )
    .where(
        identities.c.workspace_id == bindparam("ws"),
        identities.c.email.in_(bindparam("emails", expanding=True)),
        members.c.left_at.is_(None),
    )
)
_MENTIONED = select(func.count()).where(
    invitations.c.workspace_id == bindparam("ws"),
    invitations.c.created_at > bindparam("since"),
    invitations.c.person_subject.is_not(None),
)


@dataclass(frozen=True, slots=True)
class InviteCreate:
    emails: tuple[EmailAddress | Identity, ...] = option(
        Kind.PEOPLE,
        "who it is for: e-mail addresses or mentions, pasted as they are",
        "ada@example.com",
        default=(),
    )
    name: str = option(Kind.LABEL, "what you call it", "Design team", default="")
    role: tuple[str, ...] = option(Kind.ROLES, "the role that newcomers get", "Designer", default=())
    expires: int | None = option(Kind.DURATION, "how long it lasts, at most 90d", "7d")
    uses: int | None = option(Kind.COUNT, "how many people may use a link", "5")
    domain: str = option(Kind.DOMAIN, "only for addresses of this e-mail domain", "example.com", default="")
    note: str = option(Kind.NOTE, "a line for whoever gets it", "See you on Monday", default="")


@command(
    "invite create",
    "Invite people: a link, or one personal invitation for each address",
    InviteCreate,
    needs=INVITE,
)
def create(ctx: Context, ask: InviteCreate) -> Card:
    roles = list(dict.fromkeys(ctx.role(name) for name in ask.role))
    check_ceiling(ctx, roles)
    if len(roles) > 1 and schemes()[ctx.workspace.scheme].single:
        raise Refusal(RefusalCode.ONE_ROLE, roles=ctx.workspace.names_of([role.role_id for role in roles]))
    life = check_life(ask.expires if ask.expires is not None else ctx.workspace.setting("invite_expires"))
    if ask.emails:
        return _create_personal(ctx, ask, roles, ctx.at + life)
    check_links(ctx)
    if ask.domain:
        check_domain(ctx, ask.domain)
    row = _new_row(
        ctx,
        label=ask.name or (f"{roles[0].name} link" if roles else "Invite link"),
        note=ask.note,
        roles=roles,
        expires_at=ctx.at + life,
        uses_limit=ask.uses,
        domain=ask.domain or None,
    )
    _insert(ctx, [row])
    return views.invitation_ready(_new_facts(ctx, row))


def check_ceiling(ctx: Context, roles: list[Role]) -> None:
    """Refuses roles that this person may not give, and those that exactly one member holds."""
    for role in roles:
        if not ctx.standing.may_give(role):
            raise Refusal(RefusalCode.ABOVE_CEILING, role=role.name, who=ctx.who_has("role:define"))
        if role.exactly_one:
            raise Refusal(RefusalCode.ONE_HOLDER, role=role.name)
    check_on_plan(ctx, roles)


def check_life(seconds: int) -> int:
    if seconds > LONGEST_LIFE:
        raise Refusal(RefusalCode.TOO_LONG_LIFE, limit=durations.show(LONGEST_LIFE))
    return seconds


def _new_row(
    ctx: Context, *, label: str, note: str, roles: list[Role], expires_at: int, **more: Any
) -> dict[str, Any]:
    invitation_id = ctx.new_id("inv")
    code = ctx.config.codes.invite(ctx.workspace.workspace_id, invitation_id, 0)
    return {
        "workspace_id": ctx.workspace.workspace_id,
        "invitation_id": invitation_id,
        "code_index": ctx.config.codes.index(code),
        "generation": 0,
        "label": label,
        "label_key": text.key(label)[:160],
        "note": note,
        "roles": [role.role_id for role in roles],
        "groups": [],
        "resources": [],
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
        **more,
    }


def _insert(ctx: Context, rows: list[dict[str, Any]]) -> None:
    ctx.connection.execute(_INSERT, rows)
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
        )


def _create_personal(ctx: Context, ask: InviteCreate, roles: list[Role], expires_at: int) -> Card:
    if len(ask.emails) > BULK_LIMIT:
        raise Refusal(RefusalCode.TOO_MANY, count=f"{len(ask.emails):,}", limit=f"{BULK_LIMIT:,}")
    if ask.uses is not None:
        raise Refusal(RefusalCode.USES_OF_PERSONAL)
    if ask.domain:
        raise Refusal(RefusalCode.DOMAIN_OF_PERSONAL)
    _check_mentions(ctx, sum(isinstance(item, Identity) for item in ask.emails))
    normal = {item.address: text.email(item.address) for item in ask.emails if isinstance(item, EmailAddress)}
    wanted = [address for address in dict.fromkeys(normal.values()) if address]
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at}
    taken = _in_chunks(ctx, _MEMBER_EMAILS, wanted, params)
    waiting = _in_chunks(ctx, _LIVE_FOR_EMAIL, wanted, params)
    results: list[BulkLine] = []
    rows: list[dict[str, Any]] = []
    seen: set[str | Identity] = set()
    for item in ask.emails:
        line, row = _one_person(ctx, ask, item, normal, seen, taken, waiting, roles, expires_at)
        results.append(line)
        if row is not None:
            rows.append(row)
    if rows:
        _insert(ctx, rows)
    if len(rows) == len(results) == 1:
        return views.invitation_ready(_new_facts(ctx, rows[0]))
    return views.bulk_result(
        results,
        expires_at,
        role_names(ctx, [r.role_id for r in roles]),
        ctx.workspace.name,
        effect(seats_of(ctx), len(rows)),
    )


def _check_mentions(ctx: Context, count: int) -> None:
    """Each mentioned person gets a message: a limit keeps that from being a way to send unwanted ones."""
    if not count:
        return
    if count > MENTIONS_AT_ONCE:
        raise Refusal(RefusalCode.TOO_MANY_PEOPLE, limit=str(MENTIONS_AT_ONCE), within="at a time")
    params = {"ws": ctx.workspace.workspace_id, "since": ctx.at - MENTIONS_WITHIN}
    if ctx.connection.execute(_MENTIONED, params).scalar_one() + count > MENTIONS_AN_HOUR:
        raise Refusal(RefusalCode.TOO_MANY_PEOPLE, limit=str(MENTIONS_AN_HOUR), within="within an hour")


def _one_person(
    ctx: Context,
    ask: InviteCreate,
    item: EmailAddress | Identity,
    normal: dict[str, str | None],
    seen: set[str | Identity],
    taken: set[str],
    waiting: set[str],
    roles: list[Role],
    expires_at: int,
) -> tuple[BulkLine, dict[str, Any] | None]:
    """What becomes of one entry of a pasted list, and the row to write where it becomes an invitation."""
    shown: Span
    label = "Personal invitation"
    if isinstance(item, Identity):
        shown, address, known = Account(item.platform, item.subject), None, _person_known(ctx, item)
        same: str | Identity = item
    else:
        shown = label = text.shorten(text.clean(item.address), 80)
        address = normal[item.address]
        if address is None:
            return BulkLine(shown, "bad"), None
        if not takes_address(ctx, address):
            return BulkLine(shown, "outside"), None
        known = "member" if address in taken else "waiting" if address in waiting else ""
        same = address
    if same in seen:
        return BulkLine(shown, "twice"), None
    seen.add(same)
    if known:
        return BulkLine(shown, known), None
    person = item if isinstance(item, Identity) else None
    name = item.name if isinstance(item, EmailAddress) else ""
    row = _new_row(
        ctx,
        label=text.shorten(ask.name or text.clean(name) or label, text.LABEL_LIMIT),
        note=ask.note,
        roles=roles,
        expires_at=expires_at,
        uses_limit=1,
        email=address,
        person_platform=person.platform if person else None,
        person_realm=person.realm if person else None,
        person_subject=person.subject if person else None,
    )
    if person is not None:
        ctx.notify(f"person:{person_key(person)}", "invited", row["invitation_id"])
    return BulkLine(shown, "invited", code_of(ctx, row["invitation_id"], 0), row["invitation_id"]), row


def _person_known(ctx: Context, person: Identity) -> str:
    if ctx.find_member(person) is not None:
        return "member"
    params = {"ws": ctx.workspace.workspace_id, "now": ctx.at, **person._asdict()}
    return "waiting" if ctx.connection.execute(_LIVE_FOR_PERSON, params).first() else ""


def _in_chunks(ctx: Context, statement: Any, emails: list[str], params: dict[str, Any]) -> set[str]:
    """SQLite binds at most some thousands of values at once."""
    found: set[str] = set()
    for start in range(0, len(emails), 500):
        rows = ctx.connection.execute(statement, {**params, "emails": emails[start : start + 500]})
        found.update(row.email for row in rows)
    return found


def _new_facts(ctx: Context, row: dict[str, Any]) -> InvitationFacts:
    code = code_of(ctx, row["invitation_id"], row["generation"])
    return InvitationFacts(
        subject=ctx.subject(row["invitation_id"]),
        short_id=row["invitation_id"],
        workspace=ctx.workspace.name,
        label=row["label"],
        roles=role_names(ctx, row["roles"]),
        status=InvitationStatus.PENDING,
        for_whom=for_whom(row["email"], row["domain"], row["person_platform"], row["person_subject"]),
        inviter=ctx.me.name,
        expires_at=row["expires_at"],
        uses_limit=row["uses_limit"],
        uses_taken=0,
        personal=is_personal(row["email"], row["person_subject"]),
        note=row["note"],
        code=code,
        link=ctx.link(code).url,
        seats=effect(seats_of(ctx), row["uses_limit"]),
    )
