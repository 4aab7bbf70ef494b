"""Taking access in an emergency: at once, for a time, loudly, and looked at by somebody else afterwards."""

from __future__ import annotations

import json

import pytest

from core.durations import DAY, HOUR, MINUTE
from tests.core.world import Person, World, code, field_of, id_in, made, words

POLICY = "access: 1 of request:approve; emergency script:add for at most 4h"
TAKE = 'access emergency resource:Vault reason:"It burns"'


def mail(world: World, who: str) -> list[str]:
    world.desk.drain(world.at)
    return [card.title for card in world.desk.to(who)]


def reaches(world: World, person: Person, permission: str = "content:edit") -> bool:
    workspace, member = world.rows(
        "SELECT workspace_id, member_id FROM identities WHERE subject = :s", s=person.identity.subject
    )[0]
    vault = world.one("SELECT resource_id FROM resources WHERE name = 'Vault'")
    return world.core.can(workspace, member, permission, world.at, resource=vault).allowed


def held(world: World) -> list[tuple[str, int, int | None]]:
    rows = world.rows("SELECT source, level, ends_at FROM grants ORDER BY source")
    return [(row.source.split()[0], row.level, row.ends_at) for row in rows]


@pytest.fixture
def owner(world: World) -> Person:
    owner = world.studio()
    made(owner.say("resource create kind:cabinet name:Safe"))
    made(owner.say("resource create kind:folder name:Vault parent:Safe"))
    made(owner.run("workspace set", setting="approvals", value=POLICY))
    made(owner.say("role create name:Fireman rank:15 permissions:member:invite,content:edit,script:add"))
    return owner


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


@pytest.fixture
def bob(world: World, owner: Person) -> Person:
    return world.member(owner, "Bob", "Fireman")


def test_it_is_taken_at_once_for_a_time_with_a_reason_and_everybody_in_charge_hears(
    world: World, owner, ada, bob
):
    mail(world, "OLGA")
    assert not reaches(world, bob)

    taken = made(bob.say(TAKE))

    assert taken.title == "You have edit on Vault"
    assert field_of(taken, "Who looks at it") in {"Olga or Ada", "Ada or Olga"}
    assert field_of(taken, "Why") == "It burns"
    assert "Everybody who runs this workspace has been told." in words(taken)
    assert reaches(world, bob)
    assert held(world) == [("emergency", 3, world.at + 4 * HOUR)]
    for who in ("OLGA", "ADA"):  # the card of those who look at it says it all
        assert "Emergency: Bob took edit on Vault" not in mail(world, who)
        assert mail(world, who)[-1] == "Bob took edit on Vault in an emergency"
    assert mail(world, "BOB")[-1] != "Emergency: Bob took edit on Vault"
    facts = json.loads(world.one("SELECT facts FROM audit_events WHERE event = 'access.emergency'"))
    assert (facts["level"], facts["reason"], facts["ends_at"]) == ("edit", "It burns", world.at + 4 * HOUR)
    assert "took edit on" in words(made(owner.say("audit show since:1h")))

    # It ends at its second, whatever ran.
    world.forward(4 * HOUR - 1)
    assert reaches(world, bob)
    world.forward(1)
    assert not reaches(world, bob)
    world.core.sweep(world.at)
    assert held(world) == []
    world.sound()


def test_in_quiet_hours_and_with_every_reminder_off_it_is_as_loud(world: World, owner, ada, bob):
    for setting, value in (("reminders", "off"), ("quiet_hours", "07:30-06:00")):
        owner.run("workspace set", setting=setting, value=value)
    _looked_at_by_others(owner)
    made(bob.say(TAKE))
    assert mail(world, "OLGA").count("Emergency: Bob took edit on Vault") == 1
    assert "Bob took edit on Vault in an emergency" not in mail(world, "OLGA")


def _looked_at_by_others(owner: Person) -> None:
    """Those who run the workspace do not decide about access."""
    policy = POLICY.replace("1 of request:approve", "1 of role:Commenter")
    made(owner.run("workspace set", setting="approvals", value=policy))


@pytest.mark.parametrize("how", ["denied", "approved", "given back", "over"])
def test_who_runs_the_workspace_and_hears_of_it_late_hears_how_it_stands(world: World, owner, bob, how):
    cy = world.member(owner, "Cy", "Commenter")
    _looked_at_by_others(owner)
    request = id_in(made(bob.say(f"{TAKE} for:1h")))
    if how in {"denied", "approved"}:
        made(cy.run("request deny" if how == "denied" else "request approve", request=request))
    elif how == "given back":
        made(owner.say("access revoke resource:Vault to:Bob"))
    else:
        world.forward(HOUR)
    world.desk.drain(world.at)
    # Beside it she hears who has joined; which comes first is nobody's promise.
    card = [card for card in world.desk.to("OLGA") if "joined" not in card.title][-1]
    assert card.title.startswith("Emergency" if how == "approved" else "Over")
    says = {
        "denied": "Cy said that it was not right, and it has ended.",
        "approved": "Cy said that it was right. It ends by itself.",
    }
    assert says.get(how, "It is over already.") in words(card)
    assert "request deny" not in words(card)


def test_a_place_for_approvals_gets_both_cards(world: World, owner, ada, bob):
    made(owner.say("workspace set approvals_place <#C9>"))
    taken = made(bob.say(TAKE))
    assert "It stands in the place for approvals now." in words(taken)
    world.desk.drain(world.at)
    shown = [m.card.title for m in world.desk.messages if m.target.channel == "C9"]
    assert sorted(shown)[-2:] == [
        "Bob took edit on Vault in an emergency",
        "Emergency: Bob took edit on Vault",
    ]


def test_a_yes_leaves_it_and_a_no_ends_it_at_once(world: World, owner, ada, bob):
    first = id_in(made(bob.say(TAKE)))
    decided = made(ada.run("request approve", request=first))
    assert decided.title == "Approved: Bob's emergency access to Vault"
    assert reaches(world, bob)
    assert mail(world, "BOB")[-1] == "Approved: your emergency access to Vault"
    world.forward(4 * HOUR)

    second = id_in(made(bob.say(TAKE)))  # what was right may be needed again
    decided = made(ada.run("request deny", request=second, reason="Ask me"))
    assert decided.title == "Denied: Bob's emergency access to Vault"
    assert not reaches(world, bob)
    assert held(world) == []
    assert mail(world, "BOB")[-1] == "Denied: your emergency access to Vault"
    refused = bob.say(TAKE)
    assert code(refused) == "EMERGENCY_DENIED"
    assert "Ada denied Vault on" in words(refused)
    world.forward(DAY)
    made(bob.say(TAKE))
    world.sound()


def test_nobody_looks_at_what_they_took_themselves_nor_takes_that_look_away(world: World, owner, ada):
    made(owner.run("workspace set", setting="approvals", value=POLICY.replace("; e", "; own on; e")))
    request = id_in(made(ada.say(TAKE)))

    for verb in ("approve", "deny"):
        assert code(ada.run(f"request {verb}", request=request)) == "OWN_REQUEST"
    assert code(ada.run("request cancel", request=request)) == "REVIEW_STAYS"
    workspace = world.one("SELECT workspace_id FROM requests WHERE request_id = :r", r=request)
    assert code(ada.press("request.withdraw", f"{workspace}/{request}")) == "REVIEW_STAYS"
    assert ada.complete("request cancel", "request") == []
    assert "request cancel" not in words(made(ada.say("request list")))
    assert code(owner.press("request.less", f"{workspace}/{request}")) == "NOTHING_LESS"
    assert made(owner.run("request deny", request=request)).title.startswith("Denied")


def test_only_as_the_policy_says(world: World, owner, ada, bob):
    dora = world.member(owner, "Dora", "Designer")
    assert code(dora.say(TAKE)) == "NOT_ALLOWED"
    assert code(dora.say('access emergency resource:Nowhere reason:"x"')) == "NOT_ALLOWED"
    assert code(bob.say("access emergency resource:Vault")) == "MISSING_OPTION"
    for life in ("5h", "4m", "2d"):
        refused = bob.say(f"{TAKE} for:{life}")
        assert code(refused) == "EMERGENCY_TIME"
        assert "from 5m to 4h" in refused.title
    assert code(bob.say('access emergency resource:Nowhere reason:"x"')) == "UNKNOWN_RESOURCE"

    made(owner.run("role assign", member=dora.identity, role="Fireman", **{"for": "1h"}))
    made(dora.say(f"{TAKE} for:30m"))  # by a role held now
    world.forward(HOUR)
    assert code(dora.say(TAKE)) == "NOT_ALLOWED"
    made(owner.run("workspace set", setting="approvals", value="access: 1 of request:approve"))
    assert code(bob.say(TAKE)) == "NO_EMERGENCY"
    assert world.one("SELECT count(*) FROM grants WHERE ends_at > :now", now=world.at) == 0


def test_one_at_a_time_and_nothing_that_is_there_already(world: World, owner, ada, bob):
    made(bob.say(f"{TAKE} for:1h"))
    assert code(bob.say(f"{TAKE} level:manage")) == "EMERGENCY_OPEN"
    world.forward(2 * HOUR)
    assert code(bob.say(TAKE)) == "EMERGENCY_OPEN"  # nobody has looked at it yet
    made(owner.say("access grant resource:Safe to:Ada level:manage"))
    assert code(ada.say(TAKE)) == "NOTHING_TO_CHANGE"


def test_one_at_a_time_and_the_pause_hold_up_and_down_the_tree(world: World, owner, ada, bob):
    made(owner.say("resource create kind:file name:Doc parent:Safe/Vault"))
    made(owner.say("resource create kind:cabinet name:Chest"))
    near = [TAKE.replace("Vault", name) for name in ("Safe", "Vault", "Doc")]
    request = id_in(made(bob.say(f"{TAKE} for:1h")))
    world.forward(2 * HOUR)
    for typed in near:
        refused = bob.say(typed)
        assert code(refused) == "EMERGENCY_OPEN"
        assert refused.title == "You took Vault in an emergency already"
    made(ada.run("request deny", request=request))
    for typed in near:
        refused = bob.say(typed)
        assert code(refused) == "EMERGENCY_DENIED"
        assert "Ada denied Vault on" in words(refused)
    made(bob.say(TAKE.replace("Vault", "Chest")))  # which has nothing to do with it
    made(ada.say(TAKE))  # nor has she
    world.forward(DAY)
    made(bob.say(near[0]))
    world.sound()


def test_few_are_open_at_a_time(world: World, owner, ada, bob):
    for name in ("One", "Two", "Three", "Four"):
        made(owner.say(f"resource create kind:cabinet name:{name}"))
    first = id_in(made(bob.say(TAKE.replace("Vault", "One"))))
    made(bob.say(TAKE.replace("Vault", "Two")))
    made(bob.say(TAKE.replace("Vault", "Three")))
    assert code(bob.say(TAKE.replace("Vault", "Four"))) == "EMERGENCIES_OPEN"
    made(ada.run("request approve", request=first))
    made(bob.say(TAKE.replace("Vault", "Four")))
    world.forward(4 * DAY)  # nobody looked at any of them
    for name in ("One", "Two", "Three"):
        made(bob.say(TAKE.replace("Vault", name)))


def test_what_was_there_before_stands_as_it_stood_when_it_is_over(world: World, owner, ada, bob):
    made(owner.say("access grant resource:Vault to:Bob level:view"))
    ((_, level, ends),) = held(world)
    assert (level, ends) == (1, None)
    made(bob.say(TAKE))
    assert [each[:2] for each in held(world)] == [("emergency", 3), ("granted", 1)]
    world.forward(4 * HOUR)
    assert "Renders" not in words(bob.say("access list"))
    assert "Vault — view" in words(bob.say("access list"))  # at that second, whoever sweeps
    world.core.sweep(world.at)
    assert held(world) == [("granted", 1, None)]

    request = world.one("SELECT request_id FROM requests WHERE kind = 'review'")
    made(ada.run("request approve", request=request))
    request = id_in(made(bob.say(TAKE)))
    made(ada.run("request deny", request=request))
    assert held(world) == [("granted", 1, None)]
    world.sound()


def test_what_is_given_anew_meanwhile_stays_and_what_is_revoked_does_not_come_back(
    world: World, owner, ada, bob
):
    made(owner.say("access grant resource:Vault to:Bob level:view"))
    request = id_in(made(bob.say(TAKE)))
    made(owner.say("access revoke resource:Vault to:Bob"))
    assert not reaches(world, bob)
    world.forward(4 * HOUR)
    world.core.sweep(world.at)
    assert held(world) == []

    made(owner.say("access grant resource:Vault to:Bob level:use"))
    made(ada.run("request deny", request=request))
    assert held(world) == [("granted", 2, None)]


def test_by_what_was_taken_in_an_emergency_nobody_gives_or_takes_access(world: World, owner, ada, bob):
    made(owner.say("resource create kind:folder name:Shelf parent:Vault"))
    dora = world.member(owner, "Dora", "Designer")
    made(owner.say("access grant resource:Vault to:Dora level:view"))
    taken = made(bob.say(f"{TAKE} level:manage"))
    assert "It is for doing the work yourself" in words(taken)

    for what in ("Vault", "Shelf"):
        for whom in ("Bob", "Dora"):  # to oneself least of all
            refused = bob.say(f"access grant resource:{what} to:{whom} level:edit for:1h")
            assert code(refused) == "CANNOT_GRANT"
            assert "What you took in an emergency gives nothing to others." in words(refused)
    assert code(bob.say("access revoke resource:Vault to:Dora")) == "CANNOT_GRANT"
    assert not reaches(world, bob, "resource:grant")
    assert made(bob.say("can resource:grant resource:Vault")).title.startswith("No")
    why = words(made(bob.say("why resource:grant resource:Vault")))
    assert "manage on Vault gives nothing to others" in why
    assert "Bob" not in field_of(made(dora.say("why content:edit resource:Vault")), "Could give it")
    assert reaches(world, bob)  # to do the work it is all there

    made(ada.run("request deny", request=id_in(taken)))
    assert not reaches(world, bob)
    assert held(world) == [("granted", 1, None)]  # Dora's
    world.sound()


def test_a_denial_takes_nothing_that_was_given_by_another_right(world: World, owner, ada, bob):
    made(owner.say("resource create kind:folder name:Shelf parent:Vault"))
    dora = world.member(owner, "Dora", "Designer")
    made(owner.say("access grant resource:Shelf to:Bob level:manage"))
    request = id_in(made(bob.say(f"{TAKE} level:manage for:1h")))
    made(bob.say("access grant resource:Shelf to:Dora level:edit"))
    assert reaches(world, bob, "content:edit")
    shelf = world.one("SELECT resource_id FROM resources WHERE name = 'Shelf'")
    assert made(bob.say(f"can resource:grant resource:{shelf}")).title.startswith("Yes")
    world.forward(2 * HOUR)
    world.core.sweep(world.at)
    made(owner.say("role assign Bob role:Admin"))
    made(bob.say("access grant resource:Vault to:Dora level:view"))  # long after, as an Admin
    made(ada.run("request deny", request=request))
    assert not reaches(world, bob)
    assert sorted(level for _, level, _ in held(world)) == [1, 3, 4]
    assert "Shelf — edit" in words(made(dora.say("access list")))


def test_nobody_takes_it_for_longer_than_the_role_that_lets_them(world: World, owner, ada):
    dora = world.member(owner, "Dora", "Designer")
    made(owner.run("role assign", member=dora.identity, role="Fireman", **{"for": "10m"}))
    taken = made(dora.say(f"{TAKE} for:4h"))
    assert held(world) == [("emergency", 3, world.at + 10 * MINUTE)]
    assert "08:10" in words(taken)
    world.forward(10 * MINUTE)
    assert not reaches(world, dora)


def test_where_nobody_else_could_look_at_it_it_is_taken_all_the_same_and_says_so(world: World, owner):
    taken = made(owner.say(TAKE))
    assert "Nobody else here could look at it now, so it stays open." in words(taken)
    world.forward(3 * DAY)
    world.core.sweep(world.at)
    assert "Expired: your emergency access to Vault" in mail(world, "OLGA")
    world.forward(MINUTE)
    made(owner.say(TAKE))


def test_two_who_look_at_it_both_have_to_say_so(world: World, owner, ada, bob):
    made(owner.run("workspace set", setting="approvals", value=POLICY.replace("1 of", "2 of")))
    request = id_in(made(bob.say(TAKE)))
    first = made(ada.run("request approve", request=request))
    assert "1 of 2 approvals · Ada said yes." in words(first)
    assert made(owner.run("request approve", request=request)).title.startswith("Approved")


def test_whoever_leaves_takes_nothing_of_it_along(world: World, owner, ada, bob):
    made(bob.say(TAKE))
    world.remove(owner, bob)
    assert held(world) == []
    world.sound()


def test_leaving_does_not_take_the_look_of_others_away_nor_what_follows_from_it(
    world: World, owner, ada, bob
):
    made(owner.say("workspace set setting:join_policy value:instant"))
    request = id_in(made(bob.say(f"{TAKE} level:manage")))
    asked = made(owner.run("member remove", member=bob.identity))
    assert "others still look at what they took in an emergency" in words(asked)
    assert "open request" not in words(asked)

    world.leave(bob)
    assert held(world) == []
    assert world.one("SELECT status FROM requests WHERE kind = 'review'") == "pending"
    bob = world.member(owner, "Bob", "Fireman")
    assert code(bob.say(TAKE)) == "EMERGENCY_OPEN"
    assert code(bob.run("request deny", request=request)) == "NOT_ALLOWED"
    world.remove(owner, bob)

    assert made(ada.run("request deny", request=request)).title == "Denied: Bob's emergency access to Vault"
    bob = world.member(owner, "Bob", "Fireman")
    assert code(bob.say(TAKE)) == "EMERGENCY_DENIED"
    world.forward(DAY)
    made(bob.say(TAKE))
    world.sound()


def test_help_offers_it_to_those_who_may(world: World, owner, ada, bob):
    dora = world.member(owner, "Dora", "Designer")
    assert "access emergency" in words(made(bob.say("help access")))
    assert "access emergency" not in words(made(dora.say("help access")))


def test_why_and_the_answer_to_a_request_say_that_one_need_not_wait(world: World, owner, ada, bob):
    dora = world.member(owner, "Dora", "Designer")
    how = 'reason:"…"'
    for person, told in ((bob, True), (dora, False)):
        why = made(person.say(f"why {person.actor.name} content:edit resource:Safe"))
        asked = made(person.say("request access resource:Safe level:edit"))
        for card in (why, asked):
            assert ("access emergency" in words(card)) is told
            assert (how in words(card)) is told
    assert "access emergency" not in words(made(owner.say("why Bob content:edit resource:Safe")))


def test_it_is_not_made_longer_and_what_is_asked_for_instead_is_answered_for_by_its_approver(
    world: World, owner, ada, bob
):
    made(owner.say("access grant resource:Vault to:Bob level:view for:7d"))
    longer = made(bob.say("request access resource:Vault level:view for:7d"))
    review = id_in(made(bob.say(f"{TAKE} for:4h")))
    world.forward(3 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    notice = world.desk.to("BOB")[-1]
    assert notice.title == "Your access to Vault (edit) ends in 1 hour"
    assert [each.label for each in notice.buttons] == ["I'm done"]
    assert field_of(notice, "Through") == f"taken in an emergency ({review})"
    assert f"taken in an emergency ({review})" in words(made(bob.say("access list")))
    refused = bob.press("time_box.extend", notice.buttons[0].subject)  # of an old card
    assert code(refused) == "NOTHING_TO_CHANGE"
    assert "is not made longer. Ask for access: `request access" in words(refused)

    asked = made(bob.say("request access resource:Vault level:edit for:2d"))
    assert asked.title != longer.title
    assert world.one("SELECT kind FROM requests WHERE request_id = :r", r=id_in(asked)) == "access"
    made(ada.run("request deny", request=review))
    assert not reaches(world, bob)
    assert [each[1] for each in held(world)] == [1]
    made(owner.run("request approve", request=id_in(asked)))
    assert reaches(world, bob)
    assert not any(source == "emergency" for source, *_ in held(world))


def test_who_is_done_with_it_still_asks_for_what_else_they_asked_for(world: World, owner, ada, bob):
    made(owner.say("access grant resource:Vault to:Bob level:view for:7d"))
    longer = id_in(made(bob.say("request access resource:Vault level:view for:7d")))
    made(bob.say(TAKE))
    world.forward(3 * HOUR)
    world.core.sweep(world.at)
    world.desk.drain(world.at)
    made(bob.click(world.desk.to("BOB")[-1], "I'm done"))
    assert world.one("SELECT status FROM requests WHERE request_id = :r", r=longer) == "pending"
    assert [each[1] for each in held(world)] == [1]


def test_why_tells_whoever_may_give_it_that_they_may_give_it_to_themselves(world: World, owner, ada):
    card = made(owner.say("why content:edit resource:Vault"))
    vault = world.one("SELECT resource_id FROM resources WHERE name = 'Vault'")
    assert field_of(card, "Could give it") == f"you: `access grant resource:{vault} to:me level:edit`"
    assert [each.label for each in card.buttons] == []
    of_other = made(ada.say("why Olga content:edit resource:Vault"))
    assert field_of(of_other, "Could give it") == "Olga themselves"
    made(owner.say(f"access grant resource:{vault} to:me level:edit"))
    assert reaches(world, owner)
