"""The role schemes are those of the product's contract, cell by cell: in the files, in what ``can`` answers, and in what
the commands allow."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from core.catalogue import COMMANDS
from core.errors import RefusalCode
from core.permissions import INCLUDED, OWN, Level
from core.schemes import schemes
from tests.core.world import Person, World, made, refusal_in


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


# --- what can answers, and what the commands allow ----------------------------------------------------------------------

#: Commands that need each of Usher's own permissions, as somebody types them who has nothing but the one role. {req} is a
#: request that waits, {low} the lowest role, Door a resource. Each is refused by the rule, or gets as far as anything that
#: follows.
COMMANDS_THAT_NEED = {
    "member:invite": ["invite list", "invite show invite:inv-2222", "invite revoke invite:inv-2222"],
    "member:remove": ["member export", "member remove member:Zed"],
    "role:assign": ['role assign member:Zed role:"{low}"', 'role unassign member:Zed role:"{low}"'],
    "role:define": ["role create name:Odd", 'role edit name:"{low}" rename:"{low}"', "role delete name:Even"],
    "request:approve": ["request approve request:req-2222", "request deny request:{req}"],
    "workspace:create": ["workspace create name:Side"],
    "workspace:configure": [
        "workspace settings",
        "workspace link",
        "workspace set setting:invite_expires value:3d",
        "workspace preset preset:small-team",
    ],
    "workspace:delete": ["workspace delete name:Other"],
    "audit:view": ["audit show", "audit verify", "audit export"],
    "group:manage": ["group create name:Odd", "group add group:Even member:Zed", "group delete name:Even"],
    "resource:manage": ["resource create kind:folder name:Odd", "resource delete name:Door"],
    "resource:grant": ["access grant resource:Door to:Zed", "access revoke resource:Door to:Zed"],
}
#: It makes nobody do anything, it reaches: see test_source_systems.py.
REACHES = {"resource:all"}
BY_THE_RULE = {RefusalCode.NOT_ALLOWED, RefusalCode.CANNOT_GRANT}


class Cast(NamedTuple):
    """A workspace of a scheme with one member for each role, each with that role alone."""

    owner: Person
    by_role: dict[str, Person]
    holes: dict[str, str]


def cast(world: World, scheme: str) -> Cast:
    roles = TABLES[scheme].roles
    owner = world.studio(scheme)
    alone = TABLES[scheme].exactly_one
    by_role = {role: owner if role in alone else world.member(owner, f"{role} x", role) for role in roles}
    world.member(owner, "Zed", "")
    made(owner.say("resource create kind:folder name:Door"))
    nia = world.person("Nia").ask(owner.link(role=roles[-1]))
    return Cast(owner, by_role, {"low": roles[-1], "req": nia})


@pytest.fixture(params=TABLES)
def scheme(request):
    return request.param


def test_every_one_of_usher_s_own_permissions_is_tried():
    assert set(COMMANDS_THAT_NEED) | REACHES == OWN
    declared = {found.needs for found in COMMANDS.values()} - {"", "member"}
    assert declared <= set(COMMANDS_THAT_NEED)


def test_every_cell_is_what_can_answers(world, scheme):
    people = cast(world, scheme)
    every = {permission for role in TABLES[scheme].roles for permission in held_by(scheme, role)} | OWN
    for role, person in people.by_role.items():
        held = held_by(scheme, role)
        for permission in sorted(every):
            mine = made(person.say(f"can permission:{permission}"))
            theirs = made(people.owner.run("can", member=person.identity, permission=permission))
            why = made(person.say(f"why permission:{permission}"))
            for card in (mine, theirs, why):
                said = card.title.partition(":")[0]
                assert said == ("Yes" if permission in held else "No"), (role, permission, card)


def test_every_cell_of_usher_s_own_permissions_is_what_the_commands_allow(world, scheme):
    people = cast(world, scheme)
    for role, whoever in people.by_role.items():
        person = whoever.with_(place_admin=False)
        for permission, lines in COMMANDS_THAT_NEED.items():
            held = permission in held_by(scheme, role)
            assert person.say(f"can permission:{permission}").title.startswith("Yes" if held else "No")
            for line in lines:
                place = person.at(f"for-{role}") if line.startswith("workspace create") else person
                card = place.say(line.format(**people.holes))
                refused = refusal_in(card)
                assert (refused not in BY_THE_RULE) is held, (role, line, card)
                assert refused is not RefusalCode.NOT_A_MEMBER, (role, line)


def test_whoever_may_not_invite_makes_no_invitation(world, scheme):
    people = cast(world, scheme)
    for role, person in people.by_role.items():
        card = person.say("invite create name:Spring")
        assert card.title.startswith("Invitation ready") is ("member:invite" in held_by(scheme, role)), role


@pytest.mark.parametrize("plan", ["pro", "free"])
def test_roles_of_another_plan_hold_nothing_in_any_cell(world, plan):
    people = cast(world, "animation")
    world.core.set_plan(
        world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'"), plan, None, world.at
    )
    for role, person in people.by_role.items():
        held = set() if ("animation", role) in GATED else held_by("animation", role)
        for permission in sorted(held_by("animation", "Admin")):
            said = person.say(f"can permission:{permission}").title.partition(":")[0]
            assert said == ("Yes" if permission in held else "No"), (role, permission)


def test_without_a_role_a_member_may_nothing_and_is_a_member_all_the_same(world):
    people = cast(world, "computers")
    yan = world.member(people.owner, "Yan", "")
    assert made(yan.say("me"))
    for permission in sorted(held_by("computers", "Owner")):
        assert yan.say(f"can permission:{permission}").title == f"No: you may not {permission}"
    for line in [line for lines in COMMANDS_THAT_NEED.values() for line in lines]:
        card = yan.at("C7").say(line.format(**people.holes))
        assert refusal_in(card) in BY_THE_RULE, (line, card)


def test_can_offers_every_permission_that_means_something_here(world):
    people = cast(world, "simple")
    made(people.owner.say("role create name:Extra permissions:zebra:stripe"))
    for permission in [*held_by("simple", "Workspace Admin"), *OWN, "zebra:stripe"]:
        thing = permission.partition(":")[0]
        assert permission in people.owner.complete("can", "permission", f"{thing}:"), permission


def test_several_roles_give_together_what_each_gives(world):
    people = cast(world, "computers")
    made(people.owner.say('role assign member:Zed role:"Member Manager"'))
    made(people.owner.say("role assign member:Zed role:Contributor"))
    zed = world.person("Zed")
    together = held_by("computers", "Member Manager") | held_by("computers", "Contributor")
    for permission in sorted(held_by("computers", "Owner")):
        said = zed.say(f"can permission:{permission}").title.partition(":")[0]
        assert said == ("Yes" if permission in together else "No"), permission
