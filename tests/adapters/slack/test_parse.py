"""From Slack's payloads to calls."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack import parse
from core.binding import pasted
from core.calls import Actor, Channel, Identity, MessageRef, Where
from core.errors import Refusal, RefusalCode

HERE = Where("slack", "T1", "C1")


def _options(typed: str) -> dict[str, Any]:
    return parse.command(typed, HERE)[1]


def _person(subject: str) -> Identity:
    return Identity("slack", "T1", subject)


# --- what was typed ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "member"),
    [
        ("member show member:<@U123|ann>", _person("U123")),
        ("member show <@W9>", _person("W9")),
        ("member show --member <@U123|ann lee>", _person("U123")),
        ('member show member:"<@U123>"', _person("U123")),
        ("member show member:<mailto:ann@x.example|ann@x.example>", "ann@x.example"),
        ("member show ann lee", "ann lee"),
        ("member show <@U1|ann> <@U2>", "@ann @U2"),
        ("member show &lt;@U123&gt;", "<@U123>"),
    ],
)
def test_a_member_is_a_mention_an_address_or_a_name(typed: str, member: Any) -> None:
    assert _options(typed) == {"member": member}


@pytest.mark.parametrize(
    ("typed", "addresses"),
    [
        ("emails:<mailto:a@x.example|a@x.example>", [("a@x.example", "")]),
        (
            "emails:<mailto:a@x.example|a@x.example>,<mailto:b@x.example>",
            [("a@x.example", ""), ("b@x.example", "")],
        ),
        (
            "emails:Ann Lee <mailto:a@x.example|a@x.example>, b@x.example",
            [("a@x.example", "Ann Lee"), ("b@x.example", "")],
        ),
        (
            "emails:Ann &lt;<mailto:a@x.example|a@x.example>&gt;; Bob &lt;b@x.example&gt;",
            [("a@x.example", "Ann"), ("b@x.example", "Bob")],
        ),
        (
            "emails:<mailto:a@x.example|a@x.example>\nBob <mailto:b@x.example|b@x.example>",
            [("a@x.example", ""), ("b@x.example", "Bob")],
        ),
        (
            'emails:"<mailto:a@x.example|a@x.example> <mailto:b@x.example|b@x.example>"',
            [("a@x.example", ""), ("b@x.example", "")],
        ),
        ("emails:nonsense", [("nonsense", "")]),
    ],
)
def test_a_pasted_list_keeps_names_and_addresses(typed: str, addresses: list[tuple[str, str]]) -> None:
    found = _options(f"invite create {typed}")["emails"]

    assert [(each.address, each.name) for each in pasted(found)] == addresses


def test_a_list_may_mix_mentions_and_addresses() -> None:
    found = _options("invite create emails:<@U1|ann>, <mailto:b@x.example|b@x.example> <@U2>")["emails"]

    assert found == (_person("U1"), ", <b@x.example>, ", _person("U2"))
    assert _options("invite create emails:<@U1>,<@U2>")["emails"] == (_person("U1"), _person("U2"))
    assert _options("invite create emails:<@U1>")["emails"] == _person("U1")


def test_a_list_of_members_may_mix_mentions_names_and_addresses() -> None:
    typed = "group add group:Crew member:<@U1|ann>, Bob Lee, <mailto:c@x.example|c@x.example> <@U2>"
    assert _options(typed)["member"] == (_person("U1"), ", Bob Lee, c@x.example ", _person("U2"))
    assert _options("group add Crew <@U1>") == {"group": "Crew", "member": _person("U1")}
    assert _options("group add group:Crew member:Bob, Cleo")["member"] == "Bob, Cleo"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ('name:"R&amp;D &lt;core&gt;"', "R&D <core>"),
        ("name:R&amp;D", "R&D"),
        ("name:&amp;lt;", "&lt;"),
        ("name:“Design team”", "Design team"),
        ("—name Design team", "Design team"),
        ("name:<https://x.example/a|x.example/a>", "x.example/a"),
        ("name:<https://x.example/a>", "https://x.example/a"),
        ("name:for <#C7|design> people", "for #design people"),
        ("name:for <#C7> people", "for #C7 people"),
        ("name:for <!channel> and <!subteam^S1|@leads>", "for @channel and @leads"),
        ("name:by <!date^1^{date}|1 January>", "by 1 January"),
        ("name:ask <@U1|ann> first", "ask @ann first"),
        ("name:<mailto:a@x.example?subject=hi|write>", "a@x.example"),
    ],
)
def test_text_reads_as_the_person_saw_it(typed: str, name: str) -> None:
    assert _options(f"invite create {typed}") == {"name": name}


def test_a_domain_that_slack_made_a_link_of_is_a_domain_still() -> None:
    assert _options("invite create domain:<http://x.example|x.example>") == {"domain": "x.example"}


def test_a_code_may_be_pasted_as_its_link() -> None:
    assert _options("join <https://usher.example/i/AB|my invitation>") == {
        "code": "https://usher.example/i/AB"
    }


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("workspace set approvals_place <#C7|design>", Channel("slack", "T1", "C7")),
        ("workspace set setting:approvals_place value:<#C7>", Channel("slack", "T1", "C7")),
        ("workspace set invite_links off", "off"),
        # Typed by hand: Slack escapes what it has not resolved to a channel itself.
        ("workspace set approvals_place &lt;#C7&gt;", "<#C7>"),
        ("workspace set approvals_place C7", "C7"),
    ],
)
def test_a_setting_may_be_a_channel(typed: str, value: Any) -> None:
    assert _options(typed)["value"] == value


@pytest.mark.parametrize(
    ("typed", "code", "quoted"),
    [
        ("invite list <mailto:a@x.example|a@x.example>", RefusalCode.STRAY_WORDS, "a@x.example"),
        ("invite list colour:red", RefusalCode.UNKNOWN_OPTION, "colour"),
    ],
)
def test_a_refusal_quotes_what_the_person_saw(typed: str, code: RefusalCode, quoted: str) -> None:
    with pytest.raises(Refusal) as refused:
        _options(typed)

    assert refused.value.code is code
    assert quoted in refused.value.facts.values()


@pytest.mark.parametrize("begun", ["<mailto:", "<@", "<https://", "<#", "<!", "&lt;<mailto:"])
def test_a_link_that_never_ends_is_read_in_no_time(begun: str) -> None:
    typed = begun + "A" * 40_000

    assert _options(f"invite create emails:{typed}")["emails"].endswith("A")
    assert _options(f"invite create name:{typed}")["name"].endswith("A")


def test_nothing_typed_asks_for_help() -> None:
    assert parse.command("  ", HERE)[0].name == "help"


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=300)
    | st.lists(
        st.sampled_from(
            [
                "invite create",
                "emails:",
                "name:",
                '"',
                "“",
                "<@U1|a>",
                "<",
                ">",
                "&lt;",
                "<mailto:a@b|a>",
                ",",
                " ",
                "\0",
                "--name",
                "—",
                "join",
                "=",
                "|",
            ]
        ),
        max_size=20,
    ).map("".join)
)
def test_every_text_is_a_command_or_a_refusal(typed: str) -> None:
    try:
        parse.command(typed, HERE)
    except Refusal as refusal:
        assert refusal.code in RefusalCode  # noqa: PT017


# --- who and where -------------------------------------------------------------------------------------------------


SLASH = {
    "team_id": "T1",
    "user_id": "U1",
    "user_name": "ann",
    "channel_id": "C1",
    "channel_name": "general",
    "command": "/usher",
    "text": "help",
}


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({}, HERE),
        ({"channel_id": "D1", "channel_name": "directmessage"}, Where("slack", "T1", "")),
        ({"channel_id": "D1"}, Where("slack", "T1", "")),
        ({"channel_name": "privategroup"}, HERE),
        ({"team_id": None, "enterprise_id": "E1"}, Where("slack", "E1", "C1")),
        ({"team_id": None}, Where("slack", "", "C1")),
    ],
)
def test_a_command_comes_from_a_channel_or_a_conversation_with_the_bot(
    more: dict[str, Any], where: Where
) -> None:
    asked = parse.slash(SLASH | more)

    assert asked.where == where
    assert asked.actor == Actor(Identity("slack", where.realm, "U1"), "ann")
    assert (asked.text, asked.command) == ("help", "/usher")


CLICK: dict[str, Any] = {
    "type": "block_actions",
    "team": {"id": "T1"},
    "user": {"id": "U1", "name": "ann", "team_id": "T2"},
    "channel": {"id": "C1", "name": "general"},
    "container": {"type": "message", "message_ts": "1.2", "channel_id": "C1", "is_ephemeral": False},
    "actions": [{"action_id": "join.approve#3", "value": "req-1", "block_id": "b1"}],
}


def test_a_click_carries_the_action_the_subject_and_the_message() -> None:
    call = parse.click(CLICK, 7)

    assert (call.action, call.subject, call.at) == ("join.approve", "req-1", 7)
    assert call.message == MessageRef("slack", "T1", "C1", "1.2")


def test_in_a_shared_channel_the_persons_team_is_not_the_places() -> None:
    call = parse.click(CLICK, 7)

    assert call.actor.identity == Identity("slack", "T2", "U1")
    assert call.where == HERE


@pytest.mark.parametrize(
    ("more", "realm"),
    [
        ({"team": None}, "T2"),
        ({"team": None, "user": {"id": "U1"}, "enterprise": {"id": "E1"}}, "E1"),
        ({"team": None, "user": {"id": "U1"}}, ""),
    ],
)
def test_a_click_in_an_organisation_may_name_no_team(more: dict[str, Any], realm: str) -> None:
    assert parse.click(CLICK | more, 7).where.realm == realm


def test_a_click_on_a_message_to_the_bot_comes_from_no_channel_but_names_the_message() -> None:
    container = {"message_ts": "1.2", "channel_id": "D1"}

    call = parse.click(CLICK | {"container": container, "channel": {"id": "D1", "name": "directmessage"}}, 7)

    assert call.where.channel == ""
    assert call.message == MessageRef("slack", "T1", "D1", "1.2")


@pytest.mark.parametrize(
    ("more", "own"),
    [
        ({}, False),
        ({"container": {"is_ephemeral": True, "message_ts": "1.2"}}, True),
        ({"actions": [{"action_id": "a", "block_id": "own0"}]}, True),
    ],
)
def test_a_private_answer_is_no_message_that_can_be_edited_later(more: dict[str, Any], own: bool) -> None:
    assert parse.on_own_answer(CLICK | more) is own
    assert (parse.click(CLICK | more, 7).message is None) is own


MESSAGE = {
    "type": "event_callback",
    "team_id": "T1",
    "event": {"type": "message", "channel_type": "im", "channel": "D1", "user": "U1", "text": "help"},
}


def test_a_message_to_the_bot_is_a_command_without_a_channel() -> None:
    asked = parse.message(MESSAGE, "/usher")

    assert asked
    assert asked.where == Where("slack", "T1", "")
    assert asked.actor.identity == Identity("slack", "T1", "U1")


def test_a_message_of_a_stranger_bears_the_strangers_team() -> None:
    body = MESSAGE | {"event": MESSAGE["event"] | {"user_team": "T2", "team": "T1"}}  # type: ignore[operator]

    asked = parse.message(body, "/usher")

    assert asked
    assert asked.actor.identity.realm == "T2"
    assert asked.where.realm == "T1"


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("invite list", "invite list"),
        ("/usher invite list", "invite list"),
        ("usher invite list", "invite list"),
        ("/USHER\ninvite list", "invite list"),
        ("`/usher invite list`", "invite list"),
        ("<@U9|usher> invite list", "invite list"),
        ("<@U9>", ""),
        ("/usher", ""),
        ("ushering in", "ushering in"),
        ("`", ""),
    ],
)
def test_the_commands_name_may_stand_in_front_of_a_message(text: str, typed: str) -> None:
    assert parse.bare(text, "/usher") == typed


_leaf = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
_json = _leaf | st.lists(_leaf, max_size=2) | st.dictionaries(st.text(max_size=8), _leaf, max_size=2)
_KEYS = [
    "type", "event", "actions", "team", "team_id", "user", "user_id", "channel", "channel_id", "container", "message",
    "enterprise", "command", "text", "action_id", "value", "block_id", "id", "profile", "enterprise_user",
]  # fmt: skip
_body = st.dictionaries(
    st.sampled_from(_KEYS),
    _json
    | st.sampled_from(["message", "event_callback", "block_actions"])
    | st.dictionaries(st.sampled_from(_KEYS), _json, max_size=3),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(_body)
def test_no_payload_is_too_odd_to_be_read(body: dict[str, Any]) -> None:
    parse.is_ours(body)
    parse.slash(body)
    parse.message(body, "/usher")
    parse.click(body, 0)
    parse.on_own_answer(body)
    parse.with_profile(Actor(_person("U1"), "ann"), HERE, body)


# --- what Slack vouches for ----------------------------------------------------------------------------------------


def _profile(**more: Any) -> dict[str, Any]:
    user = {
        "id": "U1",
        "team_id": "T1",
        "name": "ann",
        "is_email_confirmed": True,
        "profile": {"display_name": "Ann", "real_name": "Ann Lee", "email": "ann@x.example"},
    }
    return user | more


@pytest.mark.parametrize(
    ("user", "email", "admin"),
    [
        (_profile(), True, False),
        (_profile(is_admin=True), True, True),
        (_profile(is_owner=True), True, True),
        (_profile(is_primary_owner=True), True, True),
        (_profile(is_email_confirmed=False), False, False),
        (_profile(is_bot=True, is_admin=True), False, False),
        (_profile(deleted=True, is_admin=True), False, False),
        (_profile(is_stranger=True, is_admin=True), False, False),
        (_profile(team_id="T2", is_admin=True), False, False),
        (_profile(team_id="T2", is_admin=True, enterprise_user={"teams": ["T1", "T2"]}), True, True),
        (_profile(is_restricted=True, is_admin=True), True, False),
        (_profile(is_admin="yes"), True, False),
        (_profile(profile={}), False, False),
    ],
)
def test_L23_only_a_full_account_of_this_team_is_vouched_for(
    user: dict[str, Any], email: bool, admin: bool
) -> None:
    known = parse.with_profile(Actor(_person("U1"), "a"), HERE, user)

    assert (known.email == "ann@x.example") is email
    assert known.place_admin is admin


@pytest.mark.parametrize(
    ("user", "name"),
    [
        (_profile(), "Ann"),
        (_profile(profile={"display_name": "", "real_name": "Ann Lee"}), "Ann Lee"),
        (_profile(profile={}), "ann"),
        ({}, "a"),
    ],
)
def test_a_person_is_called_what_slack_shows(user: dict[str, Any], name: str) -> None:
    assert parse.with_profile(Actor(_person("U1"), "a"), HERE, user).name == name
