"""Groups: who makes them, who is put into them and by whom, and what goes with one that is deleted."""

from __future__ import annotations

import pytest

from core.cards import Card, plain
from core.durations import HOUR
from core.group_changes import MOST
from core.intents import LIFE
from tests.core.together import at_once
from tests.core.world import Person, World, code, facts_of, field_of, made, words


def lines(card: Card) -> list[str]:
    return [plain(line.text) for line in made(card).lines]


def group(by: Person, name: str, *people: str) -> str:
    """A new group with these people in it; its short id."""
    card = made(by.run("group create", name=name))
    if people:
        made(by.run("group add", group=name, member=", ".join(people)))
    return plain(card.footer).partition(" ")[0]


def inside(world: World, name: str) -> set[str]:
    """Who is in a group, as the database has it."""
    rows = world.rows(
        "SELECT m.name FROM group_members i JOIN members m ON m.member_id = i.member_id "
        "JOIN groups g ON g.group_id = i.group_id WHERE g.name = :name",
        name=name,
    )
    return {row.name for row in rows}


def version(world: World) -> int:
    return world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'")


def notes(world: World) -> list[str]:
    """The titles of all messages that were sent."""
    world.desk.drain(world.at)
    return [message.card.title for message in world.desk.messages]


@pytest.fixture
def owner(world: World) -> Person:
    """Whoever may do everything; an Admin of this scheme looks after groups and runs nothing else of this."""
    return world.studio("project", "join_policy instant")


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob")


# --- making and finding ------------------------------------------------------------------------------------------------


def test_a_group_is_made_once_and_found_by_its_name_or_id_whatever_the_case(
    world: World, admin: Person, bob: Person
):
    group_id = group(admin, "Design leads")
    assert code(admin.say('group create name:"design  LEADS"')) == "GROUP_EXISTS"
    for typed in ("DESIGN LEADS", group_id, group_id.lower()):
        assert made(bob.run("group show", name=typed)).title == "Group: Design leads"
    assert "The groups are: Design leads." in words(bob.say("group show name:QA"))
    assert code(bob.say("group create name:Mine")) == "NOT_ALLOWED"
    for name in ("a, b", "a;b", "None", "-", "grp-7F3K", "MEM-1"):
        assert code(admin.run("group create", name=name)) == "BAD_GROUP_NAME", name
    assert [each["name"] for each in facts_of(world, "group.created")] == ["Design leads"]
    world.sound()


def test_more_groups_than_anybody_needs_do_not_fit(world: World, admin: Person):
    group(admin, "First")
    world.change(
        "INSERT INTO groups (workspace_id, group_id, name, name_key, created_at) WITH RECURSIVE n(i) AS "
        "(SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < :most) "
        "SELECT w.workspace_id, 'grp-x' || i, 'x' || i, 'x' || i, 0 FROM n, workspaces w WHERE w.name = 'Studio'",
        most=MOST,
    )
    assert code(admin.say("group create name:Last")) == "TOO_MANY_GROUPS"
    card = made(admin.say("group list"))
    assert card.title == f"Groups in Studio ({MOST})"
    assert made(admin.click(card, "Next")).lines != card.lines
    assert "Among the groups are:" in words(admin.say("group show name:zzz"))
    assert len(admin.complete("group show", "name")) == 25


def test_any_member_sees_the_groups_and_who_put_whom_into_them(
    world: World, owner: Person, admin: Person, bob: Person
):
    assert "There are no groups yet." in words(made(bob.say("group list")))
    group(admin, "Design leads", "Bob")
    group(admin, "QA")
    assert lines(bob.say("group list")) == ["Design leads — 1 member, you among them", "QA — 0 members"]
    shown = made(bob.say("group show name:design leads"))
    assert lines(shown)[0].startswith("Bob — since ")
    assert lines(shown)[0].endswith(", added by Ada")
    assert code(world.person("Eve").say("group list")) == "NOT_A_MEMBER"
    assert field_of(made(bob.say("me")), "Groups") == "Design leads"
    assert field_of(made(owner.say("member show Bob")), "Groups") == "Design leads"
    assert lines(admin.say("member list group:design leads")) == lines(
        admin.say('member list role:"Project Member" group:"design leads"')
    )
    assert made(admin.say("member list group:QA role:Admin")).title == "Members (0)"
    assert code(admin.say("member list group:nobody")) == "UNKNOWN_GROUP"


def test_a_long_group_is_shown_and_listed_page_by_page(world: World, owner: Person):
    code_ = owner.link()
    for number in range(12):
        made(world.person(f"P{number:02}").say(f"join {code_}"))
    group(owner, "All", *(f"P{number:02}" for number in range(12)))
    for first in (made(owner.say("group show name:All")), made(owner.say("member list group:All"))):
        rest = made(owner.click(first, "Next"))
        assert [len(first.lines), len(rest.lines)] == [10, 2]
        assert made(owner.click(rest, "Previous")).lines == first.lines


def test_what_is_half_typed_goes_on_with_groups_and_with_the_last_of_several_members(
    world: World, admin: Person, bob: Person
):
    group(admin, "Design leads")
    assert bob.complete("group show", "name", "LEAD") == ["Design leads"]
    assert admin.complete("group add", "member", "Ada, b") == ["Ada, Bob"]
    assert admin.complete("invite create", "group", "x, des") == ["x, Design leads"]
    assert world.person("Eve").complete("group show", "name") == []


# --- putting people in, and out ------------------------------------------------------------------------------------------


def test_a_list_of_people_gets_a_result_for_each(world: World, owner: Person, admin: Person, bob: Person):
    group(admin, "QA")
    for subject in ("ONE", "TWO"):
        world.member(owner, "Sam", subject=subject)
    before = version(world)
    card = made(admin.say("group add group:QA member:Bob, Zoe, sam, Olga, <@ADA>, <@NOBODY>, bob"))
    assert card.title == "QA: 2 added, 2 unknown, 1 not clear, 1 above you"
    assert inside(world, "QA") == {"Bob", "Ada"}
    assert version(world) == before + 1
    assert world.refused() == ["GROUP_MEMBER_ABOVE"]
    added = facts_of(world, "group.added")
    assert [each["group"] for each in added] == ["QA", "QA"]
    assert all(each["source"].startswith("added by mem-") for each in added)
    assert [each["member"] for each in added] == [
        world.one("SELECT member_id FROM members WHERE name = :n", n=name) for name in ("Bob", "Ada")
    ]
    again = made(admin.say("group add group:QA member:Bob, Zoe"))
    assert again.title == "QA: 1 in it already, 1 unknown"
    assert version(world) == before + 1
    out = made(admin.say("group remove group:QA member:Bob, Zoe, Ada"))
    assert out.title == "QA: 2 removed, 1 unknown"
    assert inside(world, "QA") == set()
    assert len(facts_of(world, "group.removed")) == 2
    world.sound()


def test_of_one_person_alone_a_refusal_is_a_refusal(world: World, admin: Person, bob: Person):
    group(admin, "QA", "Bob")
    for typed, why in (
        ("group add group:QA member:Zoe", "UNKNOWN_MEMBER"),
        ("group add group:QA member:Olga", "GROUP_MEMBER_ABOVE"),
        ("group remove group:QA member:Olga", "GROUP_MEMBER_ABOVE"),
        ("group add group:QA member:Bob", "NOTHING_TO_CHANGE"),
        ("group remove group:QA member:Ada", "NOTHING_TO_CHANGE"),
    ):
        assert code(admin.say(typed)) == why, typed
    assert code(bob.say("group add group:QA member:Bob")) == "NOT_ALLOWED"
    many = ",".join(f"a{number}" for number in range(101))
    assert code(admin.run("group add", group="QA", member=many)) == "TOO_MANY"
    assert inside(world, "QA") == {"Bob"}
    assert world.refused() == ["GROUP_MEMBER_ABOVE", "GROUP_MEMBER_ABOVE", "NOT_ALLOWED"]


def test_two_put_the_same_person_in_at_the_same_moment_and_it_happens_once(
    world: World, admin: Person, bob: Person
):
    group(admin, "QA")
    other = world.another()
    cards = at_once(
        lambda: admin.say("group add group:QA member:Bob"),
        lambda: admin.on(other).say("group add group:QA member:Bob"),
    )
    assert sorted(map(code, cards)) == ["", "NOTHING_TO_CHANGE"]
    assert len(facts_of(world, "group.added")) == 1
    world.sound()


def test_L06_who_looks_after_groups_for_a_time_puts_nobody_in_for_good(
    world: World, owner: Person, admin: Person, bob: Person
):
    group(admin, "QA", "Ada")
    made(owner.say("role assign <@BOB> Admin for:8h"))
    assert code(bob.say("group add group:QA member:Bob")) == "GROUP_FOR_A_TIME"
    made(bob.say("group remove group:QA member:Ada"))
    world.forward(8 * HOUR)
    assert code(bob.say("group remove group:QA member:Bob")) == "NOT_ALLOWED"
    assert inside(world, "QA") == set()


def test_L20_nobody_gives_themselves_by_joining_a_group_what_they_could_not_give(
    world: World, owner: Person, admin: Person, bob: Person
):
    group(admin, "QA")
    made(owner.say("resource create kind:folder name:Payroll"))
    made(owner.say("access grant resource:Payroll to:QA level:edit for:8h"))
    assert code(admin.say("group add group:QA member:Ada")) == "GROUP_NOT_YOURSELF"
    assert made(admin.say("group add group:QA member:Ada, Bob")).title == "QA: 1 added, not you yourself"
    assert inside(world, "QA") == {"Bob"}
    assert world.refused() == ["GROUP_NOT_YOURSELF"] * 2
    made(owner.say("access grant resource:Payroll to:Ada level:manage for:1h"))
    assert code(admin.say("group add group:QA member:Ada")) == "GROUP_NOT_YOURSELF"  # not for so long
    made(owner.say("access grant resource:Payroll to:Ada level:manage for:9h"))
    made(admin.say("group add group:QA member:Ada"))
    world.forward(8 * HOUR)
    made(admin.say("group remove group:QA member:Ada"))
    made(admin.say("group add group:QA member:Ada"))  # the grant of the group is over


def test_L20_a_group_that_manages_something_is_filled_by_who_could_give_that_access(
    world: World, owner: Person, admin: Person, bob: Person
):
    group(admin, "Chiefs")
    bea = world.member(owner, "Bea", "Admin")
    made(owner.say("resource create kind:folder name:Payroll"))
    made(owner.say("access grant resource:Payroll to:Chiefs level:manage for:9h"))
    assert (
        code(admin.say("group add group:Chiefs member:Bea")) == "GROUP_MANAGES"
    )  # who would put them in next
    assert code(bea.say("group add group:Chiefs member:Ada, Bob")) == "GROUP_MANAGES"
    made(owner.say("access grant resource:Payroll to:Ada level:manage for:8h"))
    assert code(admin.say("group add group:Chiefs member:Bob")) == "GROUP_MANAGES"  # not for so long
    made(owner.say("access grant resource:Payroll to:Ada level:manage for:9h"))
    made(admin.say("group add group:Chiefs member:Bob"))
    made(owner.say("group add group:Chiefs member:Bea"))
    world.forward(9 * HOUR)
    made(admin.say("group add group:Chiefs member:Ada"))  # the group manages nothing any more
    assert inside(world, "Chiefs") == {"Ada", "Bea", "Bob"}


def test_who_was_put_in_or_out_hears_of_it_once_while_it_is_true(
    world: World, owner: Person, admin: Person, bob: Person
):
    group(admin, "QA", "Bob", "Ada")
    group(admin, "Leads")
    said = notes(world)
    assert said.count("You are in the group QA in Studio") == 1  # not to Ada, who did it herself
    made(admin.say("group remove group:QA member:Bob"))
    made(admin.say("group add group:Leads member:Bob"))
    made(admin.say("group remove group:Leads member:Bob"))
    said = notes(world)
    assert said.count("You are no longer in the group QA in Studio") == 1
    assert "You are in the group Leads in Studio" not in said
    made(owner.say("workspace set setting:reminders value:off"))
    made(admin.say("group add group:QA member:Bob"))
    assert notes(world).count("You are in the group QA in Studio") == 1


def test_what_a_group_reaches_is_for_those_in_it_and_for_who_gives_it(
    world: World, owner: Person, admin: Person, bob: Person
):
    cleo = world.member(owner, "Cleo")
    group(admin, "QA", "Cleo")
    made(owner.say("resource create kind:folder name:Payroll"))
    made(owner.say("access grant resource:Payroll to:QA level:edit"))
    for person in (owner, admin, cleo):
        assert "Payroll (edit)" in words(made(person.say("group show name:QA"))), person
    assert [button.label for button in made(owner.say("group show name:QA")).buttons] == ["Grant", "Revoke"]
    assert not made(bob.say("group show name:QA")).buttons
    assert "Payroll" not in words(made(bob.say("group show name:QA")))
    studio = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    payroll = world.one("SELECT resource_id FROM resources")

    def may(who: Person) -> bool:
        return world.core.can(studio, who.identity, "content:view", world.at, payroll).allowed

    assert may(cleo)
    assert not may(bob)
    made(admin.say("group add group:QA member:Bob"))
    assert may(bob)
    made(admin.say("group remove group:QA member:Bob, Cleo"))
    assert not may(bob)
    assert not may(cleo)


# --- deleting --------------------------------------------------------------------------------------------------------------


def test_the_members_of_a_group_hear_that_it_was_deleted_but_not_from_themselves(
    world: World, owner: Person, admin: Person, bob: Person
):
    name = "Q/A @ 100% /member:x"
    made(admin.run("group create", name=name))
    made(admin.run("group add", group=name, member="Bob, Ada"))
    world.desk.drain(world.at)
    made(admin.click(made(admin.run("group delete", name=name)), "Confirm"))
    world.desk.drain(world.at)
    told = world.desk.to("BOB")[-1]
    assert told.title == f"You are no longer in the group {name} in Studio"
    assert "The group was deleted." in words(told)
    assert field_of(told, "Changed by") == "Ada"
    assert not any("no longer in the group" in card.title for card in world.desk.to("ADA"))


def test_what_goes_with_a_group_is_said_before_it_is_deleted(
    world: World, owner: Person, admin: Person, bob: Person
):
    group_id = group(admin, "QA", "Bob")
    made(owner.say("resource create kind:folder name:Payroll"))
    made(owner.say("access grant resource:Payroll to:QA level:edit"))
    made(owner.say("invite create name:Summer group:QA"))
    asked = made(admin.say("group delete name:qa"))
    assert asked.title == "Delete the group QA?"
    assert field_of(asked, "Its members") == "Bob"
    assert field_of(asked, "Reaches") == "Payroll (edit)"
    assert field_of(asked, "Invitations with it") == "Summer"
    assert made(admin.click(asked, "Cancel")).title == "Nothing was changed"
    assert inside(world, "QA") == {"Bob"}
    asked = made(admin.say("group delete name:qa"))
    late = made(admin.say("group delete name:qa"))
    assert made(admin.click(asked, "Confirm")).title == "Deleted: QA"
    assert code(admin.click(asked, "Confirm")) == "ALREADY_CONFIRMED"
    assert code(admin.click(late, "Confirm")) == "GROUP_GONE"
    assert world.one("SELECT count(*) FROM group_members") == 0
    assert world.one("SELECT count(*) FROM grants") == 0
    assert code(bob.say("group show name:QA")) == "UNKNOWN_GROUP"
    [deleted] = facts_of(world, "group.deleted")
    assert (deleted["name"], deleted["members_count"], deleted["grants_count"]) == ("QA", 1, 1)
    assert len(deleted["members"]) == 1
    group(admin, "QA")  # the name is free again
    assert made(bob.say("group show name:QA")).lines == ()
    assert code(bob.run("group show", name=group_id)) == "UNKNOWN_GROUP"
    world.sound()


def test_what_was_announced_is_confirmed_in_time_by_who_may_still_do_it(
    world: World, owner: Person, admin: Person, bob: Person
):
    group(admin, "QA", "Bob")
    asked = made(admin.say("group delete name:qa"))
    world.forward(LIFE)
    assert code(admin.click(asked, "Confirm")) == "CONFIRM_TOO_LATE"
    asked = made(admin.say("group delete name:qa"))
    made(owner.say('role assign <@ADA> "Project Member"'))
    assert code(admin.click(asked, "Confirm")) == "NOT_ALLOWED"
    assert inside(world, "QA") == {"Bob"}


# --- groups that answer requests -------------------------------------------------------------------------------------------


@pytest.fixture
def policy(world: World, owner: Person, admin: Person) -> Person:
    """Who joins is let in by somebody of the group Door; Cleo is in it and has no permission of her own."""
    cleo = world.member(owner, "Cleo", "Admin")
    group(owner, "Door", "Cleo")
    made(owner.say("workspace set setting:join_policy value:approval"))
    made(owner.say('workspace set setting:approvals value:"join: 1 of group:Door"'))
    return cleo


def test_who_is_in_a_group_that_answers_requests_is_said_by_who_runs_the_workspace(
    world: World, owner: Person, admin: Person, policy: Person
):
    assert code(admin.say("group add group:Door member:Ada")) == "GROUP_ANSWERS"
    assert code(admin.say("group remove group:Door member:Cleo")) == "GROUP_ANSWERS"
    assert code(admin.say("group delete name:Door")) == "NOT_ALLOWED"
    assert code(owner.say("group delete name:Door")) == "GROUP_NAMED"
    assert field_of(made(admin.say("group show name:Door")), "Answers") == "requests for joining"
    german = made(admin.with_(language="de").say("group show name:Door"))
    assert field_of(german, "Antworten") == "auf Anfragen zu Beitritt"
    made(admin.with_(language="en").say("me"))
    made(owner.say("group add group:Door member:Ada"))
    assert world.refused() == ["GROUP_ANSWERS", "GROUP_ANSWERS", "NOT_ALLOWED"]


def test_a_request_keeps_its_own_policy_and_with_it_the_group_that_answers_it(
    world: World, owner: Person, admin: Person, policy: Person
):
    request = world.person("Nia").ask(owner.link())
    made(owner.say("workspace set setting:approvals value:default"))
    assert code(admin.say("group add group:Door member:Ada")) == "GROUP_ANSWERS"
    assert code(admin.say("group delete name:Door")) == "NOT_ALLOWED"
    asked = made(owner.say("group delete name:Door"))
    made(policy.say(f"request approve request:{request}"))
    made(admin.say("group add group:Door member:Ada"))  # nothing waits for it any more
    made(owner.click(asked, "Confirm"))


def test_L26_who_is_taken_out_of_the_group_answers_no_more_and_who_is_put_in_gets_the_card(
    world: World, owner: Person, admin: Person, policy: Person
):
    request = world.person("Nia").ask(owner.link())
    world.desk.drain(world.at)
    asked = [m.target.person for m in world.desk.messages if m.card.title.startswith("Nia asks")]
    assert asked == ["CLEO"]
    made(owner.say("group add group:Door member:Ada"))
    made(owner.say("group remove group:Door member:Cleo"))
    world.desk.drain(world.at)
    asked = [m.target.person for m in world.desk.messages if m.card.title.startswith("Nia asks")]
    assert sorted(asked) == ["ADA", "CLEO"]
    assert code(policy.say(f"request approve request:{request}")) == "NOT_AN_APPROVER"
    assert made(admin.say(f"request approve request:{request}")).title == "Approved: Nia"


def test_two_of_a_group_and_one_admin(world: World, owner: Person, admin: Person):
    """The policy of the product's own example, with a real group."""
    people = [world.member(owner, name, "Admin") for name in ("Dora", "Emil")]
    group(owner, "Design leads", "Dora", "Emil")
    made(owner.say("workspace set setting:join_policy value:approval"))
    value = "join: 2 of group:'design leads' and 1 of role:Admin"
    card = made(owner.run("workspace set", setting="approvals", value=value))
    assert "two of Design leads, and one Admin" in words(card)
    request = world.person("Nia").ask(owner.link())
    for person in people:
        said = made(person.say(f"request approve request:{request}"))
        assert not said.title.startswith("Approved")
    assert made(admin.say(f"request approve request:{request}")).title == "Approved: Nia"


# --- leaving -----------------------------------------------------------------------------------------------------------------


def test_L25_who_leaves_is_in_no_group_and_comes_back_into_none(world: World, owner: Person, bob: Person):
    group(owner, "QA", "Bob")
    world.leave(bob)
    assert inside(world, "QA") == set()
    world.member(owner, "Bob")
    assert made(owner.say("group show name:QA")).lines == ()
