"""Asking to invite within bounds: dates stay what they are, a few requests wait at a time, cards tell of the seats."""

from __future__ import annotations

import pytest

from core.asking import MOST_WAITING
from core.cards import When
from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, field_of, id_in, made, words

#: The end of 20 January 2027.
UNTIL = 1_800_489_600


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "members_can_invite off", "join_policy instant")


@pytest.fixture
def dana(world: World, owner: Person) -> Person:
    return world.member(owner, "Dana", "Designer")


def request(person: Person, typed: str = "") -> str:
    return id_in(made(person.say(f"request invite {typed}")))


def shown(world: World, request_id: str):
    """The approver's card as it stands."""
    world.desk.drain(world.at)
    return next(card for card in world.desk.to("OLGA") if request_id in words(card))


def ends(world: World) -> int:
    return world.one("SELECT expires_at FROM invitations WHERE asked_by IS NOT NULL")


# --- a date --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["typed", "by the button"])
def test_a_date_that_was_asked_for_is_the_end_whenever_the_yes_comes(world: World, owner, dana, how):
    if how == "typed":
        asked = request(dana, "expires:2027-01-20")
    else:
        offered = dana.say("invite create expires:2027-01-20")
        world.forward(600)
        asked = id_in(made(dana.click(offered, "Ask")))
    card = shown(world, asked)
    whom = next(f.value for f in card.fields if f.label == "For")
    assert whom == ("anyone with the code, until ", When(UNTIL))
    world.forward(2 * DAY)
    made(owner.say(f"request approve {asked}"))

    assert ends(world) == UNTIL


def test_a_length_of_time_counts_from_the_yes(world: World, owner, dana):
    asked = request(dana, "expires:5d")
    world.forward(2 * DAY)
    made(owner.say(f"request approve {asked}"))

    assert ends(world) == world.at + 5 * DAY


def test_a_request_ends_with_the_date_that_it_is_for(world: World, owner, dana):
    asked = request(dana, "expires:2027-01-16")
    end = world.one("SELECT expires_at FROM requests WHERE request_id = :r", r=asked)
    assert end == UNTIL - 4 * DAY
    world.at = end

    assert code(owner.say(f"request approve {asked}")) == "REQUEST_EXPIRED"


def test_a_date_that_is_over_is_not_asked_for(world: World, owner, dana):
    world.at = UNTIL - 60
    offered = dana.say("invite create expires:2027-01-20")
    world.forward(60)

    assert code(dana.click(offered, "Ask")) == "CONFIRM_TOO_LATE"


def test_the_same_date_asked_for_later_is_the_same_request(world: World, owner, dana):
    request(dana, "expires:2027-01-20")
    world.forward(HOUR)
    assert code(dana.say("request invite expires:2027-01-20")) == "ALREADY_ASKED"
    request(dana, "expires:2027-01-21")


# --- how many ------------------------------------------------------------------------------------------------------------


def test_a_few_requests_of_one_member_wait_at_a_time(world: World, owner, dana):
    asked = [request(dana, f"name:n{number}") for number in range(MOST_WAITING)]
    refused = dana.say("request invite name:more")

    assert code(refused) == "TOO_MANY_WAITING"
    assert "5 of your requests to invite wait for an answer." in words(refused)
    assert world.one("SELECT count(*) FROM requests WHERE kind = 'invite'") == MOST_WAITING
    dora = world.member(owner, "Dora", "Designer")
    request(dora, "name:n0")
    made(owner.say(f"request deny {asked[0]}"))
    request(dana, "name:more")
    world.forward(3 * DAY)
    request(dana, "name:later")  # though no sweep has settled the others


# --- seats ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "seats"),
    [
        ("emails:x@y.example,z@y.example", "2 free seats"),
        ("uses:1", "uses 1 of 2 free seats"),
        ("", "each newcomer uses 1 of 2 free seats"),
    ],
)
def test_the_approver_reads_what_a_yes_does_to_the_seats_as_they_are_now(
    world: World, owner, dana, typed, seats
):
    link = owner.link()
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    world.core.set_plan(workspace, "pro", 4, world.at)
    asked = request(dana, typed)
    assert seats in field_of(shown(world, asked), "Seats")
    made(world.person("Nora").say(f"join {link}"))

    assert "1 free seat" in field_of(shown(world, asked), "Seats")
    made(owner.say(f"request deny {asked}"))
    assert "Seats" not in [f.label for f in shown(world, asked).fields]


def test_where_there_is_no_limit_there_is_no_line_about_seats(world: World, owner, dana):
    assert "Seats" not in [f.label for f in shown(world, request(dana)).fields]
