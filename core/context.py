"""One transaction of one call: the workspace it is about, the member who asks, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row

from core import audit, entering, ids, leaving
from core.calls import Call, Identity
from core.cards import Link, When
from core.errors import Refusal, RefusalCode
from core.language import t
from core.leaving import Left
from core.models import NOWHERE
from core.permissions import NO_STANDING, Role, Standing
from core.policy import decide
from core.state import Config, Member, RoleCache, Workspace, read_roles
from core.text import either, key


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
        self._cache = cache
        self._workspace: Workspace | None = None
        self._left = Left()
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
            raise self._outside()
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
        if not self._writes:
            self._arrive(entering.by_place_with_me(self.connection, self.call))
            return
        row = entering.by_place(self.connection, where)
        if row is not None:
            self._open(row)

    def _enter_direct(self) -> None:
        if not self._writes:
            self._arrive(entering.direct_with_me(self.connection, self.call, self.person))
            return
        row = entering.direct(self.connection, self.call, self.person)
        if row is not None:
            self._open(row)
            return
        mine = self.my_workspaces()
        entering.refuse_several([name for _, name in mine])
        if mine:
            self.enter(mine[0][0])

    def _arrive(self, rows: Sequence[Row[Any]]) -> None:
        """Enters for reading what was read in one statement, if anything: the workspace, and the person in it."""
        if not rows:
            return
        workspace = self._load(rows[0])
        self.anything_waits = bool(rows[0].waiting)
        self.member = entering.member_in(workspace, rows)

    def my_workspaces(self) -> list[tuple[str, str]]:
        """Id and name of each workspace in which the person is a member."""
        return entering.of_person(self.connection, self.actor.identity)

    def enter(self, workspace_id: str) -> bool:
        """Locks and loads a workspace by its id; False when there is none.

        One that was deleted is none for everybody, except for Usher itself, who still tells what became of it.
        """
        row = entering.by_id(self.connection, workspace_id, writes=self._writes)
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
        self._workspace = entering.loaded(row)
        self._workspace.roles = self._cache.get(self.connection, row.workspace_id, row.roles_version)
        return self._workspace

    def find_member(self, identity: Identity) -> Member | None:
        """The member of this workspace with this identity, with their standing now."""
        return entering.member_by_identity(self.connection, self.workspace, identity, self.at)

    def standing_of(self, member_id: str) -> Standing | None:
        """The standing of a member now, None when they are no member any more."""
        return entering.standing_of(self.connection, self.workspace, member_id, self.at)

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
        if self._workspace is None and self.call.where.channel:
            raise Refusal(RefusalCode.NOT_LINKED)
        if self.member is None:
            raise self._outside()
        if needs != "member" and not decide(self.member.standing, needs).allowed:
            raise Refusal(RefusalCode.NOT_ALLOWED, permission=needs, who=self.who_has(needs))

    def _outside(self) -> Refusal:
        """For whoever is no member, of the workspace or, in a direct message about none, of any: they may have asked to be."""
        found = self._workspace
        mine = entering.waiting(self.connection, self.person, found.workspace_id if found else "", self.at)
        if mine is not None:
            return Refusal(RefusalCode.STILL_WAITING, workspace=mine.name, until=When(mine.expires_at))
        return Refusal(RefusalCode.NOT_A_MEMBER if found else RefusalCode.NOT_LINKED)

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
        self._left.events.append(made)

    def record_afterwards(self, event: str, subject: str, **facts: Any) -> None:
        """As ``record``, of a command that exports: in a small transaction of its own, before its answer is given."""
        self.to_record.append((event, subject, facts))

    def stale(self, subject: str) -> None:
        """Every card that shows ``subject`` has to be looked at again."""
        self._left.stale[f"card/{subject}"] = self.at

    def look_again(self, name: str) -> None:
        """As ``stale``, of any row of the outbox by its whole name."""
        self._left.stale[name] = self.at

    def touch(self) -> None:
        """The workspace's head has to be written although nothing was recorded."""
        self._left.touched = True

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
        self._left.guarded = self._left.guarded or taken
        self._left.moved = self._left.moved or joined != 0
        self._left.shifted = True
        self._left.touched = True

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
        self._left.once[f"note/{view}/{subject}/{recipient}"] = self.at

    def finish(self) -> None:
        """Writes the audit events, the marks and the workspace's head; called before the commit."""
        if self._workspace is None:
            return
        self._write_head()

    def _write_head(self) -> None:
        leaving.write(self, self._left)
        self._left = Left()

    # --- words ---------------------------------------------------------------------------------------------------

    def subject(self, local_id: str) -> str:
        """What a button carries: the workspace and the id in it."""
        return f"{self.workspace.workspace_id}/{local_id}"

    def link(self, code: str) -> Link:
        return Link(f"{self.config.public_url}/i/{code}")


def person_key(identity: Identity) -> str:
    """An identity as one text: what makes a person one person to counters and unique keys."""
    return f"{identity.platform}/{identity.realm}/{identity.subject}"


def identity_of(person: str) -> Identity:
    platform, realm, subject = person.split("/", 2)
    return Identity(platform, realm, subject)


def salt_of(workspace_id: str) -> int:
    """Makes each workspace's short ids begin elsewhere, so that one workspace's id seldom means something in another."""
    return int.from_bytes(workspace_id.encode()[-6:])
