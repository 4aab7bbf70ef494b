"""A sweep that finds 100,000 rows due among 1,000,000, beside the one raw UPDATE that marks those rows."""

from __future__ import annotations

import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import text

from bench.children import Broken
from bench.figures import Plan, Report, megabytes, millis, ratios, seconds, times
from core.calls import Actor, Call, Identity, Where
from core.cards import Tone
from core.durations import DAY
from core.ids import Codes
from core.service import Core
from core.state import Config
from core.store import Store
from tests.drivers.databases import shared

AT = 1_790_000_000
DUE, ALL = 100_000, 1_000_000
MOST = 3.0
_OWNER = Actor(Identity("slack", "T1", "U0"), "Ada", place_admin=True)
_WHERE = Where("slack", "T1", "C1")

#: Every tenth row falls due within the next day, at moments spread over it; the others end in months.
_GRANTS = (
    "INSERT INTO grants (workspace_id, resource_id, holder, layer, level, given_at, ends_at, given_by, source, reminded) "
    "{numbers} SELECT :ws, 'res-' || CAST(n / 20 AS TEXT), 'mem-' || CAST(n AS TEXT), 'timed-2', 2, :at, "
    ":at + CASE WHEN n % 10 = 0 THEN 7200 + (n / 10) % 70000 ELSE 5000000 + n END, 'mem-1', 'bench', 0 FROM numbers"
)
_REQUESTS = (
    "INSERT INTO requests (workspace_id, request_id, kind, status, person, platform, realm, subject, name, roles, "
    "policy, effect, topic, facts, created_at, expires_at, reason) "
    "{numbers} SELECT :ws, 'req-' || CAST(n AS TEXT), 'join', 'pending', 'slack/T1/U' || CAST(n AS TEXT), 'slack', "
    "'T1', 'U' || CAST(n AS TEXT), 'Somebody', '[]', '{{}}', '', '', '{{}}', :at, "
    ":at + CASE WHEN n % 10 = 0 THEN 7200 + (n / 10) % 70000 ELSE 5000000 + n END, '' FROM numbers"
)
_NUMBERS = {
    True: "WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < :count)",
    False: "WITH numbers (n) AS (SELECT generate_series(0, :count - 1))",
}


class Case(NamedTuple):
    """``at``: when it is swept. ``raw``: the one statement that marks the rows. ``back``: how they are as before again.

    ``gone``: the one statement that deletes them, where that is what becomes of them.
    """

    name: str
    table: str
    build: str
    at: int
    raw: str
    back: tuple[str, ...]
    gone: str = ""
    target: float | None = MOST
    due: int = DUE


_FORGET = (
    "DELETE FROM outbox",
    "DELETE FROM audit_events WHERE event IN ('access.ended', 'request.expired')",
)
CASES = (
    Case(
        "a day before the end of a grant",
        "grants",
        _GRANTS,
        AT,
        f"UPDATE grants SET reminded = 1 WHERE ends_at > {AT} AND ends_at <= {AT + DAY} AND reminded < 1",
        ("UPDATE grants SET reminded = 0 WHERE reminded > 0",),
    ),
    Case(
        "the end of a grant",
        "grants",
        _GRANTS,
        AT + DAY,
        f"UPDATE grants SET reminded = 2 WHERE ends_at <= {AT + DAY}",
        (
            "DELETE FROM grants WHERE reminded > 0",
            # Those that were only marked are gone now too.
            _GRANTS.replace("FROM numbers", "FROM numbers WHERE n % 10 = 0"),
        ),
        f"DELETE FROM grants WHERE ends_at <= {AT + DAY}",
    ),
    Case(
        "the end of a request",
        "requests",
        _REQUESTS,
        AT + DAY,
        f"UPDATE requests SET status = 'expired', decided_at = expires_at "
        f"WHERE status = 'pending' AND expires_at <= {AT + DAY}",
        ("UPDATE requests SET status = 'pending', decided_at = NULL WHERE status = 'expired'",),
        "",
        None,
        DUE // 10,
    ),
)


def measure(plan: Plan) -> Report:
    report = Report(f"A sweep that finds {DUE:,} of {ALL:,} rows due")
    rounds = min(plan.rounds, 3)
    for kind in ("sqlite", "postgres"):
        for case in CASES:
            with (
                tempfile.TemporaryDirectory(prefix="usher-bench-") as found,
                _built(kind, Path(found), case) as b,
            ):
                _compare(report, kind, case, b, rounds)
    report.notes.append(
        "A sweep marks or deletes the rows, writes a notice for each into the outbox and what is recorded into the audit, in "
        "short transactions of at most 2,500 reminders or grants, or 500 requests, so that nobody waits long behind it. The raw "
        "UPDATE is one statement in one transaction, which marks the rows and tells nobody. All rows are in one workspace."
    )
    report.notes.append(
        "Grants whose time is over are deleted: on SQLite the one raw DELETE alone, which takes each row out of three indices, "
        "costs several times the UPDATE; on PostgreSQL it leaves that work to a later vacuum. Of grants one event is recorded "
        "for each transaction. Of requests it is one for each, with a card to be brought up to date, which is why these have "
        "no target."
    )
    report.notes.append(
        "The memory is the most that Python held at a time during a sweep, in a run of its own."
    )
    return report


class Bench(NamedTuple):
    core: Core
    workspace: str
    due: int


@contextmanager
def _built(kind: str, folder: Path, case: Case) -> Iterator[Bench]:
    with shared().fresh(kind, folder) as url:
        store = Store(url)
        core = Core(store, Config(Codes(b"a secret for the bench"), "http://127.0.0.1:8080"))
        core.prepare()
        card = core.handle(Call(_OWNER, _WHERE, AT, "workspace create", {"name": "Bench"}))
        if card.tone in {Tone.REFUSED, Tone.BROKEN}:
            raise Broken(f"the core refused: {card}")
        with store.reading() as connection:
            found = "SELECT workspace_id FROM workspaces WHERE name = 'Bench'"
            workspace = connection.exec_driver_sql(found).scalar_one()
        bench = Bench(core, workspace, case.due)
        _run(bench, case.build)
        _tidy(store)
        yield bench
        store.close()


def _run(bench: Bench, *statements: str) -> None:
    """Statements that may take long, in one transaction."""
    store = bench.core.store
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        for statement in statements:
            typed = (
                statement.format(numbers=_NUMBERS[store.is_sqlite]) if "{numbers}" in statement else statement
            )
            params = {"ws": bench.workspace, "at": AT, "count": bench.due * ALL // DUE}
            connection.execute(text(typed), {name: params[name] for name in params if f":{name}" in typed})


def _tidy(store: Store) -> None:
    """Neither side works through what the other left behind."""
    if store.is_sqlite:
        with store.engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET statement_timeout = 0")
        connection.exec_driver_sql("VACUUM ANALYZE")
        connection.exec_driver_sql("CHECKPOINT")


def _compare(report: Report, kind: str, case: Case, bench: Bench, rounds: int) -> None:
    name = f"{case.name}, {kind}" + ("" if case.due == DUE else f" ({case.due:,} of them)")
    store = bench.core.store
    took: dict[str, list[float]] = {"the sweep": [], "the raw UPDATE": []}
    sides: dict[str, Callable[[], int]] = {
        "the sweep": lambda: bench.core.sweep(case.at),
        "the raw UPDATE": lambda: _raw(store, case.raw),
    }
    if case.gone:
        took["the raw DELETE"] = []
        sides["the raw DELETE"] = lambda: _raw(store, case.gone)
    for number in range(rounds):
        order = list(sides)
        for side in order[number % len(order) :] + order[: number % len(order)]:
            begun = time.perf_counter()
            _check(sides[side], case)
            took[side].append(time.perf_counter() - begun)
            _again(bench, case)
    tracemalloc.start()
    _check(sides["the sweep"], case)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    pauses = _pauses(bench, case)
    for side, found in took.items():
        report.add(f"{name}: {side}", found, seconds)
    for side in list(took)[1:]:
        bound = case.target is not None and side == "the raw UPDATE"
        target: dict[str, Any] = {"target": case.target, "at_most": True} if bound else {}
        report.add(f"{name}: the sweep, times {side}", ratios(took["the sweep"], took[side]), times, **target)
    report.add(f"{name}: the most memory at a time", [most / 1e6], megabytes)
    report.add(f"{name}: the longest transaction", [max(pauses)], millis)


def _raw(store: Store, statement: str) -> int:
    with store.writing() as connection:
        if not store.is_sqlite:
            connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        return connection.exec_driver_sql(statement).rowcount


def _check(side: Callable[[], int], case: Case) -> None:
    # A digest of the workspace may fall due beside them.
    if not case.due <= (found := side()) <= case.due + 2:
        raise Broken(f"{found:,} rows instead of {case.due:,}")


def _again(bench: Bench, case: Case) -> None:
    _run(bench, *case.back, *_FORGET)
    # The record begins anew with its first event, as it was.
    _run(bench, "UPDATE workspaces SET digest_at = NULL")
    _tidy(bench.core.store)


def _pauses(bench: Bench, case: Case) -> list[float]:
    """How long each transaction of one more sweep takes."""
    _again(bench, case)
    store, took = bench.core.store, []
    writing = store.writing

    @contextmanager
    def timed() -> Iterator[Any]:
        begun = time.perf_counter()
        with writing() as connection:
            yield connection
        took.append(time.perf_counter() - begun)

    store.writing = timed  # type: ignore[method-assign]
    try:
        bench.core.sweep(case.at)
    finally:
        del store.writing  # type: ignore[method-assign]
    return took
