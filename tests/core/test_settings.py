"""Settings: how values are read, what the defaults are, and what each of them does."""

from __future__ import annotations

import json

import pytest

from core.calls import Call, Channel, Where
from core.cards import plain
from core.durations import DAY, HOUR, MINUTE
from core.errors import RefusalCode
from core.language import LANGUAGES, speaking
from core.settings import LONGEST_LIFE, NOTICES, SETTINGS
from tests.core.together import at_once
from tests.core.world import World, code_in, made, refusal_in, words

HERE = Where("slack", "T1", "C1")
DIRECT = Where("slack", "T1", "")
ROLES = {"designer": "r-designer", "content editor": "r-editor"}
FIFTY = [f"d{number:02}.example" for number in range(50)]


@pytest.mark.parametrize(
    ("name", "typed", "kept"),
    [
        ("join_policy", "approval", "approval"),
        ("join_policy", "INSTANT", "instant"),
        ("default_role", "designer", "r-designer"),
        ("default_role", "Content Editor", "r-editor"),
        ("default_role", "Content  editor", "r-editor"),
        ("default_role", "none", ""),
        ("default_role", "-", ""),
        ("members_can_invite", "on", True),
        ("members_can_invite", "OFF", False),
        ("members_can_invite", "yes", True),
        ("invite_links", "off", False),
        ("invite_links", "true", True),
        ("invite_expires", "7d", 7 * DAY),
        ("invite_expires", "1h", HOUR),
        ("invite_expires", "60m", 60 * MINUTE),
        ("invite_expires", "90d", LONGEST_LIFE),
        ("allowed_domains", "acme.example", ["acme.example"]),
        ("allowed_domains", "b.example, a.example", ["a.example", "b.example"]),
        ("allowed_domains", "b.example;a.example\tc.example", ["a.example", "b.example", "c.example"]),
        ("allowed_domains", "ACME.Example. acme.example", ["acme.example"]),
        ("allowed_domains", "München.example", ["xn--mnchen-3ya.example"]),
        ("allowed_domains", "mail.acme.example", ["mail.acme.example"]),
        ("allowed_domains", "none", []),
        ("allowed_domains", "any", []),
        ("allowed_domains", ",".join(reversed(FIFTY)), FIFTY),
        ("reminders", "on", "on"),
        ("reminders", "OFF", "off"),
        ("reminders", "none", "off"),
        ("reminders", "arrival", ["arrival"]),
        ("reminders", "roles, Invitee roles", ["invitee", "roles"]),
        ("reminders", ",".join(NOTICES), "on"),
        ("quiet_hours", "22-7", "22:00-07:00"),
        ("quiet_hours", "off", ""),
        ("time_zone", "europe/berlin", "Europe/Berlin"),
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
        ("default_role", "Janitor", HERE),
        ("members_can_invite", "admins", HERE),
        ("invite_links", "1", HERE),
        ("invite_expires", "59m", HERE),
        ("invite_expires", "91d", HERE),
        ("invite_expires", "2026-12-24", HERE),
        ("invite_expires", "-7d", HERE),
        ("invite_expires", "never", HERE),
        ("allowed_domains", "@acme.example", HERE),
        ("allowed_domains", "*.acme.example", HERE),
        ("allowed_domains", "ada@acme.example", HERE),
        ("allowed_domains", "com", HERE),
        ("allowed_domains", "co.uk", HERE),
        ("allowed_domains", "acme.example, com.au", HERE),
        ("allowed_domains", "10.0.0.1", HERE),
        ("allowed_domains", "https://acme.example", HERE),
        ("allowed_domains", "acme_inc.example", HERE),
        ("allowed_domains", "acme..example", HERE),
        ("allowed_domains", "none, acme.example", HERE),
        ("allowed_domains", ",", HERE),
        ("allowed_domains", ",".join([*FIFTY, "one-more.example"]), HERE),
        ("reminders", "sometimes", HERE),
        ("reminders", "arrival, weather", HERE),
        ("reminders", "", HERE),
        ("approvals_place", "here", DIRECT),
        ("approvals_place", "#general", HERE),
        ("approvals_place", "", HERE),
        *((name, Channel("slack", "T1", "C1"), HERE) for name in SETTINGS if name != "approvals_place"),
    ],
)
def test_a_setting_refuses_what_does_not_fit_with_a_sentence(name, typed, where):
    with pytest.raises(ValueError, match=r"[A-Z].+\.$"):
        SETTINGS[name].read(typed, where, ROLES)


@pytest.mark.parametrize(
    "setting", [each for each in SETTINGS.values() if each.name != "approvals"], ids=lambda s: s.name
)
def test_every_setting_says_what_it_does_and_its_example_fits(setting):
    roles = {"r-designer": "Designer"}
    example = setting.read(setting.example, HERE, ROLES)
    assert setting.meaning.endswith(".")
    assert plain(setting.show(example, roles))
    for kept in (example, setting.default):
        assert setting.does(kept, roles)[0].isupper()
        assert setting.does(kept, roles).endswith(".")
        for language in LANGUAGES:
            with speaking(language):
                assert len(setting.does(kept, roles).split()) <= 25
    assert setting.does(example, roles) != setting.does(setting.default, roles)


# --- defaults ----------------------------------------------------------------------------------------------------------

#: By hand from the product's page: what each setting reads in a new workspace. The default role is the scheme's.
PAGE = {
    "join_policy": "approval",
    "default_role": None,
    "members_can_invite": "on",
    "invite_links": "on",
    "allowed_domains": "none (any address)",
    "invite_expires": "7d",
    "approvals": "default",
    "reminders": "on",
    "digest": "on",
    "quiet_hours": "none",
    "time_zone": "UTC",
    "approvals_place": "none (a direct message to each approver)",
    "language": "en",
}
PAGE_ROLES = {
    "studio": "Commenter",
    "simple": "Workspace Viewer",
    "project": "Project Member",
    "animation": "Editor",
    "computers": "none",
}


@pytest.mark.parametrize("scheme", PAGE_ROLES)
def test_L29_a_new_workspace_works_by_the_documented_defaults_and_its_card_says_so(world: World, scheme):
    owner = world.studio(scheme)
    role = PAGE_ROLES[scheme]
    documented = {name: value or role for name, value in PAGE.items()}

    card = made(owner.say("workspace settings"))
    lines = {line.text[0].text: plain(line.text) for line in card.lines}
    assert list(lines) == list(documented)
    for name, value in documented.items():
        assert f" = {value} — " in lines[name]
        assert "Default: " not in lines[name]  # since nobody changed it
    assert world.one("SELECT plan FROM workspaces WHERE name = 'Studio'") == "enterprise"
    assert world.one("SELECT settings FROM workspaces WHERE name = 'Studio'") in ("{}", {})

    code = owner.link()
    assert world.one("SELECT expires_at - created_at FROM invitations") == 7 * DAY
    request = world.person("Nora").ask(code)
    assert world.one("SELECT expires_at - created_at FROM requests") == 3 * DAY
    made(owner.say(f"request approve request:{request}"))
    assert world.members()["Nora"] == role.replace("none", "")


def test_L29_help_shows_the_lengths_that_are_really_used(world: World):
    owner = world.studio()

    shown = words(owner.say('help command:"invite create"'))
    assert f"at most {LONGEST_LIFE // DAY}d" in shown
    assert SETTINGS["invite_expires"].default == 7 * DAY


def test_L29_what_was_changed_still_shows_what_the_default_is(world: World):
    owner = world.studio("studio", "default_role Designer", "invite_links off")

    shown = words(owner.say("workspace settings"))
    assert "default_role = Designer — " in shown
    assert "Default: Commenter." in shown
    assert "invite_links = off — " in shown
    assert "Default: on." in shown
    assert shown.count("Default: ") == 2


def test_L29_without_a_scheme_a_workspace_is_simple_and_its_creator_stands_at_the_top(world: World):
    owner = world.person("Olga", place_admin=True)
    made(owner.say("workspace create name:Studio"))

    assert world.one("SELECT scheme FROM workspaces WHERE name = 'Studio'") == "simple"
    assert world.members() == {"Olga": "Workspace Admin"}


# --- changing ----------------------------------------------------------------------------------------------------------


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
        ("setting:default_role value:Janitor", "BAD_SETTING"),
        ("setting:invite_expires value:1y", "BAD_SETTING"),
        ("setting:members_can_invite value:perhaps", "BAD_SETTING"),
        ("setting:allowed_domains value:@acme.example", "BAD_SETTING"),
        ("setting:reminders value:weather", "BAD_SETTING"),
        ("setting:join_policy", "MISSING_OPTION"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_and_nothing_is_changed(world: World, typed, code):
    owner = world.studio()

    assert refusal_in(owner.say(f"workspace set {typed}")).name == code
    assert world.events("setting.changed") == []


def test_the_same_domains_in_another_order_and_case_are_no_change(world: World):
    owner = world.studio("studio", "allowed_domains b.example, a.example")

    again = owner.say("workspace set allowed_domains A.Example; b.example, a.example.")
    assert refusal_in(again).name == "NOTHING_TO_CHANGE"


def test_fifty_domains_of_usual_length_are_read_in_one_go(world: World):
    owner = world.studio()
    typed = ", ".join(f"division-number-{number:02}.of.a-large-company.example" for number in range(50))

    assert made(owner.say(f"workspace set allowed_domains {typed}")).title.startswith(
        "allowed_domains is now"
    )
    assert len(owner.say("workspace settings").lines) == len(SETTINGS)


def test_the_default_role_is_never_above_whoever_sets_it(world: World):
    owner = world.studio()
    world.change("UPDATE roles SET exactly_one = false WHERE role_id = 'owner'")
    world.change("UPDATE workspaces SET roles_version = 2 WHERE name = 'Studio'")
    admin = world.member(owner, "Ada", "Admin")

    assert refusal_in(admin.say("workspace set default_role Owner")).name == "ABOVE_CEILING"


def test_the_default_role_counts_on_the_plan(world: World):
    owner = world.studio("animation")
    made(owner.say("workspace set default_role Viewer"))
    world.change("UPDATE workspaces SET plan = 'pro' WHERE name = 'Studio'")

    refused = owner.say("workspace set default_role Developer")
    assert refusal_in(refused).name == "ROLE_NOT_ON_PLAN"
    assert refused.title == "Developer does not count on the pro plan"


def test_cards_go_only_to_channels_of_linked_places(world: World):
    owner = world.studio()

    elsewhere = owner.run("workspace set", setting="approvals_place", value=Channel("slack", "T2", "C1"))
    assert refusal_in(elsewhere).name == "BAD_SETTING"
    made(owner.run("workspace set", setting="approvals_place", value=Channel("slack", "T1", "C7")))


@pytest.mark.parametrize("role", ["Designer", "Content Editor", "Commenter"])
def test_only_who_may_configure_sees_or_changes_settings(world: World, role):
    someone = world.member(world.studio(), "Dana", role)

    for typed in (
        "workspace settings",
        "workspace set setting:join_policy value:instant",
        "workspace preset small-team",
    ):
        assert refusal_in(someone.say(typed)).name == "NOT_ALLOWED"
    assert world.refused() == ["NOT_ALLOWED"] * 3


# --- who may invite ----------------------------------------------------------------------------------------------------


def test_where_members_cannot_invite_what_they_made_before_leads_to_an_approval(world: World):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    adam = world.member(owner, "Adam", "Admin")
    links = {person: person.link() for person in (dana, adam, owner)}
    card = made(owner.say("workspace set members_can_invite off"))
    assert "whoever uses one waits for approval" in words(card)

    assert made(world.person("N1").say(f"join {links[dana]}")).title == "You asked to join Studio"
    for number, person in enumerate((adam, owner)):
        assert made(world.person(f"M{number}").say(f"join {links[person]}")).title == "Welcome to Studio"
    made(owner.say("workspace set members_can_invite on"))
    assert made(world.person("N2").say(f"join {links[dana]}")).title == "Welcome to Studio"


# --- links -------------------------------------------------------------------------------------------------------------


def test_switching_links_off_ends_every_live_one_at_once_and_nothing_else(world: World):
    owner = world.studio("studio", "join_policy instant")
    used_up = owner.link(uses=1)
    made(world.person("Una").say(f"join {used_up}"))
    short = owner.link(expires="1h")
    revoked = made(owner.say("invite create name:gone"))
    gone = code_in(revoked)
    made(owner.click(revoked, "Revoke"))
    personal = code_in(made(owner.say("invite create emails:nora@acme.example")))
    world.forward(HOUR)
    live = [owner.link(), owner.link(uses=3), code_in(made(owner.say("invite create domain:acme.example")))]

    card = made(owner.say("workspace set invite_links off"))
    assert card.title == "invite_links is now off"
    assert "3 live links ended, for good." in words(card)
    [event] = world.rows("SELECT facts FROM audit_events WHERE event = 'links.ended'")
    ended = [
        row.invitation_id
        for row in world.rows("SELECT invitation_id FROM invitations WHERE switched_off_at IS NOT NULL")
    ]
    assert json.loads(event.facts) == {"count": 3, "invitations": sorted(ended)}
    for number, code in enumerate(live):
        refused = world.person(f"N{number}", email=f"n{number}@acme.example").say(f"join {code}")
        assert refusal_in(refused).name == "INVITATION_SWITCHED_OFF"
        assert "Ask Olga for a personal invitation" in words(refused)
    assert refusal_in(world.person("X1").say(f"join {used_up}")).name == "INVITATION_USED_UP"
    assert refusal_in(world.person("X2").say(f"join {short}")).name == "INVITATION_EXPIRED"
    assert refusal_in(world.person("X3").say(f"join {gone}")).name == "INVITATION_REVOKED"
    nora = world.person("Nora", email="nora@acme.example")
    assert made(nora.say(f"join {personal}")).title == "Welcome to Studio"
    listed = words(owner.say("invite list status:revoked"))
    assert listed.count("ended when links were switched off on") == 3
    world.sound()


def test_links_that_were_ended_stay_dead_when_links_are_switched_on_again(world: World):
    owner = world.studio("studio", "join_policy instant")
    link = owner.link()
    short_id = world.one("SELECT invitation_id FROM invitations")
    made(owner.say("workspace set invite_links off"))
    card = made(owner.say("workspace set invite_links on"))
    assert "stay dead" in words(card)

    assert refusal_in(world.person("Nora").say(f"join {link}")).name == "INVITATION_SWITCHED_OFF"
    assert refusal_in(owner.say(f"invite extend {short_id}")).name == "INVITATION_DEAD"
    assert "It was switched off on" in words(owner.say(f"invite extend {short_id}"))
    assert made(world.person("Nora").say(f"join {owner.link()}")).title == "Welcome to Studio"
    made(owner.say("workspace set invite_links off"))
    assert world.one("SELECT count(*) FROM invitations WHERE switched_off_at IS NOT NULL") == 2


def test_a_use_that_comes_back_brings_no_ended_link_back_to_life(world: World):
    owner = world.studio()
    link = owner.link(uses=1)
    request = world.person("Nora").ask(link)
    card = made(owner.say("workspace set invite_links off"))
    for status, count in (("accepted", 0), ("revoked", 1), ("pending", 0)):
        assert len(owner.say(f"invite list status:{status}").lines) == count
    assert "1 live link ended" in words(card)
    assert "1 person who asked through one before still waits" in words(card)
    made(owner.say(f"request deny {request}"))

    made(owner.say("workspace set invite_links on"))
    assert refusal_in(world.person("Nils").say(f"join {link}")).name == "INVITATION_SWITCHED_OFF"


def test_who_asked_through_a_link_before_it_ended_is_still_for_the_approvers_to_answer(world: World):
    owner = world.studio()
    link = owner.link()
    first, second = (world.person(name).ask(link) for name in ("Nora", "Nils"))
    world.desk.drain(world.at)
    card = made(owner.say("workspace set invite_links off"))
    assert "2 people who asked through one before still wait for an answer" in words(card)
    world.desk.drain(world.at)
    assert all("(links were switched off since)" in words(m.card) for m in world.desk.cards("N"))

    made(owner.say(f"request approve {first}"))
    made(owner.say(f"request deny {second}"))
    assert "Nora" in world.members()


def test_with_links_off_none_can_be_made_and_personal_invitations_can(world: World):
    owner = world.studio("studio", "invite_links off")

    refused = owner.say("invite create name:crew")
    assert refusal_in(refused).name == "LINKS_OFF"
    assert "name the people with emails" in words(refused)
    assert "`workspace set setting:invite_links value:on`" in words(refused), "no word of asking themselves"
    assert refusal_in(owner.say("invite create domain:acme.example")).name == "LINKS_OFF"
    made(owner.say("invite create emails:nora@acme.example"))
    made(owner.say("invite create emails:<@NORA>"))


def test_links_ended_in_the_moment_of_a_join_let_in_or_not_and_nothing_between(world: World):
    owner = world.studio("studio", "join_policy instant")
    other = world.another()
    for number in range(8):
        link = owner.link()
        nora = other.person(f"N{number}")
        joined, off = at_once(
            lambda p=nora, c=link: p.say(f"join {c}"), lambda: owner.say("workspace set invite_links off")
        )
        assert "1 live link ended" in words(off)
        taken = world.one("SELECT sum(uses_taken) FROM invitations")
        welcome = joined.title == "Welcome to Studio"
        assert welcome or refusal_in(joined).name == "INVITATION_SWITCHED_OFF"
        assert (f"N{number}" in world.members()) is welcome
        assert taken == len(world.members()) - 1
        made(owner.say("workspace set invite_links on"))
    world.sound()


# --- reminders ---------------------------------------------------------------------------------------------------------


def told(world: World, person: str) -> list[str]:
    world.desk.drain(world.at)
    return [card.title for card in world.desk.to(person)]


def test_L39_who_was_invited_by_mention_is_reminded_once_two_days_before_the_end(world: World):
    owner = world.studio()
    made(owner.say("invite create emails:<@NORA> note:Monday"))
    invited = told(world, "NORA")
    assert len(invited) == 1
    end = world.one("SELECT expires_at FROM invitations")
    world.at = end - 2 * DAY - 1
    world.core.sweep(world.at)
    assert told(world, "NORA") == invited
    world.at = end - 2 * DAY
    for _ in range(3):
        world.core.sweep(world.at)
        world.another().core.sweep(world.at)
        world.forward(HOUR)

    assert told(world, "NORA") == [*invited, "Your invitation to Studio from Olga ends soon"]
    first, last = (words(card).partition("\n")[2] for card in world.desk.to("NORA"))
    assert first == last  # the code to type, the role, the end and the note


@pytest.mark.parametrize("life", ["95h", "1h"])
def test_who_has_few_days_anyway_is_not_reminded(world: World, life):
    owner = world.studio()
    made(owner.say(f"invite create emails:<@NORA> expires:{life}"))
    assert len(told(world, "NORA")) == 1
    world.forward(HOUR)
    world.core.sweep(world.at)

    assert len(told(world, "NORA")) == 1


@pytest.mark.parametrize("change", ["revoked", "joined", "asked", "over", "extended", "switched off"])
def test_L39_nobody_is_reminded_of_an_invitation_that_waits_for_them_no_more(world: World, change):
    owner = world.studio("studio", "join_policy instant")
    nora = world.person("Nora")
    code = code_in(made(owner.say("invite create emails:<@NORA>")))
    told(world, "NORA")
    world.forward(5 * DAY)
    world.core.sweep(world.at)
    if change == "revoked":
        made(owner.say("invite revoke " + world.one("SELECT invitation_id FROM invitations")))
    elif change == "joined":
        made(nora.say(f"join {code}"))
    elif change == "asked":
        made(owner.say("workspace set join_policy approval"))
        nora.ask(code)
    elif change == "over":
        world.forward(2 * DAY)
    elif change == "extended":
        made(owner.say("invite extend " + world.one("SELECT invitation_id FROM invitations") + " by:9d"))
    else:
        made(owner.say("workspace set reminders inviter, arrival, roles"))

    assert not [title for title in told(world, "NORA") if "ends soon" in title]


@pytest.mark.parametrize(
    ("setting", "hears"),
    [
        ("on", {"arrival", "inviter"}),
        ("off", set()),
        ("inviter", {"inviter"}),
        ("arrival", {"arrival"}),
        ("invitee, roles", set()),
    ],
)
def test_each_kind_of_notice_is_sent_as_the_setting_reads_when_it_is_sent(world: World, setting, hears):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    link = dana.link()
    world.desk.drain(world.at)
    made(world.person("Nora").say(f"join {link}"))
    world.forward(5 * DAY)
    world.core.sweep(world.at)
    if setting != "on":
        made(owner.say(f"workspace set reminders {setting}"))
    got = told(world, "DANA")

    assert ("Nora joined Studio" in got) is ("arrival" in hears)
    assert any("ends soon" in title for title in got) is ("inviter" in hears)


def test_what_was_dropped_while_a_notice_was_off_is_not_sent_when_it_is_on_again(world: World):
    owner = world.studio("studio", "join_policy instant", "reminders off")
    dana = world.member(owner, "Dana", "Designer")
    made(world.person("Nora").say(f"join {dana.link()}"))
    assert told(world, "DANA") == []
    made(owner.say("workspace set reminders on"))

    assert told(world, "DANA") == []


# --- completing --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("setting", "typed", "offered"),
    [
        ("join_policy", "", ["approval", "instant"]),
        ("Join policy", "inst", ["instant"]),
        ("default_role", "", ["Admin", "Designer", "Content Editor", "Commenter", "none"]),
        ("default_role", "comm", ["Commenter"]),
        ("invite_links", "o", ["on", "off"]),
        ("invite_expires", "3", ["3d", "30d"]),
        ("quiet_hours", "22:00-0", ["22:00-06:00", "22:00-07:00"]),
        ("time_zone", "new york", ["America/New_York"]),
        ("time_zone", "berl", ["Europe/Berlin"]),
        ("colour", "", []),
        ("", "", []),
    ],
)
def test_the_value_of_a_setting_is_completed_with_what_it_takes(world: World, setting, typed, offered):
    owner = world.studio()
    dana = world.member(owner, "Dana", "Designer")

    def complete(person) -> list[str]:
        call = Call(person.actor, person.where, world.at, "workspace set", {"setting": setting})
        return [label for _, label in world.core.complete(call, "value", typed)]

    assert complete(owner) == offered
    assert complete(dana) == []


def test_L06_who_runs_a_workspace_for_a_time_does_not_change_who_answers_what(world: World):
    owner = world.studio("studio", "join_policy instant")
    dana = world.member(owner, "Dana", "Designer")
    made(owner.say("role assign Dana role:Admin for:1h"))
    value = "access: 1 of content:edit; emergency content:edit for at most 24h"
    for typed in (value, "none"):
        card = dana.run("workspace set", setting="approvals", value=typed)
        assert refusal_in(card) is RefusalCode.POLICY_FOR_A_TIME
    made(dana.run("workspace set", setting="invite_expires", value="3d"))
    made(owner.run("workspace set", setting="approvals", value=value))


def test_a_long_value_that_does_not_fit_is_not_repeated_to_whoever_typed_it(world: World):
    owner = world.studio()
    for setting, value, said in (
        ("approvals", "access: 1 of nobody that anybody knows of", "That"),
        ("approvals", "what", "That"),
        ("join_policy", "perhaps", "“perhaps”"),
        ("join_policy", "perhaps " * 20, "That"),
    ):
        card = owner.run("workspace set", setting=setting, value=value)
        assert card.title == f"{said} does not fit {setting}"
        assert card.body
