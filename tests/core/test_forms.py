"""Forms of the core: each command that needs something, and each button with options, has one that fits everywhere."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from core import commands, drafts, form_errors
from core.binding import faults
from core.calls import OPEN, Call, Channel, ChatRole, Identity
from core.cards import Control
from core.catalogue import ACTIONS, COMMANDS
from core.errors import RefusalCode
from core.form_words import COMMANDS as WORDS
from core.form_words import FIELDS
from core.language import LANGUAGES, speaking, t
from tests.core.world import Person, World, code_in, made, refusal_in

assert commands.COMMANDS is COMMANDS

NEEDY = [name for name, declared in COMMANDS.items() if any(option.required for option in declared.options)]
OPENED = [name for name, declared in COMMANDS.items() if declared.options]
SHAPED = [name for name, declared in ACTIONS.items() if declared.shape is not None]
#: What a title may have above a form.
TITLE = 24


def opened(person: Person, command: str):
    where = person.where
    card = person.world.core.handle(Call(person.actor, where, person.world.at, command=command, form=OPEN))
    assert card.form is not None, card
    return card.form


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", OPENED)
def test_a_command_that_takes_something_has_a_title_and_words_for_each_field(command, language):
    with speaking(language):
        assert 0 < len(t(WORDS[command].title)) <= TITLE
        assert 0 < len(t(WORDS[command].submit)) <= TITLE
        for option in COMMANDS[command].options:
            assert 0 < len(t(FIELDS[option.name])) <= TITLE


@pytest.mark.parametrize("name", SHAPED)
def test_a_button_with_options_says_what_it_is_about_and_has_words_for_each_field(name):
    declared = ACTIONS[name]
    assert declared.opening is not None
    assert not declared.reads
    assert declared.options
    assert {option.name for option in declared.options} <= FIELDS.keys()
    for language in LANGUAGES:
        with speaking(language):
            assert len(t(declared.label)) <= TITLE


@pytest.mark.parametrize("name", [name for name, declared in ACTIONS.items() if declared.asks])
def test_what_asks_for_a_reason_is_a_button_with_options(name):
    assert ACTIONS[ACTIONS[name].asks].shape is not None


def test_values_of_every_kind_are_kept_as_they_were():
    given = {
        "a": "words",
        "b": 7,
        "c": Identity("slack", "T1", "U1"),
        "d": (Identity("slack", "T1", "U1"), "ada@acme.example"),
        "e": Channel("slack", "T1", "C1"),
        "f": ChatRole("discord", "1", "2"),
        "g": ("Designer", "Commenter"),
    }
    kept = drafts._packed(given)
    assert {name: drafts._unpacked(value) for name, value in kept.items()} == given
    assert drafts._packed({"long": "x" * 3_001, "null": "a\x00b", "half": "\ud800"}) == {}


def test_the_form_of_each_command_opens_in_every_language(world: World):
    owner = world.studio()
    for language in LANGUAGES:
        for command in OPENED:
            with speaking(language):
                form = opened(owner, command)
            assert form.entries
            for entry in form.entries:
                choosing = entry.control in {Control.CHOICE, Control.CHOICES}
                assert bool(entry.choices) is choosing, (command, entry)
                assert entry.label
                assert entry.help


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_no_form_of_anything_is_too_much_for_anybody(world: World):
    owner = world.studio()
    code = owner.link()
    member = world.member(owner, "Mia")
    asking = world.person("Rob").ask(code)
    made(owner.say("group create name:Crew"))
    made(owner.say("resource create kind:project name:Film"))
    workspace = world.one("SELECT workspace_id FROM workspaces")
    about = [
        *(row[0] for row in world.rows("SELECT member_id FROM members LIMIT 1")),
        *(row[0] for row in world.rows("SELECT invitation_id FROM invitations")),
        *(row[0] for row in world.rows("SELECT request_id FROM requests")),
        *(row[0] for row in world.rows("SELECT resource_id FROM resources")),
        *("designer", "join_policy", "no such thing", asking),
    ]

    for person in (owner, member, world.person("Eve")):
        # In a linked place, in one of somebody else's, and in a direct message.
        for somewhere in (person, person.at("C9", "T9"), person.at()):
            for command in COMMANDS:
                call = Call(somewhere.actor, somewhere.where, world.at, command=command, form=OPEN)
                shown(world.core.handle(call), command)
        for action in SHAPED:
            for local in about:
                shown(person.press(action, f"{workspace}/{local}"), action)


def shown(card, name):
    assert card.title, name
    if card.form is not None:
        assert card.form.title, name
        assert card.form.entries, name


def test_of_more_roles_than_fit_a_menu_one_is_looked_for(world: World, monkeypatch: pytest.MonkeyPatch):
    owner = world.studio()
    assert opened(owner, "role show").entries[0].control is Control.CHOICE
    monkeypatch.setattr("core.form_fields.MENU", 3)
    form = opened(owner, "role show")
    assert form.entries[0].control is Control.SEARCH
    call = Call(owner.actor, owner.where, world.at)
    found = world.core.complete_form(form.key, "name", "des", call)
    assert found == [("Designer", "Designer")]
    stranger = world.person("Eve")
    assert (
        world.core.complete_form(form.key, "name", "des", Call(stranger.actor, stranger.where, world.at))
        == []
    )


def test_all_that_is_wrong_is_found_at_once():
    declared = COMMANDS["invite extend"]
    wrong = faults(declared, {"by": "soon"}, 0)
    assert {name: fault.code for name, fault in wrong.items()} == {
        "invite": RefusalCode.MISSING_OPTION,
        "by": RefusalCode.BAD_OPTION,
    }
    assert form_errors.words(wrong["by"]).startswith("Write durations")


def test_what_is_over_is_forgotten_by_the_sweep(world: World):
    owner = world.studio()
    opened(owner, "role create")
    assert world.one("SELECT count(*) FROM drafts") == 1
    world.at += drafts.LIFE
    world.core.sweep(world.at)
    assert world.one("SELECT count(*) FROM drafts") == 0


def test_who_types_a_missing_option_reads_what_is_missing_and_can_fill_it_in(world: World):
    owner = world.studio()
    card = owner.say("invite show")
    assert card.title == "“invite show” needs invite"
    assert [button.label for button in card.buttons] == ["Fill in"]
    again = owner.press(card.buttons[0].action, card.buttons[0].subject)
    assert again.form is not None
    assert again.form.key == card.form.key
    assert made(again).title == "See an invitation"


def sent(person: Person, key: str, **options):
    return person.world.core.handle(
        Call(person.actor, person.where, person.world.at, options=options, form=key)
    )


def test_no_code_lies_in_the_database_because_it_was_typed_into_a_form(world: World):
    owner = world.studio()
    code = code_in(made(owner.say("invite create emails:ada@acme.example")))
    eve = world.person("Eve", email="eve@acme.example")
    for command in ("join", "decline"):
        form = opened(eve, command)
        assert "e-mail" in sent(eve, form.key, code=code).title or command == "decline"
        world.core.handle(Call(eve.actor, eve.where, world.at, command, {"code": code}, form=OPEN))
    assert world.one("SELECT count(*) FROM drafts") == 4
    assert code not in world.dump()


def test_what_was_typed_is_forgotten_when_it_is_sent(world: World):
    owner = world.studio()
    form = opened(owner, "role create")
    assert sent(owner, form.key, name="", copy="Designer", rank="first").form is not None
    assert "first" in world.dump()
    made(sent(owner, form.key, name="Reviewer", copy="Designer", rank=""))
    assert "first" not in "".join(map(repr, world.rows("SELECT options FROM drafts")))


def test_what_a_platform_says_of_somebody_holds_where_it_was_asked(world: World):
    """Where a form comes back from another team or server, its admins are no admins of the place it was opened in."""
    mallory = world.person("Mallory", "discord")
    form = opened(mallory, "workspace create")
    elsewhere = mallory.at("C9", realm="G2").with_(place_admin=True)
    assert sent(elsewhere, form.key, name="Taken").title == "Only this place's own admins can do that"
    assert world.one("SELECT count(*) FROM places") == 0
    made(sent(mallory.with_(place_admin=True), form.key, name="Mine"))


def test_a_form_is_about_the_workspace_for_which_it_was_opened(world: World):
    """Between opening and sending, the channel may have been linked to another workspace."""
    owner = world.studio()
    form = opened(owner, "group create")
    search = opened(owner, "group show")
    made(sent(owner, opened(owner, "group create").key, name="Known"))
    made(owner.say("workspace create name:Second"))
    assert sent(owner, form.key, name="Secret").title == "That form is out of date"
    call = Call(owner.actor, owner.where, world.at)
    assert world.core.complete_form(search.key, "name", "", call) == []
    assert world.rows("SELECT name FROM groups") == [("Known",)]


def test_of_two_that_are_sent_at_the_same_moment_by_two_processes_one_counts(world: World):
    owner = world.studio()
    processes = [world, world.another(), world.another()]
    for number in range(4):
        form = opened(owner, "invite create")
        gate = Barrier(len(processes))

        def send(process: World, key: str = form.key, number: int = number, gate: Barrier = gate) -> str:
            gate.wait()
            return sent(owner.on(process), key, name=f"Race {number}").title

        with ThreadPoolExecutor(len(processes)) as pool:
            titles = list(pool.map(send, processes))
        assert titles.count("That was sent already") == len(processes) - 1, titles
    assert world.one("SELECT count(*) FROM invitations") == 4
    world.sound()


def test_of_one_person_only_so_many_forms_are_kept(world: World):
    owner, eve = world.studio(), world.person("Eve")
    theirs = opened(eve, "join")
    first, *_, last = [opened(owner, "role create") for _ in range(drafts.MOST + 2)]
    assert world.one("SELECT count(*) FROM drafts") == drafts.MOST + 1
    made(sent(owner, last.key, name="Reviewer"))
    assert sent(eve, theirs.key, code="2222-3333-4444-5555").form is not None
    world.forward(1)
    for _ in range(drafts.MOST):
        opened(owner, "role create")
    assert sent(owner, first.key, name="Reader").title == "That form is out of date"


def test_what_a_form_is_refused_is_on_record_and_that_it_was_sent_before_is_not(world: World):
    owner = world.studio()
    eve = world.person("Eve")
    key = opened(owner, "role create").key
    for person in (eve, eve.at("C9", "T9")):  # in the workspace's place, and where there is none
        card = sent(person, key, name="Mine")
        assert refusal_in(card) is RefusalCode.FORM_GONE
        assert refusal_in(person.press("form.open", f"-/{key}")) is RefusalCode.FORM_GONE
    assert world.refused() == ["FORM_GONE"] * 4
    assert not any(key in row.facts + row.subject for row in world.rows("SELECT * FROM audit_events"))

    assert refusal_in(sent(owner, key, name="Owner")) is RefusalCode.ROLE_EXISTS
    made(sent(owner, key, name="Reviewer"))
    assert refusal_in(sent(owner, key, name="Reviewer")) is RefusalCode.FORM_DONE
    late = opened(owner, "role create").key
    world.at += drafts.LIFE
    assert refusal_in(sent(owner, late, name="Reader")) is RefusalCode.FORM_GONE
    assert world.refused()[4:] == ["FORM_GONE"]
    told = world.rows("SELECT subject FROM audit_events WHERE event = 'refused' ORDER BY at, number")
    assert [row.subject for row in told] == ["", "", "", "", "role create"]
    world.sound()
