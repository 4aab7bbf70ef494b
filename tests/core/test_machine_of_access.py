"""Random stories of groups, resources, grants and requests on top of those of people: no access without a chain of facts.

Who reaches what is told from the record of the workspace alone, by the words of the contract, and held against what the
product hears and what the tables hold, after every step.
"""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from core.durations import DAY, HOUR
from core.permissions import NO_STANDING, Level, standing_on
from core.schemes import schemes
from tests.core.replay import Grant, State
from tests.core.test_machine_of_people import CHOICES, NAMES, People, anyone, powerful, told_of, walked, which
from tests.core.world import code_in, refusal_in

GROUPS = ("Day", "Night")
#: Each with what it stands in.
TREE = {"Site": "", "Hall": "Site", "Rack": "Hall", "Lone": ""}
#: What the product asks about, beside giving access.
ASKED = {"computers": "application:launch", "project": "content:view"}

MORE: dict[str, tuple[object, ...]] = {
    "group": GROUPS,
    "where": tuple(TREE),
    "level": ("view", "use", "edit", "manage", "manage", "manage"),
    "verb": ("add", "add", "add", "remove"),
    # What ends nearly everything is tried in the stories of people.
    "line": (
        "join_policy approval",
        "join_policy instant",
        "members_can_invite off",
        "members_can_invite on",
    ),
    "plan": ("enterprise", "enterprise", "pro"),
    "hours": (0, 1, 1, 30),
    "seconds": (1, 10 * 60, HOUR, HOUR, HOUR, 2 * HOUR, DAY),
}
some = {name: st.sampled_from(found) for name, found in (CHOICES | MORE).items()}


class Access(People):
    scheme = "computers"
    choices: ClassVar[dict[str, tuple[object, ...]]] = CHOICES | MORE

    def __init__(self) -> None:
        super().__init__()
        for name in GROUPS:
            self.make_group("Olga", name)
        for name in TREE:
            self.make_resource("Olga", name)
        assert len(self.now_is.resources) == len(TREE)

    # --- what the record says of access ------------------------------------------------------------------------------

    def named(self, table: str, name: str) -> str:
        column = "resource_id" if table == "resources" else "group_id"
        found = self.world.rows(f"SELECT {column} AS id FROM {table} WHERE name = :name", name=name)
        return found[0].id if found else ""

    def rights(self, state: State, name: str, resource: str) -> list[int | None]:
        """Until when somebody may give access to it: by each role that lets them, and by each grant to manage it."""
        now = self.world.at
        member = next((one for one in state.members if state.names[one] == name), "")
        by_role = [
            ends
            for role, ends in state.members.get(member, {}).items()
            if (ends is None or ends > now)
            and standing_on(state.plan, [state.roles[role]]).has("resource:grant")
        ]
        if not member or resource not in state.resources:
            return by_role
        return by_role + [end for level, end in state.reach(member, resource, now) if level >= Level.MANAGE]

    def nobody_got_more(self, before: State, *givers: str) -> None:
        """What was given since is no more than one of these could give then: none of it lasts longer than their right."""
        now = self.world.at
        was = before.alive(now).grants
        for (resource, holder, _), grant in self.now_is.alive(now).grants.items():
            if any(within(grant, old) for which, old in was.items() if which[:2] == (resource, holder)):
                continue
            rights = [end for name in givers for end in self.rights(before, name, resource)]
            assert any(not later(grant[1], end) for end in rights), (resource, holder, grant, rights)

    def does(self, what: str, by: str, typed: str, needs: str = "") -> bool:
        """Typed, and confirmed where that is asked for."""
        card = self.people[by].say(typed)
        if refusal_in(card) is None and any(button.label == "Confirm" for button in card.buttons):
            card = self.people[by].click(card, "Confirm")
        return self.tries(what, by, card, needs)

    # --- what people try ---------------------------------------------------------------------------------------------

    @rule(by=powerful, group=some["group"])
    def make_group(self, by: str, group: str) -> None:
        self.does("create group", by, f"group create name:{group}", "group:manage")

    @rule(by=powerful, group=some["group"])
    def delete_group(self, by: str, group: str) -> None:
        self.does("delete group", by, f"group delete {group}", "group:manage")

    @rule(by=powerful, who=anyone, group=some["group"], verb=some["verb"])
    def regroup(self, by: str, who: str, group: str, verb: str) -> None:
        before = self.now_is
        if self.does(
            f"group {verb}", by, f"group {verb} group:{group} member:<@{who.upper()}>", "group:manage"
        ):
            changed = {one for one in before.groups if before.groups[one] != self.now_is.groups[one]}
            assert changed <= {self.named("groups", group)}

    @rule(by=powerful, where=some["where"])
    def make_resource(self, by: str, where: str) -> None:
        above = f" parent:{TREE[where]}" if TREE[where] else ""
        self.does(
            "create resource", by, f"resource create kind:computer name:{where}{above}", "resource:manage"
        )

    @rule(by=powerful, where=some["where"])
    def delete_resource(self, by: str, where: str) -> None:
        self.does("delete resource", by, f"resource delete {where}", "resource:manage")

    @rule(
        by=powerful,
        who=anyone,
        group=some["group"],
        named=st.booleans(),
        number=which,
        level=some["level"],
        hours=some["hours"],
    )
    def grant(self, by: str, who: str, group: str, named: bool, number: int, level: str, hours: int) -> None:
        before, now, holder = self.now_is, self.world.at, group if named else who
        where, resource = self.resource(number)
        life = f" for:{hours}h" if hours else ""
        to = self.named("groups", group) if named else self.member_id(who)
        wanted = (Level[level.upper()], now + hours * HOUR if hours else None)
        layer = f"timed-{wanted[0].value}" if hours else "lasting"
        if self.does("grant", by, f"access grant resource:{where} to:{holder} level:{level}{life}"):
            self.nobody_got_more(before, by)
            assert self.now_is.grants[resource, to, layer] == wanted
            self.keeps_for_a_time_what_goes_further_or_lasts_longer(before, resource, to, wanted)
        elif None in self.rights(before, by, resource) and to and resource:
            had = before.alive(now).grants
            for_good = had.get((resource, to, "lasting"), (0, None))
            assert had.get((resource, to, layer)) == wanted or (hours and for_good[0] >= wanted[0])

    def keeps_for_a_time_what_goes_further_or_lasts_longer(
        self, before: State, resource: str, to: str, given: Grant
    ) -> None:
        """Of all that they had for a time there; of two of them one goes further and the other one lasts longer."""

        def timed(state: State) -> dict[str, Grant]:
            found = state.alive(self.world.at).grants.items()
            return {
                which[2]: one for which, one in found if which[:2] == (resource, to) and "timed" in which[2]
            }

        had, has = timed(before), timed(self.now_is)
        level, end = given
        if end is None:
            assert had == has
            return
        kept = {layer: one for layer, one in had.items() if (one[0] - level) * (one[1] - end) < 0}
        assert has == kept | {f"timed-{int(level)}": given}

    @rule(level=some["level"], number=which, hours=some["hours"])
    def give_on(self, level: str, number: int, hours: int) -> None:
        """Somebody who manages something, by no role, gives it to somebody else."""
        before, now = self.now_is, self.world.at
        managing = [
            (member, resource)
            for member, resource in itertools.product(before.members, before.resources)
            if not (before.standing(member, now) or NO_STANDING).has("resource:grant")
            and any(found >= Level.MANAGE for found, _ in before.reach(member, resource, now))
        ]
        if managing:
            giver, resource = managing[number % len(managing)]
            by, others = before.names[giver], [one for one in before.members if one != giver]
            to, life = others[number % len(others)], f" for:{hours}h" if hours else ""
            if self.does("give on", by, f"access grant resource:{resource} to:{to} level:{level}{life}"):
                self.nobody_got_more(before, by)

    def resource(self, number: int) -> tuple[str, str]:
        """The name and the id of one that is there, mostly."""
        there = [name for name in TREE if self.named("resources", name)] if number % 8 else list(TREE)
        name = there[number % len(there)] if there else "Site"
        return name, self.named("resources", name)

    @rule(by=powerful, number=which)
    def revoke(self, by: str, number: int) -> None:
        before = self.now_is
        if not before.grants:
            return
        resource, holder, _ = list(before.grants)[number % len(before.grants)]
        to = holder if holder.startswith("grp-") else f"<@{before.names[holder].upper()}>"
        if self.does("revoke", by, f"access revoke resource:{resource} to:{to}"):
            assert self.rights(before, by, resource)
            assert {which[:2] for which in {*before.grants} - {*self.now_is.grants}} == {(resource, holder)}
            assert (resource, holder) not in {which[:2] for which in self.now_is.alive(self.world.at).grants}

    @rule(who=anyone, number=which, level=some["level"], hours=some["hours"])
    def ask_for_access(self, who: str, number: int, level: str, hours: int) -> None:
        typed = f"request access resource:{self.resource(number)[0]} level:{level}" + (
            f" for:{hours}h" if hours else ""
        )
        self.does("ask for access", who, typed)

    @rule(who=anyone, number=which, hours=some["hours"])
    def ask_for_role(self, who: str, number: int, hours: int) -> None:
        typed = f'request role role:"{self.role(number).name}"' + (f" for:{hours}h" if hours else "")
        self.does("ask for role", who, typed)

    @rule(by=powerful, number=which, yes=st.booleans())
    def decide(self, by: str, number: int, yes: bool) -> None:
        before = self.now_is
        super().decide(by, number, yes)
        self.nobody_got_more(before, by)

    @rule(by=powerful, group=some["group"], number=which, named=st.booleans())
    def invite_into(self, by: str, group: str, number: int, named: bool) -> None:
        typed = "invite create" + (f" group:{group}" if named else f" resource:{self.resource(number)[0]}")
        card = self.people[by].say(typed)
        if self.tries("invite into", by, card, "member:invite") and not card.title.startswith("You can"):
            self.codes.append(code_in(card))

    @rule(who=anyone, number=which)
    def join(self, who: str, number: int) -> None:
        before = self.now_is
        super().join(who, number)
        everybody = [before.names[member] for member in before.members]
        self.nobody_got_more(before, *everybody)

    # --- what always holds -------------------------------------------------------------------------------------------

    @invariant()
    def nobody_has_access_without_a_live_chain_of_facts(self) -> None:
        """The product hears of everybody what the record and the words of the contract say."""
        state, now = self.now_is, self.world.at
        permission = ASKED[self.scheme]
        needs = schemes()[self.scheme].level(permission)
        for name, resource in itertools.product(NAMES, state.resources):
            member = self.member_id(name)
            standing = state.standing(member, now)
            best = max((level for level, _ in state.reach(member, resource, now)), default=0)
            expected = {permission: False, "resource:grant": False}
            if standing is not None:
                everything = standing.has("resource:all")
                expected[permission] = standing.has(permission) and (everything or best >= needs)
                expected["resource:grant"] = standing.has("resource:grant") or best >= Level.MANAGE
            for asked, answer in expected.items():
                who = self.people[name].identity
                heard = self.world.core.can(self.workspace, who, asked, now, resource)
                assert heard.allowed is answer, (name, resource, asked, heard, best)

    @invariant()
    def what_is_held_is_held_by_somebody_who_is_there_on_something_that_is_there(self) -> None:
        state = self.now_is
        assert {who for people in state.groups.values() for who in people} <= set(state.members)
        for resource, holder, _ in state.grants:
            assert resource in state.resources
            assert holder in state.members or holder in state.groups


def later(end: int | None, than: int | None) -> bool:
    return than is not None and (end is None or end > than)


def within(grant: Grant, was: Grant | None) -> bool:
    """Whether it is no more than what was there."""
    return was is not None and grant[0] <= was[0] and not later(grant[1], was[1])


@pytest.mark.parametrize(
    ("scheme", "backend", "examples"), [("computers", "sqlite", 5), ("project", "postgres", 1)]
)
def test_no_story_gives_access_without_a_chain_of_facts(
    scheme: str, backend: str, examples: int, tmp_path: Path
):
    told_of(Access, examples, backend=backend, scheme=scheme, folder=tmp_path)


LONG = [("computers", "sqlite", 400), ("project", "sqlite", 200), ("computers", "postgres", 80)]


@pytest.mark.parametrize(("scheme", "backend", "steps"), LONG)
def test_a_long_story_gives_none_either(scheme: str, backend: str, steps: int, tmp_path: Path):
    often = {
        "grant",
        "give_on",
        "regroup",
        "decide",
        "make_resource",
        "ask_for_access",
        "join",
        "invite_into",
    }
    seldom = {"set_plan", "sweep", "remove", "confirm", "announce_removal", "delete_group", "delete_resource"}
    seldom |= {"offer", "answer", "edit_role", "create_role", "set"}
    worked = walked(Access, steps, often, seldom, backend=backend, scheme=scheme, folder=tmp_path)
    told = (
        "grant, revoke, group add, group remove, delete group, delete resource, ask for access, decide, join"
    )
    if steps >= 400:
        assert all(worked[what] for what in told.split(", ")), worked


def test_the_record_itself_knows_the_simplest_chain():
    state = State(groups={"grp-1": {"mem-1"}}, resources={"res-2": ("computer", "/res-1/res-2/")})
    state.grants = {
        ("res-1", "grp-1", "timed"): (Level.USE, 10),
        ("res-3", "mem-1", "lasting"): (Level.MANAGE, None),
    }
    assert state.reach("mem-1", "res-2", 9) == [(Level.USE, 10)]
    assert state.reach("mem-1", "res-2", 10) == state.reach("mem-2", "res-2", 9) == []
