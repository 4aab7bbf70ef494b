"""What an invitation carries beside roles: groups to be in, and access to resources.

Whoever makes it may give all of that for good, and is asked again when it is used; what is gone by then is left out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core import grants, groups, resources, text
from core.context import Context
from core.errors import Refusal, RefusalCode
from core.group_membership import put_into
from core.language import t
from core.permissions import Level, Standing
from core.policy import GRANT

#: So many groups, and so many resources, fit into one invitation.
MOST = 10
#: So many of them are named in one sentence.
_NAMED = 5
#: So many characters of roles, of groups and of resources: together they are one fact, which Discord takes up to 1,024 of.
ROOM = 150
#: How it is said in an edit that nothing is to be carried any more.
NONE = "none"
_LEVELS = {level.word: level for level in Level}


class Carried(NamedTuple):
    """Ids of groups, and ids of resources each with its level."""

    groups: tuple[str, ...] = ()
    resources: tuple[tuple[str, int], ...] = ()

    def kept(self) -> dict[str, Any]:
        """As an invitation keeps it, and the record."""
        return {"groups": list(self.groups), "resources": [list(each) for each in self.resources]}


NOTHING = Carried()


def carried_by(row: Any) -> Carried:
    """What an invitation carries."""
    return carried_in({"groups": row.groups, "resources": row.resources})


def carried_in(facts: Mapping[str, Any]) -> Carried:
    """The same, of what a request or a record keeps."""
    pairs = ((str(resource_id), int(level)) for resource_id, level in facts.get("resources") or ())
    return Carried(tuple(facts.get("groups") or ()), tuple(pairs))


# --- typed -------------------------------------------------------------------------------------------------------------


def read_groups(ctx: Context, typed: tuple[str, ...]) -> tuple[str, ...]:
    """The groups of these names; none for the word “none”."""
    if [text.key(name) for name in typed] == [NONE]:
        return ()
    _check_number(typed)
    return tuple(dict.fromkeys(groups.find(ctx, name).group_id for name in typed))


def read_resources(ctx: Context, typed: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """``name``, ``name=level`` or ``name level`` each, to view it where nothing is said; none for the word “none”."""
    if [text.key(name) for name in typed] == [NONE]:
        return ()
    _check_number(typed)
    found: dict[str, int] = {}
    for entry in typed:
        row, level = _resource(ctx, entry)
        found[row.resource_id] = int(level)
    return tuple(found.items())


def _check_number(typed: tuple[str, ...]) -> None:
    if len(typed) > MOST:
        raise Refusal(RefusalCode.TOO_MANY, count=f"{len(typed):,}", limit=str(MOST))


def _resource(ctx: Context, entry: str) -> tuple[Any, Level]:
    name, equals, word = entry.rpartition("=")
    if equals and name.strip() and text.key(word) in _LEVELS:
        return resources.find(ctx, name.strip()), _LEVELS[text.key(word)]
    name, _, word = entry.rpartition(" ")
    try:
        return resources.find(ctx, entry), Level.VIEW
    except Refusal as refusal:
        # Not before: a resource may be called “Final edit”.
        if refusal.code is not RefusalCode.UNKNOWN_RESOURCE or not name or text.key(word) not in _LEVELS:
            raise
    return resources.find(ctx, name.strip()), _LEVELS[text.key(word)]


# --- who may give it -----------------------------------------------------------------------------------------------------


def check_may_give(ctx: Context, carried: Carried) -> None:
    """Refuses whoever runs the call where they may not give all of it, for good."""
    for group_id in carried.groups:
        group = groups.load(ctx, group_id)
        if group is not None:
            groups.check_may_add(ctx, group)
    rows = resources.rows_of(ctx, (resource_id for resource_id, _ in carried.resources))
    for resource_id, level in carried.resources:
        if resource_id in rows:
            grants.check_may_give(ctx, rows[resource_id], Level(level), None)


class Lacking:
    """Which permission a member (their id) of some standing lacks to give all of it, empty for none; asked of many members."""

    def __init__(self, carried: Carried) -> None:
        self._carried = carried
        self._needed: list[str] | None = None
        self._rows: dict[str, Any] = {}
        self._managed: list[tuple[Any, int | None]] = []

    def __call__(self, ctx: Context, member_id: str, standing: Standing) -> str:
        if self._carried == NOTHING:
            return ""
        if self._needed is None:  # the same for everybody
            there = groups.names_of(ctx, self._carried.groups)
            self._needed = [groups.needed_for(ctx, group_id) for group_id in there]
            self._managed = groups.managed_by(ctx, there)
            self._rows = resources.rows_of(ctx, (resource_id for resource_id, _ in self._carried.resources))
        for needed in self._needed:
            if not groups.holds_for_good(standing, needed):
                return needed
        if groups.holds_for_good(standing, GRANT):
            return ""
        if not groups.may_give_all(ctx, self._managed, member_id):
            return GRANT
        for resource_id, level in self._carried.resources:
            row = self._rows.get(resource_id)
            if row is not None and not grants.may_give(ctx, row, Level(level), None, member_id):
                return GRANT
        return ""


def may_all_give(ctx: Context, carried: Carried, member_ids: list[str]) -> bool:
    """Whether each of these members, who answer for it, may give all of it now; who has left may not."""
    if carried == NOTHING:
        return True
    lacking = Lacking(carried)
    for member_id in member_ids:
        standing = ctx.standing_of(member_id)
        if standing is None or lacking(ctx, member_id, standing):
            return False
    return True


# --- given ---------------------------------------------------------------------------------------------------------------


def hand_over(ctx: Context, carried: Carried, member_id: str, by: str, source: str) -> None:
    """Puts a newcomer into the groups and gives them the access, in the name of whoever answers for it."""
    for group_id, name in groups.names_of(ctx, carried.groups).items():
        put_into(ctx, group_id, name, member_id, source, by)
    rows = resources.rows_of(ctx, (resource_id for resource_id, _ in carried.resources))
    for resource_id, level in carried.resources:
        if resource_id in rows:
            row = rows[resource_id]
            grants.give(ctx, row, member_id, Level(level), None, source, by=by, tell=False)


# --- in words --------------------------------------------------------------------------------------------------------------


class Words(NamedTuple):
    """What is carried in words, empty for nothing; ``gone``: how much of it there is no more."""

    groups: str = ""
    resources: str = ""
    gone: int = 0


def in_words(ctx: Context, carried: Carried) -> Words:
    if carried == NOTHING:
        return Words()
    called = groups.names_of(ctx, carried.groups)
    names = resources.names(ctx, (resource_id for resource_id, _ in carried.resources))
    reached = [
        f"{names[resource_id]} ({Level(level).word})"
        for resource_id, level in carried.resources
        if resource_id in names
    ]
    gone = len(carried.groups) - len(called), len(carried.resources) - len(reached)
    return Words(_some(list(called.values()), gone[0]), _some(reached, gone[1]), sum(gone))


def _some(names: list[str], gone: int) -> str:
    parts = text.some(names, _NAMED, ROOM)
    return ", ".join([*parts, *([t("{count} deleted since", count=gone)] if gone else [])])
