"""Whether a database was used with this secret or another one: of the first it keeps the fingerprint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from core.audit import FIRST_HASH
from core.errors import OtherSecret
from core.models import NOWHERE, workspaces

#: The stream for events that belong to no workspace.
_NOWHERE_ROW = text(
    "INSERT INTO workspaces (workspace_id, name, scheme, plan, settings, counter, audit_length, audit_hash, "
    "roles_version, standing_version, member_count, declared, created_at) "
    "VALUES (:id, '', 'simple', '', :settings, 0, 0, :hash, 1, 1, 0, '[]', 0) "
    "ON CONFLICT (workspace_id) DO NOTHING"
)
#: Under this name it is kept, among the settings of the row above.
_FINGERPRINT = "fingerprint"
_KEPT = select(workspaces.c.settings).where(workspaces.c.workspace_id == NOWHERE)
_KEPT_FOR_WRITE = _KEPT.with_for_update()
_KEEP = update(workspaces).where(workspaces.c.workspace_id == NOWHERE).values(settings=bindparam("kept"))


def prepare(connection: Connection, mine: str, *, new_secret: bool) -> None:
    """Makes sure of the row and of what it keeps; raises ``OtherSecret`` unless ``new_secret`` takes its place."""
    connection.execute(_NOWHERE_ROW, {"id": NOWHERE, "hash": FIRST_HASH, "settings": "{}"})
    kept = connection.execute(_KEPT_FOR_WRITE).scalar_one()
    if not _fits(kept, mine) and not new_secret:
        raise OtherSecret
    if kept.get(_FINGERPRINT) != mine:
        connection.execute(_KEEP, {"kept": {**kept, _FINGERPRINT: mine}})


def fits(connection: Connection, mine: str) -> bool:
    """Whether the database knows no other one."""
    return _fits(connection.execute(_KEPT).scalar() or {}, mine)


def _fits(kept: Mapping[str, Any], mine: str) -> bool:
    return bool(kept.get(_FINGERPRINT, mine) == mine)
