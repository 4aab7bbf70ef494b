from __future__ import annotations

import timeit
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.binding import MENTION_LIMIT, OUTSIDE_LIMIT, PEOPLE_LIMIT, RAW_LIMIT, bind, pasted
from core.calls import Channel, ChatRole, EmailAddress, Identity
from core.cards import Say
from core.catalogue import Command, Kind, Option
from core.durations import DAY, HOUR, WEEK
from core.errors import Refusal, RefusalCode, refusal_card

NOW = 1_800_000_000
ADA = Identity("slack", "T1", "ADA")
ROOM = Channel("slack", "T1", "C1")


@dataclass(frozen=True)
class Shape:
    it: object = "left out"


def declared(kind: Kind, *, required: bool = False, choices: tuple[str, ...] = ()) -> Command:
    made = Option("it", kind, "what it is", "an example", required, choices)
    return Command("test it", "Tests", (made,), Shape, lambda: None)


def read(kind: Kind, given_, **more):
    return bind(declared(kind, **more), {"it": given_}, NOW).it


GOOD = [
    (Kind.OUTSIDE, " fld_8812 ", "fld_8812"),
    (Kind.OUTSIDE, ROOM, ROOM),
    (Kind.OUTSIDE, ChatRole("discord", "1", "2"), ChatRole("discord", "1", "2")),
    (Kind.LABEL, " Design   team ", "Design team"),
    (Kind.LABEL, "x" * 80, "x" * 80),
    (Kind.LABEL, 7, "7"),
    (Kind.LABEL, ("a", "b"), "a b"),
    (Kind.LABEL, "e\u0301", "é"),
    (Kind.NOTE, "x" * 500, "x" * 500),
    (Kind.NOTE, "two\nlines", "two lines"),
    (Kind.CODE, "x" * 200, "x" * 200),
    (Kind.PEOPLE, "a@x.org", (EmailAddress("a@x.org"),)),
    (Kind.PEOPLE, ADA, (ADA,)),
    (Kind.PEOPLE, (ADA, "a@x.org"), (ADA, EmailAddress("a@x.org"))),
    (Kind.PEOPLE, "a@x.org " * 20_000, (EmailAddress("a@x.org"),) * 20_000),
    (
        Kind.PEOPLE,
        Identity("slack", "T1", "U" * MENTION_LIMIT),
        (Identity("slack", "T1", "U" * MENTION_LIMIT),),
    ),
    (Kind.ROLE, "Content Editor", "Content Editor"),
    (Kind.ROLES, "Admin, Content Editor;Admin", ("Admin", "Content Editor")),
    (Kind.MEMBER, ADA, ADA),
    (Kind.MEMBER, "Ada", "Ada"),
    (Kind.MEMBER, "x" * 254, "x" * 254),
    (Kind.MEMBERS, ADA, (ADA,)),
    (Kind.MEMBERS, "Ada Lovelace, Bob;Bob", ("Ada Lovelace", "Bob")),
    (Kind.MEMBERS, (ADA, "a@x.org b@x.org, Bob", ADA), (ADA, "a@x.org", "b@x.org", "Bob")),
    (Kind.MEMBERS, ("Ada", "Lovelace,", ADA, "Bob"), ("Ada Lovelace", ADA, "Bob")),
    (Kind.GROUP, "Design leads", "Design leads"),
    (Kind.GROUPS, "Design leads, QA;QA", ("Design leads", "QA")),
    (Kind.RESOURCE, "Studio/Renders/Cut 3", "Studio/Renders/Cut 3"),
    (Kind.RESOURCE, "x" * 900, "x" * 900),
    (Kind.RESOURCES, "Renders, folder/Cuts;Renders", ("Renders", "folder/Cuts")),
    (Kind.HOLDER, ADA, ADA),
    (Kind.HOLDER, "Artists", "Artists"),
    (Kind.INVITE, "inv-7F3K", "inv-7F3K"),
    (Kind.REQUEST, "req-7F3K", "req-7F3K"),
    (Kind.SETTING, "join_policy", "join_policy"),
    (Kind.SETTING_VALUE, ROOM, ROOM),
    (Kind.SETTING_VALUE, "instant", "instant"),
    (Kind.SETTING_VALUE, "x" * 3_000, "x" * 3_000),
    (Kind.SCHEME, "studio", "studio"),
    (Kind.COMMAND, "invite create", "invite create"),
    (Kind.DOMAIN, "@Example.COM.", "example.com"),
    (Kind.DOMAIN_OR_NONE, "@Example.COM.", "example.com"),
    (Kind.DOMAIN_OR_NONE, "None", ""),
    (Kind.DURATION, "7d", 7 * DAY),
    (Kind.DURATION, "1d 12h", 36 * HOUR),
    (Kind.PERMISSION, " Project:Edit ", "project:edit"),
    (Kind.PERMISSIONS, "+project:edit,-comment:write a:b a:b", ("+project:edit", "-comment:write", "a:b")),
    (Kind.WORKSPACE, "Studio", "Studio"),
    (Kind.SINCE, "7d", NOW - 7 * DAY),
    (Kind.SINCE, "2027-01-14", NOW - NOW % DAY - DAY),
    (Kind.LENGTH, "3d", 3 * DAY),
    (Kind.COUNT, "1", 1),
    (Kind.COUNT, "999999", 999_999),
    (Kind.COUNT, 5, 5),
    (Kind.SWITCH, "on", True),
    (Kind.SWITCH, "OFF", False),
    (Kind.SWITCH, "yes", True),
]


@pytest.mark.parametrize(("kind", "given_", "value"), GOOD, ids=range(len(GOOD)))
def test_each_kind_reads_what_fits_it(kind, given_, value):
    assert read(kind, given_) == value


BAD = [
    (Kind.LABEL, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.LABEL, "x" * (RAW_LIMIT + 1), RefusalCode.TOO_LONG),
    (Kind.LABEL, "\u200b\x00", RefusalCode.BAD_OPTION),
    (Kind.LABEL, "\u200d\ufe0f", RefusalCode.BAD_OPTION),
    (Kind.LABEL, ADA, RefusalCode.BAD_OPTION),
    (Kind.LABEL, ROOM, RefusalCode.BAD_OPTION),
    (Kind.NOTE, "x" * 501, RefusalCode.TOO_LONG),
    (Kind.CODE, "x" * 201, RefusalCode.TOO_LONG),
    (Kind.PEOPLE, " , ; ", RefusalCode.BAD_OPTION),
    (Kind.PEOPLE, ("a@x.org", Identity("slack", "T1", "U" * (MENTION_LIMIT + 1))), RefusalCode.TOO_LONG),
    (Kind.MEMBER, Identity("slack", "T1", "U" * (MENTION_LIMIT + 1)), RefusalCode.TOO_LONG),
    (Kind.SETTING_VALUE, Channel("slack", "T1", "C" * (MENTION_LIMIT + 1)), RefusalCode.TOO_LONG),
    (Kind.PEOPLE, "x" * (PEOPLE_LIMIT + 1), RefusalCode.TOO_LONG),
    (Kind.ROLE, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.ROLES, "x" * 501, RefusalCode.TOO_LONG),
    (Kind.MEMBER, "x" * 255, RefusalCode.TOO_LONG),
    (Kind.MEMBER, ROOM, RefusalCode.BAD_OPTION),
    (Kind.MEMBERS, " , ", RefusalCode.BAD_OPTION),
    (Kind.MEMBERS, f"Bob, {'x' * 255}", RefusalCode.TOO_LONG),
    (Kind.MEMBERS, (ADA, Identity("slack", "T1", "U" * (MENTION_LIMIT + 1))), RefusalCode.TOO_LONG),
    (Kind.GROUP, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.GROUPS, "x" * 501, RefusalCode.TOO_LONG),
    (Kind.RESOURCE, "x" * 901, RefusalCode.TOO_LONG),
    (Kind.RESOURCES, "x" * 501, RefusalCode.TOO_LONG),
    (Kind.OUTSIDE, "x" * (OUTSIDE_LIMIT + 1), RefusalCode.TOO_LONG),
    (Kind.OUTSIDE, Channel("slack", "T1", "C" * (MENTION_LIMIT + 1)), RefusalCode.TOO_LONG),
    (Kind.OUTSIDE, ChatRole("discord", "1", "2" * (MENTION_LIMIT + 1)), RefusalCode.TOO_LONG),
    (Kind.OUTSIDE, ADA, RefusalCode.BAD_OPTION),
    (Kind.HOLDER, "x" * 255, RefusalCode.TOO_LONG),
    (Kind.HOLDER, ROOM, RefusalCode.BAD_OPTION),
    (Kind.INVITE, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.REQUEST, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.SETTING, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.SETTING_VALUE, "x" * 3_001, RefusalCode.TOO_LONG),
    (Kind.SETTING_VALUE, ADA, RefusalCode.BAD_OPTION),
    (Kind.SCHEME, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.COMMAND, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.DOMAIN, "localhost", RefusalCode.BAD_OPTION),
    (Kind.DOMAIN, "a b.org", RefusalCode.BAD_OPTION),
    (Kind.DOMAIN_OR_NONE, "nobody", RefusalCode.BAD_OPTION),
    (Kind.PERMISSION, "edit", RefusalCode.BAD_OPTION),
    (Kind.PERMISSION, "a:b c:d", RefusalCode.BAD_OPTION),
    (Kind.PERMISSION, f"a:{'b' * 41}", RefusalCode.BAD_OPTION),
    (Kind.PERMISSIONS, "project:edit, everything", RefusalCode.BAD_OPTION),
    (Kind.WORKSPACE, "x" * 81, RefusalCode.TOO_LONG),
    (Kind.SINCE, "ever", RefusalCode.BAD_OPTION),
    (Kind.SINCE, "2099-01-01", RefusalCode.BAD_OPTION),
    (Kind.DURATION, "soon", RefusalCode.BAD_OPTION),
    (Kind.LENGTH, "2027-01-25", RefusalCode.BAD_OPTION),
    (Kind.DURATION, "0d", RefusalCode.BAD_OPTION),
    (Kind.DURATION, "-1d", RefusalCode.BAD_OPTION),
    (Kind.DURATION, "2001-01-01", RefusalCode.BAD_OPTION),
    (Kind.DURATION, "2026-13-01", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "0", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "-1", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "1000000", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "1.5", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "²", RefusalCode.BAD_OPTION),
    (Kind.COUNT, "٣", RefusalCode.BAD_OPTION),
    (Kind.SWITCH, "maybe", RefusalCode.BAD_OPTION),
]


@pytest.mark.parametrize(("kind", "given_", "code"), BAD, ids=range(len(BAD)))
def test_each_kind_refuses_what_does_not_fit_it(kind, given_, code):
    with pytest.raises(Refusal) as refused:
        read(kind, given_)

    assert refused.value.code is code


def test_a_choice_is_one_of_the_declared_words_in_any_case():
    assert read(Kind.CHOICE, "ALL", choices=("pending", "all")) == "all"
    with pytest.raises(Refusal, match="BAD_OPTION"):
        read(Kind.CHOICE, "some", choices=("pending", "all"))


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CHOICE])
def test_every_kind_has_a_case_within_its_limits_and_one_beyond(kind):
    assert any(row[0] is kind for row in GOOD)
    assert any(row[0] is kind for row in BAD)


@pytest.mark.parametrize("nothing", [{}, {"it": ""}, {"it": ()}])
def test_a_missing_option_keeps_its_default_and_a_missing_required_one_is_asked_for(nothing):
    assert bind(declared(Kind.LABEL), nothing, NOW) == Shape()
    with pytest.raises(Refusal) as refused:
        bind(declared(Kind.LABEL, required=True), nothing, NOW)
    assert refused.value.code is RefusalCode.MISSING_OPTION
    assert refused.value.facts["example"] == Say("test it", 'it:"an example"')


def test_an_option_that_is_not_declared_is_refused_by_name():
    with pytest.raises(Refusal) as refused:
        bind(declared(Kind.LABEL), {"that": "x"}, NOW)

    assert refused.value.code is RefusalCode.UNKNOWN_OPTION


def test_a_date_lasts_until_the_day_is_over():
    midnight = 1_800_057_600  # 2027-01-16 00:00 UTC
    assert read(Kind.DURATION, "2027-01-15") == midnight - NOW
    assert read(Kind.DURATION, "2w") == 2 * WEEK


PASTED = [
    ("a@x.org, b@x.org", ["a@x.org", "b@x.org"]),
    ("a@x.org;b@x.org\nc@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
    ("a@x.org b@x.org\tc@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
    ("Ada Lovelace <a@x.org>, <b@x.org>", ["a@x.org", "b@x.org"]),
    ('"Lovelace" <a@x.org>; Grace <b@x.org>', ["a@x.org", "b@x.org"]),
    ("Ada <a@x.org> Grace <b@x.org> c@x.org", ["a@x.org", "b@x.org", "c@x.org"]),
    ('"Lovelace, Ada" <a@x.org>, "b" b@x.org', ["a@x.org", '"b"', "b@x.org"]),
    ("a@x.org <a@x.org>, '@b' <b@x.org>", ["a@x.org", "b@x.org"]),
    ("a@x.org b@x.org Grace <c@x.org>", ["a@x.org", "b@x.org", "c@x.org"]),
    ("<mailto:a@x.org>", ["a@x.org"]),
    ("not-an-address", ["not-an-address"]),
    ("", []),
]


@pytest.mark.parametrize(("typed", "addresses"), PASTED)
def test_a_pasted_list_gives_each_address_once_for_each_time_it_stands_there(typed, addresses):
    assert [found.address for found in pasted(typed)] == addresses


def test_the_name_beside_an_address_is_kept():
    assert pasted('"Ada  Lovelace" <a@x.org>') == [EmailAddress("a@x.org", "Ada Lovelace")]


_ADDRESS = st.from_regex(r"[a-z][a-z0-9+.]{0,8}@[a-z]{1,8}\.(org|com)", fullmatch=True)
_NAME = st.from_regex(r"[A-Z][a-zé]{1,6}( [A-Z][a-z]{1,6})?", fullmatch=True)
_ENTRY = st.one_of(
    _ADDRESS.map(lambda a: (a, a)),
    st.tuples(_NAME, _ADDRESS).map(lambda e: (f"{e[0]} <{e[1]}>", e[1])),
    _ADDRESS.map(lambda a: (f"<{a}>", a)),
)


@given(st.lists(_ENTRY, max_size=30), st.sampled_from([", ", ";", "\n", ",\n", " ; "]))
def test_any_list_of_addresses_with_and_without_names_comes_out_whole_and_in_order(entries, separator):
    typed = separator.join(entry[0] for entry in entries)

    assert [found.address for found in pasted(typed)] == [entry[1] for entry in entries]


@given(st.text(max_size=300))
def test_any_pasted_text_gives_a_list(typed):
    assert all(found.address and not found.address.isspace() for found in pasted(typed))


@given(st.sampled_from([kind for kind in Kind if kind is not Kind.CHOICE]), st.text(max_size=300))
def test_any_text_for_any_kind_is_a_value_or_a_refusal(kind, typed):
    try:
        read(kind, typed)
    except Refusal as refused:
        refusal_card(refused)


@pytest.mark.parametrize("word", ["a@x.org ", "<", '"', '"a" ', "<a ", '"<', "a <b@x.org> "])
def test_a_pasted_list_of_any_shape_takes_time_in_proportion_to_its_length(word):
    def best(length: int) -> float:
        typed = word * (length // len(word))
        return min(timeit.repeat(lambda: pasted(typed), number=1, repeat=3))

    assert best(PEOPLE_LIMIT) < 60 * max(best(PEOPLE_LIMIT // 10), 0.001)
