from __future__ import annotations

import pytest

from core.calls import Channel, Where
from core.cards import plain
from core.durations import DAY, HOUR, MINUTE
from core.settings import LONGEST_LIFE, SETTINGS
from tests.core.world import World, made, refusal_in

HERE = Where("slack", "T1", "C1")
DIRECT = Where("slack", "T1", "")
ROLES = {"designer": "r-designer", "content editor": "r-editor"}


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("join_policy", "approval", "approval"),
        ("join_policy", "INSTANT", "instant"),
        ("default_role", "designer", "r-designer"),
        ("default_role", "Content Editor", "r-editor"),
        ("default_role", "none", ""),
        ("default_role", "-", ""),
        ("invite_expires", "7d", 7 * DAY),
        ("invite_expires", "1h", HOUR),
        ("invite_expires", "60m", 60 * MINUTE),
        ("invite_expires", "90d", LONGEST_LIFE),
        ("approvals_place", "here", ["slack", "T1", "C1"]),
        ("approvals_place", Channel("slack", "T1", "C9"), ["slack", "T1", "C9"]),
        ("approvals_place", "none", []),
        ("approvals_place", "off", []),
        ("approvals_place", "DM", []),
    ],
)
def test_a_setting_takes_what_fits_it(name, typed, kept):
    assert SETTINGS[name].read(typed, HERE, ROLES) == kept


@pytest.mark.parametrize(
    ("name", "typed", "where"),
    [
        ("join_policy", "sometimes", HERE),
        ("join_policy", "", HERE),
        ("join_policy", Channel("slack", "T1", "C1"), HERE),
        ("default_role", "Janitor", HERE),
        ("default_role", Channel("slack", "T1", "C1"), HERE),
        ("invite_expires", "59m", HERE),
        ("invite_expires", "91d", HERE),
        ("invite_expires", "2026-12-24", HERE),
        ("invite_expires", "-7d", HERE),
        ("invite_expires", "never", HERE),
        ("invite_expires", Channel("slack", "T1", "C1"), HERE),
        ("approvals_place", "here", DIRECT),
        ("approvals_place", "#general", HERE),
        ("approvals_place", "", HERE),
    ],
)
def test_a_setting_refuses_what_does_not_fit_with_a_sentence(name, typed, where):
    with pytest.raises(ValueError, match=r"[A-Z].+\.$"):
        SETTINGS[name].read(typed, where, ROLES)


@pytest.mark.parametrize("setting", SETTINGS.values(), ids=list(SETTINGS))
def test_every_setting_says_why_it_matters_and_its_example_fits(setting):
    assert setting.meaning.endswith(".")
    setting.show(setting.read(setting.example, HERE, ROLES), {"r-designer": "Designer"})


def test_L29_the_defaults_are_those_of_the_contract():
    assert {name: setting.default for name, setting in SETTINGS.items()} == {
        "join_policy": "approval",
        "default_role": None,
        "approvals_place": [],
        "invite_expires": 7 * DAY,
    }
    assert LONGEST_LIFE == 90 * DAY


@pytest.mark.parametrize(("scheme", "role"), [("studio", "Commenter"), ("simple", "Workspace Viewer")])
def test_L29_a_new_workspace_works_by_the_documented_defaults(world: World, scheme, role):
    owner = world.studio(scheme)

    card = made(owner.say("workspace settings"))
    shown = {line.text[0].text: plain(line.text[1:3]) for line in card.lines}
    assert {name: value.split(" — ")[0] for name, value in shown.items()} == {
        "join_policy": " = approval",
        "default_role": f" = {role}",
        "approvals_place": " = none (a direct message to each approver)",
        "invite_expires": " = 7d",
    }
    assert world.one("SELECT plan FROM workspaces WHERE name = 'Studio'") == "enterprise"

    code = owner.link()
    assert world.one("SELECT expires_at - created_at FROM invitations") == 7 * DAY
    newcomer = world.person("Nora")
    request = newcomer.ask(code)
    assert world.one("SELECT expires_at - created_at FROM requests") == 3 * DAY
    made(owner.say(f"request approve request:{request}"))
    assert world.members()["Nora"] == role


def test_L29_without_a_scheme_a_workspace_is_simple_and_its_creator_stands_at_the_top(world: World):
    owner = world.person("Olga", place_admin=True)
    made(owner.say("workspace create name:Studio"))

    assert world.one("SELECT scheme FROM workspaces WHERE name = 'Studio'") == "simple"
    assert world.members() == {"Olga": "Workspace Admin"}


def test_a_setting_is_changed_shown_and_recorded_with_what_was_before(world: World):
    owner = world.studio()
    made(owner.say("workspace set setting:join_policy value:instant"))

    assert "before" in world.one("SELECT facts FROM audit_events WHERE event = 'setting.changed'")
    again = owner.say("workspace set setting:JOIN-POLICY value:Instant")
    assert refusal_in(again).name == "NOTHING_TO_CHANGE"
    assert world.events("setting.changed") == ["setting.changed"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("setting:colour value:red", "UNKNOWN_SETTING"),
        ("setting:join_policy value:maybe", "BAD_SETTING"),
        ("setting:default_role value:Owner", "ONE_HOLDER"),
        ("setting:invite_expires value:1y", "BAD_SETTING"),
        ("setting:join_policy", "MISSING_OPTION"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_and_nothing_is_changed(world: World, typed, code):
    owner = world.studio()

    assert refusal_in(owner.say(f"workspace set {typed}")).name == code
    assert world.events("setting.changed") == []


def test_the_default_role_is_never_above_whoever_sets_it(world: World):
    owner = world.studio()
    world.change("UPDATE roles SET exactly_one = false WHERE role_id = 'owner'")
    world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
    admin = world.member(owner, "Ada", "Admin")

    assert refusal_in(admin.say("workspace set default_role Owner")).name == "ABOVE_CEILING"


def test_cards_go_only_to_channels_of_linked_places(world: World):
    owner = world.studio()

    elsewhere = owner.run("workspace set", setting="approvals_place", value=Channel("slack", "T2", "C1"))
    assert refusal_in(elsewhere).name == "BAD_SETTING"
    made(owner.run("workspace set", setting="approvals_place", value=Channel("slack", "T1", "C7")))


@pytest.mark.parametrize("role", ["Designer", "Content Editor", "Commenter"])
def test_only_who_may_configure_sees_or_changes_settings(world: World, role):
    someone = world.member(world.studio(), "Dana", role)

    for typed in ("workspace settings", "workspace set setting:join_policy value:instant", "workspace link"):
        assert refusal_in(someone.say(typed)).name == "NOT_ALLOWED"
    assert world.refused() == ["NOT_ALLOWED"] * 3
