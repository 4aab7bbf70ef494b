"""Which kinds of notices there are, each switched by itself, and what each of them is about."""

from __future__ import annotations

import pytest

from core.durations import DAY, HOUR
from core.notices import VIEWS
from core.setting_values import NOTICES
from tests.core.world import World, made

#: By which kind of ``reminders`` a notice is switched. The others answer somebody, or the digest's own setting decides.
SWITCHED = {
    "invitee": {"reminded"},
    "inviter": {"ending"},
    "approvers": {"waits"},
    "arrival": {"arrived"},
    "roles": {"role_given", "role_taken", "role_ended"},
    "access": {"access_given", "access_taken", "access_ended", "group_joined", "group_left"},
    "time-boxes": {"role_ending", "access_ending"},
}
#: What the story below brings about.
TOLD = {
    "access_ended",
    "access_ending",
    "access_given",
    "access_taken",
    "arrived",
    "ending",
    "group_joined",
    "group_left",
    "outcome",
    "reminded",
    "role_ended",
    "role_ending",
    "role_given",
    "role_taken",
    "waits",
}


def sent(world: World) -> set[str]:
    rows = world.rows("SELECT key FROM messages WHERE key LIKE 'note/%' AND message IS NOT NULL")
    return {row.key.split("/")[1] for row in rows}


def later(world: World, seconds: int) -> None:
    world.forward(seconds)
    world.core.sweep(world.at)
    world.desk.drain(world.at)


def story(world: World, reminders: str) -> set[str]:
    """A few days in which something of each kind happens."""
    owner = world.studio("studio", "digest off")
    made(owner.say("invite create name:crew"))
    if reminders != "on":
        made(owner.say(f'workspace set setting:reminders value:"{reminders}"'))
    dana = world.member(owner, "Dana", "Designer")
    world.person("Nora").ask(dana.link())
    made(owner.say("invite create emails:<@PAT> expires:7d"))
    made(owner.say("resource create kind:project name:Renders"))
    made(owner.say("resource create kind:project name:Scores"))
    made(owner.say("group create name:Film"))
    world.desk.drain(world.at)
    later(world, 4 * HOUR)
    for typed in (
        "role assign Dana role:Admin for:2d",
        "access grant resource:Renders to:Dana level:edit for:2d",
        "access grant resource:Scores to:Dana level:edit",
        "group add group:Film member:Dana",
    ):
        made(owner.say(typed))
    world.desk.drain(world.at)
    made(owner.say("access revoke resource:Scores to:Dana"))
    made(owner.say("group remove group:Film member:Dana"))
    later(world, DAY)
    later(world, DAY)
    made(owner.say("role unassign Dana role:Designer"))
    later(world, 3 * DAY)
    return sent(world)


def test_each_kind_that_can_be_switched_has_its_notices():
    assert list(SWITCHED) == list(NOTICES)
    assert set().union(*SWITCHED.values()) <= set(VIEWS)


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("off", ["nothing", "everything", *NOTICES])
def test_what_is_switched_off_is_not_sent_and_all_else_is(world: World, off: str):
    kinds = {"nothing": "on", "everything": "off"}
    reminders = kinds.get(off) or ", ".join(kind for kind in NOTICES if kind != off)
    silent = {"nothing": set(), "everything": set().union(*SWITCHED.values())}.get(off, SWITCHED.get(off))

    assert story(world, reminders) == TOLD - silent
