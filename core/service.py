"""The core's front door: every command and click, the relay's outbox and the sweeps, one transaction each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

# The use cases fill the catalogue when they are imported.
from core import (
    access_list,
    approving_less,
    asking_by_form,
    asking_for_access,
    asking_for_longer,
    asking_for_roles,
    assignment,
    audit,
    auditing,
    changing_by_form,
    completion,
    deciding_by_form,
    declining,
    deletion,
    drafts,
    emergency_by_form,
    explaining,
    export,
    forms,
    general,
    granting,
    group_changes,
    group_list,
    group_membership,
    home,
    homes,
    intents,
    invitation_changes,
    invitation_edits,
    invitation_list,
    invitations,
    inviting,
    inviting_by_form,
    join_requests,
    joins,
    longer_by_form,
    member_list,
    member_show,
    members,
    operating,
    outbox,
    presence,
    presets,
    removal,
    request_commands,
    resource_changes,
    resource_links,
    resource_list,
    role_changes,
    roles,
    setting_changes,
    setting_menus,
    several,
    taking_in_emergency,
    time_box_answers,
    transfers,
    views,
    workspaces,
)
from core.audit import FIRST_HASH
from core.binding import bind, by_the_clocks
from core.calls import OPEN, Actor, Call, Identity, Value, Where
from core.cards import Card, Home
from core.catalogue import ACTIONS, COMMANDS, Action, Command, Scope, arrange
from core.checks import Checks, Who
from core.context import Context
from core.errors import OtherSecret, Refusal, RefusalCode, Repeated, refusal_card
from core.guesses import count_wrong
from core.kept_reach import Which
from core.language import speaking
from core.lifecycle import InvitationStatus
from core.models import NOWHERE
from core.models import invitations as invitation_rows
from core.models import workspaces as workspace_rows
from core.names import names_of
from core.outbox_types import Later, Publish, Result, Step, Work
from core.people import Languages
from core.policy import Answer
from core.state import Config, RoleCache
from core.store import Store
from core.sweep import sweep
from core.text import clean, display_name, key, shorten
from core.weeks import zone_of

#: The order in which help shows the commands.
NOUNS = (
    "invite",
    "join",
    "decline",
    "request",
    "member",
    "role",
    "group",
    "resource",
    "access",
    "workspace",
    "audit",
    "me",
    "can",
    "why",
    "status",
    "help",
)
arrange(NOUNS)

SUBJECT_LIMIT = 100

_USHER = Actor(Identity("usher", "", ""), "Usher")
_NOWHERE = Where("usher", "", "")
_SEEN = text(
    "INSERT INTO events_seen (platform, event_id, seen_at) VALUES (:platform, :event, :at) "
    "ON CONFLICT (platform, event_id) DO NOTHING"
)
_HEADS = select(workspace_rows.c.workspace_id, workspace_rows.c.audit_length, workspace_rows.c.audit_hash)
_NAMES = select(workspace_rows.c.workspace_id, workspace_rows.c.name, workspace_rows.c.deleted_at).where(
    workspace_rows.c.workspace_id != NOWHERE
)
_ANY = select(workspace_rows.c.workspace_id).limit(1)
_NOWHERE_ROW = text(
    "INSERT INTO workspaces (workspace_id, name, scheme, plan, settings, counter, audit_length, audit_hash, "
    "roles_version, standing_version, member_count, declared, created_at) "
    "VALUES (:id, '', 'simple', '', :settings, 0, 0, :hash, 1, 1, 0, '[]', 0) "
    "ON CONFLICT (workspace_id) DO NOTHING"
)
#: Under this name that of the secret is kept, among the settings of the row above.
_FINGERPRINT = "fingerprint"
_KEPT = select(workspace_rows.c.settings).where(workspace_rows.c.workspace_id == NOWHERE)
_KEPT_FOR_WRITE = _KEPT.with_for_update()
_KEEP = (
    update(workspace_rows).where(workspace_rows.c.workspace_id == NOWHERE).values(settings=bindparam("kept"))
)
#: How often a command is tried when two transactions clash.
_TRIES = 4
_Made = TypeVar("_Made")
_BY_CODE = select(invitation_rows).where(invitation_rows.c.code_index == bindparam("code"))


class Core:
    """Everything that Usher decides. Synchronous; safe to call from several threads."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.config = config
        self._cache = RoleCache()
        self._checks = Checks(store, self._cache)
        self._languages = Languages(store)
        self._homes = home.Homes(config, self._cache)

    def prepare(self, *, new_secret: bool = False) -> None:
        """Makes sure of the stream for events that belong to no workspace, and of the secret. Harmless when repeated.

        Raises ``OtherSecret`` where the database was used with another one before, unless ``new_secret`` takes its place.
        """
        with self.store.writing() as connection:
            connection.execute(_NOWHERE_ROW, {"id": NOWHERE, "hash": FIRST_HASH, "settings": "{}"})
            kept = connection.execute(_KEPT_FOR_WRITE).scalar_one()
            if not self._fits(kept) and not new_secret:
                raise OtherSecret
            if kept.get(_FINGERPRINT) != self.config.codes.fingerprint:
                settings = {**kept, _FINGERPRINT: self.config.codes.fingerprint}
                connection.execute(_KEEP, {"kept": settings})

    def secret_fits(self) -> bool:
        """Whether the database knows no other secret."""
        with self.store.reading() as connection:
            return self._fits(connection.execute(_KEPT).scalar() or {})

    def _fits(self, kept: Mapping[str, Any]) -> bool:
        mine = self.config.codes.fingerprint
        return bool(kept.get(_FINGERPRINT, mine) == mine)

    # --- people's side -------------------------------------------------------------------------------------------

    def handle(self, call: Call) -> Card:
        """Answers a command or click in one transaction. Refusals are answers; only a fault raises.

        Raises ``Repeated`` where the call was delivered, and did its work, before. One that only reads is answered again.
        """
        call = _tidy(call)
        with speaking(self._languages.of(call)):
            return self._handle(call)

    def _handle(self, call: Call) -> Card:
        try:
            if call.action == forms.OPEN:
                return self._reopened(call)
            if call.form and call.form != OPEN:
                return self._filled(call)
            if call.action or not call.command:
                return self._pressed(call)
            return self._typed(call)
        except Refusal as refusal:
            return views.in_workspace(refusal_card(refusal), refusal.workspace)

    def _pressed(self, call: Call) -> Card:
        declared = ACTIONS.get(call.action)
        reads = declared is not None and declared.reads and declared.shape is None
        try:
            return self._run(call, lambda ctx: _press(ctx, declared), reads=reads)
        except Refusal as refusal:
            if refusal.code is not RefusalCode.REASON_NEEDED or declared is None or not declared.asks:
                raise
            asks = ACTIONS[declared.asks]
        # A click brings no reason along: where the policy wants one, it is asked for.
        return self._run(replace(call, action=asks.name), lambda ctx: _press(ctx, asks), reads=False)

    def _typed(self, call: Call) -> Card:
        command = COMMANDS.get(call.command)
        if command is None:
            # A platform still offers what we no longer know.
            command, call = (
                COMMANDS["help"],
                replace(call, form="", options={"command": shorten(clean(call.command))}),
            )
        missing, ask = _bound(call, command)
        if missing is not None or call.form:
            return self._run(call, lambda ctx: forms.open_command(ctx, command, missing), reads=False)
        if command.exports:
            return self._export(call, command, ask)
        return self._run(call, lambda ctx: _obey(ctx, command, ask), reads=command.reads)

    def _export(self, call: Call, command: Command, ask: Any) -> Card:
        """Reads for as long as that takes, which holds up nobody, and then puts on record what is given out.

        What cannot be recorded, since the person may not have it any more by then, is not given.
        """
        read: list[Context] = []

        def reading(ctx: Context) -> Card:
            read[:] = [ctx]
            return _obey(ctx, command, ask)

        card = self._run(call, reading, reads=True)
        self._run(call, lambda ctx: _put_on_record(ctx, command, read[0], card), reads=False)
        return card

    def _run(self, call: Call, step: Callable[[Context], Card], *, reads: bool) -> Card:
        """One transaction; a refusal rolls it back and is recorded in a small one of its own."""
        for _ in range(_TRIES - 1):
            try:
                return self._once(call, step, reads=reads)
            except (IntegrityError, OperationalError) as clash:
                # Somebody wrote the same row in the same moment (a double click, two admins): the next try sees theirs.
                if not _is_clash(clash):
                    raise
        return self._once(call, step, reads=reads)

    def _once(self, call: Call, step: Callable[[Context], Card], *, reads: bool) -> Card:
        ctx: Context | None = None
        try:
            with self._transaction(reads=reads) as connection:
                if not reads:
                    _only_once(connection, call)
                ctx = Context(connection, call, self.config, self._cache, writes=not reads)
                card = step(ctx)
                ctx.finish()
                return views.in_workspace(card, ctx.spoken_of)
        except Refusal as refusal:
            if ctx is not None:
                refusal.workspace = ctx.spoken_of
            if ctx is not None and (refusal.code.sentence.attempt or ctx.to_revisit or ctx.to_tell):
                self._after_refusal(call, ctx, refusal)
            raise

    def _transaction(self, *, reads: bool) -> AbstractContextManager[Connection]:
        return self.store.reading() if reads else self.store.writing()

    def _after_refusal(self, call: Call, refused: Context, refusal: Refusal) -> None:
        """Records the attempt, counts a wrong code, and has out-of-date cards looked at again."""
        with self.store.writing() as connection:
            _only_once(connection, call)
            ctx = Context(connection, call, self.config, self._cache, writes=True)
            if refusal.code is RefusalCode.UNKNOWN_CODE:
                count_wrong(connection, ctx.person, call.at)
            _enter_for_record(ctx, refused)
            if refusal.code.sentence.attempt:
                subject = call.subject if call.action else call.command
                ctx.record("refused", subject, what=call.action or call.command, code=refusal.code.name)
            for recipient, view, about in sorted(refused.to_tell):
                ctx.notify(recipient, view, about)
            for stale in refused.to_revisit:
                ctx.stale(stale)
                if call.message is not None:
                    outbox.adopt(ctx, stale, call.message)
            ctx.finish()

    # --- forms -------------------------------------------------------------------------------------------------------

    def _filled(self, call: Call) -> Card:
        """A form that comes back: what it was opened for is done once, or it is shown again with what is wrong."""
        draft = forms.check(self._draft(call), call.at)
        options = forms.merged(draft, call.options)
        call = _as_opened(call, draft, options)
        try:
            return self._run(call, lambda ctx: _carry_out(ctx, draft, options), reads=False)
        except Refusal as refusal:
            if refusal.code is RefusalCode.FORM_DONE:
                raise
            why = refusal
        return self._once_more(call, why, lambda ctx: forms.refused(ctx, draft, options, why))

    def _reopened(self, call: Call) -> Card:
        """The button that opens a form again, wherever it is pressed: what it was opened for says which workspace."""
        draft = forms.check(self._draft(call), call.at)
        opened = _as_opened(replace(call, message=None), draft, draft.options)
        return self._run(opened, lambda ctx: forms.again(ctx, draft), reads=True)

    def _once_more(self, call: Call, refusal: Refusal, step: Callable[[Context], Card]) -> Card:
        with self.store.writing() as connection:
            ctx = Context(connection, call, self.config, self._cache, writes=True)
            card = step(ctx)
            ctx.finish()
            return views.in_workspace(card, refusal.workspace)

    def _draft(self, call: Call) -> drafts.Draft | None:
        """What a call sends, or opens again, if this person opened it."""
        key = call.subject.partition("/")[2] if call.action == forms.OPEN else call.form
        with self.store.reading() as connection:
            return drafts.load(connection, call.actor.identity, key)

    def form_facts(self, call: Call) -> frozenset[str]:
        """What the platform is to be asked about the person before ``call``, which sends a form or opens it again."""
        draft = self._draft(_tidy(call))
        return forms.declared_of(draft).facts if draft is not None and forms.is_known(draft) else frozenset()

    def complete_form(self, key: str, name: str, typed: str, call: Call) -> list[tuple[str, str]]:
        """Up to 100 ``(value, label)`` for a field of a form that is looked for; ``call``: who types, and what is filled in."""
        call = _tidy(replace(call, form=key))
        draft = self._draft(call)
        if draft is None or not forms.is_known(draft):
            return []
        call = _as_opened(call, draft, {**draft.options, **call.options})
        with speaking(self._languages.of(call)), self.store.reading() as connection:
            ctx = Context(connection, call, self.config, self._cache, writes=False)
            return forms.complete(ctx, draft, name, typed)

    def complete(self, call: Call, option: str, typed: str) -> list[tuple[str, str]]:
        """Up to 25 ``(value, label)`` for an option of ``call.command`` that ``typed`` begins."""
        with speaking(self._languages.of(call)), self.store.reading() as connection:
            ctx = Context(connection, call, self.config, self._cache, writes=False)
            # Where several workspaces could be meant, some values are there all the same.
            with suppress(Refusal):
                ctx.enter_place()
            return completion.complete(ctx, option, typed)

    def reads(self, actor: Actor) -> None:
        """Remembers the language that a platform says a person reads."""
        self._languages.of(Call(actor, _NOWHERE, 0))

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
            self._as_usher(workspace, at, lambda ctx: presence.mark(ctx, platform, realm, gone=gone))
        return bool(found)

    def first_time(self, platform: str, event: str, at: int) -> bool:
        """Records a platform's event id; False when it was recorded before."""
        with self.store.writing() as connection:
            return _first_time(connection, platform, event, at)

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
        if _is_home(work):
            return self._home_steps(homes.person_in(work.key), at)
        return self._as_usher(work.workspace, at, lambda ctx: outbox.plan(ctx, work))

    def _home_steps(self, person: Identity, at: int) -> list[Step]:
        """A Home that is still looked at is shown once more where it tells something else now. Nothing is locked for that."""
        with self.store.reading() as connection:
            kept = homes.load(connection, person)
            if kept is None:
                return []
            found, language = self._homes.of(connection, person, at)
            told = home.digest_of(found, language)
            return [] if kept.digest == told else [Publish(person, found, kept.version, told)]

    def delivered(self, work: Work, step: Step, ref: Result, at: int) -> bool:
        """Records that ``step`` was carried out, and what came of it; True when the row is settled with that."""
        if isinstance(step, Publish):
            with self.store.writing() as connection:
                known = isinstance(ref, str)
                homes.shows(connection, step.person, step.digest if known else "", str(ref) if known else "")
                if known:
                    homes.settle(connection, work.key, work.version, home.next_end(step.home, at))
            return known
        return self._as_usher(work.workspace, at, lambda ctx: outbox.delivered(ctx, work, step, ref))

    def given_up(self, work: Work, step: Step, reason: str, at: int) -> None:
        """Records that this copy cannot be delivered (gone, forbidden); the others go on."""
        if isinstance(step, Publish):
            with self.store.writing() as connection:
                homes.closed(connection, step.person)
            return
        self._as_usher(work.workspace, at, lambda ctx: outbox.given_up(ctx, step, reason))

    def settle(self, work: Work, at: int) -> None:
        """The row is done, unless it became stale again meanwhile."""
        if _is_home(work):
            with self.store.writing() as connection:
                homes.settle(connection, work.key, work.version, None)
            return
        self._as_usher(work.workspace, at, lambda ctx: outbox.settle(ctx, work))

    def retry(self, work: Work, at: int, after: float, reason: str, *, counted: bool = True) -> bool:
        """Gives the row back to be claimed ``after`` seconds from now; True when it was parked instead (too many tries).

        ``counted``: whether this was a failure of the delivery, or only a wait that the platform asked for.
        """
        with self.store.writing() as connection:
            parked = outbox.retry(connection, work, at, after, reason, counted=counted)
        if parked and outbox.is_promise(work):
            self._as_usher(work.workspace, at, lambda ctx: outbox.stuck(ctx, work, reason))
        return parked

    def _as_usher(self, workspace: str, at: int, step: Callable[[Context], _Made]) -> _Made:
        with self.store.writing() as connection:
            ctx = Context(connection, Call(_USHER, _NOWHERE, at), self.config, self._cache, writes=True)
            ctx.enter(workspace)
            made = step(ctx)
            ctx.finish()
            return made

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
        return sweep(self.store, self._as_usher, at)

    # --- the web's and the operator's side -----------------------------------------------------------------------

    def landing(self, code: str, at: int, language: str = "") -> Card:
        """The public page for an invite link: who invites where and what to type. Changes nothing."""
        with speaking(language), self.store.reading() as connection:
            row = connection.execute(_BY_CODE, {"code": self.config.codes.index(code[:200])}).first()
            if row is None:
                return views.landing_dead()
            ctx = Context(connection, Call(_USHER, _NOWHERE, at), self.config, self._cache, writes=False)
            ctx.enter(row.workspace_id)
            names = names_of(ctx, {row.created_by})
            facts = invitations.facts_of(ctx, row, names, secret=True)
            if facts.status is not InvitationStatus.PENDING:
                return views.landing_dead()
            return views.landing(facts.workspace, facts.inviter, facts.code, facts.expires_at)

    def unfurled(self, code: str, at: int) -> tuple[Card, str] | None:
        """What is shown under an invite link in a chat: what its page says, in the workspace's language, and that language.

        None where the page would not say who invites where: whatever is wrong with the code, nothing tells it apart.
        """
        with self.store.reading() as connection:
            row = connection.execute(_BY_CODE, {"code": self.config.codes.index(code[:200])}).first()
            if row is None:
                return None
            ctx = Context(connection, Call(_USHER, _NOWHERE, at), self.config, self._cache, writes=False)
            ctx.enter(row.workspace_id)
            language = str(ctx.workspace.setting("language"))
            with speaking(language):
                names = names_of(ctx, {row.created_by})
                facts = invitations.facts_of(ctx, row, names, secret=True)
                if facts.status is not InvitationStatus.PENDING:
                    return None
                card = views.landing(facts.workspace, facts.inviter, facts.code, facts.expires_at)
                return card.without_buttons(), language

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
        with self.store.reading() as connection:
            ctx = Context(connection, Call(_USHER, _NOWHERE, at), self.config, self._cache, writes=False)
            ctx.enter(workspace)
            return ctx.workspace.audit_length, auditing.latest(ctx, most)

    def workspace_ids(self, named: str) -> list[str]:
        """The ids of the workspaces that have this id or this name, without regard to case.

        One that was deleted is meant by its id alone, as long as another one has the name.
        """
        wanted = key(named)
        with self.store.reading() as connection:
            rows = connection.execute(_NAMES).all()
        of_name = [row for row in rows if key(row.name) == wanted]
        of_name = [row for row in of_name if row.deleted_at is None] or of_name
        return [row.workspace_id for row in rows if row.workspace_id == named or row in of_name]

    def workspaces(self) -> list[operating.Listed]:
        """Every workspace with its plan, its seats and its places."""
        with self.store.reading() as connection:
            return operating.listed(connection)

    def set_plan(self, workspace: str, plan: str, seats: int | None, at: int) -> operating.PlanChange:
        """Puts a workspace on a plan; ``seats``: its own number of them, instead of the plan's.

        Raises ``Refusal`` where nobody would be left who can run it, or it was deleted; ``ValueError`` where there is no such
        plan.
        """
        return self._as_usher(workspace, at, lambda ctx: operating.set_plan(ctx, plan, seats))

    def verify_audit(self) -> dict[str, int | None]:
        """For each workspace the first event that is changed or missing, None where the chain holds."""
        with self.store.reading() as connection:
            heads = connection.execute(_HEADS).all()
            return {
                row.workspace_id: audit.verify(connection, row.workspace_id, row.audit_length, row.audit_hash)
                for row in heads
            }


def _is_home(work: Work) -> bool:
    return work.workspace == NOWHERE and work.key.startswith(f"{homes.KEY}/")


def _tidy(call: Call) -> Call:
    """The call with what anybody may have typed or forged in a form that every database can keep."""
    name = display_name(call.actor.name, "Somebody")
    action, subject = clean(call.action)[:SUBJECT_LIMIT], clean(call.subject)[:SUBJECT_LIMIT]
    if call.form:
        call = replace(call, form=clean(call.form)[:SUBJECT_LIMIT] or "?")
    if call.action and not action:
        action = "?"  # still a click, and not a command
    if (name, action, subject) == (call.actor.name, call.action, call.subject):
        return call
    return replace(call, actor=replace(call.actor, name=name), action=action, subject=subject)


def _first_time(connection: Connection, platform: str, event: str, at: int) -> bool:
    seen = connection.execute(_SEEN, {"platform": platform, "event": clean(event)[:200], "at": at})
    return bool(seen.rowcount)


def _only_once(connection: Connection, call: Call) -> None:
    """In the transaction of the work itself: whatever undoes the work lets the next delivery do it."""
    if call.event and not _first_time(connection, call.where.platform, call.event, call.at):
        raise Repeated


def _bound(call: Call, command: Command) -> tuple[Refusal | None, Any]:
    """What a command asks for, or why it cannot be told without something more."""
    if call.form:
        return None, None
    try:
        return None, bind(command, call.options, call.at)
    except Refusal as refusal:
        if refusal.code is not RefusalCode.MISSING_OPTION:
            raise
        return refusal, None


def _as_opened(call: Call, draft: drafts.Draft, options: Mapping[str, Value]) -> Call:
    """The call as if it had been made where the form was opened, by what opened it.

    What a platform says of somebody holds for the team or server about which it was asked, and for no other.
    """
    actor = call.actor
    if (call.where.platform, call.where.realm) != (draft.where.platform, draft.where.realm):
        actor = replace(actor, email=None, place_admin=False, outside=None)
    return replace(
        call,
        actor=actor,
        where=draft.where,
        command=draft.command,
        action=draft.action,
        subject=draft.subject,
        options=dict(options),
    )


def _carry_out(ctx: Context, draft: drafts.Draft, options: Mapping[str, Value]) -> Card:
    declared = forms.declared_of(draft)
    local, ask = forms.take(ctx, draft, options)
    if ctx.found is not None:
        ask = by_the_clocks(declared, ask, zone_of(ctx.found.kept), ctx.at)
    card: Card = (
        declared.handler(ctx, ask) if isinstance(declared, Command) else declared.handler(ctx, local, ask)
    )
    return card


def _obey(ctx: Context, declared: Command, ask: Any) -> Card:
    if declared.scope is Scope.PLACE:
        try:
            ctx.enter_place()
            if ctx.found is not None:
                ask = by_the_clocks(declared, ask, zone_of(ctx.found.kept), ctx.at)
        except Refusal:
            if declared.name != "help":
                raise  # help has an answer without a workspace too
    ctx.require(declared.needs)
    card: Card = declared.handler(ctx, ask)
    return card


def _put_on_record(ctx: Context, declared: Command, read: Context, card: Card) -> Card:
    if not ctx.enter(read.workspace.workspace_id):
        raise Refusal(RefusalCode.NOT_LINKED)
    ctx.require(declared.needs)
    for event, subject, facts in read.to_record:
        ctx.record(event, subject, **facts)
    return card


def _press(ctx: Context, declared: Action | None) -> Card:
    """A click: the subject says which workspace, and everything else is read again."""
    workspace, _, local = ctx.call.subject.partition("/")
    if declared is None or not local or workspace == NOWHERE or not ctx.enter(workspace):
        raise Refusal(RefusalCode.UNKNOWN_BUTTON)
    ctx.require(declared.needs)
    card: Card = (
        declared.handler(ctx, local) if declared.shape is None else forms.open_action(ctx, declared, local)
    )
    if ctx.call.message is not None and declared.live:
        outbox.adopt(ctx, local, ctx.call.message)
    return card


def _enter_for_record(ctx: Context, refused: Context) -> None:
    """The workspace in whose record a refusal belongs: the one it was about, else the one of the place, else none."""
    if refused.found is not None:
        if not ctx.enter(refused.found.workspace_id):  # deleted in this very moment
            ctx.enter(NOWHERE)
        return
    try:
        ctx.enter_place()
    except Refusal:
        ctx.enter(NOWHERE)
    if ctx.found is None:
        ctx.enter(NOWHERE)


def _is_clash(error: DBAPIError) -> bool:
    """Two transactions wanted the same: worth another try. Anything else is a fault."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in {
        "40001",
        "40P01",
        "55P03",
    }


__all__ = [
    "Core",
    "access_list",
    "approving_less",
    "asking_by_form",
    "asking_for_access",
    "asking_for_longer",
    "asking_for_roles",
    "assignment",
    "auditing",
    "changing_by_form",
    "deciding_by_form",
    "declining",
    "deletion",
    "emergency_by_form",
    "explaining",
    "export",
    "general",
    "granting",
    "group_changes",
    "group_list",
    "group_membership",
    "intents",
    "invitation_changes",
    "invitation_edits",
    "invitation_list",
    "inviting",
    "inviting_by_form",
    "join_requests",
    "joins",
    "longer_by_form",
    "member_list",
    "member_show",
    "members",
    "presets",
    "removal",
    "request_commands",
    "resource_changes",
    "resource_links",
    "resource_list",
    "role_changes",
    "roles",
    "setting_changes",
    "setting_menus",
    "several",
    "taking_in_emergency",
    "time_box_answers",
    "transfers",
    "workspaces",
]
