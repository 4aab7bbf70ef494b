from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import pytest

import core
from core.audit import verify_lines
from core.cards import Room, plain
from core.catalogue import ACTIONS
from core.durations import HOUR
from core.errors import RefusalCode
from core.intents import HANDLERS
from core.views.audit import EVENTS
from tests.core.world import DAY, Person, World, code_in, made, refusal_in, words


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio()


def lines(card) -> list[str]:
    return [plain(line.text) for line in card.lines]


def buttons(card) -> list[str]:
    return [button.label for button in card.buttons]


def exported(card) -> list[dict]:
    return [json.loads(line) for line in card.files[0].content.splitlines()]


def test_what_happened_is_shown_newest_first_with_who_and_what(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    dana.say("workspace settings")

    shown = lines(made(owner.say("audit show")))

    assert shown[0].endswith("— Dana was refused: workspace settings (“You can't do that here”)")
    assert any("— Olga approved req-" in line for line in shown)
    assert any("— Olga made the invitation inv-" in line for line in shown)
    assert shown[-1].endswith("— Olga created the workspace with the roles of studio")


def test_of_the_policies_for_approvals_only_those_that_changed_are_told(owner: Person):
    made(owner.say('workspace set setting:approvals value:"access: 2 of role:Admin"'))
    made(owner.say('workspace set setting:approvals value:"role: 2 of role:Admin"'))
    made(owner.say('workspace set setting:approvals value:"role: 1 of role:Owner"'))

    told = [plain(line.text).partition(" — ")[2] for line in made(owner.say("audit show")).lines]
    changes = [line.partition("changed approvals from ")[2] for line in told if "approvals" in line]
    assert [tuple(part.partition(";")[0] for part in each.split(" to ")) for each in changes] == [
        ("role: 2 of role:Admin", "role: 1 of role:Owner"),
        ("default", "role: 2 of role:Admin"),
        ("default", "access: 2 of role:Admin"),
    ]


def test_places_and_settings_are_told_in_words_and_kept_as_they_are(world: World, owner: Person):
    made(owner.say("workspace set setting:invite_expires value:14d"))
    made(owner.say("workspace set setting:approvals_place value:here"))
    codes = [code_in(made(owner.say("workspace link"))) for _ in range(2)]
    there = world.person("Olga", realm="T2", place_admin=True)
    made(there.say(f"workspace link code:{codes[0]}"))
    made(there.at("C7").say(f"workspace link code:{codes[1]} here:on"))

    card = made(owner.say("audit show"))
    told = [plain(line.text).partition(" — ")[2] for line in card.lines]
    assert "Olga linked this Slack team" in told
    assert any(line.endswith(" linked the Slack team T2") for line in told)
    assert "Olga changed invite_expires from 7d to 14d" in told
    # Channels are shown as their platform shows them, in both.
    assert [span for line in card.lines for span in line.text if isinstance(span, Room)] == [
        Room("slack", "C7"),
        Room("slack", "C1"),
    ]
    german = made(owner.with_(language="de").say("audit show"))
    assert any("hat verbunden: Slack-Team T2" in line for line in lines(german))
    assert [
        row.subject
        for row in world.rows("SELECT subject FROM audit_events WHERE event = 'place.linked' ORDER BY number")
    ] == ["slack/T1/", "slack/T2/", "slack/T2/C7"]


def test_pages_turn_both_ways_and_show_every_event_once(world: World, owner: Person):
    for number in range(23):
        owner.say(f"invite create name:n{number}")
    total = world.one("SELECT audit_length FROM workspaces WHERE name = 'Studio'")

    pages = [made(owner.say("audit show"))]
    while "Next" in buttons(pages[-1]):
        pages.append(made(owner.click(pages[-1], "Next")))

    assert buttons(pages[0]) == ["Next"]
    seen = [line for page in pages for line in lines(page)]
    assert len(seen) == total
    back = pages[-1]
    for page in reversed(pages[:-1]):
        back = made(owner.click(back, "Previous"))
        assert lines(back) == lines(page)
        assert buttons(back) == buttons(page)


def test_the_record_can_be_narrowed_to_a_person_and_to_a_time(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    world.forward(10 * DAY)
    dana.say("workspace settings")
    owner.say("invite create name:later")

    of_dana = "\n".join(lines(made(owner.say("audit show member:Dana"))))
    lately = lines(made(owner.say("audit show since:1d")))
    both = lines(made(owner.say("audit show member:Dana since:1d")))

    assert "Olga let Dana in as Designer" in of_dana
    assert "later" not in of_dana
    assert len(lately) == 2
    assert len(both) == 1
    assert "Dana was refused" in both[0]


def test_what_somebody_did_before_they_were_a_member_is_found_too(world: World, owner: Person):
    world.person("Dana").say("member list")
    world.member(owner, "Dana", "Designer")

    found = lines(made(owner.say("audit show member:Dana")))

    assert any(
        "Dana was refused: member list (“You are not a member of this workspace”)" in line for line in found
    )


def test_the_deeds_of_somebody_who_left_are_found_by_name_and_by_mention(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    dana.say("workspace settings")
    world.leave(dana)

    for typed in ("Dana", "<@DANA>"):
        assert any(
            "Dana was refused" in line for line in lines(made(owner.say(f"audit show member:{typed}")))
        )


@pytest.mark.parametrize("command", ["audit show", "audit export", "audit verify"])
def test_only_those_with_the_right_see_the_record(world: World, owner: Person, command: str):
    assert refusal_in(world.member(owner, "Dana", "Designer").say(command)) is RefusalCode.NOT_ALLOWED
    assert refusal_in(world.person("Eve").say(command)) is RefusalCode.NOT_A_MEMBER
    made(world.member(owner, "Adam", "Admin").say(command))


@pytest.mark.parametrize(
    "rest",
    [
        "",
        "log",
        "log/-/0",
        "log/-/x/<5",
        "log/-/0/5",
        "log/-/0/=5",
        "log/mem-none/0/<5",
        "log/-/0/<x",
        "log/" + "-" * 99,
    ],
)
def test_a_forged_page_is_no_page(world: World, owner: Person, rest: str):
    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    assert refusal_in(owner.press("audit.show", f"{workspace}/{rest}")) is RefusalCode.UNKNOWN_BUTTON


def test_an_export_holds_every_event_and_can_be_checked_anywhere(world: World, owner: Person):
    world.member(owner, "Dana", "Designer")
    total = world.one("SELECT audit_length FROM workspaces WHERE name = 'Studio'")

    card = made(owner.say("audit export"))

    found = exported(card)
    assert [event["number"] for event in found] == list(range(1, total + 1))
    assert verify_lines(card.files[0].content.splitlines()) is None
    assert world.events("audit.exported") == ["audit.exported"]
    code = made(owner.say("invite create")).fields[0]
    assert plain(code.value) not in made(owner.say("audit export")).files[0].content


def test_a_changed_missing_or_moved_line_of_an_export_is_found(world: World, owner: Person):
    world.member(owner, "Dana", "Designer")
    good = made(owner.say("audit export")).files[0].content.splitlines()

    for place in range(len(good)):
        event = json.loads(good[place])
        changed = json.dumps({**event, "actor": "somebody else"})
        assert verify_lines([*good[:place], changed, *good[place + 1 :]]) == place + 1
        assert verify_lines([*good[:place], "{}", *good[place + 1 :]]) == place + 1
    assert verify_lines([good[1], good[0]]) == 2
    assert verify_lines([good[0], good[0]]) == 2
    assert verify_lines(good[2:5]) is None
    assert verify_lines(["not json"]) == 1


def test_an_export_of_a_part_is_a_part(world: World, owner: Person):
    dana = world.member(owner, "Dana", "Designer")
    world.forward(5 * DAY)
    dana.say("workspace settings")

    found = exported(made(owner.say("audit export member:Dana since:1d")))

    assert [event["event"] for event in found] == ["refused"]


def test_more_events_than_fit_are_cut_to_the_latest_and_that_is_said(
    world: World, owner: Person, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("core.auditing.MOST_IN_CHAT", 3)
    for _ in range(4):
        owner.say("invite create")

    card = made(owner.say("audit export"))

    assert [event["event"] for event in exported(card)] == ["invitation.created"] * 3
    assert "usher audit export" in "".join(map(plain, card.body))


def test_a_whole_record_holds_and_a_changed_one_is_named_with_the_place(world: World, owner: Person):
    owner.say("invite create")
    assert made(owner.say("audit verify")).title == "The record of Studio is whole"

    world.change("UPDATE audit_events SET actor = 'x' WHERE number = 2 AND workspace_id <> '-'")

    card = made(owner.say("audit verify"))
    assert card.title == "The record of Studio was tampered with"
    assert "Event 2 " in plain(card.body[0])


@pytest.mark.parametrize(
    "forged",
    [
        "log/-/99999999999999999999/<5",
        "log/-/0/<99999999999999999999",
        "log/-/0/>9999999999999999999",
        "log/-/٣/<5",
        "log/-/0/<٣",
    ],
)
def test_a_forged_number_that_no_database_compares_is_an_unknown_button(world: World, owner: Person, forged):
    (workspace,) = world.core.workspace_ids("studio")
    assert refusal_in(owner.press("audit.show", f"{workspace}/{forged}")) is RefusalCode.UNKNOWN_BUTTON
    assert made(owner.press("audit.show", f"{workspace}/log/-/0/<{'9' * 18}"))


def test_a_time_before_all_records_is_their_beginning(world: World, owner: Person):
    for number in range(15):
        owner.say(f"invite create name:n{number}")
    page = made(owner.say("audit show since:1969-01-01"))
    assert made(owner.click(page, "Next")).title == page.title


def test_the_operator_s_export_is_the_whole_record(world: World, owner: Person):
    world.member(owner, "Dana", "Designer")
    (workspace,) = world.core.workspace_ids("studio")
    assert world.core.workspace_ids(workspace) == [workspace]
    assert world.core.workspace_ids("Nothing") == []

    found = list(world.core.export_audit(workspace))

    assert verify_lines(found) is None
    assert len(found) == world.one("SELECT audit_length FROM workspaces WHERE name = 'Studio'")


_EVENT = re.compile(r"[a-z]+\.[a-z]+")
#: What looks like the name of an event in the code and is none.
_OTHERS = {"audit.jsonl", "members.csv", "invitations.csv", "plans.toml", "core.migrations", "example.com"}


def _recorded() -> set[str]:
    """The names of all events that the code records: of this form, and neither buttons nor confirmations."""
    names = {
        node.value
        for path in Path(core.__path__[0]).glob("*.py")
        if not path.name.startswith("example_")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _EVENT.fullmatch(node.value)
    }
    return names - set(ACTIONS) - set(HANDLERS) - _OTHERS


def test_every_event_has_words_of_its_own():
    assert _recorded() <= set(EVENTS)


def test_the_record_says_whose_access_ended_and_until_when_something_was_given(world: World):
    owner = world.studio("studio", "join_policy instant")
    made(owner.say("resource create kind:scene name:Renders"))
    for name in ("Ann", "Bob", "Cy", "Dov"):
        world.member(owner, name, "Designer")
        made(owner.say(f"access grant resource:Renders to:{name} level:edit for:1h"))
    made(owner.say("role assign member:Bob role:Admin for:2d"))
    world.forward(HOUR)
    world.core.sweep(world.at)
    for typed in ("audit show", "audit show member:Bob"):
        said = words(made(owner.say(typed)))
        assert "gave Bob edit on Renders until 2027-01-15 09:00 UTC; before: none" in said
        assert "gave Bob the role Admin until 2027-01-17 08:00 UTC" in said
        assert "; and 1 more" in said
        assert said.count("saw access end: ") == 1
    assert "saw access end: Bob, edit on Renders; " in said
