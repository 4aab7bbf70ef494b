"""The rules of deciding hold for every kind of request: joining, invitations, a role, access, more time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.durations import DAY
from core.request_kinds import declare, kind_of
from tests.core.together import at_once
from tests.core.world import Person, World, code, id_in, made, words
from tests.drivers.databases import Databases

VERBS = ("approve", "deny")


def _join(world: World, owner: Person, name: str) -> tuple[Person, str]:
    who = world.person(name)
    return who, who.ask(owner.link(role="Designer"))


def _invite(world: World, owner: Person, name: str) -> tuple[Person, str]:
    """A member who may not invite asks for a link."""
    who = world.member(owner, name, "Designer")
    made(owner.say("workspace set members_can_invite off"))
    return who, id_in(made(who.click(who.say(f"invite create role:Designer name:{name}"), "Ask")))


def _role(world: World, owner: Person, name: str) -> tuple[Person, str]:
    who = world.member(owner, name, "Commenter")
    return who, id_in(made(who.say("request role role:Designer")))


def _access(world: World, owner: Person, name: str) -> tuple[Person, str]:
    made(owner.say("resource create kind:folder name:Renders"))
    who = world.member(owner, name, "Designer")
    return who, id_in(made(who.say("request access resource:Renders level:edit")))


def _longer(world: World, owner: Person, name: str) -> tuple[Person, str]:
    """A member who may edit something for a month asks for another one."""
    made(owner.say("resource create kind:folder name:Renders"))
    who = world.member(owner, name, "Designer")
    made(owner.say(f"access grant resource:Renders to:{name} level:edit for:30d"))
    return who, id_in(made(who.say("request access resource:Renders level:edit")))


ASKING: dict[str, Callable[[World, Person, str], tuple[Person, str]]] = {
    "join": _join,
    "invite": _invite,
    "role": _role,
    "access": _access,
    "extension": _longer,
}
#: Joining through each door on each database; of the other kinds as much as shows that they are no different.
CASES = [
    ("sqlite", "join", "button"),
    ("sqlite", "join", "typed"),
    ("postgres", "join", "button"),
    ("postgres", "join", "typed"),
    ("sqlite", "invite", "typed"),
    ("postgres", "invite", "button"),
    ("postgres", "role", "typed"),
    ("sqlite", "access", "button"),
    ("postgres", "extension", "button"),
]


@pytest.fixture(params=CASES, ids="-".join)
def case(request: pytest.FixtureRequest) -> tuple[str, str, str]:
    return request.param


@pytest.fixture
def url(case: tuple[str, str, str], databases: Databases, tmp_path: Path) -> Iterator[str]:
    with databases.fresh(case[0], tmp_path) as found:
        yield found


class Asked:
    """A request of one kind, made by Nora, and both ways of deciding it."""

    def __init__(self, world: World, kind: str, door: str) -> None:
        self.world, self.kind, self.door = world, kind, door
        self.owner = world.studio()
        self.ada = world.member(self.owner, "Ada", "Admin")
        self.nora, self.request = ASKING[kind](world, self.owner, "Nora")
        self.had = self.effects()

    def decide(self, person: Person, verb: str):
        if self.door == "typed":
            return person.say(f"request {verb} request:{self.request}")
        return person.press(f"request.{verb}", self.subject)

    @property
    def subject(self) -> str:
        workspace = self.world.one("SELECT workspace_id FROM requests WHERE request_id = :r", r=self.request)
        return f"{workspace}/{self.request}"

    def status(self) -> str:
        return self.world.one("SELECT status FROM requests WHERE request_id = :r", r=self.request)

    def effects(self) -> tuple[object, ...]:
        """What a yes would change: how many members and invitations there are, what Nora is, what she reaches and until when."""
        roles = self.world.rows(
            "SELECT role_id FROM member_roles WHERE member_id IN (SELECT member_id FROM members WHERE name = 'Nora')"
        )
        given = [tuple(row) for row in self.world.rows("SELECT level, ends_at FROM grants")]
        invitations = self.world.one("SELECT count(*) FROM invitations")
        return len(self.world.members()), invitations, sorted(row.role_id for row in roles), given

    @property
    def done(self) -> bool:
        """Whether what was asked for was done, exactly once."""
        members, invitations, roles, given = self.had
        yes = {
            "join": (members + 1, invitations, ["designer"], given),
            "invite": (members, invitations + 1, roles, given),
            "role": (members, invitations, ["designer"], given),
            "access": (members, invitations, roles, [(3, None)]),
            "extension": (members, invitations, roles, [(3, given[0][1] + 30 * DAY)] if given else []),
        }[self.kind]
        now = self.effects()
        assert now in (self.had, yes)
        return now == yes

    def told(self) -> list[str]:
        """What the person who asked was told of it."""
        self.world.desk.drain(self.world.at)
        return [words(card) for card in self.world.desk.to("NORA") if self.request in words(card)]


@pytest.fixture
def asked(world: World, case: tuple[str, str, str]) -> Asked:
    return Asked(world, *case[1:])


@pytest.mark.parametrize("verb", VERBS)
def test_a_decision_is_made_recorded_and_told_in_one_message(asked: Asked, verb):
    made(asked.decide(asked.owner, verb))

    assert asked.done is (verb == "approve")
    assert asked.status() == {"approve": "approved", "deny": "denied"}[verb]
    [note] = asked.told()
    assert "Olga" in note
    assert asked.told() == [note]
    assert asked.world.events("request.approved", "request.denied")[-1] == f"request.{asked.status()}"
    asked.world.sound()


@pytest.mark.parametrize("verb", VERBS)
def test_the_approvers_get_one_card_each_and_all_of_them_show_the_outcome(asked: Asked, verb):
    world = asked.world
    world.desk.drain(world.at)
    cards = [m for m in world.desk.messages if asked.request in words(m.card)]
    assert {m.target.person for m in cards} == {"OLGA", "ADA"}
    labels = [[b.label for b in m.card.buttons if b.label != "Approve with less"] for m in cards]
    assert all(each == ["Approve", "Deny", "Deny with a reason"] for each in labels)
    made(asked.ada.click(cards[0].card, verb.title(), cards[0].ref))
    world.desk.drain(world.at)

    assert all(not m.card.buttons for m in cards)
    assert all("by Ada" in words(m.card) for m in cards)
    assert len([m for m in world.desk.messages if asked.request in words(m.card)]) == 3


def test_the_card_stands_in_the_place_for_approvals_where_there_is_one(asked: Asked):
    world = asked.world
    made(asked.owner.say("workspace set approvals_place here"))
    world.desk.drain(world.at)
    [card] = [m for m in world.desk.messages if asked.request in words(m.card)]

    assert card.target.channel == "C1"
    made(asked.owner.click(card.card, "Approve", card.ref))
    world.desk.drain(world.at)
    assert not card.card.buttons


@pytest.mark.parametrize("verb", VERBS)
def test_L05_a_request_is_decided_until_its_last_second_and_not_at_the_next(asked: Asked, verb):
    asked.world.forward(3 * DAY)
    assert code(asked.decide(asked.owner, verb)) == "REQUEST_EXPIRED"
    assert not asked.done
    asked.world.forward(-1)
    made(asked.decide(asked.owner, verb))


def test_what_has_expired_is_settled_told_once_and_can_be_asked_for_again(asked: Asked):
    asked.world.forward(3 * DAY)
    for _ in range(3):
        asked.world.core.sweep(asked.world.at)

    assert asked.status() == "expired"
    [note] = asked.told()
    assert note.startswith("Expired: your request")
    assert not asked.done
    again = asked.nora.say("invite create") if asked.kind == "invite" else None
    if again is not None:
        made(asked.nora.click(again, "Ask"))


@pytest.mark.parametrize("first", VERBS)
@pytest.mark.parametrize("second", VERBS)
def test_L08_the_second_hears_who_was_first_and_changes_nothing(asked: Asked, first, second):
    made(asked.decide(asked.ada, first))
    late = asked.decide(asked.owner, second)

    assert code(late) == "ALREADY_DECIDED"
    assert "by Ada on" in words(late)
    assert asked.done is (first == "approve")


def test_L07_two_approvers_together_do_it_once(asked: Asked):
    other = asked.world.another()
    answers = at_once(
        *(lambda n=n: asked.decide((asked.owner, asked.ada)[n % 2].on((asked.world, other)[n % 2]), "approve")
          for n in range(8))
    )  # fmt: skip

    assert sorted(map(code, answers), key=str).count("ALREADY_DECIDED") == 7
    assert asked.done
    assert len(asked.told()) == 1
    asked.world.sound()


def test_L08_approve_against_deny_has_one_outcome(asked: Asked):
    other = asked.world.another()
    yes, no = at_once(
        lambda: asked.decide(asked.owner, "approve"), lambda: asked.decide(asked.ada.on(other), "deny")
    )
    assert asked.done is (code(yes) == "")
    assert {code(yes), code(no)} == {"", "ALREADY_DECIDED"}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("how", ["demoted", "gone"])
def test_L26_who_was_an_approver_when_the_card_came_but_is_none_now_decides_nothing(asked: Asked, verb, how):
    if how == "demoted":
        asked.world.give(asked.ada, "Designer")
    else:
        asked.world.vanish(asked.ada)

    assert code(asked.decide(asked.ada, verb)) == {"demoted": "NOT_ALLOWED", "gone": "NOT_A_MEMBER"}[how]
    assert asked.status() == "pending"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("who", ["stranger", "Designer"])
def test_L27_only_an_approver_decides_and_every_other_try_is_on_record(asked: Asked, verb, who):
    world = asked.world
    asked.owner.say("workspace set members_can_invite on")  # it may be so already
    someone = world.person("Eve") if who == "stranger" else world.member(asked.owner, "Dana", who)
    before = len(world.refused())

    assert code(asked.decide(someone, verb)) in {"NOT_A_MEMBER", "NOT_ALLOWED"}
    assert asked.status() == "pending"
    assert len(world.refused()) == before + 1


@pytest.mark.parametrize("verb", VERBS)
def test_L28_nobody_decides_their_own_request_though_they_became_an_approver_meanwhile(asked: Asked, verb):
    if asked.kind == "join":
        request = asked.request
        asked.world.change("UPDATE requests SET person = 'x' WHERE request_id = :r", r=request)
        asked.world.member(asked.owner, "Nora", "Admin")
        asked.world.change("UPDATE requests SET person = 'slack/T1/NORA' WHERE request_id = :r", r=request)
    else:
        asked.world.give(asked.nora, "Admin")

    assert code(asked.decide(asked.nora, verb)) == "OWN_REQUEST"
    assert asked.status() == "pending"


@pytest.mark.parametrize("verb", VERBS)
def test_a_role_above_the_approver_s_own_needs_somebody_higher(asked: Asked, verb):
    asked.world.change("UPDATE requests SET roles = '[\"owner\"]' WHERE request_id = :r", r=asked.request)
    assert code(asked.decide(asked.ada, verb)) == "ABOVE_CEILING"
    assert asked.request not in words(asked.ada.say("request list"))


def test_a_list_shows_what_one_may_decide_and_what_one_waits_for(asked: Asked):
    assert asked.request in words(made(asked.owner.say("request list")))
    mine = words(made(asked.nora.say("request list")))
    assert f"{asked.request} your own request" in mine
    assert f"request cancel request:{asked.request}" in mine
    assert any(asked.request in label for label in asked.owner.complete("request approve", "request"))


# --- taking back -------------------------------------------------------------------------------------------------------


def _take_back(asked: Asked, person: Person):
    if asked.door == "typed":
        return person.say(f"request cancel request:{asked.request}")
    return person.press("request.withdraw", asked.subject)


def test_whoever_asked_takes_it_back_and_the_approvers_cards_show_it(asked: Asked):
    world = asked.world
    world.desk.drain(world.at)
    card = made(_take_back(asked, asked.nora))
    world.desk.drain(world.at)

    assert card.title.startswith("Withdrawn: your request")
    assert asked.status() == "withdrawn"
    copies = [m.card for m in world.desk.messages if asked.request in words(m.card)]
    assert len(copies) == 2
    assert all(copy.title.startswith("Withdrawn: Nora") and not copy.buttons for copy in copies)
    assert world.events("request.withdrawn") == ["request.withdrawn"]
    assert not asked.done
    world.sound()


def test_what_was_taken_back_is_not_decided_and_what_was_decided_is_not_taken_back(asked: Asked):
    made(_take_back(asked, asked.nora))
    late = asked.decide(asked.owner, "approve")
    assert code(late) == "ALREADY_DECIDED"
    assert "Withdrawn by the person who asked" in words(late)
    assert code(_take_back(asked, asked.nora)) == "ALREADY_DECIDED"
    assert not asked.done


def test_a_decision_that_was_first_stands(asked: Asked):
    made(asked.decide(asked.owner, "approve"))
    late = _take_back(asked, asked.nora)

    assert code(late) == "ALREADY_DECIDED"
    assert "Approved by Olga" in words(late)
    assert asked.done


def test_what_has_expired_is_not_taken_back(asked: Asked):
    asked.world.forward(3 * DAY)
    assert code(_take_back(asked, asked.nora)) == "REQUEST_EXPIRED"


@pytest.mark.parametrize("who", ["stranger", "owner", "member"])
def test_nobody_takes_back_what_somebody_else_asked(asked: Asked, who):
    asked.owner.say("workspace set members_can_invite on")  # it may be so already
    someone = {"stranger": asked.world.person("Eve"), "owner": asked.owner, "member": asked.ada}[who]
    before = len(asked.world.refused())

    refused = "UNKNOWN_REQUEST" if asked.door == "typed" else "UNKNOWN_BUTTON"
    assert code(_take_back(asked, someone)) == refused
    assert asked.status() == "pending"
    assert len(asked.world.refused()) == before + 1


def test_L08_taking_back_and_approving_at_once_has_one_outcome(asked: Asked):
    other = asked.world.another()
    back, yes = at_once(
        lambda: _take_back(asked, asked.nora), lambda: asked.decide(asked.owner.on(other), "approve")
    )
    assert {code(back), code(yes)} == {"", "ALREADY_DECIDED"}
    assert asked.done is (code(yes) == "")


def test_a_request_is_taken_back_from_a_direct_message_too(asked: Asked):
    made(asked.nora.at("", realm="").say(f"request cancel {asked.request.lower()}"))
    assert asked.status() == "withdrawn"


def test_one_s_own_requests_are_offered_to_be_taken_back(asked: Asked):
    offered = asked.nora.complete("request cancel", "request")
    # Somebody who is no member is offered nothing: they have the button, and the id on their card.
    assert offered == ([f"Nora ({asked.request})"] if asked.kind != "join" else [])
    assert asked.owner.complete("request cancel", "request") == []


def test_a_kind_is_declared_once():
    with pytest.raises(ValueError, match="'join' are declared twice"):
        declare(kind_of(type("Row", (), {"kind": "join"})))
