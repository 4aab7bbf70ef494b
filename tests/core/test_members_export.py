"""The members as a file: what is in it, what is not, and that a spreadsheet takes every cell for what it is."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core import answering
from core.cards import Card
from core.durations import DAY
from core.sheets import guarded, sheet, unguarded
from core.text import clean
from tests.core.test_members_list import crowd
from tests.core.world import Person, World, code, made, words

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
COLUMNS = [
    "Name",
    "E-mail",
    "Accounts",
    "Roles",
    "Role ends (UTC)",
    "Joined (UTC)",
    "Invitation",
    "Invited by",
    "Groups",
    "Access",
]


def content(card: Card) -> str:
    [file] = made(card).files
    assert file.name == "members.csv"
    return file.content


def cells(text: str) -> list[list[str]]:
    """As a spreadsheet reads it, the mark taken off."""
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))


def table(card: Card) -> dict[str, dict[str, str]]:
    head, *rows = cells(content(card))
    assert head == COLUMNS
    return {row[0]: dict(zip(head, row, strict=True)) for row in rows}


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


# --- what is in it ---------------------------------------------------------------------------------------------------


def test_every_member_has_a_row_with_the_columns_that_are_named_and_no_others(world: World, owner: Person):
    made(owner.say("invite create name:Spring role:Admin"))
    world.member(owner, "Ada", "Admin", email="ada@acme.example")
    world.change("UPDATE member_roles SET ends_at = :end WHERE role_id = 'admin'", end=world.at + DAY)
    found = table(owner.say("member export"))

    assert found["Ada"] == {
        "Name": "Ada",
        "E-mail": "ada@acme.example",
        "Accounts": "Slack ADA",
        "Roles": "Admin",
        "Role ends (UTC)": "Admin 2027-01-16 08:00",
        "Joined (UTC)": "2027-01-15",
        "Invitation": "for-ADA",
        "Invited by": "Olga",
        "Groups": "",
        "Access": "",
    }
    assert found["Olga"]["Roles"] == "Owner"
    assert (found["Olga"]["Role ends (UTC)"], found["Olga"]["Invitation"], found["Olga"]["Invited by"]) == (
        "",
    ) * 3


def test_several_accounts_stand_in_one_cell(world: World, owner: Person):
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id, email) "
        "SELECT workspace_id, 'discord', '', '123', member_id, 'olga@home.example' FROM members"
    )

    row = table(owner.say("member export"))["Olga"]
    assert row["Accounts"] == "Discord 123; Slack OLGA"
    assert row["E-mail"] == "olga@home.example; olga@studio.example"


def test_those_who_left_are_not_in_it(world: World, owner: Person):
    world.leave(world.member(owner, "Ada"))

    assert set(table(owner.say("member export"))) == {"Olga"}


def test_L36_neither_ids_of_tables_nor_codes_nor_hashes_leave_the_house(world: World, owner: Person):
    world.member(owner, "Ada", "Designer")
    link = owner.link()
    text = content(owner.say("member export"))

    rows = world.rows("SELECT workspace_id, member_id, invitation_id FROM members")
    kept = {str(part) for row in rows for part in row if part} | {link, link.replace("-", "")}
    kept |= {row.code_index for row in world.rows("SELECT code_index FROM invitations")}
    assert not [each for each in kept if each in text]


def test_it_needs_the_permission_and_is_on_record(world: World, owner: Person):
    bob = world.member(owner, "Bob", "Designer")
    assert code(bob.say("member export")) == "NOT_ALLOWED"
    assert code(world.person("Eve").say("member export")) == "NOT_A_MEMBER"
    assert world.events("members.exported") == []

    card = made(owner.say("member export"))
    assert card.title == "2 members of Studio"
    assert "on record" in words(card)
    assert json.loads(world.one("SELECT facts FROM audit_events WHERE event = 'members.exported'")) == {
        "count": 2
    }
    world.sound()


@pytest.mark.parametrize("count", [499, 500, 501, 1_203])
def test_everybody_is_in_it_once_and_in_order_however_many(world: World, owner: Person, count):
    crowd(world, count - 1)
    rows = cells(content(owner.say("member export")))[1:]

    assert [row[0].lower() for row in rows] == sorted(row[0].lower() for row in rows)
    assert len({row[0] for row in rows}) == len(rows) == count


# --- safe to open ----------------------------------------------------------------------------------------------------

nasty = st.text(alphabet="=+-@'\t\r\n\",;＝＋－＠ |%!\u00a0\u200d\ufeffA1()", max_size=12)


@given(st.one_of(nasty, st.text(max_size=40)))
@example("=1+1")
@example("'=1+1")
@example("''")
@example('=HYPERLINK("https://evil.example","Bob")')
@example("@SUM(1+1)*cmd|' /C calc'!A0")
@example("\t=1")
@example(" =1")
@example('";=1+1;"')
def test_any_words_survive_and_no_cell_begins_a_formula(words_: str):
    content_, count = sheet(("A", "B", "C"), iter([(words_, words_, "end")]))
    read = cells(content_)
    assert count == 1

    assert len(read) == 2
    assert [unguarded(cell) for cell in read[1]] == [words_, words_, "end"]
    for cell in read[1]:
        assert not cell.startswith(FORMULAS)
        assert not cell.lstrip(" \u00a0\u200c\u200d\ufe0f\ufeff").startswith(FORMULAS)


@given(st.one_of(nasty, st.text(max_size=40)))
@example(";=1+1")
@example(",=1+1")
def test_no_separator_of_any_country_begins_another_cell(words_: str):
    """Every cell stands in quotes, those in it doubled: a spreadsheet that splits at semicolons or tabs finds none."""
    content_, _ = sheet(("A", "B"), iter([(words_, "end")]))
    _, line = content_.split("\r\n", 1)

    assert line == f'"{guarded(words_).replace(chr(34), chr(34) * 2)}","end"\r\n'
    for separator in (";", "\t"):
        row = next(csv.reader(io.StringIO(line, newline=""), delimiter=separator))
        assert not row[0].startswith(FORMULAS)


@pytest.mark.parametrize(
    "name", ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(A1)", "'=1", "O'Neil", '"', "Ünï ☃", "a,b;c"]
)
def test_a_member_of_any_name_is_exported_as_called(world: World, owner: Person, name):
    world.member(owner, name, subject="X1")
    rows = cells(content(owner.say("member export")))[1:]

    assert clean(name) in [unguarded(row[0]) for row in rows]
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULAS)]


def test_the_file_is_utf_8_with_the_mark_by_which_excel_knows_it(world: World, owner: Person):
    world.member(owner, "Zoë", subject="X1")
    raw = content(owner.say("member export")).encode()

    assert raw.startswith(b"\xef\xbb\xbf")
    assert "Zoë" in raw.decode("utf-8-sig")
    assert b"\n" not in raw.replace(b"\r\n", b"")


# --- while it is made ------------------------------------------------------------------------------------------------

EXPORTS = {"member export": "members.exported", "audit export": "audit.exported"}


def meanwhile(monkeypatch, does) -> None:
    """Something that others do after the file was read, and before it is given."""
    whole = answering._export

    def exporting(transactions, call, command, ask):
        inner = command.handler

        def handler(ctx, ask):
            card = inner(ctx, ask)
            does()
            return card

        return whole(transactions, call, replace(command, handler=handler), ask)

    monkeypatch.setattr(answering, "_export", exporting)


@pytest.mark.parametrize("typed", EXPORTS)
def test_others_write_while_a_file_is_made(world: World, owner: Person, monkeypatch, typed):
    other = world.another()
    done = []
    meanwhile(monkeypatch, lambda: done.append(made(owner.on(other).say("invite create name:Spring"))))

    assert len(made(owner.say(typed)).files) == 1
    assert len(done) == 1
    assert world.events(EXPORTS[typed]) == [EXPORTS[typed]]
    world.sound()


@pytest.mark.parametrize("typed", EXPORTS)
def test_who_lost_the_right_while_the_file_was_made_does_not_get_it(
    world: World, owner: Person, monkeypatch, typed
):
    made(owner.say("role create name:Clerk permissions:audit:view,member:remove"))
    ada = world.member(owner, "Ada", "Clerk")
    other = world.another()
    meanwhile(monkeypatch, lambda: made(owner.on(other).say("role assign member:Ada role:Commenter")))

    card = ada.say(typed)

    assert code(card) == "NOT_ALLOWED"
    assert card.files == ()
    assert world.events(EXPORTS[typed]) == []
    assert world.refused() == ["NOT_ALLOWED"]


@pytest.mark.parametrize("typed", EXPORTS)
def test_of_a_workspace_that_was_deleted_meanwhile_nothing_is_given(
    world: World, owner: Person, monkeypatch, typed
):
    other = world.another()
    meanwhile(monkeypatch, lambda: made(owner.on(other).say("workspace delete name:Studio")))

    card = owner.say(typed)

    assert code(card) == "NOT_LINKED"
    assert card.files == ()
    assert world.events(EXPORTS[typed]) == []
