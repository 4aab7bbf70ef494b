"""Approval policies as data: who says yes to requests of one kind, how many of them, and how long that may take.

A policy is kept for each kind of request in the workspace's settings. Every request carries the copy that was in force
when it was made: that copy decides about it, so a change of the policy changes nothing for requests already open.
How a policy decides is in ``core.approval_judging``, how it is kept and typed in ``core.approval_reading`` and
``core.approval_typed``, how it is put to people in ``core.approval_words``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from core import durations
from core.language import mark, t
from core.permissions import PERMISSION
from core.policy import APPROVE

#: What can be asked for.
KINDS = ("join", "role", "access", "invite", "extension")

#: What is answered under the policy for something else: the look at what was taken in an emergency.
UNDER = {"review": "access"}
#: For these an emergency can be allowed: roles are given by those who hold them, always.
WITH_EMERGENCY = frozenset({"access"})

LIFE = 3 * durations.DAY
REMIND = 4 * durations.HOUR
ESCALATE = durations.DAY

#: Nothing in a policy comes sooner than after this time, and nothing waits longer than that one.
SHORTEST = 10 * durations.MINUTE
LONGEST = 90 * durations.DAY
#: For so long somebody takes what they need in an emergency, where nothing else is said, and never for longer than that.
EMERGENCY, LONGEST_EMERGENCY = 4 * durations.HOUR, durations.DAY
MOST_PANELS = 5
MOST_WHO = 10
MOST_VOTES = 20


class By(StrEnum):
    """By what somebody is allowed to answer."""

    PERMISSION = "permission"
    ROLE = "role"
    GROUP = "group"


WHAT = {By.PERMISSION: mark("permission"), By.ROLE: mark("role"), By.GROUP: mark("group")}


class Act(StrEnum):
    """What people do with a request, and may have to give a reason for."""

    ASK = "ask"
    APPROVE = "approve"
    DENY = "deny"


class Who(NamedTuple):
    """Everybody who has something: a permission, or the role or group with that id."""

    by: By
    ref: str


#: Whoever may approve requests at all.
APPROVERS = Who(By.PERMISSION, APPROVE)


def _check_who(who: tuple[Who, ...], name: str) -> None:
    if not who:
        raise ValueError(t("{name} names nobody, so nobody could ever answer.", name=t(name)))
    if len(who) > MOST_WHO:
        raise ValueError(
            t("{name} names {count}; at most {most} fit.", name=t(name), count=len(who), most=MOST_WHO)
        )
    if len(set(who)) < len(who):
        raise ValueError(t("{name} names somebody twice.", name=t(name)))
    for by, ref in who:
        if by is By.PERMISSION and not PERMISSION.fullmatch(ref):
            raise ValueError(t("“{typed}” is not a permission: they read thing:action.", typed=ref))
        if not ref:
            raise ValueError(t("{name} names a {what} without saying which.", name=t(name), what=t(WHAT[by])))


def _check_time(what: str, seconds: int) -> None:
    if not SHORTEST <= seconds <= LONGEST:
        shortest, longest = durations.show(SHORTEST), durations.show(LONGEST)
        raise ValueError(
            t("{what} can be from {shortest} to {longest}.", what=t(what), shortest=shortest, longest=longest)
        )
    if seconds % durations.MINUTE:
        raise ValueError(
            t("{what} is in whole minutes, not {seconds} seconds.", what=t(what), seconds=seconds)
        )


@dataclass(frozen=True, slots=True)
class Panel:
    """So many of these people have to say yes; any of ``who`` is enough to be one of them."""

    who: tuple[Who, ...]
    needs: int = 1

    def __post_init__(self) -> None:
        _check_who(self.who, mark("A panel"))
        if not 1 <= self.needs <= MOST_VOTES:
            raise ValueError(
                t("A panel needs from 1 to {most} approvals, not {count}.", most=MOST_VOTES, count=self.needs)
            )


@dataclass(frozen=True, slots=True)
class Escalation:
    """These people may answer too, as soon as a request has waited so long."""

    to: tuple[Who, ...]
    after: int = ESCALATE

    def __post_init__(self) -> None:
        _check_who(self.to, mark("The escalation"))
        _check_time(mark("The time until it escalates"), self.after)


@dataclass(frozen=True, slots=True)
class Emergency:
    """Who has this permission takes what they need at once, for so long at most, and answers for it afterwards."""

    permission: str
    most: int = EMERGENCY

    def __post_init__(self) -> None:
        if not PERMISSION.fullmatch(self.permission):
            raise ValueError(
                t("“{typed}” is not a permission: they read thing:action.", typed=self.permission)
            )
        if not SHORTEST <= self.most <= LONGEST_EMERGENCY:
            raise ValueError(
                t(
                    "What is taken in an emergency lasts from {shortest} to {longest} at most.",
                    shortest=durations.show(SHORTEST),
                    longest=durations.show(LONGEST_EMERGENCY),
                )
            )
        if self.most % durations.MINUTE:
            raise ValueError(t("That time is in whole minutes, not {seconds} seconds.", seconds=self.most))


@dataclass(frozen=True, slots=True)
class Policy:
    """Every panel has to be filled, each by other people; without anything said, one who may approve requests is enough.

    ``denials``: so many end it. ``own``: whether people may answer their own requests. ``remind``: seconds until the
    approvers are reminded for the first time, None for never. ``backups`` may answer from the beginning, and are told of
    it only when it escalates. ``reasons``: what needs a reason. ``emergency``: who need not ask first.
    """

    panels: tuple[Panel, ...] = (Panel((APPROVERS,)),)
    denials: int = 1
    own: bool = False
    life: int = LIFE
    remind: int | None = REMIND
    escalate: Escalation | None = None
    backups: tuple[Who, ...] = ()
    reasons: frozenset[Act] = frozenset()
    emergency: Emergency | None = None

    def __post_init__(self) -> None:
        if not self.panels:
            raise ValueError(t("Nobody is named who approves."))
        if len(self.panels) > MOST_PANELS:
            raise ValueError(
                t(
                    "At most {most} panels fit, joined by and; these are {count}.",
                    most=MOST_PANELS,
                    count=len(self.panels),
                )
            )
        if not 1 <= self.denials <= MOST_VOTES:
            raise ValueError(
                t("From 1 to {most} denials end a request, not {count}.", most=MOST_VOTES, count=self.denials)
            )
        if self.backups:
            _check_who(self.backups, mark("The list of back-ups"))
        _check_time(mark("The life of a request"), self.life)
        if self.remind is not None:
            _check_time(mark("The time until the first reminder"), self.remind)
            self._check_in_life(mark("The first reminder"), self.remind)
        if self.escalate is not None:
            self._check_in_life(mark("The escalation"), self.escalate.after)

    def _check_in_life(self, what: str, after: int) -> None:
        if after >= self.life:
            raise ValueError(
                t(
                    "{what} would come after {time}, and by then, after {life}, the request is over.",
                    what=t(what),
                    time=durations.show(after),
                    life=durations.show(self.life),
                )
            )

    @property
    def named(self) -> tuple[Who, ...]:
        """Everybody it names, each once: what must not be deleted without a word about it."""
        named = [who for panel in self.panels for who in panel.who]
        return tuple(dict.fromkeys([*named, *(self.escalate.to if self.escalate else ()), *self.backups]))

    def needs_reason(self, act: Act) -> bool:
        return act in self.reasons

    # --- its times --------------------------------------------------------------------------------------------------

    def ends_at(self, created_at: int) -> int:
        """From this second on a request made then is expired."""
        return created_at + self.life

    def escalates_at(self, created_at: int) -> int | None:
        return None if self.escalate is None else created_at + self.escalate.after

    def escalated(self, created_at: int, now: int) -> bool:
        at = self.escalates_at(created_at)
        return at is not None and at <= now

    def reminders_at(self, created_at: int) -> tuple[int, ...]:
        """When its approvers are reminded: each wait is twice as long as the one before, and the end comes first."""
        found: list[int] = []
        wait = self.remind
        at = created_at
        while wait is not None and at + wait < self.ends_at(created_at):
            at += wait
            wait *= 2
            found.append(at)
        return tuple(found)


#: What counts where nobody chose anything.
DEFAULT = Policy()


def first_reminder(life: int) -> int | None:
    """When approvers are first reminded where nothing is said; of what lives too short for that, never."""
    return REMIND if life > REMIND else None


# --- who sits where -------------------------------------------------------------------------------------------------


def seat(fits: Mapping[str, frozenset[int]], needs: Iterable[int]) -> dict[str, int]:
    """Gives as many people as possible a place in one panel each, the first panels first.

    ``fits``: in which panels somebody could sit. That is a maximum matching: whoever could sit in two panels sits where
    nobody else can. How many places of each panel are filled depends neither on the order of the people nor on which of
    several arrangements is found, and never falls when somebody comes along.
    """
    seated: dict[str, int] = {}
    for panel, places in enumerate(needs):
        for _ in range(places):
            if not _take(panel, fits, seated, set()):
                break
    return seated


def _take(panel: int, fits: Mapping[str, frozenset[int]], seated: dict[str, int], tried: set[int]) -> bool:
    """Fills one more place of the panel: with somebody free, or with somebody whose place another can take."""
    tried.add(panel)
    for person, panels in fits.items():
        if person not in seated and panel in panels:
            seated[person] = panel
            return True
    for person, present in list(seated.items()):
        if present not in tried and panel in fits[person] and _take(present, fits, seated, tried):
            seated[person] = panel
            return True
    return False
