"""What is held for a time: told of a day and an hour before its end, each once; over at its second, whoever sweeps or not."""

from __future__ import annotations

import importlib
import json
import pkgutil
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import CompoundSelect, Delete, Select, Update, insert

import core
from core.cards import Tone, plain
from core.durations import DAY, HOUR, MINUTE
from core.models import grants, identities, members
from core.schema import migrate
from core.store import Store
from core.sweep import MOST_REMINDED
from core.time_boxes import reminded_at_start
from core.views.time_boxes import in_words
from tests.core.together import at_once
from tests.core.world import Person, World, id_in, made, words

LIVES = {
    "5m": [],
    "1h": [],
    "61m": ["in 1 hour"],
    "8h": ["in 1 hour"],
    "1d": ["in 1 hour"],
    "25h": ["tomorrow", "in 1 hour"],
    "7d": ["tomorrow", "in 1 hour"],
}


@pytest.fixture
def owner(world: World) -> Person:
    found = world.studio("studio", "join_policy instant")
    made(found.say("resource create kind:scene name:Renders"))
    made(found.say("resource create kind:shot name:Cut parent:Renders"))
    return found


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


def give(owner: Person, what: str, life: str, to: str = "Dana") -> None:
    if what == "role":
        made(owner.say(f"role assign {to} role:Admin" + (f" for:{life}" if life else "")))
    else:
        made(
            owner.say(f"access grant resource:Renders to:{to} level:edit" + (f" for:{life}" if life else ""))
        )


def take(owner: Person, what: str, of: str = "Dana") -> None:
    typed = f"role unassign {of} role:Admin" if what == "role" else f"access revoke resource:Renders to:{of}"
    made(owner.say(typed))


#: How the titles of the notices begin.
BEGINS = {"role": "Your Admin role ends ", "grant": "Your access to Renders (edit) ends "}


def told(world: World, who: str = "DANA") -> list[str]:
    """When somebody was told that something of theirs ends."""
    world.desk.drain(world.at)
    titles = [card.title for card in world.desk.to(who)]
    return [title.partition(" ends ")[2] for title in titles if title.startswith(tuple(BEGINS.values()))]


# --- before the end ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=BEGINS)
def what(request: pytest.FixtureRequest) -> str:
    return request.param


def test_L39_a_holder_is_told_a_day_and_an_hour_before_the_end_each_once_and_only_of_what_lasts_longer(
    world: World, owner: Person, what: str
):
    begun = world.at
    for number, life in enumerate(LIVES):
        world.member(owner, f"P{number}", "Designer")
        give(owner, what, life, f"P{number}")
    table = "member_roles" if what == "role" else "grants"
    ends = [row.ends_at for row in world.rows(f"SELECT ends_at FROM {table} WHERE ends_at IS NOT NULL")]
    assert len(ends) == len(LIVES)
    moments = {end - before - early for end in ends for before in (DAY, HOUR) for early in (1, 0)}
    for world.at in sorted(moment for moment in moments if moment >= begun):
        before = [told(world, f"P{number}") for number in range(len(LIVES))]
        for _ in range(2):
            world.core.sweep(world.at)
            world.desk.drain(world.at)
        after = [told(world, f"P{number}") for number in range(len(LIVES))]
        if after != before:
            assert world.at in {end - left for end in ends for left in (DAY, HOUR)}
    assert {life: told(world, f"P{number}") for number, life in enumerate(LIVES)} == LIVES


@pytest.mark.parametrize(
    ("life", "done"), [(None, 0), (DAY + 1, 0), (DAY, 1), (HOUR + 1, 1), (HOUR, 2), (1, 2)]
)
def test_how_much_is_due_is_known_when_it_is_given(life, done):
    assert reminded_at_start(life) == done


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (DAY, "tomorrow"),
        (DAY - MINUTE, "tomorrow"),
        (20 * HOUR, "in 20 hours"),
        (HOUR + 1, "in 1 hour"),
        (HOUR, "in 1 hour"),
        (59 * MINUTE, "in 1 hour"),
        (40 * MINUTE, "in 40 minutes"),
        (MINUTE, "in 1 minute"),
        (1, "in 1 minute"),
    ],
)
def test_a_notice_that_comes_late_says_how_little_is_left(left, said):
    assert in_words(left) == said


def test_after_an_outage_the_later_notice_is_sent_and_not_the_earlier_one_beside_it(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(3 * DAY - 40 * MINUTE)
    world.core.sweep(world.at)
    assert told(world) == ["in 40 minutes"]


def test_a_first_notice_that_was_not_delivered_for_a_day_is_not_sent_beside_the_second(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(2 * DAY)
    world.core.sweep(world.at)
    world.forward(23 * HOUR)
    world.core.sweep(world.at)
    assert told(world) == ["in 1 hour"]


def test_a_clock_that_goes_forward_and_back_by_a_day_tells_nobody_twice(
    world: World, owner: Person, dana: Person, what: str
):
    give(owner, what, "3d")
    world.forward(2 * DAY)
    for hours in (0, -24, 24, -24, 24, 23, -23, 23):
        world.forward(hours * HOUR)
        for each in (world, world.another()):
            each.core.sweep(world.at)
        told(world)
    assert sorted(told(world)) == ["in 1 hour", "tomorrow"]


def test_a_new_end_is_told_of_again(world: World, owner: Person, dana: Person, what):
    give(owner, what, "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    assert told(world) == ["tomorrow"]
    give(owner, what, "5d")
    world.core.sweep(world.at)
    world.forward(4 * DAY)
    world.core.sweep(world.at)
    assert told(world) == ["tomorrow", "tomorrow"]


def test_L39_nobody_is_told_of_an_end_that_is_not_theirs_any_more_when_it_is_sent(
    world: World, owner: Person, what: str
):
    people = {name: world.member(owner, name, "Designer") for name in ("Ann", "Bob", "Cleo", "Dana", "Eve")}
    for name in people:
        give(owner, what, "2d", name)
    world.desk.drain(world.at)
    world.forward(DAY)
    assert world.core.sweep(world.at) == 5
    take(owner, what, "Ann")
    give(owner, what, "3d", "Bob")
    give(owner, what, "", "Cleo")
    world.leave(people["Dana"])
    assert [told(world, name.upper()) for name in people] == [[], [], [], [], ["tomorrow"]]


@pytest.mark.parametrize("change", ["switched off", "over"])
def test_L39_a_notice_that_nobody_wants_or_that_is_over_is_not_sent(
    world: World, owner: Person, dana: Person, change
):
    give(owner, "role", "2d")
    give(owner, "grant", "2d")
    world.desk.drain(world.at)
    world.forward(DAY)
    assert world.core.sweep(world.at) == 2
    if change == "switched off":
        made(owner.say("workspace set setting:reminders value:access,roles"))
    else:
        world.forward(DAY)
    assert told(world) == []


def test_nobody_hears_of_an_end_who_has_as_much_by_another_way(world: World, owner: Person, dana: Person):
    made(owner.say("access grant resource:Cut to:Dana level:edit for:1h"))
    made(owner.say("access grant resource:Renders to:Dana level:manage"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert not [card for card in world.desk.to("DANA") if "is over" in card.title]
    assert world.one("SELECT count(*) FROM grants") == 1


def test_of_what_a_group_has_for_a_time_whoever_gave_it_is_told_while_they_are_a_member(
    world: World, owner: Person, dana: Person
):
    admin = world.member(owner, "Ann", "Admin")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(admin.say("access grant resource:Renders to:Crew level:view for:3d"))
    world.forward(2 * DAY)
    world.core.sweep(world.at)
    assert told(world) == []
    (card,) = [card for card in world.desk.to("ANN") if "ends" in card.title]
    assert card.title == "Crew's access to Renders (view) ends tomorrow"
    assert not card.buttons
    assert 'to:"Crew" level:view for:7d' in words(card)
    world.leave(admin)
    for name in ("Bea", "Cid", "Dov"):
        world.member(owner, name, "Admin")
    world.forward(23 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    heard = {
        name: [card.title for card in world.desk.to(name.upper()) if "'s access" in card.title]
        for name in ("Ann", "Olga", "Bea", "Cid", "Dov", "Dana")
    }
    # Some of those who may give it hear of it instead, not all.
    assert heard.pop("Ann") == ["Crew's access to Renders (view) ends tomorrow"]
    assert heard.pop("Dana") == []
    soon = ["Crew's access to Renders (view) ends in 1 hour"]
    assert sorted(heard.values()) == [[], soon, soon, soon]


def test_a_notice_says_what_ends_and_what_is_left(world: World, owner: Person, dana: Person):
    give(owner, "role", "2d")
    give(owner, "grant", "2d")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(owner.say("access grant resource:Renders to:Crew level:view"))
    world.forward(DAY)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    role, grant = (next(c for c in world.desk.to("DANA") if c.title.startswith(b)) for b in BEGINS.values())

    assert {field.label: words_of(field) for field in role.fields} == {
        "Through": "assigned by Olga",
        "Ends": "17 January 2027 08:00 UTC",
        "Ends with it": "audit:view, group:manage, member:remove, project:transfer, request:approve, "
        "resource:grant, 5 more",
        "Afterwards you are": "Designer",
    }
    assert {field.label: words_of(field) for field in grant.fields} == {
        "Resource": "Renders",
        "Through": "granted by Olga",
        "Ends": "17 January 2027 08:00 UTC",
        "Ends with it": "edit on Renders, and with it 1 resource under it",
        "Afterwards": "view, from Renders, group Crew",
    }
    assert [button.label for button in role.buttons] == ["Extend", "Choose how long", "I'm done"]


def words_of(field) -> str:
    return plain(field.value)


# --- Extend and I'm done -----------------------------------------------------------------------------------------------


def notice(world: World, what: str):
    world.desk.drain(world.at)
    return next(card for card in reversed(world.desk.to("DANA")) if card.title.startswith(BEGINS[what]))


@pytest.fixture
def card(world: World, owner: Person, dana: Person, what: str):
    """The notice that a day is left."""
    give(owner, what, "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    return notice(world, what)


def has(world: World, dana: Person, what: str) -> bool:
    permission = "member:remove" if what == "role" else "content:edit"
    typed = f"can permission:{permission}" + ("" if what == "role" else " resource:Renders")
    return made(dana.say(typed)).title.startswith("Yes")


def test_extend_asks_for_as_long_again_and_changes_nothing_until_somebody_says_yes(
    world: World, owner: Person, dana: Person, what, card
):
    end = world.at + DAY
    asked = made(dana.click(card, "Extend"))
    assert asked.title.startswith("You asked to keep ")
    assert "Already" in dana.click(card, "Extend").title or "already" in words(dana.click(card, "Extend"))
    made(owner.say(f"request approve {id_in(asked)}"))
    world.at = end
    assert has(world, dana, what)
    world.forward(2 * DAY)
    assert not has(world, dana, what)
    world.sound()


def test_whoever_may_give_it_asks_all_the_same(world: World, owner: Person, dana: Person):
    """Nobody lengthens their own, an admin for a time neither."""
    give(owner, "role", "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    asked = made(dana.click(notice(world, "role"), "Extend"))
    dana.say(f"request approve {id_in(asked)}")
    assert world.one("SELECT max(ends_at) FROM member_roles") == world.at + DAY


def test_done_ends_it_at_once_and_withdraws_what_was_asked(
    world: World, owner: Person, dana: Person, what, card
):
    asked = made(dana.click(card, "Extend"))
    before = world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'")
    made(dana.click(card, "I'm done"))
    assert not has(world, dana, what)
    assert world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'") > before
    assert world.one("SELECT status FROM requests WHERE request_id = :id", id=id_in(asked)) == "withdrawn"
    events = {"role": "role.unassigned", "grant": "access.revoked"}
    row = world.rows("SELECT * FROM audit_events WHERE event = :event", event=events[what])[-1]
    assert row.actor == row.subject == world.one("SELECT member_id FROM members WHERE name = 'Dana'")
    assert json.loads(row.facts)["before"]
    assert "You no longer have what this was about" in words(dana.click(card, "I'm done"))
    assert "You no longer have what this was about" in words(dana.click(card, "Extend"))
    world.sound()


LABELS = ("Extend", "I'm done")


def test_a_click_on_an_old_notice_is_answered_with_what_is_so(
    world: World, owner: Person, dana: Person, what, card
):
    def said() -> list[str]:
        return [words(dana.click(card, label)) for label in LABELS]

    give(owner, what, "9d")
    assert all("25 January 2027 08:00 UTC now: this was about an earlier time" in each for each in said())
    give(owner, what, "")
    assert all("for good now" in each for each in said())
    assert has(world, dana, what)
    take(owner, what)
    assert all("You no longer have" in each for each in said())
    world.forward(2 * DAY)
    assert all("ended on 17 January 2027" in each for each in said())


def test_nobody_answers_for_the_holder(world: World, owner: Person, dana: Person, what, card):
    """Not even who could take it away: a button is worth what its presser has. A forged one is worth nothing."""
    for label in LABELS:
        said = words(owner.click(card, label))
        assert "You no longer have what this was about" in said
        assert world.person("Eve").click(card, label).tone is Tone.REFUSED
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    for subject in ("", "admin", "admin@", "admin@x", "admin@99999999999999", "@1", "res-2222@1", "mem-2@1"):
        for action in ("time_box.extend", "time_box.done"):
            assert dana.press(action, f"{workspace}/{subject}").tone is Tone.REFUSED
    assert has(world, dana, what)


def test_the_buttons_are_about_the_level_that_was_told_of(world: World, owner: Person, dana: Person):
    made(owner.say("access grant resource:Renders to:Dana level:edit for:2d"))
    world.forward(DAY)
    world.core.sweep(world.at)
    card = notice(world, "grant")
    made(owner.say("access grant resource:Renders to:Dana level:manage for:24h"))  # until the same moment
    for label in LABELS:
        said = words(dana.click(card, label))
        assert "You have manage on Renders until" in said
        assert "this was about another level" in said
    assert world.rows("SELECT level, ends_at FROM grants") == [(4, world.at + DAY)]


def test_what_is_for_good_stands_as_it_stood_when_what_lies_on_top_of_it_ends(
    world: World, owner: Person, dana: Person
):
    made(owner.say("access grant resource:Renders to:Dana level:view"))
    give(owner, "grant", "2d")
    world.forward(DAY)
    world.core.sweep(world.at)
    card = notice(world, "grant")
    assert "view, from Renders" in words(card)
    made(dana.click(card, "I'm done"))
    assert world.rows("SELECT layer, level, ends_at FROM grants") == [("lasting", 1, None)]
    give(owner, "grant", "1h")
    world.forward(HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert world.rows("SELECT layer, level, ends_at FROM grants") == [("lasting", 1, None)]
    over = world.desk.to("DANA")[-1]
    assert over.title == "Your access to Renders (edit) is over"
    assert "view, from Renders" in words(over)
    world.sound()


def test_two_who_press_done_at_once_end_it_once(world: World, owner: Person, dana: Person, what, card):
    other = world.another()
    steps = [lambda w=w: dana.on(w).click(card, "I'm done") for w in (world, other)]
    found = sorted(card.title.partition(" ")[0] for card in at_once(*steps))
    assert found[0] == "Nothing"
    assert found[1] == "You"


# --- the end -------------------------------------------------------------------------------------------------------------


def test_ends_of_grants_are_one_event_with_all_of_them_and_each_holder_hears(world: World, owner: Person):
    people = [world.member(owner, name, "Designer") for name in ("Dana", "Bob")]
    made(owner.say("group create name:Crew"))
    for to in ("Dana", "Bob", "Crew"):
        made(owner.say(f"access grant resource:Cut to:{to} level:use for:1h"))
    world.desk.drain(world.at)
    end = world.at + HOUR
    world.forward(HOUR)
    assert world.core.sweep(world.at) == 3
    assert world.core.sweep(world.at) == 0
    world.desk.drain(world.at)

    (facts,) = [
        json.loads(r.facts) for r in world.rows("SELECT facts FROM audit_events WHERE event = 'access.ended'")
    ]
    cut = world.one("SELECT resource_id FROM resources WHERE name = 'Cut'")
    ids = [
        *world.rows("SELECT member_id FROM members WHERE name <> 'Olga'"),
        *world.rows("SELECT group_id FROM groups"),
    ]
    assert facts == {"count": 3, "ended": sorted([cut, row[0], "timed-2", 2, end] for row in ids)}
    for person in people:
        assert world.desk.to(person.identity.subject)[-1].title == "Your access to Cut (use) is over"
    assert world.one("SELECT count(*) FROM grants") == 0
    world.sound()


@pytest.mark.parametrize("again", ["given again", "resource gone", "left"])
def test_nobody_hears_of_an_end_that_is_none_any_more(world: World, owner: Person, dana: Person, again):
    give(owner, "grant", "1h")
    world.desk.drain(world.at)
    world.forward(HOUR)
    world.core.sweep(world.at)
    if again == "given again":
        give(owner, "grant", "2h")
    elif again == "resource gone":
        made(owner.click(made(owner.say("resource delete Renders")), "Confirm"))
    else:
        world.leave(dana)
    world.desk.drain(world.at)
    assert not [card for card in world.desk.to("DANA") if card.title.endswith("is over")]


def test_a_kept_check_and_the_sweep_agree_on_the_second(world: World, owner: Person, dana: Person):
    give(owner, "grant", "1h")
    workspace, member = world.rows("SELECT workspace_id, member_id FROM members WHERE name = 'Dana'")[0]
    cut = world.one("SELECT resource_id FROM resources WHERE name = 'Cut'")
    can = lambda at: world.core.can(workspace, member, "content:edit", at, cut).allowed  # noqa: E731
    end = world.at + HOUR
    assert (can(end - 1), can(end), can(end - 1)) == (True, False, True)
    world.core.sweep(end)
    assert (can(end - 1), can(end)) == (False, False)


# --- without a sweep: whatever reads roles, grants and groups --------------------------------------------------------------


def unswept(world: World, owner: Person, dana: Person) -> None:
    """Dana was Admin, had access herself and through a group, each for an hour; the hour is over and nobody swept."""
    give(owner, "role", "1h")
    give(owner, "grant", "1h")
    made(owner.say("group create name:Crew"))
    made(owner.say("group add group:Crew member:Dana"))
    made(owner.say("access grant resource:Cut to:Crew level:manage for:1h"))
    world.member(owner, "Bob", "Commenter")
    world.forward(HOUR)


DEAD = (
    "can member:Dana permission:member:remove",
    "can member:Dana permission:content:edit resource:Renders",
    "can member:Dana permission:content:edit resource:Cut",
    "why member:Dana permission:content:edit resource:Cut",
    "why member:Dana permission:member:remove",
)
RIGHTS = (
    "access grant resource:Renders to:Bob level:view",
    "access grant resource:Cut to:Bob level:view",
    "access revoke resource:Cut to:Crew",
    "role assign Bob role:Editor",
    "group create name:More",
    "group add group:Crew member:Bob",
    "resource create kind:shot name:New parent:Renders",
    "request approve {request}",
    "workspace set setting:join_policy value:instant",
    "audit show",
    "member remove Bob",
    "invite create role:Admin",
)


def test_L06_nothing_that_had_an_end_answers_after_it(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    for typed in DEAD:
        assert made(owner.say(typed)).title.startswith("No"), typed


def test_L06_who_had_a_right_for_a_time_uses_it_no_more(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    made(owner.say("workspace set setting:join_policy value:approval"))
    request = world.person("Nora").ask(owner.link())
    before = Counter(world.events())
    for typed in RIGHTS:
        card = dana.say(typed.format(request=request))
        assert card.tone is Tone.REFUSED, (typed, card)
    assert Counter(world.events()) - before == Counter(refused=len(RIGHTS))


def test_L06_lists_and_cards_show_nothing_that_is_over(world: World, owner: Person, dana: Person):
    unswept(world, owner, dana)
    assert "Admin" not in words(made(dana.say("me")))
    for typed in (
        "member show Dana",
        "access list member:Dana",
        "access list resource:Cut",
        "resource show Cut",
    ):
        said = words(made(owner.say(typed)))
        assert "edit until" not in said, typed
        assert "manage until" not in said, typed
        assert "Admin until" not in said, typed
    assert "Dana" not in words(made(owner.say("member list role:Admin")))
    assert "edit" not in words(made(owner.say("access list resource:Renders")))


def test_L06_an_invitation_of_somebody_whose_time_is_over_gives_no_more_than_they_could(
    world: World, owner: Person, dana: Person
):
    give(owner, "role", "1h")
    code = dana.link(role="Commenter")
    world.forward(HOUR)
    assert made(world.person("Nora").say(f"join {code}")).title.startswith("Welcome")
    give(owner, "role", "1h")
    refused = dana.say("invite create role:Admin")
    assert refused.tone.name == "REFUSED"  # what is held for a time gives nothing for good


_LATER = "what it reads is asked for its end afterwards"
_ANYHOW = "whether or not it is over"
#: The statements about roles and grants that do not ask for the end themselves, and why they need not.
NEED_NOT = {
    "checks._COLUMNS": _LATER,
    "checks._BY_ID": _LATER,
    "checks._BY_IDENTITY": _LATER,
    "deletion._NO_ROLES": _ANYHOW,
    "deletion._NO_GRANTS": _ANYHOW,
    "explaining._HELD": _LATER,
    "grants._ONE": _LATER,
    "grants._END_OF_HOLDER": _ANYHOW,
    "grants._END_OF_RESOURCE": _ANYHOW,
    "kept_reach._GRANTS": _LATER,
    "homes._OF_ROLES": "a Home is looked at for nothing: what it shows asks for the end",
    "platform_access._GRANTED_TO": _LATER,
    "platform_access._ON_PATH": _LATER,
    "reach._MINE": _LATER,
    "reach._OF_MY_GROUPS": _LATER,
    "reach._ALL": _LATER,
    "reach._ON_RESOURCE": _LATER,
    "removal._NO_ROLES": _ANYHOW,
    "role_changes._DELETE": "what is over is recorded right before it",
}


def test_L06_every_statement_that_reads_roles_or_grants_asks_whether_they_are_over():
    found = set()
    for module in pkgutil.iter_modules(core.__path__):
        for name, value in vars(importlib.import_module(f"core.{module.name}")).items():
            if isinstance(value, Select | CompoundSelect | Update | Delete):
                typed = str(value)
                if re.search(r"\b(?:member_roles|grants)\b", typed) and not re.search(
                    r"ends_at (?:>|<=|IS NULL)", typed
                ):
                    found.add(f"{module.name}.{name}")
    assert found <= set(NEED_NOT), "ask for the end, or say here why that is not needed"


# --- many, at once, and at random -----------------------------------------------------------------------------------------


def many(world: World, owner: Person, count: int, left: int, *, life: int = 2 * DAY) -> None:
    """So many members with a grant each, whose ends are in about ``left`` seconds."""
    ws = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    resource = world.one("SELECT resource_id FROM resources WHERE name = 'Renders'")
    with world.store.writing() as connection:
        ids = [f"mem-{n:05}" for n in range(count)]
        connection.execute(
            insert(members),
            [
                {"workspace_id": ws, "member_id": m, "name": m, "name_key": m, "joined_at": world.at}
                for m in ids
            ],
        )
        connection.execute(
            insert(identities),
            [
                {"workspace_id": ws, "platform": "slack", "realm": "T1", "subject": m, "member_id": m}
                for m in ids
            ],
        )
        connection.execute(
            insert(grants),
            [
                {
                    "workspace_id": ws,
                    "resource_id": resource,
                    "holder": m,
                    "layer": "timed-3",
                    "level": 3,
                    "given_at": world.at + left - life,
                    "ends_at": world.at + left,
                    "given_by": "mem-00000",
                    "source": "granted by mem-00000",
                }
                for m in ids
            ],
        )


def test_L38_sweeps_at_once_put_each_notice_into_the_outbox_once_however_many_there_are(
    world: World, owner: Person
):
    count = MOST_REMINDED + 700
    many(world, owner, count, DAY)
    others = [world.another() for _ in range(2)]
    found = at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, *others, world)))
    assert sum(found) == count
    assert world.one("SELECT count(*) FROM outbox WHERE key LIKE 'note/access_ending/%'") == count
    assert world.one("SELECT count(*) FROM grants WHERE reminded <> 1") == 0
    world.forward(DAY)
    found = at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, *others, world)))
    assert sum(found) == count
    assert world.one("SELECT count(*) FROM grants") == 0
    ended = [
        json.loads(row.facts)
        for row in world.rows("SELECT facts FROM audit_events WHERE event = 'access.ended'")
    ]
    gone = Counter(holder for facts in ended for _, holder, *_ in facts["ended"])
    assert set(gone.values()) == {1}
    assert len(gone) == count == sum(facts["count"] for facts in ended)
    world.sound()


def test_L38_a_sweep_beside_people_who_change_what_falls_due_loses_neither(world: World, owner: Person):
    many(world, owner, 40, DAY)
    other = world.another()

    def extend() -> None:
        for number in range(0, 40, 4):
            made(owner.on(other).say(f"access grant resource:Renders to:mem-{number:05} level:edit for:9d"))

    at_once(lambda: world.core.sweep(world.at), extend)
    world.core.sweep(world.at)
    left = {row.holder: (row.ends_at, row.reminded) for row in world.rows("SELECT * FROM grants")}
    for number in range(40):
        wanted = (world.at + 9 * DAY, 0) if number % 4 == 0 else (world.at + DAY, 1)
        assert left[f"mem-{number:05}"] == wanted
    world.desk.drain(world.at)
    titles = Counter(
        message.target.person for message in world.desk.messages if " ends " in message.card.title
    )
    assert titles == {f"mem-{number:05}": 1 for number in range(40) if number % 4}


@pytest.mark.parametrize("url", ["postgres"], indirect=True)
def test_a_row_that_somebody_is_changing_is_left_for_the_next_sweep(world: World, owner: Person):
    many(world, owner, 10, DAY)
    with world.store.engine.begin() as connection:
        connection.execute(grants.select().where(grants.c.holder == "mem-00003").with_for_update())
        assert world.another().core.sweep(world.at) == 9
    assert world.core.sweep(world.at) == 1
    assert world.core.sweep(world.at) == 0


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.integers(-DAY, 2 * DAY)),
        st.tuples(st.just("give"), st.integers(5, 3 * 24 * 60)),
        st.tuples(st.just("sweep"), st.booleans()),
        st.tuples(st.just("deliver"), st.none()),
        st.tuples(st.just("done"), st.none()),
    ),
    max_size=25,
)


@settings(max_examples=8)
@given(steps=STEPS)
@pytest.mark.parametrize("what", BEGINS)
def test_however_clocks_go_no_end_is_told_of_twice_nor_too_early_nor_when_it_is_over(
    tmp_path_factory, what, steps
):
    url = f"sqlite:///{tmp_path_factory.mktemp('boxes')}/usher.db"
    store = Store(url, synchronous="OFF")
    migrate(store)
    store.close()
    world = World(url)
    try:
        _play(world, what, steps)
    finally:
        world.close()


def _play(world: World, what: str, steps) -> None:
    owner = world.studio("studio", "join_policy instant")
    made(owner.say("resource create kind:scene name:Renders"))
    dana = world.member(owner, "Dana", "Designer")
    table = "member_roles" if what == "role" else "grants"
    for step, value in steps:
        if step == "wait":
            world.forward(value)
        elif step == "give":
            owner.say(
                f"role assign Dana role:Admin for:{value}m"
                if what == "role"
                else f"access grant resource:Renders to:Dana level:edit for:{value}m"
            )
        elif step == "sweep":
            (world.another() if value else world).core.sweep(world.at)
        elif step == "done":
            cards = [card for card in world.desk.to("DANA") if card.title.startswith(BEGINS[what])]
            if cards:
                dana.click(cards[-1], "I'm done")
        else:
            before = len(world.desk.messages)
            world.desk.drain(world.at)
            for message in world.desk.messages[before:]:
                if message.card.title.startswith(BEGINS[what]):
                    end = int(message.card.buttons[0].subject.rpartition("@")[2])
                    assert 0 < end - world.at <= DAY
                    rows = world.rows(f"SELECT ends_at FROM {table} WHERE ends_at = :end", end=end)
                    assert rows, "told of an end that is not so"
    keys = [row.key for row in world.rows("SELECT key FROM outbox WHERE key LIKE 'note/%_ending/%'")]
    assert len(keys) == len(set(keys))
    shown = Counter(
        (message.card.buttons[0].subject, message.card.title)
        for message in world.desk.messages
        if message.card.title.startswith(BEGINS[what])
    )
    by_end = Counter(subject for subject, _ in shown.elements())
    assert all(count <= 2 for count in by_end.values())
    world.sound()
