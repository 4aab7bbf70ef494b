"""Every command and button of the catalogue, through every door: that it works, and whom it refuses."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable

import pytest

import adapters
from core.catalogue import ACTIONS, COMMANDS
from tests.contract.stories import ask, change, invite, member, start
from tests.drivers.base import DAY, Seen
from tests.drivers.worlds import DRIVERS, Door

#: Each command as Ada, who owns the workspace, types it, and how the answer's title begins. {inv}, {req} and {code}
#: stand for an invitation of hers, a request that waits for her, and a code that nobody has used.
WORKS = {
    "workspace create": ("workspace create name:Side", "Side is ready"),
    "workspace show": ("workspace show", "Studio"),
    "workspace settings": ("workspace settings", "Settings of Studio"),
    "workspace set": ("workspace set setting:invite_expires value:3d", "invite_expires is now 3d"),
    "workspace preset": ("workspace preset preset:large-org", "Set Studio up as large-org?"),
    "workspace link": ("workspace link", "Link another place to Studio"),
    "workspace list": ("workspace list", "Your workspaces (1)"),
    "workspace use": ("workspace use workspace:Studio", "In a channel the place decides"),
    "workspace transfer": ("workspace transfer to:Bob", "You offered Studio to Bob"),
    "workspace delete": ("workspace delete name:Studio", "Deleted: Studio"),
    "invite create": ("invite create name:Autumn", "Invitation ready: Autumn"),
    "invite list": ("invite list status:pending", "Invitations (3 waiting)"),
    "invite show": ("invite show invite:{inv}", "Invitation: Spring"),
    "invite extend": ("invite extend invite:{inv} by:1d", "Extended: Spring"),
    "invite revoke": ("invite revoke invite:{inv}", "Revoked: Spring"),
    "invite edit": ("invite edit invite:{inv} name:Winter", "Changed: Winter"),
    "invite resend": ("invite resend invite:{inv}", "Sent again: Spring"),
    "join": ("join code:{code}", "You are already in Studio"),
    "decline": ("decline code:{code}", "There is nothing to decline"),
    "request list": ("request list", "Requests (1 waits for you)"),
    "access emergency": ('access emergency resource:Vault reason:"It burns"', "You have edit on Vault"),
    "request approve": ("request approve request:{req}", "Approved: Nia"),
    "request deny": ("request deny request:{req}", "Denied: Nia"),
    "request cancel": ("request cancel request:{req}", "I can't find the request"),  # it is Nia's
    "request invite": ("request invite", "Nothing to change"),  # she may invite herself
    "request role": ("request role role:Admin for:8h", "Nothing to change"),  # she may give it herself
    "request access": ("request access resource:Attic level:edit", "I can't find the resource"),
    "member list": ("member list role:Designer", "Members (1)"),
    "member show": ("member show member:Bob", "Bob"),
    "member remove": ("member remove member:Bob", "Remove Bob from Studio?"),
    "member export": ("member export", "2 members of Studio"),
    "role list": ("role list", "Roles in Studio"),
    "audit show": ("audit show member:Bob", "What happened in Studio"),
    "audit export": ("audit export", "The record of Studio"),
    "audit verify": ("audit verify", "The record of Studio is whole"),
    "role show": ("role show name:Designer", "Designer"),
    "role create": ("role create name:Reviewer copy:Designer", "New role: Reviewer"),
    "role edit": ("role edit name:Commenter permissions:+content:edit", "Changed: Commenter"),
    "role delete": ('role delete name:"Content Editor"', "Deleted: Content Editor"),
    "role assign": ("role assign member:Bob role:Admin", "Bob is now Admin"),
    "group create": ("group create name:Leads", "New group: Leads"),
    "group delete": ("group delete name:Crew", "Delete the group Crew?"),
    "group show": ("group show name:crew", "Group: Crew"),
    "group list": ("group list", "Groups in Studio (1)"),
    "group add": ("group add group:Crew member:Ada, Bob", "Crew: 1 added, 1 in it already"),
    "group remove": ("group remove group:Crew member:Bob", "Bob is no longer in Crew"),
    "resource create": ("resource create kind:folder name:Vault", "New folder: Vault"),
    "resource list": ("resource list", "Resources"),
    "resource show": ("resource show name:Vault", "Vault"),
    "resource delete": ("resource delete name:Vault", "Delete Vault?"),
    "access list": ("access list member:Bob", "What Bob reaches (0 grants)"),
    "access grant": ("access grant resource:Vault to:Bob level:edit", "Bob has edit on Vault"),
    "access revoke": ("access revoke resource:Vault to:Bob", "Bob has no grant on Vault any more"),
    "resource link": ("resource link name:Vault outside:vault", "A folder is nothing on a platform"),
    "role unassign": ("role unassign member:Bob role:Designer", "Bob is no longer Designer"),
    "me": ("me", "You are in Studio"),
    "can": ("can member:Bob permission:project:edit", "Yes: Bob may project:edit"),
    "why": ("why member:Bob permission:member:remove", "No: Bob may not member:remove"),
    "help": ("help", "What you can do in Studio"),
    "status": ("status", "Usher is here and well"),
}
#: What Ada types before that, where it needs something that is not there from the beginning.
BEFORE: dict[str, tuple[str, ...]] = {
    "resource link": ("resource create kind:folder name:Vault",),
    "resource show": ("resource create kind:folder name:Vault",),
    "resource delete": ("resource create kind:folder name:Vault",),
    "access grant": ("resource create kind:folder name:Vault",),
    "access revoke": ("resource create kind:folder name:Vault", "access grant resource:Vault to:Bob"),
    "access emergency": (
        "resource create kind:folder name:Vault",
        'workspace set approvals "access: 1 of request:approve; emergency script:add for at most 4h"',
    ),
}
#: The card that shows each button to Ada, and how the answer to pressing it begins.
BUTTONS = {
    "invite.extend": ("Extend", "Extended: Spring"),
    "invite.revoke": ("Revoke", "Revoked: Spring"),
    "invite.list": ("Next", "Invitations ("),
    "invite.resend": ("Resend", "Sent again: Spring"),
    "invite.accept": ("Accept", "You asked to join Studio"),
    "invite.decline": ("Decline", "Declined: Ada's invitation to Studio"),
    "invite.ask": ("Ask", "You asked for an invite link to Studio"),
    "role.ask": ("Ask", "You asked for Admin"),
    "access.ask": ("Ask", "You asked for edit on Site"),
    "access.grant": ("Grant", "Who gets access to Site?"),
    "access.revoke": ("Revoke", "Which grant on Site ends?"),
    "access.list": ("Next", "What Bob reaches (11 grants)"),
    "resource.list": ("Next", "Resources"),
    "request.withdraw": ("Withdraw", "Withdrawn: your request to join Studio"),
    "member.list": ("Next", "Members ("),
    "audit.show": ("Next", "What happened in Studio"),
    "group.list": ("Next", "Groups in Studio (12)"),
    "group.show": ("Next", "Group: Crew"),
    "request.list": ("Next", "Requests ("),
    "request.approve": ("Approve", "Approved: Nia"),
    "request.less": ("Approve with less", "Approve Nia's request with less"),
    "request.deny": ("Deny", "Denied: Nia"),
    "member.remove": ("Remove", "Remove Bob from Studio?"),
    "intent.confirm": ("Confirm", "Removed: Bob"),
    "intent.cancel": ("Cancel", "Nothing was changed"),
    "workspace.list": ("Next", "Your workspaces (12)"),
    "transfer.accept": ("Accept", "Accepted: you are Owner of Studio"),
    "transfer.decline": ("Decline", "Declined: the offer of Studio"),
    "transfer.withdraw": ("Withdraw", "Withdrawn: your offer of Studio"),
    "time_box.extend": ("Extend", "You asked to keep Admin longer"),
    "time_box.done": ("I'm done", "You are no longer Admin"),
}
#: Who is shown the button, where that is not Ada.
READERS = {
    "invite.accept": "Nia",
    "invite.decline": "Nia",
    "invite.ask": "Bob",
    "role.ask": "Bob",
    "access.ask": "Bob",
    "request.withdraw": "Nia",
    "time_box.extend": "Bob",
    "time_box.done": "Bob",
}
#: On cards that are for one person, who need not be a member: nobody else learns what they are about.
OF_ONE_PERSON = {"invite.accept", "invite.decline", "request.withdraw"}
#: The same for drop-downs, with what is chosen.
MENUS = {
    "request.choose": ("Instead of Designer", "Commenter", "Approve Nia's request with less"),
    "access.to": ("To whom", "Bob", "How much may Bob do on Site?"),
    "access.level": ("Level", "edit", "Bob has edit on Site"),
    "access.end": ("Whose", "Bob (view)", "Bob has no grant on Site any more"),
    "role.choose": ("Change role", "Admin", "Bob is now Admin"),
    "setting.choose": ("Choose a setting", "join_policy", "join_policy is approval"),
    "help.about": ("More about", "invite", "What you can do in Studio with invite"),
    "setting.change": ("Set it to", "instant", "join_policy is now instant"),
}
#: Buttons that ask for words in a form: tried in ``test_forms.py``, that of the person's menu in ``test_discord_at_home.py``.
FORMS = {
    "access.ask_why",
    "access.emergency",
    "invite.ask_why",
    "invite.extend_by",
    "member.remove_why",
    "person.invite",
    "request.approve_why",
    "request.deny_why",
    "request.give_less",
    "role.ask_why",
    "role.assign",
    "setting.set",
    "time_box.extend_by",
}
#: Under a form that could not open (``test_forms.py``), and on people's Homes (``test_home.py``).
ELSEWHERE = {"form.open", "invite.show"}
ANYBODYS = {name for name, declared in COMMANDS.items() if not declared.needs}


def test_every_adapter_that_has_a_chat_platform_has_a_driver() -> None:
    found = set()
    for package in pkgutil.iter_modules(adapters.__path__):
        modules = [f"adapters.{package.name}"]
        if package.ispkg:
            modules.append(f"adapters.{package.name}.platform")
        for name in modules:
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError:
                continue
            kinds = [each for each in vars(module).values() if isinstance(each, type)]
            if any({"post", "edit"} <= set(vars(kind)) and kind.__module__ == name for kind in kinds):
                found.add(package.name)

    assert found == set(DRIVERS)


def test_every_command_and_button_is_tried_here() -> None:
    assert set(WORKS) == set(COMMANDS)
    assert {*BUTTONS, *MENUS, *FORMS, *ELSEWHERE} == set(ACTIONS)
    assert {name for name, declared in ACTIONS.items() if declared.shape is not None} == FORMS


async def filled(door: Door) -> dict[str, str]:
    """Studio with Ada and Bob in it, an invitation, and Nia waiting: what the holes in ``WORKS`` stand for."""
    await start(door)
    await member(door, "Bob")
    await door.run("Ada", "group create name:Crew")
    await door.run("Ada", "group add group:Crew member:Bob")
    made = await invite(door, options="name:Spring role:Designer")
    asked = await ask(door)
    return {"inv": made.short_id, "req": asked.short_id, "code": made.code}


@pytest.mark.parametrize("name", COMMANDS)
async def test_every_command_works_for_those_who_may(door: Door, name: str) -> None:
    line, title = WORKS[name]
    holes = await filled(door)
    door.channel("side")
    for before in BEFORE.get(name, ()):
        await door.run("Ada", before.format(**holes), "side")

    seen = await door.run("Ada", line.format(**holes), "side")

    assert seen.private
    assert seen.title.startswith(title), seen.text


async def test_every_command_refuses_strangers_and_records_it(door: Door) -> None:
    holes = await filled(door)
    before = [door.world.count(table) for table in ("members", "invitations", "requests", "places")]
    refused = len(door.audit("refused"))
    for name in COMMANDS.keys() - ANYBODYS:
        seen = await door.run("Eve", WORKS[name][0].format(**holes))
        assert seen.private
        assert seen.title == "You are not a member of this workspace", f"{name}: {seen.text}"
        refused += 1
        assert len(door.audit("refused")) == refused, name

    assert [door.world.count(table) for table in ("members", "invitations", "requests", "places")] == before


async def test_every_command_refuses_members_without_its_permission_and_records_it(door: Door) -> None:
    await start(door, scheme="simple")
    await member(door, "Bob", "Workspace Viewer")
    made = await invite(door, options="name:Spring")
    asked = await ask(door, options="")
    holes = {"inv": made.short_id, "req": asked.short_id, "code": made.code}
    barred = [name for name, declared in COMMANDS.items() if declared.needs not in {"", "member"}]
    for name in [*barred, "request approve", "request deny", "workspace link"]:
        before = len(door.audit("refused"))
        seen = await door.run("Bob", WORKS[name][0].format(**holes))
        assert seen.private
        assert seen.title == "You can't do that here", f"{name}: {seen.text}"
        assert "Ask someone who is Workspace Admin." in seen.text
        assert len(door.audit("refused")) == before + 1, name


async def test_commands_say_where_there_is_no_workspace_yet(door: Door) -> None:
    for name in COMMANDS.keys() - ANYBODYS:
        seen = await door.run("Bob", WORKS[name][0].format(inv="inv-2222", req="req-2222", code=""))
        assert seen.title == "No workspace here yet", f"{name}: {seen.text}"
        assert "workspace create" in seen.text


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


@pytest.mark.parametrize("action", BUTTONS)
async def test_every_button_refuses_strangers_records_it_and_works_for_those_who_may(
    door: Door, action: str
) -> None:
    await start(door)
    label, title = BUTTONS[action]
    seen = await shown(door, action)
    button = seen.button(label)
    before = len(door.audit("refused"))

    refused = await door.press("Eve", button.action, button.subject)

    assert refused.private
    known = (
        "That button does nothing here"
        if action in OF_ONE_PERSON
        else "You are not a member of this workspace"
    )
    assert refused.title == known
    assert len(door.audit("refused")) == before + 1

    if action == "request.less":
        door.no_forms()
    answer = await door.click(READERS.get(action, "Ada"), seen, label)

    assert answer.private
    assert answer.title.startswith(title), answer.text


@pytest.mark.parametrize("action", MENUS)
async def test_every_drop_down_works_for_those_who_may_and_refuses_strangers(door: Door, action: str) -> None:
    await start(door)
    label, choice, title = MENUS[action]
    seen = await shown(door, action)
    before = len(door.audit("refused"))

    studio = next(each.workspace_id for each in door.world.core.workspaces())
    forged = await door.press("Eve", action, f"{studio}/anything", choice="anything")
    assert forged.title == "You are not a member of this workspace"
    assert len(door.audit("refused")) == before + 1
    answer = await door.choose("Ada", seen, label, choice)

    assert answer.private
    assert answer.title.startswith(title), answer.text


async def test_pages_are_turned_to_the_end_and_back(door: Door) -> None:
    await start(door)
    first = await shown(door, "invite.list")
    assert first.labels == ["Next"]
    assert "page 1 of 2" in first.text

    second = await door.click("Ada", first, "Next")
    assert second.labels == ["Previous"]
    assert "page 2 of 2" in second.text

    back = await door.click("Ada", second, "Previous")
    assert back.text == first.text
