"""The state of a workspace as its record alone tells it: whoever reads the record knows who could do what, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from core.permissions import Role, Standing, standing
from core.schemes import schemes
from tests.core.world import World

Held = dict[str, int | None]
#: A level and an end.
Grant = tuple[int, int | None]


@dataclass
class State:
    """Members with the roles they hold and the ends of these; roles; settings; invitations that people ended.

    ``groups``: who is in each. ``resources``: the kind and the path of each. ``grants``: level and end, by resource, holder and layer.
    """

    scheme: str = ""
    plan: str = "enterprise"
    seats: int | None = None
    roles: dict[str, Role] = field(default_factory=dict)
    members: dict[str, Held] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    declared: set[str] = field(default_factory=set)
    invitations: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: dict[str, str] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    resources: dict[str, tuple[str, str]] = field(default_factory=dict)
    grants: dict[tuple[str, str, str], Grant] = field(default_factory=dict)
    offer: str = ""
    deleted: bool = False

    def alive(self, now: int) -> State:
        """The same without roles and grants whose time is over: whether these are still written down says nothing."""
        members = {
            member: {role: ends for role, ends in held.items() if ends is None or ends > now}
            for member, held in self.members.items()
        }
        grants = {which: grant for which, grant in self.grants.items() if grant[1] is None or grant[1] > now}
        return replace(self, members=members, grants=grants)

    def reach(self, member: str, resource: str, now: int) -> list[Grant]:
        """The live grants that reach a resource for a member, by the words of the contract."""
        way = self.resources[resource][1].strip("/").split("/")
        holders = {member} | {group for group, people in self.groups.items() if member in people}
        return [
            (level, end)
            for (on, holder, _), (level, end) in self.grants.items()
            if holder in holders and on in way and (end is None or end > now)
        ]

    def standing(self, member: str, now: int) -> Standing | None:
        """What somebody may do at that moment, None for nobody of this workspace."""
        if member not in self.members:
            return None
        live = [role for role, ends in self.members[member].items() if ends is None or ends > now]
        return standing(frozenset(self.roles[role] for role in live if self.roles[role].on(self.plan)))


def replayed(world: World, workspace: str) -> State:
    """The record of a workspace from its first event to its last, as the state that it leaves."""
    state = State()
    for row in world.rows(
        "SELECT event, subject, facts FROM audit_events WHERE workspace_id = :ws ORDER BY number",
        ws=workspace,
    ):
        _tell(state, row.event, row.subject, json.loads(row.facts))
    return state


def _tell(state: State, event: str, subject: str, facts: dict[str, Any]) -> None:
    match event:
        case "workspace.created":
            state.scheme = facts["scheme"]
            state.roles = {role.role_id: role for role in schemes()[state.scheme].roles}
        case "member.joined":
            state.members[subject] = dict.fromkeys(facts["roles"])
            state.names[subject] = facts["name"]
            invitation = state.invitations.get(facts["invitation"], {})
            if invitation.get("personal"):
                invitation["end"] = "accepted"
        case "member.removed":
            del state.members[subject]
            assert set(facts["groups"]) == {
                group for group, people in state.groups.items() if subject in people
            }
            for people in state.groups.values():
                people.discard(subject)
            _end_grants(state, {which for which in state.grants if which[1] == subject})
        case "role.assigned" | "role.unassigned":
            assert state.members[subject] == facts["before"]
            state.members[subject] = facts["after"]
        case "role.ended":
            assert state.members[subject].pop(facts["role"], None) in {None, facts["ends_at"]}
        case "transfer.accepted":
            for side in ("giver", "receiver"):
                was = state.members[facts[side]]
                state.members[facts[side]] = {
                    role: None if role == facts["role"] else was.get(role) for role in facts["after"][side]
                }
            state.offer = ""
        case "transfer.offered":
            state.offer = subject
        case "transfer.declined" | "transfer.withdrawn" | "transfer.expired" | "transfer.ended":
            state.offer = ""
        case "role.created":
            state.roles[subject] = _role(subject, facts)
        case "role.edited":
            state.roles[subject] = _role(subject, facts["after"], state.roles[subject].exactly_one)
        case "role.deleted":
            del state.roles[subject]
        case "permissions.declared":
            state.declared |= set(facts["permissions"])
        case "setting.changed":
            state.settings[subject] = facts["after"]
        case "plan.changed":
            state.plan, state.seats = facts["after"]["plan"], facts["after"]["seats"]
        case "workspace.deleted":
            state.deleted, state.members = True, {}
        case _:
            _tell_of_access(state, event, subject, facts)
            _tell_of_invitations(state, event, subject, facts)


def _role(role_id: str, facts: dict[str, Any], one: bool = False) -> Role:
    permissions, plans = frozenset(facts["permissions"]), tuple(facts["plans"])
    return Role(role_id, facts["name"], facts["rank"], permissions, one, plans)


def _tell_of_access(state: State, event: str, subject: str, facts: dict[str, Any]) -> None:
    match event:
        case "group.created":
            state.groups[subject] = set()
        case "group.added":
            assert facts["member"] not in state.groups[subject]
            state.groups[subject].add(facts["member"])
        case "group.removed":
            state.groups[subject].remove(facts["member"])
        case "group.deleted":
            assert len(state.groups.pop(subject)) == facts["members_count"]
            _end_grants(state, {which for which in state.grants if which[1] == subject})
        case "resource.created":
            state.resources[subject] = (facts["kind"], facts["path"])
        case "resource.deleted":
            gone = {one for one, (_, path) in state.resources.items() if path.startswith(facts["path"])}
            assert len(gone) == facts["resources"]
            for one in gone:
                del state.resources[one]
            _end_grants(state, {which for which in state.grants if which[0] in gone})
        case "access.granted" | "access.revoked":
            which = (facts["resource"], subject, facts["layer"])
            assert state.grants.pop(which, None) == _grant(facts["before"])
            for layer, *grant in facts.get("instead", ()):
                assert state.grants.pop((facts["resource"], subject, layer)) == tuple(grant)
            after = _grant(facts["after"])
            if after is not None:
                state.grants[which] = after
        case "access.ended":
            for resource, holder, layer, *grant in facts["ended"]:
                assert state.grants.pop((resource, holder, layer)) == tuple(grant)
        case _:
            return


def _grant(facts: dict[str, Any] | None) -> Grant | None:
    return None if facts is None else (facts["level"], facts["ends_at"])


def _end_grants(state: State, ended: set[tuple[str, str, str]]) -> None:
    for which in ended:
        del state.grants[which]


def _tell_of_invitations(state: State, event: str, subject: str, facts: dict[str, Any]) -> None:
    match event:
        case "invitation.created":
            personal = bool(facts["email"] or facts["person"])
            state.invitations[subject] = {"end": "", "until": facts["expires_at"], "personal": personal}
        case "invitation.extended" | "invitation.resent":
            state.invitations[subject]["until"] = facts["after"]
        case "invitation.edited":
            state.invitations[subject]["until"] = facts["after"].get(
                "expires_at", state.invitations[subject]["until"]
            )
        case "invitation.revoked" | "invitation.declined":
            state.invitations[subject]["end"] = event.partition(".")[2]
        case "links.ended":
            for invitation in facts["invitations"]:
                state.invitations[invitation]["end"] = "switched off"
        case "join.asked" | "invite.asked" | "request.asked":
            state.requests[subject] = "pending"
        case "request.approved" | "request.denied" | "request.withdrawn" | "request.expired":
            assert state.requests[subject] == "pending"
            state.requests[subject] = event.partition(".")[2]
        case _:
            return


def kept(world: World, workspace: str) -> State:
    """The same, as the tables hold it."""
    (row,) = world.rows("SELECT * FROM workspaces WHERE workspace_id = :ws", ws=workspace)
    members: dict[str, Held] = {}
    names = {}
    for one in world.rows("SELECT * FROM members WHERE workspace_id = :ws", ws=workspace):
        names[one.member_id] = one.name
        if one.left_at is None:
            members[one.member_id] = {}
    for one in world.rows("SELECT * FROM member_roles WHERE workspace_id = :ws", ws=workspace):
        members[one.member_id][one.role_id] = one.ends_at
    invitations = {
        one.invitation_id: {"end": _end(one), "until": one.expires_at, "personal": _personal(one)}
        for one in world.rows("SELECT * FROM invitations WHERE workspace_id = :ws", ws=workspace)
    }
    groups: dict[str, set[str]] = {
        one.group_id: set()
        for one in world.rows("SELECT * FROM groups WHERE workspace_id = :ws", ws=workspace)
    }
    for one in world.rows("SELECT * FROM group_members WHERE workspace_id = :ws", ws=workspace):
        groups[one.group_id].add(one.member_id)
    offers = world.rows(
        "SELECT transfer_id FROM transfers WHERE workspace_id = :ws AND status = 'pending'", ws=workspace
    )
    return State(
        scheme=row.scheme,
        plan=row.plan,
        seats=row.seats,
        roles={
            one.role_id: Role(
                one.role_id,
                one.name,
                one.rank,
                frozenset(_json(one.permissions)),
                bool(one.exactly_one),
                tuple(_json(one.plans)),
            )
            for one in world.rows("SELECT * FROM roles WHERE workspace_id = :ws", ws=workspace)
        },
        members=members,
        names=names,
        settings=_json(row.settings),
        declared=set(_json(row.declared)),
        invitations=invitations,
        requests={
            one.request_id: one.status
            for one in world.rows("SELECT * FROM requests WHERE workspace_id = :ws", ws=workspace)
        },
        groups=groups,
        resources={
            one.resource_id: (one.kind, one.path)
            for one in world.rows("SELECT * FROM resources WHERE workspace_id = :ws", ws=workspace)
        },
        grants={
            (one.resource_id, one.holder, one.layer): (one.level, one.ends_at)
            for one in world.rows("SELECT * FROM grants WHERE workspace_id = :ws", ws=workspace)
        },
        offer=offers[0].transfer_id if offers else "",
        deleted=row.deleted_at is not None,
    )


def _json(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _personal(row: Any) -> bool:
    return row.email is not None or row.person_subject is not None


def _end(row: Any) -> str:
    ends = ("revoked", "accepted", "declined", "switched_off")
    return next((end.replace("_", " ") for end in ends if getattr(row, f"{end}_at") is not None), "")
