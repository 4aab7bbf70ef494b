"""Making, showing, extending and ending invitations: ceilings, secrets, who may see what."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import DAY
from tests.core.world import World, code, code_in, id_in, made, words

# --- ceilings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "role", "refused"),
    [
        ("Admin", "Admin", ""),
        ("Admin", "Designer", ""),
        ("Admin", "Owner", "ABOVE_CEILING"),
        ("Admin", "Designer, Owner", "ABOVE_CEILING"),
        ("Designer", "Designer", ""),
        ("Designer", "content  EDITOR", ""),
        ("Designer", "Admin", "ABOVE_CEILING"),
        ("Commenter", "Commenter", ""),
        ("Commenter", "Content Editor", "ABOVE_CEILING"),
        ("Commenter", "", ""),
        ("Designer", "Janitor", "UNKNOWN_ROLE"),
    ],
)
def test_L13_nobody_invites_above_their_own_role(world: World, held, role, refused):
    someone = world.member(world.studio(), "Dana", held)

    for emails in ("", "emails:ada@example.com "):
        typed = f"invite create {emails}" + (f'role:"{role}"' if role else "")
        assert code(someone.say(typed)) == refused


def test_L15_a_role_of_another_name_that_holds_more_is_above_the_ceiling_too(world: World):
    owner = world.studio()
    world.change(
        "INSERT INTO roles SELECT workspace_id, 'helper', 'Helper', 5, permissions, exactly_one, plans "
        "FROM roles WHERE role_id = 'admin'"
    )
    world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
    designer = world.member(owner, "Dana", "Designer")

    assert code(designer.say("invite create role:Helper")) == "ABOVE_CEILING"
    made(owner.say("invite create role:Helper"))


def test_the_role_that_exactly_one_member_holds_is_given_by_no_invitation(world: World):
    assert code(world.studio().say("invite create role:Owner")) == "ONE_HOLDER"


def test_an_inviter_who_lost_rank_may_end_what_they_made_but_no_longer_extend_it(world: World):
    owner = world.studio()
    dana = world.member(owner, "Dana", "Designer")
    invitation = id_in(made(dana.say("invite create role:Designer")))
    world.give(dana, "Commenter")

    assert code(dana.say(f"invite extend invite:{invitation}")) == "ABOVE_CEILING"
    assert code(dana.click(owner.say(f"invite show {invitation}"), "Extend")) == "ABOVE_CEILING"
    made(dana.say(f"invite revoke invite:{invitation}"))


@pytest.mark.parametrize("scheme_role", ["Workspace Editor", "Workspace Viewer"])
def test_only_who_may_invite_invites_sees_or_changes_invitations(world: World, scheme_role):
    owner = world.studio("simple")
    invitation = id_in(made(owner.say("invite create")))
    someone = world.member(owner, "Dana", scheme_role)

    assert code(someone.say("invite create")) == "CANNOT_INVITE"
    rest = ("list", *(f"{verb} {invitation}" for verb in ("show", "edit", "extend", "resend", "revoke")))
    for typed in rest:
        assert code(someone.say(f"invite {typed}")) == "NOT_ALLOWED"
    assert world.refused() == ["CANNOT_INVITE"] + ["NOT_ALLOWED"] * len(rest)


@pytest.mark.parametrize(
    "typed",
    [
        "invite create",
        "invite list",
        "invite show inv-AAAA",
        "member list",
        "role list",
        "request list",
        "request approve req-AAAA",
        "workspace show",
        "workspace settings",
    ],
)
def test_a_stranger_is_told_that_they_are_no_member_and_nothing_else(world: World, typed):
    world.studio()
    card = world.person("Eve").say(typed)

    assert code(card) == "NOT_A_MEMBER"
    assert "Olga" not in words(card)
    assert world.refused() == ["NOT_A_MEMBER"]


# --- how long, how often ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "refused"),
    [
        ("90d", ""),
        ("129600m", ""),
        ("129601m", "TOO_LONG_LIFE"),
        ("91d", "TOO_LONG_LIFE"),
        ("2001-01-01", "BAD_OPTION"),
        ("999999w", "TOO_LONG_LIFE"),
    ],
)
def test_an_invitation_lasts_ninety_days_at_most(world: World, typed, refused):
    assert code(world.studio().say(f"invite create expires:{typed}")) == refused


def test_extending_adds_to_the_end_and_stays_within_ninety_days_from_now(world: World):
    owner = world.studio()
    invitation = id_in(made(owner.say("invite create expires:80d")))

    made(owner.say(f"invite extend {invitation} by:10d"))
    assert code(owner.say(f"invite extend {invitation} by:1m")) == "TOO_LONG_LIFE"
    world.forward(DAY)
    made(owner.say(f"invite extend {invitation} by:1d"))
    assert world.one("SELECT expires_at FROM invitations") == world.at + 90 * DAY
    assert code(owner.say(f"invite extend {invitation}")) == "TOO_LONG_LIFE"


def test_the_setting_says_how_long_an_invitation_lasts_and_is_extended(world: World):
    owner = world.studio("studio", "invite_expires 3d")
    card = made(owner.say("invite create"))
    made(owner.click(card, "Extend"))

    assert world.one("SELECT expires_at - created_at FROM invitations") == 6 * DAY


@pytest.mark.parametrize("typed", ["uses:2", "domain:example.com"])
def test_a_personal_invitation_takes_neither_uses_nor_a_domain(world: World, typed):
    card = world.studio().say(f"invite create emails:ada@example.com {typed}")
    assert code(card) in {"USES_OF_PERSONAL", "DOMAIN_OF_PERSONAL"}
    assert world.rows("SELECT * FROM invitations") == []


# --- many at once ----------------------------------------------------------------------------------------------------


def test_each_pasted_address_gets_a_result_of_its_own(world: World):
    owner = world.studio()
    made(owner.say("invite create emails:waiting@example.com"))
    typed = "Ada <Ada@Example.com>, ada@example.com; grace@example.com waiting@example.com OLGA@studio.example nonsense"
    card = made(owner.say(f"invite create {typed}"))

    assert card.title == "2 invited, 1 is you yourself, 1 invited before, 1 twice in the list, 1 bad address"
    assert len(card.lines) == 6
    assert sorted(row.email for row in world.rows("SELECT email FROM invitations")) == [
        "ada@example.com",
        "grace@example.com",
        "waiting@example.com",
    ]


def test_five_thousand_addresses_are_taken_at_once_and_one_more_is_not(world: World):
    owner = world.studio()
    many = " ".join(f"p{n}@example.com" for n in range(5_001))

    assert code(owner.say(f"invite create emails:{many}")) == "TOO_MANY"
    assert world.one("SELECT count(*) FROM invitations") == 0
    made(owner.say(f"invite create emails:{many.rpartition(' ')[0]}"))
    assert world.one("SELECT count(DISTINCT code_index) FROM invitations") == 5_000
    world.sound()


def test_a_mentioned_person_gets_one_live_invitation_and_hears_of_it_with_its_code(world: World):
    owner = world.studio()
    card = made(owner.say("invite create <@NORA>"))
    again = made(owner.say("invite create <@NORA>"))
    member = made(owner.say("invite create <@OLGA>"))
    world.desk.drain(world.at)

    [before] = [plain(line.text) for line in again.lines]
    assert before == "a Slack account was invited before and still is, until 22 January 2027 08:00 UTC"
    assert [plain(line.text) for line in member.lines] == ["a Slack account is you yourself"]
    [note] = world.desk.to("NORA")
    assert note.title == "Olga invites you to Studio"
    assert code_in(card) in words(note)


@pytest.mark.parametrize("ending", ["expire", "revoke", "accept"])
def test_L03_a_dead_invitation_never_blocks_a_new_one(world: World, ending):
    owner = world.studio("studio", "join_policy instant")
    first = made(owner.say("invite create emails:nora@example.com"))
    if ending == "expire":
        world.forward(7 * DAY)
    elif ending == "revoke":
        made(owner.click(first, "Revoke"))
    else:
        nora = world.person("Nora", email="nora@example.com")
        assert nora.say(f"join {code_in(first)}").title == "Welcome to Studio"
        world.leave(nora)

    assert made(owner.say("invite create emails:nora@example.com")).title.startswith("Invitation ready")
