"""The end of a workspace: what goes with it, what stays, and that nothing of it opens anything afterwards."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.calls import Where
from core.durations import DAY
from core.errors import Refusal
from tests.core.together import at_once
from tests.core.world import World, code, code_in, made, words


@pytest.fixture
def full(world: World):
    """Studio with members, invitations, a request and an offer, all of it delivered."""
    owner = world.studio("studio", "join_policy instant")
    ada = world.member(owner, "Ada", "Admin")
    bo = world.member(owner, "Bo", "Commenter")
    made(owner.say("workspace set join_policy approval"))
    link = owner.link(role="Designer")
    request = world.person("Nora").ask(link)
    made(owner.say("workspace transfer Ada"))
    world.desk.drain(world.at)
    return world, owner, ada, bo, link, request


def studio(world: World) -> str:
    return world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")


# --- deleting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["", "Stud", "Studio2", "Second", '"Stu dio"'])
def test_only_its_name_typed_out_deletes_it(full, typed):
    world, owner, *_ = full
    card = owner.say(f"workspace delete name:{typed}")
    assert code(card) in {"WRONG_NAME", "MISSING_OPTION"}
    assert 'workspace delete name:"Studio"' in words(card) or not typed
    assert world.one("SELECT deleted_at FROM workspaces WHERE name = 'Studio'") is None
    assert world.events("workspace.deleted") == []


@pytest.mark.parametrize("typed", ["Studio", "studio", "STUDIO", '"Studio"', " studio "])
def test_letter_case_and_quotes_do_not_matter(full, typed):
    world, owner, *_ = full
    assert made(owner.say(f"workspace delete name:{typed}")).title == "Deleted: Studio"
    assert world.one("SELECT deleted_at FROM workspaces WHERE name = 'Studio'") == world.at


@pytest.mark.parametrize("name", ['Olga"s place', "Two  words", "naïve ﬁle"])
def test_any_name_can_be_typed_as_it_is_shown(world: World, name):
    owner = world.person("Olga", place_admin=True)
    owner.run("workspace create", name=name)
    card = owner.say("workspace delete name:wrong")
    shown = words(card).strip().rpartition("type ")[2].strip("`.")
    assert made(owner.say(shown)).title.startswith("Deleted")


def test_it_needs_the_permission(full):
    world, _, ada, bo, *_ = full
    for who in (ada, bo):
        assert code(who.say("workspace delete Studio")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say("workspace delete Studio")) == "NOT_A_MEMBER"
    assert world.one("SELECT count(*) FROM places") == 1


def test_everything_in_it_ends_in_the_same_moment(full):
    world, owner, *_ = full
    secret = code_in(made(owner.say("workspace link")))
    assert secret
    made(owner.at("").say("workspace use Studio"))
    card = made(owner.say("workspace delete Studio"))
    assert "3, none of whom is in it any more" in words(card)

    assert world.members() == {}
    assert world.one("SELECT member_count FROM workspaces WHERE name = 'Studio'") == 0
    for left in (
        "places",
        "member_roles",
        "chosen_workspaces",
        "requests WHERE status = 'pending'",
        "transfers WHERE status = 'pending'",
        "link_codes WHERE used_at IS NULL",
        "invitations WHERE revoked_at IS NULL AND accepted_at IS NULL AND uses_taken < coalesce(uses_limit, 99)",
    ):
        assert world.rows(f"SELECT 1 FROM {left}") == [], left
    assert world.rows("SELECT 1 FROM invitation_uses WHERE member_id IS NULL") == []
    world.sound()


def test_its_end_is_on_record_with_what_was(full):
    world, owner, *_, request = full
    made(owner.say("workspace delete Studio"))
    [row] = world.rows("SELECT actor, facts FROM audit_events WHERE event = 'workspace.deleted'")
    facts = json.loads(row.facts)
    assert (facts["name"], facts["members"], facts["requests"]) == ("Studio", 3, [request])
    assert facts["places"] == ["slack/T1/"]
    ended = world.rows("SELECT invitation_id FROM invitations WHERE revoked_at IS NOT NULL ORDER BY 1")
    assert facts["invitations"] == [row.invitation_id for row in ended]
    assert row.actor == world.one("SELECT member_id FROM members WHERE name = 'Olga'")
    assert world.events("request.withdrawn", "transfer.ended") == ["request.withdrawn", "transfer.ended"]
    assert len(world.events()) > 10
    world.sound()


def test_those_who_could_configure_it_and_who_waited_are_told_and_nobody_else(full):
    world, owner, *_ = full
    before = len(world.desk.messages)
    made(owner.say("workspace delete Studio"))
    world.desk.drain(world.at)

    new = world.desk.messages[before:]
    assert {(m.target.person, m.card.title) for m in new} == {
        ("ADA", "Studio was deleted"),
        ("NORA", "Studio was deleted"),
    }
    assert "Olga" in words(world.desk.to("ADA")[-1])
    assert "Olga" not in words(world.desk.to("NORA")[-1])


@pytest.fixture
def gone(full):
    world, owner, ada, bo, link, request = full
    made(owner.say("workspace delete Studio"))
    return world, owner, ada, bo, link, request


def test_every_card_that_stands_shows_the_end_and_the_outbox_comes_to_rest(full):
    world, owner, *_ = full
    assert any(card.buttons for card in world.desk.to("OLGA"))
    made(owner.say("workspace delete Studio"))
    for _ in range(3):
        world.desk.drain(world.at)
        world.core.sweep(world.at)
        world.forward(DAY)
        assert (
            world.rows("SELECT key FROM outbox WHERE due_at IS NOT NULL AND due_at <= :t", t=world.at) == []
        )
    titles = Counter(card.title for card in world.desk.to("OLGA"))
    assert titles["Withdrawn: Nora"] == 1
    assert [card.title for card in world.desk.to("ADA") if "offer" in card.title] == [
        "Ended: the offer of Studio"
    ]
    assert [m for m in world.desk.messages if m.card.buttons] == []


def test_messages_that_were_due_are_not_sent_about_what_is_no_more(full):
    """A reminder, an arrival and a card for approvers that wait in the outbox when the end comes."""
    world, owner, ada, *_ = full
    made(owner.say("workspace set join_policy instant"))
    world.person("Late").say(f"join {ada.link()}")
    made(owner.say("workspace set join_policy approval"))
    world.person("Later").ask(owner.link())
    made(owner.say("workspace delete Studio"))
    before = len(world.desk.messages)
    world.desk.drain(world.at)
    fresh = world.desk.messages[before:]
    assert {m.card.title for m in fresh} == {"Studio was deleted"}
    assert {m.target.person for m in fresh} == {"ADA", "NORA", "LATER"}


def test_a_request_whose_time_was_over_is_told_so(full):
    world, owner, *_ = full
    world.forward(3 * DAY)
    made(owner.say("workspace delete Studio"))
    world.desk.drain(world.at)
    assert [card.title for card in world.desk.to("NORA")] == ["Expired: your request to join Studio"]


# --- nothing of it opens anything ------------------------------------------------------------------------------------


def test_its_place_belongs_to_nobody(gone):
    world, owner, _, bo, *_ = gone
    for who in (owner, bo):
        for where in (who, who.at("")):
            assert made(where.say("me")).title == "You are in no workspace here"
            assert code(where.say("member list")) == "NOT_LINKED"
            assert code(where.say("invite create")) == "NOT_LINKED"
    assert made(owner.say("workspace list")).title == "You are in no workspace yet"
    assert code(owner.at("").say("workspace use Studio")) == "UNKNOWN_WORKSPACE"
    assert owner.complete("workspace use", "workspace") == []
    assert made(world.person("Nora").say("me")).title == "You are in no workspace here"


def test_its_codes_open_nothing_and_say_nothing(gone):
    world, _, _, bo, link, _ = gone
    for who in (bo, world.person("Nora"), world.person("Eve")):
        card = who.say(f"join {link}")
        assert code(card) == "UNKNOWN_CODE"
        assert "Studio" not in words(card)
    page = world.core.landing(link, world.at)
    assert page.title == "This link leads nowhere any more"


def test_its_link_codes_are_dead(full):
    world, owner, *_ = full
    secret = code_in(made(owner.say("workspace link")))
    made(owner.say("workspace delete Studio"))
    pat = world.person("Pat", realm="T2", place_admin=True)
    assert code(pat.say(f"workspace link {secret}")) == "UNKNOWN_CODE"
    assert world.rows("SELECT 1 FROM places") == []


def test_its_buttons_do_nothing(full):
    world, owner, ada, _, _, request = full
    cards = [*world.desk.to("OLGA"), *world.desk.to("ADA"), made(owner.say("invite list"))]
    made(owner.say("workspace delete Studio"))
    pressed = 0
    for card in cards:
        for button in card.buttons:
            assert code(owner.press(button.action, button.subject)) == "UNKNOWN_BUTTON"
            assert code(ada.press(button.action, button.subject)) == "UNKNOWN_BUTTON"
            pressed += 1
    assert pressed > 3
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=request) == "withdrawn"


def test_another_one_begins_in_the_place_and_knows_nothing_of_it(gone):
    world, owner, ada, _, link, _ = gone
    assert code(ada.say("workspace create name:Studio")) == "NOT_PLACE_ADMIN"
    made(owner.say("workspace create name:Studio scheme:simple"))
    assert world.members() == {"Olga": "Workspace Admin"}
    assert made(ada.say("me")).title == "You are not in Studio"
    assert code(ada.say(f"join {link}")) == "UNKNOWN_CODE"
    assert "Invitations (0 waiting)" in words(made(owner.say("invite list")))
    assert made(owner.say("workspace list")).title == "Your workspaces (1)"


def test_deleting_the_one_of_a_channel_leaves_the_channel_to_that_of_the_team(full):
    world, owner, *_ = full
    made(owner.at("C2").say("workspace create name:Loft scheme:studio"))
    made(owner.at("C2").say("workspace delete Loft"))
    assert made(owner.at("C2").say("me")).title == "You are in Studio"
    assert world.one("SELECT count(*) FROM places") == 1


def test_all_its_places_are_free_again(world: World):
    owner = world.studio()
    pat = world.person("Pat", platform="discord", where=Where("discord", "G7", "C7"), place_admin=True)
    made(pat.say(f"workspace link {code_in(made(owner.say('workspace link')))}"))
    made(owner.say("workspace delete Studio"))
    made(pat.say("workspace create name:Second"))


def test_a_direct_message_can_be_where_it_is_deleted(full):
    _, owner, *_ = full
    made(owner.at("").say("workspace delete Studio"))
    assert made(owner.at("").say("me")).title == "You are in no workspace here"


def test_whoever_was_in_another_one_is_in_that_one_only(full):
    _, owner, *_ = full
    made(owner.at("C2").say("workspace create name:Loft scheme:studio"))
    made(owner.at("").say("workspace use Studio"))
    made(owner.say("workspace delete Studio"))
    assert made(owner.at("").say("me")).title == "You are in Loft"
    assert "Loft" not in words(made(owner.at("C2").say("member list")))


# --- in the same moment ----------------------------------------------------------------------------------------------


def test_deleting_ten_times_at_once_is_deleting_once(full):
    world, owner, *_ = full
    other = world.another()
    cards = at_once(
        *(lambda n=n: owner.on((world, other)[n % 2]).say("workspace delete Studio") for n in range(10))
    )
    assert Counter(code(card) or card.title for card in cards) == {"Deleted: Studio": 1, "NOT_LINKED": 9}
    assert world.events("workspace.deleted") == ["workspace.deleted"]
    world.sound()


def test_nobody_gets_into_what_is_being_deleted(world: World):
    other = world.another()
    for number in range(8):
        where = Where("slack", f"R{number}", "C1")
        owner = world.person("Olga", realm=f"R{number}", where=where, place_admin=True)
        made(owner.say(f"workspace create name:W{number}"))
        made(owner.say("workspace set join_policy instant"))
        link = owner.link()
        nora = other.person("Nora", realm=f"R{number}", where=where)
        joined, deleted = at_once(
            lambda n=nora, c=link: n.say(f"join {c}"),
            lambda o=owner, n=number: o.say(f"workspace delete W{n}"),
        )
        assert code(deleted) == ""
        assert code(joined) in {"", "UNKNOWN_CODE"}
        assert world.members() == {}
    world.sound()


def test_a_decision_against_the_end_is_one_or_the_other(full):
    world, owner, ada, _, _, request = full
    decided, deleted = at_once(
        lambda: ada.on(world.another()).say(f"request approve {request}"),
        lambda: owner.say("workspace delete Studio"),
    )
    assert code(deleted) == ""
    assert code(decided) in {"", "NOT_LINKED"}
    assert world.members() == {}
    world.desk.drain(world.at)
    world.sound()


def test_a_place_is_taken_again_in_the_moment_in_which_it_becomes_free(full):
    world, owner, *_ = full
    other = world.another()
    deleted, created = at_once(
        lambda: owner.say("workspace delete Studio"),
        lambda: owner.on(other).at("C5").say("workspace create name:Next"),
    )
    assert code(deleted) == ""
    assert code(created) == ""
    assert world.rows("SELECT channel FROM places") in ([("",)], [("C5",)])
    world.sound()


# --- who was invited by mention --------------------------------------------------------------------------------------


def invited(world: World, owner):
    """The message to Nora, who was invited by mention."""
    made(owner.run("invite create", emails=(world.person("Nora").identity,)))
    world.desk.drain(world.at)
    return next(message for message in world.desk.messages if message.target.person == "NORA")


def test_the_message_to_whoever_was_invited_by_mention_no_longer_asks(world: World):
    owner = world.studio("studio", "join_policy instant")
    sent = invited(world, owner)
    assert [button.label for button in sent.card.buttons] == ["Accept", "Decline"]

    made(owner.say("workspace delete name:Studio"))
    world.desk.drain(world.at)

    assert sent.card.title == "No longer open: Olga's invitation to Studio"
    assert sent.card.buttons == ()


def test_a_message_that_was_not_sent_before_the_end_is_not_sent_after_it(world: World):
    owner = world.studio("studio", "join_policy instant")
    made(owner.run("invite create", emails=(world.person("Nora").identity,)))
    made(owner.say("workspace delete name:Studio"))
    world.desk.drain(world.at)

    assert not [message for message in world.desk.messages if message.target.person == "NORA"]


# --- the operator ----------------------------------------------------------------------------------------------------


def test_a_name_means_the_live_workspace_and_an_id_also_a_deleted_one(world: World):
    old = studio_of(world)
    made(world.person("Olga").say("workspace delete name:Studio"))
    assert world.core.workspace_ids("studio") == [old]

    new = studio_of(world)
    assert world.core.workspace_ids("studio") == [new]
    assert world.core.workspace_ids(old) == [old]


def studio_of(world: World) -> str:
    world.studio()
    return world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio' AND deleted_at IS NULL")


@pytest.mark.parametrize("plan", ["pro", "enterprise"])
def test_a_deleted_workspace_takes_no_plan(world: World, plan):
    old = studio_of(world)
    made(world.person("Olga").say("workspace delete name:Studio"))

    with pytest.raises(Refusal) as refused:
        world.core.set_plan(old, plan, None, world.at)

    assert refused.value.code.name == "NOT_LINKED"
    assert world.events("plan.changed") == []
