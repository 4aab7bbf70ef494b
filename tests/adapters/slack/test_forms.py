"""Forms as views: nothing that a form holds may be refused by Slack, and what was filled in comes back as it was meant."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import limits
from adapters.slack.forms import Opened, TooLarge, filled, opened_of, view
from adapters.slack.options import Marks, begins, is_mark, marked, options
from core.calls import Channel, Identity, Value
from core.cards import Card, Choice, Control, Entry, Form, Say, Tone, text
from tests.fakes.slack import forms as typed
from tests.fakes.slack.entities import View
from tests.fakes.slack.validate import check_options, check_view

OPENED = Opened("k" * 24, "C1", "https://hooks.slack.example/1", own=True)
ANN = Identity("slack", "T1", "U0ANN")
ROOM = Channel("slack", "T1", "C0ROOM")


def _form(*entries: Entry, **more: Any) -> Form:
    return Form("key", more.pop("title", "Create an invitation"), "Create", entries, **more)


def _drawn(form: Form, opened: Opened = OPENED, **more: Any) -> dict[str, Any]:
    """The view, after Slack's own rules have been held against it."""
    made = view(form, opened, **more)
    check_view(made, "modal")
    return made


def _inputs(form: Form) -> list[dict[str, Any]]:
    return [block for block in _drawn(form)["blocks"] if block["type"] == "input"]


def _one(entry: Entry) -> dict[str, Any]:
    """The element of a form with one field of one control."""
    (block,) = _inputs(_form(entry))
    element: dict[str, Any] = block["element"]
    return element


def _back(form: Form, **values: Any) -> dict[str, Value]:
    """What comes back when a person fills in these fields and leaves the others as they stand."""
    shown = View("V1", "T1", "U1", _drawn(form), "h", "V1")
    return filled({"view": {"state": {"values": typed.fill(shown, values)}}}, OPENED, "T1").options


_FRUIT = (Choice("a", "Apple"), Choice("b", "Berry"))
_EVERY = (
    Entry("name", "Name", Control.LINE, "What it is called", "Design team", required=True),
    Entry("note", "Note", Control.LINES, value="first\nsecond"),
    Entry("role", "Role", Control.CHOICE, choices=_FRUIT, value="b"),
    Entry("group", "Groups", Control.CHOICES, choices=_FRUIT, value=("a", "b")),
    Entry("resource", "Resource", Control.SEARCH, value="res-1"),
    Entry("others", "Others", Control.SEARCHES, value=("x", "y")),
    Entry("member", "Member", Control.PERSON, value=ANN),
    Entry("emails", "For whom", Control.PEOPLE, value=(ANN, "bo@x.example", "cy@x.example")),
    Entry("place", "Channel", Control.CHANNEL, value=ROOM),
    Entry("expires", "Lasts until", Control.DATE, example="7d", value="2026-12-24"),
    Entry("for", "For how long", Control.DATE, value="8h"),
)


def test_what_was_typed_so_far_stands_in_the_form_and_comes_back_as_it_was() -> None:
    assert _back(_form(*_EVERY), name="Doors") == {
        "name": "Doors",
        "note": "first\nsecond",
        "role": "b",
        "group": ("a", "b"),
        "resource": "res-1",
        "others": ("x", "y"),
        "member": ANN,
        "emails": (ANN, "bo@x.example, cy@x.example"),
        "place": ROOM,
        "expires": "2026-12-24",
        "for": "8h",
    }


def test_a_field_that_is_emptied_is_empty() -> None:
    empty = {"role": None, "group": [], "member": None, "place": None, "expires": None, "note": ""}

    back = _back(_form(*_EVERY), name="Doors", **empty)

    assert {name: back[name] for name in empty} == {
        "role": "", "group": (), "member": "", "place": "", "expires": "", "note": "",
    }  # fmt: skip


def test_each_kind_of_field_has_the_control_that_slack_has_for_it() -> None:
    shown = {block["block_id"]: block["element"]["type"] for block in _inputs(_form(*_EVERY))}

    assert shown == {
        "name": "plain_text_input",
        "note": "plain_text_input",
        "role": "static_select",
        "group": "multi_static_select",
        "resource": "external_select",
        "others": "multi_external_select",
        "member": "users_select",
        "emails": "multi_users_select",
        "emails+": "plain_text_input",
        "place": "conversations_select",
        "expires": "datepicker",
        "expires+": "plain_text_input",
        "for": "datepicker",
        "for+": "plain_text_input",
    }


def test_help_and_an_example_stand_at_the_field() -> None:
    (block,) = _inputs(_form(_EVERY[0]))

    assert block["hint"]["text"] == "What it is called"
    assert block["element"]["placeholder"]["text"] == "For example: Design team"
    assert block["optional"] is False


@pytest.mark.parametrize("value", ["ada", Identity("discord", "", "42")])
def test_somebody_who_was_named_and_not_picked_is_searched(value: Value) -> None:
    element = _one(Entry("member", "Member", Control.PERSON, value=value))

    assert element["type"] == "external_select"
    assert element["initial_option"]


def test_a_value_that_is_none_of_the_choices_is_kept_and_searched() -> None:
    element = _one(Entry("role", "Role", Control.CHOICE, choices=_FRUIT, value="Cook"))

    assert element["type"] == "external_select"
    assert element["initial_option"]["value"] == "Cook"


def test_either_a_date_or_a_length_of_time() -> None:
    shown = View("V1", "T1", "U1", _drawn(_form(_EVERY[9])), "h", "V1")
    state = typed.fill(shown, {"expires+": "8h"})

    read = filled({"view": {"state": {"values": state}}}, OPENED, "T1")

    assert read.twice == ("expires+",)
    assert read.beside == {"expires"}


# --- limits ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("length", "cut"), [(limits.VIEW_TITLE, False), (limits.VIEW_TITLE + 1, True)])
def test_a_title_that_does_not_fit_stands_whole_in_the_form(length: int, cut: bool) -> None:
    shown = _drawn(_form(_EVERY[0], title="T" * length)._replace(submit="S" * length))

    assert shown["title"]["text"].endswith("…") is cut
    assert shown["submit"]["text"].endswith("…") is cut
    assert ("T" * length in str(shown["blocks"])) is cut


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize("control", [Control.CHOICE, Control.CHOICES])
def test_more_choices_than_a_drop_down_takes_are_searched(control: Control, beyond: int) -> None:
    choices = tuple(Choice(f"v{number}", f"Role {number}") for number in range(limits.OPTIONS + beyond))

    kind = _one(Entry("role", "Role", control, choices=choices))["type"]

    assert kind.endswith("external_select" if beyond else "static_select")


def test_drop_downs_that_would_make_the_view_too_large_are_searched() -> None:
    long = tuple(Choice(f"{number:03}" + "ö" * 72, "ö" * 75) for number in range(limits.OPTIONS))
    form = _form(*(Entry(f"r{number}", "Role", Control.CHOICE, choices=long) for number in range(5)))

    kinds = [block["element"]["type"] for block in _inputs(form)]

    assert set(kinds) == {"static_select", "external_select"}


@pytest.mark.parametrize("beyond", [0, 1])
def test_every_text_is_cut_where_it_no_longer_fits(beyond: int) -> None:
    entry = Entry(
        "name",
        "L" * (limits.LABEL + beyond),
        Control.LINE,
        "H" * (limits.HINT + beyond),
        "E" * (limits.PLACEHOLDER + beyond),
        value="V" * (limits.INPUT + beyond),
        error="W" * (limits.CONTEXT_TEXT + beyond),
        limit=limits.INPUT + beyond,
    )
    option = Choice("x" * (limits.OPTION_VALUE + beyond), "C" * (limits.OPTION_LABEL + beyond))

    block = _inputs(_form(entry, Entry("role", "Role", Control.CHOICE, choices=(option,))))[0]

    assert block["label"]["text"].endswith("…") is bool(beyond)
    assert block["hint"]["text"].endswith("…") is bool(beyond)


def test_what_was_typed_stays_though_it_is_longer_than_it_may_be() -> None:
    element = _one(Entry("name", "Name", Control.LINE, value="abcdef", limit=3))

    assert (element["initial_value"], element["max_length"]) == ("abcdef", 6)


@pytest.mark.parametrize("fields", [limits.VIEW_BLOCKS, limits.VIEW_BLOCKS + 1])
def test_the_weightiest_fields_are_shown_where_there_are_too_many(fields: int) -> None:
    form = _form(*(Entry(f"f{number}", "Field", Control.LINE) for number in range(fields)))

    assert len(_inputs(form)) == limits.VIEW_BLOCKS


@pytest.mark.parametrize("longer", [0, 1])
def test_the_address_for_the_answer_is_kept_where_it_fits(longer: int) -> None:
    room = limits.METADATA - len(Opened("key", "C1").kept())

    shown = _drawn(_form(_EVERY[0]), Opened("key", "C1", "u" * (room + longer)))

    back = opened_of({"view": shown})
    assert back
    assert (back.key, back.channel) == ("key", "C1")
    assert bool(back.url) is not longer


@pytest.mark.parametrize(
    "form",
    [
        _form(
            *(Entry(f"f{n}", "ö" * 2_000, Control.LINES, "ö" * 2_000, value="ö" * 3_000) for n in range(9))
        ),
        _form(_EVERY[0]),
    ],
)
def test_a_form_beyond_what_slack_takes_is_not_sent(form: Form) -> None:
    key = "k" * 3_000 if len(form.entries) == 1 else "k"

    with pytest.raises(TooLarge):
        view(form, Opened(key))


def test_an_empty_form_has_something_to_show() -> None:
    assert _drawn(Form("k", "", "", ()))["blocks"]


def test_why_it_is_shown_again_stands_above_and_what_is_wrong_at_its_field() -> None:
    refused = Card("You can't do that", Tone.REFUSED, body=(text("Ask ", "Ada", "."),))
    entry = _EVERY[0]._replace(error="That is too long.")
    form = _form(entry, body=(text("Try ", Say("help"), "."),))

    shown = str(_drawn(form, above=refused))

    assert "You can't do that" in shown
    assert "Ask " in shown
    assert "⚠ That is too long." in shown
    assert "/usher help" in shown


# --- values that are too long for Slack --------------------------------------------------------------------------------


def test_a_value_that_is_too_long_travels_under_a_mark_and_is_found_again() -> None:
    long = "The very long name of a group " * 5
    (offered,) = options([(long, long)])
    marks = Marks()
    marks.learn([long, "short"])

    assert check_options({"options": [offered]}) == []
    assert is_mark(offered["value"])
    assert marks.meant(offered["value"]) == long
    assert long.startswith(begins(offered["text"]["text"]))
    assert marked("short") == "short"


def test_no_more_is_offered_than_slack_takes() -> None:
    offered = options((f"v{number}", "") for number in range(limits.OPTIONS + 1))

    assert check_options({"options": offered}) == []
    assert len(offered) == limits.OPTIONS


# --- anything ----------------------------------------------------------------------------------------------------------

_words = st.text(max_size=90)
_values = st.one_of(
    _words,
    st.just(ANN),
    st.just(ROOM),
    st.tuples(_words),
    st.lists(st.one_of(_words, st.just(ANN)), max_size=3).map(tuple),
)
_entries = st.builds(
    Entry,
    name=st.just("name"),
    label=_words,
    control=st.sampled_from(Control),
    help=_words,
    example=_words,
    required=st.booleans(),
    choices=st.lists(st.builds(Choice, value=_words, label=_words), max_size=3).map(tuple),
    value=_values,
    error=_words,
    limit=st.integers(0, 4_000),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_entries, max_size=4), _words, _words)
def test_slack_takes_every_form(entries: list[Entry], title: str, submit: str) -> None:
    named = tuple(entry._replace(name=f"f{number}") for number, entry in enumerate(entries))

    _drawn(Form("key", title, submit, named))


_leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_KEYS = [
    "view",
    "state",
    "values",
    "type",
    "value",
    "selected_option",
    "selected_users",
    "callback_id",
    "blocks",
]
_bodies = st.dictionaries(
    st.sampled_from(_KEYS),
    st.recursive(
        _leaf | st.sampled_from(["usher.form", "users_select", "static_select"]),
        lambda inner: (
            st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=4)
        ),
        max_leaves=12,
    ),
)


@settings(max_examples=100, deadline=None)
@given(_bodies)
def test_no_form_is_too_odd_to_be_read(body: dict[str, Any]) -> None:
    opened_of(body)
    filled(body, OPENED, "T1")
