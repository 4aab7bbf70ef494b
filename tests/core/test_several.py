"""People who are in several workspaces: which one is meant, which ones are theirs, and what belongs to none of them."""

from __future__ import annotations

import pytest

from core.calls import Where
from core.cards import Say, plain
from core.entering import naming
from tests.core.world import Person, World, code, code_in, helped, made, words


def further(owner: Person, name: str, channel: str, *settings: str) -> Person:
    """A further workspace in a channel of the same team; its creator there."""
    there = owner.at(channel)
    made(there.say(f'workspace create name:"{name}" scheme:studio'))
    for setting in settings:
        made(there.say(f"workspace set {setting}"))
    return there


@pytest.fixture
def three(world: World):
    """Olga has Studio in the whole team, Loft in one channel and Barn in another; Ada is in Studio and Loft."""
    owner = world.studio("studio", "join_policy instant")
    loft = further(owner, "Loft", "C2", "join_policy instant")
    barn = further(owner, "Barn", "C3", "join_policy instant")
    ada = world.member(owner, "Ada", "Designer")
    made(ada.say(f"join {loft.link(role='Admin')}"))
    return world, owner, loft, barn, ada


# --- which workspace is meant ----------------------------------------------------------------------------------------


def test_in_a_channel_the_place_decides_and_in_a_direct_message_the_team_s_workspace(three):
    _, _, _, _, ada = three
    assert made(ada.say("me")).title == "You are in Studio"
    assert made(ada.at("C2").say("me")).title == "You are in Loft"
    assert made(ada.at("C3").say("me")).title == "You are not in Barn"
    assert made(ada.at("").say("me")).title == "You are in Studio"


def test_a_choice_made_in_a_direct_message_holds_there_and_nowhere_else(three):
    world, _, _, _, ada = three
    card = made(ada.at("").say("workspace use loft"))
    assert card.title == "Direct messages are now about Loft"

    assert made(ada.at("").say("me")).title == "You are in Loft"
    assert made(ada.at("").say("member list")).title == "Members (2)"
    made(ada.at("").say("invite create"))
    assert (
        world.one(
            "SELECT w.name FROM invitations i JOIN workspaces w USING (workspace_id) "
            "ORDER BY i.created_at DESC, w.name"
        )
        == "Loft"
    )
    assert made(ada.at("C1").say("me")).title == "You are in Studio"
    assert made(ada.at("C3").say("me")).title == "You are not in Barn"


def test_a_choice_can_be_changed_and_is_on_record_once_each_time(three):
    world, _, _, _, ada = three
    direct = ada.at("")
    for name in ("Loft", "LOFT", "Studio", "loft"):
        made(direct.say(f"workspace use {name}"))
    assert made(direct.say("me")).title == "You are in Loft"
    assert world.events("workspace.chosen") == ["workspace.chosen"] * 3
    world.sound()


def test_the_choice_is_each_person_s_own(three):
    _, owner, _, _, ada = three
    made(ada.at("").say("workspace use Loft"))
    assert made(owner.at("").say("me")).title == "You are in Studio"


def test_a_choice_ends_with_the_membership(three):
    world, _, _, _, ada = three
    made(ada.at("").say("workspace use Loft"))
    world.change(
        "UPDATE members SET left_at = 1 WHERE name = 'Ada' AND workspace_id = "
        "(SELECT workspace_id FROM workspaces WHERE name = 'Loft')"
    )
    assert made(ada.at("").say("me")).title == "You are in Studio"
    made(ada.at("").say("invite create"))
    assert code(ada.at("").say("workspace use Loft")) == "UNKNOWN_WORKSPACE"


def test_a_direct_message_of_a_team_without_a_workspace_of_its_own_is_about_the_person_s_only_one(
    world: World,
):
    owner = world.studio("studio", "join_policy instant")
    secret = code_in(made(owner.say("workspace link")))
    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.at("C7").say(f"workspace link {secret} here:on"))
    made(pat.say(f"join {owner.link()}"))

    for typed in ("me", "invite create"):  # one reads, the other writes
        assert "Studio" in words(made(pat.at("").say(typed)))
    assert code(pat.at("C1").say("member list")) == "NOT_LINKED"


@pytest.fixture
def discord(three):
    """Dan is on Discord, in Studio and in Loft."""
    world, owner, loft, _, _ = three
    dan = world.person("Dan", platform="discord", where=Where("discord", "", ""))
    for where in (owner, loft):
        made(dan.say(f"join {where.link()}"))
    return world, dan


@pytest.mark.parametrize("typed", ["me", "member list", "invite create"])
def test_where_several_could_be_meant_usher_asks_which_and_says_how_to_answer(discord, typed):
    _, dan = discord
    card = dan.say(typed)
    assert code(card) == "WHICH_WORKSPACE"
    assert "Loft, Studio" in words(card)
    assert "workspace use" in words(card)

    made(dan.say("workspace use studio"))
    assert "Studio" in words(made(dan.say(typed))) or typed == "member list"


def test_help_in_such_a_direct_message_offers_the_choice(discord):
    _, dan = discord
    assert "workspace use" in helped(dan.say("help"))


def test_help_offers_the_choice_to_those_who_have_one(three):
    world, owner, _, _, ada = three
    one = world.member(owner, "Bo", "Commenter")
    offered = {who.identity.subject: "workspace use" in helped(who.at("").say("help")) for who in (ada, one)}
    assert offered == {"ADA": True, "BO": False}


def test_a_place_that_begins_to_exist_does_not_take_a_chosen_one_away(world: World):
    """A team gets a workspace of its own after somebody in it has chosen another."""
    owner = world.studio("studio", "join_policy instant")
    secret = code_in(made(owner.say("workspace link")))
    pat = world.person("Pat", realm="T2", place_admin=True)
    made(pat.at("C7").say(f"workspace link {secret} here:on"))
    made(pat.say(f"join {owner.link()}"))
    made(pat.at("").say("workspace use Studio"))
    made(pat.say("workspace create name:Second"))

    assert made(pat.at("").say("me")).title == "You are in Studio"


# --- choosing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("channel", "which"), [("C1", "Studio"), ("C2", "Loft"), ("C3", "Barn")])
def test_in_a_channel_a_choice_is_refused_with_what_decides_there(three, channel, which):
    world, owner, _, _, _ = three
    card = owner.at(channel).say("workspace use Loft")
    assert code(card) == "PLACE_DECIDES"
    assert f"about {which}" in words(card)
    assert world.rows("SELECT 1 FROM chosen_workspaces") == []


def test_in_an_unlinked_channel_there_is_nothing_to_choose_either(three):
    world, owner, _, _, _ = three
    card = owner.at("C1", realm="T9").say("workspace use Loft")
    assert code(card) == "PLACE_DECIDES"
    assert "no workspace so far" in words(card)
    assert world.rows("SELECT 1 FROM chosen_workspaces") == []


@pytest.mark.parametrize("typed", ["Barn", "barn", "Nowhere", "{barn}"])
def test_what_somebody_is_not_in_is_as_unknown_as_what_does_not_exist(three, typed):
    world, _, _, _, ada = three
    barn = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Barn'")
    asked = typed.format(barn=barn)
    card = ada.at("").say(f"workspace use {asked}")
    assert code(card) == "UNKNOWN_WORKSPACE"
    assert (
        words(card).strip().replace(asked, "…")
        == "You are in no workspace called “…”\nThose you are in: Loft, Studio."
    )


def test_a_stranger_hears_of_none(three):
    world = three[0]
    card = world.person("Eve").at("").say("workspace use Studio")
    assert "none so far" in words(card)


def test_of_two_with_one_name_the_id_says_which(world: World):
    owner = world.studio()
    twin = further(owner, "studio", "C2")
    direct = owner.at("")
    card = direct.say("workspace use Studio")
    assert code(card) == "AMBIGUOUS_WORKSPACE"
    ids = {row.name: row.workspace_id for row in world.rows("SELECT name, workspace_id FROM workspaces")}
    assert ids["studio"] in words(card)
    assert ids["Studio"] in words(card)

    made(direct.say(f"workspace use {ids['studio'].lower()}"))
    made(twin.say("invite create name:here"))
    assert "here" in words(direct.say("invite list"))


def test_only_one_s_own_are_suggested(discord):
    world, dan = discord
    assert dan.complete("workspace use", "workspace") == ["Loft", "Studio"]
    assert dan.complete("workspace use", "workspace", "lo") == ["Loft"]
    assert world.person("Eve").complete("workspace use", "workspace") == []
    assert dan.complete("workspace create", "scheme", "stud") == ["studio"]
    assert dan.complete("invite create", "role") == []


def test_of_twins_the_ids_are_suggested(world: World):
    owner = world.studio()
    further(owner, "Studio", "C2")
    suggested = owner.complete("workspace use", "workspace", "studio")
    ids = sorted(row[0] for row in world.rows("SELECT workspace_id FROM workspaces WHERE name = 'Studio'"))
    assert sorted(suggested) == [f"Studio ({each})" for each in ids]


# --- the list --------------------------------------------------------------------------------------------------------


def test_the_list_has_one_s_own_with_roles_and_says_which_is_meant_here(three):
    _, owner, _, _, ada = three

    def lines(person: Person) -> list[str]:
        return [plain(line.text) for line in made(person.say("workspace list")).lines]

    assert lines(ada) == ["Loft — Admin", "Studio — Designer — meant here"]
    assert lines(ada.at("C2")) == ["Loft — Admin — meant here", "Studio — Designer"]
    assert lines(ada.at("C3")) == ["Loft — Admin", "Studio — Designer"]
    assert lines(owner.at("C3"))[0] == "Barn — Owner — meant here"
    made(ada.at("").say("workspace use Loft"))
    assert lines(ada.at("")) == ["Loft — Admin — meant here", "Studio — Designer"]


def test_the_list_says_it_where_none_is_meant(three):
    _, _, _, _, ada = three
    for where in (ada.at("C3"), ada.at("C1", realm="T9")):
        assert plain(made(where.say("workspace list")).footer) == "none of them is meant here"


def test_a_stranger_s_list_says_how_to_come_in(world: World):
    world.studio()
    card = made(world.person("Eve").say("workspace list"))
    assert card.title == "You are in no workspace yet"
    assert "join" in words(card)
    assert "Studio" not in words(card)


def test_a_member_without_a_role_is_on_their_list_all_the_same(three):
    world, _, _, _, ada = three
    world.change(
        "DELETE FROM member_roles WHERE member_id IN (SELECT member_id FROM members WHERE name = 'Ada')"
    )
    assert "Studio — no role" in words(made(ada.say("workspace list")))


def test_more_than_a_page_of_them_are_all_reached_and_more_than_ten_are_counted(world: World):
    owner = world.studio()
    for number in range(2, 15):
        further(owner, f"Room {number:02}", f"C{number}")
    elsewhere = world.person("Olga", where=Where("slack", "T9", ""), subject="OLGA")
    card = elsewhere.say("member list")
    assert code(card) == "WHICH_WORKSPACE"
    assert "Room 11 and 4 more" in words(card)

    first = made(elsewhere.say("workspace list"))
    second = made(elsewhere.click(first, "Next"))
    assert first.title == second.title == "Your workspaces (14)"
    shown = [plain(line.text).partition(" — ")[0] for card in (first, second) for line in card.lines]
    assert shown == [*(f"Room {number:02}" for number in range(2, 15)), "Studio"]
    assert plain(second.footer) == "none of them is meant here · page 2 of 2"
    assert made(elsewhere.click(second, "Previous")) == first


def test_pages_of_the_list_are_turned_by_its_reader_only(three):
    world, owner, _, _, _ = three
    studio = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    assert code(world.person("Eve").press("workspace.list", f"{studio}/list/0")) == "NOT_A_MEMBER"
    for odd in ("list/x", "list/", "list/99999", "list/-1"):
        assert code(owner.press("workspace.list", f"{studio}/{odd}")) == "UNKNOWN_BUTTON"
    assert made(owner.press("workspace.list", f"{studio}/list/7")).title == "Your workspaces (3)"


def test_many_names_in_a_sentence_are_cut_aloud():
    assert naming(["A"]) == ("A",)
    assert naming([str(n) for n in range(12)]) == (
        "0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more, which are on ",
        Say("workspace list"),
    )


# --- every answer says which one it is about -------------------------------------------------------------------------

ANSWERS = [
    "member list",
    "invite create name:x",
    "invite list",
    "role list",
    "me",
    "help",
    "status",
    "request list",
]


@pytest.mark.parametrize("typed", ANSWERS)
def test_every_answer_names_its_workspace_to_those_who_are_in_several(three, typed):
    _, owner, loft, _, ada = three
    for who, name in ((ada, "Studio"), (ada.at("C2"), "Loft"), (owner, "Studio"), (loft, "Loft")):
        card = made(who.say(typed))
        said = " ".join([card.title, plain(card.footer), *(plain(field.value) for field in card.fields)])
        assert said.count(name) >= 1, card


def test_a_click_s_answer_names_the_workspace_of_the_button_wherever_it_is_pressed(three):
    _, owner, loft, _, _ = three
    made(loft.say("workspace set join_policy approval"))
    for number in range(12):
        made(loft.say(f"invite create name:n{number}"))
    first = made(loft.say("invite list"))
    assert plain(made(owner.at("C3").click(first, "Next")).footer).endswith("in Loft")


def test_a_refusal_names_it_too_and_never_to_somebody_who_is_not_in_it(three):
    _, _, _, _, ada = three
    assert plain(ada.say("workspace set join_policy instant").footer) == "in Studio"
    refused = ada.at("C3").say("member list")
    assert code(refused) == "NOT_A_MEMBER"
    assert "Barn" not in words(refused)


def test_whoever_is_in_one_is_not_told_which(three):
    world, owner, _, _, _ = three
    bo = world.member(owner, "Bo", "Commenter")
    assert plain(made(bo.say("member list")).footer).count("Studio") == 0
    assert plain(bo.say("workspace settings").footer) == ""


def test_a_membership_that_is_over_counts_no_more(three):
    world, _, _, _, ada = three
    world.change(
        "UPDATE members SET left_at = 1 WHERE name = 'Ada' AND workspace_id = "
        "(SELECT workspace_id FROM workspaces WHERE name = 'Loft')"
    )
    assert "Studio" not in plain(made(ada.say("member list")).footer)


def test_a_name_that_is_part_of_another_word_does_not_count_as_said(world: World):
    owner = world.studio()
    here = further(owner, "a", "C2")
    assert plain(made(here.say("role list")).footer).endswith("Roles in a") or "in a" in words(
        here.say("role list")
    )
    assert plain(made(here.say("member list")).footer).endswith("in a")


def test_every_message_that_comes_by_itself_names_its_workspace(three):
    world, _, loft, _, ada = three
    made(loft.say("workspace set join_policy approval"))
    nora = world.person("Nora")
    made(loft.say("invite create emails:<@NORA>"))
    request = nora.ask(loft.link(role="Designer"))
    world.desk.drain(world.at)
    made(ada.at("C2").say(f"request approve {request}"))
    denied = world.person("Dora").ask(loft.link())
    world.desk.drain(world.at)
    made(loft.say(f"request deny {denied}"))
    expired = world.person("Xena").ask(loft.link())
    world.desk.drain(world.at)
    assert expired
    world.forward(3 * 24 * 3_600)
    world.core.sweep(world.at)
    world.desk.drain(world.at)

    loft_id = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Loft'")
    about_loft = [message.card for message in world.desk.messages if message.key.startswith(loft_id)]
    assert len(about_loft) > 8
    assert [card.title for card in about_loft if "Loft" not in words(card)] == []
