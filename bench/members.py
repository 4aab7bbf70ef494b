"""``member list`` in a workspace of 100 members beside one of 100,000: a page costs the same; and the export of all."""

from __future__ import annotations

import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import insert, update

from bench.children import Broken
from bench.figures import Plan, Report, megabytes, millis, ratios, seconds, times
from core.calls import Actor, Call, Identity, Where
from core.cards import Card, Tone
from core.ids import Codes
from core.models import identities, member_roles, members, workspaces
from core.service import Core
from core.state import Config
from core.store import Store
from tests.drivers.databases import shared

AT = 1_790_000_000
FEW, MANY = 100, 100_000
CALLS = 300
MOST = 1.5
_OWNER = Actor(Identity("slack", "T1", "U0"), "Ada", place_admin=True)
_WHERE = Where("slack", "T1", "C1")
#: What is typed, and how the answer begins.
LISTS = {
    "member list": ("member list", {}),
    "member list role:Viewer (many)": ("member list", {"role": "Workspace Viewer"}),
    "member list role:Admin (few)": ("member list", {"role": "Workspace Admin"}),
}


def measure(plan: Plan) -> Report:
    report = Report(f"The first page of the members, {FEW:,} beside {MANY:,}")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as found:
        for kind in ("sqlite", "postgres"):
            with _workspace(kind, Path(found), FEW) as small, _workspace(kind, Path(found), MANY) as large:
                _pages(report, plan, kind, small, large)
                _export(report, plan, kind, large)
    report.notes.append(
        f"{CALLS} calls a round through Core.handle; the two workspaces take turns. The number of members stands in the "
        "workspace's row; of a role's holders at most 500 are counted."
    )
    report.notes.append(
        "The export is one file of all members with their roles and accounts, made in one transaction; the memory is the "
        "most that Python held at a time, in a run of its own."
    )
    return report


@contextmanager
def _workspace(kind: str, folder: Path, count: int) -> Iterator[Core]:
    with shared().fresh(kind, folder) as url:
        store = Store(url)
        core = Core(store, Config(Codes(b"a secret for the bench"), "http://127.0.0.1:8080"))
        core.prepare()
        _good(core.handle(Call(_OWNER, _WHERE, AT, "workspace create", {"name": "Bench"})))
        _fill(store, count - 1)
        yield core
        store.close()


def _fill(store: Store, count: int) -> None:
    with store.writing() as connection:
        here = workspaces.c.name == "Bench"
        workspace = connection.execute(workspaces.select().where(here)).one().workspace_id
        people = [(f"mem-{n:06}", f"Person {n:06}") for n in range(count)]
        shared_ = {"workspace_id": workspace}
        for start in range(0, count, 10_000):
            chunk = people[start : start + 10_000]
            connection.execute(
                insert(members),
                [
                    {**shared_, "member_id": m, "name": name, "name_key": name.lower(), "joined_at": AT}
                    for m, name in chunk
                ],
            )
            connection.execute(
                insert(identities),
                [
                    {
                        **shared_,
                        "platform": "slack",
                        "realm": "T1",
                        "subject": f"U{m}",
                        "member_id": m,
                        "email": f"{m}@bench.example",
                    }
                    for m, _ in chunk
                ],
            )
            connection.execute(
                insert(member_roles),
                [
                    {
                        **shared_,
                        "member_id": m,
                        "role_id": "workspace-viewer" if place % 10 else "workspace-editor",
                        "given_at": AT,
                        "source": "bench",
                    }
                    for place, (m, _) in enumerate(chunk)
                ],
            )
        connection.execute(update(workspaces).where(here).values(member_count=count + 1))
    if not store.is_sqlite:
        with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("ANALYZE")


def _pages(report: Report, plan: Plan, kind: str, small: Core, large: Core) -> None:
    for name, (command, options) in LISTS.items():
        few: list[float] = []
        many: list[float] = []
        for number in range(plan.rounds):
            sides = [(small, few), (large, many)]
            for core, kept in sides if number % 2 else reversed(sides):
                kept.append(_typical(core, command, options))
        report.add(f"{name}, {FEW:,} on {kind}", few, millis)
        report.add(f"{name}, {MANY:,} on {kind}", many, millis)
        report.add(
            f"{name}, {kind}: {MANY:,} to {FEW:,}", ratios(many, few), times, target=MOST, at_most=True
        )


def _typical(core: Core, command: str, options: dict[str, str]) -> float:
    call = Call(_OWNER, _WHERE, AT, command, options)
    _good(core.handle(call))
    took = []
    for _ in range(CALLS):
        begun = time.perf_counter()
        core.handle(call)
        took.append(time.perf_counter() - begun)
    return statistics.median(took)


def _export(report: Report, plan: Plan, kind: str, core: Core) -> None:
    call = Call(_OWNER, _WHERE, AT, "member export")
    took = []
    for _ in range(min(plan.rounds, 3)):
        begun = time.perf_counter()
        card = _good(core.handle(call))
        took.append(time.perf_counter() - begun)
    size = len(card.files[0].content.encode())
    tracemalloc.start()
    core.handle(call)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    report.add(f"member export of {MANY:,}, {kind}", took, seconds)
    report.add(f"its file, {kind}", [size / 1e6], megabytes)
    report.add(f"the most memory at a time, {kind}", [most / 1e6], megabytes)


def _good(card: Card) -> Card:
    if card.tone in {Tone.REFUSED, Tone.BROKEN}:
        raise Broken(f"the core refused: {card}")
    return card
