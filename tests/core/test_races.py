"""Real threads and two processes' worth of engines at once, held at a barrier; nothing sleeps and nothing is mocked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core.calls import Where
from core.durations import DAY
from tests.core.together import at_once
from tests.core.world import Person, World, code_in, made, refusal_in, words


def outcome(card) -> str:
    found = refusal_in(card)
    return found.name if found else card.title


@pytest.fixture
def processes(world: World) -> list[World]:
    """Two processes on one database: each has its own engine, its own cache and its own queue."""
    return [world, world.another()]


@pytest.fixture
def crowd(processes: list[World]) -> Callable[[int], list[Person]]:
    """People, each of whom talks to one of the two processes."""
    return lambda count: [processes[n % 2].person(f"P{n}") for n in range(count)]


# --- deciding --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as made_:
        yield made_


def test_L07_L08_two_hundred_races_of_approve_against_deny_have_one_outcome_each(
    processes: list[World], pool: ThreadPoolExecutor
):
    world, other = processes
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin").on(other)
    link = owner.link()
    requests = {world.person(f"N{n}").ask(link): f"N{n}" for n in range(200)}
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    barrier = Barrier(2)
    words_for = {"approved": ("Approved: ", "Denied: "), "denied": ("Denied: ", "Approved: ")}

    def press(person: Person, action: str, request: str):
        barrier.wait(30)
        return person.press(action, f"{workspace}/{request}")

    winners: Counter[str] = Counter()
    for number, (request, name) in enumerate(requests.items()):
        first = ("request.approve", "request.deny") if number % 2 else ("request.deny", "request.approve")
        hers = pool.submit(press, owner, first[0], request)
        theirs = pool.submit(press, ada, first[1], request)
        cards = {"Olga": hers.result(60), "Ada": theirs.result(60)}

        status = world.one("SELECT status FROM requests WHERE request_id = :r", r=request)
        losers = [who for who, card in cards.items() if outcome(card) == "ALREADY_DECIDED"]
        assert len(losers) == 1, cards
        [winner] = set(cards) - set(losers)
        assert cards[winner].title.startswith(words_for[status][0])
        assert f"by {winner} on" in words(cards[losers[0]])
        assert (name in world.members()) is (status == "approved")
        winners[status] += 1
    assert sum(winners.values()) == 200
    assert len(world.events("request.approved", "request.denied")) == 201
    world.sound()


def test_twenty_clicks_of_one_approver_are_one_decision(processes: list[World]):
    world = processes[0]
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    cards = at_once(
        *(lambda n=n: owner.on(processes[n % 2]).say(f"request approve {request}") for n in range(20))
    )

    assert Counter(map(outcome, cards)) == {"Approved: Nora": 1, "ALREADY_DECIDED": 19}
    assert world.events("member.joined") == ["member.joined"] * 2


def test_a_decision_against_the_sweep_at_the_last_second_is_one_or_the_other(processes: list[World]):
    world, other = processes
    owner = world.studio()
    link = owner.link(expires="90d")
    for number in range(10):
        request = world.person(f"N{number}").ask(link)
        world.forward(3 * DAY - 1)
        late = other.at = world.at + 1
        at_once(lambda r=request: owner.say(f"request approve {r}"), lambda t=late: other.core.sweep(t))
        status = world.one("SELECT status FROM requests WHERE request_id = :r", r=request)
        assert status in {"approved", "expired"}
        assert (f"N{number}" in world.members()) is (status == "approved")
    taken = world.one("SELECT uses_taken FROM invitations")
    assert taken == len(world.members()) - 1
    world.sound()


# --- redeeming -------------------------------------------------------------------------------------------------------


def test_L10_a_one_use_code_redeemed_by_twenty_people_at_once_lets_one_in(processes, crowd):
    world = processes[0]
    link = world.studio("studio", "join_policy instant").link(uses=1)
    cards = at_once(*(lambda p=p: p.say(f"join {link}") for p in crowd(20)))

    assert Counter(map(outcome, cards)) == {"Welcome to Studio": 1, "INVITATION_USED_UP": 19}
    assert len(world.members()) == 2
    assert world.one("SELECT uses_taken FROM invitations") == 1
    assert len(world.refused()) == 19
    world.sound()


def test_L10_a_one_use_code_redeemed_by_twenty_people_at_once_makes_one_open_request(processes, crowd):
    world = processes[0]
    link = world.studio().link(uses=1)
    cards = at_once(*(lambda p=p: p.say(f"join {link}") for p in crowd(20)))

    assert Counter(map(outcome, cards)) == {"You asked to join Studio": 1, "INVITATION_USED_UP": 19}
    assert world.one("SELECT count(*) FROM requests") == 1


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_L10_a_code_for_five_redeemed_by_thirty_lets_five_through(processes, crowd, policy):
    world = processes[0]
    owner = world.studio("studio", *(["join_policy instant"] if policy == "instant" else []))
    link = owner.link(uses=5)
    cards = at_once(*(lambda p=p: p.say(f"join {link}") for p in crowd(30)))

    assert sum(refusal_in(card) is None for card in cards) == 5
    assert world.one("SELECT uses_taken FROM invitations") == 5
    assert world.one("SELECT count(*) FROM invitation_uses") == 5
    world.sound()


@pytest.mark.parametrize("policy", ["instant", "approval"])
def test_L10_one_person_twenty_times_at_once_is_one_member_and_one_use(processes, policy):
    world = processes[0]
    owner = world.studio("studio", *(["join_policy instant"] if policy == "instant" else []))
    link = owner.link(uses=5)
    nora = world.person("Nora")
    at_once(*(lambda n=n: nora.on(processes[n % 2]).say(f"join {link}") for n in range(20)))

    assert world.one("SELECT uses_taken FROM invitations") == 1
    if policy == "instant":
        assert world.members() == {"Olga": "Owner", "Nora": "Commenter"}
    assert world.one("SELECT count(*) FROM requests") == (0 if policy == "instant" else 1)
    world.sound()


def test_a_code_revoked_in_the_moment_in_which_it_is_redeemed_is_one_or_the_other(processes):
    world, other = processes
    owner = world.studio("studio", "join_policy instant")
    for number in range(10):
        card = made(owner.say(f"invite create name:n{number}"))
        nora = other.person(f"N{number}")
        joined, _ = at_once(
            lambda p=nora, c=card: p.say(f"join {code_in(c)}"), lambda c=card: owner.click(c, "Revoke")
        )
        assert outcome(joined) in {"Welcome to Studio", "INVITATION_REVOKED"}
        assert (f"N{number}" in world.members()) is (outcome(joined) == "Welcome to Studio")


def test_one_personal_invitation_for_each_address_though_two_invite_at_once(processes):
    world, other = processes
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin").on(other)
    at_once(*(lambda p=p: p.say("invite create emails:nora@example.com") for p in (owner, ada) * 5))

    assert world.one("SELECT count(*) FROM invitations WHERE email IS NOT NULL") == 1


# --- places and events -----------------------------------------------------------------------------------------------


def test_two_admins_who_create_a_workspace_in_one_place_at_once_do_so_one_after_the_other(processes):
    world, other = processes
    one = world.person("Olga", place_admin=True, where=Where("slack", "T1", "C1"))
    two = other.person("Otto", place_admin=True, where=Where("slack", "T1", "C2"))
    cards = at_once(
        lambda: one.say("workspace create name:One"), lambda: two.say("workspace create name:Two")
    )

    assert [refusal_in(card) for card in cards] == [None, None]
    places = [row.channel for row in world.rows("SELECT channel FROM places ORDER BY channel")]
    assert places in (["", "C1"], ["", "C2"])
    assert sorted(world.members()) == ["Olga", "Otto"]
    world.sound()


def test_one_channel_gets_one_workspace_however_many_create_it_at_once(processes, crowd):
    world = processes[0]
    world.studio()
    admins = [p.with_(place_admin=True).at("C9") for p in crowd(8)]
    cards = at_once(*(lambda p=p: p.say("workspace create name:Second") for p in admins))

    assert Counter(map(outcome, cards)) == {"Second is ready": 1, "PLACE_TAKEN": 7}
    assert world.one("SELECT count(*) FROM workspaces WHERE name = 'Second'") == 1


def test_a_link_code_used_by_ten_places_at_once_links_one(processes):
    world = processes[0]
    secret = code_in(made(world.studio().say("workspace link")))
    admins = [processes[n % 2].person(f"P{n}", realm=f"R{n}", place_admin=True) for n in range(10)]
    cards = at_once(*(lambda p=p: p.say(f"workspace link code:{secret}") for p in admins))

    assert Counter(map(outcome, cards)) == {"Linked to Studio": 1, "LINK_CODE_DEAD": 9}
    assert world.one("SELECT count(*) FROM places") == 2


def test_an_event_seen_by_ten_at_once_is_new_to_one_of_them(processes):
    for number in range(5):
        seen = at_once(
            *(lambda n=n, e=number: processes[n % 2].core.first_time("slack", f"Ev{e}", 1) for n in range(10))
        )
        assert Counter(seen) == {True: 1, False: 9}
