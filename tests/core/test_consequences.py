"""What one act means for what was begun before it: revoked invitations, changed policies, makers who lost their rights."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import OperationalError

from core.store import Store
from tests.core.world import World, code, code_in, made, words


def test_a_link_code_is_worth_what_its_maker_may_do_now(world: World):
    owner = world.studio()
    ada = world.member(owner, "Ada", "Admin")
    secret = code_in(made(ada.say("workspace link")))
    world.leave(ada)

    there = world.person("Pat", realm="T2", place_admin=True)
    assert code(there.say(f"workspace link code:{secret}")) == "LINK_CODE_DEAD"
    assert "place.linked" not in world.events("place.linked")[1:]


def test_revoking_says_who_still_waits_and_the_card_says_that_it_was_revoked(world: World):
    owner = world.studio()
    link = owner.link()
    world.person("Nora").ask(link)
    world.desk.drain(world.at)
    invitation = world.one("SELECT invitation_id FROM invitations")

    assert "1 person who asked through it before still waits" in words(
        made(owner.say(f"invite revoke {invitation}"))
    )
    world.desk.drain(world.at)
    assert any("(revoked since)" in words(card) for card in world.desk.to("OLGA"))


def test_whoever_waits_sees_their_own_request_and_nobody_else_s(world: World):
    link = world.studio().link()
    request = world.person("Nora").ask(link)

    assert request in words(made(world.person("Nora").say("request list")))
    assert code(world.person("Eve").say("request list")) == "NOT_A_MEMBER"


def test_more_invitations_than_fit_on_a_page_can_all_be_reached(world: World):
    owner = world.studio()
    made(owner.say("invite create emails:" + ",".join(f"p{number}@a.example" for number in range(1_203))))
    card = made(owner.say("invite list"))
    assert card.title == "Invitations (1,203 waiting)"

    workspace = world.one("SELECT workspace_id FROM workspaces WHERE name = 'Studio'")
    last = made(owner.press("invite.list", f"{workspace}/list/all/120"))
    assert len(last.lines) == 3
    assert words(last).endswith("page 121 of 121 · Details: `invite show`")


@pytest.mark.parametrize(
    "setting", ["lock_timeout", "idle_in_transaction_session_timeout", "statement_timeout"]
)
def test_a_process_that_hangs_holds_nobody_up_for_ever(url: str, setting: str):
    store = Store(url)
    if not store.is_sqlite:
        with store.reading() as connection:
            assert connection.exec_driver_sql(f"SHOW {setting}").scalar() not in {"0", None}
    store.close()


def test_a_lock_that_is_not_given_ends_as_a_clash_and_not_as_a_wait(url: str):
    """What PostgreSQL says then is what the core tries again."""
    from core.transactions import is_clash

    class Held(Exception):
        sqlstate = "55P03"

    assert is_clash(OperationalError("", {}, Held()))
