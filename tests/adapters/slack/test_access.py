"""People in channels: everybody is counted, repeating is harmless, and nobody's reach is lent."""

from __future__ import annotations

import pytest

from adapters.slack import access
from adapters.slack.platform import SlackPlatform
from core.ports import Access, Forbidden
from tests.fakes.slack import FakeSlack
from tests.fakes.slack.entities import User


@pytest.fixture
def platform(slack: FakeSlack) -> SlackPlatform:
    return SlackPlatform.connect(slack.bot_token, slack.api_url)


def _access(slack: FakeSlack, channel: str, person: User, voucher: User | None = None) -> Access:
    by = voucher.id if voucher else ""
    return Access("slack", slack.team.id, access.CHANNEL, channel, person.id, by)


async def test_people_on_later_pages_are_in_the_channel_too(
    slack: FakeSlack, platform: SlackPlatform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "PAGE", 2)
    people = [slack.add_user(f"p{number}") for number in range(6)]
    room = slack.add_channel("design", *people[:5], private=True)

    assert [await platform.read_access(_access(slack, room.id, each)) for each in people] == [True] * 5 + [
        False
    ]
    monkeypatch.setattr(access, "PAGES", 2)
    with pytest.raises(Forbidden, match="too many people"):
        await platform.read_access(_access(slack, room.id, people[5]))


async def test_letting_in_and_putting_out_are_harmless_when_repeated(
    slack: FakeSlack, platform: SlackPlatform
) -> None:
    ada, bob = slack.add_user("ada"), slack.add_user("bob")
    room = slack.add_channel("design", ada, private=True)
    there = _access(slack, room.id, bob, ada)

    for give in (True, True, False, False):
        await platform.apply(there, give=give, reason="")
        assert (bob.id in room.members) is give


@pytest.mark.parametrize(
    ("who", "inside", "why_not"),
    [
        ({}, True, ""),
        ({"is_admin": True}, False, ""),
        ({"is_owner": True}, False, ""),
        ({}, False, "only somebody who is in the channel"),
        ({"is_restricted": True}, True, "guests cannot let others in"),
        ({"is_admin": True, "is_ultra_restricted": True}, True, "guests cannot let others in"),
        ({"deleted": True}, True, "not in this Slack workspace"),
        ({"is_bot": True}, True, "not in this Slack workspace"),
    ],
)
async def test_L30_somebody_is_let_in_only_in_the_name_of_who_could_do_that_themselves(
    slack: FakeSlack, platform: SlackPlatform, who: dict[str, bool], inside: bool, why_not: str
) -> None:
    voucher, bob = slack.add_user("voucher", **who), slack.add_user("bob")
    room = slack.add_channel("design", *([voucher] if inside else []), private=True)
    there = _access(slack, room.id, bob, voucher)

    if why_not:
        with pytest.raises(Forbidden, match=why_not):
            await platform.apply(there, give=True, reason="")
    else:
        await platform.apply(there, give=True, reason="")
    assert (bob.id in room.members) is (not why_not)


async def test_what_is_no_channel_is_refused(slack: FakeSlack, platform: SlackPlatform) -> None:
    bob = slack.add_user("bob")
    there = Access("slack", slack.team.id, "discord-role", "5", bob.id)

    with pytest.raises(Forbidden, match="Slack has no discord-role"):
        await platform.read_access(there)
