"""Each call in a transaction of its own.

Delivered twice it works once; refused it is undone, and leaves only its attempt on record; where two clash it is tried again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from core import deliveries, views
from core.calls import Actor, Call, Identity, Where
from core.cards import Card
from core.context import Context
from core.errors import Refusal, RefusalCode, Repeated
from core.guesses import count_wrong
from core.models import NOWHERE
from core.state import Config, RoleCache
from core.store import Store
from core.text import clean

_USHER = Actor(Identity("usher", "", ""), "Usher")
_NOWHERE = Where("usher", "", "")
_SEEN = text(
    "INSERT INTO events_seen (platform, event_id, seen_at) VALUES (:platform, :event, :at) "
    "ON CONFLICT (platform, event_id) DO NOTHING"
)
#: How often a command is tried when two transactions clash.
_TRIES = 4
_Made = TypeVar("_Made")


def by_usher(at: int) -> Call:
    """What nobody asked for: Usher itself looks, or does what has fallen due."""
    return Call(_USHER, _NOWHERE, at)


class Transactions:
    """Opens them on one store; what roles hold is kept from one to the next."""

    def __init__(self, store: Store, config: Config, cache: RoleCache) -> None:
        self._store = store
        self._config = config
        self._cache = cache

    @contextmanager
    def reading(self, call: Call) -> Iterator[Context]:
        """A transaction that only looks, and locks nothing."""
        with self._store.reading() as connection:
            yield Context(connection, call, self._config, self._cache, writes=False)

    @contextmanager
    def writing(self, call: Call) -> Iterator[Context]:
        with self._store.writing() as connection:
            ctx = Context(connection, call, self._config, self._cache, writes=True)
            yield ctx
            ctx.finish()

    def as_usher(self, workspace: str, at: int, step: Callable[[Context], _Made]) -> _Made:
        """Runs ``step`` in a workspace, in Usher's own name."""
        with self.writing(by_usher(at)) as ctx:
            ctx.enter(workspace)
            return step(ctx)

    def run(self, call: Call, step: Callable[[Context], Card], *, reads: bool) -> Card:
        """One transaction; a refusal rolls it back and is recorded in a small one of its own."""
        for _ in range(_TRIES - 1):
            try:
                return self._once(call, step, reads=reads)
            except (IntegrityError, OperationalError) as clash:
                # Somebody wrote the same row in the same moment (a double click, two admins): the next try sees theirs.
                if not is_clash(clash):
                    raise
        return self._once(call, step, reads=reads)

    def _once(self, call: Call, step: Callable[[Context], Card], *, reads: bool) -> Card:
        ctx: Context | None = None
        try:
            with self._transaction(reads=reads) as connection:
                if not reads:
                    _only_once(connection, call)
                ctx = Context(connection, call, self._config, self._cache, writes=not reads)
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
        return self._store.reading() if reads else self._store.writing()

    def _after_refusal(self, call: Call, refused: Context, refusal: Refusal) -> None:
        """Records the attempt, counts a wrong code, and has out-of-date cards looked at again."""
        with self._store.writing() as connection:
            _only_once(connection, call)
            ctx = Context(connection, call, self._config, self._cache, writes=True)
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
                    deliveries.adopt(ctx, stale, call.message)
            ctx.finish()


def first_time(connection: Connection, platform: str, event: str, at: int) -> bool:
    """Writes down a platform's event id; False when it was there before."""
    seen = connection.execute(_SEEN, {"platform": platform, "event": clean(event)[:200], "at": at})
    return bool(seen.rowcount)


def _only_once(connection: Connection, call: Call) -> None:
    """In the transaction of the work itself: whatever undoes the work lets the next delivery do it."""
    if call.event and not first_time(connection, call.where.platform, call.event, call.at):
        raise Repeated


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


def is_clash(error: DBAPIError) -> bool:
    """Two transactions wanted the same: worth another try. Anything else is a fault."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", "") in {
        "40001",
        "40P01",
        "55P03",
    }
