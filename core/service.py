"""The core's front door: every command and click, the relay's outbox and the sweeps, one transaction each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from sqlalchemy import select

from core import (
    answering,
    audit,
    auditing,
    completion,
    deliveries,
    filling,
    fingerprint,
    home,
    home_delivery,
    homes,
    landing,
    operating,
    outbox,
    presence,
)
from core.calls import Actor, Call, Identity
from core.cards import Card, Home
from core.checks import Checks, Who
from core.errors import Refusal
from core.kept_reach import Which
from core.language import speaking
from core.models import workspaces as workspace_rows
from core.outbox_types import Later, Publish, Result, Step, Work
from core.people import Languages
from core.policy import Answer
from core.state import Config, RoleCache
from core.store import Store
from core.sweep import sweep
from core.transactions import Transactions, by_usher, first_time

_ANY = select(workspace_rows.c.workspace_id).limit(1)


class Core:
    """Everything that Usher decides. Synchronous; safe to call from several threads."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self._cache = RoleCache()
        self._checks = Checks(store, self._cache)
        self._languages = Languages(store)
        self._homes = home.Homes(config, self._cache)
        self._transactions = Transactions(store, config, self._cache)

    def prepare(self, *, new_secret: bool = False) -> None:
        """Makes sure of the stream for events that belong to no workspace, and of the secret. Harmless when repeated.

        Raises ``OtherSecret`` where the database was used with another one before, unless ``new_secret`` takes its place.
        """
        with self.store.writing() as connection:
            fingerprint.prepare(connection, self.config.codes.fingerprint, new_secret=new_secret)

    def secret_fits(self) -> bool:
        """Whether the database knows no other secret."""
        with self.store.reading() as connection:
            return fingerprint.fits(connection, self.config.codes.fingerprint)

    # --- people's side -------------------------------------------------------------------------------------------

    def handle(self, call: Call) -> Card:
        """Answers a command or click in one transaction. Refusals are answers; only a fault raises.

        Raises ``Repeated`` where the call was delivered, and did its work, before. One that only reads is answered again.
        """
        call = answering.tidy(call)
        with speaking(self._languages.of(call.actor)):
            return answering.answer(self._transactions, call)

    def form_facts(self, call: Call) -> frozenset[str]:
        """What the platform is to be asked about the person before ``call``, which sends a form or opens it again."""
        return filling.facts(self._transactions, answering.tidy(call))

    def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]:
        """Up to 100 ``(value, label)`` for a field of a form that is looked for; ``call``: who types, and what is filled in."""
        call = answering.tidy(replace(call, form=key))
        with speaking(self._languages.of(call.actor)):
            return filling.complete(self._transactions, call, name, typed)

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        """Up to 25 ``(value, label)`` for an option of ``call.command`` that ``typed`` begins."""
        with speaking(self._languages.of(call.actor)), self._transactions.reading(call) as ctx:
            # Where several workspaces could be meant, some values are there all the same.
            with suppress(Refusal):
                ctx.enter_place()
            return completion.complete(ctx, option, typed)

    def reads(self, actor: Actor) -> None:
        """Remembers the language that a platform says a person reads."""
        self._languages.of(actor)

    # --- where Usher is ----------------------------------------------------------------------------------------------

    def realms(self, platform: str) -> dict[str, bool]:
        """The teams or servers in which a workspace has places, and whether Usher is there, as far as is known."""
        with self.store.reading() as connection:
            return presence.realms(connection, platform)

    def moved(self, platform: str, realm: str, at: int, *, gone: bool) -> bool:
        """Usher was taken out of a team or server, or is there (again); whether anything is linked there.

        Harmless when repeated. Nothing is posted to a place that is gone; its links stay.
        """
        with self.store.reading() as connection:
            found = presence.workspaces_of(connection, platform, realm)
        for workspace in found:
            self._transactions.as_usher(
                workspace, at, lambda ctx: presence.mark(ctx, platform, realm, gone=gone)
            )
        return bool(found)

    def first_time(self, platform: str, event: str, at: int) -> bool:
        """Records a platform's event id; False when it was recorded before."""
        with self.store.writing() as connection:
            return first_time(connection, platform, event, at)

    # --- the product's side --------------------------------------------------------------------------------------

    def can(
        self, workspace_id: str, who: Who, permission: str, at: int, resource: Which | None = None
    ) -> Answer:
        """Whether somebody, named by an identity or by their member's id, may do something now; with the rule.

        ``resource``: on which one, by its id or by its kind with its outside id. Right the moment anything changes, whichever
        process changed it. Somebody who is no member may do nothing.
        """
        return self._checks.can(workspace_id, who, permission, at, resource)

    # --- the relay's side ----------------------------------------------------------------------------------------

    def claim(self, at: int, limit: int) -> list[Work]:
        """Leases outbox rows that are due; a row whose lease has run out may be claimed again."""
        with self.store.reading() as connection:
            if not outbox.any_due(connection, at):
                return []
        with self.store.writing() as connection:
            return outbox.claim(connection, at, limit)

    def take_over(self) -> None:
        """Called once when a relay starts. An SQLite file has one process: what an earlier one had leased is free at once.

        On PostgreSQL others may be at work; there a dead process's leases run out.
        """
        if self.store.is_sqlite:
            with self.store.writing() as connection:
                outbox.void_leases(connection)

    def next_due(self) -> int | None:
        """When the next outbox row falls due; None when there is none."""
        with self.store.reading() as connection:
            return outbox.next_due(connection)

    def plan(self, work: Work, at: int) -> list[Step] | Later:
        """What is still to do so that every copy shows the present state; empty when all is well."""
        if home_delivery.is_home(work):
            return home_delivery.plan(self.store, self._homes, work, at)
        return self._transactions.as_usher(work.workspace, at, lambda ctx: deliveries.plan(ctx, work))

    def delivered(self, work: Work, step: Step, ref: Result, at: int) -> bool:
        """Records that ``step`` was carried out, and what came of it; True when the row is settled with that."""
        if isinstance(step, Publish):
            return home_delivery.delivered(self.store, work, step, ref, at)
        return self._transactions.as_usher(
            work.workspace, at, lambda ctx: deliveries.delivered(ctx, work, step, ref)
        )

    def given_up(self, work: Work, step: Step, reason: str, at: int) -> None:
        """Records that this copy cannot be delivered (gone, forbidden); the others go on."""
        if isinstance(step, Publish):
            home_delivery.given_up(self.store, step)
            return
        self._transactions.as_usher(work.workspace, at, lambda ctx: deliveries.given_up(ctx, step, reason))

    def settle(self, work: Work, at: int) -> None:
        """The row is done, unless it became stale again meanwhile."""
        if home_delivery.is_home(work):
            home_delivery.settle(self.store, work)
            return
        self._transactions.as_usher(work.workspace, at, lambda ctx: deliveries.settle(ctx, work))

    def retry(self, work: Work, at: int, after: float, reason: str, *, counted: bool = True) -> bool:
        """Gives the row back to be claimed ``after`` seconds from now; True when it was parked instead (too many tries).

        ``counted``: whether this was a failure of the delivery, or only a wait that the platform asked for.
        """
        with self.store.writing() as connection:
            parked = outbox.retry(connection, work, at, after, reason, counted=counted)
        if parked and outbox.is_promise(work):
            self._transactions.as_usher(work.workspace, at, lambda ctx: deliveries.stuck(ctx, work, reason))
        return parked

    # --- the home of a person ----------------------------------------------------------------------------------------

    def home_opened(self, person: Identity, at: int, stands: str = "") -> None:
        """Somebody looks at their Home on their platform; ``stands``: its word for what they see there, empty for nothing.

        It is shown through the outbox, at once and whenever it changes; for how long: see ``core.homes``.
        """
        with self.store.writing() as connection:
            homes.opened(connection, person, at, stands)

    def home(self, person: Identity, at: int, language: str = "") -> Home:
        """What a person's Home would show now."""
        with self.store.reading() as connection:
            return self._homes.of(connection, person, at, language)[0]

    # --- the clock's side ----------------------------------------------------------------------------------------

    def sweep(self, at: int) -> int:
        """Settles what has expired and marks reminders that are due; the number of rows it changed.

        Idempotent: any number of processes may run it at any time, and nothing depends on its having run.
        """
        return sweep(self.store, self._transactions.as_usher, at)

    # --- the web's and the operator's side -----------------------------------------------------------------------

    def landing(self, code: str, at: int, language: str = "") -> Card:
        """The public page for an invite link: who invites where and what to type. Changes nothing."""
        with speaking(language), self._transactions.reading(by_usher(at)) as ctx:
            return landing.page(ctx, code)

    def unfurled(self, code: str, at: int) -> tuple[Card, str] | None:
        """What is shown under an invite link in a chat: what its page says, in the workspace's language, and that language.

        None where the page would not say who invites where: whatever is wrong with the code, nothing tells it apart.
        """
        with self._transactions.reading(by_usher(at)) as ctx:
            return landing.unfurled(ctx, code)

    def check(self) -> None:
        """Raises when the database cannot be read."""
        with self.store.reading() as connection:
            connection.execute(_ANY)

    def export_audit(self, workspace: str) -> Iterator[str]:
        """The record of a workspace, by its id, as lines of JSON, oldest first."""
        with self.store.reading() as connection:
            yield from map(audit.as_line, audit.stream(connection, workspace))

    def recorded(self, workspace: str, at: int, most: int) -> tuple[int, list[auditing.Told]]:
        """How many events the record of a workspace has, and the latest of them in words, newest first."""
        with self._transactions.reading(by_usher(at)) as ctx:
            ctx.enter(workspace)
            return ctx.workspace.audit_length, auditing.latest(ctx, most)

    def workspace_ids(self, named: str) -> list[str]:
        """The ids of the workspaces that have this id or this name, without regard to case.

        One that was deleted is meant by its id alone, as long as another one has the name.
        """
        with self.store.reading() as connection:
            return operating.ids_of(connection, named)

    def workspaces(self) -> list[operating.Listed]:
        """Every workspace with its plan, its seats and its places."""
        with self.store.reading() as connection:
            return operating.listed(connection)

    def set_plan(self, workspace: str, plan: str, seats: int | None, at: int) -> operating.PlanChange:
        """Puts a workspace on a plan; ``seats``: its own number of them, instead of the plan's.

        Raises ``Refusal`` where nobody would be left who can run it, or it was deleted; ``ValueError`` where there is no such
        plan.
        """
        return self._transactions.as_usher(workspace, at, lambda ctx: operating.set_plan(ctx, plan, seats))

    def verify_audit(self) -> dict[str, int | None]:
        """For each workspace the first event that is changed or missing, None where the chain holds."""
        with self.store.reading() as connection:
            return operating.verified(connection)
