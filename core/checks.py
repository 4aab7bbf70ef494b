"""May somebody do something? For the product behind a workspace, which asks with each request that it serves.

What a member may do is kept with the stamp of their workspace. It is right while that stamp stands: everything that
changes memberships, roles or plans bumps the workspace's ``standing_version`` in the same transaction. Whether it stands
is asked with every check, on a connection of our own that only reads. On SQLite that connection knows in some
microseconds whether any other one, of whatever process, has committed anything since; only then the stamp is read again.
On PostgreSQL the stamp is read each time: one row by its key. The end of a time-boxed role is kept beside what it gives.
"""

from __future__ import annotations

import sys
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, select

from core.calls import Identity
from core.models import identities, member_roles, members, workspaces
from core.own_connection import Asked, OwnConnection
from core.permissions import Role, Standing, standing_on
from core.policy import Answer, decide
from core.state import RoleCache
from core.store import Store
from core.text import can_be_kept

#: How many members' standings are kept.
MOST = 100_000
_ALWAYS = sys.maxsize

_STAMP_COLUMNS = (
    workspaces.c.standing_version,
    workspaces.c.roles_version,
    workspaces.c.plan,
    workspaces.c.deleted_at,
)
_STAMP = select(*_STAMP_COLUMNS).where(workspaces.c.workspace_id == bindparam("ws"))
_ROLES_VERSION = select(workspaces.c.roles_version).where(workspaces.c.workspace_id == bindparam("ws"))
_HERE = and_(members.c.workspace_id == workspaces.c.workspace_id, members.c.left_at.is_(None))
_HELD = and_(
    member_roles.c.workspace_id == members.c.workspace_id, member_roles.c.member_id == members.c.member_id
)
#: The workspace with the member, a row for each role that they were given and that was not taken back.
_COLUMNS = select(*_STAMP_COLUMNS, members.c.member_id, member_roles.c.role_id, member_roles.c.ends_at)
_BY_ID = (
    _COLUMNS.select_from(workspaces)
    .outerjoin(members, and_(_HERE, members.c.member_id == bindparam("member")))
    .outerjoin(member_roles, _HELD)
    .where(workspaces.c.workspace_id == bindparam("ws"))
)
_BY_IDENTITY = (
    _COLUMNS.select_from(workspaces)
    .outerjoin(
        identities,
        and_(
            identities.c.workspace_id == workspaces.c.workspace_id,
            identities.c.platform == bindparam("platform"),
            identities.c.realm == bindparam("realm"),
            identities.c.subject == bindparam("subject"),
        ),
    )
    .outerjoin(members, and_(_HERE, members.c.member_id == identities.c.member_id))
    .outerjoin(member_roles, _HELD)
    .where(workspaces.c.workspace_id == bindparam("ws"))
)

#: A member: one of their identities, or their id.
Who = Identity | str


class _Stamp(NamedTuple):
    standing_version: int
    roles_version: int
    plan: str
    deleted_at: int | None


class _Kept(NamedTuple):
    """What somebody may do (None: no member): right while the stamp stands, from ``since`` until before ``until``."""

    stamp: _Stamp | None
    standing: Standing | None
    since: int = 0
    until: int = _ALWAYS


#: Of a name that is in no database, since none can keep it.
_NO_SUCH = _Kept(None, None)
_Known = dict[tuple[str, Who], _Kept]


class Checks:
    """Answers the product's questions. Safe to use from several threads."""

    def __init__(self, store: Store, roles: RoleCache) -> None:
        self._store = store
        self._roles = roles
        self._kept: _Known = {}
        self._own: OwnConnection[_Known] = OwnConnection(store.engine, dict)
        self._watches = store.is_sqlite
        self._stamp = Asked(_STAMP, store.engine)
        self._by_id = Asked(_BY_ID, store.engine)
        self._by_identity = Asked(_BY_IDENTITY, store.engine)

    def can(self, workspace_id: str, who: Who, permission: str, at: int) -> Answer:
        """Whether a member may do something at this moment. Nobody else may do anything."""
        sure = self._own.since_last_commit() if self._watches else {}
        key = (workspace_id, who)
        kept = sure.get(key)
        if kept is None or not kept.since <= at < kept.until:
            if len(sure) >= MOST:
                sure.clear()
            kept = sure[key] = self._confirmed(key, at)
        return decide(kept.standing, permission)

    def read(self, workspace_id: str, who: Who, permission: str, at: int) -> Answer:
        """The same, from the database alone."""
        return decide(self._read((workspace_id, who), at).standing, permission)

    def _confirmed(self, key: tuple[str, Who], at: int) -> _Kept:
        """What is kept, if it is as the database has it now; else what the database has."""
        kept = self._kept.get(key)
        if kept is not None and kept.since <= at < kept.until:
            row = self._own.first(self._stamp, {"ws": key[0]})
            if kept.stamp == row:
                return kept
        if len(self._kept) >= MOST:
            self._kept.clear()
        kept = self._read(key, at)
        if kept is not _NO_SUCH:
            self._kept[key] = kept
        return kept

    def _read(self, key: tuple[str, Who], at: int) -> _Kept:
        workspace_id, who = key
        if not all(map(can_be_kept, (workspace_id, who) if isinstance(who, str) else (workspace_id, *who))):
            return _NO_SUCH
        while True:
            if isinstance(who, str):
                rows = self._own.all(self._by_id, {"ws": workspace_id, "member": who})
            else:
                rows = self._own.all(self._by_identity, {"ws": workspace_id, **who._asdict()})
            if not rows:
                return _Kept(None, None)
            stamp, (member_id, *_) = _Stamp(*rows[0][:4]), rows[0][4:]
            if stamp.deleted_at is not None or member_id is None:
                return _Kept(stamp, None)
            roles = self._roles_at(workspace_id, stamp.roles_version)
            if roles is not None:
                return _kept(stamp, roles, [row[5:] for row in rows], at)

    def _roles_at(self, workspace_id: str, version: int) -> dict[str, Role] | None:
        """The roles of this version; None when they have changed since it was read."""
        known = self._roles.known(workspace_id, version)
        if known is not None:
            return known
        with self._store.reading() as connection:
            if connection.execute(_ROLES_VERSION, {"ws": workspace_id}).scalar() != version:
                return None
            return self._roles.get(connection, workspace_id, version)


def _kept(stamp: _Stamp, roles: dict[str, Role], held: list[tuple[Any, ...]], at: int) -> _Kept:
    ends = [end for _, end in held if end is not None]
    live = [roles[role_id] for role_id, end in held if role_id in roles and (end is None or end > at)]
    return _Kept(
        stamp,
        standing_on(stamp.plan, live),
        max((end for end in ends if end <= at), default=0),
        min((end for end in ends if end > at), default=_ALWAYS),
    )
