"""Who has a role on a Discord server: looked at, given, taken, and looked at again.

Usher's own role may stand above most people's. Whatever it gives there it gives in the name of whoever linked the role, and
each time it is read anew whether they could give it themselves: Discord's order of roles, applied to both of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import discord

from core.language import mark
from core.ports import Access, Forbidden, Gone, Unavailable

ROLE: Final = "discord-role"
_ADMINISTRATOR: Final = 1 << 3
_MANAGE_ROLES: Final = 1 << 28
_UNKNOWN_GUILD, _UNKNOWN_MEMBER, _UNKNOWN_ROLE, _UNKNOWN_USER = 10004, 10007, 10011, 10013
_NOT_THERE: Final = frozenset({_UNKNOWN_MEMBER, _UNKNOWN_USER})
#: Discord's codes as a person who can mend it would say them.
WORDS: Final[Mapping[int, str]] = {
    _UNKNOWN_GUILD: mark("Usher is not on that server any more"),
    _UNKNOWN_MEMBER: mark("they are not on the server"),
    _UNKNOWN_ROLE: mark("the role is no more"),
    _UNKNOWN_USER: mark("they are not on the server"),
    50001: mark("Usher cannot see that server"),
    50013: mark("Usher may not give that role: it needs Manage Roles, and a role of its own above that one"),
    50028: mark("that role can be given by nobody"),
    60003: mark("the server asks whoever runs Usher for two-factor authentication"),
}
NOT_BELOW_BOT: Final = mark("the role does not stand below Usher's own")
_OF_NOBODY: Final = mark("that role belongs to an app or to everybody, and can be given by nobody")
_NOT_ALLOWED: Final = mark("that takes Manage Roles")
_TOO_HIGH: Final = mark("that role does not stand below the highest one that they have")
#: The same of whoever vouches for it.
_VOUCHER_CANNOT: Final[Mapping[str, str]] = {
    _OF_NOBODY: mark(
        "whoever linked it cannot give that role themselves any more: that role belongs to an app or to everybody, and can "
        "be given by nobody"
    ),
    _NOT_ALLOWED: mark(
        "whoever linked it cannot give that role themselves any more: that takes Manage Roles"
    ),
    _TOO_HIGH: mark(
        "whoever linked it cannot give that role themselves any more: that role does not stand below the highest one that "
        "they have"
    ),
}


class Role(NamedTuple):
    """A role as far as the order counts."""

    role_id: int
    position: int
    permissions: int
    managed: bool


class Server(NamedTuple):
    """A server's roles and its owner, as they are now."""

    server_id: int
    owner_id: int
    roles: dict[int, Role]

    def top(self, held: list[int]) -> int:
        return max((self.roles[each].position for each in held if each in self.roles), default=0)

    def permits(self, held: list[int], needed: int) -> bool:
        """Whether these roles, with everybody's, hold a permission."""
        bits = 0
        for each in (self.server_id, *held):
            bits |= self.roles[each].permissions if each in self.roles else 0
        return bool(bits & (needed | _ADMINISTRATOR))

    def why_not(self, role_id: int, who: int, held: list[int]) -> str:
        """Why somebody with these roles could not give that role by themselves; empty where they could."""
        role = self.roles.get(role_id)
        if role is None:
            return WORDS[_UNKNOWN_ROLE]
        if role.managed or role.role_id == self.server_id:
            return _OF_NOBODY
        if who == self.owner_id:
            return ""
        if not self.permits(held, _MANAGE_ROLES):
            return _NOT_ALLOWED
        if role.position >= self.top(held):
            return _TOO_HIGH
        return ""


async def read(client: discord.Client, access: Access) -> bool:
    """Whether the person has the role. Who is not on the server has none."""
    held = await _held(client, access, int(access.person))
    return held is not None and int(access.outside_id) in held


async def apply(client: discord.Client, access: Access, *, give: bool, reason: str) -> None:
    """Gives the role or takes it; raises what is in the way, and what Discord did not do though it said so."""
    _known(access)
    server, role = int(access.realm), int(access.outside_id)
    if give:
        await _check(client, access)
        await client.http.add_role(server, int(access.person), role, reason=reason)
    else:
        held = await _held(client, access, int(access.person))
        if held is None or role not in held:
            return
        await client.http.remove_role(server, int(access.person), role, reason=reason)
    if await read(client, access) is not give:
        raise Unavailable(mark("Discord said yes and did nothing"))


async def _check(client: discord.Client, access: Access) -> None:
    """The bot never lends its own power: role below its own, and below that of whoever linked it, at this moment."""
    server = as_server(await client.http.get_guild(int(access.realm), with_counts=False))
    role = int(access.outside_id)
    assert client.user is not None
    mine = await _held(client, access, client.user.id) or []
    if role in server.roles and server.roles[role].position >= server.top(mine):
        raise Forbidden(NOT_BELOW_BOT)
    voucher = int(access.voucher)
    theirs = await _held(client, access, voucher)
    if theirs is None:
        raise Forbidden(mark("whoever linked it is not on the server any more"))
    why_not = server.why_not(role, voucher, theirs)
    if why_not == WORDS[_UNKNOWN_ROLE]:
        raise Gone(why_not)
    if why_not:
        raise Forbidden(_VOUCHER_CANNOT[why_not])


async def _held(client: discord.Client, access: Access, person: int) -> list[int] | None:
    """The roles of a member; None for somebody who is not on the server."""
    try:
        shown: Any = await client.http.get_member(int(access.realm), person)
    except discord.NotFound as error:
        if error.code in _NOT_THERE:
            return None
        raise
    return [int(each) for each in shown["roles"]]


def in_words(error: discord.HTTPException) -> Forbidden | Gone | None:
    """What somebody can mend, in words; None for every other failure."""
    if error.code not in WORDS:
        return None
    gone = error.code in {_UNKNOWN_GUILD, _UNKNOWN_ROLE}
    return Gone(WORDS[error.code]) if gone else Forbidden(WORDS[error.code])


def _known(access: Access) -> None:
    if access.kind != ROLE:
        raise Forbidden(f"Discord has no {access.kind}")


def as_server(shown: Any) -> Server:
    """A server as Discord's API shows it."""
    roles = [
        Role(int(each["id"]), int(each["position"]), int(each["permissions"]), bool(each["managed"]))
        for each in shown["roles"]
    ]
    return Server(int(shown["id"]), int(shown["owner_id"]), {role.role_id: role for role in roles})


def as_known(server: discord.Guild) -> Server:
    """The same, as the library keeps it up to date: for an answer beforehand, which is looked at anew when it counts."""
    roles = [Role(each.id, each.position, each.permissions.value, each.managed) for each in server.roles]
    return Server(server.id, server.owner_id or 0, {role.role_id: role for role in roles})


def why_not_outside(server: discord.Guild, role: int, who: int, held: list[int]) -> str:
    """Why somebody could not give a role to others by Usher; empty where they could."""
    known = as_known(server)
    found = known.roles.get(role)
    if (
        found is not None
        and server.me is not None
        and found.position >= known.top([r.id for r in server.me.roles])
    ):
        return mark("the role does not stand below Usher's own: move Usher's role up first")
    return known.why_not(role, who, held)
