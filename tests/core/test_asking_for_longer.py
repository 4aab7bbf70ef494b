"""Asking to keep something longer: from its end on, by those who could give it for that long, and only while it is held."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.asking_for_longer import ask_for_longer
from core.durations import DAY, HOUR
from tests.core.world import Person, World, code, field_of, id_in, made, words
from tests.drivers.databases import Databases

#: On which database what is lengthened: the rules are the same for both, and so are the statements that they share.
CASES = [("sqlite", "role"), ("postgres", "access")]


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str]:
    return request.param


@pytest.fixture
def url(case: tuple[str, str], databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(case[0], tmp_path) as found:
        yield found


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    world.forward(60)
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def bob(world: World, owner: Person, ada: Person) -> Person:
    made(owner.say("resource create kind:project name:Renders"))
    return world.member(owner, "Bob", "Commenter")


class Kept:
    """Something that Bob has for eight hours: a role, or access."""

    def __init__(self, world: World, owner: Person, bob: Person, what: str) -> None:
        self.world, self.bob, self.what = world, bob, what
        self.ends = world.at + 8 * HOUR
        if what == "role":
            made(owner.say("role assign member:Bob role:Designer for:8h"))
            self.typed, self.thing = "request role role:Designer", "Designer"
            self.topic = "designer"
        else:
            made(owner.say("access grant resource:Renders to:Bob level:edit for:8h"))
            self.typed, self.thing = "request access resource:Renders level:edit", "edit on Renders"
            self.topic = world.one("SELECT resource_id FROM resources")

    def until(self) -> int | None:
        """When it ends now; 0 where there is nothing."""
        if self.what == "role":
            rows = self.world.rows("SELECT ends_at FROM member_roles WHERE role_id = 'designer'")
        else:
            rows = self.world.rows("SELECT ends_at FROM grants")
        return rows[0].ends_at if rows else 0

    def take(self, owner: Person) -> None:
        if self.what == "role":
            made(owner.say("role unassign member:Bob role:Designer"))
        else:
            made(owner.say("access revoke resource:Renders to:Bob"))

    def give(self, owner: Person) -> None:
        """For good."""
        if self.what == "role":
            self.take(owner)
            made(owner.say("role assign member:Bob role:Designer"))
        else:
            made(owner.say("access grant resource:Renders to:Bob level:edit"))

    def ask(self, more: str = "") -> str:
        return id_in(made(self.bob.say(f"{self.typed}{more}")))


@pytest.fixture
def kept(case: tuple[str, str], world: World, owner: Person, bob: Person) -> Kept:
    return Kept(world, owner, bob, case[1])


def test_asked_for_again_while_it_is_held_it_is_asked_for_longer_and_a_yes_adds_the_same_once_more(
    world: World, ada, bob, kept: Kept
):
    world.forward(6 * HOUR)
    asked = made(bob.say(f'{kept.typed} reason:"one more scene"'))
    assert asked.title == f"You asked to keep {kept.thing} longer"
    assert field_of(asked, "Asked for") == f"{kept.thing}, for 8h more"
    request_id = id_in(asked)
    assert world.one("SELECT kind FROM requests") == "extension"
    assert world.one("SELECT topic FROM requests") == kept.topic
    world.desk.drain(world.at)
    [card] = [card for card in world.desk.to("ADA") if request_id in words(card)]
    assert card.title == f"Bob asks to keep {kept.thing} longer"
    assert field_of(card, "Ends otherwise")
    world.forward(HOUR)
    made(ada.click(card, "Approve"))

    assert kept.until() == kept.ends + 8 * HOUR
    world.desk.drain(world.at)
    [note] = [words(card) for card in world.desk.to("BOB") if request_id in words(card)]
    assert note.startswith(f"Approved: your request to keep {kept.thing} longer")
    world.forward(8 * HOUR)
    assert "for 8h more" in words(made(bob.say(kept.typed)))
    world.sound()


def test_how_much_longer_can_be_said_or_until_which_date(world: World, ada, bob, kept: Kept):
    made(ada.say(f"request approve {kept.ask(' for:2h')}"))
    assert kept.until() == kept.ends + 2 * HOUR
    made(ada.say(f"request approve {kept.ask(' for:2027-01-20')}"))
    assert kept.until() == 1_800_489_600
    sooner = bob.say(f"{kept.typed} for:2027-01-19")
    assert code(sooner) == "NOTHING_TO_CHANGE"


def test_the_answer_has_to_come_before_the_end_and_then_there_is_nothing_to_lengthen(
    world: World, ada, bob, kept: Kept
):
    asked = kept.ask()
    assert world.one("SELECT expires_at FROM requests") == kept.ends
    world.forward(8 * HOUR)
    assert code(ada.say(f"request approve {asked}")) == "REQUEST_EXPIRED"
    assert kept.until() in {0, kept.ends}


@pytest.mark.parametrize("how", ["taken", "for good", "left"])
def test_what_is_not_held_for_that_time_any_more_is_not_lengthened(
    world: World, owner, ada, bob, kept: Kept, how
):
    asked = kept.ask()
    {"taken": kept.take, "for good": kept.give}.get(how, lambda _: world.vanish(bob))(owner)
    before = kept.until()
    answer = ada.say(f"request approve {asked}")

    assert answer.title == f"Withdrawn: Bob's request to keep {kept.thing} longer"
    assert kept.until() == before
    assert world.one("SELECT status FROM requests") == "withdrawn"


def test_it_is_asked_for_once_and_nobody_lengthens_their_own(world: World, owner, ada, bob, kept: Kept):
    asked = kept.ask()
    assert code(bob.say(kept.typed)) == "ALREADY_ASKED"
    made(owner.say("role assign member:Bob role:Admin for:2d"))
    assert code(bob.say(f"request approve {asked}")) == "OWN_REQUEST"


def test_who_could_not_give_it_for_that_long_does_not_lengthen_it(world: World, owner, ada, bob, kept: Kept):
    made(owner.say('workspace set setting:approvals value:"extension: 1 of request:approve; life 5h"'))
    cora = world.member(owner, "Cora", "Commenter")
    made(owner.say("role assign member:Cora role:Admin for:9h"))
    asked = kept.ask()
    refused = code(cora.say(f"request approve {asked}"))
    assert refused == {"role": "ABOVE_CEILING", "access": "GRANT_OUTLASTS"}[kept.what]
    assert kept.until() == kept.ends
    made(bob.say(f"request cancel {asked}"))
    made(cora.say(f"request approve {kept.ask(' for:30m')}"))
    assert kept.until() == kept.ends + HOUR // 2


def test_with_the_longest_time_before_it_it_ends_no_later_than_anything_may(world: World, owner, ada, bob):
    made(owner.say("role assign member:Bob role:Designer for:90d"))
    world.forward(88 * DAY)
    made(ada.say(f"request approve {id_in(made(bob.say('request role role:Designer')))}"))
    assert world.one("SELECT ends_at FROM member_roles WHERE role_id = 'designer'") == world.at + 90 * DAY


def test_the_button_of_a_notice_asks_for_the_same(world: World, owner, ada, bob, kept: Kept):
    """``ask_for_longer`` is what the notice's button calls; here as that button does."""
    from core.calls import Call
    from core.context import Context

    def press(what: str):
        with world.store.writing() as connection:
            call = Call(bob.actor, bob.where, world.at)
            ctx = Context(connection, call, world.core.config, world.core._cache, writes=True)
            ctx.enter_place()
            card = ask_for_longer(ctx, what, level=3 if kept.what == "access" else None)
            ctx.finish()
            return card

    assert press(kept.topic).title == f"You asked to keep {kept.thing} longer"
    for stale in ("commenter", "king", "res-2222"):
        with pytest.raises(Exception, match="UNKNOWN_BUTTON"):
            press(stale)
