"""Cards about what somebody has for a time."""

from __future__ import annotations

from core.cards import Card
from core.durations import DAY, HOUR, MINUTE
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.views.access import HeldGrant
from core.views.members import HeldRole
from core.views.time_boxes import Ending, Reach

_ENDING = Ending("FEV8GJNK/admin@1770604800", "Studio", LATER, DAY, "assigned by Ada")
_LARGEST = _ENDING._replace(workspace=LABEL, left=20 * MINUTE, source=f"request req-2M9C approved by {LABEL}")
_LONG_PATH = "/".join(NAMES[:10])
_REACH = Reach("Renders", "Studio/Renders", "edit", 3)
_LARGE_REACH = Reach(LABEL, _LONG_PATH, "manage", 99_999)
_LEFT = HeldGrant("Studio", "Studio", "view", None, "group Designers")
_LARGE_LEFT = HeldGrant(LABEL, _LONG_PATH, "manage", LATER, f"group {LABEL}")


def examples() -> list[tuple[str, Card]]:
    return [
        *(
            ("role_ending", views.role_ending(ending, role, lost, kept))
            for ending, role, lost, kept in (
                (_ENDING, "Admin", ["member:remove", "request:approve"], (HeldRole("Designer"),)),
                (_ENDING._replace(left=HOUR), "Admin", [], (HeldRole("Owner"), HeldRole("Editor", LATER))),
                (
                    _LARGEST,
                    LABEL,
                    [f"{'x' * 40}:{'y' * 40}"] * 30,
                    tuple(HeldRole(LABEL, LATER) for _ in range(5)),
                ),
                (_ENDING._replace(source=""), "Admin", ["content:edit"], ()),
            )
        ),
        *(
            ("access_ending", views.access_ending(ending, reach, left))
            for ending, reach, left in (
                (_ENDING._replace(subject="FEV8GJNK/res-7F3K@1770604800"), _REACH, None),
                (_ENDING, _REACH._replace(under=1), _LEFT),
                (_ENDING._replace(extends=False), _REACH, _LEFT),
                (_ENDING._replace(left=HOUR), _REACH._replace(under=0, holder="Designers"), None),
                (_LARGEST, _LARGE_REACH, _LARGE_LEFT),
                (_LARGEST, _LARGE_REACH._replace(holder=LABEL), _LARGE_LEFT),
            )
        ),
        *(
            ("access_ended", views.access_ended(reach, NOW, left, workspace))
            for reach, left, workspace in ((_REACH, None, "Studio"), (_LARGE_REACH, _LARGE_LEFT, LABEL))
        ),
        *(
            ("access_done", views.access_done(reach, left, workspace))
            for reach, left, workspace in ((_REACH, None, "Studio"), (_LARGE_REACH, _LARGE_LEFT, LABEL))
        ),
        ("role_done", views.role_done("Admin", (HeldRole("Designer"),), "Studio")),
        ("role_done", views.role_done(LABEL, tuple(HeldRole(LABEL, LATER) for _ in range(5)), LABEL)),
        ("role_done", views.role_done("Contributor", (), "Studio")),
    ]
