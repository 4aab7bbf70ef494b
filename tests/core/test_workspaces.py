"""Workspaces and the places linked to them: who may make one where, and which one a call is about."""

from __future__ import annotations

import pytest

from core.calls import Where
from tests.core.world import World, code, code_in, made, words

MINUTE = 60


def places(world: World) -> set[tuple[str, str, str]]:
    found = world.rows(
        "SELECT w.name, p.realm, p.channel FROM places p JOIN workspaces w ON w.workspace_id = p.workspace_id"
    )
    return {tuple(row) for row in found}


# --- creating --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("platform", ["slack", "discord"])
def test_in_an_unlinked_place_only_its_own_admin_makes_a_workspace_for_the_whole_of_it(
    world: World, platform
):
    where = Where(platform, "R1", "C1")
    nobody = world.person("Eve", platform=platform, where=where)
    assert code(nobody.say("workspace create name:Mine")) == "NOT_PLACE_ADMIN"
    admin = world.person("Olga", platform=platform, where=where, place_admin=True)
    made(admin.say("workspace create name:Studio scheme:STUDIO"))

    assert places(world) == {("Studio", "R1", "")}
    assert world.members() == {"Olga": "Owner"}
    assert world.refused() == ["NOT_PLACE_ADMIN"]


def test_in_a_linked_place_a_further_workspace_is_linked_to_this_channel_alone(world: World):
    owner = world.studio()
    made(owner.at("C2").say("workspace create name:Second"))

    assert places(world) == {("Studio", "T1", ""), ("Second", "T1", "C2")}
    assert made(owner.at("C2").say("me")).title == "You are in Second"
    assert made(owner.at("C1").say("me")).title == "You are in Studio"
    assert code(owner.at("C2").say("workspace create name:Third")) == "PLACE_TAKEN"
    assert code(owner.at("").say("workspace create name:Third")) in {"NEEDS_CHANNEL", "WHICH_WORKSPACE"}


@pytest.mark.parametrize(
    ("held", "refused"), [("Admin", "NOT_ALLOWED"), ("Commenter", "NOT_ALLOWED"), (None, "NOT_A_MEMBER")]
)
def test_a_further_workspace_is_made_by_place_admins_and_those_with_the_permission_only(
    world: World, held, refused
):
    owner = world.studio()
    someone = world.member(owner, "Dana", held) if held else world.person("Eve")

    assert code(someone.at("C2").say("workspace create name:Second")) == refused
    if held:
        world.change("UPDATE roles SET permissions = '[\"workspace:create\"]' WHERE name = :r", r=held)
        world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
        made(someone.at("C2").say("workspace create name:Second"))


def test_a_place_admin_who_is_no_member_makes_a_further_workspace(world: World):
    world.studio()
    made(world.person("Pat", place_admin=True).at("C2").say("workspace create name:Second"))
    assert ("Second", "T1", "C2") in places(world)


def test_a_workspace_needs_a_place(world: World):
    nowhere = world.person("Olga", platform="discord", where=Where("discord", "", ""), place_admin=True)
    assert code(nowhere.say("workspace create name:Studio")) == "NO_PLACE"
    assert code(nowhere.say("workspace link code:AAAA-AAAA")) == "NO_PLACE"


def test_a_direct_message_in_an_unlinked_team_is_about_that_team(world: World):
    link = world.studio("studio", "join_policy instant").link()
    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.say(f"join {link}"))

    made(pat.at("").say("workspace create name:Second"))
    assert ("Second", "T2", "") in places(world)


def test_an_unknown_scheme_is_refused_with_those_there_are(world: World):
    card = world.person("Olga", place_admin=True).say("workspace create name:Studio scheme:feudal")
    assert code(card) == "UNKNOWN_SCHEME"
    assert "simple, studio" in words(card)


# --- which workspace -------------------------------------------------------------------------------------------------


def test_in_a_direct_message_the_workspace_is_that_of_the_slack_team(world: World):
    owner = world.studio()
    assert made(owner.at("").say("me")).title == "You are in Studio"
    assert made(world.person("Eve").at("").say("me")).title == "You are not in Studio"


def test_in_a_discord_direct_message_the_workspace_is_the_person_s_only_one(world: World):
    owner = world.studio("studio", "join_policy instant")
    direct = Where("discord", "", "")
    dan = world.person("Dan", platform="discord", where=direct)
    assert made(dan.say("me")).title == "You are in no workspace here"
    assert code(dan.say("member list")) == "NOT_LINKED"
    made(dan.say(f"join {owner.link()}"))
    assert made(dan.say("me")).title == "You are in Studio"

    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.say("workspace create name:Second"))
    made(pat.say("workspace set join_policy instant"))
    made(dan.say(f"join {pat.link()}"))
    card = dan.say("me")
    assert code(card) == "WHICH_WORKSPACE"
    assert "Second, Studio" in words(card)
    assert dan.complete("invite create", "role") == []


def test_a_place_that_is_linked_to_nothing_has_no_workspace_whoever_asks(world: World):
    owner = world.studio()
    card = owner.at("C1", realm="T9").say("member list")
    assert code(card) == "NOT_LINKED"
    assert "Studio" not in words(card)


# --- linking ---------------------------------------------------------------------------------------------------------


def test_a_link_code_links_another_place_once_within_a_quarter_of_an_hour(world: World):
    owner = world.studio()
    secret = code_in(made(owner.say("workspace link")))
    there = world.person("Pat", platform="discord", where=Where("discord", "G7", "C7"), place_admin=True)
    world.forward(15 * MINUTE - 1)

    assert made(there.say(f"workspace link code:{secret.lower()}")).title == "Linked to Studio"
    assert ("Studio", "G7", "") in places(world)
    elsewhere = there.at("C8", realm="G8")
    assert code(elsewhere.say(f"workspace link code:{secret}")) == "LINK_CODE_DEAD"
    assert world.events("link.created", "place.linked") == ["place.linked", "link.created", "place.linked"]
    assert "Pat" not in world.members()


def test_a_link_code_ends_at_its_second(world: World):
    owner = world.studio()
    secret = code_in(made(owner.say("workspace link")))
    world.forward(15 * MINUTE)
    card = world.person("Pat", realm="T2", place_admin=True).say(f"workspace link code:{secret}")

    assert code(card) == "LINK_CODE_DEAD"
    assert "08:15 UTC" in words(card)


def test_linking_needs_an_admin_of_the_place_and_making_a_code_needs_one_of_the_workspace(world: World):
    owner = world.studio()
    secret = code_in(made(owner.say("workspace link")))

    assert code(world.person("Eve", realm="T2").say(f"workspace link code:{secret}")) == "NOT_PLACE_ADMIN"
    assert code(world.member(owner, "Dana", "Designer").say("workspace link")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say("workspace link")) == "NOT_A_MEMBER"
    assert world.refused() == ["NOT_PLACE_ADMIN", "NOT_ALLOWED", "NOT_A_MEMBER"]


def test_here_links_one_channel_only_and_a_taken_place_is_not_taken_over(world: World):
    owner = world.studio()
    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.say("workspace create name:Second"))

    def fresh() -> str:
        return code_in(made(owner.say("workspace link")))

    assert code(pat.say(f"workspace link code:{fresh()}")) == "PLACE_TAKEN"
    made(pat.at("C5").say(f"workspace link code:{fresh()} here:on"))
    assert code(pat.at("C5").say(f"workspace link code:{fresh()} here:on")) == "ALREADY_LINKED"
    assert places(world) == {("Studio", "T1", ""), ("Second", "T2", ""), ("Studio", "T2", "C5")}
    unused = world.one("SELECT count(*) FROM link_codes WHERE used_at IS NULL")
    assert unused == 2


# --- between workspaces ----------------------------------------------------------------------------------------------


@pytest.fixture
def two(world: World):
    owner = world.studio()
    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.say("workspace create name:Second scheme:studio"))
    return world, owner, pat


def test_L17_an_id_of_another_workspace_means_nothing_here(two):
    world, owner, pat = two
    made(owner.say("invite create name:hers"))
    invitation = world.one("SELECT invitation_id FROM invitations")
    request = world.person("Nora").ask(owner.link())

    assert code(pat.say(f"invite show {invitation}")) == "UNKNOWN_INVITATION"
    assert code(pat.say("invite revoke hers")) == "UNKNOWN_INVITATION"
    assert code(pat.say(f"request approve {request}")) == "UNKNOWN_REQUEST"
    assert "hers" not in words(pat.say("invite list"))
    assert request not in words(pat.say("request list"))
    assert code(pat.say("member show Olga")) == "UNKNOWN_MEMBER"
    assert made(pat.say("member show <@OLGA>")).title == "Not in Second yet"


def test_L18_a_button_of_one_workspace_with_another_s_name_on_it_does_nothing(two):
    world, owner, pat = two
    request = world.person("Nora").ask(owner.link())
    invitation = world.one("SELECT invitation_id FROM invitations")
    studio, second = (
        world.one("SELECT workspace_id FROM workspaces WHERE name = :n", n=n) for n in ("Studio", "Second")
    )

    for action, local, unknown in (
        ("request.approve", request, "UNKNOWN_REQUEST"),
        ("request.deny", request, "UNKNOWN_REQUEST"),
        ("invite.revoke", invitation, "UNKNOWN_INVITATION"),
        ("invite.extend", invitation, "UNKNOWN_INVITATION"),
    ):
        assert code(pat.press(action, f"{second}/{local}")) == unknown
        assert code(pat.press(action, f"{studio}/{local}")) == "NOT_A_MEMBER"
    assert world.one("SELECT status FROM requests") == "pending"
    assert world.rows("SELECT 1 FROM invitations WHERE revoked_at IS NOT NULL") == []
    assert len(world.refused()) == 8
    world.sound()


def test_a_card_s_button_works_wherever_it_is_pressed(two):
    world, owner, _ = two
    request = world.person("Nora").ask(owner.link())
    studio = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")

    made(owner.at("C3", realm="T2").press("request.approve", f"{studio}/{request}"))
