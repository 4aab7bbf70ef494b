"""Requests that several approve: whose yes counts, and when it is enough."""

from __future__ import annotations

import json

import pytest

from core.durations import DAY, HOUR
from tests.core.several_say import decide, mail, policy, press, status
from tests.core.together import at_once
from tests.core.world import Person, World, code, field_of, id_in, made, words

BUTTONS = ["Approve", "Approve with less", "Deny", "Deny with a reason"]


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Admin")


@pytest.fixture
def nora(world: World) -> Person:
    return world.person("Nora")


# --- two of them -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [decide, press], ids=["typed", "pressed"])
def test_two_of_two_is_a_yes_and_one_of_two_is_none(world: World, owner, ada, nora, answer):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link(role="Designer"))
    assert mail(world, "OLGA")[-1] == mail(world, "ADA")[-1] == "Nora asks to join Studio"
    assert "0 of 2 approvals." in words(world.desk.to("OLGA")[-1])

    first = made(answer(ada, request))
    assert first.title == "You said yes: Nora's request waits for more answers"
    assert "1 of 2 approvals · Ada said yes." in words(first)
    assert field_of(first, "Who can approve") == "Olga"
    assert status(world, request) == "pending"
    assert "Nora" not in world.members()
    assert (ada.say("request list").title, owner.say("request list").title) == (
        "Requests (0 wait for you)",
        "Requests (1 waits for you)",
    )
    mail(world, "OLGA")
    for who in ("OLGA", "ADA"):
        card = world.desk.to(who)[-1]
        assert "1 of 2 approvals · Ada said yes." in words(card)
        assert [button.label for button in card.buttons] == BUTTONS

    assert made(answer(owner, request)).title == "Approved: Nora"
    assert world.members()["Nora"] == "Designer"
    mail(world, "OLGA")
    assert [card.title for card in world.desk.to("NORA")] == ["Approved: welcome to Studio"]
    assert field_of(world.desk.to("NORA")[0], "Decided by") == "Ada and Olga"
    for who in ("OLGA", "ADA"):
        card = next(card for card in world.desk.to(who) if card.title.startswith("Joined: Nora"))
        assert "by Ada and Olga" in words(card)
        assert card.buttons == ()
    assert world.events("request.voted", "request.approved")[-2:] == ["request.voted", "request.approved"]
    world.sound()


def test_one_denial_ends_it_whatever_was_said_before(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    made(decide(ada, request))

    assert made(decide(owner, request, "deny", "Not now")).title == "Denied: Nora"
    assert status(world, request) == "denied"
    assert "by Olga on" in words(decide(ada, request))
    assert world.one("SELECT uses_taken FROM invitations WHERE label NOT LIKE 'for-%'") == 0


def test_several_denials_where_the_policy_asks_for_them(world: World, owner, ada, bob, nora):
    policy(owner, "join: 1 of role:Owner; denials 2; backups role:Admin")
    request = nora.ask(owner.link())

    assert "1 of 2 denials · Ada said no." in words(made(decide(ada, request, "deny")))
    assert status(world, request) == "pending"
    made(decide(bob, request, "deny"))
    assert status(world, request) == "denied"
    mail(world, "NORA")
    assert field_of(world.desk.to("NORA")[0], "Decided by") == "Ada and Bob"


def test_of_one_persons_answers_the_latest_counts_until_it_is_decided(world: World, owner, ada, bob, nora):
    policy(owner, "join: 2 of request:approve; denials 2")
    request = nora.ask(owner.link())
    made(decide(ada, request))
    again = decide(ada, request)
    assert code(again) == "ALREADY_SAID"
    assert again.title == "You said yes already"
    assert "1 of 2 approvals" in words(again)

    changed = made(decide(ada, request, "deny"))
    assert "0 of 2 approvals; 1 of 2 denials · Ada said no." in words(changed)
    made(decide(bob, request))
    assert status(world, request) == "pending"
    assert world.one("SELECT count(*) FROM votes WHERE request_id = :r", r=request) == 2
    made(decide(ada, request))
    assert status(world, request) == "approved"


def test_one_person_fills_one_place(world: World, owner, ada, nora):
    policy(owner, "join: 1 of request:approve and 1 of role:Owner")
    asked = made(nora.say(f"join code:{owner.link()}"))
    request = id_in(asked)
    assert field_of(asked, "Who can approve") == "anyone who may approve requests, and the Owner"

    made(decide(owner, request))
    assert status(world, request) == "pending"
    made(decide(ada, request))
    assert status(world, request) == "approved"


def test_L07_two_of_the_same_moment_both_count_and_exactly_one_of_them_completes_it(world: World, owner, ada):
    policy(owner, "join: 2 of request:approve")
    link = owner.link()
    other = world.another()
    for number in range(20):
        request = world.person(f"N{number}").ask(link)
        cards = at_once(
            lambda r=request: press(owner, r),
            lambda r=request: press(ada.on(other), r),
        )
        titles = sorted(card.title.partition(":")[0] for card in cards)
        assert titles == ["Approved", "You said yes"]
        assert world.one("SELECT count(*) FROM votes WHERE request_id = :r", r=request) == 2
        assert status(world, request) == "approved"
    world.sound()


def test_twenty_clicks_of_one_of_two_are_one_answer(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    cards = at_once(*(lambda: press(ada, request) for _ in range(20)))

    assert sorted(code(card) or "" for card in cards) == ["", *["ALREADY_SAID"] * 19]
    assert status(world, request) == "pending"
    assert world.events("request.voted") == ["request.voted"]


# --- who counts --------------------------------------------------------------------------------------------------------


def test_L26_the_answer_of_a_demoted_approver_counts_no_more_and_again_when_they_are_back(
    world: World, owner, ada, bob, nora
):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    made(decide(ada, request))
    made(owner.run("role assign", member=ada.identity, role="Designer"))
    mail(world, "BOB")
    assert "0 of 2 approvals." in words(world.desk.to("BOB")[-1])

    assert "1 of 2 approvals · Bob said yes." in words(made(decide(bob, request)))
    assert code(decide(ada, request)) == "NOT_ALLOWED"
    made(owner.run("role assign", member=ada.identity, role="Admin"))
    mail(world, "OLGA")
    assert status(world, request) == "pending"
    assert made(decide(ada, request)).title == "Approved: Nora"


def test_the_answer_of_who_was_removed_counts_no_more(world: World, owner, ada, bob, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    made(decide(ada, request))
    world.remove(owner, ada)

    assert "1 of 2 approvals · Bob said yes." in words(made(decide(bob, request)))
    assert status(world, request) == "pending"
    assert code(decide(ada, request)) == "NOT_A_MEMBER"


def test_an_answer_counts_only_as_long_as_the_role_lasts(world: World, owner, bob, nora):
    cy = world.member(owner, "Cy", "Commenter")
    made(owner.run("role assign", member=cy.identity, role="Admin", **{"for": "2h"}))
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    made(decide(cy, request))
    world.forward(2 * HOUR)

    assert "1 of 2 approvals · Bob said yes." in words(made(decide(bob, request)))


def test_L27_who_is_named_by_their_role_alone_decides_and_others_with_the_permission_do_not(
    world: World, owner, ada, nora
):
    dana = world.member(owner, "Dana", "Designer")
    carl = world.member(owner, "Carl", "Commenter")
    policy(owner, "join: 1 of role:Designer")
    request = nora.ask(owner.link(role="Commenter"))
    assert mail(world, "DANA")[-1] == "Nora asks to join Studio"
    assert "Nora asks to join Studio" not in mail(world, "ADA")
    assert "1 request waits for you" in words(dana.say("me")) or "1 waits" in words(dana.say("request list"))

    refused = decide(ada, request)
    assert code(refused) == "NOT_AN_APPROVER"
    assert "one Designer" in words(refused)
    assert code(decide(carl, request)) == code(decide(carl, "req-2222")) == "NOT_ALLOWED"
    assert words(decide(carl, request)) == words(decide(carl, "req-2222"))
    assert made(decide(dana, request)).title == "Approved: Nora"


def test_the_ceiling_holds_under_every_policy(world: World, owner):
    dana = world.member(owner, "Dana", "Designer")
    policy(owner, "join: 1 of role:Designer or role:Owner")
    request = world.person("Nora").ask(owner.link(role="Admin"))

    assert code(decide(dana, request)) == "ABOVE_CEILING"
    assert "Nora asks to join Studio" not in mail(world, "DANA")
    assert made(decide(owner, request)).title == "Approved: Nora"


def test_L28_what_was_so_when_it_was_asked_is_asked_again_at_the_click(world: World, owner, ada, nora):
    policy(owner, "join: 2 of request:approve")
    request = nora.ask(owner.link())
    mail(world, "ADA")
    card = world.desk.to("ADA")[-1]
    made(owner.run("role assign", member=ada.identity, role="Commenter"))

    assert code(ada.click(card, "Approve")) == "NOT_ALLOWED"
    assert world.one("SELECT count(*) FROM votes WHERE request_id = :r", r=request) == 0


def test_a_change_of_the_policy_does_not_reach_what_is_open(world: World, owner, ada, nora):
    link = owner.link()
    old = nora.ask(link)
    changed = policy(owner, "join: 2 of request:approve; life 1d")
    assert "Requests that are open already keep the policy under which they were made." in words(changed)
    new = world.person("Nick").ask(link)
    assert world.one("SELECT expires_at - created_at FROM requests WHERE request_id = :r", r=new) == DAY

    assert made(decide(ada, old)).title == "Approved: Nora"
    policy(owner, "default")
    assert made(decide(ada, new)).title.startswith("You said yes")
    assert made(decide(owner, new)).title == "Approved: Nick"


def test_L37_that_nobody_could_fill_all_places_is_said_at_once(world: World, owner, nora):
    world.member(owner, "Ada", "Admin")
    changed = policy(owner, "join: 3 of request:approve")
    assert "Nobody can ask to join yet: it takes three of those who may approve requests" in words(changed)
    link = owner.link()
    refused = nora.say(f"join code:{link}")

    assert code(refused) == "NO_APPROVER"
    assert "It takes three of those who may approve requests, and there are not enough members" in words(
        refused
    )
    assert world.one("SELECT uses_taken FROM invitations WHERE label NOT LIKE 'for-%'") == 0
    policy(owner, "join: 2 of request:approve")
    assert made(nora.say(f"join code:{link}")).title == "You asked to join Studio"


def test_a_group_can_be_named_and_its_members_of_the_moment_count(world: World, owner, ada, nora):
    world.change(
        "INSERT INTO groups (workspace_id, group_id, name, name_key, created_at) "
        "SELECT workspace_id, 'grp-1', 'Ops', 'ops', 0 FROM workspaces WHERE name = 'Studio'"
    )
    join = (
        "INSERT INTO group_members (workspace_id, group_id, member_id, added_at, source) "
        "SELECT workspace_id, 'grp-1', member_id, 0, 'test' FROM members WHERE name = :who"
    )
    world.change(join, who="Ada")
    policy(owner, "join: 1 of group:Ops and 1 of role:Owner")
    asked = made(nora.say(f"join code:{owner.link(role='Commenter')}"))
    request = id_in(asked)
    assert field_of(asked, "Who can approve") == "one of Ops, and the Owner"
    made(decide(owner, request))
    assert "one of Ops: 0 of 1; the Owner: 1 of 1 · Olga said yes" in words(decide(owner, request))
    world.change("DELETE FROM group_members")
    assert code(decide(ada, request)) == "NOT_AN_APPROVER"
    world.change(join, who="Ada")
    assert made(decide(ada, request)).title == "Approved: Nora"


# --- the setting -------------------------------------------------------------------------------------------------------


def test_the_setting_is_typed_shown_in_words_recorded_and_taken_back(world: World, owner):
    made(
        owner.say('workspace set setting:approvals value:"join: 2 of role:Designer and 1 of request:approve"')
    )
    shown = words(made(owner.say("workspace settings")))
    assert "join: 2 of role:Designer and 1 of request:approve; denials 1; own off; life 3d" in shown
    assert "Requests to join: Approved by two of Designers, and anyone who may approve requests." in shown
    assert "For everything else one who may approve requests is enough." in shown
    german = words(made(owner.with_(language="de").say("workspace settings")))
    assert "Anfragen zum Beitritt: " in german
    assert world.events("setting.changed") == ["setting.changed"]
    policy(owner, "invite: 1 of role:Owner")
    assert set(json.loads(_kept(world))["approvals"]) == {"invite", "join"}
    policy(owner, "join: default")
    assert "join" not in _kept(world)
    policy(owner, "default")
    assert "approvals = default" in words(made(owner.say("workspace settings")))


def _kept(world: World) -> str:
    kept = world.one("SELECT settings FROM workspaces WHERE name = 'Studio'")
    return kept if isinstance(kept, str) else json.dumps(kept)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("2 of role:Designer", "Begin with what it is for"),
        ("join: 2 of role:King", "There is no role"),
        ("join: 1 of group:Ops", "There is no group"),
        ("join: 2 of role:Owner", "Never more than one member holds Owner"),
        ("join: 1 of moon:walk", "No role here has moon:walk"),
        (
            "party: 1 of request:approve",
            "Begin with what it is for: join:, role:, access:, invite:, extension:",
        ),
        ("role: 1 of request:approve; emergency script:add", "access to resources, never a role"),
        ("join: 1 of request:approve; reason on ask", "Newcomers are never asked for a reason"),
        ("perhaps", "Begin with what it is for"),
    ],
)
def test_a_policy_that_cannot_be_here_is_refused_with_a_sentence(world: World, owner, typed, says):
    refused = owner.run("workspace set", setting="approvals", value=typed)
    assert code(refused) == "BAD_SETTING"
    assert says in words(refused)


def test_only_the_highest_role_lets_people_answer_their_own_requests(world: World, owner, ada):
    typed = "invite: 1 of request:approve; own on"
    refused = ada.run("workspace set", setting="approvals", value=typed)
    assert "Only whoever has the highest role here" in words(refused)
    policy(owner, typed)
    policy(ada, "invite: 2 of request:approve; own on")


def test_a_role_that_a_policy_names_is_in_use(world: World, owner, nora):
    made(owner.say("role create name:Doorman rank:15 permissions:comment:write"))
    dora = world.member(owner, "Dora", "Doorman")
    policy(owner, "join: 1 of role:Doorman or role:Owner")
    request = nora.ask(owner.link())
    made(owner.run("role assign", member=dora.identity, role="Commenter"))
    refused = owner.say("role delete name:Doorman")
    assert "choose another approvals" in words(refused)
    policy(owner, "default")
    refused = owner.say("role delete name:Doorman")
    assert "decide 1 open request that names it" in words(refused)
    made(decide(owner, request))
    assert "request" not in words(owner.say("role delete name:Doorman"))


def test_a_policy_names_no_role_that_counts_for_nothing_on_the_plan(world: World):
    owner = world.studio("animation")
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    world.core.set_plan(workspace, "pro", None, world.at)

    refused = owner.run("workspace set", setting="approvals", value="role: 1 of role:Developer")
    assert code(refused) == "BAD_SETTING"
    assert "There is no role “Developer” here" in words(refused)
