from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import commands
from core.binding import bind
from core.calls import Identity, Value
from core.catalogue import COMMANDS
from core.errors import Refusal, RefusalCode
from core.typed import parse, words

assert commands.COMMANDS is COMMANDS  # importing them fills the catalogue

ADA = Identity("slack", "T1", "ADA")


def lift(word: str) -> Value:
    """As Slack's adapter does it: a mention becomes a person, a mailto link its address."""
    if word == "<@ADA>":
        return ADA
    if word.startswith("<mailto:"):
        return word[8:].partition("|")[0].removesuffix(">")
    return word


FORMS = [
    ("me", "me", {}),
    ("ME", "me", {}),
    ("Invite CREATE", "invite create", {}),
    ("  invite \t create  ", "invite create", {}),
    ("", "help", {}),
    ("invite create role:Designer", "invite create", {"role": "Designer"}),
    ("invite create role=Designer", "invite create", {"role": "Designer"}),
    ("invite create --role Designer", "invite create", {"role": "Designer"}),
    ("invite create --role=Designer", "invite create", {"role": "Designer"}),
    ("invite create --role:Designer", "invite create", {"role": "Designer"}),
    ("invite create —role Designer", "invite create", {"role": "Designer"}),
    ("invite create –role Designer", "invite create", {"role": "Designer"}),
    ("invite create —role=Designer", "invite create", {"role": "Designer"}),
    ("invite create ROLE:Designer", "invite create", {"role": "Designer"}),
    ("invite create role: Designer", "invite create", {"role": "Designer"}),
    ('invite create name:"Design team" uses:5', "invite create", {"name": "Design team", "uses": "5"}),
    ("invite create name:“Design team” uses:5", "invite create", {"name": "Design team", "uses": "5"}),
    ("invite create name:„Design team“ uses:5", "invite create", {"name": "Design team", "uses": "5"}),
    ("invite create name:«Design team» uses:5", "invite create", {"name": "Design team", "uses": "5"}),
    ('invite create name:"Design team” uses:5', "invite create", {"name": "Design team", "uses": "5"}),
    ('invite create --name "Design team" --uses 5', "invite create", {"name": "Design team", "uses": "5"}),
    ('invite create name:"role:Owner"', "invite create", {"name": "role:Owner"}),
    ('invite create name:"never closed role:x', "invite create", {"name": "never closed role:x"}),
    ('invite create name:""', "invite create", {"name": ""}),
    ("invite create name:Ada's team", "invite create", {"name": "Ada's team"}),
    ('invite create name:5" nails uses:1', "invite create", {"name": '5" nails', "uses": "1"}),
    ("invite create name:Design team uses:5", "invite create", {"name": "Design team", "uses": "5"}),
    ("can project:edit", "can", {"permission": "project:edit"}),
    ("can permission:project:edit", "can", {"permission": "project:edit"}),
    ("can permission: project:edit", "can", {"permission": "project:edit"}),
    ("can <@ADA> project:edit", "can", {"member": ADA, "permission": "project:edit"}),
    ("can project:edit <@ADA>", "can", {"member": ADA, "permission": "project:edit"}),
    ("why Ada Lovelace Project:Edit", "why", {"member": "Ada Lovelace", "permission": "Project:Edit"}),
    ("why member:<@ADA> member:invite", "why", {"member": ADA, "permission": "member:invite"}),
    ("why permission: member:invite", "why", {"permission": "member:invite"}),
    ("can member:ada permission:member:invite", "can", {"member": "ada", "permission": "member:invite"}),
    (
        'can member:"invite" permission:"project:edit"',
        "can",
        {"member": "invite", "permission": "project:edit"},
    ),
    ("can ada", "can", {"member": "ada"}),
    ("invite create a@x.org b@x.org", "invite create", {"emails": "a@x.org b@x.org"}),
    (
        "invite create emails:a@x.org, b@x.org; c@x.org role:Admin",
        "invite create",
        {"emails": "a@x.org, b@x.org; c@x.org", "role": "Admin"},
    ),
    (
        "invite create role:Content Editor expires:7d",
        "invite create",
        {"role": "Content Editor", "expires": "7d"},
    ),
    ("invite create role:Designer,Content Editor", "invite create", {"role": "Designer,Content Editor"}),
    ("invite create <@ADA>", "invite create", {"emails": ADA}),
    ("invite create emails:<@ADA> b@x.org", "invite create", {"emails": (ADA, "b@x.org")}),
    ("invite create <mailto:a@x.org|a@x.org>", "invite create", {"emails": "a@x.org"}),
    ("invite create note:see https://x.org/a?b=c", "invite create", {"note": "see https://x.org/a?b=c"}),
    (
        "invite create note:<https://x.org|two words> end",
        "invite create",
        {"note": "<https://x.org|two words> end"},
    ),
    ("join ABCD-EFGH-JKMN-PQRS", "join", {"code": "ABCD-EFGH-JKMN-PQRS"}),
    ("join code:ABCD-EFGH-JKMN-PQRS", "join", {"code": "ABCD-EFGH-JKMN-PQRS"}),
    ("member show <@ADA>", "member show", {"member": ADA}),
    ("member show Ada Lovelace", "member show", {"member": "Ada Lovelace"}),
    ("member show", "member show", {}),
    ("invite extend inv-7F3K by:2w", "invite extend", {"invite": "inv-7F3K", "by": "2w"}),
    (
        "request deny req-2M9C reason:not this week",
        "request deny",
        {"request": "req-2M9C", "reason": "not this week"},
    ),
    ("workspace set join_policy instant", "workspace set", {"setting": "join_policy", "value": "instant"}),
    (
        "workspace set default_role Content Editor",
        "workspace set",
        {"setting": "default_role", "value": "Content Editor"},
    ),
    ("workspace link code:ABCD-EFGH here:on", "workspace link", {"code": "ABCD-EFGH", "here": "on"}),
    ("help invite create", "help", {"command": "invite create"}),
    ("invite create name:", "invite create", {"name": ""}),
    ("join ABCD EFGH JKMN PQRS", "join", {"code": "ABCD EFGH JKMN PQRS"}),
    ("Inviet create now", "help", {"command": "inviet create"}),
    ("invite", "help", {"command": "invite"}),
    ("invite xyzzy", "help", {"command": "invite xyzzy"}),
    ("qqqqqq", "help", {"command": "qqqqqq"}),
    (
        "role create Reviewer permissions:content:edit, comment:write copy:Designer rank:25",
        "role create",
        {"name": "Reviewer", "permissions": "content:edit, comment:write", "copy": "Designer", "rank": "25"},
    ),
    (
        "role edit Content Editor permissions:+content:edit -comment:write rename:Editor",
        "role edit",
        {"name": "Content Editor", "permissions": "+content:edit -comment:write", "rename": "Editor"},
    ),
    (
        "role assign <@ADA> Content Editor for:8h",
        "role assign",
        {"member": ADA, "role": "Content Editor", "for": "8h"},
    ),
    ("role assign <@ADA> role:Designer", "role assign", {"member": ADA, "role": "Designer"}),
    ("role assign Ada Lovelace role:Designer", "role assign", {"member": "Ada Lovelace", "role": "Designer"}),
    ("invite create name: role:Designer", "invite create", {"name": "", "role": "Designer"}),
    ("invite create --name --role Designer", "invite create", {"name": "", "role": "Designer"}),
]


@pytest.mark.parametrize(("typed", "command", "options"), FORMS, ids=[form[0] or "nothing" for form in FORMS])
def test_every_way_of_writing_a_command_reads_the_same(typed, command, options):
    declared, found = parse(typed, lift)

    assert (declared.name, found) == (command, options)


@pytest.mark.parametrize(
    ("typed", "code", "told"),
    [
        ("invite create colour:red", RefusalCode.UNKNOWN_OPTION, "colour"),
        ("invite create --colour red", RefusalCode.UNKNOWN_OPTION, "colour"),
        ("me now", RefusalCode.STRAY_WORDS, "now"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_hint(typed, code, told):
    with pytest.raises(Refusal) as refused:
        parse(typed, lift)

    assert refused.value.code is code
    assert told in " ".join(str(fact) for fact in refused.value.facts.values())


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("a b", ["a", "b"]),
        ('a "b c" d', ["a", '"b c"', "d"]),
        ('k:"b c"d', ['k:"b c"d']),
        ("<a b> c", ["<a b>", "c"]),
        ('a "b c', ["a", '"b c']),
        ("a\u00a0b\u3000c\nd", ["a", "b", "c", "d"]),
        ("", []),
    ],
)
def test_words_end_at_white_space_outside_quotes_and_brackets(typed, parts):
    assert words(typed) == parts


def test_ten_thousand_characters_are_read_and_then_refused_as_too_long():
    declared, options = parse("invite create name:" + "x" * 10_000, lift)

    with pytest.raises(Refusal) as refused:
        bind(declared, options, 0)
    assert refused.value.code is RefusalCode.TOO_LONG
    assert refused.value.facts["length"] == "10,000"


def test_ten_thousand_unknown_characters_are_shown_shortened():
    declared, options = parse("x" * 10_000, lift)

    assert declared.name == "help"
    assert len(str(options["command"])) <= 60


def test_control_characters_do_not_reach_what_a_handler_sees():
    declared, options = parse("invite create name:a\x00b\u202ec\x1b[31m", lift)

    assert bind(declared, options, 0).name == "abc[31m"


_PIECES = st.sampled_from(
    [
        "invite create",
        "join",
        "help",
        "workspace set",
        "role:",
        "--role",
        "—uses",
        "name=",
        '"',
        "“",
        "”",
        "«",
        "<",
        ">",
        "<@ADA>",
        ":",
        "=",
        ",",
        " ",
        "\n",
        "\x00",
        "7d",
        "a@b.org",
        "x" * 50,
        "\u202e",
        "\ud800",
    ]
)


@given(
    st.one_of(
        st.text(), st.lists(_PIECES, max_size=15).map(" ".join), st.lists(_PIECES, max_size=15).map("".join)
    )
)
def test_any_text_at_all_is_a_command_or_a_refusal(typed):
    try:
        declared, options = parse(typed, lift)
    except Refusal:
        return
    assert set(options) <= {option.name for option in declared.options}


@given(st.sampled_from(sorted(COMMANDS)), st.text())
def test_any_text_behind_a_command_binds_or_is_refused(command, typed):
    try:
        declared, options = parse(f"{command} {typed}", lift)
        ask = bind(declared, options, 1_800_000_000)
    except Refusal:
        return
    assert isinstance(ask, declared.shape)


_LABEL = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters='"“”„«»<>'), min_size=1, max_size=30
)


@given(_LABEL)
def test_a_quoted_value_arrives_as_it_was_typed(value):
    for form in (f'name:"{value}"', f"name=“{value}”", f'--name "{value}"', f"—name «{value}»"):
        assert parse(f"invite create {form}", lift)[1] == {"name": value}


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_is_found_by_its_name_in_any_case(name):
    required = [option.typed_example for option in COMMANDS[name].options if option.required]
    assert parse(" ".join([name.upper(), *required]))[0] is COMMANDS[name]
