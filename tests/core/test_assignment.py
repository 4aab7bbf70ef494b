"""Giving and taking roles: what replaces what, for how long, who may, who is told, and what is never given away."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core.cards import Card, Menu, plain
from core.durations import DAY, HOUR, MINUTE
from tests.core.together import at_once
from tests.core.world import Person, World, code_in, field_of, id_in, made, refusal_in, words


def code(card: Card) -> str:
    found = refusal_in(card)
    return found.name if found else ""


def held(world: World, name: str) -> dict[str, int | None]:
    """The live roles of a member by name, each with its end."""
    rows = world.rows(
        "SELECT r.name, h.ends_at FROM member_roles h "
        "JOIN members m ON m.workspace_id = h.workspace_id AND m.member_id = h.member_id "
        "JOIN roles r ON r.workspace_id = h.workspace_id AND r.role_id = h.role_id "
        "WHERE m.name = :name AND m.left_at IS NULL AND (h.ends_at IS NULL OR h.ends_at > :now)",
        name=name,
        now=world.at,
    )
    return {row.name: row.ends_at for row in rows}


def facts_of(world: World, event: str) -> list[dict]:
    rows = world.rows("SELECT facts FROM audit_events WHERE event = :event ORDER BY number", event=event)
    return [json.loads(row.facts) for row in rows]


def told(world: World, name: str) -> list[str]:
    """The titles of what somebody has been sent, after everything that is due was."""
    world.desk.drain(world.at)
    return [card.title for card in world.desk.to(name.upper())]


def menu_of(card: Card) -> Menu | None:
    assert len(card.menus) < 2
    return card.menus[0] if card.menus else None


def choose(person: Person, menu: Menu, role: str) -> Card:
    value = next((choice.value for choice in menu.choices if choice.label == role), role)
    return pick(person, menu.subject, value)


def pick(person: Person, subject: str, value: str) -> Card:
    from core.calls import Call

    call = Call(
        person.actor,
        person.where,
        person.world.at,
        action="role.choose",
        subject=subject,
        options={"choice": value},
    )
    return person.world.core.handle(call)


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Designer")


# --- for good --------------------------------------------------------------------------------------------------------


def test_where_everybody_has_one_role_another_one_takes_its_place(world: World, owner: Person, bob: Person):
    card = made(owner.say("role assign Bob role:Admin"))

    assert card.title == "Bob is now Admin"
    assert (field_of(card, "Before"), field_of(card, "Now")) == ("Designer", "Admin")
    assert held(world, "Bob") == {"Admin": None}
    made(bob.say("role create name:New"))


def test_where_there_are_several_roles_they_add_up(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    assert held(world, "Bob") == {}
    made(owner.say("role assign Bob role:Contributor"))
    card = made(owner.say('role assign Bob role:"Member Manager"'))

    assert field_of(card, "Now") == "Member Manager, Contributor"
    assert held(world, "Bob") == {"Contributor": None, "Member Manager": None}
    made(owner.say("role unassign Bob role:Contributor"))
    card = made(owner.say('role unassign Bob role:"Member Manager"'))
    assert field_of(card, "Now") == "no role"
    assert held(world, "Bob") == {}


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("role assign Bob role:Designer", "NOTHING_TO_CHANGE"),
        ("role assign Bob role:designer", "NOTHING_TO_CHANGE"),
        ("role assign Bob role:Designer for:8h", "HELD_FOR_GOOD"),
        ("role unassign Bob role:Admin", "NOTHING_TO_CHANGE"),
        ("role assign Zoe role:Admin", "UNKNOWN_MEMBER"),
        ("role assign Bob role:King", "UNKNOWN_ROLE"),
        ("role assign Bob role:Owner", "ONE_HOLDER"),
        ("role assign Bob role:Owner for:8h", "ONE_HOLDER"),
        ("role unassign Olga role:Owner", "ONE_HOLDER"),
        ("role assign Olga role:Admin", "ONE_HOLDER"),
    ],
)
def test_what_changes_nothing_or_cannot_be_is_refused(
    world: World, owner: Person, bob: Person, line: str, refused: str
):
    assert code(owner.say(line)) == refused
    assert (held(world, "Bob"), held(world, "Olga")) == ({"Designer": None}, {"Owner": None})
    assert world.events("role.assigned", "role.unassigned") == []


def test_a_member_is_found_by_mention_address_name_or_short_id(world: World, owner: Person):
    bob = world.person("Bob", email="bob@studio.example")
    bob.say(f"join {owner.link()}")
    short = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    for typed, role in (
        ("<@BOB>", "Designer"),
        ("bob@studio.example", "Admin"),
        ("Bob", "Designer"),
        (short, "Admin"),
    ):
        made(owner.say(f"role assign member:{typed} role:{role}"))
        assert list(held(world, "Bob")) == [role]


# --- for a time ------------------------------------------------------------------------------------------------------


def test_a_role_for_a_time_comes_on_top_and_ends_by_itself(world: World, owner: Person, bob: Person):
    card = made(owner.say("role assign Bob role:Admin for:8h"))
    assert card.title == "Bob is Admin for a time"
    assert held(world, "Bob") == {"Designer": None, "Admin": world.at + 8 * HOUR}
    made(bob.say("role create name:New"))

    world.forward(8 * HOUR - 1)
    made(bob.say("role delete New"))
    world.forward(1)  # and no sweep has been there
    assert code(bob.say("role create name:New")) == "NOT_ALLOWED"
    assert field_of(made(bob.say("me")), "Role") == "Designer"
    assert held(world, "Bob") == {"Designer": None}


@pytest.mark.parametrize(
    ("length", "refused"),
    [
        ("4m", "BAD_TIME"),
        ("5m", ""),
        ("90d", ""),
        ("91d", "BAD_TIME"),
        ("0m", "BAD_OPTION"),
        ("2001-01-01", "BAD_OPTION"),
        ("soon", "BAD_OPTION"),
    ],
)
def test_a_time_is_from_five_minutes_to_ninety_days(
    world: World, owner: Person, bob: Person, length: str, refused: str
):
    assert code(owner.say(f"role assign Bob role:Admin for:{length}")) == refused
    assert ("Admin" in held(world, "Bob")) is not bool(refused)


def test_a_time_can_be_a_day_and_lasts_until_it_is_over(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:2027-01-20"))
    ends = held(world, "Bob")["Admin"]
    assert ends is not None
    assert ends % DAY == 0
    assert "20 January 2027" in words(made(owner.say("member show Bob"))) or ends - world.at < 6 * DAY


def test_a_role_for_a_time_can_be_made_longer_shorter_and_lasting(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert code(owner.say("role assign Bob role:Admin for:8h")) == "NOTHING_TO_CHANGE"
    made(owner.say("role assign Bob role:Admin for:2d"))
    assert held(world, "Bob")["Admin"] == world.at + 2 * DAY
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert held(world, "Bob")["Admin"] == world.at + HOUR
    card = made(owner.say("role assign Bob role:Admin"))
    assert field_of(card, "Now") == "Admin"
    assert held(world, "Bob") == {"Admin": None}
    world.forward(90 * DAY)
    world.core.sweep(world.at)
    assert held(world, "Bob") == {"Admin": None}


def test_another_role_for_good_leaves_one_that_is_for_a_time_and_the_card_says_so(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    card = made(owner.say("role assign Bob role:Commenter"))
    assert field_of(card, "Now").startswith("Admin until ")
    assert field_of(card, "Now").endswith(", Commenter")
    made(owner.say("role unassign Bob role:Admin"))
    assert held(world, "Bob") == {"Commenter": None}


def test_a_role_whose_time_is_over_can_be_given_again_though_its_row_is_still_there(
    world: World, owner: Person, bob: Person
):
    for typed, ends in (("for:1h", HOUR), ("for:2h", 2 * HOUR), ("", None)):
        made(owner.say(f"role assign Bob role:Admin {typed}"))
        assert held(world, "Bob")["Admin"] == (None if ends is None else world.at + ends)
        world.forward(3 * HOUR)
    assert held(world, "Bob") == {"Admin": None}
    assert len(facts_of(world, "role.ended")) == 2  # each end is on record all the same
    world.sound()


def test_in_a_scheme_of_several_roles_a_time_ends_too(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor for:1h"))
    world.forward(HOUR)
    assert held(world, "Bob") == {}
    assert world.core.sweep(world.at) == 1


# --- taking ----------------------------------------------------------------------------------------------------------


def test_without_their_only_role_somebody_is_what_newcomers_are(world: World, owner: Person, bob: Person):
    card = made(owner.say("role unassign Bob role:Designer"))
    assert card.title == "Bob is no longer Designer"
    assert held(world, "Bob") == {"Commenter": None}
    assert code(owner.say("role unassign Bob role:Commenter")) == "ONLY_ROLE"
    made(owner.say("workspace set default_role none"))
    made(owner.say("role assign Bob role:Designer"))
    assert code(owner.say("role unassign Bob role:Designer")) == "ONLY_ROLE"
    assert held(world, "Bob") == {"Designer": None}


def test_what_newcomers_are_is_given_by_nobody_below_it(world: World, owner: Person, bob: Person):
    made(owner.say("role create name:Steward rank:8 permissions:role:assign"))
    made(owner.say("role create name:Lowest rank:7"))
    world.member(owner, "Stew", "Steward")
    world.member(owner, "Lou", "Lowest")
    stew = world.person("Stew")
    assert code(stew.say("role unassign Lou role:Lowest")) == "ABOVE_CEILING"
    assert held(world, "Lou") == {"Lowest": None}


def test_taking_a_role_for_a_time_leaves_the_other(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:8h"))
    made(owner.say("role unassign Bob role:Admin"))
    assert held(world, "Bob") == {"Designer": None}
    world.forward(8 * HOUR)
    assert world.core.sweep(world.at) == 0
    assert world.events("role.ended") == []


def test_the_role_of_newcomers_held_for_a_time_becomes_lasting_when_the_other_is_taken(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Commenter for:8h"))
    made(owner.say("role unassign Bob role:Designer"))
    assert held(world, "Bob") == {"Commenter": None}


# --- who may ---------------------------------------------------------------------------------------------------------


def steward(world: World, owner: Person, rank: int = 25) -> Person:
    """Stew, who may assign roles and invite, and nothing else of Usher's own."""
    made(owner.say(f"role create name:Steward rank:{rank} permissions:role:assign,member:invite"))
    return world.member(owner, "Stew", "Steward")


@pytest.mark.parametrize(
    ("line", "refused"),
    [
        ("assign Cleo role:Commenter", ""),
        ('assign Cleo role:"Content Editor"', "NOTHING_TO_CHANGE"),
        ("assign Cleo role:Designer", "ABOVE_CEILING"),
        ("assign Cleo role:Admin for:5m", "ABOVE_CEILING"),
        ("assign Cleo role:Steward", ""),
        ("assign Cleo role:Auditor", "ABOVE_CEILING"),  # of the lowest rank, but it holds what Stew lacks
        ("assign Cleo role:Product", ""),  # the product's permissions are the product's business
        ("assign Ada role:Commenter", "MEMBER_ABOVE"),
        ("unassign Ada role:Admin", "MEMBER_ABOVE"),
        ("assign Olga role:Commenter", "MEMBER_ABOVE"),
        ("assign Abe role:Commenter", "ABOVE_CEILING"),  # that would take away what Stew could not give
        ("unassign Abe role:Auditor", "ABOVE_CEILING"),
        ("assign Stew role:Designer", "ABOVE_CEILING"),
        ("assign Stew role:Commenter", ""),
        ("unassign Stew role:Steward", ""),
        ('unassign Cleo role:"Content Editor"', ""),
    ],
)
def test_L15_nobody_gives_or_takes_more_than_they_have_or_from_somebody_above_them(
    world: World, owner: Person, line: str, refused: str
):
    stew = steward(world, owner)
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    made(owner.say("role create name:Product rank:3 permissions:project:everything"))
    for name, role in (("Ada", "Admin"), ("Abe", "Auditor"), ("Cleo", "Content Editor")):
        world.member(owner, name, role)
    before = {name: held(world, name) for name in ("Olga", "Ada", "Abe", "Cleo", "Stew")}

    assert code(stew.say(f"role {line}")) == refused
    if refused:
        assert {name: held(world, name) for name in before} == before
        assert world.refused() == [refused] * (refused != "NOTHING_TO_CHANGE")


def test_somebody_raised_for_a_time_stands_above_for_that_time(world: World, owner: Person, bob: Person):
    stew = steward(world, owner, 35)
    made(owner.say("role assign Bob role:Admin for:1h"))
    assert code(stew.say("role assign Bob role:Commenter")) == "MEMBER_ABOVE"
    world.forward(HOUR)
    made(stew.say("role assign Bob role:Commenter"))


@pytest.mark.parametrize("role", ["Designer", "Commenter"])
def test_only_who_may_assign_roles_does(world: World, owner: Person, bob: Person, role: str):
    someone = world.member(owner, "Dana", role)
    assert code(someone.say("role assign Bob role:Commenter")) == "NOT_ALLOWED"
    assert code(someone.say("role unassign Bob role:Designer")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say("role assign Bob role:Commenter")) == "NOT_A_MEMBER"


def test_whoever_is_something_for_a_time_does_not_make_themselves_that_for_longer(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    for line in ("", "for:9h", "for:90d"):
        card = bob.say(f"role assign Bob role:Admin {line}")
        assert code(card) == "ABOVE_CEILING"
        assert "for a time only" in words(card)
    made(bob.say("role create name:Same copy:Admin"))
    assert code(bob.say("role assign Bob role:Same")) == "ABOVE_CEILING"
    made(bob.say("role assign Bob role:Admin for:1h"))  # shorter is theirs to choose
    assert held(world, "Bob")["Admin"] == world.at + HOUR
    made(bob.say("role unassign Bob role:Admin"))
    assert code(bob.say("role assign Bob role:Admin")) == "NOT_ALLOWED"


@pytest.mark.parametrize("line", ["role:Viewer", "role:Developer for:8h"])
def test_a_role_that_the_plan_leaves_out_is_not_given_and_the_refusal_names_the_plan(world: World, line: str):
    owner = world.studio("animation", "join_policy instant")
    world.member(owner, "Bob")
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    card = owner.say(f"role assign Bob {line}")
    assert code(card) == "NOT_ON_PLAN"
    assert "pro plan" in card.title
    assert "enterprise" in words(card)
    assert held(world, "Bob") == {"Editor": None}
    assert owner.complete("role assign", "role") == ["Admin", "Editor"]


# --- the top ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        'assign Olga role:"Workspace Viewer"',
        'assign Olga role:"Workspace Editor"',
        'unassign Olga role:"Workspace Admin"',
    ],
)
def test_L12_the_last_who_can_run_the_workspace_cannot_be_lowered(world: World, line: str):
    owner = world.studio("simple", "join_policy instant")
    world.member(owner, "Bob", "Workspace Editor")
    made(owner.say('role assign Bob role:"Workspace Admin" for:8h'))  # who is that for a time does not count
    assert code(owner.say(f"role {line}")) == "LAST_HOLDER"
    assert code(world.person("Bob").say(f"role {line}")) == "LAST_HOLDER"
    assert held(world, "Olga") == {"Workspace Admin": None}
    assert world.refused() == ["LAST_HOLDER"] * 2

    made(owner.say('role assign Bob role:"Workspace Admin"'))
    made(owner.say(f"role {line}"))


def test_L12_the_drop_down_is_no_way_around_it(world: World):
    owner = world.studio("simple")
    menu = menu_of(made(owner.say("member show Olga")))
    assert menu is not None
    assert code(choose(owner, menu, "Workspace Viewer")) == "LAST_HOLDER"


# --- telling and recording -------------------------------------------------------------------------------------------


def test_every_change_is_recorded_with_before_and_after(world: World, owner: Person, bob: Person):
    member = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    made(owner.say("role assign Bob role:Admin for:8h"))
    made(owner.say("role assign Bob role:Commenter"))
    made(owner.say("role unassign Bob role:Admin"))
    ends = world.at + 8 * HOUR

    assert facts_of(world, "role.assigned") == [
        {
            "role": "admin",
            "before": {"designer": None},
            "after": {"designer": None, "admin": ends},
            "ends_at": ends,
        },
        {
            "role": "commenter",
            "before": {"designer": None, "admin": ends},
            "after": {"commenter": None, "admin": ends},
            "ends_at": None,
        },
    ]
    assert facts_of(world, "role.unassigned") == [
        {
            "role": "admin",
            "before": {"commenter": None, "admin": ends},
            "after": {"commenter": None},
            "ends_at": ends,
        }
    ]
    subjects = world.rows("SELECT subject FROM audit_events WHERE event LIKE 'role.%'")
    assert {row.subject for row in subjects} == {member}
    world.sound()


def test_the_member_is_told_once_by_whom_and_until_when(world: World, owner: Person, bob: Person):
    before = len(told(world, "Bob"))
    made(owner.say("role assign Bob role:Admin"))
    assert told(world, "Bob")[before:] == ["Your role in Studio is now Admin"]
    assert field_of(world.desk.to("BOB")[-1], "Changed by") == "Olga"
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Commenter for:8h"))
    made(owner.say("role unassign Bob role:Admin"))
    assert told(world, "Bob")[before + 1 :] == ["You are no longer Admin in Studio"]
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert told(world, "Bob")[before + 2 :] == ["You are Admin in Studio for a time"]
    card = world.desk.to("BOB")[-1]
    assert plain(card.fields[1].value) == field_of(card, "Your roles").split(",")[0].removeprefix(
        "Admin until "
    )
    made(owner.say("role list"))
    assert len(told(world, "Bob")) == before + 3


def test_in_a_scheme_of_several_roles_the_notice_says_that_it_is_one_more(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor"))
    assert told(world, "Bob")[-1] == "Your role in Studio is now Contributor"
    made(owner.say('role assign Bob role:"Member Manager"'))
    assert told(world, "Bob")[-1] == "You are now Member Manager in Studio too"


def test_whoever_lost_a_role_hears_of_it_though_it_was_deleted_before_they_could(world: World):
    owner = world.studio("computers", "join_policy instant")
    for name in ("Bob", "Ada"):
        world.member(owner, name)
    made(owner.say("role create name:@everyone/@x rank:5"))
    made(owner.say("role assign Bob role:@everyone/@x"))
    made(owner.say("role assign Ada role:@everyone/@x for:1h"))
    before = {name: len(told(world, name)) for name in ("Ada", "Bob")}
    made(owner.say("role unassign Bob role:@everyone/@x"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    made(owner.say("role edit name:@everyone/@x rename:Artist"))
    made(owner.say("role delete name:Artist"))
    assert told(world, "Bob")[before["Bob"] :] == ["You are no longer Artist in Studio"]
    assert ["Artist" in title for title in told(world, "Ada")[before["Ada"] :]] == [True]


def test_a_notice_that_is_no_longer_true_is_not_sent(world: World, owner: Person, bob: Person):
    before = told(world, "Bob")
    made(owner.say("role assign Bob role:Admin for:1h"))
    made(owner.say("role assign Bob role:Commenter"))
    world.forward(MINUTE)
    made(owner.say("role assign Bob role:Designer"))
    world.forward(HOUR)
    assert told(world, "Bob")[len(before) :] == ["Your role in Studio is now Designer"]


def test_nobody_is_told_what_they_did_themselves_or_after_they_left_or_where_it_is_switched_off(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    before = {name: len(told(world, name)) for name in ("Ada", "Bob")}
    made(ada.say("role unassign Ada role:Admin"))
    made(owner.say("role assign Bob role:Admin"))
    world.leave(bob)
    made(owner.say("role assign Ada role:Designer"))
    made(owner.say("workspace set reminders off"))
    assert {name: len(told(world, name)) - before[name] for name in before} == {"Ada": 0, "Bob": 0}


def test_whoever_may_decide_from_now_on_gets_the_cards_of_what_is_open(
    world: World, owner: Person, bob: Person
):
    made(owner.say("workspace set join_policy approval"))
    world.person("Nia").ask(owner.link(role="Commenter"))
    before = len(told(world, "Bob"))
    made(owner.say("role assign Bob role:Admin for:8h"))
    assert sorted(told(world, "Bob")[before:]) == [
        "Nia asks to join Studio",
        "You are Admin in Studio for a time",
    ]


# --- the end of a time -----------------------------------------------------------------------------------------------


def test_the_end_of_a_time_is_recorded_once_and_told_once_whatever_sweeps(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    ends = world.at + 8 * HOUR
    before = len(told(world, "Bob"))
    standing = "SELECT standing_version FROM workspaces WHERE name = 'Studio'"
    seen = world.one(standing)
    world.forward(8 * HOUR - 1)
    assert world.core.sweep(world.at) == 1  # the word an hour before
    assert told(world, "Bob")[before:] == ["Your Admin role ends in 1 minute"]
    before += 1
    world.forward(1)
    other = world.another()
    assert sum(at_once(*(lambda w=w: w.core.sweep(world.at) for w in (world, other) * 3))) == 1

    member = world.one("SELECT member_id FROM members WHERE name = 'Bob'")
    assert facts_of(world, "role.ended") == [{"role": "admin", "ends_at": ends}]
    assert world.rows("SELECT subject, actor FROM audit_events WHERE event = 'role.ended'") == [
        (member, "usher")
    ]
    assert world.one(standing) > seen
    assert told(world, "Bob")[before:] == ["Your time as Admin in Studio is over"]
    assert field_of(world.desk.to("BOB")[-1], "Your role") == "Designer"
    world.sound()


def test_a_late_sweep_tells_nobody_that_something_ended_which_they_have_again(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:1h"))
    world.forward(HOUR)
    made(owner.say("role assign Bob role:Admin"))
    world.core.sweep(world.at)
    assert "Your time as Admin in Studio is over" not in told(world, "Bob")
    assert held(world, "Bob") == {"Admin": None}


def test_a_time_ends_for_whoever_left_without_a_word(world: World, owner: Person, bob: Person):
    made(owner.say("role assign Bob role:Admin for:1h"))
    before = len(told(world, "Bob"))
    world.vanish(bob)
    world.forward(HOUR)
    assert world.core.sweep(world.at) == 1
    assert told(world, "Bob")[before:] == []


# --- the drop-down ---------------------------------------------------------------------------------------------------


def test_the_drop_down_offers_what_may_be_given_and_gives_it(world: World, owner: Person, bob: Person):
    ada = world.member(owner, "Ada", "Admin")
    menu = menu_of(made(ada.say("member show Bob")))

    assert menu is not None
    assert menu.label == "Change role"
    assert [choice.label for choice in menu.choices] == ["Admin", "Content Editor", "Commenter"]
    card = made(choose(ada, menu, "Admin"))
    assert card.title == "Bob is now Admin"
    assert held(world, "Bob") == {"Admin": None}
    assert facts_of(world, "role.assigned")[0]["before"] == {"designer": None}


def test_where_there_are_several_roles_the_drop_down_gives_one_more(world: World):
    owner = world.studio("computers", "join_policy instant")
    world.member(owner, "Bob")
    made(owner.say("role assign Bob role:Contributor"))
    menu = menu_of(made(owner.say("member show Bob")))
    assert menu is not None
    assert (menu.label, [choice.label for choice in menu.choices]) == ("Give a role", ["Member Manager"])
    made(choose(owner, menu, "Member Manager"))
    assert held(world, "Bob") == {"Contributor": None, "Member Manager": None}
    assert menu_of(made(owner.say("member show Bob"))) is None


@pytest.mark.parametrize("viewer", ["Designer", "Commenter"])
def test_whoever_may_give_nothing_sees_no_drop_down(world: World, owner: Person, bob: Person, viewer: str):
    someone = world.member(owner, "Dana", viewer)
    assert menu_of(made(someone.say("member show Bob"))) is None
    assert menu_of(made(someone.say("member show Dana"))) is None


def test_there_is_no_drop_down_for_who_stands_above_or_is_the_only_one_of_a_role(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    assert menu_of(made(ada.say("member show Olga"))) is None
    assert menu_of(made(owner.say("member show Olga"))) is None
    assert menu_of(made(owner.say("member show Ada"))) is not None


def test_L16_the_drop_down_asks_everything_that_the_command_asks(world: World, owner: Person, bob: Person):
    """What it offered, and to whom, counts for nothing at the click."""
    stew = steward(world, owner)
    world.member(owner, "Ada", "Admin")
    world.member(owner, "Cleo", "Commenter")
    made(owner.say("role create name:Auditor rank:2 permissions:audit:view"))
    auditor = world.one("SELECT role_id FROM roles WHERE name = 'Auditor'")
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    ids = {
        row.name: f"{workspace}/{row.member_id}" for row in world.rows("SELECT name, member_id FROM members")
    }
    for who, subject, value, refused in (
        (stew, ids["Cleo"], "designer", "ABOVE_CEILING"),
        (stew, ids["Cleo"], auditor, "ABOVE_CEILING"),
        (stew, ids["Cleo"], "owner", "ABOVE_CEILING"),
        (owner, ids["Cleo"], "owner", "ONE_HOLDER"),
        (stew, ids["Ada"], "commenter", "MEMBER_ABOVE"),
        (bob, ids["Cleo"], "commenter", "NOT_ALLOWED"),
        (world.person("Eve"), ids["Cleo"], "commenter", "NOT_A_MEMBER"),
        (stew, ids["Cleo"], "king", "UNKNOWN_BUTTON"),
        (stew, ids["Cleo"], "", "UNKNOWN_BUTTON"),
        (stew, f"{workspace}/mem-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, f"{workspace}/inv-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, "elsewhere/mem-0000", "commenter", "UNKNOWN_BUTTON"),
        (stew, ids["Cleo"], "commenter", "NOTHING_TO_CHANGE"),
    ):
        assert code(pick(who, subject, value)) == refused, (subject, value)
    assert held(world, "Cleo") == {"Commenter": None}
    world.leave(world.person("Cleo"))
    assert code(pick(stew, ids["Cleo"], "content-editor")) == "UNKNOWN_BUTTON"


def test_a_drop_down_that_was_opened_before_a_demotion_gives_nothing(
    world: World, owner: Person, bob: Person
):
    ada = world.member(owner, "Ada", "Admin")
    menu = menu_of(made(ada.say("member show Bob")))
    assert menu is not None
    made(owner.say("role assign Ada role:Designer"))
    assert code(choose(ada, menu, "Admin")) == "NOT_ALLOWED"


def test_L06_whoever_is_something_for_a_time_is_offered_for_others_only_what_they_are_for_good(
    world: World, owner: Person, bob: Person
):
    world.member(owner, "Ada", "Commenter")
    made(owner.say("role assign Bob role:Admin for:8h"))
    menu = menu_of(made(bob.say("member show Ada")))
    assert menu is not None
    assert [choice.label for choice in menu.choices] == ["Designer", "Content Editor"]
    assert code(choose(bob, menu, "admin")) == "ABOVE_CEILING"


def test_whoever_is_something_for_a_time_is_offered_for_themselves_only_what_they_are_for_good(
    world: World, owner: Person, bob: Person
):
    made(owner.say("role assign Bob role:Admin for:8h"))
    menu = menu_of(made(bob.say("member show Bob")))
    assert menu is not None
    assert [choice.label for choice in menu.choices] == ["Content Editor", "Commenter"]
    assert code(choose(bob, menu, "admin")) == "ABOVE_CEILING"


# --- who is something for a time gives it for no longer ----------------------------------------------------------------


@pytest.fixture
def simple(world: World) -> tuple[Person, Person]:
    """A workspace with somebody who runs it for an hour."""
    owner = world.studio("simple", "join_policy instant")
    ada = world.member(owner, "Ada", "Workspace Viewer")
    made(owner.say('role assign Ada role:"Workspace Admin" for:1h'))
    return owner, ada


@pytest.mark.parametrize(
    "line",
    [
        'workspace set setting:default_role value:"Workspace Admin"',
        'invite create name:Second role:"Workspace Admin"',
        'invite create emails:ada@other.example role:"Workspace Admin"',
        'role assign Bob role:"Workspace Admin"',
        "role edit name:Lead rank:21",
        "role edit name:Lead permissions:+member:remove",
        'role edit name:Lead copy:"Workspace Admin"',
    ],
)
def test_L06_what_has_no_end_is_given_only_by_who_has_it_for_good(
    world: World, simple: tuple[Person, Person], line: str
):
    owner, ada = simple
    world.member(owner, "Bob", "Workspace Viewer")
    made(owner.say("role create name:Lead rank:5 permissions:content:edit"))
    card = ada.say(line)
    assert code(card) == "ABOVE_CEILING"
    assert "for a time only" in words(card)
    made(ada.say("role edit name:Lead rename:Head"))  # that gives nobody anything
    made(owner.say(line.replace("Lead", "Head")))


def test_L06_nobody_makes_their_hour_last_by_what_newcomers_are(world: World, simple: tuple[Person, Person]):
    owner, ada = simple
    made(owner.say('workspace set setting:default_role value:"Workspace Admin"'))
    assert code(ada.say('role unassign Ada role:"Workspace Viewer"')) == "ABOVE_CEILING"
    assert held(world, "Ada") == {"Workspace Viewer": None, "Workspace Admin": world.at + HOUR}
    world.member(owner, "Bob", "Workspace Viewer")
    assert code(ada.say('role unassign Bob role:"Workspace Viewer"')) == "ABOVE_CEILING"


def test_L06_an_invitation_raised_by_who_may_for_a_time_only_is_refused(
    world: World, simple: tuple[Person, Person]
):
    _, ada = simple
    short_id = id_in(made(ada.say('invite create name:x role:"Workspace Viewer"')))
    assert code(ada.say(f'invite edit invite:{short_id} role:"Workspace Admin"')) == "ABOVE_CEILING"


def test_L06_for_a_time_a_role_is_given_until_the_giver_s_own_end_at_most(
    world: World, simple: tuple[Person, Person]
):
    owner, ada = simple
    world.member(owner, "Bob", "Workspace Viewer")
    world.forward(10 * MINUTE)
    card = ada.say('role assign Bob role:"Workspace Admin" for:51m')
    assert code(card) == "ABOVE_CEILING"
    assert "until then at most" in words(card)
    made(ada.say('role assign Bob role:"Workspace Admin" for:50m'))
    assert held(world, "Bob")["Workspace Admin"] == world.at + 50 * MINUTE
    made(owner.say('role assign Bob role:"Workspace Admin" for:8h'))


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_L06_a_join_through_the_default_role_waits_for_somebody_who_has_it_for_good(
    world: World, simple: tuple[Person, Person], policy: str
):
    owner, ada = simple
    invite = code_in(made(ada.say("invite create name:x")))
    made(owner.say('workspace set setting:default_role value:"Workspace Admin"'))
    if policy != "instant":
        made(owner.say(f"workspace set setting:join_policy value:{policy}"))
    asked = world.person("Second").say(f"join code:{invite}")
    assert "Second" not in world.members()
    card = ada.say(f"request approve request:{id_in(asked)}")
    assert code(card) == "ABOVE_CEILING"
    assert "for a time only" in words(card)
    made(owner.say(f"request approve request:{id_in(asked)}"))
    assert world.members()["Second"] == "Workspace Admin"


def test_L37_who_could_give_it_for_a_time_only_is_not_asked(world: World, simple: tuple[Person, Person]):
    """They would be refused at the click: nobody is named or sent a card who could not say yes."""
    owner, _ = simple
    made(owner.say("workspace set setting:join_policy value:approval"))
    invite = code_in(made(owner.say('invite create name:x role:"Workspace Admin"')))
    before = len(told(world, "Ada"))
    card = world.person("Bob").say(f"join code:{invite}")
    assert "Olga" in words(card)
    assert "Ada" not in words(card)
    assert len(told(world, "Ada")) == before


def test_whoever_may_approve_for_a_time_lets_people_in_as_what_they_are_for_good(
    world: World, simple: tuple[Person, Person]
):
    owner, ada = simple
    made(owner.say("workspace set setting:join_policy value:approval"))
    invite = code_in(made(owner.say('invite create name:x role:"Workspace Viewer"')))
    asked = world.person("Bob").say(f"join code:{invite}")
    made(ada.say(f"request approve request:{id_in(asked)}"))
    assert world.members()["Bob"] == "Workspace Viewer"


# --- at once ---------------------------------------------------------------------------------------------------------


def test_of_two_admins_who_demote_each_other_at_once_one_stays(world: World, owner: Person):
    other = world.another()
    for number in range(12):
        ada = world.member(owner, f"A{number}", "Admin")
        abe = world.member(owner, f"B{number}", "Admin")
        cards = at_once(
            lambda a=ada, n=number: a.say(f"role assign B{n} role:Commenter"),
            lambda b=abe, n=number: b.on(other).say(f"role assign A{n} role:Commenter"),
        )
        assert sorted(map(code, cards)) == ["", "NOT_ALLOWED"]
        assert sorted([*held(world, f"A{number}"), *held(world, f"B{number}")]) == ["Admin", "Commenter"]
    world.sound()


def test_one_role_given_by_eight_at_once_through_command_and_drop_down_is_given_once(
    world: World, owner: Person, bob: Person
):
    other = world.another()
    menu = menu_of(made(owner.say("member show Bob")))
    assert menu is not None
    cards = at_once(
        *(
            (lambda w=w: owner.on(w).say("role assign Bob role:Admin"))
            if number % 2
            else (lambda w=w: choose(owner.on(w), menu, "Admin"))
            for number, w in enumerate((world, other) * 4)
        )
    )
    assert Counter(map(code, cards)) == {"": 1, "NOTHING_TO_CHANGE": 7}
    assert held(world, "Bob") == {"Admin": None}
    assert len(facts_of(world, "role.assigned")) == 1
    assert told(world, "Bob").count("Your role in Studio is now Admin") == 1


def test_two_roles_given_at_once_are_one_in_the_end(world: World, owner: Person, bob: Person):
    other = world.another()
    ada = world.member(owner, "Ada", "Admin")
    for first, second in (("Admin", "Commenter"), ("Designer", '"Content Editor"')) * 4:
        cards = at_once(
            lambda r=first: owner.say(f"role assign Bob role:{r}"),
            lambda r=second: ada.on(other).say(f"role assign Bob role:{r}"),
        )
        assert [code(card) for card in cards] == ["", ""]
        last = facts_of(world, "role.assigned")[-1]["after"]
        assert len(held(world, "Bob")) == len(last) == 1
    world.sound()


@pytest.mark.parametrize("how", ['unassign {} role:"Workspace Admin"', 'assign {} role:"Workspace Viewer"'])
def test_L12_two_last_admins_who_step_down_at_once_leave_one(world: World, how: str):
    owner = world.studio("simple", "join_policy instant")
    other = world.another()
    bob = world.member(owner, "Bob", "Workspace Admin")
    for _ in range(10):
        cards = at_once(
            lambda: owner.say(f"role {how.format('Olga')}"),
            lambda: bob.on(other).say(f"role {how.format('Bob')}"),
        )
        assert sorted(map(code, cards)) == ["", "LAST_HOLDER"]
        left, gone = (owner, "Bob") if code(cards[0]) else (bob, "Olga")
        made(left.say(f'role assign {gone} role:"Workspace Admin"'))
    world.sound()


def test_L12_stepping_down_against_being_taken_out_leaves_one_who_can_run_the_workspace(world: World):
    owner = world.studio("simple", "join_policy instant")
    other = world.another()
    for number in range(8):
        name = f"B{number}"
        bob = world.member(owner, name, "Workspace Admin")
        asked = made(owner.run("member remove", member=bob.identity))
        removed, lowered = at_once(
            lambda a=asked: owner.click(a, "Confirm"),
            lambda b=bob: b.on(other).say('role unassign Olga role:"Workspace Admin"'),
        )
        outcome = {code(removed) or "done", code(lowered) or "done"}
        assert "done" in outcome
        admins = [who for who in ("Olga", name) if "Workspace Admin" in held(world, who)]
        assert len(admins) == 1, outcome
        if admins == [name]:
            made(bob.say('role assign Olga role:"Workspace Admin"'))
            world.leave(bob)
    world.sound()


def test_a_role_given_in_the_moment_in_which_somebody_is_taken_out_is_held_by_nobody(
    world: World, owner: Person
):
    other = world.another()
    ada = world.member(owner, "Ada", "Admin")
    for number in range(8):
        bob = world.member(owner, f"B{number}", "Commenter")
        asked = made(owner.run("member remove", member=bob.identity))
        removed, given = at_once(
            lambda a=asked: owner.click(a, "Confirm"),
            lambda n=number: ada.on(other).say(f"role assign B{n} role:Designer"),
        )
        assert code(removed) == ""
        assert code(given) in {"", "UNKNOWN_MEMBER"}
        gone = world.one("SELECT member_id FROM members WHERE name = :n", n=f"B{number}")
        assert world.one("SELECT count(*) FROM member_roles WHERE member_id = :m", m=gone) == 0
    world.sound()
