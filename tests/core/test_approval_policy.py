"""What approval policies decide: tables of cases. The rules that hold for all are in ``test_approval_rules``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.approval_judging import Count, Outcome, Person, Vote, gets_card, is_one, judge, may_vote
from core.approval_policy import (
    APPROVERS,
    DEFAULT,
    Act,
    By,
    Escalation,
    Panel,
    Policy,
    Who,
    first_reminder,
)
from core.approval_terms import PLAIN, Terms
from core.durations import DAY, HOUR, MINUTE
from core.lifecycle import RequestStatus
from core.permissions import Level, Role
from core.policy import Verdict, may_decide
from tests.core.policies import (
    ADMIN,
    COMMENTER,
    DESIGNER,
    KEEPER,
    LEAD,
    OWNER,
    ROLES,
    START,
    for_a_time,
    group,
    members,
    permission,
    policies,
    role,
    someone,
)

PENDING, APPROVED, DENIED, EXPIRED, WITHDRAWN = RequestStatus
V = Verdict

# --- the table ------------------------------------------------------------------------------------------------------

#: Who is who in the table; a case may say otherwise.
CAST = {
    "owner": someone(OWNER),
    "admin": someone(ADMIN),
    "bdmin": someone(ADMIN),
    "keeper": someone(KEEPER),
    "lead": someone(LEAD),
    "mead": someone(LEAD),
    "nead": someone(LEAD),
    "both": someone(LEAD, ADMIN),
    "twin": someone(LEAD, ADMIN),
    "ops": someone(COMMENTER, groups=("ops",)),
    "oops": someone(COMMENTER, groups=("ops",)),
    "night": someone(COMMENTER, groups=("night",)),
    "designer": someone(DESIGNER),
    "asker": someone(ADMIN, LEAD, groups=("ops",), own=True),
    "left": Person(None, frozenset({"admin", "lead"}), frozenset({"ops"})),
    "unable": someone(ADMIN, LEAD, able=False),
}
#: Beside them one who is an Admin for two days.
TEMP = {"temp": for_a_time(ADMIN, START + 2 * DAY, LEAD)}

LEADS, ADMINS = role(LEAD), role(ADMIN)
TWO = Policy((Panel((APPROVERS,), 2),))
TWO_LEADS = Policy((Panel((LEADS,), 2),))
LEADS_AND_ADMIN = Policy((Panel((LEADS,), 2), Panel((ADMINS,))))
LEAD_AND_ADMIN = Policy((Panel((LEADS,)), Panel((ADMINS,))))
LEAD_OR_OPS = Policy((Panel((LEADS, group("ops")), 2),))
TWO_DENIALS = Policy((Panel((APPROVERS,), 2),), denials=2)
OWN = Policy(own=True)
OWN_AND_ANOTHER = Policy((Panel((APPROVERS,), 2),), own=True)
TO_OWNER = Policy((Panel((LEADS,)),), escalate=Escalation((role(OWNER),)))
TO_OPS = Policy((Panel((LEADS,)), Panel((ADMINS,))), escalate=Escalation((group("ops"),)))
BACKED = Policy((Panel((LEADS,)),), backups=(group("ops"),))
BACKED_TWO = Policy((Panel((LEADS,)), Panel((ADMINS,))), backups=(group("ops"),))
SHORT = Policy(life=HOUR, remind=None)

A_DAY = Terms((), None, DAY)
AS_OWNER, AS_ADMIN, AS_LEAD = (Terms((each,)) for each in (OWNER, ADMIN, LEAD))
FOR_8H, EDIT, VIEW = Terms((), None, 8 * HOUR), Terms((), Level.EDIT, None), Terms((), Level.VIEW, None)


class Case(NamedTuple):
    """``votes``: +name approves, -name denies, in order. ``told``: the status and the filled places of each panel.

    ``since``: what the workspace's policy has become since the request was made, and what would come of it under that one.
    """

    rule: str
    policy: Policy
    votes: str
    told: str
    after: int = 0
    facts: Mapping[str, Person] = {}
    asked: Terms = PLAIN
    given: Mapping[str, Terms] = {}
    gives: Terms | None = None
    since: tuple[Policy, str] | None = None


CASES = [
    # one approver, the default
    Case("nobody answered", DEFAULT, "", "pending 0/1"),
    Case("one approver is enough", DEFAULT, "+admin", "approved 1/1", gives=PLAIN),
    Case("one denial is enough", DEFAULT, "-admin", "denied 0/1"),
    Case("who may not approve counts nothing", DEFAULT, "+lead", "pending 0/1"),
    Case("who may not approve denies nothing", DEFAULT, "-lead", "pending 0/1"),
    Case("many who may not approve count nothing", DEFAULT, "+lead +mead +ops +keeper", "pending 0/1"),
    Case("of one person's votes the last counts, a yes", DEFAULT, "-admin +admin", "approved 1/1"),
    Case("of one person's votes the last counts, a no", DEFAULT, "+admin -admin", "denied 0/1"),
    Case("denial beats approval", DEFAULT, "+admin -bdmin", "denied 1/1"),
    Case("denial beats approval, also when it was first", DEFAULT, "-bdmin +admin", "denied 1/1"),
    Case("somebody unknown counts nothing", DEFAULT, "+ghost", "pending 0/1"),
    Case("somebody unknown denies nothing", DEFAULT, "-ghost +admin", "approved 1/1"),
    # several of them
    Case("one of two", TWO, "+admin", "pending 1/2"),
    Case("two of two", TWO, "+admin +bdmin", "approved 2/2"),
    Case("the same person twice is one", TWO, "+admin +admin", "pending 1/2"),
    Case("more than needed fill no more places", TWO, "+admin +bdmin +owner", "approved 2/2"),
    Case("who may not approve is no second one", TWO, "+admin +lead", "pending 1/2"),
    Case("two by role", TWO_LEADS, "+lead +mead", "approved 2/2"),
    Case("a higher role is not that role", TWO_LEADS, "+lead +owner", "pending 1/2"),
    Case("an approver by permission is not that role", TWO_LEADS, "+admin +bdmin", "pending 0/2"),
    Case("any of several lists", LEAD_OR_OPS, "+lead +ops", "approved 2/2"),
    Case("any of several lists, both of one", LEAD_OR_OPS, "+ops +oops", "approved 2/2"),
    Case("another group is not that group", LEAD_OR_OPS, "+ops +night", "pending 1/2"),
    # and
    Case("and: none", LEADS_AND_ADMIN, "", "pending 0/2 0/1"),
    Case("and: one of the first", LEADS_AND_ADMIN, "+lead", "pending 1/2 0/1"),
    Case("and: the second panel alone", LEADS_AND_ADMIN, "+admin", "pending 0/2 1/1"),
    Case("and: the first panel alone", LEADS_AND_ADMIN, "+lead +mead", "pending 2/2 0/1"),
    Case("and: too many of the first do not fill the second", LEADS_AND_ADMIN, "+lead +mead +nead", "pending 2/2 0/1"),
    Case("and: both", LEADS_AND_ADMIN, "+lead +mead +admin", "approved 2/2 1/1"),
    Case("and: both, in any order", LEADS_AND_ADMIN, "+admin +mead +lead", "approved 2/2 1/1"),
    Case("and: one person is not both", LEAD_AND_ADMIN, "+both", "pending 1/1 0/1"),
    Case("and: one person twice is not both", LEAD_AND_ADMIN, "+both +both", "pending 1/1 0/1"),
    Case("and: who fits both moves for a lead", LEAD_AND_ADMIN, "+both +lead", "approved 1/1 1/1"),
    Case("and: who fits both stays for an admin", LEAD_AND_ADMIN, "+both +admin", "approved 1/1 1/1"),
    Case("and: two who fit both are one each", LEAD_AND_ADMIN, "+both +twin", "approved 1/1 1/1"),
    Case("and: two who fit both do not make three", LEADS_AND_ADMIN, "+both +twin", "pending 2/2 0/1"),
    Case("and: a denial from the second panel ends it", LEADS_AND_ADMIN, "+lead +mead -admin", "denied 2/2 0/1"),
    Case("and: a denial from no panel does not", LEADS_AND_ADMIN, "+lead +mead +admin -ops", "approved 2/2 1/1"),
    # how many denials
    Case("one denial of two", TWO_DENIALS, "-admin", "pending 0/2"),
    Case("two denials of two", TWO_DENIALS, "-admin -bdmin", "denied 0/2"),
    Case("one person denying twice is one denial", TWO_DENIALS, "-admin -admin", "pending 0/2"),
    Case("a denial too few does not stop approvals", TWO_DENIALS, "-owner +admin +bdmin", "approved 2/2"),
    Case("enough denials beat enough approvals", TWO_DENIALS, "+admin +bdmin -owner -both", "denied 2/2"),
    Case("a denial of a stranger is not the second", TWO_DENIALS, "-admin -lead", "pending 0/2"),
    Case("who takes a denial back approves", TWO_DENIALS, "-admin +bdmin +admin", "approved 2/2"),
    # their own request
    Case("nobody approves their own", DEFAULT, "+asker", "pending 0/1"),
    Case("nobody denies their own", DEFAULT, "-asker", "pending 0/1"),
    Case("their own approval is not the second", TWO, "+admin +asker", "pending 1/2"),
    Case("their own is allowed where the policy says so", OWN, "+asker", "approved 1/1"),
    Case("their own is one of two where the policy says so", OWN_AND_ANOTHER, "+asker", "pending 1/2"),
    Case("their own and another", OWN_AND_ANOTHER, "+asker +admin", "approved 2/2"),
    Case("who asked is known by a second account later", DEFAULT, "+bdmin", "pending 0/1",
         facts={"bdmin": someone(ADMIN, own=True)}),
    # what became of the approvers
    Case("an approver who left counts nothing", DEFAULT, "+left", "pending 0/1"),
    Case("a denier who left counts nothing", DEFAULT, "-left", "pending 0/1"),
    Case("who left keeps no role or group that counts", LEAD_OR_OPS, "+left +lead", "pending 1/2"),
    Case("a demoted approver counts nothing", DEFAULT, "+admin", "pending 0/1", facts={"admin": someone(DESIGNER)}),
    Case("a demoted denier counts nothing", DEFAULT, "-admin", "pending 0/1", facts={"admin": someone(DESIGNER)}),
    Case("a demoted approver without any role", DEFAULT, "+admin", "pending 0/1", facts={"admin": someone()}),
    Case("one of two was demoted", TWO, "+admin +bdmin", "pending 1/2", facts={"bdmin": someone(LEAD)}),
    Case("a promoted one counts from then on", TWO, "+admin +lead", "approved 2/2", facts={"lead": someone(OWNER)}),
    Case("who left a group is none of it", LEAD_OR_OPS, "+ops +lead", "pending 1/2", facts={"ops": someone(COMMENTER)}),
    Case("a demoted one may still fill the other panel", LEAD_AND_ADMIN, "+both +lead", "pending 1/1 0/1",
         facts={"both": someone(LEAD)}),
    # time
    Case("a second before its end", DEFAULT, "+admin", "approved 1/1", after=3 * DAY - 1),
    Case("at its end it is expired, whatever the votes", DEFAULT, "+admin", "expired 1/1", after=3 * DAY),
    Case("long after its end", TWO, "+admin", "expired 1/2", after=30 * DAY),
    Case("denials do not outlive it", DEFAULT, "-admin", "expired 0/1", after=3 * DAY),
    Case("without any vote it expires too", DEFAULT, "", "expired 0/1", after=3 * DAY),
    Case("a short life ends as said", SHORT, "+admin", "expired 1/1", after=HOUR),
    Case("a clock set back changes nothing", DEFAULT, "+admin", "approved 1/1", after=-DAY),
    # escalation
    Case("before it escalates the others count nothing", TO_OWNER, "+owner", "pending 0/1", after=DAY - 1),
    Case("before it escalates the others deny nothing", TO_OWNER, "-owner", "pending 0/1", after=DAY - 1),
    Case("from then on they count", TO_OWNER, "+owner", "approved 1/1", after=DAY),
    Case("from then on they deny", TO_OWNER, "-owner", "denied 0/1", after=DAY),
    Case("the first ones still count", TO_OWNER, "+lead", "approved 1/1", after=2 * DAY),
    Case("those it escalates to fill one place", TO_OPS, "+ops", "pending 1/1 0/1", after=DAY),
    Case("two of them fill two", TO_OPS, "+ops +oops", "approved 1/1 1/1", after=DAY),
    Case("with one of the first they fill the other", TO_OPS, "+ops +lead", "approved 1/1 1/1", after=DAY),
    Case("it escalates to nobody who asked", TO_OPS, "+asker +lead", "pending 1/1 0/1", after=DAY),
    Case("a clock set back takes it back", TO_OWNER, "+owner", "pending 0/1", after=-DAY),
    # back-ups
    Case("a back-up counts from the beginning", BACKED, "+ops", "approved 1/1"),
    Case("a back-up denies from the beginning", BACKED, "-ops", "denied 0/1"),
    Case("a back-up fills any panel", BACKED_TWO, "+ops +lead", "approved 1/1 1/1"),
    Case("a back-up fills one panel", BACKED_TWO, "+ops", "pending 1/1 0/1"),
    Case("who is no back-up any more", BACKED, "+ops", "pending 0/1", facts={"ops": someone(COMMENTER)}),
    # the ceiling
    Case("above the ceiling", DEFAULT, "+admin", "pending 0/1", asked=AS_OWNER),
    Case("a denial from below the ceiling", DEFAULT, "-admin", "pending 0/1", asked=AS_OWNER),
    Case("within the ceiling", DEFAULT, "+owner", "approved 1/1", asked=AS_OWNER, gives=AS_OWNER),
    Case("one of several roles is above the ceiling", DEFAULT, "+admin", "pending 0/1", asked=Terms((LEAD, OWNER))),
    Case("who could not do it themselves", DEFAULT, "+unable", "pending 0/1"),
    Case("who could not do it themselves denies nothing", DEFAULT, "-unable", "pending 0/1"),
    Case("the ceiling holds for back-ups", BACKED, "+ops", "pending 0/1", asked=AS_LEAD),
    Case("the ceiling holds after escalation", TO_OPS, "+ops +oops", "pending 0/1 0/1", after=DAY, asked=AS_LEAD),
    Case("the ceiling is that of now", DEFAULT, "+admin", "pending 0/1", asked=AS_ADMIN,
         facts={"admin": someone(Role("low", "Low", 20, ADMIN.permissions))}),
    # less than asked
    Case("a lower role", DEFAULT, "+admin", "approved 1/1", asked=AS_ADMIN, given={"admin": AS_LEAD}, gives=AS_LEAD),
    Case("a lower role, by who could not give what was asked for", DEFAULT, "+admin", "approved 1/1",
         asked=AS_OWNER, given={"admin": AS_LEAD}, gives=AS_LEAD),
    Case("the lowest role of two", TWO, "+admin +owner", "approved 2/2",
         asked=AS_OWNER, given={"admin": AS_LEAD}, gives=AS_LEAD),
    Case("the lowest of three, also of one too many", TWO, "+admin +bdmin +owner", "approved 2/2",
         asked=AS_ADMIN, given={"bdmin": AS_LEAD, "owner": Terms((DESIGNER,))}, gives=Terms((DESIGNER,))),
    Case("what a demoted one gave is no longer the least", DEFAULT, "+bdmin +admin", "approved 1/1",
         asked=AS_ADMIN, given={"bdmin": AS_LEAD}, facts={"bdmin": someone(LEAD)}, gives=AS_ADMIN),
    Case("what was given so far, while it waits", TWO, "+admin", "pending 1/2",
         asked=AS_ADMIN, given={"admin": AS_LEAD}, gives=AS_LEAD),
    Case("a denial gives nothing", TWO_DENIALS, "-admin", "pending 0/2", asked=AS_LEAD),
    Case("a shorter time", DEFAULT, "+admin", "approved 1/1", asked=A_DAY, given={"admin": FOR_8H}, gives=FOR_8H),
    Case("a time where none was asked for", DEFAULT, "+admin", "approved 1/1", given={"admin": FOR_8H}, gives=FOR_8H),
    Case("never longer than asked", DEFAULT, "+admin", "approved 1/1", asked=FOR_8H, given={"admin": A_DAY}, gives=FOR_8H),
    Case("the shortest of two", TWO, "+admin +owner", "approved 2/2", asked=Terms(),
         given={"admin": A_DAY, "owner": FOR_8H}, gives=FOR_8H),
    Case("a lower level", DEFAULT, "+admin", "approved 1/1", asked=EDIT, given={"admin": VIEW}, gives=VIEW),
    Case("the lower level and the shorter time, of different people", TWO, "+admin +owner", "approved 2/2",
         asked=Terms((), Level.MANAGE, DAY),
         given={"admin": Terms((), Level.USE, DAY), "owner": Terms((), Level.MANAGE, HOUR)},
         gives=Terms((), Level.USE, HOUR)),
    Case("one of two roles", DEFAULT, "+admin", "approved 1/1", asked=Terms((LEAD, KEEPER)),
         given={"admin": Terms((LEAD, None))}, gives=Terms((LEAD, None))),
    Case("a role that is not within what was asked for is given by nobody", TWO, "+admin +owner", "approved 2/2",
         asked=Terms((KEEPER,)), given={"admin": Terms((COMMENTER,)), "owner": AS_LEAD}, gives=Terms((None,))),
    Case("a lower role that holds what another's choice lacks is agreed by nobody", TWO, "+admin +owner", "approved 2/2",
         asked=AS_ADMIN,
         given={"admin": AS_LEAD, "owner": Terms((Role("odd", "Odd", 5, frozenset({"member:remove"})),))},
         gives=Terms((None,))),
    # who is an approver for a time
    Case("who approves for a time gives no role for good that they have for a time", DEFAULT, "+temp", "pending 0/1",
         asked=AS_ADMIN),
    Case("nor do they deny it", DEFAULT, "-temp", "pending 0/1", asked=AS_ADMIN),
    Case("what they are for good they give for good", DEFAULT, "+temp", "approved 1/1", asked=AS_LEAD, gives=AS_LEAD),
    Case("less, within what they are for good", DEFAULT, "+temp", "approved 1/1", asked=AS_ADMIN,
         given={"temp": AS_LEAD}, gives=AS_LEAD),
    Case("until their own end they give all of it", DEFAULT, "+temp", "approved 1/1", asked=Terms((ADMIN,), None, 2 * DAY),
         gives=Terms((ADMIN,), None, 2 * DAY)),
    Case("for longer than they have it they do not", DEFAULT, "+temp", "pending 0/1",
         asked=Terms((ADMIN,), None, 2 * DAY + 1)),
    Case("the time counts from the answer", DEFAULT, "+temp", "pending 0/1", after=HOUR,
         asked=Terms((ADMIN,), None, 2 * DAY)),
    Case("a shorter time, within their own", DEFAULT, "+temp", "approved 1/1", asked=AS_ADMIN,
         given={"temp": Terms((ADMIN,), None, 8 * HOUR)}, gives=Terms((ADMIN,), None, 8 * HOUR)),
    Case("what they gave before counts no more where their time has become too short", TWO, "+temp +admin", "pending 1/2",
         after=DAY, asked=Terms((ADMIN,), None, 3 * DAY), given={"temp": Terms((ADMIN,), None, 36 * HOUR)}),
    # a policy that was changed meanwhile
    Case("stale policy: who was named then still decides", Policy((Panel((LEADS,)),)), "+lead", "approved 1/1",
         since=(Policy((Panel((ADMINS,)),)), "pending 0/1")),
    Case("stale policy: who is named since does not", Policy((Panel((LEADS,)),)), "+admin", "pending 0/1",
         since=(Policy((Panel((ADMINS,)),)), "approved 1/1")),
    Case("stale policy: more approvals since are not asked for", DEFAULT, "+admin", "approved 1/1",
         since=(TWO, "pending 1/2")),
    Case("stale policy: fewer since are not enough", TWO, "+admin", "pending 1/2", since=(DEFAULT, "approved 1/1")),
    Case("stale policy: one denial still ends it", DEFAULT, "-admin", "denied 0/1", since=(TWO_DENIALS, "pending 0/2")),
    Case("stale policy: their own is still refused", DEFAULT, "+asker", "pending 0/1", since=(OWN, "approved 1/1")),
    Case("stale policy: a shorter life since is not its end", DEFAULT, "+admin", "approved 1/1", after=HOUR,
         since=(SHORT, "expired 1/1")),
    Case("stale policy: a longer life since does not revive it", SHORT, "+admin", "expired 1/1", after=HOUR,
         since=(DEFAULT, "approved 1/1")),
    Case("stale policy: whom it escalates to since is not asked", Policy((Panel((LEADS,)),)), "+owner", "pending 0/1",
         after=DAY, since=(TO_OWNER, "approved 1/1")),
    Case("stale policy: a back-up of then still counts", BACKED, "+ops", "approved 1/1",
         since=(Policy((Panel((LEADS,)),)), "pending 0/1")),
]  # fmt: skip


def cast(case: Case) -> tuple[list[Vote], dict[str, Person]]:
    votes = [
        Vote(word[1:], word[0] == "+", case.given.get(word[1:]) if word[0] == "+" else None)
        for word in case.votes.split()
    ]
    return votes, {**CAST, **TEMP, **case.facts}


@pytest.mark.parametrize("case", CASES, ids=[case.rule.replace(" ", "-") for case in CASES])
def test_one_table_says_what_the_votes_come_to(case):
    votes, people = cast(case)
    outcome = judge(case.policy, votes, people, case.asked, created_at=START, now=START + case.after)
    counts = " ".join(f"{count.have}/{count.needs}" for count in outcome.panels)
    assert f"{outcome.status} {counts}" == case.told
    if case.gives is not None:
        assert outcome.given == case.gives
    if case.since is not None:
        policy, told = case.since
        other = judge(policy, votes, people, case.asked, created_at=START, now=START + case.after)
        assert " ".join([other.status, *(f"{count.have}/{count.needs}" for count in other.panels)]) == told


def test_the_table_is_long_and_says_each_thing_once():
    assert len(CASES) >= 100
    assert len({case.rule for case in CASES}) == len(CASES)


# --- a policy that was changed --------------------------------------------------------------------------------------


def test_a_request_is_decided_by_its_own_copy_however_the_policy_was_changed_since():
    was, became = (
        Policy((Panel((LEADS,)),)),
        Policy((Panel((ADMINS,), 2),), denials=3, life=HOUR, remind=None),
    )
    votes = [Vote("lead", approves=True)]
    assert judge(was, votes, CAST, created_at=START, now=START + DAY).status is APPROVED
    assert judge(became, votes, CAST, created_at=START, now=START).status is PENDING
    assert may_vote(was, CAST["lead"], created_at=START, now=START + DAY) is V.MAY
    assert may_vote(became, CAST["lead"], created_at=START, now=START) is V.NOT_ALLOWED


# --- who could still ------------------------------------------------------------------------------------------------


def asked_of(
    policy: Policy, votes: str, *, after: int = 0, people: Sequence[str] = tuple(CAST), asked: Terms = PLAIN
) -> Outcome:
    found, all_ = cast(Case("", policy, votes, "", after))
    some = {name: all_[name] for name in people}
    return judge(policy, found, some, asked, created_at=START, now=START + after)


def test_it_says_who_could_bring_it_further():
    assert asked_of(DEFAULT, "").could == ("admin", "bdmin", "both", "owner", "twin")
    assert asked_of(LEADS_AND_ADMIN, "").could == ("admin", "bdmin", "both", "lead", "mead", "nead", "twin")


def test_who_cannot_bring_it_further_is_not_named_though_they_may_vote():
    outcome = asked_of(LEADS_AND_ADMIN, "+admin")
    assert "bdmin" not in outcome.could
    assert {"lead", "both"} <= set(outcome.could)


def test_somebody_for_a_full_panel_helps_where_one_of_it_can_move():
    assert asked_of(LEAD_AND_ADMIN, "+both", people=["both", "lead", "ops"]).could == ("lead",)
    assert asked_of(LEAD_AND_ADMIN, "+lead", people=["both", "lead", "mead"]).could == ("both",)


def test_nobody_is_named_once_it_is_over():
    for outcome in (
        asked_of(DEFAULT, "+admin"),
        asked_of(DEFAULT, "-admin"),
        asked_of(DEFAULT, "", after=3 * DAY),
    ):
        assert (outcome.could, outcome.later) == ((), ())


def test_an_approved_request_is_complete_and_one_that_is_over_cannot_be_completed():
    assert asked_of(DEFAULT, "+admin").completable
    assert not asked_of(DEFAULT, "-admin").completable
    assert not asked_of(DEFAULT, "", after=3 * DAY).completable


@pytest.mark.parametrize(
    ("policy", "votes", "people", "completable"),
    [
        (DEFAULT, "", ["lead", "ops"], False),
        (DEFAULT, "", ["lead", "admin"], True),
        (DEFAULT, "", ["asker"], False),
        (OWN, "", ["asker"], True),
        (DEFAULT, "", ["unable", "left"], False),
        (TWO, "", ["admin"], False),
        (TWO, "+admin", ["admin", "owner"], True),
        (TWO, "", ["admin", "asker"], False),
        (LEAD_AND_ADMIN, "", ["both"], False),
        (LEAD_AND_ADMIN, "", ["both", "lead"], True),
        (LEAD_AND_ADMIN, "", ["lead", "mead", "nead"], False),
        (LEADS_AND_ADMIN, "+both", ["both", "lead", "admin"], True),
        (LEADS_AND_ADMIN, "+both", ["both", "twin"], False),
        (TWO_DENIALS, "-admin", ["admin", "bdmin"], False),
        (TWO_DENIALS, "-admin", ["admin", "bdmin", "owner"], True),
        (BACKED, "", ["ops"], True),
        (BACKED_TWO, "", ["ops"], False),
        (TO_OWNER, "", ["owner"], True),
        (TO_OWNER, "", ["admin"], False),
        (TO_OPS, "", ["ops", "lead"], True),
    ],
)
def test_it_says_whether_those_who_are_there_can_complete_it_at_all(policy, votes, people, completable):
    assert asked_of(policy, votes, people=people).completable is completable


def test_l37_a_request_above_everybody_s_ceiling_is_known_to_be_hopeless_when_it_is_made():
    assert not asked_of(DEFAULT, "", people=["admin", "bdmin"], asked=AS_OWNER).completable
    assert asked_of(DEFAULT, "", people=["admin", "owner"], asked=AS_OWNER).could == ("owner",)


def test_those_to_whom_it_will_escalate_are_named_apart_until_then():
    before = asked_of(TO_OWNER, "", people=["owner", "lead"])
    assert (before.could, before.later) == (("lead",), ("owner",))
    after = asked_of(TO_OWNER, "", people=["owner", "lead"], after=DAY)
    assert (after.could, after.later) == (("lead", "owner"), ())


def test_who_could_not_help_now_but_can_once_it_escalates_is_named_for_later():
    policy = Policy(LEAD_AND_ADMIN.panels, escalate=Escalation((LEADS,)))
    outcome = asked_of(policy, "+lead", people=["lead", "mead"])
    assert (outcome.could, outcome.later, outcome.completable) == ((), ("mead",), True)


def test_votes_that_are_there_already_may_be_enough_once_it_escalates():
    policy = Policy(LEAD_AND_ADMIN.panels, escalate=Escalation((LEADS,)))
    assert asked_of(policy, "+lead +mead").panels == (Count(1, 1), Count(0, 1))
    assert asked_of(policy, "+lead +mead", after=DAY).status is APPROVED


def test_counts_read_as_people_say_them():
    outcome = asked_of(LEADS_AND_ADMIN, "+lead +admin")
    assert [str(count) for count in outcome.panels] == ["1 of 2", "1 of 1"]
    assert (str(outcome.approvals), str(outcome.denials)) == ("2 of 3", "0 of 1")
    assert (outcome.approvers, outcome.deniers) == (("admin", "lead"), ())


# --- one voter ------------------------------------------------------------------------------------------------------

VERDICTS = [
    (DEFAULT, None, PENDING, 0, PLAIN, None, V.NOT_A_MEMBER),
    (DEFAULT, "left", PENDING, 0, PLAIN, None, V.NOT_A_MEMBER),
    (DEFAULT, "left", DENIED, 0, PLAIN, None, V.NOT_A_MEMBER),
    (DEFAULT, "lead", PENDING, 0, PLAIN, None, V.NOT_ALLOWED),
    (DEFAULT, "lead", APPROVED, 0, PLAIN, None, V.NOT_ALLOWED),
    (DEFAULT, "lead", PENDING, 9 * DAY, PLAIN, None, V.NOT_ALLOWED),
    (DEFAULT, "admin", PENDING, 0, PLAIN, None, V.MAY),
    (DEFAULT, "asker", PENDING, 0, PLAIN, None, V.OWN),
    (DEFAULT, "asker", EXPIRED, 0, PLAIN, None, V.OWN),
    (OWN, "asker", PENDING, 0, PLAIN, None, V.MAY),
    (OWN, "asker", PENDING, 0, AS_OWNER, None, V.ABOVE_CEILING),
    (DEFAULT, "admin", PENDING, 3 * DAY - 1, PLAIN, None, V.MAY),
    (DEFAULT, "admin", PENDING, 3 * DAY, PLAIN, None, V.EXPIRED),
    (DEFAULT, "admin", EXPIRED, 0, PLAIN, None, V.EXPIRED),
    (DEFAULT, "admin", APPROVED, 0, PLAIN, None, V.DECIDED),
    (DEFAULT, "admin", DENIED, 9 * DAY, PLAIN, None, V.DECIDED),
    (DEFAULT, "admin", WITHDRAWN, 0, PLAIN, None, V.DECIDED),
    (DEFAULT, "admin", PENDING, 0, AS_OWNER, None, V.ABOVE_CEILING),
    (DEFAULT, "admin", PENDING, 0, AS_OWNER, AS_ADMIN, V.MAY),
    (DEFAULT, "admin", PENDING, 0, AS_ADMIN, AS_OWNER, V.MAY),  # never more than asked
    (DEFAULT, "admin", DENIED, 0, AS_OWNER, None, V.DECIDED),
    (DEFAULT, "unable", PENDING, 0, PLAIN, None, V.NOT_ABLE),
    (DEFAULT, "unable", PENDING, 0, AS_OWNER, None, V.ABOVE_CEILING),
    (TWO_LEADS, "admin", PENDING, 0, PLAIN, None, V.NOT_ALLOWED),
    (TWO_LEADS, "lead", PENDING, 0, PLAIN, None, V.MAY),
    (LEAD_OR_OPS, "ops", PENDING, 0, PLAIN, None, V.MAY),
    (LEAD_OR_OPS, "ops", PENDING, 0, AS_LEAD, None, V.ABOVE_CEILING),
    (LEAD_OR_OPS, "night", PENDING, 0, PLAIN, None, V.NOT_ALLOWED),
    (TO_OWNER, "owner", PENDING, DAY - 1, PLAIN, None, V.NOT_ALLOWED),
    (TO_OWNER, "owner", PENDING, DAY, PLAIN, None, V.MAY),
    (TO_OWNER, "owner", PENDING, 3 * DAY, PLAIN, None, V.EXPIRED),
    (BACKED, "ops", PENDING, 0, PLAIN, None, V.MAY),
    (BACKED, "asker", PENDING, 0, PLAIN, None, V.OWN),
]


@pytest.mark.parametrize(
    ("policy", "name", "status", "after", "asked", "given", "verdict"), VERDICTS, ids=range(len(VERDICTS))
)
def test_one_table_says_who_may_vote(policy, name, status, after, asked, given, verdict):
    person = CAST[name] if name else None
    found = may_vote(policy, person, asked, given, created_at=START, now=START + after, status=status)
    assert found is verdict


@given(
    member=st.none() | members,
    status=st.sampled_from(RequestStatus),
    roles=st.lists(st.sampled_from(ROLES), max_size=3),
    after=st.integers(0, 3 * DAY - 1),
)
def test_the_default_policy_is_the_rule_of_one_approver(member, status, roles, after):
    asked = Terms(tuple(roles))
    now = may_vote(DEFAULT, member, asked, created_at=START, now=START + after, status=status)
    own, able = (member.own, member.able) if member else (False, True)
    assert now is may_decide(member and member.standing, own=own, status=status, roles=roles, able=able)


@given(member=members, roles=st.lists(st.sampled_from(ROLES), max_size=3), approves=st.booleans())
def test_under_the_default_policy_one_vote_decides_just_when_its_voter_may_decide(member, roles, approves):
    outcome = judge(
        DEFAULT, [Vote("ada", approves)], {"ada": member}, Terms(tuple(roles)), created_at=START, now=START
    )
    verdict = may_decide(member.standing, own=member.own, status=PENDING, roles=roles, able=member.able)
    decided = APPROVED if approves else DENIED
    assert outcome.status is (decided if verdict is V.MAY else PENDING)


@pytest.mark.parametrize("who", [LEADS, ADMINS, group("ops"), APPROVERS])
def test_who_left_is_none_of_anybody_whatever_facts_are_still_there(who):
    assert not is_one(CAST["left"], who)
    assert is_one(CAST["asker"], who)


# --- who is told ----------------------------------------------------------------------------------------------------

BOTH = Policy((Panel((LEADS,)),), escalate=Escalation((role(OWNER),)), backups=(group("ops"), ADMINS))


@pytest.mark.parametrize(
    ("policy", "name", "after", "told"),
    [
        (BOTH, "lead", 0, True),
        (BOTH, "ops", 0, False),
        (BOTH, "ops", DAY - 1, False),
        (BOTH, "ops", DAY, True),
        (BOTH, "owner", 0, False),
        (BOTH, "owner", DAY, True),
        (BOTH, "both", 0, True),  # a back-up who is an approver anyway
        (BOTH, "asker", 0, False),
        (BOTH, "left", DAY, False),
        (BOTH, "night", DAY, False),
        (BOTH, "lead", 3 * DAY, False),
        (BOTH, None, 0, False),
        (BACKED, "ops", 2 * DAY, False),  # nothing escalates
    ],
)
def test_back_ups_are_silent_until_it_escalates(policy, name, after, told):
    person = CAST[name] if name else None
    assert gets_card(policy, person, created_at=START, now=START + after) is told


def test_those_who_could_not_say_yes_get_no_card():
    assert not gets_card(DEFAULT, CAST["admin"], AS_OWNER, created_at=START, now=START)
    assert gets_card(DEFAULT, CAST["owner"], AS_OWNER, created_at=START, now=START)


# --- times ----------------------------------------------------------------------------------------------------------


def test_reminders_come_with_doubling_waits_and_before_the_end():
    assert DEFAULT.reminders_at(START) == tuple(START + hours * HOUR for hours in (4, 12, 28, 60))
    assert Policy(remind=None).reminders_at(START) == ()
    assert Policy(life=12 * HOUR).reminders_at(0) == (4 * HOUR,)
    assert Policy(life=12 * HOUR + MINUTE).reminders_at(0) == (4 * HOUR, 12 * HOUR)


@given(policies())
def test_every_time_of_a_policy_lies_within_its_life(policy):
    at = policy.reminders_at(START)
    assert all(START < each < policy.ends_at(START) for each in at)
    assert len(at) <= 14
    escalates_at = policy.escalates_at(START)
    assert escalates_at is None or START < escalates_at < policy.ends_at(START)


# --- the defaults, and what no policy is ----------------------------------------------------------------------------


def test_l29_the_defaults_are_those_of_the_contract():
    assert DEFAULT.panels == (Panel((Who(By.PERMISSION, "request:approve"),), 1),)
    assert DEFAULT.denials == 1
    assert DEFAULT.own is False
    assert DEFAULT.life == 3 * DAY
    assert DEFAULT.remind == 4 * HOUR
    assert DEFAULT.escalate is None
    assert Escalation((ADMINS,)).after == DAY
    assert DEFAULT.backups == ()
    assert not any(DEFAULT.needs_reason(act) for act in Act)
    assert (first_reminder(3 * DAY), first_reminder(4 * HOUR)) == (4 * HOUR, None)


@pytest.mark.parametrize(
    ("make", "problem"),
    [
        (lambda: Policy(()), "Nobody is named"),
        (lambda: Policy(DEFAULT.panels * 6), "At most 5 panels"),
        (lambda: Panel(()), "A panel names nobody, so nobody could ever answer"),
        (lambda: Panel((LEADS,), 0), "from 1 to 20 approvals, not 0"),
        (lambda: Panel((LEADS,), -1), "from 1 to 20 approvals"),
        (lambda: Panel((LEADS,), 21), "from 1 to 20 approvals, not 21"),
        (lambda: Panel((LEADS, LEADS)), "names somebody twice"),
        (lambda: Panel(tuple(role(Role(str(n), "", n, frozenset())) for n in range(11))), "at most 10 fit"),
        (lambda: Panel((permission("approve"),)), "not a permission"),
        (lambda: Panel((group(""),)), "a group without saying which"),
        (lambda: Policy(denials=0), "From 1 to 20 denials"),
        (lambda: Policy(denials=21), "From 1 to 20 denials"),
        (lambda: Policy(life=0), "The life of a request can be from 10m to 90d"),
        (lambda: Policy(life=91 * DAY), "The life of a request can be from 10m to 90d"),
        (lambda: Policy(life=3 * DAY + 1), "whole minutes"),
        (lambda: Policy(remind=60), "The time until the first reminder can be from 10m"),
        (lambda: Policy(remind=3 * DAY), "first reminder would come after 3d, and by then, after 3d,"),
        (lambda: Policy(escalate=Escalation((LEADS,), 4 * DAY)), "escalation would come after 4d"),
        (lambda: Escalation(()), "The escalation names nobody"),
        (lambda: Escalation((LEADS,), 30), "The time until it escalates can be from 10m"),
        (lambda: Policy(backups=(LEADS, LEADS)), "The list of back-ups names somebody twice"),
    ],
)
def test_what_makes_no_sense_is_no_policy(make, problem):
    with pytest.raises(ValueError, match=problem):
        make()


def test_a_policy_says_everybody_it_names_once():
    policy = Policy((Panel((LEADS, ADMINS)),), escalate=Escalation((ADMINS, group("ops"))), backups=(LEADS,))
    assert policy.named == (LEADS, ADMINS, group("ops"))
