"""Rules that hold for whatever approval policy, people and votes."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.approval_judging import Outcome, Person, Vote, is_one, judge, may_vote
from core.approval_policy import Panel, Policy, seat
from core.approval_terms import Terms, is_within, least, within
from core.durations import DAY
from core.lifecycle import RequestStatus
from core.permissions import NO_STANDING, Role, standing
from core.policy import Verdict
from tests.core.policies import (
    ADMIN,
    COMMENTER,
    LEAD,
    NAMES,
    ROLES,
    START,
    asks,
    ballots,
    crowds,
    members,
    policies,
    role,
    terms,
)

PENDING, APPROVED, DENIED, EXPIRED, _ = RequestStatus
V = Verdict
AS_LEAD = Terms((LEAD,))


class Story(NamedTuple):
    policy: Policy
    votes: list[Vote]
    people: dict[str, Person]
    asked: Terms
    now: int

    def judged(self, **changes) -> Outcome:
        story = self._replace(**changes)
        return judge(story.policy, story.votes, story.people, story.asked, created_at=START, now=story.now)

    def verdict(self, vote: Vote) -> Verdict:
        given_ = vote.given if vote.approves else None
        person = self.people.get(vote.voter)
        return may_vote(self.policy, person, self.asked, given_, created_at=START, now=self.now)


@st.composite
def stories(draw) -> Story:
    policy = draw(policies())
    times = st.integers(-DAY, policy.life - 1) | st.sampled_from([0, policy.life - 1, policy.life])
    return Story(policy, draw(ballots()), draw(crowds), draw(asks), START + draw(times))


@st.composite
def ineligible(draw, policy: Policy) -> Person:  # noqa: PLR0911 - one line for each flaw reads best
    """Somebody with exactly one thing, or several, between them and a vote; made without asking the rules."""
    flaw = draw(st.sampled_from(["left", "not named", "own", "unable", "too low", "too early", "too short"]))
    person = draw(members)._replace(own=False, able=True)
    match flaw:
        case "left":
            return person._replace(standing=None)
        case "not named":
            return Person(NO_STANDING)
        case "own":
            assume(not policy.own)
            return person._replace(own=True)
        case "unable":
            return person._replace(able=False)
        case "too low":  # of no rank at all, whatever they are named by
            roles = frozenset(each.role_id for each in ROLES)
            return Person(NO_STANDING, roles, frozenset({"ops", "night"}))
        case "too short":  # everything, but only until a moment that lies behind whatever is asked for
            roles = frozenset(each.role_id for each in ROLES)
            whole = standing(frozenset(ROLES))._replace(lasting=NO_STANDING)
            return Person(whole, roles, frozenset({"ops", "night"}), until=((START - DAY, whole),))
        case _:
            assume(policy.escalate is not None)
            named = {each.ref for panel in policy.panels for each in panel.who}
            named |= {each.ref for each in policy.backups}
            assume(role(COMMENTER) in policy.escalate.to and "commenter" not in named)
            return Person(NO_STANDING, frozenset({"commenter"}))


@given(st.data(), policies(), asks)
def test_no_set_of_votes_by_ineligible_people_ever_approves_or_denies(data, policy, asked):
    people = {name: data.draw(ineligible(policy)) for name in NAMES[:4]}
    votes = data.draw(
        st.lists(st.builds(Vote, st.sampled_from([*NAMES, "ghost"]), st.booleans(), st.none()), max_size=12)
    )
    early = policy.escalate.after - 1 if policy.escalate else policy.life - 1
    after = data.draw(st.integers(-DAY, early))
    outcome = judge(policy, votes, people, asked, created_at=START, now=START + after)
    assert outcome.status is PENDING
    assert all(count.have == 0 for count in (*outcome.panels, outcome.denials))
    assert (outcome.approvers, outcome.deniers, outcome.could) == ((), (), ())


@given(stories())
def test_votes_of_those_who_may_not_vote_now_change_nothing(story):
    last = {vote.voter: vote for vote in story.votes}
    counting = [vote for vote in last.values() if story.verdict(vote) is V.MAY]
    silent = {who: person for who, person in story.people.items() if who not in last or last[who] in counting}
    assume(story.now < START + story.policy.life)
    # Those who voted in vain are left out as people, too: they are none of those who could still vote.
    before, after = story.judged(), story.judged(votes=counting, people=silent)
    assert (before.status, before.panels, before.denials, before.given) == (
        after.status,
        after.panels,
        after.denials,
        after.given,
    )


@given(stories(), st.data())
def test_adding_an_approval_never_takes_one_away(story, data):
    before = story.judged()
    voted = {vote.voter for vote in story.votes}
    new = Vote(data.draw(st.sampled_from(NAMES)), approves=True, given=data.draw(st.none() | asks))
    # Somebody new, or who may say so: an approval that its voter may not give would not be taken.
    assume(new.voter not in voted or story.verdict(new) is V.MAY)
    after = story.judged(votes=[*story.votes, new])
    assert before.status is not APPROVED or after.status is APPROVED
    assert all(was.have <= now.have for was, now in zip(before.panels, after.panels, strict=True))


@given(stories(), st.randoms(use_true_random=False))
def test_the_order_of_votes_from_different_people_does_not_matter(story, random):
    mixed = list(story.votes)
    random.shuffle(mixed)
    order = {name: iter([vote for vote in story.votes if vote.voter == name]) for name in (*NAMES, "ghost")}
    # Each person's own votes stay in their order.
    again = [next(order[vote.voter]) for vote in mixed]
    assert story.judged(votes=again) == story.judged()


@given(stories())
def test_the_order_in_which_people_are_named_does_not_matter(story):
    assert story.judged(people=dict(reversed(story.people.items()))) == story.judged()


def arrangement(policy: Policy, people: Sequence[Person], *, escalated: bool) -> bool:
    """Whether everybody needed can be found among these people, each for one place: by trying all of it."""
    places = [panel for panel in policy.panels for _ in range(panel.needs)]
    extra = policy.backups + (policy.escalate.to if policy.escalate and escalated else ())

    def fits(person: Person, panel: Panel) -> bool:
        return any(is_one(person, who) for who in (*panel.who, *extra))

    return any(
        all(fits(person, panel) for person, panel in zip(chosen, places, strict=True))
        for chosen in itertools.permutations(people, len(places))
    )


@given(stories())
def test_it_is_approved_only_if_different_people_fill_all_places_and_whenever_they_do(story):
    assume(sum(panel.needs for panel in story.policy.panels) <= 5)
    outcome = story.judged()
    assume(outcome.status in {PENDING, APPROVED})
    approvers = [story.people[who] for who in outcome.approvers]
    escalated = story.policy.escalated(START, story.now)
    assert (outcome.status is APPROVED) is arrangement(story.policy, approvers, escalated=escalated)


@given(stories())
def test_it_is_never_approved_while_a_panel_is_unfilled_nor_pending_when_none_is(story):
    outcome = story.judged()
    full = all(count.have == count.needs for count in outcome.panels)
    assert outcome.status is not APPROVED or full
    assert outcome.status is not PENDING or not full
    assert all(count.have <= count.needs for count in outcome.panels)


@given(stories())
def test_one_person_never_fills_two_places(story):
    outcome = story.judged()
    assert outcome.approvals.have <= len(outcome.approvers)
    assert not set(outcome.approvers) & set(outcome.deniers)
    assert len(set(outcome.approvers)) == len(outcome.approvers)


@given(stories())
def test_whatever_the_votes_it_is_expired_from_its_end_on_and_not_before(story):
    assert (story.judged().status is EXPIRED) is (story.now >= START + story.policy.life)


@given(stories())
def test_enough_denials_end_it_whatever_the_approvals(story):
    outcome = story.judged()
    assume(outcome.status is not EXPIRED)
    assert (outcome.status is DENIED) is (len(outcome.deniers) >= story.policy.denials)


@given(stories())
def test_what_is_given_is_within_what_was_asked_and_within_what_each_approver_could_give(story):
    outcome = story.judged()
    assert (outcome.given is None) is (not outcome.approvers)
    if outcome.given is not None:
        assert is_within(outcome.given, story.asked)
        given_ = {vote.voter: vote.given or story.asked for vote in story.votes}
        for who in outcome.approvers:
            assert is_within(outcome.given, least(story.asked, given_[who]))
            assert all(story.people[who].standing.may_give(each) for each in outcome.given.roles if each)


@given(stories())
def test_those_who_could_bring_it_further_do_and_nobody_else_who_is_silent_does(story):
    before = story.judged()
    assume(before.status is PENDING)
    voted = {vote.voter for vote in story.votes}
    for who in set(story.people) - voted:
        after = story.judged(votes=[*story.votes, Vote(who, approves=True)])
        assert (after.approvals.have > before.approvals.have) is (who in before.could)


@given(stories())
def test_it_is_completable_just_when_all_who_are_silent_saying_yes_would_complete_it(story):
    before = story.judged()
    assume(before.status is PENDING)
    voted = {vote.voter for vote in story.votes}
    yes = [Vote(who, approves=True) for who in story.people if who not in voted]
    escalates_at = story.policy.escalates_at(START)
    last = max(story.now, escalates_at) if escalates_at is not None else story.now
    after = story.judged(votes=[*story.votes, *yes], now=last)
    assert before.completable is all(count.have == count.needs for count in after.panels)


# --- seats ----------------------------------------------------------------------------------------------------------

fits_ = st.dictionaries(st.sampled_from(NAMES), st.frozensets(st.integers(0, 2), max_size=3))
needs_ = st.lists(st.integers(0, 2), min_size=3, max_size=3)


@given(fits_, needs_)
def test_as_many_as_possible_are_seated_where_they_fit_and_no_panel_has_too_many(fits, needs):
    seated = seat(fits, needs)
    assert all(panel in fits[who] for who, panel in seated.items())
    assert all(list(seated.values()).count(panel) <= needed for panel, needed in enumerate(needs))
    places = [panel for panel, needed in enumerate(needs) for _ in range(needed)]
    best = max(
        (
            len(chosen)
            for size in range(len(places) + 1)
            for chosen in itertools.combinations(range(len(places)), size)
            if any(
                all(places[place] in fits[who] for place, who in zip(chosen, people, strict=True))
                for people in itertools.permutations(fits, size)
            )
        ),
        default=0,
    )
    assert len(seated) == best


@given(fits_, needs_, st.randoms(use_true_random=False))
def test_how_many_sit_in_each_panel_does_not_depend_on_the_order_of_people(fits, needs, random):
    names = list(fits)
    random.shuffle(names)
    again = seat({name: fits[name] for name in names}, needs)
    assert sorted(again.values()) == sorted(seat(fits, needs).values())


def test_a_hundred_places_and_a_thousand_people_are_seated_at_once():
    fits = {f"m{number:04}": frozenset({number % 5, (number + 1) % 5}) for number in range(1_000)}
    assert len(seat(fits, [20] * 5)) == 100


# --- less than asked ------------------------------------------------------------------------------------------------


@given(asks, terms, terms)
def test_the_least_is_the_same_in_any_order_and_within_all_of_them(asked, one, other):
    found = least(asked, one, other)
    assert found == least(asked, other, one) == least(asked, one, other, one, None)
    assert is_within(found, asked)
    for each in (one, other):
        assert found.level <= each.level
        assert each.seconds is None or found.seconds <= each.seconds
        for mine, theirs in zip(found.roles, each.roles, strict=True):
            assert mine is None or (theirs is not None and within(mine, theirs))


def test_what_is_given_has_to_speak_of_the_same_roles():
    with pytest.raises(ValueError, match="zip"):
        least(AS_LEAD, Terms((LEAD, ADMIN)))


def test_a_role_is_within_another_by_rank_and_by_usher_s_own_permissions_never_by_name():
    settings = Role("a", "Same", 5, frozenset({"workspace:configure"}))
    reader = Role("b", "Same", 4, frozenset({"audit:view", "project:publish"}))
    assert within(reader, settings)
    assert not within(settings, reader)
    assert not within(Role("c", "Same", 3, frozenset({"member:remove"})), settings)
