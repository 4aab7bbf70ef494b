"""Who could answer a request now, by the same rule that is asked again at the click."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select, tuple_

from core.approval_judging import Outcome, Person, Vote, gets_card, judge, may_vote
from core.approval_policy import By, Policy, Who
from core.approval_terms import PLAIN, Terms
from core.calls import Identity
from core.context import Context, person_key
from core.members import accounts_of, held_by
from core.models import group_members, member_roles, members
from core.permissions import Role, Standing, is_own
from core.policy import MOST_ASKED, Verdict
from core.state import Member


def _live(held: Any) -> ColumnElement[bool]:
    return and_(
        held.c.workspace_id == bindparam("ws"),
        or_(held.c.ends_at.is_(None), held.c.ends_at > bindparam("now")),
    )


def _with_one_of(name: str) -> Select[Any]:
    """Those who hold one of certain roles now."""
    key = member_roles.alias(f"key_{name}")
    return select(key.c.member_id).where(_live(key), key.c.role_id.in_(bindparam(name, expanding=True)))


_IN_GROUP = select(group_members.c.member_id).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id.in_(bindparam("group_ids", expanding=True)),
)


def _behind(which: ColumnElement[bool]) -> Select[Any]:
    """Members of those, longest here first, behind a border."""
    return (
        select(members.c.member_id, members.c.name, members.c.joined_at)
        .where(
            members.c.workspace_id == bindparam("ws"),
            members.c.left_at.is_(None),
            which,
            tuple_(members.c.joined_at, members.c.member_id)
            > tuple_(bindparam("joined"), bindparam("border")),
        )
        .order_by(members.c.joined_at, members.c.member_id)
        .limit(bindparam("most"))
    )


_HAS_ROLE = members.c.member_id.in_(_with_one_of("role_ids"))
_HAS_ROLE_OR_GROUP = or_(_HAS_ROLE, members.c.member_id.in_(_IN_GROUP))
_HOLDERS = _behind(_HAS_ROLE)
_HOLDERS_OR_GROUP = _behind(_HAS_ROLE_OR_GROUP)


@functools.cache
def _named(more: int, *, grouped: bool) -> Select[Any]:
    """Of those, who holds one of so many further sets of roles each. ``grouped``: a group is named beside roles."""
    return (_HOLDERS_OR_GROUP if grouped else _HOLDERS).where(
        *(members.c.member_id.in_(_with_one_of(f"more_{number}")) for number in range(more))
    )


_BY_ID = select(members.c.member_id, members.c.name, members.c.joined_at).where(
    members.c.workspace_id == bindparam("ws"),
    members.c.left_at.is_(None),
    members.c.member_id.in_(bindparam("ids", expanding=True)),
)
_IN_GROUPS = select(group_members.c.member_id, group_members.c.group_id).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id.in_(bindparam("group_ids", expanding=True)),
)
#: So many are looked at together: few at first, since they mostly do, and more each time that was not enough.
_CHUNK, _MOST_IN_CHUNK = 100, 10_000

#: The permission that a member (their id) of this standing lacks to do themselves what is asked for; empty for none.
Lacks = Callable[[Context, str, Standing], str]


@dataclass(frozen=True, slots=True)
class Approver:
    """A member who may decide a request, with the accounts at which they can be reached."""

    member: Member
    accounts: tuple[Identity, ...]

    @property
    def name(self) -> str:
        return self.member.name


class Question(NamedTuple):
    """What is asked, by whom (their account, and their member's id where they are one), and under which policy.

    ``terms``: how much is asked for beside the roles. ``lacks_for``: as ``lacks``, of those who give less than asked for.
    """

    policy: Policy
    roles: tuple[Role, ...]
    person: str
    member: str
    created_at: int
    lacks: Lacks
    terms: Terms = PLAIN
    lacks_for: Callable[[Terms], Lacks] | None = None

    @property
    def asked(self) -> Terms:
        return self.terms._replace(roles=self.roles)

    def able(self, ctx: Context, member_id: str, standing: Standing, given: Terms | None) -> bool:
        """Whether somebody could give that (None: as asked) themselves, as far as it is not about roles."""
        lacks = self.lacks if given is None or self.lacks_for is None else self.lacks_for(given)
        return not lacks(ctx, member_id, standing)


@dataclass(frozen=True, slots=True)
class Found:
    """People whom a policy names, as they are now: as many as could be needed, and all who have answered."""

    question: Question
    people: dict[str, Person]
    approvers: dict[str, Approver]
    at: int

    def judged(self, votes: Iterable[Vote] = ()) -> Outcome:
        return judge(
            self.question.policy,
            list(votes),
            self.people,
            self.question.asked,
            created_at=self.question.created_at,
            now=self.at,
        )

    @property
    def asked(self) -> list[Approver]:
        """To whom the question is put: not to mere back-ups, before it escalates."""
        q = self.question
        return [
            approver
            for member_id, approver in self.approvers.items()
            if gets_card(q.policy, self.people[member_id], q.asked, created_at=q.created_at, now=self.at)
        ]

    @property
    def answerable(self) -> bool:
        """Whether all places could be filled in time, by people of whom some hear of it."""
        heard = self.question.policy.escalate is not None or bool(self.asked)
        return heard and self.judged().completable


def nothing(ctx: Context, member_id: str, standing: Standing) -> str:
    """Nothing more is needed than to be an approver."""
    del ctx, member_id, standing
    return ""


def find_approvers(ctx: Context, question: Question, votes: Iterable[Vote] = ()) -> Found:
    """Of those whom the question's policy names the longest here who could say yes, as many as could be needed.

    ``votes``: the answers so far; who gave them is looked at whoever they are, as one who gives so much.
    """
    given = {vote.voter: vote.given for vote in votes}
    policy = question.policy
    lists = [panel.who for panel in policy.panels] + [policy.backups]
    lists += [policy.escalate.to] if policy.escalate else []
    enough = max(MOST_ASKED, sum(panel.needs for panel in policy.panels))
    found = Found(question, {}, {}, ctx.at)
    for who in dict.fromkeys(each for each in lists if each):
        _find_some(ctx, found, who, enough)
    for voter in given:
        found.people.pop(voter, None)
        found.approvers.pop(voter, None)
    if given:
        rows = ctx.connection.execute(_BY_ID, {"ws": ctx.workspace.workspace_id, "ids": sorted(given)}).all()
        _look_at(ctx, found, rows, given)
    return found


def _find_some(ctx: Context, found: Found, who: tuple[Who, ...], enough: int) -> None:
    """Adds so many of these people who could say yes, now or once it has escalated."""
    question = found.question
    sets = _needed(ctx, question.roles)
    group_ids = [each.ref for each in who if each.by is By.GROUP]
    statement = _named(len(sets), grouped=bool(group_ids))
    params = {**_params(ctx, _roles_in(ctx, who), _CHUNK), "group_ids": group_ids}
    params |= {f"more_{number}": ids for number, ids in enumerate(sets)}
    then = max(ctx.at, question.policy.escalates_at(question.created_at) or 0)
    count = 0
    while True:
        rows = ctx.connection.execute(statement, params).all()
        there = set(found.people)
        _look_at(ctx, found, rows)
        for member_id in (row.member_id for row in rows):
            person = found.people[member_id]
            may = may_vote(question.policy, person, question.asked, created_at=question.created_at, now=then)
            count += may is Verdict.MAY
            if member_id not in there and (may is not Verdict.MAY or count > enough):
                del found.people[member_id], found.approvers[member_id]
        if len(rows) < params["most"] or count >= enough:
            return
        params |= {"joined": rows[-1].joined_at, "border": rows[-1].member_id}
        params["most"] = min(params["most"] * 10, _MOST_IN_CHUNK)


def _needed(ctx: Context, roles: Sequence[Role]) -> list[list[str]]:
    """Sets of roles, of each of which whoever is to give these roles holds one: what the ceiling comes to in a database."""
    if not roles:
        return []
    workspace = ctx.workspace
    top = max(role.rank for role in roles)
    high = [role for role in workspace.roles.values() if role.rank >= top and role.on(workspace.plan)]
    own = sorted({permission for role in roles for permission in role.permissions if is_own(permission)})
    sets = [high, *(workspace.roles_with(permission) for permission in own)]
    return [list(ids) for ids in sorted({tuple(role.role_id for role in each) for each in sets})]


def _look_at(
    ctx: Context, found: Found, rows: Sequence[Any], given: Mapping[str, Terms | None] | None = None
) -> None:
    """Adds these members as they are now. ``given``: what they gave, where that is less than was asked for."""
    question = found.question
    ids = [row.member_id for row in rows]
    held, bound = held_by(ctx, ids), accounts_of(ctx, ids)
    groups = _groups(ctx, groups_named(question.policy))
    for member_id, name, _ in rows:
        if member_id in found.people:
            continue
        of_member = {row.role_id: row.ends_at for row in held[member_id]}
        accounts = tuple(Identity(row.platform, row.realm, row.subject) for row in bound[member_id])
        standing = ctx.workspace.standing_with_ends(of_member)
        own = member_id == question.member or question.person in map(person_key, accounts)
        found.people[member_id] = Person(
            standing,
            frozenset(roles_that_count(ctx, of_member)),
            frozenset(groups.get(member_id, ())),
            own,
            question.able(ctx, member_id, standing, (given or {}).get(member_id)),
            until_when(ctx, of_member),
        )
        member = Member(member_id, name, None, tuple(of_member), standing)
        found.approvers[member_id] = Approver(member, accounts)


def until_when(ctx: Context, held: Mapping[str, int | None]) -> tuple[tuple[int, Standing], ...]:
    """What somebody is until each end of what they hold for a time, the first end first."""
    ends = sorted({end for end in held.values() if end is not None})
    standings = [
        ctx.workspace.standing([each for each, end in held.items() if end is None or end >= last])
        for last in ends
    ]
    return tuple(zip(ends, standings, strict=True))


def person_of(ctx: Context, question: Question, *, own: bool, given: Terms | None = None) -> Person | None:
    """Whoever acts, as the question's policy sees them now; ``given``: as one who gives no more than that."""
    member = ctx.member
    if member is None:
        return None
    group_ids = groups_named(question.policy)
    return Person(
        member.standing,
        frozenset(roles_that_count(ctx, member.role_ids)),
        frozenset(_groups(ctx, group_ids).get(member.member_id, ())) if group_ids else frozenset(),
        own,
        question.able(ctx, member.member_id, member.standing, given),
        until_when(ctx, {**dict.fromkeys(member.role_ids), **dict(member.ends)}),
    )


def roles_that_count(ctx: Context, role_ids: Iterable[str]) -> list[str]:
    """Those of them that count on the workspace's plan."""
    return [role.role_id for role in ctx.workspace.roles_of(role_ids) if role.on(ctx.workspace.plan)]


def groups_named(policy: Policy) -> list[str]:
    return [who.ref for who in policy.named if who.by is By.GROUP]


def _groups(ctx: Context, group_ids: list[str]) -> dict[str, set[str]]:
    """Who is in which of these groups."""
    if not group_ids:
        return {}
    found: dict[str, set[str]] = {}
    params = {"ws": ctx.workspace.workspace_id, "group_ids": group_ids}
    for row in ctx.connection.execute(_IN_GROUPS, params):
        found.setdefault(row.member_id, set()).add(row.group_id)
    return found


def _roles_in(ctx: Context, who: Iterable[Who]) -> list[str]:
    """The roles that make somebody one of these people."""
    role_ids: dict[str, None] = {}
    for each in who:
        if each.by is By.PERMISSION:
            role_ids.update(dict.fromkeys(role.role_id for role in ctx.workspace.roles_with(each.ref)))
        elif each.by is By.ROLE:
            role_ids[each.ref] = None
    return list(role_ids)


def holders_of(ctx: Context, permission: str, most: int = MOST_ASKED) -> list[str]:
    """The members who hold a permission now, longest here first."""
    able = [role.role_id for role in ctx.workspace.roles_with(permission)]
    return list(ctx.connection.execute(_HOLDERS, _params(ctx, able, most)).scalars())


def _params(ctx: Context, role_ids: list[str], most: int) -> dict[str, Any]:
    ws = ctx.workspace.workspace_id
    return {"ws": ws, "role_ids": role_ids, "now": ctx.at, "joined": -1, "border": "", "most": most}
