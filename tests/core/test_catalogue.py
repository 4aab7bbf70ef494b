from __future__ import annotations

from dataclasses import dataclass

import pytest

from core import commands
from core.binding import bind
from core.cards import Card
from core.catalogue import (
    ACTIONS,
    COMMANDS,
    COMPLETED,
    GREEDY,
    Kind,
    Scope,
    action,
    command,
    nearest,
    nouns,
    option,
)
from core.permissions import expanded, is_own
from core.schemes import schemes
from core.typed import parse

assert commands.COMMANDS is COMMANDS

#: Of the product's contract, as far as the first slice goes: command → its options, required ones with a star.
CONTRACT = {
    "workspace create": "name* scheme",
    "workspace show": "",
    "workspace set": "setting* value*",
    "workspace settings": "",
    "workspace preset": "preset*",
    "workspace link": "code here",
    "workspace list": "",
    "workspace use": "workspace*",
    "workspace transfer": "to*",
    "workspace delete": "name*",
    "invite create": "emails name role group resource expires uses domain note",
    "invite list": "status",
    "invite show": "invite*",
    "invite extend": "invite* by",
    "invite revoke": "invite*",
    "invite edit": "invite* name role group resource expires uses domain note",
    "invite resend": "invite*",
    "join": "code*",
    "decline": "code*",
    "request list": "",
    "request cancel": "request*",
    "request invite": "emails name role group resource expires uses domain note reason",
    "request role": "role* for reason",
    "request access": "resource* level for reason",
    "request approve": "request* reason role level for",
    "request deny": "request* reason",
    "access emergency": "resource* reason* level for",
    "member list": "role group status",
    "member show": "member",
    "member remove": "member* reason",
    "member export": "",
    "role list": "",
    "audit show": "member since",
    "audit export": "member since",
    "audit verify": "",
    "role show": "name*",
    "role create": "name* rank permissions copy",
    "role edit": "name* rank permissions copy rename",
    "role delete": "name*",
    "role assign": "member* role* for",
    "role unassign": "member* role*",
    "group create": "name*",
    "group delete": "name*",
    "group show": "name*",
    "group list": "",
    "group add": "group* member*",
    "group remove": "group* member*",
    "me": "",
    "resource create": "kind* name* parent outside",
    "resource list": "kind parent",
    "resource show": "name* kind parent",
    "resource delete": "name* kind parent",
    "access list": "member resource",
    "access grant": "resource* to* level for",
    "access revoke": "resource* to*",
    "resource link": "name* outside*",
    "can": "member permission* resource",
    "why": "member permission* resource",
    "help": "command",
    "status": "",
}
BUTTONS = {
    "request.approve": "Approve",
    "request.less": "Approve with less",
    "request.choose": "Give instead",
    "request.deny": "Deny",
    "invite.revoke": "Revoke",
    "invite.show": "Show",
    "invite.extend": "Extend",
    "invite.resend": "Resend",
    "invite.accept": "Accept",
    "invite.decline": "Decline",
    "invite.ask": "Ask",
    "role.ask": "Ask",
    "access.ask": "Ask",
    "access.grant": "Grant",
    "access.revoke": "Revoke",
    "access.to": "To whom",
    "access.level": "Level",
    "access.end": "Whose",
    "request.withdraw": "Withdraw",
    "intent.confirm": "Confirm",
    "intent.cancel": "Cancel",
    "transfer.accept": "Accept",
    "transfer.decline": "Decline",
    "transfer.withdraw": "Withdraw",
    "member.remove": "Remove",
    "time_box.extend": "Extend",
    "time_box.done": "I'm done",
    "role.choose": "Change role",
    "setting.choose": "Choose a setting",
    "help.about": "More about",
    "setting.change": "Set it to",
    "form.open": "Fill in",
    "request.deny_why": "Deny with a reason",
    "request.approve_why": "Approve with a reason",
    "request.give_less": "Approve with less",
    "invite.extend_by": "Choose how long",
    "invite.ask_why": "Ask with a reason",
    "role.ask_why": "Ask with a reason",
    "access.ask_why": "Ask with a reason",
    "access.emergency": "In an emergency",
    "time_box.extend_by": "Choose how long",
    "role.assign": "Assign a role",
    "person.invite": "Invite",
    "setting.set": "Change a setting",
    "member.remove_why": "Remove with a reason",
}
OPTIONS = [(declared, found) for declared in COMMANDS.values() for found in declared.options]


def test_the_commands_and_their_options_are_those_of_the_contract():
    found = {
        name: " ".join(f"{o.name}{'*' if o.required else ''}" for o in declared.options)
        for name, declared in COMMANDS.items()
    }
    assert found == CONTRACT


def test_the_words_on_the_buttons_are_those_of_the_contract():
    assert {name: ACTIONS[name].label for name in BUTTONS} == BUTTONS
    assert {declared.label for declared in ACTIONS.values()} <= {*BUTTONS.values(), "Next", "Previous"}


def test_the_choices_of_a_list_are_those_of_the_contract():
    status = COMMANDS["invite list"].option("status")
    assert status is not None
    assert status.choices == ("pending", "accepted", "declined", "expired", "revoked", "all")


@pytest.mark.parametrize("declared", COMMANDS.values(), ids=list(COMMANDS))
def test_every_command_says_what_it_does_and_what_it_needs(declared):
    assert declared.summary
    assert declared.summary[0].isupper()
    assert not declared.summary.endswith(".")
    assert len(declared.summary) <= 100
    known = {p for scheme in schemes().values() for role in scheme.roles for p in expanded(role.permissions)}
    assert declared.needs in {"", "member"} or (is_own(declared.needs) and declared.needs in known)
    assert declared.facts <= {"place_admin", "email", "outside"}


@pytest.mark.parametrize(("declared", "found"), OPTIONS, ids=[f"{d.name} {o.name}" for d, o in OPTIONS])
def test_every_option_has_help_and_an_example_that_can_be_typed(declared, found):
    assert found.help
    assert len(found.help) <= 100
    required = [o for o in declared.options if o.required or o is found]
    typed = f"{declared.name} {' '.join(o.typed_example for o in required)}"

    read, options = parse(typed)

    assert read is declared
    assert set(options) == {o.name for o in required}
    bind(declared, options, 1_800_000_000)


@pytest.mark.parametrize("declared", COMMANDS.values(), ids=list(COMMANDS))
def test_every_command_s_own_example_is_understood(declared):
    read, options = parse(declared.example)
    assert read is declared
    bind(read, options, 1_800_000_000)


def test_what_reads_changes_nothing_and_says_so():
    reading = {name for name, declared in COMMANDS.items() if declared.reads}
    assert reading == {
        name
        for name in COMMANDS
        if name.split()[-1] in {"show", "list", "settings", "verify", "me", "can", "why", "help", "status"}
    }


def test_only_what_finds_its_own_workspace_is_not_about_the_place():
    anywhere = {name for name, declared in COMMANDS.items() if declared.scope is not Scope.PLACE}
    assert anywhere == {
        "join",
        "decline",
        "request cancel",
        "workspace create",
        "workspace link",
        "workspace list",
        "workspace use",
    }


def test_a_command_or_a_button_is_declared_once():
    @dataclass(frozen=True)
    class Shape:
        it: str = option(Kind.LABEL, "help", "example")

    with pytest.raises(ValueError, match="'me' is declared twice"):
        command("me", "Again", Shape)(lambda ctx, ask: Card(""))
    with pytest.raises(ValueError, match=r"'request\.deny' is declared twice"):
        action("request.deny", "Deny")(lambda ctx, subject: Card(""))


def test_commands_stand_under_their_nouns():
    grouped = nouns()
    verbs = ["create", "list", "show", "extend", "resend", "revoke", "edit"]
    assert [declared.verb for declared in grouped["invite"]] == verbs
    assert [declared.name for declared in grouped["me"]] == ["me"]
    assert sum(map(len, grouped.values())) == len(COMMANDS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("invite creat", "invite create"),
        ("Invite Create", "invite create"),
        ("request aprove", "request approve"),
        ("joni", "join"),
        ("halp", "help"),
        ("zzzzzz", ""),
    ],
)
def test_a_near_miss_finds_what_was_meant(typed, meant):
    found = nearest(typed, list(COMMANDS.values()))

    assert (found.name if found else "") == meant


def test_every_kind_that_is_used_is_sorted_into_those_that_go_on_and_those_that_are_completed():
    assert {Kind.LABEL, Kind.NOTE, Kind.PEOPLE} <= GREEDY
    assert Kind.CODE in GREEDY - COMPLETED
    assert not {Kind.LABEL, Kind.NOTE} & COMPLETED
