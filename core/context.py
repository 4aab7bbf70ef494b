"""One transaction of one call: the workspace it is about, the member who asks, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select, text, union_all, update

from core import audit, homes, ids
from core.calls import Call, Identity
from core.cards import Link, Text
from core.errors import Refusal, RefusalCode
from core.invariants import check_invariants
from core.language import number, says, t
from core.models import (
    IS_PENDING,
    NOWHERE,
    chosen,
    identities,
    member_roles,
    members,
    places,
    requests,
    workspaces,
)
from core.permissions import NO_STANDING, Role, Standing
from core.policy import APPROVE, decide
from core.seats import people_moved, seats_moved
from core.state import Config, Member, RoleCache, Workspace, read_roles
from core.text import either, key

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
        members.c.name,
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
_HEAD = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"))
    .values(
        counter=bindparam("n"),
        audit_length=bindparam("length"),
        audit_hash=bindparam("head"),
        roles_version=bindparam("roles"),
        standing_version=bindparam("standing"),
        member_count=bindparam("members"),
    )
)
_STALE = text(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :key, 1, :due, 0, '') "
    "ON CONFLICT (workspace_id, key) DO UPDATE SET version = outbox.version + 1, due_at = excluded.due_at, "
    "attempts = 0, parked_at = NULL"
)
_ONCE = text(
    "INSERT INTO outbox (workspace_id, key, version, due_at, attempts, trouble) VALUES (:ws, :key, 1, :due, 0, '') "
    "ON CONFLICT (workspace_id, key) DO NOTHING"
)


class Context:
    """A running call. Use cases read and write through ``connection`` and leave audit events and stale marks here."""

    def __init__(
        self, connection: Connection, call: Call, config: Config, cache: RoleCache, *, writes: bool
    ) -> None:
        self.connection = connection
        self.call = call
        self.at = call.at
        self.actor = call.actor
        self.config = config
        self.member: Member | None = None
        #: Whether nothing can change between a transaction's beginning and its end (SQLite takes its lock at once).
        self.serial = connection.dialect.name == "sqlite"
        self._writes = writes
        self._touched = False
        self._guarded = False
        self._moved = False
        self._shifted = False
        self._cache = cache
        self._workspace: Workspace | None = None
        self._events: list[audit.Event] = []
        self._stale: dict[str, int] = {}
        self._once: dict[str, int] = {}
        self.to_revisit: set[str] = set()
        self.to_tell: set[tuple[str, str, str]] = set()
        self.to_record: list[tuple[str, str, dict[str, Any]]] = []
        #: False when it is known that no request is open in the workspace.
        self.anything_waits = True

    # --- which workspace, which member -------------------------------------------------------------------------

    @property
    def workspace(self) -> Workspace:
        if self._workspace is None:
            raise Refusal(RefusalCode.NOT_LINKED)
        return self._workspace

    @property
    def found(self) -> Workspace | None:
        """The workspace, where there is one."""
        return self._workspace

    @property
    def me(self) -> Member:
        if self.member is None:
            raise Refusal(RefusalCode.NOT_A_MEMBER)
        return self.member

    @property
    def standing(self) -> Standing:
        return self.member.standing if self.member else NO_STANDING

    def enter_place(self, *, only_linked: bool = False) -> None:
        """Enters the workspace that is meant where the call comes from, if any: the one that is linked to the place.

        In a direct message, unless ``only_linked``: the one that the person chose and still is in, else that of the
        team, else the person's only one. Raises ``Refusal`` where several could be meant.
        """
        where = self.call.where
        if not where.channel and not only_linked:
            self._enter_direct()
            return
        place = {"platform": where.platform, "realm": where.realm, "channel": where.channel}
        if not self._writes:
            rows = self.connection.execute(_PLACE_AND_ME, {**place, **self._myself()}).all()
            if rows:
                self._arrive([row for row in rows if row.workspace_id == rows[0].workspace_id])
            return
        row = self.connection.execute(_BY_PLACE_FOR_WRITE, place).first()
        if row is not None:
            self._open(row)

    def _enter_direct(self) -> None:
        where = self.call.where
        team = {"platform": where.platform, "realm": where.realm, "person": self.person}
        if not self._writes:
            self._arrive_direct(self.connection.execute(_DIRECT_AND_ME, {**team, **self._myself()}).all())
            return
        me = self.actor.identity
        who = {"on": me.platform, "in_realm": me.realm, "who": me.subject}
        row = self.connection.execute(_DIRECT_FOR_WRITE, {**team, **who}).first()
        if row is not None:
            self._open(row)
            return
        mine = self.my_workspaces()
        self._refuse_several([name for _, name in mine])
        if mine:
            self.enter(mine[0][0])

    def _arrive_direct(self, rows: Sequence[Row[Any]]) -> None:
        mine = {row.workspace_id: row.name for row in rows if row.member_id is not None}
        picked = [row for row in rows if row.is_chosen and row.workspace_id in mine]
        picked = picked or [row for row in rows if row.of_team]
        if not picked:
            self._refuse_several(sorted(mine.values()))
            picked = [row for row in rows if row.workspace_id in mine]
        if picked:
            self._arrive(picked)

    def _refuse_several(self, names: list[str]) -> None:
        if len(names) > 1:
            raise Refusal(RefusalCode.WHICH_WORKSPACE, workspaces=naming(names))

    def _myself(self) -> dict[str, Any]:
        me = self.actor.identity
        return {"on": me.platform, "in_realm": me.realm, "who": me.subject, "now": self.at}

    def _arrive(self, rows: Sequence[Row[Any]]) -> None:
        """Enters for reading what was read in one statement: the workspace, and the person in it by their roles."""
        first = rows[0]
        workspace = self._load(first)
        self.anything_waits = bool(first.waiting)
        self.member = None
        if first.member_id is not None:
            held = _held(rows)
            self.member = Member(
                first.member_id,
                first.member_name,
                first.email,
                tuple(held),
                workspace.standing_with_ends(held),
                bool(first.elsewhere),
                _ends(rows),
            )

    def my_workspaces(self) -> list[tuple[str, str]]:
        """Id and name of each workspace in which the person is a member."""
        rows = self.connection.execute(_OF_PERSON, self.actor.identity._asdict())
        return [(row.workspace_id, row.name) for row in rows]

    def enter(self, workspace_id: str) -> bool:
        """Locks and loads a workspace by its id; False when there is none.

        One that was deleted is none for everybody, except for Usher itself, who still tells what became of it.
        """
        row = self.connection.execute(
            _LOCK_FOR_WRITE if self._writes else _LOCK, {"ws": workspace_id}
        ).first()
        if row is None or (row.deleted_at is not None and not self._is_usher):
            return False
        self._open(row)
        return True

    @property
    def _is_usher(self) -> bool:
        return self.actor.identity.platform == "usher"

    def _open(self, row: Row[Any]) -> None:
        if self._workspace is not None:
            self._write_head()
        self._load(row)
        # After the lock: what this reads cannot change before the transaction ends.
        nobody = row.workspace_id == NOWHERE or self._is_usher
        self.member = None if nobody else self.find_member(self.actor.identity)

    def _load(self, row: Row[Any]) -> Workspace:
        self._workspace = Workspace(
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
        self._workspace.roles = self._cache.get(self.connection, row.workspace_id, row.roles_version)
        return self._workspace

    def find_member(self, identity: Identity) -> Member | None:
        """The member of this workspace with this identity, with their standing now."""
        rows = self.connection.execute(
            _MEMBER_BY_IDENTITY,
            {
                "ws": self.workspace.workspace_id,
                "platform": identity.platform,
                "realm": identity.realm,
                "subject": identity.subject,
                "now": self.at,
            },
        ).all()
        if not rows:
            return None
        held = _held(rows)
        first = rows[0]
        return Member(
            first.member_id,
            first.name,
            first.email,
            tuple(held),
            self.workspace.standing_with_ends(held),
            bool(first.elsewhere),
            _ends(rows),
        )

    def standing_of(self, member_id: str) -> Standing | None:
        """The standing of a member now, None when they are no member any more."""
        rows = self.connection.execute(
            _ROLES_OF_MEMBER, {"ws": self.workspace.workspace_id, "member": member_id, "now": self.at}
        ).all()
        return self.workspace.standing_with_ends(_held(rows)) if rows else None

    def leave(self) -> None:
        """Forgets which workspace this is about, before anything was recorded there."""
        self._workspace = self.member = None

    @property
    def spoken_of(self) -> str:
        """The workspace's name, for a member who has to be told which one an answer is about; else empty."""
        return self.workspace.name if self.member is not None and self.member.elsewhere else ""

    # --- permissions ---------------------------------------------------------------------------------------------

    def require(self, needs: str) -> None:
        """Refuses unless the person is a member (``needs`` is ``member``) who holds the permission ``needs``."""
        if not needs:
            return
        if self._workspace is None:
            raise Refusal(RefusalCode.NOT_LINKED)
        if self.member is None:
            raise Refusal(RefusalCode.NOT_A_MEMBER)
        if needs != "member" and not decide(self.member.standing, needs).allowed:
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=needs, who=self.who_has(needs))

    def who_has(self, permission: str) -> str:
        """A sentence that names the roles that hold a permission, for members only."""
        names = [role.name for role in self.workspace.roles_with(permission)]
        return t("Ask someone who is {roles}.", roles=either(names)) if names else ""

    def role(self, typed: str) -> Role:
        """The role of that name, without regard to case."""
        wanted = key(typed)
        for role in self.workspace.roles.values():
            if key(role.name) == wanted:
                return role
        known = ", ".join(role.name for role in self.workspace.roles.values())
        raise Refusal(RefusalCode.UNKNOWN_ROLE, name=typed, roles=known)

    # --- what a call leaves behind -------------------------------------------------------------------------------

    @property
    def person(self) -> str:
        return person_key(self.actor.identity)

    def new_id(self, prefix: str) -> str:
        """A short id that is new in this workspace: ``inv-7F3K``."""
        self.workspace.counter += 1
        return f"{prefix}-{ids.short(self.workspace.counter, salt_of(self.workspace.workspace_id))}"

    def record(self, event: str, subject: str, *, actor: str = "", **facts: Any) -> None:
        """Adds an event to the workspace's record."""
        workspace = self.workspace
        where = self.call.where
        made = audit.next_event(
            workspace.workspace_id,
            workspace.audit_length + 1,
            self.at,
            actor or (self.member.member_id if self.member else self.person),
            f"{where.platform}/{where.realm}/{where.channel}",
            event,
            subject[:120],
            facts,
            workspace.audit_hash,
        )
        workspace.audit_length, workspace.audit_hash = made.number, made.hash
        self._events.append(made)

    def record_afterwards(self, event: str, subject: str, **facts: Any) -> None:
        """As ``record``, of a command that exports: in a small transaction of its own, before its answer is given."""
        self.to_record.append((event, subject, facts))

    def stale(self, subject: str) -> None:
        """Every card that shows ``subject`` has to be looked at again."""
        self._stale[f"card/{subject}"] = self.at

    def look_again(self, name: str) -> None:
        """As ``stale``, of any row of the outbox by its whole name."""
        self._stale[name] = self.at

    def touch(self) -> None:
        """The workspace's head has to be written although nothing was recorded."""
        self._touched = True

    def standing_changed(self, *, joined: int = 0, roles: bool = False, taken: bool = True) -> None:
        """Somebody's membership or roles, or what a role holds, has changed in this transaction.

        ``joined``: by how many the members became more. ``roles``: the roles themselves changed. ``taken``: somebody may
        hold less than before, so that before the commit the rules about the top roles are checked, whatever the door.
        """
        workspace = self.workspace
        workspace.standing_version += 1
        workspace.member_count += joined
        if roles:
            workspace.roles_version += 1
            self._roles_changed(workspace)
        self._guarded = self._guarded or taken
        self._moved = self._moved or joined != 0
        self._shifted = True
        self._touched = True

    def _roles_changed(self, workspace: Workspace) -> None:
        """Reads the roles again, and never from what another transaction may have kept under the same version."""
        workspace.roles = read_roles(self.connection, workspace.workspace_id)
        if self.member is not None:
            self.member = self.find_member(self.actor.identity)

    def revisit(self, subject: str) -> None:
        """A refused click has shown that a card is out of date: it is marked even though the call is rolled back."""
        self.to_revisit.add(subject)

    def tell_anyway(self, recipient: str, view: str, subject: str) -> None:
        """As ``notify``, of a call that is refused: somebody hears of it even though the call is rolled back."""
        self.to_tell.add((recipient, view, subject))

    def notify(self, recipient: str, view: str, subject: str) -> None:
        """Somebody (``member:<id>`` or a person's key) is to hear of ``subject``, once."""
        self._once[f"note/{view}/{subject}/{recipient}"] = self.at

    def finish(self) -> None:
        """Writes the audit events, the marks and the workspace's head; called before the commit."""
        if self._workspace is None:
            return
        self._write_head()

    def _write_head(self) -> None:
        if self._guarded:
            check_invariants(self)
        if self._moved:
            seats_moved(self)
        if self._shifted:
            people_moved(self)
        workspace = self.workspace
        connection = self.connection
        if self._events:
            connection.execute(audit.INSERT, [event._asdict() for event in self._events])
        for statement, marks in ((_STALE, self._stale), (_ONCE, self._once)):
            if marks:
                rows = [
                    {"ws": workspace.workspace_id, "key": name, "due": due} for name, due in marks.items()
                ]
                connection.execute(statement, rows)
        self._look_at_homes()
        if self._events or self._touched:
            head = {
                "ws": workspace.workspace_id,
                "n": workspace.counter,
                "length": workspace.audit_length,
                "head": workspace.audit_hash,
                "roles": workspace.roles_version,
                "standing": workspace.standing_version,
                "members": workspace.member_count,
            }
            connection.execute(_HEAD, head)
        self._events, self._stale, self._once, self._touched = [], {}, {}, False
        self._guarded = self._moved = self._shifted = False

    def _look_at_homes(self) -> None:
        """Whoever has their Home open may see something else there now."""
        happened = [event for event in self._events if event.event != "refused"]
        if not happened or self.workspace.workspace_id == NOWHERE:
            return
        plain = not self.workspace.setting("approvals")
        approvers = [role.role_id for role in self.workspace.roles_with(APPROVE)] if plain else None
        homes.touched(self.connection, self.workspace.workspace_id, self.at, happened, self._once, approvers)

    # --- words ---------------------------------------------------------------------------------------------------

    def subject(self, local_id: str) -> str:
        """What a button carries: the workspace and the id in it."""
        return f"{self.workspace.workspace_id}/{local_id}"

    def link(self, code: str) -> Link:
        return Link(f"{self.config.public_url}/i/{code}")


def _held(rows: Sequence[Any]) -> dict[str, int | None]:
    return {row.role_id: row.ends_at for row in rows if row.role_id}


def _ends(rows: Sequence[Row[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((row.role_id, row.ends_at) for row in rows if row.ends_at is not None)


def person_key(identity: Identity) -> str:
    """An identity as one text: what makes a person one person to counters and unique keys."""
    return f"{identity.platform}/{identity.realm}/{identity.subject}"


def identity_of(person: str) -> Identity:
    platform, realm, subject = person.split("/", 2)
    return Identity(platform, realm, subject)


def salt_of(workspace_id: str) -> int:
    """Makes each workspace's short ids begin elsewhere, so that one workspace's id seldom means something in another."""
    return int.from_bytes(workspace_id.encode()[-6:])


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
