"""A role and a grant for a time: given, taken, and what their holder is told."""

from __future__ import annotations

from tests.core.world import Person, World, made


def studio(world: World) -> Person:
    """The owner of a workspace with something to give access to."""
    found = world.studio("studio", "join_policy instant")
    made(found.say("resource create kind:scene name:Renders"))
    made(found.say("resource create kind:shot name:Cut parent:Renders"))
    return found


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
