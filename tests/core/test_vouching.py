"""Who answers for an invitation when it is used: its maker, and whoever let it go on; and for whom it is no way back."""

from __future__ import annotations

import json

import pytest

from core.durations import HOUR
from tests.core.world import Person, World, code, code_in, id_in, made


@pytest.fixture
def owner(world: World) -> Person:
    return world.studio("studio", "join_policy instant")


@pytest.fixture
def ada(world: World, owner: Person) -> Person:
    return world.member(owner, "Ada", "Admin")


def vouched(world: World, invitation: str) -> str | None:
    return world.one(
        "SELECT m.name FROM invitations i LEFT JOIN members m ON m.workspace_id = i.workspace_id "
        "AND m.member_id = i.vouched_by WHERE i.invitation_id = :i",
        i=invitation,
    )


# --- whoever edits, extends or sends again -------------------------------------------------------------------------------


@pytest.mark.parametrize("then", ["removed", "demoted"])
@pytest.mark.parametrize("how", ["edit {} role:Admin", "extend {} by:2d", "resend {}", "edit {} note:Hello"])
def test_L14_who_let_somebody_else_s_invitation_go_on_answers_for_it_too(world: World, owner, ada, how, then):
    card = made(owner.say("invite create name:L role:Designer"))
    made(ada.say(f"invite {how.format(id_in(card))}"))
    link = code_in(made(owner.say(f"invite show {id_in(card)}")))
    if then == "removed":
        world.remove(owner, ada)
    else:
        made(owner.say("role assign member:Ada role:Commenter"))

    assert world.person("Nora").say(f"join {link}").title == "You asked to join Studio"
    assert "Nora" not in world.members()


def test_L25_who_was_removed_does_not_come_back_by_an_invitation_that_they_edited(world: World, owner, ada):
    card = made(owner.say("invite create name:L role:Commenter"))
    made(ada.say(f"invite edit {id_in(card)} role:Admin"))
    world.remove(owner, ada)

    assert ada.say(f"join {code_in(card)}").title == "You asked to join Studio"
    assert "Ada" not in world.members()


def test_who_revived_a_dead_invitation_answers_for_it(world: World, owner, ada):
    card = made(owner.say("invite create name:L role:Admin expires:1h"))
    world.forward(2 * HOUR)
    link = code_in(made(ada.say(f"invite resend {id_in(card)}")))
    assert vouched(world, id_in(card)) == "Ada"
    world.remove(owner, ada)

    assert ada.say(f"join {link}").title == "You asked to join Studio"


def test_as_long_as_both_may_nothing_is_asked(world: World, owner, ada):
    card = made(owner.say("invite create role:Designer"))
    made(ada.say(f"invite extend {id_in(card)}"))

    assert world.person("Nora").say(f"join {code_in(card)}").title == "Welcome to Studio"


def test_the_maker_still_counts_when_somebody_else_let_it_go_on(world: World, owner, ada):
    dana = world.member(owner, "Dana", "Designer")
    card = made(dana.say("invite create role:Designer"))
    made(ada.say(f"invite extend {id_in(card)}"))
    made(owner.say("role assign member:Dana role:Commenter"))

    assert world.person("Nora").say(f"join {code_in(card)}").title == "You asked to join Studio"


def test_the_last_other_one_counts_and_the_maker_s_own_changes_do_not_end_that(world: World, owner, ada):
    card = made(owner.say("invite create name:L"))
    invitation = id_in(card)
    made(owner.say(f"invite extend {invitation}"))
    assert vouched(world, invitation) is None
    made(ada.say(f"invite edit {invitation} role:Admin"))
    made(owner.say(f"invite edit {invitation} note:Hello"))
    made(owner.say(f"invite resend {invitation}"))
    assert vouched(world, invitation) == "Ada"
    bob = world.member(owner, "Bob", "Admin")
    made(bob.say(f"invite extend {invitation}"))
    assert vouched(world, invitation) == "Bob"


# --- whoever asked for it ------------------------------------------------------------------------------------------------


@pytest.fixture
def closed(world: World, owner: Person) -> None:
    """Members cannot invite here."""
    made(owner.say("workspace set members_can_invite off"))


def asked_link(world: World, asker: Person, owner: Person, role: str) -> tuple[str, str]:
    """The id and the code of a link that was made for somebody who asked for it."""
    card = made(asker.say(f"request invite role:{role}"))
    made(owner.say(f"request approve {id_in(card)}"))
    world.desk.drain(world.at)
    link = code_in(world.desk.to(asker.identity.subject)[-1])
    return world.one("SELECT invitation_id FROM invitations WHERE asked_by IS NOT NULL"), link


@pytest.mark.parametrize("how", ["removed", "left"])
def test_L25_invitations_that_were_made_for_somebody_end_with_their_membership(
    world: World, owner, closed, how
):
    dana = world.member(owner, "Dana", "Designer")
    invitation, link = asked_link(world, dana, owner, "Admin")
    if how == "removed":
        world.remove(owner, dana)
    else:
        world.leave(dana)

    for someone in (dana, world.person("Nora")):
        assert code(someone.say(f"join {link}")) == "INVITATION_REVOKED"
    [facts] = [
        json.loads(row.facts)
        for row in world.rows("SELECT facts FROM audit_events WHERE event = 'member.removed'")
    ]
    assert invitation in facts["invitations"]


def test_L25_who_waits_through_such_an_invitation_is_counted_when_the_asker_goes(world: World, owner, closed):
    dana = world.member(owner, "Dana", "Designer")
    _, link = asked_link(world, dana, owner, "Designer")
    made(owner.say("workspace set join_policy approval"))
    waiting = world.person("Nora").ask(link)
    world.remove(owner, dana)
    world.desk.drain(world.at)

    [shown] = [note for note in world.desk.to("OLGA") if waiting in str(note.footer)]
    assert "(revoked since)" in str(shown.fields)


def test_L25_what_somebody_asked_for_is_no_way_back_for_themselves(world: World, owner, closed):
    dana = world.member(owner, "Dana", "Designer")
    _, link = asked_link(world, dana, owner, "Designer")
    world.vanish(dana)  # by none of the ways that also end what was made for them

    assert world.person("Nora").say(f"join {link}").title == "Welcome to Studio"
    assert dana.say(f"join {link}").title == "You asked to join Studio"


# --- roles that were deleted ---------------------------------------------------------------------------------------------


@pytest.fixture
def temp(owner: Person) -> None:
    made(owner.say("role create name:Temp permissions:note:read"))


@pytest.mark.usefixtures("temp")
def test_what_gives_a_deleted_role_is_not_sent_again(world: World, owner):
    invitation = id_in(made(owner.say("invite create role:Temp expires:1h")))
    world.forward(2 * HOUR)
    made(owner.say("role delete name:Temp"))

    assert code(owner.say(f"invite resend {invitation}")) == "ROLE_GONE"


@pytest.mark.usefixtures("temp")
@pytest.mark.parametrize("typed", ["edit {} uses:5", "edit {} note:Hello"])
def test_what_gives_a_deleted_role_is_not_revived_without_another_role(world: World, owner, typed):
    card = made(owner.say("invite create role:Temp uses:1"))
    nora = world.person("Nora")
    made(nora.say(f"join {code_in(card)}"))
    made(owner.say("role assign member:Nora role:Commenter"))
    made(owner.say("role delete name:Temp"))

    assert code(owner.say(f"invite {typed.format(id_in(card))}")) == "ROLE_GONE"
    made(owner.say(f"invite edit {id_in(card)} uses:5 role:Designer"))
    made(world.person("Dora").say(f"join {code_in(card)}"))
    assert world.members()["Dora"] == "Designer"


@pytest.mark.usefixtures("temp")
def test_nobody_comes_in_for_a_role_that_is_gone_whatever_took_it_away(world: World, owner):
    card = made(owner.say("invite create role:Temp"))
    world.change("DELETE FROM roles WHERE name = 'Temp'")  # no command does while the invitation is open
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")

    assert code(world.person("Dora").say(f"join {code_in(card)}")) == "INVITED_ROLE_GONE"
    assert code(owner.say(f"invite extend {id_in(card)}")) == "ROLE_GONE"
    assert world.members() == {"Olga": "Owner"}
    made(owner.say(f"invite edit {id_in(card)} role:Commenter"))
    made(world.person("Dora").say(f"join {code_in(card)}"))


@pytest.mark.usefixtures("temp", "closed")
def test_what_is_asked_for_with_a_role_that_is_gone_is_not_asked_with_another(world: World, owner):
    dana = world.member(owner, "Dana", "Designer")
    offered = dana.say("invite create role:Temp")
    made(owner.say("role delete name:Temp"))

    assert code(dana.click(offered, "Ask")) == "ROLE_GONE"
