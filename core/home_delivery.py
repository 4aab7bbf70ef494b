"""What the relay does with a row of the outbox that stands for somebody's Home, which is of no workspace."""

from __future__ import annotations

from core import homes
from core.home import Homes, digest_of, next_end
from core.models import NOWHERE
from core.outbox_types import Publish, Result, Step, Work
from core.store import Store


def is_home(work: Work) -> bool:
    return work.workspace == NOWHERE and work.key.startswith(f"{homes.KEY}/")


def plan(store: Store, made: Homes, work: Work, at: int) -> list[Step]:
    """A Home that is still looked at is shown once more where it tells something else now. Nothing is locked for that."""
    person = homes.person_in(work.key)
    with store.reading() as connection:
        kept = homes.load(connection, person)
        if kept is None:
            return []
        found, language = made.of(connection, person, at)
        told = digest_of(found, language)
        return [] if kept.digest == told else [Publish(person, found, kept.version, told)]


def delivered(store: Store, work: Work, step: Publish, ref: Result, at: int) -> bool:
    """Records what the person sees now; True when the row is settled with that."""
    known = isinstance(ref, str)
    with store.writing() as connection:
        homes.shows(connection, step.person, step.digest if known else "", str(ref) if known else "")
        if known:
            homes.settle(connection, work.key, work.version, next_end(step.home, at))
    return known


def given_up(store: Store, step: Publish) -> None:
    with store.writing() as connection:
        homes.closed(connection, step.person)


def settle(store: Store, work: Work) -> None:
    with store.writing() as connection:
        homes.settle(connection, work.key, work.version, None)
