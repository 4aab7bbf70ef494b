"""Two workspaces in one team: whoever is in the one gets nothing of the other, by any command and by any button.

The commands and buttons are those of the catalogue, so that a new one is held to this from its first day.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

import pytest

from core.calls import Call, Identity, Value
from core.cards import Card
from core.catalogue import ACTIONS, COMMANDS, Command, Kind, Option
from core.forms import OPEN
from core.models import metadata
from tests.core.world import Person, World, code, id_in, made, words
from tests.repeated import Case, some

#: Written at every refused attempt, in the workspace that it was about.
_RECORD = {"audit_events"}
_HEAD = {"audit_length", "audit_hash"}
#: Words that nobody outside the other workspace may read.
LABEL, NOTE, ROLE, THING, GROUP = "Quagga", "Okapi", "Tapir", "Numbat", "Wombat"


class Two(NamedTuple):
    world: World
    owner: Person  # owns Studio, in the whole team
    ada: Person  # an Admin there; in nothing else
    pat: Person  # owns Burrow, in the channel C2
    studio: str
    burrow: str
    ids: list[str]  # everything in Burrow that has an id
    request: str
    invitation: str


@pytest.fixture
def two(world: World) -> Two:
    owner = world.studio("studio", "join_policy instant")
    ada = world.member(owner, "Ada", "Admin")
    pat = world.person("Pat", place_admin=True).at("C2")
    made(pat.say("workspace create name:Burrow scheme:studio"))
    made(pat.say("workspace set join_policy instant"))
    made(world.person("Quentin").at("C2").say(f"join {pat.link(role='Admin')}"))
    made(pat.say("workspace set join_policy approval"))
    made(pat.say(f"role create name:{ROLE} rank:15 permissions:comment:write"))
    made(pat.say(f"resource create kind:folder name:{THING}"))
    made(pat.say(f"group create name:{GROUP}"))
    made(pat.say(f"group add group:{GROUP} member:Quentin"))
    made(pat.say(f"access grant resource:{THING} to:Quentin level:edit for:8h"))
    invitation = id_in(made(pat.say(f"invite create name:{LABEL} note:{NOTE}")))
    request = world.person("Nora").at("C2").ask(pat.link())
    made(pat.say("workspace transfer Quentin"))
    made(pat.say("member remove Quentin"))  # announced, and not confirmed
    made(pat.say(f"group delete {GROUP}"))  # the same
    world.desk.drain(world.at)
    burrow, studio = (
        world.one("SELECT workspace_id FROM workspaces WHERE name = :n", n=name)
        for name in ("Burrow", "Studio")
    )
    return Two(world, owner, ada, pat, studio, burrow, sorted(_ids(world, burrow)), request, invitation)


def _ids(world: World, workspace: str) -> Iterator[str]:
    with world.store.reading() as connection:
        for table in metadata.sorted_tables:
            if "workspace_id" not in table.columns:
                continue
            own = [column for column in table.primary_key.columns if column.name.endswith("_id")]
            for column in own:
                if column.name != "workspace_id":
                    found = connection.execute(
                        table.select().with_only_columns(column).where(table.c.workspace_id == workspace)
                    )
                    yield from (str(value) for value in set(found.scalars()))


def dealt(two: Two, under: str, cases: Iterable[Case]) -> list[Case]:
    """All on SQLite, each third on PostgreSQL: other ones ``under`` each other name."""
    numbered = list(enumerate(cases))
    kept = some([(under, number) for number, _ in numbered], all_of_them=two.world.store.is_sqlite)
    return [case for number, case in numbered if (under, number) in kept]


def state(world: World, *workspaces: str) -> dict[str, list[str]]:
    """Everything that these workspaces have in the database, except their records."""
    found = {}
    with world.store.reading() as connection:
        for table in metadata.sorted_tables:
            if "workspace_id" not in table.columns or table.name in _RECORD:
                continue
            columns = [column for column in table.columns if column.name not in _HEAD]
            rows = connection.execute(
                table.select().with_only_columns(*columns).where(table.c.workspace_id.in_(workspaces))
            )
            found[table.name] = sorted(repr(tuple(row)) for row in rows)
    return found


def secrets(two: Two) -> set[str]:
    return {LABEL, NOTE, ROLE, THING, GROUP, "Quentin", "Nora", *(each for each in two.ids if "-" in each)}


def leaked(two: Two, card: Card, typed: str) -> set[str]:
    """What a card tells of the other workspace that its reader had not typed themselves."""
    said = words(card) + "".join(f"{b.action} {b.subject}" for b in card.buttons)
    said += "".join(file.content for file in card.files)
    return {secret for secret in secrets(two) if secret in said and secret not in typed}


def pressed(person: Person, action: str, subject: str, choice: str) -> Card:
    options: dict[str, Value] = {"choice": choice} if choice else {}
    where = person.where
    call = Call(person.actor, where, person.world.at, action=action, subject=subject, options=options)
    return person.world.core.handle(call)


# --- buttons ---------------------------------------------------------------------------------------------------------


def locals_(two: Two) -> list[str]:
    """One id of each sort in Burrow, what buttons make of ids, and pages."""
    kinds = {each.partition("-")[0]: each for each in two.ids if "-" in each}
    found = [*kinds.values(), "designer", "designer@1800172800"]
    pages = ("list", "list/0", "list/1", "list/all/0", "list/-/0", "x")
    return [*found, *pages, *(f"{each}/0" for each in found)]


def test_L17_no_button_of_another_workspace_does_anything_for_who_is_not_in_it(two: Two):
    before = state(two.world, two.burrow, two.studio)
    for action in ACTIONS:
        for person in (two.ada, two.world.person("Eve")):
            for local in dealt(two, f"{action} {person.actor.name}", locals_(two)):
                card = pressed(person, action, f"{two.burrow}/{local}", "admin")
                refused = {"FORM_GONE"} if action == OPEN else {"NOT_A_MEMBER", "UNKNOWN_BUTTON"}
                assert code(card) in refused, (action, local, card)
                assert leaked(two, card, local) == set()
        assert state(two.world, two.burrow, two.studio) == before, action
    two.world.sound()


def test_L17_no_button_of_one_s_own_workspace_reaches_into_another(two: Two):
    """The owner of Studio presses Studio's buttons with Burrow's ids on them."""
    own = set(_ids(two.world, two.studio))
    before = state(two.world, two.burrow, two.studio)
    for action in ACTIONS:
        for local in dealt(two, action, locals_(two)):
            if local.partition("/")[0] not in own:  # a role of the scheme is in both
                card = pressed(two.owner, action, f"{two.studio}/{local}", "admin")
                assert leaked(two, card, local) == set(), (action, local, card)
        assert state(two.world, two.burrow, two.studio) == before, action
    two.world.sound()


# --- commands --------------------------------------------------------------------------------------------------------


def theirs(two: Two, option: Option) -> list[Value]:
    """Values for an option that mean something in Burrow."""
    known: dict[Kind, list[Value]] = {
        Kind.MEMBER: ["Quentin", Identity("slack", "T1", "QUENTIN"), *_of(two, "mem-")],
        Kind.HOLDER: ["Quentin", Identity("slack", "T1", "QUENTIN"), *_of(two, "mem-")],
        Kind.GROUP: [GROUP, *_of(two, "grp-")],
        Kind.GROUPS: [GROUP, *_of(two, "grp-")],
        Kind.MEMBERS: ["Quentin", Identity("slack", "T1", "QUENTIN"), *_of(two, "mem-")],
        Kind.RESOURCES: [THING, *_of(two, "res-")],
        Kind.RESOURCE: [THING, f"folder/{THING}", *_of(two, "res-")],
        Kind.INVITE: [two.invitation, LABEL],
        Kind.REQUEST: [two.request, *_of(two, "req-")],
        Kind.ROLE: [ROLE],
        Kind.ROLES: [ROLE],
        Kind.WORKSPACE: ["Burrow", two.burrow],
        Kind.PEOPLE: ["x@example.com"],
    }
    if option.kind not in known and option.name == "name":
        return ["Burrow", LABEL, ROLE, THING, GROUP]
    return known.get(option.kind, [option.example])


def _of(two: Two, prefix: str) -> list[Value]:
    return [each for each in two.ids if each.startswith(prefix)]


def asked(two: Two, declared: Command) -> Iterator[dict[str, Value]]:
    """Calls with what is required, and with each further option."""
    needed = {o.name: theirs(two, o) for o in declared.options if o.required}
    for number in range(max(map(len, needed.values()), default=1)):
        base = {name: values[number % len(values)] for name, values in needed.items()}
        yield base
        for option in declared.options:
            if not option.required and option.kind is not Kind.CODE:
                for value in theirs(two, option):
                    yield {**base, option.name: value}


#: Those that take a code: what a code opens is its own workspace, wherever it is typed.
BY_CODE = {"join", "decline"}
OTHERS = [name for name in COMMANDS if name not in BY_CODE]


def test_L17_no_command_typed_in_one_workspace_reaches_into_another(two: Two):
    before = state(two.world, two.burrow)
    typed = ""
    for name in OTHERS:
        for options in dealt(two, name, asked(two, COMMANDS[name])):
            typed += repr(options)
            for person in (two.owner, two.ada, two.ada.at("")):
                card = two.world.core.handle(Call(person.actor, person.where, two.world.at, name, options))
                assert leaked(two, card, typed) == set(), (name, options, card)
        assert state(two.world, two.burrow) == before, name
    two.world.sound()


def test_L17_no_command_typed_in_the_place_of_another_workspace_does_anything_there(two: Two):
    before = state(two.world, two.burrow, two.studio)
    for name in OTHERS:
        for options in dealt(two, name, asked(two, COMMANDS[name])):
            for person in (two.ada.at("C2"), two.world.person("Eve").at("C2")):
                card = two.world.core.handle(Call(person.actor, person.where, two.world.at, name, options))
                assert leaked(two, card, repr(options)) == set(), (name, options, card)
                assert code(card) == "NOT_A_MEMBER" or not COMMANDS[name].needs, (name, options, card)
        assert state(two.world, two.burrow, two.studio) == before, name
    two.world.sound()


def test_what_is_suggested_comes_from_the_workspace_that_is_meant(two: Two):
    people = (two.ada, two.ada.at("C2"), two.ada.at(""), two.world.person("Eve").at("C2"))
    for name, declared in COMMANDS.items():
        for option in dealt(two, name, declared.options):
            for person in people:
                for begin in ("", "q", "t", "b", "n"):
                    call = Call(person.actor, person.where, two.world.at, name)
                    found = repr(two.world.core.complete(call, option.name, begin))
                    assert not {s for s in (*secrets(two), "Burrow") if s in found}, (name, found)


def test_a_button_with_the_id_of_no_workspace_does_nothing(two: Two):
    for action in ACTIONS:
        for subject in ("", "/", "-/x", "--------/list/0", two.burrow, f"{two.burrow}/", f"/{two.request}"):
            # A form is no workspace's: there is none under such a key.
            refused = "FORM_GONE" if action == OPEN else "UNKNOWN_BUTTON"
            assert code(two.owner.press(action, subject)) == refused, (action, subject)


def test_the_owner_of_both_is_stopped_by_nothing_but_the_ids(two: Two):
    """Who is in both presses each one's button in the other's place: the button says which workspace it is about."""
    both = replace(two.pat, world=two.world).at("C1")
    card = made(both.press("request.approve", f"{two.burrow}/{two.request}"))
    assert card.title == "Approved: Nora"
