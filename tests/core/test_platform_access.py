"""A resource that is a channel or a role: whoever reaches it is in it, as far as the platform lets Usher, and no longer."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from core.calls import Channel, ChatRole, Outside
from core.durations import DAY, HOUR
from core.platform_delivery import TRY_AGAIN
from tests.core.world import Person, World, id_in, made, refusal_in, words

CHANNEL = Channel("slack", "T1", "C77")


def may(person: Person, outside_id: str = "C77", why_not: str = "") -> Person:
    """The person as Slack knows them: whether they could let others into that channel."""
    return replace(person, actor=replace(person.actor, outside=Outside(outside_id, why_not)))


def resource(world: World, name: str) -> str:
    return world.one("SELECT resource_id FROM resources WHERE name = :name", name=name)


def states(world: World) -> dict[str, str]:
    found = world.rows("SELECT subject, state, trouble FROM platform_access")
    return {row.subject: row.trouble or row.state for row in found}


def effect(world: World) -> str:
    return world.one("SELECT effect FROM requests ORDER BY request_id DESC LIMIT 1")


@pytest.fixture
def owner(world: World) -> Person:
    """Of a workspace whose resource brand is the channel C55, and design, in a folder that is nothing on any platform, C77."""
    owner = world.studio("computers", "join_policy instant")
    made(owner.say("resource create kind:folder name:Studio"))
    made(
        may(owner).run(
            "resource create", kind="slack-channel", name="design", parent="Studio", outside=CHANNEL
        )
    )
    made(
        may(owner, "C55").run(
            "resource create", kind="slack-channel", name="brand", outside=Channel("slack", "T1", "C55")
        )
    )
    return owner


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Contributor")


def test_whoever_reaches_it_is_let_in_and_put_out_when_that_ends(
    world: World, owner: Person, bob: Person
) -> None:
    world.desk.drain(world.at)
    assert not world.desk.acts

    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}
    assert states(world) == {"BOB": "given"}

    # More of the same changes nothing there.
    made(owner.run("access grant", resource="design", to=bob.identity, level="manage"))
    world.desk.drain(world.at)
    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)

    assert world.desk.acts == ["give C77 BOB", "take C77 BOB"]
    assert not states(world)
    assert world.events("platform.given", "platform.taken") == ["platform.given", "platform.taken"]


def test_a_grant_above_it_and_one_to_a_group_reach_it_too(world: World, owner: Person, bob: Person) -> None:
    made(owner.say("group create name:Crew"))
    made(owner.run("access grant", resource="Studio", to="Crew"))
    made(owner.run("group add", group="Crew", member=(bob.identity,)))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}

    made(owner.run("group remove", group="Crew", member=(bob.identity,)))
    world.desk.drain(world.at)
    assert not world.desk.inside

    made(owner.run("group add", group="Crew", member=(bob.identity,)))
    world.desk.drain(world.at)
    asked = made(owner.say("group delete name:Crew"))
    made(owner.click(asked, "Confirm"))
    world.desk.drain(world.at)
    assert not world.desk.inside


def test_a_time_box_ends_there_by_itself(world: World, owner: Person, bob: Person) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity, **{"for": "8h"}))
    world.desk.drain(world.at)
    world.forward(8 * HOUR - 1)
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}

    # No sweep is needed for it: the row comes back at the end of the grant.
    world.forward(1)
    world.desk.drain(world.at)

    assert not world.desk.inside
    assert not states(world)


def test_who_was_in_before_is_left_alone(world: World, owner: Person, bob: Person) -> None:
    world.desk.inside.add(("C77", "BOB"))
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert states(world) == {"BOB": "own"}

    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)

    assert world.desk.inside == {("C77", "BOB")}
    assert not world.desk.acts


@pytest.mark.parametrize("end", ["removed", "resource", "workspace"])
def test_whatever_ends_the_grant_takes_it_away_there(
    world: World, owner: Person, bob: Person, end: str
) -> None:
    made(owner.run("access grant", resource="Studio", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}

    if end == "removed":
        world.remove(owner, bob)
    elif end == "resource":
        made(owner.click(made(owner.say("resource delete name:Studio")), "Confirm"))
    else:
        made(owner.say("workspace delete name:Studio"))
    world.desk.drain(world.at)

    assert not world.desk.inside
    assert not states(world)


def test_a_resource_under_one_that_people_reach_is_theirs_at_once(
    world: World, owner: Person, bob: Person
) -> None:
    made(owner.run("access grant", resource="Studio", to=bob.identity))
    made(owner.run("resource create", kind="slack-channel", name="later", parent="Studio"))
    world.desk.drain(world.at)
    assert ("C88", "BOB") not in world.desk.inside

    linked = made(may(owner, "C88").run("resource link", name="later", outside=Channel("slack", "T1", "C88")))
    assert "1 person to look at now" in words(linked)
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB"), ("C88", "BOB")}

    # It is another channel from now on: out of the one, into the other.
    made(may(owner, "C99").run("resource link", name="later", outside=Channel("slack", "T1", "C99")))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB"), ("C99", "BOB")}


def test_l09_what_was_approved_is_called_done_when_it_is_done(
    world: World, owner: Person, bob: Person
) -> None:
    asked = made(bob.say("request access resource:brand"))
    world.desk.drain(world.at)
    decided = made(owner.say(f"request approve request:{id_in(asked)}"))
    assert "Approved, and being put in place" in decided.title
    assert effect(world) == ""

    world.desk.drain(world.at)

    assert effect(world) == "applied"
    assert {card.target.person for card in world.desk.cards("Approved, and in place")} == {"OLGA", "BOB"}
    outcomes = [card for card in world.desk.to("BOB") if "brand" in words(card)]
    assert len(outcomes) == 1, "the decision reaches who asked in one message"
    assert world.events("request.approved", "platform.given", "request.applied") == [
        "request.approved",
        "platform.given",
        "request.applied",
    ]


def test_l09_a_platform_that_refuses_is_a_state_of_its_own_and_is_tried_again(
    world: World, owner: Person, bob: Person
) -> None:
    asked = made(bob.say("request access resource:brand"))
    world.desk.drain(world.at)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    world.desk.barred = "the channel is archived"
    world.desk.drain(world.at)

    assert effect(world) == "failed"
    assert states(world) == {"BOB": "the channel is archived"}
    told = (
        "Slack has not let Usher do it yet: the channel is archived. Usher tries again, and the admins know."
    )
    assert told in words(world.desk.to("BOB")[-1])
    (card,) = world.desk.cards("Approved, but not in place yet: Bob's")
    assert told in words(card.card)
    assert len(world.desk.cards("Approved, but not in place yet: Bob")) == 2, "the card, and word of it"
    assert len(world.desk.cards("Slack does not let Usher look after brand")) == 1
    assert "not given on Slack yet (the channel is archived)" in words(
        made(owner.say("resource show name:brand"))
    )
    assert "archived" in words(made(owner.say("access list resource:brand")))
    assert "access to res-" in words(made(owner.say("status")))
    assert "archived" not in words(made(bob.say("resource show name:brand")))

    # Hours later it is still so: neither the record nor anybody's messages fill with it.
    before = len(world.desk.messages)
    for _ in range(5):
        world.forward(TRY_AGAIN)
        world.desk.drain(world.at)
    assert len(world.desk.messages) == before
    assert world.events("platform.failed") == ["platform.failed"]

    # The next day the admins hear of it once more.
    world.forward(DAY)
    world.desk.drain(world.at)
    assert len(world.desk.cards("Slack does not let Usher look after brand")) == 2

    world.desk.barred = ""
    world.forward(TRY_AGAIN)
    world.desk.drain(world.at)

    assert effect(world) == "applied"
    assert world.desk.inside == {("C55", "BOB")}
    assert "and in place" in world.desk.to("BOB")[-1].title
    people = sorted(card.target.person for card in world.desk.cards("Approved, and in place"))
    assert people == ["BOB", "BOB", "OLGA", "OLGA"], (
        "the card and the outcome, and word of the change to each"
    )
    assert "archived" not in words(made(owner.say("resource show name:brand")))


def test_what_is_over_before_it_was_in_place_is_not_on_its_way_any_more(
    world: World, owner: Person, bob: Person
) -> None:
    asked = made(bob.say("request access resource:brand for:8h"))
    world.desk.drain(world.at)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    world.desk.barred = "the channel is archived"
    world.desk.drain(world.at)
    assert "not in place yet" in world.desk.to("BOB")[-1].title

    made(owner.run("access revoke", resource="brand", to=bob.identity))
    world.desk.drain(world.at)

    over = world.desk.cards("Approved, but over by now")
    assert {card.target.person for card in over} == {"OLGA", "BOB"}, (
        "the card and the message about the decision"
    )
    assert not states(world)
    world.desk.barred = ""
    world.forward(DAY)
    world.desk.drain(world.at)
    assert not world.desk.acts

    # Weeks later it is given anew: that is not what was asked for then.
    world.forward(14 * DAY)
    made(owner.run("access grant", resource="brand", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C55", "BOB")}
    assert effect(world) == "over"
    assert not world.desk.cards("Approved, and in place")


def test_what_has_ended_is_not_called_done_where_something_else_reaches_it_still(
    world: World, owner: Person, bob: Person
) -> None:
    world.desk.barred = "the channel is archived"
    asked = made(bob.say("request access resource:brand level:manage for:1h"))
    made(owner.say(f"request approve request:{id_in(asked)}"))
    world.desk.drain(world.at)
    made(owner.run("access grant", resource="brand", to=bob.identity))
    world.forward(2 * HOUR)
    world.core.sweep(world.at)
    world.desk.barred = ""
    world.forward(2 * HOUR)
    world.desk.drain(world.at)

    assert world.desk.inside == {("C55", "BOB")}
    assert effect(world) == "over"
    assert not world.desk.cards("Approved, and in place")


def test_what_was_extended_before_it_was_in_place_is_called_done_with_that(
    world: World, owner: Person, bob: Person
) -> None:
    world.desk.barred = "the channel is archived"
    asked = made(bob.say("request access resource:brand level:edit for:1d"))
    made(owner.say(f"request approve request:{id_in(asked)}"))
    world.desk.drain(world.at)
    made(owner.run("access grant", resource="brand", to=bob.identity, level="manage", **{"for": "7d"}))
    world.desk.barred = ""
    world.forward(TRY_AGAIN)
    world.desk.drain(world.at)
    assert effect(world) == "applied"


def test_in_place_is_in_what_the_resource_is_now(world: World, owner: Person, bob: Person) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    asked = made(bob.say("request access resource:design level:edit"))
    made(may(owner, "C88").run("resource link", name="design", outside=Channel("slack", "T1", "C88")))
    world.desk.barred = "no way"
    decided = made(owner.say(f"request approve request:{id_in(asked)}"))
    assert "Approved, and being put in place" in decided.title
    world.desk.drain(world.at)
    assert effect(world) == "failed"

    world.desk.barred = ""
    world.forward(TRY_AGAIN)
    world.desk.drain(world.at)
    assert effect(world) == "applied"
    assert world.desk.inside == {("C88", "BOB")}


def test_what_cannot_be_taken_away_is_told_and_tried_again(world: World, owner: Person, bob: Person) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    world.desk.barred = "nobody can be taken out of the general channel"
    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}
    assert "not taken away on Slack yet" in words(made(owner.say("resource show name:design")))

    world.desk.barred = ""
    world.forward(TRY_AGAIN)
    world.desk.drain(world.at)

    assert not world.desk.inside
    assert not states(world)


def test_tried_in_vain_too_often_is_told_too(world: World, owner: Person, bob: Person) -> None:
    asked = made(bob.say("request access resource:brand"))
    world.desk.drain(world.at)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    (work,) = [work for work in world.core.claim(world.at, 20) if work.key.startswith("access/")]
    (check,) = world.core.plan(work, world.at)
    world.core.delivered(work, check, False, world.at)
    for tried in range(12):
        parked = world.core.retry(work._replace(attempts=tried), world.at, 5, "slack: no answer")
    assert parked

    assert effect(world) == "failed"
    assert states(world) == {"BOB": "slack: no answer"}
    world.forward(HOUR)
    world.desk.drain(world.at)
    assert effect(world) == "applied"
    assert world.desk.inside == {("C55", "BOB")}


def test_what_cannot_even_be_looked_at_for_days_is_told_and_put_in_place_in_the_end(
    world: World, owner: Person, bob: Person
) -> None:
    asked = made(bob.say("request access resource:brand"))
    world.desk.drain(world.at)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    days = world.at + 5 * DAY
    while world.at < days:
        for work in world.core.claim(world.at, 20):
            if work.key.startswith("access/") and world.core.plan(work, world.at):
                world.core.retry(work, world.at, 60, "HTTP 503")
            else:
                world.desk.serve(work, world.at)
        world.forward(HOUR // 2)

    assert effect(world) == "failed"
    assert states(world) == {"BOB": "HTTP 503"}
    assert "has not let Usher do it yet: HTTP 503" in words(world.desk.to("BOB")[-1])
    assert world.desk.cards("Slack does not let Usher look after brand")
    assert world.events("platform.failed") == ["platform.failed"]
    assert "HTTP 503" in words(made(owner.say("status")))

    world.forward(2 * HOUR)
    world.desk.drain(world.at)

    assert effect(world) == "applied"
    assert world.desk.inside == {("C55", "BOB")}


def test_a_kill_between_the_platform_and_the_record_leaves_nothing_undone_and_nothing_behind(
    world: World, owner: Person, bob: Person
) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity))
    (work,) = [work for work in world.core.claim(world.at, 20) if work.key.startswith("access/")]
    (check,) = world.core.plan(work, world.at)
    world.core.delivered(work, check, world.desk.send(check) is True, world.at)
    (apply,) = world.core.plan(work, world.at)
    world.desk.send(apply)  # and here the process is killed

    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.forward(60)
    world.desk.drain(world.at)

    assert not world.desk.inside, "it was Usher who gave it, though nobody wrote that down"
    assert world.desk.acts == ["give C77 BOB", "take C77 BOB"]


def test_whoever_reports_too_late_leaves_it_to_be_looked_at_again(
    world: World, owner: Person, bob: Person
) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity))
    (work,) = [work for work in world.core.claim(world.at, 20) if work.key.startswith("access/")]
    (check,) = world.core.plan(work, world.at)
    world.core.delivered(work, check, False, world.at)
    (late,) = world.core.plan(work, world.at)

    # It hangs for longer than its lease; another process gives it, and takes it away since the grant has ended.
    world.forward(60)
    world.desk.drain(world.at)
    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert not world.desk.inside
    world.desk.send(late)
    world.core.delivered(work, late, True, world.at)
    world.desk.drain(world.at)

    assert not world.desk.inside
    assert not states(world)


def test_what_was_given_to_who_left_and_came_back_is_still_ushers(
    world: World, owner: Person, bob: Person
) -> None:
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    world.remove(owner, bob)
    bob = world.member(owner, "Bob", "Contributor")
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}

    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)

    assert not world.desk.inside


def test_nothing_is_given_in_the_name_of_who_has_left(world: World, owner: Person, bob: Person) -> None:
    world.change("UPDATE resources SET bound_by = 'mem-GONE' WHERE name = 'design'")
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert not world.desk.acts
    assert "is no member here any more" in words(made(owner.say("resource show name:design")))

    made(may(owner).run("resource link", name="design", outside=CHANNEL))
    world.desk.drain(world.at)

    assert world.desk.inside == {("C77", "BOB")}


def test_who_has_no_account_there_is_told_that_it_takes_one(world: World, owner: Person) -> None:
    nia = world.member(owner, "Nia", "Contributor", "slack", realm="T2")
    made(owner.run("access grant", resource="design", to=nia.identity))
    world.desk.drain(world.at)
    assert not world.desk.acts
    assert not states(world)


@pytest.mark.parametrize(
    ("kind", "outside", "why_not", "code"),
    [
        ("slack-channel", CHANNEL, "guests cannot let others in", "OUTSIDE_BEYOND"),
        ("slack-channel", Channel("slack", "T1", "C78"), "", "OUTSIDE_BEYOND"),
        ("slack-channel", Channel("slack", "T2", "C77"), "", "OUTSIDE_NOT_LINKED"),
        ("slack-channel", "C77", "", "OUTSIDE_UNREAD"),
        ("discord-role", ChatRole("discord", "G1", "5"), "", "OUTSIDE_ELSEWHERE"),
        ("folder", CHANNEL, "", "NOT_OUTSIDE"),
    ],
)
def test_nobody_links_what_they_could_not_give_there_themselves(
    world: World, owner: Person, kind: str, outside: Any, why_not: str, code: str
) -> None:
    asked = may(owner, why_not=why_not).run("resource create", kind=kind, name="other", outside=outside)

    refused = refusal_in(asked)
    assert refused is not None
    assert refused.name == code
    assert not world.rows("SELECT 1 FROM resources WHERE name = 'other'")


def test_two_resources_are_not_the_same_thing(world: World, owner: Person) -> None:
    asked = may(owner).run("resource create", kind="slack-channel", name="other", outside=CHANNEL)

    refused = refusal_in(asked)
    assert refused is not None
    assert refused.name == "THING_TAKEN"
