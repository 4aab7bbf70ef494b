"""Who could answer a request now, by the same rule that is asked again at the click."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, or_, select

from core.approval_judging import Outcome, Person, Vote, gets_card, judge
from core.approval_policy import By, Policy
from core.approval_terms import Terms
from core.calls import Identity
from core.context import Context, person_key
from core.models import group_members, identities, member_roles, members
from core.permissions import Role, Standing
from core.state import Member


def _live(held: Any) -> ColumnElement[bool]:
    return and_(
        held.c.workspace_id == bindparam("ws"),
        or_(held.c.ends_at.is_(None), held.c.ends_at > bindparam("now")),
    )


_key = member_roles.alias("key_role")
_WITH_ROLE = select(_key.c.member_id).where(
    _live(_key), _key.c.role_id.in_(bindparam("role_ids", expanding=True))
)
_WITH_GROUP = select(group_members.c.member_id).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id.in_(bindparam("group_ids", expanding=True)),
)


def _who(which: ColumnElement[bool]) -> Select[Any]:
    """All live roles of certain members, a row for each of their accounts."""
    return (
        select(
            members.c.member_id,
            members.c.name,
            member_roles.c.role_id,
            member_roles.c.ends_at,
            identities.c.platform,
            identities.c.realm,
            identities.c.subject,
        )
        .outerjoin(
            member_roles,
            and_(
                member_roles.c.workspace_id == members.c.workspace_id,
                member_roles.c.member_id == members.c.member_id,
                _live(member_roles),
            ),
        )
        .join(
            identities,
            (identities.c.workspace_id == members.c.workspace_id)
            & (identities.c.member_id == members.c.member_id),
        )
        .where(members.c.workspace_id == bindparam("ws"), members.c.left_at.is_(None), which)
        .order_by(members.c.joined_at, members.c.member_id)
    )


_HOLDERS = _who(members.c.member_id.in_(_WITH_ROLE))
_HOLDERS_AND_GROUPS = _who(or_(members.c.member_id.in_(_WITH_ROLE), members.c.member_id.in_(_WITH_GROUP)))
_IN_GROUPS = select(group_members.c.member_id, group_members.c.group_id).where(
    group_members.c.workspace_id == bindparam("ws"),
    group_members.c.group_id.in_(bindparam("group_ids", expanding=True)),
)

#: The permission that a member of this standing lacks to do themselves what is asked for; empty for none.
Lacks = Callable[[Context, Standing], str]


@dataclass(frozen=True, slots=True)
class Approver:
    """A member who may decide a request, with the accounts at which they can be reached."""

    member: Member
    accounts: tuple[Identity, ...]

    @property
    def name(self) -> str:
        return self.member.name


class Question(NamedTuple):
    """What is asked, by whom (their account, and their member's id where they are one), and under which policy."""

    policy: Policy
    roles: tuple[Role, ...]
    person: str
    member: str
    created_at: int
    lacks: Lacks

    @property
    def asked(self) -> Terms:
        return Terms(self.roles)


@dataclass(frozen=True, slots=True)
class Found:
    """Everybody whom a policy names, as they are now."""

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


def nothing(ctx: Context, standing: Standing) -> str:
    """Nothing more is needed than to be an approver."""
    del ctx, standing
    return ""


def find_approvers(ctx: Context, question: Question) -> Found:
    """Everybody whom the question's policy names, and whether each of them could say yes."""
    held: dict[str, dict[str, int | None]] = {}
    accounts: dict[str, dict[Identity, None]] = {}
    names: dict[str, str] = {}
    group_ids = groups_named(question.policy)
    for row in _named(ctx, question.policy, group_ids):
        roles = held.setdefault(row.member_id, {})
        if row.role_id is not None:
            roles[row.role_id] = row.ends_at
        accounts.setdefault(row.member_id, {})[Identity(row.platform, row.realm, row.subject)] = None
        names[row.member_id] = row.name
    groups = _groups(ctx, group_ids)
    people, approvers = {}, {}
    for member_id, of_member in held.items():
        standing = ctx.workspace.standing_with_ends(of_member)
        own = member_id == question.member or question.person in {
            person_key(identity) for identity in accounts[member_id]
        }
        people[member_id] = Person(
            standing,
            frozenset(roles_that_count(ctx, of_member)),
            frozenset(groups.get(member_id, ())),
            own,
            not question.lacks(ctx, standing),
        )
        member = Member(member_id, names[member_id], None, tuple(of_member), standing)
        approvers[member_id] = Approver(member, tuple(accounts[member_id]))
    return Found(question, people, approvers, ctx.at)


def person_of(ctx: Context, question: Question, *, own: bool) -> Person | None:
    """Whoever acts, as the question's policy sees them now."""
    member = ctx.member
    if member is None:
        return None
    group_ids = groups_named(question.policy)
    return Person(
        member.standing,
        frozenset(roles_that_count(ctx, member.role_ids)),
        frozenset(_groups(ctx, group_ids).get(member.member_id, ())) if group_ids else frozenset(),
        own,
        not question.lacks(ctx, member.standing),
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


def _named(ctx: Context, policy: Policy, group_ids: list[str]) -> Any:
    role_ids: dict[str, None] = {}
    for who in policy.named:
        if who.by is By.PERMISSION:
            role_ids.update(dict.fromkeys(role.role_id for role in ctx.workspace.roles_with(who.ref)))
        elif who.by is By.ROLE:
            role_ids[who.ref] = None
    params = {"ws": ctx.workspace.workspace_id, "role_ids": list(role_ids), "now": ctx.at}
    if not group_ids:
        return ctx.connection.execute(_HOLDERS, params)
    return ctx.connection.execute(_HOLDERS_AND_GROUPS, {**params, "group_ids": group_ids})


def holders_of(ctx: Context, permission: str) -> list[str]:
    """The members who hold a permission now, longest here first."""
    able = [role.role_id for role in ctx.workspace.roles_with(permission)]
    params = {"ws": ctx.workspace.workspace_id, "role_ids": able, "now": ctx.at}
    return list(dict.fromkeys(row.member_id for row in ctx.connection.execute(_HOLDERS, params)))
