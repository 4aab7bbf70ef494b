"""What a person's Home is made of."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card, Code, text
from core.durations import DAY
from core.example_words import views
from core.examples import INVITATION, LABEL, LARGEST_INVITATION, LATER, NAMES, NOTE, REQUEST
from core.examples.settings import usual_facts
from core.views.access import HeldGrant
from core.views.joins import join_line
from core.views.members import HeldRole
from core.views.settings import SettingFacts
from core.views.time_boxes import Ending

_ENDING = Ending("FEV8GJNK/admin@1770604800", "Studio", LATER, DAY)
_PERSONAL = INVITATION._replace(label="nia@acme.example", personal=True, for_whom=("nia@acme.example",))
_LARGE_SETTING = SettingFacts("approvals", NOTE, text(NOTE), NOTE, text(NOTE), NOTE)


def examples() -> Iterator[tuple[str, Card]]:
    yield "home_me", views.home_me("Studio", (HeldRole("Designer"),), (), ())
    yield (
        "home_me",
        views.home_me(
            "Studio",
            (HeldRole("Editor"), HeldRole("Admin", LATER)),
            ("Design leads",),
            (HeldGrant("Website", "Website", "edit", LATER),),
        ),
    )
    yield "home_me", views.home_me("Studio", (), (), ())
    large = (HeldGrant(LABEL, LABEL, "manage", LATER),) * 30
    yield "home_me", views.home_me(LABEL, (HeldRole(LABEL, LATER),) * 5, NAMES, large)
    yield "home_time_box", views.home_time_box(_ENDING, "Admin")
    yield "home_time_box", views.home_time_box(_ENDING._replace(extends=False), "manage on Website")
    yield "home_time_box", views.home_time_box(_ENDING._replace(workspace=LABEL), f"manage on {LABEL}")
    asked = join_line(REQUEST, own=True).text
    yield "home_own", views.home_own(asked, "FEV8GJNK/req-2M9C")
    yield "home_own", views.home_own(text(NOTE, Code(LABEL)), "")
    yield "home_invitation", views.home_invitation(INVITATION)
    yield "home_invitation", views.home_invitation(_PERSONAL)
    yield "home_invitation", views.home_invitation(LARGEST_INVITATION)
    yield "home_settings", views.home_settings("Studio", usual_facts(), "FEV8GJNK/settings")
    yield "home_settings", views.home_settings(LABEL, [_LARGE_SETTING] * 20, "FEV8GJNK/settings")
