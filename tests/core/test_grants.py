"""Giving and taking access: from either side, within one's own right, until its end, and what is told and recorded."""

from __future__ import annotations

import json

import pytest

from core.calls import Call
from core.cards import Card, plain
from core.durations import DAY, HOUR, MINUTE
from core.time_boxes import reminded_at_start
from tests.core.replay import kept, replayed
from tests.core.test_resources import lines, make
from tests.core.world import Person, World, code, facts_of, field_of, made, words


@pytest.fixture
def owner(world: World) -> Person:
    """Olga, with Site/Renders/Cut and, beside it, Plans."""
    made_by = world.studio("studio", "join_policy instant")
    make(made_by, "Site")
    make(made_by, "Renders", "Site")
    make(made_by, "Cut", "Renders")
    make(made_by, "Plans")
    return made_by


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Designer")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Commenter")


def reach(who: Person) -> list[str]:
    """What somebody reaches by their own account, without where it comes from."""
    return [line.partition(" (")[0] for line in lines(who.say("access list"))]


def told(world: World, name: str) -> list[str]:
    world.desk.drain(world.at)
    return [card.title for card in world.desk.to(name.upper())]


def choose(who: Person, card: Card, label: str) -> Card:
    (menu,) = made(card).menus
    value = next(choice.value for choice in menu.choices if choice.label == label)
    options = {"choice": value}
    call = Call(who.actor, who.where, who.world.at, action=menu.action, subject=menu.subject, options=options)
    return who.world.core.handle(call)


def table(world: World) -> list[tuple]:
    return [tuple(row) for row in world.rows("SELECT resource_id, holder, level, ends_at FROM grants")]


# --- from either side ------------------------------------------------------------------------------------------------


def test_what_is_given_typed_or_from_either_card_is_the_same(world: World, owner: Person, bob: Person):
    made(owner.say("access grant resource:Renders to:Bob level:edit"))
    typed = table(world)
    made(owner.say("access revoke resource:Renders to:Bob"))
    assert table(world) == []
    who = made(owner.click(made(owner.say("resource show Renders")), "Grant"))
    level = made(choose(owner, who, "Bob"))
    assert made(choose(owner, level, "edit")).title == "Bob has edit on Renders"
    assert table(world) == typed
    ended = choose(owner, owner.click(made(owner.say("member show Bob")), "Revoke"), "Site/Renders (edit)")
    assert made(ended).title == "Bob has no grant on Renders any more"
    what = made(owner.click(made(owner.say("member show Bob")), "Grant"))
    made(choose(owner, choose(owner, what, "Site/Renders"), "edit"))
    assert table(world) == typed
    made(choose(owner, owner.click(made(owner.say("resource show Renders")), "Revoke"), "Bob (edit)"))
    assert table(world) == []
    world.sound()


def test_the_same_command_changes_a_grant_and_says_before_and_after(world: World, owner: Person, bob: Person):
    first = made(owner.say("access grant resource:Renders to:Bob"))
    assert (field_of(first, "Before"), field_of(first, "Now")) == ("no grant", "view")
    second = made(owner.say("access grant resource:Renders to:Bob level:manage for:8h"))
    assert field_of(second, "Before") == "view"
    assert field_of(second, "Now").startswith("manage until")
    assert field_of(second, "Now").endswith(", then view for good")
    assert code(owner.say("access grant resource:Renders to:Bob level:manage for:8h")) == "NOTHING_TO_CHANGE"
    assert len(table(world)) == 2
    shorter = made(owner.say("access grant resource:Renders to:Bob level:edit for:4h"))
    assert field_of(shorter, "Before").startswith("manage until")
    assert len(table(world)) == 2
    world.forward(4 * HOUR)
    third = made(owner.say("access grant resource:Renders to:Bob level:manage"))
    # The time of the other was over, whether or not anybody had tidied it away; what lay under it stood again.
    assert (field_of(third, "Before"), field_of(third, "Now")) == ("view", "manage")
    assert code(owner.say("access grant resource:Renders to:Bob level:edit for:8h")) == "HAS_FOR_GOOD"
    made(owner.say("access revoke resource:Renders to:Bob"))
    assert code(owner.say("access revoke resource:Renders to:Bob")) == "NO_ACCESS_TO_TAKE"
    changes = [
        (facts["before"] and facts["before"]["level"], facts["after"] and facts["after"]["level"])
        for facts in facts_of(world, "access.granted") + facts_of(world, "access.revoked")
    ]
    assert changes == [(None, 1), (None, 4), (None, 3), (1, 4), (4, None)]
    (ended,) = facts_of(world, "access.ended")
    assert [each[2:] for each in ended["ended"]] == [["timed-3", 3, world.at]]
    world.sound()


def test_what_repeats_or_outlives_another_grant_is_said(owner: Person, bob: Person):
    made(owner.say("access grant resource:Site to:Bob level:edit"))
    lower = made(owner.say("access grant resource:Renders to:Bob level:view"))
    assert "Site gives them edit here already" in words(lower)
    assert "already" not in words(made(owner.say("access grant resource:Renders to:Bob level:manage")))
    assert "Site still gives them edit here" in words(
        made(owner.say("access revoke resource:Renders to:Bob"))
    )
    refused = owner.say("access revoke resource:Renders to:Bob")
    assert code(refused) == "NO_ACCESS_TO_TAKE"
    assert "comes from Site" in words(refused)


@pytest.mark.parametrize(("typed", "fits"), [("4m", False), ("5m", True), ("90d", True), ("91d", False)])
def test_a_time_lasts_from_five_minutes_to_ninety_days(owner: Person, bob: Person, typed: str, fits: bool):
    card = owner.say(f"access grant resource:Site to:Bob for:{typed}")
    assert code(card) == ("" if fits else "BAD_GRANT_TIME")


# --- whoever is in a group -------------------------------------------------------------------------------------------


def test_a_group_gives_at_once_and_takes_with_membership(world: World, owner: Person, bob: Person):
    made(owner.say("group create name:Artists"))
    given = made(owner.say("access grant resource:Site to:Artists level:use"))
    assert "Nobody in it is told" in words(given)
    assert reach(bob) == []
    made(owner.say("group add group:Artists member:Bob"))
    assert reach(bob) == ["Site — use"]
    assert "Artists (group) — use, from Site" in lines(bob.say("access list resource:Cut"))
    assert reach(owner) == []
    made(owner.say("group remove group:Artists member:Bob"))
    assert reach(bob) == []
    assert not [title for title in told(world, "Bob") if "Site" in title]
    assert lines(owner.say("access list member:Artists")) == ["Site — use (granted by Olga)"]


def test_a_group_s_card_gives_and_takes_like_a_member_s(owner: Person, bob: Person):
    made(owner.say("group create name:Artists"))
    shown = made(owner.say("group show Artists"))
    assert [button.label for button in shown.buttons] == ["Grant"]
    assert not made(bob.say("group show Artists")).buttons
    level = made(choose(owner, owner.click(shown, "Grant"), "Plans"))
    assert made(choose(owner, level, "use")).title == "Artists has use on Plans"
    again = made(owner.say("group show Artists"))
    assert made(choose(owner, owner.click(again, "Revoke"), "Plans (use)")).title.startswith("Artists has no")


def test_what_lies_on_top_of_another_is_offered_once_and_taken_together(
    world: World, owner: Person, bob: Person
):
    made(owner.say("access grant resource:Plans to:Bob level:view"))
    made(owner.say("access grant resource:Plans to:Bob level:edit for:8h"))
    for card, label in (("resource show Plans", "Bob (edit)"), ("member show Bob", "Plans (edit)")):
        asked = made(owner.click(made(owner.say(card)), "Revoke"))
        assert [choice.label for choice in asked.menus[0].choices] == [label]
    made(choose(owner, asked, "Plans (edit)"))
    assert table(world) == []


def test_a_holder_is_a_member_or_a_group_and_never_guessed(owner: Person, bob: Person):
    made(owner.say("group create name:Bob"))
    assert code(owner.say("access grant resource:Site to:Bob")) == "AMBIGUOUS_HOLDER"
    made(owner.run("access grant", resource="Site", to=bob.identity))
    assert code(owner.say("access grant resource:Site to:Nobody")) == "UNKNOWN_HOLDER"
    assert owner.complete("access grant", "to", "b") == ["Bob (group)", "Bob"]


# --- until its end ---------------------------------------------------------------------------------------------------


def test_a_date_is_over_when_that_day_is_over_in_the_workspace_s_zone(
    world: World, owner: Person, bob: Person
):
    ends = []
    for zone in ("UTC", "America/Los_Angeles", "Asia/Tokyo"):
        owner.say(f"workspace set setting:time_zone value:{zone}")
        made(owner.say("access grant resource:Site to:Bob for:2027-01-20"))
        ends.append(world.one("SELECT ends_at FROM grants"))
    assert [end - ends[0] for end in ends] == [0, 8 * HOUR, -9 * HOUR]
    world.forward(8 * HOUR)  # it is the next day in Tokyo
    assert code(owner.say("access grant resource:Site to:Bob for:2027-01-15")) == "BAD_OPTION"


def test_L06_a_grant_ends_at_its_second_without_any_sweep(world: World, owner: Person, bob: Person):
    made(owner.say("access grant resource:Site to:Bob level:manage for:1h"))
    world.forward(HOUR - 1)
    assert len(reach(bob)) == 1
    world.forward(1)
    assert reach(bob) == []
    assert code(bob.say("access grant resource:Cut to:Olga")) == "UNKNOWN_RESOURCE"
    assert "Bob" not in words(made(owner.say("access list resource:Site")))
    assert world.one("SELECT count(*) FROM grants") == 1


@pytest.mark.parametrize(
    ("life", "reminded"),
    [(None, 0), (DAY + 1, 0), (DAY, 1), (HOUR + 1, 1), (HOUR, 2), (5 * MINUTE, 2)],
)
def test_what_lasts_less_than_a_notice_takes_is_not_reminded_of(life: int | None, reminded: int):
    assert reminded_at_start(life) == reminded


def held(world: World) -> list[tuple]:
    """Of each layer the level and what is left of its time."""
    rows = world.rows("SELECT layer, level, ends_at FROM grants ORDER BY layer")
    return [(row.layer, row.level, None if row.ends_at is None else row.ends_at - world.at) for row in rows]


def test_more_for_a_short_time_lies_on_top_of_less_for_a_long_one(world: World, owner: Person, bob: Person):
    made(owner.say("access grant resource:Renders to:Bob level:view for:30d"))
    until = world.at + 30 * DAY
    more = made(owner.say("access grant resource:Renders to:Bob level:edit for:1h"))
    assert held(world) == [("timed-1", 1, 30 * DAY), ("timed-3", 3, HOUR)]
    assert ", then view until" in field_of(more, "Now")
    assert code(owner.say("access grant resource:Renders to:Bob level:edit for:1h")) == "NOTHING_TO_CHANGE"
    world.forward(HOUR)
    world.core.sweep(world.at)
    assert ["Renders — view until" in line for line in reach(bob)] == [True]
    assert held(world) == [("timed-1", 1, until - world.at)]
    world.sound()


def test_less_for_longer_lies_beneath_and_less_for_no_longer_takes_the_place_of_more(
    world: World, owner: Person, bob: Person
):
    made(owner.say("access grant resource:Renders to:Bob level:edit for:8h"))
    beneath = made(owner.say("access grant resource:Renders to:Bob level:view for:30d"))
    assert ", and edit until" in field_of(beneath, "Now")
    assert held(world) == [("timed-1", 1, 30 * DAY), ("timed-3", 3, 8 * HOUR)]
    # What goes no further and lasts no longer is taken off.
    made(owner.say("access grant resource:Renders to:Bob level:use for:31d"))
    assert held(world) == [("timed-2", 2, 31 * DAY), ("timed-3", 3, 8 * HOUR)]
    less = made(owner.say("access grant resource:Renders to:Bob level:view for:4h"))
    assert held(world) == [("timed-1", 1, 4 * HOUR)]
    assert field_of(less, "Before").startswith("edit until")
    assert field_of(less, "Now").startswith("view until")
    assert facts_of(world, "access.granted")[-1]["instead"][0][:2] == ["timed-2", 2]
    workspace = world.one("SELECT workspace_id FROM workspaces")
    assert replayed(world, workspace).grants == kept(world, workspace).grants
    world.sound()


# --- who may give ----------------------------------------------------------------------------------------------------


def test_L20_who_manages_something_gives_there_and_below_and_nowhere_else(
    owner: Person, ada: Person, bob: Person
):
    assert code(bob.say("access grant resource:Site to:Ada")) == "CANNOT_GRANT"
    made(owner.say("access grant resource:Renders to:Bob level:edit"))
    assert code(bob.say("access grant resource:Cut to:Ada")) == "CANNOT_GRANT"
    made(owner.say("access grant resource:Renders to:Bob level:manage"))
    made(bob.say("access grant resource:Cut to:Ada level:manage"))
    made(bob.say("access revoke resource:Cut to:Ada"))
    for typed in ("access grant resource:Site to:Ada", "access grant resource:Plans to:Ada level:view"):
        assert code(bob.say(typed)) == "CANNOT_GRANT", typed
    shown = made(bob.say("resource show Cut"))
    assert [button.label for button in shown.buttons][:1] == ["Grant"]
    what = made(bob.click(made(bob.say("member show Ada")), "Grant"))
    assert [choice.label for choice in what.menus[0].choices] == ["Site/Renders"]
    assert not {"Grant", "Revoke"} & {button.label for button in made(ada.say("member show Bob")).buttons}


def test_nobody_gives_for_longer_than_they_may_themselves(
    world: World, owner: Person, ada: Person, bob: Person
):
    made(owner.say("access grant resource:Renders to:Bob level:manage for:8h"))
    for typed in ("", " for:9h"):
        assert code(bob.say(f"access grant resource:Cut to:Ada{typed}")) == "GRANT_OUTLASTS", typed
    assert code(bob.say("access grant resource:Renders to:Bob level:manage")) == "GRANT_OUTLASTS"
    made(bob.say("access grant resource:Cut to:Ada for:8h"))
    # What was given for good by somebody else can be made less, not more.
    made(owner.say("access grant resource:Cut to:Ada level:edit"))
    made(bob.say("access grant resource:Cut to:Ada level:use"))
    assert code(bob.say("access grant resource:Cut to:Ada level:edit")) == "GRANT_OUTLASTS"
    # A lasting way beside the other makes it a right for good.
    made(owner.say("group create name:Leads"))
    made(owner.say("group add group:Leads member:Bob"))
    made(owner.say("access grant resource:Site to:Leads level:manage"))
    made(bob.say("access grant resource:Cut to:Ada level:edit"))
    world.sound()


def test_a_role_for_a_time_gives_nothing_for_good(world: World, owner: Person, ada: Person, bob: Person):
    made(owner.say("role assign member:Bob role:Admin for:8h"))
    assert code(bob.say("access grant resource:Plans to:Bob level:manage")) == "GRANT_OUTLASTS"
    assert code(bob.say("access grant resource:Plans to:Ada for:9h")) == "GRANT_OUTLASTS"
    made(bob.say("access grant resource:Plans to:Ada for:7h"))
    level = choose(bob, choose(bob, bob.click(made(bob.say("resource show Plans")), "Grant"), "Ada"), "edit")
    assert code(level) == "GRANT_OUTLASTS"
    world.forward(8 * HOUR)
    assert code(bob.say("access grant resource:Plans to:Ada for:1h")) == "CANNOT_GRANT"


def test_buttons_are_checked_again_when_they_are_pressed(
    world: World, owner: Person, ada: Person, bob: Person
):
    made(owner.say("access grant resource:Renders to:Bob level:manage"))
    who = made(bob.click(made(bob.say("resource show Renders")), "Grant"))
    level = made(choose(bob, who, "Ada"))
    ending = made(bob.click(made(bob.say("resource show Renders")), "Revoke"))
    made(owner.say("access grant resource:Renders to:Bob level:view"))
    assert code(choose(bob, who, "Ada")) == "CANNOT_GRANT"
    assert code(choose(bob, level, "view")) == "CANNOT_GRANT"
    assert code(choose(bob, ending, "Bob (manage)")) == "CANNOT_GRANT"
    made(owner.say("access revoke resource:Renders to:Bob"))
    assert code(choose(bob, level, "view")) == "UNKNOWN_BUTTON"  # not even known to them any more
    again = made(owner.click(made(owner.say("resource show Renders")), "Grant"))
    world.remove(owner, ada)
    assert code(choose(owner, again, "Ada")) == "UNKNOWN_BUTTON"


# --- who hears of it -------------------------------------------------------------------------------------------------


def test_a_member_hears_once_of_what_is_still_so(world: World, owner: Person, bob: Person):
    made(owner.say("access grant resource:Renders to:Bob level:edit for:8h"))
    assert told(world, "Bob")[-1] == "You have edit on Renders in Studio for a time"
    made(owner.say("access revoke resource:Renders to:Bob"))
    assert told(world, "Bob")[-1] == "Your access to Renders in Studio has ended"
    before = len(told(world, "Bob"))
    world.forward(60)
    made(owner.say("access grant resource:Renders to:Bob level:edit"))
    made(owner.say("access revoke resource:Renders to:Bob"))  # before the first message was sent
    assert told(world, "Bob")[before:] == ["Your access to Renders in Studio has ended"]
    made(owner.say("workspace set setting:reminders value:roles"))
    made(owner.say("access grant resource:Plans to:Bob"))
    assert len(told(world, "Bob")) == before + 1


def test_the_record_names_what_was_given_and_taken(owner: Person, bob: Person):
    made(owner.say("access grant resource:Renders to:Bob level:edit"))
    made(owner.say("access revoke resource:Renders to:Bob"))
    said = lines(owner.say("audit show"))
    assert any("Olga gave Bob edit on Renders; before: none" in line for line in said)
    assert any("Olga took edit on Renders from Bob" in line for line in said)


# --- what ends with a member -----------------------------------------------------------------------------------------


def test_L25_whoever_goes_loses_groups_and_grants_and_coming_back_restores_nothing(
    world: World, owner: Person, bob: Person
):
    made(owner.say("group create name:Artists"))
    made(owner.say("group add group:Artists member:Bob"))
    made(owner.say("access grant resource:Site to:Artists"))
    made(owner.say("access grant resource:Renders to:Bob level:edit for:8h"))
    made(owner.say("access grant resource:Plans to:Bob level:manage"))
    made(bob.say("access grant resource:Plans to:Olga level:view"))
    asked = made(owner.run("member remove", member=bob.identity))
    assert lines(asked)[0] == "Ends: being in 1 group — Artists"
    assert lines(asked)[1].startswith("Ends: their 2 grants — Plans (manage), Renders (edit until ")
    made(owner.click(asked, "Confirm"))
    left = world.rows("SELECT holder FROM grants WHERE holder LIKE 'mem-%'")
    assert len(left) == 1  # what they gave to others stays
    assert world.one("SELECT count(*) FROM group_members") == 0
    (facts,) = facts_of(world, "member.removed")
    assert len(facts["groups"]) == 1
    assert sorted(each["level"] for each in facts["grants"]) == [3, 4]
    world.member(owner, "Bob", "Commenter")
    assert reach(bob) == []
    world.sound()


def test_who_removes_members_and_knows_of_no_resources_learns_of_none(world: World):
    owner = world.studio("project", "join_policy instant")
    make(owner, "Top")
    make(owner, "Secret", "Top")
    ada = world.member(
        owner, "Ada", "Admin"
    )  # of a project: takes members out, and has nothing to do with resources
    world.member(owner, "Bob", "Project Guest")
    made(owner.say("access grant resource:Secret to:Bob level:edit"))
    made(owner.say("access grant resource:Top to:Bob"))
    made(owner.say("access grant resource:Top to:Ada"))
    made(owner.say("access revoke resource:Top to:Ada"))
    asked = made(ada.say("member remove Bob"))
    assert "Ends: their 2 grants, 2 of them on what you have no access to" in lines(asked)
    (file,) = made(ada.say("member export")).files
    assert "Secret" not in file.content + words(asked) + words(made(ada.say("member show Bob")))
    assert "their 2 grants" in words(made(ada.click(asked, "Confirm")))
    assert table(world) == []


def test_a_deleted_workspace_gives_nobody_anything(world: World, owner: Person, bob: Person):
    made(owner.say("access grant resource:Site to:Bob"))
    card = made(owner.say("workspace delete Studio"))
    assert field_of(card, "Access") == "1 grant ended"
    assert world.one("SELECT count(*) FROM grants") == 0
    (facts,) = facts_of(world, "workspace.deleted")
    assert facts["grants"] == 1
    assert json.dumps(facts)


# --- what stands elsewhere -------------------------------------------------------------------------------------------


def test_what_somebody_reaches_stands_on_their_card_on_me_and_in_the_export(
    world: World, owner: Person, ada: Person, bob: Person
):
    made(owner.say("access grant resource:Renders to:Bob level:edit"))
    made(owner.say("access grant resource:Plans to:Bob level:view for:8h"))
    assert field_of(made(bob.say("me")), "You reach").startswith("Plans (view until ")
    assert field_of(made(owner.say("member show Bob")), "Access").endswith("Renders (edit, granted by Olga)")
    # Others see of it what they reach themselves.
    assert not [f for f in made(ada.say("member show Bob")).fields if f.label == "Access"]
    assert lines(ada.say("access list member:Bob")) == []
    made(owner.say("access grant resource:Site to:Ada"))
    assert field_of(made(ada.say("member show Bob")), "Access") == "Renders (edit, granted by Olga)"
    (file,) = made(owner.say("member export")).files
    row = next(line for line in file.content.splitlines() if line.startswith('"Bob"'))
    assert "Plans (view until " in row
    assert "Renders (edit)" in row


def test_long_lists_are_paged(world: World, owner: Person, bob: Person):
    for number in range(12):
        make(owner, f"R{number:02}")
        made(owner.say(f"access grant resource:R{number:02} to:Bob"))
    first = made(bob.say("access list"))
    assert len(first.lines) == 10
    second = made(bob.click(first, "Next"))
    assert [plain(line.text)[:3] for line in second.lines] == ["R10", "R11"]
    assert "and 7 more" in field_of(made(bob.say("me")), "You reach")
    for number in range(11):
        world.member(owner, f"P{number:02}", "Commenter")
        made(owner.say(f"access grant resource:Site to:P{number:02}"))
    shown = made(owner.say("resource show Site"))
    assert len(shown.lines) == 10
    assert "1 more" in words(shown)
    listed = made(owner.say("access list resource:Site"))
    assert [plain(line.text)[:3] for line in made(owner.click(listed, "Next")).lines] == ["P10"]
    assert code(owner.press("access.list", listed.buttons[0].subject + "x")) == "UNKNOWN_BUTTON"
