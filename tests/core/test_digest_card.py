"""What the week's digest says, and who gets it."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import DAY, HOUR, MINUTE, WEEK
from core.outbox_types import Post
from tests.core.weekly import MONDAY, TITLE, busy, digests, sweep, the_digest
from tests.core.world import World, field_of, id_in, made, words

# --- what ------------------------------------------------------------------------------------------------------------


def test_it_tells_who_joined_and_counts_those_whom_it_does_not_name(world: World):
    owner = world.studio("studio", "join_policy instant")
    link = owner.link()
    for name in ("Ann", "Ben", "Cem", "Dot", "Eli", "Fay", "Gil"):
        world.forward(MINUTE)
        made(world.person(name).say(f"join {link}"))
    sweep(world, MONDAY)

    card = the_digest(world)
    assert card.title.startswith(f"{TITLE}7 joined")
    assert field_of(card, "Joined") == "Ann, Ben, Cem, Dot, Eli and 2 more"


def test_the_founder_did_not_join_and_who_has_left_again_is_not_named(world: World):
    owner = world.studio("studio", "join_policy instant")
    nora = world.person("Nora")
    made(nora.say(f"join {owner.link()}"))
    world.vanish(nora)
    sweep(world, MONDAY)
    assert "joined" not in the_digest(world).title


def test_it_counts_what_was_asked_and_how_it_was_answered_and_how_soon(world: World):
    owner = world.studio()
    link = owner.link()
    asked = [world.person(f"P{number}").ask(link) for number in range(5)]
    for number, wait in enumerate((5 * MINUTE, HOUR, 50 * MINUTE)):
        world.forward(wait)
        made(owner.say(f"request {'deny' if number == 1 else 'approve'} request:{asked[number]}"))
    sweep(world, MONDAY)

    card = the_digest(world)
    # Two are still open: they were asked three days and an hour before, so they have expired in the new week.
    assert field_of(card, "Requests") == "5 asked, 2 approved, 1 denied"
    assert field_of(card, "Answers") == "half of them within 1h, the quickest after 5m"


def test_what_is_the_same_is_said_once(world: World):
    owner = world.studio()
    for name in ("Nora", "Nils"):
        made(owner.say(f"request approve request:{world.person(name).ask(owner.link())}"))
    sweep(world, MONDAY)
    assert field_of(the_digest(world), "Answers") == "half of them within a minute"


def test_the_time_of_a_single_answer_is_told_as_it_is(world: World):
    owner = world.studio()
    request = world.person("Nora").ask(owner.link())
    world.forward(2 * DAY)
    made(owner.say(f"request approve request:{request}"))
    sweep(world, MONDAY)
    assert field_of(the_digest(world), "Answers") == "after 2d"


@pytest.mark.parametrize("swept", [True, False])
def test_a_request_that_nobody_answered_has_expired_whether_or_not_a_sweep_was_there(world: World, swept):
    owner = world.studio()
    world.person("Nora").ask(owner.link())
    if swept:
        world.core.sweep(MONDAY + DAY)
    sweep(world, MONDAY + WEEK)

    card = digests(world)[-1]
    assert "1 expired without an answer" in field_of(card, "Requests")
    assert card.title == f"{TITLE}1 expired, 1 invitation ended unused"


def test_it_tells_what_waits_since_when_and_what_to_type(world: World):
    owner = world.studio()
    world.at = MONDAY - 2 * DAY
    link = owner.link(role="Designer")
    for number in range(7):
        world.forward(MINUTE)
        request = world.person(f"P{number}").ask(link)
        if not number:
            first, since = request, world.at
    sweep(world, MONDAY)

    card = the_digest(world)
    assert ", 7 wait," in card.title.replace(TITLE, ", ")
    said = words(card)
    assert f"`request approve request:{first}`" in said
    assert f"{first} P0 asks to join as Designer" in said
    assert f"waits since {plain((next(span for span in card.lines[0].text if span[0] == since),))}" in said
    assert "and 2 more wait" in said
    assert made(owner.say(f"request approve request:{first}")).title == "Approved: P0"


def test_it_tells_what_became_of_invitations_that_nobody_used(world: World):
    owner = world.studio("studio", "join_policy instant")
    made(owner.say("invite create name:one expires:1h"))
    made(owner.say("invite create name:two expires:1h"))
    made(owner.say("invite create name:three"))
    made(owner.say("invite revoke three"))
    made(owner.say("invite create name:four"))
    made(world.person("Nora").say(f"join {owner.link(expires='2h')}"))
    sweep(world, MONDAY)

    made_here = field_of(the_digest(world), "Invitations")
    assert made_here == "5 made; 3 ended unused: 2 expired, 1 revoked"


@pytest.mark.parametrize("column", ["declined_at", "switched_off_at"])
def test_an_invitation_that_was_declined_or_switched_off_says_so(world: World, column):
    owner = world.studio()
    made(owner.say("invite create name:one"))
    world.change(f"UPDATE invitations SET {column} = :at", at=world.at)
    sweep(world, MONDAY)
    how = column.removesuffix("_at").replace("_", " ")
    assert field_of(the_digest(world), "Invitations") == f"1 made; 1 ended unused: 1 {how}"


def test_it_tells_which_invitations_roles_and_grants_end_before_the_next_digest_and_no_others(world: World):
    owner = world.studio("studio", "join_policy instant")
    world.member(owner, "Dana", "Designer")
    world.at = MONDAY - HOUR
    for name, life in (("soon", "3d"), ("edge", "169h"), ("later", "170h")):
        made(owner.say(f"invite create name:{name} expires:{life}"))
    world.change(
        "UPDATE member_roles SET ends_at = :at WHERE member_id IN (SELECT member_id FROM members WHERE name = 'Dana')",
        at=MONDAY + 2 * DAY,
    )
    made(owner.say("resource create kind:project name:Renders"))
    for to, life in (("Dana", "3d"), ("Olga", "8d")):
        made(owner.say(f"access grant resource:Renders to:{to} level:edit for:{life}"))
    sweep(world, MONDAY)

    said = words(the_digest(world))
    assert "Dana with edit on Renders — ends 21 January 2027 08:00 UTC" in said
    assert "Olga with" not in said
    assert "Dana as Designer — ends 20 January 2027 09:00 UTC" in said
    assert "(soon) — ends 21 January" in said
    assert "(edge) — ends 25 January 2027 09:00" in said
    assert "later" not in said
    # That through which Dana came, her role, her access, and these two.
    assert "5 end this week" in the_digest(world).title


def test_what_is_used_up_or_revoked_does_not_end_any_more(world: World):
    owner = world.studio("studio", "join_policy instant")
    made(world.person("Nora").say(f"join {owner.link(uses=1)}"))
    made(owner.say("invite create name:crew"))
    made(owner.say("invite revoke crew"))
    sweep(world, MONDAY)
    assert "end" not in the_digest(world).title


def test_an_address_for_which_an_invitation_is_stands_in_no_digest(world: World):
    owner = world.studio()
    made(owner.say("invite create emails:new@acme.example"))
    sweep(world, MONDAY)
    said = words(the_digest(world))
    assert "acme.example" not in said
    assert "(for one person) — ends" in said


@pytest.mark.parametrize("then", ["answered", "left alone"])
def test_L39_it_is_read_again_when_it_is_sent(world: World, then):
    owner = world.studio()
    world.at = MONDAY - DAY
    request = world.person("Nora").ask(owner.link())
    world.core.sweep(MONDAY)
    world.at = MONDAY + HOUR
    if then == "answered":
        made(owner.say(f"request approve request:{request}"))
    world.desk.drain(world.at)
    assert ("1 waits" in the_digest(world).title) == (then == "left alone")


def test_what_happened_this_monday_morning_belongs_to_the_next_week(world: World):
    owner = world.studio("studio", "join_policy instant")
    link = owner.link()
    world.at = MONDAY - 9 * HOUR - 1
    made(world.person("Ann").say(f"join {link}"))
    world.at = MONDAY - 9 * HOUR
    made(world.person("Ben").say(f"join {link}"))
    sweep(world, MONDAY)
    sweep(world, MONDAY + WEEK)
    assert [field_of(card, "Joined") for card in digests(world)] == ["Ann", "Ben"]


def test_a_week_in_which_nothing_happened_and_after_which_nothing_waits_or_ends_is_not_told_of(world: World):
    owner = world.studio()
    assert sweep(world, MONDAY) == 1
    assert digests(world) == []
    made(owner.say("invite create name:crew expires:30d"))
    sweep(world, MONDAY + WEEK)
    assert the_digest(world).title == f"{TITLE}1 invited"
    sweep(world, MONDAY + 2 * WEEK)
    assert len(digests(world)) == 1


# --- to whom ---------------------------------------------------------------------------------------------------------


def test_it_stands_in_the_place_for_approvals_and_nowhere_else(world: World):
    busy(world, "approvals_place here")
    world.desk.drain(world.at)
    world.desk.messages.clear()
    sweep(world, MONDAY)
    (message,) = world.desk.cards("Last week")
    assert (message.target.channel, message.target.person) == ("C1", "")


def test_without_a_place_it_goes_to_those_who_may_change_settings_and_to_nobody_else(world: World):
    owner = busy(world)
    world.member(owner, "Ada", "Admin")
    dan = world.member(owner, "Dan", "Admin", platform="discord")
    sweep(world, MONDAY)
    got = {(m.target.platform, m.target.person) for m in world.desk.cards("Last week")}
    assert got == {("slack", "OLGA"), ("slack", "ADA"), ("discord", dan.identity.subject)}


def test_of_many_the_five_who_are_here_longest_get_it(world: World):
    owner = world.studio()
    for number in range(6):
        world.forward(MINUTE)
        world.member(owner, f"A{number}", "Admin")
    sweep(world, MONDAY)
    got = {m.target.person for m in world.desk.cards("Last week")}
    assert got == {"OLGA", "A0", "A1", "A2", "A3"}


def test_who_was_demoted_before_it_was_sent_does_not_get_it(world: World):
    owner = busy(world)
    ada = world.member(owner, "Ada", "Admin")
    world.core.sweep(MONDAY)
    world.give(ada, "Designer")
    world.desk.drain(MONDAY)
    assert {m.target.person for m in world.desk.cards("Last week")} == {"OLGA"}


def refuse(world: World, at: int, subject: str) -> list[str]:
    """Delivers the digest where the channel or person ``subject`` takes nothing; who was tried, in order."""
    tried = []
    while work := next((w for w in world.core.claim(at, 10) if w.key.startswith("note/digest")), None):
        while steps := world.core.plan(work, at):
            for step in steps:
                assert isinstance(step, Post)
                where = step.target.channel or step.target.person
                tried.append(where)
                if where == subject:
                    world.core.given_up(work, step, "not_in_channel", at)
                else:
                    world.core.delivered(work, step, world.desk.send(step), at)
        world.core.settle(work, at)
    return tried


def test_a_place_that_refuses_it_is_stood_in_for_by_direct_messages_and_not_tried_again(world: World):
    owner = busy(world, "approvals_place here")
    world.member(owner, "Ada", "Admin")
    world.desk.drain(world.at)
    world.core.sweep(MONDAY)

    assert refuse(world, MONDAY, "C1")[0] == "C1"
    assert {m.target.person for m in world.desk.cards("Last week")} == {"OLGA", "ADA"}
    world.desk.drain(MONDAY + MINUTE)
    assert world.desk.to("OLGA")[-1].title.startswith("I can't post in the approvals place")
    sweep(world, MONDAY + DAY)
    assert len(digests(world)) == 2


def test_a_process_that_died_while_it_stood_in_for_the_place_goes_on_with_those_who_are_left(world: World):
    owner = busy(world, "approvals_place here")
    world.member(owner, "Ada", "Admin")
    world.desk.drain(world.at)
    world.core.sweep(MONDAY)
    (work,) = (w for w in world.core.claim(MONDAY, 10) if w.key.startswith("note/digest"))
    (place,) = world.core.plan(work, MONDAY)
    world.core.given_up(work, place, "not_in_channel", MONDAY)
    first, _second = world.core.plan(work, MONDAY)
    world.core.delivered(work, first, world.desk.send(first), MONDAY)
    # The process dies here. A place that is open again hours later gets no copy beside those.
    world.desk.drain(MONDAY + 2 * HOUR)

    assert sorted(m.target.person for m in world.desk.cards("Last week")) == ["ADA", "OLGA"]


def test_an_admin_whose_first_account_takes_no_messages_gets_it_at_the_next(world: World):
    busy(world)
    world.change(
        "INSERT INTO identities (workspace_id, platform, realm, subject, member_id) "
        "SELECT workspace_id, 'discord', '', 'OLGA2', member_id FROM identities WHERE subject = 'OLGA'"
    )
    world.desk.drain(world.at)
    world.core.sweep(MONDAY)
    assert refuse(world, MONDAY, "OLGA2") == ["OLGA2", "OLGA"]


def test_a_digest_is_no_card_to_press(world: World):
    owner = busy(world)
    world.at = MONDAY - DAY
    card = world.person("Nora").say(f"join code:{owner.link()}")
    sweep(world, MONDAY)
    assert the_digest(world).buttons == ()
    assert id_in(card) in words(the_digest(world))
    world.sound()
