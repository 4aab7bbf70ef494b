"""How an approval policy decides: pure functions over the policy's copy in the request, the votes, and the facts of now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from core.approval_policy import By, Policy, Who, seat
from core.approval_terms import PLAIN, Terms, least
from core.language import t
from core.lifecycle import RequestStatus
from core.permissions import Role, Standing
from core.policy import Verdict, decide

_PENDING = RequestStatus.PENDING


class Vote(NamedTuple):
    """One answer of one person. ``given`` less than what was asked for; None: as asked."""

    voter: str
    approves: bool
    given: Terms | None = None


class Person(NamedTuple):
    """What is true of somebody at this moment, read again for each decision.

    ``standing`` None: no member. ``roles`` and ``groups``: the ids of their live ones that count on the workspace's plan.
    ``own``: the request is theirs, by whichever account they made it. ``able``: they could do themselves what they
    approve (or, before they do, what is asked for); roles need no such flag, they are compared here. ``until``: until when
    they are what of it, as far as that has an end, the first end first; what they are for good stands in ``standing``.
    """

    standing: Standing | None
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    own: bool = False
    able: bool = True
    until: tuple[tuple[int, Standing], ...] = ()

    def may_give(self, role: Role, end: int | None) -> bool:
        """Whether they may give a role until then, or for good: nobody gives it for longer than they have as much."""
        if self.standing is None:
            return False
        if self.standing.may_give_for_good(role):
            return True
        if end is None:
            return False
        then = next((standing for ends_at, standing in self.until if ends_at >= end), None)
        return then is not None and then.may_give(role)


class Count(NamedTuple):
    """How many there are, of how many it takes."""

    have: int
    needs: int

    def __str__(self) -> str:
        return t("{have} of {needs}", have=self.have, needs=self.needs)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What has become of a request: ``pending``, ``approved``, ``denied`` or ``expired``.

    ``panels`` are the filled places of each panel; ``given`` is what all approvers agree to, None without any. ``could``
    names those whose approval would bring it further now, ``later`` those of whom that will be true once it escalates.
    ``completable``: together they are enough, without anybody's taking back a denial.
    """

    status: RequestStatus
    panels: tuple[Count, ...]
    denials: Count
    approvers: tuple[str, ...]
    deniers: tuple[str, ...]
    given: Terms | None
    could: tuple[str, ...]
    later: tuple[str, ...]
    completable: bool

    @property
    def approvals(self) -> Count:
        """The filled places of all panels together."""
        return Count(sum(count.have for count in self.panels), sum(count.needs for count in self.panels))


# --- one person -----------------------------------------------------------------------------------------------------


def is_one(person: Person, who: Who) -> bool:
    """Whether a member is one of those people now."""
    if person.standing is None:
        return False
    match who.by:
        case By.PERMISSION:
            return decide(person.standing, who.ref).allowed
        case By.ROLE:
            return who.ref in person.roles
        case By.GROUP:
            return who.ref in person.groups


def panels_of(policy: Policy, person: Person, *, escalated: bool) -> frozenset[int]:
    """In which panels somebody could sit: back-ups, and those to whom it has escalated, in any one."""
    stand_in = policy.backups + (policy.escalate.to if policy.escalate and escalated else ())
    if any(is_one(person, who) for who in stand_in):
        return frozenset(range(len(policy.panels)))
    return frozenset(
        number for number, panel in enumerate(policy.panels) if any(is_one(person, who) for who in panel.who)
    )


def may_vote(  # noqa: PLR0911 - one line for each verdict reads best
    policy: Policy,
    person: Person | None,
    asked: Terms = PLAIN,
    given: Terms | None = None,
    *,
    created_at: int,
    now: int,
    status: RequestStatus = _PENDING,
) -> Verdict:
    """Whether somebody may answer a request for ``asked`` now, with ``given`` (None: as asked); a denial gives nothing.

    The same order as that of ``core.policy.may_decide``, which is this for the default policy: who has no business here
    learns nothing about the request.
    """
    if person is None or person.standing is None:
        return Verdict.NOT_A_MEMBER
    if not panels_of(policy, person, escalated=policy.escalated(created_at, now)):
        return Verdict.NOT_ALLOWED
    if person.own and not policy.own:
        return Verdict.OWN
    over = policy.ends_at(created_at) <= now
    if status is RequestStatus.EXPIRED or (status is _PENDING and over):
        return Verdict.EXPIRED
    if status is not _PENDING:
        return Verdict.DECIDED
    terms = least(asked, given)
    # The time counts from now: what is given then ends so much later.
    end = None if terms.seconds is None else now + terms.seconds
    if not all(person.may_give(role, end) for role in terms.roles if role is not None):
        return Verdict.ABOVE_CEILING
    return Verdict.MAY if person.able else Verdict.NOT_ABLE


def gets_card(
    policy: Policy, person: Person | None, asked: Terms = PLAIN, *, created_at: int, now: int
) -> bool:
    """Whether the question is put to somebody: to all who may answer, but to mere back-ups only once it has escalated."""
    if person is None or may_vote(policy, person, asked, created_at=created_at, now=now) is not Verdict.MAY:
        return False
    return policy.escalated(created_at, now) or any(
        is_one(person, who) for panel in policy.panels for who in panel.who
    )


# --- all of them ----------------------------------------------------------------------------------------------------


def judge(
    policy: Policy,
    votes: Sequence[Vote],
    people: Mapping[str, Person],
    asked: Terms = PLAIN,
    *,
    created_at: int,
    now: int,
) -> Outcome:
    """What the votes come to. ``policy``: the request's own copy. ``people``: at least all who voted, by their ids.

    *Who counts.* A vote is worth what its voter may do now, not what they might when they cast it: whoever has left, lost
    the role, or has no longer what they give, counts for nothing, and counts again when they have it back. Of one
    person's votes the last counts; the order of different people's does not matter.

    *One person, one place.* Whoever is in two panels fills one of them: two panels are there so that two people look.
    Counting panel by panel would let one person be both; counting in the order of the votes would make the answer depend
    on who was quicker. So people are seated by a maximum matching (``seat``). Back-ups, and those to whom it has
    escalated, may sit in any panel, but in one as well.

    *What ends it.* The end of its life, whatever the votes; then enough denials, whatever the approvals; then all panels
    filled.

    *Nothing but what is there now.* So a request may be complete without a further vote: an approver got their role back,
    or became one of those to whom it has escalated. Whoever asks, asks again whenever such a thing may have happened.

    *Less than asked.* The outcome is the least of what all counting approvers give, also of those beyond the places that
    had to be filled: nobody gets more than any of them agreed to, and it does not depend on who was seated where. Since it
    is within what each of them gave, each of them could have given it alone.
    """
    ends_at = policy.ends_at(created_at)
    # What is over shows the counts of its last second.
    at = min(now, ends_at - 1)
    last = {vote.voter: vote for vote in votes}
    present = _round(policy, last, people, asked, created_at, at)
    status = _status(policy, present, over=ends_at <= now)
    pending = status is _PENDING
    escalates_at = policy.escalates_at(created_at)
    coming = present
    if pending and escalates_at is not None and at < escalates_at:
        coming = _round(policy, last, people, asked, created_at, escalates_at)
    could = present.helpful if pending else ()
    return Outcome(
        status=status,
        panels=present.counts,
        denials=Count(len(present.deniers), policy.denials),
        approvers=tuple(present.fits),
        deniers=present.deniers,
        given=least(asked, *(last[voter].given for voter in present.fits)) if present.fits else None,
        could=could,
        later=tuple(who for who in coming.helpful if who not in could) if pending else (),
        completable=coming.completable if pending else status is RequestStatus.APPROVED,
    )


class _Round(NamedTuple):
    """How things stand at a moment. ``fits``: where approvers could sit; ``rest``: where those could who have not voted."""

    needs: tuple[int, ...]
    deniers: tuple[str, ...]
    fits: dict[str, frozenset[int]]
    seated: dict[str, int]
    rest: dict[str, frozenset[int]]

    @property
    def counts(self) -> tuple[Count, ...]:
        taken = list(self.seated.values())
        return tuple(Count(taken.count(number), needed) for number, needed in enumerate(self.needs))

    @property
    def filled(self) -> bool:
        return len(self.seated) == sum(self.needs)

    @property
    def completable(self) -> bool:
        return len(seat({**self.fits, **self.rest}, self.needs)) == sum(self.needs)

    @property
    def helpful(self) -> tuple[str, ...]:
        """Whose approval would fill one more place: one that is free, or that of somebody who could move to a free one."""
        useful = {number for number, count in enumerate(self.counts) if count.have < count.needs}
        while more := {self.seated[who] for who in self.seated if self.fits[who] & useful} - useful:
            useful |= more
        return tuple(who for who, panels in self.rest.items() if panels & useful)


def _round(
    policy: Policy,
    last: Mapping[str, Vote],
    people: Mapping[str, Person],
    asked: Terms,
    created_at: int,
    at: int,
) -> _Round:
    escalated = policy.escalated(created_at, at)
    fits: dict[str, frozenset[int]] = {}
    rest: dict[str, frozenset[int]] = {}
    deniers: list[str] = []
    for who, person in sorted(people.items()):
        vote = last.get(who)
        # A denial gives nothing; whoever denies has to be able to give what is asked for.
        given = vote.given if vote and vote.approves else None
        if may_vote(policy, person, asked, given, created_at=created_at, now=at) is not Verdict.MAY:
            continue
        if vote and not vote.approves:
            deniers.append(who)
            continue
        (fits if vote else rest)[who] = panels_of(policy, person, escalated=escalated)
    needs = tuple(panel.needs for panel in policy.panels)
    return _Round(needs, tuple(deniers), fits, seat(fits, needs), rest)


def _status(policy: Policy, present: _Round, *, over: bool) -> RequestStatus:
    if over:
        return RequestStatus.EXPIRED
    if len(present.deniers) >= policy.denials:
        return RequestStatus.DENIED
    return RequestStatus.APPROVED if present.filled else _PENDING
