"""Codes: how they are typed, how often they may be guessed, and what a thief of the database gets."""

from __future__ import annotations

import pytest

from core.calls import Where
from core.durations import HOUR, MINUTE
from core.ids import normal
from tests.core.world import World, code, code_in, made, words


def instant(world: World):
    return world.studio("studio", "join_policy instant")


@pytest.mark.parametrize(
    "form",
    ["{}", "{} ", "lower", "spaces", "plain", "https://door.example/i/{}", "https://door.example/i/{}/"],
)
def test_every_way_of_typing_a_code_opens_the_same_door(world: World, form):
    link = instant(world).link()
    typed = {"lower": link.lower(), "spaces": f'"{link.replace("-", " ")}"', "plain": normal(link)}.get(
        form, form.format(link)
    )

    assert world.person("Nora").say(f"join code:{typed}").title == "Welcome to Studio"


def test_ten_wrong_codes_in_an_hour_and_then_none_is_taken_until_the_hour_is_over(world: World):
    link = instant(world).link()
    eve = world.person("Eve", realm="T9")
    for number in range(10):
        assert code(eve.say(f"join AAAA-{number:04}")) == "UNKNOWN_CODE"
        world.forward(5 * MINUTE)
    card = eve.say(f"join {link}")

    assert code(card) == "TOO_MANY_CODES"
    assert "until 15 January 2027 09:00 UTC" in words(card)
    assert code(eve.say("join AAAA")) == "TOO_MANY_CODES"
    assert world.person("Nora").say(f"join {link}").title == "Welcome to Studio"
    world.forward(10 * MINUTE - 1)
    assert code(eve.say(f"join {link}")) == "TOO_MANY_CODES"
    world.forward(1)
    assert eve.say(f"join {link}").title == "Welcome to Studio"
    assert world.refused() == ["UNKNOWN_CODE"] * 10 + ["TOO_MANY_CODES"] * 3
    world.sound()


def test_nine_wrong_codes_do_no_harm_and_the_count_begins_anew_after_an_hour(world: World):
    link = instant(world).link()
    eve = world.person("Eve")
    for _ in range(3):
        for _ in range(9):
            assert code(eve.say("join AAAA")) == "UNKNOWN_CODE"
        world.forward(HOUR)
    assert eve.say(f"join {link}").title == "Welcome to Studio"


def test_wrong_link_codes_count_as_guesses_too(world: World):
    instant(world)
    eve = world.person("Eve", realm="T9", place_admin=True)
    for _ in range(10):
        assert code(eve.say("workspace link code:AAAA-AAAA")) == "UNKNOWN_CODE"
    assert code(eve.say("workspace link code:AAAA-AAAA")) == "TOO_MANY_CODES"


def test_join_works_in_a_direct_message_in_another_place_and_on_another_platform(world: World):
    link = instant(world).link()

    assert world.person("Nora").at("").say(f"join {link}").title == "Welcome to Studio"
    assert world.person("Dora", realm="T5").say(f"join {link}").title == "Welcome to Studio"
    discord = world.person("Dina", platform="discord", where=Where("discord", "", ""))
    assert discord.say(f"join {link}").title == "Welcome to Studio"


def test_L17_a_code_of_another_workspace_joins_its_own_and_the_answer_says_which(world: World):
    link = instant(world).link()
    other = world.person("Otto", realm="T2", place_admin=True)
    made(other.say("workspace create name:Workshop"))
    card = world.person("Nora", realm="T2").say(f"join {link}")

    assert card.title == "Welcome to Studio"
    assert "belongs to Studio, not to the workspace of this place" in words(card)
    assert (
        world.rows(
            "SELECT 1 FROM members m JOIN workspaces w ON w.workspace_id = m.workspace_id "
            "WHERE w.name = 'Workshop' AND m.name = 'Nora'"
        )
        == []
    )


def test_L34_the_page_behind_a_link_changes_nothing_and_a_dead_link_says_no_more_than_that(world: World):
    owner = instant(world)
    link = owner.link(uses=1, expires="1h")
    before = world.dump()

    for _ in range(20):
        card = world.core.landing(link, world.at)
        assert card.title == "Olga invites you to Studio"
        assert link in words(card)
    dead = {
        repr(world.core.landing(typed, at))
        for typed, at in (
            (link, world.at + HOUR),
            ("AAAA-AAAA", world.at),
            ("x" * 10_000, world.at),
            ("\x00\ud800", world.at),
        )
    }
    assert len(dead) == 1
    assert world.dump() == before


def test_a_thief_of_the_database_gets_no_code_and_no_link(world: World):
    owner = world.studio()
    secrets = [
        owner.link(),
        code_in(made(owner.say("invite create emails:nora@example.com"))),
        code_in(made(owner.say("invite create <@NORA>"))),
        code_in(made(owner.say("workspace link"))),
    ]
    nora = world.person("Nora")
    nora.ask(secrets[0])
    nora.say(f"join {secrets[0]}")
    world.person("Eve").say(f"join {secrets[1]}")
    world.person("Eve").say(f"workspace link code:{secrets[3]}")
    world.desk.drain(world.at)

    stolen = world.dump()
    for secret in secrets:
        assert secret not in stolen
        assert normal(secret) not in normal(stolen)
        assert world.core.config.codes.index(secret) in stolen
    assert "door.example" not in stolen
