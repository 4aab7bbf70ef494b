"""What approvers say, and what they and others are told of it."""

from __future__ import annotations

from tests.core.world import Person, World, made


def policy(owner: Person, typed: str):
    return made(owner.run("workspace set", setting="approvals", value=typed))


def status(world: World, request: str) -> str:
    return world.one("SELECT status FROM requests WHERE request_id = :r", r=request)


def decide(person: Person, request: str, verb: str = "approve", reason: str = ""):
    return person.run(f"request {verb}", request=request, reason=reason)


def press(person: Person, request: str, verb: str = "approve"):
    workspace = person.world.one("SELECT workspace_id FROM requests WHERE request_id = :r", r=request)
    return person.press(f"request.{verb}", f"{workspace}/{request}")


def mail(world: World, who: str) -> list[str]:
    world.desk.drain(world.at)
    return [card.title for card in world.desk.to(who)]
