"""The state of a workspace as its record alone tells it: whoever reads the record knows who could do what, and when."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from core.permissions import Role, Standing, standing
from core.schemes import schemes
from tests.core.world import World

Held = dict[str, int | None]


@dataclass
class State:
    """Members with the roles they hold and the ends of these; roles; settings; invitations that people ended."""

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
    offer: str = ""
    deleted: bool = False

    def alive(self, now: int) -> State:
        """The same without roles whose time is over: whether these are still written down says nothing."""
        members = {
            member: {role: ends for role, ends in held.items() if ends is None or ends > now}
            for member, held in self.members.items()
        }
        return replace(self, members=members)

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
            _tell_of_invitations(state, event, subject, facts)


def _role(role_id: str, facts: dict[str, Any], one: bool = False) -> Role:
    permissions, plans = frozenset(facts["permissions"]), tuple(facts["plans"])
    return Role(role_id, facts["name"], facts["rank"], permissions, one, plans)


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
        case "join.asked" | "invite.asked":
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
