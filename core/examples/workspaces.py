"""Cards for people who are in several workspaces, about handing one over, and about its end."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Card
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.language import t
from core.lifecycle import TransferStatus
from core.views.several import Mine
from core.views.transfers import TransferFacts

TRANSFER = TransferFacts(
    subject="FEV8GJNK/trf-5C2D",
    short_id="trf-5C2D",
    workspace="Studio",
    role="Owner",
    giver="Ada",
    receiver="Bob",
    then="Admin",
    created_at=NOW,
    expires_at=LATER,
    status=TransferStatus.PENDING,
)
LARGEST_TRANSFER = TRANSFER._replace(
    workspace=LABEL, role=LABEL, giver=LABEL, receiver=LABEL, then=", ".join(NAMES[:5])
)
MINE = Mine("FEV8GJNK", "Studio", "Owner")
LARGEST = [Mine(f"FEV8GJ{number:02}", LABEL, ", ".join(NAMES[:5])) for number in range(99)]


def _several() -> Iterator[tuple[str, Card]]:
    for found in ([], [MINE], [MINE, MINE._replace(workspace_id="2V8GJNKF", roles=t("no role"))], LARGEST):
        for meant in ("", "FEV8GJNK", "FEV8GJ12"):
            for page in (0, 1, 9):
                for direct in (False, True):
                    yield "workspace_list", views.workspace_list(found, meant, page, direct=direct)
    for each in (MINE, LARGEST[0]):
        yield "workspace_chosen", views.workspace_chosen(each)
    for name in ("Studio", LABEL):
        for count in (0, 1, 1_234_567):
            yield "workspace_deleted", views.workspace_deleted(name, count, count, count)
        yield "workspace_gone", views.workspace_gone(name, LABEL, NOW)
        yield "workspace_gone", views.workspace_gone(name, "", NOW, asked=True)


def _transfers() -> Iterator[tuple[str, Card]]:
    for facts in (TRANSFER, LARGEST_TRANSFER):
        for before in (False, True):
            yield "transfer_offered", views.transfer_offered(facts, before=before)
        yield "transfer_elsewhere", views.transfer_elsewhere(facts)
        for status in TransferStatus:
            decided = facts._replace(status=status, decided_at=NOW)
            yield "transfer_asked", views.transfer_asked(decided)
            for to_giver in (False, True):
                yield "transfer_outcome", views.transfer_outcome(decided, to_giver=to_giver)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _several()
    yield from _transfers()
