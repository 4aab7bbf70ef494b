"""How each refusal comes about, as something that a person does. Each module of this package adds those of one area."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from core.errors import RefusalCode as Code
from tests.contract.stories import admit, ask, invite, leave, member, start, vanish
from tests.drivers.base import DAY, DIRECT, HOUR, MINUTE, Seen
from tests.drivers.worlds import DRIVERS, Door

Scene = Callable[[Door], Awaitable[Seen]]
NOBODYS_CODE = "2222-3333-4444-5555"


class Way(NamedTuple):
    """A scene, and the platforms on which it can be played.

    ``scheme``: the scene is a single line in what ``begun`` makes of it, and leaves that as it was; None: it makes its own.
    """

    scene: Scene
    platforms: frozenset[str] = frozenset(DRIVERS)
    scheme: str | None = None


WAYS: dict[Code, Way] = {}


def leads_to(code: Code, *platforms: str) -> Callable[[Scene], Scene]:
    def note(scene: Scene) -> Scene:
        assert code not in WAYS
        WAYS[code] = Way(scene, frozenset(platforms or DRIVERS))
        return scene

    return note


def typed(code: Code, person: str, line: str, *platforms: str, scheme: str = "studio") -> None:
    """The refusal of a single line in a workspace of Ada's in which Bob is the least of all."""

    async def scene(door: Door) -> Seen:
        return await door.run(person, line)

    leads_to(code, *platforms)(scene)
    WAYS[code] = WAYS[code]._replace(scheme=scheme)


async def begun(door: Door, scheme: str) -> None:
    """A workspace of Ada's in which Bob is the least of all; with an empty scheme none."""
    if scheme:
        await start(door, scheme)
        await member(door, "Bob", "")


typed(Code.MISSING_OPTION, "Ada", "invite show", "memory")  # elsewhere a form opens
typed(Code.UNKNOWN_OPTION, "Ada", "me colour:red")
typed(Code.BAD_OPTION, "Ada", "invite create expires:soon")
typed(
    Code.STRAY_WORDS, "Ada", "invite list status:all and more", "memory", "slack"
)  # elsewhere options have fields
typed(Code.NOT_LINKED, "Ada", "member list", scheme="")
typed(Code.NOT_A_MEMBER, "Eve", "member list")


@leads_to(Code.STILL_WAITING)
async def _(door: Door) -> Seen:
    """In the place where they asked; and in a direct message, which is about no other workspace."""
    await start(door)
    await ask(door)
    seen = await door.run("Nia", "can permission:project:edit", DIRECT)
    assert seen.title == "Your request to join Studio still waits"
    return await door.run("Nia", "why permission:project:edit")


typed(Code.NOT_ALLOWED, "Bob", "invite list", scheme="simple")
typed(Code.NOT_PLACE_ADMIN, "Bob", "workspace create name:Mine", scheme="")
typed(Code.ABOVE_CEILING, "Bob", "invite create role:Admin")
typed(Code.UNKNOWN_ROLE, "Ada", "invite create role:King")
typed(Code.UNKNOWN_SCHEME, "Ada", "workspace create name:Mine scheme:feudal", scheme="")
typed(Code.UNKNOWN_SETTING, "Ada", "workspace set setting:colour value:red")
typed(Code.BAD_SETTING, "Ada", "workspace set setting:join_policy value:perhaps")
typed(Code.UNKNOWN_MEMBER, "Ada", "member show member:Zoe")
typed(Code.UNKNOWN_INVITATION, "Ada", "invite show invite:inv-2222")
typed(Code.UNKNOWN_REQUEST, "Ada", "request approve request:req-2222")
typed(Code.UNKNOWN_CODE, "Nia", f"join code:{NOBODYS_CODE}")
typed(Code.ONE_HOLDER, "Ada", "invite create role:Owner")
typed(Code.TOO_LONG_LIFE, "Ada", "invite create expires:91d")
typed(Code.ONE_ROLE, "Ada", 'invite create role:"Designer, Commenter"')
typed(Code.USES_OF_PERSONAL, "Ada", "invite create emails:nia@acme.example uses:2")
typed(Code.DOMAIN_OF_PERSONAL, "Ada", "invite create emails:nia@acme.example domain:acme.example")
typed(Code.NOTHING_TO_CHANGE, "Ada", "workspace set setting:join_policy value:approval")
typed(Code.TOO_LONG, "Ada", f"invite create name:{'n' * 81}")
typed(Code.TOO_MANY, "Ada", "invite create emails:" + ",".join(f"p{n}@a.example" for n in range(5_001)))


@leads_to(Code.TOO_MANY_PEOPLE)
async def _(door: Door) -> Seen:
    await start(door)
    names = [f"Guest{letter}" for letter in "abcdefghijklmnopqrstu"]
    for name in names:
        door.person(name)
    return await door.run("Ada", "invite create emails:" + " ".join(f"@{name}" for name in names))


@leads_to(Code.WHICH_WORKSPACE, "discord")  # a team's direct messages belong to the team's workspace
async def _(door: Door) -> Seen:
    await start(door)
    door.channel("side")
    await door.run("Ada", "workspace create name:Side", "side")
    return await door.run("Ada", "member list", DIRECT)


@leads_to(Code.NO_PLACE)
async def _(door: Door) -> Seen:
    await start(door)
    made = await door.run("Ada", "workspace link")
    return await door.run("Ada", f"workspace link code:{made.link_code} here:on", DIRECT)


@leads_to(Code.NEEDS_CHANNEL, "memory", "slack")  # on Discord a direct message is in no server
async def _(door: Door) -> Seen:
    await start(door)
    return await door.run("Ada", "workspace create name:Side", DIRECT)


@leads_to(Code.PLACE_TAKEN)
async def _(door: Door) -> Seen:
    await start(door)
    door.channel("side")
    await door.run("Ada", "workspace create name:Side", "side")
    return await door.run("Ada", "workspace create name:Third", "side")


@leads_to(Code.ALREADY_LINKED)
async def _(door: Door) -> Seen:
    await start(door)
    made = await door.run("Ada", "workspace link")
    return await door.run("Ada", f"workspace link code:{made.link_code}")


@leads_to(Code.LINK_CODE_DEAD)
async def _(door: Door) -> Seen:
    await start(door)
    door.channel("side")
    made = await door.run("Ada", "workspace link")
    await door.advance(15 * MINUTE, jobs=False)
    return await door.run("Ada", f"workspace link code:{made.link_code} here:on", "side")


@leads_to(Code.AMBIGUOUS_MEMBER)
async def _(door: Door) -> Seen:
    await start(door, policy="instant")
    made = await invite(door)
    door.person("One", shows="Sam")
    door.person("Two", shows="Ｓam")  # as wide as a Chinese sign, and the same name all the same
    for who in ("One", "Two"):
        await door.run(who, f"join code:{made.code}")
    return await door.run("Ada", "member show member:sam")


@leads_to(Code.AMBIGUOUS_INVITATION)
async def _(door: Door) -> Seen:
    await start(door)
    for _ in range(2):
        await invite(door, options="name:Spring")
    return await door.run("Ada", "invite show invite:spring")


@leads_to(Code.TOO_MANY_CODES)
async def _(door: Door) -> Seen:
    await start(door)
    for _ in range(10):
        await door.run("Eve", f"join code:{NOBODYS_CODE}")
    return await door.run("Eve", f"join code:{NOBODYS_CODE}")


@leads_to(Code.INVITATION_EXPIRED)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door, options="expires:1h")
    await door.advance(HOUR, jobs=False)
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.INVITATION_REVOKED)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    await door.click("Ada", made, "Revoke")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.INVITATION_USED_UP)
async def _(door: Door) -> Seen:
    await start(door, policy="instant")
    made = await invite(door, options="uses:1")
    await door.run("Bob", f"join code:{made.code}")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.INVITATION_ACCEPTED)
async def _(door: Door) -> Seen:
    await start(door, policy="instant")
    made = await invite(door, options="emails:@Nia")
    await door.run("Nia", f"join code:{made.code}")
    await leave(door, "Nia")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.ALREADY_USED)
async def _(door: Door) -> Seen:
    await start(door, policy="instant")
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")
    await leave(door, "Nia")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.NOT_FOR_YOU)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door, options="emails:@Nia")
    return await door.run("Eve", f"join code:{made.code}")


@leads_to(Code.EMAIL_NOT_PROVEN)
async def _(door: Door) -> Seen:
    await start(door)
    door.person("Zed")
    made = await invite(door, options="emails:nia@acme.example")
    return await door.run("Zed", f"join code:{made.code}")


@leads_to(Code.EMAIL_DIFFERS, "memory", "slack")  # Discord proves no addresses
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door, options="emails:nia@acme.example")
    return await door.run("Eve", f"join code:{made.code}")


@leads_to(Code.INVITATION_DEAD)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    await door.click("Ada", made, "Revoke")
    return await door.click("Ada", made, "Extend")


@leads_to(Code.ALREADY_WAITING)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    await door.run("Nia", f"join code:{made.code}")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.ALREADY_DECIDED)
async def _(door: Door) -> Seen:
    await start(door)
    await ask(door)
    card = door.last("Ada")
    await door.click("Ada", card, "Deny")
    return await door.click("Ada", card, "Approve")


@leads_to(Code.REQUEST_EXPIRED)
async def _(door: Door) -> Seen:
    await start(door)
    await ask(door)
    await door.advance(3 * DAY, jobs=False)
    return await door.click("Ada", door.last("Ada"), "Approve")


@leads_to(Code.OWN_REQUEST)
async def _(door: Door) -> Seen:
    await start(door)
    asked = await ask(door)
    admit(door, "Nia", "admin")
    return await door.run("Nia", f"request approve request:{asked.short_id}")


@leads_to(Code.NO_APPROVER)
async def _(door: Door) -> Seen:
    await start(door)
    made = await invite(door)
    vanish(door, "Ada")
    return await door.run("Nia", f"join code:{made.code}")


@leads_to(Code.UNKNOWN_BUTTON)
async def _(door: Door) -> Seen:
    await start(door)
    return await door.press("Ada", "member.promote", "anything")


for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
