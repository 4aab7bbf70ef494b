"""Cards that answer whether somebody may do something, and why."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.policy import Answer, Rule
from core.views.answers import Bearing, Explanation, HeldRole

LONGEST = f"{'a' * 40}:{'b' * 40}"
YES = Answer(allowed=True, rule=Rule.HELD)
NO = Answer(allowed=False, rule=Rule.NOT_HELD)
DESIGNER = HeldRole("Designer", 30, Bearing.GIVES, NOW, "invitation Design team")
COMMENTER = HeldRole("Commenter", 10, Bearing.LACKS, NOW, "assigned by Olga")
FOR_A_TIME = HeldRole("Admin", 40, Bearing.GIVES, NOW, "assigned by Olga", LATER)
GATED = HeldRole("Developer", 20, Bearing.OFF_PLAN, NOW, "assigned by Olga", None, ("enterprise",))
OVER = HeldRole("Admin", 40, Bearing.ENDED, NOW - 9, "assigned by Olga", NOW)
LARGEST = [
    HeldRole(LABEL, 999, bearing, NOW, f"invitation {LABEL}", LATER, ("free", "pro", "enterprise"))
    for bearing in Bearing
    for _ in range(12)
]

EXPLANATIONS = [
    Explanation(name, "mem-7F3K", "Studio", "pro", "project:edit", answer, *more)
    for name in ("", "Ada", LABEL)
    for answer, *more in (
        (YES, (DESIGNER, COMMENTER)),
        (YES, (FOR_A_TIME,), "", ("Owner", "Admin")),
        (YES, (FOR_A_TIME, DESIGNER)),
        (Answer(allowed=True, rule=Rule.INCLUDED), (FOR_A_TIME,), "workspace:configure"),
        (NO, (COMMENTER,), "", ("Owner", "Admin"), ("Owner",), ("Olga",)),
        (NO, (COMMENTER, OVER), "", ("Owner", "Admin", "Designer"), (), NAMES),
        (NO, (COMMENTER,), "", ("Owner",), ("Owner",)),
        (NO, (COMMENTER,), "", ("Developer",)),
        (NO, (GATED,), "", ("Admin",), (), ("Olga",)),
        (NO, (GATED, COMMENTER), "", ()),
        (NO, (), "", ("Admin",), (), ("Olga", "Ada", "Bob", "Cy")),
        (NO, (), "", ()),
        (NO, (COMMENTER,), "", (), (), (), False),
        (NO, (COMMENTER,), "", (), (), (), False, "project:create"),
    )
] + [
    Explanation(
        LABEL, "mem-7F3K", LABEL, "e" * 20, LONGEST, answer, tuple(LARGEST[first:]), LONGEST, NAMES, (), NAMES
    )
    for answer in (YES, NO)
    for first in (0, 12, 24, 36)
]  # fmt: skip


def _answers() -> Iterator[tuple[str, Card]]:
    for facts in EXPLANATIONS:
        yield "can_answer", views.can_answer(facts)
        yield "why_answer", views.why_answer(facts)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _answers()
