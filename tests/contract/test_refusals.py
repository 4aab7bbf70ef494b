"""Every refusal: it can be met, it says what to do in its own sentence, it is recorded if it was an attempt."""

from __future__ import annotations

import json
import re

import pytest

from core.errors import RefusalCode
from tests.contract.conftest import DOORS, dealt
from tests.contract.refusals import WAYS
from tests.drivers.worlds import Door

_HOLE = re.compile(r"\{[^}]*\}")
#: What a refused call may leave behind: its record, the count of wrong codes, cards to look at again.
KEPT = [
    "members",
    "invitations",
    "requests",
    "places",
    "roles",
    "member_roles",
    "identities",
    "workspaces",
    "link_codes",
]
#: Whose people a door has, where it is no platform itself.
PLAYS = {"playground": "slack"}
MET = [
    pytest.param(code, where, id=f"{code.name}-{where}")
    for code, way in WAYS.items()
    for where in dealt(code.name, [door for door in DOORS if PLAYS.get(door, door) in way.platforms])
]


def pattern(template: str) -> re.Pattern[str]:
    return re.compile(".*?".join(re.escape(part) for part in _HOLE.split(template)), re.DOTALL)


def test_every_refusal_has_a_way_to_it() -> None:
    assert set(WAYS) == set(RefusalCode)


@pytest.mark.parametrize(("code", "door"), MET, indirect=["door"])
async def test_a_refusal_says_why_and_what_to_do_and_is_recorded_if_it_was_an_attempt(
    door: Door, code: RefusalCode
) -> None:
    before: list[int] = []
    run, click, press, fill = door.run, door.click, door.press, door.fill
    counted = {"rows": before, "refused": 0}

    def note() -> None:
        counted["rows"] = door.world.counts(KEPT)
        counted["refused"] = len(door.audit("refused"))

    def watched(verb):
        async def call(*args, **kwargs):
            note()
            return await verb(*args, **kwargs)

        return call

    door.run, door.click, door.press = watched(run), watched(click), watched(press)
    door.fill = watched(fill)
    seen = await WAYS[code].scene(door)

    sentence = code.sentence
    assert seen.private
    assert pattern(sentence.title).fullmatch(seen.title), seen.text
    assert pattern(sentence.body).search(seen.text), seen.text
    assert door.world.counts(KEPT) == counted["rows"], "a refusal changed something"
    recorded = door.audit("refused")[counted["refused"] :]
    assert [json.loads(event.facts)["code"] for event in recorded] == [code.name] * sentence.attempt
    assert door.pings() == []
