"""Which account is whose in a place on a platform. A Discord account is the same in every server; a Slack one is of one team."""

from __future__ import annotations

from sqlalchemy import Connection, and_, bindparam, or_, select

from core.models import identities, members

#: Whoever has left has no account any more.
_PRESENT = identities.join(
    members,
    and_(
        members.c.workspace_id == identities.c.workspace_id,
        members.c.member_id == identities.c.member_id,
        members.c.left_at.is_(None),
    ),
)
_THERE = (
    identities.c.workspace_id == bindparam("ws"),
    identities.c.platform == bindparam("on"),
    or_(identities.c.realm == bindparam("in_realm"), identities.c.realm == ""),
)
_OF_MEMBER = (
    select(identities.c.subject)
    .select_from(_PRESENT)
    .where(*_THERE, identities.c.member_id == bindparam("member"))
    .order_by(identities.c.subject)
)
_OF_ACCOUNT = (
    select(identities.c.member_id)
    .select_from(_PRESENT)
    .where(*_THERE, identities.c.subject == bindparam("who"))
)


def accounts_of(
    connection: Connection, ws: str, member_id: str | None, platform: str, realm: str
) -> list[str]:
    """The accounts that a member of a workspace has in a place; none of who has left."""
    params = {"ws": ws, "on": platform, "in_realm": realm, "member": member_id}
    return list(connection.execute(_OF_MEMBER, params).scalars())


def members_with(connection: Connection, ws: str, subject: str, platform: str, realm: str) -> list[str]:
    """The ids of the members of a workspace whose account in a place that is."""
    params = {"ws": ws, "on": platform, "in_realm": realm, "who": subject}
    return list(connection.execute(_OF_ACCOUNT, params).scalars())
