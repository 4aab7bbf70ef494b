"""A channel that is another resource by now: whoever is wanted in it is not put out for the resource that is no more."""

from __future__ import annotations

import pytest

from core.outbox_types import Apply, Work
from core.platform_delivery import TRY_AGAIN
from tests.core.test_platform_access import CHANNEL, may, resource, states
from tests.core.world import Person, World, made


@pytest.fixture
def owner(world: World) -> Person:
    owner = world.studio("computers", "join_policy instant")
    made(may(owner).run("resource create", kind="slack-channel", name="design", outside=CHANNEL))
    return owner


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    bob = world.member(owner, "Bob", "Contributor")
    made(owner.run("access grant", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert world.desk.inside == {("C77", "BOB")}
    return bob


def deleted(owner: Person) -> None:
    made(owner.click(made(owner.say("resource delete name:design")), "Confirm"))


def anew(owner: Person, bob: Person) -> None:
    made(may(owner).run("resource create", kind="slack-channel", name="design", outside=CHANNEL))
    made(owner.run("access grant", resource="design", to=bob.identity))


def claimed(world: World) -> list[Work]:
    return [work for work in world.core.claim(world.at, 20) if work.key.startswith("access/")]


@pytest.mark.parametrize("new_first", [False, True])
def test_a_resource_that_is_made_anew_takes_on_what_was_given(
    world: World, owner: Person, bob: Person, new_first: bool
) -> None:
    deleted(owner)
    anew(owner, bob)
    new = resource(world, "design")
    for work in sorted(claimed(world), key=lambda work: (new in work.key) != new_first):
        world.desk.serve(work, world.at)
    world.forward(60)
    world.desk.drain(world.at)

    assert world.desk.acts == ["give C77 BOB"]
    assert states(world) == {"BOB": "given"}
    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert not world.desk.inside
    assert not states(world)


def test_what_could_not_be_taken_away_is_not_taken_once_it_is_wanted_again(
    world: World, owner: Person, bob: Person
) -> None:
    deleted(owner)
    world.desk.barred = "slow down"
    world.desk.drain(world.at)
    anew(owner, bob)
    world.desk.drain(world.at)
    world.desk.barred = ""
    world.forward(2 * TRY_AGAIN)
    world.desk.drain(world.at)

    assert world.desk.acts == ["give C77 BOB"]
    assert states(world) == {"BOB": "given"}


@pytest.mark.parametrize("reported", ["late", "in time"])
def test_who_is_put_out_while_another_resource_takes_them_on_is_let_in_again(
    world: World, owner: Person, bob: Person, reported: str
) -> None:
    deleted(owner)
    (work,) = claimed(world)
    (take,) = world.core.plan(work, world.at)
    assert isinstance(take, Apply)
    anew(owner, bob)
    if reported == "late":
        (new,) = [work for work in claimed(world) if resource(world, "design") in work.key]
        world.desk.serve(new, world.at)
    world.core.delivered(work, take, world.desk.send(take), world.at)
    world.forward(60)
    world.desk.drain(world.at)

    assert world.desk.inside == {("C77", "BOB")}
    assert states(world) == {"BOB": "given"}


def test_another_workspace_takes_on_what_one_that_is_gone_has_given(
    world: World, owner: Person, bob: Person
) -> None:
    made(owner.say("workspace delete name:Studio"))
    world.desk.barred = "slow down"
    world.desk.drain(world.at)
    owner = world.studio("computers", "join_policy instant")
    bob = world.member(owner, "Bob", "Contributor")
    anew(owner, bob)
    world.desk.drain(world.at)
    world.desk.barred = ""
    world.forward(2 * TRY_AGAIN)
    world.desk.drain(world.at)

    assert world.desk.acts == ["give C77 BOB"]
    assert states(world) == {"BOB": "given"}
    made(owner.run("access revoke", resource="design", to=bob.identity))
    world.desk.drain(world.at)
    assert not world.desk.inside
