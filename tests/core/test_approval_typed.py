"""Policies as people type and read them."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.approval_judging import Vote, judge
from core.approval_policy import (
    APPROVERS,
    DEFAULT,
    KINDS,
    Act,
    Emergency,
    Escalation,
    Panel,
    Policy,
)
from core.approval_reading import Known, policy_of, write
from core.approval_typed import EXAMPLE, parse, show
from core.approval_words import MAY, in_words, number, progress, who_approves
from core.durations import DAY, HOUR, MINUTE
from core.permissions import OWN, Role
from core.text import key
from core.typed import parse as parse_command
from tests.core.policies import (
    ADMIN,
    ADMINS,
    BROKEN_GLASS,
    DESIGNER,
    FULL,
    KNOWN,
    LEAD,
    LEADS,
    OPS,
    OWNER,
    START,
    group,
    permission,
    policies,
    role,
    someone,
)

# --- typed ----------------------------------------------------------------------------------------------------------

#: Names that people give roles and groups, and those that look like the language around them.
ODD = (
    "Design lead",
    "Research and Development",
    "this or that",
    "and",
    "or",
    "to",
    "of",
    "off",
    "2",
    "2 of us",
    "assign",
    "Manage",
    "define",
    "role:x",
    "Men's wear",
    "Men’s wear",
    "'",
    "''",
    "’",
    'the "A" team',
    "“A”",
    "a; b",
    "a, b",
    "R&D",
    "Ünïcode Öwner",
    "日本語",
    "👩‍🚀 crew",
    "default",
    "request:approve",
    "-",
    "x" * 80,
)
ODD_KNOWN = Known(
    {f"r{number}": Role(f"r{number}", name, number, OWN) for number, name in enumerate(ODD)},
    {f"g{number}": name for number, name in enumerate(ODD)},
)
odd_who = st.sampled_from(
    [
        *map(role, ODD_KNOWN.roles.values()),
        *map(group, ODD_KNOWN.groups),
        *(permission(name) for name in sorted(OWN)),
    ]
)
odd_lists = st.lists(odd_who, min_size=1, max_size=3, unique=True).map(tuple)


@given(policies(emergency=True), st.sampled_from(KINDS))
def test_what_was_printed_parses_as_the_same_policy(policy, kind):
    kind = "access" if policy.emergency else kind
    # Whether it can be fulfilled is another question.
    many = Known(
        {each: found._replace(exactly_one=False) for each, found in KNOWN.roles.items()}, KNOWN.groups
    )
    typed = show(kind, policy, many)
    assert parse(typed, many) == (kind, policy)
    assert show(*parse(typed, many), many) == typed


@given(odd_lists, odd_lists, odd_lists, st.sampled_from(KINDS))
def test_that_holds_whatever_the_names_are(one, two, three, kind):
    policy = Policy((Panel(one), Panel(two, 2)), escalate=Escalation(three), backups=two)
    assert parse(show(kind, policy, ODD_KNOWN), ODD_KNOWN) == (kind, policy)


def test_the_odd_names_differ_as_names_do():
    assert len({key(name) for name in ODD}) == len(ODD)


def test_the_canonical_form_says_everything():
    assert show("join", DEFAULT, KNOWN) == (
        "join: 1 of request:approve; denials 1; own off; life 3d; remind 4h; escalate off; backups off; reason off"
    )
    assert show("role", FULL, KNOWN) == (
        "role: 2 of role:'Design lead' and 1 of role:Admin or group:Ops; denials 2; own on; life 5d; "
        "remind 1h 30m; escalate 1d 12h to role:Owner; backups role:Admin or member:remove; reason on ask, deny"
    )


def test_what_is_gone_is_printed_by_its_id_and_not_taken_back():
    typed = show("join", Policy((Panel((group("gone"),)),)), KNOWN)
    assert typed.startswith("join: 1 of group:gone;")
    with pytest.raises(ValueError, match="There is no group “gone” here"):
        parse(typed, KNOWN)


def test_permissions_that_read_like_roles_or_groups_are_told_apart():
    known = Known({"a": Role("a", "assign", 1, OWN)}, {"m": "manage"})
    assert show("join", Policy((Panel((permission("role:assign"),)),)), known).startswith(
        "join: 1 of permission:role:assign;"
    )
    for typed, who in [
        ("permission:role:assign", permission("role:assign")),
        ("role:'assign'", role(known.roles["a"])),
        ("group:'manage'", group("m")),
        ("role:define", permission("role:define")),
    ]:
        assert parse(f"join: {typed}", known)[1].panels == (Panel((who,)),)
    for typed in ("role:assign", "group:Manage"):
        with pytest.raises(ValueError, match=r"is a permission and a (role|group): write permission:"):
            parse(f"join: {typed}", known)


@pytest.mark.parametrize(
    ("typed", "kind", "policy"),
    [
        ("join: request:approve", "join", DEFAULT),
        ("join: default", "join", DEFAULT),
        ("Join : Default", "join", DEFAULT),
        ("join:1 of request:approve", "join", DEFAULT),
        ("JOIN: 1 OF Request:Approve; LIFE 3D", "join", DEFAULT),
        ("invitation: request:approve", "invite", DEFAULT),
        ("extension: permission:request:approve", "extension", DEFAULT),
        ("role: request:approve", "role", DEFAULT),
        ("role: role:Admin", "role", Policy((Panel((ADMINS,)),))),
        (
            "join: 2 of role:Design lead and 1 of role:admin",
            "join",
            Policy((Panel((LEADS,), 2), Panel((ADMINS,)))),
        ),
        (
            "join: 2 of role:'Design lead' and role:Admin",
            "join",
            Policy((Panel((LEADS,), 2), Panel((ADMINS,)))),
        ),
        ('join: 2 of role:"design LEAD"', "join", Policy((Panel((LEADS,), 2),))),
        ("join: 2 of role:“Design lead”", "join", Policy((Panel((LEADS,), 2),))),
        ("join: 2 of role:‘Design lead’", "join", Policy((Panel((LEADS,), 2),))),
        ("join: 2 of role:„Design lead“", "join", Policy((Panel((LEADS,), 2),))),
        ("join: 2 of role: Design lead", "join", Policy((Panel((LEADS,), 2),))),
        ("join: 2 of role 'Design lead' or group ops", "join", Policy((Panel((LEADS, OPS), 2),))),
        ("join: 2 of role:Admin, group:Ops", "join", Policy((Panel((ADMINS, OPS), 2),))),
        ("join: group:Night shift", "join", Policy((Panel((group("night"),)),))),
        ("join: request:approve; denials 2", "join", Policy(denials=2)),
        (
            "join: request:approve; own yes; reason on deny",
            "join",
            Policy(own=True, reasons=frozenset({Act.DENY})),
        ),
        ("join: request:approve; life 2 days", "join", Policy(life=2 * DAY)),
        ("join: request:approve; life 1d 12h;", "join", Policy(life=36 * HOUR)),
        ("join: request:approve; life 2h", "join", Policy(life=2 * HOUR, remind=None)),
        ("join: request:approve; remind never", "join", Policy(remind=None)),
        ("join: request:approve; remind 30m; ; life 1h", "join", Policy(life=HOUR, remind=30 * MINUTE)),
        (
            "join: request:approve; escalate to role:Owner",
            "join",
            Policy(escalate=Escalation((role(OWNER),))),
        ),
        (
            "join: request:approve; escalate 1d 6h to role:Owner and group:Ops",
            "join",
            Policy(escalate=Escalation((role(OWNER), OPS), 30 * HOUR)),
        ),
        ("join: request:approve; escalate off; backups none; reasons off", "join", DEFAULT),
        ("join: request:approve; backup group:Ops", "join", Policy(backups=(OPS,))),
        ("join: request:approve; backups group:Ops, role:Admin", "join", Policy(backups=(OPS, ADMINS))),
        ("join: request:approve; reason for ask, approve and deny", "join", Policy(reasons=frozenset(Act))),
        ("access: request:approve; emergency resource:manage for at most 2h", "access", BROKEN_GLASS),
        ("access: request:approve; Emergency permission:resource:manage 2h", "access", BROKEN_GLASS),
        ("access: request:approve; emergency resource:manage for 120m", "access", BROKEN_GLASS),
        (
            "access: request:approve; emergency resource:manage",
            "access",
            Policy(emergency=Emergency("resource:manage", 4 * HOUR)),
        ),
        ("role: request:approve; emergency off", "role", DEFAULT),
        (
            EXAMPLE,
            "join",
            Policy((Panel((role(DESIGNER),), 2), Panel((APPROVERS,))), escalate=Escalation((role(OWNER),))),
        ),
    ],
)
def test_policies_are_typed_as_people_would_write_them(typed, kind, policy):
    assert parse(typed, KNOWN) == (kind, policy)


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "Begin with what it is for: join:, role:, access:, invite:, extension:."),
        ("2 of role:Admin", "Begin with what it is for"),
        ("request:approve", "Begin with what it is for"),
        ("party: request:approve", "Begin with what it is for"),
        ("join", "Begin with what it is for"),
        ("join:", "Say who approves"),
        ("join: ; life 3d", "Say who approves"),
        ("join: role:Admin and", "Say who approves"),
        ("join: and role:Admin", "Say who approves"),
        ("join: role:Admin or", "Somebody is missing"),
        ("join: 2 of", "Somebody is missing"),
        ("join: 2 of; life 3d", "Somebody is missing"),
        ("join: role:", "There is no role “” here"),
        ("join: 2 role:Admin", "Write 2 of, and then who: 2 of role:Designer"),
        ("join: two of role:Admin", "“two” is not a whole number"),
        ("join: -1 of role:Admin", "“-1” is not a whole number"),
        ("join: ² of role:Admin", "“²” is not a whole number"),
        ("join: 0 of role:Admin", "from 1 to 20 approvals, not 0"),
        ("join: 21 of role:Admin", "from 1 to 20 approvals, not 21"),
        ("join: 9999999 of role:Admin", "is not a whole number"),
        ("join: Admin", "“Admin” says nobody: write role:Name, group:Name, or a permission such as"),
        ("join: 'Admin'", "“Admin” says nobody"),
        ("join: role", "“role” says nobody"),
        ("join: role:Boss", "There is no role “Boss” here"),
        ("join: role:Admin role:Owner", "There is no role “Admin role:Owner” here"),
        ("join: role:Research and Development", "There is no role “Research” here. Names with “and”"),
        ("join: group:Admin", "There is no group “Admin” here"),
        ("join: role:Admin or role:admin", "names somebody twice"),
        ("join: role:'Admin", "This quote is not closed: 'Admin"),
        ("join: project:fly", "No role here has project:fly"),
        ("join: 2 of role:Owner", "Never more than one member holds Owner, and one person counts once"),
        (
            "join: role:Admin; lief 3d",
            "“lief” begins nothing that I know; these do: denials, own, life, remind",
        ),
        ("join: role:Admin; 'life' 3d", "“life” begins nothing that I know"),
        ("join: role:Admin; life 3d; life 4d", "“life” is said twice"),
        ("join: role:Admin; reason on deny; reasons off", "“reason” is said twice"),
        ("join: role:Admin; life", "Something is missing behind “life”"),
        ("join: role:Admin; life soon", "“soon” is not a time such as 4h, 1d or 1d 12h"),
        ("join: role:Admin; life 2030-01-01", "“2030-01-01” is not a time"),
        ("join: role:Admin; life 91d", "The life of a request can be from 10m to 90d"),
        ("join: role:Admin; life 999999w", "The life of a request can be from 10m to 90d"),
        ("join: role:Admin; remind 5d", "first reminder would come after 5d"),
        ("join: role:Admin; denials none", "“none” is not a whole number"),
        ("join: role:Admin; own maybe", "“maybe” has to be on or off"),
        ("join: role:Admin; escalate 1d role:Owner", "Say to whom it escalates: escalate 1d to role:Owner"),
        ("join: role:Admin; escalate soon to role:Owner", "“soon” is not a time"),
        ("join: role:Admin; escalate 1d to", "Somebody is missing"),
        ("join: role:Admin; escalate 3d to role:Owner", "escalation would come after 3d"),
        ("join: role:Admin; backups Ops", "“Ops” says nobody"),
        ("join: role:Admin; reason on sigh", "A reason can be needed on ask, approve, deny"),
        ("join: role:Admin; reason on", "A reason can be needed on"),
        ("join: default and role:Admin", "“default” says nobody"),
        (
            "role: role:Admin; emergency resource:manage",
            "An emergency gives access to resources, never a role",
        ),
        ("join: role:Admin; emergency resource:manage for 4h", "never a role: say emergency for access:"),
        ("access: role:Admin; emergency", "Something is missing behind “emergency”"),
        ("access: role:Admin; emergency Admin", "“Admin” is not a permission: write emergency"),
        ("access: role:Admin; emergency resource:manage for 25h", "lasts from 10m to 1d at most"),
        ("access: role:Admin; emergency resource:manage for 5m", "lasts from 10m to 1d at most"),
        ("access: role:Admin; emergency resource:manage for ever", "“ever” is not a time"),
        (
            "access: role:Admin; emergency moon:walk",
            "No role here has moon:walk, so nobody could ever take anything",
        ),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_write(typed, problem):
    with pytest.raises(ValueError, match=re.escape(problem)):
        parse(typed, KNOWN)


_words = st.sampled_from([*EXAMPLE.replace(";", " ;").split(), "'", "“", ",", ";"])


@given(st.text(max_size=60) | st.lists(_words).map(" ".join))
def test_whatever_is_typed_is_read_or_refused_with_a_sentence(typed):
    for whole in (typed, f"join: {typed}"):
        refused = ""
        try:
            kind, policy = parse(whole, KNOWN)
        except ValueError as problem:
            refused = str(problem)
        else:
            assert parse(show(kind, policy, KNOWN), KNOWN) == (kind, policy)
        assert not refused or refused[0].isupper() or refused[0] == "“"


@given(policies())
def test_the_canonical_form_comes_through_a_typed_command_in_double_quotes(policy):
    typed = show("join", policy, KNOWN)
    _, options = parse_command(f'workspace set approvals "{typed}"')
    assert options == {"setting": "approvals", "value": typed}
    _, options = parse_command(f'workspace set setting:approvals value:"{typed}"')
    assert options == {"setting": "approvals", "value": typed}


# --- in words -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("panels", "words"),
    [
        (DEFAULT.panels, "anyone who may approve requests"),
        ((Panel((APPROVERS,), 2),), "two of those who may approve requests"),
        ((Panel((LEADS,), 2), Panel((ADMINS,))), "two of Design leads, and one Admin"),
        ((Panel((OPS,), 2), Panel((ADMINS,))), "two of Ops, and one Admin"),
        ((Panel((LEADS,)), Panel((ADMINS,)), Panel((OPS,))), "one Design lead, one Admin, and one of Ops"),
        ((Panel((ADMINS, OPS, APPROVERS)),), "one Admin or one of Ops or anyone who may approve requests"),
        ((Panel((ADMINS, OPS), 3),), "three of Admins or Ops"),
        ((Panel((role(OWNER),)),), "the Owner"),
        ((Panel((role(OWNER), ADMINS), 2),), "two of the Owner or Admins"),
        ((Panel((permission("project:publish"),)),), "anyone with project:publish"),
        ((Panel((permission("project:publish"),), 12),), "12 of those with project:publish"),
        ((Panel((group("gone"),)),), "one of a group that is gone"),
        ((Panel((role(Role("gone", "", 1, frozenset())),), 2),), "two of those with a role that is gone"),
    ],
)
def test_who_approves_is_said_in_words(panels, words):
    assert who_approves(Policy(panels), KNOWN) == words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Content Editor", "two of Content Editors"),
        ("Owner", "two of Owners"),
        ("Team lead", "two of Team leads"),
        ("Analyst", "two of Analysts"),
        ("Staff", "two of those with the role Staff"),
        ("Security", "two of those with the role Security"),
        ("Head of Design", "two of those with the role Head of Design"),
        ("Admin for Asia", "two of those with the role Admin for Asia"),
        ("Leads", "two of those with the role Leads"),
        ("日本語", "two of those with the role 日本語"),
    ],
)
def test_names_of_roles_get_an_s_only_where_that_is_sure_to_read_well(name, words):
    known = Known({"x": Role("x", name, 1, frozenset())})
    assert who_approves(Policy((Panel((role(known.roles["x"]),), 2),)), known) == words


def test_the_default_policy_in_words():
    assert in_words(DEFAULT, KNOWN) == (
        "Approved by anyone who may approve requests.",
        "One denial ends it.",
        "Nobody answers their own request.",
        "It waits 3d, then it expires.",
        "Approvers are reminded after 4h, 12h, 1d 4h and 2d 12h.",
    )


def test_a_policy_of_all_sorts_in_words():
    assert in_words(FULL, KNOWN) == (
        "Approved by two of Design leads, and one Admin or one of Ops.",
        "Everybody counts once.",
        "Two denials end it.",
        "People may answer their own requests.",
        "It waits 5d, then it expires.",
        "Approvers are reminded after 1h 30m, 4h 30m, 10h 30m, 22h 30m, 1d 22h 30m and 3d 22h 30m.",
        "After 1d 12h it also goes to the Owner.",
        "As back-ups, Admins or those who may remove members may answer at any time and are told of it only then.",
        "To ask and deny, a reason is needed.",
    )


def test_an_emergency_in_words_and_in_the_canonical_form():
    assert in_words(BROKEN_GLASS, KNOWN)[-1] == (
        "In an emergency anyone who may look after resources takes it at once, for 2h at most, and it is looked at "
        "afterwards."
    )
    assert show("access", BROKEN_GLASS, KNOWN).endswith("; emergency resource:manage for at most 2h")


def test_what_was_taken_in_an_emergency_is_looked_at_under_the_policy_for_access_and_never_by_who_took_it():
    kept = {"access": write(replace(FULL, emergency=BROKEN_GLASS.emergency))}
    assert policy_of(kept, "review") == replace(FULL, own=False, reasons=frozenset({Act.DENY}))
    assert policy_of({}, "review") == DEFAULT


def test_what_is_not_there_is_not_spoken_of():
    words = " ".join(in_words(Policy(life=HOUR, remind=None, backups=(OPS,)), KNOWN))
    assert "Nobody is reminded." in words
    assert "As back-ups, Ops may answer at any time and are not told of it." in words
    assert "reason" not in words
    assert "emergency" not in words


@given(policies())
def test_every_policy_has_words_of_whole_sentences(policy):
    sentences = in_words(policy, KNOWN)
    assert all(each[0].isupper() and each.endswith(".") and "  " not in each for each in sentences)


def test_every_permission_of_usher_s_own_has_words():
    assert set(MAY) == OWN


def test_numbers_are_words_up_to_ten():
    assert [number(count) for count in (1, 2, 10, 11, 20)] == ["one", "two", "ten", "11", "20"]


@pytest.mark.parametrize(
    ("policy", "votes", "words"),
    [
        (DEFAULT, "", ""),
        (Policy((Panel((APPROVERS,), 2),)), "", "0 of 2 approvals"),
        (Policy((Panel((APPROVERS,), 2),)), "+ada", "1 of 2 approvals"),
        (Policy((Panel((APPROVERS,), 2),), denials=2), "+ada -bo", "1 of 2 approvals; 1 of 2 denials"),
        (Policy(denials=2), "-ada", "1 of 2 denials"),
        (
            Policy((Panel((LEADS,), 2), Panel((ADMINS,)))),
            "+cy",
            "two of Design leads: 1 of 2; one Admin: 0 of 1",
        ),
    ],
)
def test_how_far_it_is_stands_on_the_card_where_one_vote_does_not_decide(policy, votes, words):
    people = {"ada": someone(ADMIN), "bo": someone(ADMIN), "cy": someone(LEAD)}
    cast = [Vote(word[1:], word[0] == "+") for word in votes.split()]
    outcome = judge(policy, cast, people, created_at=START, now=START)
    assert progress(policy, outcome, KNOWN) == words
