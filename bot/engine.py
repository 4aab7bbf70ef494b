"""The core on its database: the one place that opens, checks and migrates it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bot import keys
from bot.config import Settings
from bot.faults import SettingsError, StartError
from core import presence, schema
from core.errors import OtherSecret
from core.ids import Codes
from core.service import Core
from core.state import Config
from core.store import Store

log = structlog.get_logger("usher")

#: The pool of connections has as many.
THREADS = 8
_THREAD = "usher-core"
MISMATCH = (
    "set USHER_SECRET (or put back the file beside the database) to what it was and what every other process has, or no "
    "code of an open invitation opens anything. If it is lost, make all of them anew after: .venv/bin/usher migrate --new-secret"
)
#: The longest wait, at the end, for what still runs; a database that hangs may never answer.
CLOSE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Engine:
    """The opened core; ``executor`` runs it beside the event loop."""

    core: Core
    store: Store
    executor: ThreadPoolExecutor
    clock: Callable[[], int]

    def well(self) -> bool:
        """Whether the database answers."""
        try:
            self.core.check()
        except SQLAlchemyError:
            return False
        return True

    def close(self, seconds: float = CLOSE_SECONDS) -> bool:
        """Waits for what still runs, but not for ever; False when a thread still waits for the database."""
        ending = partial(self.executor.shutdown, wait=True, cancel_futures=True)
        closer = threading.Thread(target=ending, name="usher-close", daemon=True)
        closer.start()
        closer.join(seconds)
        if closer.is_alive():
            log.error(
                "database_hangs", waited=seconds, do="nothing is lost: what was not committed is undone"
            )
            return False
        self.store.close()
        return True


def leave(code: int) -> None:
    """Ends the process with ``code``; at once where a thread still waits for the database, as Python would wait for it."""
    if any(thread.name.startswith(_THREAD) for thread in threading.enumerate()):
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)
    sys.exit(code)


def open_engine(settings: Settings, clock: Callable[[], int]) -> Engine:
    """Opens the core. An SQLite file is made and migrated by itself; PostgreSQL, which others use too, is not."""
    secret = keys.secret(settings)
    store = _store(settings)
    with _explained(settings, store):
        if store.is_sqlite:
            schema.migrate(store)
        elif not schema.is_current(store):
            raise StartError(
                "The database does not have this version's tables. Run this first: .venv/bin/usher migrate"
            )
        core = Core(store, Config(Codes(secret), settings.public_url, settings.default_plan))
        try:
            core.prepare()
        except OtherSecret:
            raise StartError(f"This is not the secret that the database was used with: {MISMATCH}") from None
    return Engine(core, store, ThreadPoolExecutor(THREADS, _THREAD), clock)


def migrate(settings: Settings, *, new_secret: bool = False) -> None:
    """Brings the database to this version's tables; with ``new_secret`` the present one replaces what it was used with."""
    secret = keys.secret(settings) if new_secret else None
    store = _store(settings)
    with _explained(settings, store):
        schema.migrate(store)
        if secret is not None:
            Core(store, Config(Codes(secret), settings.public_url)).prepare(new_secret=True)
    store.close()


def secret_fits(settings: Settings) -> bool:
    """False where the database was used with another secret than that of ``settings``. Changes nothing.

    For a database without trouble; one that was never used fits all.
    """
    secret = keys.found(settings)
    if secret is None:
        return True
    store = _store(settings)
    with _explained(settings, store):
        fits = Core(store, Config(Codes(secret), settings.public_url)).secret_fits()
    store.close()
    return fits


def lost_places(settings: Settings) -> list[tuple[str, str]]:
    """Where Usher was taken out although something is linked there. For a database without trouble."""
    store = _store(settings)
    with _explained(settings, store), store.reading() as connection:
        found = presence.gone_realms(connection)
    store.close()
    return found


def database_trouble(settings: Settings) -> str:
    """What is wrong with the database and what to do about it; empty when nothing is. Changes nothing."""
    try:
        store = _store(settings)
        with _explained(settings, store):
            current = schema.is_current(store)
        store.close()
    except (SettingsError, StartError) as trouble:
        return str(trouble)
    if current:
        return ""
    return "It does not have this version's tables: run .venv/bin/usher migrate" + (
        "" if not store.is_sqlite else ", or start Usher"
    )


def _store(settings: Settings) -> Store:
    try:
        return Store(settings.database_url)
    except (ArgumentError, ValueError):
        raise SettingsError(
            "USHER_DATABASE_URL can't be read: write it as postgresql://user:password@host/usher"
        ) from None


@contextmanager
def _explained(settings: Settings, store: Store) -> Iterator[None]:
    """Turns what a database says when it cannot be used into a sentence, without what the address holds."""
    try:
        yield
    except SQLAlchemyError as fault:
        store.close()
        said = str(getattr(fault, "orig", None) or type(fault).__name__).strip().splitlines() or [""]
        if settings.sqlite_file is not None:
            where, do = str(settings.sqlite_file), "that its folder is there and can be written to"
        else:
            where, do = (
                store.url.render_as_string(hide_password=True),
                "that it runs and lets this machine in",
            )
        raise StartError(
            f"The database {where} can't be used ({said[0]}): check USHER_DATABASE_URL, and {do}."
        ) from None
    except Exception as fault:
        store.close()
        if type(fault).__name__ == "CommandError":  # Alembic's own, whose import takes long
            raise StartError(
                f"The database was made by another version of Usher ({fault}): run that version, or a later one."
            ) from None
        raise
