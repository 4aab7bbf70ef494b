"""Access in the five kinds of workspaces that the schemes come from: who reaches what, told as their people would live it."""

from __future__ import annotations

import pytest

from core.calls import Call
from core.cards import Card
from core.durations import HOUR
from tests.core.world import Person, World, made, refusal_in


def may(person: Person, permission: str, resource: str = "") -> bool:
    """What ``can`` says, and the product hears the same."""
    card = made(person.say(f"can permission:{permission}" + (f' resource:"{resource}"' if resource else "")))
    world = person.world
    which = (
        world.one("SELECT resource_id FROM resources WHERE name = :name", name=resource) if resource else None
    )
    workspace = world.one(
        "SELECT workspace_id FROM places WHERE channel = :channel OR channel = '' ORDER BY channel DESC",
        channel=person.where.channel,
    )
    told = world.core.can(workspace, person.identity, permission, world.at, which).allowed
    assert card.title.startswith("Yes: " if told else "No: "), card
    return told


def do(person: Person, *lines: str) -> None:
    """Commands that work; what asks to be confirmed is."""
    for line in lines:
        card = made(person.say(line))
        if any(button.label == "Confirm" for button in card.buttons):
            made(person.click(card, "Confirm"))


def choose(person: Person, card: Card, choice: str) -> Card:
    """Picks from the only drop-down of a card what is called, or begins, like that."""
    (menu,) = card.menus
    value = next(each.value for each in menu.choices if each.label.startswith(choice))
    call = Call(
        person.actor, person.where, person.world.at, action=menu.action, subject=menu.subject, options={"choice": value}
    )  # fmt: skip
    return made(person.world.core.handle(call))


# --- computers -------------------------------------------------------------------------------------------------------


def farm(world: World) -> tuple[Person, Person]:
    """Olga's computers, and Nia, who has just come in."""
    olga = world.studio("computers")
    do(
        olga,
        'resource create kind:room name:"Machine room"',
        'resource create kind:computer name:"Render 1" parent:"Machine room"',
        'resource create kind:computer name:"Render 2" parent:"Machine room"',
    )
    return olga, world.member(olga, "Nia")


@pytest.mark.parametrize("side", ["the member's", "the computer's", "typed"])
def test_a_new_member_of_computers_launches_nothing_until_granted_from_either_side(world, side):
    olga, nia = farm(world)
    assert not may(nia, "application:launch")
    assert refusal_in(nia.say('can permission:application:launch resource:"Render 1"')) is not None
    assert "Render" not in str(nia.say("resource list"))
    do(olga, "role assign member:Nia role:Contributor")
    assert may(nia, "application:launch")
    assert not may(nia, "application:launch", "Machine room")

    if side == "typed":
        do(olga, 'access grant resource:"Render 1" to:Nia level:use')
    else:
        shown = "member show Nia" if side == "the member's" else 'resource show "Render 1"'
        other = "Machine room/Render 1" if side == "the member's" else "Nia"
        asked = made(olga.click(made(olga.say(shown)), "Grant"))
        choose(olga, choose(olga, asked, other), "use")

    assert may(nia, "application:launch", "Render 1")
    assert not may(nia, "application:launch", "Machine room")
    assert refusal_in(nia.say('can permission:application:launch resource:"Render 2"')) is not None


def test_the_owner_reaches_every_computer_and_a_member_manager_only_gives_them(world):
    olga, _ = farm(world)
    manager = world.member(olga, "Max", "Member Manager")
    assert may(olga, "application:launch", "Render 2")
    assert may(manager, "resource:grant", "Render 2")
    do(manager, 'access grant resource:"Render 2" to:Nia level:use')
    assert not may(manager, "application:launch", "Render 2")
    # Giving themselves access makes no Contributor of them.
    do(manager, 'access grant resource:"Render 2" to:Max level:manage')
    assert not may(manager, "application:launch", "Render 2")


def test_a_contributor_launches_until_the_grant_ends_or_is_revoked(world):
    olga, nia = farm(world)
    do(
        olga,
        "role assign member:Nia role:Contributor",
        'access grant resource:"Machine room" to:Nia level:use for:8h',
    )
    assert may(nia, "application:launch", "Render 1")
    world.forward(8 * HOUR - 1)
    assert may(nia, "application:launch", "Render 1")
    world.forward(1)
    assert not may(nia, "application:launch", "Machine room")
    why = made(olga.say('why member:Nia permission:application:launch resource:"Render 1"'))
    assert "ended on" in str(why)

    do(olga, 'access grant resource:"Render 2" to:Nia level:use')
    assert may(nia, "application:launch", "Render 2")
    do(olga, 'access revoke resource:"Render 2" to:Nia')
    assert not may(nia, "application:launch", "Machine room")
    assert refusal_in(nia.say('can permission:application:launch resource:"Render 2"')) is not None


# --- project ---------------------------------------------------------------------------------------------------------


def test_a_group_gives_and_takes_content_in_project(world):
    olga = world.studio("project")
    ed = world.member(olga, "Ed")
    guest = world.member(olga, "Gus", "Project Guest")
    do(
        olga,
        "resource create kind:folder name:Films",
        "resource create kind:folder name:Teaser parent:Films",
        "group create name:Editors",
        "access grant resource:Films to:Editors level:view",
    )
    assert may(olga, "content:push_all", "Teaser")
    assert not may(ed, "content:view", "Films")

    do(olga, "group add group:Editors member:Ed,Gus")
    assert may(ed, "content:view", "Teaser")
    assert may(ed, "comment:write", "Films")
    assert not may(ed, "icon:add", "Teaser")
    # A guest's role holds nothing, so that a grant alone opens nothing.
    assert not may(guest, "content:view", "Teaser")

    do(olga, "access grant resource:Teaser to:Editors level:edit", "group remove group:Editors member:Ed")
    assert not may(ed, "content:view", "Films")
    do(olga, "group add group:Editors member:Ed", "role assign member:Ed role:Admin")
    assert may(ed, "icon:add", "Teaser")
    assert not may(ed, "icon:add", "Films")
    do(olga, "group delete Editors")
    assert not may(ed, "content:view", "Films")


# --- simple ----------------------------------------------------------------------------------------------------------


def test_a_viewer_of_simple_sees_every_project_and_edits_none(world):
    olga = world.studio("simple")
    viewer = world.member(olga, "Vi")
    editor = world.member(olga, "Ed", "Workspace Editor")
    do(
        olga,
        "resource create kind:project name:Atlas",
        "resource create kind:project name:Borealis parent:Atlas",
        "resource create kind:folder name:Safe",
    )
    for project in ("Atlas", "Borealis"):
        assert may(viewer, "project:view_all", project)
        assert not may(viewer, "project:edit", project)
        # Who sees all projects reaches them, for whatever their role allows.
        assert may(editor, "project:edit", project)
    assert not may(editor, "project:edit", "Safe")
    do(olga, "access grant resource:Atlas to:Vi level:manage")
    assert not may(viewer, "project:edit", "Atlas")
    # Whoever manages something gives access to it.
    assert may(viewer, "resource:grant", "Borealis")


# --- studio ----------------------------------------------------------------------------------------------------------


def test_in_studio_everybody_sees_every_project_and_roles_say_what_they_do_there(world):
    olga = world.studio("studio")
    people = {
        role: world.member(olga, role.split()[0], role)
        for role in ("Designer", "Content Editor", "Commenter")
    }
    do(olga, "resource create kind:project name:Launch", "resource create kind:folder name:Archive")
    seen = {
        role: [
            may(person, permission, "Launch")
            for permission in ("comment:write", "content:edit", "project:edit")
        ]
        for role, person in people.items()
    }
    assert seen == {
        "Designer": [True, True, True],
        "Content Editor": [True, True, False],
        "Commenter": [True, False, False],
    }
    assert not may(people["Designer"], "content:edit", "Archive")
    do(olga, "access grant resource:Archive to:Designer level:view")
    assert not may(people["Designer"], "content:edit", "Archive")
    do(olga, "access grant resource:Archive to:Designer level:edit")
    assert may(people["Designer"], "content:edit", "Archive")


# --- animation -------------------------------------------------------------------------------------------------------


def test_in_animation_a_role_that_does_not_count_on_the_plan_opens_nothing_whatever_is_granted(world):
    olga = world.studio("animation")
    editor = world.member(olga, "Ed")
    developer = world.member(olga, "Dev", "Developer")
    do(
        olga,
        "resource create kind:animation name:Intro",
        "access grant resource:Intro to:Dev level:manage",
        "access grant resource:Intro to:Ed level:edit",
    )
    assert may(olga, "animation:inspect", "Intro")
    assert may(developer, "animation:inspect", "Intro")
    assert not may(developer, "animation:edit", "Intro")
    assert may(editor, "animation:edit", "Intro")
    world.core.set_plan(world.one("SELECT workspace_id FROM places"), "pro", None, world.at)
    assert not may(developer, "animation:inspect", "Intro")
    assert may(editor, "animation:edit", "Intro")


# --- deletion --------------------------------------------------------------------------------------------------------


def test_deleting_a_member_clears_groups_content_and_this_workspace_and_no_other(world):
    olga = world.studio("project")
    second = olga.at("C2").with_(place_admin=True)
    made(second.say("workspace create name:Second scheme:project"))
    ed = world.member(olga, "Ed")
    world.member(second, "Ed", where=second.where)
    for owner in (olga, second):
        do(
            owner,
            "resource create kind:folder name:Films outside:f-1",
            "group create name:Editors",
            "group add group:Editors member:Ed",
            "access grant resource:Films to:Editors level:view",
            "access grant resource:Films to:Ed level:edit",
        )
    there = ed.at("C2")
    places = {row.channel: row.workspace_id for row in world.rows("SELECT * FROM places")}

    def content(channel: str) -> bool:
        which = ("folder", "f-1")
        return world.core.can(places[channel], ed.identity, "content:view", world.at, which).allowed

    assert content("")
    assert content("C2")
    world.remove(olga, ed)
    assert not content("")
    assert content("C2")
    assert made(there.say("me"))

    hanging = "SELECT count(*) FROM {} WHERE workspace_id = :ws AND {} NOT LIKE 'grp-%'"
    for table, column in (("group_members", "member_id"), ("grants", "holder")):
        left = {place: world.one(hanging.format(table, column), ws=places[place]) for place in ("", "C2")}
        assert left == {"": 0, "C2": 1}, table
    world.forward(HOUR)
    world.member(olga, "Ed")
    assert not content("")
    assert "Editors" not in str(made(ed.say("me")))
    world.sound()
