"""Invitations that carry groups and access: who may make them, what a newcomer gets, and what is asked again on the way."""

from __future__ import annotations

import re

import pytest

from core.cards import Card
from tests.core.world import Person, World, code, code_in, facts_of, field_of, id_in, made, words


def member_id(world: World, name: str) -> str:
    return world.one("SELECT member_id FROM members WHERE name = :name AND left_at IS NULL", name=name)


def groups_of(world: World, name: str) -> set[str]:
    rows = world.rows(
        "SELECT g.name FROM group_members i JOIN groups g ON g.group_id = i.group_id WHERE i.member_id = :who",
        who=member_id(world, name),
    )
    return {row.name for row in rows}


def grants_of(world: World, name: str) -> dict[str, tuple]:
    rows = world.rows(
        "SELECT r.name, a.level, a.ends_at, a.given_by, a.source FROM grants a "
        "JOIN resources r ON r.resource_id = a.resource_id WHERE a.holder = :who",
        who=member_id(world, name),
    )
    return {row.name: tuple(row)[1:] for row in rows}


def carried(card: Card) -> tuple[str, str]:
    """The groups and the access that a card names beside the role."""
    found = re.fullmatch(r".+?(?:; groups: (.+?))?(?:; access: (.+))?", field_of(card, "Role"))
    assert found is not None
    return found[1] or "", found[2] or ""


def sent(world: World, to: str) -> list[Card]:
    world.desk.drain(world.at)
    return [m.card for m in world.desk.messages if m.target.person == to]


@pytest.fixture
def owner(world: World) -> Person:
    """May give everything. There are the group QA and three resources at the top."""
    made_by = world.studio("project", "join_policy instant")
    made(made_by.say("group create name:QA"))
    for name in ("Website", "Plans", "Final edit"):
        made(made_by.run("resource create", kind="folder", name=name))
    return made_by


@pytest.fixture
def admin(world: World, owner: Person) -> Person:
    """Invites and looks after groups; gives no access."""
    return world.member(owner, "Ada", "Admin")


# --- what newcomers get ----------------------------------------------------------------------------------------------------


def test_who_comes_is_in_the_group_and_reaches_what_the_invitation_carries(world: World, owner: Person):
    card = made(owner.say("invite create name:Team group:qa resource:Website=edit, plans"))
    assert carried(card) == ("QA", "Website (edit), Plans (view)")
    invitation = id_in(card)
    nia = world.person("Nia")
    welcome = made(nia.say(f"join code:{code_in(card)}"))
    assert welcome.title == "Welcome to Studio"
    assert field_of(welcome, "Groups") == "QA"
    assert field_of(welcome, "You reach") == "Plans (view), Website (edit)"
    assert field_of(welcome, "Not yet") == "Final edit"
    assert groups_of(world, "Nia") == {"QA"}
    by = member_id(world, "Olga")
    assert grants_of(world, "Nia") == {
        "Website": (3, None, by, f"invitation {invitation}"),
        "Plans": (1, None, by, f"invitation {invitation}"),
    }
    [added] = facts_of(world, "group.added")
    source = f"invitation {invitation}"
    assert added == {"group": "QA", "member": member_id(world, "Nia"), "source": source, "by": by}
    studio = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    website = world.one("SELECT resource_id FROM resources WHERE name = 'Website'")
    assert world.core.can(studio, nia.identity, "content:view", world.at, website).allowed
    shown = made(owner.say(f"invite show invite:{invitation}"))
    assert carried(shown) == ("QA", "Website (edit), Plans (view)")
    assert "with groups and access" in words(made(owner.say("invite list")))
    assert "invitation Team" in words(made(owner.say("group show name:QA")))
    assert not sent(world, "NIA")  # the welcome said it all
    world.sound()


def test_who_is_let_in_by_an_approver_gets_the_same_and_everybody_reads_it(world: World, owner: Person):
    made(owner.say("workspace set setting:join_policy value:approval"))
    card = made(owner.say("invite create group:QA resource:Website=use"))
    asked = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert carried(asked) == ("QA", "Website (use)")
    [question] = [each for each in sent(world, "OLGA") if each.title.startswith("Nia asks")]
    assert carried(question) == ("QA", "Website (use)")
    # What is changed now changes nothing for who has asked.
    made(owner.say(f"invite edit invite:{id_in(card)} group:none resource:none"))
    made(owner.click(question, "Approve"))
    outcome = sent(world, "NIA")[-1]
    assert outcome.title == "Approved: welcome to Studio"
    assert field_of(outcome, "Groups") == "QA"
    assert field_of(outcome, "You reach") == "Website (use)"
    assert field_of(outcome, "Not yet") == "Final edit, Plans"
    assert groups_of(world, "Nia") == {"QA"}
    assert list(grants_of(world, "Nia")) == ["Website"]
    offered = made(world.person("Nia").click(outcome, "Ask"))
    assert {choice.label for menu in offered.menus for choice in menu.choices} >= {"view on Plans"}


def test_the_record_says_through_whose_invitation_it_came_and_never_that_newcomers_gave_it(
    world: World, owner: Person, admin: Person
):
    card = made(owner.say("invite create group:QA resource:Website=use"))
    through = f"through the invitation {id_in(card)}"
    made(world.person("Nia {subject}").say(f"join code:{code_in(card)}"))
    record = words(made(owner.say("audit show since:1h")))
    assert f"Nia {{subject}} came into the group QA, {through} of Olga" in record
    assert f"Nia {{subject}} got use on Website; before: none, {through} of Olga" in record

    made(owner.say("workspace set setting:join_policy value:approval"))
    asked = made(world.person("Max").say(f"join code:{code_in(card)}"))
    made(owner.say(f"request approve request:{id_in(asked)}"))
    record = words(made(owner.say("audit show since:1h")))
    assert f"Olga put Max into the group QA, {through}" in record
    assert f"Olga gave Max use on Website; before: none, {through}" in record


def test_where_the_inviter_may_not_give_it_any_more_it_is_the_approver_who_gives(world: World, owner: Person):
    sue = world.member(owner, "Sue", "Super Admin")
    card = made(sue.say("invite create group:QA resource:Website=use"))
    made(owner.say("role assign member:Sue role:Admin"))
    asked = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    made(owner.say(f"request approve request:{id_in(asked)}"))
    olga = member_id(world, "Olga")
    assert grants_of(world, "Nia")["Website"] == (2, None, olga, f"invitation {id_in(card)}")
    assert facts_of(world, "group.added")[-1]["by"] == olga


def test_who_reaches_everything_or_nothing_is_told_so(world: World, owner: Person):
    nobody = made(world.person("Nia").say(f"join code:{owner.link()}"))
    assert field_of(nobody, "You reach") == "nothing yet"
    assert field_of(nobody, "Not yet") == "Final edit, Plans, Website"
    made(owner.run("resource create", kind="folder", name="Zoo"))
    everything = made(world.person("Max").say(f"join code:{owner.link(role='Super Admin')}"))
    assert field_of(everything, "You reach") == "everything"
    assert not everything.buttons
    assert field_of(made(world.person("Ned").say(f"join code:{owner.link()}")), "Not yet").endswith(
        "and 1 more"
    )


def test_each_of_many_invited_at_once_gets_it(world: World, owner: Person):
    card = made(owner.say("invite create emails:<@NIA> <@MAX> group:QA resource:Website"))
    assert carried(card) == ("QA", "Website (view)")
    [invited] = sent(world, "NIA")
    assert carried(invited) == ("QA", "Website (view)")
    made(world.person("Nia").click(invited, "Accept"))
    assert groups_of(world, "Nia") == {"QA"}


def test_what_is_gone_is_left_out_and_that_is_said(world: World, owner: Person):
    made(owner.say("group create name:Leads"))
    card = made(owner.say("invite create group:QA,Leads resource:Website=edit, Plans=edit"))
    for asked in (owner.say("group delete name:QA"), owner.say("resource delete name:Plans")):
        made(owner.click(made(asked), "Confirm"))
    shown = made(owner.say(f"invite show invite:{id_in(card)}"))
    assert carried(shown) == (
        "Leads, 1 deleted since",
        "Website (edit), 1 deleted since",
    )
    made(owner.say(f"invite extend invite:{id_in(card)}"))
    welcome = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert "2 things that it carried are not there any more" in words(welcome)
    assert groups_of(world, "Nia") == {"Leads"}
    assert list(grants_of(world, "Nia")) == ["Website"]


# --- as it is typed --------------------------------------------------------------------------------------------------------


def test_levels_are_typed_behind_names_and_names_may_end_like_levels(world: World, owner: Person):
    for typed, read in (
        ("Website", "Website (view)"),
        ("website=MANAGE", "Website (manage)"),
        ("Website use, plans = edit", "Website (use), Plans (edit)"),
        ("Final edit", "Final edit (view)"),
        ("Final edit edit", "Final edit (edit)"),
        ("Website=view, Website=edit", "Website (edit)"),
    ):
        assert carried(made(owner.run("invite create", resource=typed)))[1] == read, typed
    for typed, why in (
        ("Nothing=edit", "UNKNOWN_RESOURCE"),
        ("Website=own", "UNKNOWN_RESOURCE"),
        (",".join(f"r{number}" for number in range(11)), "TOO_MANY"),
    ):
        assert code(owner.run("invite create", resource=typed)) == why, typed
    assert code(owner.say("invite create group:Nobody")) == "UNKNOWN_GROUP"
    assert code(owner.run("invite create", group=",".join(f"g{n}" for n in range(11)))) == "TOO_MANY"


def test_what_it_carries_is_edited_and_cleared(world: World, owner: Person):
    made(owner.say("group create name:Leads"))
    card = made(owner.say("invite create group:QA"))
    edit = f"invite edit invite:{id_in(card)}"
    changed = made(owner.say(f"{edit} group:QA,Leads resource:Plans=edit"))
    assert field_of(changed, "Groups") == "QA → QA, Leads"
    assert field_of(changed, "Access") == "none → Plans (edit)"
    assert code(owner.say(f"{edit} group:qa,leads")) == "NOTHING_TO_CHANGE"
    assert field_of(made(owner.say(f"{edit} group:none")), "Groups") == "QA, Leads → none"
    assert field_of(made(owner.say(f"{edit} resource:Website")), "Access") == "Plans (edit) → Website (view)"
    made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert groups_of(world, "Nia") == set()
    assert list(grants_of(world, "Nia")) == ["Website"]
    assert [sorted(each["after"]) for each in facts_of(world, "invitation.edited")] == [
        ["groups", "resources"],
        ["groups"],
        ["resources"],
    ]


# --- who may give it -------------------------------------------------------------------------------------------------------


def test_L13_nobody_invites_into_a_group_or_to_a_resource_that_they_could_not_give(
    world: World, owner: Person, admin: Person
):
    made(admin.say("invite create group:QA"))
    assert code(admin.say("invite create resource:Website")) == "CANNOT_GRANT"
    assert code(admin.say("invite create emails:<@NIA> resource:Website")) == "CANNOT_GRANT"
    made(owner.say("access grant resource:Website to:Ada level:manage"))
    made(admin.say("invite create resource:Website=edit"))
    assert code(admin.say("invite create resource:Website=edit,Plans")) == "CANNOT_GRANT"
    made(owner.say("access revoke resource:Website to:Ada"))
    made(owner.say("access grant resource:Website to:Ada level:manage for:8h"))
    assert code(admin.say("invite create resource:Website")) == "GRANT_OUTLASTS"
    studio = world.person("Pia", place_admin=True).at("C2")
    made(studio.say("workspace create name:Other scheme:studio"))
    made(studio.say("workspace set join_policy instant"))
    made(studio.say("group create name:Leads"))
    designer = world.person("Dan").at("C2")
    made(designer.say(f"join code:{studio.link(role='Designer')}"))
    assert code(designer.say("invite create group:Leads")) == "CANNOT_ADD_TO_GROUP"
    assert code(designer.say("invite create group:QA")) == "UNKNOWN_GROUP"


def test_a_group_that_answers_requests_is_carried_only_by_who_runs_the_workspace_for_good(
    world: World, owner: Person, admin: Person
):
    card = made(admin.say("invite create group:QA"))
    made(owner.run("workspace set", setting="approvals", value="join: 1 of group:QA or role:'Super Admin'"))
    assert code(admin.say("invite create group:QA")) == "GROUP_ANSWERS"
    asked = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert asked.title == "You asked to join Studio"  # whoever made it could not any more
    made(owner.say(f"request approve request:{id_in(asked)}"))
    assert groups_of(world, "Nia") == {"QA"}
    made(owner.say('role assign <@ADA> "Super Admin" for:8h'))
    assert code(admin.say("invite create group:QA")) == "GROUP_FOR_A_TIME"


def test_L20_a_group_that_manages_something_is_carried_only_by_who_could_give_that_access(
    world: World, owner: Person, admin: Person
):
    card = made(admin.say("invite create group:QA"))
    made(owner.say("access grant resource:Website to:QA level:edit"))
    made(world.person("Max").say(f"join code:{code_in(card)}"))
    made(owner.say("access grant resource:Website to:QA level:manage"))
    assert code(admin.say("invite create group:QA")) == "GROUP_MANAGES"
    asked = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert asked.title == "You asked to join Studio"
    assert field_of(asked, "Who can approve") == "Olga"
    assert code(admin.say(f"request approve request:{id_in(asked)}")) == "NOT_ALLOWED"
    made(owner.say(f"request approve request:{id_in(asked)}"))
    assert groups_of(world, "Nia") == {"QA"}


def test_L14_what_was_not_theirs_to_give_is_not_added_later_nor_lengthened(
    world: World, owner: Person, admin: Person
):
    plain_one = id_in(made(admin.say("invite create name:Mine")))
    assert code(admin.say(f"invite edit invite:{plain_one} resource:Website")) == "CANNOT_GRANT"
    made(owner.say("access grant resource:Website to:Ada level:manage"))
    card = made(admin.say("invite create name:Web resource:Website"))
    made(owner.say("access revoke resource:Website to:Ada"))
    for typed in ("invite extend", "invite resend"):
        assert code(admin.say(f"{typed} invite:{id_in(card)}")) == "CANNOT_GRANT", typed
    assert code(admin.say(f"invite edit invite:{id_in(card)} name:Other")) == "CANNOT_GRANT"
    made(admin.say(f"invite edit invite:{id_in(card)} resource:none"))
    made(admin.say(f"invite extend invite:{id_in(card)}"))


def test_L14_who_could_not_give_it_today_has_their_newcomers_approved_by_somebody_who_can(
    world: World, owner: Person, admin: Person
):
    made(owner.say("access grant resource:Website to:Ada level:manage for:9d"))
    other = world.member(owner, "Ben", "Admin")
    assert code(admin.say("invite create resource:Website")) == "GRANT_OUTLASTS"
    made(owner.say("access grant resource:Website to:Ada level:manage"))
    card = made(admin.say("invite create group:QA resource:Website=edit"))
    made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert list(grants_of(world, "Nia")) == ["Website"]
    made(owner.say("access revoke resource:Website to:Ada"))
    asked = made(world.person("Max").say(f"join code:{code_in(card)}"))
    assert asked.title == "You asked to join Studio"
    assert field_of(asked, "Who can approve") == "Olga"
    assert code(other.say(f"request approve request:{id_in(asked)}")) == "NOT_ALLOWED"
    assert not made(other.say("request list")).lines
    assert len(made(owner.say("request list")).lines) == 1
    made(owner.say(f"request approve request:{id_in(asked)}"))
    assert grants_of(world, "Max")["Website"][2] == member_id(world, "Olga")
    assert groups_of(world, "Max") == {"QA"}


def test_who_lets_it_go_on_answers_for_what_it_carries_too(world: World, owner: Person, admin: Person):
    card = made(owner.say("invite create name:Big group:QA"))
    made(admin.say(f"invite extend invite:{id_in(card)}"))
    made(owner.say('role assign <@ADA> "Project Member"'))
    asked = made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert asked.title == "You asked to join Studio"
    with_access = made(owner.say("invite create name:More resource:Website"))
    made(owner.say("role assign <@ADA> Admin"))
    for typed in ("show", "extend", "resend", "revoke"):  # its code gives what she could not
        assert code(admin.say(f"invite {typed} invite:{id_in(with_access)}")) == "UNKNOWN_INVITATION", typed
    assert "More" not in admin.complete("invite show", "invite")


def test_nobody_could_say_yes_is_found_out_when_somebody_asks(world: World, owner: Person, admin: Person):
    card = made(owner.say("invite create resource:Website"))
    world.vanish(owner)
    refused = world.person("Nia").say(f"join code:{code_in(card)}")
    assert code(refused) == "NO_APPROVER"
    assert "with all that comes with it" in words(refused)
    assert (
        world.one("SELECT max(uses_taken) FROM invitations WHERE uses_limit IS NULL AND label <> 'for-ADA'")
        == 0
    )


# --- asking for it ---------------------------------------------------------------------------------------------------------


def test_who_may_not_invite_asks_for_invitations_with_groups_and_access(
    world: World, owner: Person, admin: Person
):
    bob = world.member(owner, "Bob")
    asked = made(bob.say('request invite group:QA resource:Website=edit reason:"they start on Monday"'))
    assert carried(asked) == ("QA", "Website (edit)")
    assert field_of(asked, "Who can approve") == "Olga"  # not Ada, who gives no access
    assert code(bob.say("request invite group:qa resource:Website=edit")) == "ALREADY_ASKED"
    other = made(bob.say("request invite group:QA"))
    assert code(admin.say(f"request approve request:{id_in(asked)}")) == "NOT_ALLOWED"
    assert len(made(admin.say("request list")).lines) == 1
    assert len(made(owner.say("request list")).lines) == 2
    made(admin.say(f"request approve request:{id_in(other)}"))
    made(owner.say(f"request approve request:{id_in(asked)}"))
    card = sent(world, "BOB")[-1]
    assert carried(card) == ("QA", "Website (edit)")
    made(world.person("Nia").say(f"join code:{code_in(card)}"))
    assert (groups_of(world, "Nia"), list(grants_of(world, "Nia"))) == ({"QA"}, ["Website"])


def test_the_offer_to_ask_keeps_what_the_invitation_was_to_carry(world: World, owner: Person, admin: Person):
    bob = world.member(owner, "Bob")
    offered = bob.say("invite create group:QA")
    asked = made(bob.click(offered, "Ask"))
    assert carried(asked) == ("QA", "")
