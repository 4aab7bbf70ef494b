"""Permission checks: kept, and from the database, beside the bare minimum and beside two policy libraries."""

from __future__ import annotations

import importlib
import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from bench.children import Broken
from bench.figures import Plan, Report, micros, per_second, percent, ratios, times
from core import schema
from core.calls import Actor, Call, Identity, Where
from core.cards import Card, Tone
from core.checks import Checks
from core.ids import Codes
from core.schemes import schemes
from core.service import Core
from core.state import Config, RoleCache
from core.store import Store
from tests.drivers.databases import shared

AT = 1_790_000_000
KEPT_A_SECOND = 200_000
ON_RESOURCE_A_SECOND = 100_000
READ_A_SECOND = 5_000
SCHEME = schemes()["project"]
ROLES = tuple(role.name for role in SCHEME.roles)
#: Of each row of the scheme's table some, twelve together: each role may another number of them.
PERMISSIONS = (
    *("workspace:create", "content:view", "people:view", "comment:write"),
    *("folder:create_top", "member:invite", "member:remove", "group:manage"),
    *("content:push_all", "resource:all", "workspace:configure", "workspace:delete"),
)
_WHERE = Where("slack", "T1", "C1")
_OWNER = Actor(Identity("slack", "T1", "U0"), "Ada", place_admin=True)

#: A tree so deep; everybody is in the group that manages the top of it, and asks about the bottom.
DEEP = 5

#: Asks about a member (by their number) and a permission.
Ask = Callable[[int, str], bool]


class Side(NamedTuple):
    """One that answers; it is ``asked`` so many questions each round that its turn takes about as long as the others'."""

    name: str
    ask: Ask
    asked: int


def measure(plan: Plan) -> Report:
    report = Report(f"Permission checks on a matrix of {len(ROLES)} roles × {len(PERMISSIONS)} permissions")
    with tempfile.TemporaryDirectory(prefix="usher-bench-") as found:
        path = Path(found) / "usher.db"
        core, workspace, members, bottom = _prepare(f"sqlite:///{path}")
        sides = _sides(core, workspace, members, bottom, path, report)
        rates, spent = _rounds(sides, plan)
        _show(report, rates)
        for name in ("kept", "reach", "read", "commits"):
            report.add(f"processor time of one, {NAMES[name]}", spent[name], micros)
        report.add(
            "a kept check right after somebody's commit",
            _after_commits(core, workspace, members, path, plan),
            micros,
        )
        core.store.close()
        with shared().fresh("postgres", Path(found)) as url:
            _on_postgres(report, url, plan)
    report.notes.append(
        "Four members, one for each role of the scheme `project`; each side is asked all 48 questions in the same order over "
        "and over, and its answers are compared with the scheme's file first. Kept is `Core.can` with a warm cache on an SQLite "
        "file: with each check it asks SQLite whether any connection, of whatever process, has committed since, which the "
        "second floor does too. Read is the same without the cache."
    )
    report.notes.append(
        f"On a resource: `Core.can` with the resource's id. It is at the bottom of a tree {DEEP} deep, and each of the members "
        "reaches it through a group that was given the top. The answer to a permission is kept with how far somebody reaches, "
        "as long as nobody commits anything; on PostgreSQL, where nothing tells that, it is put together with each check."
    )
    report.notes.append(
        "The libraries hold the policy in memory and are told of nothing: casbin as an `Enforcer` with RBAC, cedarpy with "
        "policies and entities parsed beforehand."
    )
    return report


NAMES = {
    "kept": "Usher, kept",
    "reach": f"Usher, kept, on a resource through a group and {DEEP} levels",
    "read": "Usher, read from the database each time",
    "read reach": "Usher, read each time, on that resource",
    "dictionary": "floor: look-up in a dictionary",
    "commits": "floor: asking SQLite whether anybody has committed",
    "select": "floor: one row by its key with raw sqlite3",
    "casbin": "casbin",
    "cedarpy": "cedarpy",
}
TARGETS = {
    "kept": {"target": KEPT_A_SECOND},
    "reach": {"target": ON_RESOURCE_A_SECOND},
    "read": {"target": READ_A_SECOND},
}


def _show(report: Report, rates: dict[str, list[float]]) -> None:
    kept, read = rates["kept"], rates["read"]
    for name, found in rates.items():
        report.add(NAMES[name], found, per_second, **TARGETS.get(name, {}))
    report.add("kept, of the dictionary", ratios(kept, rates["dictionary"]), percent)
    report.add("kept, of asking SQLite for commits", ratios(kept, rates["commits"]), percent)
    report.add("kept on a resource, of kept", ratios(rates["reach"], kept), percent)
    report.add("read, of one row by its key", ratios(read, rates["select"]), percent)
    report.add(
        "read on a resource, of one row by its key", ratios(rates["read reach"], rates["select"]), percent
    )
    for name in ("casbin", "cedarpy"):
        if name in rates:
            report.add(f"kept, times {name}", ratios(kept, rates[name]), times)
            report.add(f"read, times {name}", ratios(read, rates[name]), times)


def _prepare(url: str) -> tuple[Core, str, list[str], str]:
    """A workspace with a member for each role, their ids in the order of the roles; the resource at a tree's bottom."""
    store = Store(url)
    core = Core(store, Config(Codes(b"a secret for the bench"), "http://127.0.0.1:8080"))
    if store.is_sqlite:
        schema.migrate(store)
    core.prepare()
    _good(core.handle(Call(_OWNER, _WHERE, AT, "workspace create", {"name": "Bench", "scheme": SCHEME.name})))
    _good(
        core.handle(Call(_OWNER, _WHERE, AT, "workspace set", {"setting": "join_policy", "value": "instant"}))
    )
    for number, role in enumerate(ROLES[1:], 1):
        made = core.handle(Call(_OWNER, _WHERE, AT, "invite create", {"role": role, "name": role}))
        code = next(span[0] for field in made.fields if field.label == "Code" for span in field.value)
        person = Actor(Identity("slack", "T1", f"U{number}"), role)
        _good(core.handle(Call(person, _WHERE, AT, "join", {"code": str(code)})))
    with store.reading() as connection:
        rows = connection.exec_driver_sql(
            "SELECT i.workspace_id, i.member_id FROM identities i ORDER BY i.subject"
        ).all()
    members = [row[1] for row in rows]
    return core, rows[0][0], members, _tree(core, members)


def _tree(core: Core, members: list[str]) -> str:
    """A group of all members manages the top of it: the id of what is at the bottom."""

    def do(command: str, **options: str) -> None:
        _good(core.handle(Call(_OWNER, _WHERE, AT, command, options)))

    do("group create", name="Everybody")
    for member in members:
        do("group add", group="Everybody", member=member)
    for depth in range(DEEP):
        above = {"parent": f"Folder {depth - 1}"} if depth else {}
        do("resource create", kind="folder", name=f"Folder {depth}", **above)
    do("access grant", resource="Folder 0", to="Everybody", level="manage")
    with core.store.reading() as connection:
        found = connection.exec_driver_sql("SELECT resource_id FROM resources ORDER BY length(path) DESC")
        return str(found.scalar())


def _good(card: Card) -> Card:
    if card.tone in {Tone.REFUSED, Tone.BROKEN}:
        raise Broken(f"the core refused: {card}")
    return card


def _sides(
    core: Core, workspace: str, members: list[str], bottom: str, path: Path, report: Report
) -> list[Side]:
    uncached = Checks(core.store, RoleCache())
    allowed = {
        (number, p): p in role.permissions for number, role in enumerate(SCHEME.roles) for p in PERMISSIONS
    }
    raw = sqlite3.connect(path, isolation_level=None).cursor()
    by_key = "SELECT role_id FROM member_roles WHERE workspace_id = ? AND member_id = ?"
    held = {role.role_id: role.permissions for role in SCHEME.roles}

    def commits(number: int, permission: str) -> bool:
        raw.execute("PRAGMA data_version").fetchone()
        return allowed[number, permission]

    def select(number: int, permission: str) -> bool:
        return permission in held[raw.execute(by_key, (workspace, members[number])).fetchone()[0]]

    sides = [
        Side("kept", lambda number, p: core.can(workspace, members[number], p, AT).allowed, 60_000),
        Side("reach", lambda number, p: core.can(workspace, members[number], p, AT, bottom).allowed, 60_000),
        Side("read", lambda number, p: uncached.read(workspace, members[number], p, AT).allowed, 10_000),
        Side(
            "read reach",
            lambda number, p: uncached.read(workspace, members[number], p, AT, bottom).allowed,
            4_000,
        ),
        Side("dictionary", lambda number, p: allowed[number, p], 600_000),
        Side("commits", commits, 60_000),
        Side("select", select, 60_000),
    ]
    for name, make, asked in (("casbin", _casbin, 1_000), ("cedarpy", _cedarpy, 5_000)):
        try:
            sides.append(Side(name, make(), asked))
            report.notes.append(f"{name} {version(name)}.")
        except ModuleNotFoundError:
            report.notes.append(
                f"{name} is not installed and was NOT measured: it is in requirements/bench.lock."
            )
    for side in sides:
        for (number, permission), expected in allowed.items():
            if side.ask(number, permission) is not expected:
                raise Broken(f"{side.name} says {not expected} of {ROLES[number]} and {permission}")
    return sides


def _rounds(sides: list[Side], plan: Plan) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Of each side in each round the checks a second, and the processor time of one; the order changes each round."""
    questions = [(number, permission) for number in range(len(ROLES)) for permission in PERMISSIONS]
    random.Random(48).shuffle(questions)
    rates: dict[str, list[float]] = {side.name: [] for side in sides}
    spent: dict[str, list[float]] = {side.name: [] for side in sides}
    for round_ in range(plan.rounds):
        turn = sides[round_ % len(sides) :] + sides[: round_ % len(sides)]
        for side in turn:
            rate, time_of_one = _rate(side.ask, questions, side.asked if plan.longer else side.asked // 3)
            rates[side.name].append(rate)
            spent[side.name].append(time_of_one)
    return rates, spent


def _rate(ask: Ask, questions: list[tuple[int, str]], asked: int) -> tuple[float, float]:
    rounds = -(-asked // len(questions))
    begun, own = time.perf_counter(), time.process_time()
    for _ in range(rounds):
        for number, permission in questions:
            ask(number, permission)
    took, own = time.perf_counter() - begun, time.process_time() - own
    return rounds * len(questions) / took, own / (rounds * len(questions))


def _after_commits(core: Core, workspace: str, members: list[str], path: Path, plan: Plan) -> list[float]:
    """How long a check takes that has to look again, for nothing that concerns it."""
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("PRAGMA synchronous=OFF")
    took = []
    for _ in range(plan.rounds):
        spent, count = 0.0, 500
        for number in range(count):
            other.execute("UPDATE workspaces SET counter = counter + 1 WHERE workspace_id = '-'")
            begun = time.perf_counter()
            core.can(workspace, members[number % len(members)], "content:view", AT)
            spent += time.perf_counter() - begun
        took.append(spent / count)
    other.close()
    return took


def _on_postgres(report: Report, url: str, plan: Plan) -> None:
    core, workspace, members, bottom = _prepare(url)
    uncached = Checks(core.store, RoleCache())
    sides = [
        Side("kept", lambda number, p: core.can(workspace, members[number], p, AT).allowed, 5_000),
        Side("reach", lambda number, p: core.can(workspace, members[number], p, AT, bottom).allowed, 5_000),
        Side("read", lambda number, p: uncached.read(workspace, members[number], p, AT).allowed, 5_000),
    ]
    rates, _ = _rounds(sides, plan)
    report.add("Usher on PostgreSQL, kept", rates["kept"], per_second, target=READ_A_SECOND)
    report.add("Usher on PostgreSQL, kept, on that resource", rates["reach"], per_second)
    report.add("Usher on PostgreSQL, read", rates["read"], per_second)
    core.store.close()


# --- the libraries ---------------------------------------------------------------------------------------------------

_MODEL = """
[request_definition]
r = sub, act
[policy_definition]
p = sub, act
[role_definition]
g = _, _
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = g(r.sub, p.sub) && r.act == p.act
"""


def _casbin() -> Ask:
    casbin: Any = importlib.import_module("casbin")
    enforcer = casbin.Enforcer(casbin.Enforcer.new_model(text=_MODEL))
    for number, role in enumerate(SCHEME.roles):
        enforcer.add_grouping_policy(f"member-{number}", role.role_id)
        for permission in PERMISSIONS:
            if permission in role.permissions:
                enforcer.add_policy(role.role_id, permission)
    names = [f"member-{number}" for number in range(len(ROLES))]

    def ask(number: int, permission: str) -> bool:
        return bool(enforcer.enforce(names[number], permission))

    return ask


def _cedarpy() -> Ask:
    cedarpy: Any = importlib.import_module("cedarpy")
    written = "\n".join(
        f'permit(principal in Role::"{role.role_id}", action in [{_actions(role.permissions)}], resource);'
        for role in SCHEME.roles
        if role.permissions & set(PERMISSIONS)
    )
    policies = cedarpy.PolicySet.from_str(written)
    entities = cedarpy.Entities.from_json_str(
        json.dumps(
            [
                *(
                    {"uid": {"type": "Role", "id": role.role_id}, "attrs": {}, "parents": []}
                    for role in SCHEME.roles
                ),
                *(
                    {
                        "uid": {"type": "Member", "id": str(number)},
                        "attrs": {},
                        "parents": [{"type": "Role", "id": role.role_id}],
                    }
                    for number, role in enumerate(SCHEME.roles)
                ),
            ]
        )
    )
    principals = [f'Member::"{number}"' for number in range(len(ROLES))]
    actions = {permission: f'Action::"{permission}"' for permission in PERMISSIONS}

    def ask(number: int, permission: str) -> bool:
        request = {
            "principal": principals[number],
            "action": actions[permission],
            "resource": 'Workspace::"bench"',
            "context": {},
        }
        return bool(cedarpy.is_authorized(request, policies, entities).allowed)

    return ask


def _actions(permissions: frozenset[str]) -> str:
    return ", ".join(f'Action::"{permission}"' for permission in PERMISSIONS if permission in permissions)
