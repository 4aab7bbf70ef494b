"""What a transaction has loaded: its installation, the workspace's row with its roles, the member who acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from core import ids
from core.language import t
from core.models import roles
from core.permissions import Role, Standing, standing_on
from core.schemes import schemes
from core.settings import SETTINGS

_ROLES = select(roles).where(roles.c.workspace_id == bindparam("ws")).order_by(roles.c.rank.desc())


@dataclass(frozen=True, slots=True)
class Config:
    """What the core needs to know of its installation."""

    codes: ids.Codes
    public_url: str
    default_plan: str = "enterprise"


class Member(NamedTuple):
    """A member as the one who acts: ``standing`` is that of this moment.

    ``elsewhere``: the same account is a member of a further workspace. ``ends``: of which role, and when.
    """

    member_id: str
    name: str
    email: str | None
    role_ids: tuple[str, ...]
    standing: Standing
    elsewhere: bool = False
    ends: tuple[tuple[str, int], ...] = ()


@dataclass(slots=True)
class Workspace:
    """A workspace's row; ``counter`` and the audit head are written back when the transaction ends."""

    workspace_id: str
    name: str
    scheme: str
    plan: str
    kept: dict[str, Any]
    counter: int
    audit_length: int
    audit_hash: str
    roles_version: int
    standing_version: int
    member_count: int
    seats: int | None
    declared: list[str]
    roles: dict[str, Role] = field(default_factory=dict)

    def setting(self, name: str) -> Any:
        return self.kept[name] if name in self.kept else self.default(name)

    def default(self, name: str) -> Any:
        """What a setting is without anybody's doing; the default role is the scheme's."""
        if name == "default_role":
            scheme = schemes()[self.scheme]
            wanted = next((role.role_id for role in scheme.roles if role.name == scheme.default), "")
            return wanted if wanted in self.roles else ""
        return SETTINGS[name].default

    def role_names(self) -> dict[str, str]:
        return {role.role_id: role.name for role in self.roles.values()}

    def roles_of(self, role_ids: Any) -> list[Role]:
        return [self.roles[role_id] for role_id in role_ids if role_id in self.roles]

    def names_of(self, role_ids: Any) -> str:
        return ", ".join(role.name for role in self.roles_of(role_ids)) or t("no role")

    def standing(self, role_ids: Any) -> Standing:
        """What these roles give together on the workspace's plan, all of them held for good."""
        return standing_on(self.plan, self.roles_of(role_ids))

    def standing_with_ends(self, held: Mapping[str, int | None]) -> Standing:
        """What these live roles give together, and what those among them that have no end would give alone."""
        all_of_it = self.standing(held)
        if not any(held.values()):
            return all_of_it
        return all_of_it._replace(lasting=self.standing([each for each in held if held[each] is None]))

    def roles_with(self, permission: str) -> list[Role]:
        """The roles that give a permission on the workspace's plan, from the top down."""
        return [role for role in self.roles.values() if standing_on(self.plan, [role]).has(permission)]

    @property
    def single(self) -> bool:
        """Whether everybody has one role."""
        return schemes()[self.scheme].single


class RoleCache:
    """The roles of workspaces by version: right for as long as the version in the workspace's row stands."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[int, dict[str, Role]]] = {}

    def known(self, workspace_id: str, version: int) -> dict[str, Role] | None:
        """The roles of that version, if they are kept."""
        kept = self._kept.get(workspace_id)
        return kept[1] if kept is not None and kept[0] == version else None

    def get(self, connection: Connection, workspace_id: str, version: int) -> dict[str, Role]:
        kept = self.known(workspace_id, version)
        if kept is not None:
            return kept
        found = read_roles(connection, workspace_id)
        self._kept[workspace_id] = (version, found)
        return found


def read_roles(connection: Connection, workspace_id: str) -> dict[str, Role]:
    """The roles of a workspace by id, from the top down."""
    return {
        row.role_id: Role(
            row.role_id,
            row.name,
            row.rank,
            frozenset(row.permissions),
            row.exactly_one,
            tuple(row.plans),
        )
        for row in connection.execute(_ROLES, {"ws": workspace_id})
    }
