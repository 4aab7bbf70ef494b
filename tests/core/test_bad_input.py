"""What people, scripts and forgers send: a clear private answer each time, an audit row where it was an attempt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import commands
from core.calls import Call, Identity
from core.cards import Tone, plain
from core.catalogue import ACTIONS, COMMANDS
from tests.core.world import World, code, helped, made, words

assert commands.COMMANDS is COMMANDS

ODD = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "\ud800",
    "\u202e",
    "x" * 10_000,
    "'; DROP TABLE members; --",
    "../..",
    "%",
    "_",
    "\\",
    "@everyone",
    "<!channel>",
    "https://evil.example",
    "*bold* `code` [a](b)",
    "🙂" * 200,
    "NULL",
    "-",
    "0",
    "²",
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_text_for_any_option_of_any_command_is_answered_and_breaks_nothing(world: World, odd):
    owner = world.studio()
    for name, declared in COMMANDS.items():
        for option in declared.options:
            others = {o.name: o.example for o in declared.options if o.required and o is not option}
            where = owner.at("C2") if name == "workspace create" else owner
            card = where.run(name, **{**others, option.name: odd})
            assert card.title
    world.desk.drain(world.at)
    assert made(owner.say("me")).title == "You are in Studio"
    assert made(owner.at("C2").say("me")).title in {"You are in Studio", f"You are in {odd}", "You are in ab"}
    world.sound()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_ids_on_buttons_are_answered_as_buttons_that_do_nothing_and_recorded(world: World, odd):
    owner = world.studio()
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    for action in [*ACTIONS, odd]:
        for subject in (
            odd,
            f"{workspace}/{odd}",
            f"{odd}/{odd}",
            f"{workspace}/list/{odd}",
            f"{workspace}/list/all/{odd}",
        ):
            card = owner.press(action, subject)
            # These do nothing yet: one shows what there is, the other asks whom to invite.
            shows = action in {"help.about", "person.invite"} or (
                action.endswith(".list") and subject.endswith("/0")
            )
            assert card.tone is Tone.REFUSED or shows, card
    assert len(world.refused()) > 10
    world.sound()


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_odd_names_of_people_are_cut_and_cleaned_before_they_are_kept(world: World, odd):
    owner = world.studio()
    nora = world.person("Nora").with_(name=odd)
    request = nora.ask(owner.link())
    made(owner.say(f"request approve {request}"))
    world.desk.drain(world.at)

    [kept] = [row.name for row in world.rows("SELECT name FROM members") if row.name != "Olga"]
    assert 0 < len(kept) <= 80
    assert "\x00" not in kept
    made(owner.say("member list"))


def test_the_stream_of_nowhere_is_no_workspace_to_press_buttons_in(world: World):
    owner = world.studio()
    assert code(owner.press("request.approve", "-/req-AAAA")) == "UNKNOWN_BUTTON"


def test_an_unknown_command_is_answered_with_a_near_one(world: World):
    owner = world.studio()
    card = owner.run("invite creat")
    assert card.title == "I don't know “invite creat”"
    assert "Did you mean `invite create`?" in words(card)
    assert owner.run("x" * 10_000).title.startswith("I don't know “xxx")
    assert "Did you mean" in words(owner.run("help", command="invite mak"))
    assert "Did you mean `workspace transfer`?" in words(owner.run("transfer"))
    assert "Did you mean" not in words(owner.run("link")), "there are two"
    assert "`invite create`" not in words(world.person("Nora").run("invite creat"))
    # The nearest first, then others of that noun; never more than five, and none where nothing comes near.
    near = [plain(line.text).split("`")[1] for line in card.lines]
    assert (near[0], len(near)) == ("invite create", 5)
    assert {name.split()[0] for name in near} == {"invite"}
    assert plain(card.footer) == "All you can do here: `help`"
    # A verb with something behind it, and a code or link with nothing before it.
    assert "Nothing here is called like that" not in words(owner.run("approve nora"))
    assert "`workspace transfer`" in words(owner.run("transfer everything"))
    for typed in ("5mt6-peh8-9xmz-h8ez", "http://127.0.0.1:8080/i/5MT6-PEH8-9XMZ-H8EZ"):
        assert "Did you mean `join`?" in words(world.person("Nora").run(typed))
    both = [plain(line.text).split("`")[1] for line in owner.run("link").lines]
    assert sorted(both) == ["resource link", "workspace link"]
    nothing = owner.run("frobnicate")
    assert (nothing.lines, words(nothing).count("help")) == ((), 1)


def test_options_that_are_not_declared_are_refused(world: World):
    card = world.studio().run("invite create", colour="red", **{"x" * 500: "y"})
    assert code(card) == "UNKNOWN_OPTION"


@pytest.mark.parametrize(
    "label", ["@everyone", "<!channel>", "<https://evil.example|click>", "*x*", "[a](https://b.example)"]
)
def test_L32_a_label_stands_on_cards_as_the_plain_text_it_is(world: World, label):
    owner = world.studio()
    made(owner.run("invite create", name=label, note=label))
    request = world.person("Nora").with_(name=label).ask(owner.link())
    made(owner.run("request deny", request=request, reason=label))

    assert label in words(owner.say("invite list"))
    assert world.one("SELECT label FROM invitations WHERE note <> ''") == label


def test_help_shows_each_person_what_they_may_do_here(world: World):
    owner = world.studio("simple")
    viewer = world.member(owner, "Vera", "Workspace Viewer")

    assert helped(made(owner.say("help"))) == set(COMMANDS) - {
        "workspace create",
        "workspace use",
        "request invite",
        "access emergency",
    }
    assert helped(made(viewer.say("help"))) == {
        "workspace list",
        "workspace show",
        "invite create",
        "join",
        "decline",
        "request list",
        "request cancel",
        "request invite",
        "member list",
        "member show",
        "member remove",
        "role list",
        "role show",
        "group list",
        "group show",
        "resource list",
        "resource show",
        "access list",
        "request role",
        "request access",
        "can",
        "why",
        "me",
        "help",
        "status",
    }
    assert helped(made(world.person("Eve").say("help"))) <= {
        "workspace list",
        "join",
        "decline",
        "me",
        "help",
        "status",
    }
    assert helped(made(world.person("Pat", realm="T9").say("help"))) == {
        "workspace create",
        "workspace link",
        "workspace list",
        "join",
        "decline",
        "me",
        "help",
        "status",
    }
    for name in COMMANDS:
        assert made(viewer.run("help", command=name)).title == name


def test_an_event_is_seen_for_the_first_time_once_on_each_platform(world: World):
    assert world.core.first_time("slack", "Ev1", world.at)
    assert not world.core.first_time("slack", "Ev1", world.at)
    assert world.core.first_time("discord", "Ev1", world.at)
    assert world.core.first_time("slack", "x" * 10_000, world.at)
    assert not world.core.first_time("slack", "x" * 10_000, world.at)


def test_events_are_forgotten_after_two_days(world: World):
    world.core.first_time("slack", "Ev1", world.at)
    world.core.sweep(world.at + 2 * 86_400)
    assert not world.core.first_time("slack", "Ev1", world.at)
    world.core.sweep(world.at + 2 * 86_400 + 1)
    assert world.core.first_time("slack", "Ev1", world.at)


_TEXT = st.one_of(st.sampled_from(ODD), st.text(max_size=200))
_ID = st.from_regex(r"[A-Z0-9]{1,50}", fullmatch=True)
_VALUE = st.one_of(
    _TEXT, st.integers(), st.builds(Identity, st.just("slack"), st.just("T1"), _ID), st.tuples(_TEXT, _TEXT)
)
_CALL = st.one_of(
    st.fixed_dictionaries(
        {
            "command": st.sampled_from(sorted(COMMANDS)),
            "options": st.dictionaries(
                st.sampled_from(
                    [
                        "name",
                        "code",
                        "invite",
                        "request",
                        "emails",
                        "member",
                        "setting",
                        "value",
                        "role",
                        "command",
                    ]
                ),
                _VALUE,
                max_size=3,
            ),
        }
    ),
    st.fixed_dictionaries({"action": st.one_of(st.sampled_from(sorted(ACTIONS)), _TEXT), "subject": _TEXT}),
)


@given(st.lists(_CALL, min_size=1, max_size=10))
def test_any_call_at_all_gets_a_card(world_once: World, calls):
    owner = world_once.person("Olga", place_admin=True)
    for more in calls:
        assert world_once.core.handle(Call(owner.actor, owner.where, world_once.at, **more)).title


@pytest.fixture
def world_once(world: World) -> World:
    world.studio()
    return world
