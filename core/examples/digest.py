"""The weekly digest, from one thing to tell to as much as there can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from core.cards import Card
from core.durations import DAY, HOUR, MINUTE
from core.example_words import views
from core.examples import LABEL, LARGEST_REQUEST, LATER, NAMES, NOW, REQUEST
from core.language import t
from core.views.digest import SHOWN, DigestFacts, Ending, Waiting
from core.views.joins import join_line

_MONDAY = date(2026, 1, 26)
_NOTHING = DigestFacts("Studio", _MONDAY, _MONDAY + timedelta(6))
_WAITING = Waiting("req-2M9C", (), NOW)
_ANOTHER = Waiting("req-5C2D", (), NOW)
_ENDING = Ending("invitation inv-7F3K (Design team)", LATER)
_USUAL = _NOTHING._replace(
    joined=("Nia", "Bob", "Eve"),
    joined_count=3,
    asked=5,
    approved=3,
    denied=1,
    half_within=2 * HOUR,
    quickest=5 * MINUTE,
    invited=4,
    unused=(("expired", 2), ("revoked", 1)),
    waiting=(_WAITING, _ANOTHER),
    waiting_count=2,
    ending=(_ENDING,) * 2,
    ending_count=2,
)
_MANY = 1_234_567
_LARGEST = DigestFacts(
    LABEL,
    date(2026, 12, 28),
    date(2027, 1, 3),
    NAMES[:SHOWN],
    _MANY,
    *(_MANY,) * 5,
    half_within=90 * DAY,
    quickest=89 * DAY,
    invited=_MANY,
    unused=tuple((how, _MANY) for how in ("declined", "expired", "revoked", "switched off")),
    waiting=(Waiting("req-2M9C22", (), NOW),) * SHOWN,
    waiting_count=_MANY,
    ending=(
        *(Ending(f"invitation inv-7F3K22 ({LABEL})", LATER),) * (SHOWN - 1),
        Ending(f"{LABEL} as {LABEL}", LATER),
    ),
    ending_count=_MANY,
)
_ALONE = (
    {"joined": ("Nia",), "joined_count": 1},
    {"joined": NAMES[:SHOWN], "joined_count": SHOWN + 1},
    {"asked": 1},
    {"approved": 1, "half_within": 30, "quickest": 30},
    {"denied": 2, "half_within": DAY, "quickest": HOUR},
    {"withdrawn": 1},
    {"expired": 1},
    {"invited": 1},
    {"unused": (("expired", 1),)},
    {"waiting": (_WAITING,), "waiting_count": 1},
    {"waiting": (_WAITING,) * SHOWN, "waiting_count": SHOWN + 1},
    {"ending": (_ENDING,), "ending_count": 1},
    {"ending": (_ENDING,) * SHOWN, "ending_count": SHOWN + 1},
)


def _spoken(facts: DigestFacts) -> DigestFacts:
    """What waits and what ends, in the words of the language that is spoken."""
    asked = {
        _WAITING.short_id: REQUEST,
        _ANOTHER.short_id: REQUEST._replace(short_id=_ANOTHER.short_id, name="Zoe", roles="Commenter"),
    }
    ending = t("invitation {id} ({label})", id="inv-7F3K", label="Design team")
    second = t("invitation {id} ({label})", id="inv-2M9C", label="Summer school")
    return facts._replace(
        waiting=tuple(
            each._replace(words=join_line(asked.get(each.short_id, LARGEST_REQUEST), own=False).text)
            for each in facts.waiting
        ),
        ending=tuple(
            each._replace(what=second if number else ending) if each == _ENDING else each
            for number, each in enumerate(facts.ending)
        ),
    )


def _cards() -> Iterator[tuple[str, Card]]:
    for facts in (_USUAL, _LARGEST, *(_NOTHING._replace(**alone) for alone in _ALONE)):
        yield "digest", views.digest(_spoken(facts))
    for first in (date(2026, 11, 30), date(2026, 12, 28)):
        yield "digest", views.digest(_spoken(_USUAL)._replace(first_day=first, last_day=first + timedelta(6)))
    alone = _LARGEST._replace(waiting=_LARGEST.waiting[:1], waiting_count=1, ending=(), ending_count=0)
    yield "digest", views.digest(_spoken(alone))


def examples() -> Iterator[tuple[str, Card]]:
    yield from _cards()
