"""Reads a role scheme's file. Whatever is wrong with one is said with the file and the line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Any

from core.permissions import OWN, PERMISSION, TOP, Level, Role, Row, Scheme, expanded, unknown_own
from core.plans import plans
from core.text import clean

_SCHEME = {
    "name": str,
    "single": bool,
    "default": str,
    "working": str,
    "roles": dict,
    "row": list,
    "levels": dict,
}
_ROLE = {"rank": int, "exactly_one": bool, "plans": list}
_ROW = {"permissions": list, "roles": list}
_MAY_LACK = frozenset({"exactly_one", "plans", "levels", "working"})
_KINDS = {str: "text", bool: "true or false", int: "a whole number", list: "a list", dict: "a table"}
#: A role's id is made of its name.
_LONGEST_NAME = 64
_LEVELS = {level.word: level for level in Level}

_COMMENT = re.compile(r'("[^"\n]*")|#[^\n]*')
_AT = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")


class SchemeError(ValueError):
    """A scheme's file does not make sense; the message begins with ``file:line``."""


def load(source: str, text: str) -> Scheme:
    """A scheme from its file's text. Raises ``SchemeError``."""
    return _Reading(source, text).scheme()


class _Reading:
    """One file. Where a place in it is asked for, it is named by the words that lead there, such as header and key."""

    def __init__(self, source: str, text: str) -> None:
        self._source = source
        self._text = text
        self._words = "\n" + _COMMENT.sub(lambda found: found[1] or "", text)

    def wrong(self, problem: str, *place: str) -> SchemeError:
        return SchemeError(f"{self._source}:{self._line(place)}: {problem}")

    def _line(self, place: tuple[str, ...]) -> int:
        """The line of the last of these words, each looked for behind the one before it."""
        at = 0
        for word in place:
            begins = r"\n[ \t]*\[*" if word[0] == "\n" else ""
            found = re.compile(f"{begins}{re.escape(word.strip())}(?![\\w-])").search(self._words, at)
            at = found.end() if found else at
        return max(1, self._words.count("\n", 0, at))

    def scheme(self) -> Scheme:
        try:
            found = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            raise self._no_toml(str(error)) from None
        data = self._checked(found, _SCHEME)
        if data["name"] != self._source.removesuffix(".toml"):
            raise self.wrong(f"the name {data['name']!r} is not that of the file", "\nname")
        roles = self._roles(data["roles"])
        rows: list[Row] = []
        for row in data["row"]:
            rows.append(self._row(row, rows, roles))
        scheme = Scheme(
            data["name"],
            data["default"],
            data["single"],
            tuple(_filled(role, rows) for role in roles.values()),
            tuple(rows),
            self._levels(data.get("levels", {}), rows),
            data.get("working", data["default"]),
        )
        self._check_top(scheme)
        self._check_newcomers(scheme, "default", scheme.default)
        self._check_newcomers(scheme, "working", scheme.working)
        return scheme

    def _no_toml(self, problem: str) -> SchemeError:
        at = _AT.search(problem)
        line = (at and at[1]) or str(self._text.rstrip("\n").count("\n") + 1)
        return SchemeError(f"{self._source}:{line}: {_AT.sub('', problem)}")

    def _checked(self, found: Any, shape: Mapping[str, type], *place: str) -> dict[str, Any]:
        """A table that has what it needs, all of it of the right kind, and nothing else."""
        if not isinstance(found, dict):
            raise self.wrong("this has to be a table", *place)
        for name in found:
            if name not in shape:
                raise self.wrong(
                    f"{name!r} is not known here; known are {', '.join(shape)}", *place, f"\n{name}"
                )
        for name, kind in shape.items():
            if name in found and type(found[name]) is not kind:
                raise self.wrong(f"{name} has to be {_KINDS[kind]}", *place, f"\n{name}")
            if name not in found and name not in _MAY_LACK:
                raise self.wrong(f"{name} is missing", *place)
        return found

    def _strings(self, found: list[Any], what: str, *place: str) -> list[str]:
        odd = next((each for each in found if not isinstance(each, str)), None)
        if odd is not None:
            raise self.wrong(f"{odd!r} among the {what} has to be text", *place)
        twice = next((each for number, each in enumerate(found) if each in found[:number]), None)
        if twice is not None:
            raise self.wrong(f"{twice!r} stands there twice", *place, f'"{twice}"', f'"{twice}"')
        return found

    # --- roles -----------------------------------------------------------------------------------------------------

    def _roles(self, found: dict[str, Any]) -> dict[str, Role]:
        if not found:
            raise self.wrong("there is no role", "\n[roles]")
        roles: dict[str, Role] = {}
        for name, data in found.items():
            role = self._role(name, data)
            for above in roles.values():
                if above.role_id == role.role_id:
                    raise self.wrong(f"{name!r} is there twice", *_role_place(above.name), f'\n"{name}"')
                if above.rank == role.rank:
                    raise self.wrong(
                        f"{name!r} has the same rank as {above.name!r}: ranks must differ", *_role_place(name)
                    )
                if above.rank < role.rank:
                    raise self.wrong(
                        f"{name!r} stands below {above.name!r} and has a higher rank", *_role_place(name)
                    )
            roles[name] = role
        return roles

    def _role(self, name: str, found: Any) -> Role:
        place = _role_place(name)
        if not name or name != clean(name) or len(name) > _LONGEST_NAME:
            raise self.wrong(f"{name!r} cannot be the name of a role", *place)
        data = self._checked(found, _ROLE, *place)
        on = self._strings(data.get("plans", []), "plans", *place)
        unknown = next((plan for plan in on if plan not in plans()), None)
        if unknown is not None:
            raise self.wrong(f"there is no plan {unknown!r}; there are {', '.join(plans())}", *place)
        return Role(
            name.lower().replace(" ", "-"),
            name,
            data["rank"],
            frozenset(),
            data.get("exactly_one", False),
            tuple(on),
        )

    # --- rows ------------------------------------------------------------------------------------------------------

    def _row(self, found: Any, above: list[Row], roles: dict[str, Role]) -> Row:
        place = ("\n[[row]]",) * (len(above) + 1)
        data = self._checked(found, _ROW, *place)
        permissions = self._strings(data["permissions"], "permissions", *place, "\npermissions")
        holders = self._strings(data["roles"], "roles", *place, "\nroles")
        for name, each in (("permission", permissions), ("role", holders)):
            if not each:
                raise self.wrong(f"no {name} is named in this row", *place, f"\n{name}s")
        for permission in permissions:
            exact = (*place, "\npermissions", f'"{permission}"')
            if not PERMISSION.fullmatch(permission):
                raise self.wrong(f"{permission!r} is not a permission: they read thing:action", *exact)
            if unknown_own(permission):
                raise self.wrong(f"{permission!r} is none of Usher's own: {', '.join(sorted(OWN))}", *exact)
            if any(permission in row.permissions for row in above):
                raise self.wrong(f"{permission!r} stands in two rows", *exact)
        for holder in holders:
            if holder not in roles:
                raise self.wrong(
                    f"there is no role {holder!r}; there are {', '.join(roles)}",
                    *place,
                    "\nroles",
                    f'"{holder}"',
                )
        return Row(tuple(permissions), tuple(holders))

    # --- what all of it has to be -------------------------------------------------------------------------------------

    def _levels(self, found: dict[str, Any], rows: list[Row]) -> dict[str, Level]:
        place = ("\n[levels]",)
        known = [permission for row in rows for permission in row.permissions]
        levels: dict[str, Level] = {}
        for word, listed in found.items():
            here = (*place, f"\n{word}")
            if word not in _LEVELS:
                raise self.wrong(f"there is no level {word!r}; there are {', '.join(_LEVELS)}", *here)
            if not isinstance(listed, list):
                raise self.wrong(f"{word} has to be a list", *here)
            for permission in self._strings(listed, "permissions", *here):
                exact = (*here, f'"{permission}"')
                if permission not in known:
                    raise self.wrong(f"no role holds {permission!r}", *exact)
                if permission in OWN:
                    raise self.wrong(f"{permission!r} is Usher's own: it has no level", *exact)
                if permission in levels:
                    raise self.wrong(f"{permission!r} has two levels", *exact)
                levels[permission] = _LEVELS[word]
        for permission in known:
            if permission not in levels and permission not in OWN:
                raise self.wrong(f"{permission!r} has no level", "\n[[row]]", f'"{permission}"')
        return levels

    def _check_top(self, scheme: Scheme) -> None:
        top = scheme.top
        if TOP not in top.permissions:
            raise self.wrong(f"{top.name!r} does not hold {TOP}: the top role has to", *_role_place(top.name))
        if top.plans:
            raise self.wrong(
                f"{top.name!r}, the top role, has to count on every plan", *_role_place(top.name)
            )

    def _check_newcomers(self, scheme: Scheme, what: str, name: str) -> None:
        """A role that newcomers may get is there, and not held by exactly one member."""
        found = next((role for role in scheme.roles if role.name == name), None)
        if name and found is None:
            raise self.wrong(f"the {what} role {name!r} is not among the roles", f"\n{what}")
        if found is not None and found.exactly_one:
            raise self.wrong(
                f"{name!r} is held by exactly one member: it cannot be the {what} role", f"\n{what}"
            )


def _role_place(name: str) -> tuple[str, ...]:
    return ("\n[roles]", f'\n"{name}"')


def _filled(role: Role, rows: list[Row]) -> Role:
    """The role with all that the rows give it."""
    held = expanded(permission for row in rows if role.name in row.roles for permission in row.permissions)
    return role._replace(permissions=held)
