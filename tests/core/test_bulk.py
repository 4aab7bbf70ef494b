"""Inviting many at once from a pasted list: the right result for each, in proportion to the list, nothing half done."""

from __future__ import annotations

import csv
import io
import sys
from collections import Counter

import pytest
from sqlalchemy import event

from core.cards import Card, plain
from core.durations import DAY
from core.ids import normal
from core.sheets import MARK, guarded
from core.views.bulk import SHOWN
from tests.core.world import Person, World, code, code_in, id_in, made, words


def table(card: Card) -> list[dict[str, str]]:
    """The rows of the file on a card."""
    [file] = card.files
    assert file.name == "invitations.csv"
    assert file.content.startswith(MARK)
    return list(csv.DictReader(io.StringIO(file.content.removeprefix(MARK))))


def lines(card: Card) -> list[str]:
    return [plain(line.text) for line in card.lines]


def test_five_thousand_pasted_entries_get_the_right_result_each(world: World):
    owner = world.studio()
    made(owner.say("invite create emails:old1@example.com,old2@example.com expires:3d"))
    good = [f"p{n}@example.com" for n in range(4_495)]
    bad = [f"nobody{n}.example.com" for n in range(300)]
    twice = [address.upper() for address in good[:200]]
    known = [
        "OLD1@example.com",
        "old2@example.com",
        "olga@studio.example",
        "Olga@Studio.Example",
        "=1+1@x.org",
    ]
    mixed = [part for n in range(4_495) for part in (good[n : n + 1] + bad[n : n + 1])] + twice + known
    assert len(mixed) == 5_000

    card = made(owner.say(f"invite create role:Designer emails:{', '.join(mixed)}"))

    assert card.title == (
        "4,496 invited, 1 is you yourself, 2 invited before, 201 twice in the list, 300 bad addresses"
    )
    assert len(card.lines) == SHOWN
    assert "Here are 25 of 5,000; every one of them is in the file invitations.csv." in words(card)
    rows = table(card)
    assert [row["Address"] for row in rows] == [guarded(address) for address in mixed]
    assert Counter(row["Result"] for row in rows) == {
        "invited": 4_496,
        "is you yourself": 1,
        "was invited before and still is": 2,
        "stands in the list twice": 201,
        "is not an e-mail address": 300,
    }
    assert len({row["Code"] for row in rows if row["Code"]}) == 4_496
    assert {row["Ends (UTC)"] for row in rows if row["Result"].startswith("was")} == {"18 January 2027 08:00"}
    assert world.one("SELECT count(*) FROM invitations") == 4_498
    assert world.one("SELECT count(DISTINCT email) FROM invitations") == 4_498
    assert len(world.events("invitation.created")) == 4_498
    world.sound()


def test_the_codes_in_the_file_work_and_their_links_are_theirs(world: World):
    owner = world.studio("studio", "join_policy instant")
    card = made(owner.say("invite create emails:" + " ".join(f"p{n}@example.com" for n in range(SHOWN + 1))))
    last = table(card)[-1]

    assert last["Link"].endswith(last["Code"])
    assert (
        world.one("SELECT label FROM invitations WHERE invitation_id = :i", i=last["Invitation"])
        == last["Address"]
    )
    assert (
        world.person("Nora", email=last["Address"]).say(f"join {last['Code']}").title == "Welcome to Studio"
    )


def test_a_list_that_fits_stands_on_the_card_as_a_whole_with_what_went_wrong_first(world: World):
    owner = world.studio()
    typed = " ".join([*(f"p{n}@example.com" for n in range(SHOWN - 2)), "nonsense", "P0@example.com"])
    card = made(owner.say(f"invite create emails:{typed}"))

    assert card.files == ()
    assert len(card.lines) == SHOWN
    assert lines(card)[:2] == ["nonsense is not an e-mail address", "P0@example.com stands in the list twice"]
    assert all("@example.com: " in line for line in lines(card)[2:])


def test_one_too_many_and_nothing_is_done(world: World):
    owner = world.studio()
    many = " ".join(f"p{n}@e.org" for n in range(5_001))

    assert code(owner.say(f"invite create emails:{many}")) == "TOO_MANY"
    assert world.one("SELECT count(*) FROM invitations") == 0


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Nora@Example.COM", "invited"),
        ("<mailto:nora@example.com>", "invited"),
        ("Nora Jones <nora@example.com>", "invited"),
        ('"Jones, Nora" <nora@example.com>', "invited"),
        ("nora+door@example.com", "invited"),
        ("olga@studio.example", "is you yourself"),
        ("OLGA@Studio.Example", "is you yourself"),
        ("<@OLGA>", "is you yourself"),
        ("olga+door@studio.example", "invited"),
        ("dana@example.com", "is a member already"),
        ("<@DANA>", "is a member already"),
        ("waiting@example.com", "was invited before and still is, until 22 January 2027 08:00 UTC"),
        ("WAITING@example.com", "was invited before and still is, until 22 January 2027 08:00 UTC"),
        ("waiting+2@example.com", "invited"),
        ("nora@", "is not an e-mail address"),
        ("@example.com", "is not an e-mail address"),
        ("nora@localhost", "is not an e-mail address"),
    ],
)
def test_each_entry_is_compared_as_it_is_meant(world: World, typed, shown):
    owner = world.studio()
    world.member(owner, "Dana", "Designer", email="dana@example.com")
    made(owner.say("invite create emails:waiting@example.com"))
    before = world.one("SELECT count(*) FROM invitations")

    emails = owner.lift(typed) if typed.startswith("<@") else typed
    card = made(owner.run("invite create", emails=emails))

    if shown == "invited":
        assert card.title.startswith("Invitation ready: ")
        assert world.one("SELECT count(*) FROM invitations") == before + 1
    else:
        assert [line.split(" ", 1)[1].removeprefix("Slack account ") for line in lines(card)] == [shown]
        assert world.one("SELECT count(*) FROM invitations") == before


def test_L24_an_address_in_another_case_or_with_spaces_is_the_same_person(world: World):
    owner = world.studio("studio", "join_policy instant")
    card = made(
        owner.run("invite create", emails=" Nora@Example.com ,\n NORA@EXAMPLE.COM ; nora@example.com")
    )

    assert card.title == "1 invited, 2 twice in the list"
    assert (
        world.person("Nora", email="nORA@eXample.com").say(f"join {code_in(card)}").title
        == "Welcome to Studio"
    )


def test_who_could_not_join_is_not_invited(world: World):
    owner = world.studio("studio", "allowed_domains example.com")
    card = made(owner.say("invite create emails:a@example.com,b@evil-example.com,c@sub.example.com"))

    assert card.title == "1 invited, 2 outside the allowed domains"
    assert world.one("SELECT email FROM invitations") == "a@example.com"


def test_names_that_stood_beside_the_addresses_become_labels(world: World):
    owner = world.studio()
    made(owner.run("invite create", emails='"Jones, Nora" <nora@example.com>, dora@example.com'))

    labels = {row.email: row.label for row in world.rows("SELECT email, label FROM invitations")}
    assert labels == {"nora@example.com": "Jones Nora", "dora@example.com": "dora@example.com"}


@pytest.mark.parametrize("beginning", ["=", "+", "-", "@"])
def test_what_a_spreadsheet_would_run_is_text_in_the_file(world: World, beginning):
    owner = world.studio()
    typed = [f"{beginning}cmd|calc!A0"] + [f"p{n}@example.com" for n in range(SHOWN)]
    card = made(owner.run("invite create", emails=",".join(typed)))

    assert table(card)[0]["Address"] == f"'{beginning}cmd|calc!A0"


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("role:Owner", "ONE_HOLDER"),
        ("role:Janitor", "UNKNOWN_ROLE"),
        ("expires:91d", "TOO_LONG_LIFE"),
        ("uses:2", "USES_OF_PERSONAL"),
        ("domain:example.com", "DOMAIN_OF_PERSONAL"),
        ("role:Designer,Admin", "ONE_ROLE"),
    ],
)
def test_what_is_wrong_for_one_is_wrong_for_all_and_nobody_is_invited(world: World, typed, refused):
    owner = world.studio()
    assert code(owner.say(f"invite create {typed} emails:a@example.com,b@example.com")) == refused
    assert world.one("SELECT count(*) FROM invitations") == 0


def test_L16_a_list_is_no_way_around_the_ceiling(world: World):
    dana = world.member(world.studio(), "Dana", "Content Editor")
    card = dana.say("invite create role:Designer emails:a@example.com,b@example.com")

    assert code(card) == "ABOVE_CEILING"
    assert world.one("SELECT count(*) FROM invitations WHERE email IS NOT NULL") == 0


# --- in proportion to the list -----------------------------------------------------------------------------------------


def _work(world: World, owner: Person, count: int, begin: int) -> tuple[int, int]:
    """How many Python functions are called, and how many statements are run, for a list of this length."""
    calls, statements = 0, 0

    def called(frame, what, arg):
        nonlocal calls
        calls += what == "call"

    def ran(*_):
        nonlocal statements
        statements += 1

    typed = ", ".join(f"p{n}@example.com" for n in range(begin, begin + count))
    typed += ", " + ", ".join(f"bad{n}" for n in range(count // 10))
    event.listen(world.store.engine, "before_cursor_execute", ran)
    sys.setprofile(called)
    try:
        card = owner.run("invite create", emails=typed)
    finally:
        sys.setprofile(None)
        event.remove(world.store.engine, "before_cursor_execute", ran)
    assert card.title.startswith(f"{count:,} invited")
    return calls, statements


def test_ten_times_the_list_is_ten_times_the_work(world: World):
    owner = world.studio()
    made(owner.run("invite create", emails="first@example.com"))
    few, _ = _work(world, owner, 400, 0)
    many, statements = _work(world, owner, 4_000, 10_000)

    assert many < 11 * few
    assert statements < 60


def test_a_list_is_no_longer_kept_than_it_takes_and_leaves_one_row_a_person(world: World):
    owner = world.studio()
    made(owner.run("invite create", emails=", ".join(f"p{n}@example.com" for n in range(1_000))))

    assert world.one("SELECT count(*) FROM invitations") == 1_000
    assert world.one("SELECT count(*) FROM outbox WHERE key LIKE 'card/inv%'") == 0
    assert world.one("SELECT count(*) FROM intents") == 0


# --- mentions ----------------------------------------------------------------------------------------------------------


def _mentions(count: int, begin: int = 0) -> str:
    return " ".join(f"<@P{n}>" for n in range(begin, begin + count))


def test_twenty_people_are_mentioned_at_once_and_sixty_within_an_hour(world: World):
    owner = world.studio()
    assert code(owner.say(f"invite create {_mentions(21)}")) == "TOO_MANY_PEOPLE"
    for begin in (0, 20, 40):
        assert made(owner.say(f"invite create {_mentions(20, begin)}")).title == "20 invited"
    assert code(owner.say(f"invite create {_mentions(1, 60)}")) == "TOO_MANY_PEOPLE"
    made(owner.say("invite create emails:nora@example.com"))
    world.forward(3_600)
    made(owner.say(f"invite create {_mentions(20, 60)}"))


def test_sending_again_counts_like_inviting_anew(world: World):
    owner = world.studio()
    for begin in (0, 20):
        made(owner.say(f"invite create {_mentions(20, begin)}"))
    made(owner.say(f"invite create {_mentions(18, 40)}"))
    one = id_in(made(owner.say("invite create <@NORA>")))
    world.forward(60)

    made(owner.say(f"invite resend {one}"))
    world.forward(60)
    assert code(owner.say(f"invite resend {one}")) == "TOO_MANY_PEOPLE"
    assert code(owner.say("invite create <@DORA>")) == "TOO_MANY_PEOPLE"
    world.forward(DAY)
    made(owner.say(f"invite resend {one}"))


def test_no_code_of_a_list_stands_in_the_record_or_the_database(world: World):
    owner = world.studio()
    card = made(owner.say("invite create emails:" + " ".join(f"p{n}@example.com" for n in range(30))))
    kept = normal(world.dump())

    assert not any(normal(row["Code"]) in kept for row in table(card))
