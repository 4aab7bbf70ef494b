"""Cards about groups."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Account, Card
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.views.groups import AddedLine, GroupFacts, GroupLine, GroupMember, Reached

GROUP = GroupFacts(
    "grp-7F3K", "Design leads", "Studio", 2, (Reached("Website", "edit"), Reached("Plans", "view", LATER))
)
EMPTY = GroupFacts("grp-7F3K", "QA", "Studio", 0)
LARGEST = GroupFacts(
    "grp-7F3K",
    LABEL,
    LABEL,
    1_234_567,
    (Reached(LABEL, "manage", LATER),) * 10,
    1_234_567,
    ("joining", "roles", "access", "invitations", "more time"),
)
SUBJECT = "FEV8GJNK/grp-7F3K"
OUTCOMES = ("added", "already", "unknown", "ambiguous", "above", "yourself")


def _examples() -> Iterator[tuple[str, Card]]:
    member, largest = GroupMember("Bob", NOW, "added by Ada"), GroupMember(LABEL, NOW, f"added by {LABEL}")
    for facts in (GROUP, EMPTY, LARGEST):
        yield "group_created", views.group_created(facts)
        for manages in (False, True):
            for found, page in (([], 0), ([member], 0), ([largest] * 10, 1), ([largest] * 10, 123_455)):
                yield "group_shown", views.group_shown(facts, found, page, SUBJECT, manages=manages)
        for names in ((), ("Bob", "Cleo"), NAMES[:10]):
            for invitations in ((), ("Design team",), NAMES):
                yield "group_deletion", views.group_deletion(facts, names, invitations, "FEV8GJNK/cnf-7F3K")
        for lines in (
            [AddedLine("Bob", "added")],
            [AddedLine(Account("slack", "U012345678"), "unknown"), AddedLine("Bob", "added")],
            [AddedLine(LABEL, outcome) for outcome in OUTCOMES],
            [AddedLine(LABEL, outcome) for outcome in ("removed", "absent")],
            [AddedLine(LABEL, "added")] * 100,
        ):
            yield "members_moved", views.members_moved(facts, lines)
        reached, more = facts.reaches or (), facts.more
        yield "group_joined", views.group_joined(facts.name, "Ada", reached, more, facts.workspace)
        for gone in (False, True):
            yield "group_left", views.group_left(facts.name, LABEL, facts.workspace, deleted=gone)
        for count in (0, 1, 1_234_567):
            yield "group_deleted", views.group_deleted(facts.name, count, count, facts.workspace)
    line, long = GroupLine("Design leads", 2, True), GroupLine(LABEL, 1_234_567, True)
    for groups, total, page in (([], 0, 0), ([line], 1, 0), ([long] * 10, 500, 0), ([long] * 10, 500, 49)):
        for manages in (False, True):
            yield (
                "group_list",
                views.group_list(groups, total, page, "FEV8GJNK/list", "Studio", manages=manages),
            )


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
