"""May somebody do something? For the product behind a workspace, which asks with each request that it serves.

What a member may do is kept with the stamp of their workspace. It is right while that stamp stands: everything that
changes memberships, roles or plans bumps the workspace's ``standing_version`` in the same transaction. Whether it stands
is asked with every check, on a connection of our own that only reads. On SQLite that connection knows in some
microseconds whether any other one, of whatever process, has committed anything since; only then the stamp is read again.
On PostgreSQL the stamp is read each time: one row by its key. The end of a time-boxed role is kept beside what it gives.

Where a resource is named, how far the member reaches is kept in the same way: the grants to them and to their groups, and
where the resource stands in its tree. Groups, grants and resources bump the same version, and grants end by the clock too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import and_, bindparam, select

from core.calls import Identity
from core.kept_reach import STAMP, Access, Grants, Kept, Place, Places, Stamp, Which, between, joined
from core.models import identities, member_roles, members, workspaces
from core.own_connection import Asked, OwnConnection
from core.permissions import Role, standing_on
from core.policy import Answer, decide
from core.state import RoleCache
from core.store import Store
from core.text import can_be_kept

#: How many members' standings are kept.
MOST = 100_000

_STAMP = select(*STAMP).where(workspaces.c.workspace_id == bindparam("ws"))
_ROLES_VERSION = select(workspaces.c.roles_version).where(workspaces.c.workspace_id == bindparam("ws"))
_HERE = and_(members.c.workspace_id == workspaces.c.workspace_id, members.c.left_at.is_(None))
_HELD = and_(
    member_roles.c.workspace_id == members.c.workspace_id, member_roles.c.member_id == members.c.member_id
)
#: The workspace with the member, a row for each role that they were given and that was not taken back.
_COLUMNS = select(*STAMP, members.c.member_id, member_roles.c.role_id, member_roles.c.ends_at)
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
#: Of a name that is in no database, since none can keep it.
_NO_SUCH = Kept(None, None)


@dataclass(slots=True)
class _Memory:
    """What was read at some time; each part is right while its stamp stands."""

    people: dict[tuple[str, Who], Kept] = field(default_factory=dict)
    grants: dict[tuple[str, str], Grants] = field(default_factory=dict)
    places: dict[tuple[str, Which], Place] = field(default_factory=dict)
    weight: int = 0  # how many grants are in it

    def make_room(self) -> None:
        if max(len(self.people), len(self.grants), len(self.places), self.weight) >= MOST:
            self.people, self.grants, self.places, self.weight = {}, {}, {}, 0


@dataclass(slots=True)
class _Sure:
    """On SQLite: what is as the database has it, as long as nobody commits anything."""

    people: dict[tuple[str, Who], Kept] = field(default_factory=dict)
    access: dict[tuple[str, Who, Which], Access] = field(default_factory=dict)


class Checks:
    """Answers the product's questions. Safe to use from several threads."""

    def __init__(self, store: Store, roles: RoleCache) -> None:
        self._store = store
        self._roles = roles
        self._kept = _Memory()
        self._own: OwnConnection[_Sure] = OwnConnection(store.engine, _Sure)
        self._watches = store.is_sqlite
        engine = store.engine
        self._stamp, self._by_id, self._by_identity = (
            Asked(statement, engine) for statement in (_STAMP, _BY_ID, _BY_IDENTITY)
        )
        self._places = Places(self._own, engine)

    def can(
        self, workspace_id: str, who: Who, permission: str, at: int, resource: Which | None = None
    ) -> Answer:
        """Whether a member may do something at this moment, on a resource if one is named. Nobody else may do anything."""
        if resource is not None:
            return self._can_on((workspace_id, who, resource), permission, at)
        sure = self._own.since_last_commit().people if self._watches else {}
        key = (workspace_id, who)
        kept = sure.get(key)
        if kept is None or not kept.since <= at < kept.until:
            if len(sure) >= MOST:
                sure.clear()
            kept = sure[key] = self._confirmed(key, at)
        return decide(kept.standing, permission)

    def _can_on(self, key: tuple[str, Who, Which], permission: str, at: int) -> Answer:
        sure = self._own.since_last_commit().access if self._watches else {}
        found = sure.get(key)
        if found is None or not found.since <= at < found.until:
            if len(sure) >= MOST:
                sure.clear()
            found = sure[key] = self._access(self._kept, key, at)
        return found.answer(permission)

    def read(
        self, workspace_id: str, who: Who, permission: str, at: int, resource: Which | None = None
    ) -> Answer:
        """The same, from the database alone."""
        if resource is not None:
            return self._access(_Memory(), (workspace_id, who, resource), at).answer(permission)
        return decide(self._read((workspace_id, who), at).standing, permission)

    # --- what somebody may do ----------------------------------------------------------------------------------------

    def _confirmed(self, key: tuple[str, Who], at: int) -> Kept:
        """What is kept, if it is as the database has it now; else what the database has."""
        kept = self._kept.people.get(key)
        if kept is not None and kept.since <= at < kept.until:
            row = self._own.first(self._stamp, {"ws": key[0]})
            if kept.stamp == row:
                return kept
        return self._read_anew(self._kept, key, at)

    def _read_anew(self, memory: _Memory, key: tuple[str, Who], at: int) -> Kept:
        memory.make_room()
        kept = self._read(key, at)
        if kept is not _NO_SUCH:
            memory.people[key] = kept
        return kept

    def _read(self, key: tuple[str, Who], at: int) -> Kept:
        workspace_id, who = key
        if not all(map(can_be_kept, (workspace_id, who) if isinstance(who, str) else (workspace_id, *who))):
            return _NO_SUCH
        while True:
            if isinstance(who, str):
                rows = self._own.all(self._by_id, {"ws": workspace_id, "member": who})
            else:
                rows = self._own.all(self._by_identity, {"ws": workspace_id, **who._asdict()})
            if not rows:
                return Kept(None, None)
            stamp, (member_id, *_) = Stamp(*rows[0][:4]), rows[0][4:]
            if stamp.deleted_at is not None or member_id is None:
                return Kept(stamp, None)
            roles = self._roles_at(workspace_id, stamp.roles_version)
            if roles is not None:
                return _kept(stamp, member_id, roles, [row[5:] for row in rows], at)

    def _roles_at(self, workspace_id: str, version: int) -> dict[str, Role] | None:
        """The roles of this version; None when they have changed since it was read."""
        known = self._roles.known(workspace_id, version)
        if known is not None:
            return known
        with self._store.reading() as connection:
            if connection.execute(_ROLES_VERSION, {"ws": workspace_id}).scalar() != version:
                return None
            return self._roles.get(connection, workspace_id, version)

    # --- how far they reach ------------------------------------------------------------------------------------------

    def _access(self, memory: _Memory, key: tuple[str, Who, Which], at: int) -> Access:
        """What is in memory as far as it is as the database has it now; the rest is read, all of it of one stamp."""
        workspace_id, who, which = key
        stamps = {"ws": workspace_id if can_be_kept(workspace_id) else ""}
        while True:
            memory.make_room()
            stamp = self._own.first(self._stamp, stamps)
            person = memory.people.get((workspace_id, who))
            if person is None or not person.stands(stamp, at):
                person = self._read_anew(memory, (workspace_id, who), at)
            if person.standing is None:
                return Access(None, None, None, person.since, person.until)
            place = memory.places.get((workspace_id, which))
            if place is None or place.stamp != stamp:
                place = self._places.place(workspace_id, which)
                memory.places[workspace_id, which] = place
            held = memory.grants.get((workspace_id, person.member_id))
            if held is None or not held.stands(stamp, at):
                memory.weight -= len(held.levels) if held is not None else 0
                held = self._places.grants(workspace_id, person.member_id, at)
                memory.grants[workspace_id, person.member_id] = held
                memory.weight += len(held.levels)
            if person.stamp == place.stamp == held.stamp:
                return joined(person, place, held)


def _kept(stamp: Stamp, member_id: str, roles: dict[str, Role], held: list[tuple[Any, ...]], at: int) -> Kept:
    live = [roles[role_id] for role_id, end in held if role_id in roles and (end is None or end > at)]
    since, until = between([end for _, end in held], at)
    return Kept(stamp, standing_on(stamp.plan, live), since, until, member_id)
