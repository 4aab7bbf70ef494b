"""Who could give a role on a Discord server by themselves: Discord's own rule, which Usher never goes beyond."""

from __future__ import annotations

import pytest

from adapters.discord.access import Role, Server

EVERYONE, LOW, MIDDLE, HIGH, APPS, KEEPER, ADMIN = range(1, 8)
_MANAGE_ROLES, _ADMINISTRATOR = 1 << 28, 1 << 3
SERVER = Server(
    EVERYONE,
    99,
    {
        role.role_id: role
        for role in (
            Role(EVERYONE, 0, 0, managed=False),
            Role(LOW, 1, 0, managed=False),
            Role(MIDDLE, 5, 0, managed=False),
            Role(HIGH, 9, 0, managed=False),
            Role(APPS, 2, 0, managed=True),
            Role(KEEPER, 5, _MANAGE_ROLES, managed=False),
            Role(ADMIN, 8, _ADMINISTRATOR, managed=False),
        )
    },
)


@pytest.mark.parametrize(
    ("role", "who", "held", "why_not"),
    [
        (LOW, 7, [KEEPER], ""),
        (LOW, 7, [ADMIN], ""),
        (MIDDLE, 7, [KEEPER], "does not stand below"),  # beside is not below
        (HIGH, 7, [KEEPER], "does not stand below"),
        (HIGH, 7, [ADMIN], "does not stand below"),  # an administrator is held to the order, too
        (LOW, 7, [HIGH], "Manage Roles"),
        (LOW, 7, [], "Manage Roles"),
        (HIGH, 99, [], ""),  # who owns the server is above all
        (APPS, 99, [], "belongs to an app"),
        (EVERYONE, 99, [], "belongs to an app or to everybody"),
        (42, 99, [], "is no more"),
        (LOW, 7, [42, KEEPER], ""),  # a role that was deleted since
    ],
)
def test_a_role_can_be_given_by_who_stands_above_it_and_manages_roles(
    role: int, who: int, held: list[int], why_not: str
) -> None:
    found = SERVER.why_not(role, who, held)

    assert why_not in found
    assert bool(why_not) == bool(found)
