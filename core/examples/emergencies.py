"""Cards about less than was asked for, and about what was taken in an emergency."""

from __future__ import annotations

from collections.abc import Iterator

from core.approval_terms import Terms, beside, time_in_words
from core.cards import Card, Choice, Field, Line, Menu, text
from core.durations import HOUR
from core.example_words import views
from core.examples import ADDRESS, LABEL, LARGEST_REQUEST, LATER, NAMES, NOTE, NOW, REQUEST
from core.language import t
from core.lifecycle import RequestStatus
from core.views.emergencies import EmergencyFacts, emergency_line
from core.views.joins import Given

TAKEN = EmergencyFacts(
    subject="FEV8GJNK/req-2M9C",
    short_id="req-2M9C",
    workspace="Studio",
    name="Bob",
    account="Slack",
    resource="Vault",
    level="edit",
    taken_at=NOW,
    ends_at=LATER,
    why="It burns",
    expires_at=LATER,
    status=RequestStatus.PENDING,
)
LARGEST = TAKEN._replace(workspace=LABEL, name=LABEL, account=ADDRESS, resource=LABEL, why=NOTE, reason=NOTE)


def _menus(role: str, roles: tuple[str, ...], menus: int) -> tuple[Menu, ...]:
    choices = tuple(Choice(f"role-{number}", name) for number, name in enumerate(roles))
    label = t("Instead of {role}", role=role)
    return tuple(
        Menu(label, "request.choose", f"FEV8GJNK/cnf-7F3K.role.{number}", choices) for number in range(menus)
    )


def _examples() -> Iterator[tuple[str, Card]]:
    for name, menus, roles in (
        ("Nia", _menus("Admin", ("Designer",), 1), "Designer"),
        (LABEL, _menus(LABEL, (LABEL,) * 25, 3), ", ".join(NAMES[:5])),
    ):
        lasts = beside(time_in_words(Terms(seconds=4 * HOUR)), time_in_words(Terms()))
        fields = (Field(t("Role"), text(beside(roles, f"Admin, {roles}"))), Field(t("Lasts"), text(lasts)))
        for confirm in ("", "FEV8GJNK/cnf-7F3K"):
            for trouble in (
                "",
                t("That is still more than you may give yourself, or for longer. Choose less."),
            ):
                shown = views.less_offered(name, "req-2M9C", fields, menus, trouble, confirm)
                yield "less_offered", shown
    for facts in (REQUEST, LARGEST_REQUEST._replace(reason="")):
        yield "join_request", views.join_request(facts._replace(less=True))
    for facts in (REQUEST, LARGEST_REQUEST):
        for roles, given in (
            (beside("Designer", "Admin"), Given.ROLES),
            (beside(t("no role"), "Contributor"), Given.NONE_OF_THEM),
            (t("no role"), Given.NONE),
        ):
            decided = facts._replace(
                status=RequestStatus.APPROVED, decided_at=NOW, decided_by="Ada", roles=roles, given=given
            )
            yield "join_request", views.join_request(decided)
            yield "decided", views.decided(decided)
            yield "outcome", views.outcome(decided)
    for taken in (TAKEN, LARGEST, TAKEN._replace(account="", tally="1 of 2 approvals · Ada said yes")):
        yield "emergency_taken", views.emergency_taken(taken)
        for reviewers in ((), ("Ada",), NAMES):
            for told in ("", "Everybody who runs this workspace has been told."):
                yield "emergency_mine", views.emergency_mine(taken, reviewers, told)
        for status in RequestStatus:
            for by, live in (("", True), ("Ada", False), (LABEL, True)):
                facts_ = taken._replace(status=status, decided_by=by, decided_at=NOW, live=live)
                yield "emergency_review", views.emergency_review(facts_)
                yield "emergency_taken", views.emergency_taken(facts_)
                if status is not RequestStatus.PENDING:
                    yield "emergency_outcome", views.emergency_outcome(facts_)
                    yield "emergency_decided", views.emergency_decided(facts_)
    lines: list[Line] = [emergency_line(TAKEN, own=False)] * 5 + [emergency_line(LARGEST, own=True)] * 5
    yield "request_list", views.request_list(lines, "req-2M9C", "", 5, 0, 1, "FEV8GJNK/list")


def examples() -> Iterator[tuple[str, Card]]:
    yield from _examples()
