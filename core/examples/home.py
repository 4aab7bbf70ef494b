"""What a person's Home is made of."""

from __future__ import annotations

from collections.abc import Iterator

from core import views
from core.cards import Card, Code, When, text
from core.durations import DAY
from core.examples import INVITATION, LABEL, LARGEST_INVITATION, LATER, NAMES, NOTE
from core.views.access import HeldGrant
from core.views.members import HeldRole
from core.views.settings import SettingFacts
from core.views.time_boxes import Ending

_ENDING = Ending("FEV8GJNK/admin@1770604800", "Studio", LATER, DAY)
_SETTING = SettingFacts(
    "join_policy",
    "Who has to say yes when somebody uses an invitation",
    text("instant"),
    "Whoever has an invitation is in at once.",
    text("approval"),
    "instant",
)
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
    asked = text("req-2M9C your own request to join Studio — until ", When(LATER))
    yield "home_own", views.home_own(asked, "req-2M9C", "FEV8GJNK/req-2M9C")
    yield "home_own", views.home_own(text(NOTE, Code(LABEL)), "req-2M9C", "")
    yield "home_invitation", views.home_invitation(INVITATION)
    yield "home_invitation", views.home_invitation(INVITATION._replace(personal=True, for_whom=text("Nia")))
    yield "home_invitation", views.home_invitation(LARGEST_INVITATION)
    yield "home_settings", views.home_settings("Studio", [_SETTING], "FEV8GJNK/settings")
    yield "home_settings", views.home_settings(LABEL, [_LARGE_SETTING] * 20, "FEV8GJNK/settings")
