"""Cards about the record."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Account, Card, File, Room
from core.example_words import views
from core.examples import ADDRESS, LABEL, NOTE, NOW
from core.language import n, t
from core.views.audit import EVENTS, EventFacts
from core.views.common import PAGE

_FACTS = {
    "what": "workspace settings",
    "scheme": "studio",
    "before": 604_800,
    "after": ["acme.example", "corp.example"],
    "label": "Design team",
    "roles": ["Designer"],
    "on": True,
}
_LARGEST = EventFacts(
    999_999_999, NOW, LABEL, "setting.changed", ADDRESS[:120], {"before": [NOTE] * 9, "after": {LABEL: NOTE}}
)


def _cards() -> Iterator[tuple[str, Card]]:
    for name in (*EVENTS, "something.new"):
        for who in ("Ada", Account("slack", "U012345678")):
            subject = (Room("slack", "C0123456789"),) if name.startswith("place.") else "inv-7F3K"
            facts = EventFacts(7, NOW, who, name, subject, {**_FACTS, "why": t("You can't do that here")})
            yield "audit_shown", views.audit_shown([facts], "Studio", newer="", older="")
    after = {"level": 2, "ends_at": None, "given_by": "Olga", "source": "invitation inv-7F3K"}
    for who in ("Bob", "Ada", "Olga", LABEL):
        added = {"member": "Bob", "group": LABEL, "source": "invitation inv-7F3K", "by": "Olga"}
        given = {"resource": LABEL, "level": "use", "had": "", "after": after}
        for event, facts_of in (("group.added", added), ("access.granted", given)):
            facts = EventFacts(7, NOW, who, event, "Bob", facts_of)
            yield "audit_shown", views.audit_shown([facts], "Studio", newer="", older="")
    for newer, older in (
        ("", ""),
        ("A/log/-/0/>9", ""),
        ("", "A/log/-/0/<9"),
        ("A/log/-/0/>9", "A/log/-/0/<9"),
    ):
        for found in ([], [_LARGEST] * PAGE):
            yield "audit_shown", views.audit_shown(found, LABEL, newer=newer, older=older)
    one = n(
        "{count} event, one on each line, oldest first", "{count} events, one on each line, oldest first", 1
    )
    file = File("audit.jsonl", '{"number":1}\n', one)
    for cut in (False, True):
        yield "audit_exported", views.audit_exported(LABEL, file, cut=cut)
    for first_bad in (None, 1, 999_999_999):
        yield "audit_verified", views.audit_verified(LABEL, 1_234_567, first_bad)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _cards()
