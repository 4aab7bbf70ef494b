"""What somebody typed as permissions, as the set of permissions that it makes of a role.

Usher's own permissions are a closed set; the product's are open, and naming a new one makes it known in the workspace.
"""

from __future__ import annotations

import difflib
from typing import NamedTuple

from sqlalchemy import bindparam, update

from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import workspaces
from core.permissions import INCLUDED, OWN, expanded, is_own, unknown_own
from core.schemes import schemes

#: How many of the product's permissions a workspace may make known beside its scheme's.
MOST_DECLARED = 200
#: How alike two permissions are before one may be a slip of the keyboard for the other.
_ALIKE = 0.82

_DECLARE = (
    update(workspaces)
    .where(workspaces.c.workspace_id == bindparam("ws"))
    .values(declared=bindparam("declared"))
)


class Wanted(NamedTuple):
    """``new``: the product's permissions that are named for the first time, each with a known one that it resembles."""

    permissions: frozenset[str]
    new: tuple[tuple[str, str], ...] = ()


def known_permissions(ctx: Context) -> frozenset[str]:
    """Every permission that has a meaning here: Usher's own, the scheme's, those of the roles and those made known."""
    workspace = ctx.workspace
    of_scheme = (role.permissions for role in schemes()[workspace.scheme].roles)
    of_roles = (role.permissions for role in workspace.roles.values())
    return OWN.union(workspace.declared, *of_scheme, *of_roles)


def read(ctx: Context, typed: tuple[str, ...], base: frozenset[str], *, instead: bool) -> Wanted:
    """What becomes of the permissions ``base`` by what was typed: ``+`` adds, ``-`` takes away.

    Those without a sign are added too; with ``instead`` they are the whole list, and stand with no signed ones.
    """
    plus = {entry.lstrip("+") for entry in typed if not entry.startswith("-")}
    minus = {entry.lstrip("-") for entry in typed if entry.startswith("-")}
    listed = [entry for entry in typed if entry[0] not in "+-"]
    if instead and listed:
        if len(listed) < len(typed):
            raise Refusal(RefusalCode.MIXED_PERMISSIONS)
        base = frozenset()
    known = known_permissions(ctx)
    _check_known(plus, minus, known)
    # With one that includes others go those that it brought, unless they are asked for by name.
    brought = expanded(minus) - minus - plus
    after = (base | expanded(plus)) - minus - brought
    _check_whole(after)
    new = sorted(permission for permission in plus if permission not in known)
    if len(ctx.workspace.declared) + len(new) > MOST_DECLARED:
        raise Refusal(RefusalCode.TOO_MANY_PERMISSIONS, limit=str(MOST_DECLARED))
    return Wanted(after, tuple((permission, _resembled(permission, known)) for permission in new))


def _check_known(plus: set[str], minus: set[str], known: frozenset[str]) -> None:
    """None of Usher's own that does not exist; and nothing is taken away that nobody knows."""
    for permission in sorted(plus | minus):
        if unknown_own(permission) or (permission in minus and permission not in known):
            own = sorted(OWN if is_own(permission) else known - OWN)
            near = _resembled(permission, known)
            raise Refusal(
                RefusalCode.UNKNOWN_PERMISSION,
                name=permission,
                owner=t("Usher's own") if is_own(permission) else t("The product's"),
                known=", ".join(own) or t("none yet"),
                hint=t("Did you mean {permission}?", permission=near) + " " if near else "",
            )


def _check_whole(after: frozenset[str]) -> None:
    """What includes others is never held without them."""
    for whole in sorted(after & INCLUDED.keys()):
        for part in INCLUDED[whole]:
            if part not in after:
                raise Refusal(RefusalCode.PERMISSION_INCLUDED, permission=part, whole=whole)


def _resembled(permission: str, known: frozenset[str]) -> str:
    found = difflib.get_close_matches(permission, sorted(known), n=1, cutoff=_ALIKE)
    return found[0] if found else ""


def declare(ctx: Context, new: tuple[str, ...]) -> None:
    """Makes permissions of the product known in the workspace."""
    if not new:
        return
    workspace = ctx.workspace
    workspace.declared = [*workspace.declared, *new]
    ctx.connection.execute(_DECLARE, {"ws": workspace.workspace_id, "declared": workspace.declared})
    ctx.record("permissions.declared", workspace.workspace_id, permissions=list(new))
