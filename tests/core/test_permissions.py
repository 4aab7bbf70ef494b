from __future__ import annotations

import pytest

from core.permissions import INCLUDED, NO_STANDING, Role, SchemeError, is_own, load, schemes, standing

#: The tables of the product's contract, cell by cell: which roles (from the top down) hold what.
STUDIO = {
    "project:publish": "Owner Admin Designer Editor Commenter",
    "project:view_all": "Owner Admin Designer Editor Commenter",
    "member:invite": "Owner Admin Designer Editor Commenter",
    "comment:write": "Owner Admin Designer Editor Commenter",
    "content:edit": "Owner Admin Designer Editor",
    "project:create": "Owner Admin Designer",
    "project:edit": "Owner Admin Designer",
    "member:remove": "Owner Admin",
    "role:assign": "Owner Admin",
    "project:transfer": "Owner Admin",
    "workspace:configure": "Owner Admin",
    "script:add": "Owner Admin",
    "request:approve": "Owner Admin",
    "workspace:delete": "Owner",
}
SIMPLE = {
    "project:view_all": "Admin Editor Viewer",
    "project:create": "Admin Editor",
    "project:edit": "Admin Editor",
    "project:archive": "Admin Editor",
    "project:share": "Admin Editor",
    "project:delete_forever": "Admin",
    "member:invite": "Admin",
    "member:remove": "Admin",
    "role:assign": "Admin",
    "request:approve": "Admin",
    "workspace:configure": "Admin",
    "workspace:delete": "Admin",
}
TABLES = {
    "studio": (["Owner", "Admin", "Designer", "Content Editor", "Commenter"], STUDIO),
    "simple": (["Workspace Admin", "Workspace Editor", "Workspace Viewer"], SIMPLE),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_scheme_s_roles_stand_in_the_order_of_the_table(name):
    made = schemes()[name]
    assert [role.name for role in made.roles] == TABLES[name][0]
    assert [role.rank for role in made.roles] == sorted((role.rank for role in made.roles), reverse=True)
    assert made.single


@pytest.mark.parametrize("name", TABLES)
def test_every_cell_of_a_scheme_is_that_of_the_table(name):
    _, table = TABLES[name]
    for role in schemes()[name].roles:
        said = {
            permission for permission, holders in table.items() if role.name.split()[-1] in holders.split()
        }
        included = set(INCLUDED["workspace:configure"]) if "workspace:configure" in said else set()
        assert role.permissions == said | included, role.name


def test_the_defaults_and_the_single_owner_are_those_of_the_contract():
    assert (schemes()["studio"].default, schemes()["simple"].default) == ("Commenter", "Workspace Viewer")
    alone = {role.name for scheme in schemes().values() for role in scheme.roles if role.exactly_one}
    assert alone == {"Owner"}


def test_configuring_a_workspace_includes_what_the_contract_says():
    assert INCLUDED == {
        "workspace:configure": (
            "role:define",
            "group:manage",
            "resource:manage",
            "resource:grant",
            "audit:view",
        )
    }


GOOD = """
name = "x"
default = "Low"
single = true
[[role]]
name = "High"
rank = 20
permissions = ["workspace:configure"]
[[role]]
name = "Low"
rank = 10
permissions = []
"""


def test_a_scheme_is_read_from_its_file():
    made = load("x.toml", GOOD)
    assert made.top == Role(
        "high", "High", 20, frozenset({"workspace:configure", *INCLUDED["workspace:configure"]})
    )


@pytest.mark.parametrize(
    "broken",
    [
        GOOD.replace("rank = 10", "rank = 20"),
        GOOD.replace("rank = 10", "rank = 30"),
        GOOD.replace('default = "Low"', 'default = "Lower"'),
        GOOD.replace("rank = 10", ""),
        GOOD.replace('name = "Low"\n', ""),
        GOOD.replace("single = true", ""),
        GOOD.replace('"Low"', '"high"'),
        GOOD.replace("permissions = []", 'permissions = ["everything"]'),
        GOOD.replace("single = true", "single = "),
        'name = "x"\ndefault = ""\nsingle = true\nrole = []',
        "",
    ],
)
def test_a_scheme_that_makes_no_sense_is_refused_with_its_file_s_name(broken):
    with pytest.raises(SchemeError, match=r"^x\.toml: "):
        load("x.toml", broken)


@pytest.mark.parametrize(
    ("permission", "own"),
    [
        ("member:invite", True),
        ("role:assign", True),
        ("group:manage", True),
        ("resource:grant", True),
        ("request:approve", True),
        ("workspace:configure", True),
        ("audit:view", True),
        ("project:create", False),
        ("members:invite", False),
        ("comment:write", False),
    ],
)
def test_usher_s_own_permissions_are_known_by_their_thing(permission, own):
    assert is_own(permission) is own


LOW = Role("low", "low", 10, frozenset({"member:invite"}))
MIDDLE = Role("middle", "middle", 20, frozenset({"member:invite", "project:edit"}))
TWISTED = Role("twisted", "twisted", 10, frozenset({"member:remove"}))
FOREIGN = Role("foreign", "foreign", 10, frozenset({"project:everything"}))


@pytest.mark.parametrize(
    ("held", "given", "may"),
    [
        ([], LOW, False),
        ([LOW], LOW, True),
        ([LOW], MIDDLE, False),
        ([MIDDLE], LOW, True),
        ([MIDDLE], MIDDLE, True),
        ([MIDDLE], TWISTED, False),  # below, but it holds one of Usher's own that the giver lacks
        ([MIDDLE, TWISTED], TWISTED, True),
        ([LOW], FOREIGN, True),  # the product's permissions are the product's business
        ([LOW, MIDDLE], MIDDLE, True),
        ([MIDDLE], Role("admin", "admin", 30, frozenset()), False),
        ([MIDDLE], Role("admin", "admin", 5, frozenset()), True),
    ],
)
def test_the_ceiling_compares_ranks_and_permissions_and_never_names(held, given, may):
    assert standing(frozenset(held)).may_give(given) is may


def test_nobody_without_a_role_has_any_standing():
    assert standing(frozenset()) is NO_STANDING
    assert not NO_STANDING.has("member:invite")
