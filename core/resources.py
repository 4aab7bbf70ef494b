"""Resources: a tree of anything that can be given access to; finding the one who is meant, and who may know of it.

A member knows of what they reach, and by name of what stands at the top, so that they can ask for it; whoever looks after
resources or access knows of everything. What somebody may not know of reads as if it were not there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, select

from core import text
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.language import t
from core.models import resources
from core.permissions import Standing
from core.policy import ALL, GRANT, VIEW_ALL
from core.reach import facts_of, ids_on

#: Who makes and deletes resources.
MANAGE = "resource:manage"
#: How a kind reads, and how deep a tree may be.
KIND = re.compile(r"[a-z][a-z0-9_-]{0,39}")
DEEPEST = 10
#: Stands in a path for what the reader may not know of.
HIDDEN = "…"

_CHUNK = 500
#: So many of the same name are looked at; so many are named where several could be meant.
_ALIKE, _NAMED = 50, 5

HERE = resources.c.workspace_id == bindparam("ws")
_ONE = select(resources).where(HERE, resources.c.resource_id == bindparam("res"))
_SEVERAL = select(resources).where(HERE, resources.c.resource_id.in_(bindparam("ids", expanding=True)))
_BY_NAME = select(resources).where(HERE, resources.c.name_key == bindparam("name")).limit(_ALIKE)
#: A resource with everything below it. Ids hold nothing that a pattern takes for something else.
UNDER = resources.c.path.like(bindparam("below"))


def below(row: Any) -> str:
    """What ``UNDER`` is given to mean this resource and what is under it."""
    return f"{row.path}%"


def load(ctx: Context, resource_id: str) -> Row[Any] | None:
    return ctx.connection.execute(_ONE, {"ws": ctx.workspace.workspace_id, "res": resource_id}).first()


def rows_of(ctx: Context, ids: Iterable[str]) -> dict[str, Row[Any]]:
    """Resources by their ids; those that are there no more are left out."""
    wanted = sorted(set(ids))
    found: dict[str, Row[Any]] = {}
    for start in range(0, len(wanted), _CHUNK):
        params = {"ws": ctx.workspace.workspace_id, "ids": wanted[start : start + _CHUNK]}
        found.update({row.resource_id: row for row in ctx.connection.execute(_SEVERAL, params)})
    return found


def names(ctx: Context, ids: Iterable[str]) -> dict[str, str]:
    """The names of resources by their ids, whoever asks."""
    return {resource_id: row.name for resource_id, row in rows_of(ctx, ids).items()}


# --- who may know of what ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sight:
    """What somebody knows of: everything, or what they reach with the names at the top.

    ``kinds``: of these, all. ``given``: what live grants to them or their groups are about.
    """

    everything: bool
    kinds: frozenset[str]
    given: frozenset[str]

    def reaches(self, row: Any) -> bool:
        """Whether they may know all about it."""
        return (
            self.everything or row.kind in self.kinds or any(each in self.given for each in ids_on(row.path))
        )

    def reaches_below(self, row: Any) -> bool:
        """Whether they may know all about everything that stands under it."""
        return self.everything or any(each in self.given for each in ids_on(row.path))

    def knows(self, row: Any) -> bool:
        """Whether they may know that it is there."""
        return row.parent_id is None or self.reaches(row)


def sight_of(ctx: Context) -> Sight:
    """What whoever runs the call knows of."""
    return sight_for(ctx, ctx.standing, ctx.member.member_id if ctx.member is not None else "")


def sight_for(ctx: Context, standing: Standing, member_id: str) -> Sight:
    """What a member of that standing knows of; without ``member_id``, nobody here."""
    everything = any(standing.has(permission) for permission in (MANAGE, GRANT, ALL))
    suffix = VIEW_ALL.removeprefix("{kind}")
    kinds = {each.removesuffix(suffix) for each in standing.permissions if each.endswith(suffix)}
    facts = facts_of(ctx, member_id) if member_id and not everything else []
    return Sight(everything, frozenset(kinds), frozenset(f.resource_id for f in facts if f.live(ctx.at)))


# --- paths in words ----------------------------------------------------------------------------------------------------


def paths(ctx: Context, rows: Iterable[Any], sight: Sight | None = None) -> dict[str, str]:
    """Where resources stand, in names, by their ids: ``Studio/Renders/Cut 3``. What the reader may not know of is hidden."""
    rows = list(rows)
    sight = sight_of(ctx) if sight is None else sight
    known = {row.resource_id: row for row in rows}
    above = {each for row in rows for each in ids_on(row.path)} - set(known)
    known |= rows_of(ctx, above)
    return {row.resource_id: _words(row, known, sight) for row in rows}


def _words(row: Any, known: dict[str, Any], sight: Sight) -> str:
    parts: list[str] = []
    for each in ids_on(row.path):
        above = known.get(each)
        shown = above is not None and (each == row.resource_id or sight.knows(above))
        part = above.name if above is not None and shown else HIDDEN
        if part != HIDDEN or parts[-1:] != [HIDDEN]:
            parts.append(part)
    return "/".join(parts)


# --- finding -----------------------------------------------------------------------------------------------------------


def find(
    ctx: Context, typed: str, kind: str = "", parent: Any | None = None, *, anywhere: bool = False
) -> Row[Any]:
    """The resource meant by a short id, a name, ``kind/name``, or a path of names, among those this person knows of.

    Only one of that kind, and directly under that other one, where these are given. Refused in the same words whether
    it does not exist or they may not know of it. ``anywhere``: they may know of all.
    """
    sight = Sight(everything=True, kinds=frozenset(), given=frozenset()) if anywhere else sight_of(ctx)
    wanted = text.key(kind), parent.resource_id if parent is not None else ""
    # Before the names: nobody can take another's place by calling something as that one's id.
    if typed[:4].lower() == "res-":
        row = load(ctx, f"res-{typed[4:].strip().upper()}")
        if row is not None and sight.knows(row) and _fits(row, *wanted):
            return row
    for candidates in _candidates(ctx, typed, sight):
        found = [row for row in candidates if _fits(row, *wanted)]
        if len(found) == 1:
            return found[0]
        if found:
            raise Refusal(
                RefusalCode.AMBIGUOUS_RESOURCE,
                name=text.shorten(typed),
                candidates=_listed(ctx, found, sight),
            )
    raise Refusal(RefusalCode.UNKNOWN_RESOURCE, name=text.shorten(typed))


def find_to_ask_for(ctx: Context, typed: str) -> Row[Any]:
    """The same for whoever asks for access: what is not given can be asked for, by its whole name or its id.

    Somebody has told them of it, or they had it once. What only begins so, or could be one of several, is not shown.
    """
    try:
        return find(ctx, typed)
    except Refusal as unknown:
        if unknown.code is not RefusalCode.UNKNOWN_RESOURCE:
            raise
        try:
            return find(ctx, typed, anywhere=True)
        except Refusal:
            raise unknown from None


def _fits(row: Any, kind: str, parent_id: str) -> bool:
    return (not kind or row.kind == kind) and (not parent_id or row.parent_id == parent_id)


def _candidates(ctx: Context, typed: str, sight: Sight) -> Iterator[list[Row[Any]]]:
    """What may be meant: by the whole as a name, then by a kind with a name, then by a path."""
    yield _named(ctx, typed, sight)
    places = [number for number, char in enumerate(typed) if char == "/"][-DEEPEST:]
    if not places:
        return
    kind, _, rest = typed.partition("/")
    yield [row for row in _named(ctx, rest, sight) if row.kind == text.key(kind)]
    wanted = text.key(typed.strip("/"))
    by_path: dict[str, Row[Any]] = {}
    for place in places:
        found = _named(ctx, typed[place + 1 :], sight)
        words = paths(ctx, found, sight)
        by_path |= {row.resource_id: row for row in found if _ends(text.key(words[row.resource_id]), wanted)}
    whole = [row for row in by_path.values() if text.key(paths(ctx, [row], sight)[row.resource_id]) == wanted]
    yield whole or list(by_path.values())


def _ends(path: str, wanted: str) -> bool:
    return path == wanted or path.endswith(f"/{wanted}")


def _named(ctx: Context, typed: str, sight: Sight) -> list[Row[Any]]:
    wanted = text.key(typed)[:160]
    if not wanted:
        return []
    rows = ctx.connection.execute(_BY_NAME, {"ws": ctx.workspace.workspace_id, "name": wanted})
    return [row for row in rows if sight.knows(row)]


def _listed(ctx: Context, found: Sequence[Any], sight: Sight) -> str:
    words = paths(ctx, found[:_NAMED], sight)
    named = [
        f"{text.shorten(words[row.resource_id])} ({row.kind}, {row.resource_id})" for row in found[:_NAMED]
    ]
    more = len(found) - _NAMED
    return "; ".join([*named, t("and {count} more", count=more)] if more > 0 else named)
