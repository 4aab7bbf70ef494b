"""Editing invitations: what was and what becomes of it are asked about as if it were made anew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Integer, Row, bindparam, func, update

from core import requests as asking
from core import text, views
from core.cards import Card, Text, When
from core.carried import Carried, carried_by, carried_in, in_words, read_groups, read_resources
from core.catalogue import Kind, command, option
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.house_rules import check_domain
from core.invitation_changes import ALIVE, VOUCHED_BY, changed, refuse_dead, waiting_through
from core.invitation_checks import check_again, check_ceiling, check_life, check_number
from core.invitations import anyone_with, facts_of, find, is_personal, load, role_names
from core.language import mark, n, number, t
from core.lifecycle import InvitationStatus, invitation_status
from core.models import invitations
from core.policy import INVITE
from core.views.invitations import Change

#: Whoever used it up meanwhile, or ended it, was first: zero rows.
_EDIT = (
    update(invitations)
    .where(
        *ALIVE,
        invitations.c.generation == bindparam("was"),
        invitations.c.uses_taken <= func.coalesce(bindparam("uses", type_=Integer), invitations.c.uses_taken),
    )
    .values(
        label=bindparam("called"),
        label_key=bindparam("called_key"),
        note=bindparam("says"),
        roles=bindparam("role_ids"),
        groups=bindparam("group_ids"),
        resources=bindparam("access"),
        domain=bindparam("only"),
        uses_limit=bindparam("uses", type_=Integer),
        expires_at=bindparam("until"),
        vouched_by=VOUCHED_BY,
        reminded_at=bindparam("reminded"),
    )
)
#: What is shown of each thing that can be edited, in the order of the card.
_NAMES = {
    "label": mark("Name"),
    "roles": mark("Role"),
    "groups": mark("Groups"),
    "resources": mark("Access"),
    "domain": mark("For"),
    "expires_at": mark("Ends"),
    "uses_limit": mark("Uses"),
    "note": mark("Note"),
}


@dataclass(frozen=True, slots=True)
class InviteEdit:
    invite: str = option(Kind.INVITE, "its short id or its label", "inv-7F3K", required=True)
    name: str = option(Kind.LABEL, "what you call it", "Design team", default="")
    role: tuple[str, ...] = option(Kind.ROLES, "the role that newcomers get", "Designer", default=())
    group: tuple[str, ...] = option(
        Kind.GROUPS, "the groups that newcomers are put into; none for none", "Design leads", default=()
    )
    resource: tuple[str, ...] = option(
        Kind.RESOURCES,
        "what newcomers reach, each with a level; none for nothing",
        "Website=edit",
        default=(),
    )
    expires: int | None = option(Kind.DURATION, "how long it lasts from now, at most 90d", "7d")
    uses: int | None = option(Kind.COUNT, "how many people may use a link", "5")
    domain: str | None = option(
        Kind.DOMAIN_OR_NONE, "only for addresses of this e-mail domain; none for any", "example.com"
    )
    note: str = option(Kind.NOTE, "a line for whoever gets it", "See you on Monday", default="")


@command("invite edit", "Change an invitation that is still open", InviteEdit, needs=INVITE)
def edit(ctx: Context, ask: InviteEdit) -> Card:
    row = find(ctx, ask.invite)
    if asking.expire_lapsed(ctx, row.invitation_id):  # they gave their uses back
        row = load(ctx, row.invitation_id) or row
    if invitation_status(row, ctx.at) not in {InvitationStatus.PENDING, InvitationStatus.USED_UP}:
        raise refuse_dead(ctx, row)
    carried = Carried(
        read_groups(ctx, ask.group) if ask.group else carried_by(row).groups,
        read_resources(ctx, ask.resource) if ask.resource else carried_by(row).resources,
    )
    check_again(ctx, row, other_roles=bool(ask.role), carried=carried)
    wanted = {**_wanted(ctx, row, ask), **carried.kept()}
    before = {name: getattr(row, name) for name in _NAMES}
    after = {name: wanted[name] for name in _NAMES}
    differ = [name for name in _NAMES if before[name] != after[name]]
    if not differ:
        raise Refusal(RefusalCode.NOTHING_TO_CHANGE, detail=_nothing(ask))
    _update(ctx, row, wanted, expires="expires_at" in differ)
    ctx.record(
        "invitation.edited",
        row.invitation_id,
        before={name: before[name] for name in differ},
        after={name: after[name] for name in differ},
    )
    now = changed(ctx, row)
    if "label" in differ:
        for request_id in waiting_through(ctx, row):
            ctx.stale(request_id)  # it stands on their cards
    changes = tuple(
        Change(t(_NAMES[name]), _shown(ctx, name, before), _shown(ctx, name, after)) for name in differ
    )
    return views.invitation_edited(facts_of(ctx, now, {}), changes)


def _nothing(ask: InviteEdit) -> str:
    given = (ask.name, ask.role, ask.group, ask.resource, ask.expires, ask.uses, ask.note)
    if any(given) or ask.domain is not None:
        return t("It is so already.")
    return t("Say what it should be: name, role, group, resource, expires, uses, domain or note.")


def _wanted(ctx: Context, row: Row[Any], ask: InviteEdit) -> dict[str, Any]:
    """All that can be edited, as it is to be; refused where it could not have been made so."""
    if is_personal(row.email, row.person_subject):
        if ask.uses is not None:
            raise Refusal(RefusalCode.USES_OF_PERSONAL)
        if ask.domain is not None:
            raise Refusal(RefusalCode.DOMAIN_OF_PERSONAL)
    roles = list(dict.fromkeys(ctx.role(name) for name in ask.role))
    check_ceiling(ctx, roles)
    check_number(ctx, roles)
    if ask.domain:
        check_domain(ctx, ask.domain)
    if ask.uses is not None and ask.uses < row.uses_taken:
        taken = n("{count} use of it is taken", "{count} uses of it are taken", row.uses_taken)
        raise Refusal(RefusalCode.USES_TAKEN, taken=taken, least=number(row.uses_taken))
    return {
        "label": ask.name or row.label,
        "roles": [role.role_id for role in roles] or row.roles,
        "domain": row.domain if ask.domain is None else ask.domain or None,
        "expires_at": row.expires_at if ask.expires is None else ctx.at + check_life(ask.expires),
        "uses_limit": row.uses_limit if ask.uses is None else ask.uses,
        "note": ask.note or row.note,
    }


def _update(ctx: Context, row: Row[Any], wanted: dict[str, Any], *, expires: bool) -> None:
    params = {
        "ws": row.workspace_id,
        "inv": row.invitation_id,
        "now": ctx.at,
        "was": row.generation,
        "me": ctx.me.member_id,
        "called": wanted["label"],
        "called_key": text.key(wanted["label"])[:160],
        "says": wanted["note"],
        "role_ids": wanted["roles"],
        "group_ids": wanted["groups"],
        "access": wanted["resources"],
        "only": wanted["domain"],
        "uses": wanted["uses_limit"],
        "until": wanted["expires_at"],
        "reminded": None if expires else row.reminded_at,
    }
    if not ctx.connection.execute(_EDIT, params).rowcount:
        raise refuse_dead(ctx, load(ctx, row.invitation_id) or row)


def _shown(ctx: Context, name: str, values: dict[str, Any]) -> Text:
    value = values[name]
    match name:
        case "expires_at":
            return (When(value),)
        case "roles":
            return (role_names(ctx, value),)
        case "groups" | "resources":
            found = in_words(ctx, carried_in({name: value}))
            return (found.groups or found.resources or t("none"),)
        case "domain":
            return (anyone_with(value),)
        case "uses_limit":
            return (t("no limit") if value is None else number(value),)
        case _:
            return (value or t("none"),)
