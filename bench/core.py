"""Create + accept through ``Core.handle`` beside the very same writes in raw ``sqlite3``."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import event

from bench.children import Broken
from bench.figures import Plan, Report, millis, per_second, percent, ratios
from bench.machine import file_system
from core import schema
from core.calls import Actor, Call, Identity, Where
from core.cards import Card, Code, Tone
from core.ids import Codes
from core.service import Core
from core.state import Config
from core.store import Store

AT = 1_790_000_000
ROLE = "Workspace Editor"
PAIRS_A_SECOND = 600
_WHERE = Where("slack", "T1", "C1")
_OWNER = Actor(Identity("slack", "T1", "U0"), "Ada", place_admin=True)
_CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")
_WRITES = ("INSERT", "UPDATE", "DELETE")
_TABLES = (
    "invitations",
    "invitation_uses",
    "members",
    "identities",
    "member_roles",
    "audit_events",
    "outbox",
    "workspaces",
)


class Statement(NamedTuple):
    sql: str
    parameters: Any
    many: bool


Transaction = list[Statement]


def measure(plan: Plan) -> Report:
    report = Report(f"Create + accept, {plan.pairs:,} pairs a round on an SQLite file, WAL")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as found:
        folder = Path(found)
        template = folder / "template.db"
        _prepare(template)
        writes = _record(folder, template, plan.pairs)
        for synchronous in ("FULL", "NORMAL"):
            _both(report, plan, folder, template, writes, synchronous)
        kind = file_system(folder)
    count = len(writes) // 2
    statements = sum(len(transaction) for transaction in writes)
    report.notes.append(
        f"A pair is `invite create` by the owner with a role and `join` by a new person: two transactions, "
        f"{statements / count:.0f} writing statements. Usher ships synchronous=FULL; the file system is {kind}."
    )
    report.notes.append(
        "The raw side replays Usher's own writes with their values on the same tables and indices, without "
        "reading, deciding or making anything; after each round the two files hold the same rows, which is checked."
    )
    report.notes.append(
        "With FULL each of the two transactions waits for the disk: the raw writes beside it and the time of one synced "
        "page say how much of that is the disk's. NORMAL syncs only at checkpoints and shows what Usher itself costs."
    )
    return report


def _both(
    report: Report,
    plan: Plan,
    folder: Path,
    template: Path,
    writes: list[Transaction],
    synchronous: str,
) -> None:
    ours, bare, syncs = [], [], []
    for number in range(plan.rounds):
        mine, raw = folder / "usher.db", folder / "raw.db"
        for path in (mine, raw):
            _remove(path)
            shutil.copy(template, path)
        for who in ("usher", "raw") if number % 2 else ("raw", "usher"):
            if who == "usher":
                ours.append(plan.pairs / _usher(mine, plan.pairs, synchronous))
            else:
                bare.append(plan.pairs / _raw(raw, writes, synchronous))
        syncs.append(_sync(folder / "synced"))
        _compare(mine, raw, plan.pairs)
    name = f"synchronous={synchronous}"
    report.add(f"Usher, {name}", ours, per_second, target=PAIRS_A_SECOND)
    report.add(f"raw sqlite3, {name}", bare, per_second)
    report.add(f"Usher's share of the raw writes, {name}", ratios(ours, bare), percent)
    if synchronous == "FULL":
        report.add("one page appended and synced on this disk", syncs, millis)


def _core(path: Path, synchronous: str) -> Core:
    store = Store(f"sqlite:///{path}", synchronous=synchronous)
    return Core(store, Config(Codes(b"a secret for the bench"), "http://127.0.0.1:8080"))


def _prepare(path: Path) -> None:
    """A migrated database with one workspace, whose owner invites; its path ends in one whole file."""
    core = _core(path, "FULL")
    schema.migrate(core.store)
    core.prepare()
    _good(core.handle(Call(_OWNER, _WHERE, AT, "workspace create", {"name": "Bench"})))
    setting = {"setting": "join_policy", "value": "instant"}
    _good(core.handle(Call(_OWNER, _WHERE, AT, "workspace set", setting)))
    core.store.close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _good(card: Card) -> Card:
    if card.tone in {Tone.REFUSED, Tone.BROKEN}:
        raise Broken(f"the core refused: {card}")
    return card


def _pairs(core: Core, pairs: int) -> None:
    for number in range(1, pairs + 1):
        made = core.handle(
            Call(_OWNER, _WHERE, AT, "invite create", {"role": ROLE, "name": f"Link {number}"})
        )
        person = Actor(Identity("slack", "T1", f"U{number}"), f"Person {number}")
        _good(core.handle(Call(person, _WHERE, AT, "join", {"code": _code(made)})))


def _code(card: Card) -> str:
    """Read from the answer, as a person does."""
    for _, value in card.fields:
        for span in value:
            if isinstance(span, Code) and _CODE.fullmatch(span.text):
                return span.text
    raise Broken(f"no code on {card}")


def _usher(path: Path, pairs: int, synchronous: str) -> float:
    core = _core(path, synchronous)
    core.check()
    begun = time.perf_counter()
    _pairs(core, pairs)
    took = time.perf_counter() - begun
    core.store.close()
    return took


def _record(folder: Path, template: Path, pairs: int) -> list[Transaction]:
    """Every writing statement of a run, by transaction; also warms up what is compiled on first use."""
    path = folder / "recorded.db"
    shutil.copy(template, path)
    core = _core(path, "NORMAL")
    transactions: list[Transaction] = []
    open_one: Transaction = []

    def listen(_conn: Any, _cursor: Any, sql: str, parameters: Any, _context: Any, many: bool) -> None:
        if sql.startswith(_WRITES):
            open_one.append(Statement(sql, parameters, many))

    def commit(_conn: Any) -> None:
        transactions.append(open_one.copy())
        open_one.clear()

    event.listen(core.store.engine, "before_cursor_execute", listen)
    event.listen(core.store.engine, "commit", commit)
    _pairs(core, pairs)
    core.store.close()
    _remove(path)
    if len(transactions) != 2 * pairs or not all(transactions):
        raise Broken(f"{pairs} pairs took {len(transactions)} transactions")
    return transactions


def _raw(path: Path, writes: list[Transaction], synchronous: str) -> float:
    connection = sqlite3.connect(path, isolation_level=None)
    # As in core/store.py.
    for pragma in ("journal_mode=WAL", f"synchronous={synchronous}", "wal_autocheckpoint=4000"):
        connection.execute(f"PRAGMA {pragma}")
    cursor = connection.cursor()
    begun = time.perf_counter()
    for transaction in writes:
        cursor.execute("BEGIN IMMEDIATE")
        for sql, parameters, many in transaction:
            if many:
                cursor.executemany(sql, parameters)
            else:
                cursor.execute(sql, parameters)
        cursor.execute("COMMIT")
    took = time.perf_counter() - begun
    connection.close()
    return took


def _sync(path: Path) -> float:
    """What a commit waits for with synchronous=FULL, and Usher can do nothing about."""
    took = []
    with path.open("ab", buffering=0) as file:
        for _ in range(50):
            begun = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - begun)
    path.unlink()
    return statistics.median(took)


def _compare(mine: Path, raw: Path, pairs: int) -> None:
    """Both hold all that was measured, row by row."""
    found = [_contents(path) for path in (mine, raw)]
    if found[0] != found[1]:
        differing = [name for name in _TABLES if found[0][name] != found[1][name]]
        raise Broken(f"the raw writes made other rows in {', '.join(differing)}")
    for name in ("invitations", "invitation_uses", "members", "member_roles", "audit_events", "outbox"):
        if len(found[0][name]) < pairs:
            raise Broken(f"{name} has {len(found[0][name])} rows after {pairs} pairs")


def _contents(path: Path) -> dict[str, list[Any]]:
    connection = sqlite3.connect(path)
    found = {
        name: connection.execute(f"SELECT * FROM {name} ORDER BY 1, 2, 3, 4").fetchall() for name in _TABLES
    }
    connection.close()
    return found


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
