"""The core's front door. (The use cases arrive behind it.)"""

from __future__ import annotations

from core.calls import Call
from core.cards import Card
from core.outbox_types import Step, Work
from core.ports import MessageRef


class Core:
    """Everything that Usher decides. Synchronous; safe to call from several threads."""

    def handle(self, call: Call) -> Card:
        """Answers a command or click in one transaction. Refusals are answers; only a fault raises."""
        raise NotImplementedError

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        """Up to 25 ``(value, label)`` for an option of ``call.command`` that ``typed`` begins."""
        raise NotImplementedError

    def first_time(self, platform: str, event: str, at: int) -> bool:
        """Records a platform's event id; False when it was recorded before."""
        raise NotImplementedError

    # The relay's side.

    def claim(self, at: int, limit: int) -> list[Work]:
        """Leases outbox rows that are due; a row whose lease has run out may be claimed again."""
        raise NotImplementedError

    def plan(self, work: Work, at: int) -> list[Step]:
        """What is still to do so that every copy shows the present state; empty when all is well."""
        raise NotImplementedError

    def delivered(self, work: Work, step: Step, ref: MessageRef, at: int) -> None:
        """Records that ``step`` was carried out and where the message stands."""
        raise NotImplementedError

    def given_up(self, work: Work, step: Step, reason: str, at: int) -> None:
        """Records that this copy cannot be delivered (gone, forbidden); the others go on."""
        raise NotImplementedError

    def settle(self, work: Work, at: int) -> None:
        """The row is done, unless it became stale again meanwhile."""
        raise NotImplementedError

    def retry(self, work: Work, at: int, after: float, reason: str, *, counted: bool = True) -> bool:
        """Gives the row back to be claimed ``after`` seconds from now; True when it was parked instead (too many tries).

        Not ``counted`` when nothing is wrong with the message: the platform asks to wait, or is not served here.
        """
        raise NotImplementedError

    # The clock's side: idempotent sweeps, safe in any number of processes.

    def sweep(self, at: int) -> int:
        """Settles what has expired and marks reminders that are due; the number of rows it changed."""
        raise NotImplementedError

    # The web's side.

    def landing(self, code: str, at: int) -> Card:
        """The public page for an invite link: who invites where and what to type. Changes nothing."""
        raise NotImplementedError
