"""Policies as they are kept, and what a workspace makes of them."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given

from core.approval_policy import (
    DEFAULT,
    ESCALATE,
    Escalation,
    Panel,
    Policy,
)
from core.approval_reading import Known, check, policy_of, read, write
from core.durations import DAY, HOUR, MINUTE
from core.permissions import Role
from core.schemes import schemes
from tests.core.policies import (
    ADMINS,
    BROKEN_GLASS,
    FULL,
    KNOWN,
    LEADS,
    OPS,
    OWNER,
    group,
    permission,
    policies,
    role,
)

# --- kept -----------------------------------------------------------------------------------------------------------


@given(policies(emergency=True))
def test_what_was_written_reads_as_the_same_policy_through_json_too(policy):
    assert read(write(policy)) == policy
    assert read(json.loads(json.dumps(write(policy)))) == policy


def test_everything_is_written_so_that_new_defaults_change_nothing_that_is_kept():
    assert write(DEFAULT) == {
        "panels": [{"who": ["permission:request:approve"], "needs": 1}],
        "denials": 1,
        "own": False,
        "life": 3 * DAY,
        "remind": 4 * HOUR,
        "escalate": None,
        "backups": [],
        "reasons": [],
        "emergency": None,
    }
    assert write(FULL) == {
        "panels": [{"who": ["role:lead"], "needs": 2}, {"who": ["role:admin", "group:ops"], "needs": 1}],
        "denials": 2,
        "own": True,
        "life": 5 * DAY,
        "remind": 90 * MINUTE,
        "escalate": {"to": ["role:owner"], "after": 36 * HOUR},
        "backups": ["role:admin", "permission:member:remove"],
        "reasons": ["ask", "deny"],
        "emergency": None,
    }
    assert write(BROKEN_GLASS)["emergency"] == {"permission": "resource:manage", "most": 2 * HOUR}


def test_what_is_left_out_has_its_default():
    assert read({}) == DEFAULT
    assert read({"escalate": {"to": ["role:lead"]}}).escalate == Escalation((LEADS,), ESCALATE)
    assert read({"panels": [{"who": ["role:lead"]}]}).panels == (Panel((LEADS,), 1),)
    assert read({"life": 2 * HOUR}).remind is None  # it would come too late
    assert read({"remind": None}).remind is None


def test_the_setting_keeps_a_policy_for_each_kind_and_the_default_counts_where_nothing_is_said():
    kept = {"role": write(FULL)}
    assert policy_of(kept, "role") == FULL
    assert policy_of(kept, "join") == DEFAULT
    assert policy_of({}, "access") == DEFAULT
    with pytest.raises(ValueError, match="'party' is no kind of request; there are join, role, access"):
        policy_of(kept, "party")


@pytest.mark.parametrize(
    ("kept", "problem"),
    [
        (None, "A policy has to be a table, not None"),
        ([], "A policy has to be a table"),
        ("1 of request:approve", "A policy has to be a table"),
        ({"approvals": 2}, "'approvals' is not part of a policy; backups, denials"),
        ({1: 2}, "1 is not part of a policy"),
        ({"panels": []}, "Nobody is named who approves"),
        ({"panels": {}}, "panels has to be a list"),
        ({"panels": None}, "panels has to be a list"),
        ({"panels": ["role:lead"]}, "A panel has to be a table"),
        ({"panels": [{}]}, "A panel names nobody"),
        ({"panels": [{"who": []}]}, "A panel names nobody, so nobody could ever answer"),
        ({"panels": [{"who": "role:lead"}]}, "who has to be a list"),
        ({"panels": [{"who": ["lead"]}]}, "'lead' names nobody: it reads permission:…"),
        ({"panels": [{"who": ["user:ada"]}]}, "'user:ada' names nobody"),
        ({"panels": [{"who": [1]}]}, "1 names nobody"),
        ({"panels": [{"who": ["role:"]}]}, "a role without saying which"),
        ({"panels": [{"who": ["permission:approve"]}]}, "“approve” is not a permission"),
        ({"panels": [{"who": ["role:a", "role:a"]}]}, "names somebody twice"),
        ({"panels": [{"who": ["role:a"], "needs": 0}]}, "from 1 to 20 approvals, not 0"),
        ({"panels": [{"who": ["role:a"], "needs": True}]}, "needs has to be a whole number, not True"),
        ({"panels": [{"who": ["role:a"], "needs": 1.0}]}, "needs has to be a whole number"),
        ({"panels": [{"who": ["role:a"], "count": 1}]}, "'count' is not part of a panel; needs, who are"),
        ({"denials": 0}, "From 1 to 20 denials"),
        ({"denials": "1"}, "denials has to be a whole number, not '1'"),
        ({"denials": None}, "denials has to be a whole number"),
        ({"own": 1}, "own has to be true or false, not 1"),
        ({"life": 0}, "The life of a request can be from 10m to 90d"),
        ({"life": -DAY}, "The life of a request can be from 10m to 90d"),
        ({"life": 10**12}, "The life of a request can be from 10m to 90d"),
        ({"life": "3d"}, "life has to be a whole number"),
        ({"life": HOUR + 1}, "in whole minutes"),
        ({"remind": 0}, "The time until the first reminder can be from 10m"),
        ({"remind": 4 * DAY}, "first reminder would come after 4d"),
        (
            {"life": 2 * HOUR, "remind": 4 * HOUR},
            "first reminder would come after 4h, and by then, after 2h,",
        ),
        ({"escalate": []}, "escalate has to be a table"),
        ({"escalate": {}}, "The escalation names nobody"),
        ({"escalate": {"to": ["role:a"], "after": 3 * DAY}}, "escalation would come after 3d"),
        ({"escalate": {"to": ["role:a"], "at": 3}}, "'at' is not part of an escalation; after, to are"),
        ({"backups": "role:a"}, "backups has to be a list"),
        ({"reasons": ["sigh"]}, "'sigh' cannot need a reason; ask, approve, deny can"),
        ({"reasons": [["deny"]]}, "cannot need a reason"),
    ],
)
def test_reading_is_strict_and_says_what_is_wrong(kept, problem):
    with pytest.raises(ValueError, match=re.escape(problem)):
        read(kept)


# --- in a workspace -------------------------------------------------------------------------------------------------

CHAIR = Role("chair", "Chair", 45, frozenset({"workspace:configure"}), exactly_one=True)
WITH_CHAIR = Known({**KNOWN.roles, "chair": CHAIR}, KNOWN.groups)
O, C = role(OWNER), role(CHAIR)  # noqa: E741 - two words of one letter keep the table readable


@pytest.mark.parametrize(
    ("policy", "fits"),
    [
        (DEFAULT, True),
        (FULL, True),
        (Policy((Panel((O,)),)), True),
        (Policy((Panel((O,), 2),)), False),
        (Policy((Panel((O,)), Panel((O,)))), False),
        (Policy((Panel((O,)), Panel((C,)))), True),
        (Policy((Panel((O, C), 2),)), True),
        (Policy((Panel((O, C), 3),)), False),
        (Policy((Panel((O, C), 2), Panel((C,)))), False),
        (Policy((Panel((O, C)), Panel((O, C)))), True),
        (Policy((Panel((O, ADMINS), 2),)), True),
        (Policy((Panel((O, OPS), 2),)), True),
        (Policy((Panel((O,)), Panel((O, ADMINS)))), True),
        (Policy((Panel((permission("workspace:delete"),)),)), True),
        (Policy((Panel((permission("workspace:delete"),), 2),)), False),  # the owner's alone
        (Policy((Panel((permission("audit:view"),), 2),)), True),  # the chair's settings include it
        (Policy((Panel((permission("audit:view"),), 3),)), False),
        (Policy((Panel((permission("request:approve"),), 20),)), True),
        (Policy((Panel((O,), 2),), backups=(ADMINS,)), False),  # back-ups are no way to write a panel
    ],
)
def test_a_policy_that_nobody_could_ever_fulfil_is_refused(policy, fits):
    if fits:
        check(policy, WITH_CHAIR)
        return
    with pytest.raises(ValueError, match=r"^Never more than one member holds .* nobody could ever fill all"):
        check(policy, WITH_CHAIR)


@pytest.mark.parametrize(
    ("policy", "problem"),
    [
        (Policy((Panel((role(Role("gone", "", 1, frozenset())),)),)), "There is no role 'gone' here"),
        (Policy((Panel((group("gone"),)),)), "There is no group 'gone' here"),
        (Policy((Panel((permission("project:fly"),)),)), "No role here has project:fly"),
        (Policy((Panel((permission("member:fly"),)),)), "No role here has member:fly"),
        (Policy(backups=(group("gone"),)), "There is no group 'gone' here"),
        (Policy(escalate=Escalation((group("gone"),))), "There is no group 'gone' here"),
        (Policy(escalate=Escalation((permission("project:fly"),))), "No role here has project:fly"),
    ],
)
def test_a_policy_names_only_what_is_there(policy, problem):
    with pytest.raises(ValueError, match=problem):
        check(policy, KNOWN)


@pytest.mark.parametrize("name", schemes())
def test_the_default_policy_can_be_fulfilled_in_every_scheme(name):
    check(DEFAULT, Known({each.role_id: each for each in schemes()[name].roles}))
