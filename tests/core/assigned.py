"""Who holds which roles, what they were told of that, and the menu by which roles are given."""

from __future__ import annotations

from core.calls import Call
from core.cards import Card, Menu
from tests.core.world import Person, World, made


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


def steward(world: World, owner: Person, rank: int = 25) -> Person:
    """Stew, who may assign roles and invite, and nothing else of Usher's own."""
    made(owner.say(f"role create name:Steward rank:{rank} permissions:role:assign,member:invite"))
    return world.member(owner, "Stew", "Steward")


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
    call = Call(
        person.actor,
        person.where,
        person.world.at,
        action="role.choose",
        subject=subject,
        options={"choice": value},
    )
    return person.world.core.handle(call)
