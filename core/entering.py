"""How a call finds its workspace and the person in it: by the place, in a direct message, or by an id.

A command that writes locks the workspace's row alone; one that only reads has everything from one statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select, union_all

from core.calls import Call, Identity, Where
from core.cards import Text
from core.errors import Refusal, RefusalCode
from core.language import number, says
from core.models import IS_PENDING, chosen, identities, member_roles, members, places, requests, workspaces
from core.permissions import Standing
from core.state import Member, Workspace

_LOCK = select(workspaces).where(workspaces.c.workspace_id == bindparam("ws"))
_LOCK_FOR_WRITE = _LOCK.with_for_update()
#: What was deleted is linked to nothing; asked all the same, for whoever waited for the lock while it was.
_BY_PLACE_FOR_WRITE = (
    select(workspaces)
    .join(places, places.c.workspace_id == workspaces.c.workspace_id)
    .where(
        places.c.platform == bindparam("platform"),
        places.c.realm == bindparam("realm"),
        or_(places.c.channel == "", places.c.channel == bindparam("channel")),
        workspaces.c.deleted_at.is_(None),
    )
    .order_by(places.c.channel.desc())
    .limit(1)
    .with_for_update(of=workspaces)
)
_MINE = and_(
    identities.c.workspace_id == workspaces.c.workspace_id,
    identities.c.platform == bindparam("on"),
    identities.c.realm == bindparam("in_realm"),
    identities.c.subject == bindparam("who"),
)
_ME = and_(
    members.c.workspace_id == identities.c.workspace_id,
    members.c.member_id == identities.c.member_id,
    members.c.left_at.is_(None),
)
_LIVE_ROLE = and_(
    member_roles.c.workspace_id == members.c.workspace_id,
    member_roles.c.member_id == members.c.member_id,
    or_(member_roles.c.ends_at.is_(None), member_roles.c.ends_at > bindparam("now")),
)
#: A request to join of somebody who is no member, in this workspace or, where none is named, in any.
_WAITING = (
    select(workspaces.c.name, requests.c.expires_at)
    .join(workspaces, workspaces.c.workspace_id == requests.c.workspace_id)
    .where(
        requests.c.person == bindparam("person"),
        requests.c.kind == "join",
        or_(bindparam("ws") == "", requests.c.workspace_id == bindparam("ws")),
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
        workspaces.c.deleted_at.is_(None),
    )
    .order_by(requests.c.created_at.desc())
    .limit(1)
)
_other_identities, _other_members = identities.alias(), members.alias()
#: Whether the same account is that of a member of a further workspace. Whoever left, or was in what was deleted, is none.
_ELSEWHERE = (
    exists()
    .where(
        _other_identities.c.platform == identities.c.platform,
        _other_identities.c.realm == identities.c.realm,
        _other_identities.c.subject == identities.c.subject,
        _other_identities.c.workspace_id != identities.c.workspace_id,
        _other_members.c.workspace_id == _other_identities.c.workspace_id,
        _other_members.c.member_id == _other_identities.c.member_id,
        _other_members.c.left_at.is_(None),
    )
    .correlate(identities)
    .label("elsewhere")
)
#: For commands that only read: a workspace and the person in it at once, a row for each of their roles.
_AND_ME = (
    workspaces,
    members.c.member_id,
    members.c.name.label("member_name"),
    identities.c.email,
    member_roles.c.role_id,
    member_roles.c.ends_at,
    _ELSEWHERE,
    exists()
    .where(
        requests.c.workspace_id == workspaces.c.workspace_id,
        IS_PENDING,
        requests.c.expires_at > bindparam("now"),
    )
    .label("waiting"),
)
_PLACE_AND_ME = (
    select(*_AND_ME)
    .join(places, places.c.workspace_id == workspaces.c.workspace_id)
    .outerjoin(identities, _MINE)
    .outerjoin(members, _ME)
    .outerjoin(member_roles, _LIVE_ROLE)
    .where(
        places.c.platform == bindparam("platform"),
        places.c.realm == bindparam("realm"),
        or_(places.c.channel == "", places.c.channel == bindparam("channel")),
    )
    .order_by(places.c.channel.desc())
)
_OF_TEAM = select(places.c.workspace_id).where(
    places.c.platform == bindparam("platform"), places.c.realm == bindparam("realm"), places.c.channel == ""
)
_OF_IDENTITY = select(identities.c.workspace_id).where(
    identities.c.platform == bindparam("on"),
    identities.c.realm == bindparam("in_realm"),
    identities.c.subject == bindparam("who"),
)
_CHOSEN = select(chosen.c.workspace_id).where(chosen.c.person == bindparam("person"))
#: The same for a direct message: the workspace of the team, and each in which the person is or was.
_DIRECT_AND_ME = (
    select(
        *_AND_ME,
        (workspaces.c.workspace_id == _CHOSEN.scalar_subquery()).label("is_chosen"),
        (workspaces.c.workspace_id == _OF_TEAM.scalar_subquery()).label("of_team"),
    )
    .select_from(workspaces)
    .outerjoin(identities, _MINE)
    .outerjoin(members, _ME)
    .outerjoin(member_roles, _LIVE_ROLE)
    .where(
        workspaces.c.workspace_id.in_(union_all(_OF_TEAM, _OF_IDENTITY)),
        workspaces.c.deleted_at.is_(None),
    )
)
_CHOSEN_BY_MEMBER = (
    _CHOSEN.join(identities, identities.c.workspace_id == chosen.c.workspace_id)
    .join(members, _ME)
    .where(
        identities.c.platform == bindparam("on"),
        identities.c.realm == bindparam("in_realm"),
        identities.c.subject == bindparam("who"),
    )
)
_DIRECT_FOR_WRITE = (
    select(workspaces)
    .where(
        workspaces.c.workspace_id
        == func.coalesce(_CHOSEN_BY_MEMBER.scalar_subquery(), _OF_TEAM.scalar_subquery()),
        workspaces.c.deleted_at.is_(None),
    )
    .with_for_update()
)
_OF_PERSON = (
    select(identities.c.workspace_id, workspaces.c.name)
    .join(
        members,
        and_(
            members.c.workspace_id == identities.c.workspace_id, members.c.member_id == identities.c.member_id
        ),
    )
    .join(workspaces, workspaces.c.workspace_id == identities.c.workspace_id)
    .where(
        identities.c.platform == bindparam("platform"),
        identities.c.realm == bindparam("realm"),
        identities.c.subject == bindparam("subject"),
        members.c.left_at.is_(None),
        workspaces.c.deleted_at.is_(None),
    )
    .order_by(workspaces.c.name, workspaces.c.workspace_id)
)
_MEMBER_BY_IDENTITY = (
    select(
        members.c.member_id,
        members.c.name.label("member_name"),
        identities.c.email,
        member_roles.c.role_id,
        member_roles.c.ends_at,
        _ELSEWHERE,
    )
    .select_from(identities)
    .join(
        members,
        and_(
            members.c.workspace_id == identities.c.workspace_id, members.c.member_id == identities.c.member_id
        ),
    )
    .outerjoin(member_roles, _LIVE_ROLE)
    .where(
        identities.c.workspace_id == bindparam("ws"),
        identities.c.platform == bindparam("platform"),
        identities.c.realm == bindparam("realm"),
        identities.c.subject == bindparam("subject"),
        members.c.left_at.is_(None),
    )
)
_ROLES_OF_MEMBER = (
    select(members.c.member_id, member_roles.c.role_id, member_roles.c.ends_at)
    .select_from(members)
    .outerjoin(member_roles, _LIVE_ROLE)
    .where(
        members.c.workspace_id == bindparam("ws"),
        members.c.member_id == bindparam("member"),
        members.c.left_at.is_(None),
    )
)


def by_id(connection: Connection, workspace_id: str, *, writes: bool) -> Row[Any] | None:
    return connection.execute(_LOCK_FOR_WRITE if writes else _LOCK, {"ws": workspace_id}).first()


def by_place(connection: Connection, where: Where) -> Row[Any] | None:
    """The workspace that is linked to the channel, else to its team or server; locked."""
    return connection.execute(_BY_PLACE_FOR_WRITE, _place(where)).first()


def by_place_with_me(connection: Connection, call: Call) -> Sequence[Row[Any]]:
    """The same for reading, with the person: a row for each of their roles."""
    rows = connection.execute(
        _PLACE_AND_ME, {**_place(call.where), **_who(call.actor.identity), "now": call.at}
    ).all()
    return [row for row in rows if row.workspace_id == rows[0].workspace_id]


def direct(connection: Connection, call: Call, person: str) -> Row[Any] | None:
    """The workspace of a direct message that the person chose and still is in, else that of the team; locked."""
    return connection.execute(
        _DIRECT_FOR_WRITE, {**_team(call.where, person), **_who(call.actor.identity)}
    ).first()


def direct_with_me(connection: Connection, call: Call, person: str) -> Sequence[Row[Any]]:
    """The same for reading, or else the person's only one; raises ``Refusal`` where several could be meant."""
    params = {**_team(call.where, person), **_who(call.actor.identity), "now": call.at}
    rows = connection.execute(_DIRECT_AND_ME, params).all()
    mine = {row.workspace_id: row.name for row in rows if row.member_id is not None}
    picked = [row for row in rows if row.is_chosen and row.workspace_id in mine]
    picked = picked or [row for row in rows if row.of_team]
    if not picked:
        refuse_several(sorted(mine.values()))
        picked = [row for row in rows if row.workspace_id in mine]
    return picked


def refuse_several(names: list[str]) -> None:
    if len(names) > 1:
        raise Refusal(RefusalCode.WHICH_WORKSPACE, workspaces=naming(names))


def of_person(connection: Connection, identity: Identity) -> list[tuple[str, str]]:
    """Id and name of each workspace in which somebody is a member."""
    return [(row.workspace_id, row.name) for row in connection.execute(_OF_PERSON, identity._asdict())]


def loaded(row: Row[Any]) -> Workspace:
    """What was read of a workspace; its roles are still to be added."""
    return Workspace(
        row.workspace_id,
        row.name,
        row.scheme,
        row.plan,
        row.settings,
        row.counter,
        row.audit_length,
        row.audit_hash,
        row.roles_version,
        row.standing_version,
        row.member_count,
        row.seats,
        row.declared,
    )


def member_in(workspace: Workspace, rows: Sequence[Row[Any]]) -> Member | None:
    """The member of whom ``_PLACE_AND_ME`` and its like have read these rows."""
    first = rows[0]
    if first.member_id is None:
        return None
    held = _held(rows)
    return Member(
        first.member_id,
        first.member_name,
        first.email,
        tuple(held),
        workspace.standing_with_ends(held),
        bool(first.elsewhere),
        _ends(rows),
    )


def member_by_identity(
    connection: Connection, workspace: Workspace, identity: Identity, at: int
) -> Member | None:
    """The member with this identity, with their standing now."""
    params = {"ws": workspace.workspace_id, **identity._asdict(), "now": at}
    rows = connection.execute(_MEMBER_BY_IDENTITY, params).all()
    return member_in(workspace, rows) if rows else None


def standing_of(connection: Connection, workspace: Workspace, member_id: str, at: int) -> Standing | None:
    """The standing of a member now, None when they are no member any more."""
    params = {"ws": workspace.workspace_id, "member": member_id, "now": at}
    rows = connection.execute(_ROLES_OF_MEMBER, params).all()
    return workspace.standing_with_ends(_held(rows)) if rows else None


def _held(rows: Sequence[Any]) -> dict[str, int | None]:
    return {row.role_id: row.ends_at for row in rows if row.role_id}


def _ends(rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((row.role_id, row.ends_at) for row in rows if row.ends_at is not None)


def _place(where: Where) -> dict[str, str]:
    return {"platform": where.platform, "realm": where.realm, "channel": where.channel}


def _team(where: Where, person: str) -> dict[str, str]:
    return {"platform": where.platform, "realm": where.realm, "person": person}


def _who(identity: Identity) -> dict[str, str]:
    return {"on": identity.platform, "in_realm": identity.realm, "who": identity.subject}


#: So many workspaces are named in one sentence.
_NAMED = 10


def naming(names: list[str]) -> Text:
    """Names of workspaces as one text; where there are many, it says how many more, and where they are."""
    if len(names) <= _NAMED:
        return (", ".join(names),)
    more = number(len(names) - _NAMED)
    return says(
        "{names} and {count} more, which are on {/workspace list}",
        names=", ".join(names[:_NAMED]),
        count=more,
    )


def waiting(connection: Connection, person: str, workspace_id: str, at: int) -> Row[Any, Any] | None:
    """What somebody waits for who asked to join: the workspace, or any where none is named, and until when."""
    return connection.execute(_WAITING, {"person": person, "ws": workspace_id, "now": at}).first()
