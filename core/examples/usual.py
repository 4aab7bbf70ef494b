"""What most people see of cards whose other examples are at their limits."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Account, Card, Choice, File, Menu, Room, text
from core.catalogue import COMMANDS
from core.example_words import views
from core.examples import BULK, INVITATION, LATER
from core.examples.members import MEMBER, SUBJECT
from core.examples.resources import ADA, ARTISTS
from core.examples.settings import usual_facts
from core.language import n, t
from core.plans import seats
from core.seats import in_words
from core.views.invitations import Change
from core.views.settings import Difference

_CONFIRM, _RESOURCE = "FEV8GJNK/cnf-7F3K", "FEV8GJNK/res-7F3K"


def _of_access() -> Iterator[tuple[str, Card]]:
    people = Menu(
        t("To whom"), "access.to", _RESOURCE, (Choice("mem-2M9C", "Bob"), Choice("grp-7F3K", "Artists"))
    )
    what = Menu(
        t("To whom"), "access.to", SUBJECT, (Choice("res-7F3K", "Renders"), Choice("res-2M9C", "Website"))
    )
    yield "access_whom", views.access_whom("Renders", people, False)
    yield "access_what", views.access_what("Bob", what, False)
    yield (
        "access_whose",
        views.access_whose("Renders", people._replace(label=t("Whose"), action="access.end"), False),
    )
    yield "access_of_whom", views.access_of_whom("Bob", what._replace(action="access.end"), False)
    yield "access_level", views.access_level("Bob", "Renders", f"{_RESOURCE}:mem-7F3K")
    yield (
        "access_on_resource",
        views.access_on_resource("Site/Renders", "res-7F3K", [ARTISTS, ADA], 2, 0, _RESOURCE),
    )


def _of_settings() -> Iterator[tuple[str, Card]]:
    yield "settings_shown", views.settings_shown("Studio", usual_facts(), "FEV8GJNK/settings")
    changes = [Difference("members_can_invite", text("on"), text("off"))]
    yield "preset_announced", views.preset_announced("large-org", "Studio", changes, (), _CONFIRM)
    yield "preset_applied", views.preset_applied("large-org", "Studio", changes, ())
    yield "preset_unneeded", views.preset_unneeded("small-team", "Studio", ())
    yield "approvals_misplaced", views.approvals_misplaced("Studio", Room("slack", "C0123456789"))
    full = in_words(seats("pro", None, 10))
    yield "no_seat_for", views.no_seat_for("Studio", full, Account("slack", "U012345678"))


def _of_people() -> Iterator[tuple[str, Card]]:
    yield "member_shown", views.member_shown(MEMBER, "Studio")
    yield "in_workspace", views.in_workspace(views.cancelled(), "Studio")
    yield "newcomer_arrived", views.newcomer_arrived("Nia", "Studio", "Design team", "Designer")
    yield "me_waiting", views.me_waiting("Studio", "req-2M9C", LATER)
    yield "group_left", views.group_left("Artists", "Ada", "Studio")
    yield "bulk_result", views.bulk_result([*BULK[:2], BULK[3], BULK[6]], LATER, "Designer", "Studio")
    changes = (
        Change(t("Role"), text("Commenter"), text("Designer")),
        Change(t("Uses"), text("5"), text("10")),
    )
    yield "invitation_edited", views.invitation_edited(INVITATION, changes)
    names = '"Name"\r\n"Ada"\r\n"Bob"\r\n'
    of_all = n("{count} member of {workspace}", "{count} members of {workspace}", 2, workspace="Studio")
    yield "members_exported", views.members_exported("Studio", 2, File("members.csv", names, of_all))


def _of_words() -> Iterator[tuple[str, Card]]:
    some = [COMMANDS[name] for name in ("invite create", "invite list", "invite show")]
    yield "help_unknown", views.help_unknown("invite craete", some[0], some)
    events = n(
        "{count} event, one on each line, oldest first", "{count} events, one on each line, oldest first", 2
    )
    record = File("audit.jsonl", '{"number":1}\n{"number":2}\n', events)
    yield "audit_exported", views.audit_exported("Studio", record, cut=False)
    yield "audit_verified", views.audit_verified("Studio", 1_204, None)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _of_access()
    yield from _of_settings()
    yield from _of_people()
    yield from _of_words()
