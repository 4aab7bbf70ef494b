"""The role schemes are those of the product's contract, cell by cell: in the files, in what ``can`` answers, and in what
the commands allow."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from core.permissions import INCLUDED, OWN, Level
from core.schemes import schemes


class Table(NamedTuple):
    """A scheme as the contract has it, written by hand: roles from the top down, and who holds what."""

    roles: tuple[str, ...]
    single: bool
    default: str
    exactly_one: tuple[str, ...]
    cells: dict[str, str]


#: Each line: permissions, and the first letters of the roles that hold them.
TABLES = {
    "studio": Table(
        ("Owner", "Admin", "Designer", "Content Editor", "Commenter"),
        True,
        "Commenter",
        ("Owner",),
        {
            "project:publish project:view_all member:invite comment:write": "O A D Con Com",
            "content:edit": "O A D Con",
            "project:create project:edit": "O A D",
            "member:remove role:assign project:transfer workspace:configure script:add request:approve": "O A",
            "workspace:delete": "O",
        },
    ),
    "project": Table(
        ("Super Admin", "Admin", "Project Member", "Project Guest"),
        True,
        "Project Member",
        (),
        {
            "workspace:create content:view people:view comment:write": "Project_M A S",
            "folder:create_top member:invite member:remove role:assign group:manage icon:add "
            "project:configure request:approve": "A S",
            "content:push_all resource:all workspace:configure workspace:delete": "S",
        },
    ),
    "simple": Table(
        ("Workspace Admin", "Workspace Editor", "Workspace Viewer"),
        True,
        "Workspace Viewer",
        (),
        {
            "project:view_all": "Workspace_V Workspace_E Workspace_A",
            "project:create project:edit project:archive project:share": "Workspace_E Workspace_A",
            "project:delete_forever member:invite member:remove role:assign request:approve "
            "workspace:configure workspace:delete": "Workspace_A",
        },
    ),
    "animation": Table(
        ("Admin", "Editor", "Developer", "Viewer"),
        True,
        "Editor",
        (),
        {
            "animation:view": "A E D V",
            "animation:edit": "A E",
            "animation:inspect": "A D",
            "member:invite member:remove role:assign request:approve resource:all workspace:create "
            "workspace:configure workspace:delete": "A",
        },
    ),
    "computers": Table(
        ("Owner", "Member Manager", "Contributor"),
        False,
        "",
        ("Owner",),
        {
            "member:invite member:remove role:assign resource:grant request:approve": "O M",
            "application:launch": "O C",
            "resource:all workspace:create workspace:configure workspace:delete": "O",
        },
    ),
}
#: Which roles count on which plans only.
GATED = {("animation", "Viewer"): ("enterprise",), ("animation", "Developer"): ("enterprise",)}
#: As the contract says of permissions about resources; whoever sees something may comment on it.
LEVELS = {
    "studio": {
        "view": "project:view_all comment:write",
        "edit": "project:create project:edit content:edit script:add",
        "manage": "project:publish project:transfer",
    },
    "project": {
        "view": "content:view people:view comment:write",
        "edit": "folder:create_top icon:add",
        "manage": "project:configure content:push_all",
    },
    "simple": {
        "view": "project:view_all",
        "edit": "project:create project:edit",
        "manage": "project:archive project:share project:delete_forever",
    },
    "animation": {"view": "animation:view", "edit": "animation:edit", "manage": "animation:inspect"},
    "computers": {"use": "application:launch"},
}
CONFIGURE = ("role:define", "group:manage", "resource:manage", "resource:grant", "audit:view")


def held_by(scheme: str, role: str) -> set[str]:
    """What a role holds by the table, with what that includes."""
    found = set()
    for permissions, holders in TABLES[scheme].cells.items():
        if any(role.startswith(begin.replace("_", " ")) for begin in holders.split()):
            found.update(permissions.split())
    return found | (set(CONFIGURE) if "workspace:configure" in found else set())


def test_every_scheme_of_the_contract_is_there_and_no_other():
    assert set(schemes()) == set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_the_roles_of_a_scheme_stand_in_the_order_of_the_table(name):
    made = schemes()[name]
    assert tuple(role.name for role in made.roles) == TABLES[name].roles
    ranks = [role.rank for role in made.roles]
    assert ranks == sorted(set(ranks), reverse=True)


@pytest.mark.parametrize("name", TABLES)
def test_one_role_or_several_the_default_and_the_role_of_exactly_one_are_those_of_the_contract(name):
    made, table = schemes()[name], TABLES[name]
    assert (made.single, made.default) == (table.single, table.default)
    assert tuple(role.name for role in made.roles if role.exactly_one) == table.exactly_one


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_of_a_file_is_that_of_the_table(name):
    for role in schemes()[name].roles:
        assert role.permissions == held_by(name, role.name), role.name


@pytest.mark.parametrize("name", TABLES)
def test_a_role_counts_on_the_plans_that_the_contract_names(name):
    assert {role.name: role.plans for role in schemes()[name].roles} == {
        role: GATED.get((name, role), ()) for role in TABLES[name].roles
    }


@pytest.mark.parametrize("name", TABLES)
def test_every_permission_of_the_product_needs_the_level_of_the_contract(name):
    said = {p: Level[word.upper()] for word, listed in LEVELS[name].items() for p in listed.split()}
    assert schemes()[name].levels == said
    products = {p for role in schemes()[name].roles for p in role.permissions} - OWN
    assert products == set(said)


def test_everything_is_everything():
    for scheme, role in (("animation", "Admin"), ("computers", "Owner")):
        (found,) = [each for each in schemes()[scheme].roles if each.name == role]
        products = {p for each in schemes()[scheme].roles for p in each.permissions} - OWN
        assert found.permissions == OWN | products


def test_what_configuring_includes_is_what_the_contract_says():
    assert INCLUDED == {"workspace:configure": CONFIGURE}
