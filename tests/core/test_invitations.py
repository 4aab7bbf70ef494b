"""Making, showing, extending and ending invitations: ceilings, secrets, who may see what."""

from __future__ import annotations

import pytest

from core.cards import plain
from core.durations import DAY
from core.ids import normal
from tests.core.world import Person, World, code_in, field_of, id_in, made, refusal_in, words


def code(card) -> str | None:
    found = refusal_in(card)
    return found.name if found else None


# --- ceilings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("held", "role", "refused"),
    [
        ("Admin", "Admin", None),
        ("Admin", "Designer", None),
        ("Admin", "Owner", "ABOVE_CEILING"),
        ("Admin", "Designer, Owner", "ABOVE_CEILING"),
        ("Designer", "Designer", None),
        ("Designer", "content  EDITOR", None),
        ("Designer", "Admin", "ABOVE_CEILING"),
        ("Commenter", "Commenter", None),
        ("Commenter", "Content Editor", "ABOVE_CEILING"),
        ("Commenter", "", None),
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
        "INSERT INTO roles SELECT workspace_id, 'helper', 'Helper', 5, permissions, exactly_one "
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

    for typed in ("create", "list", f"show {invitation}", f"extend {invitation}", f"revoke {invitation}"):
        assert code(someone.say(f"invite {typed}")) == "NOT_ALLOWED"
    assert world.refused() == ["NOT_ALLOWED"] * 5


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
        ("90d", None),
        ("129600m", None),
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

    assert (
        card.title == "2 invited, 1 is a member already, 1 invited before, 1 twice in the list, 1 bad address"
    )
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

    assert [plain(line.text) for line in again.lines] == ["a Slack account was invited before and still is"]
    assert [plain(line.text) for line in member.lines] == ["a Slack account is a member already"]
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


# --- lists and secrets -----------------------------------------------------------------------------------------------


def _people(world: World) -> list[Person]:
    owner = world.studio()
    return [owner, world.member(owner, "Ada", "Admin"), world.member(owner, "Dana", "Designer")]


def test_L19_no_code_and_no_link_ever_stands_in_a_list_for_anyone(world: World):
    people = _people(world)
    secrets = [
        code_in(made(person.say(f'invite create name:"{typed}"')))
        for person in people
        for typed in ("plain", "expires:1d note:secret")
    ]
    secrets += [code_in(made(people[0].say("invite create emails:ada@example.com")))]

    for person in people:
        for status in ("all", "pending", "accepted", "expired", "revoked", "declined"):
            card = made(person.say(f"invite list status:{status}"))
            shown = normal(words(card) + repr(card))
            assert not any(normal(secret) in shown for secret in secrets)
            assert "door.example" not in repr(card)
        assert not any(
            normal(secret) in normal(str(person.complete("invite show", "invite"))) for secret in secrets
        )


def test_a_list_shows_one_s_own_invitations_and_to_who_oversees_members_all_of_them(world: World):
    owner, ada, dana = _people(world)
    for person in (owner, ada, dana):
        made(person.say(f"invite create name:of-{person.actor.name}"))

    def listed(person: Person) -> set[str]:
        shown = words(made(person.say("invite list status:pending")))
        return {name for name in ("of-Olga", "of-Ada", "of-Dana") if name in shown}

    assert listed(owner) == listed(ada) == {"of-Olga", "of-Ada", "of-Dana"}
    assert listed(dana) == {"of-Dana"}


def test_dead_invitations_stay_listed_with_why_they_are_dead(world: World):
    owner = world.studio("studio", "join_policy instant")
    made(owner.click(made(owner.say("invite create name:one")), "Revoke"))
    made(owner.say("invite create name:two expires:1h"))
    once = made(owner.say("invite create name:three uses:1"))
    made(world.person("Nora").say(f"join {code_in(once)}"))
    made(owner.say("invite create name:four"))
    world.forward(3_600)
    card = made(owner.say("invite list"))

    shown = {
        plain(line.text).split()[1]: (plain(line.text).split(" — ")[-1], line.dead) for line in card.lines
    }
    assert card.title == "Invitations (1 waiting)"
    assert shown["one"][0].startswith("revoked by Olga on 15 January 2027")
    assert shown["two"] == ("expired on 15 January 2027", True)
    assert shown["three"][0].startswith("used up")
    assert shown["four"] == ("Invited, ends 22 January 2027", False)


def test_an_invitation_is_shown_with_its_code_to_its_maker_and_overseers_within_their_ceiling_only(
    world: World,
):
    owner, ada, dana = _people(world)
    dora = world.member(owner, "Dora", "Designer")
    secret = made(dana.say("invite create role:Designer"))
    invitation = id_in(secret)

    for person in (owner, ada, dana):
        card = made(person.say(f"invite show {invitation}"))
        assert field_of(card, "Code") == code_in(secret)
        assert field_of(card, "Link") == f"https://door.example/i/{code_in(secret)}"
        assert [button.label for button in card.buttons] == ["Extend", "Revoke"]
    for typed in ("show", "extend", "revoke"):
        assert code(dora.say(f"invite {typed} {invitation}")) == "UNKNOWN_INVITATION"


def test_an_overseer_does_not_see_or_end_what_they_could_not_have_made(world: World):
    owner, ada, _ = _people(world)
    world.change("UPDATE roles SET exactly_one = false WHERE role_id = 'owner'")
    world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
    invitation = id_in(made(owner.say("invite create role:Owner name:top")))

    for typed in (f"show {invitation}", f"revoke {invitation}", "show top"):
        assert code(ada.say(f"invite {typed}")) == "UNKNOWN_INVITATION"
    assert invitation not in str(ada.complete("invite show", "invite"))


def test_an_unknown_invitation_and_a_forbidden_one_are_answered_alike(world: World):
    owner, _, dana = _people(world)
    real = id_in(made(owner.say("invite create name:hidden")))

    def masked(card, name):
        return repr(card).replace(name, "NAME")

    unknown = masked(dana.say("invite show inv-9999"), "inv-9999")
    assert masked(dana.say(f"invite show {real}"), real) == unknown
    assert masked(dana.say("invite show hidden"), "hidden") == unknown
    assert masked(dana.say("invite show nothing"), "nothing") == unknown


def test_an_invitation_is_found_by_its_short_id_in_any_case_or_by_a_label_that_is_unique(world: World):
    owner = world.studio()
    first = id_in(made(owner.say('invite create name:"Design Team"')))

    for typed in (first, first.upper(), first.lower(), first[4:], '"design  team"'):
        assert id_in(made(owner.say(f"invite show {typed}"))) == first
    second = id_in(made(owner.say('invite create name:"design team"')))
    assert code(owner.say('invite show "design team"')) == "AMBIGUOUS_INVITATION"
    made(owner.say(f"invite revoke {first}"))
    assert id_in(made(owner.say('invite show "design team"'))) == second


def test_a_dead_invitation_is_shown_without_its_code_and_is_not_changed(world: World):
    owner = world.studio()
    invitation = id_in(made(owner.say("invite create")))
    made(owner.say(f"invite revoke {invitation}"))

    card = made(owner.say(f"invite show {invitation}"))
    assert "Code" not in [field.label for field in card.fields]
    assert card.buttons == ()
    for typed in ("extend", "revoke"):
        assert code(owner.say(f"invite {typed} {invitation}")) == "INVITATION_DEAD"
    assert world.events("invitation.extended", "invitation.revoked") == ["invitation.revoked"]


def test_pages_of_a_list_turn_by_button_and_end_at_the_last(world: World):
    owner = world.studio()
    for number in range(21):
        made(owner.say(f"invite create name:label{number:02}"))
    first = made(owner.say("invite list"))
    second = made(owner.click(first, "Next"))
    third = made(owner.click(second, "Next"))

    assert [len(card.lines) for card in (first, second, third)] == [10, 10, 1]
    assert [button.label for button in third.buttons] == ["Previous"]
    subject = first.buttons[0].subject.rpartition("/")[0]
    assert made(owner.press("invite.list", f"{subject}/9999")).lines == third.lines
    for forged in ("-1", "99999", "x", "²", "٣", ""):
        assert code(owner.press("invite.list", f"{subject}/{forged}")) in {"UNKNOWN_BUTTON", None}
