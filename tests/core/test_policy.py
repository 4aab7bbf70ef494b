from __future__ import annotations

import itertools

import pytest

from core.lifecycle import RequestStatus
from core.permissions import NO_STANDING, Role, Standing, standing
from core.policy import Rule, Verdict, decide, may_decide, may_invite, needs_approval
from core.schemes import schemes

STUDIO = {role.name: role for role in schemes()["studio"].roles}
NOBODY: list[str] = []
PENDING, APPROVED, DENIED, EXPIRED, WITHDRAWN = RequestStatus


def of(*names: str) -> Standing:
    return standing(frozenset(STUDIO[name] for name in names))


R = Rule
#: (roles of the one who is asked about or None, permission) → rule; whether they may follows from it.
RULES = [
    (None, "project:edit", R.NOT_A_MEMBER),
    (None, "audit:view", R.NOT_A_MEMBER),
    (NOBODY, "project:edit", R.NOT_HELD),
    (["Commenter"], "project:edit", R.NOT_HELD),
    (["Commenter"], "project:publish", R.HELD),
    (["Designer"], "project:edit", R.HELD),
    (["Commenter", "Designer"], "project:edit", R.HELD),
    (["Designer"], "audit:view", R.NOT_HELD),
    (["Admin"], "workspace:configure", R.HELD),
    (["Admin"], "audit:view", R.INCLUDED),
    (["Admin"], "role:define", R.INCLUDED),
    (["Admin"], "role:assign", R.HELD),
    (["Admin"], "workspace:delete", R.NOT_HELD),
    (["Owner"], "workspace:delete", R.HELD),
    (["Owner"], "project:fly", R.NOT_HELD),
    (["Owner"], "workspace", R.NOT_HELD),
]


@pytest.mark.parametrize(("held", "permission", "rule"), RULES)
def test_one_table_says_by_which_rule_somebody_may_do_something(held, permission, rule):
    answer = decide(None if held is None else of(*held), permission)
    assert answer.rule is rule
    assert answer.allowed is (rule in {R.HELD, R.INCLUDED})


def test_a_permission_held_by_itself_is_held_though_another_could_include_it():
    manager = standing(frozenset({Role("manager", "manager", 1, frozenset({"resource:grant"}))}))
    assert decide(manager, "resource:grant").rule is R.HELD


V = Verdict
#: (roles of the one who clicks or None, own request, status, roles asked for) → verdict
DECISIONS = [
    (None, False, PENDING, ["Commenter"], V.NOT_A_MEMBER),
    (None, True, PENDING, ["Commenter"], V.NOT_A_MEMBER),
    (None, False, EXPIRED, ["Commenter"], V.NOT_A_MEMBER),
    (None, False, DENIED, ["Owner"], V.NOT_A_MEMBER),
    ([], False, PENDING, ["Commenter"], V.NOT_ALLOWED),
    ([], False, PENDING, NOBODY, V.NOT_ALLOWED),
    (["Commenter"], False, PENDING, ["Commenter"], V.NOT_ALLOWED),
    (["Content Editor"], False, PENDING, ["Commenter"], V.NOT_ALLOWED),
    (["Designer"], False, PENDING, NOBODY, V.NOT_ALLOWED),
    (["Designer"], True, PENDING, ["Commenter"], V.NOT_ALLOWED),
    (["Designer"], False, EXPIRED, ["Commenter"], V.NOT_ALLOWED),
    (["Designer"], False, APPROVED, ["Commenter"], V.NOT_ALLOWED),
    (["Designer", "Commenter"], False, PENDING, ["Commenter"], V.NOT_ALLOWED),
    (["Admin"], True, PENDING, ["Commenter"], V.OWN),
    (["Owner"], True, PENDING, ["Commenter"], V.OWN),
    (["Owner"], True, EXPIRED, ["Commenter"], V.OWN),
    (["Owner"], True, APPROVED, ["Commenter"], V.OWN),
    (["Admin"], True, PENDING, ["Owner"], V.OWN),
    (["Admin"], False, EXPIRED, ["Commenter"], V.EXPIRED),
    (["Owner"], False, EXPIRED, NOBODY, V.EXPIRED),
    (["Admin"], False, EXPIRED, ["Owner"], V.EXPIRED),
    (["Admin"], False, APPROVED, ["Commenter"], V.DECIDED),
    (["Admin"], False, DENIED, ["Commenter"], V.DECIDED),
    (["Admin"], False, WITHDRAWN, ["Commenter"], V.DECIDED),
    (["Owner"], False, DENIED, NOBODY, V.DECIDED),
    (["Admin"], False, DENIED, ["Owner"], V.DECIDED),
    (["Admin"], False, PENDING, ["Owner"], V.ABOVE_CEILING),
    (["Admin"], False, PENDING, ["Commenter", "Owner"], V.ABOVE_CEILING),
    (["Admin"], False, PENDING, NOBODY, V.MAY),
    (["Admin"], False, PENDING, ["Commenter"], V.MAY),
    (["Admin"], False, PENDING, ["Designer"], V.MAY),
    (["Admin"], False, PENDING, ["Admin"], V.MAY),
    (["Admin"], False, PENDING, ["Commenter", "Designer"], V.MAY),
    (["Admin", "Commenter"], False, PENDING, ["Admin"], V.MAY),
    (["Owner"], False, PENDING, ["Owner"], V.MAY),
    (["Owner"], False, PENDING, ["Admin", "Commenter"], V.MAY),
]


@pytest.mark.parametrize(("held", "own", "status", "asked", "verdict"), DECISIONS, ids=range(len(DECISIONS)))
def test_one_table_says_who_may_decide_what(held, own, status, asked, verdict):
    who = None if held is None else of(*held)
    assert may_decide(who, own=own, status=status, roles=[STUDIO[name] for name in asked]) is verdict


def test_only_an_approver_within_their_ceiling_ever_may_and_only_what_waits():
    for held, own, status, asked in itertools.product(
        [None, *STUDIO], [False, True], RequestStatus, [None, *STUDIO]
    ):
        who = None if held is None else of(held)
        roles = [] if asked is None else [STUDIO[asked]]
        may = may_decide(who, own=own, status=status, roles=roles) is V.MAY
        assert may is (
            who is not None
            and who.has("request:approve")
            and not own
            and status is PENDING
            and all(who.may_give(role) for role in roles)
        )


def test_a_custom_role_that_holds_more_than_the_approver_is_above_their_ceiling_whatever_its_rank():
    odd = Role("odd", "odd", 1, frozenset({"workspace:delete"}))
    assert may_decide(of("Admin"), own=False, status=PENDING, roles=[odd]) is V.ABOVE_CEILING
    assert may_decide(of("Owner"), own=False, status=PENDING, roles=[odd]) is V.MAY


JOINS = [
    ("approval", ["Owner"], ["Commenter"], True),
    ("approval", ["Owner"], NOBODY, True),
    ("approval", None, ["Commenter"], True),
    ("a policy of the future", ["Owner"], ["Commenter"], True),
    ("instant", ["Owner"], ["Commenter"], False),
    ("instant", ["Owner"], ["Admin"], False),
    ("instant", ["Commenter"], ["Commenter"], False),
    ("instant", ["Commenter"], NOBODY, False),
    ("instant", ["Commenter"], ["Content Editor"], True),
    ("instant", ["Designer"], ["Admin"], True),
    ("instant", ["Designer"], ["Commenter", "Admin"], True),
    ("instant", None, ["Commenter"], True),
    ("instant", None, NOBODY, True),
    ("instant", [], NOBODY, True),
]


@pytest.mark.parametrize(("policy", "inviter", "given", "waits"), JOINS)
def test_one_table_says_which_joins_wait_for_approval(policy, inviter, given, waits):
    who = None if inviter is None else of(*inviter)
    assert needs_approval(policy, who, [STUDIO[name] for name in given]) is waits


#: (roles of the inviter, everybody may, what they may) with Admin as the lowest role that removes members.
INVITERS = [
    (["Owner"], True, True),
    (["Commenter"], True, True),
    (None, True, False),
    ([], True, False),
    (["Owner"], False, True),
    (["Admin"], False, True),
    (["Designer"], False, False),
    (["Commenter"], False, False),
    (["Commenter", "Admin"], False, True),
    (None, False, False),
    ([], False, False),
]


@pytest.mark.parametrize(("held", "everyone", "may"), INVITERS)
def test_one_table_says_who_may_invite(held, everyone, may):
    who = None if held is None else of(*held)
    assert may_invite(who, everyone=everyone, floor=STUDIO["Admin"].rank) is may
    assert needs_approval("instant", who, [], everyone=everyone, floor=STUDIO["Admin"].rank) is not may
    assert needs_approval("approval", who, [], everyone=everyone, floor=STUDIO["Admin"].rank)


def test_who_stands_above_those_who_remove_members_invites_too_but_never_without_the_permission():
    herald = standing(frozenset({Role("herald", "Herald", 45, frozenset({"member:invite"}))}))
    statue = standing(frozenset({Role("statue", "Statue", 45, frozenset({"member:remove"}))}))
    assert may_invite(herald, everyone=False, floor=STUDIO["Admin"].rank)
    assert not may_invite(herald, everyone=False, floor=45)
    assert not may_invite(herald, everyone=False, floor=None)
    assert not may_invite(statue, everyone=True, floor=STUDIO["Admin"].rank)


def test_an_inviter_without_any_standing_lets_nobody_in_by_themselves():
    assert needs_approval("instant", NO_STANDING, [])
