"""Every copy of a card is in its reader's language: one's own in direct messages, the workspace's where several read."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace

import pytest

from core import copies, language, views, votes
from core.cards import Card, plain, plain_text
from core.durations import DAY, HOUR
from core.outbox_types import Look, Post
from tests.core.world import World, id_in, made, words

GERMAN_REQUEST = "Nora möchte Studio beitreten"
ENGLISH_REQUEST = "Nora asks to join Studio"


@pytest.fixture
def mixed(world: World):
    """Olga reads English, Ada German, and what they have heard so far is forgotten."""
    olga = world.studio()
    ada = world.member(olga, "Ada", "Admin")
    olga, ada = olga.with_(language="en"), ada.with_(language="de")
    assert [olga.say("me").title, ada.say("me").title] == ["You are in Studio", "Du bist in Studio"]
    world.desk.drain(world.at)
    world.desk.messages.clear()
    return world, olga, ada


def titles(world: World) -> dict[str, list[str]]:
    """What stands where, by the person or the channel."""
    found: dict[str, list[str]] = {}
    for message in world.desk.messages:
        where = message.target.person or message.target.channel
        found.setdefault(where, []).append(message.card.title)
    return found


def labels(card: Card) -> list[str]:
    return [button.label for button in card.buttons]


def test_two_approvers_and_a_newcomer_get_the_same_request_and_its_outcome_each_in_their_language(mixed):
    world, olga, ada = mixed
    nora = world.person("Nora", language="de")
    card = nora.say(f"join code:{olga.link(role='Designer')}")
    assert card.title == "Du hast darum gebeten, Studio beizutreten"
    world.desk.drain(world.at)

    assert titles(world) == {"OLGA": [ENGLISH_REQUEST], "ADA": [GERMAN_REQUEST]}
    english, german = (world.desk.cards(title)[0] for title in (ENGLISH_REQUEST, GERMAN_REQUEST))
    assert labels(english.card)[0] == "Approve"
    assert labels(german.card)[0] == "Genehmigen"
    assert "Rolle: Designer" in plain_text(german.card)
    assert english.card.buttons[0].action == german.card.buttons[0].action

    answer = ada.click(german.card, "Genehmigen")
    assert answer.title == "Genehmigt: Nora"
    world.desk.drain(world.at)
    assert english.card.title == "Joined: Nora is in Studio as Designer"
    assert german.card.title == "Beigetreten: Nora ist jetzt in Studio als Designer"
    assert plain(english.card.footer).startswith(f"{id_in(card)} · by Ada, ")
    assert plain(german.card.footer).startswith(f"{id_in(card)} · von Ada, ")
    assert titles(world)["NORA"] == ["Genehmigt: Willkommen in Studio"]
    assert (english.edits, german.edits) == (1, 1)
    assert world.desk.drain(world.at + HOUR) == 0


def test_a_reason_that_a_person_wrote_stays_theirs_and_usher_s_own_is_in_the_reader_s_language(mixed):
    world, olga, _ = mixed
    own = "It was given meanwhile."
    request = id_in(world.person("Nora", language="de").say(f"join code:{olga.link()}"))
    made(olga.run("request deny", request=request, reason=own))
    world.desk.drain(world.at)

    (theirs,) = [card for card in world.desk.to("NORA") if card.title.startswith("Abgelehnt")]
    assert f"Grund: {own}" in plain_text(theirs)
    with language.speaking("de"):
        assert votes.reason_of(SimpleNamespace(reason=own, decided_by=None)) == "Es wurde inzwischen gegeben."


def test_a_place_reads_the_language_of_the_workspace_and_old_cards_there_stay_as_they_are(mixed):
    world, olga, ada = mixed
    made(olga.say("workspace set setting:approvals_place value:here"))
    assert "beizutreten" in world.person("Nora", language="de").say(f"join code:{olga.link()}").title
    world.desk.drain(world.at)
    assert titles(world) == {"C1": [ENGLISH_REQUEST]}

    card = made(ada.say("workspace set setting:language value:de"))
    assert card.title == "language ist jetzt de"
    assert "Was mehrere lesen, ist auf Deutsch" in plain_text(card)
    world.desk.drain(world.at)
    first = world.desk.messages[0]
    assert (first.card.title, first.edits) == (ENGLISH_REQUEST, 0)
    made(world.person("Milo").say(f"join code:{olga.link()}"))
    world.desk.drain(world.at)
    assert titles(world)["C1"] == [ENGLISH_REQUEST, "Milo möchte Studio beitreten"]

    ada.click(first.card, "Deny", message=first.ref)
    world.desk.drain(world.at)
    assert first.card.title == "Abgelehnt: Nora"

    refused = olga.say("workspace set setting:language value:fr")
    assert "It can be en or de." in words(refused)


def test_a_card_is_not_changed_because_its_reader_reads_another_language_now(mixed):
    world, olga, ada = mixed
    made(world.person("Nora").say(f"join code:{olga.link()}"))
    world.desk.drain(world.at)
    olga, ada = olga.with_(language="de"), ada.with_(language="en")
    olga.say("me")
    ada.say("me")
    world.change("UPDATE outbox SET due_at = :at WHERE key LIKE 'card/req-%'", at=world.at)
    world.desk.drain(world.at)
    assert titles(world) == {"OLGA": [ENGLISH_REQUEST], "ADA": [GERMAN_REQUEST]}
    assert [message.edits for message in world.desk.messages] == [0, 0]

    made(ada.click(world.desk.to("OLGA")[0], "Approve"))
    world.desk.drain(world.at)
    assert titles(world)["OLGA"][0] == "Beigetreten: Nora ist jetzt in Studio als Commenter"
    assert titles(world)["ADA"] == ["Joined: Nora is in Studio as Commenter"]


def test_reminders_and_notices_are_in_the_language_of_who_hears_them(mixed):
    world, olga, ada = mixed
    made(ada.say("invite create name:Team expires:5d"))
    made(olga.say("invite create name:Band expires:5d"))
    made(world.person("Nora").say(f"join code:{olga.link()}"))
    world.desk.drain(world.at)
    world.forward(4 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    under = {m.target.person: m.card.title for m in world.desk.messages if m.under is not None}
    assert under == {"OLGA": "Still waiting: Nora asks to join Studio", "ADA": under["ADA"]}
    assert GERMAN_REQUEST in under["ADA"]
    assert not under["ADA"].startswith("Still")

    world.forward(3 * DAY)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    assert "Your invitation “Band” ends soon" in titles(world)["OLGA"]
    assert "Deine Einladung „Team“ endet bald" in titles(world)["ADA"]


def test_somebody_whose_language_nobody_has_said_reads_the_one_of_the_workspace(mixed):
    world, olga, _ada = mixed
    dora = world.member(olga, "Dora", "Admin", platform="discord")
    made(olga.say("workspace set setting:language value:de"))
    world.desk.drain(world.at)
    world.desk.messages.clear()
    mia = world.person("Mia", "discord")
    made(mia.say(f"join code:{olga.link()}"))
    world.desk.drain(world.at)
    assert titles(world)["OLGA"] == ["Mia asks to join Studio"]
    assert titles(world)[dora.identity.subject] == ["Mia möchte Studio beitreten"]


def test_a_twin_is_changed_in_the_language_of_those_around_it(mixed):
    world, olga, ada = mixed
    made(world.person("Nora").say(f"join code:{olga.link()}"))
    world.desk.drain(world.at)
    original = next(m for m in world.desk.messages if m.target.person == "ADA")
    twin = type(original)(original.ref._replace(message="twin"), original.target, original.card, "twin")
    world.desk.messages.append(twin)
    ada.click(twin.card, "Genehmigen", message=twin.ref)
    world.desk.drain(world.at)
    assert twin.card == original.card
    assert twin.card.title.startswith("Beigetreten")


def test_a_copy_that_may_have_arrived_is_sent_again_in_the_language_of_its_reader(mixed):
    world, olga, _ada = mixed
    made(world.person("Nora").say(f"join code:{olga.link()}"))
    [work] = [each for each in world.core.claim(world.at, 10) if each.key.startswith("card/req-")]
    planned = world.core.plan(work, world.at)
    again = world.core.plan(work, world.at)
    assert {step.message: step.card.title for step in again} == {s.message: s.card.title for s in planned}
    assert {step.language for step in again} == {"en", "de"}
    assert all(isinstance(step, Post) and step.look_first for step in again)

    request = work.key.partition("/")[2]
    made(olga.say(f"request deny request:{request}"))
    looks = world.core.plan(work, world.at)
    assert all(isinstance(step, Look) for step in looks)
    assert {step.card.title for step in looks} == {"Denied: Nora", "Abgelehnt: Nora"}


def test_a_card_that_all_read_in_english_is_made_once(world: World, monkeypatch: pytest.MonkeyPatch):
    olga = world.studio()
    for name in ("Ada", "Bob", "Cleo"):
        world.member(olga, name, "Admin")
    world.desk.drain(world.at)
    made(world.person("Nora").say(f"join code:{olga.link()}"))
    drawn = Counter()

    def counting(facts):
        drawn[facts.name] += 1
        return real(facts)

    real = views.join_request
    monkeypatch.setattr(views, "join_request", counting)
    [work] = [each for each in world.core.claim(world.at, 100) if each.key.startswith("card/req-")]
    assert len(world.core.plan(work, world.at)) == 4
    assert drawn == {"Nora": 1}


def test_what_is_kept_of_a_card_fits_and_says_its_language():
    card = Card("Denied: Nora")
    assert copies.digest(card) == copies.digest(card, "en")
    assert copies.language_shown(copies.digest(card)) == "en"
    assert copies.language_shown(copies.digest(card, "de")) == "de"
    assert copies.language_shown("") == ""
    assert len(copies.digest(card, "de")) == 64
