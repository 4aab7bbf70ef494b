"""Presets: shown before they are applied, read again when they are."""

from __future__ import annotations

import json

import pytest

from core.cards import plain
from core.intents import LIFE
from core.permissions import standing
from core.presets import PRESETS
from core.schemes import schemes
from tests.core.together import at_once
from tests.core.world import World, made, refusal_in, words

#: By hand: the role that newcomers get, after small-team and after large-org.
ROLES = {
    "studio": ("Designer", "Commenter"),
    "simple": ("Workspace Editor", "Workspace Viewer"),
    "project": ("Project Member", "Project Guest"),
    "animation": ("Editor", "Viewer"),
    "computers": ("Contributor", "none"),
}


def settings_of(world: World, person) -> dict[str, str]:
    card = made(person.say("workspace settings"))
    return {
        line.text[0].text: plain(line.text[1:]).split(" — ")[0].removeprefix(" = ") for line in card.lines
    }


def lines(card) -> list[str]:
    return [plain(line.text) for line in card.lines]


@pytest.mark.parametrize("scheme", ROLES)
def test_a_small_team_gives_newcomers_the_working_role_and_lets_members_invite(world: World, scheme):
    owner = world.studio(scheme, "join_policy instant", "members_can_invite off")
    made(owner.click(owner.say("workspace preset small-team"), "Confirm"))

    found = settings_of(world, owner)
    assert found["join_policy"] == "approval"
    assert found["members_can_invite"] == "on"
    assert found["default_role"] == ROLES[scheme][0]
    assert found["invite_links"] == "on"


@pytest.mark.parametrize("scheme", ROLES)
def test_a_large_organisation_gives_newcomers_the_lowest_role_and_has_no_links(world: World, scheme):
    owner = world.studio(scheme, "join_policy instant")
    card = made(owner.click(owner.say("workspace preset large-org"), "Confirm"))

    found = settings_of(world, owner)
    assert found["join_policy"] == "approval"
    assert found["members_can_invite"] == "off"
    assert found["default_role"] == ROLES[scheme][1]
    assert found["invite_links"] == "off"
    assert "workspace set setting:allowed_domains value:example.com" in words(card)


def test_the_working_role_of_every_scheme_can_be_given_by_whoever_runs_the_workspace():
    assert set(ROLES) == set(schemes())
    for scheme in schemes().values():
        working = next(role for role in scheme.roles if role.name == scheme.working)
        assert not working.exactly_one
        assert working.on("pro")
        assert standing(frozenset({scheme.top})).may_give(working)


def test_a_preset_shows_what_it_would_change_and_nothing_else_and_changes_nothing_yet(world: World):
    owner = world.studio("studio", "default_role Designer")
    for _ in range(3):
        owner.link()
    card = made(owner.say("workspace preset large-org"))

    assert card.title == "Set Studio up as large-org?"
    assert lines(card) == [
        "members_can_invite: on → off",
        "default_role: Designer → Commenter",
        "invite_links: on → off (3 live links end, for good)",
    ]
    assert [button.label for button in card.buttons] == ["Confirm", "Cancel"]
    assert "allowed_domains" in words(card)
    assert world.events("setting.changed") == ["setting.changed"]
    assert world.one("SELECT count(*) FROM invitations WHERE switched_off_at IS NOT NULL") == 0


def test_domains_are_not_asked_for_where_they_are_named_already(world: World):
    owner = world.studio("studio", "allowed_domains acme.example")
    card = made(owner.say("workspace preset large-org"))

    assert "allowed_domains" not in words(card)
    assert "allowed_domains" not in words(owner.click(card, "Confirm"))


def test_a_confirmed_preset_is_recorded_setting_by_setting_in_one_go(world: World):
    owner = world.studio("studio", "join_policy instant")
    owner.link()
    card = made(owner.click(owner.say("workspace preset large-org"), "Confirm"))

    assert card.title == "Studio is set up as large-org"
    assert "invite_links: on → off (1 live link ends, for good)" in lines(card)
    [applied] = world.rows("SELECT facts FROM audit_events WHERE event = 'preset.applied'")
    changed = ["join_policy", "members_can_invite", "invite_links"]
    assert json.loads(applied.facts) == {"settings": changed}
    rows = world.rows(
        "SELECT subject, facts FROM audit_events WHERE event = 'setting.changed' ORDER BY number"
    )
    assert [row.subject for row in rows] == ["join_policy", *changed]
    assert world.events("links.ended") == ["links.ended"]
    world.sound()


def test_a_cancelled_preset_changes_nothing_and_cannot_be_confirmed_afterwards(world: World):
    owner = world.studio()
    card = made(owner.say("workspace preset large-org"))
    assert made(owner.click(card, "Cancel")).title == "Nothing was changed"

    assert refusal_in(owner.click(card, "Confirm")).name == "ALREADY_CONFIRMED"
    assert world.events("setting.changed", "preset.applied") == []


def test_a_preset_that_was_shown_long_ago_is_not_applied(world: World):
    owner = world.studio()
    card = made(owner.say("workspace preset large-org"))
    world.forward(LIFE)

    assert refusal_in(owner.click(card, "Confirm")).name == "CONFIRM_TOO_LATE"


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_that_is_reached_already_says_so(world: World, preset):
    owner = world.studio()
    made(owner.click(owner.say(f"workspace preset {preset}"), "Confirm"))
    card = made(owner.say(f"workspace preset {preset}"))

    assert card.title == f"Studio is set up as {preset} already"
    assert card.buttons == ()
    assert ("allowed_domains" in words(card)) is (preset == "large-org")


def test_at_confirm_everything_is_read_again(world: World):
    owner = world.studio("studio", "join_policy instant")
    card = made(owner.say("workspace preset large-org"))
    made(owner.say("workspace set join_policy approval"))
    late = owner.link()
    done = made(owner.click(card, "Confirm"))

    assert lines(done) == [
        "members_can_invite: on → off",
        "invite_links: on → off (1 live link ends, for good)",
    ]
    assert refusal_in(world.person("Nora").say(f"join {late}")).name == "INVITATION_SWITCHED_OFF"


def test_at_confirm_what_somebody_else_did_meanwhile_is_no_error(world: World):
    owner = world.studio()
    adam = world.member(owner, "Adam", "Admin")
    mine, theirs = (made(person.say("workspace preset large-org")) for person in (owner, adam))
    made(owner.click(mine, "Confirm"))

    assert made(adam.click(theirs, "Confirm")).title == "Studio is set up as large-org already"
    assert world.events("preset.applied") == ["preset.applied"]


def test_who_may_configure_no_more_confirms_nothing(world: World):
    owner = world.studio()
    adam = world.member(owner, "Adam", "Admin")
    card = made(adam.say("workspace preset large-org"))
    world.give(adam, "Designer")

    assert refusal_in(adam.click(card, "Confirm")).name == "NOT_ALLOWED"
    assert refusal_in(owner.click(card, "Confirm")).name == "UNKNOWN_BUTTON"
    assert world.events("preset.applied") == []


def test_a_preset_gives_no_role_above_whoever_applies_it(world: World):
    owner = world.studio()
    adam = world.member(owner, "Adam", "Admin")
    world.change("UPDATE roles SET rank = 45 WHERE role_id = 'designer'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")

    assert refusal_in(adam.say("workspace preset small-team")).name == "ABOVE_CEILING"
    made(owner.say("workspace preset small-team"))


def test_the_lowest_role_is_one_that_counts_on_the_plan(world: World):
    owner = world.studio("animation")
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")
    made(owner.click(owner.say("workspace preset large-org"), "Confirm"))

    assert settings_of(world, owner)["default_role"] == "Editor"


def test_a_workspace_without_the_working_role_keeps_the_one_it_gives(world: World):
    owner = world.studio("studio", "join_policy instant")
    world.change("DELETE FROM roles WHERE role_id = 'designer'")
    world.change("UPDATE workspaces SET roles_version = roles_version + 1 WHERE name = 'Studio'")

    assert lines(made(owner.say("workspace preset small-team"))) == ["join_policy: instant → approval"]


def test_two_clicks_at_once_apply_a_preset_once(world: World):
    owner = world.studio("studio", "join_policy instant")
    other = world.another()
    card = made(owner.say("workspace preset large-org"))
    cards = at_once(*(lambda w=w: owner.on(w).click(card, "Confirm") for w in (world, other) * 3))

    assert sum(refusal_in(card) is None for card in cards) == 1
    assert world.events("preset.applied") == ["preset.applied"]
    assert world.events("links.ended") == ["links.ended"]
    world.sound()
