"""The cards on which each button and drop-down stands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tests.contract.stories import ask, change, invite, member
from tests.drivers.base import DAY, Seen
from tests.drivers.worlds import Door


async def shown(door: Door, action: str) -> Seen:
    """A message in front of Ada that has the button."""
    if action in SHOWN:
        return await SHOWN[action](door)
    if action.startswith("invite."):
        return await invite(door, options="name:Spring")
    await ask(door)
    return door.last("Ada")


async def _crowd(door: Door, setting: str, value: str) -> None:
    await door.run("Ada", f"workspace set setting:{setting} value:{value}")
    made = await invite(door)
    for number in range(12):
        door.person(f"P{number}")
        await door.run(f"P{number}", f"join code:{made.code}")


async def _pages_of_invitations(door: Door) -> Seen:
    for number in range(12):
        await invite(door, options=f"name:N{number}")
    return await door.run("Ada", "invite list")


async def _pages_of_members(door: Door) -> Seen:
    await _crowd(door, "join_policy", "instant")
    return await door.run("Ada", "member list")


async def _pages_of_the_record(door: Door) -> Seen:
    await _pages_of_invitations(door)
    return await door.run("Ada", "audit show")


async def _pages_of_requests(door: Door) -> Seen:
    await _crowd(door, "join_policy", "approval")
    return await door.run("Ada", "request list")


async def _pages_of_workspaces(door: Door) -> Seen:
    for number in range(11):
        door.channel(f"side{number}")
        await door.run("Ada", f"workspace create name:Side{number}", f"side{number}")
    return await door.run("Ada", "workspace list")


async def _pages_of_groups(door: Door) -> Seen:
    for number in range(12):
        await door.run("Ada", f"group create name:G{number}")
    return await door.run("Ada", "group list")


async def _pages_of_a_group(door: Door) -> Seen:
    await door.run("Ada", "group create name:Crew")
    await door.run("Ada", "workspace set setting:join_policy value:instant")
    made = await invite(door, options="group:Crew")
    for number in range(12):
        door.person(f"P{number}")
        await door.run(f"P{number}", f"join code:{made.code}")
    return await door.run("Ada", "group show name:Crew")


async def _a_member(door: Door) -> Seen:
    await member(door, "Bob")
    return await door.run("Ada", "member show member:Bob")


async def _announced(door: Door) -> Seen:
    await member(door, "Bob")
    return await door.run("Ada", "member remove member:Bob")


async def _offered(door: Door) -> Seen:
    await member(door, "Bob")
    offered = await door.run("Ada", "workspace transfer to:Bob")
    await door.settle()
    return offered


async def _offered_back(door: Door) -> Seen:
    """Bob accepts what Ada offers, and offers it to her."""
    await _offered(door)
    await door.click("Bob", door.last("Bob"), "Accept")
    await door.settle()
    await door.run("Bob", "workspace transfer to:Ada")
    await door.settle()
    return door.last("Ada")


async def _an_invitation(door: Door) -> Seen:
    made = await invite(door, options="name:Spring")
    return await door.run("Ada", f"invite show invite:{made.short_id}")


async def _invited(door: Door) -> Seen:
    await invite(door, options="emails:@Nia")
    await door.settle()
    return door.last("Nia")


async def _help(door: Door) -> Seen:
    return await door.run("Ada", "help")


async def _settings(door: Door) -> Seen:
    return await door.run("Ada", "workspace settings")


async def _a_setting(door: Door) -> Seen:
    return await door.choose("Ada", await _settings(door), "Choose a setting", "join_policy")


async def _barred(door: Door) -> Seen:
    await member(door, "Bob")
    await change(door, "members_can_invite", "off")
    return await door.run("Bob", "invite create")


async def _less(door: Door) -> Seen:
    """The card that stands in where forms do not open."""
    await ask(door)
    door.no_forms()
    return await door.click("Ada", door.last("Ada"), "Approve with less")


async def _without_a_role(door: Door) -> Seen:
    await member(door, "Bob")
    return await door.run("Bob", "why permission:member:remove")


async def _without_access(door: Door) -> Seen:
    await member(door, "Bob")
    await door.run("Ada", "resource create kind:folder name:Site")
    return await door.run("Bob", "can permission:content:edit resource:Site")


async def _a_resource(door: Door) -> Seen:
    """Bob has access to it."""
    await member(door, "Bob")
    await door.run("Ada", "resource create kind:folder name:Site")
    await door.run("Ada", "access grant resource:Site to:Bob")
    return await door.run("Ada", "resource show name:Site")


async def _to_whom(door: Door) -> Seen:
    return await door.click("Ada", await _a_resource(door), "Grant")


async def _how_far(door: Door) -> Seen:
    return await door.choose("Ada", await _to_whom(door), "To whom", "Bob")


async def _whose(door: Door) -> Seen:
    return await door.click("Ada", await _a_resource(door), "Revoke")


async def _pages_of_resources(door: Door) -> Seen:
    for number in range(11):
        await door.run("Ada", f"resource create kind:folder name:R{number}")
    return await door.run("Ada", "resource list")


async def _pages_of_access(door: Door) -> Seen:
    await member(door, "Bob")
    await _pages_of_resources(door)
    for number in range(11):
        await door.run("Ada", f"access grant resource:R{number} to:Bob")
    return await door.run("Ada", "access list member:Bob")


async def _for_a_time(door: Door) -> Seen:
    """Bob is Admin for one more day."""
    await member(door, "Bob")
    await door.run("Ada", "role assign member:@Bob role:Admin for:2d")
    await door.settle()
    await door.advance(DAY)
    return door.last("Bob")


SHOWN: dict[str, Callable[[Door], Awaitable[Seen]]] = {
    "invite.list": _pages_of_invitations,
    "invite.resend": _an_invitation,
    "invite.accept": _invited,
    "invite.decline": _invited,
    "invite.ask": _barred,
    "role.ask": _without_a_role,
    "access.ask": _without_access,
    "access.grant": _a_resource,
    "access.revoke": _a_resource,
    "access.list": _pages_of_access,
    "access.to": _to_whom,
    "access.level": _how_far,
    "access.end": _whose,
    "resource.list": _pages_of_resources,
    "request.withdraw": ask,
    "member.list": _pages_of_members,
    "audit.show": _pages_of_the_record,
    "group.list": _pages_of_groups,
    "group.show": _pages_of_a_group,
    "request.list": _pages_of_requests,
    "workspace.list": _pages_of_workspaces,
    "member.remove": _a_member,
    "request.choose": _less,
    "role.choose": _a_member,
    "setting.choose": _settings,
    "help.about": _help,
    "setting.change": _a_setting,
    "intent.confirm": _announced,
    "intent.cancel": _announced,
    "transfer.withdraw": _offered,
    "transfer.accept": _offered_back,
    "transfer.decline": _offered_back,
    "time_box.extend": _for_a_time,
    "time_box.done": _for_a_time,
}
