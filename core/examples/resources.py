"""Cards about resources and access."""

from __future__ import annotations

from collections.abc import Iterator

from core.cards import Button, Card, Choice, Menu
from core.example_words import views
from core.examples import LABEL, LATER, NAMES, NOW
from core.views.access import Change, HeldGrant, Holding
from core.views.common import PAGE
from core.views.members import MemberFacts
from core.views.removal import RemovalFacts
from core.views.resources import Going, ResourceFacts, ResourceLine

#: Ten names of the longest.
PATH = "/".join([LABEL] * 10)
LONG_KIND = "k" * 40
RENDERS = ResourceFacts("FEV8GJNK/res-7F3K", "res-7F3K", "Studio", "folder", "Renders", "Site/Renders")
EDIT = HeldGrant("Renders", "Site/Renders", "edit", LATER, "granted by Olga")
MANAGE = HeldGrant("Site", "Site", "manage", None, "group Artists")
LARGEST_GRANT = HeldGrant(LABEL, PATH, "manage", LATER, f"group {LABEL}")
ADA = Holding("Ada", "edit", LATER)
ARTISTS = Holding("Artists", "manage", None, group=True, above="Site")
LARGEST_HOLDING = Holding(LABEL, "manage", LATER, group=True, above=PATH)
FULL = RENDERS._replace(
    yours=EDIT,
    everything=True,
    holders=(ARTISTS, ADA),
    held=2,
    inside=3,
    may_give=True,
    place=("a channel",),
)
LARGEST = ResourceFacts(
    "FEV8GJNK/res-7F3KQ",
    "res-7F3KQ",
    LABEL,
    LONG_KIND,
    LABEL,
    PATH,
    outside_id="*" * 200,
    yours=LARGEST_GRANT,
    everything=True,
    holders=(LARGEST_HOLDING,) * PAGE,
    held=1_234_567,
    inside=100_000,
    may_give=True,
)
NONE, ONE, MANY = Going(0, 0, 0, 0), Going(1, 1, 1, 1), Going(99_999, 1_234_567, 1_234, 1_234)
MENU = Menu("To whom", "access.to", "FEV8GJNK/res-7F3K", tuple(Choice(f"mem-{n}", LABEL) for n in range(25)))
EMPTY = MENU._replace(choices=())
MORE = (Button("Ask", "access.ask", "FEV8GJNK/res-7F3K@manage"),)
CHANGE = Change("Ada", "Renders", "Site/Renders", "res-7F3K", False, None, EDIT)
LARGEST_CHANGE = Change(LABEL, LABEL, PATH, "res-7F3KQ", True, LARGEST_GRANT, LARGEST_GRANT, LARGEST_GRANT)


def _resources() -> Iterator[tuple[str, Card]]:
    # What is something on a platform has no id in the product beside.
    for facts in (RENDERS, FULL, FULL._replace(outside_id="fld_8812", place=()), LARGEST):
        yield "resource_created", views.resource_created(facts)
        yield "resource_shown", views.resource_shown(facts)
        yield "resource_shown", views.resource_shown(facts._replace(reached=False))
        for going in (NONE, ONE, MANY):
            yield "resource_deletion", views.resource_deletion(facts, going, "FEV8GJNK/cnf-7F3K")
            yield "resource_deleted", views.resource_deleted(facts, going)
    lines = [ResourceLine("res-7F3K", "project", "Site"), ResourceLine("res-2M9C", "folder", "Renders", 1)]
    deep = [ResourceLine("res-7F3KQ", LONG_KIND, LABEL, 9)] * PAGE
    flat = [ResourceLine("res-7F3KQ", LONG_KIND, LABEL, 0, PATH)] * PAGE
    turn = f"FEV8GJNK/list/res-7F3KQ/{LONG_KIND}/"
    for found in ([], lines, deep, flat):
        for whole in (False, True):
            yield (
                "resource_list",
                views.resource_list(found, under="", kind="", whole=whole, makes=whole),
            )
        yield (
            "resource_list",
            views.resource_list(
                found,
                under=PATH,
                kind=LONG_KIND,
                whole=True,
                makes=True,
                earlier=f"{turn}<res-7F3KQ",
                later=f"{turn}>res-7F3KQ",
            ),
        )


def _access() -> Iterator[tuple[str, Card]]:
    for change in (CHANGE, CHANGE._replace(before=MANAGE, from_above=MANAGE), LARGEST_CHANGE):
        yield "access_granted", views.access_granted(change)
        yield "access_revoked", views.access_revoked(change._replace(after=None))
    for held in (EDIT, MANAGE, LARGEST_GRANT):
        yield "access_given", views.access_given(held, "Olga", "Studio")
        yield "access_given", views.access_given(held, LABEL, LABEL)
        yield "access_taken", views.access_taken(held.name, None, "Olga", "Studio")
        yield "access_taken", views.access_taken(held.name, held, LABEL, LABEL)
    pages = [([], 0, 0), ([EDIT, MANAGE], 2, 0), ([LARGEST_GRANT] * PAGE, 1_234, 7)]
    for found, total, page in pages:
        for own in (False, True):
            card = views.access_of_member(LABEL, own, found, total, page, "FEV8GJNK/mem-7F3K", not own)
            yield "access_of_member", card
    who = [([], 0, 0), ([ARTISTS, ADA], 2, 0), ([LARGEST_HOLDING] * PAGE, 1_234_567, 7)]
    for holders, total, page in who:
        card = views.access_on_resource(PATH, "res-7F3K", holders, total, page, "FEV8GJNK/res-7F3K")
        yield "access_on_resource", card
    for menu, more in ((MENU, True), (MENU, False), (EMPTY, False)):
        yield "access_whom", views.access_whom(LABEL, menu, more)
        yield "access_what", views.access_what(LABEL, menu, more)
        yield "access_whose", views.access_whose(LABEL, menu, more)
        yield "access_of_whom", views.access_of_whom(LABEL, menu, more)
    yield "access_level", views.access_level(LABEL, LABEL, "FEV8GJNK/res-7F3K:mem-7F3K")


def _elsewhere() -> Iterator[tuple[str, Card]]:
    """What members and workspaces lose with them, and what stands on a member's card."""
    some = RemovalFacts(
        "FEV8GJNK/mem-7F3K", "mem-7F3K", "Ada", "Studio", False, (), groups=("Artists",), unseen=1
    )
    most = some._replace(
        name=LABEL, workspace=LABEL, groups=NAMES, grants=(LARGEST_GRANT,) * 20, unseen=12_345
    )
    for facts in (some, some._replace(grants=(EDIT,), unseen=0), most, most._replace(own=True)):
        yield "removal_warning", views.removal_warning(facts)
        yield "member_removed", views.member_removed(facts)
    for count in (1, 1_234_567):
        yield "workspace_deleted", views.workspace_deleted(LABEL, count, count, count, count)
    buttons = views.resource_shown(FULL).buttons
    for access in ((EDIT,), (LARGEST_GRANT,) * 20):
        shown = MemberFacts("FEV8GJNK/mem-7F3K", "mem-7F3K", LABEL, (), NOW, access=access, button="Remove")
        yield "member_shown", views.member_shown(shown, LABEL, (), buttons)
        yield "me_member", views.me_member(LABEL, (), frozenset(), 1, access=access)


def examples() -> Iterator[tuple[str, Card]]:
    yield from _resources()
    yield from _access()
    yield from _elsewhere()
