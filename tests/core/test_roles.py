"""Roles of a workspace's own: the table, making, changing and deleting them, and that nobody makes more than they are."""

from __future__ import annotations

import itertools
import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from core.cards import Card
from core.durations import HOUR
from core.intents import LIFE
from core.permissions import INCLUDED, OWN, Role
from core.schemes import schemes
from core.views.roles import CHECK, ROW_AT_MOST, comparison
from tests.core.together import at_once
from tests.core.world import Person, World, field_of, id_in, made, refusal_in, words


def code(card: Card) -> str:
    found = refusal_in(card)
    return found.name if found else ""


def labels(card: Card) -> list[str]:
    return [field.label for field in card.fields]


def kept(world: World, name: str) -> tuple[int, frozenset[str]]:
    """The rank and the permissions of a role as the database has them."""
    [row] = world.rows("SELECT rank, permissions FROM roles WHERE name = :name", name=name)
    listed = json.loads(row.permissions) if isinstance(row.permissions, str) else row.permissions
    return row.rank, frozenset(listed)


def facts_of(world: World, event: str) -> list[dict]:
    rows = world.rows("SELECT facts FROM audit_events WHERE event = :event ORDER BY number", event=event)
    return [json.loads(row.facts) for row in rows]


def declared(world: World) -> list[str]:
    found = world.one("SELECT declared FROM workspaces WHERE name = 'Studio'")
    return json.loads(found) if isinstance(found, str) else found


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


# --- the table -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", schemes())
def test_every_permission_stands_in_the_table_once_with_the_roles_that_hold_it(name: str):
    roles = schemes()[name].roles
    table = comparison(roles, "", "enterprise")

    assert table.columns == ("", *(role.name for role in roles))
    found: dict[str, list[str]] = {}
    for cell, *marks in table.rows:
        for permission in cell.split(", "):
            assert permission not in found
            found[permission] = [role for role, mark in zip(table.columns[1:], marks, strict=True) if mark]
            assert set(marks) <= {CHECK, ""}
    assert found == {
        permission: [role.name for role in roles if permission in role.permissions]
        for permission in {p for role in roles for p in role.permissions}
    }


def test_permissions_with_the_same_roles_share_rows_which_stay_short_enough_for_a_phone():
    rows = [row[0] for row in comparison(schemes()["studio"].roles, "", "enterprise").rows]
    assert rows[:3] == ["comment:write, member:invite", "project:publish", "project:view_all"]
    assert rows[-1] == "workspace:delete"
    assert len(rows) == 12
    assert max(map(len, rows)) <= ROW_AT_MOST


_PERMISSIONS = st.sampled_from([*sorted(OWN), *(f"thing:do_{n}" for n in range(30))])


@given(st.lists(st.frozensets(_PERMISSIONS), min_size=1, max_size=12))
def test_whatever_the_roles_hold_the_table_and_its_words_say_it(held: list[frozenset[str]]):
    roles = [Role(f"r{n}", f"R{n}", 100 - n, may) for n, may in enumerate(held)]
    table = comparison(roles, "", "enterprise")

    for place, role in enumerate(roles, 1):
        ticked = {p for row in table.rows if row[place] for p in row[0].split(", ")}
        assert ticked == role.permissions
    # The words add up to the same: all of another role, and more.
    told: dict[str, set[str]] = {}
    for role, line in zip(reversed(roles), reversed(table.words), strict=True):
        name, _, said = line.partition(": ")
        assert name == role.name
        told[name] = set()
        for part in said.removesuffix("nothing").split(", and "):
            if part.startswith("all of "):
                told[name] |= told[part.removeprefix("all of ")]
            elif part:
                told[name] |= set(part.split(", "))
        assert told[name] == role.permissions


def test_the_table_says_who_newcomers_become_and_which_role_exactly_one_member_has(owner: Person):
    card = made(owner.say("role list"))

    assert field_of(card, "Newcomers get") == "Commenter"
    assert field_of(card, "Held by exactly one member") == "Owner"
    assert card.table is not None
    assert card.table.words[0] == "Owner (exactly one member): all of Admin, and workspace:delete"
    assert card.table.words[-1].startswith("Commenter (newcomers): comment:write, member:invite")


def test_the_table_says_which_roles_the_plan_leaves_out(world: World):
    owner = world.studio("animation")
    assert labels(made(owner.say("role list"))) == ["Newcomers get"]
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")

    card = made(owner.say("role list"))
    assert field_of(card, "Not on the pro plan") == "Developer and Viewer"
    assert card.table is not None
    assert card.table.words[-1].startswith("Viewer (not on the pro plan): ")


def test_a_role_of_the_workspace_s_own_stands_in_the_table_by_its_rank(owner: Person):
    made(owner.say("role create name:Reviewer rank:25 permissions:comment:write,report:view"))
    card = made(owner.say("role list"))

    assert card.table is not None
    assert card.table.columns == (
        *("", "Owner", "Admin", "Designer", "Reviewer", "Content Editor", "Commenter"),
    )
    assert ("report:view", "", "", "", CHECK, "", "") in card.table.rows


def test_without_a_default_role_the_table_says_that_newcomers_get_none(world: World):
    assert field_of(made(world.studio("computers").say("role list")), "Newcomers get") == "no role"


# --- one role --------------------------------------------------------------------------------------------------------


def test_a_role_is_shown_with_its_place_its_permissions_and_who_holds_it(world: World, owner: Person):
    for name in ("Bea", "Bob"):
        world.member(owner, name, "Designer")
    card = made(owner.say("role show designer"))

    assert card.title == "Designer"
    assert field_of(card, "Rank") == "30, above Content Editor, below Admin"
    assert field_of(card, "In Usher") == "member:invite"
    assert field_of(card, "In the product").split(", ") == sorted(
        p for p in schemes()["studio"].roles[2].permissions if p != "member:invite"
    )
    assert field_of(card, "Held by") == "2 members: Bea and Bob"
    assert field_of(card, "Newcomers") == "get Commenter"
    assert field_of(made(owner.say("role show Owner")), "Held by") == "always exactly one member: Olga"
    assert field_of(made(owner.say("role show Commenter")), "Newcomers") == "get this role"
    assert "role edit" in words(card)
    assert "role edit" not in words(made(world.person("Bob").say("role show Designer")))


def test_of_many_holders_the_first_few_are_named(world: World, owner: Person):
    for number in range(8):
        world.member(owner, f"P{number}", "Designer")
    card = made(owner.say("role show Designer"))
    assert field_of(card, "Held by") == "8 members: P0, P1, P2, P3, P4 and 3 more"


def test_a_role_that_counts_on_some_plans_says_so(world: World):
    owner = world.studio("animation")
    assert field_of(made(owner.say("role show Viewer")), "Only on") == "the enterprise plan"
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    assert "does not count on pro" in field_of(made(owner.say("role show Viewer")), "Only on")


def test_a_time_that_is_over_makes_nobody_a_holder_whether_or_not_it_was_swept(world: World, owner: Person):
    world.member(owner, "Bob", "Designer")
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert field_of(made(owner.say("role show Admin")), "Held by") == "1 member: Bob"
    world.forward(HOUR)
    assert field_of(made(owner.say("role show Admin")), "Held by") == "nobody"


# --- making ----------------------------------------------------------------------------------------------------------


def test_a_role_is_made_with_rank_and_permissions_and_recorded(world: World, owner: Person):
    card = made(owner.say("role create name:Reviewer rank:25 permissions:content:edit comment:write"))

    assert card.title == "New role: Reviewer"
    assert kept(world, "Reviewer") == (25, {"content:edit", "comment:write"})
    [facts] = facts_of(world, "role.created")
    assert facts == {
        "copy": None,
        "name": "Reviewer",
        "permissions": ["comment:write", "content:edit"],
        "plans": [],
        "rank": 25,
    }
    assert labels(card) == ["Rank", "In Usher", "In the product"]
    world.sound()


def test_a_new_role_can_be_given_at_once_in_another_process_too(world: World, owner: Person):
    other = world.another()
    made(owner.on(other).say("role list"))
    made(owner.say("role create name:Reviewer copy:Designer"))
    world.member(owner.on(other), "Bob", "Reviewer")
    assert world.members()["Bob"] == "Reviewer"


def test_a_copy_begins_with_the_permissions_of_the_role_and_changes_go_on_from_there(
    world: World, owner: Person
):
    designer = schemes()["studio"].roles[2].permissions
    card = made(owner.say("role create name:Reviewer copy:designer permissions:-project:create,audit:view"))

    assert kept(world, "Reviewer") == (29, designer - {"project:create"} | {"audit:view"})
    assert field_of(card, "Began as a copy of") == "Designer"
    assert "chosen for you" in field_of(card, "Rank")
    assert facts_of(world, "role.created")[0]["copy"] == "designer"


def test_a_copy_counts_on_the_same_plans_and_is_never_the_role_of_exactly_one(world: World):
    owner = world.studio("animation")
    made(owner.say("role create name:Guest copy:Viewer"))
    assert world.one(
        "SELECT count(*) FROM roles WHERE name = 'Guest' AND CAST(plans AS TEXT) LIKE '%enterprise%'"
    )
    olga = world.person("Olga2", realm="T2", place_admin=True)
    made(olga.say("workspace create name:Other scheme:studio"))
    made(olga.say("role create name:Deputy copy:Owner"))
    assert not world.one("SELECT exactly_one FROM roles WHERE name = 'Deputy'")


@pytest.mark.parametrize(
    ("before", "copied", "rank"),
    [
        ([], "Designer", 29),
        ([29], "Designer", 28),
        ([29, 28], "Designer", 27),
        ([], "Commenter", 9),
        ([], "", 9),
        ([9], "", 8),
        ([1], "", 2),  # there is no rank below the lowest: the next one that is free
        ([1, 2, 3], "", 4),
        ([], "Owner", 49),
    ],
)
def test_a_rank_that_nobody_named_is_just_below_what_was_copied_or_below_all(
    world: World, owner: Person, before: list[int], copied: str, rank: int
):
    for taken in before:
        made(owner.say(f"role create name:R{taken} rank:{taken}"))
    made(owner.say("role create name:New" + (f" copy:{copied}" if copied else "")))
    assert kept(world, "New")[0] == rank


@pytest.mark.parametrize(
    ("permissions", "rank"),
    [
        ("", 9),
        ("content:edit,project:everything", 9),  # what the product makes of it has no rank
        ("member:invite", 9),
        ("member:remove", 39),  # as little as who holds that now
        ("member:remove,audit:view,script:add", 39),
        ("workspace:delete", 49),
        ("workspace:configure,member:invite", 39),
    ],
)
def test_a_new_role_stands_below_the_lowest_that_may_as_much(
    world: World, owner: Person, permissions: str, rank: int
):
    made(owner.say("role create name:New" + (f" permissions:{permissions}" if permissions else "")))
    assert kept(world, "New")[0] == rank


def test_a_copy_of_a_role_above_one_s_own_stands_below_oneself(world: World, admin: Person):
    card = made(admin.say("role create name:Deputy copy:Owner permissions:-workspace:delete"))
    assert kept(world, "Deputy")[0] == 39
    assert "below Admin" in field_of(card, "Rank")


def test_where_no_rank_is_free_below_what_is_copied_one_has_to_be_named(world: World, owner: Person):
    made(owner.say("role create name:Last rank:1"))
    assert code(owner.say("role create name:New copy:Last")) == "NO_FREE_RANK"
    made(owner.say("role create name:New copy:Last rank:2"))


@pytest.mark.parametrize(
    ("rank", "refused", "said"),
    [
        ("30", "RANK_TAKEN", "29 and 31"),
        ("29", "", ""),
        ("50", "RANK_TAKEN", "49 and 51"),
        ("51", "ABOVE_CEILING", ""),
        ("999", "ABOVE_CEILING", ""),
        ("1000", "BAD_RANK", "999"),
        ("0", "BAD_OPTION", ""),
        ("1", "", ""),
    ],
)
def test_a_rank_is_free_from_1_to_999_and_not_above_one_s_own(
    owner: Person, rank: str, refused: str, said: str
):
    card = owner.say(f"role create name:New rank:{rank}")
    assert code(card) == refused
    assert said in words(card)


def test_next_to_a_taken_rank_those_that_are_really_free_are_named(owner: Person):
    made(owner.say("role create name:A rank:29"))
    made(owner.say("role create name:B rank:31"))
    assert "28 and 32" in words(owner.say("role create name:New rank:30"))


@pytest.mark.parametrize("name", ["DESIGNER", "content  editor", "Ｄesigner"])
def test_a_name_is_given_once_without_regard_to_case_width_or_spaces(owner: Person, name: str):
    assert code(owner.say(f'role create name:"{name}"')) == "ROLE_EXISTS"
    assert code(owner.say(f'role edit name:Commenter rename:"{name}"')) == "ROLE_EXISTS"


@pytest.mark.parametrize("name", ["Designer, Commenter", "A;B", "none", "None", "-"])
def test_a_name_that_would_mean_something_else_where_roles_are_typed_is_refused(owner: Person, name: str):
    assert code(owner.say(f'role create name:"{name}"')) == "BAD_ROLE_NAME"
    assert code(owner.say(f'role edit name:Commenter rename:"{name}"')) == "BAD_ROLE_NAME"


def test_there_are_at_most_fifty_roles(world: World, owner: Person):
    for number in range(45):
        made(owner.say(f"role create name:R{number}"))
    card = owner.say("role create name:Fifty-one")
    assert code(card) == "TOO_MANY_ROLES"
    assert world.one("SELECT count(*) FROM roles") == 50


# --- permissions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("member:fly", ""),
        ("member:remov", "Did you mean member:remove?"),
        ("workspace:config", "Did you mean workspace:configure?"),
        ("role:asign", "Did you mean role:assign?"),
    ],
)
def test_usher_s_own_permissions_are_a_closed_set(world: World, owner: Person, typed: str, near: str):
    for line in (f"create name:New permissions:{typed}", f"edit name:Designer permissions:+{typed}"):
        card = owner.say(f"role {line}")
        assert code(card) == "UNKNOWN_PERMISSION"
        assert near in words(card)
        assert "member:invite" in words(card)
    assert declared(world) == []


def test_a_new_permission_of_the_product_is_made_known_and_the_card_says_so(world: World, owner: Person):
    card = made(owner.say("role create name:Reviewer permissions:report:view,content:edit"))

    assert field_of(card, "New here") == "report:view"
    assert "Did you mean" not in labels(card)
    assert declared(world) == ["report:view"]
    assert facts_of(world, "permissions.declared") == [{"permissions": ["report:view"]}]
    again = made(owner.say("role edit name:Designer permissions:+report:view"))
    assert "New here" not in labels(again)
    assert declared(world) == ["report:view"]


def test_a_new_permission_that_resembles_a_known_one_is_questioned(owner: Person):
    card = made(owner.say("role edit name:Commenter permissions:+content:edt,+script:add"))
    assert field_of(card, "New here") == "content:edt"
    assert field_of(card, "Did you mean") == "content:edit instead of content:edt?"


def test_what_is_made_known_stays_known_when_no_role_has_it_any_more(world: World, owner: Person):
    made(owner.say("role create name:Reviewer permissions:report:view"))
    made(owner.say("role delete Reviewer"))
    assert "New here" not in labels(made(owner.say("role create name:Reader permissions:report:view")))


def test_there_is_an_end_to_the_permissions_that_are_made_known(world: World, owner: Person):
    made(owner.say("role create name:New"))
    for begin in range(0, 200, 50):
        typed = ",".join(f"+a:p{'x' * n}" for n in range(begin // 10, begin // 10 + 5))
        made(owner.say(f"role edit name:New permissions:{typed}"))
    world.change(
        "UPDATE workspaces SET declared = :full WHERE name = 'Studio'",
        full=json.dumps([f"a:q{n}" for n in range(200)]),
    )
    assert code(owner.say("role edit name:New permissions:+b:c")) == "TOO_MANY_PERMISSIONS"


def test_to_take_away_what_nobody_knows_is_refused_so_that_a_slip_leaves_nothing_behind(owner: Person):
    card = owner.say("role create name:Reviewer copy:Designer permissions:-project:crate")
    assert code(card) == "UNKNOWN_PERMISSION"
    assert "Did you mean project:create?" in words(card)


def test_configuring_the_workspace_brings_what_it_includes_and_takes_it_along(world: World, owner: Person):
    brought = {"workspace:configure", *INCLUDED["workspace:configure"]}
    made(owner.say("role create name:Keeper rank:45 permissions:workspace:configure"))
    assert kept(world, "Keeper")[1] == brought

    card = owner.say("role edit name:Keeper permissions:-audit:view")
    assert code(card) == "PERMISSION_INCLUDED"
    made(owner.say("role edit name:Keeper permissions:-workspace:configure,+audit:view"))
    assert kept(world, "Keeper")[1] == {"audit:view"}
    made(owner.say("role edit name:Keeper permissions:+workspace:configure"))
    made(owner.say("role edit name:Keeper permissions:-workspace:configure"))
    assert kept(world, "Keeper")[1] == frozenset()


# --- changing --------------------------------------------------------------------------------------------------------


def test_a_list_without_signs_is_the_whole_list_and_signs_are_changes(world: World, owner: Person):
    before = kept(world, "Commenter")[1]
    made(owner.say("role edit name:Commenter permissions:+content:edit -comment:write"))
    assert kept(world, "Commenter")[1] == before - {"comment:write"} | {"content:edit"}
    card = made(owner.say("role edit name:Commenter permissions:comment:write"))
    assert kept(world, "Commenter")[1] == {"comment:write"}
    assert field_of(card, "Taken away").split(", ") == sorted({"content:edit", *before} - {"comment:write"})
    assert code(owner.say("role edit name:Commenter permissions:content:edit,-comment:write")) == (
        "MIXED_PERMISSIONS"
    )


def test_an_edit_shows_before_and_after_and_records_both(world: World, owner: Person):
    world.member(owner, "Bob", "Designer")
    card = made(owner.say("role edit name:designer rename:Artist rank:35 permissions:+script:add"))

    assert card.title == "Changed: Artist"
    assert field_of(card, "Name") == "Designer → Artist"
    assert field_of(card, "Rank") == "30 → 35, above Content Editor, below Admin"
    assert field_of(card, "Added") == "script:add"
    assert field_of(card, "Held by") == "1 member: Bob"
    [facts] = facts_of(world, "role.edited")
    assert (facts["before"]["name"], facts["after"]["name"]) == ("Designer", "Artist")
    assert (facts["before"]["rank"], facts["after"]["rank"]) == (30, 35)
    assert set(facts["after"]["permissions"]) - set(facts["before"]["permissions"]) == {"script:add"}
    assert world.members()["Bob"] == "Artist"
    world.sound()


def test_L20_what_is_taken_over_by_an_edit_counts_on_the_same_plans_as_a_copy(world: World):
    owner = world.studio("animation")
    made(owner.say("role create name:Copied copy:Developer"))
    made(owner.say("role create name:Edited permissions:content:view"))
    card = made(owner.say("role edit name:Edited copy:Developer"))
    assert field_of(card, "Counts on").startswith("every plan → ")
    plans = dict(world.rows("SELECT name, CAST(plans AS TEXT) FROM roles"))
    assert plans["Edited"] == plans["Copied"] == plans["Developer"] != "[]"
    assert facts_of(world, "role.edited")[0]["after"]["plans"] == json.loads(plans["Developer"])
    made(owner.say("role edit name:Edited permissions:+content:view"))
    assert dict(world.rows("SELECT name, CAST(plans AS TEXT) FROM roles"))["Edited"] == plans["Developer"]


def test_an_edit_can_take_over_the_permissions_of_another_role(world: World, owner: Person):
    made(owner.say("role edit name:Designer copy:Commenter permissions:+content:edit"))
    assert kept(world, "Designer")[1] == kept(world, "Commenter")[1] | {"content:edit"}


@pytest.mark.parametrize(
    "line", ["", "rank:30", "rename:Designer", "permissions:+content:edit", "copy:Designer"]
)
def test_an_edit_that_changes_nothing_says_so(world: World, owner: Person, line: str):
    assert code(owner.say(f"role edit name:Designer {line}")) == "NOTHING_TO_CHANGE"
    assert world.events("role.edited") == []


def test_the_case_of_a_name_can_be_changed(world: World, owner: Person):
    made(owner.say("role edit name:designer rename:DESIGNER"))
    assert kept(world, "DESIGNER")[0] == 30


def test_the_default_role_stays_the_default_under_another_name(world: World, owner: Person):
    made(owner.say("role edit name:Commenter rename:Visitor"))
    made(owner.say("role create name:Commenter copy:Admin"))

    assert field_of(made(owner.say("role list")), "Newcomers get") == "Visitor"
    world.member(owner, "Nia")
    assert world.members()["Nia"] == "Visitor"


def test_what_a_role_holds_counts_for_its_holders_from_the_next_command_on(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Commenter")
    assert code(bob.say("role create name:Mine")) == "NOT_ALLOWED"
    other = world.another()
    assert code(bob.on(other).say("role create name:Mine")) == "NOT_ALLOWED"
    made(owner.say("role edit name:Commenter permissions:+role:define"))
    made(bob.on(other).say("role create name:Mine"))
    made(owner.say("role edit name:Commenter permissions:-role:define"))
    assert code(bob.on(other).say("role create name:Other")) == "NOT_ALLOWED"


# --- ceilings --------------------------------------------------------------------------------------------------------


def definer(world: World, owner: Person, rank: int = 35) -> Person:
    """Dora, who may define roles and invite, and nothing else of Usher's own."""
    made(
        owner.say(f"role create name:Definer rank:{rank} permissions:role:define,member:invite,content:edit")
    )
    return world.member(owner, "Dora", "Definer")


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("create name:New rank:34", ""),
        ("create name:New rank:36", "ABOVE_CEILING"),
        ("create name:New permissions:member:invite", ""),
        (
            "create name:New permissions:member:remove",
            "ABOVE_CEILING",
        ),  # low in rank, but more than they hold
        ("create name:New permissions:project:anything", ""),  # the product's business
        ("create name:New copy:Designer", ""),
        ("create name:New copy:Admin", "ABOVE_CEILING"),
        ("edit name:Designer rank:34", ""),
        ("edit name:Designer rank:36", "ABOVE_CEILING"),
        ("edit name:Designer permissions:+member:remove", "ABOVE_CEILING"),
        ("edit name:Designer permissions:+script:add", ""),
        ("edit name:Admin rank:12", "ABOVE_CEILING"),  # what it is before counts too
        ("edit name:Admin permissions:comment:write", "ABOVE_CEILING"),
        ("edit name:Owner rename:King", "ABOVE_CEILING"),
        ("edit name:Auditor permissions:-audit:view", "ABOVE_CEILING"),
        ("edit name:Definer permissions:-member:invite", ""),
        ("delete Auditor", "ABOVE_CEILING"),
        ("delete Admin", "ABOVE_CEILING"),
        ("delete Designer", ""),
    ],
)
def test_L15_nobody_makes_or_changes_a_role_that_is_more_than_they_are(
    world: World, owner: Person, line: str, refused: str
):
    dora = definer(world, owner)
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    before = len(world.refused())

    assert code(dora.say(f"role {line}")) == refused
    assert len(world.refused()) == before + bool(refused)


@pytest.mark.parametrize("command", ["create name:New", "edit name:Commenter rank:9", "delete Designer"])
def test_only_who_may_define_roles_does(world: World, owner: Person, command: str):
    for role in ("Designer", "Commenter"):
        someone = world.member(owner, f"{role}s", role)
        assert code(someone.say(f"role {command}")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say(f"role {command}")) == "NOT_A_MEMBER"


def test_whoever_may_define_roles_for_a_time_makes_nothing_of_it_for_themselves(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(owner.say("role assign Bob role:Admin for:8h"))

    for line in ("permissions:+workspace:configure", "rank:39"):
        card = bob.say(f"role edit name:Designer {line}")
        assert code(card) == "ABOVE_CEILING"
        assert "for a time only" in words(card)
    # Nor do they raise what others hold for good: that would outlast their time as well.
    assert code(bob.say("role edit name:Commenter permissions:+member:remove")) == "ABOVE_CEILING"
    made(bob.say("role edit name:Commenter rename:Reader"))


@pytest.mark.parametrize("change", ["rank:35", "permissions:+request:approve"])
def test_L14_a_role_raised_by_a_later_edit_sends_the_join_to_approval(world: World, change: str):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    raised, same = dana.link(role="Content Editor"), dana.link(role="Commenter")
    made(owner.say(f'role edit name:"Content Editor" {change}'))

    assert world.person("Nia").say(f"join {raised}").title == "You asked to join Studio"
    assert world.person("Nora").say(f"join {same}").title == "Welcome to Studio"
    assert world.members() == {"Olga": "Owner", "Dana": "Designer", "Nora": "Commenter"}


def test_L14_an_invitation_to_a_raised_role_is_extended_by_nobody_below_it(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    invitation = id_in(made(dana.say("invite create role:Designer")))
    made(owner.say("role create name:Lower rank:28 permissions:member:invite"))
    made(owner.say("role assign Dana role:Lower"))
    made(owner.say("role edit name:Designer rank:45"))

    assert code(dana.say(f"invite extend {invitation}")) == "ABOVE_CEILING"


# --- the top ---------------------------------------------------------------------------------------------------------


def test_L12_the_last_who_can_run_the_workspace_does_not_lose_that_by_an_edit(world: World):
    owner = world.studio("simple")
    for line in ("-workspace:configure", "member:invite", "-workspace:configure,+role:define"):
        assert code(owner.say(f'role edit name:"Workspace Admin" permissions:{line}')) == "LAST_HOLDER"
    assert "workspace:configure" in kept(world, "Workspace Admin")[1]
    assert world.events("role.edited", "intent.announced") == []


def test_L12_a_holder_for_a_time_does_not_count_as_one_who_can_run_the_workspace(world: World):
    owner = world.studio("simple")
    world.member(owner, "Bob", "Workspace Editor")
    made(owner.say('role create name:Deputy copy:"Workspace Admin"'))
    made(owner.say("role assign Bob role:Deputy for:8h"))
    card = owner.say('role edit name:"Workspace Admin" permissions:-workspace:configure')
    if code(card) == "":
        card = owner.click(card, "Confirm")
    assert code(card) == "LAST_HOLDER"


def test_the_role_of_exactly_one_stays_that_whatever_is_changed(world: World, owner: Person):
    made(owner.say("role edit name:Owner rename:Founder permissions:+script:run"))
    assert world.one("SELECT exactly_one FROM roles WHERE name = 'Founder'")
    assert code(owner.say("role delete Founder")) == "ONE_HOLDER"


def test_what_nobody_could_give_back_is_announced_and_done_at_the_second_click(world: World, owner: Person):
    card = made(owner.say("role edit name:Owner permissions:-workspace:delete"))
    assert "workspace:delete" in kept(world, "Owner")[1]
    assert "could not be undone" in words(card)
    assert [button.label for button in card.buttons] == ["Confirm", "Cancel"]

    done = made(owner.click(card, "Confirm"))
    assert field_of(done, "Taken away") == "workspace:delete"
    assert "workspace:delete" not in kept(world, "Owner")[1]
    assert code(owner.say("role edit name:Owner permissions:+workspace:delete")) == "ABOVE_CEILING"
    world.sound()


@pytest.mark.parametrize("line", ["rank:1", "rank:39", "rank:39 permissions:-workspace:delete"])
def test_the_top_role_is_moved_below_no_other(world: World, owner: Person, line: str):
    assert code(owner.say(f"role edit name:Owner {line}")) == "TOP_ROLE"
    assert kept(world, "Owner")[0] == 50
    made(owner.say("role edit name:Owner rank:45"))  # the order is the same


def test_the_top_role_stays_above_where_everybody_may_hold_it(world: World):
    owner = world.studio("simple")
    for rank in (1, 15):
        assert code(owner.say(f'role edit name:"Workspace Admin" rank:{rank}')) == "TOP_ROLE"
    made(owner.say('role edit name:"Workspace Editor" rank:5'))


def test_no_role_is_raised_above_those_who_run_the_workspace(world: World):
    """By whoever stands above them without running it."""
    owner = world.studio("simple", "join_policy instant")
    made(owner.say("role create name:Low rank:5"))
    made(owner.say("role create name:Chief rank:6 permissions:role:define"))
    ada = world.member(owner, "Ada", "Chief")
    world.change("UPDATE roles SET rank = 99 WHERE name = 'Chief'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1")
    assert code(ada.say("role edit name:Low rank:98")) == "TOP_ROLE"
    made(ada.say("role edit name:Low rank:6"))


def test_whoever_lowers_their_own_role_below_another_is_asked_first(
    world: World, owner: Person, admin: Person
):
    rank = kept(world, "Admin")[0]
    made(admin.say(f"role edit name:Admin rank:{rank - 1}"))  # the order is the same
    card = made(admin.say("role edit name:Admin rank:25"))
    assert "you would stand below Designer" in words(card)
    assert kept(world, "Admin")[0] == rank - 1
    made(admin.click(card, "Confirm"))
    assert kept(world, "Admin")[0] == 25
    assert code(admin.say(f"role edit name:Admin rank:{rank}")) == "ABOVE_CEILING"
    made(owner.say(f"role edit name:Admin rank:{rank}"))  # somebody above, who does not hold it, is not asked
    made(owner.say("role edit name:Admin rank:25"))
    assert kept(world, "Admin")[0] == 25


def test_what_somebody_above_could_give_back_is_done_at_once(world: World, admin: Person):
    made(admin.say("role edit name:Admin permissions:-audit:view,-workspace:configure,+role:define"))
    assert "audit:view" not in kept(world, "Admin")[1]


def test_an_announced_edit_is_not_made_when_anything_has_changed_since(
    world: World, owner: Person, admin: Person
):
    announced = [made(owner.say("role edit name:Owner permissions:-workspace:delete")) for _ in range(4)]
    made(owner.click(announced[0], "Cancel"))
    assert code(owner.click(announced[0], "Confirm")) == "ALREADY_CONFIRMED"
    assert code(admin.click(announced[1], "Confirm")) == "UNKNOWN_BUTTON"
    made(admin.say("role edit name:Commenter permissions:+content:edit"))
    assert code(owner.click(announced[1], "Confirm")) == "ROLES_CHANGED"
    world.forward(LIFE)
    assert code(owner.click(announced[2], "Confirm")) == "CONFIRM_TOO_LATE"
    assert "workspace:delete" in kept(world, "Owner")[1]


# --- deleting --------------------------------------------------------------------------------------------------------


def test_a_role_that_nothing_uses_is_deleted_and_recorded(world: World, owner: Person):
    made(owner.say("role create name:Reviewer rank:25 permissions:content:edit"))
    card = made(owner.say("role delete reviewer"))

    assert card.title == "Deleted: Reviewer"
    assert world.one("SELECT count(*) FROM roles WHERE name = 'Reviewer'") == 0
    assert facts_of(world, "role.deleted") == [
        {"name": "Reviewer", "permissions": ["content:edit"], "plans": [], "rank": 25}
    ]
    assert code(owner.say("role show Reviewer")) == "UNKNOWN_ROLE"
    made(owner.say("role create name:Reviewer rank:25"))


def test_a_role_that_somebody_holds_is_not_deleted_for_a_time_or_for_good(world: World, owner: Person):
    for name in ("Bea", "Bob", "Bill", "Bo"):
        world.member(owner, name, "Designer")
    card = owner.say("role delete Designer")
    assert code(card) == "ROLE_IN_USE"
    assert "give another role to Bea, Bill, Bo and 1 more with `role assign`" in words(card)

    made(owner.say("role create name:Reviewer"))
    made(owner.say("role assign Bob role:Reviewer for:1h"))
    assert code(owner.say("role delete Reviewer")) == "ROLE_IN_USE"
    world.forward(HOUR)
    made(owner.say("role delete Reviewer"))  # no sweep has been there
    assert world.events("role.ended") == ["role.ended"]
    assert world.one("SELECT count(*) FROM member_roles") == 5


def test_of_many_holders_three_are_read_and_named_and_the_others_counted(world: World, owner: Person):
    for number in range(7):
        world.member(owner, f"P{number}", "Designer")
    rows = 0

    def count(connection, cursor, statement, *rest):
        nonlocal rows
        rows += "member_roles" in statement and "ORDER BY members.name_key" in statement
        assert "ORDER BY members.name_key" not in statement or "LIMIT" in statement

    event.listen(world.store.engine, "after_cursor_execute", count)
    card = owner.say("role delete name:Designer")
    event.remove(world.store.engine, "after_cursor_execute", count)
    assert rows == 1
    assert "P0, P1, P2 and 4 more" in words(card)


def test_a_role_that_a_live_invitation_gives_is_not_deleted(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    invitation = id_in(made(owner.say("invite create name:Spring role:Reviewer")))
    card = owner.say("role delete Reviewer")
    assert code(card) == "ROLE_IN_USE"
    assert f"revoke 1 invitation that gives it: Spring ({invitation}) with `invite revoke`" in words(card)

    made(owner.say(f"invite revoke {invitation}"))
    made(owner.say("role delete Reviewer"))
    # What refers to it from then on is shown all the same.
    assert "Spring" in words(made(owner.say("invite list status:all")))
    assert "Spring" in words(made(owner.say(f"invite show {invitation}")))


def test_an_invitation_that_is_over_keeps_no_role(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    made(owner.say("invite create role:Reviewer expires:1h"))
    world.forward(HOUR)
    made(owner.say("role delete Reviewer"))


def test_a_role_that_an_open_request_is_about_is_not_deleted(world: World, owner: Person):
    made(owner.say("role create name:Reviewer"))
    request = world.person("Nia").ask(owner.link(role="Reviewer", uses=1))
    card = owner.say("role delete Reviewer")
    assert code(card) == "ROLE_IN_USE"
    assert "decide 1 open request that names it in `request list`" in words(card)
    assert "invitation" not in words(card)  # its only use is held by the request

    made(owner.say(f"request deny {request}"))
    assert "invitation" in words(owner.say("role delete Reviewer"))


def test_the_role_of_newcomers_is_not_deleted_by_default_or_by_setting(world: World, owner: Person):
    card = owner.say("role delete Commenter")
    assert code(card) == "ROLE_IN_USE"
    assert "choose another default_role with `workspace set`" in words(card)
    made(owner.say("workspace set default_role Designer"))
    made(owner.say("role delete Commenter"))
    assert code(owner.say("role delete Designer")) == "ROLE_IN_USE"


def test_whoever_left_keeps_no_role(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    made(owner.say("role create name:Reviewer"))
    made(owner.say("role assign Bob role:Reviewer"))
    assert code(owner.say("role delete Reviewer")) == "ROLE_IN_USE"
    world.leave(bob)
    made(owner.say("role delete Reviewer"))


# --- cards that stand ------------------------------------------------------------------------------------------------


def test_the_cards_of_open_requests_call_a_role_by_its_new_name(world: World, owner: Person):
    world.person("Nia").ask(owner.link(role="Designer"))
    world.desk.drain(world.at)
    made(owner.say("role edit name:Designer rename:Artist"))
    world.desk.drain(world.at)
    assert "Artist" in words(world.desk.to("OLGA")[-1])


@pytest.mark.parametrize("role", ["Designer", ""])
def test_the_message_of_a_personal_invitation_calls_a_role_by_its_new_name(
    world: World, owner: Person, role: str
):
    nia, eve = world.person("Nia"), world.person("Eve")
    made(owner.say("workspace set setting:default_role value:Designer"))
    made(owner.run("invite create", emails=(nia.identity,), **({"role": (role,)} if role else {})))
    made(owner.run("invite create", emails=(eve.identity,), role=("Commenter",)))
    world.desk.drain(world.at)
    made(owner.say("role edit name:Designer rename:Artist"))
    due = world.rows("SELECT key FROM outbox WHERE key LIKE 'card/inv%' AND due_at IS NOT NULL")
    assert len(due) == 1  # the other one does not name it
    world.desk.drain(world.at)
    assert "Artist" in words(world.desk.to("NIA")[-1])
    assert "Designer" not in words(world.desk.to("NIA")[-1])


def test_the_message_of_a_personal_invitation_follows_what_newcomers_get(world: World, owner: Person):
    nia = world.person("Nia")
    made(owner.run("invite create", emails=(nia.identity,)))
    world.desk.drain(world.at)
    made(owner.say('workspace set setting:default_role value:"Content Editor"'))
    world.desk.drain(world.at)
    assert "Content Editor" in words(world.desk.to("NIA")[-1])
    made(owner.run("invite revoke", invite=world.one("SELECT invitation_id FROM invitations")))
    world.desk.drain(world.at)
    made(owner.say("workspace set setting:default_role value:Designer"))
    assert not world.rows("SELECT key FROM outbox WHERE key LIKE 'card/inv%' AND due_at IS NOT NULL")


def test_whoever_may_decide_by_an_edit_gets_the_cards_of_what_is_open(world: World, owner: Person):
    world.member(owner, "Bob", "Content Editor")
    world.person("Nia").ask(owner.link(role="Commenter"))
    world.desk.drain(world.at)
    before = len(world.desk.to("BOB"))
    made(owner.say('role edit name:"Content Editor" permissions:+request:approve'))
    world.desk.drain(world.at)
    assert [card.title for card in world.desk.to("BOB")[before:]] == ["Nia asks to join Studio"]


# --- at once ---------------------------------------------------------------------------------------------------------


def test_two_edits_of_one_role_at_once_come_one_after_the_other_and_both_count(
    world: World, owner: Person, admin: Person
):
    other = world.another()
    for number in range(10):
        mine, theirs = f"a:one_{'x' * number}", f"b:two_{'x' * number}"
        cards = at_once(
            lambda p=mine: owner.say(f"role edit name:Designer permissions:+{p}"),
            lambda p=theirs: admin.on(other).say(f"role edit name:Designer permissions:+{p}"),
        )
        assert [code(card) for card in cards] == ["", ""]
        assert {mine, theirs} <= kept(world, "Designer")[1]
        assert {mine, theirs} <= set(declared(world))
    # Each took up where the one before had ended.
    edits = facts_of(world, "role.edited")
    for before, after in itertools.pairwise(edits):
        assert after["before"] == before["after"]
    world.sound()


def test_two_lists_for_one_role_at_once_are_one_of_the_two(world: World, owner: Person, admin: Person):
    other = world.another()
    cards = at_once(
        lambda: owner.say("role edit name:Designer permissions:content:edit"),
        lambda: admin.on(other).say("role edit name:Designer permissions:script:add rank:33"),
    )
    assert [code(card) for card in cards] == ["", ""]
    last = facts_of(world, "role.edited")[-1]["after"]
    assert kept(world, "Designer") == (last["rank"], frozenset(last["permissions"]))
    assert kept(world, "Designer")[1] in ({"content:edit"}, {"script:add"})


def test_an_edit_against_the_loss_of_the_right_to_it_leaves_nobody_above_a_ceiling(
    world: World, owner: Person
):
    other = world.another()
    for number in range(8):
        dora = world.member(owner, f"D{number}", "Commenter")
        made(owner.say(f"role create name:Def{number} rank:35 permissions:role:define,member:remove"))
        made(owner.say(f"role assign D{number} role:Def{number}"))
        made(owner.say(f"role create name:Low{number}"))
        edited, lowered = at_once(
            lambda d=dora, n=number: d.on(other).say(f"role edit name:Low{n} permissions:+member:remove"),
            lambda n=number: owner.say(f"role edit name:Def{n} permissions:-member:remove"),
        )
        assert code(lowered) == ""
        events = facts_of(world, "role.edited")
        order = [each["after"]["name"] for each in events if each["after"]["name"][3:] == str(number)]
        if code(edited) == "":
            assert order == [f"Low{number}", f"Def{number}"]
        else:
            assert code(edited) == "ABOVE_CEILING"
            assert order == [f"Def{number}"]
        made(owner.say(f"role assign D{number} role:Commenter"))
        made(owner.say(f"role delete Def{number}"))
    world.sound()


@pytest.mark.parametrize("what", ["name:New rank:25", "name:New"])
def test_a_role_made_by_eight_at_once_is_made_once(world: World, owner: Person, what: str):
    other = world.another()
    cards = at_once(
        *(lambda w=w: owner.on(w).say(f"role create {what}") for w in (world, other) * 4),
    )
    assert Counter(map(code, cards)) == {"": 1, "ROLE_EXISTS": 7}


def test_a_rank_wanted_by_eight_at_once_is_given_once(world: World, owner: Person):
    other = world.another()
    cards = at_once(
        *(
            lambda n=n: owner.on((world, other)[n % 2]).say(f"role create name:N{n} rank:25")
            for n in range(8)
        ),
    )
    assert Counter(map(code, cards)) == {"": 1, "RANK_TAKEN": 7}


def test_a_role_deleted_while_it_is_given_is_held_by_nobody_or_stands(
    world: World, owner: Person, admin: Person
):
    other = world.another()
    world.member(owner, "Bob", "Commenter")
    for number in range(10):
        made(owner.say(f"role create name:R{number}"))
        deleted, given_ = at_once(
            lambda n=number: owner.say(f"role delete R{n}"),
            lambda n=number: admin.on(other).say(f"role assign Bob role:R{n}"),
        )
        assert {code(deleted), code(given_)} in ({"", "UNKNOWN_ROLE"}, {"ROLE_IN_USE", ""})
        assert (world.members()["Bob"] == f"R{number}") is (code(given_) == "")
    world.sound()


# --- completing ------------------------------------------------------------------------------------------------------


def test_names_of_roles_are_completed_with_those_that_will_not_be_refused(world: World, admin: Person):
    every = ["Owner", "Admin", "Designer", "Content Editor", "Commenter"]
    for command, option, expected in (
        ("role show", "name", every),
        ("role create", "copy", every),
        ("role edit", "copy", every),
        ("role edit", "name", every[1:]),
        ("role delete", "name", every[1:]),
        ("role assign", "role", every[1:]),
        ("role unassign", "role", every[1:]),
        ("member list", "role", every),
    ):
        assert admin.complete(command, option) == expected, command
    assert admin.complete("role show", "name", "edit") == ["Content Editor"]
    assert world.person("Eve").complete("role show", "name") == []


def test_permissions_are_completed_with_their_sign_behind_those_before(owner: Person):
    made(owner.say("role create name:New permissions:report:view"))
    assert owner.complete("role edit", "permissions", "+content:edit -rep") == ["+content:edit -report:view"]


def test_a_name_is_text_on_every_card(owner: Person):
    made(owner.say('role create name:"*<!channel>* `x`" permissions:content:edit'))
    card = made(owner.say('role show name:"*<!channel>* `x`"'))
    assert card.title == "*<!channel>* `x`"
    assert all(isinstance(span, str) for field in card.fields for span in field.value)
