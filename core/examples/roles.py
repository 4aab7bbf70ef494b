"""Cards about roles."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.permissions import OWN, Role
from core.schemes import schemes
from core.views.members import HeldRole
from core.views.roles import RoleFacts

STUDIO = schemes()["studio"].roles
#: As many and as long as the core lets them become.
MANY = tuple(
    f"{'a' * 40}:{'b' * 37}_{letter}{other}" for letter in "abcdefghij" for other in "abcdefghijklmnopqrst"
)
NEW = tuple((permission, "") for permission in MANY[:60])
LARGEST = Role(
    "role-7F3K", LABEL, 999, frozenset(MANY) | OWN, exactly_one=True, plans=("free", "pro", "enterprise")
)
ROLES = (
    RoleFacts(STUDIO[2], "Studio", "enterprise", ("member:invite",), ("content:edit",), "Admin", "Commenter"),
    RoleFacts(STUDIO[0], "Studio", "pro", tuple(sorted(OWN)), (), "", "Admin", 1, ("Olga",), editable=True),
    RoleFacts(
        LARGEST, LABEL, "pro", tuple(sorted(OWN)), MANY, LABEL, LABEL, 1_234_567, NAMES[:5], LABEL, editable=True
    ),
    RoleFacts(Role("low", "Low", 1, frozenset()), "Studio", "enterprise", newcomers="Low"),
    RoleFacts(
        Role("viewer", "Viewer", 10, frozenset({"animation:view"}), plans=("enterprise",)), "Studio", "pro", held=2,
        holders=("Ada", "Bob"),
    ),
)  # fmt: skip
HELD: tuple[tuple[HeldRole, ...], ...] = (
    (),
    (HeldRole("Designer"),),
    (HeldRole("Admin", LATER), HeldRole("Designer")),
    (HeldRole("Member Manager"), HeldRole("Contributor")),
    tuple(HeldRole(LABEL, LATER if number % 2 else None) for number in range(50)),
)


def _lists() -> Iterator[tuple[str, Card]]:
    for scheme in schemes().values():
        for plan in ("enterprise", "pro"):
            yield "role_list", views.role_list(scheme.roles, scheme.roles[-1].role_id, LABEL, plan)
    custom = [
        *STUDIO[:3],
        Role("role-7F3K", "Reviewer", 25, frozenset({"report:view", "content:edit"}), plans=("pro", "free")),
        *STUDIO[3:],
    ]
    yield "role_list", views.role_list(custom, "", "Studio", "enterprise")
    fifty = [
        Role(
            f"role-{number}",
            f"{LABEL[:76]}{number:04}",
            999 - number,
            frozenset(MANY[number : number + 100]) | OWN,
        )
        for number in range(50)
    ]
    yield "role_list", views.role_list(fifty, "role-49", LABEL, "pro")
    yield "role_list", views.role_list([*fifty[:8]], "", LABEL, "pro")
    yield "role_list", views.role_list([ROLES[3].role], "low", "Studio", "enterprise")


def _roles() -> Iterator[tuple[str, Card]]:
    for facts in ROLES:
        yield "role_shown", views.role_shown(facts)
        for copied, new, chosen in (
            ("", (), True),
            ("Designer", (("report:view", ""),), False),
            (LABEL, tuple((permission, MANY[0]) for permission, _ in NEW), False),
        ):
            yield "role_created", views.role_created(facts, copied, new, chosen=chosen)
        for before in (STUDIO[2], LARGEST, ROLES[3].role):
            for new in ((), NEW, (("content:edt", "content:edit"),)):
                yield "role_edited", views.role_edited(before, facts, new)
            for lost in (("workspace:delete",), tuple(sorted(OWN))):
                for beyond in ((), ("Designer",), (LABEL,) * 50):
                    announced = views.role_edit_announced(before, facts, lost, beyond, "FEV8GJNK/cnf-7F3K")
                    yield "role_edit_announced", announced
            announced = views.role_edit_announced(before, facts, (), ("Designer",), "FEV8GJNK/cnf-7F3K")
            yield "role_edit_announced", announced
        yield "role_deleted", views.role_deleted(facts.role.name, facts.workspace)


def _holding() -> Iterator[tuple[str, Card]]:
    for before, role in (
        (HELD[1], HeldRole("Admin")),
        ((), HeldRole("Admin")),
        (HELD[1], HeldRole("Admin", LATER)),
        (HELD[3], HeldRole("Owner")),
    ):
        alone = role.ends_at is None and len(before) < 2
        after = (role,) if alone else (role, *before)
        yield "roles_assigned", views.roles_assigned("Bob", role, before, after, "Studio")
        yield "role_given", views.role_given(role, after, "Ada", "Studio")
        yield "roles_unassigned", views.roles_unassigned("Bob", role.name, (role, *before), before, "Studio")
        yield "role_taken", views.role_taken(role.name, before, "Ada", "Studio")
        yield "role_ended", views.role_ended(role.name, NOW, before, "Studio")
    for held in HELD:
        for role in (HeldRole("Admin"), HeldRole("Admin", LATER), HeldRole(LABEL, LATER)):
            yield "roles_assigned", views.roles_assigned(LABEL, role, held, HELD[2], LABEL)
            yield "role_given", views.role_given(role, held, LABEL, LABEL)
        yield "roles_unassigned", views.roles_unassigned(LABEL, LABEL, HELD[2], held, LABEL)
        yield "role_taken", views.role_taken(LABEL, held, LABEL, LABEL)
        yield "role_ended", views.role_ended(LABEL, NOW, held, LABEL)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _lists()
    yield from _roles()
    yield from _holding()
