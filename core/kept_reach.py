"""What the checks of ``core.checks`` keep of a member, of their grants and of a resource, each with the stamp of its workspace.

The stamp is the same as long as nothing has changed that decides who may do what. What the clock alone changes, the ends
of roles and of grants, is kept beside it as the time within which this is right.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Engine, and_, bindparam, or_, select

from core.models import grants, group_members, resources, workspaces
from core.own_connection import Asked, OwnConnection
from core.permissions import Level, Standing
from core.policy import NO_RESOURCE, Answer, On, decide
from core.reach import IN_EMERGENCY, ids_on
from core.schemes import schemes
from core.text import can_be_kept

_ALWAYS = sys.maxsize
#: About so many permissions the answer is kept for one member and one resource.
_MOST_ANSWERS = 50

STAMP = (
    workspaces.c.standing_version,
    workspaces.c.roles_version,
    workspaces.c.plan,
    workspaces.c.deleted_at,
)
#: A grant to the member, or to a group that they are in.
_THEIRS = and_(
    grants.c.workspace_id == workspaces.c.workspace_id,
    or_(
        grants.c.holder == bindparam("member"),
        grants.c.holder.in_(
            select(group_members.c.group_id)
            .where(
                group_members.c.workspace_id == bindparam("ws"),
                group_members.c.member_id == bindparam("member"),
            )
            .scalar_subquery()
        ),
    ),
)
_GRANTS = (
    select(*STAMP, grants.c.resource_id, grants.c.level, grants.c.ends_at, grants.c.layer)
    .select_from(workspaces)
    .outerjoin(grants, _THEIRS)
    .where(workspaces.c.workspace_id == bindparam("ws"))
)
_RESOURCE = select(*STAMP, workspaces.c.scheme, resources.c.kind, resources.c.path)
_OF_WORKSPACE = resources.c.workspace_id == workspaces.c.workspace_id
_BY_ID = (
    _RESOURCE.select_from(workspaces)
    .outerjoin(resources, and_(_OF_WORKSPACE, resources.c.resource_id == bindparam("resource")))
    .where(workspaces.c.workspace_id == bindparam("ws"))
)
_BY_OUTSIDE_ID = (
    _RESOURCE.select_from(workspaces)
    .outerjoin(
        resources,
        and_(
            _OF_WORKSPACE,
            resources.c.kind == bindparam("kind"),
            resources.c.outside_id == bindparam("outside"),
        ),
    )
    .where(workspaces.c.workspace_id == bindparam("ws"))
)

#: A resource: its id, or its kind with the id that it has outside.
Which = str | tuple[str, str]


class Stamp(NamedTuple):
    standing_version: int
    roles_version: int
    plan: str
    deleted_at: int | None


class Kept(NamedTuple):
    """What somebody may do (None: no member): right while the stamp stands, from ``since`` until before ``until``."""

    stamp: Stamp | None
    standing: Standing | None
    since: int = 0
    until: int = _ALWAYS
    member_id: str = ""

    def stands(self, stamp: Any, at: int) -> bool:
        return self.stamp == stamp and self.since <= at < self.until


class Grants(NamedTuple):
    """How far live grants to somebody and to their groups go, by resource; right as ``Kept`` is.

    ``managed``: the resources that they manage by more than what was taken in an emergency.
    """

    stamp: Stamp | None
    levels: Mapping[str, Level]
    since: int
    until: int
    managed: frozenset[str] = frozenset()

    def stands(self, stamp: Any, at: int) -> bool:
        return self.stamp == stamp and self.since <= at < self.until


class Place(NamedTuple):
    """Where a resource stands in its tree: the ids from the top to itself. Without a kind there is no such resource."""

    stamp: Stamp | None
    scheme: str
    kind: str
    path: tuple[str, ...]


@dataclass(slots=True)
class Access:
    """What somebody may do (None: no member), and how far they reach on a resource (None: nothing reaches it)."""

    standing: Standing | None
    place: Place | None
    reaches: Level | None
    since: int
    until: int
    gives_on: bool = False  # what they have there lets them give access to others
    answers: dict[str, Answer] = field(default_factory=dict)  # nothing that they follow from changes

    def answer(self, permission: str) -> Answer:
        known = self.answers.get(permission)
        if known is None:
            known = self._decided(permission)
            if len(self.answers) < _MOST_ANSWERS:
                self.answers[permission] = known
        return known

    def _decided(self, permission: str) -> Answer:
        place = self.place
        if place is None or not place.kind:
            return decide(self.standing, permission, NO_RESOURCE)
        needs = schemes()[place.scheme].level(permission)
        return decide(self.standing, permission, On(place.kind, needs, self.reaches, self.gives_on))


class Places:
    """Reads grants and resources, each with the stamp of that moment."""

    def __init__(self, own: OwnConnection[Any], engine: Engine) -> None:
        self._own = own
        self._grants = Asked(_GRANTS, engine)
        self._by_id = Asked(_BY_ID, engine)
        self._by_outside_id = Asked(_BY_OUTSIDE_ID, engine)

    def place(self, workspace_id: str, which: Which) -> Place:
        """Of two resources that are said to be the same one outside, neither is known to be meant."""
        params = {"ws": workspace_id}
        if isinstance(which, str):
            asked, params["resource"] = self._by_id, which
        else:
            asked, (params["kind"], params["outside"]) = self._by_outside_id, which
        params = {name: value if can_be_kept(value) else "" for name, value in params.items()}
        rows = self._own.all(asked, params)
        if not rows:
            return Place(None, "", "", ())
        stamp, (scheme, kind, path) = Stamp(*rows[0][:4]), rows[0][4:]
        if kind is None or len(rows) > 1:
            return Place(stamp, scheme, "", ())
        return Place(stamp, scheme, kind, tuple(ids_on(path)))

    def grants(self, workspace_id: str, member_id: str, at: int) -> Grants:
        rows = self._own.all(self._grants, {"ws": workspace_id, "member": member_id})
        if not rows:
            return Grants(None, {}, 0, _ALWAYS)
        given = [row[4:] for row in rows if row[4] is not None]
        levels: dict[str, Level] = {}
        managed: set[str] = set()
        for resource_id, level, end, layer in given:
            if end is None or end > at:
                levels[resource_id] = max(Level(level), levels.get(resource_id, Level.VIEW))
                if level >= Level.MANAGE and layer != IN_EMERGENCY:
                    managed.add(resource_id)
        ends = between([end for _, _, end, _ in given], at)
        return Grants(Stamp(*rows[0][:4]), levels, *ends, frozenset(managed))


def joined(person: Kept, place: Place, held: Grants) -> Access:
    """How far somebody reaches on a resource: by the best of their grants on it or on one above it."""
    reached = [held.levels[resource_id] for resource_id in place.path if resource_id in held.levels]
    return Access(
        person.standing,
        place,
        max(reached, default=None),
        max(person.since, held.since),
        min(person.until, held.until),
        not held.managed.isdisjoint(place.path),
    )


def between(ends: Iterable[int | None], at: int) -> tuple[int, int]:
    """The last of these ends that is over, and the next one: in between nothing changes by itself."""
    known = [end for end in ends if end is not None]
    over, to_come = [end for end in known if end <= at], [end for end in known if end > at]
    return max(over, default=0), min(to_come, default=_ALWAYS)
