"""Handing a workspace over: both sides agree, everything is read again at the click, and there is always one owner."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.durations import DAY
from tests.core.together import at_once
from tests.core.world import Person, World, code, code_in, field_of, helped, made, words


def outcome(card) -> str:
    return code(card) or card.title.partition(":")[0]


@pytest.fixture
def pair(world: World):
    """Olga owns Studio; Ada is a Designer in it."""
    owner = world.studio("studio", "join_policy instant")
    ada = world.member(owner, "Ada", "Designer")
    world.desk.drain(world.at)
    world.desk.messages.clear()
    return world, owner, ada


def offered(world: World, giver: Person, receiver: str = "Ada") -> str:
    """Offers the workspace; what the buttons carry."""
    made(giver.say(f"workspace transfer {receiver}"))
    local = world.one("SELECT transfer_id FROM transfers WHERE status = 'pending'")
    workspace = world.one("SELECT workspace_id FROM transfers WHERE transfer_id = :t", t=local)
    return f"{workspace}/{local}"


def status(world: World) -> str:
    return world.one("SELECT status FROM transfers ORDER BY created_at DESC, transfer_id LIMIT 1")


def events(world: World) -> list[str]:
    names = ("offered", "accepted", "declined", "withdrawn", "expired", "ended")
    return [e.removeprefix("transfer.") for e in world.events(*(f"transfer.{name}" for name in names))]


# --- the story -------------------------------------------------------------------------------------------------------


def test_the_giver_sees_what_they_will_be_and_the_receiver_is_asked(pair):
    world, owner, _ = pair
    card = made(owner.say("workspace transfer Ada"))
    assert card.title == "You offered Studio to Ada"
    assert field_of(card, "Role") == "Owner"
    assert field_of(card, "You will be") == "Admin"
    assert [button.label for button in card.buttons] == ["Withdraw"]
    world.desk.drain(world.at)

    [asked] = world.desk.to("ADA")
    assert asked.title == "Olga offers you Studio"
    assert [button.label for button in asked.buttons] == ["Accept", "Decline"]
    assert field_of(asked, "Afterwards") == "Olga has Admin"
    assert world.members() == {"Olga": "Owner", "Ada": "Designer"}


def test_accepting_swaps_the_roles_at_once_and_tells_both(pair):
    world, owner, ada = pair
    offered(world, owner)
    world.desk.drain(world.at)
    [asked] = world.desk.to("ADA")
    card = made(ada.click(asked, "Accept"))
    assert card.title == "Accepted: you are Owner of Studio"
    assert world.members() == {"Olga": "Admin", "Ada": "Owner"}

    world.desk.drain(world.at)
    assert [c.title for c in world.desk.to("ADA")] == ["Accepted: you are Owner of Studio"]
    assert world.desk.to("ADA")[0].buttons == ()
    [told] = world.desk.to("OLGA")
    assert told.title == "Accepted: Ada is Owner of Studio"
    assert "You have Admin now" in words(told)
    world.sound()


def test_the_old_owner_s_powers_are_gone_with_the_acceptance(pair):
    world, owner, ada = pair
    ada.press("transfer.accept", offered(world, owner))

    assert code(owner.say("workspace delete Studio")) == "NOT_ALLOWED"
    assert code(owner.say("workspace transfer Ada")) == "NOT_TOP"
    assert made(ada.say("workspace transfer Olga")).title == "You offered Studio to Olga"


def test_what_was_and_what_is_are_on_record(pair):
    world, owner, ada = pair
    ada.press("transfer.accept", offered(world, owner))
    [row] = world.rows("SELECT subject, facts FROM audit_events WHERE event = 'transfer.accepted'")
    facts = json.loads(row.facts)
    assert facts["before"] == {"giver": ["owner"], "receiver": ["designer"]}
    assert facts["after"] == {"giver": ["admin"], "receiver": ["owner"]}
    members = {r.name: r.member_id for r in world.rows("SELECT name, member_id FROM members")}
    assert (facts["giver"], facts["receiver"]) == (members["Olga"], members["Ada"])
    assert events(world) == ["offered", "accepted"]


@pytest.mark.parametrize(
    ("who", "label", "ends", "told"),
    [("ada", "Decline", "declined", "OLGA"), ("owner", "Withdraw", "withdrawn", "ADA")],
)
def test_declining_and_taking_back_change_nothing_and_the_other_side_hears_of_it(
    pair, who, label, ends, told
):
    world, owner, ada = pair
    subject = offered(world, owner)
    world.desk.drain(world.at)
    person = {"owner": owner, "ada": ada}[who]
    card = made(person.press(f"transfer.{label.lower()}", subject))
    assert card.title.startswith(ends.title())
    world.desk.drain(world.at)

    assert world.members() == {"Olga": "Owner", "Ada": "Designer"}
    assert any(c.title.startswith(ends.title()) for c in world.desk.to(told))
    assert all(not c.buttons for c in world.desk.to("ADA"))
    assert status(world) == ends
    made(owner.say("workspace transfer Ada"))
    assert events(world) == ["offered", ends, "offered"]


@pytest.mark.parametrize("swept", [True, False])
def test_an_offer_ends_at_its_second_whether_or_not_a_sweep_was_there(pair, swept):
    world, owner, ada = pair
    subject = offered(world, owner)
    world.desk.drain(world.at)
    world.forward(3 * DAY - 1)
    assert world.core.sweep(world.at) == 0
    world.forward(1)
    if swept:
        assert world.core.sweep(world.at) == 1
        assert world.core.sweep(world.at) == 0

    for action in ("accept", "decline"):
        card = ada.press(f"transfer.{action}", subject)
        assert code(card) == "TRANSFER_OVER"
        assert "Expired on 18 January 2027" in words(card)
    assert code(owner.press("transfer.withdraw", subject)) == "TRANSFER_OVER"
    assert world.members() == {"Olga": "Owner", "Ada": "Designer"}


def test_the_sweep_tells_both_sides_once(pair):
    world, owner, _ = pair
    offered(world, owner)
    world.desk.drain(world.at)
    world.forward(4 * DAY)
    for _ in range(3):
        world.core.sweep(world.at)
        world.another().core.sweep(world.at)
        world.desk.drain(world.at)
        world.forward(60)

    to_giver = [c.title for c in world.desk.to("OLGA") if "offer" in c.title]
    assert to_giver == ["Expired: your offer of Studio"]
    assert [c.title for c in world.desk.to("ADA")] == [
        "Expired: the offer of Studio"
    ] * 2  # the card, and the notice
    assert events(world) == ["offered", "expired"]
    assert world.one("SELECT decided_at FROM transfers") == world.one("SELECT expires_at FROM transfers")


def test_an_offer_that_is_over_is_in_nobody_s_way(pair):
    world, owner, _ = pair
    world.member(owner, "Bo", "Admin")
    offered(world, owner)
    world.forward(3 * DAY)
    assert made(owner.say("workspace transfer Bo")).title == "You offered Studio to Bo"
    assert events(world) == ["offered", "expired", "offered"]


# --- how it stands ---------------------------------------------------------------------------------------------------


def test_one_offer_is_open_at_a_time_and_typing_it_again_shows_how_it_stands(pair):
    world, owner, _ = pair
    world.member(owner, "Bo", "Admin")
    offered(world, owner)
    for whom in ("Bo", "Ada"):
        card = made(owner.say(f"workspace transfer {whom}"))
        assert card.title == "Studio is already offered to Ada"
        assert [button.label for button in card.buttons] == ["Withdraw"]
        assert field_of(card, "Answer until") == "18 January 2027 08:00 UTC"
    assert world.one("SELECT count(*) FROM transfers") == 1

    made(owner.click(card, "Withdraw"))
    assert made(owner.say("workspace transfer Bo")).title == "You offered Studio to Bo"


def test_whom_the_message_did_not_reach_finds_the_question_by_typing(pair):
    world, owner, ada = pair
    offered(world, owner)
    card = made(ada.say("workspace transfer Olga"))
    assert card.title == "Olga offers you Studio"
    made(ada.click(card, "Accept"))
    assert world.members() == {"Olga": "Admin", "Ada": "Owner"}


def test_the_question_stands_at_each_account_of_the_receiver_and_is_answered_once(pair):
    world, owner, ada = pair
    member = world.one("SELECT member_id FROM members WHERE name = 'Ada'")
    workspace = world.one("SELECT workspace_id FROM members WHERE name = 'Ada'")
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        "VALUES (:w, 'discord', '', 'ADA2', :m)",
        w=workspace,
        m=member,
    )
    subject = offered(world, owner)
    world.desk.drain(world.at)
    there = world.person("Ada", platform="discord", subject="ADA2")
    made(there.press("transfer.accept", subject))
    assert code(ada.press("transfer.accept", subject)) == "TRANSFER_OVER"
    world.desk.drain(world.at)
    for account in ("ADA", "ADA2"):
        assert [c.title for c in world.desk.to(account)] == ["Accepted: you are Owner of Studio"]


# --- who may, and to whom --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["Admin", "Designer", "Commenter"])
def test_only_the_holder_of_the_top_role_offers_it(pair, role):
    world, owner, _ = pair
    bo = world.member(owner, "Bo", role)
    card = bo.say("workspace transfer Ada")
    assert code(card) == "NOT_TOP"
    assert "Owner" in words(card)
    assert "NOT_TOP" in world.refused()
    assert code(world.person("Eve").say("workspace transfer Ada")) == "NOT_A_MEMBER"
    assert world.rows("SELECT 1 FROM transfers") == []


def test_whoever_has_the_top_role_for_a_time_only_cannot_pass_it_on(world: World):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Admin")
    world.member(owner, "Bo", "Workspace Viewer")
    world.change(
        "UPDATE member_roles SET ends_at = :t WHERE member_id = (SELECT member_id FROM members WHERE name = 'Ada')",
        t=world.at + DAY,
    )
    assert code(ada.say("workspace transfer Bo")) == "NOT_TOP"


@pytest.mark.parametrize(("whom", "refusal"), [("Olga", "NOTHING_TO_CHANGE"), ("Zoe", "UNKNOWN_MEMBER")])
def test_it_is_offered_to_another_member_and_nobody_else(pair, whom, refusal):
    world, owner, _ = pair
    world.person("Zoe")
    assert code(owner.say(f"workspace transfer {whom}")) == refusal
    assert code(owner.say("workspace transfer <@ZOE>")) == "UNKNOWN_MEMBER"
    assert world.rows("SELECT 1 FROM transfers") == []


def test_it_is_not_offered_to_who_has_it(world: World):
    owner = world.studio("simple", "join_policy instant")
    world.member(owner, "Ada", "Workspace Admin")
    card = owner.say("workspace transfer Ada")
    assert code(card) == "NOTHING_TO_CHANGE"
    assert "Ada is Workspace Admin already" in words(card)


def test_the_buttons_work_for_the_two_sides_only(pair):
    world, owner, ada = pair
    bo = world.member(owner, "Bo", "Admin")
    subject = offered(world, owner)
    for who in (bo, world.person("Eve")):
        for action in ("accept", "decline", "withdraw"):
            assert code(who.press(f"transfer.{action}", subject)) in {"UNKNOWN_BUTTON", "NOT_A_MEMBER"}
    assert code(owner.press("transfer.accept", subject)) == "UNKNOWN_BUTTON"
    assert code(owner.press("transfer.decline", subject)) == "UNKNOWN_BUTTON"
    assert code(ada.press("transfer.withdraw", subject)) == "UNKNOWN_BUTTON"
    assert status(world) == "pending"


# --- what each scheme makes of it ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scheme", "top", "role", "then"),
    [
        ("studio", "Owner", "Commenter", "Admin"),
        ("simple", "Workspace Admin", "Workspace Viewer", "Workspace Editor"),
        ("project", "Super Admin", "Project Member", "Admin"),
        ("animation", "Admin", "Viewer", "Editor"),
    ],
)
def test_with_one_role_each_the_giver_steps_down_to_the_role_below(world: World, scheme, top, role, then):
    owner = world.studio(scheme, "join_policy instant")
    ada = world.member(owner, "Ada", role)
    card = made(owner.say("workspace transfer Ada"))
    assert (field_of(card, "Role"), field_of(card, "You will be")) == (top, then)
    subject = card.buttons[0].subject
    made(ada.press("transfer.accept", subject))
    assert world.members() == {"Olga": then, "Ada": top}
    world.sound()


def held(world: World) -> set[tuple[str, str]]:
    rows = world.rows(
        "SELECT m.name, h.role_id FROM member_roles h JOIN members m USING (workspace_id, member_id)"
    )
    return {tuple(row) for row in rows}


@pytest.mark.parametrize(("also", "then"), [(False, "no role"), (True, "Member Manager")])
def test_with_several_roles_the_giver_keeps_the_others_and_gets_none_for_it(world: World, also, then):
    owner = world.studio("computers", "join_policy instant")
    ada = world.member(owner, "Ada", "Contributor")
    if also:
        world.change(
            "INSERT INTO member_roles (workspace_id, member_id, role_id, given_at, source) "
            "SELECT workspace_id, member_id, 'member-manager', 0, 'test' FROM members WHERE name = 'Olga'"
        )
    card = made(owner.say("workspace transfer Ada"))
    assert field_of(card, "You will be") == then
    made(ada.press("transfer.accept", card.buttons[0].subject))

    assert held(world) == {("Ada", "contributor"), ("Ada", "owner")} | (
        {("Olga", "member-manager")} if also else set()
    )


def test_a_receiver_who_had_the_role_for_a_time_has_it_for_good(world: World):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Viewer")
    world.change(
        "INSERT INTO member_roles (workspace_id, member_id, role_id, given_at, ends_at, source) "
        "SELECT workspace_id, member_id, 'workspace-admin', 0, :t, 'test' FROM members WHERE name = 'Ada'",
        t=world.at + 60,
    )
    made(ada.press("transfer.accept", offered(world, owner)))
    world.forward(DAY)
    world.core.sweep(world.at)
    assert world.members() == {"Olga": "Workspace Editor", "Ada": "Workspace Admin"}


def test_in_a_workspace_of_several_at_the_top_one_offer_is_open_and_its_giver_is_named_to_the_others(
    world: World,
):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Admin")
    world.member(owner, "Bo", "Workspace Viewer")
    subject = offered(world, owner, "Bo")
    card = ada.say("workspace transfer Bo")
    assert card.title == "Studio is already offered to Bo"
    assert "Olga offered it" in words(card)
    assert card.buttons == ()
    assert code(ada.press("transfer.withdraw", subject)) == "UNKNOWN_BUTTON"


# --- what happened in between ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("swept", [True, False])
def test_an_offer_of_somebody_who_was_demoted_gives_nothing(world: World, swept):
    owner = world.studio("simple", "join_policy instant")
    world.member(owner, "Ada", "Workspace Admin")
    bo = world.member(owner, "Bo", "Workspace Viewer")
    subject = offered(world, owner, "Bo")
    world.desk.drain(world.at)
    world.give(owner, "Workspace Editor")
    if swept:
        assert world.core.sweep(world.at) == 1
        assert world.core.sweep(world.at) == 0
    card = bo.press("transfer.accept", subject)

    assert code(card) == ("TRANSFER_OVER" if swept else "TRANSFER_VOID")
    assert world.members() == {"Olga": "Workspace Editor", "Ada": "Workspace Admin", "Bo": "Workspace Viewer"}
    if swept:
        world.desk.drain(world.at)
        assert [c.title for c in world.desk.to("OLGA")][-1] == "Ended: your offer of Studio"
        assert events(world) == ["offered", "ended"]


@pytest.mark.parametrize("who", ["Olga", "Bo"])
def test_an_offer_one_side_of_which_has_left_is_in_nobody_s_way(world: World, who):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Admin")
    bo = world.member(owner, "Bo", "Workspace Viewer")
    world.member(owner, "Cy", "Workspace Viewer")
    subject = offered(world, owner, "Bo")
    world.leave({"Olga": owner, "Bo": bo}[who])

    assert code(bo.press("transfer.accept", subject)) in {"TRANSFER_OVER", "NOT_A_MEMBER"}
    assert made(ada.say("workspace transfer Cy")).title == "You offered Studio to Cy"
    assert events(world) == ["offered", "ended", "offered"]


@pytest.mark.parametrize("who", ["Olga", "Bo"])
def test_an_offer_is_in_nobody_s_way_though_nothing_ended_it(world: World, who):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Admin")
    bo = world.member(owner, "Bo", "Workspace Viewer")
    world.member(owner, "Cy", "Workspace Viewer")
    subject = offered(world, owner, "Bo")
    world.vanish({"Olga": owner, "Bo": bo}[who])

    assert code(bo.press("transfer.accept", subject)) in {"TRANSFER_VOID", "NOT_A_MEMBER"}
    assert made(ada.say("workspace transfer Cy")).title == "You offered Studio to Cy"
    assert events(world) == ["offered", "ended", "offered"]


def test_an_offer_of_what_is_no_longer_the_top_gives_nothing(pair):
    world, owner, ada = pair
    subject = offered(world, owner)
    world.change(
        "INSERT INTO roles (workspace_id, role_id, name, rank, permissions, exactly_one, plans) "
        "SELECT workspace_id, 'king', 'King', 99, '[]', false, '[]' FROM workspaces WHERE name = 'Studio'"
    )
    world.change("UPDATE workspaces SET roles_version = roles_version + 1")
    assert code(ada.press("transfer.accept", subject)) == "TRANSFER_VOID"
    assert world.members() == {"Olga": "Owner", "Ada": "Designer"}


def test_who_left_and_came_back_is_somebody_else_to_an_offer(pair):
    world, owner, ada = pair
    link = owner.link()
    subject = offered(world, owner)
    world.leave(ada)
    made(ada.say(f"join {link}"))
    assert code(ada.press("transfer.accept", subject)) == "UNKNOWN_BUTTON"


def test_a_message_for_somebody_who_has_left_is_not_sent(pair):
    world, owner, ada = pair
    offered(world, owner)
    world.leave(ada)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert world.desk.to("ADA") == []
    assert [c.title for c in world.desk.to("OLGA")] == ["Ended: your offer of Studio"]


# --- races -----------------------------------------------------------------------------------------------------------


def one_owner(world: World) -> None:
    assert Counter(world.members().values())["Owner"] == 1
    world.sound()


def test_L08_accepting_against_taking_back_has_one_outcome(pair):
    world, owner, ada = pair
    other = world.another()
    for _ in range(12):
        giver, receiver = (owner, ada) if world.members()["Olga"] == "Owner" else (ada, owner)
        subject = offered(world, giver, receiver.actor.name)
        accepted, withdrawn = at_once(
            lambda r=receiver, s=subject: r.on(other).press("transfer.accept", s),
            lambda g=giver, s=subject: g.press("transfer.withdraw", s),
        )
        got = (outcome(accepted), outcome(withdrawn))
        assert got in {("Accepted", "TRANSFER_OVER"), ("TRANSFER_OVER", "Withdrawn")}
        assert (world.members()[receiver.actor.name] == "Owner") is (got[0] == "Accepted")
        one_owner(world)


def test_accepting_ten_times_at_once_is_accepting_once(pair):
    world, owner, ada = pair
    other = world.another()
    subject = offered(world, owner)
    cards = at_once(
        *(lambda n=n: ada.on((world, other)[n % 2]).press("transfer.accept", subject) for n in range(10))
    )
    assert Counter(map(outcome, cards)) == {"Accepted": 1, "TRANSFER_OVER": 9}
    assert world.members() == {"Olga": "Admin", "Ada": "Owner"}
    assert events(world) == ["offered", "accepted"]
    one_owner(world)


def test_accepting_against_declining_has_one_outcome(pair):
    world, owner, ada = pair
    other = world.another()
    subject = offered(world, owner)
    cards = at_once(
        lambda: ada.press("transfer.accept", subject),
        lambda: ada.on(other).press("transfer.decline", subject),
    )
    assert max(map(outcome, cards)) == "TRANSFER_OVER"
    assert (world.members()["Ada"] == "Owner") is (outcome(cards[0]) == "Accepted")
    one_owner(world)


def test_two_offers_at_once_are_one(pair):
    world, owner, _ = pair
    world.member(owner, "Bo", "Admin")
    other = world.another()
    cards = at_once(
        *(
            lambda n=n: owner.on((world, other)[n % 2]).say(f"workspace transfer {('Ada', 'Bo')[n % 2]}")
            for n in range(8)
        )
    )
    titles = Counter(card.title.partition(" to ")[0] for card in cards)
    assert titles == {"You offered Studio": 1, "Studio is already offered": 7}
    assert world.one("SELECT count(*) FROM transfers") == 1


def test_accepting_at_the_last_second_against_the_sweep_is_one_or_the_other(pair):
    world, owner, ada = pair
    other = world.another()
    subject = offered(world, owner)
    world.forward(3 * DAY - 1)
    late = world.at + 1
    card, _ = at_once(lambda: ada.press("transfer.accept", subject), lambda: other.core.sweep(late))
    assert outcome(card) in {"Accepted", "TRANSFER_OVER"}
    assert (status(world) == "accepted") is (outcome(card) == "Accepted")
    one_owner(world)


def test_accepting_against_the_giver_s_removal_leaves_the_workspace_in_good_hands(world: World):
    """Cleo takes Olga out in the moment in which Bo accepts Olga's offer."""
    owner = world.studio("simple", "join_policy instant")
    cleo = world.member(owner, "Cleo", "Workspace Admin").on(world.another())
    for number in range(6):
        giver = world.member(owner, f"G{number}", "Workspace Admin")
        bo = world.member(owner, f"B{number}", "Workspace Viewer")
        subject = offered(world, giver, f"B{number}")
        warning = made(cleo.say(f"member remove G{number}"))
        accepted, removed = at_once(
            lambda b=bo, s=subject: b.press("transfer.accept", s), lambda w=warning: cleo.click(w, "Confirm")
        )
        assert code(removed) == "", removed
        assert outcome(accepted) in {"Accepted", "TRANSFER_VOID", "TRANSFER_OVER"}
        now = world.members()
        assert f"G{number}" not in now
        given = outcome(accepted) == "Accepted"
        assert now[f"B{number}"] == ("Workspace Admin" if given else "Workspace Viewer")
        if not given:
            world.core.sweep(world.at)
    world.sound()


def test_L12_neither_side_of_a_transfer_can_be_taken_out_so_that_no_owner_is_left(pair):
    world, owner, ada = pair
    subject = offered(world, owner)
    accepted, left = at_once(
        lambda: ada.press("transfer.accept", subject),
        lambda: owner.on(world.another()).say("member remove Olga"),
    )
    assert outcome(accepted) == "Accepted"
    assert left is not None
    one_owner(world)


def test_a_link_code_of_the_old_owner_is_worth_what_they_may_now(world: World):
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Viewer")
    secret = code_in(made(owner.say("workspace link")))
    made(ada.press("transfer.accept", offered(world, owner)))
    there = world.person("Pat", realm="T2", place_admin=True)
    assert code(there.say(f"workspace link {secret}")) == "LINK_CODE_DEAD"


def test_help_offers_it_to_the_owner_only(pair):
    _, owner, ada = pair
    offers = ["workspace transfer" in helped(who.say("help")) for who in (owner, ada)]
    assert offers == [True, False]
