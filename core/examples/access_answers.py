"""Cards that answer whether somebody may do something on a resource, and why."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.policy import Answer, Rule
from core.views.access_answers import Everywhere, Going, HeldGrant, OnResource
from core.views.answers import Bearing, Explanation, HeldRole

LONGEST = f"{'a' * 40}:{'b' * 40}"
ROLE = HeldRole("Contributor", 10, Bearing.GIVES, NOW, "assigned by Olga")
LACKING = HeldRole("Contributor", 10, Bearing.LACKS, NOW, "assigned by Olga")
OWN = HeldGrant("use", "Render 1", Going.ENOUGH, NOW, "granted by Olga", "", LATER)
OF_GROUP = HeldGrant("edit", "Render farm", Going.ENOUGH, NOW, "granted by Olga", "Night shift")
TOO_LOW = HeldGrant("view", "Render farm", Going.TOO_LOW, NOW, "granted by Olga")
OVER = HeldGrant("manage", "Render 1", Going.ENDED, NOW - 9, "granted by Olga", "", NOW)
LARGEST = tuple(
    HeldGrant("manage", LABEL, going, NOW, f"invitation {LABEL}", LABEL, LATER)
    for going in Going
    for _ in range(8)
)
RENDER = OnResource("Render 1", "computer", "res-7F3K", "use")
LARGE = OnResource(LABEL, "k" * 40, "res-7F3K", "manage", "view", LATER)
ALL = (Everywhere("Super Admin", "resource:all"),)
ALL_OF_KIND = (Everywhere("Viewer", "project:view_all"), Everywhere("Editor", "project:view_all"))

#: The rule with what it is about.
ON = [
    (Rule.GRANTED, RENDER._replace(has="use", until=LATER, grants=(OWN, OVER))),
    (Rule.GRANTED, RENDER._replace(has="edit", grants=(OF_GROUP, TOO_LOW))),
    (Rule.GRANTED, RENDER._replace(has="use", grants=(TOO_LOW, OWN))),
    (Rule.REACHES_ALL, RENDER._replace(everywhere=ALL)),
    (Rule.REACHES_ALL, RENDER._replace(everywhere=ALL_OF_KIND)),
    (Rule.HELD, RENDER._replace(needs="")),
    (Rule.MANAGES, RENDER._replace(needs="manage", has="manage", until=LATER, grants=(OWN,))),
    (Rule.NO_GRANT, RENDER._replace(enough=False)),
    (Rule.NO_GRANT, RENDER._replace(enough=False, grants=(OVER,), givers=("Olga",), approvers=("Olga",))),
    (Rule.LEVEL_TOO_LOW, RENDER._replace(enough=False, has="view", grants=(TOO_LOW, OVER), for_a_time=("Bo",))),
    (Rule.LEVEL_TOO_LOW, RENDER._replace(enough=False, has="view", grants=(TOO_LOW,), givers=NAMES, for_a_time=NAMES)),
    (Rule.NOT_HELD, RENDER._replace(enough=False, givers=("Olga",), approvers=("two of Design leads, and one Admin",))),
    (Rule.NOT_HELD, RENDER._replace(has="use", grants=(OWN,))),
]  # fmt: skip
YES = {Rule.GRANTED, Rule.REACHES_ALL, Rule.HELD, Rule.MANAGES}
EXPLANATIONS = [
    Explanation(
        name,
        "mem-7F3K",
        "Studio",
        "pro",
        "application:launch",
        Answer(rule in YES, rule),
        () if rule is Rule.MANAGES else (LACKING,) if rule is Rule.NOT_HELD else (ROLE,),
        "",
        ("Owner", "Contributor"),
        ("Owner",),
        ("Olga",) if rule is Rule.NOT_HELD else (),
        for_a_time=("Bo",) if rule is Rule.NOT_HELD else (),
        approvers=("Olga",) if rule is Rule.NOT_HELD else (),
        asked="Contributor",
        on=on,
    )
    for name in ("", "Ada")
    for rule, on in ON
] + [
    Explanation(
        LABEL, "mem-7F3K", LABEL, "e" * 20, LONGEST, Answer(rule in YES, rule),
        tuple(HeldRole(LABEL, 999, bearing, NOW, f"invitation {LABEL}", LATER) for bearing in Bearing for _ in range(4)),
        "", NAMES, (), NAMES, for_a_time=NAMES, approvers=NAMES, asked=LABEL,
        on=LARGE._replace(
            grants=LARGEST, givers=NAMES, for_a_time=NAMES, approvers=NAMES, enough=rule in YES,
            everywhere=tuple(Everywhere(LABEL, LONGEST) for _ in range(4)),
        ),
    )
    for rule in (Rule.GRANTED, Rule.REACHES_ALL, Rule.MANAGES, Rule.NO_GRANT, Rule.LEVEL_TOO_LOW, Rule.NOT_HELD)
]  # fmt: skip


def _answers() -> Iterator[tuple[str, Card]]:
    for facts in EXPLANATIONS:
        yield "can_answer", views.can_answer(facts)
        yield "why_answer", views.why_answer(facts)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _answers()
