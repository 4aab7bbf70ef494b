"""Random stories, told to the core and to the model side by side: the two never differ."""

from __future__ import annotations

import os
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from core import join_requests, requests, views
from core.calls import Call, MessageRef
from core.cards import Card, plain
from core.context import Context
from core.durations import DAY, HOUR
from core.lifecycle import request_status
from tests.core.model import REQUEST_LIFE, Invitation, Member, Model, Request
from tests.core.world import Person, World, code_in, id_in, refusal_in
from tests.drivers.databases import shared

NAMES = ("Olga", "Ada", "Bo", "Cy", "Di", "Ed")
ROLES = ("", "Owner", "Admin", "Designer", "Content Editor", "Commenter")
WIDE = os.environ.get("HYPOTHESIS_PROFILE") == "wide"

others = st.sampled_from(NAMES[1:])
#: Those with something to say, and those who want to come in, mostly.
insiders = st.sampled_from(("Olga", "Olga", "Olga", "Ada", "Ada", "Bo", "Cy"))
outsiders = st.sampled_from(("Cy", "Di", "Ed", "Cy", "Di", "Ed", "Bo", "Ada"))
which = st.integers(0, 10_000)


def told(card: Card) -> str:
    found = refusal_in(card)
    return found.name if found else ""


class Door(RuleBasedStateMachine):
    backend = "sqlite"
    folder = Path()

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.world = World(self.stack.enter_context(shared().fresh(self.backend, self.folder)))
        self.stack.callback(self.world.close)
        owner = self.world.studio()
        self.people: dict[str, Person] = {name: self.world.person(name) for name in NAMES} | {"Olga": owner}
        self.model = Model(self.world.at, members=[Member("Olga", "Owner")])
        for name, role in (("Ada", "Admin"), ("Bo", "Designer")):
            self.world.member(owner, name, role)
            self.model.members.append(Member(name, role))
        self.world.desk.drain(self.world.at)
        self.world.desk.messages.clear()
        self.before = {row.request_id for row in self.world.rows("SELECT request_id FROM requests")}
        self.clicked = 0

    def teardown(self) -> None:
        try:
            self.converges()
            self.world.sound()
        finally:
            self.stack.close()

    def some(self, kept: dict, number: int):
        return list(kept.items())[number % len(kept)]

    # --- what people do ----------------------------------------------------------------------------------------------

    @rule(
        name=insiders,
        role=st.sampled_from(ROLES),
        uses=st.sampled_from([None, None, 1, 2]),
        life=st.sampled_from([HOUR, DAY, 7 * DAY]),
    )
    def make_a_link(self, name: str, role: str, uses: int | None, life: int) -> None:
        maker = self.model.member(name)
        typed = f"invite create expires:{life // HOUR}h" + (f" uses:{uses}" if uses else "")
        card = self.people[name].say(typed + (f' role:"{role}"' if role else ""))
        expected = self.model.invite(maker, role) if maker else self.model.outside(name)
        assert told(card) == expected
        if not expected:
            assert maker
            kept = Invitation(code_in(card), maker, role, self.model.now + life, uses)
            self.model.invitations[id_in(card)] = kept

    @rule(name=insiders, guest=others, role=st.sampled_from(ROLES[2:]))
    def invite_a_person(self, name: str, guest: str, role: str) -> None:
        maker = self.model.member(name)
        card = self.people[name].say(f'invite create <@{guest.upper()}> role:"{role}"')
        expected = self.model.invite(maker, role) if maker else self.model.outside(name)
        assert told(card) == expected
        if expected:
            return
        alive = any(
            i.person == guest and i.status(self.model) in {"pending", "used up"}
            for i in self.model.invitations.values()
        )
        fresh = not alive and not self.model.member(guest)
        assert card.title.startswith("Invitation ready") is fresh
        if fresh:
            assert maker
            kept = Invitation(code_in(card), maker, role, self.model.now + 7 * DAY, 1, guest)
            self.model.invitations[id_in(card)] = kept

    @precondition(lambda self: self.model.invitations)
    @rule(name=outsiders, number=which)
    def join(self, name: str, number: int) -> None:
        _, invitation = self.some(self.model.invitations, number)
        expected, role = self.model.join(name, invitation)
        card = self.people[name].say(f"join {invitation.code}")
        match expected:
            case "member":
                assert card.title == "You are already in Studio"
            case "in":
                assert card.title == "Welcome to Studio"
                invitation.used[name] = True
                self.model.members.append(Member(name, role))
            case "asked":
                assert card.title == "You asked to join Studio"
                invitation.used[name] = False
                asked = Request(name, invitation, role, self.model.now + REQUEST_LIFE)
                self.model.requests[id_in(card)] = asked
            case _:
                assert told(card) == expected

    @precondition(lambda self: self.model.requests)
    @rule(name=insiders, number=which, verb=st.sampled_from(["approve", "deny"]), button=st.booleans())
    def decide(self, name: str, number: int, verb: str, button: bool) -> None:
        request_id, request = self.some(self.model.requests, number)
        expected = self.model.decide(name, request)
        person = self.people[name]
        if button:
            workspace = self.world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
            self.clicked += 1
            twin = MessageRef("slack", "T1", f"D{name.upper()}", f"twin{self.clicked}")
            if expected in {"", "ALREADY_DECIDED", "REQUEST_EXPIRED"}:
                self.world.desk.keep(twin)
                self.world.desk.messages[-1].card = self.present(request_id)
            card = person.press(f"request.{verb}", f"{workspace}/{request_id}", twin)
        else:
            card = person.say(f"request {verb} {request_id}")
        assert told(card) == expected
        if expected == "ALREADY_DECIDED":
            assert f"by {request.by} on" in plain(card.body[0])
        if expected:
            return
        request.decided, request.by = {"approve": "approved", "deny": "denied"}[verb], name
        if verb == "approve":
            request.invitation.used[request.person] = True
            self.model.members.append(Member(request.person, request.role))
        else:
            del request.invitation.used[request.person]

    @precondition(lambda self: self.model.invitations)
    @rule(name=insiders, number=which, verb=st.sampled_from(["revoke", "extend", "show"]))
    def manage(self, name: str, number: int, verb: str) -> None:
        invitation_id, invitation = self.some(self.model.invitations, number)
        me = self.model.member(name)
        status = invitation.status(self.model)
        card = self.people[name].say(
            f"invite {verb} {invitation_id}" + (" by:1d" if verb == "extend" else "")
        )
        alive = {"pending", "used up"} if verb == "revoke" else {"pending"}
        if me is None:
            expected = self.model.outside(name)
        elif not self.model.manages(name, invitation):
            expected = "UNKNOWN_INVITATION"
        elif verb == "show":
            expected = ""
        elif verb == "extend" and invitation.role and not me.may_give(invitation.role):
            expected = "ABOVE_CEILING"
        else:
            expected = "" if status in alive else "INVITATION_DEAD"
        assert told(card) == expected
        if expected:
            return
        if verb == "show":
            shown = plain(card.body[0])
            asked = status == "used up" and bool(invitation.person)
            assert shown.lower().startswith(
                {"pending": "invited", "used up": "asked to" if asked else "used up"}.get(status, status)
            )
            assert any(field.label == "Code" for field in card.fields) is (status == "pending")
        elif verb == "revoke":
            invitation.revoked = True
        else:
            invitation.expires += DAY

    # --- what the owner and the clock do -----------------------------------------------------------------------------

    @rule(policy=st.sampled_from(["approval", "instant"]))
    def set_policy(self, policy: str) -> None:
        card = self.people["Olga"].say(f"workspace set join_policy {policy}")
        assert told(card) == ("NOTHING_TO_CHANGE" if policy == self.model.policy else "")
        self.model.policy = policy

    @rule(role=st.sampled_from(ROLES[2:]))
    def set_default_role(self, role: str) -> None:
        self.people["Olga"].say(f'workspace set default_role "{role}"')
        self.model.default = role

    @rule(name=others, role=st.sampled_from(ROLES[2:]))
    def give_another_role(self, name: str, role: str) -> None:
        member = self.model.member(name)
        if member:
            self.world.give(self.people[name], role)
            member.role = role

    @rule(name=others, by=st.sampled_from(["themselves", "Olga"]))
    def go(self, name: str, by: str) -> None:
        member = self.model.member(name)
        if member:
            if by == "Olga":
                self.world.remove(self.people["Olga"], self.people[name])
            else:
                self.world.leave(self.people[name])
            self.model.gone(member)

    @rule(seconds=st.sampled_from([1, HOUR, HOUR, DAY, DAY, REQUEST_LIFE - 1, REQUEST_LIFE, 7 * DAY]))
    def time_passes(self, seconds: int) -> None:
        self.world.forward(seconds)
        self.model.now += seconds

    @rule()
    def sweep(self) -> None:
        self.world.core.sweep(self.world.at)

    @rule()
    def deliver(self) -> None:
        self.world.desk.drain(self.world.at)

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def the_members_and_their_roles_are_those_of_the_model(self) -> None:
        assert self.world.members() == self.model.roles()

    @invariant()
    def every_request_stands_as_facts_and_time_say(self) -> None:
        found = {
            row.request_id: (request_status(row, self.world.at).value, row.expires_at)
            for row in self.world.rows("SELECT request_id, status, expires_at FROM requests")
            if row.request_id not in self.before
        }
        now = self.model.now
        assert found == {name: (r.status(now), r.expires) for name, r in self.model.requests.items()}

    @invariant()
    def no_invitation_is_used_more_often_than_it_allows(self) -> None:
        assert (
            self.world.rows("SELECT 1 FROM invitations WHERE uses_taken > uses_limit OR uses_taken < 0") == []
        )
        odd = (
            "SELECT 1 FROM invitations i WHERE uses_taken <> (SELECT count(*) FROM invitation_uses u "
            "WHERE u.workspace_id = i.workspace_id AND u.invitation_id = i.invitation_id)"
        )
        assert self.world.rows(odd) == []

    @invariant()
    def a_use_is_held_by_who_came_and_who_waits_and_at_most_until_the_next_sweep_by_who_was_forgotten(
        self,
    ) -> None:
        held: dict[str, set[str]] = {name: set() for name in self.model.invitations}
        for row in self.world.rows("SELECT invitation_id, name FROM invitation_uses"):
            held.get(row.invitation_id, set()).add(row.name)
        for name, invitation in self.model.invitations.items():
            assert set(invitation.holding(self.model)) <= held[name] <= set(invitation.used)

    def converges(self) -> None:
        """At the end every copy of every card shows the present state, each person has one, and nothing is due."""
        self.world.desk.drain(self.world.at)
        assert (
            self.world.rows("SELECT 1 FROM outbox WHERE due_at IS NOT NULL AND due_at <= :t", t=self.world.at)
            == []
        )
        present = {name: self.present(name) for name in self.model.requests}
        seen: Counter[tuple[str, str]] = Counter()
        for message in self.world.desk.messages:
            about = plain(message.card.footer)[:8]
            if (
                message.card.title.startswith(("Approved", "Denied: your", "Expired: your"))
                or about not in present
            ):
                continue
            lapsed_unswept = (
                message.card.buttons and self.model.requests[about].status(self.model.now) == "expired"
            )
            assert message.card == present[about] or lapsed_unswept
            if not message.ref.message.startswith("twin"):
                seen[message.target.person, about] += 1
        assert set(seen.values()) <= {1}

    def present(self, request_id: str) -> Card:
        owner = self.people["Olga"]
        with self.world.store.reading() as connection:
            call = Call(owner.actor, owner.where, self.world.at)
            ctx = Context(connection, call, self.world.core.config, self.world.core._cache, writes=False)
            ctx.enter_place()
            return views.join_request(join_requests.facts_of(ctx, requests.load(ctx, request_id)))


@pytest.mark.parametrize(("backend", "examples"), [("sqlite", 45), ("postgres", 10)])
def test_any_story_ends_as_the_rules_say(backend: str, examples: int, tmp_path: Path):
    machine = type("Door", (Door,), {"backend": backend, "folder": tmp_path})
    usual = settings(
        max_examples=examples * (20 if WIDE else 1),
        stateful_step_count=50,
        deadline=None,
        derandomize=not WIDE,
        database=None,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=usual)


def test_the_model_itself_knows_the_simplest_story():
    model = Model(0, members=[Member("Olga", "Owner")])
    link = Invitation("c", model.members[0], "", 10, 1)
    assert model.join("Ada", link) == ("asked", "Commenter")
    model.now = 10
    assert model.join("Ada", link) == ("INVITATION_EXPIRED", "")
