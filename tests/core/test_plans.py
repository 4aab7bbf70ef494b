"""Plans and seats: what a plan allows, that nobody gets in without a seat, and who sets them."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from core import plans
from core.durations import DAY
from core.errors import Refusal
from core.plans import PlanError, seats
from core.seats import effect, in_words
from tests.core.together import at_once
from tests.core.world import Person, World, code_in, field_of, id_in, made, refusal_in, words

# --- data --------------------------------------------------------------------------------------------------------------


def test_the_plans_are_those_of_the_contract():
    assert {plan.name: (plan.collaboration, plan.seats) for plan in plans.plans().values()} == {
        "free": (False, 1),
        "pro": (True, 10),
        "enterprise": (True, None),
    }


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[[plan]]\nname = 'x", "x.toml: "),
        ("", "'plan' is missing"),
        ("[[plan]]\ncollaboration = true", "'name' is missing"),
        ("[[plan]]\nname = 'x'", "'collaboration' is missing"),
        ("[[plan]]\nname = 'X Y'\ncollaboration = true", "'X Y' is no name for a plan"),
        ("[[plan]]\nname = 7\ncollaboration = true", "7 is no name for a plan"),
        ("[[plan]]\nname = 'x'\ncollaboration = 'yes'", "collaboration of x is true or false"),
        ("[[plan]]\nname = 'x'\ncollaboration = true\nseats = 0", "seats of x is a whole number"),
        ("[[plan]]\nname = 'x'\ncollaboration = true\nseats = true", "seats of x is a whole number"),
        ("[[plan]]\nname = 'x'\ncollaboration = true\nseats = 'ten'", "seats of x is a whole number"),
        ("[[plan]]\nname = 'x'\ncollaboration = false\nseats = 2", "x is for one person"),
        ("[[plan]]\nname = 'x'\ncollaboration = false", "x is for one person"),
        ("[[plan]]\nname = 'x'\ncollaboration = true\nprice = 3", "x has 'price', which is not known"),
        ("[[plan]]\nname = 'x'\ncollaboration = true\n" * 2, "two plans have the same name"),
    ],
)
def test_a_file_of_plans_that_makes_no_sense_is_refused_with_what_is_wrong(text, problem):
    with pytest.raises(PlanError) as raised:
        plans.load("x.toml", text)
    assert str(raised.value).startswith("x.toml: ")
    assert problem in str(raised.value)


@pytest.mark.parametrize(
    ("plan", "own", "taken", "people", "words_", "shown"),
    [
        ("enterprise", None, 700, 1, "", "enterprise"),
        ("enterprise", 5, 2, 1, "uses 1 of 3 free seats", "enterprise, 2 of 5 seats"),
        ("pro", None, 7, 1, "uses 1 of 3 free seats", "pro, 7 of 10 seats"),
        ("pro", None, 7, 3, "uses 3 of 3 free seats", "pro, 7 of 10 seats"),
        ("pro", None, 9, 1, "uses 1 of 1 free seat", "pro, 9 of 10 seats"),
        ("pro", None, 7, 12, "3 free seats for 12 people", "pro, 7 of 10 seats"),
        ("pro", None, 7, None, "each newcomer uses 1 of 3 free seats", "pro, 7 of 10 seats"),
        ("pro", None, 10, 1, "none is free: all 10 are taken", "pro, 10 of 10 seats"),
        ("pro", None, 12, 1, "none is free: all 10 are taken", "pro, 12 of 10 seats"),
        ("pro", 1, 1, None, "none is free: the only one is taken", "pro, 1 of 1 seat"),
        ("free", None, 1, 1, "none for others: the free plan is for one person", "free, for one person"),
        ("free", 5, 1, 1, "none for others: the free plan is for one person", "free, for one person"),
    ],
)
def test_what_newcomers_do_to_the_seats_in_words(plan, own, taken, people, words_, shown):
    found = seats(plan, own, taken)
    assert effect(found, people) == words_
    assert in_words(found) == shown


# --- a workspace with few seats ----------------------------------------------------------------------------------------


def on(world: World, plan: str, own: int | None = None) -> None:
    """Studio is on that plan now."""
    world.core.set_plan(
        world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'"), plan, own, world.at
    )


def count(world: World) -> tuple[int, int]:
    """The members as they are, and as the workspace counts them."""
    return len(world.members()), world.one("SELECT member_count FROM workspaces WHERE name = 'Studio'")


def test_a_new_workspace_has_the_default_plan_and_its_maker_one_seat(world: World):
    owner = world.studio()
    on(world, "pro")

    assert field_of(made(owner.say("workspace show")), "Plan") == "pro, 1 of 10 seats"


def test_the_card_of_an_invitation_says_what_it_does_to_the_seats(world: World):
    owner = world.studio()
    link = made(owner.say("invite create"))
    assert not [field for field in link.fields if field.label == "Seats"]
    on(world, "pro", 4)

    assert field_of(made(owner.say("invite create")), "Seats") == "each newcomer uses 1 of 3 free seats"
    assert field_of(made(owner.say("invite create uses:2")), "Seats") == "uses 2 of 3 free seats"
    assert field_of(made(owner.say("invite create uses:5")), "Seats") == "3 free seats for 5 people"
    personal = made(owner.say("invite create emails:a@a.example"))
    assert field_of(personal, "Seats") == "uses 1 of 3 free seats"
    assert field_of(made(owner.say(f"invite show {id_in(personal)}")), "Seats") == "uses 1 of 3 free seats"
    bulk = made(owner.say("invite create emails:" + ",".join(f"p{n}@a.example" for n in range(5))))
    assert field_of(bulk, "Seats") == "3 free seats for 5 people"
    on(world, "pro", 1)
    assert field_of(made(owner.say("invite create")), "Seats") == "none is free: the only one is taken"
    on(world, "free")
    assert "for one person" in field_of(made(owner.say("invite create")), "Seats")


def test_the_card_for_approvers_follows_the_seats(world: World):
    owner = world.studio()
    on(world, "pro", 4)
    link = owner.link()
    first, second = (world.person(name).ask(link) for name in ("Nora", "Nils"))
    world.desk.drain(world.at)

    def shown(name: str) -> str:
        world.desk.drain(world.at)
        return field_of(world.desk.cards(name)[0].card, "Seats")

    assert shown("Nils asks") == "uses 1 of 3 free seats"
    made(owner.say(f"request approve {first}"))
    assert shown("Nils asks") == "uses 1 of 2 free seats"
    on(world, "pro", 2)
    assert shown("Nils asks") == "none is free: all 2 are taken"
    on(world, "enterprise")
    world.desk.drain(world.at)
    assert not [f for f in world.desk.cards("Nils asks")[0].card.fields if f.label == "Seats"]
    made(owner.say(f"request approve {second}"))


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_who_finds_no_seat_hears_it_uses_nothing_up_and_the_inviter_hears_once(world: World, policy):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link(uses=1)
    if policy == "approval":
        made(owner.say("workspace set join_policy approval"))
    on(world, "pro", 2)
    world.desk.drain(world.at)
    nora = world.person("Nora")
    for _ in range(3):
        refused = nora.say(f"join {link}")
        assert refusal_in(refused).name == "WORKSPACE_FULL"
        assert refused.title == "Studio is full"
        assert "It has 2 seats, and none is free. Dana has been told." in words(refused)
        world.desk.drain(world.at)

    assert [card.title for card in world.desk.to("DANA")] == [
        "Somebody could not join Studio: no seat is free"
    ]
    assert "Somebody could not join Studio: no seat is free" not in [c.title for c in world.desk.to("OLGA")]
    assert world.one("SELECT sum(uses_taken) FROM invitations WHERE created_by != 'x'") == 1
    assert world.one("SELECT count(*) FROM requests") == 0
    on(world, "pro", 3)
    assert refusal_in(nora.say(f"join {link}")) is None
    world.sound()


def test_the_inviter_hears_again_of_a_newcomer_who_finds_no_seat_on_another_day(world: World):
    owner = world.studio("studio", "join_policy instant")
    link = owner.link()
    on(world, "pro", 1)
    nora = world.person("Nora")
    for days in (1, 2):
        assert "Olga has been told" in words(nora.say(f"join {link}"))
        world.desk.drain(world.at)
        told = [c.title for c in world.desk.to("OLGA") if c.title.startswith("Somebody could not join")]
        assert len(told) == days
        world.forward(DAY)


def test_where_the_inviter_has_left_whoever_runs_the_workspace_hears_of_the_newcomer(world: World):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link()
    world.change("UPDATE members SET left_at = :at WHERE name = 'Dana'", at=world.at)
    on(world, "pro", 2)

    assert "Olga has been told" in words(world.person("Nora").say(f"join {link}"))
    world.desk.drain(world.at)
    assert "Somebody could not join Studio: no seat is free" in [c.title for c in world.desk.to("OLGA")]


@pytest.mark.parametrize("change", ["room", "joined", "left"])
def test_the_inviter_hears_nothing_of_a_newcomer_for_whom_there_is_a_seat_by_then(world: World, change):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link()
    on(world, "pro", 2)
    world.desk.drain(world.at)
    nora = world.person("Nora")
    assert refusal_in(nora.say(f"join {link}")).name == "WORKSPACE_FULL"
    if change == "left":
        world.leave(dana)
    else:
        on(world, "pro", 3)
    if change == "joined":
        made(nora.say(f"join {link}"))
    world.desk.drain(world.at)

    assert "Somebody could not join Studio: no seat is free" not in [c.title for c in world.desk.to("DANA")]


def test_on_the_plan_for_one_person_nobody_else_gets_in(world: World):
    owner = world.studio("studio", "join_policy instant")
    link = owner.link()
    on(world, "free")

    refused = world.person("Nora").say(f"join {link}")
    assert refusal_in(refused).name == "WORKSPACE_ALONE"
    assert refused.title == "Studio is for one person"
    assert field_of(made(owner.say("workspace show")), "Plan") == "free, for one person"


def test_who_has_the_wrong_code_does_not_learn_that_a_workspace_is_full(world: World):
    owner = world.studio()
    personal = code_in(made(owner.say("invite create emails:nora@acme.example")))
    on(world, "pro", 1)

    eve = world.person("Eve", email="eve@acme.example")
    assert refusal_in(eve.say(f"join {personal}")).name == "EMAIL_DIFFERS"


def test_an_approval_without_a_seat_is_refused_and_the_request_stays_open(world: World):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    on(world, "pro", 1)

    refused = owner.say(f"request approve {request}")
    assert refusal_in(refused).name == "NO_SEAT"
    assert refused.title == "There is no seat for Nora"
    assert world.one("SELECT status FROM requests") == "pending"
    on(world, "pro", 2)
    made(owner.say(f"request approve {request}"))
    assert count(world) == (2, 2)
    world.sound()


def test_who_leaves_frees_a_seat_and_open_cards_say_so(world: World):
    owner = world.studio()
    world.member(owner, "Bob", "Designer")
    on(world, "pro", 2)
    request = world.person("Nora")
    assert refusal_in(request.say(f"join {owner.link()}")).name == "WORKSPACE_FULL"
    made(owner.click(made(owner.say("member remove Bob")), "Confirm"))

    assert field_of(made(owner.say("workspace show")), "Plan") == "pro, 1 of 2 seats"
    asked = request.ask(owner.link())
    world.desk.drain(world.at)
    assert field_of(world.desk.cards("Nora asks")[0].card, "Seats") == "uses 1 of 1 free seat"
    made(owner.say(f"request approve {asked}"))
    assert count(world) == (2, 2)


def test_who_is_in_already_needs_no_second_seat(world: World):
    owner = world.studio("studio", "join_policy instant")
    nora = world.member(owner, "Nora")
    on(world, "pro", 2)

    assert made(nora.say(f"join {owner.link()}")).title == "You are already in Studio"


# --- races -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def processes(world: World) -> list[World]:
    """Two processes on one database."""
    return [world, world.another()]


def outcome(card) -> str:
    found = refusal_in(card)
    return found.name if found else card.title


def crowd(processes: list[World], size: int) -> list[Person]:
    return [processes[n % 2].person(f"P{n}") for n in range(size)]


def test_L11_twenty_people_at_once_for_three_seats_are_three_members(processes: list[World]):
    world = processes[0]
    owner = world.studio("studio", "join_policy instant")
    on(world, "pro", 4)
    link = owner.link()
    cards = at_once(*(lambda p=p: p.say(f"join {link}") for p in crowd(processes, 20)))

    assert Counter(map(outcome, cards)) == {"Welcome to Studio": 3, "WORKSPACE_FULL": 17}
    assert count(world) == (4, 4)
    assert world.one("SELECT uses_taken FROM invitations") == 3
    world.sound()


def test_L11_twenty_invitations_of_their_own_share_three_seats_too(processes: list[World]):
    world = processes[0]
    owner = world.studio("studio", "join_policy instant")
    on(world, "pro", 4)
    links = [owner.link() for _ in range(20)]
    people = crowd(processes, 20)
    cards = at_once(*(lambda p=p, c=c: p.say(f"join {c}") for p, c in zip(people, links, strict=True)))

    assert Counter(map(outcome, cards)) == {"Welcome to Studio": 3, "WORKSPACE_FULL": 17}
    assert count(world) == (4, 4)


def test_L11_two_approvers_at_once_fill_no_more_seats_than_there_are(processes: list[World]):
    world, other = processes
    owner = world.studio()
    adam = world.member(owner, "Adam", "Admin").on(other)
    on(world, "pro", 5)
    link = owner.link()
    requests = [world.person(f"N{n}").ask(link) for n in range(12)]
    cards = at_once(
        *(lambda r=r, p=(owner, adam)[n % 2]: p.say(f"request approve {r}") for n, r in enumerate(requests))
    )

    assert Counter(card.title.split(":")[0].split(" for ")[0] for card in cards) == {
        "Approved": 3,
        "There is no seat": 9,
    }
    assert count(world) == (5, 5)
    assert world.one("SELECT count(*) FROM requests WHERE status = 'pending'") == 9
    world.sound()


def test_L11_joins_and_approvals_and_a_smaller_plan_at_once_leave_no_seat_taken_twice(processes: list[World]):
    world, other = processes
    owner = world.studio()
    link = owner.link()
    requests = [world.person(f"N{n}").ask(link) for n in range(6)]
    made(owner.say("workspace set join_policy instant"))
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    on(world, "pro", 4)
    at_once(
        *(lambda r=r: owner.say(f"request approve {r}") for r in requests),
        *(lambda p=p: p.say(f"join {link}") for p in crowd(processes, 6)),
        lambda: other.core.set_plan(workspace, "pro", 3, world.at),
    )

    members, counted = count(world)
    assert members == counted
    assert 3 <= members <= 4
    world.sound()


# --- setting the plan --------------------------------------------------------------------------------------------------


def test_setting_a_plan_is_recorded_with_what_was_before_and_bumps_what_standing_rests_on(world: World):
    world.studio()
    before = world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'")
    on(world, "pro", 25)

    [event] = world.rows("SELECT actor, facts FROM audit_events WHERE event = 'plan.changed'")
    assert event.actor == "operator"
    assert json.loads(event.facts) == {
        "before": {"plan": "enterprise", "seats": None},
        "after": {"plan": "pro", "seats": 25},
    }
    assert world.one("SELECT standing_version FROM workspaces WHERE name = 'Studio'") > before
    world.sound()


def test_the_plan_that_is_there_already_changes_and_records_nothing(world: World):
    world.studio()
    on(world, "enterprise")

    assert world.events("plan.changed") == []


def test_without_a_number_of_its_own_a_workspace_has_that_of_its_plan(world: World):
    world.studio()
    on(world, "pro", 25)
    on(world, "pro")

    assert world.one("SELECT seats FROM workspaces WHERE name = 'Studio'") is None


@pytest.mark.parametrize(("plan", "own"), [("gold", None), ("pro", 0), ("free", 3)])
def test_there_is_no_plan_that_makes_no_sense(world: World, plan, own):
    world.studio()

    with pytest.raises(ValueError, match=r"\.$"):
        on(world, plan, own)
    assert world.events("plan.changed") == []


def test_a_smaller_plan_removes_nobody_and_lets_nobody_in(world: World):
    owner = world.studio("studio", "join_policy instant")
    for number in range(4):
        world.member(owner, f"M{number}")
    on(world, "pro", 3)

    assert count(world) == (5, 5)
    assert field_of(made(owner.say("workspace show")), "Plan") == "pro, 5 of 3 seats"
    assert refusal_in(world.person("Nora").say(f"join {owner.link()}")).name == "WORKSPACE_FULL"


def test_roles_that_are_not_on_the_plan_do_not_count_and_the_operator_hears_who_holds_them(world: World):
    owner = world.studio("animation", "join_policy instant")
    for number in range(2):
        world.member(owner, f"V{number}", "Viewer")
    dora = world.member(owner, "Dora", "Developer")
    made(owner.say("workspace set default_role Viewer"))
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    change = world.core.set_plan(workspace, "pro", None, world.at)

    assert change.asleep == (("Developer", 1), ("Viewer", 2))
    assert change.default_role == "Viewer"
    assert "animation:inspect" not in words(made(dora.say("me")))
    on(world, "enterprise")
    assert "animation:inspect" in words(made(dora.say("me")))


def test_a_plan_that_would_leave_nobody_to_run_the_workspace_is_refused(world: World):
    owner = world.studio("simple")
    world.change("UPDATE roles SET plans = '[\"enterprise\"]' WHERE role_id = 'workspace-admin'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")

    with pytest.raises(Refusal) as raised:
        on(world, "pro")
    assert raised.value.code.name == "LAST_HOLDER"
    assert world.one("SELECT plan FROM workspaces WHERE name = 'Studio'") == "enterprise"
    assert world.events("plan.changed") == []
    made(owner.say("workspace settings"))


# --- roles and plans ---------------------------------------------------------------------------------------------------


def test_nobody_is_invited_for_a_role_that_is_not_on_the_plan(world: World):
    owner = world.studio("animation")
    made(owner.say("invite create role:Viewer"))
    on(world, "pro")

    for typed in ("invite create role:Viewer", "invite create emails:a@a.example role:Developer"):
        assert refusal_in(owner.say(typed)).name == "ROLE_NOT_ON_PLAN"
    made(owner.say("invite create role:Editor"))


def test_L37_who_comes_for_a_role_that_counts_no_more_hears_who_can_change_that_and_uses_nothing_up(
    world: World,
):
    owner = world.studio("animation", "default_role Viewer")
    link, other = owner.link(uses=1), owner.link(role="Viewer", uses=1)
    on(world, "pro")
    nora = world.person("Nora")

    for secret, todo in (
        (link, "Tell Olga. Olga can choose another default role."),
        (other, "Tell Olga. The invitation needs another role."),
    ):
        refused = nora.say(f"join {secret}")
        assert refusal_in(refused).name == "INVITED_ROLE_OFF"
        assert todo in words(refused)
    assert world.rows("SELECT * FROM requests") == []
    made(owner.say("workspace set default_role Editor"))
    made(nora.say(f"join {link}"))


def test_who_asked_for_a_role_that_counts_no_more_waits_and_cannot_be_approved_until_it_does(world: World):
    owner = world.studio("animation")
    link = owner.link(role="Viewer")
    request = world.person("Nora").ask(link)
    on(world, "pro")
    world.desk.drain(world.at)
    [card] = world.desk.cards("Nora asks")
    assert field_of(card.card, "Role") == "Viewer (does not count on the pro plan)"

    assert refusal_in(owner.say(f"request approve {request}")).name == "ROLE_NOT_ON_PLAN"
    on(world, "enterprise")
    world.desk.drain(world.at)
    assert field_of(card.card, "Role") == "Viewer"
    made(owner.say(f"request approve {request}"))
    assert world.members()["Nora"] == "Viewer"


def test_the_operator_s_list_has_every_workspace_with_its_plan_seats_and_places(world: World):
    owner = world.studio()
    world.forward(1)
    made(owner.at("C9").say("workspace create name:Side scheme:simple"))
    on(world, "pro")
    studio, side = world.core.workspaces()

    assert (studio.name, studio.scheme, studio.places) == ("Studio", "studio", ("slack/T1",))
    assert studio.seats == seats("pro", None, 1)
    assert (side.name, side.scheme, side.places) == ("Side", "simple", ("slack/T1/C9",))
    assert side.seats == seats("enterprise", None, 1)
