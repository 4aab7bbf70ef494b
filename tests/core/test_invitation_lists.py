"""Who sees which invitations, and who sees their secrets."""

from __future__ import annotations

from core.cards import plain
from core.ids import normal
from tests.core.world import Person, World, code, code_in, field_of, id_in, made, words


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
        assert [button.label for button in card.buttons] == ["Extend", "Choose how long", "Resend", "Revoke"]
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
        assert code(owner.press("invite.list", f"{subject}/{forged}")) in {"UNKNOWN_BUTTON", ""}
