"""The card that stands where a form cannot be opened."""

from __future__ import annotations

from collections.abc import Iterator

from core import views
from core.cards import Card, Say, text
from core.examples import LABEL, NOTE


def examples() -> Iterator[tuple[str, Card]]:
    yield "form_waits", views.form_waits("Create an invitation", (), (Say("invite create"),))
    yield (
        "form_waits",
        views.form_waits(
            "Deny with a reason",
            (text(LABEL), text(NOTE)),
            (Say("request deny", f'request:req-2M9CQ reason:"{NOTE}"'),),
        ),
    )
    yield "form_waits", views.form_waits("Deny with a reason", (), ())
