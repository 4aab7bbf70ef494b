"""Cards about members: shown, listed, taken out, exported."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card, Choice, File, Menu
from core.example_words import views
from core.examples import ADDRESS, LABEL, LATER, NAMES, NOTE, NOW, PERMISSIONS
from core.plans import Seats
from core.views.common import PAGE
from core.views.members import Count, HeldRole, MemberFacts
from core.views.removal import RemovalFacts

SUBJECT = "FEV8GJNK/mem-7F3K"
MEMBER = MemberFacts(
    SUBJECT,
    "mem-7F3K",
    "Bob",
    (HeldRole("Designer", None, "invitation Design team"), HeldRole("Admin", LATER, "assigned by Ada")),
    NOW,
    ("Slack (bob@acme.example)", "Discord"),
    "invitation Design team, from Ada",
    button="Remove",
)
LARGEST_MEMBER = MemberFacts(
    SUBJECT,
    "mem-7F3K",
    LABEL,
    tuple(HeldRole(name, LATER, f"invitation {LABEL}") for name in NAMES[:5]),
    NOW,
    (f"Slack ({ADDRESS})",) * 5,
    f"invitation {LABEL}, from {LABEL}",
    alike=True,
)
LEFT = MEMBER._replace(left_at=LATER)
MENU = Menu(
    "Change role", "role.assign", SUBJECT, tuple(Choice(f"role-{n}", name) for n, name in enumerate(NAMES))
)
REMOVAL = RemovalFacts("FEV8GJNK/cnf-7F3K", "mem-7F3K", "Bob", "Studio", False, MEMBER.roles)
LARGEST_REMOVAL = RemovalFacts(
    "FEV8GJNK/cnf-7F3K",
    "mem-7F3K",
    LABEL,
    LABEL,
    False,
    LARGEST_MEMBER.roles,
    5_000,
    1_234,
    500,
    12,
    2,
    NOTE,
    Seats("pro", True, 10, 10),
    stays=3,
)


def _examples() -> Iterator[tuple[str, Card]]:
    for facts in (MEMBER, LARGEST_MEMBER, MEMBER._replace(roles=(), accounts=(), button="Leave")):
        yield "member_shown", views.member_shown(facts, LABEL)
        yield "member_shown", views.member_shown(facts, "Studio", (MENU,))
    pages = [
        ([], Count(0), 0, "", ""),
        ([MEMBER], Count(1), 0, "", ""),
        ([LARGEST_MEMBER] * PAGE, Count(1_234_567), 123_455, "<", ">"),
        ([LARGEST_MEMBER, LEFT] * 5, Count(500, open_end=True), 3, "<", ">"),
    ]
    where = "FEV8GJNK/list/content-editor/active/123456/"
    for found, total, page, earlier, later in pages:
        for status in ("active", "left", "all"):
            before = f"{where}{earlier}mem-7F3K" if earlier else ""
            after = f"{where}{later}mem-7F3K" if later else ""
            yield "member_list", views.member_list(found, total, status, page, before, after)
    for waiting in (0, 1, 1_234):
        yield "me_member", views.me_member("Studio", MEMBER.roles, PERMISSIONS, waiting)
        yield "me_member", views.me_member(LABEL, LARGEST_MEMBER.roles, frozenset(), waiting)
        yield "me_member", views.me_member(LABEL, (), frozenset(), waiting)
    ones = REMOVAL._replace(sent=1, held=1, waiting=1, asked=1, transfers=1, stays=1)
    for own in (False, True):
        for each in (REMOVAL, ones, LARGEST_REMOVAL, REMOVAL._replace(roles=())):
            yield "removal_warning", views.removal_warning(each._replace(own=own))
            yield "member_removed", views.member_removed(each._replace(own=own))
    for name, reason in (("Ada", ""), (LABEL, NOTE)):
        yield "removed_notice", views.removed_notice(name, name, reason)
    for count in (1, 100_000):
        file = File("members.csv", '"Name"\r\n' + f'"{LABEL}"\r\n' * 3, f"{count} of {LABEL}")
        yield "members_exported", views.members_exported(LABEL, count, file)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
