from __future__ import annotations

import itertools
from types import SimpleNamespace

import pytest

from core.lifecycle import (
    REQUEST_CHANGES,
    InvitationStatus,
    RequestStatus,
    invitation_status,
    request_status,
)
from tests.core.world import DAY, World, made

Inv, R = InvitationStatus, RequestStatus


def invitation(**facts):
    ends = dict.fromkeys(("revoked_at", "accepted_at", "declined_at", "switched_off_at"))
    usual = {**ends, "expires_at": 100, "uses_limit": None, "uses_taken": 0}
    return SimpleNamespace(**{**usual, **facts})


@pytest.mark.parametrize(
    ("facts", "now", "status"),
    [
        ({}, 99, Inv.PENDING),
        ({}, 100, Inv.EXPIRED),
        ({}, 101, Inv.EXPIRED),
        ({"revoked_at": 50}, 99, Inv.REVOKED),
        ({"revoked_at": 50}, 100, Inv.REVOKED),
        ({"accepted_at": 50}, 99, Inv.ACCEPTED),
        ({"accepted_at": 50}, 200, Inv.ACCEPTED),
        ({"accepted_at": 50, "revoked_at": 60}, 99, Inv.REVOKED),
        ({"declined_at": 50}, 99, Inv.DECLINED),
        ({"declined_at": 50}, 100, Inv.DECLINED),
        ({"switched_off_at": 50}, 99, Inv.SWITCHED_OFF),
        ({"switched_off_at": 50, "revoked_at": 60}, 200, Inv.REVOKED),
        ({"uses_limit": 2, "uses_taken": 1}, 99, Inv.PENDING),
        ({"uses_limit": 2, "uses_taken": 2}, 99, Inv.USED_UP),
        ({"uses_limit": 2, "uses_taken": 2}, 100, Inv.EXPIRED),
        ({"uses_limit": 1, "uses_taken": 1, "accepted_at": 50}, 99, Inv.ACCEPTED),
        ({"uses_taken": 9_999}, 99, Inv.PENDING),
    ],
)
def test_an_invitation_s_status_follows_from_facts_and_time(facts, now, status):
    assert invitation_status(invitation(**facts), now) is status


@pytest.mark.parametrize(
    ("kept", "now", "status"),
    [
        ("pending", 99, R.PENDING),
        ("pending", 100, R.EXPIRED),
        ("pending", 101, R.EXPIRED),
        ("approved", 200, R.APPROVED),
        ("denied", 200, R.DENIED),
        ("withdrawn", 200, R.WITHDRAWN),
        ("expired", 99, R.EXPIRED),
    ],
)
def test_a_request_is_as_expired_as_the_clock_says(kept, now, status):
    assert request_status(SimpleNamespace(status=kept, expires_at=100), now) is status


def test_only_a_pending_request_changes_and_every_status_has_a_row():
    assert set(REQUEST_CHANGES) == set(R)
    assert REQUEST_CHANGES[R.PENDING] == set(R) - {R.PENDING}
    assert not any(REQUEST_CHANGES[status] for status in set(R) - {R.PENDING})


def _deciding(world: World, owner, request: str):
    """Every statement that changes a request, by the status it leads to."""
    from core import requests
    from core.calls import Call
    from core.context import Context

    def run(step):
        with world.store.writing() as connection:
            call = Call(owner.actor, owner.where, world.at)
            ctx = Context(connection, call, world.core.config, world.core._cache, writes=True)
            ctx.enter_place()
            step(ctx, requests.load(ctx, request))
            ctx.finish()

    return {
        R.APPROVED: lambda: owner.say(f"request approve request:{request}"),
        R.DENIED: lambda: owner.say(f"request deny request:{request}"),
        R.EXPIRED: lambda: run(requests.expire),
        R.WITHDRAWN: lambda: run(requests.withdraw),
    }


def test_the_statements_make_exactly_the_changes_of_the_table(world):
    owner = world.studio()
    code = owner.link()
    for number, (before, after) in enumerate(itertools.product(R, R)):
        if after is R.PENDING:
            continue
        newcomer = world.person(f"N{number}")
        request = newcomer.ask(code)
        late = DAY * 3 if after is R.EXPIRED else 0
        world.change("UPDATE requests SET status = :s WHERE request_id = :r", s=before.value, r=request)

        world.forward(late)
        _deciding(world, owner, request)[after]()
        world.forward(-late)

        found = world.one("SELECT status FROM requests WHERE request_id = :r", r=request)
        allowed = after in REQUEST_CHANGES[before]
        assert found == (after if allowed else before).value, (before, after)
        assert (newcomer.actor.name in world.members()) is (allowed and after is R.APPROVED)


def test_a_request_is_not_approved_or_denied_once_its_time_is_over_even_by_the_statement_alone(world):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    world.forward(3 * DAY)

    for decision in (R.APPROVED, R.DENIED):
        _deciding(world, owner, request)[decision]()

    assert world.one("SELECT status FROM requests") == "pending"
    assert made(owner.say("request list")).title == "Requests (0 wait for you)"
