"""Many reminders that fall due at once, with several workers: each is sent once, and none that is no longer true.

1,000 of each kind that can be switched, by two sweeps and two relays on one PostgreSQL; what one database does differently from the other is
tested where each kind is.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Table, insert

from core.calls import MessageRef
from core.copies import digest
from core.durations import DAY, HOUR
from core.models import (
    grants,
    identities,
    invitations,
    member_roles,
    members,
    messages,
    outbox,
    requests,
    resources,
    workspaces,
)
from core.outbox_types import Edit, Later, Post, Step, Work
from tests.core.together import at_once
from tests.core.world import START, World

MANY = 1_000
#: Of three rows one is no longer true when it comes to sending.
UNTRUE = 3
ALL = range(MANY)
#: Half of what is held for a time ends in a day, half of it in an hour.
LEFT = (DAY, HOUR)
HELD = [number for number in range(MANY // 2) if number % UNTRUE]
TRUE = [number for number in ALL if number % UNTRUE]

pytestmark = pytest.mark.parametrize("url", ["postgres"], indirect=True)


class Mail:
    """A platform that keeps what was posted, by the workspace and the key of the outbox row."""

    def __init__(self) -> None:
        self.posted: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()

    def send(self, work: Work, step: Step) -> MessageRef:
        if not isinstance(step, Post):
            return MessageRef("slack", "T1", "D1", "1")
        assert not step.look_first
        with self._lock:
            self.posted[work.workspace, work.key] += 1
            number = self.posted.total()
        return MessageRef(
            step.target.platform,
            step.target.realm,
            step.target.channel or f"D{step.target.person}",
            f"m{number}",
        )

    def sent(self, view: str) -> list[int]:
        """How often each notice of a view was posted."""
        return [times for (_, key), times in self.posted.items() if key.startswith(f"note/{view}/")]


class Crowd:
    """A workspace with many of everything, and the workers that serve it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.mail = Mail()
        world.studio("studio", "digest off")
        self.workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
        self.owner = world.one("SELECT member_id FROM members")
        self.at = START + 30 * DAY
        self.insert(outbox, [])
        world.change("DELETE FROM outbox")

    def insert(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if rows:
            with self.world.store.writing() as connection:
                connection.execute(insert(table), [{"workspace_id": self.workspace, **row} for row in rows])

    def people(self, count: int, role: str = "commenter") -> list[str]:
        """Members on Slack, by their ids."""
        ids = [f"mem-{number}{role[:2]}" for number in range(count)]
        self.insert(
            members,
            [{"member_id": i, "name": f"N {i}", "name_key": f"n {i}", "joined_at": START} for i in ids],
        )
        self.insert(
            identities,
            [{"platform": "slack", "realm": "T1", "subject": f"U{i}", "member_id": i} for i in ids],
        )
        held = {"given_at": START, "source": f"given by {self.owner}", "reminded": 0}
        self.insert(member_roles, [{"member_id": i, "role_id": role, **held} for i in ids])
        self.world.change("UPDATE workspaces SET standing_version = standing_version + 1")
        return ids

    def work(self, world: World, at: int) -> None:
        """A relay: everything that is due."""
        while claimed := world.core.claim(at, 20):
            for work in claimed:
                self.serve(world, work, at)

    def serve(self, world: World, work: Work, at: int) -> None:
        for _ in range(3):
            steps = world.core.plan(work, at)
            assert not isinstance(steps, Later)
            if [world.core.delivered(work, step, self.mail.send(work, step), at) for step in steps][-1:] == [
                True
            ]:
                return
            if not steps:
                world.core.settle(work, at)
                return
        raise AssertionError(work)

    def sweep(self, world: World, at: int) -> None:
        while world.core.sweep(at):
            pass

    def run(self, spoil: Callable[[], Any], at: int) -> None:
        """Two sweep at once, things change, two deliver at once; then the clock goes wrong, and all begins anew."""
        worlds = [self.world, self.world.another()]
        at_once(*(lambda each=each: self.sweep(each, at) for each in worlds))
        spoil()
        at_once(*(lambda each=each: self.work(each, at) for each in worlds))
        self.restart(at)

    def restart(self, at: int) -> None:
        """A new process, at the right time and a day off, finds nothing more to send."""
        before = self.mail.posted.total()
        anew = self.world.another()
        for moment in (at, at - DAY, at):
            self.sweep(anew, moment)
            self.work(anew, moment)
        assert self.mail.posted.total() == before


@pytest.fixture
def crowd(world: World) -> Crowd:
    return Crowd(world)


def test_L39_of_1000_invitations_that_end_each_inviter_and_each_invitee_hears_once(crowd: Crowd):
    crowd.insert(
        invitations,
        [
            {
                "invitation_id": f"inv-{number}",
                "code_index": f"i{number}",
                "generation": 1,
                "label": f"for {number}",
                "label_key": f"for {number}",
                "note": "",
                "roles": [],
                "groups": [],
                "resources": [],
                "person_platform": "slack",
                "person_realm": "T1",
                "person_subject": f"P{number}",
                "uses_limit": 1,
                "uses_taken": 0,
                "created_by": crowd.owner,
                "created_at": crowd.at - 5 * DAY,
                "expires_at": crowd.at + DAY,
            }
            for number in ALL
        ],
    )

    def spoil() -> None:
        crowd.world.change(
            "UPDATE invitations SET revoked_at = :at, revoked_by = created_by "
            "WHERE CAST(substr(invitation_id, 5) AS INTEGER) % 3 = 0",
            at=crowd.at,
        )

    crowd.run(spoil, crowd.at)
    for view in ("ending", "reminded"):
        assert crowd.mail.sent(view) == [1] * len(TRUE)


def test_L39_1000_reminders_to_approvers_are_sent_once_each_and_only_about_what_waits(crowd: Crowd):
    approvers = crowd.people(9, "admin")
    asked = MANY // (len(approvers) + 1)
    crowd.insert(
        requests,
        [
            {
                "request_id": f"req-{number}",
                "kind": "join",
                "status": "pending",
                "person": f"slack/T1/Q{number}",
                "platform": "slack",
                "realm": "T1",
                "subject": f"Q{number}",
                "name": f"Q {number}",
                "roles": ["commenter"],
                "policy": {},
                "effect": "",
                "topic": "",
                "facts": {},
                "created_at": crowd.at - 4 * HOUR,
                "expires_at": crowd.at + 2 * DAY,
                "reason": "",
            }
            for number in range(asked)
        ],
    )
    cards = {"version": 1, "due_at": crowd.at - 4 * HOUR, "attempts": 0, "trouble": ""}
    crowd.insert(outbox, [{"key": f"card/req-{number}", **cards} for number in range(asked)])
    # As if a relay had posted each card to each of them: one that is asked about it then is asked for no more.
    copy = {"platform": "slack", "realm": "T1", "message": "1", "digest": "", "trouble": ""}
    crowd.insert(
        messages,
        [
            {
                "message_id": 100_000 + number * 100 + place,
                "key": f"card/req-{number}",
                "recipient": f"slack/T1/@{who}",
                "channel": f"D{who}",
                **copy,
            }
            for number in range(asked)
            for place, who in enumerate(["OLGA", *(f"U{i}" for i in approvers)])
        ],
    )
    for work in crowd.world.core.claim(crowd.at - 4 * HOUR, asked):
        shown = crowd.world.core.plan(work, crowd.at - 4 * HOUR)
        assert isinstance(shown, list)
        assert len(shown) == len(approvers) + 1
        assert isinstance(shown[0], Edit)
        crowd.world.change(
            "UPDATE messages SET digest = :digest WHERE key = :key",
            key=work.key,
            digest=digest(shown[0].card),
        )
        crowd.world.core.settle(work, crowd.at - 4 * HOUR)
    # The reminders are written down, and then a third of the requests is decided.
    for work in crowd.world.core.claim(crowd.at, MANY):
        crowd.serve(crowd.world, work, crowd.at)

    def spoil() -> None:
        crowd.world.change(
            "UPDATE requests SET status = 'denied', decided_at = :at "
            "WHERE CAST(substr(request_id, 5) AS INTEGER) % 3 = 0",
            at=crowd.at,
        )

    crowd.run(spoil, crowd.at)
    waiting = sum(number % UNTRUE > 0 for number in range(asked))
    assert crowd.mail.sent("waits") == [1] * (waiting * (len(approvers) + 1))


def test_L39_500_roles_that_end_are_told_of_once_each_and_only_while_they_are_held(crowd: Crowd):
    ids = crowd.people(MANY // 2)
    held = {"given_at": crowd.at - 5 * DAY, "source": f"given by {crowd.owner}", "reminded": 0}
    crowd.insert(
        member_roles,
        [
            {"member_id": i, "role_id": "designer", "ends_at": crowd.at + LEFT[number % 2], **held}
            for number, i in enumerate(ids)
        ],
    )

    def spoil() -> None:
        crowd.world.change(
            "DELETE FROM member_roles WHERE role_id = 'designer' AND member_id IN "
            "(SELECT member_id FROM members WHERE CAST(replace(substr(member_id, 5), 'co', '') AS INTEGER) % 3 = 0 "
            "AND member_id LIKE 'mem-%co')"
        )

    crowd.run(spoil, crowd.at)
    assert crowd.mail.sent("role_ending") == [1] * len(HELD)


def test_L39_500_grants_that_end_are_told_of_once_each_and_only_while_they_stand(crowd: Crowd):
    ids = crowd.people(MANY // 2)
    crowd.insert(
        resources,
        [
            {
                "resource_id": "res-A",
                "kind": "project",
                "name": "Renders",
                "name_key": "renders",
                "path": "/res-A/",
                "created_at": START,
            }
        ],
    )
    crowd.insert(
        grants,
        [
            {
                "resource_id": "res-A",
                "holder": i,
                "level": 2,
                "given_at": crowd.at - 5 * DAY,
                "ends_at": crowd.at + LEFT[number % 2],
                "given_by": crowd.owner,
                "source": f"given by {crowd.owner}",
                "reminded": 0,
            }
            for number, i in enumerate(ids)
        ],
    )

    def spoil() -> None:
        # What was given for longer has another end, of which another notice will tell.
        crowd.world.change(
            "UPDATE grants SET ends_at = ends_at + 864000, reminded = 0 "
            "WHERE CAST(replace(substr(holder, 5), 'co', '') AS INTEGER) % 3 = 0"
        )

    crowd.run(spoil, crowd.at)
    assert crowd.mail.sent("access_ending") == [1] * len(HELD)


def test_L38_1000_workspaces_get_their_digest_once_each_and_those_that_want_none_get_none(crowd: Crowd):
    row = crowd.world.rows("SELECT * FROM workspaces WHERE name = 'Studio'")[0]._asdict()
    row |= {"settings": {}, "declared": [], "digest_at": crowd.at}
    ids = [f"WS{number:06}" for number in ALL]
    crowd.insert(workspaces, [{**row, "workspace_id": i, "name": f"W{i}"} for i in ids])
    roles = crowd.world.rows("SELECT * FROM roles WHERE role_id = 'owner'")[0]._asdict()
    person = {"member_id": "mem-1", "name": "Olga", "name_key": "olga", "joined_at": START}
    from core.models import roles as role_rows

    permissions = ["workspace:configure"]
    crowd.insert(
        role_rows, [{**roles, "workspace_id": i, "permissions": permissions, "plans": []} for i in ids]
    )
    crowd.insert(members, [{"workspace_id": i, **person} for i in ids])
    account = {"platform": "slack", "realm": "T1", "subject": "OLGA", "member_id": "mem-1"}
    crowd.insert(identities, [{"workspace_id": i, **account} for i in ids])
    held = {"member_id": "mem-1", "role_id": "owner", "given_at": START, "source": "founder", "reminded": 0}
    crowd.insert(member_roles, [{"workspace_id": i, **held} for i in ids])
    crowd.insert(
        members,
        [
            {
                "workspace_id": i,
                "member_id": "mem-2",
                "name": "Nia",
                "name_key": "nia",
                "joined_at": crowd.at - 9 * DAY,
            }
            for i in ids
        ],
    )

    def spoil() -> None:
        crowd.world.change(
            "UPDATE workspaces SET settings = '{\"digest\": false}' WHERE workspace_id LIKE 'WS%' "
            "AND CAST(substr(workspace_id, 3) AS INTEGER) % 3 = 0"
        )

    crowd.run(spoil, crowd.at)
    assert crowd.mail.sent("digest") == [1] * len(TRUE)
